#pragma once

#include "core/base/clock.h"
#include "core/base/task.h"

#include <QByteArray>
#include <QDateTime>
#include <QString>

#include <functional>
#include <memory>
#include <mutex>
#include <vector>

/// Files of a server over SFTP 3 (draft-ietf-secsh-filexfer-02, with OpenSSH's extensions). Names
/// are bytes, as the server has them.
namespace analemma::ssh {

struct FileInfo {
    enum class Kind { File, Folder, Link, Other };
    QByteArray name;  ///< within its folder; never with a slash or a zero byte
    Kind kind = Kind::Other;
    qint64 size = 0;
    int mode = 0;  ///< permission bits, as in chmod
    quint32 owner = 0;
    quint32 group = 0;
    QString ownerName;   ///< as the server says in a listing; empty: it does not
    QString groupName;   ///< the same
    QDateTime modified;  ///< UTC
};

struct Listing {
    std::vector<FileInfo> entries;  ///< in the server's order, without "." and ".."
    bool truncated = false;         ///< there are more than the limit
    int refusedNames = 0;           ///< left out: names that no file can have
};

/// What statvfs(3) says of a file system.
struct FileSystemSpace {
    quint64 blockBytes = 0;
    quint64 blocks = 0;
    quint64 freeBlocks = 0;
    quint64 availableBlocks = 0;  ///< to those who are not root
    quint64 files = 0;
    quint64 freeFiles = 0;
};

/// How fast transfers that share it may go together. Any thread.
class Rate {
public:
    explicit Rate(qint64 bytesPerSecond = 0) : m_rate(bytesPerSecond) {}
    /// From now on; 0: as fast as it goes.
    void set(qint64 bytesPerSecond);
    [[nodiscard]] qint64 bytesPerSecond() const;
    /// Takes room for so many bytes; gives how long to wait before they may go.
    milliseconds reserve(qint64 bytes);

private:
    mutable std::mutex m_mutex;
    qint64 m_rate;
    std::chrono::steady_clock::time_point m_free;  ///< when what was reserved has gone
};

struct TransferOptions {
    /// Goes on where an earlier try with resume broke off; and a new break keeps what is there. The
    /// part lies beside the target, see partPath().
    bool resume = false;
    /// Compares SHA-256 of both sides at the end: by the server's sha256sum, or by reading it
    /// again.
    bool verify = false;
    qint64 bytesPerSecond = 0;             ///< 0: as fast as it goes
    std::shared_ptr<Rate> rate = nullptr;  ///< shared with others; counts instead of the above
    int mode = 0644;  ///< of the new file; a download takes the user's bits of it
    std::function<void(qint64 done, qint64 total)> progress;  ///< on the awaiting thread
};

struct TransferResult {
    qint64 bytes = 0;      ///< of the whole file
    qint64 resumedAt = 0;  ///< what was there already
    QByteArray sha256;     ///< when it was verified
};

/// For any thread with an event loop. All calls: NotFound, Io, Invalid, Unsupported, Network,
/// Cancelled. Nothing of a server is taken for a path on this machine.
class Files {
public:
    virtual ~Files() = default;
    virtual Task<Result<Listing>> list(QByteArray folder, int limit, CancelToken cancel) = 0;
    /// Of a link: what it points to, or the link itself.
    virtual Task<Result<FileInfo>> info(QByteArray path, bool followLink, CancelToken cancel) = 0;
    /// The absolute path; "." gives the user's folder.
    virtual Task<Result<QByteArray>> realPath(QByteArray path, CancelToken cancel) = 0;
    virtual Task<Result<QByteArray>> readLink(QByteArray path, CancelToken cancel) = 0;
    virtual Task<Result<void>> makeFolder(QByteArray path, int mode, CancelToken cancel) = 0;
    virtual Task<Result<void>> setMode(QByteArray path, int mode, CancelToken cancel) = 0;
    /// Both at once, as SFTP 3 wants it. A server may clear set-user-id bits: set the mode after.
    virtual Task<Result<void>> setOwner(QByteArray path, quint32 owner, quint32 group,
                                        CancelToken cancel) = 0;
    /// Replaces a file that has the new name already, at once where the server can.
    virtual Task<Result<void>> rename(QByteArray from, QByteArray to, CancelToken cancel) = 0;
    virtual Task<Result<void>> remove(QByteArray file, CancelToken cancel) = 0;
    virtual Task<Result<void>> removeFolder(QByteArray folder, CancelToken cancel) = 0;
    /// SHA-256 of a regular file, lower-case hexadecimal: by the server's sha256sum, or by reading
    /// it.
    virtual Task<Result<QByteArray>> checksum(QByteArray file, CancelToken cancel) = 0;
    /// To a file on this machine, which appears whole or not at all. Conflict: the checksums
    /// differ.
    virtual Task<Result<TransferResult>> download(QByteArray remote, QString local,
                                                  TransferOptions options, CancelToken cancel) = 0;
    /// The target appears whole or not at all.
    virtual Task<Result<TransferResult>> upload(QString local, QByteArray remote,
                                                TransferOptions options, CancelToken cancel) = 0;
};

/// Where a transfer with resume keeps what it has of `path`: beside it, 255 bytes at most.
QByteArray partPath(const QByteArray& path);

}  // namespace analemma::ssh
