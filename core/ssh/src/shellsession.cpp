#include "core/ssh/src/shellsession.h"

#include "core/base/text.h"
#include "core/ssh/src/shellpipe.h"
#include "core/ssh/src/shellworker.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::ssh {
namespace {

class ChannelBody final : public Channel, private ShellPipe::Owner {
public:
    ChannelBody(std::shared_ptr<SessionCore> core, std::weak_ptr<ShellWorker> worker,
                std::shared_ptr<ShellPipe> pipe)
        : m_core(std::move(core)), m_worker(std::move(worker)), m_pipe(std::move(pipe))
    {
    }
    ~ChannelBody() override
    {
        m_pipe->detach();
        wake();
    }
    ChannelBody(const ChannelBody&) = delete;
    ChannelBody& operator=(const ChannelBody&) = delete;

    void start() override { m_pipe->attach(this); }
    bool write(const QByteArray& bytes) override
    {
        const bool taken = m_pipe->write(bytes);
        wake();
        return taken;
    }
    [[nodiscard]] qsizetype room() const override { return m_pipe->room(); }
    void endInput() override
    {
        m_pipe->endInput();
        wake();
    }
    void resize(TerminalSize size) override
    {
        m_pipe->resize(size);
        wake();
    }
    void taken(qsizetype bytes) override
    {
        if (m_pipe->taken(bytes)) {
            wake();
        }
    }
    void close() override
    {
        m_pipe->close();
        wake();
    }

private:
    void wake() const
    {
        m_core->reactor->post([weak = m_worker] {
            if (const auto worker = weak.lock()) {
                worker->wake();
            }
        });
    }
    void onOutput(const QByteArray& piece, bool isError) override { Q_EMIT output(piece, isError); }
    void onRoom() override { Q_EMIT roomAgain(); }
    void onEnd(const ChannelEnd& end) override { Q_EMIT ended(end); }

    const std::shared_ptr<SessionCore> m_core;
    const std::weak_ptr<ShellWorker> m_worker;
    const std::shared_ptr<ShellPipe> m_pipe;
};

bool isSize(const TerminalSize& size)
{
    return size.columns >= 1 && size.columns <= 10'000 && size.rows >= 1 && size.rows <= 10'000 &&
           size.widthPixels >= 0 && size.heightPixels >= 0;
}

Result<void> checkOptions(const SessionCore& core, const ShellOptions& options)
{
    const QByteArray command = options.command.toUtf8();
    if (command.contains('\0') || command.size() > kLongestCommand) {
        return core.error(ErrorKind::Invalid,
                          u"the command holds a zero byte or is longer than 30 kB"_s);
    }
    if (options.terminal && (options.term.size() > 64 || !isSize(options.size))) {
        return core.error(
            ErrorKind::Invalid,
            u"not a terminal: %1, %2 by %3"_s.arg(displayText(QByteArrayView(options.term), 64))
                .arg(options.size.columns)
                .arg(options.size.rows));
    }
    const bool longVariable =
        std::any_of(options.environment.begin(), options.environment.end(), [](const auto& pair) {
            return pair.first.isEmpty() || pair.first.size() + pair.second.size() > 16'000;
        });
    if (longVariable || options.environment.size() > 64 || options.modes.size() > 160) {
        return core.error(ErrorKind::Invalid, u"too many or too long variables or modes"_s);
    }
    return {};
}

struct StartedShell {
    Promise<bool>::Future future;
    CancelToken::Registration registration;
    std::weak_ptr<ShellWorker> worker;
};

/// The worker belongs to the reactor from here on.
StartedShell startWorker(SessionCore& core, ShellOptions options,
                         const std::shared_ptr<ShellPipe>& pipe, const CancelToken& cancel)
{
    const auto worker = core.newShell(std::move(options), pipe);
    core.reactor->post([worker] { worker->start(); });
    auto registration = cancel.onCancel([reactor = core.reactor, weak = std::weak_ptr(worker)] {
        reactor->post([weak] {
            if (const auto opening = weak.lock()) {
                opening->giveUp();
            }
        });
    });
    return {worker->started(), std::move(registration), worker};
}

}  // namespace

Task<Result<std::shared_ptr<Channel>>> openShell(std::shared_ptr<SessionCore> core,
                                                 ShellOptions options, CancelToken cancel)
{
    const Result<void> valid = checkOptions(*core, options);
    if (!valid) {
        co_return valid.error();
    }
    if (cancel.isCancelled()) {
        co_return cancelledError();
    }
    const auto pipe = std::make_shared<ShellPipe>();
    StartedShell started = startWorker(*core, std::move(options), pipe, cancel);
    const Result<bool> opened = co_await started.future;
    if (!opened) {
        pipe->close();
        co_return opened.error();
    }
    co_return std::shared_ptr<Channel>(std::make_shared<ChannelBody>(core, started.worker, pipe));
}

}  // namespace analemma::ssh
