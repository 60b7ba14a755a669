#include "app/balancers.h"
#include "tests/app/servers_fixture.h"

#include "core/monitor/checks.h"
#include "tests/http/web_server.h"

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::test;

/// Checks of a workspace by the command line.
class TestCliChecks : public ServersFixture {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void noneYet();
    void looksAtAll();
    void looksAtNamedOnes();
    void oneFails();
    void badNames();
    void balancersAreCounted();
    void environmentsNeedNoCheck();

private:
    void writeChecks(const QByteArray& checks)
    {
        QVERIFY(writeFile(path(u"analemma.yaml"_s), m_workspace + checks, 0644).ok());
    }
    QByteArray m_workspace;
};

namespace {

Reply healthy(const Asked& asked)
{
    return Reply(asked.path == "/broken" ? 500 : 200, "all is well");
}

QByteArray urlOf(const WebServer& server, const QString& path)
{
    return "{ url: \"" + server.url(path).toUtf8() + "\", expect: { body: well } }\n";
}

}  // namespace

void TestCliChecks::initTestCase()
{
    begin();
    trustAll();
    m_workspace = bytes(path(u"analemma.yaml"_s));
}

void TestCliChecks::noneYet()
{
    const Ran ran = cli({u"monitor"_s, u"check"_s});
    QCOMPARE(ran.code, 5);
    QVERIFY2(ran.err.contains("no checks yet"), ran.err.constData());
}

void TestCliChecks::looksAtAll()
{
    WebServer server(healthy);
    writeChecks("checks:\n  shop: " + urlOf(server, u"/"_s) + "  ssh: { tcp: \"" +
                m_servers[0]->address().toLatin1() + ':' +
                QByteArray::number(m_servers[0]->port()) +
                "\" }\n  daemon: { server: web-1, process: sshd }\n"
                "  ready: { server: web-2, script: \"echo fine\" }\n");
    const Ran ran = cli({u"monitor"_s, u"check"_s, u"--json"_s});
    QVERIFY2(ran.code == 0, ran.err + ran.out);
    const Json json = ran.json();
    QCOMPARE(json[u"schema"_s].toString(), u"analemma.monitor.check.1"_s);
    QVERIFY(json[u"ok"_s].toBool());
    const QJsonArray checks = json[u"checks"_s].toArray();
    QCOMPARE(checks.size(), 4);
    for (const QJsonValue& check : checks) {
        QVERIFY2(check[u"ok"_s].toBool(), qPrintable(check[u"reason"_s].toString()));
    }
    const QJsonValue shop = checks.at(2);
    QCOMPARE(shop[u"name"_s].toString(), u"shop"_s);
    QCOMPARE(shop[u"kind"_s].toString(), u"http"_s);
    QVERIFY(shop[u"latency_ms"_s].toDouble() > 0);
    QVERIFY(shop[u"connect_ms"_s].toDouble() > 0);
    const Ran table = cli({u"monitor"_s, u"check"_s});
    QCOMPARE(table.code, 0);
    QVERIFY(table.out.contains("LATENCY") && table.out.contains("daemon"));
}

void TestCliChecks::looksAtNamedOnes()
{
    WebServer server(healthy);
    writeChecks("checks:\n  shop: " + urlOf(server, u"/"_s) +
                "  other: " + urlOf(server, u"/broken"_s));
    const Ran ran = cli({u"monitor"_s, u"check"_s, u"shop"_s, u"--json"_s});
    QVERIFY2(ran.code == 0, ran.err + ran.out);
    QCOMPARE(ran.json()[u"checks"_s].toArray().size(), 1);
    QCOMPARE(server.asked.size(), 1);
}

void TestCliChecks::oneFails()
{
    WebServer server(healthy);
    writeChecks("checks:\n  shop: " + urlOf(server, u"/"_s) +
                "  other: " + urlOf(server, u"/broken"_s));
    const Ran ran = cli({u"monitor"_s, u"check"_s, u"--json"_s});
    QCOMPARE(ran.code, 8);
    QVERIFY(!ran.json()[u"ok"_s].toBool());
    const Ran table = cli({u"monitor"_s, u"check"_s, u"other"_s});
    QCOMPARE(table.code, 8);
    QVERIFY2(table.out.contains("status 500"), table.out.constData());
}

void TestCliChecks::badNames()
{
    WebServer server(healthy);
    writeChecks("checks:\n  shop: " + urlOf(server, u"/"_s));
    const Ran ran = cli({u"monitor"_s, u"check"_s, u"shpo"_s});
    QCOMPARE(ran.code, 5);
    QVERIFY2(ran.err.contains("shop"), ran.err.constData());
    QVERIFY(server.asked.isEmpty());
}

void TestCliChecks::balancersAreCounted()
{
    infra::Balancer balancer;
    balancer.state = u"running"_s;
    balancer.active = u"p0"_s;
    balancer.traffic.requests = 100;
    balancer.traffic.errors = 2;
    infra::Member member;
    member.server = u"web-1"_s;
    member.check = u"L7OK"_s;
    member.status = u"UP"_s;
    member.traffic.responseTime = milliseconds(12);
    infra::Pool pool;
    pool.name = u"p0"_s;
    pool.traffic.queue = 3;
    pool.members = {member};
    balancer.pools = {pool};
    const monitor::BalancerCounters counters = app::countersOf(balancer);
    QCOMPARE(counters.all.requests, 100);
    QCOMPARE(counters.all.errors, 2);
    QCOMPARE(counters.parts.size(), 2);
    QCOMPARE(counters.parts[0].queue, 3);
    QVERIFY(counters.parts[0].member.isEmpty());
    QCOMPARE(counters.parts[1].pool, u"p0"_s);
    QCOMPARE(counters.parts[1].member, u"web-1"_s);
    QCOMPARE(counters.parts[1].response, 12.0);
    QVERIFY(counters.parts[1].healthy);
    QVERIFY(monitor::balancerProblem(counters).isEmpty());
}

void TestCliChecks::environmentsNeedNoCheck()
{
    QVERIFY(writeFile(path(u"analemma.yaml"_s),
                      "workspace: shop\nproviders:\n  here: { type: local }\nrepositories:\n"
                      "  shop: { path: shop }\nimages:\n  web: { start: s.sh }\nenvironments:\n"
                      "  qa: { image: web }\n  production: { image: web, balancer: {} }\n",
                      0644));
    // Nothing was deployed: there is nothing that could fail.
    const Ran ran = cli({u"monitor"_s, u"check"_s, u"--json"_s});
    QVERIFY2(ran.code == 0, ran.err + ran.out);
    const QJsonArray balancers = ran.json()[u"balancers"_s].toArray();
    QCOMPARE(balancers.size(), 1);
    QCOMPARE(balancers.at(0)[u"environment"_s].toString(), u"production"_s);
    QVERIFY(balancers.at(0)[u"reason"_s].toString().contains(u"no balancer yet"_s));
}

QTEST_GUILESS_MAIN(TestCliChecks)
#include "tst_cli_checks.moc"
