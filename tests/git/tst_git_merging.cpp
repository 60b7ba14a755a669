#include "tests/git/partedfixture.h"
#include "tests/git/randombranches.h"

#include "core/git/merging.h"

#include <QJsonArray>

#include <random>

using namespace analemma::git;
using namespace gitfixture;

/// Merge, cherry-pick and revert beside the git program's, on copies of the same repository.
class TestGitMerging : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();
    void looksBeforeItMerges();
    void mergesAsGitDoes_data();
    void mergesAsGitDoes();
    void mergesRandomHistories();
    void picksAndRevertsAsGitDoes_data();
    void picksAndRevertsAsGitDoes();
    void finishesWhatGitBegan_data();
    void finishesWhatGitBegan();
    void gitFinishesWhatWeBegan_data();
    void gitFinishesWhatWeBegan();
    void showsTheThreeVersions();
    void resolvesEachWay();
    void abortLeadsBack_data();
    void abortLeadsBack();
    void refusesWhatWouldBeLost();
    void refusesWhenTheWorldMoved();
    void leavesSequencesToGit();
    void mergesIntoNothing();

private:
    QString parted(const QString& name) { return copyOfParted(*m_ground, name); }
    static Result<void> resolveAll(std::shared_ptr<Repository> repository, Resolution::Kind kind);

    std::unique_ptr<Ground> m_ground;
    std::unique_ptr<Library> m_library;
};

void TestGitMerging::initTestCase()
{
    m_ground = std::make_unique<Ground>();
    m_library = std::make_unique<Library>();
    makeParted(*m_ground);
}

void TestGitMerging::cleanupTestCase()
{
    m_library.reset();
    m_ground.reset();
}

Result<void> TestGitMerging::resolveAll(std::shared_ptr<Repository> repository,
                                        Resolution::Kind kind)
{
    const Result<QList<Conflict>> all = finished(conflicts(repository));
    if (!all) {
        return all.error();
    }
    for (const Conflict& conflict : *all) {
        const Result<void> done =
            finished(resolveConflict(repository, conflict, Resolution::side(kind)));
        if (!done) {
            return done;
        }
    }
    return {};
}

void TestGitMerging::looksBeforeItMerges()
{
    const QString path = parted(u"looks"_s);
    const QStringList before = stateOf(path);
    const auto repository = Ground::open(path);
    const auto topic = finished(previewMerge(repository, u"topic"_s));
    VERIFY_OK(topic);
    QVERIFY(topic->kind == MergePreview::Kind::Real);
    QCOMPARE(topic->base, Ground::git(path, {u"merge-base"_s, u"main"_s, u"topic"_s}));
    QVERIFY(topic->conflicts.isEmpty());
    const auto clash = finished(previewMerge(repository, u"clash"_s));
    VERIFY_OK(clash);
    QCOMPARE(clash->conflicts, QList<QByteArray>({"both", "f", "gone"}));
    const auto past = finished(previewMerge(repository, u"main~1"_s));
    VERIFY_OK(past);
    QVERIFY(past->kind == MergePreview::Kind::UpToDate);
    Ground::git(path, {u"switch"_s, u"-q"_s, u"--detach"_s, u"topic~1"_s});
    const auto forward = finished(previewMerge(repository, u"topic"_s));
    VERIFY_OK(forward);
    QVERIFY(forward->kind == MergePreview::Kind::FastForward);
    Ground::git(path, {u"switch"_s, u"-q"_s, u"main"_s});
    Ground::git(path,
                {u"update-ref"_s, u"refs/heads/alien"_s,
                 Ground::git(path, {u"commit-tree"_s, u"-m"_s, u"alien"_s, u"main^{tree}"_s})});
    const auto alien = finished(previewMerge(repository, u"alien"_s));
    VERIFY_OK(alien);
    QVERIFY(alien->kind == MergePreview::Kind::Unrelated);
    QCOMPARE(kindOf(finished(previewMerge(repository, u"nowhere"_s))),
             toString(ErrorKind::NotFound));
    QCOMPARE(apart(before, stateOf(path)), QString());
}

