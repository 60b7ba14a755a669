#include "tests/git/gitfixture.h"

#include <QDirIterator>
#include <QSignalSpy>

#include <sys/stat.h>

using namespace gitfixture;

namespace {

struct Entry {
    QByteArray mode;  ///< as git writes it: "100644", "40000"
    QByteArray name;
    QString id;
};

/// Writes a tree object as it is, whatever stands in it.
QString writeTree(const QString& path, const QList<Entry>& entries)
{
    QByteArray bytes;
    for (const Entry& entry : entries) {
        bytes += entry.mode + ' ' + entry.name + '\0' + QByteArray::fromHex(entry.id.toLatin1());
    }
    return Ground::git(
        path, {u"hash-object"_s, u"-t"_s, u"tree"_s, u"-w"_s, u"--stdin"_s, u"--literally"_s},
        bytes);
}

QString writeBlob(const QString& path, const QByteArray& bytes)
{
    return Ground::git(path, {u"hash-object"_s, u"-w"_s, u"--stdin"_s}, bytes);
}

QString commitTree(const QString& path, const QString& tree)
{
    return Ground::git(path, {u"commit-tree"_s, u"-m"_s, u"made"_s, tree});
}

QStringList allBelow(const QString& folder)
{
    QStringList names;
    QDirIterator it(folder, QDir::AllEntries | QDir::Hidden | QDir::System | QDir::NoDotAndDotDot,
                    QDirIterator::Subdirectories);
    while (it.hasNext()) {
        names.append(it.next().sliced(folder.size() + 1));
    }
    names.sort();
    return names;
}

mode_t modeOf(const QString& path)
{
    struct stat info {};
    return ::lstat(QFile::encodeName(path).constData(), &info) == 0 ? info.st_mode : 0;
}

}  // namespace

class TestGitExport : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();
    void equalsGitArchive();
    void appliesNoAttributes();
    void refusesHostileTrees_data();
    void refusesHostileTrees();
    void keepsLinksThatStayInside();
    void refusesBombs();
    void wantsAnEmptyFolder();
    void takesBackWhenCancelled();
    void runsNothingOfABoobyTrap();

private:
    Result<void> exportTo(const QString& path, const QString& revision, const QString& folder)
    {
        return finished(Ground::open(path)->exportTree(revision, folder, CancelToken()));
    }
    std::unique_ptr<Ground> m_ground;
    std::unique_ptr<git::Library> m_library;
};

void TestGitExport::initTestCase()
{
    m_ground = std::make_unique<Ground>();
    m_library = std::make_unique<git::Library>();
}

void TestGitExport::cleanupTestCase()
{
    m_library.reset();
    m_ground.reset();
}

