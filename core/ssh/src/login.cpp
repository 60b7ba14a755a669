#include "core/ssh/src/login.h"

#include "core/base/text.h"
#include "core/ssh/src/sshbytes.h"

#include <QJsonArray>

using namespace Qt::StringLiterals;

namespace analemma::ssh {
namespace {

constexpr qint64 kMostBeforeKeys = 64 * 1024;
constexpr int kMostAnswers = 3;  ///< of a person, before the login is given up

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

/// What goes into the login request. For RSA the type name says "rsa-sha2-512": libssh2 takes the
/// signature method from there (RFC 8332 wants the name only in the request; OpenSSH accepts this).
QByteArray requestBlob(const QByteArray& publicKey)
{
    WireReader reader(publicKey);
    if (reader.string() != "ssh-rsa") {
        return publicKey;
    }
    WireWriter writer;
    writer.string("rsa-sha2-512");
    writer.raw(reader.rest());
    return writer.take();
}

QByteArray algorithmOf(const QByteArray& blob)
{
    WireReader reader(blob);
    return reader.string().toByteArray();
}

}  // namespace

Algorithms offeredAlgorithms(const QStringList& hostKeyTypes)
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
    offer.hostKeys = hostKeyPreference(hostKeyTypes);
    offer.ciphers = {u"aes128-ctr"_s, u"aes192-ctr"_s, u"aes256-ctr"_s};
    offer.macs = {u"hmac-sha2-256"_s, u"hmac-sha2-512"_s};
    return offer;
}

Login::Login(LIBSSH2_SESSION* session, LoginPlan plan, std::weak_ptr<Reactor> reactor,
             std::function<void()> wake)
    : m_session(session),
      m_plan(std::move(plan)),
      m_reactor(std::move(reactor)),
      m_wake(std::move(wake))
{
    const Algorithms offer = offeredAlgorithms(m_plan.hostKeyTypes);
    const std::pair<int, QStringList> lists[] = {
        {LIBSSH2_METHOD_KEX, offer.kex},          {LIBSSH2_METHOD_HOSTKEY, offer.hostKeys},
        {LIBSSH2_METHOD_CRYPT_CS, offer.ciphers}, {LIBSSH2_METHOD_CRYPT_SC, offer.ciphers},
        {LIBSSH2_METHOD_MAC_CS, offer.macs},      {LIBSSH2_METHOD_MAC_SC, offer.macs},
    };
    for (const auto& [method, names] : lists) {
        libssh2_session_method_pref(m_session, method, names.join(u',').toLatin1().constData());
    }
}

template <class T>
std::function<void(Result<T>)> Login::here(std::function<void(Login&, Result<T>)> take)
{
    m_asked = true;
    return answeredOnce<T>(
        [weak = weak_from_this(), home = m_reactor, take = std::move(take)](Result<T> result) {
            const std::shared_ptr<Reactor> reactor = home.lock();
            if (!reactor) {
                return;
            }
            reactor->post([weak, take, result = std::move(result)] {
                if (const auto self = weak.lock()) {
                    self->m_asked = false;
                    take(*self, result);
                    self->m_wake();
                }
            });
        });
}

Login::State Login::fail(Error error)
{
    m_error = std::move(error);
    m_phase = Phase::Over;
    return State::Failed;
}

Login::State Login::lost(int code, const Wire& wire)
{
    const QString said = displayText(QByteArrayView(wire.farewell()), 256);
    return fail({ErrorKind::Network,
                 said.isEmpty() ? u"the server closed the connection during the login"_s
                                : u"the server ended the login: %1"_s.arg(said),
                 code});
}

Login::State Login::advance(const Wire& wire, int descriptor)
{
    for (;;) {
        const Phase before = m_phase;
        const std::size_t key = m_nextKey;
        const State state = step(wire, descriptor);
        if (state != State::Waiting || (m_phase == before && m_nextKey == key)) {
            return state;
        }
    }
}

