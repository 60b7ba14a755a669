#include "core/git/network.h"
#include "tests/git/boobytrap.h"
#include "tests/git/networkground.h"

using namespace analemma::git;
using namespace gitfixture;

/// Push and remotes between repositories of this machine, against git's own answers, and that
/// nothing of a repository runs meanwhile.
class TestGitNetworkPush : public LocalRemotes {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { setUp(); }
    void cleanupTestCase() { tearDown(); }
    void pushes();
    void pushRefusesWhatIsNotForward();
    void forcesOnlyWithALease();
    void keepsRemotesAsGitDoes();
    void readsRemotesWithSuspicion();
    void runsNothingOfTheTrap();
    void runsNoHookOfALocalRemote();
};

// ---- push ---------------------------------------------------------------------------------------

void TestGitNetworkPush::pushes()
{
    const QString bare = cloned(made(u"push"_s), u"push.git"_s, {u"--bare"_s});
    const QString ours = cloned(bare, u"push-ours"_s);
    const auto repository = Ground::open(ours);
    Ground::git(ours, {u"checkout"_s, u"-q"_s, u"-b"_s, u"topic"_s});
    const QString tip = Ground::commit(ours, u"topic"_s, {{u"t"_s, noise(50'000, 2)}});
    Ground::git(ours, {u"tag"_s, u"-a"_s, u"-m"_s, u"t"_s, u"v9"_s});
    PushOptions options;
    options.refs = {u"refs/heads/topic"_s, u"refs/tags/v9"_s};
    options.setUpstream = true;
    const Result<PushResult> result = pushed(repository, options);
    QVERIFY2(result, result ? "" : qPrintable(result.error().message));
    QCOMPARE(result->refs.size(), 2);
    QCOMPARE(result->refs.at(0).state, PushedRef::State::New);
    QCOMPARE(Ground::git(bare, {u"rev-parse"_s, u"topic"_s, u"v9"_s}),
             Ground::git(ours, {u"rev-parse"_s, u"topic"_s, u"v9"_s}));
    QCOMPARE(Ground::git(ours, {u"rev-parse"_s, u"topic@{upstream}"_s}), tip);
    QCOMPARE(Ground::git(ours, {u"reflog"_s, u"-1"_s, u"--format=%gs"_s, u"origin/topic"_s}),
             u"update by push"_s);
    // Forward, the same again, and gone.
    Ground::commit(ours, u"more"_s);
    options.refs = {u"refs/heads/topic"_s};
    QCOMPARE(pushed(repository, options)->refs.at(0).state, PushedRef::State::Moved);
    QCOMPARE(pushed(repository, options)->refs.at(0).state, PushedRef::State::Same);
    PushOptions gone;
    gone.remove = {u"refs/heads/topic"_s};
    QCOMPARE(pushed(repository, gone)->refs.at(0).state, PushedRef::State::Removed);
    QVERIFY(!refsOf(bare).contains(u"topic"_s));
    QVERIFY(!refsOf(ours).contains(u"origin/topic"_s));
    Ground::git(bare, {u"fsck"_s, u"--full"_s});
    // Names that are none.
    for (const QString& name : {u"main"_s, u"refs/heads/"_s, u"refs/heads/a..b"_s, u"--mirror"_s,
                                u"refs/heads/x:refs/heads/y"_s}) {
        PushOptions odd;
        odd.refs = {name};
        QCOMPARE(kindOf(pushed(repository, odd)), u"invalid"_s);
    }
    PushOptions missing;
    missing.refs = {u"refs/heads/none"_s};
    QCOMPARE(kindOf(pushed(repository, missing)), u"not-found"_s);
    missing.remote = u"orgin"_s;
    const Result<PushResult> wrong = pushed(repository, missing);
    QCOMPARE(kindOf(wrong), u"not-found"_s);
    QVERIFY(wrong.error().hint.contains(u"origin"_s));
}

void TestGitNetworkPush::pushRefusesWhatIsNotForward()
{
    const QString bare = cloned(made(u"nonff"_s), u"nonff.git"_s, {u"--bare"_s});
    const QString ours = cloned(bare, u"nonff-ours"_s);
    const QString other = cloned(bare, u"nonff-other"_s);
    const QString theirs = Ground::commit(other, u"theirs"_s);
    Ground::git(other, {u"push"_s, u"-q"_s});
    Ground::commit(ours, u"own"_s);
    Ground::git(ours, {u"branch"_s, u"fine"_s});
    PushOptions options;
    options.refs = {u"refs/heads/main"_s, u"refs/heads/fine"_s};
    const auto repository = Ground::open(ours);
    const Result<PushResult> result = pushed(repository, options);
    QCOMPARE(kindOf(result), u"refused"_s);
    QVERIFY2(result.error().message.contains(u"fetch first"_s), qPrintable(result.error().message));
    QVERIFY(result.error().hint.contains(u"Fetch"_s));
    QCOMPARE(Ground::git(bare, {u"rev-parse"_s, u"main"_s}), theirs);
    // The other one has arrived, and is told and tracked.
    QVERIFY(result.error().message.contains(u"refs/heads/fine"_s));
    QVERIFY(refsOf(bare).contains(u"refs/heads/fine"_s));
    QVERIFY(refsOf(ours).contains(u"refs/remotes/origin/fine"_s));
}

void TestGitNetworkPush::forcesOnlyWithALease()
{
    const QString bare = cloned(made(u"lease"_s), u"lease.git"_s, {u"--bare"_s});
    const QString ours = cloned(bare, u"lease-ours"_s);
    const QString other = cloned(bare, u"lease-other"_s);
    const QString own = Ground::commit(ours, u"own"_s);
    const QString theirs = Ground::commit(other, u"theirs"_s);
    Ground::git(other, {u"push"_s, u"-q"_s});
    const auto repository = Ground::open(ours);
    PushOptions options;
    options.refs = {u"refs/heads/main"_s};
    options.force = true;
    const Result<PushResult> stale = pushed(repository, options);
    QCOMPARE(kindOf(stale), u"refused"_s);
    QVERIFY2(stale.error().message.contains(u"stale info"_s), qPrintable(stale.error().message));
    QCOMPARE(Ground::git(bare, {u"rev-parse"_s, u"main"_s}), theirs);
    QVERIFY(fetched(repository));
    const Result<PushResult> forced = pushed(repository, options);
    QVERIFY2(forced, forced ? "" : qPrintable(forced.error().message));
    QCOMPARE(forced->refs.at(0).state, PushedRef::State::Forced);
    QCOMPARE(Ground::git(bare, {u"rev-parse"_s, u"main"_s}), own);
    // What was named as seen counts, even where here is something newer; a tag needs it.
    options.expected.insert(u"refs/heads/main"_s, theirs);
    Ground::commit(ours, u"once more"_s);
    QCOMPARE(kindOf(pushed(repository, options)), u"refused"_s);
    PushOptions tag;
    tag.refs = {u"refs/tags/light"_s};
    tag.force = true;
    QCOMPARE(kindOf(pushed(repository, tag)), u"refused"_s);
    Ground::git(ours, {u"tag"_s, u"-f"_s, u"light"_s, own});
    tag.expected.insert(u"refs/tags/light"_s, Ground::git(bare, {u"rev-parse"_s, u"light"_s}));
    QVERIFY(pushed(repository, tag));
    QCOMPARE(Ground::git(bare, {u"rev-parse"_s, u"light"_s}), own);
    // Nothing may be there.
    PushOptions fresh;
    fresh.refs = {u"refs/heads/main"_s};
    fresh.expected.insert(u"refs/heads/main"_s, {});
    Ground::commit(ours, u"more"_s);
    QCOMPARE(kindOf(pushed(repository, fresh)), u"refused"_s);
}

// ---- remotes ------------------------------------------------------------------------------------

void TestGitNetworkPush::keepsRemotesAsGitDoes()
{
    const QString from = made(u"remotes"_s);
    const QString ours = cloned(from, u"remotes-ours"_s);
    const QString theirs = cloned(from, u"remotes-theirs"_s);
    const auto repository = Ground::open(ours);
    QVERIFY(finished(addRemote(repository, u"up"_s, u"git@example.org:a/b.git"_s)));
    QVERIFY(finished(setRemoteUrl(repository, u"up"_s, u"https://example.org/a/b.git"_s)));
    QVERIFY(finished(renameRemote(repository, u"origin"_s, u"source"_s)));
    Ground::git(theirs, {u"remote"_s, u"add"_s, u"up"_s, u"https://example.org/a/b.git"_s});
    Ground::git(theirs, {u"remote"_s, u"rename"_s, u"origin"_s, u"source"_s});
    const QStringList config{u"config"_s, u"--local"_s, u"--get-regexp"_s, u"^(branch|remote)"_s};
    const auto sorted = [&config](const QString& path) {
        QStringList lines = Ground::git(path, config).split(u'\n');
        lines.sort();
        return lines;
    };
    QCOMPARE(sorted(ours), sorted(theirs));
    QVERIFY(refsOf(ours).contains(u"refs/remotes/source/main"_s));
    QVERIFY(!refsOf(ours).contains(u"refs/remotes/origin"_s));
    const Result<QList<Remote>> list = finished(remotes(repository));
    QCOMPARE(list->size(), 2);
    QCOMPARE(list->at(0).name, u"source"_s);
    QCOMPARE(list->at(1).url, u"https://example.org/a/b.git"_s);
    QCOMPARE(kindOf(finished(addRemote(repository, u"up"_s, u"https://example.org/x"_s))),
             u"conflict"_s);
    QCOMPARE(kindOf(finished(addRemote(repository, u"a b"_s, u"https://example.org/x"_s))),
             u"invalid"_s);
    QCOMPARE(kindOf(finished(addRemote(repository, u"evil"_s, u"ext::sh -c x"_s))), u"refused"_s);
    QCOMPARE(kindOf(finished(setRemoteUrl(repository, u"up"_s, u"-oProxyCommand=x"_s))),
             u"refused"_s);
    QCOMPARE(kindOf(finished(renameRemote(repository, u"none"_s, u"x"_s))), u"not-found"_s);
    QVERIFY(finished(removeRemote(repository, u"source"_s)));
    Ground::git(theirs, {u"remote"_s, u"remove"_s, u"source"_s});
    QCOMPARE(sorted(ours), sorted(theirs));
    QCOMPARE(refsOf(ours), refsOf(theirs));
}

void TestGitNetworkPush::readsRemotesWithSuspicion()
{
    const QString from = made(u"odd"_s);
    const QString ours = cloned(from, u"odd-ours"_s);
    const QString marker = m_ground->path(u"odd-marker"_s);
    const auto repository = Ground::open(ours);
    const auto tries = [&](const QString& url) {
        Ground::git(ours, {u"config"_s, u"remote.origin.url"_s, url});
        return fetched(repository);
    };
    for (const QString& url :
         {u"ext::touch "_s + marker, u"ssh://-oProxyCommand=touch${IFS}"_s + marker + u"/x"_s,
          u"-oProxyCommand=touch "_s + marker, u"git://127.0.0.1/x"_s, u"relative"_s,
          u"https://u:secret@127.0.0.1/x"_s}) {
        const Result<FetchResult> result = tries(url);
        QCOMPARE(kindOf(result), u"refused"_s);
        QVERIFY(!result.error().message.contains(u"secret"_s));
        QVERIFY(!finished(remotes(repository))->at(0).problem.isEmpty());
    }
    // Nothing is rewritten, whatever the configuration says of it.
    Ground::git(ours, {u"config"_s, u"url.ext::touch "_s + marker + u" .insteadOf"_s, from});
    QVERIFY(tries(from));
    QVERIFY(!QFile::exists(marker));
    // A remote that is not one of the machine's is not taken from a configuration by itself.
    NetworkAccess strict;
    QCOMPARE(kindOf(finished(git::fetch(repository, {}, strict, CancelToken()))), u"refused"_s);
}

// ---- nothing runs -------------------------------------------------------------------------------

void TestGitNetworkPush::runsNothingOfTheTrap()
{
    const BoobyTrap trap(*m_ground, u"trap"_s);
    const QString from = cloned(made(u"trap-from"_s), u"trap-from.git"_s, {u"--bare"_s});
    const auto repository = Ground::open(trap.path());
    QCOMPARE(kindOf(fetched(repository)), u"refused"_s);  // its address is a command
    // With an address that is none, all goes on, and still nothing runs.
    QVERIFY(finished(setRemoteUrl(repository, u"origin"_s, from)));
    const Result<FetchResult> result = fetched(repository);
    QVERIFY2(result, result ? "" : qPrintable(result.error().message));
    QVERIFY(!result->moved.isEmpty());
    PushOptions options;
    options.refs = {u"refs/heads/side"_s};
    options.force = true;
    const Result<PushResult> pushes = pushed(repository, options);
    QVERIFY2(pushes, pushes ? "" : qPrintable(pushes.error().message));
    QVERIFY(finished(remotes(repository)));
    QCOMPARE(trap.markers(), QStringList());

    // Cloned and pulled from, with its filters in .gitattributes.
    NetworkAccess access = localAccess();
    const QString clone = m_ground->path(u"trap-clone"_s);
    const Result<std::shared_ptr<Repository>> cloned =
        finished(cloneRepository(trap.path(), clone, {}, access, CancelToken()));
    QVERIFY2(cloned, cloned ? "" : qPrintable(cloned.error().message));
    QCOMPARE(trap.markers(), QStringList());
    // In the trap itself, work is done: branch and files move.
    Ground::git(clone, {u"config"_s, u"commit.gpgSign"_s, u"false"_s});
    const QString tip = Ground::commit(clone, u"new"_s, {{u"trapped.one"_s, "pulled\n"}});
    QVERIFY(finished(setRemoteUrl(repository, u"origin"_s, clone)));
    const QString trapGit = trap.path() + u"/.git/config"_s;
    Ground::write(trapGit, Ground::read(trapGit) +
                               "[branch \"main\"]\n\tremote = origin\n"
                               "\tmerge = refs/heads/main\n");
    Ground::write(trap.path() + u"/trapped.one"_s, "one\nsecond\nthree\n");
    const Result<PullResult> pulled =
        finished(pullFastForward(repository, {}, access, CancelToken()));
    QVERIFY2(pulled, pulled ? "" : qPrintable(pulled.error().message));
    QCOMPARE(pulled->after, tip);
    QCOMPARE(Ground::read(trap.path() + u"/trapped.one"_s), "pulled\n");
    QCOMPARE(trap.markers(), QStringList());
    // The trap works: git itself walks into it.
    Ground::git(trap.path(), {u"fetch"_s, u"-q"_s, clone, u"+refs/heads/*:refs/remotes/o/*"_s});
    QVERIFY(!trap.markers().isEmpty());
}

void TestGitNetworkPush::runsNoHookOfALocalRemote()
{
    const QString bare = cloned(made(u"hooked"_s), u"hooked.git"_s, {u"--bare"_s});
    const QString ours = cloned(bare, u"hooked-ours"_s);
    const QString marker = m_ground->path(u"hooked-marker"_s);
    const QByteArray script = "#!/bin/sh\ntouch '" + QFile::encodeName(marker) + "'\n";
    Ground::git(bare, {u"config"_s, u"core.hooksPath"_s, bare + u"/mine"_s});
    for (const QString& name : {u"pre-receive"_s, u"update"_s, u"post-receive"_s, u"post-update"_s,
                                u"reference-transaction"_s}) {
        for (const QString& folder : {u"/hooks/"_s, u"/mine/"_s}) {
            Ground::write(bare + folder + name, script);
            QFile::setPermissions(bare + folder + name, QFile::ReadOwner | QFile::ExeOwner);
        }
    }
    Ground::commit(ours, u"third"_s);
    PushOptions options;
    options.refs = {u"refs/heads/main"_s};
    const Result<PushResult> result = pushed(Ground::open(ours), options);
    QVERIFY2(result, result ? "" : qPrintable(result.error().message));
    QVERIFY(!QFile::exists(marker));
    Ground::commit(ours, u"fourth"_s);
    Ground::git(ours, {u"push"_s, u"-q"_s});
    QVERIFY(QFile::exists(marker));
}

QTEST_GUILESS_MAIN(TestGitNetworkPush)
#include "tst_git_network_push.moc"
