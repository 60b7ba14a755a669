#pragma once

#include "core/git/src/commitgraph.h"
#include "core/git/src/handles.h"

#include <QByteArray>

#include <vector>

namespace analemma::git {

/// A ref as it is stored.
struct StoredRef {
    QByteArray name;      ///< "refs/heads/main"
    QByteArray symbolic;  ///< the ref that it stands for; empty for most
    git_oid id{};         ///< of that one in the end
    git_oid peeled{};     ///< where `id` leads through tags, when that is known
    bool isPeelKnown = false;
};

/// The refs below "refs/", those that all work trees share, by name. libgit2 makes an object of
/// each and unpacks what it points to; with thousands of them this reader takes a hundredth of the
/// time. Refs that can not be read are left out, as git leaves them. Invalid when packed-refs is
/// damaged or there are more than 500,000.
Result<std::vector<StoredRef>> readStoredRefs(const Handle& handle);

/// Whether there is a ref below refs/replace/; true also where one can not be read.
bool hasReplacedCommits(const Handle& handle);

/// The commit that a ref leads to; nothing when it is another kind of object. What `graph` (which
/// may be null) knows is not looked up.
std::optional<git_oid> commitOf(const Handle& handle, const CommitGraph* graph,
                                const StoredRef& ref);

}  // namespace analemma::git
