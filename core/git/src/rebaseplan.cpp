#include "core/git/src/rebaseplan.h"

#include "core/git/src/branchesheads.h"
#include "core/git/src/commits.h"
#include "core/git/src/errors.h"
#include "core/git/src/refs.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::git {

namespace {

using RevwalkHandle = Owned<git_revwalk, git_revwalk_free>;

constexpr std::size_t planLimit = 10'000;
constexpr std::size_t patchLimit = 2'000;  ///< commits whose changes are compared

/// The commits of one side that the other lacks, newest first; nothing when there are too many.
Result<std::optional<std::vector<git_oid>>> commitsOnly(const Handle& handle, const git_oid& of,
                                                        const git_oid& without, std::size_t limit)
{
    RevwalkHandle walk;
    int code = git_revwalk_new(out(walk), handle.repository.get());
    code = code < 0 ? code : git_revwalk_sorting(walk.get(), GIT_SORT_TOPOLOGICAL);
    code = code < 0 ? code : git_revwalk_push(walk.get(), &of);
    code = code < 0 ? code : git_revwalk_hide(walk.get(), &without);
    std::vector<git_oid> ids;
    git_oid id{};
    while (code == 0 && (code = git_revwalk_next(&id, walk.get())) == 0) {
        if (ids.size() == limit) {
            return std::optional<std::vector<git_oid>>();
        }
        ids.push_back(id);
    }
    if (code != GIT_ITEROVER) {
        return gitError(code, u"read the commits to rebase"_s);
    }
    git_error_clear();
    return std::optional(std::move(ids));
}

/// What a commit changes, as an id; nothing for merges and empty commits.
std::optional<git_oid> patchId(const Handle& handle, git_commit* commit)
{
    if (git_commit_parentcount(commit) != 1) {
        return std::nullopt;
    }
    CommitHandle parent;
    TreeHandle from;
    TreeHandle to;
    IndexDiffHandle diff;
    int code = git_commit_parent(out(parent), commit, 0);
    code = code < 0 ? code : git_commit_tree(out(from), parent.get());
    code = code < 0 ? code : git_commit_tree(out(to), commit);
    code = code < 0 ? code
                    : git_diff_tree_to_tree(out(diff), handle.repository.get(), from.get(),
                                            to.get(), nullptr);
    git_oid id{};
    if (code == 0 && git_diff_num_deltas(diff.get()) > 0 &&
        git_diff_patchid(&id, diff.get(), nullptr) == 0) {
        return id;
    }
    git_error_clear();
    return std::nullopt;
}

/// The changes that the other side has already. None when there are too many to look at: such
/// commits are found to be empty then.
Result<OidSet> patchesOf(const Handle& handle, const git_oid& upstream, const git_oid& tip)
{
    OidSet found;
    const auto ids = commitsOnly(handle, upstream, tip, patchLimit);
    if (!ids) {
        return ids.error();
    }
    for (const git_oid& id : ids->value_or(std::vector<git_oid>())) {
        const Result<CommitHandle> commit = commitOf(handle, id);
        if (!commit) {
            return commit.error();
        }
        if (const std::optional<git_oid> patch = patchId(handle, commit->get())) {
            found.insert(*patch);
        }
    }
    return found;
}

}  // namespace

Result<RebasePlan> makePlan(const Handle& handle, const QString& upstream, const QString& onto)
{
    const Result<Head> head = readHead(handle);
    const Result<git_oid> tip = head ? resolve(handle, u"HEAD"_s) : head.error();
    const Result<git_oid> other = tip ? resolve(handle, upstream) : tip.error();
    const Result<git_oid> base = other && !onto.isEmpty() ? resolve(handle, onto) : other;
    if (!base) {
        return base.error();
    }
    const auto ids = commitsOnly(handle, *tip, *other, planLimit);
    const Result<OidSet> there = ids ? patchesOf(handle, *other, *tip) : ids.error();
    if (!there) {
        return there.error();
    }
    if (!*ids) {
        return Error(ErrorKind::Invalid,
                     u"More than %1 commits would be rebased."_s.arg(planLimit));
    }
    RebasePlan plan;
    plan.branch = head->branch;
    plan.tip = idText(*tip);
    plan.onto = idText(*base);
    plan.name = onto.isEmpty() ? upstream : onto;
    bool linear = true;
    const bool compare = (*ids)->size() <= patchLimit && !there->empty();
    for (auto id = (*ids)->rbegin(); id != (*ids)->rend(); ++id) {
        const Result<CommitHandle> commit = commitOf(handle, *id);
        if (!commit) {
            return commit.error();
        }
        const char* summary = git_commit_summary(commit->get());
        const RebasePlan::Step step{idText(*id),
                                    QString::fromUtf8(summary != nullptr ? summary : "")};
        const bool isMerge = git_commit_parentcount(commit->get()) > 1;
        const std::optional<git_oid> patch =
            compare && !isMerge ? patchId(handle, commit->get()) : std::nullopt;
        linear = linear && !isMerge;
        (isMerge || (patch && there->contains(*patch)) ? plan.skipped : plan.steps).append(step);
    }
    git_oid parted{};
    const bool isOnIt = git_merge_base(&parted, handle.repository.get(), &*tip, &*base) == 0 &&
                        git_oid_equal(&parted, &*base) != 0;
    git_error_clear();
    plan.upToDate = isOnIt && linear && git_oid_equal(&*base, &*other) != 0;
    return plan;
}

}  // namespace analemma::git