Login::State Login::step(const Wire& wire, int descriptor)
{
    if (isBusy()) {
        return State::Waiting;
    }
    switch (m_phase) {
        case Phase::Handshake:
            return handshake(wire, descriptor);
        case Phase::ServerKey:
            return checkServer();
        case Phase::Methods:
            return askMethods(wire);
        case Phase::Key:
            return tryKey(wire);
        case Phase::Interactive:
            return tryInteractive(wire);
        case Phase::Password:
            return tryPassword(wire);
        case Phase::Over:
            return State::Failed;
    }
    return State::Failed;
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
    m_phase = Phase::ServerKey;
    if (!m_plan.pinned.isEmpty() || !m_plan.asking->knowsHosts()) {
        m_verdict = checkHostKey(m_plan.pinned, shown);
        return State::Waiting;
    }
    ShownHostKey question;
    question.host = m_plan.host;
    question.port = m_plan.port;
    question.key = shown.text();
    question.fingerprint = shown.fingerprint();
    m_plan.asking->check(question, here<void>([](Login& self, const Result<void>& verdict) {
                             self.m_verdict = verdict;
                         }));
    return State::Waiting;
}

Login::State Login::checkServer()
{
    if (!m_verdict) {
        return State::Waiting;
    }
    if (!*m_verdict) {
        return fail(m_verdict->error());
    }
    m_phase = Phase::Methods;
    return State::Waiting;
}

bool Login::takes(const char* method) const
{
    return m_methods.contains(method);
}

/// The list comes with the refusal of the method "none" (RFC 4252, 5.2).
Login::State Login::askMethods(const Wire& wire)
{
    const char* methods =
        libssh2_userauth_list(m_session, m_plan.user.constData(), unsigned(m_plan.user.size()));
    if (methods == nullptr) {
        const int code = libssh2_session_last_errno(m_session);
        if (libssh2_userauth_authenticated(m_session) != 0) {
            m_phase = Phase::Over;
            return State::Ready;  // the server wants no proof
        }
        return code == LIBSSH2_ERROR_EAGAIN ? State::Waiting : lost(code, wire);
    }
    const QByteArrayList before = m_methods;
    m_methods = QByteArray(methods).left(2000).split(',');
    m_methodsAreNew = m_methods != before;
    return next();
}

/// Which credential comes now.
Login::State Login::next()
{
    if (takes("publickey") && m_nextKey < m_plan.keys.size()) {
        m_phase = Phase::Key;
        return State::Waiting;
    }
    if (m_nextKey > 0 && m_methodsAreNew && m_phase != Phase::Methods) {
        m_phase = Phase::Methods;  // a key may have been one half: what does it want now?
        return State::Waiting;
    }
    const bool asks = m_plan.asking->canAsk() && m_attempts < kMostAnswers;
    if (asks && takes("keyboard-interactive")) {
        m_phase = Phase::Interactive;
        return State::Waiting;
    }
    if (asks && takes("password")) {
        m_phase = Phase::Password;
        return State::Waiting;
    }
    return refused();
}

// ---- keys ---------------------------------------------------------------------------------------

int Login::sign(LIBSSH2_SESSION*, unsigned char** signature, size_t* size,
                const unsigned char* data, size_t count, void** abstract)
{
    const QByteArray bytes(reinterpret_cast<const char*>(data), qsizetype(count));
    return static_cast<Login*>(*abstract)->signature(bytes, signature, size);
}

/// libssh2 calls again with the same data until there is an answer.
int Login::signature(const QByteArray& data, unsigned char** signature, size_t* size)
{
    const QByteArray algorithm = algorithmOf(m_blob);
    if (!m_signature) {
        if (!m_asked) {
            m_plan.keys[m_nextKey]->sign(
                data, algorithm, here<QByteArray>([](Login& self, const Result<QByteArray>& made) {
                    self.m_signature = made;
                }));
        }
        return LIBSSH2_ERROR_EAGAIN;
    }
    if (!*m_signature) {
        m_keyProblem = m_signature->error();
        return -1;
    }
    WireReader reader(**m_signature);
    const QByteArrayView type = reader.string();
    const QByteArrayView made = reader.string();
    if (!reader.ok() || type != algorithm || made.isEmpty()) {
        m_keyProblem = Error(ErrorKind::Auth,
                             u"the key %1 gave another kind of signature than %2"_s.arg(
                                 m_plan.keys[m_nextKey]->name(), QString::fromLatin1(algorithm)));
        return -1;
    }
    *signature =
        reinterpret_cast<unsigned char*>(Wire::copyFor(libssh2_session_abstract(m_session), made));
    if (*signature == nullptr) {
        return -1;
    }
    *size = std::size_t(made.size());
    return 0;
}

