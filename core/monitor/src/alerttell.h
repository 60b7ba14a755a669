#pragma once

#include "core/monitor/alerts.h"

#include <QHash>

/// Whom alerts are told to, and when. Pure.
namespace analemma::monitor {

/// '*' and '?' as in file names; several patterns with commas between; empty matches all.
bool matchesPattern(const QString& pattern, const QString& text);

/// The silence or maintenance window that holds an alert back now, for people; empty: none.
QString silencedBy(const Alert& alert, const QList<Silence>& silences,
                   const QList<MaintenanceWindow>& windows, qint64 now);
/// Weekly windows are of the local time; one that goes over midnight belongs to its first day.
bool isWithin(const MaintenanceWindow& window, qint64 now);

struct TellContext {
    QHash<QString, AlertRule> rules;  ///< by name
    QStringList channels;             ///< all there are
    milliseconds group{0};
    qint64 now = 0;
};

/// What is to be told now of alerts that are kept (with an id), as Alert::silencedBy and
/// Alert::told stand; without ids. Fired: once, after the wait for others of the group; silenced
/// ones later, if they still fire then. Repeated and escalated: while nobody took it. Resolved: of
/// what was told. Missed: of what lasted longer than the wait and was over when it was seen.
QList<Notice> dueNotices(const QList<Alert>& alerts, const TellContext& context);
void markTold(Alert& alert, NoticeKind kind, qint64 now);
/// It is over, and nothing more will be told of it.
bool isSettled(const Alert& alert, milliseconds group);

}  // namespace analemma::monitor
