#include "app/services.h"

#include "app/alerting.h"
#include "app/balancers.h"
#include "app/prometheus.h"
#include "core/base/files.h"
#include "core/base/log.h"
#include "core/base/text.h"

#include <QDir>
#include <QFileInfo>
#include <QRegularExpression>
#include <QSysInfo>

#include <pwd.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace analemma::app {
namespace {

constexpr qint64 secretLimitBytes = 64 * 1024;
constexpr qsizetype secretLimitCount = 1000;
constexpr int runsSearched = 1000;
constexpr std::chrono::milliseconds patience(1000);  // with what is still read when all is closed

Error noSecret(const QString& name, const QString& folder)
{
    return Error(ErrorKind::NotFound, u"there is no secret named %1"_s.arg(displayText(name, 80)))
        .withHint(u"Set the environment variable %1, or write it to %2 with mode 0600."_s.arg(
            LocalSecrets::variableOf(name), QDir(folder).filePath(name)));
}

Result<Secret> readSecretFile(const QString& path)
{
    Result<QByteArray> value = readFile(path, secretLimitBytes);
    if (!value) {
        return value.error();
    }
    const bool line = value->endsWith('\n');
    const Secret secret{QByteArrayView(*value).chopped(line ? 1 : 0)};
    value->fill('\0');
    return secret;
}

Result<Secret> readSecret(const QString& folder, const QString& name)
{
    static const QRegularExpression plain(u"\\A[A-Za-z0-9][A-Za-z0-9._-]{0,127}\\z"_s);
    if (!plain.match(name).hasMatch()) {
        return Error(ErrorKind::Invalid,
                     u"\"%1\" is no name of a secret: use letters, digits, '.', '_' and '-'"_s.arg(
                         displayText(name, 80)));
    }
    QByteArray value = qgetenv(LocalSecrets::variableOf(name).toLatin1().constData());
    if (value.isEmpty()) {
        const QString path = QDir(folder).filePath(name);
        const QFileInfo info(path);
        if (!info.exists()) {
            return noSecret(name, folder);
        }
        constexpr auto others = QFile::ReadGroup | QFile::WriteGroup | QFile::ExeGroup |
                                QFile::ReadOther | QFile::WriteOther | QFile::ExeOther;
        if (info.permissions() & others) {
            return Error(ErrorKind::Refused,
                         u"the secret file %1 can be read by others"_s.arg(path))
                .withHint(u"Run: chmod 600 %1"_s.arg(shellQuote(path)));
        }
        return readSecretFile(path).in(u"secret %1"_s.arg(name));
    }
    const Secret secret{QByteArrayView(value)};
    value.fill('\0');
    return secret;
}

/// The newest passed run of each commit of a repository.
QHash<QString, pipeline::Run> passedRuns(const QList<pipeline::Run>& runs,
                                         const QString& repository)
{
    QHash<QString, pipeline::Run> passed;
    for (const pipeline::Run& run : runs) {
        if (run.repository != repository || run.state != pipeline::State::Passed) {
            continue;
        }
        const auto known = passed.constFind(run.commit);
        if (known == passed.constEnd() || known->created < run.created) {
            passed.insert(run.commit, run);
        }
    }
    return passed;
}

release::Built builtFrom(const pipeline::Run& run)
{
    release::Built built;
    built.run = run.id;
    built.commit = run.commit;
    for (const pipeline::Artifact& artifact : run.artifacts) {
        release::Artifact kept;
        kept.name = artifact.path;
        kept.sha256 = artifact.sha256;
        kept.size = artifact.size;
        built.artifacts.append(kept);
    }
    return built;
}

Error notBuilt(const QString& repository, const QString& commit)
{
    const QString what = commit.isEmpty()
                             ? u"no commit of %1 has a run that passed"_s.arg(repository)
                             : u"commit %1 of %2 has no run that passed"_s.arg(
                                   displayText(commit.left(10), 10), repository);
    return Error(ErrorKind::NotFound, what)
        .withHint(u"Run its pipeline first: analemma-cli pipeline run PIPELINE%1"_s.arg(
            commit.isEmpty() ? QString() : u" --commit "_s + commit.left(10)));
}

Task<Result<std::shared_ptr<ssh::Session>>> sessionTo(operate::Hosts* hosts, QString server,
                                                      CancelToken cancel)
{
    auto connecting = hosts->connect(std::move(server), std::move(cancel));
    const Result<ssh::ChosenSession> chosen = co_await std::move(connecting);
    if (!chosen) {
        co_return chosen.error();
    }
    co_return chosen->session;
}

/// The servers that a fleet may name; those that could not be listed are not among them.
Task<Result<QList<operate::Host>>> listedHosts(operate::Hosts* hosts)
{
    auto listing = hosts->list();
    const Result<operate::HostList> list = co_await std::move(listing);
    if (!list) {
        co_return list.error();
    }
    co_return list->hosts;
}

}  // namespace

