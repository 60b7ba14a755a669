#include "core/git/rebase.h"

#include "core/base/text.h"
#include "core/git/src/access.h"
#include "core/git/src/branchescheckout.h"
#include "core/git/src/commits.h"
#include "core/git/src/errors.h"
#include "core/git/src/merging.h"
#include "core/git/src/mergingstate.h"
#include "core/git/src/rebaseplan.h"
#include "core/git/src/rebasestate.h"
#include "core/git/src/room.h"

using namespace Qt::StringLiterals;

namespace analemma::git {

namespace {

/// The picks that go without a conflict, done in memory.
struct Picks {
    git_oid at{};
    struct Move {
        git_oid to;
        QByteArray log;
    };
    QList<Move> moves;
    qsizetype taken = 0;  ///< lines of the list, with the one that stopped it
    int dropped = 0;
    IndexHandle conflict;  ///< of the last one taken; else null
    MergeLabels labels;
    QString stopped;
    QByteArray message;
};

bool changesNothing(git_commit* commit)
{
    TreeHandle parent;
    CommitHandle first;
    int code = git_commit_parent(out(first), commit, 0);
    if (code == 0) {
        code = git_commit_tree(out(parent), first.get());
    }
    if (code < 0) {
        git_error_clear();
        return false;
    }
    return git_oid_equal(git_tree_id(parent.get()), git_commit_tree_id(commit)) != 0;
}

Result<void> pickOne(const Handle& handle, const QString& id, const Committer& committer,
                     Picks& picks)
{
    const Result<git_oid> picked = idOf(id);
    const Result<CommitHandle> commit = picked ? commitOf(handle, *picked) : picked.error();
    const Result<CommitHandle> onto = commit ? commitOf(handle, picks.at) : commit.error();
    if (!onto) {
        return onto.error();
    }
    const QByteArray subject = subjectOf(commit->get());
    if (git_commit_parentcount(commit->get()) == 1 &&
        git_oid_equal(git_commit_parent_id(commit->get(), 0), &picks.at) != 0) {
        picks.at = *picked;
        picks.moves.append({picks.at, "rebase: fast-forward"});
        return {};
    }
    Result<IndexHandle> merged = pickOnto(handle, commit->get(), onto->get(), 0);
    if (!merged) {
        return merged.error();
    }
    if (git_index_has_conflicts(merged->get()) != 0) {
        picks.conflict = std::move(*merged);
        picks.stopped = id;
        picks.message = git_commit_message_raw(commit->get());
        picks.labels.theirs = shortId(commit->get()) + " (" + subject + ')';
        picks.labels.base = "parent of " + picks.labels.theirs;
        return {};
    }
    git_oid tree{};
    if (const int code = git_index_write_tree_to(&tree, merged->get(), handle.repository.get());
        code < 0) {
        return gitError(code, u"write the files of a commit"_s);
    }
    if (git_oid_equal(&tree, git_commit_tree_id(onto->get())) != 0 &&
        !changesNothing(commit->get())) {
        ++picks.dropped;
        return {};
    }
    const Result<git_oid> made = writeCommit(handle, tree, git_commit_message_raw(commit->get()),
                                             commit->get(), committer, {picks.at});
    if (!made) {
        return made.error();
    }
    picks.at = *made;
    picks.moves.append({*made, "rebase (pick): " + subject});
    return {};
}

Result<Picks> pickAll(const Handle& handle, const git_oid& from, const QList<QByteArray>& lines,
                      const Committer& committer)
{
    Picks picks;
    picks.at = from;
    for (const QByteArray& line : lines) {
        const std::optional<QString> id = pickedBy(line);
        if (!id) {
            return Error(ErrorKind::Unsupported,
                         u"The list of the rebase has a step that only git knows."_s);
        }
        ++picks.taken;
        if (const Result<void> done = pickOne(handle, *id, committer, picks); !done) {
            return done.error();
        }
        if (picks.conflict) {
            break;
        }
    }
    return picks;
}

// ---- HEAD ---------------------------------------------------------------------------------------

Result<void> detachedMoves(const Handle& handle, const Picks& picks, git_oid at)
{
    for (const Picks::Move& move : picks.moves) {
        const Head head{{}, idText(at)};
        if (const Result<void> moved = moveHead(handle, head, move.to, move.log); !moved) {
            return moved;
        }
        at = move.to;
    }
    return {};
}

Result<void> headTo(const Handle& handle, const RebaseState& state, const QByteArray& log,
                    const git_oid& detached)
{
    ReferenceHandle head;
    git_repository* repository = handle.repository.get();
    const int code = moveWithLogs(handle, {"HEAD"}, [&] {
        return state.headName.startsWith("refs/heads/")
                   ? git_reference_symbolic_create(out(head), repository, "HEAD",
                                                   state.headName.constData(), 1, log.constData())
                   : git_reference_create(out(head), repository, "HEAD", &detached, 1,
                                          log.constData());
    });
    return code < 0 ? Result<void>(gitError(code, u"move HEAD"_s)) : Result<void>();
}

Result<void> finishHead(const Handle& handle, const RebaseState& state, const git_oid& at)
{
    const Result<git_oid> before = idOf(state.origHead);
    if (!before) {
        return before.error();
    }
    if (!state.headName.startsWith("refs/heads/")) {
        return {};
    }
    const QByteArray log = "rebase (finish): " + state.headName + " onto " + state.onto.toLatin1();
    ReferenceHandle moved;
    const int code = moveWithLogs(handle, {state.headName}, [&] {
        return git_reference_create_matching(out(moved), handle.repository.get(),
                                             state.headName.constData(), &at, 1, &*before,
                                             log.constData());
    });
    if (code == GIT_EMODIFIED) {
        git_error_clear();
        return Error(ErrorKind::Conflict,
                     u"%1 was moved while it was rebased. It was left where it is now."_s.arg(
                         displayText(QByteArrayView(state.headName), 120)))
            .withHint(u"Abort the rebase, then begin it again."_s);
    }
    return code < 0 ? Result<void>(gitError(code, u"move the branch"_s))
                    : headTo(handle, state, "rebase (finish): returning to " + state.headName, at);
}

// ---- going on -----------------------------------------------------------------------------------

/// What leads on from one commit: where files are, and where HEAD goes first.
struct Onward {
    git_oid base{};    ///< of the picks
    QString filesAt;   ///< the commit that the files are of
    QByteArray start;  ///< the entry for leaving the branch; empty: HEAD is detached already
    int droppedBefore = 0;
    QString before;  ///< HEAD's commit, for the answer
    /// What stands when it can not go on.
    QString became = u"Nothing was changed."_s;
};

Result<void> filesOnward(const Handle& handle, const Onward& onward, const Picks& picks)
{
    const Result<TreeHandle> from = treeOf(handle, onward.filesAt);
    if (!from) {
        return from.error();
    }
    if (picks.conflict) {
        return changeFilesToMerge(handle, from->get(), picks.conflict.get(), picks.labels);
    }
    const Result<TreeHandle> to = treeOf(handle, idText(picks.at));
    return to ? changeFiles(handle, from->get(), to->get()) : to.error();
}

/// What a rebase that could not go on leaves: nothing when it was beginning, else the steps that
/// are still to be taken.
void stayAt(const Handle& handle, const RebaseState& before, const Onward& onward)
{
    if (onward.start.isEmpty()) {
        static_cast<void>(writeRebase(handle, before));
    } else {
        clearRebase(handle);
        StateFiles(handle).removeFolder(u"analemma-rebase"_s);
    }
}

/// For the lists of a rebase, twice, and what comes last.
qint64 roomFor(const RebaseState& state)
{
    qint64 bytes = 128 * 1024;
    for (const QByteArray& line : state.done + state.todo) {
        bytes += 3 * (line.size() + 1);
    }
    return bytes;
}

Result<void> writeStop(const Handle& handle, const RebaseState& state, const Picks& picks)
{
    const Result<void> written = writeRebase(handle, state);
    return written && picks.conflict
               ? StateFiles(handle).write(u"MERGE_MSG"_s,
                                          picks.message + conflictComment(picks.conflict.get()))
               : written;
}

/// State first, then files, then HEAD; the state goes last.
Result<Outcome> goOn(const Handle& handle, const RebaseState& before, const Onward& onward,
                     const Committer& committer)
{
    const Result<Picks> picks = pickAll(handle, onward.base, before.todo, committer);
    Result<Room> room = picks ? Room::hold(handle, roomFor(before)) : Result<Room>(picks.error());
    if (!room) {
        if (onward.start.isEmpty()) {
            stayAt(handle, before, onward);
        }
        return room.error();
    }
    RebaseState state = before;
    state.done += before.todo.first(picks->taken);
    state.todo = before.todo.sliced(picks->taken);
    state.stopped = picks->stopped;
    Result<void> done = writeStop(handle, state, *picks);
    if (done) {
        done = filesOnward(handle, onward, *picks);
    }
    room->release();
    if (!done) {
        stayAt(handle, before, onward);
        return done.error();
    }
    Result<void> moved;
    if (!onward.start.isEmpty()) {
        const RebaseState nowhere;
        moved = headTo(handle, nowhere, onward.start, onward.base);
    }
    if (moved) {
        moved = detachedMoves(handle, *picks, onward.base);
    }
    if (moved && !picks->conflict) {
        moved = finishHead(handle, state, picks->at);
    }
    if (!moved) {
        return moved.error();
    }
    Outcome outcome;
    outcome.kind = picks->conflict ? Outcome::Kind::Stopped : Outcome::Kind::Done;
    outcome.before = onward.before;
    outcome.after = idText(picks->at);
    outcome.dropped = picks->dropped + onward.droppedBefore;
    if (picks->conflict) {
        const Result<QList<Conflict>> open = readConflicts(picks->conflict.get());
        outcome.conflicts = static_cast<int>(open.valueOr({}).size());
    } else {
        clearRebase(handle);
    }
    return outcome;
}

/// As git writes the list.
Result<QByteArray> lineOf(const Handle& handle, const QString& id)
{
    const Result<git_oid> picked = idOf(id);
    const Result<CommitHandle> commit = picked ? commitOf(handle, *picked) : picked.error();
    if (!commit) {
        return commit.error();
    }
    const QByteArray remark = changesNothing(commit->get()) ? " # empty" : "";
    return "pick " + id.toLatin1() + ' ' + subjectOf(commit->get()) + remark;
}

Result<void> checkCanRebase(const Handle& handle, const Head& expected)
{
    Result<void> checked = checkFilesAreOurs(handle);
    if (checked) {
        checked = checkIdle(handle);
    }
    if (checked) {
        checked = checkHeadIs(handle, expected);
    }
    const Result<TreeHandle> tree =
        checked ? treeOf(handle, expected.commit) : Result<TreeHandle>(checked.error());
    if (!tree) {
        return tree.error();
    }
    checked = checkNothingStaged(handle, tree->get());
    return checked ? checkNothingChanged(handle) : checked;
}

Result<Outcome> beginRebase(const Handle& handle, const RebasePlan& plan,
                            const Committer& committer)
{
    const Head expected{plan.branch, plan.tip};
    const Result<SignatureHandle> who = signatureOf(committer);
    const Result<git_oid> onto = who ? idOf(plan.onto) : who.error();
    const Result<void> checked =
        onto ? checkCanRebase(handle, expected) : Result<void>(onto.error());
    if (!checked) {
        return checked.error();
    }
    const LogIdentity identity(handle, committer);
    if (plan.upToDate) {
        return Outcome{Outcome::Kind::Nothing, plan.tip, plan.tip, 0, 0};
    }
    RebaseState state;
    state.headName = plan.branch.isEmpty() ? "detached HEAD" : "refs/heads/" + plan.branch.toUtf8();
    state.onto = plan.onto;
    state.origHead = plan.tip;
    for (const RebasePlan::Step& step : plan.steps) {
        const Result<QByteArray> line = lineOf(handle, step.commit);
        if (!line) {
            return line.error();
        }
        state.todo.append(*line);
    }
    rememberOrigHead(handle, plan.tip);
    Onward onward;
    onward.base = *onto;
    onward.filesAt = plan.tip;
    onward.before = plan.tip;
    onward.start = "rebase (start): checkout " + plan.name.toUtf8();
    return tellWhenFull(handle, goOn(handle, state, onward, committer), onward.became);
}

Result<Outcome> skipOnQueue(const Handle& handle, const Head& expected, const Committer& committer)
{
    Result<void> checked = checkFilesAreOurs(handle);
    if (checked) {
        checked = checkHeadIs(handle, expected);
    }
    const Result<UnderWay> found = checked ? readUnderWay(handle) : checked.error();
    const Result<SignatureHandle> who = found ? signatureOf(committer) : found.error();
    const Result<git_oid> at = who ? idOf(expected.commit) : who.error();
    if (!at) {
        return at.error();
    }
    if (found->kind != UnderWay::Kind::Rebase) {
        return Error(ErrorKind::Conflict, u"No rebase is under way in this repository."_s);
    }
    if (!found->obstacle.isEmpty()) {
        return Error(ErrorKind::Unsupported, found->obstacle);
    }
    const LogIdentity identity(handle, committer);
    const Result<QString> saved = backToHead(handle, expected, committer);
    if (!saved) {
        return saved.error();
    }
    Onward onward;
    onward.base = *at;
    onward.filesAt = expected.commit;
    onward.before = expected.commit;
    onward.droppedBefore = 1;
    onward.became =
        u"The commit was left out; the rebase waits before the next: go on once there "
        u"is room."_s;
    RebaseState state = readRebase(handle);
    state.stopped.clear();
    return tellWhenFull(handle, goOn(handle, state, onward, committer), onward.became);
}

}  // namespace

Result<Outcome> continueRebase(const Handle& handle, const Head& head, const QString& message,
                               const Committer& committer)
{
    if (!head.branch.isEmpty()) {
        return Error(ErrorKind::Unsupported,
                     u"The rebase was cut off before it left the branch. Abort it."_s);
    }
    const Result<git_oid> tree = treeOfIndex(handle);
    const Result<void> unchanged = tree ? checkNothingChanged(handle) : Result<void>(tree.error());
    const Result<TreeHandle> from =
        unchanged ? treeOf(handle, head.commit) : Result<TreeHandle>(unchanged.error());
    const Result<git_oid> ours = from ? idOf(head.commit) : from.error();
    if (!ours) {
        return ours.error();
    }
    RebaseState state = readRebase(handle);
    Onward onward;
    onward.base = *ours;
    onward.filesAt = head.commit;
    onward.before = head.commit;
    onward.became = u"The rebase waits where it was: go on once there is room."_s;
    const bool changed = git_oid_equal(&*tree, git_tree_id(from->get())) == 0;
    if (!changed) {
        onward.droppedBefore = state.stopped.isEmpty() ? 0 : 1;
        state.stopped.clear();
        return tellWhenFull(handle, goOn(handle, state, onward, committer), onward.became);
    }
    const Result<git_oid> picked = idOf(state.stopped);
    const Result<CommitHandle> like = picked ? commitOf(handle, *picked) : picked.error();
    if (!like) {
        return Error(ErrorKind::Conflict,
                     u"There are staged changes that belong to no commit of the rebase. Nothing "
                     u"was changed."_s)
            .withHint(u"Commit them with git, or abort the rebase."_s);
    }
    const StateFiles files(handle);
    const QByteArray prepared = files.read(u"MERGE_MSG"_s);
    const QByteArray given = !message.trimmed().isEmpty() ? message.toUtf8()
                             : !prepared.isEmpty()
                                 ? prepared
                                 : QByteArray(git_commit_message_raw(like->get()));
    const QByteArray text = cleanMessage(given);
    const Result<git_oid> made = writeCommit(handle, *tree, text, like->get(), committer, {*ours});
    const Result<void> moved =
        made ? moveHead(
                   handle, head, *made,
                   "rebase (continue): " + text.first(std::max<qsizetype>(0, text.indexOf('\n'))))
             : made.error();
    if (!moved) {
        return moved.error();
    }
    onward.base = *made;
    onward.filesAt = idText(*made);
    onward.became =
        u"This step is committed; the rebase waits before the next: go on once there is "
        u"room."_s;
    state.stopped.clear();
    return tellWhenFull(handle, goOn(handle, state, onward, committer), onward.became);
}

Result<ResetDone> abortRebase(const Handle& handle, const Head& head, const Committer& committer)
{
    const RebaseState state = readRebase(handle);
    const Result<git_oid> before = idOf(state.origHead);
    const Result<TreeHandle> tree = before ? treeOf(handle, state.origHead) : before.error();
    const Result<QString> saved = tree ? saveChanges(handle, head, committer) : tree.error();
    Result<Room> room = saved ? Room::hold(handle) : Result<Room>(saved.error());
    const Result<void> forced =
        room ? forceFiles(handle, tree->get(), *saved) : Result<void>(room.error());
    if (!forced) {
        return forced.error();
    }
    room->release();
    const bool onBranch = state.headName.startsWith("refs/heads/");
    const QByteArray back = onBranch ? state.headName : state.origHead.toLatin1();
    if (const Result<void> moved =
            headTo(handle, state, "rebase (abort): returning to " + back, *before);
        !moved) {
        return moved.error();
    }
    clearRebase(handle);
    return ResetDone{head.commit, state.origHead, *saved};
}

// ---- the face -----------------------------------------------------------------------------------

Task<Result<RebasePlan>> planRebase(std::shared_ptr<Repository> repository, QString upstream,
                                    QString onto)
{
    return perform<RebasePlan>(Access::body(*repository), [upstream, onto](const Handle& handle) {
        return makePlan(handle, upstream, onto);
    });
}

Task<Result<Outcome>> rebase(std::shared_ptr<Repository> repository, RebasePlan plan,
                             Committer committer)
{
    return perform<Outcome>(Access::body(*repository), [plan, committer](const Handle& handle) {
        return tellWhenFull(handle, beginRebase(handle, plan, committer),
                            u"Nothing was changed."_s);
    });
}

Task<Result<Outcome>> skipStep(std::shared_ptr<Repository> repository, Head expected,
                               Committer committer)
{
    return perform<Outcome>(Access::body(*repository), [expected, committer](const Handle& handle) {
        return tellWhenFull(handle, skipOnQueue(handle, expected, committer),
                            u"Nothing was changed."_s);
    });
}

}  // namespace analemma::git
