#include "core/git/network.h"
#include "tests/git/hostile_remote.h"

#include <QSet>

using namespace analemma::git;
using namespace gitfixture;
using test::PrivateSshd;

/// Calls over https and ssh with all kinds of credentials, right, wrong and missing, and servers
/// that are not who they should be: no secret goes where it does not belong.
class TestGitNetworkLogin : public RemoteServers {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { setUp(); }
    void init() { renew(); }
    void cleanup() { waitForServers(); }
    void cleanupTestCase() { tearDown(); }
    void worksOverBoth_data();
    void worksOverBoth();
    void speaksTheNewestTls();
    void asksOnce();
    void keepsSecretsOutOfSight();
    void endsAPasswordLoop();
    void asksForAPassphraseOnce();
    void trustsNoUnknownServer();
    void trustsNoUnknownCertificate();
    void carriesNoLoginElsewhere_data();
    void carriesNoLoginElsewhere();
};

// ---- both ways ----------------------------------------------------------------------------------

void TestGitNetworkLogin::worksOverBoth_data()
{
    QTest::addColumn<QString>("url");
    QTest::newRow("https") << m_https->place() + u"/from/.git"_s;
    QTest::newRow("account") << QString(m_https->place() + u"/from/.git"_s).insert(8, u"ana@"_s);
    QTest::newRow("ssh") << sshUrl(m_sshd->address(), m_sshd->port());
}

void TestGitNetworkLogin::worksOverBoth()
{
    QFETCH(const QString, url);
    const QString folder =
        m_ground->path(u"both-"_s + QString::fromLatin1(QTest::currentDataTag()));
    const Result<std::shared_ptr<Repository>> clone =
        finished(cloneRepository(url, folder, {}, access(), CancelToken()));
    QVERIFY2(clone, clone ? "" : qPrintable(clone.error().message));
    QCOMPARE(Ground::git(folder, {u"rev-parse"_s, u"HEAD"_s}), m_tip);
    QCOMPARE(Ground::git(folder, {u"status"_s, u"--porcelain"_s}), QString());
    QCOMPARE(Ground::git(folder, {u"config"_s, u"remote.origin.url"_s}), url);
    point(url);
    const Result<FetchResult> result = finishedFetch(m_ours, access());
    QVERIFY2(result, result ? "" : qPrintable(result.error().message));
    QCOMPARE(result->moved.at(0).after, m_tip);
    const QString branch = u"refs/heads/by-"_s + QString::fromLatin1(QTest::currentDataTag());
    Ground::git(m_from, {u"config"_s, u"http.receivepack"_s, u"true"_s});
    Ground::git(m_ours, {u"update-ref"_s, branch, u"HEAD"_s});
    PushOptions options;
    options.refs = {branch};
    const Result<PushResult> sent = pushed(Ground::open(m_ours), options, access());
    QVERIFY2(sent, sent ? "" : qPrintable(sent.error().message));
    options.refs.clear();
    options.remove = {branch};
    QVERIFY(pushed(Ground::open(m_ours), options, access()));
    QVERIFY(!refsOf(m_from).contains(branch));
    QCOMPARE(kindOf(finished(cloneRepository(url + u"x"_s, m_ground->path(u"none"_s), {}, access(),
                                             CancelToken()))),
             u"not-found"_s);
}

void TestGitNetworkLogin::speaksTheNewestTls()
{
    const HttpsRemote remote(4, m_ground->path(u"."_s), {{u"tls13"_s, true}});
    NetworkAccess with = access();
    with.certificatesFile = remote.certificate();
    point(remote.place() + u"/from/.git"_s);
    const Result<FetchResult> result = finishedFetch(m_ours, with);
    QVERIFY2(result, result ? "" : qPrintable(result.error().message));
}

// ---- credentials --------------------------------------------------------------------------------

