#pragma once

#include <QDBusArgument>
#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusMetaType>
#include <QDBusObjectPath>
#include <QDBusVariant>
#include <QDBusVirtualObject>
#include <QMap>
#include <QProcess>
#include <QTemporaryDir>
#include <QTimer>

#include <signal.h>
#include <sys/prctl.h>

/// A keyring on a bus of a test's own: what the Secret Service API asks of one, with one collection
/// that can be locked. Nothing of it reaches a disk.
namespace analemma::test {

using Names = QMap<QString, QString>;

struct Carried {
    QDBusObjectPath session;
    QByteArray parameters;
    QByteArray value;
    QString contentType;
};
inline QDBusArgument& operator<<(QDBusArgument& argument, const Carried& c)
{
    argument.beginStructure();
    argument << c.session << c.parameters << c.value << c.contentType;
    argument.endStructure();
    return argument;
}
inline const QDBusArgument& operator>>(const QDBusArgument& argument, Carried& c)
{
    argument.beginStructure();
    argument >> c.session >> c.parameters >> c.value >> c.contentType;
    argument.endStructure();
    return argument;
}

}  // namespace analemma::test

Q_DECLARE_METATYPE(analemma::test::Carried)

namespace analemma::test {

/// A real dbus-daemon, with nobody on it.
class PrivateBus {
public:
    PrivateBus()
    {
        m_process.setChildProcessModifier([] { ::prctl(PR_SET_PDEATHSIG, SIGKILL); });
        m_process.start(QStringLiteral("dbus-daemon"),
                        {QStringLiteral("--session"), QStringLiteral("--nofork"),
                         QStringLiteral("--print-address"), QStringLiteral("--address"),
                         QStringLiteral("unix:path=") + m_folder.filePath(QStringLiteral("bus"))});
        if (m_process.waitForReadyRead(20'000)) {
            m_address = QString::fromUtf8(m_process.readLine().trimmed());
        }
    }
    ~PrivateBus()
    {
        m_process.kill();
        m_process.waitForFinished(5'000);
    }
    PrivateBus(const PrivateBus&) = delete;
    PrivateBus& operator=(const PrivateBus&) = delete;
    [[nodiscard]] QString address() const { return m_address; }

private:
    QTemporaryDir m_folder;
    QProcess m_process;
    QString m_address;
};

class SecretService : public QDBusVirtualObject {
public:
    struct Item {
        Names attributes;
        QByteArray value;
        QString label;
    };

    explicit SecretService(const QString& address)
        : m_bus(QDBusConnection::connectToBus(address, QStringLiteral("secret-service")))
    {
        qDBusRegisterMetaType<Carried>();
        qDBusRegisterMetaType<Names>();
        m_bus.registerVirtualObject(QStringLiteral("/org/freedesktop/secrets"), this,
                                    QDBusConnection::SubPath);
        m_bus.registerService(QStringLiteral("org.freedesktop.secrets"));
    }
    ~SecretService() override
    {
        m_bus.unregisterService(QStringLiteral("org.freedesktop.secrets"));
        QDBusConnection::disconnectFromBus(QStringLiteral("secret-service"));
    }

    QMap<QString, Item> items;  ///< by path
    bool locked = false;
    bool agrees = true;   ///< the person, to unlocking it
    bool silent = false;  ///< prompts end never
    int prompts = 0;
    QStringList methods;

    [[nodiscard]] QString introspect(const QString&) const override { return {}; }

    bool handleMessage(const QDBusMessage& message, const QDBusConnection& bus) override
    {
        const QVariantList given = message.arguments();
        const QString method = message.member();
        methods += method;
        const auto reply = [&](const QVariantList& values) {
            return bus.send(message.createReply(values));
        };
        if (method == QStringLiteral("OpenSession")) {
            return reply({QVariant::fromValue(QDBusVariant(QString())),
                          QVariant::fromValue(path(QStringLiteral("session/1")))});
        }
        if (method == QStringLiteral("SearchItems")) {
            QList<QDBusObjectPath> found;
            const Names wanted = qdbus_cast<Names>(given.at(0));
            for (auto item = items.cbegin(); item != items.cend(); ++item) {
                if (fits(item->attributes, wanted)) {
                    found += QDBusObjectPath(item.key());
                }
            }
            const QList<QDBusObjectPath> none;
            return reply({QVariant::fromValue(locked ? none : found),
                          QVariant::fromValue(locked ? found : none)});
        }
        if (method == QStringLiteral("Unlock")) {
            const QVariant none = QVariant::fromValue(QList<QDBusObjectPath>());
            return reply({locked ? none : given.at(0),
                          QVariant::fromValue(locked ? path(QStringLiteral("prompt/1"))
                                                     : QDBusObjectPath(QStringLiteral("/")))});
        }
        if (method == QStringLiteral("Prompt")) {
            ++prompts;
            if (!silent) {
                QTimer::singleShot(10, this, [this, at = message.path()] { complete(at); });
            }
            return reply({});
        }
        if (locked) {
            return bus.send(message.createErrorReply(
                QStringLiteral("org.freedesktop.Secret.Error.IsLocked"), QStringLiteral("locked")));
        }
        if (method == QStringLiteral("Get")) {
            return reply({QVariant::fromValue(
                QDBusVariant(QVariant::fromValue(items.value(message.path()).attributes)))});
        }
        if (method == QStringLiteral("GetSecret")) {
            Carried carried;
            carried.session = qvariant_cast<QDBusObjectPath>(given.at(0));
            carried.value = items.value(message.path()).value;
            return reply({QVariant::fromValue(carried)});
        }
        if (method == QStringLiteral("Delete")) {
            items.remove(message.path());
            return reply({QVariant::fromValue(QDBusObjectPath(QStringLiteral("/")))});
        }
        if (method == QStringLiteral("CreateItem")) {
            const QString at =
                create(qdbus_cast<QVariantMap>(given.at(0)), qdbus_cast<Carried>(given.at(1)));
            return reply({QVariant::fromValue(QDBusObjectPath(at)),
                          QVariant::fromValue(QDBusObjectPath(QStringLiteral("/")))});
        }
        return false;
    }

private:
    static QDBusObjectPath path(const QString& name)
    {
        return QDBusObjectPath(QStringLiteral("/org/freedesktop/secrets/") + name);
    }
    static bool fits(const Names& has, const Names& wanted)
    {
        for (auto name = wanted.cbegin(); name != wanted.cend(); ++name) {
            if (has.value(name.key()) != name.value()) {
                return false;
            }
        }
        return true;
    }
    QString create(const QVariantMap& properties, const Carried& carried)
    {
        Item made;
        made.attributes = qdbus_cast<Names>(
            properties.value(QStringLiteral("org.freedesktop.Secret.Item.Attributes")));
        made.label =
            properties.value(QStringLiteral("org.freedesktop.Secret.Item.Label")).toString();
        made.value = carried.value;
        QString at = path(QStringLiteral("collection/test/%1").arg(++m_last)).path();
        for (auto item = items.cbegin(); item != items.cend(); ++item) {
            if (item->attributes == made.attributes) {
                at = item.key();  // in its place
            }
        }
        items.insert(at, made);
        return at;
    }
    void complete(const QString& at)
    {
        locked = locked && !agrees;
        QDBusMessage signal = QDBusMessage::createSignal(
            at, QStringLiteral("org.freedesktop.Secret.Prompt"), QStringLiteral("Completed"));
        signal.setArguments({!agrees, QVariant::fromValue(QDBusVariant(QString()))});
        m_bus.send(signal);
    }

    QDBusConnection m_bus;
    int m_last = 0;
};

}  // namespace analemma::test
