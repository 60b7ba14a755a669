#include "core/base/nearest.h"
#include "core/base/secret.h"
#include "core/base/text.h"

#include <QElapsedTimer>
#include <QProcess>
#include <QSet>
#include <QTest>

#include <limits>

using namespace analemma;
using namespace Qt::StringLiterals;

namespace {

/// What a real shell makes of a command line: the words it would hand to a program.
QByteArray throughShell(const QString& words)
{
    QProcess shell;
    shell.start(u"/bin/sh"_s, {u"-c"_s, u"printf '%s\\0' "_s + words});
    shell.waitForFinished();
    return shell.readAllStandardOutput();
}

struct Form {
    const char* name;
    QByteArray text;  ///< as a tool prints it
    QByteArray core;  ///< the part of it that depends on the secret alone
};

Form whole(const char* name, const QByteArray& text)
{
    return {name, text, text};
}

QByteArray replaced(QByteArray text, const QList<std::pair<QByteArray, QByteArray>>& pairs)
{
    for (const auto& [from, to] : pairs) {
        text.replace(from, to);
    }
    return text;
}

QByteArray percentLower(const QByteArray& text)
{
    QByteArray out = text.toPercentEncoding();
    for (qsizetype at = out.indexOf('%'); at >= 0; at = out.indexOf('%', at + 1)) {
        out.replace(at, 3, out.mid(at, 3).toLower());
    }
    return out;
}

Form base64(const QByteArray& secret, int offset, QByteArray::Base64Options options)
{
    const QByteArray text = (QByteArray("xyz").left(offset) + secret + "tail").toBase64(options);
    const qsizetype first = (offset * 8 + 5) / 6;
    return {"base64", text, text.mid(first, (offset + secret.size()) * 8 / 6 - first)};
}

/// The encodings in which tools print a value, made here without the code under test.
QList<Form> formsOf(const QByteArray& secret)
{
    QList<Form> forms;
    forms += whole("value", secret);
    for (int offset = 0; offset < 3; ++offset) {
        forms += base64(secret, offset, QByteArray::Base64Encoding);
        forms += base64(secret, offset, QByteArray::Base64UrlEncoding);
    }
    forms += whole("url", secret.toPercentEncoding());
    forms += whole("url, lower case", percentLower(secret));
    forms += whole("url, form", secret.toPercentEncoding(" ").replace(' ', '+'));
    forms += whole("json", replaced(secret, {{"\\", "\\\\"}, {"\"", "\\\""}, {"\n", "\\n"}}));
    forms += whole("shell, single quotes", replaced(secret, {{"'", "'\\''"}}));
    forms += whole("shell, double quotes",
                   replaced(secret, {{"\\", "\\\\"}, {"\"", "\\\""}, {"$", "\\$"}, {"`", "\\`"}}));
    forms += whole("hexadecimal", secret.toHex());
    forms += whole("hexadecimal, upper case", secret.toHex().toUpper());
    forms += whole(
        "xml", replaced(secret, {{"&", "&amp;"}, {"<", "&lt;"}, {">", "&gt;"}, {"\"", "&quot;"}}));
    return forms;
}

/// True when four bytes in a row of the form can be read in what was shown.
bool leaks(const QByteArray& shown, const QByteArray& form)
{
    constexpr qsizetype run = 4;
    for (qsizetype at = 0; at + run <= form.size(); ++at) {
        if (shown.contains(form.sliced(at, run))) {
            return true;
        }
    }
    return false;
}

QByteArray fedInTwo(Redactor& redactor, const QByteArray& text, qsizetype split)
{
    QByteArray shown = redactor.feed(text.first(split));
    shown += redactor.feed(text.sliced(split));
    shown += redactor.finish();
    return shown;
}

}  // namespace

class TestText : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void displayShowsControls_data();
    void displayShowsControls();
    void displayNeverLetsControlsThrough();
    void displayCapsLength();
    void displayReadsBytes();
    void logKeepsLines();
    void shellReadsEveryByte();
    void shellQuotesReservedWords();
    void plainNames_data();
    void plainNames();
    void hostNames_data();
    void hostNames();
    void nearest_data();
    void nearest();
    void sizes_data();
    void sizes();
    void idsSortAndDiffer();

    void secretIsShared();
    void redactorHidesEveryForm_data();
    void redactorHidesEveryForm();
    void redactorHidesLines();
    void redactorHidesWrappedBase64();
    void redactorHoldsBackNothingElse();
    void redactorIsCutInsideASecret();
    void redactorLearnsLater();
    void redactorMergesOverlaps();
    void redactorKeepsPace();
};

