#include "core/ssh/resident.h"

#include "tests/ssh/any_client.h"
#include "tests/ssh/cable.h"
#include "tests/ssh/private_sshd.h"
#include "tests/support.h"

#include <QCryptographicHash>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::test;

/// runSmall() with real servers, beside exec().
class TestSshResident : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanup();
    void sameAsExec_data();
    void sameAsExec();
    void manyBytes();
    void limit();
    void nothingStays();
    void whatItCannotTake();
    void whileItIsBusy();
    void timeout();
    void cancel();
    void cancelBeforeStart();
    void killedByItsCommand();
    void endsBetween();
    void lateOutput();
    void noiseOfTheLogin();
    void forcedCommand();
    void onlyOneChannel();
    void cut_data();
    void cut();
    void serverIsKilled();
    void goesWithItsSession();
    void fromAnotherThread();
    void checksums();

private:
    using Answer = Result<ssh::ExecResult>;
    static Answer small(const std::shared_ptr<ssh::Session>& session, const QString& command,
                        ssh::ExecOptions options = {}, CancelToken cancel = {})
    {
        return await(ssh::runSmall(session, command, std::move(options), std::move(cancel)),
                     seconds(40));
    }
    /// The process that runs small commands now; with a process for each it is another every time.
    static QByteArray shellOf(const std::shared_ptr<ssh::Session>& session, int tries = 500)
    {
        QByteArray last;
        for (int i = 0; i < tries; ++i) {
            const Answer answer = small(session, u"echo $$"_s);
            if (!answer || answer->output == last) {
                return answer ? last.trimmed() : QByteArray();
            }
            last = answer->output;
            QTest::qWait(5);
        }
        return {};
    }
    std::shared_ptr<ssh::Session> open(const ssh::Target& target)
    {
        const auto session = await(m_client.connectTo(target, {}, {}));
        return session ? *session : nullptr;
    }
    ssh::Library m_library;
    PrivateSshd m_sshd{{u"ed25519"_s}, "MaxSessions 30"};
    AnyClient m_client;
    std::shared_ptr<ssh::Session> m_session;
};

void TestSshResident::initTestCase()
{
    const QString problem = m_sshd.start();
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
    m_session = open(m_sshd.target());
    QVERIFY(m_session);
}

void TestSshResident::cleanup()
{
    QVERIFY(m_session->isConnected());
}

void TestSshResident::sameAsExec_data()
{
    QTest::addColumn<QString>("command");
    QTest::addColumn<bool>("sameErrors");  // but for what the shell says in its own words
    QTest::newRow("true") << u"true"_s << true;
    QTest::newRow("false") << u"false"_s << true;
    QTest::newRow("exit") << u"exit 42"_s << true;
    QTest::newRow("exit 255") << u"echo a; exit 255"_s << true;
    QTest::newRow("program") << u"sh -c 'exit 9'"_s << true;
    QTest::newRow("not found") << u"no-such-program-here"_s << false;
    QTest::newRow("open brace") << u"echo a; {"_s << false;
    QTest::newRow("open quote") << u"echo 'a"_s << false;
    QTest::newRow("closed bracket") << u")"_s << false;
    QTest::newRow("closed quote") << u"' ) </dev/null; echo broken out #"_s << false;
    QTest::newRow("comment") << u"echo a # b"_s << true;
    QTest::newRow("backslash at the end") << u"echo a\\"_s << true;
    QTest::newRow("lines") << u"echo a\nif true\nthen echo b; fi\n\n"_s << true;
    QTest::newRow("here document") << u"cat <<E\na'b\"c\nE\necho d"_s << true;
    QTest::newRow("quotes") << u"printf '%s|' 'a  b' \"c'd\" \\$e ü '\\'"_s << true;
    QTest::newRow("no line's end") << u"printf a; printf b >&2"_s << true;
    QTest::newRow("empty lines") << u"echo; echo; echo >&2"_s << true;
    QTest::newRow("zero bytes") << u"printf 'a\\0b\\0'; printf '\\0' >&2"_s << true;
    QTest::newRow("control bytes")
        << u"printf '\\001\\002\\003\\004\\201\\210\\377\\r\\n'"_s << true;
    QTest::newRow("both streams")
        << u"for i in 1 2 3 4 5 6 7 8 9; do echo o$i; echo e$i >&2; done; exit 3"_s << true;
    QTest::newRow("like a mark") << u"echo 0123456789abcdef0123456789abcdef 0; "
                                    "printf '0123456789abcdef0123456789abcde'; exit 7"_s
                                 << true;
    QTest::newRow("variables") << u"set | grep -c '^[a-z]='; echo $#"_s << true;
    QTest::newRow("input") << u"cat; read -r x; echo \"[$x]\""_s << true;
    QTest::newRow("closed streams") << u"exec >&- 2>&- <&-; exit 6"_s << true;
    QTest::newRow("stops at failures") << u"set -e; false; echo no"_s << true;
    QTest::newRow("trap") << u"trap 'echo bye' EXIT; exit 4"_s << true;
    QTest::newRow("folder") << u"pwd; umask; echo \"$HOME\""_s << true;
    QTest::newRow("longest") << u"echo "_s + QString(29'000, u'\'') + u"x"_s << true;
}

