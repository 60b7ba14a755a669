#include "core/lifecycle/places.h"

#include "tests/support.h"

#include <QTemporaryDir>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::lifecycle;
using analemma::test::await;

namespace {

const QDateTime now = fromIso(u"2026-11-23T12:00:00.000Z"_s);

QDateTime before(int secondsAgo)
{
    return now.addSecs(-secondsAgo);
}

pipeline::Run run(int number, const QString& commit, pipeline::State state, int secondsAgo,
                  const QString& repository = u"shop"_s)
{
    pipeline::Run one;
    one.id = u"%1-run-%2"_s.arg(repository).arg(number);
    one.number = number;
    one.pipeline = repository;
    one.repository = repository;
    one.commit = commit;
    one.state = state;
    one.created = before(secondsAgo);
    return one;
}

release::Release made(const QString& version, const QString& commit, int approvals, int secondsAgo)
{
    release::Release one;
    one.version = version;
    one.repository = u"shop"_s;
    one.commit = commit;
    one.created = before(secondsAgo);
    for (int i = 0; i < approvals; ++i) {
        one.approvals.append({u"ana@host"_s, before(secondsAgo), {}});
    }
    return one;
}

deploy::ImageView image(const QString& id, const QString& recipe, const QString& commit,
                        const QStringList& usedBy, int secondsAgo)
{
    deploy::ImageView view;
    view.image.id = id;
    view.image.recipe = recipe;
    view.image.provenance = Json{{u"commit"_s, commit}, {u"release"_s, u"1.4.2"_s}};
    view.image.created = before(secondsAgo);
    view.usedBy = usedBy;
    return view;
}

deploy::Generation generation(int number, const QString& version, const QString& commit,
                              int secondsAgo)
{
    deploy::Generation one;
    one.number = number;
    one.release = version;
    one.commit = commit;
    one.since = before(secondsAgo);
    return one;
}

/// With active generation `active` of the given ones, and the others warm; 0: none is active.
deploy::EnvironmentView environment(const QString& name, int active,
                                    const QList<deploy::Generation>& generations)
{
    deploy::EnvironmentView view;
    view.spec.name = name;
    view.spec.image = u"web"_s;
    view.spec.production = name == u"production"_s;
    for (const deploy::Generation& one : generations) {
        if (one.number == active) {
            view.active = one;
        } else {
            view.warm.append(one);
        }
    }
    return view;
}

PlaceFacts facts()
{
    PlaceFacts all;
    all.repository = u"shop"_s;
    all.recipes = {u"web"_s};
    return all;
}

/// A place as one line: "environment production active of a: ok, production, 3 of 1.4.2".
QString told(const Place& place)
{
    QString text = u"%1 %2 %3 of %4: %5"_s.arg(toString(place.kind), place.name, place.state,
                                               place.commit, toString(place.mark));
    text += place.production ? u", production"_s : QString();
    if (place.generation > 0) {
        text += u", %1 of %2"_s.arg(place.generation).arg(place.release);
    }
    if (place.servingGeneration > 0) {
        text += u", now %1 of %2"_s.arg(place.servingGeneration).arg(place.servingRelease);
    }
    return text;
}

QStringList told(const QList<Place>& places)
{
    QStringList lines;
    for (const Place& place : places) {
        lines.append(told(place));
    }
    return lines;
}

QStringList namesOf(const QList<Place>& places)
{
    QStringList names;
    for (const Place& place : places) {
        names.append(place.generation > 0 ? u"%1 %2"_s.arg(place.name).arg(place.generation)
                                          : place.name);
    }
    return names;
}

using pipeline::State;

/// The services over a state folder, without a provider.
struct Program {
    explicit Program(const QString& folder)
    {
        auto opened = store::Store::open(folder + u"/state"_s);
        if (!opened) {
            qFatal("%s", qPrintable(opened.error().message));
        }
        store = std::move(*opened);
        engine = std::make_unique<engine::Engine>(store.get(), &clock, u"shop"_s, u"test"_s);
        pipelines = std::make_unique<pipeline::Pipelines>(
            workspace, store.get(), engine.get(), nullptr, pipeline::Pipelines::OpenRepository(),
            folder + u"/work"_s);
        releases = std::make_unique<release::Releases>(workspace, store.get(),
                                                       release::Releases::OpenRepository(),
                                                       release::Releases::FindBuilt(), &clock);
        make();
    }
    ~Program()
    {
        [[maybe_unused]] const bool suspended = await(engine->suspendAll()).ok();
        [[maybe_unused]] const bool closed = await(pipelines->close()).ok();
        deployments.reset();
        releases.reset();
        pipelines.reset();
        engine.reset();
    }
    /// Deployments on the workspace as it is now.
    void make()
    {
        deployments = std::make_unique<deploy::Deployments>(
            workspace, store.get(), engine.get(), releases.get(), nullptr,
            [](const QString&) { return nullptr; }, deploy::Deployments::OpenRepository(), &clock);
    }
    Result<void> keep(const QList<pipeline::Run>& runs, const QList<release::Release>& made) const
    {
        std::function<Result<void>(store::Transaction&)> work =
            [runs, made](store::Transaction& t) -> Result<void> {
            for (const pipeline::Run& one : runs) {
                const auto written = t.put(u"run"_s, one.id, one.pipeline, one.toJson());
                if (!written) {
                    return written.error();
                }
            }
            for (const release::Release& one : made) {
                Json body = one.toJson();
                body[u"state"_s] = u"complete"_s;
                const auto written = t.put(u"release"_s, one.id(), one.repository, body);
                if (!written) {
                    return written.error();
                }
            }
            return {};
        };
        return await(store->write<void>(std::move(work)));
    }
    [[nodiscard]] PlaceSources sources() const
    {
        PlaceSources all;
        all.workspace = &workspace;
        all.pipelines = pipelines.get();
        all.releases = releases.get();
        all.deployments = deployments.get();
        return all;
    }

