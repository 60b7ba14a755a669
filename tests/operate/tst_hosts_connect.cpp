#include "tests/operate/hosts_fixture.h"

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::operate;
using namespace analemma::test;

/// The ways to servers, against real ones: two private sshd, a private agent.
class TestHostsConnect : public HostsFixture {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void connectsToMade();
    void unknownKeyThenTrusted();
    void changedKeyNeverPasses_data();
    void changedKeyNeverPasses();
    void changedKeyIsReplacedOnlyWhenSaid();
    void revokedKeyIsNeverTrusted();
    void madeWithAnotherKey();
    void agentKey();
    void identitiesOnlyLeavesTheAgent();
    void passphraseIsAsked();
    void importedWithAlias();
    void jumpHosts();
    void jumpHostThatIsUnknown();
    void circle();
    void proxyCommandNeedsApproval();
    void systemTransport();
    void sharesSessions();
    void cancelsAlone();
    void cleanupTestCase();

private:
    PrivateSshd m_web{{u"ed25519"_s}, "LogLevel VERBOSE", 20};
    PrivateSshd m_edge{{u"ed25519"_s}, "LogLevel VERBOSE", 21};
    QProcess m_agent;
};

void TestHostsConnect::initTestCase()
{
    for (PrivateSshd* sshd : {&m_web, &m_edge}) {
        const QString problem = sshd->start();
        QVERIFY2(problem.isEmpty(), qPrintable(problem));
    }
    QVERIFY(m_web.makeKey(u"other"_s, u"ed25519"_s));
    QVERIFY(m_web.makeKey(u"stranger"_s, u"ed25519"_s));
}

void TestHostsConnect::init()
{
    begin();
}