void TestGitExport::equalsGitArchive()
{
    const QString path = m_ground->init(u"honest"_s);
    QByteArray every;
    for (int i = 0; i < 256; ++i) {
        every += static_cast<char>(i);
    }
    QDir().mkpath(path + u"/a/b"_s);
    QVERIFY(QFile::link(u"b/f.txt"_s, path + u"/a/link"_s));
    QVERIFY(QFile::link(u"../a"_s, path + u"/a/b/up"_s));
    QVERIFY(QFile::link(u"not/there"_s, path + u"/dangling"_s));
    const QMap<QString, QByteArray> files{{u"a/b/f.txt"_s, "x\r\ny\n"},
                                          {u"run.sh"_s, "#!/bin/sh\n"},
                                          {u"empty"_s, ""},
                                          {u"bytes"_s, every},
                                          {u".gitignore"_s, "*.o\n"},
                                          {u".github/w.yml"_s, "a: 1\n"},
                                          {u" spaced  name "_s, "1"},
                                          {u"unit-x\\x2dy.swap"_s, "2"},
                                          {u"zwölf/€.txt"_s, "3"},
                                          {u"git~2"_s, "4"},
                                          {u"big"_s, QByteArray(3'000'000, 'z')}};
    for (auto it = files.constBegin(); it != files.constEnd(); ++it) {
        Ground::write(path + u'/' + it.key(), it.value());
    }
    QVERIFY(QFile(path + u"/run.sh"_s)
                .setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner));
    Ground::git(path, {u"add"_s, u"-A"_s});
    Ground::git(path, {u"update-index"_s, u"--add"_s, u"--cacheinfo"_s,
                       u"160000,"_s + QString(40, u'1') + u",sub/module"_s});
    Ground::git(path, {u"commit"_s, u"-q"_s, u"-m"_s, u"one"_s});
    Ground::git(path, {u"repack"_s, u"-adq"_s});

    const QString expected = m_ground->folder(u"expected"_s);
    Ground::run(path, u"sh"_s,
                {u"-c"_s, u"git archive HEAD | tar -x -C \"$1\""_s, u"sh"_s, expected});
    const QString got = m_ground->path(u"got"_s);
    const mode_t mask = ::umask(077);
    const Result<void> exported = exportTo(path, u"HEAD"_s, got);
    ::umask(mask);
    QVERIFY2(exported, exported ? "" : qPrintable(exported.error().message));
    QCOMPARE(allBelow(got), allBelow(expected));
    Ground::run(path, u"diff"_s, {u"-r"_s, u"--no-dereference"_s, expected, got});
    for (const QString& name : allBelow(got)) {
        const mode_t mode = modeOf(got + u'/' + name);
        if (S_ISLNK(mode)) {
            continue;
        }
        const bool isProgram = (modeOf(expected + u'/' + name) & 0100) != 0;
        QCOMPARE(mode & 07777, static_cast<mode_t>(isProgram ? 0755 : 0644));
    }
    QVERIFY(QDir(got + u"/sub/module"_s).isEmpty());
}

void TestGitExport::appliesNoAttributes()
{
    const QString path = m_ground->init(u"attributes"_s);
    Ground::commit(path, u"one"_s,
                   {{u"f"_s, "$Format:%H$ $Id$\n"},
                    {u"left"_s, "out?\n"},
                    {u".gitattributes"_s, "f export-subst ident eol=crlf\nleft export-ignore\n"}});
    const QString got = m_ground->path(u"attributes-got"_s);
    QVERIFY(exportTo(path, u"HEAD"_s, got));
    QCOMPARE(Ground::read(got + u"/f"_s), QByteArray("$Format:%H$ $Id$\n"));
    QCOMPARE(allBelow(got), QStringList({u".gitattributes"_s, u"f"_s, u"left"_s}));
}

void TestGitExport::refusesHostileTrees_data()
{
    QTest::addColumn<QByteArray>("mode");
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<QByteArray>("bytes");
    const auto file = [](const char* row, const QByteArray& name) {
        QTest::newRow(row) << QByteArray("100644") << name << QByteArray("x");
    };
    file("up", "..");
    file("here", ".");
    file("path upward", "../escaped");
    file("deep path upward", "a/../../escaped");
    file("absolute", "/tmp/escaped");
    file("slash", "a/b");
    file("git", ".git");
    file("git in capitals", ".GIT");
    file("git mixed", ".gIt");
    file("git with a dot", ".git.");
    file("git with spaces", ".git  ");
    file("git with dots and spaces", ".git. .");
    file("short name", "git~1");
    file("short name in capitals", "GIT~1");
    file("alternate stream", ".git::$INDEX_ALLOCATION");
    file("alternate stream short", ".git:x");
    file("backslash", ".git\\config");
    file("backslash below", "a\\.git\\hooks");
    file("ignored by HFS", ".g\xe2\x80\x8cit");
    file("ignored by HFS at the end", ".git\xef\xbb\xbf");
    file("carriage return", "module\r");
    file("line feed", "a\nb");
    file("too long", QByteArray(256, 'a'));
    const auto link = [](const char* row, const QByteArray& target) {
        QTest::newRow(row) << QByteArray("120000") << QByteArray("zlink") << target;
    };
    link("link to root", "/etc/passwd");
    link("link upward", "../escaped");
    link("link upward, late", "d/../../escaped");
    link("link through a link", "d/back/../../escaped");
    link("link to nothing", "");
    link("link with NUL", QByteArray("a\0b", 3));
    link("link too long", QByteArray(5000, 'a'));
    QTest::newRow("unknown mode") << QByteArray("010644") << QByteArray("fifo") << QByteArray("x");
    QTest::newRow("file where a folder is said to be")
        << QByteArray("40000") << QByteArray("zfolder") << QByteArray("x");
}

