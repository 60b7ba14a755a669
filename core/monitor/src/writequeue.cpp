#include "core/monitor/src/writequeue.h"

#include "core/monitor/remotewrite.h"
#include "core/monitor/src/promquery.h"

#include <algorithm>
#include <cmath>
#include <limits>

using namespace Qt::StringLiterals;

namespace analemma::monitor {
namespace {

/// All series are sent up to one time before any goes on: Prometheus takes nothing that is more
/// than an hour older than its newest sample.
constexpr qint64 kSlice = 20LL * 60 * 1000;
constexpr qint64 kRawKept = 48LL * 60 * 60 * 1000;
constexpr qint64 kMargin = 60LL * 60 * 1000;
constexpr qsizetype kMetricsAtOnce = 100;

}  // namespace

std::optional<std::size_t> WriteBatch::middleOf(const WritePart& part) const
{
    const auto starts = [&](std::size_t i) { return samples[i].series != samples[i - 1].series; };
    const std::size_t half = part.from + (part.to - part.from) / 2;
    for (std::size_t i = std::max(half, part.from + 1); i < part.to; ++i) {
        if (starts(i)) {
            return i;
        }
    }
    for (std::size_t i = half; i > part.from; --i) {
        if (starts(i)) {
            return i;
        }
    }
    return std::nullopt;
}

PromLabels WriteQueue::labelsOf(const SeriesName& name) const
{
    PromLabels labels = m_labels ? m_labels(name.subject) : PromLabels();
    labels.removeIf([](const PromLabels::iterator& one) {
        return !isPromName(one.key()) || one.key().startsWith("__"_L1);
    });
    labels.insert(u"workspace"_s, m_workspace);
    const PromLabels own = ownLabels(name);
    for (auto at = own.begin(); at != own.end(); ++at) {
        labels.insert(at.key(), at.value());
    }
    labels.removeIf([](const PromLabels::iterator& one) { return one.value().isEmpty(); });
    return labels;
}

QStringList WriteQueue::newestExpressions() const
{
    QStringList metrics;
    for (const auto& [id, name] : m_names) {
        if (!metrics.contains(promMetricName(name.metric))) {
            metrics.append(promMetricName(name.metric));
        }
    }
    QStringList all;
    for (qsizetype at = 0; at < metrics.size(); at += kMetricsAtOnce) {
        QStringList parts;
        for (const QString& metric : metrics.mid(at, kMetricsAtOnce)) {
            parts.append(
                u"label_replace(timestamp(%1{workspace=%2}), \"analemma_metric\", \"%1\", "
                "\"\", \"\")"_s.arg(metric, promQuoted(m_workspace)));
        }
        all.append(parts.join(u" or "_s));
    }
    return all;
}

void WriteQueue::takeNewest(const QList<PromSeries>& answer)
{
    QHash<QString, SeriesId> ids;
    for (const auto& [id, name] : m_names) {
        ids.insert(labelsKey(labelsOf(name)), id);
    }
    for (const PromSeries& one : answer) {
        PromLabels labels = one.labels;
        labels.insert(u"__name__"_s, labels.take(u"analemma_metric"_s));
        const auto id = ids.constFind(labelsKey(labels));
        if (id != ids.constEnd() && !one.points.empty()) {
            const qint64 time = std::llround(one.points.back().value * 1000);
            const qint64 newest = m_store->latest({*id}).front().time;
            positions.reach(*id, std::min(time, newest));
        }
    }
}

void WriteQueue::learnNames()
{
    if (qint64(m_names.size()) == m_store->status().series) {
        return;
    }
    const QList<SeriesInfo> all = m_store->list();
    m_names.clear();
    for (const SeriesInfo& one : all) {
        m_names.emplace(one.id, one.name);
    }
}

WriteQueue::Wanted WriteQueue::wanted(qint64 now) const
{
    std::vector<SeriesId> ids;
    ids.reserve(m_names.size());
    for (const auto& [id, name] : m_names) {
        ids.push_back(id);
    }
    const std::vector<Latest> latest = m_store->latest(ids);
    // Before it there are no raw values any more.
    const qint64 raw =
        now - std::max(qint64(m_store->status().rawKept.count()), kRawKept) - kMargin;
    Wanted wanted;
    qint64 oldest = std::numeric_limits<qint64>::max();
    for (std::size_t i = 0; i < ids.size(); ++i) {
        const qint64 after = std::max(positions.of(ids[i]), raw);
        if (latest[i].time > after) {
            oldest = std::min(oldest, after);
        }
    }
    if (oldest == std::numeric_limits<qint64>::max()) {
        return wanted;
    }
    wanted.to = oldest + kSlice;
    for (std::size_t i = 0; i < ids.size(); ++i) {
        const qint64 after = std::max(positions.of(ids[i]), raw);
        if (latest[i].time > after && after + 1 < wanted.to) {
            wanted.places.push_back({ids[i], after});
            wanted.latest.push_back(latest[i].time);
        }
    }
    return wanted;
}

std::shared_ptr<WriteBatch> WriteQueue::batchOf(std::vector<Measured> values) const
{
    auto batch = std::make_shared<WriteBatch>();
    batch->values = std::move(values);
    SeriesId before = SeriesId::None;
    for (const Measured& one : batch->values) {
        if (one.series != before) {
            before = one.series;
            batch->series.append(labelsOf(m_names.at(one.series)));
        }
        batch->samples.push_back({std::size_t(batch->series.size() - 1), one.time, one.value});
    }
    return batch;
}

qint64 WriteQueue::dropOld(std::vector<Measured>& values)
{
    for (const Measured& one : values) {
        if (one.time <= floor) {
            positions.reach(one.series, one.time);
        }
    }
    return qint64(std::erase_if(values, [this](const Measured& one) { return one.time <= floor; }));
}

void WriteQueue::passOver(const Wanted& wanted, const std::vector<Measured>& values)
{
    auto at = values.begin();
    for (std::size_t i = 0; i < wanted.places.size(); ++i) {
        const SeriesId id = wanted.places[i].series;
        const bool none = at == values.end() || at->series != id;
        at = std::find_if(at, values.end(), [id](const Measured& one) { return one.series != id; });
        if (none) {
            positions.reach(id, std::min(wanted.latest[i], wanted.to - 1));
        }
    }
}

}  // namespace analemma::monitor
