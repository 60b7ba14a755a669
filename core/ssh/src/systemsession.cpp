#include "core/ssh/src/systemsession.h"

#include "core/base/text.h"
#include "core/ssh/src/session.h"
#include "core/ssh/src/systemforward.h"
#include "core/ssh/src/systemsftp.h"
#include "core/ssh/src/systemshell.h"

#include <QTimer>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::ssh {
namespace {

using Master = std::shared_ptr<SystemMaster>;
using SystemLinkPtr = std::shared_ptr<SystemLink>;

constexpr qsizetype limitCommand = 100 * 1024;

mux::SessionAsk askFor(const ShellOptions& options)
{
    mux::SessionAsk ask;
    ask.terminal = options.terminal;
    ask.term = options.terminal ? options.term : QByteArray();
    ask.command = options.command.toUtf8();
    ask.environment = options.environment;
    return ask;
}

std::optional<MuxChannel::Terminal> terminalOf(const ShellOptions& options)
{
    return options.terminal ? std::optional(MuxChannel::Terminal{options.size, options.modes})
                            : std::nullopt;
}

/// A command under way: gives it its input and keeps its output. The thread that awaits.
class Collector final : public ShellPipe::Owner {
public:
    Collector(ExecOptions options, std::shared_ptr<ShellPipe> pipe, std::function<void()> wake)
        : m_options(std::move(options)), m_pipe(std::move(pipe)), m_wake(std::move(wake))
    {
        m_timer.setSingleShot(true);
        QObject::connect(&m_timer, &QTimer::timeout, &m_timer, [this] {
            promise.finish(Error(ErrorKind::Timeout, u"the command did not end within %1"_s.arg(
                                                         durationText(m_options.timeout))));
        });
    }
    ~Collector() override
    {
        m_pipe->detach();
        m_wake();
    }
    Collector(const Collector&) = delete;
    Collector& operator=(const Collector&) = delete;

    void begin()
    {
        if (m_options.timeout.count() > 0) {
            m_timer.start(m_options.timeout);
        }
        m_pipe->attach(this);
        feed();
    }
    ExecResult result;
    Promise<ChannelEnd> promise;

private:
    void feed()
    {
        while (m_fed < m_options.input.size() && m_pipe->room() > 0) {
            const QByteArray piece = m_options.input.mid(m_fed, m_pipe->room());
            m_fed += m_pipe->write(piece) ? piece.size() : 0;
        }
        if (m_fed == m_options.input.size()) {
            m_pipe->endInput();
        }
        m_wake();
    }
    void onOutput(const QByteArray& piece, bool isError) override
    {
        QByteArray& kept = isError ? result.errors : result.output;
        const qsizetype room = m_options.limitBytes - result.output.size() - result.errors.size();
        result.truncated = result.truncated || piece.size() > room;
        kept.append(piece.left(std::max<qsizetype>(0, room)));
        if (const auto call = m_options.onOutput; call && !promise.isFinished()) {
            call(piece, isError);
        }
        if (m_pipe->taken(piece.size())) {
            m_wake();
        }
    }
    void onRoom() override { feed(); }
    void onEnd(const ChannelEnd& end) override { promise.finish(end); }

