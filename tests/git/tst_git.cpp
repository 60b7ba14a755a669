#include "core/git/signature.h"
#include "tests/git/gitfixture.h"

#include <QRandomGenerator>
#include <QSet>

#include <unistd.h>

using namespace gitfixture;

namespace {

/// `count` commits on main and side branches, with merges, equal times and clocks that go wrong a
/// little.
QByteArray history(int count, quint32 seed, int skewSeconds)
{
    QRandomGenerator random(seed);
    QByteArray stream = "blob\nmark :1\ndata 2\nx\n\n";
    QList<int> tips{0};
    for (int i = 2; i < count + 2; ++i) {
        const qsizetype lane = random.bounded(tips.size());
        const qint64 time =
            1'600'000'000 + (i / 2) * 60 + (skewSeconds > 0 ? random.bounded(skewSeconds) : 0);
        const QByteArray who = "Ana <ana@example.org> " + QByteArray::number(time) + " +0200\n";
        const QByteArray message = "change " + QByteArray::number(i);
        stream += "commit refs/heads/all\nmark :" + QByteArray::number(i) + "\nauthor " + who +
                  "committer " + who + "data " + QByteArray::number(message.size()) + '\n' +
                  message + '\n';
        if (tips[lane] > 0) {
            stream += "from :" + QByteArray::number(tips[lane]) + '\n';
        }
        const qsizetype other = random.bounded(tips.size());
        if (other != lane && tips[other] != tips[lane] && random.bounded(4) == 0) {
            stream += "merge :" + QByteArray::number(tips[other]) + '\n';
        }
        stream += "M 100644 :1 f" + QByteArray::number(i % 7) + "\n\n";
        if (tips[lane] == 0 || tips.size() >= 6 || random.bounded(10) != 0) {
            tips[lane] = i;
        } else {
            tips.append(i);
        }
    }
    for (qsizetype i = 0; i < tips.size(); ++i) {
        stream += "reset refs/heads/lane" + QByteArray::number(i) +
                  "\nfrom :" + QByteArray::number(tips[i]) + "\n\n";
    }
    return stream + "reset refs/heads/main\nfrom :" + QByteArray::number(count + 1) + "\n\n";
}

git::LogQuery query(const QStringList& from, int limit, const QString& hidden = {})
{
    git::LogQuery made;
    made.from = from;
    made.limit = limit;
    made.notReachableFrom = hidden;
    return made;
}

}  // namespace

class TestGit : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void tellsWhatACommitIsSignedWith();
    void initTestCase();
    void cleanupTestCase();
    void opensWorkTreesGitFoldersAndBareOnes();
    void tellsWhatIsNoRepository();
    void refusesAForeignOwner();
    void readsOtherFormatsOrSaysWhyNot();
    void readsAnUnbornRepository();
    void readsADetachedHead();
    void readsACommitAsGitDoes();
    void findsRevisions();
    void listsRefs();
    void logsAsGitDoes_data();
    void logsAsGitDoes();
    void hidesWhatAnotherReaches();
    void readsOnlyThePageItNeeds();
    void endsWhereAShallowCloneEnds();
    void cancelsALog();
    void readsFilesWithinBounds();
    void makesTagsOnce();
    void commitsWorkspaces();
    void survivesRepacking();
    void answersAfterItsOwnerIsGone();

private:
    std::unique_ptr<Ground> m_ground;
    std::unique_ptr<git::Library> m_library;
    QString m_big;
};

void TestGit::initTestCase()
{
    m_ground = std::make_unique<Ground>();
    m_library = std::make_unique<git::Library>();
    m_big = m_ground->init(u"big"_s);
    Ground::git(m_big, {u"fast-import"_s, u"--quiet"_s}, history(2000, 7, 0));
}

void TestGit::cleanupTestCase()
{
    m_library.reset();
    m_ground.reset();
}

