#pragma once

#include "core/monitor/sampler.h"
#include "core/monitor/series.h"

#include <QStringList>

#include <functional>

/// All servers of a workspace, watched at once.
namespace analemma::monitor {

/// The newest value of one figure of a server, and when it was read.
struct KnownPoint {
    Point point;
    QDateTime time;
};

/// What is known of a server now.
struct ServerView {
    QString server;
    SamplerState state = SamplerState::Stopped;
    QString reason;  ///< why, for people; empty while it answers
    QString source;  ///< "mawk", "sftp", ...: what answers there
    QDateTime time;  ///< of the newest reading; invalid: none yet
    milliseconds latency{0};
    milliseconds interval{0};  ///< between readings now
    int readings = 0;
    /// By metric and label. What a server stopped to say (a disk that was unplugged) is left out
    /// three minutes later.
    std::vector<KnownPoint> points;

    [[nodiscard]] std::optional<double> value(Metric metric, QByteArrayView label = {}) const;
    /// The largest over all labels, and whose it is: the fullest disk.
    [[nodiscard]] std::optional<Point> largest(Metric metric) const;
};

/// One sampler a server, and what they read, kept in the store of series. For the main thread: the
/// samplers work on a thread apart, which asks, parses and stores; what is ready comes from there
/// in order, some times a second.
class Monitor : public QObject {
    Q_OBJECT
public:
    /// Gives a connection to a server by name; errors as of Sampler::Connect.
    using Connect =
        std::function<Task<Result<std::shared_ptr<ssh::Session>>>(QString server, CancelToken)>;

    /// `store` may be null: then nothing is kept.
    Monitor(Connect connect, SeriesStore* store, SamplerOptions options = {},
            QObject* parent = nullptr);
    ~Monitor() override;

    /// Watches these and no others. Those that stay go on undisturbed; hundreds of new ones begin
    /// in several turns of the event loop.
    void watch(const QStringList& servers);
    void setPace(const QString& server, Pace pace);
    void setPaceOfAll(Pace pace);

    [[nodiscard]] QStringList servers() const;
    /// Of a server that is not watched: its name and Stopped.
    [[nodiscard]] ServerView view(const QString& server) const;
    /// The same without its points; `each` gets those, one by one, while they may not change:
    /// cheaper for many servers at once.
    ServerView look(const QString& server,
                    const std::function<void(const KnownPoint&)>& each) const;
    /// One figure of it: cheaper than all.
    [[nodiscard]] std::optional<KnownPoint> newest(const QString& server, Metric metric,
                                                   QByteArrayView label = {}) const;
    /// Null when it is not watched.
    [[nodiscard]] Sampler* sampler(const QString& server) const;
    /// Why values could not be kept the last time; empty while they are.
    [[nodiscard]] QString storeProblem() const;

Q_SIGNALS:
    void stateChanged(const QString& server);
    void read(const QString& server);
    void storeProblemChanged();

private:
    struct Body;
    std::unique_ptr<Body> m_body;
};

/// "device=sda", as the store of series names one of several.
QString labelText(const Point& point);
/// Rounded to what was measured, so that it packs well: 0.1 %, whole bytes, 0.01 s, ...
double rounded(Unit unit, double value);
/// For people: "34 %", "1.2 MiB/s", "3 d 4 h".
QString valueText(Unit unit, double value);

}  // namespace analemma::monitor
