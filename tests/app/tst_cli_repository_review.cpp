#include "harness.h"

#include "core/base/files.h"
#include "core/base/process.h"

#include <QJsonArray>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::test;

/// `repository review` of one person and of another, in two clones; git carries the notes.
class TestCliRepositoryReview : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void aReviewBetweenClones();
    void refuses_data();
    void refuses();
    void dryRunWritesNothing();
    void helpKnowsTwoWords();

private:
    static QString git(const QString& folder, const QStringList& words)
    {
        ProcessSpec spec(u"git"_s, words);
        spec.directory = folder;
        const Result<ProcessResult> result = awaited(runProcess(spec, CancelToken()));
        if (!result || !result->ok()) {
            QTest::qFail(qPrintable(words.join(u' ')), __FILE__, __LINE__);
            return {};
        }
        return QString::fromUtf8(result->output).trimmed();
    }
    static Ran review(const QString& verb, const QString& folder, const QStringList& words = {})
    {
        return run(QStringList{u"repository"_s, u"review"_s, verb, folder} + words, u"/"_s);
    }
    static QJsonObject json(const QString& verb, const QString& folder,
                            const QStringList& words = {})
    {
        const Ran ran = review(verb, folder, words + QStringList{u"--json"_s});
        if (ran.code != 0) {
            QTest::qFail(ran.err.constData(), __FILE__, __LINE__);
        }
        return ran.json();
    }

    std::unique_ptr<app::Libraries> m_libraries;
    std::unique_ptr<Place> m_place;
    QString m_ana;
    QString m_bo;
};

void TestCliRepositoryReview::initTestCase()
{
    m_libraries = std::make_unique<app::Libraries>();
    m_place = std::make_unique<Place>();
    const QString bare = m_place->work() + u"/bare.git"_s;
    m_ana = m_place->work() + u"/ana"_s;
    m_bo = m_place->work() + u"/bo"_s;
    git(m_place->work(), {u"init"_s, u"-q"_s, u"--bare"_s, u"-b"_s, u"main"_s, bare});
    const auto commit = [this](const QByteArray& text, const QString& message) {
        QVERIFY(writeFile(m_ana + u"/a.txt"_s, text, 0644));
        git(m_ana, {u"add"_s, u"-A"_s});
        git(m_ana, {u"commit"_s, u"-q"_s, u"-m"_s, message});
    };
    const auto clone = [&](const QString& folder, const QString& name) {
        git(m_place->work(), {u"clone"_s, u"-q"_s, bare, folder});
        git(folder, {u"config"_s, u"user.name"_s, name});
        git(folder, {u"config"_s, u"user.email"_s, name.toLower() + u"@example.org"_s});
    };
    clone(m_ana, u"Ana"_s);
    git(m_ana, {u"checkout"_s, u"-q"_s, u"-B"_s, u"main"_s});
    commit("one\ntwo\n", u"first"_s);
    git(m_ana, {u"checkout"_s, u"-q"_s, u"-b"_s, u"feature"_s});
    commit("one\ntwo\nthree\n", u"second"_s);
    git(m_ana, {u"push"_s, u"-q"_s, u"origin"_s, u"main"_s, u"feature"_s});
    clone(m_bo, u"Bo"_s);
}

void TestCliRepositoryReview::aReviewBetweenClones()
{
    const QString ref = u"refs/notes/analemma/review"_s;
    const auto carry = [&](const QString& from, const QString& to) {
        git(from, {u"push"_s, u"-q"_s, u"origin"_s, ref});
        git(to, {u"fetch"_s, u"-q"_s, u"origin"_s, u"+%1:refs/analemma/review/origin"_s.arg(ref)});
        return json(u"merge"_s, to, {u"refs/analemma/review/origin"_s})[u"reviews"_s].toInt();
    };
    const QString id =
        json(u"open"_s, m_ana, {u"feature"_s, u"--base"_s, u"main"_s})[u"id"_s].toString();
    QCOMPARE(id.size(), 40);
    QCOMPARE(carry(m_ana, m_bo), 1);
    const QJsonArray listed = json(u"list"_s, m_bo)[u"reviews"_s].toArray();
    QCOMPARE(listed.size(), 1);
    QCOMPARE(listed[0][u"id"_s].toString(), id);
    QCOMPARE(listed[0][u"title"_s].toString(), u"second"_s);
    QCOMPARE(listed[0][u"state"_s].toString(), u"open"_s);
    const QJsonObject asked = json(
        u"comment"_s, m_bo,
        {u"feature"_s, u"why \x1b[31m three?"_s, u"--file"_s, u"a.txt"_s, u"--line"_s, u"3"_s});
    const QString thread = asked[u"threads"_s][0][u"id"_s].toString();
    QCOMPARE(asked[u"threads"_s][0][u"lineNow"_s].toInt(), 3);
    QCOMPARE(json(u"request-changes"_s, m_bo, {id.left(8), u"--text"_s, u"see there"_s})[u"state"_s]
                 .toString(),
             u"changes asked"_s);
    QCOMPARE(carry(m_bo, m_ana), 1);
    json(u"reply"_s, m_ana, {u"feature"_s, thread.left(6), u"because"_s});
    json(u"resolve"_s, m_ana, {u"feature"_s, thread.left(6)});
    const Ran shown = review(u"show"_s, m_ana, {u"feature"_s});
    QCOMPARE(shown.code, 0);
    for (const char* part :
         {"second", "changes asked", "a.txt:3", "resolved", "because", "Bo asks"}) {
        QVERIFY2(shown.out.contains(part), part);
    }
    QVERIFY(!shown.out.contains('\x1b'));
    QCOMPARE(carry(m_ana, m_bo), 1);
    QCOMPARE(json(u"approve"_s, m_bo, {u"feature"_s})[u"state"_s].toString(), u"approved"_s);
    QCOMPARE(json(u"withdraw"_s, m_bo, {u"feature"_s})[u"state"_s].toString(), u"open"_s);
    QCOMPARE(json(u"approve"_s, m_bo, {u"feature"_s})[u"state"_s].toString(), u"approved"_s);
    QCOMPARE(json(u"reopen"_s, m_bo, {u"feature"_s, thread})[u"openThreads"_s].toInt(), 1);
    QCOMPARE(carry(m_bo, m_ana), 1);
    QCOMPARE(json(u"close"_s, m_ana, {u"feature"_s})[u"state"_s].toString(), u"closed"_s);
    QVERIFY(json(u"list"_s, m_ana)[u"reviews"_s].toArray().isEmpty());
    QCOMPARE(json(u"list"_s, m_ana, {u"--all"_s})[u"reviews"_s].toArray().size(), 1);
    QVERIFY(review(u"list"_s, m_ana, {u"--all"_s}).out.contains(id.left(10).toLatin1()));
    QCOMPARE(json(u"reopen"_s, m_ana, {id})[u"state"_s].toString(), u"approved"_s);
}