void TestGitMerging::mergesAsGitDoes_data()
{
    QTest::addColumn<QString>("at");
    QTest::addColumn<QString>("revision");
    QTest::addColumn<QStringList>("options");
    QTest::addColumn<QString>("outcome");
    QTest::newRow("real") << u"main"_s << u"topic"_s << QStringList() << u"done"_s;
    QTest::newRow("with conflicts") << u"main"_s << u"clash"_s << QStringList() << u"stopped"_s;
    QTest::newRow("fast-forward") << u"topic"_s << u"clash"_s << QStringList() << u"done"_s;
    QTest::newRow("no fast-forward")
        << u"topic"_s << u"clash"_s << QStringList{u"--no-ff"_s} << u"done"_s;
    QTest::newRow("up to date") << u"clash"_s << u"topic"_s << QStringList() << u"nothing"_s;
    QTest::newRow("detached") << QString() << u"topic"_s << QStringList() << u"done"_s;
    QTest::newRow("by id") << u"main"_s << u"ID"_s << QStringList() << u"done"_s;
}

void TestGitMerging::mergesAsGitDoes()
{
    QFETCH(const QString, at);
    QFETCH(QString, revision);
    QFETCH(const QStringList, options);
    QFETCH(const QString, outcome);
    const QString path = parted(u"as-"_s + QString::fromLatin1(QTest::currentDataTag()));
    Ground::git(path, at.isEmpty() ? QStringList{u"switch"_s, u"-q"_s, u"--detach"_s, u"main"_s}
                                   : QStringList{u"switch"_s, u"-q"_s, at});
    Ground::write(path + u"/same"_s, "changed here\n");  // kept by both
    Ground::write(path + u"/untracked"_s, "mine\n");
    if (revision == u"ID") {
        revision = Ground::git(path, {u"rev-parse"_s, u"topic"_s});
    }
    const QString peer = twinOf(path);
    tryGit(peer, QStringList{u"merge"_s, u"--no-edit"_s} + options + QStringList{revision});
    const auto repository = Ground::open(path);
    MergeRequest request;
    request.revision = revision;
    request.fastForward = options.isEmpty();
    const Head before = headOf(*repository);
    const auto merged = finished(merge(repository, before, request, ana()));
    VERIFY_OK(merged);
    QCOMPARE(int(merged->kind), outcome == u"done"      ? int(Outcome::Kind::Done)
                                : outcome == u"stopped" ? int(Outcome::Kind::Stopped)
                                                        : int(Outcome::Kind::Nothing));
    QCOMPARE(merged->before, before.commit);
    QCOMPARE(merged->after, headOf(*repository).commit);
    COMPARE_TWINS(peer, path);
    QCOMPARE(logOf(path, u"HEAD"_s), logOf(peer, u"HEAD"_s));
    if (!at.isEmpty()) {
        QCOMPARE(logOf(path, at), logOf(peer, at));
    }
    if (outcome == u"done") {
        QCOMPARE(Ground::git(path, {u"rev-parse"_s, u"ORIG_HEAD"_s}), before.commit);
    }
}

/// Histories of many small changes: the same tree, or the same conflicts.
void TestGitMerging::mergesRandomHistories()
{
    std::mt19937 random(11);
    int clean = 0;
    int stopped = 0;
    for (int round = 0; round < 16; ++round) {
        const QString path = m_ground->init(u"random%1"_s.arg(round));
        Ground::git(path, {u"fast-import"_s, u"--quiet"_s}, twoRandomBranches(random));
        Ground::git(path, {u"reset"_s, u"-q"_s, u"--hard"_s});
        const QString peer = twinOf(path);
        tryGit(peer, {u"merge"_s, u"--no-edit"_s, u"topic"_s});
        const auto repository = Ground::open(path);
        MergeRequest request;
        request.revision = u"topic"_s;
        const auto merged = finished(merge(repository, headOf(*repository), request, ana()));
        VERIFY_OK(merged);
        (merged->kind == Outcome::Kind::Done ? clean : stopped) += 1;
        COMPARE_TWINS(peer, path);
    }
    QVERIFY2(clean >= 3 && stopped >= 3, qPrintable(u"%1 %2"_s.arg(clean).arg(stopped)));
}

