#include "core/operate/filetree.h"

#include "core/base/text.h"
#include "core/operate/filenames.h"
#include "core/operate/src/carry.h"

#include <deque>

using namespace Qt::StringLiterals;

namespace analemma::operate {
namespace {

constexpr int kMostTold = 100;

using ssh::FileInfo;

void refuse(Tree& tree, const QByteArray& path, const QString& why)
{
    if (++tree.refusedCount <= kMostTold) {
        tree.refused.append(u"%1: %2"_s.arg(displayText(QByteArrayView(path), 300), why));
    }
}

/// Sorts one folder's entries in; gives the folders to go on with.
std::vector<QByteArray> take(Tree& tree, const QByteArray& folder, ssh::Listing listing,
                             bool checkNames)
{
    std::vector<QByteArray> below;
    if (listing.refusedNames > 0) {
        tree.refusedCount += listing.refusedNames - 1;
        refuse(tree, folder.isEmpty() ? "." : folder,
               u"%1 names that no file can have"_s.arg(listing.refusedNames));
    }
    for (FileInfo& info : listing.entries) {
        const QByteArray path = folder.isEmpty() ? info.name : folder + '/' + info.name;
        const QString why = checkNames ? nameRefusal(info.name) : QString();
        if (!why.isEmpty()) {
            refuse(tree, path, why);
            continue;
        }
        TreeEntry entry{path, std::move(info)};
        if (entry.info.kind == FileInfo::Kind::Folder) {
            below.push_back(path);
            tree.folders.push_back(std::move(entry));
        } else if (entry.info.kind == FileInfo::Kind::File) {
            tree.bytes += entry.info.size;
            tree.files.push_back(std::move(entry));
        } else {
            tree.others.push_back(std::move(entry));
        }
    }
    return below;
}

Error tooLarge(const QByteArray& root, const QString& how)
{
    return Error(ErrorKind::Invalid,
                 u"%1 %2; nothing was done"_s.arg(displayText(QByteArrayView(root), 300), how))
        .withHint(u"Choose smaller parts of it."_s);
}

Task<Result<void>> removeAll(std::shared_ptr<ssh::Files> files, QByteArray root,
                             std::shared_ptr<Tree> tree, std::shared_ptr<int> gone,
                             CancelToken cancel)
{
    tree->files.insert(tree->files.end(), tree->others.begin(), tree->others.end());
    for (std::size_t i = 0; i < tree->files.size(); ++i) {
        const QByteArray path = joined(root, tree->files[i].path);
        const Result<void> done = co_await files->remove(path, cancel);
        if (!done && done.error().kind != ErrorKind::NotFound) {
            co_return done.error();
        }
        ++*gone;
    }
    for (std::size_t i = tree->folders.size(); i-- > 0;) {
        const QByteArray path = joined(root, tree->folders[i].path);
        const Result<void> done = co_await files->removeFolder(path, cancel);
        if (!done && done.error().kind != ErrorKind::NotFound) {
            co_return done.error();
        }
        ++*gone;
    }
    Result<void> last = co_await files->removeFolder(root, cancel);
    ++*gone;
    co_return last;
}

}  // namespace

void Tree::leaveOut(const QByteArray& path, const QString& why)
{
    const auto isBelow = [&path](const TreeEntry& entry) { return isWithin(entry.path, path); };
    for (const TreeEntry& file : files) {
        bytes -= isBelow(file) ? file.info.size : 0;
    }
    for (std::vector<TreeEntry>* entries : {&folders, &files, &others}) {
        std::erase_if(*entries, isBelow);
    }
    refuse(*this, path, why);
}

Task<Result<Tree>> readTree(std::shared_ptr<ssh::Files> files, QByteArray root, TreeLimits limits,
                            CancelToken cancel)
{
    Tree tree;
    int entries = 0;
    std::deque<QByteArray> open = {QByteArray()};
    while (!open.empty()) {
        const QByteArray folder = open.front();
        open.pop_front();
        if (folder.count('/') >= limits.depth) {
            co_return tooLarge(root, u"is deeper than %1 folders"_s.arg(limits.depth));
        }
        const QByteArray path = folder.isEmpty() ? root : joined(root, folder);
        const int room = limits.entries - entries;
        auto reading = files->list(path, std::max(1, room), cancel);
        Result<ssh::Listing> listing = co_await std::move(reading);
        if (!listing) {
            const Error& error = listing.error();
            if (folder.isEmpty() || !limits.skipUnreadable || isLoss(error) ||
                error.kind == ErrorKind::Cancelled) {
                co_return error;
            }
            refuse(tree, folder, error.message);
            continue;
        }
        entries += int(listing->entries.size());
        if (listing->truncated || entries > limits.entries) {
            co_return tooLarge(root, u"holds more than %1 files"_s.arg(limits.entries));
        }
        const std::vector<QByteArray> below =
            take(tree, folder, std::move(*listing), limits.checkNames);
        open.insert(open.end(), below.begin(), below.end());
    }
    co_return tree;
}

Task<Result<int>> removeTree(std::shared_ptr<ssh::Files> files, QByteArray path, CancelToken cancel)
{
    const Result<FileInfo> info = co_await files->info(path, false, cancel);
    if (!info) {
        co_return info.error();
    }
    if (info->kind != FileInfo::Kind::Folder) {
        const Result<void> done = co_await files->remove(path, cancel);
        co_return done ? Result<int>(1) : Result<int>(done.error());
    }
    TreeLimits limits;
    limits.checkNames = false;
    Result<Tree> read = co_await readTree(files, path, limits, cancel);
    if (!read) {
        co_return read.error();
    }
    const auto tree = std::make_shared<Tree>(std::move(*read));
    const auto gone = std::make_shared<int>(0);
    const Result<void> done = co_await removeAll(files, path, tree, gone, cancel);
    if (!done) {
        co_return done.error().in(u"%1 entries were removed before"_s.arg(*gone));
    }
    co_return *gone;
}

}  // namespace analemma::operate
