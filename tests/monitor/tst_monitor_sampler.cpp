#include "core/monitor/sampler.h"

#include "tests/ssh/private_sshd.h"
#include "tests/support.h"

#include <QSignalSpy>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::monitor;
using namespace analemma::test;

/// Samplers of real servers.
class TestMonitorSampler : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void samples();

private:
    Sampler::Connect toServer()
    {
        return [this](CancelToken cancel) {
            return m_client.connectTo(m_sshd.target(), {}, std::move(cancel));
        };
    }
    ssh::Library m_library;
    PrivateSshd m_sshd;
    ssh::Client m_client;
};

void TestMonitorSampler::initTestCase()
{
    const QString problem = m_sshd.start();
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
}

void TestMonitorSampler::samples()
{
    Sampler::Options options;
    options.watched = milliseconds(200);
    Sampler sampler(u"one"_s, toServer(), options);
    sampler.setPace(Pace::Watched);
    std::vector<Reading> readings;
    connect(&sampler, &Sampler::read, this, [&](const Reading& r) { readings.push_back(r); });
    sampler.start();
    QTRY_VERIFY2_WITH_TIMEOUT(readings.size() >= 5, qPrintable(sampler.reason()), 10'000);
    QCOMPARE(sampler.state(), SamplerState::Sampling);
    QVERIFY(readings[0].figures.continuity == Continuity::First);
    const Figures& last = readings.back().figures;
    QVERIFY(last.continuity == Continuity::Steady);
    for (const Point& point : last.points) {
        qInfo("%s{%s} %g", info(point.metric).name.data(), point.label.constData(), point.value);
    }
    const auto busy = last.value(Metric::CpuBusy);
    QVERIFY(busy && *busy >= 0 && *busy <= 100);
    QVERIFY(last.value(Metric::Load1).has_value());
    QVERIFY(last.value(Metric::MemAvailable).value_or(0) > 1e6);
}

QTEST_GUILESS_MAIN(TestMonitorSampler)
#include "tst_monitor_sampler.moc"
