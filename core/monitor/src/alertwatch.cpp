#include "core/monitor/src/alertsbody.h"
#include "core/monitor/src/alertwords.h"

#include <QElapsedTimer>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::monitor {
namespace {

constexpr qint64 kPlanEveryMs = 10'000;
constexpr qint64 kSliceNs = 3'000'000;  // of the main thread at a time
constexpr std::size_t kSliceLeast = 64;
constexpr qint64 kAhead = 5'000;
constexpr qint64 kLookBackMs = 24LL * 3600 * 1000;
constexpr qint64 kSlackMs = 120'000;
constexpr int kMostLooks = 4;
constexpr std::size_t kMostEntries = 1'000;
constexpr int kWindowColumns = 400;
constexpr int kPastColumns = 5'000;

/// A column's values stand in its middle; the newest of all where it is known to be.
std::vector<RulePoint> valuesOf(const Chart& chart, qint64 newest)
{
    std::vector<RulePoint> values;
    values.reserve(chart.columns.size());
    for (std::size_t i = 0; i < chart.columns.size(); ++i) {
        const ChartColumn& column = chart.columns[i];
        if (column.count > 0) {
            const qint64 from = chart.from + qint64(i) * chart.step;
            const bool last = newest >= from && newest < from + chart.step;
            values.push_back({last ? newest : from + chart.step / 2,
                              last ? column.last : column.mean, double(column.count)});
        }
    }
    return values;
}

struct WindowSpan {
    qint64 from = 0;
    int columns = kWindowColumns;
};

WindowSpan spanOf(const AlertRule& rule, qint64 from, qint64 now)
{
    if (needsWindow(rule.kind)) {
        const qint64 window = rule.window.count();
        // One column more than the window, so that the oldest value of it is not cut off.
        return {now - window - window / 50,
                int(std::clamp<qint64>(window / 1000, 20, kWindowColumns))};
    }
    const qint64 start = std::max(from, now - kLookBackMs);
    return {start, int(std::clamp<qint64>((now - start) / 1000, 1, kPastColumns))};
}

bool isMeasurable(const Latest& latest)
{
    return latest.time > 0;
}

}  // namespace

QString keyOf(const QString& rule, const SeriesName& name)
{
    return rule + u'\n' + name.subject + u'\n' + name.metric + u'\n' + name.labels;
}

QString keyOf(const Alert& alert)
{
    return keyOf(alert.rule, {alert.subject, alert.metric, alert.labels});
}

/// Each second: all series in slices, then what is to be kept and told.
void Alerts::Body::tick()
{
    if (!loaded) {
        return;
    }
    bootNow = clock().sinceBoot().count();
    const qint64 apart = bootNow - bootLast;
    const bool slept = bootLast == 0 || apart > options.sleep.count() || apart < 0;
    if (slept) {
        awakeFrom = bootNow;  // who slept has not listened
        replan = true;
    }
    bootLast = bootNow;
    // Who records has seen all values but those between two late looks; asleep there were none.
    mayHaveMissed = sources.series != nullptr && (!sources.series->status().recording ||
                                                  (!slept && apart > 2 * options.pace.count()));
    planAgain();
    if (passing || sources.series == nullptr) {
        if (sources.series == nullptr) {
            endPass();
        }
        return;
    }
    newest = sources.series->latest(ids);
    passing = true;
    cursor = 0;
    pass();
}

void Alerts::Body::pass()
{
    QElapsedTimer elapsed;
    elapsed.start();
    for (std::size_t done = 0; cursor < tracked.size() && cursor < newest.size(); ++cursor) {
        look(cursor);
        if (++done % kSliceLeast == 0 && elapsed.nsecsElapsed() > kSliceNs) {
            ++cursor;
            QMetaObject::invokeMethod(
                owner, [body = shared_from_this()] { body->pass(); }, Qt::QueuedConnection);
            return;
        }
    }
    passing = false;
    startLooks();
    endPass();
}

void Alerts::Body::endPass()
{
    if (!running) {
        return;
    }
    hold();
    if (std::exchange(told, false)) {
        changed();
    }
    keep();
}

