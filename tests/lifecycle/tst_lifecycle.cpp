#include "core/lifecycle/lifecycle.h"

#include "core/lifecycle/src/autorun.h"

#include <QJsonArray>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::lifecycle;

namespace {

const QDateTime now = fromIso(u"2026-11-23T12:00:00.000Z"_s);

QDateTime before(int secondsAgo)
{
    return now.addSecs(-secondsAgo);
}

git::Commit commit(const QString& id, const QString& subject, int secondsAgo)
{
    git::Commit one;
    one.id = id;
    one.subject = subject;
    one.author = u"Ana"_s;
    one.time = before(secondsAgo);
    return one;
}

pipeline::JobRun job(const QString& name, pipeline::State state, int passed = 0, int failed = 0)
{
    pipeline::JobRun one;
    one.name = name;
    one.state = state;
    one.testsPassed = passed;
    one.testsFailed = failed;
    return one;
}

pipeline::Run run(const QString& commitId, pipeline::State state, QList<pipeline::JobRun> jobs)
{
    pipeline::Run one;
    one.id = u"run-"_s + commitId;
    one.number = 1;
    one.pipeline = u"shop"_s;
    one.commit = commitId;
    one.state = state;
    one.created = before(100);
    if (state != pipeline::State::Running && state != pipeline::State::Waiting) {
        one.finished = before(59);
    }
    one.jobs = std::move(jobs);
    return one;
}

release::Release made(const QString& version, const QString& commitId, int approvals = 0)
{
    release::Release one;
    one.version = version;
    one.repository = u"shop"_s;
    one.commit = commitId;
    one.created = before(40);
    for (int i = 0; i < approvals; ++i) {
        one.approvals.append({u"ana@host"_s, before(30), {}});
    }
    return one;
}

deploy::Generation generation(int number, const QString& version, const QString& state)
{
    deploy::Generation one;
    one.environment = u"production"_s;
    one.number = number;
    one.release = version;
    one.commit = u"a"_s;
    one.state = state;
    one.since = before(20);
    return one;
}

deploy::EnvironmentView environment(const QString& name, QList<deploy::Generation> generations,
                                    const QStringList& health = {})
{
    deploy::EnvironmentView view;
    view.spec.name = name;
    view.generations = std::move(generations);
    view.asOf = now;
    for (const deploy::Generation& one : std::as_const(view.generations)) {
        if (one.state == u"active") {
            view.active = one;
        } else if (one.state == u"warm") {
            view.warm.append(one);
        }
    }
    for (const QString& word : health) {
        deploy::MemberView member;
        member.generation = view.active ? view.active->number : 0;
        member.health = word;
        view.members.append(member);
    }
    return view;
}

infra::Balancer balancer(const QString& state, qint64 requests, qint64 errors, qint64 rate)
{
    infra::Balancer one;
    one.state = state;
    one.requests = requests;
    one.errors = errors;
    one.requestRate = rate;
    return one;
}

Facts facts(QList<git::Commit> commits)
{
    Facts all;
    Facts::RepositoryFacts repository;
    repository.name = u"shop"_s;
    repository.commits = std::move(commits);
    all.repositories.append(repository);
    all.now = now;
    return all;
}

/// A cell as one line: "ok 12/12 -> pipelines:run-a".
QString told(const Cell& cell)
{
    QString text = toString(cell.mark);
    if (!cell.text.isEmpty()) {
        text += u' ' + cell.text;
    }
    if (!cell.panel.isEmpty()) {
        text += u" -> %1:%2"_s.arg(cell.panel, cell.item);
    }
    return text;
}

QString cellOf(const Facts& all, Phase phase, qsizetype row = 0)
{
    return told(makeBoard(all).changes.at(row).cells.at(size_t(phase)));
}

QString stationOf(const Facts& all, Phase phase)
{
    const Station station = makeBoard(all).stations.at(size_t(phase));
    return u"%1 %2 %3"_s.arg(toString(station.mark)).arg(station.count).arg(station.line);
}

using pipeline::State;

}  // namespace

