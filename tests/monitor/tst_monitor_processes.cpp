#include "core/monitor/processes.h"

#include "core/monitor/monitor.h"
#include "tests/ssh/private_sshd.h"
#include "tests/support.h"

#include <csignal>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::monitor;
using namespace analemma::test;

namespace {

/// When a process of this machine started, as its kernel counts.
quint64 startOf(qint64 pid)
{
    QFile file(u"/proc/%1/stat"_s.arg(pid));
    if (!file.open(QIODevice::ReadOnly)) {
        return 0;
    }
    const QByteArray line = file.readAll();
    return line.mid(line.lastIndexOf(')') + 2).split(' ').value(19).toULongLong();
}

char stateOf(qint64 pid)
{
    QFile file(u"/proc/%1/stat"_s.arg(pid));
    const QByteArray line = file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    return line.isEmpty() ? '-' : line.at(line.lastIndexOf(')') + 2);
}

/// Somebody to be met by signals. Its name holds what would lead a careless reader astray.
class Victim {
public:
    Victim()
    {
        const QString program = m_folder.filePath(u"a) 7 (b"_s);
        QFile::copy(u"/bin/sleep"_s, program);
        m_process.start(program, {u"600"_s});
        m_started = m_process.waitForStarted();
    }
    ~Victim()
    {
        m_process.kill();
        m_process.waitForFinished();
    }
    [[nodiscard]] SignalOrder order(ProcessSignal signal) const
    {
        SignalOrder order;
        order.pid = int(m_process.processId());
        order.startTicks = startOf(m_process.processId());
        order.name = u"a) 7 (b"_s;
        order.signal = signal;
        return order;
    }
    [[nodiscard]] bool isStarted() const { return m_started; }
    QProcess& process() { return m_process; }

private:
    QTemporaryDir m_folder;
    QProcess m_process;
    bool m_started = false;
};

}  // namespace

