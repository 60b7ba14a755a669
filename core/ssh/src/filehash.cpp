#include "core/ssh/src/filehash.h"

#include "core/base/text.h"
#include "core/ssh/src/files.h"
#include "core/ssh/src/residentshell.h"

#include <QCryptographicHash>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::ssh {
namespace {

Result<QByteArray> hashOfFile(const QString& path, const CancelToken& cancel)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly | QIODevice::Unbuffered)) {
        return Error(ErrorKind::Io, u"cannot read %1: %2"_s.arg(path, file.errorString()));
    }
    QCryptographicHash hash(QCryptographicHash::Sha256);
    for (QByteArray piece = file.read(kBlock); !piece.isEmpty(); piece = file.read(kBlock)) {
        if (cancel.isCancelled()) {
            return cancelledError();
        }
        hash.addData(piece);
    }
    return hash.result().toHex();
}

Task<Result<QByteArray>> localHash(QString path, CancelToken cancel)
{
    std::function<Result<QByteArray>()> job = [path, cancel] { return hashOfFile(path, cancel); };
    Result<QByteArray> hash = co_await onWorker<QByteArray>(std::move(job));
    co_return hash;
}

/// What sha256sum printed: 64 hex digits, perhaps behind a backslash that marks an odd name.
QByteArray readSum(const ExecResult& result)
{
    QByteArray line = result.output.trimmed();
    if (line.startsWith('\\')) {
        line.remove(0, 1);
    }
    const QByteArray sum = line.left(64).toLower();
    const bool hex = std::all_of(sum.begin(), sum.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
    });
    return result.ok() && hex && sum.size() == 64 ? sum : QByteArray();
}

Task<Result<QByteArray>> hashByReading(Server client, QByteArray path, qint64 size,
                                       CancelToken cancel)
{
    PendingBatch opening = client->send(sftp::open(path, sftp::kOpenRead, std::nullopt), cancel);
    const Result<Replies> opened = co_await opening.future;
    if (!opened) {
        co_return opened.error();
    }
    const QByteArray handle = opened->front().handle();
    if (handle.isEmpty()) {
        co_return refusal(opened->front());
    }
    const auto hash = std::make_shared<QCryptographicHash>(QCryptographicHash::Sha256);
    Result<void> step;
    for (qint64 at = 0; step && at < size;) {
        const qint64 count = std::min(kBlock, size - at);
        PendingBatch reading = client->send(readRequests(handle, at, count), cancel);
        const Result<Replies> replies = co_await reading.future;
        if (!replies) {
            step = replies.error();
            continue;
        }
        for (const sftp::Reply& reply : *replies) {
            const QByteArrayView data = reply.dataView();
            if (data.isEmpty()) {
                step = refusal(reply);
                break;
            }
            const qint64 wanted = std::min<qint64>(sftp::kPiece, size - at);
            hash->addData(data.first(std::min<qint64>(wanted, data.size())).toByteArray());
            at += std::min<qint64>(wanted, data.size());
            if (data.size() < wanted) {
                break;  // the rest is asked for again
            }
        }
    }
    (void)client->send(sftp::close(handle), CancelToken());
    if (!step) {
        co_return step.error();
    }
    co_return hash->result().toHex();
}

/// The size of a regular file.
Task<Result<qint64>> sizeOf(Server client, QByteArray path, CancelToken cancel)
{
    PendingBatch looking = client->send(sftp::stat(path), cancel);
    const Result<Replies> looked = co_await looking.future;
    if (!looked) {
        co_return looked.error();
    }
    const std::optional<sftp::Attributes> found = sftp::readAttributes(looked->front());
    if (!found) {
        co_return refusal(looked->front());
    }
    if (!found->isRegular()) {
        co_return Error(ErrorKind::Invalid, u"it is not a regular file"_s);
    }
    co_return qint64(std::min<quint64>(found->size.value_or(0), quint64(INT64_MAX)));
}

}  // namespace

Task<Result<QByteArray>> remoteHash(std::shared_ptr<SessionCore> core, Server client,
                                    QByteArray path, qint64 size, CancelToken cancel)
{
    ExecOptions options;
    options.limitBytes = 16 * 1024;
    const QByteArray command = "sha256sum -- " + quotedForSh(path);
    auto running = runSmall(core, command, std::move(options), cancel);
    const Result<ExecResult> result = co_await std::move(running);
    if (!result && result.error().kind == ErrorKind::Cancelled) {
        co_return result.error();
    }
    const QByteArray sum = result ? readSum(*result) : QByteArray();
    if (!sum.isEmpty()) {
        co_return sum;
    }
    Result<QByteArray> read = co_await hashByReading(client, path, size, cancel);
    co_return read;
}

Task<Result<QByteArray>> compare(std::shared_ptr<SessionCore> core, Server client, QString local,
                                 QByteArray remote, qint64 size, CancelToken cancel)
{
    const Result<QByteArray> theirs = co_await remoteHash(core, client, remote, size, cancel);
    if (!theirs) {
        co_return theirs.error();
    }
    const Result<QByteArray> ours = co_await localHash(local, cancel);
    if (!ours) {
        co_return ours.error();
    }
    if (*ours != *theirs) {
        co_return Error(
            ErrorKind::Conflict,
            u"the checksums differ: %1 here, %2 on the server; the copy was dropped"_s.arg(
                QString::fromLatin1(ours->left(16)), QString::fromLatin1(theirs->left(16))))
            .withHint(u"One side changed meanwhile: start again without resuming."_s);
    }
    co_return *ours;
}

Task<Result<QByteArray>> checksumOf(std::shared_ptr<SessionCore> core, QByteArray file,
                                    CancelToken cancel)
{
    const QString what = u"checksum of"_s;
    const QString name = displayText(QByteArrayView(file), 300);
    const Result<void> valid = checkRemotePath(file);
    if (!valid) {
        co_return placed(valid.error(), *core, what, name);
    }
    const Result<Server> client = co_await SftpClient::acquire(core, cancel);
    if (!client) {
        co_return placed(client.error(), *core, what, name);
    }
    const Result<qint64> size = co_await sizeOf(*client, file, cancel);
    Result<QByteArray> sum = size ? QByteArray() : Result<QByteArray>(size.error());
    if (size) {
        sum = co_await remoteHash(core, *client, file, *size, cancel);
    }
    (*client)->release();
    if (!sum) {
        co_return placed(sum.error(), *core, what, name);
    }
    co_return sum;
}

}  // namespace analemma::ssh
