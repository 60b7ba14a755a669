#include "core/git/git.h"
#include "core/git/planlinks.h"
#include "core/git/src/commits.h"
#include "core/git/src/errors.h"
#include "core/git/src/paths.h"
#include "core/git/src/queue.h"
#include "core/git/trailers.h"

#include <QElapsedTimer>
#include <QTest>

#include <atomic>
#include <cerrno>
#include <thread>

using namespace analemma;
using namespace analemma::git;
using namespace Qt::StringLiterals;

/// The parts of core/git that need no repository.
class TestGitParts : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void planLinks_data();
    void planLinks();
    void trailers_data();
    void trailers();
    void translatesErrors_data();
    void translatesErrors();
    void explainsAForeignOwner();
    void parsesOddCommits();
    void holdsTimesWithinTheCalendar();
    void judgesNames();
    void followsLinks();
    void runsAtMostFourQueues();
    void keepsTheOrderOfAQueue();
    void cancelsWhatWaitsAtTheEnd();
    void needsTheLibrary();
};

void TestGitParts::translatesErrors_data()
{
    QTest::addColumn<int>("code");
    QTest::addColumn<int>("errorClass");
    QTest::addColumn<QByteArray>("message");
    QTest::addColumn<QString>("kind");
    QTest::addColumn<int>("native");
    const auto row = [](const char* name, int code, int errorClass, const char* message,
                        ErrorKind kind, int native = 0) {
        QTest::newRow(name) << code << errorClass << QByteArray(message) << toString(kind)
                            << (native != 0 ? native : code);
    };
    row("no such thing", GIT_ENOTFOUND, GIT_ERROR_REFERENCE, "reference not found",
        ErrorKind::NotFound);
    row("ambiguous", GIT_EAMBIGUOUS, GIT_ERROR_ODB, "ambiguous SHA1 prefix", ErrorKind::Invalid);
    row("exists", GIT_EEXISTS, GIT_ERROR_TAG, "tag already exists", ErrorKind::Conflict);
    row("locked", GIT_ELOCKED, GIT_ERROR_OS, "failed to create locked file", ErrorKind::Locked);
    row("moved meanwhile", GIT_EMODIFIED, GIT_ERROR_REFERENCE, "old value does not match",
        ErrorKind::Conflict);
    row("disk", GIT_ERROR, GIT_ERROR_OS, "could not write: No space left on device", ErrorKind::Io,
        ENOSPC);
    row("damaged", GIT_EMISMATCH, GIT_ERROR_OBJECT, "hash mismatch", ErrorKind::Io);
    row("bad settings", GIT_ERROR, GIT_ERROR_CONFIG, "failed to parse config file",
        ErrorKind::Invalid);
    row("newer format", GIT_ERROR, GIT_ERROR_REPOSITORY, "unsupported extension name extensions.x",
        ErrorKind::Unsupported);
    row("newer version", GIT_ERROR, GIT_ERROR_REPOSITORY, "unsupported repository version 2",
        ErrorKind::Unsupported);
    row("no message", GIT_ERROR, GIT_ERROR_NONE, "", ErrorKind::Io);
}

void TestGitParts::translatesErrors()
{
    QFETCH(int, code);
    QFETCH(int, errorClass);
    QFETCH(QByteArray, message);
    QFETCH(QString, kind);
    QFETCH(int, native);
    const Error error = translate(code, errorClass, message, u"read main"_s);
    QCOMPARE(toString(error.kind), kind);
    QCOMPARE(error.nativeCode, native);
    QVERIFY(error.message.startsWith(u"read main: "_s));
    QVERIFY(!translate(code, errorClass, "bad \x1b[31m\n name", u"x"_s).message.contains(u'\x1b'));
}

void TestGitParts::explainsAForeignOwner()
{
    QVERIFY(isForeignOwner(GIT_ENOTFOUND, GIT_ERROR_CONFIG,
                           "config value 'safe.directory' was not found"));
    QVERIFY(isForeignOwner(GIT_EOWNER, GIT_ERROR_REPOSITORY,
                           "repository path '/x' is not owned by current user"));
    QVERIFY(
        !isForeignOwner(GIT_ENOTFOUND, GIT_ERROR_CONFIG, "config value 'user.name' was not found"));
    const Error error = foreignOwner(u"/srv/some where"_s);
    QCOMPARE(toString(error.kind), toString(ErrorKind::Refused));
    QVERIFY(error.hint.contains(u"'/srv/some where'"_s));
}

