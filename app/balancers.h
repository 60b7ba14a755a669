#pragma once

#include "core/infra/infra.h"
#include "core/monitor/balancers.h"

namespace analemma::app {

/// A provider's balancer as the monitor counts it. Pure.
monitor::BalancerCounters countersOf(const infra::Balancer& balancer);

/// The environments of a workspace that have a balancer, in the file's order.
QStringList balancedEnvironments(const workspace::Workspace& workspace);

/// The balancers of environments, told by their providers. Main thread; the providers must live as
/// long as something is read.
class ProviderBalancers : public monitor::BalancerSource {
public:
    using Find = std::function<infra::Provider*(const QString& environment)>;
    explicit ProviderBalancers(Find find) : m_find(std::move(find)) {}
    /// NotFound: the environment has no provider; else the provider's own.
    Task<Result<monitor::BalancerCounters>> read(QString environment, CancelToken cancel) override;

private:
    Find m_find;
};

}  // namespace analemma::app
