#include "core/base/task.h"
#include "core/base/together.h"
#include "tests/support.h"

#include <QEvent>
#include <QEventLoop>
#include <QTest>
#include <QTimer>

#include <thread>

using namespace analemma;

namespace {

/// Counts what wakes a thread's event loop up for posted calls.
class Events : public QObject {
public:
    bool eventFilter(QObject* /*watched*/, QEvent* event) override
    {
        count += event->type() == QEvent::MetaCall ? 1 : 0;
        return false;
    }
    int count = 0;
};

}  // namespace

class TestTogether : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void oneEventForAllInOrder()
    {
        const std::shared_ptr<QObject> here = detail::threadAnchor();
        Events events;
        here->installEventFilter(&events);
        QList<int> order;
        int ends = 0;
        std::jthread([&] {
            const Together together;
            for (int i = 0; i < 100; ++i) {
                const Together inner;  // ends nothing early
                detail::post(here.get(), [&order, i] { order += i; });
                QVERIFY(Together::atEnd([&ends] { ++ends; }));
                QCOMPARE(ends, 0);
            }
        }).join();
        QCOMPARE(ends, 100);
        QVERIFY(order.isEmpty());
        QTRY_COMPARE(order.size(), 100);
        QVERIFY(std::is_sorted(order.begin(), order.end()));
        QCOMPARE(events.count, 1);
        here->removeEventFilter(&events);
    }

    /// What takes long lets the thread look at its other events between, and keeps its order: also
    /// before what was posted alone, later.
    void manyLeaveRoom()
    {
        const std::shared_ptr<QObject> here = detail::threadAnchor();
        QList<int> order;
        QList<int> between;  // how many had run when the other event came
        QObject other;
        std::jthread([&] {
            {
                const Together together;
                for (int i = 0; i < 40; ++i) {
                    detail::post(here.get(), [&order, i] {
                        std::this_thread::sleep_for(std::chrono::milliseconds(1));
                        order += i;
                    });
                }
            }
            QMetaObject::invokeMethod(
                &other, [&] { between += int(order.size()); }, Qt::QueuedConnection);
            {
                const Together together;
                detail::post(here.get(), [&order] { order += 40; });
            }
            detail::post(here.get(), [&order] { order += 41; });
        }).join();
        QTRY_COMPARE(order.size(), 42);
        QVERIFY(std::is_sorted(order.begin(), order.end()));
        QCOMPARE(between.size(), 1);
        QVERIFY2(between[0] < 10, qPrintable(QString::number(between[0])));
    }

    /// An event loop within one of them sees the next ones.
    void aLoopWithin()
    {
        const std::shared_ptr<QObject> here = detail::threadAnchor();
        QList<int> order;
        {
            const Together together;
            detail::post(here.get(), [&order] {
                QEventLoop loop;
                QTimer::singleShot(5'000, &loop, &QEventLoop::quit);
                detail::post(detail::threadAnchor().get(), [&loop, &order] {
                    order += 3;
                    loop.quit();
                });
                loop.exec();
                order += 4;
            });
            detail::post(here.get(), [&order] { order += 2; });
        }
        QTRY_COMPARE(order, QList<int>({2, 3, 4}));
    }

    /// A thread that ends drops those that wait for its next turn.
    void theEndDropsWhatWaits()
    {
        const auto held = std::make_shared<int>(0);
        std::shared_ptr<QObject> anchor;
        std::jthread([&] {
            anchor = detail::threadAnchor();
            {
                const Together together;
                for (int i = 0; i < 3; ++i) {
                    detail::post(anchor.get(), [held] {
                        std::this_thread::sleep_for(std::chrono::milliseconds(5));
                        ++*held;
                    });
                }
            }
            QCoreApplication::sendPostedEvents(anchor.get(), QEvent::MetaCall);
        }).join();
        QCOMPARE(*held, 1);
        QCOMPARE(held.use_count(), 1);
    }

    /// A thread each gets its own.
    void otherThreads()
    {
        const std::shared_ptr<QObject> here = detail::threadAnchor();
        std::shared_ptr<QObject> gone;
        std::jthread([&] { gone = detail::threadAnchor(); }).join();
        int ran = 0;
        const auto held = std::make_shared<int>(0);
        {
            const Together together;
            detail::post(gone.get(), [&ran, held] { ran += 100; });
            detail::post(here.get(), [&ran, held] { ++ran; });
            QCOMPARE(held.use_count(), 3);
        }
        QCOMPARE(held.use_count(), 2);  // of the thread that has ended nothing stays
        QTRY_COMPARE(ran, 1);
        QCOMPARE(held.use_count(), 1);
    }

    void withoutOneNothingWaits()
    {
        bool ran = false;
        QVERIFY(!Together::atEnd([&ran] { ran = true; }));
        QVERIFY(!ran);
        const std::shared_ptr<QObject> here = detail::threadAnchor();
        Events events;
        here->installEventFilter(&events);
        int calls = 0;
        for (int i = 0; i < 3; ++i) {
            detail::post(here.get(), [&calls] { ++calls; });
        }
        QTRY_COMPARE(calls, 3);
        QCOMPARE(events.count, 3);
        here->removeEventFilter(&events);
    }
};

QTEST_GUILESS_MAIN(TestTogether)
#include "tst_together.moc"
