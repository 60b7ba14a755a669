#include "core/lifecycle/figures.h"

#include "tests/support.h"

#include <QJsonArray>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::lifecycle;

namespace {

const QDateTime start = fromIso(u"2026-11-02T00:00:00.000Z"_s);

QDateTime at(int hours)
{
    return start.addSecs(qint64(hours) * 3600);
}

/// Live an hour after it began; its commits an hour before that.
Delivery came(const QString& id, int hour, bool stays = true, int commits = 1)
{
    Delivery one;
    one.operation = id;
    one.environment = u"production"_s;
    one.repository = u"shop"_s;
    one.release = u"1."_s + id;
    one.commit = u"c"_s + id;
    one.stayed = stays;
    one.began = at(hour);
    one.live = at(hour + 1);
    one.ended = at(hour + 2);
    for (int i = 0; i < commits; ++i) {
        one.changes.append({one.commit + QString::number(i), u"fix: tax"_s, at(hour - 1 - i)});
    }
    return one;
}

Delivery left(const QString& id, int hour, int from, int to)
{
    Delivery one = came(id, hour, true, 0);
    one.kind = Delivery::Kind::Rollback;
    one.from = from;
    one.to = to;
    return one;
}

FigureReport report(const QList<Delivery>& deliveries, int days = 14)
{
    FigureQuery query;
    query.from = start;
    query.to = start.addDays(days);
    return makeFigures(deliveries, query);
}

}  // namespace

/// Delivery figures, as a table of stories with what has to be counted.
class TestFigures : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void nothing();
    void deployments();
    void rolledBack();
    void takenBackByItself();
    void undoneRollBack();
    void neverLive();
    void environmentsApart();
    void periods();
    void fromTheJournal();
    void csv();
};

void TestFigures::nothing()
{
    const Figures all = report({}).all;
    QCOMPARE(all.deployments, 0);
    QVERIFY(!all.failureRate && !all.leadTime && !all.restoreTime && !all.reworkRate);
    QCOMPARE(all.perWeek, 0.0);
}

void TestFigures::deployments()
{
    const FigureReport made = report({came(u"a"_s, 10), came(u"b"_s, 30, true, 3)});
    QCOMPARE(made.all.deployments, 2);
    QCOMPARE(made.all.perWeek, 1.0);
    QCOMPARE(made.all.commits, 4);
    QCOMPARE(made.all.leadTime, milliseconds(std::chrono::minutes(150)));  // 2, 2, 3, 4 hours
    QCOMPARE(made.all.failureRate, 0.0);
    QCOMPARE(made.all.reworkRate, 0.0);
    QVERIFY(!made.all.restoreTime);
    QCOMPARE(made.trend.size(), 2);
    QCOMPARE(made.trend[0].deployments, 2);
    QCOMPARE(made.trend[1].deployments, 0);
}

/// b is left by a roll back, c mends it.
void TestFigures::rolledBack()
{
    const Figures all =
        report({came(u"a"_s, 10), came(u"b"_s, 20), left(u"r"_s, 25, 2, 1), came(u"c"_s, 40)}).all;
    QCOMPARE(all.deployments, 3);
    QCOMPARE(all.failed, QStringList{u"b"_s});
    QCOMPARE(all.restored, QStringList{u"r"_s});
    QCOMPARE(all.reworked, QStringList{u"c"_s});
    QCOMPARE(all.restoreTime, milliseconds(std::chrono::hours(5)));  // live at 21, back at 26
    QCOMPARE(std::lround(*all.failureRate), 33);
    QCOMPARE(std::lround(*all.reworkRate), 33);
}

void TestFigures::takenBackByItself()
{
    const Figures all = report({came(u"a"_s, 10), came(u"b"_s, 20, false), came(u"c"_s, 40)}).all;
    QCOMPARE(all.failed, QStringList{u"b"_s});
    QCOMPARE(all.restored, QStringList{u"b"_s});
    QCOMPARE(all.reworked, QStringList{u"c"_s});
    QCOMPARE(all.restoreTime, milliseconds(std::chrono::hours(1)));
}

