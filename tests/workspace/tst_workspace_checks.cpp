#include "core/workspace/workspace.h"
#include "tests/support.h"

#include <QJsonArray>
#include <QTest>

using namespace analemma;
using namespace Qt::StringLiterals;
using workspace::CheckKind;
using workspace::ServiceCheck;
using workspace::Workspace;

/// The section `checks`.
class TestWorkspaceChecks : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void readsEveryKind();
    void bad_data();
    void bad();
    void tellsAllOfThem();
};

namespace {

QByteArray checksFile(const QByteArray& checks)
{
    return "workspace: shop\nproviders:\n  here: { type: local }\nrepositories:\n  shop: { path: "
           "shop }\n"
           "images:\n  web: { start: s.sh }\nenvironments:\n  production: { image: web "
           "}\nchecks:\n" +
           checks;
}

Result<Workspace> readChecksFile(const QByteArray& checks)
{
    return workspace::parse(checksFile(checks), u"/srv/team/analemma.yaml"_s);
}

}  // namespace

void TestWorkspaceChecks::readsEveryKind()
{
    const auto read = readChecksFile(R"(  shop:
    url: https://127.0.0.1:8443/healthz
    every: 5s
    timeout: 2s
    expect: { status: 200, body: "ok", certificate: 30 }
    apdex: 100ms
    rise: 2
    fall: 3
    verify: false
    authority: ca.pem
    environment: production
  many: { url: "http://[::1]/", expect: { status: [200, 204] } }
  db: { tcp: 10.0.0.5:5432 }
  db6: { tcp: "[fe80::1]:5432" }
  name: { dns: example.org, record: MX, resolver: 127.0.0.1:5353, expect: { answer: 10 mail.example.org } }
  p: { server: web-1, process: nginx }
  u: { server: web-1, unit: nginx@1.service }
  l: { server: web-1, port: 80 }
  s: { server: web-1, script: "test -e /srv/ready && exit 0" }
  e: { server: web-1, log: { file: /var/log/app.log, pattern: "ERROR [1]", most: 3 } }
  r: { server: web-1, log: { file: /var/log/app.log, regex: "ERROR|WARN" } }
)");
    QVERIFY2(read.ok(), read ? "" : qPrintable(read.error().message));
    const auto& checks = read->checks;
    QCOMPARE(checks.size(), 11);
    const ServiceCheck shop = checks[u"shop"_s];
    QVERIFY(shop.kind == CheckKind::Http);
    QCOMPARE(shop.name, u"shop"_s);
    QCOMPARE(shop.every, milliseconds(5000));
    QCOMPARE(shop.timeout, milliseconds(2000));
    QCOMPARE(shop.statuses, QList<int>{200});
    QCOMPARE(shop.body, u"ok"_s);
    QCOMPARE(shop.certificateDays, 30);
    QCOMPARE(shop.apdex, milliseconds(100));
    QCOMPARE(shop.rise, 2);
    QCOMPARE(shop.fall, 3);
    QVERIFY(!shop.verify);
    QCOMPARE(shop.authority, u"/srv/team/ca.pem"_s);
    QCOMPARE(shop.environment, u"production"_s);
    QCOMPARE(checks[u"many"_s].statuses, (QList<int>{200, 204}));
    QCOMPARE(checks[u"many"_s].every, milliseconds(30'000));
    QVERIFY(checks[u"db"_s].kind == CheckKind::Tcp);
    QCOMPARE(checks[u"db"_s].host, u"10.0.0.5"_s);
    QCOMPARE(checks[u"db"_s].port, 5432);
    QCOMPARE(checks[u"db6"_s].host, u"fe80::1"_s);
    QCOMPARE(checks[u"db6"_s].target(), u"[fe80::1]:5432"_s);
    QVERIFY(checks[u"name"_s].kind == CheckKind::Dns);
    QCOMPARE(checks[u"name"_s].record, u"MX"_s);
    QCOMPARE(checks[u"name"_s].answer, u"10 mail.example.org"_s);
    QCOMPARE(checks[u"name"_s].resolver, u"127.0.0.1:5353"_s);
    QVERIFY(checks[u"p"_s].kind == CheckKind::Process);
    QCOMPARE(checks[u"p"_s].process, u"nginx"_s);
    QCOMPARE(checks[u"u"_s].unit, u"nginx@1.service"_s);
    QCOMPARE(checks[u"l"_s].port, 80);
    QCOMPARE(checks[u"l"_s].server, u"web-1"_s);
    QVERIFY(checks[u"s"_s].kind == CheckKind::Script);
    QCOMPARE(checks[u"e"_s].pattern, u"ERROR [1]"_s);
    QVERIFY(!checks[u"e"_s].isRegex);
    QCOMPARE(checks[u"e"_s].most, 3);
    QVERIFY(checks[u"r"_s].isRegex);
}

void TestWorkspaceChecks::bad_data()
{
    QTest::addColumn<QByteArray>("check");
    QTest::addColumn<QString>("message");
    const auto row = [](const char* name, const char* check, const QString& message) {
        QTest::newRow(name) << QByteArray(check) << message;
    };
    row("nothing", "{ every: 5s }", u"expected what to check: one of url, tcp"_s);
    row("two", "{ url: \"http://a/\", tcp: \"a:1\" }",
        u"checks.x.tcp: a check looks at one thing; this one has \"url\" already"_s);
    row("near", "{ url: \"http://a/\", evry: 5s }", u"did you mean \"every\"?"_s);
    row("near in expect", "{ url: \"http://a/\", expect: { stats: 200 } }",
        u"did you mean \"status\"?"_s);
    row("near in log", "{ server: a, log: { file: /a, pattern: b, mots: 3 } }",
        u"did you mean \"most\"?"_s);
    row("login", "{ url: \"http://ann:pw@a/\" }", u"checks.x.url: expected a URL"_s);
    row("scheme", "{ url: \"file:///etc/passwd\" }", u"checks.x.url: expected a URL"_s);
    row("status", "{ url: \"http://a/\", expect: { status: fine } }",
        u"checks.x.expect.status: expected an HTTP status"_s);
    row("port", "{ tcp: \"a:99999\" }", u"checks.x.tcp: expected host:port"_s);
    row("no port", "{ tcp: a }", u"checks.x.tcp: expected host:port"_s);
    row("bare IPv6", "{ tcp: \"fe80::1:22\" }", u"checks.x.tcp: expected host:port"_s);
    row("record", "{ dns: a, record: PTR }", u"checks.x.record: expected a type of record"_s);
    row("resolver", "{ dns: a, resolver: ns.example.org }",
        u"checks.x.resolver: expected the IPv4 address"_s);
    row("domain", "{ dns: \"a b\" }", u"checks.x.dns: expected a name"_s);
    row("no server", "{ unit: nginx }", u"checks.x.server: expected the name of a server"_s);
    row("unit", "{ server: a, unit: \"a; reboot\" }", u"checks.x.unit: expected the name"_s);
    row("process", "{ server: a, process: /bin/sh }", u"checks.x.process: expected the name"_s);
    row("file", "{ server: a, log: { file: log, pattern: a } }",
        u"checks.x.log.file: expected an absolute path"_s);
    row("up", "{ server: a, log: { file: /a/../b, pattern: a } }",
        u"checks.x.log.file: expected an absolute path"_s);
    row("both", "{ server: a, log: { file: /a, pattern: a, regex: b } }",
        u"expected either \"pattern\" or \"regex\", got both"_s);
    row("regex", "{ server: a, log: { file: /a, regex: \"(\" } }",
        u"checks.x.log.regex: expected a regular expression"_s);
    row("verb", "{ server: a, log: { file: /a, regex: \"(*LIMIT_MATCH=9)a\" } }",
        u"checks.x.log.regex: expected a regular expression"_s);
    row("foreign key", "{ tcp: \"a:1\", verify: true }", u"a check of \"tcp\" has no \"verify\""_s);
    row("foreign expect", "{ dns: a, expect: { status: 200 } }", u"unknown key \"status\""_s);
    row("every", "{ tcp: \"a:1\", every: 10ms }", u"checks.x.every: expected a duration from 1s"_s);
    row("environment", "{ tcp: \"a:1\", environment: produktion }",
        u"there is no environment \"produktion\"; did you mean \"production\"?"_s);
    row("no map", "5", u"checks.x: expected a map"_s);
}

void TestWorkspaceChecks::bad()
{
    QFETCH(QByteArray, check);
    QFETCH(QString, message);
    const auto read = readChecksFile("  x: " + check + '\n');
    QVERIFY(!read);
    QVERIFY(read.error().kind == ErrorKind::Invalid);
    QVERIFY2(read.error().message.contains(message), qPrintable(read.error().message));
    QVERIFY2(read.error().message.startsWith(u"analemma.yaml:11:"_s),
             qPrintable(read.error().message));
    QVERIFY(!read.error().message.contains(u"ann:pw"_s));
}

void TestWorkspaceChecks::tellsAllOfThem()
{
    const auto read = readChecksFile("  a: { tcp: a }\n  b: { dns: \"-\" }\n  c: {}\n");
    QVERIFY(!read);
    QCOMPARE(read.error().details[u"errors"_s].toArray().size(), 3);
}

QTEST_GUILESS_MAIN(TestWorkspaceChecks)
#include "tst_workspace_checks.moc"
