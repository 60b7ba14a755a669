#pragma once

#include "core/ssh/src/core.h"
#include "core/ssh/ssh.h"

#include <memory>

namespace analemma::ssh {

/// The face of a logged-in Link. `via` is the jump host's session, or null.
std::shared_ptr<Session> makeSession(std::shared_ptr<Link> link, std::shared_ptr<Session> via);
/// Session::exec() for a command line that need not be UTF-8.
Task<Result<ExecResult>> execBytes(std::shared_ptr<SessionCore> core, QByteArray command,
                                   ExecOptions options, CancelToken cancel);
/// The Link behind a session that makeSession() made.
std::shared_ptr<Link> linkOf(const Session& session);

}  // namespace analemma::ssh
