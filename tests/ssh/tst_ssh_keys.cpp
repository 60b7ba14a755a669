#include "core/ssh/keys.h"

#include "core/base/files.h"
#include "core/ssh/src/agentwire.h"
#include "core/ssh/src/sshbytes.h"
#include "tests/ssh/private_sshd.h"
#include "tests/support.h"

#include <QTimer>

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <map>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::ssh;
using analemma::test::await;

/// The user's keys: real files, a real agent, real ssh-keygen.
class TestSshKeys : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void files();
    void modes_data();
    void modes();
    void privateFolder_data();
    void privateFolder();
    void agentKeys();
    void agentSigns_data();
    void agentSigns();
    void agentRefuses();
    void noAgent();
    void silentAgent();
    void damagedReplies();
    void generate_data();
    void generate();
    void generateRefuses();
    void passphraseIsNoArgument();
    void installAndRemove();
    void cleanupTestCase();

private:
    static int run(const QString& program, const QStringList& arguments,
                   const QStringList& environment = {})
    {
        QProcess process;
        process.setEnvironment(QProcess::systemEnvironment() + environment);
        process.setStandardInputFile(QProcess::nullDevice());
        process.start(program, arguments);
        return process.waitForFinished(60'000) ? process.exitCode() : -1;
    }
    void makeKey(const QString& name, const QString& type, QStringList more = {},
                 const QString& passphrase = {}) const
    {
        more += {u"-q"_s, u"-t"_s,   type, u"-N"_s, passphrase, u"-C"_s, name + u"'s comment"_s,
                 u"-f"_s, path(name)};
        QCOMPARE(run(u"ssh-keygen"_s, more), 0);
    }
    [[nodiscard]] QString path(const QString& name) const { return m_folder.filePath(name); }
    [[nodiscard]] PublicKey publicHalf(const QString& name) const
    {
        return parsePublicKey(readFile(path(name + u".pub"_s), 10'000).valueOr({}))
            .valueOr(PublicKey());
    }
    [[nodiscard]] std::map<QString, KeyInfo> list() const
    {
        std::map<QString, KeyInfo> byName;
        for (const KeyInfo& info : listKeyFiles(m_folder.path()).valueOr({})) {
            byName[info.path.section(u'/', -1)] = info;
        }
        return byName;
    }

    QTemporaryDir m_folder;
    QTemporaryDir m_agentFolder;
    QProcess m_agent;
    QString m_socket;
};

void TestSshKeys::initTestCase()
{
    makeKey(u"ed"_s, u"ed25519"_s);
    makeKey(u"ed-secret"_s, u"ed25519"_s, {u"-a"_s, u"1"_s}, u"open sesame"_s);
    makeKey(u"ec"_s, u"ecdsa"_s, {u"-b"_s, u"384"_s});
    makeKey(u"rsa"_s, u"rsa"_s, {u"-b"_s, u"3072"_s});
    makeKey(u"rsa-pem"_s, u"rsa"_s, {u"-b"_s, u"2048"_s, u"-m"_s, u"PEM"_s});
    makeKey(u"rsa-short"_s, u"rsa"_s, {u"-b"_s, u"1024"_s});
    makeKey(u"rsa-sealed"_s, u"rsa"_s, {u"-b"_s, u"2048"_s, u"-m"_s, u"PEM"_s}, u"open sesame"_s);
    makeKey(u"ca"_s, u"ed25519"_s);
    QCOMPARE(run(u"ssh-keygen"_s, {u"-q"_s, u"-s"_s, path(u"ca"_s), u"-I"_s, u"me"_s, u"-n"_s,
                                   u"ops"_s, path(u"ed.pub"_s)}),
             0);
    // A FIDO key's public half, as a token would give it.
    WireWriter token;
    token.string("sk-ssh-ed25519@openssh.com");
    token.string(QByteArray(32, 'k'));
    token.string("ssh:");
    const PublicKey touch = publicKeyFromBlob(token.take());
    VERIFY_OK(writeFile(path(u"touch.pub"_s), touch.text().toLatin1() + " my token\n"));
    VERIFY_OK(writeFile(path(u"known_hosts"_s), "web ssh-ed25519 AAAA\n"));
    VERIFY_OK(writeFile(
        path(u"broken"_s),
        "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n"));

    m_socket = m_agentFolder.filePath(u"agent"_s);
    m_agent.setChildProcessModifier([] { ::prctl(PR_SET_PDEATHSIG, SIGKILL); });
    m_agent.start(u"ssh-agent"_s, {u"-D"_s, u"-a"_s, m_socket});
    QVERIFY(m_agent.waitForStarted());
    QTRY_VERIFY(QFile::exists(m_socket));
    for (const QString& name : {u"ed"_s, u"ec"_s, u"rsa"_s, u"rsa-pem"_s}) {
        QCOMPARE(run(u"ssh-add"_s, {u"-q"_s, path(name)}, {u"SSH_AUTH_SOCK="_s + m_socket}), 0);
    }
}

void TestSshKeys::cleanupTestCase()
{
    m_agent.kill();
    m_agent.waitForFinished(5'000);
}

void TestSshKeys::files()
{
    const std::map<QString, KeyInfo> keys = list();
    QStringList names;
    for (const auto& [name, info] : keys) {
        names += name;
    }
    QCOMPARE(names.join(u' '),
             u"ca ec ed ed-cert.pub ed-secret rsa rsa-pem rsa-sealed rsa-short touch.pub"_s);
    QCOMPARE(keys.at(u"ed"_s).key, publicHalf(u"ed"_s));
    QCOMPARE(keys.at(u"ed"_s).comment, u"ed's comment"_s);
    QCOMPARE(keys.at(u"ed"_s).kind, KeyKind::Ed25519);
    QVERIFY(keys.at(u"ed"_s).hasPrivate && !keys.at(u"ed"_s).isEncrypted);
    QVERIFY(keys.at(u"ed"_s).warning.isEmpty());
    QVERIFY(keys.at(u"ed-secret"_s).isEncrypted);
    QCOMPARE(keys.at(u"ed-secret"_s).key, publicHalf(u"ed-secret"_s));
    QCOMPARE(keys.at(u"ec"_s).bits, 384);
    QCOMPARE(keys.at(u"rsa"_s).bits, 3072);
    QCOMPARE(keys.at(u"rsa-pem"_s).key, publicHalf(u"rsa-pem"_s));
    QVERIFY(keys.at(u"rsa-sealed"_s).isEncrypted);
    QVERIFY(keys.at(u"rsa-short"_s).warning.contains(u"too short"_s));
    QCOMPARE(keys.at(u"ed-cert.pub"_s).kind, KeyKind::Certificate);
    QVERIFY(keys.at(u"ed-cert.pub"_s).needsSystem.contains(u"OpenSSH"_s));
    QCOMPARE(keys.at(u"touch.pub"_s).kind, KeyKind::Hardware);
    QVERIFY(keys.at(u"touch.pub"_s).needsSystem.contains(u"touch"_s));
    // Without its .pub the file itself tells the public half, also when it is encrypted.
    for (const QString& name : {u"ed-secret"_s, u"rsa-pem"_s}) {
        const PublicKey half = publicHalf(name);
        QVERIFY(QFile::rename(path(name + u".pub"_s), path(u"aside"_s)));
        QCOMPARE(list().at(name).key, half);
        QVERIFY(QFile::rename(path(u"aside"_s), path(name + u".pub"_s)));
    }
    QVERIFY(listKeyFiles(path(u"absent"_s)).valueOr({KeyInfo()}).empty());
}

void TestSshKeys::modes_data()
{
    QTest::addColumn<int>("mode");
    QTest::addColumn<bool>("isLoose");
    for (const int mode : {0600, 0400, 0700, 0640, 0604, 0660, 0644, 0777, 0620, 0601}) {
        QTest::newRow(QByteArray::number(mode, 8).constData()) << mode << ((mode & 077) != 0);
    }
}

void TestSshKeys::modes()
{
    QFETCH(int, mode);
    QFETCH(bool, isLoose);
    QCOMPARE(::chmod(qPrintable(path(u"ed"_s)), mode_t(mode)), 0);
    QCOMPARE(list().at(u"ed"_s).warning.contains(u"others can read"_s), isLoose);
    VERIFY_OK(closeToOthers(path(u"ed"_s)));
    QVERIFY(list().at(u"ed"_s).warning.isEmpty());
}

void TestSshKeys::privateFolder_data()
{
    QTest::addColumn<int>("folderMode");
    QTest::addColumn<int>("fileMode");
    QTest::addColumn<bool>("isFine");
    for (const int folder : {0700, 0500, 0750, 0701, 0777}) {
        for (const int file : {0600, 0400, 0640, 0604, 0666}) {
            const bool isFine = (folder & 077) == 0 && (file & 077) == 0;
            QTest::newRow(
                (QByteArray::number(folder, 8) + ' ' + QByteArray::number(file, 8)).constData())
                << folder << file << isFine;
        }
    }
}

void TestSshKeys::privateFolder()
{
    QFETCH(int, folderMode);
    QFETCH(int, fileMode);
    QFETCH(bool, isFine);
    const QTemporaryDir folder;
    const QString file = folder.filePath(u"secret"_s);
    VERIFY_OK(writeFile(file, "x", fileMode));
    QCOMPARE(::chmod(qPrintable(file), mode_t(fileMode)), 0);
    QCOMPARE(::chmod(qPrintable(folder.path()), mode_t(folderMode)), 0);
    const Result<void> result = checkPrivateFolder(folder.path());
    QCOMPARE(result.ok(), isFine);
    QVERIFY(isFine || result.error().kind == ErrorKind::Refused);
    QCOMPARE(::chmod(qPrintable(folder.path()), 0700), 0);
}

void TestSshKeys::agentKeys()
{
    const auto keys = await(listAgentKeys(m_socket, {}));
    VERIFY_OK(keys);
    QCOMPARE(keys->size(), 5U);  // ssh-add takes the certificate beside "ed" along
    QCOMPARE(keys->front().key, publicHalf(u"ed"_s));
    QCOMPARE(keys->front().comment, u"ed's comment"_s);
    const auto all = await(listKeys(m_folder.path(), m_socket, {}));
    VERIFY_OK(all);
    const auto inAgent =
        std::count_if(all->begin(), all->end(), [](const KeyInfo& info) { return info.isInAgent; });
    QCOMPARE(inAgent, 5);
    QCOMPARE(all->size(), list().size());
    const auto without = await(listKeys(path(u"absent"_s), m_socket, {}));
    VERIFY_OK(without);
    QCOMPARE(without->size(), 5U);
    QVERIFY(without->front().path.isEmpty() && without->front().isInAgent);
}

void TestSshKeys::agentSigns_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QByteArray>("type");
    QTest::newRow("ed25519") << u"ed"_s << QByteArray("ssh-ed25519");
    QTest::newRow("ecdsa") << u"ec"_s << QByteArray("ecdsa-sha2-nistp384");
    QTest::newRow("rsa") << u"rsa"_s << QByteArray("rsa-sha2-512");
}

void TestSshKeys::agentSigns()
{
    QFETCH(QString, name);
    QFETCH(QByteArray, type);
    const auto signature = await(signWithAgent(m_socket, publicHalf(name), "to be signed", {}));
    VERIFY_OK(signature);
    WireReader reader(*signature);
    QCOMPARE(reader.string().toByteArray(), type);
    QVERIFY(reader.string().size() > 32 && reader.ok());
}

void TestSshKeys::agentRefuses()
{
    const auto signature =
        await(signWithAgent(m_socket, publicHalf(u"rsa-short"_s), "to be signed", {}));
    QCOMPARE(signature.error().kind, ErrorKind::Auth);
    QVERIFY(!signature.error().hint.isEmpty());
}

void TestSshKeys::noAgent()
{
    for (const QString& socket :
         {QString(), m_agentFolder.filePath(u"absent"_s), QString(200, u'x'), path(u"ed"_s)}) {
        QCOMPARE(await(listAgentKeys(socket, {})).error().kind, ErrorKind::NotFound);
        VERIFY_OK(await(listKeys(m_folder.path(), socket, {})));
    }
}

/// One that takes the call and says nothing: a cancel ends the wait.
void TestSshKeys::silentAgent()
{
    const QString socket = m_agentFolder.filePath(u"silent"_s);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    qstrncpy(address.sun_path, qPrintable(socket), sizeof address.sun_path);
    const int listener = ::socket(AF_UNIX, SOCK_STREAM, 0);
    QCOMPARE(::bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    QCOMPARE(::listen(listener, 5), 0);
    const CancelToken cancel;
    QTimer::singleShot(200, this, [cancel] { cancel.cancel(); });
    QCOMPARE(await(signWithAgent(socket, publicHalf(u"ed"_s), "x", cancel)).error().kind,
             ErrorKind::Cancelled);
    ::close(listener);
}

void TestSshKeys::damagedReplies()
{
    QVERIFY(!readAgentMessage({}));
    QVERIFY(!readAgentMessage(QByteArray("\0\0\0\5ab", 6)));
    QVERIFY(!*readAgentMessage(QByteArray("\0\0\0\0", 4)));
    QVERIFY(!*readAgentMessage(QByteArray("\xff\xff\xff\xff", 4)));
    QCOMPARE(**readAgentMessage(QByteArray("\0\0\0\1ab", 6)), QByteArray("a"));
    for (const QByteArray& reply :
         {QByteArray(), QByteArray("\x5"), QByteArray("\x0c"), QByteArray("\x0c\xff\xff\xff\xff"),
          QByteArray("\x0c\0\0\0\2\0\0\0\1x\0\0\0\0", 14),
          QByteArray("\x0c\0\0\0\1\xff\0\0\0", 9)}) {
        QVERIFY(!readAgentKeys(reply));
    }
    const PublicKey rsa = publicHalf(u"rsa"_s);
    for (const QByteArray& reply :
         {QByteArray("\x5"), QByteArray("\x0e"), QByteArray("\x0e\0\0\0\3abc", 8)}) {
        QVERIFY(!readAgentSignature(reply, rsa));
    }
    WireWriter inner;
    inner.string("ssh-rsa");
    inner.string("signature");
    WireWriter outer;
    outer.byte(14);
    outer.string(inner.take());
    const QByteArray old = outer.take();
    QCOMPARE(readAgentSignature(old, rsa).error().kind, ErrorKind::Unsupported);
    QVERIFY(readAgentSignature(old, publicHalf(u"ed"_s)));
}

void TestSshKeys::generate_data()
{
    QTest::addColumn<int>("kind");
    QTest::addColumn<QByteArray>("passphrase");
    QTest::newRow("ed25519") << int(NewKey::Kind::Ed25519) << QByteArray();
    QTest::newRow("ed25519 sealed") << int(NewKey::Kind::Ed25519) << QByteArray("pass 'word\" $x");
    QTest::newRow("rsa sealed") << int(NewKey::Kind::Rsa) << QByteArray("-N hunter22");
}

void TestSshKeys::generate()
{
    QFETCH(int, kind);
    QFETCH(QByteArray, passphrase);
    const QTemporaryDir folder;
    NewKey request(folder.filePath(u"a new key"_s), NewKey::Kind(kind));
    request.comment = u"-work laptop"_s;
    request.passphrase = Secret(passphrase);
    const auto made = await(generateKey(request, {}), std::chrono::seconds(120));
    VERIFY_OK(made);
    QCOMPARE(made->path, request.path);
    QCOMPARE(made->comment, request.comment);
    QCOMPARE(made->isEncrypted, !passphrase.isEmpty());
    QVERIFY(made->warning.isEmpty());
    QCOMPARE(made->bits, kind == int(NewKey::Kind::Rsa) ? 3072 : 256);
    // The passphrase is the one that was asked for, and the two halves belong together.
    const QString word = QString::fromUtf8(passphrase);
    QCOMPARE(run(u"ssh-keygen"_s, {u"-y"_s, u"-P"_s, word, u"-f"_s, request.path}), 0);
    QVERIFY(run(u"ssh-keygen"_s, {u"-y"_s, u"-P"_s, word + u"x"_s, u"-f"_s, request.path}) != 0 ||
            passphrase.isEmpty());
    QCOMPARE(QDir(folder.path()).entryList(QDir::Files | QDir::Hidden).size(), 2);

    const QByteArray before = readFile(request.path, 10'000).valueOr({});
    QCOMPARE(await(generateKey(request, {})).error().kind, ErrorKind::Conflict);
    QCOMPARE(readFile(request.path, 10'000).valueOr({}), before);
}

void TestSshKeys::generateRefuses()
{
    const QTemporaryDir folder;
    const auto refuses = [&folder](const std::function<void(NewKey&)>& change) {
        NewKey request(folder.filePath(u"key"_s), NewKey::Kind::Ed25519);
        change(request);
        const auto made = await(generateKey(request, {}));
        return !made && made.error().kind == ErrorKind::Invalid;
    };
    QVERIFY(refuses([](NewKey& key) { key.path.clear(); }));
    QVERIFY(refuses([](NewKey& key) { key.comment = u"two\nlines"_s; }));
    QVERIFY(refuses([](NewKey& key) { key.passphrase = Secret("four"); }));
    QVERIFY(refuses([](NewKey& key) { key.passphrase = Secret("two\nlines"); }));
    QVERIFY(refuses([](NewKey& key) { key.kind = NewKey::Kind::Rsa, key.bits = 1024; }));
    NewKey nowhere(folder.filePath(u"absent/key"_s), NewKey::Kind::Ed25519);
    QCOMPARE(await(generateKey(nowhere, {})).error().kind, ErrorKind::Io);
    QVERIFY(QDir(folder.path()).isEmpty());
}

/// While ssh-keygen works, no process of ours shows the passphrase in its arguments.
void TestSshKeys::passphraseIsNoArgument()
{
    const QTemporaryDir folder;
    NewKey request(folder.filePath(u"key"_s), NewKey::Kind::Rsa);
    request.bits = 4096;
    request.passphrase = Secret("planted-passphrase-5711");
    const auto answer = test::listen(generateKey(request, {}), this);
    QByteArray seen;
    int looks = 0;
    while (!answer->has_value()) {
        for (const qint64 pid : test::processTree(::getpid())) {
            for (const char* part : {"cmdline", "environ"}) {
                QFile file(u"/proc/%1/%2"_s.arg(pid).arg(QString::fromLatin1(part)));
                if (file.open(QIODevice::ReadOnly)) {
                    const QByteArray text = file.readAll();
                    looks += text.contains("ssh-keygen") ? 1 : 0;
                    seen += text;
                }
            }
        }
        QTest::qWait(5);
    }
    VERIFY_OK(**answer);
    QVERIFY(looks > 0);
    QVERIFY(!seen.contains("planted-passphrase"));
}

void TestSshKeys::installAndRemove()
{
    const QTemporaryDir home;
    const QString file = home.filePath(u".ssh/authorized_keys"_s);
    const auto sh = [&home](const Result<QString>& command) {
        return command ? run(u"env"_s, {u"-i"_s, u"PATH=/usr/bin:/bin"_s, u"HOME="_s + home.path(),
                                        u"sh"_s, u"-c"_s, *command})
                       : -2;
    };
    const PublicKey key = publicHalf(u"ed"_s);
    QCOMPARE(sh(removeKeyCommand(key)), 0);
    QCOMPARE(sh(installKeyCommand(key, u"it's $(me)"_s)), 0);
    QCOMPARE(sh(installKeyCommand(key, u"again"_s)), 0);
    const QByteArray line = key.text().toLatin1() + " it's $(me)\n";
    QCOMPARE(readFile(file, 10'000).valueOr({}), line);
    struct stat info {};
    QCOMPARE(::stat(qPrintable(file), &info), 0);
    QCOMPARE(int(info.st_mode & 0777U), 0600);
    VERIFY_OK(writeFile(file, "# " + line + "ssh-rsa other"));
    QCOMPARE(sh(installKeyCommand(key, {})), 0);
    QCOMPARE(readFile(file, 10'000).valueOr({}),
             "# " + line + "ssh-rsa other\n" + key.text().toLatin1() + '\n');
    QCOMPARE(sh(installKeyCommand(publicHalf(u"rsa"_s), u"r"_s)), 0);
    QCOMPARE(sh(removeKeyCommand(key)), 0);
    QCOMPARE(readFile(file, 10'000).valueOr({}),
             "ssh-rsa other\n" + publicHalf(u"rsa"_s).text().toLatin1() + " r\n");
    QCOMPARE(sh(removeKeyCommand(publicHalf(u"rsa"_s))), 0);
    QCOMPARE(readFile(file, 10'000).valueOr({}), QByteArray("ssh-rsa other\n"));
    QCOMPARE(QDir(home.filePath(u".ssh"_s)).entryList(QDir::Files | QDir::Hidden).size(), 1);
    QVERIFY(!installKeyCommand({}, {}));
    QVERIFY(!installKeyCommand({"ssh-ed25519'; id", "x"}, {}));
    QVERIFY(!installKeyCommand(key, u"two\nlines"_s));
}

QTEST_GUILESS_MAIN(TestSshKeys)
#include "tst_ssh_keys.moc"
