#pragma once

#include "core/base/clock.h"

#include <optional>

namespace analemma::operate {

/// Speed out of counts that come now and then: what came within the last few seconds weighs most,
/// and a pause pulls it down. Times are of any monotonic clock. Pure.
class SpeedMeter {
public:
    /// So many bytes came through at this moment.
    void add(milliseconds at, qint64 bytes);
    /// 0 before the first half second.
    [[nodiscard]] qint64 bytesPerSecond(milliseconds at) const;
    /// How long the rest takes at this speed; nothing where that cannot be told or is over a day.
    [[nodiscard]] std::optional<milliseconds> left(milliseconds at, qint64 bytes) const;
    void reset() { *this = SpeedMeter(); }

private:
    [[nodiscard]] double faded(milliseconds at) const;
    std::optional<milliseconds> m_start;
    milliseconds m_last{0};
    double m_recent = 0;  ///< bytes, each counting e^(-age/window)
};

}  // namespace analemma::operate