void TestSshResident::sameAsExec()
{
    QFETCH(QString, command);
    QFETCH(bool, sameErrors);
    const QByteArray shell = shellOf(m_session);
    QVERIFY(!shell.isEmpty());
    const Answer apart = await(m_session->exec(command, {}, {}));
    VERIFY_OK(apart);
    const Answer answer = small(m_session, command);
    VERIFY_OK(answer);
    QCOMPARE(answer->output, apart->output);
    QCOMPARE(answer->exitCode, apart->exitCode);
    QCOMPARE(answer->signal, QString());
    QCOMPARE(answer->errors.isEmpty(), apart->errors.isEmpty());
    QVERIFY2(!sameErrors || answer->errors == apart->errors, answer->errors.constData());
    QCOMPARE(shellOf(m_session), shell);  // which it has not harmed
}

void TestSshResident::manyBytes()
{
    QByteArray bytes;
    for (int i = 0; i < 65'536; ++i) {
        bytes += char(i);
        bytes += char(i >> 8);
    }
    bytes = bytes.repeated(24);
    m_sshd.write(u"bytes"_s, bytes);
    const QByteArray shell = shellOf(m_session);
    const Answer answer =
        small(m_session, u"cat '%1'; cat '%1' >&2"_s.arg(m_sshd.path(u"bytes"_s)));
    VERIFY_OK(answer);
    QVERIFY(answer->output == bytes);
    QVERIFY(answer->errors == bytes);
    QVERIFY(!answer->truncated);
    QCOMPARE(shellOf(m_session), shell);
}

void TestSshResident::limit()
{
    const QByteArray shell = shellOf(m_session);
    ssh::ExecOptions options;
    options.limitBytes = 1000;
    const Answer answer = small(
        m_session, u"head -c 10485760 /dev/zero; head -c 1000000 /dev/zero >&2; exit 5"_s, options);
    VERIFY_OK(answer);
    QCOMPARE(answer->output.size() + answer->errors.size(), 1000);
    QVERIFY(answer->truncated);
    QCOMPARE(answer->exitCode, 5);
    options.limitBytes = 3;
    const Answer whole = small(m_session, u"printf abc"_s, options);
    VERIFY_OK(whole);
    QCOMPARE(whole->output, QByteArray("abc"));
    QVERIFY(!whole->truncated);
    QCOMPARE(shellOf(m_session), shell);
}

/// No command sees what another one did to its shell.
void TestSshResident::nothingStays()
{
    const QByteArray shell = shellOf(m_session);
    const Answer before = small(m_session, u"pwd; umask; set -- ; echo $#"_s);
    VERIFY_OK(before);
    for (const QString& command :
         {u"cd /; umask 077; set -- a b; A=left; r=left; export A; alias echo=false"_s,
          u"echo() { printf left; }; exec </dev/zero >/dev/null; set -f -e -u; trap '' EXIT"_s}) {
        VERIFY_OK(small(m_session, command));
    }
    const Answer after = small(m_session, u"pwd; umask; set -- ; echo $#$A"_s);
    VERIFY_OK(after);
    QCOMPARE(after->output, before->output);
    QCOMPARE(shellOf(m_session), shell);
}

void TestSshResident::whatItCannotTake()
{
    const QByteArray shell = shellOf(m_session);
    ssh::ExecOptions fed;
    fed.input = "some\0input"_ba;
    const Answer input = small(m_session, u"cat; echo $$"_s, fed);
    VERIFY_OK(input);
    QVERIFY(input->output.startsWith(fed.input));
    QVERIFY(!input->output.endsWith(shell + '\n'));
    QByteArray heard;
    ssh::ExecOptions told;
    told.onOutput = [&heard](const QByteArray& piece, bool) { heard += piece; };
    const Answer output = small(m_session, u"echo $$"_s, told);
    VERIFY_OK(output);
    QCOMPARE(heard, output->output);
    QVERIFY(heard != shell + '\n');
    QCOMPARE(small(m_session, u""_s).error().kind, ErrorKind::Invalid);
    QCOMPARE(small(m_session, u"a"_s + QChar(u'\0')).error().kind, ErrorKind::Invalid);
    QCOMPARE(shellOf(m_session), shell);
}