    workspace::Workspace workspace;
    SystemClock clock;
    std::unique_ptr<store::Store> store;
    std::unique_ptr<engine::Engine> engine;
    std::unique_ptr<pipeline::Pipelines> pipelines;
    std::unique_ptr<release::Releases> releases;
    std::unique_ptr<deploy::Deployments> deployments;
};

}  // namespace

class TestPlaces : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void eachKind_data();
    void eachKind();
    void newestComesFirst();
    void boundsHold();
    void badges();
    void runsArePagedAndBounded();
    void endedRunsAreReadOnce();
    void whatCannotBeAskedIsTold();
};

void TestPlaces::eachKind_data()
{
    QTest::addColumn<PlaceFacts>("all");
    QTest::addColumn<QStringList>("expected");
    const auto row = [](const char* name, const PlaceFacts& all, const QStringList& expected) {
        QTest::newRow(name) << all << expected;
    };
    row("nothing", facts(), {});

    PlaceFacts all = facts();
    all.runs = {run(12, u"a"_s, State::Passed, 1),          run(11, u"a"_s, State::Failed, 2),
                run(10, u"b"_s, State::Running, 3),         run(9, u"b"_s, State::Waiting, 4),
                run(8, u"b"_s, State::Interrupted, 5),      run(7, u"c"_s, State::Cancelled, 6),
                run(3, u"a"_s, State::Passed, 7, u"api"_s), run(6, QString(), State::Passed, 8)};
    row("runs, not of others", all,
        {u"run shop#12 passed of a: ok"_s, u"run shop#11 failed of a: failed"_s,
         u"run shop#10 running of b: running"_s, u"run shop#9 waiting of b: waiting"_s,
         u"run shop#8 interrupted of b: unknown"_s, u"run shop#7 cancelled of c: idle"_s});

    all = facts();
    all.releases = {made(u"1.4.2"_s, u"b"_s, 0, 1), made(u"1.4.1"_s, u"a"_s, 1, 2),
                    made(u"0.9.0"_s, u"z"_s, 0, 3)};
    all.releases[2].repository = u"api"_s;
    row("releases, none must be approved", all,
        {u"release 1.4.2 not approved of b: ok"_s, u"release 1.4.1 approved of a: ok"_s});
    all.environments = {environment(u"production"_s, 0, {})};
    all.environments[0].spec.approvals = 1;
    row("releases, one approval wanted", all,
        {u"release 1.4.2 not approved of b: waiting"_s, u"release 1.4.1 approved of a: ok"_s});
    all.environments[0].spec.approvals = 2;
    row("releases, two wanted", all,
        {u"release 1.4.2 not approved of b: waiting"_s, u"release 1.4.1 approved of a: waiting"_s});

    all = facts();
    all.images = {image(u"web-1.4.2-a"_s, u"web"_s, u"a"_s, {u"qa generation 1 (active)"_s}, 1),
                  image(u"web-1.4.1-b"_s, u"web"_s, u"b"_s, {}, 2),
                  image(u"web-no-commit"_s, u"web"_s, {}, {}, 3),
                  image(u"other"_s, u"queue"_s, u"a"_s, {}, 4)};
    row("images, by recipe", all,
        {u"image web-1.4.2-a used of a: ok"_s, u"image web-1.4.1-b unused of b: idle"_s});

    const QList<deploy::Generation> three = {generation(3, u"1.4.2"_s, u"c"_s, 10),
                                             generation(2, u"1.4.1"_s, u"b"_s, 20),
                                             generation(1, u"1.4.0"_s, u"a"_s, 30)};
    all = facts();
    all.environments = {environment(u"production"_s, 3, three)};
    row("the newest generation serves", all,
        {u"environment production active of c: ok, production, 3 of 1.4.2"_s,
         u"environment production warm of b: idle, production, 2 of 1.4.1"_s,
         u"environment production warm of a: idle, production, 1 of 1.4.0"_s});
    all.environments = {environment(u"qa"_s, 2, three)};
    row("rolled back by one", all,
        {u"environment qa rolled back of c: idle, 3 of 1.4.2, now 2 of 1.4.1"_s,
         u"environment qa active of b: ok, 2 of 1.4.1"_s,
         u"environment qa warm of a: idle, 1 of 1.4.0"_s});
    all.environments = {environment(u"qa"_s, 1, three)};
    row("rolled back by two", all,
        {u"environment qa rolled back of c: idle, 3 of 1.4.2, now 1 of 1.4.0"_s,
         u"environment qa rolled back of b: idle, 2 of 1.4.1, now 1 of 1.4.0"_s,
         u"environment qa active of a: ok, 1 of 1.4.0"_s});
    all.environments = {environment(u"qa"_s, 0, {three[2]})};
    row("nothing serves", all, {u"environment qa warm of a: idle, 1 of 1.4.0"_s});
    all.environments = {environment(u"qa"_s, 3, {three[0]})};
    all.environments[0].spec.image = u"queue"_s;
    row("an environment of others", all, {});
    all = facts();
    all.recipes = {};
    all.environments = {environment(u"qa"_s, 3, {three[0]})};
    all.images = {image(u"web-1"_s, u"web"_s, u"a"_s, {}, 1)};
    row("a repository without images", all, {});
}

