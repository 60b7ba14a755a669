#include "tests/operate/transfers_fixture.h"

#include <QSignalSpy>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::operate;
using namespace analemma::test;

class TestTransfers : public TransfersFixture {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();

    void downAndUp();
    void folders();
    void severalAtOnce();
    void pauseAndResume_data();
    void pauseAndResume();
    void cutAndResumed_data();
    void cutAndResumed();
    void givesUpAndTriesAgain();
    void cancelLeavesNothing();
    void fromServerToServer();
    void fromServerToServerCut();
    void onThisMachine();
    void conflictAsks();
    void answerForAllIsTheLast();
    void conflictRules_data();
    void conflictRules();
    void differenceIsTold();
    void linksAreNotFollowed();
    void hostileNames();
    void whatIsRefused();
    void someFilesFail();
    void rate();
    void manySmallFiles();
};

void TestTransfers::initTestCase()
{
    for (PrivateSshd* sshd : {&m_sshd, &m_other}) {
        const QString problem = sshd->start();
        QVERIFY2(problem.isEmpty(), qPrintable(problem));
    }
}

void TestTransfers::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_client = std::make_unique<ssh::Client>();
    m_targets = {{u"web-1"_s, m_sshd.target()}, {u"web-2"_s, m_other.target()}};
    m_connects = 0;
    m_transfers = std::make_unique<Transfers>(
        [this](const QString& server,
               const CancelToken& cancel) -> Task<Result<std::shared_ptr<ssh::Session>>> {
            ++m_connects;
            return m_client->shared(m_targets.value(server), cancel);
        },
        m_folder->filePath(u"scratch"_s));
    TransferSettings settings;
    settings.firstWait = milliseconds(50);
    m_transfers->setSettings(settings);
}

void TestTransfers::cleanup()
{
    m_transfers.reset();
    QTest::qWait(1);
    m_client.reset();
    m_folder.reset();
}

void TestTransfers::downAndUp()
{
    const QByteArray bytes = random(3'000'000);
    QVERIFY(write(u"source"_s, bytes));
    QCOMPARE(::chmod(path(u"source"_s).constData(), 0750), 0);
    QSignalSpy stopped(m_transfers.get(), &Transfers::stopped);
    const QString down = add(there(u"source"_s), here(u"down"_s));
    QCOMPARE(view(down).state, State::Waiting);
    QVERIFY(waitFor(down, State::Done));
    QVERIFY(read(u"down"_s) == bytes);
    const TransferView seen = view(down);
    QCOMPARE(seen.done, 3'000'000);
    QCOMPARE(seen.total, 3'000'000);
    QCOMPARE(seen.filesDone, 1);
    QVERIFY(seen.verified);
    QVERIFY(!seen.folder);
    QVERIFY(!seen.error);
    const QString up = add(here(u"down"_s), there(u"up"_s));
    QVERIFY(waitFor(up, State::Done));
    QVERIFY(read(u"up"_s) == bytes);
    struct stat found {};
    QCOMPARE(::stat(path(u"up"_s).constData(), &found), 0);
    QCOMPARE(int(found.st_mode & 0777U), 0700);  // a download takes the user's bits
    QTRY_COMPARE(stopped.size(), 2);
    QVERIFY(parts().isEmpty());
    m_transfers->clearOver();
    QVERIFY(m_transfers->list().isEmpty());
}

