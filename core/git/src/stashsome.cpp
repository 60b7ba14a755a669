#include "core/git/src/stash.h"

#include "core/base/text.h"
#include "core/git/src/branchescheckout.h"
#include "core/git/src/commits.h"
#include "core/git/src/errors.h"
#include "core/git/src/indexedit.h"
#include "core/git/src/literalpaths.h"
#include "core/git/src/refs.h"
#include "core/git/src/staging.h"

using namespace Qt::StringLiterals;

namespace analemma::git {

namespace {

/// The three trees of a stash, while they grow.
class SomeChanges {
public:
    SomeChanges(const Handle& handle, const StashRequest& request, git_index* index, git_tree* head)
        : m_handle(handle), m_request(request), m_index(index), m_head(head)
    {
    }

    Result<void> collect()
    {
        const Result<void> staged = collectStaged();
        return staged ? collectFiles() : staged;
    }

    [[nodiscard]] const QList<QByteArray>& paths() const { return m_paths; }
    [[nodiscard]] git_index* staged() const { return m_staged.get(); }
    [[nodiscard]] git_index* files() const { return m_files.get(); }
    [[nodiscard]] git_index* unknown() const { return m_unknown.get(); }

private:
    Result<void> collectStaged()
    {
        int code = git_index_new(out(m_staged));
        code = code < 0 ? code : git_index_read_tree(m_staged.get(), m_head);
        const Result<QList<QByteArray>> apart = code < 0
                                                    ? Result<QList<QByteArray>>(notPutAside(code))
                                                    : pathsApart(m_handle, m_head, m_index);
        if (!apart) {
            return apart.error();
        }
        for (const QByteArray& path : *apart) {
            if (!covers(m_request.paths, path)) {
                continue;
            }
            const git_index_entry* entry = git_index_get_bypath(m_index, path.constData(), 0);
            if (entry == nullptr && hasConflict(path)) {
                return Error(ErrorKind::Conflict,
                             u"%1 is in conflict. Nothing was put aside."_s.arg(
                                 displayText(QByteArrayView(path), 300)))
                    .withHint(u"Resolve the conflict first."_s);
            }
            code = entry != nullptr ? git_index_add(m_staged.get(), entry)
                                    : git_index_remove(m_staged.get(), path.constData(), 0);
            if (code < 0) {
                return notPutAside(code);
            }
            m_paths.append(path);
        }
        return {};
    }

    Result<void> collectFiles()
    {
        const Result<git_oid> tree = saveTree(m_handle, m_staged.get());
        TreeHandle staged;
        int code = tree ? git_tree_lookup(out(staged), m_handle.repository.get(), &*tree) : 0;
        code = code < 0 ? code : git_index_new(out(m_files));
        code = code < 0 || !tree ? code : git_index_read_tree(m_files.get(), staged.get());
        if (code < 0 || !tree) {
            return tree ? notPutAside(code) : tree.error();
        }
        LiteralPaths paths(m_request.paths);
        git_diff_options options = GIT_DIFF_OPTIONS_INIT;
        options.flags = GIT_DIFF_DISABLE_PATHSPEC_MATCH | GIT_DIFF_INCLUDE_TYPECHANGE |
                        GIT_DIFF_IGNORE_SUBMODULES;
        if (m_request.untracked) {
            options.flags |= GIT_DIFF_INCLUDE_UNTRACKED | GIT_DIFF_RECURSE_UNTRACKED_DIRS;
        }
        options.pathspec = paths.array();
        IndexDiffHandle diff;
        code = git_diff_index_to_workdir(out(diff), m_handle.repository.get(), m_index, &options);
        for (std::size_t i = 0; code == 0 && i < git_diff_num_deltas(diff.get()); ++i) {
            code = take(git_diff_get_delta(diff.get(), i));
        }
        return code < 0 ? Result<void>(notPutAside(code)) : Result<void>();
    }

    int take(const git_diff_delta* delta)
    {
        const QByteArray path(delta->new_file.path != nullptr ? delta->new_file.path
                                                              : delta->old_file.path);
        const bool isRepository = path.endsWith('/');
        if (delta->status == GIT_DELTA_UNMODIFIED || isRepository ||
            !covers(m_request.paths, path)) {
            return 0;
        }
        if (!m_paths.contains(path)) {
            m_paths.append(path);
        }
        if (delta->status == GIT_DELTA_DELETED) {
            git_index_remove(m_files.get(), path.constData(), 0);
            git_error_clear();
            return 0;
        }
        if (delta->status != GIT_DELTA_UNTRACKED) {
            return takeFile(m_handle, m_files.get(), delta);
        }
        int code = 0;
        if (!m_unknown) {
            code = git_index_new(out(m_unknown));
        }
        return code < 0 ? code : takeFile(m_handle, m_unknown.get(), delta);
    }

