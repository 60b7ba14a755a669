#pragma once

#include "core/ssh/src/reactor.h"
#include "core/ssh/src/systemmaster.h"
#include "core/ssh/ssh.h"

#include <memory>

namespace analemma::ssh {

/// The face of a master that is ready.
std::shared_ptr<Session> makeSystemSession(std::shared_ptr<SystemMaster> master,
                                           std::shared_ptr<Reactor> reactor);

}  // namespace analemma::ssh