void TestGitNetworkLogin::asksOnce()
{
    const HttpsRemote remote(4, m_ground->path(u"."_s), {{u"login"_s, u"ana:pass word"_s}});
    NetworkAccess with = access();
    with.certificatesFile = remote.certificate();
    const QString url = remote.place() + u"/from/.git"_s;
    point(url);
    checkUntouched(u"auth"_s, finishedFetch(m_ours, with));  // nobody can be asked
    QList<NetworkQuestion> asked;
    with.ask = answering({"ana", "wrong"}, &asked);
    const Result<FetchResult> refused = finishedFetch(m_ours, with);
    checkUntouched(u"auth"_s, refused);
    QVERIFY(!refused.error().message.contains(u"wrong"_s));
    QCOMPARE(asked.size(), 2);
    QCOMPARE(asked.at(0).kind, NetworkQuestion::Kind::User);
    QCOMPARE(asked.at(1).kind, NetworkQuestion::Kind::Password);
    QCOMPARE(asked.at(1).place, remote.place());
    QCOMPARE(asked.at(1).user, u"ana"_s);
    asked.clear();
    with.ask = answering({"pass word"}, &asked);  // the name stands in the address
    point(QString(url).replace(u"https://"_s, u"https://ana@"_s));
    const Result<FetchResult> result = finishedFetch(m_ours, with);
    QVERIFY2(result, result ? "" : qPrintable(result.error().message));
    QCOMPARE(asked.size(), 1);
    QCOMPARE(result->moved.size(), 1);
    // What can not be passed on, and a person who does not want to.
    for (const QByteArray& odd : {QByteArray("a\nb"), QByteArray(5'000, 'a')}) {
        asked.clear();
        with.ask = answering({odd}, &asked);
        QCOMPARE(kindOf(finishedFetch(m_ours, with)), u"invalid"_s);
    }
    with.ask = [](const NetworkQuestion&, const CancelToken&) -> Task<Result<Secret>> {
        return onWorker<Secret>([]() -> Result<Secret> { return cancelledError(); });
    };
    QCOMPARE(kindOf(finishedFetch(m_ours, with)), u"cancelled"_s);
}

void TestGitNetworkLogin::keepsSecretsOutOfSight()
{
    const HttpsRemote remote(4, m_ground->path(u"."_s), {{u"login"_s, u"ana:open-sesame"_s}});
    NetworkAccess with = access();
    with.certificatesFile = remote.certificate();
    QList<NetworkQuestion> asked;
    with.ask = answering({"ana", "open-sesame"}, &asked);
    point(remote.place() + u"/from/.git"_s);
    // All that a process of ours shows of itself, over and over while the call goes on.
    QSet<qint64> seen;
    QByteArrayList shown;
    QTimer look;
    connect(&look, &QTimer::timeout, this, [&] {
        for (const qint64 pid : test::processTree(::getpid()).mid(1)) {
            for (const char* name : {"cmdline", "environ"}) {
                QFile file(u"/proc/%1/%2"_s.arg(pid).arg(QLatin1StringView(name)));
                const QByteArray text =
                    file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
                if (text.contains("analemma-call-")) {
                    seen.insert(pid);
                    if (text.contains("open-sesame")) {
                        shown.append(text);
                    }
                }
            }
        }
    });
    look.start(1);
    const Result<FetchResult> result = finishedFetch(m_ours, with);
    QVERIFY2(result, result ? "" : qPrintable(result.error().message));
    QVERIFY2(seen.size() >= 2, qPrintable(QString::number(seen.size())));  // git, and its helper
    QCOMPARE(shown, QByteArrayList());
}

void TestGitNetworkLogin::endsAPasswordLoop()
{
    const HttpsRemote remote(4, m_ground->path(u"."_s), {{u"loop"_s, true}});
    NetworkAccess with = access();
    with.certificatesFile = remote.certificate();
    QList<NetworkQuestion> asked;
    with.ask = answering({"ana", "one", "two", "three"}, &asked);
    point(remote.place() + u"/from/.git"_s);
    checkUntouched(u"auth"_s, finishedFetch(m_ours, with));
    QCOMPARE(asked.size(), 2);
    QVERIFY(remote.requests().size() <= 4);
    // The same by ssh: a server that takes no password.
    PrivateSshd sshd({u"ed25519"_s}, "PasswordAuthentication yes\nPubkeyAuthentication no\n", 5);
    const QString problem = sshd.start();
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
    Ground::write(m_ground->path(u"loop_hosts"_s),
                  "* " + sshd.hostKey(u"ed25519"_s).toUtf8() + '\n');
    with.knownHostsFiles = {m_ground->path(u"loop_hosts"_s)};
    asked.clear();
    point(sshUrl(sshd.address(), sshd.port()));
    checkUntouched(u"auth"_s, finishedFetch(m_ours, with));
    QCOMPARE(asked.size(), 1);
    QCOMPARE(asked.at(0).kind, NetworkQuestion::Kind::Password);
}

void TestGitNetworkLogin::asksForAPassphraseOnce()
{
    Ground::run(u"/"_s, u"ssh-keygen"_s,
                {u"-q"_s, u"-t"_s, u"rsa"_s, u"-b"_s, u"2048"_s, u"-N"_s, u"a phrase"_s, u"-f"_s,
                 m_sshd->path(u"locked"_s)});
    m_sshd->write(u"authorized_keys"_s,
                  m_sshd->read(u"user.pub"_s) + m_sshd->read(u"locked.pub"_s));
    NetworkAccess with = access();
    with.keyFiles = {m_sshd->path(u"locked"_s)};
    QList<NetworkQuestion> asked;
    point(sshUrl(m_sshd->address(), m_sshd->port()));
    with.ask = answering({"wrong"}, &asked);
    checkUntouched(u"auth"_s, finishedFetch(m_ours, with));
    QCOMPARE(asked.at(0).kind, NetworkQuestion::Kind::Passphrase);
    QCOMPARE(asked.at(0).place, m_sshd->path(u"locked"_s));
    asked.clear();
    with.ask = answering({"a phrase"}, &asked);  // RSA, which libssh2 could not use
    const Result<FetchResult> result = finishedFetch(m_ours, with);
    QVERIFY2(result, result ? "" : qPrintable(result.error().message));
    QCOMPARE(asked.size(), 1);
}

void TestGitNetworkLogin::trustsNoUnknownServer()
{
    NetworkAccess with = access();
    point(sshUrl(m_sshd->address(), m_sshd->port()));
    with.knownHostsFiles = {};
    const Result<FetchResult> unknown = finishedFetch(m_ours, with);
    checkUntouched(u"host-key"_s, unknown);
    QVERIFY2(unknown.error().message.contains(u"no host key of this server is recorded"_s),
             qPrintable(unknown.error().message));
    QVERIFY(m_sshd->makeKey(u"other"_s, u"ed25519"_s));
    Ground::write(m_ground->path(u"wrong_hosts"_s), "* " + m_sshd->read(u"other.pub"_s));
    with.knownHostsFiles = {m_ground->path(u"wrong_hosts"_s)};
    const Result<FetchResult> changed = finishedFetch(m_ours, with);
    checkUntouched(u"host-key"_s, changed);
    QVERIFY2(changed.error().message.contains(u"not the recorded one"_s),
             qPrintable(changed.error().message));
    // Asking does not make it known.
    QList<NetworkQuestion> asked;
    with.knownHostsFiles = {};
    with.ask = answering({"yes", "yes"}, &asked);
    checkUntouched(u"host-key"_s, finishedFetch(m_ours, with));
    QVERIFY(asked.isEmpty());
}

void TestGitNetworkLogin::trustsNoUnknownCertificate()
{
    NetworkAccess with = access();
    with.certificatesFile.clear();
    QList<NetworkQuestion> asked;
    with.ask = answering({}, &asked);
    point(m_https->place() + u"/from/.git"_s);
    checkUntouched(u"host-key"_s, finishedFetch(m_ours, with));
    with.certificatesFile = m_https->certificate();  // by another address it is somebody else's
    BadWire wire(6, m_https->address(), m_https->port());
    point(urlOver(Way::Https, wire));
    checkUntouched(u"host-key"_s, finishedFetch(m_ours, with));
    QVERIFY(asked.isEmpty());
}

void TestGitNetworkLogin::carriesNoLoginElsewhere_data()
{
    QTest::addColumn<bool>("late");    ///< points on only once it has been given the login
    QTest::addColumn<bool>("closed");  ///< the other one wants a login, too
    QTest::addColumn<QString>("kind");
    QTest::newRow("to an open one") << true << false << u"refused"_s;
    QTest::newRow("to a closed one") << true << true << u"auth"_s;
    QTest::newRow("at once") << false << true << u"refused"_s;
}

void TestGitNetworkLogin::carriesNoLoginElsewhere()
{
    QFETCH(const bool, late);
    QFETCH(const bool, closed);
    QFETCH(const QString, kind);
    const Json login{{u"login"_s, u"ana:pw"_s}};
    const HttpsRemote target(4, m_ground->path(u"."_s), closed ? login : Json());
    Json options = login;
    options.insert(u"redirect"_s, target.place());
    options.insert(u"late"_s, late);
    const HttpsRemote first(5, m_ground->path(u"."_s), options);
    NetworkAccess with = access();
    with.certificatesFile = m_ground->path(u"both.pem"_s);
    Ground::write(with.certificatesFile,
                  Ground::read(first.certificate()) + Ground::read(target.certificate()));
    QList<NetworkQuestion> asked;
    with.ask = answering({"ana", "pw", "ana", "pw"}, &asked);
    point(first.place() + u"/from/.git"_s);
    const Result<FetchResult> result = finishedFetch(m_ours, with);
    QCOMPARE(first.requests().join('\n').contains("Basic "), late);  // what is its own
    QVERIFY(target.requests().constFirst().startsWith("GET "));
    QVERIFY2(!target.requests().join('\n').contains("Basic "),
             target.requests().join('\n').constData());
    for (const NetworkQuestion& question : std::as_const(asked)) {
        QCOMPARE(question.place, first.place());
    }
    QCOMPARE(kindOf(result), kind);
    if (!result) {
        checkUntouched(kind, result);
    }
    if (!late) {
        QVERIFY(asked.isEmpty());
        QVERIFY(result.error().message.contains(first.place()));
        QVERIFY(result.error().message.contains(target.place()));
    }
}

QTEST_GUILESS_MAIN(TestGitNetworkLogin)
#include "tst_git_network_login.moc"
