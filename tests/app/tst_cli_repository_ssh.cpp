#include "tests/app/servers_fixture.h"
#include "tests/git/networkground.h"

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::test;
using gitfixture::Ground;

/// Remotes over ssh: servers that nobody knows yet, and names of ~/.ssh/config.
class TestCliRepositorySsh : public ServersFixture {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanupTestCase();
    void asksAboutAnUnknownHost();
    void takesAFingerprint();
    void changedHostKeyIsNoQuestion();
    void readsAliases();
    void jumps();
    void runsNoProxyCommand();
    void refusesHostileNames();

private:
    static QString ownRecord() { return s_place->home() + u"/known_hosts"_s; }
    [[nodiscard]] QString fingerprint(std::size_t server) const
    {
        return ssh::parsePublicKey(m_servers[server]->hostKey(u"ed25519"_s).toUtf8())
            .valueOr(ssh::PublicKey())
            .fingerprint();
    }
    [[nodiscard]] QString url(std::size_t server) const
    {
        return u"ssh://%1@%2:%3%4"_s.arg(PrivateSshd::user(), m_servers[server]->address())
            .arg(m_servers[server]->port())
            .arg(m_from);
    }
    [[nodiscard]] Ran clone(const QString& from, const QString& answer = {},
                            const QStringList& more = {}) const
    {
        Ground::run(u"/"_s, u"rm"_s, {u"-rf"_s, path(u"copy"_s)});
        return cli(QStringList{u"repository"_s, u"clone"_s, from, path(u"copy"_s)} + more, answer);
    }
    [[nodiscard]] qsizetype logins(std::size_t server) const
    {
        return m_servers[server]->log().count("Accepted");
    }
    /// "Host NAME" with the place and the key of a server.
    [[nodiscard]] QByteArray host(const QByteArray& name, std::size_t server,
                                  const QByteArray& more = {}) const
    {
        return "Host " + name + "\n  HostName " + m_servers[server]->address().toLatin1() +
               "\n  Port " + QByteArray::number(m_servers[server]->port()) + "\n  User " +
               PrivateSshd::user().toUtf8() + "\n  IdentityFile " +
               m_servers[server]->path(u"user"_s).toUtf8() + '\n' + more;
    }
    static void configure(const QByteArray& text)
    {
        QVERIFY(writeFile(home() + u"/.ssh/config"_s, text, 0600).ok());
    }

    std::unique_ptr<app::Libraries> m_libraries;
    std::unique_ptr<Ground> m_ground;
    QString m_from;
};

void TestCliRepositorySsh::initTestCase()
{
    begin();
    m_libraries = std::make_unique<app::Libraries>();
    m_ground = std::make_unique<Ground>();
    qputenv("HOME", home().toLocal8Bit());  // which that has changed
    m_from = gitfixture::makeRich(*m_ground, u"from"_s);
    QVERIFY(QFile::copy(m_servers[0]->path(u"user"_s), home() + u"/.ssh/id_ed25519"_s));
}

void TestCliRepositorySsh::init()
{
    for (const QString& file :
         {ownRecord(), home() + u"/.ssh/known_hosts"_s, home() + u"/.ssh/config"_s}) {
        QFile::remove(file);
    }
}

void TestCliRepositorySsh::cleanupTestCase()
{
    drain();
    m_ground.reset();
    m_libraries.reset();
}

void TestCliRepositorySsh::asksAboutAnUnknownHost()
{
    const qsizetype before = logins(0);
    const Ran nobody = clone(url(0), {}, {u"--yes"_s});
    QCOMPARE(nobody.code, 10);
    QVERIFY2(nobody.err.contains("--fingerprint " + fingerprint(0).toUtf8()),
             nobody.err.constData());
    const Ran no = clone(url(0), u"n"_s);
    QCOMPARE(no.code, 10);
    QVERIFY2(no.err.contains(fingerprint(0).toUtf8()), no.err.constData());
    QVERIFY(!QFile::exists(ownRecord()));
    QVERIFY(!QFile::exists(path(u"copy"_s)));
    QCOMPARE(logins(0), before);  // nobody logged in
    const Ran yes = clone(url(0), u"y"_s);
    QVERIFY2(yes.code == 0, yes.err.constData());
    QVERIFY2(yes.err.contains("recorded in " + ownRecord().toUtf8()), yes.err.constData());
    QCOMPARE(Ground::git(path(u"copy"_s), {u"rev-parse"_s, u"HEAD"_s}),
             Ground::git(m_from, {u"rev-parse"_s, u"HEAD"_s}));
    // From now on it is known, for servers of the workspace as well.
    const Ran fetched = cli({u"repository"_s, u"fetch"_s, path(u"copy"_s)});
    QVERIFY2(fetched.code == 0, fetched.err.constData());
    QCOMPARE(cli({u"server"_s, u"exec"_s, u"web-1"_s, u"true"_s}).code, 0);
    // A push is asked about before anything is sent, too.
    QFile::remove(ownRecord());
    Ground::git(path(u"copy"_s), {u"branch"_s, u"mine"_s});
    const QStringList pushing{u"repository"_s, u"push"_s, path(u"copy"_s), u"mine"_s};
    QCOMPARE(cli(pushing, u"n"_s).code, 10);
    QVERIFY(!gitfixture::refsOf(m_from).contains(u"mine"_s));
    QCOMPARE(cli(pushing, u"y"_s).code, 0);
    QVERIFY(gitfixture::refsOf(m_from).contains(u"mine"_s));
}

