#include "core/base/readers.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>

#include <ctime>

using namespace analemma;
using namespace Qt::StringLiterals;

namespace {

QString jsonError(const QByteArray& bytes, const ReadLimits& limits = {})
{
    const auto value = readJson(bytes, limits);
    return value ? u"(read)"_s : value.error().message;
}

QString yamlError(const QByteArray& bytes, const ReadLimits& limits = {})
{
    const auto node = readYaml(bytes, u"f.yaml"_s, limits);
    return node ? u"(read)"_s : node.error().message;
}

QByteArray yamlAsJson(const QByteArray& bytes)
{
    const auto node = readYaml(bytes, u"f.yaml"_s);
    if (!node) {
        return node.error().message.toUtf8();
    }
    return QJsonDocument(QJsonArray{node->toJson()}).toJson(QJsonDocument::Compact);
}

QByteArray repeated(const QByteArray& piece, int count)
{
    return piece.repeated(count);
}

/// A list of nine aliases of a list of nine aliases of ...
QByteArray aliasBomb(int levels)
{
    QByteArray text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n";
    for (int i = 1; i < levels; ++i) {
        const QByteArray below = "*a" + QByteArray::number(i - 1);
        const QByteArray name = "a" + QByteArray::number(i);
        text += name + ": &" + name + " [" + QByteArrayList(9, below).join(", ") + "]\n";
    }
    return text;
}

qint64 peakKiB()
{
    QFile status(u"/proc/self/status"_s);
    if (!status.open(QIODevice::ReadOnly)) {
        return 0;
    }
    const QByteArray text = status.readAll();
    return text.mid(text.indexOf("VmHWM:") + 6, 20).simplified().split(' ').first().toLongLong();
}

}  // namespace

class TestReaders : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void jsonValues_data();
    void jsonValues();
    void jsonErrors_data();
    void jsonErrors();
    void jsonLimits();
    void jsonObjectOnly();

    void yamlValues_data();
    void yamlValues();
    void yamlErrors_data();
    void yamlErrors();
    void yamlLimits();
    void yamlPlaces();
    void yamlMessages();
    void yamlIntegers_data();
    void yamlIntegers();
    void yamlBombs_data();
    void yamlBombs();
};

void TestReaders::jsonValues_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("empty object") << QByteArray("{}");
    QTest::newRow("nested") << QByteArray(
        R"({"a":[1,2.5,-3,true,false,null,"x\n\"é😀"],"b":{"c":{}}})");
    QTest::newRow("number") << QByteArray("42");
    QTest::newRow("string") << QByteArray("\"s\"");
    QTest::newRow("byte order mark") << QByteArray("\xef\xbb\xbf[1]");
    QTest::newRow("same key in two objects") << QByteArray(R"([{"a":1},{"a":2}])");
}

void TestReaders::jsonValues()
{
    QFETCH(QByteArray, text);
    const auto value = readJson(text);
    QVERIFY2(value.ok(), value ? "" : qPrintable(value.error().message));
    const QByteArray plain = text.startsWith("\xef") ? text.mid(3) : text;
    const auto expected = QJsonDocument::fromJson("[" + plain + "]").array().first();
    QCOMPARE(*value, expected);
    QCOMPARE(readJson("9007199254740993")->toInteger(), 9007199254740993);
    QCOMPARE(readJson("18446744073709551615")->toDouble(), 18446744073709551615.0);
}

