#include "core/git/src/remotes.h"

#include "core/base/nearest.h"
#include "core/base/text.h"
#include "core/git/src/access.h"
#include "core/git/src/errors.h"
#include "core/git/src/networkurl.h"
#include "core/git/src/refs.h"

#include <QMap>
#include <QRegularExpression>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::git {
namespace {

constexpr qsizetype remoteLimit = 1000;
constexpr qsizetype specLimit = 200;
constexpr qsizetype specLength = 1024;

using RemoteHandle = Owned<git_remote, git_remote_free>;
using RefspecHandle = Owned<git_refspec, git_refspec_free>;
using ConfigIteratorHandle = Owned<git_config_iterator, git_config_iterator_free>;

/// The repository's own file; null when there is none.
Result<ConfigHandle> ownConfig(const Handle& handle)
{
    ConfigHandle all;
    if (const int code = git_repository_config(out(all), handle.repository.get()); code < 0) {
        return gitError(code, u"read the remotes"_s);
    }
    ConfigHandle own;
    const int code = git_config_open_level(out(own), all.get(), GIT_CONFIG_LEVEL_LOCAL);
    if (code < 0 && code != GIT_ENOTFOUND) {
        return gitError(code, u"read the remotes"_s);
    }
    git_error_clear();
    return own;
}

void takeEntry(QMap<QString, RemoteConfig>& remotes, const git_config_entry& entry)
{
    const QString key = QString::fromUtf8(entry.name);
    const qsizetype last = key.lastIndexOf(u'.');
    const QString name = key.sliced(7, std::max<qsizetype>(0, last - 7));
    if (name.isEmpty() || entry.value == nullptr ||
        (!remotes.contains(name) && remotes.size() >= remoteLimit)) {
        return;
    }
    RemoteConfig& remote = remotes[name];
    remote.name = name;
    const QStringView what = QStringView(key).sliced(last + 1);
    QStringList& values = what == u"url"       ? remote.urls
                          : what == u"pushurl" ? remote.pushUrls
                                               : remote.fetchSpecs;
    if (values.size() < specLimit) {
        values.append(QString::fromUtf8(entry.value));
    }
}

Result<QString> ownValue(const Handle& handle, const QByteArray& key)
{
    const Result<ConfigHandle> config = ownConfig(handle);
    if (!config) {
        return config.error();
    }
    git_buf buffer{};
    if (!*config || git_config_get_string_buf(&buffer, config->get(), key.constData()) < 0) {
        git_error_clear();
        return QString();
    }
    QString value = QString::fromUtf8(buffer.ptr, qsizetype(buffer.size));
    git_buf_dispose(&buffer);
    return value;
}

Error noRemote(const QString& name, const QList<RemoteConfig>& all)
{
    QStringList names;
    for (const RemoteConfig& one : all) {
        names.append(one.name);
    }
    if (name.isEmpty()) {
        return Error(ErrorKind::NotFound, names.isEmpty() ? u"The repository has no remote."_s
                                                          : u"Which remote is meant?"_s)
            .withHint(names.isEmpty()
                          ? u"Add one, with the address of the other repository."_s
                          : u"It has: %1."_s.arg(displayText(names.join(u", "_s), 300)));
    }
    const QString near = nearestWord(name, names);
    return Error(ErrorKind::NotFound,
                 u"The repository has no remote \"%1\"."_s.arg(displayText(name, 100)))
        .withHint(near.isEmpty() ? u"It has: %1."_s.arg(displayText(names.join(u", "_s), 300))
                                 : u"Did you mean \"%1\"?"_s.arg(displayText(near, 100)));
}

Result<void> checkRemoteName(const QString& name)
{
    int valid = 0;
    const QByteArray bytes = name.toUtf8();
    if (git_remote_name_is_valid(&valid, bytes.constData()) < 0 || valid == 0 ||
        name.startsWith(u'-') || bytes.contains('\0') || name.size() > 200) {
        git_error_clear();
        return Error(ErrorKind::Invalid,
                     u"\"%1\" can not be the name of a remote."_s.arg(displayText(name, 100)));
    }
    return {};
}

Result<void> checkAddress(const QString& url)
{
    const Result<RemoteUrl> parsed = parseRemoteUrl(url, true);
    return parsed ? Result<void>() : Result<void>(parsed.error());
}

Result<QList<Remote>> listRemotes(const Handle& handle)
{
    const Result<QList<RemoteConfig>> all = readRemotes(handle);
    if (!all) {
        return all.error();
    }
    QList<Remote> remotes;
    for (const RemoteConfig& one : *all) {
        Remote remote;
        remote.name = one.name;
        remote.url = shownUrl(one.urls.value(0));
        remote.pushUrl = shownUrl(one.pushUrls.value(0));
        remote.fetchSpecs = one.fetchSpecs;
        const Result<RemoteUrl> url = parseRemoteUrl(one.urls.value(0), true);
        Result<void> usable = url ? Result<void>() : Result<void>(url.error());
        for (const QString& spec : one.fetchSpecs) {
            if (usable) {
                usable = checkFetchSpec(spec, git_repository_is_bare(handle.repository.get()) == 1);
            }
        }
        remote.problem = usable ? QString() : usable.error().message;
        remotes.append(std::move(remote));
    }
    return remotes;
}

Result<void> makeRemote(const Handle& handle, const QString& name, const QString& url)
{
    for (const Result<void>& check : {checkRemoteName(name), checkAddress(url)}) {
        if (!check) {
            return check;
        }
    }
    RemoteHandle made;
    const int code = git_remote_create(out(made), handle.repository.get(),
                                       name.toUtf8().constData(), url.toUtf8().constData());
    if (code == GIT_EEXISTS) {
        git_error_clear();
        return Error(
            ErrorKind::Conflict,
            u"There is a remote %1 already. It was not changed."_s.arg(displayText(name, 100)));
    }
    return code < 0
               ? Result<void>(gitError(code, u"add the remote %1"_s.arg(displayText(name, 100))))
               : Result<void>();
}

Result<QStringList> moveRemote(const Handle& handle, const QString& name, const QString& newName)
{
    const Result<RemoteConfig> there = findRemote(handle, name);
    if (!there) {
        return there.error();
    }
    const Result<void> valid = checkRemoteName(newName);
    if (!valid) {
        return valid.error();
    }
    git_strarray problems{};
    const int code =
        git_remote_rename(&problems, handle.repository.get(), there->name.toUtf8().constData(),
                          newName.toUtf8().constData());
    if (code < 0) {
        return gitError(code, u"rename the remote %1"_s.arg(displayText(name, 100)));
    }
    QStringList left;
    for (std::size_t i = 0; i < problems.count; ++i) {
        left.append(QString::fromUtf8(problems.strings[i]));
    }
    git_strarray_dispose(&problems);
    return left;
}

Result<void> dropRemote(const Handle& handle, const QString& name)
{
    const Result<RemoteConfig> there = findRemote(handle, name);
    if (!there) {
        return there.error();
    }
    const int code = git_remote_delete(handle.repository.get(), there->name.toUtf8().constData());
    return code < 0
               ? Result<void>(gitError(code, u"remove the remote %1"_s.arg(displayText(name, 100))))
               : Result<void>();
}

Result<void> pointRemote(const Handle& handle, const QString& name, const QString& url)
{
    const Result<RemoteConfig> there = findRemote(handle, name);
    if (!there) {
        return there.error();
    }
    const Result<void> valid = checkAddress(url);
    if (!valid) {
        return valid;
    }
    const int code = git_remote_set_url(handle.repository.get(), there->name.toUtf8().constData(),
                                        url.toUtf8().constData());
    return code < 0
               ? Result<void>(gitError(code, u"change the remote %1"_s.arg(displayText(name, 100))))
               : Result<void>();
}

}  // namespace

