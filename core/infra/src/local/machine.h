#pragma once

#include "core/base/process.h"
#include "core/infra/src/local/skeleton.h"

/// Making, starting and ending the folders that are servers. All calls block: for workers.
namespace analemma::infra::local {

/// What this machine gives to servers; found once, handed in.
struct Machine {
    QString bwrap;  ///< path; empty: servers get the shared view
    QString sshd;
    QString user;  ///< the account that runs this program
    QString home;
    bool isRoot = false;
};
/// Without the answer whether namespaces work: see bwrapProbeArguments().
Machine thisMachine();

/// What runs of a server, from ctl/process.json.
struct Running {
    ProcessIdentity outer;  ///< bwrap's monitor; in the shared view the same as `inner`
    ProcessIdentity inner;  ///< process 1 of the server: ending it ends all
    QString mode;
    bool answered = false;  ///< SSH has answered with the pinned key
};
std::optional<Running> readRunning(const Place& place);
Result<void> writeRunning(const Place& place, const Running& running);
/// Boot id, start time and command line are those that were written.
bool isUp(const Place& place, const Running& running);

View viewOf(const Layout& layout, const ServerRecord& record, const Machine& machine,
            const QString& clientKey);

/// Builds the folder of a new server and puts it in its place. `image` is the folder of the image's
/// root, empty for the base. Fills in the record's host key.
Result<ServerRecord> buildServer(const Layout& layout, ServerRecord record, const Machine& machine,
                                 const QString& clientKey, const QString& image);
/// Writes settings anew and starts it. Failed with the end of its log.
Result<Running> launch(const Layout& layout, const ServerRecord& record, const Machine& machine,
                       const QString& clientKey);
/// Ends all of its processes and waits until they are gone. Gone is done.
Result<void> halt(const Layout& layout, const QString& name);
/// Waits until nobody listens there; false: somebody still does.
bool untilFree(const QString& address, const QList<int>& ports);

/// Ends the processes given and all that carry the mark, until none is left; Timeout.
Result<void> endMarked(const QByteArray& mark, const std::vector<ProcessIdentity>& known,
                       milliseconds timeout);

/// A path below a root that was written by a server: its parts are not followed when they are
/// links. Empty when one is. The server must be stopped.
QString insideRoot(const QString& root, const QString& relative);

}  // namespace analemma::infra::local
