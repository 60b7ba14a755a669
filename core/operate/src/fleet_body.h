#pragma once

#include "core/operate/src/fleet_plan.h"

#include <QPointer>

#include <map>

namespace analemma::operate {

/// The state behind Fleet; shared with its coroutines. Main thread.
class Fleet::Body {
public:
    store::Store* store = nullptr;
    engine::Engine* engine = nullptr;
    store::SecretSource* secrets = nullptr;
    ListHosts hosts;
    Connect connect;
    const Clock* clock = nullptr;
    QPointer<Fleet> face;
    /// What was asked before the face died may not go on to store and engine: they follow it.
    [[nodiscard]] bool isGone() const { return face.isNull(); }

    using At = std::pair<QString, QString>;  ///< operation, host
    /// Open for the clean-up after a step.
    std::map<At, std::shared_ptr<ssh::Session>> sessions;
    std::map<At, QByteArray> tails;
};

using FleetPtr = std::shared_ptr<Fleet::Body>;

/// Carries out the actions of kind "fleet": fleet_acts.cpp.
Task<Result<Json>> actOnFleet(FleetPtr body, engine::Call call);

/// The rows of one operation: what it wants and its journal.
struct FleetRows {
    store::OperationRow operation;
    Journal journal;
};
/// NotFound when there is none of kind "fleet".
Task<Result<FleetRows>> readFleetRows(FleetPtr body, QString operation);

}  // namespace analemma::operate
