#include "harness.h"

#include "app/sample.h"
#include "core/base/files.h"

#include <QElapsedTimer>
#include <QFile>
#include <QJsonArray>
#include <QTimer>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::test;

/// Whole commands in this process: real state, a real repository, real pipelines; streams are
/// replaced.
class TestCliRuns : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void helpAndVersion();
    void usageErrors();
    void noWorkspace();
    void brokenWorkspaceFile();
    void initMakesAWorkspaceOnce();
    void initWithoutSample();
    void checkAndShow();
    void emptyLists_data();
    void emptyLists();
    void notFound_data();
    void notFound();
    void badNumbersAndDurations_data();
    void badNumbersAndDurations();
    void secrets();
    void pipelineToApprovedRelease();
    void secondCommit();
    void failingPipeline();
    void questions();
    void timeoutCancels();
    void interruptCancels();
    void colours();

private:
    [[nodiscard]] Ran cli(const QStringList& words, const QString& answer = {}) const
    {
        return run(words, m_folder, answer);
    }
    QByteArray write(const QString& path, const QByteArray& bytes) const
    {
        return writeFile(m_folder + u'/' + path, bytes, 0644).ok() ? bytes : QByteArray();
    }
    Result<QString> commit(const QString& message) const
    {
        const auto repository = awaited(git::Repository::open(m_folder + u"/shop"_s));
        if (!repository) {
            return repository.error();
        }
        return awaited((*repository)
                           ->commitAll(message, u"Ana"_s, u"ana@example.org"_s,
                                       QDateTime::currentDateTimeUtc()));
    }

    std::unique_ptr<app::Libraries> m_libraries;
    std::unique_ptr<Place> m_place;
    QString m_folder;
};

void TestCliRuns::initTestCase()
{
    m_libraries = std::make_unique<app::Libraries>();
    m_place = std::make_unique<Place>();
    m_folder = m_place->work() + u"/shop"_s;
    const Ran made =
        run({u"workspace"_s, u"init"_s, m_folder, u"--sample"_s, u"shop"_s, u"--json"_s}, u"/"_s);
    QVERIFY2(made.code == 0, made.err.constData());
    QCOMPARE(made.json()[u"schema"_s].toString(), u"analemma.workspace-init.1"_s);
    QCOMPARE(made.json()[u"folder"_s].toString(), m_folder);
    QCOMPARE(made.json()[u"commit"_s].toString().size(), 40);
}

void TestCliRuns::helpAndVersion()
{
    const Ran all = cli({});
    QCOMPARE(all.code, 0);
    QVERIFY(all.out.contains("Usage: analemma-cli"));
    QCOMPARE(cli({u"--help"_s}).out, all.out);
    QVERIFY(cli({u"deploy"_s, u"--help"_s}).out.contains("--release VERSION"));
    QVERIFY(cli({u"help"_s, u"pipeline"_s, u"run"_s}).out.contains("--commit REV"));
    QVERIFY(cli({u"pipeline"_s, u"--help"_s}).out.contains("pipeline log"));
    QVERIFY(cli({u"--version"_s}).out.startsWith("analemma-cli "));
    const Ran about = cli({u"about"_s, u"--json"_s});
    QCOMPARE(about.json()[u"schema"_s].toString(), u"analemma.about.1"_s);
    QCOMPARE(about.json()[u"home"_s].toString(), m_place->home());
    const Ran list = cli({u"commands"_s, u"--json"_s});
    QCOMPARE(list.json()[u"commands"_s].toArray().size(), cli::commands().size());
}

void TestCliRuns::usageErrors()
{
    const Ran ran = cli({u"enviroment"_s, u"list"_s});
    QCOMPARE(ran.code, 2);
    QVERIFY(ran.out.isEmpty());
    QVERIFY(ran.err.contains("Did you mean \"environment\"?"));
    const Ran json = cli({u"deploy"_s, u"--json"_s});
    QCOMPARE(json.code, 2);
    QCOMPARE(json.json()[u"schema"_s].toString(), u"analemma.error.1"_s);
    QCOMPARE(json.json()[u"exit"_s].toInt(), 2);
}

