#include "ui/environments/past_health.h"

#include "core/base/task.h"
#include "core/lifecycle/report_read.h"
#include "ui/monitor/past_reader.h"

#include <cmath>

using namespace Qt::StringLiterals;

namespace analemma::ui {
namespace {

constexpr qint64 kBalancerHolds = 60'000;  ///< a value, as balancers are read every 5 s
constexpr qint64 kCheckHolds = 300'000;    ///< and checks every some seconds to minutes
constexpr int kHealthColumns = 300;
constexpr std::size_t kMostHealthSeries = 200;

struct HealthWish {
    QString environment;
    QString metric;
    monitor::SeriesId id = monitor::SeriesId::None;
    qint64 within = 0;
};

std::vector<HealthWish> wishesOf(const QList<monitor::SeriesInfo>& kept,
                                 const QStringList& environments)
{
    std::vector<HealthWish> wishes;
    for (const monitor::SeriesInfo& one : kept) {
        const QString& metric = one.name.metric;
        const bool members = metric == "balancer.members"_L1 || metric == "balancer.healthy"_L1;
        const QString environment = metric == "check.ok"_L1
                                        ? lifecycle::environmentOfCheck(one.name, environments)
                                    : members ? one.name.subject
                                              : QString();
        if (environments.contains(environment) && wishes.size() < kMostHealthSeries) {
            wishes.push_back({environment, metric, one.id, members ? kBalancerHolds : kCheckHolds});
        }
    }
    return wishes;
}

}  // namespace

QString healthOf(const PastHealth& past)
{
    if (!past.isKnown()) {
        return u"unknown"_s;
    }
    const int members = past.members.value_or(0);
    const bool allWell = past.healthy >= members && past.passed == past.checks;
    const bool none = (past.members && past.healthy == 0) ||
                      (!past.members && past.checks > 0 && past.passed == 0);
    return none ? u"down"_s : allWell ? u"healthy"_s : u"degraded"_s;
}

QString healthText(const PastHealth& past)
{
    if (!past.isKnown()) {
        return PastHealthReader::tr("How its servers were then was not kept");
    }
    QStringList parts;
    if (past.members) {
        parts.append(PastHealthReader::tr("%1/%2 healthy").arg(past.healthy).arg(*past.members));
    }
    if (past.checks > 0) {
        parts.append(PastHealthReader::tr("%1 of %n check(s) passed", nullptr, past.checks)
                         .arg(past.passed));
    }
    return parts.join(u", "_s);
}

PastHealthReader::PastHealthReader(monitor::SeriesStore* store, QObject* parent)
    : QObject(parent), m_store(store)
{
}

void PastHealthReader::stop()
{
    ++m_round;
    m_known.clear();
}

void PastHealthReader::read(const QStringList& environments, qint64 moment)
{
    stop();
    const std::vector<HealthWish> wishes =
        m_store == nullptr ? std::vector<HealthWish>() : wishesOf(m_store->list(), environments);
    m_left = int(wishes.size());
    for (const HealthWish& wish : wishes) {
        then(m_store->chart(wish.id, moment - wish.within, moment + 1, kHealthColumns), this,
             [this, wish, moment, round = m_round](const Result<monitor::Chart>& chart) {
                 if (round != m_round) {
                     return;
                 }
                 const std::optional<double> value =
                     chart ? valueBefore(*chart, moment, wish.within) : std::nullopt;
                 if (value) {
                     take(wish.environment, wish.metric, *value);
                 }
                 if (--m_left == 0) {
                     Q_EMIT done();
                 }
             });
    }
}

void PastHealthReader::take(const QString& environment, const QString& metric, double value)
{
    PastHealth& past = m_known[environment];
    if (metric == "balancer.members"_L1) {
        past.members = int(std::lround(value));
    } else if (metric == "balancer.healthy"_L1) {
        past.healthy = int(std::lround(value));
    } else {
        ++past.checks;
        past.passed += value >= 0.5 ? 1 : 0;
    }
}

}  // namespace analemma::ui
