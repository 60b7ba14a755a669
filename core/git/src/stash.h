#pragma once

#include "core/git/src/handles.h"
#include "core/git/stash.h"

namespace analemma::git {

/// Puts the changes of StashRequest::paths aside; nothing else is touched. Gives back the id and
/// the message of a commit that is on no list yet, and whose files are still as they were.
struct SavedSome {
    QString id;
    QString message;
    QList<QByteArray> paths;  ///< what it holds
};
Result<SavedSome> saveSome(const Handle& handle, const git_signature* who,
                           const StashRequest& request);
/// Makes these files, and the index for them, what HEAD has.
Result<void> clearSome(const Handle& handle, const SavedSome& saved);

}  // namespace analemma::git
