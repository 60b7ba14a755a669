#pragma once

#include "core/git/rebase.h"
#include "core/git/worktrees.h"
#include "ui/repositories/desk.h"

namespace analemma::ui {

class AskPanel;

/// The acts on branches and commits, for all pages of a repository: each asks what it has to know,
/// shows what it will do, does it, and offers the way back. Main thread.
class GitDesk : public Desk {
    Q_OBJECT
public:
    /// `ask` is where it asks; not owned.
    explicit GitDesk(AskPanel* ask, QObject* parent = nullptr);
    void setRepository(const std::shared_ptr<git::Repository>& repository) override;
    /// What the person saw when they pressed: acts refuse when it has moved since.
    void setHead(const git::Head& head) { m_head = head; }
    [[nodiscard]] const git::Head& head() const { return m_head; }

    void newBranch(const QString& start);
    void newTag(const QString& commit);
    void turnTo(const git::Ref& ref);
    void rename(const git::Ref& branch);
    void remove(const git::Ref& ref);
    void merge(const QString& revision);
    void rebase(const QString& onto);
    void pick(const git::Commit& commit);
    void revert(const git::Commit& commit);
    void reset(const QString& revision);
    /// A work tree of its own for a branch; `root` is where the first one is.
    void newWorkTree(const QString& branch, const QString& root);
    void removeWorkTree(const git::LinkedTree& tree);
    void finish();
    void abandon();
    void skip();

private:
    void outcome(const git::Outcome& outcome, const QString& done);
    void undoTo(const QString& commit);
    void offerBack(const QString& text, const QString& saved);
    void moveTo(const QString& commit, git::ResetMode mode);
    void withHead(std::function<void(const git::Head&)> act);
    void askMerge(const QString& revision, const git::MergePreview& preview);
    void askRebase(const git::RebasePlan& plan);
    void withCommitter(std::function<void(const git::Committer&)> act);

    AskPanel* m_ask;
    git::Head m_head;
};

}  // namespace analemma::ui
