#include "core/git/blame.h"
#include "core/git/src/blamereader.h"
#include "tests/git/boobytrap.h"
#include "tests/git/tenrepositories.h"

#include <QSignalSpy>

using namespace analemma::git;
using namespace gitfixture;

namespace {

struct BlameFlags {
    QString revision;
    bool moved = false;
    bool copied = false;
    bool ignoreWhitespace = false;
};

/// What `git blame --porcelain` says, a line of text for each line of the file; nothing when it
/// fails. The path goes to it as bytes.
std::optional<QByteArrayList> toldByGit(const QString& repository, const QByteArray& path,
                                        const BlameFlags& flags)
{
    ProcessSpec spec(u"xargs"_s,
                     {u"-0"_s, u"git"_s, u"blame"_s, u"--porcelain"_s, u"--encoding=UTF-8"_s});
    for (const auto& [is, flag] : {std::pair{flags.moved || flags.copied, u"-M"_s},
                                   {flags.copied, u"-C"_s},
                                   {flags.ignoreWhitespace, u"-w"_s},
                                   {!flags.revision.isEmpty(), flags.revision},
                                   {true, u"--"_s}}) {
        if (is) {
            spec.arguments.append(flag);
        }
    }
    spec.directory = repository;
    spec.input = path;
    const Result<ProcessResult> ran = finished(runProcess(spec, CancelToken()));
    if (!ran || !ran->ok()) {
        return std::nullopt;
    }
    QByteArrayList lines;
    QHash<QByteArray, QMap<QByteArray, QByteArray>> commits;
    QMap<QByteArray, QByteArray> facts;
    QList<QByteArray> heading;
    QList<QByteArray> printed = ran->output.split('\n');
    if (!printed.isEmpty() && printed.last().isEmpty()) {
        printed.removeLast();
    }
    for (const QByteArray& line : std::as_const(printed)) {
        if (heading.isEmpty()) {
            heading = line.split(' ');
            facts = commits.value(heading[0]);
        } else if (line.startsWith('\t')) {
            commits.insert(heading[0], facts);
            const bool committed = heading[0].count('0') != heading[0].size();
            const auto shown = [&](const char* name) {
                return committed ? facts.value(name) : QByteArray();
            };
            lines.append(QByteArrayList{
                committed ? heading[0] : QByteArray(), *unquotedPath(facts.value("filename")),
                heading[1], facts.value("previous").left(40), shown("author"), shown("author-mail"),
                shown("author-time"), shown("summary"),
                facts.contains("boundary") ? "boundary" : "", line.sliced(1)}
                             .join('|'));
            heading.clear();
        } else {
            const qsizetype blank = line.indexOf(' ');
            facts.insert(blank < 0 ? line : line.first(blank),
                         blank < 0 ? QByteArray() : line.sliced(blank + 1));
        }
    }
    return lines;
}

QByteArrayList toldByUs(const Blame& blame)
{
    QByteArrayList lines;
    for (int row = 0; row < blame.count(); ++row) {
        const BlameLine line = blame.line(row);
        if (line.origin < 0) {
            lines.append("unknown");
            continue;
        }
        const BlameOrigin& origin = blame.origin(line.origin);
        const bool committed = !origin.commit.isEmpty();
        lines.append(QByteArrayList{
            origin.commit.toLatin1(), origin.path, QByteArray::number(line.line),
            origin.previousCommit.toLatin1(), origin.author.toUtf8(),
            committed ? '<' + origin.email.toUtf8() + '>' : QByteArray(),
            committed ? QByteArray::number(origin.time.toSecsSinceEpoch()) : QByteArray(),
            origin.subject.toUtf8(), origin.boundary ? "boundary" : "", blame.text(row)}
                         .join('|'));
    }
    return lines;
}

/// Bytes that are no UTF-8 in names become U+FFFD in ours.
QByteArrayList asText(const QByteArrayList& lines)
{
    QByteArrayList texts;
    for (const QByteArray& line : lines) {
        texts.append(QString::fromUtf8(line).toUtf8());
    }
    return texts;
}

BlameQuery queryOf(const QByteArray& path, const BlameFlags& flags = {})
{
    BlameQuery query;
    query.path = path;
    query.revision = flags.revision;
    query.moved = flags.moved;
    query.copied = flags.copied;
    query.ignoreWhitespace = flags.ignoreWhitespace;
    return query;
}

/// All of it.
Result<std::shared_ptr<Blame>> whole(const std::shared_ptr<Repository>& repository,
                                     const BlameQuery& query)
{
    const Result<std::shared_ptr<Blame>> begun =
        finished(git::blame(repository, query, CancelToken()));
    if (!begun) {
        return begun;
    }
    const auto over = [&] { return (*begun)->isComplete() || (*begun)->problem(); };
    if (!QTest::qWaitFor(over, 120'000)) {
        return Error(ErrorKind::Timeout, u"no end"_s);
    }
    return (*begun)->problem() ? *(*begun)->problem() : begun;
}

}  // namespace

/// Blame against the git program's on every file, and against hostile output, files and
/// repositories.
class TestGitBlame : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();
    void unquotesPaths_data();
    void unquotesPaths();
    void tellsWhatGitTells_data();
    void tellsWhatGitTells();
    void followsAsAsked_data();
    void followsAsAsked();
    void blamesWhatWasRead();
    void comesInPieces();
    void endsWhenAsked();
    void refuses_data();
    void refuses();
    void runsNothing();
    void readsOddOutput_data();
    void readsOddOutput();

private:
    std::unique_ptr<Ground> m_ground;
    std::unique_ptr<Library> m_library;
    QStringList m_ten;
};

