#pragma once

#include "core/base/clock.h"
#include "core/base/task.h"
#include "core/monitor/src/alerteval.h"
#include "core/monitor/src/alertkept.h"
#include "core/monitor/src/alertplan.h"
#include "core/monitor/src/alerttell.h"

#include <QHash>
#include <QTimer>

#include <deque>
#include <map>

namespace analemma::monitor {

/// An alert in memory, and what of it is not on disk yet.
struct AlertEntry {
    Alert alert;
    AlertTold known;  ///< what was told of it, as last read from or written to the store
    bool dirty = false;
    bool asking = false;  ///< for the change before it; it is told after the answer
};

/// A rule on a series, with what it remembers.
struct TrackedRule {
    RuleSeries pair;
    RuleState state;
    qint64 heard = 0;    ///< time of the newest value, as last seen
    qint64 heardAt = 0;  ///< milliseconds since boot: when that was seen first
    qint64 looked = 0;   ///< since boot: at its window
    bool busy = false;   ///< its window is being read
};

/// Main thread. Coroutines are static and keep it alive.
class Alerts::Body : public std::enable_shared_from_this<Alerts::Body> {
public:
    using Key = QString;  ///< rule, subject, metric and labels, in lines

    Alerts* owner = nullptr;  ///< null once it is gone
    AlertSources sources;
    AlertOptions options;
    SystemClock machine;
    QList<AlertRule> rules;
    QHash<QString, AlertRule> rulesByName;
    QList<MaintenanceWindow> windows;
    QStringList channels;
    QList<Silence> silences;
    std::map<Key, AlertEntry> entries;  ///< pending, firing, and over but not told yet
    std::vector<AlertEntry>
        finished;  ///< over before they were ever kept, or in the way of new ones
    QString storeProblem;
    QString watchProblem;
    TaskScope scope;
    QTimer timer;
    QTimer reloadSoon;
    bool running = false;
    bool loaded = false;

    // ---- watching (alertwatch.cpp)
    std::vector<TrackedRule> tracked;
    std::vector<SeriesId> ids;  ///< of `tracked`, in its order
    std::vector<Latest> newest;
    QHash<Key, TrackedRule> carried;  ///< between two plans
    quint64 generation = 0;           ///< of `tracked`
    bool mayHaveMissed = false;
    qint64 bootNow = 0;
    qint64 bootLast = 0;   ///< of the tick before
    qint64 awakeFrom = 0;  ///< since boot
    qint64 planned = 0;
    bool planning = false;
    bool replan = true;
    std::size_t cursor = 0;
    bool passing = false;
    bool told = false;  ///< something that list() tells has changed in this pass
    struct Look {
        quint64 generation = 0;
        std::size_t index = 0;
        qint64 from = 0;
    };
    std::deque<Look> looks;
    int looking = 0;

    [[nodiscard]] const Clock& clock() const
    {
        return sources.clock != nullptr ? *sources.clock : machine;
    }
    [[nodiscard]] qint64 now() const { return clock().now().toMSecsSinceEpoch(); }

    void tick();
    void pass();
    void endPass();
    void look(std::size_t index);
    void wantLook(std::size_t index, qint64 from);
    void startLooks();
    void apply(std::size_t index, const Verdict& verdict);
    void planAgain();
    void takePlan(AlertPlan plan, const QList<AlertRule>& made);
    void carry(const QList<AlertRule>& before, const QList<AlertRule>& after);
    void endAbsent(const AlertPlan& plan);
    static Task<Result<void>> makePlan(std::shared_ptr<Body> body);
    static Task<Result<void>> lookAt(std::shared_ptr<Body> body, Look look);
    static Task<Result<void>> askChange(std::shared_ptr<Body> body, Key key);

    // ---- keeping (alertkeep.cpp)
    bool working = false;
    bool reloadWanted = false;
    qint64 pruned = 0;  ///< since boot

    void hold();     ///< silences, as they are now
    void keep();     ///< starts work() when there is something to write or read
    void changed();  ///< tells it, if somebody still listens
    void setProblem(QString& which, const QString& text);
    [[nodiscard]] bool isDirty() const;
    void resolve(AlertEntry& entry, qint64 time);
    void adopt(const QList<Alert>& open, const QList<Silence>& current);
    QList<Notice> due();
    static Task<Result<void>> work(std::shared_ptr<Body> body);
    static Task<Result<void>> write(std::shared_ptr<Body> body);
    static Task<Result<void>> readAll(std::shared_ptr<Body> body);
    static Task<Result<Alert>> take(std::shared_ptr<Body> body, qint64 id, QString who,
                                    QList<EvidenceLog> logs);
};

/// From the store; NotFound.
Task<Result<Alert>> readAlert(store::Store* store, qint64 id);

QString keyOf(const QString& rule, const SeriesName& name);
QString keyOf(const Alert& alert);

/// What was measured around an alert: its own series, then the server's others that tell most.
Task<Result<QList<EvidenceChart>>> evidenceOf(SeriesStore* series, Alert alert, QString total,
                                              qint64 now);

}  // namespace analemma::monitor
