#include "core/lifecycle/lifecycle.h"

#include "core/base/log.h"
#include "core/lifecycle/src/autorun.h"

#include <QPointer>
#include <QSet>
#include <QTimer>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::lifecycle {
namespace {

constexpr int coalesceMilliseconds = 100;
constexpr int runsShown = 500;

using RepositoryPointer = std::shared_ptr<git::Repository>;

/// The branch of a repository that is delivered: the first one a pipeline runs for, else HEAD.
QString deliveredBranch(const workspace::Workspace& workspace, const QString& repository)
{
    for (const workspace::Pipeline& pipeline : workspace.pipelines) {
        if (pipeline.repository == repository && !pipeline.on.isEmpty()) {
            return pipeline.on.constFirst();
        }
    }
    return {};
}

QList<deploy::EnvironmentView> inOrder(QList<deploy::EnvironmentView> views,
                                       const QStringList& order)
{
    std::stable_sort(views.begin(), views.end(),
                     [&order](const deploy::EnvironmentView& a, const deploy::EnvironmentView& b) {
                         return order.indexOf(a.spec.name) < order.indexOf(b.spec.name);
                     });
    return views;
}

}  // namespace

struct Lifecycle::Body {
    workspace::Workspace workspace;
    std::shared_ptr<Autorun> autorun;
    pipeline::Pipelines* pipelines = nullptr;
    release::Releases* releases = nullptr;
    deploy::Deployments* deployments = nullptr;
    OpenRepository open;
    const Clock* clock = nullptr;
    QHash<QString, RepositoryPointer> repositories;  ///< by name, watched
    QSet<QString> autorunBusy;   ///< pipelines whose branches are being looked at
    QSet<QString> autorunAgain;  ///< of those: look once more
    bool watching = false;
    TaskScope* scope = nullptr;
    Lifecycle* owner = nullptr;  ///< null once it is gone
    QTimer* timer = nullptr;
    QPointer<monitor::Alerts> alerts;

    using Pointer = std::shared_ptr<Body>;
    using Facts = lifecycle::Facts::RepositoryFacts;

    /// Opens a repository and listens to it, once.
    static Task<Result<RepositoryPointer>> opened(Pointer body, QString name)
    {
        if (body->repositories.contains(name)) {
            co_return body->repositories.value(name);
        }
        auto opening = body->open(name);
        Result<RepositoryPointer> repository = co_await std::move(opening);
        if (!repository) {
            co_return repository.error();
        }
        if (!body->repositories.contains(name)) {
            body->repositories.insert(name, *repository);
            listen(body, name, repository->get());
        }
        co_return body->repositories.value(name);
    }

    static void listen(const Pointer& body, const QString& name, git::Repository* repository)
    {
        if (!body->owner) {
            return;
        }
        const std::weak_ptr<Body> weak = body;
        QObject::connect(repository, &git::Repository::refsChanged, body->owner, [weak, name] {
            if (const Pointer self = weak.lock()) {
                self->tell();
                lookForCommits(self, name);
            }
        });
    }

    static Task<Result<Facts>> factsOf(Pointer body, QString name, int limit)
    {
        Facts facts;
        facts.name = name;
        auto opening = opened(body, name);
        const Result<RepositoryPointer> repository = co_await std::move(opening);
        if (!repository) {
            co_return repository.error();
        }
        git::LogQuery query;
        query.limit = limit;
        const QString branch = deliveredBranch(body->workspace, name);
        if (!branch.isEmpty()) {
            auto looking = (*repository)->commit(branch);
            const Result<git::Commit> tip = co_await std::move(looking);
            if (tip) {
                query.from = QStringList(branch);
            }
        }
        auto heading = (*repository)->head();
        const Result<git::Head> head = co_await std::move(heading);
        if (head && head->commit.isEmpty() && query.from.isEmpty()) {
            co_return facts;  // nothing was committed yet
        }
        auto logging =
            (*repository)->log(query, body->scope ? body->scope->token() : CancelToken());
        Result<QList<git::Commit>> commits = co_await std::move(logging);
        if (!commits) {
            co_return commits.error();
        }
        facts.commits = std::move(*commits);
        auto reviewing = git::reviews(*repository, true);
        const Result<git::ReviewList> reviews = co_await std::move(reviewing);
        if (!reviews) {
            facts.problem = reviews.error().message;
            co_return facts;
        }
        facts.reviews = git::reviewStates(facts.commits, reviews->reviews);
        facts.openReviews = int(std::count_if(
            reviews->reviews.begin(), reviews->reviews.end(), [](const git::Review& one) {
                return one.state == git::ReviewState::Open ||
                       one.state == git::ReviewState::ChangesAsked;
            }));
        co_return facts;
    }

