#pragma once

#include "core/deploy/src/wanted.h"
#include "core/engine/engine.h"

namespace analemma::deploy {

/// What bake and down look at.
struct BakeWorld {
    QStringList images;
    QMap<QString, QString> builders;  ///< servers without an environment: name -> tag
    [[nodiscard]] Json toJson() const;
    static BakeWorld fromJson(const Json& json);
};

/// The plan of kind "bake": builder from the parent image, files up, scripts run, snapshot, builder
/// gone. A script that was cut off leaves a disk that nobody knows: that builder is thrown away and
/// the round begins anew (at most three). Pure.
engine::Plan planBake(const Json& wanted, const engine::Observed& observed);

/// The plan of kind "down": balancers, servers and, where wanted, images are removed. Pure.
engine::Plan planDown(const Json& wanted, const engine::Observed& observed);

}  // namespace analemma::deploy
