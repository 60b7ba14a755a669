#include "core/operate/src/catalogue.h"

#include "core/base/nearest.h"
#include "core/base/text.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::operate {
namespace {

constexpr std::size_t mostHops = 4;
const QString productionTag = u"production"_s;

ssh::Transport settingOf(const Catalogue& catalogue, const QString& name, ssh::Transport fallback)
{
    const auto found = catalogue.settings.transports.find(name);
    return found == catalogue.settings.transports.end() ? fallback : found->second;
}

Host madeHost(const Catalogue& catalogue, const infra::Server& server)
{
    Host host;
    host.name = server.name;
    host.source = Host::Source::Made;
    host.address = server.ssh.host;
    host.port = server.ssh.port;
    host.user = server.ssh.user;
    host.environment = server.environment;
    host.generation = server.generation;
    host.state = server.state;
    host.root = server.root;
    host.transport = settingOf(catalogue, host.name, ssh::Transport::BuiltIn);
    const auto environment = catalogue.workspace.environments.constFind(server.environment);
    if (environment != catalogue.workspace.environments.constEnd()) {
        host.production = environment->production;
        if (!environment->image.isEmpty()) {
            host.tags = {environment->image};
        }
    }
    if (server.ssh.hostKey.isEmpty()) {
        host.problem = u"its host key is not known"_s;
    } else if (server.state != u"running") {
        host.problem = u"it is %1"_s.arg(server.state.isEmpty() ? u"unknown"_s : server.state);
    }
    return host;
}

Host listedHost(const Catalogue& catalogue, const workspace::StaticServer& server)
{
    Host host;
    host.name = server.name;
    host.source = Host::Source::Listed;
    host.address = server.address;
    host.port = server.port;
    host.user = server.user.isEmpty() ? catalogue.localUser : server.user;
    host.tags = server.tags;
    host.production = server.tags.contains(productionTag);
    host.hops = server.hops;
    host.transport =
        settingOf(catalogue, host.name,
                  ssh::transportFromString(server.transport).value_or(ssh::Transport::Auto));
    return host;
}

Host importedHost(const Catalogue& catalogue, const QString& alias,
                  const HostSettings::Import& import)
{
    const ssh::HostConfig config = catalogue.config.resolve(alias);
    Host host;
    host.name = alias;
    host.source = Host::Source::Imported;
    host.address = config.hostName;
    host.port = config.port;
    host.user = config.user;
    host.tags = import.tags;
    host.production = import.tags.contains(productionTag);
    for (const ssh::Place& jump : config.proxyJump) {
        host.hops += jump.text();
    }
    host.transport = settingOf(catalogue, alias, ssh::Transport::Auto);
    host.needsSystem = config.needsSystem;
    host.proxyCommand = config.proxyCommand;
    host.notes = config.notes;
    if (!catalogue.config.hosts().contains(alias)) {
        host.problem = u"~/.ssh/config does not name it any more"_s;
    } else if (!config.problem.isEmpty()) {
        host.problem = config.problem;
    } else if (!config.proxyCommand.isEmpty() && import.approvedProxy != config.proxyCommand) {
        host.problem = u"its proxy command has not been approved: %1"_s.arg(
            displayText(config.proxyCommand, 300));
    }
    return host;
}

Machine madeMachine(const infra::Server& server)
{
    Machine machine;
    machine.name = server.name;
    machine.target = server.ssh;
    machine.pinned = true;
    return machine;
}

Machine listedMachine(const Catalogue& catalogue, const workspace::StaticServer& server)
{
    Machine machine;
    machine.name = server.name;
    machine.target.host = server.address;
    machine.target.port = server.port;
    machine.target.user = server.user.isEmpty() ? catalogue.localUser : server.user;
    machine.target.keyFile = server.key;  // "~/" is expanded where the home is known
    machine.jumps = server.hops;
    return machine;
}

Machine configMachine(const Catalogue& catalogue, const QString& alias, const QString& user)
{
    Machine machine;
    machine.name = alias;
    machine.config = catalogue.config.resolve(alias, user);
    machine.target.host = machine.config.hostName;
    machine.target.port = machine.config.port;
    machine.target.user = machine.config.user;
    for (const ssh::Place& jump : machine.config.proxyJump) {
        machine.jumps += jump.text();
    }
    return machine;
}

/// A jump host: one of our names, else a place that ~/.ssh/config may say more about.
Result<Machine> jumpMachine(const Catalogue& catalogue, const QString& text)
{
    const auto made = catalogue.made.find(text);
    if (made != catalogue.made.end()) {
        return madeMachine(made->second);
    }
    const auto listed = catalogue.workspace.servers.constFind(text);
    if (listed != catalogue.workspace.servers.constEnd()) {
        return listedMachine(catalogue, *listed);
    }
    const Result<ssh::Place> place = ssh::parsePlace(text);
    if (!place) {
        return place.error().in(u"jump host %1"_s.arg(displayText(text, 100)));
    }
    Machine machine = configMachine(catalogue, place->host, place->user);
    machine.target.port = place->port > 0 ? place->port : machine.target.port;
    if (!machine.config.problem.isEmpty() || !machine.config.proxyCommand.isEmpty()) {
        const QString why = machine.config.problem.isEmpty()
                                ? u"it is reached by a proxy command itself"_s
                                : machine.config.problem;
        return Error(ErrorKind::Invalid,
                     u"jump host %1: %2"_s.arg(displayText(text, 100), displayText(why, 300)));
    }
    return machine;
}

/// Appends the jump hosts of a machine. The first one is reached by a way of its own; each further
/// one through the one before, whatever its own source says, as ssh(1) does.
Result<void> addJumps(const Catalogue& catalogue, const Machine& machine, std::size_t depth,
                      std::vector<Machine>* hops)
{
    for (qsizetype i = 0; i < machine.jumps.size(); ++i) {
        const Result<Machine> jump = jumpMachine(catalogue, machine.jumps[i]);
        if (!jump) {
            return jump.error();
        }
        if (i == 0 && depth <= mostHops) {
            const Result<void> before = addJumps(catalogue, *jump, depth + 1, hops);
            if (!before) {
                return before;
            }
        }
        hops->push_back(*jump);
        if (hops->size() > mostHops || depth > mostHops) {
            return Error(
                ErrorKind::Invalid,
                u"%1 is reached through more than four jump hosts, or they go in a circle"_s.arg(
                    displayText(machine.name, 100)));
        }
    }
    return {};
}

}  // namespace

