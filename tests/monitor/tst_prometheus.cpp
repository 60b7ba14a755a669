#include "core/monitor/prometheus.h"
#include "core/monitor/remotewrite.h"
#include "core/monitor/src/promanswer.h"
#include "core/monitor/src/promquery.h"
#include "tests/monitor/series_fixture.h"
#include "tests/support.h"

#include <QFileInfo>
#include <QJsonDocument>
#include <QTemporaryDir>

#include <cmath>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::monitor;

/// What is asked of a Prometheus and read from it, without one.
class TestPrometheus : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void quotes();
    void durations_data();
    void durations();
    void refusals_data();
    void refusals();
    void answers_data();
    void answers();
    void readsSeries();
    void readsTargetsAndAlerts();
    void plans_data();
    void plans();
    void requests();
    void columnsAndGaps();
    void foldedGaps_data();
    void foldedGaps();
    void everyMetricOfTheHostPage();
    void findsTheTargetOfAServer_data();
    void findsTheTargetOfAServer();
    void namesOurSeries();
    void targetsFile();
};

namespace {

constexpr qint64 kPromStart = fixture::kStart;

QByteArray vectorOf(const QByteArray& result)
{
    return R"({"status":"success","data":{"resultType":"vector","result":)" + result + "}}";
}

/// From and to, after the start.
using Gaps = QList<std::pair<qint64, qint64>>;

PromSeries promSeriesOf(qint64 from, qint64 step, const std::vector<double>& values)
{
    PromSeries series;
    for (const double value : values) {
        if (std::isfinite(value)) {
            series.points.push_back({from, value});
        }
        from += step;
    }
    return series;
}

}  // namespace

void TestPrometheus::quotes()
{
    QCOMPARE(promQuoted(u"a\"b\\c\nd"_s), u"\"a\\\"b\\\\c\\u000ad\""_s);
    QCOMPARE(promQuoted(u"caf\u00e9 %R"_s), u"\"caf\u00e9 %R\""_s);
    QCOMPARE(promSelector({{u"instance"_s, u"10.0.0.7:9100"_s}, {u"bad-name"_s, u"x"_s}}),
             u"instance=\"10.0.0.7:9100\""_s);
    QVERIFY(isPromName(u"a_1"_s) && !isPromName(u"1a"_s) && !isPromName(u"a.b"_s) &&
            !isPromName({}));
    const auto question =
        nodeQuestion(Metric::DiskRead, promSelector({{u"job"_s, u"%R\"} or up{"_s}}), "sd%S",
                     std::chrono::seconds(15));
    QCOMPARE(
        question->expression,
        u"irate(node_disk_read_bytes_total{job=\"%R\\\"} or up{\",device=\"sd%S\"}[37500ms])"_s);
    QVERIFY(!question->plain);
}

