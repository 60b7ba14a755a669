#include "core/ssh/src/filetransfer.h"

#include "core/base/text.h"
#include "core/ssh/src/filehash.h"
#include "core/ssh/src/files.h"
#include "core/ssh/src/sftpparts.h"

#include <QCryptographicHash>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <deque>
#include <optional>

using namespace Qt::StringLiterals;

namespace analemma::ssh {
namespace {

constexpr std::size_t kBlocksUnderWay = 4;
constexpr milliseconds kCleanUp{5'000};
constexpr char kPart[] = ".analemma-part";
constexpr qsizetype kLongestName = 255;  ///< NAME_MAX, in bytes

// ---- the local side of a download ---------------------------------------------------------------

/// The part file; touched on workers only, one call at a time.
class Sink {
public:
    Sink(QString target, bool resume) : m_target(target.toLocal8Bit()), m_resume(resume) {}
    ~Sink()
    {
        if (m_file >= 0) {
            ::close(m_file);
        }
    }
    Sink(const Sink&) = delete;
    Sink& operator=(const Sink&) = delete;

    /// Opens the part file; gives the bytes that are there already.
    Result<qint64> open(int mode)
    {
        const int flags = O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | (m_resume ? 0 : O_TRUNC);
        m_file = ::open(part().constData(), flags, 0600);
        struct stat found {};
        if (m_file < 0 || ::fstat(m_file, &found) != 0) {
            return systemError(u"write %1"_s.arg(QString::fromLocal8Bit(part())), errno);
        }
        if (!S_ISREG(found.st_mode)) {
            return Error(ErrorKind::Io,
                         u"%1 is not a regular file"_s.arg(QString::fromLocal8Bit(part())));
        }
        ::fchmod(m_file, mode_t(mode) & 0700U);
        return m_resume ? qint64(found.st_size) : 0;
    }
    Result<void> write(qint64 offset, QByteArrayView bytes) const
    {
        while (!bytes.isEmpty()) {
            const ssize_t done = ::pwrite(m_file, bytes.data(), std::size_t(bytes.size()), offset);
            if (done < 0 && errno != EINTR) {
                return systemError(u"write %1"_s.arg(QString::fromLocal8Bit(part())), errno);
            }
            offset += std::max<ssize_t>(done, 0);
            bytes = bytes.sliced(std::max<ssize_t>(done, 0));
        }
        return {};
    }
    /// What is longer than it should be goes.
    Result<void> cut(qint64 size) const
    {
        if (::ftruncate(m_file, size) != 0) {
            return systemError(u"write %1"_s.arg(QString::fromLocal8Bit(part())), errno);
        }
        return {};
    }
    Result<void> finish() const
    {
        if (::fsync(m_file) != 0 || std::rename(part().constData(), m_target.constData()) != 0) {
            return systemError(u"write %1"_s.arg(QString::fromLocal8Bit(m_target)), errno);
        }
        return {};
    }
    void remove() const { ::unlink(part().constData()); }
    [[nodiscard]] QString partPath() const { return QString::fromLocal8Bit(part()); }

private:
    [[nodiscard]] QByteArray part() const { return ssh::partPath(m_target); }
    const QByteArray m_target;
    const bool m_resume;
    int m_file = -1;
};

using Gap = std::pair<qint64, qint64>;  ///< offset and count

/// Writes what came for reads from `offset` on; gives what servers that answer short left out.
Result<std::vector<Gap>> writeReplies(const Sink& sink, const Replies& replies, qint64 offset,
                                      qint64 count)
{
    std::vector<Gap> gaps;
    for (const sftp::Reply& reply : replies) {
        const qint64 wanted = std::min<qint64>(count, sftp::kPiece);
        const QByteArrayView data = reply.dataView();
        if (data.isEmpty() || data.size() > sftp::kPiece) {
            const bool ended =
                reply.type == sftp::Type::Status && reply.status() == sftp::Status::Eof;
            return ended
                       ? Error(ErrorKind::Conflict, u"the file became shorter while it was read"_s)
                       : refusal(reply);
        }
        const qint64 taken = std::min<qint64>(wanted, data.size());
        const Result<void> written = sink.write(offset, data.first(taken));
        if (!written) {
            return written.error();
        }
        if (taken < wanted) {
            gaps.emplace_back(offset + taken, wanted - taken);
        }
        offset += wanted;
        count -= wanted;
    }
    return gaps;
}

Task<Result<std::vector<Gap>>> store(std::shared_ptr<Sink> sink, Replies replies, qint64 offset,
                                     qint64 count)
{
    const auto shared = std::make_shared<Replies>(std::move(replies));
    std::function<Result<std::vector<Gap>>()> job = [=] {
        return writeReplies(*sink, *shared, offset, count);
    };
    Result<std::vector<Gap>> gaps = co_await onWorker<std::vector<Gap>>(std::move(job));
    co_return gaps;
}

/// A block on its way.
struct Block {
    Block(PendingBatch r, qint64 o, qint64 c) : reading(std::move(r)), offset(o), count(c) {}
    PendingBatch reading;
    qint64 offset;
    qint64 count;
};

/// Takes the oldest block, and asks again for what is missing in it.
Task<Result<void>> settleBlock(Server client, QByteArray handle, std::shared_ptr<Sink> sink,
                               std::shared_ptr<std::deque<Block>> underWay, CancelToken cancel)
{
    Block block = std::move(underWay->front());
    underWay->pop_front();
    std::optional<PendingBatch> reading(std::move(block.reading));
    std::vector<Gap> gaps;
    for (;;) {
        Result<Replies> replies = co_await reading->future;
        if (!replies) {
            co_return replies.error();
        }
        const Result<std::vector<Gap>> left =
            co_await store(sink, std::move(*replies), block.offset, block.count);
        if (!left) {
            co_return left.error();
        }
        gaps.insert(gaps.end(), left->begin(), left->end());
        if (gaps.empty()) {
            co_return Result<void>();
        }
        block.offset = gaps.back().first;
        block.count = gaps.back().second;
        gaps.pop_back();
        reading.emplace(client->send(readRequests(handle, block.offset, block.count), cancel));
    }
}

Task<Result<void>> readBlocks(Server client, QByteArray handle, std::shared_ptr<Sink> sink,
                              qint64 from, qint64 size, TransferOptions options, CancelToken cancel)
{
    const Pace pace(options);
    const auto underWay = std::make_shared<std::deque<Block>>();
    qint64 asked = from;
    qint64 settled = from;
    while (settled < size) {
        if (asked < size && underWay->size() < pace.together(kBlocksUnderWay)) {
            const qint64 count = std::min(pace.block(), size - asked);
            const milliseconds wait = pace.wait(count);
            if (wait > milliseconds(0)) {
                const Result<void> slept = co_await sleepFor(wait, cancel);
                if (!slept) {
                    co_return slept.error();
                }
            }
            underWay->emplace_back(client->send(readRequests(handle, asked, count), cancel), asked,
                                   count);
            asked += count;
            continue;
        }
        const qint64 count = underWay->front().count;
        const Result<void> done = co_await settleBlock(client, handle, sink, underWay, cancel);
        if (!done) {
            co_return done.error();
        }
        settled += count;
        if (options.progress) {
            options.progress(settled, size);
        }
    }
    co_return Result<void>();
}

// ---- download -----------------------------------------------------------------------------------

struct Opened {
    QByteArray handle;
    qint64 size = 0;
};

Task<Result<Opened>> openRemote(Server client, QByteArray path, CancelToken cancel)
{
    PendingBatch opening = client->send(sftp::open(path, sftp::kOpenRead, std::nullopt), cancel);
    const Result<Replies> opened = co_await opening.future;
    if (!opened) {
        co_return opened.error();
    }
    Opened file;
    file.handle = opened->front().handle();
    if (file.handle.isEmpty()) {
        co_return refusal(opened->front());
    }
    PendingBatch looking = client->send(sftp::handleStat(file.handle), cancel);
    const Result<Replies> looked = co_await looking.future;
    if (!looked) {
        co_return looked.error();
    }
    const std::optional<sftp::Attributes> attributes = sftp::readAttributes(looked->front());
    if (!attributes || !attributes->isRegular() || !attributes->size ||
        *attributes->size > quint64(INT64_MAX)) {
        (void)client->send(sftp::close(file.handle), CancelToken());
        co_return Error(ErrorKind::Invalid, u"it is not a regular file"_s);
    }
    file.size = qint64(*attributes->size);
    co_return file;
}

Task<Result<qint64>> openSink(std::shared_ptr<Sink> sink, int mode)
{
    std::function<Result<qint64>()> job = [sink, mode] { return sink->open(mode); };
    Result<qint64> there = co_await onWorker<qint64>(std::move(job));
    co_return there;
}

Task<Result<bool>> sealSink(std::shared_ptr<Sink> sink, qint64 size)
{
    std::function<Result<bool>()> job = [sink, size]() -> Result<bool> {
        const Result<void> cut = sink->cut(size);
        const Result<void> done = cut ? sink->finish() : cut;
        return done ? Result<bool>(true) : done.error();
    };
    Result<bool> sealed = co_await onWorker<bool>(std::move(job));
    co_return sealed;
}

Task<Result<TransferResult>> downloadWith(std::shared_ptr<SessionCore> core, Server client,
                                          QByteArray remote, std::shared_ptr<Sink> sink,
                                          TransferOptions options, CancelToken cancel)
{
    const Result<Opened> file = co_await openRemote(client, remote, cancel);
    if (!file) {
        co_return file.error();
    }
    const Result<qint64> there = co_await openSink(sink, options.mode);
    if (!there) {
        (void)client->send(sftp::close(file->handle), CancelToken());
        co_return there.error();
    }
    TransferResult result;
    result.bytes = file->size;
    result.resumedAt = *there <= file->size ? *there : 0;
    Result<void> step = co_await readBlocks(client, file->handle, sink, result.resumedAt,
                                            file->size, options, cancel);
    (void)client->send(sftp::close(file->handle), CancelToken());
    if (step && options.verify) {
        const Result<QByteArray> sum =
            co_await compare(core, client, sink->partPath(), remote, file->size, cancel);
        if (sum) {
            result.sha256 = *sum;
        } else {
            step = sum.error();
        }
    }
    if (step) {
        const Result<bool> sealed = co_await sealSink(sink, file->size);
        if (!sealed) {
            step = sealed.error();
        }
    }
    if (!step) {
        if (!options.resume || step.error().kind == ErrorKind::Conflict) {
            sink->remove();
        }
        co_return step.error();
    }
    co_return result;
}

// ---- upload -------------------------------------------------------------------------------------

/// How much of it the server has, when it may be gone on with.
Task<Result<qint64>> sizeOfPart(Server client, QByteArray part, CancelToken cancel)
{
    PendingBatch looking = client->send(sftp::linkStat(part), cancel);
    const Result<Replies> looked = co_await looking.future;
    if (!looked) {
        co_return looked.error();
    }
    const std::optional<sftp::Attributes> found = sftp::readAttributes(looked->front());
    if (!found || !found->isRegular()) {
        co_return qint64(0);
    }
    co_return qint64(std::min<quint64>(found->size.value_or(0), quint64(INT64_MAX)));
}

Task<Result<QByteArray>> openPart(Server client, QByteArray part, bool fresh, CancelToken cancel)
{
    const quint32 start = fresh ? sftp::kOpenTruncate : 0;
    const quint32 flags = sftp::kOpenWrite | sftp::kOpenCreate | start;
    PendingBatch opening = client->send(sftp::open(part, flags, 0600), cancel);
    const Result<Replies> opened = co_await opening.future;
    if (!opened) {
        co_return opened.error();
    }
    const QByteArray handle = opened->front().handle();
    if (handle.isEmpty()) {
        co_return refusal(opened->front());
    }
    co_return handle;
}

Task<Result<void>> dropPart(Server client, QByteArray part)
{
    std::vector<QByteArray> requests = {sftp::remove(part)};
    PendingBatch cleaning = client->send(std::move(requests), CancelToken(), kCleanUp);
    const Result<Replies> cleaned = co_await cleaning.future;
    co_return cleaned ? Result<void>() : Result<void>(cleaned.error());
}

Task<Result<TransferResult>> uploadWith(std::shared_ptr<SessionCore> core, Server client,
                                        std::shared_ptr<Source> source, QByteArray remote,
                                        TransferOptions options, CancelToken cancel)
{
    const QByteArray part = partPath(options.resume ? remote : remote + '.' + newId().toLatin1());
    TransferResult result;
    result.bytes = source->size;
    if (options.resume) {
        const Result<qint64> there = co_await sizeOfPart(client, part, cancel);
        if (!there) {
            co_return there.error();
        }
        result.resumedAt = *there <= source->size ? *there : 0;
    }
    const Result<QByteArray> handle =
        co_await openPart(client, part, result.resumedAt == 0, cancel);
    if (!handle) {
        co_return handle.error();
    }
    const Pace pace(options);
    Result<void> step = co_await writeAll(client, source, *handle, result.resumedAt, pace,
                                          options.progress, cancel);
    if (step) {
        step = co_await finishFile(client, *handle, options.mode, cancel);
    } else {
        (void)client->send(sftp::close(*handle), CancelToken());
    }
    if (step && options.verify) {
        const QString local = source->file.fileName();
        const Result<QByteArray> sum =
            co_await compare(core, client, local, part, source->size, cancel);
        if (sum) {
            result.sha256 = *sum;
        } else {
            step = sum.error();
        }
    }
    if (step) {
        step = co_await moveIntoPlace(client, part, remote, cancel);
    }
    if (!step) {
        if (!options.resume || step.error().kind == ErrorKind::Conflict) {
            [[maybe_unused]] const Result<void> clean = co_await dropPart(client, part);
        }
        co_return step.error();
    }
    co_return result;
}

Result<void> checkNames(const QByteArray& remote, const QString& local)
{
    const Result<void> valid = checkRemotePath(remote);
    if (!valid || remote.endsWith('/') || local.isEmpty() || local.contains(QChar(u'\0'))) {
        return valid ? Error(ErrorKind::Invalid, u"not the path of a file"_s) : valid;
    }
    return {};
}

}  // namespace

QByteArray partPath(const QByteArray& path)
{
    const qsizetype start = path.lastIndexOf('/') + 1;
    const qsizetype room = kLongestName - qsizetype(sizeof(kPart) - 1);
    if (path.size() - start <= room) {
        return path + kPart;
    }
    const QByteArray mark =
        '.' + QCryptographicHash::hash(path, QCryptographicHash::Sha256).toHex().left(16);
    return path.left(start + room - mark.size()) + mark + kPart;
}

Task<Result<TransferResult>> downloadFile(std::shared_ptr<SessionCore> core, QByteArray remote,
                                          QString local, TransferOptions options,
                                          CancelToken cancel)
{
    const QString what = u"download of"_s;
    const QString name = displayText(QByteArrayView(remote), 300);
    const Result<void> valid = checkNames(remote, local);
    if (!valid) {
        co_return placed(valid.error(), *core, what, name);
    }
    const Result<Server> client = co_await SftpClient::acquire(core, cancel);
    if (!client) {
        co_return placed(client.error(), *core, what, name);
    }
    const auto sink = std::make_shared<Sink>(local, options.resume);
    Result<TransferResult> result =
        co_await downloadWith(core, *client, remote, sink, std::move(options), cancel);
    (*client)->release();
    if (!result) {
        co_return placed(result.error(), *core, what, name);
    }
    co_return result;
}

Task<Result<TransferResult>> uploadFile(std::shared_ptr<SessionCore> core, QString local,
                                        QByteArray remote, TransferOptions options,
                                        CancelToken cancel)
{
    const QString what = u"upload to"_s;
    const QString name = displayText(QByteArrayView(remote), 300);
    Result<void> valid = checkNames(remote, local);
    const auto source = std::make_shared<Source>();
    if (valid) {
        valid = co_await openSource(source, local);
    }
    if (!valid) {
        co_return placed(valid.error(), *core, what, name);
    }
    const Result<Server> client = co_await SftpClient::acquire(core, cancel);
    if (!client) {
        co_return placed(client.error(), *core, what, name);
    }
    Result<TransferResult> result =
        co_await uploadWith(core, *client, source, remote, std::move(options), cancel);
    (*client)->release();
    if (!result) {
        co_return placed(result.error(), *core, what, name);
    }
    co_return result;
}

}  // namespace analemma::ssh
