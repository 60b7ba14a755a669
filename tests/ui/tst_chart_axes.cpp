#include "tests/ui/chart_values.h"
#include "ui/monitor/chart_feed.h"
#include "ui/monitor/chart_raster.h"
#include "ui/monitor/chart_units.h"
#include "ui/monitor/ticks.h"
#include "ui/monitor/time_axis.h"
#include "ui/shell/theme_series.h"

#include <QRandomGenerator>
#include <QTest>

#include <cmath>
#include <set>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::ui;

namespace {

constexpr std::array<ChartUnit, 7> units{
    ChartUnit::Percent, ChartUnit::Bytes,   ChartUnit::BytesPerSecond, ChartUnit::PerSecond,
    ChartUnit::Count,   ChartUnit::Seconds, ChartUnit::Milliseconds};

bool isDecimal(double step)
{
    const double power = std::pow(10.0, std::floor(std::log10(step) + 1e-9));
    const double first = step / power;
    constexpr std::array<double, 4> nice{1.0, 2.0, 5.0, 10.0};
    return std::any_of(nice.begin(), nice.end(),
                       [&](double one) { return std::abs(first - one) < 1e-6; });
}

bool isNice(double step, ChartUnit unit)
{
    constexpr std::array<double, 16> clocks{1,   2,   5,   10,   15,   30,   60,     120,
                                            300, 600, 900, 1800, 3600, 7200, 10'800, 21'600};
    switch (unit) {
        case ChartUnit::Bytes:
        case ChartUnit::BytesPerSecond:
            return step >= 1 && std::abs(std::log2(step) - std::round(std::log2(step))) < 1e-9;
        case ChartUnit::Count:
            return step >= 1 && isDecimal(step);
        case ChartUnit::Milliseconds:
            step /= 1000;
            [[fallthrough]];
        case ChartUnit::Seconds:
            return isDecimal(step) || step == 43'200 ||
                   std::find(clocks.begin(), clocks.end(), step) != clocks.end() ||
                   (step >= 86'400 && isDecimal(step / 86'400));
        default:
            return isDecimal(step);
    }
}

double wide(const QString& text)
{
    return 6.0 * double(text.size());
}

QTimeZone zoneOf(const char* name)
{
    return QTimeZone(QByteArray(name));
}

qint64 utc(int year, int month, int day, int hour, int minute = 0)
{
    return QDateTime(QDate(year, month, day), QTime(hour, minute), Qt::UTC).toMSecsSinceEpoch();
}

QStringList textsOf(const std::vector<TimeTick>& ticks)
{
    QStringList texts;
    for (const TimeTick& tick : ticks) {
        texts.append(tick.text);
    }
    return texts;
}

Chart flat(double value, qint64 step, int count)
{
    Chart chart;
    chart.step = step;
    chart.columns.assign(std::size_t(count), {1, value, value, value, value});
    return chart;
}

}  // namespace

