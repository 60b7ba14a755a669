#include "core/lifecycle/src/autorun.h"

using namespace Qt::StringLiterals;

namespace analemma::lifecycle {
namespace {

const QString claimKind = u"autorun"_s;

using Claim = std::optional<store::Document>;

Task<Result<Claim>> readStored(store::Store* store, QString key)
{
    std::function<Result<Claim>(store::Transaction&)> work = [key](store::Transaction& t) {
        return t.document(claimKind, key);
    };
    auto task = store->read<Claim>(std::move(work));
    Result<Claim> result = co_await std::move(task);
    co_return result;
}

Task<Result<store::Document>> putClaim(store::Store* store, QString key, QString pipeline,
                                       Json body, qint64 revision)
{
    std::function<Result<store::Document>(store::Transaction&)> work =
        [key, pipeline, body, revision](store::Transaction& t) {
            return t.put(claimKind, key, pipeline, body, revision);
        };
    auto task = store->write<store::Document>(std::move(work));
    Result<store::Document> result = co_await std::move(task);
    co_return result;
}

/// Claims the commit: its document, or nothing when another program has it.
Task<Result<Claim>> claim(std::shared_ptr<Autorun> autorun, QString pipeline, QString commit)
{
    const QString key = claimKey(pipeline, commit);
    auto reading = readStored(autorun->store, key);
    const Result<Claim> stored = co_await std::move(reading);
    if (!stored) {
        co_return stored.error();
    }
    const ClaimState state = readClaim(*stored, isAlive);
    if (state == ClaimState::Done || state == ClaimState::Busy) {
        co_return Claim();
    }
    Json body;
    body[u"state"_s] = u"starting"_s;
    body[u"by"_s] = ownIdentity().toJson();
    body[u"at"_s] = toIso(autorun->clock->now());
    const qint64 revision = *stored ? (*stored)->revision : 0;
    auto writing = putClaim(autorun->store, key, pipeline, body, revision);
    const Result<store::Document> written = co_await std::move(writing);
    if (!written && written.error().kind == ErrorKind::Conflict) {
        co_return Claim();
    }
    if (!written) {
        co_return written.error();
    }
    co_return Claim(*written);
}

Task<Result<void>> settle(std::shared_ptr<Autorun> autorun, store::Document document, Json body)
{
    auto writing = putClaim(autorun->store, document.key, document.scope, body, document.revision);
    const Result<store::Document> written = co_await std::move(writing);
    if (!written) {
        co_return written.error();
    }
    co_return Result<void>();
}

Task<Result<void>> unclaim(std::shared_ptr<Autorun> autorun, QString key)
{
    std::function<Result<bool>(store::Transaction&)> work =
        [key](store::Transaction& t) -> Result<bool> {
        const Result<void> removed = t.remove(claimKind, key);
        if (!removed) {
            return removed.error();
        }
        return true;
    };
    auto task = autorun->store->write<bool>(std::move(work));
    const Result<bool> result = co_await std::move(task);
    if (!result) {
        co_return result.error();
    }
    co_return Result<void>();
}

/// Starts the run of a commit that has been claimed, and writes down what became of it. A program
/// that is busy with the pipeline now is waited for.
Task<Result<QString>> startClaimed(std::shared_ptr<Autorun> autorun, QString pipeline,
                                   QString commit, store::Document document, CancelToken cancel)
{
    Result<QString> started = Error(ErrorKind::Cancelled, QString());
    for (;;) {
        auto starting = autorun->pipelines->start(pipeline, commit, cancel);
        started = co_await std::move(starting);
        if (started || !isPassing(started.error().kind)) {
            break;
        }
        auto waiting = sleepFor(milliseconds(1000), cancel);
        const Result<void> waited = co_await std::move(waiting);
        if (!waited) {
            started = waited.error();
            break;
        }
    }
    if (!started && started.error().kind == ErrorKind::Cancelled) {
        auto undoing = unclaim(autorun, document.key);
        const Result<void> undone = co_await std::move(undoing);
        co_return undone ? started.error() : undone.error();
    }
    Json body = document.body;
    body[u"state"_s] = started ? u"started"_s : u"refused"_s;
    if (started) {
        body[u"run"_s] = *started;
    } else {
        body[u"error"_s] = started.error().toJson();
    }
    auto settling = settle(autorun, document, body);
    const Result<void> settled = co_await std::move(settling);
    if (!settled) {
        co_return settled.error();
    }
    co_return started;
}

Task<Result<QString>> runCommit(std::shared_ptr<Autorun> autorun, QString pipeline, QString commit,
                                CancelToken cancel)
{
    auto asking = autorun->pipelines->runOf(commit);
    const Result<std::optional<pipeline::Run>> known = co_await std::move(asking);
    if (!known) {
        co_return known.error();
    }
    if (*known && (*known)->pipeline == pipeline) {
        co_return QString();
    }
    auto claiming = claim(autorun, pipeline, commit);
    const Result<Claim> mine = co_await std::move(claiming);
    if (!mine) {
        co_return mine.error();
    }
    if (!*mine) {
        co_return QString();
    }
    auto starting = startClaimed(autorun, pipeline, commit, **mine, cancel);
    Result<QString> started = co_await std::move(starting);
    co_return started;
}

QStringList tips(const QList<git::Ref>& refs, const QStringList& branches)
{
    QStringList commits;
    for (const QString& branch : branches) {
        for (const git::Ref& ref : refs) {
            if (ref.kind == git::Ref::Kind::Branch && ref.name == branch &&
                !commits.contains(ref.commit)) {
                commits.append(ref.commit);
            }
        }
    }
    return commits;
}

}  // namespace

ClaimState readClaim(const std::optional<store::Document>& claim,
                     const std::function<bool(const ProcessIdentity&)>& alive)
{
    if (!claim) {
        return ClaimState::Free;
    }
    if (claim->body.value(u"state"_s).toString() != u"starting") {
        return ClaimState::Done;
    }
    const auto by = ProcessIdentity::fromJson(claim->body.value(u"by"_s).toObject());
    return alive(by) ? ClaimState::Busy : ClaimState::Deserted;
}

QString claimKey(const QString& pipeline, const QString& commit)
{
    return pipeline + u"/"_s + commit;
}

bool isPassing(ErrorKind kind)
{
    return kind == ErrorKind::Locked || kind == ErrorKind::RateLimited ||
           kind == ErrorKind::Network;
}

Task<Result<QStringList>> runNewCommits(std::shared_ptr<Autorun> autorun, QString pipeline,
                                        std::shared_ptr<git::Repository> repository,
                                        CancelToken cancel)
{
    auto asking = repository->refs();
    const Result<QList<git::Ref>> refs = co_await std::move(asking);
    if (!refs) {
        co_return refs.error();
    }
    QStringList started;
    const QStringList commits = tips(*refs, autorun->workspace.pipelines.value(pipeline).on);
    for (const QString& commit : commits) {
        auto running = runCommit(autorun, pipeline, commit, cancel);
        const Result<QString> run = co_await std::move(running);
        if (!run && run.error().kind != ErrorKind::Cancelled) {
            autorun->problem(u"pipeline %1 did not start for %2: %3"_s.arg(pipeline, commit.left(7),
                                                                           run.error().message));
        } else if (run && !run->isEmpty()) {
            started.append(*run);
        }
    }
    co_return started;
}

}  // namespace analemma::lifecycle