Result<QList<RemoteConfig>> readRemotes(const Handle& handle)
{
    const Result<ConfigHandle> config = ownConfig(handle);
    if (!config) {
        return config.error();
    }
    QMap<QString, RemoteConfig> remotes;
    ConfigIteratorHandle iterator;
    if (*config) {
        const int code = git_config_iterator_glob_new(out(iterator), config->get(),
                                                      "^remote\\..*\\.(url|pushurl|fetch)$");
        if (code < 0) {
            return gitError(code, u"read the remotes"_s);
        }
        git_config_entry* entry = nullptr;
        while (git_config_next(&entry, iterator.get()) == 0) {
            takeEntry(remotes, *entry);
        }
        git_error_clear();
    }
    return remotes.values();
}

Result<RemoteConfig> findRemote(const Handle& handle, const QString& name)
{
    const Result<QList<RemoteConfig>> all = readRemotes(handle);
    if (!all) {
        return all.error();
    }
    QStringList wanted{name};
    if (name.isEmpty()) {
        const Result<Head> head = readHead(handle);
        const Result<std::optional<Upstream>> upstream =
            head ? upstreamOf(handle, head->branch) : head.error();
        wanted = {upstream && *upstream ? (*upstream)->remote : QString(), u"origin"_s,
                  all->size() == 1 ? all->constFirst().name : QString()};
    }
    for (const QString& one : std::as_const(wanted)) {
        const auto found =
            std::find_if(all->begin(), all->end(),
                         [&one](const RemoteConfig& remote) { return remote.name == one; });
        if (found != all->end()) {
            return *found;
        }
    }
    return noRemote(name, *all);
}

