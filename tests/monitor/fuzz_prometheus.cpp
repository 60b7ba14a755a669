#include "core/monitor/src/promanswer.h"
#include "core/monitor/src/promquery.h"
#include "core/monitor/src/writerequest.h"
#include "tests/fuzz/fuzz.h"

#include <QJsonArray>
#include <QJsonDocument>

#include <cmath>

using namespace analemma;
using namespace analemma::monitor;

namespace {

void checkLabels(const PromLabels& labels)
{
    fuzz::promise(labels.size() <= PromLimits::labels, "labels are bounded");
    for (auto at = labels.begin(); at != labels.end(); ++at) {
        fuzz::promise(at.key().size() <= PromLimits::text && at.value().size() <= PromLimits::text,
                      "a label is short");
    }
    const QString selector = promSelector(labels);
    fuzz::promise(!selector.contains(QLatin1Char('\n')), "a selector is one line");
}

void checkSeries(const QByteArray& body)
{
    const Result<QList<PromSeries>> series = promSeries(body);
    if (!series) {
        fuzz::promise(!series.error().message.isEmpty(), "an error says something");
        return;
    }
    for (const PromSeries& one : *series) {
        checkLabels(one.labels);
        qint64 before = -1;
        for (const PromPoint& point : one.points) {
            fuzz::promise(point.time > before && std::isfinite(point.value), "points rise");
            before = point.time;
        }
    }
    for (const Point& point : viewPoints(*series)) {
        fuzz::promise(point.label.size() <= 255, "a label is short");
    }
    PromPlan plan;
    plan.from = 0;
    plan.to = 10'000'000;
    plan.step = 1'000'000;
    plan.interval = 1'000;
    for (const PromPlan::Way way : {PromPlan::Way::Samples, PromPlan::Way::Columns}) {
        plan.way = way;
        for (const PromChart& one : chartsOf(plan, *series, 0, 10'000'000, 10'000'000)) {
            fuzz::promise(one.chart.columns.size() == 10, "a chart has its columns");
            for (const ChartGap& gap : one.chart.gaps) {
                fuzz::promise(gap.from < gap.to, "a gap has a length");
            }
        }
    }
}

/// What a receiver answers to a remote write: status, a header of one line, a body.
void checkAnswer(const QByteArray& bytes)
{
    const qsizetype end = bytes.indexOf('\n');
    http::Response answer;
    answer.status = bytes.isEmpty() ? 200 : 100 + static_cast<unsigned char>(bytes[0]) * 2;
    answer.headers.append({"Retry-After", bytes.mid(1, end < 0 ? -1 : end - 1)});
    answer.body = end < 0 ? QByteArray() : bytes.sliced(end + 1);
    for (const int attempt : {0, 3, 1'000'000}) {
        const WriteOutcome outcome =
            outcomeOf(answer, attempt, milliseconds(1'000), milliseconds(60'000));
        fuzz::promise(outcome.after.count() >= 0 && outcome.after.count() <= 3'600'000,
                      "nobody makes us wait for ever");
        fuzz::promise((outcome.verdict == WriteVerdict::Accepted) == outcome.problem.isEmpty(),
                      "what is not accepted has a reason");
        fuzz::promise(outcome.problem.size() <= 1'000, "which is short");
    }
}

/// Targets of any names, one a line: the file is JSON and names each.
void checkFileSd(const QByteArray& bytes)
{
    QList<ScrapeTarget> targets;
    for (const QByteArray& line : bytes.split('\n').mid(0, 20)) {
        ScrapeTarget target;
        target.address = QString::fromUtf8(line.left(40));
        target.port = static_cast<int>(line.size());
        target.labels = {{QString::fromUtf8(line.mid(40, 20)), QString::fromUtf8(line.mid(60))}};
        targets.append(target);
    }
    const QByteArray file = fileSd(targets);
    const QJsonDocument json = QJsonDocument::fromJson(file);
    fuzz::promise(json.isArray() && json.array().size() <= targets.size(), "the file is JSON");
    fuzz::promise(fileSd(targets) == file, "and the same for the same servers");
}

}  // namespace

/// The first byte says what the rest is: an answer with series, targets, alerts, alerts of an
/// Alertmanager, a refusal, a header, an answer to a remote write, targets for file_sd, kept
/// positions.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size < 1) {
        return 0;
    }
    const QByteArray body = fuzz::bytesOf(data + 1, size - 1);
    switch (data[0]) {
        case 's':
            checkSeries(body);
            break;
        case 't':
            if (const auto targets = promTargets(body)) {
                for (const PromTarget& one : *targets) {
                    checkLabels(one.labels);
                    fuzz::promise(one.interval.count() > 0, "an interval is one");
                }
                static_cast<void>(targetOf(*targets, {QStringLiteral("a"), QStringLiteral("b")}));
            }
            break;
        case 'a':
        case 'm':
            if (const auto alerts = data[0] == 'a' ? promAlerts(body) : managedAlertsOf(body)) {
                for (const PromAlert& one : *alerts) {
                    checkLabels(one.labels);
                    static_cast<void>(one.toJson());
                }
            }
            break;
        case 'r':
            fuzz::promise(!promRefusal(400, body).message.isEmpty(), "a refusal says something");
            static_cast<void>(promVersion(body));
            break;
        case 'h': {
            const auto wait = retryAfter(body, QDateTime::fromMSecsSinceEpoch(0, Qt::UTC));
            fuzz::promise(!wait || (wait->count() >= 0 && wait->count() <= 3'600'000),
                          "nobody makes us wait for ever");
            const auto duration = promDuration(QString::fromUtf8(body));
            fuzz::promise(!duration || duration->count() >= 0, "a duration is one");
            break;
        }
        case 'w':
            checkAnswer(body);
            break;
        case 'f':
            checkFileSd(body);
            break;
        default:
            if (const auto positions = unpackPositions(body, {})) {
                fuzz::promise(unpackPositions(packPositions(*positions, {}), {}).has_value(),
                              "positions are read again");
            }
    }
    return 0;
}
