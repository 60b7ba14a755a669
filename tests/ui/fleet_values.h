#pragma once

#include "core/operate/fleet.h"
#include "tests/ui/made.h"

/// A made fleet operation, to look at.
namespace analemma::made {

/// web-1, web-2, …: every third one of qa, the others of production.
inline QList<operate::Host> hosts(int count)
{
    QList<operate::Host> list;
    for (int i = 1; i <= count; ++i) {
        operate::Host host;
        host.name = QStringLiteral("web-%1").arg(i);
        host.address = QStringLiteral("127.64.3.%1").arg(i % 250);
        host.user = QStringLiteral("root");
        host.environment = i % 3 == 0 ? QStringLiteral("qa") : QStringLiteral("production");
        host.production = i % 3 != 0;
        host.tags = {i % 2 == 0 ? QStringLiteral("db") : QStringLiteral("web")};
        list.append(host);
    }
    return list;
}

inline QString fleetOutputKey(int kind)
{
    return QString(64, QLatin1Char(static_cast<char>('a' + kind)));
}

inline QByteArray fleetOutput(int kind)
{
    return kind == 0 ? QByteArray("nginx version: nginx/1.22.1\nactive\nworkers 4\n")
                     : QByteArray(
                           "nginx version: nginx/1.18.0\nactive\nworkers 4\n"
                           "warning: the configuration is 412 days old\n");
}

/// One under way: of twelve, seven say the same, one says something else, and one each failed, was
/// not reached, runs and waits.
inline operate::FleetView fleetView(int count)
{
    operate::FleetView view;
    view.operation.id = QStringLiteral("01fleet");
    view.operation.kind = QStringLiteral("fleet");
    view.operation.title =
        QStringLiteral("nginx -v; systemctl is-active nginx on %1 servers").arg(count);
    view.operation.state = QStringLiteral("running");
    view.operation.created = made::now().addSecs(-41);
    view.request.command = QStringLiteral("nginx -v; systemctl is-active nginx");
    const QList<operate::Host> all = hosts(count);
    for (int i = 0; i < count; ++i) {
        operate::HostStep step;
        step.host = all[i].name;
        step.place = QStringLiteral("root@") + all[i].address;
        step.environment = all[i].environment;
        step.production = all[i].production;
        step.state = operate::StepState::Ok;
        step.exitCode = 0;
        step.duration = milliseconds(380 + i * 17);
        step.sha256 = fleetOutputKey(0);
        step.keptBytes = step.totalBytes = fleetOutput(0).size();
        switch (i % 12) {
            case 2:
                step.sha256 = fleetOutputKey(1);
                break;
            case 4:
                step.state = operate::StepState::Failed;
                step.exitCode = 3;
                step.reason = QStringLiteral("exit code 3");
                step.sha256 = fleetOutputKey(1);
                break;
            case 6:
                step.state = operate::StepState::Unreachable;
                step.exitCode = -1;
                step.reason = QStringLiteral("web-7:22 refused the connection");
                step.sha256.clear();
                break;
            case 9:
                step.state = operate::StepState::Running;
                step.sha256.clear();
                break;
            case 11:
                step.state = operate::StepState::Waiting;
                step.sha256.clear();
                break;
            default:
                break;
        }
        view.steps.append(step);
    }
    return view;
}

}  // namespace analemma::made
