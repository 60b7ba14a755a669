#include "core/ssh/system.h"

#include "core/base/files.h"
#include "tests/ssh/private_sshd.h"
#include "tests/support.h"

#include <QElapsedTimer>
#include <QTimer>

#include <sys/stat.h>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::ssh;
using namespace analemma::test;

/// The system's OpenSSH behind the same Session, against a real server.
class TestSshSystem : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void commands();
    void output();
    void input();
    void timeouts();
    void cancels();
    void files();
    void oddNames_data();
    void oddNames();
    void downloadLimits();
    void progress();
    void hostKeys_data();
    void hostKeys();
    void nothingListens();
    void brokenConnection();
    void nothingIsLeft();
    void badTargets_data();
    void badTargets();
    void badLines_data();
    void badLines();
    void looseFolder();

private:
    [[nodiscard]] Result<std::shared_ptr<Session>> open(const Target& target,
                                                        const SystemOptions& system = {})
    {
        return await(m_client.connectTo(target, system, {}, {}));
    }
    Result<ExecResult> run(const std::shared_ptr<Session>& session, const QString& command,
                           ExecOptions options = {})
    {
        return await(session->exec(command, std::move(options), {}));
    }
    [[nodiscard]] QStringList leftFolders() const
    {
        return QDir(m_folder.filePath(u"s"_s)).entryList(QDir::Dirs | QDir::NoDotAndDotDot);
    }

    ssh::Library m_library;
    QTemporaryDir m_folder{QDir::tempPath() + u"/sy-XXXXXX"_s};
    PrivateSshd m_sshd;
    SystemClient m_client{m_folder.filePath(u"s"_s)};
};

void TestSshSystem::initTestCase()
{
    const QString problem = m_sshd.start();
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
}

void TestSshSystem::commands()
{
    const auto session = open(m_sshd.target());
    VERIFY_OK(session);
    QVERIFY((*session)->isConnected());
    QCOMPARE((*session)->target().port, m_sshd.port());
    const auto said = run(*session, u"echo \"$0 'it' $((1+1))\"; echo wrong >&2; exit 3"_s);
    VERIFY_OK(said);
    QVERIFY(said->output.endsWith("'it' 2\n"));
    QCOMPARE(said->errors, QByteArray("wrong\n"));
    QCOMPARE(said->exitCode, 3);
    // What begins like an option is a command: it goes to the server, whose shell refuses it.
    const QString canary = m_sshd.path(u"canary"_s);
    VERIFY_OK(run(*session, u"-oProxyCommand=touch "_s + canary));
    QVERIFY(!QFile::exists(canary));
    // The code 255 is ssh's own; with the connection up it is the command's.
    const auto own = run(*session, u"exit 255"_s);
    VERIFY_OK(own);
    QCOMPARE(own->exitCode, 255);
    // Many over one login.
    const qsizetype logins = m_sshd.log().count("Accepted publickey");
    for (int i = 0; i < 5; ++i) {
        VERIFY_OK(run(*session, u"true"_s));
    }
    QCOMPARE(m_sshd.log().count("Accepted publickey"), logins);
    VERIFY_OK(await((*session)->close()));
    QVERIFY(!(*session)->isConnected());
    QCOMPARE(run(*session, u"true"_s).error().kind, ErrorKind::Network);
}

