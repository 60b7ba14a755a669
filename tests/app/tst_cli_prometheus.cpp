#include "app/prometheus.h"
#include "core/base/files.h"
#include "tests/app/harness.h"
#include "tests/monitor/prometheus_ground.h"

#include <QJsonArray>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::test;

/// The workspace's Prometheus by the command line, with a real one.
class TestCliPrometheus : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void writesTargetsThatAreRead();
    void queriesNodeExporter();
    void sendsWhatWasKept();
    void windowKeepsBoth();
    void tellsWhatIsMissing();

private:
    Ran cli(const QStringList& words) { return run(words, m_place.work()); }
    void writeWorkspace(const QString& url);

    Place m_place;
    std::unique_ptr<app::Libraries> m_libraries;
    monitor::ground::Ground m_ground;
};

void TestCliPrometheus::writeWorkspace(const QString& url)
{
    const QString text =
        u"workspace: shop\nservers:\n  web-1: { address: %1, tags: [web, eu] }\n"_s.arg(
            monitor::ground::ownAddress()) +
        u"prometheus:\n  url: %1\n  remote-write: true\n  targets: %2\n"
        "  exporter-port: %3\n"_s.arg(url, m_ground.path(u"sd/analemma.json"_s))
            .arg(m_ground.nodePort());
    VERIFY_OK(writeFile(m_place.work() + u"/analemma.yaml"_s, text.toUtf8()));
}

void TestCliPrometheus::initTestCase()
{
    m_libraries = std::make_unique<app::Libraries>();
    writeWorkspace(m_ground.url());
    for (const QString& problem : {m_ground.startPrometheus(), m_ground.startNode()}) {
        QVERIFY2(problem.isEmpty(), qPrintable(problem));
    }
}

