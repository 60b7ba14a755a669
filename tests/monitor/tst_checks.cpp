#include "core/monitor/src/checkdns.h"
#include "core/monitor/src/checklog.h"
#include "core/monitor/src/checkrules.h"
#include "core/monitor/src/checkschedule.h"

#include "tests/support.h"

#include <QElapsedTimer>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::monitor;
using workspace::ServiceCheck;

/// What of checks is pure: when, what it means, what is counted.
class TestChecks : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void scheduleIsSpread();
    void scheduleDoesNotPileUp();
    void scheduleAfterSuspend();
    void scheduleHasRoom();
    void scheduleChanges();
    void riseAndFall_data();
    void riseAndFall();
    void sinceIsTheChange();
    void apdex_data();
    void apdex();
    void percentiles();
    void windowForgets();
    void answers_data();
    void answers();
    void records();
    void recordBytes();
    void processes();
    void units_data();
    void units();
    void ports();
    void scripts();
    void logFiles();
    void logPlans_data();
    void logPlans();
    void logCounts();
    void logRegexIsBounded();
    void logVerdict();
    void rates_data();
    void rates();
    void balancerProblems();
};

namespace {

/// Starts and ends all that is due, millisecond by millisecond where it matters.
std::map<QString, QList<qint64>> simulate(CheckSchedule* schedule, qint64 until, bool ends)
{
    std::map<QString, QList<qint64>> starts;
    for (std::optional<qint64> next = schedule->next(); next && *next <= until;
         next = schedule->next()) {
        const qint64 now = *next;
        for (const QString& name : schedule->start(now, 1000)) {
            starts[name] += now;
            if (ends) {
                schedule->done(name);
            }
        }
    }
    return starts;
}

CheckResult ended(int code, const QByteArray& output, const QByteArray& errors)
{
    ssh::ExecResult result;
    result.exitCode = code;
    result.output = output;
    result.errors = errors;
    return judgeScript({}, result);
}

}  // namespace

