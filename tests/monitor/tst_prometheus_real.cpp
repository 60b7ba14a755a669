#include "core/base/files.h"
#include "core/monitor/remotewrite.h"
#include "tests/monitor/prometheus_ground.h"
#include "tests/monitor/series_fixture.h"

#include <QRegularExpression>

#include <cmath>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::monitor;

/// Against a real Prometheus that reads a real node exporter and tells a real Alertmanager.
class TestPrometheusReal : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void readsItsTargetsFromOurFile();
    void takesEveryQuestion();
    void showsAServer();
    void tellsAlerts();
    void tellsWhatIsWrong();
    void givesBackWhatWasWritten();
    void losesNothingWhenItGoesAndComes();
    void showsTheGap();
    void sendsAgainFromAnOldPosition();
    void leavesOutWhatIsTooOld();

private:
    RemoteWriteOptions options(qint64 since);
    QString differencesOf(const QString& server, const fixture::Model& model);

    ground::Ground m_ground;
    QTemporaryDir m_folder;
    std::unique_ptr<SeriesStore> m_store;
    PromTarget m_target;
    qint64 m_gone = 0;
    qint64 m_back = 0;
};

namespace {

qint64 realNow()
{
    return QDateTime::currentMSecsSinceEpoch();
}

QByteArray procLine(const QString& file, const QByteArray& begin)
{
    QFile proc(file);
    if (!proc.open(QIODevice::ReadOnly)) {
        return {};
    }
    for (const QByteArray& line : proc.readAll().split('\n')) {
        if (line.startsWith(begin)) {
            return line.mid(begin.size()).simplified();
        }
    }
    return {};
}

}  // namespace

void TestPrometheusReal::initTestCase()
{
    // Before the others: discovery takes some seconds from its start on.
    const QList<ScrapeTarget> targets{{ground::ownAddress(),
                                       m_ground.nodePort(),
                                       {{u"analemma_server"_s, u"web-1"_s},
                                        {u"environment"_s, u"production"_s},
                                        {u"tags"_s, u",web,"_s}}}};
    VERIFY_OK(writeFileSd(m_ground.path(u"sd/analemma.json"_s), targets));
    for (const QString& problem :
         {m_ground.startPrometheus(), m_ground.startNode(), m_ground.startManager()}) {
        QVERIFY2(problem.isEmpty(), qPrintable(problem));
    }
    auto opened = SeriesStore::open(m_folder.path(), fixture::quickLimits());
    VERIFY_OK(opened);
    m_store = std::move(*opened);
}

RemoteWriteOptions TestPrometheusReal::options(qint64 since)
{
    RemoteWriteOptions options;
    options.url = m_ground.url() + u"/api/v1/write"_s;
    options.workspace = u"shop"_s;
    options.since = since;
    options.every = milliseconds(50);
    options.firstRetry = milliseconds(50);
    options.longestRetry = milliseconds(300);
    options.positionFile = m_folder.path() + u"/positions"_s;
    options.labels = [](const QString&) { return PromLabels{{u"environment"_s, u"qa"_s}}; };
    return options;
}

