#include "tests/app/in_terminal.h"
#include "tests/app/servers_fixture.h"

#include <csignal>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::test;

/// "server shell" and "server forward", as a person or a script runs them.
class TestCliShell : public ServersFixture {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data() { addTransports(); }
    void initTestCase();
    void init()
    {
        QFETCH_GLOBAL(QByteArray, transport);
        setTransport(transport);
    }
    void isATerminal();
    void tellsTheExitCode();
    void hangsUp();
    void survivesBeingEnded();
    void tellsOfALoss();
    void asksWithoutShowing();
    void withoutATerminal();
    void muchThroughAPipe();
    void commandInPlaceOfTheShell();
    void forwards();
    void forwardTellsOfALoss();
};

void TestCliShell::initTestCase()
{
    QVERIFY2(QFile::exists(program()), qPrintable(program()));
    qputenv("TERM", "xterm-256color");
    begin();
    trustAll();
}

void TestCliShell::isATerminal()
{
    InTerminal shell({u"server"_s, u"shell"_s, u"web-1"_s}, s_place->work());
    shell.type("PS1=; stty size; echo \"term=$TERM\"; test -t 0 && echo is-a-$((1+1))-tty\r");
    QVERIFY2(shell.waitFor("30 100"), shell.seen().constData());
    QVERIFY(shell.waitFor("term=xterm-256color"));
    QVERIFY(shell.waitFor("is-a-2-tty"));
    QVERIFY(shell.isRaw());
    shell.resize(25, 90);
    QTest::qWait(300);
    shell.type("stty size\r");
    QVERIFY2(shell.waitFor("25 90"), shell.seen().constData());
    shell.type("echo a$(echo b)c; sleep 60\r");
    QVERIFY(shell.waitFor("abc"));
    shell.type("\x03");  // Ctrl-C is the shell's, not ours
    shell.type("echo still $((40+2))\r");
    QVERIFY(shell.waitFor("still 42"));
    shell.type("exit 7\r");
    QCOMPARE(shell.end(), 7);
    QVERIFY(shell.isRestored());
}

void TestCliShell::tellsTheExitCode()
{
    InTerminal shell({u"server"_s, u"shell"_s, u"web-1"_s, u"--"_s, u"exit 3"_s}, s_place->work());
    QCOMPARE(shell.end(), 3);
    QVERIFY(shell.isRestored());
}

void TestCliShell::hangsUp()
{
    InTerminal shell({u"server"_s, u"shell"_s, u"web-1"_s}, s_place->work());
    shell.type("echo he$((1+1))re\r");
    QVERIFY(shell.waitFor("he2re"));
    shell.type("echo a~.b; echo ~~/x | tail -c 4\r");  // not at the start of a line
    QVERIFY(shell.waitFor("a~.b"));
    shell.type("\r~.");
    QCOMPARE(shell.end(), 130);
    QVERIFY(shell.seen().contains("Hung up"));
    QVERIFY(shell.isRestored());
}

void TestCliShell::survivesBeingEnded()
{
    InTerminal shell({u"server"_s, u"shell"_s, u"web-1"_s}, s_place->work());
    shell.type("echo he$((1+1))re\r");
    QVERIFY(shell.waitFor("he2re"));
    QVERIFY(shell.isRaw());
    ::kill(shell.pid(), SIGTERM);
    QCOMPARE(shell.end(), 130);
    QVERIFY(shell.isRestored());
}

void TestCliShell::tellsOfALoss()
{
    PrivateSshd& sshd = *m_servers[1];
    InTerminal shell({u"server"_s, u"shell"_s, u"web-2"_s}, s_place->work());
    shell.type("echo he$((1+1))re\r");
    QVERIFY(shell.waitFor("he2re"));
    sshd.stop();
    QCOMPARE(shell.end(), 11);
    QVERIFY2(shell.seen().contains("is lost"), shell.seen().constData());
    QVERIFY(shell.isRestored());
    QCOMPARE(sshd.start(), QString());
    QByteArray text = bytes(path(u"analemma.yaml"_s));  // it has another port now
    text.replace(text.indexOf("port: ", text.indexOf("web-2")) + 6, 5,
                 QByteArray::number(sshd.port()).leftJustified(5));
    QVERIFY(writeFile(path(u"analemma.yaml"_s), text, 0644).ok());
    trustAll();
}

