#include "core/lifecycle/report_read.h"

#include "tests/git/gitfixture.h"
#include "tests/lifecycle/made_journal.h"

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::lifecycle;

namespace {

const QDateTime noon = fromIso(u"2026-11-20T12:00:00.000Z"_s);

class NoonClock : public Clock {
public:
    [[nodiscard]] QDateTime now() const override { return noon; }
    [[nodiscard]] milliseconds sinceBoot() const override { return milliseconds(1000); }
};

Task<Result<std::shared_ptr<git::Repository>>> openedAt(QString path)
{
    auto opening = git::Repository::open(path);
    Result<std::shared_ptr<git::Repository>> opened = co_await std::move(opening);
    co_return opened;
}

}  // namespace

/// Figures, marks and the report read from a real journal, a real repository and stored checks.
class TestReportRead : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void figuresOfTheJournal();
    void whatIsKnownIsNotReadAgain();
    void aRepositoryThatIsGone();
    void marksOfTheJournal();
    void configsAreReadOnceAHead();
    void aWorkspaceWithoutGit();
    void theWholeReport();
    void ofWhichEnvironmentAChecked_data();
    void ofWhichEnvironmentAChecked();

private:
    QString commit(const QString& subject, const QDateTime& time, const QString& file)
    {
        const QString path = m_ground->path(u"shop/"_s + file);
        QFile written(path);
        if (!written.open(QIODevice::WriteOnly) || written.write(subject.toUtf8()) < 0) {
            return {};
        }
        written.close();
        const auto opened = gitfixture::finished(openedAt(m_ground->path(u"shop"_s)));
        if (!opened) {
            return {};
        }
        return gitfixture::finished(
                   (*opened)->commitAll(subject, u"Ana"_s, u"ana@example.org"_s, time))
            .valueOr({});
    }
    [[nodiscard]] FigureSources sources() const
    {
        FigureSources made;
        made.workspace = m_workspace;
        made.engine = m_engine.get();
        made.open = [path = m_ground->path(u"shop"_s)](const QString& name) {
            return openedAt(name == "shop"_L1 ? path : path + u"/gone"_s);
        };
        return made;
    }
    [[nodiscard]] static FigureQuery query()
    {
        FigureQuery made;
        made.from = noon.addDays(-7);
        made.to = noon;
        made.bucket = Bucket::Day;
        return made;
    }

    std::unique_ptr<git::Library> m_library;
    std::unique_ptr<gitfixture::Ground> m_ground;
    workspace::Workspace m_workspace;
    NoonClock m_clock;
    std::unique_ptr<store::Store> m_store;
    std::unique_ptr<engine::Engine> m_engine;
    QStringList m_commits;
};

void TestReportRead::initTestCase()
{
    m_library = std::make_unique<git::Library>();
}

void TestReportRead::init()
{
    m_engine.reset();
    m_store.reset();
    m_ground = std::make_unique<gitfixture::Ground>();
    VERIFY_OK(gitfixture::finished(git::Repository::init(m_ground->path(u"shop"_s))));
    m_commits.clear();
    for (int i = 0; i < 4; ++i) {
        m_commits.append(commit(u"fix: %1"_s.arg(i), noon.addDays(-6).addSecs(i * 3600),
                                i == 1 ? u"analemma.yaml"_s : u"a.txt"_s));
        QVERIFY(!m_commits.last().isEmpty());
    }
    m_workspace = {};
    m_workspace.name = u"shop"_s;
    m_workspace.file = m_ground->path(u"shop/analemma.yaml"_s);
    m_workspace.repositories[u"shop"_s].name = u"shop"_s;
    m_workspace.images[u"web"_s].repository = u"shop"_s;
    for (const QString& name : {u"qa"_s, u"production"_s}) {
        m_workspace.environments[name].name = name;
        m_workspace.environments[name].image = u"web"_s;
    }
    auto opened = store::Store::open(m_ground->folder(u"state"_s));
    VERIFY_OK(opened);
    m_store = std::move(*opened);
    m_engine = std::make_unique<engine::Engine>(m_store.get(), &m_clock, u"shop"_s, u"test"_s);
    made::Ended first;
    first.id = u"d1"_s;
    first.release = u"1.0.0"_s;
    first.commit = m_commits[0];
    first.began = noon.addDays(-6).addSecs(7200);
    made::Ended second = first;
    second.id = u"d2"_s;
    second.release = u"1.1.0"_s;
    second.commit = m_commits[2];
    second.began = noon.addDays(-5);
    made::Ended back = second;
    back.id = u"r1"_s;
    back.kind = u"rollback"_s;
    back.release = u"1.0.0"_s;
    back.began = second.began.addSecs(1800);
    back.from = 2;
    back.to = 1;
    made::Ended bake = second;
    bake.id = u"b1"_s;
    bake.kind = u"bake"_s;
    bake.began = second.began.addSecs(-600);
    made::Ended qa = first;
    qa.id = u"q1"_s;
    qa.environment = u"qa"_s;
    qa.ok = false;
    qa.switchedBack = true;
    qa.began = noon.addDays(-1);
    VERIFY_OK(made::write(m_store.get(), {first, second, back, bake, qa}));
}

