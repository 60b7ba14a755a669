#include "core/operate/hosts.h"

#include "core/ssh/keys.h"

#include <QJsonArray>

using namespace Qt::StringLiterals;

namespace analemma::operate {

QString toString(Host::Source source)
{
    switch (source) {
        case Host::Source::Made:
            return u"made"_s;
        case Host::Source::Listed:
            return u"listed"_s;
        case Host::Source::Imported:
            return u"imported"_s;
    }
    return {};
}

QString Host::place() const
{
    ssh::Place place;
    place.user = user;
    place.host = address;
    place.port = port;
    return place.text();
}

Json Host::toJson() const
{
    return {{u"schema"_s, u"analemma.host.1"_s},
            {u"name"_s, name},
            {u"source"_s, toString(source)},
            {u"address"_s, address},
            {u"port"_s, port},
            {u"user"_s, user},
            {u"tags"_s, QJsonArray::fromStringList(tags)},
            {u"environment"_s, environment},
            {u"generation"_s, generation},
            {u"production"_s, production},
            {u"state"_s, state},
            {u"hops"_s, QJsonArray::fromStringList(hops)},
            {u"transport"_s, ssh::toString(transport)},
            {u"needsSystem"_s, QJsonArray::fromStringList(needsSystem)},
            {u"proxyCommand"_s, proxyCommand},
            {u"notes"_s, QJsonArray::fromStringList(notes)},
            {u"problem"_s, problem}};
}

Json HostKeyView::toJson() const
{
    QJsonArray recorded;
    for (const ssh::KnownEntry& entry : verdict.recorded) {
        recorded.append(Json{{u"type"_s, QString::fromLatin1(entry.key.type)},
                             {u"fingerprint"_s, entry.key.fingerprint()},
                             {u"place"_s, entry.file.isEmpty() ? QString() : entry.place()}});
    }
    return {{u"schema"_s, u"analemma.hostkey.1"_s},
            {u"server"_s, host},
            {u"address"_s, address},
            {u"port"_s, port},
            {u"type"_s, QString::fromLatin1(key.type)},
            {u"key"_s, key.text()},
            {u"fingerprint"_s, fingerprint},
            {u"trust"_s, ssh::toString(verdict.trust)},
            {u"pinned"_s, pinned},
            {u"recorded"_s, recorded},
            {u"file"_s, recordFile}};
}

HostPlaces HostPlaces::here()
{
    HostPlaces places;
    places.config = ssh::ConfigPlaces::here();
    places.sshFolder = places.config.home + u"/.ssh"_s;
    places.agentSocket = ssh::agentSocket();
    places.userKnownHosts = {places.sshFolder + u"/known_hosts"_s,
                             places.sshFolder + u"/known_hosts2"_s};
    places.systemKnownHosts = {u"/etc/ssh/ssh_known_hosts"_s, u"/etc/ssh/ssh_known_hosts2"_s};
    places.ownKnownHosts = ssh::ownKnownHostsFile();
    return places;
}

}  // namespace analemma::operate
