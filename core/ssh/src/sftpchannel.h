#pragma once

#include "core/base/task.h"
#include "core/ssh/src/link.h"
#include "core/ssh/src/operation.h"
#include "core/ssh/src/sftppackets.h"

#include <deque>
#include <map>
#include <memory>
#include <vector>

namespace analemma::ssh {

/// An SFTP server on a channel: takes batches of requests, sends them without waiting for one
/// another, and answers a batch when all its replies are there. It stays open for the next user
/// until it is told to end, or another operation needs its channel while nobody uses it.
class SftpChannel final : public Operation, public std::enable_shared_from_this<SftpChannel> {
public:
    using Replies = std::vector<sftp::Reply>;
    /// Requests that go out together.
    struct Batch {
        explicit Batch(std::vector<QByteArray> r) : requests(std::move(r)) {}
        std::vector<QByteArray> requests;
        Promise<Replies> promise;
        Replies replies;
        std::size_t missing = 0;
        quint64 timer = 0;
    };

    explicit SftpChannel(const std::shared_ptr<Link>& link) : m_link(link) {}
    /// "It can be used" as an answer; reactor thread, once.
    void start(const Promise<bool>& ready);
    /// Takes an idle channel for a new user; false when it is going away.
    [[nodiscard]] bool claim();
    void unclaim();
    /// Closes it when nobody uses it; batches under way are answered with Cancelled.
    void end();
    /// Sends a batch. With a timeout the promise is answered in time, the replies are then dropped.
    void send(const std::shared_ptr<Batch>& batch, milliseconds timeout);
    /// Valid once ready.
    [[nodiscard]] bool hasPosixRename() const { return m_posixRename; }

    Step advance(Link& link) override;
    void abort(const Error& error) override;
    void yieldChannel() override;

private:
    enum class Phase { Opening, Requesting, Greeting, Serving, Freeing, Over };
    Step open(Link& link);
    Step request(Link& link);
    Step serve(Link& link);
    bool flush(Link& link);
    bool drain(Link& link);
    void takeIn(sftp::Reply reply);
    void fail(const Error& error);

    const std::weak_ptr<Link> m_link;
    std::optional<Promise<bool>> m_ready;
    Phase m_phase = Phase::Opening;
    ChannelDoor m_door;
    LIBSSH2_CHANNEL* m_channel = nullptr;
    bool m_claimed = true;
    bool m_ending = false;
    std::atomic<bool> m_posixRename = false;

    std::deque<QByteArray> m_out;
    qsizetype m_outAt = 0;
    QByteArray m_in;
    quint32 m_nextId = 1;
    std::map<quint32, std::pair<std::shared_ptr<Batch>, std::size_t>> m_waiting;
};

}  // namespace analemma::ssh
