#include "tests/infra/provider_conformance.h"

#include "core/base/process.h"

#include <QCoreApplication>
#include <QFile>
#include <QProcess>
#include <QTemporaryDir>

#include <unistd.h>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::infra;
using namespace analemma::infra::test;

namespace {
constexpr uint ordinary = 54321;
}

/// The conformance suite on the local provider: with root views, in the shared view, and, when run
/// as root, once more as an ordinary user.
class TestInfraLocal : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        for (const QString& tool : {u"sshd"_s, u"haproxy"_s, u"bwrap"_s}) {
            QVERIFY2(!findProgram(tool).isEmpty(), qPrintable(tool + u" is not installed"_s));
        }
    }

    void init() { qunsetenv("ANALEMMA_NO_BWRAP"); }

    void conforms_data()
    {
        QTest::addColumn<bool>("shared");
        QTest::newRow("root view") << false;
        QTest::newRow("shared view") << true;
    }
    void conforms()
    {
        QFETCH(const bool, shared);
        if (shared) {
            qputenv("ANALEMMA_NO_BWRAP", "1");
        }
        World world;
        const Result<QList<Capability>> found = await(world.provider().probe());
        EXPECT_OK(found);
        QVERIFY2(found->first().ok != shared, qPrintable(found->first().detail));
        const QList<void (*)(World&)> parts{tellsCapabilities,
                                            refusesBadNames,
                                            serverLivesAndDies,
                                            imageHoldsNoSecrets,
                                            threeServersAtOnce,
                                            [](World& w) { balancerMovesTraffic(w, true); },
                                            [](World& w) { balancerMovesTraffic(w, false); },
                                            leavesNothing};
        for (const auto part : parts) {
            part(world);
            if (QTest::currentTestFailed()) {
                return;
            }
        }
    }

    void asOrdinaryUser_data() { conforms_data(); }
    void asOrdinaryUser()
    {
        QFETCH(const bool, shared);
        if (::geteuid() != 0) {
            return;  // conforms() was it
        }
        QTemporaryDir folder;
        const QString program = folder.filePath(u"tst"_s);
        const QString home = folder.filePath(u"home"_s);
        QVERIFY(QFile::copy(QCoreApplication::applicationFilePath(), program));
        QVERIFY(QDir().mkpath(home));
        for (const QString& path : {folder.path(), program, home}) {
            QVERIFY(QFile::setPermissions(path, QFile::Permissions(0x7755)));
            QCOMPARE(::chown(QFile::encodeName(path).constData(), ordinary, ordinary), 0);
        }
        // In the shared view sshd lets in only who runs it, by the machine's accounts; so this one
        // is in them, in a mount namespace that only the child sees.
        const QByteArray number = QByteArray::number(ordinary);
        QFile passwd(folder.filePath(u"passwd"_s));
        QVERIFY(passwd.open(QIODevice::WriteOnly));
        passwd.write(
            "root:x:0:0:root:/root:/bin/bash\nsshd:x:100:65534::/run/sshd:/usr/sbin/nologin\n"
            "tester:x:" +
            number + ":" + number + ":tester:" + home.toUtf8() + ":/bin/sh\n");
        passwd.close();
        QVERIFY(passwd.setPermissions(QFile::Permissions(0x6444)));

        QProcess child;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(u"HOME"_s, home);
        environment.insert(u"TMPDIR"_s, home);
        environment.remove(u"XDG_RUNTIME_DIR"_s);
        environment.remove(u"XDG_DATA_HOME"_s);
        child.setProcessEnvironment(environment);
        child.setWorkingDirectory(home);
        child.setProcessChannelMode(QProcess::ForwardedChannels);
        child.start(u"unshare"_s,
                    {u"-m"_s, u"sh"_s, u"-c"_s,
                     u"mount --bind \"$1\" /etc/passwd && shift && exec setpriv "
                     u"--reuid \"$0\" --regid \"$0\" "
                     "--clear-groups --inh-caps=-all \"$@\""_s,
                     QString::fromLatin1(number), passwd.fileName(), program, u"infra_local"_s,
                     shared ? u"conforms:shared view"_s : u"conforms:root view"_s});
        bool ended = false;
        connect(&child, &QProcess::finished, this, [&ended] { ended = true; });
        QTRY_VERIFY_WITH_TIMEOUT(ended, 240'000);
        QCOMPARE(child.exitStatus(), QProcess::NormalExit);
        QCOMPARE(child.exitCode(), 0);
    }
};

QTEST_GUILESS_MAIN(TestInfraLocal)
#include "tst_infra_local.moc"
