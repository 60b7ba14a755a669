#include "core/ssh/src/sftpparts.h"

#include "core/base/text.h"

#include <algorithm>
#include <deque>

using namespace Qt::StringLiterals;

namespace analemma::ssh {
namespace {

constexpr std::size_t kPartsUnderWay = 3;  ///< more than the 2 MiB window of OpenSSH

ErrorKind kindOf(sftp::Status status)
{
    return status == sftp::Status::NoSuchFile ? ErrorKind::NotFound : ErrorKind::Io;
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

Result<qint64> openFile(Source& source, const QString& path)
{
    source.file.setFileName(path);
    if (!source.file.open(QIODevice::ReadOnly | QIODevice::Unbuffered)) {
        const bool missing = !QFile::exists(path);
        return Error(missing ? ErrorKind::NotFound : ErrorKind::Io,
                     u"cannot read %1: %2"_s.arg(path, source.file.errorString()));
    }
    return source.file.size();
}

Result<std::vector<QByteArray>> readBlock(Source& source, const QByteArray& handle, qint64 offset,
                                          qint64 most)
{
    const qint64 count = std::min(most, source.size - offset);
    QByteArray block = source.bytes.mid(offset, count);
    if (source.file.isOpen()) {
        block = source.file.seek(offset) ? source.file.read(count) : QByteArray();
    }
    if (block.size() != count) {
        return Error(ErrorKind::Io,
                     u"%1 became shorter while it was read"_s.arg(source.file.fileName()));
    }
    return writeRequests(handle, offset, block);
}

/// A block on its way to the server.
struct Sent {
    Sent(PendingBatch w, qint64 c) : writing(std::move(w)), count(c) {}
    PendingBatch writing;
    qint64 count;
};

/// Awaits the oldest block under way; gives its size.
Task<Result<qint64>> settleOldest(std::shared_ptr<std::deque<Sent>> underWay)
{
    Sent oldest = std::move(underWay->front());
    underWay->pop_front();
    const Result<Replies> written = co_await oldest.writing.future;
    const Result<void> done = written ? allOk(*written) : Result<void>(written.error());
    if (!done) {
        co_return done.error();
    }
    co_return oldest.count;
}

}  // namespace

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

Error placed(const Error& error, const SessionCore& core, const QString& what, const QString& path)
{
    const QString where = core.target.text();
    if (error.kind == ErrorKind::Cancelled) {
        return error;
    }
    const QString context = u"%1 %2"_s.arg(what, displayText(path, 300));
    return error.message.startsWith(where) ? error.in(context)
                                           : error.in(where + u": "_s + context);
}

std::vector<QByteArray> readRequests(const QByteArray& handle, qint64 from, qint64 count)
{
    std::vector<QByteArray> requests;
    for (qint64 at = 0; at < count; at += sftp::kPiece) {
        requests.push_back(sftp::read(handle, quint64(from + at), quint32(sftp::kPiece)));
    }
    return requests;
}

Task<Result<void>> openSource(std::shared_ptr<Source> source, QString path)
{
    std::function<Result<qint64>()> job = [source, path] { return openFile(*source, path); };
    const Result<qint64> size = co_await onWorker<qint64>(std::move(job));
    if (!size) {
        co_return size.error();
    }
    source->size = *size;
    co_return Result<void>();
}

void Rate::set(qint64 bytesPerSecond)
{
    const std::scoped_lock lock(m_mutex);
    m_rate = bytesPerSecond;
    m_free = {};  // what was reserved at the old rate counts no more
}

qint64 Rate::bytesPerSecond() const
{
    const std::scoped_lock lock(m_mutex);
    return m_rate;
}

milliseconds Rate::reserve(qint64 bytes)
{
    const std::scoped_lock lock(m_mutex);
    if (m_rate <= 0) {
        return {};
    }
    const auto now = std::chrono::steady_clock::now();
    const auto start = std::max(now, m_free);
    m_free = start + milliseconds(bytes * 1000 / m_rate);
    return std::chrono::ceil<milliseconds>(start - now);
}

qint64 Pace::block() const
{
    const qint64 rate = m_rate->bytesPerSecond();
    return rate <= 0 ? kBlock : std::clamp<qint64>(rate / 8, sftp::kPiece, kBlock);
}

Task<Result<void>> writeAll(Server client, std::shared_ptr<Source> source, QByteArray handle,
                            qint64 from, Pace pace, Progress progress, CancelToken cancel)
{
    const auto underWay = std::make_shared<std::deque<Sent>>();
    qint64 offset = from;
    qint64 settled = from;
    while (settled < source->size) {
        if (offset < source->size && underWay->size() < pace.together(kPartsUnderWay)) {
            const qint64 block = std::min(pace.block(), source->size - offset);
            const milliseconds wait = pace.wait(block);
            if (wait > milliseconds(0)) {
                const Result<void> slept = co_await sleepFor(wait, cancel);
                if (!slept) {
                    co_return slept.error();
                }
            }
            std::function<Result<std::vector<QByteArray>>()> job = [=] {
                return readBlock(*source, handle, offset, block);
            };
            Result<std::vector<QByteArray>> requests =
                co_await onWorker<std::vector<QByteArray>>(std::move(job));
            if (!requests) {
                co_return requests.error();
            }
            underWay->emplace_back(client->send(std::move(*requests), cancel), block);
            offset += block;
            continue;
        }
        const Result<qint64> done = co_await settleOldest(underWay);
        if (!done) {
            co_return done.error();
        }
        settled += *done;
        if (progress) {
            progress(settled, source->size);
        }
    }
    co_return Result<void>();
}

Task<Result<void>> moveIntoPlace(Server client, QByteArray from, QByteArray to, CancelToken cancel)
{
    QByteArray request =
        client->hasPosixRename() ? sftp::posixRename(from, to) : sftp::rename(from, to);
    PendingBatch renaming = client->send(std::move(request), cancel);
    Result<Replies> renamed = co_await renaming.future;
    if (!renamed) {
        co_return renamed.error();
    }
    if (renamed->front().isOk() || client->hasPosixRename()) {
        co_return allOk(*renamed);
    }
    std::vector<QByteArray> requests = {sftp::remove(to), sftp::rename(from, to)};
    PendingBatch replacing = client->send(std::move(requests), cancel);
    renamed = co_await replacing.future;
    if (!renamed) {
        co_return renamed.error();
    }
    co_return renamed->back().isOk() ? Result<void>() : Result<void>(refusal(renamed->back()));
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

}  // namespace analemma::ssh
