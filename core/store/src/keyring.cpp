#include "core/store/keyring.h"

#include "core/base/text.h"

#include <QDBusArgument>
#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusMetaType>
#include <QDBusObjectPath>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QDBusVariant>
#include <QFileInfo>
#include <QMap>
#include <QPointer>
#include <QTimer>

using namespace Qt::StringLiterals;

namespace analemma::store {

/// The type "Secret" of the API: (oayays).
struct WireSecret {
    QDBusObjectPath session;
    QByteArray parameters;
    QByteArray value;
    QString contentType;
};

QDBusArgument& operator<<(QDBusArgument& argument, const WireSecret& secret)
{
    argument.beginStructure();
    argument << secret.session << secret.parameters << secret.value << secret.contentType;
    argument.endStructure();
    return argument;
}

const QDBusArgument& operator>>(const QDBusArgument& argument, WireSecret& secret)
{
    argument.beginStructure();
    argument >> secret.session >> secret.parameters >> secret.value >> secret.contentType;
    argument.endStructure();
    return argument;
}

using WireNames = QMap<QString, QString>;

}  // namespace analemma::store

Q_DECLARE_METATYPE(analemma::store::WireSecret)

namespace analemma::store {
namespace {

constexpr char service[] = "org.freedesktop.secrets";
constexpr char root[] = "/org/freedesktop/secrets";
constexpr char defaultCollection[] = "/org/freedesktop/secrets/aliases/default";
constexpr int answerMs = 15'000;
constexpr int personMs = 180'000;
constexpr qsizetype limitBytes = 64 * 1024;

const QString serviceFace = u"org.freedesktop.Secret.Service"_s;
const QString itemFace = u"org.freedesktop.Secret.Item"_s;

/// Waits for the end of a prompt.
class PromptEnd : public QObject {
    Q_OBJECT
public:
    explicit PromptEnd(Promise<bool> promise) : m_promise(std::move(promise)) {}
    Q_SLOT void completed(bool dismissed, const QDBusVariant&) { finish(!dismissed); }
    void finish(Result<bool> result)
    {
        m_promise.finish(std::move(result));
        deleteLater();
    }

private:
    Promise<bool> m_promise;
};

Error busError(const QDBusError& error)
{
    switch (error.type()) {
        case QDBusError::ServiceUnknown:
        case QDBusError::NoServer:
        case QDBusError::Disconnected:
            return {ErrorKind::Unsupported, u"There is no keyring in this session."_s};
        case QDBusError::NoReply:
        case QDBusError::Timeout:
        case QDBusError::TimedOut:
            return {ErrorKind::Timeout, u"The keyring does not answer."_s};
        default:
            break;
    }
    return {ErrorKind::Protocol, u"The keyring says: %1"_s.arg(displayText(error.message(), 300))};
}

/// One call on the bus; its answer has the types that `signature` tells.
Task<Result<QDBusMessage>> call(QDBusConnection bus, QDBusMessage message, QString signature,
                                CancelToken cancel)
{
    Promise<QDBusMessage> promise;
    auto future = promise.future();
    const QPointer<QDBusPendingCallWatcher> watcher =
        new QDBusPendingCallWatcher(bus.asyncCall(message, answerMs));
    std::function<void()> done = [promise, watcher, signature] {
        const QDBusMessage answer = watcher->reply();
        promise.finish(watcher->isError() ? Result<QDBusMessage>(busError(watcher->error()))
                       : answer.signature() == signature
                           ? Result<QDBusMessage>(answer)
                           : Error(ErrorKind::Protocol, u"The keyring answers oddly."_s));
        watcher->deleteLater();
    };
    QObject::connect(watcher, &QDBusPendingCallWatcher::finished, watcher, std::move(done));
    std::function<void()> stop = [promise] { promise.finish(cancelledError()); };
    const CancelToken::Registration registration = cancel.onCancel(std::move(stop));
    promise = Promise<QDBusMessage>();
    Result<QDBusMessage> answer = co_await future;
    co_return answer;
}

QDBusMessage to(const QString& path, const QString& face, const QString& method,
                const QVariantList& arguments)
{
    QDBusMessage message =
        QDBusMessage::createMethodCall(QString::fromLatin1(service), path, face, method);
    message.setArguments(arguments);
    return message;
}

/// Lets the keyring ask the person; "/" is no prompt.
Task<Result<void>> prompt(QDBusConnection bus, QString path, CancelToken cancel)
{
    if (path == u"/") {
        co_return Result<void>();
    }
    const QString face = u"org.freedesktop.Secret.Prompt"_s;
    Promise<bool> promise;
    auto future = promise.future();
    const QPointer<PromptEnd> end = new PromptEnd(promise);
    promise = Promise<bool>();
    bus.connect(QString::fromLatin1(service), path, face, u"Completed"_s, end,
                SLOT(completed(bool, QDBusVariant)));
    QTimer::singleShot(personMs, end, [end] {
        end->finish(Error(ErrorKind::Timeout, u"Nobody unlocked the keyring."_s));
    });
    std::function<void()> stop = [end] {
        if (end) {
            end->finish(cancelledError());
        }
    };
    const CancelToken::Registration registration = cancel.onCancel(std::move(stop));
    auto showing = call(bus, to(path, face, u"Prompt"_s, {QString()}), QString(), cancel);
    const Result<QDBusMessage> shown = co_await std::move(showing);
    if (!shown && end) {
        end->finish(shown.error());
    }
    const Result<bool> agreed = co_await future;
    if (!agreed) {
        co_return agreed.error();
    }
    co_return *agreed ? Result<void>() : Error(ErrorKind::Refused, u"The keyring stays locked."_s);
}

Task<Result<void>> unlock(QDBusConnection bus, QList<QDBusObjectPath> paths, CancelToken cancel)
{
    auto unlocking = call(
        bus, to(QString::fromLatin1(root), serviceFace, u"Unlock"_s, {QVariant::fromValue(paths)}),
        u"aoo"_s, cancel);
    const Result<QDBusMessage> answer = co_await std::move(unlocking);
    if (!answer) {
        co_return answer.error();
    }
    auto asking =
        prompt(bus, qvariant_cast<QDBusObjectPath>(answer->arguments().at(1)).path(), cancel);
    Result<void> asked = co_await std::move(asking);
    co_return asked;
}

WireNames attributes(const QString& place, const QString& user)
{
    WireNames names{{u"xdg:schema"_s, u"analemma.Login"_s}, {u"place"_s, place}};
    if (!user.isEmpty()) {
        names.insert(u"user"_s, user);
    }
    return names;
}

/// Of those that fit, unlocked.
Task<Result<QList<QDBusObjectPath>>> items(QDBusConnection bus, QString place, QString user,
                                           CancelToken cancel)
{
    auto searching = call(bus,
                          to(QString::fromLatin1(root), serviceFace, u"SearchItems"_s,
                             {QVariant::fromValue(attributes(place, user))}),
                          u"aoao"_s, cancel);
    const Result<QDBusMessage> answer = co_await std::move(searching);
    if (!answer) {
        co_return answer.error();
    }
    const auto open = qdbus_cast<QList<QDBusObjectPath>>(answer->arguments().at(0));
    const auto locked = qdbus_cast<QList<QDBusObjectPath>>(answer->arguments().at(1));
    if (!open.isEmpty() || locked.isEmpty()) {
        co_return open;
    }
    auto unlocking = unlock(bus, locked, cancel);
    const Result<void> unlocked = co_await std::move(unlocking);
    if (!unlocked) {
        co_return unlocked.error();
    }
    co_return locked;
}

/// "plain": the bus carries the secret as it is, to programs of this user alone.
Task<Result<QDBusObjectPath>> openSession(QDBusConnection bus, CancelToken cancel)
{
    const QVariant none = QVariant::fromValue(QDBusVariant(QString()));
    auto opening =
        call(bus, to(QString::fromLatin1(root), serviceFace, u"OpenSession"_s, {u"plain"_s, none}),
             u"vo"_s, cancel);
    const Result<QDBusMessage> answer = co_await std::move(opening);
    if (!answer) {
        co_return answer.error();
    }
    co_return qvariant_cast<QDBusObjectPath>(answer->arguments().at(1));
}

Task<Result<QString>> userOf(QDBusConnection bus, QString item, CancelToken cancel)
{
    auto reading = call(
        bus, to(item, u"org.freedesktop.DBus.Properties"_s, u"Get"_s, {itemFace, u"Attributes"_s}),
        u"v"_s, cancel);
    const Result<QDBusMessage> answer = co_await std::move(reading);
    if (!answer) {
        co_return answer.error();
    }
    const QVariant value = qvariant_cast<QDBusVariant>(answer->arguments().at(0)).variant();
    co_return qdbus_cast<WireNames>(value).value(u"user"_s);
}

Task<Result<Keyring::Login>> read(QDBusConnection bus, QString item, CancelToken cancel)
{
    auto opening = openSession(bus, cancel);
    const Result<QDBusObjectPath> session = co_await std::move(opening);
    if (!session) {
        co_return session.error();
    }
    auto naming = userOf(bus, item, cancel);
    const Result<QString> user = co_await std::move(naming);
    if (!user) {
        co_return user.error();
    }
    auto reading = call(bus, to(item, itemFace, u"GetSecret"_s, {QVariant::fromValue(*session)}),
                        u"(oayays)"_s, cancel);
    const Result<QDBusMessage> answer = co_await std::move(reading);
    if (!answer) {
        co_return answer.error();
    }
    WireSecret wire = qdbus_cast<WireSecret>(answer->arguments().at(0));
    Keyring::Login login;
    login.user = *user;
    login.secret = Secret(wire.value);
    wire.value.fill('\0');
    if (login.secret.isEmpty() || login.secret.size() > limitBytes) {
        co_return Error(ErrorKind::NotFound, u"What the keyring has is empty or too long."_s);
    }
    co_return login;
}

QDBusMessage creation(const QString& place, const Keyring::Login& login,
                      const QDBusObjectPath& session)
{
    const QString label = login.user.isEmpty() ? place : u"%1 (%2)"_s.arg(place, login.user);
    const QVariantMap properties{
        {itemFace + u".Label"_s, u"Analemma: "_s + label},
        {itemFace + u".Attributes"_s, QVariant::fromValue(attributes(place, login.user))}};
    WireSecret wire;
    wire.session = session;
    wire.contentType = u"text/plain"_s;
    login.secret.use([&wire](QByteArrayView bytes) { wire.value = bytes.toByteArray(); });
    return to(QString::fromLatin1(defaultCollection), u"org.freedesktop.Secret.Collection"_s,
              u"CreateItem"_s, {properties, QVariant::fromValue(wire), true});
}

}  // namespace

// ---- face ---------------------------------------------------------------------------------------

struct Keyring::Body {
    explicit Body(QString a) : address(std::move(a)) {}
    ~Body()
    {
        if (!name.isEmpty()) {
            QDBusConnection::disconnectFromBus(name);
        }
    }
    Body(const Body&) = delete;
    Body& operator=(const Body&) = delete;