/// Signals to real processes through a real sshd.
class TestMonitorProcesses : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        const QString problem = m_sshd.start();
        QVERIFY2(problem.isEmpty(), qPrintable(problem));
        auto connected = await(m_client.connectTo(m_sshd.target(), {}, {}));
        VERIFY_OK(connected);
        m_session = *connected;
    }
    void cleanupTestCase() { m_session.reset(); }

    void words()
    {
        QCOMPARE(processSignalFromString(u"sigterm"_s), std::optional(ProcessSignal::Term));
        QCOMPARE(processSignalFromString(u"KILL"_s), std::optional(ProcessSignal::Kill));
        QVERIFY(!processSignalFromString(u"9"_s));
        QVERIFY(!processSignalFromString(QString()));
    }

    void whatIsAllowed_data()
    {
        QTest::addColumn<int>("pid");
        QTest::addColumn<int>("signal");
        QTest::addColumn<bool>("production");
        QTest::addColumn<QString>("typed");
        QTest::addColumn<bool>("allowed");
        const auto row = [](const char* name, int pid, ProcessSignal signal, bool production,
                            const QString& typed, bool allowed) {
            QTest::newRow(name) << pid << int(signal) << production << typed << allowed;
        };
        row("term", 700, ProcessSignal::Term, false, {}, true);
        row("kill without name", 700, ProcessSignal::Kill, false, {}, false);
        row("kill, another name", 700, ProcessSignal::Kill, false, u"ngin"_s, false);
        row("kill", 700, ProcessSignal::Kill, false, u"nginx"_s, true);
        row("production without name", 700, ProcessSignal::Hup, true, {}, false);
        row("production", 700, ProcessSignal::Hup, true, u"nginx"_s, true);
        row("going on in production", 700, ProcessSignal::Cont, true, {}, true);
        row("init", 1, ProcessSignal::Term, false, u"nginx"_s, false);
        row("a group", -700, ProcessSignal::Term, false, {}, false);
        row("all", 0, ProcessSignal::Term, false, {}, false);
    }
    void whatIsAllowed()
    {
        QFETCH(int, pid);
        QFETCH(int, signal);
        QFETCH(bool, production);
        QFETCH(QString, typed);
        SignalOrder order{pid, 12345, u"nginx"_s, ProcessSignal(signal), production, typed};
        QTEST(checkSignal(order).ok(), "allowed");
        order.startTicks = 0;
        QVERIFY(!checkSignal(order).ok());
    }

    void theSignalArrives()
    {
        Victim victim;
        QVERIFY(victim.isStarted());
        const qint64 pid = victim.process().processId();
        const auto stopped = send(victim.order(ProcessSignal::Stop));
        VERIFY_OK(stopped);
        QCOMPARE(stopped->end, SignalEnd::Done);
        QTRY_COMPARE(stateOf(pid), 'T');
        VERIFY_OK(send(victim.order(ProcessSignal::Cont)));
        QTRY_COMPARE(stateOf(pid), 'S');
        const auto ended = send(victim.order(ProcessSignal::Term));
        VERIFY_OK(ended);
        QCOMPARE(ended->end, SignalEnd::Done);
        QVERIFY(ended->sentence.contains(QString::number(pid)));
        QTRY_COMPARE(victim.process().state(), QProcess::NotRunning);
        QCOMPARE(victim.process().exitCode(), SIGTERM);
    }

    void killWithItsName()
    {
        Victim victim;
        SignalOrder order = victim.order(ProcessSignal::Kill);
        QCOMPARE(send(order).ok(), false);
        QCOMPARE(victim.process().state(), QProcess::Running);
        order.typed = order.name;
        const auto killed = send(order);
        VERIFY_OK(killed);
        QCOMPARE(killed->end, SignalEnd::Done);
        QTRY_COMPARE(victim.process().state(), QProcess::NotRunning);
        QCOMPARE(victim.process().exitCode(), SIGKILL);
    }

    /// The number went to another process in the meantime.
    void anotherOfTheSameNumberIsLeftAlone()
    {
        Victim victim;
        SignalOrder order = victim.order(ProcessSignal::Term);
        QVERIFY(order.startTicks > 1);
        --order.startTicks;
        const auto answer = send(order);
        VERIFY_OK(answer);
        QCOMPARE(answer->end, SignalEnd::Gone);
        QVERIFY(answer->sentence.contains(u"left alone"_s));
        QVERIFY(!victim.process().waitForFinished(100));
        QCOMPARE(victim.process().state(), QProcess::Running);
    }

    void whoEndedIsGone()
    {
        SignalOrder order;
        {
            const Victim victim;
            order = victim.order(ProcessSignal::Term);
        }
        const auto answer = send(order);
        VERIFY_OK(answer);
        QCOMPARE(answer->end, SignalEnd::Gone);
    }

    /// The sshd that carries us, and all between it and the command.
    void ourOwnSessionIsSpared()
    {
        const QList<qint64> tree = processTree(m_sshd.pid());
        int carriers = 0;
        for (const qint64 pid : tree) {
            QFile name(u"/proc/%1/comm"_s.arg(pid));
            if (!name.open(QIODevice::ReadOnly) || !name.readAll().startsWith("sshd")) {
                continue;
            }
            ++carriers;
            SignalOrder order{int(pid), startOf(pid), u"sshd"_s, ProcessSignal::Term, false, {}};
            const auto answer = send(order);
            QVERIFY(!answer.ok());
            QCOMPARE(answer.error().kind, ErrorKind::Refused);
            QVERIFY(startOf(pid) != 0);
        }
        QVERIFY(carriers >= 2);
        QVERIFY(m_session->isConnected());
    }

    void anothersProcess()
    {
        // Somebody without rights, and a process of root.
        const bool isRoot = ::geteuid() == 0;
        PrivateSshd plain({u"ed25519"_s},
                          isRoot ? "ForceCommand exec setpriv --reuid 65534 --regid 65534 "
                                   "--clear-groups sh -c \"$SSH_ORIGINAL_COMMAND\""
                                 : "",
                          5);
        QVERIFY(plain.start().isEmpty());
        auto connected = await(m_client.connectTo(plain.target(), {}, {}));
        VERIFY_OK(connected);
        Victim victim;
        SignalOrder order = victim.order(ProcessSignal::Term);
        for (int pid = 2; !isRoot && pid < 4000; ++pid) {
            if (QFileInfo(u"/proc/%1"_s.arg(pid)).ownerId() == 0 && startOf(pid) > 0) {
                order.pid = pid;
                order.startTicks = startOf(pid);
                break;
            }
        }
        const auto answer = await(sendSignal(*connected, order, {}));
        VERIFY_OK(answer);
        QCOMPARE(answer->end, SignalEnd::NotPermitted);
        QCOMPARE(victim.process().state(), QProcess::Running);
    }

    void aBrokenConnectionIsUnknown()
    {
        PrivateSshd dying({u"ed25519"_s}, {}, 6);
        QVERIFY(dying.start().isEmpty());
        auto connected = await(m_client.connectTo(dying.target(), {}, {}));
        VERIFY_OK(connected);
        Victim victim;
        dying.signalAll(SIGSTOP);
        const auto answer =
            listen(sendSignal(*connected, victim.order(ProcessSignal::Term), CancelToken()), this);
        dying.stop();
        QTRY_VERIFY_WITH_TIMEOUT(answer->has_value(), 20'000);
        VERIFY_OK(**answer);
        QCOMPARE((**answer)->end, SignalEnd::Unknown);
    }

    /// What the list shows is what a signal needs.
    void theSamplerTellsTheStart()
    {
        Victim victim;
        SamplerOptions options;
        options.watched = milliseconds(200);
        Monitor monitor(
            [this](QString, CancelToken cancel) {
                return m_client.connectTo(m_sshd.target(), {}, std::move(cancel));
            },
            nullptr, options);
        monitor.setPaceOfAll(Pace::Watched);
        monitor.watch({u"one"_s});
        Sampler* sampler = monitor.sampler(u"one"_s);
        QTRY_COMPARE_WITH_TIMEOUT(sampler->state(), SamplerState::Sampling, 20'000);
        std::optional<Process> found;
        connect(sampler, &Sampler::processesRead, this, [&](const std::vector<ProcessLoad>& loads) {
            for (const ProcessLoad& load : loads) {
                if (load.process.pid == victim.process().processId()) {
                    found = load.process;
                }
            }
        });
        sampler->askProcesses();
        QTRY_VERIFY_WITH_TIMEOUT(found, 20'000);
        QCOMPARE(found->startTicks, startOf(victim.process().processId()));
        SignalOrder order = victim.order(ProcessSignal::Int);
        order.startTicks = found->startTicks;
        const auto answer = send(order);
        VERIFY_OK(answer);
        QCOMPARE(answer->end, SignalEnd::Done);
        QTRY_COMPARE(victim.process().state(), QProcess::NotRunning);
    }

private:
    Result<SignalReport> send(const SignalOrder& order)
    {
        return await(sendSignal(m_session, order, CancelToken()));
    }
    ssh::Library m_library;
    PrivateSshd m_sshd;
    ssh::Client m_client{1};
    std::shared_ptr<ssh::Session> m_session;
};

QTEST_GUILESS_MAIN(TestMonitorProcesses)
#include "tst_monitor_processes.moc"
