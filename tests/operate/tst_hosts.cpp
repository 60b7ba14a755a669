#include "tests/operate/hosts_fixture.h"

#include <QSignalSpy>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::operate;
using namespace analemma::test;

/// Servers of all sources in one list, and what changes it.
class TestHosts : public HostsFixture {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void query_data();
    void query();
    void badQueries_data();
    void badQueries();
    void listsAllSources();
    void madeBeforeListedBeforeImported();
    void providerThatCannotList();
    void mayMiss_data();
    void mayMiss();
    void nameThatIsNotThere();
    void importRefuses();
    void importIsReadLive();
    void forgetAndTransport();
    void addKeepsBytes();
    void addRefuses();
    void cleanupTestCase();
};

void TestHosts::init()
{
    begin();
}

void TestHosts::cleanupTestCase()
{
    m_hosts.reset();
    m_store.reset();
}

void TestHosts::query_data()
{
    QTest::addColumn<QStringList>("terms");
    QTest::addColumn<QStringList>("expected");
    QTest::newRow("all") << QStringList() << QStringList{u"db"_s, u"web-1"_s, u"web-2"_s};
    QTest::newRow("tag") << QStringList{u"tag=web"_s} << QStringList{u"web-1"_s, u"web-2"_s};
    QTest::newRow("one of two") << QStringList{u"tag=web,db"_s}
                                << QStringList{u"db"_s, u"web-1"_s, u"web-2"_s};
    QTest::newRow("both") << QStringList{u"tag=web"_s, u"env=qa"_s} << QStringList{u"web-2"_s};
    QTest::newRow("long name") << QStringList{u"environment=qa"_s} << QStringList{u"web-2"_s};
    QTest::newRow("generation") << QStringList{u"generation=3"_s} << QStringList{u"web-2"_s};
    QTest::newRow("source") << QStringList{u"source=made"_s} << QStringList{u"web-2"_s};
    QTest::newRow("name") << QStringList{u"db"_s} << QStringList{u"db"_s};
    QTest::newRow("pattern") << QStringList{u"web-?"_s} << QStringList{u"web-1"_s, u"web-2"_s};
    QTest::newRow("dots are dots") << QStringList{u"web.?"_s} << QStringList();
    QTest::newRow("none") << QStringList{u"tag=web"_s, u"db"_s} << QStringList();
}

void TestHosts::query()
{
    QFETCH(QStringList, terms);
    QFETCH(QStringList, expected);
    Host db;
    db.name = u"db"_s;
    db.tags = QStringList{u"db"_s};
    Host one;
    one.name = u"web-1"_s;
    one.tags = QStringList{u"edge"_s, u"web"_s};
    Host two = one;
    two.name = u"web-2"_s;
    two.source = Host::Source::Made;
    two.environment = u"qa"_s;
    two.generation = 3;
    const auto parsed = HostQuery::parse(terms);
    VERIFY_OK(parsed);
    QStringList names;
    for (const Host& host : {db, one, two}) {
        if (parsed->matches(host)) {
            names += host.name;
        }
    }
    QCOMPARE(names, expected);
}

void TestHosts::badQueries_data()
{
    QTest::addColumn<QString>("term");
    for (const char* term :
         {"colour=red", "tag=", "generation=three", "source=found", "", "a,,b"}) {
        QTest::newRow(*term == '\0' ? "empty" : term) << QString::fromLatin1(term);
    }
}

void TestHosts::badQueries()
{
    QFETCH(QString, term);
    const auto parsed = HostQuery::parse({term});
    QVERIFY(!parsed);
    QCOMPARE(parsed.error().kind, ErrorKind::Invalid);
    QVERIFY(parsed.error().message.contains(u'"' + term + u'"'));
}

