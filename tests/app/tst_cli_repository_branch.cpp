#include "harness.h"

#include "core/base/files.h"
#include "core/base/process.h"

#include <QJsonArray>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::test;

/// `repository switch`, `merge`, `rebase`, `reset` and the like, at a path where there is no
/// workspace.
class TestCliRepositoryBranch : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void branches();
    void mergeWithConflicts();
    void pickAndRevert();
    void rebase();
    void resetAndUndo();
    void worktrees();
    void dryRunsChangeNothing();
    void refusals_data();
    void refusals();

private:
    static QString git(const QString& path, const QStringList& words);
    /// A new repository: main and topic parted, both changed f; topic has g.
    QString made(const QString& name);
    static Ran repository(const QString& path, const QStringList& words, bool json = true);

    std::unique_ptr<app::Libraries> m_libraries;
    std::unique_ptr<Place> m_place;
};

QString TestCliRepositoryBranch::git(const QString& path, const QStringList& words)
{
    ProcessSpec spec(u"git"_s, words);
    spec.directory = path;
    const Result<ProcessResult> result = awaited(runProcess(spec, CancelToken()));
    if (!result || !result->ok()) {
        QTest::qFail(qPrintable(u"git "_s + words.join(u' ')), __FILE__, __LINE__);
        return {};
    }
    return QString::fromUtf8(result->output).trimmed();
}

QString TestCliRepositoryBranch::made(const QString& name)
{
    const QString path = m_place->work() + u'/' + name;
    const auto write = [&path](const QString& file, const QByteArray& bytes) {
        if (!writeFile(path + u'/' + file, bytes, 0644)) {
            QTest::qFail("write", __FILE__, __LINE__);
        }
    };
    QDir().mkpath(path);
    git(path, {u"init"_s, u"-q"_s, u"-b"_s, u"main"_s});
    git(path, {u"config"_s, u"user.name"_s, u"Ana"_s});
    git(path, {u"config"_s, u"user.email"_s, u"ana@example.org"_s});
    write(u"f"_s, "base\n");
    git(path, {u"add"_s, u"f"_s});
    git(path, {u"commit"_s, u"-qm"_s, u"base"_s});
    git(path, {u"switch"_s, u"-qc"_s, u"topic"_s});
    write(u"g"_s, "g\n");
    git(path, {u"add"_s, u"g"_s});
    git(path, {u"commit"_s, u"-qm"_s, u"topic: g"_s});
    write(u"f"_s, "topic\n");
    git(path, {u"commit"_s, u"-qam"_s, u"topic: f"_s});
    git(path, {u"switch"_s, u"-q"_s, u"main"_s});
    write(u"f"_s, "main\n");
    git(path, {u"commit"_s, u"-qam"_s, u"main: f"_s});
    return path;
}

Ran TestCliRepositoryBranch::repository(const QString& path, const QStringList& words, bool json)
{
    QStringList all{u"repository"_s, words.first(), path};
    all += words.sliced(1);
    if (json) {
        all.append(u"--json"_s);
    }
    return run(all, u"/"_s);
}

void TestCliRepositoryBranch::initTestCase()
{
    m_libraries = std::make_unique<app::Libraries>();
    m_place = std::make_unique<Place>();
    qputenv("HOME", m_place->home().toLocal8Bit());
    qputenv("GIT_CONFIG_NOSYSTEM", "1");
}

// QVERIFY2 evaluates its description as well: the command is to run once.
#define RAN(...)                                        \
    do {                                                \
        const Ran once = (__VA_ARGS__);                 \
        QVERIFY2(once.code == 0, once.err.constData()); \
    } while (false)

