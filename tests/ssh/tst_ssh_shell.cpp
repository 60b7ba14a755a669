#include "core/ssh/ssh.h"

#include "tests/ssh/any_client.h"
#include "tests/ssh/private_sshd.h"
#include "tests/support.h"

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::test;

namespace {

/// Keeps what a channel says.
class Listener : public QObject {
public:
    explicit Listener(std::shared_ptr<ssh::Channel> heard, bool takes = true)
        : channel(std::move(heard))
    {
        connect(channel.get(), &ssh::Channel::output, this,
                [this, takes](const QByteArray& piece, bool isError) {
                    (isError ? errors : output) += piece;
                    if (takes) {
                        channel->taken(piece.size());
                    }
                });
        connect(channel.get(), &ssh::Channel::ended, this, [this](const ssh::ChannelEnd& how) {
            ++ends;
            end = how;
        });
        connect(channel.get(), &ssh::Channel::roomAgain, this, [this] { ++rooms; });
        channel->start();
    }
    std::shared_ptr<ssh::Channel> channel;
    QByteArray output;
    QByteArray errors;
    int ends = 0;
    int rooms = 0;
    ssh::ChannelEnd end;
};

}  // namespace

class TestSshShell : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void terminal();
    void windowChange();
    void modes();
    void environment();
    void loginShell();
    void plainStreams();
    void streamedInput();
    void endings_data();
    void endings();
    void floodWaitsForTheOwner();
    void inputIsBounded();
    void ownerGoesWithinItsCall();
    void close();
    void dropped();
    void lost();
    void refused();
    void badOptions();
    void cancelled();

private:
    std::shared_ptr<ssh::Channel> open(ssh::ShellOptions options)
    {
        auto channel = await(m_session->openShell(std::move(options), {}));
        return channel ? *channel : nullptr;
    }
    std::shared_ptr<ssh::Channel> open(const QString& command, bool terminal)
    {
        ssh::ShellOptions options;
        options.command = command;
        options.terminal = terminal;
        return open(options);
    }
    ssh::Library m_library;
    PrivateSshd m_sshd{{u"ed25519"_s}, "MaxSessions 30\nAcceptEnv ANALEMMA_*"};
    AnyClient m_client;
    std::shared_ptr<ssh::Session> m_session;
};

void TestSshShell::initTestCase()
{
    const QString problem = m_sshd.start();
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
    const auto session = await(m_client.connectTo(m_sshd.target(), {}, {}));
    VERIFY_OK(session);
    m_session = *session;
}

void TestSshShell::terminal()
{
    ssh::ShellOptions options;
    options.command = u"tty && echo $TERM && stty size && cat"_s;
    options.term = "screen-256color";
    options.size = {123, 45, 0, 0};
    const auto channel = open(options);
    QVERIFY(channel);
    Listener shell(channel);
    QTRY_VERIFY(shell.output.contains("45 123"));
    QVERIFY(shell.output.contains("/dev/pts/"));
    QVERIFY(shell.output.contains("screen-256color"));
    QVERIFY(channel->write("typed\r"));  // the echo, then what cat says
    QTRY_COMPARE(shell.output.count("typed"), 2);
    QVERIFY(channel->write("\x04"));
    QTRY_COMPARE(shell.ends, 1);
    QVERIFY(shell.end.ok());
}

void TestSshShell::windowChange()
{
    const auto channel =
        open(u"trap 'stty size; exit 7' WINCH; stty size; while :; do sleep 0.05; done"_s, true);
    QVERIFY(channel);
    Listener shell(channel);
    QTRY_VERIFY(shell.output.contains("24 80"));
    channel->resize({200, 50, 0, 0});
    QTRY_VERIFY(shell.output.contains("50 200"));
    QTRY_COMPARE(shell.ends, 1);
    QCOMPARE(shell.end.exitCode, 7);
}

void TestSshShell::modes()
{
    ssh::ShellOptions options;
    options.command = u"stty -a"_s;
    options.modes = {{3, 0x08}, {53, 0}};  // VERASE is ^H, no ECHO
    const auto channel = open(options);
    QVERIFY(channel);
    Listener shell(channel);
    QTRY_COMPARE(shell.ends, 1);
    QVERIFY2(shell.output.contains("erase = ^H"), shell.output.constData());
    QVERIFY2(shell.output.contains(" -echo "), shell.output.constData());
}

void TestSshShell::environment()
{
    ssh::ShellOptions options;
    options.command = u"echo \"[$ANALEMMA_A][$OTHER]\""_s;
    options.terminal = false;
    options.environment = {{"OTHER", "no"}, {"ANALEMMA_A", "a b"}};
    const auto channel = open(options);
    QVERIFY(channel);
    Listener shell(channel);
    QTRY_COMPARE(shell.ends, 1);
    QCOMPARE(shell.output, QByteArray("[a b][]\n"));
}

