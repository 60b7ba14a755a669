#include "core/lifecycle/marks.h"

#include "core/monitor/incidents.h"

#include "tests/support.h"

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::lifecycle;

namespace {

const QDateTime dawn = fromIso(u"2026-11-02T06:00:00.000Z"_s);

QDateTime minute(int minutes)
{
    return dawn.addSecs(qint64(minutes) * 60);
}

using Ended = std::pair<QString, int>;  ///< an action that ended well, and when

engine::Operation operation(const QString& kind, engine::Outcome outcome, int finished,
                            const QList<Ended>& actions = {})
{
    engine::Operation made;
    made.id = u"op"_s;
    made.kind = kind;
    made.title = u"Deploy 1.4.2 to production"_s;
    made.created = dawn;
    made.outcome = outcome;
    if (finished >= 0) {
        made.finished = minute(finished);
    }
    for (const Ended& one : actions) {
        engine::ActionView action;
        action.key = one.first;
        action.state = one.second < 0 ? u"failed"_s : u"ok"_s;
        action.finished = minute(std::abs(one.second));
        made.actions.append(action);
    }
    return made;
}

/// "deploy@5 rollback@9".
QString toldOf(const QList<ChangeMark>& marks)
{
    QStringList told;
    for (const ChangeMark& mark : marks) {
        told.append(toString(mark.kind) + u'@' + QString::number(dawn.secsTo(mark.time) / 60));
    }
    return told.join(u' ');
}

}  // namespace

/// Marks for charts, as a table of operations with what they leave.
class TestMarks : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void ofOperations_data();
    void ofOperations();
    void configsAndIncidents();
    void incidentsThatAreKept();
    void theNewestStay();
    void foreignText();
};

void TestMarks::ofOperations_data()
{
    using engine::Outcome;
    QTest::addColumn<engine::Operation>("one");
    QTest::addColumn<QString>("marks");
    const auto row = [](const char* name, const engine::Operation& one, const QString& marks) {
        QTest::newRow(name) << one << marks;
    };
    row("a bake", operation(u"bake"_s, Outcome::Ok, 7), u"bake@7"_s);
    row("a bake that failed", operation(u"bake"_s, Outcome::Failed, 7), {});
    row("a deploy counts at its switch",
        operation(u"deploy"_s, Outcome::Ok, 9, {{u"create"_s, 2}, {u"switch"_s, 5}}),
        u"deploy@5"_s);
    row("without a balancer at its end", operation(u"deploy"_s, Outcome::Ok, 9), u"deploy@9"_s);
    row("users have it while it is watched",
        operation(u"deploy"_s, Outcome::None, -1, {{u"switch"_s, 5}}), u"deploy@5"_s);
    row("it never went live", operation(u"deploy"_s, Outcome::Failed, 9, {{u"create"_s, -2}}), {});
    row("its switch failed", operation(u"deploy"_s, Outcome::Failed, 9, {{u"switch"_s, -5}}), {});
    row("it was taken back by itself",
        operation(u"deploy"_s, Outcome::Failed, 9, {{u"switch"_s, 5}, {u"switch-back"_s, 8}}),
        u"deploy@5 rollback@8"_s);
    row("a roll back", operation(u"rollback"_s, Outcome::Ok, 9, {{u"switch"_s, 3}}),
        u"rollback@3"_s);
    row("a roll back that failed", operation(u"rollback"_s, Outcome::Failed, 9), {});
    row("what changes no server", operation(u"pipeline"_s, Outcome::Ok, 9), {});
    engine::Operation anew = operation(u"deploy"_s, Outcome::Ok, 9, {{u"switch"_s, 5}});
    anew.wanted = Json{{u"rollback"_s, true}};
    row("a roll back to what had to be made anew", anew, u"rollback@5"_s);
}

