#pragma once

#include "core/git/commitindex.h"
#include "core/git/graphfile.h"
#include "core/git/rebase.h"
#include "core/git/review.h"
#include "core/git/staging.h"
#include "core/git/stash.h"
#include "core/git/worktrees.h"
#include "tests/git/fulldisk.h"

/// The acts that a full disk can stop, each with what goes before it.
namespace gitfixture {

using namespace analemma::git;

using Repo = std::shared_ptr<Repository>;

/// Where an act works: the repository, and what lies beside it on the same disk.
struct Place {
    Repo repository;
    QString path;
    QString beside;
    QString kept;  ///< of what comes before the act: an id

    [[nodiscard]] Head head() const { return headOf(*repository); }
};

struct FullDiskAct {
    std::function<void(const QString& path)> prepare;   ///< by git, before it is copied
    std::function<void(Place& place)> begin;            ///< there, with room
    std::function<Result<void>(const Place&)> attempt;  ///< what the disk is too small for
    QString became;                                     ///< what the error says of it
    bool moves = false;  ///< a part of it may be done: the error says which
    int step = 1;        ///< blocks between two attempts
};

template <class T>
inline Result<void> plain(const Result<T>& result)
{
    return result ? Result<void>() : Result<void>(result.error());
}

inline void shell(const QString& path, const QString& line)
{
    Ground::git(path, line.split(u' '));
}

inline void failing(const QString& path, const QString& line)
{
    QVERIFY(!tryGit(path, line.split(u' ')));
}

inline void put(const QString& path, const QString& name, const QByteArray& bytes)
{
    Ground::write(path + u'/' + name, bytes);
}

/// Stops at a conflict in f.
inline void stopped(Place& place)
{
    failing(place.path, u"merge clash"_s);
}

inline void resolved(Place& place)
{
    stopped(place);
    put(place.path, u"f"_s, noiseLines(200, 44));
    shell(place.path, u"add f"_s);
}

inline void stoppedRebase(Place& place)
{
    failing(place.path, u"rebase main clash"_s);
}

inline Result<void> committed(const Place& place, bool amend)
{
    CommitRequest request;
    request.message = u"feat: made on a full disk\n\nWith a body."_s;
    request.time = ana().time;
    request.amend = amend;
    return plain(finished(commitIndex(place.repository, request)));
}

inline Result<void> mergedWith(const Place& place, const QString& revision)
{
    MergeRequest request;
    request.revision = revision;
    return plain(finished(merge(place.repository, place.head(), request, ana())));
}

inline Result<void> rebasedOn(const Place& place, const QString& upstream)
{
    const auto plan = finished(planRebase(place.repository, upstream, {}));
    return plan ? plain(finished(rebase(place.repository, *plan, ana()))) : plan.error();
}

inline Result<void> stagedLines(const Place& place)
{
    DiffQuery query;
    query.from = Side::index();
    query.to = Side::workTree();
    const auto shown = finished(fileDiff(place.repository, query, "f", CancelToken()));
    return shown ? finished(stageLines(place.repository, *shown, linesOf(*shown, 0)))
                 : Result<void>(shown.error());
}

inline Result<void> stashed(const Place& place, const StashRequest& request)
{
    return plain(finished(pushStash(place.repository, request)));
}

inline void keepNewestStash(Place& place)
{
    const auto all = finished(stashes(place.repository));
    QVERIFY(all && !all->isEmpty());
    place.kept = all->constFirst().id;
}

inline void dirty(const QString& path)
{
    put(path, u"f"_s, noiseLines(210, 21));
    shell(path, u"add f"_s);
    put(path, u"large"_s, noiseLines(40, 22));  // HEAD's is larger
    put(path, u"u/unknown"_s, noiseLines(300, 23));
}

inline QMap<QByteArray, FullDiskAct> commitActs()
{
    const QString nothing = u"Nothing was changed."_s;
    QMap<QByteArray, FullDiskAct> acts;
    const auto staged = [](const QString& path) {
        put(path, u"f"_s, noiseLines(200, 11));
        put(path, u"large"_s, noiseLines(600, 12));
        put(path, u"extra/file"_s, noiseLines(200, 13));
        shell(path, u"add -A"_s);
    };
    const auto changed = [](const QString& path) {
        QByteArray lines = noiseLines(200, 1);
        lines.replace(0, 4, "ffff");
        put(path, u"f"_s, lines + "end\n");
        put(path, u"large"_s, noiseLines(600, 12));
        put(path, u"extra/file"_s, noiseLines(200, 13));
    };
    acts["commit"] = {staged,
                      {},
                      [](const Place& p) { return committed(p, false); },
                      u"Nothing was committed."_s};
    acts["amend"] = {
        staged, {}, [](const Place& p) { return committed(p, true); }, u"Nothing was committed."_s};
    acts["stage all"] = {
        changed, {}, [](const Place& p) { return finished(stage(p.repository, {})); }, nothing};
    acts["stage lines"] = {changed, {}, stagedLines, nothing};
    acts["unstage"] = {
        staged, {}, [](const Place& p) { return finished(unstage(p.repository, {})); }, nothing};
    acts["discard"] = {
        changed,
        {},
        [](const Place& p) { return plain(finished(discard(p.repository, "large", p.beside))); },
        nothing};
    acts["undo a discard"] = {
        changed, [](Place& p) { p.kept = finished(discard(p.repository, "large", p.beside))->id; },
        [](const Place& p) { return finished(undoDiscard(p.repository, p.kept, p.beside)); },
        nothing};
    acts["ignore"] = {
        changed,
        {},
        [](const Place& p) { return plain(finished(ignore(p.repository, "extra/file"))); },
        nothing};
    return acts;
}

inline QMap<QByteArray, FullDiskAct> stashActs()
{
    const QString nothing = u"Nothing was changed."_s;
    QMap<QByteArray, FullDiskAct> acts;
    const auto aside = [](Place& place) {
        shell(place.path, u"stash push -q -u"_s);
        keepNewestStash(place);
    };
    acts["stash"] = {
        dirty,
        {},
        [](const Place& p) { return stashed(p, {.message = u"all"_s, .untracked = true}); },
        u"Nothing was put aside."_s};
    acts["stash, index kept"] = {
        dirty,
        {},
        [](const Place& p) { return stashed(p, {.message = u"all"_s, .keepIndex = true}); },
        u"Nothing was put aside."_s};
    acts["stash some"] = {
        dirty,
        {},
        [](const Place& p) {
            return stashed(
                p, {.message = u"some"_s, .untracked = true, .paths = {"f", "large", "u/"}});
        },
        u"Nothing was put aside."_s};
    acts["apply a stash"] = {
        dirty, aside,
        [](const Place& p) { return finished(applyStash(p.repository, p.kept, true)); }, nothing};
    acts["pop a stash beside staged files"] = {
        dirty,
        [aside](Place& p) {
            aside(p);
            put(p.path, u"staged"_s, noiseLines(100, 31));
            shell(p.path, u"add staged"_s);
        },
        [](const Place& p) { return finished(popStash(p.repository, p.kept, false)); }, nothing};
    return acts;
}

inline QMap<QByteArray, FullDiskAct> branchActs()
{
    const QString nothing = u"Nothing was changed."_s;
    QMap<QByteArray, FullDiskAct> acts;
    const auto packed = [](const QString& path) {
        shell(path, u"config branch.topic.remote origin"_s);
        shell(path, u"config branch.topic.merge refs/heads/topic"_s);
        shell(path, u"pack-refs --all"_s);
    };
    const auto dropped = [](const Place& p) {
        return finished(deleteBranch(p.repository, u"topic"_s, {}));
    };
    acts["delete a branch"] = {packed,
                               {},
                               [dropped](const Place& p) { return plain(dropped(p)); },
                               u"It was not deleted."_s};
    acts["bring a branch back"] = {
        packed, [dropped](Place& p) { p.kept = dropped(p)->record; },
        [](const Place& p) { return plain(finished(bringBack(p.repository, p.kept))); }, nothing};
    acts["make a branch"] = {
        {},
        {},
        [](const Place& p) {
            return plain(finished(createBranch(p.repository, u"made"_s, u"HEAD"_s)));
        },
        nothing};
    acts["switch"] = {
        {},
        {},
        [](const Place& p) { return finished(switchTo(p.repository, p.head(), u"topic"_s)); },
        nothing};
    acts["switch back"] = {
        {},
        [](Place& p) { shell(p.path, u"switch -q topic"_s); },
        [](const Place& p) { return finished(switchTo(p.repository, p.head(), u"main"_s)); },
        nothing};
    acts["go to a commit"] = {
        {},
        {},
        [](const Place& p) { return finished(detachAt(p.repository, p.head(), u"topic"_s)); },
        nothing};
    acts["reset, changes thrown away"] = {
        dirty,
        {},
        [](const Place& p) {
            return plain(finished(
                reset(p.repository, p.head(), u"topic"_s, ResetMode::ThrowChangesAway, ana())));
        },
        nothing};
    acts["reset, files kept"] = {dirty,
                                 {},
                                 [](const Place& p) {
                                     return plain(finished(reset(p.repository, p.head(), u"topic"_s,
                                                                 ResetMode::KeepFiles, ana())));
                                 },
                                 nothing};
    acts["undo a reset"] = {
        dirty,
        [](Place& p) {
            p.kept = finished(reset(p.repository, p.head(), u"topic"_s, ResetMode::ThrowChangesAway,
                                    ana()))
                         ->saved;
        },
        [](const Place& p) { return finished(undoReset(p.repository, p.head(), p.kept)); },
        nothing};
    acts["add a work tree"] = {
        {},
        {},
        [](const Place& p) {
            return plain(finished(addWorkTree(p.repository, p.beside + u"/tree"_s, u"topic"_s)));
        },
        nothing};
    return acts;
}

inline QMap<QByteArray, FullDiskAct> mergeActs()
{
    const QString nothing = u"Nothing was changed."_s;
    QMap<QByteArray, FullDiskAct> acts;
    const auto finish = [](const Place& p) {
        return plain(finished(finishUnderWay(p.repository, p.head(), {}, ana())));
    };
    const auto abort = [](const Place& p) {
        return plain(finished(abortUnderWay(p.repository, p.head(), ana())));
    };
    acts["merge"] = {{}, {}, [](const Place& p) { return mergedWith(p, u"topic"_s); }, nothing};
    acts["merge, fast-forward"] = {
        [](const QString& path) { shell(path, u"reset -q --hard HEAD~"_s); },
        {},
        [](const Place& p) { return mergedWith(p, u"topic"_s); },
        nothing};
    acts["merge that stops"] = {
        {}, {}, [](const Place& p) { return mergedWith(p, u"clash"_s); }, nothing};
    acts["finish a merge"] = {{}, resolved, finish, nothing};
    acts["abort a merge"] = {{}, resolved, abort, nothing};
    acts["take a side"] = {
        {},
        [](Place& p) {
            stopped(p);
            put(p.path, u"f"_s, noiseLines(3, 55));  // what somebody wrote there
        },
        [](const Place& p) {
            const auto all = finished(conflicts(p.repository));
            return all ? finished(resolveConflict(p.repository, all->value(0),
                                                  Resolution::side(Resolution::Kind::Theirs)))
                       : Result<void>(all.error());
        },
        nothing};
    acts["cherry-pick"] = {
        {},
        {},
        [](const Place& p) {
            return plain(finished(cherryPick(p.repository, p.head(), u"topic"_s, 0, ana())));
        },
        nothing};
    acts["revert"] = {
        [](const QString& path) { shell(path, u"switch -q topic"_s); },
        {},
        [](const Place& p) {
            return plain(finished(revert(p.repository, p.head(), u"HEAD"_s, 0, ana())));
        },
        nothing};
    acts["rebase"] = {[](const QString& path) { shell(path, u"switch -q topic"_s); },
                      {},
                      [](const Place& p) { return rebasedOn(p, u"main"_s); },
                      nothing};
    acts["rebase that stops"] = {[](const QString& path) { shell(path, u"switch -q clash"_s); },
                                 {},
                                 [](const Place& p) { return rebasedOn(p, u"main"_s); },
                                 nothing};
    acts["go on with a rebase"] = {{},
                                   [](Place& p) {
                                       stoppedRebase(p);
                                       put(p.path, u"f"_s, noiseLines(200, 45));
                                       shell(p.path, u"add f"_s);
                                   },
                                   finish,
                                   u""_s,
                                   true};
    acts["abort a rebase"] = {{}, stoppedRebase, abort, nothing};
    return acts;
}

inline QMap<QByteArray, FullDiskAct> sharedActs()
{
    QMap<QByteArray, FullDiskAct> acts;
    const QString stay = u"The reviews are as they were."_s;
    const auto open = [](const Place& p) {
        ReviewOpening opening;
        opening.branch = u"topic"_s;
        opening.against = u"main"_s;
        opening.title = u"The title"_s;
        return plain(finished(openReview(p.repository, opening)));
    };
    acts["open a review"] = {{}, {}, open, stay};
    acts["approve"] = {{},
                       [open](Place& p) { QVERIFY(open(p)); },
                       [](const Place& p) {
                           ReviewAct act;
                           act.kind = ReviewEvent::Kind::AskChanges;
                           act.text = QString::fromLatin1(noiseLines(30, 71));
                           return plain(finished(addToReview(p.repository, u"topic"_s, act)));
                       },
                       stay};
    acts["fetch"] = {{},    {},    [](const Place& p) { return plain(fetched(p.repository)); },
                     u""_s, false, 4};
    acts["pull"] = {
        {},
        {},
        [](const Place& p) {
            return plain(finished(pullFastForward(p.repository, {}, localAccess(), CancelToken())));
        },
        u""_s,
        true,
        4};
    acts["write the commit-graph file"] = {
        {},
        {},
        [](const Place& p) { return plain(finished(writeGraphFile(p.repository, CancelToken()))); },
        u"The repository was not changed."_s};
    return acts;
}

inline QMap<QByteArray, FullDiskAct> allActs()
{
    QMap<QByteArray, FullDiskAct> acts = commitActs();
    acts.insert(stashActs());
    acts.insert(branchActs());
    acts.insert(mergeActs());
    acts.insert(sharedActs());
    return acts;
}

}  // namespace gitfixture
