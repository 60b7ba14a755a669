#pragma once

#include "core/monitor/prometheus.h"

/// What Prometheus is asked, and charts out of what it answers. Pure.
namespace analemma::monitor {

/// A string of PromQL with its quotes.
QString promQuoted(const QString& text);
/// [a-zA-Z_][a-zA-Z0-9_]*
bool isPromName(const QString& name);

/// All that node exporter tells of one server now, each value with its metric in the label
/// `analemma_metric`.
QString viewExpression(const QString& selector, milliseconds interval);
std::vector<Point> viewPoints(const QList<PromSeries>& answer);

/// How a chart is asked for.
struct PromPlan {
    enum class Way {
        Samples,  ///< each sample, by a selector with a range
        Points,   ///< an expression at every interval
        Columns   ///< least, greatest, mean, number and last of each column
    };
    Way way = Way::Samples;
    qint64 from = 0;  ///< of the first column
    qint64 to = 0;
    qint64 step = 0;      ///< of each column
    qint64 interval = 0;  ///< between two samples
};
PromPlan promPlan(const PromQuestion& question, qint64 from, qint64 to, int pixels);

/// One request of the HTTP API.
struct PromRequest {
    QByteArray path;  ///< "query", "query_range"
    QByteArray form;
};
/// `leftOpen`: a range does not hold its first moment, as from version 3 on. `now`: nothing is
/// asked for after it.
PromRequest requestOf(const PromPlan& plan, const PromQuestion& question, bool leftOpen,
                      qint64 now);
/// `from`, `to`: what was asked for; nothing is missing after `now`.
QList<PromChart> chartsOf(const PromPlan& plan, QList<PromSeries> answer, qint64 from, qint64 to,
                          qint64 now);

/// One text for the same labels.
QString labelsKey(const PromLabels& labels);
/// "query=...&time=..."
QByteArray formOf(const QList<std::pair<QByteArray, QByteArray>>& fields);

}  // namespace analemma::monitor
