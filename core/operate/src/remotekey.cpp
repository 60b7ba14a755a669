#include "core/operate/remotekey.h"

#include "core/base/text.h"
#include "core/operate/src/state.h"

#include <QJsonArray>

using namespace Qt::StringLiterals;

namespace analemma::operate {

Result<HostKeyView> remoteKey(const Error& error, const HostPlaces& places)
{
    const Json shown = error.details.value(u"hostKey"_s).toObject();
    const Result<ssh::PublicKey> key = ssh::parsePublicKey(
        (shown[u"type"_s].toString() + u' ' + shown[u"key"_s].toString()).toUtf8());
    // "host" or "[host]:port", as known_hosts has it.
    const Result<ssh::Place> place = ssh::parsePlace(shown[u"name"_s].toString());
    if (error.kind != ErrorKind::HostKey || !key || !place) {
        return Error(ErrorKind::NotFound, u"no host key was shown"_s);
    }
    HostKeyView view;
    view.host = place->host;
    view.address = place->host;
    view.port = place->port > 0 ? place->port : 22;
    view.key = *key;
    view.fingerprint = key->fingerprint();
    view.recordName = view.address;
    view.recordPort = view.port;
    for (const QJsonValue& file : shown[u"files"_s].toArray()) {
        view.readFrom += file.toString();
    }
    view.readFrom += places.ownKnownHosts;
    view.readFrom.removeDuplicates();
    view.recordFile = places.ownKnownHosts;
    const Result<ssh::KnownHosts> known = ssh::readKnownHosts(view.readFrom);
    if (!known) {
        return known.error();
    }
    view.verdict = known->verdict(view.recordName, view.recordPort, view.key);
    return view;
}

Task<Result<void>> trustHostKey(HostKeyView view)
{
    return recordKey(nullptr, std::move(view), false);
}

}  // namespace analemma::operate
