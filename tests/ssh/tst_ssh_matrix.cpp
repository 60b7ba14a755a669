#include "core/ssh/system.h"

#include "core/base/files.h"
#include "core/ssh/config.h"
#include "core/ssh/known_hosts.h"
#include "tests/ssh/private_sshd.h"
#include "tests/support.h"

#include <QElapsedTimer>

#include <map>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::ssh;
using namespace analemma::test;

namespace {

const QString kNothingAgainst = u"built-in: nothing speaks against it"_s;
const QString kNothingInCommon =
    u"system OpenSSH: the server and the built-in transport have nothing in common"_s;
const QString kRefused =
    u"system OpenSSH: the server refused the key as the built-in transport signs with it"_s;

// What is to be done next, as the built-in transport says it.
const QString kAllowKeyOrSystem =
    u"Allow one of the built-in algorithms on the server (an Ed25519 host key is the usual cure), "
    u"or use the system's OpenSSH for this host."_s;
const QString kAllowOrSystem =
    u"Allow one of the built-in algorithms on the server, or use the system's OpenSSH for this "
    u"host."_s;
const QString kAddKey =
    u"Add the public key to ~/.ssh/authorized_keys of this user on the server, or choose another "
    u"key."_s;
const QString kAddRsaKey =
    u"Add its public key to ~/.ssh/authorized_keys there; if it stands there already, this server "
    u"may not take RSA from here: use an Ed25519 key, or use the system's OpenSSH for this host."_s;
const QString kUseSystem = u"Use the system's OpenSSH for this host."_s;

/// What the user has to show.
enum class Proof { Key, RsaKey, Certificate, NamedCertificate, Password, KeyAndPassword };

/// One kind of server, and what each setting of the transport comes to. "{place}", "{user}",
/// "{key}", "{need}", "{ca}", "{record}", "{hop}" and "{hopplace}" stand for what only a run knows.
struct Row {
    QStringList hostKeys = {u"ed25519"_s};
    QByteArray config = {};
    Proof proof = Proof::Key;
    bool byAuthority = false;  ///< of the server only the authority of its certificate is recorded
    int hops = 0;
    QByteArray lastHop = {};           ///< the last of them is one with this configuration
    QString reason = kNothingAgainst;  ///< what auto takes, and why
    QString sentence = {};             ///< what built-in says that fails; empty: it logs in, too
    QString next = {};
};

/// A memory as the store gives one.
class Memory : public TransportMemory {
public:
    std::optional<Transport> recall(const QString& host) override
    {
        const auto found = notes.find(host);
        return found == notes.end() ? std::nullopt : std::optional(found->second);
    }
    void remember(const QString& host, Transport transport) override { notes[host] = transport; }
    std::map<QString, Transport> notes;
};

/// The record of known hosts as the panel of servers asks it.
class Record : public HostKeys {
public:
    explicit Record(const QByteArray& lines) : m_known(KnownHosts().with(lines, u"record"_s)) {}
    QStringList recordedTypes(QString host, int port) override
    {
        QStringList types;
        for (const QByteArray& type : m_known.preference(host, port)) {
            types += QString::fromLatin1(type);
        }
        return types;
    }
    void check(ShownHostKey shown, Verdict verdict) override
    {
        const PublicKey key = parsePublicKey(shown.key.toUtf8()).valueOr(PublicKey());
        verdict(m_known.verdict(shown.host, shown.port, key).asResult(shown.host, shown.port, key));
    }

private:
    const KnownHosts m_known;
};

QString fingerprintOf(const QByteArray& publicLine)
{
    return parsePublicKey(publicLine).valueOr(PublicKey()).fingerprint();
}

QString knownName(const PrivateSshd& sshd)
{
    return u'[' + sshd.address() + u"]:"_s + QString::number(sshd.port());
}

}  // namespace

Q_DECLARE_METATYPE(Row)

