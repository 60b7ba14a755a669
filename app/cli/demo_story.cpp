#include "app/cli/demo_story.h"

#include "app/sample.h"
#include "core/base/files.h"
#include "core/base/text.h"

#include <QDir>

using namespace Qt::StringLiterals;

namespace analemma::cli {
namespace {

const QString demoEnvironment = u"production"_s;
const QString pipelineName = u"shop"_s;
const QString recipeName = u"web"_s;
constexpr milliseconds patience(30'000);

/// What the steps share.
struct Story {
    RunPointer run;
    QString folder;
    std::unique_ptr<app::Services> services;
    std::unique_ptr<app::Load> load;
    DemoReport report;
    QStringList versions;    ///< made so far
    QList<int> generations;  ///< their generations
    int from = 0;            ///< generation that was active before the roll back
};
using StoryPointer = std::shared_ptr<Story>;

/// Waits for an operation; what did not end well is an error. Ctrl-C cancels it first.
Task<Result<engine::Operation>> ended(StoryPointer story, Result<QString> id)
{
    if (!id) {
        co_return id.error();
    }
    engine::Engine* engine = story->services->engine.get();
    auto waiting = engine->finished(*id, story->run->interrupt.first);
    const Result<engine::Operation> operation = co_await std::move(waiting);
    if (!operation) {
        auto cancelling = engine->cancel(*id);
        const Result<void> cancelled = co_await std::move(cancelling);
        if (cancelled) {
            auto again = engine->finished(*id, story->run->interrupt.second);
            const Result<engine::Operation> cleaned = co_await std::move(again);
            co_return cleaned ? operation.error() : cleaned.error();
        }
        co_return operation.error();
    }
    if (operation->outcome != engine::Outcome::Ok) {
        co_return Error(
            ErrorKind::Failed,
            u"%1: %2: %3"_s.arg(operation->title, toString(operation->outcome), operation->reason));
    }
    co_return operation;
}

Task<Result<QString>> makeWorkspace(StoryPointer story)
{
    auto making = app::makeSample(u"shop"_s, story->folder);
    const Result<QString> commit = co_await std::move(making);
    if (!commit) {
        co_return commit.error();
    }
    const QString file = QDir(story->folder).filePath(u"analemma.yaml"_s);
    Result<std::unique_ptr<app::Services>> opened = app::Services::open(file, u"analemma-cli"_s);
    if (!opened) {
        co_return opened.error();
    }
    story->services = std::move(*opened);
    co_return u"commit %1"_s.arg(commit->left(7));
}

Task<Result<QString>> commitNext(StoryPointer story)
{
    auto committing = app::advanceSample(story->folder);
    const Result<QString> commit = co_await std::move(committing);
    co_return commit ? Result<QString>(u"commit %1"_s.arg(commit->left(7))) : commit;
}

Task<Result<QString>> runPipeline(StoryPointer story)
{
    pipeline::Pipelines* pipelines = story->services->pipelines.get();
    auto starting = pipelines->start(pipelineName, {}, story->run->interrupt.first);
    const Result<QString> id = co_await std::move(starting);
    auto ending = ended(story, id);
    const Result<engine::Operation> operation = co_await std::move(ending);
    if (!operation) {
        co_return operation.error();
    }
    auto reading = pipelines->run(*id);
    const Result<pipeline::Run> read = co_await std::move(reading);
    if (!read) {
        co_return read.error();
    }
    int passed = 0;
    for (const pipeline::JobRun& job : read->jobs) {
        passed += job.testsPassed;
    }
    co_return u"%1 jobs, %2 tests passed, %3 artifacts"_s.arg(read->jobs.size())
        .arg(passed)
        .arg(read->artifacts.size());
}

Task<Result<QString>> makeRelease(StoryPointer story)
{
    release::Releases* releases = story->services->releases.get();
    auto creating = releases->create(u"shop"_s, {}, {}, app::actorName());
    const Result<release::Release> made = co_await std::move(creating);
    if (!made) {
        co_return made.error();
    }
    auto approving = releases->approve(made->version, app::actorName(), u"demo"_s);
    const Result<release::Release> approved = co_await std::move(approving);
    if (!approved) {
        co_return approved.error();
    }
    story->versions.append(approved->version);
    co_return u"%1, tag %2, approved"_s.arg(approved->version, approved->tag);
}

Task<Result<QString>> bake(StoryPointer story)
{
    deploy::BakeRequest request;
    request.recipe = recipeName;
    request.release = story->versions.constLast();
    auto starting = story->services->deployments->bake(request, story->run->interrupt.first);
    const Result<QString> id = co_await std::move(starting);
    auto ending = ended(story, id);
    const Result<engine::Operation> operation = co_await std::move(ending);
    if (!operation) {
        co_return operation.error();
    }
    co_return operation->result.value(u"image"_s).toString();
}

Task<Result<deploy::EnvironmentView>> look(StoryPointer story)
{
    auto reading = story->services->deployments->environment(demoEnvironment);
    const Result<deploy::EnvironmentView> view = co_await std::move(reading);
    if (view && !view->active) {
        co_return Error(ErrorKind::Failed, u"nothing is active in %1"_s.arg(demoEnvironment));
    }
    co_return view;
}

Task<Result<QString>> deployRelease(StoryPointer story, QString version)
{
    deploy::DeployRequest request;
    request.environment = demoEnvironment;
    request.release = version;
    auto starting = story->services->deployments->deploy(request, story->run->interrupt.first);
    const Result<QString> id = co_await std::move(starting);
    auto ending = ended(story, id);
    const Result<engine::Operation> operation = co_await std::move(ending);
    if (!operation) {
        co_return operation.error();
    }
    auto looking = look(story);
    const Result<deploy::EnvironmentView> view = co_await std::move(looking);
    if (!view) {
        co_return view.error();
    }
    if (view->active->release != version) {
        co_return Error(ErrorKind::Failed,
                        u"%1 should be active, but %2 is"_s.arg(version, view->active->release));
    }
    story->generations.append(view->active->number);
    int servers = 0;
    for (const deploy::MemberView& member : view->members) {
        servers += member.generation == view->active->number ? 1 : 0;
    }
    co_return u"%1 as generation %2 on %3 servers, %4"_s.arg(version)
        .arg(view->active->number)
        .arg(servers)
        .arg(view->balancer.url);
}

Task<Result<QString>> deployNewest(StoryPointer story)
{
    return deployRelease(story, story->versions.constLast());
}

Task<Result<QString>> startLoad(StoryPointer story)
{
    auto looking = look(story);
    const Result<deploy::EnvironmentView> view = co_await std::move(looking);
    if (!view) {
        co_return view.error();
    }
    app::LoadPlan plan;
    plan.url = QUrl(view->balancer.url);
    plan.url.setPath(u"/api/version"_s);
    if (!plan.url.isValid() || plan.url.host().isEmpty()) {
        co_return Error(ErrorKind::Failed,
                        u"%1 has no balancer to send requests to"_s.arg(demoEnvironment));
    }
    story->load = std::make_unique<app::Load>(plan);
    auto waiting = story->load->answered(50, patience);
    const Result<void> answered = co_await std::move(waiting);
    if (!answered) {
        co_return answered.error();
    }
    co_return u"%1 clients that stay connected, %2 that connect anew each time"_s
        .arg(plan.keepAlive)
        .arg(plan.fresh);
}

Task<Result<engine::Operation>> switchTo(StoryPointer story, int generation)
{
    deploy::RollbackRequest request;
    request.environment = demoEnvironment;
    request.to = generation;
    auto starting = story->services->deployments->rollback(request, story->run->interrupt.first);
    const Result<QString> id = co_await std::move(starting);
    auto ending = ended(story, id);
    Result<engine::Operation> operation = co_await std::move(ending);
    co_return operation;
}

/// Switches while the load runs; milliseconds from the command to the first answer of `version`.
Task<Result<QString>> timedSwitch(StoryPointer story, int generation, QString version,
                                  bool isRollback)
{
    const qint64 accepted = app::loadNow();
    auto listening = story->load->firstAnswer(version, accepted, patience);
    auto switching = switchTo(story, generation);
    const Result<engine::Operation> operation = co_await std::move(switching);
    if (!operation) {
        co_return operation.error();
    }
    const Result<qint64> first = co_await std::move(listening);
    if (!first) {
        co_return first.error();
    }
    const double ms = double(*first - accepted) / 1e6;
    const double switchMs = operation->result.value(u"switch_ms"_s).toDouble(-1);
    if (isRollback) {
        story->report.rollbackMs = ms;
        story->report.switchMs = switchMs;
    }
    co_return u"first answer of %1 after %2 ms"_s.arg(version).arg(ms, 0, 'f', 1);
}

Task<Result<QString>> rollBack(StoryPointer story)
{
    return timedSwitch(story, 0, story->versions.constFirst(), true);
}

Task<Result<QString>> rollForward(StoryPointer story)
{
    return timedSwitch(story, story->generations.constLast(), story->versions.constLast(), false);
}

/// Deploys once more: of three generations one is kept warm, the oldest is reaped.
Task<Result<QString>> reap(StoryPointer story)
{
    auto deploying = deployRelease(story, story->versions.constFirst());
    const Result<QString> deployed = co_await std::move(deploying);
    if (!deployed) {
        co_return deployed.error();
    }
    auto looking = look(story);
    const Result<deploy::EnvironmentView> view = co_await std::move(looking);
    if (!view) {
        co_return view.error();
    }
    int gone = 0;
    for (const deploy::Generation& generation : view->generations) {
        gone += generation.state == u"gone" ? 1 : 0;
    }
    co_return u"%1; %2 warm, %3 gone"_s.arg(*deployed).arg(view->warm.size()).arg(gone);
}

Task<Result<QString>> stopLoad(StoryPointer story)
{
    if (!story->load) {
        co_return QString();
    }
    auto stopping = story->load->stop();
    const Result<app::LoadReport> report = co_await std::move(stopping);
    story->load.reset();
    if (!report) {
        co_return report.error();
    }
    story->report.load = *report;
    co_return u"%1 requests, %2 failed"_s.arg(report->requests).arg(report->failed);
}

Task<Result<QString>> takeDown(StoryPointer story)
{
    // Not to be interrupted: what was started is stopped.
    auto starting = story->services->deployments->down(true, CancelToken());
    const Result<QString> id = co_await std::move(starting);
    if (!id) {
        co_return id.error();
    }
    auto waiting = story->services->engine->finished(*id, story->run->interrupt.second);
    const Result<engine::Operation> operation = co_await std::move(waiting);
    if (!operation) {
        co_return operation.error();
    }
    if (operation->outcome != engine::Outcome::Ok) {
        co_return Error(ErrorKind::Failed, u"%1: %2"_s.arg(operation->title, operation->reason));
    }
    co_return u"servers, balancer and images are gone"_s;
}

Task<Result<QString>> count(StoryPointer story)
{
    auto counting = story->services->deployments->census();
    const Result<deploy::CensusView> census = co_await std::move(counting);
    if (!census) {
        co_return census.error();
    }
    const qsizetype left =
        census->servers.size() + census->images.size() + census->balancers.size();
    story->report.orphans = int(census->orphans.size() + left);
    for (const deploy::Orphan& orphan : census->orphans) {
        story->report.leftovers.append(
            u"left behind: %1 %2 (%3)"_s.arg(orphan.what, orphan.name, orphan.why));
    }
    co_return u"%1 orphans"_s.arg(story->report.orphans);
}

struct Step {
    QString name;
    Task<Result<QString>> (*body)(StoryPointer);
};

/// Takes one step and writes down its time; false when it failed.
Task<Result<bool>> take(StoryPointer story, Step step)
{
    const qint64 began = app::loadNow();
    auto going = step.body(story);
    const Result<QString> detail = co_await std::move(going);
    StepTime time;
    time.name = step.name;
    time.took = milliseconds((app::loadNow() - began) / 1'000'000);
    time.detail = detail ? *detail : displayText(detail.error().message, 300);
    story->report.steps.append(time);
    story->run->say(u"  %1 %2 %3  %4"_s.arg(
        detail ? u"ok    "_s : u"failed"_s, time.name.leftJustified(28, u' '),
        durationText(time.took).rightJustified(9, u' '), time.detail));
    if (!detail && !story->report.error) {
        story->report.error = detail.error().in(step.name);
    }
    co_return detail.ok();
}

QList<Step> deliverySteps()
{
    return {
        {u"make the sample workspace"_s, makeWorkspace},
        {u"pipeline, first commit"_s, runPipeline},
        {u"release and approval"_s, makeRelease},
        {u"bake the image"_s, bake},
        {u"deploy to production"_s, deployNewest},
        {u"users come"_s, startLoad},
        {u"second commit"_s, commitNext},
        {u"pipeline, second commit"_s, runPipeline},
        {u"release and approval"_s, makeRelease},
        {u"bake the image"_s, bake},
        {u"deploy under load"_s, deployNewest},
        {u"roll back under load"_s, rollBack},
        {u"roll forward under load"_s, rollForward},
        {u"deploy again, reap the oldest"_s, reap},
    };
}

Task<Result<bool>> takeAll(StoryPointer story, QList<Step> steps, bool stopAtFailure)
{
    for (const Step& step : steps) {
        if (stopAtFailure && story->run->interrupt.first.isCancelled()) {
            story->report.error = cancelledError();
            co_return false;
        }
        auto taking = take(story, step);
        const Result<bool> taken = co_await std::move(taking);
        if (stopAtFailure && (!taken || !*taken)) {
            co_return false;
        }
    }
    co_return true;
}

/// Stops the services and removes the workspace and its state.
Task<Result<QString>> removeAll(StoryPointer story)
{
    QStringList folders{story->folder};
    if (story->services) {
        folders.append(story->services->workspace.stateFolder());
        auto closing = app::Services::close(std::move(story->services));
        const Result<void> closed = co_await std::move(closing);
        if (!closed) {
            co_return closed.error();
        }
    }
    std::function<Result<bool>()> work = [folders]() -> Result<bool> {
        for (const QString& folder : folders) {
            const Result<void> removed = removeTree(folder);
            if (!removed) {
                return removed.error();
            }
        }
        return true;
    };
    auto removing = onWorker<bool>(std::move(work));
    const Result<bool> removed = co_await std::move(removing);
    if (!removed) {
        co_return removed.error();
    }
    co_return u"nothing is left"_s;
}

}  // namespace

Task<Result<DemoReport>> tellStory(RunPointer run, QString folder, bool keep)
{
    auto story = std::make_shared<Story>();
    story->run = run;
    story->folder = folder;
    // Only what this demo made is removed at its end.
    const bool mine = !QDir(folder).exists() || QDir(folder).isEmpty();
    auto delivering = takeAll(story, deliverySteps(), true);
    const Result<bool> delivered = co_await std::move(delivering);
    QList<Step> ending;
    if (story->load) {
        ending.append(Step{u"users go"_s, stopLoad});
    }
    if (story->services && !keep) {
        ending.append(Step{u"down"_s, takeDown});
        ending.append(Step{u"census"_s, count});
    }
    auto finishing = takeAll(story, ending, false);
    const Result<bool> finished = co_await std::move(finishing);
    const bool clean = story->report.orphans == 0 && (delivered && finished);
    if (!keep && mine && clean) {
        QList<Step> last;
        last.append(Step{u"remove the workspace"_s, removeAll});
        auto removing = takeAll(story, last, false);
        const Result<bool> removed = co_await std::move(removing);
        Q_UNUSED(removed)
    } else if (story->services) {
        auto closing = app::Services::close(std::move(story->services));
        const Result<void> closed = co_await std::move(closing);
        if (!closed) {
            story->report.leftovers.append(closed.error().message);
        }
        story->report.leftovers.append(keep ? QStringList()
                                            : QStringList(u"the workspace is left in "_s + folder));
    }
    co_return story->report;
}

}  // namespace analemma::cli
