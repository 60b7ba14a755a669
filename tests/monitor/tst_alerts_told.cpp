#include "core/monitor/monitor.h"
#include "core/monitor/src/alerteval.h"
#include "core/monitor/src/alertplan.h"
#include "core/monitor/src/alerttell.h"
#include "core/monitor/src/alertwords.h"
#include "tests/support.h"

#include <QProcess>
#include <QTemporaryDir>

using namespace analemma;
using namespace analemma::monitor;
using namespace Qt::StringLiterals;

namespace {

constexpr qint64 kToldT0 = 1'790'000'000'000;

AlertRule plainRule(Bound bound, double limit, std::optional<double> clear, int forSeconds)
{
    AlertRule rule;
    rule.name = u"r"_s;
    rule.metric = u"disk.used"_s;
    rule.bound = bound;
    rule.limit = limit;
    rule.clear = clear;
    rule.lasting = seconds(forSeconds);
    return rule;
}

Alert firing(qint64 id, const QString& rule, const QString& subject, const QString& environment,
             qint64 noticedSecond)
{
    Alert alert;
    alert.id = id;
    alert.rule = rule;
    alert.subject = subject;
    alert.environment = environment;
    alert.metric = u"disk.used"_s;
    alert.labels = u"mount=/"_s;
    alert.state = AlertState::Firing;
    alert.since = alert.fired = alert.noticed = kToldT0 + noticedSecond * 1000;
    alert.sentence = subject + u" is bad"_s;
    return alert;
}

TellContext context(int second, int groupSeconds = 5)
{
    TellContext context;
    AlertRule rule;
    rule.name = u"disk"_s;
    rule.repeat = seconds(60);
    rule.escalate = seconds(100);
    rule.tell = QStringList{u"ops"_s};
    rule.escalateTo = QStringList{u"boss"_s};
    context.rules.insert(rule.name, rule);
    AlertRule once;
    once.name = u"once"_s;
    context.rules.insert(once.name, once);
    context.channels = QStringList{u"desktop"_s, u"ops"_s};
    context.group = seconds(groupSeconds);
    context.now = kToldT0 + second * 1000LL;
    return context;
}

/// "fired disk/production 1,2 -> ops".
QStringList told(const QList<Alert>& alerts, const TellContext& context)
{
    QStringList lines;
    for (const Notice& notice : dueNotices(alerts, context)) {
        QStringList ids;
        for (const Alert& alert : notice.alerts) {
            ids.append(QString::number(alert.id));
        }
        lines.append(u"%1 %2/%3 %4 -> %5"_s.arg(toString(notice.kind), notice.rule,
                                                notice.environment, ids.join(u','),
                                                notice.channels.join(u',')));
    }
    return lines;
}

}  // namespace

/// What is told of alerts, when and how.
class TestAlertsTold : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void patterns_data();
    void patterns();
    void silences();
    void weeklyWindows_data();
    void weeklyWindows();
    void notices();
    void missedAndFlapping();
    void sentences_data();
    void sentences();
    void anotherLanguage();
    void plans();
    void builtIn();
    void jsonKeepsAll();
    void prometheusTakesTheExport();
};

void TestAlertsTold::patterns_data()
{
    QTest::addColumn<QString>("pattern");
    QTest::addColumn<QString>("text");
    QTest::addColumn<bool>("matches");
    QTest::newRow("empty") << u""_s << u"web-1"_s << true;
    QTest::newRow("same") << u"web-1"_s << u"web-1"_s << true;
    QTest::newRow("other") << u"web-1"_s << u"web-11"_s << false;
    QTest::newRow("star") << u"web-*"_s << u"web-11"_s << true;
    QTest::newRow("two stars") << u"*b-*1"_s << u"web-21"_s << true;
    QTest::newRow("question") << u"web-?"_s << u"web-11"_s << false;
    QTest::newRow("list") << u"db-*, web-*"_s << u"web-1"_s << true;
    QTest::newRow("not in the list") << u"db-*, web-*"_s << u"cache"_s << false;
    QTest::newRow("all") << u"*"_s << u""_s << true;
    QTest::newRow("hostile") << u"*a*a*a*a*a*a*a*a*b"_s << QString(5000, u'a') << false;
}

void TestAlertsTold::patterns()
{
    QFETCH(QString, pattern);
    QFETCH(QString, text);
    QTEST(matchesPattern(pattern, text), "matches");
}

