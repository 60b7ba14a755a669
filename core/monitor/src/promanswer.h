#pragma once

#include "core/monitor/prometheus.h"

/// What Prometheus and Alertmanager answer, out of its bytes. Pure; for any bytes.
namespace analemma::monitor {

/// Of one answer.
struct PromLimits {
    static constexpr qint64 bytes = 8 * 1024 * 1024;
    static constexpr int nodes = 600'000;
    static constexpr int depth = 16;
    static constexpr qsizetype series = 20'000;
    static constexpr qsizetype labels = 64;   // of one series
    static constexpr qsizetype text = 1'024;  // of one name, label, sentence
    static constexpr qsizetype alerts = 10'000;
    static constexpr qsizetype targets = 20'000;
};

/// Why an answer is none: the words of Prometheus ({"status":"error"}), of Alertmanager, of a
/// plain text, or that it is a page of something else.
Error promRefusal(int status, QByteArrayView body);
/// The "data" of an answer with status 200. Protocol, Invalid.
Result<QJsonValue> promData(const QByteArray& body);
/// A vector, a matrix, a scalar.
Result<QList<PromSeries>> promSeries(const QByteArray& body);
Result<QList<PromTarget>> promTargets(const QByteArray& body);
Result<QList<PromAlert>> promAlerts(const QByteArray& body);
Result<QList<PromAlert>> managedAlertsOf(const QByteArray& body);
/// "2.42.0" of status/buildinfo; empty when it does not say.
QString promVersion(const QByteArray& body);

/// "1.5", "NaN", "+Inf": a number, or nothing for what is none that a chart could show.
std::optional<double> promNumber(const QString& text);
/// "1m30s", "15s", "500ms".
std::optional<milliseconds> promDuration(const QString& text);
/// "1m30s" is written as milliseconds: "90000ms".
QString promDurationText(qint64 milliseconds);
/// A time for a request: "1790000000.123".
QByteArray promTime(qint64 milliseconds);

}  // namespace analemma::monitor
