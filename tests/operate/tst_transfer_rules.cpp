#include "core/operate/filenames.h"
#include "core/operate/filetree.h"
#include "core/operate/remoteedit.h"
#include "core/operate/src/speedmeter.h"
#include "core/operate/src/transferstate.h"

#include "tests/support.h"

#include <QTemporaryDir>

#include <sys/stat.h>
#include <unistd.h>

#include <map>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::operate;
using namespace analemma::test;

namespace {

using State = TransferState;
using Event = TransferEvent;

template <class T>
Task<Result<T>> answer(Result<T> result)
{
    co_return result;
}

/// A server that lists what a test says, and refuses all else.
class SaidFiles : public ssh::Files {
public:
    std::map<QByteArray, ssh::Listing> folders;
    QByteArrayList asked;

    void put(const QByteArray& folder, const QByteArray& name,
             ssh::FileInfo::Kind kind = ssh::FileInfo::Kind::File, qint64 size = 1)
    {
        ssh::FileInfo info;
        info.name = name;
        info.kind = kind;
        info.size = size;
        folders[folder].entries.push_back(info);
    }
    Task<Result<ssh::Listing>> list(QByteArray folder, int limit, CancelToken) override
    {
        asked += folder;
        ssh::Listing listing = folders[folder];
        if (int(listing.entries.size()) > limit) {
            listing.entries.resize(std::size_t(limit));
            listing.truncated = true;
        }
        return answer<ssh::Listing>(listing);
    }
    Task<Result<ssh::FileInfo>> info(QByteArray, bool, CancelToken) override
    {
        return answer<ssh::FileInfo>(no());
    }
    Task<Result<QByteArray>> realPath(QByteArray, CancelToken) override
    {
        return answer<QByteArray>(no());
    }
    Task<Result<QByteArray>> readLink(QByteArray, CancelToken) override
    {
        return answer<QByteArray>(no());
    }
    Task<Result<void>> makeFolder(QByteArray, int, CancelToken) override
    {
        return answer<void>(no());
    }
    Task<Result<void>> setMode(QByteArray, int, CancelToken) override { return answer<void>(no()); }
    Task<Result<void>> setOwner(QByteArray, quint32, quint32, CancelToken) override
    {
        return answer<void>(no());
    }
    Task<Result<void>> rename(QByteArray, QByteArray, CancelToken) override
    {
        return answer<void>(no());
    }
    Task<Result<void>> remove(QByteArray, CancelToken) override { return answer<void>(no()); }
    Task<Result<void>> removeFolder(QByteArray, CancelToken) override { return answer<void>(no()); }
    Task<Result<QByteArray>> checksum(QByteArray, CancelToken) override
    {
        return answer<QByteArray>(no());
    }
    Task<Result<ssh::TransferResult>> download(QByteArray, QString, ssh::TransferOptions,
                                               CancelToken) override
    {
        return answer<ssh::TransferResult>(no());
    }
    Task<Result<ssh::TransferResult>> upload(QString, QByteArray, ssh::TransferOptions,
                                             CancelToken) override
    {
        return answer<ssh::TransferResult>(no());
    }

private:
    static Error no() { return {ErrorKind::Unsupported, u"not said"_s}; }
};

}  // namespace

class TestTransferRules : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void states_data();
    void states();
    void everyStateCanEnd();
    void waits();
    void steadySpeed();
    void speedFollowsChanges();
    void timeLeft();
    void namesThatAreRefused_data();
    void namesThatAreRefused();
    void otherNames_data();
    void otherNames();
    void cases();
    void paths();
    void editNames();
    void hostileListing();
    void trees();
    void boundedTrees();
    void localFilesAreTheSame();
    void removingFollowsNoLink();
};

