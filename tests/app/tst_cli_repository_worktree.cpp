#include "harness.h"

#include "core/base/files.h"
#include "core/base/process.h"

#include <QJsonArray>
#include <QProcess>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::test;

/// `repository status|stage|unstage|discard|commit|stash`, one change on its way.
class TestCliRepositoryWorktree : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void oneChange();
    void discardAndUndo();
    void stash();
    void stashShow();
    void lines();
    void discardsLines();
    void discardsFolders();
    void ignores();
    void refusals_data();
    void refusals();

private:
    [[nodiscard]] Ran cli(const QStringList& words) const
    {
        return run(QStringList{u"repository"_s} + words + QStringList{u"--json"_s}, m_folder);
    }
    [[nodiscard]] QJsonArray entries() const
    {
        return cli({u"status"_s, u"shop"_s}).json()[u"entries"_s].toArray();
    }
    [[nodiscard]] QByteArray git(const QStringList& words) const
    {
        QProcess process;
        process.setWorkingDirectory(m_folder + u"/shop"_s);
        process.start(u"git"_s, words);
        return process.waitForFinished(20'000) ? process.readAllStandardOutput() : QByteArray("?");
    }
    void write(const QString& name, const QByteArray& bytes) const
    {
        QVERIFY(writeFile(m_folder + u"/shop/"_s + name, bytes, 0644));
    }

    std::unique_ptr<app::Libraries> m_libraries;
    std::unique_ptr<Place> m_place;
    QString m_folder;
};

void TestCliRepositoryWorktree::initTestCase()
{
    m_libraries = std::make_unique<app::Libraries>();
    m_place = std::make_unique<Place>();
    qputenv("HOME", QFile::encodeName(m_place->home()));
    QVERIFY(writeFile(m_place->home() + u"/.gitconfig"_s,
                      "[user]\n\tname = Ana\n\temail = ana@example.org\n"));
    m_folder = m_place->work() + u"/shop"_s;
    const Ran made =
        run({u"workspace"_s, u"init"_s, m_folder, u"--sample"_s, u"shop"_s, u"--json"_s}, u"/"_s);
    QVERIFY2(made.code == 0, made.err.constData());
}

void TestCliRepositoryWorktree::oneChange()
{
    QCOMPARE(entries(), QJsonArray());
    write(u"new.txt"_s, "new\n");
    write(u"other.txt"_s, "other\n");
    QCOMPARE(entries().size(), 2);
    QVERIFY(entries()[0][u"untracked"_s].toBool());
    const Ran limited = cli({u"status"_s, u"shop"_s, u"--limit"_s, u"1"_s});
    QCOMPARE(limited.json()[u"entries"_s].toArray().size(), 1);
    QCOMPARE(limited.json()[u"complete"_s].toBool(true), false);
    QCOMPARE(cli({u"stage"_s, u"shop"_s, u"new.txt"_s, u"--dry-run"_s}).code, 0);
    QVERIFY(entries()[0][u"untracked"_s].toBool());
    QCOMPARE(cli({u"stage"_s, u"shop"_s, u"--all"_s}).code, 0);
    QCOMPARE(cli({u"unstage"_s, u"shop"_s, u"other.txt"_s}).code, 0);
    QCOMPARE(entries()[0][u"staged"_s].toString(), u"added"_s);
    QVERIFY(entries()[1][u"untracked"_s].toBool());
    const QString before = cli({u"show"_s, u"shop"_s}).json()[u"id"_s].toString();
    QCOMPARE(
        cli({u"commit"_s, u"shop"_s, u"-m"_s, u"feat: x"_s, u"--expected"_s, QString(40, u'1')})
            .code,
        12);
    const Ran made =
        cli({u"commit"_s, u"shop"_s, u"-m"_s, u"Feat: new."_s, u"--expected"_s, before});
    QVERIFY2(made.code == 0, made.err.constData());
    QCOMPARE(made.json()[u"remarks"_s].toArray().size(), 2);
    const Ran amended = cli({u"commit"_s, u"shop"_s, u"--amend"_s, u"-m"_s, u"feat: new"_s});
    QVERIFY2(amended.code == 0, amended.err.constData());
    const Json shown = cli({u"show"_s, u"shop"_s}).json();
    QCOMPARE(shown[u"id"_s], amended.json()[u"id"_s]);
    QCOMPARE(shown[u"subject"_s].toString(), u"feat: new"_s);
    QCOMPARE(shown[u"parents"_s][0].toString(), before);
    QCOMPARE(entries().size(), 1);
    const Ran text = run({u"repository"_s, u"status"_s, m_folder + u"/shop"_s}, u"/"_s);
    QVERIFY(text.out.contains("other.txt") && text.err.contains("on main"));
}