void TestPrometheusReal::readsItsTargetsFromOurFile()
{
    const PromClient client = m_ground.client();
    const auto ready = [&] {
        const auto targets = test::await(PromClient(client).targets());
        if (!targets || targets->size() != 1 || !targets->constFirst().isNode) {
            return false;
        }
        m_target = targets->constFirst();
        return m_target.health == "up"_L1;
    };
    QTRY_VERIFY_WITH_TIMEOUT(ready(), 30'000);
    QCOMPARE(m_target.labels.value(u"environment"_s), u"production"_s);
    QCOMPARE(m_target.interval, milliseconds(1'000));
    const PromTarget* found = targetOf({m_target}, {u"web-1"_s, {}});
    QVERIFY(found != nullptr);
}

/// Every expression of the table is one that Prometheus understands.
void TestPrometheusReal::takesEveryQuestion()
{
    PromClient client = m_ground.client();
    const QString selector =
        promSelector({{u"instance"_s, m_target.instance}, {u"job"_s, m_target.job}});
    QTest::qWait(2'500);  // three readings
    QStringList without;
    for (const MetricInfo& one : metrics()) {
        const auto question = nodeQuestion(one.metric, selector, {}, m_target.interval);
        if (!question) {
            continue;
        }
        const auto charts =
            test::await(client.charts(*question, realNow() - 60'000, realNow(), 60));
        QVERIFY2(charts.ok(), charts.ok() ? "" : qPrintable(charts.error().message));
        if (charts->isEmpty()) {
            without.append(QString::fromLatin1(one.name));
        }
        if (int(one.metric) % 4 != 0) {
            continue;  // a look at some is enough
        }
        PromQuestion wide = *question;
        wide.interval = milliseconds(1'000);
        const auto columns =
            test::await(client.charts(wide, realNow() - 10'100'000, realNow(), 50));
        QVERIFY2(columns.ok(), columns.ok() ? "" : qPrintable(columns.error().message));
        QVERIFY2(columns->isEmpty() == charts->isEmpty() || one.kind == MetricKind::Rate,
                 one.name.data());
    }
    for (const char* name :
         {"cpu.busy", "cpu.user", "cpu.core", "load.1", "tasks.running", "tasks.switches",
          "mem.total", "mem.used", "mem.cached", "net.rx", "net.errors", "files.open",
          "sockets.tcp", "uptime", "page.in", "sample.latency"}) {
        QVERIFY2(!without.contains(QString::fromLatin1(name)), qPrintable(without.join(u' ')));
    }
}

void TestPrometheusReal::showsAServer()
{
    const auto view = test::await(m_ground.client().view(u"web-1"_s, m_target));
    VERIFY_OK(view);
    QCOMPARE(view->state, SamplerState::Sampling);
    QCOMPARE(view->source, u"prometheus"_s);
    const double total = procLine(u"/proc/meminfo"_s, "MemTotal:").split(' ').first().toDouble();
    QCOMPARE(view->value(Metric::MemTotal), std::optional(total * 1024));
    const double busy = view->value(Metric::CpuBusy).value_or(-1);
    QVERIFY(busy >= 0 && busy <= 100);
    double parts = 0;
    for (const Metric part :
         {Metric::CpuUser, Metric::CpuNice, Metric::CpuSystem, Metric::CpuIowait, Metric::CpuIrq,
          Metric::CpuSoftirq, Metric::CpuSteal, Metric::CpuIdle}) {
        parts += view->value(part).value_or(0);
    }
    QVERIFY2(std::abs(parts - 100) < 1, qPrintable(QString::number(parts)));
    QFile uptime(u"/proc/uptime"_s);
    QVERIFY(uptime.open(QIODevice::ReadOnly));
    const double up = uptime.readAll().split(' ').first().toDouble();
    QVERIFY(std::abs(view->value(Metric::Uptime).value_or(0) - up) < 10);
    QVERIFY(view->value(Metric::FilesOpen).has_value());
    const std::optional<Point> disk = view->largest(Metric::DiskUsed);
    QVERIFY(!disk || (disk->value >= 0 && disk->value <= 100 && disk->label.startsWith('/')));
    QVERIFY(view->readings >= 2);
}

void TestPrometheusReal::tellsAlerts()
{
    const auto named = [](const Result<QList<PromAlert>>& alerts) -> std::optional<PromAlert> {
        if (alerts) {
            for (const PromAlert& alert : *alerts) {
                if (alert.name == "AlwaysThere"_L1) {
                    return alert;
                }
            }
        }
        return std::nullopt;
    };
    PromClient client = m_ground.client();
    std::optional<PromAlert> alert;
    QTRY_VERIFY_WITH_TIMEOUT((alert = named(test::await(client.alerts()))).has_value(), 15'000);
    QCOMPARE(alert->state, u"firing"_s);
    QCOMPARE(alert->value, std::optional(7.0));
    QCOMPARE(alert->labels.value(u"analemma_server"_s), u"web-1"_s);
    QTRY_VERIFY_WITH_TIMEOUT((alert = named(test::await(client.managedAlerts()))).has_value(),
                             15'000);
    QCOMPARE(alert->state, u"active"_s);
    QCOMPARE(alert->annotations.value(u"summary"_s), u"seven <b>is</b> there"_s);
    QVERIFY(alert->since.isValid() && !alert->fingerprint.isEmpty());
    PromOptions without;
    without.url = m_ground.url();
    const auto none = test::await(PromClient(m_ground.send(), without).managedAlerts());
    VERIFY_OK(none);
    QVERIFY(none->isEmpty());
}

void TestPrometheusReal::tellsWhatIsWrong()
{
    const auto bad = test::await(m_ground.client().query(u"1 +"_s, realNow()));
    QVERIFY(!bad);
    QCOMPARE(bad.error().kind, ErrorKind::Invalid);
    QVERIFY2(bad.error().message.contains(u"parse error"_s), qPrintable(bad.error().message));
    PromOptions elsewhere;
    elsewhere.url = m_ground.url() + u"/nowhere/"_s;
    const auto lost = test::await(PromClient(m_ground.send(), elsewhere).query(u"1"_s, realNow()));
    QVERIFY(!lost && !lost.error().hint.isEmpty());
    elsewhere.url = u"http://%1:1"_s.arg(ground::ownAddress());
    const auto none = test::await(PromClient(m_ground.send(), elsewhere).targets());
    QVERIFY(!none);
    QCOMPARE(none.error().kind, ErrorKind::Network);
}

/// The same chart out of our store and out of Prometheus, by samples and by its own columns.
void TestPrometheusReal::givesBackWhatWasWritten()
{
    const qint64 step = 200;
    const qint64 to = realNow() - 60'000;
    const qint64 from = to - 40 * 60'000;
    const SeriesName name{u"web-1"_s, u"disk.read"_s, u"device=sda \"x\""_s};
    const SeriesId id = m_store->series(name);
    fixture::Model model;
    std::vector<Measured> batch;
    for (qint64 time = from; time < to; time += step) {
        const qint64 at = (time - from) / step;
        if (at > 5'000 && at < 5'400) {
            continue;  // a gap
        }
        const double value = at == 7'777 ? 1e6 : double(at * 37 % 1'009) / 8;  // one peak
        model[time] = value;
        batch.push_back({id, time, value});
    }
    VERIFY_OK(test::await(m_store->append(std::move(batch))));
    RemoteWriter writer(m_ground.send(), m_store.get(), options(from - 1'000));
    const auto sent = test::await(writer.sendOnce({}), std::chrono::seconds(60));
    VERIFY_OK(sent);
    QVERIFY2(sent->problem.isEmpty(), qPrintable(sent->problem));
    QCOMPARE(sent->sent, qint64(model.size()));
    QCOMPARE(sent->refused, qint64(0));

    PromClient client = m_ground.client();
    const PromQuestion question = ownQuestion(name, milliseconds(step));
    const qint64 begin = from + 15 * 60'000;
    const auto few = test::await(client.charts(question, begin, begin + 600'000, 75));
    VERIFY_OK(few);
    QCOMPARE(few->size(), 1);
    QCOMPARE(few->constFirst().labels.value(u"device"_s), u"sda \"x\""_s);
    QCOMPARE(few->constFirst().labels.value(u"environment"_s), u"qa"_s);
    const Chart& chart = few->constFirst().chart;
    QCOMPARE(chart.resolution, qint64(0));
    QVERIFY2(fixture::differences(chart, model).isEmpty(),
             qPrintable(fixture::differences(chart, model)));
    const auto ours = test::await(m_store->chart(id, begin, begin + 600'000, 75));
    VERIFY_OK(ours);
    QCOMPARE(chart.columns.size(), ours->columns.size());
    QCOMPARE(chart.gaps.size(), ours->gaps.size());
    QCOMPARE(chart.gaps.size(), std::size_t(1));
    QCOMPARE(chart.gaps[0].from, ours->gaps[0].from);
    QCOMPARE(chart.gaps[0].to, ours->gaps[0].to);

    const auto many = test::await(client.charts(question, from, to, 120));
    VERIFY_OK(many);
    QCOMPARE(many->size(), 1);
    const Chart& wide = many->constFirst().chart;
    QVERIFY(wide.resolution > 0);
    QVERIFY2(fixture::differences(wide, model).isEmpty(),
             qPrintable(fixture::differences(wide, model)));
    QCOMPARE(fixture::countOf(wide), qint64(model.size()));
    QVERIFY(std::ranges::any_of(wide.columns,
                                [](const ChartColumn& column) { return column.max == 1e6; }));
    QVERIFY(!wide.gaps.empty());
}

QString TestPrometheusReal::differencesOf(const QString& server, const fixture::Model& model)
{
    const auto answer = test::await(
        m_ground.client().query(u"analemma_load_1{server=\"%1\"}[2h]"_s.arg(server), realNow()));
    if (!answer || answer->size() != 1) {
        return answer ? u"%1 series"_s.arg(answer->size()) : answer.error().message;
    }
    fixture::Model read;
    for (const PromPoint& point : answer->constFirst().points) {
        read[point.time] = point.value;
    }
    if (answer->constFirst().points.size() != model.size()) {
        return u"%1 samples, not %2"_s.arg(answer->constFirst().points.size()).arg(model.size());
    }
    return read == model ? QString() : u"other samples"_s;
}

/// Prometheus is killed while samples come, and comes back some time later.
void TestPrometheusReal::losesNothingWhenItGoesAndComes()
{
    RemoteWriter writer(m_ground.send(), m_store.get(), options(realNow() - 1'000));
    writer.start();
    std::map<QString, fixture::Model> models;
    int count = 0;
    const auto measure = [&] {
        std::vector<Measured> batch;
        for (const QString& server : {u"live-1"_s, u"live-2"_s, u"live-3"_s}) {
            const SeriesId id = m_store->series({server, u"load.1"_s, {}});
            const double value = double(++count) / 4;
            batch.push_back({id, realNow(), value});
            models[server][batch.back().time] = value;
        }
        m_store->append(std::move(batch), [](const Result<Appended>&) {});
    };
    QTimer timer;
    connect(&timer, &QTimer::timeout, this, measure);
    timer.start(20);
    QTRY_VERIFY(writer.status().sent > 100);
    m_gone = realNow();
    m_ground.endPrometheus(SIGKILL);
    const qint64 acknowledged = writer.status().sent;
    QTRY_VERIFY(!writer.status().problem.isEmpty());
    QTest::qWait(4'000);
    QVERIFY(writer.status().retries > 1);
    const QString problem = m_ground.startPrometheus();
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
    m_back = realNow();
    QTRY_VERIFY(writer.status().sent > acknowledged + 100);
    timer.stop();
    QTRY_VERIFY(writer.status().upToDate && writer.status().problem.isEmpty());
    QTRY_COMPARE(writer.status().sent, qint64(count));
    QCOMPARE(writer.status().refused, qint64(0));
    for (const auto& [server, model] : models) {
        const QString differences = differencesOf(server, model);
        QVERIFY2(differences.isEmpty(), qPrintable(server + u": "_s + differences));
    }
}

/// What nobody read while Prometheus was gone is a gap, not a line.
void TestPrometheusReal::showsTheGap()
{
    PromClient client = m_ground.client();
    const QString selector = promSelector({{u"instance"_s, m_target.instance}});
    for (const Metric metric : {Metric::Load1, Metric::CpuBusy, Metric::MemUsed}) {
        const auto question = nodeQuestion(metric, selector, {}, m_target.interval);
        const auto gapOf = [&]() -> std::optional<ChartGap> {
            const auto charts =
                test::await(client.charts(*question, m_gone - 8'000, realNow(), 400));
            if (charts && charts->size() == 1) {
                for (const ChartGap& gap : charts->constFirst().chart.gaps) {
                    const qint64 middle = (m_gone + m_back) / 2;
                    if (gap.from < middle && gap.to > middle) {
                        return gap;
                    }
                }
            }
            return std::nullopt;
        };
        std::optional<ChartGap> gap;
        // It ends with the first readings after it. Once is enough: asked again, its columns are
        // other ones.
        QVERIFY(QTest::qWaitFor([&] { return (gap = gapOf()) && gap->to < realNow() - 1'500; },
                                30'000));
        QVERIFY2(gap->from < m_gone + 2'600 && gap->to > m_back - 2'600,
                 qPrintable(u"%1 to %2 of %3"_s.arg(gap->from - m_gone)
                                .arg(gap->to - m_gone)
                                .arg(m_back - m_gone)));
    }
}

/// Our program ended before it wrote down what was acknowledged.
void TestPrometheusReal::sendsAgainFromAnOldPosition()
{
    const Result<QByteArray> old = readFile(m_folder.path() + u"/positions"_s, 1'000'000);
    VERIFY_OK(old);
    const SeriesName name{u"again"_s, u"load.1"_s, {}};
    const SeriesId id = m_store->series(name);
    fixture::Model model;
    const auto add = [&](qint64 from) {
        std::vector<Measured> batch;
        for (int i = 0; i < 50; ++i) {
            batch.push_back({id, from + i * 10, double(i)});
            model[from + i * 10] = i;
        }
        return test::await(m_store->append(std::move(batch)));
    };
    VERIFY_OK(add(realNow() - 20'000));
    {
        RemoteWriter writer(m_ground.send(), m_store.get(), options(realNow() - 60'000));
        const auto sent = test::await(writer.sendOnce({}));
        VERIFY_OK(sent);
        QVERIFY2(sent->sent >= 50 && sent->problem.isEmpty(), qPrintable(sent->problem));
    }
    VERIFY_OK(writeFile(m_folder.path() + u"/positions"_s, *old));
    VERIFY_OK(add(realNow() - 2'000));
    RemoteWriter writer(m_ground.send(), m_store.get(), options(realNow() - 60'000));
    const auto sent = test::await(writer.sendOnce({}));
    VERIFY_OK(sent);
    QVERIFY2(sent->problem.isEmpty() && sent->upToDate, qPrintable(sent->problem));
    QCOMPARE(sent->refused, qint64(0));
    QVERIFY2(differencesOf(u"again"_s, model).isEmpty(),
             qPrintable(differencesOf(u"again"_s, model)));
}

void TestPrometheusReal::leavesOutWhatIsTooOld()
{
    const SeriesId id = m_store->series({u"late"_s, u"load.1"_s, {}});
    fixture::Model model;
    std::vector<Measured> batch;
    const qint64 now = realNow();
    for (int i = 0; i < 30; ++i) {
        batch.push_back({id, now - 2 * 3'600'000 + i * 1'000, 1.0});  // before the last hour
    }
    for (int i = 0; i < 30; ++i) {
        batch.push_back({id, now - 60'000 + i * 1'000, double(i)});
        model[batch.back().time] = i;
    }
    VERIFY_OK(test::await(m_store->append(std::move(batch))));
    RemoteWriteOptions late = options(now - 3 * 3'600'000);
    late.positionFile.clear();
    RemoteWriter writer(m_ground.send(), m_store.get(), late);
    const auto sent = test::await(writer.sendOnce({}), std::chrono::seconds(60));
    VERIFY_OK(sent);
    QVERIFY2(sent->problem.isEmpty() && sent->upToDate, qPrintable(sent->problem));
    QCOMPARE(sent->refused, qint64(30));
    QVERIFY2(differencesOf(u"late"_s, model).isEmpty(),
             qPrintable(differencesOf(u"late"_s, model)));
}

QTEST_GUILESS_MAIN(TestPrometheusReal)
#include "tst_prometheus_real.moc"