void TestCliRuns::noWorkspace()
{
    const Ran ran = run({u"environment"_s, u"list"_s}, m_place->work());
    QCOMPARE(ran.code, 5);
    QVERIFY(ran.err.contains("analemma.yaml"));
    const Ran named = run({u"environment"_s, u"list"_s, u"--workspace"_s, m_place->work()}, u"/"_s);
    QCOMPARE(named.code, 5);
    QVERIFY(named.err.contains("workspace init"));
    // Found upward, and by name from anywhere.
    QCOMPARE(run({u"workspace"_s, u"show"_s}, m_folder + u"/shop/deploy"_s).code, 0);
    QCOMPARE(run({u"workspace"_s, u"show"_s, u"--workspace"_s, m_folder}, u"/"_s).code, 0);
    QCOMPARE(
        run({u"workspace"_s, u"show"_s, u"--workspace"_s, m_folder + u"/analemma.yaml"_s}, u"/"_s)
            .code,
        0);
}

void TestCliRuns::brokenWorkspaceFile()
{
    const QString folder = m_place->work() + u"/broken"_s;
    QVERIFY(QDir().mkpath(folder));
    QVERIFY(
        writeFile(folder + u"/analemma.yaml"_s, "workspace: shop\nenviroments: {}\n", 0644).ok());
    const Ran ran = run({u"workspace"_s, u"check"_s}, folder);
    QCOMPARE(ran.code, 3);
    QVERIFY2(ran.err.contains("analemma.yaml:2:"), ran.err.constData());
}

void TestCliRuns::initMakesAWorkspaceOnce()
{
    const Ran again = run({u"workspace"_s, u"init"_s, m_folder, u"--sample"_s, u"shop"_s}, u"/"_s);
    QCOMPARE(again.code, 12);
    const Ran unknown =
        run({u"workspace"_s, u"init"_s, u"x"_s, u"--sample"_s, u"shoe"_s}, m_place->work());
    QCOMPARE(unknown.code, 2);
    QVERIFY(!QFile::exists(m_place->work() + u"/x"_s));
    const Ran dry = run({u"workspace"_s, u"init"_s, u"x"_s, u"--dry-run"_s}, m_place->work());
    QCOMPARE(dry.code, 0);
    QVERIFY(!QFile::exists(m_place->work() + u"/x"_s));
    // Scripts of the sample can be run.
    QVERIFY(QFileInfo(m_folder + u"/shop/deploy/start.sh"_s).isExecutable());
    QVERIFY(!QFileInfo(m_folder + u"/shop/main.py"_s).isExecutable());
}

void TestCliRuns::initWithoutSample()
{
    const QString folder = m_place->work() + u"/My Web Shop!"_s;
    const Ran made = run({u"workspace"_s, u"init"_s, folder}, u"/"_s);
    QVERIFY2(made.code == 0, made.err.constData());
    const Ran shown = run({u"workspace"_s, u"show"_s, u"--json"_s}, folder);
    QVERIFY2(shown.code == 0, shown.err.constData());
    QCOMPARE(shown.json()[u"name"_s].toString(), u"my-web-shop-"_s);
    QCOMPARE(run({u"workspace"_s, u"init"_s, folder}, u"/"_s).code, 12);
}

void TestCliRuns::checkAndShow()
{
    const Ran checked = cli({u"workspace"_s, u"check"_s, u"--json"_s});
    QVERIFY2(checked.code == 0, checked.err.constData());
    QCOMPARE(checked.json()[u"schema"_s].toString(), u"analemma.workspace-check.1"_s);
    QVERIFY(checked.json()[u"ok"_s].toBool());
    QVERIFY(checked.json()[u"findings"_s].toArray().size() > 2);
    const Ran shown = cli({u"workspace"_s, u"show"_s, u"--json"_s});
    QCOMPARE(shown.json()[u"name"_s].toString(), u"shop"_s);
    QCOMPARE(shown.json()[u"environments"_s].toArray().size(), 2);
    QVERIFY(shown.json()[u"state"_s].toString().startsWith(m_place->home()));
    QVERIFY(cli({u"workspace"_s, u"show"_s}).out.contains("environments  qa, production"));
}