void TestReaders::jsonErrors_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("message");
    QTest::newRow("duplicate") << QByteArray("{\n  \"a\": 1,\n  \"\\\"b\": 2,\n  \"\\\"b\": 3 }")
                               << u"line 4, column 3: the key \"\"b\" stands twice in one object"_s;
    QTest::newRow("empty")
        << QByteArray()
        << u"line 1, column 1: while parsing value - unexpected end of input; expected '[', '{', or a literal"_s;
    QTest::newRow("comma")
        << QByteArray("[1,\n 2,,]")
        << u"line 2, column 4: while parsing value - unexpected ','; expected '[', '{', or a literal"_s;
    QTest::newRow("bad utf-8")
        << QByteArray("[\"a\xff\"]")
        << u"line 1, column 4: while parsing value - invalid string: ill-formed UTF-8 byte; last read: '\"a\ufffd'"_s;
    QTest::newRow("overlong")
        << QByteArray("[\"\xc0\x80\"]")
        << u"line 1, column 3: while parsing value - invalid string: ill-formed UTF-8 byte; last read: '\"\ufffd'"_s;
    QTest::newRow("trailing")
        << QByteArray("{} x")
        << u"line 1, column 4: while parsing value - invalid literal; last read: '{} x'; expected end of input"_s;
    QTest::newRow("control")
        << QByteArray("[\"a\x1b\"]")
        << u"line 1, column 4: while parsing value - invalid string: control character U+001B (ESC) must be escaped to \\u001B; last read: '\"a<U+001B>'"_s;
    QTest::newRow("huge number") << QByteArray("[1e999]")
                                 << u"line 1, column 6: number overflow parsing '1e999'"_s;
    QTest::newRow("NaN")
        << QByteArray("[NaN]")
        << u"line 1, column 2: while parsing value - invalid literal; last read: '[N'"_s;
}

void TestReaders::jsonErrors()
{
    QFETCH(QByteArray, text);
    QTEST(jsonError(text), "message");
}

