#include "core/monitor/src/rollup.h"
#include "tests/monitor/series_fixture.h"

#include <QElapsedTimer>
#include <QEventLoop>

#include <sqlite3.h>

#include <cmath>
#include <cstdio>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::monitor;
using namespace analemma::monitor::fixture;

/// Charts of the store of series beside the same question to rows in SQLite, in one run:
/// bench_series. Twenty series at 1 s: counters, gauges of a tenth, constants, noisy integers. What
/// is asked for is least, greatest, mean and number of each of 1,000 columns. Warm, the median
/// of 31. Not a test. Build it with the preset release.
namespace {

constexpr int kSeries = 20;
constexpr int kDaySeconds = 86'400;
constexpr int kPixels = 1'000;
constexpr int kTimes = 31;

double valueOf(int series, int second, QRandomGenerator& random)
{
    switch (series % 4) {
        case 0:
            return std::round(40 + 30 * std::sin(second / 700.0) + random.bounded(80) / 10.0) + 0.1;
        case 1:
            return 1'000 + second * 3 + series;
        case 2:
            return 12;
        default:
            return random.bounded(5'000);
    }
}

template <class Ask>
double median(Ask ask)
{
    std::vector<double> times;
    for (int i = 0; i < kTimes; ++i) {
        QElapsedTimer timer;
        timer.start();
        ask();
        times.push_back(double(timer.nsecsElapsed()) / 1e6);
    }
    std::sort(times.begin(), times.end());
    return times[times.size() / 2];
}

Chart ask(SeriesStore& store, SeriesId id, qint64 from, qint64 to)
{
    QEventLoop loop;
    QObject context;
    Chart answer;
    then(store.chart(id, from, to, kPixels), &context, [&](const Result<Chart>& chart) {
        if (chart) {
            answer = *chart;
        }
        loop.quit();
    });
    loop.exec();
    return answer;
}

class Rows {
public:
    explicit Rows(const QString& path)
    {
        sqlite3_open(path.toUtf8().constData(), &m_db);
        for (const char* sql : {"PRAGMA journal_mode = WAL", "PRAGMA synchronous = NORMAL",
                                "PRAGMA cache_size = -65536",
                                "CREATE TABLE rows (series INTEGER, time INTEGER, value REAL,"
                                " PRIMARY KEY (series, time)) WITHOUT ROWID"}) {
            sqlite3_exec(m_db, sql, nullptr, nullptr, nullptr);
        }
        sqlite3_prepare_v2(m_db, "INSERT INTO rows VALUES (?, ?, ?)", -1, &m_put, nullptr);
        sqlite3_prepare_v2(m_db,
                           "SELECT (time - ?1) / ?2, count(*), min(value), max(value), avg(value)"
                           " FROM rows WHERE series = ?3 AND time >= ?1 AND time < ?4 GROUP BY 1",
                           -1, &m_ask, nullptr);
        sqlite3_prepare_v2(m_db,
                           "SELECT time, value FROM rows"
                           " WHERE series = ?3 AND time >= ?1 AND time < ?4 AND ?2 > 0",
                           -1, &m_all, nullptr);
    }
    ~Rows()
    {
        for (sqlite3_stmt* one : {m_put, m_ask, m_all}) {
            sqlite3_finalize(one);
        }
        sqlite3_close(m_db);
    }
    Rows(const Rows&) = delete;
    Rows& operator=(const Rows&) = delete;

    void run(const char* sql) { sqlite3_exec(m_db, sql, nullptr, nullptr, nullptr); }
    void put(int series, qint64 time, double value)
    {
        sqlite3_bind_int(m_put, 1, series);
        sqlite3_bind_int64(m_put, 2, time);
        sqlite3_bind_double(m_put, 3, value);
        sqlite3_step(m_put);
        sqlite3_reset(m_put);
    }
    std::vector<ChartColumn> grouped(int series, qint64 from, qint64 to, qint64 step)
    {
        std::vector<ChartColumn> columns(std::size_t((to - from + step - 1) / step));
        bind(m_ask, series, from, to, step);
        while (sqlite3_step(m_ask) == SQLITE_ROW) {
            ChartColumn& column = columns[std::size_t(sqlite3_column_int64(m_ask, 0))];
            column.count = sqlite3_column_int64(m_ask, 1);
            column.min = sqlite3_column_double(m_ask, 2);
            column.max = sqlite3_column_double(m_ask, 3);
            column.mean = sqlite3_column_double(m_ask, 4);
        }
        sqlite3_reset(m_ask);
        return columns;
    }
    std::vector<ChartColumn> counted(int series, qint64 from, qint64 to, qint64 step)
    {
        std::vector<Bucket> buckets(std::size_t((to - from + step - 1) / step));
        bind(m_all, series, from, to, step);
        while (sqlite3_step(m_all) == SQLITE_ROW) {
            buckets[std::size_t((sqlite3_column_int64(m_all, 0) - from) / step)].add(
                sqlite3_column_double(m_all, 1));
        }
        sqlite3_reset(m_all);
        std::vector<ChartColumn> columns;
        for (const Bucket& one : buckets) {
            columns.push_back({one.count, one.min, one.max, one.sum / double(one.count), one.last});
        }
        return columns;
    }

private:
    static void bind(sqlite3_stmt* statement, int series, qint64 from, qint64 to, qint64 step)
    {
        sqlite3_bind_int64(statement, 1, from);
        sqlite3_bind_int64(statement, 2, step);
        sqlite3_bind_int(statement, 3, series);
        sqlite3_bind_int64(statement, 4, to);
    }
    sqlite3* m_db = nullptr;
    sqlite3_stmt* m_put = nullptr;
    sqlite3_stmt* m_ask = nullptr;
    sqlite3_stmt* m_all = nullptr;
};

bool isSame(const std::vector<ChartColumn>& a, const std::vector<ChartColumn>& b)
{
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](const ChartColumn& x, const ChartColumn& y) {
                          return x.count == y.count && x.min == y.min && x.max == y.max &&
                                 std::abs(x.mean - y.mean) <= 1e-9 * (1 + std::abs(y.mean));
                      });
}