void TestGitBlame::initTestCase()
{
    m_ground = std::make_unique<Ground>();
    // Other tests make shadows at the same time; here they are counted.
    qputenv("TMPDIR", QFile::encodeName(m_ground->folder(u"temporary"_s)));
    m_library = std::make_unique<Library>();
    m_ten = makeTenRepositories(*m_ground);
}

void TestGitBlame::cleanupTestCase()
{
    drain();
    m_library.reset();
    m_ground.reset();
}

void TestGitBlame::unquotesPaths_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<bool>("good");
    QTest::addColumn<QByteArray>("path");
    QTest::newRow("plain") << QByteArray("a b.txt") << true << QByteArray("a b.txt");
    QTest::newRow("empty") << QByteArray() << true << QByteArray();
    QTest::newRow("escapes") << QByteArray(R"("\a\b\t\n\v\f\r\"\\\303\251\177")") << true
                             << QByteArray("\a\b\t\n\v\f\r\"\\\303\251\177");
    for (const char* bad : {"\"", "\"a", "\"a\\\"", "\"\\", "\"\\q\"", "\"\\40\"", "\"\\4\"",
                            "\"\\400\"", "\"\\+11\"", "\"a\"b", "\"\\ 77\""}) {
        QTest::newRow(bad) << QByteArray(bad) << false << QByteArray();
    }
}

void TestGitBlame::unquotesPaths()
{
    QFETCH(const QByteArray, text);
    QFETCH(const bool, good);
    QFETCH(const QByteArray, path);
    const std::optional<QByteArray> read = unquotedPath(text);
    QCOMPARE(read.has_value(), good);
    QCOMPARE(read.value_or(QByteArray()), path);
}

void TestGitBlame::tellsWhatGitTells_data()
{
    QTest::addColumn<QString>("path");
    for (const QString& path : std::as_const(m_ten)) {
        QTest::newRow(qPrintable(QFileInfo(path).fileName())) << path;
    }
}

/// Every file at HEAD and in the work tree.
void TestGitBlame::tellsWhatGitTells()
{
    QFETCH(const QString, path);
    const auto repository = Ground::open(path);
    int told = 0;
    for (const bool ofWorkTree : {false, true}) {
        const bool isBorn = !finished(repository->head())->commit.isEmpty();
        const bool isBare = path.endsWith(u"bare"_s);
        if (!isBorn || (ofWorkTree && isBare)) {
            continue;
        }
        ProcessSpec list(u"git"_s,
                         ofWorkTree
                             ? QStringList{u"ls-files"_s, u"-z"_s, u"--deduplicate"_s}
                             : QStringList{u"ls-tree"_s, u"-rz"_s, u"--name-only"_s, u"HEAD"_s});
        list.directory = path;
        const Result<ProcessResult> listed = finished(runProcess(list, CancelToken()));
        QVERIFY(listed && listed->ok());
        for (const QByteArray& file : listed->output.chopped(1).split('\0')) {
            const BlameFlags flags{ofWorkTree ? QString() : u"HEAD"_s, false, false, false};
            const auto theirs = toldByGit(path, file, flags);
            const auto ours = whole(repository, queryOf(file, flags));
            QVERIFY2(theirs.has_value() == ours.ok(),
                     (file + ": " + (ours ? "" : ours.error().message.toUtf8())).constData());
            if (ofWorkTree && file == "crlf.txt") {
                // Git does not name what a link stands in for.
                QVERIFY(ours && (*ours)->origin(0).commit.isEmpty());
                QCOMPARE((*ours)->text(0), "run.sh"_ba);
            } else if (theirs) {
                QCOMPARE(asText(toldByUs(**ours)), asText(*theirs));
                QCOMPARE((*ours)->known(), (*ours)->count());
                ++told;
            }
        }
    }
    const bool none = path.endsWith(u"unborn"_s);
    QVERIFY2(none == (told == 0), qPrintable(QString::number(told)));
    if (none) {
        QCOMPARE(gitfixture::kindOf(whole(repository, queryOf("staged.txt"))),
                 toString(ErrorKind::NotFound));
    }
}