void TestSshShell::loginShell()
{
    const auto channel = open(ssh::ShellOptions());
    QVERIFY(channel);
    Listener shell(channel);
    QVERIFY(channel->write("echo $((6*7))$(echo x)\r"));
    QTRY_VERIFY(shell.output.contains("42x"));
    QVERIFY(channel->write("exit 3\r"));
    QTRY_COMPARE(shell.ends, 1);
    QCOMPARE(shell.end.exitCode, 3);
}

void TestSshShell::plainStreams()
{
    const auto channel = open(u"echo out; echo err >&2; test -t 0 || exit 9"_s, false);
    QVERIFY(channel);
    Listener shell(channel);
    QTRY_COMPARE(shell.ends, 1);
    QCOMPARE(shell.output, QByteArray("out\n"));
    QCOMPARE(shell.errors, QByteArray("err\n"));
    QCOMPARE(shell.end.exitCode, 9);
}

void TestSshShell::streamedInput()
{
    const auto channel = open(u"cat; echo end"_s, false);
    QVERIFY(channel);
    Listener shell(channel);
    QByteArray all;
    for (int i = 0; i < 200; ++i) {
        const QByteArray piece = QByteArray::number(i).repeated(20'000);
        QTRY_VERIFY(channel->room() >= piece.size());
        QVERIFY(channel->write(piece));
        all += piece;
    }
    channel->endInput();
    QVERIFY(!channel->write("late"));
    QTRY_COMPARE_WITH_TIMEOUT(shell.ends, 1, 20'000);
    QVERIFY(shell.output == all + "end\n");
}

void TestSshShell::endings_data()
{
    QTest::addColumn<QString>("command");
    QTest::addColumn<int>("exitCode");
    QTest::addColumn<QString>("signal");
    QTest::newRow("0") << u"true"_s << 0 << QString();
    QTest::newRow("42") << u"exit 42"_s << 42 << QString();
    QTest::newRow("signal") << u"kill -KILL $$"_s << -1 << u"KILL"_s;
}

void TestSshShell::endings()
{
    QFETCH(QString, command);
    QFETCH(int, exitCode);
    QFETCH(QString, signal);
    for (const bool terminal : {true, false}) {
        const auto channel = open(command, terminal);
        QVERIFY(channel);
        Listener shell(channel);
        QTRY_COMPARE(shell.ends, 1);
        // What of a signal comes through the system's ssh is its own exit code.
        QCOMPARE(shell.end.exitCode, bySystem && exitCode < 0 ? 255 : exitCode);
        QCOMPARE(shell.end.signal, bySystem ? QString() : signal);
        QVERIFY(!shell.end.error);
        QTest::qWait(50);
        QCOMPARE(shell.ends, 1);
    }
}

/// An owner that takes nothing gets a bounded amount; other users of the connection go on.
void TestSshShell::floodWaitsForTheOwner()
{
    const auto channel = open(u"head -c 8000000 /dev/zero"_s, false);
    QVERIFY(channel);
    Listener shell(channel, false);
    QTRY_VERIFY(shell.output.size() >= ssh::Channel::kOutputLimit);
    QTest::qWait(200);
    const qsizetype held = shell.output.size();
    QVERIFY2(held < ssh::Channel::kOutputLimit + 256 * 1024, qPrintable(QString::number(held)));
    const auto other = await(m_session->exec(u"echo still here"_s, {}, {}));
    VERIFY_OK(other);
    QCOMPARE(other->output, QByteArray("still here\n"));
    connect(channel.get(), &ssh::Channel::output, &shell,
            [&channel](const QByteArray& piece, bool) { channel->taken(piece.size()); });
    channel->taken(held);
    QTRY_COMPARE_WITH_TIMEOUT(shell.ends, 1, 20'000);
    QCOMPARE(shell.output.size(), 8'000'000);
}

void TestSshShell::inputIsBounded()
{
    const auto channel = open(u"read go; sleep 0.3; wc -c"_s, false);
    QVERIFY(channel);
    Listener shell(channel);
    QVERIFY(!channel->write(QByteArray(ssh::Channel::kInputLimit + 1, 'x')));
    qint64 sent = 0;
    for (int i = 0; i < 1000 && channel->write(QByteArray(100'000, 'x')); ++i) {
        sent += 100'000;
        QTest::qWait(1);
    }
    QVERIFY(sent < 100'000'000);  // nobody reads: at last it says no
    QVERIFY(!channel->write(QByteArray(ssh::Channel::kInputLimit, 'x')));
    channel->close();
    QTRY_COMPARE(shell.ends, 1);

    // Once it is read there is room again, and that is told.
    const QTemporaryDir gate;
    const QString command = u"while [ ! -e %1/open ]; do sleep 0.05; done; cat >/dev/null"_s;
    const auto reader = open(command.arg(gate.path()), false);
    QVERIFY(reader);
    Listener other(reader);
    for (int i = 0; i < 1000 && reader->write(QByteArray(100'000, 'x')); ++i) {
        QTest::qWait(1);
    }
    QVERIFY(!reader->write(QByteArray(ssh::Channel::kInputLimit, 'x')));
    const int rooms = other.rooms;
    QVERIFY(QDir(gate.path()).mkdir(u"open"_s));
    QTRY_VERIFY(other.rooms > rooms);
    QVERIFY(reader->write("x"));
    reader->endInput();
    QTRY_COMPARE(other.ends, 1);
    QCOMPARE(other.end.exitCode, 0);
}

void TestSshShell::ownerGoesWithinItsCall()
{
    auto channel = open(u"yes"_s, false);
    QVERIFY(channel);
    int calls = 0;
    connect(channel.get(), &ssh::Channel::output, this, [&channel, &calls] {
        ++calls;
        channel.reset();
    });
    channel->start();
    QTRY_COMPARE(calls, 1);
    QTest::qWait(100);
    QCOMPARE(calls, 1);
    VERIFY_OK(await(m_session->exec(u"true"_s, {}, {})));
}

void TestSshShell::close()
{
    const auto channel = open(u"cat"_s, true);
    QVERIFY(channel);
    Listener shell(channel);
    channel->close();
    QTRY_COMPARE(shell.ends, 1);
    QVERIFY(shell.end.error && shell.end.error->kind == ErrorKind::Cancelled);
    QVERIFY(!channel->write("x"));
}

/// A dropped channel hangs up its program.
void TestSshShell::dropped()
{
    const QString mark = m_sshd.path(u"hung up"_s);
    auto channel = open(
        u"trap 'touch \"%1\"; exit' HUP; echo up; while :; do sleep 0.05; done"_s.arg(mark), true);
    QVERIFY(channel);
    {
        Listener shell(channel);
        QTRY_VERIFY(shell.output.contains("up"));
    }
    channel.reset();
    QTRY_VERIFY(QFile::exists(mark));
}

void TestSshShell::lost()
{
    PrivateSshd sshd({u"ed25519"_s}, {}, 3);
    const QString problem = sshd.start();
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
    const auto session = await(m_client.connectTo(sshd.target(), {}, {}));
    VERIFY_OK(session);
    ssh::ShellOptions options;
    options.command = u"echo up; cat"_s;
    const auto channel = await((*session)->openShell(options, {}));
    VERIFY_OK(channel);
    Listener shell(*channel);
    QTRY_VERIFY(shell.output.contains("up"));
    sshd.signalAll(SIGKILL);
    QTRY_COMPARE(shell.ends, 1);
    QVERIFY(shell.end.error && shell.end.error->kind == ErrorKind::Network);
    const auto again = await((*session)->openShell(options, {}));
    QVERIFY(!again);
    QCOMPARE(again.error().kind, ErrorKind::Network);
}

void TestSshShell::refused()
{
    PrivateSshd sshd({u"ed25519"_s}, "PermitTTY no", 4);
    const QString problem = sshd.start();
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
    const auto session = await(m_client.connectTo(sshd.target(), {}, {}));
    VERIFY_OK(session);
    const auto channel = await((*session)->openShell({}, {}));
    QCOMPARE(channel.ok(), bySystem);  // whose shell then ends in this way
    std::optional<Error> error;
    if (channel) {
        Listener shell(*channel);
        QTRY_COMPARE(shell.ends, 1);
        error = shell.end.error;
    } else {
        error = channel.error();
    }
    QVERIFY(error);
    QCOMPARE(error->kind, ErrorKind::Unsupported);
    QVERIFY2(error->message.contains(u"no terminal"_s), qPrintable(error->message));
    VERIFY_OK(await((*session)->exec(u"true"_s, {}, {})));
}

void TestSshShell::badOptions()
{
    ssh::ShellOptions zero;
    zero.command = QString(u"a"_s) + QChar(u'\0');
    ssh::ShellOptions small;
    small.size = {0, 0, 0, 0};
    ssh::ShellOptions variable;
    variable.environment = {{"A", QByteArray(20'000, 'x')}};
    for (const ssh::ShellOptions& options : {zero, small, variable}) {
        const auto channel = await(m_session->openShell(options, {}));
        QVERIFY(!channel);
        QCOMPARE(channel.error().kind, ErrorKind::Invalid);
    }
}

void TestSshShell::cancelled()
{
    CancelToken early;
    early.cancel();
    const auto before = await(m_session->openShell({}, early));
    QVERIFY(!before && before.error().kind == ErrorKind::Cancelled);
    for (int i = 0; i < 20; ++i) {  // at different moments of the opening
        CancelToken token;
        const auto answer = listen(m_session->openShell({}, token), this);
        QTest::qWait(i % 5);
        token.cancel();
        QTRY_VERIFY(answer->has_value());
        QVERIFY(answer->value() || answer->value().error().kind == ErrorKind::Cancelled);
    }
    VERIFY_OK(await(m_session->exec(u"true"_s, {}, {})));
}

QTEST_GUILESS_MAIN(TestSshShell)
#include "tst_ssh_shell.moc"