void TestGitExport::refusesHostileTrees()
{
    QFETCH(QByteArray, mode);
    QFETCH(QByteArray, name);
    QFETCH(QByteArray, bytes);
    const QString path = m_ground->init(u"hostile"_s);
    const QString blob = writeBlob(path, bytes);
    const QString folder = writeTree(
        path, {{"120000", "back", writeBlob(path, "..")}, {"100644", "f", writeBlob(path, "f")}});
    const QString tree = writeTree(
        path, {{"100644", "a", writeBlob(path, "a")}, {"40000", "d", folder}, {mode, name, blob}});
    // once at the top, once two folders down
    for (const QString& top :
         {tree, writeTree(path, {{"40000", "p", writeTree(path, {{"40000", "q", tree}})}})}) {
        if (top != tree && mode == "120000" && !bytes.startsWith('/') && !bytes.isEmpty() &&
            bytes.size() < 100 && !bytes.contains('\0')) {
            continue;  // from down there these lead to p/q's neighbours, inside
        }
        const QString outside = m_ground->folder(u"outside"_s);
        const QString got = outside + u"/got"_s;
        const Result<void> refused = exportTo(path, commitTree(path, top), got);
        QCOMPARE(kindOf(refused), toString(ErrorKind::Refused));
        QVERIFY2(
            !refused.error().message.contains(u'\n') && !refused.error().message.contains(u'\r'),
            "a hostile name reached the message as it is");
        QCOMPARE(allBelow(outside), QStringList());
    }
    if (name == "zlink") {
        return;
    }
    const QString twice =
        writeTree(path, {{"120000", "t", writeBlob(path, "a")}, {"40000", "t", folder}});
    const QString got = m_ground->path(u"outside/twice"_s);
    QCOMPARE(kindOf(exportTo(path, commitTree(path, twice), got)), toString(ErrorKind::Refused));
    QVERIFY(!QFile::exists(got));
}

void TestGitExport::keepsLinksThatStayInside()
{
    const QString path = m_ground->init(u"links"_s);
    const auto link = [&](const QByteArray& target) { return writeBlob(path, target); };
    const QString inner =
        writeTree(path, {{"120000", "loop", link("../loop")}, {"120000", "up", link("../../a")}});
    const QString outer = writeTree(path, {{"40000", "inner", inner}});
    const QString tree = writeTree(path, {{"100644", "a", writeBlob(path, "a")},
                                          {"120000", "loop", link("outer/inner/loop")},
                                          {"120000", "n", link("outer/inner/../../a")},
                                          {"40000", "outer", outer}});
    const QString got = m_ground->path(u"links-got"_s);
    // outer/inner/loop -> outer/loop, which is not there: fine
    const Result<void> exported = exportTo(path, commitTree(path, tree), got);
    QVERIFY2(exported, exported ? "" : qPrintable(exported.error().message));
    QCOMPARE(Ground::read(got + u"/n"_s), QByteArray("a"));
    QCOMPARE(Ground::read(got + u"/outer/inner/up"_s), QByteArray("a"));
    const QString circle =
        writeTree(path, {{"120000", "x", link("y")}, {"120000", "y", link("x")}});
    const Result<void> round =
        exportTo(path, commitTree(path, circle), m_ground->path(u"circle-got"_s));
    QVERIFY2(round, round ? "" : qPrintable(round.error().message));
}

void TestGitExport::refusesBombs()
{
    const QString path = m_ground->init(u"bombs"_s);
    QString tree = writeTree(path, {{"100644", "f", writeBlob(path, "x")}});
    for (int i = 0; i < 9; ++i) {  // ten to the ninth files
        QList<Entry> entries;
        for (char c = 'a'; c < 'k'; ++c) {
            entries.append({"40000", QByteArray(1, c), tree});
        }
        tree = writeTree(path, entries);
    }
    const QString got = m_ground->path(u"bombs-got"_s);
    const Result<void> wide = exportTo(path, commitTree(path, tree), got);
    QCOMPARE(kindOf(wide), toString(ErrorKind::Refused));
    QVERIFY(!QFile::exists(got));

    Ground::git(
        path, {u"fast-import"_s, u"--quiet"_s},
        "commit refs/heads/deep\ncommitter A <a@b> 1600000000 +0000\ndata 1\nm\nM 100644 inline " +
            QByteArray("d/").repeated(300) + "f\ndata 1\nx\n");
    QCOMPARE(kindOf(exportTo(path, u"deep"_s, got)), toString(ErrorKind::Refused));
    QVERIFY(!QFile::exists(got));
}

