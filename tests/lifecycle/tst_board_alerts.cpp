#include "core/lifecycle/lifecycle.h"

#include "tests/support.h"

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::lifecycle;
using monitor::AlertState;
using monitor::Severity;

namespace {

const QDateTime kBoardNow(QDate(2026, 11, 27), QTime(10, 0), Qt::UTC);

monitor::Alert fired(qint64 id, const QString& rule, const QString& environment, Severity severity,
                     int minutesAgo)
{
    monitor::Alert alert;
    alert.id = id;
    alert.rule = rule;
    alert.subject = u"web-%1"_s.arg(id);
    alert.environment = environment;
    alert.severity = severity;
    alert.state = AlertState::Firing;
    alert.fired = kBoardNow.addSecs(-60 * minutesAgo).toMSecsSinceEpoch();
    alert.sentence = u"%1 of %2"_s.arg(rule, alert.subject);
    return alert;
}

/// Two commits: b serves in production, a in qa.
Facts twoEnvironments()
{
    Facts facts;
    facts.now = kBoardNow;
    Facts::RepositoryFacts repository;
    repository.name = u"shop"_s;
    int number = 0;
    for (const auto& [id, environment] :
         {std::pair(u"b"_s, u"production"_s), std::pair(u"a"_s, u"qa"_s)}) {
        git::Commit commit;
        commit.id = id;
        commit.time = kBoardNow.addSecs(-3600 - 60 * number);
        repository.commits.append(commit);
        release::Release release;
        release.version = u"1.4.%1"_s.arg(++number);
        release.repository = repository.name;
        release.commit = id;
        facts.releases.append(release);
        deploy::EnvironmentView view;
        view.spec.name = environment;
        view.asOf = kBoardNow;
        view.balancer.state = u"running"_s;
        view.balancer.requestRate = 7;
        deploy::Generation active;
        active.environment = environment;
        active.number = 1;
        active.release = release.version;
        active.commit = id;
        active.state = u"active"_s;
        view.active = active;
        view.generations = {active};
        facts.environments.append(view);
    }
    facts.repositories.append(repository);
    return facts;
}

}  // namespace

/// What fires stands at the phase Monitor, and with the change that serves there.
class TestBoardAlerts : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void stations_data()
    {
        QTest::addColumn<QList<monitor::Alert>>("alerts");
        QTest::addColumn<QString>("station");
        QTest::addColumn<QString>("cells");  // of production, then of qa
        const QString quiet = u"ok 7/s environments:production"_s;
        const QString quietQa = u"ok 7/s environments:qa"_s;
        const auto cells = [](const QString& one, const QString& other) {
            return one + u" | "_s + other;
        };
        QTest::newRow("none") << QList<monitor::Alert>() << u"ok 14 14/s :"_s
                              << cells(quiet, quietQa);
        const monitor::Alert disk = fired(3, u"disk-full"_s, u"production"_s, Severity::Warning, 5);
        const monitor::Alert memory = fired(4, u"memory"_s, u"qa"_s, Severity::Critical, 9);
        QTest::newRow("one") << QList{disk} << u"waiting 1 warning: disk-full alerts:3"_s
                             << cells(u"waiting 1 alert(s) alerts:3"_s, quietQa);
        QTest::newRow("the gravest is named")
            << QList{disk, memory} << u"failed 2 critical: memory alerts:4"_s
            << cells(u"waiting 1 alert(s) alerts:3"_s, u"failed 1 alert(s) alerts:4"_s);
        const monitor::Alert newer = fired(5, u"latency"_s, u"qa"_s, Severity::Critical, 2);
        QTest::newRow("then the newest")
            << QList{memory, newer} << u"failed 2 critical: latency alerts:5"_s
            << cells(quiet, u"failed 2 alert(s) alerts:5"_s);
        monitor::Alert pending = disk;
        pending.state = AlertState::Pending;
        QTest::newRow("not for long enough")
            << QList{pending} << u"ok 14 14/s :"_s << cells(quiet, quietQa);
        monitor::Alert silenced = disk;
        silenced.silencedBy = u"ana"_s;
        QTest::newRow("held back") << QList{silenced} << u"ok 14 14/s :"_s << cells(quiet, quietQa);
        QTest::newRow("of no environment")
            << QList{fired(6, u"bastion-down"_s, {}, Severity::Info, 1)}
            << u"unknown 1 info: bastion-down alerts:6"_s << cells(quiet, quietQa);
    }
    void stations()
    {
        QFETCH(QList<monitor::Alert>, alerts);
        QFETCH(QString, station);
        QFETCH(QString, cells);
        Facts facts = twoEnvironments();
        facts.alerts = alerts;
        const Board board = makeBoard(facts);
        const Station& one = board.stations[std::size_t(Phase::Monitor)];
        QCOMPARE(u"%1 %2 %3 %4:%5"_s.arg(toString(one.mark))
                     .arg(one.count)
                     .arg(one.line, one.panel, one.item),
                 station);
        QStringList all;
        for (const ChangeRow& row : board.changes) {
            const Cell& cell = row.cells[std::size_t(Phase::Monitor)];
            all.append(u"%1 %2 %3:%4"_s.arg(toString(cell.mark), cell.text, cell.panel, cell.item));
        }
        QCOMPARE(all.join(u" | "_s), cells);
    }

    void theSentenceAndTheTrafficStandBelow()
    {
        Facts facts = twoEnvironments();
        facts.alerts = {fired(3, u"disk-full"_s, u"production"_s, Severity::Warning, 5)};
        const Station station = makeBoard(facts).stations[std::size_t(Phase::Monitor)];
        QVERIFY(station.detail.contains(u"disk-full of web-3"_s));
        QVERIFY(station.detail.contains(u"14/s"_s));
        QCOMPARE(station.since, kBoardNow.addSecs(-300));
        // A balancer that stands still is graver than a warning.
        facts.environments[0].balancer.state = u"stopped"_s;
        QCOMPARE(makeBoard(facts).stations[std::size_t(Phase::Monitor)].mark, Mark::Failed);
        const Json json = makeBoard(facts).toJson()[u"stations"_s].toArray().at(7).toObject();
        QCOMPARE(json[u"item"_s].toString(), u"3"_s);
    }
};

QTEST_GUILESS_MAIN(TestBoardAlerts)
#include "tst_board_alerts.moc"