void TestText::displayShowsControls_data()
{
    QTest::addColumn<QString>("foreign");
    QTest::addColumn<QString>("shown");
    QTest::newRow("plain") << u"größe 日本 🙂"_s << u"größe 日本 🙂"_s;
    QTest::newRow("escape") << u"a\u001b[31mb"_s << u"a␛[31mb"_s;
    QTest::newRow("line feed") << u"a\nb\tc"_s << u"a␊b␉c"_s;
    QTest::newRow("nul") << QString(QChar(0)) << u"␀"_s;
    QTest::newRow("delete") << u"\u007f"_s << u"␡"_s;
    QTest::newRow("c1") << u"\u009b31m"_s << u"⟨U+009B⟩31m"_s;
    QTest::newRow("bidi") << u"user\u202eresu"_s << u"user⟨U+202E⟩resu"_s;
    QTest::newRow("isolate") << u"\u2066x\u2069"_s << u"⟨U+2066⟩x⟨U+2069⟩"_s;
    QTest::newRow("zero width") << u"a\u200bb"_s << u"a⟨U+200B⟩b"_s;
    QTest::newRow("line separator") << u"a\u2028b"_s << u"a⟨U+2028⟩b"_s;
    QTest::newRow("tag character") << QString::fromUcs4(U"\U000e0041") << u"⟨U+E0041⟩"_s;
    QTest::newRow("lone surrogate") << QString(QChar(0xd800)) << u"\ufffd"_s;
    QTest::newRow("emoji joiner stays") << u"👩\u200d💻"_s << u"👩\u200d💻"_s;
}

void TestText::displayShowsControls()
{
    QFETCH(QString, foreign);
    QFETCH(QString, shown);
    QCOMPARE(displayText(foreign), shown);
    QCOMPARE(displayText(shown), shown);
}

void TestText::displayNeverLetsControlsThrough()
{
    for (char32_t c = 0; c < 0x3000; ++c) {
        const QString shown = displayText(QString::fromUcs4(&c, 1));
        for (const QChar out : shown) {
            QVERIFY2(out.unicode() >= 0x20 && (out.unicode() < 0x7f || out.unicode() > 0x9f),
                     qPrintable(QString::number(c, 16)));
            const QChar::Direction direction = out.direction();
            QVERIFY2(direction < QChar::DirLRE || direction == QChar::DirNSM ||
                         (direction != QChar::DirLRE && direction != QChar::DirLRO &&
                          direction != QChar::DirRLE && direction != QChar::DirRLO &&
                          direction != QChar::DirPDF && direction != QChar::DirLRI &&
                          direction != QChar::DirRLI && direction != QChar::DirFSI &&
                          direction != QChar::DirPDI),
                     qPrintable(QString::number(c, 16)));
        }
    }
}

