#pragma once

#include "core/operate/src/approach.h"

#include <QElapsedTimer>

#include <map>

/// What a Hosts holds, and the coroutines that work on it. Main thread; they keep it alive.
namespace analemma::operate {

using CataloguePtr = std::shared_ptr<const Catalogue>;

/// A connection that several callers wait for.
struct Opening {
    CancelToken token;  ///< cancelled when nobody waits any more
    std::map<quint64, Promise<ssh::ChosenSession>> waiting;
    quint64 nextId = 1;
};

struct HostsState {
    workspace::Workspace workspace;
    store::Store* store = nullptr;
    ssh::Client* client = nullptr;
    Hosts::Made made;
    HostPlaces places;
    std::unique_ptr<ssh::SystemClient> system;
    ssh::Asker asker;
    std::function<void()> changed;

    CataloguePtr catalogue;
    QElapsedTimer age;  ///< of the catalogue
    bool isReading = false;
    quint64 edition = 0;  ///< rises when what was read may be old
    std::vector<Promise<CataloguePtr>> waiting;

    /// An open session and how it was chosen; the session lives with its users.
    struct Open {
        std::weak_ptr<ssh::Session> session;
        ssh::TransportChoice choice;
    };
    std::map<QString, Open> open;  ///< by the way's key
    std::map<QString, std::shared_ptr<Opening>> opening;
    TaskScope scope;

    /// Drops what was read, and tells.
    void forgetCatalogue();
};

using StatePtr = std::shared_ptr<HostsState>;

/// All servers; one that was read within the last second is good enough.
Task<Result<CataloguePtr>> catalogueOf(StatePtr state);

Task<Result<Host>> findHost(StatePtr state, QString name);

// What Hosts does to its list, see there.
Task<Result<Host>> importHost(StatePtr state, QString alias, QStringList tags);
Task<Result<void>> approveProxy(StatePtr state, QString name, QString command);
Task<Result<Host>> addHost(StatePtr state, workspace::StaticServer server);
Task<Result<void>> forgetHost(StatePtr state, QString name);
Task<Result<void>> setHostTransport(StatePtr state, QString name, ssh::Transport transport);
/// `state` may be null.
Task<Result<void>> recordKey(StatePtr state, HostKeyView view, bool replacing);

/// The way to a server with all that was read for it.
Task<Result<Approach>> approachTo(StatePtr state, QString name);

Task<Result<ssh::ChosenSession>> openApart(StatePtr state, QString name, CancelToken cancel,
                                           ssh::Asker asker);
Task<Result<ssh::ChosenSession>> openWithKey(StatePtr state, QString name, QString keyFile,
                                             CancelToken cancel);
Task<Result<ssh::ChosenSession>> openShared(StatePtr state, QString name, CancelToken cancel,
                                            ssh::Asker asker);
Task<Result<HostKeyView>> lookAtKey(StatePtr state, QString name, CancelToken cancel,
                                    ssh::Asker asker);

/// What stands in the store about hosts. Store thread.
Result<HostSettings> readSettings(store::Transaction& transaction);
Result<void> writeImport(store::Transaction& transaction, const QString& alias,
                         const HostSettings::Import& import);
Result<void> removeImport(store::Transaction& transaction, const QString& alias);
Result<void> writeTransport(store::Transaction& transaction, const QString& name,
                            ssh::Transport transport);
Result<void> writeRemembered(store::Transaction& transaction, const QString& target,
                             ssh::Transport transport);

}  // namespace analemma::operate
