#include "core/operate/filetree.h"

#include "core/base/files.h"
#include "core/base/text.h"

#include <QHash>
#include <QTimeZone>

#include <dirent.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstdlib>

using namespace Qt::StringLiterals;

namespace analemma::operate {
namespace {

using ssh::FileInfo;
using ssh::Listing;

constexpr qint64 kStep = 4 * 1024 * 1024;

Error failed(const QString& what, const QByteArray& path)
{
    return systemError(u"%1 %2"_s.arg(what, displayText(QByteArrayView(path), 300)), errno);
}

Result<bool> done(int code, const QString& what, const QByteArray& path)
{
    return code == 0 ? Result<bool>(true) : failed(what, path);
}

FileInfo infoFrom(const struct stat& found, QByteArray name)
{
    FileInfo info;
    info.name = std::move(name);
    info.kind = S_ISREG(found.st_mode)   ? FileInfo::Kind::File
                : S_ISDIR(found.st_mode) ? FileInfo::Kind::Folder
                : S_ISLNK(found.st_mode) ? FileInfo::Kind::Link
                                         : FileInfo::Kind::Other;
    info.size = qint64(found.st_size);
    info.mode = int(found.st_mode & 07777U);
    info.owner = found.st_uid;
    info.group = found.st_gid;
    info.modified = QDateTime::fromSecsSinceEpoch(found.st_mtime, QTimeZone::utc());
    return info;
}

/// Names of users and groups, each asked for once.
class Owners {
public:
    void tell(FileInfo& info)
    {
        if (!m_users.contains(info.owner)) {
            passwd entry{};
            passwd* found = nullptr;
            ::getpwuid_r(info.owner, &entry, m_room.data(), m_room.size(), &found);
            m_users[info.owner] = found != nullptr ? QString::fromLocal8Bit(found->pw_name)
                                                   : QString::number(info.owner);
        }
        if (!m_groups.contains(info.group)) {
            group entry{};
            group* found = nullptr;
            ::getgrgid_r(info.group, &entry, m_room.data(), m_room.size(), &found);
            m_groups[info.group] = found != nullptr ? QString::fromLocal8Bit(found->gr_name)
                                                    : QString::number(info.group);
        }
        info.ownerName = m_users.value(info.owner);
        info.groupName = m_groups.value(info.group);
    }

private:
    std::array<char, 16 * 1024> m_room{};
    QHash<quint32, QString> m_users;
    QHash<quint32, QString> m_groups;
};

Result<Listing> listNow(const QByteArray& folder, int limit)
{
    const std::unique_ptr<DIR, int (*)(DIR*)> open(::opendir(folder.constData()), ::closedir);
    if (!open) {
        return failed(u"list"_s, folder);
    }
    Listing listing;
    Owners owners;
    while (const dirent* entry = ::readdir(open.get())) {
        const QByteArray name(entry->d_name);
        struct stat found {};
        if (name == "." || name == ".." ||
            ::fstatat(::dirfd(open.get()), name.constData(), &found, AT_SYMLINK_NOFOLLOW) != 0) {
            continue;
        }
        if (int(listing.entries.size()) >= limit) {
            listing.truncated = true;
            break;
        }
        listing.entries.push_back(infoFrom(found, name));
        owners.tell(listing.entries.back());
    }
    return listing;
}

Result<FileInfo> infoNow(const QByteArray& path, bool follow)
{
    struct stat found {};
    const int code = follow ? ::stat(path.constData(), &found) : ::lstat(path.constData(), &found);
    if (code != 0) {
        return failed(u"look at"_s, path);
    }
    FileInfo info = infoFrom(found, path.mid(path.lastIndexOf('/') + 1));
    Owners().tell(info);
    return info;
}

Result<QByteArray> realPathNow(const QByteArray& path)
{
    const QByteArray wanted = path == "." ? qgetenv("HOME") : path;
    const std::unique_ptr<char, void (*)(void*)> found(
        ::realpath(wanted.isEmpty() ? "/" : wanted.constData(), nullptr), std::free);
    return found ? Result<QByteArray>(QByteArray(found.get())) : failed(u"resolve"_s, path);
}

Result<QByteArray> readLinkNow(const QByteArray& path)
{
    QByteArray room(PATH_MAX, '\0');
    const ssize_t size = ::readlink(path.constData(), room.data(), std::size_t(room.size()));
    return size >= 0 ? Result<QByteArray>(room.left(size)) : failed(u"resolve"_s, path);
}

template <class T>
Task<Result<T>> onDisk(std::function<Result<T>()> job, CancelToken cancel)
{
    if (cancel.isCancelled()) {
        co_return cancelledError();
    }
    Result<T> result = co_await onWorker<T>(std::move(job));
    co_return result;
}

/// A system call that gives 0 or -1.
Task<Result<void>> call(std::function<int()> run, QString what, QByteArray path, CancelToken cancel)
{
    std::function<Result<bool>()> job = [=] { return done(run(), what, path); };
    const Result<bool> result = co_await onDisk<bool>(std::move(job), cancel);
    co_return result ? Result<void>() : Result<void>(result.error());
}

// ---- copying ------------------------------------------------------------------------------------

/// Two open files; touched on workers only, one call at a time.
struct Copy {
    QByteArray source;
    QByteArray target;
    int from = -1;
    int to = -1;
    qint64 size = 0;
    ~Copy()
    {
        ::close(from);
        ::close(to);
    }
    [[nodiscard]] QByteArray part() const { return ssh::partPath(target); }