void TestCliShell::asksWithoutShowing()
{
    const QString key = home() + u"/.ssh/id_ed25519"_s;
    QVERIFY(QFile::copy(m_servers[0]->path(u"user"_s), key));
    QFile(key).setPermissions(QFile::ReadOwner | QFile::WriteOwner);
    QCOMPARE(QProcess::execute(u"ssh-keygen"_s, {u"-q"_s, u"-p"_s, u"-P"_s, QString(), u"-N"_s,
                                                 u"open sesame"_s, u"-a"_s, u"1"_s, u"-f"_s, key}),
             0);
    const QByteArray before = bytes(path(u"analemma.yaml"_s));
    QByteArray text = before;
    text += "  mine: { address: " + m_servers[0]->address().toLatin1() +
            ", port: " + QByteArray::number(m_servers[0]->port()) + ", transport: built-in }\n";
    QVERIFY(writeFile(path(u"analemma.yaml"_s), text, 0644).ok());
    InTerminal exec({u"server"_s, u"exec"_s, u"mine"_s, u"echo i$((1+1))n"_s}, s_place->work());
    QVERIFY2(exec.waitFor("Passphrase"), exec.seen().constData());
    exec.type("open sesame\r");
    QVERIFY2(exec.waitFor("i2n"), exec.seen().constData());
    QCOMPARE(exec.end(), 0);
    QVERIFY(!exec.seen().contains("sesame"));
    QVERIFY(exec.isRestored());
    // Ctrl-C at the question ends it, and the terminal shows what is typed again.
    InTerminal stopped({u"server"_s, u"exec"_s, u"mine"_s, u"true"_s}, s_place->work());
    QVERIFY(stopped.waitFor("Passphrase"));
    stopped.type("\x03");
    QCOMPARE(stopped.end(), 130);
    QVERIFY(stopped.isRestored());
    QVERIFY(QFile::remove(key));
    QVERIFY(writeFile(path(u"analemma.yaml"_s), before, 0644).ok());
}

