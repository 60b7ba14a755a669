#pragma once

#include "core/ssh/src/login.h"
#include "core/ssh/src/reactor.h"
#include "core/ssh/src/stream.h"

#include <functional>
#include <memory>
#include <optional>

namespace analemma::ssh {

/// What a server has sent so far: the lists of its SSH_MSG_KEXINIT (RFC 4253, 7.1), an error when
/// it is none, nothing while it is incomplete. Pure; bounded to 256 KiB.
std::optional<Result<Algorithms>> readServerAlgorithms(const QByteArray& received);

/// The sentence for "no common algorithm": the kinds without overlap, with both lists; nothing when
/// every kind has one.
std::optional<Error> explainMismatch(const Algorithms& ours, const Algorithms& theirs);

/// A second connection that reads only the server's lists, which it sends in clear, and hangs up:
/// libssh2 says no more than "unable to exchange encryption keys".
class KexProbe final : public Reactor::Resident, public std::enable_shared_from_this<KexProbe> {
public:
    using Done = std::function<void(Result<Algorithms>)>;
    KexProbe(std::shared_ptr<Reactor> reactor, std::unique_ptr<ByteStream> stream);
    ~KexProbe() override;
    /// Calls `done` once, within `timeout`.
    void start(milliseconds timeout, Done done);
    void shutDown() override;

private:
    void onConnected(const Result<void>& result);
    void onStream();
    void finish(Result<Algorithms> result);

    std::shared_ptr<Reactor> m_reactor;
    std::unique_ptr<ByteStream> m_stream;
    QByteArray m_received;
    quint64 m_timer = 0;
    Done m_done;
};

}  // namespace analemma::ssh
