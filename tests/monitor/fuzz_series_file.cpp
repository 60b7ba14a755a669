#include "core/monitor/series.h"
#include "core/monitor/src/seriesfile.h"
#include "tests/fuzz/fuzz.h"

#include <QFile>
#include <QTemporaryDir>

#include <cmath>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::monitor;

namespace {

constexpr qint64 fuzzNow = 1'790'000'000'000;

class StillClock : public Clock {
public:
    [[nodiscard]] QDateTime now() const override
    {
        return QDateTime::fromMSecsSinceEpoch(fuzzNow, Qt::UTC);
    }
    [[nodiscard]] milliseconds sinceBoot() const override { return milliseconds(fuzzNow); }
};

/// Rows for the tables of a file: each "what, id, hours before now (2 bytes), length (2 bytes),
/// bytes"; the checksum of the bytes is made, so that they are looked into.
class Script {
public:
    Script(const std::uint8_t* data, std::size_t size) : m_at(data), m_end(data + size) {}
    [[nodiscard]] bool isDone() const { return m_end - m_at < 6; }
    std::uint8_t byte() { return *m_at++; }
    std::size_t two()
    {
        const std::size_t low = byte();
        return low | std::size_t(byte()) << 8U;
    }
    Bytes bytes(std::size_t size)
    {
        const auto* from = m_at;
        m_at += std::min(size, std::size_t(m_end - m_at));
        return {from, m_at};
    }

private:
    const std::uint8_t* m_at;
    const std::uint8_t* m_end;
};

void addSeries(SeriesDb& db, qint64 id, const Bytes& name)
{
    auto cursor = db.query("INSERT OR IGNORE INTO series VALUES (?, ?, ?, ?)");
    const QString text =
        QString::fromUtf8(QByteArray(reinterpret_cast<const char*>(name.data()),
                                     std::min<qsizetype>(qsizetype(name.size()), 40)));
    cursor.bind(id).bind(text).bind(u"m"_s).bind(QString::number(id));
    cursor.next();
}

void addLog(SeriesDb& db, const Bytes& row)
{
    auto cursor = db.query("INSERT INTO log (body) VALUES (?)");
    cursor.bind(row);
    cursor.next();
}

void write(const QString& path, Script script)
{
    auto db = SeriesDb::open(path, SeriesDb::Access::Write);
    fuzz::promise(db.ok(), "a new file is made");
    SeriesRows rows(**db);
    (*db)->begin();
    for (int row = 0; row < 40 && !script.isDone(); ++row) {
        const std::uint8_t what = script.byte();
        const SeriesId id = SeriesId(1 + script.byte() % 3);
        const qint64 hour = fuzzNow - fuzzNow % kHour - qint64(script.two() % 2'000) * kHour;
        const Bytes bytes = script.bytes(script.two() % 4'096);
        const qint64 time = hour + (bytes.empty() ? 0 : bytes.front()) * 10'000;
        switch (what % 8) {
            case 0:
                addSeries(**db, qint64(id), bytes);
                break;
            case 1:
                addLog(**db, frameRow(bytes, false));
                break;
            case 2:
                rows.put(Level::Chunk, id, time, frameRow(bytes, false));
                break;
            case 3:
                rows.put(Level::Sealed, id, time, frameRow(bytes, what % 16 < 8));
                break;
            case 4:
                rows.put(Level::Minutes, id, hour, frameRow(bytes, false));
                break;
            case 5:
                rows.put(Level::Hours, id, hour - hour % kDay, frameRow(bytes, false));
                break;
            case 6:
                if (!bytes.empty()) {  // the table takes no row without bytes
                    rows.put(Level::Chunk, id, time, bytes);
                }
                break;
            default: {
                // Good points that may lie over others.
                std::vector<TimedValue> points;
                for (std::size_t i = 0; i < bytes.size() && i < kChunkPoints; ++i) {
                    points.push_back({time + qint64(i) * 1'000, double(bytes[i])});
                }
                if (!points.empty()) {
                    rows.put(Level::Chunk, id, time, packRow(points, false));
                }
            }
        }
    }
    fuzz::promise((*db)->commit().ok(), "the rows are written");
}

void lookAt(const Chart& chart)
{
    fuzz::promise(chart.columns.size() <= 1'000, "a chart has no more columns than asked for");
    qint64 before = 0;
    for (const ChartGap& gap : chart.gaps) {
        fuzz::promise(gap.from < gap.to && gap.from >= before, "gaps follow each other");
        before = gap.from;
    }
    for (const ChartColumn& column : chart.columns) {
        fuzz::promise(column.count >= 0, "a count is one");
    }
}

template <class Store>
void ask(Store& store)
{
    for (quint32 id = 1; id <= 3; ++id) {
        for (const qint64 back : {kHour, 3 * kDay, 100 * kDay}) {
            ChartRequest request;
            request.series = SeriesId(id);
            request.from = fuzzNow - back;
            request.to = fuzzNow + kHour;
            request.pixels = 500;
            request.now = fuzzNow;
            if (const Result<Chart> chart = store.chart(request)) {
                lookAt(*chart);
            }
        }
    }
    ValuesRequest wanted;
    wanted.places = {{SeriesId(1), 0}, {SeriesId(2), fuzzNow - kDay}};
    wanted.to = fuzzNow;
    wanted.limit = 1'000;
    if (const Result<std::vector<Measured>> values = store.values(wanted)) {
        fuzz::promise(values->size() <= wanted.limit, "values are bounded");
    }
}

}  // namespace

/// A file of series that holds anything: it is read, recorded into and tidied up.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    // In memory where there is such a folder: thousands of files are made.
    static const QTemporaryDir folder(QFile::exists(u"/dev/shm"_s) ? u"/dev/shm/series-XXXXXX"_s
                                                                   : QString());
    const QString path = folder.filePath(u"monitor.db"_s);
    for (const auto& end : {u""_s, u"-wal"_s, u"-shm"_s}) {
        QFile::remove(path + end);
    }
    write(path, Script(data, size));
    SeriesCatalogue readers;
    {
        SeriesFollower follower(path, readers);
        (void)follower.refresh();
        ask(follower);
    }
    SeriesCatalogue catalogue;
    catalogue.setStatus([](SeriesStatus& status) { status.recording = true; });
    SeriesLimits limits;
    SeriesRecorder recorder(path, limits, catalogue);
    fuzz::promise(recorder.open().ok(), "a file that holds anything is recorded into");
    ask(recorder);
    const SeriesId id = catalogue.find({u"new"_s, u"m"_s, {}}, limits);
    std::vector<SeriesBatch> batches(1);
    batches[0].samples = {{id, fuzzNow - kMinute, 1},
                          {SeriesId(1), fuzzNow - kMinute, 2},
                          {SeriesId(2), fuzzNow - 2 * kDay, 3}};
    bool isTold = false;
    batches[0].told = [&](const Result<Appended>& told) { isTold = told && told->stored >= 1; };
    recorder.commit(std::move(batches), fuzzNow, 1'000);
    fuzz::promise(isTold, "what is measured is kept all the same");
    for (int round = 0; round < 8; ++round) {
        (void)recorder.visit(1'000, fuzzNow);
    }
    fuzz::promise(recorder.flush().ok(), "and written");
    ask(recorder);
    return 0;
}
