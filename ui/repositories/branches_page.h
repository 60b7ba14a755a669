#pragma once

#include "core/git/merging.h"
#include "ui/repositories/repository_tab.h"

#include <QHash>

class QAction;
class QStackedWidget;

namespace analemma::ui {

class AskPanel;
class ChipBar;
class DataTable;
class GitDesk;
class Reader;
class RecordModel;
struct Record;
class SubmodulesPage;
class WorkTreesPage;

/// Branches, remote branches and tags, and what is done with them; the work trees and submodules.
class BranchesPage : public RepositoryTab {
    Q_OBJECT
public:
    explicit BranchesPage(const Context& context, QWidget* parent = nullptr);
    void setRepository(const QString& name, const RepositoryPointer& repository) override;
    void read() override;
    bool stepBack() override;
    [[nodiscard]] DataTable* table() const { return m_table; }
    [[nodiscard]] WorkTreesPage* trees() const { return m_trees; }
    [[nodiscard]] SubmodulesPage* modules() const { return m_modules; }
    /// "refs", "trees", "modules".
    void turnTo(const QString& part);

private:
    void build();
    void makeActs();
    bool readRefs();
    void setRefs(const QList<git::Ref>& refs);
    void readTexts();
    void fill();
    QAction* addAct(const QString& id, const QString& text, const QString& icon,
                    std::function<void(const git::Ref&)> run);
    void updateActs();
    [[nodiscard]] const git::Ref* chosen() const;
    [[nodiscard]] Record recordOf(const git::Ref& ref) const;

    RecordModel* m_model;
    DataTable* m_table;
    ChipBar* m_parts;
    QStackedWidget* m_stack;
    AskPanel* m_ask;
    GitDesk* m_desk;
    WorkTreesPage* m_trees;
    SubmodulesPage* m_modules;
    Reader* m_reader;
    QList<git::Ref> m_refs;
    QHash<QString, git::Commit> m_texts;
    git::Head m_head;
};

}  // namespace analemma::ui
