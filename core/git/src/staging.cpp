#include "core/git/staging.h"

#include "core/base/text.h"
#include "core/git/src/access.h"
#include "core/git/src/errors.h"
#include "core/git/src/filters.h"
#include "core/git/src/indexedit.h"
#include "core/git/src/literalpaths.h"
#include "core/git/src/room.h"
#include "core/git/src/stagedlines.h"
#include "core/git/src/staging.h"
#include "core/git/src/workfiles.h"

#include <sys/stat.h>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::git {

Result<void> checkWorkPaths(const QByteArrayList& paths)
{
    for (const QByteArray& path : paths) {
        const QByteArray plain = path.endsWith('/') ? path.chopped(1) : path;
        if (const Result<void> checked = checkWorkPath(plain); !checked) {
            return checked;
        }
    }
    return {};
}

/// Whether a path is named, or lies below a folder that is; no path names all.
bool covers(const QByteArrayList& paths, const QByteArray& path)
{
    return paths.isEmpty() || std::any_of(paths.begin(), paths.end(), [&](const QByteArray& one) {
               return one.endsWith('/') ? path.startsWith(one) : path == one;
           });
}

namespace {

const char* pathOf(const git_diff_delta* delta)
{
    return delta->new_file.path != nullptr ? delta->new_file.path : delta->old_file.path;
}

// ---- files --------------------------------------------------------------------------------------

Result<void> stageFile(const Handle& handle, git_index* index, const QByteArray& root,
                       const QByteArray& path)
{
    const QString what = u"take %1 into the index"_s.arg(displayText(QByteArrayView(path), 300));
    const Result<quint32> mode = workFileMode(root, path);
    if (!mode) {
        return mode.error();
    }
    if (*mode == 0 && git_index_find(nullptr, index, path.constData()) < 0) {
        git_error_clear();
        return Error(ErrorKind::NotFound, u"There is no file %1. Nothing was changed."_s.arg(
                                              displayText(QByteArrayView(path), 300)));
    }
    if (S_ISREG(*mode)) {
        if (const Result<void> plain = checkFilterOfFile(handle, root, path); !plain) {
            return plain;
        }
    }
    if (*mode != 0 && !S_ISDIR(*mode)) {
        git_index_remove_directory(index, path.constData(), 0);  // it was a folder
        git_error_clear();
    }
    const int code = *mode == 0 ? git_index_remove_bypath(index, path.constData())
                                : git_index_add_bypath(index, path.constData());
    return code < 0 ? Result<void>(gitError(code, what)) : Result<void>();
}

/// What differs from the index below folders, or everywhere.
Result<void> stageFolders(const Handle& handle, git_index* index, const QByteArray& root,
                          const QByteArrayList& folders)
{
    LiteralPaths paths(folders);
    git_diff_options options = GIT_DIFF_OPTIONS_INIT;
    options.flags = GIT_DIFF_DISABLE_PATHSPEC_MATCH | GIT_DIFF_INCLUDE_TYPECHANGE |
                    GIT_DIFF_INCLUDE_UNTRACKED | GIT_DIFF_RECURSE_UNTRACKED_DIRS;
    options.ignore_submodules = GIT_SUBMODULE_IGNORE_DIRTY;
    options.pathspec = paths.array();
    Owned<git_diff, git_diff_free> diff;
    if (const int code =
            git_diff_index_to_workdir(out(diff), handle.repository.get(), index, &options);
        code < 0) {
        return gitError(code, u"compare the work tree with the index"_s);
    }
    for (std::size_t i = 0; i < git_diff_num_deltas(diff.get()); ++i) {
        QByteArray path(pathOf(git_diff_get_delta(diff.get(), i)));
        if (!covers(folders, path)) {
            continue;
        }
        if (path.endsWith('/')) {
            path.chop(1);  // a repository
        }
        if (const Result<void> done = stageFile(handle, index, root, path); !done) {
            return done;
        }
    }
    return {};
}

Result<void> stagePaths(const Handle& handle, const QByteArrayList& paths)
{
    if (const Result<void> checked = checkWorkPaths(paths); !checked) {
        return checked;
    }
    return editIndex(handle, [&handle, &paths](git_index* index) -> Result<void> {
        const Result<QByteArray> root = workTreeRoot(handle);
        if (!root) {
            return root.error();
        }
        QByteArrayList folders;
        for (const QByteArray& path : paths) {
            if (path.endsWith('/')) {
                folders.append(path);
            } else if (const Result<void> done = stageFile(handle, index, *root, path); !done) {
                return done;
            }
        }
        return paths.isEmpty() || !folders.isEmpty() ? stageFolders(handle, index, *root, folders)
                                                     : Result<void>();
    });
}

/// What HEAD has there, into the index.
Result<void> restoreEntry(git_index* index, const git_tree* tree, const char* path)
{
    const QString what = u"take %1 back"_s.arg(displayText(QByteArrayView(path), 300));
    git_index_conflict_remove(index, path);
    git_error_clear();
    TreeEntryHandle found;
    int code = tree != nullptr ? git_tree_entry_bypath(out(found), tree, path) : GIT_ENOTFOUND;
    if (code == GIT_ENOTFOUND) {
        git_error_clear();
        code = git_index_remove(index, path, 0);
        if (code == GIT_ENOTFOUND) {
            git_error_clear();
            code = 0;
        }
    } else if (code == 0) {
        git_index_entry entry{};
        entry.mode = git_tree_entry_filemode(found.get());
        entry.id = *git_tree_entry_id(found.get());
        entry.path = path;
        code = git_index_add(index, &entry);
    }
    return code < 0 ? Result<void>(gitError(code, what)) : Result<void>();
}

// ---- lines --------------------------------------------------------------------------------------

/// The side of a comparison that is not the index: whether it is there, and its bytes.
struct OtherSide {
    quint32 mode = 0;
    QByteArray bytes;
};

Result<OtherSide> readWorkSide(const Handle& handle, const QByteArray& path)
{
    const Result<QByteArray> root = workTreeRoot(handle);
    if (!root) {
        return root.error();
    }
    const Result<WorkFile> file = loadWorkFile(*root, path);
    if (!file) {
        return file.error();
    }
    if (!S_ISREG(file->mode)) {
        return OtherSide{file->mode, file->bytes};
    }
    const Result<QByteArray> bytes = cleaned(handle, path, file->bytes);
    return bytes ? Result<OtherSide>(OtherSide{file->mode, *bytes})
                 : Result<OtherSide>(bytes.error());
}

Result<OtherSide> readHeadSide(const Handle& handle, const QByteArray& path)
{
    const Result<TreeHandle> tree = headTree(handle);
    if (!tree) {
        return tree.error();
    }
    TreeEntryHandle entry;
    if (!*tree || git_tree_entry_bypath(out(entry), tree->get(), path.constData()) < 0) {
        git_error_clear();
        return OtherSide();
    }
    const Result<QByteArray> bytes = readStoredBlob(handle, *git_tree_entry_id(entry.get()));
    return bytes
               ? Result<OtherSide>(OtherSide{quint32(git_tree_entry_filemode(entry.get())), *bytes})
               : Result<OtherSide>(bytes.error());
}

Result<void> putBlob(const Handle& handle, git_index* index, const QByteArray& path, quint32 mode,
                     const QByteArray& bytes)
{
    git_index_entry entry{};
    entry.mode = mode;
    entry.path = path.constData();
    int code = git_blob_create_from_buffer(&entry.id, handle.repository.get(), bytes.constData(),
                                           static_cast<std::size_t>(bytes.size()));
    if (code == 0) {
        code = git_index_add(index, &entry);
    }
    return code < 0 ? Result<void>(gitError(code, u"write the lines to the index"_s))
                    : Result<void>();
}

/// Changes the index, which is `side` of what was shown.
Result<void> editLines(const Handle& handle, AtHand side, const FileDiff& shown,
                       const QList<LinePick>& lines)
{
    const QByteArray& path = shown.change.path;
    Result<void> checked = checkWorkPath(path);
    checked = checked ? checkLines(shown, lines) : checked;
    if (!checked) {
        return checked;
    }
    return editIndex(handle, [&](git_index* index) -> Result<void> {
        const git_index_entry* entry = git_index_get_bypath(index, path.constData(), 0);
        const bool known =
            entry != nullptr && (entry->flags_extended & GIT_INDEX_ENTRY_INTENT_TO_ADD) == 0;
        const Result<QByteArray> staged = known ? readStoredBlob(handle, entry->id) : QByteArray();
        if (!staged) {
            return staged.error();
        }
        const QByteArray& oldPath = shown.change.oldPath.isEmpty() ? path : shown.change.oldPath;
        const Result<OtherSide> other =
            side == AtHand::Old ? readWorkSide(handle, path) : readHeadSide(handle, oldPath);
        if (!other) {
            return other.error();
        }
        const Result<QByteArray> whole = withLines(*staged, side, shown, linesOf(shown));
        const Result<QByteArray> wanted = withLines(*staged, side, shown, lines);
        const bool shownOther =
            (side == AtHand::Old ? shown.change.newMode : shown.change.oldMode) != 0;
        const bool shownOwn =
            (side == AtHand::Old ? shown.change.oldMode : shown.change.newMode) != 0;
        if (!whole || !wanted || *whole != other->bytes || shownOther != (other->mode != 0) ||
            shownOwn != known) {
            return notAsShown(path);
        }
        const Result<void> plain =
            side == AtHand::Old ? checkFilter(handle, path, *wanted) : Result<void>();
        if (!plain) {
            return plain;
        }
        if (other->mode == 0 && *wanted == *whole) {
            const int code = git_index_remove(index, path.constData(), 0);
            return code < 0 ? Result<void>(gitError(code, u"take a file out of the index"_s))
                            : Result<void>();
        }
        return putBlob(handle, index, path, known ? entry->mode : other->mode, *wanted);
    });
}

}  // namespace

