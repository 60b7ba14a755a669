#include "core/ssh/src/wire.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

namespace analemma::ssh {

LIBSSH2_SESSION* Wire::makeSession()
{
    LIBSSH2_SESSION* session = libssh2_session_init_ex(&onTake, &onGive, &onResize, this);
    if (session == nullptr) {
        return nullptr;
    }
    libssh2_session_callback_set(session, LIBSSH2_CALLBACK_RECV,
                                 reinterpret_cast<void*>(&onReceive));
    libssh2_session_callback_set(session, LIBSSH2_CALLBACK_SEND, reinterpret_cast<void*>(&onSend));
    libssh2_session_callback_set(session, LIBSSH2_CALLBACK_DISCONNECT,
                                 reinterpret_cast<void*>(&onDisconnect));
    m_memory.giveBackEmptyPages();
    return session;
}

char* Wire::copyFor(void** abstract, QByteArrayView bytes)
{
    auto* copy = static_cast<char*>(onTake(std::size_t(bytes.size()) + 1, abstract));
    if (copy != nullptr) {
        std::memcpy(copy, bytes.data(), std::size_t(bytes.size()));
        copy[bytes.size()] = '\0';
    }
    return copy;
}

void* Wire::onTake(size_t size, void** abstract)
{
    return static_cast<Wire*>(*abstract)->m_memory.take(size);
}

void* Wire::onResize(void* block, size_t size, void** abstract)
{
    return static_cast<Wire*>(*abstract)->m_memory.resize(block, size);
}

void Wire::onGive(void* block, void** abstract)
{
    static_cast<Wire*>(*abstract)->m_memory.give(block);
}

ssize_t Wire::onReceive(libssh2_socket_t, void* to, size_t room, int, void** abstract)
{
    return static_cast<Wire*>(*abstract)->take(static_cast<char*>(to), qsizetype(room));
}

ssize_t Wire::onSend(libssh2_socket_t, const void* from, size_t count, int, void** abstract)
{
    Wire& wire = *static_cast<Wire*>(*abstract);
    if (wire.m_dead) {
        return -ECONNRESET;
    }
    wire.m_out.append(static_cast<const char*>(from), qsizetype(count));
    return ssize_t(count);
}

void Wire::onDisconnect(LIBSSH2_SESSION*, int, const char* text, int size, const char*, int,
                        void** abstract)
{
    static_cast<Wire*>(*abstract)->m_farewell = QByteArray(text, std::clamp(size, 0, 512));
}

ssize_t Wire::take(char* to, qsizetype room)
{
    if (m_dead) {
        return -ECONNRESET;
    }
    const qsizetype count = std::min(room, unread());
    if (count == 0) {
        return -EAGAIN;  // the end too: the Link tells of it once all that came before is used up
    }
    std::memcpy(to, m_in.constData() + m_inAt, std::size_t(count));
    m_inAt += count;
    if (m_inAt == m_in.size()) {
        m_in.resize(0);
        m_inAt = 0;
    }
    return count;
}

qint64 Wire::fill(ByteStream& stream, qint64 most)
{
    constexpr qsizetype piece = 64 * 1024;
    // Most of what comes is small: a connection keeps no room for more. A few kilobytes, as an
    // answer of a sampler has, take one read.
    thread_local std::array<char, 16 * 1024> first;
    if (m_ended) {
        return 0;
    }
    if (m_inAt > 0) {
        m_in.remove(0, m_inAt);
        m_inAt = 0;
    }
    qint64 total = stream.read(first.data(), qint64(first.size()));
    m_ended = total < 0;
    total = std::max<qint64>(total, 0);
    m_in.append(first.data(), total);
    while (total >= qint64(first.size()) && total < most && !m_ended) {
        const qsizetype old = m_in.size();
        m_in.resize(old + piece);
        const qint64 got = stream.read(m_in.data() + old, piece);
        m_in.resize(old + std::max<qint64>(got, 0));
        m_ended = got < 0;
        if (got <= 0) {
            break;
        }
        total += got;
    }
    if (m_greeting.size() < 255) {
        m_greeting += m_in.mid(m_in.size() - total, 255 - m_greeting.size());
    }
    m_received += total;
    return total;
}

void Wire::squeeze()
{
    if (m_in.isEmpty()) {
        m_in = QByteArray();
    }
    if (m_out.isEmpty()) {
        m_out = QByteArray();
    }
}

void Wire::flush(ByteStream& stream)
{
    while (unsent() > 0) {
        const qint64 taken = stream.write(m_out.constData() + m_outAt, unsent());
        if (taken <= 0) {
            m_ended = m_ended || taken < 0;
            break;
        }
        m_outAt += taken;
        m_sent += taken;
    }
    if (m_outAt == m_out.size()) {
        m_out.resize(0);
        m_outAt = 0;
    } else if (m_outAt > kRoom) {
        m_out.remove(0, m_outAt);
        m_outAt = 0;
    }
}

}  // namespace analemma::ssh
