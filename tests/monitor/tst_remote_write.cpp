#include "core/monitor/remotewrite.h"
#include "core/monitor/src/writerequest.h"
#include "tests/monitor/series_fixture.h"
#include "tests/monitor/write_receiver.h"
#include "tests/support.h"

#include <QProcess>
#include <QTemporaryDir>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::monitor;

/// Our own samples on their way into a Prometheus, without one.
class TestRemoteWrite : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void requestAsProtocProvesIt();
    void outcomes_data();
    void outcomes();
    void waitsAsLongAsIsWanted();
    void positions();
    void readsRawValues();
    void sendsInOrderAndOnce();
    void passesOverWhatIsRefused();
    void waitsForWhoCannotTakeIt();
    void neverRepeatsWhatWasTaken();
    void startsAtItsPosition();
};

namespace {

constexpr qint64 kWriteStart = fixture::kStart;

/// A store with so many series of one value every 5 s, and what it holds.
struct Filled {
    QTemporaryDir folder;
    std::shared_ptr<fixture::HandClock> clock =
        std::make_shared<fixture::HandClock>(kWriteStart + 600'000);
    std::unique_ptr<SeriesStore> store = fixture::openStore(folder.path(), clock);
    receiving::Taken model;

    void add(const QString& server, qint64 from, int count, qint64 step = 5'000)
    {
        const SeriesName name{server, u"cpu.busy"_s, {}};
        const SeriesId id = store->series(name);
        std::vector<Measured> batch;
        for (int i = 0; i < count; ++i) {
            const double value = double((from + i * step) / 1000 % 97) / 2;
            batch.push_back({id, from + i * step, value});
            model[u"analemma_cpu_busy"_s + server][from + i * step] = value;
        }
        const auto kept = test::await(store->append(std::move(batch)));
        if (!kept || kept->stored != count) {
            qFatal("the store kept less");
        }
    }
    RemoteWriteOptions options() const
    {
        RemoteWriteOptions options;
        options.url = u"http://receiver/api/v1/write"_s;
        options.workspace = u"shop"_s;
        options.since = kWriteStart - 3'600'000;
        options.clock = clock.get();
        options.every = milliseconds(5);
        options.firstRetry = milliseconds(5);
        options.longestRetry = milliseconds(50);
        return options;
    }
};

}  // namespace

void TestRemoteWrite::requestAsProtocProvesIt()
{
    const QList<PromLabels> series{{{u"server"_s, u"web-1"_s}, {u"__name__"_s, u"analemma_x"_s}},
                                   {{u"__name__"_s, u"analemma_y"_s}, {u"empty"_s, QString()}}};
    const QByteArray bytes =
        writeRequest(series, {{0, 1'790'000'000'123, 1.5}, {0, 1'790'000'005'123, -2}, {1, 1, 0}});
    const receiving::Taken decoded = receiving::decodeWrite(bytes);
    QCOMPARE(decoded.size(), std::size_t(2));
    QCOMPARE(decoded.at(u"analemma_xweb-1"_s),
             (fixture::Model{{1'790'000'000'123, 1.5}, {1'790'000'005'123, -2}}));
    QProcess protoc;
    protoc.start(u"protoc"_s, {u"--decode_raw"_s});
    QVERIFY2(protoc.waitForStarted(), "protoc (protobuf-compiler) is needed");
    protoc.write(bytes);
    protoc.closeWriteChannel();
    QVERIFY(protoc.waitForFinished());
    QCOMPARE(protoc.exitCode(), 0);
    const QByteArray text = protoc.readAllStandardOutput().simplified();
    QCOMPARE(text, QByteArray("1 { 1 { 1: \"__name__\" 2: \"analemma_x\" } 1 { 1: \"server\" 2: "
                              "\"web-1\" } 2 { 1: 0x3ff8000000000000 2: 1790000000123 } 2 { 1: "
                              "0xc000000000000000 2: 1790000005123 } } 1 { 1 { 1: \"__name__\" 2: "
                              "\"analemma_y\" } 2 { 1: 0x0000000000000000 2: 1 } }"));
    QCOMPARE(receiving::unpackedSnappy(snappyBlock(bytes)), bytes);
}

void TestRemoteWrite::outcomes_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<int>("attempt");
    QTest::addColumn<int>("verdict");
    QTest::addColumn<int>("after");
    using V = WriteVerdict;
    QTest::newRow("no content") << 204 << 5 << int(V::Accepted) << 0;
    QTest::newRow("bad data") << 400 << 0 << int(V::Divide) << 0;
    QTest::newRow("too large") << 413 << 0 << int(V::Divide) << 0;
    QTest::newRow("busy") << 503 << 0 << int(V::Later) << 1'000;
    QTest::newRow("busy again") << 500 << 3 << int(V::Later) << 8'000;
    QTest::newRow("busy for long") << 500 << 60 << int(V::Later) << 60'000;
    QTest::newRow("too often") << 429 << 1 << int(V::Later) << 2'000;
    QTest::newRow("no receiver") << 404 << 0 << int(V::Refused) << 60'000;
    QTest::newRow("login") << 401 << 0 << int(V::Refused) << 60'000;
    QTest::newRow("moved") << 302 << 0 << int(V::Refused) << 60'000;
    QTest::newRow("no network") << -int(ErrorKind::Network) << 1 << int(V::Unknown) << 2'000;
    QTest::newRow("late") << -int(ErrorKind::Timeout) << 0 << int(V::Unknown) << 1'000;
    QTest::newRow("certificate") << -int(ErrorKind::HostKey) << 0 << int(V::Refused) << 60'000;
}

void TestRemoteWrite::outcomes()
{
    QFETCH(int, status);
    QFETCH(int, attempt);
    QFETCH(int, verdict);
    QFETCH(int, after);
    http::Response response;
    response.status = status;
    const Result<http::Response> answer =
        status > 0 ? Result<http::Response>(response)
                   : Result<http::Response>(Error(ErrorKind(-status), u"it broke"_s));
    const WriteOutcome outcome =
        outcomeOf(answer, attempt, milliseconds(1'000), milliseconds(60'000));
    QCOMPARE(int(outcome.verdict), verdict);
    QCOMPARE(outcome.after, milliseconds(after));
    QCOMPARE(outcome.problem.isEmpty(), outcome.verdict == WriteVerdict::Accepted);
}

void TestRemoteWrite::waitsAsLongAsIsWanted()
{
    const QDateTime now = fromIso(u"2026-11-27T04:00:00.000Z"_s);
    QCOMPARE(retryAfter("30", now), std::optional(milliseconds(30'000)));
    QCOMPARE(retryAfter("Fri, 27 Nov 2026 04:00:07 GMT", now), std::optional(milliseconds(7'000)));
    QCOMPARE(retryAfter("Fri, 27 Nov 2026 03:00:00 GMT", now), std::optional(milliseconds(0)));
    QCOMPARE(retryAfter("99999999999", now), std::optional(milliseconds(3'600'000)));
    QVERIFY(!retryAfter("soon", now) && !retryAfter("-1", now) && !retryAfter("", now));
    http::Response busy;
    busy.status = 429;
    busy.headers = {{"retry-after", "3"}};
    QCOMPARE(outcomeOf(busy, 0, milliseconds(1), milliseconds(10)).after, milliseconds(3'000));
}

void TestRemoteWrite::positions()
{
    WritePositions positions;
    positions.since = 1'000;
    positions.reach(SeriesId(3), 5'000);
    positions.reach(SeriesId(3), 4'000);
    QCOMPARE(positions.of(SeriesId(3)), qint64(5'000));
    QCOMPARE(positions.of(SeriesId(1)), qint64(1'000));
    QCOMPARE(positions.of(SeriesId(99)), qint64(1'000));
    const QByteArray bytes = packPositions(positions, u"http://a"_s);
    const auto back = unpackPositions(bytes, u"http://a"_s);
    QVERIFY(back.has_value());
    QCOMPARE(back->since, qint64(1'000));
    QCOMPARE(back->times, positions.times);
    QVERIFY(!unpackPositions(bytes, u"http://b"_s));  // what another one has says nothing
    for (qsizetype cut = 1; cut < bytes.size(); ++cut) {
        const auto part = unpackPositions(bytes.first(cut), u"http://a"_s);
        QVERIFY(!part || part->times.size() < positions.times.size());
    }
}

void TestRemoteWrite::readsRawValues()
{
    Filled filled;
    filled.clock->set(kWriteStart + 12 * 3'600'000);
    filled.add(u"a"_s, kWriteStart, 3'000);                // some hours, sealed below
    filled.add(u"a"_s, kWriteStart + 9 * 3'600'000, 100);  // after a gap
    filled.add(u"b"_s, kWriteStart + 5, 2'000);
    VERIFY_OK(test::await(filled.store->tidy()));
    filled.add(u"a"_s, kWriteStart + 10 * 3'600'000, 50);  // in memory
    filled.add(u"a"_s, kWriteStart + 1'000'001, 3);        // late, among others
    const SeriesId a = filled.store->series({u"a"_s, u"cpu.busy"_s, {}});
    const SeriesId b = filled.store->series({u"b"_s, u"cpu.busy"_s, {}});
    const auto all =
        test::await(filled.store->values({{b, 0}, {a, kWriteStart}}, kWriteStart + kDay, 100'000));
    VERIFY_OK(all);
    fixture::Model read;
    std::size_t i = 0;
    for (; i < all->size() && (*all)[i].series == b; ++i) {
        read.emplace((*all)[i].time, (*all)[i].value);
    }
    QCOMPARE(read, filled.model[u"analemma_cpu_busyb"_s]);
    read.clear();
    read.emplace(kWriteStart, filled.model[u"analemma_cpu_busya"_s][kWriteStart]);
    for (; i < all->size(); ++i) {
        QVERIFY(read.empty() || read.rbegin()->first < (*all)[i].time);
        read.emplace((*all)[i].time, (*all)[i].value);
    }
    QCOMPARE(read, filled.model[u"analemma_cpu_busya"_s]);
    const auto some =
        test::await(filled.store->values({{a, kWriteStart}}, kWriteStart + 60'000, 7));
    VERIFY_OK(some);
    QCOMPARE(some->size(), std::size_t(7));
    QCOMPARE(some->front().time, kWriteStart + 5'000);
    const auto before = test::await(filled.store->values({{a, 0}}, kWriteStart + 10'000, 100));
    VERIFY_OK(before);
    QCOMPARE(before->size(), std::size_t(2));
    QVERIFY(!test::await(filled.store->values({{a, 0}}, kWriteStart, 0)).ok());
}

void TestRemoteWrite::sendsInOrderAndOnce()
{
    Filled filled;
    filled.add(u"a"_s, kWriteStart - 3'000'000, 700);
    filled.add(u"b"_s, kWriteStart - 2'999'000, 700);
    receiving::WriteReceiver receiver;
    RemoteWriteOptions options = filled.options();
    options.batch = 128;
    RemoteWriter writer(receiver.send(), filled.store.get(), options);
    const auto sent = test::await(writer.sendOnce({}));
    VERIFY_OK(sent);
    QVERIFY2(sent->problem.isEmpty(), qPrintable(sent->problem));
    QVERIFY(sent->upToDate);
    QCOMPARE(sent->sent, qint64(1'400));
    QCOMPARE(sent->refused, qint64(0));
    QVERIFY(receiver.taken() == filled.model);
    QCOMPARE(receiver.values(), qint64(1'400));
    QVERIFY(receiver.largestSpread() <= 20 * 60 * 1000 + 5'000);  // no series runs ahead
    filled.add(u"a"_s, kWriteStart + 501'000, 3);
    const auto more = test::await(writer.sendOnce({}));
    VERIFY_OK(more);
    QCOMPARE(more->sent, qint64(1'403));
    QVERIFY(receiver.taken() == filled.model);
}

void TestRemoteWrite::passesOverWhatIsRefused()
{
    Filled filled;
    for (const QString& server : {u"a"_s, u"b"_s, u"c"_s}) {
        filled.add(server, kWriteStart, 20);
    }
    receiving::WriteReceiver receiver;
    receiver.answersQueries = false;
    receiver.put(u"analemma_cpu_busyb"_s, kWriteStart + 22'000, 1);  // newer than five of ours
    RemoteWriter writer(receiver.send(), filled.store.get(), filled.options());
    const auto sent = test::await(writer.sendOnce({}));
    VERIFY_OK(sent);
    QVERIFY(receiver.refusals > 0);
    QCOMPARE(sent->refused, qint64(5));
    QCOMPARE(sent->sent, qint64(55));
    QCOMPARE(receiver.taken().at(u"analemma_cpu_busya"_s), filled.model[u"analemma_cpu_busya"_s]);
    QCOMPARE(receiver.taken().at(u"analemma_cpu_busyb"_s).size(), std::size_t(16));
}

void TestRemoteWrite::waitsForWhoCannotTakeIt()
{
    Filled filled;
    filled.add(u"a"_s, kWriteStart, 20);
    receiving::WriteReceiver receiver;
    receiver.script = {503, 429, 500, 0};  // 0: no connection
    RemoteWriter writer(receiver.send(), filled.store.get(), filled.options());
    writer.start();
    QTRY_VERIFY(writer.status().upToDate && receiver.values() == 20);
    QCOMPARE(writer.status().retries, qint64(4));
    QVERIFY(writer.status().problem.isEmpty());
    QVERIFY(receiver.taken() == filled.model);
    receiver.down = true;
    filled.add(u"a"_s, kWriteStart + 200'000, 20);
    QTRY_VERIFY(!writer.status().problem.isEmpty());
    QVERIFY(!writer.status().upToDate);
    receiver.down = false;
    QTRY_VERIFY(writer.status().upToDate && writer.status().problem.isEmpty());
    QVERIFY(receiver.taken() == filled.model);
    QCOMPARE(receiver.values(), qint64(40));
}

void TestRemoteWrite::neverRepeatsWhatWasTaken()
{
    Filled filled;
    filled.add(u"a"_s, kWriteStart, 20);
    filled.add(u"b"_s, kWriteStart, 20);
    receiving::WriteReceiver receiver;
    receiver.script = {-1};  // takes it, and the answer is lost
    RemoteWriter writer(receiver.send(), filled.store.get(), filled.options());
    writer.start();
    QTRY_VERIFY(writer.status().upToDate);
    QCOMPARE(receiver.values(), qint64(40));
    QCOMPARE(receiver.refusals, 0);
    QCOMPARE(writer.status().refused, qint64(0));
    QVERIFY(receiver.taken() == filled.model);
}

void TestRemoteWrite::startsAtItsPosition()
{
    Filled filled;
    filled.add(u"a"_s, kWriteStart, 20);
    receiving::WriteReceiver receiver;
    RemoteWriteOptions options = filled.options();
    options.positionFile = filled.folder.path() + u"/positions"_s;
    {
        RemoteWriter writer(receiver.send(), filled.store.get(), options);
        VERIFY_OK(test::await(writer.sendOnce({})));
    }
    filled.add(u"a"_s, kWriteStart + 100'000, 5);
    RemoteWriter again(receiver.send(), filled.store.get(), options);
    const auto sent = test::await(again.sendOnce({}));
    VERIFY_OK(sent);
    QCOMPARE(sent->sent, qint64(5));
    QVERIFY(receiver.taken() == filled.model);
    // A file that is none is begun anew: what Prometheus has, it says itself.
    QFile file(options.positionFile);
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write("nonsense") == 8);
    file.close();
    RemoteWriter third(receiver.send(), filled.store.get(), options);
    const auto none = test::await(third.sendOnce({}));
    VERIFY_OK(none);
    QCOMPARE(none->refused, qint64(0));
    QCOMPARE(receiver.values(), qint64(25));
}

QTEST_GUILESS_MAIN(TestRemoteWrite)
#include "tst_remote_write.moc"
