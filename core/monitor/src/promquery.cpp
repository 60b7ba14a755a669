#include "core/monitor/src/promquery.h"

#include "core/monitor/src/chartbuilder.h"
#include "core/monitor/src/promanswer.h"

#include <QUrl>

#include <algorithm>
#include <array>
#include <utility>

using namespace Qt::StringLiterals;

namespace analemma::monitor {
namespace {

constexpr qint64 kMostPoints11k = 10'000;  // Prometheus gives at most 11,000 of a series
const QString kOf = u"analemma_of"_s;
const QString kName = u"__name__"_s;

/// Least, greatest, mean, number, last.
struct Fold {
    QLatin1StringView word;
    double ChartColumn::*value;
};
constexpr std::array kFolds{Fold{QLatin1StringView("min"), &ChartColumn::min},
                            Fold{QLatin1StringView("max"), &ChartColumn::max},
                            Fold{QLatin1StringView("avg"), &ChartColumn::mean},
                            Fold{QLatin1StringView("last"), &ChartColumn::last}};
const QLatin1StringView kCount("count");

QString rangeText(qint64 range)
{
    return u'[' + promDurationText(std::max<qint64>(range, 1)) + u']';
}

/// The same value with a word of ours in a label.
QString marked(const QString& expression, const QString& label, QLatin1StringView word)
{
    return u"label_replace(%1, \"%2\", \"%3\", \"\", \"\")"_s.arg(expression, label, word);
}

QString columnsExpression(const PromPlan& plan, const PromQuestion& question, bool leftOpen)
{
    const qint64 range = leftOpen ? plan.step : plan.step - 1;
    const QString over = question.plain ? question.expression + rangeText(range)
                                        : u'(' + question.expression + u")["_s +
                                              promDurationText(std::max<qint64>(range, 1)) + u':' +
                                              promDurationText(plan.interval) + u']';
    QStringList parts;
    for (const Fold& fold : kFolds) {
        parts.append(marked(fold.word + u"_over_time("_s + over + u')', kOf, fold.word));
    }
    parts.append(marked(u"count_over_time("_s + over + u')', kOf, kCount));
    return parts.join(u" or "_s);
}

/// The columns of one series, of which each fold came as a series of its own.
void fold(const PromPlan& plan, const PromSeries& part, const QString& word, Chart& chart)
{
    for (const PromPoint& point : part.points) {
        const qint64 at = (point.time - plan.from) / plan.step;
        if (point.time < plan.from || at >= qint64(chart.columns.size())) {
            continue;
        }
        ChartColumn& column = chart.columns[std::size_t(at)];
        if (word == kCount) {
            column.count = qint64(std::clamp(point.value, 0.0, 1e15));
        }
        for (const Fold& one : kFolds) {
            if (word == one.word) {
                column.*one.value = point.value;
            }
        }
    }
}

/// What a column lacks.
struct Lack {
    qint64 samples = 0;
    qint64 length = 0;  ///< of their silence, milliseconds
};

/// Beside columns that hold what is usual around them: the median, so that an interval that was
/// another one before is no gap. A column without any sample lacks nothing here.
std::vector<Lack> lackingIn(const PromPlan& plan, const std::vector<ChartColumn>& columns)
{
    constexpr std::size_t around = 4;
    std::vector<Lack> lacking(columns.size());
    for (std::size_t i = 0; i < columns.size(); ++i) {
        std::array<qint64, 2 * around + 1> counts{};
        auto end = counts.begin();
        const std::size_t last = std::min(i + around, columns.size() - 1);
        for (std::size_t near = i - std::min(i, around); near <= last; ++near) {
            if (columns[near].count > 0) {
                *end++ = columns[near].count;
            }
        }
        const auto middle = counts.begin() + (end - counts.begin()) / 2;
        std::nth_element(counts.begin(), middle, end);
        // Where there are few to compare with, the interval tells it.
        const qint64 usual = end - counts.begin() > 2 ? *middle : plan.step / plan.interval;
        if (columns[i].count > 0 && columns[i].count < usual) {
            const qint64 samples = usual - columns[i].count;
            lacking[i] = {samples, qint64(double(plan.step) * double(samples) / double(usual))};
        }
    }
    return lacking;
}

/// Silences of folded columns. One of whole columns lasts from the last sample before them to the
/// first after them. Of a shorter one the length is known, and the place to the column: two samples
/// or more lack in one, or in two beside each other; one alone may only have come late.
class FoldedGaps {
public:
    /// `to`: nothing lacks after it.
    FoldedGaps(const PromPlan& plan, Chart& chart, qint64 from, qint64 to)
        : m_chart(chart), m_from(from), m_to(to), m_lacking(lackingIn(plan, chart.columns))
    {
    }
    void find()
    {
        for (std::size_t i = 0; i < m_chart.columns.size();) {
            i = isEmpty(i) ? wholeColumns(i) : within(i);
        }
    }

private:
    [[nodiscard]] bool isEmpty(std::size_t column) const
    {
        return column < m_chart.columns.size() && m_chart.columns[column].count == 0;
    }
    [[nodiscard]] qint64 startOf(std::size_t column) const
    {
        return m_chart.from + qint64(column) * m_chart.step;
    }
    /// Of a column that is over; each is asked about for one gap only.
    Lack take(std::size_t column)
    {
        const bool isOver = column < m_lacking.size() && startOf(column + 1) <= m_to;
        return isOver ? std::exchange(m_lacking[column], Lack()) : Lack();
    }
    std::size_t wholeColumns(std::size_t first)
    {
        std::size_t past = first;
        while (isEmpty(past)) {
            ++past;
        }
        const qint64 before = first > 0 ? take(first - 1).length : 0;
        add(startOf(first) - before, startOf(past) + take(past).length);
        return past;
    }
    std::size_t within(std::size_t column)
    {
        if (isEmpty(column + 1) || m_lacking[column].samples == 0) {
            return column + 1;
        }
        const Lack lack = take(column);
        const Lack next = isEmpty(column + 2) ? Lack() : take(column + 1);
        if (lack.samples > 0 && next.samples > 0) {
            add(startOf(column + 1) - lack.length, startOf(column + 1) + next.length);
        } else if (lack.samples >= 2) {
            const qint64 middle = startOf(column) + m_chart.step / 2;
            add(middle - lack.length / 2, middle + lack.length / 2);
        }
        return column + 1;
    }
    void add(qint64 from, qint64 to)
    {
        from = std::max(from, m_from);
        to = std::min(to, m_to);
        if (from < to) {
            m_chart.gaps.push_back({from, to});
        }
    }

