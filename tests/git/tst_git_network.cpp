#include "core/git/network.h"
#include "tests/git/networkground.h"

using namespace analemma::git;
using namespace gitfixture;

/// Clone, fetch and pull between repositories of this machine, against git's own
/// answers.
class TestGitNetwork : public LocalRemotes {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { setUp(); }
    void cleanupTestCase() { tearDown(); }
    void clonesAsGitDoes_data();
    void clonesAsGitDoes();
    void clonesIntoNothingElse();
    void cancelledCloneLeavesNothing();
    void fetchesAsGitDoes_data();
    void fetchesAsGitDoes();
    void writesTheRefLog();
    void deepens();
    void leavesClashingTags();
    void fetchesWhatElseIsAsked();
    void refusesToMoveOurs();
    void noticesAnotherHand();
    void twoFetchesAtOnce();
    void clearsWhatWasLeft();
    void pullsForward();
    void pullLeavesChanges();
    void pullsIntoNothing();
};

// ---- clone --------------------------------------------------------------------------------------

void TestGitNetwork::clonesAsGitDoes_data()
{
    QTest::addColumn<CloneOptions>("options");
    QTest::addColumn<QStringList>("forGit");
    CloneOptions options;
    QTest::newRow("whole") << options << QStringList();
    options.branch = u"side"_s;
    QTest::newRow("branch") << options << QStringList{u"-b"_s, u"side"_s};
    options.singleBranch = true;
    QTest::newRow("single") << options << QStringList{u"-b"_s, u"side"_s, u"--single-branch"_s};
    options = {};
    options.depth = 1;
    QTest::newRow("shallow") << options << QStringList{u"--depth=1"_s, u"--no-single-branch"_s};
    options = {};
    options.branch = u"v1"_s;
    QTest::newRow("tag") << options << QStringList{u"-b"_s, u"v1"_s};
    options = {};
    options.bare = true;
    QTest::newRow("bare") << options << QStringList{u"--bare"_s};
}

void TestGitNetwork::clonesAsGitDoes()
{
    QFETCH(const CloneOptions, options);
    QFETCH(const QStringList, forGit);
    const QString tag = QString::fromLatin1(QTest::currentDataTag());
    const QString from = made(u"from-"_s + tag);
    const QString ours = m_ground->path(u"ours-"_s + tag);
    NetworkAccess access = localAccess();
    QStringList phases;
    access.progress = [&phases](const NetworkProgress& progress) { phases.append(progress.phase); };
    const Result<std::shared_ptr<Repository>> clone =
        finished(cloneRepository(from, ours, options, access, CancelToken()));
    QVERIFY2(clone, clone ? "" : qPrintable(clone.error().message));
    QCOMPARE((*clone)->path(), ours);
    QVERIFY2(phases.contains(u"Receiving objects"_s), qPrintable(phases.join(u", "_s)));

    const QString theirs = cloned(from, u"theirs-"_s + tag, forGit);
    QCOMPARE(refsOf(ours), refsOf(theirs));
    QCOMPARE(Ground::git(ours, {u"log"_s, u"--all"_s, u"--format=%H %P"_s}),
             Ground::git(theirs, {u"log"_s, u"--all"_s, u"--format=%H %P"_s}));
    Ground::git(ours, {u"fsck"_s, u"--full"_s, u"--strict"_s});
    const QStringList config{u"config"_s, u"--local"_s, u"--get-regexp"_s,
                             u"^(core.bare|branch|remote)"_s};
    QCOMPARE(Ground::git(ours, config), Ground::git(theirs, config));
    if (!options.bare) {
        QCOMPARE(Ground::git(ours, {u"status"_s, u"--porcelain=v2"_s, u"--branch"_s}),
                 Ground::git(theirs, {u"status"_s, u"--porcelain=v2"_s, u"--branch"_s}));
        QCOMPARE(Ground::git(ours, {u"ls-files"_s, u"-s"_s}),
                 Ground::git(theirs, {u"ls-files"_s, u"-s"_s}));
    }
}

