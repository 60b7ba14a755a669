#include "core/monitor/src/alerttell.h"

#include "core/base/text.h"
#include "core/monitor/src/alertwords.h"

#include <QDateTime>

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

using namespace Qt::StringLiterals;

namespace analemma::monitor {
namespace {

/// One pattern; iterative, so that no pattern costs more than its length times the text's.
bool matchesOne(QStringView pattern, QStringView text)
{
    qsizetype p = 0;
    qsizetype t = 0;
    qsizetype star = -1;
    qsizetype kept = 0;
    while (t < text.size()) {
        if (p < pattern.size() && pattern[p] == u'*') {
            star = p++;
            kept = t;
        } else if (p < pattern.size() && (pattern[p] == u'?' || pattern[p] == text[t])) {
            ++p;
            ++t;
        } else if (star >= 0) {
            p = star + 1;
            t = ++kept;
        } else {
            return false;
        }
    }
    while (p < pattern.size() && pattern[p] == u'*') {
        ++p;
    }
    return p == pattern.size();
}

bool isWithinWeekly(const MaintenanceWindow& window, const QDateTime& local)
{
    for (int back = 0; back <= 7; ++back) {
        const QDate day = local.date().addDays(-back);
        if (!window.days.contains(day.dayOfWeek())) {
            continue;
        }
        const QTime at(window.minute / 60, window.minute % 60);
        const QDateTime begin(day, at);
        if (local >= begin && local < begin.addMSecs(window.lasting.count())) {
            return true;
        }
    }
    return false;
}

/// What is due of one alert, and whether its group's wait is over for it.
struct DueOne {
    NoticeKind kind = NoticeKind::Fired;
    bool waited = true;
};

bool hasPassed(qint64 from, milliseconds wait, qint64 now)
{
    return now - from >= wait.count() || from > now + wait.count();
}

std::optional<DueOne> dueOf(const Alert& alert, const AlertRule& rule, const TellContext& context)
{
    const AlertTold& told = alert.told;
    const qint64 now = context.now;
    if (alert.state == AlertState::Resolved) {
        if (isSettled(alert, context.group)) {
            return std::nullopt;
        }
        const NoticeKind kind = told.first > 0 ? NoticeKind::Resolved : NoticeKind::Missed;
        return DueOne{kind, hasPassed(alert.resolved, context.group, now)};
    }
    if (alert.state != AlertState::Firing || !alert.silencedBy.isEmpty()) {
        return std::nullopt;
    }
    if (told.first == 0) {
        return DueOne{NoticeKind::Fired, hasPassed(alert.noticed, context.group, now)};
    }
    if (!alert.takenBy.isEmpty()) {
        return std::nullopt;
    }
    if (rule.escalate.count() > 0 && told.escalated == 0 &&
        now - told.first >= rule.escalate.count()) {
        return DueOne{NoticeKind::Escalated, true};
    }
    if (rule.repeat.count() > 0 && now - told.last >= rule.repeat.count()) {
        return DueOne{NoticeKind::Repeated, true};
    }
    return std::nullopt;
}

using GroupKey = std::tuple<QString, QString, int>;  // rule, environment, kind

}  // namespace

bool matchesPattern(const QString& pattern, const QString& text)
{
    if (pattern.isEmpty()) {
        return true;
    }
    const QStringList parts = pattern.split(u',', Qt::SkipEmptyParts);
    return std::any_of(parts.begin(), parts.end(), [&text](const QString& part) {
        return matchesOne(QStringView(part).trimmed(), text);
    });
}

bool isWithin(const MaintenanceWindow& window, qint64 now)
{
    if (window.from > 0) {
        return now >= window.from && now < window.to;
    }
    return isWithinWeekly(window, QDateTime::fromMSecsSinceEpoch(now));
}

QString silencedBy(const Alert& alert, const QList<Silence>& silences,
                   const QList<MaintenanceWindow>& windows, qint64 now)
{
    for (const Silence& one : silences) {
        if (now >= one.from && now < one.to && matchesPattern(one.rule, alert.rule) &&
            matchesPattern(one.subject, alert.subject) &&
            matchesPattern(one.labels, alert.labels)) {
            const QString why = one.why.isEmpty() ? QString() : u": "_s + one.why;
            return displayText(
                one.who.isEmpty() ? u"silenced"_s + why : u"silenced by "_s + one.who + why, 300);
        }
    }
    for (const MaintenanceWindow& one : windows) {
        const bool named =
            matchesPattern(one.rules, alert.rule) &&
            (matchesPattern(one.subjects, alert.subject) ||
             (!alert.environment.isEmpty() && matchesPattern(one.subjects, alert.environment)));
        if (named && isWithin(one, now)) {
            const QString why = one.why.isEmpty() ? QString() : u": "_s + one.why;
            return displayText(u"maintenance "_s + one.name + why, 300);
        }
    }
    return {};
}

bool isSettled(const Alert& alert, milliseconds group)
{
    if (alert.state != AlertState::Resolved) {
        return false;
    }
    if (alert.told.first > 0) {
        return alert.told.resolved > 0;
    }
    return !alert.silencedBy.isEmpty() || alert.resolved - alert.fired < group.count();
}

void markTold(Alert& alert, NoticeKind kind, qint64 now)
{
    AlertTold& told = alert.told;
    told.first = told.first > 0 ? told.first : now;
    told.last = now;
    if (kind == NoticeKind::Escalated) {
        told.escalated = now;
    }
    if (kind == NoticeKind::Resolved || kind == NoticeKind::Missed) {
        told.resolved = now;
    }
}

QList<Notice> dueNotices(const QList<Alert>& alerts, const TellContext& context)
{
    std::map<GroupKey, QList<Alert>> groups;
    std::map<GroupKey, bool> waited;
    for (const Alert& alert : alerts) {
        if (alert.id == 0) {
            continue;
        }
        const AlertRule rule = context.rules.value(alert.rule);
        const std::optional<DueOne> due = dueOf(alert, rule, context);
        if (!due) {
            continue;
        }
        const GroupKey key(alert.rule, alert.environment, int(due->kind));
        groups[key].append(alert);
        waited[key] = waited[key] || due->waited;
    }
    QList<Notice> notices;
    for (auto& [key, group] : groups) {
        if (!waited[key]) {
            continue;
        }
        std::stable_sort(group.begin(), group.end(), [](const Alert& a, const Alert& b) {
            return std::pair(a.severity, b.id) > std::pair(b.severity, a.id);
        });
        const AlertRule rule = context.rules.value(std::get<0>(key));
        Notice notice;
        notice.kind = NoticeKind(std::get<2>(key));
        notice.rule = std::get<0>(key);
        notice.environment = std::get<1>(key);
        notice.severity = group.constFirst().severity;
        notice.alerts = group;
        notice.time = context.now;
        const QStringList& named =
            notice.kind == NoticeKind::Escalated ? rule.escalateTo : rule.tell;
        notice.channels = named.isEmpty() ? context.channels : named;
        wordNotice(notice);
        notices.append(notice);
    }
    return notices;
}

}  // namespace analemma::monitor
