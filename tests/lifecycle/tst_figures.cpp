#include "core/lifecycle/figures.h"

#include "tests/support.h"

#include <QJsonArray>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::lifecycle;

namespace {

const QDateTime start = fromIso(u"2026-11-02T00:00:00.000Z"_s);

QDateTime at(int hours)
{
    return start.addSecs(qint64(hours) * 3600);
}

/// Live an hour after it began; its commits an hour before that.
Delivery came(const QString& id, int hour, bool stays = true, int commits = 1)
{
    Delivery one;
    one.operation = id;
    one.environment = u"production"_s;
    one.repository = u"shop"_s;
    one.release = u"1."_s + id;
    one.commit = u"c"_s + id;
    one.stayed = stays;
    one.began = at(hour);
    one.live = at(hour + 1);
    one.ended = at(hour + 2);
    for (int i = 0; i < commits; ++i) {
        one.changes.append({one.commit + QString::number(i), u"fix: tax"_s, at(hour - 1 - i)});
    }
    return one;
}

Delivery left(const QString& id, int hour, int from, int to)
{
    Delivery one = came(id, hour, true, 0);
    one.kind = Delivery::Kind::Rollback;
    one.from = from;
    one.to = to;
    return one;
}

FigureReport report(const QList<Delivery>& deliveries, int days = 14)
{
    FigureQuery query;
    query.from = start;
    query.to = start.addDays(days);
    return makeFigures(deliveries, query);
}

}  // namespace

/// Delivery figures, as a table of stories with what has to be counted.
class TestFigures : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void nothing();
    void deployments();
    void rolledBack();
    void takenBackByItself();
    void undoneRollBack();
    void neverLive();
    void environmentsApart();
    void periods();
    void trends_data();
    void trends();
    void comparisons_data();
    void comparisons();
    void theTimeBefore();
    void eachAlone();
    void everyNumberOpensItsEvents();
    void numbersAsText_data();
    void numbersAsText();
    void fromTheJournal();
    void csv();
    void json();
};

void TestFigures::nothing()
{
    const Figures all = report({}).all;
    QCOMPARE(all.deployments, 0);
    QVERIFY(!all.failureRate && !all.leadTime && !all.restoreTime && !all.reworkRate);
    QCOMPARE(all.perWeek, 0.0);
}

void TestFigures::deployments()
{
    const FigureReport made = report({came(u"a"_s, 10), came(u"b"_s, 30, true, 3)});
    QCOMPARE(made.all.deployments, 2);
    QCOMPARE(made.all.perWeek, 1.0);
    QCOMPARE(made.all.commits, 4);
    QCOMPARE(made.all.leadTime, milliseconds(std::chrono::minutes(150)));  // 2, 2, 3, 4 hours
    QCOMPARE(made.all.failureRate, 0.0);
    QCOMPARE(made.all.reworkRate, 0.0);
    QVERIFY(!made.all.restoreTime);
    QCOMPARE(made.trend.size(), 2);
    QCOMPARE(made.trend[0].deployments, 2);
    QCOMPARE(made.trend[1].deployments, 0);
}

/// b is left by a roll back, c mends it.
void TestFigures::rolledBack()
{
    const Figures all =
        report({came(u"a"_s, 10), came(u"b"_s, 20), left(u"r"_s, 25, 2, 1), came(u"c"_s, 40)}).all;
    QCOMPARE(all.deployments, 3);
    QCOMPARE(all.failed, QStringList{u"b"_s});
    QCOMPARE(all.restored, QStringList{u"r"_s});
    QCOMPARE(all.reworked, QStringList{u"c"_s});
    QCOMPARE(all.restoreTime, milliseconds(std::chrono::hours(5)));  // live at 21, back at 26
    QCOMPARE(std::lround(*all.failureRate), 33);
    QCOMPARE(std::lround(*all.reworkRate), 33);
}

void TestFigures::takenBackByItself()
{
    const Figures all = report({came(u"a"_s, 10), came(u"b"_s, 20, false), came(u"c"_s, 40)}).all;
    QCOMPARE(all.failed, QStringList{u"b"_s});
    QCOMPARE(all.restored, QStringList{u"b"_s});
    QCOMPARE(all.reworked, QStringList{u"c"_s});
    QCOMPARE(all.restoreTime, milliseconds(std::chrono::hours(1)));
}

