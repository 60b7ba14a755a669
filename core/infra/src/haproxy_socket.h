#pragma once

#include "core/base/clock.h"
#include "core/base/task.h"

#include <QByteArray>

namespace analemma::infra::haproxy {

/// Sends one line to the runtime socket in `folder` and reads the answer to its end. A connection
/// of its own for each line: after a reload it is the new worker that answers. The folder may have
/// a path of any length (unix(7) allows 107 bytes for the address only). Errors: NotFound (nobody
/// answers there: nothing was done), Network, Timeout, Protocol.
Task<Result<QByteArray>> say(QString folder, QByteArray line, milliseconds timeout);

}  // namespace analemma::infra::haproxy
