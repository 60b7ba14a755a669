#pragma once

#include "core/base/result.h"
#include "core/base/task.h"
#include "core/monitor/series.h"

#include <QList>
#include <QString>
#include <QStringList>

#include <optional>

namespace analemma::store {
class Store;
}

/// Rules about what is measured, and the alerts they make. Deciding is pure (src/alerteval.h,
/// src/alerttell.h); Alerts remembers and tells.
namespace analemma::monitor {

/// What a rule looks at.
enum class RuleKind {
    Threshold,  ///< the value is beyond a bound for `lasting`
    Absence,    ///< nothing arrived for `lasting`, while this machine was awake to hear it
    Change,     ///< the value rose (fell) by more than the bound within `window`
    Forecast,   ///< by the line through `window` the value reaches the bound within `horizon`
    BurnRate,   ///< an objective's error budget burns faster than the bound, in `window` and in a
                ///< twelfth of it
    Share,      ///< `metric` is more than so many percent of `total` within `window`
};
enum class Severity { Info, Warning, Critical };
enum class Bound {
    Over,
    Under,
    Beyond,  ///< on either side of 0: a clock that is off
};
QString toString(RuleKind kind);  ///< as written in the workspace file: "burn-rate"
QString toString(Severity severity);
QString toString(Bound bound);
std::optional<RuleKind> ruleKindFromString(const QString& text);
std::optional<Severity> severityFromString(const QString& text);

struct AlertRule {
    QString name;
    RuleKind kind = RuleKind::Threshold;
    QString metric;    ///< as stored: "cpu.busy", "check.latency"
    QString total;     ///< BurnRate, Share: the metric of all events, `metric` being of the bad
                       ///< ones
    QString subjects;  ///< pattern of servers, checks, environments: "web-*"; empty: all
    QStringList tags;  ///< only servers with one of these tags; empty: all
    QString labels;    ///< pattern of labels; empty: all; "-": only series without labels
    Bound bound = Bound::Over;
    double limit = 0;
    std::optional<double> clear;  ///< hysteresis: an alert ends only beyond this; none: at `limit`
    double objective = 0.999;     ///< BurnRate
    double least = 0;             ///< BurnRate, Share: fewer events in `window` say nothing
    milliseconds lasting{0};
    milliseconds window{0};
    milliseconds horizon{0};
    Severity severity = Severity::Warning;
    milliseconds repeat{0};    ///< told again while it goes on; 0: once
    milliseconds escalate{0};  ///< nobody took it for so long: told to `escalateTo`; 0: never
    QStringList tell;          ///< names of channels; empty: all there are
    QStringList escalateTo;    ///< empty: all there are
    QString runbook;           ///< a link or a name, shown with it
    bool builtIn = false;
    bool operator==(const AlertRule&) const = default;
};

enum class AlertState {
    Quiet,
    Pending,  ///< true, but not for long enough
    Firing,
    Resolved,  ///< was firing
};
QString toString(AlertState state);

enum class ChangeKind {
    Deploy,
    Rollback,
    TakenBack,  ///< a deployment that took itself back
    Bake,       ///< its image is in use
    Config,     ///< of the workspace file
    Run,        ///< of a command or a runbook on servers
    Restart,    ///< of servers that had stopped
    Down,
};
QString toString(ChangeKind kind);
std::optional<ChangeKind> changeKindFromString(const QString& text);

/// The change that came before an alert on the same environment.
struct LastChange {
    QString environment;
    QString operation;  ///< of the journal
    QString what;       ///< "shop 1.4.2 went live"
    QString release;
    qint64 time = 0;         ///< milliseconds since 1970
    QString backTo;          ///< what a roll back would bring, empty: there is none
    milliseconds backIn{0};  ///< how long such a roll back took before; 0: not known
    ChangeKind kind = ChangeKind::Deploy;
    QString commit = QString();  ///< of a configuration that is kept in git
    /// `what` once more, to be said in another language: a text of the translation context
    /// "AlertSentence" with %1 and so on, and what stands there. Empty: only `what` is known.
    QString pattern = QString();
    QStringList names = {};
    bool operator==(const LastChange&) const = default;
    /// It is of a kind that can be rolled back; whether there is something to go back to, the
    /// environment says.
    [[nodiscard]] bool canGoBack() const
    {
        return kind == ChangeKind::Deploy || kind == ChangeKind::Rollback;
    }
};

/// What was told about an alert, in milliseconds since 1970; 0: not yet.
struct AlertTold {
    qint64 first = 0;
    qint64 last = 0;
    qint64 escalated = 0;
    qint64 resolved = 0;
    bool operator==(const AlertTold&) const = default;
};

/// One rule on one series. Kept until its history is let go.
struct Alert {
    qint64 id = 0;  ///< counts up in a workspace; 0: not kept yet (pending)
    QString rule;
    QString subject;
    QString environment;  ///< that the subject belongs to; empty: none
    QString metric;
    QString labels;
    Severity severity = Severity::Warning;
    AlertState state = AlertState::Pending;
    double value = 0;  ///< the newest; Absence: seconds of silence; Forecast: seconds that are left
    double worst = 0;
    QString sentence;    ///< "disk /var of web-1 is 96 % full, over 90 %"
    qint64 since = 0;    ///< when the rule became true
    qint64 fired = 0;    ///< when it had lasted for long enough
    qint64 noticed = 0;  ///< when this program saw it; later than `fired` after a sleep
    qint64 resolved = 0;
    QString silencedBy;  ///< the silence or the maintenance window, for people; empty: it is told
    QString takenBy;     ///< who acts on it; empty: nobody yet
    qint64 taken = 0;
    QString incident;  ///< id; empty: none
    QString runbook;
    std::optional<LastChange> change;
    AlertTold told;
    bool operator==(const Alert&) const = default;

