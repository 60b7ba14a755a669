#pragma once

#include "core/git/src/handles.h"

#include "core/base/result.h"

#include <functional>

namespace analemma::git {

/// Reads the index anew, lets `change` work on it and writes it; when anything fails nothing is
/// written. Locked while another program holds it, Conflict when one changed it meanwhile.
Result<void> editIndex(const Handle& handle, const std::function<Result<void>(git_index*)>& change);

/// The tree of HEAD; null while there is no commit.
Result<TreeHandle> headTree(const Handle& handle);

/// A blob, at most 64 MiB. Invalid when larger.
Result<QByteArray> readStoredBlob(const Handle& handle, const git_oid& id);

/// What to say when index.lock of the index at `path` is there.
Error lockedIndex(const char* path);

/// Bytes of a file of the work tree as the index would have them, and the other way round: line
/// ends and `ident` only (git-config(1) core.autocrlf, gitattributes(5)); no program is run.
Result<QByteArray> cleaned(const Handle& handle, const QByteArray& path, const QByteArray& bytes);
Result<QByteArray> smudged(const Handle& handle, const QByteArray& path, const QByteArray& bytes);

/// The index file as it is now, for acts of several steps. It takes no room.
class KeptIndex {
public:
    explicit KeptIndex(const Handle& handle);
    ~KeptIndex();
    KeptIndex(const KeptIndex&) = delete;
    KeptIndex& operator=(const KeptIndex&) = delete;
    /// Makes it the index again.
    void putBack();

private:
    QByteArray m_path;
    QByteArray m_kept;  ///< another name of the same file; empty: there is none
};

}  // namespace analemma::git
