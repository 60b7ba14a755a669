#pragma once

#include "core/deploy/src/body.h"

/// What people and programs are shown of environments and images.
namespace analemma::deploy {

Task<Result<EnvironmentView>> viewEnvironment(BodyPtr body, QString name);
Task<Result<QList<ImageView>>> viewImages(BodyPtr body);

/// Where roll back would go from here. Pure.
RollbackTarget rollbackTarget(const EnvironmentView& view, std::optional<milliseconds> usual);

/// Names a state of an environment: which generation is active.
QString expectedName(const QString& environment, int activeGeneration);

/// "healthy", "degraded", "down", "empty", "unknown" from the members of the active generation.
/// Pure.
QString overallHealth(const std::optional<Generation>& active, const QList<MemberView>& members);

}  // namespace analemma::deploy
