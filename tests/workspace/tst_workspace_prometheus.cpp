#include "core/workspace/workspace.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace analemma;

namespace {

Result<workspace::Workspace> prometheusIn(const QByteArray& section)
{
    return workspace::parse("workspace: shop\nprometheus:" + section + '\n',
                            u"/srv/team/analemma.yaml"_s);
}

}  // namespace

/// The section of a workspace that names a Prometheus.
class TestWorkspacePrometheus : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void readsAll();
    void isNoneWithoutASection();
    void badSections_data();
    void badSections();
    void schemaKnowsTheSameKeys();
};

void TestWorkspacePrometheus::readsAll()
{
    const auto read = prometheusIn(R"(
  url: https://prom.example.org:9090/deep/path
  token: secret:prom
  remote-write: true
  alertmanager: http://[::1]:9093
  targets: ./targets/shop.json
  authority: /etc/ssl/team.pem
  exporter-port: 19100
  servers: ["db-*", web-1])");
    QVERIFY2(read.ok(), read.ok() ? "" : qPrintable(read.error().message));
    const workspace::Prometheus& one = read->prometheus;
    QCOMPARE(one.url, u"https://prom.example.org:9090/deep/path"_s);
    QCOMPARE(one.token, u"prom"_s);
    QVERIFY(one.remoteWrite);
    QCOMPARE(one.alertmanager, u"http://[::1]:9093"_s);
    QCOMPARE(one.targets, u"/srv/team/targets/shop.json"_s);
    QCOMPARE(one.authority, u"/etc/ssl/team.pem"_s);
    QCOMPARE(one.exporterPort, 19100);
    QCOMPARE(one.servers, (QStringList{u"db-*"_s, u"web-1"_s}));
}

void TestWorkspacePrometheus::isNoneWithoutASection()
{
    const auto none = prometheusIn({});
    QVERIFY(none.ok());
    QVERIFY(none->prometheus.url.isEmpty() && !none->prometheus.remoteWrite);
    const auto least = prometheusIn(" { url: http://127.0.0.1:9090 }");
    QVERIFY(least.ok());
    QCOMPARE(least->prometheus.exporterPort, 9100);
    QVERIFY(least->prometheus.targets.isEmpty() && least->prometheus.servers.isEmpty());
}

void TestWorkspacePrometheus::badSections_data()
{
    QTest::addColumn<QByteArray>("section");
    QTest::addColumn<QString>("message");
    const QString url =
        u"analemma.yaml:2:20 prometheus.url: expected an address such as https://prometheus.example.org:9090, got "_s;
    QTest::newRow("no url") << QByteArray(" { remote-write: true }")
                            << u"expected an address such as"_s;
    QTest::newRow("no scheme") << QByteArray(" { url: \"prom:9090\" }") << url + u"\"prom:9090\""_s;
    QTest::newRow("other scheme") << QByteArray(" { url: \"file:///etc\" }")
                                  << url + u"\"file:///etc\""_s;
    QTest::newRow("query") << QByteArray(" { url: \"http://a/?b=c\" }")
                           << url + u"\"http://a/?b=c\""_s;
    QTest::newRow("unknown") << QByteArray(" { url: \"http://a\", remote_write: true }")
                             << u"did you mean \"remote-write\"?"_s;
    QTest::newRow("the secret itself") << QByteArray(" { url: \"http://a\", token: hunter2 }")
                                       << u"the secret itself never stands in this file"_s;
    QTest::newRow("port") << QByteArray(" { url: \"http://a\", exporter-port: 0 }") << u"a port"_s;
    QTest::newRow("pattern") << QByteArray(" { url: \"http://a\", servers: [\"a b\"] }")
                             << u"with * and ? for letters"_s;
    QTest::newRow("folder") << QByteArray(" { url: \"http://a\", targets: sd/ }")
                            << u"the path of a file"_s;
    QTest::newRow("a word") << QByteArray(" yes") << u"expected a map"_s;
}

void TestWorkspacePrometheus::badSections()
{
    QFETCH(QByteArray, section);
    QFETCH(QString, message);
    const auto read = prometheusIn(section);
    QVERIFY(!read.ok());
    QVERIFY2(read.error().message.contains(message), qPrintable(read.error().message));
    QVERIFY(!read.error().message.contains(u"hunter2"_s));
}

void TestWorkspacePrometheus::schemaKnowsTheSameKeys()
{
    QFile file(QStringLiteral(ANALEMMA_SOURCE "/resources/schema/analemma.schema.json"));
    QVERIFY(file.open(QIODevice::ReadOnly));
    const Json section =
        QJsonDocument::fromJson(file.readAll()).object()[u"$defs"_s][u"prometheus"_s].toObject();
    const auto read = prometheusIn(" { url: \"http://a\", zzzzzzzz: 1 }");
    QVERIFY(!read.ok());
    QStringList known = read.error()
                            .message.section(u"known here: "_s, 1)
                            .replace(u" and "_s, u", "_s)
                            .split(u", "_s);
    known.sort();
    QCOMPARE(section[u"properties"_s].toObject().keys(), known);
    QCOMPARE(section[u"additionalProperties"_s], QJsonValue(false));
}

QTEST_GUILESS_MAIN(TestWorkspacePrometheus)
#include "tst_workspace_prometheus.moc"