Result<std::optional<Upstream>> upstreamOf(const Handle& handle, const QString& branch)
{
    const QByteArray key = "branch." + branch.toUtf8();
    const Result<QString> remote = ownValue(handle, key + ".remote");
    const Result<QString> ref = remote ? ownValue(handle, key + ".merge") : remote.error();
    if (!ref) {
        return ref.error();
    }
    const Result<QList<RemoteConfig>> all = readRemotes(handle);
    if (!all) {
        return all.error();
    }
    for (const RemoteConfig& one : *all) {
        if (one.name == *remote && !branch.isEmpty() && ref->startsWith(u"refs/heads/"_s)) {
            Upstream upstream;
            upstream.remote = one.name;
            upstream.ref = *ref;
            upstream.tracking = trackingRef(one.fetchSpecs, *ref);
            return std::optional<Upstream>(upstream);
        }
    }
    return std::optional<Upstream>();
}

Result<void> checkFetchSpec(const QString& spec, bool bare)
{
    static const QRegularExpression form(
        u"\\A\\+?((?:refs/|HEAD)[^\\s:^~?\\[\\\\\\x00-\\x20\\x7f]*):(refs/[^\\s:^~?\\[\\\\\\x00-\\x20\\x7f]+)\\z"_s);
    const QRegularExpressionMatch match =
        spec.size() <= specLength ? form.match(spec) : QRegularExpressionMatch();
    RefspecHandle parsed;
    if (!match.hasMatch() || git_refspec_parse(out(parsed), spec.toUtf8().constData(), 1) < 0) {
        git_error_clear();
        return Error(
            ErrorKind::Refused,
            u"The refspec \"%1\" was not used: it is none that names where its refs go."_s.arg(
                displayText(spec, 200)));
    }
    const QString target = match.captured(2);
    const bool isOurs = !target.startsWith(u"refs/remotes/"_s) &&
                        !target.startsWith(u"refs/tags/"_s) && !target.startsWith(u"refs/notes/"_s);
    if (isOurs && !bare) {
        return Error(ErrorKind::Refused,
                     u"The refspec \"%1\" was not used: it would move refs that are ours."_s.arg(
                         displayText(spec, 200)))
            .withHint(u"Its target has to be below refs/remotes, refs/tags or refs/notes."_s);
    }
    return {};
}

QString trackingRef(const QStringList& fetchSpecs, const QString& ref)
{
    for (const QString& spec : fetchSpecs) {
        RefspecHandle parsed;
        if (git_refspec_parse(out(parsed), spec.toUtf8().constData(), 1) < 0) {
            continue;
        }
        if (git_refspec_src_matches(parsed.get(), ref.toUtf8().constData()) == 1) {
            git_buf buffer{};
            if (git_refspec_transform(&buffer, parsed.get(), ref.toUtf8().constData()) == 0) {
                const QString name = QString::fromUtf8(buffer.ptr, qsizetype(buffer.size));
                git_buf_dispose(&buffer);
                return name;
            }
        }
    }
    git_error_clear();
    return {};
}

// ---- the face -----------------------------------------------------------------------------------

Task<Result<QList<Remote>>> remotes(std::shared_ptr<Repository> repository)
{
    return perform<QList<Remote>>(Access::body(*repository), &listRemotes);
}

Task<Result<void>> addRemote(std::shared_ptr<Repository> repository, QString name, QString url)
{
    return perform<void>(Access::body(*repository), [name, url](const Handle& handle) {
        return makeRemote(handle, name, url);
    });
}

Task<Result<QStringList>> renameRemote(std::shared_ptr<Repository> repository, QString name,
                                       QString newName)
{
    return perform<QStringList>(Access::body(*repository), [name, newName](const Handle& handle) {
        return moveRemote(handle, name, newName);
    });
}

Task<Result<void>> removeRemote(std::shared_ptr<Repository> repository, QString name)
{
    return perform<void>(Access::body(*repository),
                         [name](const Handle& handle) { return dropRemote(handle, name); });
}

Task<Result<void>> setRemoteUrl(std::shared_ptr<Repository> repository, QString name, QString url)
{
    return perform<void>(Access::body(*repository), [name, url](const Handle& handle) {
        return pointRemote(handle, name, url);
    });
}

}  // namespace analemma::git