QString LocalSecrets::variableOf(const QString& name)
{
    QString variable = u"ANALEMMA_SECRET_"_s;
    for (const QChar c : name.toUpper()) {
        const bool plain = (c >= u'A' && c <= u'Z') || (c >= u'0' && c <= u'9');
        variable.append(plain ? c : QChar(u'_'));
    }
    return variable;
}

Task<Result<Secret>> LocalSecrets::secret(QString name)
{
    std::function<Result<Secret>()> work = [folder = m_folder, name] {
        return readSecret(folder, name);
    };
    return onWorker<Secret>(std::move(work));
}

Result<QList<Secret>> LocalSecrets::all() const
{
    QList<Secret> found;
    for (char** entry = environ; *entry != nullptr; ++entry) {
        const QByteArrayView variable(*entry);
        const qsizetype equals = variable.indexOf('=');
        if (equals > 0 && variable.startsWith("ANALEMMA_SECRET_")) {
            found.append(Secret(variable.sliced(equals + 1)));
        }
    }
    const QFileInfoList files = QDir(m_folder).entryInfoList(QDir::Files | QDir::Hidden);
    if (files.size() + found.size() > secretLimitCount) {
        return Error(ErrorKind::Invalid,
                     u"%1 holds more than %2 files"_s.arg(m_folder).arg(secretLimitCount));
    }
    for (const QFileInfo& file : files) {
        const Result<Secret> secret = readSecretFile(file.filePath());
        if (!secret) {
            return secret.error().in(u"secret %1"_s.arg(displayText(file.fileName(), 80)));
        }
        found.append(*secret);
    }
    found.removeIf([](const Secret& one) { return one.isEmpty(); });
    return found;
}

struct RepositoryCache::Body {
    workspace::Workspace workspace;
    QHash<QString, Pointer> open;

    static Task<Result<Pointer>> get(std::shared_ptr<Body> body, QString name)
    {
        if (body->open.contains(name)) {
            co_return body->open.value(name);
        }
        const auto known = body->workspace.repositories.constFind(name);
        if (known == body->workspace.repositories.constEnd()) {
            const QString list = body->workspace.repositories.keys().join(u", "_s);
            co_return Error(
                ErrorKind::NotFound,
                u"there is no repository named %1 in this workspace"_s.arg(displayText(name, 80)))
                .withHint(u"It has: %1."_s.arg(list.isEmpty() ? u"none"_s : list));
        }
        auto opening = git::Repository::open(known->path);
        Result<Pointer> opened = co_await std::move(opening);
        if (!opened) {
            co_return opened.error().in(u"repository %1"_s.arg(name));
        }
        if (!body->open.contains(name)) {
            body->open.insert(name, *opened);
        }
        co_return body->open.value(name);
    }

    static Task<Result<workspace::Workspace>> edit(std::shared_ptr<Body> body, Edit change)
    {
        std::function<Result<workspace::Workspace>()> work = [file = body->workspace.file,
                                                              change = std::move(change)] {
            return workspace::edit(file, change);
        };
        auto editing = onWorker<workspace::Workspace>(std::move(work));
        Result<workspace::Workspace> after = co_await std::move(editing);
        if (after) {
            body->follow(after->repositories);
        }
        co_return after;
    }

    void follow(const QMap<QString, workspace::Repository>& after)
    {
        open.removeIf([&](const QHash<QString, Pointer>::iterator& one) {
            return after.value(one.key()).path != workspace.repositories.value(one.key()).path;
        });
        workspace.repositories = after;
    }
};

