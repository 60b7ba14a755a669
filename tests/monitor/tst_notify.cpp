#include "core/base/files.h"
#include "core/http/http.h"
#include "core/monitor/alerting.h"
#include "core/monitor/src/alertkept.h"
#include "core/monitor/src/notifybody.h"
#include "tests/http/mail_server.h"
#include "tests/http/web_server.h"
#include "tests/support.h"

#include <QJsonDocument>
#include <QSignalSpy>
#include <QTemporaryDir>

using namespace analemma;
using namespace analemma::monitor;
using namespace Qt::StringLiterals;
using test::await;

namespace {

class GivenSecrets : public store::SecretSource {
public:
    Task<Result<Secret>> secret(QString name) override
    {
        const bool known = name == u"token";
        std::function<Result<Secret>()> answer = [known, name]() -> Result<Secret> {
            return known ? Result<Secret>(Secret("hunter22"))
                         : Error(ErrorKind::NotFound, u"there is no secret "_s + name);
        };
        return onWorker<Secret>(std::move(answer));
    }
};

/// A notifier on a store of its own, and notices as Alerts writes them.
struct Post {
    QTemporaryDir folder;
    SystemClock clock;
    std::unique_ptr<store::Store> store;
    GivenSecrets secrets;
    http::Client http;
    std::unique_ptr<Notifier> notifier;
    int made = 0;

    explicit Post(QList<Channel> channels)
    {
        store = std::move(store::Store::open(folder.filePath(u"state"_s))).value();
        open(std::move(channels));
    }
    ~Post()
    {
        notifier.reset();
        static_cast<void>(await(settle(seconds(5))));
    }
    void open(QList<Channel> channels)
    {
        NotifierOptions options;
        options.retries = {milliseconds(30), milliseconds(60)};
        options.patience = seconds(60);
        options.queue = 20;
        notifier = std::make_unique<Notifier>(store.get(), &secrets, &http, &clock, options);
        notifier->setChannels(std::move(channels));
    }
    /// Kept first, as Alerts does.
    Notice make(const QStringList& channels, Severity severity = Severity::Warning,
                const ProcessIdentity& owner = ownIdentity())
    {
        Notice notice;
        notice.id = u"notice-%1"_s.arg(++made);
        notice.rule = u"disk-full"_s;
        notice.severity = severity;
        notice.channels = channels;
        notice.time = clock.now().toMSecsSinceEpoch();
        notice.title = u"disk / of web-1 is 96 % full: «voll»"_s;
        notice.text = u"#1 warning\n.\n..a line that begins with a dot"_s;
        Alert alert;
        alert.id = made;
        alert.state = AlertState::Firing;
        notice.alerts = {alert};
        kept::SaveBatch batch;
        batch.notices = {notice};
        batch.owner = owner;
        std::function<Result<kept::Saved>(store::Transaction&)> job =
            [batch](store::Transaction& t) { return kept::save(t, batch); };
        const auto saved = await(store->write<kept::Saved>(std::move(job)));
        return saved ? notice : Notice();
    }
    [[nodiscard]] QStringList unsent()
    {
        std::function<Result<QList<kept::KeptNotice>>(store::Transaction&)> job =
            [](store::Transaction& t) { return kept::openNotices(t); };
        QStringList ids;
        const auto open = await(store->read<QList<kept::KeptNotice>>(std::move(job)));
        for (const kept::KeptNotice& one : open.valueOr({})) {
            ids.append(one.notice.id);
        }
        return ids;
    }
    [[nodiscard]] ChannelView view(const QString& name) const
    {
        for (const ChannelView& one : notifier->view()) {
            if (one.name == name) {
                return one;
            }
        }
        return {};
    }
};

Channel hook(const QString& name, const QString& script, const QString& argument = {})
{
    Channel channel;
    channel.name = name;
    channel.kind = ChannelKind::Command;
    channel.command = QStringList{u"/bin/sh"_s, u"-c"_s, script, argument};
    return channel;
}

Channel webhook(const QString& name, const QString& url)
{
    Channel channel;
    channel.name = name;
    channel.kind = ChannelKind::Webhook;
    channel.url = url;
    return channel;
}

QByteArray contents(const QString& path)
{
    return readFile(path, 1 << 20).valueOr({});
}

}  // namespace

