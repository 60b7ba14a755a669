#include "core/pipeline/src/service.h"

#include "core/base/files.h"
#include "core/base/text.h"
#include "core/pipeline/src/runs.h"

#include <QDir>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::pipeline {

namespace {

constexpr qint64 mostConfiguration = 2 * 1024 * 1024;
constexpr int branchDepth = 2000;  // commits of a branch looked through for an older one

/// The branch that a revision stands for: itself, the current one, or one whose tip it is. Pure.
QString branchOf(const QString& revision, const git::Commit& commit, const git::Head& head,
                 const QList<git::Ref>& refs)
{
    for (const git::Ref& ref : refs) {
        if (ref.kind == git::Ref::Kind::Branch && ref.name == revision) {
            return ref.name;
        }
    }
    if (commit.id == head.commit) {
        return head.branch;
    }
    for (const git::Ref& ref : refs) {
        if (ref.kind == git::Ref::Kind::Branch && ref.commit == commit.id) {
            return ref.name;
        }
    }
    return {};
}

Task<Result<QString>> findBranch(std::shared_ptr<git::Repository> repository, QString revision,
                                 git::Commit commit)
{
    Result<git::Head> head = co_await repository->head();
    if (!head) {
        co_return head.error();
    }
    Result<QList<git::Ref>> refs = co_await repository->refs();
    if (!refs) {
        co_return refs.error();
    }
    const QString named = branchOf(revision, commit, *head, *refs);
    if (!named.isEmpty() || head->branch.isEmpty()) {
        co_return named;
    }
    // An older commit: of the current branch, when it is among its last ones.
    git::LogQuery query;
    query.from = QStringList{head->branch};
    query.limit = branchDepth;
    const CancelToken none;
    Result<QList<git::Commit>> log = co_await repository->log(query, none);
    if (!log) {
        co_return log.error();
    }
    const bool found = std::any_of(log->cbegin(), log->cend(), [&commit](const git::Commit& one) {
        return one.id == commit.id;
    });
    co_return found ? head->branch : QString();
}

Error unknownPipeline(const workspace::Workspace& workspace, const QString& name)
{
    Error error(ErrorKind::NotFound,
                u"there is no pipeline \"%1\" in %2"_s.arg(displayText(name, 80), workspace.file));
    const QStringList names = workspace.pipelines.keys();
    error.hint = names.isEmpty() ? u"Add one under `pipelines`."_s
                                 : u"Pipelines there: %1."_s.arg(names.join(u", "_s));
    return error;
}

Result<Definition> definitionFor(const QByteArray& bytes, const workspace::Pipeline& pipeline,
                                 const QString& branch)
{
    Result<Definition> definition = readCircleCi(bytes, pipeline.config, branch);
    if (!definition) {
        return definition;
    }
    const bool any = std::any_of(definition->jobs.cbegin(), definition->jobs.cend(),
                                 [](const Job& job) { return job.onThisBranch; });
    if (!any) {
        return Error(ErrorKind::Invalid,
                     u"%1: the filters leave no job for %2"_s.arg(
                         pipeline.config, branch.isEmpty()
                                              ? u"a commit that is on no branch"_s
                                              : u"the branch "_s + displayText(branch, 120)))
            .withHint(
                u"Start the run on a branch that the workflow names, or widen its filters."_s);
    }
    return definition;
}

Result<QStringList> foldersIn(const QString& path)
{
    return QDir(path).entryList(QDir::Dirs | QDir::NoDotAndDotDot);
}

}  // namespace

