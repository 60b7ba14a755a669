#include "core/ssh/src/shelloperation.h"

#include "core/ssh/src/channelend.h"
#include "core/ssh/src/sshbytes.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::ssh {
namespace {

constexpr qsizetype kShellATurn = 128 * 1024;

/// RFC 4254, section 8: opcode and value, ended by a zero byte.
QByteArray encodedModes(const std::vector<std::pair<quint8, quint32>>& modes)
{
    WireWriter writer;
    for (const auto& [opcode, value] : modes) {
        if (opcode > 0 && opcode < 160) {
            writer.byte(opcode);
            writer.u32(value);
        }
    }
    writer.byte(0);
    return writer.take();
}

ChannelEnd brokenOff(const Error& error)
{
    ChannelEnd end;
    end.error = error;
    return end;
}

}  // namespace

ShellOperation::ShellOperation(std::shared_ptr<Link> link, ShellOptions options,
                               std::shared_ptr<ShellPipe> pipe)
    : m_link(link),
      m_options(std::move(options)),
      m_command(m_options.command.toUtf8()),
      m_pipe(std::move(pipe)),
      m_modes(encodedModes(m_options.modes))
{
}

void ShellOperation::start()
{
    const std::shared_ptr<Link> link = m_link.lock();
    if (link && !m_closing) {
        link->add(shared_from_this());
    }
}

void ShellOperation::giveUp()
{
    m_closing = true;
    m_started.finish(cancelledError());
    wake();
}

void ShellOperation::wake()
{
    if (const std::shared_ptr<Link> link = m_link.lock()) {
        link->pumpNow();
    }
}

void ShellOperation::yieldChannel()
{
    if (m_pipe->giveUpIfSpare()) {
        m_closing = true;
        wake();
    }
}

void ShellOperation::abort(const Error& error)
{
    if (m_channel != nullptr) {
        libssh2_channel_free(m_channel);
        m_channel = nullptr;
    }
    m_phase = Phase::Over;
    m_started.finish(error);
    m_pipe->finish(brokenOff(error));
}

Operation::Step ShellOperation::refuse(const Error& error)
{
    m_started.finish(error);
    m_pipe->finish(brokenOff(error));
    m_phase = m_channel == nullptr ? Phase::Over : Phase::Freeing;
    return m_channel == nullptr ? Step::Done : Step::Moved;
}

