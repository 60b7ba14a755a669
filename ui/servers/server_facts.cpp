#include "ui/servers/server_facts.h"

#include "core/base/text.h"

#include <QCoreApplication>
#include <QRegularExpression>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::ui {
namespace {

void addMember(ServerFacts& facts, const deploy::EnvironmentView& view)
{
    for (const deploy::MemberView& member : view.members) {
        if (member.server.name == facts.server.name) {
            facts.health = member.health;
            facts.healthText = member.healthText;
        }
    }
    for (const deploy::Generation& one : view.generations) {
        if (one.number == facts.server.generation) {
            facts.generationState = one.state;
            facts.release = one.release;
        }
    }
}

ServerFacts listedFacts(const workspace::StaticServer& one)
{
    ServerFacts facts;
    facts.listed = true;
    facts.labels = one.tags;
    facts.server.name = one.name;
    facts.server.ssh.host = one.address;
    facts.server.ssh.port = one.port;
    facts.server.ssh.user = one.user;
    return facts;
}

ServerFacts hostFacts(const operate::Host& host)
{
    ServerFacts facts;
    facts.listed = host.source == operate::Host::Source::Listed;
    facts.imported = host.source == operate::Host::Source::Imported;
    facts.production = host.production;
    facts.labels = host.tags;
    facts.hops = host.hops;
    facts.problem = host.problem;
    facts.notes = host.notes;
    facts.server.name = host.name;
    facts.server.ssh.host = host.address;
    facts.server.ssh.port = host.port;
    facts.server.ssh.user = host.user;
    return facts;
}

/// Each word as a shell sees it, quoted only where it must be.
QString joined(const QStringList& words)
{
    static const QRegularExpression plain(u"\\A[A-Za-z0-9@%_+=:,./-]+\\z"_s);
    QStringList quoted;
    for (const QString& word : words) {
        quoted.append(plain.match(word).hasMatch() ? word : shellQuote(word));
    }
    return quoted.join(u' ');
}

/// "ssh-ed25519 AAAA…": only what can stand in a known_hosts line as it is.
bool isKey(const QString& text)
{
    static const QRegularExpression form(u"\\A[a-zA-Z0-9@.-]+ [A-Za-z0-9+/]+={0,2}\\z"_s);
    return form.match(text).hasMatch();
}

}  // namespace

QString ServerFacts::place() const
{
    const QString host =
        server.ssh.host.contains(u':') ? u"[%1]"_s.arg(server.ssh.host) : server.ssh.host;
    return host.isEmpty() ? QString() : u"%1:%2"_s.arg(host, QString::number(server.ssh.port));
}

QList<ServerFacts> serverFacts(const QList<infra::Server>& servers,
                               const QList<deploy::EnvironmentView>& views,
                               const workspace::Workspace& workspace)
{
    QList<ServerFacts> all;
    for (const infra::Server& server : servers) {
        ServerFacts facts;
        facts.server = server;
        facts.production = workspace.environments.value(server.environment).production;
        for (const deploy::EnvironmentView& view : views) {
            if (view.spec.name == server.environment && !server.environment.isEmpty()) {
                facts.production = view.spec.production;
                addMember(facts, view);
            }
        }
        all.append(facts);
    }
    for (const workspace::StaticServer& one : workspace.servers) {
        all.append(listedFacts(one));
    }
    return all;
}

QList<ServerFacts> serverFacts(const QList<infra::Server>& servers,
                               const QList<deploy::EnvironmentView>& views,
                               const workspace::Workspace& workspace,
                               const QList<operate::Host>& hosts)
{
    QList<ServerFacts> all = serverFacts(servers, views, workspace);
    all.removeIf([](const ServerFacts& facts) { return !facts.isMade(); });
    for (const operate::Host& host : hosts) {
        if (host.source != operate::Host::Source::Made) {
            all.append(hostFacts(host));
        }
    }
    return all;
}

Mark serverMark(const QString& state)
{
    return state == "running"_L1 ? Mark::Ok : markOf(state);
}

bool needsAttention(const ServerFacts& facts)
{
    const bool live = facts.generationState == "active"_L1;
    return facts.server.state == "broken"_L1 ||
           (live && (facts.health == "unhealthy"_L1 || facts.health == "stopped"_L1));
}

QString sshCommandLine(const ssh::Target& target)
{
    QStringList words{u"ssh"_s};
    if (target.port != 22) {
        words << u"-p"_s << QString::number(target.port);
    }
    if (!target.keyFile.isEmpty()) {
        words << u"-i"_s << target.keyFile << u"-o"_s << u"IdentitiesOnly=yes"_s;
    }
    const QString key = target.hostKey.section(u' ', 0, 1);
    if (isKey(key)) {
        words << u"-o"_s << u"StrictHostKeyChecking=yes"_s << u"-o"_s
              << u"UserKnownHostsFile=/dev/null"_s << u"-o"_s
              << u"KnownHostsCommand=/bin/echo %H "_s + key;
    }
    // Nothing after "--" is read as an option, whatever the name is.
    words << u"--"_s
          << (target.user.isEmpty() ? target.host : u"%1@%2"_s.arg(target.user, target.host));
    return joined(words);
}

QString sshCommandLine(const ServerFacts& facts)
{
    if (facts.imported) {
        return joined({u"ssh"_s, u"--"_s, facts.name()});
    }
    QString line = sshCommandLine(facts.server.ssh);
    if (!facts.hops.isEmpty()) {
        line.insert(4, joined({u"-J"_s, facts.hops.join(u',')}) + u' ');
    }
    return line;
}

QString commandRefusal(const ServerFacts& facts)
{
    if (!facts.isMade()) {
        return facts.problem.isEmpty()
                   ? QString()
                   : QCoreApplication::translate("Servers", "Nothing connects to it: %1.")
                         .arg(displayText(facts.problem, 300));
    }
    if (facts.server.ssh.hostKey.isEmpty()) {
        return QCoreApplication::translate(
            "Servers", "The host key of this server is not known, so nothing connects to it.");
    }
    if (facts.server.state != "running"_L1) {
        return QCoreApplication::translate("Servers", "The server is %1. Commands need it running.")
            .arg(wordOfState(facts.server.state));
    }
    return {};
}

}  // namespace analemma::ui
