#include "core/base/process.h"
#include "core/base/text.h"
#include "core/operate/transferstore.h"
#include "tests/operate/transfers_fixture.h"

#include <QJsonArray>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::operate;
using namespace analemma::test;

/// What was on its way when the window was closed.
class TestTransfersKept : public TransfersFixture {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();

    void comesBackPausedAndGoesOn_data();
    void comesBackPausedAndGoesOn();
    void fromServerToServerGoesOn();
    void anOldHalfIsNotTrusted();
    void aFolderGoesOnWithoutAsking();
    void bothThatWereKeptAreFoundAgain();
    void anotherSourceIsTold();
    void removedIsGone();
    void whatIsOverIsNotKept();
    void aLivingProgramKeepsItsOwn();
    void hostileRows_data();
    void hostileRows();
    void theQueueIsBounded();

private:
    void open();
    void closeAndOpen();
    void slow(qint64 bytesPerSecond);
    [[nodiscard]] QList<store::Document> rows();
    void putRow(const QString& key, const QString& scope, const Json& body);
    [[nodiscard]] KeptTransfer plain() const;
    std::unique_ptr<store::Store> m_store;
    std::unique_ptr<TransferStore> m_kept;
};

void TestTransfersKept::initTestCase()
{
    for (PrivateSshd* sshd : {&m_sshd, &m_other}) {
        const QString problem = sshd->start();
        QVERIFY2(problem.isEmpty(), qPrintable(problem));
    }
}

void TestTransfersKept::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_client = std::make_unique<ssh::Client>();
    m_targets = {{u"web-1"_s, m_sshd.target()}, {u"web-2"_s, m_other.target()}};
    auto store = store::Store::open(m_folder->filePath(u"state"_s));
    VERIFY_OK(store);
    m_store = std::move(*store);
    m_kept = std::make_unique<TransferStore>(m_store.get());
    open();
}

void TestTransfersKept::cleanup()
{
    m_transfers.reset();
    QTest::qWait(1);
    m_kept.reset();
    m_store.reset();
    m_client.reset();
    m_folder.reset();
}

void TestTransfersKept::open()
{
    m_connects = 0;
    m_transfers = std::make_unique<Transfers>(
        [this](const QString& server,
               const CancelToken& cancel) -> Task<Result<std::shared_ptr<ssh::Session>>> {
            ++m_connects;
            return m_client->shared(m_targets.value(server), cancel);
        },
        m_folder->filePath(u"scratch"_s));
    m_transfers->keepIn(m_kept.get());
    QVERIFY(await(m_kept->waiting()).ok());  // what is asked for before is there then
    QTest::qWait(20);
}

/// As when the window is closed and opened again; the connections are new ones.
void TestTransfersKept::closeAndOpen()
{
    m_transfers.reset();
    QTest::qWait(50);
    m_client = std::make_unique<ssh::Client>();
    open();
}

void TestTransfersKept::slow(qint64 bytesPerSecond)
{
    TransferSettings settings = m_transfers->settings();
    settings.bytesPerSecond = bytesPerSecond;
    m_transfers->setSettings(settings);
}

QList<store::Document> TestTransfersKept::rows()
{
    std::function<Result<QList<store::Document>>(store::Transaction&)> work =
        [](store::Transaction& transaction) {
            store::DocumentFilter filter;
            filter.kind = u"transfer"_s;
            return transaction.documents(filter);
        };
    return await(m_store->read<QList<store::Document>>(std::move(work))).valueOr({});
}

void TestTransfersKept::putRow(const QString& key, const QString& scope, const Json& body)
{
    std::function<Result<store::Document>(store::Transaction&)> work =
        [=](store::Transaction& transaction) {
            return transaction.put(u"transfer"_s, key, scope, body);
        };
    VERIFY_OK(await(m_store->write<store::Document>(std::move(work))));
}

KeptTransfer TestTransfersKept::plain() const
{
    KeptTransfer kept;
    kept.id = newId();
    kept.from = there(u"source"_s);
    kept.to = here(u"target"_s);
    kept.total = 100;
    kept.done = 40;
    return kept;
}

void TestTransfersKept::comesBackPausedAndGoesOn_data()
{
    QTest::addColumn<bool>("down");
    QTest::newRow("down") << true;
    QTest::newRow("up") << false;
}