void TestHosts::listsAllSources()
{
    write(sshFile(u"config"_s),
          "Host shell\n  HostName shell.example.org\n  User ops\n  Port 2200\n  ProxyJump edge\n"
          "Host other\n");
    infra::Server made;
    made.name = u"production-1-web-1"_s;
    made.state = u"running"_s;
    made.environment = u"production"_s;
    made.generation = 1;
    made.ssh.host = u"127.64.0.1"_s;
    made.ssh.user = u"deploy"_s;
    made.ssh.hostKey = u"ssh-ed25519 AAAA"_s;
    m_made = {made};
    make(
        "  bastion: { address: 203.0.113.7, user: ops, tags: [edge, production], hops: [other] "
        "}\n");
    VERIFY_OK(await(m_hosts->import(u"shell"_s, {u"login"_s})));
    const auto hosts = await(m_hosts->list());
    VERIFY_OK(hosts);
    QCOMPARE(hosts->hosts.size(), 3);
    QVERIFY(hosts->problems.isEmpty());
    const Host& bastion = hosts->hosts.at(0);
    QCOMPARE(bastion.name, u"bastion"_s);
    QCOMPARE(bastion.source, Host::Source::Listed);
    QCOMPARE(bastion.place(), u"ops@203.0.113.7:22"_s);
    QVERIFY(bastion.production);
    QCOMPARE(bastion.hops, QStringList{u"other"_s});
    const Host& server = hosts->hosts.at(1);
    QCOMPARE(server.source, Host::Source::Made);
    QCOMPARE(server.generation, 1);
    QCOMPARE(server.transport, ssh::Transport::BuiltIn);
    QVERIFY(server.problem.isEmpty());
    const Host& shell = hosts->hosts.at(2);
    QCOMPARE(shell.source, Host::Source::Imported);
    QCOMPARE(shell.place(), u"ops@shell.example.org:2200"_s);
    QCOMPARE(shell.hops, QStringList{u"edge"_s});
    QCOMPARE(shell.tags, QStringList{u"login"_s});
    QCOMPARE(shell.toJson().value(u"schema"_s).toString(), u"analemma.host.1"_s);
}

void TestHosts::madeBeforeListedBeforeImported()
{
    write(sshFile(u"config"_s), "Host a\nHost b\n");
    make("  c: { address: 127.0.0.1 }\n");
    VERIFY_OK(await(m_hosts->import(u"a"_s, {})));
    VERIFY_OK(await(m_hosts->import(u"b"_s, {})));
    m_made.append(infra::Server());
    m_made.last().name = u"a"_s;
    make("  a: { address: 127.0.0.1 }\n  b: { address: 127.0.0.1 }\n");
    const auto hosts = await(m_hosts->list());
    VERIFY_OK(hosts);
    QCOMPARE(hosts->hosts.size(), 2);
    QCOMPARE(hosts->hosts.at(0).source, Host::Source::Made);
    QCOMPARE(hosts->hosts.at(1).source, Host::Source::Listed);
}

/// The others are there all the same; what is not known is not taken for gone.
void TestHosts::providerThatCannotList()
{
    m_made.append(infra::Server());
    m_made.last().name = u"production-1-web-1"_s;
    m_problems = {{u"ocean"_s, Error(ErrorKind::Network, u"no answer"_s)}};
    make("  bastion: { address: 127.0.0.1, tags: [edge] }\n");
    const auto list = await(m_hosts->list());
    VERIFY_OK(list);
    QCOMPARE(list->hosts.size(), 2);
    QCOMPARE(list->problems.size(), 1);
    QCOMPARE(list->problems[0].told().message,
             u"provider ocean could not list its servers: no answer"_s);
    QCOMPARE(list->problems[0].told().kind, ErrorKind::Network);
    VERIFY_OK(await(m_hosts->find(u"bastion"_s)));
    const auto missing = await(m_hosts->find(u"production-2-web-1"_s));
    QCOMPARE(missing.error().kind, ErrorKind::Network);
    QVERIFY(missing.error().message.contains(u"provider ocean"_s));
    QCOMPARE(connectTo(u"production-2-web-1"_s).error().kind, ErrorKind::Network);
    // Chosen by what they are: only where no server of that provider can be meant.
    const auto chosen = [this](const QStringList& terms) {
        return await(m_hosts->choose(*HostQuery::parse(terms)));
    };
    QCOMPARE(chosen({u"tag=edge"_s}).error().kind, ErrorKind::Network);
    QCOMPARE(chosen({u"bastion,production-2-web-1"_s}).error().kind, ErrorKind::Network);
    QCOMPARE(chosen({u"bastion"_s})->size(), 1);
    QCOMPARE(chosen({u"tag=edge"_s, u"source=listed,imported"_s})->size(), 1);
}

