#include "ui/monitor/service_page.h"

#include "core/base/text.h"
#include "ui/monitor/chart_bar.h"
#include "ui/monitor/chart_feed.h"
#include "ui/monitor/chart_group.h"
#include "ui/monitor/chart_view.h"
#include "ui/monitor/store_source.h"
#include "ui/shell/theme.h"
#include "ui/widgets/button.h"
#include "ui/widgets/chip_bar.h"
#include "ui/widgets/parts.h"

#include <QDateTime>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QMap>
#include <QScrollArea>

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;

namespace analemma::ui {
namespace {

constexpr int kServiceChartHeight = 200;
constexpr int kServiceNarrowest = 420;
constexpr qint64 kServiceSpan = 15 * 60 * 1000;
constexpr qint64 kServiceStaleAfter = 90'000;  // checks run as seldom as once a minute
constexpr qsizetype kServiceLines = 8;         // of one chart
constexpr qsizetype kMostChecks = 24;
constexpr double kSlow = 500;  // milliseconds
constexpr double kTooSlow = 1000;

struct BalancerSheet {
    const char* metric;
    const char* title;
    ChartUnit unit;
    double warning;  ///< 0: none
    double critical;
};
constexpr std::array<BalancerSheet, 5> balancerSheets{{
    {"balancer.requests", QT_TRANSLATE_NOOP("analemma::ui::ServicePage", "Requests"),
     ChartUnit::PerSecond, 0, 0},
    {"balancer.errors", QT_TRANSLATE_NOOP("analemma::ui::ServicePage", "Errors"),
     ChartUnit::PerSecond, 1, 10},
    {"balancer.response", QT_TRANSLATE_NOOP("analemma::ui::ServicePage", "Response time"),
     ChartUnit::Milliseconds, kSlow, kTooSlow},
    {"balancer.queue", QT_TRANSLATE_NOOP("analemma::ui::ServicePage", "Waiting for a server"),
     ChartUnit::Count, 1, 10},
    {"balancer.sessions", QT_TRANSLATE_NOOP("analemma::ui::ServicePage", "Sessions"),
     ChartUnit::Count, 0, 0},
}};
/// What the latency of a check is made of, in their order.
constexpr std::array<std::pair<const char*, const char*>, 4> checkPhases{{
    {"check.lookup", QT_TRANSLATE_NOOP("analemma::ui::ServicePage", "name")},
    {"check.connect", QT_TRANSLATE_NOOP("analemma::ui::ServicePage", "connecting")},
    {"check.tls", QT_TRANSLATE_NOOP("analemma::ui::ServicePage", "TLS")},
    {"check.wait", QT_TRANSLATE_NOOP("analemma::ui::ServicePage", "waiting")},
}};

QList<ChartThreshold> bandsOf(double warning, double critical)
{
    if (warning <= 0) {
        return {};
    }
    return {{warning, critical, false}, {critical, std::numeric_limits<double>::infinity(), true}};
}

ChartSeries seriesOf(const monitor::SeriesInfo& one, const QString& name)
{
    return {seriesKey(one.name.subject, one.name.metric, one.name.labels), name};
}

/// "member=web-1" as "web-1"; without labels the whole service.
QString memberName(const QString& labels)
{
    const QString member = labels.section(u'=', 1);
    return member.isEmpty() ? ServicePage::tr("all") : displayText(member, 80);
}

}  // namespace

QList<ServiceSheet> serviceSheets(const QString& environment,
                                  const QList<monitor::SeriesInfo>& balancer,
                                  const QList<monitor::SeriesInfo>& checks)
{
    QList<ServiceSheet> sheets;
    for (const BalancerSheet& kind : balancerSheets) {
        ServiceSheet sheet;
        const QLatin1StringView metric(kind.metric);
        sheet.id = metric.mid(metric.indexOf('.'_L1) + 1);
        sheet.title = ServicePage::tr(kind.title);
        sheet.unit = kind.unit;
        sheet.thresholds = bandsOf(kind.warning, kind.critical);
        for (const monitor::SeriesInfo& one : balancer) {
            if (one.name.subject == environment && one.name.metric == metric &&
                sheet.series.size() < kServiceLines) {
                sheet.series.append(seriesOf(one, memberName(one.name.labels)));
            }
        }
        if (!sheet.series.isEmpty()) {
            sheets.append(sheet);
        }
    }
    QMap<QString, QMap<QString, monitor::SeriesInfo>> byCheck;
    for (const monitor::SeriesInfo& one : checks) {
        if (one.name.metric.startsWith("check."_L1)) {
            byCheck[one.name.subject].insert(one.name.metric, one);
        }
    }
    for (auto check = byCheck.cbegin(); check != byCheck.cend() && sheets.size() < kMostChecks;
         ++check) {
        const QString name = displayText(check.key(), 80);
        ServiceSheet times;
        times.id = u"check-"_s + check.key();
        times.title = ServicePage::tr("Check %1: duration").arg(name);
        times.unit = ChartUnit::Milliseconds;
        for (const auto& [metric, word] : checkPhases) {
            const auto phase = check->constFind(QLatin1StringView(metric));
            if (phase != check->constEnd()) {
                times.series.append(seriesOf(*phase, ServicePage::tr(word)));
            }
        }
        times.stacked = !times.series.isEmpty();
        const auto latency = check->constFind(u"check.latency"_s);
        if (times.series.isEmpty() && latency != check->constEnd()) {
            times.series.append(seriesOf(*latency, ServicePage::tr("duration")));
        }
        times.thresholds = bandsOf(kSlow, kTooSlow);
        if (!times.series.isEmpty()) {
            sheets.append(times);
        }
        const auto passed = check->constFind(u"check.ok"_s);
        if (passed != check->constEnd()) {
            ServiceSheet well;
            well.id = u"passed-"_s + check.key();
            well.title = ServicePage::tr("Check %1: passed").arg(name);
            well.unit = ChartUnit::Flag;
            well.high = 1;
            well.series.append(seriesOf(*passed, ServicePage::tr("passed")));
            sheets.append(well);
        }
    }
    return sheets;
}

ServicePage::ServicePage(ChartSource* source, monitor::SeriesStore* store, QWidget* parent)
    : QWidget(parent),
      m_source(source),
      m_store(store),
      m_group(new ChartGroup(QDateTime::currentMSecsSinceEpoch(), this)),
      m_bar(new ChartBar(m_group)),
      m_back(new Button(Button::Look::Quiet, tr("All servers"), u"chevron-left"_s)),
      m_name(new Text({}, Type::Section)),
      m_chips(new ChipBar),
      m_scroll(new QScrollArea),
      m_sheet(new QWidget),
      m_grid(new QGridLayout(m_sheet)),
      m_empty(new EmptyState)
{
    setObjectName(u"monitoring-service"_s);
    m_back->setObjectName(u"monitoring-service-back"_s);
    m_name->setObjectName(u"monitoring-service-name"_s);
    m_chips->setObjectName(u"monitoring-service-environments"_s);
    m_chips->setAccessibleName(tr("Environments"));
    m_empty->setObjectName(u"monitoring-service-empty"_s);
    m_empty->setText(u"balancer"_s, tr("Nothing is kept of this service yet."),
                     tr("Its balancer and its checks are read while the window is open."));
    m_name->setElided(true);
    m_group->setSpan(kServiceSpan);
    connect(m_back, &QPushButton::clicked, this, &ServicePage::left);
    connect(m_chips, &ChipBar::changed, this,
            [this](const QStringList& chosen) { showEnvironment(chosen.value(0)); });
    auto* head = new QHBoxLayout;
    head->setSpacing(metric::grid);
    head->addWidget(m_back);
    head->addWidget(m_name, 1);
    head->addWidget(m_chips);
    m_grid->setContentsMargins(0, 0, metric::grid, 0);
    m_grid->setSpacing(metric::grid * 2);
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
    column->addWidget(m_empty, 1);
}

void ServicePage::setEnvironments(const QStringList& names, const QStringList& production)
{
    m_production = production;
    for (const QString& name : names) {
        if (!m_environments.contains(name)) {
            m_environments.append(name);
            m_chips->addChip(name, displayText(name, 40));
        }
    }
    m_chips->setVisible(m_environments.size() > 1);
    if (m_environment.isEmpty() && !m_environments.isEmpty()) {
        const auto first = std::ranges::find_if(
            m_environments, [&](const QString& name) { return production.contains(name); });
        showEnvironment(first != m_environments.end() ? *first : m_environments.first());
    }
}

void ServicePage::setChecks(const QMap<QString, QString>& environments)
{
    m_checks = environments;
}

void ServicePage::showEnvironment(const QString& name)
{
    if (name.isEmpty()) {
        return;
    }
    if (name != m_environment) {
        for (const Shown& shown : std::as_const(m_charts)) {
            delete shown.view;
        }
        m_charts.clear();
        m_columns = 0;
        m_group->reset();
    }
    m_environment = name;
    m_chips->choose(name);
    m_name->setText(tr("Service %1").arg(displayText(name, 80)));
    m_name->setToken(m_production.contains(name) ? Token::Production : Token::Text);
    setAccessibleName(m_name->text());
    refresh();
}

ChartView* ServicePage::viewOf(const ServiceSheet& sheet)
{
    for (const Shown& shown : std::as_const(m_charts)) {
        if (shown.id == sheet.id) {
            return shown.view;
        }
    }
    auto* view = new ChartView(m_group);
    view->setObjectName(u"monitoring-service-"_s + sheet.id);
    view->setTitle(sheet.title);
    view->setUnit(sheet.unit);
    view->setStacked(sheet.stacked);
    view->setLimits(0.0, sheet.high);
    view->setThresholds(sheet.thresholds);
    view->setStaleAfter(kServiceStaleAfter);
    view->setEmptyText(tr("Nothing was told of it yet."));
    view->setFixedHeight(kServiceChartHeight);
    view->setMarks(m_marks);
    connect(view, &ChartView::markOpened, this, &ServicePage::markOpened);
    new ChartFeed(m_source, view);
    m_charts.append({sheet.id, view});
    m_columns = 0;
    return view;
}

void ServicePage::refresh()
{
    QList<monitor::SeriesInfo> checks = m_store->list();
    checks.removeIf([this](const monitor::SeriesInfo& one) {
        if (!one.name.metric.startsWith("check."_L1)) {
            return true;
        }
        const auto known = m_checks.constFind(one.name.subject);
        return known == m_checks.constEnd() ? one.latest.time < m_group->from()
                                            : !known->isEmpty() && *known != m_environment;
    });
    const QList<ServiceSheet> sheets =
        serviceSheets(m_environment, m_store->list(m_environment), checks);
    for (const ServiceSheet& sheet : sheets) {
        ChartView* view = viewOf(sheet);
        const auto same = [](const ChartSeries& a, const ChartSeries& b) { return a.key == b.key; };
        if (!std::equal(sheet.series.begin(), sheet.series.end(), view->series().begin(),
                        view->series().end(), same)) {
            view->setSeries(sheet.series);
            view->findChild<ChartFeed*>()->refresh();
        }
    }
    m_empty->setVisible(sheets.isEmpty());
    m_scroll->setVisible(!sheets.isEmpty());
    arrange();
}

void ServicePage::setMarks(const QList<ChartMark>& marks)
{
    m_marks = marks;
    for (const Shown& shown : std::as_const(m_charts)) {
        shown.view->setMarks(marks);
    }
}

void ServicePage::setPast(bool past)
{
    // The end of the range is no present then, though it is followed.
    m_bar->findChild<QLabel*>(u"monitor.state"_s)->setVisible(!past);
}

void ServicePage::setNow(qint64 now)
{
    m_group->setNow(now);
}

bool ServicePage::stepBack()
{
    if (m_group->cursor() && qobject_cast<ChartView*>(focusWidget()) != nullptr) {
        m_group->setCursor({});
        return true;
    }
    if (!m_group->isLive() || m_group->span() != m_group->homeSpan()) {
        m_group->reset();
        return true;
    }
    return false;
}

void ServicePage::focusCharts()
{
    if (m_charts.isEmpty()) {
        m_back->setFocus();
    } else {
        m_charts.first().view->setFocus();
    }
}

void ServicePage::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    arrange();
}

void ServicePage::arrange()
{
    const int columns = width() >= 2 * kServiceNarrowest ? 2 : 1;
    if (columns == m_columns) {
        return;
    }
    m_columns = columns;
    for (qsizetype i = 0; i < m_charts.size(); ++i) {
        m_grid->removeWidget(m_charts[i].view);
        m_grid->addWidget(m_charts[i].view, int(i) / columns, int(i) % columns);
        m_charts[i].view->show();
    }
    for (int i = 0; i < 2; ++i) {
        m_grid->setColumnStretch(i, i < columns ? 1 : 0);
    }
    m_grid->setRowStretch(int(m_charts.size()), 1);
}

}  // namespace analemma::ui
