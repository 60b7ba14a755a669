#include "core/git/src/diffpairs.h"

#include "core/base/text.h"
#include "core/git/src/commits.h"
#include "core/git/src/compare.h"
#include "core/git/src/errors.h"
#include "core/git/src/walk.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::git {

namespace {

using DiffHandle = Owned<git_diff, git_diff_free>;

constexpr std::size_t pairLimit = 300'000;

/// Counts while libgit2 compares, and ends it.
struct PairWatch {
    CancelToken cancel;
    std::size_t count = 0;
    bool tooMany = false;
};

int watchPair(const git_diff*, const git_diff_delta*, const char*, void* payload)
{
    auto* watch = static_cast<PairWatch*>(payload);
    watch->tooMany = ++watch->count > pairLimit;
    return watch->tooMany || watch->cancel.isCancelled() ? GIT_EUSER : 0;
}

int watchProgress(const git_diff*, const char*, const char*, void* payload)
{
    return static_cast<PairWatch*>(payload)->cancel.isCancelled() ? GIT_EUSER : 0;
}

bool isTree(const Side& side)
{
    return side.kind == Side::Kind::Nothing || side.kind == Side::Kind::Revision;
}

QString sideText(const Side& side)
{
    switch (side.kind) {
        case Side::Kind::Nothing:
            return u"nothing"_s;
        case Side::Kind::Revision:
            return displayText(side.revision, 100);
        case Side::Kind::Index:
            return u"the index"_s;
        case Side::Kind::WorkTree:
            return u"the work tree"_s;
    }
    return {};
}

Result<void> checkSides(const Handle& handle, const DiffQuery& query)
{
    const bool trees = isTree(query.from) && isTree(query.to);
    if (!trees && git_repository_is_bare(handle.repository.get()) == 1) {
        return Error(ErrorKind::Invalid,
                     u"%1 is a bare repository: it has no work tree and no index to compare with."_s
                         .arg(displayText(
                             QByteArrayView(git_repository_path(handle.repository.get())), 300)))
            .withHint(u"Name two commits, branches or tags."_s);
    }
    if (!trees && query.from.kind == query.to.kind) {
        return Error(ErrorKind::Invalid,
                     u"%1 can not be compared with itself."_s.arg(sideText(query.to)));
    }
    if (query.sinceMergeBase &&
        (query.from.kind != Side::Kind::Revision || query.to.kind != Side::Kind::Revision)) {
        return Error(
            ErrorKind::Invalid,
            u"Only two commits have a commit where they parted; %1 and %2 have none."_s.arg(
                sideText(query.from), sideText(query.to)));
    }
    return {};
}

/// The tree of a side; null for nothing, and for HEAD while there is no commit.
Result<TreeHandle> treeOf(const Handle& handle, const Side& side)
{
    TreeHandle tree;
    const bool unborn =
        side.revision == u"HEAD" && git_repository_head_unborn(handle.repository.get()) == 1;
    if (side.kind == Side::Kind::Nothing || unborn) {
        return tree;
    }
    const Result<git_oid> id = resolve(handle, side.revision);
    if (!id) {
        return id.error();
    }
    const QString what = u"read the files of %1"_s.arg(sideText(side));
    CommitHandle commit;
    if (const int code = git_commit_lookup(out(commit), handle.repository.get(), &*id); code < 0) {
        return gitError(code, what);
    }
    if (const int code = git_commit_tree(out(tree), commit.get()); code < 0) {
        return gitError(code, what);
    }
    return tree;
}

/// Where a shallow clone ends, a commit's parent is named but missing: git shows it as a first one.
bool isCutOff(const Handle& handle, const Side& parent, const Side& commit)
{
    if (parent.kind != Side::Kind::Revision ||
        git_repository_is_shallow(handle.repository.get()) != 1) {
        return false;
    }
    const Result<git_oid> id = resolve(handle, commit.revision);
    const Result<OidSet> ends = readShallow(handle);
    const Result<OdbObjectHandle> object =
        id && ends && ends->contains(*id) ? readCommitObject(handle, *id) : cancelledError();
    return object && parseCommit({}, bytesOf(*object)).parents.contains(parent.revision);
}

/// Compares from a tree or the index to what lies further out.
int compareSides(DiffHandle& diff, git_repository* repository, const TreeHandle& from,
                 const TreeHandle& to, Side::Kind inner, Side::Kind outer,
                 const git_diff_options& options)
{
    if (inner == Side::Kind::Index) {
        return git_diff_index_to_workdir(out(diff), repository, nullptr, &options);
    }
    if (outer == Side::Kind::Index) {
        return git_diff_tree_to_index(out(diff), repository, from.get(), nullptr, &options);
    }
    if (outer == Side::Kind::WorkTree) {
        return git_diff_tree_to_workdir_with_index(out(diff), repository, from.get(), &options);
    }
    return git_diff_tree_to_tree(out(diff), repository, from.get(), to.get(), &options);
}

FileChange::Kind kindOfDelta(git_delta_t status)
{
    switch (status) {
        case GIT_DELTA_ADDED:
            return FileChange::Kind::Added;
        case GIT_DELTA_DELETED:
            return FileChange::Kind::Deleted;
        case GIT_DELTA_TYPECHANGE:
            return FileChange::Kind::TypeChanged;
        case GIT_DELTA_CONFLICTED:
            return FileChange::Kind::Conflicted;
        case GIT_DELTA_UNTRACKED:
            return FileChange::Kind::Untracked;
        default:
            return FileChange::Kind::Modified;
    }
}

DiffEnd endOf(const git_diff_file& file, bool inWorkTree)
{
    DiffEnd end;
    end.mode = (file.flags & GIT_DIFF_FLAG_EXISTS) != 0 ? file.mode : 0;
    end.id = file.id;
    end.inWorkTree = inWorkTree;
    end.known =
        end.exists() && git_oid_is_zero(&file.id) == 0 && (!inWorkTree || end.isSubmodule());
    return end;
}

/// A file in conflict is our version (of the index) against what lies in the work tree.
void settleConflict(DiffPair& pair, git_index* index)
{
    const git_index_entry* base = nullptr;
    const git_index_entry* ours = nullptr;
    const git_index_entry* theirs = nullptr;
    if (git_index_conflict_get(&base, &ours, &theirs, index, pair.path.constData()) < 0) {
        git_error_clear();
        return;
    }
    if (ours != nullptr) {
        pair.from.mode = ours->mode;
        pair.from.id = ours->id;
        pair.from.known = true;
    }
}

bool isLeftOut(const QByteArray& path, git_index* index)
{
    const git_index_entry* entry = git_index_get_bypath(index, path.constData(), 0);
    return entry != nullptr && (entry->flags_extended & GIT_INDEX_ENTRY_SKIP_WORKTREE) != 0;
}

Result<std::vector<DiffPair>> pairsOf(const Handle& handle, git_diff* diff, Side::Kind inner,
                                      Side::Kind outer)
{
    const bool inWorkTree = outer == Side::Kind::WorkTree;
    IndexHandle index;
    if (inWorkTree) {
        if (const int code = git_repository_index(out(index), handle.repository.get()); code < 0) {
            return gitError(code, u"read the index"_s);
        }
    }
    std::vector<DiffPair> pairs;
    const std::size_t count = git_diff_num_deltas(diff);
    pairs.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        const git_diff_delta* delta = git_diff_get_delta(diff, i);
        DiffPair pair;
        pair.kind = kindOfDelta(delta->status);
        pair.path = QByteArray(delta->new_file.path);
        pair.oldPath = pair.path;
        pair.from = endOf(delta->old_file, false);
        pair.to = endOf(delta->new_file, inWorkTree);
        if (pair.kind == FileChange::Kind::Conflicted && inner == Side::Kind::Index) {
            settleConflict(pair, index.get());
        }
        const bool gone = pair.kind == FileChange::Kind::Deleted && inWorkTree;
        if (!gone || !isLeftOut(pair.path, index.get())) {
            pairs.push_back(std::move(pair));
        }
    }
    return pairs;
}

