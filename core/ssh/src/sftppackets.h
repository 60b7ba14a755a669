#pragma once

#include "core/base/result.h"
#include "core/ssh/sftp.h"

#include <QByteArray>

#include <optional>
#include <vector>

/// The packets of SFTP version 3 (draft-ietf-secsh-filexfer-02) that we send and read. Pure.
namespace analemma::ssh::sftp {

enum class Type : quint8 {
    Init = 1,
    Version = 2,
    Open = 3,
    Close = 4,
    Read = 5,
    Write = 6,
    Lstat = 7,
    Fstat = 8,
    Setstat = 9,
    Fsetstat = 10,
    OpenFolder = 11,
    ReadFolder = 12,
    Remove = 13,
    Mkdir = 14,
    Rmdir = 15,
    RealPath = 16,
    Stat = 17,
    Rename = 18,
    ReadLink = 19,
    Status = 101,
    Handle = 102,
    Data = 103,
    Name = 104,
    Attributes = 105,
    Extended = 200,
    ExtendedReply = 201
};

enum class Status : quint32 { Ok = 0, Eof = 1, NoSuchFile = 2, PermissionDenied = 3, Failure = 4 };

constexpr quint32 kOpenRead = 0x01;
constexpr quint32 kOpenWrite = 0x02;
constexpr quint32 kOpenCreate = 0x08;
constexpr quint32 kOpenTruncate = 0x10;
constexpr quint32 kOpenExclusive = 0x20;
/// Of data in one read or write: what every server takes, and one SSH packet with its frame.
constexpr qsizetype kPiece = 32'000;
constexpr quint32 kMostPacket = 256 * 1024;

// Requests. The id is set by setId() when they are sent.
QByteArray init();
QByteArray open(const QByteArray& path, quint32 flags, std::optional<quint32> mode);
QByteArray close(const QByteArray& handle);
QByteArray read(const QByteArray& handle, quint64 offset, quint32 count);
QByteArray write(const QByteArray& handle, quint64 offset, QByteArrayView data);
QByteArray setMode(const QByteArray& handle, quint32 mode);
QByteArray stat(const QByteArray& path);
QByteArray linkStat(const QByteArray& path);  ///< of the link itself
QByteArray handleStat(const QByteArray& handle);
QByteArray setModeOf(const QByteArray& path, quint32 mode);
QByteArray setOwnerOf(const QByteArray& path, quint32 owner, quint32 group);
QByteArray openFolder(const QByteArray& path);
QByteArray readFolder(const QByteArray& handle);
QByteArray removeFolder(const QByteArray& path);
QByteArray realPath(const QByteArray& path);
QByteArray readLink(const QByteArray& path);
QByteArray remove(const QByteArray& path);
QByteArray makeFolder(const QByteArray& path, quint32 mode);
QByteArray rename(const QByteArray& from, const QByteArray& to);
/// posix-rename@openssh.com: replaces what is there, atomically.
QByteArray posixRename(const QByteArray& from, const QByteArray& to);
/// statvfs@openssh.com.
QByteArray fileSystem(const QByteArray& path);
void setId(QByteArray& request, quint32 id);

/// One answer: type, id and what follows.
struct Reply {
    Type type = Type::Status;
    quint32 id = 0;
    QByteArray body;

    [[nodiscard]] bool isOk() const { return type == Type::Status && status() == Status::Ok; }
    [[nodiscard]] Status status() const;
    /// The server's own words.
    [[nodiscard]] QString statusText() const;
    [[nodiscard]] QByteArray handle() const;
    [[nodiscard]] QByteArray data() const { return dataView().toByteArray(); }
    [[nodiscard]] QByteArrayView dataView() const;  ///< within `body`
};

struct Attributes {
    std::optional<quint64> size;
    std::optional<quint32> mode;
    quint32 owner = 0;
    quint32 group = 0;
    quint32 modified = 0;  ///< seconds since 1970
    [[nodiscard]] bool isRegular() const { return !mode || (*mode & 0170000U) == 0100000U; }
    [[nodiscard]] bool isFolder() const { return mode && (*mode & 0170000U) == 0040000U; }
    [[nodiscard]] bool isLink() const { return mode && (*mode & 0170000U) == 0120000U; }
};
struct NamedAttributes {
    QByteArray name;
    QByteArray line;  ///< as "ls -l" prints it; foreign, and of no fixed form
    Attributes attributes;
};
/// The answer to a read of a folder, of a link or to realpath: names are foreign.
std::optional<std::vector<NamedAttributes>> readNames(const Reply& reply);
std::optional<Attributes> readAttributes(const Reply& reply);
std::optional<FileSystemSpace> readFileSystem(const Reply& reply);

/// Takes the first whole packet from the buffer: nothing while it is incomplete, Protocol when it
/// can be none.
std::optional<Result<Reply>> takeReply(QByteArray& buffer);
/// True when the answer to init() names the extension.
bool offersExtension(const Reply& version, QByteArrayView name);

}  // namespace analemma::ssh::sftp
