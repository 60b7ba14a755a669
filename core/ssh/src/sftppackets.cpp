#include "core/ssh/src/sftppackets.h"

#include "core/base/text.h"
#include "core/ssh/src/sshbytes.h"

#include <QtEndian>

using namespace Qt::StringLiterals;

namespace analemma::ssh::sftp {
namespace {

constexpr quint32 kHasSize = 0x1;
constexpr quint32 kHasOwner = 0x2;
constexpr quint32 kHasMode = 0x4;
constexpr quint32 kHasTimes = 0x8;
constexpr quint32 kHasMore = 0x80000000;

/// [length][type][id][…]
WireWriter begin(Type type, qsizetype room)
{
    WireWriter writer;
    writer.reserve(room + 32);
    writer.u32(0);
    writer.byte(quint8(type));
    writer.u32(0);
    return writer;
}

QByteArray sealed(WireWriter& writer)
{
    QByteArray packet = writer.take();
    qToBigEndian(quint32(packet.size() - 4), packet.data());
    return packet;
}

QByteArray withOneString(Type type, const QByteArray& text)
{
    WireWriter writer = begin(type, text.size());
    writer.string(text);
    return sealed(writer);
}

}  // namespace

QByteArray init()
{
    WireWriter writer;
    writer.u32(5);
    writer.byte(quint8(Type::Init));
    writer.u32(3);
    return writer.take();
}

QByteArray open(const QByteArray& path, quint32 flags, std::optional<quint32> mode)
{
    WireWriter writer = begin(Type::Open, path.size());
    writer.string(path);
    writer.u32(flags);
    writer.u32(mode ? kHasMode : 0);
    if (mode) {
        writer.u32(*mode);
    }
    return sealed(writer);
}

QByteArray close(const QByteArray& handle)
{
    return withOneString(Type::Close, handle);
}

QByteArray read(const QByteArray& handle, quint64 offset, quint32 count)
{
    WireWriter writer = begin(Type::Read, handle.size());
    writer.string(handle);
    writer.u64(offset);
    writer.u32(count);
    return sealed(writer);
}

QByteArray write(const QByteArray& handle, quint64 offset, QByteArrayView data)
{
    WireWriter writer = begin(Type::Write, handle.size() + data.size());
    writer.string(handle);
    writer.u64(offset);
    writer.string(data);
    return sealed(writer);
}

QByteArray setMode(const QByteArray& handle, quint32 mode)
{
    WireWriter writer = begin(Type::Fsetstat, handle.size());
    writer.string(handle);
    writer.u32(kHasMode);
    writer.u32(mode);
    return sealed(writer);
}

QByteArray stat(const QByteArray& path)
{
    return withOneString(Type::Stat, path);
}

QByteArray linkStat(const QByteArray& path)
{
    return withOneString(Type::Lstat, path);
}

QByteArray handleStat(const QByteArray& handle)
{
    return withOneString(Type::Fstat, handle);
}

QByteArray setModeOf(const QByteArray& path, quint32 mode)
{
    WireWriter writer = begin(Type::Setstat, path.size());
    writer.string(path);
    writer.u32(kHasMode);
    writer.u32(mode);
    return sealed(writer);
}

QByteArray setOwnerOf(const QByteArray& path, quint32 owner, quint32 group)
{
    WireWriter writer = begin(Type::Setstat, path.size());
    writer.string(path);
    writer.u32(kHasOwner);
    writer.u32(owner);
    writer.u32(group);
    return sealed(writer);
}

QByteArray openFolder(const QByteArray& path)
{
    return withOneString(Type::OpenFolder, path);
}

QByteArray readFolder(const QByteArray& handle)
{
    return withOneString(Type::ReadFolder, handle);
}

QByteArray removeFolder(const QByteArray& path)
{
    return withOneString(Type::Rmdir, path);
}

QByteArray realPath(const QByteArray& path)
{
    return withOneString(Type::RealPath, path);
}

QByteArray readLink(const QByteArray& path)
{
    return withOneString(Type::ReadLink, path);
}

QByteArray remove(const QByteArray& path)
{
    return withOneString(Type::Remove, path);
}

QByteArray makeFolder(const QByteArray& path, quint32 mode)
{
    WireWriter writer = begin(Type::Mkdir, path.size());
    writer.string(path);
    writer.u32(kHasMode);
    writer.u32(mode);
    return sealed(writer);
}

QByteArray rename(const QByteArray& from, const QByteArray& to)
{
    WireWriter writer = begin(Type::Rename, from.size() + to.size());
    writer.string(from);
    writer.string(to);
    return sealed(writer);
}

QByteArray posixRename(const QByteArray& from, const QByteArray& to)
{
    WireWriter writer = begin(Type::Extended, from.size() + to.size());
    writer.string("posix-rename@openssh.com");
    writer.string(from);
    writer.string(to);
    return sealed(writer);
}

QByteArray fileSystem(const QByteArray& path)
{
    WireWriter writer = begin(Type::Extended, path.size());
    writer.string("statvfs@openssh.com");
    writer.string(path);
    return sealed(writer);
}

void setId(QByteArray& request, quint32 id)
{
    qToBigEndian(id, request.data() + 5);
}

Status Reply::status() const
{
    WireReader reader(body);
    const quint32 code = reader.u32();
    return type == Type::Status && reader.ok() ? Status(code) : Status::Failure;
}

QString Reply::statusText() const
{
    WireReader reader(body);
    reader.u32();
    const QString text = displayText(reader.string(), 200);
    return text.isEmpty() ? u"failure"_s : text;
}

QByteArray Reply::handle() const
{
    WireReader reader(body);
    const QByteArrayView handle = reader.string();
    return type == Type::Handle && reader.ok() ? handle.toByteArray() : QByteArray();
}

QByteArrayView Reply::dataView() const
{
    WireReader reader(body);
    const QByteArrayView data = reader.string();
    return type == Type::Data && reader.ok() ? data : QByteArrayView();
}

namespace {

/// draft-ietf-secsh-filexfer-02, section 5; extended attributes are passed over.
Attributes takeAttributes(WireReader& reader)
{
    const quint32 flags = reader.u32();
    Attributes attributes;
    if ((flags & kHasSize) != 0) {
        attributes.size = reader.u64();
    }
    if ((flags & kHasOwner) != 0) {
        attributes.owner = reader.u32();
        attributes.group = reader.u32();
    }
    if ((flags & kHasMode) != 0) {
        attributes.mode = reader.u32();
    }
    if ((flags & kHasTimes) != 0) {
        reader.u32();
        attributes.modified = reader.u32();
    }
    if ((flags & kHasMore) != 0) {
        for (quint32 left = reader.u32(); left > 0 && reader.ok(); --left) {
            reader.string();
            reader.string();
        }
    }
    return attributes;
}

}  // namespace

std::optional<Attributes> readAttributes(const Reply& reply)
{
    WireReader reader(reply.body);
    Attributes attributes = takeAttributes(reader);
    if (reply.type != Type::Attributes || !reader.ok()) {
        return std::nullopt;
    }
    return attributes;
}

std::optional<FileSystemSpace> readFileSystem(const Reply& reply)
{
    WireReader reader(reply.body);
    reader.u64();  // the block size of transfers
    FileSystemSpace space;
    space.blockBytes = reader.u64();
    space.blocks = reader.u64();
    space.freeBlocks = reader.u64();
    space.availableBlocks = reader.u64();
    space.files = reader.u64();
    space.freeFiles = reader.u64();
    if (reply.type != Type::ExtendedReply || !reader.ok()) {
        return std::nullopt;
    }
    return space;
}

std::optional<std::vector<NamedAttributes>> readNames(const Reply& reply)
{
    WireReader reader(reply.body);
    const quint32 count = reader.u32();
    if (reply.type != Type::Name || !reader.ok()) {
        return std::nullopt;
    }
    std::vector<NamedAttributes> names;
    for (quint32 i = 0; i < count; ++i) {
        NamedAttributes entry;
        entry.name = reader.string().toByteArray();
        entry.line = reader.string().toByteArray();
        entry.attributes = takeAttributes(reader);
        if (!reader.ok()) {
            return std::nullopt;
        }
        names.push_back(std::move(entry));
    }
    return names;
}

std::optional<Result<Reply>> takeReply(QByteArray& buffer)
{
    WireReader reader(buffer);
    const quint32 length = reader.u32();
    if (!reader.ok()) {
        return std::nullopt;
    }
    if (length < 5 || length > kMostPacket) {
        return Result<Reply>(Error(ErrorKind::Protocol, u"the server's SFTP cannot be read"_s));
    }
    if (buffer.size() < qsizetype(length) + 4) {
        return std::nullopt;
    }
    Reply reply;
    reply.type = Type(reader.byte());
    reply.id = reader.u32();
    reply.body = buffer.mid(9, qsizetype(length) - 5);
    buffer.remove(0, qsizetype(length) + 4);
    return Result<Reply>(std::move(reply));
}

bool offersExtension(const Reply& version, QByteArrayView name)
{
    WireReader reader(version.body);
    while (reader.ok() && !reader.rest().isEmpty()) {
        const QByteArrayView found = reader.string();
        reader.string();
        if (reader.ok() && found == name) {
            return true;
        }
    }
    return false;
}

}  // namespace analemma::ssh::sftp
