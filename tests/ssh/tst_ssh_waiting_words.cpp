#include "core/ssh/src/waitingshell.h"

#include <QTest>

#include <functional>
#include <optional>

using namespace Qt::StringLiterals;
using namespace analemma::ssh;

namespace {

using Greeted = WaitingGreeting::State;

QByteArray zeroEnded(const QByteArrayList& entries)
{
    return entries.isEmpty() ? QByteArray() : entries.join('\0') + '\0';
}

const QByteArray givenToAll = zeroEnded({"HOME=/home/a"_ba, "SHELL=/bin/sh"_ba, "PATH=/bin"_ba});

/// What the survey of a waiting shell says of a server that called `name -c request`.
QByteArray surveyOf(const WaitingGreeting& greeting, const QByteArray& name = "sh",
                    const QByteArray& given = givenToAll)
{
    return name + QByteArray("\0-c\0", 4) + greeting.request() + '\0' + given;
}

QByteArray firstWords(const WaitingGreeting& greeting, const QByteArray& survey,
                      const QByteArray& passed, const QByteArray& told)
{
    const QByteArray line = greeting.mark() + '\n';
    return survey + line + passed + line + told + line;
}

}  // namespace

/// What is said to a waiting shell and what it answers, without one.
class TestSshWaitingWords : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void environments_data();
    void environments();
    void commands();
    void requests();
    void greetings_data();
    void greetings();
    void inPieces();
    void laterOnes();
    void speaksUnasked();
    void orders();
    void startMark();
};

void TestSshWaitingWords::environments_data()
{
    QTest::addColumn<QByteArrayList>("given");
    QTest::addColumn<QByteArrayList>("passed");
    QTest::addColumn<bool>("handsOn");
    const QByteArrayList plain = {"A=1"_ba, "B=x y=z"_ba};
    const auto row = [&plain](const char* name, const QByteArrayList& more, bool same,
                              const QByteArrayList& before = {}) {
        QTest::newRow(name) << plain + before << plain + more << same;
    };
    row("same", {}, true);
    QTest::newRow("other order") << plain << QByteArrayList{plain[1], plain[0]} << true;
    row("what shells add", {"SHLVL=1"_ba, "PWD=/root"_ba, "_=/bin/sh"_ba}, true);
    row("and where they came from", {"PWD=/root"_ba, "OLDPWD=/srv"_ba}, true);
    row("added", {"C=1"_ba}, false);
    QTest::newRow("changed") << plain << QByteArrayList{"A=1"_ba, "B=x"_ba} << false;
    QTest::newRow("taken away") << plain << QByteArrayList{"A=1"_ba} << false;
    QTest::newRow("nothing given") << QByteArrayList() << QByteArrayList() << false;
    QTest::newRow("nothing passed") << plain << QByteArrayList() << false;
    for (const char* entry : {"SHLVL=3", "PWD=/", "_=x", "IFS=x", "BASH_ENV=/x", "SHELLOPTS=x",
                              "TMOUT=5", "A.B=1", "BASH_FUNC_f%%=() { :; }", "1A=1", "=x",
                              "no sign", "anl_c=1", "A=1", "SSH_ORIGINAL_COMMAND=x"}) {
        row(entry, {entry}, false, {entry});
    }
    row("empty value", {"C="_ba}, true, {"C="_ba});
    row("lines", {"C=a\nB=x"_ba}, true, {"C=a\nB=x"_ba});
}

void TestSshWaitingWords::environments()
{
    QFETCH(const QByteArrayList, given);
    QFETCH(const QByteArrayList, passed);
    QFETCH(const bool, handsOn);
    QCOMPARE(analemma::ssh::handsOn(zeroEnded(given), zeroEnded(passed)), handsOn);
}

