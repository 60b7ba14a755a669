#pragma once

#include "core/base/result.h"
#include "core/ssh/src/datapipe.h"
#include "core/ssh/src/link.h"
#include "core/ssh/src/operation.h"

#include <QByteArray>

#include <functional>
#include <memory>

namespace analemma::ssh {

/// A channel that carries bytes to an address behind the server, or from one (RFC 4254, section 7):
/// the inside of jump hosts and forwards. Both queues are bounded; when nobody takes what came, the
/// server is held back by the channel's window. Reactor thread.
class DataChannel final : public Operation,
                          public DataPipe,
                          public std::enable_shared_from_this<DataChannel> {
public:
    static constexpr qsizetype kRoom = 256 * 1024;

    /// One that start() opens: "direct-tcpip".
    DataChannel(const std::shared_ptr<Link>& link, const QByteArray& host, int port);
    /// One that the server has opened.
    DataChannel(const std::shared_ptr<Link>& link, LIBSSH2_CHANNEL* accepted);

    void start(std::function<void(Result<void>)> opened) override;
    qint64 read(char* to, qint64 room) override;
    void wantRead(bool) override {}  // it holds as much as a window
    qint64 write(const char* from, qint64 count) override;
    void endWrite() override;
    void close() override;

    [[nodiscard]] bool isReadable() const { return unread() > 0 || m_ended; }
    [[nodiscard]] qsizetype room() const override { return m_broken ? 1 : kRoom - unsent(); }
    [[nodiscard]] bool isWritable() const { return unsent() < kRoom || m_broken; }
    [[nodiscard]] qsizetype unsent() const { return m_out.size() - m_outAt; }
    [[nodiscard]] const Error& failure() const { return m_failure; }

    Step advance(Link& link) override;
    void abort(const Error& error) override;

private:
    enum class Phase { Opening, Running, Freeing, Over };
    [[nodiscard]] qsizetype unread() const { return m_in.size() - m_inAt; }
    Step open(Link& link);
    Step run(Link& link);
    bool feed(Link& link);
    bool drain(Link& link);
    void answer(Result<void> result);
    void notify();
    void pump() const;

    const std::weak_ptr<Link> m_link;
    const std::shared_ptr<Reactor> m_reactor;
    Phase m_phase = Phase::Opening;
    ChannelDoor m_door;
    LIBSSH2_CHANNEL* m_channel = nullptr;
    std::function<void(Result<void>)> m_opened;
    QByteArray m_in;
    qsizetype m_inAt = 0;
    QByteArray m_out;
    qsizetype m_outAt = 0;
    bool m_endWrite = false;
    bool m_writeEnded = false;
    bool m_closing = false;
    bool m_ended = false;   ///< nothing more comes
    bool m_broken = false;  ///< nothing more is taken
    bool m_posted = false;
    Error m_failure;
};

}  // namespace analemma::ssh
