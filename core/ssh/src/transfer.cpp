#include "core/ssh/src/transfer.h"

#include "core/base/text.h"
#include "core/ssh/src/sftpclient.h"

#include <QFile>

#include <algorithm>
#include <deque>

using namespace Qt::StringLiterals;

namespace analemma::ssh {
namespace {

using Replies = SftpChannel::Replies;
using Server = std::shared_ptr<SftpClient>;

constexpr qint64 kBlock = 1024 * 1024;      ///< read, sent and acknowledged together
constexpr std::size_t kBlocksUnderWay = 3;  ///< more than the 2 MiB window of OpenSSH
constexpr milliseconds kCleanUp{5'000};

ErrorKind kindOf(sftp::Status status)
{
    return status == sftp::Status::NoSuchFile ? ErrorKind::NotFound : ErrorKind::Io;
}

Error refusal(const sftp::Reply& reply)
{
    if (reply.type != sftp::Type::Status) {
        return {ErrorKind::Protocol, u"the server gave an answer that does not fit"_s};
    }
    switch (reply.status()) {
        case sftp::Status::NoSuchFile:
            return {kindOf(reply.status()), u"no such file or folder"_s};
        case sftp::Status::PermissionDenied:
            return {kindOf(reply.status()), u"permission denied"_s};
        case sftp::Status::Ok:
        case sftp::Status::Eof:
        case sftp::Status::Failure:
            break;
    }
    return {kindOf(reply.status()), u"the server says: %1"_s.arg(reply.statusText())};
}

/// The first reply that is no success, as an error.
Result<void> allOk(const Replies& replies)
{
    const auto bad = std::find_if(replies.cbegin(), replies.cend(),
                                  [](const sftp::Reply& reply) { return !reply.isOk(); });
    return bad == replies.cend() ? Result<void>() : Result<void>(refusal(*bad));
}

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

std::vector<QByteArray> writeRequests(const QByteArray& handle, qint64 offset, QByteArrayView block)
{
    std::vector<QByteArray> requests;
    for (qsizetype at = 0; at < block.size(); at += sftp::kPiece) {
        requests.push_back(
            sftp::write(handle, quint64(offset + at),
                        block.sliced(at, std::min(sftp::kPiece, block.size() - at))));
    }
    return requests;
}

// ---- reading what is uploaded -------------------------------------------------------------------

/// The local side; the file is touched on workers only, one call at a time.
struct Source {
    QByteArray bytes;
    QFile file;
    qint64 size = 0;
};

Result<qint64> openSource(Source& source, const QString& path)
{
    source.file.setFileName(path);
    if (!source.file.open(QIODevice::ReadOnly | QIODevice::Unbuffered)) {
        const bool missing = !QFile::exists(path);
        return Error(missing ? ErrorKind::NotFound : ErrorKind::Io,
                     u"cannot read %1: %2"_s.arg(path, source.file.errorString()));
    }
    return source.file.size();
}

Result<std::vector<QByteArray>> readBlock(Source& source, const QByteArray& handle, qint64 offset)
{
    const qint64 count = std::min(kBlock, source.size - offset);
    QByteArray block = source.bytes.mid(offset, count);
    if (source.file.isOpen()) {
        block = source.file.read(count);
    }
    if (block.size() != count) {
        return Error(ErrorKind::Io,
                     u"%1 became shorter while it was read"_s.arg(source.file.fileName()));
    }
    return writeRequests(handle, offset, block);
}

Task<Result<void>> openIt(std::shared_ptr<Source> source, QString path)
{
    std::function<Result<qint64>()> job = [source, path] { return openSource(*source, path); };
    const Result<qint64> size = co_await onWorker<qint64>(std::move(job));
    if (!size) {
        co_return size.error();
    }
    source->size = *size;
    co_return Result<void>();
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

/// Awaits the oldest block under way.
Task<Result<void>> settleOldest(std::shared_ptr<std::deque<PendingBatch>> underWay)
{
    PendingBatch oldest = std::move(underWay->front());
    underWay->pop_front();
    const Result<Replies> written = co_await oldest.future;
    if (!written) {
        co_return written.error();
    }
    co_return allOk(*written);
}

Task<Result<void>> writeAll(Server client, std::shared_ptr<Source> source, QByteArray handle,
                            Progress progress, CancelToken cancel)
{
    const auto underWay = std::make_shared<std::deque<PendingBatch>>();
    qint64 offset = 0;
    qint64 settled = 0;
    while (settled < source->size) {
        if (offset < source->size && underWay->size() < kBlocksUnderWay) {
            std::function<Result<std::vector<QByteArray>>()> job = [source, handle, offset] {
                return readBlock(*source, handle, offset);
            };
            Result<std::vector<QByteArray>> requests =
                co_await onWorker<std::vector<QByteArray>>(std::move(job));
            if (!requests) {
                co_return requests.error();
            }
            underWay->push_back(client->send(std::move(*requests), cancel));
            offset = std::min(source->size, offset + kBlock);
            continue;
        }
        const Result<void> done = co_await settleOldest(underWay);
        if (!done) {
            co_return done.error();
        }
        settled = std::min(source->size, settled + kBlock);
        if (progress) {
            progress(settled, source->size);
        }
    }
    co_return Result<void>();
}

/// OpenSSH replaces atomically; with other servers the old file is removed first.
Task<Result<void>> moveIntoPlace(Server client, QByteArray temporary, QByteArray path,
                                 CancelToken cancel)
{
    QByteArray request = client->hasPosixRename() ? sftp::posixRename(temporary, path)
                                                  : sftp::rename(temporary, path);
    PendingBatch renaming = client->send(std::move(request), cancel);
    Result<Replies> renamed = co_await renaming.future;
    if (!renamed) {
        co_return renamed.error();
    }
    if (renamed->front().isOk() || client->hasPosixRename()) {
        co_return allOk(*renamed);
    }
    std::vector<QByteArray> requests = {sftp::remove(path), sftp::rename(temporary, path)};
    PendingBatch replacing = client->send(std::move(requests), cancel);
    renamed = co_await replacing.future;
    if (!renamed) {
        co_return renamed.error();
    }
    co_return renamed->back().isOk() ? Result<void>() : Result<void>(refusal(renamed->back()));
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
    PendingBatch cleaning = client->send(std::move(requests), CancelToken(), kCleanUp);
    const Result<Replies> cleaned = co_await cleaning.future;
    co_return cleaned ? Result<void>() : Result<void>(cleaned.error());
}

Task<Result<void>> finishFile(Server client, QByteArray handle, int mode, CancelToken cancel)
{
    std::vector<QByteArray> requests = {sftp::setMode(handle, quint32(mode) & 07777U),
                                        sftp::close(handle)};
    PendingBatch finishing = client->send(std::move(requests), cancel);
    const Result<Replies> finished = co_await finishing.future;
    if (!finished) {
        co_return finished.error();
    }
    co_return allOk(*finished);
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
    Result<void> step = co_await writeAll(client, source, *handle, std::move(progress), cancel);
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

std::vector<QByteArray> readRequests(const QByteArray& handle, qint64 from, qint64 count)
{
    std::vector<QByteArray> requests;
    for (qint64 at = 0; at < count; at += sftp::kPiece) {
        requests.push_back(sftp::read(handle, quint64(from + at), quint32(sftp::kPiece)));
    }
    return requests;
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

/// "user@host:port: upload to PATH: …"
Error placed(const Error& error, const SessionCore& core, const QString& what, const QString& path)
{
    const QString where = core.link->target().text();
    if (error.kind == ErrorKind::Cancelled) {
        return error;
    }
    const QString context = u"%1 %2"_s.arg(what, displayText(path, 300));
    return error.message.startsWith(where) ? error.in(context)
                                           : error.in(where + u": "_s + context);
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
        result = co_await openIt(opened, source.path);
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
