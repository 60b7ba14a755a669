#pragma once

#include "core/monitor/prometheus.h"

/// The body of a remote-write request, and what its answer means. Pure; any thread.
namespace analemma::monitor {

/// One sample of a batch; `series` is the place of its labels.
struct WriteSample {
    std::size_t series = 0;
    qint64 time = 0;
    double value = 0;
};

/// prometheus.WriteRequest (prompb/remote.proto, types.proto) in protocol buffers' wire format:
/// samples of one series lie together, labels are sorted by name, as the protocol wants.
QByteArray writeRequest(const QList<PromLabels>& series, const std::vector<WriteSample>& samples);
/// In snappy's block format, which the protocol wants.
QByteArray snappyBlock(const QByteArray& bytes);

enum class WriteVerdict {
    Accepted,
    Divide,   ///< something in it is not taken; it is not known what
    Later,    ///< the same again after a while
    Unknown,  ///< the same; but it may have been taken
    Refused,  ///< no request is taken before somebody changes something; tried again, rarely
};
struct WriteOutcome {
    WriteVerdict verdict = WriteVerdict::Later;
    milliseconds after{0};  ///< until the next try
    QString problem;        ///< for people; empty when it was accepted
    QString hint;
};
/// `attempt`: how often the same was sent before, from 0.
WriteOutcome outcomeOf(const Result<http::Response>& answer, int attempt, milliseconds first,
                       milliseconds longest);
/// "30" or an HTTP date, as of RFC 9110, 10.2.3.
std::optional<milliseconds> retryAfter(const QByteArray& header, const QDateTime& now);

/// What was acknowledged of each series: the time of its newest sample.
struct WritePositions {
    qint64 since = 0;           ///< of series without one
    std::vector<qint64> times;  ///< by id; 0: none

    [[nodiscard]] qint64 of(SeriesId id) const
    {
        const auto at = std::size_t(id);
        return at < times.size() && times[at] > 0 ? times[at] : since;
    }
    void reach(SeriesId id, qint64 time);
};
QByteArray packPositions(const WritePositions& positions, const QString& url);
/// Nothing when the bytes are no positions, or those of another receiver.
std::optional<WritePositions> unpackPositions(const QByteArray& bytes, const QString& url);

}  // namespace analemma::monitor
