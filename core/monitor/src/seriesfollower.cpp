#include "core/monitor/src/seriesfile.h"

#include "core/monitor/src/serieslog.h"

#include <QFile>

#include <cmath>

#include <sys/stat.h>

namespace analemma::monitor {
namespace {

/// What is accepted of others is such; the bytes of a file may say anything.
bool isKeepable(const Measured& sample)
{
    return std::isfinite(sample.value) && sample.time >= kFirstTime && sample.time < kLastTime;
}

}  // namespace

void loadSeries(SeriesDb& db, SeriesRows& rows, SeriesCatalogue& catalogue, SeriesTail& tail,
                quint32 after)
{
    std::vector<std::pair<SeriesId, Latest>> latest;
    {
        auto cursor = db.query("SELECT id, subject, metric, labels FROM series WHERE id > ?");
        cursor.bind(qint64(after));
        while (cursor.next()) {
            const qint64 id = cursor.integer(0);
            if (id < 1 || id > qint64(kMostSeries)) {
                continue;
            }
            catalogue.learn(static_cast<SeriesId>(id),
                            {cursor.text(1), cursor.text(2), cursor.text(3)});
            latest.push_back({static_cast<SeriesId>(id), {}});
        }
    }
    tail.resize(catalogue.last());
    for (auto& [id, value] : latest) {
        OpenSeries& series = tail.at(id);
        tail.setNamed(id, true);
        if (const std::optional<TimedValue> newest = rows.newest(id)) {
            series.newest = newest->time;
            series.newestValue = newest->value;
            value = {newest->time, newest->value};
        }
    }
    catalogue.setLatest(latest);
}

int playLog(SeriesDb& db, SeriesTail& tail, quint64& seq, qint64 steady)
{
    int damaged = 0;
    auto cursor = db.query("SELECT seq, body FROM log WHERE seq > ? ORDER BY seq");
    cursor.bind(static_cast<qint64>(seq));
    while (cursor.next()) {
        seq = static_cast<quint64>(cursor.integer(0));
        const bool whole = unpackLog(
            cursor.bytes(1),
            [&](SeriesId id) {
                if (tail.knows(id)) {
                    tail.written(id, true);
                }
            },
            [&](const Measured& sample) {
                if (tail.knows(sample.series) && tail.isNamed(sample.series) &&
                    isKeepable(sample)) {
                    tail.take(sample, seq, steady);
                }
            });
        damaged += whole ? 0 : 1;
    }
    return damaged;
}

SeriesFollower::SeriesFollower(QString path, SeriesCatalogue& catalogue)
    : m_path(std::move(path)), m_catalogue(catalogue)
{
}

Result<void> SeriesFollower::reopen()
{
    struct stat info {};
    const bool there = ::stat(QFile::encodeName(m_path).constData(), &info) == 0;
    if (m_db != nullptr && there && info.st_ino == m_inode) {
        return {};
    }
    m_rows.reset();
    m_db.reset();
    m_catalogue.clear();
    m_tail = {};
    m_seq = 0;
    auto opened = SeriesDb::open(m_path, SeriesDb::Access::Read);
    if (!opened) {
        return opened.error();
    }
    m_db = std::move(opened).value();
    m_rows = std::make_unique<SeriesRows>(*m_db);
    m_inode = info.st_ino;
    return {};
}

Result<void> SeriesFollower::refresh()
{
    if (const Result<void> ready = reopen(); !ready) {
        return ready;
    }
    m_db->beginReading();
    const auto number = [this](const char* sql) {
        auto cursor = m_db->query(sql);
        return cursor.next() ? static_cast<quint64>(cursor.integer(0)) : 0;
    };
    loadSeries(*m_db, *m_rows, m_catalogue, m_tail, m_catalogue.last());
    const quint64 first = number("SELECT min(seq) FROM log");
    if (first > m_seq + 1 || number("SELECT max(seq) FROM log") < m_seq) {
        m_seq = 0;  // what was missed stands in chunks by now
        for (std::size_t id = 1; id < m_tail.size(); ++id) {
            m_tail.written(static_cast<SeriesId>(id), true);
        }
    }
    const quint64 before = m_seq;
    playLog(*m_db, m_tail, m_seq, 0);
    m_tail.takeDue();
    if (before != m_seq) {
        std::vector<std::pair<SeriesId, Latest>> latest;
        for (std::size_t id = 1; id < m_tail.size(); ++id) {
            const OpenSeries& series = m_tail.at(static_cast<SeriesId>(id));
            if (m_tail.isNamed(static_cast<SeriesId>(id))) {
                latest.push_back({static_cast<SeriesId>(id), {series.newest, series.newestValue}});
            }
        }
        m_catalogue.setLatest(latest);
    }
    return m_db->commit();
}

Result<Chart> SeriesFollower::chart(ChartRequest request)
{
    if (const Result<void> fresh = refresh(); !fresh) {
        return fresh.error();
    }
    if (!m_tail.knows(request.series)) {
        return Error(ErrorKind::NotFound, QStringLiteral("there is no such series"));
    }
    m_db->beginReading();
    request.tail = m_tail.points(request.series);
    Chart chart = readChart(*m_rows, request);
    const Result<void> read = m_db->commit();
    return read ? Result<Chart>(std::move(chart)) : read.error();
}

}  // namespace analemma::monitor
