#include "core/git/network.h"

#include "core/base/text.h"
#include "core/git/src/access.h"
#include "core/git/src/networkcall.h"
#include "core/git/src/networkrefs.h"
#include "core/git/src/networkwords.h"
#include "core/git/src/remotes.h"
#include "core/git/src/room.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::git {
namespace {

/// A fetch between the queue, where it begins and ends, and the call.
struct FetchPlan {
    QString remote;
    NetworkCall call;
    std::shared_ptr<Quarantine> quarantine;
    RefValues before;
    QByteArray shallow;
};

QStringList fetchArguments(const FetchOptions& options, const NetworkCall& call,
                           const QStringList& specs)
{
    QStringList arguments{u"fetch"_s,
                          u"--progress"_s,
                          u"--no-auto-maintenance"_s,
                          u"--no-write-fetch-head"_s,
                          u"--no-write-commit-graph"_s,
                          u"--no-recurse-submodules"_s};
    arguments += serverOptions(call.url, u"upload-pack"_s, u"upload-pack"_s);
    if (options.prune) {
        arguments.append(u"--prune"_s);
    }
    if (options.tags != FetchOptions::Tags::Follow) {
        arguments.append(options.tags == FetchOptions::Tags::All ? u"--tags"_s : u"--no-tags"_s);
    }
    if (options.unshallow) {
        arguments.append(u"--unshallow"_s);
    } else if (options.depth > 0) {
        arguments.append(u"--depth=%1"_s.arg(options.depth));
    }
    return arguments + QStringList{u"--"_s, call.url.text} + specs;
}

Result<FetchPlan> planFetch(const Handle& handle, const FetchOptions& options,
                            const NetworkAccess& access)
{
    const Result<RemoteConfig> remote = findRemote(handle, options.remote);
    if (!remote) {
        return remote.error();
    }
    const Result<RemoteUrl> url = parseRemoteUrl(remote->urls.value(0), access.localPaths);
    if (!url) {
        return url.error().in(u"fetch from %1"_s.arg(displayText(remote->name, 100)));
    }
    const QStringList specs = remote->fetchSpecs + options.more;
    const bool bare = git_repository_is_bare(handle.repository.get()) == 1;
    for (const QString& spec : specs) {
        const Result<void> checked = checkFetchSpec(spec, bare);
        if (!checked) {
            return checked.error();
        }
    }
    if (specs.isEmpty()) {
        return Error(ErrorKind::NotFound,
                     u"The remote %1 has no refspec, so it is not said what to fetch."_s.arg(
                         displayText(remote->name, 100)));
    }
    FetchPlan plan;
    plan.remote = remote->name;
    plan.call.what = u"fetch from "_s + url->shown;
    plan.call.url = *url;
    plan.call.arguments = fetchArguments(options, plan.call, specs);
    ShadowNeeds needs = networkNeeds(*url, access);
    needs.refs = true;
    Result<std::shared_ptr<Shadow>> shadow = makeShadow(handle, needs);
    if (!shadow) {
        return shadow.error();
    }
    plan.call.shadow = *shadow;
    Result<std::shared_ptr<Quarantine>> quarantine = Quarantine::make(handle);
    if (!quarantine) {
        return quarantine.error();
    }
    plan.quarantine = *quarantine;
    plan.call.environment = plan.quarantine->environment();
    Result<RefValues> before = refValues(plan.call.shadow->folder());
    if (!before) {
        return before.error();
    }
    plan.before = std::move(*before);
    Result<QByteArray> shallow = shallowOf(plan.call.shadow->folder());
    if (!shallow) {
        return shallow.error();
    }
    plan.shallow = std::move(*shallow);
    return plan;
}

/// git ends with 1 when it leaves a tag as it is; that is an answer.
bool isFetched(const NetworkAnswer& answer)
{
    const bool complains =
        std::any_of(answer.own.begin(), answer.own.end(), [](const QByteArray& line) {
            return line.startsWith("fatal: ") || line.startsWith("error: ");
        });
    return answer.exitCode == 0 ||
           (answer.exitCode == 1 && !complains && !rejectedTags(answer.own).isEmpty());
}

/// For the refs that move and their logs: a block each, and as much again.
qint64 roomFor(const RefValues& before, const RefValues& after)
{
    constexpr qint64 block = 4096;
    qint64 count = 0;
    for (const auto& [name, value] : after) {
        const auto old = before.find(name);
        count += old == before.end() || git_oid_equal(&old->second, &value) == 0 ? 1 : 0;
    }
    return 16 * block + 3 * block * count;
}

Result<FetchResult> takeFetched(const Handle& handle, const FetchPlan& plan,
                                const NetworkAnswer& answer)
{
    if (!isFetched(answer)) {
        return answer.error(plan.call.what);
    }
    const Result<RefValues> after = refValues(plan.call.shadow->folder());
    if (!after) {
        return after.error();
    }
    const Result<QByteArray> shallow = shallowOf(plan.call.shadow->folder());
    if (!shallow) {
        return shallow.error();
    }
    Result<Room> room = Room::hold(handle, roomFor(plan.before, *after));
    if (!room) {
        return room.error();
    }
    const Result<void> admitted = plan.quarantine->admit();
    if (!admitted) {
        return admitted.error();
    }
    room->release();
    const Result<void> taken = takeShallow(handle, plan.shallow, *shallow);
    if (!taken) {
        return taken.error();
    }
    Result<QList<RefMove>> moved = changeRefs(
        handle, changesBetween(handle, plan.before, *after, "fetch " + plan.remote.toUtf8()));
    if (!moved) {
        return moved.error();
    }
    FetchResult result;
    result.remote = plan.remote;
    result.moved = std::move(*moved);
    result.refused = rejectedTags(answer.own);
    result.said = answer.said;
    return result;
}

}  // namespace

Task<Result<FetchResult>> fetch(std::shared_ptr<Repository> repository, FetchOptions options,
                                NetworkAccess access, CancelToken cancel)
{
    std::function<Result<std::shared_ptr<FetchPlan>>(const Handle&)> prepare =
        [options, access](const Handle& handle) -> Result<std::shared_ptr<FetchPlan>> {
        Result<FetchPlan> plan =
            tellWhenFull(handle, planFetch(handle, options, access), u"Nothing was fetched."_s);
        return plan ? Result(std::make_shared<FetchPlan>(std::move(*plan))) : plan.error();
    };
    auto preparing =
        perform<std::shared_ptr<FetchPlan>>(Access::body(*repository), std::move(prepare));
    const Result<std::shared_ptr<FetchPlan>> plan = co_await std::move(preparing);
    if (!plan) {
        co_return plan.error();
    }
    auto calling = callRemote((*plan)->call, access, cancel);
    const Result<NetworkAnswer> answer = co_await std::move(calling);
    if (!answer) {
        co_return answer.error();
    }
    std::function<Result<FetchResult>(const Handle&)> take =
        [plan = *plan, answer = *answer](const Handle& handle) {
            Result<FetchResult> fetched =
                tellWhenFull(handle, takeFetched(handle, *plan, answer), u"Nothing was fetched."_s);
            plan->quarantine.reset();  // before the answer, not when this thread lets go of it
            return fetched;
        };
    auto taking = perform<FetchResult>(Access::body(*repository), std::move(take));
    Result<FetchResult> result = co_await std::move(taking);
    co_return result;
}

}  // namespace analemma::git
