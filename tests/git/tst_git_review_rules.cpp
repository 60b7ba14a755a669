#include "core/git/src/linemap.h"
#include "core/git/src/reviewevents.h"

#include <QRandomGenerator>
#include <QTest>

#include <algorithm>
#include <random>

using namespace analemma;
using namespace analemma::git;
using namespace Qt::StringLiterals;

using Kind = ReviewEvent::Kind;

/// What the lines of a review add up to, whoever wrote them in whatever order.
class TestGitReviewRules : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void readsWhatItWrites();
    void joins();
    void addsUp_data();
    void addsUp();
    void placesThreads();
    void believesNoForgedOpening();
    void believesNoForgedTime();
    void keepsWhatIsNewer();
    void survivesOddLines_data();
    void survivesOddLines();
    void writesAfterWhatItAnswers();
    void mapsLines_data();
    void mapsLines();
    void coversCommits_data();
    void coversCommits();

private:
    static ReviewEvent event(Kind kind, const QString& who, int minute);
    static QByteArray line(const ReviewEvent& event) { return writeReviewEvent(event) + '\n'; }
    /// By Ana, of "feature" at commit a.
    static ReviewEvent opening();
    static QString idOf(const ReviewEvent& opening)
    {
        return reviewIdOf(writeReviewEvent(opening));
    }
    static QString commit(char letter) { return QString(40, QLatin1Char(letter)); }
    static QDateTime at(int minute)
    {
        return QDateTime({2026, 11, 1}, {9, 0}, Qt::UTC).addSecs(60 * minute);
    }
};

ReviewEvent TestGitReviewRules::event(Kind kind, const QString& who, int minute)
{
    ReviewEvent event;
    event.kind = kind;
    event.id = u"%1-%2-%3"_s.arg(toString(kind), who).arg(minute);
    event.by = Reviewer{who, who.toLower() + u"@example.org"_s};
    event.at = at(minute);
    return event;
}

ReviewEvent TestGitReviewRules::opening()
{
    ReviewEvent opening = event(Kind::Open, u"Ana"_s, 0);
    opening.branch = u"feature"_s;
    opening.against = u"main"_s;
    opening.title = u"A title"_s;
    opening.commit = commit('a');
    opening.base = commit('0');
    return opening;
}

void TestGitReviewRules::readsWhatItWrites()
{
    ReviewEvent event = this->event(Kind::Comment, u"Bo \"x\" \\ é 界"_s, 3);
    event.text = u"one\ntwo\ttab \u202e \U0001f600"_s;
    event.commit = commit('b');
    event.base = commit('c');
    event.thread = u"t"_s;
    event.path = "a/\xff\xfe b";
    event.line = 7;
    event.old = true;
    event.title = u"t"_s;
    const QByteArray line = writeReviewEvent(event);
    QVERIFY(!line.contains('\n'));
    const auto read = readReviewEvent(line);
    QVERIFY(read.has_value());
    QCOMPARE(writeReviewEvent(*read), line);
    QCOMPARE(toString(read->kind), toString(event.kind));
    QCOMPARE(read->text, event.text);
    QCOMPARE(read->path, event.path);
    QCOMPARE(read->line, 7);
    QVERIFY(read->old);
    QCOMPARE(read->at, event.at);
    QCOMPARE(read->by.name, event.by.name);
}

/// The union of lines: any order, any grouping, any repetition.
void TestGitReviewRules::joins()
{
    std::mt19937 random(7);
    QList<QByteArray> lines{"no event\n", "{\"id\":1}\n", "\xff\xfe\n"};
    for (int i = 0; i < 40; ++i) {
        ReviewEvent one = event(Kind::Comment, u"P%1"_s.arg(i % 3), i / 4);
        one.id = u"id%1"_s.arg(i / 2);  // also two lines of one id
        one.text = QString::number(i);
        lines.append(line(one));
    }
    const auto some = [&] {
        QByteArray note;
        for (int i = int(random() % 60); i > 0; --i) {
            note += lines[qsizetype(random() % std::size_t(lines.size()))];
            note += random() % 4 == 0 ? "\n" : "";
        }
        return note;
    };
    for (int round = 0; round < 40; ++round) {
        const QByteArray a = some();
        const QByteArray b = some();
        const QByteArray c = some();
        const QByteArray ab = joinReviewNotes({a, b});
        QCOMPARE(joinReviewNotes({b, a}), ab);
        QCOMPARE(joinReviewNotes({ab, c}), joinReviewNotes({a, joinReviewNotes({c, b})}));
        QCOMPARE(joinReviewNotes({ab, ab, a}), ab);
        const QList<QByteArray> all = ab.split('\n');
        const QSet<QByteArray> kept(all.begin(), all.end());
        for (const QByteArray& one : (a + b).split('\n')) {
            QVERIFY(kept.contains(one));
        }
    }
}

