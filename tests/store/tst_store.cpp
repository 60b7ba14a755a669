#include "core/base/files.h"
#include "core/base/text.h"
#include "core/store/store.h"
#include "tests/support.h"

#include <QDir>
#include <QProcess>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QThread>

#include <csignal>

#include <unistd.h>

using namespace analemma;
using namespace analemma::store;
using namespace Qt::StringLiterals;
using test::await;

namespace {

std::unique_ptr<Store> openIn(const QString& folder)
{
    Result<std::unique_ptr<Store>> opened = Store::open(folder);
    return opened ? std::move(opened).value() : nullptr;
}

Task<Result<Document>> put(Store* store, QString key, int value,
                           std::optional<qint64> revision = {})
{
    std::function<Result<Document>(Transaction&)> work = [=](Transaction& t) {
        return t.put(u"thing"_s, key, u"here"_s, {{u"value"_s, value}}, revision);
    };
    return store->write<Document>(std::move(work));
}

Task<Result<std::optional<Document>>> get(Store* store, QString key)
{
    std::function<Result<std::optional<Document>>(Transaction&)> work = [=](Transaction& t) {
        return t.document(u"thing"_s, key);
    };
    return store->read<std::optional<Document>>(std::move(work));
}

OperationRow operation(const QString& id, const QString& target)
{
    OperationRow row;
    row.id = id;
    row.kind = u"test"_s;
    row.target = target;
    row.state = u"running"_s;
    row.created = QDateTime::currentDateTimeUtc();
    return row;
}

Result<void> in(Store* store, std::function<Result<void>(Transaction&)> work)
{
    return await(store->write<void>(std::move(work)));
}

}  // namespace

