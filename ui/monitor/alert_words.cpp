#include "ui/monitor/alert_words.h"

#include "core/base/text.h"
#include "core/monitor/alertsentence.h"
#include "core/monitor/metrics.h"
#include "ui/monitor/chart_units.h"

#include <QCoreApplication>

#include <algorithm>
#include <cmath>

using namespace Qt::StringLiterals;

namespace analemma::ui {
namespace {

using monitor::Bound;
using monitor::RuleKind;
using monitor::Severity;

struct AlertWords {
    Q_DECLARE_TR_FUNCTIONS(AlertWords)
};

constexpr int kMorning = 8;  // o'clock
constexpr qint64 kLeastUntilMorning = 4LL * 3600;

ChartUnit chartUnitOf(monitor::Unit unit)
{
    switch (unit) {
        case monitor::Unit::Percent:
            return ChartUnit::Percent;
        case monitor::Unit::Bytes:
            return ChartUnit::Bytes;
        case monitor::Unit::BytesPerSecond:
            return ChartUnit::BytesPerSecond;
        case monitor::Unit::PerSecond:
            return ChartUnit::PerSecond;
        case monitor::Unit::Seconds:
            return ChartUnit::Seconds;
        case monitor::Unit::Milliseconds:
            return ChartUnit::Milliseconds;
        case monitor::Unit::Flag:
            return ChartUnit::Flag;
        case monitor::Unit::Count:
            break;
    }
    return ChartUnit::Count;
}

ChartMarkKind markKindOf(monitor::ChangeKind kind)
{
    switch (kind) {
        case monitor::ChangeKind::Deploy:
            return ChartMarkKind::Deploy;
        case monitor::ChangeKind::Rollback:
        case monitor::ChangeKind::TakenBack:
        case monitor::ChangeKind::Down:
            return ChartMarkKind::Rollback;
        case monitor::ChangeKind::Bake:
            return ChartMarkKind::Bake;
        case monitor::ChangeKind::Config:
        case monitor::ChangeKind::Run:
        case monitor::ChangeKind::Restart:
            break;
    }
    return ChartMarkKind::Config;
}

QString durationWords(milliseconds duration)
{
    return durationText(duration).replace(u'.', QLocale().decimalPoint());
}

/// The language of the window, and its numbers as they stand in the columns.
class WindowSpeech final : public monitor::AlertSpeech {
public:
    [[nodiscard]] QString text(const char* source) const override
    {
        return QCoreApplication::translate("AlertSentence", source);
    }
    [[nodiscard]] QString number(double value, char format, int digits) const override
    {
        return QLocale().toString(value, format, digits);
    }
    [[nodiscard]] QString value(monitor::Unit unit, double value) const override
    {
        const bool isPlain = unit == monitor::Unit::Percent && value == std::floor(value);
        return isPlain ? number(value, 'f', 0) + u" %"_s : valueText(value, chartUnitOf(unit));
    }
    [[nodiscard]] QString duration(milliseconds duration) const override
    {
        return durationWords(duration);
    }
};

QString secondsText(double value)
{
    if (!std::isfinite(value)) {
        return AlertWords::tr("long");
    }
    return durationWords(seconds(qint64(std::clamp(value, 0.0, 1e9))));
}

}  // namespace

Mark markOf(Severity severity)
{
    switch (severity) {
        case Severity::Critical:
            return Mark::Failed;
        case Severity::Warning:
            return Mark::Waiting;
        case Severity::Info:
            break;
    }
    return Mark::Unknown;
}

QString wordOf(Severity severity)
{
    switch (severity) {
        case Severity::Critical:
            return AlertWords::tr("critical");
        case Severity::Warning:
            return AlertWords::tr("warning");
        case Severity::Info:
            break;
    }
    return AlertWords::tr("info");
}

ChartUnit unitOfMetric(const QString& metric)
{
    if (const auto known = monitor::metricNamed(metric.toLatin1())) {
        return chartUnitOf(monitor::info(*known).unit);
    }
    if (metric == u"check.ok"_s) {
        return ChartUnit::Flag;
    }
    if (metric.endsWith(u"latency"_s) || metric.endsWith(u"_ms"_s)) {
        return ChartUnit::Milliseconds;
    }
    if (metric.endsWith(u"bytes"_s)) {
        return ChartUnit::BytesPerSecond;
    }
    return ChartUnit::Count;
}

QString alertValueText(const monitor::Alert& alert, const monitor::AlertRule* rule)
{
    const double value = alert.isOpen() ? alert.value : alert.worst;
    if (alert.metric == u"check.ok"_s && value <= 0) {
        return AlertWords::tr("fails", "a check");
    }
    switch (rule != nullptr ? rule->kind : RuleKind::Threshold) {
        case RuleKind::Absence:
            return AlertWords::tr("silent for %1").arg(secondsText(value));
        case RuleKind::Forecast:
            return AlertWords::tr("in %1").arg(secondsText(value));
        case RuleKind::BurnRate:
            return AlertWords::tr("%1 times", "the error budget burns so much too fast")
                .arg(QLocale().toString(value, 'g', 3));
        case RuleKind::Share:
            return valueText(value, ChartUnit::Percent);
        case RuleKind::Threshold:
        case RuleKind::Change:
            break;
    }
    return valueText(value, unitOfMetric(alert.metric));
}

QString sentenceOf(const monitor::Alert& alert, const monitor::AlertRule* rule)
{
    return displayText(
        rule == nullptr ? alert.sentence : monitor::alertSentence(*rule, alert, WindowSpeech()),
        400);
}

QString changeOf(const monitor::Alert& alert)
{
    return monitor::changeText(alert, WindowSpeech());
}

QString changeOf(const monitor::LastChange& change)
{
    return monitor::changeText(change, WindowSpeech());
}

QString sentenceOf(const monitor::Notice& notice, const QList<monitor::AlertRule>& rules)
{
    if (notice.alerts.isEmpty()) {
        return displayText(notice.title, 300);
    }
    const monitor::Alert& first = notice.alerts.constFirst();
    const auto rule = std::ranges::find(rules, first.rule, &monitor::AlertRule::name);
    QString text = sentenceOf(first, rule == rules.end() ? nullptr : &*rule);
    switch (notice.kind) {
        case monitor::NoticeKind::Fired:
            break;
        case monitor::NoticeKind::Repeated:
            text = AlertWords::tr("Still: %1").arg(text);
            break;
        case monitor::NoticeKind::Escalated:
            text = AlertWords::tr("Nobody took it: %1").arg(text);
            break;
        case monitor::NoticeKind::Resolved:
            text = AlertWords::tr("Over: %1").arg(text);
            break;
        case monitor::NoticeKind::Missed:
            text = AlertWords::tr("Was, while nobody looked: %1").arg(text);
            break;
    }
    const qsizetype others = notice.alerts.size() - 1;
    return others > 0 ? AlertWords::tr("%1, and %2 more").arg(text).arg(others) : text;
}

QList<ChartThreshold> thresholdsOf(const monitor::AlertRule& rule)
{
    if (rule.kind != RuleKind::Threshold && rule.kind != RuleKind::Forecast) {
        return {};
    }
    const bool critical = rule.severity == Severity::Critical;
    const double none = std::numeric_limits<double>::infinity();
    QList<ChartThreshold> bands;
    if (rule.bound == Bound::Over || rule.bound == Bound::Beyond) {
        bands.append({rule.limit, none, critical});
    }
    if (rule.bound == Bound::Under) {
        bands.append({-none, rule.limit, critical});
    }
    if (rule.bound == Bound::Beyond) {
        bands.prepend({-none, -rule.limit, critical});
    }
    return bands;
}

QList<ChartMark> marksOf(const monitor::Alert& alert)
{
    QList<ChartMark> marks;
    if (alert.change) {
        const QString& opens =
            alert.change->operation.isEmpty() ? alert.change->commit : alert.change->operation;
        marks.append({opens, alert.change->time, markKindOf(alert.change->kind),
                      displayText(changeOf(*alert.change), 120)});
    }
    marks.append({{}, alert.since, ChartMarkKind::Incident, AlertWords::tr("the alert began")});
    std::ranges::sort(marks, {}, &ChartMark::time);
    return marks;
}

QList<ChartMark> marksOf(const QList<monitor::Incident>& incidents, qint64 alert)
{
    QList<ChartMark> marks;
    for (const monitor::Incident& one : incidents) {
        if (!one.alerts.contains(alert)) {
            marks.append({u"incident:"_s + one.id, one.began > 0 ? one.began : one.opened,
                          ChartMarkKind::Incident, displayText(one.title, 120)});
        }
    }
    return marks;
}

RollbackOffer offerOf(const deploy::EnvironmentView& view, const deploy::RollbackTarget& target,
                      const monitor::LastChange& change)
{
    RollbackOffer offer;
    offer.environment = view.spec.name;
    offer.expected = view.expected;
    if (!change.canGoBack()) {
        offer.refusal = AlertWords::tr("This change cannot be rolled back.");
        return offer;
    }
    if (!view.operation.isEmpty()) {
        offer.refusal = AlertWords::tr("Under way: %1").arg(displayText(view.operationTitle, 80));
        return offer;
    }
    const QString live = view.active ? view.active->release : QString();
    // Either may be named with its repository: "shop/1.4.2".
    if (!change.release.isEmpty() && live.section(u'/', -1) != change.release.section(u'/', -1)) {
        offer.refusal = live.isEmpty()
                            ? AlertWords::tr("Nothing is live in %1.").arg(view.spec.name)
                            : AlertWords::tr("%1 serves %2 by now, not %3.")
                                  .arg(displayText(view.spec.name, 60), displayText(live, 40),
                                       displayText(change.release, 40));
        return offer;
    }
    if (!target.possible) {
        offer.refusal = target.reason.isEmpty() ? AlertWords::tr("There is nothing to go back to.")
                                                : displayText(target.reason, 200);
        return offer;
    }
    offer.release = target.generation.release;
    offer.generation = target.generation.number;
    const milliseconds usual = target.usual.value_or(change.backIn);
    if (!target.warm) {
        offer.hint = target.baked ? AlertWords::tr("from its image")
                                  : AlertWords::tr("bakes its image again");
    } else if (usual.count() > 0) {
        offer.hint = AlertWords::tr("warm, about %1").arg(durationWords(usual));
    } else {
        offer.hint = AlertWords::tr("warm");
    }
    return offer;
}

QDateTime endOf(SilenceSpan span, const QDateTime& now)
{
    switch (span) {
        case SilenceSpan::Hour:
            return now.addSecs(3600);
        case SilenceSpan::FourHours:
            return now.addSecs(4LL * 3600);
        case SilenceSpan::Tomorrow:
            break;
    }
    const QDateTime local = now.toLocalTime();
    QDateTime morning(local.date(), QTime(kMorning, 0));
    while (local.secsTo(morning) < kLeastUntilMorning) {
        morning = QDateTime(morning.date().addDays(1), QTime(kMorning, 0));
    }
    return morning.toUTC();
}

}  // namespace analemma::ui