void TestGitReviewRules::addsUp_data()
{
    // Words: who, act, commit seen; in the order of their times.
    QTest::addColumn<QString>("acts");
    QTest::addColumn<QString>("tip");
    QTest::addColumn<QString>("state");
    QTest::addColumn<QString>("verdicts");
    const auto row = [](const char* name, const QString& acts, char tip, const QString& state,
                        const QString& verdicts) {
        QTest::newRow(name) << acts << QString(40, QLatin1Char(tip)) << state << verdicts;
    };
    row("opened", u""_s, 'a', u"open"_s, u""_s);
    row("approved", u"Bo approve a"_s, 'a', u"approved"_s, u"Bo approve"_s);
    row("new commits", u"Bo approve a"_s, 'b', u"open"_s, u"Bo approve stale"_s);
    row("approved again", u"Bo approve a, Bo approve b"_s, 'b', u"approved"_s, u"Bo approve"_s);
    row("by another", u"Bo approve a, Cy approve b"_s, 'b', u"approved"_s,
        u"Bo approve stale, Cy approve"_s);
    row("asked", u"Bo request-changes a"_s, 'a', u"changes asked"_s, u"Bo request-changes"_s);
    row("asked, new commits", u"Bo request-changes a"_s, 'b', u"changes asked"_s,
        u"Bo request-changes"_s);
    row("asked beats approved", u"Bo request-changes a, Cy approve a"_s, 'a', u"changes asked"_s,
        u"Bo request-changes, Cy approve"_s);
    row("asked, then approved", u"Bo request-changes a, Bo approve b"_s, 'b', u"approved"_s,
        u"Bo approve"_s);
    row("approved, then asked", u"Bo approve a, Bo request-changes a"_s, 'a', u"changes asked"_s,
        u"Bo request-changes"_s);
    row("withdrawn", u"Bo approve a, Bo withdraw a"_s, 'a', u"open"_s, u""_s);
    row("another's is not withdrawn", u"Bo approve a, Cy withdraw a"_s, 'a', u"approved"_s,
        u"Bo approve"_s);
    row("oneself", u"Ana approve a"_s, 'a', u"open"_s, u""_s);
    row("oneself, other letters", u"ANA approve a"_s, 'a', u"open"_s, u""_s);
    row("oneself asks", u"Ana request-changes a, Bo approve a"_s, 'a', u"changes asked"_s,
        u"Ana request-changes, Bo approve"_s);
    row("no commit", u"Bo approve -"_s, 'a', u"open"_s, u""_s);
    row("closed", u"Bo approve a, Ana close a"_s, 'a', u"closed"_s, u"Bo approve"_s);
    row("reopened", u"Bo approve a, Ana close a, Bo reopen a"_s, 'a', u"approved"_s,
        u"Bo approve"_s);
    row("closed again", u"Ana close a, Bo reopen a, Ana close a"_s, 'a', u"closed"_s, u""_s);
    row("unknown kinds", u"Bo approve a, Cy applaud a"_s, 'a', u"approved"_s, u"Bo approve"_s);
}

