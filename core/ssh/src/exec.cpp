#include "core/ssh/src/exec.h"

#include "core/base/text.h"
#include "core/ssh/src/channelend.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::ssh {
namespace {

constexpr qsizetype kExecATurn = 256 * 1024;

QString shortCommand(const QByteArray& command)
{
    return displayText(QByteArrayView(command), 60);
}

}  // namespace

ExecOperation::ExecOperation(std::shared_ptr<Link> link, QByteArray command,
                             const ExecOptions& options, std::shared_ptr<OutputRelay> relay)
    : m_link(link),
      m_command(std::move(command)),
      m_input(options.input),
      m_timeout(options.timeout),
      m_limit(options.limitBytes),
      m_relay(std::move(relay))
{
}

void ExecOperation::start()
{
    const std::shared_ptr<Link> link = m_link.lock();
    if (!link || m_answered) {
        return;  // the promise answers when this object goes
    }
    if (m_timeout > milliseconds(0)) {
        const std::weak_ptr<ExecOperation> weak = weak_from_this();
        m_timer = link->reactor()->after(m_timeout, [weak] {
            const auto self = weak.lock();
            const auto where = self ? self->m_link.lock() : nullptr;
            if (where) {
                self->m_timer = 0;
                self->giveUp(where->error(
                    ErrorKind::Timeout,
                    u"the command did not end within %1 and may still run there: %2"_s.arg(
                        durationText(self->m_timeout), shortCommand(self->m_command))));
            }
        });
    }
    link->add(shared_from_this());
}

void ExecOperation::answer(Result<ExecResult> result)
{
    if (std::exchange(m_answered, true)) {
        return;
    }
    if (const std::shared_ptr<Link> link = m_link.lock()) {
        link->reactor()->cancelTimer(std::exchange(m_timer, 0));
    }
    m_promise.finish(std::move(result));
}

void ExecOperation::giveUp(Error error)
{
    answer(std::move(error));
    if (const std::shared_ptr<Link> link = m_link.lock()) {
        link->pumpSoon();
    }
}

void ExecOperation::abort(const Error& error)
{
    if (m_channel != nullptr) {
        libssh2_channel_free(m_channel);
        m_channel = nullptr;
    }
    const bool asked = m_phase != Phase::Opening;
    m_phase = Phase::Over;
    Error told = error;
    if (asked && error.kind != ErrorKind::Cancelled) {
        told.message += u"; the command may have run or still run: "_s + shortCommand(m_command);
    }
    answer(told);
}

Operation::Step ExecOperation::advance(Link& link)
{
    switch (m_phase) {
        case Phase::Opening:
            return open(link);
        case Phase::Requesting:
            return request(link);
        case Phase::Running:
            return run(link);
        case Phase::Ending:
            return end(link);
        case Phase::Freeing:
            return release(link);
        case Phase::Over:
            return Step::Done;
    }
    return Step::Done;
}

Operation::Step ExecOperation::open(Link& link)
{
    if (m_answered && !m_door.isOpening()) {
        m_phase = Phase::Over;
        return Step::Done;
    }
    if (!m_door.isOpening()) {
        if (takeWaitingShell(link)) {
            m_phase = Phase::Running;
            return Step::Moved;
        }
        m_channel = link.takeSpare();
        if (m_channel != nullptr) {
            m_phase = Phase::Requesting;
            return Step::Moved;
        }
    }
    switch (m_door.advance(link, this)) {
        case ChannelDoor::State::Waiting:
            return Step::Idle;
        case ChannelDoor::State::Refused:
            answer(m_door.error());
            m_phase = Phase::Over;
            return Step::Done;
        case ChannelDoor::State::Open:
            m_channel = m_door.channel();
            m_phase = m_answered ? Phase::Freeing : Phase::Requesting;
            return Step::Moved;
    }
    return Step::Idle;
}

Operation::Step ExecOperation::request(Link& link)
{
    const int code = link.request(this, [this] {
        return libssh2_channel_process_startup(m_channel, "exec", 4, m_command.constData(),
                                               unsigned(m_command.size()));
    });
    if (code == LIBSSH2_ERROR_EAGAIN) {
        if (m_input.isEmpty() && !m_inputEnded && link.isRequesting(this)) {
            // Behind the request, before its answer (RFC 4254, 4 and 5.3): one turn less there.
            m_inputEnded = libssh2_channel_send_eof(m_channel) != LIBSSH2_ERROR_EAGAIN;
        }
        return Step::Idle;
    }
    if (code == LIBSSH2_ERROR_CHANNEL_REQUEST_DENIED) {
        answer(link.error(ErrorKind::Unsupported,
                          u"the server does not let this user run commands"_s, code));
        m_phase = Phase::Freeing;
        return Step::Moved;
    }
    if (code != 0) {
        link.lose(code);
        return Step::Idle;
    }
    m_phase = m_answered ? Phase::Freeing : Phase::Running;
    return Step::Moved;
}

bool ExecOperation::takeWaitingShell(Link& link)
{
    if (!m_mayWait || !fitsWaitingShell(m_command)) {
        return false;
    }
    const std::optional<WaitingShell> shell = link.takeWaitingShell();
    if (!shell) {
        return false;
    }
    m_mayWait = false;
    m_channel = shell->channel;
    m_order = waitingOrder(shell->mark, m_command);
    m_start = StartMark(shell->mark);
    return true;
}

/// The waiting shell is gone and the command was not begun. Where that happens once more, shells
/// are no good there.
void ExecOperation::beginAnew(Link& link)
{
    if (std::exchange(link.shells().isLost, true)) {
        link.shells().isUnfit = true;
    }
    m_order.clear();
    m_ordered = 0;
    m_start = StartMark();
    m_early.clear();
    m_fed = 0;
    m_inputEnded = false;
    m_signalled = false;
    m_phase = Phase::Freeing;
}

