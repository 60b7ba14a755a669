#include "core/workspace/workspace.h"

#include <QJsonArray>
#include <QTest>
#include <QTimeZone>

using namespace analemma;
using namespace Qt::StringLiterals;
using workspace::Workspace;

namespace {

Result<Workspace> alertingRead(const QByteArray& text)
{
    return workspace::parse("workspace: shop\n" + text, u"/srv/team/analemma.yaml"_s);
}

}  // namespace

/// The sections `alerts`, `channels` and `maintenance`.
class TestWorkspaceAlerts : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void readsAll();
    void nothingIsFine();
    void tellsWhatIsWrong_data();
    void tellsWhatIsWrong();
};

void TestWorkspaceAlerts::readsAll()
{
    const auto read = alertingRead(R"(alerts:
  disk-full: off
  memory-low: { over: 97, for: 10m, severity: critical, tell: [desktop] }
  slow-shop:
    metric: check.latency
    over: 500
    clear: 400.5
    for: 1m
    on: "shop, web-*"
    tags: [edge]
    labels: "check=login"
    severity: info
    repeat: 1h
    escalate: 15m
    tell: [ops]
    escalate-to: [mail, chat]
    runbook: https://runbooks.example.org/slow
  slo: { when: burn-rate, metric: balancer.errors, of: balancer.requests, over: 14.4, objective: 99.9, window: 1h, least: 100 }
  errors: { when: share, metric: balancer.errors, of: balancer.requests, over: 5, window: 30s }
  var-fills: { when: forecast, metric: disk.used, over: 100, window: 6h, within: 24h }
  drops: { when: change, metric: net.rx, under: 1000, window: 10m }
  gone: { when: absence, metric: uptime, for: 2m }
channels:
  ops: { type: command, run: [./page, --now], least: warning, timeout: 20s }
  chat: { type: webhook, url: "https://chat.example.org/hook?x=1", token: secret:chat }
  mail: { type: email, server: "smtp://mail.example.org:587", user: ana, password: secret:mail, from: ops@example.org, to: [ana@example.org, ben@example.org] }
  plain: { type: email, server: "smtps://mail.example.org", tls: none, from: a@b, to: [c@d] }
maintenance:
  sundays: { weekly: sun, from: "02:30", for: 2h, on: "web-*", rules: "disk-*", why: patching }
  nights: { weekly: [mon, tue], from: "23:00", for: 90m }
  move: { from: "2026-12-01T20:00:00Z", until: "2026-12-02T06:00:00Z" }
  short: { from: "2026-12-01 20:00", for: 1h }
)");
    QVERIFY2(read.ok(), read.ok() ? "" : qPrintable(read.error().message));
    const auto& alerts = read->alerts;
    QCOMPARE(alerts.size(), 8);
    QVERIFY(alerts[u"disk-full"_s].off);
    QCOMPARE(alerts[u"memory-low"_s].limit, std::optional(97.0));
    QCOMPARE(alerts[u"memory-low"_s].lasting, std::optional(milliseconds(600'000)));
    QVERIFY(!alerts[u"memory-low"_s].window);
    const workspace::AlertSpec slow = alerts[u"slow-shop"_s];
    QCOMPARE(slow.when, u"threshold"_s);
    QCOMPARE(slow.bound, u"over"_s);
    QCOMPARE(slow.clear, std::optional(400.5));
    QCOMPARE(slow.subjects, u"shop, web-*"_s);
    QCOMPARE(slow.escalateTo, (QStringList{u"mail"_s, u"chat"_s}));
    QCOMPARE(slow.runbook, u"https://runbooks.example.org/slow"_s);
    QCOMPARE(alerts[u"slo"_s].objective, std::optional(99.9));
    QCOMPARE(alerts[u"slo"_s].total, u"balancer.requests"_s);
    QCOMPARE(alerts[u"var-fills"_s].horizon, std::optional(milliseconds(86'400'000)));
    QCOMPARE(read->channels[u"ops"_s].run, (QStringList{u"./page"_s, u"--now"_s}));
    QCOMPARE(read->channels[u"ops"_s].timeout, milliseconds(20'000));
    QCOMPARE(read->channels[u"chat"_s].token, u"chat"_s);
    QCOMPARE(read->channels[u"mail"_s].password, u"mail"_s);
    QVERIFY(read->channels[u"mail"_s].tls);
    QVERIFY(!read->channels[u"plain"_s].tls);
    const workspace::MaintenanceSpec sundays = read->maintenance[u"sundays"_s];
    QCOMPARE(sundays.days, QList<int>{7});
    QCOMPARE(sundays.minute, 150);
    QCOMPARE(sundays.lasting, milliseconds(7'200'000));
    QCOMPARE(read->maintenance[u"nights"_s].days, (QList<int>{1, 2}));
    QCOMPARE(read->maintenance[u"move"_s].until - read->maintenance[u"move"_s].from,
             qint64(36'000'000));
    QCOMPARE(read->maintenance[u"move"_s].from,
             QDateTime(QDate(2026, 12, 1), QTime(20, 0), Qt::UTC).toMSecsSinceEpoch());
    QCOMPARE(read->maintenance[u"short"_s].from,
             QDateTime(QDate(2026, 12, 1), QTime(20, 0)).toMSecsSinceEpoch());
    QCOMPARE(read->maintenance[u"short"_s].until - read->maintenance[u"short"_s].from,
             qint64(3'600'000));
}

void TestWorkspaceAlerts::nothingIsFine()
{
    const auto read = alertingRead("alerts:\nchannels:\nmaintenance:\n");
    QVERIFY(read.ok());
    QVERIFY(read->alerts.isEmpty() && read->channels.isEmpty() && read->maintenance.isEmpty());
    QVERIFY(alertingRead("").ok());
}

void TestWorkspaceAlerts::tellsWhatIsWrong_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("message");
    const auto alert = [](const char* name, const char* body, const QString& message) {
        QTest::newRow(name) << QByteArray("alerts:\n  ") + body + '\n'
                            << u"analemma.yaml:3:"_s + message;
    };
    const auto channel = [](const char* name, const char* body, const QString& message) {
        QTest::newRow(name) << QByteArray("channels:\n  x: ") + body + '\n'
                            << u"analemma.yaml:3:"_s + message;
    };
    const auto window = [](const char* name, const char* body, const QString& message) {
        QTest::newRow(name) << QByteArray("maintenance:\n  x: ") + body + '\n'
                            << u"analemma.yaml:3:"_s + message;
    };
    alert(
        "no such built-in", "disc-full: off",
        u"14 alerts.disc-full: there is no built-in rule \"disc-full\"; did you mean \"disk-full\"?"_s);
    alert("switched on", "disk-full: on",
          u"14 alerts.disk-full: expected a map, or off, got \"on\""_s);
    alert("unknown key", "x: { metric: load.1, over: 1, fro: 5m }",
          u"33 alerts.x: unknown key \"fro\"; did you mean \"for\"?"_s);
    alert("no metric", "x: { over: 1 }",
          u"3 alerts.x.metric: expected the name of a metric, got nothing"_s);
    alert("no bound", "x: { metric: load.1 }",
          u"3 alerts.x.over: expected a bound (over, under or beyond), got nothing"_s);
    alert("two bounds", "x: { metric: load.1, over: 1, under: 0 }",
          u"40 alerts.x.under: expected one of over, under and beyond, got two"_s);
    alert("no number", "x: { metric: load.1, over: much }",
          u"30 alerts.x.over: expected a number, got \"much\""_s);
    alert("kind", "x: { when: sometimes, metric: load.1, over: 1 }",
          u"14 alerts.x.when: expected a kind of rule (threshold, absence, change, forecast, "
          "burn-rate and share), got \"sometimes\""_s);
    alert("forecast without a window", "x: { when: forecast, metric: a.b, over: 1, within: 1h }",
          u"3 alerts.x.window: expected a duration, got nothing"_s);
    alert("share of nothing", "x: { when: share, metric: a.b, over: 1, window: 1m }",
          u"3 alerts.x.of: expected the metric of all events, got nothing"_s);
    alert("absence", "x: { when: absence, metric: a.b }",
          u"3 alerts.x.for: expected a duration, got nothing"_s);
    alert("a built-in's metric", "disk-full: { metric: load.1 }",
          u"24 alerts.disk-full.metric: \"disk-full\" is a built-in rule, of which this cannot be "
          "changed; choose another name"_s);
    alert("severity", "disk-full: { severity: loud }",
          u"26 alerts.disk-full.severity: expected info, warning or critical, got \"loud\""_s);
    alert("no such channel", "disk-full: { tell: [desktop, ops] }",
          u"32 alerts.disk-full.tell[1]: there is no channel \"ops\"; known here: desktop"_s);
    alert(
        "name", "Disk Full: { over: 3 }",
        u"3 alerts: expected a name of at most 63 of a-z, 0-9, \".\", \"_\" and \"-\", got \"Disk Full\""_s);
    channel(
        "type", "{ type: pigeon }",
        u"14 channels.x.type: expected a type of channel (command, webhook or email), got \"pigeon\""_s);
    channel("nothing to run", "{ type: command }",
            u"3 channels.x.run: expected a list: a program and its arguments, got nothing"_s);
    channel(
        "password in the link", "{ type: webhook, url: \"https://a:b@example.org/\" }",
        u"28 channels.x.url: expected a link such as https://example.org/hook, without a password, "
        "got \"https://a:b@example.org/\""_s);
    channel(
        "scheme", "{ type: webhook, url: \"ftp://example.org/\" }",
        u"28 channels.x.url: expected a link such as https://example.org/hook, without a password, "
        "got \"ftp://example.org/\""_s);
    channel(
        "the secret itself", "{ type: webhook, url: \"https://example.org/\", token: abc123 }",
        u"59 channels.x.token: expected secret:NAME; the secret itself never stands in this file"_s);
    channel("foreign key", "{ type: command, run: [a], url: b }",
            u"38 channels.x.url: a channel of type command has no \"url\""_s);
    channel("receiver", "{ type: email, server: smtp://a, from: a@b, to: [nobody] }",
            u"55 channels.x.to[0]: expected a mail address, got \"nobody\""_s);
    channel("half a login", "{ type: email, server: smtp://a, from: a@b, to: [c@d], user: u }",
            u"3 channels.x: expected both \"user\" and \"password\", or neither"_s);
    window("day", "{ weekly: sunday, from: \"02:00\", for: 1h }",
           u"16 maintenance.x.weekly: expected a list of days (mon to sun), got \"sunday\""_s);
    window("time of day", "{ weekly: sun, from: \"2am\", for: 1h }",
           u"27 maintenance.x.from: expected a time of day such as \"02:00\", got \"2am\""_s);
    window(
        "date", "{ from: tomorrow, for: 1h }",
        u"14 maintenance.x.from: expected a time such as \"2026-12-01 20:00\", got \"tomorrow\""_s);
    window("no end", "{ from: \"2026-12-01 20:00\" }",
           u"3 maintenance.x: expected either \"until\" or \"for\""_s);
    window("backwards", "{ from: \"2026-12-01 20:00\", until: \"2026-12-01 19:00\" }",
           u"41 maintenance.x.until: it ends before it begins"_s);
}

void TestWorkspaceAlerts::tellsWhatIsWrong()
{
    QFETCH(QByteArray, text);
    const auto read = alertingRead(text);
    QVERIFY(!read.ok());
    QTEST(read.error().message, "message");
}

QTEST_GUILESS_MAIN(TestWorkspaceAlerts)
#include "tst_workspace_alerts.moc"
