#include "app/cli/commands.h"

#include "app/cli/repository_head.h"
#include "core/base/text.h"
#include "core/git/rebase.h"

#include <QJsonArray>

using namespace Qt::StringLiterals;

namespace analemma::cli {
namespace {

struct ReadyToCommit {
    AtHead at;
    git::Committer committer;
};

Task<Result<ReadyToCommit>> readyToCommit(RunPointer run)
{
    auto opening = openAtHead(run);
    const Result<AtHead> at = co_await std::move(opening);
    if (!at) {
        co_return at.error();
    }
    auto naming = git::configuredCommitter(at->repository);
    const Result<git::Committer> committer = co_await std::move(naming);
    if (!committer) {
        co_return committer.error();
    }
    ReadyToCommit ready;
    ready.at = *at;
    ready.committer = *committer;
    co_return ready;
}

QString outcomeWord(git::Outcome::Kind kind)
{
    return kind == git::Outcome::Kind::Done      ? u"done"_s
           : kind == git::Outcome::Kind::Stopped ? u"stopped"_s
                                                 : u"nothing"_s;
}

/// Stopped at conflicts is no success: exit code 1.
Result<int> tellOutcome(const Run& run, const git::Outcome& outcome)
{
    const QString text = outcome.kind == git::Outcome::Kind::Done
                             ? u"Done; HEAD is at %1.\n"_s.arg(outcome.after.left(10))
                         : outcome.kind == git::Outcome::Kind::Nothing
                             ? u"Nothing to do: it is all there already.\n"_s
                             : u"Stopped: %1 files have conflicts.\n"_s.arg(outcome.conflicts);
    run.answer({{u"schema"_s, u"analemma.outcome.1"_s},
                {u"outcome"_s, outcomeWord(outcome.kind)},
                {u"before"_s, outcome.before},
                {u"after"_s, outcome.after},
                {u"conflicts"_s, outcome.conflicts},
                {u"dropped"_s, outcome.dropped}},
               text);
    if (outcome.kind != git::Outcome::Kind::Stopped) {
        return exitWith(Exit::Ok);
    }
    run.say(u"Look at them with conflicts, settle them with resolve, then finish or abort."_s);
    return exitWith(Exit::Failed);
}

// ---- merge --------------------------------------------------------------------------------------

QString previewWord(git::MergePreview::Kind kind)
{
    switch (kind) {
        case git::MergePreview::Kind::UpToDate:
            return u"up to date"_s;
        case git::MergePreview::Kind::FastForward:
            return u"fast-forward"_s;
        case git::MergePreview::Kind::Real:
            return u"merge"_s;
        case git::MergePreview::Kind::Unrelated:
            return u"unrelated"_s;
    }
    return {};
}

Task<Result<int>> showMerge(RunPointer run, AtHead at)
{
    auto looking = git::previewMerge(at.repository, run->argument(1));
    const Result<git::MergePreview> preview = co_await std::move(looking);
    if (!preview) {
        co_return preview.error();
    }
    QJsonArray paths;
    QString text = previewWord(preview->kind) + u'\n';
    for (const QByteArray& path : preview->conflicts) {
        paths.append(QString::fromUtf8(path));
        text += u"conflict  "_s + displayText(QByteArrayView(path), 300) + u'\n';
    }
    run->answer({{u"schema"_s, u"analemma.merge.1"_s},
                 {u"kind"_s, previewWord(preview->kind)},
                 {u"commit"_s, preview->commit},
                 {u"base"_s, preview->base},
                 {u"conflicts"_s, paths}},
                text);
    co_return exitWith(Exit::Ok);
}

Task<Result<int>> repositoryMerge(RunPointer run)
{
    auto preparing = readyToCommit(run);
    const Result<ReadyToCommit> ready = co_await std::move(preparing);
    if (!ready) {
        co_return ready.error();
    }
    if (run->dryRun) {
        auto showing = showMerge(run, ready->at);
        const Result<int> shown = co_await std::move(showing);
        co_return shown;
    }
    git::MergeRequest request;
    request.revision = run->argument(1);
    request.message = run->value(u"message"_s);
    request.fastForward = !run->has(u"no-fast-forward"_s);
    request.unrelated = run->has(u"unrelated"_s);
    auto merging = git::merge(ready->at.repository, ready->at.head, request, ready->committer);
    const Result<git::Outcome> outcome = co_await std::move(merging);
    co_return outcome ? tellOutcome(*run, *outcome) : Result<int>(outcome.error());
}

// ---- cherry-pick and revert ---------------------------------------------------------------------

Task<Result<int>> pickOrRevert(RunPointer run, bool reverse)
{
    const Result<int> parent = run->number(u"parent"_s, 0, 1, 1000);
    if (!parent) {
        co_return parent.error();
    }
    auto preparing = readyToCommit(run);
    const Result<ReadyToCommit> ready = co_await std::move(preparing);
    if (!ready) {
        co_return ready.error();
    }
    const QString revision = run->argument(1);
    if (run->dryRun) {
        run->intend((reverse ? u"Would take back %1 on %2."_s : u"Would apply %1 on %2."_s)
                        .arg(revision, ready->at.head.commit.left(10)));
        co_return exitWith(Exit::Ok);
    }
    auto acting = reverse ? git::revert(ready->at.repository, ready->at.head, revision, *parent,
                                        ready->committer)
                          : git::cherryPick(ready->at.repository, ready->at.head, revision, *parent,
                                            ready->committer);
    const Result<git::Outcome> outcome = co_await std::move(acting);
    co_return outcome ? tellOutcome(*run, *outcome) : Result<int>(outcome.error());
}

Task<Result<int>> repositoryPick(RunPointer run)
{
    return pickOrRevert(run, false);
}

Task<Result<int>> repositoryRevert(RunPointer run)
{
    return pickOrRevert(run, true);
}

// ---- rebase -------------------------------------------------------------------------------------

QJsonArray stepsJson(const QList<git::RebasePlan::Step>& steps)
{
    QJsonArray json;
    for (const git::RebasePlan::Step& step : steps) {
        json.append(Json{{u"commit"_s, step.commit}, {u"subject"_s, step.subject}});
    }
    return json;
}

void showPlan(const Run& run, const git::RebasePlan& plan)
{
    Table table;
    table.head = {u"STEP"_s, u"COMMIT"_s, u"SUBJECT"_s};
    for (const git::RebasePlan::Step& step : plan.steps) {
        table.rows.append({u"apply"_s, step.commit.left(10), displayText(step.subject, 100)});
    }
    for (const git::RebasePlan::Step& step : plan.skipped) {
        table.rows.append({u"leave out"_s, step.commit.left(10), displayText(step.subject, 100)});
    }
    run.answer({{u"schema"_s, u"analemma.rebase.1"_s},
                {u"branch"_s, plan.branch},
                {u"tip"_s, plan.tip},
                {u"onto"_s, plan.onto},
                {u"upToDate"_s, plan.upToDate},
                {u"steps"_s, stepsJson(plan.steps)},
                {u"skipped"_s, stepsJson(plan.skipped)}},
               table.text(run.colour));
}

Task<Result<int>> repositoryRebase(RunPointer run)
{
    auto preparing = readyToCommit(run);
    const Result<ReadyToCommit> ready = co_await std::move(preparing);
    if (!ready) {
        co_return ready.error();
    }
    auto planning = git::planRebase(ready->at.repository, run->argument(1), run->value(u"onto"_s));
    const Result<git::RebasePlan> plan = co_await std::move(planning);
    if (!plan) {
        co_return plan.error();
    }
    if (run->dryRun) {
        showPlan(*run, *plan);
        co_return exitWith(Exit::Ok);
    }
    auto rebasing = git::rebase(ready->at.repository, *plan, ready->committer);
    const Result<git::Outcome> outcome = co_await std::move(rebasing);
    co_return outcome ? tellOutcome(*run, *outcome) : Result<int>(outcome.error());
}

// ---- what is under way --------------------------------------------------------------------------

Task<Result<int>> repositoryUnderWay(RunPointer run)
{
    auto opening = openNamed(run, run->argument(0));
    const Result<std::shared_ptr<git::Repository>> repository = co_await std::move(opening);
    if (!repository) {
        co_return repository.error();
    }
    auto reading = git::underWay(*repository);
    const Result<git::UnderWay> found = co_await std::move(reading);
    if (!found) {
        co_return found.error();
    }
    const QString kind = git::toString(found->kind);
    const QString step =
        found->steps > 0 ? u"%1 of %2"_s.arg(found->step).arg(found->steps) : QString();
    run->answer({{u"schema"_s, u"analemma.underway.1"_s},
                 {u"kind"_s, kind},
                 {u"commit"_s, found->commit},
                 {u"branch"_s, found->branch},
                 {u"before"_s, found->before},
                 {u"onto"_s, found->onto},
                 {u"step"_s, found->step},
                 {u"steps"_s, found->steps},
                 {u"conflicts"_s, found->conflicts},
                 {u"message"_s, found->message},
                 {u"obstacle"_s, found->obstacle}},
                kind.isEmpty() ? u"Nothing is under way.\n"_s
                               : factLines({{u"under way"_s, kind},
                                            {u"commit"_s, found->commit},
                                            {u"branch"_s, found->branch},
                                            {u"onto"_s, found->onto},
                                            {u"step"_s, step},
                                            {u"conflicts"_s, QString::number(found->conflicts)},
                                            {u"obstacle"_s, found->obstacle}},
                                           run->colour));
    co_return exitWith(Exit::Ok);
}

Json sideJson(const git::ConflictSide& side)
{
    return {{u"id"_s, side.id},
            {u"mode"_s, QString::number(side.mode, 8)},
            {u"path"_s, QString::fromUtf8(side.path)}};
}

QString sidesText(const git::Conflict& conflict)
{
    const auto has = [](const git::ConflictSide& side) { return !side.id.isEmpty(); };
    return has(conflict.ours) && has(conflict.theirs) && has(conflict.base) ? u"both changed"_s
           : has(conflict.ours) && has(conflict.theirs)                     ? u"both added"_s
           : has(conflict.ours)                                             ? u"deleted by them"_s
           : has(conflict.theirs)                                           ? u"deleted by us"_s
                                                                            : u"both deleted"_s;
}

Task<Result<int>> repositoryConflicts(RunPointer run)
{
    auto opening = openNamed(run, run->argument(0));
    const Result<std::shared_ptr<git::Repository>> repository = co_await std::move(opening);
    if (!repository) {
        co_return repository.error();
    }
    auto reading = git::conflicts(*repository);
    const Result<QList<git::Conflict>> all = co_await std::move(reading);
    if (!all) {
        co_return all.error();
    }
    QJsonArray json;
    Table table;
    table.head = {u"PATH"_s, u"CONFLICT"_s};
    for (const git::Conflict& conflict : *all) {
        json.append(Json{{u"path"_s, QString::fromUtf8(conflict.path)},
                         {u"base"_s, sideJson(conflict.base)},
                         {u"ours"_s, sideJson(conflict.ours)},
                         {u"theirs"_s, sideJson(conflict.theirs)}});
        table.rows.append({QString::fromUtf8(conflict.path), sidesText(conflict)});
    }
    run->answer({{u"schema"_s, u"analemma.conflicts.1"_s}, {u"conflicts"_s, json}},
                table.text(run->colour));
    co_return exitWith(Exit::Ok);
}

Result<git::Resolution> resolutionOf(const Run& run)
{
    const QList<std::pair<QString, git::Resolution::Kind>> ways{
        {u"ours"_s, git::Resolution::Kind::Ours},
        {u"theirs"_s, git::Resolution::Kind::Theirs},
        {u"original"_s, git::Resolution::Kind::Base},
        {u"deleted"_s, git::Resolution::Kind::Deleted}};
    std::optional<git::Resolution> chosen;
    for (const auto& [name, kind] : ways) {
        if (run.has(name)) {
            if (chosen) {
                return usageError(u"only one way to settle it can be taken"_s, {});
            }
            chosen = git::Resolution::side(kind);
        }
    }
    if (!chosen) {
        return usageError(u"how shall it be settled?"_s,
                          u"Say --ours, --theirs, --original or --deleted."_s);
    }
    return *chosen;
}

Task<Result<int>> repositoryResolve(RunPointer run)
{
    const Result<git::Resolution> resolution = resolutionOf(*run);
    if (!resolution) {
        co_return resolution.error();
    }
    auto opening = openNamed(run, run->argument(0));
    const Result<std::shared_ptr<git::Repository>> repository = co_await std::move(opening);
    if (!repository) {
        co_return repository.error();
    }
    auto reading = git::conflicts(*repository);
    const Result<QList<git::Conflict>> all = co_await std::move(reading);
    if (!all) {
        co_return all.error();
    }
    const QByteArray path = run->argument(1).toUtf8();
    qsizetype settled = 0;
    for (const git::Conflict& conflict : *all) {
        if (conflict.path != path) {
            continue;
        }
        ++settled;
        if (run->dryRun) {
            continue;
        }
        auto resolving = git::resolveConflict(*repository, conflict, *resolution);
        const Result<void> done = co_await std::move(resolving);
        if (!done) {
            co_return done.error();
        }
    }
    if (settled == 0) {
        co_return Error(ErrorKind::NotFound,
                        u"%1 has no conflict."_s.arg(displayText(run->argument(1), 200)));
    }
    const qsizetype left = all->size() - settled;
    run->answer(
        {{u"schema"_s, u"analemma.resolved.1"_s}, {u"path"_s, run->argument(1)}, {u"left"_s, left}},
        u"%1 conflicts are left.\n"_s.arg(left));
    co_return exitWith(Exit::Ok);
}

Task<Result<int>> goOnWith(RunPointer run, bool skip)
{
    auto preparing = readyToCommit(run);
    const Result<ReadyToCommit> ready = co_await std::move(preparing);
    if (!ready) {
        co_return ready.error();
    }
    if (run->dryRun) {
        run->intend(skip ? u"Would leave out the commit and go on."_s
                         : u"Would commit and go on."_s);
        co_return exitWith(Exit::Ok);
    }
    const QString message = run->value(u"message"_s);
    auto going =
        skip ? git::skipStep(ready->at.repository, ready->at.head, ready->committer)
             : git::finishUnderWay(ready->at.repository, ready->at.head, message, ready->committer);
    const Result<git::Outcome> outcome = co_await std::move(going);
    co_return outcome ? tellOutcome(*run, *outcome) : Result<int>(outcome.error());
}

Task<Result<int>> repositoryFinish(RunPointer run)
{
    return goOnWith(run, false);
}

Task<Result<int>> repositorySkip(RunPointer run)
{
    return goOnWith(run, true);
}

Task<Result<int>> repositoryAbort(RunPointer run)
{
    auto preparing = readyToCommit(run);
    const Result<ReadyToCommit> ready = co_await std::move(preparing);
    if (!ready) {
        co_return ready.error();
    }
    if (run->dryRun) {
        run->intend(u"Would abort what is under way."_s);
        co_return exitWith(Exit::Ok);
    }
    auto aborting = git::abortUnderWay(ready->at.repository, ready->at.head, ready->committer);
    const Result<git::ResetDone> done = co_await std::move(aborting);
    if (!done) {
        co_return done.error();
    }
    run->answer({{u"schema"_s, u"analemma.reset.1"_s},
                 {u"before"_s, done->before},
                 {u"after"_s, done->after},
                 {u"saved"_s, done->saved}},
                u"Aborted; HEAD is at %1.\n"_s.arg(done->after.left(10)));
    tellSaved(*run, done->saved);
    co_return exitWith(Exit::Ok);
}

}  // namespace

Task<Result<AtHead>> openAtHead(RunPointer run)
{
    auto opening = openNamed(run, run->argument(0));
    const Result<std::shared_ptr<git::Repository>> repository = co_await std::move(opening);
    if (!repository) {
        co_return repository.error();
    }
    auto heading = (*repository)->head();
    const Result<git::Head> head = co_await std::move(heading);
    if (!head) {
        co_return head.error();
    }
    AtHead at;
    at.repository = *repository;
    at.head = *head;
    if (run->has(u"expected"_s)) {
        at.head.commit = run->value(u"expected"_s);
    }
    co_return at;
}

void tellSaved(const Run& run, const QString& saved)
{
    if (!saved.isEmpty()) {
        run.say(
            u"To put the changes back within two weeks: analemma-cli repository undo-reset "
            u"%1 %2"_s.arg(shellQuote(run.argument(0)), saved));
    }
}

QList<Command> repositoryMergeCommands()
{
    const Argument repository{u"REPOSITORY"_s, u"its name in the workspace, or a path"_s};
    const Argument maybe{
        u"REPOSITORY"_s,
        u"its name in the workspace, or a path; may be left out when there is one"_s, false};
    const Argument revision{u"REV"_s, u"a commit, branch or tag"_s};
    const Option message{u"message"_s, u"TEXT"_s, u"of the commit; else the prepared one"_s};
    const Option parent{u"parent"_s, u"N"_s, u"of a merge: against which of its parents, from 1"_s};
    const Option expected{u"expected"_s, u"COMMIT"_s, u"only while HEAD is at this commit"_s};
    const auto acts = [expected](const QString& verb, const QString& summary,
                                 const QList<Argument>& arguments, const QList<Option>& options,
                                 Task<Result<int>> (*body)(RunPointer)) {
        return Command{u"repository"_s, verb, summary, arguments, options + QList<Option>{expected},
                       Effect::Acts,    true, {},      body,      true};
    };
    const auto reads = [](const QString& verb, const QString& summary, const Argument& argument,
                          Task<Result<int>> (*body)(RunPointer)) {
        return Command{u"repository"_s, verb, summary, {argument}, {},
                       Effect::Reads,   true, {},      body,       true};
    };
    return {
        acts(u"merge"_s, u"Merge a branch; --dry-run tells how, and which files would conflict"_s,
             {repository, revision},
             {message, Option{u"no-fast-forward"_s, {}, u"make a merge commit in any case"_s},
              Option{u"unrelated"_s, {}, u"also when the two histories never met"_s}},
             repositoryMerge),
        acts(u"cherry-pick"_s, u"Apply the change of a commit once more"_s, {repository, revision},
             {parent}, repositoryPick),
        acts(u"revert"_s, u"Take back the change of a commit by a new one"_s,
             {repository, revision}, {parent}, repositoryRevert),
        acts(u"rebase"_s, u"Put HEAD's commits on another base; --dry-run shows the plan"_s,
             {repository, Argument{u"UPSTREAM"_s, u"whose commits are left out"_s}},
             {Option{u"onto"_s, u"REV"_s, u"the new base; else UPSTREAM"_s}}, repositoryRebase),
        reads(u"under-way"_s, u"The merge, cherry-pick, revert or rebase that is not finished"_s,
              maybe, repositoryUnderWay),
        reads(u"conflicts"_s, u"Files that two sides changed, not resolved yet"_s, maybe,
              repositoryConflicts),
        acts(u"resolve"_s, u"Settle a conflict by taking one side"_s,
             {repository, Argument{u"PATH"_s, u"as conflicts lists it"_s}},
             {Option{u"ours"_s, {}, u"as HEAD has it"_s},
              Option{u"theirs"_s, {}, u"as the other side has it"_s},
              Option{u"original"_s, {}, u"as it was before both changed it"_s},
              Option{u"deleted"_s, {}, u"delete it"_s}},
             repositoryResolve),
        acts(u"finish"_s, u"Commit what is under way, or go on with the rebase"_s, {repository},
             {message}, repositoryFinish),
        acts(u"skip"_s, u"Leave out the commit that the rebase stopped at, and go on"_s,
             {repository}, {}, repositorySkip),
        acts(u"abort"_s, u"Lead back to what was before the merge or rebase began"_s, {repository},
             {}, repositoryAbort),
    };
}

}  // namespace analemma::cli
