#pragma once

#include "core/engine/src/body.h"

/// The beginning of driving: leases, new operations, and taking up old ones.
namespace analemma::engine {

/// Waits for the next commit, by whom ever, at most for `limit`.
Task<Result<void>> untilChanged(std::shared_ptr<Engine::Body> body, milliseconds limit,
                                CancelToken cancel);

/// See Engine::start().
Task<Result<QString>> startOperation(std::shared_ptr<Engine::Body> body, Request request,
                                     CancelToken cancel);

/// See Engine::resume().
Task<Result<void>> resumeOperation(std::shared_ptr<Engine::Body> body, QString id);

/// An operation with its actions and lease. NotFound.
Task<Result<Operation>> oneOperation(std::shared_ptr<Engine::Body> body, QString id);

}  // namespace analemma::engine
