#pragma once

#include "core/base/task.h"
#include "core/ssh/src/reactor.h"
#include "core/ssh/src/sftppackets.h"

#include <atomic>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <vector>

namespace analemma::ssh {

/// An SFTP server on a channel: takes batches of requests, sends them without waiting for one
/// another, and answers a batch when all its replies are there. It stays open for the next user
/// until it is told to end, or another operation needs its channel while nobody uses it. What
/// carries the bytes is for those who derive from it. Reactor thread.
class SftpChannel : public std::enable_shared_from_this<SftpChannel> {
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

    explicit SftpChannel(std::shared_ptr<Reactor> reactor) : m_reactor(std::move(reactor)) {}
    virtual ~SftpChannel() = default;
    SftpChannel(const SftpChannel&) = delete;
    SftpChannel& operator=(const SftpChannel&) = delete;

    /// "It can be used" as an answer; once.
    void start(const Promise<bool>& ready);
    /// Takes an idle channel for a new user; false when it is going away.
    [[nodiscard]] bool claim();
    void unclaim() { m_claimed = false; }
    /// Closes it when nobody uses it; batches under way are answered with Cancelled.
    void end();
    void endIfIdle();
    /// Sends a batch. With a timeout the promise is answered in time, the replies are then dropped.
    void send(const std::shared_ptr<Batch>& batch, milliseconds timeout);
    /// Valid once ready. Any thread.
    [[nodiscard]] bool hasPosixRename() const { return m_posixRename; }

protected:
    /// Begins to open it; false when the connection is gone.
    virtual bool open() = 0;
    /// There is something to do.
    virtual void pumpSoon() = 0;

    /// The server is there: it is greeted.
    void greet();
    /// Takes what came. False when it can be no answer: then it has failed and is ending.
    bool received(const char* bytes, qsizetype count);
    /// What is to be sent next; empty when there is nothing.
    [[nodiscard]] QByteArrayView unsent() const;
    void sent(qsizetype count);
    void dropUnsent();
    void fail(const Error& error);
    [[nodiscard]] bool isEnding() const { return m_ending; }
    [[nodiscard]] bool isServing() const { return m_phase == Phase::Serving; }

private:
    enum class Phase { Opening, Greeting, Serving };
    void takeIn(sftp::Reply reply);

    const std::shared_ptr<Reactor> m_reactor;
    std::optional<Promise<bool>> m_ready;
    Phase m_phase = Phase::Opening;
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