void TestCliRepositoryWorktree::discardAndUndo()
{
    const Ran gone = cli({u"discard"_s, u"shop"_s, u"other.txt"_s});
    QVERIFY2(gone.code == 0, gone.err.constData());
    QCOMPARE(entries(), QJsonArray());
    const QString id = gone.json()[u"discarded"_s][0][u"id"_s].toString();
    const Ran list = cli({u"discard"_s, u"shop"_s, u"--list"_s});
    QCOMPARE(list.json()[u"discarded"_s][0][u"id"_s].toString(), id);
    QCOMPARE(cli({u"discard"_s, u"shop"_s, u"--undo"_s, id}).code, 0);
    QCOMPARE(entries()[0][u"path"_s].toString(), u"other.txt"_s);
    QCOMPARE(cli({u"discard"_s, u"shop"_s, u"--undo"_s, id}).code, 5);
}

void TestCliRepositoryWorktree::stash()
{
    write(u"new.txt"_s, "newer\n");
    const Ran made = cli({u"stash"_s, u"shop"_s, u"push"_s, u"--untracked"_s, u"-m"_s, u"aside"_s});
    QVERIFY2(made.code == 0, made.err.constData());
    QCOMPARE(entries(), QJsonArray());
    const QString id = made.json()[u"stash"_s][u"id"_s].toString();
    QCOMPARE(cli({u"stash"_s, u"shop"_s, u"drop"_s, id}).code, 0);
    QCOMPARE(cli({u"stash"_s, u"shop"_s}).json()[u"stashes"_s].toArray(), QJsonArray());
    QCOMPARE(cli({u"stash"_s, u"shop"_s, u"restore"_s, id, u"-m"_s, u"again"_s}).code, 0);
    QCOMPARE(cli({u"stash"_s, u"shop"_s}).json()[u"stashes"_s][0][u"message"_s].toString(),
             u"again"_s);
    QCOMPARE(cli({u"stash"_s, u"shop"_s, u"pop"_s, id}).code, 0);
    QCOMPARE(entries().size(), 2);
    // One of the two alone.
    QCOMPARE(cli({u"stash"_s, u"shop"_s, u"push"_s, u"--untracked"_s, u"new.txt"_s}).code, 0);
    QCOMPARE(entries().size(), 1);
    QCOMPARE(entries()[0][u"path"_s].toString(), u"other.txt"_s);
}

void TestCliRepositoryWorktree::stashShow()
{
    write(u"aside.txt"_s, "a\n");
    QCOMPARE(cli({u"stage"_s, u"shop"_s, u"aside.txt"_s}).code, 0);
    write(u"unknown.txt"_s, "u\n");
    const Ran made = cli({u"stash"_s, u"shop"_s, u"push"_s, u"--untracked"_s});
    QVERIFY2(made.code == 0, made.err.constData());
    const QString id = made.json()[u"stash"_s][u"id"_s].toString();
    const Ran shown = cli({u"stash"_s, u"shop"_s, u"show"_s, id});
    QVERIFY2(shown.code == 0, shown.err.constData());
    QCOMPARE(shown.json()[u"schema"_s].toString(), u"analemma.stash_show.1"_s);
    QCOMPARE(shown.json()[u"files"_s].toArray().size(), 1);
    QCOMPARE(shown.json()[u"files"_s][0][u"path"_s].toString(), u"aside.txt"_s);
    QStringList untracked;
    for (const QJsonValue& file : shown.json()[u"untrackedFiles"_s].toArray()) {
        untracked.append(file[u"path"_s].toString());
    }
    QVERIFY(untracked.contains(u"unknown.txt"_s));
    QCOMPARE(cli({u"stash"_s, u"shop"_s, u"show"_s, QString(40, u'1')}).code, 5);
    QCOMPARE(cli({u"stash"_s, u"shop"_s, u"drop"_s, id}).code, 0);
}

