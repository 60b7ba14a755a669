#include "core/git/src/room.h"

#include "core/base/text.h"

#include <QFile>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

using namespace Qt::StringLiterals;

namespace analemma::git {

namespace {

bool isFullCode(int code)
{
    return code == ENOSPC || code == EDQUOT;
}

constexpr qint64 usualRoom = 64 * 1024;

struct HeldRoom {
    Descriptor file;
    int full = 0;  ///< ENOSPC or EDQUOT: there is no such room
};

HeldRoom holdRoom(const QByteArray& folder, qint64 bytes)
{
    const QByteArray name = folder + ".analemma-room-" + newId().toLatin1();
    HeldRoom held;
    held.file = Descriptor(::open(name.constData(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    const bool made = held.file.valid();
    if (made) {
        ::unlink(name.constData());
    }
    if ((!made || ::fallocate(held.file.get(), 0, 0, bytes) != 0) && isFullCode(errno)) {
        held.full = errno;
    }
    return held;
}

QString diskOf(const Handle& handle)
{
    const char* files = git_repository_workdir(handle.repository.get());
    return displayText(
        QFile::decodeName(files != nullptr ? files : git_repository_path(handle.repository.get())),
        300);
}

}  // namespace

bool isDiskFull(const Error& error)
{
    return error.kind == ErrorKind::Io && isFullCode(error.nativeCode);
}

Error tellFullDisk(const Handle& handle, const Error& error, const QString& became)
{
    if (!isDiskFull(error) || error.message.endsWith(u'.')) {
        return error;
    }
    Error told = error;
    told.message += u". "_s + became;
    if (!error.message.contains(u'/')) {
        told.hint = u"Free some space on the disk of %1 and try again."_s.arg(diskOf(handle));
    }
    return told;
}

int createCommit(git_oid* id, git_repository* repository, const char* ref,
                 const git_signature* author, const git_signature* committer, const char* encoding,
                 const char* message, const git_tree* tree, std::size_t count,
                 const git_commit** parents)
{
    const int code = git_commit_create(id, repository, ref, author, committer, encoding, message,
                                       tree, count, parents);
    OdbHandle objects;
    const bool known = code == 0 && git_repository_odb(out(objects), repository) == 0;
    if (!known || git_odb_exists(objects.get(), id) == 1) {
        return code;
    }
    // It is not told why.
    const int full = holdRoom(git_repository_path(repository), usualRoom).full;
    git_error_set_str(GIT_ERROR_OS,
                      full != 0 ? std::strerror(full) : "the commit could not be written");
    return -1;
}

Result<Room> Room::hold(const Handle& handle, qint64 bytes)
{
    const QByteArray folder(git_repository_path(handle.repository.get()));
    HeldRoom held = holdRoom(folder, bytes);
    return held.full == 0
               ? Result<Room>(Room(std::move(held.file)))
               : systemError(u"hold room in %1"_s.arg(displayText(QFile::decodeName(folder), 300)),
                             held.full);
}

RefLogs::RefLogs(const Handle& handle, const QList<QByteArray>& refs)
{
    for (const QByteArray& ref : refs) {
        const char* folder = ref == "HEAD" ? git_repository_path(handle.repository.get())
                                           : git_repository_commondir(handle.repository.get());
        const QByteArray path = QByteArray(folder) + "logs/" + ref;
        struct stat info {};
        const bool there = ::lstat(path.constData(), &info) == 0 && S_ISREG(info.st_mode);
        m_logs.append({path, there ? qint64(info.st_size) : -1});
    }
}

void RefLogs::takeBack() const
{
    constexpr qint64 longest = 64 * 1024;
    for (const Log& log : m_logs) {
        const qint64 before = std::max<qint64>(log.size, 0);
        QFile file(QFile::decodeName(log.path));
        if (!file.open(QIODevice::ReadWrite | QIODevice::ExistingOnly) ||
            file.size() - before > longest || !file.seek(before)) {
            continue;
        }
        // Whole entries after it are those of somebody else who came in between.
        const QByteArray added = file.readAll();
        const qsizetype end = added.indexOf('\n');
        if (end >= 0 && end + 1 < added.size()) {
            continue;
        }
        if (log.size < 0) {
            file.remove();
        } else if (!added.isEmpty()) {
            file.resize(before);
        }
    }
}

}  // namespace analemma::git
