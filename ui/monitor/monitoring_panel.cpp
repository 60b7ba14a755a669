#include "ui/monitor/monitoring_panel.h"

#include "core/base/text.h"
#include "core/engine/engine.h"
#include "ui/monitor/host_page.h"
#include "ui/monitor/sampler_words.h"
#include "ui/shell/reader.h"
#include "ui/widgets/data_table.h"
#include "ui/widgets/parts.h"

#include <QStackedWidget>
#include <QTimer>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::ui {
namespace {

constexpr int kMostMarks = 200;

using lifecycle::Mark;
using monitor::Metric;
using monitor::SamplerState;

/// What an operation leaves on every chart; nothing for what changes no server.
std::optional<ChartMark> markOf(const engine::Operation& operation)
{
    static const QHash<QString, ChartMarkKind> kinds{{u"deploy"_s, ChartMarkKind::Deploy},
                                                     {u"rollback"_s, ChartMarkKind::Rollback},
                                                     {u"bake"_s, ChartMarkKind::Bake}};
    const auto kind = kinds.constFind(operation.kind);
    if (kind == kinds.constEnd() || operation.outcome != engine::Outcome::Ok) {
        return std::nullopt;
    }
    QDateTime time = operation.finished;
    for (const engine::ActionView& action : operation.actions) {
        if (action.key == "switch"_L1 && action.finished.isValid()) {
            time = action.finished;  // users had it from then on
        }
    }
    ChartMark mark;
    mark.id = operation.id;
    mark.kind = *kind;
    mark.time = time.toMSecsSinceEpoch();
    mark.text = displayText(operation.title, 120);
    return mark;
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
      m_stack(new QStackedWidget),
      m_reader(new Reader(
          500, [this] { return read(); }, this)),
      m_markReader(new Reader(
          2'000, [this] { return readMarks(); }, this)),
      m_timer(new QTimer(this))
{
    m_stack->addWidget(m_wall);
    setContent(m_stack);
    m_wall->table()->emptyState()->setText(
        u"monitor"_s, tr("Servers show here how they are, second by second."),
        tr("Nothing is installed on them. Deploy a release, or add a server, to see it."));
    connect(m_wall, &HostWall::hostChosen, this, &MonitoringPanel::showHost);
    addCommand(u"monitoring.all"_s, tr("All servers"), u"monitor"_s, [this] { showAll(); });
    m_timer->setInterval(1'000);
    connect(m_timer, &QTimer::timeout, this, &MonitoringPanel::tick);
    if (context.monitor == nullptr || context.series == nullptr) {
        return;
    }
    m_source = std::make_unique<StoreSource>(context.series);
    m_page = new HostPage(m_source.get());
    m_stack->addWidget(m_page);
    connect(m_page, &HostPage::left, this, &MonitoringPanel::showAll);
    connect(context.monitor, &monitor::Monitor::read, this, &MonitoringPanel::onRead);
    connect(context.monitor, &monitor::Monitor::stateChanged, this, [this](const QString& server) {
        if (m_active && m_page->server() == server) {
            m_page->updateServer(this->context().monitor->view(server));
        }
    });
    if (context.hosts != nullptr) {
        connect(context.hosts, &operate::Hosts::changed, m_reader, &Reader::readSoon);
    }
    if (context.deployments != nullptr) {
        connect(context.deployments, &deploy::Deployments::changed, m_reader, &Reader::readSoon);
    }
    if (context.engine != nullptr) {
        connect(context.engine, &engine::Engine::changed, m_markReader, &Reader::readSoon);
    }
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
        tick();
    }
}

void MonitoringPanel::deactivate()
{
    Panel::deactivate();
    m_active = false;
    m_timer->stop();
    if (context().monitor != nullptr) {
        context().monitor->setPaceOfAll(monitor::Pace::Background);
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
        m_hosts.clear();
        for (const operate::Host& host : list->hosts) {
            const bool rests =
                host.source == operate::Host::Source::Made && host.state != "running"_L1;
            if (!rests) {
                m_hosts.append(host);
            }
            if (!rests && host.problem.isEmpty()) {
                names.append(host.name);
            }
        }
        context().monitor->watch(names);
        setSummary(tr("%n server(s)", nullptr, int(m_hosts.size())));
        tick();
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
    then(context().engine->operations({}, kMostMarks), this,
         [this](const Result<QList<engine::Operation>>& operations) {
             m_markReader->done();
             if (!operations) {
                 return;  // charts without marks are charts all the same
             }
             m_marks.clear();
             for (const engine::Operation& one : *operations) {
                 if (const std::optional<ChartMark> mark = markOf(one)) {
                     m_marks.append(*mark);
                 }
             }
             std::ranges::sort(m_marks, {}, &ChartMark::time);
             m_page->setMarks(m_marks);
         });
    return true;
}

HostLine MonitoringPanel::lineOf(const operate::Host& host) const
{
    const monitor::ServerView view = context().monitor->view(host.name);
    const SamplerWord word = wordOf(view.state);
    HostLine line;
    line.name = host.name;
    line.environment = host.environment;
    line.production = host.production;
    line.mark = host.problem.isEmpty() ? word.mark : Mark::Failed;
    line.word = host.problem.isEmpty() ? word.text : tr("cannot be reached");
    line.cpu = view.value(Metric::CpuBusy).value_or(HostLine::unknown);
    line.memory = view.value(Metric::MemUsed).value_or(HostLine::unknown);
    if (const std::optional<monitor::Point> disk = view.largest(Metric::DiskUsed)) {
        line.disk = disk->value;
        line.mount = displayText(QByteArrayView(disk->label), 80);
    }
    double network = 0;
    bool knowsNetwork = false;
    for (const monitor::KnownPoint& known : view.points) {
        const Metric metric = known.point.metric;
        if ((metric == Metric::NetRx || metric == Metric::NetTx) && known.point.label != "lo") {
            network += known.point.value;
            knowsNetwork = true;
        }
    }
    line.network = knowsNetwork ? network : HostLine::unknown;
    line.load = m_loads.value(host.name);
    line.newest = view.time;
    return line;
}

void MonitoringPanel::onRead(const QString& server)
{
    const monitor::ServerView view = context().monitor->view(server);
    if (const std::optional<double> load = view.value(Metric::Load1)) {
        m_loads[server].add(*load);
    }
    if (m_active && m_stack->currentWidget() == m_page && m_page->server() == server) {
        m_page->updateServer(view);
    }
}

void MonitoringPanel::tick()
{
    if (context().monitor == nullptr || !m_active) {
        return;
    }
    if (m_stack->currentWidget() == m_page) {
        m_page->setNow(now().toMSecsSinceEpoch());
    } else {
        QList<HostLine> lines;
        lines.reserve(m_hosts.size());
        for (const operate::Host& host : std::as_const(m_hosts)) {
            lines.append(lineOf(host));
        }
        m_wall->setHosts(lines, now());
    }
    Q_EMIT refreshed(now());
}

void MonitoringPanel::showAll()
{
    m_stack->setCurrentWidget(m_wall);
    tick();
    m_wall->table()->view()->setFocus();
}

void MonitoringPanel::showHost(const QString& server)
{
    const auto host = std::ranges::find(m_hosts, server, &operate::Host::name);
    if (host == m_hosts.end() || m_page == nullptr) {
        return;
    }
    m_page->showServer(context().monitor->view(server), host->environment, host->production);
    m_page->setMarks(m_marks);
    m_stack->setCurrentWidget(m_page);
    tick();
    m_page->setFocus();
}

void MonitoringPanel::select(const QString& item)
{
    if (m_hosts.isEmpty()) {
        m_wanted = item;
    } else {
        showHost(item);
    }
}

bool MonitoringPanel::stepBack()
{
    if (m_stack->currentWidget() == m_wall) {
        return false;
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
