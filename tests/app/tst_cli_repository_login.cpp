#include "tests/app/harness.h"
#include "tests/git/hostile_remote.h"
#include "tests/store/secret_service.h"

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::test;
using gitfixture::Ground;
using gitfixture::HttpsRemote;

/// Passwords of https remotes: asked for once, kept in the keyring when the person says so, found
/// again, forgotten when refused.
class TestCliRepositoryLogin : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanupTestCase();
    void keepsFindsAndForgets();
    void keepsNothingUnasked();
    void keepsNothingWrong();
    void takesASecretOfThisMachine();
    void asksNobodyWithoutATerminal();

private:
    /// Clones with answers to what is asked on the terminal, and to "[y/N]".
    Ran clone(const QByteArrayList& secrets, const QString& answer, const QStringList& more = {});

    std::unique_ptr<app::Libraries> m_libraries;
    std::unique_ptr<Place> m_place;
    std::unique_ptr<Ground> m_ground;
    std::unique_ptr<PrivateBus> m_bus;
    std::unique_ptr<SecretService> m_keyring;
    std::unique_ptr<HttpsRemote> m_remote;
    QString m_url;
    int m_asked = 0;
};

void TestCliRepositoryLogin::initTestCase()
{
    m_libraries = std::make_unique<app::Libraries>();
    m_place = std::make_unique<Place>();
    m_ground = std::make_unique<Ground>();
    gitfixture::makeRich(*m_ground, u"from"_s);
    m_bus = std::make_unique<PrivateBus>();
    QVERIFY(!m_bus->address().isEmpty());
    qputenv("DBUS_SESSION_BUS_ADDRESS", m_bus->address().toLocal8Bit());
    m_remote = std::make_unique<HttpsRemote>(4, m_ground->path(u"."_s),
                                             Json{{u"login"_s, u"ana:open sesame"_s}});
    QVERIFY(m_remote->port() > 0);
}

void TestCliRepositoryLogin::init()
{
    if (!m_keyring) {
        m_keyring = std::make_unique<SecretService>(m_bus->address());
    }
    m_keyring->items.clear();
    m_url = m_remote->place() + u"/from/.git"_s;
}

void TestCliRepositoryLogin::cleanupTestCase()
{
    drain();
    m_keyring.reset();
    m_remote.reset();
    m_bus.reset();
    m_ground.reset();
    m_place.reset();
    m_libraries.reset();
}

Ran TestCliRepositoryLogin::clone(const QByteArrayList& secrets, const QString& answer,
                                  const QStringList& more)
{
    const QString folder = m_place->work() + u"/copy"_s;
    Ground::run(u"/"_s, u"rm"_s, {u"-rf"_s, folder});
    Ran ran;
    cli::Streams streams;
    streams.out = [&ran](const QByteArray& bytes) { ran.out += bytes; };
    streams.err = [&ran](const QByteArray& bytes) { ran.err += bytes; };
    if (!answer.isNull()) {
        streams.ask = [&ran, answer](const QString& prompt, const CancelToken&) {
            ran.err += prompt.toUtf8();
            return onWorker<QString>([answer]() -> Result<QString> { return answer; });
        };
        streams.askSecret = [this, secrets](const QString&, bool, const CancelToken&) {
            const QByteArray next = secrets.value(m_asked++, "none left");
            return onWorker<Secret>([next]() -> Result<Secret> { return Secret(next); });
        };
    }
    m_asked = 0;
    const auto code =
        test::awaited(cli::execute(QStringList{u"repository"_s, u"clone"_s, m_url, folder,
                                               u"--certificates"_s, m_remote->certificate()} +
                                       more,
                                   streams, m_place->work(), {}),
                      120'000);
    ran.code = code.valueOr(-2);
    return ran;
}

void TestCliRepositoryLogin::keepsFindsAndForgets()
{
    const Ran first = clone({"ana", "open sesame"}, u"y"_s);
    QVERIFY2(first.code == 0, first.err.constData());
    QCOMPARE(m_asked, 2);
    QVERIFY2(first.err.contains("Keep the login for " + m_remote->place().toUtf8()),
             first.err.constData());
    QCOMPARE(m_keyring->items.size(), 1);
    QCOMPARE(m_keyring->items.first().value, QByteArray("open sesame"));
    QVERIFY(!(first.out + first.err).contains("sesame"));
    // The next time nobody is asked, not even whether there is a terminal.
    const Ran next = clone({}, {});
    QVERIFY2(next.code == 0, next.err.constData());
    QCOMPARE(m_asked, 0);
    // What was kept is wrong by now: it is forgotten, and the person is asked in the same run.
    m_keyring->items.first().value = "outdated";
    const Ran again = clone({"ana", "open sesame"}, u"y"_s);
    QVERIFY2(again.code == 0, again.err.constData());
    QVERIFY2(again.err.contains("and is forgotten"), again.err.constData());
    QCOMPARE(m_asked, 2);
    QCOMPARE(m_keyring->items.first().value, QByteArray("open sesame"));
    m_keyring->items.first().value = "outdated";
    const Ran alone = clone({}, {});
    QCOMPARE(alone.code, 4);
    QVERIFY(m_keyring->items.isEmpty());
    QVERIFY(!alone.err.contains("outdated"));
}

void TestCliRepositoryLogin::keepsNothingUnasked()
{
    const Ran ran = clone({"ana", "open sesame"}, u"n"_s, {u"--yes"_s});
    QVERIFY2(ran.code == 0, ran.err.constData());
    QVERIFY2(ran.err.contains("[y/N]"), ran.err.constData());
    QVERIFY(m_keyring->items.isEmpty());
    m_keyring.reset();  // without a keyring there is nothing to ask
    const Ran none = clone({"ana", "open sesame"}, u"y"_s);
    QVERIFY2(none.code == 0, none.err.constData());
    QVERIFY(!none.err.contains("[y/N]"));
}

void TestCliRepositoryLogin::keepsNothingWrong()
{
    const Ran ran = clone({"ana", "wrong"}, u"y"_s);
    QCOMPARE(ran.code, 4);
    QVERIFY(!ran.err.contains("[y/N]"));
    QVERIFY(m_keyring->items.isEmpty());
}

void TestCliRepositoryLogin::takesASecretOfThisMachine()
{
    const QByteArray name = app::LocalSecrets::variableOf(m_remote->place().sliced(8)).toLatin1();
    qputenv(name.constData(), "open sesame");
    m_url = QString(m_url).replace(u"https://"_s, u"https://ana@"_s);
    const Ran ran = clone({}, {});
    qunsetenv(name.constData());
    QVERIFY2(ran.code == 0, ran.err.constData());
}

void TestCliRepositoryLogin::asksNobodyWithoutATerminal()
{
    const Ran ran = clone({}, {});
    QCOMPARE(ran.code, 4);
    QVERIFY2(ran.err.contains("wants a login"), ran.err.constData());
}

QTEST_GUILESS_MAIN(TestCliRepositoryLogin)
#include "tst_cli_repository_login.moc"
