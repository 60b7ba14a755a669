#include "core/git/network.h"

#include "core/base/text.h"
#include "core/git/src/access.h"
#include "core/git/src/commits.h"
#include "core/git/src/errors.h"
#include "core/git/src/networkcheckout.h"
#include "core/git/src/networkrefs.h"
#include "core/git/src/putback.h"
#include "core/git/src/refs.h"
#include "core/git/src/remotes.h"
#include "core/git/src/room.h"

using namespace Qt::StringLiterals;

namespace analemma::git {
namespace {

struct PullPlan {
    QString branch;
    Upstream upstream;
};

Result<PullPlan> planPull(const Handle& handle)
{
    const Result<Head> head = readHead(handle);
    if (!head) {
        return head.error();
    }
    if (head->branch.isEmpty()) {
        return Error(ErrorKind::Refused, u"No branch is checked out, so nothing can be pulled."_s)
            .withHint(u"Switch to a branch first."_s);
    }
    if (git_repository_state(handle.repository.get()) != GIT_REPOSITORY_STATE_NONE) {
        return Error(ErrorKind::Refused,
                     u"A merge, rebase or the like is under way here. Nothing was pulled."_s)
            .withHint(u"Finish it or give it up first."_s);
    }
    const Result<std::optional<Upstream>> upstream = upstreamOf(handle, head->branch);
    if (!upstream) {
        return upstream.error();
    }
    if (!*upstream || (*upstream)->tracking.isEmpty()) {
        return Error(ErrorKind::NotFound,
                     u"The branch %1 has no upstream, so it is not known what to pull."_s.arg(
                         displayText(head->branch, 100)))
            .withHint(u"Push it with an upstream, or set one."_s);
    }
    return PullPlan{head->branch, **upstream};
}

Result<git_oid> trackedCommit(const Handle& handle, const PullPlan& plan)
{
    git_oid id{};
    const int code = git_reference_name_to_id(&id, handle.repository.get(),
                                              plan.upstream.tracking.toUtf8().constData());
    if (code == GIT_ENOTFOUND) {
        git_error_clear();
        return Error(ErrorKind::NotFound, u"The other side has no branch %1."_s.arg(
                                              displayText(plan.upstream.ref, 200)));
    }
    return code < 0 ? Result<git_oid>(gitError(code, u"read the upstream"_s)) : Result<git_oid>(id);
}

/// The files that a checkout of `target` writes over those of `before`.
HalfWritten between(const Handle& handle, const std::optional<git_oid>& before,
                    const git_oid& target)
{
    HalfWritten half;
    const Result<TreeHandle> from = treeOf(handle, before ? idText(*before) : QString());
    const Result<TreeHandle> to = treeOf(handle, idText(target));
    IndexDiffHandle diff;
    if (!from || !to ||
        git_diff_tree_to_tree(out(diff), handle.repository.get(), from->get(), to->get(), nullptr) <
            0) {
        git_error_clear();
        return half;
    }
    for (std::size_t i = 0; i < git_diff_num_deltas(diff.get()); ++i) {
        const git_diff_delta* delta = git_diff_get_delta(diff.get(), i);
        half.paths.append(QByteArray(delta->old_file.path));
        if (delta->status != GIT_DELTA_DELETED) {
            half.fresh.append(QByteArray(delta->new_file.path));
        }
    }
    return half;
}

/// Files first, then the branch; when that is not where it was, the files go back.
Result<void> forwardBranch(const Handle& handle, const PullPlan& plan,
                           const std::optional<git_oid>& before, const git_oid& target)
{
    const bool bare = git_repository_is_bare(handle.repository.get()) == 1;
    Result<Room> room = Room::hold(handle);
    if (!room) {
        return room.error();
    }
    const Result<void> written =
        bare ? Result<void>() : checkOut(handle, target, !before.has_value());
    if (!written) {
        return written.error().kind == ErrorKind::Io
                   ? putBack(handle, between(handle, before, target), written.error())
                   : written;
    }
    room->release();
    RefChange change;
    change.name = "refs/heads/" + plan.branch.toUtf8();
    change.before = before;
    change.after = target;
    change.message = "pull: Fast-forward";
    const Result<QList<RefMove>> moved = changeRefs(handle, {change});
    if (!moved) {
        if (before && !bare) {
            (void)checkOut(handle, *before, false).ok();
        }
        return moved.error();
    }
    return {};
}

Result<PullResult> takePulled(const Handle& handle, const PullPlan& plan)
{
    const Result<Head> head = readHead(handle);
    if (!head) {
        return head.error();
    }
    if (head->branch != plan.branch) {
        return Error(ErrorKind::Conflict,
                     u"Another branch was checked out meanwhile. Nothing was pulled."_s);
    }
    const Result<git_oid> target = trackedCommit(handle, plan);
    if (!target) {
        return target.error();
    }
    PullResult result;
    result.branch = plan.branch;
    result.upstream = plan.upstream.tracking;
    result.before = head->commit;
    result.after = head->commit;
    std::optional<git_oid> before;
    if (!head->commit.isEmpty()) {
        before.emplace();
        git_oid_fromstr(&*before, head->commit.toLatin1().constData());
        std::size_t ahead = 0;
        std::size_t behind = 0;
        const int code =
            git_graph_ahead_behind(&ahead, &behind, handle.repository.get(), &*before, &*target);
        if (code < 0) {
            return gitError(code,
                            u"compare %1 with its upstream"_s.arg(displayText(plan.branch, 100)));
        }
        result.ahead = int(ahead);
        result.behind = int(behind);
        if (behind == 0 || ahead > 0) {
            return result;
        }
    }
    const Result<void> done = forwardBranch(handle, plan, before, *target);
    if (!done) {
        const Error error = done.error().in(u"pull into %1"_s.arg(displayText(plan.branch, 100)));
        return tellFullDisk(handle, error,
                            u"What was fetched is here; the branch and its files are as they "
                            u"were."_s);
    }
    result.after = idText(*target);
    return result;
}

}  // namespace

Task<Result<PullResult>> pullFastForward(std::shared_ptr<Repository> repository,
                                         FetchOptions options, NetworkAccess access,
                                         CancelToken cancel)
{
    auto planning = perform<PullPlan>(Access::body(*repository), &planPull);
    const Result<PullPlan> plan = co_await std::move(planning);
    if (!plan) {
        co_return plan.error();
    }
    options.remote = plan->upstream.remote;
    auto fetching = fetch(repository, options, access, cancel);
    const Result<FetchResult> fetched = co_await std::move(fetching);
    if (!fetched) {
        co_return fetched.error();
    }
    std::function<Result<PullResult>(const Handle&)> take = [plan = *plan](const Handle& handle) {
        return takePulled(handle, plan);
    };
    auto taking = perform<PullResult>(Access::body(*repository), std::move(take));
    Result<PullResult> result = co_await std::move(taking);
    if (result) {
        result->fetched = *fetched;
    }
    co_return result;
}

}  // namespace analemma::git