    /// Only where there is one: none is started for it.
    Result<QDBusConnection> bus()
    {
        if (!address.isEmpty() && name.isEmpty()) {
            name = u"analemma-keyring-"_s + newId();
            QDBusConnection::connectToBus(address, name);
        }
        const bool isThere =
            qEnvironmentVariableIsSet("DBUS_SESSION_BUS_ADDRESS") ||
            QFileInfo::exists(qEnvironmentVariable("XDG_RUNTIME_DIR", u"/none"_s) + u"/bus"_s);
        const QDBusConnection found = !name.isEmpty() ? QDBusConnection(name)
                                      : isThere       ? QDBusConnection::sessionBus()
                                                      : QDBusConnection(u"none"_s);
        return found.isConnected()
                   ? Result<QDBusConnection>(found)
                   : Error(ErrorKind::Unsupported, u"There is no keyring in this session."_s);
    }

    QString address;
    QString name;
};

Keyring::Keyring(QString bus) : m_body(std::make_shared<Body>(std::move(bus)))
{
    qDBusRegisterMetaType<WireSecret>();
    qDBusRegisterMetaType<WireNames>();
}

Keyring::~Keyring() = default;

namespace {

Task<Result<Keyring::Login>> findLogin(Result<QDBusConnection> bus, QString place, QString user,
                                       CancelToken cancel)
{
    if (!bus) {
        co_return bus.error();
    }
    auto searching = items(*bus, place, user, cancel);
    const Result<QList<QDBusObjectPath>> found = co_await std::move(searching);
    if (!found) {
        co_return found.error();
    }
    if (found->isEmpty()) {
        co_return Error(ErrorKind::NotFound, u"The keyring has nothing for %1."_s.arg(place));
    }
    auto reading = read(*bus, found->constFirst().path(), cancel);
    Result<Keyring::Login> login = co_await std::move(reading);
    co_return login;
}

Task<Result<void>> keepLogin(Result<QDBusConnection> bus, QString place, Keyring::Login login,
                             CancelToken cancel)
{
    if (!bus) {
        co_return bus.error();
    }
    auto opening = openSession(*bus, cancel);
    const Result<QDBusObjectPath> session = co_await std::move(opening);
    if (!session) {
        co_return session.error();
    }
    auto unlocking =
        unlock(*bus, {QDBusObjectPath(QString::fromLatin1(defaultCollection))}, cancel);
    const Result<void> unlocked = co_await std::move(unlocking);
    if (!unlocked) {
        co_return unlocked.error();
    }
    auto creating = call(*bus, creation(place, login, *session), u"oo"_s, cancel);
    const Result<QDBusMessage> answer = co_await std::move(creating);
    if (!answer) {
        co_return answer.error();
    }
    auto asking =
        prompt(*bus, qvariant_cast<QDBusObjectPath>(answer->arguments().at(1)).path(), cancel);
    Result<void> asked = co_await std::move(asking);
    co_return asked;
}

Task<Result<void>> forgetLogin(Result<QDBusConnection> bus, QString place, QString user,
                               CancelToken cancel)
{
    if (!bus) {
        co_return bus.error();
    }
    auto searching = items(*bus, place, user, cancel);
    const Result<QList<QDBusObjectPath>> found = co_await std::move(searching);
    if (!found) {
        co_return found.error();
    }
    for (const QDBusObjectPath& item : *found) {
        auto deleting = call(*bus, to(item.path(), itemFace, u"Delete"_s, {}), u"o"_s, cancel);
        const Result<QDBusMessage> answer = co_await std::move(deleting);
        if (!answer) {
            co_return answer.error();
        }
        auto asking =
            prompt(*bus, qvariant_cast<QDBusObjectPath>(answer->arguments().at(0)).path(), cancel);
        const Result<void> asked = co_await std::move(asking);
        if (!asked) {
            co_return asked.error();
        }
    }
    co_return Result<void>();
}

}  // namespace

Task<Result<Keyring::Login>> Keyring::find(QString place, QString user, CancelToken cancel)
{
    return findLogin(m_body->bus(), std::move(place), std::move(user), std::move(cancel));
}

Task<Result<void>> Keyring::keep(QString place, Login login, CancelToken cancel)
{
    return keepLogin(m_body->bus(), std::move(place), std::move(login), std::move(cancel));
}

Task<Result<void>> Keyring::forget(QString place, QString user, CancelToken cancel)
{
    return forgetLogin(m_body->bus(), std::move(place), std::move(user), std::move(cancel));
}

}  // namespace analemma::store

#include "keyring.moc"