void TestHosts::mayMiss_data()
{
    QTest::addColumn<QStringList>("terms");
    QTest::addColumn<bool>("expected");
    QTest::newRow("all") << QStringList() << true;
    QTest::newRow("tag") << QStringList{u"tag=web"_s} << true;
    QTest::newRow("known name") << QStringList{u"web-1"_s} << false;
    QTest::newRow("known and not") << QStringList{u"web-1,web-2"_s} << true;
    QTest::newRow("pattern") << QStringList{u"web-*"_s} << true;
    QTest::newRow("listed") << QStringList{u"source=listed"_s} << false;
    QTest::newRow("listed or made") << QStringList{u"source=listed,made"_s} << true;
    QTest::newRow("one term is enough") << QStringList{u"tag=web"_s, u"source=imported"_s} << false;
}

void TestHosts::mayMiss()
{
    QFETCH(QStringList, terms);
    QFETCH(bool, expected);
    Host one;
    one.name = u"web-1"_s;
    QCOMPARE(HostQuery::parse(terms)->mayMiss({one}), expected);
}

void TestHosts::nameThatIsNotThere()
{
    make("  bastion: { address: 127.0.0.1 }\n");
    const auto found = await(m_hosts->find(u"basteon"_s));
    QCOMPARE(found.error().kind, ErrorKind::NotFound);
    QVERIFY(found.error().hint.contains(u"bastion"_s));
    QCOMPARE(connectTo(u"basteon"_s).error().kind, ErrorKind::NotFound);
}

void TestHosts::importRefuses()
{
    write(sshFile(u"config"_s), "Host web bastion\nHost *.example.org\nHost bad\n  HostName -x\n");
    make("  bastion: { address: 127.0.0.1 }\n");
    QCOMPARE(await(m_hosts->import(u"nobody"_s, {})).error().kind, ErrorKind::NotFound);
    QCOMPARE(await(m_hosts->import(u"a.example.org"_s, {})).error().kind, ErrorKind::NotFound);
    QCOMPARE(await(m_hosts->import(u"bastion"_s, {})).error().kind, ErrorKind::Conflict);
    QCOMPARE(await(m_hosts->import(u"bad"_s, {})).error().kind, ErrorKind::Invalid);
    QCOMPARE(await(m_hosts->import(u"web"_s, {u"No Tag"_s})).error().kind, ErrorKind::Invalid);
    QCOMPARE(await(m_hosts->list())->hosts.size(), 1);
}