void TestSshWaitingWords::commands()
{
    QVERIFY(fitsWaitingShell("true"));
    QVERIFY(fitsWaitingShell("a\nb\t~ \r"));
    QVERIFY(fitsWaitingShell(QByteArray(4096, 'x')));
    QVERIFY(!fitsWaitingShell(QByteArray(4097, 'x')));
    QVERIFY(!fitsWaitingShell(""));
    QVERIFY(!fitsWaitingShell("a\0b"_ba));
    QVERIFY(!fitsWaitingShell("a\x01"));
    QVERIFY(!fitsWaitingShell("a\x7f"));
    QVERIFY(!fitsWaitingShell("a\xc3"));
    QVERIFY(!fitsWaitingShell("\xc3\xa4"));
}

/// The same in every shell: two quoted words and nothing that one of them takes for its own.
void TestSshWaitingWords::requests()
{
    const WaitingGreeting first{QByteArray()};
    const WaitingGreeting later{QByteArray("known")};
    for (const WaitingGreeting* greeting : {&first, &later}) {
        const QByteArray line = greeting->request();
        QVERIFY(!line.contains('\n') && !line.contains('\\') && !line.contains('!'));
        QVERIFY(!line.contains(greeting->mark()));
        QCOMPARE(line.count('\''), greeting == &first ? 4 : 2);
        QVERIFY(line.endsWith('\''));
        QCOMPARE(greeting->mark().size(), 32);
    }
    QVERIFY(first.mark() != later.mark());
}

