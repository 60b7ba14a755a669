#pragma once

#include "core/git/git.h"

/// What is staged becomes a commit.
namespace analemma::git {

/// What could be better about a message.
struct MessageRemark {
    enum class Kind {
        Empty,            ///< no commit can be made
        LongSubject,      ///< over 72 characters: cut off in most lists
        RatherLong,       ///< over 50
        SecondLine,       ///< not blank
        LastDot,          ///< the subject ends in one
        UnknownType,      ///< "feat:" and the like, but not one of the known ones
        NotConventional,  ///< nearly: "Feat: x", "fix : x", "fix:x"
    };
    Kind kind = Kind::Empty;
    int line = 1;
    QString text;  ///< one sentence
    bool operator==(const MessageRemark&) const = default;
};
/// By what git's own documents advise (git-commit(1), "Discussion") and Conventional Commits 1.0.0;
/// a subject without any type is not held against it. Pure.
QList<MessageRemark> checkMessage(const QString& message);

struct CommitRequest {
    QString message;
    QString authorName;  ///< empty: user.name and user.email of the configuration
    QString authorEmail;
    QDateTime time;      ///< invalid: now
    bool amend = false;  ///< in place of HEAD's commit; without an author named it keeps that one's
    std::optional<QString> expected;  ///< HEAD as it was shown; empty: unborn
};

struct Committed {
    QString id;
    QStringList hooksNotRun;       ///< "pre-commit", ...: the repository has them, nothing ran them
    bool signatureWanted = false;  ///< commit.gpgSign asks for one; it has none
};
/// Commits the index on HEAD's branch, or on HEAD when detached. During a merge it gets both
/// parents; of a cherry-pick it keeps the author; and neither is under way any more then. Runs no
/// hooks. Conflict when paths are in conflict or HEAD moved, Locked while another program holds the
/// index, Invalid when nothing is staged, the message is empty, or there is no author; then nothing
/// was changed.
Task<Result<Committed>> commitIndex(std::shared_ptr<Repository> repository, CommitRequest request);

/// What git would put into the editor: of a merge or revert under way, or of HEAD's commit to amend
/// it; else empty.
Task<Result<QString>> messageToBegin(std::shared_ptr<Repository> repository, bool amend);

}  // namespace analemma::git
