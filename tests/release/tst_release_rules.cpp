#include "core/release/release.h"

#include <QTest>

using namespace analemma;
using namespace analemma::release;
using namespace Qt::StringLiterals;

namespace {

Version version(const QString& text)
{
    const Result<Version> parsed = Version::parse(text);
    if (!parsed) {
        QTest::qFail(qPrintable(parsed.error().message), __FILE__, __LINE__);
        return {};
    }
    return *parsed;
}

git::Commit commit(const QString& subject, const QString& body = {}, int parents = 1)
{
    git::Commit made;
    made.id = u"0123456789abcdef0123456789abcdef01234567"_s;
    made.subject = subject;
    made.body = body;
    for (int i = 0; i < parents; ++i) {
        made.parents.append(made.id);
    }
    return made;
}

QList<git::Commit> commits(const QStringList& subjects)
{
    QList<git::Commit> list;
    for (const QString& subject : subjects) {
        list.append(commit(subject));
    }
    return list;
}

}  // namespace

/// The pure parts: versions, conventional commits, the next version, the change log.
class TestReleaseRules : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void readsVersions_data();
    void readsVersions();
    void refusesWhatIsNoVersion_data();
    void refusesWhatIsNoVersion();
    void ordersVersionsAsTheStandard();
    void readsConventionalCommits_data();
    void readsConventionalCommits();
    void findsTheNextVersion_data();
    void findsTheNextVersion();
    void writesAChangeLog();
    void letsNoForeignMarkupThrough();
    void boundsAChangeLog();
    void keepsAReleaseAsJson();
};

void TestReleaseRules::readsVersions_data()
{
    QTest::addColumn<QString>("text");
    for (const char* text : {"0.0.0",
                             "0.0.4",
                             "1.2.3",
                             "10.20.30",
                             "1.1.2-prerelease+meta",
                             "1.1.2+meta",
                             "1.1.2+meta-valid",
                             "1.0.0-alpha",
                             "1.0.0-beta",
                             "1.0.0-alpha.beta",
                             "1.0.0-alpha.beta.1",
                             "1.0.0-alpha.1",
                             "1.0.0-alpha0.valid",
                             "1.0.0-alpha.0valid",
                             "1.0.0-alpha-a.b-c-somethinglong+build.1-aef.1-its-okay",
                             "1.0.0-rc.1+build.1",
                             "2.0.0-rc.1+build.123",
                             "1.2.3-beta",
                             "10.2.3-DEV-SNAPSHOT",
                             "1.2.3-SNAPSHOT-123",
                             "2.0.0+build.1848",
                             "2.0.1-alpha.1227",
                             "1.0.0-alpha+beta",
                             "1.2.3----RC-SNAPSHOT.12.9.1--.12+788",
                             "1.2.3----R-S.12.9.1--.12+meta",
                             "1.2.3----RC-SNAPSHOT.12.9.1--.12",
                             "1.0.0+0.build.1-rc.10000aaa-kk-0.1",
                             "1.0.0-0A.is.legal",
                             "1.0.0--",
                             "18446744073709551615.18446744073709551615.18446744073709551615",
                             "1.0.0-99999999999999999999999999",
                             "1.0.0+001",
                             "1.0.0-0"}) {
        QTest::newRow(text) << QString::fromLatin1(text);
    }
}

void TestReleaseRules::readsVersions()
{
    QFETCH(QString, text);
    QCOMPARE(version(text).text(), text);
    QCOMPARE(version(u'v' + text).text(), text);
}

