#include "ui/monitor/monitoring_panel.h"

#include "core/base/text.h"
#include "core/engine/engine.h"
#include "ui/monitor/alert_words.h"
#include "ui/monitor/figures_page.h"
#include "ui/monitor/host_page.h"
#include "ui/monitor/log_page.h"
#include "ui/monitor/past_reader.h"
#include "ui/monitor/process_page.h"
#include "ui/monitor/sampler_words.h"
#include "ui/monitor/service_page.h"
#include "ui/monitor/store_line.h"
#include "ui/monitor/time_bar.h"
#include "ui/shell/icons.h"
#include "ui/shell/reader.h"
#include "ui/shell/time_machine.h"
#include "ui/widgets/data_table.h"
#include "ui/widgets/parts.h"

#include <QElapsedTimer>
#include <QKeyEvent>
#include <QStackedWidget>
#include <QTimer>
#include <QVBoxLayout>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::ui {
namespace {

constexpr int kMostMarks = 200;
constexpr int kMostIncidents = 200;
constexpr qsizetype kAlertLines = 5;
const QString kIncidentMark = u"incident:"_s;
const QString kCommitMark = u"commit:"_s;
constexpr int kServiceEvery = 10;       ///< ticks between two looks for new series
constexpr std::size_t kMostKept = 500;  ///< series of one server

using lifecycle::Mark;
using monitor::Metric;
using monitor::SamplerState;

ChartMark chartMark(const lifecycle::ChangeMark& mark)
{
    static_assert(int(ChartMarkKind::Bake) == int(lifecycle::MarkKind::Bake));
    static_assert(int(ChartMarkKind::Incident) == int(lifecycle::MarkKind::Incident));
    ChartMark made;
    made.id = mark.kind == lifecycle::MarkKind::Config     ? kCommitMark + mark.id
              : mark.kind == lifecycle::MarkKind::Incident ? kIncidentMark + mark.id
                                                           : mark.operation;
    made.kind = static_cast<ChartMarkKind>(mark.kind);
    made.time = mark.time.toMSecsSinceEpoch();
    made.text = mark.text;
    return made;
}

QString alertLines(const QList<monitor::Alert>& alerts)
{
    QStringList lines;
    for (const monitor::Alert& one : alerts.mid(0, kAlertLines)) {
        lines.append(u"%1: %2"_s.arg(wordOf(one.severity), displayText(one.sentence, 160)));
    }
    if (alerts.size() > kAlertLines) {
        lines.append(u"…"_s);
    }
    return lines.join(u'\n');
}

}  // namespace

SamplerWord wordOf(SamplerState state)
{
    switch (state) {
        case SamplerState::Stopped:
            return {Mark::None, MonitoringPanel::tr("not watched")};
        case SamplerState::Connecting:
        case SamplerState::Probing:
        case SamplerState::Opening:
            return {Mark::Running, MonitoringPanel::tr("connecting")};
        case SamplerState::Sampling:
            return {Mark::Ok, MonitoringPanel::tr("live")};
        case SamplerState::Slow:
            return {Mark::Waiting, MonitoringPanel::tr("slow to answer")};
        case SamplerState::Lost:
            return {Mark::Failed, MonitoringPanel::tr("no connection")};
        case SamplerState::Refused:
            return {Mark::Failed, MonitoringPanel::tr("refused")};
    }
    return {};
}

