#pragma once

#include <QObject>

#include <optional>

namespace analemma::ui {

/// What the charts of one panel share: the range of time, whether it follows the present, and the
/// time under the cursor. Does no I/O and has no clock: its owner tells the time. Milliseconds
/// since 1970, UTC. Main thread.
class ChartGroup : public QObject {
    Q_OBJECT
public:
    explicit ChartGroup(qint64 now, QObject* parent = nullptr);

    [[nodiscard]] qint64 from() const { return m_to - m_span; }
    [[nodiscard]] qint64 to() const { return m_to; }
    [[nodiscard]] qint64 span() const { return m_span; }
    [[nodiscard]] qint64 now() const { return m_now; }
    /// The range ends at the present and moves with it.
    [[nodiscard]] bool isLive() const { return m_live; }
    [[nodiscard]] std::optional<qint64> cursor() const { return m_cursor; }

    /// Once a second while the panel is shown. A live range follows.
    void setNow(qint64 now);
    /// How much time is seen, 1 minute to 30 days; also what reset() comes back to.
    void setSpan(qint64 span);
    [[nodiscard]] qint64 homeSpan() const { return m_home; }
    /// Turned, kept within the possible and not beyond the present.
    void setRange(qint64 from, qint64 to);
    /// Factor 0.5 shows half as much time; `about` stays where it is, the end when there is none.
    void zoom(double factor, std::optional<qint64> about = {});
    void pan(qint64 by);
    void goLive();
    /// The range of setSpan(), live.
    void reset();
    void setCursor(std::optional<qint64> time);

Q_SIGNALS:
    void rangeChanged();
    void nowChanged();  ///< after rangeChanged(), where that moved too
    void liveChanged(bool live);
    void cursorChanged();

private:
    void moveTo(qint64 to, qint64 span);
    qint64 m_now;
    qint64 m_to;
    qint64 m_span;
    qint64 m_home;
    bool m_live = true;
    std::optional<qint64> m_cursor;
};

}  // namespace analemma::ui