class TestLifecycle : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void anEmptyWorkspaceIsQuiet();
    void planAndCode_data();
    void planAndCode();
    void reviewsOnCode_data();
    void reviewsOnCode();
    void reviewsAtTheStation();
    void buildAndTest_data();
    void buildAndTest();
    void releaseCells_data();
    void releaseCells();
    void deployCells_data();
    void deployCells();
    void operateCells_data();
    void operateCells();
    void monitorCells_data();
    void monitorCells();
    void stations_data();
    void stations();
    void newestRunOfACommitCounts();
    void rowsOfAllRepositoriesAreSortedAndLimited();
    void hostileTextIsMadeVisible();
    void problemsStand();
    void json();
    void claims_data();
    void claims();
};

void TestLifecycle::anEmptyWorkspaceIsQuiet()
{
    Facts all;
    all.now = now;
    const Board board = makeBoard(all);
    QVERIFY(board.changes.isEmpty());
    for (int i = 0; i < phaseCount; ++i) {
        const Station& station = board.stations.at(size_t(i));
        QCOMPARE(int(station.phase), i);
        QCOMPARE(int(station.mark), int(Mark::Idle));
        QCOMPARE(station.count, 0);
        QVERIFY(!station.line.isEmpty());
        QVERIFY(!station.since.isValid());
    }
    QCOMPARE(board.asOf, now);
}

void TestLifecycle::planAndCode_data()
{
    QTest::addColumn<QString>("subject");
    QTest::addColumn<QString>("plan");
    QTest::newRow("issue") << u"fix: price tax (#12)"_s << u"ok #12"_s;
    QTest::newRow("type") << u"feat(cart): wish list"_s << u"idle feat"_s;
    QTest::newRow("free text") << u"wish list"_s << u"none"_s;
}

void TestLifecycle::planAndCode()
{
    QFETCH(QString, subject);
    QFETCH(QString, plan);
    const Facts all = facts({commit(u"a"_s, subject, 120)});
    QCOMPARE(cellOf(all, Phase::Plan), plan);
    QCOMPARE(cellOf(all, Phase::Code), u"ok 2 min ago"_s);
}

void TestLifecycle::reviewsOnCode_data()
{
    QTest::addColumn<int>("review");
    QTest::addColumn<QString>("code");
    const auto row = [](const char* name, git::ReviewState review, const QString& code) {
        QTest::newRow(name) << int(review) << code;
    };
    row("none", git::ReviewState::None, u"ok 2 min ago"_s);
    row("open", git::ReviewState::Open, u"waiting in review"_s);
    row("changes asked", git::ReviewState::ChangesAsked, u"failed changes asked"_s);
    row("approved", git::ReviewState::Approved, u"ok approved"_s);
    row("closed", git::ReviewState::Closed, u"ok 2 min ago"_s);
}

void TestLifecycle::reviewsOnCode()
{
    QFETCH(int, review);
    QFETCH(QString, code);
    Facts all = facts({commit(u"a"_s, u"one"_s, 120), commit(u"b"_s, u"two"_s, 240)});
    all.repositories[0].reviews.insert(u"a"_s, git::ReviewState(review));
    QCOMPARE(cellOf(all, Phase::Code), code);
    QCOMPARE(cellOf(all, Phase::Code, 1), u"ok 4 min ago"_s);
}

void TestLifecycle::reviewsAtTheStation()
{
    Facts all = facts({commit(u"a"_s, u"one"_s, 120)});
    all.repositories[0].openReviews = 2;
    QCOMPARE(stationOf(all, Phase::Code), u"waiting 1 1 new"_s);  // what is not built comes first
    all.runs = {run(u"a"_s, State::Passed, {})};
    QVERIFY(stationOf(all, Phase::Code).startsWith(u"waiting 0 2 in review"_s));
    all.repositories[0].openReviews = 0;
    QCOMPARE(stationOf(all, Phase::Code), u"ok 0 all built"_s);
}