void TestGit::opensWorkTreesGitFoldersAndBareOnes()
{
    const QString path = m_ground->init(u"plain"_s);
    const QString id = Ground::commit(path, u"one"_s, {{u"a"_s, "1"}});
    const QString bare = m_ground->path(u"bare.git"_s);
    Ground::git(path, {u"clone"_s, u"-q"_s, u"--bare"_s, path, bare});
    const QString linked = m_ground->path(u"linked"_s);
    Ground::git(path, {u"worktree"_s, u"add"_s, u"-q"_s, u"-b"_s, u"beside"_s, linked});
    for (const auto& [given, shown, branch] : {std::tuple{path, path, u"main"_s},
                                               {path + u"/.git"_s, path, u"main"_s},
                                               {bare, bare, u"main"_s},
                                               {linked, linked, u"beside"_s}}) {
        const auto repository = Ground::open(given);
        QVERIFY(repository);
        QCOMPARE(repository->path(), shown);
        const auto head = finished(repository->head());
        QVERIFY(head);
        QCOMPARE(head->branch, branch);
        QCOMPARE(head->commit, id);
    }
}

void TestGit::tellsWhatIsNoRepository()
{
    const auto missing = finished(git::Repository::open(m_ground->path(u"nowhere"_s)));
    QVERIFY(!missing);
    QCOMPARE(kindOf(missing), toString(ErrorKind::NotFound));
    QVERIFY(missing.error().message.contains(u"no folder"_s));
    const QString inside = m_ground->init(u"outer"_s) + u"/inner"_s;
    QVERIFY(QDir().mkpath(inside));
    const auto plain = finished(git::Repository::open(inside));  // the one around it is not taken
    QVERIFY(!plain);
    QCOMPARE(kindOf(plain), toString(ErrorKind::NotFound));
    QVERIFY2(plain.error().message.contains(u"not a git repository"_s),
             qPrintable(plain.error().message));
}

void TestGit::refusesAForeignOwner()
{
    const QString path = m_ground->init(u"foreign"_s);
    Ground::commit(path, u"one"_s, {{u"a"_s, "1"}});
    if (::geteuid() == 0) {
        Ground::run(path, u"chown"_s, {u"-R"_s, u"12345"_s, path});
    } else {  // a work tree of root's will do
        Ground::git(path, {u"config"_s, u"core.worktree"_s, u"/usr"_s});
    }
    const auto refused = finished(git::Repository::open(path));
    QVERIFY(!refused);
    QCOMPARE(kindOf(refused), toString(ErrorKind::Refused));
    QVERIFY2(refused.error().message.contains(u"another user"_s),
             qPrintable(refused.error().message));
    QVERIFY(refused.error().hint.contains(u"safe.directory"_s));
}

void TestGit::readsOtherFormatsOrSaysWhyNot()
{
    const QString sha256 = m_ground->init(u"sha256"_s, {u"--object-format=sha256"_s});
    const auto refused = finished(git::Repository::open(sha256));
    QVERIFY(!refused);
    QCOMPARE(kindOf(refused), toString(ErrorKind::Unsupported));
    QVERIFY(refused.error().hint.contains(u"SHA-1"_s));

    const QString sparse = m_ground->init(u"sparse"_s);
    const QString id = Ground::commit(sparse, u"one"_s, {{u"a/b"_s, "1"}});
    Ground::git(sparse, {u"sparse-checkout"_s, u"set"_s, u"other"_s});
    QCOMPARE(Ground::git(sparse, {u"config"_s, u"extensions.worktreeConfig"_s}), u"true"_s);
    const auto head = finished(Ground::open(sparse)->head());
    QVERIFY(head);
    QCOMPARE(head->commit, id);
}

void TestGit::readsAnUnbornRepository()
{
    const auto repository = Ground::open(m_ground->init(u"unborn"_s));
    const auto head = finished(repository->head());
    QVERIFY(head);
    QCOMPARE(head->branch, u"main"_s);
    QVERIFY(head->commit.isEmpty());
    const auto log = finished(repository->log({}, CancelToken()));
    QVERIFY(log);
    QVERIFY(log->isEmpty());
    QVERIFY(finished(repository->refs())->isEmpty());
    const auto commit = finished(repository->commit(u"HEAD"_s));
    QVERIFY(!commit);
    QCOMPARE(kindOf(commit), toString(ErrorKind::NotFound));
    QVERIFY(commit.error().message.contains(u"no commit yet"_s));
}

void TestGit::readsADetachedHead()
{
    const QString path = m_ground->init(u"detached"_s);
    const QString first = Ground::commit(path, u"one"_s);
    Ground::commit(path, u"two"_s);
    Ground::git(path, {u"checkout"_s, u"-q"_s, u"--detach"_s, first});
    const auto head = finished(Ground::open(path)->head());
    QVERIFY(head);
    QVERIFY(head->branch.isEmpty());
    QCOMPARE(head->commit, first);
}

