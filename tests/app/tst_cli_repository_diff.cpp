#include "harness.h"

#include "core/base/files.h"

#include <QJsonArray>
#include <QProcess>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::test;

/// `repository diff` and the changes of `repository show`, at a path.
class TestCliRepositoryDiff : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void stat();
    void patch();
    void names();
    void show();
    void since();
    void refuses();

private:
    [[nodiscard]] Ran cli(const QStringList& words) const
    {
        return run(QStringList{u"repository"_s} + words, u"/"_s);
    }
    QByteArray git(const QStringList& arguments) const
    {
        QProcess process;
        process.setWorkingDirectory(m_path);
        process.start(u"git"_s, QStringList{u"-c"_s, u"user.name=Ana"_s, u"-c"_s,
                                            u"user.email=ana@example.org"_s} +
                                    arguments);
        if (!process.waitForFinished() || process.exitCode() != 0) {
            QTest::qFail(process.readAllStandardError().constData(), __FILE__, __LINE__);
        }
        return process.readAllStandardOutput();
    }

    std::unique_ptr<app::Libraries> m_libraries;
    std::unique_ptr<Place> m_place;
    QString m_path;
};

void TestCliRepositoryDiff::initTestCase()
{
    m_libraries = std::make_unique<app::Libraries>();
    m_place = std::make_unique<Place>();
    m_path = m_place->work() + u"/r"_s;
    QVERIFY(QDir().mkpath(m_path));
    git({u"init"_s, u"-q"_s, u"-b"_s, u"main"_s});
    QVERIFY(writeFile(m_path + u"/a.txt"_s, "one\ntwo\nthree\n", 0644));
    QVERIFY(writeFile(m_path + u"/b.bin"_s, QByteArray("b\0b", 3), 0644));
    QVERIFY(writeFile(m_path + u"/esc\x1b[31m"_s, "escape\n", 0644));
    git({u"add"_s, u"-A"_s});
    git({u"commit"_s, u"-q"_s, u"-m"_s, u"feat: begin"_s});
    git({u"checkout"_s, u"-q"_s, u"-b"_s, u"side"_s});
    QVERIFY(writeFile(m_path + u"/side.txt"_s, "side\n", 0644));
    git({u"add"_s, u"-A"_s});
    git({u"commit"_s, u"-q"_s, u"-m"_s, u"feat: side"_s});
    git({u"checkout"_s, u"-q"_s, u"main"_s});
    git({u"mv"_s, u"a.txt"_s, u"c.txt"_s});
    git({u"commit"_s, u"-q"_s, u"-m"_s, u"refactor: rename"_s});
    QVERIFY(writeFile(m_path + u"/c.txt"_s, "one\n2\nthree\nfour\x1b[0m\n", 0644));
    QVERIFY(writeFile(m_path + u"/b.bin"_s, QByteArray("b\0c", 3), 0644));
    git({u"add"_s, u"b.bin"_s});
    QVERIFY(writeFile(m_path + u"/new.txt"_s, "new\n", 0644));
}

void TestCliRepositoryDiff::stat()
{
    const Ran ran = cli({u"diff"_s, m_path, u"--json"_s});
    QVERIFY2(ran.code == 0, ran.err.constData());
    QCOMPARE(ran.json()[u"schema"_s].toString(), u"analemma.diff.1"_s);
    QVERIFY(ran.json()[u"complete"_s].toBool());
    const QJsonArray files = ran.json()[u"files"_s].toArray();
    QCOMPARE(files.size(), 1);
    QCOMPARE(files[0][u"path"_s].toString(), u"c.txt"_s);
    QCOMPARE(files[0][u"kind"_s].toString(), u"modified"_s);
    QCOMPARE(files[0][u"added"_s].toInt(), 2);
    QCOMPARE(files[0][u"deleted"_s].toInt(), 1);
    const QJsonArray staged =
        cli({u"diff"_s, m_path, u"--staged"_s, u"--json"_s}).json()[u"files"_s].toArray();
    QCOMPARE(staged.size(), 1);
    QVERIFY(staged[0][u"binary"_s].toBool());
    const QJsonArray all = cli({u"diff"_s, m_path, u"HEAD"_s, u"--untracked"_s, u"--json"_s})
                               .json()[u"files"_s]
                               .toArray();
    QCOMPARE(all.size(), 3);
    const Ran text = cli({u"diff"_s, m_path, u"HEAD"_s, u"--stat"_s});
    QVERIFY(text.out.contains("2 files, 2 lines added, 1 deleted"));
    QVERIFY(text.out.contains("binary"));
}