/// The roll back was a mistake: the release was sound.
void TestFigures::undoneRollBack()
{
    const Figures all = report({came(u"a"_s, 10), came(u"b"_s, 20), left(u"r"_s, 25, 2, 1),
                                left(u"u"_s, 26, 1, 2), came(u"c"_s, 40)})
                            .all;
    QVERIFY(all.failed.isEmpty());
    QVERIFY(all.restored.isEmpty());
    QVERIFY(all.reworked.isEmpty());
}

void TestFigures::neverLive()
{
    Delivery broken = came(u"b"_s, 20, false);
    broken.live = {};
    const FigureReport made = report({came(u"a"_s, 10), broken});
    QCOMPARE(made.all.deployments, 1);
    QVERIFY(made.all.failed.isEmpty());
    QCOMPARE(made.deliveries.size(), 2);  // it is told, not counted
}

void TestFigures::environmentsApart()
{
    Delivery other = left(u"r"_s, 25, 2, 1);
    other.environment = u"qa"_s;
    FigureQuery query;
    query.from = start;
    query.to = start.addDays(7);
    QVERIFY(makeFigures({came(u"a"_s, 10), other}, query).all.failed.isEmpty());
    query.environment = u"qa"_s;
    QCOMPARE(makeFigures({came(u"a"_s, 10), other}, query).all.deployments, 0);
    query.environment.clear();
    query.repository = u"another"_s;
    QCOMPARE(makeFigures({came(u"a"_s, 10)}, query).all.deployments, 0);
}

/// What lies outside is not counted, and still tells what became of what lies inside.
void TestFigures::periods()
{
    const QList<Delivery> all{came(u"old"_s, -100), came(u"a"_s, 10), left(u"r"_s, 24 * 20, 2, 1)};
    const FigureReport made = report(all, 7);
    QCOMPARE(made.all.deployed, QStringList{u"a"_s});
    QCOMPARE(made.all.failed, QStringList{u"a"_s});
    QCOMPARE(made.deliveries.size(), 1);
}

/// Stretches are counted back from the end; the first one takes what is left.
void TestFigures::trends_data()
{
    QTest::addColumn<int>("days");
    QTest::addColumn<Bucket>("bucket");
    QTest::addColumn<int>("buckets");
    QTest::addColumn<int>("firstDays");
    QTest::newRow("a week by days") << 7 << Bucket::Day << 7 << 1;
    QTest::newRow("two weeks") << 14 << Bucket::Week << 2 << 7;
    QTest::newRow("30 days by weeks: two days join the first") << 30 << Bucket::Week << 4 << 9;
    QTest::newRow("90 days by weeks: six days are a stretch") << 90 << Bucket::Week << 13 << 6;
    QTest::newRow("a year") << 365 << Bucket::Week << 52 << 8;
    QTest::newRow("less than a week") << 3 << Bucket::Week << 1 << 3;
    QTest::newRow("nothing") << 0 << Bucket::Day << 0 << 0;
}

void TestFigures::trends()
{
    QFETCH(const int, days);
    QFETCH(const Bucket, bucket);
    QFETCH(const int, buckets);
    QFETCH(const int, firstDays);
    FigureQuery query;
    query.from = start;
    query.to = start.addDays(days);
    query.bucket = bucket;
    const FigureReport made = makeFigures(
        {came(u"a"_s, 10), came(u"b"_s, days * 24 - 2), came(u"c"_s, days * 24)}, query);
    QCOMPARE(made.trend.size(), buckets);
    if (buckets == 0) {
        return;
    }
    QCOMPARE(made.trend.first().from, query.from);
    QCOMPARE(made.trend.last().to, query.to);
    QCOMPARE(made.trend.first().from.daysTo(made.trend.first().to), firstDays);
    int counted = 0;
    for (qsizetype i = 0; i < made.trend.size(); ++i) {
        QVERIFY(i == 0 || made.trend[i].from == made.trend[i - 1].to);
        counted += made.trend[i].deployments;
    }
    QCOMPARE(counted, made.all.deployments);
    QCOMPARE(made.trend.first().deployed.first(), u"a"_s);
    QCOMPARE(made.trend.last().deployed.last(), u"b"_s);
}

