#include "tests/operate/log_fixture.h"

#include "core/operate/src/logmerge.h"
#include "core/operate/src/logtime.h"

#include <csignal>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::operate;
using namespace analemma::test;

namespace {

qint64 at(const char* iso)
{
    return QDateTime::fromString(QString::fromLatin1(iso), Qt::ISODateWithMs).toMSecsSinceEpoch();
}

QByteArray stamped(qint64 time, const QByteArray& text)
{
    return QDateTime::fromMSecsSinceEpoch(time, Qt::UTC).toString(Qt::ISODateWithMs).toLatin1() +
           ' ' + text + '\n';
}

/// Programs on this machine whose command line holds these bytes.
QList<qint64> programsWith(const QByteArray& words)
{
    QList<qint64> found;
    const QStringList entries = QDir(u"/proc"_s).entryList(QDir::Dirs);
    for (const QString& entry : entries) {
        QFile file(u"/proc/"_s + entry + u"/cmdline"_s);
        if (entry.toLongLong() > 0 && entry.toLongLong() != ::getpid() &&
            file.open(QIODevice::ReadOnly) && file.readAll().contains(words)) {
            found += entry.toLongLong();
        }
    }
    return found;
}

}  // namespace

/// Logs of real servers, followed and merged.
class TestLogTail : public LogFixture {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { begin(); }

    void times_data()
    {
        QTest::addColumn<QByteArray>("line");
        QTest::addColumn<qint64>("time");
        const auto row = [](const char* name, const QByteArray& line, qint64 time) {
            QTest::newRow(name) << line << time;
        };
        const qint64 noon = at("2026-11-27T14:02:11.000Z");
        row("iso", "2026-11-27T14:02:11.250Z up", noon + 250);
        row("iso with zone", "2026-11-27T15:02:11.250123+01:00 host app[7]: up", noon + 250);
        row("journal", "2026-11-27T15:02:11.250123+0100 host app[7]: up", noon + 250);
        row("zone of the server", "2026-11-27 16:02:11,250 INFO up", noon + 250);
        row("in brackets", "[2026-11-27T14:02:11Z] up", noon);
        row("after a word", "INFO 2026-11-27T14:02:11Z up", noon);
        row("error log", "2026/11/27 16:02:11 [error] 7#7: *1 open() failed", noon);
        row("syslog", "Nov 27 16:02:11 web-1 sshd[7]: up", noon);
        row("syslog of one digit", "Nov  7 16:02:11 web-1 sshd[7]: up",
            at("2026-11-07T14:02:11.000Z"));
        row("syslog of last year", "Dec 31 16:02:11 web-1 sshd[7]: up",
            at("2025-12-31T14:02:11.000Z"));
        row("raw syslog", "<34>Nov 27 16:02:11 web-1 su: failed", noon);
        row("access log", "10.0.0.7 - - [27/Nov/2026:15:02:11 +0100] \"GET / HTTP/1.1\" 200 1",
            noon);
        row("seconds", "1795788131.5 up", noon + 500);
        row("milliseconds", "1795788131250 up", noon + 250);
        row("json", R"({"level":"info","time":"2026-11-27T14:02:11.250Z","msg":"up"})", noon + 250);
        row("json by number", R"({"ts": 1795788131.25, "msg": "up"})", noon + 250);
        row("none", "it came up", -1);
        row("a trace", "    at main (app.js:7:1)", -1);
        row("an address", "10.20.30.40 said hello to 2001:db8::7", -1);
        row("no such month", "2026-13-27T14:02:11Z up", -1);
        row("far ahead", "2027-11-27T14:02:11Z up", -1);
        row("empty", "", -1);
        row("cut short", "2026-11-27T14:0", -1);
    }
    void times()
    {
        QFETCH(QByteArray, line);
        QFETCH(qint64, time);
        const qint64 arrival = at("2026-11-27T14:02:12.000Z");
        QCOMPARE(logTime(line, 2 * 3600, arrival).value_or(-1), time);
    }

    void zones()
    {
        QCOMPARE(zoneSeconds("+0130"), std::optional(5400));
        QCOMPARE(zoneSeconds("-0800"), std::optional(-28800));
        QVERIFY(!zoneSeconds("UTC"));
        QVERIFY(!zoneSeconds("+01:30"));
    }

