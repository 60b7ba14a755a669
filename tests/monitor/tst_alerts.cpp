#include "core/monitor/src/alerteval.h"
#include "tests/support.h"

#include <QRandomGenerator>

#include <cmath>
#include <limits>

using namespace analemma;
using namespace analemma::monitor;
using namespace Qt::StringLiterals;

namespace {

constexpr qint64 kT0 = 1'790'000'000'000;
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

AlertRule threshold(Bound bound, double limit, std::optional<double> clear, int forSeconds)
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

/// Points at seconds after kT0.
std::vector<RulePoint> at(std::initializer_list<std::pair<double, double>> points)
{
    std::vector<RulePoint> values;
    for (const auto& [second, value] : points) {
        values.push_back({kT0 + qint64(second * 1000), value, 1});
    }
    return values;
}

std::vector<RulePoint> ramp(int count, int apartSeconds, const std::function<double(int)>& value)
{
    std::vector<RulePoint> values;
    for (int i = 0; i < count; ++i) {
        values.push_back({kT0 + qint64(i) * apartSeconds * 1000, value(i), 1});
    }
    return values;
}

/// "quiet", "pending@0", "firing@60": where a walk ends, with the seconds of its beginning.
QString walk(const AlertRule& rule, const std::vector<RulePoint>& points, qint64 nowSecond,
             QStringList* ended = nullptr, RuleState before = {})
{
    RuleInput input;
    input.points = points;
    input.now = kT0 + nowSecond * 1000;
    const Verdict verdict = evaluate(rule, input, before);
    for (const Episode& one : verdict.ended) {
        if (ended != nullptr) {
            ended->append(
                u"%1-%2"_s.arg((one.fired - kT0) / 1000).arg((one.resolved - kT0) / 1000));
        }
    }
    const RuleState& state = verdict.state;
    const bool open = state.state == AlertState::Pending || state.state == AlertState::Firing;
    const qint64 time = state.state == AlertState::Firing ? state.fired : state.since;
    return open ? u"%1@%2"_s.arg(toString(state.state)).arg((time - kT0) / 1000)
                : toString(state.state);
}

}  // namespace

/// What a rule says of values: every transition.
class TestAlerts : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void threshold_data();
    void threshold();
    void thresholdInPieces();
    void absence();
    void absenceThroughSleep();
    void change_data();
    void change();
    void forecast_data();
    void forecast();
    void share();
    void burnRate_data();
    void burnRate();
};