void TestLifecycle::buildAndTest_data()
{
    QTest::addColumn<QList<int>>("states");  // run, build job, test job
    QTest::addColumn<int>("passed");
    QTest::addColumn<int>("failed");
    QTest::addColumn<QString>("build");
    QTest::addColumn<QString>("test");
    const auto row = [](const char* name, State all, State build, State test, int passed,
                        int failed, const QString& buildTold, const QString& testTold) {
        QTest::newRow(name) << QList<int>{int(all), int(build), int(test)} << passed << failed
                            << buildTold << testTold;
    };
    const QString door = u" -> pipelines:run-a"_s;
    row("waiting", State::Waiting, State::Waiting, State::Waiting, 0, 0,
        u"waiting 1 min 40 s"_s + door, u"waiting"_s + door);
    row("building", State::Running, State::Running, State::Waiting, 0, 0,
        u"running 1 min 40 s"_s + door, u"waiting"_s + door);
    row("testing", State::Running, State::Passed, State::Running, 0, 0, u"ok 1 min 40 s"_s + door,
        u"running"_s + door);
    row("passed", State::Passed, State::Passed, State::Passed, 12, 0, u"ok 41 s"_s + door,
        u"ok 12/12"_s + door);
    row("a test failed", State::Failed, State::Passed, State::Failed, 11, 1, u"ok 41 s"_s + door,
        u"failed 11/12"_s + door);
    row("the build failed", State::Failed, State::Failed, State::Skipped, 0, 0,
        u"failed 41 s"_s + door, u"none"_s);
    row("cancelled", State::Cancelled, State::Cancelled, State::Skipped, 0, 0,
        u"idle 41 s"_s + door, u"none"_s);
    row("interrupted", State::Interrupted, State::Running, State::Waiting, 0, 0,
        u"unknown 41 s"_s + door, u"waiting"_s + door);
}

void TestLifecycle::buildAndTest()
{
    QFETCH(QList<int>, states);
    QFETCH(int, passed);
    QFETCH(int, failed);
    QFETCH(QString, build);
    QFETCH(QString, test);
    Facts all = facts({commit(u"a"_s, u"feat: a"_s, 120)});
    all.runs = {
        run(u"a"_s, State(states[0]),
            {job(u"build"_s, State(states[1])), job(u"test"_s, State(states[2]), passed, failed)})};
    QCOMPARE(cellOf(all, Phase::Build), build);
    QCOMPARE(cellOf(all, Phase::Test), test);
}

void TestLifecycle::releaseCells_data()
{
    QTest::addColumn<int>("given");
    QTest::addColumn<int>("wanted");
    QTest::addColumn<QString>("cell");
    QTest::addColumn<QString>("station");
    QTest::newRow("none asked") << 0 << 0 << u"ok 1.4.2 -> releases:1.4.2"_s
                                << u"ok 1 1.4.2 ready"_s;
    QTest::newRow("missing") << 0 << 1 << u"waiting 1.4.2 -> releases:1.4.2"_s
                             << u"waiting 1 1.4.2 to approve"_s;
    QTest::newRow("one of two") << 1 << 2 << u"waiting 1.4.2 -> releases:1.4.2"_s
                                << u"waiting 1 1.4.2 to approve"_s;
    QTest::newRow("given") << 1 << 1 << u"ok 1.4.2 -> releases:1.4.2"_s << u"ok 1 1.4.2 ready"_s;
}

void TestLifecycle::releaseCells()
{
    QFETCH(int, given);
    QFETCH(int, wanted);
    QFETCH(QString, cell);
    QFETCH(QString, station);
    Facts all = facts({commit(u"a"_s, u"feat: a"_s, 120)});
    all.releases = {made(u"1.4.2"_s, u"a"_s, given)};
    all.environments = {environment(u"qa"_s, {}), environment(u"production"_s, {})};
    all.environments[1].spec.approvals = wanted;
    QCOMPARE(cellOf(all, Phase::Release), cell);
    QCOMPARE(stationOf(all, Phase::Release), station);
}

void TestLifecycle::deployCells_data()
{
    QTest::addColumn<QString>("qa");
    QTest::addColumn<QString>("production");
    QTest::addColumn<bool>("driven");
    QTest::addColumn<QString>("cell");
    const QString door = u" -> environments:"_s;
    QTest::newRow("nowhere") << u""_s << u""_s << false << u"none"_s;
    QTest::newRow("qa") << u"active"_s << u""_s << false << u"ok qa"_s + door + u"qa"_s;
    QTest::newRow("both") << u"active"_s << u"active"_s << false
                          << u"ok qa  production"_s + door + u"production"_s;
    QTest::newRow("on its way") << u"active"_s << u"starting"_s << true
                                << u"running qa  production"_s + door + u"production"_s;
    QTest::newRow("half way, nobody drives")
        << u"active"_s << u"starting"_s << false
        << u"unknown qa  production"_s + door + u"production"_s;
    QTest::newRow("failed") << u"active"_s << u"failed"_s << false
                            << u"failed qa  production"_s + door + u"production"_s;
    QTest::newRow("warm") << u""_s << u"warm"_s << false
                          << u"idle production warm"_s + door + u"production"_s;
    QTest::newRow("gone") << u"gone"_s << u"gone"_s << false << u"none"_s;
}