void TestPlaces::eachKind()
{
    QFETCH(PlaceFacts, all);
    QFETCH(QStringList, expected);
    QCOMPARE(told(makePlaces(all)), expected);
}

void TestPlaces::newestComesFirst()
{
    PlaceFacts all = facts();
    all.runs = {run(2, u"b"_s, State::Passed, 50), run(1, u"a"_s, State::Passed, 90)};
    all.releases = {made(u"1.4.2"_s, u"b"_s, 0, 40), made(u"1.4.1"_s, u"a"_s, 0, 80)};
    all.images = {image(u"web-1.4.2"_s, u"web"_s, u"b"_s, {}, 30)};
    all.environments = {
        environment(u"qa"_s, 2,
                    {generation(2, u"1.4.2"_s, u"b"_s, 20), generation(1, u"1.4.1"_s, u"a"_s, 21)}),
        environment(u"production"_s, 1, {generation(1, u"1.4.1"_s, u"a"_s, 60)})};
    const QList<Place> places = makePlaces(all);
    QCOMPARE(namesOf(places),
             (QStringList{u"qa 2"_s, u"qa 1"_s, u"web-1.4.2"_s, u"1.4.2"_s, u"shop#2"_s,
                          u"production 1"_s, u"1.4.1"_s, u"shop#1"_s}));
    QCOMPARE(places[0].since, before(20));
    // Each is a door: the id of its row.
    QCOMPARE(places[0].item, u"qa"_s);
    QCOMPARE(places[2].item, u"web-1.4.2"_s);
    QCOMPARE(places[2].release, u"1.4.2"_s);
    QCOMPARE(places[3].item, u"1.4.2"_s);
    QCOMPARE(places[4].item, u"shop-run-2"_s);
}