class TestChartAxes : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedKingdom)); }

    // ---- values ----

    void ticksAreNiceAndNeverTooNear()
    {
        QRandomGenerator random(7);
        for (int round = 0; round < 20'000; ++round) {
            const ChartUnit unit = units.at(std::size_t(random.bounded(int(units.size()))));
            const double size = std::pow(10.0, random.bounded(24) - 9 + random.generateDouble());
            const double low = random.bounded(3) == 0 ? (random.generateDouble() - 0.5) * size : 0;
            const double high = low + random.generateDouble() * size;
            const double pixels = random.bounded(1, 800);
            const double spacing = random.bounded(10, 60);
            const ValueTicks made = valueTicks(low, high, unit, pixels, spacing);
            const QString what = u"unit %1, %2 to %3 on %4 px, %5 apart: step %6"_s.arg(int(unit))
                                     .arg(low)
                                     .arg(high)
                                     .arg(pixels)
                                     .arg(spacing)
                                     .arg(made.step);
            QVERIFY2(isNice(made.step, unit), qPrintable(what));
            QVERIFY2(made.bottom <= low + made.step * 1e-6, qPrintable(what));
            QVERIFY2(made.top >= high - made.step * 1e-6, qPrintable(what));
            QVERIFY2(!made.at.empty() && made.at.size() <= 1 + pixels / spacing, qPrintable(what));
            const double each = pixels / (made.top - made.bottom);
            for (std::size_t i = 0; i < made.at.size(); ++i) {
                const double steps = made.at[i] / made.step;
                QVERIFY2(std::abs(steps - std::round(steps)) < 1e-6, qPrintable(what));
                QVERIFY2(i == 0 || (made.at[i] - made.at[i - 1]) * each >= spacing - 1e-6,
                         qPrintable(what));
            }
        }
    }

    void labelsOfNeighboursDiffer()
    {
        QRandomGenerator random(11);
        for (int round = 0; round < 5'000; ++round) {
            const ChartUnit unit = units.at(std::size_t(random.bounded(int(units.size()))));
            const double high = std::pow(10.0, random.bounded(15) - 3 + random.generateDouble());
            const ValueTicks made = valueTicks(0, high, unit, 240, 28);
            std::set<QString> seen;
            for (const double value : made.at) {
                const QString text = axisText(value, made.step, unit);
                const QString what =
                    u"unit %1 step %2: %3 twice"_s.arg(int(unit)).arg(made.step).arg(text);
                QVERIFY2(seen.insert(text).second, qPrintable(what));
            }
        }
    }

    void whatIsNoRangeIsTakenForOne()
    {
        const double nan = std::numeric_limits<double>::quiet_NaN();
        const double infinite = std::numeric_limits<double>::infinity();
        for (const auto& [low, high] :
             {std::pair(nan, 1.0), std::pair(0.0, infinite), std::pair(5.0, 1.0),
              std::pair(3.0, 3.0), std::pair(-1e308, 1e308)}) {
            const ValueTicks made = valueTicks(low, high, ChartUnit::Count, 200, 28);
            QVERIFY(std::isfinite(made.bottom) && std::isfinite(made.top));
            QVERIFY(made.top > made.bottom);
            QVERIFY(made.at.size() >= 2 && made.at.size() <= 9);
        }
    }

    void valuesAreSaidWithTheirUnit()
    {
        QCOMPARE(valueText(34.21, ChartUnit::Percent), u"34.2 %"_s);
        QCOMPARE(valueText(1536, ChartUnit::Bytes), u"1.5 KiB"_s);
        QCOMPARE(valueText(3.0 * 1024 * 1024, ChartUnit::BytesPerSecond), u"3.0 MiB/s"_s);
        QCOMPARE(valueText(12.34, ChartUnit::PerSecond), u"12.3/s"_s);
        QCOMPARE(valueText(1234, ChartUnit::Count), u"1,234"_s);
        QCOMPARE(valueText(0.041, ChartUnit::Seconds), u"41.0 ms"_s);
        QCOMPARE(valueText(200'000, ChartUnit::Milliseconds), u"3 min 20 s"_s);
        QCOMPARE(valueText(std::nan(""), ChartUnit::Count), u"–"_s);
        QCOMPARE(axisText(20, 20, ChartUnit::Percent), u"20 %"_s);
        QCOMPARE(axisText(0.25, 0.05, ChartUnit::Count), u"0.25"_s);
        QCOMPARE(axisText(512 * 1024.0, 512 * 1024.0, ChartUnit::Bytes), u"512 KiB"_s);
        QCOMPARE(spokenText(34.2, ChartUnit::Percent), u"34 percent"_s);
        QCOMPARE(spokenText(1536, ChartUnit::BytesPerSecond), u"1.5 KiB a second"_s);
    }

    // ---- times ----

    void timeTicksNeverOverlapAndStandAtRoundTimes()
    {
        QRandomGenerator random(3);
        const std::array<const char*, 6> zones{
            "UTC",          "Europe/Berlin",       "America/New_York",
            "Asia/Kolkata", "Australia/Lord_Howe", "America/Sao_Paulo"};
        for (int round = 0; round < 1'500; ++round) {
            const QTimeZone zone = zoneOf(zones.at(std::size_t(random.bounded(6))));
            const qint64 from = utc(2018, 1, 1, 0) + qint64(random.bounded(8 * 365)) * 86'400'000 +
                                random.bounded(86'400'000);
            const double share = random.generateDouble();
            const auto span = qint64(double(shortestSpan) *
                                     std::pow(double(longestSpan) / double(shortestSpan), share));
            const double pixels = random.bounded(150, 1800);
            const auto ticks = timeTicks(from, from + span, pixels, zone, wide, 12);
            const QString what = u"%1, %2 ms from %3 on %4 px"_s.arg(QString::fromLatin1(zone.id()))
                                     .arg(span)
                                     .arg(from)
                                     .arg(pixels);
            QVERIFY2(double(ticks.size()) <= pixels / 40, qPrintable(what));
            double end = -1e9;
            for (const TimeTick& tick : ticks) {
                QVERIFY2(tick.time >= from && tick.time <= from + span, qPrintable(what));
                const double centre = double(tick.time - from) * pixels / double(span);
                QVERIFY2(centre - wide(tick.text) / 2 >= end, qPrintable(what));
                end = centre + wide(tick.text) / 2;
                const QTime local = QDateTime::fromMSecsSinceEpoch(tick.time, zone).time();
                QCOMPARE(local.msec(), 0);
                QVERIFY2(span < 1'800'000 || local.second() == 0, qPrintable(what));
                QVERIFY2(
                    !tick.text.contains(u':') || tick.text.left(5) == local.toString(u"HH:mm"_s),
                    qPrintable(what));
            }
        }
    }

    void anHourThatComesTwiceIsShownTwice()
    {
        // Berlin set its clocks back on 25 Oct 2026, from 3:00 to 2:00.
        const auto ticks = timeTicks(utc(2026, 10, 24, 22), utc(2026, 10, 25, 4), 900,
                                     zoneOf("Europe/Berlin"), wide);
        QCOMPARE(
            textsOf(ticks).join(u' '),
            u"Sun 25 Oct 00:30 01:00 01:30 02:00 02:30 02:00 02:30 03:00 03:30 04:00 04:30 05:00"_s);
        for (std::size_t i = 1; i < ticks.size(); ++i) {
            QCOMPARE(ticks[i].time - ticks[i - 1].time, qint64(1'800'000));
        }
    }

    void anHourThatIsLeftOutIsNotShown()
    {
        const auto ticks = timeTicks(utc(2026, 3, 28, 23), utc(2026, 3, 29, 4), 700,
                                     zoneOf("Europe/Berlin"), wide);
        const QStringList texts = textsOf(ticks);
        QVERIFY(texts.contains(u"01:30"_s) && texts.contains(u"03:00"_s));
        QVERIFY(!texts.contains(u"02:00"_s) && !texts.contains(u"02:30"_s));
    }

    void daysBeginAtLocalMidnight()
    {
        const QTimeZone zone = zoneOf("Europe/Berlin");
        const auto ticks = timeTicks(utc(2026, 10, 20, 0), utc(2026, 11, 10, 0), 1200, zone, wide);
        QVERIFY(ticks.size() > 5);
        for (const TimeTick& tick : ticks) {
            QVERIFY(tick.day);
            QCOMPARE(QDateTime::fromMSecsSinceEpoch(tick.time, zone).time(), QTime(0, 0));
        }
        const auto hours = timeTicks(utc(2026, 11, 10, 12), utc(2026, 11, 11, 12), 900, zone, wide);
        QVERIFY(textsOf(hours).contains(u"Wed 11 Nov"_s));
    }

    void aMomentNamesItsDayWhenItIsNotToday()
    {
        const QTimeZone zone = zoneOf("UTC");
        QCOMPARE(momentText(made::chartNow, made::chartNow, zone), u"14:02:11"_s);
        QCOMPARE(momentText(made::chartNow - 86'400'000, made::chartNow, zone),
                 u"Thu 26 Nov 14:02:11"_s);
        QCOMPARE(rangeText(made::chartNow - 3'600'000, made::chartNow, zone),
                 u"Fri 27 Nov 13:02 – 14:02"_s);
    }

    // ---- what is asked ----

    void onlyWhatIsMissingIsAsked()
    {
        ChartKnown known;
        const auto first = missingOf(known, 1'000'500, 1'600'500, 600);
        QVERIFY(first && first->whole);
        QCOMPARE(first->from, qint64(1'000'000));
        QCOMPARE(first->to, qint64(1'601'000));
        Chart all = flat(1, 1000, first->pixels);
        all.from = first->from;
        known.density = 1000;
        QVERIFY(takeIn(known, {all}, *first, 1'000'500, 1'600'500));
        known.to = 1'600'500;
        QVERIFY(!missingOf(known, 1'000'500, 1'600'500, 600));
        QVERIFY(!missingOf(known, 1'100'000, 1'600'000, 500));
        // A second later: its column, and two before it for what came late.
        const auto tail = missingOf(known, 1'001'500, 1'601'500, 600);
        QCOMPARE(*tail, (ChartWish{1'598'000, 1'602'000, 4, false}));
        Chart part = flat(2, 1000, 4);
        part.from = tail->from;
        QVERIFY(takeIn(known, {part}, *tail, 1'001'500, 1'601'500));
        QCOMPARE(known.charts[0].columns.size(), std::size_t(602));
        QCOMPARE(known.charts[0].columns[597].mean, 1.0);
        QCOMPARE(known.charts[0].columns[598].mean, 2.0);
        // To the left: what lies before, on the same grid.
        const auto left = missingOf(known, 940'500, 1'540'500, 600);
        QCOMPARE(*left, (ChartWish{940'000, 1'000'000, 60, false}));
        // Twice as near, or somewhere else: all.
        QVERIFY(missingOf(known, 1'300'000, 1'600'000, 600)->whole);
        QVERIFY(missingOf(known, 5'000'000, 5'600'000, 600)->whole);
    }

    void anAnswerThatDoesNotFitChangesNothing()
    {
        ChartKnown known;
        known.charts = {flat(1, 1000, 100)};
        known.to = 100'000;
        Chart coarse = flat(2, 5000, 3);
        coarse.from = 99'000;
        QVERIFY(!takeIn(known, {coarse}, {99'000, 114'000, 3, false}, 0, 100'000));
        Chart away = flat(2, 1000, 3);
        away.from = 200'000;
        QVERIFY(!takeIn(known, {away}, {200'000, 203'000, 3, false}, 0, 100'000));
        QVERIFY(!takeIn(known, {}, {99'000, 114'000, 3, false}, 0, 100'000));
        QCOMPARE(known.charts[0].columns.size(), std::size_t(100));
        QCOMPARE(known.to, qint64(100'000));
    }

    void aSilenceOverASeamIsOne()
    {
        ChartKnown known;
        known.charts = {flat(1, 1000, 100)};
        known.charts[0].gaps = {{10'000, 20'000}, {95'000, 99'000}};
        known.to = 100'000;
        Chart part = flat(1, 1000, 10);
        part.from = 98'000;
        part.gaps = {{97'000, 104'000}};
        QVERIFY(takeIn(known, {part}, {98'000, 108'000, 10, false}, 0, 108'000));
        QCOMPARE(known.charts[0].gaps.size(), std::size_t(2));
        QCOMPARE(known.charts[0].gaps[1].from, qint64(95'000));
        QCOMPARE(known.charts[0].gaps[1].to, qint64(104'000));
    }

    // ---- pixels ----

    void noValueIsLostBetweenPixels()
    {
        QRandomGenerator random(5);
        for (int round = 0; round < 200; ++round) {
            const int count = random.bounded(1, 3000);
            const int width = random.bounded(8, 900);
            Chart chart = flat(1, 1000, count);
            const int place = random.bounded(count);
            chart.columns[std::size_t(place)] = {60, 0, 100, 2, 1};
            const PlotScale scale{0, qint64(count) * 1000, 0, 100, width, 200};
            const PixelTrace trace = traceOf(chart, scale);
            const auto at = std::size_t(scale.x(place * 1000LL + 500));
            QVERIFY(trace.columns[at].bandHigh <= 0.01F);
            QVERIFY(trace.columns[at].bandLow >= 199.9F);
        }
    }

    void whatAGapPartsIsNotJoined()
    {
        Chart chart = flat(50, 1000, 100);
        for (int i = 40; i < 60; ++i) {
            chart.columns[std::size_t(i)] = {};
        }
        const PlotScale scale{0, 100'000, 0, 100, 500, 100};
        const auto holds = [](const PixelTrace& trace, int from, int to) {
            return std::any_of(trace.columns.begin() + from, trace.columns.begin() + to,
                               [](const PixelTrace::Column& one) { return one.any(); });
        };
        QVERIFY(holds(traceOf(chart, scale), 210, 290));  // rare values, no silence: joined
        chart.gaps = {{39'500, 60'500}};
        const PixelTrace parted = traceOf(chart, scale);
        QVERIFY(!holds(parted, 200, 300));
        QVERIFY(holds(parted, 190, 198) && holds(parted, 303, 310));
    }

    void hostileValuesStayInThePicture()
    {
        QImage image(40, 30, QImage::Format_ARGB32_Premultiplied);
        image.fill(0);
        Chart chart = flat(1, 1000, 40);
        chart.columns[3].max = std::numeric_limits<double>::infinity();
        chart.columns[5].mean = std::nan("");
        chart.columns[9].min = -1e300;
        chart.columns[20].max = chart.columns[20].mean = 1e300;
        ChartRaster raster(&image);
        const PixelTrace trace = traceOf(chart, {0, 40'000, 0, 2, 40, 30});
        raster.area(trace, 0xFF2040, 40, 30);
        raster.band(trace, 0xFF2040, 60);
        raster.line(trace, 0xFF2040, 2, {}, -7);
        QCOMPARE(qAlpha(image.pixel(30, 15)), 255);
    }

    void lookAlikesAreToldApart()
    {
        std::set<std::tuple<QRgb, int, int, int>> looks;
        for (int place = 0; place < 16; ++place) {
            const ChartDash dash = dashOf(place);
            looks.insert(
                {seriesColour(place, Scheme::Dark).rgb(), dash.on, dash.off, dash.secondOn});
        }
        QCOMPARE(looks.size(), std::size_t(16));
        for (const Scheme scheme : {Scheme::Light, Scheme::Dark}) {
            for (int place = 0; place < seriesColours; ++place) {
                QVERIFY(contrast(seriesColour(place, scheme), colourOf(Token::Surface, scheme)) >=
                        4.5);
            }
        }
    }
};

QTEST_GUILESS_MAIN(TestChartAxes)
#include "tst_chart_axes.moc"
