#pragma once

#include "core/operate/src/fleet_body.h"
#include "core/operate/src/step_script.h"

namespace analemma::operate {

/// The way to one server while a step is watched: connects, and connects again.
struct Line {
    FleetPtr body;
    engine::Call call;
    QString host;
    milliseconds patience{0};  ///< without a connection
    std::shared_ptr<ssh::Session> session;
    milliseconds lastContact{0};
    bool broke = false;  ///< an answer did not come: what was asked may still be on its way
};
using LinePtr = std::shared_ptr<Line>;

/// Connects unless that is so. Errors of Fleet::Connect.
Task<Result<void>> open(LinePtr line, CancelToken cancel);

/// One script and its answer. Network and Timeout: it may have run.
Task<Result<StepReport>> ask(LinePtr line, QString key, QByteArray script, milliseconds timeout,
                             CancelToken cancel);

/// The same until there is an answer, for a script that may run twice. Network when the server was
/// out of reach for longer than the line's patience.
Task<Result<StepReport>> askUntilAnswered(LinePtr line, QString key, QByteArray script,
                                          milliseconds timeout, CancelToken cancel);

}  // namespace analemma::operate
