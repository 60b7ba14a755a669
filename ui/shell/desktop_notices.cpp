#include "ui/shell/desktop_notices.h"

#include "core/base/text.h"

#include <QHash>
#include <QStringList>

#ifdef ANALEMMA_DBUS
#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#endif

using namespace Qt::StringLiterals;

namespace analemma::ui {

#ifdef ANALEMMA_DBUS

namespace {

const QString kService = u"org.freedesktop.Notifications"_s;
const QString kPath = u"/org/freedesktop/Notifications"_s;
constexpr int kPatience = 10'000;       // milliseconds, of a call
constexpr qsizetype kMostBubbles = 50;  // remembered at a time
constexpr qsizetype kLongestTitle = 200;
constexpr qsizetype kLongestText = 2'000;

QDBusConnection busOf(const QString& address)
{
    return address.isEmpty() ? QDBusConnection::sessionBus()
                             : QDBusConnection::connectToBus(address, u"notices "_s + address);
}

}  // namespace

class DesktopNotices::Body : public QObject {
    Q_OBJECT
public:
    Body(const QString& bus, DesktopNotices* owner) : m_owner(owner), m_bus(busOf(bus))
    {
        m_bus.connect(kService, kPath, kService, u"ActionInvoked"_s, this,
                      SLOT(invoked(uint, QString)));
        m_bus.connect(kService, kPath, kService, u"NotificationClosed"_s, this,
                      SLOT(wentAway(uint, uint)));
    }

    void show(const Bubble& bubble)
    {
        if (!m_bus.isConnected()) {
            Q_EMIT m_owner->failed(
                DesktopNotices::tr("There is no session bus for notices of the desktop."));
            return;
        }
        if (!m_known.contains(bubble.key) && m_known.size() >= kMostBubbles) {
            m_known.erase(m_known.begin());
        }
        Known& known = m_known[bubble.key];
        known.wanted = bubble;
        known.waiting = true;
        if (m_asked == Asked::Yes) {
            send(bubble.key);
        } else {
            askWhatItCan();
        }
    }

    void close(const QString& key)
    {
        const auto known = m_known.find(key);
        if (known == m_known.end()) {
            return;
        }
        known->waiting = false;
        if (known->id != 0) {
            QDBusMessage call =
                QDBusMessage::createMethodCall(kService, kPath, kService, u"CloseNotification"_s);
            call << known->id;
            m_bus.asyncCall(call, kPatience);
        }
    }

private Q_SLOTS:
    void invoked(uint id, const QString&)
    {
        for (auto known = m_known.cbegin(); known != m_known.cend(); ++known) {
            if (known->id == id && id != 0) {
                Q_EMIT m_owner->opened(known.key());
                return;
            }
        }
    }
    void wentAway(uint id, uint)
    {
        m_known.removeIf([id](const QHash<QString, Known>::iterator& known) {
            return known->id == id && id != 0 && !known->waiting && !known->sending;
        });
    }

private:
    enum class Asked { No, UnderWay, Yes };
    struct Known {
        Bubble wanted;
        uint id = 0;  ///< that the service gave it; 0: none yet
        bool waiting = false;
        bool sending = false;
    };

    void askWhatItCan()
    {
        if (m_asked != Asked::No) {
            return;
        }
        m_asked = Asked::UnderWay;
        const QDBusMessage call =
            QDBusMessage::createMethodCall(kService, kPath, kService, u"GetCapabilities"_s);
        watch(call, [this](const QDBusMessage& answer) {
            if (answer.type() == QDBusMessage::ErrorMessage) {
                m_asked = Asked::No;  // perhaps there is one the next time
                for (Known& known : m_known) {
                    known.waiting = false;
                }
                complain(answer);
                return;
            }
            const QStringList able = answer.arguments().value(0).toStringList();
            m_asked = Asked::Yes;
            m_markup = able.contains(u"body-markup"_s);
            m_actions = able.contains(u"actions"_s);
            for (const QString& key : m_known.keys()) {
                send(key);
            }
        });
    }

    /// One call a bubble at a time, so that the next one knows which to take the place of.
    void send(const QString& key)
    {
        Known& known = m_known[key];
        if (known.sending || !known.waiting) {
            return;
        }
        known.sending = true;
        known.waiting = false;
        const Bubble& bubble = known.wanted;
        const QString text = displayLog(bubble.text.toUtf8()).left(kLongestText);
        QStringList actions;
        if (m_actions && !bubble.action.isEmpty()) {
            actions = {u"default"_s, bubble.action, u"open"_s, bubble.action};
        }
        const QVariantMap hints{{u"urgency"_s, QVariant::fromValue(uchar(bubble.urgency))},
                                {u"desktop-entry"_s, u"analemma"_s}};
        QDBusMessage call = QDBusMessage::createMethodCall(kService, kPath, kService, u"Notify"_s);
        call << u"Analemma"_s << known.id << u"analemma"_s
             << displayText(bubble.title, kLongestTitle) << (m_markup ? text.toHtmlEscaped() : text)
             << actions << hints << -1;
        watch(call, [this, key](const QDBusMessage& answer) {
            const auto sent = m_known.find(key);
            if (sent == m_known.end()) {
                return;
            }
            sent->sending = false;
            if (answer.type() == QDBusMessage::ErrorMessage) {
                sent->id = 0;
                m_asked = Asked::No;  // another service may come in its place
                complain(answer);
                return;
            }
            sent->id = answer.arguments().value(0).toUInt();
            Q_EMIT m_owner->shown(key);
            send(key);
        });
    }

    template <class F>
    void watch(const QDBusMessage& call, F answered)
    {
        auto* watcher = new QDBusPendingCallWatcher(m_bus.asyncCall(call, kPatience), this);
        connect(watcher, &QDBusPendingCallWatcher::finished, this,
                [answered](QDBusPendingCallWatcher* done) {
                    done->deleteLater();
                    answered(done->reply());
                });
    }

    void complain(const QDBusMessage& answer)
    {
        Q_EMIT m_owner->failed(DesktopNotices::tr("The desktop does not show notices: %1")
                                   .arg(displayText(answer.errorMessage(), 200)));
    }

    DesktopNotices* m_owner;
    QDBusConnection m_bus;
    QHash<QString, Known> m_known;
    Asked m_asked = Asked::No;
    bool m_markup = false;
    bool m_actions = false;
};

#else

class DesktopNotices::Body {
public:
    Body(const QString&, DesktopNotices* owner) : m_owner(owner) {}
    void show(const Bubble&)
    {
        Q_EMIT m_owner->failed(
            DesktopNotices::tr("This program was built without notices of the desktop."));
    }
    void close(const QString&) {}

private:
    DesktopNotices* m_owner;
};

#endif

DesktopNotices::DesktopNotices(const QString& bus, QObject* parent)
    : QObject(parent), m_body(std::make_unique<Body>(bus, this))
{
}

DesktopNotices::~DesktopNotices() = default;

void DesktopNotices::show(const Bubble& bubble)
{
    m_body->show(bubble);
}

void DesktopNotices::close(const QString& key)
{
    m_body->close(key);
}

}  // namespace analemma::ui

#ifdef ANALEMMA_DBUS
#include "desktop_notices.moc"
#endif
