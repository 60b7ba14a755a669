#pragma once

#include "core/ssh/src/core.h"
#include "core/ssh/src/sftpparts.h"

#include <memory>

/// SHA-256 of files on both sides.
namespace analemma::ssh {

/// By the server's own program, so that nothing is carried again; by reading where it has none.
Task<Result<QByteArray>> remoteHash(std::shared_ptr<SessionCore> core, Server client,
                                    QByteArray path, qint64 size, CancelToken cancel);
/// The common checksum of both sides; Conflict when there is none.
Task<Result<QByteArray>> compare(std::shared_ptr<SessionCore> core, Server client, QString local,
                                 QByteArray remote, qint64 size, CancelToken cancel);
/// The body of Files::checksum.
Task<Result<QByteArray>> checksumOf(std::shared_ptr<SessionCore> core, QByteArray file,
                                    CancelToken cancel);

}  // namespace analemma::ssh
