#include "core/git/network.h"
#include "tests/git/hostile_remote.h"

#include <QElapsedTimer>
#include <QSet>

using namespace analemma::git;
using namespace gitfixture;
using test::PrivateSshd;

/// Calls over https and ssh: with all kinds of credentials, and against other sides and wires that
/// stall, break, lie and ask for ever. After each fault the repository is whole and as it was, no
/// process is left, and the words say what happened.
class TestGitNetworkHostile : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();
    void cleanupTestCase();
    void worksOverBoth_data();
    void worksOverBoth();
    void speaksTheNewestTls();
    void asksOnce();
    void keepsSecretsOutOfSight();
    void endsAPasswordLoop();
    void asksForAPassphraseOnce();
    void trustsNoUnknownServer();
    void trustsNoUnknownCertificate();
    void carriesNoLoginElsewhere();
    void endsWhatStalls_data();
    void endsWhatStalls();
    void outlivesEveryCut_data();
    void outlivesEveryCut();
    void outlivesGarbage_data();
    void outlivesGarbage();
    void outlivesAKilledHelper();
    void cancelsAtOnce();
    void leavesNothingOfABrokenClone();
    void showsForeignWordsHarmless();

private:
    enum class Way { Https, Ssh };

    /// A call that has failed: its words, and that nothing is left of it.
    void checkUntouched(const QString& kind, const Result<FetchResult>& result);
    [[nodiscard]] NetworkAccess access() const;
    [[nodiscard]] QString sshUrl(const QString& address, int port) const
    {
        return u"ssh://%1@%2:%3%4"_s.arg(PrivateSshd::user(), address).arg(port).arg(m_from);
    }
    void point(const QString& url) const
    {
        Ground::git(m_ours, {u"config"_s, u"remote.origin.url"_s, url});
    }
    /// The way through a wire to a server that serves m_from.
    [[nodiscard]] std::unique_ptr<BadWire> wireTo(Way way);
    [[nodiscard]] QString urlOver(Way way, const BadWire& wire) const;
    /// Answers in turn, and counts.
    static auto answering(const QByteArrayList& answers, QList<NetworkQuestion>* asked);
    static Result<FetchResult> finishedFetch(const QString& path, const NetworkAccess& access)
    {
        return fetched(Ground::open(path), {}, access);
    }

    std::unique_ptr<Ground> m_ground;
    std::unique_ptr<Library> m_library;
    std::unique_ptr<PrivateSshd> m_sshd;
    std::unique_ptr<HttpsRemote> m_https;
    QString m_from;      ///< what is served
    QString m_template;  ///< a clone before the last commit
    QString m_ours;      ///< a copy of it, for each test
    QString m_refs;
    QString m_tip;
};

