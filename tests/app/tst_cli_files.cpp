#include "tests/app/servers_fixture.h"

#include "app/cli/forward_spec.h"

#include <fcntl.h>
#include <sys/stat.h>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::test;

/// Files to and from real servers, and the words of forwards.
class TestCliFiles : public ServersFixture {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data() { addTransports(); }
    void initTestCase();
    void init()
    {
        QFETCH_GLOBAL(QByteArray, transport);
        setTransport(transport);
        const QDir work(s_place->work());
        for (const QString& name : work.entryList(QDir::AllEntries | QDir::Hidden | QDir::System |
                                                  QDir::NoDotAndDotDot)) {
            if (name != u"analemma.yaml"_s) {  // what the other transport left
                QVERIFY(removeTree(work.filePath(name)).ok());
            }
        }
    }
    void putAndGet();
    void bothGoOn_data();
    void bothGoOn();
    void modesAreKept();
    void trees();
    void folderInTheWay();
    void hostileNamesStayInside();
    void forwardSpecs_data();
    void forwardSpecs();
};

void TestCliFiles::initTestCase()
{
    begin();
    trustAll();
}

void TestCliFiles::putAndGet()
{
    QByteArray content = QByteArray("0123456789abcdef").repeated(50'000);
    QVERIFY(writeFile(path(u"up.bin"_s), content, 0644).ok());
    const QString remote = path(u"there.bin"_s);
    const Ran put = cli({u"server"_s, u"put"_s, u"up.bin"_s, u"web-1:"_s + remote, u"--json"_s});
    QVERIFY2(put.code == 0, put.err.constData());
    QCOMPARE(put.json()[u"schema"_s].toString(), u"analemma.transfer.1"_s);
    QCOMPARE(put.json()[u"sha256"_s].toString(), sha256(content));
    QVERIFY(bytes(remote) == content);
    const Ran get = cli({u"server"_s, u"get"_s, u"web-1:"_s + remote, u"down.bin"_s});
    QVERIFY2(get.code == 0, get.err.constData());
    QVERIFY(get.out.contains("verified"));
    QVERIFY(bytes(path(u"down.bin"_s)) == content);
    // Into a folder under its own name.
    QVERIFY(QDir().mkpath(path(u"folder"_s)));
    QCOMPARE(cli({u"server"_s, u"get"_s, u"web-1:"_s + remote, u"folder"_s}).code, 0);
    QVERIFY(bytes(path(u"folder/there.bin"_s)) == content);
    QCOMPARE(cli({u"server"_s, u"put"_s, u"up.bin"_s, u"web-1:"_s + path(u"folder"_s)}).code, 0);
    QVERIFY(bytes(path(u"folder/up.bin"_s)) == content);
    QCOMPARE(cli({u"server"_s, u"get"_s, u"web-1:/absent/x"_s, u"y"_s}).code, 5);
    QVERIFY(!QFile::exists(path(u"y"_s)));
    QCOMPARE(cli({u"server"_s, u"put"_s, u"absent"_s, u"web-1:x"_s}).code, 5);
}

void TestCliFiles::bothGoOn_data()
{
    QTest::addColumn<bool>("sends");
    QTest::addColumn<bool>("resumes");
    QTest::newRow("put") << true << true;
    QTest::newRow("put anew") << true << false;
    QTest::newRow("get") << false << true;
    QTest::newRow("get anew") << false << false;
}

void TestCliFiles::bothGoOn()
{
    QFETCH(bool, sends);
    QFETCH(bool, resumes);
    const QByteArray content = QByteArray("0123456789abcdef").repeated(50'000);
    const QString from = path(u"long.bin"_s);
    const QString to = path(u"long-there.bin"_s);
    QFile::remove(to);
    QVERIFY(writeFile(from, content, 0644).ok());
    QVERIFY(writeFile(to + u".analemma-part"_s, content.left(500'000), 0644).ok());
    QStringList words = {u"server"_s, sends ? u"put"_s : u"get"_s,
                         sends ? from : u"web-1:"_s + from, sends ? u"web-1:"_s + to : to,
                         u"--json"_s};
    if (!resumes) {
        words += {u"--no-resume"_s, u"--no-verify"_s};
    }
    const Ran ran = cli(words);
    QVERIFY2(ran.code == 0, ran.err.constData());
    QCOMPARE(ran.json()[u"resumedAt"_s].toInt() > 0, resumes);
    QCOMPARE(ran.json()[u"bytes"_s].toInt(), int(content.size()));
    QCOMPARE(ran.json()[u"sha256"_s].toString(), resumes ? sha256(content) : QString());
    QVERIFY(bytes(to) == content);
}

/// What others could not read here they cannot read there.
void TestCliFiles::modesAreKept()
{
    const QString from = path(u"modes"_s);
    QVERIFY(QDir().mkpath(from));
    const QList<int> modes = {0600, 0640, 0644, 0755};
    for (const int mode : modes) {
        QVERIFY(writeFile(from + u"/%1"_s.arg(mode), "x", mode).ok());
    }
    const auto modeOf = [](const QString& file) {
        struct stat info {};
        return ::stat(QFile::encodeName(file).constData(), &info) == 0 ? int(info.st_mode & 0777U)
                                                                       : -1;
    };
    QCOMPARE(cli({u"server"_s, u"put"_s, from, u"web-1:"_s + path(u"m2"_s), u"--recursive"_s}).code,
             0);
    QCOMPARE(cli({u"server"_s, u"get"_s, u"web-1:"_s + from, path(u"m3"_s), u"--recursive"_s}).code,
             0);
    for (const int mode : modes) {
        QCOMPARE(modeOf(path(u"m2/%1"_s.arg(mode))), mode);
        QCOMPARE(modeOf(path(u"m3/%1"_s.arg(mode))), mode & 0700);  // the user's bits
    }
}

void TestCliFiles::trees()
{
    const QString from = path(u"tree"_s);
    QVERIFY(QDir().mkpath(from + u"/a/b"_s));
    QVERIFY(writeFile(from + u"/one"_s, "1", 0644).ok());
    QVERIFY(writeFile(from + u"/a/two words"_s, "2", 0755).ok());
    QVERIFY(writeFile(from + u"/a/b/.three"_s, "3", 0644).ok());
    QCOMPARE(cli({u"server"_s, u"put"_s, u"tree"_s, u"web-1:"_s + path(u"t2"_s)}).code, 2);
    const Ran put =
        cli({u"server"_s, u"put"_s, u"tree"_s, u"web-1:"_s + path(u"t2"_s), u"--recursive"_s});
    QVERIFY2(put.code == 0, put.err.constData());
    const Ran get =
        cli({u"server"_s, u"get"_s, u"web-1:"_s + path(u"t2"_s), u"t3"_s, u"--recursive"_s});
    QVERIFY2(get.code == 0, get.err.constData());
    QCOMPARE(bytes(path(u"t3/one"_s)), QByteArray("1"));
    QCOMPARE(bytes(path(u"t3/a/two words"_s)), QByteArray("2"));
    QVERIFY(QFileInfo(path(u"t3/a/two words"_s)).isExecutable());
    QCOMPARE(bytes(path(u"t3/a/b/.three"_s)), QByteArray("3"));
}

/// What cannot become a folder is left out with all below it, and the others go on.
void TestCliFiles::folderInTheWay()
{
    const QString from = path(u"blocked"_s);
    const QString to = path(u"blocked-there"_s);
    for (const QString& folder : {u"/a/b"_s, u"/ab"_s}) {
        QVERIFY(QDir().mkpath(from + folder));
    }
    for (const QString& file : {u"/a/one"_s, u"/a/b/two"_s, u"/ab/three"_s, u"/four"_s}) {
        QVERIFY(writeFile(from + file, "theirs", 0644).ok());
    }
    QVERIFY(QDir().mkpath(to));
    // Into the folder, under its own name.
    const Ran get = cli({u"server"_s, u"get"_s, u"web-1:"_s + from, to, u"--recursive"_s});
    QVERIFY2(get.code == 0, get.err.constData());
    QVERIFY(QFile::remove(to + u"/blocked/four"_s));
    QVERIFY(QDir(to + u"/blocked/a"_s).removeRecursively());
    QVERIFY(writeFile(to + u"/blocked/a"_s, "mine", 0644).ok());
    for (const bool sends : {false, true}) {
        const Ran ran =
            cli({u"server"_s, sends ? u"put"_s : u"get"_s, sends ? from : u"web-1:"_s + from,
                 sends ? u"web-1:"_s + to : to, u"--recursive"_s});
        QCOMPARE(ran.code, 1);
        QVERIFY2(ran.err.contains("is there already and is no folder"), ran.err.constData());
        QVERIFY(ran.err.contains("2 files, 12 B, 1 left out"));
        QCOMPARE(bytes(to + u"/blocked/a"_s), QByteArray("mine"));
        QCOMPARE(bytes(to + u"/blocked/four"_s), QByteArray("theirs"));
        QVERIFY(QFile::remove(to + u"/blocked/four"_s));
    }
}

void TestCliFiles::hostileNamesStayInside()
{
    const QString from = path(u"hostile"_s);
    QVERIFY(QDir().mkpath(from + u"/inner"_s));
    QVERIFY(writeFile(from + u"/inner/file"_s, "evil", 0644).ok());
    QVERIFY(writeFile(from + u"/esc\x1b[31m\nname"_s, "x", 0644).ok());
    QVERIFY(QFile::link(u"/etc/passwd"_s, from + u"/link"_s));
    const QByteArray notText = QFile::encodeName(from) + "/caf\xe9";
    const int made = ::open(notText.constData(), O_CREAT | O_WRONLY, 0644);
    QVERIFY(made >= 0);
    ::close(made);
    QVERIFY(QDir().mkpath(path(u"outside"_s)));
    const Ran ran =
        cli({u"server"_s, u"get"_s, u"web-1:"_s + from, path(u"elsewhere"_s), u"--recursive"_s});
    QCOMPARE(ran.code, 1);  // some were left out
    QVERIFY2(ran.err.contains("a link; it is not followed"), ran.err.constData());
    QVERIFY(ran.err.contains("it is not UTF-8"));
    QVERIFY(ran.err.contains("it holds control or hidden characters"));
    QVERIFY(ran.err.contains(", 3 left out"));
    QVERIFY(!ran.err.contains('\x1b') && !ran.out.contains('\x1b'));
    QVERIFY(!QFileInfo(path(u"elsewhere/link"_s)).exists());
    QCOMPARE(bytes(path(u"elsewhere/inner/file"_s)), QByteArray("evil"));
    // A link that stands there already and leads out of the target is not followed.
    QVERIFY(QDir(path(u"elsewhere/inner"_s)).removeRecursively());
    QVERIFY(QFile::link(path(u"outside"_s), path(u"elsewhere/inner"_s)));
    QVERIFY(QDir().mkpath(path(u"outer"_s)));
    QVERIFY(QDir().rename(path(u"elsewhere"_s), path(u"outer/hostile"_s)));
    const Ran through =
        cli({u"server"_s, u"get"_s, u"web-1:"_s + from, u"outer"_s, u"--recursive"_s});
    QCOMPARE(through.code, 1);
    QVERIFY2(through.err.contains("is no folder"), through.err.constData());
    QVERIFY(QDir(path(u"outside"_s)).isEmpty());
    ::unlink(notText.constData());  // Qt cannot name it
}

void TestCliFiles::forwardSpecs_data()
{
    QTest::addColumn<QString>("kind");
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("expected");
    const auto row = [](const char* kind, const char* text, const char* expected) {
        QTest::addRow("%s %s", kind, text) << QString::fromLatin1(kind) << QString::fromLatin1(text)
                                           << QString::fromLatin1(expected);
    };
    row("L", "8080:db:5432", "127.0.0.1:8080 here -> db:5432 from s");
    row("L", "0:[::1]:80", "127.0.0.1:0 here -> [::1]:80 from s");
    row("L", "127.0.0.2:1:db:2", "127.0.0.2:1 here -> db:2 from s");
    row("L", "localhost:1:db:2", "127.0.0.1:1 here -> db:2 from s");
    row("R", "9000:localhost:80", "127.0.0.1:9000 on s -> localhost:80 from here");
    row("D", "1080", "127.0.0.1:1080 here: a SOCKS proxy through s");
    row("D", "[::1]:1080", "[::1]:1080 here: a SOCKS proxy through s");
    for (const char* bad : {"", "8080", "8080:db", "x:db:1", "1:db:0", "1:db:70000", "1:-x:2",
                            "1:2:3:4:5", ":1:db:2"}) {
        row("L", bad, "");
    }
    row("D", "1:2:3", "");
}

void TestCliFiles::forwardSpecs()
{
    QFETCH(QString, kind);
    QFETCH(QString, text);
    QFETCH(QString, expected);
    using Kind = ssh::ForwardSpec::Kind;
    const auto spec = cli::parseForward(kind == u"L"   ? Kind::Local
                                        : kind == u"R" ? Kind::Remote
                                                       : Kind::Dynamic,
                                        text);
    QCOMPARE(spec.ok(), !expected.isEmpty());
    if (spec) {
        QCOMPARE(cli::forwardText(*spec, spec->listenPort, u"s"_s), expected);
    }
}

QTEST_GUILESS_MAIN(TestCliFiles)
#include "tst_cli_files.moc"
