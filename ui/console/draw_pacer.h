#pragma once

#include "core/base/clock.h"

#include <algorithm>
#include <optional>

namespace analemma::ui {

/// When a terminal is drawn: 10 ms after the last byte, so that what belongs together appears
/// together; 40 ms after the first at the latest; never twice within a 60th of a second. Pure:
/// times are of any one monotonic clock.
class DrawPacer {
public:
    void changed(milliseconds now)
    {
        m_first = m_first ? m_first : std::optional(now);
        m_last = now;
    }
    void drawn(milliseconds now)
    {
        m_first.reset();
        m_drawn = now;
    }
    /// Nothing when there is nothing to draw.
    [[nodiscard]] std::optional<milliseconds> due() const
    {
        if (!m_first) {
            return std::nullopt;
        }
        const milliseconds wanted = std::min(m_last + quiet, *m_first + latest);
        return m_drawn ? std::max(wanted, *m_drawn + frame) : wanted;
    }

    static constexpr milliseconds quiet{10};
    static constexpr milliseconds latest{40};
    static constexpr milliseconds frame{17};

private:
    std::optional<milliseconds> m_first;
    milliseconds m_last{0};
    std::optional<milliseconds> m_drawn;
};

}  // namespace analemma::ui