    void linesOfOneServerKeepTheirOrder()
    {
        const auto line = [](const char* server, qint64 time, const char* text) {
            LogLine made;
            made.server = QString::fromLatin1(server);
            made.time = time;
            made.text = text;
            return made;
        };
        LogMerge merge(milliseconds(100));
        merge.add(line("a", 10, "a10"), 0);
        merge.add(line("a", 5, "a5"), 0);  // its clock was set back
        merge.add(line("b", 7, "b7"), 50);
        QCOMPARE(merge.take(99).size(), 0);
        merge.add(line("b", 30, "b30"), 99);
        const auto texts = [](const QList<LogLine>& lines) {
            QByteArrayList all;
            for (const LogLine& one : lines) {
                all.append(one.text);
            }
            return all.join(' ');
        };
        QCOMPARE(texts(merge.take(100)), "b7 a10 a5");
        QVERIFY(!merge.isEmpty());
        QCOMPARE(texts(merge.takeAll()), "b30");
    }

    void sources_data()
    {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("unit");
        QTest::addColumn<bool>("good");
        QTest::newRow("file") << u"/var/log/a b"_s << QString() << true;
        QTest::newRow("journal") << QString() << QString() << true;
        QTest::newRow("unit") << QString() << u"nginx@1.service"_s << true;
        QTest::newRow("relative") << u"log/a"_s << QString() << false;
        QTest::newRow("option") << u"-f"_s << QString() << false;
        QTest::newRow("line feed") << u"/a\nb"_s << QString() << false;
        QTest::newRow("both") << u"/a"_s << u"b"_s << false;
        QTest::newRow("no unit") << QString() << u"a; reboot"_s << false;
    }
    void sources()
    {
        QFETCH(QString, file);
        QFETCH(QString, unit);
        QTEST(checkLogSource({file, unit}).ok(), "good");
    }

