#include "core/monitor/src/openpoints.h"

namespace analemma::monitor {
namespace {

constexpr std::size_t kMostOfAPoint = 20;
constexpr std::size_t kGrowth = 64;

}  // namespace

void OpenPoints::push(const TimedValue& point)
{
    if (m_bytes.capacity() - m_bytes.size() < kMostOfAPoint) {
        m_bytes.reserve(m_bytes.size() + kGrowth);
    }
    if (m_count == 0) {
        m_from = point.time;
    } else {
        const qint64 step = point.time - m_to;
        putSigned(m_bytes, step - m_step);
        m_step = step;
    }
    putValueAfter(m_bytes, point.value, m_before);
    m_to = point.time;
    ++m_count;
}

void OpenPoints::assign(std::span<const TimedValue> points)
{
    *this = {};
    for (const TimedValue& point : points) {
        push(point);
    }
}

std::vector<TimedValue> OpenPoints::unpacked() const
{
    std::vector<TimedValue> points;
    points.reserve(m_count);
    ByteReader in(m_bytes.data(), m_bytes.size());
    ValueBefore before;
    qint64 time = m_from;
    qint64 step = 0;
    for (quint32 i = 0; i < m_count; ++i) {
        if (i > 0) {
            step += in.signedNumber();
            time += step;
        }
        points.push_back({time, takeValueAfter(in, before)});
    }
    return points;
}

}  // namespace analemma::monitor