void TestGitBlame::followsAsAsked_data()
{
    QTest::addColumn<bool>("moved");
    QTest::addColumn<bool>("copied");
    QTest::addColumn<bool>("ignoreWhitespace");
    QTest::newRow("plain") << false << false << false;
    QTest::newRow("-M") << true << false << false;
    QTest::newRow("-M -C") << true << true << false;
    QTest::newRow("-w") << false << false << true;
    QTest::newRow("all") << true << true << true;
}

void TestGitBlame::followsAsAsked()
{
    QFETCH(const bool, moved);
    QFETCH(const bool, copied);
    QFETCH(const bool, ignoreWhitespace);
    const QString path =
        m_ground->init(u"follow"_s + QString::fromLatin1(QTest::currentDataTag()).remove(u' '));
    const auto text = [](const char* name, int from, int to, const char* indent) {
        QByteArray lines;
        for (int i = from; i < to; ++i) {
            lines += indent + QByteArray(name) + " has a line with the number " +
                     QByteArray::number(i) + '\n';
        }
        return lines;
    };
    Ground::commit(path, u"first"_s,
                   {{u"a.txt"_s, text("a", 0, 40, "")}, {u"b.txt"_s, text("b", 0, 40, "")}});
    Ground::commit(path, u"moved within"_s,
                   {{u"a.txt"_s, text("a", 20, 40, "") + text("a", 0, 20, "")}});
    Ground::commit(
        path, u"moved across"_s,
        {{u"a.txt"_s, text("a", 20, 40, "") + text("b", 10, 30, "") + text("a", 0, 20, "")},
         {u"b.txt"_s, text("b", 0, 10, "") + text("b", 30, 40, "")}});
    Ground::commit(
        path, u"indented"_s,
        {{u"a.txt"_s, text("a", 20, 40, "  ") + text("b", 10, 30, "\t") + text("a", 0, 20, "")}});
    const auto repository = Ground::open(path);
    QSet<QString> commits;
    for (const QString& revision : {QString(), u"HEAD"_s, u"HEAD~1"_s}) {
        const BlameFlags flags{revision, moved, copied, ignoreWhitespace};
        const auto theirs = toldByGit(path, "a.txt", flags);
        const auto ours = whole(repository, queryOf("a.txt", flags));
        QVERIFY(theirs && ours);
        QCOMPARE(toldByUs(**ours), *theirs);
        for (int i = 0; i < (*ours)->originCount(); ++i) {
            commits.insert(revision + u' ' + (*ours)->origin(i).subject + u' ' +
                           QString::fromUtf8((*ours)->origin(i).path));
        }
    }
    QCOMPARE(commits.contains(u"HEAD~1 moved within a.txt"_s), !moved);
    QCOMPARE(commits.contains(u"HEAD~1 first b.txt"_s), copied);
    QCOMPARE(commits.contains(u"HEAD indented a.txt"_s), !ignoreWhitespace);
}

