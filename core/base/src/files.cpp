#include "core/base/files.h"

#include "core/base/descriptor.h"
#include "core/base/text.h"

#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QStandardPaths>

#include <fcntl.h>
#include <fts.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

using namespace Qt::StringLiterals;

namespace analemma {
namespace {

constexpr qint64 kSmallFile = 8 * 1024;
constexpr qint64 kPiece = 256 * 1024;

Error failed(const QString& verb, const QString& path)
{
    const int code = errno;
    Error error = systemError(verb + u' ' + path, code);
    if (code == ENOENT) {
        error.kind = ErrorKind::NotFound;
    }
    return error;
}

/// Opens for reading without waiting for the other end of a pipe; only regular files pass.
Result<std::shared_ptr<Descriptor>> openRegular(const QString& path)
{
    auto fd = std::make_shared<Descriptor>(
        ::open(QFile::encodeName(path).constData(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
    if (!fd->valid()) {
        return failed(u"read"_s, path);
    }
    struct stat info {};
    if (::fstat(fd->get(), &info) != 0) {
        return failed(u"read"_s, path);
    }
    if (!S_ISREG(info.st_mode)) {
        const QString what = S_ISDIR(info.st_mode) ? u"a folder"_s : u"not a regular file"_s;
        return Error(ErrorKind::Invalid, u"read %1: it is %2"_s.arg(path, what));
    }
    return fd;
}

qint64 readSome(int fd, char* into, qint64 size)
{
    ssize_t got = 0;
    do {
        got = ::read(fd, into, static_cast<size_t>(size));
    } while (got < 0 && errno == EINTR);
    return got;
}

bool writeAll(int fd, const QByteArray& bytes)
{
    qint64 done = 0;
    while (done < bytes.size()) {
        const ssize_t count =
            ::write(fd, bytes.constData() + done, static_cast<size_t>(bytes.size() - done));
        if (count < 0 && errno != EINTR) {
            return false;
        }
        done += count > 0 ? count : 0;
    }
    return true;
}

/// Writes the bytes to a new file `name` in `folder`, down to the disk.
Result<void> writeNew(int folder, const QByteArray& name, const QByteArray& bytes, int mode,
                      const QString& path)
{
    const Descriptor fd(::openat(folder, name.constData(),
                                 O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!fd.valid()) {
        return failed(u"write"_s, path);
    }
    if (!writeAll(fd.get(), bytes) || ::fchmod(fd.get(), static_cast<mode_t>(mode)) != 0 ||
        ::fsync(fd.get()) != 0) {
        return failed(u"write"_s, path);
    }
    return {};
}

}  // namespace

QString homeFolder()
{
    const QString set = qEnvironmentVariable("ANALEMMA_HOME");
    if (!set.isEmpty()) {
        return QDir::cleanPath(QFileInfo(set).absoluteFilePath());
    }
    return QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation) + u"/analemma"_s;
}

Result<QByteArray> readStart(const QString& path, qint64 limitBytes)
{
    const auto opened = openRegular(path);
    if (!opened) {
        return opened.error();
    }
    const int fd = (*opened)->get();
    QByteArray bytes;
    qint64 piece = kSmallFile;  // most files fit; those of /proc do not tell their size
    while (bytes.size() < limitBytes) {
        const qsizetype before = bytes.size();
        bytes.resize(before + std::min(limitBytes - before, piece));
        const qint64 got = readSome(fd, bytes.data() + before, bytes.size() - before);
        if (got < 0) {
            return failed(u"read"_s, path);
        }
        bytes.resize(before + got);
        if (got == 0) {
            break;
        }
        piece = std::min(piece * 2, kPiece);
    }
    return bytes;
}

Result<QByteArray> readFile(const QString& path, qint64 limitBytes)
{
    Result<QByteArray> bytes = readStart(path, limitBytes + 1);
    if (bytes && bytes->size() > limitBytes) {
        return Error(ErrorKind::Invalid,
                     u"read %1: it is larger than %2"_s.arg(path, sizeText(limitBytes)));
    }
    return bytes;
}

Result<void> writeFile(const QString& path, const QByteArray& bytes, int mode)
{
    const QFileInfo info(path);
    const Descriptor folder(
        ::open(QFile::encodeName(info.path()).constData(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!folder.valid()) {
        return failed(u"write"_s, path);
    }
    const QByteArray name = QFile::encodeName(info.fileName());
    const QByteArray fresh = ".new-" + newId().toLatin1();
    auto written = writeNew(folder.get(), fresh, bytes, mode, path);
    if (written &&
        ::renameat(folder.get(), fresh.constData(), folder.get(), name.constData()) != 0) {
        written = failed(u"write"_s, path);
    }
    if (!written) {
        ::unlinkat(folder.get(), fresh.constData(), 0);
        return written;
    }
    if (::fsync(folder.get()) != 0) {
        return failed(u"sync the folder of"_s, path);
    }
    return {};
}

namespace {

/// Makes a folder in one that is there; 0, or an errno.
int makeOneFolder(const QByteArray& name, int mode)
{
    if (::mkdir(name.constData(), static_cast<mode_t>(mode)) == 0) {
        // The umask may have taken bits away.
        return ::chmod(name.constData(), static_cast<mode_t>(mode)) == 0 ? 0 : errno;
    }
    if (errno != EEXIST) {
        return errno;
    }
    struct stat info {};
    return ::stat(name.constData(), &info) == 0 && S_ISDIR(info.st_mode) ? 0 : ENOTDIR;
}

}  // namespace

Result<void> makeFolder(const QString& path, int mode)
{
    const QByteArray name = QFile::encodeName(QDir::cleanPath(path));
    int code = makeOneFolder(name, mode);
    const QString parent = QFileInfo(QDir::cleanPath(path)).path();
    if (code == ENOENT && parent != path) {
        if (const auto above = makeFolder(parent, mode); !above) {
            return above;
        }
        // Once more, not for ever: there are places, such as /proc, where nobody makes one.
        code = makeOneFolder(name, mode);
    }
    return code == 0 ? Result<void>() : systemError(u"make folder "_s + path, code);
}

qint64 treeSize(const QString& path)
{
    QByteArray name = QFile::encodeName(path);
    char* const roots[] = {name.data(), nullptr};
    FTS* walk = ::fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, nullptr);
    if (walk == nullptr) {
        return 0;
    }
    qint64 bytes = 0;
    while (const FTSENT* entry = ::fts_read(walk)) {
        if (entry->fts_info == FTS_F && S_ISREG(entry->fts_statp->st_mode)) {
            bytes += entry->fts_statp->st_size;
        }
    }
    ::fts_close(walk);
    return bytes;
}

qint64 freeSpace(const QString& path)
{
    QString at = QFileInfo(path).absoluteFilePath();
    struct statvfs info {};
    while (::statvfs(QFile::encodeName(at).constData(), &info) != 0) {
        const QString parent = QFileInfo(at).path();
        if (errno != ENOENT || parent == at) {
            return -1;
        }
        at = parent;  // not there yet: it will be made on the file system of its parent
    }
    return static_cast<qint64>(info.f_bavail) * static_cast<qint64>(info.f_frsize);
}

Result<QString> sha256(const QString& path)
{
    const auto opened = openRegular(path);
    if (!opened) {
        return opened.error();
    }
    QCryptographicHash hash(QCryptographicHash::Sha256);
    QByteArray piece(256 * 1024, Qt::Uninitialized);
    while (true) {
        const qint64 got = readSome((*opened)->get(), piece.data(), piece.size());
        if (got < 0) {
            return failed(u"read"_s, path);
        }
        if (got == 0) {
            return QString::fromLatin1(hash.result().toHex());
        }
        hash.addData(QByteArrayView(piece).first(got));
    }
}

QString sha256(const QByteArray& bytes)
{
    return QString::fromLatin1(QCryptographicHash::hash(bytes, QCryptographicHash::Sha256).toHex());
}

}  // namespace analemma
