#include "core/base/descriptor.h"
#include "core/base/files.h"
#include "tests/monitor/series_fixture.h"

#include <QDir>
#include <QProcess>
#include <QTemporaryDir>

#include <csignal>
#include <cstdio>

#include <fcntl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace analemma;
using namespace analemma::monitor;
using namespace analemma::monitor::fixture;
using namespace Qt::StringLiterals;
using test::await;

namespace {

/// The write of the file, from now on, in the middle of which the program is killed; 0: none.
std::atomic<int> deadlyWrite = 0;

}  // namespace

/// In place of the system's: what SQLite writes with.
extern "C" __attribute__((visibility("default"))) ssize_t pwrite64(int file, const void* bytes,
                                                                   size_t size, off64_t at)
{
    const bool isDeadly = deadlyWrite > 0 && --deadlyWrite == 0;
    const ssize_t written = ::syscall(SYS_pwrite64, file, bytes, isDeadly ? size / 2 : size, at);
    if (isDeadly) {
        ::kill(::getpid(), SIGKILL);
    }
    return written;
}

namespace {

constexpr int kSeries = 10;
constexpr qint64 kApart = 10'000;  // between two points

std::vector<SeriesId> idsOf(SeriesStore& store)
{
    std::vector<SeriesId> ids;
    for (int i = 0; i < kSeries; ++i) {
        ids.push_back(store.series({u"host"_s, u"m%1"_s.arg(i), {}}));
    }
    return ids;
}

/// The number of the first point that a series lacks: they are numbered from 0, and their values
/// are their numbers.
qint64 reached(SeriesStore& store, SeriesId id)
{
    const Latest latest = store.latest({id})[0];
    return latest.time == 0 ? 0 : (latest.time - kStart) / kApart + 1;
}

/// Child process: says "open N" and then "ack N" for each batch of one point a series, until it is
/// killed.
[[noreturn]] void recordUntilKilled(const QString& folder, int out)
{
    const auto clock = std::make_shared<HandClock>(kStart);
    const auto store = openStore(folder, clock);
    if (store == nullptr || !store->status().recording) {
        ::_exit(1);
    }
    const std::vector<SeriesId> ids = idsOf(*store);
    qint64 next = reached(*store, ids[0]);
    ::dprintf(out, "open %lld\n", next);
    while (true) {
        clock->set(kStart + next * kApart);
        std::vector<Measured> batch;
        for (const SeriesId id : ids) {
            batch.push_back({id, kStart + next * kApart, double(next)});
        }
        std::atomic<int> told = 0;
        store->append(batch, [&](const Result<Appended>& outcome) {
            if (outcome && outcome->stored == kSeries) {
                ::dprintf(out, "ack %lld\n", next);
            }
            told = outcome ? 1 : 2;
            told.notify_one();
        });
        told.wait(0);
        if (told != 1) {
            ::_exit(2);
        }
        if (++next % 50 == 0) {
            static_cast<void>(store->tidy());
        }
    }
}

struct Child {
    pid_t pid = 0;
    Descriptor out;
    QByteArray said;

    /// Reads what it says until `enough`, or its end.
    void listen(const std::function<bool()>& enough)
    {
        char bytes[4096];
        while (!enough()) {
            const ssize_t got = ::read(out.get(), bytes, sizeof bytes);
            if (got <= 0) {
                return;
            }
            said.append(bytes, got);
        }
    }
    void kill()
    {
        ::kill(pid, SIGKILL);
        static_cast<void>(end());
    }
    /// Waits for its end; the signal that did it.
    int end()
    {
        listen([] { return false; });
        int status = 0;
        ::waitpid(pid, &status, 0);
        return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    }
    /// The number in the last whole line that begins with `word`; -1 when there is none.
    [[nodiscard]] qint64 last(const QByteArray& word) const
    {
        qint64 number = -1;
        for (const QByteArray& line : said.left(said.lastIndexOf('\n')).split('\n')) {
            if (line.startsWith(word + ' ')) {
                number = line.mid(word.size() + 1).toLongLong();
            }
        }
        return number;
    }
};

/// No thread of this process may run: fork(2) takes only the calling one along. `deadly`: the
/// write that kills it.
Child startRecording(const QString& folder, int deadly = 0)
{
    int ends[2];
    Child child;
    if (::pipe2(ends, O_CLOEXEC) != 0) {
        return child;
    }
    child.pid = ::fork();
    if (child.pid == 0) {
        ::close(ends[0]);
        deadlyWrite = deadly;
        recordUntilKilled(folder, ends[1]);
    }
    ::close(ends[1]);
    child.out = Descriptor(ends[0]);
    return child;
}

/// Empty when each series holds exactly the points 0 to count-1.
QString wrong(SeriesStore& store, qint64 count)
{
    for (const SeriesId id : idsOf(store)) {
        const auto chart = await(store.chart(id, kStart, kStart + count * kApart + kDay, 1));
        if (!chart || chart->damaged != 0) {
            return chart ? u"damaged"_s : chart.error().message;
        }
        const ChartColumn& all = chart->columns[0];
        if (all.count != count || all.min != 0 || all.max != double(count - 1) ||
            std::abs(all.mean - double(count - 1) / 2) > 1e-6) {
            return u"%1 points from %2 to %3, not %4"_s.arg(all.count)
                .arg(all.min)
                .arg(all.max)
                .arg(count);
        }
    }
    return {};
}

QStringList aside(const QTemporaryDir& folder)
{
    return QDir(folder.path()).entryList({u"monitor.db.damaged-*"_s}, QDir::Files);
}

Result<Appended> appendOne(SeriesStore& store, qint64 time, double value)
{
    const SeriesId id = store.series({u"a"_s, u"m"_s, {}});
    return await(store.append({{id, time, value}}));
}

}  // namespace

