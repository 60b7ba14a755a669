#include "core/git/search.h"
#include "core/git/src/blamereader.h"
#include "core/git/src/foundreader.h"
#include "tests/git/boobytrap.h"
#include "tests/git/madehistory.h"
#include "tests/git/tenrepositories.h"

#include <QRegularExpression>
#include <QSignalSpy>

using namespace analemma::git;
using namespace gitfixture;

Q_DECLARE_METATYPE(SearchQuery)

namespace {

using Found = Result<std::shared_ptr<FoundCommits>>;

/// All of it.
Found whole(Task<Found> task)
{
    const Found begun = finished(std::move(task));
    if (!begun) {
        return begun;
    }
    const auto over = [&] { return (*begun)->isComplete() || (*begun)->problem(); };
    if (!QTest::qWaitFor(over, 120'000)) {
        return Error(ErrorKind::Timeout, u"no end"_s);
    }
    return (*begun)->problem() ? *(*begun)->problem() : begun;
}

Found searched(const std::shared_ptr<Repository>& repository, const SearchQuery& query)
{
    return whole(git::search(repository, query, CancelToken()));
}

QStringList idsIn(const FoundCommits& found)
{
    QStringList ids;
    for (int row = 0; row < found.count(); ++row) {
        ids.append(found.at(row).id);
    }
    return ids;
}

QString wordOf(FoundCommit::Change change)
{
    const char* const words[] = {"-", "A", "M", "D", "R", "C", "T"};
    return QString::fromLatin1(words[int(change)]);
}

SearchQuery queryOf(const std::function<void(SearchQuery&)>& fill)
{
    SearchQuery query;
    fill(query);
    return query;
}

}  // namespace

/// Searches and histories of files against the git program's, and against hostile texts, output and
/// repositories.
class TestGitSearch : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();
    void findsWhatGitFinds_data();
    void findsWhatGitFinds();
    void findsById();
    void followsFiles_data();
    void followsFiles();
    void keepsTheLimit();
    void endsWhenAsked();
    void takesTextsAsTheyAre_data();
    void takesTextsAsTheyAre();
    void refuses_data();
    void refuses();
    void runsNothing();
    void readsOddOutput_data();
    void readsOddOutput();

private:
    std::unique_ptr<Ground> m_ground;
    std::unique_ptr<Library> m_library;
    QStringList m_ten;
    std::vector<std::shared_ptr<Repository>> m_open;
};

void TestGitSearch::initTestCase()
{
    m_ground = std::make_unique<Ground>();
    // Other tests make shadows at the same time; here they are counted.
    qputenv("TMPDIR", QFile::encodeName(m_ground->folder(u"temporary"_s)));
    m_library = std::make_unique<Library>();
    m_ten = makeTenRepositories(*m_ground);
    for (const QString& path : std::as_const(m_ten)) {
        m_open.push_back(Ground::open(path));
        QVERIFY(m_open.back());
    }
}

void TestGitSearch::cleanupTestCase()
{
    m_open.clear();
    drain();
    m_library.reset();
    m_ground.reset();
}