MonitoringPanel::MonitoringPanel(const Context& context, QWidget* parent)
    : Panel(context, u"monitoring"_s, tr("Monitoring"), u"monitor"_s, parent),
      m_wall(new HostWall),
      m_time(context.time != nullptr ? context.time : new TimeMachine(this)),
      m_timeBar(new TimeBar(m_time)),
      m_storeLine(new StoreLine(u"monitoring-store"_s)),
      m_prometheusLine(new StoreLine(u"monitoring-prometheus"_s)),
      m_stack(new QStackedWidget),
      m_reader(new Reader(
          500, [this] { return read(); }, this)),
      m_markReader(new Reader(
          2'000, [this] { return readMarks(); }, this)),
      m_timer(new QTimer(this)),
      m_gather(new QTimer(this))
{
    m_stack->addWidget(m_wall);
    auto* content = new QWidget;
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metric::grid);
    column->addWidget(m_timeBar);
    column->addWidget(m_storeLine);
    column->addWidget(m_prometheusLine);
    column->addWidget(m_stack, 1);
    content->setFocusProxy(m_stack);
    m_stack->setFocusProxy(m_wall->table());
    setContent(content);
    m_wall->table()->emptyState()->setText(
        u"monitor"_s, tr("Servers show here how they are, second by second."),
        tr("Nothing is installed on them. Deploy a release, or add a server, to see it."));
    connect(m_wall, &HostWall::hostChosen, this, &MonitoringPanel::showHost);
    connect(m_wall, &HostWall::alertsChosen, this, &MonitoringPanel::showAlertsOf);
    addCommand(u"monitoring.all"_s, tr("All servers"), u"monitor"_s, [this] { showAll(); });
    m_timeBar->hide();
    auto* machine = addCommand(
        u"monitoring.time"_s, tr("Time machine"), u"clock"_s,
        [this] { showTimeBar(!m_timeBar->isVisible()); }, QKeySequence(u"Ctrl+T"_s));
    machine->setToolTip(tr("Show a kept minute: T, or Ctrl+T"));
    addMoreActions({machine});
    addDelivery();
    m_timer->setInterval(1'000);
    m_gather->setSingleShot(true);
    m_gather->setInterval(0);
    connect(m_gather, &QTimer::timeout, this, &MonitoringPanel::gatherLines);
    connect(m_timer, &QTimer::timeout, this, &MonitoringPanel::tick);
    if (context.monitor == nullptr || context.series == nullptr) {
        return;
    }
    makePages();
    if (context.hosts != nullptr) {
        connect(context.hosts, &operate::Hosts::changed, m_reader, &Reader::readSoon);
    }
    if (context.deployments != nullptr) {
        connect(context.deployments, &deploy::Deployments::changed, m_reader, &Reader::readSoon);
    }
    if (context.alerts != nullptr) {
        connect(context.alerts, &monitor::Alerts::changed, this, [this] {
            lookAtAlerts();
            tick();
        });
        lookAtAlerts();
    }
    if (context.engine != nullptr) {
        connect(context.engine, &engine::Engine::changed, m_markReader, &Reader::readSoon);
    }
}

void MonitoringPanel::addDelivery()
{
    m_configs = std::make_shared<lifecycle::ConfigHistory>(context().workspace.file);
    m_delivery = new FiguresPage(context());
    m_stack->addWidget(m_delivery);
    addMainAction(addCommand(u"monitoring.delivery"_s, tr("Delivery figures"), u"deploy"_s,
                             [this] { m_stack->setCurrentWidget(m_delivery); }));
    addActions(m_delivery->commands());
    connect(m_delivery, &FiguresPage::left, this, &MonitoringPanel::showAll);
    connect(m_delivery, &FiguresPage::panelWanted, this, &Panel::openPanel);
    connect(m_delivery, &FiguresPage::told, this, &Panel::notice);
}

void MonitoringPanel::activate()
{
    Panel::activate();
    m_active = true;
    if (context().monitor != nullptr) {
        context().monitor->setPaceOfAll(monitor::Pace::Watched);
        m_wall->setLoading(m_hosts.isEmpty());
        m_reader->read();
        m_markReader->read();
        m_timer->start();
        if (m_prometheus) {
            m_prometheus->setAwake(true);
        }
        tick();
    }
    m_delivery->refresh();
}

void MonitoringPanel::deactivate()
{
    Panel::deactivate();
    m_active = false;
    m_timer->stop();
    m_gather->stop();
    if (context().monitor != nullptr) {
        context().monitor->setPaceOfAll(monitor::Pace::Background);
    }
    if (m_prometheus) {
        m_prometheus->setAwake(false);
    }
}

bool MonitoringPanel::read()
{
    if (context().hosts == nullptr || context().monitor == nullptr) {
        return false;
    }
    then(context().hosts->list(), this, [this](const Result<operate::HostList>& list) {
        m_reader->done();
        m_wall->setLoading(false);
        if (!list) {
            showError(list.error());
            return;
        }
        QStringList names;
        QList<monitor::PromServer> others;
        m_hosts.clear();
        m_gather->stop();  // the tick below begins anew
        for (const operate::Host& host : list->hosts) {
            const bool rests =
                host.source == operate::Host::Source::Made && host.state != "running"_L1;
            if (!rests) {
                m_hosts.append(host);
            }
            if (rests) {
                continue;
            }
            if (m_prometheus && isAmong(context().workspace.prometheus.servers, host.name)) {
                others.append({host.name, host.address});
            } else if (host.problem.isEmpty()) {
                names.append(host.name);
            }
        }
        context().monitor->watch(names);
        if (m_prometheus) {
            m_prometheus->watch(others);
        }
        setSummary(tr("%n server(s)", nullptr, int(m_hosts.size())));
        updateEnvironments();
        if (m_time->isPast()) {
            readPast();
        }
        QTimer::singleShot(0, this, &MonitoringPanel::tick);  // a thousand rows are time enough
        if (!m_wanted.isEmpty()) {
            showHost(std::exchange(m_wanted, {}));
        }
    });
    return true;
}

bool MonitoringPanel::readMarks()
{
    if (context().engine == nullptr || m_page == nullptr) {
        return false;
    }
    if (context().incidents == nullptr) {
        readMarksWith({});
        return true;
    }
    then(context().incidents->list(kMostIncidents), this,
         [this](const Result<QList<monitor::Incident>>& incidents) {
             readMarksWith(incidents.valueOr({}));
         });
    return true;
}

void MonitoringPanel::readMarksWith(const QList<monitor::Incident>& incidents)
{
    lifecycle::MarkSources sources;
    sources.engine = context().engine;
    sources.configs = m_configs;
    sources.incidents = lifecycle::incidentsOf(incidents);
    sources.now = now();
    then(lifecycle::marks(sources, kMostMarks), this,
         [this](const Result<QList<lifecycle::ChangeMark>>& marks) {
             m_markReader->done();
             if (!marks) {
                 return;  // charts without marks are charts all the same
             }
             m_marks.clear();
             std::ranges::transform(*marks, std::back_inserter(m_marks), chartMark);
             setMarks();
         });
}

/// Incidents stand among the alerts, commits in their repository, operations in the tray.
void MonitoringPanel::openMark(const QString& id)
{
    if (id.startsWith(kIncidentMark)) {
        Q_EMIT openPanel(u"alerts"_s, id);
    } else if (id.startsWith(kCommitMark)) {
        Q_EMIT openPanel(u"repositories"_s, id.mid(kCommitMark.size()));
    } else {
        Q_EMIT openPanel(u"operations"_s, id);
    }
}

HostLine MonitoringPanel::bareLineOf(const operate::Host& host) const
{
    HostLine line;
    line.name = host.name;
    line.environment = host.environment;
    line.production = host.production;
    line.mark = Mark::Idle;
    line.word = tr("is read");
    return line;
}

HostLine MonitoringPanel::lineOf(const operate::Host& host) const
{
    if (m_time->isPast()) {
        return m_pastLines.value(host.name, bareLineOf(host));
    }
    double network = 0;
    bool knowsNetwork = false;
    bool knowsAny = false;
    HostLine line = bareLineOf(host);
    const auto take = [&](const monitor::KnownPoint& known) {
        const monitor::Point& point = known.point;
        knowsAny = true;
        if (point.metric == Metric::CpuBusy) {
            line.cpu = point.value;
        } else if (point.metric == Metric::MemUsed) {
            line.memory = point.value;
        } else if (point.metric == Metric::DiskUsed) {
            if (!(point.value <= line.disk)) {  // the fullest, and the first one
                line.disk = point.value;
                line.mount = displayText(QByteArrayView(point.label), 80);
            }
        } else if ((point.metric == Metric::NetRx || point.metric == Metric::NetTx) &&
                   point.label != "lo") {
            network += point.value;
            knowsNetwork = true;
        }
    };
    const bool others = m_prometheus && m_prometheus->has(host.name);
    monitor::ServerView view;
    if (!others) {
        view = context().monitor->look(host.name, take);
    }
    if (!knowsAny) {
        view = viewOf(host.name);
        std::ranges::for_each(view.points, take);
    }
    const SamplerWord word = wordOf(view.state);
    const bool reached = host.problem.isEmpty() || others;
    line.mark = reached ? word.mark : Mark::Failed;
    line.word = reached ? word.text : tr("cannot be reached");
    line.network = knowsNetwork ? network : HostLine::unknown;
    line.load = m_loads.value(host.name);
    if (const auto firing = m_alerts.constFind(host.name); firing != m_alerts.constEnd()) {
        line.alerts = int(firing->size());
        line.gravest = markOf(firing->constFirst().severity);
        line.alertTip = alertLines(*firing);
    }
    line.newest = view.time;
    return line;
}

void MonitoringPanel::onRead(const QString& server)
{
    if (m_prometheus && m_prometheus->has(server)) {
        if (const auto load = m_prometheus->view(server).value(Metric::Load1)) {
            m_loads[server].add(*load);
        }
    } else if (const auto load = context().monitor->newest(server, Metric::Load1)) {
        m_loads[server].add(load->point.value);
    }
    if (m_active && m_stack->currentWidget() == m_page && m_page->server() == server) {
        m_page->updateServer(viewOf(server));
    }
}

void MonitoringPanel::tick()
{
    if (context().monitor == nullptr || !m_active) {
        return;
    }
    lookAtPrometheus();
    const QDateTime present = now();
    m_timeBar->setNow(present.toMSecsSinceEpoch());
    const qint64 shown = m_time->moment().value_or(present.toMSecsSinceEpoch());
    if (m_stack->currentWidget() == m_page) {
        m_page->setNow(shown);
    } else if (m_stack->currentWidget() == m_service) {
        m_service->setNow(shown);
        if (++m_ticks % kServiceEvery == 0) {
            m_service->refresh();
        }
    } else if (m_stack->currentWidget() == m_wall) {
        m_lines.clear();
        m_lines.reserve(m_hosts.size());
        gatherLines();
    }
    Q_EMIT refreshed(now());
}

/// As many as a turn of the event loop may take; after the last one the wall shows them.
void MonitoringPanel::gatherLines()
{
    constexpr qint64 longestTurn = 4;  // milliseconds
    QElapsedTimer turn;
    turn.start();
    while (m_lines.size() < m_hosts.size()) {
        m_lines.append(lineOf(m_hosts[m_lines.size()]));
        if (turn.elapsed() >= longestTurn && m_lines.size() < m_hosts.size()) {
            m_gather->start();
            return;
        }
    }
    m_gather->stop();
    const qint64 shown = m_time->moment().value_or(now().toMSecsSinceEpoch());
    m_wall->setHosts(std::exchange(m_lines, {}), QDateTime::fromMSecsSinceEpoch(shown, Qt::UTC));
}

/// Only those that fire and that somebody is told of.
void MonitoringPanel::lookAtAlerts()
{
    m_alerts.clear();
    QStringList taken;
    for (const monitor::Alert& one : context().alerts->list()) {  // the gravest first
        if (!one.incident.isEmpty()) {
            taken.append(one.incident);
        }
        if (one.state == monitor::AlertState::Firing && one.silencedBy.isEmpty()) {
            m_alerts[one.subject].append(one);
        }
    }
    taken.sort();
    if (std::exchange(m_taken, taken) != taken) {
        m_markReader->readSoon();  // an incident is a mark
    }
}

void MonitoringPanel::showAlertsOf(const QString& server)
{
    const QList<monitor::Alert> firing = m_alerts.value(server);
    if (firing.size() == 1) {
        Q_EMIT openPanel(u"alerts"_s, QString::number(firing.constFirst().id));
    } else if (!firing.isEmpty()) {
        Q_EMIT openPanel(u"alerts"_s, u"subject:"_s + server);
    }
}

const operate::Host* MonitoringPanel::hostOf(const QString& server) const
{
    const auto host = std::ranges::find(m_hosts, server, &operate::Host::name);
    return host == m_hosts.end() ? nullptr : &*host;
}

monitor::ServerView MonitoringPanel::viewOf(const QString& server) const
{
    if (m_prometheus && m_prometheus->has(server)) {
        return m_prometheus->view(server);
    }
    monitor::ServerView view = context().monitor->view(server);
    if (!view.points.empty()) {
        return view;
    }
    for (const monitor::SeriesInfo& kept : context().series->list(server)) {
        const std::optional<Metric> metric = monitor::metricNamed(kept.name.metric.toLatin1());
        if (metric && view.points.size() < kMostKept) {
            const QByteArray label = kept.name.labels.section(u'=', 1).toUtf8();
            view.points.push_back({{*metric, label, kept.latest.value},
                                   QDateTime::fromMSecsSinceEpoch(kept.latest.time, Qt::UTC)});
        }
    }
    return view;
}

void MonitoringPanel::showAll()
{
    if (m_logs != nullptr && m_stack->currentWidget() == m_logs) {
        m_logs->stop();
    }
    m_stack->setCurrentWidget(m_wall);
    tick();
    m_wall->table()->view()->setFocus();
}

void MonitoringPanel::showHost(const QString& server)
{
    const operate::Host* host = hostOf(server);
    if (host == nullptr || m_page == nullptr) {
        return;
    }
    m_page->showServer(viewOf(server), host->environment, host->production);
    m_stack->setCurrentWidget(m_page);
    tick();
    m_page->focusCharts();
}

void MonitoringPanel::select(const QString& item)
{
    if (context().workspace.environments.contains(item)) {
        showService(item);
    } else if (m_hosts.isEmpty()) {
        m_wanted = item;
    } else {
        showHost(item);
    }
}

bool MonitoringPanel::stepBack()
{
    QWidget* shown = m_stack->currentWidget();
    if (m_timeBar->isVisible() && m_timeBar->isAncestorOf(focusWidget())) {
        showTimeBar(false);
        return true;
    }
    if (shown == m_wall) {
        return false;
    }
    if (shown == m_page && m_page->stepBack()) {
        return true;
    }
    if (shown == m_processes) {
        if (!m_processes->stepBack()) {
            showHost(m_processes->server());
        }
        return true;
    }
    if ((shown == m_logs && m_logs->stepBack()) || (shown == m_service && m_service->stepBack())) {
        return true;
    }
    showAll();
    return true;
}

QList<Finding> MonitoringPanel::findings() const
{
    QList<Finding> found;
    for (const operate::Host& host : m_hosts) {
        found.append({displayText(host.name, 120), tr("figures"), u"monitor"_s, host.name});
    }
    return found;
}

}  // namespace analemma::ui