class TestSeriesFaults : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void killedAtFiftyPointsNothingAcknowledgedIsLost()
    {
        QTemporaryDir folder;
        QRandomGenerator random(21);
        qint64 known = 0;
        for (int kill = 0; kill < 50; ++kill) {
            Child child = startRecording(folder.path());
            QVERIFY(child.pid > 0);
            const int lines = random.bounded(2, 90);
            child.listen([&] { return child.said.count('\n') >= lines; });
            ::usleep(random.bounded(3000));
            child.kill();
            const qint64 opened = child.last("open");
            const qint64 acknowledged = child.last("ack");
            QVERIFY2(opened >= known, "an acknowledged point was gone at the next start");
            QVERIFY2(acknowledged > opened || lines < 5, child.said.constData());
            known = std::max(opened, acknowledged + 1);
            if (kill % 3 != 2) {
                continue;  // killed again before anybody looks
            }
            const auto clock = std::make_shared<HandClock>(kStart + known * kApart);
            const auto store = openStore(folder.path(), clock);
            QVERIFY(store != nullptr);
            const qint64 count = reached(*store, idsOf(*store)[0]);
            QVERIFY2(count == known || count == known + 1, "only one batch was under way");
            QCOMPARE(wrong(*store, count), QString());
            QVERIFY(store->status().notices.isEmpty());
            known = count;
        }
        QVERIFY2(known > 500, qPrintable(QString::number(known)));
        QVERIFY(aside(folder).isEmpty());
    }

    /// At 50 places of the file's making, of commits, of checkpoints and of tidying up.
    void killedInTheMiddleOfFiftyWritesNothingAcknowledgedIsLost()
    {
        QTemporaryDir folder;
        qint64 known = 0;
        int whole = 0;
        for (int kill = 0; kill < 50; ++kill) {
            Child child = startRecording(folder.path(), 1 + kill * (kill + 3) / 4);
            QVERIFY(child.pid > 0);
            QVERIFY2(child.end() == SIGKILL, "it was not killed by its own write");
            const qint64 opened = child.last("open");
            const qint64 acknowledged = child.last("ack");
            QVERIFY2(opened < 0 || opened >= known,
                     "an acknowledged point was gone at the next start");
            whole += acknowledged > opened ? 1 : 0;
            known = std::max({known, opened, acknowledged + 1});
            if (kill % 5 != 4) {
                continue;
            }
            const auto clock = std::make_shared<HandClock>(kStart + known * kApart);
            const auto store = openStore(folder.path(), clock);
            QVERIFY(store != nullptr);
            const qint64 count = reached(*store, idsOf(*store)[0]);
            QVERIFY2(count == known || count == known + 1, "only one batch was under way");
            QCOMPARE(count > 0 ? wrong(*store, count) : QString(), QString());
            QVERIFY(store->status().notices.isEmpty());
            known = count;
        }
        QVERIFY2(whole > 20 && known > 500, qPrintable(u"%1 %2"_s.arg(whole).arg(known)));
        QVERIFY(aside(folder).isEmpty());
    }

    void oneProgramRecordsAndOthersRead()
    {
        QTemporaryDir folder;
        Child child = startRecording(folder.path());
        child.listen([&] { return child.said.count('\n') >= 200; });
        const qint64 acknowledged = child.last("ack");
        const auto clock = std::make_shared<HandClock>(kStart + 30 * kDay);
        const auto store = openStore(folder.path(), clock);
        QVERIFY(store != nullptr);
        QVERIFY(!store->status().recording);
        QVERIFY2(store->status().recorder.contains(QString::number(child.pid)),
                 qPrintable(store->status().recorder));
        QCOMPARE(store->series({u"new"_s, u"m"_s, {}}), SeriesId::None);
        const SeriesId id = store->series({u"host"_s, u"m3"_s, {}});
        QVERIFY(id != SeriesId::None);
        QVERIFY(reached(*store, id) > acknowledged);
        const auto refused = await(store->append({{id, kStart, 1}}));
        QCOMPARE(refused.error().kind, ErrorKind::Locked);
        // What it reads is always the beginning, without holes, up to at least what it knew.
        qint64 before = acknowledged;
        for (int i = 0; i < 10; ++i) {
            const auto chart = await(store->chart(id, kStart, kStart + 30 * kDay, 1));
            VERIFY_OK(chart);
            const ChartColumn& all = chart->columns[0];
            QVERIFY(all.count > before);
            QCOMPARE(all.max, double(all.count - 1));
            QVERIFY(std::abs(all.mean - all.max / 2) < 1e-6);
            before = all.count - 1;
            child.listen([&, want = child.said.size() + 500] { return child.said.size() > want; });
        }
        child.kill();
        QTRY_VERIFY_WITH_TIMEOUT(store->status().recording, 5000);
        clock->set(kStart + (before + 3) * kApart);
        QCOMPARE(wrong(*store, reached(*store, id)), QString());
        const auto told = await(store->append({{id, kStart + before * kApart, 1}}));
        VERIFY_OK(told);
        QCOMPARE(told->stored, 1);
    }

    void aFullDiskIsSaidAndLosesNothing()
    {
        QTemporaryDir folder;
        QProcess child;
        child.setProcessChannelMode(QProcess::MergedChannels);
        child.start(
            u"bwrap"_s,
            {u"--dev-bind"_s, u"/"_s, u"/"_s, u"--size"_s, QString::number(6 << 20), u"--tmpfs"_s,
             folder.path(), QCoreApplication::applicationFilePath(), u"--full"_s, folder.path()});
        QVERIFY2(child.waitForStarted(), "bwrap is needed for this test");
        QVERIFY(child.waitForFinished(60'000));
        QVERIFY2(child.exitCode() == 0, child.readAll().constData());
    }

    void aForeignFileIsMovedAside_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::newRow("text") << QByteArray("this is no database\n").repeated(500);
        QTest::newRow("zeros") << QByteArray(8192, '\0');
        QTest::newRow("head only") << QByteArray("SQLite format 3\0", 16) + QByteArray(5000, 'x');
        QTest::newRow("another's") << QByteArray();
    }
    void aForeignFileIsMovedAside()
    {
        QFETCH(QByteArray, bytes);
        QTemporaryDir folder;
        const QString path = folder.filePath(u"monitor.db"_s);
        if (bytes.isEmpty()) {
            QProcess sqlite;
            sqlite.start(u"sqlite3"_s,
                         {path, u"CREATE TABLE theirs (x); INSERT INTO theirs VALUES (1)"_s});
            QVERIFY2(sqlite.waitForFinished() && sqlite.exitCode() == 0, "sqlite3 is needed");
            bytes = *readFile(path, 1 << 20);
        } else {
            VERIFY_OK(writeFile(path, bytes));
        }
        const auto store = openStore(folder.path(), std::make_shared<HandClock>(kStart));
        QVERIFY(store != nullptr);
        QCOMPARE(aside(folder).size(), 1);
        QCOMPARE(*readFile(folder.filePath(aside(folder)[0]), 1 << 20), bytes);
        const QStringList notices = store->status().notices;
        QCOMPARE(notices.size(), 1);
        QVERIFY2(notices[0].contains(u"moved to"_s) && notices[0].contains(aside(folder)[0]),
                 qPrintable(notices[0]));
        VERIFY_OK(appendOne(*store, kStart, 1));
    }

    void aNewerFileIsLeftAlone()
    {
        QTemporaryDir folder;
        openStore(folder.path(), std::make_shared<HandClock>(kStart)).reset();
        QProcess sqlite;
        sqlite.start(u"sqlite3"_s,
                     {folder.filePath(u"monitor.db"_s), u"PRAGMA user_version = 9"_s});
        QVERIFY2(sqlite.waitForFinished() && sqlite.exitCode() == 0, "sqlite3 is needed");
        const auto opened = SeriesStore::open(folder.path());
        QVERIFY(!opened.ok());
        QCOMPARE(opened.error().kind, ErrorKind::Unsupported);
        QVERIFY(aside(folder).isEmpty());
    }

    /// Bytes changed, cut off or overwritten anywhere: it opens, answers and goes on.
    void aDamagedFileNeverEndsTheProgram()
    {
        QTemporaryDir folder;
        QRandomGenerator random(22);
        const QString path = folder.filePath(u"monitor.db"_s);
        const qint64 end = kStart + 4 * kHour;
        const auto clock = std::make_shared<HandClock>(end);
        {
            const auto store = openStore(folder.path(), clock);
            const std::vector<SeriesId> ids = idsOf(*store);
            std::vector<Measured> batch;
            for (qint64 time = kStart; time < end; time += kApart) {
                for (const SeriesId id : ids) {
                    batch.push_back({id, time, double(random.bounded(100'000))});
                }
            }
            VERIFY_OK(await(store->append(batch)));
            VERIFY_OK(await(store->tidy()));
        }
        const QByteArray good = *readFile(path, 64 << 20);
        int moved = 0;
        int missed = 0;
        for (int round = 0; round < 30; ++round) {
            QByteArray bad = good;
            if (round % 3 == 0) {
                bad.truncate(random.bounded(int(good.size())));
            } else {
                for (int i = 0; i < (round % 3 == 1 ? 1 : 40); ++i) {
                    const int at = random.bounded(int(bad.size()) - 512);
                    bad.replace(at, 512, QByteArray(512, char(random.bounded(256))));
                }
            }
            for (const QString& end_ : {u""_s, u"-wal"_s, u"-shm"_s}) {
                QFile::remove(path + end_);
            }
            VERIFY_OK(writeFile(path, bad));
            const auto store = openStore(folder.path(), clock);
            QVERIFY(store != nullptr);
            for (const SeriesId id : idsOf(*store)) {
                for (const int pixels : {1, 1000}) {
                    const auto chart = await(store->chart(id, kStart, end, pixels));
                    missed += chart && chart->damaged == 0 ? 0 : 1;
                }
            }
            static_cast<void>(await(store->tidy()));
            VERIFY_OK(appendOne(*store, end, 5));
            QCOMPARE(store->latest({store->series({u"a"_s, u"m"_s, {}})})[0].value, 5.0);
            moved += store->status().notices.isEmpty() ? 0 : 1;
        }
        QVERIFY2(moved > 5 && missed > 5, qPrintable(u"%1 %2"_s.arg(moved).arg(missed)));
    }
};

namespace {

bool say(bool kept, const char* what)
{
    if (!kept) {
        std::fprintf(stderr, "%s\n", what);
    }
    return kept;
}

/// The child of aFullDiskIsSaidAndLosesNothing(), on a small disk of its own.
bool fillDisk(const QString& folder)
{
    const QString filler = folder + u"/filler"_s;
    if (!writeFile(filler, QByteArray(2 << 20, 'x'))) {
        return say(false, "no room to begin with");
    }
    const auto clock = std::make_shared<HandClock>(kStart);
    auto store = openStore(folder, clock);
    const SeriesId id = store->series({u"a"_s, u"m"_s, {}});
    QRandomGenerator random(23);
    Model model;
    qint64 time = kStart;
    Result<Appended> told = Appended();
    while (told && time < kStart + 100 * kHour) {
        Model more;
        std::vector<Measured> batch;
        for (int i = 0; i < 2000; ++i, time += 1000) {
            more[time] = random.generateDouble();
            batch.push_back({id, time, more[time]});
        }
        clock->set(time);
        told = await(store->append(batch));
        if (told) {
            model.merge(more);
        }
    }
    const auto same = [&] {
        const auto chart = await(store->chart(id, kStart, time, 500));
        return chart && differences(*chart, model).isEmpty();
    };
    bool good = say(!told.ok(), "the disk was never full") &&
                say(told.error().message.contains(u"full"_s), qPrintable(told.error().message)) &&
                say(!told.error().hint.isEmpty(), "no hint") &&
                say(store->status().problem.contains(u"full"_s), "the status says nothing") &&
                say(same(), "what was acknowledged is not there while the disk is full");
    store.reset();
    store = openStore(folder, clock);
    good = good && say(store != nullptr, "it does not open on a full disk") &&
           say(same(), "what was acknowledged is gone after a start on the full disk");
    if (!good) {
        return false;
    }
    QFile::remove(filler);
    time += 1000;
    told = await(store->append({{id, time, 7}}));
    model[time] = 7;
    time += 1000;
    return say(told.ok(), "it does not go on when there is room") &&
           say(store->status().problem.isEmpty(), "the problem stays") &&
           say(same(), "something is missing at the end");
}

}  // namespace

int main(int argc, char** argv)
{
    QCoreApplication application(argc, argv);
    const QStringList arguments = application.arguments();
    if (arguments.value(1) == u"--full"_s) {
        return fillDisk(arguments.value(2)) ? 0 : 1;
    }
    TestSeriesFaults test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_series_faults.moc"
