#pragma once

#include "core/ssh/src/core.h"
#include "core/ssh/src/link.h"
#include "core/ssh/ssh.h"

#include <memory>

namespace analemma::ssh {

/// The face of a logged-in Link. `via` is the jump host's session, or null.
std::shared_ptr<Session> makeSession(std::shared_ptr<Link> link, std::shared_ptr<Session> via);
/// The face of any core.
std::shared_ptr<Session> makeSession(std::shared_ptr<SessionCore> core);
/// What is behind the face; null when it is another one.
std::shared_ptr<SessionCore> coreOf(const Session& session);
/// The Link behind a session; null when there is none.
std::shared_ptr<Link> linkOf(const Session& session);

}  // namespace analemma::ssh
