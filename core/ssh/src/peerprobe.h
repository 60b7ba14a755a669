#pragma once

#include "core/ssh/src/operation.h"

#include <libssh2.h>

namespace analemma::ssh {

/// Asks the server for a sign of life: the opening of a channel of a type that nobody has, which
/// must be answered with a failure (RFC 4254, 5.1). libssh2's own keepalive is no proof (it reports
/// success against a stopped server) and leaves the answers in its queue for ever; this answer is
/// taken out. It also makes libssh2 read when nothing else does, so that requests of the server get
/// an answer.
class PeerProbe final : public Operation {
public:
    Step advance(Link& link) override;
    void abort(const Error& error) override;
    [[nodiscard]] bool isUrgent() const override { return false; }

private:
    LIBSSH2_CHANNEL* m_given = nullptr;  ///< by a server that has such channels
};

}  // namespace analemma::ssh
