#include "core/base/text.h"
#include "core/monitor/alerts.h"
#include "core/monitor/metrics.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::monitor {
namespace {

/// A name or a text as a YAML double-quoted scalar (YAML 1.2, 7.3.1).
QString quoted(const QString& text)
{
    QString out = u"\""_s;
    for (const QChar c : displayText(text, 1000)) {
        if (c == u'"' || c == u'\\') {
            out += u'\\';
        }
        out += c;
    }
    return out + u'"';
}

/// "disk.used" as Prometheus writes it: analemma_disk_used.
QString metricName(const QString& metric)
{
    QString name = u"analemma_"_s;
    for (const QChar c : metric) {
        const bool plain = (c.unicode() < 0x80 && c.isLetterOrNumber()) || c == u'_';
        name += plain ? c : QChar(u'_');
    }
    return name;
}

/// A pattern of ours as an anchored regular expression of RE2, within quotes of PromQL.
QString matcherOf(const QString& pattern)
{
    QString out;
    for (const QChar c : pattern) {
        if (c == u'*') {
            out += u".*"_s;
        } else if (c == u'?') {
            out += u'.';
        } else if (c == u',') {
            out += u'|';
        } else if (c.isLetterOrNumber() || c == u'-' || c == u'_' || c == u'/') {
            out += c;
        } else if (!c.isSpace()) {
            out += u"\\\\"_s + c;
        }
    }
    return out;
}

QString selectorOf(const AlertRule& rule, const QString& metric)
{
    QStringList matchers;
    if (!rule.subjects.isEmpty()) {
        matchers.append(u"server=~\"%1\""_s.arg(matcherOf(rule.subjects)));
    }
    // "mount=/var*": which label, and its pattern.
    if (rule.labels == u"-") {
        matchers.append(u"pool=\"\", member=\"\""_s);
    } else if (rule.labels.count(u'=') == 1) {
        const QString label = rule.labels.section(u'=', 0, 0).trimmed();
        const bool plain = std::all_of(label.begin(), label.end(), [](QChar c) {
            return c.unicode() < 0x80 && (c.isLetter() || c == u'_');
        });
        if (plain && !label.isEmpty()) {
            matchers.append(u"%1=~\"%2\""_s.arg(label, matcherOf(rule.labels.section(u'=', 1))));
        }
    }
    return metricName(metric) +
           (matchers.isEmpty() ? QString() : u'{' + matchers.join(u", "_s) + u'}');
}

/// "1h", "30s", "1500ms": a duration of Prometheus.
QString promDuration(milliseconds duration)
{
    const qint64 ms = std::max<qint64>(duration.count(), 1);
    return ms % 1000 == 0 ? QString::number(ms / 1000) + u's' : QString::number(ms) + u"ms"_s;
}

QString plainNumber(double value)
{
    return QString::number(value, 'g', 12);
}

QString compared(const AlertRule& rule, const QString& expression, double limit)
{
    const QString sign = rule.bound == Bound::Under ? u" < "_s : u" > "_s;
    return rule.bound == Bound::Beyond ? u"abs("_s + expression + u") > "_s + plainNumber(limit)
                                       : expression + sign + plainNumber(limit);
}

QString partOf(const AlertRule& rule, milliseconds window)
{
    const QString range = u'[' + promDuration(window) + u']';
    return u"sum_over_time(%1%2) / sum_over_time(%3%2)"_s.arg(selectorOf(rule, rule.metric), range,
                                                              selectorOf(rule, rule.total));
}

QString expressionOf(const AlertRule& rule)
{
    const QString metric = selectorOf(rule, rule.metric);
    const QString range = u'[' + promDuration(rule.window) + u']';
    switch (rule.kind) {
        case RuleKind::Threshold:
            return compared(rule, metric, rule.limit);
        case RuleKind::Absence:
            return u"time() - timestamp(%1) > %2"_s.arg(
                metric, plainNumber(double(rule.lasting.count()) / 1000));
        case RuleKind::Change: {
            const QString delta = u"delta("_s + metric + range + u')';
            return rule.bound == Bound::Under ? delta + u" < "_s + plainNumber(-rule.limit)
                                              : compared(rule, delta, rule.limit);
        }
        case RuleKind::Forecast:
            return u"predict_linear(%1%2, %3)%4%5"_s.arg(
                metric, range, plainNumber(double(rule.horizon.count()) / 1000),
                rule.bound == Bound::Under ? u" <= "_s : u" >= "_s, plainNumber(rule.limit));
        case RuleKind::Share:
            return u"100 * "_s + partOf(rule, rule.window) + u" > "_s + plainNumber(rule.limit);
        case RuleKind::BurnRate: {
            const QString bound = plainNumber(rule.limit * (1 - rule.objective));
            return u"(%1 > %3) and (%2 > %3)"_s.arg(partOf(rule, rule.window),
                                                    partOf(rule, rule.window / 12), bound);
        }
    }
    return {};
}

QStringList notesOf(const AlertRule& rule)
{
    QStringList notes;
    if (rule.clear) {
        notes.append(
            u"it ends here only beyond %1; there at its bound"_s.arg(plainNumber(*rule.clear)));
    }
    if (!rule.tags.isEmpty()) {
        notes.append(u"only servers tagged %1"_s.arg(rule.tags.join(u" or "_s)));
    }
    if (rule.kind == RuleKind::Absence) {
        notes.append(u"there a series is gone five minutes after its last value"_s);
    }
    if (rule.kind == RuleKind::Forecast) {
        notes.append(u"there without the guard against values that scatter"_s);
    }
    if (rule.repeat.count() > 0 || rule.escalate.count() > 0) {
        notes.append(u"repeating and escalating are set up in the Alertmanager"_s);
    }
    return notes;
}

/// "disk-full" as CamelCase, the habit for names of alerts there.
QString alertName(const QString& name)
{
    QString out;
    bool start = true;
    for (const QChar c : name) {
        if (!(c.unicode() < 0x80 && c.isLetterOrNumber())) {
            start = true;
            continue;
        }
        out += start ? c.toUpper() : c;
        start = false;
    }
    return out;
}

}  // namespace

QByteArray toPrometheusRules(const QList<AlertRule>& rules, const QString& workspace)
{
    QString out = u"groups:\n  - name: "_s + quoted(u"analemma "_s + workspace) +
                  u"\n    rules:"_s + (rules.isEmpty() ? u" []\n"_s : u"\n"_s);
    for (const AlertRule& rule : rules) {
        for (const QString& note : notesOf(rule)) {
            out += u"      # "_s + note + u'\n';
        }
        out += u"      - alert: "_s + quoted(alertName(rule.name)) + u"\n        expr: "_s;
        out += u'\'' + expressionOf(rule).replace(u'\'', u"''"_s) + u"'\n"_s;
        const bool built = rule.kind == RuleKind::Absence;
        if (rule.lasting.count() > 0 && !built) {
            out += u"        for: "_s + promDuration(rule.lasting) + u'\n';
        }
        out += u"        labels:\n          severity: "_s + toString(rule.severity) +
               u"\n        annotations:\n          summary: "_s +
               quoted(rule.name + u": {{ $labels.server }} {{ $value }}"_s) + u'\n';
        if (!rule.runbook.isEmpty()) {
            out += u"          runbook: "_s + quoted(rule.runbook) + u'\n';
        }
    }
    return out.toUtf8();
}

}  // namespace analemma::monitor
