#include "core/ssh/src/shellpipe.h"

#include <algorithm>
#include <utility>

namespace analemma::ssh {

void ShellPipe::attach(Owner* owner)
{
    m_owner = owner;
    const std::scoped_lock lock(m_mutex);
    m_attached = true;
    postDrain();
}

void ShellPipe::detach()
{
    m_owner = nullptr;
    close();
}

bool ShellPipe::write(const QByteArray& bytes)
{
    const std::scoped_lock lock(m_mutex);
    if (m_inputEnded || m_ended || bytes.size() > Channel::kInputLimit - m_unsent) {
        m_wasFull = m_wasFull || !m_inputEnded;
        return false;
    }
    m_spare = false;
    m_orders.input += bytes;
    m_unsent += bytes.size();
    m_wasFull = m_wasFull || m_unsent == Channel::kInputLimit;
    return true;
}

qsizetype ShellPipe::room() const
{
    const std::scoped_lock lock(m_mutex);
    return m_inputEnded || m_ended ? 0 : Channel::kInputLimit - m_unsent;
}

void ShellPipe::endInput()
{
    const std::scoped_lock lock(m_mutex);
    m_orders.endInput = m_inputEnded = true;
}

void ShellPipe::resize(TerminalSize size)
{
    const std::scoped_lock lock(m_mutex);
    m_orders.size = size;
}

void ShellPipe::close()
{
    const std::scoped_lock lock(m_mutex);
    m_orders.close = m_inputEnded = true;
}

bool ShellPipe::taken(qsizetype bytes)
{
    const std::scoped_lock lock(m_mutex);
    const bool wasFull = m_held >= Channel::kOutputLimit;
    m_held = std::max<qsizetype>(0, m_held - std::max<qsizetype>(0, bytes));
    return wasFull && m_held < Channel::kOutputLimit;
}

void ShellPipe::setSpare()
{
    const std::scoped_lock lock(m_mutex);
    m_spare = true;
}

bool ShellPipe::giveUpIfSpare()
{
    const std::scoped_lock lock(m_mutex);
    m_inputEnded = m_inputEnded || m_spare;
    return m_spare;
}

bool ShellPipe::isSpare() const
{
    const std::scoped_lock lock(m_mutex);
    return m_spare;
}

ShellPipe::Orders ShellPipe::takeOrders()
{
    const std::scoped_lock lock(m_mutex);
    return std::exchange(m_orders, Orders());
}

void ShellPipe::sent(qsizetype bytes)
{
    const std::scoped_lock lock(m_mutex);
    m_unsent -= bytes;
    if (m_wasFull && m_unsent <= Channel::kInputLimit / 2) {
        m_wasFull = false;
        m_roomToTell = true;
        postDrain();
    }
}

void ShellPipe::push(QByteArray piece, bool isError)
{
    const std::scoped_lock lock(m_mutex);
    m_held += piece.size();
    m_pieces.push_back({std::move(piece), isError});
    postDrain();
}

bool ShellPipe::isFull() const
{
    const std::scoped_lock lock(m_mutex);
    return m_held >= Channel::kOutputLimit;
}

void ShellPipe::finish(ChannelEnd end)
{
    const std::scoped_lock lock(m_mutex);
    if (!std::exchange(m_ended, true)) {
        m_end = std::move(end);
        postDrain();
    }
}

/// Under the mutex. What is posted to a thread that has ended stays there: it keeps nothing alive.
void ShellPipe::postDrain()
{
    if (m_attached && !std::exchange(m_posted, true)) {
        detail::post(m_anchor.get(), [weak = weak_from_this()] {
            if (const auto self = weak.lock()) {
                self->drain();
            }
        });
    }
}

void ShellPipe::drain()
{
    std::deque<Piece> pieces;
    std::optional<ChannelEnd> end;
    bool room = false;
    {
        const std::scoped_lock lock(m_mutex);
        m_posted = false;
        pieces.swap(m_pieces);
        end.swap(m_end);
        room = std::exchange(m_roomToTell, false);
    }
    for (const Piece& piece : pieces) {
        if (m_owner != nullptr) {  // a call may end with the owner gone
            m_owner->onOutput(piece.bytes, piece.isError);
        }
    }
    if (room && m_owner != nullptr) {
        m_owner->onRoom();
    }
    if (end && m_owner != nullptr) {
        m_owner->onEnd(*end);
    }
}

}  // namespace analemma::ssh
