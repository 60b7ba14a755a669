#include "core/ssh/src/files.h"

#include "core/base/text.h"
#include "core/ssh/src/filehash.h"
#include "core/ssh/src/filetransfer.h"

#include <QTimeZone>

#include <algorithm>
#include <tuple>

using namespace Qt::StringLiterals;

namespace analemma::ssh {
namespace {

constexpr std::size_t kReadsTogether = 4;
constexpr int kMostEntries = 1'000'000;

bool isEntryName(const QByteArray& name)
{
    return !name.isEmpty() && name.size() <= 4096 && !name.contains('/') && !name.contains('\0');
}

/// Takes one answer to readdir. False at the end of the folder.
Result<bool> takeEntries(const sftp::Reply& reply, int limit, Listing& listing)
{
    if (reply.type == sftp::Type::Status && reply.status() == sftp::Status::Eof) {
        return false;
    }
    const std::optional<std::vector<sftp::NamedAttributes>> names = sftp::readNames(reply);
    if (!names) {
        return refusal(reply);
    }
    for (const sftp::NamedAttributes& entry : *names) {
        if (entry.name == "." || entry.name == "..") {
            continue;
        }
        if (!isEntryName(entry.name)) {
            ++listing.refusedNames;
        } else if (int(listing.entries.size()) >= limit) {
            listing.truncated = true;
            return false;
        } else {
            FileInfo info = infoFrom(entry.attributes, entry.name);
            std::tie(info.ownerName, info.groupName) = ownersIn(entry.line);
            listing.entries.push_back(std::move(info));
        }
    }
    return true;
}

Task<Result<Listing>> readFolder(Server client, QByteArray handle, int limit, CancelToken cancel)
{
    Listing listing;
    for (;;) {
        std::vector<QByteArray> requests(kReadsTogether, sftp::readFolder(handle));
        PendingBatch reading = client->send(std::move(requests), cancel);
        const Result<Replies> replies = co_await reading.future;
        if (!replies) {
            co_return replies.error();
        }
        for (const sftp::Reply& reply : *replies) {
            const Result<bool> more = takeEntries(reply, limit, listing);
            if (!more) {
                co_return more.error();
            }
            if (!*more) {
                co_return listing;
            }
        }
    }
}

Task<Result<Listing>> listWith(Server client, QByteArray folder, int limit, CancelToken cancel)
{
    PendingBatch opening = client->send(sftp::openFolder(folder), cancel);
    const Result<Replies> opened = co_await opening.future;
    if (!opened) {
        co_return opened.error();
    }
    const QByteArray handle = opened->front().handle();
    if (handle.isEmpty()) {
        co_return refusal(opened->front());
    }
    Result<Listing> listing = co_await readFolder(client, handle, limit, cancel);
    (void)client->send(sftp::close(handle), CancelToken());  // nobody waits for it
    co_return listing;
}

QString shown(const QByteArray& path)
{
    return displayText(QByteArrayView(path), 300);
}

/// One request on a channel of the session.
Task<Result<sftp::Reply>> ask(std::shared_ptr<SessionCore> core, QByteArray request,
                              CancelToken cancel)
{
    const Result<Server> client = co_await SftpClient::acquire(core, cancel);
    if (!client) {
        co_return client.error();
    }
    PendingBatch asking = (*client)->send(std::move(request), cancel);
    Result<Replies> replies = co_await asking.future;
    (*client)->release();
    if (!replies) {
        co_return replies.error();
    }
    co_return std::move(replies->front());
}

class FilesBody final : public Files {
public:
    explicit FilesBody(std::shared_ptr<SessionCore> core) : m_core(std::move(core)) {}

