#include "harness.h"

#include "core/base/files.h"
#include "core/monitor/incidents.h"
#include "tests/lifecycle/made_journal.h"

#include <QJsonArray>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::test;

/// Delivery figures by the command line, of a real journal.
class TestCliFigures : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void showsFiguresAndTheirCourse();
    void trendsByDayAndWeek();
    void eachAlone();
    void periods_data();
    void periods();
    void badWords_data();
    void badWords();
    void exports();
    void reportAsHtml();
    void reportAsPdfNeedsTheWindowProgram();
    void reportAsPdfAsksTheWindowProgram();
    void reportAsPdfIsPainted();

private:
    [[nodiscard]] Ran cli(const QStringList& words) const { return run(words, m_folder); }
    [[nodiscard]] static QString day(int ago)
    {
        return QDateTime::currentDateTimeUtc().addDays(-ago).date().toString(Qt::ISODate);
    }

    std::unique_ptr<app::Libraries> m_libraries;
    std::unique_ptr<Place> m_place;
    QString m_folder;
    QByteArray m_path;
};

void TestCliFigures::initTestCase()
{
    m_path = qgetenv("PATH");
    m_libraries = std::make_unique<app::Libraries>();
    m_place = std::make_unique<Place>();
    m_folder = m_place->work() + u"/shop"_s;
    const Ran init =
        run({u"workspace"_s, u"init"_s, m_folder, u"--sample"_s, u"shop"_s, u"--json"_s}, u"/"_s);
    QVERIFY2(init.code == 0, init.err.constData());
    const auto workspace = workspace::load(m_folder + u"/analemma.yaml"_s);
    VERIFY_OK(workspace);
    QVERIFY(workspace->environments.contains(u"production"_s));
    VERIFY_OK(makeFolder(workspace->stateFolder()));
    auto store = store::Store::open(workspace->stateFolder());
    VERIFY_OK(store);
    const QDateTime now = QDateTime::currentDateTimeUtc();
    made::Ended first;
    first.id = u"d1"_s;
    first.release = u"1.0.0"_s;
    first.commit = init.json()[u"commit"_s].toString();
    first.began = now.addDays(-40);
    made::Ended second = first;
    second.id = u"d2"_s;
    second.release = u"1.1.0"_s;
    second.began = now.addDays(-12);
    made::Ended back = second;
    back.id = u"r2"_s;
    back.kind = u"rollback"_s;
    back.began = second.began.addSecs(600);
    back.from = 2;
    back.to = 1;
    made::Ended third = second;
    third.id = u"d3"_s;
    third.release = u"1.1.1"_s;
    third.began = now.addDays(-10);
    made::Ended qa = third;
    qa.id = u"q1"_s;
    qa.environment = u"qa"_s;
    qa.began = now.addDays(-3);
    VERIFY_OK(made::write(store->get(), {first, second, back, third, qa}));
    monitor::Incident incident;
    incident.id = u"1"_s;
    incident.title = u"memory of web-3 is 97 % used"_s;
    incident.severity = monitor::Severity::Critical;
    incident.environment = u"production"_s;
    incident.began = now.addDays(-10).toMSecsSinceEpoch();
    incident.opened = incident.began + 60'000;
    incident.closed = incident.began + 41 * 60'000;
    std::function<Result<bool>(store::Transaction&)> put =
        [incident](store::Transaction& t) -> Result<bool> {
        const auto kept = t.put(u"incident"_s, incident.id, u"past"_s, incident.toJson(false));
        return kept ? Result<bool>(true) : Result<bool>(kept.error());
    };
    VERIFY_OK(awaited((*store)->write<bool>(std::move(put))));
}

