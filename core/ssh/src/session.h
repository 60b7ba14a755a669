#pragma once

#include "core/ssh/src/core.h"
#include "core/ssh/ssh.h"

#include <memory>

namespace analemma::ssh {

/// The face of a logged-in Link.
std::shared_ptr<Session> makeSession(std::shared_ptr<Link> link);

}  // namespace analemma::ssh
