#include "core/infra/src/haproxy_text.h"

#include "core/base/text.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::infra::haproxy {
namespace {

constexpr qsizetype statLimitBytes = 8 * 1024 * 1024;
constexpr qsizetype statLimitRows = 20'000;
constexpr qsizetype columnLimit = 400;

QString duration(milliseconds value)
{
    return QString::number(value.count()) + u"ms"_s;
}

/// One line of CSV (RFC 4180 quoting); `at` moves behind its line feed.
QStringList csvLine(const QByteArray& text, qsizetype& at)
{
    QStringList fields;
    QByteArray field;
    bool quoted = false;
    for (; at < text.size(); ++at) {
        const char c = text[at];
        if (quoted) {
            if (c != '"') {
                field += c;
            } else if (at + 1 < text.size() && text[at + 1] == '"') {
                field += c;
                ++at;
            } else {
                quoted = false;
            }
        } else if (c == '"') {
            quoted = true;
        } else if (c == '\n') {
            break;
        } else if (c == ',' && fields.size() < columnLimit) {
            fields.append(QString::fromUtf8(field));
            field.clear();
        } else if (c != '\r') {
            field += c;
        }
    }
    ++at;
    fields.append(QString::fromUtf8(field));
    return fields;
}

bool isServerRow(const StatRow& row, const QString& pool)
{
    const QString name = row.value(u"svname"_s);
    return row.value(u"pxname"_s) == pool && name != u"BACKEND" && name != u"FRONTEND";
}

/// "* L7OK" while the next check is under way.
QString checkStatus(const StatRow& row)
{
    const QString text = row.value(u"check_status"_s);
    return displayText(text.startsWith(u"* ") ? text.mid(2) : text, 40);
}

Member memberFrom(const PoolMember& wanted, const StatRow& row)
{
    Member member;
    member.server = wanted.server;
    member.address = wanted.address;
    member.port = wanted.port;
    member.check = checkStatus(row);
    member.status = displayText(row.value(u"status"_s), 40);
    member.sessions = row.value(u"scur"_s).toInt();
    member.requests = row.value(u"stot"_s).toLongLong();
    member.checkCode = row.value(u"check_code"_s).toInt();
    member.checkText = displayText(row.value(u"last_chk"_s), 200);
    return member;
}

/// A count is never below zero, whatever stands there.
qint64 countIn(const StatRow& row, const QString& column)
{
    return std::max<qint64>(0, row.value(column).toLongLong());
}

Traffic trafficOf(const StatRow& row, const QString& requests)
{
    Traffic traffic;
    traffic.requests = countIn(row, requests);
    traffic.errors = countIn(row, u"hrsp_5xx"_s);
    traffic.sessions = std::max(0, row.value(u"scur"_s).toInt());
    traffic.queue = std::max(0, row.value(u"qcur"_s).toInt());
    traffic.queueTime = milliseconds(countIn(row, u"qtime"_s));
    traffic.responseTime = milliseconds(countIn(row, u"rtime"_s));
    traffic.totalTime = milliseconds(countIn(row, u"ttime"_s));
    return traffic;
}

/// The pool as it was asked for, each member with its row; one that does not run yet has no check.
Pool poolFrom(const QString& name, const QList<PoolMember>& members, const QList<StatRow>& rows)
{
    Pool pool;
    pool.name = name;
    for (const PoolMember& wanted : members) {
        StatRow found;
        for (const StatRow& row : rows) {
            if (isServerRow(row, name) && row.value(u"svname"_s) == wanted.server) {
                found = row;
            }
        }
        pool.members.append(memberFrom(wanted, found));
        pool.members.last().traffic = trafficOf(found, u"stot"_s);
    }
    for (const StatRow& row : rows) {
        if (row.value(u"pxname"_s) == name && row.value(u"svname"_s) == u"BACKEND") {
            pool.traffic = trafficOf(row, u"stot"_s);
        }
    }
    return pool;
}

QByteArray backendText(const QString& name, const QList<PoolMember>& members,
                       const workspace::HealthCheck& health)
{
    QString text =
        u"\nbackend %1\n  balance roundrobin\n  option httpchk GET '%2'\n"_s.arg(name, health.path);
    for (const PoolMember& member : members) {
        text += u"  server %1 %2:%3 %4\n"_s.arg(member.server, member.address)
                    .arg(member.port)
                    .arg(serverOptions(health));
    }
    return text.toUtf8();
}

}  // namespace

QStringList poolNames(int count)
{
    QStringList names;
    for (int i = 0; i < count; ++i) {
        names.append(u"p%1"_s.arg(i));
    }
    return names;
}