void TestCliFigures::showsFiguresAndTheirCourse()
{
    const Ran json = cli({u"figures"_s, u"show"_s, u"--json"_s});
    QVERIFY2(json.code == 0, json.err.constData());
    const Json all = json.json();
    QCOMPARE(all[u"schema"_s].toString(), u"analemma.figures.1"_s);
    QCOMPARE(all[u"deployments"_s].toInt(), 3);
    QCOMPARE(all[u"failed"_s].toArray(), QJsonArray{u"d2"_s});
    QCOMPARE(all[u"restored"_s].toArray(), QJsonArray{u"r2"_s});
    QCOMPARE(all[u"reworked"_s].toArray(), QJsonArray{u"d3"_s});
    QCOMPARE(all[u"before"_s][u"deployed"_s].toArray(), QJsonArray{u"d1"_s});
    QCOMPARE(all[u"course"_s][u"deployments_per_week"_s].toString(), u"better"_s);
    QCOMPARE(all[u"course"_s][u"change_failure_percent"_s].toString(), u"worse"_s);
    QCOMPARE(all[u"bucket"_s].toString(), u"week"_s);
    const Ran table = cli({u"figures"_s, u"show"_s});
    QCOMPARE(table.code, 0);
    for (const char* word : {"0.7 a week", "10 min", "before", "compared", "better", "worse",
                             "failed: d2", "restored by: r2", "reworked by: d3"}) {
        QVERIFY2(table.out.contains(word), table.out.constData());
    }
}

void TestCliFigures::trendsByDayAndWeek()
{
    const Json days =
        cli({u"figures"_s, u"show"_s, u"--trend"_s, u"day"_s, u"--days"_s, u"14"_s, u"--json"_s})
            .json();
    QCOMPARE(days[u"bucket"_s].toString(), u"day"_s);
    const QJsonArray buckets = days[u"trend"_s].toArray();
    QCOMPARE(buckets.size(), 14);
    int counted = 0;
    for (const QJsonValue& one : buckets) {
        counted += one[u"deployments"_s].toInt();
    }
    QCOMPARE(counted, 3);
    const Json weeks =
        cli({u"figures"_s, u"show"_s, u"--trend=week"_s, u"--days=14"_s, u"--json"_s}).json();
    QCOMPARE(weeks[u"trend"_s].toArray().size(), 2);
    const Ran table = cli({u"figures"_s, u"show"_s, u"--trend"_s, u"day"_s, u"--days"_s, u"14"_s});
    QCOMPARE(table.out.count('\n'), 1 + 14 + 3 + 3);  // head, days, all/before/compared, evidence
}

void TestCliFigures::eachAlone()
{
    const Ran table = cli({u"figures"_s, u"show"_s, u"--by"_s, u"environment"_s});
    QVERIFY2(table.code == 0, table.err.constData());
    QVERIFY(table.out.startsWith("ENVIRONMENT"));
    QCOMPARE(table.out.count('\n'), 3);
    const Ran one = cli({u"figures"_s, u"show"_s, u"--environment"_s, u"qa"_s, u"--json"_s});
    QCOMPARE(one.json()[u"deployed"_s].toArray(), QJsonArray{u"q1"_s});
    const Ran repository = cli({u"figures"_s, u"show"_s, u"--by"_s, u"repository"_s, u"--json"_s});
    QCOMPARE(repository.json()[u"repositories"_s].toArray().size(), 1);
    QCOMPARE(cli({u"figures"_s, u"show"_s, u"--by"_s, u"repository"_s, u"--days"_s, u"1"_s}).out,
             "Nothing was deployed in that time.\n");
}

void TestCliFigures::periods_data()
{
    QTest::addColumn<QStringList>("words");
    QTest::addColumn<QStringList>("deployed");
    QTest::newRow("from") << QStringList{u"--from"_s, day(11)} << QStringList{u"d3"_s, u"q1"_s};
    QTest::newRow("to ends with that day")
        << QStringList{u"--to"_s, day(10), u"--days"_s, u"5"_s} << QStringList{u"d2"_s, u"d3"_s};
    QTest::newRow("both") << QStringList{u"--from"_s, day(45), u"--to"_s, day(35)}
                          << QStringList{u"d1"_s};
    QTest::newRow("a time") << QStringList{u"--from"_s, day(11) + u"T00:00:00Z"_s, u"--to"_s,
                                           day(9) + u"T00:00:00Z"_s}
                            << QStringList{u"d3"_s};
}