int Login::publickey()
{
    void* abstract = this;
    return libssh2_userauth_publickey(m_session, m_plan.user.constData(),
                                      reinterpret_cast<const unsigned char*>(m_blob.constData()),
                                      std::size_t(m_blob.size()), &sign, &abstract);
}

Login::State Login::tryKey(const Wire& wire)
{
    const std::shared_ptr<Signer>& key = m_plan.keys[m_nextKey];
    if (m_blob.isEmpty()) {
        m_blob = requestBlob(key->publicKey());
    }
    const int code = publickey();
    if (code == LIBSSH2_ERROR_EAGAIN) {
        return State::Waiting;
    }
    if (code == 0) {
        m_phase = Phase::Over;
        return State::Ready;
    }
    if (isTransportLoss(code) || wire.hasEnded() || !wire.farewell().isEmpty()) {
        return lost(code, wire);
    }
    m_refusals +=
        u"the key %1 (%2)"_s.arg(key->name(), hostKeyFromBlob(key->publicKey()).fingerprint());
    m_rsaRefused = m_rsaRefused || algorithmOf(m_blob) == "rsa-sha2-512";
    m_blob.clear();
    m_signature.reset();
    m_methodsAreNew = true;
    ++m_nextKey;
    return next();
}

// ---- a person's answers -------------------------------------------------------------------------

Login::State Login::tryInteractive(const Wire& wire)
{
    if (!m_interactive) {
        m_interactive = std::make_unique<ssh::Interactive>(
            m_session, m_plan.user, m_plan.target, m_plan.asking,
            [weak = weak_from_this(), home = m_reactor] {
                if (const std::shared_ptr<Reactor> reactor = home.lock()) {
                    reactor->post([weak] {
                        if (const auto self = weak.lock()) {
                            self->m_wake();
                        }
                    });
                }
            });
    }
    const std::optional<int> code = m_interactive->step();
    if (!code || *code == LIBSSH2_ERROR_EAGAIN) {
        return State::Waiting;
    }
    if (*code == 0) {
        m_interactive.reset();
        m_phase = Phase::Over;
        return State::Ready;
    }
    const bool answered = m_interactive->wasAnswered();
    m_interactive.reset();
    if (isTransportLoss(*code) || wire.hasEnded() || !wire.farewell().isEmpty()) {
        return lost(*code, wire);
    }
    if (!answered) {
        m_methods.removeAll(
            "keyboard-interactive");  // it asked nothing, or nobody wanted to answer
        return next();
    }
    m_refusals += u"the answers to its questions"_s;
    return ++m_attempts < kMostAnswers ? tryInteractive(wire) : refused();
}

void Login::askPassword()
{
    Question question;
    question.kind = Question::Kind::Password;
    question.target = m_plan.target;
    question.attempt = m_attempts + 1;
    question.prompts.push_back({u"Password of %1"_s.arg(m_plan.target), false});
    m_plan.asking->ask(question, here<std::vector<Secret>>(
                                     [](Login& self, const Result<std::vector<Secret>>& answers) {
                                         self.m_password = answers;
                                     }));
}

int Login::password()
{
    int code = LIBSSH2_ERROR_EAGAIN;
    (*m_password)->front().use([this, &code](QByteArrayView bytes) {
        code = libssh2_userauth_password_ex(m_session, m_plan.user.constData(),
                                            unsigned(m_plan.user.size()), bytes.data(),
                                            unsigned(bytes.size()), nullptr);
    });
    return code;
}

