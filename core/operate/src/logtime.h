#pragma once

#include <QByteArrayView>
#include <QtGlobal>

#include <optional>

/// The time that a line of a log tells of itself.
namespace analemma::operate {

/// ISO 8601 (with a space, a comma, without a zone too), syslog, access and error logs of web
/// servers, seconds since 1970, and JSON lines. Milliseconds since 1970, UTC. `zone`: seconds east
/// of UTC where the line names none; `arrival`: for what has no year. Nothing when it tells none,
/// or one that is more than a day ahead of `arrival`. Pure.
std::optional<qint64> logTime(QByteArrayView line, int zone, qint64 arrival);
/// "+0130" as seconds; nothing when it is none.
std::optional<int> zoneSeconds(QByteArrayView text);

}  // namespace analemma::operate