void TestHosts::importIsReadLive()
{
    write(sshFile(u"config"_s), "Host web\n  HostName one.example.org\n");
    make();
    VERIFY_OK(await(m_hosts->import(u"web"_s, {})));
    write(sshFile(u"config"_s), "Host web\n  HostName two.example.org\n");
    QTest::qWait(1'100);  // a list is good for a second
    QCOMPARE(await(m_hosts->find(u"web"_s))->address, u"two.example.org"_s);
    write(sshFile(u"config"_s), "");
    QTest::qWait(1'100);
    const auto gone = await(m_hosts->find(u"web"_s));
    VERIFY_OK(gone);
    QVERIFY(gone->problem.contains(u"does not name it any more"_s));
    QCOMPARE(connectTo(u"web"_s).error().kind, ErrorKind::Invalid);
}

void TestHosts::forgetAndTransport()
{
    write(sshFile(u"config"_s), "Host web\n");
    make("  bastion: { address: 127.0.0.1, transport: system }\n");
    QCOMPARE(await(m_hosts->find(u"bastion"_s))->transport, ssh::Transport::System);
    QSignalSpy changed(m_hosts.get(), &Hosts::changed);
    VERIFY_OK(await(m_hosts->import(u"web"_s, {})));
    VERIFY_OK(await(m_hosts->setTransport(u"web"_s, ssh::Transport::System)));
    VERIFY_OK(await(m_hosts->setTransport(u"bastion"_s, ssh::Transport::Auto)));
    QCOMPARE(changed.count(), 3);
    QCOMPARE(await(m_hosts->find(u"web"_s))->transport, ssh::Transport::System);
    QCOMPARE(await(m_hosts->find(u"bastion"_s))->transport, ssh::Transport::Auto);
    QCOMPARE(await(m_hosts->forget(u"bastion"_s)).error().kind, ErrorKind::Refused);
    VERIFY_OK(await(m_hosts->forget(u"web"_s)));
    QCOMPARE(await(m_hosts->find(u"web"_s)).error().kind, ErrorKind::NotFound);
    VERIFY_OK(await(m_hosts->import(u"web"_s, {})));
    QCOMPARE(await(m_hosts->find(u"web"_s))->transport, ssh::Transport::Auto);
}

void TestHosts::addKeepsBytes()
{
    make();
    const QByteArray before =
        "# The shop.\nworkspace: shop   # its name\n\nservers:   # those we run ourselves\n"
        "    # the way in\n    bastion:  { address: 203.0.113.7 }   # old\n\n"
        "# what follows\nimages: {}\n";
    write(workspaceFile(), before);
    QFile(workspaceFile()).setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ReadGroup);
    m_hosts = std::make_unique<Hosts>(*workspace::load(workspaceFile()), m_store.get(), &m_client,
                                      nullptr, places());
    workspace::StaticServer server;
    server.name = u"db"_s;
    server.address = u"2001:db8::1"_s;
    server.port = 2222;
    server.user = u"ops"_s;
    server.tags = QStringList{u"db"_s};
    server.hops = QStringList{u"bastion"_s};
    const auto added = await(m_hosts->add(server));
    VERIFY_OK(added);
    QCOMPARE(added->source, Host::Source::Listed);
    QCOMPARE(added->place(), u"ops@[2001:db8::1]:2222"_s);
    QByteArray after = before;
    after.replace("# old\n",
                  "# old\n    db: { address: \"2001:db8::1\", port: 2222, user: ops, hops: "
                  "[bastion], tags: [db] }\n");
    QCOMPARE(readFile(workspaceFile(), 10'000).valueOr({}), after);
    QVERIFY(QFileInfo(workspaceFile()).permissions() & QFile::ReadGroup);
    QCOMPARE(await(m_hosts->list())->hosts.size(), 2);
}

void TestHosts::addRefuses()
{
    write(sshFile(u"config"_s), "Host web\n");
    make("  bastion: { address: 127.0.0.1 }\n");
    VERIFY_OK(await(m_hosts->import(u"web"_s, {})));
    const QByteArray before = readFile(workspaceFile(), 10'000).valueOr({});
    workspace::StaticServer server;
    server.address = u"127.0.0.1"_s;
    for (const QString& name : {u"bastion"_s, u"web"_s}) {
        server.name = name;
        QCOMPARE(await(m_hosts->add(server)).error().kind, ErrorKind::Conflict);
    }
    server.name = u"Not A Name"_s;
    QCOMPARE(await(m_hosts->add(server)).error().kind, ErrorKind::Invalid);
    server.name = u"new"_s;
    server.address = u"-oProxyCommand=x"_s;
    QCOMPARE(await(m_hosts->add(server)).error().kind, ErrorKind::Invalid);
    QCOMPARE(readFile(workspaceFile(), 10'000).valueOr({}), before);
}

QTEST_GUILESS_MAIN(TestHosts)
#include "tst_hosts.moc"