void TestCliRuns::emptyLists_data()
{
    QTest::addColumn<QStringList>("words");
    QTest::addColumn<QString>("schema");
    QTest::addColumn<QString>("field");
    const auto row = [](const QStringList& words, const QString& schema, const QString& field) {
        QTest::newRow(qPrintable(words.join(u' '))) << words << schema << field;
    };
    row({u"pipeline"_s, u"list"_s}, u"analemma.runs.1"_s, u"runs"_s);
    row({u"release"_s, u"list"_s}, u"analemma.releases.1"_s, u"releases"_s);
    row({u"image"_s, u"list"_s}, u"analemma.images.1"_s, u"images"_s);
    row({u"server"_s, u"list"_s}, u"analemma.servers.1"_s, u"servers"_s);
    row({u"operation"_s, u"list"_s}, u"analemma.operations.1"_s, u"operations"_s);
    row({u"census"_s}, u"analemma.census.1"_s, u"orphans"_s);
}

void TestCliRuns::emptyLists()
{
    QFETCH(QStringList, words);
    QFETCH(QString, schema);
    QFETCH(QString, field);
    const Ran json = cli(words + QStringList{u"--json"_s});
    QVERIFY2(json.code == 0, json.err.constData());
    QCOMPARE(json.json()[u"schema"_s].toString(), schema);
    QVERIFY(json.json()[field].isArray());
    QCOMPARE(json.json()[field].toArray().size(), 0);
    QCOMPARE(cli(words).code, 0);
}

void TestCliRuns::notFound_data()
{
    QTest::addColumn<QStringList>("words");
    const auto row = [](const QStringList& words) {
        QTest::newRow(qPrintable(words.join(u' '))) << words;
    };
    row({u"pipeline"_s, u"run"_s, u"moon"_s});
    row({u"pipeline"_s, u"show"_s});
    row({u"pipeline"_s, u"log"_s, u"999"_s});
    row({u"release"_s, u"show"_s, u"9.9.9"_s});
    row({u"release"_s, u"approve"_s, u"9.9.9"_s, u"--yes"_s});
    row({u"image"_s, u"show"_s, u"moon"_s});
    row({u"image"_s, u"delete"_s, u"moon"_s, u"--yes"_s});
    row({u"environment"_s, u"show"_s, u"moon"_s});
    row({u"deploy"_s, u"moon"_s, u"--release"_s, u"1.0.0"_s, u"--yes"_s});
    row({u"deploy"_s, u"production"_s, u"--release"_s, u"9.9.9"_s, u"--yes"_s});
    row({u"deploy"_s, u"production"_s, u"--release"_s, u"latest"_s, u"--yes"_s});
    row({u"server"_s, u"show"_s, u"moon"_s});
    row({u"server"_s, u"exec"_s, u"moon"_s, u"uptime"_s});
    row({u"operation"_s, u"show"_s, u"01moon"_s});
    row({u"operation"_s, u"cancel"_s, u"01moon"_s});
}

void TestCliRuns::notFound()
{
    QFETCH(QStringList, words);
    const Ran ran = cli(words);
    QVERIFY2(ran.code == 5, (QByteArray::number(ran.code) + ' ' + ran.err).constData());
    QVERIFY(!ran.err.isEmpty());
    QVERIFY(ran.out.isEmpty());
}

void TestCliRuns::badNumbersAndDurations_data()
{
    QTest::addColumn<QStringList>("words");
    const auto row = [](const QStringList& words) {
        QTest::newRow(qPrintable(words.join(u' '))) << words;
    };
    row({u"pipeline"_s, u"list"_s, u"--limit"_s, u"many"_s});
    row({u"pipeline"_s, u"list"_s, u"--limit"_s, u"0"_s});
    row({u"rollback"_s, u"production"_s, u"--to"_s, u"-1"_s});
    row({u"deploy"_s, u"production"_s, u"--release"_s, u"1.0.0"_s, u"--lock-wait"_s, u"soon"_s});
    row({u"census"_s, u"--timeout"_s, u"1 fortnight"_s});
    row({u"deploy"_s, u"production"_s, u"--yes"_s});
    row({u"release"_s, u"create"_s, u"shop"_s, u"--version"_s, u"one"_s});
}

