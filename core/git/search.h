#pragma once

#include "core/git/arriving.h"
#include "core/git/git.h"

/// Commits found by what they say, who made them and what they change. Git's answers of `git log`,
/// row by row as they come.
namespace analemma::git {

/// What commits must have, all of it together. Texts are taken as they are, unless it says
/// otherwise.
struct SearchQuery {
    /// In the message; with 4 to 40 hexadecimal digits also the beginning of an id: such commits
    /// come first, whether `from` leads to them or not.
    QString text;
    QString author;           ///< in "Name <address>"
    QString added;            ///< how often it stands in a file changes (-S); may have line breaks
    QString changed;          ///< a POSIX regular expression for lines added or removed (-G)
    QList<QByteArray> paths;  ///< files or folders; with * ? [ a pattern, where * matches / too
    QStringList from;         ///< revisions; empty: HEAD and all branches, remote branches and tags
    QDateTime since;          ///< by the committers' clocks
    QDateTime until;
    bool matchCase = false;
    int limit = 10'000;
};

struct FoundCommit {
    enum class Change { None, Added, Modified, Deleted, Renamed, Copied, TypeChanged };
    QString id;
    Change change = Change::None;  ///< this and the paths in histories of files only
    QByteArray path;               ///< of the file at this commit
    QByteArray oldPath;            ///< before, when renamed or copied
};

/// Read their texts with Repository::commits() as they are shown.
class FoundCommits : public Arriving {
    Q_OBJECT
public:
    ~FoundCommits() override;

    [[nodiscard]] int count() const;
    [[nodiscard]] const FoundCommit& at(int row) const;
    /// Whether there are more than the limit.
    [[nodiscard]] bool hasMore() const;

private:
    friend struct Finder;
    struct Body;
    explicit FoundCommits(std::shared_ptr<Body> body);
    std::shared_ptr<Body> m_body;
};

/// Newest first. `cancel` ends it at any time. Invalid when nothing is asked for or a text can not
/// be one; NotFound for an unknown revision. What goes wrong later is the rows' problem().
Task<Result<std::shared_ptr<FoundCommits>>> search(std::shared_ptr<Repository> repository,
                                                   SearchQuery query, CancelToken cancel);

/// The commits that changed a file, across its renames, from a revision on back (empty: HEAD).
/// Empty when no commit has it.
Task<Result<std::shared_ptr<FoundCommits>>> fileHistory(std::shared_ptr<Repository> repository,
                                                        QByteArray path, QString from, int limit,
                                                        CancelToken cancel);

}  // namespace analemma::git
