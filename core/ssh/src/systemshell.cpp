#include "core/ssh/src/systemshell.h"

#include <utility>

using namespace Qt::StringLiterals;

namespace analemma::ssh {
namespace {

constexpr qsizetype readATurn = 128 * 1024;
constexpr int unknownEnd = 255;  ///< what ssh itself then exits with (ssh(1), EXIT STATUS)

}  // namespace

SystemShell::SystemShell(std::shared_ptr<SystemLink> link, mux::SessionAsk ask,
                         std::optional<MuxChannel::Terminal> terminal,
                         std::shared_ptr<ShellPipe> pipe)
    : m_link(std::move(link)),
      m_pipe(std::move(pipe)),
      m_channel(std::make_shared<MuxChannel>(m_link, std::move(ask), std::move(terminal)))
{
}

/// One that the reactor never began with has an end too.
SystemShell::~SystemShell()
{
    finishPipe();
}

void SystemShell::finishPipe()
{
    ChannelEnd dropped;
    dropped.error = cancelledError();
    m_pipe->finish(std::move(dropped));  // the first end counts
}

void SystemShell::start()
{
    if (m_closing || m_link->isLost()) {
        breakOff(m_closing ? cancelledError() : m_link->lossError());
        return;
    }
    m_link->reactor()->adopt(shared_from_this());
    m_link->add(std::static_pointer_cast<ShellWorker>(shared_from_this()));
    const std::weak_ptr<SystemShell> weak = weak_from_this();
    m_channel->onEvent = [weak] {
        if (const auto self = weak.lock()) {
            self->pump();
        }
    };
    m_channel->start([weak](const Result<void>& opened) {
        if (const auto self = weak.lock()) {
            self->onOpened(opened);
        }
    });
}

void SystemShell::onOpened(const Result<void>& opened)
{
    if (!opened) {
        breakOff(opened.error());
        return;
    }
    m_isOpen = true;
    m_started.finish(true);
    pump();
}

void SystemShell::giveUp()
{
    m_closing = true;
    breakOff(cancelledError());
}

void SystemShell::wake()
{
    pump();
}

/// In a turn of its own: it may be this one's channel that was refused.
void SystemShell::yieldChannel()
{
    if (m_pipe->giveUpIfSpare()) {
        m_link->reactor()->post([self = shared_from_this()] { self->breakOff(cancelledError()); });
    }
}

void SystemShell::shutDown()
{
    m_channel.reset();
    m_started.finish(cancelledError());
    finishPipe();
}

void SystemShell::breakOff(const Error& error)
{
    ChannelEnd broken;
    broken.error = error;
    end(std::move(broken));
}

void SystemShell::end(ChannelEnd how)
{
    const auto self = shared_from_this();
    m_started.finish(how.error ? Result<bool>(*how.error) : Result<bool>(true));
    m_pipe->finish(std::move(how));
    if (m_channel) {
        m_channel->onEvent = nullptr;
        m_link->reactor()->post([gone = std::move(m_channel)] {});  // not within its own call
    }
    m_link->reactor()->dismiss(self);
}

void SystemShell::pump()
{
    if (!m_channel || !m_isOpen) {
        return;
    }
    obey();
    if (m_closing) {
        breakOff(cancelledError());
        return;
    }
    if (m_channel->hasNoTerminal()) {
        breakOff(
            m_link->error(ErrorKind::Unsupported, u"the server gives this user no terminal"_s));
        return;
    }
    feed();
    qsizetype budget = readATurn;
    drain(MuxChannel::Output, budget);
    drain(MuxChannel::Errors, budget);
    if (m_channel->isOver()) {
        conclude();
        return;
    }
    m_channel->want(!m_pipe->isFull(), m_fed < m_input.size());
}

void SystemShell::obey()
{
    ShellPipe::Orders orders = m_pipe->takeOrders();
    if (!orders.input.isEmpty()) {
        m_input =
            m_fed == m_input.size() ? std::move(orders.input) : m_input.mid(m_fed) + orders.input;
        m_fed = 0;
    }
    m_endInput = m_endInput || orders.endInput;
    m_closing = m_closing || orders.close;
    if (orders.size) {
        m_channel->resize(*orders.size);
    }
}

void SystemShell::feed()
{
    while (m_fed < m_input.size()) {
        const qint64 count = m_channel->write(m_input.constData() + m_fed, m_input.size() - m_fed);
        if (count == 0) {
            return;
        }
        const qsizetype gone = count < 0 ? m_input.size() - m_fed : count;
        m_pipe->sent(gone);
        m_fed += gone;
    }
    m_input.clear();
    m_fed = 0;
    if (m_endInput && !std::exchange(m_inputEnded, true)) {
        m_channel->endWrite();
    }
}

void SystemShell::drain(MuxChannel::Stream stream, qsizetype& budget)
{
    char* const scratch = m_link->reactor()->scratch();
    while (budget > 0 && !m_pipe->isFull()) {
        const qint64 got = m_channel->read(stream, scratch, Reactor::kScratch);
        if (got <= 0) {
            return;
        }
        m_pipe->push(QByteArray(scratch, got), stream == MuxChannel::Errors);
        budget -= got;
    }
}

/// Without an exit code there are two ways: the master knows.
void SystemShell::conclude()
{
    if (const std::optional<int> code = m_channel->exitCode()) {
        ChannelEnd ended;
        ended.exitCode = *code;
        end(std::move(ended));
        return;
    }
    if (std::exchange(m_concluding, true)) {
        return;
    }
    m_channel->want(false, false);
    m_link->checkAlive([self = shared_from_this()](bool isAlive) {
        if (isAlive) {
            ChannelEnd ended;
            ended.exitCode = unknownEnd;
            self->end(std::move(ended));
        } else {
            self->breakOff(self->m_link->lossError());
        }
    });
}

}  // namespace analemma::ssh
