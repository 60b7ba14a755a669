#include "ui/monitor/host_wall.h"

#include "ui/monitor/chart_units.h"
#include "ui/shell/icons.h"
#include "ui/shell/words.h"
#include "ui/widgets/cell_delegate.h"
#include "ui/widgets/chip_bar.h"
#include "ui/widgets/data_table.h"
#include "ui/widgets/parts.h"
#include "ui/widgets/record_model.h"

#include <QAction>
#include <QPainter>
#include <QTableView>
#include <QTimer>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>
#include <utility>

using namespace Qt::StringLiterals;

namespace analemma::ui {

namespace {

enum WallColumn {
    NameColumn,
    EnvironmentColumn,
    StateColumn,
    CpuColumn,
    MemoryColumn,
    DiskColumn,
    NetworkColumn,
    LoadColumn,
    AlertColumn,
    AgeColumn
};

constexpr qsizetype rowsATurn = 100;
constexpr double usedWarning = 80;
constexpr double usedCritical = 90;
constexpr double cpuWarning = 85;
constexpr double cpuCritical = 95;

HostNeed needOfFigure(double percent, double warning, double critical)
{
    return percent >= critical  ? HostNeed::Critical
           : percent >= warning ? HostNeed::Warning
                                : HostNeed::None;
}

}  // namespace

HostNeed needOf(const HostLine& host)
{
    HostNeed need = std::max({needOfFigure(host.cpu, cpuWarning, cpuCritical),
                              needOfFigure(host.memory, usedWarning, usedCritical),
                              needOfFigure(host.disk, usedWarning, usedCritical)});
    if (host.alerts > 0 || host.mark == Mark::Waiting) {
        need = std::max(need, HostNeed::Warning);
    }
    if (host.mark == Mark::Failed || (host.alerts > 0 && host.gravest == Mark::Failed)) {
        return HostNeed::Critical;
    }
    return host.mark == Mark::Unknown ? std::max(need, HostNeed::Unknown) : need;
}

double hostRank(const HostLine& host)
{
    constexpr double each = 1000;
    constexpr double bucket = 5;
    constexpr double gone = 105;  // above every figure
    double worst = host.mark == Mark::Failed ? gone : 0;
    for (const double percent : {host.cpu, host.memory, host.disk}) {
        worst = std::isfinite(percent) ? std::max(worst, percent) : worst;
    }
    const double place = std::floor(std::clamp(worst, 0.0, gone) / bucket) * bucket;
    return double(needOf(host)) * each + std::min(host.alerts, 9) * 20 + place;
}

/// A figure with a bar under it; what is too high has an icon and the state's colour.
class HostWall::FigureDelegate : public CellDelegate {
public:
    using CellDelegate::CellDelegate;
    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override
    {
        painter->save();
        paintGround(painter, option, index);
        QRect rect = option.rect.adjusted(metric::grid, 0, -metric::grid, -1);
        const auto mark = static_cast<Mark>(index.data(RecordModel::MarkRole).toInt());
        const double share = index.data(RecordModel::ShareRole).toDouble();
        const Token token = mark == Mark::None ? Token::Idle : tokenOf(mark);
        if (share >= 0) {
            const QRect groove(rect.left(), rect.bottom() - 4, rect.width(), 2);
            painter->fillRect(groove, colour(Token::Raised));
            painter->fillRect(QRect(groove.topLeft(),
                                    QSize(std::max(1, int(groove.width() * std::min(1.0, share))),
                                          groove.height())),
                              mix(colour(token), colour(Token::Surface), 0.75));
        }
        rect.adjust(0, 0, 0, -3);
        if (mark != Mark::None) {
            paintIcon(painter, QRect(rect.left(), rect.center().y() - 6, 14, 14), u"alert"_s,
                      colour(token));
            rect.setLeft(rect.left() + 18);
        }
        const QString text = index.data().toString();
        const QString aside = index.data(RecordModel::AsideRole).toString();
        const int figure =
            paintText(painter, rect, text, numberFont(),
                      colour(mark == Mark::None ? Token::Text : token), Qt::AlignRight);
        if (!aside.isEmpty()) {
            paintText(painter, rect.adjusted(0, 0, -figure - metric::grid, 0), aside,
                      fontOf(Type::Caption), colour(Token::Quiet), Qt::AlignLeft);
        }
        painter->restore();
    }
};

class HostWall::LoadDelegate : public CellDelegate {
public:
    LoadDelegate(const QHash<QString, SparkRow>* loads, QObject* parent)
        : CellDelegate(parent), m_loads(loads)
    {
    }
    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override
    {
        painter->save();
        paintGround(painter, option, index);
        const auto found = m_loads->constFind(index.data(RecordModel::IdRole).toString());
        if (found != m_loads->constEnd()) {
            const QRect rect = option.rect.adjusted(metric::grid, 4, -64, -4);
            paintSpark(painter, rect, *found, colour(Token::Accent));
        }
        paintText(painter, option.rect.adjusted(option.rect.width() - 60, 0, -metric::grid, -1),
                  index.data().toString(), numberFont(), colour(Token::Text), Qt::AlignRight);
        painter->restore();
    }

private:
    const QHash<QString, SparkRow>* m_loads;
};

HostWall::HostWall(QWidget* parent)
    : QWidget(parent), m_chips(new ChipBar), m_turn(new QTimer(this))
{
    setObjectName(u"monitor.wall"_s);
    m_turn->setInterval(0);
    connect(m_turn, &QTimer::timeout, this, &HostWall::makeReady);
    m_model = new RecordModel(
        {{u"name"_s, tr("Server"), ColumnKind::Text, 220, true},
         {u"environment"_s, tr("Environment"), ColumnKind::Text, 120, false, false, 3},
         {u"state"_s, tr("State"), ColumnKind::State, 130},
         {u"cpu"_s, tr("CPU"), ColumnKind::Number, 92},
         {u"memory"_s, tr("Memory"), ColumnKind::Number, 92},
         {u"disk"_s, tr("Fullest disk"), ColumnKind::Number, 168},
         {u"network"_s, tr("Network"), ColumnKind::Number, 110, false, false, 2},
         {u"load"_s, tr("Load"), ColumnKind::Number, 190},
         {u"alerts"_s, tr("Alerts"), ColumnKind::Number, 72},
         {u"age"_s, tr("As of"), ColumnKind::Age, 112, false, false, 1}},
        this);
    m_table = new DataTable(u"monitor.hosts"_s, m_model);
    m_table->setAccessibleName(tr("Servers, worst first"));
    for (const int column : {CpuColumn, MemoryColumn, DiskColumn, AlertColumn}) {
        m_table->setCellDelegate(column, new FigureDelegate);
    }
    m_table->setCellDelegate(LoadColumn, new LoadDelegate(&m_loads, nullptr));
    m_table->sortBy(StateColumn, Qt::DescendingOrder);
    m_table->emptyState()->setText(u"servers"_s, tr("No server is watched."),
                                   tr("Add a server, and its figures stand here a second later."));
    auto* open = new QAction(tr("Open"), this);
    m_table->setMainAction(open);
    connect(m_table, &DataTable::activated, this, &HostWall::hostChosen);
    connect(m_table, &DataTable::cellClicked, this, [this](const QString& id, int clicked) {
        if (clicked == AlertColumn && m_alerts.contains(id)) {
            Q_EMIT alertsChosen(id);
        }
    });
    auto* alerts = new QAction(lineIcon(u"bell"_s), tr("Its alerts"), this);
    alerts->setObjectName(u"monitoring.host-alerts"_s);
    connect(alerts, &QAction::triggered, this, [this] {
        if (m_alerts.contains(m_table->currentId())) {
            Q_EMIT alertsChosen(m_table->currentId());
        }
    });
    m_table->addRowAction(alerts);
    m_chips->setObjectName(u"monitor.needs"_s);
    m_chips->addChip(u"all"_s, tr("All"));
    m_chips->addChip(u"critical"_s, tr("Critical"));
    m_chips->addChip(u"warning"_s, tr("Warning"));
    m_chips->addChip(u"unknown"_s, tr("Unknown"));
    connect(m_chips, &ChipBar::changed, this, [this](const QStringList& chosen) {
        const QString id = chosen.value(0);
        const HostNeed need = id == u"critical"  ? HostNeed::Critical
                              : id == u"warning" ? HostNeed::Warning
                              : id == u"unknown" ? HostNeed::Unknown
                                                 : HostNeed::None;
        m_table->filter()->setAccept([this, need](const Record& record) {
            return need == HostNeed::None || m_needs.value(record.id) == need;
        });
    });
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metric::grid);
    column->addWidget(m_chips);
    column->addWidget(m_table, 1);
}

