#include "core/monitor/src/chunk.h"
#include "core/monitor/src/rollup.h"
#include "core/monitor/src/serieslog.h"

#include <QRandomGenerator>
#include <QTest>

#include <bit>
#include <cmath>
#include <limits>

using namespace analemma::monitor;
using namespace Qt::StringLiterals;

namespace {

constexpr qint64 kBegin = 1'790'000'000'000;

std::vector<std::int64_t> integersBack(const std::vector<std::int64_t>& values, Bytes& bytes)
{
    packIntegers(values.data(), values.size(), bytes);
    std::vector<std::int64_t> back(values.size());
    ByteReader in(bytes.data(), bytes.size());
    const bool whole = unpackIntegers(in, back.size(), back.data());
    return whole && in.atEnd() ? back : std::vector<std::int64_t>{-12345};
}

bool sameBits(const std::vector<double>& values, Bytes& bytes)
{
    packValues(values.data(), values.size(), bytes);
    std::vector<double> back(values.size());
    ByteReader in(bytes.data(), bytes.size());
    if (!unpackValues(in, back.size(), back.data()) || !in.atEnd()) {
        return false;
    }
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (std::bit_cast<quint64>(values[i]) != std::bit_cast<quint64>(back[i])) {
            return false;
        }
    }
    return true;
}

std::vector<TimedValue> pointsBack(const Bytes& row, bool& whole)
{
    std::vector<TimedValue> back;
    whole = unpackRow(row.data(), row.size(), [&](const Block& block) {
        for (std::size_t i = 0; i < block.count; ++i) {
            back.push_back({block.times[i], block.values[i]});
        }
    });
    return back;
}

bool samePoints(const std::vector<TimedValue>& a, const std::vector<TimedValue>& b)
{
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](const TimedValue& x, const TimedValue& y) {
                          return x.time == y.time &&
                                 std::bit_cast<quint64>(x.value) == std::bit_cast<quint64>(y.value);
                      });
}

/// One of several manners in which values go on.
double nextValue(int manner, double before, QRandomGenerator& random)
{
    switch (manner) {
        case 0:
            return before;
        case 1:
            return before + random.bounded(5000);
        case 2:
            return std::round((before + random.bounded(9) / 10.0 - 0.4) * 10) / 10;
        case 3:
            return random.bounded(100);
        case 4:
            return random.generateDouble() * 1e6 - 5e5;
        case 5:
            return std::bit_cast<double>(random.generate64());
        default:
            return random.bounded(10) == 0 ? std::numeric_limits<double>::quiet_NaN()
                                           : -random.bounded(3) * 0.0;
    }
}

}  // namespace

