#include "core/operate/snippets.h"
#include "tests/support.h"

#include <QTemporaryDir>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::operate;
using analemma::test::await;

class TestOperateSnippets : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void fields_data();
    void fields();
    void filling_data();
    void filling();
    void kept();
    void refused();
};

void TestOperateSnippets::fields_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QList<SnippetField>>("fields");
    QTest::newRow("none") << u"uptime"_s << QList<SnippetField>();
    QTest::newRow("one") << u"ls {{folder}}"_s << QList<SnippetField>{{u"folder"_s, {}, false}};
    QTest::newRow("default") << u"ls {{folder|/srv/my app}}"_s
                             << QList<SnippetField>{{u"folder"_s, u"/srv/my app"_s, false}};
    QTest::newRow("raw") << u"ls {{!flags|-la}} x"_s
                         << QList<SnippetField>{{u"flags"_s, u"-la"_s, true}};
    QTest::newRow("twice") << u"a {{x}} {{y}} {{x|1}}"_s
                           << QList<SnippetField>{{u"x"_s, u"1"_s, false}, {u"y"_s, {}, false}};
    QTest::newRow("Docker's") << u"docker ps --format '{{.Names}}' {{ x }} {{}} {{x"_s
                              << QList<SnippetField>();
}

void TestOperateSnippets::fields()
{
    QFETCH(const QString, text);
    QFETCH(const QList<SnippetField>, fields);
    QCOMPARE(fieldsOf(text), fields);
}

void TestOperateSnippets::filling_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("x");
    QTest::addColumn<QString>("result");
    QTest::newRow("plain") << u"ls {{x}}!"_s << u"/srv"_s << u"ls /srv!"_s;
    QTest::newRow("quoted") << u"ls {{x}}"_s << u"a b; rm -rf /"_s << u"ls 'a b; rm -rf /'"_s;
    QTest::newRow("quote") << u"echo {{x}}"_s << u"it's $HOME"_s << u"echo 'it'\\''s $HOME'"_s;
    QTest::newRow("raw") << u"ls {{!x}}"_s << u"-l | head"_s << u"ls -l | head"_s;
    QTest::newRow("empty") << u"ls {{x}}."_s << u""_s << u"ls ''."_s;
    QTest::newRow("place in a value") << u"{{x}} {{x}}"_s << u"{{y}}"_s << u"'{{y}}' '{{y}}'"_s;
    QTest::newRow("others stay") << u"{{.Names}} {{x}}"_s << u"1"_s << u"{{.Names}} 1"_s;
}

void TestOperateSnippets::filling()
{
    QFETCH(const QString, text);
    QFETCH(const QString, x);
    QFETCH(const QString, result);
    QCOMPARE(filled(text, {{u"x"_s, x}}), result);
    QCOMPARE(filled(u"{{x|a b}} {{!x|a b}}"_s, {}), u"'a b' a b"_s);
}

void TestOperateSnippets::kept()
{
    const QTemporaryDir folder;
    auto store = store::Store::open(folder.path());
    VERIFY_OK(store);
    Snippets snippets(store->get());
    QVERIFY(await(snippets.list())->isEmpty());
    const Result<Snippet> one = await(snippets.save({u" uptime "_s, u"uptime"_s}));
    VERIFY_OK(one);
    QCOMPARE(one->name, u"uptime"_s);
    VERIFY_OK(await(snippets.save({u"Log"_s, u"journalctl -u {{unit}}"_s})));
    QCOMPARE(await(snippets.save({u"Log"_s, u"x"_s})).error().kind, ErrorKind::Conflict);
    Snippet changed = *one;
    changed.text = u"uptime -p"_s;
    VERIFY_OK(await(snippets.save(changed)));
    QCOMPARE(await(snippets.save(changed)).error().kind, ErrorKind::Conflict);  // an old one
    const Result<QList<Snippet>> all = await(snippets.list());
    VERIFY_OK(all);
    QCOMPARE(all->size(), 2);
    QCOMPARE(all->at(0).name, u"Log"_s);
    QCOMPARE(all->at(1).text, u"uptime -p"_s);
    VERIFY_OK(await(snippets.remove(u"Log"_s)));
    VERIFY_OK(await(snippets.remove(u"Log"_s)));
    QCOMPARE(await(snippets.list())->size(), 1);
}

void TestOperateSnippets::refused()
{
    const QTemporaryDir folder;
    auto store = store::Store::open(folder.path());
    VERIFY_OK(store);
    Snippets snippets(store->get());
    const QList<Snippet> bad = {{u" "_s, u"x"_s},
                                {QString(81, u'n'), u"x"_s},
                                {u"a\nb"_s, u"x"_s},
                                {u"x"_s, u" \n"_s},
                                {u"x"_s, QString(16 * 1024 + 1, u'x')}};
    for (const Snippet& one : bad) {
        QCOMPARE(await(snippets.save(one)).error().kind, ErrorKind::Invalid);
    }
    QVERIFY(await(snippets.list())->isEmpty());
}

QTEST_GUILESS_MAIN(TestOperateSnippets)
#include "tst_operate_snippets.moc"