class TestNotify : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aCommandGetsTheNotice();
    void aCommandThatFailsIsTriedAgain();
    void aCommandIsBounded();
    void aWebhookGetsTheSame();
    void aWebhookThatRefusesIsTriedAgain();
    void mailIsSent();
    void secretsThatAreMissing();
    void oneChannelBlocksNoOther();
    void desktopIsASignal();
    void lessGraveOnesStayAway();
    void takesOverWhatIsUnsent();
    void leavesOthersAlone();
    void channelsThatGo();
    void tooManyWait();
    void waitsLonger();
    void testsAChannel();
    void fromTheWorkspaceFile();
};

void TestNotify::aCommandGetsTheNotice()
{
    QTemporaryDir out;
    const QString file = out.filePath(u"got"_s);
    Post post({hook(u"ops"_s, u"env | grep ANALEMMA >\"$0.env\"; cat >\"$0\""_s, file)});
    QSignalSpy delivered(post.notifier.get(), &Notifier::delivered);
    const Notice notice = post.make({u"ops"_s});
    QCOMPARE(post.unsent(), QStringList{notice.id});
    post.notifier->deliver(notice);
    QTRY_COMPARE(delivered.size(), 1);
    const Json json = QJsonDocument::fromJson(contents(file)).object();
    QCOMPARE(json[u"id"_s].toString(), notice.id);
    QCOMPARE(json[u"title"_s].toString(), notice.title);
    QVERIFY(contents(file + u".env"_s).contains("ANALEMMA_NOTICE=notice-1\n"));
    QCOMPARE(post.unsent(), QStringList());
    QCOMPARE(post.view(u"ops"_s).sent, 1);
    QCOMPARE(post.view(u"ops"_s).problem, QString());
}

void TestNotify::aCommandThatFailsIsTriedAgain()
{
    QTemporaryDir out;
    const QString file = out.filePath(u"tries"_s);
    Post post({hook(
        u"ops"_s,
        u"echo x >>\"$0\"; test $(wc -l <\"$0\") -ge 3 || { echo no line >&2; exit 3; }"_s, file)});
    QStringList problems;
    connect(post.notifier.get(), &Notifier::changed, this,
            [&] { problems.append(post.view(u"ops"_s).problem); });
    post.notifier->deliver(post.make({u"ops"_s}));
    QTRY_COMPARE(post.view(u"ops"_s).sent, 1);
    QCOMPARE(contents(file).count('\n'), 3);
    QVERIFY2(problems.contains(u"exit code 3: no line"_s), qPrintable(problems.join(u'|')));
    QCOMPARE(post.view(u"ops"_s).problem, QString());
}

void TestNotify::aCommandIsBounded()
{
    Channel slow = hook(u"slow"_s, u"sleep 60"_s);
    slow.timeout = milliseconds(300);
    Channel loud = hook(u"loud"_s, u"cat >/dev/null; head -c 20000000 /dev/zero"_s);
    Channel missing = hook(u"missing"_s, {});
    missing.command = QStringList{u"/nonexistent/program"_s};
    Post post({slow, loud, missing});
    post.notifier->deliver(post.make({u"slow"_s, u"loud"_s, u"missing"_s}));
    QTRY_VERIFY(!post.view(u"slow"_s).problem.isEmpty());
    QTRY_COMPARE(post.view(u"loud"_s).sent, 1);
    QTRY_VERIFY(!post.view(u"missing"_s).problem.isEmpty());
    QCOMPARE(post.unsent().size(), 1);
}

