#include "core/monitor/src/seriesdb.h"
#include "core/monitor/src/serieslog.h"
#include "tests/monitor/series_fixture.h"

#include <QFileInfo>
#include <QTemporaryDir>

#include <cmath>
#include <limits>

using namespace analemma;
using namespace analemma::monitor;
using namespace analemma::monitor::fixture;
using namespace Qt::StringLiterals;
using test::await;

namespace {

/// Appends the model's points, a batch each `size`; false when any was not stored.
bool appendAll(SeriesStore* store, SeriesId id, const Model& model, std::size_t size = 5000)
{
    std::vector<Measured> batch;
    qint64 stored = 0;
    const auto send = [&] {
        const Result<Appended> told = await(store->append(std::exchange(batch, {})));
        stored += told ? told->stored : 0;
    };
    for (const auto& [time, value] : model) {
        batch.push_back({id, time, value});
        if (batch.size() == size) {
            send();
        }
    }
    send();
    return stored == qint64(model.size());
}

/// Values every second with jitter, now and then a peak, now and then nothing for a while.
Model walk(QRandomGenerator& random, qint64 from, qint64 to, int seconds = 1)
{
    Model model;
    double value = 100;
    for (qint64 time = from; time < to;) {
        value = std::round((value + random.bounded(21) / 10.0 - 1) * 10) / 10;
        model[time + random.bounded(9)] = random.bounded(2000) == 0 ? 1e6 : value;
        time += 1000 * seconds;
        if (random.bounded(3000) == 0) {
            time += random.bounded(5'000, 4'000'000);
        }
    }
    return model;
}

QString text(const std::vector<ChartGap>& gaps)
{
    QStringList list;
    for (const ChartGap& gap : gaps) {
        list.append(u"%1-%2"_s.arg((gap.from - kStart) / 1000).arg((gap.to - kStart) / 1000));
    }
    return list.join(u' ');
}

}  // namespace

class TestSeries : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void valuesOutliveTheProgram()
    {
        QTemporaryDir folder;
        const auto clock = std::make_shared<HandClock>(kStart + kHour);
        const SeriesName name{u"web-1"_s, u"cpu.busy"_s, u"cpu=0"_s};
        SeriesId id{};
        {
            const auto store = openStore(folder.path(), clock);
            QVERIFY(store != nullptr);
            QVERIFY(store->status().recording);
            id = store->series(name);
            QVERIFY(id != SeriesId::None);
            QCOMPARE(store->series(name), id);
            QVERIFY(store->series({u"web-1"_s, u"cpu.busy"_s, u"cpu=1"_s}) != id);
            QCOMPARE(store->series({}), SeriesId::None);
            const auto told =
                await(store->append({{id, kStart + 1000, 1.5}, {id, kStart + 2000, 2}}));
            VERIFY_OK(told);
            QCOMPARE(told->stored, 2);
            QCOMPARE(store->latest({id})[0].time, kStart + 2000);
        }
        QCOMPARE(QFileInfo(folder.filePath(u"monitor.db"_s)).permissions() & 0x077,
                 QFileDevice::Permissions());
        const auto store = openStore(folder.path(), clock);
        QCOMPARE(store->list().size(), 1);  // the other one never had a value
        QCOMPARE(store->list(u"web-1"_s)[0].name, name);
        QVERIFY(store->list(u"web-2"_s).isEmpty());
        QCOMPARE(store->series(name), id);
        QCOMPARE(store->latest({id})[0].value, 2.0);
        const auto chart = await(store->chart(id, kStart, kStart + 10'000, 10));
        VERIFY_OK(chart);
        QCOMPARE(differences(*chart, {{kStart + 1000, 1.5}, {kStart + 2000, 2}}), QString());
        QCOMPARE(await(store->chart(SeriesId(99), 0, 1, 1)).error().kind, ErrorKind::NotFound);
        QCOMPARE(await(store->chart(id, 5, 5, 1)).error().kind, ErrorKind::Invalid);
        QCOMPARE(await(store->chart(id, 0, 5, 0)).error().kind, ErrorKind::Invalid);
    }

    /// Whatever is asked for and wherever the values stand: memory, chunks, sealed hours, rollups.
    void chartsAreWhatOneWouldCount()
    {
        QTemporaryDir folder;
        QRandomGenerator random(11);
        const qint64 end = kStart + 30 * kHour;
        const auto clock = std::make_shared<HandClock>(end);
        const Model model = walk(random, kStart, end, 2);
        auto store = openStore(folder.path(), clock);
        const SeriesId other = store->series({u"a"_s, u"m"_s, {}});
        const SeriesId id = store->series({u"b"_s, u"m"_s, {}});
        QVERIFY(appendAll(store.get(), other, walk(random, kStart, end, 60)));
        QVERIFY(appendAll(store.get(), id, model));
        int rolled = 0;
        for (int round = 0; round < 3; ++round) {
            for (int i = 0; i < 40; ++i) {
                const qint64 from = kStart + random.bounded(end - kStart - 1);
                const qint64 to = from + 1 + random.bounded(end - from + (i == 0 ? kDay : 0));
                const int pixels = 1 + random.bounded(2000);
                const auto chart = await(store->chart(id, from, to, pixels));
                VERIFY_OK(chart);
                QVERIFY(int(chart->columns.size()) <= pixels);
                QVERIFY(chart->from <= from && chart->from > from - chart->step);
                QVERIFY(chart->from + chart->step * qint64(chart->columns.size()) >= to);
                rolled += chart->resolution > 0 ? 1 : 0;
                if (chart->resolution == 0) {  // no column reaches past what was asked for
                    Model some(model.lower_bound(from), model.lower_bound(to));
                    QCOMPARE(differences(*chart, some), QString());
                } else {
                    QCOMPARE(differences(*chart, model), QString());
                }
            }
            if (round == 0) {
                VERIFY_OK(await(store->tidy()));
            } else {
                store.reset();
                store = openStore(folder.path(), clock);
            }
        }
        QVERIFY2(rolled > 5 && rolled < 110, qPrintable(QString::number(rolled)));
        const auto whole = await(store->chart(id, kStart, end, 1));
        QCOMPARE(whole->resolution, kHour);
        QCOMPARE(countOf(*whole), qint64(model.size()));
    }

    void noPeakIsLostWhenOnlyRollupsAreLeft()
    {
        QTemporaryDir folder;
        QRandomGenerator random(12);
        SeriesLimits limits = quickLimits();
        limits.rawFor = std::chrono::hours(3);
        limits.minutesFor = std::chrono::hours(20);
        const auto clock = std::make_shared<HandClock>(kStart);
        const auto store = openStore(folder.path(), clock, limits);
        const SeriesId id = store->series({u"a"_s, u"m"_s, {}});
        const qint64 end = kStart + 60 * kHour;
        const Model model = walk(random, kStart, end, 10);
        for (qint64 hour = kStart; hour < end; hour += kHour) {
            clock->set(hour + kHour);
            QVERIFY(appendAll(store.get(), id,
                              Model(model.lower_bound(hour), model.lower_bound(hour + kHour))));
            VERIFY_OK(await(store->tidy()));
        }
        const auto at = [&](qint64 from, qint64 to, int pixels) {
            return *await(store->chart(id, from, to, pixels));
        };
        const Chart young = at(end - 2 * kHour, end, 500);
        QCOMPARE(young.resolution, 0);
        QCOMPARE(differences(young, Model(model.lower_bound(end - 2 * kHour), model.end())),
                 QString());
        const Chart older = at(end - 15 * kHour, end, 5000);
        QCOMPARE(older.resolution, kMinute);
        QCOMPARE(older.step, kMinute);
        QCOMPARE(differences(older, model), QString());
        const Chart whole = at(kStart, end, 5000);
        QCOMPARE(whole.resolution, kHour);
        QCOMPARE(differences(whole, model), QString());
        double peak = 0;
        for (const ChartColumn& column : whole.columns) {
            peak = std::max(peak, column.max);
        }
        QCOMPARE(peak, 1e6);
        // And after it has gone:
        clock->set(end + 500 * kDay);
        VERIFY_OK(await(store->tidy()));
        QCOMPARE(countOf(at(kStart, end, 100)), 0);
    }

    void aGapStaysAGap()
    {
        QTemporaryDir folder;
        const auto clock = std::make_shared<HandClock>(kStart + 3 * kHour);
        auto store = openStore(folder.path(), clock);
        const SeriesId id = store->series({u"a"_s, u"m"_s, {}});
        Model model;
        const auto fill = [&](qint64 from, qint64 to, qint64 step) {
            for (qint64 second = from; second < to; second += step) {
                model[kStart + second * 1000] = double(second);
            }
        };
        fill(100, 600, 1);
        fill(601, 1000, 1);     // one value lost: no gap
        fill(1010, 2000, 1);    // ten seconds
        fill(2000, 3000, 10);   // another interval: no gap
        fill(3060, 4000, 10);   // more than two and a half of it
        fill(9000, 10'000, 1);  // hours have passed
        QVERIFY(appendAll(store.get(), id, model, 7));
        const auto gaps = [&](qint64 from, qint64 to, int pixels) {
            const auto chart =
                await(store->chart(id, kStart + from * 1000, kStart + to * 1000, pixels));
            for (const ChartColumn& column : chart->columns) {
                if (column.count > 0 && (column.min < 0 || column.max > 10'000)) {
                    return u"made up"_s;
                }
            }
            return text(chart->gaps);
        };
        for (int round = 0; round < 3; ++round) {
            QCOMPARE(gaps(0, 10'800, 5000), u"0-100 999-1010 2990-3060 3990-9000 9999-10800"_s);
            QCOMPARE(gaps(0, 10'800, 20),  // 540 seconds a column
                     u"0-100 999-1010 2990-3060 3990-9000 9999-10800"_s);
            QCOMPARE(gaps(0, 10'800, 2), u"3990-9000 9999-10800"_s);  // the longest of each column
            QCOMPARE(gaps(300, 900, 100), QString());
            QCOMPARE(gaps(5000, 6000, 100), u"5000-6000"_s);
            QCOMPARE(gaps(20'000, 30'000, 100), QString());  // has not come yet
            if (round == 0) {
                store.reset();
                store = openStore(folder.path(), clock);
            } else {
                clock->set(kStart + 3 * kHour);
                VERIFY_OK(await(store->tidy()));
            }
        }
        // As rollups too, in which each minute has values.
        clock->set(kStart + 100 * kHour);
        VERIFY_OK(await(store->tidy()));
        const auto chart = await(store->chart(id, kStart, kStart + 3 * kHour, 5000));
        QCOMPARE(chart->resolution, kMinute);
        QCOMPARE(text(chart->gaps), u"0-100 999-1010 2990-3060 3990-9000 9999-10800"_s);
    }

    void timesMayComeInAnyOrder()
    {
        QTemporaryDir folder;
        QRandomGenerator random(13);
        const qint64 end = kStart + 6 * kHour;
        const auto clock = std::make_shared<HandClock>(end);
        auto store = openStore(folder.path(), clock);
        const SeriesId id = store->series({u"a"_s, u"m"_s, {}});
        Model model;
        double value = 0;
        for (int round = 0; round < 60; ++round) {
            // The clock is set, mostly back; the same times may come again.
            qint64 time = kStart + random.bounded(int((end - kStart) / 1000)) * 1000;
            std::vector<Measured> batch;
            for (int i = random.bounded(1, 400); i > 0; --i) {
                model[time] = ++value;
                batch.push_back({id, time, value});
                time += 1000 * random.bounded(-1, 4);
                time = std::clamp(time, kStart, end - 1000);
            }
            const auto told = await(store->append(batch));
            VERIFY_OK(told);
            QCOMPARE(told->stored, qint64(batch.size()));
            if (round % 10 == 3) {
                VERIFY_OK(await(store->tidy()));
            }
            if (round % 10 == 7) {
                store.reset();
                store = openStore(folder.path(), clock);
            }
            if (round % 5 == 4) {
                const auto raw = await(store->chart(id, kStart, end, 20'000));
                VERIFY_OK(raw);
                QCOMPARE(raw->damaged, 0);
                QVERIFY2(differences(*raw, model).isEmpty() || round % 10 != 4,
                         qPrintable(differences(*raw, model)));
            }
        }
        VERIFY_OK(await(store->tidy()));
        for (const int pixels : {20'000, 60, 2}) {
            const auto chart = await(store->chart(id, kStart, end, pixels));
            QCOMPARE(differences(*chart, model), QString());
        }
    }

    void whatIsNoMeasurementIsRefused()
    {
        QTemporaryDir folder;
        const qint64 now = kStart + 100 * kDay;
        const auto store = openStore(folder.path(), std::make_shared<HandClock>(now));
        const SeriesId id = store->series({u"a"_s, u"m"_s, {}});
        constexpr double inf = std::numeric_limits<double>::infinity();
        const auto told = await(store->append({{id, now, std::nan("")},
                                               {id, now, inf},
                                               {id, now, -inf},
                                               {id, now - 3 * kDay, 1},
                                               {id, now + 2 * kDay, 1},
                                               {id, -5, 1},
                                               {id, std::numeric_limits<qint64>::max(), 1},
                                               {id, std::numeric_limits<qint64>::min(), 1},
                                               {SeriesId::None, now, 1},
                                               {SeriesId(77), now, 1},
                                               {id, now - 1000, 1e308},
                                               {id, now, 1e308}}));
        VERIFY_OK(told);
        QCOMPARE(told->stored, 2);
        QCOMPARE(told->refused, 10);
        const auto chart = await(store->chart(id, now - kHour, now + kHour, 1));
        QCOMPARE(chart->columns[0].count, 2);
        QCOMPARE(chart->columns[0].mean, 1e308);
    }

    void thereAreNoMoreSeriesThanAllowed()
    {
        QTemporaryDir folder;
        SeriesLimits limits = quickLimits();
        limits.series = 3;
        const auto store = openStore(folder.path(), std::make_shared<HandClock>(kStart), limits);
        for (int i = 0; i < 5; ++i) {
            const SeriesId id = store->series({QString::number(i), u"m"_s, {}});
            QCOMPARE(id != SeriesId::None, i < 3);
        }
    }

    /// Who invents names has no more of them than one may, and others have theirs; after a start,
    /// too.
    void aSubjectTakesNoPlaceOfOthers()
    {
        QTemporaryDir folder;
        SeriesLimits limits = quickLimits();
        limits.seriesOfSubject = 4;
        const auto clock = std::make_shared<HandClock>(kStart);
        for (int start = 0; start < 2; ++start) {
            const auto store = openStore(folder.path(), clock, limits);
            for (int i = 0; i < 20; ++i) {
                const SeriesId id = store->series({u"evil"_s, u"m"_s, QString::number(i)});
                QCOMPARE(id != SeriesId::None, i < 4);
                if (id != SeriesId::None) {
                    VERIFY_OK(await(store->append({{id, kStart, 1}})));
                }
            }
            const SeriesId other = store->series({u"good"_s, u"m"_s, QString::number(start)});
            QVERIFY(other != SeriesId::None);
            VERIFY_OK(await(store->append({{other, kStart, 1}})));
            QCOMPARE(store->status().series, qint64(5 + start));
        }
    }

    /// Bytes of a log that is whole and says what was never accepted.
    void aLogOfOddTimesIsPassedOver()
    {
        QTemporaryDir folder;
        const auto clock = std::make_shared<HandClock>(kStart);
        const auto id = [&] {
            const auto store = openStore(folder.path(), clock);
            const SeriesId made = store->series({u"a"_s, u"m"_s, {}});
            const auto told = await(store->append({{made, kStart, 1}}));
            return told ? made : SeriesId::None;
        }();
        QVERIFY(id != SeriesId::None);
        {
            auto db = SeriesDb::open(folder.filePath(u"monitor.db"_s), SeriesDb::Access::Write);
            VERIFY_OK(db);
            const std::vector<Measured> odd{{id, std::numeric_limits<qint64>::max(), 2},
                                            {id, std::numeric_limits<qint64>::min(), 3},
                                            {id, -1, 4},
                                            {id, kStart + 1000, std::nan("")},
                                            {id, kStart + 2000, 5}};
            (*db)->begin();
            {
                const Bytes body = packLog(odd, {});
                auto cursor = (*db)->query("INSERT INTO log (body) VALUES (?)");
                cursor.bind(body);
                cursor.next();
            }
            VERIFY_OK((*db)->commit());
        }
        const auto store = openStore(folder.path(), clock);
        const auto chart = await(store->chart(id, kStart - kHour, kStart + kHour, 1));
        VERIFY_OK(chart);
        QCOMPARE(chart->columns[0].count, qint64(2));
        QCOMPARE(chart->columns[0].max, 5.0);
        QCOMPARE(store->latest({id})[0].time, kStart + 2000);
    }

    /// Too many bytes: raw values go first, and it is said.
    void bytesAreBounded()
    {
        QTemporaryDir folder;
        QRandomGenerator random(14);
        SeriesLimits limits = quickLimits();
        limits.bytes = 600 * 1024;
        const qint64 end = kStart + 40 * kHour;
        const auto clock = std::make_shared<HandClock>(end);
        const auto store = openStore(folder.path(), clock, limits);
        for (int i = 0; i < 2; ++i) {
            const SeriesId id = store->series({QString::number(i), u"m"_s, {}});
            Model model;
            for (qint64 time = kStart; time < end; time += 1000) {
                model[time] = random.bounded(1'000'000);
            }
            QVERIFY(appendAll(store.get(), id, model, 50'000));
        }
        VERIFY_OK(await(store->tidy()));
        const SeriesStatus status = store->status();
        QVERIFY2(status.bytes <= limits.bytes, qPrintable(QString::number(status.bytes)));
        QVERIFY(status.rawKept < limits.rawFor);
        QCOMPARE(status.notices.size(), 1);
        QVERIFY(status.notices[0].contains(u"let go of before their time"_s));
        const SeriesId id = store->list()[0].id;
        const auto old = await(store->chart(id, kStart, kStart + kHour, 1000));
        QCOMPARE(old->resolution, kMinute);
        QCOMPARE(countOf(*old), 3600);
        const auto young = await(store->chart(id, end - kHour, end, 1000));
        QCOMPARE(young->resolution, 0);
        QCOMPARE(countOf(*young), 3600);
    }
};

QTEST_GUILESS_MAIN(TestSeries)
#include "tst_series.moc"
