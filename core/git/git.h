#pragma once

#include "core/base/task.h"

#include <QDateTime>
#include <QList>
#include <QObject>
#include <QStringList>

#include <memory>

/// Repositories through libgit2, as values. Each Repository has a queue (one job at a time, at most
/// four queues running); results are plain structs. Nothing of a foreign repository is ever run: no
/// hooks, filters, fsmonitor or ssh commands. Texts are as stored: pass them through displayText()
/// to show.
namespace analemma::git {

struct Access;
class History;
class RefWatcher;
struct HistoryQuery;

/// Counts one use of libgit2 and of the threads of the queues; make it in main() before other
/// threads, keep it until every Repository is gone. Its end waits for the jobs under way and drops
/// those that wait.
class Library {
public:
    Library();
    ~Library();
    Library(const Library&) = delete;
    Library& operator=(const Library&) = delete;
};

struct Commit {
    QString id;  ///< 40 or 64 hexadecimal digits
    QStringList parents;
    QString author;
    QString email;
    QDateTime time;  ///< of the committer, UTC
    QString subject;
    QString body;  ///< without the subject
};

struct Ref {
    enum class Kind { Branch, RemoteBranch, Tag };
    Kind kind = Kind::Branch;
    QString name;    ///< "main", "origin/main", "v1.4.2"
    QString commit;  ///< peeled
    bool annotated = false;
};

struct Head {
    QString branch;  ///< empty when detached
    QString commit;  ///< empty when unborn
};

struct LogQuery {
    QStringList from;          ///< revisions; empty: HEAD
    QString notReachableFrom;  ///< "v1.4.1": stop there; empty: the whole history
    int limit = 200;
};

class Repository : public QObject {
    Q_OBJECT
public:
    /// Opens the repository at `path` (work tree, .git or bare). NotFound; Refused when its owner
    /// is another user (with a hint that says what that means).
    static Task<Result<std::shared_ptr<Repository>>> open(QString path);
    /// Makes an empty repository whose first branch is `main`, and the folder where it is missing.
    /// Conflict when there is a repository already. No template and no hook is copied.
    static Task<Result<std::shared_ptr<Repository>>> init(QString path);
    ~Repository() override;

    [[nodiscard]] QString path() const;  ///< of the work tree, or of the bare repository

    Task<Result<Head>> head();
    /// "main", "v1.2", "a1b2c3d", "HEAD~2"; NotFound, Invalid when ambiguous.
    Task<Result<Commit>> commit(QString revision);
    /// Newest first, by the committers' clocks; parents come after children as far as these allow,
    /// as with `git log`. Reads no more of the history than the page needs. Empty while HEAD is
    /// unborn.
    Task<Result<QList<Commit>>> log(LogQuery query, CancelToken cancel);
    /// The whole history (core/git/history.h): its first rows are there, the rest follows. Empty
    /// while there is no commit.
    Task<Result<std::shared_ptr<History>>> history(HistoryQuery query);
    /// The commits of these ids, in the same order. NotFound.
    Task<Result<QList<Commit>>> commits(QStringList ids);
    /// Which of these commits are `commit` or come after it; unknown ones are left out. NotFound
    /// when `commit` itself is unknown.
    Task<Result<QStringList>> containing(QString commit, QStringList candidates);
    Task<Result<QList<Ref>>> refs();
    /// The bytes of a file at a commit. NotFound, Invalid when larger than the limit.
    Task<Result<QByteArray>> file(QString revision, QString pathInside, qint64 limitBytes);
    /// Writes the tree of a commit into an empty folder (made when missing): no filters but the
    /// executable bit, no .git, links only where they stay inside, submodules as empty folders.
    /// Refused for hostile paths and links and for more than 300,000 files, 1 GiB a file or 16 GiB
    /// in all; then, as after a cancel, nothing is left in the folder. Conflict when it is not
    /// empty.
    Task<Result<void>> exportTree(QString revision, QString folder, CancelToken cancel);
    /// An annotated tag. Conflict when there is one of that name on another commit; the same again
    /// is ok.
    Task<Result<void>> createTag(QString name, QString commit, QString message, QString taggerName,
                                 QString taggerEmail);
    /// Adds all files of the work tree that are not ignored and commits on HEAD's branch; for
    /// workspaces that we make ourselves. With nothing changed it makes no commit and gives back
    /// HEAD's.
    Task<Result<QString>> commitAll(QString message, QString authorName, QString authorEmail,
                                    QDateTime time);

Q_SIGNALS:
    /// A branch, tag, HEAD or the reviews moved (file watch, at most every 200 ms). The watch
    /// begins when somebody connects: connect first, then read.
    void refsChanged();

protected:
    void connectNotify(const QMetaMethod& signal) override;

private:
    friend struct Access;
    struct Body;
    explicit Repository(std::shared_ptr<Body> body);
    static Task<Result<std::shared_ptr<History>>> startHistory(std::shared_ptr<Body> body,
                                                               QStringList from);
    std::shared_ptr<Body> m_body;
    RefWatcher* m_watcher = nullptr;
};

}  // namespace analemma::git