void TestChecks::scheduleIsSpread()
{
    CheckSchedule schedule;
    for (int i = 0; i < 200; ++i) {
        schedule.add(u"check-%1"_s.arg(i), milliseconds(5'000), 0);
    }
    const auto starts = simulate(&schedule, 60'000, true);
    QCOMPARE(starts.size(), std::size_t(200));
    std::map<qint64, int> perTenth;
    for (const auto& [name, times] : starts) {
        QVERIFY2(times.size() >= 11 && times.size() <= 13, qPrintable(name));
        for (qsizetype i = 1; i < times.size(); ++i) {
            const qint64 gap = times.at(i) - times.at(i - 1);
            QVERIFY2(gap >= 4'700 && gap <= 5'300, qPrintable(QString::number(gap)));
        }
        for (const qint64 time : times) {
            ++perTenth[time / 100];
        }
    }
    for (const auto& [tenth, count] : perTenth) {
        QVERIFY2(count <= 30, qPrintable(QString::number(count)));  // of 200
    }
}

void TestChecks::scheduleDoesNotPileUp()
{
    CheckSchedule schedule;
    schedule.add(u"slow"_s, milliseconds(1'000), 0);
    const auto starts = simulate(&schedule, 10'000, false);
    QCOMPARE(starts.at(u"slow"_s).size(), 1);
    QVERIFY(schedule.isRunning(u"slow"_s));
    QVERIFY(schedule.late(u"slow"_s) >= 6 && schedule.late(u"slow"_s) <= 10);
    schedule.ask(u"slow"_s, 10'000);  // neither when it is asked for
    QVERIFY(schedule.start(10'000, 10).isEmpty());
    schedule.done(u"slow"_s);
    QCOMPARE(schedule.running(), 0);
    QCOMPARE(schedule.start(*schedule.next(), 10), QStringList{u"slow"_s});
}

void TestChecks::scheduleAfterSuspend()
{
    CheckSchedule schedule;
    schedule.add(u"a"_s, milliseconds(1'000), 0);
    QCOMPARE(schedule.start(3'000, 10), QStringList{u"a"_s});
    schedule.done(u"a"_s);
    QCOMPARE(schedule.start(3'600'000, 10), QStringList{u"a"_s});
    schedule.done(u"a"_s);
    QVERIFY(schedule.start(3'600'000, 10).isEmpty());
    QVERIFY(*schedule.next() > 3'600'000 && *schedule.next() <= 3'601'100);
    QCOMPARE(schedule.late(u"a"_s), 0);
}

void TestChecks::scheduleHasRoom()
{
    CheckSchedule schedule;
    for (int i = 0; i < 10; ++i) {
        schedule.add(QString(QChar(u'a' + i)), milliseconds(60'000), 0);
    }
    const QStringList first = schedule.start(5'000, 3);
    QCOMPARE(first.size(), 3);
    QCOMPARE(schedule.running(), 3);
    QVERIFY(schedule.start(5'000, 0).isEmpty());
    // Those that wait for room do not make the clock ring.
    QVERIFY(*schedule.next() > 5'000);
    schedule.done(first.at(0));
    const QStringList second = schedule.start(5'001, 1);
    QCOMPARE(second.size(), 1);
    QVERIFY(!first.contains(second.at(0)));
}

void TestChecks::scheduleChanges()
{
    CheckSchedule schedule;
    QVERIFY(!schedule.next());
    schedule.add(u"a"_s, milliseconds(10'000), 0);
    const qint64 due = *schedule.next();
    QVERIFY(due <= 3'000);
    schedule.add(u"a"_s, milliseconds(10'000), 2'000);
    QCOMPARE(*schedule.next(), due);
    QCOMPARE(schedule.start(due, 1).size(), 1);
    schedule.done(u"a"_s);
    schedule.ask(u"a"_s, due + 1);
    QCOMPARE(schedule.start(due + 1, 1).size(), 1);
    schedule.remove(u"a"_s);
    QVERIFY(!schedule.next());
    schedule.done(u"a"_s);
    schedule.ask(u"a"_s, 1);
}

void TestChecks::riseAndFall_data()
{
    QTest::addColumn<int>("rise");
    QTest::addColumn<int>("fall");
    QTest::addColumn<QByteArray>("looks");   // g good, b bad
    QTest::addColumn<QByteArray>("states");  // after each: ? unknown, U up, D down
    QTest::newRow("good at once") << 3 << 3 << "g"_ba
                                  << "U"_ba;
    QTest::newRow("bad begins") << 1 << 2 << "bb"_ba
                                << "?D"_ba;
    QTest::newRow("falls") << 1 << 3 << "gbbb"_ba
                           << "UUUD"_ba;
    QTest::newRow("one good breaks it") << 1 << 3 << "gbbgbb"_ba
                                        << "UUUUUU"_ba;
    QTest::newRow("rises") << 2 << 1 << "gbggb"_ba
                           << "UDDUD"_ba;
    QTest::newRow("one bad breaks it") << 3 << 1 << "bggbggg"_ba
                                       << "DDDDDDU"_ba;
    QTest::newRow("flutters") << 2 << 2 << "gbgbgb"_ba
                              << "UUUUUU"_ba;
    QTest::newRow("flutters down") << 2 << 2 << "bbgbgb"_ba
                                   << "?DDDDD"_ba;
}

void TestChecks::riseAndFall()
{
    QFETCH(int, rise);
    QFETCH(int, fall);
    QFETCH(QByteArray, looks);
    QFETCH(QByteArray, states);
    CheckStanding standing;
    QByteArray got;
    for (const char look : looks) {
        standing = judged(standing, look == 'g', rise, fall, QDateTime::currentDateTimeUtc());
        got += standing.state == CheckState::Up     ? 'U'
               : standing.state == CheckState::Down ? 'D'
                                                    : '?';
    }
    QCOMPARE(got, states);
}

void TestChecks::sinceIsTheChange()
{
    const QDateTime start = QDateTime::fromMSecsSinceEpoch(1'000'000, Qt::UTC);
    CheckStanding standing = judged({}, true, 1, 2, start);
    QCOMPARE(standing.since, start);
    standing = judged(standing, true, 1, 2, start.addSecs(10));
    standing = judged(standing, false, 1, 2, start.addSecs(20));
    QCOMPARE(standing.since, start);
    standing = judged(standing, false, 1, 2, start.addSecs(30));
    QCOMPARE(standing.state, CheckState::Down);
    QCOMPARE(standing.since, start.addSecs(30));
}

void TestChecks::apdex_data()
{
    QTest::addColumn<QList<double>>("latencies");  // below 0: failed
    QTest::addColumn<double>("expected");
    QTest::newRow("satisfied") << QList<double>{10, 100} << 1.0;
    QTest::newRow("tolerating") << QList<double>{101, 400} << 0.5;
    QTest::newRow("frustrated") << QList<double>{401, 5000} << 0.0;
    QTest::newRow("failed") << QList<double>{-1, 50} << 0.5;
    QTest::newRow("mixed") << QList<double>{50, 100, 200, 900} << 0.625;
}

void TestChecks::apdex()
{
    QFETCH(QList<double>, latencies);
    QFETCH(double, expected);
    LatencyWindow window;
    QVERIFY(!window.apdex(100));
    for (const double one : std::as_const(latencies)) {
        window.add(0, one < 0 ? std::nullopt : std::optional(one));
    }
    QCOMPARE(*window.apdex(100), expected);
}

void TestChecks::percentiles()
{
    LatencyWindow window;
    QVERIFY(!window.percentile(0.5));
    for (int i = 100; i >= 1; --i) {
        window.add(0, i);
    }
    window.add(0, std::nullopt);  // a failed look has none
    QCOMPARE(*window.percentile(0.5), 50.0);
    QCOMPARE(*window.percentile(0.95), 95.0);
    QCOMPARE(*window.percentile(0.99), 99.0);
    QCOMPARE(*window.percentile(0), 1.0);
    QCOMPARE(*window.percentile(1), 100.0);
}

void TestChecks::windowForgets()
{
    LatencyWindow window;
    window.add(0, 1'000.0);
    window.add(LatencyWindow::span, 1.0);
    QCOMPARE(window.looks(), 2);
    window.add(LatencyWindow::span + 1, 1.0);
    QCOMPARE(window.looks(), 2);
    QCOMPARE(*window.percentile(1), 1.0);
    for (int i = 0; i < 5'000; ++i) {
        window.add(LatencyWindow::span + 2, 1.0);
    }
    QCOMPARE(window.looks(), int(LatencyWindow::most));
}

void TestChecks::answers_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<QList<int>>("wanted");
    QTest::addColumn<QString>("body");
    QTest::addColumn<int>("days");  // of the certificate; -1000: none
    QTest::addColumn<QString>("reason");
    const QList<int> any;
    QTest::newRow("fine") << 204 << any << QString() << -1000 << QString();
    QTest::newRow("redirect") << 302 << any << QString() << -1000 << QString();
    QTest::newRow("missing") << 404 << any << QString() << -1000 << u"status 404, not 200 to 399"_s;
    QTest::newRow("wanted 404") << 404 << QList<int>{404} << QString() << -1000 << QString();
    QTest::newRow("other") << 200 << QList<int>{201, 204} << QString() << -1000
                           << u"status 200, not 201 or 204"_s;
    QTest::newRow("body") << 200 << any << u"all is well"_s << -1000 << QString();
    QTest::newRow("no body") << 200 << any << u"something else"_s << -1000
                             << u"does not hold \"something else\""_s;
    QTest::newRow("certificate") << 200 << any << QString() << 30 << QString();
    QTest::newRow("ends") << 200 << any << QString() << 13 << u"certificate ends in 13 days"_s;
    QTest::newRow("last day") << 200 << any << QString() << 0 << u"certificate ends in 0 days"_s;
    QTest::newRow("ended") << 200 << any << QString() << -2 << u"certificate has expired"_s;
}

void TestChecks::answers()
{
    QFETCH(int, status);
    QFETCH(QList<int>, wanted);
    QFETCH(QString, body);
    QFETCH(int, days);
    QFETCH(QString, reason);
    const QDateTime now = QDateTime::fromMSecsSinceEpoch(1'700'000'000'000, Qt::UTC);
    http::Response answer;
    answer.status = status;
    answer.body = "it says: all is well";
    if (days > -1000) {
        answer.certificateExpires = now.addDays(days).addSecs(60);
    }
    ServiceCheck check;
    check.statuses = wanted;
    check.body = body;
    const CheckResult result = judgeAnswer(check, answer, now);
    QCOMPARE(result.ok, reason.isEmpty());
    QVERIFY2(result.reason.contains(reason), qPrintable(result.reason));
    QCOMPARE(result.certificateDays.value_or(-1000), days);
}

void TestChecks::records()
{
    ServiceCheck check;
    QVERIFY(judgeRecords(check, {u"192.0.2.1"_s}).ok);
    QVERIFY(!judgeRecords(check, {}).ok);
    check.answer = u"Mail.example.org"_s;
    QVERIFY(judgeRecords(check, {u"other"_s, u"mail.Example.org"_s}).ok);
    const CheckResult other = judgeRecords(check, {u"other"_s});
    QVERIFY(!other.ok);
    QVERIFY(other.reason.contains(u"stands for other, not for Mail.example.org"_s));
}

void TestChecks::recordBytes()
{
    // A reply with a CNAME and an A record, by hand: header, question, two answers.
    const QByteArray name = QByteArray("\7example\3org\0", 13);
    const QByteArray question = name + QByteArray("\0\1\0\1", 4);
    const QByteArray alias = QByteArray("\xc0\x0c\0\5\0\1\0\0\0\x3c\0\6\3www\xc0\x0c", 18);
    const QByteArray address = QByteArray("\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4\xc0\0\2\1", 16);
    const QByteArray whole =
        QByteArray("\x12\x34\x81\x80\0\1\0\2\0\0\0\0", 12) + question + alias + address;
    const auto addresses = recordsIn(whole, u"A"_s);
    VERIFY_OK(addresses);
    QCOMPARE(*addresses, QStringList{u"192.0.2.1"_s});
    QCOMPARE(*recordsIn(whole, u"CNAME"_s), QStringList{u"www.example.org"_s});
    QVERIFY(recordsIn(whole, u"MX"_s)->isEmpty());
    // Cut or changed anywhere it is an error or an answer, and no harm.
    int errors = 0;
    for (qsizetype i = 0; i <= whole.size(); ++i) {
        errors += recordsIn(whole.left(i), u"A"_s) ? 0 : 1;
        for (const char c : {'\0', '\xff', '\xc0', '\x0c'}) {
            QByteArray changed = whole;
            if (i < whole.size()) {
                changed[i] = c;
            }
            for (const QString& type : workspace::recordTypes()) {
                const auto read = recordsIn(changed, type);
                QVERIFY(!read || read->size() <= 100);
            }
        }
    }
    QVERIFY(errors > 20);
}

void TestChecks::processes()
{
    ServiceCheck check;
    check.process = u"nginx"_s;
    const CheckResult two = judgeProcesses(check, "init\nnginx\nnginx\nnginx-extra\n", true);
    QVERIFY(two.ok);
    QCOMPARE(*two.count, 2);
    QVERIFY(!judgeProcesses(check, "init\nnginx-extra\n", true).ok);
    QVERIFY(judgeProcesses(check, {}, true).reason.contains(u"does not tell"_s));
    QVERIFY(judgeProcesses(check, "init\n", false).reason.contains(u"more processes"_s));
    check.process = u"a-very-long-name-of-a-program"_s;
    QVERIFY(judgeProcesses(check, "a-very-long-nam\n", true).ok);
}

void TestChecks::units_data()
{
    QTest::addColumn<QByteArray>("shown");
    QTest::addColumn<QString>("reason");
    QTest::newRow("active") << "LoadState=loaded\nActiveState=active\nSubState=running\n"_ba
                            << QString();
    QTest::newRow("failed") << "LoadState=loaded\nActiveState=failed\nSubState=failed\n"_ba
                            << u"The unit web is failed (failed)."_s;
    QTest::newRow("none") << "LoadState=not-found\nActiveState=inactive\nSubState=dead\n"_ba
                          << u"There is no unit web."_s;
    QTest::newRow("other order") << "SubState=dead\nActiveState=inactive\n"_ba
                                 << u"The unit web is inactive (dead)."_s;
    QTest::newRow("nothing") << ""_ba << u"systemd does not tell"_s;
    QTest::newRow("hostile") << "ActiveState=\x1b[2J\n"_ba << u"The unit web is ␛[2J"_s;
}

void TestChecks::units()
{
    QFETCH(QByteArray, shown);
    QFETCH(QString, reason);
    ServiceCheck check;
    check.unit = u"web"_s;
    const CheckResult result = judgeUnit(check, shown);
    QCOMPARE(result.ok, reason.isEmpty());
    QVERIFY2(result.reason.contains(reason), qPrintable(result.reason));
    QVERIFY(!result.reason.contains(u'\x1b'));
}

void TestChecks::ports()
{
    const QByteArray lines =
        "   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0\n"
        "   1: 0100007F:0050 0A0A0A0A:0A0A 01 00000000:00000000 00:00000000 00000000     0\n"
        "   2: 00000000000000000000000001000000:0016 0000:0000 0A 0:0 0:0 0\n";
    ServiceCheck check;
    check.port = 8080;
    QVERIFY(judgePort(check, lines).ok);
    check.port = 22;
    QVERIFY(judgePort(check, lines).ok);
    check.port = 80;  // connected, not listening
    QCOMPARE(judgePort(check, lines).reason, u"Nobody listens on port 80."_s);
    QVERIFY(judgePort(check, "x\n: : : 0A\n").reason.contains(u"tells no port"_s));
}

void TestChecks::scripts()
{
    QVERIFY(ended(0, "first\nlast \n\n", {}).ok);
    QCOMPARE(ended(0, "first\nlast \n\n", {}).detail, u"last"_s);
    const CheckResult bad = ended(3, "out\n", "why not\n");
    QVERIFY(!bad.ok);
    QVERIFY2(bad.reason.contains(u": why not"_s), qPrintable(bad.reason));
    QVERIFY(ended(3, QByteArray(100'000, 'x'), {}).reason.size() < 400);
}

void TestChecks::logFiles()
{
    const auto file = readLogFile("2049:131 5000 81a4\n");
    QVERIFY(file.has_value());
    QCOMPARE(file->identity, "2049:131"_ba);
    QCOMPARE(file->size, 5000);
    QVERIFY(file->regular);
    QVERIFY(!readLogFile("2049:131 5000 11b6")->regular);  // a pipe
    for (const char* bad : {"", "x", "1:2 x 81a4", "1:2 -5 81a4", "1:2 5 zz", "1:2 5 81a4 more"}) {
        QVERIFY2(!readLogFile(bad), bad);
    }
}

void TestChecks::logPlans_data()
{
    QTest::addColumn<QByteArray>("known");
    QTest::addColumn<qint64>("offset");
    QTest::addColumn<qint64>("size");
    QTest::addColumn<qint64>("from");
    QTest::addColumn<qint64>("length");
    const qint64 mib = mostLogBytes;
    QTest::newRow("first, small") << ""_ba << qint64(0) << qint64(100) << qint64(0) << qint64(100);
    QTest::newRow("first, large") << ""_ba << qint64(0) << 5 * mib << 5 * mib - firstLogBytes
                                  << qint64(firstLogBytes);
    QTest::newRow("nothing new") << "a"_ba << qint64(100) << qint64(100) << qint64(100)
                                 << qint64(0);
    QTest::newRow("more") << "a"_ba << qint64(100) << qint64(150) << qint64(100) << qint64(50);
    QTest::newRow("emptied") << "a"_ba << qint64(100) << qint64(40) << qint64(0) << qint64(40);
    QTest::newRow("rotated") << "b"_ba << qint64(100) << qint64(400) << qint64(0) << qint64(400);
    QTest::newRow("too much") << "a"_ba << qint64(100) << 100 + 3 * mib << 100 + 2 * mib << mib;
}

void TestChecks::logPlans()
{
    QFETCH(QByteArray, known);
    QFETCH(qint64, offset);
    QFETCH(qint64, size);
    QFETCH(qint64, from);
    QFETCH(qint64, length);
    CheckMemory memory;
    memory.file = known;
    memory.offset = offset;
    const LogPlan plan = planLog(memory, {"a", size, true});
    QCOMPARE(plan.from, from);
    QCOMPARE(plan.length, length);
    QCOMPARE(plan.first, known.isEmpty());
}

void TestChecks::logCounts()
{
    const QByteArray log = "one ERROR\ntwo\nERROR $(reboot) '\nERROR without an end";
    const LogCount text = countLog(log, u"ERROR"_s, false);
    QCOMPARE(text.lines, 3);
    QCOMPARE(text.matching, 2);
    QCOMPARE(text.consumed, log.lastIndexOf('\n') + 1);
    QCOMPARE(text.last, u"ERROR $(reboot) '"_s);
    QCOMPARE(countLog(log, u"E.R"_s, false).matching, 0);  // a text is no expression
    QCOMPARE(countLog(log, u"^(one|two)"_s, true).matching, 2);
    QCOMPARE(countLog({}, u"x"_s, false).consumed, 0);
    // Without any end: not for ever.
    QCOMPARE(countLog(QByteArray(mostLogBytes, 'x'), u"x"_s, false).consumed, mostLogBytes);
    // Of a long line only its beginning is looked at.
    QCOMPARE(countLog(QByteArray(5'000, 'x') + "END\n", u"END"_s, false).matching, 0);
}

void TestChecks::logRegexIsBounded()
{
    const QByteArray evil = (QByteArray(4'000, 'a') + "b\n").repeated(100);
    QElapsedTimer timer;
    timer.start();
    const LogCount count = countLog(evil, u"^(a+)+$"_s, true);
    QCOMPARE(count.lines, 100);
    QCOMPARE(count.matching, 0);
    QVERIFY2(timer.elapsed() < 5'000, qPrintable(QString::number(timer.elapsed())));
}

void TestChecks::logVerdict()
{
    ServiceCheck check;
    check.most = 2;
    LogPlan plan;
    LogCount count;
    count.lines = 10;
    count.matching = 2;
    QVERIFY(judgeLog(check, plan, count).ok);
    count.matching = 3;
    count.last = u"the last"_s;
    const CheckResult bad = judgeLog(check, plan, count);
    QVERIFY(!bad.ok);
    QVERIFY(bad.reason.contains(u"3 lines match"_s) && bad.reason.contains(u"the last"_s));
    QCOMPARE(*bad.count, 3);
    plan.first = true;
    QVERIFY(judgeLog(check, plan, count).ok);
}

void TestChecks::rates_data()
{
    QTest::addColumn<qint64>("requests");  // before: 1000, with 10 errors
    QTest::addColumn<qint64>("errors");
    QTest::addColumn<int>("interval");
    QTest::addColumn<double>("perSecond");  // below 0: none
    QTest::addColumn<double>("errorsPerSecond");
    QTest::newRow("on") << qint64(1500) << qint64(20) << 5'000 << 100.0 << 2.0;
    QTest::newRow("idle") << qint64(1000) << qint64(10) << 5'000 << 0.0 << 0.0;
    QTest::newRow("restarted") << qint64(100) << qint64(0) << 5'000 << -1.0 << -1.0;
    QTest::newRow("restarted and busy") << qint64(9000) << qint64(2) << 5'000 << -1.0 << -1.0;
    QTest::newRow("no time") << qint64(1500) << qint64(20) << 0 << -1.0 << -1.0;
    QTest::newRow("back in time") << qint64(1500) << qint64(20) << -5 << -1.0 << -1.0;
    QTest::newRow("slept") << qint64(1500) << qint64(20) << 3'600'000 << -1.0 << -1.0;
}

void TestChecks::rates()
{
    QFETCH(qint64, requests);
    QFETCH(qint64, errors);
    QFETCH(int, interval);
    QFETCH(double, perSecond);
    QFETCH(double, errorsPerSecond);
    TrafficCounters before;
    before.requests = 1000;
    before.errors = 10;
    TrafficCounters now;
    now.requests = requests;
    now.errors = errors;
    now.queue = 3;
    now.response = 12.5;
    const TrafficRates rates = trafficRates(&before, now, milliseconds(interval));
    QCOMPARE(rates.requests.value_or(-1), perSecond);
    QCOMPARE(rates.errors.value_or(-1), errorsPerSecond);
    QCOMPARE(rates.queue, 3);
    QCOMPARE(rates.response, 12.5);
    QVERIFY(!trafficRates(nullptr, now, milliseconds(5'000)).requests);
}

void TestChecks::balancerProblems()
{
    BalancerCounters counters;
    counters.state = u"none"_s;
    QVERIFY(balancerProblem(counters).contains(u"no balancer yet"_s));
    counters.state = u"stopped"_s;
    QVERIFY(balancerProblem(counters).contains(u"does not run"_s));
    counters.state = u"running"_s;
    QVERIFY(balancerProblem(counters).contains(u"no active pool"_s));
    counters.active = u"p0"_s;
    TrafficCounters member;
    member.pool = u"p1"_s;
    member.member = u"web-1"_s;
    counters.parts += member;
    QVERIFY(balancerProblem(counters).contains(u"No member"_s));
    member.pool = u"p0"_s;
    member.healthy = false;
    counters.parts += member;
    QVERIFY(balancerProblem(counters).contains(u"No member"_s));
    member.member = u"web-2"_s;
    member.healthy = true;
    counters.parts += member;
    QVERIFY(balancerProblem(counters).isEmpty());
}

QTEST_GUILESS_MAIN(TestChecks)
#include "tst_checks.moc"