void TestSshResident::whileItIsBusy()
{
    const QByteArray shell = shellOf(m_session);
    const QString gate = m_sshd.path(u"gate"_s);
    QObject context;
    const auto waits = listen(
        ssh::runSmall(m_session, u"while [ ! -e '%1' ]; do sleep 0.05; done; echo $$"_s.arg(gate),
                      {}, {}),
        &context);
    for (int i = 0; i < 5; ++i) {
        const Answer other = small(m_session, u"echo $$"_s);
        VERIFY_OK(other);
        QVERIFY(other->output.trimmed() != shell);
    }
    QVERIFY(!waits->has_value());
    m_sshd.write(u"gate"_s, {});
    QTRY_VERIFY_WITH_TIMEOUT(waits->has_value(), 20'000);
    VERIFY_OK(**waits);
    QCOMPARE((*waits)->value().output.trimmed(), shell);

    std::vector<std::shared_ptr<std::optional<Answer>>> answers;
    for (int i = 0; i < 20; ++i) {
        answers.push_back(
            listen(ssh::runSmall(m_session, u"echo %1; exit %1"_s.arg(i), {}, {}), &context));
    }
    for (int i = 0; i < 20; ++i) {
        const auto& answer = answers[std::size_t(i)];
        QTRY_VERIFY_WITH_TIMEOUT(answer->has_value(), 20'000);
        VERIFY_OK(**answer);
        QCOMPARE((*answer)->value().exitCode, i);
        QCOMPARE((*answer)->value().output, QByteArray::number(i) + '\n');
    }
}

void TestSshResident::timeout()
{
    const QByteArray shell = shellOf(m_session);
    ssh::ExecOptions options;
    options.timeout = milliseconds(200);
    const Answer answer = small(m_session, u"echo first; sleep 30"_s, options);
    QVERIFY(!answer);
    QCOMPARE(answer.error().kind, ErrorKind::Timeout);
    QVERIFY2(answer.error().message.startsWith(m_session->target().text() + u": "_s) &&
                 answer.error().message.contains(u"may still run there"_s),
             qPrintable(answer.error().message));
    const QByteArray next = shellOf(m_session);
    QVERIFY(!next.isEmpty() && next != shell);
    options.timeout = seconds(20);
    VERIFY_OK(small(m_session, u"true"_s, options));
}

void TestSshResident::cancel()
{
    for (const int after : {0, 1, 5, 20, 200}) {
        QVERIFY(!shellOf(m_session).isEmpty());
        const CancelToken cancel;
        QObject context;
        const auto answer =
            listen(ssh::runSmall(m_session, u"cat /dev/zero"_s, {}, cancel), &context);
        QTest::qWait(after);
        cancel.cancel();
        QTRY_VERIFY_WITH_TIMEOUT(answer->has_value(), 20'000);
        QCOMPARE((*answer)->error().kind, ErrorKind::Cancelled);
        const Answer next = small(m_session, u"echo next"_s);
        VERIFY_OK(next);
        QCOMPARE(next->output, QByteArray("next\n"));
    }
}

void TestSshResident::cancelBeforeStart()
{
    QVERIFY(!shellOf(m_session).isEmpty());
    const CancelToken cancel;
    cancel.cancel();
    const QString mark = m_sshd.path(u"must not be"_s);
    const Answer answer = small(m_session, u"touch '%1'"_s.arg(mark), {}, cancel);
    QVERIFY(!answer);
    QCOMPARE(answer.error().kind, ErrorKind::Cancelled);
    VERIFY_OK(small(m_session, u"true"_s));
    QVERIFY(!QFile::exists(mark));
}

void TestSshResident::killedByItsCommand()
{
    const QByteArray shell = shellOf(m_session);
    const Answer answer = small(m_session, u"echo a; kill -KILL $$"_s);
    QVERIFY(!answer);
    QCOMPARE(answer.error().kind, ErrorKind::Network);
    QVERIFY2(answer.error().message.contains(u"may have run"_s),
             qPrintable(answer.error().message));
    const QByteArray next = shellOf(m_session);
    QVERIFY(!next.isEmpty() && next != shell);
}

void TestSshResident::endsBetween()
{
    for (const int wait : {0, 300}) {
        const QByteArray shell = shellOf(m_session);
        QVERIFY(shell.toInt() > 1);
        QCOMPARE(::kill(pid_t(shell.toInt()), SIGKILL), 0);
        QTest::qWait(wait);
        const Answer answer = small(m_session, u"echo next"_s);
        if (answer || wait > 0) {  // at once it may have been sent to what had just ended
            VERIFY_OK(answer);
            QCOMPARE(answer->output, QByteArray("next\n"));
        } else {
            QCOMPARE(answer.error().kind, ErrorKind::Network);
        }
        const QByteArray next = shellOf(m_session);
        QVERIFY(!next.isEmpty() && next != shell);
    }
}

/// What is left in the background does not write into the next answers.
void TestSshResident::lateOutput()
{
    const QByteArray shell = shellOf(m_session);
    const QString gate = m_sshd.path(u"late gate"_s);
    const Answer now =
        small(m_session,
              u"{ while [ ! -e '%1' ]; do sleep 0.05; done; echo late; } & echo now"_s.arg(gate));
    VERIFY_OK(now);
    QCOMPARE(now->output, QByteArray("now\n"));
    m_sshd.write(u"late gate"_s, {});
    QTRY_VERIFY(::kill(pid_t(shell.toInt()), 0) != 0);  // it was closed at the first word
    const Answer next = small(m_session, u"echo next"_s);
    VERIFY_OK(next);
    QCOMPARE(next->output, QByteArray("next\n"));
    QVERIFY(!shellOf(m_session).isEmpty());
}

/// What the start files of a login shell print is in what exec() gives, and not in this.
void TestSshResident::noiseOfTheLogin()
{
    PrivateSshd sshd({u"ed25519"_s}, {}, 3);
    sshd.write(u".bashrc"_s, "echo welcome; echo oops >&2\n");
    const QString problem = sshd.start();
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
    const auto session = open(sshd.target());
    QVERIFY(session);
    const QByteArray shell = shellOf(session);
    QVERIFY2(shell.toInt() > 1, shell.constData());
    const Answer answer = small(session, u"echo a; echo b >&2"_s);
    VERIFY_OK(answer);
    QCOMPARE(answer->output, QByteArray("a\n"));
    QCOMPARE(answer->errors, QByteArray("b\n"));
}

/// One that runs something else whatever it is asked, even if it says the question again.
void TestSshResident::forcedCommand()
{
    PrivateSshd sshd({u"ed25519"_s}, {}, 3);
    const QByteArray list = sshd.path(u"list"_s).toUtf8();
    sshd.write(u"forced"_s, "echo x >>'" + list +
                                "'\nprintf '%s\\n' \"$SSH_ORIGINAL_COMMAND\"\n"
                                "printf '%s\\n' \"$SSH_ORIGINAL_COMMAND\" >&2\nexit 3\n");
    PrivateSshd forced({u"ed25519"_s}, "ForceCommand sh '" + sshd.path(u"forced"_s).toUtf8() + "'",
                       3);
    const QString problem = forced.start();
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
    const auto session = open(forced.target());
    QVERIFY(session);
    for (int i = 0; i < 20; ++i) {
        const Answer answer = small(session, u"echo $((%1))"_s.arg(i));
        VERIFY_OK(answer);
        QCOMPARE(answer->output, "echo $((" + QByteArray::number(i) + "))\n");
        QCOMPARE(answer->errors, answer->output);
        QCOMPARE(answer->exitCode, 3);
        QTest::qWait(i < 3 ? 100 : 0);
    }
    QCOMPARE(sshd.read(u"list"_s).count('x'), 21);  // the shell was asked for once
}

/// Where the server gives one channel alone, others do not wait for the shell.
void TestSshResident::onlyOneChannel()
{
    PrivateSshd sshd({u"ed25519"_s}, "MaxSessions 1", 3);
    const QString problem = sshd.start();
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
    const auto session = open(sshd.target());
    QVERIFY(session);
    for (int i = 0; i < 12; ++i) {
        const Answer answer = small(session, u"echo %1"_s.arg(i));
        VERIFY_OK(answer);
        QCOMPARE(answer->output, QByteArray::number(i) + '\n');
        VERIFY_OK(await(session->exec(u"true"_s, {}, {})));
        VERIFY_OK(await(session->uploadBytes("x", sshd.path(u"x"_s), 0600, {})));
    }
    QVERIFY(shellOf(session, 10).isEmpty());  // it is not opened again and again
}

void TestSshResident::cut_data()
{
    QTest::addColumn<bool>("upwards");
    QTest::addColumn<int>("after");
    for (const int after : {1, 60, 180}) {
        QTest::addRow("up %d", after) << true << after;
        QTest::addRow("down %d", after) << false << after;
    }
}

void TestSshResident::cut()
{
    QFETCH(bool, upwards);
    QFETCH(int, after);
    Cable cable(m_sshd);
    ssh::ConnectOptions quiet;  // keepalives would be cut off instead
    quiet.keepalive = seconds(300);
    const auto session = await(m_client.connectTo(cable.target(), quiet, {}));
    VERIFY_OK(session);
    QVERIFY(!shellOf(*session).isEmpty());
    (upwards ? cable.limitUp : cable.limitDown) = (upwards ? cable.up : cable.down) + after;
    const QString command = u"echo %1; echo %1 >&2"_s.arg(QString(300, u'x'));
    const Answer answer = small(*session, command);
    QVERIFY(!answer);
    QCOMPARE(answer.error().kind, ErrorKind::Network);
    QVERIFY2(answer.error().message.contains(u"may have run"_s),
             qPrintable(answer.error().message));
    QVERIFY(!(*session)->isConnected());
    const Answer late = small(*session, u"true"_s);
    QVERIFY(!late);
    QCOMPARE(late.error().kind, ErrorKind::Network);
}

void TestSshResident::serverIsKilled()
{
    for (const bool inACommand : {true, false}) {
        PrivateSshd sshd({u"ed25519"_s}, {}, 3);
        const QString problem = sshd.start();
        QVERIFY2(problem.isEmpty(), qPrintable(problem));
        const auto session = open(sshd.target());
        QVERIFY(session);
        QVERIFY(!shellOf(session).isEmpty());
        std::optional<std::shared_ptr<std::optional<Answer>>> running;
        QObject context;
        if (inACommand) {
            running = listen(ssh::runSmall(session, u"sleep 60"_s, {}, {}), &context);
            QTest::qWait(100);
        }
        sshd.stop();
        if (running) {
            QTRY_VERIFY_WITH_TIMEOUT((*running)->has_value(), 20'000);
            QCOMPARE((**running)->error().kind, ErrorKind::Network);
            QVERIFY2((**running)->error().message.contains(u"may have run"_s),
                     qPrintable((**running)->error().message));
        }
        QTRY_VERIFY(!session->isConnected());
        QCOMPARE(small(session, u"true"_s).error().kind, ErrorKind::Network);
    }
}

/// The shell keeps no connection open.
void TestSshResident::goesWithItsSession()
{
    PrivateSshd sshd({u"ed25519"_s}, {}, 3);
    const QString problem = sshd.start();
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
    auto session = open(sshd.target());
    QVERIFY(session);
    QVERIFY(!shellOf(session).isEmpty());
    QVERIFY(processTree(sshd.pid()).size() > 1);
    session.reset();
    QTRY_COMPARE_WITH_TIMEOUT(processTree(sshd.pid()).size(), 1, 20'000);
}

void TestSshResident::fromAnotherThread()
{
    const QByteArray shell = shellOf(m_session);
    std::optional<Answer> answer;
    const std::unique_ptr<QThread> thread(
        QThread::create([&] { answer.emplace(small(m_session, u"echo $$"_s)); }));
    thread->start();
    QTRY_VERIFY_WITH_TIMEOUT(thread->isFinished(), 20'000);
    VERIFY_OK(*answer);
    QVERIFY(answer->value().output.trimmed().toInt() > 1);
    QVERIFY(answer->value().output.trimmed() != shell);
    QCOMPARE(shellOf(m_session), shell);
}

void TestSshResident::checksums()
{
    const QByteArray shell = shellOf(m_session);
    for (const QByteArray& name :
         {"plain"_ba, "-n"_ba, "it's"_ba, "\xff\x81\xfe"_ba, "a\\\nb"_ba}) {
        const QByteArray path = m_sshd.path(u"."_s).toUtf8() + '/' + name;
        const QByteArray bytes = name.repeated(1000);
        m_sshd.write(u"content"_s, bytes);
        QCOMPARE(::rename(qPrintable(m_sshd.path(u"content"_s)), path.constData()), 0);
        const auto sum = await(m_session->files()->checksum(path, {}));
        QCOMPARE(::unlink(path.constData()), 0);
        VERIFY_OK(sum);
        QCOMPARE(*sum, QCryptographicHash::hash(bytes, QCryptographicHash::Sha256).toHex());
    }
    QCOMPARE(shellOf(m_session), shell);
}

QTEST_GUILESS_MAIN(TestSshResident)
#include "tst_ssh_resident.moc"