void TestGitReviewRules::addsUp()
{
    QFETCH(const QString, acts);
    QFETCH(const QString, tip);
    QList<QByteArray> lines{line(opening())};
    int minute = 1;
    for (const QString& act : acts.split(u", "_s, Qt::SkipEmptyParts)) {
        const QStringList words = act.split(u' ');
        ReviewEvent one = event(Kind::Unknown, words[0], minute++);
        one.word = words[1];
        one.commit = words[2] == u"-" ? QString() : QString(40, words[2][0]);
        lines.append(line(one));
    }
    std::mt19937 random(3);
    for (int round = 0; round < 5; ++round) {  // the order of the lines plays no part
        std::shuffle(lines.begin(), lines.end(), random);
        std::optional<Review> review = readReview(idOf(opening()), lines.join(), at(100));
        QVERIFY(review.has_value());
        QCOMPARE(review->events.size(), lines.size());
        settleReview(*review, tip);
        QTEST(toString(review->state), "state");
        QStringList verdicts;
        for (const ReviewEvent& verdict : review->verdicts) {
            verdicts.append(verdict.by.name + u' ' + toString(verdict.kind) +
                            (review->isStale(verdict) ? u" stale"_s : QString()));
        }
        QTEST(verdicts.join(u", "_s), "verdicts");
    }
}

/// An answer whose clock is slow still finds its question.
void TestGitReviewRules::placesThreads()
{
    ReviewEvent question = event(Kind::Comment, u"Bo"_s, 10);
    question.id = u"q"_s;
    question.path = "a.txt";
    question.line = 3;
    ReviewEvent early = event(Kind::Reply, u"Ana"_s, 5);
    early.thread = u"q"_s;
    early.text = u"early"_s;
    ReviewEvent lost = event(Kind::Reply, u"Ana"_s, 12);
    lost.thread = u"nowhere"_s;
    ReviewEvent done = event(Kind::Resolve, u"Ana"_s, 13);
    done.thread = u"q"_s;
    QByteArray note = line(opening()) + line(early) + line(lost) + line(done) + line(question);
    std::optional<Review> review = readReview(idOf(opening()), note, at(100));
    QCOMPARE(review->threads.size(), 1);
    QCOMPARE(review->threads[0].comments.size(), 2);
    QCOMPARE(review->threads[0].comments[0].id, u"q"_s);
    QCOMPARE(review->threads[0].comments[1].text, u"early"_s);
    QVERIFY(review->threads[0].resolved);
    QCOMPARE(review->openThreads(), 0);
    QCOMPARE(review->events.size(), 5);
    ReviewEvent again = event(Kind::Reopen, u"Bo"_s, 14);
    again.thread = u"q"_s;
    review = readReview(idOf(opening()), note + line(again), at(100));
    QCOMPARE(review->openThreads(), 1);
    QCOMPARE(toString(review->state), u"open"_s);
}

/// Only the line whose hash is the review's id opens it.
void TestGitReviewRules::believesNoForgedOpening()
{
    ReviewEvent forged = opening();
    forged.at = at(-60);
    forged.branch = u"evil"_s;
    forged.by = Reviewer{u"Eve"_s, u"eve@example.org"_s};
    const QByteArray note = line(forged) + line(opening());
    const std::optional<Review> review = readReview(idOf(opening()), note, at(100));
    QCOMPARE(review->branch, u"feature"_s);
    QCOMPARE(review->by.name, u"Ana"_s);
    QVERIFY(!review->events[0].counts && review->events[1].counts);
    QVERIFY(!readReview(commit('d'), note, at(100)));
    QVERIFY(!readReview(idOf(opening()), line(forged), at(100)));
    // An id that was used before has no effect, not even that of the opening.
    ReviewEvent second = event(Kind::AskChanges, u"Eve"_s, 2);
    second.commit = commit('a');
    second.id = opening().id;
    const auto still = readReview(idOf(opening()), note + line(second), at(100));
    QVERIFY(still->verdicts.isEmpty());
    QCOMPARE(still->events.size(), 3);
}

void TestGitReviewRules::believesNoForgedTime()
{
    ReviewEvent ahead = event(Kind::Approve, u"Bo"_s, 0);
    ahead.commit = commit('a');
    ReviewEvent asks = event(Kind::AskChanges, u"Bo"_s, 5);
    asks.commit = commit('a');
    const auto stateWith = [&](const QDateTime& time) {
        ahead.at = time;
        std::optional<Review> review =
            readReview(idOf(opening()), line(opening()) + line(asks) + line(ahead), at(100));
        settleReview(*review, commit('a'));
        return toString(review->state);
    };
    QCOMPARE(stateWith(at(6)), u"approved"_s);
    QCOMPARE(stateWith(at(101)), u"approved"_s);  // a clock that is a minute ahead
    QCOMPARE(stateWith(at(100).addYears(70)), u"changes asked"_s);
    QCOMPARE(stateWith(QDateTime({1970, 1, 1}, {0, 0}, Qt::UTC)), u"changes asked"_s);
}