void TestCliRepositoryBranch::branches()
{
    const QString path = made(u"branches"_s);
    const Ran created = repository(path, {u"branch-create"_s, u"fix"_s, u"--from"_s, u"topic"_s});
    RAN(created);
    const QString topic = git(path, {u"rev-parse"_s, u"topic"_s});
    QCOMPARE(created.json()[u"commit"_s].toString(), topic);
    QCOMPARE(created.json()[u"schema"_s].toString(), u"analemma.branch.1"_s);
    RAN(repository(path, {u"branch-rename"_s, u"fix"_s, u"fix/it"_s}));
    RAN(repository(path, {u"branch-follow"_s, u"fix/it"_s, u"main"_s}));
    QCOMPARE(git(path, {u"rev-parse"_s, u"--abbrev-ref"_s, u"fix/it@{upstream}"_s}), u"main"_s);
    const Ran deleted = repository(path, {u"branch-delete"_s, u"fix/it"_s});
    RAN(deleted);
    QVERIFY(deleted.err.contains("bring-back"));
    const QString record = deleted.json()[u"record"_s].toString();
    QCOMPARE(repository(path, {u"branch-delete"_s, u"fix/it"_s}).code, 5);
    RAN(repository(path, {u"bring-back"_s, record}));
    QCOMPARE(git(path, {u"rev-parse"_s, u"fix/it"_s}), topic);
    const Ran tagged = repository(
        path, {u"tag-create"_s, u"v1"_s, u"--from"_s, u"main"_s, u"--message"_s, u"the first"_s});
    RAN(tagged);
    QCOMPARE(tagged.json()[u"commit"_s].toString(), git(path, {u"rev-parse"_s, u"main"_s}));
    QCOMPARE(
        git(path, {u"for-each-ref"_s, u"--format=%(objecttype) %(contents:subject) %(taggername)"_s,
                   u"refs/tags/v1"_s}),
        u"tag the first Ana"_s);
    QVERIFY(repository(path, {u"tag-create"_s, u"v1"_s, u"--from"_s, u"topic"_s}).code != 0);
    const Ran tag = repository(path, {u"tag-delete"_s, u"v1"_s});
    RAN(tag);
    RAN(repository(path, {u"bring-back"_s, tag.json()[u"record"_s].toString()}));
    const Ran switched = repository(path, {u"switch"_s, u"topic"_s});
    RAN(switched);
    QCOMPARE(switched.json()[u"branch"_s].toString(), u"topic"_s);
    const Ran detached = repository(path, {u"switch"_s, u"v1"_s, u"--detach"_s});
    RAN(detached);
    QCOMPARE(detached.json()[u"branch"_s].toString(), QString());
    RAN(repository(path, {u"switch"_s, u"fresh"_s, u"--create"_s, u"--from"_s, u"main"_s}, false));
    QCOMPARE(git(path, {u"branch"_s, u"--show-current"_s}), u"fresh"_s);
}

void TestCliRepositoryBranch::mergeWithConflicts()
{
    const QString path = made(u"merge"_s);
    const QString before = git(path, {u"rev-parse"_s, u"HEAD"_s});
    const Ran preview = repository(path, {u"merge"_s, u"topic"_s, u"--dry-run"_s});
    RAN(preview);
    QCOMPARE(preview.json()[u"kind"_s].toString(), u"merge"_s);
    QCOMPARE(preview.json()[u"conflicts"_s].toArray(), QJsonArray{u"f"_s});
    const Ran stopped = repository(path, {u"merge"_s, u"topic"_s});
    QCOMPARE(stopped.code, 1);
    QCOMPARE(stopped.json()[u"outcome"_s].toString(), u"stopped"_s);
    const Ran found = repository(path, {u"under-way"_s});
    RAN(found);
    QCOMPARE(found.json()[u"kind"_s].toString(), u"merge"_s);
    QCOMPARE(found.json()[u"conflicts"_s].toInt(), 1);
    const Ran listed = repository(path, {u"conflicts"_s});
    RAN(listed);
    QCOMPARE(listed.json()[u"conflicts"_s][0][u"path"_s].toString(), u"f"_s);
    QVERIFY(repository(path, {u"conflicts"_s}, false).out.contains("both changed"));
    QCOMPARE(repository(path, {u"finish"_s}).code, 12);
    RAN(repository(path, {u"abort"_s}));
    QCOMPARE(git(path, {u"status"_s, u"--porcelain"_s}), QString());
    QCOMPARE(repository(path, {u"merge"_s, u"topic"_s}).code, 1);
    QCOMPARE(repository(path, {u"resolve"_s, u"g"_s, u"--ours"_s}).code, 5);
    RAN(repository(path, {u"resolve"_s, u"f"_s, u"--theirs"_s}));
    const Ran done = repository(path, {u"finish"_s, u"--message"_s, u"Join topic"_s});
    RAN(done);
    QCOMPARE(git(path, {u"log"_s, u"-1"_s, u"--format=%s|%P"_s}),
             u"Join topic|%1 %2"_s.arg(before, git(path, {u"rev-parse"_s, u"topic"_s})));
    QCOMPARE(git(path, {u"show"_s, u"HEAD:f"_s}), u"topic"_s);
    QCOMPARE(repository(path, {u"under-way"_s}).json()[u"kind"_s].toString(), QString());
    const Ran again = repository(path, {u"merge"_s, u"topic"_s});
    RAN(again);
    QCOMPARE(again.json()[u"outcome"_s].toString(), u"nothing"_s);
}