void TestCliRepositoryReview::refuses_data()
{
    QTest::addColumn<QStringList>("words");
    QTest::addColumn<int>("code");
    QTest::newRow("no base") << QStringList{u"open"_s, u"ANA"_s, u"feature"_s} << 2;
    QTest::newRow("no branch") << QStringList{u"open"_s, u"ANA"_s, u"nowhere"_s, u"--base"_s,
                                              u"main"_s}
                               << 5;
    QTest::newRow("twice") << QStringList{u"open"_s, u"ANA"_s, u"feature"_s, u"--base"_s, u"main"_s}
                           << 12;
    QTest::newRow("no review") << QStringList{u"show"_s, u"ANA"_s, u"nothing"_s} << 5;
    QTest::newRow("own") << QStringList{u"approve"_s, u"ANA"_s, u"feature"_s} << 12;
    QTest::newRow("old commit") << QStringList{u"approve"_s, u"BO"_s, u"feature"_s, u"--commit"_s,
                                               u"origin/main"_s}
                                << 12;
    QTest::newRow("line zero") << QStringList{u"comment"_s, u"ANA"_s,   u"feature"_s, u"x"_s,
                                              u"--file"_s,  u"a.txt"_s, u"--line"_s,  u"0"_s}
                               << 2;
    QTest::newRow("no such line") << QStringList{u"comment"_s, u"ANA"_s,   u"feature"_s, u"x"_s,
                                                 u"--file"_s,  u"a.txt"_s, u"--line"_s,  u"9"_s}
                                  << 5;
    QTest::newRow("no ref") << QStringList{u"merge"_s, u"ANA"_s, u"refs/nothing"_s} << 5;
    QTest::newRow("unknown verb") << QStringList{u"applaud"_s, u"ANA"_s} << 2;
}

void TestCliRepositoryReview::refuses()
{
    QFETCH(QStringList, words);
    QFETCH(const int, code);
    words[1] = words[1] == u"BO" ? m_bo : m_ana;
    const Ran ran = run(QStringList{u"repository"_s, u"review"_s} + words, u"/"_s);
    QVERIFY2(ran.code == code, ran.err.constData());
    QVERIFY(ran.out.isEmpty());
    QVERIFY(!ran.err.isEmpty());
}

void TestCliRepositoryReview::dryRunWritesNothing()
{
    const QString ref = u"refs/notes/analemma/review"_s;
    const QString before = git(m_bo, {u"rev-parse"_s, ref});
    for (const QStringList& words :
         {QStringList{u"comment"_s, u"feature"_s, u"x"_s}, QStringList{u"approve"_s, u"feature"_s},
          QStringList{u"open"_s, u"main"_s, u"--base"_s, u"feature"_s},
          QStringList{u"merge"_s, u"refs/nothing"_s}}) {
        const Ran ran = review(words[0], m_bo, words.mid(1) + QStringList{u"--dry-run"_s});
        QCOMPARE(ran.code, 0);
        QVERIFY2(ran.err.contains("would"), ran.err.constData());
    }
    QCOMPARE(git(m_bo, {u"rev-parse"_s, ref}), before);
}

void TestCliRepositoryReview::helpKnowsTwoWords()
{
    const Ran one = run({u"repository"_s, u"review"_s, u"open"_s, u"--help"_s}, u"/"_s);
    QCOMPARE(one.code, 0);
    QVERIFY(one.out.contains("repository review open REPOSITORY BRANCH"));
    QVERIFY(run({u"repository"_s, u"--help"_s}, u"/"_s).out.contains("review request-changes"));
    const Ran half = run({u"repository"_s, u"review"_s}, u"/"_s);
    QCOMPARE(half.code, 2);
    const Ran near = run({u"repository"_s, u"review"_s, u"aprove"_s, u"."_s}, u"/"_s);
    QCOMPARE(near.code, 2);
    QVERIFY2(near.err.contains("repository review approve"), near.err.constData());
}

QTEST_GUILESS_MAIN(TestCliRepositoryReview)
#include "tst_cli_repository_review.moc"
