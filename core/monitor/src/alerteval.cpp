#include "core/monitor/src/alerteval.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace analemma::monitor {
namespace {

constexpr qint64 kSkew = 5'000;           // between our clock and itself, a moment later
constexpr qint64 kShortestGap = 120'000;  // milliseconds
constexpr std::size_t kLeastForLine = 12;
constexpr double kSureSlope = 3;      // standard errors
constexpr double kGoingOn = 1.0 / 3;  // of the slope, in the newest third
constexpr double kForecastClear = 1.25;
constexpr int kBurnPart = 12;

/// Outside of the bound, as larger is worse.
double badness(Bound bound, double value)
{
    switch (bound) {
        case Bound::Over:
            return value;
        case Bound::Under:
            return -value;
        case Bound::Beyond:
            return std::abs(value);
    }
    return value;
}

struct Judged {
    bool breach = false;
    bool clear = false;
};

Judged judge(const AlertRule& rule, double value)
{
    if (rule.kind == RuleKind::Forecast) {
        const double horizon = double(rule.horizon.count()) / 1000;
        return {value <= horizon, value > rule.clear.value_or(horizon * kForecastClear)};
    }
    const Bound bound = rule.kind == RuleKind::Threshold ? rule.bound : Bound::Over;
    const double limit = bound == Bound::Under ? -rule.limit : rule.limit;
    const double at = rule.clear.value_or(rule.limit);
    const double clear = std::min(bound == Bound::Under ? -at : at, limit);
    const double bad = badness(bound, value);
    return {bad > limit, bad <= clear};
}

bool isWorse(const AlertRule& rule, double value, double than)
{
    if (rule.kind == RuleKind::Forecast) {
        return value < than;
    }
    const Bound bound = rule.kind == RuleKind::Threshold ? rule.bound : Bound::Over;
    return badness(bound, value) > badness(bound, than);
}

bool isGap(const RuleState& state, qint64 time)
{
    return state.seen > 0 && time - state.seen > std::max(kShortestGap, 3 * state.spacing);
}

void learnSpacing(RuleState& state, qint64 time)
{
    if (state.seen <= 0) {
        return;
    }
    const qint64 apart = time - state.seen;
    // A silence is no interval; a new pace is learned in a few steps.
    state.spacing = state.spacing == 0 ? apart : std::min(apart, 2 * state.spacing);
}

/// One more value, later than all before.
void step(const AlertRule& rule, qint64 time, double value, Verdict& verdict)
{
    RuleState& state = verdict.state;
    const Judged judged = judge(rule, value);
    if (state.state == AlertState::Pending && isGap(state, time)) {
        state.state = AlertState::Quiet;
    }
    learnSpacing(state, time);
    state.seen = time;
    state.value = value;
    if (state.state == AlertState::Firing) {
        state.worst = isWorse(rule, value, state.worst) ? value : state.worst;
        if (judged.clear) {
            verdict.ended.push_back({state.since, state.fired, time, value, state.worst});
            state.state = AlertState::Resolved;
        }
        return;
    }
    if (!judged.breach) {
        state.state =
            state.state == AlertState::Resolved ? AlertState::Resolved : AlertState::Quiet;
        return;
    }
    if (state.state != AlertState::Pending) {
        state.state = AlertState::Pending;
        state.since = time;
        state.worst = value;
    }
    state.worst = isWorse(rule, value, state.worst) ? value : state.worst;
    if (time - state.since >= rule.lasting.count()) {
        state.state = AlertState::Firing;
        state.fired = time;
    }
}

/// What was ahead of us was written before our clock was set back.
void followClock(RuleState& state, qint64 now)
{
    if (state.seen <= now + kSkew) {
        return;
    }
    state.seen = 0;
    state.spacing = 0;
    if (state.state == AlertState::Pending) {
        state.state = AlertState::Quiet;
    }
    state.since = std::min(state.since, now);
    state.fired = std::min(state.fired, now);
}

bool isUsable(const RulePoint& point, qint64 now)
{
    return std::isfinite(point.value) && point.time <= now + kSkew;
}

/// Silence has a newest value, and no other: any other newest value is the end of it.
void listen(const AlertRule& rule, const RuleInput& input, Verdict& verdict)
{
    RuleState& state = verdict.state;
    const qint64 heard = input.points.empty() ? 0 : input.points.back().time;
    const double silent =
        double(heard > 0 && heard <= input.now ? input.now - heard : input.quiet.count()) / 1000;
    if (state.state == AlertState::Firing) {
        if (heard == state.seen) {
            state.value = std::max(silent, state.value);
            state.worst = std::max(state.worst, state.value);
            return;
        }
        verdict.ended.push_back({state.since, state.fired,
                                 std::clamp(heard, state.fired, std::max(state.fired, input.now)),
                                 state.value, state.worst});
        state.state = AlertState::Resolved;
        state.seen = heard;
        state.value = 0;
        return;
    }
    state.seen = heard;
    state.value = silent;
    if (input.quiet < rule.lasting) {
        state.state = state.state == AlertState::Resolved ? state.state : AlertState::Quiet;
        return;
    }
    state.state = AlertState::Firing;
    state.since = heard > 0 && heard <= input.now ? heard : input.now - input.quiet.count();
    state.fired = input.now;
    state.worst = silent;
}

/// All events of [from, to], by rates per second and the time that each stands for.
struct Counted {
    double events = 0;
    qint64 first = 0;
    qint64 last = 0;
    int values = 0;
};

Counted countIn(std::span<const RulePoint> rates, qint64 from, qint64 to)
{
    Counted counted;
    double sum = 0;
    double weight = 0;
    for (const RulePoint& rate : rates) {
        if (rate.time <= from || rate.time > to || !std::isfinite(rate.value)) {
            continue;
        }
        counted.first = counted.values == 0 ? rate.time : counted.first;
        counted.last = rate.time;
        ++counted.values;
        sum += std::max(0.0, rate.value) * rate.weight;
        weight += rate.weight;
    }
    if (weight > 0) {
        counted.events = sum / weight * double(to - from) / 1000;
    }
    return counted;
}

/// The part of bad events in [from, now]; 0 when there are too few to say.
std::optional<double> badPart(const RuleInput& input, qint64 from, double least)
{
    const Counted bad = countIn(input.points, from, input.now);
    const Counted all = countIn(input.totals, from, input.now);
    if (bad.values == 0 || all.values == 0) {
        return std::nullopt;
    }
    if (all.events <= 0 || all.events < least) {
        return 0;
    }
    return std::min(1.0, bad.events / all.events);
}

std::optional<double> changeIn(const AlertRule& rule, const RuleInput& input)
{
    const RulePoint* first = nullptr;
    const RulePoint* last = nullptr;
    for (const RulePoint& point : input.points) {
        if (isUsable(point, input.now) && point.time >= input.now - rule.window.count()) {
            first = first == nullptr ? &point : first;
            last = &point;
        }
    }
    if (first == nullptr || last->time - first->time < rule.window.count() / 2) {
        return std::nullopt;
    }
    const double rise = last->value - first->value;
    return badness(rule.bound, rise);
}

/// Least squares over points whose times are taken from the first one, in seconds.
struct Line {
    double slope = 0;
    double error = 0;  ///< standard error of the slope
    bool good = false;
};

Line fit(std::span<const RulePoint> points)
{
    Line line;
    const double n = double(points.size());
    if (points.size() < 3) {
        return line;
    }
    double meanX = 0;
    double meanY = 0;
    const auto x = [&](const RulePoint& p) { return double(p.time - points.front().time) / 1000; };
    for (const RulePoint& point : points) {
        meanX += x(point) / n;
        meanY += point.value / n;
    }
    double xx = 0;
    double xy = 0;
    double yy = 0;
    for (const RulePoint& point : points) {
        const double dx = x(point) - meanX;
        const double dy = point.value - meanY;
        xx += dx * dx;
        xy += dx * dy;
        yy += dy * dy;
    }
    if (xx <= 0) {
        return line;
    }
    line.slope = xy / xx;
    const double rest = std::max(0.0, yy - line.slope * xy);
    line.error = std::sqrt(rest / (n - 2) / xx);
    line.good = true;
    return line;
}

}  // namespace

