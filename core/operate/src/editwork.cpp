#include "core/operate/src/editwork.h"

#include "core/base/files.h"
#include "core/base/text.h"
#include "core/operate/filenames.h"

#include <array>

using namespace Qt::StringLiterals;

namespace analemma::operate {
namespace {

constexpr qint64 kLargest = 64 * 1024 * 1024;

using ssh::FileInfo;

Seen seenFrom(const FileInfo& info, QByteArray sum)
{
    Seen seen;
    seen.size = info.size;
    seen.modified = info.modified;
    seen.sha256 = std::move(sum);
    seen.mode = info.mode;
    seen.owner = info.owner;
    seen.group = info.group;
    return seen;
}

Task<Result<FileInfo>> regularFile(std::shared_ptr<ssh::Files> files, Place place,
                                   CancelToken cancel)
{
    Result<FileInfo> info = co_await files->info(place.path, false, cancel);
    if (info && info->kind != FileInfo::Kind::File) {
        co_return Error(ErrorKind::Invalid, u"%1 is not a regular file"_s.arg(place.text()));
    }
    if (info && info->size > kLargest) {
        co_return Error(ErrorKind::Invalid,
                        u"%1 has %2; files above %3 are not edited in place"_s.arg(
                            place.text(), sizeText(info->size), sizeText(kLargest)))
            .withHint(u"Copy it to this machine."_s);
    }
    co_return info;
}

Task<Result<Seen>> lookAt(std::shared_ptr<ssh::Files> files, Place place, CancelToken cancel)
{
    const Result<FileInfo> info = co_await regularFile(files, place, cancel);
    if (!info) {
        co_return info.error();
    }
    Result<QByteArray> sum = co_await files->checksum(place.path, cancel);
    if (!sum) {
        co_return sum.error();
    }
    co_return seenFrom(*info, std::move(*sum));
}

Error changedMeanwhile(const Place& place, const QString& how)
{
    return Error(ErrorKind::Conflict,
                 u"%1 %2 since it was opened; nothing was written there"_s.arg(place.text(), how))
        .withHint(u"Compare both versions, then keep one."_s);
}

/// The local copy as it is at this moment, so that a program may go on saving.
Task<Result<QString>> snapshot(QString local)
{
    std::function<Result<QString>()> job = [local]() -> Result<QString> {
        const Result<QByteArray> bytes = readFile(local, kLargest);
        if (!bytes) {
            return bytes.error();
        }
        const QString copy = local + u".saving"_s;
        const Result<void> written = writeFile(copy, *bytes, 0600);
        return written ? Result<QString>(copy) : written.error();
    };
    Result<QString> copy = co_await onWorker<QString>(std::move(job));
    co_return copy;
}

Task<Result<bool>> dropFile(QString path)
{
    std::function<Result<bool>()> job = [path]() -> Result<bool> {
        const Result<void> gone = analemma::removeTree(path);
        return gone ? Result<bool>(true) : gone.error();
    };
    Result<bool> gone = co_await onWorker<bool>(std::move(job));
    co_return gone;
}

/// The new file belongs to who wrote it: gives it back.
Task<Result<QString>> restoreOwner(std::shared_ptr<ssh::Files> files, QByteArray path, Seen base,
                                   CancelToken cancel)
{
    const Result<FileInfo> now = co_await files->info(path, false, cancel);
    if (!now) {
        co_return now.error();
    }
    if (now->owner == base.owner && now->group == base.group) {
        co_return QString();
    }
    const Result<void> given = co_await files->setOwner(path, base.owner, base.group, cancel);
    if (!given) {
        co_return u"its owner was %1:%2 and is %3:%4 now"_s.arg(base.owner)
            .arg(base.group)
            .arg(now->owner)
            .arg(now->group);
    }
    const Result<void> mode = co_await files->setMode(path, base.mode, cancel);
    co_return mode ? QString() : u"its permissions could not be set again"_s;
}

}  // namespace

QString editName(const QByteArray& name)
{
    static const std::array<QLatin1StringView, 12> programs = {
        "desktop"_L1, "jar"_L1, "appimage"_L1, "exe"_L1, "msi"_L1, "bat"_L1,
        "cmd"_L1,     "com"_L1, "run"_L1,      "lnk"_L1, "htm"_L1, "html"_L1};
    if (!nameRefusal(name).isEmpty() || name.size() > 200) {
        return u"file.txt"_s;
    }
    const QString text = QString::fromUtf8(name);
    const QString ending = text.section(u'.', -1).toLower();
    const bool runs = std::find(programs.begin(), programs.end(), ending) != programs.end();
    const QString safe = text.startsWith(u'-') ? u'_' + text : text;
    return runs ? safe + u".txt"_s : safe;
}

Task<Result<Fetched>> fetchForEdit(Transfers::Connect connect, std::shared_ptr<Sessions> sessions,
                                   Place place, QString folder, QString name, CancelToken cancel)
{
    const Result<Side> side = co_await openSide(connect, sessions, place.server, cancel);
    if (!side) {
        co_return side.error();
    }
    const Result<QByteArray> real = co_await side->files->realPath(place.path, cancel);
    if (!real) {
        co_return real.error();
    }
    Fetched fetched;
    fetched.place = {place.server, *real};
    const Result<FileInfo> info = co_await regularFile(side->files, fetched.place, cancel);
    if (!info) {
        co_return info.error();
    }
    std::function<Result<bool>()> making = [folder]() -> Result<bool> {
        const Result<void> made = makeFolder(folder, 0700);
        return made ? Result<bool>(true) : made.error();
    };
    const Result<bool> made = co_await onWorker<bool>(std::move(making));
    if (!made) {
        co_return made.error();
    }
    fetched.local = folder + u'/' + (name.isEmpty() ? editName(lastName(*real)) : name);
    ssh::TransferOptions options;
    options.mode = 0600;
    options.verify = true;
    const Result<ssh::TransferResult> got =
        co_await side->files->download(*real, fetched.local, options, cancel);
    if (!got) {
        co_return got.error();
    }
    fetched.seen = seenFrom(*info, got->sha256);
    co_return fetched;
}

Task<Result<Written>> writeBack(Transfers::Connect connect, std::shared_ptr<Sessions> sessions,
                                Place place, QString local, Seen base, CancelToken cancel)
{
    const Result<Side> side = co_await openSide(connect, sessions, place.server, cancel);
    if (!side) {
        co_return side.error();
    }
    const Result<Seen> now = co_await lookAt(side->files, place, cancel);
    if (!now) {
        const bool gone = now.error().kind == ErrorKind::NotFound;
        co_return gone ? changedMeanwhile(place, u"was removed"_s) : now.error();
    }
    const Result<QString> copy = co_await snapshot(local);
    if (!copy) {
        co_return copy.error();
    }
    const Result<QByteArray> ours = co_await localFiles()->checksum(copy->toUtf8(), cancel);
    Written written;
    if (!ours || *ours == now->sha256 || !now->isSame(base)) {
        [[maybe_unused]] const Result<bool> dropped = co_await dropFile(*copy);
        written.seen = *now;
        if (ours && *ours == now->sha256) {
            co_return written;  // a try whose answer was lost has written it
        }
        co_return ours ? changedMeanwhile(place, u"has changed"_s) : ours.error();
    }
    ssh::TransferOptions options;
    options.verify = true;
    options.mode = base.mode;
    const Result<ssh::TransferResult> put =
        co_await side->files->upload(*copy, place.path, options, cancel);
    [[maybe_unused]] const Result<bool> dropped = co_await dropFile(*copy);
    if (!put) {
        // A difference here is of the copy, not of the server's file: it is no conflict.
        Error error = put.error();
        error.kind = error.kind == ErrorKind::Conflict ? ErrorKind::Io : error.kind;
        co_return error;
    }
    Result<QString> owner = co_await restoreOwner(side->files, place.path, base, cancel);
    written.note = owner ? *owner : owner.error().message;
    const Result<FileInfo> after = co_await side->files->info(place.path, false, cancel);
    if (!after) {
        co_return after.error();
    }
    written.seen = seenFrom(*after, put->sha256);
    co_return written;
}

}  // namespace analemma::operate