void TestGitParts::parsesOddCommits()
{
    const QByteArray id(40, 'a');
    const auto parse = [](const QByteArray& raw) { return parseCommit(u"x"_s, raw); };
    QCOMPARE(parse("").subject, QString());
    QCOMPARE(parse("\n\n\n").subject, QString());
    QCOMPARE(parse("tree " + id).parents.size(), 0);
    QCOMPARE(parse("parent " + id + "\nparent zz\nparent " + id + "\n\ns").parents.size(), 2);
    QCOMPARE(parse("author\ncommitter\n\ns").author, QString());
    QCOMPARE(parse("author only a name\n\ns").author, u"only a name"_s);
    QCOMPARE(parse("author A <a\ncommitter B <b> \n\ns").email, u"a"_s);
    QCOMPARE(parse("author A <a> b> 5 +0000\n\ns").email, u"a"_s);
    QCOMPARE(parse("committer A <a> b> 5 +0000\n\ns").time.toSecsSinceEpoch(), 5);
    QCOMPARE(parse("committer A <a> 99999999999999999999 +0000\n\ns").time.toSecsSinceEpoch(), 0);
    QCOMPARE(parse("author A <a> 1 +0000\ngpgsig x\n author Evil <e> 1 +0000\n\ns").author, u"A"_s);
    QCOMPARE(parse("encoding nonsense\n\ns").subject, u"s"_s);
    QCOMPARE(parse("\ns\r\n\r\nb\r\n").subject, u"s"_s);
    QVERIFY(parse("\n" + QByteArray(5'000'000, 'x')).subject.size() <= 64 * 1024);
    QCOMPARE(parse("\n\xff\xfe").subject, u"\uFFFD\uFFFD"_s);
}

void TestGitParts::holdsTimesWithinTheCalendar()
{
    QCOMPARE(utcTime(0), QDateTime(QDate(1970, 1, 1), QTime(0, 0), Qt::UTC));
    QCOMPARE(utcTime(std::numeric_limits<qint64>::max()).date().year(), 9999);
    QVERIFY(utcTime(std::numeric_limits<qint64>::min()).isValid());
}

void TestGitParts::judgesNames()
{
    for (const char* name :
         {"a", ".gitignore", ".gitmodules", "git", "git~", "git~10", ".gi", "...", ".github",
          "a.git", "x\\y", "COM1", "-rf", "\xff\xfe", "a:b", ".gitx", "git~1x"}) {
        QVERIFY2(hostileName(name).isEmpty(), name);
    }
    for (const char* name : {"", ".", "..", "a/b", ".git", ".Git ", ".git...", "gIt~1", "git~1 .",
                             ".git:a:b", "a\\.git", ".git\\", ".\xe2\x80\x8dgit", "a\rb", "a\nb"}) {
        QVERIFY2(!hostileName(name).isEmpty(), name);
    }
    QVERIFY(!hostileName(QByteArrayView("a\0b", 3)).isEmpty());
}

void TestGitParts::followsLinks()
{
    TreeLinks links;
    links.add("a", "b/c");
    links.add("b/c", "..");             // the top
    links.add("b/d", "../..");          // above it
    links.add("deep/er/l", "..");       // deep
    links.add("m", "deep/er/l/../..");  // looks like deep, is above the top
    links.add("n", "deep/er/l/..");     // the top
    links.add("x", "y");
    links.add("y", "x");
    links.add("abs", "/etc");
    links.add("toabs", "./abs");
    links.add("zero", "a/a/a/a/a/b/d");
    links.add("long", QByteArray("e/../").repeated(3000));
    for (const char* path : {"a", "b/c", "deep/er/l", "n", "x", "y"}) {
        QVERIFY2(links.staysInside(path), path);
    }
    for (const char* path : {"b/d", "m", "abs", "toabs", "zero", "long"}) {
        QVERIFY2(!links.staysInside(path), path);
    }
}

void TestGitParts::runsAtMostFourQueues()
{
    const Library library;
    std::atomic<int> running = 0;
    std::atomic<int> most = 0;
    std::atomic<int> ended = 0;
    std::vector<std::shared_ptr<Queue>> queues;
    for (int i = 0; i < 9; ++i) {
        queues.push_back(makeQueue());
    }
    for (int round = 0; round < 5; ++round) {
        for (const auto& queue : queues) {
            queue->add([&] {
                const int now = ++running;
                int seen = most;
                while (now > seen && !most.compare_exchange_weak(seen, now)) {
                }
                std::this_thread::sleep_for(std::chrono::milliseconds(15));
                --running;
                ++ended;
            });
        }
    }
    QTRY_COMPARE(ended.load(), 45);
    QCOMPARE(most.load(), 4);
}

