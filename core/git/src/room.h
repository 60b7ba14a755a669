#pragma once

#include "core/base/descriptor.h"
#include "core/git/src/errors.h"
#include "core/git/src/handles.h"

#include <QList>

/// What acts do about a disk that fills up under them.
namespace analemma::git {

bool isDiskFull(const Error& error);

/// An error of a full disk, with which disk it is and what became of the act: "Nothing was
/// committed." One that ends with a full stop has told it already, and any other error is left as
/// it is.
Error tellFullDisk(const Handle& handle, const Error& error, const QString& became);

template <class T>
Result<T> tellWhenFull(const Handle& handle, Result<T> result, const QString& became)
{
    return result ? std::move(result) : Result<T>(tellFullDisk(handle, result.error(), became));
}

/// git_commit_create(), which tells of success in libgit2 1.5 when the commit could not be written:
/// here that is a failure.
int createCommit(git_oid* id, git_repository* repository, const char* ref,
                 const git_signature* author, const git_signature* committer, const char* encoding,
                 const char* message, const git_tree* tree, std::size_t count,
                 const git_commit** parents);

/// Room on the disk of the git folder for what an act writes last (refs, their logs, the state of
/// what is under way), so that an act that has written the files can end. Nobody sees it, and it
/// goes with the process.
class Room {
public:
    /// Io when there is no such room. A file system that can not hold any has it all the same.
    static Result<Room> hold(const Handle& handle, qint64 bytes = 64 * 1024);
    void release() { m_file = Descriptor(); }

private:
    explicit Room(Descriptor file) : m_file(std::move(file)) {}
    Descriptor m_file;
};

/// The ref logs of these refs ("HEAD", "refs/heads/main") as they are now. libgit2 writes the entry
/// before the ref: one that can not be written leaves an entry of what never was.
class RefLogs {
public:
    RefLogs(const Handle& handle, const QList<QByteArray>& refs);
    /// Cuts off the one entry that was added since.
    void takeBack() const;

private:
    struct Log {
        QByteArray path;
        qint64 size = 0;  ///< -1: there is none
    };
    QList<Log> m_logs;
};

/// Moves refs by libgit2, and their logs with them or not at all. Gives back what `move` gives: a
/// code of libgit2.
template <class Move>
int moveWithLogs(const Handle& handle, const QList<QByteArray>& refs, const Move& move)
{
    const RefLogs logs(handle, refs);
    const int code = move();
    if (code < 0) {
        logs.takeBack();
    }
    return code;
}

}  // namespace analemma::git