void TestAlerts::threshold_data()
{
    QTest::addColumn<AlertRule>("rule");
    QTest::addColumn<std::vector<RulePoint>>("points");
    QTest::addColumn<int>("now");
    QTest::addColumn<QString>("state");
    QTest::addColumn<QStringList>("ended");
    const AlertRule over = ::threshold(Bound::Over, 90, 85, 60);
    const AlertRule once = ::threshold(Bound::Over, 90, {}, 0);
    const AlertRule under = ::threshold(Bound::Under, 10, 15, 0);
    const AlertRule beyond = ::threshold(Bound::Beyond, 2, 1, 0);
    const QStringList none;
    const auto row = [](const char* name, const AlertRule& rule,
                        const std::vector<RulePoint>& points, int now, const char* state,
                        const QStringList& ended) {
        QTest::newRow(name) << rule << points << now << QString::fromLatin1(state) << ended;
    };
    row("nothing", over, {}, 0, "quiet", none);
    row("at the bound is not over", once, at({{0, 90}}), 1, "quiet", none);
    row("over at once", once, at({{0, 91}}), 1, "firing@0", none);
    row("not for long enough", over, at({{0, 91}, {30, 91}}), 30, "pending@0", none);
    row("for long enough", over, at({{0, 91}, {30, 91}, {60, 91}}), 60, "firing@60", none);
    row("a dip begins it anew", over, at({{0, 91}, {30, 80}, {60, 91}}), 60, "pending@60", none);
    row("hysteresis holds it", over, at({{0, 91}, {60, 91}, {70, 88}}), 70, "firing@60", none);
    row("hysteresis lets go", over, at({{0, 91}, {60, 91}, {70, 85}}), 70, "resolved",
        {u"60-70"_s});
    row("and again", over, at({{0, 91}, {60, 91}, {70, 84}, {80, 95}}), 80, "pending@80",
        {u"60-70"_s});
    row("resolved and quiet", over, at({{0, 91}, {60, 91}, {70, 84}, {80, 50}}), 80, "resolved",
        {u"60-70"_s});
    row("twice in one walk", once, at({{0, 91}, {5, 1}, {10, 91}, {15, 1}}), 20, "resolved",
        {u"0-5"_s, u"10-15"_s});
    row("no number says nothing", over, at({{0, 91}, {30, kNan}, {60, 91}}), 60, "firing@60", none);
    row("infinite says nothing", once, at({{0, std::numeric_limits<double>::infinity()}}), 1,
        "quiet", none);
    row("a gap begins it anew", over, at({{0, 91}, {10, 91}, {20, 91}, {400, 91}}), 400,
        "pending@400", none);
    row("a slow pace is no gap", ::threshold(Bound::Over, 90, {}, 900),
        at({{0, 1}, {300, 91}, {600, 91}, {900, 91}, {1200, 91}}), 1200, "firing@1200", none);
    row("a gap ends no alert", over, at({{0, 91}, {60, 91}, {4000, 91}}), 4000, "firing@60", none);
    row("out of order is passed over", over, at({{0, 91}, {60, 91}, {30, 1}}), 60, "firing@60",
        none);
    row("of the future is passed over", once, at({{100, 95}}), 10, "quiet", none);
    row("under", under, at({{0, 9}}), 0, "firing@0", none);
    row("under, still", under, at({{0, 9}, {1, 14}}), 1, "firing@0", none);
    row("under, over", under, at({{0, 9}, {1, 15}}), 1, "resolved", {u"0-1"_s});
    row("beyond, below", beyond, at({{0, -2.5}}), 0, "firing@0", none);
    row("beyond, above", beyond, at({{0, 2.5}}), 0, "firing@0", none);
    row("beyond, held", beyond, at({{0, -2.5}, {1, 1.5}}), 1, "firing@0", none);
    row("beyond, over", beyond, at({{0, -2.5}, {1, -0.9}}), 1, "resolved", {u"0-1"_s});
    row("a clear beyond its limit is none", ::threshold(Bound::Over, 90, 95, 0),
        at({{0, 93}, {1, 91}}), 1, "firing@0", none);
}

void TestAlerts::threshold()
{
    QFETCH(AlertRule, rule);
    QFETCH(std::vector<RulePoint>, points);
    QFETCH(int, now);
    QFETCH(QString, state);
    QFETCH(QStringList, ended);
    QStringList told;
    QCOMPARE(walk(rule, points, now, &told), state);
    QCOMPARE(told, ended);
}

