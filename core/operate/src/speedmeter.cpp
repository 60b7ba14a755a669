#include "core/operate/src/speedmeter.h"

#include <algorithm>
#include <cmath>

namespace analemma::operate {
namespace {

constexpr double kWindow = 3'000;  // milliseconds
constexpr milliseconds kLeastTime{500};
constexpr double kLongest = 24.0 * 3600 * 1000;

}  // namespace

double SpeedMeter::faded(milliseconds at) const
{
    const double age = double(std::max(milliseconds(0), at - m_last).count());
    return m_recent * std::exp(-age / kWindow);
}

void SpeedMeter::add(milliseconds at, qint64 bytes)
{
    if (!m_start) {
        m_start = at;  // what came before it was looked at has no time
        m_last = at;
        return;
    }
    m_recent = faded(at) + double(bytes);
    m_last = std::max(m_last, at);
}

// A steady flow of r bytes a millisecond gathers r * window * (1 - e^(-time/window)).
qint64 SpeedMeter::bytesPerSecond(milliseconds at) const
{
    if (!m_start || at - *m_start < kLeastTime) {
        return 0;
    }
    const double time = double((at - *m_start).count());
    return qint64(faded(at) / (kWindow * (1 - std::exp(-time / kWindow))) * 1000);
}

std::optional<milliseconds> SpeedMeter::left(milliseconds at, qint64 bytes) const
{
    const qint64 speed = bytesPerSecond(at);
    if (bytes <= 0) {
        return milliseconds(0);
    }
    const double time = speed <= 0 ? kLongest * 2 : double(bytes) * 1000 / double(speed);
    return time > kLongest ? std::nullopt : std::optional(milliseconds(qint64(time)));
}

}  // namespace analemma::operate
