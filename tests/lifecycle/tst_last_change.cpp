#include "core/lifecycle/lastchange.h"
#include "core/monitor/alertsentence.h"

#include "tests/support.h"

#include <QTemporaryDir>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::lifecycle;

namespace {

const QDateTime kNoonStart(QDate(2026, 11, 27), QTime(12, 0), Qt::UTC);

QDateTime afterStart(int minutes)
{
    return kNoonStart.addSecs(qint64(minutes) * 60);
}

engine::ActionView did(const QString& key, const QString& verb, int minute)
{
    engine::ActionView action;
    action.key = key;
    action.verb = verb;
    action.state = u"ok"_s;
    action.started = afterStart(minute);
    action.finished = afterStart(minute);
    return action;
}

/// `finished` below 0: it goes on.
engine::Operation ran(const QString& kind, const QString& target, const Json& wanted, int finished,
                      engine::Outcome outcome, const QList<engine::ActionView>& actions = {})
{
    engine::Operation one;
    one.id = u"%1-%2"_s.arg(kind).arg(finished);
    one.kind = kind;
    one.target = target;
    one.wanted = wanted;
    one.state = finished < 0 ? u"running"_s : u"finished"_s;
    one.outcome = outcome;
    one.created = kNoonStart;
    if (finished >= 0) {
        one.finished = afterStart(finished);
    }
    one.actions = actions;
    return one;
}

engine::Operation shipped(const QString& release, int live, int finished, engine::Outcome outcome,
                          const QString& image = {}, const QString& environment = u"production"_s)
{
    QList<engine::ActionView> actions{did(u"server/s"_s, u"server.create"_s, live - 2)};
    actions.append(did(u"switch"_s, u"balancer.switch"_s, live));
    return ran(u"deploy"_s, u"environment/"_s + environment,
               {{u"release"_s, release}, {u"image"_s, image}}, finished, outcome, actions);
}

const QString kProductionTarget = u"environment/production"_s;

}  // namespace

