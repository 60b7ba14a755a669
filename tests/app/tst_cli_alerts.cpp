#include "tests/app/harness.h"

#include "app/alerting.h"
#include "core/base/files.h"

#include <QJsonArray>
#include <QProcess>
#include <QSignalSpy>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::test;

/// Alerts and incidents by the command line, made by the services as the window makes them.
class TestCliAlerts : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void nothingYet();
    void windowMakesAnAlert();
    void listsAndShows();
    void silences();
    void theBoardShowsThem();
    void takesAndNotes();
    void historyTells();
    void exportsRules();
    void badWords();
    void theBoardFollows();
    void namesTheConfiguration();

private:
    [[nodiscard]] Ran cli(const QStringList& words) const { return run(words, m_place->work()); }
    /// Opens the services as the window does, measures `value`, and lets go when `until` holds.
    void measure(double value, const std::function<bool(const monitor::Alerts&)>& until) const;

    std::unique_ptr<Place> m_place;
    app::Libraries m_libraries;
};

void TestCliAlerts::initTestCase()
{
    m_place = std::make_unique<Place>();
    const QByteArray text = R"(workspace: shop
alerts:
  disk-full: { over: 80, runbook: "https://runbooks.example.org/disk" }
  memory-low: off
channels:
  file: { type: command, run: [/bin/sh, -c, "cat >>told"] }
)";
    QVERIFY(writeFile(m_place->work() + u"/analemma.yaml"_s, text, 0644).ok());
    QDir::setCurrent(m_place->work());
}

void TestCliAlerts::nothingYet()
{
    const Ran list = cli({u"monitor"_s, u"alert"_s, u"list"_s});
    QVERIFY2(list.code == 0, list.err.constData());
    QCOMPARE(list.out, QByteArray("No alert is open.\n"));
    QCOMPARE(cli({u"incident"_s, u"list"_s}).out, QByteArray("There are no incidents.\n"));
    QCOMPARE(cli({u"monitor"_s, u"alert"_s, u"show"_s, u"1"_s}).code, 5);
    QCOMPARE(cli({u"incident"_s, u"show"_s, u"1"_s}).code, 5);
}

