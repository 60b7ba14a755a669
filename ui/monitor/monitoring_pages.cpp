#include "core/base/text.h"
#include "ui/monitor/host_page.h"
#include "ui/monitor/log_page.h"
#include "ui/monitor/monitoring_panel.h"
#include "ui/monitor/past_reader.h"
#include "ui/monitor/process_page.h"
#include "ui/monitor/service_page.h"
#include "ui/monitor/store_line.h"
#include "ui/monitor/time_bar.h"
#include "ui/shell/icons.h"
#include "ui/shell/reader.h"
#include "ui/shell/time_machine.h"
#include "ui/widgets/data_table.h"

#include <QKeyEvent>
#include <QStackedWidget>

#include <algorithm>

using namespace Qt::StringLiterals;

/// The pages beside the wall and the figures of one server: processes, logs, services; and the past
/// of all.
namespace analemma::ui {
namespace {

constexpr qsizetype kMostLogs = 50;  ///< servers whose logs are followed at once

}  // namespace

void MonitoringPanel::makePages()
{
    monitor::Monitor* monitor = context().monitor;
    m_source = std::make_unique<StoreSource>(context().series);
    if (context().prometheus) {
        m_prometheus = std::make_unique<PrometheusSource>(context().prometheus);
        connect(m_prometheus.get(), &PrometheusSource::read, this, &MonitoringPanel::onRead);
    }
    m_anySource = std::make_unique<ServerSource>(m_source.get(), m_prometheus.get());
    m_page = new HostPage(m_anySource.get());
    m_stack->addWidget(m_page);
    connect(m_page, &HostPage::left, this, &MonitoringPanel::showAll);
    connect(m_page, &HostPage::markOpened, this, &MonitoringPanel::openMark);
    ProcessPage::Connect connecting;
    if (operate::Hosts* hosts = context().hosts) {
        connecting = [hosts](const QString& server, CancelToken cancel) {
            return hosts->connect(server, std::move(cancel));
        };
    }
    m_processes = new ProcessPage(monitor, std::move(connecting));
    m_stack->addWidget(m_processes);
    connect(m_page, &HostPage::processesWanted, this, [this] { showProcesses(m_page->server()); });
    connect(m_processes, &ProcessPage::left, this, [this] { showHost(m_processes->server()); });
    connect(m_processes, &ProcessPage::told, this, [this](Mark mark, const QString& sentence) {
        Notice told;
        told.mark = mark;
        told.text = sentence;
        Q_EMIT notice(told);
    });
    auto* processes = new QAction(lineIcon(u"operate"_s), tr("Processes"), this);
    processes->setObjectName(u"monitoring.processes"_s);
    connect(processes, &QAction::triggered, this,
            [this] { showProcesses(m_wall->table()->currentId()); });
    m_wall->table()->addRowAction(processes);
    m_service = new ServicePage(m_source.get(), context().series);
    m_stack->addWidget(m_service);
    connect(m_service, &ServicePage::left, this, &MonitoringPanel::showAll);
    connect(m_service, &ServicePage::markOpened, this, &MonitoringPanel::openMark);
    QAction* services = addCommand(u"monitoring.services"_s, tr("Services"), u"balancer"_s,
                                   [this] { showService({}); });
    services->setToolTip(tr("Requests, errors and duration of an environment, and its checks"));
    m_past = new PastReader(context().series, this);
    connect(m_past, &PastReader::known, this,
            [this](const HostLine& line) { m_pastLines.insert(line.name, line); });
    connect(m_past, &PastReader::done, this, &MonitoringPanel::tick);
    connect(m_time, &TimeMachine::changed, this, &MonitoringPanel::followTime);
    if (operate::Hosts* hosts = context().hosts) {
        m_logs = new LogPage([hosts](const QString& server, CancelToken cancel) {
            return hosts->connect(server, std::move(cancel));
        });
        m_stack->addWidget(m_logs);
        connect(m_logs, &LogPage::left, this, &MonitoringPanel::showAll);
        QAction* logs = addCommand(u"monitoring.logs"_s, tr("Logs"), u"log"_s,
                                   [this] { showLogs(m_wall->table()->selectedIds()); });
        logs->setProperty("many", true);
        logs->setToolTip(tr("Follow the logs of the chosen servers, or of all, as one"));
        m_wall->table()->addRowAction(logs);
        addMainAction(logs);
    }
    addMainAction(services);
    connect(monitor, &monitor::Monitor::read, this, &MonitoringPanel::onRead);
    connect(monitor, &monitor::Monitor::stateChanged, this, [this](const QString& server) {
        if (m_active && m_page->server() == server) {
            m_page->updateServer(viewOf(server));
        }
    });
    connect(monitor, &monitor::Monitor::storeProblemChanged, this, &MonitoringPanel::lookAtStore);
    connect(context().series, &monitor::SeriesStore::statusChanged, this,
            &MonitoringPanel::lookAtStore);
    connect(m_storeLine, &StoreLine::putAway, this, [this] {
        m_noticesSeen = this->context().series->status().notices.size();
        lookAtStore();
    });
    connect(m_prometheusLine, &StoreLine::putAway, this, [this] {
        m_refusedSeen = this->context().prometheusState().refused;
        lookAtPrometheus();
    });
    lookAtStore();
}

void MonitoringPanel::lookAtStore()
{
    m_storeLine->setSaying(
        sayingOf(context().monitor->storeProblem(), context().series->status(), m_noticesSeen));
}

void MonitoringPanel::lookAtPrometheus()
{
    if (!context().prometheusState) {
        return;
    }
    const monitor::PrometheusState state = context().prometheusState();
    if (state.refused < m_refusedSeen) {
        m_refusedSeen = 0;  // another one counts
    }
    m_prometheusLine->setSaying(sayingOf(state, m_refusedSeen));
}

void MonitoringPanel::workspaceChanged(const workspace::Workspace& before)
{
    if (m_prometheus && before.prometheus != context().workspace.prometheus) {
        m_prometheus->reopen();
    }
    m_reader->readSoon();
}

void MonitoringPanel::showProcesses(const QString& server)
{
    const operate::Host* host = hostOf(server);
    if (host == nullptr || m_processes == nullptr) {
        return;
    }
    m_processes->showServer(server, host->environment, host->production);
    m_stack->setCurrentWidget(m_processes);
    m_processes->focusRows();
}

void MonitoringPanel::setMarks()
{
    QList<ChartMark> marks = m_marks;
    if (const std::optional<qint64> moment = m_time->moment()) {
        marks.removeIf([moment](const ChartMark& mark) { return mark.time > *moment; });
    }
    m_page->setMarks(marks);
    m_service->setMarks(marks);
}

/// Environments that there are, that servers stand in, and that something is kept of.
void MonitoringPanel::updateEnvironments()
{
    if (m_service == nullptr) {
        return;
    }
    QStringList names = context().workspace.environmentOrder;
    QStringList production;
    for (const operate::Host& host : std::as_const(m_hosts)) {
        if (!host.environment.isEmpty() && !names.contains(host.environment)) {
            names.append(host.environment);
        }
        if (host.production) {
            production.append(host.environment);
        }
    }
    const QList<monitor::SeriesInfo> kept = context().series->list();
    for (const monitor::SeriesInfo& one : kept) {
        if (one.name.metric.startsWith("balancer."_L1) && !names.contains(one.name.subject)) {
            names.append(one.name.subject);
        }
    }
    for (const QString& name : std::as_const(names)) {
        const auto spec = context().workspace.environments.constFind(name);
        if (spec != context().workspace.environments.constEnd() && spec->production) {
            production.append(name);
        }
    }
    QMap<QString, QString> checks;
    for (const workspace::ServiceCheck& check : context().workspace.checks) {
        checks.insert(check.name, check.environment);
    }
    m_service->setChecks(checks);
    m_service->setEnvironments(names, production);
}

void MonitoringPanel::showService(const QString& environment)
{
    if (m_service == nullptr) {
        return;
    }
    updateEnvironments();
    m_stack->setCurrentWidget(m_service);
    if (!environment.isEmpty()) {
        m_service->showEnvironment(environment);
    } else {
        m_service->refresh();
    }
    tick();
    m_service->focusCharts();
}

// ---- time ---------------------------------------------------------------------------------------

void MonitoringPanel::showTimeBar(bool shown)
{
    m_timeBar->setNow(now().toMSecsSinceEpoch());
    m_timeBar->setVisible(shown);
    if (shown) {
        m_timeBar->focusSlider();
        return;
    }
    m_time->goNow();
    if (m_stack->currentWidget() == m_wall) {
        m_wall->table()->view()->setFocus();
    } else if (m_stack->currentWidget() == m_page) {
        m_page->focusCharts();
    }
}

void MonitoringPanel::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_T && event->modifiers() == Qt::NoModifier) {
        showTimeBar(!m_timeBar->isVisible());
    } else {
        Panel::keyPressEvent(event);
    }
}

