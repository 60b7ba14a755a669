#include "ui/monitor/prometheus_source.h"

#include "core/base/task.h"
#include "ui/monitor/store_source.h"

#include <QRegularExpression>
#include <QTimer>

using namespace Qt::StringLiterals;

namespace analemma::ui {
namespace {

constexpr int kLookEvery = 5'000;
constexpr int kMostServers = 500;

using ClientPointer = std::shared_ptr<monitor::PromClient>;

}  // namespace

/// One chart of several series, asked for one after the other.
struct PrometheusSource::Question {
    QStringList keys;
    qint64 from = 0;
    qint64 to = 0;
    int pixels = 1;
    Told told;
    std::vector<std::optional<monitor::Chart>> charts;
};

bool isAmong(const QStringList& patterns, const QString& name)
{
    return std::ranges::any_of(patterns, [&name](const QString& pattern) {
        return QRegularExpression(
                   QRegularExpression::anchoredPattern(
                       QRegularExpression::wildcardToRegularExpression(
                           pattern, QRegularExpression::UnanchoredWildcardConversion)))
            .match(name)
            .hasMatch();
    });
}

PrometheusSource::PrometheusSource(Open open, QObject* parent)
    : QObject(parent), m_open(std::move(open)), m_timer(new QTimer(this))
{
    m_timer->setInterval(kLookEvery);
    connect(m_timer, &QTimer::timeout, this, &PrometheusSource::refresh);
}

void PrometheusSource::watch(const QList<monitor::PromServer>& servers)
{
    m_servers = servers.first(std::min<qsizetype>(servers.size(), kMostServers));
    QHash<QString, monitor::ServerView> views;
    bool fresh = false;
    for (const monitor::PromServer& server : std::as_const(m_servers)) {
        fresh = fresh || !m_views.contains(server.name);
        monitor::ServerView view;
        view.server = server.name;
        view.state = monitor::SamplerState::Connecting;
        view.source = u"prometheus"_s;
        views.insert(server.name, m_views.value(server.name, view));
    }
    m_views = views;
    if (fresh && m_timer->isActive()) {
        refresh();
    }
}

void PrometheusSource::reopen()
{
    ++m_opened;
    m_client.reset();
    m_targets.clear();
    m_views.clear();
    watch(m_servers);
}

void PrometheusSource::setAwake(bool awake)
{
    if (awake && !m_timer->isActive()) {
        m_timer->start();
        refresh();
    } else if (!awake) {
        m_timer->stop();
    }
}

monitor::ServerView PrometheusSource::view(const QString& server) const
{
    monitor::ServerView none;
    none.server = server;
    return m_views.value(server, none);
}

void PrometheusSource::withClient(std::function<void(Result<ClientPointer>)> call)
{
    if (m_client) {
        call(m_client);
        return;
    }
    const int opened = m_opened;
    then(m_open(), this, [this, opened, call = std::move(call)](Result<ClientPointer> client) {
        if (client && opened == m_opened) {
            m_client = *client;
        }
        call(std::move(client));
    });
}

void PrometheusSource::refresh()
{
    if (m_asking > 0 || m_servers.isEmpty()) {
        return;
    }
    m_asking = 1;
    withClient([this](const Result<ClientPointer>& client) {
        if (!client) {
            m_asking = 0;
            fail(client.error());
            return;
        }
        then((*client)->targets(), this, [this](const Result<QList<monitor::PromTarget>>& targets) {
            m_asking = 0;
            if (!m_client) {
                refresh();  // another is named meanwhile
            } else if (targets) {
                lookAt(*targets);
            } else {
                fail(targets.error());
            }
        });
    });
}

void PrometheusSource::lookAt(const QList<monitor::PromTarget>& targets)
{
    m_targets.clear();
    for (const monitor::PromServer& server : std::as_const(m_servers)) {
        const monitor::PromTarget* target = monitor::targetOf(targets, server);
        if (target == nullptr) {
            monitor::ServerView view;
            view.server = server.name;
            view.state = monitor::SamplerState::Refused;
            view.source = u"prometheus"_s;
            view.reason = tr("Prometheus reads no such server");
            setView(view);
            continue;
        }
        m_targets.insert(server.name, *target);
        ++m_asking;
        then(m_client->view(server.name, *target), this,
             [this, name = server.name](const Result<monitor::ServerView>& view) {
                 --m_asking;
                 if (view) {
                     setView(*view);
                     return;
                 }
                 monitor::ServerView lost = this->view(name);
                 lost.state = monitor::SamplerState::Lost;
                 lost.reason = view.error().message;
                 setView(lost);
             });
    }
}

void PrometheusSource::fail(const Error& error)
{
    for (const monitor::PromServer& server : std::as_const(m_servers)) {
        monitor::ServerView view = this->view(server.name);
        view.state = monitor::SamplerState::Lost;
        view.reason = error.message;
        setView(view);
    }
}

void PrometheusSource::setView(const monitor::ServerView& view)
{
    if (m_views.contains(view.server)) {
        m_views.insert(view.server, view);
        Q_EMIT read(view.server);
    }
}

void PrometheusSource::ask(const QStringList& keys, qint64 from, qint64 to, int pixels, Told told)
{
    const auto question = std::make_shared<Question>();
    question->keys = keys;
    question->from = std::max<qint64>(0, from);
    question->to = to;
    question->pixels = pixels;
    question->told = std::move(told);
    withClient([this, question](const Result<ClientPointer>& client) {
        if (client) {
            next(question);
        } else {
            question->told(client.error());
        }
    });
}

void PrometheusSource::next(const std::shared_ptr<Question>& question)
{
    while (question->charts.size() < std::size_t(question->keys.size())) {
        const QString key = question->keys[qsizetype(question->charts.size())];
        const QString server = key.section(u'|', 0, 0);
        const auto metric = monitor::metricNamed(key.section(u'|', 1, 1).toLatin1());
        const auto target = m_targets.constFind(server);
        if (!metric || target == m_targets.constEnd()) {
            question->charts.emplace_back();
            continue;
        }
        const QByteArray label = key.section(u'|', 2).section(u'=', 1).toUtf8();
        const QString selector =
            monitor::promSelector({{u"instance"_s, target->instance}, {u"job"_s, target->job}});
        const auto asked = monitor::nodeQuestion(*metric, selector, label, target->interval);
        if (!asked) {
            question->charts.emplace_back();
            continue;
        }
        if (!m_client) {
            question->told(Error(ErrorKind::Cancelled, tr("another Prometheus is named now")));
            return;
        }
        then(m_client->charts(*asked, question->from, question->to, question->pixels), this,
             [this, question](Result<QList<monitor::PromChart>> charts) {
                 if (!charts) {
                     question->told(charts.error());
                     return;
                 }
                 question->charts.emplace_back();
                 if (!charts->isEmpty()) {
                     question->charts.back() = std::move(charts->first().chart);
                 }
                 next(question);
             });
        return;
    }
    question->told(inOneGrid(question->charts));
}

void ServerSource::ask(const QStringList& keys, qint64 from, qint64 to, int pixels, Told told)
{
    const QString server = keys.isEmpty() ? QString() : keys.constFirst().section(u'|', 0, 0);
    ChartSource* source =
        m_prometheus != nullptr && m_prometheus->has(server) ? m_prometheus : m_store;
    source->ask(keys, from, to, pixels, std::move(told));
}

}  // namespace analemma::ui
