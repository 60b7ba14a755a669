#include "core/git/network.h"

#include "core/base/files.h"
#include "core/base/text.h"
#include "core/git/src/access.h"
#include "core/git/src/errors.h"
#include "core/git/src/networkcall.h"
#include "core/git/src/networkcheckout.h"
#include "core/git/src/room.h"
#include "core/git/src/workspacecommit.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QTemporaryDir>

#include <cstdio>

using namespace Qt::StringLiterals;

namespace analemma::git {
namespace {

/// Where a clone grows: beside its place, so that a rename puts it there. It goes with this object.
struct Growing {
    Growing(QString f, QString t) : folder(std::move(f)), target(std::move(t)) {}
    ~Growing() { (void)removeTree(folder).ok(); }
    Growing(const Growing&) = delete;
    Growing& operator=(const Growing&) = delete;

    QString folder;
    QString target;
};

Result<std::shared_ptr<Growing>> prepareFolder(const QString& folder)
{
    const QFileInfo info(QDir::cleanPath(QDir(folder).absolutePath()));
    const QString shown = displayText(info.filePath(), 300);
    if (info.exists() && (!info.isDir() || !QDir(info.filePath())
                                                .isEmpty(QDir::AllEntries | QDir::Hidden |
                                                         QDir::System | QDir::NoDotAndDotDot))) {
        return Error(ErrorKind::Conflict,
                     u"%1 is there already and not empty. Nothing was cloned."_s.arg(shown));
    }
    const Result<void> made = makeFolder(info.path(), 0777);
    if (!made) {
        return made.error();
    }
    return std::make_shared<Growing>(
        u"%1/.%2.clone-%3"_s.arg(info.path(), info.fileName().left(100), newId()), info.filePath());
}

/// A shadow of nothing, with a configuration for all that git reads.
Result<std::shared_ptr<Shadow>> lonelyShadow(const RemoteUrl& url, const NetworkAccess& access)
{
    const QTemporaryDir empty;
    if (!empty.isValid()) {
        return Error(ErrorKind::Io, u"prepare the clone: "_s + empty.errorString());
    }
    Handle handle;
    Result<RepositoryHandle> made = makeRepository(empty.filePath(u"none"_s));
    if (!made) {
        return made.error();
    }
    handle.repository = std::move(*made);
    ShadowNeeds needs = networkNeeds(url, access);
    Result<std::shared_ptr<Shadow>> shadow = makeShadow(handle, needs);
    if (!shadow) {
        return shadow.error();
    }
    auto settings = needs.settings;
    settings.insert(settings.end(), {{"core.hookspath", "/dev/null"},
                                     {"core.fsmonitor", "false"},
                                     {"core.askpass", ""},
                                     {"credential.helper", ""},
                                     {"gc.auto", "0"},
                                     {"maintenance.auto", "false"}});
    const Result<void> written =
        writeFile((*shadow)->folder() + u"/clone.config"_s, configText(settings));
    return written ? shadow : Result<std::shared_ptr<Shadow>>(written.error());
}

QStringList cloneArguments(const RemoteUrl& url, const CloneOptions& options, const QString& folder)
{
    QStringList arguments{u"clone"_s,      u"--progress"_s,  u"--no-checkout"_s,
                          u"--no-local"_s, u"--template="_s, u"--no-recurse-submodules"_s};
    arguments += serverOptions(url, u"upload-pack"_s, u"upload-pack"_s);
    arguments.append(options.singleBranch ? u"--single-branch"_s : u"--no-single-branch"_s);
    if (options.bare) {
        arguments.append(u"--bare"_s);
    }
    if (options.depth > 0) {
        arguments.append(u"--depth=%1"_s.arg(options.depth));
    }
    if (!options.branch.isEmpty()) {
        arguments.append(u"--branch="_s + options.branch);
    }
    return arguments + QStringList{u"--"_s, url.text, folder};
}

/// The files of HEAD, where it leads to a commit. The address gets back the name of the account,
/// which git was not told.
Result<void> completeClone(const Handle& handle, const RemoteUrl& url)
{
    if (url.kind == RemoteUrl::Kind::Https && !url.user.isEmpty()) {
        const QString whole = u"https://"_s + url.user + u'@' + url.text.sliced(8);
        if (const int code =
                git_remote_set_url(handle.repository.get(), "origin", whole.toUtf8().constData());
            code < 0) {
            return gitError(code, u"write the address"_s);
        }
    }
    if (git_repository_is_bare(handle.repository.get()) == 1) {
        return {};
    }
    git_oid head{};
    const int code = git_reference_name_to_id(&head, handle.repository.get(), "HEAD");
    if (code == GIT_ENOTFOUND) {
        git_error_clear();
        return {};
    }
    return code < 0 ? Result<void>(gitError(code, u"read HEAD"_s)) : checkOut(handle, head, true);
}

Result<void> putInPlace(const Growing& growing)
{
    // Over an empty folder, too (rename(2)).
    if (std::rename(QFile::encodeName(growing.folder).constData(),
                    QFile::encodeName(growing.target).constData()) != 0) {
        return systemError(u"put the clone at "_s + displayText(growing.target, 300), errno);
    }
    return {};
}

/// It is removed whatever went wrong.
Error notCloned(const Error& error, const Growing& growing)
{
    if (!isDiskFull(error) || error.message.endsWith(u'.')) {
        return error;
    }
    Error told = error;
    told.message += u". Nothing was cloned."_s;
    return told.withHint(u"Free some space on the disk of %1 and try again."_s.arg(
        displayText(QFileInfo(growing.target).path(), 300)));
}

Task<Result<void>> growClone(std::shared_ptr<Growing> growing, RemoteUrl url, CloneOptions options,
                             NetworkAccess access, CancelToken cancel)
{
    std::function<Result<std::shared_ptr<Shadow>>()> prepare = [url, access] {
        return lonelyShadow(url, access);
    };
    auto preparing = onQueue<std::shared_ptr<Shadow>>(makeQueue(), std::move(prepare));
    const Result<std::shared_ptr<Shadow>> shadow = co_await std::move(preparing);
    if (!shadow) {
        co_return shadow.error();
    }
    NetworkCall call;
    call.what = u"clone "_s + url.shown;
    call.url = url;
    call.shadow = *shadow;
    call.arguments = cloneArguments(url, options, growing->folder);
    call.environment.emplace_back(u"GIT_CONFIG_GLOBAL"_s, (*shadow)->folder() + u"/clone.config"_s);
    auto calling = callRemote(call, access, cancel);
    const Result<NetworkAnswer> answer = co_await std::move(calling);
    if (!answer) {
        co_return answer.error();
    }
    if (answer->exitCode != 0) {
        co_return answer->error(call.what);
    }
    auto opening = Repository::open(growing->folder);
    const Result<std::shared_ptr<Repository>> opened = co_await std::move(opening);
    if (!opened) {
        co_return opened.error().in(call.what);
    }
    std::function<Result<void>(const Handle&)> complete = [url](const Handle& handle) {
        return completeClone(handle, url);
    };
    auto writing = perform<void>(Access::body(**opened), std::move(complete));
    const Result<void> written = co_await std::move(writing);
    if (!written) {
        co_return notCloned(written.error().in(call.what), *growing);
    }
    co_return cancel.isCancelled() ? Result<void>(cancelledError()) : putInPlace(*growing);
}

}  // namespace

Task<Result<std::shared_ptr<Repository>>> cloneRepository(QString url, QString folder,
                                                          CloneOptions options,
                                                          NetworkAccess access, CancelToken cancel)
{
    const Result<RemoteUrl> parsed = parseRemoteUrl(url, access.localPaths);
    if (!parsed) {
        co_return parsed.error();
    }
    if (!makeQueue()) {
        co_return Error(ErrorKind::Bug, u"git::Library must live before a repository is cloned."_s);
    }
    const Result<std::shared_ptr<Growing>> growing = prepareFolder(folder);
    if (!growing) {
        co_return growing.error();
    }
    auto task = growClone(*growing, *parsed, options, access, cancel);
    const Result<void> grown = co_await std::move(task);
    if (!grown) {
        std::function<Result<void>()> remove = [path = (*growing)->folder] {
            return removeTree(path);
        };
        auto removing = onWorker<void>(std::move(remove));
        [[maybe_unused]] const Result<void> removed = co_await std::move(removing);
        co_return grown.error();
    }
    auto opening = Repository::open((*growing)->target);
    Result<std::shared_ptr<Repository>> repository = co_await std::move(opening);
    co_return repository;
}

}  // namespace analemma::git