void TestFigures::comparisons_data()
{
    using Value = std::optional<double>;
    QTest::addColumn<Figure>("figure");
    QTest::addColumn<Value>("before");
    QTest::addColumn<Value>("now");
    QTest::addColumn<Course>("course");
    QTest::addColumn<bool>("rose");
    constexpr double hour = 3'600'000;
    QTest::newRow("oftener") << Figure::Frequency << Value(2) << Value(3) << Course::Better << true;
    QTest::newRow("rarer") << Figure::Frequency << Value(2) << Value(0) << Course::Worse << false;
    QTest::newRow("as often") << Figure::Frequency << Value(2) << Value(2.05) << Course::Same
                              << true;
    QTest::newRow("slower") << Figure::LeadTime << Value(hour) << Value(2 * hour) << Course::Worse
                            << true;
    QTest::newRow("faster") << Figure::LeadTime << Value(2 * hour) << Value(hour) << Course::Better
                            << false;
    QTest::newRow("fails more") << Figure::FailureRate << Value(0) << Value(10) << Course::Worse
                                << true;
    QTest::newRow("fails less") << Figure::FailureRate << Value(10) << Value(0) << Course::Better
                                << false;
    QTest::newRow("half a point") << Figure::FailureRate << Value(0.5) << Value(1) << Course::Same
                                  << true;
    QTest::newRow("mended sooner")
        << Figure::RestoreTime << Value(hour) << Value(hour / 2) << Course::Better << false;
    QTest::newRow("nothing to mend")
        << Figure::RestoreTime << Value(hour) << Value() << Course::Unknown << false;
    QTest::newRow("nothing before")
        << Figure::Rework << Value() << Value(10) << Course::Unknown << false;
}

void TestFigures::comparisons()
{
    QFETCH(const Figure, figure);
    QFETCH(const std::optional<double>, before);
    QFETCH(const std::optional<double>, now);
    QFETCH(const Course, course);
    QFETCH(const bool, rose);
    const auto with = [figure](const std::optional<double>& value) {
        Figures made;
        made.deployments = 1;
        const auto span =
            value ? std::optional(milliseconds(qint64(*value))) : std::optional<milliseconds>();
        made.perWeek = figure == Figure::Frequency ? value : std::nullopt;
        made.failureRate = figure == Figure::FailureRate ? value : std::nullopt;
        made.reworkRate = figure == Figure::Rework ? value : std::nullopt;
        made.leadTime = figure == Figure::LeadTime ? span : std::nullopt;
        made.restoreTime = figure == Figure::RestoreTime ? span : std::nullopt;
        return made;
    };
    const Comparison compared = compare(figure, with(now), with(before));
    QCOMPARE(compared.course, course);
    QCOMPARE(compared.rose, rose);
    QCOMPARE(compared.now, now);
    QCOMPARE(compared.before, before);
}

void TestFigures::theTimeBefore()
{
    const QList<Delivery> all{came(u"p"_s, -30), came(u"q"_s, -20), came(u"far"_s, -24 * 30),
                              came(u"a"_s, 10)};
    const FigureReport made = report(all, 7);
    QCOMPARE(made.query.before(), start.addDays(-7));
    QCOMPARE(made.before.deployed, (QStringList{u"p"_s, u"q"_s}));
    QCOMPARE(made.all.deployed, QStringList{u"a"_s});
    QCOMPARE(compare(Figure::Frequency, made.all, made.before).course, Course::Worse);
    // Nothing was ever deployed before: 0 a week then is no figure.
    const FigureReport first = report({came(u"a"_s, 10)}, 7);
    QCOMPARE(compare(Figure::Frequency, first.all, first.before).course, Course::Unknown);
}