void TestNotify::aWebhookGetsTheSame()
{
    test::WebServer server([](const test::Asked&) { return test::Reply(204, {}); });
    Channel channel = webhook(u"chat"_s, server.url(u"/hook?room=ops"_s));
    channel.token = u"token"_s;
    Post post({channel});
    const Notice notice = post.make({u"chat"_s});
    post.notifier->deliver(notice);
    QTRY_COMPARE(post.view(u"chat"_s).sent, 1);
    QCOMPARE(server.asked.size(), 1);
    const test::Asked& asked = server.asked[0];
    QCOMPARE(asked.method, QByteArray("POST"));
    QCOMPARE(asked.path, QByteArray("/hook?room=ops"));
    const QByteArray head = asked.head.toLower();
    QVERIFY(head.contains("authorization: bearer hunter22"));
    QVERIFY(head.contains("idempotency-key: notice-1"));
    QVERIFY(head.contains("content-type: application/json"));
    QCOMPARE(QJsonDocument::fromJson(asked.body).object(), notice.toJson());
}

void TestNotify::aWebhookThatRefusesIsTriedAgain()
{
    int answers = 0;
    test::WebServer server([&answers](const test::Asked&) {
        return ++answers < 3 ? test::Reply(503, "busy now") : test::Reply(200, "ok");
    });
    Post post({webhook(u"chat"_s, server.url())});
    QStringList problems;
    connect(post.notifier.get(), &Notifier::changed, this,
            [&] { problems.append(post.view(u"chat"_s).problem); });
    post.notifier->deliver(post.make({u"chat"_s}));
    QTRY_COMPARE(post.view(u"chat"_s).sent, 1);
    QCOMPARE(answers, 3);
    QVERIFY2(problems.contains(u"HTTP 503: busy now"_s), qPrintable(problems.join(u'|')));
    QCOMPARE(server.asked[0].body, server.asked[2].body);
}

void TestNotify::mailIsSent()
{
    test::MailServer server({});
    Channel channel;
    channel.name = u"mail"_s;
    channel.kind = ChannelKind::Mail;
    channel.server = server.url();
    channel.tls = false;
    channel.from = u"ops@example.org"_s;
    channel.to = QStringList{u"ana@example.org"_s, u"ben@example.org"_s};
    Post post({channel});
    post.notifier->deliver(post.make({u"mail"_s}, Severity::Critical));
    QTRY_VERIFY2(post.view(u"mail"_s).sent == 1, qPrintable(post.view(u"mail"_s).problem));
    QVERIFY(server.commands.contains("MAIL FROM:<ops@example.org>") ||
            server.commands.join(' ').contains("<ops@example.org>"));
    QVERIFY(server.commands.join(' ').contains("<ben@example.org>"));
    QVERIFY2(server.text.contains("Subject:"), server.text.constData());
    QCOMPARE(post.unsent(), QStringList());
}

void TestNotify::secretsThatAreMissing()
{
    test::WebServer server([](const test::Asked&) { return test::Reply(200, {}); });
    Channel channel = webhook(u"chat"_s, server.url());
    channel.token = u"other"_s;
    Post post({channel});
    post.notifier->deliver(post.make({u"chat"_s}));
    QTRY_COMPARE(post.view(u"chat"_s).problem, u"there is no secret other"_s);
    QVERIFY(server.asked.isEmpty());
}

void TestNotify::oneChannelBlocksNoOther()
{
    test::WebServer silent([](const test::Asked&) {
        test::Reply reply;
        reply.hold = true;
        return reply;
    });
    test::WebServer server([](const test::Asked&) { return test::Reply(200, {}); });
    Post post({webhook(u"silent"_s, silent.url()), webhook(u"chat"_s, server.url())});
    for (int i = 0; i < 5; ++i) {
        post.notifier->deliver(post.make({u"silent"_s, u"chat"_s}));
    }
    QTRY_COMPARE(post.view(u"chat"_s).sent, 5);
    QCOMPARE(silent.asked.size(), 1);
    QCOMPARE(post.view(u"silent"_s).waiting, 5);
    QCOMPARE(post.unsent().size(), 5);
    // In the order in which they were made.
    for (int i = 0; i < 5; ++i) {
        QVERIFY(server.asked[i].body.contains("notice-" + QByteArray::number(i + 1)));
    }
}