void TestCliPrometheus::writesTargetsThatAreRead()
{
    const Ran shown = cli({u"monitor"_s, u"export"_s, u"targets"_s, u"--dry-run"_s});
    QVERIFY2(shown.code == 0, shown.err.constData());
    QVERIFY(shown.out.contains("\"analemma_server\": \"web-1\""));
    QVERIFY(shown.out.contains("\"tags\": \",web,eu,\""));
    QVERIFY(!QFile::exists(m_ground.path(u"sd/analemma.json"_s)));
    const Ran written = cli({u"monitor"_s, u"export"_s, u"targets"_s, u"--json"_s});
    QVERIFY2(written.code == 0, written.err.constData());
    QVERIFY(written.json()[u"written"_s].toBool());
    QVERIFY(!cli({u"monitor"_s, u"export"_s, u"targets"_s, u"--json"_s})
                 .json()[u"written"_s]
                 .toBool(true));
    const auto isRead = [this] {
        const Json told = cli({u"monitor"_s, u"targets"_s, u"--json"_s}).json();
        const QJsonValue first = told[u"targets"_s][0];
        return first[u"node"_s].toBool() && first[u"health"_s].toString() == "up"_L1 &&
               first[u"labels"_s][u"analemma_server"_s].toString() == "web-1"_L1;
    };
    QTRY_VERIFY_WITH_TIMEOUT(isRead(), 30'000);
    const Ran table = cli({u"monitor"_s, u"targets"_s});
    QVERIFY(table.out.contains("web-1") && table.out.contains("up"));
}

void TestCliPrometheus::queriesNodeExporter()
{
    const auto values = [this](const QStringList& words) {
        const Ran ran = cli(QStringList{u"monitor"_s, u"query"_s, u"web-1"_s} + words +
                            QStringList{u"--prometheus"_s, u"--last"_s, u"1m"_s, u"--json"_s});
        double count = 0;
        for (const QJsonValue& column : ran.json()[u"columns"_s].toArray()) {
            count += column[u"count"_s].toDouble();
        }
        return count;
    };
    QTRY_VERIFY_WITH_TIMEOUT(values({u"cpu.busy"_s}) >= 2, 20'000);
    QVERIFY(values({u"mem.used"_s}) >= 2);
    QVERIFY(values({u"node_load1"_s}) >= 2);
    const Ran all = cli({u"monitor"_s, u"query"_s, u"web-1"_s, u"--prometheus"_s});
    QVERIFY2(all.code == 0, all.err.constData());
    QVERIFY(all.out.contains("mem.total") && all.out.contains("load.1"));
    const Ran none = cli({u"monitor"_s, u"query"_s, u"web-1"_s, u"cpu.bussy"_s, u"--prometheus"_s});
    QVERIFY(none.code != 0 && !none.err.isEmpty());
    QCOMPARE(cli({u"monitor"_s, u"query"_s, u"web-2"_s, u"--prometheus"_s}).code, 5);
}

void TestCliPrometheus::sendsWhatWasKept()
{
    const QString file = m_place.work() + u"/analemma.yaml"_s;
    const auto loaded = workspace::load(file);
    VERIFY_OK(loaded);
    {
        auto store = monitor::SeriesStore::open(loaded->stateFolder());
        VERIFY_OK(store);
        std::vector<monitor::Measured> batch;
        const monitor::SeriesId id = (*store)->series({u"far"_s, u"load.1"_s, {}});
        const qint64 now = QDateTime::currentMSecsSinceEpoch();
        for (int i = 0; i < 100; ++i) {
            batch.push_back({id, now - 200'000 + i * 1'000, i == 50 ? 77.0 : 1.0});
        }
        VERIFY_OK(awaited((*store)->append(std::move(batch))));
    }
    const Ran dry = cli({u"monitor"_s, u"export"_s, u"samples"_s, u"--dry-run"_s});
    QVERIFY(dry.code == 0 && dry.err.contains("Would send"));
    const Ran sent = cli({u"monitor"_s, u"export"_s, u"samples"_s, u"--json"_s});
    QVERIFY2(sent.code == 0, sent.err.constData());
    QCOMPARE(sent.json()[u"sent"_s].toInt(), 100);
    QCOMPARE(sent.json()[u"refused"_s].toInt(), 0);
    const Ran kept =
        cli({u"monitor"_s, u"query"_s, u"far"_s, u"load.1"_s, u"--prometheus"_s, u"--json"_s});
    QVERIFY2(kept.code == 0, kept.err.constData());
    int values = 0;
    double most = 0;
    for (const QJsonValue& column : kept.json()[u"columns"_s].toArray()) {
        values += column[u"count"_s].toInt();
        most = std::max(most, column[u"max"_s].toDouble());
    }
    QCOMPARE(values, 100);
    QCOMPARE(most, 77.0);
    // Once more: nothing is doubled, and nothing is called refused.
    const Ran again = cli({u"monitor"_s, u"export"_s, u"samples"_s, u"--json"_s});
    QCOMPARE(again.json()[u"sent"_s].toInt(-1), 0);
    QCOMPARE(again.json()[u"refused"_s].toInt(-1), 0);
}

/// An open window writes targets and samples by itself.
void TestCliPrometheus::windowKeepsBoth()
{
    auto opened = app::Services::open(m_place.work() + u"/analemma.yaml"_s, u"test"_s);
    VERIFY_OK(opened);
    std::unique_ptr<app::Services> services = std::move(*opened);
    const QString targets = m_ground.path(u"sd/analemma.json"_s);
    QVERIFY(QFile::remove(targets));
    VERIFY_OK(services->openMonitor());
    std::shared_ptr<app::PrometheusLink> link = services->prometheus;
    QVERIFY(link != nullptr);
    QTRY_VERIFY(QFile::exists(targets));
    QTRY_VERIFY(link->writer() != nullptr);
    const monitor::SeriesId id = services->series->series({u"web-1"_s, u"load.1"_s, {}});
    std::vector<monitor::Measured> batch{{id, QDateTime::currentMSecsSinceEpoch(), 42.0}};
    VERIFY_OK(awaited(services->series->append(std::move(batch))));
    QTRY_VERIFY_WITH_TIMEOUT(link->writer()->status().upToDate && link->writer()->status().sent > 0,
                             15'000);
    QVERIFY2(link->problem().isEmpty(), qPrintable(link->problem()));
    QVERIFY(link->state().writes && link->state().upToDate && link->state().reached > 0);
    QVERIFY(!link->state().since.isValid());
    const QDateTime ended = QDateTime::currentDateTimeUtc();
    const auto read =
        awaited(m_ground.client().query(u"analemma_load_1{server=\"web-1\",workspace=\"shop\"}"_s,
                                        QDateTime::currentMSecsSinceEpoch()));
    VERIFY_OK(read);
    QCOMPARE(read->size(), 1);
    QCOMPARE(read->constFirst().points.back().value, 42.0);
    m_ground.endPrometheus(SIGKILL);
    std::vector<monitor::Measured> more{{id, QDateTime::currentMSecsSinceEpoch(), 43.0}};
    VERIFY_OK(awaited(services->series->append(std::move(more))));
    QTRY_VERIFY_WITH_TIMEOUT(!link->problem().isEmpty(), 15'000);
    QCOMPARE(link->state().problem, link->problem());
    QVERIFY(link->state().since >= ended);
    QVERIFY(!link->state().upToDate);
    link.reset();
    VERIFY_OK(awaited(app::Services::close(std::move(services))));  // in the middle of it
    const QString problem = m_ground.startPrometheus();
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
}

void TestCliPrometheus::tellsWhatIsMissing()
{
    m_ground.endPrometheus(SIGTERM);
    const Ran gone = cli({u"monitor"_s, u"targets"_s});
    QVERIFY(gone.code != 0);
    QVERIFY2(gone.err.contains(m_ground.url().section(u"//"_s, 1).toUtf8()), gone.err.constData());
    QVERIFY(cli({u"monitor"_s, u"export"_s, u"samples"_s}).code != 0);
    VERIFY_OK(writeFile(m_place.work() + u"/analemma.yaml"_s, "workspace: shop\n"));
    const Ran none = cli({u"monitor"_s, u"targets"_s});
    QVERIFY(none.code != 0 && none.err.contains("names no Prometheus"));
}

QTEST_GUILESS_MAIN(TestCliPrometheus)
#include "tst_cli_prometheus.moc"
