#include "core/base/clock.h"
#include "core/base/process.h"
#include "core/base/task.h"
#include "tests/support.h"

#include <QFile>
#include <QFileInfo>
#include <QTemporaryDir>
#include <QTest>

#include <atomic>
#include <csignal>
#include <thread>

using namespace analemma;
using namespace Qt::StringLiterals;
using test::listen;

namespace {

Task<Result<int>> addLater(int a, int b, CancelToken cancel)
{
    Result<void> slept = co_await sleepFor(milliseconds(5), cancel);
    if (!slept) {
        co_return slept.error();
    }
    co_return a + b;
}

Task<Result<int>> chain(CancelToken cancel)
{
    int sum = 0;
    for (int i = 0; i < 3; ++i) {
        Result<int> part = co_await addLater(sum, i, cancel);
        if (!part) {
            co_return part.error();
        }
        sum = *part;
    }
    co_return sum;
}

Task<Result<QString>> awaitPromise(Promise<QString>::Future future)
{
    Result<QString> result = co_await future;
    co_return result;
}

Task<Result<void>> forever(CancelToken cancel)
{
    Result<void> result = co_await sleepFor(std::chrono::hours(1), cancel);
    co_return result;
}

Task<Result<qint64>> threadOfWorker()
{
    std::function<Result<qint64>()> work = [] { return Result<qint64>(qint64(::gettid())); };
    Result<qint64> result = co_await onWorker<qint64>(std::move(work));
    if (result && QThread::currentThread() != QCoreApplication::instance()->thread()) {
        co_return Error(ErrorKind::Bug, u"resumed on a foreign thread"_s);
    }
    co_return result;
}

ProcessSpec shell(const QString& script)
{
    return {u"/bin/sh"_s, {u"-c"_s, script}};
}

}  // namespace

