#pragma once

#include "tests/store/secret_service.h"

/// What shows bubbles on a desktop, on a bus of a test's own.
namespace analemma::test {

class NotificationService : public QDBusVirtualObject {
public:
    struct Shown {
        uint id = 0;
        uint replaced = 0;
        QString title;
        QString text;
        QStringList actions;
        int urgency = -1;
    };

    explicit NotificationService(const QString& address)
        : m_bus(QDBusConnection::connectToBus(address, QStringLiteral("notification-service")))
    {
        m_bus.registerVirtualObject(QStringLiteral("/org/freedesktop/Notifications"), this);
        m_bus.registerService(QStringLiteral("org.freedesktop.Notifications"));
    }
    ~NotificationService() override
    {
        m_bus.unregisterService(QStringLiteral("org.freedesktop.Notifications"));
        QDBusConnection::disconnectFromBus(QStringLiteral("notification-service"));
    }

    QList<Shown> shown;
    QList<uint> closed;
    QStringList able{QStringLiteral("body"), QStringLiteral("actions"),
                     QStringLiteral("body-markup")};

    /// As a person does it.
    void press(uint id, const QString& action)
    {
        tell(QStringLiteral("ActionInvoked"), {id, action});
        tell(QStringLiteral("NotificationClosed"), {id, uint(2)});
    }

    [[nodiscard]] QString introspect(const QString&) const override { return {}; }
    bool handleMessage(const QDBusMessage& message, const QDBusConnection& bus) override
    {
        const QVariantList given = message.arguments();
        if (message.member() == QStringLiteral("GetCapabilities")) {
            return bus.send(message.createReply(QVariant(able)));
        }
        if (message.member() == QStringLiteral("CloseNotification")) {
            closed.append(given.value(0).toUInt());
            return bus.send(message.createReply());
        }
        if (message.member() != QStringLiteral("Notify") || given.size() != 8) {
            return false;
        }
        Shown one;
        one.replaced = given.at(1).toUInt();
        one.id = one.replaced != 0 ? one.replaced : ++m_last;
        one.title = given.at(3).toString();
        one.text = given.at(4).toString();
        one.actions = given.at(5).toStringList();
        const QVariantMap hints = qdbus_cast<QVariantMap>(given.at(6));
        const QVariant urgency = hints.value(QStringLiteral("urgency"));
        one.urgency = urgency.userType() == QMetaType::UChar ? urgency.value<uchar>() : -1;
        shown.append(one);
        return bus.send(message.createReply(QVariant(one.id)));
    }

private:
    void tell(const QString& member, const QVariantList& arguments)
    {
        QDBusMessage signal =
            QDBusMessage::createSignal(QStringLiteral("/org/freedesktop/Notifications"),
                                       QStringLiteral("org.freedesktop.Notifications"), member);
        signal.setArguments(arguments);
        m_bus.send(signal);
    }
    QDBusConnection m_bus;
    uint m_last = 0;
};

}  // namespace analemma::test
