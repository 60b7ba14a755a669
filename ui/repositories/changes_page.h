#pragma once

#include "core/git/merging.h"
#include "core/git/staging.h"
#include "core/git/watch.h"
#include "core/git/worktree.h"
#include "ui/repositories/repository_tab.h"

class QAction;
class QStackedWidget;

namespace analemma::ui {

class AskPanel;
class ChangeList;
class CommitBox;
class ConflictView;
class DiffPane;
class Reader;
class SectionTitle;
class StashDesk;

/// The work tree: what changed, what will be committed, and the commit. Lines and hunks are staged,
/// unstaged and discarded in the diff; what was discarded can be brought back.
class ChangesPage : public RepositoryTab {
    Q_OBJECT
public:
    explicit ChangesPage(const Context& context, QWidget* parent = nullptr);
    void setRepository(const QString& name, const RepositoryPointer& repository) override;
    void read() override;
    bool stepBack() override;

    [[nodiscard]] ChangeList* unstaged() const { return m_unstaged; }
    [[nodiscard]] ChangeList* staged() const { return m_staged; }
    [[nodiscard]] DiffPane* pane() const { return m_pane; }
    [[nodiscard]] CommitBox* box() const { return m_box; }

private:
    void build();
    void makeActs();
    bool readStatus();
    void setStatus(const git::Status& status);
    void readConflicts();
    /// What the diff shows comes from this list.
    void turnTo(ChangeList* list);
    void readDiff();
    [[nodiscard]] git::DiffQuery queryOf(const ChangeList* list) const;
    void actOnHunk(const QString& action, int hunk, const QList<int>& lines);
    void stageChosen();
    void unstageChosen();
    void discardChosen();
    void ignoreChosen();
    void commit(const QString& message, bool amend);
    void resolve(const git::Conflict& conflict, const git::Resolution& resolution);
    void stashAll();
    void stashChosen();
    void discardFiles(const QByteArrayList& files);
    void offerUndo(const QList<git::Discarded>& discarded);
    void finish(Task<Result<void>> task);
    [[nodiscard]] QString discardFolder() const;

    ChangeList* m_unstaged;
    ChangeList* m_staged;
    SectionTitle* m_unstagedTitle;
    SectionTitle* m_stagedTitle;
    CommitBox* m_box;
    QStackedWidget* m_right;
    DiffPane* m_pane;
    ConflictView* m_conflict;
    AskPanel* m_ask;
    StashDesk* m_stash;
    Reader* m_reader;
    std::unique_ptr<git::WorkTreeWatch> m_watch;
    ChangeList* m_source = nullptr;
    git::Status m_status;
    QList<git::Conflict> m_conflicts;
    CancelToken m_cancel;
};

/// The entries of a status as two lists: what is not staged, and what is. Pure.
QList<git::FileChange> unstagedChanges(const git::Status& status);
QList<git::FileChange> stagedChanges(const git::Status& status);

}  // namespace analemma::ui
