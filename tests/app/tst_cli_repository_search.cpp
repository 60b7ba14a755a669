#include "harness.h"

#include "core/base/files.h"

#include <QJsonArray>
#include <QProcess>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::test;

/// `repository blame`, `search`, `history` and the filters of `log`, at a path.
class TestCliRepositorySearch : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void blame();
    void search_data();
    void search();
    void history();
    void log();
    void notThere_data();
    void notThere();

private:
    [[nodiscard]] Ran cli(const QStringList& words) const
    {
        return run(QStringList{u"repository"_s} + words, u"/"_s);
    }
    static QStringList subjects(const Ran& ran)
    {
        QStringList list;
        const QJsonArray commits = ran.json()[u"commits"_s].toArray();
        for (const QJsonValue& commit : commits) {
            list.append(commit[u"subject"_s].toString());
        }
        return list;
    }
    void commit(const QString& message, const QString& author, const QString& when,
                const QMap<QString, QByteArray>& files) const;
    void git(const QStringList& arguments, const QString& author = u"Ana"_s,
             const QString& when = u"2026-01-01T00:00:00Z"_s) const;

    std::unique_ptr<app::Libraries> m_libraries;
    std::unique_ptr<Place> m_place;
    QString m_path;
};

void TestCliRepositorySearch::git(const QStringList& arguments, const QString& author,
                                  const QString& when) const
{
    QProcess process;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    for (const char* who : {"AUTHOR", "COMMITTER"}) {
        const QString name = u"GIT_"_s + QLatin1StringView(who);
        environment.insert(name + u"_NAME"_s, author);
        environment.insert(name + u"_EMAIL"_s, author.toLower() + u"@example.org"_s);
        environment.insert(name + u"_DATE"_s, when);
    }
    process.setProcessEnvironment(environment);
    process.setWorkingDirectory(m_path);
    process.start(u"git"_s, arguments);
    QVERIFY(process.waitForFinished());
    QCOMPARE(process.exitCode(), 0);
}

void TestCliRepositorySearch::commit(const QString& message, const QString& author,
                                     const QString& when,
                                     const QMap<QString, QByteArray>& files) const
{
    for (auto it = files.constBegin(); it != files.constEnd(); ++it) {
        QVERIFY(writeFile(m_path + u'/' + it.key(), it.value(), 0644));
    }
    git({u"add"_s, u"-A"_s});
    git({u"commit"_s, u"-q"_s, u"-m"_s, message}, author, when);
}

void TestCliRepositorySearch::initTestCase()
{
    m_libraries = std::make_unique<app::Libraries>();
    m_place = std::make_unique<Place>();
    m_path = m_place->work() + u"/one"_s;
    QVERIFY(makeFolder(m_path));
    git({u"init"_s, u"-q"_s, u"-b"_s, u"main"_s});
    commit(u"feat: begin"_s, u"Ana"_s, u"2026-01-01T10:00:00Z"_s,
           {{u"old.txt"_s, "one\ntwo\nthree\nfour\nfive\n"}, {u"b.md"_s, "b\n"}});
    commit(u"fix: the second line\u001b[31m"_s, u"Bob"_s, u"2026-02-01T10:00:00Z"_s,
           {{u"old.txt"_s, "one\nsecond\nthree\nfour\nfive\n"}});
    git({u"mv"_s, u"old.txt"_s, u"new.txt"_s});
    commit(u"refactor: rename"_s, u"Ana"_s, u"2026-03-01T10:00:00Z"_s, {});
    git({u"checkout"_s, u"-q"_s, u"-b"_s, u"side"_s});
    commit(u"feat: on the side"_s, u"Bob"_s, u"2026-04-01T10:00:00Z"_s, {{u"b.md"_s, "bb\n"}});
    git({u"checkout"_s, u"-q"_s, u"main"_s});
    QVERIFY(
        writeFile(m_path + u"/new.txt"_s, "one\nsecond\nthree\nfour\nfive\n\x1b[31msix\n", 0644));
}

void TestCliRepositorySearch::blame()
{
    const Ran ran = cli({u"blame"_s, m_path, u"new.txt"_s, u"--json"_s});
    QVERIFY2(ran.code == 0, ran.err.constData());
    const QJsonObject json = ran.json();
    QCOMPARE(json[u"schema"_s].toString(), u"analemma.blame.1"_s);
    QCOMPARE(json[u"lineCount"_s].toInt(), 6);
    const QJsonArray lines = json[u"lines"_s].toArray();
    QCOMPARE(lines.size(), 6);
    const auto origin = [&](int row) {
        return json[u"origins"_s].toArray()[lines[row][u"origin"_s].toInt()];
    };
    QCOMPARE(origin(0)[u"subject"_s].toString(), u"feat: begin"_s);
    QCOMPARE(origin(0)[u"path"_s].toString(), u"old.txt"_s);
    QVERIFY(origin(0)[u"boundary"_s].toBool());
    QCOMPARE(origin(1)[u"author"_s].toString(), u"Bob"_s);
    QCOMPARE(origin(1)[u"time"_s].toString(), u"2026-02-01T10:00:00Z"_s);
    QCOMPARE(origin(1)[u"previous"_s][u"path"_s].toString(), u"old.txt"_s);
    QCOMPARE(origin(5)[u"commit"_s].toString(), QString());
    QCOMPARE(lines[1][u"text"_s].toString(), u"second"_s);
    const Ran text = cli({u"blame"_s, m_path, u"new.txt"_s});
    QVERIFY(text.out.contains("Bob") && text.out.contains("not committed"));
    QVERIFY(!text.out.contains('\x1b'));
    const Ran part = cli({u"blame"_s, m_path, u"old.txt"_s, u"--at"_s, u"main~1"_s, u"--line"_s,
                          u"2"_s, u"--limit"_s, u"2"_s, u"--json"_s});
    QVERIFY2(part.code == 0, part.err.constData());
    QCOMPARE(part.json()[u"lines"_s].toArray().size(), 2);
    QCOMPARE(part.json()[u"lines"_s][0][u"line"_s].toInt(), 2);
    QVERIFY(part.err.contains("--line 4"));
}