void TestCliRuns::badNumbersAndDurations()
{
    QFETCH(QStringList, words);
    const Ran ran = cli(words);
    QVERIFY2(ran.code == 2, (QByteArray::number(ran.code) + ' ' + ran.err).constData());
}

void TestCliRuns::secrets()
{
    app::LocalSecrets source(m_place->home() + u"/secrets"_s);
    const auto kindOf = [&source](const QString& name) {
        const Result<Secret> secret = awaited(source.secret(name));
        return secret ? QString() : toString(secret.error().kind);
    };
    QCOMPARE(app::LocalSecrets::variableOf(u"deploy-key.1"_s), u"ANALEMMA_SECRET_DEPLOY_KEY_1"_s);
    QCOMPARE(kindOf(u"ocean"_s), toString(ErrorKind::NotFound));
    const Error missing = awaited(source.secret(u"ocean"_s)).error();
    QVERIFY(missing.hint.contains(u"ANALEMMA_SECRET_OCEAN"_s));
    QCOMPARE(kindOf(u"../ocean"_s), toString(ErrorKind::Invalid));
    QVERIFY(makeFolder(m_place->home() + u"/secrets"_s).ok());
    const QString file = m_place->home() + u"/secrets/ocean"_s;
    QVERIFY(writeFile(file, "tok en\n", 0644).ok());
    QCOMPARE(kindOf(u"ocean"_s), toString(ErrorKind::Refused));
    QVERIFY(QFile::setPermissions(file, QFile::ReadOwner | QFile::WriteOwner));
    const auto valueOf = [&source](const QString& name) {
        QByteArray value;
        const Result<Secret> secret = awaited(source.secret(name));
        if (secret) {
            secret->use([&value](QByteArrayView bytes) { value = bytes.toByteArray(); });
        }
        return value;
    };
    QCOMPARE(valueOf(u"ocean"_s), QByteArray("tok en"));
    qputenv("ANALEMMA_SECRET_OCEAN", "other");
    QCOMPARE(valueOf(u"ocean"_s), QByteArray("other"));
    qunsetenv("ANALEMMA_SECRET_OCEAN");
    // All of them, also one that others can read: they are to be masked.
    QVERIFY(writeFile(m_place->home() + u"/secrets/open"_s, "seen by all", 0644).ok());
    QVERIFY(writeFile(m_place->home() + u"/secrets/empty"_s, "", 0600).ok());
    qputenv("ANALEMMA_SECRET_SEA", "salt");
    const auto known = source.all();
    qunsetenv("ANALEMMA_SECRET_SEA");
    QVERIFY(known.ok());
    QStringList values;
    for (const Secret& secret : *known) {
        secret.use([&values](QByteArrayView bytes) { values += QString::fromUtf8(bytes); });
    }
    for (const QString& value : {u"tok en"_s, u"seen by all"_s, u"salt"_s}) {
        QVERIFY2(values.contains(value), qPrintable(value));
    }
    QVERIFY(!values.contains(QString()));
}

