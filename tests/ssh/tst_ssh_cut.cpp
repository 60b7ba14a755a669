#include "core/ssh/ssh.h"

#include "tests/ssh/cable.h"
#include "tests/ssh/private_sshd.h"
#include "tests/support.h"

#include <QFile>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::test;

namespace {

bool isLoss(const Error& error)
{
    return error.kind == ErrorKind::Network;
}

}  // namespace

class TestSshCut : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void duringTheLogin();
    void duringExec();
    void duringDownload();
    void duringUpload();
    void duringAShell();
    void duringAForward();
    void stoppedServer();
    void deadPath();
    void deadPathDuringTheLogin();

private:
    static QByteArray read(const QString& path)
    {
        QFile file(path);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray("cannot be read");
    }
    Result<std::shared_ptr<ssh::Session>> open(const Cable& cable)
    {
        return await(m_client.connectTo(cable.target(), {}, {}));
    }
    ssh::Library m_library;
    PrivateSshd m_sshd;
    ssh::Client m_client;
    QTemporaryDir m_folder;
    QByteArray m_bytes;
};

void TestSshCut::initTestCase()
{
    const QString problem = m_sshd.start();
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
    QFile noise(u"/dev/urandom"_s);
    QVERIFY(noise.open(QIODevice::ReadOnly));
    m_bytes = noise.read(6'000'000);
    QFile file(m_folder.filePath(u"source"_s));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(m_bytes);
}

/// Every handshake and login, cut at up to 30 places each way, tells of a lost connection. What a
/// server says right after the login may be in the count of the whole one: then the last places are
/// beyond it.
void TestSshCut::duringTheLogin()
{
    ssh::ConnectOptions quiet;  // a slow login would count keepalives as well
    quiet.keepalive = seconds(300);
    Cable whole(m_sshd);
    const auto session = await(m_client.connectTo(whole.target(), quiet, {}));
    VERIFY_OK(session);
    const qint64 down = whole.down;
    const qint64 up = whole.up;
    QVERIFY(down > 500 && up > 500);
    for (const bool upwards : {false, true}) {
        for (int i = 0; i < 30; ++i) {
            Cable cable(m_sshd);
            // Not up to the last byte: padding varies.
            (upwards ? cable.limitUp : cable.limitDown) = (upwards ? up : down) * i / 34 + 1;
            const auto cut = await(m_client.connectTo(cable.target(), quiet, {}));
            if (cut) {
                QVERIFY2(i >= 20, qPrintable(u"logged in after place %1"_s.arg(i)));
                break;
            }
            QVERIFY2(isLoss(cut.error()), qPrintable(cut.error().message));
            QVERIFY(cut.error().message.startsWith(cable.target().text()));
        }
    }
}

void TestSshCut::duringExec()
{
    for (int i = 1; i <= 10; ++i) {
        Cable cable(m_sshd);
        const auto session = open(cable);
        VERIFY_OK(session);
        cable.limitDown = cable.down + i * 37'000;
        const auto result =
            await((*session)->exec(u"head -c 500000 /dev/zero; echo end"_s, {}, {}));
        QVERIFY(!result);
        QVERIFY2(isLoss(result.error()), qPrintable(result.error().message));
        QVERIFY2(result.error().message.contains(u"may have run"_s),
                 qPrintable(result.error().message));
        QVERIFY(!(*session)->isConnected());
    }
}

void TestSshCut::duringDownload()
{
    const QString target = m_folder.filePath(u"down"_s);
    ssh::TransferOptions options;
    options.resume = true;
    options.verify = true;
    const QByteArray source = m_folder.filePath(u"source"_s).toUtf8();
    for (int i = 0; i < 20; ++i) {
        Cable cable(m_sshd);
        const auto session = open(cable);
        VERIFY_OK(session);
        cable.limitDown = cable.down + 20'000 + m_bytes.size() * i / 20;
        const auto cut = await((*session)->files()->download(source, target, options, {}));
        QVERIFY(!cut);
        QVERIFY2(isLoss(cut.error()), qPrintable(cut.error().message));
        QVERIFY(!QFile::exists(target));
        const auto again = await(m_client.shared(m_sshd.target(), {}));
        VERIFY_OK(again);
        const auto done = await((*again)->files()->download(source, target, options, {}));
        VERIFY_OK(done);
        QVERIFY(i < 8 || done->resumedAt > 0);
        QVERIFY(read(target) == m_bytes);
        QVERIFY(QFile::remove(target));
    }
}

