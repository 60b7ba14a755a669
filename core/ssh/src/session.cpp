#include "core/ssh/src/session.h"

#include "core/ssh/src/exec.h"
#include "core/ssh/src/files.h"
#include "core/ssh/src/forwardoperation.h"
#include "core/ssh/src/linkforward.h"
#include "core/ssh/src/relay.h"
#include "core/ssh/src/sftplink.h"
#include "core/ssh/src/shelloperation.h"
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

/// A session over a Link.
class LinkCore final : public SessionCore {
public:
    LinkCore(std::shared_ptr<Link> opened, std::shared_ptr<Session> carrier)
        : SessionCore(opened->target(), opened->reactor()),
          link(std::move(opened)),
          via(std::move(carrier))
    {
    }
    ~LinkCore() override
    {
        reactor->post([link = link] { link->close([] {}); });
    }
    LinkCore(const LinkCore&) = delete;
    LinkCore& operator=(const LinkCore&) = delete;

    [[nodiscard]] bool isConnected() const override { return link->isReady(); }
    [[nodiscard]] std::shared_ptr<SftpChannel> newSftpChannel() override
    {
        return std::make_shared<LinkSftp>(link);
    }
    [[nodiscard]] std::shared_ptr<ShellWorker> newShell(ShellOptions options,
                                                        std::shared_ptr<ShellPipe> pipe) override
    {
        return std::make_shared<ShellOperation>(link, std::move(options), std::move(pipe));
    }
    [[nodiscard]] std::shared_ptr<ForwardOperation> newForward(ForwardSpec spec) override
    {
        return std::make_shared<LinkForward>(link, std::move(spec));
    }
    Task<Result<ExecResult>> exec(QByteArray command, ExecOptions options,
                                  CancelToken cancel) override;
    Task<Result<void>> close() override;
    void sawShell() override
    {
        reactor->post([link = link] { link->shells().isSeen = true; });
    }

    const std::shared_ptr<Link> link;
    const std::shared_ptr<Session> via;  ///< the jump host's, which carries this one
};

std::shared_ptr<OutputRelay> makeRelay(const LinkCore& core, const ExecOptions& options)
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
StartedExec startExec(const LinkCore& core, const QByteArray& command, const ExecOptions& options,
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

Task<Result<void>> closeLink(std::shared_ptr<SessionCore> core, std::shared_ptr<Link> link)
{
    std::function<void(Promise<bool>)> work = [link](const Promise<bool>& closed) {
        link->close([closed] { closed.finish(true); });
    };
    auto future = onReactor(core->reactor, std::move(work));
    [[maybe_unused]] const Result<bool> closed =
        co_await future;  // a reactor that ended closed it too
    co_return Result<void>();
}

Task<Result<ExecResult>> execOnLink(std::shared_ptr<LinkCore> core, QByteArray command,
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

Task<Result<ExecResult>> LinkCore::exec(QByteArray command, ExecOptions options, CancelToken cancel)
{
    return execOnLink(std::static_pointer_cast<LinkCore>(shared_from_this()), std::move(command),
                      std::move(options), std::move(cancel));
}

Task<Result<void>> LinkCore::close()
{
    return closeLink(shared_from_this(), link);
}

class SessionBody final : public Session {
public:
    explicit SessionBody(std::shared_ptr<SessionCore> core) : m_core(std::move(core)) {}
    [[nodiscard]] const std::shared_ptr<SessionCore>& core() const { return m_core; }
    [[nodiscard]] const Target& target() const override { return m_core->target; }
    [[nodiscard]] bool isConnected() const override { return m_core->isConnected(); }

    Task<Result<ExecResult>> exec(QString command, ExecOptions options, CancelToken cancel) override
    {
        return m_core->exec(command.toUtf8(), std::move(options), std::move(cancel));
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
    Task<Result<void>> close() override { return m_core->close(); }

private:
    std::shared_ptr<SessionCore> m_core;
};

}  // namespace

std::shared_ptr<Session> makeSession(std::shared_ptr<Link> link, std::shared_ptr<Session> via)
{
    return makeSession(std::make_shared<LinkCore>(std::move(link), std::move(via)));
}

std::shared_ptr<Session> makeSession(std::shared_ptr<SessionCore> core)
{
    return std::make_shared<SessionBody>(std::move(core));
}

std::shared_ptr<SessionCore> coreOf(const Session& session)
{
    const auto* body = dynamic_cast<const SessionBody*>(&session);
    return body == nullptr ? nullptr : body->core();
}

std::shared_ptr<Link> linkOf(const Session& session)
{
    const auto core = std::dynamic_pointer_cast<LinkCore>(coreOf(session));
    return core ? core->link : nullptr;
}

}  // namespace analemma::ssh
