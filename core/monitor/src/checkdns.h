#pragma once

#include "core/workspace/servicecheck.h"

#include "core/base/result.h"

#include <QStringList>

namespace analemma::monitor {

/// The records of a name as a name server tells them: addresses, names without their last dot, "10
/// mail.example.org", texts. None is an empty list. Blocks, for as long as `check.timeout` says:
/// for workers. Errors: NotFound (no such name), Timeout, Protocol, Network.
Result<QStringList> askNameServer(const workspace::ServiceCheck& check);

/// The records of one type in an answer's bytes. Pure.
Result<QStringList> recordsIn(const QByteArray& answer, const QString& type);

}  // namespace analemma::monitor
