#pragma once

#include "core/git/merging.h"
#include "core/git/src/branchesheads.h"

namespace analemma::git {

/// What lies in the folder rebase-merge, as git 2.26 and later keep it (sequencer.c).
struct RebaseState {
    QByteArray headName;  ///< "refs/heads/topic", or "detached HEAD"
    QString onto;
    QString origHead;
    QList<QByteArray> done;  ///< lines "pick ID subject"
    QList<QByteArray> todo;
    QString stopped;  ///< the commit with the conflicts; empty when there is none
};

/// The commit that a line of the list picks; nothing for lines of another kind. Pure.
std::optional<QString> pickedBy(QByteArrayView line);
/// The lines of a list that do something. Pure.
QList<QByteArray> todoLines(QByteArrayView bytes);
/// The author of a commit as git keeps it for `git rebase --continue`. Pure.
QByteArray authorScript(const QByteArray& name, const QByteArray& email, qint64 seconds,
                        int offsetMinutes);

RebaseState readRebase(const Handle& handle);
Result<void> writeRebase(const Handle& handle, const RebaseState& state);
void clearRebase(const Handle& handle);

/// Fills in what a rebase under way is about, and what we can not do of it.
void describeRebase(const Handle& handle, UnderWay& found);
Result<Outcome> continueRebase(const Handle& handle, const Head& head, const QString& message,
                               const Committer& committer);
Result<ResetDone> abortRebase(const Handle& handle, const Head& head, const Committer& committer);

}  // namespace analemma::git
