#include "core/ssh/src/agent.h"

#include "core/base/task.h"
#include "core/base/text.h"
#include "core/ssh/src/sshbytes.h"

#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

using namespace Qt::StringLiterals;

namespace analemma::ssh {
namespace {

constexpr quint8 kRequestIdentities = 11;
constexpr quint8 kIdentities = 12;
constexpr quint8 kSignRequest = 13;
constexpr quint8 kSignResponse = 14;
constexpr quint32 kRsaSha512 = 4;
constexpr quint32 kMostAnswer = 256 * 1024;
constexpr quint32 kMostKeys = 256;
constexpr int kListSeconds = 2;
constexpr int kSignSeconds = 120;

Error agentError(const QString& text)
{
    return {ErrorKind::Auth, u"the key agent %1"_s.arg(text)};
}

/// A connection to the agent; one request, one answer.
class Connection {
public:
    Connection(const QString& path, int patience)
    {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        const QByteArray name = path.toLocal8Bit();
        if (name.isEmpty() || std::size_t(name.size()) >= sizeof address.sun_path) {
            return;
        }
        std::memcpy(address.sun_path, name.constData(), std::size_t(name.size()));
        m_socket = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        const timeval limit{patience, 0};
        ::setsockopt(m_socket, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
        ::setsockopt(m_socket, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
        m_connected =
            ::connect(m_socket, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
    }
    ~Connection()
    {
        if (m_socket >= 0) {
            ::close(m_socket);
        }
    }
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    Result<QByteArray> request(const QByteArray& body)
    {
        if (!m_connected) {
            return agentError(u"does not answer"_s);
        }
        WireWriter writer;
        writer.string(body);
        const QByteArray packet = writer.take();
        if (::send(m_socket, packet.constData(), std::size_t(packet.size()), MSG_NOSIGNAL) !=
            ssize_t(packet.size())) {
            return agentError(u"takes no request"_s);
        }
        const QByteArray head = receive(4);
        WireReader reader(head);
        const quint32 size = reader.u32();
        if (!reader.ok() || size == 0 || size > kMostAnswer) {
            return agentError(u"gave no answer that can be read"_s);
        }
        const QByteArray answer = receive(qsizetype(size));
        if (answer.size() != qsizetype(size)) {
            return agentError(u"broke off its answer"_s);
        }
        return answer;
    }

private:
    QByteArray receive(qsizetype count) const
    {
        QByteArray bytes(count, '\0');
        qsizetype got = 0;
        while (got < count) {
            const ssize_t more = ::recv(m_socket, bytes.data() + got, std::size_t(count - got), 0);
            if (more < 0 && errno == EINTR) {
                continue;
            }
            if (more <= 0) {
                break;
            }
            got += more;
        }
        bytes.truncate(got);
        return bytes;
    }
    int m_socket = -1;
    bool m_connected = false;
};

QByteArray typeOf(const QByteArray& publicKey)
{
    WireReader reader(publicKey);
    const QByteArray type = reader.string().toByteArray();
    return reader.ok() ? type : QByteArray();
}

Result<QByteArray> signNow(const QString& socketPath, const QByteArray& publicKey,
                           const QByteArray& data, const QByteArray& algorithm)
{
    WireWriter writer;
    writer.byte(kSignRequest);
    writer.string(publicKey);
    writer.string(data);
    writer.u32(algorithm == "rsa-sha2-512" ? kRsaSha512 : 0);
    Connection agent(socketPath, kSignSeconds);
    const Result<QByteArray> answer = agent.request(writer.take());
    if (!answer) {
        return answer.error();
    }
    WireReader reader(*answer);
    const quint8 type = reader.byte();
    const QByteArray signature = reader.string().toByteArray();
    if (type != kSignResponse || !reader.ok()) {
        return agentError(u"refused to sign"_s);
    }
    return signature;
}

class AgentSigner final : public Signer {
public:
    AgentSigner(QString socketPath, AgentIdentity identity)
        : m_socketPath(std::move(socketPath)), m_identity(std::move(identity))
    {
    }
    [[nodiscard]] QByteArray publicKey() const override { return m_identity.publicKey; }
    [[nodiscard]] QString name() const override
    {
        return m_identity.comment.isEmpty() ? u"of the agent"_s
                                            : u"%1 of the agent"_s.arg(m_identity.comment);
    }
    void sign(QByteArray data, QByteArray algorithm, Done done) override
    {
        detail::startOnWorker(
            [path = m_socketPath, key = m_identity.publicKey, data = std::move(data),
             algorithm = std::move(algorithm),
             done = std::move(done)] { done(signNow(path, key, data, algorithm)); });
    }

private:
    const QString m_socketPath;
    const AgentIdentity m_identity;
};

}  // namespace

Result<std::vector<AgentIdentity>> readIdentities(const QByteArray& answer)
{
    WireReader reader(answer);
    const quint8 type = reader.byte();
    const quint32 count = reader.u32();
    if (type != kIdentities || !reader.ok() || count > kMostKeys) {
        return agentError(u"lists no keys"_s);
    }
    std::vector<AgentIdentity> identities;
    for (quint32 i = 0; i < count; ++i) {
        AgentIdentity identity;
        identity.publicKey = reader.string().toByteArray();
        identity.comment = displayText(reader.string(), 200);
        if (!reader.ok()) {
            return agentError(u"broke off its list of keys"_s);
        }
        identities.push_back(std::move(identity));
    }
    return identities;
}

Result<std::vector<std::shared_ptr<Signer>>> agentSigners(const QString& socketPath)
{
    Connection agent(socketPath, kListSeconds);
    const Result<QByteArray> answer = agent.request(QByteArray(1, char(kRequestIdentities)));
    if (!answer) {
        return answer.error();
    }
    Result<std::vector<AgentIdentity>> identities = readIdentities(*answer);
    if (!identities) {
        return identities.error();
    }
    const QByteArrayList usable = {"ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384",
                                   "ecdsa-sha2-nistp521", "ssh-rsa"};
    std::vector<std::shared_ptr<Signer>> signers;
    for (AgentIdentity& identity : *identities) {
        if (usable.contains(typeOf(identity.publicKey))) {
            signers.push_back(std::make_shared<AgentSigner>(socketPath, std::move(identity)));
        }
    }
    return signers;
}

}  // namespace analemma::ssh