Result<void> unstagePaths(const Handle& handle, const QByteArrayList& paths)
{
    if (const Result<void> checked = checkWorkPaths(paths); !checked) {
        return checked;
    }
    const Result<TreeHandle> tree = headTree(handle);
    if (!tree) {
        return tree.error();
    }
    return editIndex(handle, [&](git_index* index) -> Result<void> {
        LiteralPaths list(paths);
        git_diff_options options = GIT_DIFF_OPTIONS_INIT;
        options.flags = GIT_DIFF_DISABLE_PATHSPEC_MATCH | GIT_DIFF_INCLUDE_TYPECHANGE;
        options.pathspec = list.array();
        Owned<git_diff, git_diff_free> diff;
        if (const int code = git_diff_tree_to_index(out(diff), handle.repository.get(), tree->get(),
                                                    index, &options);
            code < 0) {
            return gitError(code, u"compare the index with HEAD"_s);
        }
        for (std::size_t i = 0; i < git_diff_num_deltas(diff.get()); ++i) {
            const char* path = pathOf(git_diff_get_delta(diff.get(), i));
            const bool named = covers(paths, path);
            const Result<void> done =
                named ? restoreEntry(index, tree->get(), path) : Result<void>();
            if (!done) {
                return done;
            }
        }
        return {};
    });
}

