#include "core/git/src/credentials.h"
#include "core/git/src/networkwords.h"
#include "core/git/src/remotes.h"
#include "core/git/src/sshwords.h"
#include "tests/git/gitfixture.h"

using namespace analemma::git;
using namespace gitfixture;

/// The decisions about addresses, questions and words of calls to other repositories, apart from
/// any call.
class TestGitNetworkParts : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void readsAddresses_data();
    void readsAddresses();
    void refusesAddresses_data();
    void refusesAddresses();
    void hidesPasswords();
    void checksRefspecs_data();
    void checksRefspecs();
    void readsProgress_data();
    void readsProgress();
    void keepsTalkInBounds();
    void tellsFailures_data();
    void tellsFailures();
    void readsPushedRefs();
    void readsQuestions_data();
    void readsQuestions();
    void decidesOnQuestions();
    void writesSshConfig();
    void refusesSshPaths_data();
    void refusesSshPaths();
};

void TestGitNetworkParts::readsAddresses_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("forGit");
    QTest::addColumn<QString>("place");
    QTest::addColumn<QString>("user");
    const auto row = [](const char* name, const QString& text, const QString& forGit,
                        const QString& place, const QString& user) {
        QTest::newRow(name) << text << forGit << place << user;
    };
    row("https", u"https://example.org/a/b.git"_s, u"https://example.org/a/b.git"_s,
        u"https://example.org"_s, {});
    row("https with a user and a port", u"HTTPS://ana@Example.org:8443/a"_s,
        u"https://example.org:8443/a"_s, u"https://example.org:8443"_s, u"ana"_s);
    row("ssh", u"ssh://git@example.org:2222/a b.git"_s, u"ssh://git@example.org:2222/a b.git"_s,
        u"git@example.org:2222"_s, u"git"_s);
    row("ssh without a user", u"ssh://example.org/~ana/x"_s, u"ssh://example.org/~ana/x"_s,
        u"example.org"_s, {});
    row("ssh to an address", u"ssh://git@[2001:db8::1]:22/x"_s, u"ssh://git@[2001:db8::1]:22/x"_s,
        u"git@[2001:db8::1]:22"_s, u"git"_s);
    row("short", u"git@example.org:ana/x.git"_s, u"git@example.org:ana/x.git"_s,
        u"git@example.org"_s, u"git"_s);
    row("short without a user", u"example.org:x"_s, u"example.org:x"_s, u"example.org"_s, {});
    row("a path", u"/srv/git/a:b c.git"_s, u"/srv/git/a:b c.git"_s, u"/srv/git/a:b c.git"_s, {});
    row("file", u"file:///srv/x"_s, u"/srv/x"_s, u"/srv/x"_s, {});
}

void TestGitNetworkParts::readsAddresses()
{
    QFETCH(const QString, text);
    const Result<RemoteUrl> url = parseRemoteUrl(text, true);
    QVERIFY2(url, url ? "" : qPrintable(url.error().message));
    QTEST(url->text, "forGit");
    QTEST(url->place(), "place");
    QTEST(url->user, "user");
}

