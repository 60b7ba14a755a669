#include "core/ssh/src/muxpackets.h"

#include "core/base/text.h"
#include "core/ssh/src/sshbytes.h"

#include <QtEndian>

using namespace Qt::StringLiterals;

namespace analemma::ssh::mux {
namespace {

constexpr quint32 protocolVersion = 4;
constexpr quint32 limitMasterMessage = 64 * 1024;
constexpr quint32 noEscape = 0xffffffff;
constexpr quint32 kindRemote = 2;
constexpr quint32 portOfPath = 0xfffffffe;  ///< PORT_STREAMLOCAL: the host is a path

/// [length][type][request id]…; a connection carries one request, so all are number 0.
WireWriter begin(Type type)
{
    WireWriter writer;
    writer.u32(0);
    writer.u32(quint32(type));
    writer.u32(0);
    return writer;
}

QByteArray sealed(WireWriter& writer)
{
    QByteArray packet = writer.take();
    qToBigEndian(quint32(packet.size() - 4), packet.data());
    return packet;
}

Message read(WireReader& reader)
{
    Message message;
    message.type = Type(reader.u32());
    switch (message.type) {
        case Type::Hello:
            message.number = reader.u32();
            break;
        case Type::PermissionDenied:
        case Type::Failure:
            reader.u32();
            message.reason = displayText(reader.string(), 200);
            break;
        case Type::ExitMessage:
        case Type::RemotePort:
            reader.u32();
            message.number = reader.u32();
            break;
        default:
            break;
    }
    return message;
}

}  // namespace

QByteArray hello()
{
    WireWriter writer;
    writer.u32(8);
    writer.u32(quint32(Type::Hello));
    writer.u32(protocolVersion);
    return writer.take();
}

QByteArray newSession(const SessionAsk& ask)
{
    WireWriter writer = begin(Type::NewSession);
    writer.string("");  // reserved
    writer.u32(ask.terminal ? 1 : 0);
    writer.u32(0);  // no X11
    writer.u32(0);  // no agent
    writer.u32(ask.subsystem ? 1 : 0);
    writer.u32(noEscape);
    writer.string(ask.term);
    writer.string(ask.command);
    for (const auto& [name, value] : ask.environment) {
        writer.string(name + '=' + value);
    }
    return sealed(writer);
}

QByteArray newStdioForward(const QByteArray& host, int port)
{
    WireWriter writer = begin(Type::NewStdioForward);
    writer.string("");  // reserved
    writer.string(host);
    writer.u32(quint32(port));
    return sealed(writer);
}

QByteArray aliveCheck()
{
    WireWriter writer = begin(Type::AliveCheck);
    return sealed(writer);
}

QByteArray remoteForward(Type type, const QByteArray& listenHost, int listenPort,
                         const QByteArray& path)
{
    WireWriter writer = begin(type);
    writer.u32(kindRemote);
    writer.string(listenHost);
    writer.u32(quint32(listenPort));
    writer.string(path);
    writer.u32(portOfPath);
    return sealed(writer);
}

std::optional<Result<Message>> takeMessage(QByteArray& buffer)
{
    if (buffer.size() < 4) {
        return std::nullopt;
    }
    const quint32 size = qFromBigEndian<quint32>(buffer.constData());
    if (size < 4 || size > limitMasterMessage) {
        return Result<Message>(
            Error(ErrorKind::Protocol, u"the system's ssh gave an answer that does not fit"_s));
    }
    if (quint32(buffer.size() - 4) < size) {
        return std::nullopt;
    }
    WireReader reader(QByteArrayView(buffer).sliced(4, qsizetype(size)));
    const Message message = read(reader);
    const bool isWhole =
        reader.ok() && (message.type != Type::Hello || message.number == protocolVersion);
    buffer.remove(0, qsizetype(size) + 4);
    if (!isWhole) {
        return Result<Message>(
            Error(ErrorKind::Protocol, u"the system's ssh gave an answer that does not fit"_s));
    }
    return Result<Message>(message);
}

}  // namespace analemma::ssh::mux
