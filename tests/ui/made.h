#pragma once

#include "core/engine/engine.h"
#include "core/lifecycle/lifecycle.h"

#include <QDateTime>

/// Values made for looking at the window without a core behind it.
namespace analemma::made {

/// A time of which all others are counted.
QDateTime now();
/// A board with everything on it: passed, running, failed, waiting. `changes` rows.
lifecycle::Board board(int changes);
lifecycle::Board emptyBoard();
/// A deploy in the middle of its plan.
engine::Operation runningDeploy();
QList<engine::Operation> operations();
engine::Preview deployPreview();

/// A clock that stands at now().
class StandingClock : public Clock {
public:
    [[nodiscard]] QDateTime now() const override { return made::now(); }
    [[nodiscard]] milliseconds sinceBoot() const override { return milliseconds(1000); }
};

}  // namespace analemma::made
