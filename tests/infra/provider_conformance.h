#pragma once

#include "tests/infra/support.h"

/// What every provider must do, written against the interface alone. A test program of a provider
/// calls each function with a World of its own; each leaves nothing behind.
namespace analemma::infra::test {

/// Says what it can do here, each with a sentence.
void tellsCapabilities(World& world);
/// Create, the same create again, another tag, list, SSH with the pinned key, stop and start,
/// destroy twice.
void serverLivesAndDies(World& world);
/// Bake from a builder with keys and secrets in it; start from the image; delete.
void imageHoldsNoSecrets(World& world);
/// Three at once from one image; each with its own address, host key and service.
void threeServersAtOnce(World& world);
/// Two generations behind a balancer under load: nothing fails, switches go both ways.
void balancerMovesTraffic(World& world, bool keepAlive);
/// Nobody can make a server or image that cannot be named, or destroy what was never there.
void refusesBadNames(World& world);
/// The census at the end: nothing at all.
void leavesNothing(World& world);

// Pieces that the tests of one provider need as well.

/// A server with `content` at `path`, mode as in chmod.
Result<void> put(World& world, const Server& server, const QByteArray& content, const QString& path,
                 int mode);
Result<QByteArray> run(World& world, const Server& server, const QString& command);
/// Bakes an image with the web service of `version`, through a builder that is gone afterwards.
Result<Image> bakeWeb(World& world, const QString& id, const QString& version);
/// `count` servers of an image, made at the same time.
Result<QList<Server>> startMany(World& world, const QString& image, const QString& prefix,
                                int count);
/// Waits until every member of the pool is healthy.
bool becomesHealthy(World& world, const QString& balancer, const QString& pool, int members);
BalancerConfig quickBalancer(const World& world, const QString& name);

}  // namespace analemma::infra::test
