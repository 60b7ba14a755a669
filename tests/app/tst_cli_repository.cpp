#include "harness.h"

#include "core/base/files.h"

#include <QJsonArray>
#include <QProcess>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::test;

/// `repository` with the sample workspace, and at a path where there is no workspace.
class TestCliRepository : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void list();
    void logAndShow();
    void atAPath();
    void optimize();
    void branches();
    void where();
    void notThere_data();
    void notThere();
    void theCacheFollowsTheFile();

private:
    [[nodiscard]] Ran cli(const QStringList& words) const { return run(words, m_folder); }

    std::unique_ptr<app::Libraries> m_libraries;
    std::unique_ptr<Place> m_place;
    QString m_folder;
    QString m_first;
    QString m_second;
};

void TestCliRepository::initTestCase()
{
    m_libraries = std::make_unique<app::Libraries>();
    m_place = std::make_unique<Place>();
    m_folder = m_place->work() + u"/shop"_s;
    const Ran made =
        run({u"workspace"_s, u"init"_s, m_folder, u"--sample"_s, u"shop"_s, u"--json"_s}, u"/"_s);
    QVERIFY2(made.code == 0, made.err.constData());
    m_first = made.json()[u"commit"_s].toString();
    QCOMPARE(cli({u"workspace"_s, u"advance"_s}).code, 0);
    m_second = cli({u"repository"_s, u"show"_s, u"shop"_s, u"--json"_s}).json()[u"id"_s].toString();
    QVERIFY(!m_first.isEmpty() && m_second.size() == 40 && m_first != m_second);
}

void TestCliRepository::list()
{
    const Ran ran = cli({u"repository"_s, u"list"_s, u"--json"_s});
    QVERIFY2(ran.code == 0, ran.err.constData());
    const QJsonArray all = ran.json()[u"repositories"_s].toArray();
    QCOMPARE(all.size(), 1);
    const QJsonObject shop = all[0].toObject();
    QCOMPARE(shop[u"name"_s].toString(), u"shop"_s);
    QCOMPARE(shop[u"branch"_s].toString(), u"main"_s);
    QCOMPARE(shop[u"commit"_s][u"id"_s].toString(), m_second);
    QVERIFY(cli({u"repository"_s, u"list"_s}).out.contains(m_second.left(10).toLatin1()));
}

void TestCliRepository::logAndShow()
{
    const Ran ran = cli({u"repository"_s, u"log"_s, u"shop"_s, u"--json"_s});
    QVERIFY2(ran.code == 0, ran.err.constData());
    const QJsonArray commits = ran.json()[u"commits"_s].toArray();
    QVERIFY(commits.size() >= 2);
    QCOMPARE(commits[0][u"id"_s].toString(), m_second);
    QCOMPARE(commits[0][u"parents"_s].toArray().first().toString(), commits[1][u"id"_s].toString());
    QCOMPARE(commits[0][u"names"_s].toArray().first().toString(), u"HEAD -> main"_s);
    for (const char* fact : {"author", "time", "subject"}) {
        QVERIFY2(!commits[1][QLatin1StringView(fact)].toString().isEmpty(), fact);
    }
    // The whole history is the same here, and a limit holds.
    const Ran all = cli({u"repository"_s, u"log"_s, u"--all"_s, u"--json"_s});
    QCOMPARE(all.json()[u"commits"_s].toArray(), commits);
    const Ran one = cli({u"repository"_s, u"log"_s, u"--limit"_s, u"1"_s, u"--json"_s});
    QCOMPARE(one.json()[u"commits"_s].toArray().size(), 1);
    const Ran newer = cli({u"repository"_s, u"log"_s, u"--after"_s, m_first, u"--json"_s});
    QCOMPARE(newer.json()[u"commits"_s].toArray().size(), 1);
    const Ran shown = cli({u"repository"_s, u"show"_s, u"shop"_s, m_first});
    QVERIFY(shown.out.contains(m_first.toLatin1()));
}

