#include "ui/monitor/past_reader.h"

#include "core/base/task.h"

#include <algorithm>
#include <cmath>

using namespace Qt::StringLiterals;

namespace analemma::ui {
namespace {

constexpr qint64 kSparkSpan = 60'000;
constexpr int kSparkColumns = 60;
constexpr qint64 kHoldsFor = 16'000;  ///< a value, as servers are read every 5 to 15 s
constexpr qint64 kWithin = 180'000;   ///< space on disks is read once a minute
constexpr int kWithinColumns = 180;
constexpr qsizetype kMostOfOne = 200;  ///< series of one server

using monitor::Metric;

bool standsOnTheWall(Metric metric)
{
    return metric == Metric::CpuBusy || metric == Metric::MemUsed || metric == Metric::DiskUsed ||
           metric == Metric::NetRx || metric == Metric::NetTx || metric == Metric::Load1;
}

}  // namespace

std::optional<double> valueBefore(const monitor::Chart& chart, qint64 moment, qint64 within)
{
    for (auto i = std::ssize(chart.columns); i-- > 0;) {
        const qint64 from = chart.from + i * chart.step;
        const monitor::ChartColumn& column = chart.columns[std::size_t(i)];
        if (column.count > 0 && from <= moment) {
            return from + chart.step + within >= moment ? std::optional(column.last) : std::nullopt;
        }
    }
    return std::nullopt;
}

SparkRow sparkBefore(const monitor::Chart& chart, qint64 moment)
{
    SparkRow row(kSparkColumns);
    ChartColumn last;
    qint64 lastAt = 0;
    for (std::size_t i = 0; i < chart.columns.size(); ++i) {
        const monitor::ChartColumn& column = chart.columns[i];
        const qint64 at = chart.from + qint64(i) * chart.step;
        if (at > moment) {
            break;
        }
        if (column.count > 0) {
            last = {column.count, column.min, column.max, column.mean, column.last};
            lastAt = at;
        }
        if (last.count > 0 && at - lastAt <= kHoldsFor) {
            row.addColumn(last);
        } else {
            row.addGap();
        }
    }
    return row;
}

PastReader::PastReader(monitor::SeriesStore* store, QObject* parent)
    : QObject(parent), m_store(store)
{
}

void PastReader::stop()
{
    ++m_round;
    m_waiting.clear();
}

void PastReader::read(const QList<HostLine>& lines, qint64 moment)
{
    ++m_round;
    m_waiting = lines;
    m_moment = moment;
    readNext();
}

void PastReader::readNext()
{
    if (m_waiting.isEmpty()) {
        Q_EMIT done();
        return;
    }
    m_line = m_waiting.takeFirst();
    m_any = false;
    QList<Wish> wishes;
    const QList<monitor::SeriesInfo> series = m_store->list(m_line.name);
    for (const monitor::SeriesInfo& one : series) {
        const std::optional<Metric> metric = monitor::metricNamed(one.name.metric.toLatin1());
        const QString label = one.name.labels.section(u'=', 1);
        if (metric && standsOnTheWall(*metric) && label != "lo"_L1 && wishes.size() < kMostOfOne) {
            wishes.append({*metric, label, one.id});
        }
    }
    m_left = int(wishes.size());
    if (wishes.isEmpty()) {
        QMetaObject::invokeMethod(
            this,
            [this, round = m_round] {
                if (round == m_round) {
                    finishLine();
                }
            },
            Qt::QueuedConnection);
        return;
    }
    for (const Wish& wish : std::as_const(wishes)) {
        const bool spark = wish.metric == Metric::Load1;
        const qint64 span = spark ? kSparkSpan : kWithin;
        const int columns = spark ? kSparkColumns : kWithinColumns;
        then(m_store->chart(wish.id, m_moment - span, m_moment + 1, columns), this,
             [this, wish, round = m_round](const Result<monitor::Chart>& chart) {
                 if (round != m_round) {
                     return;
                 }
                 if (chart) {
                     take(wish, *chart);
                 }
                 if (--m_left == 0) {
                     finishLine();
                 }
             });
    }
}

void PastReader::take(const Wish& wish, const monitor::Chart& chart)
{
    if (wish.metric == Metric::Load1) {
        m_line.load = sparkBefore(chart, m_moment);
    }
    const std::optional<double> value = valueBefore(chart, m_moment, kWithin);
    if (!value) {
        return;
    }
    m_any = true;
    switch (wish.metric) {
        case Metric::CpuBusy:
            m_line.cpu = *value;
            break;
        case Metric::MemUsed:
            m_line.memory = *value;
            break;
        case Metric::DiskUsed:
            if (!std::isfinite(m_line.disk) || *value > m_line.disk) {
                m_line.disk = *value;
                m_line.mount = wish.label;
            }
            break;
        case Metric::NetRx:
        case Metric::NetTx:
            m_line.network = (std::isfinite(m_line.network) ? m_line.network : 0) + *value;
            break;
        default:
            break;
    }
}

void PastReader::finishLine()
{
    m_line.mark = m_any ? lifecycle::Mark::Ok : lifecycle::Mark::Unknown;
    m_line.word = m_any ? tr("was live") : tr("nothing kept");
    m_line.newest = m_any ? QDateTime::fromMSecsSinceEpoch(m_moment, Qt::UTC) : QDateTime();
    const int round = m_round;
    Q_EMIT known(m_line);
    if (round == m_round) {
        readNext();
    }
}

}  // namespace analemma::ui