void TestGitNetwork::clonesIntoNothingElse()
{
    const QString from = made(u"from-place"_s);
    const auto clone = [](const QString& url, const QString& folder) {
        return finished(cloneRepository(url, folder, {}, localAccess(), CancelToken()));
    };
    // Into an empty folder, with the folders above made.
    QVERIFY(clone(from, m_ground->folder(u"empty"_s)));
    QVERIFY(clone(from, m_ground->path(u"new/and/deep"_s)));
    // Nothing that is there is touched.
    const QString full = m_ground->folder(u"full"_s);
    Ground::write(full + u"/.hidden"_s, "mine");
    QCOMPARE(kindOf(clone(from, full)), u"conflict"_s);
    QCOMPARE(Ground::read(full + u"/.hidden"_s), "mine");
    // Failures leave nothing.
    const QString parent = m_ground->folder(u"parent"_s);
    QCOMPARE(kindOf(clone(m_ground->path(u"nowhere"_s), parent + u"/x"_s)), u"not-found"_s);
    CloneOptions odd;
    odd.branch = u"--upload-pack=touch x"_s;
    QCOMPARE(kindOf(finished(
                 cloneRepository(from, parent + u"/x"_s, odd, localAccess(), CancelToken()))),
             u"not-found"_s);
    QVERIFY(QDir(parent).isEmpty(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot));
    NetworkAccess strict;
    QCOMPARE(kindOf(finished(cloneRepository(from, parent + u"/x"_s, {}, strict, CancelToken()))),
             u"refused"_s);
    // An empty repository is one, too.
    const QString bare = m_ground->init(u"nothing"_s, {u"--bare"_s});
    const Result<std::shared_ptr<Repository>> nothing = clone(bare, parent + u"/n"_s);
    QVERIFY2(nothing, nothing ? "" : qPrintable(nothing.error().message));
    QCOMPARE(finished((*nothing)->head())->branch, u"main"_s);
}

void TestGitNetwork::cancelledCloneLeavesNothing()
{
    const QString from = made(u"from-cancel"_s);
    const QString parent = m_ground->folder(u"cancel"_s);
    const CancelToken cancel;
    NetworkAccess access = localAccess();
    access.progress = [&cancel](const NetworkProgress&) { cancel.cancel(); };
    QCOMPARE(kindOf(finished(cloneRepository(from, parent + u"/x"_s, {}, access, cancel))),
             u"cancelled"_s);
    QVERIFY(QDir(parent).isEmpty(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot));
}

// ---- fetch --------------------------------------------------------------------------------------

void TestGitNetwork::fetchesAsGitDoes_data()
{
    QTest::addColumn<FetchOptions>("options");
    QTest::addColumn<QStringList>("forGit");
    FetchOptions options;
    QTest::newRow("plain") << options << QStringList();
    options.prune = true;
    QTest::newRow("prune") << options << QStringList{u"--prune"_s};
    options.tags = FetchOptions::Tags::All;
    QTest::newRow("prune and tags") << options << QStringList{u"--prune"_s, u"--tags"_s};
    options = {};
    options.tags = FetchOptions::Tags::None;
    QTest::newRow("no tags") << options << QStringList{u"--no-tags"_s};
}

