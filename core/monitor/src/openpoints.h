#pragma once

#include "core/monitor/src/chunk.h"

namespace analemma::monitor {

/// Points of rising time that still grow in number, in a few bytes each: the newest of all series
/// stand in memory. Pure.
class OpenPoints {
public:
    [[nodiscard]] bool empty() const { return m_count == 0; }
    [[nodiscard]] std::size_t size() const { return m_count; }
    /// Times of the first and the last one.
    [[nodiscard]] qint64 from() const { return m_from; }
    [[nodiscard]] qint64 to() const { return m_to; }
    /// Later than all others.
    void push(const TimedValue& point);
    /// All of them anew.
    void assign(std::span<const TimedValue> points);
    [[nodiscard]] std::vector<TimedValue> unpacked() const;

private:
    Bytes m_bytes;
    qint64 m_from = 0;
    qint64 m_to = 0;
    qint64 m_step = 0;
    ValueBefore m_before;
    quint32 m_count = 0;
};

}  // namespace analemma::monitor