void TestCliRuns::pipelineToApprovedRelease()
{
    const Ran early = cli({u"release"_s, u"create"_s, u"shop"_s});
    QVERIFY2(early.code == 12 || early.code == 5, early.err.constData());
    QVERIFY(early.err.contains("pipeline run"));

    const Ran dry = cli({u"pipeline"_s, u"run"_s, u"shop"_s, u"--dry-run"_s, u"--json"_s});
    QVERIFY2(dry.code == 0, dry.err.constData());
    QCOMPARE(dry.json()[u"schema"_s].toString(), u"analemma.plan.1"_s);
    QVERIFY(!dry.json()[u"actions"_s].toArray().isEmpty());
    QCOMPARE(cli({u"pipeline"_s, u"list"_s, u"--json"_s}).json()[u"runs"_s].toArray().size(), 0);

    const Ran ran = cli({u"pipeline"_s, u"run"_s, u"shop"_s, u"--json"_s});
    QVERIFY2(ran.code == 0, ran.err.constData());
    QCOMPARE(ran.json()[u"schema"_s].toString(), u"analemma.run.1"_s);
    QCOMPARE(ran.json()[u"state"_s].toString(), u"passed"_s);
    QVERIFY(!ran.json()[u"artifacts"_s].toArray().isEmpty());
    QCOMPARE(cli({u"pipeline"_s, u"show"_s, u"--json"_s}).json()[u"id"_s], ran.json()[u"id"_s]);
    QCOMPARE(cli({u"pipeline"_s, u"show"_s, u"shop#1"_s, u"--json"_s}).json()[u"id"_s],
             ran.json()[u"id"_s]);
    QVERIFY(cli({u"pipeline"_s, u"list"_s}).out.contains("shop#1"));
    const Ran log = cli({u"pipeline"_s, u"log"_s, u"--job"_s, u"test"_s});
    QVERIFY(log.out.contains("test_tax_is_rounded_half_up"));
    QCOMPARE(cli({u"pipeline"_s, u"log"_s, u"--job"_s, u"tset"_s}).code, 5);
    const Ran operations = cli({u"operation"_s, u"list"_s, u"--json"_s});
    QCOMPARE(operations.json()[u"operations"_s].toArray().size(), 1);
    QCOMPARE(
        cli({u"operation"_s, u"show"_s, u"latest"_s, u"--json"_s}).json()[u"outcome"_s].toString(),
        u"ok"_s);
    const Ran followed = cli({u"operation"_s, u"follow"_s, u"latest"_s, u"--json"_s});
    QCOMPARE(followed.code, 0);
    QVERIFY(followed.out.count('\n') > 3);
    for (const QByteArray& line : followed.out.trimmed().split('\n')) {
        QCOMPARE(QJsonDocument::fromJson(line)[u"schema"_s].toString(), u"analemma.event.1"_s);
    }

    const Ran proposed = cli({u"release"_s, u"create"_s, u"shop"_s, u"--dry-run"_s, u"--json"_s});
    QCOMPARE(proposed.json()[u"version"_s].toString(), u"0.1.0"_s);
    QCOMPARE(cli({u"release"_s, u"list"_s, u"--json"_s}).json()[u"releases"_s].toArray().size(), 0);
    const Ran made = cli({u"release"_s, u"create"_s, u"shop"_s, u"--json"_s});
    QVERIFY2(made.code == 0, made.err.constData());
    QCOMPARE(made.json()[u"schema"_s].toString(), u"analemma.release.1"_s);
    QCOMPARE(made.json()[u"version"_s].toString(), u"0.1.0"_s);

    const Ran nobody = cli({u"release"_s, u"approve"_s, u"0.1.0"_s});
    QCOMPARE(nobody.code, 12);
    QVERIFY(nobody.err.contains("--yes"));
    const Ran refused = cli({u"deploy"_s, u"production"_s, u"--release"_s, u"0.1.0"_s});
    QCOMPARE(refused.code, 12);
    QVERIFY(refused.err.contains("--yes"));
    const Ran missing = cli({u"deploy"_s, u"production"_s, u"--release"_s, u"0.1.0"_s, u"--yes"_s});
    QVERIFY2(missing.code == 12, missing.err.constData());
    QVERIFY2(missing.err.contains("approv"), missing.err.constData());
    const Ran approved = cli({u"release"_s, u"approve"_s, u"0.1.0"_s, u"--yes"_s, u"--json"_s});
    QVERIFY2(approved.code == 0, approved.err.constData());
    QCOMPARE(approved.json()[u"approvals"_s].toArray().size(), 1);

    const Ran plan = cli(
        {u"deploy"_s, u"production"_s, u"--release"_s, u"latest"_s, u"--dry-run"_s, u"--json"_s});
    QVERIFY2(plan.code == 0, plan.err.constData());
    QVERIFY(plan.json()[u"possible"_s].toBool());
    const Ran shown = cli({u"environment"_s, u"show"_s, u"production"_s, u"--json"_s});
    QVERIFY(shown.json()[u"active"_s].isNull());
    const Ran board = cli({u"board"_s, u"--json"_s});
    QCOMPARE(board.json()[u"schema"_s].toString(), u"analemma.board.1"_s);
    QCOMPARE(board.json()[u"changes"_s].toArray().size(), 1);
    QCOMPARE(board.json()[u"problems"_s].toArray().size(), 0);
    QCOMPARE(board.json()[u"changes"_s][0][u"cells"_s][4][u"text"_s].toString(), u"0.1.0"_s);
}

