#pragma once

#include "core/base/secret.h"
#include "core/http/http.h"
#include "core/monitor/monitor.h"
#include "core/monitor/series.h"

#include <QMap>

#include <functional>
#include <memory>
#include <optional>

/// Figures that a Prometheus keeps, as our charts and views, and what Alertmanager tells. What they
/// answer is foreign and bounded: 8 MiB an answer.
/// API: prometheus.io/docs/prometheus/latest/querying/api, alertmanager's api/v2/openapi.yaml.
namespace analemma::monitor {

/// Sends one request; what Client::send() of core/http does.
using HttpSend = std::function<Task<Result<http::Response>>(http::Request, CancelToken)>;

using PromLabels = QMap<QString, QString>;  ///< foreign

struct PromOptions {
    QString url;           ///< "https://host:9090", with the path that stands before "/api/v1"
    QString alertmanager;  ///< the same of an Alertmanager; empty: none
    Secret token;          ///< for both; empty: none
    QString authority;     ///< as of http::Request
    milliseconds timeout{30'000};
};

struct PromPoint {
    qint64 time = 0;  ///< milliseconds since 1970
    double value = 0;
};
struct PromSeries {
    PromLabels labels;
    std::vector<PromPoint> points;  ///< of rising time; only numbers
};
struct PromChart {
    PromLabels labels;
    Chart chart;
};

/// What Prometheus reads, or tries to.
struct PromTarget {
    PromLabels labels;
    QString instance;  ///< "10.0.0.7:9100"
    QString job;
    QString health;      ///< "up", "down", "unknown"
    QString problem;     ///< why it is down
    QDateTime lastRead;  ///< invalid: never
    milliseconds interval{60'000};
    bool isNode = false;  ///< a node exporter, as its figures say
};

/// An alert of Prometheus ("pending", "firing") or of Alertmanager ("active", "suppressed",
/// "unprocessed"). All texts are foreign.
struct PromAlert {
    QString source;  ///< "prometheus", "alertmanager"
    QString name;
    QString state;
    PromLabels labels;
    PromLabels annotations;
    std::optional<double> value;
    QDateTime since;
    QStringList silencedBy;
    QStringList inhibitedBy;
    QString fingerprint;
    QString link;  ///< where it comes from
    [[nodiscard]] Json toJson() const;
};

/// What is asked for over time.
struct PromQuestion {
    QString expression;
    bool plain = false;  ///< the name of a series and its labels: then each sample counts
    milliseconds interval{60'000};  ///< between two samples
};

/// Asks one Prometheus. Any thread with an event loop; copies share their state. Errors of all
/// calls: those of http::Client::send(); Auth, NotFound, Invalid (the expression, with its words),
/// RateLimited, Protocol (no Prometheus answers there), Failed (it cannot answer), Cancelled.
class PromClient {
public:
    PromClient(HttpSend send, PromOptions options);
    [[nodiscard]] const PromOptions& options() const;

    /// The newest values at a time, or, of a selector with a range, its samples.
    Task<Result<QList<PromSeries>>> query(QString expression, qint64 time, CancelToken cancel = {});
    /// One chart for each series that the expression gives; at most `pixels` columns (1 to 20,000)
    /// of [from, to). No peak between two columns is lost: where samples are few they are read one
    /// by one, else the least, greatest, mean and last of each column. Nothing is made up where
    /// nothing was read: a gap stays one, also one that is shorter than a column.
    Task<Result<QList<PromChart>>> charts(PromQuestion question, qint64 from, qint64 to, int pixels,
                                          CancelToken cancel = {});
    Task<Result<QList<PromTarget>>> targets(CancelToken cancel = {});
    /// How a server is, by its node exporter, as the view of one that we watch. The state is
    /// Sampling when it is up, else Lost with the reason.
    Task<Result<ServerView>> view(QString server, PromTarget target, CancelToken cancel = {});
    /// Those of Prometheus' own rules.
    Task<Result<QList<PromAlert>>> alerts(CancelToken cancel = {});
    /// Those that Alertmanager holds; none when no address of one is set.
    Task<Result<QList<PromAlert>>> managedAlerts(CancelToken cancel = {});

private:
    struct Body;
    std::shared_ptr<Body> m_body;
};

// ---- the words of Prometheus --------------------------------------------------------------------

/// "instance=\"10.0.0.7:9100\",job=\"node\"", quoted for PromQL whatever is in the values. Pure.
QString promSelector(const PromLabels& labels);
/// The metric of node exporter, or the expression over several, that is `metric`; `selector` says
/// whose, `label` which of several (empty: each). Nothing when node exporter does not tell it.
std::optional<PromQuestion> nodeQuestion(Metric metric, const QString& selector,
                                         const QByteArray& label, milliseconds interval);
/// Our own series as remote write names it: "cpu.busy" of web-1 is
/// analemma_cpu_busy{server="web-1"}; a label "mount=/" is one of its labels.
PromLabels ownLabels(const SeriesName& name);
PromQuestion ownQuestion(const SeriesName& name, milliseconds interval);

/// A server that is looked for among the targets.
struct PromServer {
    QString name;
    QString address;
};
/// The target of a server: by our label `analemma_server`, else by address, else by name; a node
/// exporter before others. Null: there is none. Pure.
const PromTarget* targetOf(const QList<PromTarget>& targets, const PromServer& server);

/// A server for Prometheus' file_sd.
struct ScrapeTarget {
    QString address;
    int port = 9100;
    PromLabels labels;  ///< analemma_server, environment, generation, release, tags, ...
};
/// The file: JSON, the same bytes for the same servers. Pure.
QByteArray fileSd(const QList<ScrapeTarget>& targets);
/// Writes it as a whole, readable by all, unless it stands there already: true when it was written.
/// Blocking. Io.
Result<bool> writeFileSd(const QString& path, const QList<ScrapeTarget>& targets);

}  // namespace analemma::monitor