/// "1" to "9", committed; then 2 and 3 are changed, 5 is gone, and "new" comes after 8.
void TestCliRepositoryWorktree::lines()
{
    write(u"lines.txt"_s, "1\n2\n3\n4\n5\n6\n7\n8\n9\n");
    QCOMPARE(cli({u"stage"_s, u"shop"_s, u"lines.txt"_s}).code, 0);
    QCOMPARE(cli({u"commit"_s, u"shop"_s, u"-m"_s, u"feat: lines"_s}).code, 0);
    write(u"lines.txt"_s, "1\ntwo\nthree\n4\n6\n7\n8\nnew\n9\n");
    const auto staged = [this] { return git({u"show"_s, u":lines.txt"_s}); };
    const QStringList stage{u"stage"_s, u"shop"_s, u"lines.txt"_s};
    const Ran dry = cli(stage + QStringList{u"--lines"_s, u"3"_s, u"--dry-run"_s});
    QCOMPARE(dry.json()[u"lines"_s].toInt(), 2);
    QCOMPARE(staged(), QByteArray("1\n2\n3\n4\n5\n6\n7\n8\n9\n"));
    QCOMPARE(cli(stage + QStringList{u"--lines"_s, u"3,8"_s}).code, 0);
    QCOMPARE(staged(), QByteArray("1\n2\nthree\n4\n5\n6\n7\n8\nnew\n9\n"));
    QCOMPARE(cli(stage + QStringList{u"--old-lines"_s, u"5"_s}).code, 0);
    QCOMPARE(staged(), QByteArray("1\n2\nthree\n4\n6\n7\n8\nnew\n9\n"));
    QCOMPARE(cli(stage + QStringList{u"--lines"_s, u"4-7"_s}).code, 5);  // nothing changed there
    const QStringList unstage{u"unstage"_s, u"shop"_s, u"lines.txt"_s};
    QCOMPARE(cli(unstage + QStringList{u"--lines"_s, u"3"_s}).code, 0);
    QCOMPARE(staged(), QByteArray("1\n2\n3\n4\n6\n7\n8\nnew\n9\n"));
    QCOMPARE(cli(unstage + QStringList{u"--hunk"_s, u"1"_s}).code, 0);
    QCOMPARE(staged(), QByteArray("1\n2\n3\n4\n5\n6\n7\n8\n9\n"));
    QCOMPARE(cli(stage + QStringList{u"--lines"_s, u"x"_s}).code, 2);
    QCOMPARE(cli(stage + QStringList{u"other.txt"_s, u"--lines"_s, u"1"_s}).code, 2);
}

void TestCliRepositoryWorktree::discardsLines()
{
    const QStringList discard{u"discard"_s, u"shop"_s, u"lines.txt"_s, u"--lines"_s, u"2"_s};
    const Ran gone = cli(discard);
    QVERIFY2(gone.code == 0, gone.err.constData());
    QCOMPARE(readFile(m_folder + u"/shop/lines.txt"_s, 1000).valueOr({}),
             QByteArray("1\n2\nthree\n4\n6\n7\n8\nnew\n9\n"));
    const QString id = gone.json()[u"discarded"_s][0][u"id"_s].toString();
    QCOMPARE(cli({u"discard"_s, u"shop"_s, u"--undo"_s, id}).code, 0);
    QCOMPARE(readFile(m_folder + u"/shop/lines.txt"_s, 1000).valueOr({}),
             QByteArray("1\ntwo\nthree\n4\n6\n7\n8\nnew\n9\n"));
    QCOMPARE(cli({u"discard"_s, u"shop"_s, u"lines.txt"_s}).code, 0);
}

