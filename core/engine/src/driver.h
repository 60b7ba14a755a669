#pragma once

#include "core/engine/src/body.h"

namespace analemma::engine {

/// Drives one operation under a lease that is held here: observe, plan, act, until its end, a
/// suspend or the loss of the lease. Returns when nothing of it runs any more. Errors are those of
/// the store; the operation's own failure is in its row.
Task<Result<void>> drive(std::shared_ptr<Engine::Body> body, std::shared_ptr<Driver> driver);

/// Seals an operation that could not begin.
Result<void> finishOperation(store::Transaction& transaction, store::OperationRow row,
                             const Plan& plan, const QDateTime& now);

}  // namespace analemma::engine
