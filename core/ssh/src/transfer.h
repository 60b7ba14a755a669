#pragma once

#include "core/base/task.h"
#include "core/ssh/src/core.h"
#include "core/ssh/src/sftpparts.h"

#include <QByteArray>
#include <QString>

#include <memory>

namespace analemma::ssh {

/// What is uploaded: bytes, or a local file when `path` is set.
struct UploadSource {
    explicit UploadSource(QByteArray b) : bytes(std::move(b)) {}
    explicit UploadSource(QString p) : path(std::move(p)) {}
    QByteArray bytes;
    QString path;
};

/// The bodies of Session::upload, uploadBytes and download.
Task<Result<void>> upload(std::shared_ptr<SessionCore> core, UploadSource source,
                          QString remotePath, int mode, Progress progress, CancelToken cancel);
Task<Result<QByteArray>> download(std::shared_ptr<SessionCore> core, QString remotePath,
                                  qint64 limitBytes, CancelToken cancel);

}  // namespace analemma::ssh
