#include "core/ssh/src/login.h"

#include "core/base/text.h"

#include <cstdlib>
#include <cstring>

using namespace Qt::StringLiterals;

namespace analemma::ssh {
namespace {

constexpr qint64 kMostBeforeKeys = 64 * 1024;

QString lastErrorText(LIBSSH2_SESSION* session)
{
    char* text = nullptr;
    int size = 0;
    libssh2_session_last_error(session, &text, &size, 0);
    return displayText(QByteArrayView(text, size), 256);
}

bool isTransportLoss(int code)
{
    return code == LIBSSH2_ERROR_SOCKET_DISCONNECT || code == LIBSSH2_ERROR_SOCKET_RECV ||
           code == LIBSSH2_ERROR_SOCKET_SEND;
}

}  // namespace

Algorithms offeredAlgorithms(const HostKey& pinned)
{
    Algorithms offer;
    offer.kex = {u"curve25519-sha256"_s,
                 u"curve25519-sha256@libssh.org"_s,
                 u"ecdh-sha2-nistp256"_s,
                 u"ecdh-sha2-nistp384"_s,
                 u"ecdh-sha2-nistp521"_s,
                 u"diffie-hellman-group16-sha512"_s,
                 u"diffie-hellman-group18-sha512"_s,
                 u"diffie-hellman-group14-sha256"_s,
                 u"diffie-hellman-group-exchange-sha256"_s};
    offer.hostKeys = QString::fromLatin1(hostKeyPreference(pinned)).split(u',');
    offer.ciphers = {u"aes128-ctr"_s, u"aes192-ctr"_s, u"aes256-ctr"_s};
    offer.macs = {u"hmac-sha2-256"_s, u"hmac-sha2-512"_s};
    return offer;
}

Login::Login(LIBSSH2_SESSION* session, QByteArray user, HostKey pinned,
             std::shared_ptr<const PrivateKey> key)
    : m_session(session),
      m_user(std::move(user)),
      m_pinned(std::move(pinned)),
      m_key(std::move(key))
{
    const Algorithms offer = offeredAlgorithms(m_pinned);
    const std::pair<int, QStringList> lists[] = {
        {LIBSSH2_METHOD_KEX, offer.kex},          {LIBSSH2_METHOD_HOSTKEY, offer.hostKeys},
        {LIBSSH2_METHOD_CRYPT_CS, offer.ciphers}, {LIBSSH2_METHOD_CRYPT_SC, offer.ciphers},
        {LIBSSH2_METHOD_MAC_CS, offer.macs},      {LIBSSH2_METHOD_MAC_SC, offer.macs},
    };
    for (const auto& [method, names] : lists) {
        libssh2_session_method_pref(m_session, method, names.join(u',').toLatin1().constData());
    }
}

Login::State Login::fail(Error error)
{
    m_error = std::move(error);
    m_phase = Phase::Over;
    return State::Failed;
}

Login::State Login::advance(const Wire& wire, int descriptor)
{
    if (m_phase == Phase::Handshake) {
        const State state = handshake(wire, descriptor);
        if (m_phase != Phase::Authentication) {
            return state;
        }
    }
    return m_phase == Phase::Authentication ? authenticate(wire) : State::Failed;
}

Login::State Login::handshake(const Wire& wire, int descriptor)
{
    const int code = libssh2_session_handshake(m_session, descriptor);
    if (code == LIBSSH2_ERROR_EAGAIN) {
        if (wire.received() > kMostBeforeKeys) {
            return fail({ErrorKind::Protocol,
                         u"the server talks without end and does not exchange keys"_s});
        }
        return State::Waiting;
    }
    if (code != 0) {
        (void)fail(handshakeError(code, lastErrorText(m_session), wire));
        return code == LIBSSH2_ERROR_KEX_FAILURE ? State::NoCommonAlgorithm : State::Failed;
    }
    std::size_t size = 0;
    int type = 0;
    const char* blob = libssh2_session_hostkey(m_session, &size, &type);
    const HostKey shown =
        hostKeyFromBlob(blob == nullptr ? QByteArray() : QByteArray(blob, qsizetype(size)));
    const Result<void> trusted = checkHostKey(m_pinned, shown);
    if (!trusted) {
        return fail(trusted.error());
    }
    m_phase = Phase::Authentication;
    return State::Waiting;
}

int Login::sign(LIBSSH2_SESSION*, unsigned char** signature, size_t* size,
                const unsigned char* data, size_t count, void** abstract)
{
    const auto* key = static_cast<const PrivateKey*>(*abstract);
    const QByteArray made =
        key->sign(QByteArray::fromRawData(reinterpret_cast<const char*>(data), qsizetype(count)));
    if (made.isEmpty()) {
        return -1;
    }
    *signature =
        static_cast<unsigned char*>(std::malloc(std::size_t(made.size())));  // libssh2 frees it
    if (*signature == nullptr) {
        return -1;
    }
    std::memcpy(*signature, made.constData(), std::size_t(made.size()));
    *size = std::size_t(made.size());
    return 0;
}

int Login::tryKey()
{
    const QByteArray& blob = m_key->loginBlob();
    void* abstract = const_cast<PrivateKey*>(m_key.get());
    return libssh2_userauth_publickey(m_session, m_user.constData(),
                                      reinterpret_cast<const unsigned char*>(blob.constData()),
                                      std::size_t(blob.size()), &sign, &abstract);
}

Login::State Login::authenticate(const Wire& wire)
{
    const int code = tryKey();
    if (code == LIBSSH2_ERROR_EAGAIN) {
        return State::Waiting;
    }
    if (code == 0) {
        m_phase = Phase::Over;
        return State::Ready;
    }
    if (isTransportLoss(code) || wire.hasEnded() || !wire.farewell().isEmpty()) {
        const QString said = displayText(QByteArrayView(wire.farewell()), 256);
        return fail({ErrorKind::Network,
                     said.isEmpty() ? u"the server closed the connection during the login"_s
                                    : u"the server ended the login: %1"_s.arg(said),
                     code});
    }
    const Error refused(
        ErrorKind::Auth,
        u"the server refused the key %1 (%2) for user %3"_s.arg(
            m_key->name(), m_key->fingerprint(), displayText(QByteArrayView(m_user), 64)),
        code);
    return fail(refused.withHint(
        m_key->kind() == PrivateKey::Kind::Rsa
            ? u"Add its public key to ~/.ssh/authorized_keys there; if it stands there already, "
              u"this "
              "server may not take RSA from here: use an Ed25519 key."_s
            : u"Add its public key to ~/.ssh/authorized_keys of this user on the server."_s));
}

void Login::abort(int descriptor)
{
    for (int i = 0; i < 16 && m_phase != Phase::Over; ++i) {
        const int code = m_phase == Phase::Handshake
                             ? libssh2_session_handshake(m_session, descriptor)
                             : tryKey();
        if (code != LIBSSH2_ERROR_EAGAIN) {
            break;
        }
    }
    m_phase = Phase::Over;
}

Error handshakeError(int code, const QString& library, const Wire& wire)
{
    const QByteArray& greeting = wire.greeting();
    if (greeting.isEmpty()) {
        return {ErrorKind::Network, u"the server closed the connection before it said anything"_s,
                code};
    }
    if (!greeting.startsWith("SSH-") && !greeting.contains("\nSSH-")) {
        return {ErrorKind::Protocol,
                u"this port answers, but it is not SSH; it said: %1"_s.arg(
                    displayText(QByteArrayView(greeting), 80)),
                code};
    }
    if (code == LIBSSH2_ERROR_HOSTKEY_SIGN) {
        return {ErrorKind::HostKey, u"the server could not prove that it has its host key"_s, code};
    }
    if (!wire.farewell().isEmpty()) {
        return {ErrorKind::Network,
                u"the server ended the connection: %1"_s.arg(
                    displayText(QByteArrayView(wire.farewell()), 256)),
                code};
    }
    if (isTransportLoss(code) && wire.hasEnded()) {
        return {ErrorKind::Network, u"the server closed the connection before the login was done"_s,
                code};
    }
    return {ErrorKind::Protocol, u"the handshake failed: %1"_s.arg(library), code};
}

}  // namespace analemma::ssh