void TestCliRepositoryBranch::pickAndRevert()
{
    const QString path = made(u"pick"_s);
    RAN(repository(path, {u"cherry-pick"_s, u"topic~1"_s}));
    QCOMPARE(git(path, {u"show"_s, u"HEAD:g"_s}), u"g"_s);
    RAN(repository(path, {u"revert"_s, u"HEAD"_s}));
    QCOMPARE(git(path, {u"ls-files"_s}), u"f"_s);
    QCOMPARE(git(path, {u"log"_s, u"-1"_s, u"--format=%s"_s}), u"Revert \"topic: g\""_s);
}

void TestCliRepositoryBranch::rebase()
{
    const QString path = made(u"rebase"_s);
    RAN(repository(path, {u"switch"_s, u"topic"_s}));
    const Ran plan = repository(path, {u"rebase"_s, u"main"_s, u"--dry-run"_s});
    RAN(plan);
    QCOMPARE(plan.json()[u"steps"_s].toArray().size(), 2);
    QCOMPARE(repository(path, {u"rebase"_s, u"main"_s}).code, 1);
    const Ran found = repository(path, {u"under-way"_s});
    QCOMPARE(found.json()[u"kind"_s].toString(), u"rebase"_s);
    QCOMPARE(found.json()[u"branch"_s].toString(), u"topic"_s);
    QCOMPARE(found.json()[u"step"_s].toInt(), 2);
    RAN(repository(path, {u"abort"_s}));
    QCOMPARE(git(path, {u"branch"_s, u"--show-current"_s}), u"topic"_s);
    QCOMPARE(repository(path, {u"rebase"_s, u"main"_s}).code, 1);
    const Ran skipped = repository(path, {u"skip"_s});
    RAN(skipped);
    QCOMPARE(skipped.json()[u"dropped"_s].toInt(), 1);
    QCOMPARE(git(path, {u"log"_s, u"--format=%s"_s, u"main..topic"_s}), u"topic: g"_s);
}

void TestCliRepositoryBranch::resetAndUndo()
{
    const QString path = made(u"reset"_s);
    QVERIFY(writeFile(path + u"/f"_s, "mine\n", 0644));
    const QString before = git(path, {u"rev-parse"_s, u"HEAD"_s});
    QCOMPARE(repository(path, {u"reset"_s, u"HEAD~1"_s}).code, 2);
    QCOMPARE(
        repository(path, {u"reset"_s, u"HEAD~1"_s, u"--keep-files"_s, u"--keep-everything"_s}).code,
        2);
    const Ran thrown = repository(path, {u"reset"_s, u"topic"_s, u"--throw-changes-away"_s});
    RAN(thrown);
    QCOMPARE(git(path, {u"status"_s, u"--porcelain"_s}), QString());
    QVERIFY(thrown.err.contains("undo-reset"));
    RAN(repository(path, {u"undo-reset"_s, thrown.json()[u"saved"_s].toString()}));
    QCOMPARE(git(path, {u"rev-parse"_s, u"HEAD"_s}), before);
    QCOMPARE(git(path, {u"diff"_s, u"--name-only"_s}), u"f"_s);
    RAN(repository(path, {u"reset"_s, u"HEAD~1"_s, u"--keep-everything"_s}));
    QCOMPARE(git(path, {u"diff"_s, u"--cached"_s, u"--name-only"_s}), u"f"_s);
    RAN(repository(path, {u"reset"_s, before, u"--keep-files"_s}));
    QCOMPARE(git(path, {u"diff"_s, u"--cached"_s, u"--name-only"_s}), QString());
}

