#include "core/workspace/workspace.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace analemma;
using namespace Qt::StringLiterals;

/// Servers written into workspace files of every form, which keep all their other bytes.
class TestWorkspaceEdit : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void serverIsAdded_data();
    void serverIsAdded();
    void serverIsNotAdded_data();
    void serverIsNotAdded();
    void repositoriesComeAndGo_data();
    void repositoriesComeAndGo();
    void repositoryStays_data();
    void repositoryStays();
    void editsAFile();
};

void TestWorkspaceEdit::serverIsAdded_data()
{
    QTest::addColumn<QByteArray>("before");
    QTest::addColumn<QByteArray>("after");
    const QByteArray one = "new: { address: 127.0.0.1 }";
    QTest::newRow("no section") << QByteArray("workspace: a\n# end\n")
                                << "workspace: a\n# end\nservers:\n  " + one + '\n';
    QTest::newRow("no line feed at the end")
        << QByteArray("workspace: a") << "workspace: a\nservers:\n  " + one + '\n';
    QTest::newRow("carriage returns")
        << QByteArray("workspace: a\r\nservers:\r\n  b: { address: c }\r\n")
        << "workspace: a\r\nservers:\r\n  b: { address: c }\r\n  " + one + "\r\n";
    QTest::newRow("empty section") << QByteArray("workspace: a\nservers:  # none\nimages: {}\n")
                                   << "workspace: a\nservers:  # none\n  " + one + "\nimages: {}\n";
    QTest::newRow("empty braces") << QByteArray("servers: {}  # none\nworkspace: a\n")
                                  << "servers: { " + one + " }  # none\nworkspace: a\n";
    QTest::newRow("braces") << QByteArray("servers: {b: {address: c}}\nworkspace: a\n")
                            << "servers: { " + one + ",b: {address: c}}\nworkspace: a\n";
    QTest::newRow("in the middle")
        << QByteArray(
               "servers:\n   b:\n      address: c   # d\n      # of b\n\n# of a\nworkspace: a\n")
        << "servers:\n   b:\n      address: c   # d\n      # of b\n   " + one +
               "\n\n# of a\nworkspace: a\n";
    QTest::newRow("letters of two bytes")
        << QByteArray("workspace: a # \xc3\xa9\xc3\xa9\nservers: {b: {address: c}} # \xc3\xa9\n")
        << "workspace: a # \xc3\xa9\xc3\xa9\nservers: { " + one + ",b: {address: c}} # \xc3\xa9\n";
}

void TestWorkspaceEdit::serverIsAdded()
{
    QFETCH(QByteArray, before);
    QFETCH(QByteArray, after);
    workspace::StaticServer server;
    server.name = u"new"_s;
    server.address = u"127.0.0.1"_s;
    const auto text = workspace::withServer(before, u"/srv/analemma.yaml"_s, server);
    QVERIFY2(text.ok(), text ? "" : qPrintable(text.error().message));
    QCOMPARE(*text, after);
    // And once more beside it, with every field.
    server.name = u"yes"_s;
    server.address = u"::1"_s;
    server.port = 2222;
    server.user = u"null"_s;
    server.tags = QStringList{u"1"_s, u"true"_s};
    server.hops = QStringList{u"ops@[::1]:22"_s};
    server.key = u"~/.ssh/my key"_s;
    server.transport = u"system"_s;
    const auto more = workspace::withServer(*text, u"/srv/analemma.yaml"_s, server);
    QVERIFY2(more.ok(), more ? "" : qPrintable(more.error().message));
    const auto read = workspace::parse(*more, u"/srv/analemma.yaml"_s);
    QVERIFY(read.ok());
    QVERIFY(read->servers.value(u"yes"_s) == server);
}

void TestWorkspaceEdit::serverIsNotAdded_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("address");
    QTest::addColumn<ErrorKind>("kind");
    const QString good = u"127.0.0.1"_s;
    QTest::newRow("there already") << QByteArray("workspace: a\nservers: { new: { address: b } }\n")
                                   << good << ErrorKind::Conflict;
    QTest::newRow("no address") << QByteArray("workspace: a\n") << u"-x"_s << ErrorKind::Invalid;
    QTest::newRow("two lines") << QByteArray("workspace: a\n") << u"a\nb: c"_s
                               << ErrorKind::Invalid;
    QTest::newRow("no workspace") << QByteArray("workspace: a\nzzz: 1\n") << good
                                  << ErrorKind::Invalid;
    QTest::newRow("braces around all")
        << QByteArray("{ workspace: a }\n") << good << ErrorKind::Unsupported;
    QTest::newRow("an explicit null")
        << QByteArray("workspace: a\nservers: ~\n") << good << ErrorKind::Unsupported;
    QTest::newRow("end of the document")
        << QByteArray("workspace: a\n...\n") << good << ErrorKind::Unsupported;
}

void TestWorkspaceEdit::serverIsNotAdded()
{
    QFETCH(QByteArray, text);
    QFETCH(QString, address);
    QFETCH(ErrorKind, kind);
    workspace::StaticServer server;
    server.name = u"new"_s;
    server.address = address;
    const auto changed = workspace::withServer(text, u"/srv/analemma.yaml"_s, server);
    QVERIFY(!changed.ok());
    QCOMPARE(toString(changed.error().kind), toString(kind));
}

