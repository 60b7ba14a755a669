#pragma once

#include "ui/shell/panel.h"

class QStackedWidget;

namespace analemma::ui {

class CommitPage;
class HistoryView;
class RepositoryPage;
class RepositoryWall;

/// The repositories of the workspace: all at a glance, and one with its history, changes, branches
/// and reviews.
class RepositoriesPanel : public Panel {
    Q_OBJECT
public:
    explicit RepositoriesPanel(const Context& context, QWidget* parent = nullptr);
    void activate() override;
    /// A repository, "repository/tab", or a commit of the one that is shown.
    void select(const QString& item) override;
    bool stepBack() override;
    [[nodiscard]] QList<Finding> findings() const override;

    [[nodiscard]] RepositoryWall* wall() const { return m_wall; }
    [[nodiscard]] RepositoryPage* repository() const { return m_repository; }
    [[nodiscard]] HistoryView* view() const;
    [[nodiscard]] CommitPage* page() const;

private:
    void openRepository(const QString& name);
    void showWall();
    void updateActs();
    void followWorkspace();
    [[nodiscard]] const QMap<QString, workspace::Repository>& repositories() const;
    [[nodiscard]] bool isWall() const;

    QStackedWidget* m_pages;
    RepositoryWall* m_wall;
    RepositoryPage* m_repository;
};

}  // namespace analemma::ui
