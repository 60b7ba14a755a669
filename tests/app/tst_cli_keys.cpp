#include "tests/app/in_terminal.h"
#include "tests/app/servers_fixture.h"

#include <sys/stat.h>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::test;

/// "key generate", "key install" and "key rotate" by the real program, on real servers.
class TestCliKeys : public ServersFixture {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void generates();
    void generateRefuses_data();
    void generateRefuses();
    void passphrasesThatDiffer();
    void nobodyToAsk();
    void installs();
    void installAsksForThePassphrase();
    void installRefuses();
    void rotateLocksNobodyOut();
    void rotateBehindAJumpHost();
    void rotateDryRun();

private:
    static Ran real(const QStringList& words)
    {
        QProcess process;
        process.setWorkingDirectory(s_place->work());
        process.setStandardInputFile(QProcess::nullDevice());
        process.start(program(), words);
        Ran ran;
        const bool ended = process.waitForFinished(60'000);
        ran.code = ended && process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1;
        ran.out = process.readAllStandardOutput();
        ran.err = process.readAllStandardError();
        return ran;
    }
    static QString key(const QString& name) { return home() + u"/.ssh/"_s + name; }
    static int modeOf(const QString& file)
    {
        struct stat info {};
        return ::stat(QFile::encodeName(file).constData(), &info) == 0 ? int(info.st_mode & 07777U)
                                                                       : -1;
    }
    static bool opens(const QString& file, const QString& passphrase)
    {
        QProcess keygen;
        keygen.start(u"/usr/bin/ssh-keygen"_s, {u"-y"_s, u"-P"_s, passphrase, u"-f"_s, file});
        return keygen.waitForFinished() && keygen.exitCode() == 0;
    }
    /// Past all of our own code that chooses keys: with this one alone.
    bool logsIn(std::size_t server, const QString& name)
    {
        ssh::Target target = m_servers[server]->target();
        target.keyFile = key(name);
        return awaited(m_client.connectTo(target, ssh::ConnectOptions(), CancelToken())).ok();
    }
    [[nodiscard]] QByteArray authorized(std::size_t server) const
    {
        return m_servers[server]->read(u"authorized_keys"_s);
    }

    ssh::Client m_client{1};
    QString m_calls;  ///< file with what every ssh-keygen was called with
};

void TestCliKeys::initTestCase()
{
    QVERIFY2(QFile::exists(program()), qPrintable(program()));
    begin();
    m_servers.push_back(
        std::make_unique<PrivateSshd>(QStringList{u"ed25519"_s}, "LogLevel VERBOSE", 43));
    QCOMPARE(m_servers.back()->start(), QString());
    QByteArray text = "workspace: shop\nservers:\n";
    const QByteArrayList names = {"web-1", "web-2", "web-3", "inner"};
    for (std::size_t i = 0; i < m_servers.size(); ++i) {
        const PrivateSshd& sshd = *m_servers[i];
        text += "  " + names[qsizetype(i)] + ": { address: " + sshd.address().toLatin1() +
                ", port: " + QByteArray::number(sshd.port()) +
                (i < 3 ? ", tags: [web] }\n" : ", hops: [web-1] }\n");
        // Its own file of keys is the one below $HOME; web-3 has another one: what is put below
        // $HOME lets nobody in there.
        if (i != 2) {
            QVERIFY(QFile::link(sshd.path(u"."_s), sshd.path(u".ssh"_s)));
        }
    }
    QVERIFY(writeFile(path(u"analemma.yaml"_s), text, 0644).ok());
    // Each call of ssh-keygen is written down: arguments and environment.
    m_calls = path(u"calls"_s);
    const QString folder = path(u"bin"_s);
    QVERIFY(QDir().mkpath(folder));
    QVERIFY(writeFile(folder + u"/ssh-keygen"_s,
                      "#!/bin/sh\n{ printf '%s\\n' \"$@\"; env; } >> '" + m_calls.toUtf8() +
                          "'\nexec /usr/bin/ssh-keygen \"$@\"\n",
                      0755)
                .ok());
    qputenv("PATH", folder.toUtf8() + ':' + qgetenv("PATH"));
}

/// One key, "id_ed25519", which all servers know.
void TestCliKeys::init()
{
    QVERIFY(QDir(home() + u"/.ssh"_s).removeRecursively());
    QVERIFY(makeFolder(home() + u"/.ssh"_s).ok());
    trustAll();
    QCOMPARE(QProcess::execute(u"/usr/bin/ssh-keygen"_s,
                               {u"-q"_s, u"-t"_s, u"ed25519"_s, u"-N"_s, QString(), u"-C"_s,
                                u"old"_s, u"-f"_s, key(u"id_ed25519"_s)}),
             0);
    for (const auto& sshd : m_servers) {
        sshd->write(u"authorized_keys"_s, bytes(key(u"id_ed25519.pub"_s)));
    }
    QVERIFY(writeFile(m_calls, {}, 0600).ok());
}

void TestCliKeys::generates()
{
    QVERIFY(QDir(home() + u"/.ssh"_s).removeRecursively());
    InTerminal making({u"key"_s, u"generate"_s, u"id_work"_s, u"--comment"_s, u"ana, work"_s},
                      s_place->work());
    QVERIFY2(making.waitFor("Passphrase of the new key: "), making.seen().constData());
    making.type("open sesame\r");
    QVERIFY2(making.waitFor("The same again: "), making.seen().constData());
    making.type("open sesame\r");
    QCOMPARE(making.end(), 0);
    QVERIFY(!making.seen().contains("sesame"));
    QVERIFY(making.seen().contains(key(u"id_work"_s).toUtf8()));
    QVERIFY(making.isRestored());
    QCOMPARE(modeOf(home() + u"/.ssh"_s), 0700);
    QCOMPARE(modeOf(key(u"id_work"_s)), 0600);
    QVERIFY(modeOf(key(u"id_work.pub"_s)) == 0644);
    QCOMPARE(QDir(home() + u"/.ssh"_s).entryList(QDir::Files | QDir::Hidden).size(), 2);
    QVERIFY(opens(key(u"id_work"_s), u"open sesame"_s));
    QVERIFY(!opens(key(u"id_work"_s), QString()));
    QVERIFY(bytes(key(u"id_work.pub"_s)).startsWith("ssh-ed25519 "));
    QVERIFY(bytes(key(u"id_work.pub"_s)).endsWith(" ana, work\n"));
    const QByteArray calls = bytes(m_calls);
    QVERIFY2(calls.contains("ed25519\n"), calls.constData());  // it was called through the recorder
    QVERIFY(!calls.contains("sesame"));
    // A path instead of a name, of the other kind, with data on stdout.
    const Ran rsa = real({u"key"_s, u"generate"_s, path(u"made.rsa"_s), u"--kind"_s, u"rsa"_s,
                          u"--no-passphrase"_s, u"--json"_s});
    QVERIFY2(rsa.code == 0, rsa.err.constData());
    QCOMPARE(rsa.json()[u"schema"_s].toString(), u"analemma.key.1"_s);
    QCOMPARE(rsa.json()[u"bits"_s].toInt(), 3072);
    QCOMPARE(rsa.json()[u"encrypted"_s].toBool(true), false);
    QCOMPARE(modeOf(path(u"made.rsa"_s)), 0600);
}

void TestCliKeys::generateRefuses_data()
{
    QTest::addColumn<QString>("there");
    QTest::newRow("private half") << u"id_work"_s;
    QTest::newRow("public half") << u"id_work.pub"_s;
}

/// Nothing is written over, neither half.
void TestCliKeys::generateRefuses()
{
    QFETCH(QString, there);
    QVERIFY(writeFile(key(there), "mine\n", 0640).ok());
    const Ran ran = real({u"key"_s, u"generate"_s, u"id_work"_s, u"--no-passphrase"_s});
    QCOMPARE(ran.code, 12);
    QVERIFY2(ran.err.contains("is there already and was not changed"), ran.err.constData());
    QCOMPARE(bytes(key(there)), QByteArray("mine\n"));
    QCOMPARE(modeOf(key(there)), 0640);
    QCOMPARE(QDir(home() + u"/.ssh"_s).entryList({u"id_work*"_s}, QDir::Files), QStringList{there});
    QVERIFY(bytes(m_calls).isEmpty());
    QCOMPARE(real({u"key"_s, u"generate"_s, u"x"_s, u"--kind"_s, u"dsa"_s}).code, 2);
    QCOMPARE(real({u"key"_s, u"generate"_s, u"x"_s, u"--bits"_s, u"1024"_s}).code, 2);
}

void TestCliKeys::passphrasesThatDiffer()
{
    InTerminal making({u"key"_s, u"generate"_s, u"id_work"_s}, s_place->work());
    QVERIFY(making.waitFor("Passphrase of the new key: "));
    making.type("open sesame\r");
    QVERIFY(making.waitFor("The same again: "));
    making.type("open sesamy\r");
    QCOMPARE(making.end(), 3);
    QVERIFY2(making.seen().contains("no key was made"), making.seen().constData());
    QVERIFY(!QFile::exists(key(u"id_work"_s)));
    // Nor with one that is too short, nor with Ctrl-C at the question.
    InTerminal stopped({u"key"_s, u"generate"_s, u"id_work"_s}, s_place->work());
    QVERIFY(stopped.waitFor("Passphrase of the new key: "));
    stopped.type("\x03");
    QCOMPARE(stopped.end(), 130);
    QVERIFY(stopped.isRestored());
    QVERIFY(!QFile::exists(key(u"id_work"_s)));
    QVERIFY(bytes(m_calls).isEmpty());
}

void TestCliKeys::nobodyToAsk()
{
    const Ran ran = cli({u"key"_s, u"generate"_s, u"id_work"_s});
    QCOMPARE(ran.code, 12);
    QVERIFY2(ran.err.contains("--no-passphrase"), ran.err.constData());
    QVERIFY(!QFile::exists(key(u"id_work"_s)));
}

void TestCliKeys::installs()
{
    QCOMPARE(real({u"key"_s, u"generate"_s, u"id_work"_s, u"--no-passphrase"_s}).code, 0);
    QVERIFY(!logsIn(0, u"id_work"_s));
    const Ran ran = real({u"key"_s, u"install"_s, u"id_work"_s, u"web-1"_s, u"web-2"_s});
    QVERIFY2(ran.code == 0, ran.err.constData());
    QCOMPARE(ran.out, QByteArray("2 of 2 servers take the key.\n"));
    for (const std::size_t server : {0U, 1U}) {
        QVERIFY(logsIn(server, u"id_work"_s));
        QVERIFY(logsIn(server, u"id_ed25519"_s));
        QCOMPARE(authorized(server).count('\n'), 2);
    }
    QCOMPARE(authorized(3).count('\n'), 1);  // inner was not named
    // Once more changes nothing; by its fingerprint, chosen by name, as data.
    const QString fingerprint =
        ssh::parsePublicKey(bytes(key(u"id_work.pub"_s))).valueOr(ssh::PublicKey()).fingerprint();
    const QByteArray before = authorized(0);
    const Ran again =
        real({u"key"_s, u"install"_s, fingerprint, u"--on"_s, u"web-1,web-2"_s, u"--json"_s});
    QVERIFY2(again.code == 0, again.err.constData());
    QCOMPARE(again.json()[u"schema"_s].toString(), u"analemma.keychange.1"_s);
    QCOMPARE(again.json()[u"done"_s].toArray(), (QJsonArray{u"web-1"_s, u"web-2"_s}));
    QVERIFY(again.json()[u"kept"_s].toObject().isEmpty());
    QCOMPARE(authorized(0), before);
}

void TestCliKeys::installAsksForThePassphrase()
{
    QCOMPARE(QProcess::execute(u"/usr/bin/ssh-keygen"_s,
                               {u"-q"_s, u"-t"_s, u"ed25519"_s, u"-N"_s, u"open sesame"_s, u"-a"_s,
                                u"1"_s, u"-f"_s, key(u"id_work"_s)}),
             0);
    InTerminal install({u"key"_s, u"install"_s, u"id_work"_s, u"web-1"_s}, s_place->work());
    QVERIFY2(install.waitFor("Passphrase"), install.seen().constData());
    install.type("open sesame\r");
    QCOMPARE(install.end(), 0);
    QVERIFY(install.seen().contains("1 of 1 servers take the key"));
    QVERIFY(!install.seen().contains("sesame"));
    QVERIFY(install.isRestored());
    QCOMPARE(authorized(0).count('\n'), 2);
}

void TestCliKeys::installRefuses()
{
    QCOMPARE(real({u"key"_s, u"install"_s, u"id_none"_s, u"web-1"_s}).code, 5);
    QCOMPARE(real({u"key"_s, u"install"_s, u"id_ed25519"_s}).code, 2);  // where?
    QCOMPARE(real({u"key"_s, u"install"_s, u"id_ed25519"_s, u"web-9"_s}).code, 5);
    QCOMPARE(real({u"key"_s, u"rotate"_s, u"id_ed25519"_s, u"id_ed25519"_s, u"web-1"_s}).code, 3);
    for (const std::size_t server : {0U, 1U, 2U, 3U}) {
        QCOMPARE(authorized(server), bytes(key(u"id_ed25519.pub"_s)));
    }
}

void TestCliKeys::rotateLocksNobodyOut()
{
    QCOMPARE(real({u"key"_s, u"generate"_s, u"id_work"_s, u"--no-passphrase"_s}).code, 0);
    const QStringList words = {u"key"_s,     u"rotate"_s, u"id_ed25519"_s,
                               u"id_work"_s, u"--on"_s,   u"tag=web"_s};
    const Ran ran = real(words);
    QCOMPARE(ran.code, 1);
    QVERIFY(ran.out.isEmpty());
    QVERIFY2(ran.err.contains("2 of 3 servers have the new key and no longer the old one; the "
                              "others stay as they were, first web-3: "),
             ran.err.constData());
    QVERIFY2(ran.err.contains("the new key does not let us in, the old one stays"),
             ran.err.constData());
    for (const std::size_t server : {0U, 1U, 2U}) {
        const bool refuses = server == 2;
        QCOMPARE(logsIn(server, u"id_work"_s), !refuses);
        QCOMPARE(logsIn(server, u"id_ed25519"_s), refuses);
    }
    // Once more says the same: those that are done count as done, though the old key, which the
    // configuration still names, does not let us in there any more.
    const Ran again = real(words + QStringList{u"--json"_s});
    QCOMPARE(again.code, 1);
    QCOMPARE(again.json()[u"exit"_s].toInt(), 1);
    QCOMPARE(again.json()[u"done"_s].toArray(), (QJsonArray{u"web-1"_s, u"web-2"_s}));
    QCOMPARE(again.json()[u"kept"_s].toObject().keys(), QStringList{u"web-3"_s});
    QVERIFY(logsIn(2, u"id_ed25519"_s));
    QVERIFY(logsIn(0, u"id_work"_s));
}

/// The way to a server behind a jump host leads over it: it keeps the old key until the other one
/// has the new one.
void TestCliKeys::rotateBehindAJumpHost()
{
    QCOMPARE(real({u"key"_s, u"generate"_s, u"id_work"_s, u"--no-passphrase"_s}).code, 0);
    const Ran inner = real({u"key"_s, u"rotate"_s, u"id_ed25519"_s, u"id_work"_s, u"inner"_s});
    QVERIFY2(inner.code == 0, inner.err.constData());
    QCOMPARE(inner.out, QByteArray("1 of 1 servers have the new key and no longer the old one.\n"));
    QVERIFY(logsIn(3, u"id_work"_s) && !logsIn(3, u"id_ed25519"_s));
    QCOMPARE(authorized(0), bytes(key(u"id_ed25519.pub"_s)));  // the jump host was only passed
    QVERIFY(m_servers[0]->log().contains("Accepted publickey"));
    // Both at once, the jump host named first.
    for (int round = 0; round < 3; ++round) {
        m_servers[0]->write(u"authorized_keys"_s, bytes(key(u"id_ed25519.pub"_s)));
        m_servers[3]->write(u"authorized_keys"_s, bytes(key(u"id_ed25519.pub"_s)));
        const Ran both =
            real({u"key"_s, u"rotate"_s, u"id_ed25519"_s, u"id_work"_s, u"web-1"_s, u"inner"_s});
        QVERIFY2(both.code == 0, both.err.constData());
        for (const std::size_t server : {0U, 3U}) {
            QVERIFY(logsIn(server, u"id_work"_s) && !logsIn(server, u"id_ed25519"_s));
        }
    }
    // All is done, and once more says so, though the old key opens neither of them.
    const Ran again =
        real({u"key"_s, u"rotate"_s, u"id_ed25519"_s, u"id_work"_s, u"web-1"_s, u"inner"_s});
    QVERIFY2(again.code == 0, again.err.constData());
}

void TestCliKeys::rotateDryRun()
{
    QCOMPARE(real({u"key"_s, u"generate"_s, u"id_work"_s, u"--no-passphrase"_s}).code, 0);
    const Ran ran = real({u"key"_s, u"rotate"_s, u"id_ed25519"_s, u"id_work"_s, u"web-1"_s,
                          u"inner"_s, u"--dry-run"_s, u"--json"_s});
    QVERIFY2(ran.code == 0, ran.err.constData());
    QHash<QString, QStringList> needs;
    for (const QJsonValue& action : ran.json()[u"actions"_s].toArray()) {
        QStringList& list = needs[action[u"key"_s].toString()];
        for (const QJsonValue& one : action[u"needs"_s].toArray()) {
            list.append(one.toString());
        }
    }
    QCOMPARE(needs.size(), 6);
    QVERIFY(needs.value(u"remove/web-1"_s).contains(u"remove/inner"_s));
    QVERIFY(!needs.value(u"remove/inner"_s).contains(u"remove/web-1"_s));
    QCOMPARE(authorized(0), bytes(key(u"id_ed25519.pub"_s)));
}

QTEST_GUILESS_MAIN(TestCliKeys)
#include "tst_cli_keys.moc"
