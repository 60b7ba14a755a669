#include "app/balancers.h"

using namespace Qt::StringLiterals;

namespace analemma::app {
namespace {

monitor::TrafficCounters trafficCounters(const infra::Traffic& traffic)
{
    monitor::TrafficCounters counters;
    counters.requests = traffic.requests;
    counters.errors = traffic.errors;
    counters.sessions = traffic.sessions;
    counters.queue = traffic.queue;
    counters.response = double(traffic.responseTime.count());
    counters.queueTime = double(traffic.queueTime.count());
    counters.totalTime = double(traffic.totalTime.count());
    return counters;
}

Task<Result<monitor::BalancerCounters>> readBalancer(infra::Provider* provider, QString environment)
{
    if (provider == nullptr) {
        co_return Error(ErrorKind::NotFound,
                        u"%1 has no provider that knows its balancer"_s.arg(environment));
    }
    auto asking = provider->balancer(environment);
    const Result<infra::Balancer> balancer = co_await std::move(asking);
    if (!balancer) {
        co_return balancer.error();
    }
    co_return countersOf(*balancer);
}

}  // namespace

monitor::BalancerCounters countersOf(const infra::Balancer& balancer)
{
    monitor::BalancerCounters counters;
    counters.state = balancer.state;
    counters.active = balancer.active;
    counters.all = trafficCounters(balancer.traffic);
    for (const infra::Pool& pool : balancer.pools) {
        monitor::TrafficCounters whole = trafficCounters(pool.traffic);
        whole.pool = pool.name;
        counters.parts += whole;
        for (const infra::Member& member : pool.members) {
            monitor::TrafficCounters one = trafficCounters(member.traffic);
            one.pool = pool.name;
            one.member = member.server;
            one.healthy = member.healthy();
            counters.parts += one;
        }
    }
    return counters;
}

QStringList balancedEnvironments(const workspace::Workspace& workspace)
{
    QStringList names;
    for (const QString& name : workspace.environmentOrder) {
        if (workspace.environments.value(name).balancer.wanted) {
            names += name;
        }
    }
    return names;
}

Task<Result<monitor::BalancerCounters>> ProviderBalancers::read(QString environment,
                                                                CancelToken /*cancel*/)
{
    infra::Provider* provider = m_find(environment);
    return readBalancer(provider, std::move(environment));
}

}  // namespace analemma::app
