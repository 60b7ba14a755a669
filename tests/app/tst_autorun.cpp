#include "harness.h"

#include "app/sample.h"
#include "core/base/files.h"

#include <QSignalSpy>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::test;

/// A new commit is run once, whoever sees it.
class TestAutorun : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void aNewCommitIsRunOnce();
    void twoProgramsRunItOnce();
    void aRestartDoesNotRunItAgain();
    void aDesertedClaimIsTakenOver();
    void aBadPipelineIsToldOnce();
    void changedIsCoalesced();

private:
    std::unique_ptr<app::Services> open() const
    {
        auto opened = app::Services::open(m_folder + u"/analemma.yaml"_s, u"test"_s);
        if (!opened) {
            qFatal("%s", qPrintable(opened.error().message));
        }
        return std::move(*opened);
    }
    static void close(std::unique_ptr<app::Services> services)
    {
        if (!awaited(app::Services::close(std::move(services)))) {
            qFatal("the services did not close");
        }
    }
    static QList<pipeline::Run> runs(const app::Services& services)
    {
        return awaited(services.pipelines->runs({}, 100, 0)).valueOr({});
    }
    static bool allEnded(const app::Services& services, qsizetype count)
    {
        const QList<pipeline::Run> all = runs(services);
        return all.size() == count &&
               std::all_of(all.begin(), all.end(),
                           [](const pipeline::Run& run) { return run.finished.isValid(); });
    }

    std::unique_ptr<app::Libraries> m_libraries;
    std::unique_ptr<Place> m_place;
    QString m_folder;
    int m_number = 0;
};

void TestAutorun::initTestCase()
{
    m_libraries = std::make_unique<app::Libraries>();
    m_place = std::make_unique<Place>();
}

void TestAutorun::init()
{
    m_folder = m_place->work() + u"/shop%1"_s.arg(++m_number);
    const Result<QString> made = awaited(app::makeSample(u"shop"_s, m_folder));
    QVERIFY2(made.ok(), made ? "" : qPrintable(made.error().message));
}

void TestAutorun::aNewCommitIsRunOnce()
{
    auto services = open();
    QSignalSpy problems(services->lifecycle.get(), &lifecycle::Lifecycle::problem);
    services->lifecycle->watchForCommits();
    services->lifecycle->watchForCommits();  // asked twice, watched once
    QTRY_VERIFY_WITH_TIMEOUT(allEnded(*services, 1), 60'000);
    const Result<QString> second = awaited(app::advanceSample(m_folder));
    QVERIFY(second.ok());
    QTRY_VERIFY_WITH_TIMEOUT(allEnded(*services, 2), 60'000);
    QCOMPARE(runs(*services).constFirst().commit, *second);
    QCOMPARE(int(runs(*services).constFirst().state), int(pipeline::State::Passed));
    QCOMPARE(problems.size(), 0);
    close(std::move(services));
}

void TestAutorun::twoProgramsRunItOnce()
{
    auto one = open();
    auto two = open();
    one->lifecycle->watchForCommits();
    two->lifecycle->watchForCommits();
    QTRY_VERIFY_WITH_TIMEOUT(allEnded(*one, 1), 60'000);
    QVERIFY(awaited(app::advanceSample(m_folder)).ok());
    QTRY_VERIFY_WITH_TIMEOUT(allEnded(*one, 2), 60'000);
    QTest::qWait(1000);
    QCOMPARE(runs(*two).size(), 2);
    close(std::move(one));
    close(std::move(two));
}

void TestAutorun::aRestartDoesNotRunItAgain()
{
    {
        auto services = open();
        services->lifecycle->watchForCommits();
        QTRY_VERIFY_WITH_TIMEOUT(allEnded(*services, 1), 60'000);
        close(std::move(services));
    }
    auto services = open();
    services->lifecycle->watchForCommits();
    QTest::qWait(1500);
    QCOMPARE(runs(*services).size(), 1);
    close(std::move(services));
}

void TestAutorun::aDesertedClaimIsTakenOver()
{
    auto services = open();
    const auto open = services->repositories->opener();
    const auto repository = awaited(open(u"shop"_s));
    QVERIFY(repository.ok());
    const auto head = awaited((*repository)->head());
    QVERIFY(head.ok());
    // A program that claimed the commit and died: a process that is not there any more.
    ProcessIdentity gone = ownIdentity();
    gone.startTicks += 1;
    const Json body{{u"state"_s, u"starting"_s}, {u"by"_s, gone.toJson()}};
    const QString key = u"shop/"_s + head->commit;
    std::function<Result<store::Document>(store::Transaction&)> claim =
        [body, key](store::Transaction& t) { return t.put(u"autorun"_s, key, u"shop"_s, body, 0); };
    QVERIFY(awaited(services->store->write<store::Document>(claim)).ok());
    services->lifecycle->watchForCommits();
    QTRY_VERIFY_WITH_TIMEOUT(allEnded(*services, 1), 60'000);
    close(std::move(services));
}

void TestAutorun::aBadPipelineIsToldOnce()
{
    QVERIFY(writeFile(m_folder + u"/shop/.circleci/config.yml"_s, "version: 2.1\njobs: [\n", 0644)
                .ok());
    auto services = open();
    const auto repository = awaited(services->repositories->opener()(u"shop"_s));
    QVERIFY(repository.ok());
    QVERIFY(awaited((*repository)
                        ->commitAll(u"chore: break it"_s, u"Ana"_s, u"ana@example.org"_s,
                                    QDateTime::currentDateTimeUtc()))
                .ok());
    QSignalSpy problems(services->lifecycle.get(), &lifecycle::Lifecycle::problem);
    services->lifecycle->watchForCommits();
    QTRY_COMPARE_WITH_TIMEOUT(problems.size(), 1, 20'000);
    QVERIFY(problems[0][0].toString().contains(u"config.yml"_s));
    // Another move of a ref does not try the same commit again.
    QVERIFY(
        awaited(
            (*repository)->createTag(u"v9"_s, u"HEAD"_s, u"x"_s, u"Ana"_s, u"ana@example.org"_s))
            .ok());
    QTest::qWait(1500);
    QCOMPARE(problems.size(), 1);
    close(std::move(services));
}

void TestAutorun::changedIsCoalesced()
{
    auto services = open();
    QSignalSpy changed(services->lifecycle.get(), &lifecycle::Lifecycle::changed);
    for (int i = 0; i < 50; ++i) {
        Q_EMIT services->releases->changed();
        QTest::qWait(10);
    }
    QTRY_VERIFY(changed.size() >= 3);
    QVERIFY2(changed.size() <= 8, QByteArray::number(changed.size()).constData());
    // The board can be read at any time.
    const auto board = awaited(services->lifecycle->board(20));
    QVERIFY(board.ok());
    QCOMPARE(board->changes.size(), 1);
    QVERIFY2(board->problems.isEmpty(), qPrintable(board->problems.join(u'\n')));
    close(std::move(services));
}

QTEST_GUILESS_MAIN(TestAutorun)
#include "tst_autorun.moc"
