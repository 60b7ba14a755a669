#include "core/git/src/putback.h"

#include "core/git/src/errors.h"
#include "core/git/src/literalpaths.h"
#include "core/git/src/workfiles.h"

#include <QFile>

using namespace Qt::StringLiterals;

namespace analemma::git {

namespace {

bool wasThere(git_index* index, git_tree* was, const QByteArray& path)
{
    TreeEntryHandle entry;
    const bool there = was == nullptr
                           ? git_index_get_bypath(index, path.constData(), 0) != nullptr
                           : git_tree_entry_bypath(out(entry), was, path.constData()) == 0;
    git_error_clear();
    return there;
}

/// Those of the paths whose files are not what they were; all when that can not be found out.
QList<QByteArray> stillApart(const Handle& handle, git_index* index, git_tree* was,
                             const QList<QByteArray>& paths)
{
    if (paths.isEmpty()) {
        return {};
    }
    LiteralPaths among(paths);
    git_diff_options options = GIT_DIFF_OPTIONS_INIT;
    options.flags =
        GIT_DIFF_INCLUDE_TYPECHANGE | GIT_DIFF_IGNORE_SUBMODULES | GIT_DIFF_DISABLE_PATHSPEC_MATCH;
    options.pathspec = among.array();
    IndexDiffHandle diff;
    git_repository* repository = handle.repository.get();
    const int code = was == nullptr
                         ? git_diff_index_to_workdir(out(diff), repository, index, &options)
                         : git_diff_tree_to_workdir(out(diff), repository, was, &options);
    if (code < 0) {
        git_error_clear();
        return paths;
    }
    QList<QByteArray> apart;
    for (std::size_t i = 0; i < git_diff_num_deltas(diff.get()); ++i) {
        const git_diff_delta* delta = git_diff_get_delta(diff.get(), i);
        if (delta->status != GIT_DELTA_UNMODIFIED) {
            apart.append(QByteArray(delta->old_file.path != nullptr ? delta->old_file.path
                                                                    : delta->new_file.path));
        }
    }
    return apart;
}

void writeAgain(const Handle& handle, git_index* index, git_tree* was,
                const QList<QByteArray>& paths)
{
    if (paths.isEmpty()) {
        return;
    }
    LiteralPaths array(paths);
    git_checkout_options options = GIT_CHECKOUT_OPTIONS_INIT;
    options.checkout_strategy =
        GIT_CHECKOUT_FORCE | GIT_CHECKOUT_DISABLE_PATHSPEC_MATCH | GIT_CHECKOUT_DONT_UPDATE_INDEX;
    options.paths = array.array();
    void* raw = was;
    if (was == nullptr) {
        git_checkout_index(handle.repository.get(), index, &options);
    } else {
        git_checkout_tree(handle.repository.get(), static_cast<git_object*>(raw), &options);
    }
    git_error_clear();
}

/// The paths that can not be made what they were.
Result<QList<QByteArray>> tryToPutBack(const Handle& handle, const HalfWritten& half)
{
    const Result<QByteArray> root = workTreeRoot(handle);
    const Result<IndexHandle> index = root ? indexOf(handle) : Result<IndexHandle>(root.error());
    if (!index) {
        return index.error();
    }
    QList<QByteArray> left;
    for (const QByteArray& path : half.fresh) {
        if (!wasThere(index->get(), half.was, path) && !removeWorkFile(*root, path)) {
            left.append(path);
        }
    }
    const QList<QByteArray> apart = stillApart(handle, index->get(), half.was, half.paths);
    for (const QByteArray& path : apart) {
        static_cast<void>(removeWorkFile(*root, path));  // a folder may stand there
    }
    writeAgain(handle, index->get(), half.was, apart);
    return left + stillApart(handle, index->get(), half.was, half.paths);
}

}  // namespace

Error putBack(const Handle& handle, const HalfWritten& half, const Error& why)
{
    const Result<QList<QByteArray>> left = tryToPutBack(handle, half);
    if (left && left->isEmpty()) {
        return why;
    }
    Error error = why;
    error.message +=
        left ? u". These files could not be put back: %1."_s.arg(someOf(*left))
             : u". Files that were written could not be put back: %1."_s.arg(left.error().message);
    return error.withHint(
        u"What they held is in the repository: once there is room, throw the changes away."_s);
}

}  // namespace analemma::git