void TestWorkspaceEdit::repositoriesComeAndGo_data()
{
    QTest::addColumn<QByteArray>("before");
    QTest::addColumn<QByteArray>("after");
    QTest::newRow("no section") << QByteArray("workspace: a\n")
                                << QByteArray(
                                       "workspace: a\nrepositories:\n"
                                       "  shop: { path: \"./shop\", remote: "
                                       "\"git@example.org:shop.git\" }\n");
    QTest::newRow("with comments")
        << QByteArray(
               "# ours\nworkspace: a\nrepositories:  # all of them\n"
               "    tools: { path: /srv/tools }  # old\n\n# the rest\nservers:\n"
               "  b: { address: 10.0.0.1 }\n")
        << QByteArray(
               "# ours\nworkspace: a\nrepositories:  # all of them\n"
               "    tools: { path: /srv/tools }  # old\n"
               "    shop: { path: \"./shop\", remote: \"git@example.org:shop.git\" }\n"
               "\n# the rest\nservers:\n  b: { address: 10.0.0.1 }\n");
}

void TestWorkspaceEdit::repositoriesComeAndGo()
{
    QFETCH(QByteArray, before);
    const QString file = u"/srv/work/analemma.yaml"_s;
    workspace::Repository shop;
    shop.name = u"shop"_s;
    shop.path = u"/srv/work/shop"_s;
    shop.remote = u"git@example.org:shop.git"_s;
    const auto text = workspace::withRepository(before, file, shop);
    QVERIFY2(text.ok(), text ? "" : qPrintable(text.error().message));
    QTEST(*text, "after");
    QCOMPARE(workspace::parse(*text, file)->repositories.value(u"shop"_s), shop);
    QCOMPARE(toString(workspace::withRepository(*text, file, shop).error().kind),
             toString(ErrorKind::Conflict));
    const auto gone = workspace::withoutRepository(*text, file, u"shop"_s);
    QVERIFY2(gone.ok(), gone ? "" : qPrintable(gone.error().message));
    QVERIFY(!workspace::parse(*gone, file)->repositories.contains(u"shop"_s));
    if (before.contains("repositories")) {
        QCOMPARE(*gone, before);
    }
}

void TestWorkspaceEdit::repositoryStays_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<ErrorKind>("kind");
    QTest::newRow("not there") << QByteArray("workspace: a\n") << ErrorKind::NotFound;
    QTest::newRow("on one line with others")
        << QByteArray("workspace: a\nrepositories: { shop: { path: ./s }, b: { path: ./b } }\n")
        << ErrorKind::Unsupported;
    QTest::newRow("a pipeline is of it")
        << QByteArray(
               "workspace: a\nrepositories:\n  shop: { path: ./shop }\npipelines:\n"
               "  shop: { repository: shop, config: c.yml }\n")
        << ErrorKind::Invalid;
    QTest::newRow("broken") << QByteArray("workspace: [\n") << ErrorKind::Invalid;
}

void TestWorkspaceEdit::repositoryStays()
{
    QFETCH(QByteArray, text);
    QFETCH(ErrorKind, kind);
    const auto changed =
        workspace::withoutRepository(text, u"/srv/work/analemma.yaml"_s, u"shop"_s);
    QVERIFY(!changed.ok());
    QCOMPARE(toString(changed.error().kind), toString(kind));
}

void TestWorkspaceEdit::editsAFile()
{
    QTemporaryDir folder;
    const QString file = folder.filePath(u"analemma.yaml"_s);
    const auto put = [&file](const QByteArray& bytes) {
        QFile out(file);
        QVERIFY(out.open(QIODevice::WriteOnly) && out.write(bytes) == bytes.size());
    };
    put("workspace: a\n");
    QVERIFY(QFile::setPermissions(file, QFile::ReadOwner | QFile::WriteOwner));
    const auto edited = workspace::edit(
        file, [](const QByteArray& before) -> Result<QByteArray> { return before + "# more\n"; });
    QVERIFY(edited.ok());
    QCOMPARE(edited->name, u"a"_s);
    QFile in(file);
    QVERIFY(in.open(QIODevice::ReadOnly));
    QCOMPARE(in.readAll(), QByteArray("workspace: a\n# more\n"));
    QVERIFY(!in.permissions().testAnyFlags(QFile::ReadGroup | QFile::ReadOther));
    // Somebody else was faster.
    const auto late = workspace::edit(file, [&](const QByteArray& before) -> Result<QByteArray> {
        put("workspace: other\n");
        return before + "# lost\n";
    });
    QVERIFY(!late.ok());
    QCOMPARE(toString(late.error().kind), toString(ErrorKind::Conflict));
    QFile again(file);
    QVERIFY(again.open(QIODevice::ReadOnly));
    QCOMPARE(again.readAll(), QByteArray("workspace: other\n"));
}

QTEST_GUILESS_MAIN(TestWorkspaceEdit)
#include "tst_workspace_edit.moc"
