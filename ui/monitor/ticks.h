#pragma once

#include "ui/monitor/chart_data.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

/// Where the lines of a value axis stand. Pure.
namespace analemma::ui {

struct ValueTicks {
    double bottom = 0;  ///< a multiple of the step, at or under every value
    double top = 1;     ///< a multiple of the step, at or above every value
    double step = 1;
    std::vector<double> at;  ///< rising; never nearer to each other than the spacing asked for
};

namespace ticks {

/// 1, 2 or 5 times a power of ten.
inline double decimalStep(double raw)
{
    const double power = std::pow(10.0, std::floor(std::log10(raw)));
    for (const double factor : {1.0, 2.0, 5.0}) {
        if (factor * power >= raw * (1 - 1e-12)) {
            return factor * power;
        }
    }
    return 10 * power;
}

/// Seconds as clocks count them.
inline double secondStep(double raw)
{
    constexpr std::array<double, 17> steps{1,   2,   5,    10,   15,   30,     60,     120,   300,
                                           600, 900, 1800, 3600, 7200, 10'800, 21'600, 43'200};
    constexpr double day = 86'400;
    if (raw <= 0.5) {
        return decimalStep(raw);
    }
    const auto* found = std::lower_bound(steps.begin(), steps.end(), raw * (1 - 1e-12));
    return found != steps.end() ? *found : day * decimalStep(std::max(1.0, raw / day));
}

}  // namespace ticks

/// The smallest nice step that is at least `raw` (> 0): 1, 2, 5 times a power of ten; powers of two
/// for bytes; what clocks count for durations; whole numbers for counts.
inline double niceStep(double raw, ChartUnit unit)
{
    switch (unit) {
        case ChartUnit::Bytes:
        case ChartUnit::BytesPerSecond:
            return raw <= 1 ? 1.0 : std::exp2(std::ceil(std::log2(raw) - 1e-12));
        case ChartUnit::Seconds:
            return ticks::secondStep(raw);
        case ChartUnit::Milliseconds:
            return raw <= 500 ? ticks::decimalStep(raw) : 1000 * ticks::secondStep(raw / 1000);
        case ChartUnit::Count:
        case ChartUnit::Flag:
            return std::max(1.0, ticks::decimalStep(raw));
        default:
            return ticks::decimalStep(raw);
    }
}

/// Ticks for values from `low` to `high` on an axis of `pixels`, at least `spacing` pixels apart.
/// What is no number, or no range, is taken for 0 to 1.
inline ValueTicks valueTicks(double low, double high, ChartUnit unit, double pixels, double spacing)
{
    constexpr double greatest = 1e300;
    ValueTicks result;
    if (!std::isfinite(low) || !std::isfinite(high) || low > high) {
        low = 0;
        high = 1;
    }
    low = std::clamp(low, -greatest, greatest);
    high = std::clamp(high, -greatest, greatest);
    if (!(high - low > std::max(std::abs(high), std::abs(low)) * 1e-9)) {
        high = low + std::max(1.0, std::abs(low) * 0.1);
    }
    spacing = std::max(1.0, spacing);
    pixels = std::max(pixels, 1.0);
    double step = niceStep(std::max((high - low) * spacing / pixels, 1e-12), unit);
    double intervals = 1;
    for (int round = 0; round < 40; ++round) {
        result.bottom = std::floor(low / step + 1e-9) * step;
        result.top = std::ceil(high / step - 1e-9) * step;
        intervals = std::round((result.top - result.bottom) / step);
        if (intervals <= 1 || pixels / intervals >= spacing) {
            break;
        }
        step = niceStep(step * 1.01, unit);
    }
    result.step = step;
    if (pixels < spacing) {
        result.at = {result.top};
        return result;
    }
    for (int i = 0; i <= int(intervals); ++i) {
        result.at.push_back(result.bottom + i * step);
    }
    return result;
}

}  // namespace analemma::ui
