#pragma once

#include "core/monitor/alerts.h"

/// What alerts say to people. Pure.
namespace analemma::monitor {

/// "disk /var of web-1 is 96 % full, over 90 %"; of one that is over: "... is 84 % full again".
QString alertSentence(const AlertRule& rule, const Alert& alert);
/// A value of the rule in words: "96 %", "5 h".
QString alertValueText(const AlertRule& rule, double value);
/// Of a metric's own unit, also of those that are not of servers: "check.latency".
QString metricValueText(const QString& metric, double value);
/// Title and text of a notice from its alerts.
void wordNotice(Notice& notice);

}  // namespace analemma::monitor
