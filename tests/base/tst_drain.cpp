#include "core/base/process.h"
#include "core/base/task.h"
#include "tests/support.h"

#include <QTest>

#include <atomic>
#include <thread>

using namespace analemma;
using namespace Qt::StringLiterals;
using test::listen;

/// The end of a program: drain() and settle().
namespace {

/// Lives in the frames of coroutines; what is still counted when all should have ended is lost.
class Mark {
public:
    Mark() { ++alive; }
    Mark(const Mark&) { ++alive; }
    Mark& operator=(const Mark&) = default;
    ~Mark() { --alive; }
    static inline std::atomic<int> alive = 0;
};

Task<Result<int>> forAnswer(Promise<int>::Future future, Mark)
{
    Result<int> result = co_await future;
    co_return result;
}

/// Both sides in one frame: nobody else could ever answer.
Task<Result<int>> forItself(Mark)
{
    const Promise<int> promise;
    auto future = promise.future();
    Result<int> result = co_await future;
    co_return result;
}

Task<Result<void>> forTime(CancelToken cancel, Mark)
{
    Result<void> result = co_await sleepFor(std::chrono::hours(1), cancel);
    co_return result;
}

Task<Result<int>> forWorker(std::shared_ptr<std::atomic<bool>> go, Mark)
{
    std::function<Result<int>()> work = [go]() -> Result<int> {
        while (!*go) {
            std::this_thread::yield();
        }
        return 1;
    };
    Result<int> result = co_await onWorker<int>(std::move(work));
    co_return result;
}

Task<Result<ProcessResult>> forProcess(ProcessSpec spec, Mark)
{
    Result<ProcessResult> result = co_await runProcess(std::move(spec), CancelToken());
    co_return result;
}

Task<Result<void>> forScope(TaskScope* scope, Mark)
{
    Result<void> result = co_await TaskScope::close(scope);
    co_return result;
}

/// Goes on after an error, so many times.
Task<Result<int>> stubborn(int times, Mark)
{
    int cancelled = 0;
    for (int i = 0; i < times; ++i) {
        Result<void> slept = co_await sleepFor(std::chrono::hours(1), CancelToken());
        cancelled += int(!slept && slept.error().kind == ErrorKind::Cancelled);
    }
    co_return cancelled;
}

/// Waits in turns until another one has ended, as a loop that joins does.
Task<Result<int>> until(std::shared_ptr<std::optional<Result<int>>> other, Mark)
{
    int turns = 0;
    while (!other->has_value()) {
        [[maybe_unused]] Result<void> slept = co_await sleepFor(milliseconds(5), CancelToken());
        ++turns;
    }
    co_return turns;
}

Task<Result<void>> awhile(milliseconds time, Mark)
{
    Result<void> result = co_await sleepFor(time, CancelToken());
    co_return result;
}

template <class T>
ErrorKind kindOf(const std::shared_ptr<std::optional<Result<T>>>& answer)
{
    return answer->has_value() && !(**answer).ok() ? (**answer).error().kind : ErrorKind::Bug;
}

}  // namespace

