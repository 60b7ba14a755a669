#include "core/deploy/src/kinds.h"

#include "core/base/text.h"

#include <QFileInfo>
#include <QJsonArray>

using namespace Qt::StringLiterals;

namespace analemma::deploy {
namespace {

constexpr milliseconds bakeLockWait(600'000);
constexpr milliseconds scriptTimeout(1'800'000);
constexpr qint64 fileLimit = 64 * 1024 * 1024;
constexpr qint64 scriptLimit = 1024 * 1024;

/// The builder of a bake, open.
struct Bench {
    BodyPtr body;
    engine::Call call;
    WantedBake wanted;
    std::shared_ptr<ssh::Session> session;
    QString root;  ///< of the server as SFTP sees it: empty, or a folder where it has no view of
                   ///< its own
};

Task<Result<infra::Server>> findBuilder(BodyPtr body, WantedBake wanted)
{
    const Result<infra::Provider*> provider = body->providerOf(wanted.provider);
    if (!provider) {
        co_return provider.error();
    }
    Result<QList<infra::Server>> servers = co_await (*provider)->servers();
    if (!servers) {
        co_return servers.error();
    }
    for (const infra::Server& server : *servers) {
        if (server.name == wanted.builder()) {
            co_return server;
        }
    }
    co_return Error(ErrorKind::NotFound, u"the builder %1 is gone"_s.arg(wanted.builder()));
}

Task<Result<Bench>> openBench(BodyPtr body, engine::Call call)
{
    Bench bench;
    bench.body = body;
    bench.call = call;
    bench.wanted = WantedBake::fromJson(call.wanted);
    Result<infra::Server> server = co_await findBuilder(body, bench.wanted);
    if (!server) {
        co_return server.error();
    }
    auto session = co_await body->ssh->shared(server->ssh, call.cancel);
    if (!session) {
        co_return session.error();
    }
    bench.session = *session;
    ssh::ExecOptions options;
    options.timeout = milliseconds(10'000);
    const QString command = u"printf %s \"${SERVER_ROOT:-}\""_s;
    Result<ssh::ExecResult> root = co_await bench.session->exec(command, options, call.cancel);
    if (!root) {
        co_return root.error();
    }
    bench.root = QString::fromUtf8(root->output);
    co_return bench;
}

Task<Result<QByteArray>> repositoryFile(BodyPtr body, WantedBake wanted, QString path, qint64 limit)
{
    auto repository = co_await body->open(wanted.repository);
    if (!repository) {
        co_return repository.error();
    }
    Result<QByteArray> bytes = co_await (*repository)->file(wanted.commit, path, limit);
    if (!bytes) {
        co_return bytes.error().in(u"%1 at commit %2"_s.arg(path, wanted.commit.left(8)));
    }
    co_return bytes;
}

QString remotePath(const Bench& bench, const QString& to, const QString& name)
{
    return bench.root + (to.endsWith(u'/') ? to + QFileInfo(name).fileName() : to);
}

Task<Result<Json>> actUpload(Bench bench)
{
    const workspace::FileSpec file =
        bench.wanted.files.value(bench.call.action.args[u"index"_s].toInt());
    const Json nothing;
    if (file.artifact.isEmpty()) {
        Result<QByteArray> bytes =
            co_await repositoryFile(bench.body, bench.wanted, file.path, fileLimit);
        if (!bytes) {
            co_return bytes.error();
        }
        Result<void> sent = co_await bench.session->uploadBytes(
            *bytes, remotePath(bench, file.to, file.path), 0644, bench.call.cancel);
        if (!sent) {
            co_return sent.error();
        }
        co_return nothing;
    }
    const auto artifact =
        std::find_if(bench.wanted.artifacts.begin(), bench.wanted.artifacts.end(),
                     [&](const release::Artifact& one) { return one.name == file.artifact; });
    if (artifact == bench.wanted.artifacts.end()) {
        co_return Error(ErrorKind::NotFound, u"release %1 has no artifact %2"_s.arg(
                                                 bench.wanted.release, file.artifact));
    }
    const std::function<void(double)> tell = bench.call.progress;
    std::function<void(qint64, qint64)> progress = [tell](qint64 done, qint64 total) {
        tell(total > 0 ? double(done) / double(total) : 1);
    };
    Result<void> sent = co_await bench.session->upload(
        bench.body->store->blobPath(artifact->sha256), remotePath(bench, file.to, file.artifact),
        0644, std::move(progress), bench.call.cancel);
    if (!sent) {
        co_return sent.error();
    }
    bench.call.log(u"%1 (%2, SHA-256 %3)"_s.arg(file.artifact, sizeText(artifact->size),
                                                artifact->sha256.left(12)));
    co_return nothing;
}

Task<Result<Json>> actProvision(Bench bench)
{
    const int index = bench.call.action.args[u"index"_s].toInt();
    const QString script = bench.wanted.provision.value(index);
    Result<QByteArray> bytes =
        co_await repositoryFile(bench.body, bench.wanted, script, scriptLimit);
    if (!bytes) {
        co_return bytes.error();
    }
    const QString path = bench.root + u"/var/tmp/provision-%1"_s.arg(index + 1);
    Result<void> sent = co_await bench.session->uploadBytes(*bytes, path, 0755, bench.call.cancel);
    if (!sent) {
        co_return sent.error();
    }
    const auto last = std::make_shared<QByteArray>();
    const auto log = bench.call.log;
    ssh::ExecOptions options;
    options.timeout = scriptTimeout;
    options.onOutput = [last, log](const QByteArray& piece, bool) {
        *last = (*last + piece).right(2048);
        log(displayLog(piece));
    };
    const QString command = u"RELEASE=%1 COMMIT=%2 %3; code=$?; rm -f %3; exit $code"_s.arg(
        shellQuote(bench.wanted.release), shellQuote(bench.wanted.commit), shellQuote(path));
    Result<ssh::ExecResult> ran = co_await bench.session->exec(command, options, bench.call.cancel);
    if (!ran) {
        co_return ran.error();
    }
    if (!ran->ok()) {
        const QString said = displayText(QByteArrayView(last->trimmed().split('\n').last()), 300);
        co_return Error(ErrorKind::Failed,
                        u"%1 ended with %2: %3"_s.arg(script, ran->endText(), said));
    }
    const Json result{{u"exit"_s, ran->exitCode}};
    co_return result;
}

Task<Result<Json>> actService(Bench bench)
{
    Result<QByteArray> bytes =
        co_await repositoryFile(bench.body, bench.wanted, bench.wanted.start, scriptLimit);
    if (!bytes) {
        co_return bytes.error();
    }
    const QString path = bench.root + u"/srv/services/"_s + bench.wanted.recipe;
    Result<void> sent = co_await bench.session->uploadBytes(*bytes, path, 0755, bench.call.cancel);
    if (!sent) {
        co_return sent.error();
    }
    const Json result{{u"service"_s, bench.wanted.recipe}};
    co_return result;
}

Task<Result<Json>> actKeep(BodyPtr body, engine::Call call)
{
    const WantedBake wanted = WantedBake::fromJson(call.wanted);
    const Result<infra::Provider*> provider = body->providerOf(wanted.provider);
    if (!provider) {
        co_return provider.error();
    }
    infra::ImageSpec spec;
    spec.id = wanted.image;
    spec.recipe = wanted.recipe;
    spec.tag = call.tag;
    spec.provenance = {{u"release"_s, wanted.release},
                       {u"commit"_s, wanted.commit},
                       {u"repository"_s, wanted.repository},
                       {u"recipe_hash"_s, wanted.image.right(8)},
                       {u"parent"_s, wanted.parent.isEmpty() ? u"base"_s : wanted.parent},
                       {u"operation"_s, call.operation},
                       {u"artifacts"_s, call.wanted[u"artifacts"_s]},
                       {u"provision"_s, call.wanted[u"provision"_s]}};
    Result<infra::Image> image =
        co_await (*provider)->createImage(spec, wanted.builder(), call.cancel);
    if (!image) {
        co_return image.error();
    }
    const Json result{
        {u"image"_s, image->id}, {u"size"_s, image->size}, {u"digest"_s, image->digest}};
    co_return result;
}

Task<Result<Json>> actBuilder(BodyPtr body, engine::Call call)
{
    const WantedBake wanted = WantedBake::fromJson(call.wanted);
    infra::ServerSpec spec;
    spec.name = wanted.builder();
    spec.image = wanted.parent;
    spec.tag = call.tag;
    return createServer(body, call, spec, wanted.provider);
}

/// True when somebody asked this operation to end, as against the program ending.
Task<Result<bool>> wasCancelled(BodyPtr body, QString operation)
{
    Result<engine::Operation> own = co_await body->engine->operation(operation);
    if (!own) {
        co_return own.error();
    }
    co_return own->state == "cancelling"_L1;
}

}  // namespace

Task<Result<release::Release>> releaseFor(BodyPtr body, QString recipe, QString name)
{
    const QString repository = body->workspace.images.value(recipe).repository;
    if (!name.contains(u'/')) {
        name = repository + u'/' + name;
    }
    Result<release::Release> release = co_await body->releases->release(name);
    if (release && release->repository != repository) {
        co_return Error(ErrorKind::Invalid, u"image %1 is made of releases of %2, not of %3"_s.arg(
                                                recipe, repository, release->repository));
    }
    co_return release;
}

Task<Result<engine::Request>> bakeRequest(BodyPtr body, QString recipe, QString version)
{
    if (!body->workspace.images.contains(recipe)) {
        co_return Error(ErrorKind::NotFound, u"the workspace has no image recipe %1"_s.arg(recipe));
    }
    auto finding = releaseFor(body, recipe, std::move(version));
    Result<release::Release> release = co_await std::move(finding);
    if (!release) {
        co_return release.error();
    }
    const workspace::ImageRecipe spec = body->workspace.images.value(recipe);
    WantedBake wanted;
    wanted.recipe = recipe;
    wanted.release = release->version;
    wanted.commit = release->commit;
    wanted.repository = spec.repository;
    wanted.image = imageId(body->workspace, recipe, release->version, release->commit);
    if (spec.from != "base"_L1) {
        wanted.parentRecipe = spec.from;
        wanted.parent = imageId(body->workspace, spec.from, release->version, release->commit);
    }
    for (const workspace::Environment& environment : body->workspace.environments) {
        if (environment.image == recipe || wanted.provider.isEmpty()) {
            wanted.provider = environment.provider;
        }
    }
    if (wanted.provider.isEmpty()) {
        wanted.provider =
            body->workspace.providers.isEmpty() ? QString() : body->workspace.providers.firstKey();
    }
    wanted.files = spec.files;
    for (const workspace::FileSpec& file : spec.files) {
        if (file.artifact.isEmpty()) {
            continue;
        }
        const auto found =
            std::find_if(release->artifacts.begin(), release->artifacts.end(),
                         [&](const release::Artifact& one) { return one.name == file.artifact; });
        if (found == release->artifacts.end()) {
            co_return Error(ErrorKind::Invalid,
                            u"image %1 needs the artifact %2, which release %3 does not have"_s.arg(
                                recipe, file.artifact, version))
                .withHint(
                    u"Keep it in the pipeline with store_artifacts, or correct images.%1.files."_s
                        .arg(recipe));
        }
        wanted.artifacts.append(*found);
    }
    wanted.provision = spec.provision;
    wanted.start = spec.start;
    engine::Request request;
    request.kind = u"bake"_s;
    request.target = u"image/"_s + wanted.image;
    request.title = u"Bake image %1"_s.arg(wanted.image);
    request.wanted = wanted.toJson();
    co_return request;
}

Task<Result<Json>> bakeNested(BodyPtr body, engine::Call call)
{
    const QString recipe = call.action.args[u"recipe"_s].toString();
    const QString version = call.action.args[u"release"_s].toString();
    Result<engine::Request> request = co_await bakeRequest(body, recipe, version);
    if (!request) {
        co_return request.error();
    }
    request->lockWait = bakeLockWait;
    Result<QString> id = co_await body->engine->start(*request, call.cancel);
    if (!id) {
        co_return id.error();
    }
    call.log(u"Operation %1 bakes it."_s.arg(*id));
    Result<engine::Operation> baked = co_await body->engine->finished(*id, call.cancel);
    if (!baked && baked.error().kind == ErrorKind::Cancelled) {
        Result<bool> asked = co_await wasCancelled(body, call.operation);
        if (asked && *asked) {
            CancelToken none;
            [[maybe_unused]] Result<void> told = co_await body->engine->cancel(*id);
            baked = co_await body->engine->finished(*id, none);
        }
        co_return cancelledError();
    }
    if (!baked) {
        co_return baked.error();
    }
    if (baked->outcome != engine::Outcome::Ok) {
        co_return Error(
            ErrorKind::Failed,
            u"bake %1: %2"_s.arg(call.action.args[u"image"_s].toString(), baked->reason));
    }
    co_return baked->result;
}

Task<Result<Json>> actOnBake(BodyPtr body, engine::Call call)
{
    const QString verb = call.action.verb;
    const WantedBake wanted = WantedBake::fromJson(call.wanted);
    if (verb == "image.bake"_L1) {
        Result<Json> parent = co_await bakeNested(body, call);
        co_return parent;
    }
    if (verb == "server.create"_L1) {
        Result<Json> builder = co_await actBuilder(body, call);
        co_return builder;
    }
    if (verb == "server.destroy"_L1) {
        Result<Json> gone = co_await destroyServer(body, wanted.builder(), wanted.provider);
        co_return gone;
    }
    if (verb == "image.create"_L1) {
        Result<Json> kept = co_await actKeep(body, call);
        co_return kept;
    }
    Result<Bench> bench = co_await openBench(body, call);
    if (!bench) {
        co_return bench.error();
    }
    if (verb == "bake.upload"_L1) {
        Result<Json> sent = co_await actUpload(*bench);
        co_return sent;
    }
    if (verb == "bake.provision"_L1) {
        Result<Json> ran = co_await actProvision(*bench);
        co_return ran;
    }
    if (verb == "bake.service"_L1) {
        Result<Json> installed = co_await actService(*bench);
        co_return installed;
    }
    co_return Error(ErrorKind::Bug, u"no act is called %1"_s.arg(verb));
}

}  // namespace analemma::deploy
