#pragma once

#include "core/engine/engine.h"
#include "core/ssh/keys.h"
#include "core/ssh/ssh.h"

#include <QMap>
#include <QStringList>

#include <functional>
#include <memory>

/// The user's keys on servers: put there, and changed for another across a fleet.
namespace analemma::operate {

/// How the operations below reach a server by its name. Main thread.
struct KeyDoors {
    using Opening = Task<Result<std::shared_ptr<ssh::Session>>>;
    /// By whatever way the server lets us in now.
    std::function<Opening(QString server, CancelToken cancel)> usual;
    /// A connection of its own that may prove itself by this private key alone: no other key, no
    /// agent's other keys, no password.
    std::function<Opening(QString server, QString keyFile, CancelToken cancel)> withKey;
    /// The jump hosts of these servers, by server; those without any may be missing. Empty: nobody
    /// knows.
    using Jumps = QMap<QString, QStringList>;
    std::function<Task<Result<Jumps>>(QStringList servers)> jumps;
};

class Hosts;
/// Those of all servers that an operator can reach; `hosts` lives as long as the doors.
KeyDoors doorsOf(Hosts* hosts);

/// A key to be on servers, and perhaps one to go.
struct KeyChange {
    ssh::PublicKey add;
    QString addFile;        ///< the private half; a change is proved by it
    QString comment;        ///< in authorized_keys
    ssh::PublicKey remove;  ///< empty: none goes, the key is only put there
    QStringList servers;
};

/// What is asked of the engine: kind "rotate-key" (or "install-key" when none goes). Invalid when
/// nothing is asked for, or the two keys are one, or there is nothing to prove it by.
Result<engine::Request> keyChangeRequest(const KeyChange& change);

/// Kinds "install-key" and "rotate-key". A server goes through three actions: put the new key
/// there; log in with the new key alone; over such a login take the old one out. Where one fails
/// the server stays as it is, with the old key, and the others go on: the way in is never lost. A
/// jump host keeps the old key until those behind it have theirs changed: the way to them leads
/// over it. All three may be repeated, so a run that was killed just goes on.
QList<engine::Kind> keyKinds(KeyDoors doors);

/// The plan of both kinds; pure. The world is {"jumps": {server: [jump host…]}}. The result is
/// {"done": [server…], "kept": {server: reason}}.
engine::Plan planKeyChange(const Json& wanted, const engine::Observed& observed);

}  // namespace analemma::operate
