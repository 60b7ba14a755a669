#include "core/monitor/remotewrite.h"

#include "core/base/files.h"
#include "core/base/text.h"
#include "core/monitor/src/promanswer.h"
#include "core/monitor/src/promquery.h"
#include "core/monitor/src/writequeue.h"

#include <QPointer>
#include <QUrl>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::monitor {
namespace {

constexpr qint64 kHeadReaches = 60LL * 60 * 1000;
constexpr qint64 kPositionsLimit = 64LL * 1024 * 1024;
constexpr int kSaveEvery = 20;  // batches, while there are more

}  // namespace

struct RemoteWriter::Body {
    HttpSend send;
    SeriesStore* store = nullptr;
    RemoteWriteOptions options;
    SystemClock machine;
    QPointer<RemoteWriter> owner;
    CancelToken cancel;
    RemoteWriteStatus status;
    std::unique_ptr<WriteQueue> queue;
    qint64 tried = 0;  ///< the newest sample that was ever sent
    bool loaded = false;
    bool uncertain = true;  ///< something may have been taken that is not known to be
    int unsaved = 0;

    using Pointer = std::shared_ptr<Body>;

    void tell(const WriteOutcome& outcome)
    {
        status.problem = outcome.problem;
        status.hint = outcome.problem.isEmpty() ? QString() : outcome.hint;
        if (owner) {
            Q_EMIT owner->changed();
        }
    }

    /// The API beside the receiver: ".../api/v1/write" and "query".
    [[nodiscard]] http::Request question(const QString& path) const
    {
        http::Request request;
        request.url = options.url.left(options.url.lastIndexOf(u'/') + 1) + path;
        request.bearer = options.token;
        request.authority = options.authority;
        request.timeout = options.timeout;
        request.limitBytes = PromLimits::bytes;
        return request;
    }

    static Task<Result<QList<PromSeries>>> query(Pointer body, QString expression, qint64 time)
    {
        http::Request request = body->question(u"query"_s);
        request.method = "POST";
        request.headers.emplaceBack("Content-Type", "application/x-www-form-urlencoded");
        request.body = formOf({{"query", expression.toUtf8()}, {"time", promTime(time)}});
        auto sending = body->send(std::move(request), body->cancel);
        const Result<http::Response> answer = co_await std::move(sending);
        if (!answer) {
            co_return answer.error();
        }
        if (answer->status != 200) {
            co_return promRefusal(answer->status, answer->body);
        }
        co_return promSeries(answer->body);
    }

    // ---- what is there already ------------------------------------------------------------------

