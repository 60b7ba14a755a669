#pragma once

#include "core/ssh/sftp.h"
#include "core/ssh/src/core.h"
#include "core/ssh/src/sftpparts.h"

#include <memory>

namespace analemma::ssh {

/// The bodies of Files: one request, one answer.
Task<Result<Listing>> listFolder(std::shared_ptr<SessionCore> core, QByteArray folder, int limit,
                                 CancelToken cancel);
Task<Result<FileInfo>> fileInfo(std::shared_ptr<SessionCore> core, QByteArray path, bool followLink,
                                CancelToken cancel);
/// The path in the answer to readlink or realpath.
Task<Result<QByteArray>> askForPath(std::shared_ptr<SessionCore> core, QByteArray request,
                                    QByteArray path, CancelToken cancel);
/// A request that is answered by yes or no.
Task<Result<void>> order(std::shared_ptr<SessionCore> core, QByteArray request, QString what,
                         QByteArray path, CancelToken cancel);
Task<Result<void>> renameFile(std::shared_ptr<SessionCore> core, QByteArray from, QByteArray to,
                              CancelToken cancel);

/// "not a path": empty, too long, or with a zero byte.
Result<void> checkRemotePath(const QByteArray& path);
FileInfo infoFrom(const sftp::Attributes& attributes, QByteArray name);
/// Owner and group out of a line of "ls -l"; empty words where it has none that are plain names.
std::pair<QString, QString> ownersIn(const QByteArray& line);

/// The face over these and over filetransfer.h.
std::shared_ptr<Files> makeFiles(std::shared_ptr<SessionCore> core);

}  // namespace analemma::ssh
