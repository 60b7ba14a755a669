#include "core/ssh/ssh.h"

#include "tests/ssh/private_sshd.h"
#include "tests/support.h"

#include <QJsonArray>
#include <QTimer>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::test;

namespace {

/// Answers questions as a person would, later.
struct Person {
    std::vector<ssh::Question> asked;
    QStringList answers;
    bool walksAway = false;

    ssh::Asker asker(QObject* context)
    {
        return [this, context](const ssh::Question& question, const ssh::Answer& answer) {
            asked.push_back(question);
            if (walksAway) {
                return;
            }
            QTimer::singleShot(20, context, [this, question, answer] {
                if (answers.isEmpty()) {
                    answer(cancelledError());
                    return;
                }
                std::vector<Secret> secrets;
                for (std::size_t i = 0; i < question.prompts.size(); ++i) {
                    secrets.emplace_back(answers.isEmpty() ? QByteArray()
                                                           : answers.takeFirst().toUtf8());
                }
                answer(secrets);
            });
        };
    }
};

/// A record of hosts that says what the test wants.
class Record : public ssh::HostKeys {
public:
    QStringList recordedTypes(QString, int) override { return types; }
    void check(ssh::ShownHostKey key, Verdict verdict) override
    {
        shown.push_back(key);
        if (keepsSilent) {
            return;  // drops the verdict
        }
        QTimer::singleShot(20, [verdict, answer = answer] { verdict(answer); });
    }
    QStringList types;
    Result<void> answer;
    bool keepsSilent = false;
    std::vector<ssh::ShownHostKey> shown;
};

/// An ssh-agent with its own socket.
class Agent {
public:
    explicit Agent(const QString& folder) : m_socket(folder + u"/agent"_s)
    {
        m_process.start(u"ssh-agent"_s, {u"-D"_s, u"-a"_s, m_socket});
        m_process.waitForStarted();
        for (int i = 0; i < 100 && !QFile::exists(m_socket); ++i) {
            QThread::msleep(20);
        }
    }
    ~Agent()
    {
        m_process.kill();
        m_process.waitForFinished();
    }
    bool add(const QString& key) const
    {
        QProcess tool;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(u"SSH_AUTH_SOCK"_s, m_socket);
        tool.setProcessEnvironment(environment);
        tool.start(u"ssh-add"_s, {u"-q"_s, key});
        return tool.waitForFinished() && tool.exitCode() == 0;
    }
    [[nodiscard]] QString socket() const { return m_socket; }

private:
    QString m_socket;
    QProcess m_process;
};

}  // namespace

class TestSshCredentials : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void lockedKeys_data();
    void lockedKeys();
    void wrongPassphrase();
    void askedOnceForManyLogins();
    void lockedKeyThatTheServerRefuses();
    void agentKeys_data();
    void agentKeys();
    void agentSparesThePassphrase();
    void agentIsGone();
    void threeKeysAtMost();
    void password();
    void wrongPassword();
    void interactive();
    void interactiveIsLeft();
    void keyThenPassword();
    void whatTheServerAccepts();
    void recordDecides();
    void recordRefuses();
    void recordKeepsSilent();
    void recordedTypesComeFirst();
    void cancelWhileAsking();
    void clientGoesWhileAsking();

private:
    Result<std::shared_ptr<ssh::Session>> open(const ssh::Target& target,
                                               const ssh::ConnectOptions& options)
    {
        return await(m_client->connectTo(target, options, {}));
    }
    ssh::ConnectOptions asking()
    {
        ssh::ConnectOptions options;
        options.credentials.ask = m_person.asker(this);
        return options;
    }
    bool makeLocked(const PrivateSshd& sshd, const QString& name, const QStringList& format)
    {
        return QProcess::execute(u"ssh-keygen"_s,
                                 format + QStringList{u"-q"_s, u"-N"_s, u"sesame"_s, u"-f"_s,
                                                      sshd.path(name)}) == 0;
    }
    void allow(const QString& name)
    {
        m_sshd.write(u"authorized_keys"_s,
                     m_sshd.read(u"authorized_keys"_s) + m_sshd.read(name + u".pub"_s));
    }
    /// A server that asks for passwords.
    static QString startPasswords(PrivateSshd& sshd)
    {
        return sshd.setPassword(u"open sesame"_s) ? sshd.start() : u"no password"_s;
    }

    ssh::Library m_library;
    PrivateSshd m_sshd;
    std::unique_ptr<ssh::Client> m_client;
    Person m_person;
};

