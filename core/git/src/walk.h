#pragma once

#include "core/git/src/commits.h"

namespace analemma::git {

/// The commits at which a shallow clone ends; none elsewhere.
Result<OidSet> readShallow(const Handle& handle);

/// The history by date, read one commit at a time, so that the first page of a long history costs
/// only that page. Children come before parents as far as the committers' clocks allow, as with
/// `git log`. In a shallow repository the history ends where the clone ended. Replace refs are not
/// looked at.
Result<QList<Commit>> readLog(const Handle& handle, const LogQuery& query,
                              const CancelToken& cancel);

}  // namespace analemma::git
