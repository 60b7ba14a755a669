#include "core/ssh/resident.h"
#include "core/ssh/src/session.h"

#include "tests/ssh/waiting_server.h"

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::test;

/// exec() by a shell that was started ahead, beside exec() without.
class TestSshWaiting : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void sameAsExec_data();
    void sameAsExec();
    void streamedOutput();
    void whatGoesApart();
    void notUnlessAShellWasSeen();
    void forcedCommand_data();
    void forcedCommand();
    void unfit_data();
    void unfit();
    void scriptForAShell();
    void halfACharacter();
    void rests();
    void fewChannels();

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

void TestSshWaiting::initTestCase()
{
    QVERIFY(m_sshd.setPassword(u"unused"_s));
    const QString problem = m_sshd.start();
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
}

void TestSshWaiting::sameAsExec_data()
{
    QTest::addColumn<QByteArray>("login");
    QTest::addColumn<QString>("sh");
    QTest::addColumn<std::size_t>("step");  // every so many of the commands
    QTest::newRow("dash by dash") << "/bin/sh"_ba << QString() << 1UL;
    QTest::newRow("bash by dash") << "/bin/bash"_ba << QString() << 2UL;
    QTest::newRow("bash by bash") << "/bin/bash"_ba << u"/usr/bin/bash"_s << 3UL;
    QTest::newRow("bash by busybox") << "/bin/bash"_ba << u"/usr/bin/busybox"_s << 4UL;
}

void TestSshWaiting::sameAsExec()
{
    QFETCH(const QByteArray, login);
    QFETCH(const QString, sh);
    QFETCH(const std::size_t, step);
    PrivateSshd sshd({u"ed25519"_s}, {}, 3);
    sshd.write(u".bashrc"_s, "case $- in *i*) ;; *) return ;; esac\necho hello\n");
    QVERIFY(sshd.setPassword(u"unused"_s, login));
    if (!sh.isEmpty()) {
        sshd.replace(QFileInfo(u"/bin/sh"_s).canonicalFilePath(), sh);
    }
    const QString problem = sshd.start();
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
    const SessionPtr plain = open(sshd.target());
    const SessionPtr ahead = open(sshd.target());
    QVERIFY(plain && ahead);
    warmUp(ahead);
    const std::vector<Order> orders = allOrders();
    for (std::size_t i = 0; i < orders.size(); i += step) {
        const Order& order = orders[i];
        const Ran apart = ranOn(plain, order.command, order.input);
        const Ran ran = ssh::fitsWaitingShell(order.command)
                            ? ranByWaiting(sshd, ahead, order.command, order.input)
                            : ranOn(ahead, order.command, order.input);
        if (!ssh::fitsWaitingShell(order.command)) {
            VERIFY_OK(ranOn(ahead, "true"));  // none waits for more like that
        }
        for (const Ran* each : {&apart, &ran}) {
            const QByteArray why = each->ok()
                                       ? QByteArray()
                                       : each->error().message.toUtf8() + '\n' + processesAt(sshd);
            QVERIFY2(each->ok(), (order.command + ": " + why).constData());
        }
        QVERIFY2(ran->output == apart->output, (order.command + " gave\n" + ran->output.left(5000) +
                                                "instead of\n" + apart->output.left(5000))
                                                   .constData());
        QVERIFY2(ran->errors == apart->errors, (order.command + " said\n" + ran->errors.left(5000) +
                                                "instead of\n" + apart->errors.left(5000))
                                                   .constData());
        QVERIFY2(ran->exitCode == apart->exitCode, order.command.constData());
        QVERIFY2(ran->signal == apart->signal, order.command.constData());
        QCOMPARE(ran->truncated, apart->truncated);
    }
}

