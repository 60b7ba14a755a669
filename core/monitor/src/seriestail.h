#pragma once

#include "core/monitor/series.h"
#include "core/monitor/src/openpoints.h"

#include <list>
#include <vector>

/// What is acknowledged and stands in the log, but maybe not yet in chunks: the newest points of
/// each series, in memory. Thread of the store.
namespace analemma::monitor {

struct OpenChunk {
    OpenPoints points;
    bool merges = false;  ///< does not begin after everything else of its series
};

struct OpenSeries {
    std::vector<OpenChunk> closed;  ///< to be written, in the order in which they were closed
    OpenChunk open;
    RunMeter meter;  ///< of the open chunk
    std::size_t limit = 0;
    qint64 newest = 0;  ///< the greatest time that the series ever had
    double newestValue = 0;
    bool named = false;    ///< false for an id that no series has
    bool waits = false;    ///< has points that stand in no chunk
    bool due = false;      ///< is among those to be written next
    quint64 firstSeq = 0;  ///< of the log: the oldest row with such points
    qint64 since = 0;      ///< milliseconds: when it began to wait
    std::list<SeriesId>::iterator place;
};

class SeriesTail {
public:
    /// Ids begin with 1 and have no holes.
    void resize(std::size_t series);
    [[nodiscard]] std::size_t size() const { return m_series.size(); }
    [[nodiscard]] bool knows(SeriesId id) const;
    OpenSeries& at(SeriesId id) { return m_series[static_cast<std::size_t>(id)]; }
    [[nodiscard]] const OpenSeries& at(SeriesId id) const
    {
        return m_series[static_cast<std::size_t>(id)];
    }

    /// Takes a sample of row `seq` of the log; `now` in milliseconds of any steady clock.
    void take(const Measured& sample, quint64 seq, qint64 now);
    /// True when some of the points in memory have their place among others of the file.
    [[nodiscard]] bool merges(SeriesId id) const;
    /// Everything of the series is written; `forget`: and its chunk ends here, as one that merges
    /// always does: it may stand in a sealed hour by now.
    void written(SeriesId id, bool forget);
    /// Those whose chunks are full, each once; gives them away.
    std::vector<SeriesId> takeDue();
    /// Gives back what could not be written.
    void giveBack(const std::vector<SeriesId>& due);
    /// Those that wait, the longest first.
    [[nodiscard]] const std::list<SeriesId>& waiting() const { return m_waiting; }

    /// The points of a series, in order, each time once.
    [[nodiscard]] std::vector<TimedValue> points(SeriesId id) const;

private:
    void begin(OpenSeries& series, const Measured& sample);
    void close(OpenSeries& series, SeriesId id);
    void insert(OpenSeries& series, SeriesId id, const Measured& sample);

    std::vector<OpenSeries> m_series{1};
    std::list<SeriesId> m_waiting;
    std::vector<SeriesId> m_due;
};

}  // namespace analemma::monitor