void TestText::displayCapsLength()
{
    QCOMPARE(displayText(u"abcdef"_s, 6), u"abcdef"_s);
    QCOMPARE(displayText(u"abcdef"_s, 5), u"abcd…"_s);
    QCOMPARE(displayText(u"ab🙂def"_s, 4), u"ab…"_s);
    QCOMPARE(displayText(u"abc\u202e"_s, 5), u"abc…"_s);
    QCOMPARE(displayText(u"abc"_s, 1), u"…"_s);
    QCOMPARE(displayText(u"abc"_s, 0), QString());
    QCOMPARE(displayText(QString(100'000, u'x')).size(), 4096);
}

void TestText::displayReadsBytes()
{
    QCOMPARE(displayText(QByteArrayView("caf\xc3\xa9 \xff!")), u"café \ufffd!"_s);
    const QByteArray large(10'000'000, 'x');
    QCOMPARE(displayText(QByteArrayView(large), 5), u"xxxx…"_s);
    QCOMPARE(displayText(QByteArrayView("\xc3\xa9\xc3\xa9\xc3\xa9"), 3), u"ééé"_s);
}

void TestText::logKeepsLines()
{
    QCOMPARE(displayLog("one\r\ntwo\tx\rthree\n\x1b[1m"), u"one\ntwo\tx␍three\n␛[1m"_s);
    QCOMPARE(displayLog(QByteArray(100'000, 'x')).size(), 100'000);
}

void TestText::shellReadsEveryByte()
{
    QStringList words = {QString(),      u"-n"_s,  u"a b"_s,  u"it's"_s,  u"''"_s,
                         u"$(id)`id`"_s, u"A=b"_s, u"a\nb"_s, u"größe"_s, u"*"_s,
                         u"~"_s,         u"\\"_s,  u"#x"_s,   u"!"_s};
    QString every;
    for (char16_t c = 1; c < 0x80; ++c) {
        every += QChar(c);
        words += QString(QChar(c));
    }
    words += every;
    QByteArray expected;
    for (const QString& word : words) {
        expected += word.toUtf8() + '\0';
    }
    QCOMPARE(throughShell(shellQuote(words)), expected);
    QCOMPARE(shellQuote(u"deploy/start.sh"_s), u"deploy/start.sh"_s);
}

void TestText::shellQuotesReservedWords()
{
    QCOMPARE(shellQuote(u"if"_s), u"'if'"_s);
    QCOMPARE(shellQuote(u"A=b"_s), u"'A=b'"_s);
    QCOMPARE(shellQuote(QString(u"a"_s + QChar(0) + u"b"_s)), u"ab"_s);
}

void TestText::plainNames_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<bool>("plain");
    QTest::newRow("web") << u"web"_s << true;
    QTest::newRow("digits") << u"0-a_b.c"_s << true;
    QTest::newRow("longest") << QString(63, u'a') << true;
    QTest::newRow("too long") << QString(64, u'a') << false;
    QTest::newRow("empty") << QString() << false;
    QTest::newRow("dots") << u".."_s << false;
    QTest::newRow("dash first") << u"-rf"_s << false;
    QTest::newRow("upper") << u"Web"_s << false;
    QTest::newRow("slash") << u"a/b"_s << false;
    QTest::newRow("line feed") << u"a\n"_s << false;
    QTest::newRow("not ascii") << u"größe"_s << false;
}

void TestText::plainNames()
{
    QFETCH(QString, name);
    QTEST(isPlainName(name), "plain");
}

void TestText::hostNames_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<bool>("good");
    QTest::newRow("name") << u"bastion.example.org"_s << true;
    QTest::newRow("upper") << u"Bastion"_s << true;
    QTest::newRow("trailing dot") << u"example.org."_s << true;
    QTest::newRow("v4") << u"203.0.113.7"_s << true;
    QTest::newRow("v6") << u"2001:db8::1"_s << true;
    QTest::newRow("v6 with zone") << u"fe80::1%eth0"_s << true;
    QTest::newRow("bad v6") << u"2001:db8::g"_s << false;
    QTest::newRow("bad zone") << u"fe80::1%;id"_s << false;
    QTest::newRow("option") << u"-oProxyCommand=id"_s << false;
    QTest::newRow("option in label") << u"a.-b"_s << false;
    QTest::newRow("space") << u"a b"_s << false;
    QTest::newRow("shell") << u"a;id"_s << false;
    QTest::newRow("dollar") << u"$(id)"_s << false;
    QTest::newRow("line feed") << u"a\n"_s << false;
    QTest::newRow("empty label") << u"a..b"_s << false;
    QTest::newRow("empty") << QString() << false;
    QTest::newRow("too long") << QString(254, u'a') << false;
    QTest::newRow("user") << u"root@host"_s << false;
}

void TestText::hostNames()
{
    QFETCH(QString, name);
    QTEST(isHostName(name), "good");
}

void TestText::nearest_data()
{
    QTest::addColumn<QString>("word");
    QTest::addColumn<QString>("expected");
    QTest::newRow("swap") << u"lsit"_s << u"list"_s;
    QTest::newRow("start") << u"app"_s << u"approve"_s;
    QTest::newRow("start too short") << u"ap"_s << u""_s;
    QTest::newRow("missing letter") << u"aprove"_s << u"approve"_s;
    QTest::newRow("one too many") << u"sshow"_s << u"show"_s;
    QTest::newRow("cases") << u"LIST"_s << u"list"_s;
    QTest::newRow("nearer of two") << u"web-2x"_s << u"web-2"_s;
    QTest::newRow("too far") << u"ther"_s << u""_s;  // not "here"
    QTest::newRow("short words are exact") << u"aa"_s << u""_s;
    QTest::newRow("far") << u"xylophone"_s << u""_s;
    QTest::newRow("empty") << u""_s << u""_s;
    QTest::newRow("huge") << QString(100'000, u'x') << u""_s;
}

void TestText::nearest()
{
    QFETCH(QString, word);
    QFETCH(QString, expected);
    QCOMPARE(nearestWord(word, {u"create"_s, u"list"_s, u"show"_s, u"approve"_s, u"here"_s, u"a"_s,
                                u"web-1"_s, u"web-2"_s}),
             expected);
    QCOMPARE(nearestWord(word, {}), QString());
}

void TestText::sizes_data()
{
    QTest::addColumn<qint64>("bytes");
    QTest::addColumn<QString>("text");
    QTest::newRow("0") << qint64{0} << u"0 B"_s;
    QTest::newRow("1023") << qint64{1023} << u"1023 B"_s;
    QTest::newRow("1024") << qint64{1024} << u"1.0 KiB"_s;
    QTest::newRow("almost a MiB") << qint64{1024 * 1024 - 1} << u"1.0 MiB"_s;
    QTest::newRow("12.3 MiB") << qint64{12'897'485} << u"12.3 MiB"_s;
    QTest::newRow("largest") << std::numeric_limits<qint64>::max() << u"8.0 EiB"_s;
}

void TestText::sizes()
{
    QFETCH(qint64, bytes);
    QTEST(sizeText(bytes), "text");
}

void TestText::idsSortAndDiffer()
{
    QString last;
    QSet<QString> seen;
    for (int i = 0; i < 10'000; ++i) {
        const QString id = newId();
        QCOMPARE(id.size(), 26);
        QVERIFY(isPlainName(id));
        QVERIFY(last < id);
        last = id;
        seen.insert(id);
    }
    QCOMPARE(seen.size(), 10'000);
}

void TestText::secretIsShared()
{
    QVERIFY(Secret().isEmpty());
    const Secret secret(QByteArrayView("hunter2"));
    const Secret copy = secret;  // NOLINT: the copy is what is tested
    QCOMPARE(copy.size(), 7);
    QByteArray bytes;
    copy.use([&bytes](QByteArrayView view) { bytes = view.toByteArray(); });
    QCOMPARE(bytes, QByteArray("hunter2"));
    bool called = false;
    Secret().use([&called](QByteArrayView view) { called = view.isEmpty(); });
    QVERIFY(called);
}

void TestText::redactorHidesEveryForm_data()
{
    QTest::addColumn<QByteArray>("secret");
    QTest::newRow("word") << QByteArray("correct-horse-battery");
    QTest::newRow("eight") << QByteArray("s3cr3t!8");
    QTest::newRow("signs") << QByteArray("p'a\"s$s`w\\o&r<d>/+= x");
    QTest::newRow("utf-8") << QByteArray("Schlüssel-日本-🙂-Ende");
    QTest::newRow("line feed at the end") << QByteArray("token-0123456789\n");
    QTest::newRow("two lines") << QByteArray("first-line-1\nsecond-line-2");
    QTest::newRow("bytes") << QByteArray::fromHex("00ff80fe010203aabbccddee");
    for (int i = 0; i < 33; ++i) {
        const QByteArray name = "generated " + QByteArray::number(i);
        QByteArray secret;
        for (int k = 0; k < 8 + i; ++k) {
            secret += static_cast<char>(33 + (i * 31 + k * k * 7 + k * 13) % 94);
        }
        QTest::newRow(name.constData()) << secret;
    }
}

void TestText::redactorHidesEveryForm()
{
    QFETCH(QByteArray, secret);
    const QByteArray core = secret.trimmed();
    Redactor redactor;
    redactor.add(Secret(secret));
    for (const Form& form : formsOf(core)) {
        const QByteArray text = "before " + form.text + " after " + form.text + ".";
        for (qsizetype split = 0; split <= text.size(); ++split) {
            const QByteArray shown = fedInTwo(redactor, text, split);
            const QByteArray said = form.name + QByteArray(": ") + shown;
            QVERIFY2(shown.startsWith("before ") && shown.endsWith('.'), said.constData());
            QVERIFY2(shown.count("***") == 2, said.constData());
            QVERIFY2(!leaks(shown, form.core), said.constData());
        }
    }
    // Byte by byte gives the same as in one piece.
    Redactor slow;
    slow.add(Secret(secret));
    Redactor fast;
    fast.add(Secret(secret));
    QByteArray text;
    for (const Form& form : formsOf(core)) {
        text += form.text + " and ";
    }
    QByteArray pieces;
    for (const char c : text) {
        pieces += slow.feed(QByteArrayView(&c, 1));
    }
    pieces += slow.finish();
    QCOMPARE(pieces, fast.redact(QByteArrayView(text)));
}

void TestText::redactorHidesLines()
{
    Redactor redactor;
    redactor.add(
        Secret(QByteArrayView("-----BEGIN KEY-----\nb3BlbnNzaC1rZXk\nshort\n-----END KEY-----\n")));
    QCOMPARE(redactor.redact(QByteArrayView("  b3BlbnNzaC1rZXk\nshort words\n")),
             QByteArray("  ***\nshort words\n"));
}

void TestText::redactorHidesWrappedBase64()
{
    const QByteArray secret =
        "a-long-secret-of-more-than-fifty-seven-bytes-which-base64-wraps-at-76-digits";
    const QByteArray encoded = ("x=" + secret + ";").toBase64();
    const QByteArray core = encoded.mid(3, (2 + secret.size()) * 8 / 6 - 3);
    QByteArray wrapped;
    for (qsizetype at = 0; at < encoded.size(); at += 76) {
        wrapped += encoded.mid(at, 76) + "\r\n";
    }
    Redactor redactor;
    redactor.add(Secret(secret));
    for (qsizetype split = 0; split <= wrapped.size(); ++split) {
        const QByteArray shown = fedInTwo(redactor, wrapped, split);
        QVERIFY2(!leaks(shown, core), shown.constData());
    }
}

void TestText::redactorHoldsBackNothingElse()
{
    Redactor redactor;
    redactor.add(Secret(QByteArrayView("secret-value")));
    QCOMPARE(redactor.feed("a line\n"), QByteArray("a line\n"));
    QCOMPARE(redactor.feed("ends in sec"), QByteArray("ends in "));
    QCOMPARE(redactor.feed("ond\n"), QByteArray("second\n"));
    QCOMPARE(redactor.finish(), QByteArray());
    Redactor empty;
    empty.add(Secret());
    QCOMPARE(empty.feed("anything"), QByteArray("anything"));
    QCOMPARE(empty.redact(u"text"_s), u"text"_s);
}

void TestText::redactorIsCutInsideASecret()
{
    Redactor redactor;
    redactor.add(Secret(QByteArrayView("secret-value")));
    QCOMPARE(redactor.redact(QByteArrayView("x secret-valu")), QByteArray("x ***"));
    QCOMPARE(redactor.redact(QByteArrayView("x secre")), QByteArray("x secre"));
    QCOMPARE(redactor.redact(QByteArrayView("x secret-value")), QByteArray("x ***"));
}

void TestText::redactorLearnsLater()
{
    Redactor redactor;
    redactor.add(Secret(QByteArrayView("first-secret")));
    QByteArray shown = redactor.feed("first-secret first-se");
    redactor.add(Secret(QByteArrayView("other-secret")));
    shown += redactor.feed("cret other-secret");
    shown += redactor.finish();
    QCOMPARE(shown, QByteArray("*** *** ***"));
}

void TestText::redactorMergesOverlaps()
{
    Redactor redactor;
    redactor.add(Secret(QByteArrayView("abcdefgh")));
    redactor.add(Secret(QByteArrayView("efghijkl")));
    redactor.add(Secret(QByteArrayView("fg")));
    QCOMPARE(redactor.redact(QByteArrayView("<abcdefghijkl>")), QByteArray("<***>"));
    QCOMPARE(redactor.redact(QByteArrayView("<fgfg-fg>")), QByteArray("<***-***>"));
}

void TestText::redactorKeepsPace()
{
    Redactor redactor;
    for (int i = 0; i < 10; ++i) {
        redactor.add(Secret(QByteArray("generated-secret-" + QByteArray::number(i * 7919))));
    }
    QByteArray log;
    while (log.size() < 4 * 1024 * 1024) {
        log +=
            "2026-11-23T08:40:23Z INFO request served in 12 ms, generated page for customer 4711\n";
    }
    QElapsedTimer timer;
    timer.start();
    const QByteArray shown = redactor.redact(QByteArrayView(log));
    QCOMPARE(shown, log);
    qInfo("redacted %lld KiB in %lld ms", log.size() / 1024, timer.elapsed());
    QVERIFY(timer.elapsed() < 20'000);  // unoptimised and sanitised builds too
}

QTEST_GUILESS_MAIN(TestText)
#include "tst_text.moc"