void TestReportRead::figuresOfTheJournal()
{
    const auto read = test::await(figures(sources(), query()));
    VERIFY_OK(read);
    QVERIFY2(read->problems.isEmpty(), qPrintable(read->problems.join(u';')));
    QCOMPARE(read->all.deployed, (QStringList{u"d1"_s, u"d2"_s, u"q1"_s}));
    QCOMPARE(read->all.failed, (QStringList{u"d2"_s, u"q1"_s}));
    // d1 brought its own commit, d2 the two after it, q1 its own.
    QCOMPARE(read->all.commits, 4);
    QCOMPARE(read->fates[u"d2"_s].restoredBy, u"r1"_s);
    QCOMPARE(read->fates[u"d2"_s].restoredIn, milliseconds(1'800'000));
    QCOMPARE(read->fates[u"q1"_s].restoredBy, u"q1"_s);
    QCOMPARE(read->trend.size(), 7);
    QCOMPARE(read->environments.size(), 2);
    FigureQuery later = query();
    later.from = noon.addDays(-2);
    const auto compared = test::await(figures(sources(), later));
    VERIFY_OK(compared);
    QCOMPARE(compared->all.deployed, QStringList{u"q1"_s});
    QVERIFY(compared->before.deployed.isEmpty());  // they are older still
    FigureQuery moon = query();
    moon.environment = u"moon"_s;
    QVERIFY(!test::await(figures(sources(), moon)).ok());
}

void TestReportRead::whatIsKnownIsNotReadAgain()
{
    FigureSources from = sources();
    from.open = [](const QString&) { return openedAt(u"/no/such/repository"_s); };
    from.known.insert(u"d1"_s, {{u"c"_s, u"fix"_s, noon.addDays(-7)}});
    const auto read = test::await(deliveries(from, query()));
    VERIFY_OK(read);
    QCOMPARE(read->problems.size(), 2);
    QCOMPARE(makeFigures(read->all, query()).all.timed, QStringList{u"d1"_s});
}

void TestReportRead::aRepositoryThatIsGone()
{
    m_workspace.repositories[u"lost"_s].name = u"lost"_s;
    m_workspace.images[u"web"_s].repository = u"lost"_s;
    const auto read = test::await(figures(sources(), query()));
    VERIFY_OK(read);
    QCOMPARE(read->all.deployments, 3);
    QVERIFY(!read->all.leadTime);
    QCOMPARE(read->problems.size(), 3);
    QVERIFY2(read->problems[0].startsWith(u"commits of production 1.0.0: "_s),
             qPrintable(read->problems[0]));
}

void TestReportRead::marksOfTheJournal()
{
    MarkSources from;
    from.engine = m_engine.get();
    from.configs = std::make_shared<ConfigHistory>(m_workspace.file);
    from.now = noon;
    const auto read = test::await(marks(from));
    VERIFY_OK(read);
    QStringList told;
    for (const ChangeMark& mark : *read) {
        told.append(toString(mark.kind) + u' ' + mark.text);
    }
    QCOMPARE(told, (QStringList{u"config fix: 1"_s, u"deploy Deploy 1.0.0 to production"_s,
                                u"bake Bake web of 1.1.0"_s, u"deploy Deploy 1.1.0 to production"_s,
                                u"rollback Roll production back to 1.0.0"_s,
                                u"deploy Deploy 1.0.0 to qa"_s, u"rollback Deploy 1.0.0 to qa"_s}));
    QCOMPARE(read->first().id, m_commits[1]);
    QCOMPARE(read->last().operation, u"q1"_s);
}

void TestReportRead::configsAreReadOnceAHead()
{
    const ConfigHistory history(m_workspace.file);
    const auto first = test::await(history.changes(noon));
    VERIFY_OK(first);
    QCOMPARE(first->size(), 1);
    commit(u"three servers"_s, noon.addSecs(-60), u"analemma.yaml"_s);
    const auto second = test::await(history.changes(noon));
    VERIFY_OK(second);
    QCOMPARE(second->size(), 2);
    QCOMPARE(second->first().subject, u"three servers"_s);
    // Older than anything a chart shows.
    const ConfigHistory late(m_workspace.file);
    QCOMPARE(test::await(late.changes(noon.addDays(500)))->size(), 0);
}