void TestSshCredentials::initTestCase()
{
    const QString problem = m_sshd.start();
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
}

void TestSshCredentials::init()
{
    m_client = std::make_unique<ssh::Client>();
    m_person = Person();
}

void TestSshCredentials::lockedKeys_data()
{
    QTest::addColumn<QStringList>("format");
    QTest::addColumn<bool>("publicHalf");
    QTest::newRow("ed25519") << QStringList{u"-t"_s, u"ed25519"_s} << false;
    QTest::newRow("ecdsa") << QStringList{u"-t"_s, u"ecdsa"_s} << false;
    QTest::newRow("rsa") << QStringList{u"-t"_s, u"rsa"_s, u"-b"_s, u"2048"_s} << false;
    QTest::newRow("rounds") << QStringList{u"-t"_s, u"ed25519"_s, u"-a"_s, u"3"_s} << false;
    QTest::newRow("aes128-cbc") << QStringList{u"-t"_s, u"ed25519"_s, u"-Z"_s, u"aes128-cbc"_s}
                                << false;
    QTest::newRow("pem") << QStringList{u"-t"_s, u"rsa"_s, u"-b"_s, u"2048"_s, u"-m"_s, u"PEM"_s}
                         << true;
    QTest::newRow("pem alone") << QStringList{u"-t"_s,   u"rsa"_s, u"-b"_s,
                                              u"2048"_s, u"-m"_s,  u"PEM"_s}
                               << false;
    QTest::newRow("pkcs8") << QStringList{u"-t"_s, u"ecdsa"_s, u"-m"_s, u"PKCS8"_s} << false;
}

void TestSshCredentials::lockedKeys()
{
    QFETCH(QStringList, format);
    QFETCH(bool, publicHalf);
    const QString name = u"locked "_s + QString::fromUtf8(QTest::currentDataTag());
    QVERIFY(makeLocked(m_sshd, name, format));
    allow(name);
    if (!publicHalf) {
        QVERIFY(QFile::remove(m_sshd.path(name + u".pub"_s)));
    }
    ssh::Target target = m_sshd.target();
    target.keyFile = m_sshd.path(name);
    m_person.answers = {u"wrong"_s, u"sesame"_s};
    VERIFY_OK(open(target, asking()));
    QCOMPARE(m_person.asked.size(), std::size_t(2));
    QCOMPARE(m_person.asked[0].kind, ssh::Question::Kind::Passphrase);
    QCOMPARE(m_person.asked[0].subject, target.keyFile);
    QCOMPARE(m_person.asked[1].attempt, 2);
    VERIFY_OK(open(target, asking()));  // it is not asked again
    QCOMPARE(m_person.asked.size(), std::size_t(2));
}

void TestSshCredentials::wrongPassphrase()
{
    QVERIFY(makeLocked(m_sshd, u"never"_s, {u"-t"_s, u"ed25519"_s, u"-a"_s, u"1"_s}));
    allow(u"never"_s);
    ssh::Target target = m_sshd.target();
    target.keyFile = m_sshd.path(u"never"_s);
    m_person.answers = {u"a"_s, u"b"_s, u"c"_s, u"d"_s};
    const auto session = open(target, asking());
    QVERIFY(!session);
    QCOMPARE(session.error().kind, ErrorKind::Auth);
    QVERIFY2(session.error().message.contains(u"passphrase does not open"_s),
             qPrintable(session.error().message));
    QCOMPARE(m_person.asked.size(), std::size_t(3));
}

