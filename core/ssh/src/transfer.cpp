#include "core/ssh/src/transfer.h"

#include "core/base/text.h"
#include "core/ssh/src/sftpparts.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::ssh {
namespace {

constexpr milliseconds kCloseTime{5'000};

Result<void> checkPath(const QString& path)
{
    if (path.isEmpty() || path.endsWith(u'/') || path.contains(QChar(u'\0')) ||
        path.size() > 4000) {
        return Error(ErrorKind::Invalid,
                     u"not the path of a file: %1"_s.arg(displayText(path, 200)));
    }
    return {};
}

/// A name beside the target that nothing else has.
QByteArray temporaryFor(const QString& path)
{
    const qsizetype slash = path.lastIndexOf(u'/');
    return (path.left(slash + 1) + u".analemma-"_s + newId() + u".part"_s).toUtf8();
}

/// "/a", "/a/b" for "/a/b/file".
std::vector<QByteArray> folderRequests(const QString& path)
{
    std::vector<QByteArray> requests;
    for (qsizetype at = path.indexOf(u'/', 1); at > 0; at = path.indexOf(u'/', at + 1)) {
        requests.push_back(sftp::makeFolder(path.left(at).toUtf8(), 0755));
    }
    return requests;
}

// ---- the steps of an upload ---------------------------------------------------------------------

Task<Result<QByteArray>> openTemporary(Server client, QByteArray temporary, QString path,
                                       CancelToken cancel)
{
    constexpr quint32 flags =
        sftp::kOpenWrite | sftp::kOpenCreate | sftp::kOpenTruncate | sftp::kOpenExclusive;
    for (int attempt = 0;; ++attempt) {
        PendingBatch opening = client->send(sftp::open(temporary, flags, 0600), cancel);
        const Result<Replies> opened = co_await opening.future;
        if (!opened) {
            co_return opened.error();
        }
        const QByteArray handle = opened->front().handle();
        if (!handle.isEmpty()) {
            co_return handle;
        }
        std::vector<QByteArray> folders = folderRequests(path);
        const bool missing = opened->front().status() == sftp::Status::NoSuchFile;
        if (attempt > 0 || !missing || folders.empty()) {
            co_return refusal(opened->front());
        }
        PendingBatch making = client->send(std::move(folders), cancel);
        const Result<Replies> made = co_await making.future;  // some exist: the next open tells
        if (!made) {
            co_return made.error();
        }
    }
}

/// After a failure: the half-written file goes. A cancelled caller waits for it too, five seconds
/// at most.
Task<Result<void>> cleanUp(Server client, QByteArray handle, QByteArray temporary)
{
    std::vector<QByteArray> requests;
    if (!handle.isEmpty()) {
        requests.push_back(sftp::close(handle));
    }
    requests.push_back(sftp::remove(temporary));
    PendingBatch cleaning = client->send(std::move(requests), CancelToken(), kCloseTime);
    const Result<Replies> cleaned = co_await cleaning.future;
    co_return cleaned ? Result<void>() : Result<void>(cleaned.error());
}

Task<Result<void>> uploadWith(Server client, std::shared_ptr<Source> source, QString path, int mode,
                              Progress progress, CancelToken cancel)
{
    const QByteArray temporary = temporaryFor(path);
    const Result<QByteArray> handle = co_await openTemporary(client, temporary, path, cancel);
    if (!handle) {
        if (handle.error().kind == ErrorKind::Cancelled) {
            const QByteArray none;
            [[maybe_unused]] const Result<void> clean = co_await cleanUp(client, none, temporary);
        }
        co_return handle.error();
    }
    QByteArray toClose = *handle;
    Result<void> step =
        co_await writeAll(client, source, *handle, 0, Pace(), std::move(progress), cancel);
    if (step) {
        step = co_await finishFile(client, *handle, mode, cancel);
        toClose.clear();
    }
    if (step) {
        step = co_await moveIntoPlace(client, temporary, path.toUtf8(), cancel);
    }
    if (!step) {
        [[maybe_unused]] const Result<void> clean = co_await cleanUp(client, toClose, temporary);
    }
    co_return step;
}

// ---- the steps of a download --------------------------------------------------------------------

Error tooLarge(qint64 limitBytes)
{
    return {ErrorKind::Invalid, u"the file is larger than %1"_s.arg(sizeText(limitBytes))};
}

Result<void> checkAttributes(const sftp::Reply& reply, qint64 limitBytes)
{
    const std::optional<sftp::Attributes> attributes = sftp::readAttributes(reply);
    if (!attributes) {
        return refusal(reply);
    }
    if (!attributes->isRegular()) {
        return Error(ErrorKind::Invalid,
                     attributes->isFolder() ? u"it is a folder"_s : u"it is not a regular file"_s);
    }
    if (attributes->size && *attributes->size > quint64(limitBytes)) {
        return tooLarge(limitBytes);
    }
    return {};
}

/// Appends the replies to reads that followed one another. False when the end was met; after a
/// short read the rest is asked for again.
Result<bool> appendData(const Replies& replies, QByteArray& bytes)
{
    for (const sftp::Reply& reply : replies) {
        if (reply.type == sftp::Type::Status && reply.status() == sftp::Status::Eof) {
            return false;
        }
        const QByteArray data = reply.data();
        if (data.isEmpty() || data.size() > sftp::kPiece) {
            return refusal(reply);
        }
        bytes += data;
        if (data.size() < sftp::kPiece) {
            return true;
        }
    }
    return true;
}

Task<Result<QByteArray>> readAll(Server client, QByteArray handle, qint64 limitBytes,
                                 CancelToken cancel)
{
    QByteArray bytes;
    qint64 ask = sftp::kPiece;  // grows, so that a small file costs little
    for (;;) {
        PendingBatch reading = client->send(readRequests(handle, bytes.size(), ask), cancel);
        const Result<Replies> replies = co_await reading.future;
        if (!replies) {
            co_return replies.error();
        }
        const Result<bool> more = appendData(*replies, bytes);
        if (!more) {
            co_return more.error();
        }
        if (bytes.size() > limitBytes) {
            co_return tooLarge(limitBytes);
        }
        if (!*more) {
            co_return bytes;
        }
        ask = std::min<qint64>({ask * 4, 2 * kBlock, limitBytes - bytes.size() + 1});
    }
}

Task<Result<QByteArray>> downloadWith(Server client, QByteArray path, qint64 limitBytes,
                                      CancelToken cancel)
{
    PendingBatch looking = client->send(sftp::stat(path), cancel);
    const Result<Replies> looked = co_await looking.future;
    if (!looked) {
        co_return looked.error();
    }
    const Result<void> fits = checkAttributes(looked->front(), limitBytes);
    if (!fits) {
        co_return fits.error();
    }
    PendingBatch opening = client->send(sftp::open(path, sftp::kOpenRead, std::nullopt), cancel);
    const Result<Replies> opened = co_await opening.future;
    if (!opened) {
        co_return opened.error();
    }
    const QByteArray handle = opened->front().handle();
    if (handle.isEmpty()) {
        co_return refusal(opened->front());
    }
    Result<QByteArray> bytes = co_await readAll(client, handle, limitBytes, cancel);
    (void)client->send(sftp::close(handle), CancelToken());  // nobody waits for it
    co_return bytes;
}

}  // namespace

Task<Result<void>> upload(std::shared_ptr<SessionCore> core, UploadSource source,
                          QString remotePath, int mode, Progress progress, CancelToken cancel)
{
    const auto opened = std::make_shared<Source>();
    opened->bytes = source.bytes;
    opened->size = source.bytes.size();
    Result<void> result = checkPath(remotePath);
    if (result && !source.path.isEmpty()) {
        result = co_await openSource(opened, source.path);
    }
    if (!result) {
        co_return placed(result.error(), *core, u"upload to"_s, remotePath);
    }
    const Result<Server> client = co_await SftpClient::acquire(core, cancel);
    if (!client) {
        co_return placed(client.error(), *core, u"upload to"_s, remotePath);
    }
    result = co_await uploadWith(*client, opened, remotePath, mode, std::move(progress), cancel);
    (*client)->release();
    if (!result) {
        co_return placed(result.error(), *core, u"upload to"_s, remotePath);
    }
    co_return result;
}

Task<Result<QByteArray>> download(std::shared_ptr<SessionCore> core, QString remotePath,
                                  qint64 limitBytes, CancelToken cancel)
{
    const Result<void> valid = checkPath(remotePath);
    if (!valid) {
        co_return placed(valid.error(), *core, u"download of"_s, remotePath);
    }
    const Result<Server> client = co_await SftpClient::acquire(core, cancel);
    if (!client) {
        co_return placed(client.error(), *core, u"download of"_s, remotePath);
    }
    Result<QByteArray> bytes =
        co_await downloadWith(*client, remotePath.toUtf8(), limitBytes, cancel);
    (*client)->release();
    if (!bytes) {
        co_return placed(bytes.error(), *core, u"download of"_s, remotePath);
    }
    co_return bytes;
}

}  // namespace analemma::ssh