/// Real servers of many configurations. Each is logged in to, and told by which transport, or the
/// sentence of the message map is given, word by word. The whole matrix is printed at the end.
class TestSshMatrix : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void logins_data();
    void logins();
    void twoHundredServers();
    void sentences_data();
    void sentences();
    void cleanupTestCase();

private:
    Result<ChosenSession> choose(Connecting connecting, Transport setting,
                                 const std::shared_ptr<Memory>& memory = nullptr);
    QString prepare(const Row& row, PrivateSshd* sshd, Connecting* connecting);
    QString sign(const QString& publicKey, const QStringList& more) const;
    [[nodiscard]] QString inFolder(const QString& name) const { return m_folder.filePath(name); }

    ssh::Library m_library;
    QTemporaryDir m_folder{QDir::tempPath() + u"/mx-XXXXXX"_s};
    std::vector<std::unique_ptr<PrivateSshd>> m_hops;
    Client m_builtIn{2};
    SystemClient m_system{m_folder.filePath(u"s"_s)};
    qint64 m_ms = 0;  ///< of the last choose()
    QStringList m_matrix;
};

void TestSshMatrix::initTestCase()
{
    for (int i = 0; i < 4; ++i) {
        m_hops.push_back(std::make_unique<PrivateSshd>(QStringList{u"ed25519"_s}, "", 10 + i));
        const QString problem = m_hops.back()->start();
        QVERIFY2(problem.isEmpty(), qPrintable(problem));
    }
    QVERIFY(m_hops[0]->makeKey(u"ca"_s, u"ed25519"_s));
    for (const QString& name : {u"ca"_s, u"ca.pub"_s}) {
        QVERIFY(QFile::copy(m_hops[0]->path(name), inFolder(name)));
    }
    QFile::setPermissions(inFolder(u"ca"_s), QFile::ReadOwner | QFile::WriteOwner);
}

/// Connects under one setting; m_ms says how long that took.
Result<ChosenSession> TestSshMatrix::choose(Connecting connecting, Transport setting,
                                            const std::shared_ptr<Memory>& memory)
{
    connecting.facts.setting = setting;
    QElapsedTimer timer;
    timer.start();
    auto chosen = await(connectByChoice(&m_builtIn, &m_system, memory, connecting, CancelToken()),
                        seconds(60));
    m_ms = timer.elapsed();
    return chosen;
}

QString TestSshMatrix::sign(const QString& publicKey, const QStringList& more) const
{
    const QStringList words = QStringList{u"-q"_s, u"-s"_s, inFolder(u"ca"_s), u"-I"_s, u"test"_s} +
                              more + QStringList{publicKey};
    return QProcess::execute(u"ssh-keygen"_s, words) == 0 ? QString()
                                                          : u"ssh-keygen signs nothing"_s;
}

