#include "core/monitor/src/writerequest.h"

#include "core/base/files.h"
#include "core/base/text.h"
#include "core/monitor/src/promanswer.h"

#include <QLocale>

#include <snappy-c.h>

#include <algorithm>
#include <bit>

using namespace Qt::StringLiterals;

namespace analemma::monitor {
namespace {

constexpr std::size_t kMostPositions = 5'000'000;
constexpr milliseconds kLongestRetryAfter = std::chrono::hours(1);

// ---- protocol buffers ---------------------------------------------------------------------------

enum Wire { Varint = 0, Fixed64 = 1, Bytes_ = 2 };

void putVarint(QByteArray& out, quint64 value)
{
    while (value >= 0x80) {
        out += char(static_cast<unsigned char>(value | 0x80));
        value >>= 7;
    }
    out += char(static_cast<unsigned char>(value));
}

void putKey(QByteArray& out, int field, Wire wire)
{
    putVarint(out, quint64(field) << 3 | quint64(wire));
}

void putBytes(QByteArray& out, int field, const QByteArray& bytes)
{
    putKey(out, field, Bytes_);
    putVarint(out, quint64(bytes.size()));
    out += bytes;
}

QByteArray labelsBytes(const PromLabels& labels)
{
    QList<std::pair<QByteArray, QByteArray>> sorted;
    for (auto at = labels.begin(); at != labels.end(); ++at) {
        if (!at.value().isEmpty()) {
            sorted.append({at.key().toUtf8(), at.value().toUtf8()});
        }
    }
    std::ranges::sort(sorted);
    QByteArray all;
    for (const auto& [name, value] : sorted) {
        QByteArray label;
        putBytes(label, 1, name);
        putBytes(label, 2, value);
        putBytes(all, 1, label);
    }
    return all;
}

QByteArray sampleBytes(const WriteSample& sample)
{
    QByteArray bytes;
    putKey(bytes, 1, Fixed64);
    const auto bits = std::bit_cast<quint64>(sample.value);
    for (int shift = 0; shift < 64; shift += 8) {
        bytes += char(static_cast<unsigned char>(bits >> shift));
    }
    putKey(bytes, 2, Varint);
    putVarint(bytes, quint64(sample.time));
    return bytes;
}

// ---- answers ------------------------------------------------------------------------------------

milliseconds backoff(int attempt, milliseconds first, milliseconds longest)
{
    const qint64 grown = first.count() << std::clamp(attempt, 0, 20);
    return std::min(milliseconds(grown), longest);
}

}  // namespace

QByteArray writeRequest(const QList<PromLabels>& series, const std::vector<WriteSample>& samples)
{
    QByteArray request;
    for (std::size_t i = 0; i < samples.size();) {
        const std::size_t which = samples[i].series;
        QByteArray one = labelsBytes(series[qsizetype(which)]);
        for (; i < samples.size() && samples[i].series == which; ++i) {
            putBytes(one, 2, sampleBytes(samples[i]));
        }
        putBytes(request, 1, one);
    }
    return request;
}

QByteArray snappyBlock(const QByteArray& bytes)
{
    std::size_t size = snappy_max_compressed_length(std::size_t(bytes.size()));
    QByteArray packed(qsizetype(size), Qt::Uninitialized);
    if (snappy_compress(bytes.constData(), std::size_t(bytes.size()), packed.data(), &size) !=
        SNAPPY_OK) {
        return {};
    }
    packed.truncate(qsizetype(size));
    return packed;
}

std::optional<milliseconds> retryAfter(const QByteArray& header, const QDateTime& now)
{
    bool ok = false;
    const qlonglong count = header.trimmed().toLongLong(&ok);
    if (ok) {
        return count < 0 ? std::nullopt
                         : std::optional(std::min<milliseconds>(seconds(std::min(count, 86'400LL)),
                                                                kLongestRetryAfter));
    }
    QDateTime date = QLocale::c().toDateTime(QString::fromLatin1(header.trimmed().left(40)),
                                             u"ddd, dd MMM yyyy hh:mm:ss 'GMT'"_s);
    if (!date.isValid()) {
        return std::nullopt;
    }
    date.setTimeSpec(Qt::UTC);
    return std::clamp(milliseconds(now.msecsTo(date)), milliseconds(0), kLongestRetryAfter);
}

WriteOutcome outcomeOf(const Result<http::Response>& answer, int attempt, milliseconds first,
                       milliseconds longest)
{
    WriteOutcome outcome;
    outcome.after = backoff(attempt, first, longest);
    if (!answer) {
        const Error& error = answer.error();
        const bool nothingSent =
            error.kind == ErrorKind::HostKey || error.kind == ErrorKind::Invalid;
        outcome.verdict = nothingSent ? WriteVerdict::Refused : WriteVerdict::Unknown;
        outcome.after = nothingSent ? longest : outcome.after;
        outcome.problem = error.message;
        outcome.hint = error.hint;
        return outcome;
    }
    const int status = answer->status;
    if (status >= 200 && status < 300) {
        outcome.verdict = WriteVerdict::Accepted;
        outcome.after = milliseconds(0);
        return outcome;
    }
    const Error told = promRefusal(status, answer->body);
    outcome.problem = told.message;
    outcome.hint = told.hint;
    if (status == 400 || status == 413 || status == 422) {
        outcome.verdict = WriteVerdict::Divide;
        outcome.after = milliseconds(0);
    } else if (status == 429 || status >= 500) {
        outcome.verdict = WriteVerdict::Later;
        for (const http::Header& header : answer->headers) {
            if (header.first.toLower() == "retry-after") {
                const auto wanted = retryAfter(header.second, QDateTime::currentDateTimeUtc());
                outcome.after = wanted.value_or(outcome.after);
            }
        }
    } else {
        outcome.verdict = WriteVerdict::Refused;
        outcome.after = longest;
        if (status == 404) {
            outcome.hint =
                u"Start Prometheus with --web.enable-remote-write-receiver, and see that "
                u"prometheus.url is its address."_s;
        }
    }
    return outcome;
}

// ---- positions ----------------------------------------------------------------------------------

namespace {

/// What the file begins with; after it the receiver, "since" and a time for each id.
QByteArray positionsHead(const QString& url)
{
    return "analemma-remote-write 1\n" + sha256(url.toUtf8()).toLatin1() + '\n';
}

void putTime(QByteArray& out, qint64 time)
{
    for (int shift = 0; shift < 64; shift += 8) {
        out += char(static_cast<unsigned char>(quint64(time) >> shift));
    }
}

qint64 takeTime(const char* at)
{
    quint64 bits = 0;
    for (int i = 7; i >= 0; --i) {
        bits = bits << 8 | static_cast<unsigned char>(at[i]);
    }
    return qint64(bits);
}

}  // namespace

void WritePositions::reach(SeriesId id, qint64 time)
{
    const auto at = std::size_t(id);
    if (at >= kMostPositions) {
        return;
    }
    if (at >= times.size()) {
        times.resize(at + 1);
    }
    times[at] = std::max(times[at], time);
}

QByteArray packPositions(const WritePositions& positions, const QString& url)
{
    QByteArray bytes = positionsHead(url);
    bytes.reserve(bytes.size() + qsizetype(positions.times.size() + 1) * 8);
    putTime(bytes, positions.since);
    for (const qint64 time : positions.times) {
        putTime(bytes, time);
    }
    return bytes;
}

std::optional<WritePositions> unpackPositions(const QByteArray& bytes, const QString& url)
{
    const QByteArray head = positionsHead(url);
    const qsizetype rest = bytes.size() - head.size();
    if (!bytes.startsWith(head) || rest < 8 || rest % 8 != 0 ||
        std::size_t(rest / 8) > kMostPositions) {
        return std::nullopt;
    }
    WritePositions positions;
    const char* at = bytes.constData() + head.size();
    positions.since = takeTime(at);
    positions.times.reserve(std::size_t(rest / 8 - 1));
    for (qsizetype i = 1; i < rest / 8; ++i) {
        const qint64 time = takeTime(at + i * 8);
        if (time < 0) {
            return std::nullopt;
        }
        positions.times.push_back(time);
    }
    return positions;
}

}  // namespace analemma::monitor