void TestSshSystem::output()
{
    const auto session = open(m_sshd.target());
    VERIFY_OK(session);
    ExecOptions options;
    QElapsedTimer timer;
    qint64 first = -1;
    QByteArray pieces;
    options.onOutput = [&](const QByteArray& piece, bool isError) {
        pieces += isError ? "E" + piece : piece;
        first = first < 0 ? timer.elapsed() : first;
    };
    timer.start();
    const auto result =
        run(*session, u"echo one; sleep 1; echo two >&2; sleep 0.2; echo three"_s, options);
    VERIFY_OK(result);
    QVERIFY(first < timer.elapsed() - 500);  // streamed, not kept to the end
    QCOMPARE(pieces, QByteArray("one\nEtwo\nthree\n"));
    ExecOptions bounded;
    bounded.limitBytes = 1'000;
    const auto cut = run(*session, u"head -c 3000000 /dev/zero"_s, bounded);
    VERIFY_OK(cut);
    QCOMPARE(cut->output.size(), 1'000);
    QVERIFY(cut->truncated);
}

void TestSshSystem::input()
{
    const auto session = open(m_sshd.target());
    VERIFY_OK(session);
    ExecOptions options;
    for (int i = 0; i < 300'000; ++i) {
        options.input += char(i * 7);
    }
    const QByteArray sent = options.input;
    const auto result = run(*session, u"cat"_s, options);
    VERIFY_OK(result);
    QCOMPARE(result->output, sent);
    const auto none = run(*session, u"cat; echo end"_s);
    VERIFY_OK(none);
    QCOMPARE(none->output, QByteArray("end\n"));
    QCOMPARE(run(*session, QString(200'000, u'x')).error().kind, ErrorKind::Invalid);
}

void TestSshSystem::timeouts()
{
    const auto session = open(m_sshd.target());
    VERIFY_OK(session);
    ExecOptions options;
    options.timeout = milliseconds(300);
    const auto result = run(*session, u"sleep 30"_s, options);
    QCOMPARE(result.error().kind, ErrorKind::Timeout);
    QVERIFY(result.error().message.contains(u"300 ms"_s));
    VERIFY_OK(run(*session, u"true"_s));
}

void TestSshSystem::cancels()
{
    const auto session = open(m_sshd.target());
    VERIFY_OK(session);
    const CancelToken cancel;
    QTimer::singleShot(200, this, [cancel] { cancel.cancel(); });
    QCOMPARE(await((*session)->exec(u"sleep 30"_s, {}, cancel)).error().kind, ErrorKind::Cancelled);
    const CancelToken early;
    early.cancel();
    QCOMPARE(await(m_client.connectTo(m_sshd.target(), {}, {}, early)).error().kind,
             ErrorKind::Cancelled);
}

void TestSshSystem::files()
{
    const auto session = open(m_sshd.target());
    VERIFY_OK(session);
    QByteArray bytes;
    for (int i = 0; i < 1'000'000; ++i) {
        bytes += char(i ^ (i >> 9));
    }
    const QString remote = m_sshd.path(u"a/b/c/file"_s);
    VERIFY_OK(await((*session)->uploadBytes(bytes, remote, 0640, {})));
    const auto back = await((*session)->download(remote, 2'000'000, {}));
    VERIFY_OK(back);
    QVERIFY(*back == bytes);
    struct stat info {};
    QCOMPARE(::stat(qPrintable(remote), &info), 0);
    QCOMPARE(int(info.st_mode & 07777U), 0640);
    // Over one that is there, and again nothing but the file is left.
    VERIFY_OK(await((*session)->uploadBytes("new", remote, 0600, {})));
    QCOMPARE(readFile(remote, 100).valueOr({}), QByteArray("new"));
    QCOMPARE(QDir(m_sshd.path(u"a/b/c"_s)).entryList(QDir::Files).size(), 1);
    const auto missing = await((*session)->download(m_sshd.path(u"absent"_s), 10, {}));
    QCOMPARE(missing.error().kind, ErrorKind::NotFound);
    const auto noPlace = await((*session)->uploadBytes("x", u"/proc/no/file"_s, 0600, {}));
    QVERIFY(!noPlace);
    const auto noFile =
        await((*session)->upload(m_sshd.path(u"absent"_s), remote, 0600, nullptr, {}));
    QCOMPARE(noFile.error().kind, ErrorKind::NotFound);
    QCOMPARE(readFile(remote, 100).valueOr({}), QByteArray("new"));
}

void TestSshSystem::oddNames_data()
{
    QTest::addColumn<QString>("name");
    for (const char* name :
         {"a b",   "quote\"in", "it's", "back\\slash", "star*", "what?", "[x]",
          "-rf",   "#hash",     "a#b",  "$(touch x)",  "`id`",  "~",     "semi;colon",
          "{a,b}", "trail ",    "\\",   "\\\\",        "!x",    "@x"}) {
        QTest::newRow(name) << QString::fromUtf8(name);
    }
    QTest::newRow("umlaut") << u"schön ✓"_s;
}

void TestSshSystem::oddNames()
{
    QFETCH(QString, name);
    const auto session = open(m_sshd.target());
    VERIFY_OK(session);
    const QString remote = m_sshd.path(u"odd/"_s + name);
    VERIFY_OK(await((*session)->uploadBytes(name.toUtf8(), remote, 0600, {})));
    QCOMPARE(readFile(remote, 100).valueOr({}), name.toUtf8());
    const auto back = await((*session)->download(remote, 100, {}));
    VERIFY_OK(back);
    QCOMPARE(*back, name.toUtf8());
    QVERIFY(QFile::remove(remote));
    QVERIFY(QDir(m_sshd.path(u"odd"_s)).isEmpty());
    for (const QString& bad : {u"x\nrm y"_s, u"x\ry"_s, QString(), u"folder/"_s}) {
        QCOMPARE(await((*session)->uploadBytes("x", bad, 0600, {})).error().kind,
                 ErrorKind::Invalid);
        QCOMPARE(await((*session)->download(bad, 10, {})).error().kind, ErrorKind::Invalid);
    }
}

void TestSshSystem::downloadLimits()
{
    const auto session = open(m_sshd.target());
    VERIFY_OK(session);
    m_sshd.write(u"ten"_s, "0123456789");
    VERIFY_OK(await((*session)->download(m_sshd.path(u"ten"_s), 10, {})));
    QCOMPARE(await((*session)->download(m_sshd.path(u"ten"_s), 9, {})).error().kind,
             ErrorKind::Invalid);
    // One without end takes no more of our disk than the limit.
    const auto endless = await((*session)->download(u"/dev/zero"_s, 100'000, {}));
    QVERIFY(!endless);
    m_sshd.write(u"big"_s, QByteArray(5'000'000, 'x'));
    QCOMPARE(await((*session)->download(m_sshd.path(u"big"_s), 100'000, {})).error().kind,
             ErrorKind::Invalid);
}

void TestSshSystem::progress()
{
    const auto session = open(m_sshd.target());
    VERIFY_OK(session);
    m_sshd.write(u"big"_s, QByteArray(5'000'000, 'x'));
    qint64 last = -1;
    qint64 size = 0;
    const auto note = [&](qint64 done, qint64 total) {
        QVERIFY(done >= last);
        last = done;
        size = total;
    };
    VERIFY_OK(
        await((*session)->upload(m_sshd.path(u"big"_s), m_sshd.path(u"copy"_s), 0600, note, {})));
    QCOMPARE(last, 5'000'000);
    QCOMPARE(size, 5'000'000);
    QCOMPARE(QFileInfo(m_sshd.path(u"copy"_s)).size(), 5'000'000);
}

void TestSshSystem::hostKeys_data()
{
    QTest::addColumn<QString>("pin");
    QTest::addColumn<QByteArray>("more");
    QTest::addColumn<bool>("passes");
    QVERIFY(m_sshd.makeKey(u"another"_s, u"ed25519"_s));
    QVERIFY(m_sshd.makeKey(u"anothertype"_s, u"ecdsa"_s));
    const QString right = m_sshd.hostKey(u"ed25519"_s);
    const QString wrong = QString::fromUtf8(m_sshd.read(u"another.pub"_s));
    const QString type = QString::fromUtf8(m_sshd.read(u"anothertype.pub"_s));
    const QByteArray name =
        '[' + m_sshd.address().toUtf8() + "]:" + QByteArray::number(m_sshd.port());
    QTest::newRow("right") << right << QByteArray() << true;
    QTest::newRow("wrong") << wrong << QByteArray() << false;
    QTest::newRow("another type") << type << QByteArray() << false;
    QTest::newRow("none") << QString() << QByteArray() << false;
    QTest::newRow("damaged") << u"ssh-ed25519 AAAA"_s << QByteArray() << false;
    QTest::newRow("of another host") << QString() << "web " + right.toUtf8() << false;
    QTest::newRow("of the plain name")
        << QString() << m_sshd.address().toUtf8() + ' ' + wrong.toUtf8() << false;
    QTest::newRow("revoked") << right << "@revoked " + name + ' ' + right.toUtf8() << false;
    QTest::newRow("revoked for all") << right << "@revoked * " + right.toUtf8() << false;
    QTest::newRow("only a CA") << QString() << "@cert-authority " + name + ' ' + right.toUtf8()
                               << false;
    QTest::newRow("recorded") << QString() << name + ' ' + right.toUtf8() << true;
    QTest::newRow("recorded beside another") << wrong << name + ' ' + right.toUtf8() << true;
}

void TestSshSystem::hostKeys()
{
    QFETCH(QString, pin);
    QFETCH(QByteArray, more);
    QFETCH(bool, passes);
    Target target = m_sshd.target();
    target.hostKey = pin;
    SystemOptions system;
    system.knownHosts = more;
    const qsizetype logins = m_sshd.log().count("Accepted publickey");
    const auto session = open(target, system);
    QCOMPARE(session.ok(), passes);
    if (!passes) {
        QCOMPARE(session.error().kind, ErrorKind::HostKey);
        QCOMPARE(m_sshd.log().count("Accepted publickey"), logins);
    }
}

void TestSshSystem::nothingListens()
{
    Target target = m_sshd.target();
    target.host = ownAddress(200);
    const auto session = open(target);
    QCOMPARE(session.error().kind, ErrorKind::Network);
    QVERIFY(session.error().message.contains(target.text()));
}

void TestSshSystem::brokenConnection()
{
    PrivateSshd sshd({u"ed25519"_s}, {}, 8);
    const QString problem = sshd.start();
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
    const auto session = open(sshd.target());
    VERIFY_OK(session);
    const auto running = listen((*session)->exec(u"sleep 60"_s, {}, {}), this);
    QTest::qWait(300);
    sshd.stop();
    QTRY_VERIFY_WITH_TIMEOUT(running->has_value(), 20'000);
    QCOMPARE((*running)->error().kind, ErrorKind::Network);
    QVERIFY((*running)->error().message.contains(u"may have run"_s));
    QTRY_VERIFY(!(*session)->isConnected());
    QCOMPARE(run(*session, u"true"_s).error().kind, ErrorKind::Network);
}

/// The last copy of a session takes its process and its folder along.
void TestSshSystem::nothingIsLeft()
{
    QTRY_COMPARE(leftFolders().size(), 0);
    {
        auto session = open(m_sshd.target());
        VERIFY_OK(session);
        VERIFY_OK(await((*session)->uploadBytes("secret", m_sshd.path(u"x"_s), 0600, {})));
        QCOMPARE(leftFolders().size(), 1);
        const QString folder = m_folder.filePath(u"s/"_s + leftFolders().first());
        QCOMPARE(QFile::permissions(folder) & (QFile::ReadGroup | QFile::ReadOther), 0);
        QCOMPARE(QDir(folder).entryList(QDir::Files).size(), 3);
    }
    QTRY_COMPARE(leftFolders().size(), 0);
    const QList<qint64> tree = processTree(::getpid());
    for (const qint64 pid : tree) {
        QFile file(u"/proc/%1/cmdline"_s.arg(pid));
        QVERIFY(!file.open(QIODevice::ReadOnly) || !file.readAll().startsWith("/usr/bin/ssh"));
    }
    // What a crash left is swept up by the next connection.
    QVERIFY(QDir().mkpath(m_folder.filePath(u"s/s-4194300-dead"_s)));
    VERIFY_OK(open(m_sshd.target()));
    QVERIFY(!QFile::exists(m_folder.filePath(u"s/s-4194300-dead"_s)));
}

void TestSshSystem::badTargets_data()
{
    QTest::addColumn<QString>("host");
    QTest::addColumn<QString>("user");
    QTest::addColumn<QString>("keyFile");
    QTest::newRow("option") << u"-oProxyCommand=touch"_s << u"me"_s << u"/k"_s;
    QTest::newRow("shell") << u"$(touch x)"_s << u"me"_s << u"/k"_s;
    QTest::newRow("line") << u"web\nProxyCommand touch x"_s << u"me"_s << u"/k"_s;
    QTest::newRow("user option") << u"web"_s << u"-x"_s << u"/k"_s;
    QTest::newRow("user line") << u"web"_s << u"a\nb"_s << u"/k"_s;
    QTest::newRow("user empty") << u"web"_s << QString() << u"/k"_s;
    QTest::newRow("key line") << u"web"_s << u"me"_s << u"/k\nProxyCommand touch x"_s;
    QTest::newRow("key variable") << u"web"_s << u"me"_s << u"/${HOME}/k"_s;
    QTest::newRow("key relative") << u"web"_s << u"me"_s << u"k"_s;
}

void TestSshSystem::badTargets()
{
    QFETCH(QString, host);
    QFETCH(QString, user);
    QFETCH(QString, keyFile);
    Target target = m_sshd.target();
    target.host = host;
    target.user = user;
    target.keyFile = keyFile;
    QCOMPARE(open(target).error().kind, ErrorKind::Invalid);
    SystemOptions system;
    system.hops = {target};
    QCOMPARE(open(m_sshd.target(), system).error().kind, ErrorKind::Invalid);
    QTRY_VERIFY(leftFolders().isEmpty());
}

void TestSshSystem::badLines_data()
{
    QTest::addColumn<QString>("line");
    for (const char* line :
         {"ProxyCommand touch x", "LocalCommand touch x", "PermitLocalCommand yes",
          "Match exec \"touch x\"", "Include /etc/passwd", "Host *", "PKCS11Provider /tmp/x.so",
          "StrictHostKeyChecking no", "UserKnownHostsFile /dev/null", "ForwardAgent yes",
          "KnownHostsCommand touch x", "Ciphers aes128-ctr\nProxyCommand touch x", "Ciphers \"x",
          "SendEnv *", "", "# nothing", "Fancy x", "ControlPath /tmp/x", "IdentityAgent /tmp/x"}) {
        QTest::newRow(line) << QString::fromUtf8(line);
    }
}

void TestSshSystem::badLines()
{
    QFETCH(QString, line);
    SystemOptions system;
    system.lines = {line};
    QCOMPARE(open(m_sshd.target(), system).error().kind, ErrorKind::Refused);
}

void TestSshSystem::looseFolder()
{
    const QString folder = m_folder.filePath(u"open"_s);
    QVERIFY(QDir().mkpath(folder));
    QCOMPARE(::chmod(qPrintable(folder), 0755), 0);
    SystemClient client(folder);
    QCOMPARE(await(client.connectTo(m_sshd.target(), {}, {}, {})).error().kind, ErrorKind::Refused);
    QVERIFY(QFile::link(m_folder.filePath(u"s"_s), m_folder.filePath(u"link"_s)));
    SystemClient linked(m_folder.filePath(u"link"_s));
    QCOMPARE(await(linked.connectTo(m_sshd.target(), {}, {}, {})).error().kind, ErrorKind::Refused);
    SystemClient deep(m_folder.filePath(QString(100, u'x')));
    QCOMPARE(await(deep.connectTo(m_sshd.target(), {}, {}, {})).error().kind, ErrorKind::Invalid);
}

QTEST_GUILESS_MAIN(TestSshSystem)
#include "tst_ssh_system.moc"