void TestTransferRules::states_data()
{
    QTest::addColumn<State>("from");
    QTest::addColumn<Event>("event");
    QTest::addColumn<bool>("allowed");
    QTest::addColumn<State>("to");
    const auto row = [](const char* name, State from, Event event, State to) {
        QTest::newRow(name) << from << event << true << to;
    };
    const auto none = [](const char* name, State from, Event event) {
        QTest::newRow(name) << from << event << false << from;
    };
    row("its turn comes", State::Waiting, Event::Start, State::Running);
    row("it ends", State::Running, Event::Finish, State::Done);
    row("it breaks", State::Running, Event::Fail, State::Failed);
    row("it is lost", State::Running, Event::Lose, State::Waiting);
    row("it asks", State::Running, Event::Ask, State::Asking);
    row("it is told", State::Asking, Event::Answer, State::Waiting);
    row("it rests", State::Running, Event::Pause, State::Paused);
    row("it rests before it began", State::Waiting, Event::Pause, State::Paused);
    row("it goes on", State::Paused, Event::Resume, State::Waiting);
    row("it is stopped", State::Running, Event::Cancel, State::Cancelled);
    row("it is stopped while resting", State::Paused, Event::Cancel, State::Cancelled);
    row("it is stopped while asking", State::Asking, Event::Cancel, State::Cancelled);
    row("again", State::Failed, Event::Retry, State::Waiting);
    row("again after all", State::Cancelled, Event::Retry, State::Waiting);
    row("given up", State::Failed, Event::Cancel, State::Cancelled);
    none("done is done", State::Done, Event::Retry);
    none("done cannot be stopped", State::Done, Event::Cancel);
    none("done cannot rest", State::Done, Event::Pause);
    none("no start while resting", State::Paused, Event::Start);
    none("no end while resting", State::Paused, Event::Finish);
    none("no failure after the stop", State::Cancelled, Event::Fail);
    none("no end after the stop", State::Cancelled, Event::Finish);
    none("no start while asking", State::Asking, Event::Start);
    none("running does not resume", State::Running, Event::Resume);
    none("running does not start", State::Running, Event::Start);
}

void TestTransferRules::states()
{
    QFETCH(State, from);
    QFETCH(Event, event);
    QFETCH(bool, allowed);
    QFETCH(State, to);
    const auto found = next(from, event);
    QCOMPARE(found.has_value(), allowed);
    QCOMPARE(found.value_or(from), to);
}

void TestTransferRules::everyStateCanEnd()
{
    for (const State state : {State::Waiting, State::Running, State::Asking, State::Paused}) {
        QVERIFY(!isOver(state));
        QCOMPARE(next(state, Event::Cancel).value_or(state), State::Cancelled);
    }
    for (const State state : {State::Done, State::Failed, State::Cancelled}) {
        QVERIFY(isOver(state));
    }
}

