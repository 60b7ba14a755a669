#include "core/monitor/src/alertplan.h"

#include "core/monitor/metrics.h"
#include "core/monitor/src/alerttell.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::monitor {
namespace {

/// Where the metric of all events stands beside that of the bad ones: with the same labels, else
/// without any.
SeriesId totalOf(const QHash<QString, SeriesId>& series, const QString& metric,
                 const SeriesName& name)
{
    const auto keyOf = [&metric, &name](const QString& labels) {
        return name.subject + u'\n' + metric + u'\n' + labels;
    };
    return series.value(keyOf(name.labels), series.value(keyOf({}), SeriesId::None));
}

bool hasTag(const AlertRule& rule, const AlertSubject* subject)
{
    return rule.tags.isEmpty() ||
           (subject != nullptr &&
            std::any_of(rule.tags.begin(), rule.tags.end(),
                        [&](const QString& tag) { return subject->tags.contains(tag); }));
}

bool hasLabels(const AlertRule& rule, const QString& labels)
{
    return rule.labels == u"-" ? labels.isEmpty() : matchesPattern(rule.labels, labels);
}

bool isOfServers(const QString& metric)
{
    return metricNamed(metric.toLatin1()).has_value();
}

AlertRule ruleOf(const QString& name, RuleKind kind, const QString& metric, Bound bound,
                 double limit)
{
    AlertRule rule;
    rule.name = name;
    rule.kind = kind;
    rule.metric = metric;
    rule.bound = bound;
    rule.limit = limit;
    rule.builtIn = true;
    return rule;
}

}  // namespace

AlertPlan planAlerts(const QList<AlertRule>& rules, const QList<AlertSubject>& subjects, bool all,
                     const QList<SeriesInfo>& known, qint64 now)
{
    AlertPlan plan;
    plan.complete = !all && !subjects.isEmpty();
    QHash<QString, QList<int>> rulesOf;
    QSet<QString> totals;
    for (int i = 0; i < rules.size(); ++i) {
        rulesOf[rules[i].metric].append(i);
        totals.insert(rules[i].total);
    }
    QHash<QString, const AlertSubject*> subjectOf;
    for (const AlertSubject& one : subjects) {
        subjectOf.insert(one.name, &one);
        plan.present.insert(one.name);
    }
    QHash<QString, SeriesId> totalSeries;
    for (const SeriesInfo& one : known) {
        if (!one.name.metric.isEmpty() && totals.contains(one.name.metric)) {
            totalSeries.insert(one.name.subject + u'\n' + one.name.metric + u'\n' + one.name.labels,
                               one.id);
        }
    }
    QSet<QString> heard;  // rule and subject
    for (const SeriesInfo& one : known) {
        if (now - one.latest.time < kFreshMs) {
            plan.present.insert(one.name.subject);
        }
        const auto found = rulesOf.constFind(one.name.metric);
        if (found == rulesOf.constEnd()) {
            continue;
        }
        const AlertSubject* subject = subjectOf.value(one.name.subject);
        for (const int i : *found) {
            const AlertRule& rule = rules[i];
            if (!matchesPattern(rule.subjects, one.name.subject) ||
                !hasLabels(rule, one.name.labels) || !hasTag(rule, subject)) {
                continue;
            }
            const bool expected =
                all || (subject != nullptr && (subject->sampled || !isOfServers(rule.metric)));
            if (rule.kind == RuleKind::Absence && !expected) {
                continue;
            }
            RuleSeries pair;
            pair.rule = i;
            pair.series = one.id;
            pair.name = one.name;
            pair.environment = subject != nullptr ? subject->environment : QString();
            if (rule.kind == RuleKind::Share || rule.kind == RuleKind::BurnRate) {
                pair.total = totalOf(totalSeries, rule.total, one.name);
                if (pair.total == SeriesId::None) {
                    continue;
                }
            }
            heard.insert(QString::number(i) + u'\n' + one.name.subject);
            plan.pairs.push_back(std::move(pair));
        }
    }
    for (int i = 0; i < rules.size(); ++i) {
        const AlertRule& rule = rules[i];
        if (rule.kind != RuleKind::Absence || !isOfServers(rule.metric)) {
            continue;
        }
        for (const AlertSubject& one : subjects) {
            if (one.sampled && matchesPattern(rule.subjects, one.name) && hasTag(rule, &one) &&
                hasLabels(rule, {}) && !heard.contains(QString::number(i) + u'\n' + one.name)) {
                plan.pairs.push_back({i,
                                      SeriesId::None,
                                      SeriesId::None,
                                      {one.name, rule.metric, {}},
                                      one.environment});
            }
        }
    }
    return plan;
}

QList<AlertRule> builtInRules()
{
    using namespace std::chrono_literals;
    QList<AlertRule> rules;
    AlertRule full = ruleOf(u"disk-full"_s, RuleKind::Threshold, u"disk.used"_s, Bound::Over, 90);
    full.clear = 87;
    rules.append(full);
    AlertRule filling =
        ruleOf(u"disk-filling"_s, RuleKind::Forecast, u"disk.used"_s, Bound::Over, 100);
    filling.window = 6h;
    filling.horizon = 24h;
    filling.lasting = 10min;
    rules.append(filling);
    AlertRule memory = ruleOf(u"memory-low"_s, RuleKind::Threshold, u"mem.used"_s, Bound::Over, 95);
    memory.clear = 92;
    memory.lasting = 5min;
    rules.append(memory);
    AlertRule silent = ruleOf(u"server-silent"_s, RuleKind::Absence, u"uptime"_s, Bound::Over, 0);
    silent.lasting = 30s;
    silent.severity = Severity::Critical;
    rules.append(silent);
    AlertRule clock =
        ruleOf(u"clock-off"_s, RuleKind::Threshold, u"clock.offset"_s, Bound::Beyond, 2);
    clock.clear = 1;
    clock.lasting = 1min;
    rules.append(clock);
    rules.append(ruleOf(u"failed-units"_s, RuleKind::Threshold, u"units.failed"_s, Bound::Over, 0));
    AlertRule check =
        ruleOf(u"check-failing"_s, RuleKind::Threshold, u"check.ok"_s, Bound::Under, 0.5);
    check.severity = Severity::Critical;
    check.lasting = 10s;
    rules.append(check);
    AlertRule errors =
        ruleOf(u"balancer-errors"_s, RuleKind::Share, u"balancer.errors"_s, Bound::Over, 2);
    errors.total = u"balancer.requests"_s;
    errors.window = 20s;
    errors.lasting = 10s;
    errors.clear = 1;
    errors.least = 5;
    errors.labels = u"-"_s;  // of the whole, not of each pool and server of it
    errors.severity = Severity::Critical;
    rules.append(errors);
    rules.append(ruleOf(u"certificate-ends"_s, RuleKind::Threshold, u"check.certificate_days"_s,
                        Bound::Under, 14));
    return rules;
}

}  // namespace analemma::monitor
