#pragma once

#include "tests/ui/chart_values.h"
#include "ui/monitor/host_wall.h"

/// Made servers of a wall: 500 and more that look alike, and a few that do not.
namespace analemma::made {

inline QDateTime wallNow(qint64 second = 0)
{
    return QDateTime::fromMSecsSinceEpoch(chartNow + second * 1000, Qt::UTC);
}

inline QList<ui::HostLine> hosts(int count, qint64 second = 0)
{
    using lifecycle::Mark;
    static const QStringList roles{QStringLiteral("web"), QStringLiteral("api"),
                                   QStringLiteral("worker"), QStringLiteral("database"),
                                   QStringLiteral("cache")};
    QList<ui::HostLine> all;
    const qint64 now = chartNow / 1000 + second;
    for (int i = 0; i < count; ++i) {
        ui::HostLine host;
        host.production = i % 3 == 0;
        host.environment = host.production ? QStringLiteral("production") : QStringLiteral("qa");
        host.name = QStringLiteral("%1-%2-%3")
                        .arg(host.environment, roles[i % roles.size()])
                        .arg(i, 3, 10, QLatin1Char('0'));
        host.mark = Mark::Ok;
        host.word = QStringLiteral("healthy");
        host.cpu = 78 * load(now, i);
        host.memory = 40 + 35 * load(now / 8, i + 3);
        host.disk = 20 + 50 * noise(i, 9);
        host.mount = QStringLiteral("/");
        host.network = 4e6 * load(now, i + 50);
        for (qint64 at = now - 59; at <= now; ++at) {
            at % 97 == i % 97 && i % 5 == 0 ? host.load.addGap() : host.load.add(4 * load(at, i));
        }
        host.newest = wallNow(second).addSecs(-(i % 3));
        all.append(host);
    }
    if (count > 20) {
        all[17].disk = 97.4;  // one full disk among twenty that are nearly empty
        all[17].mount = QStringLiteral("/var/lib/postgresql/14/main/a-long-mount-point-name");
        all[17].alerts = 2;
        all[5].mark = Mark::Failed;
        all[5].word = QStringLiteral("unreachable");
        all[5].cpu = all[5].memory = all[5].network = ui::HostLine::unknown;
        all[5].newest = wallNow(second).addSecs(-340);
        all[9].memory = 86.2;
        all[11].mark = Mark::Unknown;
        all[11].word = QStringLiteral("unknown");
        all[14].name = QStringLiteral("production-web-") + QString(65, QLatin1Char('n'));
        all[14].cpu = 96.8;
    }
    return all;
}

}  // namespace analemma::made