/// What can be said from the newest value alone is said at once; else its window is read.
void Alerts::Body::look(std::size_t index)
{
    TrackedRule& one = tracked[index];
    const AlertRule& rule = rules[one.pair.rule];
    const Latest& latest = newest[index];
    const qint64 time = now();
    if (latest.time != one.heard || one.heardAt == 0) {
        one.heard = latest.time;
        one.heardAt = bootNow;
    }
    if (one.busy) {
        return;
    }
    const bool ahead = latest.time > time + kAhead;  // from before our clock was set back
    if (rule.kind == RuleKind::Absence) {
        RuleInput input;
        input.now = time;
        input.quiet = milliseconds(bootNow - std::max(one.heardAt, awakeFrom));
        if (input.quiet < rule.lasting && one.state.state != AlertState::Firing) {
            return;
        }
        if (ahead) {
            if (one.looked != 0 && bootNow - one.looked < kAhead) {
                return;
            }
            wantLook(index, time - std::max<qint64>(2 * rule.lasting.count(), kSlackMs));
            return;
        }
        const RulePoint heard{latest.time, latest.value, 1};
        input.points = isMeasurable(latest) ? std::span(&heard, 1) : std::span<const RulePoint>();
        apply(index, evaluate(rule, input, one.state));
        return;
    }
    if (!isMeasurable(latest) || time - latest.time > kFreshMs) {
        return;
    }
    if (needsWindow(rule.kind)) {
        const qint64 every = lookEvery(rule).count();
        if (one.looked == 0 || bootNow - one.looked >= every) {
            wantLook(index, 0);
        }
        return;
    }
    if (ahead) {
        if (one.looked == 0 || bootNow - one.looked >= kAhead) {
            wantLook(index, time - kSlackMs);
        }
        return;
    }
    if (latest.time == one.state.seen) {
        return;
    }
    const RulePoint value{latest.time, latest.value, 1};
    RuleInput input;
    input.points = std::span(&value, 1);
    input.now = time;
    const RuleState& state = one.state;
    const bool first = state.seen == 0;
    const qint64 usual = state.spacing > 0 ? state.spacing * 5 / 2 : kSlackMs;
    const bool missed = mayHaveMissed && !first && latest.time - state.seen > usual;
    const Verdict verdict = evaluate(rule, input, state);
    if (missed || (first && verdict.state.state != AlertState::Quiet)) {
        wantLook(index, first ? latest.time - rule.lasting.count() - kFreshMs : state.seen + 1);
        return;
    }
    apply(index, verdict);
}

void Alerts::Body::wantLook(std::size_t index, qint64 from)
{
    tracked[index].busy = true;
    tracked[index].looked = bootNow;
    looks.push_back({generation, index, from});
}

void Alerts::Body::startLooks()
{
    while (looking < kMostLooks && !looks.empty()) {
        const Look next = looks.front();
        looks.pop_front();
        if (next.generation == generation) {
            ++looking;
            scope.run(lookAt(shared_from_this(), next));
        }
    }
}

Task<Result<void>> Alerts::Body::lookAt(std::shared_ptr<Body> body, Look look)
{
    const TrackedRule& one = body->tracked[look.index];
    const AlertRule rule = body->rules[one.pair.rule];
    const SeriesId total = one.pair.total;
    const qint64 now = body->now();
    const WindowSpan span = spanOf(rule, look.from, now);
    auto reading = body->sources.series->chart(one.pair.series, span.from, now + 1, span.columns);
    const Result<Chart> chart = co_await std::move(reading);
    std::vector<RulePoint> totals;
    bool whole = chart.ok();
    if (whole && total != SeriesId::None) {
        auto counting = body->sources.series->chart(total, span.from, now + 1, span.columns);
        const Result<Chart> counted = co_await std::move(counting);
        whole = counted.ok();
        totals = whole ? valuesOf(*counted, 0) : totals;
    }
    --body->looking;
    if (body->generation == look.generation) {
        TrackedRule& looked = body->tracked[look.index];
        looked.busy = false;
        if (whole && body->running) {
            const std::vector<RulePoint> values = valuesOf(
                *chart,
                rule.kind == RuleKind::Share || rule.kind == RuleKind::BurnRate ? 0 : looked.heard);
            RuleInput input;
            input.points = values;
            input.totals = totals;
            input.now = now;
            if (rule.kind == RuleKind::Absence) {
                const qint64 silent = values.empty() ? now - span.from : now - values.back().time;
                input.quiet = milliseconds(
                    std::min(silent, body->bootNow - std::max<qint64>(body->awakeFrom, 0)));
            }
            const bool first = looked.state.seen == 0;
            Verdict verdict = evaluate(rule, input, looked.state);
            if (first) {
                verdict.ended.clear();  // before this program looked; it may have been told then
            }
            body->apply(look.index, verdict);
        }
        body->setProblem(body->watchProblem,
                         whole ? QString() : u"what was measured cannot be read"_s);
    }
    body->startLooks();
    if (std::exchange(body->told, false)) {
        body->changed();
    }
    body->keep();
    co_return Result<void>();
}

