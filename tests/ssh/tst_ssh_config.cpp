#include "core/ssh/config.h"

#include "core/base/files.h"
#include "tests/support.h"

#include <QDir>
#include <QFile>
#include <QProcess>
#include <QRandomGenerator>
#include <QTemporaryDir>

#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::ssh;

/// The user's configuration: the values that `ssh -G` gives, a report for each line, nothing run.
class TestSshConfig : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void likeOpenSsh_data();
    void likeOpenSsh();
    void likeOpenSshAtRandom();
    void includes();
    void endlessIncludes();
    void writableByOthers();
    void report();
    void matchExec();
    void forwardAgentStaysOff();
    void proxyCommandIsShown();
    void systemLines();
    void tokens();
    void hosts();
    void hostileNames_data();
    void hostileNames();

private:
    void write(const QString& name, const QByteArray& text) const
    {
        const Result<void> written = writeFile(m_folder.filePath(name), text);
        QVERIFY2(written.ok(), "a test file cannot be written");
    }
    [[nodiscard]] ConfigPlaces places(const QString& name = u"config"_s) const
    {
        ConfigPlaces places = m_places;
        places.userFile = m_folder.filePath(name);
        return places;
    }
    /// What `ssh -G` says, in the words of ours().
    [[nodiscard]] QStringList theirs(const QString& host, const QString& user) const;
    [[nodiscard]] static QStringList ours(const HostConfig& config);
    void compare(const QStringList& hosts) const;
    [[nodiscard]] static HostConfig resolve(const QByteArray& text, const QString& host)
    {
        return SshConfig::parse(text, ConfigPlaces::here()).resolve(host);
    }

    QTemporaryDir m_folder;
    ConfigPlaces m_places;
};

void TestSshConfig::initTestCase()
{
    m_places = ConfigPlaces::here();
    m_places.systemFile.clear();
    m_places.home = QString::fromLocal8Bit(::getpwuid(::getuid())->pw_dir);  // as ssh does
    qputenv("ANALEMMA_TEST_FOLDER", "/tmp/test folder");
    m_places.environment[u"ANALEMMA_TEST_FOLDER"_s] = u"/tmp/test folder"_s;
}