void TestGitNetworkHostile::initTestCase()
{
    m_ground = std::make_unique<Ground>();
    m_library = std::make_unique<Library>();
    m_from = makeRich(*m_ground, u"from"_s);
    m_template = cloneByGit(*m_ground, m_from, u"template"_s);
    m_tip = Ground::commit(m_from, u"big"_s, {{u"noise"_s, noise(400'000, 3)}});
    m_sshd = std::make_unique<PrivateSshd>();
    const QString problem = m_sshd->start();
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
    m_https = std::make_unique<HttpsRemote>(3, m_ground->path(u"."_s), Json());
    QVERIFY(m_https->port() > 0);
}

void TestGitNetworkHostile::init()
{
    m_ours = m_ground->path(u"ours"_s);
    Ground::run(u"/"_s, u"rm"_s, {u"-rf"_s, m_ours});
    Ground::run(u"/"_s, u"cp"_s, {u"-a"_s, m_template, m_ours});
    m_refs = refsOf(m_ours);
}

void TestGitNetworkHostile::cleanup()
{
    QTRY_COMPARE(helpersAlive().removeAll(u"git-http-backen"_s), 0);
}

void TestGitNetworkHostile::cleanupTestCase()
{
    drain();
    m_https.reset();
    m_sshd.reset();
    m_library.reset();
    m_ground.reset();
}

NetworkAccess TestGitNetworkHostile::access() const
{
    NetworkAccess access;
    const QString known = m_ground->path(u"known_hosts"_s);
    Ground::write(known, "* " + m_sshd->hostKey(u"ed25519"_s).toUtf8() + '\n');
    access.knownHostsFiles = {known};
    access.keyFiles = {m_sshd->path(u"user"_s)};
    access.certificatesFile = m_https->certificate();
    access.silence = milliseconds(20'000);
    return access;
}

std::unique_ptr<BadWire> TestGitNetworkHostile::wireTo(Way way)
{
    return way == Way::Ssh ? std::make_unique<BadWire>(2, m_sshd->address(), m_sshd->port())
                           : std::make_unique<BadWire>(3, m_https->address(), m_https->port());
}

QString TestGitNetworkHostile::urlOver(Way way, const BadWire& wire) const
{
    return way == Way::Ssh ? sshUrl(wire.address(), wire.port())
                           : u"https://%1:%2/from/.git"_s.arg(wire.address()).arg(wire.port());
}

auto TestGitNetworkHostile::answering(const QByteArrayList& answers, QList<NetworkQuestion>* asked)
{
    return [answers, asked](const NetworkQuestion& question,
                            const CancelToken&) -> Task<Result<Secret>> {
        const QByteArray answer = answers.value(asked->size());
        asked->append(question);
        return onWorker<Secret>([answer]() -> Result<Secret> { return Secret(answer); });
    };
}

void TestGitNetworkHostile::checkUntouched(const QString& kind, const Result<FetchResult>& result)
{
    QCOMPARE(kindOf(result), kind);
    QVERIFY(!result.error().message.contains(QChar(0x1b)));
    QCOMPARE(refsOf(m_ours), m_refs);
    QCOMPARE(leftOver(m_ours), QStringList());
    Ground::git(m_ours, {u"fsck"_s, u"--full"_s, u"--strict"_s});
    QTRY_COMPARE(helpersAlive(), QStringList());
}

// ---- both ways ----------------------------------------------------------------------------------

void TestGitNetworkHostile::worksOverBoth_data()
{
    QTest::addColumn<QString>("url");
    QTest::newRow("https") << m_https->place() + u"/from/.git"_s;
    QTest::newRow("account") << QString(m_https->place() + u"/from/.git"_s).insert(8, u"ana@"_s);
    QTest::newRow("ssh") << sshUrl(m_sshd->address(), m_sshd->port());
}

void TestGitNetworkHostile::worksOverBoth()
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

void TestGitNetworkHostile::speaksTheNewestTls()
{
    const HttpsRemote remote(4, m_ground->path(u"."_s), {{u"tls13"_s, true}});
    NetworkAccess with = access();
    with.certificatesFile = remote.certificate();
    point(remote.place() + u"/from/.git"_s);
    const Result<FetchResult> result = finishedFetch(m_ours, with);
    QVERIFY2(result, result ? "" : qPrintable(result.error().message));
}

// ---- credentials --------------------------------------------------------------------------------

void TestGitNetworkHostile::asksOnce()
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

void TestGitNetworkHostile::keepsSecretsOutOfSight()
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

void TestGitNetworkHostile::endsAPasswordLoop()
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

void TestGitNetworkHostile::asksForAPassphraseOnce()
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

void TestGitNetworkHostile::trustsNoUnknownServer()
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

void TestGitNetworkHostile::trustsNoUnknownCertificate()
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

void TestGitNetworkHostile::carriesNoLoginElsewhere()
{
    const HttpsRemote open(4, m_ground->path(u"."_s), Json());
    const HttpsRemote closed(5, m_ground->path(u"."_s), {{u"login"_s, u"ana:pw"_s}});
    NetworkAccess with = access();
    for (const HttpsRemote* target : {&open, &closed}) {
        const HttpsRemote first(
            6, m_ground->path(u"."_s),
            {{u"login"_s, u"ana:pw"_s}, {u"redirect"_s, target->place()}, {u"late"_s, true}});
        const QString both = m_ground->path(u"both.pem"_s);
        Ground::write(both,
                      Ground::read(first.certificate()) + Ground::read(target->certificate()));
        with.certificatesFile = both;
        QList<NetworkQuestion> asked;
        with.ask = answering({"ana", "pw", "ana", "pw"}, &asked);
        point(first.place() + u"/from/.git"_s);
        const Result<FetchResult> result = finishedFetch(m_ours, with);
        QVERIFY(first.requests().join('\n').contains("Basic "));  // it was given what is its own
        QVERIFY(target->requests().constFirst().startsWith("GET "));
        QVERIFY2(!target->requests().join('\n').contains("Basic "),
                 target->requests().join('\n').constData());
        for (const NetworkQuestion& question : std::as_const(asked)) {
            QCOMPARE(question.place, first.place());
        }
        if (target == &closed) {
            checkUntouched(u"refused"_s, result);
            QVERIFY(result.error().message.contains(first.place()));
            QVERIFY(result.error().message.contains(target->place()));
        }
        init();
    }
}

// ---- bad wires ----------------------------------------------------------------------------------

void TestGitNetworkHostile::endsWhatStalls_data()
{
    QTest::addColumn<int>("way");
    QTest::addColumn<qint64>("after");
    for (const Way way : {Way::Https, Way::Ssh}) {
        for (const qint64 after : {0, 200'000}) {
            QTest::addRow("%s after %lld", way == Way::Ssh ? "ssh" : "https", after)
                << int(way) << after;
        }
    }
}

void TestGitNetworkHostile::endsWhatStalls()
{
    QFETCH(const int, way);
    QFETCH(const qint64, after);
    const auto wire = wireTo(Way(way));
    wire->arm(BadWire::Fault::Stall, after);
    point(urlOver(Way(way), *wire));
    NetworkAccess with = access();
    with.silence = milliseconds(2'500);
    QElapsedTimer clock;
    clock.start();
    const Result<FetchResult> result = finishedFetch(m_ours, with);
    QVERIFY(clock.elapsed() < 60'000);
    QVERIFY(wire->fired() > 0);
    checkUntouched(u"timeout"_s, result);
    // The wire is well again: so is the call.
    wire->arm(BadWire::Fault::None, 0);
    const Result<FetchResult> again = finishedFetch(m_ours, access());
    QVERIFY2(again, again ? "" : qPrintable(again.error().message));
    QCOMPARE(again->moved.at(0).after, m_tip);
}

void TestGitNetworkHostile::outlivesEveryCut_data()
{
    QTest::addColumn<int>("way");
    QTest::newRow("https") << int(Way::Https);
    QTest::newRow("ssh") << int(Way::Ssh);
}

void TestGitNetworkHostile::outlivesEveryCut()
{
    QFETCH(const int, way);
    const auto wire = wireTo(Way(way));
    wire->arm(BadWire::Fault::None, 0);
    point(urlOver(Way(way), *wire));
    const QString ours = m_ground->path(u"cut"_s);
    Ground::run(u"/"_s, u"rm"_s, {u"-rf"_s, ours});
    Ground::run(u"/"_s, u"cp"_s, {u"-a"_s, m_ours, ours});
    QVERIFY(finishedFetch(ours, access()));
    const qint64 whole = wire->passed();
    QVERIFY(whole > 400'000);
    for (int tenth = 0; tenth < 10; ++tenth) {
        wire->arm(BadWire::Fault::Reset, whole * tenth / 10);
        const Result<FetchResult> result = finishedFetch(m_ours, access());
        QVERIFY2(wire->fired() > 0, qPrintable(QString::number(tenth)));
        QVERIFY2(!result, qPrintable(QString::number(tenth)));
        checkUntouched(u"network"_s, result);
    }
    wire->arm(BadWire::Fault::None, 0);
    QVERIFY(finishedFetch(m_ours, access()));
    QCOMPARE(refsOf(m_ours), refsOf(ours));
}

void TestGitNetworkHostile::outlivesGarbage_data()
{
    QTest::addColumn<QString>("what");
    for (const char* what : {"https answers", "https wire", "ssh wire", "ssh greeting"}) {
        QTest::newRow(what) << QString::fromLatin1(what);
    }
}

void TestGitNetworkHostile::outlivesGarbage()
{
    QFETCH(const QString, what);
    NetworkAccess with = access();
    with.silence = milliseconds(3'000);
    if (what == u"https answers") {
        const HttpsRemote remote(4, m_ground->path(u"."_s), {{u"garbage"_s, true}});
        with.certificatesFile = remote.certificate();
        point(remote.place() + u"/from/.git"_s);
        const Result<FetchResult> result = finishedFetch(m_ours, with);
        QVERIFY(remote.requests().constLast().startsWith("POST "));
        checkUntouched(u"protocol"_s, result);
        return;
    }
    const Way way = what.startsWith(u"https"_s) ? Way::Https : Way::Ssh;
    const auto wire = wireTo(way);
    wire->arm(BadWire::Fault::Garbage, what.endsWith(u"greeting"_s) ? 0 : 100'000);
    point(urlOver(way, *wire));
    const Result<FetchResult> result = finishedFetch(m_ours, with);
    QVERIFY(wire->fired() > 0);
    QVERIFY(!result);
    const QString kind = toString(result.error().kind);
    QVERIFY2(QStringList({u"network"_s, u"protocol"_s, u"timeout"_s}).contains(kind),
             qPrintable(result.error().message));
    checkUntouched(kind, result);
}

void TestGitNetworkHostile::outlivesAKilledHelper()
{
    const auto wire = wireTo(Way::Ssh);
    wire->arm(BadWire::Fault::Stall, 200'000);
    point(urlOver(Way::Ssh, *wire));
    int killed = 0;
    QTimer look;
    connect(&look, &QTimer::timeout, this, [&] {
        if (wire->fired() > 0 && killed == 0) {
            for (const qint64 pid : test::processTree(::getpid()).mid(1)) {
                QFile file(u"/proc/%1/comm"_s.arg(pid));
                if (file.open(QIODevice::ReadOnly) && file.readAll().startsWith("git")) {
                    ++killed;
                    ::kill(-pid_t(pid), SIGKILL);
                }
            }
        }
    });
    look.start(5);
    const Result<FetchResult> result = finishedFetch(m_ours, access());
    QVERIFY(killed > 0);
    checkUntouched(u"failed"_s, result);
    QVERIFY2(result.error().message.contains(u"SIGKILL"_s), qPrintable(result.error().message));
    wire->arm(BadWire::Fault::None, 0);
    QVERIFY(finishedFetch(m_ours, access()));
}

void TestGitNetworkHostile::cancelsAtOnce()
{
    const auto wire = wireTo(Way::Https);
    wire->arm(BadWire::Fault::Stall, 100'000);
    point(urlOver(Way::Https, *wire));
    const CancelToken cancel;
    QTimer look;
    connect(&look, &QTimer::timeout, this, [&] {
        if (wire->fired() > 0) {
            cancel.cancel();
        }
    });
    look.start(5);
    NetworkAccess with = access();
    with.silence = milliseconds(100'000);
    checkUntouched(u"cancelled"_s, finished(git::fetch(Ground::open(m_ours), {}, with, cancel)));
    // And by the limit, whatever still comes.
    wire->arm(BadWire::Fault::Stall, 100'000);
    with.limit = milliseconds(1'500);
    checkUntouched(u"timeout"_s, finishedFetch(m_ours, with));
}

void TestGitNetworkHostile::leavesNothingOfABrokenClone()
{
    const QString parent = m_ground->folder(u"broken"_s);
    for (const BadWire::Fault fault : {BadWire::Fault::Reset, BadWire::Fault::Stall}) {
        const auto wire = wireTo(Way::Ssh);
        wire->arm(fault, 250'000);
        NetworkAccess with = access();
        with.silence = milliseconds(2'500);
        const Result<std::shared_ptr<Repository>> clone = finished(
            cloneRepository(urlOver(Way::Ssh, *wire), parent + u"/x"_s, {}, with, CancelToken()));
        QVERIFY(wire->fired() > 0);
        QCOMPARE(kindOf(clone), fault == BadWire::Fault::Reset ? u"network"_s : u"timeout"_s);
        QVERIFY(QDir(parent).isEmpty(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot));
        QTRY_COMPARE(helpersAlive(), QStringList());
    }
}

void TestGitNetworkHostile::showsForeignWordsHarmless()
{
    const QString bare = cloneByGit(*m_ground, m_from, u"loud.git"_s, {u"--bare"_s});
    const QString hook = bare + u"/hooks/pre-receive"_s;
    Ground::write(
        hook,
        "#!/bin/sh\nprintf 'Welcome \\033]0;owned\\007 \\342\\200\\256 here\\n' >&2\n"
        "while read -r old new name; do case $name in *bad*) echo 'we do not like \033[31mit' "
        ">&2; exit 1;; esac; done\n");
    QFile::setPermissions(hook, QFile::ReadOwner | QFile::ExeOwner);
    point(u"ssh://%1@%2:%3%4"_s.arg(PrivateSshd::user(), m_sshd->address())
              .arg(m_sshd->port())
              .arg(bare));
    Ground::git(m_ours, {u"branch"_s, u"good"_s});
    Ground::git(m_ours, {u"branch"_s, u"bad"_s});
    PushOptions options;
    options.refs = {u"refs/heads/good"_s};
    const Result<PushResult> result = pushed(Ground::open(m_ours), options, access());
    QVERIFY2(result, result ? "" : qPrintable(result.error().message));
    QCOMPARE(result->said.size(), 1);
    QVERIFY(result->said.at(0).startsWith(u"Welcome"_s));
    QVERIFY(!result->said.at(0).contains(QChar(0x1b)));
    QVERIFY(!result->said.at(0).contains(QChar(0x202e)));
    options.refs = {u"refs/heads/bad"_s};
    const Result<PushResult> rejected = pushed(Ground::open(m_ours), options, access());
    QCOMPARE(kindOf(rejected), u"refused"_s);
    QVERIFY2(rejected.error().message.contains(u"pre-receive hook declined"_s),
             qPrintable(rejected.error().message));
}

QTEST_GUILESS_MAIN(TestGitNetworkHostile)
#include "tst_git_network_hostile.moc"