void TestCliRepository::atAPath()
{
    const QString path = m_folder + u"/shop"_s;
    const Ran ran =
        run({u"repository"_s, u"log"_s, path, u"--limit"_s, u"5"_s, u"--json"_s}, u"/"_s);
    QVERIFY2(ran.code == 0, ran.err.constData());
    QCOMPARE(ran.json()[u"commits"_s][0][u"id"_s].toString(), m_second);
    // A folder beside where one is, and none at all.
    QCOMPARE(run({u"repository"_s, u"branches"_s, u"shop"_s}, m_place->work() + u"/shop/.."_s).code,
             5);
    const Ran nothing = run({u"repository"_s, u"log"_s, m_place->work()}, u"/"_s);
    QCOMPARE(nothing.code, 5);
    QVERIFY(nothing.err.contains("repository"));
}

/// Nothing is written by a dry run; afterwards git takes the file as a good one.
void TestCliRepository::optimize()
{
    const QString file = m_folder + u"/shop/.git/objects/info/commit-graph"_s;
    const Ran dry = cli({u"repository"_s, u"optimize"_s, u"shop"_s, u"--dry-run"_s, u"--json"_s});
    QVERIFY2(dry.code == 0, dry.err.constData());
    QCOMPARE(dry.json()[u"schema"_s].toString(), u"analemma.commit-graph.1"_s);
    QCOMPARE(dry.json()[u"state"_s].toString(), u"missing"_s);
    QVERIFY(!QFile::exists(file));
    const Ran ran = cli({u"repository"_s, u"optimize"_s, u"shop"_s, u"--json"_s});
    QVERIFY2(ran.code == 0, ran.err.constData());
    QCOMPARE(ran.json()[u"state"_s].toString(), u"used"_s);
    QVERIFY(ran.json()[u"commits"_s].toInt() >= 2);
    QVERIFY(QFile::exists(file));
    const Ran again =
        run({u"repository"_s, u"optimize"_s, m_folder + u"/shop"_s, u"--dry-run"_s}, u"/"_s);
    QVERIFY2(again.out.contains("commit-graph file holds"), again.out.constData());
    QVERIFY(QFile::remove(file));
    // What can not be read is said, in words.
    const QString path = m_place->work() + u"/sha256"_s;
    QCOMPARE(QProcess::execute(u"git"_s, {u"init"_s, u"-q"_s, u"--object-format=sha256"_s, path}),
             0);
    const Ran odd = run({u"repository"_s, u"optimize"_s, path}, u"/"_s);
    QVERIFY(odd.code != 0 && odd.out.isEmpty());
    QVERIFY2(odd.err.contains("SHA-256"), odd.err.constData());
}

void TestCliRepository::branches()
{
    const Ran ran = cli({u"repository"_s, u"branches"_s, u"shop"_s, u"--json"_s});
    QVERIFY2(ran.code == 0, ran.err.constData());
    const QJsonArray refs = ran.json()[u"refs"_s].toArray();
    QVERIFY(!refs.isEmpty());
    QCOMPARE(refs[0][u"name"_s].toString(), u"main"_s);
    QVERIFY(refs[0][u"current"_s].toBool());
    QCOMPARE(refs[0][u"commit"_s].toString(), m_second);
}