void turnAround(DiffPair& pair)
{
    std::swap(pair.from, pair.to);
    if (pair.kind == FileChange::Kind::Added || pair.kind == FileChange::Kind::Untracked) {
        pair.kind = FileChange::Kind::Deleted;
    } else if (pair.kind == FileChange::Kind::Deleted) {
        pair.kind = FileChange::Kind::Added;
    }
}

/// Files and folders as libgit2 takes them, kept alive while it works.
struct PathList {
    std::vector<QByteArray> texts;
    std::vector<char*> pointers;
};

PathList pathList(const QStringList& paths, const QByteArray& only)
{
    PathList list;
    for (const QString& path : paths) {
        QByteArray text = path.toUtf8();
        while (text.endsWith('/')) {
            text.chop(1);
        }
        if (!text.isEmpty() && text != ".") {
            list.texts.push_back(text);
        }
    }
    if (!only.isEmpty()) {
        list.texts = {only};
    }
    for (QByteArray& text : list.texts) {
        list.pointers.push_back(text.data());
    }
    return list;
}

}  // namespace

Result<std::vector<DiffPair>> readPairs(const Handle& handle, const DiffQuery& query,
                                        const QByteArray& only, const CancelToken& cancel)
{
    if (const Result<void> checked = checkSides(handle, query); !checked) {
        return checked.error();
    }
    const bool around =
        !isTree(query.from) && (isTree(query.to) || query.from.kind == Side::Kind::WorkTree);
    Side inner = around ? query.to : query.from;
    const Side outer = around ? query.from : query.to;
    if (query.sinceMergeBase) {
        const Result<QString> base = findMergeBase(handle, query.from.revision, query.to.revision);
        if (!base) {
            return base.error();
        }
        if (base->isEmpty()) {
            return Error(ErrorKind::Invalid, u"%1 and %2 have no commit in common."_s.arg(
                                                 sideText(query.from), sideText(query.to)));
        }
        inner = Side::at(*base);
    }
    const bool first = !isTree(inner) || isCutOff(handle, inner, outer);
    const Result<TreeHandle> from = treeOf(handle, first ? Side::nothing() : inner);
    const Result<TreeHandle> to =
        from ? treeOf(handle, isTree(outer) ? outer : Side::nothing()) : from.error();
    if (!to) {
        return to.error();
    }
    PathList paths = pathList(query.paths, only);
    PairWatch watch{cancel};
    git_diff_options options{};
    git_diff_options_init(&options, GIT_DIFF_OPTIONS_VERSION);
    options.flags = GIT_DIFF_INCLUDE_TYPECHANGE | GIT_DIFF_DISABLE_PATHSPEC_MATCH;
    if (query.untracked) {
        options.flags |= GIT_DIFF_INCLUDE_UNTRACKED | GIT_DIFF_RECURSE_UNTRACKED_DIRS;
    }
    options.ignore_submodules = GIT_SUBMODULE_IGNORE_DIRTY;  // never looked into
    options.pathspec = {paths.pointers.data(), paths.pointers.size()};
    options.notify_cb = &watchPair;
    options.progress_cb = &watchProgress;
    options.payload = &watch;
    DiffHandle diff;
    const int code =
        compareSides(diff, handle.repository.get(), *from, *to, inner.kind, outer.kind, options);
    if (cancel.isCancelled()) {
        git_error_clear();
        return cancelledError();
    }
    if (watch.tooMany) {
        git_error_clear();
        return Error(ErrorKind::Invalid,
                     u"More than %1 files differ between %2 and %3."_s.arg(
                         QString::number(pairLimit), sideText(query.from), sideText(query.to)))
            .withHint(u"Ask for a folder of it."_s);
    }
    if (code < 0) {
        return gitError(code,
                        u"compare %1 with %2"_s.arg(sideText(query.from), sideText(query.to)));
    }
    Result<std::vector<DiffPair>> pairs = pairsOf(handle, diff.get(), inner.kind, outer.kind);
    if (!pairs) {
        return pairs.error();
    }
    if (around) {
        std::for_each(pairs->begin(), pairs->end(), &turnAround);
    }
    std::stable_sort(pairs->begin(), pairs->end(),
                     [](const DiffPair& a, const DiffPair& b) { return a.path < b.path; });
    return pairs;
}

}  // namespace analemma::git