void TestGitExport::wantsAnEmptyFolder()
{
    const QString path = m_ground->init(u"target"_s);
    Ground::commit(path, u"one"_s, {{u"f"_s, "1"}});
    const QString full = m_ground->folder(u"full"_s);
    Ground::write(full + u"/.hidden"_s, "mine");
    QCOMPARE(kindOf(exportTo(path, u"HEAD"_s, full)), toString(ErrorKind::Conflict));
    QCOMPARE(allBelow(full), QStringList(u".hidden"_s));
    const QString linked = m_ground->path(u"linked-target"_s);
    QVERIFY(QFile::link(m_ground->folder(u"real-target"_s), linked));
    QCOMPARE(kindOf(exportTo(path, u"HEAD"_s, linked)), toString(ErrorKind::Io));
    QVERIFY(allBelow(m_ground->path(u"real-target"_s)).isEmpty());
    QCOMPARE(kindOf(exportTo(path, u"nothing"_s, m_ground->path(u"new"_s))),
             toString(ErrorKind::NotFound));
    QVERIFY(!QFile::exists(m_ground->path(u"new"_s)));
    QVERIFY(exportTo(path, u"HEAD"_s, m_ground->folder(u"empty"_s)));
    QCOMPARE(Ground::read(m_ground->path(u"empty/f"_s)), QByteArray("1"));
}

void TestGitExport::takesBackWhenCancelled()
{
    const QString path = m_ground->init(u"many"_s);
    QByteArray stream =
        "blob\nmark :1\ndata 2\nx\n\ncommit refs/heads/main\ncommitter A <a@b> 1600000000 "
        "+0000\ndata 1\nm\n";
    for (int i = 0; i < 30'000; ++i) {
        stream +=
            "M 100644 :1 d" + QByteArray::number(i % 100) + "/f" + QByteArray::number(i) + '\n';
    }
    Ground::git(path, {u"fast-import"_s, u"--quiet"_s}, stream);
    const auto repository = Ground::open(path);
    for (const bool exists : {false, true}) {
        const QString got =
            exists ? m_ground->folder(u"many-empty"_s) : m_ground->path(u"many-new"_s);
        CancelToken cancel;
        auto task = repository->exportTree(u"main"_s, got, cancel);
        QTRY_VERIFY(QFile::exists(got + u"/d0"_s));
        cancel.cancel();
        const Result<void> cancelled = finished(std::move(task));
        QCOMPARE(kindOf(cancelled), toString(ErrorKind::Cancelled));
        QCOMPARE(QFile::exists(got), exists);
        QCOMPARE(allBelow(got).size(), 0);
    }
}

