#pragma once

#include "core/infra/src/haproxy_text.h"
#include "core/infra/src/local/machine.h"

/// The files and the process of a local balancer. All calls block: for workers.
namespace analemma::infra::local {

haproxy::Setup setupOf(const BalancerRecord& record);
/// NotFound, Invalid.
Result<BalancerRecord> findBalancer(const Layout& layout, const QString& name);
/// Makes the folder of a new balancer and puts it in its place.
Result<void> buildBalancer(const Layout& layout, const BalancerRecord& record);
/// Record and configuration; the map stays as it is.
Result<void> storeBalancer(const Layout& layout, const BalancerRecord& record);
Result<void> storeActive(const Layout& layout, const QString& name, const QString& pool);
/// The same without waiting for the disk: whoever reads it from now on sees the new pool, also
/// after our death. syncActive() makes it last over a loss of power.
Result<void> placeActive(const Layout& layout, const QString& name, const QString& pool);
Result<void> syncActive(const Layout& layout, const QString& name);
QString storedActive(const Layout& layout, const QString& name);
/// The configuration that is on disk is that of the record.
bool isStored(const Layout& layout, const BalancerRecord& record);

/// HAProxy's master process, when it is up.
std::optional<ProcessIdentity> masterOf(const Layout& layout, const QString& name);
/// Starts HAProxy; it is not yet certain that it stays. Conflict: the port is taken, with its
/// owner.
Result<ProcessIdentity> launchBalancer(const Layout& layout, const BalancerRecord& record,
                                       const QString& haproxy);
/// Ends all of its processes. Gone is done.
Result<void> haltBalancer(const Layout& layout, const QString& name);

}  // namespace analemma::infra::local