class TestBase : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void errorsCarryContextAndSurviveJson()
    {
        Error error(ErrorKind::Io, u"disk full"_s, 28);
        error.details[u"free"_s] = 0;
        const Error outer =
            error.in(u"upload site.tar.gz"_s).in(u"bake web"_s).withHint(u"Free space."_s);
        QCOMPARE(outer.message, u"bake web: upload site.tar.gz: disk full"_s);
        const Error back = Error::fromJson(outer.toJson());
        QCOMPARE(back.message, outer.message);
        QCOMPARE(back.kind, ErrorKind::Io);
        QCOMPARE(back.nativeCode, 28);
        QCOMPARE(back.hint, u"Free space."_s);
        QCOMPARE(back.details, error.details);
        for (int kind = 0; kind <= int(ErrorKind::Bug); ++kind) {
            QCOMPARE(errorKindFromString(toString(ErrorKind(kind))),
                     std::optional(ErrorKind(kind)));
        }
    }

    void durationsReadAndWrite_data()
    {
        QTest::addColumn<qint64>("ms");
        QTest::addColumn<QString>("text");
        QTest::newRow("ms") << qint64(38) << u"38 ms"_s;
        QTest::newRow("s.") << qint64(1270) << u"1.3 s"_s;
        QTest::newRow("s") << qint64(41'200) << u"41 s"_s;
        QTest::newRow("min") << qint64(200'000) << u"3 min 20 s"_s;
        QTest::newRow("round") << qint64(59'600) << u"1 min"_s;
        QTest::newRow("h") << qint64(7'500'000) << u"2 h 5 min"_s;
    }
    void durationsReadAndWrite()
    {
        QFETCH(qint64, ms);
        QTEST(durationText(milliseconds(ms)), "text");
    }
    void agesRead_data()
    {
        QTest::addColumn<qint64>("seconds");
        QTest::addColumn<QString>("text");
        const qint64 day = 86'400;
        QTest::newRow("to come") << qint64(-100) << u"just now"_s;
        QTest::newRow("now") << qint64(1) << u"just now"_s;
        QTest::newRow("s") << qint64(59) << u"59 s ago"_s;
        QTest::newRow("min") << qint64(3'599) << u"59 min ago"_s;
        QTest::newRow("h") << day - 1 << u"23 h ago"_s;
        QTest::newRow("d") << day << u"1 d ago"_s;
        QTest::newRow("most days") << 365 * day - 1 << u"364 d ago"_s;
        QTest::newRow("a year") << 365 * day << u"1 y ago"_s;
        QTest::newRow("nearer to one") << 546 * day << u"1 y ago"_s;
        QTest::newRow("nearer to two") << 547 * day << u"2 y ago"_s;
        QTest::newRow("years") << 3'283 * day << u"9 y ago"_s;
        QTest::newRow("centuries") << 36'500 * day << u"100 y ago"_s;
    }
    void agesRead()
    {
        QFETCH(qint64, seconds);
        const QDateTime now = fromIso(u"2026-11-23T12:00:00.000Z"_s);
        QTEST(ageText(now.addSecs(-seconds), now), "text");
        QCOMPARE(ageText({}, now), u"never"_s);
    }
    void durationsParse()
    {
        QCOMPARE(parseDuration(u"500ms"_s), std::optional(milliseconds(500)));
        QCOMPARE(parseDuration(u"2m"_s), std::optional(milliseconds(120'000)));
        for (const QString& bad : {u""_s, u"5"_s, u"-1s"_s, u"1 s"_s, u"1d"_s, u"99999999999s"_s}) {
            QVERIFY2(!parseDuration(bad), qPrintable(bad));
        }
    }
    void timesKeepMilliseconds()
    {
        const QDateTime time = fromIso(u"2026-11-23T08:40:23.120Z"_s);
        QCOMPARE(toIso(time), u"2026-11-23T08:40:23.120Z"_s);
    }

    void coroutinesChain()
    {
        const auto answer = listen(chain({}), this);
        QTRY_VERIFY(answer->has_value());
        QCOMPARE(**answer ? (**answer).value() : -1, 3);
    }

    void promiseFromAnotherThread()
    {
        Promise<QString> promise;
        const auto answer = listen(awaitPromise(promise.future()), this);
        std::thread other([promise] { promise.finish(u"there"_s); });
        other.join();
        QVERIFY(!answer->has_value());  // through the event loop, never inline
        QTRY_VERIFY(answer->has_value());
        QCOMPARE((**answer).value(), u"there"_s);
    }

    /// Also where the poster is the last to let go of the event.
    void whatIsPostedGoesWhereItRan()
    {
        constexpr int calls = 2'000;
        QObject context;
        const std::thread::id here = std::this_thread::get_id();
        std::atomic<int> gone = 0;
        std::atomic<int> elsewhere = 0;
        const std::jthread poster([&] {
            for (int i = 0; i < calls; ++i) {
                std::shared_ptr<int> held(new int(i), [&](const int* number) {
                    delete number;
                    elsewhere += std::this_thread::get_id() == here ? 0 : 1;
                    ++gone;
                });
                detail::post(&context, [held = std::move(held)] { static_cast<void>(held); });
            }
        });
        QTRY_COMPARE(gone.load(), calls);
        QCOMPARE(elsewhere.load(), 0);
    }

    /// Nobody runs it; what it holds, the thread's own anchor as well, goes all the same.
    void whatIsPostedToAThreadThatEnded()
    {
        std::weak_ptr<QObject> anchor;
        std::shared_ptr<QObject> kept;
        int ran = 0;
        std::jthread([&] {
            kept = detail::threadAnchor();
            anchor = kept;
            detail::post(kept.get(), [&ran, kept] { ++ran; });
        }).join();
        detail::post(kept.get(), [&ran, kept] { ++ran; });
        QVERIFY(!anchor.expired());
        kept.reset();
        QVERIFY(anchor.expired());
        QCOMPARE(ran, 0);
    }

    void promiseWithoutAnswerIsCancelled()
    {
        auto promise = std::make_unique<Promise<QString>>();
        const auto answer = listen(awaitPromise(promise->future()), this);
        promise.reset();
        QTRY_VERIFY(answer->has_value());
        QCOMPARE((**answer).error().kind, ErrorKind::Cancelled);
    }

    void firstAnswerCounts()
    {
        const Promise<QString> promise;
        promise.finish(u"one"_s);
        promise.finish(u"two"_s);
        const auto answer = listen(awaitPromise(promise.future()), this);
        QTRY_VERIFY(answer->has_value());
        QCOMPARE((**answer).value(), u"one"_s);
    }

    void thenCallsBackLaterEvenWhenTheAnswerIsThere()
    {
        const Promise<QString> promise;
        promise.finish(u"first"_s);
        QString got;
        then(awaitPromise(promise.future()), this,
             [&got](const Result<QString>& answer) { got = answer.valueOr({}); });
        QVERIFY(got.isEmpty());  // the caller has not even returned
        QTRY_COMPARE(got, u"first"_s);
    }

    void cancelReachesChildrenButNotParents()
    {
        const CancelToken parent;
        const CancelToken child = parent.child();
        const CancelToken other = parent.child();
        other.cancel();
        QVERIFY(!parent.isCancelled());
        int calls = 0;
        const CancelToken::Registration first = child.onCancel([&] { ++calls; });
        {
            const CancelToken::Registration gone = child.onCancel([&] { calls += 100; });
        }
        parent.cancel();
        parent.cancel();
        QVERIFY(child.isCancelled());
        QCOMPARE(calls, 1);
        const CancelToken::Registration late = child.onCancel([&] { ++calls; });
        QCOMPARE(calls, 2);
    }

    void fiveThousandTasksJoin()
    {
        TaskScope scope;
        for (int i = 0; i < 5000; ++i) {
            scope.run(forever(scope.token().child()));
        }
        QCOMPARE(scope.running(), 5000);
        const auto closed = listen(TaskScope::close(&scope), this);
        QTRY_VERIFY(closed->has_value());
        QCOMPARE(scope.running(), 0);
    }

    void workersReturnToTheirCaller()
    {
        const auto answer = listen(threadOfWorker(), this);
        QTRY_VERIFY(answer->has_value());
        QVERIFY2((**answer).ok(), "resumed elsewhere");
        QVERIFY((**answer).value() != qint64(::gettid()));
    }

    void processOutputAndExit()
    {
        ProcessSpec spec = shell(u"cat; echo err >&2; exit 3"_s);
        spec.input = "in\n";
        QByteArray streamed;
        spec.onOutput = [&](const QByteArray& piece, bool isError) {
            if (!isError) {
                streamed += piece;
            }
        };
        const auto answer = listen(runProcess(spec, {}), this);
        QTRY_VERIFY(answer->has_value());
        QVERIFY((**answer).ok());
        QCOMPARE((**answer)->exitCode, 3);
        QCOMPARE((**answer)->output, "in\n");
        QCOMPARE(streamed, "in\n");
        QCOMPARE((**answer)->errors, "err\n");
        QCOMPARE((**answer)->endText(), u"exit code 3"_s);
    }

    void processEnvironmentIsOnlyWhatIsGiven()
    {
        qputenv("ANALEMMA_TEST_LEAK", "secret");
        ProcessSpec spec = shell(u"env"_s);
        spec.environment = {{u"ONLY"_s, u"this"_s}, {u"PATH"_s, u"/usr/bin:/bin"_s}};
        const auto answer = listen(runProcess(spec, {}), this);
        QTRY_VERIFY(answer->has_value());
        QVERIFY((**answer)->output.contains("ONLY=this"));
        QVERIFY(!(**answer)->output.contains("LEAK"));
    }

    void missingProgramIsNamed()
    {
        const auto answer = listen(runProcess({u"no-such-program-here"_s, {}}, {}), this);
        QTRY_VERIFY(answer->has_value());
        QCOMPARE((**answer).error().kind, ErrorKind::NotFound);
        QCOMPARE((**answer).error().message,
                 u"the program no-such-program-here is not installed"_s);
    }

    void outputIsBounded()
    {
        ProcessSpec spec = shell(u"head -c 1000000 /dev/zero"_s);
        spec.limitBytes = 1000;
        const auto answer = listen(runProcess(spec, {}), this);
        QTRY_VERIFY(answer->has_value());
        QCOMPARE((**answer)->output.size(), 1000);
        QVERIFY((**answer)->truncated);
    }

    void timeoutAndCancelEndTheWholeGroup_data()
    {
        QTest::addColumn<bool>("byTimeout");
        QTest::newRow("timeout") << true;
        QTest::newRow("cancel") << false;
    }
    void timeoutAndCancelEndTheWholeGroup()
    {
        QFETCH(bool, byTimeout);
        const QByteArray marker =
            "ANALEMMA_TEST_MARK=" + QByteArray::number(::getpid()) + QTest::currentDataTag();
        ProcessSpec spec = shell(u"trap '' TERM; (trap '' TERM; sleep 100) & sleep 100"_s);
        spec.environment.emplace_back(u"ANALEMMA_TEST_MARK"_s, QString::fromLatin1(marker.mid(19)));
        spec.timeout = milliseconds(byTimeout ? 200 : 0);
        spec.grace = milliseconds(100);
        const CancelToken cancel;
        const auto answer = listen(runProcess(spec, cancel), this);
        QTRY_VERIFY(processesMarked(marker).size() >= 3 || answer->has_value());
        if (!byTimeout) {
            cancel.cancel();
        }
        QTRY_VERIFY(answer->has_value());
        QCOMPARE((**answer).error().kind, byTimeout ? ErrorKind::Timeout : ErrorKind::Cancelled);
        QTRY_VERIFY(processesMarked(marker).empty());
    }

    void detachedProcessIsKnownByIdentity()
    {
        QTemporaryDir folder;
        const Result<ProcessIdentity> started =
            startDetached(shell(u"echo hello; exec sleep 100"_s), folder.filePath(u"log"_s));
        QVERIFY(started.ok());
        QVERIFY(isAlive(*started));
        ProcessIdentity other = *started;
        ++other.startTicks;
        QVERIFY(!isAlive(other));
        QCOMPARE(signalProcess(other, SIGKILL).error().kind, ErrorKind::NotFound);
        QVERIFY(isAlive(*started));
        QCOMPARE(ProcessIdentity::fromJson(started->toJson()), *started);
        QTRY_VERIFY(QFileInfo(folder.filePath(u"log"_s)).size() > 0);
        QVERIFY(signalProcess(*started, SIGKILL).ok());
        const auto gone = listen(untilGone(*started, milliseconds(2000), {}), this);
        QTRY_VERIFY(gone->has_value());
        QVERIFY((**gone).ok());
        QFile log(folder.filePath(u"log"_s));
        QVERIFY(log.open(QIODevice::ReadOnly));
        QCOMPARE(log.readAll(), "hello\n");
    }

    void detachedProgramThatCannotStart()
    {
        QTemporaryDir folder;
        QFile script(folder.filePath(u"script"_s));
        QVERIFY(script.open(QIODevice::WriteOnly));
        script.write("#!/no/such/interpreter\n");
        script.close();
        script.setPermissions(QFileDevice::ReadOwner | QFileDevice::ExeOwner);
        const Result<ProcessIdentity> started =
            startDetached({script.fileName(), {}}, folder.filePath(u"log"_s));
        QVERIFY(!started.ok());
        QCOMPARE(started.error().nativeCode, ENOENT);
    }
};

QTEST_GUILESS_MAIN(TestBase)
#include "tst_base.moc"
