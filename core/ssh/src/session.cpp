#include "core/ssh/src/session.h"

#include "core/ssh/src/exec.h"
#include "core/ssh/src/relay.h"
#include "core/ssh/src/shellsession.h"
#include "core/ssh/src/transfer.h"

using namespace Qt::StringLiterals;

namespace analemma::ssh {
namespace {

Result<void> checkCommand(const Link& link, const QByteArray& command)
{
    if (command.isEmpty() || command.contains('\0')) {
        return link.error(ErrorKind::Invalid, u"the command is empty or holds a zero byte"_s);
    }
    if (command.size() > kLongestCommand) {
        return link.error(
            ErrorKind::Invalid,
            u"the command is longer than 30 kB: give it to sh on its standard input"_s);
    }
    return {};
}

std::shared_ptr<OutputRelay> makeRelay(const SessionCore& core, const ExecOptions& options)
{
    if (!options.onOutput) {
        return nullptr;
    }
    auto relay = std::make_shared<OutputRelay>(options.onOutput);
    relay->onRoom = [link = core.link, reactor = core.reactor] {
        reactor->post([link] { link->pumpSoon(); });
    };
    return relay;
}

struct Started {
    Promise<ExecResult>::Future future;
    CancelToken::Registration registration;
};

/// The operation belongs to the reactor from here on: were it held by the waiting coroutine, its
/// promise would never be given up.
Started startExec(const SessionCore& core, const QByteArray& command, const ExecOptions& options,
                  const std::shared_ptr<OutputRelay>& relay, const CancelToken& cancel)
{
    const auto operation = std::make_shared<ExecOperation>(core.link, command, options, relay);
    core.reactor->post([operation] { operation->start(); });
    auto registration = cancel.onCancel([reactor = core.reactor, weak = std::weak_ptr(operation)] {
        reactor->post([weak] {
            if (const auto running = weak.lock()) {
                running->giveUp(cancelledError());
            }
        });
    });
    return {operation->future(), std::move(registration)};
}

Task<Result<ExecResult>> execIt(std::shared_ptr<SessionCore> core, QString command,
                                ExecOptions options, CancelToken cancel)
{
    const QByteArray bytes = command.toUtf8();
    const Result<void> valid = checkCommand(*core->link, bytes);
    if (!valid) {
        co_return valid.error();
    }
    if (cancel.isCancelled()) {
        co_return cancelledError();
    }
    const std::shared_ptr<OutputRelay> relay = makeRelay(*core, options);
    options.onOutput = nullptr;
    Started started = startExec(*core, bytes, options, relay, cancel);
    Result<ExecResult> result = co_await started.future;
    if (relay) {
        const bool cancelled = !result && result.error().kind == ErrorKind::Cancelled;
        relay->finish(!cancelled);
    }
    co_return result;
}

Task<Result<void>> closeIt(std::shared_ptr<SessionCore> core)
{
    std::function<void(Promise<bool>)> work = [link = core->link](const Promise<bool>& closed) {
        link->close([closed] { closed.finish(true); });
    };
    auto future = onReactor(core->reactor, std::move(work));
    [[maybe_unused]] const Result<bool> closed =
        co_await future;  // a reactor that ended closed it too
    co_return Result<void>();
}

class SessionBody final : public Session {
public:
    explicit SessionBody(std::shared_ptr<Link> link)
        : m_core(std::make_shared<SessionCore>(std::move(link)))
    {
    }
    [[nodiscard]] const Target& target() const override { return m_core->link->target(); }
    [[nodiscard]] bool isConnected() const override { return m_core->link->isReady(); }

    Task<Result<ExecResult>> exec(QString command, ExecOptions options, CancelToken cancel) override
    {
        return execIt(m_core, std::move(command), std::move(options), std::move(cancel));
    }
    Task<Result<std::shared_ptr<Channel>>> openShell(ShellOptions options,
                                                     CancelToken cancel) override
    {
        return ssh::openShell(m_core, std::move(options), std::move(cancel));
    }
    Task<Result<void>> upload(QString localPath, QString remotePath, int mode, Progress progress,
                              CancelToken cancel) override
    {
        return ssh::upload(m_core, UploadSource(std::move(localPath)), std::move(remotePath), mode,
                           std::move(progress), std::move(cancel));
    }
    Task<Result<void>> uploadBytes(QByteArray bytes, QString remotePath, int mode,
                                   CancelToken cancel) override
    {
        return ssh::upload(m_core, UploadSource(std::move(bytes)), std::move(remotePath), mode, {},
                           std::move(cancel));
    }
    Task<Result<QByteArray>> download(QString remotePath, qint64 limitBytes,
                                      CancelToken cancel) override
    {
        return ssh::download(m_core, std::move(remotePath), limitBytes, std::move(cancel));
    }
    Task<Result<void>> close() override { return closeIt(m_core); }

private:
    std::shared_ptr<SessionCore> m_core;
};

}  // namespace

std::shared_ptr<Session> makeSession(std::shared_ptr<Link> link)
{
    return std::make_shared<SessionBody>(std::move(link));
}

}  // namespace analemma::ssh