void TestHostsConnect::cleanupTestCase()
{
    m_hosts.reset();
    m_store.reset();
    if (m_agent.state() == QProcess::Running) {
        m_agent.kill();
        m_agent.waitForFinished(5'000);
    }
}

void TestHostsConnect::connectsToMade()
{
    infra::Server made;
    made.name = u"qa-1-web-1"_s;
    made.ssh = m_web.target();
    m_made = {made};
    make();
    const auto chosen = connectTo(made.name);
    VERIFY_OK(chosen);
    QCOMPARE(chosen->choice.transport, ssh::Transport::BuiltIn);
    QCOMPARE(said(*chosen, u"echo here"_s), "here\n");
    const auto view = await(m_hosts->offeredKey(made.name, CancelToken()));
    VERIFY_OK(view);
    QVERIFY(view->pinned);
    QCOMPARE(view->verdict.trust, ssh::Trust::Known);
}

void TestHostsConnect::unknownKeyThenTrusted()
{
    make(listed("web", m_web));
    const int before = logins(m_web);
    const auto refused = connectTo(u"web"_s);
    QCOMPARE(refused.error().kind, ErrorKind::HostKey);
    QCOMPARE(logins(m_web), before);
    const auto view = await(m_hosts->offeredKey(u"web"_s, CancelToken()));
    VERIFY_OK(view);
    QCOMPARE(view->host, u"web"_s);
    QCOMPARE(view->port, m_web.port());
    QCOMPARE(view->verdict.trust, ssh::Trust::Unknown);
    QCOMPARE(view->key.text(), m_web.hostKey(u"ed25519"_s).section(u' ', 0, 1));
    QVERIFY(view->fingerprint.startsWith(u"SHA256:"_s));
    QCOMPARE(view->recordFile, places().ownKnownHosts);
    QCOMPARE(logins(m_web), before);  // nobody logged in to look
    VERIFY_OK(await(m_hosts->trust(*view, false)));
    QVERIFY(!QFile::exists(sshFile(u"known_hosts"_s)));  // the user's file is never written
    const QByteArray own = readFile(places().ownKnownHosts, 10'000).valueOr({});
    QVERIFY(own.startsWith("|1|"));  // hashed
    const auto chosen = connectTo(u"web"_s);
    VERIFY_OK(chosen);
    QCOMPARE(said(*chosen, u"echo in"_s), "in\n");
    QCOMPARE(await(m_hosts->offeredKey(u"web"_s, CancelToken()))->verdict.trust, ssh::Trust::Known);
}

void TestHostsConnect::changedKeyNeverPasses_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<QString>("transport");
    for (const char* file : {"user", "own"}) {
        for (const char* transport : {"auto", "built-in", "system"}) {
            QTest::addRow("%s, %s", file, transport)
                << QString::fromLatin1(file) << QString::fromLatin1(transport);
        }
    }
}

void TestHostsConnect::changedKeyNeverPasses()
{
    QFETCH(QString, file);
    QFETCH(QString, transport);
    const QByteArray other = m_web.read(u"other.pub"_s).trimmed();
    write(file == u"user" ? sshFile(u"known_hosts"_s) : places().ownKnownHosts,
          knownLine(m_web, QString::fromLatin1(other)));
    make(listed("web", m_web, ", transport: " + transport.toLatin1()));
    const int before = logins(m_web);
    const auto refused = connectTo(u"web"_s);
    QVERIFY(!refused);
    QCOMPARE(refused.error().kind, ErrorKind::HostKey);
    QCOMPARE(await(m_hosts->connectApart(u"web"_s, CancelToken())).error().kind,
             ErrorKind::HostKey);
    const auto view = await(m_hosts->offeredKey(u"web"_s, CancelToken()));
    VERIFY_OK(view);
    QCOMPARE(view->verdict.trust, ssh::Trust::Changed);
    QCOMPARE(view->verdict.recorded.size(), std::size_t(1));
    QCOMPARE(await(m_hosts->trust(*view, false)).error().kind, ErrorKind::Conflict);
    QCOMPARE(connectTo(u"web"_s).error().kind, ErrorKind::HostKey);
    QCOMPARE(logins(m_web), before);
}

void TestHostsConnect::changedKeyIsReplacedOnlyWhenSaid()
{
    write(places().ownKnownHosts,
          "# mine\n" + knownLine(m_web, QString::fromLatin1(m_web.read(u"other.pub"_s).trimmed())));
    make(listed("web", m_web));
    const auto view = await(m_hosts->offeredKey(u"web"_s, CancelToken()));
    VERIFY_OK(view);
    VERIFY_OK(await(m_hosts->trust(*view, true)));
    VERIFY_OK(connectTo(u"web"_s));
    const QByteArray own = readFile(places().ownKnownHosts, 10'000).valueOr({});
    QVERIFY(own.startsWith("# mine\n"));
    QCOMPARE(own.count("ssh-ed25519"), 1);
}

void TestHostsConnect::revokedKeyIsNeverTrusted()
{
    write(sshFile(u"known_hosts"_s), "@revoked * " + m_web.hostKey(u"ed25519"_s).toLatin1() + '\n');
    make(listed("web", m_web));
    QCOMPARE(connectTo(u"web"_s).error().kind, ErrorKind::HostKey);
    const auto view = await(m_hosts->offeredKey(u"web"_s, CancelToken()));
    VERIFY_OK(view);
    QCOMPARE(view->verdict.trust, ssh::Trust::Revoked);
    QCOMPARE(await(m_hosts->trust(*view, true)).error().kind, ErrorKind::HostKey);
    QCOMPARE(connectTo(u"web"_s).error().kind, ErrorKind::HostKey);
}

void TestHostsConnect::madeWithAnotherKey()
{
    infra::Server made;
    made.name = u"qa-1-web-1"_s;
    made.ssh = m_web.target();
    made.ssh.hostKey = QString::fromLatin1(m_web.read(u"other.pub"_s)).trimmed();
    m_made = {made};
    make();
    QCOMPARE(connectTo(made.name).error().kind, ErrorKind::HostKey);
    const auto view = await(m_hosts->offeredKey(made.name, CancelToken()));
    VERIFY_OK(view);
    QCOMPARE(view->verdict.trust, ssh::Trust::Changed);
    QCOMPARE(await(m_hosts->trust(*view, true)).error().kind, ErrorKind::Refused);
}

void TestHostsConnect::agentKey()
{
    const QString socket = m_web.path(u"agent"_s);
    m_agent.setChildProcessModifier([] { ::prctl(PR_SET_PDEATHSIG, SIGKILL); });
    m_agent.start(u"ssh-agent"_s, {u"-D"_s, u"-a"_s, socket});
    QVERIFY(m_agent.waitForStarted());
    QTRY_VERIFY(QFile::exists(socket));
    QProcess add;
    add.setEnvironment(QProcess::systemEnvironment() + QStringList{u"SSH_AUTH_SOCK="_s + socket});
    add.start(u"ssh-add"_s, {u"-q"_s, m_web.path(u"user"_s)});
    QVERIFY(add.waitForFinished() && add.exitCode() == 0);

    write(sshFile(u"known_hosts"_s), knownLine(m_web));
    const QByteArray server = "  web: { address: " + m_web.address().toLatin1() +
                              ", port: " + QByteArray::number(m_web.port()) + " }\n";
    make(server);
    QCOMPARE(connectTo(u"web"_s).error().kind, ErrorKind::Auth);  // neither key nor agent
    HostPlaces withAgent = places();
    withAgent.agentSocket = socket;
    make(server, withAgent);
    VERIFY_OK(connectTo(u"web"_s));
}

void TestHostsConnect::identitiesOnlyLeavesTheAgent()
{
    QVERIFY(m_agent.state() == QProcess::Running);
    write(sshFile(u"known_hosts"_s), knownLine(m_web));
    const QByteArray host = "Host web\n  HostName " + m_web.address().toLatin1() + "\n  Port " +
                            QByteArray::number(m_web.port()) + "\n  IdentityFile " +
                            m_web.path(u"stranger"_s).toUtf8() + '\n';
    HostPlaces withAgent = places();
    withAgent.agentSocket = m_web.path(u"agent"_s);
    write(sshFile(u"config"_s), host);
    make({}, withAgent);
    VERIFY_OK(await(m_hosts->import(u"web"_s, {})));
    VERIFY_OK(connectTo(u"web"_s));
    write(sshFile(u"config"_s), host + "  IdentitiesOnly yes\n");
    make({}, withAgent);
    QCOMPARE(connectTo(u"web"_s).error().kind, ErrorKind::Auth);
    write(sshFile(u"config"_s), host + "  IdentityAgent none\n");
    make({}, withAgent);
    QCOMPARE(connectTo(u"web"_s).error().kind, ErrorKind::Auth);
}

void TestHostsConnect::passphraseIsAsked()
{
    const QString key = m_home->filePath(u".ssh/id_ed25519"_s);
    QVERIFY(QFile::copy(m_web.path(u"user"_s), key));
    QFile(key).setPermissions(QFile::ReadOwner | QFile::WriteOwner);
    QCOMPARE(QProcess::execute(u"ssh-keygen"_s, {u"-q"_s, u"-p"_s, u"-P"_s, QString(), u"-N"_s,
                                                 u"open sesame"_s, u"-a"_s, u"1"_s, u"-f"_s, key}),
             0);
    write(sshFile(u"known_hosts"_s), knownLine(m_web));
    make("  web: { address: " + m_web.address().toLatin1() +
         ", port: " + QByteArray::number(m_web.port()) + ", transport: built-in }\n");
    QCOMPARE(connectTo(u"web"_s).error().kind, ErrorKind::Auth);
    QStringList asked;
    const ssh::Asker asker = [&asked](const ssh::Question& question, const ssh::Answer& answer) {
        asked += question.subject;
        answer(std::vector<Secret>{Secret("open sesame")});
    };
    VERIFY_OK(await(m_hosts->connect(u"web"_s, CancelToken(), asker)));
    QCOMPARE(asked, QStringList{key});
}

void TestHostsConnect::importedWithAlias()
{
    write(sshFile(u"hosts"_s), "shop-web " + m_web.hostKey(u"ed25519"_s).toLatin1() + '\n');
    const QByteArray host = "Host web\n  HostName " + m_web.address().toLatin1() + "\n  Port " +
                            QByteArray::number(m_web.port()) +
                            "\n  HostKeyAlias shop-web\n  UserKnownHostsFile ~/.ssh/hosts\n"
                            "  IdentityFile " +
                            m_web.path(u"user"_s).toUtf8() + '\n';
    write(sshFile(u"config"_s), host);
    make();
    VERIFY_OK(await(m_hosts->import(u"web"_s, {})));
    for (const ssh::Transport transport : {ssh::Transport::BuiltIn, ssh::Transport::System}) {
        VERIFY_OK(await(m_hosts->setTransport(u"web"_s, transport)));
        const auto chosen = connectTo(u"web"_s);
        VERIFY_OK(chosen);
        QCOMPARE(chosen->choice.transport, transport);
    }
}

void TestHostsConnect::jumpHosts()
{
    PrivateSshd edge({u"ed25519"_s}, "LogLevel VERBOSE", 23);
    const QString problem = edge.start();
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
    write(sshFile(u"known_hosts"_s), knownLine(m_web) + knownLine(edge));
    // A hop that ~/.ssh/config describes, and one of the workspace.
    write(sshFile(u"config"_s), "Host door\n  HostName " + edge.address().toLatin1() + "\n  Port " +
                                    QByteArray::number(edge.port()) + "\n  IdentityFile " +
                                    edge.path(u"user"_s).toUtf8() + "\nHost inner\n  HostName " +
                                    m_web.address().toLatin1() + "\n  Port " +
                                    QByteArray::number(m_web.port()) + "\n  IdentityFile " +
                                    m_web.path(u"user"_s).toUtf8() + "\n  ProxyJump door\n");
    make(listed("edge", edge) + listed("web", m_web, ", hops: [edge]") +
         listed("web2", m_web, ", hops: [door]") +
         listed("sys", m_web, ", hops: [edge], transport: system"));
    VERIFY_OK(await(m_hosts->import(u"inner"_s, {})));
    const QStringList names = {u"web"_s, u"web2"_s, u"inner"_s, u"sys"_s};
    for (const QString& name : names) {
        const auto chosen = connectTo(name);
        VERIFY_OK(chosen);
        QCOMPARE(said(*chosen, u"echo in"_s), "in\n");
    }
    QVERIFY(logins(edge) >= 2);
    // Without the hop there is no way.
    edge.stop();
    for (const QString& name : names) {
        const auto refused = connectTo(name);
        QVERIFY2(!refused, qPrintable(name));
        QCOMPARE(refused.error().kind, ErrorKind::Network);
    }
}

void TestHostsConnect::jumpHostThatIsUnknown()
{
    write(sshFile(u"known_hosts"_s), knownLine(m_web));
    make(listed("edge", m_edge) + listed("web", m_web, ", hops: [edge]"));
    const auto refused = connectTo(u"web"_s);
    QCOMPARE(refused.error().kind, ErrorKind::HostKey);
    const auto hop = await(m_hosts->offeredKey(u"web"_s, CancelToken()));
    VERIFY_OK(hop);
    QCOMPARE(hop->host, u"edge"_s);
    QCOMPARE(hop->verdict.trust, ssh::Trust::Unknown);
    VERIFY_OK(await(m_hosts->trust(*hop, false)));
    const auto server = await(m_hosts->offeredKey(u"web"_s, CancelToken()));
    VERIFY_OK(server);
    QCOMPARE(server->host, u"web"_s);
    QCOMPARE(server->verdict.trust, ssh::Trust::Known);
    VERIFY_OK(connectTo(u"web"_s));
}

void TestHostsConnect::circle()
{
    write(sshFile(u"config"_s), "Host a\n  ProxyJump b\nHost b\n  ProxyJump a\n");
    make(
        "  one: { address: 127.0.0.1, hops: [two] }\n  two: { address: 127.0.0.1, hops: [one] }\n"
        "  bad: { address: 127.0.0.1, hops: [\"a@b@c\"] }\n");
    VERIFY_OK(await(m_hosts->import(u"a"_s, {})));
    for (const QString& name : {u"one"_s, u"a"_s, u"bad"_s}) {
        const auto refused = connectTo(name);
        QCOMPARE(refused.error().kind, ErrorKind::Invalid);
    }
}

void TestHostsConnect::proxyCommandNeedsApproval()
{
    const QString ran = m_home->filePath(u"ran"_s);
    const QString relay = m_home->filePath(u"relay.py"_s);
    write(relay, relayProgram());
    const QByteArray command = "sh -c \"touch " + ran.toUtf8() + "; exec python3 " +
                               relay.toUtf8() + ' ' + m_web.address().toLatin1() + ' ' +
                               QByteArray::number(m_web.port()) + '"';
    const auto config = [this](const QByteArray& text) {
        write(sshFile(u"config"_s), "Host web\n  HostName " + m_web.address().toLatin1() +
                                        "\n  Port " + QByteArray::number(m_web.port()) +
                                        "\n  IdentityFile " + m_web.path(u"user"_s).toUtf8() +
                                        "\n  ProxyCommand " + text + '\n');
    };
    config(command);
    make();
    const auto host = await(m_hosts->import(u"web"_s, {}));
    VERIFY_OK(host);
    QCOMPARE(host->proxyCommand, QString::fromUtf8(command));
    QVERIFY(!host->problem.isEmpty());
    QCOMPARE(connectTo(u"web"_s).error().kind, ErrorKind::Refused);
    QCOMPARE(await(m_hosts->approveProxyCommand(u"web"_s, u"another"_s)).error().kind,
             ErrorKind::Conflict);
    QVERIFY(!QFile::exists(ran));
    VERIFY_OK(await(m_hosts->approveProxyCommand(u"web"_s, QString::fromUtf8(command))));
    QVERIFY(await(m_hosts->find(u"web"_s))->problem.isEmpty());
    // Its key is seen through the command, and trusted as those of others are.
    QCOMPARE(connectTo(u"web"_s).error().kind, ErrorKind::HostKey);
    const auto view = await(m_hosts->offeredKey(u"web"_s, CancelToken()));
    VERIFY_OK(view);
    QVERIFY(QFile::exists(ran));
    QCOMPARE(view->verdict.trust, ssh::Trust::Unknown);
    QCOMPARE(view->key.text(), m_web.hostKey(u"ed25519"_s).section(u' ', 0, 1));
    VERIFY_OK(await(m_hosts->trust(*view, false)));
    QCOMPARE(await(m_hosts->offeredKey(u"web"_s, CancelToken()))->verdict.trust, ssh::Trust::Known);
    const auto chosen = connectTo(u"web"_s);
    VERIFY_OK(chosen);
    QCOMPARE(chosen->choice.transport, ssh::Transport::System);
    QCOMPARE(said(*chosen, u"echo in"_s), "in\n");
    config("touch " + ran.toUtf8());
    make();
    QCOMPARE(connectTo(u"web"_s).error().kind, ErrorKind::Refused);  // another command, asked again
}

void TestHostsConnect::systemTransport()
{
    write(sshFile(u"known_hosts"_s), knownLine(m_web));
    PrivateSshd hardened({u"ed25519"_s}, "MACs hmac-sha2-256-etm@openssh.com\nCiphers aes256-ctr\n",
                         22);
    const QString problem = hardened.start();
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
    make(listed("web", m_web) + listed("hard", hardened));
    // Looked at by the system's ssh: the built-in transport has nothing in common with it.
    const auto view = await(m_hosts->offeredKey(u"hard"_s, CancelToken()));
    VERIFY_OK(view);
    QCOMPARE(view->key.text(), hardened.hostKey(u"ed25519"_s).section(u' ', 0, 1));
    QCOMPARE(connectTo(u"hard"_s).error().kind, ErrorKind::HostKey);
    VERIFY_OK(await(m_hosts->trust(*view, false)));
    auto chosen = connectTo(u"hard"_s);
    VERIFY_OK(chosen);
    QCOMPARE(chosen->choice.transport, ssh::Transport::System);
    QCOMPARE(said(*chosen, u"echo in"_s), "in\n");
    chosen->session.reset();
    // What worked is remembered, over the end of the program.
    make(listed("hard", hardened));
    chosen = connectTo(u"hard"_s);
    VERIFY_OK(chosen);
    QVERIFY2(chosen->choice.reason.contains(u"worked the last time"_s),
             qPrintable(chosen->choice.reason));
}

void TestHostsConnect::sharesSessions()
{
    write(sshFile(u"known_hosts"_s), knownLine(m_web));
    make(listed("web", m_web));
    const int before = logins(m_web);
    QObject context;
    const auto one = listen(m_hosts->connect(u"web"_s, CancelToken()), &context);
    const auto two = listen(m_hosts->connect(u"web"_s, CancelToken()), &context);
    QTRY_VERIFY(one->has_value() && two->has_value());
    VERIFY_OK(**one);
    VERIFY_OK(**two);
    QCOMPARE((*one)->value().session, (*two)->value().session);
    auto three = connectTo(u"web"_s);
    VERIFY_OK(three);
    QCOMPARE(three->session, (*one)->value().session);
    QCOMPARE(logins(m_web), before + 1);
    const auto apart = await(m_hosts->connectApart(u"web"_s, CancelToken()));
    VERIFY_OK(apart);
    QVERIFY(apart->session != three->session);
    QCOMPARE(logins(m_web), before + 2);
    // The shared one lives as long as somebody holds it.
    const std::weak_ptr<ssh::Session> weak = three->session;
    three->session.reset();
    one->reset();
    two->reset();
    QTRY_VERIFY(weak.expired());
    VERIFY_OK(connectTo(u"web"_s));
    QCOMPARE(logins(m_web), before + 3);
}

void TestHostsConnect::cancelsAlone()
{
    write(sshFile(u"known_hosts"_s), knownLine(m_web));
    make(listed("web", m_web));
    QObject context;
    const CancelToken cancel;
    const auto one = listen(m_hosts->connect(u"web"_s, cancel), &context);
    const auto two = listen(m_hosts->connect(u"web"_s, CancelToken()), &context);
    QTest::qWait(5);
    cancel.cancel();
    QTRY_VERIFY(one->has_value() && two->has_value());
    VERIFY_OK(**two);
    QVERIFY(!**one);
    QCOMPARE((*one)->error().kind, ErrorKind::Cancelled);
}

QTEST_GUILESS_MAIN(TestHostsConnect)
#include "tst_hosts_connect.moc"
