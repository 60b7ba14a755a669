#pragma once

#include <QObject>
#include <QString>

#include <memory>

namespace analemma::ui {

/// One bubble of the desktop.
struct Bubble {
    enum class Urgency { Low, Normal, Critical };
    QString key;  ///< a bubble with the same key takes the place of the one that is still there
    QString title;
    QString text;    ///< plain; what it holds of markup is shown as it stands
    QString action;  ///< "Open"; empty: none
    Urgency urgency = Urgency::Normal;
};

/// Bubbles by the desktop's own service (org.freedesktop.Notifications on the session's D-Bus).
/// Asks it and never waits. Main thread.
class DesktopNotices : public QObject {
    Q_OBJECT
public:
    /// `bus`: address of a bus other than the session's.
    explicit DesktopNotices(const QString& bus = {}, QObject* parent = nullptr);
    ~DesktopNotices() override;
    class Body;  // desktop_notices.cpp

    void show(const Bubble& bubble);
    /// Takes it away, if it is still there.
    void close(const QString& key);

Q_SIGNALS:
    /// A person pressed it.
    void opened(const QString& key);
    /// It is on the screen, as far as the service says.
    void shown(const QString& key);
    /// There is no service, or it refused: a sentence.
    void failed(const QString& why);

private:
    std::unique_ptr<Body> m_body;
};

}  // namespace analemma::ui
