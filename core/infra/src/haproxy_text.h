#pragma once

#include "core/infra/infra.h"

#include <QHash>
#include <QMap>

/// What is said to HAProxy and what it answers, as pure text work: configuration, map file, runtime
/// commands (HAProxy management guide 2.6, section 9.3) and the CSV of "show stat" (section 9.1).
/// Every provider whose balancer is a HAProxy uses it.
namespace analemma::infra::haproxy {

/// The front end asks this map for each request which pool gets it.
inline constexpr const char* mapFile = "active.map";
inline constexpr const char* configFile = "haproxy.cfg";
inline constexpr const char* pageFile = "503.http";
inline constexpr const char* socketName = "admin.sock";
/// The pool without servers: nothing is active.
inline constexpr const char* noPool = "none";

struct PoolMember {
    QString server;
    QString address;
    int port = 0;
    bool operator==(const PoolMember&) const = default;
};

/// All that the configuration is made from.
struct Setup {
    BalancerConfig config;
    QString address;
    QMap<QString, QList<PoolMember>> pools;
    int maxConnections = 2000;
    int threads = 2;
};

QStringList poolNames(int count);
/// Invalid: a health path, name or port that cannot stand in a configuration.
Result<void> check(const BalancerConfig& config);
QByteArray configText(const Setup& setup);
/// A whole HTTP response, as "errorfile" wants it.
QByteArray unavailablePage(const QString& balancer);
QByteArray mapText(const QString& pool);
/// From the map file or from "show map": the pool, empty when nothing is active or nothing is told.
QString activePool(const QByteArray& text);
/// The check options of a server line and of "add server", which does not inherit default-server.
QString serverOptions(const workspace::HealthCheck& health);
/// How many connections the limit of open files allows.
int connectionLimit(quint64 openFiles);

using StatRow = QHash<QString, QString>;
/// Protocol: not the CSV that "show stat" gives.
Result<QList<StatRow>> parseStat(const QByteArray& csv);
/// The "Pid:" line of "show info"; 0 when there is none.
qint64 workerPid(const QByteArray& info);

/// The balancer as its statistics show it. Servers that leave (in maintenance and no member any
/// more) are left out.
Balancer balancerFrom(const Setup& setup, const QList<StatRow>& rows, const QString& active);
/// Sessions that the servers of a pool serve now, also of those that leave.
int sessionsOf(const QList<StatRow>& rows, const QString& pool);

/// One line for the runtime socket.
struct Command {
    QByteArray line;
    /// Answers that contain one of these mean done; empty: an empty answer does.
    QList<QByteArray> done;
    bool repeat =
        false;  ///< an answer "still has connections attached" means: again, a little later
};
/// From what runs to what is wanted in one pool.
QList<Command> poolCommands(const Setup& setup, const QString& pool, const QList<StatRow>& rows);
Command switchCommand(const QString& pool);

enum class Answer { Done, Again, Refused };
Answer judge(const Command& command, const QByteArray& answer);

}  // namespace analemma::infra::haproxy
