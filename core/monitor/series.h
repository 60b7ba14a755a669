#pragma once

#include "core/base/clock.h"
#include "core/base/task.h"

#include <QList>
#include <QObject>
#include <QStringList>

#include <compare>
#include <functional>
#include <memory>
#include <vector>

/// Measured values over time, kept in one file of bounded size (`monitor.db`). One program records
/// into it; others read it at the same time.
namespace analemma::monitor {

/// Names a series within one file for good; 0 names none.
enum class SeriesId : quint32 { None = 0 };

/// What a series is of. The three together are its identity.
struct SeriesName {
    QString subject;  ///< whose: a server, an environment
    QString metric;   ///< what, with its unit: "cpu.busy_percent"
    QString labels;   ///< which of several: "device=sda", keys sorted; empty for none

    std::strong_ordering operator<=>(const SeriesName&) const = default;
    bool operator==(const SeriesName&) const = default;
};

/// One measured value. A value takes 1 to 2 bytes when it is rounded to what was measured (an
/// integer or a few decimals), 8 when it is not.
struct Measured {
    SeriesId series = SeriesId::None;
    qint64 time = 0;  ///< milliseconds since 1970, UTC
    double value = 0;
};

/// What became of a batch.
struct Appended {
    qint64 stored = 0;
    /// Not kept: no number (NaN, infinite), of no known series, older than raw values are kept, or
    /// more than a day ahead of this machine's clock.
    qint64 refused = 0;
};

/// The newest value of a series; time 0 when there is none.
struct Latest {
    qint64 time = 0;
    double value = 0;
};

struct SeriesInfo {
    SeriesId id = SeriesId::None;
    SeriesName name;
    Latest latest;
};

/// How long and how much is kept. Beyond `rawFor` a minute is one bucket, beyond `minutesFor` an
/// hour; beyond `hoursFor` nothing. When the file grows past `bytes` the raw values go first,
/// oldest first, then the minutes, then the hours: status() says so.
struct SeriesLimits {
    milliseconds rawFor = std::chrono::hours(48);
    milliseconds minutesFor = std::chrono::hours(24 * 30);
    milliseconds hoursFor = std::chrono::hours(24 * 400);
    qint64 bytes = qint64(4) * 1024 * 1024 * 1024;
    int series = 100'000;
    /// Of one subject: a server that invents names takes no place of others.
    int seriesOfSubject = 5'000;
    /// Batches are gathered for so long before they are committed together.
    milliseconds gather = milliseconds(200);
};

/// One column of a chart: every value of [from, from + step).
struct ChartColumn {
    qint64 count = 0;  ///< 0: nothing arrived, and the other fields mean nothing
    double min = 0;
    double max = 0;
    double mean = 0;
    double last = 0;
};

/// From the last value before a silence of more than two and a half intervals to the first after
/// it.
struct ChartGap {
    qint64 from = 0;
    qint64 to = 0;
};

struct Chart {
    /// Of the first column. Columns of raw values hold what was asked for and no more; those of
    /// buckets are whole, and so reach at most one step over it on either side.
    qint64 from = 0;
    qint64 step = 0;  ///< of each column, milliseconds
    std::vector<ChartColumn> columns;
    std::vector<ChartGap> gaps;  ///< in order; of several that begin in one column the longest
    /// What the columns were made of: 0 raw values, else buckets of so many milliseconds.
    qint64 resolution = 0;
    int damaged = 0;  ///< rows of the file that could not be read and are missing here
};

/// A series, and a time in it.
struct SeriesPlace {
    SeriesId series = SeriesId::None;
    qint64 after = 0;
};

struct SeriesStatus {
    bool recording = false;  ///< this program is the one that records
    QString recorder;        ///< who records, in words; empty when nobody does
    QString problem;         ///< a sentence while values cannot be kept, else empty
    QStringList notices;     ///< sentences about what happened to the file, newest last, at most 20
    qint64 bytes = 0;        ///< in use in the file
    qint64 series = 0;
    milliseconds rawKept{0};  ///< how far back raw values are kept now
};

/// The store of series of one folder. Any thread, but for open(), the Tasks and the signal: those
/// of the main thread.
///
/// *Acknowledged* means: committed to the file's write-ahead log. The end of this program in any
/// way, kill -9 too, loses nothing of it and doubles nothing. A power cut may lose the last half
/// minute, never more, and never damages the file.
///
/// Times may come in any order. A second value of a series for the same millisecond takes the
/// place of the first. A clock that is set back leaves values in the past, where they are shown.
class SeriesStore : public QObject {
    Q_OBJECT
public:
    /// Opens or makes `folder`/monitor.db (0600). Blocks: call it at start. When another program
    /// records there, this one reads, and takes over once that one has ended. A file that is
    /// damaged or of another program is moved aside first; status() says so. Errors: Io,
    /// Unsupported (file of a newer version).
    static Result<std::unique_ptr<SeriesStore>> open(const QString& folder,
                                                     SeriesLimits limits = {},
                                                     std::shared_ptr<const Clock> clock = {});
    /// Writes what stands in memory; blocks until the last commit.
    ~SeriesStore() override;

    /// The id of a series, made when there is none; the same for ever. None when there are too many
    /// series in all or of its subject, or this program does not record and the other does not know
    /// it.
    SeriesId series(const SeriesName& name);

    /// Queues a batch; `told` gets the outcome once it is acknowledged, on the thread of the store.
    /// Locked when another program records; Io when the disk is full, or so slow that two million
    /// values wait. Then nothing of the batch is kept.
    void append(std::vector<Measured> batch, std::function<void(Result<Appended>)> told);
    /// The same, awaited.
    Task<Result<Appended>> append(std::vector<Measured> batch);

    /// What a chart of `pixels` (1 to 20,000) columns needs of [from, to): at most that many, fewer
    /// where the kept resolution is coarser. Each value is in exactly one column: no peak is lost.
    /// Nothing is made up where nothing arrived. Invalid, NotFound, Io.
    Task<Result<Chart>> chart(SeriesId series, qint64 from, qint64 to, int pixels);

    /// Raw values later than each place and before `to`, as long as they are kept as such: series
    /// by series in the order given, each in order of time, at most `limit` (1 to 1,000,000) in
    /// all. Invalid, Io.
    Task<Result<std::vector<Measured>>> values(std::vector<SeriesPlace> places, qint64 to,
                                               int limit);

    /// From memory; in the order of `series`.
    [[nodiscard]] std::vector<Latest> latest(const std::vector<SeriesId>& series) const;
    /// All series, or those of one subject; from memory.
    [[nodiscard]] QList<SeriesInfo> list(const QString& subject = {}) const;

    [[nodiscard]] SeriesStatus status() const;

    /// Does at once what is otherwise done bit by bit: writes chunks, seals closed hours, rolls
    /// them up, lets go of what is too old or too much. For tests and for the end of an import.
    Task<Result<void>> tidy();

Q_SIGNALS:
    void statusChanged();

private:
    class Body;
    explicit SeriesStore(std::unique_ptr<Body> body);
    std::unique_ptr<Body> m_body;
};

}  // namespace analemma::monitor