void TestGit::readsACommitAsGitDoes()
{
    const QString path = m_ground->init(u"texts"_s);
    const QByteArray messages[] = {"plain", "a subject\non two lines\n\nbody\n\n  indented\n\n\n",
                                   "\n\n  padded  \n\n\nbody",
                                   "zwölf \xe2\x82\xac\n\nb\xc3\xb6"
                                   "dy",
                                   "\x1b[31mred\x1b[0m \xe2\x80\xae"
                                   "evil"};
    for (const QByteArray& message : messages) {
        Ground::git(
            path,
            {u"commit"_s, u"-q"_s, u"--allow-empty"_s, u"--cleanup=verbatim"_s, u"-F"_s, u"-"_s},
            message);
        const auto commit = finished(Ground::open(path)->commit(u"HEAD"_s));
        QVERIFY(commit);
        const auto show = [&](const QString& format) {
            return Ground::git(path, {u"log"_s, u"-1"_s, u"--format="_s + format});
        };
        QCOMPARE(commit->subject, show(u"%s"_s).trimmed());
        QCOMPARE(commit->body, show(u"%b"_s));
        QCOMPARE(commit->author, show(u"%an"_s));
        QCOMPARE(commit->email, show(u"%ae"_s));
        QCOMPARE(QString::number(commit->time.toSecsSinceEpoch()), show(u"%ct"_s));
        QCOMPARE(commit->time.timeSpec(), Qt::UTC);
        QCOMPARE(commit->parents.join(u' '), show(u"%P"_s));
    }
    Ground::git(path,
                {u"-c"_s, u"i18n.commitEncoding=ISO-8859-1"_s, u"commit"_s, u"-q"_s,
                 u"--allow-empty"_s, u"-F"_s, u"-"_s},
                "caf\xe9");
    QCOMPARE(finished(Ground::open(path)->commit(u"HEAD"_s))->subject, u"café"_s);
}

void TestGit::findsRevisions()
{
    const auto repository = Ground::open(m_big);
    const QString head = Ground::git(m_big, {u"rev-parse"_s, u"main"_s});
    for (const QString& revision :
         {u"main"_s, head, head.left(12), u"main~2"_s, u"main^"_s, u"refs/heads/lane0"_s}) {
        const auto commit = finished(repository->commit(revision));
        QVERIFY2(commit, qPrintable(revision));
        QCOMPARE(commit->id, Ground::git(m_big, {u"rev-parse"_s, revision}));
    }
    QSet<QString> seen;
    QString twice;
    for (const QString& id : Ground::git(m_big, {u"rev-list"_s, u"--all"_s}).split(u'\n')) {
        twice = seen.contains(id.left(4)) ? id.left(4) : twice;
        seen.insert(id.left(4));
    }
    QVERIFY(!twice.isEmpty());
    const std::pair<QString, ErrorKind> bad[] = {{twice, ErrorKind::Invalid},
                                                 {u"nothing"_s, ErrorKind::NotFound},
                                                 {u""_s, ErrorKind::Invalid},
                                                 {u":/change"_s, ErrorKind::Invalid},
                                                 {u"main:f1"_s, ErrorKind::Invalid},
                                                 {u"a\nb"_s, ErrorKind::Invalid},
                                                 {u"main^{tree}"_s, ErrorKind::Invalid},
                                                 {QString(5000, u'a'), ErrorKind::Invalid},
                                                 {QString(40, u'a'), ErrorKind::NotFound},
                                                 {u"main~99999"_s, ErrorKind::NotFound}};
    for (const auto& [revision, kind] : bad) {
        const auto commit = finished(repository->commit(revision));
        QVERIFY2(!commit, qPrintable(revision));
        QVERIFY2(commit.error().kind == kind,
                 qPrintable(revision + u": "_s + commit.error().message));
    }
}

