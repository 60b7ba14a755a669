#include "core/base/files.h"

#include "core/base/descriptor.h"
#include "core/base/text.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <limits>
#include <optional>
#include <vector>

using namespace Qt::StringLiterals;

// Everything below names files by an open folder and one name in it, and never follows a link: what
// another process moves or links meanwhile cannot lead the walk out of the tree.

namespace analemma {
namespace {

/// One descriptor a level is open while walking; below this depth a removal moves folders up first.
constexpr int deepest = 200;

bool isDot(const char* name)
{
    return std::strcmp(name, ".") == 0 || std::strcmp(name, "..") == 0;
}

int openFolderAt(int parent, const char* name)
{
    return ::openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

/// The names in an open folder, listed before any of them is changed.
std::optional<std::vector<QByteArray>> namesIn(int folder)
{
    const int copy = ::openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const Folder list(copy < 0 ? nullptr : ::fdopendir(copy));
    if (!list) {
        if (copy >= 0) {
            ::close(copy);
        }
        return std::nullopt;
    }
    std::vector<QByteArray> names;
    while (true) {
        errno = 0;
        const dirent* entry = ::readdir(list.get());
        if (entry == nullptr) {
            return errno == 0 ? std::optional(std::move(names)) : std::nullopt;
        }
        if (!isDot(entry->d_name)) {
            names.emplace_back(entry->d_name);
        }
    }
}

struct ParentAndName {
    Descriptor parent;
    QByteArray name;
};

ParentAndName split(const QString& path)
{
    const QFileInfo info(QDir::cleanPath(QFileInfo(path).absoluteFilePath()));
    return {Descriptor(::open(QFile::encodeName(info.path()).constData(),
                              O_RDONLY | O_DIRECTORY | O_CLOEXEC)),
            QFile::encodeName(info.fileName())};
}

// ---- remove -------------------------------------------------------------------------------------

/// Removes what `parent` holds under `name`; false with errno. Gone is done.
class Remover {
public:
    /// `top` is the folder into which what lies too deep is moved.
    bool remove(int parent, const char* name, int top, int depth)
    {
        if (::unlinkat(parent, name, 0) == 0 || errno == ENOENT) {
            return true;
        }
        if (errno != EISDIR && errno != EPERM && errno != EACCES) {
            return false;
        }
        if (depth > deepest) {
            const QByteArray moved = ".deep-" + newId().toLatin1();
            return ::renameat(parent, name, top, moved.constData()) == 0;
        }
        return removeFolder(parent, name, top, depth);
    }

private:
    bool removeFolder(int parent, const char* name, int top, int depth)
    {
        const int unlinkError = errno;
        const Descriptor folder = openForWriting(parent, name);
        if (!folder.valid()) {
            if (errno == ENOTDIR || errno == ELOOP) {
                errno = unlinkError;  // not a folder: the first refusal is the reason
            }
            return errno == ENOENT;
        }
        const int floor = top < 0 ? folder.get() : top;
        while (true) {
            const auto names = namesIn(folder.get());
            if (!names) {
                return false;
            }
            for (const QByteArray& child : *names) {
                if (!remove(folder.get(), child.constData(), floor, depth + 1)) {
                    return false;
                }
            }
            if (::unlinkat(parent, name, AT_REMOVEDIR) == 0 || errno == ENOENT) {
                return true;
            }
            // What was moved up, or made meanwhile, is next; a folder that stays full ends the
            // loop.
            if (errno != ENOTEMPTY || ++m_rounds > 10'000) {
                return false;
            }
        }
    }

    /// A folder of ours may lack the bits to list it or to remove from it: they are given.
    static Descriptor openForWriting(int parent, const char* name)
    {
        struct stat info {};
        if (::fstatat(parent, name, &info, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(info.st_mode) &&
            (info.st_mode & 0700) != 0700) {
            ::fchmodat(parent, name, 0700, 0);
        }
        return Descriptor(openFolderAt(parent, name));
    }

    int m_rounds = 0;
};

// ---- copy ---------------------------------------------------------------------------------------

struct Copying {
    Result<void> failed(const QByteArray& at, const char* verb) const
    {
        const int code = errno;
        return systemError(QLatin1StringView(verb) + u' ' + QFile::decodeName(at), code);
    }
    bool owners = ::geteuid() == 0;  ///< only root can keep them
};

bool isUnsupportedHere(int code)
{
    return code == EOPNOTSUPP || code == EXDEV || code == EINVAL || code == ENOSYS ||
           code == ENOTTY || code == EPERM || code == EBADF;
}

bool copyByHand(int from, int to, off_t at, off_t end)
{
    std::array<char, 128 * 1024> piece{};
    while (at < end) {
        const auto want = std::min<off_t>(end - at, static_cast<off_t>(piece.size()));
        const ssize_t got = ::pread(from, piece.data(), static_cast<size_t>(want), at);
        if (got == 0) {
            return true;  // it became shorter
        }
        if (got < 0) {
            if (errno == EINTR) {
                continue;
            }
            return false;
        }
        for (ssize_t done = 0; done < got;) {
            const ssize_t put =
                ::pwrite(to, piece.data() + done, static_cast<size_t>(got - done), at + done);
            if (put < 0 && errno != EINTR) {
                return false;
            }
            done += put > 0 ? put : 0;
        }
        at += got;
    }
    return true;
}

/// One run of data: in the kernel where it can (copy_file_range(2)), else by hand.
bool copyRange(int from, int to, off_t at, off_t end)
{
    while (at < end) {
        off_t source = at;
        off_t target = at;
        const ssize_t count =
            ::copy_file_range(from, &source, to, &target, static_cast<size_t>(end - at), 0);
        if (count > 0) {
            at += count;
            continue;
        }
        if (count < 0 && errno == EINTR) {
            continue;
        }
        return (count == 0 || isUnsupportedHere(errno)) && copyByHand(from, to, at, end);
    }
    return true;
}

/// The data of a file; holes stay holes (lseek(2), SEEK_DATA).
bool copyData(int from, int to, off_t size)
{
    if (size == 0 || ::ioctl(to, FICLONE, from) == 0) {
        return true;
    }
    off_t at = 0;
    while (at < size) {
        const off_t data = ::lseek(from, at, SEEK_DATA);
        if (data < 0) {
            if (errno == ENXIO) {
                break;  // only a hole is left
            }
            return copyRange(from, to, at, size);
        }
        const off_t hole = ::lseek(from, data, SEEK_HOLE);
        const off_t end = hole < 0 ? size : std::min(hole, size);
        if (!copyRange(from, to, data, end)) {
            return false;
        }
        at = std::max(end, at + 1);
    }
    return ::ftruncate(to, size) == 0;
}

/// Owner, then mode (a change of owner clears set-user-ID bits), then times.
bool copyAttributes(const Copying& copying, int to, const struct stat& info)
{
    if (copying.owners && ::fchown(to, info.st_uid, info.st_gid) != 0) {
        return false;
    }
    const std::array<timespec, 2> times = {info.st_atim, info.st_mtim};
    return ::fchmod(to, info.st_mode & 07777) == 0 && ::futimens(to, times.data()) == 0;
}

Result<void> copyFile(const Copying& copying, int fromFolder, const char* from, int toFolder,
                      const char* to, const QByteArray& shown)
{
    const Descriptor source(
        ::openat(fromFolder, from, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    struct stat info {};
    if (!source.valid() || ::fstat(source.get(), &info) != 0) {
        return copying.failed(shown, "copy: read");
    }
    const Descriptor target(
        ::openat(toFolder, to, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!target.valid() || !copyData(source.get(), target.get(), info.st_size) ||
        !copyAttributes(copying, target.get(), info)) {
        return copying.failed(shown, "copy");
    }
    return {};
}

Result<void> copyLink(const Copying& copying, int fromFolder, const char* from, int toFolder,
                      const char* to, const struct stat& info, const QByteArray& shown)
{
    QByteArray text(4097, '\0');
    const ssize_t length =
        ::readlinkat(fromFolder, from, text.data(), static_cast<size_t>(text.size() - 1));
    if (length < 0 || ::symlinkat(text.constData(), toFolder, to) != 0) {
        return copying.failed(shown, "copy link");
    }
    if (copying.owners &&
        ::fchownat(toFolder, to, info.st_uid, info.st_gid, AT_SYMLINK_NOFOLLOW) != 0) {
        return copying.failed(shown, "copy link");
    }
    const std::array<timespec, 2> times = {info.st_atim, info.st_mtim};
    ::utimensat(toFolder, to, times.data(), AT_SYMLINK_NOFOLLOW);
    return {};
}

Result<void> copyEntry(const Copying& copying, int fromFolder, const char* from, int toFolder,
                       const char* to, const QByteArray& shown, int depth);

Result<void> copyFolder(const Copying& copying, int fromFolder, const char* from, int toFolder,
                        const char* to, const struct stat& info, const QByteArray& shown, int depth)
{
    if (depth > deepest) {
        return Error(ErrorKind::Invalid, u"copy %1: folders are nested deeper than %2"_s.arg(
                                             QFile::decodeName(shown), QString::number(deepest)));
    }
    const Descriptor source(openFolderAt(fromFolder, from));
    if (!source.valid() || ::mkdirat(toFolder, to, 0700) != 0) {
        return copying.failed(shown, "copy folder");
    }
    const Descriptor target(openFolderAt(toFolder, to));
    const auto names = target.valid() ? namesIn(source.get()) : std::nullopt;
    if (!names) {
        return copying.failed(shown, "copy folder");
    }
    for (const QByteArray& name : *names) {
        auto done = copyEntry(copying, source.get(), name.constData(), target.get(),
                              name.constData(), shown + '/' + name, depth + 1);
        if (!done) {
            return done;
        }
    }
    return copyAttributes(copying, target.get(), info) ? Result<void>()
                                                       : copying.failed(shown, "copy folder");
}

Result<void> copyEntry(const Copying& copying, int fromFolder, const char* from, int toFolder,
                       const char* to, const QByteArray& shown, int depth)
{
    struct stat info {};
    if (::fstatat(fromFolder, from, &info, AT_SYMLINK_NOFOLLOW) != 0) {
        const bool vanished = errno == ENOENT && depth > 0;
        return vanished ? Result<void>() : copying.failed(shown, "copy");
    }
    switch (info.st_mode & S_IFMT) {
        case S_IFREG:
            return copyFile(copying, fromFolder, from, toFolder, to, shown);
        case S_IFLNK:
            return copyLink(copying, fromFolder, from, toFolder, to, info, shown);
        case S_IFDIR:
            return copyFolder(copying, fromFolder, from, toFolder, to, info, shown, depth);
        default:
            return {};  // sockets, fifos and devices mean nothing in a copy
    }
}

}  // namespace

Result<void> removeTree(const QString& path)
{
    const ParentAndName at = split(path);
    if (!at.parent.valid()) {
        const int code = errno;
        return code == ENOENT ? Result<void>() : systemError(u"remove "_s + path, code);
    }
    if (at.name.isEmpty()) {
        return Error(ErrorKind::Invalid, u"remove %1: the root folder is not removed"_s.arg(path));
    }
    if (!Remover().remove(at.parent.get(), at.name.constData(), -1, 0)) {
        const int code = errno;
        return systemError(u"remove "_s + path, code);
    }
    return {};
}

Result<void> copyTree(const QString& from, const QString& to)
{
    const ParentAndName source = split(from);
    if (!source.parent.valid()) {
        return systemError(u"copy "_s + from, errno);
    }
    const ParentAndName target = split(to);
    if (!target.parent.valid()) {
        return systemError(u"copy to "_s + to, errno);
    }
    struct stat info {};
    if (::fstatat(target.parent.get(), target.name.constData(), &info, AT_SYMLINK_NOFOLLOW) == 0) {
        return Error(ErrorKind::Conflict,
                     u"copy %1: %2 is there already and was not changed"_s.arg(from, to));
    }
    auto done = copyEntry(Copying(), source.parent.get(), source.name.constData(),
                          target.parent.get(), target.name.constData(), QFile::encodeName(from), 0);
    if (!done) {
        (void)removeTree(to).ok();  // half a copy is no copy
    }
    return done;
}

}  // namespace analemma