    static Task<Result<Board>> board(Pointer body, int changes)
    {
        lifecycle::Facts facts;
        facts.limit = qBound(0, changes, 10'000);
        // All questions are under way before the first answer is awaited.
        auto runsTask = body->pipelines->runs({}, runsShown, 0);
        auto releasesTask = body->releases->releases({});
        auto environmentsTask = body->deployments->environments();
        std::vector<Task<Result<Facts>>> repositoryTasks;
        const QStringList names = body->workspace.repositories.keys();
        for (const QString& name : names) {
            repositoryTasks.push_back(factsOf(body, name, facts.limit));
        }
        for (size_t i = 0; i < repositoryTasks.size(); ++i) {
            Result<Facts> one = co_await std::move(repositoryTasks[i]);
            if (one) {
                if (!one->problem.isEmpty()) {
                    facts.problems.append(u"%1: %2"_s.arg(names[int(i)], one->problem));
                }
                facts.repositories.append(std::move(*one));
            } else {
                facts.problems.append(one.error().in(names[int(i)]).message);
            }
        }
        Result<QList<pipeline::Run>> runs = co_await std::move(runsTask);
        Result<QList<release::Release>> releases = co_await std::move(releasesTask);
        Result<QList<deploy::EnvironmentView>> environments = co_await std::move(environmentsTask);
        take(runs, &facts.runs, &facts.problems, u"runs"_s);
        take(releases, &facts.releases, &facts.problems, u"releases"_s);
        take(environments, &facts.environments, &facts.problems, u"environments"_s);
        facts.environments = inOrder(facts.environments, body->workspace.environmentOrder);
        if (body->alerts) {
            facts.alerts = body->alerts->list();
        }
        facts.now = body->clock->now();
        co_return makeBoard(facts);
    }

    template <class T>
    static void take(Result<QList<T>>& from, QList<T>* to, QStringList* problems,
                     const QString& what)
    {
        if (from) {
            *to = std::move(*from);
        } else {
            problems->append(from.error().in(what).message);
        }
    }

    static Task<Result<void>> close(Pointer body)
    {
        body->watching = false;
        if (body->scope) {
            auto closing = TaskScope::close(body->scope);
            const Result<void> closed = co_await std::move(closing);
            co_return closed;
        }
        co_return Result<void>();
    }

    /// changed(), at most once in a tenth of a second.
    void tell() const
    {
        if (timer && !timer->isActive()) {
            timer->start(coalesceMilliseconds);
        }
    }

    /// Looks at the branches of each pipeline on this repository; one look at a time for each.
    static void lookForCommits(const Pointer& body, const QString& repository)
    {
        if (!body->watching || !body->scope) {
            return;
        }
        for (const workspace::Pipeline& pipeline : std::as_const(body->workspace.pipelines)) {
            if (pipeline.repository != repository || pipeline.on.isEmpty()) {
                continue;
            }
            if (body->autorunBusy.contains(pipeline.name)) {
                body->autorunAgain.insert(pipeline.name);
                continue;
            }
            body->autorunBusy.insert(pipeline.name);
            body->scope->run(look(body, pipeline.name, repository, body->scope->token()));
        }
    }

    static Task<Result<void>> look(Pointer body, QString pipeline, QString repository,
                                   CancelToken cancel)
    {
        auto opening = opened(body, repository);
        const Result<RepositoryPointer> pointer = co_await std::move(opening);
        if (!pointer) {
            body->autorun->problem(pointer.error().in(repository).message);
            body->autorunBusy.remove(pipeline);
            co_return pointer.error();
        }
        do {
            body->autorunAgain.remove(pipeline);
            auto running = runNewCommits(body->autorun, pipeline, *pointer, cancel);
            const Result<QStringList> started = co_await std::move(running);
            if (!started && !cancel.isCancelled()) {
                body->autorun->problem(started.error().in(pipeline).message);
            }
        } while (body->autorunAgain.contains(pipeline) && !cancel.isCancelled());
        body->autorunBusy.remove(pipeline);
        co_return Result<void>();
    }
};

Lifecycle::Lifecycle(workspace::Workspace workspace, store::Store* store,
                     pipeline::Pipelines* pipelines, release::Releases* releases,
                     deploy::Deployments* deployments, OpenRepository open, const Clock* clock)
    : m_body(std::make_shared<Body>())
{
    m_body->workspace = workspace;
    m_body->pipelines = pipelines;
    m_body->releases = releases;
    m_body->deployments = deployments;
    m_body->open = std::move(open);
    m_body->clock = clock;
    m_body->owner = this;
    m_body->scope = new TaskScope;
    m_body->timer = new QTimer(this);
    m_body->timer->setSingleShot(true);
    connect(m_body->timer, &QTimer::timeout, this, &Lifecycle::changed);
    m_body->autorun = std::make_shared<Autorun>();
    m_body->autorun->workspace = std::move(workspace);
    m_body->autorun->store = store;
    m_body->autorun->pipelines = pipelines;
    m_body->autorun->clock = clock;
    const QPointer<Lifecycle> self(this);
    m_body->autorun->problem = [self](const QString& text) {
        logLine(LogLevel::Warning, "lifecycle", text);
        if (self) {
            Q_EMIT self->problem(text);
        }
    };
    const auto tell = [this] { m_body->tell(); };
    connect(pipelines, &pipeline::Pipelines::runChanged, this, tell);
    connect(releases, &release::Releases::changed, this, tell);
    connect(deployments, &deploy::Deployments::changed, this, tell);
}

Lifecycle::~Lifecycle()
{
    m_body->owner = nullptr;
    m_body->timer = nullptr;
    m_body->watching = false;
    delete std::exchange(m_body->scope, nullptr);
}

Task<Result<Board>> Lifecycle::board(int changes)
{
    return Body::board(m_body, changes);
}

void Lifecycle::showAlerts(monitor::Alerts* alerts)
{
    if (m_body->alerts) {
        disconnect(m_body->alerts, nullptr, this, nullptr);
    }
    m_body->alerts = alerts;
    if (alerts != nullptr) {
        connect(alerts, &monitor::Alerts::changed, this, [this] { m_body->tell(); });
    }
    m_body->tell();
}

Task<Result<void>> Lifecycle::close()
{
    return Body::close(m_body);
}

void Lifecycle::watchForCommits()
{
    if (m_body->watching) {
        return;
    }
    m_body->watching = true;
    for (const workspace::Pipeline& pipeline : std::as_const(m_body->workspace.pipelines)) {
        if (!pipeline.on.isEmpty()) {
            Body::lookForCommits(m_body, pipeline.repository);
        }
    }
}

}  // namespace analemma::lifecycle