/// The roll back was a mistake: the release was sound.
void TestFigures::undoneRollBack()
{
    const Figures all = report({came(u"a"_s, 10), came(u"b"_s, 20), left(u"r"_s, 25, 2, 1),
                                left(u"u"_s, 26, 1, 2), came(u"c"_s, 40)})
                            .all;
    QVERIFY(all.failed.isEmpty());
    QVERIFY(all.restored.isEmpty());
    QVERIFY(all.reworked.isEmpty());
}

void TestFigures::neverLive()
{
    Delivery broken = came(u"b"_s, 20, false);
    broken.live = {};
    const FigureReport made = report({came(u"a"_s, 10), broken});
    QCOMPARE(made.all.deployments, 1);
    QVERIFY(made.all.failed.isEmpty());
    QCOMPARE(made.deliveries.size(), 2);  // it is told, not counted
}

void TestFigures::environmentsApart()
{
    Delivery other = left(u"r"_s, 25, 2, 1);
    other.environment = u"qa"_s;
    FigureQuery query;
    query.from = start;
    query.to = start.addDays(7);
    QVERIFY(makeFigures({came(u"a"_s, 10), other}, query).all.failed.isEmpty());
    query.environment = u"qa"_s;
    QCOMPARE(makeFigures({came(u"a"_s, 10), other}, query).all.deployments, 0);
    query.environment.clear();
    query.repository = u"another"_s;
    QCOMPARE(makeFigures({came(u"a"_s, 10)}, query).all.deployments, 0);
}

/// What lies outside is not counted, and still tells what became of what lies inside.
void TestFigures::periods()
{
    const QList<Delivery> all{came(u"old"_s, -100), came(u"a"_s, 10), left(u"r"_s, 24 * 20, 2, 1)};
    const FigureReport made = report(all, 7);
    QCOMPARE(made.all.deployed, QStringList{u"a"_s});
    QCOMPARE(made.all.failed, QStringList{u"a"_s});
    QCOMPARE(made.deliveries.size(), 1);
}

void TestFigures::fromTheJournal()
{
    workspace::Workspace workspace;
    workspace::Environment environment;
    environment.name = u"production"_s;
    environment.image = u"web"_s;
    workspace.environments.insert(environment.name, environment);
    workspace::ImageRecipe recipe;
    recipe.repository = u"shop"_s;
    workspace.images.insert(u"web"_s, recipe);
    engine::Operation operation;
    operation.id = u"op"_s;
    operation.kind = u"deploy"_s;
    operation.target = u"environment/production"_s;
    operation.state = u"running"_s;
    operation.wanted = Json{{u"release"_s, u"1.0.0"_s}, {u"commit"_s, u"abc"_s}};
    operation.created = at(1);
    operation.finished = at(3);
    QVERIFY(!deliveryOf(operation, workspace));
    operation.state = u"finished"_s;
    operation.outcome = engine::Outcome::Failed;
    const std::optional<Delivery> failed = deliveryOf(operation, workspace);
    QVERIFY(failed && !failed->stayed && !failed->live.isValid());
    QCOMPARE(failed->repository, u"shop"_s);
    engine::ActionView action;
    action.key = u"switch"_s;
    action.state = u"ok"_s;
    action.finished = at(2);
    operation.actions = {action};
    operation.outcome = engine::Outcome::Ok;
    QCOMPARE(deliveryOf(operation, workspace)->live, at(2));
    operation.kind = u"bake"_s;
    QVERIFY(!deliveryOf(operation, workspace));
}

/// A commit's text is foreign: no line of it becomes a cell or a formula.
void TestFigures::csv()
{
    Delivery hostile = came(u"a"_s, 10);
    hostile.release = u"=1+1,\"x\"\n2"_s;
    const QByteArray text = report({hostile}).toCsv();
    QCOMPARE(text.count("\r\n"), 2);
    QVERIFY2(text.contains("\"'=1+1,\"\"x\"\""), text.constData());
    const Json json = report({hostile}).toJson();
    QCOMPARE(json[u"schema"_s].toString(), u"analemma.figures.1"_s);
    QCOMPARE(json[u"deliveries"_s].toArray().size(), 1);
}

QTEST_GUILESS_MAIN(TestFigures)
#include "tst_figures.moc"