void TestGit::listsRefs()
{
    const QString path = m_ground->init(u"refs"_s);
    const QString first = Ground::commit(path, u"one"_s, {{u"a"_s, "1"}});
    Ground::git(path, {u"tag"_s, u"light"_s});
    Ground::git(path, {u"tag"_s, u"-a"_s, u"-m"_s, u"notes of\n\none"_s, u"v1.0.0"_s});
    Ground::git(path, {u"tag"_s, u"-a"_s, u"-m"_s, u"tag of a tag"_s, u"nested"_s, u"v1.0.0"_s});
    Ground::git(path, {u"tag"_s, u"onblob"_s, u"HEAD:a"_s});
    Ground::git(path, {u"pack-refs"_s, u"--all"_s});
    Ground::git(path, {u"branch"_s, u"feature/deep/x"_s});
    const QString second = Ground::commit(path, u"two"_s);
    Ground::git(path, {u"notes"_s, u"add"_s, u"-m"_s, u"n"_s});
    const QString clone = m_ground->path(u"refs-clone"_s);
    Ground::git(path, {u"clone"_s, u"-q"_s, path, clone});
    Ground::write(path + u"/.git/refs/heads/broken"_s, "no id\n");

    const auto own = finished(Ground::open(path)->refs());
    QVERIFY2(own, own ? "" : qPrintable(own.error().message));
    QStringList lines;
    for (const git::Ref& ref : *own) {
        lines.append(ref.name + u' ' + ref.commit + (ref.annotated ? u" annotated"_s : QString()));
    }
    QCOMPARE(lines, QStringList({u"feature/deep/x "_s + first, u"main "_s + second,
                                 u"light "_s + first, u"nested "_s + first + u" annotated"_s,
                                 u"v1.0.0 "_s + first + u" annotated"_s}));
    QCOMPARE(own->last().kind, git::Ref::Kind::Tag);
    const auto cloned = finished(Ground::open(clone)->refs());
    QVERIFY(cloned);
    QStringList remote;
    for (const git::Ref& ref : *cloned) {
        if (ref.kind == git::Ref::Kind::RemoteBranch) {
            remote.append(ref.name);
        }
    }
    QCOMPARE(remote, QStringList({u"origin/feature/deep/x"_s, u"origin/main"_s}));
}

void TestGit::logsAsGitDoes_data()
{
    QTest::addColumn<int>("skew");
    QTest::addColumn<int>("seed");
    QTest::newRow("clocks right") << 0 << 7;
    QTest::newRow("clocks wrong by minutes") << 1200 << 8;
    QTest::newRow("clocks wrong by a day") << 86'400 << 9;
}

void TestGit::logsAsGitDoes()
{
    QFETCH(int, skew);
    QFETCH(int, seed);
    const QString path = m_ground->init(u"history%1"_s.arg(seed));
    Ground::git(path, {u"fast-import"_s, u"--quiet"_s},
                history(2000, static_cast<quint32>(seed), skew));
    const auto repository = Ground::open(path);
    const QStringList starts{u"main"_s, u"lane0"_s, u"lane1"_s, u"lane2"_s};
    for (const QStringList& from : {QStringList(u"main"_s), starts}) {
        for (const int limit : {1, 200, 5000}) {
            const auto log = finished(repository->log(query(from, limit), CancelToken()));
            QVERIFY(log);
            const QString expected = Ground::git(
                path, QStringList{u"log"_s, u"--format=%H"_s, u"-%1"_s.arg(limit)} + from);
            QCOMPARE(idsOf(*log).join(u'\n'), expected);
        }
    }
    for (const int limit : {0, -1, 2'000'000}) {
        QCOMPARE(kindOf(finished(repository->log(query({}, limit), CancelToken()))),
                 toString(ErrorKind::Invalid));
    }
}

void TestGit::hidesWhatAnotherReaches()
{
    for (const int seed :
         {7, 8}) {  // with clocks that are wrong by a day git itself tells too much
        const QString path = m_ground->path(u"history%1"_s.arg(seed));
        const auto repository = Ground::open(path);
        for (const QString& hidden :
             {u"main~3"_s, u"main~40"_s, u"lane0"_s, u"lane1~5"_s, u"main"_s}) {
            const auto log = finished(
                repository->log(query({u"main"_s, u"lane2"_s}, 5000, hidden), CancelToken()));
            QVERIFY(log);
            const QStringList shown =
                Ground::git(path, {u"rev-list"_s, u"main"_s, u"lane2"_s}).split(u'\n');
            const QStringList reached = Ground::git(path, {u"rev-list"_s, hidden}).split(u'\n');
            const QSet<QString> expected = QSet<QString>(shown.begin(), shown.end()) -
                                           QSet<QString>(reached.begin(), reached.end());
            const QStringList got = idsOf(*log);
            QVERIFY(QSet<QString>(got.begin(), got.end()) == expected);
            QCOMPARE(got.size(), expected.size());
            const auto page = finished(
                repository->log(query({u"main"_s, u"lane2"_s}, 10, hidden), CancelToken()));
            QVERIFY(page);
            QCOMPARE(idsOf(*page), got.first(std::min<qsizetype>(10, got.size())));
        }
    }
    const auto unknown =
        finished(Ground::open(m_big)->log(query({u"main"_s}, 10, u"v9"_s), CancelToken()));
    QCOMPARE(kindOf(unknown), toString(ErrorKind::NotFound));
}

