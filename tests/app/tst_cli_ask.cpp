#include "tests/app/in_terminal.h"
#include "tests/app/servers_fixture.h"

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::test;

/// What the real program asks on a terminal before it logs in, and says where there is none.
class TestCliAsk : public ServersFixture {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void unknownHostKey_data();
    void unknownHostKey();
    void interruptedQuestion();
    void behindAJumpHost();
    void severalAtOnce();
    void severalRefused();
    void changedHostKeyIsNoQuestion();
    void hostKeyWithoutATerminal_data();
    void hostKeyWithoutATerminal();
    void passphrase_data();
    void passphrase();
    void passphraseWithoutATerminal();

private:
    [[nodiscard]] QByteArray fingerprint(std::size_t server) const
    {
        return ssh::parsePublicKey(m_servers[server]->hostKey(u"ed25519"_s).toUtf8())
            .valueOr(ssh::PublicKey())
            .fingerprint()
            .toUtf8();
    }
    static QString ownRecord() { return s_place->home() + u"/known_hosts"_s; }
    /// One of each command that connects, to web-1 or another server.
    static QStringList words(const QString& kind, const QString& server = u"web-1"_s)
    {
        if (kind == u"put") {
            return {u"server"_s, kind, u"up.txt"_s, server + u':' + path(u"there.txt"_s)};
        }
        if (kind == u"get") {
            return {u"server"_s, kind, server + u':' + path(u"up.txt"_s), u"here.txt"_s};
        }
        if (kind == u"forward") {
            return {u"server"_s, kind, server, u"-L"_s, u"0:127.0.0.1:9"_s};
        }
        if (kind == u"shell") {
            return {u"server"_s, kind, server, u"--"_s, u"echo i$((1+1))n"_s};
        }
        return {u"server"_s, kind, server, u"echo i$((1+1))n"_s};
    }
    /// It did what it was told to, and ends well.
    static bool succeeds(InTerminal* terminal, const QString& kind)
    {
        if (kind == u"forward") {
            const bool listens = terminal->waitFor("-> 127.0.0.1:9");
            ::kill(terminal->pid(), SIGINT);
            return terminal->end() == 0 && listens;
        }
        const bool ended = terminal->end() == 0;
        return ended && (kind == u"put"   ? bytes(path(u"there.txt"_s)) == "up"
                         : kind == u"get" ? bytes(path(u"here.txt"_s)) == "up"
                                          : terminal->seen().contains("i2n"));
    }
    /// Runs without stdin and without a terminal to open.
    static Ran apart(const QStringList& words)
    {
        QProcess process;
        process.setWorkingDirectory(s_place->work());
        process.setStandardInputFile(QProcess::nullDevice());
        process.setChildProcessModifier([] { ::setsid(); });
        process.start(program(), words);
        Ran ran;
        const bool ended = process.waitForFinished(60'000);
        ran.code = ended && process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1;
        ran.out = process.readAllStandardOutput();
        ran.err = process.readAllStandardError();
        return ran;
    }
    static void kinds()
    {
        QTest::addColumn<QString>("kind");
        for (const char* kind : {"exec", "shell", "put", "get", "forward"}) {
            QTest::newRow(kind) << QString::fromLatin1(kind);
        }
    }
};

void TestCliAsk::initTestCase()
{
    QVERIFY2(QFile::exists(program()), qPrintable(program()));
    qputenv("TERM", "xterm-256color");
    begin();
    // One more name for web-1, without a key of its own: those of ~/.ssh are used.
    const QByteArray text = bytes(path(u"analemma.yaml"_s)) +
                            "  mine: { address: " + m_servers[0]->address().toLatin1() +
                            ", port: " + QByteArray::number(m_servers[0]->port()) +
                            ", transport: built-in }\n";
    QVERIFY(writeFile(path(u"analemma.yaml"_s), text, 0644).ok());
    QVERIFY(writeFile(path(u"up.txt"_s), "up", 0644).ok());
}

void TestCliAsk::init()
{
    for (const QString& file :
         {ownRecord(), home() + u"/.ssh/known_hosts"_s, home() + u"/.ssh/id_ed25519"_s,
          path(u"there.txt"_s), path(u"here.txt"_s)}) {
        QFile::remove(file);
    }
}

void TestCliAsk::unknownHostKey_data()
{
    kinds();
}

void TestCliAsk::unknownHostKey()
{
    QFETCH(QString, kind);
    const qsizetype logins = m_servers[0]->log().count("Accepted");
    {
        InTerminal no(words(kind), s_place->work());
        QVERIFY2(no.waitFor("[y/N] "), no.seen().constData());
        QVERIFY2(no.seen().contains(fingerprint(0)), no.seen().constData());
        no.type("\r");  // the default
        QCOMPARE(no.end(), 10);
        QVERIFY2(no.seen().contains("was not accepted; nothing was sent"), no.seen().constData());
        QVERIFY(no.seen().contains("analemma-cli server trust web-1"));
        QVERIFY(!QFile::exists(ownRecord()));
        QCOMPARE(m_servers[0]->log().count("Accepted"), logins);
    }
    {
        InTerminal yes(words(kind), s_place->work());
        QVERIFY(yes.waitFor("[y/N] "));
        yes.type("y\r");
        QVERIFY2(succeeds(&yes, kind), yes.seen().constData());
        QVERIFY(yes.isRestored());
        QVERIFY(QFile::exists(ownRecord()));
    }
    InTerminal again(words(kind), s_place->work());
    QVERIFY2(succeeds(&again, kind), again.seen().constData());
    QVERIFY(!again.seen().contains("[y/N]"));
}

void TestCliAsk::interruptedQuestion()
{
    InTerminal stopped(words(u"exec"_s), s_place->work());
    QVERIFY(stopped.waitFor("[y/N] "));
    stopped.type("\x03");
    QCOMPARE(stopped.end(), 130);
    QVERIFY(!QFile::exists(ownRecord()));
}

/// The hop first, then the server behind it.
void TestCliAsk::behindAJumpHost()
{
    InTerminal exec(words(u"exec"_s, u"web-3"_s), s_place->work());
    QVERIFY(exec.waitFor("[y/N] "));
    QVERIFY2(exec.seen().contains(fingerprint(0)), exec.seen().constData());
    QVERIFY(!exec.seen().contains(fingerprint(2)));
    exec.type("y\r");
    QVERIFY2(exec.waitFor(fingerprint(2)), exec.seen().constData());
    QVERIFY(exec.waitForCount("[y/N] ", 2));
    exec.type("y\r");
    QVERIFY2(succeeds(&exec, u"exec"_s), exec.seen().constData());
}

/// One question after the other, and none twice, though two of the three ways lead over web-1.
void TestCliAsk::severalAtOnce()
{
    InTerminal exec({u"server"_s, u"exec"_s, u"--on"_s, u"web-*"_s, u"echo i$((1+1))n"_s},
                    s_place->work());
    for (int i = 1; i <= 3; ++i) {
        QVERIFY2(exec.waitForCount("[y/N] ", i), exec.seen().constData());
        QTest::qWait(500);
        QCOMPARE(exec.seen().count("[y/N] "), i);
        exec.type("y\r");
    }
    QCOMPARE(exec.end(), 0);
    QCOMPARE(exec.seen().count("[y/N] "), 3);
    QVERIFY2(exec.seen().contains("3 of 3 servers: ok"), exec.seen().constData());
}

/// A no counts for all that would go over that machine.
void TestCliAsk::severalRefused()
{
    InTerminal exec({u"server"_s, u"exec"_s, u"--on"_s, u"web-1,web-3"_s, u"true"_s},
                    s_place->work());
    QVERIFY(exec.waitFor("[y/N] "));
    exec.type("n\r");
    QCOMPARE(exec.end(), 10);
    QCOMPARE(exec.seen().count("[y/N] "), 1);
    QVERIFY2(exec.seen().contains("0 of 2 servers: ok"), exec.seen().constData());
}

void TestCliAsk::changedHostKeyIsNoQuestion()
{
    const QByteArray other = '[' + m_servers[0]->address().toLatin1() +
                             "]:" + QByteArray::number(m_servers[0]->port()) + ' ' +
                             m_servers[1]->hostKey(u"ed25519"_s).toLatin1() + '\n';
    QVERIFY(writeFile(ownRecord(), other, 0600).ok());
    InTerminal exec(words(u"exec"_s), s_place->work());
    QCOMPARE(exec.end(), 10);
    QVERIFY(!exec.seen().contains("[y/N]"));
    QVERIFY(exec.seen().contains("analemma-cli server trust web-1"));
    QCOMPARE(bytes(ownRecord()), other);
}

void TestCliAsk::hostKeyWithoutATerminal_data()
{
    kinds();
}

/// Also with --yes: that nobody has compared a key is no reason to take it.
void TestCliAsk::hostKeyWithoutATerminal()
{
    QFETCH(QString, kind);
    QStringList line = words(kind);
    line.insert(2, u"--yes"_s);
    const Ran ran = apart(line);
    QCOMPARE(ran.code, 10);
    QVERIFY2(ran.err.contains("analemma-cli server trust web-1"), ran.err.constData());
    QVERIFY(!ran.err.contains("[y/N]"));
    QVERIFY(!QFile::exists(ownRecord()));
}

void TestCliAsk::passphrase_data()
{
    kinds();
}

/// The host key first; then the passphrase, which is not shown.
void TestCliAsk::passphrase()
{
    QFETCH(QString, kind);
    const QString key = home() + u"/.ssh/id_ed25519"_s;
    QVERIFY(QFile::copy(m_servers[0]->path(u"user"_s), key));
    QFile(key).setPermissions(QFile::ReadOwner | QFile::WriteOwner);
    QCOMPARE(QProcess::execute(u"ssh-keygen"_s, {u"-q"_s, u"-p"_s, u"-P"_s, QString(), u"-N"_s,
                                                 u"open sesame"_s, u"-a"_s, u"1"_s, u"-f"_s, key}),
             0);
    InTerminal terminal(words(kind, u"mine"_s), s_place->work());
    QVERIFY(terminal.waitFor("[y/N] "));
    QVERIFY(!terminal.seen().contains("Passphrase"));
    terminal.type("y\r");
    QVERIFY2(terminal.waitFor("Passphrase"), terminal.seen().constData());
    terminal.type("wrong\r");
    QVERIFY2(terminal.waitForCount("Passphrase", 2), terminal.seen().constData());
    terminal.type("open sesame\r");
    QVERIFY2(succeeds(&terminal, kind), terminal.seen().constData());
    QVERIFY(!terminal.seen().contains("sesame"));
    QVERIFY(terminal.isRestored());
}

void TestCliAsk::passphraseWithoutATerminal()
{
    trustAll();
    const QString key = home() + u"/.ssh/id_ed25519"_s;
    QVERIFY(QFile::copy(m_servers[0]->path(u"user"_s), key));
    QFile(key).setPermissions(QFile::ReadOwner | QFile::WriteOwner);
    QCOMPARE(QProcess::execute(u"ssh-keygen"_s, {u"-q"_s, u"-p"_s, u"-P"_s, QString(), u"-N"_s,
                                                 u"open sesame"_s, u"-a"_s, u"1"_s, u"-f"_s, key}),
             0);
    for (const QString& kind : {u"exec"_s, u"put"_s, u"get"_s, u"forward"_s}) {
        const Ran ran = apart(words(kind, u"mine"_s));
        QVERIFY2(ran.code == 4, ran.err.constData());
        QVERIFY2(ran.err.contains(key.toUtf8()), ran.err.constData());
    }
}

QTEST_GUILESS_MAIN(TestCliAsk)
#include "tst_cli_ask.moc"
