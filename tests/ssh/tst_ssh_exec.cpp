#include "core/ssh/ssh.h"

#include "tests/ssh/private_sshd.h"
#include "tests/support.h"

#include <QElapsedTimer>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::test;

class TestSshExec : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void endings_data();
    void endings();
    void streams();
    void standardInput();
    void inputThatNobodyReads();
    void everyByte();
    void muchOutput();
    void outputLimit();
    void streamedOutput();
    void slowReader();
    void lateExitStatus();
    void badCommands();
    void manyAtOnce();
    void manyAtOnceWithData();
    void moreThanTheServerAllows();
    void aChannelIsOpenedAhead();
    void aSpareChannelGivesWay();
    void answersToOthers();
    void timeout();
    void cancel();
    void cancelBeforeStart();
    void rekeying();
    void serverIsKilled();
    void serverStops();
    void serverStopsDuringOutput();
    void quietButAlive();
    void sessionGoesWhileItRuns();
    void orderlyClose();
    void lastCopyCloses();

private:
    Result<ssh::ExecResult> run(const QString& command, const QByteArray& input = {})
    {
        ssh::ExecOptions options;
        options.input = input;
        return await(m_session->exec(command, options, {}), seconds(40));
    }
    ssh::Library m_library;
    PrivateSshd m_sshd{{u"ed25519"_s}, "MaxSessions 30"};
    ssh::Client m_client;
    std::shared_ptr<ssh::Session> m_session;
};

void TestSshExec::initTestCase()
{
    const QString problem = m_sshd.start();
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
}

void TestSshExec::init()
{
    if (!m_session || !m_session->isConnected()) {
        const auto session = await(m_client.connectTo(m_sshd.target(), {}, {}));
        VERIFY_OK(session);
        m_session = *session;
    }
}

void TestSshExec::endings_data()
{
    QTest::addColumn<QString>("command");
    QTest::addColumn<int>("exitCode");
    QTest::addColumn<QString>("signal");
    QTest::newRow("true") << u"true"_s << 0 << QString();
    QTest::newRow("false") << u"false"_s << 1 << QString();
    QTest::newRow("42") << u"exit 42"_s << 42 << QString();
    QTest::newRow("255") << u"exit 255"_s << 255 << QString();
    QTest::newRow("not found") << u"no-such-program-here"_s << 127 << QString();
    QTest::newRow("killed") << u"kill -KILL $$"_s << -1 << u"KILL"_s;
    QTest::newRow("terminated") << u"kill -TERM $$"_s << -1 << u"TERM"_s;
}

void TestSshExec::endings()
{
    QFETCH(QString, command);
    QFETCH(int, exitCode);
    QFETCH(QString, signal);
    const auto result = run(command);
    VERIFY_OK(result);
    QCOMPARE(result->exitCode, exitCode);
    QCOMPARE(result->signal, signal);
    QCOMPARE(result->ok(), exitCode == 0);
    QVERIFY(result->endText().contains(signal.isEmpty() ? QString::number(exitCode) : signal));
}

void TestSshExec::streams()
{
    const auto result = run(u"echo out; echo err >&2; echo more"_s);
    VERIFY_OK(result);
    QCOMPARE(result->output, QByteArray("out\nmore\n"));
    QCOMPARE(result->errors, QByteArray("err\n"));
    const auto words = run(u"printf '%s|' 'a  b' \"c'd\" \\$e ü"_s);
    VERIFY_OK(words);
    QCOMPARE(words->output, QByteArray("a  b|c'd|$e|ü|"));
}

void TestSshExec::standardInput()
{
    const QByteArray input = QByteArray("line\n").repeated(1'000'000);  // more than two windows
    const auto result = run(u"cat"_s, input);
    VERIFY_OK(result);
    QVERIFY(result->output == input);
    const auto none = run(u"wc -c"_s);
    VERIFY_OK(none);
    QCOMPARE(none->output.trimmed(), QByteArray("0"));
}

void TestSshExec::inputThatNobodyReads()
{
    const auto result = run(u"exec <&-; echo done; exit 3"_s, QByteArray(8'000'000, 'x'));
    VERIFY_OK(result);
    QCOMPARE(result->exitCode, 3);
    QCOMPARE(result->output, QByteArray("done\n"));
}

