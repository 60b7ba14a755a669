#pragma once

#include "core/operate/fleet.h"

/// The plan of kind "fleet", and what its journal says of each server. Pure.
namespace analemma::operate {

/// What an operation of kind "fleet" wants.
struct WantedFleet {
    FleetRequest request;
    QList<HostStep> hosts;  ///< name, place, environment, production
    QString checks;         ///< only look after steps of this operation; empty: run
    [[nodiscard]] Json toJson() const;
    static WantedFleet fromJson(const Json& json);
};

using Journal = QHash<QString, engine::ActionState>;

/// Result of an action, or details of its error: what one server did.
Json stepJson(const HostStep& step);

/// How each server fares. `alive`: the operation is still under way.
QList<HostStep> stepsOf(const WantedFleet& wanted, const Journal& journal, bool alive);

/// At most `limit` servers at a time; after a failure with fail-fast no further one is begun; a
/// step that was cut off is looked for again; on cancel those that were begun are ended. At last
/// the folders on the servers are removed, but not where the outcome is unknown.
engine::Plan planFleet(const Json& wanted, const engine::Observed& observed);

/// "uptime on 12 servers": the first line of the command.
QString titleOf(const WantedFleet& wanted);

}  // namespace analemma::operate