class TestSeriesCodec : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void integersComeBack()
    {
        constexpr auto least = std::numeric_limits<std::int64_t>::min();
        constexpr auto most = std::numeric_limits<std::int64_t>::max();
        for (const std::vector<std::int64_t>& values : {std::vector<std::int64_t>{},
                                                        {0},
                                                        {least},
                                                        {most, least},
                                                        {least, most, least, most},
                                                        {5, 5, 5, 5},
                                                        {1, 2, 3, 4, 5},
                                                        {0, most, 0, 0, 0, 0, 0}}) {
            Bytes bytes;
            QCOMPARE(integersBack(values, bytes), values);
        }
        QRandomGenerator random(1);
        for (int round = 0; round < 2000; ++round) {
            std::vector<std::int64_t> values(random.bounded(130));
            const int shift = random.bounded(64);
            const bool sums = random.bounded(2) == 0;
            quint64 sum = random.generate64();
            for (auto& value : values) {
                const quint64 next = random.generate64() >> shift;
                sum += next;
                value = static_cast<std::int64_t>(sums ? sum : next);
            }
            Bytes bytes;
            QCOMPARE(integersBack(values, bytes), values);
            QVERIFY(bytes.size() <= 24 + values.size() * 8);
        }
    }

    void valuesComeBackBitForBit()
    {
        QRandomGenerator random(2);
        for (int round = 0; round < 3000; ++round) {
            std::vector<double> values(1 + random.bounded(128));
            double value = random.bounded(1000);
            for (double& next : values) {
                next = value = nextValue(round % 7, value, random);
            }
            Bytes bytes;
            QVERIFY2(sameBits(values, bytes), qPrintable(u"manner %1"_s.arg(round % 7)));
        }
        Bytes bytes;
        QVERIFY(
            sameBits({0.0, -0.0, std::numeric_limits<double>::infinity(), 1e300, 5e-324}, bytes));
    }

    void regularPointsTakeFewBytes()
    {
        const auto perPoint = [](int manner, qint64 jitter) {
            QRandomGenerator random(3);
            std::vector<TimedValue> points;
            double value = 1000;
            for (int i = 0; i < int(kChunkPoints); ++i) {
                value = nextValue(manner, value, random);
                points.push_back({kBegin + i * 1000 + random.bounded(jitter + 1), value});
            }
            return double(packRow(points, false).size()) / double(points.size());
        };
        QVERIFY2(perPoint(0, 0) < 0.25, qPrintable(QString::number(perPoint(0, 0))));
        QVERIFY2(perPoint(1, 0) < 1.9, qPrintable(QString::number(perPoint(1, 0))));
        QVERIFY2(perPoint(2, 0) < 0.8, qPrintable(QString::number(perPoint(2, 0))));
        QVERIFY2(perPoint(3, 0) < 1.2, qPrintable(QString::number(perPoint(3, 0))));
        QVERIFY2(perPoint(3, 8) < 1.9, qPrintable(QString::number(perPoint(3, 8))));
        QVERIFY2(perPoint(4, 0) < 8.5, qPrintable(QString::number(perPoint(4, 0))));
    }

    void rowsComeBack()
    {
        QRandomGenerator random(4);
        for (int round = 0; round < 150; ++round) {
            std::vector<TimedValue> points(1 +
                                           random.bounded(round % 10 == 0 ? int(kRowPoints) : 400));
            qint64 time = kBegin;
            double value = 1;
            for (TimedValue& point : points) {
                time += random.bounded(40) == 0 ? random.bounded(1, 10'000'000)
                                                : 1000 + random.bounded(1, 5);
                value = nextValue(round % 7, value, random);
                point = {time, value};
            }
            for (const bool seal : {false, true}) {
                const Bytes row = packRow(points, seal);
                bool whole = false;
                QVERIFY(samePoints(pointsBack(row, whole), points));
                QVERIFY(whole);
            }
        }
    }

    void damageIsSeen()
    {
        QRandomGenerator random(5);
        std::vector<TimedValue> points;
        for (int i = 0; i < 1000; ++i) {
            points.push_back({kBegin + i * 1000, double(random.bounded(7))});
        }
        int unseen = 0;
        for (const bool seal : {false, true}) {
            const Bytes row = packRow(points, seal);
            for (int round = 0; round < 3000; ++round) {
                Bytes changed = row;
                changed[random.bounded(quint32(row.size()))] ^= quint8(1U << random.bounded(8));
                bool whole = false;
                pointsBack(changed, whole);
                unseen += whole ? 1 : 0;
                changed = row;
                changed.resize(random.bounded(quint32(row.size())));
                pointsBack(changed, whole);
                QVERIFY(!whole || changed.size() == row.size());
            }
        }
        QVERIFY2(unseen <= 2, qPrintable(QString::number(unseen)));
    }

    void runsEndAtGaps()
    {
        const auto runs = [](const std::vector<qint64>& times) {
            std::vector<TimedValue> points;
            for (const qint64 time : times) {
                points.push_back({time, 0});
            }
            std::vector<int> lengths;
            for (const auto& run : runsOf(points)) {
                lengths.push_back(int(run.size()));
            }
            return lengths;
        };
        using Lengths = std::vector<int>;
        QCOMPARE(runs({}), Lengths{});
        QCOMPARE(runs({10}), Lengths{1});
        QCOMPARE(runs({10, 20, 30, 40}), Lengths{4});
        QCOMPARE(runs({10, 20, 30, 55}), Lengths{4});                     // two and a half
        QCOMPARE(runs({10, 20, 30, 56, 66}), (Lengths{3, 2}));            // more
        QCOMPARE(runs({10, 20, 30, 500, 900, 910}), (Lengths{3, 1, 2}));  // one alone
        QCOMPARE(runs({10, 20, 30, 130, 230, 330}), (Lengths{3, 1, 2}));  // another interval
    }

    void rollupsAreWhatOneWouldCount()
    {
        QRandomGenerator random(6);
        for (int round = 0; round < 60; ++round) {
            std::vector<TimedValue> points;
            double value = 50;
            for (qint64 time = kBegin - kBegin % kHour; time < kBegin - kBegin % kHour + kHour;) {
                value = nextValue(round % 5, value, random);
                points.push_back({time, value});
                time +=
                    random.bounded(300) == 0 ? random.bounded(1, 600'000) : random.bounded(1, 3000);
            }
            const Rollup rollup = rollPoints(points);
            const Bytes row = packRollup(rollup, kMinute);
            Rollup back;
            QVERIFY(unpackRollup(row.data(), row.size(), kMinute, back));
            QCOMPARE(back.buckets.size(), rollup.buckets.size());
            qint64 counted = 0;
            for (const Bucket& bucket : back.buckets) {
                Bucket naive;
                for (const TimedValue& point : points) {
                    if (point.time >= bucket.start && point.time < bucket.start + kMinute) {
                        naive.add(point.value);
                    }
                }
                QCOMPARE(bucket.count, naive.count);
                QCOMPARE(bucket.min, naive.min);
                QCOMPARE(bucket.max, naive.max);
                QCOMPARE(bucket.last, naive.last);
                QVERIFY(std::abs(bucket.sum - naive.sum) <= 1e-9 * (1 + std::abs(naive.sum)));
                counted += bucket.count;
            }
            QCOMPARE(counted, qint64(points.size()));
            qint64 inRuns = 0;
            for (const Run& run : back.runs) {
                inRuns += run.count;
            }
            QCOMPARE(inRuns, counted);

            Rollup day;
            rollHour(back, day);
            rollHour(back, day);  // in place of the first
            QCOMPARE(day.buckets.size(), std::size_t(1));
            QCOMPARE(day.buckets[0].count, counted);
            const Bytes dayRow = packRollup(day, kHour);
            QVERIFY(unpackRollup(dayRow.data(), dayRow.size(), kHour, back));
            QCOMPARE(back.buckets[0].max, day.buckets[0].max);
        }
    }

    void logRowsComeBack()
    {
        QRandomGenerator random(7);
        std::vector<Measured> samples;
        double value = 0;
        for (int i = 0; i < 5000; ++i) {
            value = nextValue(i % 6, value, random);
            if (!std::isfinite(value)) {
                value = 1e-300;
            }
            samples.push_back({static_cast<SeriesId>(1 + random.bounded(1000)),
                               kBegin - random.bounded(100'000), value});
        }
        const std::vector<SeriesId> flushed{SeriesId(7), SeriesId(3), SeriesId(400)};
        const Bytes row = packLog(samples, flushed);
        std::vector<Measured> back;
        std::vector<SeriesId> flushedBack;
        QVERIFY(unpackLog(
            row, [&](SeriesId id) { flushedBack.push_back(id); },
            [&](const Measured& sample) { back.push_back(sample); }));
        QCOMPARE(flushedBack, flushed);
        QCOMPARE(back.size(), samples.size());
        for (std::size_t i = 0; i < samples.size(); ++i) {
            QCOMPARE(back[i].series, samples[i].series);
            QCOMPARE(back[i].time, samples[i].time);
            QCOMPARE(std::bit_cast<quint64>(back[i].value),
                     std::bit_cast<quint64>(samples[i].value));
        }
    }
};

QTEST_GUILESS_MAIN(TestSeriesCodec)
#include "tst_series_codec.moc"
