#include "core/ssh/keys.h"

#include "core/base/clock.h"
#include "core/base/descriptor.h"
#include "core/base/text.h"
#include "core/ssh/src/agentwire.h"
#include "core/ssh/src/sshbytes.h"

#include <QFile>

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

using namespace Qt::StringLiterals;

namespace analemma::ssh {
namespace {

constexpr qsizetype limitMessage = 256 * 1024;
constexpr quint32 limitKeys = 2048;
constexpr quint8 requestIdentities = 11;
constexpr quint8 identitiesAnswer = 12;
constexpr quint8 signRequest = 13;
constexpr quint8 signResponse = 14;

QByteArray framed(QByteArray body)
{
    WireWriter writer;
    writer.string(body);
    return writer.take();
}

Error broken()
{
    return {ErrorKind::Protocol, u"the agent's answer is damaged"_s};
}

Result<void> connectAgent(int descriptor, const QString& socket)
{
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const QByteArray path = QFile::encodeName(socket);
    if (path.isEmpty() || path.size() >= qsizetype(sizeof address.sun_path)) {
        return Error(ErrorKind::NotFound, u"no agent is running"_s);
    }
    std::memcpy(address.sun_path, path.constData(), size_t(path.size()));
    if (::connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        return Error(ErrorKind::NotFound, u"no agent answers at %1"_s.arg(displayText(socket)),
                     errno);
    }
    return {};
}

/// Waits until the descriptor is ready, the deadline passes or the token is cancelled.
Result<void> waitReady(int descriptor, short events, milliseconds deadline,
                       const CancelToken& cancel)
{
    const SystemClock clock;
    while (true) {
        if (cancel.isCancelled()) {
            return cancelledError();
        }
        pollfd entry{descriptor, events, 0};
        const int ready = ::poll(&entry, 1, 100);
        if (ready > 0) {
            return {};
        }
        if (ready < 0 && errno != EINTR) {
            return systemError(u"wait for the agent"_s, errno);
        }
        if (clock.sinceBoot() > deadline) {
            return Error(ErrorKind::Timeout, u"the agent does not answer"_s);
        }
    }
}

}  // namespace

QByteArray agentListRequest()
{
    return framed(QByteArray(1, char(requestIdentities)));
}

QByteArray agentSignRequest(const PublicKey& key, const QByteArray& data, quint32 flags)
{
    WireWriter writer;
    writer.byte(signRequest);
    writer.string(key.blob);
    writer.string(data);
    writer.u32(flags);
    return framed(writer.take());
}

std::optional<Result<QByteArray>> readAgentMessage(const QByteArray& received)
{
    WireReader reader(received);
    const quint32 size = reader.u32();
    if (!reader.ok()) {
        return std::nullopt;
    }
    if (size == 0 || size > quint32(limitMessage)) {
        return Result<QByteArray>(broken());
    }
    if (reader.rest().size() < qsizetype(size)) {
        return std::nullopt;
    }
    return Result<QByteArray>(reader.bytes(qsizetype(size)).toByteArray());
}

Result<std::vector<AgentKey>> readAgentKeys(const QByteArray& message)
{
    WireReader reader(message);
    if (reader.byte() != identitiesAnswer) {
        return Error(ErrorKind::Auth, u"the agent does not show its keys: it may be locked"_s);
    }
    const quint32 count = reader.u32();
    if (!reader.ok() || count > limitKeys) {
        return broken();
    }
    std::vector<AgentKey> keys;
    for (quint32 i = 0; i < count; ++i) {
        AgentKey entry;
        entry.key = publicKeyFromBlob(reader.string().toByteArray());
        entry.comment = displayText(reader.string(), 256);
        if (!reader.ok()) {
            return broken();
        }
        if (!entry.key.type.isEmpty()) {
            keys.push_back(std::move(entry));
        }
    }
    return keys;
}

Result<QByteArray> readAgentSignature(const QByteArray& message, const PublicKey& key)
{
    WireReader reader(message);
    if (reader.byte() != signResponse) {
        return Error(ErrorKind::Auth, u"the agent does not sign with this key"_s)
            .withHint(u"It may be locked, or you declined."_s);
    }
    const QByteArray signature = reader.string().toByteArray();
    WireReader inner(signature);
    const QByteArray type = inner.string().toByteArray();
    if (!reader.ok() || !inner.ok() || type.isEmpty() || inner.rest().isEmpty()) {
        return broken();
    }
    if (key.type == "ssh-rsa" && type != "rsa-sha2-512") {
        return Error(ErrorKind::Unsupported,
                     u"the agent signs RSA keys with SHA-1 only, which servers refuse"_s)
            .withHint(u"Use an Ed25519 key or a newer agent."_s);
    }
    return signature;
}

Result<QByteArray> callAgent(const QString& socket, const QByteArray& request, int timeoutMs,
                             const CancelToken& cancel)
{
    const Descriptor door(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (door.get() < 0) {
        return systemError(u"make a socket"_s, errno);
    }
    const Result<void> connected = connectAgent(door.get(), socket);
    if (!connected) {
        return connected.error();
    }
    const milliseconds deadline = SystemClock().sinceBoot() + milliseconds(timeoutMs);
    for (qsizetype sent = 0; sent < request.size();) {
        const Result<void> ready = waitReady(door.get(), POLLOUT, deadline, cancel);
        if (!ready) {
            return ready.error();
        }
        const ssize_t count = ::send(door.get(), request.constData() + sent,
                                     size_t(request.size() - sent), MSG_NOSIGNAL);
        if (count < 0 && errno != EAGAIN && errno != EINTR) {
            return Error(ErrorKind::Network, u"the agent hung up"_s, errno);
        }
        sent += std::max<ssize_t>(count, 0);
    }
    QByteArray received;
    while (true) {
        const std::optional<Result<QByteArray>> message = readAgentMessage(received);
        if (message) {
            return *message;
        }
        const Result<void> ready = waitReady(door.get(), POLLIN, deadline, cancel);
        if (!ready) {
            return ready.error();
        }
        char piece[16 * 1024];
        const ssize_t count = ::recv(door.get(), piece, sizeof piece, 0);
        if (count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR)) {
            return Error(ErrorKind::Network, u"the agent hung up"_s, count < 0 ? errno : 0);
        }
        received.append(piece, std::max<ssize_t>(count, 0));
    }
}

QString agentSocket()
{
    return qEnvironmentVariable("SSH_AUTH_SOCK");
}

Task<Result<std::vector<AgentKey>>> listAgentKeys(QString socket, CancelToken cancel)
{
    using Keys = std::vector<AgentKey>;
    std::function<Result<Keys>()> job = [socket, cancel]() -> Result<Keys> {
        const Result<QByteArray> reply = callAgent(socket, agentListRequest(), 5'000, cancel);
        return reply ? readAgentKeys(*reply) : reply.error();
    };
    Result<Keys> keys = co_await onWorker<Keys>(std::move(job));
    co_return keys;
}

Task<Result<QByteArray>> signWithAgent(QString socket, PublicKey key, QByteArray data,
                                       CancelToken cancel)
{
    std::function<Result<QByteArray>()> job = [socket, key, data, cancel]() -> Result<QByteArray> {
        const quint32 flags = key.type == "ssh-rsa" ? agentSha512 : 0;
        const QByteArray request = agentSignRequest(key, data, flags);
        const Result<QByteArray> reply = callAgent(socket, request, 60'000, cancel);
        return reply ? readAgentSignature(*reply, key) : reply.error();
    };
    Result<QByteArray> signature = co_await onWorker<QByteArray>(std::move(job));
    co_return signature;
}

}  // namespace analemma::ssh