void TestTransfersKept::comesBackPausedAndGoesOn()
{
    QFETCH(bool, down);
    const QByteArray bytes = random(6'000'000);
    QVERIFY(write(u"source"_s, bytes));
    QVERIFY(write(u"small"_s, "small"));
    slow(2'000'000);
    const QString id = down ? add(there(u"source"_s), here(u"target"_s))
                            : add(here(u"source"_s), there(u"target"_s));
    QVERIFY(QTest::qWaitFor([&] { return view(id).done >= 3'000'000; }, 20'000));
    TransferSettings one = m_transfers->settings();
    one.parallel = 1;
    m_transfers->setSettings(one);
    const QString second = add(there(u"small"_s), here(u"small copy"_s));
    QCOMPARE(view(second).state, State::Waiting);
    Cable cable(m_sshd, 33);
    m_targets[u"web-1"_s] = cable.target();
    closeAndOpen();
    QTRY_COMPARE(m_transfers->list().size(), 2);
    QCOMPARE(m_transfers->list()[0].id, id);
    QCOMPARE(m_transfers->list()[1].id, second);
    QCOMPARE(view(id).state, State::Paused);
    QCOMPARE(view(second).state, State::Paused);
    QVERIFY(view(id).done >= 2'000'000);
    QCOMPARE(view(id).total, 6'000'000);
    QTest::qWait(400);  // nothing runs by itself
    QCOMPARE(m_connects, 0);
    QCOMPARE(view(id).state, State::Paused);
    QVERIFY(!QFile::exists(m_folder->filePath(u"target"_s)));
    QCOMPARE(parts().size(), 1);
    const qint64 had = QFileInfo(m_folder->filePath(parts()[0])).size();
    QVERIFY(had >= 2'000'000);
    TransferSettings settings = m_transfers->settings();
    settings.verify = false;  // it is compared anyway
    m_transfers->setSettings(settings);
    m_transfers->resume(id);
    QVERIFY(waitFor(id, State::Done));
    QVERIFY(view(id).verified);
    QCOMPARE(view(id).done, 6'000'000);
    QVERIFY(read(u"target"_s) == bytes);
    QVERIFY(parts().isEmpty());
    // Only what was missing went over the cable.
    QVERIFY2((down ? cable.down : cable.up) < 6'000'000 - had + 500'000,
             qPrintable(QString::number(down ? cable.down : cable.up)));
    QCOMPARE(view(second).state, State::Paused);
    m_transfers->resumeAll();
    QVERIFY(waitFor(second, State::Done));
    QTRY_VERIFY(rows().isEmpty());
}

void TestTransfersKept::fromServerToServerGoesOn()
{
    const QByteArray bytes = random(6'000'000);
    QVERIFY(write(u"source"_s, bytes));
    for (const qint64 at : {qint64(1'500'000), qint64(4'500'000)}) {  // in each of the halves
        slow(4'000'000);
        const QString name = u"target-%1"_s.arg(at);
        const QString id = add(there(u"source"_s, u"web-1"_s), there(name, u"web-2"_s));
        QVERIFY(QTest::qWaitFor([&] { return view(id).done >= at; }, 20'000));
        Cable cable(m_sshd, 34);
        m_targets[u"web-1"_s] = cable.target();
        closeAndOpen();
        QTRY_COMPARE(view(id).state, State::Paused);
        m_transfers->resume(id);
        QVERIFY(waitFor(id, State::Done));
        QVERIFY(read(name) == bytes);
        QVERIFY(view(id).verified);
        QVERIFY2(cable.down < 5'000'000, qPrintable(QString::number(cable.down)));
        m_targets[u"web-1"_s] = m_sshd.target();
    }
    QVERIFY(parts().isEmpty());
    QVERIFY(QDir(m_folder->filePath(u"scratch"_s)).isEmpty());
}

/// The first half on this machine is whole, but of what the source was before.
void TestTransfersKept::anOldHalfIsNotTrusted()
{
    const QByteArray old = random(6'000'000);
    QVERIFY(write(u"source"_s, old));
    slow(4'000'000);
    const QString id = add(there(u"source"_s, u"web-1"_s), there(u"target"_s, u"web-2"_s));
    QVERIFY(QTest::qWaitFor([&] { return view(id).done >= 4'000'000; }, 20'000));
    m_transfers.reset();
    const QByteArray fresh = random(6'000'000);
    QVERIFY(write(u"source"_s, fresh));
    closeAndOpen();
    m_transfers->resume(id);
    const bool ended = QTest::qWaitFor([&] { return isOver(view(id).state); }, 40'000);
    QVERIFY(ended);
    if (view(id).state == State::Failed) {  // the part there was of the old one: told, and dropped
        QCOMPARE(view(id).error->kind, ErrorKind::Conflict);
        QVERIFY(!QFile::exists(m_folder->filePath(u"target"_s)));
        m_transfers->retry(id);
        QVERIFY(waitFor(id, State::Done));
    }
    QVERIFY(read(u"target"_s) == fresh);
}

void TestTransfersKept::aFolderGoesOnWithoutAsking()
{
    for (int i = 0; i < 12; ++i) {
        QVERIFY(write(u"tree/file-%1"_s.arg(i, 2, 10, QChar(u'0')), random(500'000)));
    }
    QVERIFY(write(u"copy/mine"_s, "mine"));
    slow(1'500'000);
    const QString id = add(there(u"tree"_s), here(u"copy"_s));
    QVERIFY(QTest::qWaitFor([&] { return view(id).filesDone >= 4; }, 20'000));
    closeAndOpen();
    QTRY_COMPARE(view(id).state, State::Paused);
    QVERIFY(view(id).folder);
    QCOMPARE(view(id).files, 12);
    QVERIFY(view(id).filesDone >= 1);
    m_transfers->resume(id);
    QVERIFY(waitFor(id, State::Done));  // what is whole there is not asked about
    QCOMPARE(view(id).filesDone, 12);
    QCOMPARE(view(id).done, 6'000'000);
    QVERIFY(view(id).verified);
    for (int i = 0; i < 12; ++i) {
        const QString name = u"/file-%1"_s.arg(i, 2, 10, QChar(u'0'));
        QVERIFY(read(u"copy"_s + name) == read(u"tree"_s + name));
    }
    QCOMPARE(read(u"copy/mine"_s), "mine");
    QCOMPARE(QDir(m_folder->filePath(u"copy"_s)).entryList(QDir::Files | QDir::Hidden).size(), 13);
}

void TestTransfersKept::bothThatWereKeptAreFoundAgain()
{
    for (const QString& name : {u"a"_s, u"b"_s, u"c"_s}) {
        QVERIFY(write(u"tree/"_s + name, random(700'000)));
        QVERIFY(write(u"copy/"_s + name, "old"));
    }
    slow(700'000);
    TransferSettings one = m_transfers->settings();
    one.parallel = 1;
    m_transfers->setSettings(one);
    const QString id = add(there(u"tree"_s), here(u"copy"_s));
    QVERIFY(waitFor(id, State::Asking));
    m_transfers->answer(id, ConflictRule::KeepBoth, true);
    QVERIFY(QTest::qWaitFor([&] { return view(id).filesDone >= 1; }, 20'000));
    closeAndOpen();
    QTRY_COMPARE(view(id).state, State::Paused);
    m_transfers->resume(id);
    QVERIFY(waitFor(id, State::Done));  // the answer is still known
    QCOMPARE(QDir(m_folder->filePath(u"copy"_s)).entryList(QDir::Files | QDir::Hidden),
             (QStringList{u"a"_s, u"a (2)"_s, u"b"_s, u"b (2)"_s, u"c"_s, u"c (2)"_s}));
    QVERIFY(read(u"copy/a (2)"_s) == read(u"tree/a"_s));
    QCOMPARE(read(u"copy/a"_s), "old");
}

void TestTransfersKept::anotherSourceIsTold()
{
    QVERIFY(write(u"source"_s, random(3'000'000)));
    slow(1'500'000);
    const QString id = add(there(u"source"_s), here(u"target"_s));
    QVERIFY(QTest::qWaitFor([&] { return view(id).done >= 1'000'000; }, 20'000));
    m_transfers.reset();
    const QByteArray fresh = random(3'000'000);
    QVERIFY(write(u"source"_s, fresh));
    closeAndOpen();
    m_transfers->resume(id);
    QVERIFY(waitFor(id, State::Failed));
    QCOMPARE(view(id).error->kind, ErrorKind::Conflict);
    QVERIFY(!QFile::exists(m_folder->filePath(u"target"_s)));
    m_transfers->retry(id);
    QVERIFY(waitFor(id, State::Done));
    QVERIFY(read(u"target"_s) == fresh);
}

void TestTransfersKept::removedIsGone()
{
    QVERIFY(write(u"tree/one"_s, random(3'000'000)));
    QVERIFY(write(u"tree/two"_s, random(3'000'000)));
    slow(1'000'000);
    const QString folder = add(here(u"tree"_s), there(u"up"_s));
    const QString single = add(there(u"tree/one"_s), here(u"single"_s));
    QVERIFY(QTest::qWaitFor(
        [&] { return view(folder).done > 300'000 && view(single).done > 100'000; }, 20'000));
    QTest::qWait(500);
    closeAndOpen();
    QTRY_COMPARE(m_transfers->list().size(), 2);
    QVERIFY(!QDir(m_folder->filePath(u"up"_s)).isEmpty());
    m_transfers->cancelAll();
    QTRY_VERIFY(QDir(m_folder->filePath(u"up"_s)).isEmpty());
    QTRY_VERIFY(parts().isEmpty());
    m_transfers->clearOver();
    QTRY_VERIFY(rows().isEmpty());
    closeAndOpen();
    QTest::qWait(100);
    QVERIFY(m_transfers->list().isEmpty());
}

void TestTransfersKept::whatIsOverIsNotKept()
{
    QVERIFY(write(u"source"_s, "x"));
    const QString done = add(there(u"source"_s), here(u"target"_s));
    const QString failed = add(there(u"none"_s), here(u"none"_s));
    QVERIFY(waitFor(done, State::Done));
    QVERIFY(waitFor(failed, State::Failed));
    closeAndOpen();
    QTRY_COMPARE(m_transfers->list().size(), 1);  // what failed can be tried again
    QCOMPARE(view(failed).state, State::Paused);
    m_transfers->resume(failed);
    QVERIFY(waitFor(failed, State::Failed));
    m_transfers->clearOver();
    QTRY_VERIFY(rows().isEmpty());
}

void TestTransfersKept::aLivingProgramKeepsItsOwn()
{
    KeptTransfer kept = plain();
    Json body = kept.toJson();
    body[u"process"_s] = ownIdentity().toJson();
    putRow(kept.id, u"another-queue"_s, body);
    KeptTransfer lost = plain();
    body = lost.toJson();
    ProcessIdentity gone = ownIdentity();
    ++gone.startTicks;  // the same number, another process
    body[u"process"_s] = gone.toJson();
    putRow(lost.id, u"a-lost-queue"_s, body);
    QCOMPARE(await(m_kept->waiting()).valueOr(-1), 1);
    closeAndOpen();
    QTRY_COMPARE(m_transfers->list().size(), 1);
    QCOMPARE(m_transfers->list()[0].id, lost.id);
    QCOMPARE(view(lost.id).done, 40);
    QCOMPARE(await(m_kept->waiting()).valueOr(-1), 0);
    // A second queue of this program finds nothing to take.
    Transfers second([](const QString&, const CancelToken&) { return noSession(cancelledError()); },
                     m_folder->filePath(u"scratch"_s));
    second.keepIn(m_kept.get());
    QTest::qWait(100);
    QVERIFY(second.list().isEmpty());
}

void TestTransfersKept::hostileRows_data()
{
    QTest::addColumn<QString>("key");
    QTest::addColumn<QJsonObject>("changes");
    const auto path = [](const QByteArray& bytes) { return QString::fromLatin1(bytes.toBase64()); };
    const auto place = [&path](const QString& server, const QByteArray& bytes) {
        return Json{{u"server"_s, server}, {u"path"_s, path(bytes)}};
    };
    const auto begun = [&path](const QByteArray& source, const QByteArray& target) {
        return QJsonArray{Json{{u"source"_s, path(source)}, {u"target"_s, path(target)}}};
    };
    QTest::newRow("an id that leaves its folder") << u"../../../../tmp/aaaaaaaaaa"_s << Json();
    QTest::newRow("a short id") << u"a"_s << Json();
    QTest::newRow("no source") << QString() << Json{{u"from"_s, QJsonValue()}};
    QTest::newRow("a source of another type") << QString() << Json{{u"from"_s, 7}};
    QTest::newRow("no base64") << QString()
                               << Json{{u"to"_s, Json{{u"server"_s, QString()},
                                                      {u"path"_s, u"/etc/passwd"_s}}}};
    QTest::newRow("a relative path") << QString() << Json{{u"to"_s, place({}, "etc/x")}};
    QTest::newRow("a path with a zero")
        << QString() << Json{{u"to"_s, place({}, QByteArray("/etc/\0x", 7))}};
    QTest::newRow("a long path") << QString()
                                 << Json{{u"to"_s, place({}, '/' + QByteArray(5'000, 'a'))}};
    QTest::newRow("a name that hides something") << QString()
                                                 << Json{{u"to"_s, place({},
                                                                         "/srv/bi\xe2\x80\xae"
                                                                         "di")}};
    QTest::newRow("a name that leaves its folder")
        << QString() << Json{{u"to"_s, place({}, "/srv/..")}};
    QTest::newRow("a long server")
        << QString() << Json{{u"from"_s, place(QString(300, u'a'), "/srv/x")}};
    QTest::newRow("a server with controls")
        << QString() << Json{{u"from"_s, place(u"web\u001b[2J"_s, "/srv/x")}};
    QTest::newRow("into itself") << QString()
                                 << Json{{u"from"_s, place({}, "/srv")},
                                         {u"to"_s, place({}, "/srv/inner")}};
    QTest::newRow("a part elsewhere") << QString()
                                      << Json{{u"from"_s, place(u"web-1"_s, "/srv/x")},
                                              {u"to"_s, place({}, "/home/x")},
                                              {u"begun"_s, begun("/srv/x", "/etc/passwd")}};
    QTest::newRow("a part that climbs")
        << QString()
        << Json{{u"from"_s, place(u"web-1"_s, "/srv/x")},
                {u"to"_s, place({}, "/home/x")},
                {u"begun"_s, begun("/srv/x", "/home/x/../../etc/passwd")}};
    QJsonArray many;
    for (int i = 0; i < 100; ++i) {
        many.append(begun("/srv/x", "/home/x")[0]);
    }
    QTest::newRow("too many parts") << QString()
                                    << Json{{u"from"_s, place(u"web-1"_s, "/srv/x")},
                                            {u"to"_s, place({}, "/home/x")},
                                            {u"begun"_s, many}};
}

void TestTransfersKept::hostileRows()
{
    QFETCH(QString, key);
    QFETCH(QJsonObject, changes);
    const KeptTransfer good = plain();
    Json body = good.toJson();
    for (auto one = changes.begin(); one != changes.end(); ++one) {
        body[one.key()] = *one;
    }
    putRow(key.isEmpty() ? newId() : key, {}, body);
    // Numbers out of all bounds are no harm: they are only shown.
    Json odd = good.toJson();
    odd[u"done"_s] = 1e300;
    odd[u"total"_s] = -7;
    odd[u"files"_s] = u"many"_s;
    odd[u"rule"_s] = u"explode"_s;
    putRow(good.id, {}, odd);
    closeAndOpen();
    QTRY_COMPARE(m_transfers->list().size(), 1);
    const TransferView seen = m_transfers->list()[0];
    QCOMPARE(seen.id, good.id);
    QCOMPARE(seen.state, State::Paused);
    QVERIFY(seen.done >= 0 && seen.total >= -1 && seen.files == 0);
    QCOMPARE(rows().size(), 1);  // the other one is removed
    QCOMPARE(m_connects, 0);
}

void TestTransfersKept::theQueueIsBounded()
{
    const Place from = there(u"none"_s);
    Place to = here(u"none"_s);
    m_transfers->pauseAll();
    TransferSettings settings = m_transfers->settings();
    settings.parallel = 1;
    m_transfers->setSettings(settings);
    for (int i = 0; i < TransferStore::kMost; ++i) {
        to.path = path(u"none-%1"_s.arg(i));
        QVERIFY(m_transfers->add(from, to).ok());
    }
    const Result<QString> more = m_transfers->add(from, to);
    QVERIFY(!more);
    QCOMPARE(more.error().kind, ErrorKind::Refused);
    QVERIFY(!more.error().hint.isEmpty());
    m_transfers->cancelAll();
    m_transfers->clearOver();
    QTRY_VERIFY_WITH_TIMEOUT(m_transfers->add(from, to).ok(), 20'000);
}

QTEST_GUILESS_MAIN(TestTransfersKept)
#include "tst_transfers_kept.moc"