    Chart& m_chart;
    const qint64 m_from;
    const qint64 m_to;
    std::vector<Lack> m_lacking;
};

QList<PromChart> foldedCharts(const PromPlan& plan, const QList<PromSeries>& answer, qint64 from,
                              qint64 to)
{
    QList<PromChart> charts;
    QHash<QString, qsizetype> known;
    for (const PromSeries& part : answer) {
        PromLabels labels = part.labels;
        const QString word = labels.take(kOf);
        labels.remove(kName);
        auto place = known.find(labelsKey(labels));
        if (place == known.end()) {
            PromChart made;
            made.labels = labels;
            made.chart.from = plan.from;
            made.chart.step = plan.step;
            made.chart.resolution = plan.step;
            made.chart.columns.resize(std::size_t((plan.to - plan.from) / plan.step));
            place = known.insert(labelsKey(labels), charts.size());
            charts.append(std::move(made));
        }
        fold(plan, part, word, charts[*place].chart);
    }
    for (PromChart& one : charts) {
        for (ChartColumn& column : one.chart.columns) {
            column = column.count > 0 ? column : ChartColumn();
        }
        FoldedGaps(plan, one.chart, from, to).find();
    }
    charts.removeIf([](const PromChart& one) {
        return std::ranges::none_of(one.chart.columns,
                                    [](const ChartColumn& column) { return column.count > 0; });
    });
    return charts;
}

}  // namespace

QString promQuoted(const QString& text)
{
    QString quoted = u"\""_s;
    for (const QChar c : text) {
        if (c == u'"' || c == u'\\') {
            quoted += u'\\';
            quoted += c;
        } else if (c.unicode() < 0x20 || c.unicode() == 0x7f) {
            quoted += u"\\u%1"_s.arg(int(c.unicode()), 4, 16, QChar(u'0'));
        } else {
            quoted += c;
        }
    }
    return quoted + u'"';
}

bool isPromName(const QString& name)
{
    const auto letter = [](QChar c) {
        return (c >= u'a' && c <= u'z') || (c >= u'A' && c <= u'Z') || c == u'_';
    };
    return !name.isEmpty() && letter(name[0]) && std::ranges::all_of(name, [&](QChar c) {
        return letter(c) || (c >= u'0' && c <= u'9');
    });
}

QString promSelector(const PromLabels& labels)
{
    QStringList parts;
    for (auto at = labels.begin(); at != labels.end(); ++at) {
        if (isPromName(at.key()) && at.key() != kName) {
            parts.append(at.key() + u'=' + promQuoted(at.value()));
        }
    }
    return parts.join(u',');
}

QString labelsKey(const PromLabels& labels)
{
    QString key;
    for (auto at = labels.begin(); at != labels.end(); ++at) {
        key += promQuoted(at.key()) + promQuoted(at.value());
    }
    return key;
}

QByteArray formOf(const QList<std::pair<QByteArray, QByteArray>>& fields)
{
    QByteArray form;
    for (const auto& [name, value] : fields) {
        form += (form.isEmpty() ? "" : "&") + name + '=' + value.toPercentEncoding();
    }
    return form;
}

PromPlan promPlan(const PromQuestion& question, qint64 from, qint64 to, int pixels)
{
    PromPlan plan;
    plan.from = from;
    plan.to = to;
    plan.interval = std::max<qint64>(question.interval.count(), 1);
    const qint64 span = to - from;
    plan.step = std::max<qint64>(1, (span + pixels - 1) / pixels);
    if (span / plan.interval <= kMostPoints11k) {
        plan.way = question.plain ? PromPlan::Way::Samples : PromPlan::Way::Points;
        return plan;
    }
    plan.way = PromPlan::Way::Columns;
    const qint64 least = std::max(plan.step, (span + kMostPoints11k - 1) / kMostPoints11k);
    plan.step = (least + plan.interval - 1) / plan.interval * plan.interval;
    const auto columns = [&] {
        plan.from = from - from % plan.step;
        plan.to = to + (plan.step - to % plan.step) % plan.step;
        return (plan.to - plan.from) / plan.step;
    };
    // The edges of the range may take one column too many.
    while (columns() > std::min<qint64>(pixels, kMostPoints11k) && plan.step < span) {
        plan.step += plan.interval;
    }
    return plan;
}

PromRequest requestOf(const PromPlan& plan, const PromQuestion& question, bool leftOpen, qint64 now)
{
    const qint64 last = std::max(plan.from, std::min(plan.to - 1, now));
    // What was before tells the usual interval, and with it whether the range begins in a gap.
    const qint64 before = 4 * plan.interval;
    if (plan.way == PromPlan::Way::Samples) {
        const QString expression =
            question.expression + rangeText(last - plan.from + before + (leftOpen ? 1 : 0));
        return {"query", formOf({{"query", expression.toUtf8()}, {"time", promTime(last)}})};
    }
    if (plan.way == PromPlan::Way::Points) {
        const qint64 start = std::max<qint64>(0, plan.from - before);
        const qint64 first = (start + plan.interval - 1) / plan.interval * plan.interval;
        return {"query_range", formOf({{"query", question.expression.toUtf8()},
                                       {"start", promTime(first)},
                                       {"end", promTime(std::max(first, last))},
                                       {"step", promTime(plan.interval)}})};
    }
    const QString expression = columnsExpression(plan, question, leftOpen);
    return {"query_range", formOf({{"query", expression.toUtf8()},
                                   {"start", promTime(plan.from + plan.step - 1)},
                                   {"end", promTime(plan.to - 1)},
                                   {"step", promTime(plan.step)}})};
}

QList<PromChart> chartsOf(const PromPlan& plan, QList<PromSeries> answer, qint64 from, qint64 to,
                          qint64 now)
{
    const qint64 over = std::max(from, std::min(to, now));
    if (plan.way == PromPlan::Way::Columns) {
        return foldedCharts(plan, answer, from, over);
    }
    QList<PromChart> charts;
    for (PromSeries& one : answer) {
        one.labels.remove(kName);
        std::vector<TimedValue> points;
        points.reserve(one.points.size());
        for (const PromPoint& point : one.points) {
            points.push_back({point.time, point.value});
        }
        one.points.clear();
        ChartBuilder builder(plan.from, plan.to, plan.step);
        builder.add(points);
        PromChart made;
        made.labels = one.labels;
        made.chart = builder.finish(from, over);
        if (std::ranges::any_of(made.chart.columns,
                                [](const ChartColumn& column) { return column.count > 0; })) {
            charts.append(std::move(made));
        }
    }
    return charts;
}

}  // namespace analemma::monitor