void HostWall::setLoading(bool loading)
{
    m_table->setLoading(loading);
}

Field HostWall::figure(double percent, const QString& aside, double warning, double critical)
{
    if (!std::isfinite(percent)) {
        Field field = Field::number(-1.0, u"–"_s);
        field.tip = tr("not known");
        return field;
    }
    Field field = Field::number(percent, valueText(percent, ChartUnit::Percent));
    field.share = percent / 100;
    field.aside = aside;
    const HostNeed need = needOfFigure(percent, warning, critical);
    field.mark = need == HostNeed::Critical  ? Mark::Failed
                 : need == HostNeed::Warning ? Mark::Waiting
                                             : Mark::None;
    field.tip = need == HostNeed::Critical  ? tr("critical: %1 %2").arg(field.text, aside)
                : need == HostNeed::Warning ? tr("warning: %1 %2").arg(field.text, aside)
                                            : aside;
    return field;
}

Record HostWall::recordOf(const HostLine& host, const QDateTime& now)
{
    Record record;
    record.id = host.name;
    record.marked = host.production;
    Field state = Field::state(host.mark, host.word);
    state.sort = hostRank(host);
    Field network = Field::number(std::isfinite(host.network) ? host.network : -1.0,
                                  valueText(host.network, ChartUnit::BytesPerSecond));
    double last = HostLine::unknown;
    const std::vector<ChartColumn>& loads = host.load.columns();
    if (!loads.empty()) {
        const std::size_t newest = (host.load.oldest() + loads.size() - 1) % loads.size();
        last = loads[newest].count > 0 ? loads[newest].last : last;
    }
    const Field load =
        Field::number(std::isfinite(last) ? last : -1.0,
                      std::isfinite(last) ? QLocale().toString(last, 'f', 2) : u"–"_s);
    Field alerts = Field::number(qint64(host.alerts));
    alerts.text = host.alerts > 0 ? alerts.text : QString();
    alerts.mark = host.alerts > 0 ? host.gravest : Mark::None;
    alerts.tip = host.alertTip;
    record.fields = {Field::text_(host.name, host.name),
                     Field::text_(host.environment),
                     state,
                     figure(host.cpu, {}, cpuWarning, cpuCritical),
                     figure(host.memory, {}, usedWarning, usedCritical),
                     figure(host.disk, host.mount, usedWarning, usedCritical),
                     network,
                     load,
                     alerts,
                     Field::age(host.newest, now)};
    return record;
}

