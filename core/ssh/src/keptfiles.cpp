#include "core/ssh/keptfiles.h"

#include "core/ssh/src/files.h"
#include "core/ssh/src/session.h"
#include "core/ssh/src/sftpclient.h"
#include "core/ssh/src/sftpparts.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::ssh {
namespace {

constexpr std::size_t mostFiles = 64;
constexpr std::size_t mostRounds = 64;
/// The kernel gives seq files of /proc in pieces of a page or so: less than this was all of it.
constexpr qsizetype surelyLast = 2048;

using Contents = std::vector<std::optional<QByteArray>>;
using Spaces = std::vector<std::optional<FileSystemSpace>>;

struct KeptHandles {
    std::shared_ptr<SftpClient> client;
    std::vector<QByteArray> handles;  ///< empty: it could not be opened

    KeptHandles() = default;
    ~KeptHandles()
    {
        if (client) {
            for (const QByteArray& handle : handles) {
                if (!handle.isEmpty()) {
                    (void)client->send(sftp::close(handle), CancelToken());  // nobody waits for it
                }
            }
            client->release();
        }
    }
    KeptHandles(const KeptHandles&) = delete;
    KeptHandles& operator=(const KeptHandles&) = delete;
};

/// What is still to be read.
struct OpenEnd {
    std::size_t place;  ///< in the answer
    QByteArray handle;
};

/// Takes the replies of a round; those that may go on stay.
void takeRound(const Replies& replies, qsizetype limitBytes, std::vector<OpenEnd>& ends,
               Contents& contents)
{
    std::vector<OpenEnd> further;
    for (std::size_t i = 0; i < ends.size() && i < replies.size(); ++i) {
        const sftp::Reply& reply = replies[i];
        std::optional<QByteArray>& content = contents[ends[i].place];
        if (reply.type == sftp::Type::Data) {
            const QByteArrayView data = reply.dataView();
            const qsizetype had = content ? content->size() : 0;
            const qsizetype kept = std::min(data.size(), limitBytes - had);
            content = content.value_or(QByteArray());
            content->append(data.data(), kept);
            if (data.size() >= surelyLast && had + kept < limitBytes) {
                further.push_back(std::move(ends[i]));
            }
        } else if (reply.status() == sftp::Status::Eof && !content) {
            content = QByteArray();  // an empty file
        }
    }
    ends = std::move(further);
}

Task<Result<Contents>> readKept(std::shared_ptr<KeptHandles> kept, std::vector<std::size_t> which,
                                qsizetype limitBytes, CancelToken cancel)
{
    Contents contents(which.size());
    std::vector<OpenEnd> ends;
    for (std::size_t i = 0; i < which.size(); ++i) {
        if (which[i] < kept->handles.size() && !kept->handles[which[i]].isEmpty()) {
            ends.push_back({i, kept->handles[which[i]]});
        }
    }
    for (std::size_t round = 0; !ends.empty() && round < mostRounds; ++round) {
        std::vector<QByteArray> requests;
        for (const OpenEnd& end : ends) {
            const std::optional<QByteArray>& content = contents[end.place];
            requests.push_back(sftp::read(end.handle, content ? quint64(content->size()) : 0,
                                          quint32(sftp::kPiece)));
        }
        PendingBatch reading = kept->client->send(std::move(requests), cancel);
        const Result<Replies> replies = co_await reading.future;
        if (!replies) {
            co_return replies.error();
        }
        takeRound(*replies, limitBytes, ends, contents);
    }
    co_return contents;
}

Task<Result<Spaces>> askSpaces(std::shared_ptr<KeptHandles> kept, std::vector<QByteArray> paths,
                               CancelToken cancel)
{
    if (paths.empty()) {
        co_return Spaces();
    }
    std::vector<QByteArray> requests;
    for (const QByteArray& path : paths) {
        requests.push_back(sftp::fileSystem(path));
    }
    PendingBatch asking = kept->client->send(std::move(requests), cancel);
    const Result<Replies> replies = co_await asking.future;
    if (!replies) {
        co_return replies.error();
    }
    Spaces spaces(paths.size());
    for (std::size_t i = 0; i < spaces.size() && i < replies->size(); ++i) {
        spaces[i] = sftp::readFileSystem((*replies)[i]);
    }
    co_return spaces;
}

class KeptFilesBody final : public KeptFiles {
public:
    explicit KeptFilesBody(std::shared_ptr<KeptHandles> kept) : m_kept(std::move(kept)) {}

    Task<Result<Contents>> read(std::vector<std::size_t> which, qsizetype limitBytes,
                                CancelToken cancel) override
    {
        return readKept(m_kept, std::move(which), limitBytes, std::move(cancel));
    }
    Task<Result<Spaces>> spaces(std::vector<QByteArray> paths, CancelToken cancel) override
    {
        return askSpaces(m_kept, std::move(paths), std::move(cancel));
    }

private:
    const std::shared_ptr<KeptHandles> m_kept;
};

}  // namespace

Task<Result<std::shared_ptr<KeptFiles>>> keepFiles(std::shared_ptr<Session> session,
                                                   std::vector<QByteArray> paths,
                                                   CancelToken cancel)
{
    const std::shared_ptr<SessionCore> core = coreOf(*session);
    const bool valid = !paths.empty() && paths.size() <= mostFiles &&
                       std::all_of(paths.begin(), paths.end(), [](const QByteArray& path) {
                           return checkRemotePath(path).ok();
                       });
    if (!core || !valid) {
        co_return Error(core ? ErrorKind::Invalid : ErrorKind::Unsupported,
                        u"these files cannot be kept open"_s);
    }
    auto acquiring = SftpClient::acquire(core, cancel);
    const Result<std::shared_ptr<SftpClient>> client = co_await std::move(acquiring);
    if (!client) {
        co_return placed(client.error(), *core, u"read"_s, QString::fromUtf8(paths.front()));
    }
    const auto kept = std::make_shared<KeptHandles>();
    kept->client = *client;
    std::vector<QByteArray> requests;
    for (const QByteArray& path : paths) {
        requests.push_back(sftp::open(path, sftp::kOpenRead, std::nullopt));
    }
    PendingBatch opening = (*client)->send(std::move(requests), cancel);
    const Result<Replies> replies = co_await opening.future;
    if (!replies) {
        co_return replies.error();
    }
    for (const sftp::Reply& reply : *replies) {
        kept->handles.push_back(reply.handle());
    }
    std::shared_ptr<KeptFiles> files = std::make_shared<KeptFilesBody>(kept);
    co_return files;
}

}  // namespace analemma::ssh