void TestMarks::ofOperations()
{
    QFETCH(const engine::Operation, one);
    QFETCH(const QString, marks);
    MarkFacts facts;
    facts.operations = {one};
    const QList<ChangeMark> made = makeMarks(facts);
    QCOMPARE(toldOf(made), marks);
    for (const ChangeMark& mark : made) {
        QCOMPARE(mark.operation, u"op"_s);
        QCOMPARE(mark.id, u"op"_s);
        QCOMPARE(mark.text, u"Deploy 1.4.2 to production"_s);
    }
}

void TestMarks::configsAndIncidents()
{
    MarkFacts facts;
    facts.operations = {operation(u"deploy"_s, engine::Outcome::Ok, 9, {{u"switch"_s, 5}})};
    facts.configs = {{u"c1"_s, u"four servers"_s, minute(2)}, {u"c2"_s, u"x"_s, {}}};
    Incident incident;
    incident.id = u"i1"_s;
    incident.title = u"p95 over 400 ms"_s;
    incident.began = minute(5);
    incident.operation = u"op"_s;
    facts.incidents = {incident};
    const QList<ChangeMark> made = makeMarks(facts);
    QCOMPARE(toldOf(made), u"config@2 deploy@5 incident@5"_s);
    QCOMPARE(made[0].id, u"c1"_s);
    QVERIFY(made[0].operation.isEmpty());
    QCOMPARE(made[2].id, u"i1"_s);
    QCOMPARE(made[2].operation, u"op"_s);
}

void TestMarks::incidentsThatAreKept()
{
    monitor::Incident taken;
    taken.id = u"7"_s;
    taken.title = u"disk /var of web-1 is 96 % full\n"_s;
    taken.severity = monitor::Severity::Critical;
    taken.environment = u"production"_s;
    taken.began = minute(5).toMSecsSinceEpoch();
    taken.opened = minute(9).toMSecsSinceEpoch();
    taken.change = monitor::LastChange();
    taken.change->operation = u"op"_s;
    monitor::Incident old = taken;  // of an earlier version, which did not keep it
    old.began = 0;
    old.closed = minute(30).toMSecsSinceEpoch();
    old.change.reset();
    const QList<Incident> made = incidentsOf({taken, old});
    QCOMPARE(made.size(), 2);
    QCOMPARE(made[0].id, u"7"_s);
    QVERIFY(!made[0].title.contains(u'\n'));
    QCOMPARE(made[0].severity, u"critical"_s);
    QCOMPARE(made[0].environment, u"production"_s);
    QCOMPARE(made[0].operation, u"op"_s);
    QCOMPARE(made[0].began, minute(5));
    QVERIFY(!made[0].ended.isValid());
    QCOMPARE(made[1].began, minute(9));
    QCOMPARE(made[1].ended, minute(30));
    QVERIFY(made[1].operation.isEmpty());
    QCOMPARE(monitor::Incident::fromJson(taken.toJson(false)).began, taken.began);
    Json before = taken.toJson(false);
    before.remove(u"began"_s);
    QCOMPARE(monitor::Incident::fromJson(before).began, taken.opened);
}

void TestMarks::theNewestStay()
{
    MarkFacts facts;
    for (int i = 9; i >= 0; --i) {
        facts.configs.append({QString::number(i), u"x"_s, minute(i)});
    }
    QCOMPARE(toldOf(makeMarks(facts, 3)), u"config@7 config@8 config@9"_s);
    QCOMPARE(makeMarks(facts, 0).size(), 0);
}

void TestMarks::foreignText()
{
    MarkFacts facts;
    facts.configs = {{u"c1"_s, u"a\u202Eb\x1b[31m"_s + QString(500, u'x'), minute(1)}};
    const QString text = makeMarks(facts)[0].text;
    QVERIFY(!text.contains(QChar(0x202E)) && !text.contains(QChar(0x1b)));
    QVERIFY(text.size() <= 121);
}

QTEST_GUILESS_MAIN(TestMarks)
#include "tst_marks.moc"
