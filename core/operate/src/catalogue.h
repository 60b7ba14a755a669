#pragma once

#include "core/operate/hosts.h"

#include <map>

/// What is known of all servers at one moment, and the way to each. Pure values.
namespace analemma::operate {

/// What a person has set for a host, as it lies in the store.
struct HostSettings {
    struct Import {
        QStringList tags;
        QString approvedProxy;
    };
    std::map<QString, Import> imports;
    std::map<QString, ssh::Transport> transports;  ///< by name
    std::map<QString, ssh::Transport> remembered;  ///< by Target::text(): what worked
};

struct Catalogue {
    workspace::Workspace workspace;
    std::map<QString, infra::Server> made;
    QList<infra::ServerList::Problem> problems;  ///< providers whose servers are missing in `made`
    HostSettings settings;
    ssh::SshConfig config;
    QString localUser;
    QList<Host> hosts;  ///< by name

    [[nodiscard]] const Host* find(const QString& name) const;
};

/// Fills in `hosts`.
Catalogue withHosts(Catalogue catalogue);

/// NotFound with the nearest name; or why one of the providers could not say whether it is its.
Error noSuchHost(const Catalogue& catalogue, const QString& name);

/// One machine on the way, as its source describes it.
struct Machine {
    QString name;        ///< for people
    ssh::Target target;  ///< without hops and without the defaults' keys
    bool pinned = false;
    ssh::HostConfig config;  ///< what ~/.ssh/config says; empty for those of the workspace
    QStringList jumps;
};

struct Way {
    Machine server;
    std::vector<Machine> hops;  ///< the nearest first
    ssh::Transport setting = ssh::Transport::Auto;
    QString approvedProxy;
};

/// The way to a host, jump hosts resolved in turn. NotFound, Invalid (names, a circle, over four
/// hops), Refused (a proxy command that nobody approved).
Result<Way> wayTo(const Catalogue& catalogue, const QString& name);

}  // namespace analemma::operate