/// As git prints it where it goes into a file or a pipe.
void TestCliRepositoryDiff::patch()
{
    QCOMPARE(cli({u"diff"_s, m_path, u"--patch"_s}).out, git({u"diff"_s, u"--full-index"_s}));
    QCOMPARE(cli({u"diff"_s, m_path, u"HEAD"_s, u"--patch"_s, u"--context"_s, u"0"_s, u"--path"_s,
                  u"c.txt"_s})
                 .out,
             git({u"diff"_s, u"--full-index"_s, u"-U0"_s, u"HEAD"_s, u"--"_s, u"c.txt"_s}));
    const Ran json = cli({u"diff"_s, m_path, u"--patch"_s, u"--json"_s});
    QCOMPARE(json.json()[u"files"_s][0][u"patch"_s].toString().toUtf8(),
             git({u"diff"_s, u"--full-index"_s}));
}

void TestCliRepositoryDiff::names()
{
    QCOMPARE(cli({u"diff"_s, m_path, u"--name-only"_s}).out, "c.txt\n");
    const Ran odd = cli({u"diff"_s, m_path, u"main"_s, u"main~1"_s, u"--name-only"_s});
    QCOMPARE(odd.out, "c.txt -> a.txt\n");
    const Ran root = cli({u"show"_s, m_path, u"main~1"_s, u"--name-only"_s});
    QCOMPARE(root.code, 0);
    QVERIFY(!root.out.contains('\x1b') && root.out.contains("esc"));
}

void TestCliRepositoryDiff::show()
{
    const Ran ran = cli({u"show"_s, m_path, u"HEAD"_s, u"--stat"_s, u"--json"_s});
    QVERIFY2(ran.code == 0, ran.err.constData());
    QCOMPARE(ran.json()[u"schema"_s].toString(), u"analemma.commit.1"_s);
    const QJsonValue file = ran.json()[u"files"_s][0];
    QCOMPARE(file[u"oldPath"_s].toString(), u"a.txt"_s);
    QCOMPARE(file[u"kind"_s].toString(), u"renamed"_s);
    QCOMPARE(file[u"similarity"_s].toInt(), 100);
    QVERIFY(!cli({u"show"_s, m_path, u"--json"_s}).json().contains(u"files"_s));
    const Ran text = cli({u"show"_s, m_path, u"side"_s, u"--patch"_s});
    QVERIFY(text.out.contains("feat: side"));
    QVERIFY(text.out.endsWith(git({u"diff"_s, u"--full-index"_s, u"side^"_s, u"side"_s})));
}

void TestCliRepositoryDiff::since()
{
    QCOMPARE(cli({u"diff"_s, m_path, u"main...side"_s, u"--name-only"_s}).out, "side.txt\n");
    QCOMPARE(cli({u"diff"_s, m_path, u"main..side"_s, u"--name-only"_s}).out,
             "c.txt -> a.txt\nside.txt\n");
    QCOMPARE(cli({u"diff"_s, m_path, u"side..."_s, u"--name-only"_s}).out, "a.txt -> c.txt\n");
}

void TestCliRepositoryDiff::refuses()
{
    QCOMPARE(cli({u"diff"_s, m_path, u"nowhere"_s}).code, 5);
    QCOMPARE(cli({u"diff"_s, m_path, u"main"_s, u"side"_s, u"--staged"_s}).code, 2);
    QCOMPARE(cli({u"diff"_s, m_path, u"--context"_s, u"many"_s}).code, 2);
}

QTEST_GUILESS_MAIN(TestCliRepositoryDiff)
#include "tst_cli_repository_diff.moc"
