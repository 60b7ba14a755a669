#include "core/git/src/submodules.h"

#include "core/base/files.h"
#include "core/base/text.h"
#include "core/git/src/access.h"
#include "core/git/src/branchesheads.h"
#include "core/git/src/commits.h"
#include "core/git/src/errors.h"
#include "core/git/src/paths.h"
#include "core/git/src/refs.h"
#include "core/git/worktrees.h"

#include <QFile>
#include <QFileInfo>
#include <QHash>
#include <QRegularExpression>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::git {

namespace {

constexpr qsizetype submoduleLimit = 10'000;
constexpr qint64 modulesFileLimit = 1024 * 1024;

struct ModuleName {
    QString name;
    QString url;
};

/// What .gitmodules says, by path. It is data of the repository: a link, or a file that pulls in
/// others, says nothing.
Result<QHash<QByteArray, ModuleName>> readModules(const Handle& handle)
{
    QHash<QByteArray, ModuleName> all;
    const QString path =
        QFile::decodeName(git_repository_workdir(handle.repository.get())) + u".gitmodules"_s;
    const QFileInfo info(path);
    if (info.isSymLink() || !info.isFile()) {
        return all;
    }
    const Result<QByteArray> bytes = readFile(path, modulesFileLimit);
    if (!bytes) {
        return bytes.error();
    }
    static const QRegularExpression includes(u"\\[\\s*include"_s,
                                             QRegularExpression::CaseInsensitiveOption);
    if (includes.match(QString::fromUtf8(*bytes)).hasMatch()) {
        return Error(ErrorKind::Refused,
                     u".gitmodules pulls in other files, which no harmless one does. It was not "
                     u"read."_s);
    }
    ConfigHandle config;
    Owned<git_config_iterator, git_config_iterator_free> iterator;
    int code = git_config_open_ondisk(out(config), QFile::encodeName(path).constData());
    code = code < 0 ? code : git_config_iterator_new(out(iterator), config.get());
    if (code < 0) {
        return gitError(code, u"read .gitmodules"_s);
    }
    QHash<QByteArray, std::pair<QByteArray, QString>> byName;
    git_config_entry* entry = nullptr;
    while (git_config_next(&entry, iterator.get()) == 0 && byName.size() <= submoduleLimit) {
        const QByteArray key(entry->name);
        const qsizetype dot = key.lastIndexOf('.');
        if (!key.startsWith("submodule.") || dot <= 10 || entry->value == nullptr) {
            continue;
        }
        auto& found = byName[key.sliced(10, dot - 10)];
        if (key.endsWith(".path")) {
            found.first = entry->value;
        } else if (key.endsWith(".url")) {
            found.second = QString::fromUtf8(entry->value);
        }
    }
    git_error_clear();
    for (auto it = byName.constBegin(); it != byName.constEnd(); ++it) {
        all.insert(it->first, ModuleName{QString::fromUtf8(it.key()), it->second});
    }
    return all;
}

/// The commit that is checked out in a submodule's folder. Nothing of its settings is used.
QString commitIn(const QString& folder)
{
    const QFileInfo info(folder + u"/.git"_s);
    if (info.isSymLink() || !info.exists()) {
        return {};
    }
    Handle inside;
    QString commit;
    if (git_repository_open_ext(out(inside.repository), QFile::encodeName(folder).constData(),
                                GIT_REPOSITORY_OPEN_NO_SEARCH, nullptr) == 0) {
        const Result<Head> head = readHead(inside);
        commit = head ? head->commit : QString();
    }
    git_error_clear();
    return commit;
}

/// No parent is a link, so that a look inside stays inside.
bool isReallyInside(const QString& top, const QByteArray& path)
{
    for (qsizetype at = path.indexOf('/');; at = path.indexOf('/', at + 1)) {
        if (QFileInfo(top + QFile::decodeName(at < 0 ? path : path.first(at))).isSymLink()) {
            return false;
        }
        if (at < 0) {
            return true;
        }
    }
}

Submodule describeModule(const QString& top, const git_index_entry* entry, const ModuleName& named)
{
    Submodule module;
    module.path = entry->path;
    module.name = named.name;
    module.url = named.url;
    module.recorded = idText(entry->id);
    module.problem = hostileSubmodulePath(module.path);
    if (module.problem.isEmpty() && !module.name.isEmpty()) {
        module.problem = hostileSubmodulePath(module.name.toUtf8());
    }
    if (module.problem.isEmpty()) {
        module.problem = hostileSubmoduleUrl(module.url);
    }
    if (module.problem.isEmpty() && !isReallyInside(top, module.path)) {
        module.problem = u"lies behind a link"_s;
    }
    if (!module.problem.isEmpty()) {
        module.state = Submodule::State::Refused;
        return module;
    }
    module.checkedOut = commitIn(top + QFile::decodeName(module.path));
    module.state = module.checkedOut.isEmpty()            ? Submodule::State::NotThere
                   : module.checkedOut == module.recorded ? Submodule::State::Same
                                                          : Submodule::State::Moved;
    return module;
}

Result<QList<Submodule>> listModules(const Handle& handle)
{
    const char* folder = git_repository_workdir(handle.repository.get());
    QList<Submodule> all;
    if (folder == nullptr) {
        return all;
    }
    const Result<void> ours = checkFilesAreOurs(handle);
    if (!ours && ours.error().kind != ErrorKind::Locked) {
        return ours.error();
    }
    const Result<IndexHandle> index = indexOf(handle);
    if (!index) {
        return index.error();
    }
    const Result<QHash<QByteArray, ModuleName>> modules = readModules(handle);
    const QString top = QFile::decodeName(folder);
    for (std::size_t i = 0; i < git_index_entrycount(index->get()); ++i) {
        const git_index_entry* entry = git_index_get_byindex(index->get(), i);
        if (entry->mode != GIT_FILEMODE_COMMIT || git_index_entry_stage(entry) != 0) {
            continue;
        }
        if (all.size() == submoduleLimit) {
            return Error(ErrorKind::Invalid,
                         u"There are more than %1 submodules."_s.arg(submoduleLimit));
        }
        all.append(describeModule(
            top, entry, modules ? modules->value(QByteArray(entry->path)) : ModuleName()));
        if (!modules) {
            all.last().state = Submodule::State::Refused;
            all.last().problem = modules.error().message;
        }
    }
    return all;
}

bool isControlCharacter(QChar c)
{
    return c < u' ' || c == QChar(0x7f);
}

}  // namespace

