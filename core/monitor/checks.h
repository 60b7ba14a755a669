#pragma once

#include "core/http/http.h"
#include "core/monitor/balancers.h"
#include "core/monitor/series.h"
#include "core/ssh/ssh.h"
#include "core/workspace/servicecheck.h"

#include <QObject>

/// Services, looked at from here: from outside over the network, and on their servers over SSH.
namespace analemma::monitor {

/// What one look at a service found.
struct CheckResult {
    QDateTime time;  ///< when it began, UTC
    bool ok = false;
    QString reason;  ///< why not, one sentence for people; empty when it is ok
    QString detail;  ///< what it saw, for people: "200, 1.2 KiB", "3 processes"
    /// Of a URL, a port or a name: where the time went. Of a URL each time on a new connection.
    std::optional<http::Timing> timing;
    milliseconds took{0};  ///< all of it, connecting to a server included
    int status = 0;        ///< of a URL that answered
    std::optional<int> certificateDays;
    std::optional<qint64> count;  ///< processes, lines

    /// What counts as the latency of the service; nothing where the look was a command.
    [[nodiscard]] std::optional<double> latencyMilliseconds() const;
    [[nodiscard]] Json toJson() const;
};

/// What a look needs.
struct CheckTools {
    /// Gives a connection to a server by name; errors as of Sampler::Connect.
    using Connect =
        std::function<Task<Result<std::shared_ptr<ssh::Session>>>(QString server, CancelToken)>;
    std::shared_ptr<http::Client> http;
    Connect connect;
};

/// What a check remembers from one look to the next: how far a log was read. Main thread.
class CheckMemory {
public:
    QByteArray file;  ///< device and inode; empty: none was read
    qint64 offset = 0;
};

/// Looks once. What goes wrong is a result that is not ok; the only error is Cancelled.
///
/// On a server, commands are small and fixed but for a script; what they say is bounded and judged
/// here. A log's first look reads its last 256 KiB and is not judged; later ones read what is new,
/// at most 1 MiB, also after the file was rotated. Patterns are matched here, each line of at most
/// 4 KiB, regular expressions with a limit of steps.
Task<Result<CheckResult>> runCheck(CheckTools tools, workspace::ServiceCheck check,
                                   std::shared_ptr<CheckMemory> memory, CancelToken cancel);

// ---- all of a workspace -------------------------------------------------------------------------

enum class CheckState {
    Unknown,  ///< not looked at yet, or not often enough
    Up,
    Down,
};
QString toString(CheckState state);

/// What is known of a check now.
struct CheckView {
    workspace::ServiceCheck check;
    CheckState state = CheckState::Unknown;
    QDateTime since;  ///< it is in this state; invalid: never looked at
    QString reason;   ///< of the last look that was not ok, while it is down or about to be
    std::optional<CheckResult> last;
    bool running = false;
    int late = 0;  ///< times that it was due while it still ran
    /// Over the last 15 minutes; nothing where no look told a latency.
    std::optional<double> apdex;
    std::optional<double> p50;  ///< milliseconds, of looks that were ok
    std::optional<double> p95;
    std::optional<double> p99;
    int looks = 0;  ///< in these 15 minutes
};

/// What is known of an environment's balancer now.
struct BalancerView {
    QString environment;
    CheckState state = CheckState::Unknown;
    QDateTime since;
    QString reason;
    QDateTime time;  ///< of the newest counters; invalid: none yet
    QString active;  ///< pool
    TrafficRates all;
    QList<TrafficRates> parts;  ///< backends and members of the active pool
};

struct CheckOptions {
    int atOnce = 32;
    milliseconds balancerEvery{5'000};
    const Clock* clock = nullptr;  ///< the machine's
};

/// Looks at all services of a workspace from time to time, and keeps what it finds in the store of
/// series: of the check's name check.ok (1 or 0), check.latency, check.lookup, check.connect,
/// check.tls, check.wait (milliseconds), check.certificate_days, check.lines (matching lines of a
/// log); of the environment's name balancer.requests and balancer.errors (a second),
/// balancer.queue, balancer.sessions, balancer.response (milliseconds), and the same with
/// "member=..." and "pool=..."; balancer.members and balancer.healthy, how many there are in the
/// active pool.
///
/// A check that still runs is not started again. Main thread.
class Checks : public QObject {
    Q_OBJECT
public:
    /// `store` may be null: then nothing is kept. `balancers` may be null: then none is looked at.
    Checks(CheckTools tools, std::shared_ptr<BalancerSource> balancers, SeriesStore* store,
           CheckOptions options = {}, QObject* parent = nullptr);
    ~Checks() override;

    /// Looks at these and no others. Those that stay the same go on undisturbed. Nothing is looked
    /// at before the first call.
    void watch(const QList<workspace::ServiceCheck>& checks, const QStringList& environments);
    /// Looks now, unless it does already.
    void look(const QString& name);

    [[nodiscard]] QStringList names() const;         ///< sorted
    [[nodiscard]] QStringList environments() const;  ///< with a balancer; sorted
    [[nodiscard]] CheckView view(const QString& name) const;
    [[nodiscard]] BalancerView balancer(const QString& environment) const;
    /// Why values could not be kept the last time; empty while they are.
    [[nodiscard]] QString storeProblem() const;

Q_SIGNALS:
    void looked(const QString& name);
    /// After looked(), when `state` is another.
    void stateChanged(const QString& name);
    void balancerRead(const QString& environment);
    void balancerStateChanged(const QString& environment);

private:
    struct Body;
    std::unique_ptr<Body> m_body;
};

}  // namespace analemma::monitor