void TestCliRepositorySearch::search_data()
{
    QTest::addColumn<QStringList>("words");
    QTest::addColumn<QStringList>("subjects");
    const QString first = u"feat: begin"_s;
    const QString second = u"fix: the second line\u001b[31m"_s;
    const QString third = u"refactor: rename"_s;
    const QString side = u"feat: on the side"_s;
    QTest::newRow("text") << QStringList{u"FEAT"_s} << QStringList{side, first};
    QTest::newRow("case") << QStringList{u"FEAT"_s, u"--match-case"_s} << QStringList();
    QTest::newRow("author") << QStringList{u"--author"_s, u"bob@"_s} << QStringList{side, second};
    QTest::newRow("from") << QStringList{u"--author"_s, u"Bob"_s, u"--from"_s, u"main"_s}
                          << QStringList{second};
    QTest::newRow("path") << QStringList{u"--path"_s, u"*.md"_s} << QStringList{side, first};
    QTest::newRow("content") << QStringList{u"--content"_s, u"second"_s, u"--path"_s, u"old.txt"_s}
                             << QStringList{third, second};
    QTest::newRow("pattern") << QStringList{u"--pattern"_s, u"^bb$"_s} << QStringList{side};
    QTest::newRow("time") << QStringList{u"--since"_s, u"2026-02-01"_s, u"--until"_s,
                                         u"2026-03-15T00:00:00Z"_s}
                          << QStringList{third, second};
    QTest::newRow("limit") << QStringList{u"feat"_s, u"--limit"_s, u"1"_s} << QStringList{side};
}

void TestCliRepositorySearch::search()
{
    QFETCH(const QStringList, words);
    QFETCH(const QStringList, subjects);
    const Ran ran = cli(QStringList{u"search"_s, m_path} + words + QStringList{u"--json"_s});
    QVERIFY2(ran.code == 0, ran.err.constData());
    QCOMPARE(TestCliRepositorySearch::subjects(ran), subjects);
    const Ran text = cli(QStringList{u"search"_s, m_path} + words);
    QCOMPARE(text.code, 0);
    QVERIFY(!text.out.contains('\x1b'));
    QCOMPARE(text.out.isEmpty(), subjects.isEmpty());
    QCOMPARE(text.err.contains("No commit has it"), subjects.isEmpty());
}

void TestCliRepositorySearch::history()
{
    const Ran ran = cli({u"history"_s, m_path, u"new.txt"_s, u"--json"_s});
    QVERIFY2(ran.code == 0, ran.err.constData());
    QStringList changes;
    const QJsonArray commits = ran.json()[u"commits"_s].toArray();
    for (const QJsonValue& commit : commits) {
        changes.append(commit[u"path"_s].toString() + u' ' + commit[u"change"_s].toString());
    }
    QCOMPARE(changes, QStringList({u"new.txt renamed from old.txt"_s, u"old.txt modified"_s,
                                   u"old.txt added"_s}));
    const Ran before =
        cli({u"history"_s, m_path, u"old.txt"_s, u"--from"_s, u"main~1"_s, u"--limit"_s, u"1"_s});
    QVERIFY(before.out.contains("modified") && !before.out.contains("added"));
}

void TestCliRepositorySearch::log()
{
    const Ran ofPath = cli({u"log"_s, m_path, u"--path"_s, u"b.md"_s, u"--all"_s, u"--json"_s});
    QVERIFY2(ofPath.code == 0, ofPath.err.constData());
    QCOMPARE(subjects(ofPath), QStringList({u"feat: on the side"_s, u"feat: begin"_s}));
    const Ran ofAuthor = cli({u"log"_s, m_path, u"--author"_s, u"Ana"_s, u"--json"_s});
    QCOMPARE(subjects(ofAuthor), QStringList({u"refactor: rename"_s, u"feat: begin"_s}));
    QCOMPARE(cli({u"log"_s, m_path, u"--author"_s, u"Ana"_s, u"--after"_s, u"main~1"_s}).code, 2);
}

void TestCliRepositorySearch::notThere_data()
{
    QTest::addColumn<QStringList>("words");
    QTest::addColumn<int>("code");
    QTest::newRow("file") << QStringList{u"blame"_s, m_path, u"nothing"_s} << 5;
    QTest::newRow("no file") << QStringList{u"blame"_s, m_path} << 2;
    QTest::newRow("revision") << QStringList{u"blame"_s, m_path, u"new.txt"_s, u"--at"_s,
                                             u"nowhere"_s}
                              << 5;
    QTest::newRow("history") << QStringList{u"history"_s, m_path, u"nothing"_s} << 5;
    QTest::newRow("from") << QStringList{u"search"_s, m_path, u"x"_s, u"--from"_s, u"nowhere"_s}
                          << 5;
    QTest::newRow("date") << QStringList{u"search"_s, m_path, u"--since"_s, u"yesterday"_s} << 2;
    QTest::newRow("nothing asked") << QStringList{u"search"_s, m_path} << 3;
}

void TestCliRepositorySearch::notThere()
{
    QFETCH(const QStringList, words);
    QFETCH(const int, code);
    const Ran ran = cli(words);
    QCOMPARE(ran.code, code);
    QVERIFY(ran.out.isEmpty());
    QVERIFY(!ran.err.isEmpty());
}

QTEST_GUILESS_MAIN(TestCliRepositorySearch)
#include "tst_cli_repository_search.moc"
