#pragma once

#include "core/deploy/deploy.h"
#include "core/git/watch.h"
#include "core/git/worktree.h"
#include "ui/repositories/repository_tab.h"

#include <QHash>
#include <QWidget>

namespace analemma::ui {

class DataTable;
class Reader;
class RecordModel;
struct Record;

/// All repositories of the workspace at a glance: branch, changes, ahead and behind, last commit,
/// pipeline, what is deployed. Reads when shown and when something of it changes. Main thread.
class RepositoryWall : public QWidget {
    Q_OBJECT
public:
    explicit RepositoryWall(const Context& context, QWidget* parent = nullptr);
    void read();
    [[nodiscard]] DataTable* table() const { return m_table; }

Q_SIGNALS:
    void opened(const QString& repository);
    void summary(const QString& text);
    void refreshed();

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
    QHash<QString, Line> m_lines;
    int m_missing = 0;
};

/// "3 changed, 1 new", "2 in conflict", "no changes". Pure.
QString changesText(const git::Status& status);
/// "2 ahead, 1 behind", "in step", "no upstream". Pure.
QString stepText(const git::Status& status);

}  // namespace analemma::ui