    Task<Result<Listing>> list(QByteArray folder, int limit, CancelToken cancel) override
    {
        return listFolder(m_core, std::move(folder), limit, std::move(cancel));
    }
    Task<Result<FileInfo>> info(QByteArray path, bool followLink, CancelToken cancel) override
    {
        return fileInfo(m_core, std::move(path), followLink, std::move(cancel));
    }
    Task<Result<QByteArray>> realPath(QByteArray path, CancelToken cancel) override
    {
        return askForPath(m_core, sftp::realPath(path), path, std::move(cancel));
    }
    Task<Result<QByteArray>> readLink(QByteArray path, CancelToken cancel) override
    {
        return askForPath(m_core, sftp::readLink(path), path, std::move(cancel));
    }
    Task<Result<void>> makeFolder(QByteArray path, int mode, CancelToken cancel) override
    {
        return order(m_core, sftp::makeFolder(path, quint32(mode) & 07777U), u"make the folder"_s,
                     path, std::move(cancel));
    }
    Task<Result<void>> setMode(QByteArray path, int mode, CancelToken cancel) override
    {
        return order(m_core, sftp::setModeOf(path, quint32(mode) & 07777U), u"set the mode of"_s,
                     path, std::move(cancel));
    }
    Task<Result<void>> setOwner(QByteArray path, quint32 owner, quint32 group,
                                CancelToken cancel) override
    {
        return order(m_core, sftp::setOwnerOf(path, owner, group), u"set the owner of"_s, path,
                     std::move(cancel));
    }
    Task<Result<void>> rename(QByteArray from, QByteArray to, CancelToken cancel) override
    {
        return renameFile(m_core, std::move(from), std::move(to), std::move(cancel));
    }
    Task<Result<void>> remove(QByteArray file, CancelToken cancel) override
    {
        return order(m_core, sftp::remove(file), u"remove"_s, file, std::move(cancel));
    }
    Task<Result<void>> removeFolder(QByteArray folder, CancelToken cancel) override
    {
        return order(m_core, sftp::removeFolder(folder), u"remove the folder"_s, folder,
                     std::move(cancel));
    }
    Task<Result<QByteArray>> checksum(QByteArray file, CancelToken cancel) override
    {
        return checksumOf(m_core, std::move(file), std::move(cancel));
    }
    Task<Result<TransferResult>> download(QByteArray remote, QString local, TransferOptions options,
                                          CancelToken cancel) override
    {
        return downloadFile(m_core, std::move(remote), std::move(local), std::move(options),
                            std::move(cancel));
    }
    Task<Result<TransferResult>> upload(QString local, QByteArray remote, TransferOptions options,
                                        CancelToken cancel) override
    {
        return uploadFile(m_core, std::move(local), std::move(remote), std::move(options),
                          std::move(cancel));
    }

private:
    const std::shared_ptr<SessionCore> m_core;
};

}  // namespace

FileInfo infoFrom(const sftp::Attributes& attributes, QByteArray name)
{
    FileInfo info;
    info.name = std::move(name);
    info.size = qint64(std::min<quint64>(attributes.size.value_or(0), quint64(INT64_MAX)));
    info.mode = int(attributes.mode.value_or(0) & 07777U);
    info.owner = attributes.owner;
    info.group = attributes.group;
    info.modified = QDateTime::fromSecsSinceEpoch(attributes.modified, QTimeZone::utc());
    info.kind = attributes.isFolder()                       ? FileInfo::Kind::Folder
                : attributes.isLink()                       ? FileInfo::Kind::Link
                : attributes.mode && attributes.isRegular() ? FileInfo::Kind::File
                                                            : FileInfo::Kind::Other;
    return info;
}

// "-rw-r--r--    1 ana      staff        12 Nov 26 09:41 name": what OpenSSH sends.
std::pair<QString, QString> ownersIn(const QByteArray& line)
{
    const QByteArrayList words = line.left(200).simplified().split(' ');
    const auto plain = [](const QByteArray& word) {
        const bool fits = !word.isEmpty() && word.size() <= 32 &&
                          std::all_of(word.begin(), word.end(), [](char c) {
                              return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                                     (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.' ||
                                     c == '$' || c == '+';
                          });
        return fits ? QString::fromLatin1(word) : QString();
    };
    const bool known = words.size() >= 8 && words[0].size() >= 10;
    return known ? std::pair(plain(words[2]), plain(words[3])) : std::pair<QString, QString>();
}

Result<void> checkRemotePath(const QByteArray& path)
{
    if (path.isEmpty() || path.size() > 4096 || path.contains('\0')) {
        return Error(ErrorKind::Invalid, u"not a path: %1"_s.arg(shown(path)));
    }
    return {};
}

Task<Result<Listing>> listFolder(std::shared_ptr<SessionCore> core, QByteArray folder, int limit,
                                 CancelToken cancel)
{
    const QString what = u"list"_s;
    const Result<void> valid = checkRemotePath(folder);
    if (!valid) {
        co_return placed(valid.error(), *core, what, shown(folder));
    }
    const Result<Server> client = co_await SftpClient::acquire(core, cancel);
    if (!client) {
        co_return placed(client.error(), *core, what, shown(folder));
    }
    const int bounded = std::clamp(limit, 1, kMostEntries);
    Result<Listing> listing = co_await listWith(*client, folder, bounded, cancel);
    (*client)->release();
    if (!listing) {
        co_return placed(listing.error(), *core, what, shown(folder));
    }
    co_return listing;
}

Task<Result<FileInfo>> fileInfo(std::shared_ptr<SessionCore> core, QByteArray path, bool followLink,
                                CancelToken cancel)
{
    const QString what = u"look at"_s;
    const Result<void> valid = checkRemotePath(path);
    if (!valid) {
        co_return placed(valid.error(), *core, what, shown(path));
    }
    QByteArray request = followLink ? sftp::stat(path) : sftp::linkStat(path);
    const Result<sftp::Reply> reply = co_await ask(core, std::move(request), cancel);
    if (!reply) {
        co_return placed(reply.error(), *core, what, shown(path));
    }
    const std::optional<sftp::Attributes> attributes = sftp::readAttributes(*reply);
    if (!attributes) {
        co_return placed(refusal(*reply), *core, what, shown(path));
    }
    co_return infoFrom(*attributes, path.mid(path.lastIndexOf('/') + 1));
}

Task<Result<QByteArray>> askForPath(std::shared_ptr<SessionCore> core, QByteArray request,
                                    QByteArray path, CancelToken cancel)
{
    const QString what = u"resolve"_s;
    const Result<void> valid = checkRemotePath(path);
    if (!valid) {
        co_return placed(valid.error(), *core, what, shown(path));
    }
    const Result<sftp::Reply> reply = co_await ask(core, std::move(request), cancel);
    if (!reply) {
        co_return placed(reply.error(), *core, what, shown(path));
    }
    const std::optional<std::vector<sftp::NamedAttributes>> names = sftp::readNames(*reply);
    if (!names || names->size() != 1) {
        co_return placed(refusal(*reply), *core, what, shown(path));
    }
    co_return names->front().name;
}

Task<Result<void>> order(std::shared_ptr<SessionCore> core, QByteArray request, QString what,
                         QByteArray path, CancelToken cancel)
{
    const Result<void> valid = checkRemotePath(path);
    if (!valid) {
        co_return placed(valid.error(), *core, what, shown(path));
    }
    const Result<sftp::Reply> reply = co_await ask(core, std::move(request), cancel);
    if (!reply) {
        co_return placed(reply.error(), *core, what, shown(path));
    }
    if (!reply->isOk()) {
        co_return placed(refusal(*reply), *core, what, shown(path));
    }
    co_return Result<void>();
}

Task<Result<void>> renameFile(std::shared_ptr<SessionCore> core, QByteArray from, QByteArray to,
                              CancelToken cancel)
{
    const QString what = u"rename to"_s;
    const Result<void> valid = checkRemotePath(from) ? checkRemotePath(to) : checkRemotePath(from);
    if (!valid) {
        co_return placed(valid.error(), *core, what, shown(to));
    }
    const Result<Server> client = co_await SftpClient::acquire(core, cancel);
    if (!client) {
        co_return placed(client.error(), *core, what, shown(to));
    }
    const Result<void> moved = co_await moveIntoPlace(*client, from, to, cancel);
    (*client)->release();
    if (!moved) {
        co_return placed(moved.error(), *core, what, shown(to));
    }
    co_return moved;
}

std::shared_ptr<Files> makeFiles(std::shared_ptr<SessionCore> core)
{
    return std::make_shared<FilesBody>(std::move(core));
}

}  // namespace analemma::ssh
