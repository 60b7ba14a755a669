#pragma once

#include "ui/monitor/chart_data.h"
#include "ui/monitor/chart_feed.h"

#include <QDateTime>

#include <cmath>
#include <functional>

/// Measured values that look real and are the same each time.
namespace analemma::made {

/// Fri 27 Nov 2026, 14:02:11 UTC, in milliseconds: the present of the charts.
constexpr qint64 chartNow = 1'795'788'131'000;

/// Noise of a place in time, 0 to 1: the same for the same place.
inline double noise(qint64 place, int seed)
{
    auto bits = quint64(place) * 0x9E3779B97F4A7C15ULL + quint64(seed) * 0xD1B54A32D192ED03ULL;
    bits ^= bits >> 31U;
    bits *= 0xBF58476D1CE4E5B9ULL;
    bits ^= bits >> 29U;
    return double(bits % 100'000) / 100'000;
}

/// Slow waves, noise, and now and then a burst: a load from 0 to 1.
inline double load(qint64 second, int seed)
{
    const double place = double(second) + seed * 1000;
    const double slow = 0.5 + 0.5 * std::sin(place / 900) * std::cos(place / 2300);
    const double wave = 0.5 + 0.5 * std::sin(place / 47 + seed);
    const double burst = noise(second / 240, seed + 7) > 0.86
                             ? std::exp(-std::abs(double(second % 240) - 90) / 25)
                             : 0;
    return std::min(1.0,
                    0.10 + 0.24 * slow + 0.08 * wave + 0.10 * noise(second, seed) + 0.45 * burst);
}

using Value = std::function<std::optional<double>(qint64 second)>;

/// A chart of a function of seconds, with the gaps where it has no value.
inline ui::Chart chartOf(qint64 from, qint64 to, int pixels, const Value& value)
{
    ui::Chart chart;
    chart.from = from;
    chart.step = std::max<qint64>(1, (to - from + pixels - 1) / pixels);
    chart.columns.resize(std::size_t((to - from + chart.step - 1) / chart.step));
    qint64 last = 0;
    for (qint64 second = (from + 999) / 1000; second * 1000 < to; ++second) {
        const std::optional<double> found = value(second);
        if (!found) {
            continue;
        }
        ui::ChartColumn& column = chart.columns[std::size_t((second * 1000 - from) / chart.step)];
        column.min = column.count > 0 ? std::min(column.min, *found) : *found;
        column.max = column.count > 0 ? std::max(column.max, *found) : *found;
        column.mean = (column.mean * double(column.count) + *found) / double(column.count + 1);
        column.last = *found;
        ++column.count;
        if (last != 0 && second - last > 3) {
            chart.gaps.push_back({last * 1000, second * 1000});
        }
        last = second;
    }
    return chart;
}

/// Answers from functions; keeps what it was asked, and answers when it is told to.
class MadeSource : public ui::ChartSource {
public:
    struct Asked {
        QStringList keys;
        ui::ChartWish wish;
        Told told;
    };

    void ask(const QStringList& keys, qint64 from, qint64 to, int pixels, Told told) override
    {
        m_count += 1;
        m_waiting.push_back({keys, {from, to, pixels, false}, std::move(told)});
        m_most = std::max(m_most, int(m_waiting.size()));
        if (m_atOnce) {
            answer();
        }
    }
    void setValue(const QString& key, Value value) { m_values[key] = std::move(value); }
    void setAtOnce(bool atOnce) { m_atOnce = atOnce; }
    void setFailure(const QString& failure) { m_failure = failure; }
    [[nodiscard]] const std::vector<Asked>& waiting() const { return m_waiting; }
    [[nodiscard]] int count() const { return m_count; }
    /// How many requests ever were under way together.
    [[nodiscard]] int most() const { return m_most; }

    void answer()
    {
        Asked asked = std::move(m_waiting.front());
        m_waiting.erase(m_waiting.begin());
        if (!m_failure.isEmpty()) {
            asked.told(Error(ErrorKind::Io, m_failure));
            return;
        }
        std::vector<ui::Chart> charts;
        for (const QString& key : asked.keys) {
            charts.push_back(
                chartOf(asked.wish.from, asked.wish.to, asked.wish.pixels, m_values.value(key)));
        }
        asked.told(std::move(charts));
    }

private:
    QHash<QString, Value> m_values;
    std::vector<Asked> m_waiting;
    QString m_failure;
    int m_count = 0;
    int m_most = 0;
    bool m_atOnce = true;
};

}  // namespace analemma::made
