#pragma once

#include "core/ssh/credentials.h"

#include <memory>
#include <vector>

namespace analemma::ssh {

/// The keys of an agent as signers: those kinds that libssh2 can carry. Blocking for at most two
/// seconds, for workers. Signing waits for the agent on a worker: it may ask its owner.
Result<std::vector<std::shared_ptr<Signer>>> agentSigners(const QString& socketPath);

}  // namespace analemma::ssh