const Host* Catalogue::find(const QString& name) const
{
    const auto found = std::find_if(hosts.cbegin(), hosts.cend(),
                                    [&name](const Host& host) { return host.name == name; });
    return found == hosts.cend() ? nullptr : &*found;
}

Catalogue withHosts(Catalogue catalogue)
{
    std::map<QString, Host> hosts;
    for (const auto& [alias, import] : catalogue.settings.imports) {
        hosts[alias] = importedHost(catalogue, alias, import);
    }
    for (const workspace::StaticServer& server : std::as_const(catalogue.workspace.servers)) {
        hosts[server.name] = listedHost(catalogue, server);
    }
    for (const auto& [name, server] : catalogue.made) {
        hosts[name] = madeHost(catalogue, server);
    }
    catalogue.hosts.clear();
    for (auto& [name, host] : hosts) {
        catalogue.hosts.append(std::move(host));
    }
    return catalogue;
}

Error noSuchHost(const Catalogue& catalogue, const QString& name)
{
    if (!catalogue.problems.isEmpty()) {
        return catalogue.problems.constFirst().told().in(
            u"whether there is a server named \"%1\" is not known"_s.arg(displayText(name, 80)));
    }
    QStringList names;
    for (const Host& host : catalogue.hosts) {
        names += host.name;
    }
    const QString near = nearestWord(name, names);
    const QString known = names.isEmpty() ? u"none"_s : names.mid(0, 20).join(u", "_s);
    return Error(ErrorKind::NotFound,
                 u"there is no server named \"%1\" in this workspace"_s.arg(displayText(name, 80)))
        .withHint(near.isEmpty() ? u"It has: %1."_s.arg(known)
                                 : u"Did you mean \"%1\"?"_s.arg(near));
}

Result<Way> wayTo(const Catalogue& catalogue, const QString& name)
{
    const Host* host = catalogue.find(name);
    if (host == nullptr) {
        return noSuchHost(catalogue, name);
    }
    Way way;
    way.setting = host->transport;
    switch (host->source) {
        case Host::Source::Made:
            way.server = madeMachine(catalogue.made.at(name));
            return way;
        case Host::Source::Listed:
            way.server = listedMachine(catalogue, catalogue.workspace.servers.value(name));
            break;
        case Host::Source::Imported:
            if (!host->problem.isEmpty()) {
                const bool isProxy = !host->proxyCommand.isEmpty();
                return Error(isProxy ? ErrorKind::Refused : ErrorKind::Invalid,
                             u"%1 is not reached: %2"_s.arg(displayText(name, 80), host->problem));
            }
            way.server = configMachine(catalogue, name, {});
            way.approvedProxy = host->proxyCommand;
            break;
    }
    if (way.approvedProxy.isEmpty()) {
        const Result<void> jumps = addJumps(catalogue, way.server, 1, &way.hops);
        if (!jumps) {
            return jumps.error();
        }
    }
    return way;
}

}  // namespace analemma::operate