void TestGit::readsOnlyThePageItNeeds()
{
    const QString path = m_ground->init(u"page"_s);
    for (const int i : {1, 2, 3, 4, 5, 6}) {
        Ground::commit(path, u"change %1"_s.arg(i));
    }
    const QString third = Ground::git(path, {u"rev-parse"_s, u"HEAD~3"_s});
    QVERIFY(QFile::remove(path + u"/.git/objects/"_s + third.left(2) + u'/' + third.mid(2)));
    const auto repository = Ground::open(path);
    const auto page = finished(repository->log(query({}, 2), CancelToken()));
    QVERIFY2(page, page ? "" : qPrintable(page.error().message));
    QCOMPARE(page->size(), 2);
    const auto all = finished(repository->log(query({}, 200), CancelToken()));
    QVERIFY(!all);
    QVERIFY2(all.error().message.contains(third), qPrintable(all.error().message));
}

void TestGit::endsWhereAShallowCloneEnds()
{
    const QString path = m_ground->path(u"shallow"_s);
    Ground::git(m_big, {u"clone"_s, u"-q"_s, u"--depth"_s, u"3"_s, u"--single-branch"_s, u"-b"_s,
                        u"main"_s, u"file://"_s + m_big, path});
    const auto log = finished(Ground::open(path)->log(query({}, 200), CancelToken()));
    QVERIFY2(log, log ? "" : qPrintable(log.error().message));
    QCOMPARE(idsOf(*log).join(u'\n'), Ground::git(path, {u"log"_s, u"--format=%H"_s}));
    QVERIFY(log->size() >= 3);
}

void TestGit::cancelsALog()
{
    const auto repository = Ground::open(m_big);
    CancelToken cancel;
    auto task = repository->log(query({}, 5000), cancel);
    cancel.cancel();
    const auto log = finished(std::move(task));
    QVERIFY(!log || log->size() == 2000);  // it may have been quicker
    const auto before = finished(repository->log(query({}, 5000), cancel));
    QVERIFY(!before);
    QCOMPARE(kindOf(before), toString(ErrorKind::Cancelled));
}

void TestGit::readsFilesWithinBounds()
{
    const QString path = m_ground->init(u"files"_s);
    QVERIFY(QFile::link(u"a/b.txt"_s, path + u"/link"_s));
    Ground::commit(path, u"one"_s,
                   {{u"a/b.txt"_s, "hello\r\n"}, {u".gitattributes"_s, "* text eol=lf\n"}});
    Ground::git(path, {u"config"_s, u"core.autocrlf"_s, u"true"_s});
    const auto repository = Ground::open(path);
    const auto file = finished(repository->file(u"main"_s, u"a/b.txt"_s, 100));
    QVERIFY(file);
    QCOMPARE(*file, Ground::git(path, {u"cat-file"_s, u"-p"_s, u"HEAD:a/b.txt"_s}).toUtf8() + '\n');
    const std::tuple<QString, qint64, ErrorKind> bad[] = {
        {u"a/b.txt"_s, 5, ErrorKind::Invalid}, {u"a"_s, 100, ErrorKind::Invalid},
        {u"link"_s, 100, ErrorKind::Invalid},  {u"a/c"_s, 100, ErrorKind::NotFound},
        {u""_s, 100, ErrorKind::Invalid},      {u"../files/a/b.txt"_s, 100, ErrorKind::NotFound}};
    for (const auto& [name, limit, kind] : bad) {
        const auto refused = finished(repository->file(u"main"_s, name, limit));
        QVERIFY2(!refused, qPrintable(name));
        QVERIFY2(refused.error().kind == kind,
                 qPrintable(name + u": "_s + refused.error().message));
    }
}