void TestCliRepositorySsh::takesAFingerprint()
{
    const Ran wrong = clone(url(0), {}, {u"--fingerprint"_s, fingerprint(1)});
    QCOMPARE(wrong.code, 10);
    QVERIFY2(wrong.err.contains("is not the fingerprint"), wrong.err.constData());
    QVERIFY(!QFile::exists(ownRecord()));
    const Ran right = clone(url(0), {}, {u"--fingerprint"_s, fingerprint(0)});
    QVERIFY2(right.code == 0, right.err.constData());
    QVERIFY(QFile::exists(ownRecord()));
}

void TestCliRepositorySsh::changedHostKeyIsNoQuestion()
{
    const QByteArray other = '[' + m_servers[0]->address().toLatin1() +
                             "]:" + QByteArray::number(m_servers[0]->port()) + ' ' +
                             m_servers[1]->hostKey(u"ed25519"_s).toLatin1() + '\n';
    QVERIFY(writeFile(ownRecord(), other, 0600).ok());
    for (const QStringList& more :
         {QStringList(), {u"--yes"_s}, {u"--fingerprint"_s, fingerprint(0)}}) {
        const Ran ran = clone(url(0), u"y"_s, more);
        QCOMPARE(ran.code, 10);
        QVERIFY2(ran.err.contains("not the recorded one"), ran.err.constData());
        QVERIFY(!ran.err.contains("trusted now"));
        QCOMPARE(bytes(ownRecord()), other);
    }
}

void TestCliRepositorySsh::readsAliases()
{
    trustAll();
    configure(host("work", 1));
    const Ran ran = clone(u"work:"_s + m_from);
    QVERIFY2(ran.code == 0, ran.err.constData());
    QCOMPARE(Ground::git(path(u"copy"_s), {u"config"_s, u"remote.origin.url"_s}),
             u"work:"_s + m_from);
    // What stands in the address goes before what the configuration says.
    configure(host("work", 1, "  HostKeyAlias web\n").replace("Port ", "Port 1"));
    const Ran unknown = clone(u"ssh://work:%1%2"_s.arg(m_servers[1]->port()).arg(m_from), u"y"_s);
    QVERIFY2(unknown.code == 0, unknown.err.constData());
    QVERIFY2(unknown.err.contains(fingerprint(1).toUtf8()), unknown.err.constData());
    QCOMPARE(clone(u"ssh://work:%1%2"_s.arg(m_servers[1]->port()).arg(m_from)).code, 0);
    // A key of its own stands alone.
    configure(host("work", 1).replace(m_servers[1]->path(u"user"_s).toUtf8(),
                                      m_servers[2]->path(u"user"_s).toUtf8()));
    QCOMPARE(clone(u"work:"_s + m_from).code, 4);
}

void TestCliRepositorySsh::jumps()
{
    configure(host("gate", 1) + host("inner", 2, "  ProxyJump gate\n"));
    const qsizetype before = logins(1);
    const Ran ran = clone(u"inner:"_s + m_from, u"y"_s);
    QVERIFY2(ran.code == 0, ran.err.constData());
    QVERIFY2(ran.err.indexOf(fingerprint(1).toUtf8()) < ran.err.indexOf(fingerprint(2).toUtf8()) &&
                 ran.err.contains(fingerprint(1).toUtf8()),
             ran.err.constData());
    QVERIFY(logins(1) > before);
    const Ran again = clone(u"inner:"_s + m_from);
    QVERIFY2(again.code == 0, again.err.constData());
}

void TestCliRepositorySsh::runsNoProxyCommand()
{
    trustAll();
    const QString marker = path(u"marker"_s);
    configure(host("work", 1, "  ProxyCommand touch " + marker.toUtf8() + '\n'));
    const Ran ran = clone(u"work:"_s + m_from);
    QVERIFY(ran.code != 0);
    QVERIFY2(ran.err.contains("ProxyCommand"), ran.err.constData());
    configure(host("work", 1,
                   "  LocalCommand touch " + marker.toUtf8() + "\n  PermitLocalCommand yes\n"));
    QCOMPARE(clone(u"work:"_s + m_from).code, 0);
    QVERIFY(!QFile::exists(marker));
}

void TestCliRepositorySsh::refusesHostileNames()
{
    for (const QByteArray& name :
         {QByteArray("-oProxyCommand=touch"), QByteArray("a$(touch)b"), QByteArray("\"x y\"")}) {
        configure("Host work\n  HostName " + name + '\n');
        const Ran ran = clone(u"work:"_s + m_from);
        QVERIFY2(ran.code == 12 || ran.code == 2 || ran.code == 3, ran.err.constData());
    }
}

QTEST_GUILESS_MAIN(TestCliRepositorySsh)
#include "tst_cli_repository_ssh.moc"
