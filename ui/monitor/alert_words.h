#pragma once

#include "core/deploy/deploy.h"
#include "core/monitor/incidents.h"
#include "ui/monitor/chart_data.h"
#include "ui/shell/words.h"

/// How alerts are said and drawn. Pure.
namespace analemma::ui {

Mark markOf(monitor::Severity severity);
QString wordOf(monitor::Severity severity);

/// Of a metric as it is stored, also of those that are not of servers: "check.latency".
ChartUnit unitOfMetric(const QString& metric);
/// The newest value, or of one that is over the worst, in the rule's own unit: "96 %", "silent for
/// 3 min", "14 times". The rule may be null.
QString alertValueText(const monitor::Alert& alert, const monitor::AlertRule* rule);
/// What it says, in the language of the window; as it is kept where the rule is not known any more.
QString sentenceOf(const monitor::Alert& alert, const monitor::AlertRule* rule);
/// The same of several at once: "Over: the check of shop passes again, and 2 more".
QString sentenceOf(const monitor::Notice& notice, const QList<monitor::AlertRule>& rules);
/// "4 min after shop 1.4.2 went live", in the language of the window; empty without a change.
QString changeOf(const monitor::Alert& alert);
/// "shop 1.4.2 went live".
QString changeOf(const monitor::LastChange& change);
/// Where the values of its metric are too high or too low; none when the bound is of something
/// else, as a share of two metrics.
QList<ChartThreshold> thresholdsOf(const monitor::AlertRule& rule);
/// What is drawn on a chart around an alert: the change before it, and when it began and ended.
QList<ChartMark> marksOf(const monitor::Alert& alert);
/// When other incidents began; those of an alert itself are left out.
QList<ChartMark> marksOf(const QList<monitor::Incident>& incidents, qint64 alert);

/// What a roll back from an alert or an incident would do, or why there is none.
struct RollbackOffer {
    QString environment;
    QString release;  ///< that would serve then
    int generation = 0;
    QString hint;      ///< "warm, about 40 ms"
    QString refusal;   ///< empty: it may be pressed
    QString expected;  ///< names the state that was looked at
};
/// The change before the alert must be what serves still: what was taken back, or followed by
/// another release, is not taken back once more.
RollbackOffer offerOf(const deploy::EnvironmentView& view, const deploy::RollbackTarget& target,
                      const monitor::LastChange& change);

/// How long a silence lasts.
enum class SilenceSpan { Hour, FourHours, Tomorrow };
/// When it ends; Tomorrow: at eight in the morning by the local time of `now`, the first one that
/// is at least four hours away.
QDateTime endOf(SilenceSpan span, const QDateTime& now);

}  // namespace analemma::ui