void TestGit::makesTagsOnce()
{
    const QString path = m_ground->init(u"tags"_s);
    const QString first = Ground::commit(path, u"one"_s);
    const QString second = Ground::commit(path, u"two"_s);
    const auto repository = Ground::open(path);
    const auto tag = [&](const QString& name, const QString& commit) {
        return finished(repository->createTag(name, commit, u"Release\n\nnotes"_s, u"ana@host"_s,
                                              u"ana@host"_s));
    };
    QVERIFY(tag(u"v1.0.0"_s, first));
    const QString object = Ground::git(path, {u"rev-parse"_s, u"v1.0.0"_s});
    QCOMPARE(Ground::git(path, {u"cat-file"_s, u"-t"_s, u"v1.0.0"_s}), u"tag"_s);
    QCOMPARE(Ground::git(path, {u"rev-parse"_s, u"v1.0.0^{commit}"_s}), first);
    QCOMPARE(Ground::git(path, {u"for-each-ref"_s, u"refs/tags"_s,
                                u"--format=%(taggername)|%(contents)"_s}),
             u"ana@host|Release\n\nnotes"_s);
    QVERIFY(tag(u"v1.0.0"_s, u"main~1"_s));
    QCOMPARE(Ground::git(path, {u"rev-parse"_s, u"v1.0.0"_s}), object);
    const auto moved = tag(u"v1.0.0"_s, second);
    QVERIFY(!moved);
    QCOMPARE(kindOf(moved), toString(ErrorKind::Conflict));
    QCOMPARE(moved.error().details.value(u"commit"_s).toString(), first);
    QCOMPARE(Ground::git(path, {u"rev-parse"_s, u"v1.0.0^{commit}"_s}), first);
    for (const QString& name :
         {u""_s, u"-x"_s, u"a..b"_s, u"a b"_s, u"a.lock"_s, u"a\nb"_s, u"../../x"_s}) {
        QCOMPARE(kindOf(tag(name, first)), toString(ErrorKind::Invalid));
    }
    QCOMPARE(kindOf(tag(u"v2"_s, u"nothing"_s)), toString(ErrorKind::NotFound));
    const auto odd = finished(repository->createTag(u"v3"_s, first, u"m"_s, u"a\nb"_s, u"x"_s));
    QCOMPARE(kindOf(odd), toString(ErrorKind::Invalid));
    Ground::write(path + u"/.git/refs/tags/v4.lock"_s, "");
    const auto locked = tag(u"v4"_s, first);
    QCOMPARE(kindOf(locked), toString(ErrorKind::Locked));
    QVERIFY(!locked.error().hint.isEmpty());
}

void TestGit::commitsWorkspaces()
{
    const QString path = m_ground->path(u"made/by/us"_s);
    const auto made = finished(git::Repository::init(path));
    QVERIFY2(made, made ? "" : qPrintable(made.error().message));
    QCOMPARE(kindOf(finished(git::Repository::init(path))), toString(ErrorKind::Conflict));
    Ground::write(path + u"/a"_s, "1");
    Ground::write(path + u"/d/run.sh"_s, "#!/bin/sh\n");
    Ground::write(path + u"/.gitignore"_s, "*.o\n");
    Ground::write(path + u"/x.o"_s, "no");
    QVERIFY(QFile(path + u"/d/run.sh"_s)
                .setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner));
    const QDateTime time = QDateTime::fromSecsSinceEpoch(1'700'000'000, Qt::UTC);
    const auto commit = [&](const QString& message) {
        return finished((*made)->commitAll(message, u"Ana"_s, u"ana@example.org"_s, time));
    };
    const auto first = commit(u"feat: first\n\nbody"_s);
    QVERIFY2(first, first ? "" : qPrintable(first.error().message));
    QCOMPARE(Ground::git(path, {u"rev-parse"_s, u"main"_s}), *first);
    QCOMPARE(
        Ground::git(path, {u"ls-tree"_s, u"-r"_s, u"--format=%(objectmode) %(path)"_s, u"main"_s}),
        u"100644 .gitignore\n100644 a\n100755 d/run.sh"_s);
    QCOMPARE(Ground::git(path, {u"log"_s, u"-1"_s, u"--format=%an %ae %at %ct %B"_s}),
             u"Ana ana@example.org 1700000000 1700000000 feat: first\n\nbody"_s);
    QCOMPARE(Ground::git(path, {u"status"_s, u"--porcelain"_s}), QString());
    QVERIFY(!QFile::exists(path + u"/.git/hooks/pre-commit.sample"_s));
    QCOMPARE(*commit(u"nothing"_s), *first);
    QVERIFY(QFile::remove(path + u"/a"_s));
    const auto second = commit(u"fix: second"_s);
    QVERIFY(second);
    QCOMPARE(Ground::git(path, {u"rev-parse"_s, u"main~1"_s}), *first);
    QCOMPARE(Ground::git(path, {u"diff"_s, u"--name-status"_s, *first, *second}), u"D\ta"_s);
    Ground::git(path, {u"config"_s, u"core.worktree"_s, m_ground->folder(u"elsewhere"_s)});
    const auto refused = finished(Ground::open(path)->commitAll(u"x"_s, u"Ana"_s, u"a@b"_s, time));
    QCOMPARE(kindOf(refused), toString(ErrorKind::Refused));
    const QString bare = m_ground->init(u"bare2.git"_s, {u"--bare"_s});
    const auto unsupported =
        finished(Ground::open(bare)->commitAll(u"x"_s, u"Ana"_s, u"a@b"_s, time));
    QCOMPARE(kindOf(unsupported), toString(ErrorKind::Unsupported));
}

