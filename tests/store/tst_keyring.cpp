#include "core/store/keyring.h"
#include "tests/store/secret_service.h"
#include "tests/support.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::store;
using analemma::test::PrivateBus;
using analemma::test::SecretService;

/// Logins in a keyring, over a real bus.
class TestKeyring : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup() { m_service.reset(); }
    void cleanupTestCase() { drain(); }
    void keepsAndFinds();
    void replaces();
    void tellsUsersApart();
    void forgets();
    void asksToUnlock();
    void staysLocked();
    void ends();
    void isNotThere();

private:
    static Keyring::Login login(const QString& user, const char* secret)
    {
        Keyring::Login made;
        made.user = user;
        made.secret = Secret(QByteArrayView(secret));
        return made;
    }
    static QByteArray bytesOf(const Result<Keyring::Login>& found)
    {
        QByteArray bytes;
        if (found) {
            found->secret.use([&bytes](QByteArrayView view) { bytes = view.toByteArray(); });
        }
        return bytes;
    }
    Result<void> keep(const QString& place, const Keyring::Login& one)
    {
        return test::await(m_keyring->keep(place, one, CancelToken()));
    }
    Result<Keyring::Login> find(const QString& user = {})
    {
        return test::await(m_keyring->find(m_place, user, CancelToken()));
    }

    const QString m_place = u"https://example.org:8443"_s;
    PrivateBus m_bus;
    std::unique_ptr<Keyring> m_keyring;
    std::unique_ptr<SecretService> m_service;
};

void TestKeyring::initTestCase()
{
    QVERIFY(!m_bus.address().isEmpty());
    m_keyring = std::make_unique<Keyring>(m_bus.address());
}

void TestKeyring::init()
{
    m_service = std::make_unique<SecretService>(m_bus.address());
}

void TestKeyring::keepsAndFinds()
{
    const Result<Keyring::Login> before = find();
    QCOMPARE(before.error().kind, ErrorKind::NotFound);
    QVERIFY(keep(m_place, login(u"ana"_s, "p\xc3\xa4ss word\xff")));
    QVERIFY(keep(u"https://example.org"_s, login(u"eva"_s, "other")));
    const Result<Keyring::Login> after = find();
    QVERIFY2(after, after ? "" : qPrintable(after.error().message));
    QCOMPARE(after->user, u"ana"_s);
    QCOMPARE(bytesOf(after), QByteArray("p\xc3\xa4ss word\xff"));
    QCOMPARE(m_service->items.first().label, u"Analemma: https://example.org:8443 (ana)"_s);
    QCOMPARE(m_service->prompts, 0);
}

void TestKeyring::replaces()
{
    QVERIFY(keep(m_place, login(u"ana"_s, "old")));
    QVERIFY(keep(m_place, login(u"ana"_s, "new")));
    QCOMPARE(bytesOf(find(u"ana"_s)), QByteArray("new"));
    QCOMPARE(m_service->items.size(), 1);
}

void TestKeyring::tellsUsersApart()
{
    QVERIFY(keep(m_place, login(u"ana"_s, "hers")));
    QVERIFY(keep(m_place, login(u"eva"_s, "other")));
    QCOMPARE(bytesOf(find(u"eva"_s)), QByteArray("other"));
    QCOMPARE(bytesOf(find(u"ana"_s)), QByteArray("hers"));
    const Result<Keyring::Login> third = find(u"ida"_s);
    QCOMPARE(third.error().kind, ErrorKind::NotFound);
}

void TestKeyring::forgets()
{
    QVERIFY(keep(m_place, login(u"ana"_s, "hers")));
    QVERIFY(keep(m_place, login(u"eva"_s, "other")));
    QVERIFY(test::await(m_keyring->forget(m_place, u"ana"_s, CancelToken())));
    QCOMPARE(m_service->items.size(), 1);
    QCOMPARE(find()->user, u"eva"_s);
    QVERIFY(test::await(m_keyring->forget(m_place, u"ana"_s, CancelToken())));  // there is none
}

void TestKeyring::asksToUnlock()
{
    QVERIFY(keep(m_place, login(u"ana"_s, "hers")));
    m_service->locked = true;
    QCOMPARE(bytesOf(find()), QByteArray("hers"));
    QCOMPARE(m_service->prompts, 1);
    m_service->locked = true;
    QVERIFY(keep(m_place, login(u"ana"_s, "new")));
    QCOMPARE(m_service->prompts, 2);
}

void TestKeyring::staysLocked()
{
    QVERIFY(keep(m_place, login(u"ana"_s, "hers")));
    m_service->locked = true;
    m_service->agrees = false;
    const Result<Keyring::Login> found = find();
    QCOMPARE(found.error().kind, ErrorKind::Refused);
    QVERIFY(!m_service->methods.contains(u"GetSecret"_s));
}

/// A question that nobody answers ends with its call.
void TestKeyring::ends()
{
    QVERIFY(keep(m_place, login(u"ana"_s, "hers")));
    m_service->locked = true;
    m_service->silent = true;
    const CancelToken cancel;
    QTimer::singleShot(200, this, [cancel] { cancel.cancel(); });
    const Result<Keyring::Login> found = test::await(m_keyring->find(m_place, {}, cancel));
    QCOMPARE(found.error().kind, ErrorKind::Cancelled);
    QCOMPARE(m_service->prompts, 1);
}

void TestKeyring::isNotThere()
{
    m_service.reset();
    const Result<Keyring::Login> found = find();
    QCOMPARE(found.error().kind, ErrorKind::Unsupported);
    qunsetenv("DBUS_SESSION_BUS_ADDRESS");
    qunsetenv("XDG_RUNTIME_DIR");
    Keyring alone;
    const Result<Keyring::Login> none = test::await(alone.find(m_place, {}, CancelToken()));
    QCOMPARE(none.error().kind, ErrorKind::Unsupported);
}

QTEST_GUILESS_MAIN(TestKeyring)
#include "tst_keyring.moc"
