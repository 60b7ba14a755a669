#pragma once

#include "core/git/git.h"
#include "core/git/src/handles.h"

#include <QByteArrayView>

#include <vector>

namespace analemma::git {

/// What a walk needs of a commit.
struct CommitHeader {
    std::vector<git_oid> parents;
    qint64 time = 0;  ///< of the committer, seconds since 1970
};

/// Reads a commit object as it is stored. Lenient, as git is: odd lines are passed over. Pure.
CommitHeader parseHeader(QByteArrayView raw);
/// All of it. The subject is the first paragraph on one line. Bodies over 64 KiB are cut. Pure.
Commit parseCommit(const QString& id, QByteArrayView raw);

QString idText(const git_oid& id);
/// `seconds` since 1970 in UTC, held within the years 0 to 9999.
QDateTime utcTime(qint64 seconds);

/// Reads a commit object, at most 16 MiB. NotFound, Invalid when it is another kind of object or
/// larger.
Result<OdbObjectHandle> readCommitObject(const Handle& handle, const git_oid& id);
QByteArrayView bytesOf(const OdbObjectHandle& object);

/// The commit that a revision means. NotFound, Invalid when ambiguous or no commit.
Result<git_oid> resolve(const Handle& handle, const QString& revision);
Result<Commit> readCommit(const Handle& handle, const QString& revision);
/// By whole ids.
Result<QList<Commit>> readCommits(const Handle& handle, const QStringList& ids);
Result<QStringList> descendantsAmong(const Handle& handle, const QString& commit,
                                     const QStringList& candidates);
/// The bytes of a file's object. `name` is what it is called in errors. NotFound, Invalid when it
/// is something else or larger than the limit.
Result<QByteArray> readBlob(const Handle& handle, const git_oid& id, const QByteArray& name,
                            qint64 limitBytes);
/// A file at a commit, or, with `links`, where a link leads. NotFound, Invalid when it is something
/// else or larger than the limit.
Result<QByteArray> readBlobAt(const Handle& handle, const git_oid& commit, const QByteArray& path,
                              bool links, qint64 limitBytes);
Result<QByteArray> readFileAt(const Handle& handle, const QString& revision,
                              const QString& pathInside, qint64 limitBytes);

}  // namespace analemma::git
