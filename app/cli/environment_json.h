#pragma once

#include "core/deploy/deploy.h"

namespace analemma::cli {

/// EnvironmentView::toJson() with the fields that scripts rely on always there: .active (null when
/// nothing runs) with .generation and .release, .warm[], .members[].health, .balancer.url.
Json environmentJson(const deploy::EnvironmentView& view);

}  // namespace analemma::cli
