#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

#include <algorithm>
#include <chrono>
#include <cmath>

#include <malloc.h>

extern "C" std::size_t __sanitizer_get_current_allocated_bytes() __attribute__((weak));

/// Shared by the tests that look whether servers are read on time.
namespace analemma::monitor::steady {

/// Of the heap, in use now.
inline qint64 heldBytes()
{
    if (__sanitizer_get_current_allocated_bytes != nullptr) {
        return static_cast<qint64>(__sanitizer_get_current_allocated_bytes());
    }
    const struct mallinfo2 info = ::mallinfo2();
    return static_cast<qint64>(info.uordblks + info.hblkhd);
}

/// How many readings are missing between two that lie so far apart.
inline int missingWithin(std::chrono::milliseconds apart, std::chrono::milliseconds interval)
{
    return std::max(0, int(std::lround(double(apart.count()) / double(interval.count()))) - 1);
}

/// Ticks by which a test knows whether this machine itself had time for it. `onTick` is called
/// with each.
class Pulse {
public:
    explicit Pulse(std::function<void()> onTick = {}) : m_onTick(std::move(onTick))
    {
        QObject::connect(&m_timer, &QTimer::timeout, &m_timer, [this] {
            m_latest = std::max(m_latest, m_since.restart() - kEvery);
            if (m_onTick) {
                m_onTick();
            }
        });
        m_timer.setTimerType(Qt::PreciseTimer);
        m_timer.start(kEvery);
        m_since.start();
    }
    /// The latest that a tick came since the last call, milliseconds.
    qint64 takeLatest() { return std::exchange(m_latest, 0); }

private:
    static constexpr int kEvery = 20;
    const std::function<void()> m_onTick;
    QTimer m_timer;
    QElapsedTimer m_since;
    qint64 m_latest = 0;
};

}  // namespace analemma::monitor::steady
