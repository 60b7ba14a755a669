#include "core/ssh/src/session.h"

#include "core/ssh/src/exec.h"
#include "core/ssh/src/files.h"
#include "core/ssh/src/forwardoperation.h"
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

struct StartedExec {
    Promise<ExecResult>::Future future;
    CancelToken::Registration registration;
};

/// The operation belongs to the reactor from here on: were it held by the waiting coroutine, its
/// promise would never be given up.
StartedExec startExec(const SessionCore& core, const QByteArray& command,
                      const ExecOptions& options, const std::shared_ptr<OutputRelay>& relay,
                      const CancelToken& cancel)
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

/// What a transport has not got.
template <class T>
Task<Result<T>> unsupported(QString what)
{
    co_return Error(ErrorKind::Unsupported, u"this transport has no %1"_s.arg(what));
}

class SessionBody final : public Session {
public:
    SessionBody(std::shared_ptr<Link> link, std::shared_ptr<Session> via)
        : m_core(std::make_shared<SessionCore>(std::move(link), std::move(via)))
    {
    }
    [[nodiscard]] const std::shared_ptr<Link>& link() const { return m_core->link; }
    [[nodiscard]] const Target& target() const override { return m_core->link->target(); }
    [[nodiscard]] bool isConnected() const override { return m_core->link->isReady(); }

    Task<Result<ExecResult>> exec(QString command, ExecOptions options, CancelToken cancel) override
    {
        return execBytes(m_core, command.toUtf8(), std::move(options), std::move(cancel));
    }
    Task<Result<std::shared_ptr<Channel>>> openShell(ShellOptions options,
                                                     CancelToken cancel) override
    {
        return ssh::openShell(m_core, std::move(options), std::move(cancel));
    }
    Task<Result<std::shared_ptr<Forward>>> forward(ForwardSpec spec, CancelToken cancel) override
    {
        return ssh::openForward(m_core, std::move(spec), std::move(cancel));
    }
    [[nodiscard]] std::vector<std::shared_ptr<Forward>> forwards() const override
    {
        std::vector<std::shared_ptr<Forward>> held;
        const std::scoped_lock lock(m_core->mutex);
        for (const auto& known : m_core->forwards) {
            if (auto forward = known.lock()) {
                held.push_back(std::move(forward));
            }
        }
        return held;
    }
    [[nodiscard]] std::shared_ptr<Files> files() override { return makeFiles(m_core); }
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

Task<Result<ExecResult>> execBytes(std::shared_ptr<SessionCore> core, QByteArray command,
                                   ExecOptions options, CancelToken cancel)
{
    const Result<void> valid = checkCommand(*core->link, command);
    if (!valid) {
        co_return valid.error();
    }
    if (cancel.isCancelled()) {
        co_return cancelledError();
    }
    const std::shared_ptr<OutputRelay> relay = makeRelay(*core, options);
    options.onOutput = nullptr;
    StartedExec started = startExec(*core, command, options, relay, cancel);
    Result<ExecResult> result = co_await started.future;
    if (relay) {
        const bool cancelled = !result && result.error().kind == ErrorKind::Cancelled;
        relay->finish(!cancelled);
    }
    co_return result;
}

std::shared_ptr<Session> makeSession(std::shared_ptr<Link> link, std::shared_ptr<Session> via)
{
    return std::make_shared<SessionBody>(std::move(link), std::move(via));
}

std::shared_ptr<Link> linkOf(const Session& session)
{
    const auto* body = dynamic_cast<const SessionBody*>(&session);
    return body == nullptr ? nullptr : body->link();
}

Task<Result<std::shared_ptr<Channel>>> Session::openShell(ShellOptions, CancelToken)
{
    return unsupported<std::shared_ptr<Channel>>(u"shells"_s);
}

Task<Result<std::shared_ptr<Forward>>> Session::forward(ForwardSpec, CancelToken)
{
    return unsupported<std::shared_ptr<Forward>>(u"forwards"_s);
}

std::vector<std::shared_ptr<Forward>> Session::forwards() const
{
    return {};
}

std::shared_ptr<Files> Session::files()
{
    return nullptr;
}

}  // namespace analemma::ssh
