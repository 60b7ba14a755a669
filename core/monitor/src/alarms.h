#pragma once

#include "core/base/clock.h"

#include <QTimer>

#include <functional>
#include <map>
#include <memory>
#include <vector>

namespace analemma::monitor {

class Alarm;

/// One timer for many alarms: those that are due at nearly the same time ring together, so that
/// hundreds of them wake the thread a few times a second. The thread that made it.
class Alarms {
public:
    /// Alarms ring at multiples of `grain`, at the nearest one; those that are more than fifty
    /// grains off, at multiples of five grains.
    explicit Alarms(milliseconds grain);
    Alarms(const Alarms&) = delete;
    Alarms& operator=(const Alarms&) = delete;

    /// Milliseconds of a clock that is not set.
    [[nodiscard]] static qint64 now();

private:
    friend class Alarm;
    struct Bell {
        std::function<void()> ring;
        qint64 due = 0;  ///< 0: it does not ring
    };
    void add(const std::shared_ptr<Bell>& bell);
    void arm();
    void ringAll();

    const qint64 m_grain;
    QTimer m_timer;
    qint64 m_armed = 0;  ///< for when; 0: not
    /// By time. Those that were stopped or started anew since are left in until then.
    std::map<qint64, std::vector<std::weak_ptr<Bell>>> m_bells;
    const std::shared_ptr<bool> m_alive = std::make_shared<bool>(true);
};

/// Rings once after each start. Goes before its Alarms.
class Alarm {
public:
    Alarm(Alarms* alarms, std::function<void()> ring);
    Alarm(const Alarm&) = delete;
    Alarm& operator=(const Alarm&) = delete;

    void start(milliseconds in) { startAt(Alarms::now() + in.count()); }
    /// By Alarms::now().
    void startAt(qint64 time);
    void stop() { m_bell->due = 0; }
    /// For when it was started last: what rings late does not move it.
    [[nodiscard]] qint64 dueAt() const { return m_dueAt; }

private:
    Alarms* m_alarms;
    qint64 m_dueAt = 0;
    std::shared_ptr<Alarms::Bell> m_bell;
};

}  // namespace analemma::monitor
