#pragma once

#include "core/base/process.h"
#include "core/git/src/handles.h"

/// The git program, for what libgit2 does too slowly or not at all, without anything that a
/// repository could make it run. It works in a shadow: a private git folder that has the objects of
/// the repository and its refs, but a configuration of our own. No key of the repository's, the
/// user's or the machine's configuration is read by it, so no hook, filter, text converter, pager,
/// helper or alias can stand in one.
namespace analemma::git {

/// What a run of git is to see of the repository besides its objects, HEAD, shallow commits,
/// replaced commits and ignore and attribute rules.
struct ShadowNeeds {
    /// All of them, packed; symbolic ones as what they mean. Without: HEAD is detached.
    bool refs = false;
    /// The real work tree, where git then runs, the index, and a merge that is under way.
    bool workTree = false;
    /// What git is to run, where words have bytes of the repository in them: an argument of a
    /// process of ours is text, a path is not. Run it with GitRun::prepared().
    QByteArrayList command;
    QStringList protocols;  ///< that it may talk: "https", "ssh"; tests add "file"
    /// More of the configuration: {"http.https://example.org.proxy", ...}. Ours, never the
    /// repository's.
    std::vector<std::pair<QByteArray, QByteArray>> settings;
};

/// Its folder is readable by this user only and goes with it. New objects land in the repository,
/// new refs only here.
class Shadow {
public:
    Shadow(QString folder, QString directory, Environment environment);
    ~Shadow();
    Shadow(const Shadow&) = delete;
    Shadow& operator=(const Shadow&) = delete;

    [[nodiscard]] QString folder() const { return m_folder; }
    /// Where git runs: the work tree, or the folder itself.
    [[nodiscard]] QString directory() const { return m_directory; }
    [[nodiscard]] const Environment& environment() const { return m_environment; }

private:
    QString m_folder;
    QString m_directory;
    Environment m_environment;
};

/// On the repository's queue. Unsupported when the work tree of a bare repository is asked for; Io.
Result<std::shared_ptr<Shadow>> makeShadow(const Handle& handle, const ShadowNeeds& needs);

struct GitRun {
    explicit GitRun(QStringList a) : arguments(std::move(a)) {}
    /// ShadowNeeds::command.
    static GitRun prepared();

    QStringList arguments;  ///< "blame", ...; paths are taken literally, without magic
    QByteArray input;
    Environment environment;  ///< more of it
    milliseconds timeout{0};  ///< 0: none
    qsizetype limitBytes = 16 * 1024 * 1024;
    /// Takes each piece of stdout as it comes, on this thread; then none of it is kept.
    std::function<void(const QByteArray& piece)> onOutput;
    /// The same for stderr, of which the first 64 KiB are kept all the same.
    std::function<void(const QByteArray& piece)> onErrors;
};

/// Runs git in the shadow, which it keeps until the end. Main thread. A non-zero exit is a result.
/// Unsupported when git is missing or older than 2.32 (GIT_CONFIG_GLOBAL); Io, Timeout, Cancelled.
Task<Result<ProcessResult>> runGit(std::shared_ptr<Shadow> shadow, GitRun run, CancelToken cancel);

/// The words for a run that failed: the program's own, behind `what` ("search the history").
Error gitRunError(const ProcessResult& result, const QString& what);

/// What `git version` prints, as a reason why it can not be used; nothing when it can. Pure.
std::optional<Error> unusableGit(const QByteArray& version);

/// A configuration file with these keys in it, quoted so that git reads exactly these values. Pure.
QByteArray configText(const std::vector<std::pair<QByteArray, QByteArray>>& settings);

}  // namespace analemma::git