void TestCliRuns::secondCommit()
{
    const Ran advanced = cli({u"workspace"_s, u"advance"_s, u"--json"_s});
    QVERIFY2(advanced.code == 0, advanced.err.constData());
    QCOMPARE(advanced.json()[u"commit"_s].toString().size(), 40);
    const Ran again = cli({u"workspace"_s, u"advance"_s});
    QCOMPARE(again.code, 12);
    const Ran ran = cli({u"pipeline"_s, u"run"_s});
    QVERIFY2(ran.code == 0, (ran.err + ran.out).constData());
    QCOMPARE(cli({u"release"_s, u"create"_s, u"--json"_s}).json()[u"version"_s].toString(),
             u"0.2.0"_s);
}

void TestCliRuns::failingPipeline()
{
    QFile prices(m_folder + u"/shop/shop/prices.py"_s);
    QVERIFY(prices.open(QIODevice::ReadOnly));
    const QByteArray good = prices.readAll();
    prices.close();
    QVERIFY(
        !write(u"shop/shop/prices.py"_s, QByteArray(good).replace("+ 5000", "+ 6000")).isEmpty());
    QVERIFY(commit(u"fix: break the tax"_s).ok());
    const Ran ran = cli({u"pipeline"_s, u"run"_s, u"shop"_s});
    QVERIFY2(ran.code == 1, (ran.err + ran.out).constData());
    QVERIFY(ran.err.contains("pipeline log"));
    // An earlier commit by name.
    const Ran earlier = cli({u"pipeline"_s, u"run"_s, u"shop"_s, u"--commit"_s, u"HEAD~1"_s});
    QVERIFY2(earlier.code == 0, earlier.err.constData());

    QFile config(m_folder + u"/shop/.circleci/config.yml"_s);
    QVERIFY(config.open(QIODevice::ReadOnly));
    const QByteArray yaml = config.readAll();
    config.close();
    QVERIFY(!write(u"shop/.circleci/config.yml"_s, yaml + "\nwhat: [\n").isEmpty());
    QVERIFY(commit(u"chore: break the pipeline"_s).ok());
    const Ran broken = cli({u"pipeline"_s, u"run"_s, u"shop"_s});
    QVERIFY2(broken.code == 3, broken.err.constData());
    QVERIFY2(broken.err.contains("config.yml:"), broken.err.constData());
    const Ran checked = cli({u"workspace"_s, u"check"_s});
    QCOMPARE(checked.code, 3);
    QVERIFY(checked.out.contains("config.yml:"));
    QVERIFY(!write(u"shop/shop/prices.py"_s, good).isEmpty());
    QVERIFY(!write(u"shop/.circleci/config.yml"_s, yaml).isEmpty());
    QVERIFY(commit(u"chore: mend it"_s).ok());
}

void TestCliRuns::questions()
{
    const Ran no = cli({u"release"_s, u"approve"_s, u"0.2.0"_s}, u"n"_s);
    QCOMPARE(no.code, 130);
    QVERIFY(cli({u"release"_s, u"show"_s, u"0.2.0"_s, u"--json"_s})
                .json()[u"approvals"_s]
                .toArray()
                .isEmpty());
    const Ran yes = cli({u"release"_s, u"approve"_s, u"0.2.0"_s}, u"y"_s);
    QVERIFY2(yes.code == 0, yes.err.constData());
    QCOMPARE(cli({u"release"_s, u"show"_s, u"0.2.0"_s, u"--json"_s})
                 .json()[u"approvals"_s]
                 .toArray()
                 .size(),
             1);
}