/// As far as the server takes it. A command that ends without reading is no failure.
bool ExecOperation::write(const QByteArray& bytes, qsizetype& at, Link& link)
{
    bool moved = false;
    while (at < bytes.size() && !link.isOutgoingFull()) {
        const ssize_t count = libssh2_channel_write_ex(m_channel, 0, bytes.constData() + at,
                                                       std::size_t(bytes.size() - at));
        if (count == LIBSSH2_ERROR_EAGAIN || count == 0) {
            break;
        }
        at = count < 0 ? bytes.size() : at + count;
        moved = true;
    }
    return moved;
}

bool ExecOperation::feed(Link& link)
{
    bool moved = write(m_order, m_ordered, link);
    moved = (m_ordered == m_order.size() && write(m_input, m_fed, link)) || moved;
    if (m_ordered == m_order.size() && m_fed == m_input.size() && !m_inputEnded) {
        m_inputEnded = libssh2_channel_send_eof(m_channel) != LIBSSH2_ERROR_EAGAIN;
        moved = moved || m_inputEnded;
    }
    return moved;
}

/// The mark is written before the command begins, so little of stderr can come before it.
void ExecOperation::take(Link& link, QByteArrayView bytes, bool isError)
{
    if (!m_start.isAwaited()) {
        keep(bytes, isError);
        return;
    }
    if (isError) {
        m_early.append(bytes);
        return;
    }
    const QByteArray own = m_start.feed(bytes);
    if (!m_start.isAwaited()) {
        link.shells().isLost = false;
        keep(std::exchange(m_early, {}), true);
        keep(own, false);
    }
}

void ExecOperation::keep(QByteArrayView bytes, bool isError)
{
    if (bytes.isEmpty()) {
        return;
    }
    const qsizetype room = m_limit - m_result.output.size() - m_result.errors.size();
    const qsizetype kept = std::clamp<qsizetype>(room, 0, bytes.size());
    m_result.truncated = m_result.truncated || kept < bytes.size();
    (isError ? m_result.errors : m_result.output).append(bytes.first(kept));
    if (m_relay) {
        m_relay->push(bytes.toByteArray(), isError);
    }
}

bool ExecOperation::drain(Link& link, int stream, qsizetype& budget)
{
    bool moved = false;
    while (budget > 0 && !(m_relay && m_relay->isFull())) {
        const ssize_t count =
            libssh2_channel_read_ex(m_channel, stream, link.scratch(), Link::kScratch);
        if (count < 0 && count != LIBSSH2_ERROR_EAGAIN) {
            link.lose(int(count));
        }
        if (count <= 0) {
            break;
        }
        take(link, QByteArrayView(link.scratch(), count), stream != 0);
        budget -= count;
        moved = true;
    }
    return moved;
}

Operation::Step ExecOperation::run(Link& link)
{
    if (m_answered) {
        m_phase = Phase::Freeing;
        return Step::Moved;
    }
    bool moved = feed(link);
    qsizetype budget = kExecATurn;
    moved = drain(link, 0, budget) || moved;
    moved = drain(link, SSH_EXTENDED_DATA_STDERR, budget) || moved;
    if (m_start.isLost() || m_early.size() > kExecATurn) {
        answer(link.error(ErrorKind::Protocol,
                          u"the shell there gave an answer that does not fit; the command may have "
                          u"run: "_s +
                              shortCommand(m_command)));
        link.shells().isUnfit = true;
        m_phase = Phase::Freeing;
        return Step::Moved;
    }
    if (libssh2_channel_eof(m_channel) == 1) {  // which looks for unread data first
        if (m_start.isAwaited()) {
            beginAnew(link);
        } else {
            m_phase = Phase::Ending;
        }
        moved = true;
    }
    return moved ? Step::Moved : Step::Idle;
}

/// All output is here. The exit status comes before the server's close; an own close before that
/// would lose it.
Operation::Step ExecOperation::end(Link& link)
{
    if (m_answered) {
        m_phase = Phase::Freeing;
        return Step::Moved;
    }
    if (!m_inputEnded) {
        m_inputEnded = libssh2_channel_send_eof(m_channel) != LIBSSH2_ERROR_EAGAIN;
    }
    const int code = libssh2_channel_wait_closed(m_channel);
    if (code == LIBSSH2_ERROR_EAGAIN) {
        return Step::Idle;
    }
    if (code != 0) {
        link.lose(code);
        return Step::Idle;
    }
    m_result.signal = exitSignal(link.session(), m_channel);
    m_result.exitCode = m_result.signal.isEmpty() ? libssh2_channel_get_exit_status(m_channel) : -1;
    answer(std::move(m_result));
    m_phase = Phase::Freeing;
    return Step::Moved;
}

Operation::Step ExecOperation::release(Link& link)
{
#if LIBSSH2_VERSION_NUM >= 0x010b00
    if (!std::exchange(m_signalled, true) && libssh2_channel_eof(m_channel) != 1) {
        libssh2_channel_signal_ex(m_channel, "TERM", 4);  // 1.10 cannot send it
    }
#endif
    if (libssh2_channel_free(m_channel) == LIBSSH2_ERROR_EAGAIN) {
        return Step::Idle;  // until the server has closed its side
    }
    m_channel = nullptr;
    link.channelClosed();
    if (!m_answered) {  // it was not begun
        m_phase = Phase::Opening;
        return Step::Moved;
    }
    m_phase = Phase::Over;
    link.commandEnded(fitsWaitingShell(m_command));
    return Step::Done;
}

}  // namespace analemma::ssh