void TestTransferRules::waits()
{
    QCOMPARE(waitBefore(1, seconds(1)), milliseconds(1'000));
    QCOMPARE(waitBefore(2, seconds(1)), milliseconds(2'000));
    QCOMPARE(waitBefore(5, seconds(1)), milliseconds(16'000));
    QCOMPARE(waitBefore(6, seconds(1)), milliseconds(30'000));
    QCOMPARE(waitBefore(1'000, seconds(1)), milliseconds(30'000));
}

void TestTransferRules::steadySpeed()
{
    SpeedMeter meter;
    QCOMPARE(meter.bytesPerSecond(milliseconds(0)), 0);
    meter.add(milliseconds(1'000), 5'000'000);  // what came before has no time
    QCOMPARE(meter.bytesPerSecond(milliseconds(1'100)), 0);
    for (int i = 1; i <= 200; ++i) {
        meter.add(milliseconds(1'000 + i * 50), 50'000);
        const qint64 speed = meter.bytesPerSecond(milliseconds(1'000 + i * 50));
        if (i >= 10) {
            QVERIFY2(speed > 950'000 && speed < 1'060'000, qPrintable(QString::number(speed)));
        }
    }
}

void TestTransferRules::speedFollowsChanges()
{
    SpeedMeter meter;
    meter.add(milliseconds(0), 0);
    for (int i = 1; i <= 100; ++i) {
        meter.add(milliseconds(i * 100), 1'000'000);
    }
    const qint64 fast = meter.bytesPerSecond(milliseconds(10'000));
    QVERIFY(fast > 9'000'000);
    // It stalls: the speed falls, and no time is promised any more.
    const qint64 stalled = meter.bytesPerSecond(milliseconds(16'000));
    QVERIFY2(stalled < fast / 5, qPrintable(QString::number(stalled)));
    QCOMPARE(meter.bytesPerSecond(milliseconds(200'000)), 0);
    QVERIFY(!meter.left(milliseconds(200'000), 1'000));
    for (int i = 1; i <= 100; ++i) {
        meter.add(milliseconds(200'000 + i * 100), 10'000);
    }
    const qint64 slow = meter.bytesPerSecond(milliseconds(210'000));
    QVERIFY2(slow > 80'000 && slow < 130'000, qPrintable(QString::number(slow)));
}

void TestTransferRules::timeLeft()
{
    SpeedMeter meter;
    QVERIFY(!meter.left(milliseconds(0), 1));
    QCOMPARE(meter.left(milliseconds(0), 0), std::optional(milliseconds(0)));
    meter.add(milliseconds(0), 0);
    for (int i = 1; i <= 100; ++i) {
        meter.add(milliseconds(i * 100), 100'000);
    }
    const auto left = meter.left(milliseconds(10'000), 60'000'000);
    QVERIFY(left);
    QVERIFY(*left > seconds(54) && *left < seconds(64));
    QVERIFY(!meter.left(milliseconds(10'000), std::numeric_limits<qint64>::max() / 2));
}

void TestTransferRules::namesThatAreRefused_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<bool>("refused");
    const auto row = [](const char* title, const QByteArray& name, bool refused) {
        QTest::newRow(title) << name << refused;
    };
    row("empty", "", true);
    row("here", ".", true);
    row("up", "..", true);
    row("up and away", "../../etc/passwd", true);
    row("absolute", "/etc/passwd", true);
    row("a folder", "a/b", true);
    row("zero byte", QByteArray("a\0b", 3), true);
    row("line feed", "a\nb", true);
    row("escape", "a\033[31mb", true);
    row("delete", "a\x7f", true);
    row("C1 control",
        "a\xc2\x9b"
        "b",
        true);
    row("right to left",
        "exe.\xe2\x80\xae"
        "fdp",
        true);
    row("isolate",
        "a\xe2\x81\xa6"
        "b",
        true);
    row("zero width", "pass\xe2\x80\x8bwd", true);
    row("line separator",
        "a\xe2\x80\xa8"
        "b",
        true);
    row("half a character", "a\xc3", true);
    row("Latin-1", "gr\xfcn", true);
    row("overlong slash",
        "a\xc0\xaf"
        "b",
        true);
    row("surrogate", "a\xed\xa0\x80", true);
    row("256 bytes", QByteArray(256, 'n'), true);
    row("4096 bytes", QByteArray(4096, 'n'), true);
    row("255 bytes", QByteArray(255, 'n'), false);
    row("three dots", "...", false);
    row("hidden", ".bashrc", false);
    row("dots within", "a..b", false);
    row("a dash", "-rf", false);
    row("shell", "$(id); rm *", false);
    row("quotes", "a'b\"c", false);
    row("backslash", "..\\..\\x", false);
    row("spaces", " a  b ", false);
    row("umlaut", "gr\xc3\xbcn", false);
    row("Japanese", "\xe6\x97\xa5\xe6\x9c\xac", false);
    row("family", "\xf0\x9f\x91\xa8\xe2\x80\x8d\xf0\x9f\x91\xa9", false);
}

void TestTransferRules::namesThatAreRefused()
{
    QFETCH(QByteArray, name);
    QFETCH(bool, refused);
    QCOMPARE(!nameRefusal(name).isEmpty(), refused);
}

void TestTransferRules::otherNames_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<int>("number");
    QTest::addColumn<QByteArray>("other");
    const auto row = [](const char* title, const QByteArray& name, int number,
                        const QByteArray& other) {
        QTest::newRow(title) << name << number << other;
    };
    row("plain", "report", 2, "report (2)");
    row("ending", "report.pdf", 3, "report (3).pdf");
    row("two endings", "site.tar.gz", 2, "site (2).tar.gz");
    row("hidden", ".bashrc", 2, ".bashrc (2)");
    row("hidden with an ending", ".a.b", 2, ".a (2).b");
    row("dot at the end", "a.", 2, "a (2).");
    row("longest", QByteArray(255, 'n'), 12, QByteArray(250, 'n') + " (12)");
    row("longest with an ending", QByteArray(251, 'n') + ".txt", 2,
        QByteArray(247, 'n') + " (2).txt");
    row("whole characters", QByteArray("\xc3\xbc").repeated(127), 2,
        QByteArray("\xc3\xbc").repeated(125) + " (2)");
    row("nothing but an ending", '.' + QByteArray(254, 'e'), 2,
        '.' + QByteArray(250, 'e') + " (2)");
}

void TestTransferRules::otherNames()
{
    QFETCH(QByteArray, name);
    QFETCH(int, number);
    QFETCH(QByteArray, other);
    QCOMPARE(otherName(name, number), other);
    QVERIFY(otherName(name, number).size() <= 255);
    QCOMPARE(nameRefusal(otherName(name, number)), QString());
}

void TestTransferRules::cases()
{
    const std::vector<QByteArray> names = {"Makefile",
                                           "makefile",
                                           "b",
                                           "Gr\xc3\xbcn",
                                           "GRU\xcc\x88N",  // u and a diaeresis
                                           "B/x",
                                           "stra\xc3\x9f"
                                           "e",
                                           "STRASSE"};
    const std::vector<std::size_t> expected = {1, 4};
    QVERIFY(caseCollisions(names) == expected);
    QVERIFY(caseCollisions({"a", "b", "c"}).empty());
}

void TestTransferRules::paths()
{
    QCOMPARE(joined("/", "a"), "/a");
    QCOMPARE(joined("/a", "b"), "/a/b");
    QCOMPARE(lastName("/a/b"), "b");
    QCOMPARE(lastName("/a/b/"), "b");
    QCOMPARE(lastName("/"), "");
    QCOMPARE(parentOf("/a/b/"), "/a");
    QCOMPARE(parentOf("/a"), "/");
    QCOMPARE(parentOf("/"), "/");
    QVERIFY(isWithin("/a/b", "/a"));
    QVERIFY(isWithin("/a", "/a"));
    QVERIFY(!isWithin("/ab", "/a"));
    QVERIFY(isWithin("/a", "/"));
    QCOMPARE((Place{u"web-1"_s, "/srv/\xe2\x80\xae"}).text(), u"web-1:/srv/⟨U+202E⟩"_s);
}

void TestTransferRules::editNames()
{
    QCOMPARE(editName("nginx.conf"), u"nginx.conf"_s);
    QCOMPARE(editName(".bashrc"), u".bashrc"_s);
    QCOMPARE(editName("evil.desktop"), u"evil.desktop.txt"_s);
    QCOMPARE(editName("a.HTML"), u"a.HTML.txt"_s);
    QCOMPARE(editName("run"), u"run.txt"_s);
    QCOMPARE(editName("-rf"), u"_-rf"_s);
    QCOMPARE(editName("a\033b"), u"file.txt"_s);
    QCOMPARE(editName(QByteArray(230, 'n')), u"file.txt"_s);
}

/// A server that answers with names as it likes never leads out of the folder.
void TestTransferRules::hostileListing()
{
    const auto files = std::make_shared<SaidFiles>();
    for (const QByteArray& name : {QByteArray(".."), QByteArray("../up"), QByteArray("a/b"),
                                   QByteArray("/etc/cron.d/x"), QByteArray("ok"),
                                   QByteArray("bi\xe2\x80\xae"
                                              "di"),
                                   QByteArray("es\033c"), QByteArray(300, 'l'), QByteArray("")}) {
        files->put("/srv", name);
    }
    files->put("/srv", "..", ssh::FileInfo::Kind::Folder);
    files->put("/srv", "x/../..", ssh::FileInfo::Kind::Folder);
    files->put("/srv", "link", ssh::FileInfo::Kind::Link);
    files->put("/srv", "device", ssh::FileInfo::Kind::Other);
    files->folders["/srv"].refusedNames = 3;
    const auto tree = await(readTree(files, "/srv", {}, {}));
    VERIFY_OK(tree);
    QCOMPARE(tree->files.size(), 1U);
    QCOMPARE(tree->files[0].path, "ok");
    QVERIFY(tree->folders.empty());
    QCOMPARE(tree->others.size(), 2U);
    QCOMPARE(tree->refusedCount, 13);
    QCOMPARE(files->asked, QByteArrayList{"/srv"});
    for (const QString& told : tree->refused) {
        QVERIFY2(!told.contains(QChar(0x1b)) && !told.contains(QChar(0x202e)), qPrintable(told));
    }
}

void TestTransferRules::trees()
{
    const auto files = std::make_shared<SaidFiles>();
    files->put("/srv", "a", ssh::FileInfo::Kind::Folder);
    files->put("/srv", "one", ssh::FileInfo::Kind::File, 10);
    files->put("/srv/a", "b", ssh::FileInfo::Kind::Folder);
    files->put("/srv/a", "two", ssh::FileInfo::Kind::File, 20);
    files->put("/srv/a/b", "three", ssh::FileInfo::Kind::File, 30);
    const auto tree = await(readTree(files, "/srv", {}, {}));
    VERIFY_OK(tree);
    QCOMPARE(tree->bytes, 60);
    QCOMPARE(tree->folders.size(), 2U);
    QCOMPARE(tree->folders[0].path, "a");
    QCOMPARE(tree->folders[1].path, "a/b");
    QCOMPARE(tree->files.size(), 3U);
    QCOMPARE(tree->files[2].path, "a/b/three");
}

void TestTransferRules::boundedTrees()
{
    const auto deep = std::make_shared<SaidFiles>();
    QByteArray folder = "/srv";
    for (int i = 0; i < 200; ++i) {
        deep->put(folder, "d", ssh::FileInfo::Kind::Folder);
        folder += "/d";
    }
    const auto tooDeep = await(readTree(deep, "/srv", {}, {}));
    QVERIFY(!tooDeep);
    QCOMPARE(tooDeep.error().kind, ErrorKind::Invalid);
    QVERIFY(deep->asked.size() < 80);
    const auto wide = std::make_shared<SaidFiles>();
    for (int i = 0; i < 50; ++i) {
        wide->put("/srv", "f" + QByteArray::number(i));
    }
    TreeLimits limits;
    limits.entries = 49;
    const auto tooMany = await(readTree(wide, "/srv", limits, {}));
    QVERIFY(!tooMany);
    QVERIFY(tooMany.error().message.contains(u"nothing was done"_s));
    limits.entries = 50;
    VERIFY_OK(await(readTree(wide, "/srv", limits, {})));
}

/// This machine answers like a server does.
void TestTransferRules::localFilesAreTheSame()
{
    QTemporaryDir folder;
    const QByteArray root = folder.path().toUtf8();
    const auto files = localFiles();
    VERIFY_OK(await(files->makeFolder(root + "/inner", 0750, {})));
    QFile file(folder.filePath(u"file"_s));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(QByteArray(5'000'000, 'x'));
    file.close();
    QCOMPARE(::symlink("file", (root + "/link").constData()), 0);
    const auto listing = await(files->list(root, 100, {}));
    VERIFY_OK(listing);
    QCOMPARE(listing->entries.size(), 3U);
    QVERIFY(await(files->list(root, 2, {}))->truncated);
    QCOMPARE(int(await(files->info(root + "/link", false, {}))->kind),
             int(ssh::FileInfo::Kind::Link));
    const auto info = await(files->info(root + "/link", true, {}));
    VERIFY_OK(info);
    QCOMPARE(info->size, 5'000'000);
    QVERIFY(!info->ownerName.isEmpty());
    QCOMPARE(*await(files->readLink(root + "/link", {})), "file");
    VERIFY_OK(await(files->setMode(root + "/file", 0640, {})));
    QCOMPARE(await(files->info(root + "/file", true, {}))->mode, 0640);
    VERIFY_OK(await(files->setOwner(root + "/file", ::geteuid(), ::getegid(), {})));
    ssh::TransferOptions options;
    options.verify = true;
    options.mode = 0600;
    std::vector<qint64> seen;
    options.progress = [&seen](qint64 done, qint64) { seen.push_back(done); };
    const auto copied =
        await(files->download(root + "/file", folder.filePath(u"copy"_s), options, {}));
    VERIFY_OK(copied);
    QCOMPARE(copied->sha256, *await(files->checksum(root + "/copy", {})));
    QCOMPARE(seen.back(), 5'000'000);
    VERIFY_OK(await(files->rename(root + "/copy", root + "/inner/moved", {})));
    VERIFY_OK(await(files->remove(root + "/inner/moved", {})));
    VERIFY_OK(await(files->removeFolder(root + "/inner", {})));
    QCOMPARE(await(files->info(root + "/inner", true, {})).error().kind, ErrorKind::NotFound);
    QCOMPARE(await(files->list(root + "/inner", 1, {})).error().kind, ErrorKind::NotFound);
    const CancelToken cancelled;
    cancelled.cancel();
    QCOMPARE(await(files->list(root, 1, cancelled)).error().kind, ErrorKind::Cancelled);
}

void TestTransferRules::removingFollowsNoLink()
{
    QTemporaryDir folder;
    const QByteArray root = folder.path().toUtf8();
    QVERIFY(QDir(folder.path()).mkpath(u"kept"_s));
    QVERIFY(QDir(folder.path()).mkpath(u"gone/a/b"_s));
    QFile file(folder.filePath(u"kept/file"_s));
    QVERIFY(file.open(QIODevice::WriteOnly));
    QFile inner(folder.filePath(u"gone/a/b/file"_s));
    QVERIFY(inner.open(QIODevice::WriteOnly));
    QCOMPARE(::symlink("../kept", (root + "/gone/link").constData()), 0);
    const auto gone = await(removeTree(localFiles(), root + "/gone", {}));
    VERIFY_OK(gone);
    QCOMPARE(*gone, 5);
    QVERIFY(!QFile::exists(folder.filePath(u"gone"_s)));
    QVERIFY(file.exists());
    QCOMPARE(::symlink("kept", (root + "/link").constData()), 0);
    QCOMPARE(*await(removeTree(localFiles(), root + "/link", {})), 1);
    QVERIFY(file.exists());
}

QTEST_GUILESS_MAIN(TestTransferRules)
#include "tst_transfer_rules.moc"