void TestGitMerging::picksAndRevertsAsGitDoes_data()
{
    QTest::addColumn<bool>("reverse");
    QTest::addColumn<QString>("revision");
    QTest::addColumn<int>("parent");
    QTest::newRow("pick") << false << u"topic~1"_s << 0;
    QTest::newRow("pick a move") << false << u"topic"_s << 0;
    QTest::newRow("pick with conflicts") << false << u"clash"_s << 0;
    QTest::newRow("pick what is there") << false << u"main"_s << 0;
    QTest::newRow("pick a merge") << false << u"joined"_s << 1;
    QTest::newRow("pick a merge's other side") << false << u"joined"_s << 2;
    QTest::newRow("revert") << true << u"main"_s << 0;
    QTest::newRow("revert with conflicts") << true << u"main~1"_s << 0;
    QTest::newRow("revert a merge") << true << u"joined"_s << 1;
}

void TestGitMerging::picksAndRevertsAsGitDoes()
{
    QFETCH(const bool, reverse);
    QFETCH(QString, revision);
    QFETCH(const int, parent);
    const QString path = parted(u"pick-"_s + QString::fromLatin1(QTest::currentDataTag()));
    Ground::git(path, {u"switch"_s, u"-qc"_s, u"joined"_s, u"main"_s});
    Ground::git(path, {u"merge"_s, u"-q"_s, u"--no-edit"_s, u"topic"_s});
    if (!(reverse && parent > 0)) {
        Ground::git(path, {u"switch"_s, u"-q"_s, u"main"_s});
    }
    Ground::write(path + u"/untracked"_s, "mine\n");
    revision = Ground::git(path, {u"rev-parse"_s, revision});
    const QString peer = twinOf(path);
    QStringList words{reverse ? u"revert"_s : u"cherry-pick"_s};
    if (reverse) {
        words.append(u"--no-edit"_s);
    }
    if (parent > 0) {
        words += QStringList{u"-m"_s, QString::number(parent)};
    }
    const auto did = tryGit(peer, words + QStringList{revision});
    const auto repository = Ground::open(path);
    const Head before = headOf(*repository);
    const auto picked = reverse ? finished(revert(repository, before, revision, parent, ana()))
                                : finished(cherryPick(repository, before, revision, parent, ana()));
    VERIFY_OK(picked);
    if (picked->kind == Outcome::Kind::Nothing) {  // git stops, with nothing to do
        QVERIFY(!did);
        tryGit(peer, {u"cherry-pick"_s, u"--skip"_s});
    }
    QCOMPARE(picked->kind == Outcome::Kind::Done, did.has_value());
    COMPARE_TWINS(peer, path);
    if (picked->kind != Outcome::Kind::Nothing) {
        QCOMPARE(logOf(path, u"HEAD"_s), logOf(peer, u"HEAD"_s));
    }
    if (parent > 0) {
        const auto unsaid = finished(revert(repository, headOf(*repository), revision, 0, ana()));
        QCOMPARE(kindOf(unsaid), toString(ErrorKind::Invalid));
        const auto wrong = finished(revert(repository, headOf(*repository), revision, 3, ana()));
        QCOMPARE(kindOf(wrong), toString(ErrorKind::Invalid));
    }
}

void TestGitMerging::finishesWhatGitBegan_data()
{
    QTest::addColumn<QStringList>("words");
    QTest::addColumn<UnderWay::Kind>("kind");
    QTest::newRow("merge") << QStringList{u"merge"_s, u"clash"_s} << UnderWay::Kind::Merge;
    QTest::newRow("cherry-pick") << QStringList{u"cherry-pick"_s, u"clash"_s}
                                 << UnderWay::Kind::CherryPick;
    QTest::newRow("revert") << QStringList{u"revert"_s, u"main~1"_s} << UnderWay::Kind::Revert;
}