void TestReleaseRules::refusesWhatIsNoVersion_data()
{
    QTest::addColumn<QString>("text");
    for (const char* text : {"",
                             "v",
                             "1",
                             "1.2",
                             "1.2.3.4",
                             "1.2.3-0123",
                             "1.2.3-0123.0123",
                             "1.1.2+.123",
                             "+invalid",
                             "-invalid",
                             "-invalid+invalid",
                             "-invalid.01",
                             "alpha",
                             "alpha.beta",
                             "alpha.1",
                             "alpha+beta",
                             "alpha_beta",
                             "alpha.",
                             "alpha..",
                             "1.0.0-alpha_beta",
                             "-alpha.",
                             "1.0.0-alpha..",
                             "1.0.0-alpha..1",
                             "1.0.0-alpha.....1",
                             "01.1.1",
                             "1.01.1",
                             "1.1.01",
                             "1.2.3.DEV",
                             "1.2-SNAPSHOT",
                             "1.2.31.2.3----RC-SNAPSHOT.12.09.1--..12+788",
                             "1.2-RC-SNAPSHOT",
                             "-1.0.3-gamma+b7718",
                             "+justmeta",
                             "9.8.7+meta+meta",
                             "9.8.7-whatever+meta+meta",
                             "1.0.0-",
                             "1.0.0+",
                             "18446744073709551616.0.0",
                             "0.99999999999999999999999.0",
                             "1.2.3 ",
                             " 1.2.3",
                             "1. 2.3",
                             "vv1.2.3",
                             "V1.2.3",
                             "1.2.3\n",
                             "+1.2.3",
                             "1.-2.3",
                             "1.2.3-a b",
                             "../1.2.3",
                             "1.2.3/../x"}) {
        QTest::newRow(text) << QString::fromLatin1(text);
    }
    QTest::newRow("other digits") << u"\u0661.2.3"_s;
    QTest::newRow("other letters") << u"1.2.3-\u00e4"_s;
    QTest::newRow("too long") << u"1.2.3-"_s + QString(300, u'a');
}

void TestReleaseRules::refusesWhatIsNoVersion()
{
    QFETCH(QString, text);
    const Result<Version> parsed = Version::parse(text);
    QVERIFY(!parsed);
    QCOMPARE(toString(parsed.error().kind), toString(ErrorKind::Invalid));
    QVERIFY(!parsed.error().message.contains(u'\n'));
    QVERIFY(!parsed.error().hint.isEmpty());
}

void TestReleaseRules::ordersVersionsAsTheStandard()
{
    // semver.org, 11: each is below all that follow it
    const QStringList rising{u"0.0.1"_s,
                             u"0.1.0"_s,
                             u"0.9.9"_s,
                             u"1.0.0--"_s,
                             u"1.0.0-ALPHA"_s,
                             u"1.0.0-alpha"_s,
                             u"1.0.0-alpha.1"_s,
                             u"1.0.0-alpha.beta"_s,
                             u"1.0.0-beta"_s,
                             u"1.0.0-beta.2"_s,
                             u"1.0.0-beta.11"_s,
                             u"1.0.0-beta.99999999999999999999998"_s,
                             u"1.0.0-beta.99999999999999999999999"_s,
                             u"1.0.0-beta.x"_s,
                             u"1.0.0-rc.1"_s,
                             u"1.0.0"_s,
                             u"1.0.1-0"_s,
                             u"1.0.1"_s,
                             u"1.9.0"_s,
                             u"1.10.0"_s,
                             u"1.11.0"_s,
                             u"2.0.0"_s,
                             u"2.1.0"_s,
                             u"2.1.1"_s,
                             u"10.0.0"_s};
    for (qsizetype i = 0; i < rising.size(); ++i) {
        for (qsizetype j = 0; j < rising.size(); ++j) {
            const auto order = version(rising[i]) <=> version(rising[j]);
            QVERIFY2(order == (i <=> j), qPrintable(rising[i] + u" and "_s + rising[j]));
        }
    }
    QVERIFY(version(u"1.0.0-1"_s) < version(u"1.0.0-a"_s));  // numbers below words
    QVERIFY(version(u"1.0.0+a"_s) == version(u"1.0.0+b"_s));
    QVERIFY(version(u"1.0.0+a"_s) == version(u"1.0.0"_s));
    QVERIFY(version(u"1.0.0-rc.1+z"_s) < version(u"1.0.0+a"_s));
}