void TestGitNetwork::fetchesAsGitDoes()
{
    QFETCH(const FetchOptions, options);
    QFETCH(const QStringList, forGit);
    const QString tag = QString::fromLatin1(QTest::currentDataTag());
    const QString from = made(u"fetch "_s + tag);
    const QString ours = cloned(from, u"ours "_s + tag);
    const QString theirs = cloned(from, u"theirs "_s + tag);
    // New, moved, forced, gone, a name in the way of another when pruned; tags near and far.
    Ground::commit(from, u"third"_s, {{u"a.txt"_s, "3\n"}});
    Ground::git(from, {u"tag"_s, u"-a"_s, u"-m"_s, u"two"_s, u"v2"_s});
    Ground::git(from, {u"branch"_s, u"new"_s});
    Ground::git(from, {u"branch"_s, u"-f"_s, u"side"_s, u"v1"_s});
    Ground::git(from, {u"branch"_s, u"-D"_s, u"deep/er"_s});
    if (options.prune) {
        Ground::git(from, {u"branch"_s, u"deep"_s});
    }
    Ground::git(from, {u"checkout"_s, u"-q"_s, u"--detach"_s});
    Ground::commit(from, u"apart"_s, {{u"d.txt"_s, "d\n"}});
    Ground::git(from, {u"tag"_s, u"far"_s});
    Ground::git(from, {u"checkout"_s, u"-q"_s, u"main"_s});

    const auto repository = Ground::open(ours);
    const QString before = refsOf(ours);
    const Result<FetchResult> result = fetched(repository, options);
    QVERIFY2(result, result ? "" : qPrintable(result.error().message));
    Ground::git(theirs, QStringList{u"fetch"_s, u"-q"_s} + forGit);
    QCOMPARE(refsOf(ours), refsOf(theirs));
    QVERIFY(refsOf(ours) != before);
    Ground::git(ours, {u"fsck"_s, u"--full"_s, u"--strict"_s});
    QCOMPARE(leftOver(ours), QStringList());

    QHash<QString, RefMove> moved;
    for (const RefMove& move : result->moved) {
        moved.insert(move.name, move);
    }
    QVERIFY(!moved.value(u"refs/remotes/origin/main"_s).forced);
    QVERIFY(moved.value(u"refs/remotes/origin/side"_s).forced);
    QCOMPARE(moved.value(u"refs/remotes/origin/main"_s).after,
             Ground::git(from, {u"rev-parse"_s, u"main"_s}));
    QVERIFY(moved.value(u"refs/remotes/origin/new"_s).before.isEmpty());
    QCOMPARE(moved.contains(u"refs/remotes/origin/deep/er"_s), options.prune);
    QCOMPARE(moved.contains(u"refs/tags/v2"_s), options.tags != FetchOptions::Tags::None);
    QCOMPARE(moved.contains(u"refs/tags/far"_s), options.tags == FetchOptions::Tags::All);
    // Once more: nothing is new.
    const Result<FetchResult> again = fetched(repository, options);
    QVERIFY(again && again->moved.isEmpty());
}

void TestGitNetwork::writesTheRefLog()
{
    const QString from = made(u"log"_s);
    const QString ours = cloned(from, u"log-ours"_s);
    Ground::commit(from, u"third"_s);
    Ground::git(from, {u"branch"_s, u"-f"_s, u"side"_s, u"v1"_s});
    Ground::git(from, {u"branch"_s, u"new"_s});
    QVERIFY(fetched(Ground::open(ours)));
    const auto last = [&ours](const QString& ref) {
        return Ground::git(ours, {u"reflog"_s, u"show"_s, u"-1"_s, u"--format=%gs"_s, ref});
    };
    QCOMPARE(last(u"origin/main"_s), u"fetch origin: fast-forward"_s);
    QCOMPARE(last(u"origin/side"_s), u"fetch origin: forced-update"_s);
    QCOMPARE(last(u"origin/new"_s), u"fetch origin: storing head"_s);
}

void TestGitNetwork::deepens()
{
    const QString from = made(u"deep"_s);
    for (int i = 0; i < 6; ++i) {
        Ground::commit(from, u"more %1"_s.arg(i));
    }
    const QStringList shallow{u"--depth=2"_s, u"--no-single-branch"_s};
    const QString ours = cloned(from, u"deep-ours"_s, shallow);
    const QString theirs = cloned(from, u"deep-theirs"_s, shallow);
    Ground::git(theirs, {u"remote"_s, u"set-url"_s, u"origin"_s, u"file://"_s + from});
    const auto lines = [](const QString& path) {
        QByteArrayList list = Ground::read(path + u"/.git/shallow"_s).trimmed().split('\n');
        std::sort(list.begin(), list.end());
        return list;
    };
    QCOMPARE(lines(ours), lines(theirs));
    FetchOptions options;
    options.depth = 4;
    const auto repository = Ground::open(ours);
    const Result<FetchResult> deeper = fetched(repository, options);
    QVERIFY2(deeper, deeper ? "" : qPrintable(deeper.error().message));
    Ground::git(theirs, {u"fetch"_s, u"-q"_s, u"--depth=4"_s});
    QCOMPARE(lines(ours), lines(theirs));
    QVERIFY(lines(ours).constFirst().size() == 40);
    Ground::git(ours, {u"fsck"_s});
    options.depth = 0;
    options.unshallow = true;
    QVERIFY(fetched(repository, options));
    QVERIFY(!QFile::exists(ours + u"/.git/shallow"_s));
    QCOMPARE(Ground::git(ours, {u"rev-list"_s, u"--count"_s, u"--all"_s}),
             Ground::git(from, {u"rev-list"_s, u"--count"_s, u"--all"_s}));
    Ground::git(ours, {u"fsck"_s, u"--full"_s});
}

