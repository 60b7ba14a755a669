#pragma once

#include "core/deploy/deploy.h"
#include "core/git/review.h"
#include "core/monitor/alerts.h"
#include "core/pipeline/pipeline.h"
#include "core/release/release.h"

#include <QObject>

#include <array>

/// The eight phases joined: what the board shows, and the automatic steps between phases.
namespace analemma::lifecycle {

enum class Phase { Plan, Code, Build, Test, Release, Deploy, Operate, Monitor };
constexpr int phaseCount = 8;
QString toString(Phase phase);

/// The states of the board; each has a colour, an icon and a word.
enum class Mark { None, Idle, Waiting, Running, Ok, Failed, Unknown };
QString toString(Mark mark);

/// One of the eight round nodes.
struct Station {
    Phase phase = Phase::Plan;
    Mark mark = Mark::Idle;
    int count = 0;
    QString line;     ///< "3 new", "12/12", "production 1.4.1"
    QDateTime since;  ///< of that state; invalid when there is none
    QString detail;   ///< more to be said of it, a sentence a line; may be empty
    QString panel;    ///< the door, where it is another than the phase's own: "alerts"
    QString item;     ///< id of the row there
};

/// One cell of the change line. `panel` and `item` say which door it is.
struct Cell {
    Mark mark = Mark::None;
    QString text;  ///< "41 s", "12/12", "1.4.2", "qa  production"
    QDateTime at;
    QString who;
    QString panel;  ///< "pipelines", "releases", "environments", "servers", "alerts"; empty:
                    ///< no door
    QString item;   ///< id of the row there
};

struct ChangeRow {
    QString repository;
    QString commit;
    QString subject;
    QString author;
    QDateTime time;
    std::array<Cell, phaseCount> cells;
};

struct Board {
    std::array<Station, phaseCount> stations;
    QList<ChangeRow> changes;  ///< newest first
    QStringList problems;      ///< what could not be asked, each a sentence; the rest stands
    QDateTime asOf;
    [[nodiscard]] Json toJson() const;  ///< schema analemma.board.1
};

/// Facts from which a board is made; plain values, so that makeBoard() is pure.
struct Facts {
    struct RepositoryFacts {
        QString name;
        QList<git::Commit> commits;  ///< of the branch that is delivered, newest first
        QHash<QString, git::ReviewState> reviews;  ///< what reviews say of these commits
        int openReviews = 0;                       ///< of any branch, not approved yet
        QString problem;                           ///< why reviews could not be read
    };
    QList<RepositoryFacts> repositories;
    QList<pipeline::Run> runs;
    QList<release::Release> releases;
    QList<deploy::EnvironmentView>
        environments;              ///< in the order in which a change goes through them
    QList<monitor::Alert> alerts;  ///< all that are open; those count that fire and are told
    QStringList problems;
    int limit = 200;  ///< of change rows
    QDateTime now;
};
/// Pure; any thread.
Board makeBoard(const Facts& facts);

class Lifecycle : public QObject {
    Q_OBJECT
public:
    using OpenRepository =
        std::function<Task<Result<std::shared_ptr<git::Repository>>>(QString name)>;
    /// The services must outlive it. Main thread only.
    Lifecycle(workspace::Workspace workspace, store::Store* store, pipeline::Pipelines* pipelines,
              release::Releases* releases, deploy::Deployments* deployments, OpenRepository open,
              const Clock* clock);
    ~Lifecycle() override;

    /// Asks all services at once and makes a board of their answers, with at most `changes` rows.
    /// What could not be asked stands in Board::problems; the board itself always comes.
    Task<Result<Board>> board(int changes);
    /// Alerts that fire are shown with the phase Monitor from now on. It may die first.
    void showAlerts(monitor::Alerts* alerts);
    /// Runs the pipelines whose `on` names the branch of a new commit. For the window. A commit is
    /// claimed in the store before its run starts, so that two programs, or one before and after a
    /// restart, start it once. Idempotent.
    void watchForCommits();
    /// Stops watching and waits for what is under way; await it before the services die.
    Task<Result<void>> close();

Q_SIGNALS:
    /// board() would tell something else now; at most ten times a second.
    void changed();
    /// A run that should have started by itself did not: a sentence.
    void problem(const QString& text);

private:
    struct Body;
    std::shared_ptr<Body> m_body;
};

}  // namespace analemma::lifecycle