void TestGitNetworkParts::refusesAddresses_data()
{
    QTest::addColumn<QString>("text");
    const QStringList texts{u"ext::sh -c touch% /tmp/x"_s,
                            u"ext::https://example.org/x"_s,
                            u"fd::17/x"_s,
                            u"git://example.org/x"_s,
                            u"http://example.org/x"_s,
                            u"ftp://example.org/x"_s,
                            u"git+ssh://example.org/x"_s,
                            u"-oProxyCommand=touch /tmp/x"_s,
                            u"--upload-pack=touch /tmp/x"_s,
                            u"ssh://-oProxyCommand=touch/x"_s,
                            u"ssh://git@-oProxyCommand=x/x"_s,
                            u"ssh://-oProxyCommand=x@example.org/x"_s,
                            u"-oProxyCommand=x@example.org:x"_s,
                            u"-example.org:x"_s,
                            u"git@example.org:-x"_s,
                            u"example.org::x"_s,
                            u"[::1]:x"_s,
                            u"https://example.org/x\nhost=evil.org"_s,
                            u"https://example.org/x\r"_s,
                            u"https://example.org/%0ahost=evil.org"_s,
                            u"https://example.org/%0D"_s,
                            u"https://example.org%0a/x"_s,
                            u"https://ana:secret@example.org/x"_s,
                            u"https://a b@example.org/x"_s,
                            u"https://exa mple.org/x"_s,
                            u"https://example.org;touch/x"_s,
                            u"https://$(touch)/x"_s,
                            u"https://example.org:0/x"_s,
                            u"https://example.org:99999/x"_s,
                            u"https://example.org:22x/x"_s,
                            u"https://example.org"_s,
                            u"https://example.org/"_s,
                            u"https:///x"_s,
                            u"relative/path"_s,
                            u"../up"_s,
                            u"file://host/x"_s,
                            u"file:///a%2e"_s,
                            u"/srv/x\n"_s,
                            QString(),
                            QString(5000, u'a')};
    for (const QString& text : texts) {
        QTest::addRow("%s", qPrintable(text.left(60))) << text;
    }
}

void TestGitNetworkParts::refusesAddresses()
{
    QFETCH(const QString, text);
    const Result<RemoteUrl> url = parseRemoteUrl(text, true);
    QVERIFY2(!url, url ? qPrintable(url->text) : "");
    QVERIFY(url.error().kind == ErrorKind::Refused || url.error().kind == ErrorKind::Invalid);
    QVERIFY(!url.error().message.contains(u"secret"_s));
    QVERIFY(!url.error().message.contains(u'\n'));
}

void TestGitNetworkParts::hidesPasswords()
{
    QCOMPARE(shownUrl(u"https://ana:se:cret@x@example.org/x"_s),
             u"https://ana:***@example.org/x"_s);
    QCOMPARE(shownUrl(u"https://ana@example.org:1/x"_s), u"https://ana@example.org:1/x"_s);
    QCOMPARE(shownUrl(u"git@example.org:x"_s), u"git@example.org:x"_s);
    // A path on this machine is used only where a person named it.
    QCOMPARE(kindOf(parseRemoteUrl(u"/srv/x"_s, false)), u"refused"_s);
    QCOMPARE(kindOf(parseRemoteUrl(u"file:///srv/x"_s, false)), u"refused"_s);
}

void TestGitNetworkParts::checksRefspecs_data()
{
    QTest::addColumn<QString>("spec");
    QTest::addColumn<bool>("open");  ///< of a repository with a work tree
    QTest::addColumn<bool>("bare");
    QTest::newRow("usual") << u"+refs/heads/*:refs/remotes/origin/*"_s << true << true;
    QTest::newRow("one") << u"refs/heads/main:refs/remotes/o/main"_s << true << true;
    QTest::newRow("notes") << u"+refs/notes/*:refs/notes/o/*"_s << true << true;
    QTest::newRow("tags") << u"refs/tags/*:refs/tags/*"_s << true << true;
    QTest::newRow("mirror") << u"+refs/*:refs/*"_s << false << true;
    QTest::newRow("over branches") << u"+refs/heads/*:refs/heads/*"_s << false << true;
    QTest::newRow("over replacements") << u"+refs/heads/*:refs/replace/*"_s << false << true;
    QTest::newRow("no target") << u"refs/heads/main"_s << false << false;
    QTest::newRow("option") << u"--upload-pack=x"_s << false << false;
    QTest::newRow("negative") << u"^refs/heads/x"_s << false << false;
    QTest::newRow("out of refs") << u"refs/heads/*:config"_s << false << false;
    QTest::newRow("line break") << u"refs/heads/*:refs/remotes/o/*\n"_s << false << false;
    QTest::newRow("empty") << QString() << false << false;
}

void TestGitNetworkParts::checksRefspecs()
{
    QFETCH(const QString, spec);
    git_libgit2_init();
    QTEST(checkFetchSpec(spec, false).ok(), "open");
    QTEST(checkFetchSpec(spec, true).ok(), "bare");
    git_libgit2_shutdown();
}