    Result<qint64> open(int mode, bool resume)
    {
        from = ::open(source.constData(), O_RDONLY | O_CLOEXEC);
        struct stat found {};
        if (from < 0 || ::fstat(from, &found) != 0) {
            return failed(u"read"_s, source);
        }
        if (!S_ISREG(found.st_mode)) {
            return Error(ErrorKind::Invalid, u"%1 is not a regular file"_s.arg(
                                                 displayText(QByteArrayView(source), 300)));
        }
        size = qint64(found.st_size);
        to = ::open(part().constData(),
                    O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | (resume ? 0 : O_TRUNC), 0600);
        if (to < 0 || ::fstat(to, &found) != 0 || ::fchmod(to, mode_t(mode) & 0777U) != 0) {
            return failed(u"write"_s, target);
        }
        return found.st_size <= size ? qint64(found.st_size) : 0;
    }
    [[nodiscard]] Result<qint64> step(qint64 at) const
    {
        QByteArray room(std::min(kStep, size - at), '\0');
        const ssize_t read = ::pread(from, room.data(), std::size_t(room.size()), at);
        if (read <= 0) {
            return read == 0 ? Error(ErrorKind::Conflict, u"the file became shorter meanwhile"_s)
                             : failed(u"read"_s, source);
        }
        for (ssize_t put = 0; put < read;) {
            const ssize_t some =
                ::pwrite(to, room.constData() + put, std::size_t(read - put), at + put);
            if (some < 0) {
                return failed(u"write"_s, target);
            }
            put += some;
        }
        return qint64(read);
    }
    [[nodiscard]] Result<QByteArray> finish(bool verify) const
    {
        if (::ftruncate(to, size) != 0 || ::fsync(to) != 0) {
            return failed(u"write"_s, target);
        }
        QByteArray sum;
        if (verify) {
            const Result<QString> theirs = sha256(QString::fromLocal8Bit(source));
            const Result<QString> ours = sha256(QString::fromLocal8Bit(part()));
            if (!theirs || !ours || *theirs != *ours) {
                ::unlink(part().constData());
                return Error(ErrorKind::Conflict, u"the checksums differ; the copy was dropped"_s);
            }
            sum = ours->toLatin1();
        }
        if (std::rename(part().constData(), target.constData()) != 0) {
            return failed(u"write"_s, target);
        }
        return sum;
    }
};

Task<Result<ssh::TransferResult>> copyFile(QByteArray source, QByteArray target,
                                           ssh::TransferOptions options, CancelToken cancel)
{
    const auto copy = std::make_shared<Copy>();
    copy->source = source;
    copy->target = target;
    std::function<Result<qint64>()> opening = [copy, mode = options.mode, on = options.resume] {
        return copy->open(mode, on);
    };
    const Result<qint64> there = co_await onDisk<qint64>(std::move(opening), cancel);
    if (!there) {
        co_return there.error();
    }
    ssh::TransferResult result;
    result.bytes = copy->size;
    result.resumedAt = *there;
    Result<void> step;
    for (qint64 at = *there; step && at < copy->size;) {
        if (options.rate) {
            step =
                co_await sleepFor(options.rate->reserve(std::min(kStep, copy->size - at)), cancel);
        }
        std::function<Result<qint64>()> job = [copy, at] { return copy->step(at); };
        // Named: a temporary of ?: in the statement of a co_await is destroyed twice by g++ 12.2.
        const CancelToken stop = step ? cancel : CancelToken();
        const Result<qint64> moved = co_await onDisk<qint64>(std::move(job), stop);
        if (!moved) {
            step = moved.error();
            continue;
        }
        at += *moved;
        if (options.progress) {
            options.progress(at, copy->size);
        }
    }
    if (step) {
        std::function<Result<QByteArray>()> sealing = [copy, verify = options.verify] {
            return copy->finish(verify);
        };
        const Result<QByteArray> sealed = co_await onDisk<QByteArray>(std::move(sealing), cancel);
        if (sealed) {
            result.sha256 = *sealed;
            co_return result;
        }
        step = sealed.error();
    }
    if (!options.resume) {
        ::unlink(copy->part().constData());
    }
    co_return step.error();
}

class LocalFiles final : public ssh::Files {
public:
    Task<Result<Listing>> list(QByteArray folder, int limit, CancelToken cancel) override
    {
        return onDisk<Listing>([=] { return listNow(folder, limit); }, std::move(cancel));
    }
    Task<Result<FileInfo>> info(QByteArray path, bool followLink, CancelToken cancel) override
    {
        return onDisk<FileInfo>([=] { return infoNow(path, followLink); }, std::move(cancel));
    }
    Task<Result<QByteArray>> realPath(QByteArray path, CancelToken cancel) override
    {
        return onDisk<QByteArray>([=] { return realPathNow(path); }, std::move(cancel));
    }
    Task<Result<QByteArray>> readLink(QByteArray path, CancelToken cancel) override
    {
        return onDisk<QByteArray>([=] { return readLinkNow(path); }, std::move(cancel));
    }
    Task<Result<void>> makeFolder(QByteArray path, int mode, CancelToken cancel) override
    {
        return call([=] { return ::mkdir(path.constData(), mode_t(mode) & 0777U); },
                    u"make the folder"_s, path, std::move(cancel));
    }
    Task<Result<void>> setMode(QByteArray path, int mode, CancelToken cancel) override
    {
        return call([=] { return ::chmod(path.constData(), mode_t(mode) & 07777U); },
                    u"set the mode of"_s, path, std::move(cancel));
    }
    Task<Result<void>> setOwner(QByteArray path, quint32 owner, quint32 group,
                                CancelToken cancel) override
    {
        return call([=] { return ::chown(path.constData(), owner, group); }, u"set the owner of"_s,
                    path, std::move(cancel));
    }
    Task<Result<void>> rename(QByteArray from, QByteArray to, CancelToken cancel) override
    {
        return call([=] { return std::rename(from.constData(), to.constData()); }, u"rename to"_s,
                    to, std::move(cancel));
    }
    Task<Result<void>> remove(QByteArray file, CancelToken cancel) override
    {
        return call([=] { return ::unlink(file.constData()); }, u"remove"_s, file,
                    std::move(cancel));
    }
    Task<Result<void>> removeFolder(QByteArray folder, CancelToken cancel) override
    {
        return call([=] { return ::rmdir(folder.constData()); }, u"remove the folder"_s, folder,
                    std::move(cancel));
    }
    Task<Result<QByteArray>> checksum(QByteArray file, CancelToken cancel) override
    {
        std::function<Result<QByteArray>()> job = [file]() -> Result<QByteArray> {
            const Result<QString> sum = sha256(QString::fromLocal8Bit(file));
            return sum ? Result<QByteArray>(sum->toLatin1()) : sum.error();
        };
        return onDisk<QByteArray>(std::move(job), std::move(cancel));
    }
    Task<Result<ssh::TransferResult>> download(QByteArray remote, QString local,
                                               ssh::TransferOptions options,
                                               CancelToken cancel) override
    {
        return copyFile(std::move(remote), local.toLocal8Bit(), std::move(options),
                        std::move(cancel));
    }
    Task<Result<ssh::TransferResult>> upload(QString local, QByteArray remote,
                                             ssh::TransferOptions options,
                                             CancelToken cancel) override
    {
        return copyFile(local.toLocal8Bit(), std::move(remote), std::move(options),
                        std::move(cancel));
    }
};

}  // namespace

std::shared_ptr<ssh::Files> localFiles()
{
    return std::make_shared<LocalFiles>();
}

}  // namespace analemma::operate
