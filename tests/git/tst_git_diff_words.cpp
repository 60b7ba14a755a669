#include "core/git/src/difflines.h"
#include "tests/git/gitfixture.h"

using namespace analemma::git;
using namespace gitfixture;

/// Which words are marked in lines that took each other's place. Marked words stand in brackets.
class TestGitDiffWords : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void marksWords_data();
    void marksWords();
    void pairsLines_data();
    void pairsLines();
    void staysCheap();

private:
    static QByteArray marked(const DiffLine& line)
    {
        QByteArray text;
        int at = 0;
        for (const Span& span : line.changed) {
            text += line.text.mid(at, span.from - at) + '[' +
                    line.text.mid(span.from, span.length) + ']';
            at = span.from + span.length;
        }
        return text + line.text.mid(at);
    }
    static DiffLine line(DiffLine::Kind kind, const QByteArray& text)
    {
        DiffLine line;
        line.kind = kind;
        line.text = text;
        return line;
    }
};

void TestGitDiffWords::marksWords_data()
{
    QTest::addColumn<QByteArray>("deleted");
    QTest::addColumn<QByteArray>("added");
    QTest::addColumn<QByteArray>("left");
    QTest::addColumn<QByteArray>("right");
    const auto row = [](const char* name, const QByteArray& deleted, const QByteArray& added,
                        const QByteArray& left, const QByteArray& right) {
        QTest::newRow(name) << deleted << added << left << right;
    };
    row("one word", "int count = first(a);", "int count = second(a);", "int count = [first](a);",
        "int count = [second](a);");
    row("a whole name, not its letters", "return m_value1;", "return m_value2;",
        "return [m_value1];", "return [m_value2];");
    row("put in", "call(a, b);", "call(a, x, b);", "call(a, b);", "call(a, [x, ]b);");
    row("put in at the end", "call(a)", "call(a);", "call(a)", "call(a)[;]");
    row("words side by side are one", "the old big house stands here",
        "the new tiny house stands here", "the [old big] house stands here",
        "the [new tiny] house stands here");
    row("blanks", "  if (a)", "    if (a)", "[  ]if (a)", "[    ]if (a)");
    row("nothing in common", "alpha beta gamma", "1 + 2 = 3", "alpha beta gamma", "1 + 2 = 3");
    row("only brackets in common", "(alphabet)", "(numbers)", "(alphabet)", "(numbers)");
    row("letters of two bytes",
        "gr\xc3\xbc\xc3\x9f"
        "e an alle Leute",
        "gr\xc3\xb6\xc3\x9f"
        "e an alle Leute",
        "[gr\xc3\xbc\xc3\x9f"
        "e] an alle Leute",
        "[gr\xc3\xb6\xc3\x9f"
        "e] an alle Leute");
    row("signs of three bytes", "\xe4\xbd\xa0\xe5\xa5\xbd\xe5\x90\x97",
        "\xe4\xbd\xa0\xe4\xbb\xac\xe5\x90\x97", "\xe4\xbd\xa0[\xe5\xa5\xbd]\xe5\x90\x97",
        "\xe4\xbd\xa0[\xe4\xbb\xac]\xe5\x90\x97");
    row("broken bytes", "a \xff b \xe2", "a \xfe b \xe2", "a [\xff] b \xe2", "a [\xfe] b \xe2");
    row("the same", "same", "same", "same", "same");
    row("empty", "", "something", "", "something");
}

void TestGitDiffWords::marksWords()
{
    QFETCH(const QByteArray, deleted);
    QFETCH(const QByteArray, added);
    DiffLine left = line(DiffLine::Kind::Deleted, deleted);
    DiffLine right = line(DiffLine::Kind::Added, added);
    markWords(left, right);
    QTEST(marked(left), "left");
    QTEST(marked(right), "right");
}

void TestGitDiffWords::pairsLines_data()
{
    QTest::addColumn<QByteArrayList>("lines");
    QTest::addColumn<QByteArrayList>("expected");
    QTest::newRow("one by one") << QByteArrayList{"-int a = 1;", "-int b = 2;", "+int a = 3;",
                                                  "+int b = 4;"}
                                << QByteArrayList{"int a = [1];", "int b = [2];", "int a = [3];",
                                                  "int b = [4];"};
    QTest::newRow("one more before")
        << QByteArrayList{"-call(one, two);", "+something quite different", "+call(one, three);"}
        << QByteArrayList{"call(one, [two]);", "something quite different", "call(one, [three]);"};
    QTest::newRow("one less") << QByteArrayList{"-gone for ever and ever", "-call(one, two);",
                                                "+call(one, three);"}
                              << QByteArrayList{"gone for ever and ever", "call(one, [two]);",
                                                "call(one, [three]);"};
    QTest::newRow("context ends a block")
        << QByteArrayList{"-call(one);", " between", "+call(two);"}
        << QByteArrayList{"call(one);", "between", "call(two);"};
    QTest::newRow("only added") << QByteArrayList{"+a", "+b"} << QByteArrayList{"a", "b"};
}

void TestGitDiffWords::pairsLines()
{
    QFETCH(const QByteArrayList, lines);
    Hunk hunk;
    for (const QByteArray& text : lines) {
        const auto kind = text[0] == '-'   ? DiffLine::Kind::Deleted
                          : text[0] == '+' ? DiffLine::Kind::Added
                                           : DiffLine::Kind::Context;
        hunk.lines.append(line(kind, text.mid(1)));
    }
    QList<Hunk> hunks{hunk};
    markWordsIn(hunks);
    QByteArrayList found;
    for (const DiffLine& one : std::as_const(hunks[0].lines)) {
        found.append(marked(one));
    }
    QTEST(found, "expected");
}

/// Long lines, many words and many lines: marked at first, then left alone.
void TestGitDiffWords::staysCheap()
{
    DiffLine left = line(DiffLine::Kind::Deleted, QByteArray("a ").repeated(1 << 20));
    DiffLine right = line(DiffLine::Kind::Added, QByteArray("b ").repeated(1 << 20));
    markWords(left, right);
    QVERIFY(left.changed.isEmpty() && right.changed.isEmpty());
    // More words between the same ends than are compared: all of it.
    left.text = "begin " + QByteArray("x, ").repeated(600) + QByteArray("end ").repeated(900);
    right.text = "begin " + QByteArray("y, ").repeated(600) + QByteArray("end ").repeated(900);
    markWords(left, right);
    QCOMPARE(left.changed.size(), 1);
    QCOMPARE(left.changed.first(), (Span{6, 1800 - 2}));
    // As many lines as fit, all of them hard.
    Hunk hunk;
    for (int i = 0; i < 2'000; ++i) {
        const auto kind = i / 50 % 2 == 0 ? DiffLine::Kind::Deleted : DiffLine::Kind::Added;
        QByteArray text;
        for (int n = 0; n < 200; ++n) {
            text += QByteArray::number(n % 5 == 0 ? (i * 7 + n * n) % 9973 : n) + ' ';
        }
        hunk.lines.append(line(kind, text));
    }
    QList<Hunk> hunks{hunk};
    markWordsIn(hunks);
    const auto isMarked = [](const DiffLine& line) { return !line.changed.isEmpty(); };
    const QList<DiffLine>& all = hunks[0].lines;
    QVERIFY(std::any_of(all.begin(), all.begin() + 100, isMarked));
    QVERIFY(std::none_of(all.end() - 100, all.end(), isMarked));
}

QTEST_GUILESS_MAIN(TestGitDiffWords)
#include "tst_git_diff_words.moc"