class TestDrain : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { QCOMPARE(Mark::alive, 0); }
    void cleanup()
    {
        QCOMPARE(drain(), 0);
        QCOMPARE(Mark::alive, 0);
    }

    void nothingWaits() { QCOMPARE(drain(), 0); }

    void waitersOfAllKindsEnd()
    {
        const Promise<int> kept;
        const auto go = std::make_shared<std::atomic<bool>>(false);
        TaskScope scope;
        scope.run(forTime(CancelToken(), Mark()));  // a token that is never cancelled
        const auto answer = listen(forAnswer(kept.future(), Mark()), this);
        const auto own = listen(forItself(Mark()), this);
        const auto time = listen(forTime(CancelToken(), Mark()), this);
        const auto worker = listen(forWorker(go, Mark()), this);
        const auto joined = listen(forScope(&scope, Mark()), this);
        QVERIFY(Mark::alive >= 6);
        QVERIFY(!answer->has_value());
        QCOMPARE(drain(), 0);
        QCOMPARE(kindOf(answer), ErrorKind::Cancelled);
        QCOMPARE(kindOf(own), ErrorKind::Cancelled);
        QCOMPARE(kindOf(time), ErrorKind::Cancelled);
        QCOMPARE(kindOf(worker), ErrorKind::Cancelled);
        QVERIFY(joined->has_value());
        QCOMPARE(scope.running(), 0);
        QCOMPARE(Mark::alive, 0);
        // Answers that come later go nowhere.
        kept.finish(1);
        *go = true;
        QTest::qWait(20);
    }

    void answersThatHaveComeAreDelivered()
    {
        const Promise<int> promise;
        const auto answer = listen(forAnswer(promise.future(), Mark()), this);
        std::thread other([promise] { promise.finish(7); });
        other.join();
        QVERIFY(!answer->has_value());
        QCOMPARE(drain(), 0);
        QVERIFY(answer->has_value());
        QCOMPARE((**answer).valueOr(0), 7);
    }

    void aProcessEndsWithItsWaiter()
    {
        ProcessSpec spec{u"/bin/sh"_s, {u"-c"_s, u"trap '' TERM; sleep 100 & sleep 100"_s}};
        const QByteArray value = QByteArray::number(QCoreApplication::applicationPid());
        spec.environment.emplace_back(u"ANALEMMA_TEST_DRAIN"_s, QString::fromLatin1(value));
        const QByteArray marker = "ANALEMMA_TEST_DRAIN=" + value;
        const auto answer = listen(forProcess(spec, Mark()), this);
        QTRY_VERIFY(processesMarked(marker).size() >= 2);
        QCOMPARE(drain(), 0);
        QCOMPARE(kindOf(answer), ErrorKind::Cancelled);
        QTRY_VERIFY(processesMarked(marker).empty());
    }

    void fiveThousandEnd()
    {
        TaskScope scope;
        std::vector<Promise<int>> promises(1000);
        for (const Promise<int>& promise : promises) {
            listen(forAnswer(promise.future(), Mark()), this);
            listen(forItself(Mark()), this);
            listen(stubborn(3, Mark()), this);
            scope.run(forTime(scope.token().child(), Mark()));
            scope.run(forTime(CancelToken(), Mark()));
        }
        QCOMPARE(scope.running(), 2000);
        QVERIFY(Mark::alive >= 5000);
        const auto joined = listen(forScope(&scope, Mark()), this);
        QCOMPARE(drain(), 0);
        QVERIFY(joined->has_value());
        QCOMPARE(scope.running(), 0);
        QCOMPARE(Mark::alive, 0);
    }

    void oneThatJoinsAnotherEnds()
    {
        const auto slow = listen(stubborn(20, Mark()), this);
        const auto joiner = listen(until(slow, Mark()), this);
        QCOMPARE(drain(), 0);
        QCOMPARE((**slow).valueOr(0), 20);
        QVERIFY((**joiner).valueOr(0) >= 20);
    }

    void oneThatGoesOnForEverIsCounted()
    {
        const auto never = std::make_shared<std::optional<Result<int>>>();
        const auto endless = listen(until(never, Mark()), this);
        QCOMPARE(drain(), 1);
        QVERIFY(!endless->has_value());
        never->emplace(1);
    }

    void whatIsKeptDiesAfterItsWaiters()
    {
        QStringList order;
        then(forTime(CancelToken(), Mark()), this,
             [&order](const Result<void>&) { order.append(u"waiter"_s); });
        auto* owner = new Promise<int>;
        then(forAnswer(owner->future(), Mark()), this,
             [&order](const Result<int>&) { order.append(u"waiter"_s); });
        keepUntilDrained(std::shared_ptr<void>(owner, [&order](void* kept) {
            order.append(u"kept"_s);
            delete static_cast<Promise<int>*>(kept);
        }));
        QCOMPARE(drain(), 0);
        QCOMPARE(order, (QStringList{u"waiter"_s, u"waiter"_s, u"kept"_s}));
    }

    void onlyThisThreadIsDrained()
    {
        const auto time = listen(forTime(CancelToken(), Mark()), this);
        qsizetype left = -1;
        std::thread other([&left] { left = drain(); });
        other.join();
        QCOMPARE(left, 0);
        QVERIFY(!time->has_value());
    }

    void settlingWaitsForTheOthers()
    {
        const auto one = listen(awhile(milliseconds(30), Mark()), this);
        const auto settled = listen(settle(std::chrono::seconds(20)), this);
        const auto too = listen(settle(std::chrono::seconds(20)), this);
        QVERIFY(!settled->has_value());
        QTRY_VERIFY(settled->has_value() && too->has_value());
        QVERIFY((**settled).ok() && (**too).ok());
        QVERIFY(one->has_value());
    }

    void settlingHasAnEnd()
    {
        const auto time = listen(forTime(CancelToken(), Mark()), this);
        const auto settled = listen(settle(milliseconds(20)), this);
        QTRY_VERIFY(settled->has_value());
        QCOMPARE(kindOf(settled), ErrorKind::Timeout);
        QCOMPARE((**settled).error().message, u"1 coroutines still wait"_s);
        QVERIFY(!time->has_value());
    }
};

QTEST_GUILESS_MAIN(TestDrain)
#include "tst_drain.moc"