void TestReaders::jsonLimits()
{
    ReadLimits limits;
    limits.depth = 3;
    QCOMPARE(jsonError("[[[1]]]", limits), u"(read)"_s);
    QCOMPARE(jsonError("[[\n[[1]]]]", limits),
             u"line 2, column 2: values are nested deeper than 3"_s);
    limits.nodes = 3;
    QCOMPARE(jsonError("[1,2]", limits), u"(read)"_s);
    QCOMPARE(jsonError("[1,2,3]", limits), u"line 1, column 7: there are more than 3 values"_s);
    limits.bytes = 4;
    QCOMPARE(jsonError("[1,2]", limits), u"the JSON is larger than 4 B"_s);
    QVERIFY(jsonError(repeated("[", 1'000'000)).contains(u"nested deeper than 64"_s));
    QVERIFY(jsonError(repeated("{\"a\":", 200'000)).contains(u"nested deeper than 64"_s));
}

void TestReaders::jsonObjectOnly()
{
    QCOMPARE(readJsonObject("{\"a\":1}")->value(u"a"_s).toInt(), 1);
    QCOMPARE(readJsonObject("[1]").error().message, u"line 1, column 1: expected a JSON object"_s);
}

void TestReaders::yamlValues_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("json");
    QTest::newRow("empty") << QByteArray() << QByteArray("[null]");
    QTest::newRow("comment") << QByteArray("# only\n") << QByteArray("[null]");
    QTest::newRow("map") << QByteArray("a: 1\nb: {c: [x, 'y', \"3\"]}\n")
                         << QByteArray(R"([{"a":1,"b":{"c":["x","y","3"]}}])");
    QTest::newRow("core schema")
        << QByteArray("[true, yes, no, on, null, ~, 0x1f, 0o17, 017, 1e3, .5, 1.2.3, -4, '', +7]")
        << QByteArray(R"([[true,"yes","no","on",null,null,31,15,17,1000,0.5,"1.2.3",-4,"",7]])");
    QTest::newRow("block text") << QByteArray("run: |\n  a [[[ b\n  c\n")
                                << QByteArray(R"([{"run":"a [[[ b\nc\n"}])");
    QTest::newRow("alias") << QByteArray("a: &x {p: 1}\nb: *x\n")
                           << QByteArray(R"([{"a":{"p":1},"b":{"p":1}}])");
    QTest::newRow("merge") << QByteArray("d: &d {p: 1, q: 2}\ne:\n  <<: *d\n  p: 3\n")
                           << QByteArray(R"([{"d":{"p":1,"q":2},"e":{"p":3,"q":2}}])");
    QTest::newRow("merge list")
        << QByteArray("a: &a {p: 1}\nb: &b {p: 2, q: 2}\nc: {<<: [*a, *b]}\n")
        << QByteArray(R"([{"a":{"p":1},"b":{"p":2,"q":2},"c":{"p":1,"q":2}}])");
    QTest::newRow("str tag") << QByteArray("a: !!str 3\n") << QByteArray(R"([{"a":"3"}])");
    QTest::newRow("byte order mark") << QByteArray(
                                            "\xef\xbb\xbf"
                                            "a: 1\n")
                                     << QByteArray(R"([{"a":1}])");
    QTest::newRow("carriage returns")
        << QByteArray("a: 1\r\nb: 2\r\n") << QByteArray(R"([{"a":1,"b":2}])");
    QTest::newRow("document marker")
        << QByteArray("---\na: 1\n...\n") << QByteArray(R"([{"a":1}])");
}

void TestReaders::yamlValues()
{
    QFETCH(QByteArray, text);
    QTEST(yamlAsJson(text), "json");
}

void TestReaders::yamlErrors_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("message");
    QTest::newRow("duplicate") << QByteArray("a: 1\nb:\n  c: 1\n  c: 2\n")
                               << u"f.yaml:4:3 the key \"c\" stands twice in one map"_s;
    QTest::newRow("duplicate merge") << QByteArray("a: &a {}\nb: {<<: *a, <<: *a}\n")
                                     << u"f.yaml:2:13 the key \"<<\" stands twice in one map"_s;
    QTest::newRow("two documents")
        << QByteArray("a: 1\n---\nb: 2\n")
        << u"f.yaml:2:1 the file holds more than one document (\"---\"); one is read"_s;
    QTest::newRow("list as key") << QByteArray("? [a]\n: 1\n")
                                 << u"f.yaml:1:3 expected a word as key, got a list"_s;
    QTest::newRow("no key") << QByteArray("~: 1\n")
                            << u"f.yaml:1:1 expected a word as key, got nothing"_s;
    QTest::newRow("cycle") << QByteArray("a: &a\n  b: *a\n")
                           << u"f.yaml:2:6 this alias stands inside the value that it names"_s;
    QTest::newRow("unknown alias")
        << QByteArray("a: *nobody\n") << u"f.yaml:1:4 the referenced anchor is not defined"_s;
    QTest::newRow("tag") << QByteArray("a: !!python/object x\n")
                         << u"f.yaml:1:4 the tag \"python/object\" is not known here"_s;
    QTest::newRow("merge of a word")
        << QByteArray("a: {<<: x}\n") << u"f.yaml:1:5 expected a map behind \"<<\", got \"x\""_s;
    QTest::newRow("tab") << QByteArray("a:\n\tb: 1\n")
                         << u"f.yaml:2:1 a tab cannot indent YAML; use spaces"_s;
    QTest::newRow("control") << QByteArray("a: x\nb: \x1b[1m\n")
                             << u"f.yaml:2:4 a control character cannot stand in YAML"_s;
    QTest::newRow("nul") << QByteArray("a: \0b", 5)
                         << u"f.yaml:1:4 a control character cannot stand in YAML"_s;
    QTest::newRow("bad utf-8") << QByteArray("a: é\nb: ü\xffx\n")
                               << u"f.yaml:2:5 the text is not UTF-8"_s;
    QTest::newRow("utf-16") << QByteArray(
                                   "\xff\xfe"
                                   "a\0",
                                   4)
                            << u"f.yaml:1:4 a control character cannot stand in YAML"_s;
    QTest::newRow("open list") << QByteArray("a: [1, 2\n")
                               << u"f.yaml:2:1 end of sequence flow not found"_s;
    QTest::newRow("open quote that swallows keys")
        << QByteArray("a: &x 'x\nb: y\nc: it''s\n")
        << u"f.yaml:1:4 the quote that opens here is never closed"_s;
    QTest::newRow("open double quote")
        << QByteArray("a: \"x\\\"\n") << u"f.yaml:1:4 the quote that opens here is never closed"_s;
    QTest::newRow("open quote") << QByteArray("a: 'x\n")
                                << u"f.yaml:1:4 the quote that opens here is never closed"_s;
}

void TestReaders::yamlErrors()
{
    QFETCH(QByteArray, text);
    QTEST(yamlError(text), "message");
}

void TestReaders::yamlLimits()
{
    ReadLimits limits;
    limits.depth = 2;
    QCOMPARE(yamlError("a: [1]", limits), u"(read)"_s);
    QCOMPARE(yamlError("a: [[1]]", limits), u"f.yaml:1:5 values are nested deeper than 2"_s);
    limits.nodes = 4;
    QCOMPARE(yamlError("a: [1]", limits), u"(read)"_s);
    QCOMPARE(yamlError("a: [1, 2]", limits),
             u"f.yaml:1:8 there are more than 4 values, aliases counted in full"_s);
    limits = ReadLimits();
    limits.aliases = 2;
    QCOMPARE(yamlError("a: &a 1\nb: [*a, *a]", limits), u"(read)"_s);
    QCOMPARE(yamlError("a: &a 1\nb: [*a, *a, *a]", limits),
             u"f.yaml:2:13 there are more than 2 aliases"_s);
    limits.bytes = 3;
    QCOMPARE(yamlError("a: 1", limits), u"f.yaml: the file is larger than 3 B"_s);
}

void TestReaders::yamlPlaces()
{
    const auto root = readYaml("größe: [ä, b]\nx:\n  - {name: é, deep: {k: v}}\n", u"f"_s);
    QVERIFY(root);
    QCOMPARE(root->line, 1);
    QCOMPARE(root->column, 1);
    const YamlNode& list = root->at(u"größe"_s);
    QCOMPARE(list.column, 8);
    QCOMPARE(list.items[1].column, 12);
    QCOMPARE(list.items[1].path, u"größe[1]"_s);
    const YamlNode& deep = root->at(u"x"_s).items[0].at(u"deep"_s);
    QCOMPARE(deep.line, 3);
    QCOMPARE(deep.column, 21);
    QCOMPARE(deep.at(u"k"_s).path, u"x[0].deep.k"_s);
    QCOMPARE(root->entries[1].keyLine, 2);
    QVERIFY(root->has(u"x"_s) && !root->has(u"y"_s));
    QVERIFY(root->at(u"y"_s).isNull());
    QCOMPARE(root->at(u"y"_s).line, 0);

    const auto aliased = readYaml("a: &a {p: [1]}\nb: {c: *a}\n", u"f"_s);
    QVERIFY(aliased);
    QCOMPARE(aliased->at(u"b"_s).at(u"c"_s).at(u"p"_s).items[0].path, u"b.c.p[0]"_s);
    QCOMPARE(aliased->at(u"a"_s).at(u"p"_s).items[0].path, u"a.p[0]"_s);
}

void TestReaders::yamlMessages()
{
    const auto root =
        readYaml("environments:\n  production:\n    servers: three\n    x: [1]\n    n:\n",
                 u"analemma.yaml"_s);
    QVERIFY(root);
    const YamlNode& production = root->at(u"environments"_s).at(u"production"_s);
    QCOMPARE(
        production.at(u"servers"_s).error(u"analemma.yaml"_s, u"a number of servers"_s).message,
        u"analemma.yaml:3:14 environments.production.servers: expected a number of servers, got \"three\""_s);
    QCOMPARE(production.at(u"x"_s).error(u"a"_s, u"a word"_s).message,
             u"a:4:8 environments.production.x: expected a word, got a list"_s);
    QCOMPARE(production.error(u"a"_s, u"a word"_s).message,
             u"a:3:5 environments.production: expected a word, got a map"_s);
    QCOMPARE(production.at(u"n"_s).describe(), u"nothing"_s);
    QCOMPARE(root->error(u"a"_s, u"a list"_s).message, u"a:1:1: expected a list, got a map"_s);
    QCOMPARE(production.at(u"absent"_s).error(u"a"_s, u"x"_s).message,
             u"a: expected x, got nothing"_s);
    QCOMPARE(readYaml("\"a\\e[31m\"", u"a"_s)->describe(), u"\"a␛[31m\""_s);
}

void TestReaders::yamlIntegers_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("number");
    QTest::newRow("3") << QByteArray("3") << u"3"_s;
    QTest::newRow("-3") << QByteArray("-3") << u"-3"_s;
    QTest::newRow("quoted") << QByteArray("\"3\"") << u"none"_s;
    QTest::newRow("word") << QByteArray("three") << u"none"_s;
    QTest::newRow("3.0") << QByteArray("3.0") << u"none"_s;
    QTest::newRow("largest") << QByteArray("9223372036854775807") << u"9223372036854775807"_s;
    QTest::newRow("too large") << QByteArray("9223372036854775808") << u"none"_s;
    QTest::newRow("underscore") << QByteArray("1_000") << u"none"_s;
    QTest::newRow("sexagesimal") << QByteArray("22:22") << u"none"_s;
    QTest::newRow("sign only") << QByteArray("\"-\"") << u"none"_s;
    QTest::newRow("list") << QByteArray("[3]") << u"none"_s;
}

void TestReaders::yamlIntegers()
{
    QFETCH(QByteArray, text);
    const auto number = readYaml(text, u"f"_s)->asInteger();
    QTEST(number ? QString::number(*number) : u"none"_s, "number");
}

void TestReaders::yamlBombs_data()
{
    QTest::addColumn<QByteArray>("text");
    const int size = 2 * 1024 * 1024 - 16;
    QTest::newRow("alias bomb") << aliasBomb(10);
    QTest::newRow("wide alias bomb")
        << QByteArray("a: &a [" + repeated("x,", 20'000) + "]\nb: [*a, *a, *a]");
    QTest::newRow("merge bomb") << QByteArray("a: &a {p: &p [" + repeated("x,", 20'000) +
                                              "]}\nb: {<<: [*a, *a, *a]}");
    QTest::newRow("brackets") << repeated("[", size);
    QTest::newRow("braces") << repeated("{", size);
    QTest::newRow("map in map") << repeated("{a: ", size / 4);
    QTest::newRow("pairs") << repeated("[],", size / 3);
    QTest::newRow("dashes") << repeated("- ", size / 2);
    QTest::newRow("questions") << repeated("? ", size / 2);
    QTest::newRow("colons") << repeated(": ", size / 2);
    QTest::newRow("flat list") << repeated("- x\n", size / 4);
    QTest::newRow("flat flow list") << QByteArray("[" + repeated("x,", size / 2) + "]");
    QTest::newRow("flat flow list within the signs")
        << QByteArray("[" + repeated("x,", 199'000) + "]");
    QTest::newRow("keys") << repeated("k: v\n", size / 5);
    QTest::newRow("one line") << QByteArray("a: " + repeated("x", size));
    QTest::newRow("long key") << QByteArray(repeated("x", size) + ": 1");
    QTest::newRow("comments") << repeated("#\n", size / 2);
    QTest::newRow("line feeds") << repeated("\n", size);
    QTest::newRow("deeper and deeper") << [] {
        QByteArray text;
        for (int i = 0; i < 1800; ++i) {
            text += QByteArray(i, ' ') + "a:\n";
        }
        return text;
    }();
    QTest::newRow("anchors") << repeated("- &a x\n", size / 7);
    QTest::newRow("tags") << repeated("- !!str x\n", size / 10);
    QTest::newRow("quotes") << repeated("\"", size);
    QTest::newRow("escapes") << QByteArray("\"" + repeated("\\n", size / 2) + "\"");
    QTest::newRow("documents") << repeated("---\n", size / 4);
    QTest::newRow("directives") << repeated("%YAML 1.2\n", size / 10);
    QTest::newRow("block text") << QByteArray("a: |\n" + repeated(" x\n", size / 3));
}

/// Each within 2 seconds and 100 MiB on top of what was used before, read or refused. Builds with
/// sanitizers are slower and larger; they get four times as much.
void TestReaders::yamlBombs()
{
    QFETCH(QByteArray, text);
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    constexpr int factor = 4;
#else
    constexpr int factor = 1;
#endif
    // The peak of this process is set back, so that each row is measured alone.
    QFile reset(u"/proc/self/clear_refs"_s);
    if (reset.open(QIODevice::WriteOnly)) {
        reset.write("5");
        reset.close();
    }
    const qint64 before = peakKiB();
    const std::clock_t begun = std::clock();  // of the processor: others may be busy beside it
    const auto node = readYaml(text, u"f.yaml"_s);
    const qint64 took = qint64(std::clock() - begun) * 1000 / CLOCKS_PER_SEC;
    const qint64 grown = peakKiB() - before;
    qInfo("%lld ms, %lld KiB, %s", took, grown, node ? "read" : qPrintable(node.error().message));
    QVERIFY(took < 2000 * factor);
    QVERIFY(grown < 100 * 1024 * factor);
}

QTEST_GUILESS_MAIN(TestReaders)
#include "tst_readers.moc"