void TestNotify::desktopIsASignal()
{
    Post post({});
    QCOMPARE(post.notifier->channelNames(), QStringList{u"desktop"_s});
    QSignalSpy shown(post.notifier.get(), &Notifier::desktop);
    post.notifier->deliver(post.make({u"desktop"_s, u"gone"_s}));
    QTRY_COMPARE(shown.size(), 1);
    QTRY_COMPARE(post.unsent(), QStringList());  // a channel that is not there holds nothing back
}

void TestNotify::lessGraveOnesStayAway()
{
    test::WebServer server([](const test::Asked&) { return test::Reply(200, {}); });
    Channel channel = webhook(u"chat"_s, server.url());
    channel.least = Severity::Critical;
    Post post({channel});
    post.notifier->deliver(post.make({u"chat"_s}, Severity::Warning));
    QTRY_COMPARE(post.unsent(), QStringList());
    post.notifier->deliver(post.make({u"chat"_s}, Severity::Critical));
    QTRY_COMPARE(post.view(u"chat"_s).sent, 1);
    QCOMPARE(server.asked.size(), 1);
}

void TestNotify::takesOverWhatIsUnsent()
{
    QTemporaryDir out;
    const QString file = out.filePath(u"got"_s);
    const Channel good = hook(u"ops"_s, u"cat >>\"$0\""_s, file);
    test::WebServer refusing([](const test::Asked&) { return test::Reply(500, {}); });
    Post post({good, webhook(u"chat"_s, refusing.url())});
    post.notifier->deliver(post.make({u"ops"_s, u"chat"_s}));
    QTRY_COMPARE(post.view(u"ops"_s).sent, 1);
    QTRY_VERIFY(refusing.asked.size() > 1);
    // The program ends and begins anew: only what is missing is sent, with the same id.
    ProcessIdentity dead = ownIdentity();
    dead.startTicks -= 1;
    const Notice left = post.make({u"ops"_s}, Severity::Warning, dead);
    QVERIFY(!left.id.isEmpty());
    test::WebServer server([](const test::Asked&) { return test::Reply(200, {}); });
    post.open({good, webhook(u"chat"_s, server.url())});
    QVERIFY(await(post.notifier->resume()).ok());
    QTRY_COMPARE(post.unsent(), QStringList());
    QCOMPARE(server.asked.size(), 1);
    QVERIFY(server.asked[0].body.contains("notice-1"));
    QCOMPARE(contents(file).count("\"analemma.notice.1\""), 2);
}

void TestNotify::leavesOthersAlone()
{
    QTemporaryDir out;
    const QString file = out.filePath(u"got"_s);
    Post post({hook(u"ops"_s, u"cat >>\"$0\""_s, file)});
    QProcess living;
    living.start(u"sleep"_s, {u"60"_s});
    QVERIFY(living.waitForStarted());
    const auto identity = identityOf(living.processId());
    QVERIFY(identity.ok());
    const Notice theirs = post.make({u"ops"_s}, Severity::Warning, *identity);
    QVERIFY(await(post.notifier->resume()).ok());
    QTest::qWait(100);
    QCOMPARE(post.unsent(), QStringList{theirs.id});
    living.kill();
    QVERIFY(living.waitForFinished());
    QVERIFY(await(post.notifier->resume()).ok());
    QTRY_COMPARE(post.unsent(), QStringList());
    QCOMPARE(contents(file).count('\n'), 1);
}

void TestNotify::channelsThatGo()
{
    test::WebServer refusing([](const test::Asked&) { return test::Reply(500, {}); });
    Post post({webhook(u"chat"_s, refusing.url())});
    post.notifier->deliver(post.make({u"chat"_s}));
    QTRY_VERIFY(!refusing.asked.isEmpty());
    post.notifier->setChannels({});
    QTRY_COMPARE(post.unsent(), QStringList());
    // One that is corrected gets what waits.
    test::WebServer server([](const test::Asked&) { return test::Reply(200, {}); });
    post.notifier->setChannels({webhook(u"chat"_s, refusing.url())});
    post.notifier->deliver(post.make({u"chat"_s}));
    QTRY_VERIFY(!post.view(u"chat"_s).problem.isEmpty());
    post.notifier->setChannels({webhook(u"chat"_s, server.url())});
    QTRY_COMPARE(post.view(u"chat"_s).sent, 1);
}

