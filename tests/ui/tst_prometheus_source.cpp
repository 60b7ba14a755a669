#include "tests/ended.h"
#include "ui/monitor/host_page.h"
#include "ui/monitor/prometheus_source.h"
#include "ui/monitor/store_source.h"
#include "ui/shell/theme.h"

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::ui;

namespace {

/// What a Prometheus that reads web-1 answers, as long as it is not down.
struct Answers : std::enable_shared_from_this<Answers> {
    bool down = false;
    int opened = 0;
    QStringList asked;

    [[nodiscard]] QByteArray bodyOf(const http::Request& request) const
    {
        if (request.url.contains(u"/targets"_s)) {
            return R"({"status":"success","data":{"activeTargets":[{"labels":{"instance":"h:9100",)"
                   R"("job":"n","analemma_server":"web-1"},"health":"up","scrapeInterval":"15s",)"
                   R"("lastScrape":"2026-11-27T04:00:00Z"}]}})";
        }
        const QByteArray head = R"({"status":"success","data":{"resultType":)";
        if (request.body.contains("analemma_metric")) {
            return head +
                   R"("vector","result":[{"metric":{"analemma_metric":"load.1"},"value":[1,"2.5"]},)"
                   R"({"metric":{"analemma_metric":"disk.used","mountpoint":"/"},)"
                   R"("value":[1,"71"]}]}})";
        }
        if (request.body.contains("node_load1")) {
            return head + R"("matrix","result":[{"metric":{},"values":[[1790000000,"1"],)"
                          R"([1790000015,"9"],[1790000030,"2"]]}]}})";
        }
        return head + R"("vector","result":[]}})";
    }

    std::shared_ptr<monitor::PromClient> client()
    {
        ++opened;
        monitor::PromOptions options;
        options.url = u"http://p"_s;
        return std::make_shared<monitor::PromClient>(
            [self = shared_from_this()](const http::Request& request, const CancelToken&) {
                self->asked.append(request.url + u' ' + QString::fromLatin1(request.body));
                Result<http::Response> answer = Error(ErrorKind::Network, u"nobody there"_s);
                if (!self->down) {
                    http::Response response;
                    response.status = 200;
                    response.body = self->bodyOf(request);
                    answer = response;
                }
                return onWorker<http::Response>([answer] { return answer; });
            },
            options);
    }
    PrometheusSource::Open open()
    {
        return [this] {
            return onWorker<std::shared_ptr<monitor::PromClient>>(
                [made = client()]() -> Result<std::shared_ptr<monitor::PromClient>> {
                    return made;
                });
        };
    }
};

class NoSource : public ChartSource {
public:
    int asked = 0;
    void ask(const QStringList&, qint64, qint64, int, Told told) override
    {
        ++asked;
        told(std::vector<Chart>());
    }
};

}  // namespace