Operation::Step ShellOperation::advance(Link& link)
{
    switch (m_phase) {
        case Phase::Opening:
            return open(link);
        case Phase::Environment:
            return setEnvironment(link);
        case Phase::Terminal:
            return requestTerminal(link);
        case Phase::Starting:
            return startShell(link);
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

Operation::Step ShellOperation::open(Link& link)
{
    if (m_closing && !m_door.isOpening()) {
        return refuse(cancelledError());
    }
    switch (m_door.advance(link, this)) {
        case ChannelDoor::State::Waiting:
            return Step::Idle;
        case ChannelDoor::State::Refused:
            return refuse(m_door.error());
        case ChannelDoor::State::Open:
            m_channel = m_door.channel();
            m_phase = Phase::Environment;
            return Step::Moved;
    }
    return Step::Idle;
}

Operation::Step ShellOperation::setEnvironment(Link& link)
{
    while (m_nextVariable < m_options.environment.size()) {
        const auto& [name, value] = m_options.environment[m_nextVariable];
        const int code = link.request(this, [&, name = &name, value = &value] {
            return libssh2_channel_setenv_ex(m_channel, name->constData(), unsigned(name->size()),
                                             value->constData(), unsigned(value->size()));
        });
        if (code == LIBSSH2_ERROR_EAGAIN) {
            return Step::Idle;
        }
        if (code != 0 && code != LIBSSH2_ERROR_CHANNEL_REQUEST_DENIED) {
            link.lose(code);
            return Step::Idle;
        }
        ++m_nextVariable;
    }
    m_phase = m_options.terminal ? Phase::Terminal : Phase::Starting;
    return Step::Moved;
}

Operation::Step ShellOperation::requestTerminal(Link& link)
{
    const TerminalSize& size = m_options.size;
    const int code = link.request(this, [&] {
        return libssh2_channel_request_pty_ex(m_channel, m_options.term.constData(),
                                              unsigned(m_options.term.size()), m_modes.constData(),
                                              unsigned(m_modes.size()), size.columns, size.rows,
                                              size.widthPixels, size.heightPixels);
    });
    if (code == LIBSSH2_ERROR_EAGAIN) {
        return Step::Idle;
    }
    if (code == LIBSSH2_ERROR_CHANNEL_REQUEST_DENIED) {
        return refuse(
            link.error(ErrorKind::Unsupported, u"the server gives this user no terminal"_s, code));
    }
    if (code != 0) {
        link.lose(code);
        return Step::Idle;
    }
    m_phase = Phase::Starting;
    return Step::Moved;
}

Operation::Step ShellOperation::startShell(Link& link)
{
    const int code = link.request(this, [this] {
        return m_command.isEmpty()
                   ? libssh2_channel_process_startup(m_channel, "shell", 5, nullptr, 0)
                   : libssh2_channel_process_startup(m_channel, "exec", 4, m_command.constData(),
                                                     unsigned(m_command.size()));
    });
    if (code == LIBSSH2_ERROR_EAGAIN) {
        return Step::Idle;
    }
    if (code == LIBSSH2_ERROR_CHANNEL_REQUEST_DENIED) {
        return refuse(link.error(ErrorKind::Unsupported,
                                 u"the server does not let this user run a shell or command"_s,
                                 code));
    }
    if (code != 0) {
        link.lose(code);
        return Step::Idle;
    }
    m_phase = Phase::Running;
    m_started.finish(true);
    return Step::Moved;
}

/// Takes the owner's orders. Packets always fit into the wire, so a new size goes out whole.
bool ShellOperation::obey(Link& link)
{
    if (link.isOutgoingFull()) {
        return false;
    }
    ShellPipe::Orders orders = m_pipe->takeOrders();
    if (!orders.input.isEmpty()) {
        m_input =
            m_fed == m_input.size() ? std::move(orders.input) : m_input.mid(m_fed) + orders.input;
        m_fed = 0;
    }
    m_endInput = m_endInput || orders.endInput;
    m_closing = m_closing || orders.close;
    if (orders.size && m_options.terminal && m_phase == Phase::Running) {
        libssh2_channel_request_pty_size_ex(m_channel, orders.size->columns, orders.size->rows,
                                            orders.size->widthPixels, orders.size->heightPixels);
        return true;
    }
    return m_closing;
}

bool ShellOperation::feed(Link& link)
{
    bool moved = false;
    while (m_fed < m_input.size() && !link.isOutgoingFull()) {
        const ssize_t count = libssh2_channel_write_ex(m_channel, 0, m_input.constData() + m_fed,
                                                       std::size_t(m_input.size() - m_fed));
        if (count == LIBSSH2_ERROR_EAGAIN || count == 0) {
            return moved;
        }
        const qsizetype gone = count < 0 ? m_input.size() - m_fed : count;
        m_pipe->sent(gone);
        m_fed += gone;
        moved = true;
    }
    if (m_fed == m_input.size()) {
        m_input.clear();
        m_fed = 0;
    }
    if (m_endInput && m_input.isEmpty() && !m_inputEnded) {
        m_inputEnded = libssh2_channel_send_eof(m_channel) != LIBSSH2_ERROR_EAGAIN;
        moved = moved || m_inputEnded;
    }
    return moved;
}

bool ShellOperation::drain(Link& link, int stream, qsizetype& budget)
{
    bool moved = false;
    while (budget > 0 && !m_pipe->isFull()) {
        const ssize_t count =
            libssh2_channel_read_ex(m_channel, stream, link.scratch(), Link::kScratch);
        if (count < 0 && count != LIBSSH2_ERROR_EAGAIN) {
            link.lose(int(count));
        }
        if (count <= 0) {
            break;
        }
        m_pipe->push(QByteArray(link.scratch(), count), stream != 0);
        budget -= count;
        moved = true;
    }
    return moved;
}

Operation::Step ShellOperation::run(Link& link)
{
    bool moved = obey(link);
    if (m_closing) {
        m_pipe->finish(brokenOff(cancelledError()));
        m_phase = Phase::Freeing;
        return Step::Moved;
    }
    moved = feed(link) || moved;
    qsizetype budget = kShellATurn;
    moved = drain(link, 0, budget) || moved;
    moved = drain(link, SSH_EXTENDED_DATA_STDERR, budget) || moved;
    if (libssh2_channel_eof(m_channel) == 1) {  // which looks for unread data first
        m_phase = Phase::Ending;
        return Step::Moved;
    }
    const bool mayDoMore = budget <= 0 || link.isOutgoingFull();
    return !moved ? Step::Idle : mayDoMore ? Step::Moved : Step::Spent;
}

Operation::Step ShellOperation::end(Link& link)
{
    obey(link);
    if (m_closing) {
        m_pipe->finish(brokenOff(cancelledError()));
        m_phase = Phase::Freeing;
        return Step::Moved;
    }
    const int code = libssh2_channel_wait_closed(m_channel);
    if (code == LIBSSH2_ERROR_EAGAIN) {
        return Step::Idle;
    }
    if (code != 0) {
        link.lose(code);
        return Step::Idle;
    }
    ChannelEnd end;
    end.signal = exitSignal(link.session(), m_channel);
    end.exitCode = end.signal.isEmpty() ? libssh2_channel_get_exit_status(m_channel) : -1;
    m_pipe->finish(std::move(end));
    m_phase = Phase::Freeing;
    return Step::Moved;
}

Operation::Step ShellOperation::release(Link& link)
{
    if (libssh2_channel_free(m_channel) == LIBSSH2_ERROR_EAGAIN) {
        return Step::Idle;  // until the server has closed its side
    }
    m_channel = nullptr;
    m_phase = Phase::Over;
    link.channelClosed();
    return Step::Done;
}

}  // namespace analemma::ssh
