#pragma once

#include "core/monitor/src/chartbuilder.h"
#include "core/monitor/src/seriescatalogue.h"
#include "core/monitor/src/seriesrows.h"
#include "core/monitor/src/seriestail.h"

#include <memory>

/// The file and what belongs to it in memory. Thread of the store.
namespace analemma::monitor {

struct ValuesRequest {
    std::vector<SeriesPlace> places;
    qint64 to = 0;
    std::size_t limit = 0;
};

/// Reads what another program records, as of the moment of each call.
class SeriesFollower {
public:
    SeriesFollower(QString path, SeriesCatalogue& catalogue);

    /// Brings memory up to what was committed. NotFound while there is no file.
    Result<void> refresh();
    Result<Chart> chart(ChartRequest request);
    Result<std::vector<Measured>> values(const ValuesRequest& request);

private:
    Result<void> reopen();

    QString m_path;
    SeriesCatalogue& m_catalogue;
    std::unique_ptr<SeriesDb> m_db;
    std::unique_ptr<SeriesRows> m_rows;
    SeriesTail m_tail;
    quint64 m_seq = 0;  // of the log, read so far
    quint64 m_inode = 0;
};

struct SeriesBatch {
    std::vector<Measured> samples;
    std::function<void(Result<Appended>)> told;
};

/// Records. Holds the lock of the file for life.
class SeriesRecorder {
public:
    SeriesRecorder(QString path, SeriesLimits limits, SeriesCatalogue& catalogue);
    ~SeriesRecorder();

    /// Moves a damaged or foreign file aside, reads what stood in memory when the last program
    /// ended.
    Result<void> open();

    /// Commits batches and writes the chunks that are full; tells each batch. `now`: UTC,
    /// milliseconds; `steady`: milliseconds of a clock that is not set.
    void commit(std::vector<SeriesBatch> batches, qint64 now, qint64 steady);
    /// Looks at the next `count` series: seals, rolls up, lets go. True when all had their turn.
    Result<bool> visit(std::size_t count, qint64 now);
    /// Writes all that stands in memory only.
    Result<void> flush();
    void checkpoint();
    Result<Chart> chart(ChartRequest request);
    Result<std::vector<Measured>> values(const ValuesRequest& request);
    [[nodiscard]] std::size_t series() const { return m_tail.size() - 1; }
    /// How many hours of series were sealed so far.
    [[nodiscard]] quint64 sealedHours() const { return m_sealedHours; }
    /// True while more is kept than is allowed.
    [[nodiscard]] bool isOver() const { return m_over; }

private:
    Result<void> openFile();
    void load();
    Appended accept(const SeriesBatch& batch, qint64 now, std::vector<Measured>& accepted);
    void meetNewSeries();
    void defineSeries();
    void writeSeries(SeriesId id);
    void writeLog(std::span<const Measured> samples, std::span<const SeriesId> flushed);
    Result<void> write(std::span<const Measured> samples, qint64 steady);
    Result<void> replaceFile(const Error& why);
    void mind(const Result<void>& outcome);
    void expire(SeriesId id, qint64 now);
    void mindSize();

    QString m_path;
    SeriesLimits m_limits;
    SeriesLimits m_kept;  // what the limit of bytes leaves of them
    SeriesCatalogue& m_catalogue;
    std::unique_ptr<SeriesDb> m_db;
    std::unique_ptr<SeriesRows> m_rows;
    SeriesTail m_tail;
    quint64 m_seq = 0;      // of the newest row of the log
    quint32 m_defined = 0;  // series up to this id stand in the file
    std::size_t m_cursor = 0;
    quint64 m_sealedHours = 0;
    bool m_over = false;
    qint64 m_now = 0;
    qint64 m_damagedTold = 0;
};

/// Reads the series of the file into the catalogue, and into `tail` when each had its newest value.
void loadSeries(SeriesDb& db, SeriesRows& rows, SeriesCatalogue& catalogue, SeriesTail& tail,
                quint32 after);
/// Plays the rows of the log after `seq` into memory; the number of damaged ones.
int playLog(SeriesDb& db, SeriesTail& tail, quint64& seq, qint64 steady);

/// SeriesStore::values() of a file.
Result<std::vector<Measured>> valuesOf(SeriesDb& db, SeriesRows& rows, const SeriesTail& tail,
                                       const ValuesRequest& request);

/// Raw values before it are let go of, or already are.
qint64 rawCut(const SeriesLimits& kept, qint64 now);

}  // namespace analemma::monitor