void TestCliFigures::periods()
{
    QFETCH(const QStringList, words);
    QFETCH(const QStringList, deployed);
    const Ran ran = cli(QStringList{u"figures"_s, u"show"_s, u"--json"_s} + words);
    QVERIFY2(ran.code == 0, ran.err.constData());
    QCOMPARE(ran.json()[u"deployed"_s].toArray(), QJsonArray::fromStringList(deployed));
}

void TestCliFigures::badWords_data()
{
    QTest::addColumn<QStringList>("words");
    QTest::addColumn<int>("code");
    QTest::newRow("trend") << QStringList{u"show"_s, u"--trend"_s, u"moon"_s} << 2;
    QTest::newRow("by") << QStringList{u"show"_s, u"--by"_s, u"person"_s} << 2;
    QTest::newRow("no day") << QStringList{u"show"_s, u"--from"_s, u"yesterday"_s} << 2;
    QTest::newRow("backwards") << QStringList{u"show"_s, u"--from"_s, day(3), u"--to"_s, day(9)}
                               << 2;
    QTest::newRow("two beginnings")
        << QStringList{u"show"_s, u"--from"_s, day(3), u"--days"_s, u"9"_s} << 2;
    QTest::newRow("two kinds") << QStringList{u"export"_s, u"--csv"_s, u"--json"_s} << 2;
    QTest::newRow("no environment") << QStringList{u"report"_s, u"--environment"_s, u"moon"_s} << 5;
    QTest::newRow("no format") << QStringList{u"report"_s, u"--format"_s, u"word"_s} << 2;
    QTest::newRow("pdf to stdout") << QStringList{u"report"_s, u"--format"_s, u"pdf"_s} << 2;
}

void TestCliFigures::badWords()
{
    QFETCH(const QStringList, words);
    QFETCH(const int, code);
    const Ran ran = cli(QStringList{u"figures"_s} + words);
    QCOMPARE(ran.code, code);
    QVERIFY(!ran.err.isEmpty() && !ran.out.contains("deployments"));
}

