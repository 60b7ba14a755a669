#include "core/monitor/monitor.h"
#include "tests/support.h"

#include <QTest>

#include <map>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::monitor;

/// Thousands of servers at once: they begin in several turns of the event loop, each of them once.
class TestMonitorMany : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        m_asked.clear();
        SamplerOptions options;
        options.firstRetry = options.longestRetry;  // no second time within a test
        m_monitor = std::make_unique<Monitor>(
            [this](const QString& server, const CancelToken&) {
                ++m_asked[server];
                return refused(server);
            },
            nullptr, options);
    }
    void cleanup() { m_monitor.reset(); }

    void eachBeginsOnce()
    {
        QStringList names = servers();
        m_monitor->watch(names + names.mid(0, 10));  // some twice
        QCOMPARE(m_monitor->servers(), names);
        Sampler* last = m_monitor->sampler(names.last());  // before its turn
        QVERIFY(last != nullptr);
        QCOMPARE(last->server(), names.last());
        QCOMPARE(m_monitor->sampler(names.last()), last);
        QCOMPARE(m_monitor->servers(), names);
        QTRY_COMPARE_WITH_TIMEOUT(m_asked.size(), std::size_t(names.size()), 30'000);
        for (const auto& [name, times] : m_asked) {
            QVERIFY2(times == 1, qPrintable(name));
        }
        QCOMPARE(m_monitor->servers(), names);
        QCOMPARE(m_monitor->sampler(names.last()), last);
        QVERIFY(m_monitor->sampler(u"nobody"_s) == nullptr);
    }

    /// Whoever was not begun with yet is not when others are wanted.
    void whoWaitsMayBeDropped()
    {
        const QStringList names = servers();
        m_monitor->watch(names);
        m_monitor->watch({names.last()});
        QCOMPARE(m_monitor->servers(), QStringList{names.last()});
        QTRY_COMPARE(m_asked.count(names.last()), std::size_t(1));
        QTest::qWait(200);
        QCOMPARE(m_monitor->servers(), QStringList{names.last()});
        // The few of the first turn may have asked before they were let go.
        QVERIFY2(m_asked.size() < std::size_t(names.size()) / 2,
                 qPrintable(QString::number(m_asked.size())));
        m_monitor->watch({});
        QVERIFY(m_monitor->servers().isEmpty());
    }

    /// The window's other events come between; and the monitor may go between.
    void otherEventsComeBetween()
    {
        const QStringList names = servers();
        bool seen = false;
        m_monitor->watch(names);
        QMetaObject::invokeMethod(
            this,
            [&] {
                seen = true;
                m_monitor.reset();
            },
            Qt::QueuedConnection);
        QTRY_VERIFY(seen);
        QTest::qWait(50);
        QVERIFY(m_asked.size() < std::size_t(names.size()));
    }

private:
    static QStringList servers()
    {
        QStringList names;
        for (int i = 0; i < 4'000; ++i) {
            names += u"s-%1"_s.arg(i, 5, 10, QChar(u'0'));
        }
        return names;
    }
    static Task<Result<std::shared_ptr<ssh::Session>>> refused(QString server)
    {
        const Error error{ErrorKind::Network, server + u" does not answer"_s};
        co_return error;
    }

    std::map<QString, int> m_asked;
    std::unique_ptr<Monitor> m_monitor;
};

QTEST_GUILESS_MAIN(TestMonitorMany)
#include "tst_monitor_many.moc"
