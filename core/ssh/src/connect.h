#pragma once

#include "core/ssh/src/keystore.h"
#include "core/ssh/src/link.h"
#include "core/ssh/ssh.h"

#include <memory>
#include <vector>

namespace analemma::ssh {

/// The reactors of a Client, and the keys that its logins have unlocked.
struct Pool {
    std::vector<std::shared_ptr<Reactor>> reactors;
    std::shared_ptr<KeyStore> keys = std::make_shared<KeyStore>();
    [[nodiscard]] std::shared_ptr<Reactor> leastLoaded() const;
};

/// Logs in at the target, directly or through `via`, which then carries it and shall outlive it.
Task<Result<std::shared_ptr<Link>>> openLink(std::shared_ptr<Pool> pool, std::shared_ptr<Link> via,
                                             Target target, ConnectOptions options,
                                             CancelToken cancel);
/// Names and ports, of the hops too.
Result<void> checkTarget(const Target& target);

}  // namespace analemma::ssh