/// The same values one by one, with a clock that is set back in between.
void TestAlerts::thresholdInPieces()
{
    const AlertRule rule = ::threshold(Bound::Over, 90, 85, 60);
    RuleState state;
    for (int second = 0; second <= 120; second += 5) {
        const std::vector<RulePoint> one = at({{double(second), 95}});
        RuleInput input;
        input.points = one;
        input.now = kT0 + second * 1000;
        state = evaluate(rule, input, state).state;
        // The same value once more changes nothing.
        QCOMPARE(evaluate(rule, input, state).state.seen, state.seen);
    }
    QCOMPARE(state.state, AlertState::Firing);
    QCOMPARE(state.fired, kT0 + 60'000);
    // Our clock goes back by an hour: what is measured is heard of, and the alert stays.
    std::vector<RulePoint> back = at({{-3480, 96}});
    RuleInput input;
    input.points = back;
    input.now = kT0 - 3'480'000;
    state = evaluate(rule, input, state).state;
    QCOMPARE(state.state, AlertState::Firing);
    QCOMPARE(state.worst, 96.0);
    QVERIFY(state.fired <= input.now);
    back = at({{-3475, 10}});
    input.points = back;
    input.now = kT0 - 3'475'000;
    const Verdict over = evaluate(rule, input, state);
    QCOMPARE(over.ended.size(), std::size_t(1));
    // And forward by a day: a gap, which ends what was pending.
    RuleState pending = evaluate(rule, {at({{0, 95}}), {}, kT0, {}}, {}).state;
    pending.spacing = 5'000;
    const std::vector<RulePoint> later = at({{86'400, 95}});
    input.points = later;
    input.now = kT0 + 86'400'000;
    const RuleState after = evaluate(rule, input, pending).state;
    QCOMPARE(after.state, AlertState::Pending);
    QCOMPARE(after.since, input.now);
}

void TestAlerts::absence()
{
    AlertRule rule;
    rule.kind = RuleKind::Absence;
    rule.lasting = seconds(30);
    const std::vector<RulePoint> heard = at({{0, 1}});
    const auto look = [&](std::span<const RulePoint> points, int now, int quiet,
                          const RuleState& before) {
        RuleInput input;
        input.points = points;
        input.now = kT0 + now * 1000;
        input.quiet = seconds(quiet);
        return evaluate(rule, input, before);
    };
    RuleState state = look(heard, 29, 29, {}).state;
    QCOMPARE(state.state, AlertState::Quiet);
    state = look(heard, 31, 31, state).state;
    QCOMPARE(state.state, AlertState::Firing);
    QCOMPARE(state.since, kT0);
    QCOMPARE(state.value, 31.0);
    state = look(heard, 100, 100, state).state;
    QCOMPARE(state.state, AlertState::Firing);
    QCOMPARE(state.worst, 100.0);
    // Awake again after a sleep: nothing was heard yet, so it is not over.
    state = look(heard, 5000, 1, state).state;
    QCOMPARE(state.state, AlertState::Firing);
    const std::vector<RulePoint> again = at({{5002, 1}});
    const Verdict over = look(again, 5003, 1, state);
    QCOMPARE(over.state.state, AlertState::Resolved);
    QCOMPARE(over.ended.at(0).resolved, kT0 + 5'002'000);
    // Never heard of.
    state = look({}, 40, 40, {}).state;
    QCOMPARE(state.state, AlertState::Firing);
    QCOMPARE(state.since, kT0);
    state = look({}, 50, 50, state).state;
    QCOMPARE(state.state, AlertState::Firing);
    QCOMPARE(look(at({{49, 1}}), 50, 0, state).state.state, AlertState::Resolved);
}

/// What this machine slept through is no silence of others.
void TestAlerts::absenceThroughSleep()
{
    AlertRule rule;
    rule.kind = RuleKind::Absence;
    rule.lasting = seconds(30);
    const std::vector<RulePoint> heard = at({{0, 1}});
    RuleInput input;
    input.points = heard;
    input.now = kT0 + 8 * 3'600'000;
    input.quiet = seconds(2);
    QCOMPARE(evaluate(rule, input, {}).state.state, AlertState::Quiet);
    input.quiet = seconds(30);
    QCOMPARE(evaluate(rule, input, {}).state.state, AlertState::Firing);
}

void TestAlerts::change_data()
{
    QTest::addColumn<Bound>("bound");
    QTest::addColumn<std::vector<RulePoint>>("points");
    QTest::addColumn<QString>("state");
    QTest::newRow("rises") << Bound::Over << at({{0, 10}, {300, 15}, {600, 21}}) << u"firing@600"_s;
    QTest::newRow("rises too little") << Bound::Over << at({{0, 10}, {600, 20}}) << u"quiet"_s;
    QTest::newRow("falls") << Bound::Over << at({{0, 30}, {600, 1}}) << u"quiet"_s;
    QTest::newRow("falls, under") << Bound::Under << at({{0, 30}, {600, 1}}) << u"firing@600"_s;
    QTest::newRow("either") << Bound::Beyond << at({{0, 30}, {600, 1}}) << u"firing@600"_s;
    QTest::newRow("too short") << Bound::Over << at({{400, 10}, {600, 99}}) << u"quiet"_s;
    QTest::newRow("one value") << Bound::Over << at({{600, 99}}) << u"quiet"_s;
    QTest::newRow("before the window")
        << Bound::Over << at({{-900, 1}, {0, 90}, {600, 95}}) << u"quiet"_s;
    QTest::newRow("no number") << Bound::Over << at({{0, 10}, {600, 30}, {600, kNan}})
                               << u"firing@600"_s;
}

void TestAlerts::change()
{
    QFETCH(Bound, bound);
    QFETCH(std::vector<RulePoint>, points);
    QFETCH(QString, state);
    AlertRule rule = ::threshold(bound, 10, {}, 0);
    rule.kind = RuleKind::Change;
    rule.window = seconds(600);
    QCOMPARE(walk(rule, points, 600), state);
}

void TestAlerts::forecast_data()
{
    QTest::addColumn<std::vector<RulePoint>>("points");
    QTest::addColumn<double>("hours");  // -1: nothing is said; infinite: never
    constexpr double never = std::numeric_limits<double>::infinity();
    QTest::newRow("full in ten hours")
        << ramp(73, 300, [](int i) { return 30 + i * 5.0 / 12; }) << 8.0;
    QTest::newRow("too few") << ramp(11, 1800, [](int i) { return 30.0 + i; }) << -1.0;
    QTest::newRow("too short") << ramp(60, 60, [](int i) { return 30.0 + i; }) << -1.0;
    QTest::newRow("flat") << ramp(73, 300, [](int) { return 50.0; }) << never;
    QTest::newRow("falls") << ramp(73, 300, [](int i) { return 90.0 - i; }) << never;
    QTest::newRow("a step long ago")
        << ramp(73, 300, [](int i) { return i < 30 ? 50.0 : 90.0; }) << never;
    QTest::newRow("a saw") << ramp(73, 300, [](int i) { return 40.0 + (i % 24); }) << -1.0;
    QTest::newRow("already") << ramp(73, 300, [](int i) { return 64.0 + i / 2.0; }) << 0.0;
    QRandomGenerator random(7);
    std::vector<RulePoint> noisy =
        ramp(73, 300, [&](int i) { return 30 + i * 5.0 / 12 + random.bounded(2.0) - 1; });
    noisy.back().value = 60;
    QTest::newRow("with noise on it") << noisy << 8.0;
    QTest::newRow("noise alone") << ramp(73, 300, [&](int) { return 50 + random.bounded(10.0); })
                                 << -1.0;
}

void TestAlerts::forecast()
{
    QFETCH(std::vector<RulePoint>, points);
    QFETCH(double, hours);
    AlertRule rule = ::threshold(Bound::Over, 100, {}, 0);
    rule.kind = RuleKind::Forecast;
    rule.window = std::chrono::hours(6);
    rule.horizon = std::chrono::hours(24);
    RuleInput input;
    input.points = points;
    input.now = points.back().time;
    const std::optional<double> figure = windowFigure(rule, input);
    if (hours < 0) {
        QVERIFY2(!figure || std::isinf(*figure), qPrintable(QString::number(figure.value_or(-1))));
    } else if (std::isinf(hours)) {
        QVERIFY(figure && std::isinf(*figure));
    } else {
        QVERIFY(figure);
        QVERIFY2(std::abs(*figure / 3600 - hours) < 0.6,
                 qPrintable(QString::number(*figure / 3600)));
    }
    const Verdict verdict = evaluate(rule, input, {});
    QCOMPARE(verdict.state.state,
             hours >= 0 && hours <= 24 ? AlertState::Firing : AlertState::Quiet);
    // What is not sure ends nothing; what leads away does.
    RuleState before;
    before.state = AlertState::Firing;
    before.since = before.fired = before.seen = kT0;
    const AlertState after = evaluate(rule, input, before).state.state;
    if (figure && *figure > 30 * 3600) {
        QCOMPARE(after, AlertState::Resolved);
    } else {
        QCOMPARE(after, AlertState::Firing);
    }
}

void TestAlerts::share()
{
    AlertRule rule = ::threshold(Bound::Over, 2, 1, 10);
    rule.kind = RuleKind::Share;
    rule.window = seconds(20);
    rule.least = 5;
    RuleState state;
    QString course;
    for (int second = 0; second <= 80; ++second) {
        // 100 requests a second, 5 of them bad from second 20 to second 50.
        std::vector<RulePoint> bad;
        std::vector<RulePoint> all;
        for (int i = std::max(0, second - 20); i <= second; ++i) {
            bad.push_back({kT0 + i * 1000, i >= 20 && i < 50 ? 5.0 : 0.0, 1});
            all.push_back({kT0 + i * 1000, 100, 1});
        }
        RuleInput input;
        input.points = bad;
        input.totals = all;
        input.now = kT0 + second * 1000;
        state = evaluate(rule, input, state).state;
        course += state.state == AlertState::Firing    ? u'F'
                  : state.state == AlertState::Pending ? u'p'
                                                       : u'.';
    }
    const qsizetype began = course.indexOf(u'F');
    QVERIFY2(began >= 35 && began <= 45, qPrintable(course));
    QVERIFY2(course.endsWith(u'.') && course.count(u'F') > 10, qPrintable(course));
    QVERIFY2(!course.mid(began).contains(u'p'), qPrintable(course));
    // One bad request of three in the window says nothing; nor do none.
    const std::vector<RulePoint> bad = at({{10, 0.05}, {20, 0.05}});
    const std::vector<RulePoint> all = at({{10, 0.15}, {20, 0.15}});
    QCOMPARE(windowFigure(rule, {bad, all, kT0 + 20'000, {}}), std::optional(0.0));
    QCOMPARE(windowFigure(rule, {{}, all, kT0 + 20'000, {}}), std::nullopt);
    rule.least = 0;
    QVERIFY(std::abs(*windowFigure(rule, {bad, all, kT0 + 20'000, {}}) - 33.3) < 0.1);
}

void TestAlerts::burnRate_data()
{
    QTest::addColumn<double>("before");  // share of bad requests in the first 55 minutes
    QTest::addColumn<double>("lately");
    QTest::addColumn<double>("burn");
    QTest::newRow("well") << 0.0 << 0.0 << 0.0;
    QTest::newRow("as fast as it may") << 0.001 << 0.001 << 1.0;
    QTest::newRow("20 times") << 0.02 << 0.02 << 20.0;
    QTest::newRow("was, and is over") << 0.02 << 0.0 << 0.0;
    QTest::newRow("a spike just now") << 0.0 << 0.02 << 20.0 * 5 / 60;
}

void TestAlerts::burnRate()
{
    QFETCH(double, before);
    QFETCH(double, lately);
    QFETCH(double, burn);
    AlertRule rule = ::threshold(Bound::Over, 14.4, {}, 0);
    rule.kind = RuleKind::BurnRate;
    rule.objective = 0.999;
    rule.window = std::chrono::hours(1);
    const auto bad = ramp(361, 10, [&](int i) { return 50 * (i > 330 ? lately : before); });
    const auto all = ramp(361, 10, [](int) { return 50.0; });
    const RuleInput input{bad, all, bad.back().time, {}};
    const std::optional<double> figure = windowFigure(rule, input);
    QVERIFY(figure);
    QVERIFY2(std::abs(*figure - burn) < 0.1, qPrintable(QString::number(*figure)));
    QCOMPARE(evaluate(rule, input, {}).state.state,
             burn > 14.4 ? AlertState::Firing : AlertState::Quiet);
}

QTEST_GUILESS_MAIN(TestAlerts)
#include "tst_alerts.moc"