/// Servers of a Prometheus in the window.
class TestPrometheusSource : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        qputenv("ANALEMMA_HOME", m_home.path().toLocal8Bit());
        m_theme = std::make_unique<Theme>();
    }
    void cleanupTestCase() { m_theme.reset(); }

    void patterns()
    {
        QVERIFY(isAmong({u"db-*"_s, u"web-?"_s}, u"db-12"_s));
        QVERIFY(isAmong({u"web-?"_s}, u"web-1"_s) && !isAmong({u"web-?"_s}, u"web-12"_s));
        QVERIFY(!isAmong({}, u"a"_s) && !isAmong({u"a.c"_s}, u"abc"_s));
    }

    void showsWhatItReads()
    {
        const auto answers = std::make_shared<Answers>();
        PrometheusSource source(answers->open());
        QSignalSpy read(&source, &PrometheusSource::read);
        source.watch({{u"web-1"_s, u"10.0.0.1"_s}, {u"web-2"_s, u"10.0.0.2"_s}});
        QVERIFY(source.has(u"web-1"_s) && !source.has(u"web-3"_s));
        QCOMPARE(answers->opened, 0);  // nobody looks
        source.setAwake(true);
        QTRY_VERIFY(source.view(u"web-1"_s).state == monitor::SamplerState::Sampling);
        QVERIFY(read.size() >= 2);
        QCOMPARE(source.view(u"web-1"_s).value(monitor::Metric::Load1), std::optional(2.5));
        QCOMPARE(source.view(u"web-1"_s).largest(monitor::Metric::DiskUsed)->label,
                 QByteArray("/"));
        const monitor::ServerView unknown = source.view(u"web-2"_s);
        QVERIFY(unknown.state == monitor::SamplerState::Refused && !unknown.reason.isEmpty());
        QVERIFY(source.view(u"web-3"_s).state == monitor::SamplerState::Stopped);
    }

    void drawsCharts()
    {
        const auto answers = std::make_shared<Answers>();
        PrometheusSource source(answers->open());
        source.watch({{u"web-1"_s, {}}});
        source.setAwake(true);
        QTRY_VERIFY(source.view(u"web-1"_s).state == monitor::SamplerState::Sampling);
        NoSource none;
        ServerSource any(&none, &source);
        std::optional<Result<std::vector<Chart>>> told;
        const auto ask = [&](const QStringList& keys) {
            told.reset();
            any.ask(
                keys, 1'790'000'000'000, 1'790'000'060'000, 4,
                [&told](Result<std::vector<Chart>> charts) { told.emplace(std::move(charts)); });
        };
        ask({seriesKey(u"web-1"_s, u"load.1"_s, {}), seriesKey(u"web-1"_s, u"psi.cpu.full"_s, {}),
             seriesKey(u"web-1"_s, u"load.5"_s, {})});
        QTRY_VERIFY(told.has_value());
        QVERIFY(told->ok());
        QCOMPARE((*told)->size(), std::size_t(3));
        const Chart& chart = (**told)[0];
        QCOMPARE(chart.step, qint64(15'000));
        QCOMPARE(chart.columns[1].max, 9.0);
        QCOMPARE((**told)[1].step, chart.step);  // one grid
        QCOMPARE((**told)[1].columns[1].count, qint64(0));
        QCOMPARE(none.asked, 0);
        ask({seriesKey(u"web-7"_s, u"load.1"_s, {})});
        QCOMPARE(none.asked, 1);  // watched from here
        answers->down = true;
        ask({seriesKey(u"web-1"_s, u"load.1"_s, {})});
        QTRY_VERIFY(told.has_value());
        QVERIFY(!told->ok());
    }

    void tellsThatItIsGone()
    {
        const auto answers = std::make_shared<Answers>();
        answers->down = true;
        PrometheusSource source(answers->open());
        source.watch({{u"web-1"_s, {}}});
        source.setAwake(true);
        QTRY_VERIFY(source.view(u"web-1"_s).state == monitor::SamplerState::Lost);
        QVERIFY(source.view(u"web-1"_s).reason.contains(u"nobody there"_s));
        answers->down = false;
        source.setAwake(false);
        source.setAwake(true);
        QTRY_VERIFY(source.view(u"web-1"_s).state == monitor::SamplerState::Sampling);
    }

    void hostPageWorksOverIt()
    {
        const auto answers = std::make_shared<Answers>();
        PrometheusSource source(answers->open());
        source.watch({{u"web-1"_s, {}}});
        source.setAwake(true);
        QTRY_VERIFY(source.view(u"web-1"_s).state == monitor::SamplerState::Sampling);
        HostPage page(&source);
        page.resize(900, 700);
        page.show();
        page.showServer(source.view(u"web-1"_s), u"production"_s, true);
        answers->asked.clear();
        const auto asksForLoad = [answers] {
            return !answers->asked.filter(u"node_load1"_s).isEmpty();
        };
        QTRY_VERIFY(asksForLoad());
    }

private:
    QTemporaryDir m_home;
    std::unique_ptr<Theme> m_theme;
};

QTEST_MAIN(TestPrometheusSource)
#include "tst_prometheus_source.moc"