void TestCliShell::withoutATerminal()
{
    QProcess shell;
    shell.setWorkingDirectory(s_place->work());
    shell.start(program(), {u"server"_s, u"shell"_s, u"web-1"_s});
    QVERIFY(shell.waitForStarted());
    shell.write("echo out; echo err >&2; test -t 0 || echo plain; exit 5\n");
    QVERIFY(shell.waitForFinished(30'000));
    QCOMPARE(shell.exitCode(), 5);
    QCOMPARE(shell.readAllStandardOutput(), QByteArray("out\nplain\n"));
    const QByteArray errors = shell.readAllStandardError();
    QVERIFY2(errors.startsWith("err\n"), errors.constData());
}

void TestCliShell::muchThroughAPipe()
{
    const QByteArray much = QByteArray("0123456789abcde\n").repeated(200'000);
    QProcess cat;
    cat.setWorkingDirectory(s_place->work());
    cat.start(program(), {u"server"_s, u"shell"_s, u"web-1"_s, u"cat"_s});
    QVERIFY(cat.waitForStarted());
    cat.write(much);
    cat.closeWriteChannel();
    QVERIFY(cat.waitForFinished(60'000));
    QCOMPARE(cat.exitCode(), 0);
    QVERIFY(cat.readAllStandardOutput() == much);
}

void TestCliShell::commandInPlaceOfTheShell()
{
    QProcess command;
    command.setWorkingDirectory(s_place->work());
    command.setStandardInputFile(QProcess::nullDevice());
    command.start(program(),
                  {u"server"_s, u"shell"_s, u"web-1"_s, u"--"_s, u"printf"_s, u"%s"_s, u"a b"_s});
    QVERIFY(command.waitForFinished(30'000));
    QCOMPARE(command.readAllStandardOutput(), QByteArray("a b"));
}

void TestCliShell::forwards()
{
    QProcess forward;
    forward.setWorkingDirectory(s_place->work());
    const QString there = u"%1:%2"_s.arg(m_servers[1]->address()).arg(m_servers[1]->port());
    forward.start(program(),
                  {u"server"_s, u"forward"_s, u"web-1"_s, u"-L"_s, u"0:"_s + there,
                   u"-L0:127.0.0.1:1"_s, u"-D"_s, u"0"_s, u"-R"_s, u"0:"_s + there, u"--json"_s});
    QVERIFY(forward.waitForStarted());
    QByteArray out;
    QVERIFY(QTest::qWaitFor(
        [&] {
            out += forward.readAllStandardOutput();
            return out.count('\n') >= 4;
        },
        20'000));
    const QList<Json> started = lines(out);
    for (const Json& one : started) {
        QCOMPARE(one[u"schema"_s].toString(), u"analemma.forward.1"_s);
        QVERIFY(one[u"listenPort"_s].toInt() > 0);
    }
    // The server that is behind it speaks first: over the local one, the remote one (which listens
    // on the same machine here), and the SOCKS proxy.
    for (const Json& one : started) {
        const QString kind = one[u"kind"_s].toString();
        if (one[u"port"_s].toInt() == 1) {
            continue;
        }
        QTcpSocket socket;
        socket.connectToHost(one[u"listenHost"_s].toString(),
                             quint16(one[u"listenPort"_s].toInt()));
        QVERIFY2(socket.waitForConnected(5'000), qPrintable(kind));
        if (kind == u"dynamic") {
            const int port = m_servers[1]->port();
            const QStringList numbers = m_servers[1]->address().split(u'.');
            socket.write(QByteArray::fromHex("050100"));
            QVERIFY(QTest::qWaitFor([&] { return socket.bytesAvailable() >= 2; }, 5'000));
            QCOMPARE(socket.read(2), QByteArray::fromHex("0500"));
            QByteArray request = QByteArray::fromHex("05010001");
            for (const QString& number : numbers) {
                request += char(number.toInt());
            }
            socket.write(request + char(port >> 8) + char(port & 255));
            QVERIFY(QTest::qWaitFor([&] { return socket.bytesAvailable() >= 10; }, 5'000));
            QCOMPARE(socket.read(10).left(2), QByteArray::fromHex("0500"));
        }
        QVERIFY2(QTest::qWaitFor([&] { return socket.canReadLine(); }, 5'000), qPrintable(kind));
        QVERIFY(socket.readLine().startsWith("SSH-2.0-"));
    }
    ::kill(pid_t(forward.processId()), SIGINT);
    QVERIFY(forward.waitForFinished(20'000));
    QCOMPARE(forward.exitStatus(), QProcess::NormalExit);
    QCOMPARE(forward.exitCode(), 0);
    QTcpSocket gone;
    gone.connectToHost(u"127.0.0.1"_s, quint16(started[0][u"listenPort"_s].toInt()));
    QVERIFY(!gone.waitForConnected(2'000));
}

void TestCliShell::forwardTellsOfALoss()
{
    QProcess forward;
    forward.setWorkingDirectory(s_place->work());
    forward.start(program(), {u"server"_s, u"forward"_s, u"web-2"_s, u"-D"_s, u"0"_s});
    QVERIFY(forward.waitForStarted());
    QVERIFY(
        QTest::qWaitFor([&] { return forward.readAllStandardOutput().contains("SOCKS"); }, 20'000));
    m_servers[1]->stop();
    QVERIFY(forward.waitForFinished(40'000));
    QCOMPARE(forward.exitCode(), 11);
    QCOMPARE(m_servers[1]->start(m_servers[1]->port()), QString());
}

QTEST_GUILESS_MAIN(TestCliShell)
#include "tst_cli_shell.moc"
