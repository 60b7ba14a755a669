#pragma once

#include "core/ssh/ssh.h"

#include <optional>

namespace analemma::ssh {

/// Small files of a server that stay open over SFTP and are read again and again from their start:
/// those of /proc say something new each time. For servers without a shell. One call at a time;
/// it holds one SFTP channel of its session until it goes.
class KeptFiles {
public:
    virtual ~KeptFiles() = default;
    /// What the named ones hold now, by their places in the list they were opened with; requests
    /// go out together. Nothing for one that could not be opened or read. At most `limitBytes` of
    /// each. Errors: Network, Timeout, Cancelled.
    virtual Task<Result<std::vector<std::optional<QByteArray>>>> read(
        std::vector<std::size_t> which, qsizetype limitBytes, CancelToken cancel) = 0;
    /// Of the file systems that these paths are on, by statvfs@openssh.com (PROTOCOL of OpenSSH,
    /// section 4.4): it may wait for ever on a remote one. Nothing where there is no answer.
    virtual Task<Result<std::vector<std::optional<FileSystemSpace>>>> spaces(
        std::vector<QByteArray> paths, CancelToken cancel) = 0;
};

/// Opens at most 64 files for reading; those that are not there are no error. Errors: Invalid (the
/// paths), Unsupported (no SFTP there), Network, Cancelled.
Task<Result<std::shared_ptr<KeptFiles>>> keepFiles(std::shared_ptr<Session> session,
                                                   std::vector<QByteArray> paths,
                                                   CancelToken cancel);

}  // namespace analemma::ssh