bool needsWindow(RuleKind kind)
{
    return kind != RuleKind::Threshold && kind != RuleKind::Absence;
}

milliseconds lookEvery(const AlertRule& rule)
{
    using namespace std::chrono_literals;
    if (!needsWindow(rule.kind)) {
        return 1s;
    }
    return std::clamp(milliseconds(rule.window / 120), milliseconds(1s), milliseconds(60s));
}

std::optional<double> secondsUntil(std::span<const RulePoint> points, double limit,
                                   milliseconds window)
{
    if (points.size() < kLeastForLine ||
        points.back().time - points.front().time < window.count() / 2) {
        return std::nullopt;
    }
    const double left = limit - points.back().value;
    const Line whole = fit(points);
    if (!whole.good) {
        return std::nullopt;
    }
    constexpr double never = std::numeric_limits<double>::infinity();
    const double toward = left >= 0 ? whole.slope : -whole.slope;
    if (toward <= 0) {
        return never;
    }
    if (std::abs(whole.slope) < kSureSlope * whole.error) {
        return std::nullopt;
    }
    const Line newest = fit(points.last(std::max<std::size_t>(3, points.size() / 3)));
    if (!newest.good || (left >= 0 ? newest.slope : -newest.slope) < kGoingOn * toward) {
        return never;
    }
    return std::abs(left) / toward;
}

