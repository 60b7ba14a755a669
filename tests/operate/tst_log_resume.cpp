#include "tests/operate/log_fixture.h"

#include "core/operate/src/logcommand.h"

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::operate;
using namespace analemma::test;

/// A log goes on where it was when its server was away: by byte and file.
class TestLogResume : public LogFixture {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { begin(); }

    void partsAreRead_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<int>("kind");  // -1: no part
        QTest::addColumn<QString>("file");
        QTest::addColumn<qint64>("offset");
        QTest::addColumn<qint64>("skipped");
        const auto row = [](const char* text, int kind, const char* file, qint64 offset,
                            qint64 skipped) {
            QTest::newRow(text) << QByteArray(text) << kind << QString::fromLatin1(file) << offset
                                << skipped;
        };
        row("@ 2049:77 1024 2048 same 0", int(LogPartKind::Same), "2049:77", 1024, 0);
        row("@ 2049:77 0 2048 rotated 7", int(LogPartKind::Rotated), "2049:77", 0, 7);
        row("@ 2049:77 - 5 truncated 0", int(LogPartKind::Truncated), "", -1, 0);
        row("@ - - - unplaced 0", int(LogPartKind::Unplaced), "", -1, 0);
        row("@ 2049:x 5 5 same 0", int(LogPartKind::Same), "", -1, 0);
        row("@ 1;reboot:7 5 5 same 0", int(LogPartKind::Same), "", -1, 0);
        row("@ $(reboot):7 5 5 same 0", int(LogPartKind::Same), "", -1, 0);
        row("@ 2049:77 -5 5 same 0", int(LogPartKind::Same), "", -1, 0);
        row("@ 2049:77 5 5 sane 0", -1, "", -1, 0);
        row("@ 2049:77 5 5", -1, "", -1, 0);
        row("+0100", -1, "", -1, 0);
    }
    void partsAreRead()
    {
        QFETCH(QByteArray, text);
        QFETCH(int, kind);
        const std::optional<LogPart> part = readLogPart(text);
        QCOMPARE(part.has_value(), kind >= 0);
        if (part) {
            QCOMPARE(int(part->kind), kind);
            QTEST(part->at.file, "file");
            QTEST(part->at.offset, "offset");
            QTEST(part->skipped, "skipped");
        }
    }

    /// A server is killed in the middle of a line, and started again a thousand lines later.
    void whatWasMissedComesOnce()
    {
        const QString name = u"missed.log"_s;
        const auto path = prepare(name);
        append(path(1), "line 0\nline 1\nlin");
        Followed one(connecting(), quick());
        VERIFY_OK(one.tail.start({u"two"_s}, {link(name), {}}));
        QTRY_COMPARE_WITH_TIMEOUT(one.texts().size(), 2, 20'000);
        cutOff(one);
        QByteArray more = "e 2\n";
        for (int i = 3; i < 5'000; ++i) {  // faster than lines are let through
            more += "line " + QByteArray::number(i) + '\n';
        }
        append(path(1), more);
        VERIFY_OK(back(one));
        QTRY_COMPARE_WITH_TIMEOUT(one.texts().size(), 5'000, 20'000);
        append(path(1), "line 5000\n");
        QTRY_COMPARE_WITH_TIMEOUT(one.texts().size(), 5'001, 20'000);
        for (int i = 0; i <= 5'000; ++i) {
            QCOMPARE(one.texts().at(i), "line " + QByteArray::number(i));
        }
        QVERIFY(one.has(LogLine::Kind::Resumed));
        QVERIFY(!one.has(LogLine::Kind::Gap) && !one.has(LogLine::Kind::Skipped));
        // And once more, with nothing new at all.
        cutOff(one);
        VERIFY_OK(back(one));
        append(path(1), "line 5001\n");
        QTRY_COMPARE_WITH_TIMEOUT(one.texts().size(), 5'002, 20'000);
    }

    /// More than is fetched: the newest, from a whole line on, and how much is left out.
    void tooMuchIsLeftOut()
    {
        const QString name = u"toomuch.log"_s;
        const auto path = prepare(name);
        append(path(1), "before\n");
        LogTailOptions options = quick();
        options.missed = 1'000;
        Followed one(connecting(), options);
        VERIFY_OK(one.tail.start({u"two"_s}, {link(name), {}}));
        QTRY_COMPARE_WITH_TIMEOUT(one.texts().size(), 1, 20'000);
        cutOff(one);
        QByteArray more;
        for (int i = 1'000; i < 2'000; ++i) {
            more += "number " + QByteArray::number(i) + '\n';  // twelve bytes
        }
        append(path(1), more);
        VERIFY_OK(back(one));
        QTRY_COMPARE_WITH_TIMEOUT(one.texts().last(), QByteArray("number 1999"), 20'000);
        QCOMPARE(one.texts().size(), 1 + 83);  // of 1,000 bytes, without the piece of a line
        QCOMPARE(one.texts().at(1), QByteArray("number 1917"));
        QVERIFY(!one.has(LogLine::Kind::Resumed));
        const auto gap = std::find_if(one.lines.begin(), one.lines.end(), [](const LogLine& line) {
            return line.kind == LogLine::Kind::Gap;
        });
        QVERIFY(gap != one.lines.end());
        QCOMPARE(gap->bytes, qint64(11'000));
        QVERIFY2(gap->sentence().contains(u"left out"_s), qPrintable(gap->sentence()));
    }

    /// Rotated while the server was away: the end of the old file, then the new one from its
    /// beginning; where the old one is gone, that is told.
    void rotatedMeanwhile_data()
    {
        QTest::addColumn<QString>("kept");
        QTest::newRow("by number") << u".1"_s;
        QTest::newRow("by date") << u"-20261127"_s;
        QTest::newRow("removed") << QString();
    }
    void rotatedMeanwhile()
    {
        QFETCH(QString, kept);
        const QString name = u"rotated%1.log"_s.arg(kept);
        const auto path = prepare(name);
        append(path(1), "old 1\n");
        Followed one(connecting(), quick());
        VERIFY_OK(one.tail.start({u"two"_s}, {link(name), {}}));
        QTRY_COMPARE_WITH_TIMEOUT(one.texts().size(), 1, 20'000);
        cutOff(one);
        append(path(1), "old 2\nold 3");  // its last line has no end
        if (kept.isEmpty()) {
            append(path(1) + u".keeps-its-inode"_s, "other\n");
            QVERIFY(QFile::rename(path(1), path(0)));
        } else {
            QVERIFY(QFile::rename(path(1), path(1) + kept));
        }
        append(path(1), "new 1\nnew 2\n");
        VERIFY_OK(back(one));
        QTRY_COMPARE_WITH_TIMEOUT(one.texts().last(), QByteArray("new 2"), 20'000);
        append(path(1), "new 3\n");
        QTRY_COMPARE_WITH_TIMEOUT(one.texts().last(), QByteArray("new 3"), 20'000);
        const bool gone = kept.isEmpty();
        QCOMPARE(one.texts().join('|'),
                 gone ? "old 1|new 1|new 2|new 3" : "old 1|old 2|old 3|new 1|new 2|new 3");
        QCOMPARE(one.has(LogLine::Kind::Gap), gone);
        QCOMPARE(one.has(LogLine::Kind::Resumed), !gone);
        const auto rotated =
            std::find_if(one.lines.begin(), one.lines.end(),
                         [](const LogLine& line) { return line.kind == LogLine::Kind::Rotated; });
        QVERIFY(rotated != one.lines.end());
        QCOMPARE((rotated + 1)->text, QByteArray("new 1"));
    }

    /// Rotated while it is followed: it goes on with the new file, and knows where it is there.
    void rotatedWhileFollowed()
    {
        const QString name = u"turned.log"_s;
        const auto path = prepare(name);
        append(path(1), "old 1\n");
        Followed one(connecting(), quick());
        VERIFY_OK(one.tail.start({u"two"_s}, {link(name), {}}));
        QTRY_COMPARE_WITH_TIMEOUT(one.texts().size(), 1, 20'000);
        QVERIFY(QFile::rename(path(1), path(1) + u".1"_s));
        append(path(1) + u".1"_s, "old 2\n");  // its writer has not noticed yet
        append(path(1), "new 1\n");
        QTRY_COMPARE_WITH_TIMEOUT(one.texts().join('|'), "old 1|old 2|new 1", 20'000);
        QVERIFY(one.has(LogLine::Kind::Rotated));
        cutOff(one);
        append(path(1), "new 2\n");
        VERIFY_OK(back(one));
        QTRY_COMPARE_WITH_TIMEOUT(one.texts().join('|'), "old 1|old 2|new 1|new 2", 20'000);
        QVERIFY(!one.has(LogLine::Kind::Gap));
        // Cut back and written anew, while the server is away.
        cutOff(one);
        QFile file(path(1));
        QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Truncate));
        file.write("anew\n");
        file.close();
        VERIFY_OK(back(one));
        QTRY_COMPARE_WITH_TIMEOUT(one.texts().last(), QByteArray("anew"), 20'000);
        QVERIFY(one.has(LogLine::Kind::Gap));
    }
};

QTEST_GUILESS_MAIN(TestLogResume)
#include "tst_log_resume.moc"