void TestSshWaiting::streamedOutput()
{
    const SessionPtr session = open(m_sshd.target());
    QVERIFY(session);
    warmUp(session);
    const qint64 pid = nextWaiting(m_sshd, session);
    QTest::qWait(100);
    QByteArray output;
    QByteArray errors;
    ssh::ExecOptions options;
    options.limitBytes = 4;
    options.onOutput = [&](const QByteArray& piece, bool isError) {
        (isError ? errors : output) += piece;
    };
    QObject context;
    const QString gate = m_sshd.path(u"streamed"_s);
    const auto answer = listen(
        session->exec(
            u"echo $$; echo e >&2; until [ -e '%1' ]; do sleep 0.02; done; echo b"_s.arg(gate),
            options, {}),
        &context);
    QTRY_COMPARE(output, QByteArray::number(pid) + '\n');
    QTRY_COMPARE(errors, "e\n"_ba);
    QVERIFY(!answer->has_value());
    m_sshd.write(u"streamed"_s, {});
    QTRY_VERIFY(answer->has_value());
    VERIFY_OK(**answer);
    QCOMPARE(output, QByteArray::number(pid) + "\nb\n");
    QVERIFY((*answer)->value().truncated);
    QCOMPARE((*answer)->value().output + (*answer)->value().errors, output.left(4));
}