void TestFigures::eachAlone()
{
    Delivery other = came(u"q"_s, 12);
    other.environment = u"qa"_s;
    Delivery third = came(u"w"_s, 40);
    third.environment = u"wiki"_s;
    third.repository = u"wiki"_s;
    Delivery past = came(u"p"_s, -10);
    past.environment = u"qa"_s;
    const FigureReport made =
        report({past, came(u"a"_s, 10), left(u"r"_s, 25, 2, 1), other, third}, 7);
    QStringList names;
    for (const FigurePart& part : made.environments) {
        names.append(part.name + u' ' + QString::number(part.now.deployments) + u'/' +
                     QString::number(part.before.deployments) + u' ' + part.now.failed.join(u','));
    }
    QCOMPARE(names, (QStringList{u"production 1/0 a"_s, u"qa 1/1 "_s, u"wiki 1/0 "_s}));
    QCOMPARE(made.repositories.size(), 2);
    QCOMPARE(made.repositories[0].name, u"shop"_s);
    QCOMPARE(made.repositories[0].now.deployments, 2);
    QCOMPARE(made.repositories[1].now.deployments, 1);
}

void TestFigures::everyNumberOpensItsEvents()
{
    Delivery silent = came(u"s"_s, 60, true, 0);  // its commits are not known
    Delivery serving = came(u"z"_s, 70);
    const FigureReport made = report({came(u"a"_s, 10), came(u"b"_s, 20), left(u"r"_s, 25, 2, 1),
                                      came(u"c"_s, 40), silent, serving});
    QCOMPARE(eventsOf(made.all, Figure::Frequency),
             (QStringList{u"a"_s, u"b"_s, u"c"_s, u"s"_s, u"z"_s}));
    QCOMPARE(eventsOf(made.all, Figure::LeadTime), (QStringList{u"a"_s, u"b"_s, u"c"_s, u"z"_s}));
    QCOMPARE(eventsOf(made.all, Figure::FailureRate), QStringList{u"b"_s});
    QCOMPARE(eventsOf(made.all, Figure::RestoreTime), QStringList{u"b"_s});
    QCOMPARE(eventsOf(made.all, Figure::Rework), QStringList{u"c"_s});
    const Fate failed = made.fates[u"b"_s];
    QVERIFY(failed.failed && !failed.reworked);
    QCOMPARE(failed.restoredBy, u"r"_s);
    QCOMPARE(failed.restoredIn, milliseconds(std::chrono::hours(5)));
    QCOMPARE(made.fates[u"a"_s].leadTime, milliseconds(std::chrono::hours(2)));
    QVERIFY(!made.fates[u"s"_s].leadTime);
    QVERIFY(made.fates[u"c"_s].reworked);
    QVERIFY(made.delivery(u"r"_s) != nullptr && made.delivery(u"x"_s) == nullptr);
    for (const Figure figure : allFigures) {
        QVERIFY(!toString(figure).isEmpty());
        for (const QString& id : eventsOf(made.all, figure)) {
            QVERIFY(made.delivery(id) != nullptr);
        }
    }
}

void TestFigures::numbersAsText_data()
{
    QTest::addColumn<Figure>("figure");
    QTest::addColumn<std::optional<double>>("value");
    QTest::addColumn<QString>("text");
    const auto row = [](const char* name, Figure figure, std::optional<double> value,
                        const QString& text) { QTest::newRow(name) << figure << value << text; };
    constexpr double minute = 60'000;
    row("none", Figure::LeadTime, {}, u"-"_s);
    row("often", Figure::Frequency, 12.4, u"12"_s);
    row("seldom", Figure::Frequency, 0.47, u"0.5"_s);
    row("never", Figure::Frequency, 0.0, u"0"_s);
    row("rate", Figure::FailureRate, 33.4, u"33 %"_s);
    row("minutes", Figure::RestoreTime, 5 * minute, u"5 min"_s);
    row("minutes alone", Figure::RestoreTime, 11.4 * minute, u"11 min"_s);
    row("hours", Figure::LeadTime, 125 * minute, u"2 h 5 min"_s);
    row("many hours", Figure::LeadTime, 30 * 60 * minute, u"30 h"_s);
    row("days", Figure::LeadTime, 4.5 * 1440 * minute, u"4.5 d"_s);
    row("many days", Figure::LeadTime, 40.4 * 1440 * minute, u"40 d"_s);
}

