#include "core/ssh/src/residentshell.h"

#include "core/ssh/src/forwardoperation.h"

#include "tests/support.h"

#include <atomic>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::ssh;
using namespace analemma::test;

namespace {

/// What a scripted server is asked, as the shell there would see it.
struct Asked {
    QByteArray line;
    QByteArray mark;  ///< of the answer

    [[nodiscard]] static QByteArray markIn(const QByteArray& line)
    {
        const QByteArray before = "echo ";
        return line.mid(line.lastIndexOf(before) + before.size(), 32);
    }
    [[nodiscard]] QByteArray end(int code = 0) const
    {
        return mark + ' ' + QByteArray::number(code) + '\n';
    }
};

/// Says what the script says, on the reactor.
class ScriptedWorker final : public ShellWorker {
public:
    using Script = std::function<void(ScriptedWorker&, const Asked&)>;
    ScriptedWorker(const QString& opening, std::shared_ptr<ShellPipe> pipe, Script onOpening,
                   Script onCommand)
        : m_pipe(std::move(pipe)),
          m_onOpening(std::move(onOpening)),
          m_onCommand(std::move(onCommand))
    {
        const QByteArray text = opening.toLatin1();
        m_greeting.line = text;
        m_greeting.mark =
            text.mid(text.indexOf("m=") + 2, 16) + text.mid(text.indexOf('}') + 1, 16);
    }
    void start() override
    {
        m_started.finish(true);
        m_onOpening(*this, m_greeting);
        m_pipe->taken(0);
    }
    void giveUp() override {}
    void yieldChannel() override
    {
        if (m_pipe->giveUpIfSpare()) {
            end(cancelledError());
        }
    }
    void wake() override
    {
        const ShellPipe::Orders orders = m_pipe->takeOrders();
        isClosed = isClosed || orders.close;
        if (!orders.input.isEmpty()) {
            const Asked asked{orders.input, Asked::markIn(orders.input)};
            m_pipe->sent(orders.input.size());
            m_onCommand(*this, asked);
        }
    }
    void say(const QByteArray& bytes, bool isError = false) const { m_pipe->push(bytes, isError); }
    void end(const std::optional<Error>& error, int exitCode = 0) const
    {
        ChannelEnd how;
        how.exitCode = exitCode;
        how.error = error;
        m_pipe->finish(how);
    }
    std::atomic<bool> isClosed = false;

private:
    const std::shared_ptr<ShellPipe> m_pipe;
    const Script m_onOpening;
    const Script m_onCommand;
    Asked m_greeting;
};

void greet(ScriptedWorker& worker, const Asked& asked)
{
    worker.say(asked.end(), true);
    worker.say(asked.end());
}

void answerWell(ScriptedWorker& worker, const Asked& asked)
{
    worker.say("fine\n" + asked.end());
    worker.say(asked.end(), true);
}

class ScriptedCore final : public SessionCore {
public:
    explicit ScriptedCore(ScriptedWorker::Script onCommand = answerWell,
                          ScriptedWorker::Script onOpening = greet, ResidentPatience patience = {})
        : SessionCore(someTarget(), std::make_shared<Reactor>()),
          m_onOpening(std::move(onOpening)),
          m_onCommand(std::move(onCommand))
    {
        resident = ResidentShell::make(patience);
    }
    ~ScriptedCore() override
    {
        resident.reset();
        reactor->stop();
    }
    ScriptedCore(const ScriptedCore&) = delete;
    ScriptedCore& operator=(const ScriptedCore&) = delete;

    [[nodiscard]] bool isConnected() const override { return true; }
    [[nodiscard]] std::shared_ptr<SftpChannel> newSftpChannel() override { return nullptr; }
    [[nodiscard]] std::shared_ptr<ShellWorker> newShell(ShellOptions options,
                                                        std::shared_ptr<ShellPipe> pipe) override
    {
        hadTerminal = hadTerminal || options.terminal;
        workers.push_back(std::make_shared<ScriptedWorker>(options.command, std::move(pipe),
                                                           m_onOpening, m_onCommand));
        return workers.back();
    }
    [[nodiscard]] std::shared_ptr<ForwardOperation> newForward(ForwardSpec /*spec*/) override
    {
        return nullptr;
    }
    Task<Result<ExecResult>> exec(QByteArray /*command*/, ExecOptions /*options*/,
                                  CancelToken /*cancel*/) override
    {
        ++execs;
        return answerOfExec();
    }
    Task<Result<void>> close() override { return closed(); }