Task<Result<engine::Request>> makeRequest(std::shared_ptr<Service> service, QString pipeline,
                                          QString revision)
{
    if (!service->workspace.pipelines.contains(pipeline)) {
        co_return unknownPipeline(service->workspace, pipeline);
    }
    const workspace::Pipeline spec = service->workspace.pipelines.value(pipeline);
    Result<std::shared_ptr<git::Repository>> repository = co_await service->open(spec.repository);
    if (!repository) {
        co_return repository.error();
    }
    const QString asked = revision.isEmpty() ? u"HEAD"_s : revision;
    Result<git::Commit> commit = co_await (*repository)->commit(asked);
    if (!commit) {
        co_return commit.error();
    }
    Result<QString> branch = co_await findBranch(*repository, asked, *commit);
    if (!branch) {
        co_return branch.error();
    }
    Result<QByteArray> bytes =
        co_await (*repository)->file(commit->id, spec.config, mostConfiguration);
    if (!bytes) {
        Error error = bytes.error().in(u"pipeline %1"_s.arg(pipeline));
        error.hint =
            u"Commit a configuration at %1, or name another in analemma.yaml."_s.arg(spec.config);
        co_return error;
    }
    Result<Definition> definition = definitionFor(*bytes, spec, *branch);
    if (!definition) {
        co_return definition.error();
    }
    Wanted wanted;
    wanted.pipeline = pipeline;
    wanted.repository = spec.repository;
    wanted.branch = *branch;
    wanted.commit = commit->id;
    wanted.subject = commit->subject;
    wanted.definition = *definition;
    engine::Request request;
    request.kind = u"pipeline"_s;
    request.target = u"pipeline/%1/%2"_s.arg(pipeline, newId());  // runs do not lock each other
    request.title =
        u"Run %1 on %2 %3"_s.arg(pipeline, commit->id.left(10), displayText(commit->subject, 80));
    request.wanted = wanted.toJson();
    co_return request;
}

Task<Result<void>> removeOldCheckouts(std::shared_ptr<Service> service)
{
    const QString work = service->work;
    std::function<Result<QStringList>()> find = [work]() -> Result<QStringList> {
        const Result<void> made = makeFolder(work);
        return made ? foldersIn(work) : Result<QStringList>(made.error());
    };
    Result<QStringList> names = co_await onWorker<QStringList>(std::move(find));
    if (!names || names->isEmpty() || !service->owner) {
        co_return names ? Result<void>() : Result<void>(names.error());
    }
    const QStringList all = *names;
    std::function<Result<QStringList>(store::Transaction&)> choose =
        [all](store::Transaction& transaction) -> Result<QStringList> {
        QStringList over;
        for (const QString& name : all) {
            const Result<std::optional<Run>> run = runs::find(transaction, name);
            if (!run) {
                return run.error();
            }
            if (!*run || isFinal((*run)->state)) {
                over.append(name);
            }
        }
        return over;
    };
    Result<QStringList> over = co_await service->store->read<QStringList>(std::move(choose));
    if (!over) {
        co_return over.error();
    }
    const QStringList doomed = *over;
    std::function<Result<void>()> clear = [work, doomed]() -> Result<void> {
        for (const QString& name : doomed) {
            const Result<void> removed = removeTree(work + u'/' + name);
            if (!removed) {
                return removed;
            }
        }
        return {};
    };
    Result<void> removed = co_await onWorker<void>(std::move(clear));
    co_return removed;
}

Task<Result<void>> lookForChanges(std::shared_ptr<Service> service)
{
    constexpr int newest = 20;
    constexpr milliseconds pause{100};
    if (service->looking) {
        service->lookAgain = true;
        co_return Result<void>();
    }
    service->looking = true;
    do {
        service->lookAgain = false;
        std::function<Result<QList<std::pair<QString, qint64>>>(store::Transaction&)> work =
            [](store::Transaction& transaction) { return runs::revisions(transaction, newest); };
        auto found =
            co_await service->store->read<QList<std::pair<QString, qint64>>>(std::move(work));
        if (!found || !service->owner) {
            break;
        }
        for (const auto& [id, revision] : *found) {
            const bool isNews = service->revisions.value(id, -1) != revision;
            service->revisions.insert(id, revision);
            if (isNews && service->owner) {
                Q_EMIT service->owner->runChanged(id);
            }
        }
        const CancelToken closing = service->scope.token();
        Result<void> slept = co_await sleepFor(pause, closing);
        if (!slept) {
            break;
        }
    } while (service->lookAgain && service->owner);
    service->looking = false;
    co_return Result<void>();
}

}  // namespace analemma::pipeline