/// What the journal and the workspace file tell of the change before an alert, as a table.
class TestLastChange : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void deliveries_data()
    {
        QTest::addColumn<int>("before");
        QTest::addColumn<QString>("what");
        QTest::newRow("none yet") << 5 << QString();
        QTest::newRow("after the first") << 15 << u"deploy@10 shop 1.4.1 went live"_s;
        QTest::newRow("after the second, which still watches")
            << 25 << u"deploy@20 shop 1.4.2 went live"_s;
        QTest::newRow("one that failed changed nothing")
            << 35 << u"deploy@20 shop 1.4.2 went live"_s;
        QTest::newRow("rolled back")
            << 45 << u"rollback@40 production was rolled back to shop 1.4.1"_s;
        QTest::newRow("live for a while") << 51 << u"deploy@50 shop 1.4.4 went live"_s;
        QTest::newRow("taken back by itself")
            << 55 << u"taken-back@52 shop 1.4.4 was taken back from production"_s;
        QTest::newRow("rolled back to what had to be made anew")
            << 65 << u"rollback@60 production was rolled back to shop 1.4.0"_s;
        QTest::newRow("of another environment") << 72
                                                << u"rollback@60 production was rolled back "
                                                   u"to shop 1.4.0"_s;
        QTest::newRow("started again") << 85
                                       << u"restart@80 servers of production were started "
                                          u"again"_s;
        QTest::newRow("down") << 95 << u"down@90 everything was taken down"_s;
    }
    void deliveries()
    {
        QFETCH(int, before);
        using engine::Outcome;
        engine::Operation unshipped =
            ran(u"deploy"_s, kProductionTarget, {{u"release"_s, u"1.4.3"_s}}, 30, Outcome::Failed);
        engine::Operation taken = shipped(u"1.4.4"_s, 50, 53, Outcome::Failed);
        taken.actions.append(did(u"switch-back"_s, u"balancer.switch"_s, 52));
        engine::Operation anew = shipped(u"1.4.0"_s, 60, 61, Outcome::Ok);
        anew.wanted[u"rollback"_s] = true;
        const QList<engine::Operation> operations{
            ran(u"down"_s, u"workspace"_s, {}, 90, Outcome::Ok),
            ran(u"restore"_s, kProductionTarget, {}, 80, Outcome::Ok),
            shipped(u"9.9.9"_s, 70, 71, Outcome::Ok, {}, u"qa"_s),
            anew,
            taken,
            ran(u"rollback"_s, kProductionTarget, {{u"release"_s, u"1.4.1"_s}}, 41, Outcome::Ok,
                {did(u"switch"_s, u"balancer.switch"_s, 40)}),
            unshipped,
            shipped(u"shop/1.4.2"_s, 20, -1, Outcome::None),
            shipped(u"1.4.1"_s, 10, 11, Outcome::Ok)};
        QTEST(toldAt({u"production"_s, u"shop"_s, operations, {}}, before), "what");
    }

    void bakes_data()
    {
        QTest::addColumn<QString>("image");  // that servers of production are started from
        QTest::addColumn<int>("started");
        QTest::addColumn<int>("failed");  // when the deployment failed; 0: it goes on
        QTest::addColumn<int>("before");
        QTest::addColumn<QString>("what");
        const QString live = u"deploy@5 shop 1.4.1 went live"_s;
        const QString baked = u"bake@16 image web-17 was baked"_s;
        QTest::newRow("its servers run") << u"web-17"_s << 18 << 0 << 22 << baked;
        QTest::newRow("not in use yet") << u"web-17"_s << 18 << 0 << 17 << live;
        QTest::newRow("another is in use") << u"web-16"_s << 18 << 0 << 22 << live;
        QTest::newRow("its servers are gone") << u"web-17"_s << 18 << 20 << 22 << live;
        QTest::newRow("they were there then") << u"web-17"_s << 18 << 20 << 19 << baked;
    }
    void bakes()
    {
        QFETCH(QString, image);
        QFETCH(int, started);
        QFETCH(int, failed);
        QFETCH(int, before);
        using engine::Outcome;
        const engine::Operation rolling =
            ran(u"deploy"_s, kProductionTarget, {{u"release"_s, u"1.4.2"_s}, {u"image"_s, image}},
                failed > 0 ? failed : -1, failed > 0 ? Outcome::Failed : Outcome::None,
                {did(u"server/s"_s, u"server.create"_s, started)});
        const QList<engine::Operation> operations{
            rolling,
            ran(u"bake"_s, u"image/web-17"_s, {{u"image"_s, u"web-17"_s}}, 16, Outcome::Ok),
            ran(u"bake"_s, u"image/web-18"_s, {{u"image"_s, u"web-17"_s}}, 21, Outcome::Failed),
            shipped(u"1.4.1"_s, 5, 6, Outcome::Ok)};
        QTEST(toldAt({u"production"_s, u"shop"_s, operations, {}}, before), "what");
    }

    void theSwitchIsNewerThanItsBake()
    {
        const QList<engine::Operation> operations{
            ran(u"bake"_s, u"image/web-17"_s, {{u"image"_s, u"web-17"_s}}, 16, engine::Outcome::Ok),
            shipped(u"1.4.2"_s, 20, 21, engine::Outcome::Ok, u"web-17"_s)};
        QCOMPARE(toldAt({u"production"_s, u"shop"_s, operations, {}}, 30),
                 u"deploy@20 shop 1.4.2 went live"_s);
    }

    void runs_data()
    {
        QTest::addColumn<Json>("wanted");
        QTest::addColumn<int>("finished");
        QTest::addColumn<QString>("what");
        const auto on = [](const QStringList& environments) {
            QJsonArray hosts;
            for (const QString& one : environments) {
                hosts.append(Json{{u"name"_s, u"web"_s}, {u"environment"_s, one}});
            }
            return hosts;
        };
        const QJsonArray two = on({u"production"_s, u"qa"_s, u"production"_s});
        QTest::newRow("a runbook") << Json{{u"hosts"_s, two}, {u"runbook"_s, u"rotate logs"_s}} << 8
                                   << u"run@8 runbook rotate logs ran on 2 servers of production"_s;
        QTest::newRow("a command, on one") << Json{{u"hosts"_s, on({u"production"_s})}} << 8
                                           << u"run@8 a command ran on a server of production"_s;
        QTest::newRow("it still runs") << Json{{u"hosts"_s, two}} << -1
                                       << u"run@0 a command was started on 2 servers of "
                                          u"production"_s;
        QTest::newRow("elsewhere") << Json{{u"hosts"_s, on({u"qa"_s})}} << 8 << QString();
        QTest::newRow("it only looked")
            << Json{{u"hosts"_s, two}, {u"checks"_s, u"op"_s}} << 8 << QString();
    }
    void runs()
    {
        QFETCH(Json, wanted);
        QFETCH(int, finished);
        const engine::Operation one =
            ran(u"fleet"_s, u"fleet/x"_s, wanted, finished,
                finished < 0 ? engine::Outcome::None : engine::Outcome::Failed,
                {did(u"step/web"_s, u"step"_s, 1)});
        QTEST(toldAt({u"production"_s, u"shop"_s, {one}, {}}, 10), "what");
        engine::Operation none = one;  // no server was begun
        none.actions.clear();
        QCOMPARE(toldAt({u"production"_s, u"shop"_s, {none}, {}}, 10), QString());
    }

    void configurations_data()
    {
        QTest::addColumn<QList<ConfigChange>>("configs");
        QTest::addColumn<QString>("what");
        const ConfigChange mine{u"c1"_s, u"four servers"_s, afterStart(7),
                                QStringList{u"production"_s}};
        const ConfigChange other{u"c2"_s, u"qa is small"_s, afterStart(8), QStringList{u"qa"_s}};
        const ConfigChange unknown{u"c3"_s, u"first"_s, afterStart(9), {}};
        const ConfigChange early{u"c4"_s, u"early"_s, afterStart(3), QStringList{u"production"_s}};
        const ConfigChange unnamed{{}, {}, afterStart(7), QStringList{u"production"_s}};
        QTest::newRow("of it") << QList{mine}
                               << u"config@7 the configuration of production changed (four "
                                  u"servers) c1"_s;
        QTest::newRow("of another") << QList{other} << u"deploy@5 shop 1.4.1 went live"_s;
        QTest::newRow("of nobody knows which")
            << QList{mine, unknown} << u"config@9 the workspace file changed (first) c3"_s;
        QTest::newRow("before the deployment")
            << QList{early} << u"deploy@5 shop 1.4.1 went live"_s;
        QTest::newRow("not from git")
            << QList{unnamed} << u"config@7 the configuration of production changed"_s;
    }
    void configurations()
    {
        QFETCH(QList<ConfigChange>, configs);
        QTEST(toldAt({u"production"_s,
                      u"shop"_s,
                      {shipped(u"1.4.1"_s, 5, 6, engine::Outcome::Ok)},
                      configs},
                     10),
              "what");
    }

    void whatAnotherFileChanges_data()
    {
        QTest::addColumn<QByteArray>("from");
        QTest::addColumn<QByteArray>("to");
        QTest::addColumn<QStringList>("changed");
        const auto row = [](const char* name, const char* from, const char* to,
                            const QStringList& changed) {
            QTest::newRow(name) << QByteArray(from) << QByteArray(to) << changed;
        };
        row("nothing", "servers: 2", "servers: 2", {});
        row("servers of production", "servers: 2", "servers: 3", {u"production"_s});
        row("the recipe of both", "start: a.sh", "start: b.sh", {u"qa"_s, u"production"_s});
        row("a check", "apdex: 1s", "apdex: 2s", {u"qa"_s});
        row("a rule", "over: 80", "over: 70", {u"qa"_s, u"production"_s});
        row("one is gone", "  qa: { provider: here, image: web }\n", "", {u"qa"_s});
        row("a server beside them", "203.0.113.7", "203.0.113.8", {});
    }
    void whatAnotherFileChanges()
    {
        QFETCH(QByteArray, from);
        QFETCH(QByteArray, to);
        QFETCH(QStringList, changed);
        const QByteArray text =
            "workspace: shop\n"
            "providers:\n  here: { type: local }\n"
            "repositories:\n  shop: { path: ./shop }\n"
            "images:\n  web: { repository: shop, from: base, start: a.sh }\n"
            "environments:\n  qa: { provider: here, image: web }\n"
            "  production: { provider: here, image: web, servers: 2 }\n"
            "servers:\n  bastion: { address: 203.0.113.7 }\n"
            "checks:\n  web: { url: \"https://qa.example.org/\", environment: qa, apdex: 1s }\n"
            "alerts:\n  disk-full: { over: 80 }\n";
        QVERIFY(text.contains(from));
        QByteArray other = text;
        other.replace(from, to);
        if (to.isEmpty()) {
            other.replace(", environment: qa", "");
        }
        const auto before = workspace::parse(text, u"/w/analemma.yaml"_s);
        VERIFY_OK(before);
        const auto after = workspace::parse(other, u"/w/analemma.yaml"_s);
        VERIFY_OK(after);
        QCOMPARE(changedEnvironments(*before, *after), changed);
    }

    void changesAreKept()
    {
        QTemporaryDir folder;
        auto opened = store::Store::open(folder.filePath(u"s"_s));
        VERIFY_OK(opened);
        for (int i = 0; i < 205; ++i) {
            ConfigChange change;
            change.subject = QString::number(i);
            change.time = afterStart(i);
            if (i % 2 == 0) {
                change.environments = QStringList{u"production"_s};
            }
            VERIFY_OK(test::await(keepConfigChange(opened->get(), change)));
        }
        const auto kept = test::await(keptConfigChanges(opened->get(), 1000));
        VERIFY_OK(kept);
        QCOMPARE(kept->size(), 200);
        QCOMPARE(kept->first().subject, u"204"_s);
        QCOMPARE(kept->first().time, afterStart(204));
        QCOMPARE(kept->first().environments->first(), u"production"_s);
        QVERIFY(!kept->at(1).environments);
    }

private:
    static QString toldAt(const LastChangeFacts& facts, int minute)
    {
        const auto change = lastChangeIn(facts, afterStart(minute).toMSecsSinceEpoch());
        if (!change) {
            return {};
        }
        if (monitor::changeText(*change, monitor::AlertSpeech()) != change->what) {
            return u"the pattern is another one: "_s + change->pattern;
        }
        const qint64 at = (change->time - kNoonStart.toMSecsSinceEpoch()) / 60'000;
        return u"%1@%2 %3 %4"_s.arg(monitor::toString(change->kind))
            .arg(at)
            .arg(change->what, change->commit)
            .trimmed();
    }
};

QTEST_GUILESS_MAIN(TestLastChange)
#include "tst_last_change.moc"
