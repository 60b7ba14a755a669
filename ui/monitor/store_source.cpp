#include "ui/monitor/store_source.h"

#include "core/base/task.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::ui {
namespace {

/// The answers of one question, as they come.
struct Gathering {
    std::vector<std::optional<monitor::Chart>> charts;
    std::size_t left = 0;
    std::optional<Error> error;
    ChartSource::Told told;

    void tell() const
    {
        if (error) {
            told(*error);
        } else {
            told(inOneGrid(charts));
        }
    }
};

ChartColumn& operator+=(ChartColumn& sum, const monitor::ChartColumn& more)
{
    if (more.count > 0) {
        const double all = double(sum.count + more.count);
        sum.min = sum.count == 0 ? more.min : std::min(sum.min, more.min);
        sum.max = sum.count == 0 ? more.max : std::max(sum.max, more.max);
        sum.mean = (sum.mean * double(sum.count) + more.mean * double(more.count)) / all;
        sum.last = more.last;
        sum.count += more.count;
    }
    return sum;
}

}  // namespace

QString seriesKey(const QString& server, const QString& metric, const QString& label)
{
    return server + u'|' + metric + u'|' + label;
}

std::vector<Chart> inOneGrid(const std::vector<std::optional<monitor::Chart>>& charts)
{
    qint64 step = 0;
    qint64 begin = 0;
    qint64 end = 0;
    for (const auto& one : charts) {
        if (one && one->step > 0) {
            const qint64 over = one->from + one->step * qint64(one->columns.size());
            begin = step == 0 ? one->from : std::min(begin, one->from);
            end = std::max(end, over);
            step = std::max(step, one->step);
        }
    }
    std::vector<Chart> all(charts.size());
    if (step == 0) {
        return all;
    }
    begin -= ((begin % step) + step) % step;
    const std::size_t count = std::size_t((end - begin + step - 1) / step);
    for (std::size_t i = 0; i < charts.size(); ++i) {
        Chart& made = all[i];
        made.from = begin;
        made.step = step;
        made.columns.resize(count);
        if (!charts[i]) {
            continue;
        }
        const monitor::Chart& one = *charts[i];
        for (std::size_t column = 0; column < one.columns.size(); ++column) {
            const qint64 at = (one.from + qint64(column) * one.step - begin) / step;
            made.columns[std::size_t(at)] += one.columns[column];
        }
        for (const monitor::ChartGap& gap : one.gaps) {
            made.gaps.push_back({gap.from, gap.to});
        }
    }
    return all;
}

StoreSource::StoreSource(monitor::SeriesStore* store, QObject* parent)
    : QObject(parent), m_store(store)
{
}

void StoreSource::ask(const QStringList& keys, qint64 from, qint64 to, int pixels, Told told)
{
    const auto gathering = std::make_shared<Gathering>();
    gathering->charts.resize(std::size_t(keys.size()));
    gathering->told = std::move(told);
    std::vector<std::pair<std::size_t, monitor::SeriesId>> known;
    for (qsizetype i = 0; i < keys.size(); ++i) {
        const monitor::SeriesName name{keys[i].section(u'|', 0, 0), keys[i].section(u'|', 1, 1),
                                       keys[i].section(u'|', 2)};
        const QList<monitor::SeriesInfo> series = m_store->list(name.subject);
        const auto found = std::ranges::find(series, name, &monitor::SeriesInfo::name);
        if (found != series.end()) {
            known.emplace_back(std::size_t(i), found->id);
        }
    }
    gathering->left = known.size();
    if (known.empty()) {
        gathering->tell();
        return;
    }
    for (const auto& [place, id] : known) {
        then(m_store->chart(id, from, to, pixels), this,
             [gathering, place = place](const Result<monitor::Chart>& chart) {
                 if (chart) {
                     gathering->charts[place] = *chart;
                 } else if (chart.error().kind != ErrorKind::NotFound) {
                     gathering->error = chart.error();
                 }
                 if (--gathering->left == 0) {
                     gathering->tell();
                 }
             });
    }
}

}  // namespace analemma::ui