// ---- pure ---------------------------------------------------------------------------------------

QString hostileSubmodulePath(const QByteArray& path)
{
    if (path.isEmpty() || path.startsWith('/') || path.startsWith('-') || path.contains('\\') ||
        (path.size() > 1 && path[1] == ':')) {
        return u"is no path inside the repository"_s;
    }
    const QString text = QString::fromUtf8(path);
    if (std::any_of(text.begin(), text.end(), isControlCharacter)) {
        return u"has a control character in it"_s;
    }
    for (const QByteArray& part : path.split('/')) {
        if (const QString why = hostileName(part); !why.isEmpty()) {
            return why;
        }
        if (part.endsWith('.') || part.endsWith(' ') || part.startsWith(' ')) {
            return u"ends in a space or a dot"_s;
        }
    }
    return {};
}

QString hostileSubmoduleUrl(const QString& url)
{
    if (std::any_of(url.begin(), url.end(), isControlCharacter)) {
        return u"has a URL with a control character in it"_s;
    }
    if (url.startsWith(u'-')) {
        return u"has a URL that programs take for an option"_s;
    }
    static const QRegularExpression helper(u"^[A-Za-z0-9+.-]*::"_s);
    if (helper.match(url).hasMatch()) {
        return u"has a URL that runs a program"_s;
    }
    static const QRegularExpression optionHost(u"^[A-Za-z0-9+.-]+://([^/@]*@)?-"_s);
    if (optionHost.match(url).hasMatch() || url.contains(u":-"_s)) {
        return u"has a URL whose host programs take for an option"_s;
    }
    return {};
}

Task<Result<QList<Submodule>>> submodules(std::shared_ptr<Repository> repository)
{
    return perform<QList<Submodule>>(Access::body(*repository), &listModules);
}

}  // namespace analemma::git
