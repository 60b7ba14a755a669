#include "ui/monitor/host_page.h"

#include "core/base/text.h"
#include "ui/monitor/chart_bar.h"
#include "ui/monitor/chart_feed.h"
#include "ui/monitor/chart_group.h"
#include "ui/monitor/chart_view.h"
#include "ui/monitor/sampler_words.h"
#include "ui/monitor/store_source.h"
#include "ui/shell/theme.h"
#include "ui/shell/words.h"
#include "ui/widgets/button.h"
#include "ui/widgets/parts.h"

#include <QDateTime>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QScrollArea>

using namespace Qt::StringLiterals;

namespace analemma::ui {
namespace {

constexpr int kChartHeight = 200;
constexpr int kNarrowest = 420;  // of a chart, where two stand side by side
constexpr qint64 kFirstSpan = 15 * 60 * 1000;
constexpr qint64 kSpaceStaleAfter = 150'000;  // it is read once a minute
constexpr int kMostLines = 8;                 // of one chart

using monitor::Metric;

}  // namespace

struct HostPage::Sheet {
    struct Line {
        Metric metric;
        QString name;  ///< empty: the label alone
    };
    QString id;
    QString title;
    ChartUnit unit = ChartUnit::Percent;
    QList<Line> lines;
    bool stacked = false;
    std::optional<double> high;
    QList<ChartThreshold> thresholds;
};

const QList<HostPage::Sheet>& HostPage::sheets()
{
    const std::optional<double> none;
    static const QList<Sheet> all{
        {u"cpu"_s,
         tr("Processors"),
         ChartUnit::Percent,
         {{Metric::CpuUser, tr("user")},
          {Metric::CpuSystem, tr("system")},
          {Metric::CpuIowait, tr("disk wait")},
          {Metric::CpuSoftirq, tr("interrupts")},
          {Metric::CpuSteal, tr("stolen")},
          {Metric::CpuNice, tr("low priority")}},
         true,
         100,
         {}},
        {u"memory"_s,
         tr("Memory used"),
         ChartUnit::Percent,
         {{Metric::MemUsed, tr("memory")}},
         false,
         100,
         {{80, 90, false}, {90, 100, true}}},
        {u"pressure"_s,
         tr("Waiting for resources"),
         ChartUnit::Percent,
         {{Metric::PsiCpuSome, tr("processors")},
          {Metric::PsiMemorySome, tr("memory")},
          {Metric::PsiIoSome, tr("disks")}},
         false,
         100,
         {}},
        {u"load"_s,
         tr("Load"),
         ChartUnit::Count,
         {{Metric::Load1, tr("1 min")},
          {Metric::Load5, tr("5 min")},
          {Metric::Load15, tr("15 min")}},
         false,
         none,
         {}},
        {u"space"_s,
         tr("Space used on disks"),
         ChartUnit::Percent,
         {{Metric::DiskUsed, {}}},
         false,
         100,
         {{80, 90, false}, {90, 100, true}}},
        {u"busy"_s, tr("Disks busy"), ChartUnit::Percent, {{Metric::DiskUtil, {}}}, false, 100, {}},
        {u"io"_s,
         tr("Disks: read and written"),
         ChartUnit::BytesPerSecond,
         {{Metric::DiskRead, tr("read")}, {Metric::DiskWrite, tr("written")}},
         false,
         none,
         {}},
        {u"net"_s,
         tr("Network"),
         ChartUnit::BytesPerSecond,
         {{Metric::NetRx, tr("in")}, {Metric::NetTx, tr("out")}},
         false,
         none,
         {}},
        {u"sockets"_s,
         tr("Connections"),
         ChartUnit::Count,
         {{Metric::SocketsTcp, tr("TCP in use")},
          {Metric::SocketsTcpTimeWait, tr("TCP closing")},
          {Metric::SocketsUdp, tr("UDP")}},
         false,
         none,
         {}},
        {u"latency"_s,
         tr("Answer of the server to our question"),
         ChartUnit::Milliseconds,
         {{Metric::SampleLatency, tr("round trip")}},
         false,
         none,
         {}},
    };
    return all;
}

QList<ChartSeries> HostPage::seriesOf(const Sheet& sheet, const monitor::ServerView& view) const
{
    QList<ChartSeries> series;
    for (const Sheet::Line& line : sheet.lines) {
        for (const monitor::KnownPoint& known : view.points) {
            const monitor::Point& point = known.point;
            if (point.metric != line.metric || point.label == "lo" || series.size() >= kMostLines) {
                continue;
            }
            const QString label = displayText(QByteArrayView(point.label), 80);
            ChartSeries one;
            one.key = seriesKey(m_server, QString::fromLatin1(monitor::info(point.metric).name),
                                monitor::labelText(point));
            one.name = label.isEmpty()       ? line.name
                       : line.name.isEmpty() ? label
                                             : label + u' ' + line.name;
            series.append(one);
        }
    }
    return series;
}

HostPage::HostPage(ChartSource* source, QWidget* parent)
    : QWidget(parent),
      m_source(source),
      m_group(new ChartGroup(QDateTime::currentMSecsSinceEpoch(), this)),
      m_bar(new ChartBar(m_group)),
      m_back(new Button(Button::Look::Quiet, tr("All servers"), u"chevron-left"_s)),
      m_processes(new Button(Button::Look::Plain, tr("Processes"))),
      m_name(new Text({}, Type::Section)),
      m_facts(new Text({}, Type::Body, Token::Quiet)),
      m_state(new StateBadge),
      m_scroll(new QScrollArea),
      m_sheet(new QWidget),
      m_grid(new QGridLayout(m_sheet))
{
    setObjectName(u"monitoring-host"_s);
    m_back->setObjectName(u"monitoring-back"_s);
    m_processes->setObjectName(u"monitoring-processes"_s);
    m_processes->setToolTip(tr("What runs there, the busiest first"));
    m_name->setObjectName(u"monitoring-host-name"_s);
    m_facts->setObjectName(u"monitoring-host-facts"_s);
    m_state->setObjectName(u"monitoring-host-state"_s);
    m_name->setElided(true);
    m_facts->setElided(true);
    m_group->setSpan(kFirstSpan);
    connect(m_back, &QPushButton::clicked, this, &HostPage::left);
    connect(m_processes, &QPushButton::clicked, this, &HostPage::processesWanted);
    auto* head = new QHBoxLayout;
    head->setSpacing(metric::grid);
    head->addWidget(m_back);
    head->addWidget(m_name);
    head->addWidget(m_facts, 1);
    head->addWidget(m_state);
    head->addWidget(m_processes);
    m_grid->setContentsMargins(0, 0, metric::grid, 0);
    m_grid->setSpacing(metric::grid * 2);
    m_sheet->setObjectName(u"monitoring-charts"_s);
    m_scroll->setWidget(m_sheet);
    m_scroll->setWidgetResizable(true);
    m_scroll->viewport()->setAutoFillBackground(false);  // the ground is the panel's
    m_sheet->setAutoFillBackground(false);
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metric::grid);
    column->addLayout(head);
    column->addWidget(m_bar);
    column->addWidget(m_scroll, 1);
    for (const Sheet& sheet : sheets()) {
        auto* chart = new ChartView(m_group);
        chart->setParent(m_sheet);
        chart->hide();  // until there is something to show
        chart->setObjectName(u"monitoring-chart-"_s + sheet.id);
        chart->setTitle(sheet.title);
        chart->setUnit(sheet.unit);
        chart->setStacked(sheet.stacked);
        chart->setLimits(0.0, sheet.high);
        chart->setThresholds(sheet.thresholds);
        chart->setEmptyText(tr("Nothing was told of it yet."));
        chart->setFixedHeight(kChartHeight);
        if (sheet.id == "space"_L1) {
            chart->setStaleAfter(kSpaceStaleAfter);
        }
        connect(chart, &ChartView::markOpened, this, &HostPage::markOpened);
        m_charts.append(chart);
        new ChartFeed(m_source, chart);
    }
}

