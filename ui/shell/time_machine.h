#pragma once

#include <QObject>

#include <optional>

namespace analemma::ui {

/// Which moment the window shows: now, or a kept one. Panels that know the past follow changed();
/// the frame says which moment it is, and that nothing can be changed there. Milliseconds since
/// 1970, UTC, whole minutes. Main thread.
class TimeMachine : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;

    /// Nothing: now.
    [[nodiscard]] std::optional<qint64> moment() const { return m_moment; }
    [[nodiscard]] bool isPast() const { return m_moment.has_value(); }
    /// The minute that holds this time.
    void goTo(qint64 time);
    void goNow();
    /// Why nothing is acted on; empty while it is now.
    [[nodiscard]] QString refusal() const;

    static constexpr qint64 minute = 60'000;

Q_SIGNALS:
    void changed();

private:
    std::optional<qint64> m_moment;
};

}  // namespace analemma::ui
