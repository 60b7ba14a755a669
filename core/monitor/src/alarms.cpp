#include "core/monitor/src/alarms.h"

#include "core/base/together.h"

#include <algorithm>

namespace analemma::monitor {
namespace {

// In grains: how far off an alarm is that needs less precision, and what it gets.
constexpr qint64 kFar = 50;
constexpr qint64 kCoarse = 5;

}  // namespace

Alarms::Alarms(milliseconds grain) : m_grain(std::max<qint64>(1, grain.count()))
{
    m_timer.setSingleShot(true);
    m_timer.setTimerType(Qt::PreciseTimer);
    QObject::connect(&m_timer, &QTimer::timeout, &m_timer, [this] { ringAll(); });
}

qint64 Alarms::now()
{
    return std::chrono::duration_cast<milliseconds>(
               std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

void Alarms::add(const std::shared_ptr<Bell>& bell)
{
    const qint64 grain = bell->due - now() > kFar * m_grain ? kCoarse * m_grain : m_grain;
    bell->due = std::max<qint64>(1, (bell->due + grain / 2) / grain * grain);
    m_bells[bell->due].push_back(bell);
    arm();
}

void Alarms::arm()
{
    if (m_bells.empty()) {
        return;
    }
    const qint64 first = m_bells.begin()->first;
    if (m_armed == 0 || first < m_armed) {
        m_armed = first;
        m_timer.start(milliseconds(std::max<qint64>(0, first - now())));
    }
}

/// What is rung may start and stop others, and itself, and end all.
void Alarms::ringAll()
{
    const std::weak_ptr<bool> alive = m_alive;
    m_armed = 0;
    const qint64 until = now();
    std::vector<std::pair<qint64, std::vector<std::weak_ptr<Bell>>>> due;
    while (!m_bells.empty() && m_bells.begin()->first <= until) {
        auto node = m_bells.extract(m_bells.begin());
        due.emplace_back(node.key(), std::move(node.mapped()));
    }
    const Together together;  // what they ask for goes the same way
    for (const auto& [time, bells] : due) {
        for (const std::weak_ptr<Bell>& weak : bells) {
            const std::shared_ptr<Bell> bell = weak.lock();
            if (bell && bell->due == time) {
                bell->due = 0;
                bell->ring();
            }
        }
    }
    if (!alive.expired()) {
        arm();
    }
}

Alarm::Alarm(Alarms* alarms, std::function<void()> ring)
    : m_alarms(alarms), m_bell(std::make_shared<Alarms::Bell>())
{
    m_bell->ring = std::move(ring);
}

void Alarm::startAt(qint64 time)
{
    m_bell->due = time;
    m_alarms->add(m_bell);
    m_dueAt = m_bell->due;
}

}  // namespace analemma::monitor