void day(const QString& folder)
{
    const auto clock = std::make_shared<HandClock>(kStart);
    const auto store = openStore(folder + u"/store"_s, clock);
    Rows rows(folder + u"/rows.db"_s);
    std::vector<SeriesId> ids;
    for (int i = 0; i < kSeries; ++i) {
        ids.push_back(store->series({u"web-%1"_s.arg(i), u"value"_s, QString()}));
    }
    QRandomGenerator random(7);
    rows.run("BEGIN");
    QElapsedTimer writing;
    writing.start();
    for (int second = 0; second < kDaySeconds; ++second) {
        clock->set(kStart + second * 1'000 + 500);
        std::vector<Measured> batch;
        for (int i = 0; i < kSeries; ++i) {
            const qint64 time = kStart + second * 1'000 + random.bounded(8);
            const double value = valueOf(i, second, random);
            batch.push_back({ids[std::size_t(i)], time, value});
            rows.put(i, time, value);
        }
        if (second % 600 == 599) {
            QTest::qWait(0);
        }
        store->append(std::move(batch), {});
    }
    rows.run("COMMIT");
    clock->set(kStart + qint64(kDaySeconds) * 1'000 + kHour);
    bool isTidy = false;
    QObject context;
    then(store->tidy(), &context, [&](const Result<void>&) { isTidy = true; });
    (void)QTest::qWaitFor([&] { return isTidy; }, 120'000);
    const qint64 points = qint64(kDaySeconds) * kSeries;
    std::printf("%lld points of %d series: %.2f bytes a point in the store\n",
                static_cast<long long>(points), kSeries,
                double(store->status().bytes) / double(points));
    const qint64 to = kStart + qint64(kDaySeconds) * 1'000;
    for (const int series : {0, 1, 2, 3}) {
        const SeriesId id = ids[std::size_t(series)];
        const Chart chart = ask(*store, id, kStart, to);
        const auto sql = rows.grouped(series, kStart, to, chart.step);
        const double mine = median([&] { (void)ask(*store, id, kStart, to); });
        const double grouped = median([&] { (void)rows.grouped(series, kStart, to, chart.step); });
        const double counted = median([&] { (void)rows.counted(series, kStart, to, chart.step); });
        std::printf(
            "24 h to %zu columns, %s: %.3f ms; rows grouped by SQL %.2f ms, ratio %.1f; "
            "rows read and grouped here %.2f ms, ratio %.1f; the same peaks: %s\n",
            chart.columns.size(),
            series == 0   ? "gauge"
            : series == 1 ? "counter"
            : series == 2 ? "constant"
                          : "noise",
            mine, grouped, grouped / mine, counted, counted / mine,
            chart.resolution == 0 && isSame(chart.columns, sql) ? "yes" : "NO");
    }
}

void month(const QString& folder)
{
    constexpr int days = 30;
    const qint64 start = kStart - days * kDay;
    const auto clock = std::make_shared<HandClock>(start);
    SeriesLimits limits = quickLimits();
    const auto store = openStore(folder + u"/month"_s, clock, limits);
    const SeriesId id = store->series({u"web"_s, u"value"_s, QString()});
    QRandomGenerator random(9);
    QObject context;
    for (int day = 0; day < days; ++day) {
        std::vector<Measured> batch;
        for (int second = 0; second < kDaySeconds; ++second) {
            batch.push_back(
                {id, start + day * kDay + second * qint64(1'000), valueOf(0, second, random)});
        }
        clock->set(start + (day + 1) * kDay);
        store->append(std::move(batch), {});
        bool isTidy = false;
        then(store->tidy(), &context, [&](const Result<void>&) { isTidy = true; });
        (void)QTest::qWaitFor([&] { return isTidy; }, 120'000);
    }
    const Chart chart = ask(*store, id, start, start + days * kDay);
    std::printf("30 days at 1 s to %zu columns: %.2f ms; %lld values in them (asked: 50 ms)\n",
                chart.columns.size(),
                median([&] { (void)ask(*store, id, start, start + days * kDay); }),
                static_cast<long long>(countOf(chart)));
}

}  // namespace

int main(int argc, char** argv)
{
    const QCoreApplication application(argc, argv);
    const QTemporaryDir folder;
    day(folder.path());
    month(folder.path());
    return 0;
}