void TestSshCredentials::askedOnceForManyLogins()
{
    QVERIFY(makeLocked(m_sshd, u"fleet"_s, {u"-t"_s, u"ed25519"_s}));
    allow(u"fleet"_s);
    ssh::Target target = m_sshd.target();
    target.keyFile = m_sshd.path(u"fleet"_s);
    m_person.answers = {u"sesame"_s};
    std::vector<std::shared_ptr<std::optional<Result<std::shared_ptr<ssh::Session>>>>> answers;
    for (int i = 0; i < 10; ++i) {
        answers.push_back(listen(m_client->connectTo(target, asking(), {}), this));
    }
    for (const auto& answer : answers) {
        QTRY_VERIFY_WITH_TIMEOUT(answer->has_value(), 60'000);
        VERIFY_OK(**answer);
    }
    QCOMPARE(m_person.asked.size(), std::size_t(1));
}

/// Nobody types a passphrase for a server that does not want the key.
void TestSshCredentials::lockedKeyThatTheServerRefuses()
{
    QVERIFY(makeLocked(m_sshd, u"unknown"_s, {u"-t"_s, u"ed25519"_s}));
    ssh::Target target = m_sshd.target();
    target.keyFile = m_sshd.path(u"unknown"_s);
    m_person.answers = {u"sesame"_s};
    const auto session = open(target, asking());
    QVERIFY(!session);
    QCOMPARE(session.error().kind, ErrorKind::Auth);
    QCOMPARE(m_person.asked.size(), std::size_t(0));
}

void TestSshCredentials::agentKeys_data()
{
    QTest::addColumn<QString>("type");
    QTest::newRow("ed25519") << u"ed25519"_s;
    QTest::newRow("ecdsa") << u"ecdsa"_s;
    QTest::newRow("rsa") << u"rsa"_s;
}

void TestSshCredentials::agentKeys()
{
    QFETCH(QString, type);
    const QString name = u"agent "_s + type;
    QVERIFY(m_sshd.addUserKey(name, type));
    const QTemporaryDir folder;
    const Agent agent(folder.path());
    QVERIFY(agent.add(m_sshd.path(name)));
    ssh::Target target = m_sshd.target();
    target.keyFile.clear();
    ssh::ConnectOptions options;
    options.credentials.agentSocket = agent.socket();
    VERIFY_OK(open(target, options));
}

void TestSshCredentials::agentSparesThePassphrase()
{
    QVERIFY(makeLocked(m_sshd, u"both"_s, {u"-t"_s, u"ed25519"_s}));
    allow(u"both"_s);
    const QTemporaryDir folder;
    const Agent agent(folder.path());
    const QString open = m_sshd.path(u"both open"_s);
    QVERIFY(QFile::copy(m_sshd.path(u"both"_s), open));
    QCOMPARE(QProcess::execute(u"ssh-keygen"_s, {u"-q"_s, u"-p"_s, u"-P"_s, u"sesame"_s, u"-N"_s,
                                                 QString(), u"-f"_s, open}),
             0);
    QVERIFY(agent.add(open));
    ssh::Target target = m_sshd.target();
    target.keyFile = m_sshd.path(u"both"_s);
    ssh::ConnectOptions options = asking();
    options.credentials.agentSocket = agent.socket();
    VERIFY_OK(this->open(target, options));
    QCOMPARE(m_person.asked.size(), std::size_t(0));
}

void TestSshCredentials::agentIsGone()
{
    ssh::ConnectOptions options;
    options.credentials.agentSocket = m_sshd.path(u"no such socket"_s);
    VERIFY_OK(open(m_sshd.target(), options));
}

void TestSshCredentials::threeKeysAtMost()
{
    ssh::Target target = m_sshd.target();
    ssh::ConnectOptions options;
    for (int i = 0; i < 6; ++i) {
        const QString name = u"spare %1"_s.arg(i);
        QVERIFY(m_sshd.makeKey(name, u"ed25519"_s));
        options.credentials.keyFiles += m_sshd.path(name);
    }
    VERIFY_OK(open(target, options));  // the chosen one comes first
    target.keyFile.clear();
    const auto session = open(target, options);
    QVERIFY(!session);
    QCOMPARE(session.error().message.count(u"SHA256:"_s), 3);
    QCOMPARE(session.error().details.value(u"refused"_s).toArray().size(), 3);
    options.credentials.keyFiles.insert(2, target.keyFile = m_sshd.path(u"user"_s));
    target.keyFile.clear();
    VERIFY_OK(open(target, options));
}

void TestSshCredentials::password()
{
    PrivateSshd sshd({u"ed25519"_s}, "PasswordAuthentication yes", 3);
    const QString problem = startPasswords(sshd);
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
    ssh::Target target = sshd.target();
    target.keyFile.clear();
    m_person.answers = {u"wrong"_s, u"open sesame"_s};
    const auto session = open(target, asking());
    VERIFY_OK(session);
    QCOMPARE(m_person.asked.size(), std::size_t(2));
    QCOMPARE(m_person.asked[1].kind, ssh::Question::Kind::Password);
    QCOMPARE(m_person.asked[1].target, target.text());
    QCOMPARE(m_person.asked[1].attempt, 2);
    VERIFY_OK(await((*session)->exec(u"true"_s, {}, {})));
}

void TestSshCredentials::wrongPassword()
{
    PrivateSshd sshd({u"ed25519"_s}, "PasswordAuthentication yes", 3);
    const QString problem = startPasswords(sshd);
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
    ssh::Target target = sshd.target();
    target.keyFile.clear();
    m_person.answers = {u"a"_s, u"b"_s, u"c"_s, u"d"_s};
    const auto session = open(target, asking());
    QVERIFY(!session);
    QCOMPARE(session.error().kind, ErrorKind::Auth);
    QVERIFY2(session.error().message.contains(u"refused the password"_s),
             qPrintable(session.error().message));
    QCOMPARE(m_person.asked.size(), std::size_t(3));
    m_person.answers.clear();  // the person gives up
    const auto left = open(target, asking());
    QVERIFY(!left);
    QCOMPARE(left.error().kind, ErrorKind::Cancelled);
}

void TestSshCredentials::interactive()
{
    PrivateSshd sshd({u"ed25519"_s}, "KbdInteractiveAuthentication yes\nUsePAM yes", 3);
    const QString problem = startPasswords(sshd);
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
    ssh::Target target = sshd.target();
    target.keyFile.clear();
    m_person.answers = {u"wrong"_s, u"open sesame"_s};
    const auto session = open(target, asking());
    VERIFY_OK(session);
    QCOMPARE(m_person.asked.size(), std::size_t(2));
    QCOMPARE(m_person.asked[0].kind, ssh::Question::Kind::Interactive);
    QVERIFY2(m_person.asked[0].prompts[0].text.contains(u"assword"_s),
             qPrintable(m_person.asked[0].prompts[0].text));
    QVERIFY(!m_person.asked[0].prompts[0].echo);
    const auto result = await((*session)->exec(u"echo in"_s, {}, {}));
    VERIFY_OK(result);
    QCOMPARE(result->output, QByteArray("in\n"));
}

void TestSshCredentials::interactiveIsLeft()
{
    PrivateSshd sshd({u"ed25519"_s}, "KbdInteractiveAuthentication yes\nUsePAM yes", 3);
    const QString problem = startPasswords(sshd);
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
    ssh::Target target = sshd.target();
    target.keyFile.clear();
    const auto left = open(target, asking());  // no answer
    QVERIFY(!left);
    m_person.walksAway = true;
    const CancelToken cancel;
    const auto waiting = listen(m_client->connectTo(target, asking(), cancel), this);
    QTRY_COMPARE(m_person.asked.size(), std::size_t(2));
    sshd.signalAll(SIGKILL);  // the server goes meanwhile
    QTest::qWait(100);
    cancel.cancel();
    QTRY_VERIFY(waiting->has_value());
    QVERIFY(!**waiting);
}

/// A server that wants both, one after the other.
void TestSshCredentials::keyThenPassword()
{
    PrivateSshd sshd({u"ed25519"_s},
                     "PasswordAuthentication yes\nAuthenticationMethods publickey,password", 3);
    const QString problem = startPasswords(sshd);
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
    m_person.answers = {u"open sesame"_s};
    VERIFY_OK(open(sshd.target(), asking()));
    QCOMPARE(m_person.asked.size(), std::size_t(1));
}

void TestSshCredentials::whatTheServerAccepts()
{
    PrivateSshd sshd({u"ed25519"_s}, "PasswordAuthentication yes", 3);
    const QString problem = sshd.start();
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
    QVERIFY(sshd.makeKey(u"stranger"_s, u"ed25519"_s));
    ssh::Target target = sshd.target();
    target.keyFile = sshd.path(u"stranger"_s);
    const auto session = open(target, {});
    QVERIFY(!session);
    QCOMPARE(session.error().kind, ErrorKind::Auth);
    QVERIFY2(session.error().message.contains(u"it accepts: publickey, password"_s),
             qPrintable(session.error().message));
    QVERIFY(session.error().message.contains(target.keyFile));
    const QJsonArray accepts = session.error().details.value(u"accepts"_s).toArray();
    QCOMPARE(accepts, (QJsonArray{u"publickey"_s, u"password"_s}));
}

void TestSshCredentials::recordDecides()
{
    const auto record = std::make_shared<Record>();
    ssh::ConnectOptions options;
    options.hostKeys = record;
    ssh::Target target = m_sshd.target();
    VERIFY_OK(open(target, options));
    QCOMPARE(record->shown.size(), std::size_t(0));  // the pin decides
    target.hostKey.clear();
    VERIFY_OK(open(target, options));
    QCOMPARE(record->shown.size(), std::size_t(1));
    QCOMPARE(record->shown[0].host, target.host);
    QCOMPARE(record->shown[0].port, target.port);
    QCOMPARE(record->shown[0].key, m_sshd.target().hostKey.section(u' ', 0, 1));
    QVERIFY(record->shown[0].fingerprint.startsWith(u"SHA256:"_s));
}

void TestSshCredentials::recordRefuses()
{
    const auto record = std::make_shared<Record>();
    record->answer = Error(ErrorKind::HostKey, u"it was another one on Monday"_s);
    ssh::ConnectOptions options;
    options.hostKeys = record;
    ssh::Target target = m_sshd.target();
    target.hostKey.clear();
    const qsizetype before = m_sshd.log().size();
    const auto session = open(target, options);
    QVERIFY(!session);
    QCOMPARE(session.error().kind, ErrorKind::HostKey);
    QVERIFY(session.error().message.endsWith(u"it was another one on Monday"_s));
    QTest::qWait(100);
    const QByteArray log = m_sshd.log().mid(before);
    QVERIFY2(!log.contains("Accepted") && !log.contains("authenticating user"), log.constData());
}

void TestSshCredentials::recordKeepsSilent()
{
    const auto record = std::make_shared<Record>();
    record->keepsSilent = true;
    ssh::ConnectOptions options;
    options.hostKeys = record;
    ssh::Target target = m_sshd.target();
    target.hostKey.clear();
    const auto session = open(target, options);
    QVERIFY(!session);
    QCOMPARE(session.error().kind, ErrorKind::Cancelled);
}

void TestSshCredentials::recordedTypesComeFirst()
{
    PrivateSshd sshd({u"ed25519"_s, u"ecdsa"_s}, {}, 3);
    const QString problem = sshd.start();
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
    const auto record = std::make_shared<Record>();
    record->types = {u"ecdsa-sha2-nistp256"_s};
    ssh::ConnectOptions options;
    options.hostKeys = record;
    ssh::Target target = sshd.target();
    target.hostKey.clear();
    VERIFY_OK(open(target, options));
    QVERIFY(record->shown[0].key.startsWith(u"ecdsa-sha2-nistp256 "_s));
}

void TestSshCredentials::cancelWhileAsking()
{
    QVERIFY(makeLocked(m_sshd, u"later"_s, {u"-t"_s, u"ed25519"_s}));
    allow(u"later"_s);
    ssh::Target target = m_sshd.target();
    target.keyFile = m_sshd.path(u"later"_s);
    m_person.walksAway = true;
    const CancelToken cancel;
    const auto answer = listen(m_client->connectTo(target, asking(), cancel), this);
    QTRY_COMPARE(m_person.asked.size(), std::size_t(1));
    cancel.cancel();
    QTRY_VERIFY(answer->has_value());
    QCOMPARE((**answer).error().kind, ErrorKind::Cancelled);
}

void TestSshCredentials::clientGoesWhileAsking()
{
    PrivateSshd sshd({u"ed25519"_s}, "KbdInteractiveAuthentication yes\nUsePAM yes", 3);
    const QString problem = startPasswords(sshd);
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
    ssh::Target target = sshd.target();
    target.keyFile.clear();
    m_person.walksAway = true;
    const auto answer = listen(m_client->connectTo(target, asking(), {}), this);
    QTRY_COMPARE(m_person.asked.size(), std::size_t(1));
    m_client.reset();
    QTRY_VERIFY(answer->has_value());
    QVERIFY(!**answer);
}

QTEST_GUILESS_MAIN(TestSshCredentials)
#include "tst_ssh_credentials.moc"
