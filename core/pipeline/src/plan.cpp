#include "core/pipeline/src/plan.h"

#include "core/pipeline/src/model.h"

using namespace Qt::StringLiterals;

namespace analemma::pipeline {

const QString Verbs::job = u"pipeline.job"_s;
const QString Verbs::sweep = u"pipeline.sweep"_s;
const QString Verbs::finish = u"pipeline.finish"_s;

namespace {

const QString finishKey = u"finish"_s;

/// What the journal says about one job.
enum class Past { Open, UnderWay, Passed, Failed, Unknown, Swept, Skipped };

QString keyOf(const Job& job)
{
    return u"job/"_s + jobKey(job.name);
}

QString sweepKeyOf(const Job& job)
{
    return u"sweep/"_s + jobKey(job.name);
}

Past pastOf(const Job& job, const engine::Observed& observed)
{
    const auto found = observed.journal.constFind(keyOf(job));
    if (found == observed.journal.constEnd()) {
        return Past::Open;
    }
    switch (found->outcome) {
        case engine::Outcome::None:
            return Past::UnderWay;
        case engine::Outcome::Ok:
            return Past::Passed;
        case engine::Outcome::Failed:
        case engine::Outcome::Cancelled:
            return Past::Failed;
        case engine::Outcome::Unknown:
            break;
    }
    // The job's own record is written after its clean-up: a final one is the truth.
    const QString seen = observed.world.value(u"jobs"_s).toObject().value(job.name).toString();
    if (seen == toString(State::Passed)) {
        return Past::Passed;
    }
    if (seen == toString(State::Failed)) {
        return Past::Failed;
    }
    const auto swept = observed.journal.constFind(sweepKeyOf(job));
    const bool tried =
        swept != observed.journal.constEnd() &&
        (swept->outcome == engine::Outcome::Ok || swept->outcome == engine::Outcome::Failed);
    return tried ? Past::Swept : Past::Unknown;
}

QString outcomeText(Past past)
{
    switch (past) {
        case Past::Passed:
            return u"ok"_s;
        case Past::Failed:
            return u"failed"_s;
        case Past::Unknown:
        case Past::Swept:
            return u"interrupted"_s;
        case Past::Open:
        case Past::UnderWay:
        case Past::Skipped:
            break;
    }
    return u"skipped"_s;
}

engine::Action jobAction(const Job& job, const QStringList& needs, const QString& commit)
{
    engine::Action action;
    action.key = keyOf(job);
    action.verb = Verbs::job;
    action.args.insert(u"job"_s, job.name);
    action.needs = needs;
    action.says.title = u"Run job %1"_s.arg(job.name);
    action.says.call = u"%1 steps in a clean checkout of %2; %3"_s.arg(job.steps.size())
                           .arg(commit.left(10), job.note);
    action.says.cost = u"free"_s;
    action.says.wayBack = u"remove the checkout and the results"_s;
    action.recovery = engine::Recovery::Observed;
    return action;
}

engine::Action sweepAction(const Job& job)
{
    engine::Action action;
    action.key = sweepKeyOf(job);
    action.verb = Verbs::sweep;
    action.args.insert(u"job"_s, job.name);
    action.says.title = u"End what is left of job %1"_s.arg(job.name);
    action.says.call = u"signal the processes of the job"_s;
    action.says.cost = u"free"_s;
    action.recovery = engine::Recovery::Idempotent;
    return action;
}

engine::Action finishAction(const QStringList& needs, const Json& outcomes, bool cancelled)
{
    engine::Action action;
    action.key = finishKey;
    action.verb = Verbs::finish;
    action.args.insert(u"jobs"_s, outcomes);
    action.args.insert(u"cancelled"_s, cancelled);
    action.needs = needs;
    action.says.title = u"Write the result"_s;
    action.says.call = u"write the totals, remove the checkouts"_s;
    action.says.cost = u"free"_s;
    action.recovery = engine::Recovery::Idempotent;
    return action;
}

engine::Plan planOfEnd(const engine::ActionState& finish)
{
    const QString state = finish.result.value(u"state"_s).toString();
    const QString reason = finish.result.value(u"reason"_s).toString();
    const engine::Outcome outcome = state == u"passed"_s      ? engine::Outcome::Ok
                                    : state == u"cancelled"_s ? engine::Outcome::Cancelled
                                                              : engine::Outcome::Failed;
    return engine::Plan::done(outcome, reason, finish.result);
}

}  // namespace

engine::Plan planRun(const Json& wanted, const engine::Observed& observed)
{
    const Wanted run = Wanted::fromJson(wanted);
    if (observed.done(finishKey)) {
        return planOfEnd(observed.journal.value(finishKey));
    }
    if (observed.failed(finishKey)) {
        const std::optional<Error> error = observed.journal.value(finishKey).error;
        return engine::Plan::done(
            engine::Outcome::Failed,
            u"the result could not be written: "_s + (error ? error->message : QString()));
    }
    engine::Plan plan;
    QStringList last;
    Json outcomes;
    QHash<QString, Past> pasts;
    for (const Job& job : run.definition.jobs) {
        if (!job.onThisBranch) {
            continue;
        }
        Past past = pastOf(job, observed);
        QStringList needs;
        for (const QString& need : job.needs) {
            const Past before = pasts.value(need, Past::Skipped);
            if (before == Past::Open || before == Past::UnderWay) {
                needs.append(u"job/"_s + jobKey(need));
            } else if (before != Past::Passed && past == Past::Open) {
                past = Past::Skipped;
            }
        }
        if (past == Past::Open && observed.cancelling) {
            past = Past::Skipped;
        }
        if (past == Past::Open || past == Past::UnderWay) {
            plan.actions.append(jobAction(job, needs, run.commit));
            last.append(plan.actions.last().key);
        } else if (past == Past::Unknown) {
            plan.actions.append(sweepAction(job));
            last.append(plan.actions.last().key);
        }
        pasts.insert(job.name, past);
        outcomes.insert(job.name, outcomeText(past));
    }
    plan.actions.append(finishAction(last, outcomes, observed.cancelling));
    return plan;
}

}  // namespace analemma::pipeline