void TestGitSearch::findsWhatGitFinds_data()
{
    QTest::addColumn<SearchQuery>("query");
    QTest::addColumn<QStringList>("arguments");
    const auto row = [](const char* name, const std::function<void(SearchQuery&)>& fill,
                        const QStringList& arguments) {
        QTest::newRow(name) << queryOf(fill) << arguments;
    };
    row("text", [](SearchQuery& q) { q.text = u"FEAT:"_s; }, {u"-i"_s, u"--grep=FEAT:"_s});
    row("text in its case",
        [](SearchQuery& q) {
            q.text = u"Merge"_s;
            q.matchCase = true;
        },
        {u"--grep=Merge"_s});
    row("text in another encoding", [](SearchQuery& q) { q.text = u"gr\u00fc\u00df"_s; },
        {u"-i"_s, u"--grep=gr\u00fc\u00df"_s});
    row("author", [](SearchQuery& q) { q.author = u"BJ\u00d6RN"_s; },
        {u"-i"_s, u"--author=BJ\u00d6RN"_s});
    row("address", [](SearchQuery& q) { q.author = u"ana@example.org>"_s; },
        {u"--author=ana@example.org>"_s});
    row("author and text",
        [](SearchQuery& q) {
            q.author = u"Ana"_s;
            q.text = u"fix"_s;
        },
        {u"-i"_s, u"--author=Ana"_s, u"--grep=fix"_s});
    row("added", [](SearchQuery& q) { q.added = u"one 4: "_s; }, {u"-Sone 4: "_s});
    row("added lines", [](SearchQuery& q) { q.added = u"before\n    step 3:"_s; },
        {u"-Sbefore\n    step 3:"_s});
    row("changed", [](SearchQuery& q) { q.changed = u"^ *step 1[0-9]:"_s; },
        {u"-G^ *step 1[0-9]:"_s});
    row("file", [](SearchQuery& q) { q.paths = {"a.txt"}; }, {u"--"_s, u"a.txt"_s});
    row("folder and file",
        [](SearchQuery& q) {
            q.paths = {"lib", "steps.txt"};
        },
        {u"--"_s, u"lib"_s, u"steps.txt"_s});
    row("pattern", [](SearchQuery& q) { q.paths = {"*.txt"}; }, {u"--"_s, u"*.txt"_s});
    row("pattern that is a name", [](SearchQuery& q) { q.paths = {"star*[a]?.txt"}; },
        {u"--"_s, u"star*[a]?.txt"_s});
    row("no magic", [](SearchQuery& q) { q.paths = {":colon"}; }, {u"--"_s, u"./:colon"_s});
    row("since", [](SearchQuery& q) { q.since = QDateTime::fromSecsSinceEpoch(1'600'014'400); },
        {u"--since=1600014400"_s});
    row("until", [](SearchQuery& q) { q.until = QDateTime::fromSecsSinceEpoch(1'600'014'400); },
        {u"--until=1600014400"_s});
    row("all of it",
        [](SearchQuery& q) {
            q.text = u"feat"_s;
            q.author = u"ana"_s;
            q.added = u"a"_s;
            q.paths = {"steps.txt"};
            q.since = QDateTime::fromSecsSinceEpoch(1'600'000'000);
            q.until = QDateTime::fromSecsSinceEpoch(1'600'030'000);
        },
        {u"-i"_s, u"--grep=feat"_s, u"--author=ana"_s, u"-Sa"_s, u"--since=1600000000"_s,
         u"--until=1600030000"_s, u"--"_s, u"steps.txt"_s});
    row("nothing has it", [](SearchQuery& q) { q.text = u"nobody said so"_s; },
        {u"--grep=nobody said so"_s});
}

/// From all branches and tags; in those of the ten that have what is asked for, and without a
/// commit.
void TestGitSearch::findsWhatGitFinds()
{
    QFETCH(const SearchQuery, query);
    QFETCH(const QStringList, arguments);
    int rows = 0;
    for (const std::size_t i : {0, 1, 3, 4, 8}) {  // merges, renames, unborn, bare, bytes
        const bool isBorn = !finished(m_open[i]->head())->commit.isEmpty();
        const auto found = searched(m_open[i], query);
        QVERIFY2(found, qPrintable(found ? QString() : found.error().message));
        QStringList asked{u"log"_s,       u"--format=%H"_s, u"--branches"_s,
                          u"--remotes"_s, u"--tags"_s,      u"-F"_s};
        if (isBorn) {
            asked.append(u"HEAD"_s);
        }
        const QString told =
            isBorn ? Ground::git(m_ten[qsizetype(i)], asked + arguments) : QString();
        QCOMPARE(idsIn(**found), told.split(u'\n', Qt::SkipEmptyParts));
        QVERIFY(!(*found)->hasMore());
        rows += (*found)->count();
    }
    const bool wantsNone = query.text == u"nobody said so"_s;
    QVERIFY2(wantsNone == (rows == 0), qPrintable(QString::number(rows)));
}

void TestGitSearch::findsById()
{
    const QString path = m_ground->init(u"by-id"_s, {u"--bare"_s});
    Ground::git(path, {u"fast-import"_s, u"--quiet"_s}, madeHistory(3'000, 7));
    const auto repository = Ground::open(path);
    const QStringList all = Ground::git(path, {u"rev-list"_s, u"--all"_s}).split(u'\n');
    QHash<QString, QStringList> byPrefix;
    for (const QString& id : all) {
        byPrefix[id.left(4)].append(id);
    }
    // Digits alone, or letters alone, may stand in a text as well.
    static const QRegularExpression mixed(u"[0-9][a-f]|[a-f][0-9]"_s);
    auto twin = byPrefix.cbegin();
    while (twin != byPrefix.cend() && (twin->size() < 2 || !twin.key().contains(mixed))) {
        ++twin;
    }
    QVERIFY(twin != byPrefix.cend());
    const auto found =
        searched(repository, queryOf([&](SearchQuery& q) { q.text = twin.key().toUpper(); }));
    QVERIFY(found);
    QStringList ids = idsIn(**found);
    QStringList wanted = *twin;
    ids.sort();
    wanted.sort();
    QCOMPARE(ids, wanted);
    // A whole id, from a branch that does not lead to it; then with what it does not have.
    const auto one = searched(repository, queryOf([&](SearchQuery& q) {
                                  q.text = all.first();
                                  q.from = {all.last()};
                              }));
    QVERIFY(one);
    QCOMPARE(idsIn(**one), QStringList{all.first()});
    const auto none = searched(repository, queryOf([&](SearchQuery& q) {
                                   q.text = all.first();
                                   q.author = u"nobody"_s;
                               }));
    QVERIFY(none);
    QCOMPARE((*none)->count(), 0);
    // A tree is no commit.
    const auto tree = searched(repository, queryOf([&](SearchQuery& q) {
                                   q.text = Ground::git(path, {u"rev-parse"_s, u"main^{tree}"_s});
                               }));
    QVERIFY(tree);
    QCOMPARE((*tree)->count(), 0);
}

void TestGitSearch::followsFiles_data()
{
    QTest::addColumn<int>("index");
    for (const int i : {0, 1, 3, 4, 8, 9}) {  // merges, renames, unborn, bare, bytes, kinds
        QTest::newRow(qPrintable(QFileInfo(m_ten[i]).fileName())) << i;
    }
}

/// Every file at HEAD, and one that was moved away.
void TestGitSearch::followsFiles()
{
    QFETCH(const int, index);
    const QString path = m_ten[index];
    const auto repository = m_open[std::size_t(index)];
    if (finished(repository->head())->commit.isEmpty()) {
        const auto none =
            whole(git::fileHistory(repository, "staged.txt", QString(), 10, CancelToken()));
        QCOMPARE(gitfixture::kindOf(none), toString(ErrorKind::NotFound));
        return;
    }
    ProcessSpec list(u"git"_s, {u"ls-tree"_s, u"-rz"_s, u"--name-only"_s, u"HEAD"_s});
    list.directory = path;
    const Result<ProcessResult> listed = finished(runProcess(list, CancelToken()));
    QVERIFY(listed && listed->ok());
    QByteArrayList files = listed->output.chopped(1).split('\0');
    files.append("one.txt");
    int renamed = 0;
    for (const QByteArray& file : std::as_const(files)) {
        ProcessSpec log(u"xargs"_s,
                        {u"-0"_s, u"git"_s, u"--literal-pathspecs"_s, u"log"_s, u"--follow"_s,
                         u"--name-status"_s, u"--format=commit %H"_s, u"--"_s});
        log.directory = path;
        log.input = file;
        const Result<ProcessResult> logged = finished(runProcess(log, CancelToken()));
        QVERIFY(logged && logged->ok());
        QByteArrayList told;
        for (const QByteArray& line : logged->output.split('\n')) {
            if (line.startsWith("commit ")) {
                told.append(line.sliced(7));
            } else if (!line.isEmpty()) {
                const QByteArrayList parts = line.split('\t');
                told.last() += ' ' + parts[0].left(1);
                for (const QByteArray& part : parts.sliced(1)) {
                    told.last() += ' ' + *unquotedPath(part);
                }
                renamed += line.startsWith('R') ? 1 : 0;
            }
        }
        const auto found =
            whole(git::fileHistory(repository, file, QString(), 1'000, CancelToken()));
        QVERIFY2(found, qPrintable(found ? QString() : found.error().message));
        QByteArrayList ours;
        for (int row = 0; row < (*found)->count(); ++row) {
            const FoundCommit& commit = (*found)->at(row);
            ours.append((commit.id + u' ' + wordOf(commit.change)).toLatin1() + ' ' +
                        (commit.oldPath.isEmpty() ? QByteArray() : commit.oldPath + ' ') +
                        commit.path);
        }
        QCOMPARE(ours, told);
    }
    QVERIFY(!path.endsWith(u"renames"_s) || renamed > 5);
}

void TestGitSearch::keepsTheLimit()
{
    const auto repository = Ground::open(m_ground->path(u"by-id"_s));
    SearchQuery query;
    query.text = u"change"_s;
    query.from = {u"main"_s};
    query.limit = 7;
    const auto some = searched(repository, query);
    QVERIFY(some);
    QCOMPARE((*some)->count(), 7);
    QVERIFY((*some)->hasMore());
    query.limit = 100'000;
    const Found all = finished(git::search(repository, query, CancelToken()));
    QVERIFY(all);
    QSignalSpy grew(all->get(), &Arriving::grew);
    while (!(*all)->isComplete()) {
        QVERIFY(grew.wait(60'000));
        QVERIFY(!(*all)->problem());
    }
    QCOMPARE((*all)->count(), Ground::git(repository->path(), {u"rev-list"_s, u"--count"_s,
                                                               u"--grep=change"_s, u"main"_s})
                                  .toInt());
    QVERIFY(!(*all)->hasMore());
    QCOMPARE(idsIn(**all).first(7), idsIn(**some));
    const auto file = whole(git::fileHistory(m_open[4], "steps.txt", QString(), 3, CancelToken()));
    QVERIFY(file);
    QCOMPARE((*file)->count(), 3);
    QVERIFY((*file)->hasMore());
}

void TestGitSearch::endsWhenAsked()
{
    const auto repository = Ground::open(m_ground->path(u"by-id"_s));
    const QDir temporary = QDir::temp();
    const auto shadows = [&] {
        return temporary.entryList({u"analemma-git-*"_s}, QDir::Dirs).size();
    };
    const auto before = shadows();
    SearchQuery query;
    query.added = u"nothing has this"_s;
    CancelToken cancel;
    Found begun = finished(git::search(repository, query, cancel));
    QVERIFY(begun);
    cancel.cancel();
    QTRY_VERIFY_WITH_TIMEOUT((*begun)->problem().has_value(), 60'000);
    QCOMPARE(toString((*begun)->problem()->kind), toString(ErrorKind::Cancelled));
    begun = finished(git::search(repository, query, CancelToken()));
    QVERIFY(begun);
    begun = Error();  // nobody has it any more
    QTRY_VERIFY_WITH_TIMEOUT(shadows() <= before, 60'000);
}

void TestGitSearch::takesTextsAsTheyAre_data()
{
    QTest::addColumn<QString>("text");
    for (const char* text :
         {"--all", "-S", "--output=x", "$(touch x)", "`touch x`", "a\"b'c", "back\\slash", "a.*b",
          "[a-z]+", "tab\there", "# ; comment", "!sh", "\xe2\x82\xac \xc3\xa9", "  blanks  "}) {
        QTest::newRow(text) << QString::fromUtf8(text);
    }
}

/// As a message, an author and a line: that one commit is found, and no other.
void TestGitSearch::takesTextsAsTheyAre()
{
    QFETCH(const QString, text);
    const QString path = m_ground->path(u"as-it-is"_s);
    if (!QFileInfo::exists(path)) {
        m_ground->init(u"as-it-is"_s);
        Ground::commit(path, u"aXXb other"_s, {{u"other.txt"_s, "aXXb\n"}});
    }
    Ground::write(path + u"/file.txt"_s, "x" + text.toUtf8() + "x\n");
    Ground::git(path, {u"add"_s, u"-A"_s});
    Ground::git(path,
                {u"commit"_s, u"-q"_s, u"-F"_s, u"-"_s, u"--cleanup=verbatim"_s,
                 u"--author=x"_s + text.trimmed() + u"x <x@example.org>"_s},
                QByteArray("x" + text.toUtf8() + "x\n"));
    const QString id = Ground::git(path, {u"rev-parse"_s, u"HEAD"_s});
    const auto repository = Ground::open(path);
    for (QString SearchQuery::*field :
         {&SearchQuery::text, &SearchQuery::author, &SearchQuery::added}) {
        SearchQuery query;
        query.matchCase = true;
        query.*field = u'x' + (field == &SearchQuery::author ? text.trimmed() : text) + u'x';
        const auto found = searched(repository, query);
        QVERIFY2(found, qPrintable(found ? QString() : found.error().message));
        QCOMPARE(idsIn(**found), QStringList{id});
    }
    // It may be anything; what it must not be is an option.
    SearchQuery query;
    query.text = text;
    query.author = text;
    query.paths = {text.toUtf8()};
    query.added = text;
    QVERIFY(searched(repository, query));
    QVERIFY(!QFileInfo::exists(path + u"/x"_s));
    QCOMPARE(Ground::git(path, {u"status"_s, u"--porcelain"_s}), QString());
}

void TestGitSearch::refuses_data()
{
    QTest::addColumn<SearchQuery>("query");
    QTest::addColumn<QString>("kind");
    const QString invalid = toString(ErrorKind::Invalid);
    QTest::newRow("nothing") << SearchQuery() << invalid;
    const auto row = [&](const char* name, const std::function<void(SearchQuery&)>& fill) {
        QTest::newRow(name) << queryOf(fill) << invalid;
    };
    row("lines", [](SearchQuery& q) { q.text = u"a\nb"_s; });
    row("NUL", [](SearchQuery& q) { q.added = u"a"_s + QChar(0); });
    row("long", [](SearchQuery& q) { q.author = QString(5'000, u'a'); });
    row("both", [](SearchQuery& q) { q.added = q.changed = u"a"_s; });
    row("empty path", [](SearchQuery& q) { q.paths = {""}; });
    row("limit", [](SearchQuery& q) {
        q.text = u"a"_s;
        q.limit = 0;
    });
    QTest::newRow("revision") << queryOf([](SearchQuery& q) {
        q.text = u"a"_s;
        q.from = {u"--all"_s};
    }) << toString(ErrorKind::NotFound);
    QTest::newRow("expression") << queryOf([](SearchQuery& q) { q.changed = u"a["_s; })
                                << toString(ErrorKind::Failed);
}

void TestGitSearch::refuses()
{
    QFETCH(const SearchQuery, query);
    QFETCH(const QString, kind);
    const auto answer = searched(m_open[0], query);
    QCOMPARE(gitfixture::kindOf(answer), kind);
    QVERIFY(!answer.error().message.isEmpty());
}

void TestGitSearch::runsNothing()
{
    const BoobyTrap trap(*m_ground, u"trap"_s);
    const auto repository = Ground::open(trap.path());
    for (QString SearchQuery::*field :
         {&SearchQuery::text, &SearchQuery::author, &SearchQuery::added, &SearchQuery::changed}) {
        SearchQuery query;
        query.*field = u"e"_s;
        const auto found = searched(repository, query);
        QVERIFY(found);
        QVERIFY((*found)->count() > 0);
    }
    for (const char* file : {"plain.txt", "trapped.one", "trapped.two", "trapped.three"}) {
        const auto found = whole(git::fileHistory(repository, file, u"side"_s, 10, CancelToken()));
        QVERIFY(found);
        QVERIFY((*found)->count() > 0);
    }
    QCOMPARE(trap.markers(), QStringList());
}

void TestGitSearch::readsOddOutput_data()
{
    QTest::addColumn<QByteArray>("output");
    QTest::addColumn<QString>("rows");
    const auto nul = [](QByteArray text) { return text.replace('|', '\0'); };
    const QByteArray a(40, 'a');
    const QByteArray b(64, 'b');
    QTest::newRow("none") << QByteArray() << QString();
    QTest::newRow("ids") << nul(a + '|' + b + '|' + a + '|') << u"a - ,b - "_s;
    QTest::newRow("changes") << nul(a + "|\nM|x y|" + b + "|\nR100|old\n|new|")
                             << u"a M x y,b R new<old\n"_s;
    QTest::newRow("several") << nul(a + "|\nA|x|D|y|" + b + "|") << u"a A x,b - "_s;
    QTest::newRow("too many") << nul(a + '|' + b + '|' + QByteArray(40, 'c') + "|\nM|x|")
                              << u"a - ,b - +"_s;
    QTest::newRow("a path like an id")
        << nul(a + "|\nM|" + b + "|") << u"a M "_s + QString::fromLatin1(b);
    for (const char* bad : {"x|", "|", "\nM|x|", "a", "aaaa|"}) {
        QTest::newRow(bad) << nul(bad) << u"!"_s;
    }
    for (const char* bad : {"\nM|", "\nM||", "\nM10000|x|", "\nQ|x|", "\nR100|x|", "zz|", "\n"}) {
        QTest::newRow(bad) << nul(a + '|' + bad) << u"!"_s;
    }
    QTest::newRow("long") << nul(a + "|\nM|" + QByteArray(200'000, 'p') + '|')
                          << u"a M "_s + QString(65'536, u'p');
}

void TestGitSearch::readsOddOutput()
{
    QFETCH(const QByteArray, output);
    QFETCH(const QString, rows);
    for (const qsizetype step :
         {qsizetype(1), qsizetype(7), std::max<qsizetype>(1, output.size())}) {
        FoundReader reader(2);
        Result<void> taken;
        for (qsizetype at = 0; at < output.size() && taken; at += step) {
            taken =
                reader.take(QByteArrayView(output).sliced(at, std::min(step, output.size() - at)));
        }
        const Result<void> ended = taken ? reader.end() : taken;
        if (rows == u"!"_s) {
            QVERIFY(!ended.ok());
            QCOMPARE(toString(ended.error().kind), toString(ErrorKind::Protocol));
            continue;
        }
        QVERIFY2(ended.ok(), ended.ok() ? "" : qPrintable(ended.error().message));
        QStringList told;
        for (const FoundCommit& row : reader.rows()) {
            told.append(
                row.id.left(1) + u' ' + wordOf(row.change) + u' ' + QString::fromUtf8(row.path) +
                (row.oldPath.isEmpty() ? QString() : u'<' + QString::fromUtf8(row.oldPath)));
        }
        QCOMPARE(told.join(u',') + (reader.hasMore() ? u"+"_s : QString()), rows);
    }
}

QTEST_GUILESS_MAIN(TestGitSearch)
#include "tst_git_search.moc"