void TestFigures::numbersAsText()
{
    QFETCH(const Figure, figure);
    QFETCH(const std::optional<double>, value);
    QFETCH(const QString, text);
    QCOMPARE(numberText(figure, value), text);
}

void TestFigures::fromTheJournal()
{
    workspace::Workspace workspace;
    workspace::Environment environment;
    environment.name = u"production"_s;
    environment.image = u"web"_s;
    workspace.environments.insert(environment.name, environment);
    workspace::ImageRecipe recipe;
    recipe.repository = u"shop"_s;
    workspace.images.insert(u"web"_s, recipe);
    engine::Operation operation;
    operation.id = u"op"_s;
    operation.kind = u"deploy"_s;
    operation.target = u"environment/production"_s;
    operation.state = u"running"_s;
    operation.wanted = Json{{u"release"_s, u"1.0.0"_s}, {u"commit"_s, u"abc"_s}};
    operation.created = at(1);
    operation.finished = at(3);
    QVERIFY(!deliveryOf(operation, workspace));
    operation.state = u"finished"_s;
    operation.outcome = engine::Outcome::Failed;
    const std::optional<Delivery> failed = deliveryOf(operation, workspace);
    QVERIFY(failed && !failed->stayed && !failed->live.isValid());
    QCOMPARE(failed->repository, u"shop"_s);
    engine::ActionView action;
    action.key = u"switch"_s;
    action.state = u"ok"_s;
    action.finished = at(2);
    operation.actions = {action};
    operation.outcome = engine::Outcome::Ok;
    QCOMPARE(deliveryOf(operation, workspace)->live, at(2));
    operation.kind = u"bake"_s;
    QVERIFY(!deliveryOf(operation, workspace));
}

/// A commit's text is foreign: no line of it becomes a cell or a formula.
void TestFigures::csv()
{
    Delivery hostile = came(u"a"_s, 10);
    hostile.release = u"=1+1,\"x\"\n2"_s;
    const QByteArray text = report({hostile}).toCsv();
    QCOMPARE(text.count("\r\n"), 2);
    QVERIFY2(text.contains("\"'=1+1,\"\"x\"\""), text.constData());
    const QList<QByteArray> rows =
        report({came(u"a"_s, 10), came(u"b"_s, 20), left(u"r"_s, 25, 2, 1)}).toCsv().split('\n');
    const qsizetype columns = rows[0].count(',');
    for (const QByteArray& row : rows.first(4)) {
        QCOMPARE(row.count(','), columns);
    }
    QVERIFY(rows[0].trimmed().endsWith(",lead_time_ms,restored_in_ms,restored_by"));
    QVERIFY2(rows[2].trimmed().endsWith(",7200000,18000000,r"), rows[2].constData());
}

void TestFigures::json()
{
    const Json made = report({came(u"p"_s, -10), came(u"a"_s, 10), came(u"b"_s, 20),
                              left(u"r"_s, 25, 2, 1), came(u"c"_s, 40)})
                          .toJson();
    QCOMPARE(made[u"schema"_s].toString(), u"analemma.figures.1"_s);
    QCOMPARE(made[u"deliveries"_s].toArray().size(), 4);
    QCOMPARE(made[u"bucket"_s].toString(), u"week"_s);
    QCOMPARE(made[u"trend"_s].toArray().size(), 2);
    QCOMPARE(made[u"before"_s][u"deployments"_s].toInt(), 1);
    QCOMPARE(made[u"course"_s][u"deployments_per_week"_s].toString(), u"better"_s);
    QCOMPARE(made[u"environments"_s][0][u"name"_s].toString(), u"production"_s);
    const QJsonValue failed = made[u"deliveries"_s][1];
    QVERIFY(failed[u"failed"_s].toBool());
    QCOMPARE(failed[u"restored_in_ms"_s].toDouble(), 18'000'000.0);
    QCOMPARE(failed[u"restored_by"_s].toString(), u"r"_s);
}

QTEST_GUILESS_MAIN(TestFigures)
#include "tst_figures.moc"