void TestLifecycle::deployCells()
{
    QFETCH(QString, qa);
    QFETCH(QString, production);
    QFETCH(bool, driven);
    QFETCH(QString, cell);
    Facts all = facts({commit(u"a"_s, u"feat: a"_s, 120)});
    all.releases = {made(u"1.4.2"_s, u"a"_s)};
    const auto generations = [](const QString& state) {
        return state.isEmpty() ? QList<deploy::Generation>()
                               : QList<deploy::Generation>{generation(4, u"1.4.2"_s, state)};
    };
    all.environments = {environment(u"qa"_s, generations(qa)),
                        environment(u"production"_s, generations(production))};
    all.environments[1].operation = driven ? u"op"_s : QString();
    QCOMPARE(cellOf(all, Phase::Deploy), cell);
}

void TestLifecycle::operateCells_data()
{
    QTest::addColumn<QStringList>("health");
    QTest::addColumn<QString>("cell");
    QTest::addColumn<QString>("station");
    const auto words = [](int healthy, const QStringList& others) {
        return QStringList(healthy, u"healthy"_s) + others;
    };
    QTest::newRow("all") << words(3, {}) << u"ok 3/3 -> servers:production"_s
                         << u"ok 3 3/3 healthy"_s;
    QTest::newRow("one down") << words(2, {u"unhealthy"_s}) << u"failed 2/3 -> servers:production"_s
                              << u"failed 3 2/3 healthy"_s;
    QTest::newRow("one starting") << words(2, {u"starting"_s})
                                  << u"running 2/3 -> servers:production"_s
                                  << u"running 3 2/3 healthy"_s;
    QTest::newRow("one unknown") << words(2, {u"unknown"_s})
                                 << u"unknown 2/3 -> servers:production"_s
                                 << u"unknown 3 2/3 healthy"_s;
    QTest::newRow("one stopped, one unknown")
        << words(1, {u"stopped"_s, u"unknown"_s}) << u"failed 1/3 -> servers:production"_s
        << u"failed 3 1/3 healthy"_s;
    QTest::newRow("none told") << QStringList() << u"none"_s << u"idle 0 no server"_s;
}

void TestLifecycle::operateCells()
{
    QFETCH(QStringList, health);
    QFETCH(QString, cell);
    QFETCH(QString, station);
    Facts all = facts({commit(u"a"_s, u"feat: a"_s, 120)});
    all.releases = {made(u"1.4.2"_s, u"a"_s)};
    all.environments = {
        environment(u"production"_s, {generation(4, u"1.4.2"_s, u"active"_s)}, health)};
    // A warm member says nothing about what users get.
    deploy::MemberView warm;
    warm.generation = 3;
    warm.health = u"unhealthy"_s;
    all.environments[0].members.append(warm);
    QCOMPARE(cellOf(all, Phase::Operate), cell);
    QCOMPARE(stationOf(all, Phase::Operate), station);
}

void TestLifecycle::monitorCells_data()
{
    QTest::addColumn<QString>("state");
    QTest::addColumn<qint64>("requests");
    QTest::addColumn<qint64>("errors");
    QTest::addColumn<QString>("cell");
    QTest::addColumn<QString>("station");
    const QString door = u" -> environments:production"_s;
    QTest::newRow("quiet") << u"running"_s << qint64(0) << qint64(0) << u"ok 7/s"_s + door
                           << u"ok 7 7/s"_s;
    QTest::newRow("good") << u"running"_s << qint64(5000) << qint64(0) << u"ok 7/s"_s + door
                          << u"ok 7 7/s"_s;
    QTest::newRow("one in a thousand") << u"running"_s << qint64(5000) << qint64(5)
                                       << u"ok 7/s"_s + door << u"ok 7 7/s, 5 errors"_s;
    QTest::newRow("more") << u"running"_s << qint64(5000) << qint64(6) << u"failed 7/s"_s + door
                          << u"failed 7 7/s, 6 errors"_s;
    QTest::newRow("stopped") << u"stopped"_s << qint64(0) << qint64(0) << u"failed 7/s"_s + door
                             << u"failed 7 7/s"_s;
    QTest::newRow("none") << u"none"_s << qint64(0) << qint64(0) << u"none"_s
                          << u"idle 0 no traffic"_s;
}