void TestPrometheus::durations_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<qint64>("milliseconds");
    QTest::newRow("minute") << u"1m"_s << qint64(60'000);
    QTest::newRow("mixed") << u"1m30s"_s << qint64(90'000);
    QTest::newRow("ms") << u"500ms"_s << qint64(500);
    QTest::newRow("year") << u"1y"_s << qint64(31'536'000'000);
    for (const char* bad : {"", "5", "m", "5x", "-5s", "5s ", "9999999999s", "9999y9999y"}) {
        QTest::addRow("\"%s\"", bad) << QString::fromLatin1(bad) << qint64(-1);
    }
}

void TestPrometheus::durations()
{
    QFETCH(QString, text);
    QFETCH(qint64, milliseconds);
    const auto duration = promDuration(text);
    QCOMPARE(duration ? qint64(duration->count()) : qint64(-1), milliseconds);
}

void TestPrometheus::refusals_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<ErrorKind>("kind");
    QTest::addColumn<QString>("words");
    const QByteArray bad =
        R"({"status":"error","errorType":"bad_data","error":"1:3: parse error"})";
    QTest::newRow("expression") << 400 << bad << ErrorKind::Invalid << u"1:3: parse error"_s;
    QTest::newRow("execution") << 422
                               << QByteArray(R"({"status":"error","errorType":"execution",)"
                                             R"("error":"too many samples"})")
                               << ErrorKind::Failed << u"too many samples"_s;
    QTest::newRow("timeout") << 503
                             << QByteArray(
                                    R"({"status":"error","errorType":"timeout","error":"late"})")
                             << ErrorKind::Timeout << u"late"_s;
    QTest::newRow("plain 404") << 404 << QByteArray("404 page not found\n") << ErrorKind::Protocol
                               << u"404 page not found"_s;
    QTest::newRow("a proxy") << 502 << QByteArray("<html><body>Bad Gateway") << ErrorKind::Protocol
                             << u"web page"_s;
    QTest::newRow("login") << 401 << QByteArray("Unauthorized\n") << ErrorKind::Auth
                           << u"Unauthorized"_s;
    QTest::newRow("alertmanager") << 400 << QByteArray("\"bad matcher\"") << ErrorKind::Invalid
                                  << u"bad matcher"_s;
    QTest::newRow("nothing") << 500 << QByteArray() << ErrorKind::Failed << u"HTTP 500"_s;
    QTest::newRow("control") << 500 << QByteArray("a\x1b[31mb") << ErrorKind::Failed << u"a"_s;
}

void TestPrometheus::refusals()
{
    QFETCH(int, status);
    QFETCH(QByteArray, body);
    QFETCH(ErrorKind, kind);
    QFETCH(QString, words);
    const Error error = promRefusal(status, body);
    QCOMPARE(error.kind, kind);
    QVERIFY2(error.message.contains(words), qPrintable(error.message));
    QVERIFY(!error.message.contains(QChar(0x1b)));
}

void TestPrometheus::answers_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<bool>("ok");
    QTest::newRow("empty") << vectorOf("[]") << true;
    QTest::newRow("odd things in it")
        << vectorOf(R"([7, null, {"metric":7,"value":"x"}, {"metric":{"a":{}},"value":[1,"NaN"]}])")
        << true;
    QTest::newRow("a page") << QByteArray("<!doctype html>") << false;
    QTest::newRow("nothing") << QByteArray() << false;
    QTest::newRow("other JSON") << QByteArray("{\"a\":1}") << false;
    QTest::newRow("a list") << QByteArray("[]") << false;
    QTest::newRow("error with 200") << QByteArray(R"({"status":"error","error":"no"})") << false;
    QTest::newRow("a string")
        << QByteArray(R"({"status":"success","data":{"resultType":"string","result":[1,"a"]}})")
        << false;
    QTest::newRow("cut") << vectorOf("[").chopped(2) << false;
    QTest::newRow("deep") << vectorOf(QByteArray(40, '[') + QByteArray(40, ']')) << false;
}

void TestPrometheus::answers()
{
    QFETCH(QByteArray, body);
    QFETCH(bool, ok);
    const auto read = promSeries(body);
    QCOMPARE(read.ok(), ok);
    QVERIFY(ok || !read.error().message.isEmpty());
}

void TestPrometheus::readsSeries()
{
    const auto read = promSeries(
        R"({"status":"success","data":{"resultType":"matrix","result":[{"metric":{"a":"b"},)"
        R"("values":[[1790000000.5,"1.25"],[1790000001,"NaN"],[1790000002,"+Inf"],[1790000000,"9"],)"
        R"([1790000003,"-3e2"],["x","1"],[1790000004]]}]}})");
    VERIFY_OK(read);
    QCOMPARE(read->size(), 1);
    const PromSeries& series = read->constFirst();
    QCOMPARE(series.labels, (PromLabels{{u"a"_s, u"b"_s}}));
    QCOMPARE(series.points.size(), std::size_t(2));
    QCOMPARE(series.points[0].time, qint64(1'790'000'000'500));
    QCOMPARE(series.points[0].value, 1.25);
    QCOMPARE(series.points[1].value, -300.0);
    const auto scalar =
        promSeries(R"({"status":"success","data":{"resultType":"scalar","result":[1,"7"]}})");
    VERIFY_OK(scalar);
    QCOMPARE(scalar->constFirst().points[0].value, 7.0);
}