/// From what the rule says now to alerts.
void Alerts::Body::apply(std::size_t index, const Verdict& verdict)
{
    TrackedRule& one = tracked[index];
    const AlertRule& rule = rules[one.pair.rule];
    const RuleState before = std::exchange(one.state, verdict.state);
    const RuleState& state = one.state;
    if (verdict.ended.empty() && state.state == AlertState::Quiet &&
        before.state == AlertState::Quiet) {
        return;
    }
    const Key key = keyOf(rule.name, one.pair.name);
    for (const Episode& episode : verdict.ended) {
        auto found = entries.find(key);
        if (found == entries.end() || found->second.alert.state != AlertState::Firing) {
            if (found != entries.end() && found->second.alert.state == AlertState::Resolved) {
                finished.push_back(std::move(found->second));
            }
            AlertEntry entry;
            Alert& alert = entry.alert;
            alert.rule = rule.name;
            alert.subject = one.pair.name.subject;
            alert.environment = one.pair.environment;
            alert.metric = one.pair.name.metric;
            alert.labels = one.pair.name.labels;
            alert.severity = rule.severity;
            alert.runbook = rule.runbook;
            alert.since = episode.since;
            alert.fired = episode.fired;
            alert.noticed = now();
            alert.state = AlertState::Firing;
            found = entries.insert_or_assign(key, std::move(entry)).first;
        }
        Alert& alert = found->second.alert;
        alert.value = episode.value;
        alert.worst = episode.worst;
        resolve(found->second, episode.resolved);
        alert.sentence = alertSentence(rule, alert);
        told = true;
    }
    if (state.state != AlertState::Pending && state.state != AlertState::Firing) {
        const auto found = entries.find(key);
        if (found != entries.end() && found->second.alert.state == AlertState::Pending) {
            entries.erase(found);
            told = true;
        }
        return;
    }
    auto found = entries.find(key);
    if (found != entries.end() && found->second.alert.state == AlertState::Resolved) {
        finished.push_back(std::move(found->second));
        entries.erase(found);
        found = entries.end();
    }
    if (found == entries.end()) {
        if (entries.size() >= kMostEntries) {
            setProblem(watchProblem,
                       u"more than %1 alerts: the others are not shown"_s.arg(kMostEntries));
            one.state.state = AlertState::Quiet;
            return;
        }
        AlertEntry entry;
        Alert& alert = entry.alert;
        alert.rule = rule.name;
        alert.subject = one.pair.name.subject;
        alert.environment = one.pair.environment;
        alert.metric = one.pair.name.metric;
        alert.labels = one.pair.name.labels;
        alert.severity = rule.severity;
        alert.runbook = rule.runbook;
        found = entries.emplace(key, std::move(entry)).first;
    }
    AlertEntry& entry = found->second;
    Alert& alert = entry.alert;
    alert.value = state.value;
    alert.worst = state.worst;
    const bool fires = state.state == AlertState::Firing && alert.state != AlertState::Firing;
    alert.state = state.state;
    alert.since = alert.id == 0 ? state.since : alert.since;
    if (fires) {
        alert.fired = state.fired;
        alert.noticed = now();
        alert.sentence = alertSentence(rule, alert);  // before it may be kept
        entry.dirty = true;
        if (sources.lastChange && !alert.environment.isEmpty()) {
            entry.asking = true;
            scope.run(askChange(shared_from_this(), key));
        }
    }
    alert.sentence = alertSentence(rule, alert);
    told = true;
}

Task<Result<void>> Alerts::Body::askChange(std::shared_ptr<Body> body, Key key)
{
    const auto found = body->entries.find(key);
    if (found == body->entries.end()) {
        co_return Result<void>();
    }
    const Alert alert = found->second.alert;
    auto asking = body->sources.lastChange(alert.subject, alert.environment, alert.since);
    const Result<std::optional<LastChange>> change = co_await std::move(asking);
    const auto still = body->entries.find(key);
    if (still == body->entries.end() || still->second.alert.since != alert.since) {
        co_return Result<void>();
    }
    still->second.asking = false;
    if (change && *change) {
        still->second.alert.change = **change;
        still->second.dirty = true;
        body->changed();
    }
    body->keep();
    co_return Result<void>();
}