void TestGitMerging::finishesWhatGitBegan()
{
    QFETCH(const QStringList, words);
    QFETCH(const UnderWay::Kind, kind);
    const QString path = parted(u"began-"_s + words[0]);
    QVERIFY(!tryGit(path, words));
    const QString peer = twinOf(path);
    const auto repository = Ground::open(path);
    const auto found = finished(underWay(repository));
    VERIFY_OK(found);
    QVERIFY(found->kind == kind);
    QCOMPARE(found->obstacle, QString());
    QCOMPARE(found->commit, Ground::git(path, {u"rev-parse"_s, words[1]}));
    QVERIFY(!found->message.contains(u"# Conflicts"_s) && !found->message.isEmpty());
    const auto all = finished(conflicts(repository));
    VERIFY_OK(all);
    QCOMPARE(found->conflicts, int(all->size()));
    QStringList told;
    for (const Conflict& conflict : *all) {
        for (const auto& [side, stage] :
             {std::pair{&conflict.base, 1}, {&conflict.ours, 2}, {&conflict.theirs, 3}}) {
            if (!side->id.isEmpty()) {
                told.append(u"%1 %2 %3\t%4"_s.arg(side->mode, 6, 8, QChar(u'0'))
                                .arg(side->id)
                                .arg(stage)
                                .arg(QString::fromUtf8(side->path)));
            }
        }
    }
    QCOMPARE(told, Ground::git(path, {u"ls-files"_s, u"-u"_s}).split(u'\n'));
    // Not before all are resolved.
    const QStringList stopped = stateOf(path);
    const auto early = finished(finishUnderWay(repository, headOf(*repository), {}, ana()));
    QCOMPARE(kindOf(early), toString(ErrorKind::Conflict));
    QCOMPARE(apart(stopped, stateOf(path)), QString());
    VERIFY_OK(resolveAll(repository, Resolution::Kind::Theirs));
    for (const QString& file :
         Ground::git(peer, {u"diff"_s, u"--name-only"_s, u"--diff-filter=U"_s}).split(u'\n')) {
        if (tryGit(peer, {u"checkout"_s, u"--theirs"_s, file})) {
            Ground::git(peer, {u"add"_s, file});
        } else {
            Ground::git(peer, {u"rm"_s, u"-q"_s, file});
        }
    }
    QVERIFY(tryGit(peer, {words[0], u"--continue"_s}));
    const auto done = finished(finishUnderWay(repository, headOf(*repository), {}, ana()));
    VERIFY_OK(done);
    QVERIFY(done->kind == Outcome::Kind::Done);
    COMPARE_TWINS(peer, path);
    QCOMPARE(logOf(path, u"HEAD"_s), logOf(peer, u"HEAD"_s));
    QVERIFY(finished(underWay(repository))->kind == UnderWay::Kind::None);
}

void TestGitMerging::gitFinishesWhatWeBegan_data()
{
    finishesWhatGitBegan_data();
}

void TestGitMerging::gitFinishesWhatWeBegan()
{
    QFETCH(const QStringList, words);
    const QString path = parted(u"ours-"_s + words[0]);
    const QString peer = twinOf(path);
    const auto repository = Ground::open(path);
    const Head head = headOf(*repository);
    MergeRequest request;
    request.revision = words[1];
    const auto begun = words[0] == u"merge"_s ? finished(merge(repository, head, request, ana()))
                       : words[0] == u"revert"_s
                           ? finished(revert(repository, head, words[1], 0, ana()))
                           : finished(cherryPick(repository, head, words[1], 0, ana()));
    VERIFY_OK(begun);
    QVERIFY(begun->kind == Outcome::Kind::Stopped && begun->conflicts > 0);
    QVERIFY(!tryGit(peer, words));
    COMPARE_TWINS(peer, path);
    const QString aborted = path + u"-aborted"_s;
    copyFolder(path, aborted);
    for (const QString& one : {path, peer}) {
        Ground::git(one, {u"add"_s, u"-A"_s});
        QVERIFY(tryGit(one, {words[0], u"--continue"_s}));
    }
    COMPARE_TWINS(peer, path);
    Ground::git(aborted, {u"status"_s});  // the copies have other times
    QVERIFY(tryGit(aborted, {words[0], u"--abort"_s}));
    QCOMPARE(Ground::git(aborted, {u"status"_s, u"--porcelain"_s}), QString());
    QCOMPARE(Ground::git(aborted, {u"rev-parse"_s, u"HEAD"_s}), head.commit);
}

