#include "core/base/text.h"
#include "core/lifecycle/figures.h"

using namespace Qt::StringLiterals;

/// Deliveries out of the journal and the repositories.
namespace analemma::lifecycle {
namespace {

constexpr int kMostOperations = 2'000;  // of an environment
constexpr int kMostCommits = 500;       // of a deployment

/// When an action of the plan ended well; of several the first.
QDateTime endOf(const engine::Operation& operation, const QString& key)
{
    for (const engine::ActionView& action : operation.actions) {
        if (action.key == key && action.state == "ok"_L1) {
            return action.finished;
        }
    }
    return {};
}

/// The commits of a deployment that were not live before. Of the first one that is known in an
/// environment only its own commit counts: the whole history did not arrive with it.
Task<Result<QList<Landed>>> landed(Lifecycle::OpenRepository open, QString repository,
                                   QString commit, QString before)
{
    auto opening = open(repository);
    const auto opened = co_await std::move(opening);
    if (!opened) {
        co_return opened.error();
    }
    git::LogQuery query;
    query.from = {commit};
    query.notReachableFrom = before;
    query.limit = before.isEmpty() ? 1 : kMostCommits;
    auto reading = (*opened)->log(query, CancelToken());
    const Result<QList<git::Commit>> commits = co_await std::move(reading);
    if (!commits) {
        co_return commits.error();
    }
    QList<Landed> changes;
    for (const git::Commit& one : *commits) {
        changes.append({one.id, one.subject, one.time});
    }
    co_return changes;
}

Task<Result<QList<Delivery>>> deliveriesOf(FigureSources sources, QString environment)
{
    auto reading = sources.engine->operations(u"environment/"_s + environment, kMostOperations);
    const Result<QList<engine::Operation>> operations = co_await std::move(reading);
    if (!operations) {
        co_return operations.error();
    }
    QList<Delivery> found;
    for (const engine::Operation& one : *operations) {
        if (const std::optional<Delivery> delivery = deliveryOf(one, sources.workspace)) {
            found.append(*delivery);
        }
    }
    std::ranges::stable_sort(found, {}, &Delivery::began);
    co_return found;
}

}  // namespace

std::optional<Delivery> deliveryOf(const engine::Operation& operation,
                                   const workspace::Workspace& workspace)
{
    const bool deploys = operation.kind == "deploy"_L1;
    if (!operation.isFinished() || (!deploys && operation.kind != "rollback"_L1)) {
        return std::nullopt;
    }
    const Json& wanted = operation.wanted;
    Delivery one;
    one.kind = deploys && !wanted[u"rollback"_s].toBool() ? Delivery::Kind::Deploy
                                                          : Delivery::Kind::Rollback;
    one.operation = operation.id;
    one.environment = operation.target.section(u'/', 1);
    const auto spec = workspace.environments.constFind(one.environment);
    if (spec != workspace.environments.constEnd()) {
        one.repository = workspace.images.value(spec->image).repository;
    }
    one.release = wanted[u"release"_s].toString();
    one.commit = wanted[u"commit"_s].toString();
    one.from = deploys ? operation.result[u"from"_s].toInt() : wanted[u"from"_s].toInt();
    one.to = deploys ? 0 : wanted[u"to"_s].toInt();
    one.stayed = operation.outcome == engine::Outcome::Ok;
    one.began = operation.created;
    one.ended = operation.finished;
    one.live = endOf(operation, u"switch"_s);
    if (!one.live.isValid() && one.stayed) {
        one.live = operation.finished;
    }
    return one;
}

Task<Result<Deliveries>> deliveries(FigureSources sources, FigureQuery query)
{
    const workspace::Workspace& workspace = sources.workspace;
    if (!query.environment.isEmpty() && !workspace.environments.contains(query.environment)) {
        co_return Error(ErrorKind::NotFound, u"this workspace has no environment named %1"_s.arg(
                                                 displayText(query.environment, 80)));
    }
    if (!query.repository.isEmpty() && !workspace.repositories.contains(query.repository)) {
        co_return Error(ErrorKind::NotFound, u"this workspace has no repository named %1"_s.arg(
                                                 displayText(query.repository, 80)));
    }
    Deliveries read;
    const QDateTime from = query.before();
    const QStringList environments = query.environment.isEmpty()
                                         ? QStringList(workspace.environments.keys())
                                         : QStringList{query.environment};
    for (const QString& environment : environments) {
        auto reading = deliveriesOf(sources, environment);
        Result<QList<Delivery>> found = co_await std::move(reading);
        if (!found) {
            co_return found.error();
        }
        QString before;
        for (Delivery& one : *found) {
            const bool arrived = one.kind == Delivery::Kind::Deploy && one.live.isValid();
            const auto known = sources.known.constFind(one.operation);
            if (known != sources.known.constEnd()) {
                one.changes = *known;
            } else if (arrived && one.live >= from && one.live < query.to &&
                       !one.repository.isEmpty()) {
                auto asking = landed(sources.open, one.repository, one.commit, before);
                const Result<QList<Landed>> changes = co_await std::move(asking);
                if (changes) {
                    one.changes = *changes;
                } else {
                    read.problems.append(u"commits of %1 %2: %3"_s.arg(one.environment, one.release,
                                                                       changes.error().message));
                }
            }
            if (arrived && one.stayed) {
                before = one.commit;
            }
        }
        read.all += *found;
    }
    co_return read;
}

Task<Result<FigureReport>> figures(FigureSources sources, FigureQuery query)
{
    auto reading = deliveries(std::move(sources), query);
    const Result<Deliveries> read = co_await std::move(reading);
    if (!read) {
        co_return read.error();
    }
    FigureReport report = makeFigures(read->all, query);
    report.problems = read->problems;
    co_return report;
}

}  // namespace analemma::lifecycle