std::optional<double> windowFigure(const AlertRule& rule, const RuleInput& input)
{
    const qint64 from = input.now - rule.window.count();
    switch (rule.kind) {
        case RuleKind::Threshold:
        case RuleKind::Absence:
            return std::nullopt;
        case RuleKind::Change:
            return changeIn(rule, input);
        case RuleKind::Forecast: {
            std::vector<RulePoint> usable;
            for (const RulePoint& point : input.points) {
                if (isUsable(point, input.now) && point.time >= from) {
                    usable.push_back(point);
                }
            }
            const bool beyond =
                !usable.empty() && (rule.bound == Bound::Under ? usable.back().value <= rule.limit
                                                               : usable.back().value >= rule.limit);
            return beyond ? std::optional(0.0) : secondsUntil(usable, rule.limit, rule.window);
        }
        case RuleKind::Share: {
            const std::optional<double> part = badPart(input, from, rule.least);
            return part ? std::optional(100 * *part) : std::nullopt;
        }
        case RuleKind::BurnRate: {
            const double budget = 1 - rule.objective;
            const qint64 lately = input.now - rule.window.count() / kBurnPart;
            const std::optional<double> longer = badPart(input, from, rule.least);
            const std::optional<double> shorter = badPart(input, lately, rule.least / kBurnPart);
            if (!longer || !shorter || budget <= 0) {
                return std::nullopt;
            }
            return std::min(*longer, *shorter) / budget;
        }
    }
    return std::nullopt;
}

Verdict evaluate(const AlertRule& rule, const RuleInput& input, RuleState before)
{
    Verdict verdict;
    verdict.state = before;
    RuleState& state = verdict.state;
    state.state = state.state == AlertState::Resolved ? AlertState::Quiet : state.state;
    if (rule.kind == RuleKind::Absence) {
        listen(rule, input, verdict);
        return verdict;
    }
    followClock(state, input.now);
    if (rule.kind == RuleKind::Threshold) {
        for (const RulePoint& point : input.points) {
            if (isUsable(point, input.now) && point.time > state.seen) {
                step(rule, point.time, point.value, verdict);
            }
        }
        return verdict;
    }
    if (const std::optional<double> figure = windowFigure(rule, input);
        figure && input.now > state.seen) {
        step(rule, input.now, *figure, verdict);
    }
    return verdict;
}

}  // namespace analemma::monitor
