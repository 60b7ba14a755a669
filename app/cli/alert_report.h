#pragma once

#include "app/cli/run.h"
#include "core/monitor/incidents.h"

/// Alerts and incidents as the command line shows them.
namespace analemma::cli {

/// "05:12:40", with the date when it was another day; local time; "-" for 0.
QString momentText(qint64 time, qint64 now);
QString alertTable(const Run& run, const QList<monitor::Alert>& alerts);
QString alertText(const Run& run, const monitor::Alert& alert);
QString silenceTable(const Run& run, const QList<monitor::Silence>& silences);
QString incidentTable(const Run& run, const QList<monitor::Incident>& incidents);
QString incidentText(const Run& run, const monitor::Incident& incident);

/// A file's last lines, as evidence. NotFound, Io.
Result<monitor::EvidenceLog> evidenceFile(const Run& run, const QString& path);
/// A number of an alert. Usage error.
Result<qint64> alertNumber(const QString& text);

}  // namespace analemma::cli