void TestCliRepositoryBranch::worktrees()
{
    const QString path = made(u"trees"_s);
    const QString folder = m_place->work() + u"/trees-topic"_s;
    const Ran added = repository(path, {u"worktree-add"_s, folder, u"topic"_s});
    RAN(added);
    const Ran listed = repository(path, {u"worktrees"_s});
    RAN(listed);
    QCOMPARE(listed.json()[u"worktrees"_s].toArray().size(), 2);
    QCOMPARE(listed.json()[u"worktrees"_s][1][u"path"_s].toString(), folder);
    RAN(repository(path, {u"worktree-remove"_s, added.json()[u"name"_s].toString()}));
    QVERIFY(!QFileInfo::exists(folder));
    const Ran modules = repository(path, {u"submodules"_s});
    RAN(modules);
    QVERIFY(modules.json()[u"submodules"_s].toArray().isEmpty());
}

void TestCliRepositoryBranch::dryRunsChangeNothing()
{
    const QString path = made(u"dry"_s);
    git(path, {u"tag"_s, u"v1"_s});
    const auto state = [&path] {
        return git(path, {u"for-each-ref"_s}) + git(path, {u"status"_s, u"--porcelain"_s, u"-b"_s});
    };
    const QString before = state();
    for (const QStringList& words :
         {QStringList{u"switch"_s, u"new"_s, u"--create"_s},
          QStringList{u"branch-create"_s, u"x"_s},
          QStringList{u"branch-rename"_s, u"topic"_s, u"x"_s},
          QStringList{u"branch-delete"_s, u"topic"_s}, QStringList{u"tag-delete"_s, u"v1"_s},
          QStringList{u"tag-create"_s, u"v9"_s},
          QStringList{u"branch-follow"_s, u"topic"_s, u"main"_s},
          QStringList{u"reset"_s, u"topic"_s, u"--throw-changes-away"_s},
          QStringList{u"merge"_s, u"topic"_s}, QStringList{u"cherry-pick"_s, u"topic"_s},
          QStringList{u"revert"_s, u"HEAD"_s}, QStringList{u"rebase"_s, u"topic"_s},
          QStringList{u"worktree-add"_s, u"/nowhere/x"_s, u"topic"_s}, QStringList{u"finish"_s},
          QStringList{u"skip"_s}, QStringList{u"abort"_s}}) {
        RAN(repository(path, words + QStringList{u"--dry-run"_s}));
        const Ran told = repository(path, words + QStringList{u"--dry-run"_s, u"--json"_s});
        RAN(told);
        QVERIFY2(told.out.contains("\"schema\":\"analemma."), told.out.constData());
        QCOMPARE(state(), before);
    }
}

void TestCliRepositoryBranch::refusals_data()
{
    QTest::addColumn<QStringList>("words");
    QTest::addColumn<int>("code");
    QTest::newRow("no branch") << QStringList{u"switch"_s, u"nowhere"_s} << 5;
    QTest::newRow("no commit") << QStringList{u"merge"_s, u"nowhere"_s} << 5;
    QTest::newRow("moved") << QStringList{u"merge"_s, u"topic"_s, u"--expected"_s,
                                          QString(40, u'a')}
                           << 12;
    QTest::newRow("nothing to finish") << QStringList{u"finish"_s} << 12;
    QTest::newRow("nothing to abort") << QStringList{u"abort"_s} << 12;
    QTest::newRow("no way to settle") << QStringList{u"resolve"_s, u"f"_s} << 2;
    QTest::newRow("no record") << QStringList{u"bring-back"_s, u"x"_s} << 5;
    QTest::newRow("no such tree") << QStringList{u"worktree-remove"_s, u"x"_s} << 5;
}

void TestCliRepositoryBranch::refusals()
{
    QFETCH(const QStringList, words);
    QFETCH(const int, code);
    const QString path =
        made(u"refuse-"_s + QString::fromLatin1(QTest::currentDataTag()).replace(u' ', u'-'));
    const Ran ran = repository(path, words, false);
    QCOMPARE(ran.code, code);
    QVERIFY(ran.out.isEmpty());
    QVERIFY(!ran.err.isEmpty());
}

QTEST_GUILESS_MAIN(TestCliRepositoryBranch)
#include "tst_cli_repository_branch.moc"