void TestGitMerging::showsTheThreeVersions()
{
    const QString path = parted(u"three"_s);
    Ground::write(path + u"/picture"_s, QByteArray("\0ours", 5));
    Ground::commit(path, u"picture"_s);
    Ground::git(path, {u"switch"_s, u"-q"_s, u"clash"_s});
    Ground::write(path + u"/picture"_s, QByteArray("\0theirs", 7));
    Ground::write(path + u"/large"_s, QByteArray(9 * 1024 * 1024, 'x'));
    Ground::commit(path, u"picture too"_s);
    Ground::git(path, {u"switch"_s, u"-q"_s, u"main"_s});
    Ground::commit(path, u"large"_s, {{u"large"_s, "small\n"}});
    QVERIFY(!tryGit(path, {u"merge"_s, u"clash"_s}));
    const auto repository = Ground::open(path);
    const auto all = finished(conflicts(repository));
    VERIFY_OK(all);
    QHash<QByteArray, ConflictText> texts;
    for (const Conflict& conflict : *all) {
        const auto text = finished(conflictText(repository, conflict));
        VERIFY_OK(text);
        texts.insert(conflict.path, *text);
    }
    QCOMPARE(texts.size(), 5);
    const ConflictText f = texts["f"];
    QCOMPARE(QString::fromUtf8(f.base), Ground::git(path, {u"show"_s, u":1:f"_s}) + u'\n');
    QCOMPARE(QString::fromUtf8(f.ours), Ground::git(path, {u"show"_s, u":2:f"_s}) + u'\n');
    QCOMPARE(QString::fromUtf8(f.theirs), Ground::git(path, {u"show"_s, u":3:f"_s}) + u'\n');
    QByteArray file = Ground::read(path + u"/f"_s);  // git's own merge, with other labels
    QCOMPARE(
        f.merged,
        file.replace("<<<<<<< HEAD", "<<<<<<< ours").replace(">>>>>>> clash", ">>>>>>> theirs"));
    QCOMPARE(texts["both"].merged, "<<<<<<< ours\nours\n=======\ntheirs\n>>>>>>> theirs\n");
    QVERIFY(texts["gone"].merged.isEmpty() && texts["gone"].ours.isEmpty());
    QCOMPARE(texts["gone"].theirs, "changed\n");
    QVERIFY(texts["picture"].binary && texts["picture"].merged.isEmpty());
    QCOMPARE(texts["picture"].theirs, QByteArray("\0theirs", 7));
    QVERIFY(texts["large"].tooLarge && texts["large"].ours.isEmpty());
}

void TestGitMerging::resolvesEachWay()
{
    const QString path = parted(u"resolve"_s);
    QVERIFY(!tryGit(path, {u"merge"_s, u"clash"_s}));
    const auto repository = Ground::open(path);
    const auto all = finished(conflicts(repository));
    VERIFY_OK(all);
    QCOMPARE(all->size(), 3);
    const QByteArray mine("mine\nof both\n");
    VERIFY_OK(finished(resolveConflict(repository, all->at(0), Resolution::with(mine))));
    QCOMPARE(Ground::read(path + u"/both"_s), mine);
    QCOMPARE(Ground::git(path, {u"show"_s, u":0:both"_s}), u"mine\nof both"_s);
    VERIFY_OK(finished(
        resolveConflict(repository, all->at(1), Resolution::side(Resolution::Kind::Base))));
    QCOMPARE(Ground::git(path, {u"rev-parse"_s, u":f"_s}), all->at(1).base.id);
    VERIFY_OK(finished(
        resolveConflict(repository, all->at(2), Resolution::side(Resolution::Kind::Ours))));
    QVERIFY(!QFileInfo::exists(path + u"/gone"_s));  // it was deleted on our side
    QCOMPARE(Ground::git(path, {u"ls-files"_s, u"-u"_s}), QString());
    QCOMPARE(Ground::git(path, {u"diff"_s, u"--name-only"_s}), QString());
    const auto again = finished(resolveConflict(repository, all->at(0), Resolution::with("x")));
    QCOMPARE(kindOf(again), toString(ErrorKind::Conflict));
    const auto done = finished(
        finishUnderWay(repository, headOf(*repository), u"Join\n\nboth\n# keep?"_s, ana()));
    VERIFY_OK(done);
    QCOMPARE(Ground::git(path, {u"log"_s, u"-1"_s, u"--format=%B"_s}), u"Join\n\nboth"_s);
}

void TestGitMerging::abortLeadsBack_data()
{
    QTest::addColumn<QString>("how");
    for (const char* how : {"merge", "cherry-pick", "revert", "begun by git"}) {
        QTest::newRow(how) << QString::fromLatin1(how);
    }
}