void TestGitNetwork::leavesClashingTags()
{
    const QString from = made(u"clash"_s);
    const QString ours = cloned(from, u"clash-ours"_s);
    Ground::git(from, {u"tag"_s, u"-f"_s, u"light"_s, u"v1^{}"_s});
    Ground::commit(from, u"third"_s);
    const QString light = Ground::git(ours, {u"rev-parse"_s, u"light"_s});
    FetchOptions options;
    options.tags = FetchOptions::Tags::All;
    const Result<FetchResult> result = fetched(Ground::open(ours), options);
    QVERIFY2(result, result ? "" : qPrintable(result.error().message));
    QCOMPARE(result->refused, QStringList{u"light"_s});
    QCOMPARE(Ground::git(ours, {u"rev-parse"_s, u"light"_s}), light);
    QCOMPARE(Ground::git(ours, {u"rev-parse"_s, u"origin/main"_s}),
             Ground::git(from, {u"rev-parse"_s, u"main"_s}));
}

void TestGitNetwork::fetchesWhatElseIsAsked()
{
    const QString from = made(u"notes"_s);
    const QString ours = cloned(from, u"notes-ours"_s);
    const auto repository = Ground::open(ours);
    FetchOptions options;
    options.more = {u"+refs/notes/analemma/*:refs/notes/analemma/origin/*"_s};
    QVERIFY(fetched(repository, options));  // there are none yet
    Ground::git(from,
                {u"notes"_s, u"--ref=analemma/review"_s, u"add"_s, u"-m"_s, u"well"_s, u"v1"_s});
    QVERIFY(fetched(repository, options));
    QCOMPARE(Ground::git(ours, {u"rev-parse"_s, u"refs/notes/analemma/origin/review"_s}),
             Ground::git(from, {u"rev-parse"_s, u"refs/notes/analemma/review"_s}));
    PushOptions back;
    back.refs = {u"refs/notes/analemma/origin/review"_s};
    QVERIFY(pushed(repository, back));
    QCOMPARE(Ground::git(from, {u"rev-parse"_s, u"refs/notes/analemma/origin/review"_s}),
             Ground::git(from, {u"rev-parse"_s, u"refs/notes/analemma/review"_s}));
}

void TestGitNetwork::refusesToMoveOurs()
{
    const QString from = made(u"mirror"_s);
    const QString ours = cloned(from, u"mirror-ours"_s);
    Ground::commit(from, u"third"_s);
    Ground::git(ours, {u"config"_s, u"remote.origin.fetch"_s, u"+refs/heads/*:refs/heads/*"_s});
    const QString before = refsOf(ours);
    QCOMPARE(kindOf(fetched(Ground::open(ours))), u"refused"_s);
    FetchOptions sneaky;
    sneaky.more = {u"--upload-pack=touch x"_s};
    QCOMPARE(kindOf(fetched(Ground::open(ours), sneaky)), u"refused"_s);
    QCOMPARE(refsOf(ours), before);
    // A mirror is bare, and then it is what is wanted.
    const QString mirror = cloned(from, u"mirror.git"_s, {u"--mirror"_s});
    const QString tip = Ground::commit(from, u"fourth"_s);
    const Result<FetchResult> result = fetched(Ground::open(mirror));
    QVERIFY2(result, result ? "" : qPrintable(result.error().message));
    QCOMPARE(Ground::git(mirror, {u"rev-parse"_s, u"refs/heads/main"_s}), tip);
}