void TestAlertsTold::silences()
{
    const Alert alert = firing(1, u"disk-full"_s, u"web-1"_s, u"production"_s, 0);
    Silence silence;
    silence.subject = u"web-*"_s;
    silence.from = kToldT0;
    silence.to = kToldT0 + 1000;
    silence.who = u"ana"_s;
    silence.why = u"moving"_s;
    QCOMPARE(silencedBy(alert, {silence}, {}, kToldT0 - 1), QString());
    QCOMPARE(silencedBy(alert, {silence}, {}, kToldT0), u"silenced by ana: moving"_s);
    QCOMPARE(silencedBy(alert, {silence}, {}, kToldT0 + 1000), QString());
    silence.rule = u"memory*"_s;
    QCOMPARE(silencedBy(alert, {silence}, {}, kToldT0), QString());
    silence.rule = u"disk*"_s;
    silence.labels = u"mount=/var"_s;
    QCOMPARE(silencedBy(alert, {silence}, {}, kToldT0), QString());
    MaintenanceWindow window;
    window.name = u"move"_s;
    window.from = kToldT0;
    window.to = kToldT0 + 1000;
    window.subjects = u"production"_s;  // the environment counts as well
    QCOMPARE(silencedBy(alert, {}, {window}, kToldT0), u"maintenance move"_s);
    window.rules = u"memory*"_s;
    QCOMPARE(silencedBy(alert, {}, {window}, kToldT0), QString());
}

void TestAlertsTold::weeklyWindows_data()
{
    QTest::addColumn<QDateTime>("time");
    QTest::addColumn<bool>("within");
    // 2026-11-29 is a Sunday.
    const auto local = [](int day, int hour, int minute) {
        return QDateTime(QDate(2026, 11, day), QTime(hour, minute));
    };
    QTest::newRow("before") << local(29, 22, 59) << false;
    QTest::newRow("begins") << local(29, 23, 0) << true;
    QTest::newRow("over midnight") << local(30, 0, 59) << true;
    QTest::newRow("ends") << local(30, 1, 0) << false;
    QTest::newRow("another day") << local(28, 23, 30) << false;
    QTest::newRow("the week after") << local(29, 23, 30).addDays(7) << true;
}

void TestAlertsTold::weeklyWindows()
{
    QFETCH(QDateTime, time);
    MaintenanceWindow window;
    window.days = {7};
    window.minute = 23 * 60;
    window.lasting = std::chrono::hours(2);
    QTEST(isWithin(window, time.toMSecsSinceEpoch()), "within");
}