void HostPage::showServer(const monitor::ServerView& view, const QString& environment,
                          bool production)
{
    m_server = view.server;
    const QString name = displayText(view.server, 120);
    m_name->setText(
        environment.isEmpty()
            ? name
            : tr("%1 in %2", "a server in an environment").arg(name, displayText(environment, 60)));
    m_name->setToken(production ? Token::Production : Token::Text);
    setAccessibleName(tr("Figures of %1").arg(name));
    for (ChartView* chart : std::as_const(m_charts)) {
        chart->setSeries({});
        chart->setData({});
    }
    m_group->reset();
    updateServer(view);
}

void HostPage::updateServer(const monitor::ServerView& view)
{
    m_view = view;
    updateFacts();
    for (qsizetype i = 0; i < m_charts.size(); ++i) {
        ChartView* chart = m_charts[i];
        const QList<ChartSeries> series = seriesOf(sheets()[i], view);
        const auto same = [](const ChartSeries& a, const ChartSeries& b) { return a.key == b.key; };
        if (!std::equal(series.begin(), series.end(), chart->series().begin(),
                        chart->series().end(), same)) {
            chart->setSeries(series);
            chart->findChild<ChartFeed*>()->refresh();
        }
        const bool failed = !m_past && wordOf(view.state).mark == lifecycle::Mark::Failed;
        chart->setProblem(failed ? displayText(view.reason, 300) : QString());
    }
    arrange();
}

