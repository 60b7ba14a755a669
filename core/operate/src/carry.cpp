#include "core/operate/src/carry.h"

#include "core/base/files.h"
#include "core/base/text.h"
#include "core/operate/filenames.h"

#include <QFile>

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::operate {
namespace {

constexpr int kMostNames = 1'000;
constexpr qint64 kSpare = 16 * 1024 * 1024;  // left free on this machine's disk

using ssh::FileInfo;

QString shown(const QByteArray& path)
{
    return displayText(QByteArrayView(path), 300);
}

// ---- folders of the target ----------------------------------------------------------------------

/// A folder that is there already will do; a link to one will not.
Task<Result<void>> ensureFolder(std::shared_ptr<ssh::Files> files, QByteArray path, int mode,
                                CancelToken cancel)
{
    const Result<FileInfo> there = co_await files->info(path, false, cancel);
    if (there) {
        if (there->kind == FileInfo::Kind::Folder) {
            co_return Result<void>();
        }
        co_return Error(ErrorKind::Conflict,
                        u"%1 is there already and is no folder"_s.arg(shown(path)));
    }
    if (there.error().kind != ErrorKind::NotFound) {
        co_return there.error();
    }
    // What goes into it has to be written.
    Result<void> made = co_await files->makeFolder(path, (mode & 0777) | 0700, cancel);
    co_return made;
}

/// True when this disk takes "a" and "A" for one name (FAT, a casefold folder).
bool foldsCases(const QByteArray& folder)
{
    const QByteArray name = ".analemma-case-" + newId().toLatin1();
    const QByteArray path = joined(folder, name);
    if (::mkdir(path.constData(), 0700) != 0) {
        return false;  // cannot be written: that is told later, for what it is
    }
    struct stat found {};
    const bool folds = ::stat(joined(folder, name.toUpper()).constData(), &found) == 0;
    ::rmdir(path.constData());
    return folds;
}

/// Leaves out what would overwrite a sister on such a disk.
void dropCollisions(Tree& tree)
{
    std::vector<QByteArray> names;
    for (const std::vector<TreeEntry>* entries : {&tree.folders, &tree.files}) {
        for (const TreeEntry& entry : *entries) {
            names.push_back(entry.path);
        }
    }
    const std::vector<std::size_t> twice = caseCollisions(names);
    for (auto at = twice.rbegin(); at != twice.rend(); ++at) {
        ++tree.refusedCount;
        tree.refused.append(
            u"%1: this disk does not tell it from another name"_s.arg(shown(names[*at])));
        if (*at >= tree.folders.size()) {
            const auto which = std::ptrdiff_t(*at - tree.folders.size());
            tree.bytes -= tree.files[std::size_t(which)].info.size;
            tree.files.erase(tree.files.begin() + which);
        }
    }
}

struct Room {
    bool foldsCases = false;
    qint64 free = -1;
};

Task<Result<Room>> localRoom(QByteArray folder, bool probe)
{
    std::function<Result<Room>()> job = [=]() -> Result<Room> {
        Room room;
        room.foldsCases = probe && foldsCases(folder);
        room.free = freeSpace(QString::fromUtf8(folder));
        return room;
    };
    Result<Room> room = co_await onWorker<Room>(std::move(job));
    co_return room;
}

Error noRoom(qint64 wanted, qint64 there)
{
    return Error(ErrorKind::Io,
                 u"%1 are needed on this machine's disk and %2 are free; nothing "
                 "was carried"_s.arg(sizeText(wanted), sizeText(there)))
        .withHint(u"Free some space and try again."_s);
}

/// Gives the tree; where it `goesOn`, without what lies below folders that cannot be made.
Task<Result<Tree>> makeFolders(Side side, QByteArray root, int mode, Tree tree, bool goesOn,
                               CancelToken cancel)
{
    auto making = ensureFolder(side.files, root, mode, cancel);
    const Result<void> top = co_await std::move(making);
    if (!top) {
        co_return top.error();
    }
    for (std::size_t i = 0; i < tree.folders.size();) {
        const TreeEntry folder = tree.folders[i];
        auto next = ensureFolder(side.files, joined(root, folder.path), folder.info.mode, cancel);
        const Result<void> made = co_await std::move(next);
        if (made) {
            ++i;
            continue;
        }
        const Error& error = made.error();
        if (!goesOn || isLoss(error) || error.kind == ErrorKind::Cancelled) {
            co_return error;
        }
        tree.leaveOut(folder.path, error.message);
    }
    co_return tree;
}

Survey surveyOf(const Tree& tree, const QByteArray& from, const QByteArray& to)
{
    Survey survey;
    survey.folder = true;
    survey.bytes = tree.bytes;
    survey.refused = tree.refused;
    survey.refusedCount = tree.refusedCount;
    for (const TreeEntry& other : tree.others) {
        if (++survey.refusedCount <= 100) {
            const bool link = other.info.kind == FileInfo::Kind::Link;
            survey.refused.append(u"%1: %2"_s.arg(
                shown(other.path), link ? u"a link; it is not followed"_s : u"not a file"_s));
        }
    }
    for (const TreeEntry& file : tree.files) {
        Piece piece;
        piece.source = joined(from, file.path);
        piece.target = joined(to, file.path);
        piece.info = file.info;
        survey.pieces.push_back(std::move(piece));
    }
    return survey;
}

Task<Result<Survey>> surveyFolder(Route route, Side from, Side to, int mode, CancelToken cancel)
{
    TreeLimits limits;
    limits.skipUnreadable = route.goesOn;
    auto reading = readTree(from.files, route.from.path, limits, cancel);
    Result<Tree> tree = co_await std::move(reading);
    if (!tree) {
        co_return tree.error();
    }
    if (route.to.isLocal()) {
        const Result<Room> room = co_await localRoom(parentOf(route.to.path), true);
        if (room && room->foldsCases) {
            dropCollisions(*tree);
        }
        if (room && room->free >= 0 && tree->bytes + kSpare > room->free) {
            co_return noRoom(tree->bytes, room->free);
        }
    }
    auto making = makeFolders(to, route.to.path, mode, std::move(*tree), route.goesOn, cancel);
    const Result<Tree> made = co_await std::move(making);
    if (!made) {
        co_return made.error();
    }
    co_return surveyOf(*made, route.from.path, route.to.path);
}

// ---- one file -----------------------------------------------------------------------------------

struct Target {
    Carried::End end = Carried::End::Done;
    QByteArray path;
    FileInfo there;
    bool whole = false;  ///< it has the source's content already
};

/// It says nothing about the file, but that it cannot be asked now.
bool isAboutTheWay(const Error& error)
{
    return error.kind == ErrorKind::Network || error.kind == ErrorKind::Timeout ||
           error.kind == ErrorKind::Cancelled;
}

/// The same content, by SHA-256.
Task<Result<bool>> isSameFile(Side from, QByteArray source, qint64 size, Side to, QByteArray path,
                              FileInfo there, CancelToken cancel)
{
    if (there.kind != FileInfo::Kind::File || there.size != size) {
        co_return false;
    }
    auto reading = from.files->checksum(source, cancel);
    const Result<QByteArray> ours = co_await std::move(reading);
    if (!ours && isAboutTheWay(ours.error())) {
        co_return ours.error();
    }
    auto comparing = to.files->checksum(path, cancel);
    const Result<QByteArray> theirs = co_await std::move(comparing);
    if (!theirs && isAboutTheWay(theirs.error())) {
        co_return theirs.error();
    }
    co_return ours&& theirs&&* ours == *theirs;
}

/// Of a transfer of last time: that file was carried before the end, under this name.
Task<Result<bool>> isCarried(Side from, Side to, Piece piece, QByteArray path, FileInfo there,
                             bool restored, CancelToken cancel)
{
    if (!restored) {
        co_return false;
    }
    auto comparing = isSameFile(from, piece.source, piece.info.size, to, path, there, cancel);
    Result<bool> same = co_await std::move(comparing);
    co_return same;
}

Task<Result<Target>> freeTarget(Side from, Side to, Piece piece, bool restored, CancelToken cancel)
{
    const QByteArray path = piece.target;
    for (int number = 2; number < kMostNames; ++number) {
        const QByteArray other = joined(parentOf(path), otherName(lastName(path), number));
        const Result<FileInfo> there = co_await to.files->info(other, false, cancel);
        Target target;
        target.path = other;
        if (!there && there.error().kind == ErrorKind::NotFound) {
            co_return target;
        }
        if (!there) {
            co_return there.error();
        }
        auto comparing = isCarried(from, to, piece, other, *there, restored, cancel);
        const Result<bool> carried = co_await std::move(comparing);
        if (!carried) {
            co_return carried.error();
        }
        target.whole = *carried;
        if (target.whole) {
            co_return target;
        }
    }
    co_return Error(ErrorKind::Conflict,
                    u"%1 and a thousand of its copies are there already"_s.arg(shown(path)));
}

Task<Result<Target>> findTarget(Side from, Side to, Piece piece, ConflictRule rule, bool restored,
                                CancelToken cancel)
{
    Target target;
    target.path = piece.target;
    const Result<FileInfo> there = co_await to.files->info(target.path, false, cancel);
    if (!there && there.error().kind == ErrorKind::NotFound) {
        co_return target;
    }
    if (!there) {
        co_return there.error();
    }
    if (there->kind == FileInfo::Kind::Folder) {
        co_return Error(ErrorKind::Conflict,
                        u"%1 is a folder there; nothing was replaced"_s.arg(shown(target.path)));
    }
    auto comparing = isCarried(from, to, piece, target.path, *there, restored, cancel);
    const Result<bool> carried = co_await std::move(comparing);
    if (!carried) {
        co_return carried.error();
    }
    target.whole = *carried;
    if (target.whole) {
        co_return target;
    }
    if (rule == ConflictRule::KeepBoth) {
        auto finding = freeTarget(from, to, piece, restored, cancel);
        Result<Target> other = co_await std::move(finding);
        co_return other;
    }
    target.there = *there;
    target.end = rule == ConflictRule::Ask    ? Carried::End::Asks
                 : rule == ConflictRule::Skip ? Carried::End::Skipped
                                              : Carried::End::Done;
    co_return target;
}

ssh::TransferOptions optionsFor(const Piece& piece, const CarryOptions& options)
{
    ssh::TransferOptions made;
    made.resume = options.resume;
    made.verify = options.verify || piece.starts > 1;
    made.mode = piece.info.mode & 0777;
    made.rate = options.rate;
    return made;
}

/// A first half of last time; one of another state of the source goes.
Task<Result<void>> checkHalf(Side from, Piece piece, QString half, CancelToken cancel)
{
    Side here;
    here.files = localFiles();
    const Result<FileInfo> there = co_await here.files->info(half.toUtf8(), false, cancel);
    if (!there) {
        co_return Result<void>();
    }
    auto comparing =
        isSameFile(from, piece.source, piece.info.size, here, half.toUtf8(), *there, cancel);
    const Result<bool> same = co_await std::move(comparing);
    if (!same) {
        co_return same.error();
    }
    if (!*same) {
        ::unlink(half.toLocal8Bit().constData());
    }
    co_return Result<void>();
}

/// From server to server. Each half is verified, so the whole is.
Task<Result<ssh::TransferResult>> passThrough(Side from, Side to, Piece piece, QByteArray target,
                                              CarryOptions options, CancelToken cancel)
{
    const Result<Room> room = co_await localRoom(parentOf(options.scratch.toUtf8()), false);
    if (room && room->free >= 0 && piece.info.size + kSpare > room->free) {
        co_return noRoom(piece.info.size, room->free);
    }
    ssh::TransferOptions first = optionsFor(piece, options);
    first.mode = 0600;
    if (options.progress) {
        first.progress = [tell = options.progress](qint64 done, qint64) { tell(done / 2); };
    }
    // A first half that is whole already stays: the second one alone goes on.
    if (options.restored && QFile::exists(options.scratch)) {
        auto checking = checkHalf(from, piece, options.scratch, cancel);
        const Result<void> checked = co_await std::move(checking);
        if (!checked) {
            co_return checked.error();
        }
    }
    Result<ssh::TransferResult> half = ssh::TransferResult();
    if (!QFile::exists(options.scratch)) {
        auto down = from.files->download(piece.source, options.scratch, first, cancel);
        half = co_await std::move(down);
    }
    if (!half) {
        co_return half.error();
    }
    ssh::TransferOptions second = optionsFor(piece, options);
    if (options.progress) {
        second.progress = [tell = options.progress](qint64 done, qint64 total) {
            tell((done + total) / 2);
        };
    }
    auto up = to.files->upload(options.scratch, target, second, cancel);
    Result<ssh::TransferResult> whole = co_await std::move(up);
    if (whole || whole.error().kind == ErrorKind::Conflict) {
        ::unlink(options.scratch.toLocal8Bit().constData());
    }
    co_return whole;
}

Task<Result<ssh::TransferResult>> oneWay(Route route, Side from, Side to, Piece piece,
                                         QByteArray target, CarryOptions options,
                                         CancelToken cancel)
{
    if (!route.from.isLocal() && !route.to.isLocal()) {
        Result<ssh::TransferResult> passed =
            co_await passThrough(from, to, piece, target, options, cancel);
        co_return passed;
    }
    ssh::TransferOptions single = optionsFor(piece, options);
    if (options.progress) {
        single.progress = [tell = options.progress](qint64 done, qint64) { tell(done); };
    }
    auto moving =
        route.to.isLocal()
            ? from.files->download(piece.source, QString::fromUtf8(target), single, cancel)
            : to.files->upload(QString::fromUtf8(piece.source), target, single, cancel);
    Result<ssh::TransferResult> result = co_await std::move(moving);
    co_return result;
}

}  // namespace

Task<Result<Side>> openSide(Transfers::Connect connect, std::shared_ptr<Sessions> sessions,
                            QString server, CancelToken cancel)
{
    Side side;
    if (server.isEmpty()) {
        side.files = localFiles();
        co_return side;
    }
    auto connecting = connect(server, cancel);
    const Result<std::shared_ptr<ssh::Session>> session = co_await std::move(connecting);
    if (!session) {
        co_return session.error();
    }
    side.session = *session;
    side.files = (*session)->files();
    (*sessions)[server] = *session;
    co_return side;
}

Task<Result<Survey>> survey(Route route, CancelToken cancel)
{
    const Result<Side> from =
        co_await openSide(route.connect, route.sessions, route.from.server, cancel);
    if (!from) {
        co_return from.error();
    }
    const Result<FileInfo> info = co_await from->files->info(route.from.path, true, cancel);
    if (!info) {
        co_return info.error();
    }
    const Result<Side> to =
        co_await openSide(route.connect, route.sessions, route.to.server, cancel);
    if (!to) {
        co_return to.error();
    }
    if (info->kind == FileInfo::Kind::Folder) {
        Result<Survey> whole = co_await surveyFolder(route, *from, *to, info->mode, cancel);
        co_return whole;
    }
    if (info->kind != FileInfo::Kind::File) {
        co_return Error(ErrorKind::Invalid,
                        u"%1 is neither a file nor a folder"_s.arg(route.from.text()));
    }
    if (route.to.isLocal()) {
        const Result<Room> room = co_await localRoom(parentOf(route.to.path), false);
        if (room && room->free >= 0 && info->size + kSpare > room->free) {
            co_return noRoom(info->size, room->free);
        }
    }
    Survey single;
    Piece piece;
    piece.source = route.from.path;
    piece.target = route.to.path;
    piece.info = *info;
    single.bytes = info->size;
    single.pieces.push_back(std::move(piece));
    co_return single;
}

Task<Result<Carried>> carry(Route route, Piece piece, CarryOptions options, CancelToken cancel)
{
    const Result<Side> from =
        co_await openSide(route.connect, route.sessions, route.from.server, cancel);
    if (!from) {
        co_return from.error();
    }
    const Result<Side> to =
        co_await openSide(route.connect, route.sessions, route.to.server, cancel);
    if (!to) {
        co_return to.error();
    }
    auto finding = findTarget(*from, *to, piece, options.rule, options.restored, cancel);
    const Result<Target> target = co_await std::move(finding);
    if (!target) {
        co_return target.error();
    }
    Carried carried;
    carried.target = target->path;
    carried.end = target->end;
    carried.there = target->there;
    carried.whole = target->whole;
    if (target->whole || target->end != Carried::End::Done) {
        co_return carried;
    }
    const Result<ssh::TransferResult> moved =
        co_await oneWay(route, *from, *to, piece, target->path, options, cancel);
    if (!moved) {
        co_return moved.error();
    }
    carried.result = *moved;
    co_return carried;
}

Task<Result<void>> dropParts(Route route, std::vector<QByteArray> targets, QStringList passing,
                             CancelToken cancel)
{
    for (const QString& one : passing) {
        if (one.isEmpty()) {
            continue;
        }
        const QByteArray path = one.toLocal8Bit();
        ::unlink(path.constData());
        ::unlink(ssh::partPath(path).constData());
    }
    const Result<Side> to =
        co_await openSide(route.connect, route.sessions, route.to.server, cancel);
    if (!to) {
        co_return to.error();
    }
    for (std::size_t i = 0; i < targets.size(); ++i) {
        const QByteArray part = ssh::partPath(targets[i]);
        [[maybe_unused]] const Result<void> gone = co_await to->files->remove(part, cancel);
    }
    co_return Result<void>();
}

}  // namespace analemma::operate
