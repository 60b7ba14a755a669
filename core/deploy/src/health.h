#pragma once

#include "core/base/clock.h"
#include "core/base/task.h"

class QNetworkAccessManager;

namespace analemma::deploy {

/// One GET without redirects, proxies or credentials; the answer's body is thrown away. The HTTP
/// status, or Network/Timeout with the reason in words. Main thread.
Task<Result<int>> httpStatus(QNetworkAccessManager* network, QString url, milliseconds timeout,
                             CancelToken cancel);

}  // namespace analemma::deploy