void HostPage::updateFacts()
{
    m_state->setVisible(!m_past);
    if (m_past) {
        m_facts->setText(
            tr("as it was on %1").arg(absoluteTime(QDateTime::fromMSecsSinceEpoch(*m_past))));
        return;
    }
    const SamplerWord word = wordOf(m_view.state);
    m_state->setState(word.mark, word.text);
    m_state->setToolTip(displayText(m_view.reason, 300));
    const std::optional<double> uptime = m_view.value(Metric::Uptime);
    QStringList facts;
    if (!m_view.reason.isEmpty()) {
        facts.append(displayText(m_view.reason, 200));
    } else if (uptime) {
        facts.append(tr("up for %1").arg(durationText(milliseconds(qint64(*uptime * 1000)))));
    }
    if (m_view.value(Metric::RebootNeeded).value_or(0) != 0) {
        facts.append(tr("a restart is due"));
    }
    if (const double units = m_view.value(Metric::UnitsFailed).value_or(0); units > 0) {
        facts.append(tr("%n unit(s) failed", nullptr, int(units)));
    }
    m_facts->setText(facts.join(u"  ·  "_s));
}

void HostPage::setPast(const std::optional<qint64>& moment)
{
    m_past = moment;
    // The end of the range is no present then, though it is followed.
    m_bar->findChild<QLabel*>(u"monitor.state"_s)->setVisible(!moment);
    m_processes->setRefusal(moment ? tr("Processes are not kept. Go back to now to see them.")
                                   : QString());
    if (!m_server.isEmpty()) {
        updateServer(monitor::ServerView(m_view));
    }
}

void HostPage::focusCharts()
{
    for (ChartView* chart : std::as_const(m_charts)) {
        if (chart->isVisibleTo(this)) {
            chart->setFocus();
            return;
        }
    }
    m_back->setFocus();
}

bool HostPage::stepBack()
{
    const auto* chart = qobject_cast<ChartView*>(focusWidget());
    const bool focused = chart != nullptr && chart->hasFocus();
    if (focused && m_group->cursor()) {
        m_group->setCursor({});
        return true;
    }
    if (!m_group->isLive() || m_group->span() != m_group->homeSpan()) {
        m_group->reset();
        return true;
    }
    return false;
}

void HostPage::setMarks(const QList<ChartMark>& marks)
{
    for (ChartView* chart : std::as_const(m_charts)) {
        chart->setMarks(marks);
    }
}

void HostPage::setNow(qint64 now)
{
    m_group->setNow(now);
}

void HostPage::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    arrange();
}

/// Charts that have something to show, two side by side where there is room.
void HostPage::arrange()
{
    const int columns = width() >= 2 * kNarrowest ? 2 : 1;
    QList<ChartView*> shown;
    for (ChartView* chart : std::as_const(m_charts)) {
        if (!chart->series().isEmpty()) {
            shown.append(chart);
        }
    }
    if (columns == m_columns && m_grid->count() == shown.size()) {
        return;
    }
    m_columns = columns;
    for (ChartView* chart : std::as_const(m_charts)) {
        m_grid->removeWidget(chart);
        chart->setVisible(false);
    }
    for (qsizetype i = 0; i < shown.size(); ++i) {
        m_grid->addWidget(shown[i], int(i) / columns, int(i) % columns);
        shown[i]->setVisible(true);
    }
    for (int i = 0; i < 2; ++i) {
        m_grid->setColumnStretch(i, i < columns ? 1 : 0);
    }
    m_grid->setRowStretch(int(shown.size()), 1);
}

}  // namespace analemma::ui
