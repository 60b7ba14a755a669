#pragma once

#include "core/git/review.h"
#include "core/release/src/record.h"

namespace analemma::release {

/// What is known when a release is thought of: plain values, so that the decisions are pure.
struct Survey {
    QString repository;
    git::Commit commit;
    Built built;
    QList<Record> records;  ///< of the whole workspace
    QList<git::Ref> tags;
};

struct Last {
    Version version;
    QString commit;
};

/// The highest version of the repository before this commit's: of its releases, also those begun,
/// and of its tags v*, so that a repository with a past goes on from there. What stands on the
/// commit itself does not count.
std::optional<Last> lastBefore(const Survey& survey);

/// The version of a tag that stands on the commit already, when it is above the last one: the
/// release was tagged by hand or by another workstation.
std::optional<Version> taggedVersion(const Survey& survey, const std::optional<Last>& last);

/// The version to propose: one that no release of the repository has.
Version proposedVersion(const Survey& survey, const std::optional<Last>& last,
                        const QList<git::Commit>& commits);

/// Whether the commit may become this version. Conflict, Invalid.
Result<void> checkVersion(const Survey& survey, const std::optional<Last>& last,
                          const Version& version);

/// "1 breaking change, 1 feature and 2 fixes since 1.4.1".
QString reasonFor(const std::optional<Last>& last, const QList<git::Commit>& commits);

/// Whether the rule "review: required" lets the release be made: each commit since the last version
/// is approved, as the reviews say; of a first release its own commit is enough. `mostRead` is how
/// many commits were read at most. Refused, with what to do.
Result<void> checkReviewed(const Survey& survey, const std::optional<Last>& last,
                           const QList<git::Commit>& commits, qsizetype mostRead,
                           const QHash<QString, git::ReviewState>& states);

/// "v1.4.2".
QString tagFor(const Version& version);

/// That the commit is released already, with the version in the details.
Error alreadyReleased(const Release& release);

}  // namespace analemma::release