void TestGitMerging::abortLeadsBack()
{
    QFETCH(const QString, how);
    const QString path = parted(u"abort-"_s + how);
    Ground::write(path + u"/same"_s, "a change of mine\n");
    Ground::write(path + u"/untracked"_s, "mine\n");
    const QStringList before = stateOf(path);
    const auto repository = Ground::open(path);
    const Head head = headOf(*repository);
    MergeRequest request;
    request.revision = u"clash"_s;
    if (how == u"begun by git") {
        QVERIFY(!tryGit(path, {u"merge"_s, u"clash"_s}));
    } else {
        const auto begun = how == u"merge" ? finished(merge(repository, head, request, ana()))
                           : how == u"revert"
                               ? finished(revert(repository, head, u"clash"_s, 0, ana()))
                               : finished(cherryPick(repository, head, u"clash"_s, 0, ana()));
        VERIFY_OK(begun);
        QVERIFY(begun->kind == Outcome::Kind::Stopped);
    }
    Ground::write(path + u"/f"_s, "resolved by hand\n");
    const auto aborted = finished(abortUnderWay(repository, head, ana()));
    VERIFY_OK(aborted);
    QCOMPARE(apart(before, stateOf(path)), QString());
    QVERIFY(finished(underWay(repository))->kind == UnderWay::Kind::None);
    QCOMPARE(Ground::git(path, {u"show"_s, aborted->saved + u":f"_s}), u"resolved by hand"_s);
    const auto again = finished(abortUnderWay(repository, head, ana()));
    QCOMPARE(kindOf(again), toString(ErrorKind::Conflict));
}

void TestGitMerging::refusesWhatWouldBeLost()
{
    struct Case {
        QString file;
        QByteArray bytes;
        bool staged;
    };
    const QList<Case> cases{{u"f"_s, "mine\n", false},     {u"f"_s, "mine\n", true},
                            {u"same"_s, "mine\n", true},   {u"new"_s, "untracked\n", false},
                            {u"gone"_s, "again\n", false}, {u"d/moved/x"_s, "in the way\n", false}};
    for (qsizetype i = 0; i < cases.size(); ++i) {
        const QString path = parted(u"lost%1"_s.arg(i));
        Ground::write(path + u'/' + cases[i].file, cases[i].bytes);
        if (cases[i].staged) {
            Ground::git(path, {u"add"_s, cases[i].file});
        }
        const QStringList before = stateOf(path);
        QVERIFY2(!tryGit(path, {u"merge"_s, u"clash"_s}), qPrintable(cases[i].file));
        QCOMPARE(apart(before, stateOf(path)), QString());
        const auto repository = Ground::open(path);
        const Head head = headOf(*repository);
        MergeRequest request;
        request.revision = u"clash"_s;
        const auto merged = finished(merge(repository, head, request, ana()));
        QCOMPARE(kindOf(merged), toString(ErrorKind::Conflict));
        QVERIFY2(merged.error().message.contains(cases[i].file.left(1)),
                 qPrintable(merged.error().message));
        QVERIFY(!merged.error().details[u"paths"_s].toArray().isEmpty());
        QCOMPARE(apart(before, stateOf(path)), QString());
        if (i < 3 || cases[i].file == u"gone") {  // the commit alone does not touch the others
            const auto picked = finished(cherryPick(repository, head, u"clash"_s, 0, ana()));
            QCOMPARE(kindOf(picked), toString(ErrorKind::Conflict));
            QCOMPARE(apart(before, stateOf(path)), QString());
        }
    }
}

void TestGitMerging::refusesWhenTheWorldMoved()
{
    const QString path = parted(u"moved"_s);
    const auto repository = Ground::open(path);
    const Head seen = headOf(*repository);
    const QString tip = Ground::commit(path, u"later"_s);
    const QStringList before = stateOf(path);
    MergeRequest request;
    request.revision = u"topic"_s;
    const auto first = finished(merge(repository, seen, request, ana()));
    QCOMPARE(kindOf(first), toString(ErrorKind::Conflict));
    QCOMPARE(first.error().details[u"commit"_s].toString(), tip);
    QCOMPARE(kindOf(finished(cherryPick(repository, seen, u"topic"_s, 0, ana()))),
             toString(ErrorKind::Conflict));
    QCOMPARE(kindOf(finished(revert(repository, seen, u"main~1"_s, 0, ana()))),
             toString(ErrorKind::Conflict));
    const Head elsewhere{u"topic"_s, tip};
    QCOMPARE(kindOf(finished(merge(repository, elsewhere, request, ana()))),
             toString(ErrorKind::Conflict));
    Ground::write(path + u"/.git/index.lock"_s, "");
    QCOMPARE(kindOf(finished(merge(repository, headOf(*repository), request, ana()))),
             toString(ErrorKind::Locked));
    QVERIFY(QFile::remove(path + u"/.git/index.lock"_s));
    const Committer nobody{u""_s, u"x@example.org"_s, {}};
    QCOMPARE(kindOf(finished(merge(repository, headOf(*repository), request, nobody))),
             toString(ErrorKind::Invalid));
    QCOMPARE(apart(before, stateOf(path)), QString());
    QCOMPARE(kindOf(finished(finishUnderWay(repository, headOf(*repository), {}, ana()))),
             toString(ErrorKind::Conflict));
    // While one is under way no other begins.
    QVERIFY(!tryGit(path, {u"merge"_s, u"clash"_s}));
    QCOMPARE(kindOf(finished(merge(repository, headOf(*repository), request, ana()))),
             toString(ErrorKind::Conflict));
}

