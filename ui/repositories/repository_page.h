#pragma once

#include "ui/repositories/repository_tab.h"

class QStackedWidget;

namespace analemma::ui {

class ChipBar;
class ComparePage;
class FilePage;
class HistoryPage;
class AskPanel;
class RemoteDesk;
class Text;
class UnderWayBar;

/// One repository with its pages: History, Changes, Stashes, Branches, Reviews, Compare, File.
class RepositoryPage : public QWidget {
    Q_OBJECT
public:
    explicit RepositoryPage(const Context& context, QWidget* parent = nullptr);

    [[nodiscard]] QString name() const { return m_name; }
    [[nodiscard]] RepositoryPointer repository() const { return m_repository; }
    /// Opens it; what was shown of another one goes.
    void open(const QString& name);
    /// Reads what is visible again; opens what could not be opened before.
    void read();
    /// "history", "changes", "stashes", "branches", "reviews", "compare", "file".
    void turnTo(const QString& tab);
    [[nodiscard]] QString tab() const;
    bool stepBack();
    /// Those of all its pages, for the palette.
    [[nodiscard]] QList<QAction*> acts() const;
    [[nodiscard]] RemoteDesk* remote() const { return m_desk; }
    [[nodiscard]] HistoryPage* history() const { return m_history; }

Q_SIGNALS:
    void back();
    void problem(const analemma::Error& error);
    void notice(const analemma::ui::Notice& notice);
    void summary(const QString& text);
    void refreshed();
    void folderWanted(const QString& folder);

private:
    void buildRemote();
    void addTab(const QString& id, const QString& title, RepositoryTab* tab);
    void setRepository(const RepositoryPointer& repository);
    [[nodiscard]] RepositoryTab* current() const;

    Context m_context;
    QString m_name;
    RepositoryPointer m_repository;
    Text* m_title;
    ChipBar* m_tabs;
    QStackedWidget* m_stack;
    HistoryPage* m_history;
    ComparePage* m_compare;
    FilePage* m_file;
    AskPanel* m_ask;
    RemoteDesk* m_desk;
    UnderWayBar* m_bar;
    Text* m_progress;
    QWidget* m_busyRow;
    QHash<QString, RepositoryTab*> m_pages;
};

}  // namespace analemma::ui