/// Long commands and odd ones have a channel of their own, and the one that waits goes on waiting.
void TestSshWaiting::whatGoesApart()
{
    const SessionPtr session = open(m_sshd.target());
    QVERIFY(session);
    warmUp(session);
    const qint64 pid = nextWaiting(m_sshd, session);
    QVERIFY(pid > 0);
    for (const QByteArray& command :
         {"echo " + QByteArray(20'000, 'x'), "echo a\x01"_ba, "echo a\x7f"_ba, "echo \xc3"_ba}) {
        const Ran ran = ranOn(session, command);
        VERIFY_OK(ran);
        QCOMPARE(ran->output, command.sliced(5) + '\n');
        QCOMPARE(waitingAt(m_sshd), QList<qint64>{pid});
    }
    QCOMPARE(ranOn(session, "").error().kind, ErrorKind::Invalid);
    QCOMPARE(ranOn(session, "a\0b"_ba).error().kind, ErrorKind::Invalid);
    QCOMPARE(waitingAt(m_sshd), QList<qint64>{pid});
}

void TestSshWaiting::notUnlessAShellWasSeen()
{
    const SessionPtr session = open(m_sshd.target());
    QVERIFY(session);
    for (int i = 0; i < 5; ++i) {
        VERIFY_OK(ranOn(session, "true"));
        QTest::qWait(50);
        QVERIFY(waitingAt(m_sshd).isEmpty());
    }
    ssh::coreOf(*session)->sawShell();
    QTest::qWait(50);
    QVERIFY(waitingAt(m_sshd).isEmpty());  // nor before a command
}

void TestSshWaiting::forcedCommand_data()
{
    QTest::addColumn<bool>("isSeen");
    QTest::addColumn<int>("more");
    QTest::newRow("never shown to be a shell") << false << 0;
    QTest::newRow("taken for a shell") << true << 1;
}

/// It runs as often as somebody asked, whatever the number of commands.
void TestSshWaiting::forcedCommand()
{
    QFETCH(const bool, isSeen);
    QFETCH(const int, more);
    PrivateSshd keeper({u"ed25519"_s}, {}, 3);
    const QByteArray list = keeper.path(u"list"_s).toUtf8();
    keeper.write(u"forced"_s,
                 "echo x >>'" + list + "'\nprintf '%s\\n' \"$SSH_ORIGINAL_COMMAND\"\nexit 3\n");
    PrivateSshd sshd({u"ed25519"_s}, "ForceCommand sh '" + keeper.path(u"forced"_s).toUtf8() + "'",
                     3);
    const QString problem = sshd.start();
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
    const SessionPtr session = open(sshd.target());
    QVERIFY(session);
    if (isSeen) {
        ssh::coreOf(*session)->sawShell();
    }
    for (int i = 0; i < 10; ++i) {
        const QByteArray command = "echo $((" + QByteArray::number(i) + "))";
        const Ran ran = ranOn(session, command);
        VERIFY_OK(ran);
        QCOMPARE(ran->output, command + '\n');
        QCOMPARE(ran->exitCode, 3);
        QTest::qWait(i < 4 ? 50 : 0);
    }
    QCOMPARE(keeper.read(u"list"_s).count('x'), 10 + more);
}

void TestSshWaiting::unfit_data()
{
    QTest::addColumn<QByteArray>("config");
    QTest::addColumn<QByteArray>("startFile");
    QTest::newRow("prints") << ""_ba
                            << "echo welcome"_ba;
    QTest::newRow("complains") << ""_ba
                               << "echo oops >&2"_ba;
    QTest::newRow("prepends") << ""_ba
                              << "export PATH=/opt/bin:$PATH"_ba;
    QTest::newRow("exports") << ""_ba
                             << "[ \"$DONE\" ] || f() { echo f; }; export DONE=1"_ba;
    QTest::newRow("forgets") << ""_ba
                             << "unset MAIL USER"_ba;
    QTest::newRow("goes elsewhere") << ""_ba
                                    << "cd /tmp"_ba;
    QTest::newRow("ends") << ""_ba
                          << "exit 0"_ba;
    QTest::newRow("ignores a signal") << ""_ba
                                      << "trap '' TERM"_ba;
    QTest::newRow("opens a file") << ""_ba
                                  << "exec 7</dev/null"_ba;
    QTest::newRow("leaves a program behind") << ""_ba
                                             << "sleep 3 >/dev/null 2>&1 </dev/null &"_ba;
    QTest::newRow("has its output go through a program") << ""_ba
                                                         << "exec > >(cat)"_ba;
    QTest::newRow("wrapper that runs all")
        << "ForceCommand exec \"$SHELL\" -c \"$SSH_ORIGINAL_COMMAND\""_ba
        << ""_ba;
    QTest::newRow("name that is no name") << "SetEnv A.B=1"_ba
                                          << ""_ba;
    QTest::newRow("another shell named") << "SetEnv SHELL=/bin/dash"_ba
                                         << ""_ba;
}

/// Found out by the first one, which nobody sees.
void TestSshWaiting::unfit()
{
    QFETCH(const QByteArray, config);
    QFETCH(const QByteArray, startFile);
    PrivateSshd sshd({u"ed25519"_s}, "LogLevel VERBOSE\n" + config, 3);
    sshd.write(u".bashrc"_s, startFile + '\n');
    QVERIFY(sshd.setPassword(u"unused"_s, "/bin/bash"));
    const QString problem = sshd.start();
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
    const SessionPtr session = open(sshd.target());
    QVERIFY(session);
    ssh::coreOf(*session)->sawShell();
    const QByteArray command = "echo $PATH; pwd; f; echo e >&2; exit 3";
    const Ran first = ranOn(session, command);
    VERIFY_OK(first);
    for (int i = 0; i < 6; ++i) {
        const Ran ran = ranOn(session, command);
        VERIFY_OK(ran);
        QCOMPARE(ran->output, first->output);
        QCOMPARE(ran->errors, first->errors);
        QCOMPARE(ran->exitCode, first->exitCode);
        QTest::qWait(60);
    }
    QTRY_VERIFY(waitingAt(sshd).isEmpty());
    QCOMPARE(sshd.log().count("Starting session: "), 7 + 1);
}

void TestSshWaiting::scriptForAShell()
{
    PrivateSshd sshd({u"ed25519"_s}, "LogLevel VERBOSE", 3);
    const QString script = sshd.path(u"login"_s);
    sshd.write(u"login"_s, "#!/bin/bash\necho \"asked: $2\" >>'" + sshd.path(u"list"_s).toUtf8() +
                               "'\nexec /bin/bash \"$@\"\n");
    QVERIFY(QFile::setPermissions(script, QFile::ReadOwner | QFile::ExeOwner));
    QVERIFY(sshd.setPassword(u"unused"_s, script.toUtf8()));
    const QString problem = sshd.start();
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
    const SessionPtr session = open(sshd.target());
    QVERIFY(session);
    ssh::coreOf(*session)->sawShell();
    for (int i = 0; i < 6; ++i) {
        const Ran ran = ranOn(session, "echo a");
        VERIFY_OK(ran);
        QCOMPARE(ran->output, "a\n"_ba);
        QTest::qWait(60);
    }
    QCOMPARE(sshd.read(u"list"_s).count("asked: echo a\n"), 6);
    QCOMPARE(sshd.read(u"list"_s).count("asked: "), 7);
}

/// A bash that reads UTF-8 takes the line's end for the rest of a character that was cut off.
void TestSshWaiting::halfACharacter()
{
    PrivateSshd sshd({u"ed25519"_s}, "SetEnv LC_ALL=C.UTF-8", 3);
    QVERIFY(sshd.setPassword(u"unused"_s, "/bin/bash"));
    sshd.replace(QFileInfo(u"/bin/sh"_s).canonicalFilePath(), u"/usr/bin/bash"_s);
    const QString problem = sshd.start();
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
    const SessionPtr session = open(sshd.target());
    QVERIFY(session);
    warmUp(session);
    QVERIFY(nextWaiting(sshd, session) > 0);
    const Ran ran = ranOn(session, "cat; echo a\xc3", "echo b\n");
    VERIFY_OK(ran);
    QCOMPARE(ran->output, "echo b\na\xc3\n"_ba);
}

/// Nobody wants it: it ends, and nothing goes on in its place.
void TestSshWaiting::rests()
{
    PrivateSshd sshd({u"ed25519"_s}, {}, 3);
    QVERIFY(sshd.setPassword(u"unused"_s));
    const QString problem = sshd.start();
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
    const SessionPtr session = open(sshd.target());
    QVERIFY(session);
    const std::shared_ptr<ssh::Link> link = ssh::linkOf(*session);
    QVERIFY(link);
    QCOMPARE(ssh::ShellKnowledge().rest, milliseconds(60'000));
    link->reactor()->post([link] { link->shells().rest = milliseconds(300); });
    const qsizetype before = processTree(sshd.pid()).size();
    warmUp(session);
    QVERIFY(nextWaiting(sshd, session) > 0);
    QTRY_VERIFY(waitingAt(sshd).isEmpty());
    QTRY_VERIFY_WITH_TIMEOUT(processTree(sshd.pid()).size() <= before, 20'000);
    QTest::qWait(400);
    QVERIFY(waitingAt(sshd).isEmpty());
    VERIFY_OK(ranOn(session, "true"));
    QVERIFY(nextWaiting(sshd, session) > 0);
}

/// Where the server gives no other channel, it gives its own up.
void TestSshWaiting::fewChannels()
{
    PrivateSshd sshd({u"ed25519"_s}, "MaxSessions 2", 3);
    QVERIFY(sshd.setPassword(u"unused"_s));
    const QString problem = sshd.start();
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
    const SessionPtr session = open(sshd.target());
    QVERIFY(session);
    warmUp(session);
    QVERIFY(nextWaiting(sshd, session) > 0);
    for (int i = 0; i < 3; ++i) {
        VERIFY_OK(await(session->uploadBytes("x", sshd.path(u"x"_s), 0600, {})));
        const Ran ran = ranOn(session, "echo " + QByteArray(20'000, 'x'));  // in none that waits
        VERIFY_OK(ran);
        QCOMPARE(ran->output.size(), 20'001);
        QTest::qWait(60);
        QVERIFY(waitingAt(sshd).isEmpty());  // it is not started again and again
    }
}

QTEST_GUILESS_MAIN(TestSshWaiting)
#include "tst_ssh_waiting.moc"
