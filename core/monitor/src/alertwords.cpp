#include "core/monitor/src/alertwords.h"

#include "core/base/text.h"
#include "core/monitor/monitor.h"

#include <QCoreApplication>
#include <QDateTime>

#include <algorithm>
#include <array>
#include <cmath>

using namespace Qt::StringLiterals;

namespace analemma::monitor {
namespace {

constexpr qsizetype kMostLines = 20;

template <class E>
struct EnumWord {
    E value;
    const char16_t* word;
};

template <class E, std::size_t N>
QString wordIn(const std::array<EnumWord<E>, N>& words, E value)
{
    for (const auto& one : words) {
        if (one.value == value) {
            return QString::fromUtf16(one.word);
        }
    }
    return {};
}

template <class E, std::size_t N>
std::optional<E> valueIn(const std::array<EnumWord<E>, N>& words, const QString& text)
{
    for (const auto& one : words) {
        if (text == QString::fromUtf16(one.word)) {
            return one.value;
        }
    }
    return std::nullopt;
}

constexpr std::array ruleKindWords{
    EnumWord<RuleKind>{RuleKind::Threshold, u"threshold"},
    EnumWord<RuleKind>{RuleKind::Absence, u"absence"},
    EnumWord<RuleKind>{RuleKind::Change, u"change"},
    EnumWord<RuleKind>{RuleKind::Forecast, u"forecast"},
    EnumWord<RuleKind>{RuleKind::BurnRate, u"burn-rate"},
    EnumWord<RuleKind>{RuleKind::Share, u"share"},
};
constexpr std::array severityWords{
    EnumWord<Severity>{Severity::Info, u"info"},
    EnumWord<Severity>{Severity::Warning, u"warning"},
    EnumWord<Severity>{Severity::Critical, u"critical"},
};
constexpr std::array boundWords{
    EnumWord<Bound>{Bound::Over, u"over"},
    EnumWord<Bound>{Bound::Under, u"under"},
    EnumWord<Bound>{Bound::Beyond, u"beyond"},
};
constexpr std::array stateWords{
    EnumWord<AlertState>{AlertState::Quiet, u"quiet"},
    EnumWord<AlertState>{AlertState::Pending, u"pending"},
    EnumWord<AlertState>{AlertState::Firing, u"firing"},
    EnumWord<AlertState>{AlertState::Resolved, u"resolved"},
};
constexpr std::array noticeWords{
    EnumWord<NoticeKind>{NoticeKind::Fired, u"fired"},
    EnumWord<NoticeKind>{NoticeKind::Repeated, u"repeated"},
    EnumWord<NoticeKind>{NoticeKind::Escalated, u"escalated"},
    EnumWord<NoticeKind>{NoticeKind::Resolved, u"resolved"},
    EnumWord<NoticeKind>{NoticeKind::Missed, u"missed"},
};

QString secondsText(double value, const AlertSpeech& say)
{
    if (!std::isfinite(value)) {
        return say.text(QT_TRANSLATE_NOOP("AlertSentence", "never"));
    }
    return say.duration(seconds(qint64(std::clamp(value, 0.0, 1e9))));
}

/// The part of a label that says which: "/var" of "mount=/var".
QString whichOf(const QString& labels)
{
    const QString text = displayText(labels, 120);
    return text.contains(u',') ? text : text.section(u'=', 1);
}

QString metricText(const QString& metric, double value, const AlertSpeech& say)
{
    if (const std::optional<Metric> known = metricNamed(metric.toLatin1())) {
        return say.value(info(*known).unit, value);
    }
    if (metric == u"check.certificate_days") {
        return say.text(QT_TRANSLATE_NOOP("AlertSentence", "%1 days"))
            .arg(say.number(std::floor(value), 'g', 4));
    }
    if (metric == u"check.latency" || metric.endsWith(u"_ms"_s)) {
        return say.value(Unit::Milliseconds, value);
    }
    return say.number(value, 'g', 4);
}

/// In the rule's unit.
QString ruleValueText(const AlertRule& rule, double value, const AlertSpeech& say)
{
    switch (rule.kind) {
        case RuleKind::Threshold:
        case RuleKind::Change:
            return metricText(rule.metric, value, say);
        case RuleKind::Absence:
        case RuleKind::Forecast:
            return secondsText(value, say);
        case RuleKind::Share:
            return say.value(Unit::Percent, value);
        case RuleKind::BurnRate:
            return say.text(QT_TRANSLATE_NOOP("AlertSentence", "%1 times"))
                .arg(say.number(value, 'f', 1));
    }
    return {};
}

struct Spoken {
    const char* metric;
    const char* text;  ///< %1 subject, %2 value, %3 which
};
constexpr std::array spoken{
    Spoken{"disk.used", QT_TRANSLATE_NOOP("AlertSentence", "disk %3 of %1 is %2 full")},
    Spoken{"disk.inodes",
           QT_TRANSLATE_NOOP("AlertSentence", "disk %3 of %1 has %2 of its inodes in use")},
    Spoken{"disk.util", QT_TRANSLATE_NOOP("AlertSentence", "disk %3 of %1 is %2 busy")},
    Spoken{"mem.used", QT_TRANSLATE_NOOP("AlertSentence", "memory of %1 is %2 used")},
    Spoken{"cpu.busy", QT_TRANSLATE_NOOP("AlertSentence", "the processors of %1 are %2 busy")},
    Spoken{"load.1", QT_TRANSLATE_NOOP("AlertSentence", "the load of %1 is %2")},
    Spoken{"clock.offset", QT_TRANSLATE_NOOP("AlertSentence", "the clock of %1 is %2 off")},
    Spoken{"units.failed", QT_TRANSLATE_NOOP("AlertSentence", "failed units on %1: %2")},
    Spoken{"check.latency", QT_TRANSLATE_NOOP("AlertSentence", "the check of %1%3 takes %2")},
    Spoken{"check.certificate_days",
           QT_TRANSLATE_NOOP("AlertSentence", "the certificate of %1%3 ends in %2")},
};

/// "disk /var of web-1 is 96 % full".
QString stateOf(const Alert& alert, const QString& value, const AlertSpeech& say)
{
    const QString subject = displayText(alert.subject, 120);
    QString which = whichOf(alert.labels);
    for (const Spoken& one : spoken) {
        if (alert.metric != QLatin1StringView(one.metric)) {
            continue;
        }
        if (alert.metric.startsWith(u"check."_s) && !which.isEmpty()) {
            which = u" ("_s + which + u')';
        }
        const QString text = say.text(one.text);
        const QString said =
            text.contains(u"%3"_s) ? text.arg(subject, value, which) : text.arg(subject, value);
        return QString(said).replace(u"  "_s, u" "_s);
    }
    const QString labels = which.isEmpty() ? QString() : u" ("_s + which + u')';
    return say.text(QT_TRANSLATE_NOOP("AlertSentence", "%1%2 of %3 is %4"))
        .arg(displayText(alert.metric, 80), labels, subject, value);
}

/// The state with the bound that it broke.
QString boundText(const AlertRule& rule, const QString& state, const AlertSpeech& say)
{
    if (rule.metric == u"units.failed") {
        return state;
    }
    const QString limit = ruleValueText(rule, rule.limit, say);
    switch (rule.bound) {
        case Bound::Over:
            return say.text(QT_TRANSLATE_NOOP("AlertSentence", "%1, over %2")).arg(state, limit);
        case Bound::Under:
            return say.text(QT_TRANSLATE_NOOP("AlertSentence", "%1, under %2")).arg(state, limit);
        case Bound::Beyond:
            return say.text(QT_TRANSLATE_NOOP("AlertSentence", "%1, more than %2"))
                .arg(state, limit);
    }
    return {};
}

QString thresholdText(const AlertRule& rule, const Alert& alert, const AlertSpeech& say)
{
    const bool over = alert.state == AlertState::Resolved;
    if (alert.metric == u"check.ok") {
        const QString which = whichOf(alert.labels);
        const QString name = displayText(alert.subject, 120) +
                             (which.isEmpty() ? QString() : u" ("_s + which + u')');
        return (over ? say.text(QT_TRANSLATE_NOOP("AlertSentence", "the check of %1 passes again"))
                     : say.text(QT_TRANSLATE_NOOP("AlertSentence", "the check of %1 fails")))
            .arg(name);
    }
    const double value = rule.bound == Bound::Beyond ? std::abs(alert.value) : alert.value;
    const QString state = stateOf(alert, ruleValueText(rule, value, say), say);
    return over ? say.text(QT_TRANSLATE_NOOP("AlertSentence", "%1 again")).arg(state)
                : boundText(rule, state, say);
}

/// "disk /var of web-1" without its state, for what is said about its course.
QString thingOf(const Alert& alert, const AlertSpeech& say)
{
    const QString which = whichOf(alert.labels);
    const QString subject = displayText(alert.subject, 120);
    if (alert.metric.startsWith(u"disk."_s) && !which.isEmpty()) {
        return say.text(QT_TRANSLATE_NOOP("AlertSentence", "disk %1 of %2")).arg(which, subject);
    }
    return say.text(QT_TRANSLATE_NOOP("AlertSentence", "%1%2 of %3"))
        .arg(displayText(alert.metric, 80), which.isEmpty() ? QString() : u" ("_s + which + u')',
             subject);
}

QString changedText(const AlertRule& rule, const Alert& alert, const AlertSpeech& say)
{
    const QString thing = thingOf(alert, say);
    if (alert.state == AlertState::Resolved) {
        return (rule.bound == Bound::Under
                    ? say.text(
                          QT_TRANSLATE_NOOP("AlertSentence", "%1 does not fall so fast any more"))
                    : say.text(
                          QT_TRANSLATE_NOOP("AlertSentence", "%1 does not rise so fast any more")))
            .arg(thing);
    }
    const QString text =
        rule.bound == Bound::Over
            ? say.text(QT_TRANSLATE_NOOP("AlertSentence", "%1 rose by %2 within %3"))
        : rule.bound == Bound::Under
            ? say.text(QT_TRANSLATE_NOOP("AlertSentence", "%1 fell by %2 within %3"))
            : say.text(QT_TRANSLATE_NOOP("AlertSentence", "%1 changed by %2 within %3"));
    return text.arg(thing, ruleValueText(rule, alert.value, say), say.duration(rule.window));
}

QString forecastText(const AlertRule& rule, const Alert& alert, const AlertSpeech& say)
{
    const QString thing = thingOf(alert, say);
    if (alert.state == AlertState::Resolved) {
        return say.text(QT_TRANSLATE_NOOP("AlertSentence", "%1 does not fill up so fast any more"))
            .arg(thing);
    }
    const QString value = ruleValueText(rule, alert.value, say);
    const bool now = alert.value <= 0;
    if (alert.metric == u"disk.used" || alert.metric == u"disk.inodes") {
        return now ? say.text(QT_TRANSLATE_NOOP("AlertSentence", "%1 is full")).arg(thing)
                   : say.text(QT_TRANSLATE_NOOP("AlertSentence", "%1 will be full in %2"))
                         .arg(thing, value);
    }
    const QString end = metricText(rule.metric, rule.limit, say);
    return now ? say.text(QT_TRANSLATE_NOOP("AlertSentence", "%1 is %2")).arg(thing, end)
               : say.text(QT_TRANSLATE_NOOP("AlertSentence", "%1 will be %2 in %3"))
                     .arg(thing, end, value);
}

}  // namespace

QString toString(RuleKind kind)
{
    return wordIn(ruleKindWords, kind);
}
QString toString(Severity severity)
{
    return wordIn(severityWords, severity);
}
QString toString(Bound bound)
{
    return wordIn(boundWords, bound);
}
QString toString(AlertState state)
{
    return wordIn(stateWords, state);
}
QString toString(NoticeKind kind)
{
    return wordIn(noticeWords, kind);
}
std::optional<RuleKind> ruleKindFromString(const QString& text)
{
    return valueIn(ruleKindWords, text);
}
std::optional<Severity> severityFromString(const QString& text)
{
    return valueIn(severityWords, text);
}

QString metricValueText(const QString& metric, double value)
{
    return metricText(metric, value, AlertSpeech());
}

QString alertValueText(const AlertRule& rule, double value)
{
    return ruleValueText(rule, value, AlertSpeech());
}

QString AlertSpeech::text(const char* source) const
{
    return QString::fromUtf8(source);
}

QString AlertSpeech::number(double value, char format, int digits) const
{
    return QString::number(value, format, digits);
}

QString AlertSpeech::value(Unit unit, double value) const
{
    return valueText(unit, value);
}

QString AlertSpeech::duration(milliseconds duration) const
{
    return durationText(duration);
}

QString alertSentence(const AlertRule& rule, const Alert& alert)
{
    return alertSentence(rule, alert, AlertSpeech());
}

QString alertSentence(const AlertRule& rule, const Alert& alert, const AlertSpeech& say)
{
    const bool over = alert.state == AlertState::Resolved;
    const QString value = ruleValueText(rule, alert.value, say);
    const QString subject = displayText(alert.subject, 120);
    switch (rule.kind) {
        case RuleKind::Threshold:
            return thresholdText(rule, alert, say);
        case RuleKind::Absence:
            return over ? say.text(QT_TRANSLATE_NOOP("AlertSentence", "%1 is heard of again"))
                              .arg(subject)
                        : say.text(QT_TRANSLATE_NOOP("AlertSentence",
                                                     "nothing was heard of %1 for %2"))
                              .arg(subject, value);
        case RuleKind::Change:
            return changedText(rule, alert, say);
        case RuleKind::Forecast:
            return forecastText(rule, alert, say);
        case RuleKind::Share:
            return (over ? say.text(QT_TRANSLATE_NOOP(
                               "AlertSentence", "%1 of the requests of %2 fail, no more than %3"))
                         : say.text(QT_TRANSLATE_NOOP("AlertSentence",
                                                      "%1 of the requests of %2 fail, over %3")))
                .arg(value, subject, ruleValueText(rule, rule.limit, say));
        case RuleKind::BurnRate:
            return over ? say.text(QT_TRANSLATE_NOOP("AlertSentence",
                                                     "%1 keeps to its error budget again"))
                              .arg(subject)
                        : say.text(QT_TRANSLATE_NOOP(
                                       "AlertSentence",
                                       "%1 burns its error budget %2 as fast as it may (%3 % "
                                       "objective)"))
                              .arg(subject, value, say.number(rule.objective * 100, 'g', 4));
    }
    return {};
}

QString toString(ChangeKind kind)
{
    switch (kind) {
        case ChangeKind::Deploy:
            return u"deploy"_s;
        case ChangeKind::Rollback:
            return u"rollback"_s;
        case ChangeKind::TakenBack:
            return u"taken-back"_s;
        case ChangeKind::Bake:
            return u"bake"_s;
        case ChangeKind::Config:
            return u"config"_s;
        case ChangeKind::Run:
            return u"run"_s;
        case ChangeKind::Restart:
            return u"restart"_s;
        case ChangeKind::Down:
            return u"down"_s;
    }
    return {};
}

std::optional<ChangeKind> changeKindFromString(const QString& text)
{
    for (int i = 0; i <= int(ChangeKind::Down); ++i) {
        if (toString(ChangeKind(i)) == text) {
            return ChangeKind(i);
        }
    }
    return std::nullopt;
}

QString filledPattern(const QString& pattern, const QStringList& names)
{
    QString text;
    for (qsizetype i = 0; i < pattern.size(); ++i) {
        const int place = i + 1 < pattern.size() ? pattern[i + 1].digitValue() : -1;
        if (pattern[i] == u'%' && place >= 1 && place <= names.size()) {
            text += names[place - 1];
            ++i;
        } else {
            text += pattern[i];
        }
    }
    return text;
}

QString changeText(const LastChange& change, const AlertSpeech& say)
{
    if (change.pattern.isEmpty()) {
        return displayText(change.what, 200);
    }
    const QString pattern = say.text(change.pattern.toUtf8().constData());
    return displayText(filledPattern(pattern, change.names), 200);
}

QString changeText(const Alert& alert)
{
    return changeText(alert, AlertSpeech());
}

QString changeText(const Alert& alert, const AlertSpeech& say)
{
    if (!alert.change) {
        return {};
    }
    const qint64 apart = alert.since - alert.change->time;
    const QString what = changeText(*alert.change, say);
    return apart < 1000 ? say.text(QT_TRANSLATE_NOOP("AlertSentence", "just after %1")).arg(what)
                        : say.text(QT_TRANSLATE_NOOP("AlertSentence", "%1 after %2"))
                              .arg(say.duration(milliseconds(apart)), what);
}

void wordNotice(Notice& notice)
{
    static const auto headOf = [](NoticeKind kind) {
        switch (kind) {
            case NoticeKind::Fired:
                return QString();
            case NoticeKind::Repeated:
                return u"still: "_s;
            case NoticeKind::Escalated:
                return u"nobody took it: "_s;
            case NoticeKind::Resolved:
                return u"over: "_s;
            case NoticeKind::Missed:
                return u"was, while nobody looked: "_s;
        }
        return QString();
    };
    if (notice.alerts.isEmpty()) {
        return;
    }
    const Alert& first = notice.alerts.constFirst();
    const qsizetype others = notice.alerts.size() - 1;
    notice.title = headOf(notice.kind) + first.sentence +
                   (others > 0 ? u", and %1 more"_s.arg(others) : QString());
    QStringList lines;
    for (const Alert& alert : notice.alerts) {
        if (lines.size() == kMostLines) {
            lines.append(u"... and %1 more"_s.arg(notice.alerts.size() - kMostLines));
            break;
        }
        const QDateTime since = QDateTime::fromMSecsSinceEpoch(alert.since);
        QString line = u"#%1 %2: %3, since %4"_s.arg(alert.id).arg(
            toString(alert.severity), alert.sentence, since.toString(u"yyyy-MM-dd hh:mm:ss"_s));
        const QString change = changeText(alert);
        lines.append(change.isEmpty() ? line : line + u"; "_s + change);
    }
    if (notice.kind != NoticeKind::Resolved && first.change && !first.change->backTo.isEmpty()) {
        const LastChange& change = *first.change;
        lines.append(u"Roll back to %1%2: analemma-cli rollback %3"_s.arg(
            displayText(change.backTo, 120),
            change.backIn.count() > 0 ? u" (about %1)"_s.arg(durationText(change.backIn))
                                      : QString(),
            shellQuote(change.environment)));
    }
    if (!first.runbook.isEmpty()) {
        lines.append(u"Runbook: "_s + displayText(first.runbook, 400));
    }
    notice.text = lines.join(u'\n');
}

}  // namespace analemma::monitor
