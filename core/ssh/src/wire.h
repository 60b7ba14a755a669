#pragma once

#include "core/ssh/src/sessionmemory.h"
#include "core/ssh/src/stream.h"

#include <QByteArray>

#include <libssh2.h>

namespace analemma::ssh {

/// The two byte queues between libssh2 and the stream. libssh2 gets its bytes from here and may
/// always give bytes: so it never keeps a half-sent packet, and its rule that such a call is
/// repeated before any other is kept by construction. How much is waiting is bounded by the
/// callers, which look at isFull() before they write, and by the server's channel windows.
class Wire {
public:
    static constexpr qsizetype kRoom = 1024 * 1024;

    /// A session that reads and writes here and has its memory here; null without memory. It must
    /// be freed before this dies. Its abstract pointer is `this`.
    [[nodiscard]] LIBSSH2_SESSION* makeSession();
    /// A copy that libssh2 frees, for what its callbacks hand over; `abstract` is the session's.
    [[nodiscard]] static char* copyFor(void** abstract, QByteArrayView bytes);

    /// Stream to queue, at most `most` bytes. Returns how many came.
    qint64 fill(ByteStream& stream, qint64 most);
    /// Queue to stream, as far as it takes them.
    void flush(ByteStream& stream);

    [[nodiscard]] qsizetype unread() const { return m_in.size() - m_inAt; }
    [[nodiscard]] qsizetype unsent() const { return m_out.size() - m_outAt; }
    [[nodiscard]] bool isFull() const { return unsent() >= kRoom; }
    /// The stream has ended or broke; what came before can still be read.
    [[nodiscard]] bool hasEnded() const { return m_ended; }
    [[nodiscard]] qint64 received() const { return m_received; }
    [[nodiscard]] qint64 sent() const { return m_sent; }
    /// The first bytes of the server, for messages when it does not speak SSH.
    [[nodiscard]] const QByteArray& greeting() const { return m_greeting; }
    /// What the server said when it ended the connection (RFC 4253, 11.1).
    [[nodiscard]] const QByteArray& farewell() const { return m_farewell; }
    /// Gives back memory that empty queues still hold.
    void squeeze();
    /// From now on reads and writes fail at once: libssh2 frees its things without waiting.
    void kill() { m_dead = true; }

private:
    static void* onTake(size_t size, void** abstract);
    static void* onResize(void* block, size_t size, void** abstract);
    static void onGive(void* block, void** abstract);
    static ssize_t onReceive(libssh2_socket_t, void* to, size_t room, int, void** abstract);
    static ssize_t onSend(libssh2_socket_t, const void* from, size_t count, int, void** abstract);
    static void onDisconnect(LIBSSH2_SESSION*, int reason, const char* text, int size, const char*,
                             int, void** abstract);
    ssize_t take(char* to, qsizetype room);

    SessionMemory m_memory;
    QByteArray m_in;
    qsizetype m_inAt = 0;
    QByteArray m_out;
    qsizetype m_outAt = 0;
    QByteArray m_greeting;
    QByteArray m_farewell;
    qint64 m_received = 0;
    qint64 m_sent = 0;
    bool m_ended = false;
    bool m_dead = false;
};

}  // namespace analemma::ssh
