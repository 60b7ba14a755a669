#include "app/cli/commands.h"

#include "core/base/text.h"

#include <QJsonArray>

using namespace Qt::StringLiterals;

namespace analemma::cli {
namespace {

QString approvedBy(const release::Release& one)
{
    QStringList who;
    for (const release::Approval& approval : one.approvals) {
        who.append(approval.who);
    }
    return who.isEmpty() ? u"-"_s : who.join(u", "_s);
}

QString releaseText(const Run& run, const release::Release& one)
{
    QString text = factLines({{u"release"_s, one.version},
                              {u"repository"_s, one.repository},
                              {u"commit"_s, one.commit.left(10) + u"  "_s + one.subject},
                              {u"tag"_s, one.tag},
                              {u"run"_s, one.run},
                              {u"by"_s, one.actor},
                              {u"made"_s, ago(run, one.created)},
                              {u"approved by"_s, approvedBy(one)}},
                             run.colour);
    for (const release::Artifact& artifact : one.artifacts) {
        text += u"artifact  %1  %2  sha256:%3\n"_s.arg(
            displayText(artifact.name, 200), sizeText(artifact.size), artifact.sha256.left(12));
    }
    return text + u'\n' + displayLog(one.changeLog.toUtf8()).trimmed() + u'\n';
}

Result<QString> repositoryOf(const Run& run, const QString& given)
{
    return onlyOne(run.services->workspace.repositories.keys(), given, u"repository"_s);
}

Result<int> tellProposal(const Run& run, const release::Proposal& proposal)
{
    const Json json{{u"schema"_s, u"analemma.proposal.1"_s},
                    {u"version"_s, proposal.version},
                    {u"last"_s, proposal.last},
                    {u"commit"_s, proposal.commit},
                    {u"reason"_s, proposal.reason},
                    {u"run"_s, proposal.run},
                    {u"changeLog"_s, proposal.changeLog}};
    run.answer(json, factLines({{u"next"_s, proposal.version},
                                {u"after"_s, proposal.last},
                                {u"why"_s, proposal.reason},
                                {u"commit"_s, proposal.commit.left(10)}},
                               run.colour) +
                         u'\n' + displayLog(proposal.changeLog.toUtf8()).trimmed() + u'\n');
    run.say(u"nothing was made"_s);
    return exitWith(Exit::Ok);
}

Task<Result<int>> create(RunPointer run)
{
    const Result<QString> repository = repositoryOf(*run, run->argument(0));
    if (!repository) {
        co_return repository.error();
    }
    release::Releases* releases = run->services->releases.get();
    const QString version = run->value(u"version"_s);
    if (run->has(u"version"_s)) {
        const Result<release::Version> parsed = release::Version::parse(version);
        if (!parsed) {
            co_return usageError(u"--version: %1"_s.arg(parsed.error().message));
        }
    }
    if (run->dryRun) {
        auto proposing = releases->propose(*repository, run->value(u"commit"_s));
        const Result<release::Proposal> proposal = co_await std::move(proposing);
        if (!proposal) {
            co_return proposal.error();
        }
        co_return tellProposal(*run, *proposal);
    }
    auto creating =
        releases->create(*repository, run->value(u"commit"_s), version, app::actorName());
    const Result<release::Release> made = co_await std::move(creating);
    if (!made) {
        co_return made.error();
    }
    run->answer(made->toJson(), releaseText(*run, *made));
    co_return exitWith(Exit::Ok);
}

Task<Result<int>> releaseList(RunPointer run)
{
    QString repository = run->argument(0);
    if (!repository.isEmpty()) {
        const Result<QString> found = repositoryOf(*run, repository);
        if (!found) {
            co_return found.error();
        }
    }
    auto reading = run->services->releases->releases(repository);
    const Result<QList<release::Release>> releases = co_await std::move(reading);
    if (!releases) {
        co_return releases.error();
    }
    QJsonArray json;
    Table table;
    table.head = {u"VERSION"_s, u"REPOSITORY"_s,  u"COMMIT"_s,
                  u"SUBJECT"_s, u"APPROVED BY"_s, u"MADE"_s};
    for (const release::Release& one : *releases) {
        json.append(one.toJson());
        table.rows.append({one.version, one.repository, one.commit.left(7),
                           displayText(one.subject, 50), approvedBy(one), ago(*run, one.created)});
    }
    run->answer({{u"schema"_s, u"analemma.releases.1"_s}, {u"releases"_s, json}},
                table.text(run->colour));
    co_return exitWith(Exit::Ok);
}

Task<Result<int>> releaseShow(RunPointer run)
{
    auto reading = run->services->releases->release(run->argument(0));
    const Result<release::Release> read = co_await std::move(reading);
    if (!read) {
        co_return read.error();
    }
    run->answer(read->toJson(), releaseText(*run, *read));
    co_return exitWith(Exit::Ok);
}

Task<Result<int>> approve(RunPointer run)
{
    auto reading = run->services->releases->release(run->argument(0));
    const Result<release::Release> read = co_await std::move(reading);
    if (!read) {
        co_return read.error();
    }
    const QString who = app::actorName();
    const QString question =
        u"Approve %1 (%2) as %3?"_s.arg(read->version, displayText(read->subject, 80), who);
    if (run->dryRun) {
        run->intend(u"would approve %1 as %2"_s.arg(read->version, who));
        co_return exitWith(Exit::Ok);
    }
    auto asking = confirm(run, question,
                          u"release %1 was not approved: nobody was asked"_s.arg(read->version));
    const Result<void> agreed = co_await std::move(asking);
    if (!agreed) {
        co_return agreed.error();
    }
    auto approving = run->services->releases->approve(read->id(), who, run->value(u"comment"_s));
    const Result<release::Release> approved = co_await std::move(approving);
    if (!approved) {
        co_return approved.error();
    }
    run->answer(approved->toJson(),
                u"%1 approved by %2\n"_s.arg(approved->version, approvedBy(*approved)));
    co_return exitWith(Exit::Ok);
}

}  // namespace

QList<Command> releaseCommands()
{
    const Argument repository{u"REPOSITORY"_s, u"its name; may be left out when there is one"_s,
                              false};
    const Argument version{u"VERSION"_s, u"as 1.4.2"_s};
    const Option commit{u"commit"_s, u"REV"_s,
                        u"of this commit; else the newest whose run passed"_s};
    const Option asVersion{u"version"_s, u"VERSION"_s, u"else proposed from the commit messages"_s};
    const Option comment{u"comment"_s, u"TEXT"_s, u"kept with the approval"_s};
    return {
        {u"release"_s,
         u"create"_s,
         u"Make a release of a commit that was built and tested"_s,
         {repository},
         {commit, asVersion},
         Effect::Acts,
         true,
         {},
         create},
        {u"release"_s,
         u"list"_s,
         u"Releases, newest version first"_s,
         {repository},
         {},
         Effect::Reads,
         true,
         {},
         releaseList},
        {u"release"_s,
         u"show"_s,
         u"One release: artifacts, change log, approvals"_s,
         {version},
         {},
         Effect::Reads,
         true,
         {},
         releaseShow},
        {u"release"_s,
         u"approve"_s,
         u"Say that a release may go to production"_s,
         {version},
         {comment},
         Effect::Acts,
         true,
         {},
         approve},
    };
}

}  // namespace analemma::cli