void TestReportRead::aWorkspaceWithoutGit()
{
    const QString file = m_ground->folder(u"plain"_s) + u"/analemma.yaml"_s;
    QVERIFY(QFile::copy(m_workspace.file, file));
    const auto read = test::await(ConfigHistory(file).changes(noon));
    VERIFY_OK(read);
    QVERIFY(read->isEmpty());
    VERIFY_OK(test::await(ConfigHistory(u"/no/such/file"_s).changes(noon)));
}

void TestReportRead::theWholeReport()
{
    const auto clock = std::make_shared<NoonClock>();
    auto opened = monitor::SeriesStore::open(m_ground->folder(u"figures"_s), {}, clock);
    VERIFY_OK(opened);
    ReportSources from;
    from.figures = sources();
    from.series = std::move(*opened);
    const auto values = [&](const QString& subject, const QString& labels, int bad) {
        const monitor::SeriesId id = from.series->series({subject, u"check.ok"_s, labels});
        std::vector<monitor::Measured> batch;
        for (int i = 0; i < 600; ++i) {  // the last ten hours, a minute each
            batch.push_back({id, noon.toMSecsSinceEpoch() - (600 - i) * 60'000LL,
                             i >= 300 && i < 300 + bad ? 0.0 : 1.0});
        }
        return test::await(from.series->append(std::move(batch)));
    };
    VERIFY_OK(values(u"https://shop"_s, u"environment=production"_s, 60));
    VERIFY_OK(values(u"qa"_s, {}, 0));
    VERIFY_OK(
        test::await(from.series->append({{from.series->series({u"web-1"_s, u"cpu.busy"_s, {}}),
                                          noon.toMSecsSinceEpoch() - 1, 5}})));
    Incident past;
    past.id = u"i0"_s;
    past.began = noon.addDays(-30);
    past.ended = noon.addDays(-29);
    Incident open = past;
    open.id = u"i1"_s;
    open.environment = u"production"_s;
    open.ended = {};
    from.incidents = {past, open};
    const auto facts = test::await(reportFacts(from, query(), noon));
    VERIFY_OK(facts);
    QCOMPARE(facts->workspace, u"shop"_s);
    QCOMPARE(facts->incidents.size(), 1);
    QCOMPARE(facts->incidents[0].id, u"i1"_s);
    QCOMPARE(facts->availability.size(), 2);
    const Availability& shop = facts->availability[0].environment == "qa"_L1
                                   ? facts->availability[1]
                                   : facts->availability[0];
    QCOMPARE(shop.environment, u"production"_s);
    QCOMPARE(shop.outages.size(), 1);
    QVERIFY2(std::abs(*shop.percent - 90) < 1, qPrintable(QString::number(*shop.percent)));
    QVERIFY(std::abs(double(shop.down.count()) / 60'000 - 60) < 6);
    FigureQuery qa = query();
    qa.environment = u"qa"_s;
    const auto less = test::await(reportFacts(from, qa, noon));
    VERIFY_OK(less);
    QCOMPARE(less->availability.size(), 1);
    QCOMPARE(less->incidents.size(), 0);
    QCOMPARE(less->figures.all.deployed, QStringList{u"q1"_s});
    QVERIFY(toHtml(reportOf(*facts)).contains("https://shop"));
}

void TestReportRead::ofWhichEnvironmentAChecked_data()
{
    QTest::addColumn<QString>("subject");
    QTest::addColumn<QString>("labels");
    QTest::addColumn<QString>("environment");
    QTest::newRow("labelled") << u"https://x"_s << u"environment=qa,kind=http"_s << u"qa"_s;
    QTest::newRow("labelled last") << u"https://x"_s << u"a=b,environment=qa"_s << u"qa"_s;
    QTest::newRow("its subject") << u"qa"_s << u"kind=tcp"_s << u"qa"_s;
    QTest::newRow("none") << u"https://x"_s << QString() << QString();
}

void TestReportRead::ofWhichEnvironmentAChecked()
{
    QFETCH(const QString, subject);
    QFETCH(const QString, labels);
    QFETCH(const QString, environment);
    QCOMPARE(environmentOfCheck({subject, u"check.ok"_s, labels}, {u"production"_s, u"qa"_s}),
             environment);
}

QTEST_GUILESS_MAIN(TestReportRead)
#include "tst_report_read.moc"
