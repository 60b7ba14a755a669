#pragma once

#include "core/git/network.h"
#include "core/git/src/networkurl.h"
#include "core/git/src/shadow.h"

namespace analemma::git {

/// One run of git that talks to another repository.
struct NetworkCall {
    QString what;  ///< "fetch from https://example.org/a.git"
    RemoteUrl url;
    std::shared_ptr<Shadow> shadow;
    QStringList arguments;
    Environment environment;  ///< beyond the shadow's and the desk's
};

struct NetworkAnswer {
    int exitCode = 0;
    QByteArray output;
    QStringList said;    ///< by the other side
    QByteArrayList own;  ///< last lines of git
    Json hostKey;        ///< that ssh was shown last, see sshwords.h
    /// Why it failed; only with another exit code than 0.
    [[nodiscard]] Error error(const QString& what) const;
    /// It failed because what it gave to prove who it is was not taken.
    [[nodiscard]] bool isLoginRefused() const;
};

/// What a shadow needs for such a run.
ShadowNeeds networkNeeds(const RemoteUrl& url, const NetworkAccess& access);
/// So that a repository on this machine runs none of its own hooks: for --upload-pack and
/// --receive-pack.
QStringList serverOptions(const RemoteUrl& url, const QString& option, const QString& program);

/// Ends the process, and all that it started, when nothing comes for NetworkAccess::silence, at its
/// limit, and on cancel. An exit code is an answer. Where a login of the keeper was not taken, it
/// is run a second time without it. Main thread.
Task<Result<NetworkAnswer>> callRemote(NetworkCall call, NetworkAccess access, CancelToken cancel);

}  // namespace analemma::git