void TestAlertsTold::notices()
{
    const QString disk = u"disk"_s;
    const QString production = u"production"_s;
    QList<Alert> alerts{
        firing(1, disk, u"web-1"_s, production, 0), firing(2, disk, u"web-2"_s, production, 4),
        firing(3, disk, u"db"_s, u"qa"_s, 4), firing(4, u"once"_s, u"web-1"_s, production, 0),
        firing(0, disk, u"web-9"_s, production, 0)};  // not kept yet
    QCOMPARE(told(alerts, context(4)), QStringList());
    QCOMPARE(told(alerts, context(5)), (QStringList{u"fired disk/production 1,2 -> ops"_s,
                                                    u"fired once/production 4 -> desktop,ops"_s}));
    alerts[1].silencedBy = u"silenced"_s;
    QCOMPARE(told(alerts, context(9)),
             (QStringList{u"fired disk/production 1 -> ops"_s, u"fired disk/qa 3 -> ops"_s,
                          u"fired once/production 4 -> desktop,ops"_s}));
    for (const qsizetype i : {0, 2, 3}) {
        markTold(alerts[i], NoticeKind::Fired, kToldT0 + 9'000);
    }
    QCOMPARE(told(alerts, context(68)), QStringList());
    QCOMPARE(told(alerts, context(69)),
             (QStringList{u"repeated disk/production 1 -> ops"_s, u"repeated disk/qa 3 -> ops"_s}));
    alerts[2].takenBy = u"ana"_s;
    markTold(alerts[0], NoticeKind::Repeated, kToldT0 + 69'000);
    QCOMPARE(told(alerts, context(108)), QStringList());
    QCOMPARE(told(alerts, context(109)), QStringList{u"escalated disk/production 1 -> boss"_s});
    markTold(alerts[0], NoticeKind::Escalated, kToldT0 + 109'000);
    QCOMPARE(told(alerts, context(110)), QStringList());
    alerts[1].silencedBy.clear();
    QCOMPARE(told(alerts, context(110)), QStringList{u"fired disk/production 2 -> ops"_s});
    markTold(alerts[1], NoticeKind::Fired, kToldT0 + 110'000);
    for (Alert& alert : alerts) {
        alert.state = AlertState::Resolved;
        alert.resolved = kToldT0 + 120'000;
    }
    QCOMPARE(told(alerts, context(124)), QStringList());
    QCOMPARE(told(alerts, context(125)),
             (QStringList{u"resolved disk/production 1,2 -> ops"_s, u"resolved disk/qa 3 -> ops"_s,
                          u"resolved once/production 4 -> desktop,ops"_s}));
    for (Alert& alert : alerts) {
        markTold(alert, NoticeKind::Resolved, kToldT0 + 125'000);
        QVERIFY(isSettled(alert, seconds(5)));
    }
    QCOMPARE(told(alerts, context(126)), QStringList());
    // A clock that is set back by a day does not hold back what is new.
    QCOMPARE(told({firing(5, disk, u"web-5"_s, production, 0)}, context(-86'400)),
             QStringList{u"fired disk/production 5 -> ops"_s});
}

void TestAlertsTold::missedAndFlapping()
{
    Alert alert = firing(1, u"disk"_s, u"web-1"_s, u"production"_s, 0);
    alert.state = AlertState::Resolved;
    alert.noticed = kToldT0 + 4'000'000;
    alert.resolved = kToldT0 + 60'000;
    QCOMPARE(told({alert}, context(4000)), QStringList{u"missed disk/production 1 -> ops"_s});
    alert.resolved = kToldT0 + 3'000;
    QCOMPARE(told({alert}, context(4000)), QStringList());
    QVERIFY(isSettled(alert, seconds(5)));
    alert.resolved = kToldT0 + 60'000;
    alert.silencedBy = u"maintenance"_s;
    QCOMPARE(told({alert}, context(4000)), QStringList());
    QVERIFY(isSettled(alert, seconds(5)));
}

void TestAlertsTold::sentences_data()
{
    QTest::addColumn<AlertRule>("rule");
    QTest::addColumn<Alert>("alert");
    QTest::addColumn<QString>("text");
    const QList<AlertRule> rules = builtInRules();
    const auto row = [&](const char* rule, const char* subject, const char* labels, double value,
                         AlertState state, const QString& text) {
        for (const AlertRule& one : rules) {
            if (one.name == QLatin1StringView(rule)) {
                Alert alert;
                alert.rule = one.name;
                alert.metric = one.metric;
                alert.subject = QString::fromLatin1(subject);
                alert.labels = QString::fromLatin1(labels);
                alert.value = value;
                alert.state = state;
                QTest::newRow(qPrintable(text)) << one << alert << text;
                return;
            }
        }
        QFAIL("no such rule");
    };
    using enum AlertState;
    row("disk-full", "web-1", "mount=/var", 96, Firing,
        u"disk /var of web-1 is 96 % full, over 90 %"_s);
    row("disk-full", "web-1", "mount=/var", 84, Resolved,
        u"disk /var of web-1 is 84 % full again"_s);
    row("disk-filling", "web-1", "mount=/", 5 * 3600, Firing,
        u"disk / of web-1 will be full in 5 h"_s);
    row("memory-low", "db", "", 97, Firing, u"memory of db is 97 % used, over 95 %"_s);
    row("server-silent", "db", "", 42, Firing, u"nothing was heard of db for 42 s"_s);
    row("server-silent", "db", "", 0, Resolved, u"db is heard of again"_s);
    row("clock-off", "db", "", -3.5, Firing, u"the clock of db is 3.50 s off, more than 2 s"_s);
    row("failed-units", "db", "", 2, Firing, u"failed units on db: 2"_s);
    row("check-failing", "shop", "", 0, Firing, u"the check of shop fails"_s);
    row("check-failing", "shop", "check=login", 1, Resolved,
        u"the check of shop (login) passes again"_s);
    row("balancer-errors", "production", "", 3.5, Firing,
        u"3.50 % of the requests of production fail, over 2 %"_s);
    row("certificate-ends", "shop", "", 9.7, Firing,
        u"the certificate of shop ends in 9 days, under 14 days"_s);
}

void TestAlertsTold::sentences()
{
    QFETCH(AlertRule, rule);
    QFETCH(Alert, alert);
    QTEST(alertSentence(rule, alert), "text");
}

/// What another language would make of it.
class Loud final : public AlertSpeech {
public:
    [[nodiscard]] QString text(const char* source) const override
    {
        return QString::fromUtf8(source).toUpper();
    }
    [[nodiscard]] QString number(double value, char format, int digits) const override
    {
        return QString::number(value, format, digits).replace(u'.', u',');
    }
    [[nodiscard]] QString value(Unit unit, double value) const override
    {
        return u'<' + valueText(unit, value) + u'>';
    }
    [[nodiscard]] QString duration(milliseconds duration) const override
    {
        return durationText(duration).toUpper();
    }
};

/// Nothing in between stays as it was: words, values and numbers are all of that language.
void TestAlertsTold::anotherLanguage()
{
    const Loud loud;
    Alert alert;
    alert.state = AlertState::Firing;
    alert.subject = u"web-1"_s;
    const auto said = [&](const char* rule, const char* metric, double value) {
        for (AlertRule one : builtInRules()) {
            if (one.name == QLatin1StringView(rule)) {
                alert.metric = QLatin1StringView(metric);
                alert.value = value;
                return alertSentence(one, alert, loud);
            }
        }
        return QString();
    };
    alert.labels = u"mount=/"_s;
    QCOMPARE(said("disk-full", "disk.used", 96.3),
             u"DISK / OF web-1 IS <96.3 %> FULL, OVER <90 %>"_s);
    QCOMPARE(said("disk-filling", "disk.used", 5 * 3600), u"DISK / OF web-1 WILL BE FULL IN 5 H"_s);
    alert.labels.clear();
    QCOMPARE(said("balancer-errors", "balancer.errors", 3.5),
             u"<3.50 %> OF THE REQUESTS OF web-1 FAIL, OVER <2 %>"_s);
    QCOMPARE(said("certificate-ends", "check.certificate_days", 9.7),
             u"THE CERTIFICATE OF web-1 ENDS IN 9 DAYS, UNDER 14 DAYS"_s);
    AlertRule burn = plainRule(Bound::Over, 14.4, {}, 60);
    burn.kind = RuleKind::BurnRate;
    burn.objective = 0.9995;
    alert.value = 14.36;
    QCOMPARE(alertSentence(burn, alert, loud),
             u"web-1 BURNS ITS ERROR BUDGET 14,4 TIMES AS FAST AS IT MAY (99,95 % OBJECTIVE)"_s);

    QCOMPARE(changeText(alert, loud), QString());
    alert.since = kToldT0;
    alert.change = LastChange{u"production"_s,   u"op"_s,    u"shop %2 went live"_s, u"%2"_s,
                              kToldT0 - 240'000, u"1.4.1"_s, milliseconds(42)};
    QCOMPARE(changeText(alert, loud), u"4 MIN AFTER shop %2 went live"_s);  // of an older program
    alert.change->pattern = u"%1 was rolled back to %2"_s;
    alert.change->names = QStringList{u"a %2 %1"_s, u"b\x01"_s};
    QCOMPARE(changeText(alert, loud), u"4 MIN AFTER a %2 %1 WAS ROLLED BACK TO b\u2401"_s);
    QCOMPARE(filledPattern(u"%1 %3 %% %0 %"_s, {u"x"_s}), u"x %3 %% %0 %"_s);
    alert.since = alert.change->time;
    QVERIFY(changeText(alert, loud).startsWith(u"JUST AFTER a"_s));
}

void TestAlertsTold::plans()
{
    QList<AlertRule> rules = builtInRules();
    AlertRule edge = plainRule(Bound::Over, 1, {}, 0);
    edge.name = u"edge"_s;
    edge.tags = QStringList{u"edge"_s};
    rules.append(edge);
    const qint64 now = kToldT0;
    const auto info = [&](quint32 id, const char* subject, const char* metric, const char* labels,
                          qint64 time) {
        return SeriesInfo{SeriesId(id),
                          {QString::fromLatin1(subject), QString::fromLatin1(metric),
                           QString::fromLatin1(labels)},
                          {time, 1}};
    };
    const QList<SeriesInfo> known{
        info(1, "web-1", "disk.used", "mount=/", now),
        info(2, "web-1", "uptime", "", now),
        info(3, "old", "uptime", "", now - 1000),
        info(4, "production", "balancer.errors", "", now),
        info(5, "production", "balancer.requests", "", now),
        info(6, "qa", "balancer.errors", "", now),  // without its requests
        info(7, "production", "balancer.errors", "member=web-1", now),
        info(8, "production", "balancer.requests", "member=web-1", now)};
    const QList<AlertSubject> subjects{{u"web-1"_s, u"production"_s, QStringList{u"edge"_s}, true},
                                       {u"web-2"_s, u"production"_s, {}, true},
                                       {u"production"_s, u"production"_s, {}, false}};
    const AlertPlan plan = planAlerts(rules, subjects, false, known, now);
    QStringList pairs;
    for (const RuleSeries& one : plan.pairs) {
        pairs.append(rules[one.rule].name + u' ' + one.name.subject + u' ' +
                     QString::number(quint32(one.series)) + u' ' + one.environment);
    }
    pairs.sort();
    QCOMPARE(pairs,
             (QStringList{u"balancer-errors production 4 production"_s,
                          u"disk-filling web-1 1 production"_s, u"disk-full web-1 1 production"_s,
                          u"edge web-1 1 production"_s, u"server-silent web-1 2 production"_s,
                          u"server-silent web-2 0 production"_s}));
    QVERIFY(plan.present.contains(u"old"_s) && plan.present.contains(u"web-2"_s));
}

void TestAlertsTold::builtIn()
{
    QStringList names;
    for (const AlertRule& rule : builtInRules()) {
        names.append(rule.name);
        QVERIFY(rule.builtIn);
        QVERIFY(!needsWindow(rule.kind) || rule.window.count() > 0);
    }
    QCOMPARE(names, (QStringList{u"disk-full"_s, u"disk-filling"_s, u"memory-low"_s,
                                 u"server-silent"_s, u"clock-off"_s, u"failed-units"_s,
                                 u"check-failing"_s, u"balancer-errors"_s, u"certificate-ends"_s}));
}

void TestAlertsTold::jsonKeepsAll()
{
    Alert alert = firing(7, u"disk"_s, u"web-1"_s, u"production"_s, 10);
    alert.severity = Severity::Critical;
    alert.value = 96.5;
    alert.worst = 97;
    alert.resolved = kToldT0 + 20'000;
    alert.silencedBy = u"maintenance x"_s;
    alert.takenBy = u"ana"_s;
    alert.taken = kToldT0;
    alert.incident = u"3"_s;
    alert.runbook = u"https://runbooks.example.org/disk"_s;
    alert.change = LastChange{u"production"_s,   u"op"_s,    u"shop 1.4.2 went live"_s, u"1.4.2"_s,
                              kToldT0 - 230'000, u"1.4.1"_s, milliseconds(42)};
    alert.change->pattern = u"%1 went live"_s;
    alert.change->names = QStringList{u"shop 1.4.2"_s};
    alert.told = {1, 2, 3, 4};
    QCOMPARE(Alert::fromJson(alert.toJson()), alert);
    QCOMPARE(changeText(alert), u"4 min after shop 1.4.2 went live"_s);
    Notice notice;
    notice.id = u"n"_s;
    notice.kind = NoticeKind::Escalated;
    notice.alerts = {alert, alert};
    notice.channels = QStringList{u"a"_s};
    wordNotice(notice);
    QCOMPARE(notice.title, u"nobody took it: web-1 is bad, and 1 more"_s);
    QVERIFY2(notice.text.contains(u"Roll back to 1.4.1 (about 42 ms)"_s), qPrintable(notice.text));
    QVERIFY(notice.text.contains(u"4 min after shop 1.4.2 went live"_s));
    const Notice again = Notice::fromJson(notice.toJson());
    QCOMPARE(again.toJson(), notice.toJson());
}

void TestAlertsTold::prometheusTakesTheExport()
{
    QList<AlertRule> rules = builtInRules();
    AlertRule burn = plainRule(Bound::Over, 14.4, {}, 60);
    burn.name = u"slo \"shop\""_s;
    burn.kind = RuleKind::BurnRate;
    burn.metric = u"balancer.errors"_s;
    burn.total = u"balancer.requests"_s;
    burn.window = std::chrono::hours(1);
    burn.subjects = u"prod*, q.a"_s;
    rules.append(burn);
    AlertRule falls = plainRule(Bound::Under, 5, {}, 1);
    falls.kind = RuleKind::Change;
    falls.name = u"falls"_s;
    falls.labels = u"mount=/var*"_s;
    falls.window = seconds(90);
    falls.runbook = u"see: \"the book\" #3"_s;
    rules.append(falls);
    QTemporaryDir folder;
    QFile file(folder.filePath(u"rules.yml"_s));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(toPrometheusRules(rules, u"shop: \"one\""_s));
    file.close();
    QProcess promtool;
    promtool.setProcessChannelMode(QProcess::MergedChannels);
    promtool.start(u"promtool"_s, {u"check"_s, u"rules"_s, file.fileName()});
    QVERIFY2(promtool.waitForFinished(), "promtool (package prometheus) is needed for this test");
    const QByteArray said = promtool.readAll();
    QVERIFY2(promtool.exitCode() == 0, said.constData());
    QVERIFY2(said.contains(QByteArray::number(rules.size()) + " rules found"), said.constData());
}

QTEST_GUILESS_MAIN(TestAlertsTold)
#include "tst_alerts_told.moc"