/// A run and a release of the second commit hold the first one too, and not the other way round.
void TestCliRepository::where()
{
    const Ran none = cli({u"repository"_s, u"where"_s, u"HEAD"_s, u"--json"_s});
    QVERIFY2(none.code == 0, none.err.constData());
    QVERIFY(none.json()[u"holders"_s].toArray().isEmpty());
    QVERIFY(none.err.contains("holds it yet"));
    QCOMPARE(cli({u"pipeline"_s, u"run"_s, u"shop"_s}).code, 0);
    QCOMPARE(cli({u"release"_s, u"create"_s, u"shop"_s}).code, 0);
    for (const QString& commit : {m_first, m_second}) {
        const Ran ran = cli({u"repository"_s, u"where"_s, commit.left(12), u"--json"_s});
        QVERIFY2(ran.code == 0, ran.err.constData());
        QCOMPARE(ran.json()[u"commit"_s].toString(), commit);
        QStringList held;
        const QJsonArray holders = ran.json()[u"holders"_s].toArray();
        for (const QJsonValue& holder : holders) {
            held.append(holder[u"kind"_s].toString() + u' ' + holder[u"state"_s].toString());
            QCOMPARE(holder[u"exact"_s].toBool(), commit == m_second);
            QCOMPARE(holder[u"commit"_s].toString(), m_second);
        }
        QCOMPARE(held, QStringList({u"release not approved"_s, u"run passed"_s}));
    }
    // What was made of exactly one of them is told with that one.
    const Ran second = cli({u"repository"_s, u"show"_s, u"shop"_s, m_second, u"--json"_s});
    const QJsonArray places = second.json()[u"places"_s].toArray();
    QCOMPARE(places.size(), 2);
    QCOMPARE(places[0][u"name"_s].toString(), u"0.1.0"_s);
    QCOMPARE(places[0][u"kind"_s].toString(), u"release"_s);
    QCOMPARE(places[1][u"name"_s].toString(), u"shop 1"_s);
    QCOMPARE(places[1][u"state"_s].toString(), u"passed"_s);
    QCOMPARE(places[1][u"commit"_s].toString(), m_second);
    const Ran words = cli({u"repository"_s, u"show"_s, u"shop"_s, m_second});
    QVERIFY(words.out.contains("release 0.1.0 not approved, run shop 1 passed"));
    const Ran first = cli({u"repository"_s, u"show"_s, u"shop"_s, m_first, u"--json"_s});
    QVERIFY(first.json()[u"places"_s].isArray());
    QVERIFY(first.json()[u"places"_s].toArray().isEmpty());
    // At a path there is no workspace that could tell.
    const Ran path = run({u"repository"_s, u"show"_s, m_folder + u"/shop"_s, u"--json"_s}, u"/"_s);
    QCOMPARE(path.json()[u"id"_s].toString(), m_second);
    QVERIFY(!path.json().contains(u"places"_s));
    const auto repository = awaited(git::Repository::open(m_folder + u"/shop"_s));
    QVERIFY(repository);
    QVERIFY(writeFile(m_folder + u"/shop/newer"_s, "x\n", 0644));
    QVERIFY(awaited((*repository)
                        ->commitAll(u"fix: newer"_s, u"Ana"_s, u"ana@example.org"_s,
                                    QDateTime::currentDateTimeUtc())));
    const Ran later = cli({u"repository"_s, u"where"_s, u"HEAD"_s, u"--json"_s});
    QVERIFY(later.json()[u"holders"_s].toArray().isEmpty());
}

void TestCliRepository::notThere_data()
{
    QTest::addColumn<QStringList>("words");
    QTest::newRow("repository") << QStringList{u"log"_s, u"shopp"_s};
    QTest::newRow("revision") << QStringList{u"show"_s, u"shop"_s, u"nowhere"_s};
    QTest::newRow("where") << QStringList{u"where"_s, u"nowhere"_s};
    QTest::newRow("path") << QStringList{u"log"_s, u"./nothing"_s};
}

void TestCliRepository::notThere()
{
    QFETCH(const QStringList, words);
    const Ran ran = cli(QStringList{u"repository"_s} + words);
    QCOMPARE(ran.code, 5);
    QVERIFY(ran.out.isEmpty());
    QVERIFY(!ran.err.isEmpty());
}

/// What the window changes in the workspace file is what is opened from then on.
void TestCliRepository::theCacheFollowsTheFile()
{
    const QString file = m_folder + u"/analemma.yaml"_s;
    const auto loaded = workspace::load(file);
    QVERIFY(loaded);
    const app::RepositoryCache cache(*loaded);
    const auto open = cache.opener();
    const auto edit = cache.editor();
    workspace::Repository tools;
    tools.name = u"tools"_s;
    tools.path = m_folder + u"/tools"_s;
    QVERIFY(awaited(git::Repository::init(tools.path)));
    QCOMPARE(toString(awaited(open(u"tools"_s)).error().kind), u"not-found"_s);
    const auto added = awaited(edit([file, tools](const QByteArray& before) {
        return workspace::withRepository(before, file, tools);
    }));
    QVERIFY2(added, added ? "" : qPrintable(added.error().message));
    QCOMPARE(added->repositories.value(u"tools"_s), tools);
    const auto first = awaited(open(u"tools"_s));
    QVERIFY(first);
    QCOMPARE(awaited(open(u"tools"_s))->get(), first->get());
    QVERIFY(awaited(edit([file](const QByteArray& before) {
        return workspace::withoutRepository(before, file, u"tools"_s);
    })));
    QCOMPARE(toString(awaited(open(u"tools"_s)).error().kind), u"not-found"_s);
    QVERIFY(awaited(open(u"shop"_s)));
}

QTEST_GUILESS_MAIN(TestCliRepository)
#include "tst_cli_repository.moc"