void TestGit::survivesRepacking()
{
    const QString path = m_ground->init(u"repacked"_s);
    for (const int i : {1, 2, 3}) {
        Ground::commit(path, u"change %1"_s.arg(i));
    }
    const auto repository = Ground::open(path);
    QCOMPARE(finished(repository->log(query({}, 1), CancelToken()))->size(), 1);
    Ground::git(path, {u"gc"_s, u"-q"_s, u"--prune=now"_s});
    const QString id = Ground::commit(path, u"change 4"_s);
    const auto log = finished(repository->log(query({}, 10), CancelToken()));
    QVERIFY(log);
    QCOMPARE(log->size(), 4);
    QCOMPARE(log->first().id, id);
}

void TestGit::answersAfterItsOwnerIsGone()
{
    auto repository = Ground::open(m_big);
    auto task = repository->log(query({}, 5000), CancelToken());
    auto second = repository->refs();
    repository.reset();
    QCOMPARE(finished(std::move(task))->size(),
             Ground::git(m_big, {u"rev-list"_s, u"main"_s}).count(u'\n') + 1);
    QVERIFY(finished(std::move(second)));
}

void TestGit::tellsWhatACommitIsSignedWith()
{
    const QString path = m_ground->init(u"signed"_s);
    Ground::commit(path, u"plain"_s, {{u"f"_s, "1"}});
    const auto repository = Ground::open(path);
    const QString plain = Ground::git(path, {u"rev-parse"_s, u"HEAD"_s});
    const QString tree = Ground::git(path, {u"rev-parse"_s, u"HEAD^{tree}"_s});
    const auto kindOf = [&](const QString& id) {
        const auto with = finished(git::signedWith(repository, id));
        return with ? int(*with) : -1;
    };
    const auto made = [&](const QByteArray& armour) {
        const QByteArray commit = "tree " + tree.toLatin1() +
                                  "\nauthor Ana <ana@example.org> 1700000000 +0000\ncommitter Ana "
                                  "<ana@example.org> 1700000000 +0000\ngpgsig " +
                                  armour + "\n\nsigned\n";
        return Ground::run(path, u"git"_s,
                           {u"hash-object"_s, u"-t"_s, u"commit"_s, u"-w"_s, u"--stdin"_s}, commit);
    };
    QCOMPARE(kindOf(plain), int(git::SignedWith::Nothing));
    QCOMPARE(kindOf(made("-----BEGIN PGP SIGNATURE-----\n \n abc\n -----END PGP SIGNATURE-----")),
             int(git::SignedWith::OpenPgp));
    QCOMPARE(kindOf(made("-----BEGIN SSH SIGNATURE-----\n abc\n -----END SSH SIGNATURE-----")),
             int(git::SignedWith::Ssh));
    QCOMPARE(kindOf(made("-----BEGIN SIGNED MESSAGE-----\n abc")), int(git::SignedWith::X509));
    QCOMPARE(kindOf(made("something else")), int(git::SignedWith::Other));
    QCOMPARE(kindOf(QString(40, u'1')), -1);
}

QTEST_GUILESS_MAIN(TestGit)
#include "tst_git.moc"