QStringList TestSshConfig::theirs(const QString& host, const QString& user) const
{
    QStringList arguments = {u"-G"_s, u"-F"_s, m_folder.filePath(u"config"_s)};
    arguments += user.isEmpty() ? QStringList() : QStringList{u"-l"_s, user};
    QProcess process;
    process.setStandardInputFile(QProcess::nullDevice());
    process.start(u"ssh"_s, arguments + QStringList{u"--"_s, host});
    process.waitForFinished(20'000);
    if (process.exitCode() != 0) {
        return {u"ssh: "_s + QString::fromUtf8(process.readAllStandardError())};
    }
    static const QStringList wanted = {u"hostname"_s,
                                       u"user"_s,
                                       u"port"_s,
                                       u"addressfamily"_s,
                                       u"identitiesonly"_s,
                                       u"passwordauthentication"_s,
                                       u"kbdinteractiveauthentication"_s,
                                       u"serveraliveinterval"_s,
                                       u"serveralivecountmax"_s,
                                       u"localforward"_s,
                                       u"remoteforward"_s,
                                       u"dynamicforward"_s,
                                       u"identityfile"_s,
                                       u"userknownhostsfile"_s,
                                       u"connecttimeout"_s,
                                       u"proxyjump"_s,
                                       u"proxycommand"_s,
                                       u"hostkeyalias"_s,
                                       u"preferredauthentications"_s,
                                       u"globalknownhostsfile"_s};
    QStringList lines;
    for (const QString& line : QString::fromUtf8(process.readAllStandardOutput()).split(u'\n')) {
        const QString keyword = line.section(u' ', 0, 0);
        const bool isDefault = line == u"connecttimeout none"_s ||
                               line.startsWith(u"identityfile ~/.ssh/id_"_s) ||
                               line == u"identityfile none"_s ||
                               line ==
                                   u"globalknownhostsfile /etc/ssh/ssh_known_hosts "
                                   "/etc/ssh/ssh_known_hosts2"_s ||
                               line.endsWith(u"/.ssh/known_hosts2"_s);
        if (wanted.contains(keyword) && !isDefault) {
            lines += QString(line).replace(u" [socks]:0"_s, QString());
        }
    }
    lines.sort();
    return lines;
}

QStringList TestSshConfig::ours(const HostConfig& config)
{
    const auto flag = [](bool on) { return on ? u"yes"_s : u"no"_s; };
    QStringList lines = {
        u"hostname "_s + config.hostName,
        u"user "_s + config.user,
        u"port "_s + QString::number(config.port),
        u"addressfamily "_s + config.addressFamily,
        u"identitiesonly "_s + flag(config.identitiesOnly),
        u"passwordauthentication "_s + flag(config.passwordLogin),
        u"kbdinteractiveauthentication "_s + flag(config.interactiveLogin),
        u"serveraliveinterval "_s + QString::number(config.serverAliveInterval.count()),
        u"serveralivecountmax "_s + QString::number(config.serverAliveCountMax)};
    const auto add = [&lines](const QString& keyword, const QString& value) {
        if (!value.isEmpty()) {
            lines += keyword + u' ' + value;
        }
    };
    for (const ConfigForward& forward : config.forwards) {
        const QStringList names = {u"localforward"_s, u"remoteforward"_s, u"dynamicforward"_s};
        add(names.at(int(forward.kind)), forward.text());
    }
    for (const QString& file : config.identityFiles) {
        add(u"identityfile"_s, file);
    }
    QStringList jumps;
    for (const Place& place : config.proxyJump) {
        jumps += place.text();
    }
    add(u"proxyjump"_s, jumps.join(u','));
    add(u"proxycommand"_s, config.proxyCommand);
    add(u"hostkeyalias"_s, config.hostKeyAlias);
    add(u"userknownhostsfile"_s, config.userKnownHostsFiles.join(u' '));
    add(u"globalknownhostsfile"_s, config.globalKnownHostsFiles.join(u' '));
    add(u"preferredauthentications"_s, config.preferredAuthentications.join(u','));
    if (config.connectTimeout.count() > 0) {
        add(u"connecttimeout"_s, QString::number(config.connectTimeout.count()));
    }
    lines.sort();
    return lines;
}

void TestSshConfig::compare(const QStringList& hosts) const
{
    const SshConfig config = SshConfig::read(places());
    for (const QString& host : hosts) {
        for (const QString& user : {QString(), u"ops"_s}) {
            QCOMPARE(ours(config.resolve(host, user)).join(u'\n'), theirs(host, user).join(u'\n'));
        }
    }
}

void TestSshConfig::likeOpenSsh_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("first wins") << QByteArray("Port 1\nHost web\nPort 2\nUser a\nUser b\n");
    QTest::newRow("hosts") << QByteArray(
        "Host web db\n Port 2\nHost w*\n User w\nHost !db *\n User x\n");
    QTest::newRow("negated first") << QByteArray("Host !web w*\n Port 3\nHost w?b\n Port 4\n");
    QTest::newRow("equals") << QByteArray("Host=web\nPort=2200\nUser = me\nHostName  =  x.org\n");
    QTest::newRow("quotes") << QByteArray(
        "Host \"web\" 'db'\nIdentityFile \"/tmp/a b/key\"\nIdentityFile /tmp/c\\ d\n"
        "IdentityFile '/tmp/q\"uote'\nUser \"me\"\n");
    QTest::newRow("comments") << QByteArray(
        "# top\n  # in\nHost web # a comment\n Port 22 # another\n User a#b\n\tHostName x#y\n");
    QTest::newRow("case") << QByteArray("hOST web\nPORT 9\nuSeR Me\nHostName WEB.Example.ORG\n");
    QTest::newRow("spaces") << QByteArray("\t Host\tweb \t\r\n  Port\t 8 \r\nUser x \f\n");
    QTest::newRow("hostname tokens")
        << QByteArray("Host web\nHostName %h.example.org\nHost db\nHostName x%%%h\n");
    QTest::newRow("match host") << QByteArray(
        "Host web\nHostName web.prod.org\nMatch host *.prod.org\nUser prod\nMatch host web\nUser "
        "no\n");
    QTest::newRow("match original") << QByteArray(
        "HostName real.org\nMatch originalhost web,db user ops\nPort 77\nMatch all\nPort 78\n");
    QTest::newRow("match user") << QByteArray(
        "Match user ops\nPort 1\nMatch user \"o*,!ops\"\nPort 2\nMatch !user root\nPort 3\n");
    QTest::newRow("match localuser")
        << QByteArray("Match localuser * host=web\nPort 1\nMatch !localuser * \nPort 2\n");
    QTest::newRow("match final") << QByteArray(
        "Match final host *.org\nPort 99\nHost web\nHostName web.org\nMatch final all\nUser "
        "last\n");
    QTest::newRow("match canonical")
        << QByteArray("Match canonical all\nPort 5\nMatch !canonical all\nPort 6\n");
    QTest::newRow("jump") << QByteArray(
        "Host web\nProxyJump ops@bastion:2222,[2001:db8::1]:22,edge\nHost *\nProxyJump none\n");
    QTest::newRow("jump beats command") << QByteArray("ProxyJump edge\nProxyCommand nc %h %p\n");
    QTest::newRow("command beats jump")
        << QByteArray("ProxyCommand = nc \"%h\" %p # not a comment\nProxyJump edge\n");
    QTest::newRow("no command") << QByteArray("ProxyCommand none\nProxyJump edge\n");
    QTest::newRow("forwards") << QByteArray(
        "LocalForward 8080 db:80\nLocalForward 127.0.0.1:8081 [::1]:80\nLocalForward *:9000 x:1\n"
        "LocalForward [::1]:99 y:7\nRemoteForward 9090\nRemoteForward 0 localhost:80\n"
        "RemoteForward [::1]:9092 localhost:80\nDynamicForward 1080\nDynamicForward [::1]:1081\n"
        "Host web\nLocalForward 8082 z:1\n");
    QTest::newRow("times") << QByteArray(
        "ConnectTimeout 1m30s\nServerAliveInterval 1h5\nServerAliveCountMax 7\n");
    QTest::newRow("no timeout") << QByteArray("ConnectTimeout none\n");
    QTest::newRow("known hosts") << QByteArray(
        "UserKnownHostsFile ~/.ssh/kh_%h_%p_%r /tmp/%n-%k-%u-%i-%L-%%\n"
        "GlobalKnownHostsFile /etc/a /etc/b\nHostKeyAlias %h\n");
    QTest::newRow("known hosts hash")
        << QByteArray("UserKnownHostsFile /tmp/%C ${ANALEMMA_TEST_FOLDER}/x %d/y\n");
    QTest::newRow("login") << QByteArray(
        "IdentitiesOnly yes\nPreferredAuthentications publickey,password\nPasswordAuthentication "
        "no\n"
        "KbdInteractiveAuthentication no\nAddressFamily inet6\nIdentityFile none\n");
    QTest::newRow("same key twice") << QByteArray(
        "IdentityFile /tmp/k\nHost web\nIdentityFile /tmp/l\nHost *\nIdentityFile /tmp/k\n");
    QTest::newRow("all else") << QByteArray(
        "SendEnv LANG LC_*\nSetEnv A=b\nForwardAgent yes\nStrictHostKeyChecking accept-new\n"
        "Ciphers aes128-ctr\nControlMaster auto\nControlPath /tmp/c-%C\nVisualHostKey yes\nPort "
        "4\n");
    QTest::newRow("unknown, ignored")
        << QByteArray("IgnoreUnknown Fancy*\nFancyThing on\nPort 3\n");
}