void TestLifecycle::monitorCells()
{
    QFETCH(QString, state);
    QFETCH(qint64, requests);
    QFETCH(qint64, errors);
    QFETCH(QString, cell);
    QFETCH(QString, station);
    Facts all = facts({commit(u"a"_s, u"feat: a"_s, 120)});
    all.releases = {made(u"1.4.2"_s, u"a"_s)};
    all.environments = {environment(u"production"_s, {generation(4, u"1.4.2"_s, u"active"_s)})};
    all.environments[0].balancer = balancer(state, requests, errors, 7);
    QCOMPARE(cellOf(all, Phase::Monitor), cell);
    QCOMPARE(stationOf(all, Phase::Monitor), station);
}

void TestLifecycle::stations_data()
{
    QTest::addColumn<int>("stage");  // how far the newest of two commits has come
    QTest::addColumn<QStringList>("expected");
    QTest::newRow("committed") << 0
                               << QStringList{
                                      u"waiting 2 next 0.1.0"_s,  u"waiting 2 2 new"_s,
                                      u"idle 0 no run yet"_s,     u"idle 0 no result yet"_s,
                                      u"idle 0 no release yet"_s, u"idle 0 nothing deployed"_s};
    QTest::newRow("running") << 1
                             << QStringList{
                                    u"waiting 2 next 0.1.0"_s,  u"ok 0 all built"_s,
                                    u"running 1 1 running"_s,   u"idle 0 no result yet"_s,
                                    u"idle 0 no release yet"_s, u"idle 0 nothing deployed"_s};
    QTest::newRow("built") << 2
                           << QStringList{u"waiting 2 next 0.1.0"_s,  u"ok 0 all built"_s,
                                          u"ok 0 #1 in 41 s"_s,       u"ok 12 12/12"_s,
                                          u"idle 0 no release yet"_s, u"idle 0 nothing deployed"_s};
    QTest::newRow("released") << 3
                              << QStringList{
                                     u"idle 0 nothing waiting"_s, u"ok 0 all built"_s,
                                     u"ok 0 #1 in 41 s"_s,        u"ok 12 12/12"_s,
                                     u"ok 1 0.1.0 ready"_s,       u"idle 0 nothing deployed"_s};
    QTest::newRow("deployed") << 4
                              << QStringList{
                                     u"idle 0 nothing waiting"_s, u"ok 0 all built"_s,
                                     u"ok 0 #1 in 41 s"_s,        u"ok 12 12/12"_s,
                                     u"ok 1 0.1.0 ready"_s,       u"ok 1 production 0.1.0"_s};
    QTest::newRow("operation under way")
        << 5 << QStringList{u"idle 0 nothing waiting"_s, u"ok 0 all built"_s,
                            u"ok 0 #1 in 41 s"_s,        u"ok 12 12/12"_s,
                            u"ok 1 0.1.0 ready"_s,       u"running 1 production 0.1.0"_s};
}

void TestLifecycle::stations()
{
    QFETCH(int, stage);
    QFETCH(QStringList, expected);
    Facts all = facts({commit(u"b"_s, u"feat: b"_s, 100), commit(u"a"_s, u"fix: a"_s, 200)});
    if (stage == 1) {
        all.runs = {run(u"b"_s, State::Running, {job(u"build"_s, State::Running)})};
    } else if (stage > 1) {
        all.runs = {run(u"b"_s, State::Passed,
                        {job(u"build"_s, State::Passed), job(u"test"_s, State::Passed, 12)})};
    }
    if (stage > 2) {
        all.releases = {made(u"0.1.0"_s, u"b"_s)};
    }
    if (stage > 3) {
        all.environments = {environment(u"production"_s, {generation(1, u"0.1.0"_s, u"active"_s)})};
    }
    if (stage > 4) {
        all.environments[0].operation = u"op"_s;
    }
    for (int i = 0; i < expected.size(); ++i) {
        QCOMPARE(stationOf(all, Phase(i)), expected[i]);
    }
}

