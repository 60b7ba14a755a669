#include "tests/ssh/cable.h"
#include "tests/ssh/waiting_server.h"

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::test;

/// Shells that wait for a command and go, are stopped, speak, or lose their connection.
class TestSshWaitingFaults : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void killedWhileItWaits();
    void diesEachTime();
    void anotherHome();
    void noBeginning_data();
    void noBeginning();
    void speaksUnasked();
    void cancelAndTimeout();
    void cut_data();
    void cut();
    void goesWithItsSession();

private:
    SessionPtr open(const ssh::Target& target)
    {
        const auto session = await(m_client.connectTo(target, {}, {}));
        return session ? *session : nullptr;
    }
    ssh::Library m_library;
    PrivateSshd m_sshd{{u"ed25519"_s}, "MaxSessions 30", 2};
    ssh::Client m_client{1};
};

void TestSshWaitingFaults::initTestCase()
{
    QVERIFY(m_sshd.setPassword(u"unused"_s));
    const QString problem = m_sshd.start();
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
}

void TestSshWaitingFaults::killedWhileItWaits()
{
    const SessionPtr session = open(m_sshd.target());
    QVERIFY(session);
    warmUp(session);
    const QByteArray list = m_sshd.path(u"killed"_s).toUtf8();
    int count = 0;
    for (const int wait : {0, 0, 1, 2, 5, 200}) {
        const qint64 pid = nextWaiting(m_sshd, session);
        QVERIFY(pid > 0);
        QCOMPARE(::kill(pid_t(pid), SIGKILL), 0);
        if (wait > 0) {
            QTest::qWait(wait);
        }
        const Ran ran = ranOn(session, "echo x >>'" + list + "'; cat; exit 4", "input");
        VERIFY_OK(ran);
        QCOMPARE(ran->output, "input"_ba);
        QCOMPARE(ran->exitCode, 4);
        QCOMPARE(m_sshd.read(u"killed"_s).count('x'), ++count);
        VERIFY_OK(ranByWaiting(m_sshd, session, "true"));  // it is not the second one in a row
    }
}