void TestSshConfig::likeOpenSsh()
{
    QFETCH(QByteArray, text);
    write(u"config"_s, text);
    compare({u"web"_s, u"db"_s, u"WEB"_s, u"192.0.2.1"_s});
}

void TestSshConfig::likeOpenSshAtRandom()
{
    QRandomGenerator random(9'2);
    const QByteArrayList conditions = {"Host web",
                                       "Host *",
                                       "Host w* !web",
                                       "Host web.org db",
                                       "Host=\"web\" d?",
                                       "Match host web",
                                       "Match all",
                                       "Match originalhost w*",
                                       "Match user root,ops host *.org",
                                       "Match !host db",
                                       "Match !user ops originalhost=*",
                                       "Match final host *.org"};
    const QByteArrayList values = {"Port 2201",
                                   "Port 2202",
                                   "User one",
                                   "User=two",
                                   "HostName web.org",
                                   "HostName %h.org",
                                   "HostName 192.0.2.9",
                                   "ProxyJump edge",
                                   "ProxyJump none",
                                   "ProxyJump a@b:3,c",
                                   "ProxyCommand nc x",
                                   "IdentityFile /k1",
                                   "IdentityFile '/k 2'",
                                   "IdentitiesOnly yes",
                                   "IdentitiesOnly no",
                                   "ConnectTimeout 5",
                                   "ServerAliveInterval 2m",
                                   "LocalForward 1 a:1",
                                   "DynamicForward 2",
                                   "HostKeyAlias al",
                                   "UserKnownHostsFile /x/%h /y/%p",
                                   "AddressFamily inet",
                                   "PasswordAuthentication no",
                                   "# nothing",
                                   "",
                                   "Compression yes",
                                   "PreferredAuthentications publickey"};
    for (int round = 0; round < 60; ++round) {
        QByteArray text;
        const int lines = 3 + random.bounded(22);
        for (int i = 0; i < lines; ++i) {
            const QByteArrayList& pool = random.bounded(4) == 0 ? conditions : values;
            text += QByteArray(random.bounded(3), ' ') + pool.at(random.bounded(int(pool.size())));
            text += random.bounded(6) == 0 ? "\r\n" : "\n";
        }
        write(u"config"_s, text);
        compare({u"web"_s, u"db"_s, u"web.org"_s});
        if (QTest::currentTestFailed()) {
            qWarning().noquote() << "config:\n" << text;
            return;
        }
    }
}

void TestSshConfig::includes()
{
    QVERIFY(QDir().mkpath(m_folder.filePath(u"d"_s)));
    write(u"d/10.conf"_s, "User ten\nHost web\nPort 10\n");
    write(u"d/20.conf"_s, "Port 20\nHost *\nConnectTimeout 2\n");
    write(u"d/deep"_s, "Include " + m_folder.filePath(u"d/20.conf"_s).toUtf8() + "\n");
    const QByteArray folder = m_folder.path().toUtf8();
    write(u"config"_s, "Host db\n Include \"" + folder +
                           "/d/*.conf\"\n User inside\nHost web\n Include " + folder + "/absent* " +
                           folder + "/d/deep\n User after\nMatch all\n Port 30\n");
    compare({u"web"_s, u"db"_s, u"x"_s});
    const std::vector<ConfigLine> lines = SshConfig::read(places()).report();
    QVERIFY(std::any_of(lines.begin(), lines.end(), [](const ConfigLine& line) {
        return line.file.endsWith(u"20.conf"_s) && line.line == 1 && line.keyword == u"Port"_s;
    }));
}

void TestSshConfig::endlessIncludes()
{
    const QByteArray self = m_folder.filePath(u"config"_s).toUtf8();
    write(u"config"_s, "Include " + self + ' ' + self + "\nPort 5\n");
    const SshConfig config = SshConfig::read(places());
    QCOMPARE(config.resolve(u"web"_s).port, 5);
    const std::vector<ConfigLine> lines = config.report();
    QVERIFY(lines.size() < 2'000);
    QVERIFY(std::any_of(lines.begin(), lines.end(), [](const ConfigLine& line) {
        return line.use == LineUse::Damaged && line.note.contains(u"too many"_s);
    }));
}

void TestSshConfig::writableByOthers()
{
    write(u"config"_s, "Port 5\n");
    QCOMPARE(::chmod(qPrintable(m_folder.filePath(u"config"_s)), 0622), 0);
    const SshConfig config = SshConfig::read(places());
    QCOMPARE(config.resolve(u"web"_s).port, 22);
    QCOMPARE(config.report().size(), 1U);
    QCOMPARE(config.report().front().use, LineUse::Damaged);
    QVERIFY(config.report().front().note.contains(u"written by others"_s));
    QVERIFY(SshConfig::read(places(u"absent"_s)).report().empty());
}

void TestSshConfig::report()
{
    const SshConfig config = SshConfig::parse(
        "Host web\n\n# c\n  Port 2\n  Port many\n  Fancy 1\n  CertificateFile /c\n  ForwardAgent "
        "yes\n"
        "  User \"x\n  GSSAPIAuthentication no\n  Port\n  ProxyJump -oProxyCommand=x\n"
        "  LocalForward 80\n",
        places());
    QStringList lines;
    for (const ConfigLine& line : config.report()) {
        lines += QString::number(line.line) + u' ' + toString(line.use);
        QVERIFY(line.use == LineUse::Taken || !line.note.isEmpty());
        QVERIFY(line.place().endsWith(u':' + QString::number(line.line)));
    }
    const QStringList expected = {u"1 taken"_s,
                                  u"4 taken"_s,
                                  u"5 damaged"_s,
                                  u"6 ignored"_s,
                                  u"7 needs system OpenSSH"_s,
                                  u"8 ignored"_s,
                                  u"9 damaged"_s,
                                  u"10 ignored"_s,
                                  u"11 damaged"_s,
                                  u"12 damaged"_s,
                                  u"13 damaged"_s};
    QCOMPARE(lines, expected);
    const HostConfig host = config.resolve(u"web"_s);
    QCOMPARE(host.port, 2);
    QVERIFY(host.proxyJump.empty());
    QCOMPARE(host.needsSystem.size(), 1);
}

/// Never run: a file that the command would make is not there, and the host says so.
void TestSshConfig::matchExec()
{
    const QString canary = m_folder.filePath(u"canary"_s);
    write(u"config"_s, "Match host web exec \"touch " + canary.toUtf8() +
                           "\"\n Port 66\nMatch host db exec \"true\"\nPort 67\nMatch tagged x\n"
                           " Port 68\nHost *\n Port 5\n KnownHostsCommand /bin/touch " +
                           canary.toUtf8() + "\n");
    const SshConfig config = SshConfig::read(places());
    const HostConfig host = config.resolve(u"web"_s);
    QCOMPARE(host.port, 5);
    QCOMPARE(host.needsSystem.size(), 3);
    QVERIFY2(host.needsSystem.join(u' ').contains(u"Match exec ("_s),
             qPrintable(host.needsSystem.join(u' ')));
    QCOMPARE(config.report().front().use, LineUse::NeedsSystem);
    QCOMPARE(config.report().at(1).use, LineUse::NeedsSystem);
    QVERIFY(!QFile::exists(canary));
}

void TestSshConfig::forwardAgentStaysOff()
{
    const SshConfig config =
        SshConfig::parse("ForwardAgent yes\nStrictHostKeyChecking no\n", places());
    const HostConfig host = config.resolve(u"web"_s);
    QCOMPARE(host.notes.size(), 2);
    QVERIFY(host.notes.front().contains(u"stays off"_s));
    QVERIFY(host.systemLines.isEmpty());
    QVERIFY(resolve("ForwardAgent no\n", u"web"_s).notes.isEmpty());
}

void TestSshConfig::proxyCommandIsShown()
{
    const HostConfig host = resolve("ProxyCommand nc -x proxy %h %p\n", u"web"_s);
    QCOMPARE(host.proxyCommand, u"nc -x proxy %h %p"_s);
    QCOMPARE(host.needsSystem.size(), 1);
    QVERIFY(host.systemLines.isEmpty());
    QVERIFY(resolve("ProxyCommand none\n", u"web"_s).needsSystem.isEmpty());
}

void TestSshConfig::systemLines()
{
    const HostConfig host = resolve(
        "CertificateFile \"~/my cert\"\nCiphers aes128-ctr\nPKCS11Provider /lib/x.so\n"
        "KexAlgorithms +diffie-hellman-group14-sha1\nLocalCommand rm\nSendEnv X\n",
        u"web"_s);
    const QStringList expected = {u"CertificateFile \"%1/my cert\""_s.arg(QDir::homePath()),
                                  u"Ciphers \"aes128-ctr\""_s,
                                  u"KexAlgorithms \"+diffie-hellman-group14-sha1\""_s};
    QCOMPARE(host.systemLines, expected);
    QCOMPARE(host.needsSystem.size(), 2);
}

void TestSshConfig::tokens()
{
    ConfigPlaces places;
    places.home = u"/home/ops"_s;
    places.localUser = u"ops"_s;
    places.environment[u"KEYS"_s] = u"/keys"_s;
    const SshConfig config = SshConfig::parse(
        "IdentityFile ~/.ssh/%r@%h:%p\nIdentityFile ${KEYS}/%n\nIdentityFile ${UNSET}/x\n"
        "IdentityFile %z\nIdentityFile ~root/key\nIdentityAgent $KEYS\nHostName %h.org\nUser %u\n",
        places);
    const HostConfig host = config.resolve(u"web"_s);
    const QStringList expected = {u"/home/ops/.ssh/%u@web.org:22"_s, u"/keys/web"_s};
    QCOMPARE(host.identityFiles, expected);
    QCOMPARE(host.identityAgent, u"/keys"_s);
    QVERIFY(!host.problem.isEmpty());  // "%u" is no user name
}

void TestSshConfig::hosts()
{
    const SshConfig config = SshConfig::parse(
        "Host web *.org !x db\nHost web edge-1\nMatch host y\nHost *\nHost -bad $(id) 192.0.2.1\n",
        places());
    const QStringList expected = {u"web"_s, u"db"_s, u"edge-1"_s, u"192.0.2.1"_s};
    QCOMPARE(config.hosts(), expected);
}

void TestSshConfig::hostileNames_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("host option") << QByteArray("HostName -oProxyCommand=touch\n");
    QTest::newRow("host shell") << QByteArray("HostName $(touch)\n");
    QTest::newRow("host space") << QByteArray("HostName \"a b\"\n");
    QTest::newRow("host token") << QByteArray("HostName %x\n");
    QTest::newRow("host semicolon") << QByteArray("HostName a;b\n");
    QTest::newRow("user option") << QByteArray("User -x\n");
    QTest::newRow("user shell") << QByteArray("User `id`\n");
    QTest::newRow("user space") << QByteArray("User 'a b'\n");
    QTest::newRow("alias") << QByteArray("HostKeyAlias a,b\n");
    QTest::newRow("alias pattern") << QByteArray("HostKeyAlias *\n");
}

void TestSshConfig::hostileNames()
{
    QFETCH(QByteArray, text);
    QVERIFY(!resolve(text, u"web"_s).problem.isEmpty());
    QVERIFY(resolve("User x\n", u"web"_s).problem.isEmpty());
    QVERIFY(!resolve("HostName good\n", u"-web"_s).problem.isEmpty());
}

QTEST_GUILESS_MAIN(TestSshConfig)
#include "tst_ssh_config.moc"