void TestSshExec::everyByte()
{
    QByteArray bytes;
    for (int i = 0; i < 256; ++i) {
        bytes += char(i);
    }
    bytes = bytes.repeated(100);
    const auto result = run(u"cat"_s, bytes);
    VERIFY_OK(result);
    QVERIFY(result->output == bytes);
}

void TestSshExec::muchOutput()
{
    const auto result = run(u"head -c 10000000 /dev/zero; head -c 3000000 /dev/zero >&2"_s);
    VERIFY_OK(result);
    QCOMPARE(result->output.size(), 10'000'000);
    QCOMPARE(result->errors.size(), 3'000'000);
    QVERIFY(!result->truncated);
}

void TestSshExec::outputLimit()
{
    ssh::ExecOptions options;
    options.limitBytes = 1000;
    const auto result = await(m_session->exec(u"head -c 5000000 /dev/zero; exit 5"_s, options, {}));
    VERIFY_OK(result);
    QCOMPARE(result->output.size(), 1000);
    QVERIFY(result->truncated);
    QCOMPARE(result->exitCode, 5);
}

void TestSshExec::streamedOutput()
{
    QByteArray output;
    QByteArray errors;
    bool ended = false;
    bool late = false;
    bool foreign = false;
    int pieces = 0;
    ssh::ExecOptions options;
    options.onOutput = [&](const QByteArray& piece, bool isError) {
        (isError ? errors : output) += piece;
        late = late || ended;
        foreign = foreign || QThread::currentThread() != thread();
        ++pieces;
    };
    QObject context;
    const auto answer =
        listen(m_session->exec(u"for i in 1 2 3; do echo $i; echo e$i >&2; sleep 0.2; done"_s,
                               options, {}),
               &context);
    QTRY_VERIFY(output.startsWith("1\n"));
    QVERIFY(!answer->has_value());  // it comes while the command runs
    QTRY_VERIFY(answer->has_value());
    ended = true;
    VERIFY_OK(**answer);
    QCOMPARE(output, QByteArray("1\n2\n3\n"));
    QCOMPARE(errors, QByteArray("e1\ne2\ne3\n"));
    QCOMPARE((*answer)->value().output, output);
    QVERIFY(pieces >= 3);
    QTest::qWait(50);
    QVERIFY(!late && !foreign);
}

