#include "core/git/network.h"

#include "core/base/text.h"
#include "core/git/src/access.h"
#include "core/git/src/commits.h"
#include "core/git/src/errors.h"
#include "core/git/src/networkcall.h"
#include "core/git/src/networkrefs.h"
#include "core/git/src/networkwords.h"
#include "core/git/src/remotes.h"

#include <QJsonArray>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::git {
namespace {

constexpr qsizetype pushLimit = 1000;

struct PushPlan {
    RemoteConfig remote;
    NetworkCall call;
    QHash<QString, git_oid> values;  ///< of what goes there, by whole name
};

Result<void> checkRefName(const QString& name)
{
    int valid = 0;
    const QByteArray bytes = name.toUtf8();
    const bool isWhole = name.startsWith(u"refs/"_s) && !bytes.contains('\0');
    if (!isWhole || git_reference_name_is_valid(&valid, bytes.constData()) < 0 || valid == 0) {
        git_error_clear();
        return Error(ErrorKind::Invalid, u"\"%1\" is not the whole name of a branch or tag."_s.arg(
                                             displayText(name, 200)))
            .withHint(u"Write refs/heads/main or refs/tags/v1."_s);
    }
    return {};
}

Result<git_oid> valueOf(const Handle& handle, const QString& name)
{
    git_oid id{};
    const int code =
        git_reference_name_to_id(&id, handle.repository.get(), name.toUtf8().constData());
    if (code == GIT_ENOTFOUND) {
        git_error_clear();
        return Error(ErrorKind::NotFound,
                     u"There is no %1 in this repository."_s.arg(displayText(name, 200)));
    }
    return code < 0 ? Result<git_oid>(gitError(code, u"read %1"_s.arg(displayText(name, 200))))
                    : Result<git_oid>(id);
}

/// What is at the other side as far as it is known: as it was asked for, or as it was last seen.
Result<QString> expectedAt(const Handle& handle, const PushOptions& options,
                           const RemoteConfig& remote, const QString& name)
{
    if (options.expected.contains(name)) {
        const QString id = options.expected.value(name);
        git_oid parsed{};
        if (!id.isEmpty() && (id.size() != GIT_OID_HEXSZ ||
                              git_oid_fromstr(&parsed, id.toLatin1().constData()) < 0)) {
            git_error_clear();
            return Error(ErrorKind::Invalid,
                         u"\"%1\" is not a whole commit id."_s.arg(displayText(id, 80)));
        }
        return id;
    }
    const QString tracking = trackingRef(remote.fetchSpecs, name);
    const Result<git_oid> seen = tracking.isEmpty()
                                     ? Result<git_oid>(Error(ErrorKind::NotFound, {}))
                                     : valueOf(handle, tracking);
    if (!seen) {
        return Error(ErrorKind::Refused,
                     u"It is not known here what %1 is at %2, so it is not overwritten."_s.arg(
                         displayText(name, 200), displayText(remote.name, 100)))
            .withHint(u"Fetch, look at it, then decide again."_s);
    }
    return idText(*seen);
}

Result<QStringList> pushArguments(const Handle& handle, const PushOptions& options, PushPlan& plan)
{
    QStringList leases;
    QStringList specs;
    for (const QString& name : options.refs + options.remove) {
        const Result<void> valid = checkRefName(name);
        if (!valid) {
            return valid.error();
        }
        if (options.force || options.expected.contains(name)) {
            const Result<QString> expected = expectedAt(handle, options, plan.remote, name);
            if (!expected) {
                return expected.error();
            }
            leases.append(u"--force-with-lease=%1:%2"_s.arg(name, *expected));
        }
    }
    for (const QString& name : options.refs) {
        const Result<git_oid> value = valueOf(handle, name);
        if (!value) {
            return value.error();
        }
        plan.values.insert(name, *value);
        specs.append(idText(*value) + u':' + name);
    }
    for (const QString& name : options.remove) {
        specs.append(u':' + name);
    }
    if (specs.isEmpty() || specs.size() > pushLimit) {
        return Error(ErrorKind::Invalid,
                     u"Between 1 and %1 branches and tags can be pushed at once."_s.arg(pushLimit));
    }
    return QStringList{u"push"_s,
                       u"--porcelain"_s,
                       u"--progress"_s,
                       u"--no-verify"_s,
                       u"--no-signed"_s,
                       u"--no-follow-tags"_s,
                       u"--recurse-submodules=no"_s} +
           serverOptions(plan.call.url, u"receive-pack"_s, u"receive-pack"_s) + leases +
           QStringList{u"--"_s, plan.call.url.text} + specs;
}

Result<PushPlan> planPush(const Handle& handle, const PushOptions& options,
                          const NetworkAccess& access)
{
    const Result<RemoteConfig> remote = findRemote(handle, options.remote);
    if (!remote) {
        return remote.error();
    }
    PushPlan plan;
    plan.remote = *remote;
    const QString address =
        remote->pushUrls.isEmpty() ? remote->urls.value(0) : remote->pushUrls.constFirst();
    const Result<RemoteUrl> url = parseRemoteUrl(address, access.localPaths);
    if (!url) {
        return url.error().in(u"push to %1"_s.arg(displayText(remote->name, 100)));
    }
    plan.call.url = *url;
    plan.call.what = u"push to "_s + url->shown;
    const Result<QStringList> arguments = pushArguments(handle, options, plan);
    if (!arguments) {
        return arguments.error();
    }
    plan.call.arguments = *arguments;
    Result<std::shared_ptr<Shadow>> shadow = makeShadow(handle, networkNeeds(*url, access));
    if (!shadow) {
        return shadow.error();
    }
    plan.call.shadow = *shadow;
    return plan;
}

/// The remote branches here follow what was accepted there.
Result<void> followPush(const Handle& handle, const PushPlan& plan, const PushedRef& ref)
{
    const QString tracking = trackingRef(plan.remote.fetchSpecs, ref.name);
    const bool isSent = plan.values.contains(ref.name);
    if (ref.state == PushedRef::State::Rejected || !tracking.startsWith(u"refs/remotes/"_s) ||
        (!isSent && ref.state != PushedRef::State::Removed)) {
        return {};
    }
    const Result<git_oid> now = valueOf(handle, tracking);
    RefChange change;
    change.name = tracking.toUtf8();
    change.before = now ? std::optional(*now) : std::nullopt;
    change.after = isSent ? std::optional(plan.values.value(ref.name)) : std::nullopt;
    change.message = "update by push";
    const Result<QList<RefMove>> moved = changeRefs(handle, {change});
    return moved ? Result<void>() : Result<void>(moved.error());
}

Result<void> setUpstreamOf(const Handle& handle, const PushPlan& plan, const QString& name)
{
    ConfigHandle config;
    int code = git_repository_config(out(config), handle.repository.get());
    const QByteArray section = "branch." + name.sliced(11).toUtf8();  // after "refs/heads/"
    if (code == 0) {
        code = git_config_set_string(config.get(), (section + ".remote").constData(),
                                     plan.remote.name.toUtf8().constData());
    }
    if (code == 0) {
        code = git_config_set_string(config.get(), (section + ".merge").constData(),
                                     name.toUtf8().constData());
    }
    return code < 0 ? Result<void>(
                          gitError(code, u"set the upstream of %1"_s.arg(displayText(name, 200))))
                    : Result<void>();
}

QString pushedText(PushedRef::State state)
{
    switch (state) {
        case PushedRef::State::Same:
            return u"same"_s;
        case PushedRef::State::New:
            return u"new"_s;
        case PushedRef::State::Moved:
            return u"moved"_s;
        case PushedRef::State::Forced:
            return u"forced"_s;
        case PushedRef::State::Removed:
            return u"removed"_s;
        case PushedRef::State::Rejected:
            break;
    }
    return u"rejected"_s;
}

QString rejectionHint(const QString& reason)
{
    if (reason.contains(u"stale info"_s)) {
        return u"It is not what it was when you looked: somebody pushed meanwhile. Fetch, look, "
               "then decide again."_s;
    }
    if (reason.contains(u"fetch first"_s) || reason.contains(u"non-fast-forward"_s)) {
        return u"The other side has commits that are not in yours. Fetch and merge or rebase them, "
               "or overwrite them with force."_s;
    }
    if (reason.contains(u"already exists"_s)) {
        return u"A tag of that name stands there on another commit."_s;
    }
    return {};
}

/// An error when one was rejected: with all of them, since the others have moved.
Result<void> judgePushed(const PushPlan& plan, const QList<PushedRef>& refs)
{
    QStringList rejected;
    QStringList arrived;
    QString hint;
    QJsonArray list;
    for (const PushedRef& ref : refs) {
        const QString name = displayText(ref.name, 200);
        list.append(Json{
            {u"name"_s, ref.name}, {u"state"_s, pushedText(ref.state)}, {u"reason"_s, ref.reason}});
        if (ref.state != PushedRef::State::Rejected) {
            arrived.append(name);
            continue;
        }
        rejected.append(u"%1 %2"_s.arg(name, ref.reason));
        hint = hint.isEmpty() ? rejectionHint(ref.reason) : hint;
    }
    if (rejected.isEmpty()) {
        return {};
    }
    const QString others = arrived.isEmpty() ? u"Nothing was changed there."_s
                                             : u"What did arrive: %1."_s.arg(arrived.join(u", "_s));
    Error error(ErrorKind::Refused,
                u"%1: rejected: %2. %3"_s.arg(plan.call.what, rejected.join(u"; "_s), others));
    error.details.insert(u"refs"_s, list);
    return error.withHint(hint);
}

Result<PushResult> takePushed(const Handle& handle, const PushPlan& plan,
                              const PushOptions& options, const NetworkAnswer& answer)
{
    PushResult result;
    result.remote = plan.remote.name;
    result.said = answer.said;
    for (const QByteArray& line : answer.output.split('\n')) {
        if (std::optional<PushedRef> ref = pushedRefOf(line)) {
            const Result<void> followed = followPush(handle, plan, *ref);
            if (!followed) {
                return followed.error().in(plan.call.what + u", which arrived"_s);
            }
            result.refs.append(std::move(*ref));
        }
    }
    const Result<void> judged = judgePushed(plan, result.refs);
    if (!judged) {
        return judged.error();
    }
    if (answer.exitCode != 0 || result.refs.isEmpty()) {
        return answer.error(plan.call.what);
    }
    for (const QString& name : options.refs) {
        if (options.setUpstream && name.startsWith(u"refs/heads/"_s)) {
            const Result<void> set = setUpstreamOf(handle, plan, name);
            if (!set) {
                return set.error();
            }
        }
    }
    return result;
}

}  // namespace

Task<Result<PushResult>> push(std::shared_ptr<Repository> repository, PushOptions options,
                              NetworkAccess access, CancelToken cancel)
{
    std::function<Result<PushPlan>(const Handle&)> prepare =
        [options, access](const Handle& handle) { return planPush(handle, options, access); };
    auto preparing = perform<PushPlan>(Access::body(*repository), std::move(prepare));
    const Result<PushPlan> plan = co_await std::move(preparing);
    if (!plan) {
        co_return plan.error();
    }
    auto calling = callRemote(plan->call, access, cancel);
    const Result<NetworkAnswer> answer = co_await std::move(calling);
    if (!answer) {
        co_return answer.error();
    }
    std::function<Result<PushResult>(const Handle&)> take =
        [plan = *plan, options, answer = *answer](const Handle& handle) {
            return takePushed(handle, plan, options, answer);
        };
    auto taking = perform<PushResult>(Access::body(*repository), std::move(take));
    Result<PushResult> result = co_await std::move(taking);
    co_return result;
}

}  // namespace analemma::git
