#include "core/monitor/src/seriesfile.h"

#include "core/monitor/src/serieslog.h"

#include <QFile>

#include <algorithm>
#include <cmath>

using namespace Qt::StringLiterals;

namespace analemma::monitor {
namespace {

constexpr qint64 kLongestWait = 5 * kMinute;  // in memory and log only
constexpr std::size_t kAgedAtOnce = 500;      // written in one commit for their age
constexpr qint64 kSealAfter = 2 * kMinute;    // an hour's end
constexpr int kSealsAtOnce = 8;               // hours of one series in one visit
constexpr qint64 kFarAhead = kDay;

qint64 millis(milliseconds duration)
{
    return static_cast<qint64>(duration.count());
}

QString stamp()
{
    return QDateTime::currentDateTimeUtc().toString(u"yyyyMMdd-HHmmss-zzz"_s);
}

/// Gives the file and those beside it another name, under which they stay readable.
QString moveAside(const QString& path, const QString& why)
{
    const QString to = path + u'.' + why + u'-' + stamp();
    for (const QString& end : {QString(), u"-wal"_s, u"-shm"_s}) {
        if (QFile::exists(path + end)) {
            QFile::rename(path + end, to + end);
        }
    }
    return to;
}

}  // namespace

qint64 rawCut(const SeriesLimits& kept, qint64 now)
{
    const qint64 cut = now - millis(kept.rawFor);
    return cut - cut % kHour;
}

SeriesRecorder::SeriesRecorder(QString path, SeriesLimits limits, SeriesCatalogue& catalogue)
    : m_path(std::move(path)), m_limits(limits), m_kept(limits), m_catalogue(catalogue)
{
}

SeriesRecorder::~SeriesRecorder() = default;

// ---- opening ------------------------------------------------------------------------------------

Result<void> SeriesRecorder::openFile()
{
    auto opened = SeriesDb::open(m_path, SeriesDb::Access::Write);
    if (!opened && SeriesDb::isDamage(opened.error())) {
        const QString aside = moveAside(m_path, u"damaged"_s);
        m_catalogue.notice(u"%1. It was moved to %2, and a new one was begun."_s.arg(
            opened.error().message, aside));
        opened = SeriesDb::open(m_path, SeriesDb::Access::Write);
    }
    if (!opened) {
        return opened.error();
    }
    m_db = std::move(opened).value();
    m_rows = std::make_unique<SeriesRows>(*m_db);
    return {};
}

Result<void> SeriesRecorder::open()
{
    for (int attempt = 0; attempt < 2; ++attempt) {
        if (const Result<void> opened = openFile(); !opened) {
            return opened;
        }
        m_catalogue.clear();
        m_tail = {};
        m_seq = 0;
        load();
        if (!m_db->failed()) {
            return {};
        }
        const Error why = m_db->failure();
        if (!SeriesDb::isDamage(why)) {
            return why;
        }
        m_rows.reset();
        m_db.reset();
        const QString aside = moveAside(m_path, u"damaged"_s);
        m_catalogue.notice(
            u"%1. It was moved to %2, and a new one was begun."_s.arg(why.message, aside));
    }
    return Error(ErrorKind::Io, u"%1 cannot be begun anew"_s.arg(m_path));
}

void SeriesRecorder::load()
{
    loadSeries(*m_db, *m_rows, m_catalogue, m_tail, 0);
    const int damaged = playLog(*m_db, m_tail, m_seq, 0);
    if (damaged > 0) {
        m_catalogue.notice(
            u"%1 of the last commits in %2 could not be read and are missing"_s.arg(damaged).arg(
                m_path));
    }
    m_defined = m_catalogue.last();
    std::vector<std::pair<SeriesId, Latest>> latest;
    std::vector<SeriesId> gone;
    for (const SeriesInfo& info : m_catalogue.after(0)) {
        const OpenSeries& series = m_tail.at(info.id);
        latest.push_back({info.id, {series.newest, series.newestValue}});
        if (series.newest == 0 && !series.waits && !m_rows->hasRows(info.id)) {
            gone.push_back(info.id);
        }
    }
    m_catalogue.setLatest(latest);
    if (gone.empty() || m_db->failed()) {
        return;
    }
    m_db->begin();
    for (const SeriesId id : gone) {
        auto cursor = m_db->query("DELETE FROM series WHERE id = ?");
        cursor.bind(qint64(id));
        cursor.next();
    }
    if (m_db->commit()) {
        for (const SeriesId id : gone) {
            m_catalogue.forget(id);
            m_tail.setNamed(id, false);
        }
    }
}

// ---- committing ---------------------------------------------------------------------------------

void SeriesRecorder::meetNewSeries()
{
    const auto known = static_cast<quint32>(m_tail.size() - 1);
    if (m_catalogue.last() <= known) {
        return;
    }
    for (const SeriesInfo& info : m_catalogue.after(known)) {
        m_tail.resize(static_cast<std::size_t>(info.id));
        m_tail.setNamed(info.id, true);
    }
}

Appended SeriesRecorder::accept(const SeriesBatch& batch, qint64 now,
                                std::vector<Measured>& accepted)
{
    // Not the hour that is let go of next: its points may wait in memory until then.
    const qint64 from = std::max(rawCut(m_kept, now) + kHour, kFirstTime);
    const qint64 to = std::min(now + kFarAhead, kLastTime - 1);
    Appended told;
    for (const Measured& sample : batch.samples) {
        if (std::isfinite(sample.value) && sample.time >= from && sample.time <= to &&
            m_tail.knows(sample.series) && m_tail.isNamed(sample.series)) {
            accepted.push_back(sample);
            ++told.stored;
        } else {
            ++told.refused;
        }
    }
    return told;
}

void SeriesRecorder::defineSeries()
{
    for (const SeriesInfo& info : m_catalogue.after(m_defined)) {
        auto cursor = m_db->query(
            "INSERT OR REPLACE INTO series (id, subject, metric, labels) VALUES (?, ?, ?, ?)");
        cursor.bind(qint64(info.id))
            .bind(info.name.subject)
            .bind(info.name.metric)
            .bind(info.name.labels);
        cursor.next();
    }
}

void SeriesRecorder::writeSeries(SeriesId id)
{
    const OpenSeries& series = m_tail.at(id);
    const qint64 cut = rawCut(m_kept, m_now);
    const auto writeOne = [&](const OpenChunk& chunk) {
        if (chunk.points.empty()) {
            return;
        }
        std::vector<TimedValue> points = chunk.points.unpacked();
        if (!chunk.merges) {
            m_rows->writeChunk(id, points);
            return;
        }
        std::erase_if(points, [&](const TimedValue& point) { return point.time < cut; });
        if (!points.empty()) {
            m_rows->mergeChunk(id, points);
        }
    };
    for (const OpenChunk& chunk : series.closed) {
        writeOne(chunk);
    }
    writeOne(series.open);
}

/// Writes the next row of the log, and deletes those of which everything stands in chunks: the
/// series that are due are being written.
void SeriesRecorder::writeLog(std::span<const Measured> samples, std::span<const SeriesId> flushed)
{
    const quint64 next = m_seq + 1;
    quint64 oldest = next;
    for (SeriesId id = m_tail.firstWaiting(); id != SeriesId::None; id = m_tail.nextWaiting(id)) {
        if (!m_tail.at(id).due) {
            oldest = m_tail.at(id).firstSeq;
            break;
        }
    }
    const Bytes row = packLog(samples, flushed);
    {
        auto cursor = m_db->query("INSERT INTO log (seq, body) VALUES (?, ?)");
        cursor.bind(static_cast<qint64>(next)).bind(row);
        cursor.next();
    }
    auto cursor = m_db->query("DELETE FROM log WHERE seq < ?");
    cursor.bind(static_cast<qint64>(oldest));
    cursor.next();
}

Result<void> SeriesRecorder::write(std::span<const Measured> samples, qint64 steady)
{
    std::vector<SeriesId> flushed = m_tail.takeDue();
    for (SeriesId id = m_tail.firstWaiting(); id != SeriesId::None; id = m_tail.nextWaiting(id)) {
        OpenSeries& series = m_tail.at(id);
        if (steady - series.since < kLongestWait || flushed.size() >= kAgedAtOnce) {
            break;
        }
        if (!series.due) {
            series.due = true;
            flushed.push_back(id);
        }
    }
    if (samples.empty() && flushed.empty() && m_defined == m_catalogue.last()) {
        return {};
    }
    const quint32 defined = m_catalogue.last();
    m_db->begin();
    if (defined != m_defined) {
        defineSeries();
    }
    for (const SeriesId id : flushed) {
        writeSeries(id);
    }
    writeLog(samples, flushed);
    const Result<void> committed = m_db->commit();
    if (!committed) {
        m_tail.giveBack(flushed);
        return committed;
    }
    ++m_seq;
    m_defined = defined;
    for (const SeriesId id : flushed) {
        m_tail.written(id, false);
    }
    std::vector<std::pair<SeriesId, Latest>> latest;
    latest.reserve(samples.size());
    constexpr std::size_t ahead = 8;
    for (std::size_t i = 0; i < samples.size(); ++i) {
        const Measured& sample = samples[i];
        if (i + ahead < samples.size()) {
            m_tail.announce(samples[i + ahead].series);
        }
        m_tail.take(sample, m_seq, steady);
        const OpenSeries& series = m_tail.at(sample.series);
        latest.push_back({sample.series, {series.newest, series.newestValue}});
    }
    m_catalogue.setLatest(latest);
    return {};
}

void SeriesRecorder::commit(std::vector<SeriesBatch> batches, qint64 now, qint64 steady)
{
    m_now = now;
    meetNewSeries();
    std::vector<Measured> accepted;
    std::vector<Appended> told;
    for (const SeriesBatch& batch : batches) {
        told.push_back(accept(batch, now, accepted));
    }
    Result<void> committed = write(accepted, steady);
    if (!committed && SeriesDb::isDamage(committed.error()) && replaceFile(committed.error())) {
        committed = write(accepted, steady);
    }
    mind(committed);
    for (std::size_t i = 0; i < batches.size(); ++i) {
        if (batches[i].told) {
            batches[i].told(committed ? Result<Appended>(told[i])
                                      : committed.error().in(u"measured values were not kept"_s));
        }
    }
}

void SeriesRecorder::mind(const Result<void>& outcome)
{
    m_catalogue.setStatus([&](SeriesStatus& status) {
        status.problem =
            outcome ? QString() : u"Measured values are not kept: "_s + outcome.error().message;
    });
}

/// Begins a new file with what stands in memory.
Result<void> SeriesRecorder::replaceFile(const Error& why)
{
    m_rows.reset();
    m_db.reset();
    const QString aside = moveAside(m_path, u"damaged"_s);
    m_catalogue.notice(
        u"%1. It was moved to %2, and a new one was begun."_s.arg(why.message, aside));
    if (const Result<void> opened = openFile(); !opened) {
        return opened;
    }
    std::vector<Measured> kept;
    for (std::size_t i = 1; i < m_tail.size(); ++i) {
        const auto id = static_cast<SeriesId>(i);
        for (const TimedValue& point : m_tail.points(id)) {
            kept.push_back({id, point.time, point.value});
        }
    }
    SeriesTail fresh;
    fresh.resize(m_tail.size() - 1);
    for (std::size_t i = 1; i < m_tail.size(); ++i) {
        fresh.setNamed(static_cast<SeriesId>(i), m_tail.isNamed(static_cast<SeriesId>(i)));
    }
    m_tail = std::move(fresh);
    m_seq = 0;
    m_defined = 0;
    return write(kept, 0);
}

// ---- tidying ------------------------------------------------------------------------------------

void SeriesRecorder::expire(SeriesId id, qint64 now)
{
    const qint64 raw = rawCut(m_kept, now);
    const qint64 minutes = now - millis(m_kept.minutesFor);
    const qint64 hours = now - millis(m_kept.hoursFor);
    for (const auto& [level, cut] : {std::pair(Level::Chunk, raw), std::pair(Level::Sealed, raw),
                                     std::pair(Level::Minutes, minutes - minutes % kHour),
                                     std::pair(Level::Hours, hours - hours % kDay)}) {
        if (const std::optional<qint64> first = m_rows->first(level, id); first && *first < cut) {
            m_rows->erase(level, id, 0, cut);
        }
    }
}

Result<bool> SeriesRecorder::visit(std::size_t count, qint64 now)
{
    m_now = now;
    meetNewSeries();
    std::vector<SeriesId> flushed = m_tail.takeDue();
    std::vector<SeriesId> sealed;
    bool round = false;
    m_db->begin();
    for (; count > 0 && !round; --count) {
        const auto id = static_cast<SeriesId>(++m_cursor);
        round = m_cursor + 1 >= m_tail.size();
        if (!m_tail.knows(id)) {
            break;
        }
        OpenSeries& series = m_tail.at(id);
        if (!m_tail.isNamed(id) || series.newest == 0) {
            continue;
        }
        int left = kSealsAtOnce;
        for (auto hour = m_rows->firstOpenHour(id);
             hour && *hour + kHour + kSealAfter <= now && left > 0;
             hour = m_rows->firstOpenHour(id), --left) {
            if (sealed.empty() || sealed.back() != id) {
                sealed.push_back(id);
                if (series.waits && !series.due) {
                    series.due = true;
                    flushed.push_back(id);
                }
                writeSeries(id);
            }
            m_rows->sealHour(id, *hour);
            ++m_sealedHours;
        }
        expire(id, now);
    }
    m_cursor = round ? 0 : m_cursor;
    for (const SeriesId id : flushed) {
        if (std::find(sealed.begin(), sealed.end(), id) == sealed.end()) {
            writeSeries(id);
        }
    }
    if (!flushed.empty()) {
        writeLog({}, flushed);
    }
    const Result<void> committed = m_db->commit();
    if (!committed) {
        m_tail.giveBack(flushed);
        mind(committed);
        if (SeriesDb::isDamage(committed.error())) {
            mind(replaceFile(committed.error()));
        }
        return committed.error();
    }
    m_seq += flushed.empty() ? 0 : 1;
    for (const SeriesId id : flushed) {
        m_tail.written(id, false);
    }
    for (const SeriesId id : sealed) {
        m_tail.written(id, true);
    }
    if (m_rows->damaged() > m_damagedTold) {
        m_catalogue.notice(
            u"%1 rows of %2 were damaged and are gone"_s.arg(m_rows->damaged() - m_damagedTold)
                .arg(m_path));
        m_damagedTold = m_rows->damaged();
    }
    if (round || m_over) {
        mindSize();
    }
    return round;
}

/// Keeps less when the file is too large, and more again when there is room.
void SeriesRecorder::mindSize()
{
    const qint64 used = m_db->bytesInUse();
    const auto shrink = [](milliseconds& kept, milliseconds least) {
        if (kept <= least) {
            return false;
        }
        kept = std::max(least, milliseconds(kept.count() * 9 / 10));
        return true;
    };
    const bool was = m_over;
    m_over = used > m_limits.bytes;
    if (m_over) {
        m_over = shrink(m_kept.rawFor, std::chrono::hours(2)) ||
                 shrink(m_kept.minutesFor, std::chrono::hours(24)) ||
                 shrink(m_kept.hoursFor, std::chrono::hours(48));
        if (!was) {
            m_catalogue.notice(
                u"The measured values take %1 MiB, more than the %2 MiB they may: the oldest are "
                "let go of before their time"_s.arg(used >> 20)
                    .arg(m_limits.bytes >> 20));
        }
    } else if (used < m_limits.bytes / 4 * 3) {
        const auto grow = [](milliseconds& kept, milliseconds most) {
            kept = std::min(most, milliseconds(kept.count() * 21 / 20));
        };
        grow(m_kept.rawFor, m_limits.rawFor);
        grow(m_kept.minutesFor, m_limits.minutesFor);
        grow(m_kept.hoursFor, m_limits.hoursFor);
    }
    m_catalogue.setStatus([&](SeriesStatus& status) {
        status.bytes = used;
        status.rawKept = m_kept.rawFor;
    });
}

Result<void> SeriesRecorder::flush()
{
    std::vector<SeriesId> flushed = m_tail.takeDue();
    for (SeriesId id = m_tail.firstWaiting(); id != SeriesId::None; id = m_tail.nextWaiting(id)) {
        OpenSeries& series = m_tail.at(id);
        if (!series.due) {
            series.due = true;
            flushed.push_back(id);
        }
    }
    if (flushed.empty()) {
        return {};
    }
    m_db->begin();
    for (const SeriesId id : flushed) {
        writeSeries(id);
    }
    writeLog({}, flushed);
    const Result<void> committed = m_db->commit();
    if (!committed) {
        m_tail.giveBack(flushed);
        return committed;
    }
    ++m_seq;
    for (const SeriesId id : flushed) {
        m_tail.written(id, false);
    }
    return {};
}

void SeriesRecorder::checkpoint()
{
    m_db->checkpoint();
}

Result<Chart> SeriesRecorder::chart(ChartRequest request)
{
    if (!m_tail.knows(request.series)) {
        return Error(ErrorKind::NotFound, u"there is no such series"_s);
    }
    if (m_tail.merges(request.series)) {
        // In a rollup one cannot see which of them it holds already.
        static_cast<void>(flush());
    }
    request.tail = m_tail.points(request.series);
    m_db->beginReading();
    Chart chart = readChart(*m_rows, request);
    const Result<void> read = m_db->commit();
    return read ? Result<Chart>(std::move(chart)) : read.error();
}

}  // namespace analemma::monitor
