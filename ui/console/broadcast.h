#pragma once

#include "core/base/clock.h"

#include <QElapsedTimer>
#include <QList>
#include <QObject>
#include <QPointer>

class QTimer;

namespace analemma::ui {

class ConsolePage;

/// What is typed in one chosen console goes to all chosen ones. Loud while it is on, ends by itself
/// and when fewer than two live consoles are left; never restored.
class Broadcast : public QObject {
    Q_OBJECT
public:
    explicit Broadcast(QObject* parent);
    void setDuration(milliseconds duration) { m_duration = duration; }  ///< 10 minutes at first

    [[nodiscard]] bool isOn() const { return m_on; }
    [[nodiscard]] bool has(const ConsolePage* page) const;
    /// Only live ones count; fewer than two of them start nothing.
    bool start(const QList<ConsolePage*>& pages);
    /// Chooses or leaves out one; with the second chosen it begins.
    void toggle(ConsolePage* page);
    void stop();
    void typed(ConsolePage* from, const QByteArray& bytes);
    /// A page changed its state or goes.
    void check(ConsolePage* gone = nullptr);

Q_SIGNALS:
    void changed();

private:
    void tell();
    QList<ConsolePage*> m_pages;
    QElapsedTimer m_since;
    QTimer* m_second;
    milliseconds m_duration = std::chrono::minutes(10);
    bool m_on = false;
};

}  // namespace analemma::ui
