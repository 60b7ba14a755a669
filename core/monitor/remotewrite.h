#pragma once

#include "core/monitor/prometheus.h"

#include <QObject>

/// Our own samples into a Prometheus, by its remote-write protocol 1.0
/// (prometheus.io/docs/concepts/remote_write_spec).
namespace analemma::monitor {

struct RemoteWriteOptions {
    QString url;  ///< of the receiver: ".../api/v1/write"
    Secret token;
    QString authority;
    QString workspace;  ///< a label of all series
    /// More labels of a series' subject: its environment. Main thread.
    std::function<PromLabels(const QString& subject)> labels;
    /// Where it is kept what was acknowledged; empty: nowhere.
    QString positionFile;
    /// Of what nothing was sent yet, values after this time, milliseconds since 1970. A position
    /// that is kept goes before it.
    qint64 since = 0;
    milliseconds every{5'000};  ///< between two looks at the store
    milliseconds firstRetry{1'000};
    milliseconds longestRetry{60'000};
    milliseconds timeout{30'000};
    int batch = 2'000;             ///< samples in one request
    const Clock* clock = nullptr;  ///< the machine's
};

struct RemoteWriteStatus {
    qint64 sent = 0;        ///< samples that were acknowledged
    qint64 refused = 0;     ///< that Prometheus does not take: older than what it has, or too old
    qint64 retries = 0;     ///< requests that were sent again
    qint64 reached = 0;     ///< time of the newest acknowledged sample; 0: none
    bool upToDate = false;  ///< at the last look all was sent
    QString problem;        ///< why nothing is sent now; empty while it is
    QString hint;
};

/// How the Prometheus of a workspace fares, as the window says it.
struct PrometheusState {
    bool writes = false;    ///< samples are written to it, or are to be
    QString problem;        ///< why samples or targets are not written now; empty while they are
    QString hint;           ///< what to do about it
    QDateTime since;        ///< of the problem
    qint64 reached = 0;     ///< time of the newest acknowledged sample; 0: none
    qint64 refused = 0;     ///< samples that it does not take
    bool upToDate = false;  ///< nothing waits
    bool operator==(const PrometheusState&) const = default;
};

/// Follows the store of series and sends what it keeps, in order, each value until it is
/// acknowledged: an outage delays, and loses nothing that the store still has as raw values. What
/// was acknowledged is kept in a file; after an end in between the same values are sent again,
/// which Prometheus takes as what they are. Where a batch is refused, what is acceptable in it is
/// found and sent. In memory there is one batch at most. Main thread.
class RemoteWriter : public QObject {
    Q_OBJECT
public:
    /// The store must outlive it. Only the program that records sends, unless `follow`.
    RemoteWriter(HttpSend send, SeriesStore* store, RemoteWriteOptions options,
                 QObject* parent = nullptr);
    ~RemoteWriter() override;

    void start();
    /// Sends what there is until all of it is acknowledged, once, also where another program
    /// records; ends at the first problem.
    Task<Result<RemoteWriteStatus>> sendOnce(CancelToken cancel);
    [[nodiscard]] RemoteWriteStatus status() const;

Q_SIGNALS:
    void changed();

private:
    struct Body;
    std::shared_ptr<Body> m_body;
};

/// "analemma_cpu_busy": [a-zA-Z0-9_] of any metric's name. Pure.
QString promMetricName(const QString& metric);

}  // namespace analemma::monitor