void TestGitNetworkParts::readsProgress_data()
{
    QTest::addColumn<QByteArray>("line");
    QTest::addColumn<QString>("told");
    QTest::newRow("percent") << QByteArray(
                                    "Receiving objects:  42% (21/50), 1.20 MiB | 600.00 KiB/s")
                             << u"Receiving objects 21/50 1.20 MiB | 600.00 KiB/s"_s;
    QTest::newRow("done") << QByteArray("Resolving deltas: 100% (7/7), done.")
                          << u"Resolving deltas 7/7 "_s;
    QTest::newRow("count") << QByteArray("remote: Enumerating objects: 3, done.        ")
                           << u"remote: Enumerating objects 3/0 "_s;
    QTest::newRow("remote") << QByteArray("remote: Compressing objects:   9% (1/11)        ")
                            << u"remote: Compressing objects 1/11 "_s;
    QTest::newRow("words") << QByteArray("remote: Hello: 100% (1/1) of it") << QString();
    QTest::newRow("escape") << QByteArray("remote: \x1b[31mReceiving: 1% (1/2)") << QString();
    QTest::newRow("huge") << QByteArray("Receiving objects: 1% (1/99999999999999999999)")
                          << QString();
    QTest::newRow("long") << QByteArray(100'000, 'A') << QString();
    QTest::newRow("empty") << QByteArray() << QString();
}

void TestGitNetworkParts::readsProgress()
{
    QFETCH(const QByteArray, line);
    const std::optional<NetworkProgress> progress = progressOf(line);
    const QString told = progress ? u"%1 %2/%3 %4"_s.arg(progress->phase)
                                        .arg(progress->done)
                                        .arg(progress->total)
                                        .arg(progress->volume)
                                  : QString();
    QTEST(told, "told");
}

void TestGitNetworkParts::keepsTalkInBounds()
{
    // The same lines however they are cut.
    const QByteArray bytes =
        "remote: one\r\nReceiving objects: 50% (1/2)\rremote: \x1b[31mtwo\n"
        "remote: Total 3 (delta 0), reused 0\nfatal: no\n";
    for (qsizetype cut = 0; cut <= bytes.size(); ++cut) {
        NetworkTalk talk;
        talk.feed(bytes.first(cut));
        talk.feed(bytes.sliced(cut));
        talk.finish();
        QCOMPARE(talk.said().size(), 2);
        QCOMPARE(talk.said().at(0), u"one"_s);
        QVERIFY(talk.said().at(1).endsWith(u"[31mtwo"_s));
        QVERIFY(!talk.said().at(1).contains(QChar(0x1b)));
        QCOMPARE(talk.own(), QByteArrayList{"fatal: no"});
    }
    NetworkTalk flood;
    flood.feed(QByteArray(3'000'000, 'x'));
    flood.feed("\n");
    for (int i = 0; i < 5'000; ++i) {
        flood.feed("remote: again and again\nwarning: again " + QByteArray::number(i) + '\n');
    }
    QCOMPARE(flood.said().size(), 100);
    QCOMPARE(flood.own().size(), 64);
    QCOMPARE(flood.own().constLast(), "warning: again 4999");
    NetworkTalk one;
    one.feed(QByteArray(3'000'000, 'x') + '\n');
    QCOMPARE(one.own().constFirst().size(), 2048);
}

void TestGitNetworkParts::tellsFailures_data()
{
    QTest::addColumn<QByteArray>("words");
    QTest::addColumn<QString>("kind");
    const auto row = [](const char* kind, const char* words) {
        QTest::addRow("%s: %.50s", kind, words) << QByteArray(words) << QString::fromLatin1(kind);
    };
    row("auth", "fatal: Authentication failed for 'https://example.org/x/'");
    row("auth",
        "fatal: could not read Username for 'https://example.org': terminal prompts disabled");
    row("auth",
        "git@example.org: Permission denied (publickey).\n"
        "fatal: Could not read from remote repository.");
    row("host-key",
        "@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @\n"
        "Host key verification failed.\nfatal: Could not read from remote repository.");
    row("host-key",
        "No ED25519 host key is known for x and you have requested strict checking.\n"
        "Host key verification failed.");
    row("host-key",
        "fatal: unable to access 'https://x/': server certificate verification failed. "
        "CAfile: none CRLfile: none");
    row("network", "fatal: unable to access 'https://x/y/': Could not resolve host: x");
    row("network",
        "ssh: connect to host x port 22: Connection refused\n"
        "fatal: Could not read from remote repository.");
    row("timeout", "ssh: connect to host x port 22: Connection timed out");
    row("network",
        "error: RPC failed; curl 56 GnuTLS recv error (-9)\nfatal: early EOF\n"
        "fatal: fetch-pack: invalid index-pack output");
    row("not-found", "fatal: repository 'https://example.org/x/' not found");
    row("not-found", "fatal: '/x' does not appear to be a git repository");
    row("not-found", "ERROR: Repository not found.\nfatal: Could not read from remote repository.");
    row("not-found", "fatal: couldn't find remote ref refs/heads/x");
    row("protocol", "fatal: protocol error: bad line length character: <htm");
    row("refused", "fatal: transport 'file' not allowed");
    row("rate-limited",
        "fatal: unable to access 'https://x/': The requested URL returned error: 429");
    row("io", "fatal: write error: No space left on device");
    row("failed", "fatal: something new");
}

void TestGitNetworkParts::tellsFailures()
{
    QFETCH(const QByteArray, words);
    const Error error = networkError(u"fetch from x"_s, words.split('\n'), u"exit code 128"_s);
    QTEST(toString(error.kind), "kind");
    QVERIFY(error.message.startsWith(u"fetch from x: "_s));
    // What the other side says decides nothing.
    const Error said = networkError(u"fetch"_s, {"\x1b[31mfatal: odd"}, {});
    QCOMPARE(toString(said.kind), u"failed"_s);
    QVERIFY(!said.message.contains(QChar(0x1b)));
}

void TestGitNetworkParts::readsPushedRefs()
{
    const std::optional<PushedRef> rejected =
        pushedRefOf("!\tabc:refs/heads/main\t[rejected] (stale info)");
    QVERIFY(rejected);
    QCOMPARE(rejected->name, u"refs/heads/main"_s);
    QCOMPARE(rejected->state, PushedRef::State::Rejected);
    QCOMPARE(rejected->reason, u"[rejected] (stale info)"_s);
    QCOMPARE(pushedRefOf("*\tabc:refs/tags/v1\t[new tag]")->state, PushedRef::State::New);
    QCOMPARE(pushedRefOf("-\t:refs/heads/x\t[deleted]")->state, PushedRef::State::Removed);
    for (const char* line :
         {"To /srv/x", "Done", "", "!\t\t", "?\ta:b\tc", "\t\t\t", "!!\ta:b\tc"}) {
        QVERIFY2(!pushedRefOf(line), line);
    }
}

void TestGitNetworkParts::readsQuestions_data()
{
    QTest::addColumn<QByteArray>("prompt");
    QTest::addColumn<int>("kind");
    QTest::addColumn<QString>("place");
    QTest::addColumn<QString>("user");
    using Kind = NetworkQuestion::Kind;
    QTest::newRow("user") << QByteArray("Username for 'https://example.org': ") << int(Kind::User)
                          << u"https://example.org"_s << u"git"_s;
    QTest::newRow("password") << QByteArray("Password for 'https://ana@example.org': ")
                              << int(Kind::Password) << u"https://example.org"_s << u"ana"_s;
    QTest::newRow("at sign") << QByteArray("Password for 'https://a@b@example.org': ")
                             << int(Kind::Password) << u"https://example.org"_s << u"a@b"_s;
    QTest::newRow("passphrase") << QByteArray("Enter passphrase for key '/home/ana/it's': ")
                                << int(Kind::Passphrase) << u"/home/ana/it's"_s << u"git"_s;
    QTest::newRow("ssh") << QByteArray("git@example.org's password: ") << int(Kind::Password)
                         << u"git@example.org"_s << u"git"_s;
    QTest::newRow("other") << QByteArray("(git@example.org) One-time code: ") << int(Kind::Other)
                           << u"git@example.org"_s << u"git"_s;
    QTest::newRow("hostile") << QByteArray("Password for '\x1b]0;x\x07") << int(Kind::Other)
                             << u"git@example.org"_s << u"git"_s;
}

void TestGitNetworkParts::readsQuestions()
{
    QFETCH(const QByteArray, prompt);
    const Result<RemoteUrl> url = parseRemoteUrl(u"git@example.org:x"_s, false);
    const NetworkQuestion question = questionOf(prompt, *url);
    QTEST(int(question.kind), "kind");
    QTEST(question.place, "place");
    QTEST(question.user, "user");
    QVERIFY(!question.prompt.contains(QChar(0x1b)));
}

void TestGitNetworkParts::decidesOnQuestions()
{
    const Result<RemoteUrl> url = parseRemoteUrl(u"https://ana@example.org/x"_s, false);
    NetworkQuestion question;
    question.place = u"https://example.org"_s;
    QCOMPARE(fateOf(question, *url, true, false), QuestionFate::Ask);
    QCOMPARE(fateOf(question, *url, true, true), QuestionFate::Again);
    QCOMPARE(fateOf(question, *url, false, false), QuestionFate::Nobody);
    question.kind = NetworkQuestion::Kind::User;
    QCOMPARE(fateOf(question, *url, true, false), QuestionFate::Known);
    for (const QString& other : {u"https://example.org:444"_s, u"http://example.org"_s,
                                 u"https://example.org.evil.org"_s, u"https://"_s, QString()}) {
        question.place = other;
        QCOMPARE(fateOf(question, *url, true, false), QuestionFate::Elsewhere);
    }
}

void TestGitNetworkParts::writesSshConfig()
{
    NetworkAccess access;
    const QByteArray alone = *sshConfig(access, {}, "mark");
    for (const char* line :
         {"BatchMode yes\n", "StrictHostKeyChecking yes\n", "UserKnownHostsFile /dev/null\n",
          "IdentityFile none\n", "IdentityAgent none\n", "PasswordAuthentication no\n"}) {
        QVERIFY2(alone.contains(line), line);
    }
    access.knownHostsFiles = {u"/home/a b/known_hosts"_s, u"/x%h"_s};
    access.keyFiles = {u"/nowhere/at all"_s, u"/dev/null"_s};
    access.agentSocket = u"/run/agent"_s;
    access.ask = [](const NetworkQuestion&, const CancelToken&) -> Task<Result<Secret>> {
        return onWorker<Secret>([]() -> Result<Secret> { return Secret(); });
    };
    const QByteArray text = *sshConfig(access, {}, "mark");
    for (const char* line : {"UserKnownHostsFile \"/home/a b/known_hosts\" \"/x%%h\"\n",
                             "IdentityFile \"/dev/null\"\n", "IdentityAgent \"/run/agent\"\n",
                             "BatchMode no\n", "NumberOfPasswordPrompts 1\n"}) {
        QVERIFY2(text.contains(line), text.constData());
    }
    QVERIFY(!text.contains("nowhere"));
}

void TestGitNetworkParts::refusesSshPaths_data()
{
    QTest::addColumn<QString>("path");
    for (const QString& path : {u"relative"_s, u"/a\nProxyCommand touch"_s, u"/${HOME}"_s}) {
        QTest::addRow("%s", qPrintable(path)) << path;
    }
}

void TestGitNetworkParts::refusesSshPaths()
{
    QFETCH(const QString, path);
    NetworkAccess known;
    known.knownHostsFiles = {path};
    NetworkAccess key;
    key.keyFiles = {path};
    NetworkAccess agent;
    agent.agentSocket = path;
    for (const NetworkAccess& access : {known, key, agent}) {
        QCOMPARE(kindOf(sshConfig(access, {}, "mark")), u"invalid"_s);
    }
}

QTEST_GUILESS_MAIN(TestGitNetworkParts)
#include "tst_git_network_parts.moc"