/// The reader is slower than the server: nothing is lost and the server has to wait.
void TestSshExec::slowReader()
{
    qsizetype got = 0;
    ssh::ExecOptions options;
    options.limitBytes = 0;
    options.onOutput = [&got](const QByteArray& piece, bool) {
        got += piece.size();
        QThread::usleep(500);
    };
    const QString mark = m_sshd.path(u"written"_s);
    QObject context;
    const auto answer = listen(
        m_session->exec(u"head -c 12000000 /dev/zero; touch "_s + mark, options, {}), &context);
    QThread::msleep(700);  // this thread does not read: the command cannot have ended
    QVERIFY(!QFile::exists(mark));
    QTRY_VERIFY_WITH_TIMEOUT(answer->has_value(), 30'000);
    VERIFY_OK(**answer);
    QCOMPARE(got, 12'000'000);
    QVERIFY((*answer)->value().output.isEmpty());
}

void TestSshExec::lateExitStatus()
{
    const auto result =
        run(u"exec >&- 2>&- <&-; sleep 0.5; exit 7"_s);  // all streams end before it does
    VERIFY_OK(result);
    QCOMPARE(result->exitCode, 7);
}

void TestSshExec::badCommands()
{
    QCOMPARE(run(u""_s).error().kind, ErrorKind::Invalid);
    QCOMPARE(run(u"echo a"_s + QChar(u'\0') + u"b"_s).error().kind, ErrorKind::Invalid);
    QCOMPARE(run(QString(40'000, u'x')).error().kind, ErrorKind::Invalid);
    const auto result = run(u"echo "_s + QString(29'000, u'x'));
    VERIFY_OK(result);
    QCOMPARE(result->output.size(), 29'001);
}

void TestSshExec::manyAtOnce()
{
    QObject context;
    std::vector<std::shared_ptr<std::optional<Result<ssh::ExecResult>>>> answers;
    for (int i = 0; i < 20; ++i) {
        answers.push_back(
            listen(m_session->exec(u"sleep 0.%1; echo %1; exit %1"_s.arg(i), {}, {}), &context));
    }
    for (int i = 0; i < 20; ++i) {
        const auto& answer = answers[std::size_t(i)];
        QTRY_VERIFY_WITH_TIMEOUT(answer->has_value(), 20'000);
        VERIFY_OK(**answer);
        QCOMPARE((*answer)->value().exitCode, i);
        QCOMPARE((*answer)->value().output, QByteArray::number(i) + '\n');
    }
}

void TestSshExec::manyAtOnceWithData()
{
    QObject context;
    std::vector<std::shared_ptr<std::optional<Result<ssh::ExecResult>>>> answers;
    for (int i = 0; i < 20; ++i) {
        ssh::ExecOptions options;
        options.input = QByteArray(3'000'000, char('a' + i));
        answers.push_back(
            listen(m_session->exec(u"cat; echo e%1 >&2"_s.arg(i), options, {}), &context));
    }
    for (int i = 0; i < 20; ++i) {
        const auto& answer = answers[std::size_t(i)];
        QTRY_VERIFY_WITH_TIMEOUT(answer->has_value(), 60'000);
        VERIFY_OK(**answer);
        QVERIFY((*answer)->value().output == QByteArray(3'000'000, char('a' + i)));
        QCOMPARE((*answer)->value().errors, "e" + QByteArray::number(i) + '\n');
    }
}

/// sshd's default is ten channels a connection; the others wait for their turn.
void TestSshExec::moreThanTheServerAllows()
{
    PrivateSshd sshd({u"ed25519"_s}, "MaxSessions 3", 4);
    const QString problem = sshd.start();
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
    const auto session = await(m_client.connectTo(sshd.target(), {}, {}));
    VERIFY_OK(session);
    VERIFY_OK(
        await((*session)->uploadBytes("x", sshd.path(u"x"_s), 0600, {})));  // leaves a channel open
    QObject context;
    std::vector<std::shared_ptr<std::optional<Result<ssh::ExecResult>>>> answers;
    for (int i = 0; i < 12; ++i) {
        answers.push_back(
            listen((*session)->exec(u"sleep 0.1; echo %1"_s.arg(i), {}, {}), &context));
    }
    const auto load = listen((*session)->download(sshd.path(u"x"_s), 10, {}), &context);
    for (int i = 0; i < 12; ++i) {
        const auto& answer = answers[std::size_t(i)];
        QTRY_VERIFY_WITH_TIMEOUT(answer->has_value(), 20'000);
        VERIFY_OK(**answer);
        QCOMPARE((*answer)->value().output, QByteArray::number(i) + '\n');
    }
    QTRY_VERIFY(load->has_value());
    VERIFY_OK(**load);
}

/// The second command shows that there are many: for the third a channel stands open already.
void TestSshExec::aChannelIsOpenedAhead()
{
    PrivateSshd sshd({u"ed25519"_s}, "LogLevel DEBUG1", 5);
    const QString problem = sshd.start();
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
    const auto session = await(m_client.connectTo(sshd.target(), {}, {}));
    VERIFY_OK(session);
    const auto opened = [&sshd] { return sshd.log().count("server_input_channel_open: ctype"); };
    VERIFY_OK(await((*session)->exec(u"true"_s, {}, {})));
    QTest::qWait(200);
    QCOMPARE(opened(), 1);  // one command says nothing about a second
    VERIFY_OK(await((*session)->exec(u"true"_s, {}, {})));
    QTRY_COMPARE(opened(), 3);
    for (int i = 0; i < 5; ++i) {
        QObject context;
        const QString go = sshd.path(u"go%1"_s.arg(i));
        const auto answer =
            listen((*session)->exec(
                       u"echo %1; until [ -e %2 ]; do sleep 0.02; done"_s.arg(i).arg(go), {}, {}),
                   &context);
        QTest::qWait(150);
        QCOMPARE(opened(), 3 + i);  // it runs in the one that stood open
        QVERIFY(!answer->has_value());
        QFile file(go);
        QVERIFY(file.open(QIODevice::WriteOnly));
        QTRY_VERIFY_WITH_TIMEOUT(answer->has_value(), 20'000);
        VERIFY_OK(**answer);
        QCOMPARE((*answer)->value().output, QByteArray::number(i) + '\n');
        QTRY_COMPARE(opened(), 4 + i);
    }
}

/// A command in a channel that stood open is asked for while a shell that came first has its
/// channel opened: the answers come in another order than the operations stand in.
void TestSshExec::answersToOthers()
{
    for (int i = 0; i < 12; ++i) {
        VERIFY_OK(run(u"true"_s));
        VERIFY_OK(run(u"true"_s));
        QTest::qWait(60);  // a channel is opened ahead
        QObject context;
        ssh::ShellOptions options;
        options.terminal = false;
        options.environment.assign(8, {"LC_ONE", "1"});
        options.command = u"sleep 20"_s;
        const auto shell = listen(m_session->openShell(options, {}), &context);
        QTest::qWait(i % 4);  // now before its channel stands, now after
        const auto first = listen(m_session->exec(u"echo first"_s, {}, {}), &context);
        const auto second = listen(m_session->exec(u"echo second"_s, {}, {}), &context);
        QTRY_VERIFY(shell->has_value() && first->has_value() && second->has_value());
        VERIFY_OK(**shell);
        VERIFY_OK(**first);
        VERIFY_OK(**second);
        QCOMPARE((*first)->value().output, QByteArray("first\n"));
        QCOMPARE((*second)->value().output, QByteArray("second\n"));
    }
}

/// Where the server gives one channel alone, whoever needs one gets the spare one's place.
void TestSshExec::aSpareChannelGivesWay()
{
    PrivateSshd sshd({u"ed25519"_s}, "MaxSessions 1\nLogLevel DEBUG1", 6);
    const QString problem = sshd.start();
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
    const auto session = await(m_client.connectTo(sshd.target(), {}, {}));
    VERIFY_OK(session);
    VERIFY_OK(await((*session)->exec(u"true"_s, {}, {})));
    VERIFY_OK(await((*session)->exec(u"true"_s, {}, {})));
    // Two and the one ahead; what was refused while a program still ended is asked for again.
    QTRY_VERIFY(sshd.log().count("server_input_channel_open: ctype") >= 3);
    for (int i = 0; i < 3; ++i) {
        VERIFY_OK(await((*session)->uploadBytes("x", sshd.path(u"x"_s), 0600, {})));
        VERIFY_OK(await((*session)->exec(u"true"_s, {}, {})));
    }
    QVERIFY(sshd.log().contains("no more sessions"));
}

void TestSshExec::timeout()
{
    ssh::ExecOptions options;
    options.timeout = milliseconds(300);
    QElapsedTimer timer;
    timer.start();
    const auto result = await(m_session->exec(u"echo first; sleep 30"_s, options, {}));
    QVERIFY(!result);
    QCOMPARE(result.error().kind, ErrorKind::Timeout);
    QVERIFY2(result.error().message.startsWith(m_session->target().text() + u": "_s),
             qPrintable(result.error().message));
    QVERIFY(timer.elapsed() >= 300 && timer.elapsed() < 20'000);
    VERIFY_OK(run(u"true"_s));  // the connection is as good as before
}

void TestSshExec::cancel()
{
    for (const int after : {0, 1, 5, 20, 200}) {
        const CancelToken cancel;
        QObject context;
        ssh::ExecOptions options;
        bool called = false;
        options.onOutput = [&called](const QByteArray&, bool) { called = true; };
        const auto answer = listen(m_session->exec(u"cat /dev/zero"_s, options, cancel), &context);
        QTest::qWait(after);
        cancel.cancel();
        QTRY_VERIFY_WITH_TIMEOUT(answer->has_value(), 20'000);
        QCOMPARE((*answer)->error().kind, ErrorKind::Cancelled);
        called = false;
        QTest::qWait(20);
        QVERIFY(!called);
        VERIFY_OK(run(u"true"_s));
    }
}

void TestSshExec::cancelBeforeStart()
{
    const CancelToken cancel;
    cancel.cancel();
    const QString mark = m_sshd.path(u"must not be"_s);
    const auto result = await(m_session->exec(u"touch '%1'"_s.arg(mark), {}, cancel));
    QVERIFY(!result);
    QCOMPARE(result.error().kind, ErrorKind::Cancelled);
    VERIFY_OK(run(u"sleep 0.1"_s));
    QVERIFY(!QFile::exists(mark));
}

/// New keys in the middle of traffic in both directions and on several channels.
void TestSshExec::rekeying()
{
    PrivateSshd sshd({u"ed25519"_s}, "RekeyLimit 1M", 4);
    const QString problem = sshd.start();
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
    const auto session = await(m_client.connectTo(sshd.target(), {}, {}));
    VERIFY_OK(session);
    QObject context;
    std::vector<std::shared_ptr<std::optional<Result<ssh::ExecResult>>>> answers;
    for (int i = 0; i < 4; ++i) {
        ssh::ExecOptions options;
        options.input = QByteArray(5'000'000, char('a' + i));
        answers.push_back(listen((*session)->exec(u"cat"_s, options, {}), &context));
    }
    for (int i = 0; i < 4; ++i) {
        const auto& answer = answers[std::size_t(i)];
        QTRY_VERIFY_WITH_TIMEOUT(answer->has_value(), 40'000);
        VERIFY_OK(**answer);
        QVERIFY((*answer)->value().output == QByteArray(5'000'000, char('a' + i)));
    }
}

void TestSshExec::serverIsKilled()
{
    PrivateSshd sshd({u"ed25519"_s}, {}, 4);
    const QString problem = sshd.start();
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
    const auto session = await(m_client.connectTo(sshd.target(), {}, {}));
    VERIFY_OK(session);
    QObject context;
    std::vector<std::shared_ptr<std::optional<Result<ssh::ExecResult>>>> answers;
    for (const QString& command : {u"sleep 60"_s, u"cat /dev/zero"_s, u"echo a; sleep 60"_s}) {
        ssh::ExecOptions options;
        options.limitBytes = 100;
        answers.push_back(listen((*session)->exec(command, options, {}), &context));
    }
    const auto load =
        listen((*session)->uploadBytes(QByteArray(200'000'000, 'x'), sshd.path(u"big"_s), 0600, {}),
               &context);
    QTest::qWait(300);
    sshd.stop();
    for (const auto& answer : answers) {
        QTRY_VERIFY_WITH_TIMEOUT(answer->has_value(), 20'000);
        QCOMPARE((*answer)->error().kind, ErrorKind::Network);
        QVERIFY2((*answer)->error().message.contains(u"may have run"_s),
                 qPrintable((*answer)->error().message));
    }
    QTRY_VERIFY_WITH_TIMEOUT(load->has_value(), 20'000);
    QCOMPARE((*load)->error().kind, ErrorKind::Network);
    QVERIFY(!(*session)->isConnected());
    const auto late = await((*session)->exec(u"true"_s, {}, {}));
    QVERIFY(!late);
    QCOMPARE(late.error().kind, ErrorKind::Network);
}

void TestSshExec::serverStops()
{
    PrivateSshd sshd({u"ed25519"_s}, {}, 4);
    const QString problem = sshd.start();
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
    const auto session = await(m_client.connectTo(sshd.target(), {}, {}));
    VERIFY_OK(session);
    QObject context;
    const auto answer = listen((*session)->exec(u"sleep 600"_s, {}, {}), &context);
    QTest::qWait(200);
    sshd.signalAll(SIGSTOP);
    QElapsedTimer timer;
    timer.start();
    QTRY_VERIFY_WITH_TIMEOUT(answer->has_value(), 20'000);
    QVERIFY2(timer.elapsed() > 10'000, qPrintable(QString::number(timer.elapsed())));
    QCOMPARE((*answer)->error().kind, ErrorKind::Network);
    QVERIFY2((*answer)->error().message.contains(u"no sign of life"_s),
             qPrintable((*answer)->error().message));
    QVERIFY(!(*session)->isConnected());
}

/// With bytes under way in both directions, and with quicker settings.
void TestSshExec::serverStopsDuringOutput()
{
    PrivateSshd sshd({u"ed25519"_s}, {}, 4);
    const QString problem = sshd.start();
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
    const auto session = await(
        m_client.connectTo(sshd.target(), ssh::ConnectOptions{seconds(15), milliseconds(500)}, {}));
    VERIFY_OK(session);
    QObject context;
    ssh::ExecOptions options;
    options.limitBytes = 100;
    const auto reading = listen((*session)->exec(u"cat /dev/zero"_s, options, {}), &context);
    const auto writing =
        listen((*session)->uploadBytes(QByteArray(300'000'000, 'x'), sshd.path(u"big"_s), 0600, {}),
               &context);
    QTest::qWait(200);
    sshd.signalAll(SIGSTOP);
    QTRY_VERIFY_WITH_TIMEOUT(reading->has_value(), 15'000);
    QCOMPARE((*reading)->error().kind, ErrorKind::Network);
    QTRY_VERIFY_WITH_TIMEOUT(writing->has_value(), 15'000);
    QCOMPARE((*writing)->error().kind, ErrorKind::Network);
}

/// Many probes both ways do not end a connection on which nothing else happens.
void TestSshExec::quietButAlive()
{
    PrivateSshd sshd({u"ed25519"_s}, "ClientAliveInterval 1\nClientAliveCountMax 2", 4);
    const QString problem = sshd.start();
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
    const auto probing = await(
        m_client.connectTo(sshd.target(), ssh::ConnectOptions{seconds(15), milliseconds(100)}, {}));
    VERIFY_OK(probing);
    const auto probed = await(
        m_client.connectTo(sshd.target(), ssh::ConnectOptions{seconds(15), milliseconds(0)}, {}));
    VERIFY_OK(probed);
    QTest::qWait(5'000);
    VERIFY_OK(await((*probing)->exec(u"true"_s, {}, {})));
    VERIFY_OK(await((*probed)->exec(u"true"_s, {}, {})));
}

void TestSshExec::sessionGoesWhileItRuns()
{
    auto session = await(m_client.connectTo(m_sshd.target(), {}, {}));
    VERIFY_OK(session);
    QObject context;
    const auto answer = listen((*session)->exec(u"sleep 0.5; echo kept"_s, {}, {}), &context);
    session = Error();  // the last copy
    QTRY_VERIFY(answer->has_value());
    VERIFY_OK(**answer);
    QCOMPARE((*answer)->value().output, QByteArray("kept\n"));
}

void TestSshExec::orderlyClose()
{
    const auto session = await(m_client.connectTo(m_sshd.target(), {}, {}));
    VERIFY_OK(session);
    QObject context;
    const auto answer = listen((*session)->exec(u"sleep 60"_s, {}, {}), &context);
    QTest::qWait(100);
    VERIFY_OK(await((*session)->close()));
    QTRY_VERIFY(answer->has_value());
    QCOMPARE((*answer)->error().kind, ErrorKind::Cancelled);
    QVERIFY(!(*session)->isConnected());
    VERIFY_OK(await((*session)->close()));
}

void TestSshExec::lastCopyCloses()
{
    auto session = await(m_client.connectTo(m_sshd.target(), {}, {}));
    VERIFY_OK(session);
    const qsizetype before = processTree(m_sshd.pid()).size();
    const qsizetype said = m_sshd.log().count("Received disconnect");
    QElapsedTimer timer;
    timer.start();
    session = Error();
    QVERIFY(timer.elapsed() < 15'000);  // nobody waits for an answer
    QTRY_VERIFY(processTree(m_sshd.pid()).size() < before);
    QTRY_VERIFY(m_sshd.log().count("Received disconnect") > said);
}

QTEST_GUILESS_MAIN(TestSshExec)
#include "tst_ssh_exec.moc"
