#pragma once

#include "core/ssh/sftp.h"
#include "core/ssh/src/core.h"

#include <memory>

namespace analemma::ssh {

/// The bodies of Files::download and Files::upload. What is under way lies in a part file beside
/// the target, which takes its name at the end.
Task<Result<TransferResult>> downloadFile(std::shared_ptr<SessionCore> core, QByteArray remote,
                                          QString local, TransferOptions options,
                                          CancelToken cancel);
Task<Result<TransferResult>> uploadFile(std::shared_ptr<SessionCore> core, QString local,
                                        QByteArray remote, TransferOptions options,
                                        CancelToken cancel);

}  // namespace analemma::ssh
