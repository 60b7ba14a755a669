#include "core/git/network.h"
#include "tests/git/hostile_remote.h"

#include <QElapsedTimer>

using namespace analemma::git;
using namespace gitfixture;
using test::PrivateSshd;

/// Calls over https and ssh whose wires and other sides stall, break, lie and shout. After each
/// fault the repository is whole and as it was, no process is left, and the words say what
/// happened.
class TestGitNetworkHostile : public RemoteServers {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { setUp(); }
    void init() { renew(); }
    void cleanup() { waitForServers(); }
    void cleanupTestCase() { tearDown(); }
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
};

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
    with.silence = milliseconds(8'000);
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
    with.silence = milliseconds(10'000);
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
        with.silence = milliseconds(8'000);
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