Login::State Login::tryPassword(const Wire& wire)
{
    if (!m_password) {
        if (!m_asked) {
            askPassword();
        }
        return State::Waiting;
    }
    if (!*m_password || (*m_password)->empty()) {
        return fail(*m_password ? cancelledError() : m_password->error());
    }
    const int code = password();
    if (code == LIBSSH2_ERROR_EAGAIN) {
        return State::Waiting;
    }
    if (code == 0) {
        m_phase = Phase::Over;
        return State::Ready;
    }
    if (isTransportLoss(code) || wire.hasEnded() || !wire.farewell().isEmpty()) {
        return lost(code, wire);
    }
    if (code == LIBSSH2_ERROR_PASSWORD_EXPIRED) {
        return fail({ErrorKind::Auth,
                     u"the password of user %1 has expired"_s.arg(
                         displayText(QByteArrayView(m_plan.user), 64)),
                     code});
    }
    m_refusals += u"the password"_s;
    m_password.reset();
    return ++m_attempts < kMostAnswers ? tryPassword(wire) : refused();
}

// ---- end ----------------------------------------------------------------------------------------

Login::State Login::refused()
{
    const QString user = displayText(QByteArrayView(m_plan.user), 64);
    const QString methods = displayText(QByteArrayView(m_methods.join(", ")), 200);
    if (m_keyProblem && m_refusals.size() <= 1) {
        return fail(*m_keyProblem);
    }
    m_refusals.removeDuplicates();
    Error error(ErrorKind::Auth,
                m_refusals.isEmpty()
                    ? u"there is no credential that the server takes from user %1"_s.arg(user)
                    : u"the server refused %1 for user %2"_s.arg(m_refusals.join(u", "_s), user),
                LIBSSH2_ERROR_AUTHENTICATION_FAILED);
    error.message += u"; it accepts: %1"_s.arg(methods.isEmpty() ? u"nothing more"_s : methods);
    if (m_rsaRefused) {
        error.hint =
            u"Add its public key to ~/.ssh/authorized_keys there; if it stands there already, this "
            u"server may not take RSA from here: use an Ed25519 key, or use the system's OpenSSH "
            u"for this host."_s;
    } else if (takes("publickey")) {
        error.hint =
            u"Add the public key to ~/.ssh/authorized_keys of this user on the server, or choose "
            "another key."_s;
    } else {
        error.hint = u"Use one of the ways that the server accepts."_s;
    }
    QJsonArray accepts;
    for (const QByteArray& method : std::as_const(m_methods)) {
        accepts.append(displayText(QByteArrayView(method), 64));
    }
    error.details.insert(u"accepts"_s, accepts);
    error.details.insert(u"refused"_s, QJsonArray::fromStringList(m_refusals));
    return fail(error);
}

void Login::stop()
{
    if (m_interactive) {
        m_interactive->stop();
    }
}

void Login::abort(int descriptor)
{
    stop();
    for (int i = 0; i < 16 && m_phase != Phase::Over; ++i) {
        int code = 0;
        if (m_phase == Phase::Handshake) {
            code = libssh2_session_handshake(m_session, descriptor);
        } else if (m_phase == Phase::Methods) {
            libssh2_userauth_list(m_session, m_plan.user.constData(), unsigned(m_plan.user.size()));
            code = libssh2_session_last_errno(m_session);
        } else if (m_phase == Phase::Key && !m_blob.isEmpty()) {
            m_signature = cancelledError();
            code = publickey();
        } else if (m_phase == Phase::Password && m_password && *m_password) {
            code = password();
        }
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
    const bool begun = QByteArray("SSH-").startsWith(greeting);  // and cut off
    if (!begun && !greeting.startsWith("SSH-") && !greeting.contains("\nSSH-")) {
        const QByteArray line = greeting.trimmed().split('\n').first().trimmed();
        const QString said = displayText(QByteArrayView(line), 80);
        Error error(ErrorKind::Protocol,
                    u"this port answers, but it is not SSH; it said: %1"_s.arg(said), code);
        error.hint = u"Another service listens there: check the port of this host."_s;
        error.details.insert(u"greeting"_s, said);
        return error;
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
