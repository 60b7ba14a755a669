#include "core/git/src/merging.h"

#include "core/base/text.h"
#include "core/git/src/access.h"
#include "core/git/src/branchescheckout.h"
#include "core/git/src/commits.h"
#include "core/git/src/errors.h"
#include "core/git/src/mergingstate.h"
#include "core/git/src/rebasestate.h"
#include "core/git/src/room.h"

using namespace Qt::StringLiterals;

namespace analemma::git {

namespace {

/// How an act is written down while it is under way, and what comes of it.
struct MergeAct {
    QString stateFile;  ///< "MERGE_HEAD"
    git_oid commit{};
    QByteArray message;
    QByteArray log;
    MergeLabels labels;
    QList<git_oid> parents;
    bool isMerge = false;
    bool noFastForward = false;
};

Result<void> checkCanMerge(const Handle& handle, const Head& expected)
{
    Result<void> checked = checkFilesAreOurs(handle);
    if (checked) {
        checked = checkIdle(handle);
    }
    return checked ? checkHeadIs(handle, expected) : checked;
}

Result<void> writeState(const StateFiles& files, const MergeAct& act, git_index* merged)
{
    Result<void> written = files.write(u"MERGE_MSG"_s, act.message + conflictComment(merged));
    if (written && act.isMerge) {
        written = files.write(u"MERGE_MODE"_s, act.noFastForward ? "no-ff" : "");
    }
    // Last, for it is what tells git that something is under way.
    return written ? files.write(act.stateFile, idText(act.commit).toLatin1() + '\n') : written;
}

Outcome outcomeAt(Outcome::Kind kind, const Head& head, const QString& after)
{
    Outcome outcome;
    outcome.kind = kind;
    outcome.before = head.commit;
    outcome.after = after;
    return outcome;
}

/// The way back where HEAD can not be moved: nothing is under way then, or all but the commit.
Error headStays(const Handle& handle, const MergeAct& act, git_tree* from, const git_oid& made,
                const Error& why)
{
    const Result<TreeHandle> merged = treeOf(handle, idText(made));
    const bool back = merged && changeFiles(handle, merged->get(), from);
    if (back) {
        clearState(StateFiles(handle));
        return why;
    }
    Error error = why;
    error.message += u". The files are those of the outcome already."_s;
    return error.withHint(u"Finish the %1 once there is room, or abort it."_s.arg(
        act.isMerge ? u"merge"_s : u"act"_s));
}

/// The commit first, to which nothing leads yet; then state, files and HEAD, and the state goes:
/// whatever dies in between leaves something that git calls by its name, and that it and we can
/// finish or abort. What fails in between leaves all as it was.
Result<Outcome> carryOut(const Handle& handle, const Head& head, git_index* merged,
                         const MergeAct& act, git_commit* like, const Committer& committer)
{
    const Result<TreeHandle> from = treeOf(handle, head.commit);
    if (!from) {
        return from.error();
    }
    const bool stops = git_index_has_conflicts(merged) != 0;
    git_oid made{};
    if (!stops) {
        git_oid tree{};
        if (const int code = git_index_write_tree_to(&tree, merged, handle.repository.get());
            code < 0) {
            return gitError(code, u"write the merged files"_s);
        }
        if (!act.isMerge && git_oid_equal(&tree, git_tree_id(from->get())) != 0) {
            return outcomeAt(Outcome::Kind::Nothing, head, head.commit);
        }
        const Result<git_oid> commit =
            writeCommit(handle, tree, act.message, like, committer, act.parents);
        if (!commit) {
            return commit.error();
        }
        made = *commit;
    }
    Result<Room> room = Room::hold(handle);
    if (!room) {
        return room.error();
    }
    const StateFiles files(handle);
    Result<void> done = writeState(files, act, merged);
    if (done) {
        done = changeFilesToMerge(handle, from->get(), merged, act.labels);
    }
    if (!done) {
        clearState(files);
        return done.error();
    }
    room->release();
    if (act.isMerge) {
        rememberOrigHead(handle, head.commit);
    }
    if (stops) {
        const Result<QList<Conflict>> open = readConflicts(merged);
        Outcome outcome = outcomeAt(Outcome::Kind::Stopped, head, head.commit);
        outcome.conflicts = static_cast<int>(open.valueOr({}).size());
        return outcome;
    }
    if (const Result<void> moved = moveHead(handle, head, made, act.log); !moved) {
        return headStays(handle, act, from->get(), made, moved.error());
    }
    clearState(files);
    return outcomeAt(Outcome::Kind::Done, head, idText(made));
}

// ---- merge --------------------------------------------------------------------------------------

bool isThere(const Handle& handle, const QByteArray& name)
{
    ReferenceHandle reference;
    const int code =
        git_reference_lookup(out(reference), handle.repository.get(), name.constData());
    git_error_clear();
    return code == 0;
}

QByteArray defaultMessage(const Handle& handle, const QString& revision, const QString& branch)
{
    const QByteArray name = revision.toUtf8();
    QByteArray text = "Merge commit '" + name + '\'';
    for (const auto& [prefix, kind] : {std::pair<QByteArray, QByteArray>{"refs/tags/", "tag"},
                                       {"refs/heads/", "branch"},
                                       {"refs/remotes/", "remote-tracking branch"}}) {
        if (isThere(handle, prefix + name)) {
            text = "Merge " + kind + " '" + name + '\'';
            break;
        }
    }
    const QByteArray into = branch.isEmpty() ? "HEAD" : branch.toUtf8();
    const bool told = into != "main" && into != "master";
    return text + (told ? " into " + into : QByteArray()) + '\n';
}

Result<MergePreview> lookAtMerge(const Handle& handle, const git_oid& ours, const git_oid& theirs)
{
    git_repository* repository = handle.repository.get();
    MergePreview preview;
    preview.commit = idText(theirs);
    git_oid base{};
    const int code = git_merge_base(&base, repository, &ours, &theirs);
    if (code == GIT_ENOTFOUND) {
        git_error_clear();
        preview.kind = MergePreview::Kind::Unrelated;
        return preview;
    }
    if (code < 0) {
        return gitError(code, u"find where the two parted"_s);
    }
    preview.base = idText(base);
    preview.kind = git_oid_equal(&base, &theirs) != 0 ? MergePreview::Kind::UpToDate
                   : git_oid_equal(&base, &ours) != 0 ? MergePreview::Kind::FastForward
                                                      : MergePreview::Kind::Real;
    return preview;
}

Result<IndexHandle> mergeInMemory(const Handle& handle, const git_oid& ours, const git_oid& theirs)
{
    const Result<CommitHandle> one = commitOf(handle, ours);
    const Result<CommitHandle> other = one ? commitOf(handle, theirs) : one.error();
    if (!other) {
        return other.error();
    }
    IndexHandle merged;
    const git_merge_options options = mergeOptions();
    const int code =
        git_merge_commits(out(merged), handle.repository.get(), one->get(), other->get(), &options);
    if (code < 0) {
        return gitError(code, u"merge the files"_s);
    }
    return merged;
}

Result<MergePreview> previewOnQueue(const Handle& handle, const QString& revision)
{
    constexpr qsizetype shown = 1000;
    const Result<git_oid> ours = resolve(handle, u"HEAD"_s);
    const Result<git_oid> theirs = ours ? resolve(handle, revision) : ours.error();
    if (!theirs) {
        return theirs.error();
    }
    Result<MergePreview> preview = lookAtMerge(handle, *ours, *theirs);
    if (!preview || preview->kind != MergePreview::Kind::Real) {
        return preview;
    }
    const Result<IndexHandle> merged = mergeInMemory(handle, *ours, *theirs);
    const Result<QList<Conflict>> open = merged ? readConflicts(merged->get()) : merged.error();
    if (!open) {
        return open.error();
    }
    for (const Conflict& conflict : open->first(std::min(shown, open->size()))) {
        preview->conflicts.append(conflict.path);
    }
    return preview;
}

Result<Outcome> forward(const Handle& handle, const Head& head, const git_oid& to,
                        const QByteArray& log)
{
    const Result<TreeHandle> from = treeOf(handle, head.commit);
    const Result<TreeHandle> tree = from ? treeOf(handle, idText(to)) : from.error();
    Result<Room> room = tree ? Room::hold(handle) : Result<Room>(tree.error());
    const Result<void> changed =
        room ? changeFiles(handle, from->get(), tree->get()) : Result<void>(room.error());
    if (!changed) {
        return changed.error();
    }
    room->release();
    rememberOrigHead(handle, head.commit);
    const Result<void> moved = moveHead(handle, head, to, log + ": Fast-forward");
    if (!moved && !changeFiles(handle, tree->get(), from->get())) {
        return moved.error().in(
            u"The files are those of %1 already, HEAD is not"_s.arg(idText(to).left(10)));
    }
    return moved ? Result<Outcome>(outcomeAt(Outcome::Kind::Done, head, idText(to)))
                 : moved.error();
}

Result<Outcome> realMerge(const Handle& handle, const Head& head, const git_oid& ours,
                          const git_oid& theirs, const MergeRequest& request,
                          const Committer& committer)
{
    const Result<TreeHandle> from = treeOf(handle, head.commit);
    const Result<void> unstaged =
        from ? checkNothingStaged(handle, from->get()) : Result<void>(from.error());
    const Result<IndexHandle> merged =
        unstaged ? mergeInMemory(handle, ours, theirs) : unstaged.error();
    if (!merged) {
        return merged.error();
    }
    MergeAct act;
    act.stateFile = u"MERGE_HEAD"_s;
    act.commit = theirs;
    act.message = request.message.trimmed().isEmpty()
                      ? defaultMessage(handle, request.revision, head.branch)
                      : cleanMessage(request.message.toUtf8());
    act.log = "merge " + request.revision.toUtf8() + ": Merge made by the 'recursive' strategy.";
    act.labels.theirs = request.revision.toUtf8();
    act.parents = {ours, theirs};
    act.isMerge = true;
    act.noFastForward = !request.fastForward;
    return carryOut(handle, head, merged->get(), act, nullptr, committer);
}

Result<Outcome> mergeOnQueue(const Handle& handle, const Head& expected,
                             const MergeRequest& request, const Committer& committer)
{
    if (const Result<void> checked = checkCanMerge(handle, expected); !checked) {
        return checked.error();
    }
    const Result<SignatureHandle> who = signatureOf(committer);
    const Result<git_oid> theirs = who ? resolve(handle, request.revision) : who.error();
    if (!theirs) {
        return theirs.error();
    }
    const LogIdentity identity(handle, committer);
    const QByteArray log = "merge " + request.revision.toUtf8();
    if (expected.commit.isEmpty()) {
        return forward(handle, expected, *theirs, log);
    }
    const Result<git_oid> ours = idOf(expected.commit);
    const Result<MergePreview> preview = ours ? lookAtMerge(handle, *ours, *theirs) : ours.error();
    if (!preview) {
        return preview.error();
    }
    if (preview->kind == MergePreview::Kind::UpToDate) {
        return outcomeAt(Outcome::Kind::Nothing, expected, expected.commit);
    }
    if (preview->kind == MergePreview::Kind::FastForward && request.fastForward) {
        return forward(handle, expected, *theirs, log);
    }
    if (preview->kind == MergePreview::Kind::Unrelated && !request.unrelated) {
        return Error(ErrorKind::Refused,
                     u"The history of %1 has nothing in common with this one. Nothing was "
                     u"changed."_s.arg(displayText(request.revision, 100)))
            .withHint(
                u"Make sure that it belongs here; merging unrelated histories can be asked "
                u"for."_s);
    }
    return realMerge(handle, expected, *ours, *theirs, request, committer);
}

// ---- cherry-pick and revert ---------------------------------------------------------------------

QByteArray revertMessage(git_commit* commit, int parent)
{
    QByteArray text = "Revert \"" + subjectOf(commit) + "\"\n\nThis reverts commit " +
                      idText(*git_commit_id(commit)).toLatin1();
    if (parent > 0 && git_commit_parentcount(commit) > 1) {
        text += ", reversing\nchanges made to " +
                idText(*git_commit_parent_id(commit, unsigned(parent - 1))).toLatin1();
    }
    return text + ".\n";
}

MergeAct pickAct(git_commit* commit)
{
    MergeAct act;
    act.stateFile = u"CHERRY_PICK_HEAD"_s;
    act.message = git_commit_message_raw(commit);
    act.log = "cherry-pick: " + subjectOf(commit);
    act.labels.theirs = shortId(commit) + " (" + subjectOf(commit) + ')';
    act.labels.base = "parent of " + act.labels.theirs;
    return act;
}

MergeAct revertAct(git_commit* commit, int parent)
{
    MergeAct act;
    act.stateFile = u"REVERT_HEAD"_s;
    act.message = revertMessage(commit, parent);
    act.log = "revert: " + act.message.first(act.message.indexOf('\n'));
    act.labels.base = shortId(commit) + " (" + subjectOf(commit) + ')';
    act.labels.theirs = "parent of " + act.labels.base;
    return act;
}

Result<Outcome> pickOnQueue(const Handle& handle, const Head& expected, const QString& revision,
                            int parent, bool reverse, const Committer& committer)
{
    if (const Result<void> checked = checkCanMerge(handle, expected); !checked) {
        return checked.error();
    }
    const Result<SignatureHandle> who = signatureOf(committer);
    const Result<git_oid> id = who ? resolve(handle, revision) : who.error();
    const Result<CommitHandle> commit = id ? commitOf(handle, *id) : id.error();
    const Result<git_oid> ours = commit ? idOf(expected.commit) : commit.error();
    if (!ours) {
        return ours.error();
    }
    const LogIdentity identity(handle, committer);
    const Result<CommitHandle> onto = commitOf(handle, *ours);
    const Result<TreeHandle> from = onto ? treeOf(handle, expected.commit) : onto.error();
    const Result<void> unstaged =
        from ? checkNothingStaged(handle, from->get()) : Result<void>(from.error());
    if (!unstaged) {
        return unstaged.error();
    }
    const Result<IndexHandle> merged = reverse
                                           ? revertOnto(handle, commit->get(), onto->get(), parent)
                                           : pickOnto(handle, commit->get(), onto->get(), parent);
    if (!merged) {
        return merged.error();
    }
    MergeAct act = reverse ? revertAct(commit->get(), parent) : pickAct(commit->get());
    act.commit = *id;
    act.parents = {*ours};
    return carryOut(handle, expected, merged->get(), act, reverse ? nullptr : commit->get(),
                    committer);
}

// ---- going on -----------------------------------------------------------------------------------

QByteArray finishLog(UnderWay::Kind kind)
{
    return kind == UnderWay::Kind::Merge        ? "commit (merge): "
           : kind == UnderWay::Kind::CherryPick ? "commit (cherry-pick): "
                                                : "commit: ";
}

Result<Outcome> finishMerge(const Handle& handle, const Head& head, const UnderWay& found,
                            const QString& message, const Committer& committer)
{
    const StateFiles files(handle);
    const Result<git_oid> tree = treeOfIndex(handle);
    const Result<TreeHandle> from = tree ? treeOf(handle, head.commit) : tree.error();
    const Result<git_oid> ours = from ? idOf(head.commit) : from.error();
    const Result<git_oid> theirs = ours ? idOf(found.commit) : ours.error();
    const Result<CommitHandle> other = theirs ? commitOf(handle, *theirs) : theirs.error();
    if (!other) {
        return other.error();
    }
    const bool isMerge = found.kind == UnderWay::Kind::Merge;
    if (!isMerge && git_oid_equal(&*tree, git_tree_id(from->get())) != 0) {
        clearState(files);
        return outcomeAt(Outcome::Kind::Nothing, head, head.commit);
    }
    const QByteArray given =
        message.trimmed().isEmpty() ? files.read(u"MERGE_MSG"_s) : message.toUtf8();
    const QByteArray text = cleanMessage(given);
    if (text.isEmpty()) {
        return Error(ErrorKind::Invalid,
                     u"The commit needs a message, and none is prepared. Nothing was changed."_s);
    }
    const QList<git_oid> parents = isMerge ? QList<git_oid>{*ours, *theirs} : QList<git_oid>{*ours};
    git_commit* like = found.kind == UnderWay::Kind::CherryPick ? other->get() : nullptr;
    const Result<git_oid> made = writeCommit(handle, *tree, text, like, committer, parents);
    const Result<void> moved =
        made ? moveHead(handle, head, *made, finishLog(found.kind) + text.first(text.indexOf('\n')))
             : made.error();
    if (!moved) {
        return moved.error();
    }
    clearState(files);
    return outcomeAt(Outcome::Kind::Done, head, idText(*made));
}

/// What is under way, once all checks are passed.
Result<UnderWay> takeUp(const Handle& handle, const Head& expected)
{
    Result<void> checked = checkFilesAreOurs(handle);
    if (checked) {
        checked = checkHeadIs(handle, expected);
    }
    Result<UnderWay> found = checked ? readUnderWay(handle) : checked.error();
    if (!found) {
        return found;
    }
    if (found->kind == UnderWay::Kind::None) {
        return Error(ErrorKind::Conflict, u"Nothing is under way in this repository."_s);
    }
    if (!found->obstacle.isEmpty()) {
        return Error(ErrorKind::Unsupported, found->obstacle);
    }
    return found;
}

Result<Outcome> finishOnQueue(const Handle& handle, const Head& expected, const QString& message,
                              const Committer& committer)
{
    const Result<SignatureHandle> who = signatureOf(committer);
    const Result<UnderWay> found = who ? takeUp(handle, expected) : who.error();
    if (!found) {
        return found.error();
    }
    const LogIdentity identity(handle, committer);
    return found->kind == UnderWay::Kind::Rebase
               ? continueRebase(handle, expected, message, committer)
               : finishMerge(handle, expected, *found, message, committer);
}

Result<ResetDone> abortOnQueue(const Handle& handle, const Head& expected,
                               const Committer& committer)
{
    const Result<SignatureHandle> who = signatureOf(committer);
    const Result<UnderWay> found = who ? takeUp(handle, expected) : who.error();
    if (!found) {
        return found.error();
    }
    const LogIdentity identity(handle, committer);
    if (found->kind == UnderWay::Kind::Rebase) {
        return abortRebase(handle, expected, committer);
    }
    const Result<QString> saved = backToHead(handle, expected, committer);
    if (!saved) {
        return saved.error();
    }
    clearState(StateFiles(handle));
    const bool isMerge = found->kind == UnderWay::Kind::Merge;
    noteInHeadLog(handle, expected.commit, committer,
                  "reset: moving to " + (isMerge ? "HEAD" : expected.commit.toLatin1()));
    return ResetDone{expected.commit, expected.commit, *saved};
}

}  // namespace

// ---- the face -----------------------------------------------------------------------------------

Task<Result<MergePreview>> previewMerge(std::shared_ptr<Repository> repository, QString revision)
{
    return perform<MergePreview>(Access::body(*repository), [revision](const Handle& handle) {
        return previewOnQueue(handle, revision);
    });
}

Task<Result<Outcome>> merge(std::shared_ptr<Repository> repository, Head expected,
                            MergeRequest request, Committer committer)
{
    return perform<Outcome>(
        Access::body(*repository), [expected, request, committer](const Handle& handle) {
            return tellWhenFull(handle, mergeOnQueue(handle, expected, request, committer),
                                u"Nothing was changed."_s);
        });
}

Task<Result<Outcome>> cherryPick(std::shared_ptr<Repository> repository, Head expected,
                                 QString revision, int parent, Committer committer)
{
    return perform<Outcome>(Access::body(*repository), [=](const Handle& handle) {
        return tellWhenFull(handle,
                            pickOnQueue(handle, expected, revision, parent, false, committer),
                            u"Nothing was changed."_s);
    });
}

Task<Result<Outcome>> revert(std::shared_ptr<Repository> repository, Head expected,
                             QString revision, int parent, Committer committer)
{
    return perform<Outcome>(Access::body(*repository), [=](const Handle& handle) {
        return tellWhenFull(handle,
                            pickOnQueue(handle, expected, revision, parent, true, committer),
                            u"Nothing was changed."_s);
    });
}

Task<Result<Outcome>> finishUnderWay(std::shared_ptr<Repository> repository, Head expected,
                                     QString message, Committer committer)
{
    return perform<Outcome>(Access::body(*repository), [=](const Handle& handle) {
        return tellWhenFull(handle, finishOnQueue(handle, expected, message, committer),
                            u"Nothing was changed."_s);
    });
}

Task<Result<ResetDone>> abortUnderWay(std::shared_ptr<Repository> repository, Head expected,
                                      Committer committer)
{
    return perform<ResetDone>(Access::body(*repository), [=](const Handle& handle) {
        return tellWhenFull(handle, abortOnQueue(handle, expected, committer),
                            u"Nothing was changed."_s);
    });
}

}  // namespace analemma::git
