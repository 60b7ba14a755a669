#pragma once

#include "core/base/clock.h"
#include "core/base/secret.h"
#include "core/git/git.h"

#include <QHash>

#include <functional>

/// Other repositories over https and ssh. Each call is a process of its own (the git program, see
/// src/shadow.h, with OpenSSH and libcurl below it: RSA keys and TLS 1.3 work) that ends with its
/// deadline or a cancel, whatever the other side does; the repository is touched only when all has
/// arrived. Of the repository's configuration only addresses, refspecs and upstreams are read; what
/// could run something, `url.*.insteadOf`, ~/.ssh/config (but for NetworkAccess::sshWay) and
/// ~/.netrc are not. Main thread.
///
/// Errors of all calls: Network (no connection, or it broke), Timeout (nothing came, see
/// NetworkAccess::silence), Auth, HostKey (also for certificates), NotFound, Refused (an address
/// that is not allowed; not a fast-forward; a lease that no longer holds), Protocol, Unsupported
/// (no git program), Cancelled. After each of them the repository is as it was. A HostKey error of
/// an ssh server has in Error::details, as "hostKey", what it showed: {name, type, key, files}, by
/// the name, "host" or "[host]:port", and in the files in which it was looked for.
namespace analemma::git {

/// What the other side wants to know, and only a person or a keyring can tell.
struct NetworkQuestion {
    enum class Kind {
        User,        ///< the name of the account at `place`
        Password,    ///< or token of `user` at `place`
        Passphrase,  ///< of the private key `place`
        Other        ///< what an ssh server asks, see `prompt`
    };
    Kind kind = Kind::Password;
    QString place;   ///< "https://example.org", "git@example.org", "/home/ana/.ssh/id_ed25519"
    QString user;    ///< as far as it is known
    QString prompt;  ///< as it was asked; foreign text, made harmless
};

struct NetworkProgress {
    QString phase;     ///< "Receiving objects", "remote: Compressing objects"; made harmless
    qint64 done = 0;   ///< objects
    qint64 total = 0;  ///< 0: not known
    QString volume;    ///< "12.30 MiB | 4.10 MiB/s", or empty
};

/// A machine on the way to an ssh server; what is empty or 0 is as NetworkAccess and the address of
/// the repository say.
struct SshMachine {
    QString host;
    int port = 0;
    QString user;
    QString knownAs;  ///< the name in the record, without a port
    QStringList knownHostsFiles;
    QStringList keyFiles;
    bool onlyThese = false;  ///< of the agent only these keys
    QString agentSocket;     ///< "none": no agent
};
struct SshWay {
    SshMachine server;
    QList<SshMachine> hops;  ///< the nearest first, at most four
    /// More of ssh_config(5) for the server, whole lines: only what runs nothing.
    QStringList lines;
};

/// Where logins are kept between calls. Main thread.
class LoginKeeper {
public:
    struct Login {
        NetworkQuestion question;  ///< for a Password or a Passphrase, with the user
        Secret answer;
    };
    virtual ~LoginKeeper() = default;
    /// A User, a Password or a Passphrase. Any error but Cancelled: a person is asked.
    virtual Task<Result<Secret>> find(NetworkQuestion question, CancelToken cancel) = 0;
    /// The other side took what a person answered.
    virtual Task<Result<void>> taken(Login login, CancelToken cancel) = 0;
    /// It did not take what find() gave; the call is made once more, without find().
    virtual Task<Result<void>> refused(NetworkQuestion question) = 0;
};

/// How both sides prove who they are, and how long one waits.
struct NetworkAccess {
    QStringList knownHostsFiles;  ///< the record of ssh servers; what is not there is not trusted
    QStringList keyFiles;         ///< private keys for ssh; what is missing is passed over
    QString agentSocket;          ///< of the ssh agent; empty: none
    QString certificatesFile;     ///< PEM: trusted instead of the machine's; empty: the machine's
    /// Also paths on this machine: only where a person named them. No hook of theirs is run.
    bool localPaths = false;
    /// Asked at most once for each thing; empty: nobody can be asked. Its token ends with the call.
    std::function<Task<Result<Secret>>(NetworkQuestion question, CancelToken cancel)> ask;
    std::shared_ptr<LoginKeeper> keeper;  ///< may be null
    /// What a person's own configuration says of the host in the address of a repository; empty:
    /// nothing. Its error ends the call.
    std::function<Task<Result<SshWay>>(QString host, QString user)> sshWay;
    milliseconds silence{30'000};      ///< the call ends when nothing comes for so long
    milliseconds limit{4 * 3600'000};  ///< and after so long in any case
    std::function<void(NetworkProgress)> progress;  ///< a few times a second
};

// ---- remotes ------------------------------------------------------------------------------------

struct Remote {
    QString name;
    QString url;  ///< as configured, without a password that stands in it
    QString pushUrl;
    QStringList fetchSpecs;
    QString problem;  ///< why it can not be used; empty when it can
};

/// By name, at most 1,000.
Task<Result<QList<Remote>>> remotes(std::shared_ptr<Repository> repository);
/// Conflict when there is one of that name; Refused for addresses that no call would use.
Task<Result<void>> addRemote(std::shared_ptr<Repository> repository, QString name, QString url);
/// Moves its branches and the upstreams that name it along. Gives back the refspecs that were left
/// as they are, since they are not the usual ones.
Task<Result<QStringList>> renameRemote(std::shared_ptr<Repository> repository, QString name,
                                       QString newName);
/// Also its branches here and the upstreams that name it; what is at the other side stays.
Task<Result<void>> removeRemote(std::shared_ptr<Repository> repository, QString name);
Task<Result<void>> setRemoteUrl(std::shared_ptr<Repository> repository, QString name, QString url);

// ---- clone --------------------------------------------------------------------------------------

struct CloneOptions {
    QString branch;             ///< or tag to check out; empty: what the other side has as HEAD
    int depth = 0;              ///< so many commits of each branch; 0: all
    bool singleBranch = false;  ///< only that branch
    bool bare = false;
};

/// Into `folder`, which must be missing or empty. It appears as a whole, by a rename at the end; on
/// failure and cancel nothing is left. Files are written by libgit2, so that no filter runs.
Task<Result<std::shared_ptr<Repository>>> cloneRepository(QString url, QString folder,
                                                          CloneOptions options,
                                                          NetworkAccess access, CancelToken cancel);

// ---- fetch and pull -----------------------------------------------------------------------------

/// A ref that moved here.
struct RefMove {
    QString name;    ///< "refs/remotes/origin/main"
    QString before;  ///< empty: it is new
    QString after;   ///< empty: it is gone
    bool forced = false;
};

struct FetchOptions {
    enum class Tags { Follow, All, None };
    QString remote;      ///< empty: that of the branch's upstream, else "origin"
    bool prune = false;  ///< drop remote branches that are gone there
    Tags tags = Tags::Follow;
    int depth = 0;  ///< of a shallow repository: so many commits; 0: as it is
    bool unshallow = false;
    /// More than the remote's refspecs: "+refs/notes/x/*:refs/notes/origin/x/*".
    QStringList more;
};

struct FetchResult {
    QString remote;
    QList<RefMove> moved;
    QStringList refused;  ///< tags that stand here on another commit: they were left
    QStringList said;     ///< by the other side; made harmless
};

/// The refs move in one go, with a line in the ref log. Conflict when somebody else moved one
/// meanwhile; Refused when a refspec would move the branch that is checked out.
Task<Result<FetchResult>> fetch(std::shared_ptr<Repository> repository, FetchOptions options,
                                NetworkAccess access, CancelToken cancel);

struct PullResult {
    FetchResult fetched;
    QString branch;
    QString upstream;  ///< "refs/remotes/origin/main"
    QString before;    ///< the branch's commit; empty while it is unborn
    QString after;     ///< the same as `before` when nothing was moved
    int ahead = 0;     ///< with both, it diverged: merge or rebase, or push first
    int behind = 0;
};

/// Fetches the upstream of the branch that is checked out and moves it and the work tree there when
/// that is a fast-forward; else nothing but the fetch is done. Refused when files with changes
/// would be overwritten (then nothing is), or something is under way; NotFound without an upstream.
Task<Result<PullResult>> pullFastForward(std::shared_ptr<Repository> repository,
                                         FetchOptions options, NetworkAccess access,
                                         CancelToken cancel);

// ---- push ---------------------------------------------------------------------------------------

struct PushOptions {
    QString remote;      ///< empty: that of the branch's upstream, else "origin"
    QStringList refs;    ///< whole names: "refs/heads/main", "refs/tags/v1", "refs/notes/x"
    QStringList remove;  ///< at the other side: whole names there
    bool setUpstream = false;
    /// Overwrites what is there, but only while it is `expected`, or else what was last seen of it.
    bool force = false;
    QHash<QString, QString> expected;  ///< by whole name; an empty id: nothing may be there
};

struct PushedRef {
    enum class State { Same, New, Moved, Forced, Removed, Rejected };
    QString name;  ///< at the other side
    State state = State::Same;
    QString reason;  ///< of Rejected; made harmless
};

struct PushResult {
    QString remote;
    QList<PushedRef> refs;
    QStringList said;
};

/// Refused when one was rejected, with all of them in Error::details (`refs`). After Timeout,
/// Network and Cancelled it is not known whether they have arrived: fetch, and look.
Task<Result<PushResult>> push(std::shared_ptr<Repository> repository, PushOptions options,
                              NetworkAccess access, CancelToken cancel);

}  // namespace analemma::git