    std::vector<std::shared_ptr<ScriptedWorker>> workers;
    int execs = 0;
    bool hadTerminal = false;

private:
    static Target someTarget()
    {
        Target target;
        target.host = u"scripted"_s;
        target.user = u"user"_s;
        return target;
    }
    static Task<Result<ExecResult>> answerOfExec()
    {
        ExecResult result;
        result.exitCode = 0;
        result.output = "apart\n";
        co_return result;
    }
    static Task<Result<void>> closed() { co_return Result<void>(); }

    const ScriptedWorker::Script m_onOpening;
    const ScriptedWorker::Script m_onCommand;
};

using CorePtr = std::shared_ptr<ScriptedCore>;

Result<ExecResult> ask(const CorePtr& core, ExecOptions options = {})
{
    return await(runSmall(core, "question", std::move(options), {}));
}

bool isFromShell(const Result<ExecResult>& answer)
{
    return answer && answer->output == "fine\n";
}

/// Until an answer comes from the shell.
bool isReady(const CorePtr& core)
{
    return QTest::qWaitFor([&core] { return isFromShell(ask(core)); }, 20'000);
}

/// The commands until one is not run apart; false when all are.
bool isAnsweredByShell(const CorePtr& core, const ExecOptions& options, Result<ExecResult>& answer)
{
    return QTest::qWaitFor(
        [&] {
            const int before = core->execs;
            answer = ask(core, options);
            return core->execs == before;
        },
        10'000);
}

}  // namespace

/// The shell of runSmall() beside servers that say what they like.
class TestSshResidentScript : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void opensForTheSecond();
    void refusals_data();
    void refusals();
    void noiseBefore();
    void rests();
    void neverAnswers();
    void oneMarkAlone();
    void answersTwice();
    void speaksUnasked();
    void floods();
    void broken_data();
    void broken();
    void ends_data();
    void ends();
    void endsAtRest();
    void givesItsChannelUp();
    void coreGoes();

private:
    ssh::Library m_library;
};

void TestSshResidentScript::opensForTheSecond()
{
    const auto core = std::make_shared<ScriptedCore>();
    QCOMPARE(ask(core)->output, QByteArray("apart\n"));
    QTest::qWait(50);
    QCOMPARE(core->workers.size(), 0U);
    QCOMPARE(ask(core)->output, QByteArray("apart\n"));
    QCOMPARE(core->workers.size(), 1U);
    QVERIFY(!core->hadTerminal);
    QVERIFY(isReady(core));
    const int execs = core->execs;
    for (int i = 0; i < 100; ++i) {
        QVERIFY(isFromShell(ask(core)));
    }
    QCOMPARE(core->execs, execs);
    QCOMPARE(core->workers.size(), 1U);

    // Commands that are far between are no reason for one.
    const auto rare = std::make_shared<ScriptedCore>(
        answerWell, greet, ResidentPatience{milliseconds(10'000), milliseconds(20)});
    for (int i = 0; i < 3; ++i) {
        QCOMPARE(ask(rare)->output, QByteArray("apart\n"));
        QTest::qWait(40);
    }
    QCOMPARE(rare->workers.size(), 0U);
}

void TestSshResidentScript::refusals_data()
{
    using Script = ScriptedWorker::Script;
    QTest::addColumn<Script>("opening");
    QTest::newRow("silence") << Script([](ScriptedWorker&, const Asked&) {});
    QTest::newRow("denied") << Script([](ScriptedWorker& worker, const Asked&) {
        worker.end(Error(ErrorKind::Unsupported, u"no commands here"_s));
    });
    QTest::newRow("no sh") << Script([](ScriptedWorker& worker, const Asked&) {
        worker.say("exec: sh: not found\n", true);
        worker.end(std::nullopt, 127);
    });
    QTest::newRow("repeats the line") << Script([](ScriptedWorker& worker, const Asked& asked) {
        worker.say(asked.line + '\n');
        worker.say(asked.line + '\n', true);
    });
    QTest::newRow("one stream alone")
        << Script([](ScriptedWorker& worker, const Asked& asked) { worker.say(asked.end()); });
    QTest::newRow("both in one stream") << Script(
        [](ScriptedWorker& worker, const Asked& asked) { worker.say(asked.end() + asked.end()); });
    QTest::newRow("goes on talking") << Script([](ScriptedWorker& worker, const Asked& asked) {
        worker.say(asked.end() + "more");
        worker.say(asked.end(), true);
    });
    QTest::newRow("not a line") << Script(
        [](ScriptedWorker& worker, const Asked& asked) { worker.say(asked.mark + " what"); });
    QTest::newRow("endless banner") << Script([](ScriptedWorker& worker, const Asked& asked) {
        worker.say(QByteArray(100'000, 'x') + asked.end());
        worker.say(asked.end(), true);
    });
}

/// Each is found out once, and nobody waits for it or sees it.
void TestSshResidentScript::refusals()
{
    QFETCH(const ScriptedWorker::Script, opening);
    std::atomic<int> commands = 0;
    const auto core = std::make_shared<ScriptedCore>(
        [&commands](ScriptedWorker&, const Asked&) { ++commands; }, opening,
        ResidentPatience{milliseconds(100), milliseconds(60'000)});
    for (int i = 0; i < 10; ++i) {
        const Result<ExecResult> answer = ask(core);
        VERIFY_OK(answer);
        QCOMPARE(answer->output, QByteArray("apart\n"));
        QTest::qWait(i < 5 ? 50 : 0);
    }
    QCOMPARE(core->execs, 10);
    QCOMPARE(core->workers.size(), 1U);
    QTRY_VERIFY(core->workers.front()->isClosed);
    QCOMPARE(commands, 0);
}

void TestSshResidentScript::noiseBefore()
{
    const auto core =
        std::make_shared<ScriptedCore>(answerWell, [](ScriptedWorker& worker, const Asked& asked) {
            worker.say(QByteArray(50'000, 'x'));
            worker.say("welcome" + asked.end(), true);
            worker.say(asked.mark.left(20));
            worker.say(asked.end());
        });
    QVERIFY(isReady(core));
    QCOMPARE(core->workers.size(), 1U);
}

void TestSshResidentScript::rests()
{
    const auto core = std::make_shared<ScriptedCore>(
        answerWell, greet, ResidentPatience{milliseconds(10'000), milliseconds(300)});
    QVERIFY(isReady(core));
    QTRY_VERIFY(core->workers.front()->isClosed);
    QCOMPARE(core->workers.size(), 1U);
    QVERIFY(isReady(core));
    QCOMPARE(core->workers.size(), 2U);
}

void TestSshResidentScript::neverAnswers()
{
    const auto core = std::make_shared<ScriptedCore>([](ScriptedWorker& worker, const Asked&) {
        worker.say(QByteArray(5'000'000, 'x'));
        worker.say(QByteArray(5'000'000, 'x'), true);
    });
    ExecOptions options;
    options.timeout = milliseconds(200);
    options.limitBytes = 1000;
    Result<ExecResult> answer = ExecResult();
    for (unsigned i = 1; i < 4; ++i) {
        QVERIFY(isAnsweredByShell(core, options, answer));
        QVERIFY(!answer);
        QCOMPARE(answer.error().kind, ErrorKind::Timeout);
        QVERIFY2(answer.error().message.contains(u"may still run there: question"_s),
                 qPrintable(answer.error().message));
        QCOMPARE(core->workers.size(), i);
        QTRY_VERIFY(core->workers.back()->isClosed);
    }
}

void TestSshResidentScript::oneMarkAlone()
{
    for (const bool isError : {false, true}) {
        const auto core =
            std::make_shared<ScriptedCore>([isError](ScriptedWorker& worker, const Asked& asked) {
                worker.say("fine\n" + asked.end(), isError);
            });
        ExecOptions options;
        options.timeout = milliseconds(200);
        Result<ExecResult> answer = ExecResult();
        QVERIFY(isAnsweredByShell(core, options, answer));
        QVERIFY(!answer);
        QCOMPARE(answer.error().kind, ErrorKind::Timeout);
    }
}

/// The second one is not taken for the next command's.
void TestSshResidentScript::answersTwice()
{
    for (const bool atOnce : {true, false}) {
        const auto core =
            std::make_shared<ScriptedCore>([atOnce](ScriptedWorker& worker, const Asked& asked) {
                worker.say("fine\n" + asked.end() + (atOnce ? asked.end() : ""));
                worker.say(asked.end(), true);
                if (!atOnce) {
                    worker.say("fine\n" + asked.end());
                    worker.say(asked.end(), true);
                }
            });
        for (unsigned i = 1; i < 4; ++i) {
            QVERIFY(isReady(core));
            QTRY_VERIFY(core->workers.back()->isClosed);
            QCOMPARE(core->workers.size(), i);
        }
    }
}

void TestSshResidentScript::speaksUnasked()
{
    const auto core = std::make_shared<ScriptedCore>();
    QVERIFY(isReady(core));
    for (const bool isError : {false, true}) {
        const std::shared_ptr<ScriptedWorker> worker = core->workers.back();
        core->reactor->post([worker, isError] { worker->say("psst", isError); });
        QTRY_VERIFY(worker->isClosed);
        QVERIFY(isReady(core));
    }
    QCOMPARE(core->workers.size(), 3U);
}

void TestSshResidentScript::floods()
{
    const auto core =
        std::make_shared<ScriptedCore>([](ScriptedWorker& worker, const Asked& asked) {
            for (int i = 0; i < 300; ++i) {
                worker.say(QByteArray(64 * 1024, 'x'), i % 3 == 0);
            }
            worker.say(asked.end(7));
            worker.say(asked.end(), true);
        });
    ExecOptions options;
    options.limitBytes = 1000;
    Result<ExecResult> answer = ExecResult();
    for (int i = 0; i < 3; ++i) {
        QVERIFY(isAnsweredByShell(core, options, answer));
        VERIFY_OK(answer);
        QCOMPARE(answer->output.size() + answer->errors.size(), 1000);
        QVERIFY(answer->truncated);
        QCOMPARE(answer->exitCode, 7);
    }
    QCOMPARE(core->workers.size(), 1U);
}

void TestSshResidentScript::broken_data()
{
    QTest::addColumn<QByteArray>("line");
    QTest::addColumn<bool>("isError");
    QTest::newRow("word") << " what\n"_ba << false;
    QTest::newRow("endless line") << QByteArray(1'000'000, ' ') << false;
    QTest::newRow("number") << " 999\n"_ba << false;
    QTest::newRow("errors") << "?"_ba.repeated(100) << true;
}

/// No further command is given to such a shell.
void TestSshResidentScript::broken()
{
    QFETCH(const QByteArray, line);
    QFETCH(const bool, isError);
    const auto core =
        std::make_shared<ScriptedCore>([line, isError](ScriptedWorker& worker, const Asked& asked) {
            worker.say("fine\n" + asked.mark + line, isError);
        });
    Result<ExecResult> answer = ExecResult();
    QVERIFY(isAnsweredByShell(core, {}, answer));
    QVERIFY(!answer);
    QCOMPARE(answer.error().kind, ErrorKind::Protocol);
    QVERIFY2(answer.error().message.contains(u"may have run"_s),
             qPrintable(answer.error().message));
    for (int i = 0; i < 5; ++i) {
        QCOMPARE(ask(core)->output, QByteArray("apart\n"));
        QTest::qWait(10);
    }
    QCOMPARE(core->workers.size(), 1U);
}

void TestSshResidentScript::ends_data()
{
    QTest::addColumn<int>("kind");  // of the channel's end; -1: none
    QTest::addColumn<int>("told");
    QTest::newRow("shell") << -1 << int(ErrorKind::Network);
    QTest::newRow("connection") << int(ErrorKind::Network) << int(ErrorKind::Network);
    QTest::newRow("closed from here") << int(ErrorKind::Cancelled) << int(ErrorKind::Cancelled);
}

void TestSshResidentScript::ends()
{
    QFETCH(const int, kind);
    QFETCH(const int, told);
    for (const bool afterAMark : {false, true}) {
        const auto core = std::make_shared<ScriptedCore>([kind, afterAMark](ScriptedWorker& worker,
                                                                            const Asked& asked) {
            worker.say(afterAMark ? "fine\n" + asked.end() : "fine");
            worker.end(kind < 0 ? std::nullopt : std::optional(Error(ErrorKind(kind), u"over"_s)));
        });
        Result<ExecResult> answer = ExecResult();
        for (unsigned i = 1; i < 3; ++i) {
            QVERIFY(isAnsweredByShell(core, {}, answer));
            QVERIFY(!answer);
            QCOMPARE(int(answer.error().kind), told);
            QCOMPARE(answer.error().message.contains(u"may have run"_s),
                     told != int(ErrorKind::Cancelled));
            QCOMPARE(core->workers.size(), i);
        }
    }
}

void TestSshResidentScript::endsAtRest()
{
    const auto core = std::make_shared<ScriptedCore>();
    for (unsigned i = 1; i < 4; ++i) {
        QVERIFY(isReady(core));
        QCOMPARE(core->workers.size(), i);
        const std::shared_ptr<ScriptedWorker> worker = core->workers.back();
        core->reactor->post([worker] { worker->end(std::nullopt); });
        QTRY_VERIFY(worker->isClosed);
    }
}

/// At rest it is closed for another one, and not opened again; at work it is kept.
void TestSshResidentScript::givesItsChannelUp()
{
    std::atomic<bool> yieldsAtWork = false;
    const auto core =
        std::make_shared<ScriptedCore>([&yieldsAtWork](ScriptedWorker& worker, const Asked& asked) {
            if (yieldsAtWork) {
                worker.yieldChannel();
            }
            answerWell(worker, asked);
        });
    QVERIFY(isReady(core));
    yieldsAtWork = true;
    QVERIFY(isFromShell(ask(core)));
    const std::shared_ptr<ScriptedWorker> worker = core->workers.back();
    core->reactor->post([worker] { worker->yieldChannel(); });
    QTRY_VERIFY(worker->isClosed);
    for (int i = 0; i < 5; ++i) {
        QCOMPARE(ask(core)->output, QByteArray("apart\n"));
        QTest::qWait(10);
    }
    QCOMPARE(core->workers.size(), 1U);
}

/// The shell does not keep its connection; who waits for an answer does.
void TestSshResidentScript::coreGoes()
{
    auto core = std::make_shared<ScriptedCore>([](ScriptedWorker&, const Asked&) {});
    const std::weak_ptr<ScriptedCore> weak = core;
    const std::weak_ptr<ResidentShell> shell = core->resident;
    const CancelToken cancel;
    std::shared_ptr<std::optional<Result<ExecResult>>> answer;
    QVERIFY(QTest::qWaitFor([&] {
        answer = listen(runSmall(core, "question", {}, cancel), this);
        return !QTest::qWaitFor([&] { return answer->has_value(); }, 100);
    }));
    core.reset();
    QVERIFY(!weak.expired());
    cancel.cancel();
    QTRY_VERIFY(answer->has_value());
    QCOMPARE((*answer)->error().kind, ErrorKind::Cancelled);
    QTRY_VERIFY(weak.expired() && shell.expired());
}

QTEST_GUILESS_MAIN(TestSshResidentScript)
#include "tst_ssh_resident_script.moc"