void TestNotify::tooManyWait()
{
    test::WebServer refusing([](const test::Asked&) { return test::Reply(500, {}); });
    Post post({webhook(u"chat"_s, refusing.url())});
    for (int i = 0; i < 30; ++i) {
        post.notifier->deliver(post.make({u"chat"_s}));
    }
    QTRY_COMPARE(post.unsent().size(), 20);
    QCOMPARE(post.view(u"chat"_s).waiting, 20);
    QVERIFY(!post.view(u"chat"_s).problem.isEmpty());
}

void TestNotify::waitsLonger()
{
    const NotifierOptions options;
    milliseconds before{0};
    for (int failures = 1; failures < 10; ++failures) {
        const milliseconds next = retryAfter(options, failures);
        QVERIFY(next >= before && next.count() > 0);
        before = next;
    }
    QCOMPARE(before, milliseconds(std::chrono::minutes(30)));
}

void TestNotify::testsAChannel()
{
    test::WebServer server([](const test::Asked&) { return test::Reply(200, {}); });
    Post post({webhook(u"chat"_s, server.url()), webhook(u"bad"_s, u"http://127.0.0.1:1/"_s)});
    VERIFY_OK(await(post.notifier->test(u"chat"_s)));
    QVERIFY(server.asked.value(0).body.contains("test of the channel chat"));
    QCOMPARE(await(post.notifier->test(u"bad"_s)).error().kind, ErrorKind::Network);
    QCOMPARE(await(post.notifier->test(u"nope"_s)).error().kind, ErrorKind::NotFound);
}

void TestNotify::fromTheWorkspaceFile()
{
    const auto read = workspace::parse(R"(workspace: shop
alerts:
  disk-full: off
  memory-low: { over: 97 }
  slo: { when: burn-rate, metric: balancer.errors, of: balancer.requests, over: 14.4, objective: 99.9, window: 1h }
channels:
  ops: { type: command, run: [./page, now] }
  log: { type: command, run: [logger, alerts] }
  mail: { type: email, server: smtps://a.example.org, from: a@b, to: [c@d], least: critical }
maintenance:
  sundays: { weekly: sun, from: "02:30", for: 2h }
)",
                                       u"/srv/team/analemma.yaml"_s);
    VERIFY_OK(read);
    const QList<AlertRule> rules = alertRules(*read);
    QStringList names;
    for (const AlertRule& rule : rules) {
        names.append(rule.name);
    }
    QCOMPARE(rules.size(), builtInRules().size());
    QVERIFY(!names.contains(u"disk-full"_s));
    const AlertRule memory = rules[names.indexOf(u"memory-low"_s)];
    QCOMPARE(memory.limit, 97.0);
    QVERIFY(!memory.clear);
    QCOMPARE(memory.lasting, milliseconds(std::chrono::minutes(5)));
    const AlertRule slo = rules[names.indexOf(u"slo"_s)];
    QCOMPARE(slo.kind, RuleKind::BurnRate);
    QVERIFY(std::abs(slo.objective - 0.999) < 1e-9);
    const QList<Channel> channels = alertChannels(*read);
    QCOMPARE(channels.size(), 3);
    QCOMPARE(channels[0].command, (QStringList{u"logger"_s, u"alerts"_s}));
    QCOMPARE(channels[1].kind, ChannelKind::Mail);
    QCOMPARE(channels[1].least, Severity::Critical);
    QCOMPARE(QDir::cleanPath(channels[2].command[0]), u"/srv/team/page"_s);
    QCOMPARE(maintenanceWindows(*read).first().days, QList<int>{7});
    QStringList builtIn;
    for (const AlertRule& rule : builtInRules()) {
        builtIn.append(rule.name);
    }
    QCOMPARE(workspace::builtInAlerts(), builtIn);
}

QTEST_GUILESS_MAIN(TestNotify)
#include "tst_notify.moc"