    const ExecOptions m_options;
    const std::shared_ptr<ShellPipe> m_pipe;
    const std::function<void()> m_wake;
    qsizetype m_fed = 0;
    QTimer m_timer;
};

struct Running {
    Promise<bool>::Future started;
    std::shared_ptr<Collector> collector;
};

/// The worker belongs to the reactor from here on.
Running startCommand(const SystemLinkPtr& link, const QByteArray& command, ExecOptions options)
{
    mux::SessionAsk ask;
    ask.command = command;
    const auto pipe = std::make_shared<ShellPipe>();
    const auto worker = std::make_shared<SystemShell>(link, std::move(ask), std::nullopt, pipe);
    link->reactor()->post([worker] { worker->start(); });
    const auto wake = [reactor = link->reactor(), weak = std::weak_ptr(worker)] {
        reactor->post([weak] {
            if (const auto running = weak.lock()) {
                running->wake();
            }
        });
    };
    return {worker->started(), std::make_shared<Collector>(std::move(options), pipe, wake)};
}

Error closedError(const SystemLinkPtr& link)
{
    return link->error(ErrorKind::Network, u"the connection is closed; nothing was sent"_s);
}

Task<Result<ExecResult>> runCommand(std::shared_ptr<SessionCore> core, SystemLinkPtr link,
                                    QByteArray command, ExecOptions options, CancelToken cancel)
{
    if (!core->isConnected()) {
        co_return closedError(link);
    }
    if (command.isEmpty() || command.contains('\0') || command.size() > limitCommand) {
        co_return link->error(ErrorKind::Invalid,
                              u"the command is empty, holds a zero byte, or is longer than 100 "
                              u"KiB: give it to sh on its standard input"_s);
    }
    if (cancel.isCancelled()) {
        co_return cancelledError();
    }
    Running running = startCommand(link, command, std::move(options));
    const std::shared_ptr<Collector> collector = running.collector;
    std::function<void()> stop = [promise = collector->promise] {
        promise.finish(cancelledError());
    };
    const CancelToken::Registration registration = cancel.onCancel(std::move(stop));
    collector->begin();
    auto ending = collector->promise.future();
    const Result<ChannelEnd> end = co_await ending;
    if (!end) {
        co_return end.error().kind == ErrorKind::Timeout ? end.error().in(link->target().text())
                                                         : end.error();
    }
    if (end->error) {
        auto starting = std::move(running.started);
        const Result<bool> started = co_await starting;
        co_return started && end->error->kind == ErrorKind::Network
            ? link->error(ErrorKind::Network, u"the connection broke; the command may have run"_s)
            : *end->error;
    }
    ExecResult result = std::move(collector->result);
    result.exitCode = end->exitCode;
    co_return result;
}

Task<Result<void>> endMaster(Master master)
{
    const Promise<bool> ended;
    auto future = ended.future();
    QMetaObject::invokeMethod(master.get(), [master, ended] { master->end(ended); });
    const Result<bool> gone = co_await future;
    co_return gone ? Result<void>() : Result<void>(gone.error());
}

/// A session over a master.
class SystemCore final : public SessionCore {
public:
    SystemCore(Master master, SystemLinkPtr link)
        : SessionCore(link->target(), link->reactor()),
          m_master(std::move(master)),
          m_link(std::move(link))
    {
    }
    ~SystemCore() override
    {
        reactor->post([link = m_link] { link->close(); });
    }
    SystemCore(const SystemCore&) = delete;
    SystemCore& operator=(const SystemCore&) = delete;

    [[nodiscard]] bool isConnected() const override
    {
        return m_master->isReady() && !m_link->isLost();
    }
    [[nodiscard]] std::shared_ptr<SftpChannel> newSftpChannel() override
    {
        return std::make_shared<SystemSftp>(m_link);
    }
    [[nodiscard]] std::shared_ptr<ShellWorker> newShell(ShellOptions options,
                                                        std::shared_ptr<ShellPipe> pipe) override
    {
        return std::make_shared<SystemShell>(m_link, askFor(options), terminalOf(options),
                                             std::move(pipe));
    }
    [[nodiscard]] std::shared_ptr<ForwardOperation> newForward(ForwardSpec spec) override
    {
        return std::make_shared<SystemForward>(m_link, std::move(spec));
    }
    Task<Result<ExecResult>> exec(QByteArray command, ExecOptions options,
                                  CancelToken cancel) override
    {
        return runCommand(shared_from_this(), m_link, std::move(command), std::move(options),
                          std::move(cancel));
    }
    Task<Result<void>> close() override { return endMaster(m_master); }

private:
    const Master m_master;
    const SystemLinkPtr m_link;
};

}  // namespace

std::shared_ptr<Session> makeSystemSession(std::shared_ptr<SystemMaster> master,
                                           std::shared_ptr<Reactor> reactor)
{
    const auto link = std::make_shared<SystemLink>(std::move(reactor), master->target(),
                                                   master->folder(), master->process());
    link->reactor()->post([link] { link->start(); });
    return makeSession(std::make_shared<SystemCore>(std::move(master), link));
}

}  // namespace analemma::ssh
