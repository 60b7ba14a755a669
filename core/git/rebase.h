#pragma once

#include "core/git/merging.h"

/// Rebase: the commits of a branch once more on another base. What stops it is resolved and
/// finished with core/git/merging.h; the state is that of git's own rebase.
namespace analemma::git {

/// What a rebase will do; a value that is shown before.
struct RebasePlan {
    struct Step {
        QString commit;
        QString subject;
    };
    QString branch;       ///< empty: HEAD is on none
    QString tip;          ///< where it is now; the way back, by reset(), once it is done
    QString onto;         ///< the commit of the new base
    QString name;         ///< how it was called
    QList<Step> steps;    ///< oldest first; empty: the branch moves to `onto` (or is there already)
    QList<Step> skipped;  ///< merges, and commits whose change the other side has already
    bool upToDate = false;
};

/// The commits of HEAD that `upstream` lacks, on `onto` (empty: on `upstream`). Nothing is changed.
/// Invalid for more than 10,000 commits.
Task<Result<RebasePlan>> planRebase(std::shared_ptr<Repository> repository, QString upstream,
                                    QString onto);
/// Carries out a plan. All that can be done without a conflict is done in memory first. Conflict
/// when HEAD is no longer at the plan's tip or tracked files have changes.
Task<Result<Outcome>> rebase(std::shared_ptr<Repository> repository, RebasePlan plan,
                             Committer committer);
/// Leaves out the commit that the rebase stopped at and goes on.
Task<Result<Outcome>> skipStep(std::shared_ptr<Repository> repository, Head expected,
                               Committer committer);

}  // namespace analemma::git