/// Starts the server and fills in what the user has. Empty, or what went wrong.
QString TestSshMatrix::prepare(const Row& row, PrivateSshd* sshd, Connecting* connecting)
{
    const bool asksPassword = row.proof == Proof::Password || row.proof == Proof::KeyAndPassword;
    if (asksPassword && !sshd->setPassword(u"open sesame"_s)) {
        return u"no password"_s;
    }
    if (row.byAuthority) {
        QFile::remove(inFolder(u"host.cert"_s));
        const bool made =
            sshd->makeKey(u"host_ed25519"_s, u"ed25519"_s) &&
            sign(sshd->path(u"host_ed25519.pub"_s), {u"-h"_s, u"-n"_s, sshd->address()})
                .isEmpty() &&
            QFile::copy(sshd->path(u"host_ed25519-cert.pub"_s), inFolder(u"host.cert"_s));
        if (!made) {
            return u"no host certificate"_s;
        }
    }
    if (const QString problem = sshd->start(); !problem.isEmpty()) {
        return problem;
    }
    Target& target = connecting->target;
    target = sshd->target();
    if (row.byAuthority) {
        target.hostKey.clear();
        connecting->system.knownHosts = "@cert-authority " + knownName(*sshd).toUtf8() + ' ' +
                                        readFile(inFolder(u"ca.pub"_s), 10'000).valueOr({});
        connecting->options.hostKeys = std::make_shared<Record>(connecting->system.knownHosts);
        connecting->facts.needsSystem = {u"a host certificate"_s};
    }
    QString problem;
    switch (row.proof) {
        case Proof::Key:
            break;
        case Proof::RsaKey:
            target.keyFile = sshd->path(u"rsa"_s);
            problem = sshd->addUserKey(u"rsa"_s, u"rsa"_s, {u"-b"_s, u"2048"_s}) ? QString()
                                                                                 : u"no key"_s;
            break;
        case Proof::Certificate:
        case Proof::NamedCertificate:
            target.keyFile = sshd->path(u"signed"_s);
            problem = sshd->makeKey(u"signed"_s, u"ed25519"_s)
                          ? sign(target.keyFile + u".pub"_s, {u"-n"_s, PrivateSshd::user()})
                          : u"no key"_s;
            break;
        case Proof::Password:
            target.keyFile.clear();
            [[fallthrough]];
        case Proof::KeyAndPassword:
            connecting->options.credentials.ask = [](const Question& question,
                                                     const Answer& answer) {
                std::vector<Secret> secrets;
                for (std::size_t i = 0; i < question.prompts.size(); ++i) {
                    secrets.emplace_back(QByteArray("open sesame"));
                }
                answer(std::move(secrets));
            };
    }
    if (row.proof == Proof::NamedCertificate) {
        QFile::rename(target.keyFile + u"-cert.pub"_s, sshd->path(u"badge"_s));
        const HostConfig host =
            SshConfig::parse("CertificateFile " + sshd->path(u"badge"_s).toUtf8() + '\n',
                             ConfigPlaces::here())
                .resolve(u"web"_s);
        connecting->system.lines = host.systemLines;
        connecting->facts.needsSystem = host.needsSystem;
    }
    return problem;
}

void TestSshMatrix::logins_data()
{
    QTest::addColumn<Row>("row");
    const auto add = [](const char* name, const Row& row) { QTest::newRow(name) << row; };
    const QByteArray etm =
        "Ciphers aes128-ctr,aes256-ctr\n"
        "MACs hmac-sha2-256-etm@openssh.com,hmac-sha2-512-etm@openssh.com\n";
    const QByteArray aead = "Ciphers chacha20-poly1305@openssh.com,aes256-gcm@openssh.com\n";
    const QByteArray sntrup = "KexAlgorithms sntrup761x25519-sha512@openssh.com\n";
    const QByteArray passwords = "PubkeyAuthentication no\nPasswordAuthentication yes\n";
    const QString noMac =
        u"no common message authentication algorithm: the server offers "
        u"hmac-sha2-256-etm@openssh.com, hmac-sha2-512-etm@openssh.com; built in are "
        u"hmac-sha2-256, hmac-sha2-512"_s;
    const QString noCipher =
        u"no common cipher algorithm: the server offers chacha20-poly1305@openssh.com, "
        u"aes256-gcm@openssh.com; built in are aes128-ctr, aes192-ctr, aes256-ctr"_s;
    const QString noKex =
        u"no common key exchange algorithm: the server offers "
        u"sntrup761x25519-sha512@openssh.com; built in are curve25519-sha256, "
        u"curve25519-sha256@libssh.org, ecdh-sha2-nistp256, ecdh-sha2-nistp384, "
        u"ecdh-sha2-nistp521, diffie-hellman-group16-sha512, diffie-hellman-group18-sha512, "
        u"diffie-hellman-group14-sha256, diffie-hellman-group-exchange-sha256"_s;
    const QString refused =
        u"{place}: the server refused the key {key} for user {user}; it accepts: publickey"_s;

    add("default OpenSSH", {});
    add("ECDSA only host key", {.hostKeys = {u"ecdsa"_s}});
    add("RSA only host key",
        {.hostKeys = {u"rsa"_s},
         .reason = kNothingInCommon,
         .sentence = u"{place}: no common host key algorithm: the server offers rsa-sha2-512, "
                     u"rsa-sha2-256; built in are ssh-rsa"_s,
         .next = kAllowKeyOrSystem});
    add("RSA only keys",
        {.config = "PubkeyAcceptedAlgorithms rsa-sha2-512,rsa-sha2-256", .proof = Proof::RsaKey});
    add("ETM only", {.config = etm,
                     .reason = kNothingInCommon,
                     .sentence = u"{place}: "_s + noMac,
                     .next = kAllowOrSystem});
    add("AEAD only", {.config = aead,
                      .reason = kNothingInCommon,
                      .sentence = u"{place}: "_s + noCipher,
                      .next = kAllowOrSystem});
    add("sntrup only", {.config = sntrup,
                        .reason = kNothingInCommon,
                        .sentence = u"{place}: "_s + noKex,
                        .next = kAllowOrSystem});
    add("sntrup and AEAD only", {.config = sntrup + aead,
                                 .reason = kNothingInCommon,
                                 .sentence = u"{place}: "_s + noKex + u"; "_s + noCipher,
                                 .next = kAllowOrSystem});
    const QByteArray authority =
        "TrustedUserCAKeys " + inFolder(u"ca.pub"_s).toUtf8() + "\nAuthorizedKeysFile none\n";
    add("user certificate beside the key", {.config = authority,
                                            .proof = Proof::Certificate,
                                            .reason = kRefused,
                                            .sentence = refused,
                                            .next = kAddKey + u' ' + kUseSystem});
    add("user certificate by name", {.config = authority,
                                     .proof = Proof::NamedCertificate,
                                     .reason = u"system OpenSSH: needed for {need}"_s,
                                     .sentence = refused,
                                     .next = kAddKey + u' ' + kUseSystem});
    add("host certificate",
        {.config = "HostCertificate " + inFolder(u"host.cert"_s).toUtf8(),
         .byAuthority = true,
         .reason = u"system OpenSSH: needed for a host certificate"_s,
         .sentence = u"{place}: {record} is recorded by a certificate authority (ssh-ed25519 {ca} "
                     u"(record:1)); the built-in transport cannot check that. Nothing was sent to "
                     u"it"_s,
         .next = kUseSystem});
    add("password", {.config = passwords, .proof = Proof::Password});
    add("keyboard-interactive",
        {.config = "PubkeyAuthentication no\nKbdInteractiveAuthentication yes\nUsePAM yes",
         .proof = Proof::Password});
    add("key and then password",
        {.config = "PasswordAuthentication yes\nAuthenticationMethods publickey,password",
         .proof = Proof::KeyAndPassword});
    add("jump chain of 1", {.hops = 1});
    add("jump chain of 2", {.hops = 2});
    add("jump chain of 3", {.hops = 3});
    add("jump chain of 4", {.hops = 4});
    add("jump chain of 2, the last AEAD only",
        {.hops = 2,
         .lastHop = aead,
         .reason = kNothingInCommon,
         .sentence = u"hop 2 of 2: {hop}: {hopplace}: "_s + noCipher,
         .next = kAllowOrSystem});
    add("jump chain of 4, then sntrup only", {.config = sntrup,
                                              .hops = 4,
                                              .reason = kNothingInCommon,
                                              .sentence = u"{place}: "_s + noKex,
                                              .next = kAllowOrSystem});
}

void TestSshMatrix::logins()
{
    QFETCH(Row, row);
    PrivateSshd sshd(row.hostKeys, row.config, 3);
    PrivateSshd hop({u"ed25519"_s}, row.lastHop, 4);
    Connecting connecting;
    QString problem = prepare(row, &sshd, &connecting);
    if (problem.isEmpty() && !row.lastHop.isEmpty()) {
        problem = hop.start();
    }
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
    for (int i = 0; i < row.hops; ++i) {
        const bool isOwn = i + 1 == row.hops && !row.lastHop.isEmpty();
        connecting.target.hops.push_back(isOwn ? hop.target() : m_hops[std::size_t(i)]->target());
    }
    connecting.system.hops = connecting.target.hops;

    const Target& target = connecting.target;
    const auto filled = [&](QString text) {
        const QString key = u"%1 (%2)"_s.arg(
            target.keyFile,
            fingerprintOf(readFile(target.keyFile + u".pub"_s, 10'000).valueOr({})));
        return text.replace(u"{place}"_s, target.text())
            .replace(u"{user}"_s, target.user)
            .replace(u"{key}"_s, key)
            .replace(u"{need}"_s, connecting.facts.needsSystem.join(u", "_s))
            .replace(u"{record}"_s, sshd.address() + u':' + QString::number(sshd.port()))
            .replace(u"{ca}"_s, fingerprintOf(readFile(inFolder(u"ca.pub"_s), 10'000).valueOr({})))
            .replace(u"{hop}"_s, hop.address())
            .replace(u"{hopplace}"_s, row.lastHop.isEmpty() ? QString() : hop.target().text());
    };
    const bool bySystem = row.reason.startsWith(u"system"_s);
    const Transport expected = bySystem ? Transport::System : Transport::BuiltIn;
    const auto memory = std::make_shared<Memory>();
    QString line = QString::fromUtf8(QTest::currentDataTag()).leftJustified(36) + u"auto: "_s;

    auto chosen = choose(connecting, Transport::Auto, memory);
    VERIFY_OK(chosen);
    QCOMPARE(chosen->choice.transport, expected);
    QCOMPARE(chosen->choice.reason, filled(row.reason));
    QCOMPARE(memory->recall(target.text()), std::optional(expected));
    const auto said = await(chosen->session->exec(u"echo in"_s, {}, {}));
    VERIFY_OK(said);
    QCOMPARE(said->output, QByteArray("in\n"));
    line += toString(expected).leftJustified(9) + u"%1 ms"_s.arg(m_ms, 5);
    chosen->session.reset();

    // What worked is taken at once the next time.
    chosen = choose(connecting, Transport::Auto, memory);
    VERIFY_OK(chosen);
    QCOMPARE(chosen->choice.transport, expected);
    QVERIFY2(chosen->choice.reason.contains(u"the last time"_s) ||
                 chosen->choice.reason.contains(u"needed for"_s),
             qPrintable(chosen->choice.reason));
    line += u", again %1 ms"_s.arg(m_ms, 5);
    chosen->session.reset();

    chosen = choose(connecting, Transport::BuiltIn);
    line += chosen ? u"; built-in: %1 ms"_s.arg(m_ms, 5) : u"; built-in: no"_s;
    const QString told = chosen ? QString() : chosen.error().message;
    QCOMPARE(told, filled(row.sentence));
    if (!chosen) {
        QCOMPARE(chosen.error().hint, row.next);
    }
    chosen = choose(connecting, Transport::System);
    line += chosen ? u"; system: %1 ms"_s.arg(m_ms, 5) : u"; system: no"_s;
    if (!chosen) {
        // It asks nobody, and so has no password.
        QVERIFY(connecting.options.credentials.ask);
        QCOMPARE(chosen.error().kind, ErrorKind::Auth);
        QVERIFY2(chosen.error().message.startsWith(target.text() + u": "_s),
                 qPrintable(chosen.error().message));
    }
    m_matrix += line;
    if (!told.isEmpty()) {
        m_matrix += u"    built-in says: "_s + told + u". "_s + row.next;
    }
}

/// All at once, each a connection of its own to an address of its own.
void TestSshMatrix::twoHundredServers()
{
    constexpr int kServers = 200;
    constexpr int kOfOne = 16;
    std::vector<std::unique_ptr<PrivateSshd>> processes;
    std::vector<Target> targets;
    for (int first = 0; first < kServers; first += kOfOne) {
        auto sshd = std::make_unique<PrivateSshd>(QStringList{u"ed25519"_s}, "", 20 + first);
        QStringList addresses = {sshd->address()};
        for (int i = first + 1; i < std::min(first + kOfOne, kServers); ++i) {
            addresses += ownAddress(20 + i);
        }
        sshd->listenOn(addresses.mid(1));
        const QString problem = sshd->start();
        QVERIFY2(problem.isEmpty(), qPrintable(problem));
        for (const QString& address : addresses) {
            Target target = sshd->target();
            target.host = address;
            targets.push_back(target);
        }
        processes.push_back(std::move(sshd));
    }
    QCOMPARE(targets.size(), std::size_t(kServers));
    const auto memory = std::make_shared<Memory>();
    std::vector<std::shared_ptr<std::optional<Result<ChosenSession>>>> answers;
    QElapsedTimer timer;
    timer.start();
    for (const Target& target : targets) {
        Connecting connecting;
        connecting.target = target;
        answers.push_back(listen(
            connectByChoice(&m_builtIn, &m_system, memory, connecting, CancelToken()), this));
    }
    for (const auto& answer : answers) {
        QTRY_VERIFY_WITH_TIMEOUT(answer->has_value(), 60'000);
        VERIFY_OK(**answer);
        QCOMPARE((*answer)->value().choice.reason, kNothingAgainst);
    }
    const qint64 ms = timer.elapsed();
    QCOMPARE(memory->notes.size(), std::size_t(kServers));
    qsizetype logins = 0;
    for (const auto& sshd : processes) {
        logins += sshd->log().count("Accepted publickey");
    }
    QCOMPARE(logins, kServers);
    m_matrix += u"%1auto: built-in %2 ms for all, of %3 processes"_s.arg(
        u"200 servers"_s.leftJustified(36), QString::number(ms), QString::number(processes.size()));
}

void TestSshMatrix::sentences_data()
{
    QTest::addColumn<QString>("server");
    QTest::addColumn<int>("kind");
    QTest::addColumn<QString>("sentence");
    QTest::addColumn<QString>("next");
    const auto add = [](const char* server, ErrorKind kind, const QString& sentence,
                        const QString& next = {}) {
        QTest::newRow(server) << QString::fromLatin1(server) << int(kind)
                              << u"{place}: "_s + sentence << next;
    };
    add("closed port", ErrorKind::Network,
        u"the connection was refused: nothing listens on this port"_s);
    add("silence", ErrorKind::Timeout,
        u"it is connected, but the login did not end within 700 ms"_s);
    add("hangs up", ErrorKind::Network,
        u"the server closed the connection before it said anything"_s);
    add("not SSH", ErrorKind::Protocol,
        u"this port answers, but it is not SSH; it said: HTTP/1.1 400 Bad Request"_s,
        u"Another service listens there: check the port of this host."_s);
    add("key refused", ErrorKind::Auth,
        u"the server refused the key {key} for user {user}; it accepts: publickey"_s,
        kAddKey + u' ' + kUseSystem);
    add("RSA key refused", ErrorKind::Auth,
        u"the server refused the key {key} for user {user}; it accepts: publickey"_s, kAddRsaKey);
    // The system's OpenSSH signs with SHA-512, too.
    add("RSA keys by SHA-256 only", ErrorKind::Auth,
        u"the server refused the key {key} for user {user}; it accepts: publickey"_s, kAddRsaKey);
    add("only passwords", ErrorKind::Auth,
        u"there is no credential that the server takes from user {user}; it accepts: password"_s,
        u"Use one of the ways that the server accepts. "_s + kUseSystem);
    add("host key changed", ErrorKind::HostKey,
        u"the server's host key is not the pinned one: pinned ssh-ed25519 {pinned}, the server "
        u"shows ssh-ed25519 {shown}. No credential was sent"_s,
        u"Somebody may stand in between, or the server was rebuilt: compare the fingerprint on the "
        u"server's console before you pin the new key."_s);
    add("host key unknown", ErrorKind::HostKey,
        u"no host key is pinned for this server (pinned: none); it shows ssh-ed25519 {shown}. "
        u"Nothing was sent to it"_s,
        u"Compare the fingerprint with one from the server's console, then pin the key."_s);
}

/// Where no transport can log in, the sentence of the message map; auto gives the same one.
void TestSshMatrix::sentences()
{
    QFETCH(QString, server);
    QFETCH(int, kind);
    QFETCH(QString, sentence);
    QFETCH(QString, next);
    const QByteArray config =
        server == u"only passwords"_s   ? "PubkeyAuthentication no\nPasswordAuthentication yes"
        : server.contains(u"SHA-256"_s) ? "PubkeyAcceptedAlgorithms rsa-sha2-256"
                                        : "";
    PrivateSshd sshd({u"ed25519"_s}, config, 5);
    const QString problem = sshd.start();
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
    QVERIFY(sshd.makeKey(u"stranger"_s, u"ed25519"_s));
    QTcpServer impostor;
    QVERIFY(impostor.listen(QHostAddress(ownAddress(6)), 0));
    connect(&impostor, &QTcpServer::newConnection, &impostor, [&] {
        QTcpSocket* socket = impostor.nextPendingConnection();
        if (server == u"not SSH"_s) {
            socket->write("HTTP/1.1 400 Bad Request\r\n\r\n");
        }
        if (server != u"silence"_s) {
            socket->disconnectFromHost();
        }
    });
    Connecting connecting;
    connecting.options.timeout = milliseconds(server == u"silence"_s ? 700 : 15'000);
    Target& target = connecting.target;
    target = sshd.target();
    if (server == u"closed port"_s) {
        target.port = freePort(target.host);
    } else if (server == u"silence"_s || server == u"hangs up"_s || server == u"not SSH"_s) {
        target.host = ownAddress(6);
        target.port = impostor.serverPort();
    } else if (server == u"key refused"_s) {
        target.keyFile = sshd.path(u"stranger"_s);
    } else if (server == u"RSA key refused"_s) {
        QVERIFY(sshd.makeKey(u"rsa"_s, u"rsa"_s, {u"-b"_s, u"2048"_s}));
        target.keyFile = sshd.path(u"rsa"_s);
    } else if (server == u"RSA keys by SHA-256 only"_s) {
        QVERIFY(sshd.addUserKey(u"rsa"_s, u"rsa"_s, {u"-b"_s, u"2048"_s}));
        target.keyFile = sshd.path(u"rsa"_s);
    } else if (server == u"host key changed"_s) {
        target.hostKey = QString::fromUtf8(sshd.read(u"stranger.pub"_s));
    } else if (server == u"host key unknown"_s) {
        target.hostKey.clear();
    }
    const QString key = u"%1 (%2)"_s.arg(
        target.keyFile, fingerprintOf(readFile(target.keyFile + u".pub"_s, 10'000).valueOr({})));
    sentence.replace(u"{place}"_s, target.text())
        .replace(u"{user}"_s, target.user)
        .replace(u"{key}"_s, key)
        .replace(u"{pinned}"_s, fingerprintOf(sshd.read(u"stranger.pub"_s)))
        .replace(u"{shown}"_s, fingerprintOf(sshd.read(u"host_ed25519.pub"_s)));
    const auto builtIn = choose(connecting, Transport::BuiltIn);
    QVERIFY(!builtIn);
    QCOMPARE(builtIn.error().kind, ErrorKind(kind));
    QCOMPARE(builtIn.error().message, sentence);
    QCOMPARE(builtIn.error().hint, next);
    const auto any = choose(connecting, Transport::Auto);
    QVERIFY(!any);
    QCOMPARE(any.error().kind, ErrorKind(kind));
    QCOMPARE(any.error().message, sentence);
    m_matrix += server.leftJustified(36) + u"says: "_s + sentence +
                (next.isEmpty() ? QString() : u". "_s + next);
}

void TestSshMatrix::cleanupTestCase()
{
    qInfo().noquote() << u"servers, transports, sentences:\n"_s + m_matrix.join(u'\n');
}

QTEST_GUILESS_MAIN(TestSshMatrix)
#include "tst_ssh_matrix.moc"
