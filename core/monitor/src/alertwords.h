#pragma once

#include "core/monitor/alertsentence.h"

/// What alerts say to people. Pure.
namespace analemma::monitor {

/// In English, as it is kept.
QString alertSentence(const AlertRule& rule, const Alert& alert);
/// A value of the rule in words: "96 %", "5 h".
QString alertValueText(const AlertRule& rule, double value);
/// Of a metric's own unit, also of those that are not of servers: "check.latency".
QString metricValueText(const QString& metric, double value);
/// Title and text of a notice from its alerts.
void wordNotice(Notice& notice);

}  // namespace analemma::monitor