Result<void> check(const BalancerConfig& config)
{
    if (!isPlainName(config.name)) {
        return Error(ErrorKind::Invalid,
                     u"\"%1\" is no name for a balancer"_s.arg(displayText(config.name, 80)));
    }
    const auto fits = [](QChar c) { return c > u' ' && c < u'\x7f' && c != u'\'' && c != u'\\'; };
    const QString& path = config.health.path;
    if (!path.startsWith(u'/') || path.size() > 1000 ||
        !std::all_of(path.begin(), path.end(), fits)) {
        return Error(ErrorKind::Invalid,
                     u"balancer %1: the health path \"%2\" must begin with / and hold no "
                     "space, quote or backslash"_s.arg(config.name, displayText(path, 80)));
    }
    if (config.port < 1 || config.port > 65535 || config.pools < 1 || config.pools > 64) {
        return Error(ErrorKind::Invalid,
                     u"balancer %1: port %2 or %3 pools are out of range"_s.arg(config.name)
                         .arg(config.port)
                         .arg(config.pools));
    }
    if (!config.address.isEmpty() && !isHostName(config.address)) {
        return Error(ErrorKind::Invalid, u"balancer %1: \"%2\" is no address"_s.arg(
                                             config.name, displayText(config.address, 80)));
    }
    return {};
}

QString serverOptions(const workspace::HealthCheck& health)
{
    const milliseconds every = std::max(health.every, milliseconds(20));
    return u"check inter %1 fastinter %2 downinter %1 rise %3 fall %4 observe layer4 error-limit 1 "
           "on-error mark-down on-marked-down shutdown-sessions"_s
               .arg(duration(every), duration(std::min(every, milliseconds(100))))
               .arg(std::max(1, health.rise))
               .arg(std::max(1, health.fall));
}

int connectionLimit(quint64 openFiles)
{
    // Two descriptors a connection, besides listeners, checks, pipes and logs.
    constexpr quint64 wanted = 20'000;
    constexpr quint64 own = 200;
    const quint64 fit = openFiles > own ? (openFiles - own) / 2 : 0;
    return static_cast<int>(std::clamp<quint64>(fit, 100, wanted));
}

QByteArray configText(const Setup& setup)
{
    // Without idle-close-on-response a reload loses requests; without "observe layer4" the death of
    // a server loses those of the next half second. A POST is never sent twice. Without "timeout
    // check" an answer later than the interval counts as none: a busy pool would go down as a
    // whole.
    QByteArray text =
        u"global\n"
        "  stats socket unix@%1 mode 600 level admin expose-fd listeners\n"
        "  stats timeout 1h\n"
        "  maxconn %2\n"
        "  nbthread %3\n"
        "  hard-stop-after 30s\n"
        "\n"
        "defaults\n"
        "  mode http\n"
        "  timeout connect 2s\n"
        "  timeout check 2s\n"
        "  timeout client 60s\n"
        "  timeout server 60s\n"
        "  timeout http-request 10s\n"
        "  timeout http-keep-alive 30s\n"
        "  option idle-close-on-response\n"
        "  option redispatch 1\n"
        "  option forwardfor\n"
        "  retries 3\n"
        "  retry-on conn-failure empty-response response-timeout\n"
        "  errorfile 503 %4\n"
        "\n"
        "frontend web\n"
        "  bind %5:%6\n"
        "  http-request disable-l7-retry unless METH_GET or METH_OPTIONS\n"
        "  use_backend %[str(active),map(%7,%8)]\n"
        "\n"
        "backend %8\n"_s.arg(QLatin1StringView(socketName))
            .arg(setup.maxConnections)
            .arg(setup.threads)
            .arg(QLatin1StringView(pageFile), setup.address)
            .arg(setup.config.port)
            .arg(QLatin1StringView(mapFile), QLatin1StringView(noPool))
            .toUtf8();
    for (const QString& name : poolNames(setup.config.pools)) {
        text += backendText(name, setup.pools.value(name), setup.config.health);
    }
    return text;
}

QByteArray unavailablePage(const QString& balancer)
{
    return u"HTTP/1.0 503 Service Unavailable\r\nCache-Control: no-store\r\nConnection: close\r\n"
           "Content-Type: text/plain; charset=utf-8\r\n\r\n"
           "503: %1 has no server that is ready to answer.\n"_s.arg(balancer)
               .toUtf8();
}

QByteArray mapText(const QString& pool)
{
    return "active " + (pool.isEmpty() ? QByteArray(noPool) : pool.toUtf8()) + '\n';
}

QString activePool(const QByteArray& text)
{
    const QList<QByteArray> lines = text.left(4096).split('\n');
    for (const QByteArray& line : lines) {
        const QList<QByteArray> words = line.simplified().split(' ');
        const qsizetype at = words.indexOf("active");
        if (at >= 0 && at <= 1 && at + 1 < words.size()) {
            const QString pool = QString::fromUtf8(words[at + 1]);
            return pool == QLatin1StringView(noPool) || !isPlainName(pool) ? QString() : pool;
        }
    }
    return {};
}