RepositoryCache::RepositoryCache(workspace::Workspace workspace) : m_body(std::make_shared<Body>())
{
    m_body->workspace = std::move(workspace);
}

std::function<Task<Result<RepositoryCache::Pointer>>(QString)> RepositoryCache::opener() const
{
    return [body = m_body](QString name) { return Body::get(body, std::move(name)); };
}

std::function<Task<Result<workspace::Workspace>>(RepositoryCache::Edit)> RepositoryCache::editor()
    const
{
    return [body = m_body](Edit change) { return Body::edit(body, std::move(change)); };
}

Task<Result<release::Built>> findBuilt(pipeline::Pipelines* pipelines,
                                       release::Releases::OpenRepository open, QString repository,
                                       QString commit)
{
    auto listing = pipelines->runs({}, runsSearched, 0);
    const Result<QList<pipeline::Run>> runs = co_await std::move(listing);
    if (!runs) {
        co_return runs.error();
    }
    const QHash<QString, pipeline::Run> passed = passedRuns(*runs, repository);
    if (!commit.isEmpty()) {
        const auto run = passed.constFind(commit);
        if (run == passed.constEnd()) {
            co_return notBuilt(repository, commit);
        }
        co_return builtFrom(*run);
    }
    auto opening = open(repository);
    const auto opened = co_await std::move(opening);
    if (!opened) {
        co_return opened.error();
    }
    git::LogQuery query;
    query.limit = runsSearched;
    auto logging = (*opened)->log(query, CancelToken());
    const Result<QList<git::Commit>> commits = co_await std::move(logging);
    if (!commits) {
        co_return commits.error();
    }
    for (const git::Commit& one : *commits) {
        const auto run = passed.constFind(one.id);
        if (run != passed.constEnd()) {
            co_return builtFrom(*run);
        }
    }
    co_return notBuilt(repository, {});
}

QString actorName()
{
    QString user = qEnvironmentVariable("USER", qEnvironmentVariable("LOGNAME"));
    if (user.isEmpty()) {
        const passwd* entry = ::getpwuid(::getuid());
        user = entry ? QString::fromLocal8Bit(entry->pw_name) : QString::number(::getuid());
    }
    return displayText(user + u'@' + QSysInfo::machineHostName(), 120);
}

Services::Services() = default;
Services::~Services() = default;