void TestGitParts::keepsTheOrderOfAQueue()
{
    const Library library;
    std::atomic<int> ended = 0;
    struct Lane {
        std::shared_ptr<Queue> queue = makeQueue();
        std::vector<int> order;  // no lock: the queue is one
    };
    std::vector<Lane> lanes(6);
    for (int i = 0; i < 500; ++i) {
        for (Lane& lane : lanes) {
            lane.queue->add([&lane, &ended, i] {
                lane.order.push_back(i);
                ++ended;
            });
        }
    }
    QTRY_COMPARE(ended.load(), 3000);
    for (const Lane& lane : lanes) {
        QVERIFY(std::is_sorted(lane.order.begin(), lane.order.end()));
    }
}

void TestGitParts::cancelsWhatWaitsAtTheEnd()
{
    auto library = std::make_unique<Library>();
    const auto queue = makeQueue();
    std::atomic<bool> began = false;
    std::atomic<bool> ran = false;
    queue->add([&] {
        began = true;
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
        ran = true;
    });
    auto dropped = std::make_shared<int>(1);
    const std::weak_ptr<int> watch = dropped;
    for (int i = 0; i < 3; ++i) {
        queue->add(
            [held = dropped] { std::this_thread::sleep_for(std::chrono::milliseconds(100)); });
    }
    dropped.reset();
    QTRY_VERIFY(began);
    library.reset();
    QVERIFY(ran);  // what was under way came to its end
    QVERIFY(watch.expired());
    queue->add([&] { ran = false; });
    QVERIFY(ran);
}

void TestGitParts::needsTheLibrary()
{
    QVERIFY(!makeQueue());
    std::optional<Result<std::shared_ptr<Repository>>> answer;
    then(Repository::open(u"/"_s), this, [&](auto result) { answer.emplace(std::move(result)); });
    QTRY_VERIFY(answer.has_value());
    QCOMPARE(toString(answer->error().kind), toString(ErrorKind::Bug));
    {
        const Library one;
        const Library two;
        QVERIFY(makeQueue());
    }
    QVERIFY(!makeQueue());
}

void TestGitParts::planLinks_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QStringList>("items");
    QTest::newRow("none") << u"fix the price"_s << QStringList{};
    QTest::newRow("a number") << u"fix the price (#12)"_s << QStringList{u"#12"_s};
    QTest::newRow("a key") << u"ANA-12: fix"_s << QStringList{u"ANA-12"_s};
    QTest::newRow("both, each once")
        << u"ANA-12 #3 ANA-12, #3."_s << QStringList{u"ANA-12"_s, u"#3"_s};
    QTest::newRow("a branch") << u"feature/ANA-7-wish-list"_s << QStringList{u"ANA-7"_s};
    QTest::newRow("a number in a branch") << u"fix/#12_tax"_s << QStringList{u"#12"_s};
    QTest::newRow("colours, standards, parts of words")
        << u"#12ab UTF-8 SHA-256 X-1 a#5 &#39; ANA-12a ANA-1-2 #0"_s << QStringList{};
}

void TestGitParts::planLinks()
{
    QFETCH(QString, text);
    QTEST(git::planItems(text), "items");
}

void TestGitParts::trailers_data()
{
    QTest::addColumn<QString>("body");
    QTest::addColumn<QString>("text");
    QTest::addColumn<QList<git::Trailer>>("trailers");
    using All = QList<git::Trailer>;
    QTest::newRow("none") << u"why it is so"_s << u"why it is so"_s << All{};
    QTest::newRow("empty") << QString() << QString() << All{};
    QTest::newRow("two") << u"why\n\nReviewed-by: Ana <a@example.org>\nFixes: #12\n"_s << u"why"_s
                         << All{{u"Reviewed-by"_s, u"Ana <a@example.org>"_s},
                                {u"Fixes"_s, u"#12"_s}};
    QTest::newRow("alone") << u"Fixes: #12"_s << QString() << All{{u"Fixes"_s, u"#12"_s}};
    QTest::newRow("goes on") << u"why\n\nNote: a\n  b"_s << u"why"_s << All{{u"Note"_s, u"a b"_s}};
    QTest::newRow("a sentence between")
        << u"why\n\nFixes: #12\nor so"_s << u"why\n\nFixes: #12\nor so"_s << All{};
    QTest::newRow("no space after the colon") << u"std::string"_s << u"std::string"_s << All{};
    QTest::newRow("a list is none") << u"what follows:\n- a"_s << u"what follows:\n- a"_s << All{};
}

void TestGitParts::trailers()
{
    QFETCH(QString, body);
    const git::SplitBody split = git::splitTrailers(body);
    QTEST(split.text, "text");
    QTEST(split.trailers, "trailers");
}

QTEST_GUILESS_MAIN(TestGitParts)
#include "tst_git_parts.moc"
