#include "core/git/src/networkrefs.h"

#include "core/base/files.h"
#include "core/base/text.h"
#include "core/git/src/commits.h"
#include "core/git/src/errors.h"
#include "core/git/src/refs.h"
#include "core/git/src/workspacecommit.h"

#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QFileInfo>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <thread>

using namespace Qt::StringLiterals;

namespace analemma::git {
namespace {

constexpr qint64 shallowLimit = 16 * 1024 * 1024;
constexpr int lockTries = 80;
constexpr std::chrono::milliseconds lockPause{25};

/// git-prune(1) takes what begins with "tmp_" for left over.
constexpr char quarantinePrefix[] = "tmp_objdir-analemma-";

using TransactionHandle = Owned<git_transaction, git_transaction_free>;

Result<QString> objectsFolder(const Handle& handle)
{
    git_buf buffer{};
    const int code =
        git_repository_item_path(&buffer, handle.repository.get(), GIT_REPOSITORY_ITEM_OBJECTS);
    if (code < 0) {
        return gitError(code, u"find the objects of the repository"_s);
    }
    const QString path = QDir::cleanPath(QFile::decodeName(buffer.ptr));
    git_buf_dispose(&buffer);
    return path;
}

/// Locks a folder; nothing when somebody is at it, or it has gone meanwhile.
Descriptor lockFolder(const QString& path)
{
    const QByteArray name = QFile::encodeName(path);
    Descriptor folder(::open(name.constData(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    struct stat opened = {};
    struct stat there = {};
    const bool isOurs = folder.valid() && ::flock(folder.get(), LOCK_EX | LOCK_NB) == 0 &&
                        ::fstat(folder.get(), &opened) == 0 &&
                        ::lstat(name.constData(), &there) == 0 && opened.st_ino == there.st_ino;
    return isOurs ? std::move(folder) : Descriptor();
}

void removeLeftOver(const QString& objects)
{
    const QStringList names = QDir(objects).entryList({QLatin1StringView(quarantinePrefix) + u'*'},
                                                      QDir::Dirs | QDir::Hidden | QDir::NoSymLinks);
    for (const QString& name : names) {
        const QString path = objects + u'/' + name;
        if (const Descriptor lock = lockFolder(path); lock.valid()) {
            (void)removeTree(path).ok();
        }
    }
}

/// gitformat: a path among several, quoted as C does.
QString quotedPath(const QString& path)
{
    return u'"' +
           QString(path)
               .replace(u'\\', u"\\\\"_s)
               .replace(u'"', u"\\\""_s)
               .replace(u'\n', u"\\n"_s) +
           u'"';
}

/// The index is what makes a pack seen.
int packOrder(const QString& name)
{
    return name.endsWith(u".idx"_s) ? 2 : name.endsWith(u".pack"_s) ? 0 : 1;
}

Error movedMeanwhile(const QByteArray& name)
{
    return Error(ErrorKind::Conflict,
                 u"%1 was moved by somebody else meanwhile. Nothing was moved."_s.arg(
                     displayText(QByteArrayView(name), 200)))
        .withHint(u"Try again."_s);
}

/// What stands at a name; `symbolic` for one that only points on.
struct RefStanding {
    std::optional<git_oid> value;
    bool symbolic = false;
};
Result<RefStanding> standingAt(const Handle& handle, const QByteArray& name)
{
    ReferenceHandle reference;
    const int code =
        git_reference_lookup(out(reference), handle.repository.get(), name.constData());
    RefStanding standing;
    if (code == GIT_ENOTFOUND) {
        git_error_clear();
        return standing;
    }
    if (code < 0) {
        return gitError(code, u"read %1"_s.arg(displayText(QByteArrayView(name), 200)));
    }
    standing.symbolic = git_reference_type(reference.get()) == GIT_REFERENCE_SYMBOLIC;
    if (!standing.symbolic) {
        standing.value = *git_reference_target(reference.get());
    }
    return standing;
}

bool isSameValue(const std::optional<git_oid>& one, const std::optional<git_oid>& other)
{
    return one && other ? git_oid_equal(&*one, &*other) != 0 : one.has_value() == other.has_value();
}

Result<void> lockRef(git_transaction* transaction, const QByteArray& name)
{
    int code = GIT_ELOCKED;
    for (int i = 0; i < lockTries && code == GIT_ELOCKED; ++i) {
        if (i > 0) {
            std::this_thread::sleep_for(lockPause);  // on the queue: another git is writing it
        }
        code = git_transaction_lock_ref(transaction, name.constData());
    }
    return code < 0 ? Result<void>(
                          gitError(code, u"move %1"_s.arg(displayText(QByteArrayView(name), 200))))
                    : Result<void>();
}

/// Those of `changes` that are still to be made, all locked and looked at.
Result<std::vector<RefChange>> lockAll(const Handle& handle, git_transaction* transaction,
                                       const std::vector<RefChange>& changes)
{
    std::vector<RefChange> due;
    for (const RefChange& change : changes) {
        const Result<void> locked = lockRef(transaction, change.name);
        if (!locked) {
            return locked.error();
        }
        const Result<RefStanding> now = standingAt(handle, change.name);
        if (!now) {
            return now.error();
        }
        if (now->symbolic || isSameValue(now->value, change.after)) {
            continue;
        }
        if (!isSameValue(now->value, change.before)) {
            return movedMeanwhile(change.name);
        }
        if (change.after && git_odb_exists(handle.odb.get(), &*change.after) == 0) {
            return Error(ErrorKind::Protocol,
                         u"What %1 should lead to has not arrived. Nothing was moved."_s.arg(
                             displayText(QByteArrayView(change.name), 200)));
        }
        due.push_back(change);
    }
    return due;
}

Result<void> writeAll(const Handle& handle, git_transaction* transaction,
                      const std::vector<RefChange>& due)
{
    const Result<SignatureHandle> who = logSignature(handle);
    if (!who) {
        return who.error();
    }
    for (const RefChange& change : due) {
        const int code =
            change.after
                ? git_transaction_set_target(transaction, change.name.constData(), &*change.after,
                                             who->get(), change.message.constData())
                : git_transaction_remove(transaction, change.name.constData());
        if (code < 0) {
            return gitError(code, u"move %1"_s.arg(displayText(QByteArrayView(change.name), 200)));
        }
    }
    const int code = git_transaction_commit(transaction);
    return code < 0 ? Result<void>(gitError(code, u"move the refs"_s)) : Result<void>();
}

Result<std::vector<RefChange>> changeSome(const Handle& handle,
                                          const std::vector<RefChange>& changes)
{
    TransactionHandle transaction;
    if (const int code = git_transaction_new(out(transaction), handle.repository.get()); code < 0) {
        return gitError(code, u"move the refs"_s);
    }
    Result<std::vector<RefChange>> due = lockAll(handle, transaction.get(), changes);
    const Result<void> written =
        due ? writeAll(handle, transaction.get(), *due) : Result<void>(due.error());
    return written ? std::move(due) : Result<std::vector<RefChange>>(written.error());
}

QString valueText(const std::optional<git_oid>& value)
{
    return value ? idText(*value) : QString();
}

}  // namespace

// ---- objects ------------------------------------------------------------------------------------

Quarantine::Quarantine(QString folder, QString objects, Descriptor lock)
    : m_folder(std::move(folder)), m_objects(std::move(objects)), m_lock(std::move(lock))
{
}

Quarantine::~Quarantine()
{
    (void)removeTree(m_folder).ok();
}

Result<std::shared_ptr<Quarantine>> Quarantine::make(const Handle& handle)
{
    const Result<QString> objects = objectsFolder(handle);
    if (!objects) {
        return objects.error();
    }
    removeLeftOver(*objects);
    for (int i = 0; i < 10; ++i) {
        const QString folder = *objects + u'/' + QLatin1StringView(quarantinePrefix) + newId();
        const Result<void> made = makeFolder(folder + u"/pack"_s);
        if (!made) {
            return made.error();
        }
        // Another call may take it for left over before it is locked, and remove it.
        if (Descriptor lock = lockFolder(folder); lock.valid()) {
            return std::make_shared<Quarantine>(folder, *objects, std::move(lock));
        }
    }
    return Error(ErrorKind::Io, u"No folder for new objects could be made in %1."_s.arg(
                                    displayText(*objects, 300)));
}

std::vector<std::pair<QString, QString>> Quarantine::environment() const
{
    return {{u"GIT_OBJECT_DIRECTORY"_s, m_folder},
            {u"GIT_ALTERNATE_OBJECT_DIRECTORIES"_s, quotedPath(m_objects)}};
}

Result<void> Quarantine::admit() const
{
    const QDir from(m_folder + u"/pack"_s);
    QStringList names = from.entryList({u"pack-*"_s}, QDir::Files | QDir::NoSymLinks);
    std::stable_sort(names.begin(), names.end(), [](const QString& a, const QString& b) {
        return packOrder(a) < packOrder(b);
    });
    const Result<void> there = makeFolder(m_objects + u"/pack"_s, 0777);
    if (!there) {
        return there;
    }
    for (const QString& name : std::as_const(names)) {
        const QString target = m_objects + u"/pack/"_s + name;
        const bool isPart =
            name.endsWith(u".pack"_s) || name.endsWith(u".idx"_s) || name.endsWith(u".rev"_s);
        if (!isPart || QFileInfo::exists(target)) {
            continue;  // a pack is named by what is in it
        }
        if (::rename(QFile::encodeName(from.filePath(name)).constData(),
                     QFile::encodeName(target).constData()) != 0) {
            return systemError(u"take in the new objects: "_s + displayText(target, 300), errno);
        }
    }
    return {};
}

// ---- refs ---------------------------------------------------------------------------------------

Result<RefValues> refValues(const QString& path)
{
    Result<RepositoryHandle> opened = openRepository(path);
    if (!opened) {
        return opened.error();
    }
    Handle handle;
    handle.repository = std::move(*opened);
    RefValues values;
    const Result<void> read = forEachRef(handle, nullptr, [&values](git_reference* reference) {
        if (const git_oid* id = git_reference_target(reference); id != nullptr) {
            values.emplace(git_reference_name(reference), *id);
        }
    });
    return read ? Result<RefValues>(std::move(values)) : read.error();
}

std::vector<RefChange> changesBetween(const Handle& handle, const RefValues& before,
                                      const RefValues& after, const QByteArray& who)
{
    std::vector<RefChange> changes;
    for (const auto& [name, value] : before) {
        if (!after.contains(name)) {
            changes.push_back({name, value, std::nullopt, {}, false});
        }
    }
    for (const auto& [name, value] : after) {
        const auto old = before.find(name);
        if (old == before.end()) {
            changes.push_back({name, std::nullopt, value, who + ": storing head", false});
        } else if (git_oid_equal(&old->second, &value) == 0) {
            const bool forward =
                git_graph_descendant_of(handle.repository.get(), &value, &old->second) == 1;
            git_error_clear();
            changes.push_back({name, old->second, value,
                               who + (forward ? ": fast-forward" : ": forced-update"), !forward});
        }
    }
    return changes;
}

Result<QList<RefMove>> changeRefs(const Handle& handle, std::vector<RefChange> changes)
{
    // A name that goes may be in the way of one that comes ("a" and "a/b").
    const auto middle = std::stable_partition(changes.begin(), changes.end(),
                                              [](const RefChange& one) { return !one.after; });
    QList<RefMove> moves;
    for (const std::vector<RefChange>& part : {std::vector<RefChange>(changes.begin(), middle),
                                               std::vector<RefChange>(middle, changes.end())}) {
        const Result<std::vector<RefChange>> made = changeSome(handle, part);
        if (!made) {
            return made.error();
        }
        for (const RefChange& one : *made) {
            moves.append({QString::fromUtf8(one.name), valueText(one.before), valueText(one.after),
                          one.forced});
        }
    }
    return moves;
}

// ---- the rest -----------------------------------------------------------------------------------

Result<QByteArray> shallowOf(const QString& gitFolder)
{
    const Result<QByteArray> bytes = readFile(gitFolder + u"/shallow"_s, shallowLimit);
    if (!bytes && bytes.error().kind == ErrorKind::NotFound) {
        return QByteArray();
    }
    return bytes;
}

Result<void> takeShallow(const Handle& handle, const QByteArray& before, const QByteArray& after)
{
    if (before == after) {
        return {};
    }
    const QString folder = QFile::decodeName(git_repository_commondir(handle.repository.get()));
    const QString path = QDir::cleanPath(folder + u"/shallow"_s);
    const QByteArray lock = QFile::encodeName(path + u".lock"_s);
    const Descriptor file(::open(lock.constData(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
    if (!file.valid()) {
        return errno == EEXIST ? Error(ErrorKind::Locked,
                                       u"Another git program changes %1. Nothing was moved."_s.arg(
                                           displayText(path, 300)))
                               : systemError(u"write %1"_s.arg(displayText(path, 300)), errno);
    }
    const Result<QByteArray> now = shallowOf(QDir::cleanPath(folder));
    Result<void> done = now && *now != before ? Result<void>(movedMeanwhile("shallow"))
                                              : (now ? Result<void>() : now.error());
    if (done && ::write(file.get(), after.constData(), size_t(after.size())) != after.size()) {
        done = systemError(u"write %1"_s.arg(displayText(path, 300)), errno);
    }
    if (done && after.isEmpty()) {
        ::unlink(QFile::encodeName(path).constData());
    } else if (done && (::fsync(file.get()) != 0 ||
                        ::rename(lock.constData(), QFile::encodeName(path).constData()) != 0)) {
        done = systemError(u"write %1"_s.arg(displayText(path, 300)), errno);
    }
    if (!done || after.isEmpty()) {
        ::unlink(lock.constData());
    }
    return done;
}

Result<SignatureHandle> logSignature(const Handle& handle)
{
    SignatureHandle who;
    if (git_signature_default(out(who), handle.repository.get()) == 0) {
        return who;
    }
    git_error_clear();
    return makeSignature(u"Analemma"_s, u"analemma@localhost"_s, QDateTime::currentDateTimeUtc());
}

}  // namespace analemma::git
