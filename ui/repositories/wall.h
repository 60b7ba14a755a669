#pragma once

#include "core/deploy/deploy.h"
#include "core/git/watch.h"
#include "core/git/worktree.h"
#include "ui/repositories/repository_tab.h"
#include "ui/repositories/wall_desk.h"

#include <QHash>
#include <QWidget>

namespace analemma::ui {

class AskPanel;
class DataTable;
class Reader;
class RecordModel;
struct Record;
class Text;

/// All repositories of the workspace at a glance: branch, changes, ahead and behind, last commit,
/// pipeline, what is deployed; and which ones there are. Reads when shown and when something of it
/// changes. Main thread.
class RepositoryWall : public QWidget {
    Q_OBJECT
public:
    explicit RepositoryWall(const Context& context, QWidget* parent = nullptr);
    void read();
    [[nodiscard]] DataTable* table() const { return m_table; }
    [[nodiscard]] WallDesk* desk() const { return m_desk; }
    /// Clone, open and make, which concern no row: for the panel's head.
    [[nodiscard]] const QList<QAction*>& mainActs() const { return m_mainActs; }
    bool stepBack();  ///< Esc

Q_SIGNALS:
    void opened(const QString& repository);
    void summary(const QString& text);
    void refreshed();
    /// It is about to ask something: it has to be seen.
    void asking();

private:
    struct Line {
        RepositoryPointer repository;
        std::shared_ptr<git::WorkTreeWatch> watch;
        std::optional<git::Status> status;
        std::optional<git::Commit> commit;
        QString run;  ///< word of the newest run's state
        QString deployed;
        QString problem;
    };
    void makeActs();
    QAction* addAct(const QString& id, const QString& text, const QString& icon,
                    std::function<void()> run, const QKeySequence& keys = {});
    QWidget* makeStrip();
    void updateActs();
    void showCloning(const WallDesk::Cloning& now);
    void follow();
    bool readAll();
    void readOne(const QString& name);
    void readStatus(const QString& name);
    void readRuns(const QString& name);
    void readDeployed();
    void showLine(const QString& name);
    void told();
    [[nodiscard]] Record recordOf(const QString& name, const Line& line) const;

    Context m_context;
    RecordModel* m_model;
    DataTable* m_table;
    Reader* m_reader;
    AskPanel* m_ask;
    WallDesk* m_desk;
    Text* m_progress = nullptr;
    QWidget* m_strip = nullptr;
    QList<QAction*> m_mainActs;
    QString m_cloning;
    QHash<QString, Line> m_lines;
    int m_missing = 0;
};

/// "3 changed, 1 new", "2 in conflict", "no changes". Pure.
QString changesText(const git::Status& status);
/// "2 ahead, 1 behind", "in step", "no upstream". Pure.
QString stepText(const git::Status& status);

}  // namespace analemma::ui
