#include "core/ssh/src/relay.h"

#include <utility>

namespace analemma::ssh {

void OutputRelay::push(QByteArray piece, bool isError)
{
    {
        const std::scoped_lock lock(m_mutex);
        m_waiting += piece.size();
        m_pieces.push_back({std::move(piece), isError});
        if (std::exchange(m_posted, true)) {
            return;
        }
    }
    detail::post(m_anchor.get(), [self = shared_from_this()] { self->drain(); });
}

bool OutputRelay::isFull() const
{
    const std::scoped_lock lock(m_mutex);
    return m_waiting >= kLimit;
}

void OutputRelay::drain()
{
    std::deque<Piece> pieces;
    {
        const std::scoped_lock lock(m_mutex);
        m_posted = false;
        pieces.swap(m_pieces);
    }
    qsizetype done = 0;
    for (const Piece& piece : pieces) {
        if (const Callback callback = m_callback) {
            callback(piece.bytes, piece.isError);
        }
        done += piece.bytes.size();
    }
    bool room = false;
    {
        const std::scoped_lock lock(m_mutex);
        room = m_waiting >= kLimit && m_waiting - done < kLimit;
        m_waiting -= done;
    }
    if (room && onRoom) {
        onRoom();
    }
}

void OutputRelay::finish(bool deliver)
{
    if (deliver) {
        drain();
    }
    m_callback = nullptr;
    onRoom = nullptr;
}

}  // namespace analemma::ssh
