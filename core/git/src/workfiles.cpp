#include "core/git/src/workfiles.h"

#include "core/base/text.h"
#include "core/git/src/errors.h"
#include "core/git/src/paths.h"

#include <QDir>
#include <QFile>

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdio>

using namespace Qt::StringLiterals;

namespace analemma::git {

namespace {

QString shownWorkPath(const QByteArray& path)
{
    return displayText(QByteArrayView(path), 300);
}

/// The repository that the ".git" in a folder stands for.
QString workRepositoryOf(const QString& folder)
{
    const QString path = folder + u"/.git"_s;
    QFile file(path);
    if (QFileInfo(path).isDir() || !file.open(QIODevice::ReadOnly)) {
        return QDir(path).canonicalPath();
    }
    const QByteArray line = file.read(8192).trimmed();
    const QByteArray key = "gitdir: ";
    const QString target = QFile::decodeName(line.startsWith(key) ? line.mid(key.size()) : line);
    return QDir(QDir(folder).absoluteFilePath(target)).canonicalPath();
}

/// The folder that a path lies in, and its last part.
struct WorkPlace {
    Descriptor folder;
    QByteArray name;
};

/// Makes the folders on the way when `make`. A missing one gives an invalid descriptor.
Result<WorkPlace> workPlaceOf(const QByteArray& root, const QByteArray& path, bool make)
{
    if (const Result<void> checked = checkWorkPath(path); !checked) {
        return checked.error();
    }
    QList<QByteArray> parts = path.split('/');
    const QByteArray name = parts.takeLast();
    constexpr int flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;
    Descriptor at(::open(root.constData(), flags));
    for (const QByteArray& part : std::as_const(parts)) {
        if (make && ::mkdirat(at.get(), part.constData(), 0777) != 0 && errno != EEXIST) {
            return systemError(u"make the folder of %1"_s.arg(shownWorkPath(path)), errno);
        }
        const int next = ::openat(at.get(), part.constData(), flags | O_NOFOLLOW);
        if (next < 0 && errno == ENOENT) {
            return WorkPlace{Descriptor(), name};
        }
        if (next < 0 && (errno == ELOOP || errno == ENOTDIR)) {
            return Error(ErrorKind::Refused,
                         u"%1 lies behind something that is no folder (a link or a file). It was "
                         u"not touched."_s.arg(shownWorkPath(path)));
        }
        at = Descriptor(next);
        if (!at.valid()) {
            return systemError(u"open the folder of %1"_s.arg(shownWorkPath(path)), errno);
        }
    }
    if (!at.valid()) {
        return systemError(u"open the work tree"_s, errno);
    }
    return WorkPlace{std::move(at), name};
}

Error noPlainWorkFile(const QByteArray& path, const QString& why)
{
    return Error(ErrorKind::Invalid, u"%1 %2."_s.arg(shownWorkPath(path), why));
}

Result<WorkFile> readWorkLink(const WorkPlace& place, const QByteArray& path)
{
    QByteArray target(4096, Qt::Uninitialized);
    const ssize_t length = ::readlinkat(place.folder.get(), place.name.constData(), target.data(),
                                        static_cast<std::size_t>(target.size()));
    if (length < 0) {
        return systemError(u"read the link %1"_s.arg(shownWorkPath(path)), errno);
    }
    target.truncate(length);
    return WorkFile{GIT_FILEMODE_LINK, target};
}

Result<void> writeWorkBytes(int descriptor, const QByteArray& bytes)
{
    for (qsizetype at = 0; at < bytes.size();) {
        const ssize_t written = ::write(descriptor, bytes.constData() + at,
                                        static_cast<std::size_t>(bytes.size() - at));
        if (written < 0 && errno != EINTR) {
            return systemError(u"write a file"_s, errno);
        }
        at += std::max<ssize_t>(written, 0);
    }
    return {};
}

Result<void> makeWorkFile(const WorkPlace& place, const QByteArray& name, const WorkFile& file)
{
    if (S_ISLNK(file.mode)) {
        return ::symlinkat(file.bytes.constData(), place.folder.get(), name.constData()) == 0
                   ? Result<void>()
                   : systemError(u"make a link"_s, errno);
    }
    const mode_t mode = (file.mode & S_IXUSR) != 0 ? 0777 : 0666;
    const Descriptor made(::openat(place.folder.get(), name.constData(),
                                   O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode));
    return made.valid() ? writeWorkBytes(made.get(), file.bytes)
                        : systemError(u"make a file"_s, errno);
}

}  // namespace

Result<QByteArray> workTreeRoot(const Handle& handle)
{
    const char* folder = git_repository_workdir(handle.repository.get());
    const QString own = QFile::decodeName(git_repository_path(handle.repository.get()));
    if (folder == nullptr || git_repository_is_bare(handle.repository.get()) == 1) {
        return Error(ErrorKind::Refused,
                     u"%1 is a bare repository: it has no work tree."_s.arg(displayText(own, 300)));
    }
    const QString root = QFile::decodeName(folder);
    if (workRepositoryOf(root) != QDir(own).canonicalPath()) {
        return Error(ErrorKind::Refused,
                     u"The settings of %1 name %2 as its work tree, which does not belong to it. "
                     u"Nothing was read or changed there."_s.arg(displayText(own, 300),
                                                                 displayText(root, 300)))
            .withHint(u"See core.worktree in its configuration (git config core.worktree)."_s);
    }
    return QByteArray(folder);
}

Result<void> checkWorkPath(const QByteArray& path)
{
    const QList<QByteArray> parts = path.split('/');
    for (const QByteArray& part : parts) {
        // Line breaks are odd but not hostile here: the file is there already.
        QByteArray name = part;
        name.replace('\n', ' ').replace('\r', ' ');
        if (const QString reason = hostileName(name); !reason.isEmpty()) {
            return Error(ErrorKind::Refused, u"%1 is no path in a repository: \"%2\" %3."_s.arg(
                                                 shownWorkPath(path), shownWorkPath(part), reason));
        }
    }
    return {};
}

Result<quint32> workFileMode(const QByteArray& root, const QByteArray& path)
{
    const Result<WorkPlace> place = workPlaceOf(root, path, false);
    if (!place) {
        return place.error();
    }
    struct stat seen {};
    const bool there =
        place->folder.valid() &&
        ::fstatat(place->folder.get(), place->name.constData(), &seen, AT_SYMLINK_NOFOLLOW) == 0;
    if (!there && place->folder.valid() && errno != ENOENT) {
        return systemError(u"look at %1"_s.arg(shownWorkPath(path)), errno);
    }
    return there ? quint32(seen.st_mode) : 0U;
}

Result<WorkFile> loadWorkFile(const QByteArray& root, const QByteArray& path, qint64 limitBytes)
{
    const Result<WorkPlace> place = workPlaceOf(root, path, false);
    if (!place) {
        return place.error();
    }
    if (!place->folder.valid()) {
        return WorkFile();
    }
    struct stat seen {};
    if (::fstatat(place->folder.get(), place->name.constData(), &seen, AT_SYMLINK_NOFOLLOW) != 0) {
        return errno == ENOENT ? Result<WorkFile>(WorkFile())
                               : systemError(u"read %1"_s.arg(shownWorkPath(path)), errno);
    }
    if (S_ISLNK(seen.st_mode)) {
        return readWorkLink(*place, path);
    }
    if (!S_ISREG(seen.st_mode)) {
        return noPlainWorkFile(path, u"is a folder or a special file"_s);
    }
    const Descriptor opened(::openat(place->folder.get(), place->name.constData(),
                                     O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    QFile file;
    if (!opened.valid() || ::fstat(opened.get(), &seen) != 0 ||
        !file.open(opened.get(), QIODevice::ReadOnly)) {
        return systemError(u"read %1"_s.arg(shownWorkPath(path)), errno);
    }
    const QByteArray bytes = file.read(limitBytes + 1);
    if (bytes.size() > limitBytes) {
        return noPlainWorkFile(path, u"is larger than %1"_s.arg(sizeText(limitBytes)));
    }
    const bool runs = (seen.st_mode & S_IXUSR) != 0;
    return WorkFile{quint32(runs ? GIT_FILEMODE_BLOB_EXECUTABLE : GIT_FILEMODE_BLOB), bytes};
}

Result<void> writeWorkFile(const QByteArray& root, const QByteArray& path, const WorkFile& file)
{
    const Result<WorkPlace> place = workPlaceOf(root, path, true);
    if (!place) {
        return place.error();
    }
    const QByteArray beside = ".analemma-" + newId().toLatin1();
    const int folder = place->folder.get();
    Result<void> made = makeWorkFile(*place, beside, file);
    if (made && ::renameat(folder, beside.constData(), folder, place->name.constData()) != 0) {
        made = systemError(u"put the new file in its place"_s, errno);
    }
    if (!made) {
        ::unlinkat(folder, beside.constData(), 0);
        return made.error().in(u"%1 was not changed"_s.arg(shownWorkPath(path)));
    }
    return {};
}

Result<void> removeWorkFile(const QByteArray& root, const QByteArray& path)
{
    QByteArray at = path;
    for (int flags = 0;; flags = AT_REMOVEDIR) {
        const Result<WorkPlace> place = workPlaceOf(root, at, false);
        if (!place) {
            return place.error();
        }
        const bool gone = !place->folder.valid() ||
                          ::unlinkat(place->folder.get(), place->name.constData(), flags) == 0 ||
                          errno == ENOENT;
        if (!gone && flags == 0) {
            return systemError(u"remove %1"_s.arg(shownWorkPath(path)), errno);
        }
        const qsizetype slash = at.lastIndexOf('/');
        if (!gone || slash < 0) {
            return {};
        }
        at.truncate(slash);
    }
}

}  // namespace analemma::git