void TestCliFigures::exports()
{
    const Ran csv = cli({u"figures"_s, u"export"_s, u"--csv"_s});
    QCOMPARE(csv.code, 0);
    QCOMPARE(csv.out.count("\r\n"), 5);
    QVERIFY(csv.out.contains("\r\nd2,deploy,production,shop,1.1.0,"));
    QVERIFY(csv.out.contains(",600000,r2\r\n"));
    const Ran json = cli({u"figures"_s, u"export"_s, u"--json"_s});
    QCOMPARE(json.json()[u"deliveries"_s].toArray().size(), 4);
    const QString file = m_place->work() + u"/deliveries.csv"_s;
    const Ran written = cli({u"figures"_s, u"export"_s, file});
    QCOMPARE(written.code, 0);
    QVERIFY(written.out.isEmpty());
    QCOMPARE(readFile(file, 100'000).valueOr({}).count("\r\n"), 5);
}

void TestCliFigures::reportAsHtml()
{
    const Ran printed = cli({u"figures"_s, u"report"_s});
    QVERIFY2(printed.code == 0, printed.err.constData());
    QVERIFY(printed.out.startsWith("<!DOCTYPE html>"));
    const Ran json = cli({u"figures"_s, u"report"_s, u"--json"_s});
    QCOMPARE(json.json()[u"schema"_s].toString(), u"analemma.figures-report.1"_s);
    QVERIFY(json.json()[u"html"_s].toString().endsWith(u"</html>\n"_s));
    const QString file = m_place->work() + u"/report.html"_s;
    const Ran ran = cli({u"figures"_s, u"report"_s, u"--from"_s, day(60), u"--to"_s, day(1),
                         u"--format"_s, u"html"_s, u"--output"_s, file, u"--json"_s});
    QVERIFY2(ran.code == 0, ran.err.constData());
    QCOMPARE(ran.json()[u"file"_s].toString(), file);
    const QByteArray html = readFile(file, 1'000'000).valueOr({});
    for (const char* word : {"Delivery report: shop", "The five figures", "By environment",
                             "Changes that failed", "1.1.0", "rolled back", "<svg", "Incidents",
                             "memory of web-3 is 97 % used", "critical", "41 min"}) {
        QVERIFY2(html.contains(word), word);
    }
    const Ran early = cli({u"figures"_s, u"report"_s, u"--from"_s, day(60), u"--to"_s, day(40)});
    QVERIFY(!early.out.contains("web-3"));
}

void TestCliFigures::reportAsPdfNeedsTheWindowProgram()
{
    qputenv("PATH", "/nowhere");
    const Ran ran = cli({u"figures"_s, u"report"_s, u"--output"_s, u"report.pdf"_s});
    qputenv("PATH", m_path);
    QVERIFY(ran.code != 0);
    QVERIFY2(ran.err.contains("window program") && ran.err.contains("--format html"),
             ran.err.constData());
    QVERIFY(!QFile::exists(m_folder + u"/report.pdf"_s));
}

void TestCliFigures::reportAsPdfAsksTheWindowProgram()
{
    const QString folder = m_place->work() + u"/bin"_s;
    VERIFY_OK(makeFolder(folder));
    VERIFY_OK(writeFile(folder + u"/analemma"_s,
                        "#!/bin/sh\n"
                        "printf '%s\\n' \"$@\" \"$QT_QPA_PLATFORM\" \"$ANALEMMA_HOME\" > \"$2\"\n"
                        "case \"$*\" in *qa*) echo 'cannot paint' >&2; exit 1;; esac\n",
                        0755));
    qputenv("PATH", folder.toLocal8Bit() + ':' + m_path);
    const QString file = m_place->work() + u"/asked.pdf"_s;
    const Ran ran = cli({u"figures"_s, u"report"_s, u"--from"_s, u"2026-11-01"_s, u"--to"_s,
                         u"2026-11-30"_s, u"--output"_s, file, u"--json"_s});
    const Ran refused = cli({u"figures"_s, u"report"_s, u"--environment"_s, u"qa"_s, u"--format"_s,
                             u"pdf"_s, u"--output"_s, file + u".2"_s});
    qputenv("PATH", m_path);
    QVERIFY2(ran.code == 0, ran.err.constData());
    QCOMPARE(ran.json()[u"format"_s].toString(), u"pdf"_s);
    const QStringList told =
        QString::fromUtf8(readFile(file, 10'000).valueOr({})).split(u'\n', Qt::SkipEmptyParts);
    QCOMPARE(told, (QStringList{u"--report"_s, file, u"--from"_s, u"2026-11-01T00:00:00.000Z"_s,
                                u"--to"_s, u"2026-12-01T00:00:00.000Z"_s, u"--language"_s, u"en"_s,
                                u"--"_s, m_folder + u"/analemma.yaml"_s, u"offscreen"_s,
                                m_place->home()}));
    QCOMPARE(refused.code, 1);
    QVERIFY2(refused.err.contains("cannot paint"), refused.err.constData());
}

/// By the real window program, where it is built.
void TestCliFigures::reportAsPdfIsPainted()
{
    if (!QFile::exists(QStringLiteral(ANALEMMA_BIN) + u"/analemma"_s)) {
        return;  // a build without the window
    }
    qputenv("PATH", QByteArray(ANALEMMA_BIN) + ':' + m_path);
    const QString file = m_place->work() + u"/painted.pdf"_s;
    const Ran ran = cli({u"figures"_s, u"report"_s, u"--output"_s, file});
    qputenv("PATH", m_path);
    QVERIFY2(ran.code == 0, ran.err.constData());
    QVERIFY(readFile(file, 10'000'000).valueOr({}).startsWith("%PDF-"));
}

QTEST_GUILESS_MAIN(TestCliFigures)
#include "tst_cli_figures.moc"