void TestReleaseRules::readsConventionalCommits_data()
{
    QTest::addColumn<QString>("subject");
    QTest::addColumn<QString>("body");
    QTest::addColumn<QString>("type");
    QTest::addColumn<QString>("scope");
    QTest::addColumn<bool>("breaking");
    QTest::addColumn<QString>("description");
    const auto row = [](const char* name, const char* subject, const char* body, const char* type,
                        const char* scope, bool breaking, const char* description) {
        QTest::newRow(name) << QString::fromUtf8(subject) << QString::fromUtf8(body)
                            << QString::fromUtf8(type) << QString::fromUtf8(scope) << breaking
                            << QString::fromUtf8(description);
    };
    row("plain", "feat: add a cart", "", "feat", "", false, "add a cart");
    row("scope", "fix(api): round", "", "fix", "api", false, "round");
    row("mark", "feat!: drop v1", "", "feat", "", true, "drop v1");
    row("scope and mark", "chore(deps)!: drop Qt 5", "", "chore", "deps", true, "drop Qt 5");
    row("footer", "fix: x", "why\n\nBREAKING CHANGE: y is gone", "fix", "", true, "x");
    row("footer with hyphen", "fix: x", "BREAKING-CHANGE: y", "fix", "", true, "x");
    row("footer in small letters", "fix: x", "breaking change: y", "fix", "", false, "x");
    row("footer within a line", "fix: x", "no BREAKING CHANGE: here", "fix", "", false, "x");
    row("footer without text", "fix: x", "BREAKING CHANGE:", "fix", "", false, "x");
    row("any case", "Feat: x", "", "feat", "", false, "x");
    row("colon in the text", "docs: see: there", "", "docs", "", false, "see: there");
    row("no space", "feat:x", "", "", "", false, "feat:x");
    row("no type", "add a cart", "", "", "", false, "add a cart");
    row("words before the colon", "a b: c", "", "", "", false, "a b: c");
    row("no description", "feat: ", "", "", "", false, "feat:");
    row("empty scope", "feat(): x", "", "", "", false, "feat(): x");
    row("merge", "Merge branch 'x' into main", "", "", "", false, "Merge branch 'x' into main");
    row("revert", "Revert \"feat: x\"", "", "", "", false, "Revert \"feat: x\"");
    row("breaking without type", "BREAKING CHANGE: all new", "", "", "", true,
        "BREAKING CHANGE: all new");
    row("empty", "", "", "", "", false, "");
}

void TestReleaseRules::readsConventionalCommits()
{
    QFETCH(QString, subject);
    QFETCH(QString, body);
    const ConventionalCommit read = readConventional(subject, body);
    QTEST(read.type, "type");
    QTEST(read.scope, "scope");
    QTEST(read.breaking, "breaking");
    QTEST(read.description, "description");
}

void TestReleaseRules::findsTheNextVersion_data()
{
    QTest::addColumn<QString>("last");
    QTest::addColumn<QStringList>("subjects");
    QTest::addColumn<QString>("next");
    const QStringList fix{u"fix: a"_s, u"docs: b"_s};
    const QStringList feature{u"fix: a"_s, u"feat: b"_s, u"fix: c"_s};
    const QStringList breaking{u"feat: b"_s, u"fix!: a"_s};
    QTest::newRow("first") << QString() << breaking << u"0.1.0"_s;
    QTest::newRow("fix") << u"1.4.2"_s << fix << u"1.4.3"_s;
    QTest::newRow("no convention") << u"1.4.2"_s << QStringList(u"whatever"_s) << u"1.4.3"_s;
    QTest::newRow("no commit") << u"1.4.2"_s << QStringList() << u"1.4.3"_s;
    QTest::newRow("feature") << u"1.4.2"_s << feature << u"1.5.0"_s;
    QTest::newRow("breaking") << u"1.4.2"_s << breaking << u"2.0.0"_s;
    QTest::newRow("fix below 1") << u"0.4.2"_s << fix << u"0.4.3"_s;
    QTest::newRow("feature below 1") << u"0.4.2"_s << feature << u"0.5.0"_s;
    QTest::newRow("breaking below 1") << u"0.4.2"_s << breaking << u"0.5.0"_s;
    QTest::newRow("build is dropped") << u"1.4.2+b.7"_s << fix << u"1.4.3"_s;
    QTest::newRow("fix after rc") << u"1.5.0-rc.1"_s << fix << u"1.5.0"_s;
    QTest::newRow("feature after rc") << u"1.5.0-rc.1"_s << feature << u"1.5.0"_s;
    QTest::newRow("feature after rc of a patch") << u"1.5.1-rc.1"_s << feature << u"1.6.0"_s;
    QTest::newRow("breaking after rc") << u"1.5.0-rc.1"_s << breaking << u"2.0.0"_s;
    QTest::newRow("breaking after rc of a major") << u"2.0.0-rc.1"_s << breaking << u"2.0.0"_s;
    QTest::newRow("at the end of numbers")
        << u"1.0.18446744073709551615"_s << fix << u"1.0.18446744073709551615"_s;
}

