#include "core/lifecycle/past.h"

#include "tests/support.h"

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::lifecycle;

namespace {

QDateTime at(int minute)
{
    return QDateTime(QDate(2026, 11, 27), QTime(10, 0), Qt::UTC).addSecs(minute * 60);
}

/// One way in, live a minute after it began, over after two.
engine::Operation deployed(const QString& id, int minute, const QString& release, int from, int to,
                           engine::Outcome outcome = engine::Outcome::Ok)
{
    engine::Operation operation;
    operation.id = id;
    operation.kind = u"deploy"_s;
    operation.target = u"environment/production"_s;
    operation.state = u"finished"_s;
    operation.outcome = outcome;
    operation.wanted = {{u"release"_s, release}};
    operation.result = {{u"from"_s, from}, {u"to"_s, to}};
    operation.created = at(minute);
    operation.finished = at(minute + 2);
    engine::ActionView go;
    go.key = u"switch"_s;
    go.state = u"ok"_s;
    go.finished = at(minute + 1);
    operation.actions = {go};
    return operation;
}

}  // namespace

class TestLifecyclePast : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void whatServed_data()
    {
        QTest::addColumn<int>("minute");
        QTest::addColumn<QString>("release");
        QTest::addColumn<int>("generation");
        QTest::newRow("before all") << 0 << QString() << 0;
        QTest::newRow("begun, not live") << 10 << QString() << 0;
        QTest::newRow("the first") << 11 << u"1.0.0"_s << 1;
        QTest::newRow("the first still") << 20 << u"1.0.0"_s << 1;
        QTest::newRow("the second") << 25 << u"1.1.0"_s << 2;
        QTest::newRow("one that failed, while it was live") << 31 << u"1.2.0"_s << 3;
        QTest::newRow("taken back by itself") << 35 << u"1.1.0"_s << 2;
        QTest::newRow("rolled back") << 45 << u"1.0.0"_s << 1;
        QTest::newRow("down") << 60 << QString() << 0;
    }
    void whatServed()
    {
        QFETCH(int, minute);
        QFETCH(QString, release);
        QFETCH(int, generation);
        engine::Operation back = deployed(u"back"_s, 40, u"1.0.0"_s, 2, 1);
        back.kind = u"rollback"_s;
        back.wanted = {{u"release"_s, u"1.0.0"_s}, {u"from"_s, 2}, {u"to"_s, 1}};
        engine::Operation down = deployed(u"down"_s, 50, {}, 0, 0);
        down.kind = u"down"_s;
        down.actions.clear();
        engine::Operation other = deployed(u"other"_s, 20, u"9.9.9"_s, 0, 7);
        other.target = u"environment/qa"_s;
        const QList<engine::Operation> journal{
            down,
            back,
            deployed(u"third"_s, 30, u"1.2.0"_s, 2, 3, engine::Outcome::Failed),
            other,
            deployed(u"second"_s, 20, u"1.1.0"_s, 1, 2),
            deployed(u"first"_s, 10, u"1.0.0"_s, 0, 1)};
        const auto served = servedAt(journal, workspace::Workspace(), u"production"_s, at(minute));
        QCOMPARE(served.has_value(), !release.isEmpty());
        if (served) {
            QCOMPARE(served->release, release);
            QCOMPARE(served->generation, generation);
            QVERIFY(served->since <= at(minute));
        }
    }

    void aBoardWithoutWhatCameLater()
    {
        Board board;
        board.asOf = at(60);
        ChangeRow late;
        late.commit = u"b"_s;
        late.time = at(40);
        late.cells[1] = {Mark::Ok, u"40"_s, at(40), {}, {}, {}};
        ChangeRow early;
        early.commit = u"a"_s;
        early.time = at(10);
        early.cells[1] = {Mark::Ok, u"10"_s, at(10), {}, {}, {}};
        early.cells[2] = {Mark::Ok, u"build"_s, at(12), {}, {}, {}};
        early.cells[5] = {Mark::Ok, u"production"_s, at(50), {}, {}, {}};
        board.changes = {late, early};
        Station& monitor = board.stations[7];
        monitor.detail = u"2 alerts fire"_s;  // of now
        monitor.panel = u"alerts"_s;
        monitor.item = u"7"_s;
        const Board past = boardAt(board, at(30));
        QVERIFY(past.stations[7].panel.isEmpty() && past.stations[7].detail.isEmpty());
        QCOMPARE(past.changes.size(), 1);
        QCOMPARE(past.changes[0].commit, u"a"_s);
        QCOMPARE(past.changes[0].cells[2].text, u"build"_s);
        QCOMPARE(past.changes[0].cells[5].mark, Mark::None);
        QCOMPARE(past.stations[1].count, 1);
        QCOMPARE(past.stations[2].line, u"build"_s);
        QCOMPARE(past.stations[5].mark, Mark::Idle);
        QCOMPARE(past.asOf, at(30));
        QCOMPARE(boardAt(board, at(60)).changes.size(), 2);
    }
};

QTEST_GUILESS_MAIN(TestLifecyclePast)
#include "tst_lifecycle_past.moc"