void TestPrometheus::readsTargetsAndAlerts()
{
    const auto targets = promTargets(
        R"({"status":"success","data":{"activeTargets":[{"labels":{"instance":"10.0.0.7:9100",)"
        R"("job":"node"},"health":"down","lastError":"refused","scrapeInterval":"1m30s",)"
        R"("lastScrape":"2026-11-27T04:00:00.123456789Z"},{"lastScrape":"0001-01-01T00:00:00Z"}]}})");
    VERIFY_OK(targets);
    QCOMPARE(targets->size(), 2);
    QCOMPARE((*targets)[0].instance, u"10.0.0.7:9100"_s);
    QCOMPARE((*targets)[0].interval, milliseconds(90'000));
    QCOMPARE(toIso((*targets)[0].lastRead), u"2026-11-27T04:00:00.123Z"_s);
    QVERIFY(!(*targets)[1].lastRead.isValid());
    const auto alerts = promAlerts(
        R"({"status":"success","data":{"alerts":[{"labels":{"alertname":"A\u001b"},"state":"firing",)"
        R"("activeAt":"2026-11-27T04:00:00Z","value":"1e+00","annotations":{"x":"y"}}]}})");
    VERIFY_OK(alerts);
    QCOMPARE((*alerts)[0].value, std::optional(1.0));
    QVERIFY(!(*alerts)[0].toJson()[u"name"_s].toString().contains(QChar(0x1b)));
    const auto managed = managedAlertsOf(
        R"([{"labels":{"alertname":"B"},"status":{"state":"suppressed","silencedBy":["s1",7],)"
        R"("inhibitedBy":[]},"startsAt":"2026-11-27T04:00:00.000+01:00","fingerprint":"f"}])");
    VERIFY_OK(managed);
    QCOMPARE((*managed)[0].silencedBy, QStringList{u"s1"_s});
    QCOMPARE(toIso((*managed)[0].since), u"2026-11-27T03:00:00.000Z"_s);
    QVERIFY(!managedAlertsOf("{}").ok());
    QVERIFY(!managedAlertsOf("<html>").ok());
}

void TestPrometheus::plans_data()
{
    QTest::addColumn<bool>("plain");
    QTest::addColumn<qint64>("span");
    QTest::addColumn<int>("pixels");
    QTest::addColumn<int>("way");
    QTest::addColumn<qint64>("step");
    using Way = PromPlan::Way;
    constexpr qint64 hour = 3'600'000;
    QTest::newRow("samples") << true << hour << 600 << int(Way::Samples) << qint64(6'000);
    QTest::newRow("points") << false << hour << 600 << int(Way::Points) << qint64(6'000);
    QTest::newRow("columns") << true << 720 * hour << 600 << int(Way::Columns) << qint64(4'335'000);
    QTest::newRow("one pixel") << true << 720 * hour << 1 << int(Way::Columns) << 720 * hour;
    QTest::newRow("too many pixels")
        << false << 720 * hour << 20'000 << int(Way::Columns) << qint64(270'000);
}

void TestPrometheus::plans()
{
    QFETCH(bool, plain);
    QFETCH(qint64, span);
    QFETCH(int, pixels);
    QFETCH(int, way);
    QFETCH(qint64, step);
    PromQuestion question;
    question.plain = plain;
    question.interval = milliseconds(15'000);
    const qint64 from = kPromStart + 7;
    const PromPlan plan = promPlan(question, from, from + span, pixels);
    QCOMPARE(int(plan.way), way);
    QVERIFY(plan.from <= from && plan.to >= from + span);
    const qint64 columns = (plan.to - plan.from + plan.step - 1) / plan.step;
    if (pixels > 1) {
        QCOMPARE(plan.step, step);
        QVERIFY2(columns <= pixels, qPrintable(QString::number(columns)));
    }
    if (plan.way == PromPlan::Way::Columns) {
        QCOMPARE(plan.step % 15'000, qint64(0));
        QCOMPARE(plan.from % plan.step, qint64(0));
        QVERIFY(columns <= 11'000);
    }
}

void TestPrometheus::requests()
{
    PromQuestion question;
    question.expression = u"up{a=\"b&c\"}"_s;
    question.plain = true;
    question.interval = milliseconds(1'000);
    PromPlan plan = promPlan(question, kPromStart, kPromStart + 60'000, 60);
    const PromRequest samples = requestOf(plan, question, false, kPromStart + 3'600'000);
    QCOMPARE(samples.path, QByteArray("query"));
    QCOMPARE(samples.form, "query=up%7Ba%3D%22b%26c%22%7D%5B63999ms%5D&time=" +
                               promTime(kPromStart + 59'999).toPercentEncoding());
    question.plain = false;
    plan = promPlan(question, kPromStart + 1, kPromStart + 60'000, 60);
    const PromRequest points = requestOf(plan, question, false, kPromStart + 30'500);
    QCOMPARE(points.path, QByteArray("query_range"));
    QVERIFY(points.form.contains("&start=" + promTime(kPromStart - 3'000) +
                                 "&end=" + promTime(kPromStart + 30'500) + "&step=1.000"));
    plan = promPlan(question, kPromStart, kPromStart + 86'400'000, 100);
    const QByteArray closed = requestOf(plan, question, false, kPromStart).form;
    QVERIFY(closed.contains(
        QByteArray("max_over_time((up{a=\"b&c\"})[863999ms:1s])").toPercentEncoding()));
    QVERIFY(closed.contains("&start=" + promTime(plan.from + plan.step - 1)));
    const QByteArray open = requestOf(plan, question, true, kPromStart).form;
    QVERIFY(
        open.contains(QByteArray("min_over_time((up{a=\"b&c\"})[864s:1s])").toPercentEncoding()));
}

void TestPrometheus::columnsAndGaps()
{
    const double none = std::nan("");
    PromQuestion question;
    question.plain = true;
    question.interval = milliseconds(1'000);
    PromPlan plan = promPlan(question, kPromStart, kPromStart + 20'000, 4);
    std::vector<double> values(20, 1.0);
    values[3] = 99;  // a peak
    for (int i = 8; i < 13; ++i) {
        values[std::size_t(i)] = none;
    }
    const auto charts = chartsOf(plan, {promSeriesOf(kPromStart, 1'000, values)}, kPromStart,
                                 kPromStart + 20'000, kPromStart + 20'000);
    QCOMPARE(charts.size(), 1);
    const Chart& chart = charts[0].chart;
    QCOMPARE(chart.columns.size(), std::size_t(4));
    QCOMPARE(chart.columns[0].max, 99.0);
    QCOMPARE(chart.columns[0].count, qint64(5));
    QCOMPARE(chart.gaps.size(), std::size_t(1));
    QCOMPARE(chart.gaps[0].from, kPromStart + 7'000);
    QCOMPARE(chart.gaps[0].to, kPromStart + 13'000);
    // Folded by Prometheus: five series of one.
    plan.way = PromPlan::Way::Columns;
    QList<PromSeries> folds;
    for (const auto& [word, value] :
         {std::pair(u"min"_s, 1.0), std::pair(u"max"_s, 9.0), std::pair(u"avg"_s, 2.0),
          std::pair(u"last"_s, 3.0), std::pair(u"count"_s, 5.0)}) {
        PromSeries one = promSeriesOf(kPromStart + 4'999, 5'000, {value, value, none, value});
        one.labels = {{u"analemma_of"_s, word}, {u"device"_s, u"sda"_s}};
        if (word == "last"_L1) {
            one.labels.insert(u"__name__"_s, u"node_x"_s);
        }
        folds.append(one);
    }
    const auto folded = chartsOf(plan, folds, kPromStart, kPromStart + 20'000, kPromStart + 20'000);
    QCOMPARE(folded.size(), 1);
    QCOMPARE(folded[0].labels, (PromLabels{{u"device"_s, u"sda"_s}}));
    const ChartColumn& column = folded[0].chart.columns[1];
    QVERIFY(column.min == 1 && column.max == 9 && column.mean == 2 && column.last == 3);
    QCOMPARE(column.count, qint64(5));
    QCOMPARE(folded[0].chart.columns[2].count, qint64(0));
    QCOMPARE(folded[0].chart.gaps.size(), std::size_t(1));
    QCOMPARE(folded[0].chart.gaps[0].from, kPromStart + 10'000);
    QCOMPARE(folded[0].chart.gaps[0].to, kPromStart + 15'000);
}

void TestPrometheus::foldedGaps_data()
{
    using Counts = std::vector<int>;
    QTest::addColumn<std::vector<int>>("counts");  // of columns of five seconds
    QTest::addColumn<qint64>("now");
    QTest::addColumn<Gaps>("gaps");
    constexpr qint64 later = 1'000'000;
    QTest::newRow("whole") << Counts{5, 5, 5, 5} << later << Gaps{};
    QTest::newRow("within a column") << Counts{5, 5, 3, 5, 5} << later << Gaps{{11'500, 13'500}};
    QTest::newRow("one is late") << Counts{5, 5, 4, 5, 5} << later << Gaps{};
    QTest::newRow("late over an edge") << Counts{5, 4, 6, 5, 4, 6} << later << Gaps{};
    QTest::newRow("single ones") << Counts{5, 4, 5, 4, 5} << later << Gaps{};
    QTest::newRow("over an edge") << Counts{5, 5, 4, 3, 5, 5} << later << Gaps{{14'000, 17'000}};
    QTest::newRow("into whole ones")
        << Counts{5, 5, 3, 0, 4, 5, 5} << later << Gaps{{13'000, 21'000}};
    QTest::newRow("between two") << Counts{5, 5, 5, 0, 2, 0, 5, 5, 5} << later
                                 << Gaps{{15'000, 23'000}, {25'000, 30'000}};
    QTest::newRow("few to compare with") << Counts{3, 0, 3} << later << Gaps{{3'000, 12'000}};
    QTest::newRow("a longer interval before")
        << Counts{1, 1, 1, 1, 1, 1, 1, 5, 5, 5, 5, 5, 5} << later << Gaps{};
    QTest::newRow("a longer interval and a gap")
        << Counts{5, 5, 5, 5, 5, 10, 10, 10, 10, 5, 10, 10, 10} << later << Gaps{{46'250, 48'750}};
    QTest::newRow("not over yet") << Counts{5, 5, 5, 2} << qint64(17'000) << Gaps{};
    QTest::newRow("silent until now")
        << Counts{5, 5, 3, 0} << qint64(17'000) << Gaps{{13'000, 17'000}};
}

/// A silence that is shorter than a column of what Prometheus folded stays one.
void TestPrometheus::foldedGaps()
{
    QFETCH(std::vector<int>, counts);
    QFETCH(qint64, now);
    QFETCH(Gaps, gaps);
    PromPlan plan;
    plan.way = PromPlan::Way::Columns;
    plan.from = kPromStart;
    plan.step = 5'000;
    plan.interval = 1'000;
    plan.to = plan.from + qint64(counts.size()) * plan.step;
    std::vector<double> values;
    for (const int count : counts) {
        values.push_back(count > 0 ? count : std::nan(""));
    }
    QList<PromSeries> folds;
    for (const QString& word : {u"min"_s, u"max"_s, u"avg"_s, u"last"_s, u"count"_s}) {
        PromSeries one = promSeriesOf(kPromStart + 4'999, plan.step, values);
        one.labels = {{u"analemma_of"_s, word}};
        folds.append(one);
    }
    const auto charts = chartsOf(plan, folds, plan.from, plan.to, kPromStart + now);
    QCOMPARE(charts.size(), 1);
    Gaps found;
    for (const ChartGap& gap : charts[0].chart.gaps) {
        found.append({gap.from - kPromStart, gap.to - kPromStart});
    }
    QCOMPARE(found, gaps);
}

void TestPrometheus::everyMetricOfTheHostPage()
{
    for (const MetricInfo& one : metrics()) {
        const auto question = nodeQuestion(one.metric, u"job=\"n\""_s, {}, milliseconds(1'000));
        const bool unknown = one.metric == Metric::PsiCpuFull ||
                             one.metric == Metric::ClockOffset ||
                             one.label == LabelKind::ControlGroup;
        QVERIFY2(question.has_value() != unknown, one.name.data());
        if (question) {
            QVERIFY2(question->expression.contains(u"job=\"n\""_s) &&
                         !question->expression.contains(u'%'),
                     qPrintable(question->expression));
            QCOMPARE(question->expression.count(u'('), question->expression.count(u')'));
        }
    }
    PromSeries disk;
    disk.labels = {{u"analemma_metric"_s, u"disk.used"_s}, {u"mountpoint"_s, u"/"_s}};
    disk.points = {{1, 12.3456}};
    PromSeries odd = disk;
    odd.labels[u"mountpoint"_s] = u"/a\nb"_s;
    PromSeries none = disk;
    none.labels.remove(u"mountpoint"_s);
    const std::vector<Point> points = viewPoints({disk, odd, none});
    QCOMPARE(points.size(), std::size_t(1));
    QCOMPARE(points[0].label, QByteArray("/"));
    QCOMPARE(points[0].value, 12.3);
}

void TestPrometheus::findsTheTargetOfAServer_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("address");
    QTest::addColumn<QString>("job");
    QTest::newRow("our label") << u"web-1"_s << u"10.9.9.9"_s << u"ours"_s;
    QTest::newRow("address, the node exporter") << u"db"_s << u"10.0.0.2"_s << u"node"_s;
    QTest::newRow("version 6") << u"six"_s << u"fd00::7"_s << u"six"_s;
    QTest::newRow("by name") << u"mail"_s << u"192.0.2.1"_s << u"named"_s;
    QTest::newRow("another's by label") << u"web-9"_s << u"10.0.0.1"_s << QString();
    QTest::newRow("unknown") << u"x"_s << u"192.0.2.9"_s << QString();
    QTest::newRow("no address") << u"x"_s << QString() << QString();
}

void TestPrometheus::findsTheTargetOfAServer()
{
    QFETCH(QString, name);
    QFETCH(QString, address);
    QFETCH(QString, job);
    const auto target = [](const QString& instance, const QString& what, bool node = false) {
        PromTarget one;
        one.instance = instance;
        one.job = what;
        one.health = u"up"_s;
        one.isNode = node;
        return one;
    };
    QList<PromTarget> targets{
        target(u"10.0.0.1:9100"_s, u"ours"_s, true), target(u"10.0.0.2:8080"_s, u"app"_s),
        target(u"10.0.0.2:9200"_s, u"node"_s, true), target(u"[fd00::7]:9100"_s, u"six"_s),
        target(u"Mail:9100"_s, u"named"_s)};
    targets[0].labels.insert(u"analemma_server"_s, u"web-1"_s);
    const PromTarget* found = targetOf(targets, {name, address});
    QCOMPARE(found ? found->job : QString(), job);
}

void TestPrometheus::namesOurSeries()
{
    QCOMPARE(promMetricName(u"disk.read.latency"_s), u"analemma_disk_read_latency"_s);
    const PromQuestion question =
        ownQuestion({u"web-1"_s, u"disk.used"_s, u"mount=/a \"b\""_s}, milliseconds(5'000));
    QCOMPARE(question.expression, u"analemma_disk_used{mount=\"/a \\\"b\\\"\",server=\"web-1\"}"_s);
    QVERIFY(question.plain);
    // A server's own word takes no name that is ours.
    const PromLabels labels = ownLabels({u"web-1"_s, u"x"_s, u"server=evil"_s});
    QCOMPARE(labels[u"server"_s], u"web-1"_s);
    QCOMPARE(labels[u"label"_s], u"evil"_s);
    QCOMPARE(ownLabels({u"a"_s, u"x"_s, u"__name__=evil"_s})[u"__name__"_s], u"analemma_x"_s);
}

void TestPrometheus::targetsFile()
{
    QTemporaryDir folder;
    const QString path = folder.path() + u"/new/analemma.json"_s;
    QList<ScrapeTarget> targets{
        {u"10.0.0.8"_s, 9100, {{u"analemma_server"_s, u"web-2"_s}, {u"generation"_s, u"4"_s}}},
        {u"fd00::7"_s, 9101, {{u"analemma_server"_s, u"six"_s}, {u"release"_s, QString()}}},
        {QString(), 9100, {}}};
    const auto first = writeFileSd(path, targets);
    VERIFY_OK(first);
    QVERIFY(*first);
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QJsonArray list = QJsonDocument::fromJson(file.readAll()).array();
    QCOMPARE(list.size(), 2);
    QCOMPARE(list[0][u"targets"_s].toArray(), QJsonArray{u"10.0.0.8:9100"_s});
    QCOMPARE(list[0][u"labels"_s][u"generation"_s].toString(), u"4"_s);
    QCOMPARE(list[1][u"targets"_s].toArray(), QJsonArray{u"[fd00::7]:9101"_s});
    QVERIFY(!list[1][u"labels"_s].toObject().contains(u"release"_s));
    QVERIFY(QFileInfo(path).permission(QFile::ReadOther));
    std::reverse(targets.begin(), targets.end());
    const auto second = writeFileSd(path, targets);
    VERIFY_OK(second);
    QVERIFY(!*second);  // the same servers: Prometheus is not woken
    QCOMPARE(fileSd({}), QByteArray("[\n]\n"));
    QVERIFY(!writeFileSd(u"/proc/none/x.json"_s, targets).ok());
}

QTEST_GUILESS_MAIN(TestPrometheus)
#include "tst_prometheus.moc"