    [[nodiscard]] bool isOpen() const { return state != AlertState::Resolved; }
    [[nodiscard]] Json toJson() const;  ///< schema analemma.alert.1
    static Alert fromJson(const Json& json);
};

/// "4 min after shop 1.4.2 went live"; empty without a change.
QString changeText(const Alert& alert);

/// Alerts that match are not told for a while. Patterns as of rules; empty matches all, but one of
/// the three must say something.
struct Silence {
    QString id;  ///< empty: a new one
    QString rule;
    QString subject;
    QString labels;
    qint64 from = 0;
    qint64 to = 0;
    QString who;
    QString why;
    bool operator==(const Silence&) const = default;
    [[nodiscard]] Json toJson() const;
    static Silence fromJson(const Json& json);
};

/// A silence of the workspace file: once, or every week by the local time of this machine.
struct MaintenanceWindow {
    QString name;
    QString rules;
    QString subjects;
    qint64 from = 0;  ///< once, milliseconds since 1970; 0: weekly
    qint64 to = 0;
    QList<int> days;  ///< weekly: 1 Monday to 7 Sunday
    int minute = 0;   ///< weekly: of the day
    milliseconds lasting{0};
    QString why;
    bool operator==(const MaintenanceWindow&) const = default;
};

enum class NoticeKind {
    Fired,
    Repeated,
    Escalated,
    Resolved,
    Missed,  ///< began and ended while nobody looked
};
QString toString(NoticeKind kind);

/// What is told at once: alerts of one rule in one environment. Kept before it is handed out, with
/// its id, until every channel has it: after a kill it comes again with the same id.
struct Notice {
    QString id;
    NoticeKind kind = NoticeKind::Fired;
    QString rule;
    QString environment;
    Severity severity = Severity::Warning;  ///< the gravest
    QList<Alert> alerts;
    QStringList channels;
    qint64 time = 0;
    QString title;  ///< one line
    QString text;   ///< a line for each alert, the change before it, the runbook
    [[nodiscard]] Json toJson() const;  ///< schema analemma.notice.1
    static Notice fromJson(const Json& json);
};

/// Whose figures may make alerts.
struct AlertSubject {
    QString name;
    QString environment;  ///< empty: none
    QStringList tags;
    bool sampled = false;  ///< figures of a server are expected of it: their absence counts
    bool operator==(const AlertSubject&) const = default;
};

/// What Alerts asks. All but `store` may be null or empty.
struct AlertSources {
    store::Store* store = nullptr;
    SeriesStore* series = nullptr;
    const Clock* clock = nullptr;  ///< the machine's
    std::function<QList<AlertSubject>()> subjects;
    /// The newest change of a subject's environment before a time; none: there was none.
    std::function<Task<Result<std::optional<LastChange>>>(QString subject, QString environment,
                                                          qint64 before)>
        lastChange;
};

struct AlertOptions {
    milliseconds pace{1'000};
    milliseconds group{5'000};   ///< others of the same rule and environment are waited for so long
    milliseconds sleep{15'000};  ///< not called for so long: this machine slept
    int historyKept = 2'000;
    milliseconds historyFor = std::chrono::hours(24 * 90);
};

/// Lines of a log, given to an incident as evidence.
struct EvidenceLog {
    QString title;
    QStringList lines;
};

/// Watches what is measured, remembers alerts and writes down what is to be told. Several programs
/// on one workspace see the same alerts; one of them evaluates (start()). Main thread.
class Alerts : public QObject {
    Q_OBJECT
public:
    explicit Alerts(AlertSources sources, AlertOptions options = {}, QObject* parent = nullptr);
    /// What is under way ends by itself, while the sources live.
    ~Alerts() override;

    /// In place of those before; open alerts of rules that are gone end.
    void setRules(QList<AlertRule> rules);
    void setMaintenance(QList<MaintenanceWindow> windows);
    /// Names of all channels, for rules that name none.
    void setChannels(QStringList names);

    /// Reads what is kept; list() and silences() are empty before. Io.
    Task<Result<void>> load();
    /// Evaluates and tells from now on, after load().
    void start();
    void stop();
    [[nodiscard]] bool isRunning() const;

    [[nodiscard]] QList<AlertRule> rules() const;
    /// Pending and firing; the gravest first, then the newest. One that fires is pending until it
    /// is kept, and so has a number; where it cannot be kept, it fires without.
    [[nodiscard]] QList<Alert> list() const;
    [[nodiscard]] std::optional<Alert> find(qint64 id) const;
    /// Also of those that are over. NotFound.
    Task<Result<Alert>> read(qint64 id);
    /// Resolved ones, newest first; `before` an id, for paging; 0: from the newest.
    Task<Result<QList<Alert>>> history(int limit, qint64 before = 0);
    /// Those that are not over yet.
    [[nodiscard]] QList<Silence> silences() const;

    /// Somebody acts on it: an incident is made with what was measured around it, the change before
    /// it and `logs`. Taken already by another: Conflict. NotFound.
    Task<Result<Alert>> take(qint64 id, QString who, QList<EvidenceLog> logs = {});
    /// With its id. Invalid: it names nothing, or ends before it begins.
    Task<Result<Silence>> silence(Silence silence);
    /// Ends it now. NotFound.
    Task<Result<void>> unsilence(QString id);

    /// Why alerts cannot be kept or evaluated; empty while they can.
    [[nodiscard]] QString problem() const;

    class Body;  // src/alertsbody.h

Q_SIGNALS:
    /// list() or silences() tell something else.
    void changed();
    /// It is kept; hand it to its channels.
    void noticed(const analemma::monitor::Notice& notice);
    void problemChanged();

private:
    std::shared_ptr<Body> m_body;
};

/// The rules that hold where the workspace file says nothing else; each has a name.
QList<AlertRule> builtInRules();

/// Rules as a file of Prometheus' alerting rules (YAML), over the names that core/monitor exports.
/// Notes say what a rule cannot express there.
QByteArray toPrometheusRules(const QList<AlertRule>& rules, const QString& workspace);

}  // namespace analemma::monitor