void TestReleaseRules::findsTheNextVersion()
{
    QFETCH(QString, last);
    QFETCH(QStringList, subjects);
    QFETCH(QString, next);
    const std::optional<Version> before =
        last.isEmpty() ? std::nullopt : std::optional(version(last));
    QCOMPARE(nextVersion(before, commits(subjects)).text(), next);
}

void TestReleaseRules::writesAChangeLog()
{
    QList<git::Commit> list =
        commits({u"fix(cart): round prices"_s, u"feat: add a cart"_s, u"tidy up"_s,
                 u"feat!: drop v1"_s, u"fix: two"_s, u"docs: three"_s});
    list.append(commit(u"Merge branch 'x'"_s, {}, 2));
    QCOMPARE(changeLog(list),
             u"### Breaking changes\n\n- drop v1 (0123456)\n\n"
             u"### Added\n\n- add a cart (0123456)\n\n"
             u"### Fixed\n\n- **cart:** round prices (0123456)\n- two (0123456)\n\n"
             u"### Other\n\n- tidy up (0123456)\n- three (0123456)\n"_s);
    QCOMPARE(changeLog({}), QString());
}

void TestReleaseRules::letsNoForeignMarkupThrough()
{
    const QString log = changeLog(commits(
        {u"feat: <img src=http://evil/x> [click](http://evil) `code` \x1b[31m \u202e evil\n# top"_s,
         u"feat(<b>): x"_s}));
    QVERIFY(!log.contains(u'\x1b'));
    QVERIFY(!log.contains(u'\u202e'));
    QVERIFY(log.contains(u"\\<img"_s));
    QVERIFY(log.contains(u"\\[click\\]"_s));
    QVERIFY(log.contains(u"\\<b\\>"_s));
    QCOMPARE(log.count(u'\n'), 7);  // two sections of one line: the foreign line break made none
}

void TestReleaseRules::boundsAChangeLog()
{
    QStringList subjects;
    for (int i = 0; i < 1000; ++i) {
        subjects.append(u"fix: "_s + QString(5000, u'x'));
    }
    const QString log = changeLog(commits(subjects));
    QVERIFY(log.size() < 100'000);
    QVERIFY(log.contains(u"and 800 more"_s));
}

void TestReleaseRules::keepsAReleaseAsJson()
{
    Release release;
    release.version = u"1.4.2"_s;
    release.repository = u"shop"_s;
    release.commit = u"abc"_s;
    release.subject = u"s"_s;
    release.run = u"r"_s;
    release.changeLog = u"l\n"_s;
    release.artifacts = {{u"site.tar.gz"_s, u"00ff"_s, 5'000'000'000}};
    release.approvals = {
        {u"ana"_s, QDateTime::fromMSecsSinceEpoch(1'700'000'000'123, Qt::UTC), u"go"_s}};
    release.actor = u"ana@host"_s;
    release.created = QDateTime::fromMSecsSinceEpoch(1'700'000'000'000, Qt::UTC);
    release.tag = u"v1.4.2"_s;
    const Json json = release.toJson();
    QCOMPARE(json.value(u"schema"_s).toString(), u"analemma.release.1"_s);
    const Release again = Release::fromJson(json);
    QCOMPARE(again.toJson(), json);
    QCOMPARE(again.artifacts.first().size, 5'000'000'000);
    QCOMPARE(again.approvals.first().at, release.approvals.first().at);
    QCOMPARE(Release::fromJson({}).version, QString());
}

QTEST_GUILESS_MAIN(TestReleaseRules)
#include "tst_release_rules.moc"
