#pragma once

#include "core/git/worktrees.h"
#include "ui/repositories/repository_tab.h"

namespace analemma::ui {

class DataTable;
class GitDesk;
class RecordModel;
class Reader;

/// The work trees of a repository: one for each branch that is checked out somewhere.
class WorkTreesPage : public RepositoryTab {
    Q_OBJECT
public:
    /// `desk` acts for it; not owned.
    WorkTreesPage(const Context& context, GitDesk* desk, QWidget* parent = nullptr);
    void setRepository(const QString& name, const RepositoryPointer& repository) override;
    void read() override;
    [[nodiscard]] DataTable* table() const { return m_table; }
    /// Where the first one is; empty while it is not known.
    [[nodiscard]] QString root() const;

Q_SIGNALS:
    void counted(int count);

private:
    void makeActs();
    void updateActs();
    bool readTrees();
    void setTrees(const QList<git::LinkedTree>& trees);
    [[nodiscard]] const git::LinkedTree* chosen() const;

    GitDesk* m_desk;
    RecordModel* m_model;
    DataTable* m_table;
    Reader* m_reader;
    QList<git::LinkedTree> m_trees;
};

/// The repositories inside of a repository, as they are; nothing is fetched or looked into.
class SubmodulesPage : public RepositoryTab {
    Q_OBJECT
public:
    explicit SubmodulesPage(const Context& context, QWidget* parent = nullptr);
    void setRepository(const QString& name, const RepositoryPointer& repository) override;
    void read() override;
    [[nodiscard]] DataTable* table() const { return m_table; }

Q_SIGNALS:
    void counted(int count);

private:
    bool readModules();
    void setModules(const QList<git::Submodule>& modules);

    RecordModel* m_model;
    DataTable* m_table;
    Reader* m_reader;
};

}  // namespace analemma::ui
