#include "tests/terminal/screen_text.h"

#include <QDir>
#include <QFile>

using namespace Qt::StringLiterals;
using namespace analemma::terminal;
using namespace analemma::terminal::test;

/// Output of real programs, recorded on 80x24, against what another terminal (tmux) made of the
/// same bytes: NAME.raw, and NAME.screens with "== BYTES ROW COLUMN" and the 24 lines after so many
/// bytes. Where tmux falls short of what vttest says on the page (wrap pending before BS and TAB,
/// home in origin mode, British set, blank of the graphics set), the page has what vttest asks for.
/// A page that sends 8-bit Latin-1 is left out: the screen takes UTF-8.
class TestRecordings : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void screens_data() { recordings(); }
    void screens();
    void splits_data() { recordings(); }
    void splits();
    void resizing_data() { recordings(); }
    void resizing();

private:
    static QDir folder()
    {
        return QDir(QStringLiteral(ANALEMMA_SOURCE "/tests/terminal/recordings"));
    }
    static void recordings()
    {
        QTest::addColumn<QString>("name");
        const QStringList files = folder().entryList({u"*.raw"_s}, QDir::Files, QDir::Name);
        QVERIFY2(files.size() >= 12, "recordings are missing");
        for (const QString& file : files) {
            const QString name = file.chopped(4);
            QTest::newRow(qPrintable(name)) << name;
        }
    }
    static QByteArray read(const QString& name)
    {
        QFile file(folder().filePath(name));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }
};

void TestRecordings::screens()
{
    QFETCH(QString, name);
    const QByteArray bytes = read(name + u".raw"_s);
    const QStringList lines = QString::fromUtf8(read(name + u".screens"_s)).split(u'\n');
    constexpr int rows = 24;
    QVERIFY(lines.size() > rows);
    for (qsizetype at = 0; at + rows < lines.size(); at += rows + 1) {
        const QStringList head = lines[at].split(u' ');
        QCOMPARE(head.value(0), u"=="_s);
        Screen screen({80, rows});
        screen.feed(bytes.first(head.value(1).toLongLong()));
        const QStringList got = rowsOf(screen);
        for (int y = 0; y < rows; ++y) {
            const QString where = u"after %1 bytes, row %2"_s.arg(head.value(1)).arg(y);
            QVERIFY2(got[y] == lines[at + 1 + y],
                     qPrintable(where + u"\n  got      "_s + got[y] + u"\n  expected "_s +
                                lines[at + 1 + y]));
        }
        QCOMPARE(screen.cursor().row, head.value(2).toInt());
        QCOMPARE(screen.cursor().column, head.value(3).toInt());
    }
}

/// The bytes cut in two at any place, or fed one by one, make the same screen.
void TestRecordings::splits()
{
    QFETCH(QString, name);
    const QByteArray bytes = read(name + u".raw"_s);
    Screen whole({80, 24});
    whole.feed(bytes);
    const QByteArray replies = whole.takeReplies();
    Screen single({80, 24});
    for (const char& byte : bytes) {
        single.feed(QByteArrayView(&byte, 1));
    }
    QCOMPARE(everything(single), everything(whole));
    QCOMPARE(single.takeReplies(), replies);
    // Every place of a short recording, some 150 of a long one.
    const qsizetype step = 1 + bytes.size() / 150;
    for (qsizetype cut = 0; cut<bytes.size(); cut += bytes.size()> 1000 ? step : 1) {
        Screen screen({80, 24});
        screen.feed(bytes.first(cut));
        screen.feed(bytes.sliced(cut));
        QVERIFY2(isSame(screen, whole), qPrintable(u"cut at %1"_s.arg(cut)));
    }
}

/// Sizes change while a program writes; nothing breaks, and a reset makes a fresh screen of it.
void TestRecordings::resizing()
{
    QFETCH(QString, name);
    const QByteArray bytes = read(name + u".raw"_s);
    quint32 seed = 12345;
    const auto next = [&seed](int limit) {
        seed = seed * 1664525 + 1013904223;
        return int((seed >> 8) % quint32(limit));
    };
    Screen screen({80, 24});
    for (qsizetype at = 0; at < bytes.size();) {
        const qsizetype n = qMin<qsizetype>(1 + next(200), bytes.size() - at);
        screen.feed(QByteArrayView(bytes).sliced(at, n));
        at += n;
        const Size size = {1 + next(at % 7 == 0 ? 1000 : 100), 1 + next(60)};
        screen.resize(size);
        QCOMPARE(screen.size(), size);
        QVERIFY(screen.cursor().row < size.rows && screen.cursor().column < size.columns);
    }
    screen.resize({80, 24});
    screen.reset();
    screen.feed("\033c");
    screen.feed(bytes);
    Screen fresh({80, 24});
    fresh.feed(bytes);
    QCOMPARE(rowsOf(screen), rowsOf(fresh));
    QCOMPARE(screen.cursor(), fresh.cursor());
}

QTEST_GUILESS_MAIN(TestRecordings)
#include "tst_terminal_recordings.moc"