/// Where each of them ends when it has a command, none is started any more.
void TestSshWaitingFaults::diesEachTime()
{
    const SessionPtr session = open(m_sshd.target());
    QVERIFY(session);
    warmUp(session);
    const QByteArray list = m_sshd.path(u"died"_s).toUtf8();
    for (int i = 0; i < 2; ++i) {
        const qint64 pid = nextWaiting(m_sshd, session);
        QVERIFY(pid > 0);
        QCOMPARE(::kill(pid_t(pid), SIGSTOP), 0);
        QObject context;
        const auto answer = listen(
            session->exec(u"echo x >>'%1'"_s.arg(QString::fromUtf8(list)), {}, {}), &context);
        QTest::qWait(100);
        QVERIFY(!answer->has_value());
        QCOMPARE(::kill(pid_t(pid), SIGKILL), 0);
        QTRY_VERIFY_WITH_TIMEOUT(answer->has_value(), 20'000);
        VERIFY_OK(**answer);
        QCOMPARE(m_sshd.read(u"died"_s).count('x'), i + 1);
    }
    VERIFY_OK(ranOn(session, "true"));
    QTest::qWait(100);
    QVERIFY(waitingAt(m_sshd).isEmpty());
}

/// The command would find a folder that is gone: it is run apart.
void TestSshWaitingFaults::anotherHome()
{
    PrivateSshd sshd({u"ed25519"_s}, {}, 3);
    QVERIFY(sshd.setPassword(u"unused"_s));
    const QString address = ownAddress(4);
    const QString home = sshd.homeAt(address);
    const QByteArray users = sshd.read(u"passwd"_s);
    const qsizetype end = users.indexOf(":/bin/sh");
    const qsizetype begin = users.lastIndexOf(':', end - 1) + 1;
    sshd.write(u"passwd"_s, users.first(begin) + home.toUtf8() + users.sliced(end));
    sshd.listenOn({address});
    const QString problem = sshd.start();
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
    ssh::Target target = sshd.target();
    target.host = address;
    const SessionPtr session = open(target);
    QVERIFY(session);
    warmUp(session);
    QVERIFY(nextWaiting(sshd, session) > 0);
    QVERIFY(QDir().rename(home, sshd.path(u"gone"_s)));
    QVERIFY(QDir().mkpath(home));
    const Ran ran = ranOn(session, "touch here; pwd -P; cat", "input");
    VERIFY_OK(ran);
    QCOMPARE(ran->output, home.toUtf8() + "\ninput");
    QVERIFY(QFile::exists(home + u"/here"_s));
}

void TestSshWaitingFaults::noBeginning_data()
{
    QTest::addColumn<QByteArray>("said");  // m: half the mark
    QTest::addColumn<bool>("ends");
    QTest::newRow("ends") << ""_ba << true;
    QTest::newRow("half a mark, ends") << "m"_ba << true;
    QTest::newRow("noise, ends") << "noise\n"_ba << true;
    QTest::newRow("stops") << ""_ba << false;
    QTest::newRow("half a mark, stops") << "m"_ba << false;
    QTest::newRow("noise and half a mark, stops") << "noise\nm"_ba << false;
    QTest::newRow("floods") << QByteArray(100'000, 'x') << false;
}

/// It has the command and does not begin it. When it ends, the command is run apart, and once;
/// else it is waited for as for a server that starts no program.
void TestSshWaitingFaults::noBeginning()
{
    QFETCH(QByteArray, said);
    QFETCH(const bool, ends);
    const SessionPtr session = open(m_sshd.target());
    QVERIFY(session);
    warmUp(session);
    const qint64 pid = nextWaiting(m_sshd, session);
    QVERIFY(pid > 0);
    QFile call(u"/proc/%1/cmdline"_s.arg(pid));
    QVERIFY(call.open(QIODevice::ReadOnly));
    const QByteArray words = call.readAll();
    said.replace("m", words.sliced(words.indexOf("anl_m=") + 6, 16));
    QCOMPARE(::kill(pid_t(pid), SIGSTOP), 0);
    const QString list = m_sshd.path(u"ordered %1"_s.arg(pid));
    QObject context;
    ssh::ExecOptions options;
    options.input = "input";
    options.timeout = ends ? milliseconds(60'000) : milliseconds(1'000);
    const auto answer =
        listen(session->exec(u"echo x >>'%1'; cat; exit 4"_s.arg(list), options, {}), &context);
    QTest::qWait(200);
    QVERIFY(!answer->has_value());
    QFile output(u"/proc/%1/fd/1"_s.arg(pid));
    QVERIFY(output.open(QIODevice::WriteOnly | QIODevice::Unbuffered));
    QCOMPARE(output.write(said), said.size());
    output.close();
    QVERIFY(!QFile::exists(list));
    if (ends) {
        QTest::qWait(50);
        QCOMPARE(::kill(pid_t(pid), SIGKILL), 0);
    }
    QTRY_VERIFY_WITH_TIMEOUT(answer->has_value(), 20'000);
    if (ends) {
        VERIFY_OK(**answer);
        QCOMPARE((*answer)->value().output, "input"_ba);
        QCOMPARE((*answer)->value().errors, ""_ba);
        QCOMPARE((*answer)->value().exitCode, 4);
    } else {
        const Error error = (*answer)->error();
        QCOMPARE(error.kind, said.size() > 1'000 ? ErrorKind::Protocol : ErrorKind::Timeout);
        QVERIFY2(
            error.message.contains(u"may have run"_s) || error.message.contains(u"may still run"_s),
            qPrintable(error.message));
        VERIFY_OK(ranOn(session, "true"));  // by then its channel is closed
        QCOMPARE(::kill(pid_t(pid), SIGCONT), 0);
        QTRY_VERIFY(!QFile::exists(u"/proc/%1"_s.arg(pid)));
    }
    QCOMPARE(m_sshd.read(u"ordered %1"_s.arg(pid)), ends ? "x\n"_ba : ""_ba);
    VERIFY_OK(ranOn(session, "true"));
    if (said.size() > 1'000) {  // one such answer is enough
        QTest::qWait(100);
        QVERIFY(waitingAt(m_sshd).isEmpty());
    } else {
        QVERIFY(nextWaiting(m_sshd, session) > 0);
    }
}

/// Something of its start files that goes on: what comes while it waits is no command's.
void TestSshWaitingFaults::speaksUnasked()
{
    const SessionPtr session = open(m_sshd.target());
    QVERIFY(session);
    warmUp(session);
    const qint64 pid = nextWaiting(m_sshd, session);
    QVERIFY(pid > 0);
    QTest::qWait(100);
    QFile output(u"/proc/%1/fd/1"_s.arg(pid));
    QVERIFY(output.open(QIODevice::WriteOnly));
    output.write("noise\n");
    output.close();
    QTRY_VERIFY(waitingAt(m_sshd).isEmpty());
    for (int i = 0; i < 3; ++i) {
        const Ran ran = ranOn(session, "echo a");
        VERIFY_OK(ran);
        QCOMPARE(ran->output, "a\n"_ba);
        QTest::qWait(50);
        QVERIFY(waitingAt(m_sshd).isEmpty());
    }
}

void TestSshWaitingFaults::cancelAndTimeout()
{
    const SessionPtr session = open(m_sshd.target());
    QVERIFY(session);
    warmUp(session);
    for (const int after : {0, 1, 5, 20, 200}) {
        QVERIFY(nextWaiting(m_sshd, session) > 0);
        QTest::qWait(30);
        const CancelToken cancel;
        QObject context;
        const auto answer = listen(session->exec(u"cat /dev/zero"_s, {}, cancel), &context);
        QTest::qWait(after);
        cancel.cancel();
        QTRY_VERIFY_WITH_TIMEOUT(answer->has_value(), 20'000);
        QCOMPARE((*answer)->error().kind, ErrorKind::Cancelled);
        VERIFY_OK(ranOn(session, "true"));
    }
    QVERIFY(nextWaiting(m_sshd, session) > 0);
    QTest::qWait(30);
    ssh::ExecOptions options;
    options.timeout = milliseconds(300);
    const Ran late = await(session->exec(u"echo a; sleep 30"_s, options, {}));
    QVERIFY(!late);
    QCOMPARE(late.error().kind, ErrorKind::Timeout);
    QVERIFY(late.error().message.contains(u"may still run there: echo a; sleep 30"_s));
    VERIFY_OK(ranOn(session, "true"));
}

void TestSshWaitingFaults::cut_data()
{
    QTest::addColumn<bool>("upwards");
    QTest::addColumn<int>("after");
    for (const int after : {1, 60, 180}) {
        QTest::addRow("up %d", after) << true << after;
        QTest::addRow("down %d", after) << false << after;
    }
}

void TestSshWaitingFaults::cut()
{
    QFETCH(bool, upwards);
    QFETCH(int, after);
    Cable cable(m_sshd);
    ssh::ConnectOptions quiet;  // keepalives would be cut off instead
    quiet.keepalive = seconds(300);
    const auto session = await(m_client.connectTo(cable.target(), quiet, {}));
    VERIFY_OK(session);
    warmUp(*session);
    QVERIFY(nextWaiting(m_sshd, *session) > 0);
    QTest::qWait(100);
    (upwards ? cable.limitUp : cable.limitDown) = (upwards ? cable.up : cable.down) + after;
    const QByteArray text(300, 'x');
    const Ran ran = ranOn(*session, "echo " + text + "; echo " + text + " >&2");
    QVERIFY(!ran);
    QCOMPARE(ran.error().kind, ErrorKind::Network);
    QVERIFY2(ran.error().message.contains(u"may have run"_s), qPrintable(ran.error().message));
    QVERIFY(!(*session)->isConnected());
    QTRY_VERIFY(waitingAt(m_sshd).isEmpty());
}

void TestSshWaitingFaults::goesWithItsSession()
{
    PrivateSshd sshd({u"ed25519"_s}, {}, 3);
    QVERIFY(sshd.setPassword(u"unused"_s));
    const QString problem = sshd.start();
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
    const qsizetype before = processTree(sshd.pid()).size();
    SessionPtr session = open(sshd.target());
    QVERIFY(session);
    warmUp(session);
    QVERIFY(nextWaiting(sshd, session) > 0);
    session.reset();
    QTRY_VERIFY_WITH_TIMEOUT(processTree(sshd.pid()).size() <= before, 20'000);
}

QTEST_GUILESS_MAIN(TestSshWaitingFaults)
#include "tst_ssh_waiting_faults.moc"