class TestStore : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// On the reserve nothing begins, and what is written in the same batch still is.
    void aRefusalForWantOfRoomTakesNothingWithIt()
    {
        QTemporaryDir folder;
        const auto store = openIn(folder.path());
        QVERIFY(store != nullptr);
        const QString ballast = folder.filePath(u"ballast"_s);
        QVERIFY(QFile::remove(ballast));                       // given up,
        QVERIFY(QDir(folder.path()).mkdir(u"ballast.new"_s));  // and there is no room for a new one
        auto slow = store->write<void>([](Transaction&) -> Result<void> {
            QThread::msleep(100);  // so that the others come as one batch
            return {};
        });
        auto refused = store->write<void>([](Transaction& t) { return t.roomToBegin(); });
        auto kept = put(store.get(), u"a"_s, 1);
        VERIFY_OK(await(std::move(slow)));
        const Result<void> answer = await(std::move(refused));
        VERIFY_OK(await(std::move(kept)));
        QVERIFY(!answer);
        QCOMPARE(answer.error().kind, ErrorKind::Io);
        QVERIFY(await(get(store.get(), u"a"_s))->has_value());
        QVERIFY(QDir(folder.path()).rmdir(u"ballast.new"_s));
        VERIFY_OK(in(store.get(), [](Transaction& t) { return t.roomToBegin(); }));
        QVERIFY(QFile::exists(ballast));
    }

    void documentsHaveRevisions()
    {
        QTemporaryDir folder;
        const auto store = openIn(folder.path());
        QVERIFY(store != nullptr);
        Result<Document> first = await(put(store.get(), u"a"_s, 1, 0));
        VERIFY_OK(first);
        QCOMPARE(first->revision, 1);
        QCOMPARE(await(put(store.get(), u"a"_s, 2, 0)).error().kind, ErrorKind::Conflict);
        QCOMPARE(await(put(store.get(), u"a"_s, 2, 1))->revision, 2);
        const auto read = await(get(store.get(), u"a"_s));
        QCOMPARE((**read).body[u"value"_s].toInt(), 2);
        QVERIFY(!await(get(store.get(), u"none"_s))->has_value());
        QCOMPARE(QFile::permissions(folder.filePath(u"state.db"_s)) & 0x077,
                 QFileDevice::Permissions());
    }

    void listingIsNewestFirstAndPages()
    {
        QTemporaryDir folder;
        const auto store = openIn(folder.path());
        for (int i = 0; i < 10; ++i) {
            VERIFY_OK(await(put(store.get(), QString::number(i), i)));
        }
        const auto list = [&](qint64 before) {
            std::function<Result<QList<Document>>(Transaction&)> work = [=](Transaction& t) {
                DocumentFilter filter;
                filter.kind = u"thing"_s;
                filter.scope = u"here"_s;
                filter.limit = 4;
                filter.before = before;
                return t.documents(filter);
            };
            return *await(store->read<QList<Document>>(std::move(work)));
        };
        const QList<Document> page = list(0);
        QCOMPARE(page.size(), 4);
        QCOMPARE(page.first().key, u"9"_s);
        QCOMPARE(list(page.last().order).first().key, u"5"_s);
    }

    void failedWorkTakesBackOnlyItself()
    {
        QTemporaryDir folder;
        const auto store = openIn(folder.path());
        const auto good = test::listen(put(store.get(), u"good"_s, 1), this);
        std::function<Result<void>(Transaction&)> bad = [](Transaction& t) -> Result<void> {
            const auto written = t.put(u"thing"_s, u"bad"_s, {}, {});
            return written ? Result<void>(Error(ErrorKind::Invalid, u"no"_s)) : written.error();
        };
        const auto failed = test::listen(store->write<void>(std::move(bad)), this);
        QTRY_VERIFY(good->has_value() && failed->has_value());
        QVERIFY((**good).ok());
        QVERIFY(!(**failed).ok());
        QVERIFY(await(get(store.get(), u"good"_s))->has_value());
        QVERIFY(!await(get(store.get(), u"bad"_s))->has_value());
    }

    void readsMayNotWrite()
    {
        QTemporaryDir folder;
        const auto store = openIn(folder.path());
        std::function<Result<Document>(Transaction&)> work = [](Transaction& t) {
            return t.put(u"thing"_s, u"x"_s, {}, {});
        };
        QCOMPARE(await(store->read<Document>(std::move(work))).error().kind, ErrorKind::Bug);
    }

    void impossiblePairsAreRefused()
    {
        QTemporaryDir folder;
        const auto store = openIn(folder.path());
        VERIFY_OK(in(store.get(),
                     [](Transaction& t) { return t.insertOperation(operation(u"1"_s, u"t"_s)); }));
        // a second unfinished one on the same target
        QVERIFY(!in(store.get(), [](Transaction& t) {
                     return t.insertOperation(operation(u"2"_s, u"t"_s));
                 }).ok());
        // an outcome without an end
        OperationRow broken = operation(u"1"_s, u"t"_s);
        broken.outcome = u"ok"_s;
        QVERIFY(!in(store.get(), [=](Transaction& t) { return t.updateOperation(broken); }).ok());
        broken.state = u"finished"_s;
        QVERIFY(!in(store.get(), [=](Transaction& t) { return t.updateOperation(broken); }).ok());
        broken.finished = QDateTime::currentDateTimeUtc();
        VERIFY_OK(in(store.get(), [=](Transaction& t) { return t.updateOperation(broken); }));
        QCOMPARE(
            in(store.get(), [=](Transaction& t) { return t.updateOperation(broken); }).error().kind,
            ErrorKind::Conflict);
        // two open tries of one action
        ActionRow action;
        action.operation = u"1"_s;
        action.key = u"a"_s;
        action.verb = u"v"_s;
        action.intended = QDateTime::currentDateTimeUtc();
        const auto intend = [=](Transaction& t) -> Result<void> {
            const auto row = t.insertIntent(action);
            return row ? Result<void>() : row.error();
        };
        VERIFY_OK(in(store.get(), intend));
        QCOMPARE(in(store.get(), intend).error().kind, ErrorKind::Conflict);
    }

    void fencesOnlyRise()
    {
        QTemporaryDir folder;
        const auto store = openIn(folder.path());
        LeaseRow lease;
        lease.target = u"t"_s;
        lease.id = u"one"_s;
        lease.fence = 5;
        lease.held = true;
        lease.acquired = lease.heartbeat = QDateTime::currentDateTimeUtc();
        const auto write = [&](const LeaseRow& row) {
            return in(store.get(), [row](Transaction& t) { return t.putLease(row); });
        };
        VERIFY_OK(write(lease));
        VERIFY_OK(write(lease));
        lease.id = u"two"_s;
        QVERIFY(!write(lease).ok());
        lease.fence = 4;
        QVERIFY(!write(lease).ok());
        lease.fence = 6;
        VERIFY_OK(write(lease));
    }

    void otherProgramsAreHeard()
    {
        QTemporaryDir folder;
        const auto one = openIn(folder.path());
        const auto two = openIn(folder.path());
        VERIFY_OK(await(put(one.get(), u"a"_s, 1)));
        QTest::qWait(250);
        QSignalSpy spy(two.get(), &Store::changed);
        VERIFY_OK(await(put(one.get(), u"a"_s, 2)));
        QTRY_VERIFY_WITH_TIMEOUT(!spy.isEmpty(), 1000);
        QCOMPARE((**await(get(two.get(), u"a"_s))).body[u"value"_s].toInt(), 2);
    }

    void killedWritersLoseNothingAcknowledged()
    {
        QTemporaryDir folder;
        for (int round = 0; round < 5; ++round) {
            QProcess writer;
            writer.start(QCoreApplication::applicationFilePath(),
                         {u"--write-until-killed"_s, folder.path()});
            QVERIFY(writer.waitForStarted());
            QByteArray acknowledged;
            while (acknowledged.count('\n') < 20 + 7 * round) {
                QVERIFY(writer.waitForReadyRead(20'000));
                acknowledged += writer.readAll();
            }
            ::kill(pid_t(writer.processId()), SIGKILL);
            writer.waitForFinished();
            acknowledged += writer.readAll();
            const int last =
                acknowledged.left(acknowledged.lastIndexOf('\n')).split('\n').last().toInt();
            const auto store = openIn(folder.path());
            const auto document = await(get(store.get(), u"count"_s));
            VERIFY_OK(document);
            QVERIFY(document->has_value());
            QVERIFY2((**document).body[u"value"_s].toInt() >= last,
                     "an acknowledged write is gone");
        }
    }

    void blobsAreKeptOnceByContent()
    {
        QTemporaryDir folder;
        const auto store = openIn(folder.filePath(u"state"_s));
        for (const QString& name : {u"a"_s, u"b"_s}) {
            VERIFY_OK(writeFile(folder.filePath(name), QByteArray(300'000, 'x')));
        }
        const Result<QString> one = await(store->addBlob(folder.filePath(u"a"_s)));
        VERIFY_OK(one);
        QCOMPARE(*one, sha256(QByteArray(300'000, 'x')));
        QCOMPARE(await(store->addBlob(folder.filePath(u"b"_s))).valueOr({}), *one);
        QCOMPARE(QFileInfo(store->blobPath(*one)).size(), 300'000);
        QCOMPARE(await(store->addBlob(folder.filePath(u"none"_s))).error().kind,
                 ErrorKind::NotFound);
    }

    void newerSchemaIsLeftAlone()
    {
        QTemporaryDir folder;
        openIn(folder.path()).reset();
        QProcess sqlite;
        sqlite.start(u"sqlite3"_s, {folder.filePath(u"state.db"_s), u"PRAGMA user_version = 99"_s});
        QVERIFY2(sqlite.waitForFinished() && sqlite.exitCode() == 0,
                 "sqlite3 is needed for this test");
        const auto opened = Store::open(folder.path());
        QVERIFY(!opened.ok());
        QCOMPARE(opened.error().kind, ErrorKind::Unsupported);
    }
};

namespace {

/// The child of killedWritersLoseNothingAcknowledged(): prints each number once it is on disk.
int writeUntilKilled(const QString& folder)
{
    const auto store = openIn(folder);
    for (int i = 1;; ++i) {
        if (!await(put(store.get(), u"count"_s, i))) {
            return 1;
        }
        const QByteArray line = QByteArray::number(i) + '\n';
        if (::write(1, line.constData(), size_t(line.size())) < 0) {
            return 1;
        }
    }
}

}  // namespace

int main(int argc, char** argv)
{
    QCoreApplication application(argc, argv);
    const QStringList arguments = application.arguments();
    if (arguments.value(1) == u"--write-until-killed"_s) {
        return writeUntilKilled(arguments.value(2));
    }
    TestStore test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_store.moc"