Result<std::unique_ptr<Services>> Services::open(const QString& workspaceFile,
                                                 const QString& program)
{
    Result<workspace::Workspace> loaded = workspace::load(workspaceFile);
    if (!loaded) {
        return loaded.error();
    }
    auto services = std::make_unique<Services>();
    services->workspace = std::move(*loaded);
    const workspace::Workspace& ws = services->workspace;
    const QString state = ws.stateFolder();
    const Result<void> made = makeFolder(state);
    if (!made) {
        return made.error().in(u"workspace %1"_s.arg(ws.name));
    }
    Result<std::unique_ptr<store::Store>> opened = store::Store::open(state);
    if (!opened) {
        return opened.error().in(u"workspace %1"_s.arg(ws.name));
    }
    services->store = std::move(*opened);
    store::Store* store = services->store.get();
    const Clock* clock = &services->clock;
    services->ssh = std::make_unique<ssh::Client>();
    services->http = std::make_shared<http::Client>();
    services->repositories = std::make_unique<RepositoryCache>(ws);
    services->secrets = std::make_unique<LocalSecrets>(homeFolder() + u"/secrets"_s);
    for (const workspace::Provider& one : ws.providers) {
        if (one.type != u"local") {
            return Error(ErrorKind::Unsupported,
                         u"providers.%1: this version knows the type local, not %2"_s.arg(
                             one.name, displayText(one.type, 40)));
        }
        services->providers[one.name] =
            infra::makeLocalProvider(ws, one.name, store, services->ssh.get(), clock);
    }
    const auto open = services->repositories->opener();
    services->engine = std::make_unique<engine::Engine>(store, clock, ws.name, program);
    engine::Engine* engine = services->engine.get();
    services->pipelines = std::make_unique<pipeline::Pipelines>(
        ws, store, engine, services->secrets.get(), open, state + u"/checkouts"_s);
    pipeline::Pipelines* pipelines = services->pipelines.get();
    services->releases = std::make_unique<release::Releases>(
        ws, store, open,
        [pipelines, open](QString repository, QString commit) {
            return findBuilt(pipelines, open, std::move(repository), std::move(commit));
        },
        clock);
    Services* self = services.get();
    services->deployments = std::make_unique<deploy::Deployments>(
        ws, store, engine, services->releases.get(), services->ssh.get(),
        [self](const QString& name) { return self->provider(name); }, open, clock);
    deploy::Deployments* deployments = services->deployments.get();
    services->hosts = std::make_unique<operate::Hosts>(
        ws, store, services->ssh.get(), [deployments] { return deployments->servers(); });
    for (engine::Kind& kind : operate::keyKinds(operate::doorsOf(services->hosts.get()))) {
        engine->add(std::move(kind));
    }
    operate::Hosts* hosts = services->hosts.get();
    services->fleet = std::make_unique<operate::Fleet>(
        store, engine, services->secrets.get(), [hosts] { return listedHosts(hosts); },
        [hosts](QString name, CancelToken cancel) {
            return hosts->connect(std::move(name), std::move(cancel));
        },
        clock);
    services->runbooks = std::make_unique<operate::Runbooks>(store);
    services->lifecycle = std::make_unique<lifecycle::Lifecycle>(
        ws, store, pipelines, services->releases.get(), services->deployments.get(), open, clock);
    services->snippets = std::make_unique<operate::Snippets>(store);
    services->transfers = std::make_unique<operate::TransferStore>(store);
    return services;
}

Task<Result<void>> Services::close(std::unique_ptr<Services> services)
{
    services->prometheus.reset();
    if (services->alerts) {
        services->alerts->stop();
        services->alertSubjects->stop();
    }
    if (services->monitor) {
        services->monitor->watch({});
    }
    if (services->checks) {
        services->checks->watch({}, {});
    }
    auto closing = services->lifecycle->close();
    const Result<void> closed = co_await std::move(closing);
    auto suspending = services->engine->suspendAll();
    const Result<void> suspended = co_await std::move(suspending);
    auto ending = services->pipelines->close();
    const Result<void> ended = co_await std::move(ending);
    auto settling = settle(patience);
    const Result<void> settled = co_await std::move(settling);
    if (settled) {
        services.reset();
    } else {
        logLine(LogLevel::Warning, "app", settled.error().in(u"closing"_s).message);
        keepUntilDrained(std::move(services));
    }
    for (const Result<void>& one : {closed, suspended, ended}) {
        if (!one) {
            co_return one;
        }
    }
    co_return Result<void>();
}

Result<void> Services::openMonitor()
{
    Result<std::unique_ptr<monitor::SeriesStore>> opened =
        monitor::SeriesStore::open(workspace.stateFolder());
    if (!opened) {
        return opened.error();
    }
    series = std::move(*opened);
    operate::Hosts* known = hosts.get();
    monitor = std::make_unique<monitor::Monitor>(
        [known](QString server, CancelToken cancel) {
            return sessionTo(known, std::move(server), std::move(cancel));
        },
        series.get());
    monitor::CheckTools tools;
    tools.http = http;
    tools.connect = [known](QString server, CancelToken cancel) {
        return sessionTo(known, std::move(server), std::move(cancel));
    };
    const auto balancers = std::make_shared<ProviderBalancers>([this](const QString& environment) {
        return provider(workspace.environments.value(environment).provider);
    });
    checks = std::make_unique<monitor::Checks>(std::move(tools), balancers, series.get());
    openPrometheusLink();
    return {};
}

void Services::openPrometheusLink()
{
    if (!workspace.prometheus.url.isEmpty() && series) {
        prometheus = std::make_shared<PrometheusLink>(this);
    }
}

infra::Provider* Services::provider(const QString& name) const
{
    const auto found = providers.find(name);
    return found == providers.end() ? nullptr : found->second.get();
}

}  // namespace analemma::app
