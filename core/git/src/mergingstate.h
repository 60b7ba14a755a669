#pragma once

#include "core/git/merging.h"
#include "core/git/src/handles.h"

namespace analemma::git {

/// The files in the git folder that say what is under way, by their names ("MERGE_HEAD",
/// "rebase-merge/onto"). They are written whole or not at all.
class StateFiles {
public:
    explicit StateFiles(const Handle& handle);
    [[nodiscard]] bool has(const QString& name) const;
    /// Empty when it is not there. At most 16 MiB.
    [[nodiscard]] QByteArray read(const QString& name) const;
    /// The first line of it.
    [[nodiscard]] QString line(const QString& name) const;
    Result<void> write(const QString& name, const QByteArray& bytes) const;
    Result<void> rename(const QString& from, const QString& to) const;
    void remove(const QString& name) const;
    void removeFolder(const QString& name) const;

private:
    QString m_folder;
};

Result<UnderWay> readUnderWay(const Handle& handle);
/// Conflict while something is under way.
Result<void> checkIdle(const Handle& handle);
/// Ends a merge, cherry-pick or revert.
void clearState(const StateFiles& files);
/// What git makes of a prepared message: without comments and needless space.
QByteArray cleanMessage(const QByteArray& message);

Result<QList<Conflict>> readConflicts(git_index* index);
/// "f", "g", ... as the comment that git leaves in a prepared message.
QByteArray conflictComment(git_index* index);

}  // namespace analemma::git