    [[nodiscard]] bool hasConflict(const QByteArray& path) const
    {
        const git_index_entry* sides[3] = {};
        const int code =
            git_index_conflict_get(&sides[0], &sides[1], &sides[2], m_index, path.constData());
        git_error_clear();
        return code == 0;
    }

    static Error notPutAside(int code) { return gitError(code, u"put the changes aside"_s); }

    const Handle& m_handle;
    const StashRequest& m_request;
    git_index* m_index;
    git_tree* m_head;
    IndexHandle m_staged;
    IndexHandle m_files;
    IndexHandle m_unknown;
    QList<QByteArray> m_paths;
};

/// "main: 1a2b3c4 feat: x", as git writes it.
QString placeOf(const Head& head, git_commit* tip)
{
    const char* summary = git_commit_summary(tip);
    return u"%1: %2 %3"_s.arg(head.branch.isEmpty() ? u"(no branch)"_s : head.branch,
                              head.commit.left(7),
                              QString::fromUtf8(summary != nullptr ? summary : ""));
}

/// A commit of the files in `index`, which is in memory only.
Result<CommitHandle> commitFiles(const Handle& handle, git_index* index, const QString& message,
                                 const git_signature* who,
                                 const std::vector<const git_commit*>& parents)
{
    const Result<git_oid> tree = saveTree(handle, index);
    const Result<git_oid> id =
        tree ? saveCommit(handle, *tree, message + u'\n', who, parents) : tree;
    return id ? commitOf(handle, *id) : Result<CommitHandle>(id.error());
}

}  // namespace

Result<SavedSome> saveSome(const Handle& handle, const git_signature* who,
                           const StashRequest& request)
{
    if (const Result<void> checked = checkWorkPaths(request.paths); !checked) {
        return checked.error();
    }
    const Result<Head> head = readHead(handle);
    if (!head || head->commit.isEmpty()) {
        return head ? Error(ErrorKind::Invalid,
                            u"There is no commit yet that changes could be put aside from."_s)
                    : head.error();
    }
    const Result<git_oid> tipId = idOf(head->commit);
    const Result<CommitHandle> tip = tipId ? commitOf(handle, *tipId) : tipId.error();
    const Result<TreeHandle> tree = tip ? treeOf(handle, head->commit) : tip.error();
    const Result<IndexHandle> index = tree ? indexOf(handle) : Result<IndexHandle>(tree.error());
    if (!index) {
        return index.error();
    }
    SomeChanges changes(handle, request, index->get(), tree->get());
    if (const Result<void> collected = changes.collect(); !collected) {
        return collected.error();
    }
    if (changes.paths().isEmpty()) {
        return Error(ErrorKind::Invalid, u"There are no changes to put aside."_s);
    }
    const QString place = placeOf(*head, tip->get());
    const QString branch = head->branch.isEmpty() ? u"(no branch)"_s : head->branch;
    const QString message = request.message.simplified();
    SavedSome saved;
    saved.message = message.isEmpty() ? u"WIP on "_s + place : u"On %1: %2"_s.arg(branch, message);
    saved.paths = changes.paths();
    const Result<CommitHandle> staged =
        commitFiles(handle, changes.staged(), u"index on "_s + place, who, {tip->get()});
    if (!staged) {
        return staged.error();
    }
    std::vector<const git_commit*> parents{tip->get(), staged->get()};
    CommitHandle unknown;
    if (changes.unknown() != nullptr) {
        Result<CommitHandle> made =
            commitFiles(handle, changes.unknown(), u"untracked files on "_s + place, who, {});
        if (!made) {
            return made.error();
        }
        unknown = std::move(*made);
        parents.push_back(unknown.get());
    }
    const Result<CommitHandle> whole =
        commitFiles(handle, changes.files(), saved.message, who, parents);
    if (!whole) {
        return whole.error();
    }
    saved.id = idText(*git_commit_id(whole->get()));
    return saved;
}

Result<void> clearSome(const Handle& handle, const SavedSome& saved)
{
    const Result<void> unstaged = unstagePaths(handle, saved.paths);
    const Result<IndexHandle> index =
        unstaged ? indexOf(handle) : Result<IndexHandle>(unstaged.error());
    return index ? forcePaths(handle, index->get(), saved.paths) : Result<void>(index.error());
}

}  // namespace analemma::git
