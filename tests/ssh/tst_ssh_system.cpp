#include "core/ssh/system.h"

#include "core/base/files.h"
#include "core/ssh/src/muxpackets.h"
#include "tests/ssh/cable.h"
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
    void masterMessages();
    void manySessions();
    void trees();
    void resumesAfterCut_data();
    void resumesAfterCut();
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
    QTest::newRow("line") << u"x\nrm y"_s;
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
    for (const QString& bad : {QString(u"x"_s) + QChar(u'\0'), QString(), u"folder/"_s}) {
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

/// What ssh says over its socket is read with bounds.
void TestSshSystem::masterMessages()
{
    QByteArray exit("\0\0\0\x0c\x80\0\0\x04\0\0\0\x07\0\0\0\x2a", 16);
    for (qsizetype size = 0; size < exit.size(); ++size) {
        QByteArray part = exit.left(size);
        QVERIFY(!mux::takeMessage(part));
        QCOMPARE(part.size(), size);
    }
    exit += "rest";
    const auto message = mux::takeMessage(exit);
    QVERIFY(message && *message);
    QVERIFY((*message)->type == mux::Type::ExitMessage);
    QCOMPARE((*message)->number, 42U);
    QCOMPARE(exit, QByteArray("rest"));
    for (const QByteArray& bad :
         {QByteArray("\xff\xff\xff\xff", 4), QByteArray("\0\0\0\x02..", 6),
          QByteArray("\0\0\0\x08\x80\0\0\x04\0\0\0\x07", 12),   // no exit code
          QByteArray("\0\0\0\x08\0\0\0\x01\0\0\0\x05", 12)}) {  // another version
        QByteArray bytes = bad;
        const auto refused = mux::takeMessage(bytes);
        QVERIFY(refused && !*refused);
        QCOMPARE(refused->error().kind, ErrorKind::Protocol);
    }
}

/// More than the server gives at once: they wait for one another, and idle ones make room.
void TestSshSystem::manySessions()
{
    PrivateSshd sshd({u"ed25519"_s}, "MaxSessions 3", 9);
    const QString problem = sshd.start();
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
    const auto session = open(sshd.target());
    VERIFY_OK(session);
    VERIFY_OK(await((*session)->uploadBytes("x", sshd.path(u"x"_s), 0600, {})));
    std::vector<std::shared_ptr<std::optional<Result<ExecResult>>>> answers;
    for (int i = 0; i < 12; ++i) {
        answers.push_back(listen((*session)->exec(u"sleep 0.2; echo %1"_s.arg(i), {}, {}), this));
    }
    for (int i = 0; i < 12; ++i) {
        QTRY_VERIFY_WITH_TIMEOUT(answers[std::size_t(i)]->has_value(), 20'000);
        const Result<ExecResult>& one = **answers[std::size_t(i)];
        VERIFY_OK(one);
        QCOMPARE(one->output, QByteArray::number(i) + '\n');
    }
    VERIFY_OK(await((*session)->download(sshd.path(u"x"_s), 10, {})));
}

/// A folder goes up and comes back the same.
void TestSshSystem::trees()
{
    const auto session = open(m_sshd.target());
    VERIFY_OK(session);
    const auto files = (*session)->files();
    QVERIFY(QDir().mkpath(m_folder.filePath(u"tree/in"_s)));
    QVERIFY(QDir().mkpath(m_folder.filePath(u"back/in"_s)));
    const QByteArray remote = m_sshd.path(u"tree"_s).toUtf8();
    VERIFY_OK(await(files->makeFolder(remote, 0755, {})));
    VERIFY_OK(await(files->makeFolder(remote + "/in", 0700, {})));
    TransferOptions options;
    options.verify = true;
    options.resume = true;
    const QStringList names = {u"empty"_s, u"one"_s, u"in/much"_s, u"in/sch\u00f6n"_s};
    for (int i = 0; i < names.size(); ++i) {
        const QByteArray bytes = QByteArray("0123456789abcdefg").repeated(i * i * 20'000);
        VERIFY_OK(writeFile(m_folder.filePath(u"tree/"_s + names.at(i)), bytes));
        const QByteArray there = remote + '/' + names.at(i).toUtf8();
        const auto up =
            await(files->upload(m_folder.filePath(u"tree/"_s + names.at(i)), there, options, {}));
        VERIFY_OK(up);
        const auto down =
            await(files->download(there, m_folder.filePath(u"back/"_s + names.at(i)), options, {}));
        VERIFY_OK(down);
        QCOMPARE(QString::fromLatin1(up->sha256), sha256(bytes));
        QCOMPARE(down->sha256, up->sha256);
        QCOMPARE(readFile(m_folder.filePath(u"back/"_s + names.at(i)), 10'000'000).valueOr("-"),
                 bytes);
    }
    const auto listing = await(files->list(remote + "/in", 10, {}));
    VERIFY_OK(listing);
    QCOMPARE(listing->entries.size(), std::size_t(2));
    const auto info = await(files->info(remote + "/in", true, {}));
    VERIFY_OK(info);
    QCOMPARE(info->mode, 0700);
}

void TestSshSystem::resumesAfterCut_data()
{
    QTest::addColumn<bool>("up");
    QTest::newRow("up") << true;
    QTest::newRow("down") << false;
}

void TestSshSystem::resumesAfterCut()
{
    QFETCH(bool, up);
    const qsizetype size = 12'000'000;
    QByteArray bytes(size, '\0');
    for (qsizetype i = 0; i < size; ++i) {
        bytes[i] = char((i * 31) ^ (i >> 11));
    }
    const QString here = m_folder.filePath(u"here"_s);
    const QString there = m_sshd.path(u"there"_s);
    QFile::remove(here);
    QFile::remove(there);
    VERIFY_OK(writeFile(up ? here : there, bytes));
    TransferOptions options;
    options.verify = true;
    options.resume = true;
    Cable cable(m_sshd);
    (up ? cable.limitUp : cable.limitDown) = 7'000'000;
    const auto move = [&](const std::shared_ptr<Session>& session) {
        return up ? await(session->files()->upload(here, there.toUtf8(), options, {}), seconds(40))
                  : await(session->files()->download(there.toUtf8(), here, options, {}),
                          seconds(40));
    };
    {
        const auto session = open(cable.target());
        VERIFY_OK(session);
        const auto cut = move(*session);
        QVERIFY(!cut);
        QCOMPARE(cut.error().kind, ErrorKind::Network);
        QVERIFY(!QFile::exists(up ? there : here));
    }
    const auto again = open(m_sshd.target());
    VERIFY_OK(again);
    const auto done = move(*again);
    VERIFY_OK(done);
    QVERIFY2(done->resumedAt > 1'000'000, qPrintable(QString::number(done->resumedAt)));
    QCOMPARE(done->bytes, size);
    QCOMPARE(QString::fromLatin1(done->sha256), sha256(bytes));
    QCOMPARE(readFile(up ? there : here, size).valueOr("-"), bytes);
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
        QCOMPARE(QDir(folder).entryList(QDir::Files).size(), 2);
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