void TestGitReviewRules::keepsWhatIsNewer()
{
    const QByteArray newer =
        R"({"v":2,"id":"n","at":"2026-11-01T10:00:00Z","by":{"name":"Bo"},"kind":"approve","commit":")" +
        commit('a').toLatin1() + R"(","weight":[1,{"x":2}]})" + '\n';
    const QByteArray joined = joinReviewNotes({newer, line(opening())});
    QVERIFY(joined.contains(newer));
    std::optional<Review> review = readReview(idOf(opening()), joined, at(100));
    settleReview(*review, commit('a'));
    QCOMPARE(toString(review->state), u"open"_s);
    QCOMPARE(toString(review->events[1].kind), u"unknown"_s);
    QCOMPARE(review->events[1].word, u"approve"_s);
}

void TestGitReviewRules::survivesOddLines_data()
{
    QTest::addColumn<QByteArray>("odd");
    QTest::addColumn<bool>("readable");
    const QByteArray head = R"({"v":1,"id":"x","at":"2026-11-01T10:00:00Z","by":{"name":"Bo"})";
    const auto row = [](const char* name, const QByteArray& odd, bool readable) {
        QTest::newRow(name) << odd << readable;
    };
    row("text", "hello", false);
    row("NUL", QByteArray("{\0}", 3), false);
    row("a list", "[1,2]", false);
    row("deep", QByteArray(5'000, '['), false);
    row("no kind", head + "}", false);
    row("no one", R"({"v":1,"id":"x","at":"2026-11-01T10:00:00Z","kind":"close"})", false);
    row("no time", R"({"v":1,"id":"x","at":"soon","by":{"name":"Bo"},"kind":"close"})", false);
    row("long", head + R"(,"kind":"comment","text":")" + QByteArray(300'000, 'x') + "\"}", false);
    row("wrong types", head + R"(,"kind":"comment","text":[],"line":"x","path":7,"commit":{}})",
        true);
    row("huge line", head + R"(,"kind":"comment","text":"t","path":"a","line":1e300})", true);
    row("less than none", head + R"(,"kind":"comment","text":"t","path":"a","line":-3})", true);
    row("NUL in a path", head + R"(,"kind":"comment","text":"t","path":"a\u0000b","line":3})",
        true);
    row("no id of a commit", head + R"(,"kind":"approve","commit":"../../etc/passwd"})", true);
}

void TestGitReviewRules::survivesOddLines()
{
    QFETCH(const QByteArray, odd);
    QFETCH(const bool, readable);
    const QByteArray note = joinReviewNotes({odd + '\n' + line(opening())});
    QVERIFY(note.contains(odd));
    std::optional<Review> review = readReview(idOf(opening()), note, at(100));
    QVERIFY(review.has_value());
    QCOMPARE(review->leftOut, readable ? 0 : 1);
    QCOMPARE(review->events.size(), readable ? 2 : 1);
    settleReview(*review, commit('a'));
    QCOMPARE(toString(review->state), u"open"_s);
    for (const ReviewThread& thread : std::as_const(review->threads)) {
        QCOMPARE(thread.comments[0].line, 0);
    }
}

void TestGitReviewRules::writesAfterWhatItAnswers()
{
    ReviewEvent fast = event(Kind::Comment, u"Bo"_s, 30);
    QCOMPARE(timeAfter({}, at(1)), at(1));
    QCOMPARE(timeAfter({fast}, at(40)), at(40));
    QCOMPARE(timeAfter({fast}, at(10)), at(30).addMSecs(1));
    fast.at = at(10).addYears(1);
    QCOMPARE(timeAfter({fast}, at(10)), at(10));
}

void TestGitReviewRules::mapsLines_data()
{
    QTest::addColumn<int>("line");
    QTest::addColumn<int>("now");  // 0: outdated
    // Two lines added before the first; 4 and 5 became one; 8 removed; one added after 10.
    for (const auto& [line, now] : {std::pair{1, 3},
                                    {3, 5},
                                    {4, 0},
                                    {5, 0},
                                    {6, 7},
                                    {7, 8},
                                    {8, 0},
                                    {9, 9},
                                    {10, 10},
                                    {11, 12},
                                    {5'000, 5'001}}) {
        QTest::addRow("%d", line) << line << now;
    }
}

void TestGitReviewRules::mapsLines()
{
    QFETCH(const int, line);
    QFETCH(const int, now);
    const QList<LineHunk> hunks{{0, 0, 1, 2}, {4, 2, 6, 1}, {8, 1, 8, 0}, {10, 0, 11, 1}};
    QCOMPARE(mapLine(hunks, line).value_or(0), now);
    QCOMPARE(mapLine({}, line).value_or(0), line);
}

void TestGitReviewRules::coversCommits_data()
{
    // Commits are letters, a line each: "d c b" is d with parents c and b. Reviews: tip, base, then
    // verdicts "Bo+d-a": who, approves (+) or asks (!) at d since a.
    QTest::addColumn<QString>("reviews");
    QTest::addColumn<QString>("states");
    const auto row = [](const char* name, const QString& reviews, const QString& states) {
        QTest::newRow(name) << reviews << states;
    };
    row("none", u""_s, u""_s);
    row("open", u"e a open"_s, u"d open, e open"_s);
    row("approved branch and its merge", u"e a open Bo+ea"_s,
        u"d approved, e approved, f approved"_s);
    row("approved before the last commit", u"e a open Bo+da"_s, u"d approved, e open"_s);
    row("asked", u"e a open Bo!ea Cy+ea"_s, u"d changes asked, e changes asked"_s);
    row("closed keeps approvals", u"e a closed Bo+ea"_s, u"d approved, e approved, f approved"_s);
    row("closed without", u"e a closed"_s, u""_s);
    row("two reviews", u"e a open Bo+ea; c a open Bo!ca"_s,
        u"b changes asked, c changes asked, d approved, e approved, f approved"_s);
    row("main itself", u"g a open Bo+ga"_s,
        u"b approved, c approved, d approved, e approved, f approved, g approved"_s);
    row("nothing to tell the start", u"e - open Bo+e-"_s, u"e approved, f approved"_s);
    row("elsewhere", u"z a open Bo+za"_s, u""_s);
}

void TestGitReviewRules::coversCommits()
{
    QFETCH(const QString, reviews);
    const auto id = [](QChar letter) { return letter == u'-' ? QString() : QString(40, letter); };
    QList<Commit> commits;  // main: a b c f g; a branch d e, merged by f
    for (const QString& text : u"g f,f c e,e d,d a,c b,b a"_s.split(u',')) {
        Commit one;
        const QStringList words = text.split(u' ');
        one.id = id(words[0][0]);
        for (const QString& parent : words.mid(1)) {
            one.parents.append(id(parent[0]));
        }
        commits.append(one);
    }
    QList<Review> list;
    for (const QString& text : reviews.split(u"; "_s, Qt::SkipEmptyParts)) {
        const QStringList words = text.split(u' ');
        Review review;
        review.tip = id(words[0][0]);
        review.base = id(words[1][0]);
        review.state = words[2] == u"closed" ? ReviewState::Closed : ReviewState::Open;
        for (const QString& word : words.mid(3)) {
            ReviewEvent verdict =
                event(word[2] == u'+' ? Kind::Approve : Kind::AskChanges, word.left(2), 1);
            verdict.commit = id(word[3]);
            verdict.base = id(word[4]);
            review.verdicts.append(verdict);
        }
        list.append(review);
    }
    const QHash<QString, ReviewState> states = reviewStates(commits, list);
    QStringList told;
    for (auto it = states.constBegin(); it != states.constEnd(); ++it) {
        told.append(it.key().left(1) + u' ' + toString(*it));
    }
    told.sort();
    QTEST(told.join(u", "_s), "states");
}

QTEST_GUILESS_MAIN(TestGitReviewRules)
#include "tst_git_review_rules.moc"
