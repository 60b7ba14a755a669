#pragma once

#include "core/monitor/series.h"
#include "core/monitor/src/openpoints.h"

#include <array>
#include <cstdint>
#include <memory>
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
    RunMeter meter;     ///< of the open chunk
    qint64 newest = 0;  ///< the greatest time that the series ever had
    double newestValue = 0;
    quint64 firstSeq = 0;              ///< of the log: the oldest row with such points
    qint64 since = 0;                  ///< milliseconds: when it began to wait
    quint32 limit = 0;                 ///< points of the open chunk
    SeriesId before = SeriesId::None;  ///< among those that wait
    SeriesId after = SeriesId::None;
    bool waits = false;  ///< has points that stand in no chunk
    bool due = false;    ///< is among those to be written next
};

class SeriesTail {
public:
    SeriesTail() { resize(0); }
    /// Ids begin with 1 and have no holes.
    void resize(std::size_t series);
    [[nodiscard]] std::size_t size() const { return m_named.size(); }
    [[nodiscard]] bool knows(SeriesId id) const;
    /// False for an id that no series has.
    [[nodiscard]] bool isNamed(SeriesId id) const
    {
        return m_named[static_cast<std::size_t>(id)] != 0;
    }
    void setNamed(SeriesId id, bool named)
    {
        m_named[static_cast<std::size_t>(id)] = named ? 1 : 0;
    }
    OpenSeries& at(SeriesId id)
    {
        return (*m_blocks[static_cast<std::size_t>(id) / kBlock])[static_cast<std::size_t>(id) %
                                                                  kBlock];
    }
    [[nodiscard]] const OpenSeries& at(SeriesId id) const
    {
        return (*m_blocks[static_cast<std::size_t>(id) / kBlock])[static_cast<std::size_t>(id) %
                                                                  kBlock];
    }
    /// The processor fetches it while others are at work.
    void announce(SeriesId id) const { __builtin_prefetch(&at(id)); }

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
    /// Those that wait, the longest first; None after the last one.
    [[nodiscard]] SeriesId firstWaiting() const { return at(SeriesId::None).after; }
    [[nodiscard]] SeriesId nextWaiting(SeriesId id) const { return at(id).after; }

    /// The points of a series, in order, each time once.
    [[nodiscard]] std::vector<TimedValue> points(SeriesId id) const;

private:
    void begin(OpenSeries& series, const Measured& sample);
    void close(OpenSeries& series, SeriesId id);
    void insert(OpenSeries& series, SeriesId id, const Measured& sample);

    static constexpr std::size_t kBlock = 256;
    using Block = std::array<OpenSeries, kBlock>;

    /// None stands for both ends of the list of those that wait. In blocks: growing copies nothing.
    std::vector<std::unique_ptr<Block>> m_blocks;
    std::vector<std::uint8_t> m_named;  ///< apart: each sample of a batch looks at it first
    std::vector<SeriesId> m_due;
};

}  // namespace analemma::monitor
