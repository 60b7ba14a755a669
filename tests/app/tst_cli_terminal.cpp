#include "tests/app/harness.h"

#include <QFile>
#include <QJsonArray>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::test;

class TestCliTerminal : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void bytes();
    void cast();
    void text();
    void badCast();
    void noFile();

private:
    QString write(const QString& name, const QByteArray& bytes)
    {
        QFile file(QDir(m_place.work()).filePath(name));
        if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size()) {
            qFatal("cannot write");
        }
        return name;
    }

    Place m_place;
};

void TestCliTerminal::bytes()
{
    const QString file =
        write(u"raw"_s,
              "a\033[1;31mbc\033[m\r\n\033[48;2;1;2;255mx\033[m\033]8;;https://example.org\a"
              "y\033]8;;\a\033]0;t\a");
    const Ran ran = run({u"terminal"_s, u"render"_s, file, u"--columns"_s, u"20"_s, u"--rows"_s,
                         u"3"_s, u"--json"_s},
                        m_place.work());
    QCOMPARE(ran.code, 0);
    const Json json = ran.json();
    QCOMPARE(json[u"schema"_s].toString(), u"analemma.terminal.1"_s);
    QCOMPARE(json[u"title"_s].toString(), u"t"_s);
    const QJsonArray rows = json[u"rows"_s].toArray();
    QCOMPARE(rows.size(), 3);
    QCOMPARE(rows[0][u"text"_s].toString(), u"abc"_s);
    const QJsonArray first = rows[0][u"runs"_s].toArray();
    QCOMPARE(first.size(), 1);
    QCOMPARE(first[0][u"column"_s].toInt(), 1);
    QCOMPARE(first[0][u"length"_s].toInt(), 2);
    QCOMPARE(first[0][u"fg"_s].toInt(), 1);
    QVERIFY(first[0][u"bg"_s].isNull());
    QCOMPARE(first[0][u"flags"_s].toArray(), QJsonArray{u"bold"_s});
    const QJsonArray second = rows[1][u"runs"_s].toArray();
    QCOMPARE(second.size(), 2);
    QCOMPARE(second[0][u"bg"_s].toString(), u"#0102ff"_s);
    QCOMPARE(second[1][u"link"_s].toString(), u"https://example.org"_s);
    QCOMPARE(json[u"cursor"_s][u"row"_s].toInt(), 1);
    QCOMPARE(json[u"cursor"_s][u"column"_s].toInt(), 2);
}

void TestCliTerminal::cast()
{
    const QString file = write(u"session.cast"_s,
                               "{\"version\": 2, \"width\": 10, \"height\": 3}\n"
                               "[0.1, \"o\", \"0123456789\"]\n"
                               "[0.2, \"i\", \"typed\"]\n"
                               "[0.3, \"o\", \"ab\\u001b[1mc\\u00e9\"]\n"
                               "[0.4, \"r\", \"20x4\"]\n");
    const Ran ran = run({u"terminal"_s, u"render"_s, file, u"--json"_s}, m_place.work());
    QCOMPARE(ran.code, 0);
    const QJsonArray rows = ran.json()[u"rows"_s].toArray();
    QCOMPARE(rows.size(), 4);
    QCOMPARE(rows[0][u"text"_s].toString(), u"0123456789abc\u00e9"_s);
    QCOMPARE(ran.json()[u"cursor"_s][u"column"_s].toInt(), 14);
}

void TestCliTerminal::text()
{
    const QString file = write(u"raw"_s, "one\r\ntwo");
    const Ran ran = run({u"terminal"_s, u"render"_s, file, u"--rows"_s, u"3"_s}, m_place.work());
    QCOMPARE(ran.code, 0);
    QCOMPARE(ran.out, QByteArray("one\ntwo\n\n"));
}

void TestCliTerminal::badCast()
{
    const QString file = write(u"bad.cast"_s, "{\"version\": 2}\n[0, \"o\", \"x\"]\n[oops\n");
    const Ran ran = run({u"terminal"_s, u"render"_s, file}, m_place.work());
    QVERIFY(ran.code != 0);
    QVERIFY2(ran.err.contains("line 3"), ran.err.constData());
}

void TestCliTerminal::noFile()
{
    QCOMPARE(run({u"terminal"_s, u"render"_s, u"none"_s}, m_place.work()).code, 5);
    const QString file = write(u"raw"_s, "x");
    QCOMPARE(run({u"terminal"_s, u"render"_s, file, u"--rows"_s, u"0"_s}, m_place.work()).code, 2);
}

QTEST_GUILESS_MAIN(TestCliTerminal)
#include "tst_cli_terminal.moc"