// ---- which rules look at what -------------------------------------------------------------------

void Alerts::Body::planAgain()
{
    if (planning || sources.series == nullptr || (!replan && bootNow - planned < kPlanEveryMs)) {
        return;
    }
    planning = true;
    replan = false;
    planned = bootNow;
    scope.run(makePlan(shared_from_this()));
}

Task<Result<void>> Alerts::Body::makePlan(std::shared_ptr<Body> body)
{
    const bool all = !body->sources.subjects;
    const QList<AlertSubject> subjects = all ? QList<AlertSubject>() : body->sources.subjects();
    const QList<AlertRule> rules = body->rules;
    std::function<Result<AlertPlan>()> job = [series = body->sources.series, rules, subjects, all,
                                              now = body->now()]() -> Result<AlertPlan> {
        return planAlerts(rules, subjects, all, series->list(), now);
    };
    auto making = onWorker<AlertPlan>(std::move(job));
    Result<AlertPlan> plan = co_await std::move(making);
    body->planning = false;
    if (plan && body->running) {
        body->takePlan(std::move(*plan), rules);
    }
    co_return Result<void>();
}

void Alerts::Body::takePlan(AlertPlan plan, const QList<AlertRule>& made)
{
    if (made != rules) {
        replan = true;  // they were set anew meanwhile
        return;
    }
    endAbsent(plan);
    const bool same =
        std::equal(plan.pairs.begin(), plan.pairs.end(), tracked.begin(), tracked.end(),
                   [](const RuleSeries& pair, const TrackedRule& one) { return pair == one.pair; });
    if (same) {
        return;
    }
    carry(rules, rules);
    std::vector<TrackedRule> next;
    next.reserve(plan.pairs.size());
    for (RuleSeries& pair : plan.pairs) {
        TrackedRule one;
        const Key key = keyOf(rules[pair.rule].name, pair.name);
        if (const auto known = carried.constFind(key); known != carried.constEnd()) {
            one = *known;
            one.busy = false;
        } else if (const auto entry = entries.find(key);
                   entry != entries.end() && entry->second.alert.state == AlertState::Firing) {
            const Alert& alert = entry->second.alert;
            one.state.state = AlertState::Firing;
            one.state.since = alert.since;
            one.state.fired = alert.fired;
            const bool absent = rules[pair.rule].kind == RuleKind::Absence;
            one.state.seen = absent && pair.series == SeriesId::None ? 0
                             : absent                                ? alert.since
                                                                     : alert.fired;
            one.state.value = alert.value;
            one.state.worst = alert.worst;
        }
        one.pair = std::move(pair);
        ids.push_back(one.pair.series);
        next.push_back(std::move(one));
    }
    tracked = std::move(next);
    carried.clear();
    newest.clear();
    looks.clear();
    ++generation;
    passing = false;
}

/// Keeps what is known of the series of rules that stay as they are.
void Alerts::Body::carry(const QList<AlertRule>& before, const QList<AlertRule>& after)
{
    carried.reserve(qsizetype(tracked.size()));
    for (TrackedRule& one : tracked) {
        const AlertRule rule = before.value(one.pair.rule);
        if (after.contains(rule)) {
            carried.insert(keyOf(rule.name, one.pair.name), std::move(one));
        }
    }
    tracked.clear();
    ids.clear();
    newest.clear();
    looks.clear();
    ++generation;
}

/// Nobody will ever say that these are over.
void Alerts::Body::endAbsent(const AlertPlan& plan)
{
    for (auto& [key, entry] : entries) {
        Alert& alert = entry.alert;
        const bool known = rulesByName.contains(alert.rule) &&
                           (!plan.complete || plan.present.contains(alert.subject));
        if (known || !alert.isOpen()) {
            continue;
        }
        resolve(entry, now());
        alert.sentence += u"; it is no longer watched"_s;
        told = true;
    }
    std::erase_if(entries, [](const auto& one) {
        return one.second.alert.id == 0 && one.second.alert.state == AlertState::Resolved &&
               one.second.alert.fired == 0;
    });
}

}  // namespace analemma::monitor