void TestGitNetwork::noticesAnotherHand()
{
    const QString from = made(u"hand"_s);
    const QString ours = cloned(from, u"hand-ours"_s);
    Ground::commit(from, u"third"_s);
    Ground::git(from, {u"branch"_s, u"new"_s});
    NetworkAccess access = localAccess();
    bool done = false;
    access.progress = [&](const NetworkProgress&) {
        if (!std::exchange(done, true)) {  // once the shadow has been made
            Ground::git(ours, {u"update-ref"_s, u"refs/remotes/origin/main"_s, u"v1^{}"_s});
        }
    };
    const Result<FetchResult> result =
        finished(git::fetch(Ground::open(ours), {}, access, CancelToken()));
    QVERIFY(done);
    QCOMPARE(kindOf(result), u"conflict"_s);
    // All or none.
    QCOMPARE(Ground::git(ours, {u"rev-parse"_s, u"origin/main"_s}),
             Ground::git(from, {u"rev-parse"_s, u"v1^{}"_s}));
    QVERIFY(!refsOf(ours).contains(u"origin/new"_s));
    QVERIFY(fetched(Ground::open(ours)));
    QVERIFY(refsOf(ours).contains(u"origin/new"_s));
}

void TestGitNetwork::twoFetchesAtOnce()
{
    const QString from = made(u"twice"_s);
    const QString ours = cloned(from, u"twice-ours"_s);
    Ground::commit(from, u"third"_s, {{u"big"_s, noise(300'000, 1)}});
    // By one handle and by two: the second finds done what it would do.
    const auto first = Ground::open(ours);
    const auto second = Ground::open(ours);
    QObject context;
    QList<QString> kinds;
    qsizetype moves = 0;
    for (const auto& repository : {first, first, second}) {
        then(git::fetch(repository, {}, localAccess(), CancelToken()), &context,
             [&](const Result<FetchResult>& result) {
                 kinds.append(kindOf(result));
                 moves += result ? result->moved.size() : 0;
             });
    }
    QVERIFY(QTest::qWaitFor([&kinds] { return kinds.size() == 3; }, 120'000));
    QCOMPARE(kinds, QList<QString>({u"ok"_s, u"ok"_s, u"ok"_s}));
    QCOMPARE(moves, 1);
    QCOMPARE(leftOver(ours), QStringList());
    Ground::git(ours, {u"fsck"_s, u"--full"_s});
}

void TestGitNetwork::clearsWhatWasLeft()
{
    const QString from = made(u"left"_s);
    const QString ours = cloned(from, u"left-ours"_s);
    const QString objects = ours + u"/.git/objects"_s;
    Ground::write(objects + u"/tmp_objdir-analemma-old/pack/tmp_pack_x"_s, "half");
    Ground::write(objects + u"/tmp_objdir-other/pack/tmp_pack_x"_s, "not ours");
    QVERIFY(fetched(Ground::open(ours)));
    QCOMPARE(leftOver(ours), QStringList{u"tmp_objdir-other"_s});
}

// ---- pull ---------------------------------------------------------------------------------------

void TestGitNetwork::pullsForward()
{
    const QString from = made(u"pull"_s);
    const QString ours = cloned(from, u"pull-ours"_s);
    const auto repository = Ground::open(ours);
    const auto pull = [&repository] {
        return finished(pullFastForward(repository, {}, localAccess(), CancelToken()));
    };
    const Result<PullResult> nothing = pull();
    QVERIFY2(nothing, nothing ? "" : qPrintable(nothing.error().message));
    QCOMPARE(nothing->before, nothing->after);
    const QString tip =
        Ground::commit(from, u"third"_s, {{u"a.txt"_s, "3\n"}, {u"new.txt"_s, "n\n"}});
    Ground::write(ours + u"/dir/b.txt"_s, "mine\n");  // elsewhere: it stays
    const Result<PullResult> forward = pull();
    QVERIFY2(forward, forward ? "" : qPrintable(forward.error().message));
    QCOMPARE(forward->after, tip);
    QCOMPARE(forward->behind, 1);
    QCOMPARE(Ground::git(ours, {u"rev-parse"_s, u"HEAD"_s}), tip);
    QCOMPARE(Ground::git(ours, {u"status"_s, u"--porcelain"_s}), u" M dir/b.txt"_s);
    QCOMPARE(Ground::git(ours, {u"reflog"_s, u"-1"_s, u"--format=%gs"_s}), u"pull: Fast-forward"_s);
    QCOMPARE(Ground::read(ours + u"/new.txt"_s), "n\n");
    // Both have commits of their own: the caller decides.
    Ground::git(ours, {u"checkout"_s, u"-q"_s, u"dir/b.txt"_s});
    const QString own = Ground::commit(ours, u"own"_s, {{u"own.txt"_s, "o\n"}});
    Ground::commit(from, u"fourth"_s);
    const Result<PullResult> apart = pull();
    QVERIFY(apart);
    QCOMPARE(apart->ahead, 1);
    QCOMPARE(apart->behind, 1);
    QCOMPARE(Ground::git(ours, {u"rev-parse"_s, u"HEAD"_s}), own);
}

void TestGitNetwork::pullLeavesChanges()
{
    const QString from = made(u"dirty"_s);
    const QString ours = cloned(from, u"dirty-ours"_s);
    Ground::commit(from, u"third"_s, {{u"a.txt"_s, "3\n"}, {u"new.txt"_s, "theirs\n"}});
    Ground::write(ours + u"/a.txt"_s, "mine\n");
    Ground::write(ours + u"/new.txt"_s, "mine, too\n");
    const auto repository = Ground::open(ours);
    const auto pull = [&repository] {
        return finished(pullFastForward(repository, {}, localAccess(), CancelToken()));
    };
    const QString head = Ground::git(ours, {u"rev-parse"_s, u"HEAD"_s});
    const Result<PullResult> result = pull();
    QCOMPARE(kindOf(result), u"refused"_s);
    QVERIFY(result.error().message.contains(u"a.txt"_s));
    QVERIFY(result.error().message.contains(u"new.txt"_s));
    QCOMPARE(Ground::git(ours, {u"rev-parse"_s, u"HEAD"_s}), head);
    QCOMPARE(Ground::git(ours, {u"status"_s, u"--porcelain"_s}), u" M a.txt\n?? new.txt"_s);
    QCOMPARE(Ground::read(ours + u"/a.txt"_s), "mine\n");
    Ground::git(ours, {u"checkout"_s, u"-q"_s, u"--detach"_s});
    QCOMPARE(kindOf(pull()), u"refused"_s);
    Ground::git(ours, {u"checkout"_s, u"-q"_s, u"-b"_s, u"alone"_s});
    QCOMPARE(kindOf(pull()), u"not-found"_s);
}

void TestGitNetwork::pullsIntoNothing()
{
    const QString from = made(u"unborn-from"_s);
    const QString ours = m_ground->init(u"unborn"_s);
    Ground::git(ours, {u"remote"_s, u"add"_s, u"origin"_s, from});
    Ground::git(ours, {u"config"_s, u"branch.main.remote"_s, u"origin"_s});
    Ground::git(ours, {u"config"_s, u"branch.main.merge"_s, u"refs/heads/main"_s});
    const Result<PullResult> result =
        finished(pullFastForward(Ground::open(ours), {}, localAccess(), CancelToken()));
    QVERIFY2(result, result ? "" : qPrintable(result.error().message));
    QCOMPARE(Ground::git(ours, {u"rev-parse"_s, u"HEAD"_s}),
             Ground::git(from, {u"rev-parse"_s, u"HEAD"_s}));
    QCOMPARE(Ground::git(ours, {u"status"_s, u"--porcelain"_s}), QString());
}

QTEST_GUILESS_MAIN(TestGitNetwork)
#include "tst_git_network.moc"