/// Several picks in a row, and merges of several branches, are finished by whoever knows the rest.
void TestGitMerging::leavesSequencesToGit()
{
    const QString path = parted(u"sequence"_s);
    const QString merged = path + u"-bisect"_s;
    copyFolder(path, merged);
    QVERIFY(!tryGit(path, {u"cherry-pick"_s, u"clash"_s, u"topic~1"_s}));
    const QStringList before = stateOf(path);
    const auto repository = Ground::open(path);
    const auto found = finished(underWay(repository));
    VERIFY_OK(found);
    QVERIFY(found->kind == UnderWay::Kind::CherryPick && !found->obstacle.isEmpty());
    QCOMPARE(kindOf(finished(abortUnderWay(repository, headOf(*repository), ana()))),
             toString(ErrorKind::Unsupported));
    QCOMPARE(kindOf(finished(finishUnderWay(repository, headOf(*repository), {}, ana()))),
             toString(ErrorKind::Unsupported));
    QCOMPARE(apart(before, stateOf(path)), QString());
    // A bisection stands in nobody's way.
    Ground::git(merged, {u"bisect"_s, u"start"_s});
    const auto other = Ground::open(merged);
    QVERIFY(finished(underWay(other))->kind == UnderWay::Kind::Other);
    MergeRequest request;
    request.revision = u"topic"_s;
    VERIFY_OK(finished(merge(other, headOf(*other), request, ana())));
    QVERIFY(QFileInfo::exists(merged + u"/.git/BISECT_LOG"_s));
}

void TestGitMerging::mergesIntoNothing()
{
    const QString path = parted(u"unborn"_s);
    Ground::git(path, {u"switch"_s, u"-q"_s, u"--orphan"_s, u"fresh"_s});
    const auto repository = Ground::open(path);
    const Head head = headOf(*repository);
    QCOMPARE(head.commit, QString());
    MergeRequest request;
    request.revision = u"topic"_s;
    VERIFY_OK(finished(merge(repository, head, request, ana())));
    QCOMPARE(Ground::git(path, {u"rev-parse"_s, u"fresh"_s}),
             Ground::git(path, {u"rev-parse"_s, u"topic"_s}));
    QCOMPARE(Ground::git(path, {u"status"_s, u"--porcelain"_s}), QString());
    QCOMPARE(kindOf(finished(cherryPick(repository, head, u"main"_s, 0, ana()))),
             toString(ErrorKind::Conflict));
    Ground::git(path,
                {u"update-ref"_s, u"refs/heads/alien"_s,
                 Ground::git(path, {u"commit-tree"_s, u"-m"_s, u"alien"_s, u"main^{tree}"_s})});
    request.revision = u"alien"_s;
    QCOMPARE(kindOf(finished(merge(repository, headOf(*repository), request, ana()))),
             toString(ErrorKind::Refused));
    request.unrelated = true;
    const auto joined = finished(merge(repository, headOf(*repository), request, ana()));
    VERIFY_OK(joined);
    const QString bare = path + u"-bare"_s;
    Ground::git(path, {u"clone"_s, u"-q"_s, u"--bare"_s, path, bare});
    const auto none = Ground::open(bare);
    QCOMPARE(kindOf(finished(merge(none, headOf(*none), request, ana()))),
             toString(ErrorKind::Unsupported));
}

QTEST_GUILESS_MAIN(TestGitMerging)
#include "tst_git_merging.moc"
