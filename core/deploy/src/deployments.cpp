#include "core/deploy/deploy.h"

#include "core/deploy/src/census.h"
#include "core/deploy/src/kinds.h"
#include "core/deploy/src/observe.h"
#include "core/deploy/src/rollback_plan.h"
#include "core/deploy/src/view.h"

#include <QNetworkProxy>

using namespace Qt::StringLiterals;

namespace analemma::deploy {
namespace {

/// Rule 6: refuses when another generation is active than the one that the person saw.
std::function<Result<void>(const Json&)> expecting(const QString& environment,
                                                   const QString& expected)
{
    if (expected.isEmpty()) {
        return {};
    }
    return [environment, expected](const Json& json) -> Result<void> {
        const World world = World::fromJson(json);
        const Generation* active = world.active();
        const QString now = expectedName(environment, active != nullptr ? active->number : 0);
        if (now == expected) {
            return {};
        }
        const QString what =
            active != nullptr
                ? u"release %1 (generation %2)"_s.arg(active->release).arg(active->number)
                : u"nothing"_s;
        Error error(
            ErrorKind::Conflict,
            u"%1 has changed since you looked: you saw %2, now it serves %3. Nothing was done."_s
                .arg(environment, expected, what));
        error.hint = u"Look again, then decide again."_s;
        error.details = {{u"expected"_s, expected}, {u"now"_s, now}};
        return error;
    };
}

Task<Result<engine::Request>> deployRequest(BodyPtr body, DeployRequest request)
{
    const Result<workspace::Environment> environment = body->environment(request.environment);
    if (!environment) {
        co_return environment.error();
    }
    auto finding = releaseFor(body, environment->image, request.release);
    Result<release::Release> release = co_await std::move(finding);
    if (!release) {
        co_return release.error();
    }
    const qsizetype missing = environment->approvals - release->approvals.size();
    if (missing > 0) {
        co_return Error(ErrorKind::Refused,
                        u"%1 asks for %2 approval(s) and release %3 has %4"_s.arg(
                            environment->name, QString::number(environment->approvals),
                            release->version, QString::number(release->approvals.size())))
            .withHint(u"analemma-cli release approve %1 --yes"_s.arg(release->version));
    }
    WantedDeploy wanted;
    wanted.environment = *environment;
    wanted.release = release->version;
    wanted.commit = release->commit;
    wanted.image = imageId(body->workspace, environment->image, release->version, release->commit);
    engine::Request made;
    made.kind = u"deploy"_s;
    made.target = u"environment/"_s + environment->name;
    made.title = u"Deploy %1 to %2"_s.arg(release->version, environment->name);
    made.wanted = wanted.toJson();
    made.expected = expecting(environment->name, request.expected);
    made.lockWait = request.lockWait;
    co_return made;
}

/// A generation that is gone comes back as a new one from its image.
engine::Request comeBack(const workspace::Environment& environment, const Generation& target)
{
    WantedDeploy wanted;
    wanted.environment = environment;
    wanted.release = target.release;
    wanted.commit = target.commit;
    wanted.image = target.image;
    wanted.rollback = true;
    engine::Request made;
    made.kind = u"deploy"_s;
    made.title = u"Roll %1 back to %2, from its image"_s.arg(environment.name, target.release);
    made.wanted = wanted.toJson();
    return made;
}

Task<Result<engine::Request>> rollbackRequest(BodyPtr body, RollbackRequest request)
{
    Result<EnvironmentView> view = co_await viewEnvironment(body, request.environment);
    if (!view) {
        co_return view.error();
    }
    RollbackTarget target = rollbackTarget(*view, {});
    if (request.to > 0) {
        target.possible = false;
        target.reason = u"%1 has no generation %2."_s.arg(request.environment).arg(request.to);
        for (const Generation& one : view->generations) {
            if (one.number != request.to) {
                continue;
            }
            target.generation = one;
            target.warm = one.state == "warm"_L1;
            target.possible = target.warm || one.state == "gone"_L1;
            target.reason = u"Generation %1 is %2."_s.arg(request.to).arg(one.state);
        }
    }
    if (!target.possible) {
        co_return Error(ErrorKind::NotFound,
                        u"There is nothing to roll back to: "_s + target.reason);
    }
    engine::Request made;
    if (target.warm) {
        WantedRollback wanted;
        wanted.environment = view->spec;
        wanted.from = view->active ? view->active->number : 0;
        wanted.to = target.generation.number;
        wanted.release = target.generation.release;
        made.kind = u"rollback"_s;
        made.title = u"Roll %1 back to %2"_s.arg(view->spec.name, target.generation.release);
        made.wanted = wanted.toJson();
    } else {
        made = comeBack(view->spec, target.generation);
    }
    made.target = u"environment/"_s + view->spec.name;
    // The request was made from this state: when it has moved until the lease is held, it is
    // refused.
    made.expected =
        expecting(view->spec.name, request.expected.isEmpty() ? view->expected : request.expected);
    made.lockWait = request.lockWait;
    co_return made;
}

engine::Request downRequest(const BodyPtr& body, bool images)
{
    engine::Request request;
    request.kind = u"down"_s;
    request.target = u"workspace"_s;
    request.title = u"Stop everything of %1"_s.arg(body->workspace.name);
    request.wanted = {{u"images"_s, images}};
    return request;
}

Task<Result<QString>> startMade(BodyPtr body, Task<Result<engine::Request>> making,
                                CancelToken cancel)
{
    Result<engine::Request> request = co_await std::move(making);
    if (!request) {
        co_return request.error();
    }
    Result<QString> id = co_await body->engine->start(*request, cancel);
    co_return id;
}

Task<Result<engine::Preview>> previewMade(BodyPtr body, Task<Result<engine::Request>> making)
{
    Result<engine::Request> request = co_await std::move(making);
    if (!request) {
        co_return request.error();
    }
    Result<engine::Preview> preview = co_await body->engine->preview(*request);
    co_return preview;
}

Task<Result<QList<EnvironmentView>>> viewAll(BodyPtr body)
{
    QList<EnvironmentView> views;
    for (const QString& name : body->workspace.environmentOrder) {
        Result<EnvironmentView> view = co_await viewEnvironment(body, name);
        if (!view) {
            co_return view.error();
        }
        views.append(*view);
    }
    co_return views;
}

Task<Result<RollbackTarget>> targetOf(BodyPtr body, QString environment)
{
    Result<EnvironmentView> view = co_await viewEnvironment(body, environment);
    if (!view) {
        co_return view.error();
    }
    std::function<Result<QList<qint64>>(store::Transaction&)> work = [](store::Transaction& t) {
        Result<QList<qint64>> took = t.durations(u"rollback"_s, u"balancer.switch"_s);
        if (took && took->isEmpty()) {  // before the first one: a deploy switches in the same way
            took = t.durations(u"deploy"_s, u"balancer.switch"_s);
        }
        return took;
    };
    Result<QList<qint64>> past = co_await body->store->read<QList<qint64>>(std::move(work));
    std::optional<milliseconds> usual;
    if (past && !past->isEmpty()) {
        std::sort(past->begin(), past->end());
        usual = milliseconds(past->at(past->size() / 2));
    }
    RollbackTarget target = rollbackTarget(*view, usual);
    if (target.possible && !target.warm) {
        // It comes back from its image; where nobody can tell, that is taken to be there.
        const Result<infra::Provider*> provider = body->providerOf(view->spec.provider);
        if (!provider) {
            co_return provider.error();
        }
        const Result<QList<infra::Image>> images = co_await (*provider)->images();
        const QString wanted = target.generation.image;
        target.baked = !images || std::any_of(images->cbegin(), images->cend(),
                                              [&wanted](const infra::Image& image) {
                                                  return image.id == wanted;
                                              });
    }
    co_return target;
}

Task<Result<void>> removeImage(BodyPtr body, QString id)
{
    Result<QList<ImageView>> images = co_await viewImages(body);
    if (!images) {
        co_return images.error();
    }
    for (const ImageView& view : *images) {
        if (view.image.id != id) {
            continue;
        }
        if (!view.usedBy.isEmpty()) {
            co_return Error(ErrorKind::Refused,
                            u"image %1 is needed by %2; it was not deleted"_s.arg(
                                id, view.usedBy.join(u", "_s)));
        }
        const Result<infra::Provider*> provider = body->providerOf(view.image.provider);
        if (!provider) {
            co_return provider.error();
        }
        Result<void> deleted = co_await (*provider)->deleteImage(id);
        co_return deleted;
    }
    co_return Error(ErrorKind::NotFound, u"there is no image %1"_s.arg(id));
}

Task<Result<infra::ServerList>> allServers(BodyPtr body)
{
    infra::ServerList all;
    for (infra::Provider* provider : body->providers()) {
        auto listing = provider->servers();
        const Result<QList<infra::Server>> some = co_await std::move(listing);
        if (some) {
            all.servers += *some;
        } else {
            infra::ServerList::Problem problem;
            problem.provider = provider->name();
            problem.error = some.error();
            all.problems.append(problem);
        }
    }
    co_return all;
}

Task<Result<void>> restoreAll(BodyPtr body)
{
    for (const QString& name : body->workspace.environmentOrder) {
        const Result<workspace::Environment> environment = body->environment(name);
        Result<World> world = co_await observeEnvironment(body, *environment, QString());
        if (!world) {
            co_return world.error();
        }
        engine::Request request;
        request.kind = u"restore"_s;
        request.target = u"environment/"_s + name;
        request.title = u"Start what should run in %1"_s.arg(name);
        request.wanted = {{u"environment"_s, toJson(*environment)}};
        engine::Observed observed;
        observed.world = world->toJson();
        if (planRestore(request.wanted, observed).actions.isEmpty()) {
            continue;
        }
        CancelToken none;
        Result<QString> id = co_await body->engine->start(request, none);
        if (!id && id.error().kind != ErrorKind::Locked) {
            co_return id.error();
        }
        if (id) {
            Result<engine::Operation> done = co_await body->engine->finished(*id, none);
            if (!done || done->outcome != engine::Outcome::Ok) {
                co_return done ? Error(ErrorKind::Failed, done->reason) : done.error();
            }
        }
    }
    co_return Result<void>();
}

}  // namespace

// ---- body ---------------------------------------------------------------------------------------

Result<workspace::Environment> Deployments::Body::environment(const QString& name) const
{
    const auto found = workspace.environments.find(name);
    if (found == workspace.environments.end()) {
        return Error(ErrorKind::NotFound, u"the workspace has no environment %1; it has %2"_s.arg(
                                              name, workspace.environmentOrder.join(u", "_s)));
    }
    return *found;
}

Result<infra::Provider*> Deployments::Body::providerOf(const QString& name) const
{
    infra::Provider* found = provider(name);
    if (found == nullptr) {
        return Error(ErrorKind::NotFound, u"the workspace has no provider %1"_s.arg(name));
    }
    return found;
}

QList<infra::Provider*> Deployments::Body::providers() const
{
    QList<infra::Provider*> all;
    for (const QString& name : workspace.providers.keys()) {
        if (infra::Provider* one = provider(name)) {
            all.append(one);
        }
    }
    return all;
}

// ---- face ---------------------------------------------------------------------------------------

Deployments::Deployments(workspace::Workspace workspace, store::Store* store,
                         engine::Engine* engine, release::Releases* releases, ssh::Client* ssh,
                         FindProvider provider, OpenRepository open, const Clock* clock)
    : m_body(std::make_shared<Body>())
{
    m_body->workspace = std::move(workspace);
    m_body->store = store;
    m_body->engine = engine;
    m_body->releases = releases;
    m_body->ssh = ssh;
    m_body->provider = std::move(provider);
    m_body->open = std::move(open);
    m_body->clock = clock;
    m_body->network.setProxy(QNetworkProxy::NoProxy);
    addKinds(m_body);
    connect(engine, &engine::Engine::changed, this, [this] { Q_EMIT changed(); });
}

Deployments::~Deployments() = default;

Task<Result<QString>> Deployments::bake(BakeRequest request, CancelToken cancel)
{
    return startMade(m_body, bakeRequest(m_body, request.recipe, request.release),
                     std::move(cancel));
}

Task<Result<QString>> Deployments::deploy(DeployRequest request, CancelToken cancel)
{
    return startMade(m_body, deployRequest(m_body, std::move(request)), std::move(cancel));
}

Task<Result<QString>> Deployments::rollback(RollbackRequest request, CancelToken cancel)
{
    return startMade(m_body, rollbackRequest(m_body, std::move(request)), std::move(cancel));
}

Task<Result<QString>> Deployments::down(bool images, CancelToken cancel)
{
    return m_body->engine->start(downRequest(m_body, images), std::move(cancel));
}

Task<Result<engine::Preview>> Deployments::previewBake(BakeRequest request)
{
    return previewMade(m_body, bakeRequest(m_body, request.recipe, request.release));
}

Task<Result<engine::Preview>> Deployments::previewDeploy(DeployRequest request)
{
    return previewMade(m_body, deployRequest(m_body, std::move(request)));
}

Task<Result<engine::Preview>> Deployments::previewRollback(RollbackRequest request)
{
    return previewMade(m_body, rollbackRequest(m_body, std::move(request)));
}

Task<Result<engine::Preview>> Deployments::previewDown(bool images)
{
    return m_body->engine->preview(downRequest(m_body, images));
}

Task<Result<EnvironmentView>> Deployments::environment(QString name)
{
    return viewEnvironment(m_body, std::move(name));
}

Task<Result<QList<EnvironmentView>>> Deployments::environments()
{
    return viewAll(m_body);
}

Task<Result<RollbackTarget>> Deployments::rollbackTarget(QString environment)
{
    return targetOf(m_body, std::move(environment));
}

Task<Result<QList<ImageView>>> Deployments::images()
{
    return viewImages(m_body);
}

Task<Result<void>> Deployments::deleteImage(QString id)
{
    return removeImage(m_body, std::move(id));
}

Task<Result<infra::ServerList>> Deployments::servers()
{
    return allServers(m_body);
}

Task<Result<CensusView>> Deployments::census()
{
    return takeCensus(m_body);
}

Task<Result<void>> Deployments::adopt()
{
    return restoreAll(m_body);
}

}  // namespace analemma::deploy
