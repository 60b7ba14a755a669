#include "core/monitor/src/serieslog.h"

namespace analemma::monitor {
namespace {

constexpr std::uint8_t kLogFormat = 1;
constexpr std::size_t kMostEntries = 4'000'000;
constexpr std::size_t kLogHead = 3;

}  // namespace

Bytes packLog(std::span<const Measured> samples, std::span<const SeriesId> flushed)
{
    Bytes out(kLogHead);
    out.reserve(64 + samples.size() * 6);
    putNumber(out, flushed.size());
    qint64 before = 0;
    for (const SeriesId id : flushed) {
        putSigned(out, qint64(id) - before);
        before = qint64(id);
    }
    putNumber(out, samples.size());
    before = 0;
    qint64 time = 0;
    for (const Measured& sample : samples) {
        putSigned(out, qint64(sample.series) - before);
        putSigned(out, qint64(quint64(sample.time) - quint64(time)));  // a hostile file has any
        putValue(out, sample.value);
        before = qint64(sample.series);
        time = sample.time;
    }
    const std::uint16_t sum = checksum(out.data() + kLogHead, out.size() - kLogHead);
    out[0] = kLogFormat;
    out[1] = static_cast<std::uint8_t>(sum);
    out[2] = static_cast<std::uint8_t>(sum >> 8);
    return out;
}

bool unpackLog(std::span<const std::uint8_t> row, const std::function<void(SeriesId)>& flushed,
               const std::function<void(const Measured&)>& sample)
{
    if (row.size() < kLogHead || row[0] != kLogFormat) {
        return false;
    }
    const auto body = row.subspan(kLogHead);
    const std::uint16_t sum = checksum(body.data(), body.size());
    if (row[1] != (sum & 0xff) || row[2] != (sum >> 8)) {
        return false;
    }
    ByteReader in(body.data(), body.size());
    const auto step = [&](quint32& id) {
        id += static_cast<quint32>(in.signedNumber());
        return static_cast<SeriesId>(id);
    };
    quint32 id = 0;
    for (std::size_t left = in.count(kMostEntries); left > 0 && in.ok(); --left) {
        const SeriesId series = step(id);
        if (in.ok()) {
            flushed(series);
        }
    }
    id = 0;
    quint64 time = 0;
    for (std::size_t left = in.count(kMostEntries); left > 0 && in.ok(); --left) {
        Measured next;
        next.series = step(id);
        time += static_cast<quint64>(in.signedNumber());
        next.time = static_cast<qint64>(time);
        next.value = takeValue(in);
        if (in.ok()) {
            sample(next);
        }
    }
    return in.ok() && in.atEnd();
}

}  // namespace analemma::monitor