void TestTransfers::folders()
{
    QVERIFY(write(u"tree/a/one"_s, random(100'000)));
    QVERIFY(write(u"tree/a/b/two"_s, random(1)));
    QVERIFY(write(u"tree/three"_s, {}));
    QVERIFY(QDir(m_folder->path()).mkpath(u"tree/empty"_s));
    const QString down = add(there(u"tree"_s), here(u"copy"_s));
    QVERIFY(waitFor(down, State::Done));
    const TransferView seen = view(down);
    QVERIFY(seen.folder);
    QCOMPARE(seen.files, 3);
    QCOMPARE(seen.filesDone, 3);
    QCOMPARE(seen.done, 100'001);
    QVERIFY(seen.verified);
    for (const QString& name : {u"a/one"_s, u"a/b/two"_s, u"three"_s}) {
        QVERIFY(read(u"copy/"_s + name) == read(u"tree/"_s + name));
    }
    QVERIFY(QFileInfo(m_folder->filePath(u"copy/empty"_s)).isDir());
    const QString up = add(here(u"copy"_s), there(u"back"_s, u"web-2"_s));
    QVERIFY(waitFor(up, State::Done));
    QVERIFY(read(u"back/a/one"_s) == read(u"tree/a/one"_s));
    QVERIFY(QFileInfo(m_folder->filePath(u"back/empty"_s)).isDir());
}

void TestTransfers::severalAtOnce()
{
    TransferSettings settings = m_transfers->settings();
    settings.bytesPerSecond = 2'000'000;
    settings.parallel = 3;
    m_transfers->setSettings(settings);
    QStringList ids;
    for (int i = 0; i < 5; ++i) {
        const QString name = u"source-%1"_s.arg(i);
        QVERIFY(write(name, random(1'000'000)));
        ids += add(there(name), here(u"got-%1"_s.arg(i)));
    }
    int most = 0;
    bool speedSeen = false;
    QElapsedTimer timer;
    timer.start();
    QVERIFY(QTest::qWaitFor(
        [&] {
            int running = 0;
            bool all = true;
            for (const TransferView& one : m_transfers->list()) {
                running += one.state == State::Running ? 1 : 0;
                speedSeen = speedSeen || (one.bytesPerSecond > 0 && one.left);
                all = all && one.state == State::Done;
            }
            most = std::max(most, running);
            return all;
        },
        40'000));
    QCOMPARE(most, 3);
    QVERIFY(speedSeen);
    QVERIFY(timer.elapsed() > 1'500);
    for (int i = 0; i < 5; ++i) {
        QVERIFY(read(u"got-%1"_s.arg(i)) == read(u"source-%1"_s.arg(i)));
    }
}

void TestTransfers::pauseAndResume_data()
{
    QTest::addColumn<bool>("down");
    QTest::newRow("down") << true;
    QTest::newRow("up") << false;
}

void TestTransfers::pauseAndResume()
{
    QFETCH(bool, down);
    TransferSettings settings = m_transfers->settings();
    settings.bytesPerSecond = 4'000'000;
    m_transfers->setSettings(settings);
    const QByteArray bytes = random(6'000'000);
    QVERIFY(write(u"source"_s, bytes));
    const QString id = down ? add(there(u"source"_s), here(u"target"_s))
                            : add(here(u"source"_s), there(u"target"_s));
    for (const qint64 at : {1'000'000, 3'000'000}) {
        QVERIFY(QTest::qWaitFor([&] { return view(id).done >= at; }, 20'000));
        m_transfers->pause(id);
        QCOMPARE(view(id).state, State::Paused);
        QTest::qWait(300);
        const qint64 rests = view(id).done;
        QVERIFY(rests < 6'000'000);
        QVERIFY(!QFile::exists(m_folder->filePath(u"target"_s)));
        QCOMPARE(parts().size(), 1);
        QTest::qWait(200);
        QCOMPARE(view(id).done, rests);
        QCOMPARE(view(id).bytesPerSecond, 0);
        m_transfers->resume(id);
    }
    settings.bytesPerSecond = 0;
    settings.verify = false;  // what was resumed is verified anyway
    m_transfers->setSettings(settings);
    QVERIFY(waitFor(id, State::Done));
    QVERIFY(view(id).verified);
    QCOMPARE(view(id).done, 6'000'000);
    QCOMPARE(QCryptographicHash::hash(read(u"target"_s), QCryptographicHash::Sha256),
             QCryptographicHash::hash(bytes, QCryptographicHash::Sha256));
    QVERIFY(parts().isEmpty());
}

void TestTransfers::cutAndResumed_data()
{
    QTest::addColumn<bool>("down");
    QTest::addColumn<int>("share");
    for (const bool down : {true, false}) {
        for (const int share : {0, 1, 10, 25, 40, 55, 70, 85, 95}) {
            QTest::addRow("%s, cut at %d %%", down ? "down" : "up", share) << down << share;
        }
    }
}

void TestTransfers::cutAndResumed()
{
    QFETCH(bool, down);
    QFETCH(int, share);
    const QByteArray bytes = random(4'000'000);
    QVERIFY(write(u"source"_s, bytes));
    Cable cable(m_sshd);
    cable.once = true;
    m_targets[u"web-1"_s] = cable.target();
    const auto session = await(m_client->shared(cable.target(), {}));
    VERIFY_OK(session);
    const qint64 carried = bytes.size() * share / 100 + 5'000;
    (down ? cable.limitDown : cable.limitUp) = (down ? cable.down : cable.up) + carried;
    const QString id = down ? add(there(u"source"_s), here(u"target"_s))
                            : add(here(u"source"_s), there(u"target"_s));
    int tries = 0;
    connect(m_transfers.get(), &Transfers::changed, this,
            [&] { tries = std::max(tries, view(id).tries); });
    QVERIFY(waitFor(id, State::Done));
    m_transfers->disconnect(this);
    QVERIFY(tries >= 1);
    QVERIFY(view(id).verified);
    QCOMPARE(view(id).done, 4'000'000);
    QCOMPARE(QCryptographicHash::hash(read(u"target"_s), QCryptographicHash::Sha256),
             QCryptographicHash::hash(bytes, QCryptographicHash::Sha256));
    QVERIFY(parts().isEmpty());
}

void TestTransfers::givesUpAndTriesAgain()
{
    QVERIFY(write(u"source"_s, random(100'000)));
    TransferSettings settings = m_transfers->settings();
    settings.tries = 2;
    m_transfers->setSettings(settings);
    m_targets[u"web-1"_s].port = freePort(m_sshd.address());
    const QString id = add(there(u"source"_s), here(u"target"_s));
    QVERIFY(waitFor(id, State::Failed));
    QCOMPARE(m_connects, 3);
    QVERIFY(view(id).error);
    QCOMPARE(view(id).error->kind, ErrorKind::Network);
    m_targets[u"web-1"_s] = m_sshd.target();
    m_transfers->retry(id);
    QVERIFY(waitFor(id, State::Done));
    QVERIFY(read(u"target"_s) == read(u"source"_s));
}

void TestTransfers::cancelLeavesNothing()
{
    TransferSettings settings = m_transfers->settings();
    settings.bytesPerSecond = 1'000'000;
    m_transfers->setSettings(settings);
    QVERIFY(write(u"tree/one"_s, random(3'000'000)));
    QVERIFY(write(u"tree/two"_s, random(3'000'000)));
    QVERIFY(QDir(m_folder->path()).mkpath(u"up"_s));
    const QString down = add(there(u"tree/one"_s), here(u"down"_s));
    const QString up = add(here(u"tree/two"_s), there(u"up"_s + u"/two"_s));
    QVERIFY(QTest::qWaitFor([&] { return view(down).done > 0 && view(up).done > 0; }, 20'000));
    m_transfers->cancelAll();
    QCOMPARE(view(down).state, State::Cancelled);
    QTRY_VERIFY(QDir(m_folder->filePath(u"up"_s)).isEmpty());
    QTRY_VERIFY(parts().isEmpty());
    QVERIFY(!QFile::exists(m_folder->filePath(u"down"_s)));
    settings.bytesPerSecond = 0;
    m_transfers->setSettings(settings);
    QVERIFY(QTest::qWaitFor([&] {
        m_transfers->retry(down);  // refused while what was left is removed
        return view(down).state != State::Cancelled;
    }));
    QVERIFY(waitFor(down, State::Done));
    QVERIFY(read(u"down"_s) == read(u"tree/one"_s));
}

void TestTransfers::fromServerToServer()
{
    const QByteArray bytes = random(5'000'000);
    QVERIFY(write(u"tree/source"_s, bytes));
    QVERIFY(write(u"tree/inner/small"_s, "small"));
    const QString id = add(there(u"tree"_s, u"web-1"_s), there(u"moved"_s, u"web-2"_s));
    QVERIFY(waitFor(id, State::Done));
    QVERIFY(read(u"moved/source"_s) == bytes);
    QCOMPARE(read(u"moved/inner/small"_s), "small");
    QVERIFY(view(id).verified);
    QCOMPARE(view(id).done, bytes.size() + 5);
    QDir scratch(m_folder->filePath(u"scratch"_s));
    for (const QString& inner : scratch.entryList(QDir::Dirs | QDir::NoDotAndDotDot)) {
        QVERIFY(QDir(scratch.filePath(inner)).isEmpty());
    }
    struct stat found {};
    QCOMPARE(::stat(scratch.path().toUtf8().constData(), &found), 0);
    QCOMPARE(int(found.st_mode & 0777U), 0700);
    m_transfers.reset();
    QVERIFY(scratch.isEmpty());
}

void TestTransfers::fromServerToServerCut()
{
    const QByteArray bytes = random(4'000'000);
    QVERIFY(write(u"source"_s, bytes));
    for (const bool second : {false, true}) {
        Cable cable(second ? m_other : m_sshd, second ? 32 : 31);
        cable.once = true;
        m_targets[second ? u"web-2"_s : u"web-1"_s] = cable.target();
        const auto session = await(m_client->shared(cable.target(), {}));
        VERIFY_OK(session);
        (second ? cable.limitUp : cable.limitDown) = 2'000'000;
        const QString name = u"target-%1"_s.arg(second ? 2 : 1);
        const QString id = add(there(u"source"_s, u"web-1"_s), there(name, u"web-2"_s));
        QVERIFY(waitFor(id, State::Done));
        QVERIFY(read(name) == bytes);
        QVERIFY(view(id).verified);
        m_targets = {{u"web-1"_s, m_sshd.target()}, {u"web-2"_s, m_other.target()}};
    }
    QVERIFY(parts().isEmpty());
}

void TestTransfers::onThisMachine()
{
    QVERIFY(write(u"tree/a/file"_s, random(10'000'000)));
    const QString id = add(here(u"tree"_s), here(u"copy"_s));
    QVERIFY(waitFor(id, State::Done));
    QVERIFY(read(u"copy/a/file"_s) == read(u"tree/a/file"_s));
    QVERIFY(view(id).verified);
    QCOMPARE(m_connects, 0);
}

void TestTransfers::conflictAsks()
{
    for (const QString& name : {u"a"_s, u"b"_s, u"c"_s}) {
        QVERIFY(write(u"tree/"_s + name, "new " + name.toUtf8()));
        QVERIFY(write(u"copy/"_s + name, "old"));
    }
    QVERIFY(write(u"tree/d"_s, "new d"));
    const QString id = add(there(u"tree"_s), here(u"copy"_s));
    QVERIFY(waitFor(id, State::Asking));
    const TransferView asked = view(id);
    QVERIFY(asked.conflict);
    QCOMPARE(asked.conflict->there.size, 3);
    QCOMPARE(asked.conflict->coming.size, 5);
    const QByteArray first = asked.conflict->target.path;
    m_transfers->answer(id, ConflictRule::Skip, false);
    QTRY_VERIFY(view(id).state == State::Asking && view(id).conflict->target.path != first);
    m_transfers->answer(id, ConflictRule::Overwrite, true);
    QVERIFY(waitFor(id, State::Done));
    QCOMPARE(view(id).skipped, 1);
    QCOMPARE(view(id).filesDone, 3);
    int old = 0;
    for (const QString& name : {u"a"_s, u"b"_s, u"c"_s}) {
        old += read(u"copy/"_s + name) == "old" ? 1 : 0;
    }
    QCOMPARE(old, 1);
    QCOMPARE(read(u"copy/d"_s), "new d");
}

/// Files that were on their way when the answer for all came find out later that something is in
/// theirs.
void TestTransfers::answerForAllIsTheLast()
{
    for (int i = 0; i < 60; ++i) {
        QVERIFY(write(u"tree/%1"_s.arg(i), "new"));
        QVERIFY(write(u"copy/%1"_s.arg(i), "was here"));
    }
    int asked = 0;
    connect(m_transfers.get(), &Transfers::stopped, this, [this, &asked](const TransferView& at) {
        if (at.state == State::Asking) {
            ++asked;
            m_transfers->answer(at.id, ConflictRule::Overwrite, true);
        }
    });
    const QString id = add(there(u"tree"_s), here(u"copy"_s));
    QVERIFY(waitFor(id, State::Done));
    QCOMPARE(asked, 1);
    QCOMPARE(view(id).filesDone, 60);
    QCOMPARE(read(u"copy/59"_s), "new");
}

void TestTransfers::conflictRules_data()
{
    QTest::addColumn<int>("rule");
    QTest::addColumn<QByteArray>("there");
    QTest::addColumn<QByteArray>("beside");
    QTest::newRow("overwrite") << int(ConflictRule::Overwrite) << QByteArray("new")
                               << QByteArray("cannot be read");
    QTest::newRow("skip") << int(ConflictRule::Skip) << QByteArray("old")
                          << QByteArray("cannot be read");
    QTest::newRow("keep both") << int(ConflictRule::KeepBoth) << QByteArray("old")
                               << QByteArray("new");
}

void TestTransfers::conflictRules()
{
    QFETCH(int, rule);
    QFETCH(QByteArray, there);
    QFETCH(QByteArray, beside);
    TransferSettings settings = m_transfers->settings();
    settings.conflicts = ConflictRule(rule);
    m_transfers->setSettings(settings);
    for (const bool down : {true, false}) {
        QVERIFY(write(u"source"_s, "new"));
        QVERIFY(write(u"target.txt"_s, "old"));
        const Place far = this->there(down ? u"source"_s : u"target.txt"_s);
        const Place near = here(down ? u"target.txt"_s : u"source"_s);
        const QString id = down ? add(far, near) : add(near, far);
        QVERIFY(waitFor(id, State::Done));
        QCOMPARE(read(u"target.txt"_s), there);
        QCOMPARE(read(u"target (2).txt"_s), beside);
        QFile::remove(m_folder->filePath(u"target (2).txt"_s));
    }
}

/// A part of something else in the way of a resume: the checksum tells, and the next try is whole.
void TestTransfers::differenceIsTold()
{
    const QByteArray bytes = random(200'000);
    QVERIFY(write(u"source"_s, bytes));
    QVERIFY(write(u"target.analemma-part"_s, random(100'000)));
    const QString id = add(there(u"source"_s), here(u"target"_s));
    QVERIFY(waitFor(id, State::Failed));
    QVERIFY(!view(id).verified);
    QCOMPARE(view(id).error->kind, ErrorKind::Conflict);
    QVERIFY(view(id).error->message.contains(u"checksums differ"_s));
    QVERIFY(!QFile::exists(m_folder->filePath(u"target"_s)));
    m_transfers->retry(id);
    QVERIFY(waitFor(id, State::Done));
    QVERIFY(read(u"target"_s) == bytes);
    QVERIFY(view(id).verified);
}

void TestTransfers::linksAreNotFollowed()
{
    QVERIFY(write(u"outside/secret"_s, "secret"));
    QVERIFY(write(u"tree/file"_s, "file"));
    QCOMPARE(::symlink("../outside", path(u"tree/away"_s).constData()), 0);
    QCOMPARE(::symlink("../outside/secret", path(u"tree/one"_s).constData()), 0);
    QCOMPARE(::mkfifo(path(u"tree/fifo"_s).constData(), 0600), 0);
    const QString id = add(there(u"tree"_s), here(u"copy"_s));
    QVERIFY(waitFor(id, State::Done));
    QCOMPARE(QDir(m_folder->filePath(u"copy"_s))
                 .entryList(QDir::AllEntries | QDir::System | QDir::NoDotAndDotDot),
             QStringList{u"file"_s});
    QCOMPARE(view(id).refusedCount, 3);
    QVERIFY(view(id).refused.join(u' ').contains(u"a link; it is not followed"_s));
    // A link to a folder where a folder should be made: nothing goes through it.
    QVERIFY(write(u"deep/away/file"_s, "file"));
    QVERIFY(QDir(m_folder->path()).mkpath(u"hole"_s));
    QCOMPARE(::symlink("../outside", path(u"hole/away"_s).constData()), 0);
    const QString through = add(there(u"deep"_s), here(u"hole"_s));
    QVERIFY(waitFor(through, State::Failed));
    QVERIFY(!QFile::exists(m_folder->filePath(u"outside/file"_s)));
}

void TestTransfers::hostileNames()
{
    QVERIFY(write(u"tree/plain"_s, "plain"));
    for (const char* name : {"es\033[31mc",
                             "bi\xe2\x80\xae"
                             "di",
                             "latin-gr\xfcn", "two\nlines"}) {
        QFile file(m_folder->filePath(u"other"_s));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("hostile");
        file.close();
        QCOMPARE(std::rename(path(u"other"_s).constData(), (path(u"tree/"_s) + name).constData()),
                 0);
    }
    for (const QString& name : {u"$(touch x); *"_s, u"a'b\"c"_s, u"-rf"_s, u"日本"_s}) {
        QVERIFY(write(u"tree/"_s + name, name.toUtf8()));
    }
    for (const bool down : {true, false}) {
        const QString target = down ? u"copy"_s : u"up"_s;
        const QString id =
            down ? add(there(u"tree"_s), here(target)) : add(here(u"tree"_s), there(target));
        QVERIFY(waitFor(id, State::Done));
        QCOMPARE(view(id).refusedCount, 4);
        QCOMPARE(view(id).filesDone, 5);
        QCOMPARE(QDir(m_folder->filePath(target)).entryList(QDir::Files).size(), 5);
        QCOMPARE(read(target + u"/$(touch x); *"_s), QByteArray("$(touch x); *"));
        for (const QString& told : view(id).refused) {
            QVERIFY(!told.contains(QChar(0x1b)) && !told.contains(QChar(0x202e)));
        }
    }
    // Qt cannot name what is not UTF-8.
    VERIFY_OK(analemma::removeTree(m_folder->filePath(u"tree"_s)));
}

void TestTransfers::whatIsRefused()
{
    QVERIFY(write(u"tree/file"_s, "x"));
    QVERIFY(!m_transfers->add(there(u"tree"_s), {{}, path(u"tree"_s) + "/.."}));
    QVERIFY(!m_transfers->add(there(u"tree"_s), {{}, path(u"a\nb"_s)}));
    QVERIFY(!m_transfers->add(there(u"tree"_s), {{}, "relative"}));
    QVERIFY(!m_transfers->add(here(u"tree"_s), here(u"tree/inner"_s)));
    QVERIFY(!m_transfers->add(there(u"tree"_s), there(u"tree"_s)));
    QVERIFY(!m_transfers->add(there(u"tree"_s), {{}, m_folder->path().toUtf8() + "/\xfc/x"}));
    QVERIFY(m_transfers->list().isEmpty());
    const QString missing = add(there(u"none"_s), here(u"x"_s));
    QVERIFY(waitFor(missing, State::Failed));
    QCOMPARE(view(missing).error->kind, ErrorKind::NotFound);
    QVERIFY(write(u"there/file"_s, "x"));
    const QString onFolder = add(there(u"tree/file"_s), here(u"there"_s));
    QVERIFY(waitFor(onFolder, State::Failed));
    QVERIFY(view(onFolder).error->message.contains(u"is a folder"_s));
    QCOMPARE(read(u"there/file"_s), "x");
}

void TestTransfers::someFilesFail()
{
    QVERIFY(write(u"tree/a"_s, "a"));
    QVERIFY(write(u"tree/b"_s, "b"));
    QVERIFY(write(u"copy/b/in the way"_s, "x"));  // a folder where a file should go
    const QString id = add(there(u"tree"_s), here(u"copy"_s));
    QVERIFY(waitFor(id, State::Failed));
    QCOMPARE(read(u"copy/a"_s), "a");
    QVERIFY2(view(id).error->message.startsWith(u"1 of 2 files were not carried"_s),
             qPrintable(view(id).error->message));
    QVERIFY(QDir(m_folder->filePath(u"copy/b"_s)).removeRecursively());
    m_transfers->retry(id);
    QVERIFY(waitFor(id, State::Done));
    QCOMPARE(read(u"copy/b"_s), "b");
    QCOMPARE(view(id).filesDone, 2);
}

void TestTransfers::rate()
{
    TransferSettings settings = m_transfers->settings();
    settings.bytesPerSecond = 1'000'000;
    m_transfers->setSettings(settings);
    QVERIFY(write(u"one"_s, random(1'000'000)));
    QVERIFY(write(u"two"_s, random(1'000'000)));
    QElapsedTimer timer;
    timer.start();
    const QString first = add(there(u"one"_s), here(u"down"_s));
    const QString second = add(here(u"two"_s), there(u"up"_s));
    QVERIFY(waitFor(first, State::Done));
    QVERIFY(waitFor(second, State::Done));
    QVERIFY2(timer.elapsed() > 1'500, qPrintable(QString::number(timer.elapsed())));
}

void TestTransfers::manySmallFiles()
{
    for (int i = 0; i < 300; ++i) {
        QVERIFY(write(u"tree/%1/file-%2"_s.arg(i % 7).arg(i), QByteArray::number(i)));
    }
    QElapsedTimer timer;
    timer.start();
    const QString id = add(there(u"tree"_s), there(u"copy"_s, u"web-2"_s));
    QVERIFY(waitFor(id, State::Done, 120'000));
    QCOMPARE(view(id).filesDone, 300);
    QCOMPARE(read(u"copy/1/file-1"_s), "1");
    QVERIFY(view(id).verified);
    qInfo("300 files from server to server, verified: %lld ms",
          static_cast<long long>(timer.elapsed()));
}

QTEST_GUILESS_MAIN(TestTransfers)
#include "tst_transfers.moc"