void TestCliRepositoryWorktree::discardsFolders()
{
    QVERIFY(makeFolder(m_folder + u"/shop/dir/sub"_s).ok());
    write(u"dir/kept.txt"_s, "kept\n");
    QCOMPARE(cli({u"stage"_s, u"shop"_s, u"dir/"_s}).code, 0);
    QCOMPARE(cli({u"commit"_s, u"shop"_s, u"-m"_s, u"feat: dir"_s}).code, 0);
    write(u"dir/kept.txt"_s, "changed\n");
    write(u"dir/sub/new.txt"_s, "new\n");
    write(u"dirt.txt"_s, "beside\n");
    const Ran gone = cli({u"discard"_s, u"shop"_s, u"dir/"_s});
    QVERIFY2(gone.code == 0, gone.err.constData());
    QCOMPARE(gone.json()[u"discarded"_s].toArray().size(), 2);
    QCOMPARE(readFile(m_folder + u"/shop/dir/kept.txt"_s, 1000).valueOr({}), QByteArray("kept\n"));
    QVERIFY(!QFile::exists(m_folder + u"/shop/dir/sub/new.txt"_s));
    QVERIFY(QFile::exists(m_folder + u"/shop/dirt.txt"_s));
    QCOMPARE(cli({u"discard"_s, u"shop"_s, u"dir/"_s}).code, 5);
    const QJsonArray all = gone.json()[u"discarded"_s].toArray();
    for (const QJsonValue& one : all) {
        QCOMPARE(cli({u"discard"_s, u"shop"_s, u"--undo"_s, one[u"id"_s].toString()}).code, 0);
    }
    QCOMPARE(readFile(m_folder + u"/shop/dir/kept.txt"_s, 1000).valueOr({}),
             QByteArray("changed\n"));
    QVERIFY(QFile::exists(m_folder + u"/shop/dir/sub/new.txt"_s));
    QCOMPARE(cli({u"discard"_s, u"shop"_s, u"dir/"_s, u"dirt.txt"_s}).code, 0);
}

void TestCliRepositoryWorktree::ignores()
{
    write(u"a b*.log"_s, "x");
    write(u"c.tmp"_s, "x");
    const Ran path = cli({u"ignore"_s, u"shop"_s, u"a b*.log"_s});
    QVERIFY2(path.code == 0, path.err.constData());
    QCOMPARE(path.json()[u"line"_s].toString(), u"/a b\\*.log"_s);
    const QStringList rule{u"ignore"_s, u"shop"_s, u"*.tmp"_s, u"--rule"_s};
    QCOMPARE(cli(rule).json()[u"added"_s].toBool(), true);
    QCOMPARE(cli(rule).json()[u"added"_s].toBool(true), false);
    QCOMPARE(git({u"check-ignore"_s, u"a b*.log"_s, u"c.tmp"_s}).count('\n'), 2);
    QCOMPARE(cli({u"ignore"_s, u"shop"_s, u"# no"_s, u"--rule"_s}).code, 2);
    QVERIFY(cli({u"ignore"_s, u"shop"_s, u"../x"_s}).code != 0);
}

void TestCliRepositoryWorktree::refusals_data()
{
    QTest::addColumn<QStringList>("words");
    QTest::addColumn<int>("code");
    QTest::newRow("no file") << QStringList{u"stage"_s, u"shop"_s} << 2;
    QTest::newRow("file and all") << QStringList{u"unstage"_s, u"shop"_s, u"a"_s, u"--all"_s} << 2;
    QTest::newRow("nothing to discard") << QStringList{u"discard"_s, u"shop"_s} << 2;
    QTest::newRow("no such file") << QStringList{u"stage"_s, u"shop"_s, u"nowhere"_s} << 5;
    QTest::newRow("outside") << QStringList{u"discard"_s, u"shop"_s, u"../x"_s} << 12;
    QTest::newRow("no message") << QStringList{u"commit"_s, u"shop"_s} << 2;
    QTest::newRow("stash verb") << QStringList{u"stash"_s, u"shop"_s, u"burn"_s} << 2;
    QTest::newRow("stash without id") << QStringList{u"stash"_s, u"shop"_s, u"pop"_s} << 2;
    QTest::newRow("unknown stash") << QStringList{u"stash"_s, u"shop"_s, u"pop"_s, u"abc"_s} << 5;
    QTest::newRow("unknown repository") << QStringList{u"status"_s, u"shopp"_s} << 5;
}

void TestCliRepositoryWorktree::refusals()
{
    QFETCH(QStringList, words);
    QFETCH(int, code);
    const Ran ran = cli(words);
    QVERIFY2(ran.code == code, (QByteArray::number(ran.code) + ' ' + ran.err).constData());
}

QTEST_GUILESS_MAIN(TestCliRepositoryWorktree)
#include "tst_cli_repository_worktree.moc"
