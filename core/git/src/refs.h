#pragma once

#include "core/git/git.h"
#include "core/git/src/handles.h"

#include <vector>

namespace analemma::git {

/// Calls `each` for every ref that can be read; with `glob` ("refs/replace/*") only for those it
/// matches.
Result<void> forEachRef(const Handle& handle, const char* glob,
                        const std::function<void(git_reference*)>& each);
Result<Head> readHead(const Handle& handle);
/// Branches, remote branches and tags by kind and name; those that lead to no commit are left out.
Result<QList<Ref>> readRefs(const Handle& handle);
/// Where a history begins: what the revisions mean, or HEAD and all branches, remote branches and
/// tags. Those that lead to no commit are left out.
Result<std::vector<git_oid>> readTips(const Handle& handle, const QStringList& revisions);
Result<void> makeTag(const Handle& handle, const QString& name, const QString& commit,
                     const QString& message, const QString& taggerName, const QString& taggerEmail);
/// Name and e-mail as git keeps them; Invalid when they are empty or have '<', '>' or a line break.
/// `time` is in UTC.
Result<SignatureHandle> makeSignature(const QString& name, const QString& email,
                                      const QDateTime& time);

/// What the watch looks at.
struct RefsSeen {
    QByteArray digest;    ///< of HEAD, branches, remote branches and tags
    QStringList folders;  ///< whose entries change when a ref does
    QStringList files;    ///< HEAD and packed-refs, as far as they exist
    bool all = true;      ///< false: there are more folders than are watched
};
Result<RefsSeen> lookAtRefs(const Handle& handle);

}  // namespace analemma::git