void TestSshCut::duringUpload()
{
    const QByteArray target = m_folder.filePath(u"up"_s).toUtf8();
    ssh::TransferOptions options;
    options.resume = true;
    options.verify = true;
    const QString source = m_folder.filePath(u"source"_s);
    for (int i = 0; i < 20; ++i) {
        Cable cable(m_sshd);
        const auto session = open(cable);
        VERIFY_OK(session);
        cable.limitUp = cable.up + 20'000 + m_bytes.size() * i / 20;
        const auto cut = await((*session)->files()->upload(source, target, options, {}));
        QVERIFY(!cut);
        QVERIFY2(isLoss(cut.error()), qPrintable(cut.error().message));
        QVERIFY(!QFile::exists(QString::fromUtf8(target)));
        QTest::qWait(50);  // the server's end of it finishes what it has got
        const auto again = await(m_client.shared(m_sshd.target(), {}));
        VERIFY_OK(again);
        const auto done = await((*again)->files()->upload(source, target, options, {}));
        VERIFY_OK(done);
        QVERIFY(i < 4 || done->resumedAt > 0);
        QVERIFY(read(QString::fromUtf8(target)) == m_bytes);
        QVERIFY(QFile::remove(QString::fromUtf8(target)));
    }
}

void TestSshCut::duringAShell()
{
    Cable cable(m_sshd);
    const auto session = open(cable);
    VERIFY_OK(session);
    const auto channel = await((*session)->openShell({}, {}));
    VERIFY_OK(channel);
    int ends = 0;
    ssh::ChannelEnd end;
    connect(channel->get(), &ssh::Channel::ended, this, [&](const ssh::ChannelEnd& how) {
        ++ends;
        end = how;
    });
    (*channel)->start();
    cable.cut();
    QTRY_COMPARE(ends, 1);
    QVERIFY(end.error && isLoss(*end.error));
}

void TestSshCut::duringAForward()
{
    Cable cable(m_sshd);
    const auto session = open(cable);
    VERIFY_OK(session);
    ssh::ForwardSpec spec;
    spec.host = m_sshd.address();
    spec.port = m_sshd.port();
    const auto forward = await((*session)->forward(spec, {}));
    VERIFY_OK(forward);
    QTcpSocket socket;
    socket.connectToHost(u"127.0.0.1"_s, quint16((*forward)->state().port));
    QTRY_VERIFY(socket.bytesAvailable() > 0);  // the server's greeting
    cable.cut();
    QTRY_COMPARE(socket.state(), QAbstractSocket::UnconnectedState);
    QVERIFY(!(*forward)->state().listening);
    QVERIFY(!(*forward)->state().problem.isEmpty());
}

/// With the usual settings a server that hangs is told of within 20 seconds.
void TestSshCut::stoppedServer()
{
    PrivateSshd sshd({u"ed25519"_s}, {}, 3);
    const QString problem = sshd.start();
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
    const auto session = await(m_client.connectTo(sshd.target(), {}, {}));
    VERIFY_OK(session);
    const auto running = listen((*session)->exec(u"sleep 100"_s, {}, {}), this);
    QTest::qWait(200);
    sshd.signalAll(SIGSTOP);
    QTRY_VERIFY_WITH_TIMEOUT(running->has_value(), 20'000);
    QVERIFY2(isLoss((**running).error()), qPrintable((**running).error().message));
    QVERIFY(!(*session)->isConnected());
}

/// Something on the way still answers for the server, so the kernel notices nothing: an idle
/// connection learns of it with the next command, which is told within 20 seconds.
void TestSshCut::deadPath()
{
    Cable cable(m_sshd);
    const auto session = open(cable);
    VERIFY_OK(session);
    cable.goesDead = true;
    cable.limitUp = cable.limitDown = 0;
    const auto late = await((*session)->exec(u"true"_s, {}, {}), seconds(20));
    QVERIFY(!late && isLoss(late.error()));
    QVERIFY(!(*session)->isConnected());
}

void TestSshCut::deadPathDuringTheLogin()
{
    Cable cable(m_sshd);
    cable.goesDead = true;
    cable.limitDown = 600;
    ssh::ConnectOptions options;
    options.timeout = seconds(2);
    const auto session = await(m_client.connectTo(cable.target(), options, {}));
    QVERIFY(!session);
    QCOMPARE(session.error().kind, ErrorKind::Timeout);
}

QTEST_GUILESS_MAIN(TestSshCut)
#include "tst_ssh_cut.moc"