void TestGitExport::runsNothingOfABoobyTrap()
{
    const QString path = m_ground->init(u"trap"_s);
    Ground::commit(path, u"one"_s, {{u"f.txt"_s, "one\n"}});
    Ground::commit(path, u"two"_s,
                   {{u"f.txt"_s, "two\n"},
                    {u".gitattributes"_s, "* filter=evil diff=evil text merge=evil\n"}});
    const QString markers = m_ground->folder(u"markers"_s);
    const auto trap = [&](const QString& name) {
        return u"touch '%1/%2'; cat"_s.arg(markers, name);
    };
    const auto set = [&](const QString& key, const QString& value) {
        Ground::git(path, {u"config"_s, key, value});
    };
    const QString hooks = path + u"/.git/hooks"_s;
    for (const QString& hook :
         {u"pre-commit"_s, u"post-commit"_s, u"commit-msg"_s, u"prepare-commit-msg"_s,
          u"post-checkout"_s, u"post-merge"_s, u"post-index-change"_s, u"reference-transaction"_s,
          u"pre-auto-gc"_s, u"update"_s, u"post-update"_s, u"fsmonitor-watchman"_s}) {
        Ground::write(hooks + u'/' + hook,
                      (u"#!/bin/sh\n"_s + trap(hook) + u" >/dev/null </dev/null\n"_s).toUtf8());
        QVERIFY(QFile(hooks + u'/' + hook)
                    .setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner));
    }
    set(u"core.fsmonitor"_s, trap(u"fsmonitor"_s));
    set(u"core.sshCommand"_s, trap(u"ssh"_s));
    set(u"core.pager"_s, trap(u"pager"_s));
    set(u"core.editor"_s, trap(u"editor"_s));
    set(u"core.askPass"_s, trap(u"askpass"_s));
    set(u"credential.helper"_s, u"!"_s + trap(u"credential"_s));
    set(u"gpg.program"_s, trap(u"gpg"_s));
    set(u"commit.gpgSign"_s, u"true"_s);
    set(u"tag.gpgSign"_s, u"true"_s);
    set(u"filter.evil.clean"_s, trap(u"clean"_s));
    set(u"filter.evil.smudge"_s, trap(u"smudge"_s));
    set(u"filter.evil.required"_s, u"true"_s);
    set(u"diff.evil.command"_s, trap(u"diff"_s));
    set(u"diff.evil.textconv"_s, trap(u"textconv"_s));
    set(u"merge.evil.driver"_s, trap(u"merge"_s));
    set(u"diff.external"_s, trap(u"external"_s));
    set(u"alias.log"_s, u"!"_s + trap(u"alias"_s));
    set(u"remote.origin.url"_s, u"ext::sh -c touch% "_s + markers + u"/ext"_s);
    set(u"remote.origin.uploadpack"_s, trap(u"uploadpack"_s));

    // the trap is armed: the git program steps into it
    Ground::write(path + u"/f.txt"_s, "three\n");
    Ground::git(path, {u"status"_s});
    QVERIFY(!allBelow(markers).isEmpty());
    for (const QString& name : allBelow(markers)) {
        QVERIFY(QFile::remove(markers + u'/' + name));
    }

    const auto repository = Ground::open(path);
    const auto untouched = [&] { return allBelow(markers); };
    QCOMPARE(untouched(), QStringList());
    QVERIFY(finished(repository->head()));
    QCOMPARE(untouched(), QStringList());
    QVERIFY(finished(repository->commit(u"main~1"_s)));
    QCOMPARE(untouched(), QStringList());
    QCOMPARE(finished(repository->log({}, CancelToken()))->size(), 2);
    QCOMPARE(untouched(), QStringList());
    QVERIFY(finished(repository->refs()));
    QCOMPARE(untouched(), QStringList());
    QCOMPARE(*finished(repository->file(u"main"_s, u"f.txt"_s, 100)), QByteArray("two\n"));
    QCOMPARE(untouched(), QStringList());
    QVERIFY(
        finished(repository->exportTree(u"main"_s, m_ground->path(u"trap-got"_s), CancelToken())));
    QCOMPARE(Ground::read(m_ground->path(u"trap-got/f.txt"_s)), QByteArray("two\n"));
    QCOMPARE(untouched(), QStringList());
    QVERIFY(finished(repository->createTag(u"v1.0.0"_s, u"main"_s, u"m"_s, u"a"_s, u"a@b"_s)));
    QCOMPARE(untouched(), QStringList());
    QVERIFY(finished(
        repository->commitAll(u"three"_s, u"a"_s, u"a@b"_s, QDateTime::currentDateTimeUtc())));
    QCOMPARE(*finished(repository->file(u"main"_s, u"f.txt"_s, 100)), QByteArray("three\n"));
    QCOMPARE(untouched(), QStringList());
    QSignalSpy moved(repository.get(), &git::Repository::refsChanged);
    QVERIFY(finished(repository->createTag(u"v1.0.1"_s, u"main~2"_s, u"m"_s, u"a"_s, u"a@b"_s)));
    QTRY_VERIFY(moved.size() > 0);
    QCOMPARE(untouched(), QStringList());
}

QTEST_GUILESS_MAIN(TestGitExport)
#include "tst_git_export.moc"