Task<Result<void>> stage(std::shared_ptr<Repository> repository, QByteArrayList paths)
{
    return perform<void>(Access::body(*repository), [paths](const Handle& handle) {
        return tellWhenFull(handle, stagePaths(handle, paths), u"Nothing was changed."_s);
    });
}

Task<Result<void>> unstage(std::shared_ptr<Repository> repository, QByteArrayList paths)
{
    return perform<void>(Access::body(*repository), [paths](const Handle& handle) {
        return tellWhenFull(handle, unstagePaths(handle, paths), u"Nothing was changed."_s);
    });
}

Task<Result<void>> stageLines(std::shared_ptr<Repository> repository, FileDiff shown,
                              QList<LinePick> lines)
{
    return perform<void>(Access::body(*repository), [shown, lines](const Handle& handle) {
        return tellWhenFull(handle, editLines(handle, AtHand::Old, shown, lines),
                            u"Nothing was changed."_s);
    });
}

Task<Result<void>> unstageLines(std::shared_ptr<Repository> repository, FileDiff shown,
                                QList<LinePick> lines)
{
    return perform<void>(Access::body(*repository), [shown, lines](const Handle& handle) {
        return tellWhenFull(handle, editLines(handle, AtHand::New, shown, lines),
                            u"Nothing was changed."_s);
    });
}

}  // namespace analemma::git