/// The lines and their origins are of one moment, and files that are read as others still match.
void TestGitBlame::blamesWhatWasRead()
{
    const QString path = m_ground->init(u"moment"_s);
    Ground::commit(path, u"first"_s,
                   {{u"a.txt"_s, madeLines("a", 50)},
                    {u"crlf.txt"_s, madeLines("c", 10).replace("\n", "\r\n")},
                    {u".gitattributes"_s, "crlf.txt text eol=crlf\n"},
                    {u"b.txt"_s, "b\n"},
                    {u"empty"_s, ""}});
    Ground::write(path + u"/a.txt"_s, madeLines("a", 52, {7}));
    const auto repository = Ground::open(path);
    auto task = git::blame(repository, queryOf("a.txt"), CancelToken());
    const Result<std::shared_ptr<Blame>> begun = finished(std::move(task));
    QVERIFY(begun);
    Ground::write(path + u"/a.txt"_s, "now it is short\n");
    QTRY_VERIFY_WITH_TIMEOUT((*begun)->isComplete(), 60'000);
    QCOMPARE((*begun)->count(), 52);
    int changed = 0;
    for (int row = 0; row < 52; ++row) {
        changed += (*begun)->origin((*begun)->line(row).origin).commit.isEmpty() ? 1 : 0;
    }
    QCOMPARE(changed, 3);
    QCOMPARE((*begun)->text(6), "    a 7: now it is another one"_ba);
    // Line ends of the work tree are no change.
    const auto crlf = whole(repository, queryOf("crlf.txt"));
    QVERIFY(crlf);
    QCOMPARE((*crlf)->originCount(), 1);
    QCOMPARE((*crlf)->text(0), "c 1: as it was before\r"_ba);
    QVERIFY(!(*crlf)->origin(0).commit.isEmpty());
    const auto empty = whole(repository, queryOf("empty"));
    QVERIFY(empty);
    QCOMPARE((*empty)->count(), 0);
    QVERIFY((*empty)->isComplete());
    // A link in place of a folder leads nowhere.
    const QString outside = m_ground->folder(u"outside"_s);
    Ground::write(outside + u"/secret"_s, "secret\n");
    Ground::commit(path, u"second"_s, {{u"sub/secret"_s, "x\n"}});
    QVERIFY(QDir(path + u"/sub"_s).removeRecursively());
    QVERIFY(QFile::link(outside, path + u"/sub"_s));
    QCOMPARE(gitfixture::kindOf(whole(repository, queryOf("sub/secret"))),
             toString(ErrorKind::Refused));
}

void TestGitBlame::comesInPieces()
{
    const QString path = m_ground->init(u"pieces"_s);
    ImportStream stream;
    QByteArray text;
    for (int i = 0; i < 400; ++i) {
        stream.commit("main", "feat: step " + QByteArray::number(i));
        text += madeLines("step" + QByteArray::number(i), 5);
        stream.file("steps.txt", text);
    }
    stream.into(path);
    const auto repository = Ground::open(path);
    const Result<std::shared_ptr<Blame>> begun =
        finished(git::blame(repository, queryOf("steps.txt", {u"main"_s}), CancelToken()));
    QVERIFY(begun);
    QCOMPARE((*begun)->count(), 2'000);
    QCOMPARE((*begun)->text(1'999), "    step399 5: as it was before"_ba);
    QSignalSpy grew(begun->get(), &Arriving::grew);
    int before = 0;
    while (!(*begun)->isComplete()) {
        QVERIFY(grew.wait(60'000));
        QVERIFY(!(*begun)->problem());
        QVERIFY((*begun)->known() >= before);
        before = (*begun)->known();
    }
    QCOMPARE((*begun)->known(), 2'000);
    QCOMPARE((*begun)->originCount(), 400);
    QCOMPARE(toldByUs(**begun), *toldByGit(path, "steps.txt", {u"main"_s}));
}

void TestGitBlame::endsWhenAsked()
{
    const auto repository = Ground::open(m_ground->path(u"pieces"_s));
    const QDir temporary = QDir::temp();
    const auto shadows = [&] {
        return temporary.entryList({u"analemma-git-*"_s}, QDir::Dirs).size();
    };
    const auto before = shadows();
    CancelToken cancel;
    auto begun = finished(git::blame(repository, queryOf("steps.txt", {u"main"_s}), cancel));
    QVERIFY(begun);
    cancel.cancel();
    QTRY_VERIFY_WITH_TIMEOUT((*begun)->problem().has_value(), 60'000);
    QCOMPARE(toString((*begun)->problem()->kind), toString(ErrorKind::Cancelled));
    QVERIFY(!(*begun)->isComplete());
    begun = Error();
    begun = finished(git::blame(repository, queryOf("steps.txt", {u"main"_s}), CancelToken()));
    QVERIFY(begun);
    begun = Error();  // nobody has it any more
    QTRY_VERIFY_WITH_TIMEOUT(shadows() <= before, 60'000);
}

void TestGitBlame::refuses_data()
{
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<QString>("revision");
    QTest::addColumn<QString>("kind");
    const QString notFound = toString(ErrorKind::NotFound);
    const QString invalid = toString(ErrorKind::Invalid);
    QTest::newRow("no path") << QByteArray() << u"HEAD"_s << invalid;
    QTest::newRow("NUL") << QByteArray("a\0b", 3) << QString() << invalid;
    QTest::newRow("missing") << QByteArray("nothing") << u"HEAD"_s << notFound;
    QTest::newRow("missing in the work tree") << QByteArray("nothing") << QString() << notFound;
    QTest::newRow("untracked") << QByteArray("new/one.txt") << QString() << notFound;
    QTest::newRow("folder") << QByteArray("lib") << u"HEAD"_s << invalid;
    QTest::newRow("folder in the work tree") << QByteArray("lib") << QString() << notFound;
    QTest::newRow("up") << QByteArray("../ten-bytes/-dash") << QString() << notFound;
    QTest::newRow("absolute") << QByteArray("/etc/passwd") << QString() << notFound;
    QTest::newRow("git's own") << QByteArray(".git/config") << QString() << notFound;
    QTest::newRow("revision") << QByteArray("a.txt") << u"nowhere"_s << notFound;
    QTest::newRow("option") << QByteArray("a.txt") << u"--output=x"_s << notFound;
}

void TestGitBlame::refuses()
{
    QFETCH(const QByteArray, path);
    QFETCH(const QString, revision);
    QFETCH(const QString, kind);
    const auto repository = Ground::open(m_ground->path(u"ten-merges"_s));
    const auto answer = whole(repository, queryOf(path, {revision}));
    QCOMPARE(gitfixture::kindOf(answer), kind);
    QVERIFY(!answer.error().message.isEmpty());
}

void TestGitBlame::runsNothing()
{
    const BoobyTrap trap(*m_ground, u"trap"_s);
    const auto repository = Ground::open(trap.path());
    const QByteArray before = qgetenv("PATH");
    qputenv("PATH", ".::" + before);
    for (const char* file : {"plain.txt", "trapped.one", "trapped.two", "trapped.three"}) {
        for (const QString& revision : {QString(), u"HEAD"_s, u"side"_s}) {
            const auto answer = whole(repository, queryOf(file, {revision, true, true, true}));
            QVERIFY2(answer, qPrintable(answer ? QString() : answer.error().message));
            QVERIFY((*answer)->count() > 0);
        }
    }
    qputenv("PATH", before);
    QCOMPARE(trap.markers(), QStringList());
}

void TestGitBlame::readsOddOutput_data()
{
    QTest::addColumn<QByteArray>("output");
    QTest::addColumn<int>("known");
    QTest::addColumn<bool>("good");
    const QByteArray id(40, 'a');
    const QByteArray whole = id + " 1 1 3\nauthor A\nfilename f\n";
    QTest::newRow("whole") << whole << 3 << true;
    QTest::newRow("again") << whole + whole << 3 << true;
    QTest::newRow("what is new") << id + " 1 1 3\nmood good\nfilename f\n" << 3 << true;
    QTest::newRow("long name") << id + " 1 1 3\nauthor " + QByteArray(200'000, 'x') + "\nsummary " +
                                      QByteArray(200'000, 'y') + "\nfilename f\n"
                               << 3 << true;
    QTest::newRow("no end") << id + " 1 1 3\nauthor A\n" << 0 << false;
    QTest::newRow("half") << id + " 1 1 2\nfilename f\n" << 2 << false;
    QTest::newRow("half a line") << whole + "a" << 3 << false;
    for (const char* bad : {" 1 1 4", " 1 4 1", " 1 0 1", " 0 1 1", " 1 1 0", " 1 1 -1", " 1 1",
                            " 1 1 x", " 2147483647 1 3", " 1 2147483647 2147483647", ""}) {
        QTest::newRow(bad) << id + bad + "\nfilename f\n" << 0 << false;
    }
    QTest::newRow("no id") << "zz" + whole << 0 << false;
    QTest::newRow("no path") << id + " 1 1 3\nfilename \n" << 0 << false;
    QTest::newRow("odd path") << id + " 1 1 3\nfilename \"f\n" << 0 << false;
    QTest::newRow("odd previous") << id + " 1 1 3\nprevious x f\nfilename f\n" << 0 << false;
}

void TestGitBlame::readsOddOutput()
{
    QFETCH(const QByteArray, output);
    QFETCH(const int, known);
    QFETCH(const bool, good);
    BlameReader reader(3);
    const Result<void> taken = reader.take(output);
    const Result<void> ended = taken ? reader.end() : taken;
    QCOMPARE(ended.ok(), good);
    QCOMPARE(reader.known(), known);
    if (!good) {
        QCOMPARE(toString(ended.error().kind), toString(ErrorKind::Protocol));
    } else {
        QVERIFY(reader.origins()[0].author.size() <= 1'000);
    }
}

QTEST_GUILESS_MAIN(TestGitBlame)
#include "tst_git_blame.moc"
