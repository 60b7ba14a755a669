#pragma once

#include "core/monitor/prometheus.h"
#include "ui/monitor/chart_feed.h"

#include <QHash>
#include <QObject>

#include <functional>

class QTimer;

namespace analemma::ui {

/// Servers whose figures a Prometheus has: how each is now, every few seconds while somebody looks,
/// and their charts. Main thread.
class PrometheusSource : public QObject, public ChartSource {
    Q_OBJECT
public:
    /// Opens the client, at first use and again after an error.
    using Open = std::function<Task<Result<std::shared_ptr<monitor::PromClient>>>()>;

    explicit PrometheusSource(Open open, QObject* parent = nullptr);

    /// The workspace names another, or none: what is asked next is asked of that one.
    void reopen();
    /// Looks at these and no others.
    void watch(const QList<monitor::PromServer>& servers);
    /// Somebody looks: asks every five seconds, else not at all.
    void setAwake(bool awake);
    [[nodiscard]] bool has(const QString& server) const { return m_views.contains(server); }
    /// Of a server that is not among them: its name and Stopped.
    [[nodiscard]] monitor::ServerView view(const QString& server) const;

    /// Keys as of seriesKey(). A server without a target, or without such a figure, has an empty
    /// chart.
    void ask(const QStringList& keys, qint64 from, qint64 to, int pixels, Told told) override;

Q_SIGNALS:
    /// A view changed.
    void read(const QString& server);

private:
    struct Question;
    void withClient(std::function<void(Result<std::shared_ptr<monitor::PromClient>>)> call);
    void refresh();
    void lookAt(const QList<monitor::PromTarget>& targets);
    void fail(const Error& error);
    void setView(const monitor::ServerView& view);
    void next(const std::shared_ptr<Question>& question);

    Open m_open;
    std::shared_ptr<monitor::PromClient> m_client;
    int m_opened = 0;  ///< rises with reopen()
    QTimer* m_timer;
    QList<monitor::PromServer> m_servers;
    QHash<QString, monitor::ServerView> m_views;
    QHash<QString, monitor::PromTarget> m_targets;
    int m_asking = 0;
};

/// The charts of each server from where its figures are: a Prometheus, or what was kept here.
class ServerSource : public ChartSource {
public:
    /// Both must outlive it.
    ServerSource(ChartSource* store, PrometheusSource* prometheus)
        : m_store(store), m_prometheus(prometheus)
    {
    }
    void ask(const QStringList& keys, qint64 from, qint64 to, int pixels, Told told) override;

private:
    ChartSource* m_store;
    PrometheusSource* m_prometheus;
};

/// True when one of the patterns means the name; '*' and '?' stand for letters. Pure.
bool isAmong(const QStringList& patterns, const QString& name);

}  // namespace analemma::ui