Result<QList<StatRow>> parseStat(const QByteArray& csv)
{
    if (!csv.startsWith("# pxname,svname,") || csv.size() > statLimitBytes) {
        return Error(ErrorKind::Protocol,
                     u"the balancer's statistics cannot be read: %1"_s.arg(displayText(
                         QByteArrayView(csv).first(std::min<qsizetype>(80, csv.size())))));
    }
    qsizetype at = 2;
    const QStringList names = csvLine(csv, at);
    QList<StatRow> rows;
    while (at < csv.size() && rows.size() < statLimitRows) {
        const QStringList fields = csvLine(csv, at);
        if (fields.size() < 2) {
            continue;
        }
        StatRow row;
        for (qsizetype i = 0; i < std::min(fields.size(), names.size()); ++i) {
            row.insert(names[i], fields[i]);
        }
        rows.append(row);
    }
    return rows;
}

qint64 workerPid(const QByteArray& info)
{
    const QList<QByteArray> lines = info.left(64 * 1024).split('\n');
    for (const QByteArray& line : lines) {
        if (line.startsWith("Pid:")) {
            return line.mid(4).trimmed().toLongLong();
        }
    }
    return 0;
}

Balancer balancerFrom(const Setup& setup, const QList<StatRow>& rows, const QString& active)
{
    Balancer balancer;
    balancer.name = setup.config.name;
    balancer.url = u"http://%1:%2"_s.arg(setup.address).arg(setup.config.port);
    balancer.state = u"running"_s;
    balancer.active = active;
    for (const QString& name : poolNames(setup.config.pools)) {
        balancer.pools.append(poolFrom(name, setup.pools.value(name), rows));
    }
    for (const StatRow& row : rows) {
        if (row.value(u"pxname"_s) == u"web" && row.value(u"svname"_s) == u"FRONTEND") {
            balancer.requests = row.value(u"req_tot"_s).toLongLong();
            balancer.errors = row.value(u"hrsp_5xx"_s).toLongLong();
            balancer.sessions = row.value(u"scur"_s).toInt();
            balancer.requestRate = row.value(u"req_rate"_s).toLongLong();
            balancer.traffic = trafficOf(row, u"req_tot"_s);
        }
    }
    if (const Pool* pool = balancer.pool(active)) {
        balancer.traffic.queue = pool->traffic.queue;
        balancer.traffic.queueTime = pool->traffic.queueTime;
        balancer.traffic.responseTime = pool->traffic.responseTime;
        balancer.traffic.totalTime = pool->traffic.totalTime;
    }
    return balancer;
}

int sessionsOf(const QList<StatRow>& rows, const QString& pool)
{
    int sessions = 0;
    for (const StatRow& row : rows) {
        sessions += isServerRow(row, pool) ? row.value(u"scur"_s).toInt() : 0;
    }
    return sessions;
}

QList<Command> poolCommands(const Setup& setup, const QString& pool, const QList<StatRow>& rows)
{
    const QList<PoolMember> wanted = setup.pools.value(pool);
    QStringList standing;
    QList<Command> commands;
    for (const StatRow& row : rows) {
        if (!isServerRow(row, pool)) {
            continue;
        }
        const QString name = row.value(u"svname"_s);
        const auto same = [&](const PoolMember& member) {
            return member.server == name &&
                   u"%1:%2"_s.arg(member.address).arg(member.port) == row.value(u"addr"_s);
        };
        if (std::any_of(wanted.begin(), wanted.end(), same) && row.value(u"status"_s) != u"MAINT") {
            standing.append(name);
            continue;
        }
        const QByteArray where = pool.toUtf8() + '/' + name.toUtf8();
        commands.append({"set server " + where + " state maint", {}, false});
        commands.append({"del server " + where, {"Server deleted", "No such server"}, true});
    }
    for (const PoolMember& member : wanted) {
        if (standing.contains(member.server)) {
            continue;
        }
        const QByteArray where = pool.toUtf8() + '/' + member.server.toUtf8();
        const QByteArray add =
            u"add server %1/%2 %3:%4 %5"_s.arg(pool, member.server, member.address)
                .arg(member.port)
                .arg(serverOptions(setup.config.health))
                .toUtf8();
        commands.append({add, {"New server registered"}, false});
        commands.append({"enable health " + where + ";enable server " + where, {}, false});
    }
    return commands;
}

Command switchCommand(const QString& pool)
{
    const QByteArray target = pool.isEmpty() ? QByteArray(noPool) : pool.toUtf8();
    return {QByteArray("set map ") + mapFile + " active " + target, {}, false};
}

Answer judge(const Command& command, const QByteArray& answer)
{
    const QByteArray text = answer.trimmed();
    for (const QByteArray& sign : command.done) {
        if (text.contains(sign)) {
            return Answer::Done;
        }
    }
    if (command.repeat && text.contains("still has connections")) {
        return Answer::Again;
    }
    return command.done.isEmpty() && text.isEmpty() ? Answer::Done : Answer::Refused;
}

}  // namespace analemma::infra::haproxy