void HostWall::setHosts(const QList<HostLine>& hosts, const QDateTime& now)
{
    m_waiting = hosts;
    m_now = now;
    // Those that are as bad as each other stand by name, so that rows do not jump about.
    const auto byName = [](const HostLine& a, const HostLine& b) { return a.name < b.name; };
    if (!std::is_sorted(m_waiting.cbegin(), m_waiting.cend(), byName)) {
        std::sort(m_waiting.begin(), m_waiting.end(), byName);
    }
    m_ready.clear();
    m_ready.reserve(m_waiting.size());
    makeReady();
}

/// The next rows; the last ones show all.
void HostWall::makeReady()
{
    const qsizetype end = std::min(m_waiting.size(), m_ready.size() + rowsATurn);
    for (qsizetype i = m_ready.size(); i < end; ++i) {
        m_ready.append(recordOf(m_waiting[i], m_now));
    }
    if (end < m_waiting.size()) {
        m_turn->start();
        return;
    }
    m_turn->stop();
    m_loads.clear();
    m_needs.clear();
    m_alerts.clear();
    for (const HostLine& host : std::as_const(m_waiting)) {
        m_loads.insert(host.name, host.load);
        m_needs.insert(host.name, needOf(host));
        if (host.alerts > 0) {
            m_alerts.insert(host.name, host.alerts);
        }
    }
    m_model->setRecords(std::exchange(m_ready, {}));
    m_waiting.clear();
    updateChips();
    m_table->view()->viewport()->update();  // curves are no part of the records
}

void HostWall::updateChips()
{
    const auto count = [this](HostNeed need) {
        return int(std::count(m_needs.cbegin(), m_needs.cend(), need));
    };
    m_chips->setCount(u"all"_s, int(m_needs.size()));
    m_chips->setCount(u"critical"_s, count(HostNeed::Critical));
    m_chips->setCount(u"warning"_s, count(HostNeed::Warning));
    m_chips->setCount(u"unknown"_s, count(HostNeed::Unknown));
}

}  // namespace analemma::ui