void TestCliAlerts::measure(double value,
                            const std::function<bool(const monitor::Alerts&)>& until) const
{
    auto opened = app::Services::open(m_place->work() + u"/analemma.yaml"_s, u"test"_s);
    QVERIFY2(opened.ok(), opened.ok() ? "" : qPrintable(opened.error().message));
    std::unique_ptr<app::Services> services = std::move(*opened);
    const Result<void> monitoring = services->openMonitor();
    QVERIFY(monitoring.ok());
    services->openAlerts();
    const monitor::SeriesId id =
        services->series->series({u"web-1"_s, u"disk.used"_s, u"mount=/var"_s});
    QVERIFY(
        awaited(services->series->append({{id, services->clock.now().toMSecsSinceEpoch(), value}}))
            .ok());
    QVERIFY(awaited(app::Services::startAlerts(services.get())).ok());
    monitor::Alerts* alerts = services->alerts.get();
    QTRY_VERIFY_WITH_TIMEOUT(until(*alerts), 20'000);
    QVERIFY(awaited(app::Services::close(std::move(services))).ok());
}

void TestCliAlerts::windowMakesAnAlert()
{
    const QString told = m_place->work() + u"/told"_s;
    measure(96, [&told](const monitor::Alerts& alerts) {
        return !alerts.list().isEmpty() && alerts.list().first().told.first > 0 &&
               QFileInfo(told).size() > 0;
    });
    const Json notice = QJsonDocument::fromJson(readFile(told, 1 << 20).valueOr({})).object();
    QCOMPARE(notice[u"kind"_s].toString(), u"fired"_s);
    QVERIFY(notice[u"text"_s].toString().contains(u"https://runbooks.example.org/disk"_s));
}

void TestCliAlerts::listsAndShows()
{
    const Ran list = cli({u"monitor"_s, u"alert"_s, u"list"_s, u"--json"_s});
    QVERIFY2(list.code == 0, list.err.constData());
    QCOMPARE(list.json()[u"schema"_s].toString(), u"analemma.alerts.1"_s);
    const QJsonArray alerts = list.json()[u"alerts"_s].toArray();
    QCOMPARE(alerts.size(), 1);
    QCOMPARE(alerts[0][u"sentence"_s].toString(), u"disk /var of web-1 is 96 % full, over 80 %"_s);
    const Ran table = cli({u"monitor"_s, u"alert"_s, u"list"_s});
    QVERIFY(table.out.contains("warning") && table.out.contains("disk /var of web-1"));
    const Ran shown = cli({u"monitor"_s, u"alert"_s, u"show"_s, u"1"_s});
    QVERIFY2(shown.code == 0 && shown.out.contains("firing"), shown.out.constData());
    QCOMPARE(cli({u"monitor"_s, u"alert"_s, u"show"_s, u"1"_s, u"--json"_s})
                 .json()[u"schema"_s]
                 .toString(),
             u"analemma.alert.1"_s);
}

void TestCliAlerts::silences()
{
    const QStringList words{u"monitor"_s, u"alert"_s, u"silence"_s, u"web-*"_s, u"--for"_s,
                            u"2h"_s,      u"--why"_s, u"moving"_s,  u"--json"_s};
    const Ran dry = cli(words + QStringList{u"--dry-run"_s});
    QVERIFY2(dry.code == 0, dry.err.constData());
    const Ran made = cli(words);
    QVERIFY2(made.code == 0, made.err.constData());
    QCOMPARE(made.json()[u"schema"_s].toString(), u"analemma.silence.1"_s);
    const QString id = made.json()[u"id"_s].toString();
    const Ran list = cli({u"monitor"_s, u"alert"_s, u"list"_s, u"--json"_s});
    QCOMPARE(list.json()[u"silences"_s].toArray().size(), 1);
    QVERIFY(cli({u"monitor"_s, u"alert"_s, u"list"_s}).out.contains("moving"));
    const Ran ended = cli({u"monitor"_s, u"alert"_s, u"unsilence"_s, id});
    QVERIFY2(ended.code == 0, ended.err.constData());
    QCOMPARE(cli({u"monitor"_s, u"alert"_s, u"unsilence"_s, id}).code, 5);
    QCOMPARE(cli({u"monitor"_s, u"alert"_s, u"list"_s, u"--json"_s})
                 .json()[u"silences"_s]
                 .toArray()
                 .size(),
             0);
}

void TestCliAlerts::theBoardShowsThem()
{
    const Ran board = cli({u"board"_s, u"--json"_s});
    QVERIFY2(board.code == 0, board.err.constData());
    const Json station = board.json()[u"stations"_s].toArray().at(7).toObject();
    QCOMPARE(station[u"line"_s].toString(), u"warning: disk-full"_s);
    QCOMPARE(station[u"count"_s].toInt(), 1);
    QCOMPARE(station[u"panel"_s].toString(), u"alerts"_s);
    QCOMPARE(station[u"item"_s].toString(), u"1"_s);
    QVERIFY(cli({u"board"_s}).out.contains("disk /var of web-1 is 96 % full"));
}

void TestCliAlerts::takesAndNotes()
{
    QVERIFY(writeFile(m_place->work() + u"/syslog"_s, "one\ntwo\n").ok());
    const Ran dry = cli({u"monitor"_s, u"alert"_s, u"take"_s, u"1"_s, u"--dry-run"_s});
    QVERIFY2(dry.code == 0 && dry.out.startsWith("would take"), dry.err.constData());
    const Ran taken =
        cli({u"monitor"_s, u"alert"_s, u"take"_s, u"1"_s, u"--attach"_s, u"syslog"_s, u"--json"_s});
    QVERIFY2(taken.code == 0, taken.err.constData());
    QCOMPARE(taken.json()[u"incident"_s].toString(), u"1"_s);
    QCOMPARE(taken.json()[u"taken_by"_s].toString(), app::actorName());
    const Ran twice = cli({u"monitor"_s, u"alert"_s, u"take"_s, u"1"_s});
    QVERIFY(twice.code != 0 && twice.err.contains("was taken by"));
    const Ran noted = cli({u"incident"_s, u"note"_s, u"1"_s, u"the logs fill it"_s});
    QVERIFY2(noted.code == 0, noted.err.constData());
    const Ran shown = cli({u"incident"_s, u"show"_s, u"1"_s});
    QVERIFY2(shown.out.contains("the logs fill it") && shown.out.contains("syslog") &&
                 shown.out.contains("disk.used"),
             shown.out.constData());
    const Json json = cli({u"incident"_s, u"show"_s, u"1"_s, u"--json"_s}).json();
    QCOMPARE(json[u"schema"_s].toString(), u"analemma.incident.1"_s);
    QVERIFY(!json[u"charts"_s][0][u"columns"_s].toArray().isEmpty());
    QCOMPARE(json[u"logs"_s][0][u"lines"_s].toArray().size(), 2);
    const Ran closed = cli({u"incident"_s, u"close"_s, u"1"_s, u"rotated"_s, u"--json"_s});
    QVERIFY2(closed.code == 0, closed.err.constData());
    QCOMPARE(closed.json()[u"state"_s].toString(), u"closed"_s);
    QVERIFY(cli({u"incident"_s, u"note"_s, u"1"_s, u"late"_s}).code != 0);
    QVERIFY(cli({u"incident"_s, u"list"_s}).out.contains("closed"));
}

void TestCliAlerts::historyTells()
{
    const Ran none = cli({u"monitor"_s, u"alert"_s, u"history"_s});
    QCOMPARE(none.out, QByteArray("No alert is over yet.\n"));
    measure(20, [](const monitor::Alerts& alerts) { return alerts.list().isEmpty(); });
    const Ran past = cli({u"monitor"_s, u"alert"_s, u"history"_s, u"--json"_s});
    QCOMPARE(past.json()[u"alerts"_s].toArray().size(), 1);
    QCOMPARE(past.json()[u"alerts"_s][0][u"state"_s].toString(), u"resolved"_s);
    QVERIFY(cli({u"monitor"_s, u"alert"_s, u"history"_s}).out.contains("full again"));
}

void TestCliAlerts::exportsRules()
{
    const Ran out = cli({u"monitor"_s, u"alert"_s, u"export"_s, u"--prometheus"_s});
    QVERIFY2(out.code == 0, out.err.constData());
    QVERIFY(out.out.contains("DiskFull") && !out.out.contains("MemoryLow"));
    const QString file = m_place->work() + u"/rules.yml"_s;
    QVERIFY(writeFile(file, out.out).ok());
    QProcess promtool;
    promtool.start(u"promtool"_s, {u"check"_s, u"rules"_s, file});
    QVERIFY2(promtool.waitForFinished(), "promtool (package prometheus) is needed for this test");
    QVERIFY2(promtool.exitCode() == 0, promtool.readAllStandardError().constData());
    QCOMPARE(cli({u"monitor"_s, u"alert"_s, u"export"_s, u"--prometheus"_s, u"--json"_s})
                 .json()[u"schema"_s]
                 .toString(),
             u"analemma.alert.rules.1"_s);
}

void TestCliAlerts::badWords()
{
    QCOMPARE(cli({u"monitor"_s, u"alert"_s, u"take"_s, u"first"_s}).code, 2);
    QCOMPARE(cli({u"monitor"_s, u"alert"_s, u"silence"_s, u"*"_s}).code, 2);
    QCOMPARE(cli({u"monitor"_s, u"alert"_s, u"silence"_s, u"*"_s, u"--for"_s, u"1h"_s}).code, 2);
    QCOMPARE(cli({u"monitor"_s, u"alert"_s, u"export"_s}).code, 2);
    QCOMPARE(cli({u"incident"_s, u"note"_s, u"1"_s}).code, 2);
    QCOMPARE(cli({u"monitor"_s, u"alert"_s, u"history"_s, u"--limit"_s, u"0"_s}).code, 2);
}

/// The board tells of an alert when it begins and when it ends, without being asked for anything.
void TestCliAlerts::theBoardFollows()
{
    auto opened = app::Services::open(m_place->work() + u"/analemma.yaml"_s, u"test"_s);
    QVERIFY(opened.ok());
    std::unique_ptr<app::Services> services = std::move(*opened);
    QVERIFY(services->openMonitor().ok());
    services->openAlerts();
    const auto monitored = [&services] {
        const auto board = awaited(services->lifecycle->board(1));
        return board ? board->stations[std::size_t(lifecycle::Phase::Monitor)]
                     : lifecycle::Station();
    };
    const auto measure = [&services](double value) {
        const monitor::SeriesId id =
            services->series->series({u"web-9"_s, u"disk.used"_s, u"mount=/"_s});
        return awaited(services->series->append(
                           {{id, services->clock.now().toMSecsSinceEpoch(), value}}))
            .ok();
    };
    QVERIFY(measure(97));
    QSignalSpy changed(services->lifecycle.get(), &lifecycle::Lifecycle::changed);
    QVERIFY(awaited(app::Services::startAlerts(services.get())).ok());
    QTRY_COMPARE_WITH_TIMEOUT(monitored().panel, u"alerts"_s, 20'000);
    QCOMPARE(monitored().count, 1);
    QVERIFY(!changed.isEmpty());
    const qsizetype before = changed.size();
    QVERIFY(measure(5));
    QTRY_COMPARE_WITH_TIMEOUT(monitored().panel, QString(), 20'000);
    QCOMPARE(monitored().count, 0);
    QTRY_VERIFY(changed.size() > before);
    QVERIFY(awaited(app::Services::close(std::move(services))).ok());
}

/// A commit of the workspace file that changed an environment comes before an alert on it.
void TestCliAlerts::namesTheConfiguration()
{
    const QString folder = m_place->work() + u"/kept"_s;
    QVERIFY(QDir().mkpath(folder));
    const auto write = [&folder](int servers, const QByteArray& more) {
        return writeFile(folder + u"/analemma.yaml"_s,
                         "workspace: kept\nproviders:\n  here: { type: local }\nrepositories:\n"
                         "  shop: { path: ./shop }\nimages:\n"
                         "  web: { from: base, start: start.sh }\nenvironments:\n  production: { "
                         "provider: here, "
                         "image: web, servers: " +
                             QByteArray::number(servers) + " }\n" + more,
                         0644)
            .ok();
    };
    const auto repository = awaited(git::Repository::init(folder));
    QVERIFY(repository.ok());
    const QDateTime now = QDateTime::currentDateTimeUtc();
    const auto commit = [&](const QString& subject, int secondsAgo) {
        return awaited(
            (*repository)
                ->commitAll(subject, u"Ana"_s, u"ana@example.org"_s, now.addSecs(-secondsAgo)));
    };
    QVERIFY(write(2, {}));
    QVERIFY(commit(u"two servers"_s, 900).ok());
    QVERIFY(write(3, {}));
    const Result<QString> third = commit(u"three servers"_s, 120);
    QVERIFY(third.ok());
    QVERIFY(write(3, "servers:\n  bastion: { address: 203.0.113.7 }\n"));
    QVERIFY(commit(u"a bastion"_s, 60).ok());  // nothing of production
    auto opened = app::Services::open(folder + u"/analemma.yaml"_s, u"test"_s);
    QVERIFY2(opened.ok(), opened.ok() ? "" : qPrintable(opened.error().message));
    std::unique_ptr<app::Services> services = std::move(*opened);
    QVERIFY(services->openMonitor().ok());
    services->openAlerts();
    const monitor::SeriesId id =
        services->series->series({u"production"_s, u"disk.used"_s, u"mount=/"_s});
    QVERIFY(awaited(services->series->append({{id, now.toMSecsSinceEpoch(), 97}})).ok());
    QVERIFY(awaited(app::Services::startAlerts(services.get())).ok());
    const auto change = [&services] {
        const QList<monitor::Alert> all = services->alerts->list();
        return all.isEmpty() ? std::nullopt : all.first().change;
    };
    QTRY_VERIFY_WITH_TIMEOUT(change(), 20'000);
    QCOMPARE(change()->what, u"the configuration of production changed (three servers)"_s);
    QVERIFY(change()->kind == monitor::ChangeKind::Config);
    QCOMPARE(change()->commit, *third);
    QVERIFY(change()->backTo.isEmpty());
    QVERIFY2(monitor::changeText(services->alerts->list().first()).startsWith(u"2 min"_s),
             qPrintable(monitor::changeText(services->alerts->list().first())));
    QVERIFY(awaited(app::Services::close(std::move(services))).ok());
}

QTEST_GUILESS_MAIN(TestCliAlerts)
#include "tst_cli_alerts.moc"