void MonitoringPanel::followTime()
{
    const std::optional<qint64> moment = m_time->moment();
    m_timeBar->setVisible(m_timeBar->isVisible() || moment);
    m_page->setPast(moment);
    m_service->setPast(moment.has_value());
    m_processes->setRefusal(m_time->refusal());
    if (m_logs != nullptr) {
        m_logs->setPast(moment);
    }
    if (moment && m_stack->currentWidget() == m_processes) {
        showHost(m_processes->server());  // processes are not kept
    }
    setMarks();
    if (moment) {
        readPast();
    } else {
        m_past->stop();
        m_pastLines.clear();
    }
    tick();
}

void MonitoringPanel::readPast()
{
    QList<HostLine> lines;
    for (const operate::Host& host : std::as_const(m_hosts)) {
        lines.append(bareLineOf(host));
    }
    m_past->read(lines, *m_time->moment());
}

void MonitoringPanel::showLogs(QStringList servers)
{
    if (servers.isEmpty()) {
        for (const operate::Host& host : std::as_const(m_hosts)) {
            servers.append(host.name);
        }
    }
    servers.sort();
    if (servers.isEmpty() || m_logs == nullptr) {
        return;
    }
    if (servers.size() > kMostLogs) {
        Notice told;
        told.mark = Mark::Waiting;
        told.text =
            tr("Logs of %1 servers at most are followed at once: choose them.").arg(kMostLogs);
        Q_EMIT notice(told);
        return;
    }
    m_stack->setCurrentWidget(m_logs);
    m_logs->showServers(servers);
    m_logs->focusLog();
}

}  // namespace analemma::ui