    /// What was there before and what comes, in one order, from a path that a careless shell would
    /// read as commands.
    void twoServersInOneOrder()
    {
        const QString name = u"it's $(touch gone) \"one\"; a.log"_s;
        const qint64 base = QDateTime::currentMSecsSinceEpoch() - 60'000;
        const auto path = prepare(name);
        append(path(0), stamped(base, "one-1") + stamped(base + 2'000, "one-2"));
        append(path(1), stamped(base + 1'000, "two-1") + stamped(base + 3'000, "two-2"));
        Followed both(connecting());
        VERIFY_OK(both.tail.start({u"one"_s, u"two"_s}, {link(name), {}}));
        QTRY_COMPARE_WITH_TIMEOUT(both.texts().size(), 4, 20'000);
        const auto words = [&] {
            QByteArrayList all;
            for (const QByteArray& text : both.texts()) {
                all.append(text.split(' ').last());
            }
            return all.join(' ');
        };
        QCOMPARE(words(), "one-1 two-1 one-2 two-2");
        QCOMPARE(both.tail.state(u"one"_s), LogState::Following);
        QVERIFY(both.lines.first().told);
        QCOMPARE(both.lines.first().time, base);
        const qint64 now = QDateTime::currentMSecsSinceEpoch();
        append(path(1), stamped(now + 1, "two-3"));
        append(path(0), stamped(now, "one-3") + "  at main\n");
        QTRY_COMPARE_WITH_TIMEOUT(both.texts().size(), 7, 20'000);
        QCOMPARE(both.texts(u"one"_s).last(), QByteArray("  at main"));
        QCOMPARE(both.lines.at(5).time, now);
    }

    /// A program there would write into nothing for ever.
    void theProgramsThereEnd()
    {
        const QString name = u"ends-%1.log"_s.arg(::getpid());
        const auto path = prepare(name);
        append(path(0), "a\n");
        append(path(1), "b\n");
        {
            Followed both(connecting());
            VERIFY_OK(both.tail.start({u"one"_s, u"two"_s}, {link(name), {}}));
            QTRY_COMPARE_WITH_TIMEOUT(both.texts().size(), 2, 20'000);
            QVERIFY(programsWith(name.toUtf8()).size() >= 2);
            both.tail.stop();
            QTRY_COMPARE_WITH_TIMEOUT(programsWith(name.toUtf8()).size(), 0, 10'000);
            VERIFY_OK(both.tail.start({u"one"_s}, {link(name), {}}));
            QTRY_COMPARE_WITH_TIMEOUT(both.tail.state(u"one"_s), LogState::Following, 20'000);
        }
        QTRY_COMPARE_WITH_TIMEOUT(programsWith(name.toUtf8()).size(), 0, 10'000);
    }

    void aFloodIsCounted()
    {
        const QString name = u"flood.log"_s;
        const auto path = prepare(name);
        append(path(0), "first\n");
        LogTailOptions options;
        options.linesPerSecond = 300;
        options.backlog = 10;
        Followed one(connecting(), options);
        VERIFY_OK(one.tail.start({u"one"_s}, {link(name), {}}));
        QTRY_COMPARE_WITH_TIMEOUT(one.texts().size(), 1, 20'000);
        constexpr int count = 20'000;
        QByteArray flood;
        for (int i = 0; i < count; ++i) {
            flood += "line " + QByteArray::number(i) + '\n';
        }
        append(path(0), flood);
        const auto all = [&] { return one.texts().size() - 1 + one.sum(LogLine::Kind::Skipped); };
        QTRY_COMPARE_WITH_TIMEOUT(all(), count, 20'000);
        QVERIFY(one.sum(LogLine::Kind::Skipped) > count / 2);
        QVERIFY(one.texts().size() < count / 2);
        append(path(0), "after\n");
        QTRY_COMPARE_WITH_TIMEOUT(one.texts().last(), QByteArray("after"), 20'000);
    }

    void aLongLineIsCut()
    {
        const QString name = u"long.log"_s;
        const auto path = prepare(name);
        append(path(0), QByteArray(3'000'000, 'x') + "\nshort\n");
        Followed one(connecting());
        VERIFY_OK(one.tail.start({u"one"_s}, {link(name), {}}));
        QTRY_COMPARE_WITH_TIMEOUT(one.texts().size(), 2, 20'000);
        QCOMPARE(one.lines[0].text.size(), LogTailOptions().longestLine);
        QVERIFY(one.lines[0].cut);
        QVERIFY(one.lines[0].sentence().endsWith(u"(cut)"_s));
        QVERIFY(!one.lines[1].cut);
    }

    void awayAndBack()
    {
        const QString name = u"away.log"_s;
        const auto path = prepare(name);
        append(path(0), "one before\n");
        append(path(1), "two before\n");
        LogTailOptions options;
        options.firstRetry = milliseconds(200);
        options.longestRetry = milliseconds(500);
        Followed both(connecting(), options);
        VERIFY_OK(both.tail.start({u"one"_s, u"two"_s}, {link(name), {}}));
        QTRY_COMPARE_WITH_TIMEOUT(both.texts().size(), 2, 20'000);
        m_two.stop();
        QTRY_COMPARE_WITH_TIMEOUT(both.tail.state(u"two"_s), LogState::Lost, 20'000);
        QVERIFY(!both.tail.reason(u"two"_s).isEmpty());
        append(path(1), "two meanwhile\n");
        append(path(0), "one meanwhile\n");
        QTRY_COMPARE_WITH_TIMEOUT(both.texts(u"one"_s).size(), 2, 20'000);  // held up by nobody
        QVERIFY(!both.has(LogLine::Kind::Gap));
        QVERIFY(m_two.start(m_two.port()).isEmpty());
        QTRY_COMPARE_WITH_TIMEOUT(both.tail.state(u"two"_s), LogState::Following, 20'000);
        append(path(1), "two after\n");
        QTRY_COMPARE_WITH_TIMEOUT(both.texts(u"two"_s).last(), QByteArray("two after"), 20'000);
        // What was written meanwhile is there, once, and it is said that it comes late.
        QCOMPARE(both.texts(u"two"_s).join('|'), "two before|two meanwhile|two after");
        QVERIFY(!both.has(LogLine::Kind::Gap));
        const auto back =
            std::find_if(both.lines.begin(), both.lines.end(),
                         [](const LogLine& line) { return line.kind == LogLine::Kind::Resumed; });
        QVERIFY(back != both.lines.end());
        QCOMPARE(back->server, u"two"_s);
        QVERIFY(back->count > 0);
        QVERIFY(back < both.lines.end() - 1);
    }

    void aFileThatIsNotThereYet()
    {
        const QString name = u"later-%1.log"_s.arg(::getpid());
        const auto path = prepare(name);
        Followed one(connecting());
        VERIFY_OK(one.tail.start({u"one"_s}, {link(name), {}}));
        QTRY_VERIFY_WITH_TIMEOUT(one.has(LogLine::Kind::Note), 20'000);
        append(path(0), "there\n");
        QTRY_VERIFY_WITH_TIMEOUT(one.texts().contains("there"), 20'000);
    }

    void onceWithoutFollowing()
    {
        const QString name = u"once.log"_s;
        const auto path = prepare(name);
        QByteArray lines;
        for (int i = 0; i < 50; ++i) {
            lines += "line " + QByteArray::number(i) + '\n';
        }
        append(path(0), lines + "without an end");
        LogTailOptions options;
        options.follow = false;
        options.backlog = 3;
        Followed both(connecting(), options);
        VERIFY_OK(both.tail.start({u"one"_s, u"two"_s}, {link(name), {}}));
        QTRY_VERIFY_WITH_TIMEOUT(both.isOver, 20'000);
        QCOMPARE(both.texts(u"one"_s).join('|'), "line 48|line 49|without an end");
        QCOMPARE(both.tail.state(u"one"_s), LogState::Ended);
        QCOMPARE(both.tail.state(u"two"_s), LogState::Refused);  // it has no such file
        QVERIFY2(both.tail.reason(u"two"_s).contains(name), qPrintable(both.tail.reason(u"two"_s)));
    }

    void whoIsRefusedHoldsNobodyUp()
    {
        const QString name = u"refused.log"_s;
        const auto path = prepare(name);
        append(path(0), "here\n");
        const LogTail::Connect good = connecting();
        Followed both([good](const QString& server, CancelToken cancel) {
            return server == "one"_L1 ? good(server, std::move(cancel)) : refused();
        });
        VERIFY_OK(both.tail.start({u"one"_s, u"two"_s}, {link(name), {}}));
        QTRY_COMPARE_WITH_TIMEOUT(both.texts().size(), 1, 20'000);
        QCOMPARE(both.tail.state(u"two"_s), LogState::Refused);
        QVERIFY(both.tail.reason(u"two"_s).contains(u"no key"_s));
    }

    /// The journal is asked as journalctl(1) says; here by a program of that name.
    void theJournal()
    {
        const QTemporaryDir folder;
        const QString program = folder.filePath(u"journalctl"_s);
        {
            QFile file(program);
            QVERIFY(file.open(QIODevice::WriteOnly));
            file.write(
                "#!/bin/sh\necho \"2026-11-27T14:02:11.250000+0000 h a[7]: $*\"\nsleep 60\n");
            file.setPermissions(QFile::ReadOwner | QFile::ExeOwner);
        }
        PrivateSshd sshd({u"ed25519"_s},
                         "ForceCommand PATH=" + folder.path().toUtf8() +
                             ":/usr/bin:/bin; export PATH; exec sh -c \"$SSH_ORIGINAL_COMMAND\"",
                         24);
        QVERIFY(sshd.start().isEmpty());
        Followed one([this, &sshd](const QString&, CancelToken cancel) {
            return ssh::sharedBuiltIn(&m_client, sshd.target(), std::move(cancel));
        });
        VERIFY_OK(one.tail.start({u"one"_s}, {{}, u"nginx.service"_s}));
        QTRY_COMPARE_WITH_TIMEOUT(one.texts().size(), 1, 20'000);
        QVERIFY2(one.texts()[0].endsWith(
                     "--no-pager -o short-iso-precise -n 200 -f --unit=nginx.service"),
                 one.texts()[0].constData());
        QCOMPARE(one.lines[0].time, at("2026-11-27T14:02:11.250Z"));
    }

private:
    static Task<Result<ssh::ChosenSession>> refused()
    {
        co_return Error(ErrorKind::Auth, u"no key fits"_s);
    }
};

QTEST_GUILESS_MAIN(TestLogTail)
#include "tst_log_tail.moc"