void TestSshWaitingWords::greetings_data()
{
    using Words = std::function<QByteArray(const WaitingGreeting&)>;
    QTest::addColumn<Words>("output");
    QTest::addColumn<Words>("errors");
    QTest::addColumn<Greeted>("state");
    const Words line = [](const WaitingGreeting& g) { return g.mark() + '\n'; };
    const auto row = [&line](const char* name, Greeted state, const Words& output,
                             const std::optional<Words>& errors = std::nullopt) {
        QTest::newRow(name) << output << errors.value_or(line) << state;
    };
    const Words good = [](const WaitingGreeting& g) {
        return firstWords(g, surveyOf(g), givenToAll, "told\n");
    };
    const Words nothing = [](const WaitingGreeting&) { return QByteArray(); };
    row("good", Greeted::Fit, good);
    row("one stream alone", Greeted::Coming, good, nothing);
    row("errors alone", Greeted::Coming, nothing);
    row("half a mark", Greeted::Coming, good,
        [](const WaitingGreeting& g) { return g.mark().left(10); });
    row("complains", Greeted::Unfit, good, [](const WaitingGreeting&) { return "sh: no"_ba; });
    row("complains before", Greeted::Unfit, good,
        [](const WaitingGreeting& g) { return "x" + g.mark() + '\n'; });
    row("complains behind", Greeted::Unfit, good,
        [](const WaitingGreeting& g) { return g.mark() + "\nx"; });
    row("prints before", Greeted::Unfit,
        [good](const WaitingGreeting& g) { return "welcome\n" + good(g); });
    row("prints behind", Greeted::Coming,
        [good](const WaitingGreeting& g) { return good(g) + "x"; });
    row("repeats the request", Greeted::Coming,
        [](const WaitingGreeting& g) { return g.request(); });
    row("no survey", Greeted::Unfit,
        [](const WaitingGreeting& g) { return firstWords(g, {}, givenToAll, "told\n"); });
    row("called by another name", Greeted::Unfit, [](const WaitingGreeting& g) {
        return firstWords(g, surveyOf(g, "-sh"), givenToAll, "told\n");
    });
    row("called with more", Greeted::Unfit, [](const WaitingGreeting& g) {
        return firstWords(g, surveyOf(g, QByteArray("sh\0-r", 5)), givenToAll, "told\n");
    });
    row("no name of a shell", Greeted::Unfit, [](const WaitingGreeting& g) {
        return firstWords(g, surveyOf(g, "sh", zeroEnded({"A=1"_ba})), zeroEnded({"A=1"_ba}),
                          "told\n");
    });
    row("another environment", Greeted::Unfit, [](const WaitingGreeting& g) {
        return firstWords(g, surveyOf(g), givenToAll + zeroEnded({"A=1"_ba}), "told\n");
    });
    row("floods", Greeted::Unfit, [](const WaitingGreeting&) { return QByteArray(200'000, 'x'); });
}

void TestSshWaitingWords::greetings()
{
    using Words = std::function<QByteArray(const WaitingGreeting&)>;
    QFETCH(const Words, output);
    QFETCH(const Words, errors);
    QFETCH(const Greeted, state);
    for (const bool errorsFirst : {true, false}) {
        WaitingGreeting greeting{QByteArray()};
        const QByteArray said[2] = {output(greeting), errors(greeting)};
        const Greeted before = greeting.feed(said[errorsFirst ? 1 : 0], errorsFirst);
        const Greeted after = greeting.feed(said[errorsFirst ? 0 : 1], !errorsFirst);
        QCOMPARE(before == Greeted::Unfit ? before : after, state);
        QCOMPARE(state == Greeted::Fit, state == Greeted::Fit && !greeting.facts().isEmpty());
    }
}

void TestSshWaitingWords::inPieces()
{
    WaitingGreeting greeting{QByteArray()};
    const QByteArray output = firstWords(greeting, surveyOf(greeting), givenToAll, "told\n");
    for (const char byte : output) {
        QCOMPARE(greeting.feed(QByteArrayView(&byte, 1), false), Greeted::Coming);
    }
    const QByteArray errors = greeting.mark() + '\n';
    for (qsizetype i = 0; i < errors.size(); ++i) {
        QCOMPARE(greeting.feed(QByteArrayView(errors).sliced(i, 1), true),
                 i + 1 < errors.size() ? Greeted::Coming : Greeted::Fit);
    }
}

void TestSshWaitingWords::laterOnes()
{
    WaitingGreeting first{QByteArray()};
    first.feed(first.mark() + '\n', true);
    QCOMPARE(first.feed(firstWords(first, surveyOf(first), givenToAll, "told\n"), false),
             Greeted::Fit);
    const auto said = [&first](const QByteArray& told) {
        WaitingGreeting later{first.facts()};
        later.feed(told + later.mark() + '\n', false);
        return later.feed(later.mark() + '\n', true);
    };
    QCOMPARE(said("told\n"), Greeted::Fit);
    QCOMPARE(said("told otherwise\n"), Greeted::Unfit);
    QCOMPARE(said(""), Greeted::Unfit);
}

void TestSshWaitingWords::speaksUnasked()
{
    for (const bool isError : {true, false}) {
        WaitingGreeting greeting{QByteArray()};
        greeting.feed(greeting.mark() + '\n', true);
        QCOMPARE(greeting.feed(firstWords(greeting, surveyOf(greeting), givenToAll, "t\n"), false),
                 Greeted::Fit);
        QCOMPARE(greeting.feed("x", isError), Greeted::Unfit);
    }
}

void TestSshWaitingWords::orders()
{
    QCOMPARE(waitingOrder("mark", "true"), QByteArray("mark 1\ntrue\n"));
    QCOMPARE(waitingOrder("mark", "\na\n\n"), QByteArray("mark 4\n\na\n\n\n"));
}

void TestSshWaitingWords::startMark()
{
    QVERIFY(!StartMark().isAwaited());
    const QByteArray stream = "late noise" + QByteArray(32, 'm') + "\nown\n";
    for (qsizetype size = 1; size <= stream.size(); ++size) {
        StartMark start(QByteArray(32, 'm'));
        QByteArray own;
        for (qsizetype at = 0; at < stream.size(); at += size) {
            const QByteArrayView piece =
                QByteArrayView(stream).sliced(at, std::min(size, stream.size() - at));
            own += start.isAwaited() ? start.feed(piece) : piece.toByteArray();
        }
        QVERIFY(!start.isAwaited());
        QCOMPARE(own, QByteArray("own\n"));
    }
    StartMark flooded(QByteArray(32, 'm'));
    QVERIFY(flooded.feed(QByteArray(60'000, 'x')).isEmpty() && !flooded.isLost());
    QVERIFY(flooded.feed(QByteArray(60'000, 'x')).isEmpty() && flooded.isLost());
}

QTEST_GUILESS_MAIN(TestSshWaitingWords)
#include "tst_ssh_waiting_words.moc"