    /// Learns which samples the receiver has that it did not acknowledge to us. A receiver that
    /// cannot be asked tells it by what it refuses.
    static Task<Result<void>> sync(Pointer body)
    {
        const qint64 now = body->options.clock->now().toMSecsSinceEpoch();
        qint64 newest = body->queue->positions.since;
        for (const qint64 time : body->queue->positions.times) {
            newest = std::max(newest, time + 60'000);
        }
        newest = std::max(newest, body->tried);
        const QStringList expressions = body->queue->newestExpressions();
        // An instant selector looks back five minutes.
        const QList<qint64> times =
            newest < now ? QList<qint64>{newest, now} : QList<qint64>{newest};
        for (const qint64 time : times) {
            for (const QString& expression : expressions) {
                auto asking = query(body, expression, time);
                const Result<QList<PromSeries>> answer = co_await std::move(asking);
                if (body->cancel.isCancelled()) {
                    co_return cancelledError();
                }
                if (answer) {
                    body->queue->takeNewest(*answer);
                } else if (answer.error().kind == ErrorKind::Network ||
                           answer.error().kind == ErrorKind::Timeout ||
                           answer.error().kind == ErrorKind::Failed) {
                    co_return answer.error();
                }
            }
        }
        body->uncertain = false;
        co_return Result<void>();
    }

    /// How many samples at the begin of a part, all of one series, cannot be taken: at least one.
    static Task<Result<std::size_t>> untakable(Pointer body, std::shared_ptr<WriteBatch> batch,
                                               WritePart part, bool tooOld)
    {
        const WriteSample& first = batch->samples[part.from];
        const WriteSample& last = batch->samples[part.to - 1];
        const PromLabels labels = batch->series[qsizetype(first.series)];
        const QString selector = labels.value(u"__name__"_s) + u'{' + promSelector(labels) + u'}';
        const qint64 range = last.time - first.time + 2;
        const QString expression = selector + u'[' + QString::number(range) + u"ms]"_s;
        auto asking = query(body, expression, last.time);
        const Result<QList<PromSeries>> answer = co_await std::move(asking);
        if (!answer && answer.error().kind == ErrorKind::Cancelled) {
            co_return answer.error();
        }
        qint64 reached = -1;
        std::size_t there = 0;
        if (answer) {
            for (const PromSeries& one : *answer) {
                for (const PromPoint& point : one.points) {
                    reached = std::max(reached, point.time);
                }
            }
        }
        std::size_t count = 0;
        while (part.from + count < part.to && batch->samples[part.from + count].time <= reached) {
            const qint64 time = batch->samples[part.from + count].time;
            for (const PromSeries& one : *answer) {
                there += std::ranges::binary_search(one.points, time, {}, &PromPoint::time) ? 1 : 0;
            }
            ++count;
        }
        body->status.sent += qint64(there);
        body->status.refused += qint64(count - there);
        if (count > 0) {
            co_return count;
        }
        if (tooOld) {
            auto sending = body->send(body->question(u"status/tsdb"_s), body->cancel);
            const Result<http::Response> told = co_await std::move(sending);
            if (!told && told.error().kind == ErrorKind::Cancelled) {
                co_return told.error();
            }
            const Result<QJsonValue> data = told && told->status == 200
                                                ? promData(told->body)
                                                : Result<QJsonValue>(QJsonValue());
            const qint64 head =
                data ? (*data)[u"headStats"_s][u"maxTime"_s].toInteger(0) : qint64(0);
            body->queue->floor = std::max(body->queue->floor, head - kHeadReaches - 1);
            while (part.from + count < part.to &&
                   batch->samples[part.from + count].time <= body->queue->floor) {
                ++count;
            }
        }
        count = std::max<std::size_t>(count, 1);
        body->status.refused += qint64(count);
        co_return count;
    }

    // ---- sending --------------------------------------------------------------------------------

    void reach(const WriteBatch& batch, const WritePart& part)
    {
        for (std::size_t i = part.from; i < part.to; ++i) {
            queue->positions.reach(batch.values[i].series, batch.values[i].time);
            status.reached = std::max(status.reached, batch.values[i].time);
        }
    }

    static Task<Result<http::Response>> post(Pointer body, std::shared_ptr<WriteBatch> batch,
                                             WritePart part)
    {
        const auto begin = batch->samples.begin();
        const std::vector<WriteSample> samples(begin + std::ptrdiff_t(part.from),
                                               begin + std::ptrdiff_t(part.to));
        for (const WriteSample& sample : samples) {
            body->tried = std::max(body->tried, sample.time);
        }
        http::Request request;
        request.method = "POST";
        request.url = body->options.url;
        request.bearer = body->options.token;
        request.authority = body->options.authority;
        request.timeout = body->options.timeout;
        request.limitBytes = 64 * 1024;
        request.headers = {{"Content-Type", "application/x-protobuf"},
                           {"Content-Encoding", "snappy"},
                           {"X-Prometheus-Remote-Write-Version", "0.1.0"},
                           {"User-Agent", "analemma"}};
        request.body = snappyBlock(writeRequest(batch->series, samples));
        return body->send(std::move(request), body->cancel);
    }

    /// Sends a batch; where it is refused, in parts. What became of the last request.
    static Task<Result<WriteOutcome>> deliver(Pointer body, std::shared_ptr<WriteBatch> batch,
                                              int attempt)
    {
        std::vector<WritePart> parts{WritePart{0, batch->samples.size()}};
        WriteOutcome outcome;
        outcome.verdict = WriteVerdict::Accepted;
        while (!parts.empty()) {
            const WritePart part = parts.back();
            parts.pop_back();
            auto posting = post(body, batch, part);
            const Result<http::Response> answer = co_await std::move(posting);
            if (body->cancel.isCancelled()) {
                body->uncertain = true;
                co_return cancelledError();
            }
            outcome =
                outcomeOf(answer, attempt, body->options.firstRetry, body->options.longestRetry);
            if (outcome.verdict == WriteVerdict::Accepted) {
                body->reach(*batch, part);
                body->status.sent += qint64(part.to - part.from);
                continue;
            }
            if (outcome.verdict != WriteVerdict::Divide) {
                body->uncertain = body->uncertain || outcome.verdict == WriteVerdict::Unknown;
                co_return outcome;
            }
            const std::optional<std::size_t> middle = batch->middleOf(part);
            if (middle) {
                parts.push_back(WritePart{*middle, part.to});
                parts.push_back(WritePart{part.from, *middle});
                continue;
            }
            const bool tooOld = answer->body.contains("out of bounds");
            auto finding = untakable(body, batch, part, tooOld);
            const Result<std::size_t> count = co_await std::move(finding);
            if (!count) {
                co_return count.error();
            }
            body->reach(*batch, WritePart{part.from, part.from + *count});
            if (part.from + *count < part.to) {
                parts.push_back(WritePart{part.from + *count, part.to});
            }
        }
        outcome = WriteOutcome();
        outcome.verdict = WriteVerdict::Accepted;
        co_return outcome;
    }

    /// One batch. `more` tells whether there is something left.
    static Task<Result<WriteOutcome>> round(Pointer body, int attempt, std::shared_ptr<bool> more)
    {
        body->queue->learnNames();
        WriteOutcome outcome;
        outcome.verdict = WriteVerdict::Accepted;
        if (body->uncertain) {
            auto syncing = sync(body);
            const Result<void> synced = co_await std::move(syncing);
            if (!synced) {
                if (synced.error().kind == ErrorKind::Cancelled) {
                    co_return synced.error();
                }
                co_return outcomeOf(synced.error(), attempt, body->options.firstRetry,
                                    body->options.longestRetry);
            }
        }
        const WriteQueue::Wanted wanted =
            body->queue->wanted(body->options.clock->now().toMSecsSinceEpoch());
        *more = !wanted.places.empty();
        if (!*more) {
            co_return outcome;
        }
        auto reading = body->store->values(wanted.places, wanted.to, body->options.batch);
        Result<std::vector<Measured>> values = co_await std::move(reading);
        if (body->cancel.isCancelled()) {
            co_return cancelledError();
        }
        if (!values) {
            co_return values.error();
        }
        const bool whole = qsizetype(values->size()) < body->options.batch;
        if (whole) {
            body->queue->passOver(wanted, *values);
        }
        body->status.refused += body->queue->dropOld(*values);
        if (values->empty()) {
            co_return outcome;
        }
        const std::shared_ptr<WriteBatch> batch = body->queue->batchOf(std::move(*values));
        auto delivering = deliver(body, batch, attempt);
        co_return co_await std::move(delivering);
    }

    // ---- the file -------------------------------------------------------------------------------

    static Task<Result<void>> load(Pointer body)
    {
        body->queue->positions.since = body->options.since;
        const QString path = body->options.positionFile;
        if (!path.isEmpty()) {
            std::function<Result<QByteArray>()> work = [path] {
                return readFile(path, kPositionsLimit);
            };
            auto reading = onWorker<QByteArray>(std::move(work));
            const Result<QByteArray> bytes = co_await std::move(reading);
            if (bytes) {
                const auto known = unpackPositions(*bytes, body->options.url);
                body->queue->positions = known.value_or(body->queue->positions);
            } else if (bytes.error().kind != ErrorKind::NotFound) {
                co_return bytes.error();
            }
        }
        body->loaded = true;
        body->uncertain = true;
        co_return Result<void>();
    }

    static Task<Result<void>> save(Pointer body)
    {
        body->unsaved = 0;
        const QString path = body->options.positionFile;
        if (path.isEmpty()) {
            co_return Result<void>();
        }
        const QByteArray bytes = packPositions(body->queue->positions, body->options.url);
        std::function<Result<bool>()> work = [path, bytes]() -> Result<bool> {
            const Result<void> written = writeFile(path, bytes);
            return written ? Result<bool>(true) : Result<bool>(written.error());
        };
        auto writing = onWorker<bool>(std::move(work));
        const Result<bool> written = co_await std::move(writing);
        co_return written ? Result<void>() : Result<void>(written.error());
    }

    // ---- the loop -------------------------------------------------------------------------------

    /// Ends when cancelled; with `once` when all is sent, or at the first problem.
    static Task<Result<void>> follow(Pointer body, bool once)
    {
        int attempt = 0;
        while (!body->cancel.isCancelled()) {
            if (!once && !body->store->status().recording) {
                body->loaded = false;  // the other one writes its positions
                auto sleeping = sleepFor(body->options.every, body->cancel);
                const Result<void> slept = co_await std::move(sleeping);
                static_cast<void>(slept);
                continue;
            }
            WriteOutcome outcome;
            auto more = std::make_shared<bool>(false);
            Result<void> ready;
            if (!body->loaded) {
                auto loading = load(body);
                ready = co_await std::move(loading);
            }
            Result<WriteOutcome> told = outcome;
            if (ready && !body->cancel.isCancelled()) {
                auto going = round(body, attempt, more);
                told = co_await std::move(going);
            } else if (!ready) {
                told = ready.error();
            }
            if (body->cancel.isCancelled()) {
                break;
            }
            outcome = told ? *told
                           : outcomeOf(told.error(), attempt, body->options.firstRetry,
                                       body->options.longestRetry);
            const bool good = told && outcome.verdict == WriteVerdict::Accepted;
            body->status.upToDate = good && !*more;
            body->status.retries += good ? 0 : 1;
            attempt = good ? 0 : attempt + 1;
            ++body->unsaved;
            if (!good || !*more || body->unsaved >= kSaveEvery) {
                auto saving = save(body);
                const Result<void> saved = co_await std::move(saving);
                if (!saved && good) {
                    outcome.problem = saved.error().message;
                }
                if (body->cancel.isCancelled()) {
                    break;
                }
            }
            body->tell(outcome);
            if (once && (!good || !*more)) {
                co_return Result<void>();
            }
            if (!good || !*more) {
                const milliseconds pause = good ? body->options.every : outcome.after;
                auto sleeping = sleepFor(pause, body->cancel);
                const Result<void> slept = co_await std::move(sleeping);
                static_cast<void>(slept);
            }
        }
        co_return cancelledError();
    }

    static Task<Result<RemoteWriteStatus>> once(Pointer body, CancelToken cancel)
    {
        const CancelToken::Registration link =
            cancel.onCancel([token = body->cancel] { token.cancel(); });
        auto following = follow(body, true);
        const Result<void> ended = co_await std::move(following);
        if (!ended) {
            co_return ended.error();
        }
        co_return body->status;
    }
};

RemoteWriter::RemoteWriter(HttpSend send, SeriesStore* store, RemoteWriteOptions options,
                           QObject* parent)
    : QObject(parent), m_body(std::make_shared<Body>())
{
    m_body->send = std::move(send);
    m_body->store = store;
    m_body->options = std::move(options);
    if (m_body->options.clock == nullptr) {
        m_body->options.clock = &m_body->machine;
    }
    m_body->owner = this;
    m_body->queue =
        std::make_unique<WriteQueue>(store, m_body->options.workspace, m_body->options.labels);
}

RemoteWriter::~RemoteWriter()
{
    m_body->cancel.cancel();
}

void RemoteWriter::start()
{
    then(Body::follow(m_body, false), this, [](const Result<void>&) {});
}

Task<Result<RemoteWriteStatus>> RemoteWriter::sendOnce(CancelToken cancel)
{
    return Body::once(m_body, std::move(cancel));
}

RemoteWriteStatus RemoteWriter::status() const
{
    return m_body->status;
}

}  // namespace analemma::monitor