void TestLifecycle::newestRunOfACommitCounts()
{
    Facts all = facts({commit(u"a"_s, u"feat: a"_s, 120)});
    pipeline::Run first = run(u"a"_s, State::Failed, {job(u"build"_s, State::Failed)});
    first.created = before(500);
    pipeline::Run second = run(u"a"_s, State::Passed, {job(u"build"_s, State::Passed)});
    second.id = u"second"_s;
    all.runs = {first, second};
    QCOMPARE(cellOf(all, Phase::Build), u"ok 41 s -> pipelines:second"_s);
    all.runs = {second, first};
    QCOMPARE(cellOf(all, Phase::Build), u"ok 41 s -> pipelines:second"_s);
}

void TestLifecycle::rowsOfAllRepositoriesAreSortedAndLimited()
{
    Facts all = facts({commit(u"c"_s, u"c"_s, 10), commit(u"a"_s, u"a"_s, 30)});
    Facts::RepositoryFacts other;
    other.name = u"api"_s;
    other.commits = {commit(u"b"_s, u"b"_s, 20)};
    all.repositories.append(other);
    const auto ids = [&all] {
        QStringList list;
        for (const ChangeRow& row : makeBoard(all).changes) {
            list.append(row.commit);
        }
        return list;
    };
    QCOMPARE(ids(), (QStringList{u"c"_s, u"b"_s, u"a"_s}));
    all.limit = 2;
    QCOMPARE(ids(), (QStringList{u"c"_s, u"b"_s}));
}

void TestLifecycle::hostileTextIsMadeVisible()
{
    Facts all = facts({commit(u"a"_s, u"feat: \x1b[31mred\u202e"_s, 120)});
    const ChangeRow row = makeBoard(all).changes.constFirst();
    QVERIFY(!row.subject.contains(QChar(0x1b)));
    QVERIFY(!row.subject.contains(QChar(0x202e)));
}

void TestLifecycle::problemsStand()
{
    Facts all = facts({});
    all.problems = {u"shop: not a repository"_s};
    QCOMPARE(makeBoard(all).problems, all.problems);
}

void TestLifecycle::json()
{
    Facts all = facts({commit(u"a"_s, u"feat: a"_s, 120)});
    all.releases = {made(u"1.4.2"_s, u"a"_s)};
    const Json json = makeBoard(all).toJson();
    QCOMPARE(json[u"schema"_s].toString(), u"analemma.board.1"_s);
    QCOMPARE(json[u"stations"_s].toArray().size(), phaseCount);
    const QJsonArray changes = json[u"changes"_s].toArray();
    QCOMPARE(changes.size(), 1);
    const QJsonArray cells = changes[0][u"cells"_s].toArray();
    QCOMPARE(cells.size(), phaseCount);
    QCOMPARE(cells[4][u"phase"_s].toString(), u"release"_s);
    QCOMPARE(cells[4][u"text"_s].toString(), u"1.4.2"_s);
    QCOMPARE(cells[4][u"panel"_s].toString(), u"releases"_s);
}

void TestLifecycle::claims_data()
{
    QTest::addColumn<QString>("state");
    QTest::addColumn<bool>("alive");
    QTest::addColumn<int>("expected");
    QTest::newRow("nobody") << u""_s << false << int(ClaimState::Free);
    QTest::newRow("starting, alive") << u"starting"_s << true << int(ClaimState::Busy);
    QTest::newRow("starting, dead") << u"starting"_s << false << int(ClaimState::Deserted);
    QTest::newRow("started, alive") << u"started"_s << true << int(ClaimState::Done);
    QTest::newRow("started, dead") << u"started"_s << false << int(ClaimState::Done);
    QTest::newRow("refused") << u"refused"_s << false << int(ClaimState::Done);
}

void TestLifecycle::claims()
{
    QFETCH(QString, state);
    QFETCH(bool, alive);
    QFETCH(int, expected);
    std::optional<store::Document> claim;
    if (!state.isEmpty()) {
        claim.emplace();
        claim->body = Json{{u"state"_s, state}, {u"by"_s, ownIdentity().toJson()}};
    }
    QCOMPARE(int(readClaim(claim, [alive](const ProcessIdentity&) { return alive; })), expected);
}

QTEST_GUILESS_MAIN(TestLifecycle)
#include "tst_lifecycle.moc"