void TestCliRuns::timeoutCancels()
{
    QFile config(m_folder + u"/shop/.circleci/config.yml"_s);
    QVERIFY(config.open(QIODevice::ReadOnly));
    const QByteArray yaml = config.readAll();
    config.close();
    QVERIFY(!write(u"shop/.circleci/config.yml"_s,
                   QByteArray(yaml).replace("sh tools/build.sh site", "sleep 60"))
                 .isEmpty());
    QVERIFY(commit(u"chore: sleep"_s).ok());
    QElapsedTimer timer;
    timer.start();
    const Ran ran =
        cli({u"pipeline"_s, u"run"_s, u"shop"_s, u"--timeout"_s, u"1500ms"_s, u"--json"_s});
    QVERIFY(timer.elapsed() < 30'000);
    QVERIFY2(ran.code != 0, ran.err.constData());
    QVERIFY2(ran.err.contains("the time is over"), ran.err.constData());
    QCOMPARE(cli({u"pipeline"_s, u"show"_s, u"--json"_s}).json()[u"state"_s].toString(),
             u"cancelled"_s);
}

void TestCliRuns::interruptCancels()
{
    const cli::Interrupt interrupt;
    QTimer::singleShot(1500, this, [interrupt] { interrupt.raise(); });
    const Ran ran = run({u"pipeline"_s, u"run"_s, u"shop"_s}, m_folder, {}, 60'000, interrupt);
    QVERIFY2(ran.code == 130, (QByteArray::number(ran.code) + ran.err).constData());
    QVERIFY(!interrupt.second.isCancelled());
    QCOMPARE(cli({u"operation"_s, u"list"_s, u"--unfinished"_s, u"--json"_s})
                 .json()[u"operations"_s]
                 .toArray()
                 .size(),
             0);

    // Twice: it stays where it is, and can be gone on with.
    const cli::Interrupt twice;
    QTimer::singleShot(1500, this, [twice] {
        twice.raise();
        twice.raise();
    });
    const Ran left = run({u"pipeline"_s, u"run"_s, u"shop"_s}, m_folder, {}, 60'000, twice);
    QCOMPARE(left.code, 130);
    const Ran resumed = cli({u"operation"_s, u"resume"_s});
    Q_UNUSED(resumed)
    QCOMPARE(cli({u"operation"_s, u"list"_s, u"--unfinished"_s, u"--json"_s})
                 .json()[u"operations"_s]
                 .toArray()
                 .size(),
             0);
}

void TestCliRuns::colours()
{
    const auto outOf = [this](bool terminal, const QStringList& more) {
        QByteArray out;
        cli::Streams streams;
        streams.out = [&out](const QByteArray& bytes) { out += bytes; };
        streams.err = [](const QByteArray&) {};
        streams.outTerminal = terminal;
        const QStringList words = QStringList{u"operation"_s, u"list"_s} + more;
        const Result<int> code = awaited(cli::execute(words, streams, m_folder, cli::Interrupt()));
        return code && *code == 0 ? out : QByteArray();
    };
    qunsetenv("NO_COLOR");
    qputenv("TERM", "xterm");
    QVERIFY(outOf(true, {}).contains("\x1b["));
    QVERIFY(!outOf(false, {}).contains("\x1b["));
    QVERIFY(!outOf(true, {u"--no-color"_s}).contains("\x1b["));
    QVERIFY(!outOf(true, {u"--json"_s}).contains("\x1b["));
    qputenv("NO_COLOR", "1");
    QVERIFY(!outOf(true, {}).contains("\x1b["));
    qunsetenv("NO_COLOR");
}

QTEST_GUILESS_MAIN(TestCliRuns)
#include "tst_cli_runs.moc"