void TestPlaces::boundsHold()
{
    PlaceFacts all = facts();
    for (int i = 0; i < 2'000; ++i) {
        const QString commit = QString::number(i);
        all.runs.append(run(2'000 - i, commit, State::Passed, i));
        all.releases.append(made(u"1.0.%1"_s.arg(2'000 - i), commit, 0, i));
        all.images.append(image(u"web-%1"_s.arg(i), u"web"_s, commit, {}, i));
    }
    QHash<int, int> counts;
    const QList<Place> places = makePlaces(all);
    for (const Place& place : places) {
        ++counts[int(place.kind)];
    }
    QCOMPARE(counts.value(int(Place::Kind::Run)), 500);
    QCOMPARE(counts.value(int(Place::Kind::Release)), 1'000);
    QCOMPARE(counts.value(int(Place::Kind::Image)), 1'000);
    QCOMPARE(places.constLast().commit, u"999"_s);
}

void TestPlaces::badges()
{
    PlaceFacts all = facts();
    all.runs = {run(3, u"b"_s, State::Failed, 5), run(2, u"b"_s, State::Passed, 50),
                run(1, u"a"_s, State::Passed, 90)};
    all.releases = {made(u"1.4.2"_s, u"b"_s, 0, 1)};
    all.images = {image(u"web-1.4.2"_s, u"web"_s, u"b"_s, {}, 2)};
    all.environments = {
        environment(u"qa"_s, 4, {generation(4, u"1.4.2"_s, u"b"_s, 10)}),
        environment(u"stage"_s, 1,
                    {generation(2, u"1.4.2"_s, u"b"_s, 15), generation(1, u"1.4.1"_s, u"a"_s, 15)}),
        environment(u"production"_s, 7,
                    {generation(7, u"1.4.2"_s, u"b"_s, 20), generation(6, u"1.4.2"_s, u"b"_s, 21),
                     generation(5, u"1.4.1"_s, u"a"_s, 22)}),
        environment(u"lab"_s, 9, {generation(9, u"1.4.2"_s, u"b"_s, 9)})};
    const QHash<QString, QList<Place>> sorted = placesByCommit(makePlaces(all));
    QCOMPARE(sorted.size(), 2);
    QCOMPARE(namesOf(sorted[u"b"_s]),
             (QStringList{u"production 7"_s, u"lab 9"_s, u"qa 4"_s, u"stage 2"_s, u"production 6"_s,
                          u"1.4.2"_s, u"web-1.4.2"_s, u"shop#3"_s, u"shop#2"_s}));
    QCOMPARE(sorted[u"b"_s][3].kind, Place::Kind::RolledBack);
    QCOMPARE(namesOf(sorted[u"a"_s]), (QStringList{u"stage 1"_s, u"production 5"_s, u"shop#1"_s}));
    QVERIFY(placesByCommit({}).isEmpty());
}

/// The newest 500 of a repository, wherever they lie among the newest 2,000 of the workspace.
void TestPlaces::runsArePagedAndBounded()
{
    const QTemporaryDir folder;
    const Program program(folder.path());
    QList<pipeline::Run> runs{run(1, u"z"_s, State::Passed, 9'000, u"old"_s)};
    for (int i = 1; i <= 2'000; ++i) {
        runs.append(run(i, QString::number(i), State::Passed, 5'000 - i,
                        i % 2 == 0 ? u"shop"_s : u"api"_s));
    }
    runs.append(run(1, u"n"_s, State::Passed, 1, u"new"_s));
    VERIFY_OK(program.keep(runs, {}));
    const auto shop = await(places(program.sources(), u"shop"_s));
    VERIFY_OK(shop);
    QCOMPARE(shop->size(), 500);
    QCOMPARE(shop->constFirst().name, u"shop#2000"_s);
    QCOMPARE(shop->constLast().name, u"shop#1002"_s);
    const auto newest = await(places(program.sources(), u"new"_s));
    VERIFY_OK(newest);
    QCOMPARE(told(*newest), QStringList(u"run new#1 passed of n: ok"_s));
    const auto old = await(places(program.sources(), u"old"_s));
    VERIFY_OK(old);
    QVERIFY(old->isEmpty());
}

/// A run that had ended is not looked at again; one that had not is.
void TestPlaces::endedRunsAreReadOnce()
{
    const QTemporaryDir folder;
    const Program program(folder.path());
    QList<pipeline::Run> runs;
    for (int i = 1; i <= 200; ++i) {
        runs.append(run(i, QString::number(i), State::Passed, 500 - i));
        runs.last().finished = runs.last().created;
    }
    runs[149].state = State::Running;
    VERIFY_OK(program.keep(runs, {}));
    PlaceSources sources = program.sources();
    sources.memory = std::make_shared<PlaceMemory>();
    const auto first = await(places(sources, u"shop"_s));
    VERIFY_OK(first);
    QCOMPARE(first->size(), 200);
    QCOMPARE(sources.memory->ended.size(), 149);

    runs[10].state = State::Failed;  // never so in truth: it shows what is read
    runs[149].state = State::Passed;
    runs.append(run(201, u"n"_s, State::Waiting, 1));
    VERIFY_OK(program.keep({runs[10], runs[149], runs[200]}, {}));
    const auto second = await(places(sources, u"shop"_s));
    VERIFY_OK(second);
    QCOMPARE(second->size(), 201);
    const QStringList lines = told(*second);
    QVERIFY(lines.contains(u"run shop#11 passed of 11: ok"_s));
    QVERIFY(lines.contains(u"run shop#150 passed of 150: ok"_s));
    QCOMPARE(lines.first(), u"run shop#201 waiting of n: waiting"_s);
    QCOMPARE(sources.memory->ended.size(), 200);

    PlaceSources fresh = program.sources();  // who keeps nothing reads all
    const auto anew = await(places(fresh, u"shop"_s));
    VERIFY_OK(anew);
    QVERIFY(told(*anew).contains(u"run shop#11 failed of 11: failed"_s));
    // Of another repository the same memory serves.
    const auto other = await(places(sources, u"api"_s));
    VERIFY_OK(other);
    QVERIFY(other->isEmpty());
}

/// An environment whose provider cannot be asked is an error, or told while the rest stands.
void TestPlaces::whatCannotBeAskedIsTold()
{
    const QTemporaryDir folder;
    Program program(folder.path());
    program.workspace.images[u"web"_s].name = u"web"_s;
    program.workspace.images[u"web"_s].repository = u"shop"_s;
    workspace::Environment& spec = program.workspace.environments[u"qa"_s];
    spec.name = u"qa"_s;
    spec.provider = u"ocean"_s;
    spec.image = u"web"_s;
    program.workspace.environmentOrder = {u"qa"_s};
    program.make();
    VERIFY_OK(program.keep({run(1, u"a"_s, State::Passed, 9)}, {made(u"1.4.2"_s, u"a"_s, 1, 1)}));

    const auto refused = await(places(program.sources(), u"shop"_s));
    QVERIFY(!refused);
    QCOMPARE(refused.error().kind, ErrorKind::NotFound);
    QVERIFY2(refused.error().message.startsWith(u"environments: "_s) &&
                 refused.error().message.contains(u"ocean"_s),
             qPrintable(refused.error().message));

    QStringList problems;
    PlaceSources sources = program.sources();
    sources.problem = [&problems](const Error& error) { problems.append(error.message); };
    const auto rest = await(places(sources, u"shop"_s));
    VERIFY_OK(rest);
    QCOMPARE(problems, QStringList(refused.error().message));
    QCOMPARE(told(*rest),
             (QStringList{u"release 1.4.2 approved of a: ok"_s, u"run shop#1 passed of a: ok"_s}));
}

QTEST_GUILESS_MAIN(TestPlaces)
#include "tst_places.moc"
