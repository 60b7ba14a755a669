#pragma once

#include "core/git/branches.h"
#include "core/git/src/handles.h"

namespace analemma::git {

using IndexDiffHandle = Owned<git_diff, git_diff_free>;

/// Text that libgit2 gives away.
class GitText {
public:
    GitText() = default;
    ~GitText() { git_buf_dispose(&m_buffer); }
    GitText(const GitText&) = delete;
    GitText& operator=(const GitText&) = delete;
    git_buf* operator&() { return &m_buffer; }  // NOLINT: lent like a pointer's address
    [[nodiscard]] QByteArray bytes() const
    {
        return {m_buffer.ptr, static_cast<qsizetype>(m_buffer.size)};
    }

private:
    git_buf m_buffer{};
};

/// Who stands in ref logs while this lives; else it is whom the configuration names.
class LogIdentity {
public:
    LogIdentity(const Handle& handle, const Committer& committer);
    ~LogIdentity();
    LogIdentity(const LogIdentity&) = delete;
    LogIdentity& operator=(const LogIdentity&) = delete;

private:
    git_repository* m_repository;
};

/// Invalid unless it is a whole id.
Result<git_oid> idOf(const QString& text);
Result<CommitHandle> commitOf(const Handle& handle, const git_oid& id);
/// Null for an empty id (an unborn HEAD).
Result<TreeHandle> treeOf(const Handle& handle, const QString& commit);
Result<SignatureHandle> signatureOf(const Committer& committer);
/// The index of the work tree, as it is on disk now.
Result<IndexHandle> indexOf(const Handle& handle);

/// Conflict unless HEAD is where the caller saw it.
Result<void> checkHeadIs(const Handle& handle, const Head& expected);
/// Refused, Unsupported, Locked: what stands in the way of every act on files.
Result<void> checkFilesAreOurs(const Handle& handle);
/// The folder that a .git file names; the folder itself where it is one; empty when neither.
QString gitFolderOf(const QString& dotGit);

/// Leads HEAD's branch (or HEAD itself, on none) to another commit, unless it was moved since.
Result<void> moveHead(const Handle& handle, const Head& from, const git_oid& to,
                      const QByteArray& log);
/// The ref log entry for something that moved nothing.
void noteInHeadLog(const Handle& handle, const QString& at, const Committer& committer,
                   const QByteArray& text);
/// ORIG_HEAD, where people look for the way back.
void rememberOrigHead(const Handle& handle, const QString& commit);

/// "a, b and 3 more", as people read it.
QString someOf(const QList<QByteArray>& paths);
/// Conflict that names paths, and holds up to 1,000 of them as details["paths"].
Error inTheWay(const QString& text, const QList<QByteArray>& paths);

}  // namespace analemma::git
