#pragma once

#include "core/ssh/sftp.h"
#include "core/ssh/src/sftpclient.h"
#include "core/ssh/src/sftppackets.h"

#include <QFile>

#include <functional>
#include <memory>
#include <vector>

/// What transfers are made of.
namespace analemma::ssh {

using Replies = SftpChannel::Replies;
using Server = std::shared_ptr<SftpClient>;
using Progress = std::function<void(qint64 done, qint64 total)>;

constexpr qint64 kBlock = 1024 * 1024;  ///< read, sent and acknowledged together

Error refusal(const sftp::Reply& reply);
/// The first reply that is no success, as an error.
Result<void> allOk(const Replies& replies);
/// "user@host:port: upload to PATH: …"
Error placed(const Error& error, const SessionCore& core, const QString& what, const QString& path);
/// Reads of `count` bytes.
std::vector<QByteArray> readRequests(const QByteArray& handle, qint64 from, qint64 count);

/// The local side of an upload; the file is touched on workers only, one call at a time.
struct Source {
    QByteArray bytes;
    QFile file;
    qint64 size = 0;
};
Task<Result<void>> openSource(std::shared_ptr<Source> source, QString path);

/// When the bytes of a transfer may go, at a rate.
class Pace {
public:
    explicit Pace(const TransferOptions& options = {})
        : m_rate(options.rate ? options.rate : std::make_shared<Rate>(options.bytesPerSecond))
    {
    }
    /// How many bytes go together now.
    [[nodiscard]] qint64 block() const;
    /// How many of them may be under way: few at a rate, so that progress is told as it comes.
    [[nodiscard]] std::size_t together(std::size_t most) const
    {
        return m_rate->bytesPerSecond() > 0 ? 2 : most;
    }
    /// How long to wait before the next `count` bytes may go.
    [[nodiscard]] milliseconds wait(qint64 count) const { return m_rate->reserve(count); }

private:
    std::shared_ptr<Rate> m_rate;
};

/// Sends the source from `from` on, several blocks under way.
Task<Result<void>> writeAll(Server client, std::shared_ptr<Source> source, QByteArray handle,
                            qint64 from, Pace pace, Progress progress, CancelToken cancel);
/// OpenSSH replaces atomically; with other servers the old file is removed first.
Task<Result<void>> moveIntoPlace(Server client, QByteArray from, QByteArray to, CancelToken cancel);
/// Mode, then close.
Task<Result<void>> finishFile(Server client, QByteArray handle, int mode, CancelToken cancel);

}  // namespace analemma::ssh
