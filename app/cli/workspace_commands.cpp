#include "app/cli/commands.h"

#include "app/sample.h"
#include "core/base/files.h"
#include "core/base/text.h"

#include <QDir>
#include <QFileInfo>
#include <QJsonArray>

using namespace Qt::StringLiterals;

namespace analemma::cli {
namespace {

/// A name for a workspace, made of its folder's.
QString plainNameOf(const QString& folder)
{
    QString name;
    for (const QChar c : QDir(folder).dirName().toLower()) {
        const bool plain =
            (c >= u'a' && c <= u'z') || (c >= u'0' && c <= u'9') || c == u'-' || c == u'_';
        name.append(plain ? c : QChar(u'-'));
    }
    while (name.startsWith(u'-') || name.startsWith(u'_')) {
        name.remove(0, 1);
    }
    name.truncate(40);
    return isPlainName(name) ? name : u"workspace"_s;
}

Result<QString> initEmpty(const QString& folder)
{
    const QString file = QDir(folder).filePath(u"analemma.yaml"_s);
    if (QFileInfo::exists(file)) {
        return Error(ErrorKind::Refused, u"%1 is there already; nothing was changed"_s.arg(file));
    }
    const Result<void> made = makeFolder(folder, 0755);
    if (!made) {
        return made.error();
    }
    const Result<void> written =
        writeFile(file, app::emptyWorkspaceFile(plainNameOf(folder)), 0644);
    return written ? Result<QString>(file) : Result<QString>(written.error());
}

Task<Result<int>> init(RunPointer run)
{
    const QString folder = absolutePath(*run, run->argument(0));
    const QString sample = run->value(u"sample"_s);
    if (run->has(u"sample"_s) && !app::sampleNames().contains(sample)) {
        co_return usageError(u"there is no sample named \"%1\""_s.arg(displayText(sample, 80)),
                             u"There is: %1."_s.arg(app::sampleNames().join(u", "_s)));
    }
    if (run->dryRun) {
        run->intend(u"would make %1"_s.arg(QDir(folder).filePath(u"analemma.yaml"_s)));
        co_return exitWith(Exit::Ok);
    }
    QString commit;
    if (sample.isEmpty()) {
        const Result<QString> made = initEmpty(folder);
        if (!made) {
            co_return made.error();
        }
    } else {
        auto making = app::makeSample(sample, folder);
        const Result<QString> made = co_await std::move(making);
        if (!made) {
            co_return made.error();
        }
        commit = *made;
    }
    const Json json{{u"schema"_s, u"analemma.workspace-init.1"_s},
                    {u"folder"_s, folder},
                    {u"file"_s, QDir(folder).filePath(u"analemma.yaml"_s)},
                    {u"sample"_s, sample},
                    {u"commit"_s, commit}};
    run->answer(json, folder + u'\n');
    run->say(sample.isEmpty()
                 ? u"the workspace is made; next: write your repositories into its analemma.yaml"_s
                 : u"the workspace is made; next: cd %1 && analemma-cli pipeline run %2"_s.arg(
                       shellQuote(folder), sample));
    co_return exitWith(Exit::Ok);
}

Task<Result<int>> advance(RunPointer run)
{
    if (run->dryRun) {
        run->intend(u"would commit the next layer of the sample"_s);
        co_return exitWith(Exit::Ok);
    }
    auto advancing = app::advanceSample(run->services->workspace.folder);
    const Result<QString> commit = co_await std::move(advancing);
    if (!commit) {
        co_return commit.error();
    }
    const Json json{{u"schema"_s, u"analemma.workspace-advance.1"_s}, {u"commit"_s, *commit}};
    run->answer(json, *commit + u'\n');
    co_return exitWith(Exit::Ok);
}

/// One thing that was looked at by `workspace check`.
struct Finding {
    QString what;
    bool ok = false;
    QString detail;
    bool fatal = false;
};

Task<Result<QList<Finding>>> checkPipeline(RunPointer run, workspace::Pipeline pipeline)
{
    QList<Finding> findings;
    const QString what = u"pipeline "_s + pipeline.name;
    const auto open = run->services->repositories->opener();
    auto opening = open(pipeline.repository);
    const auto repository = co_await std::move(opening);
    if (!repository) {
        findings.append({what, false, repository.error().message, true});
        co_return findings;
    }
    auto heading = (*repository)->head();
    const Result<git::Head> head = co_await std::move(heading);
    if (!head || head->commit.isEmpty()) {
        findings.append(
            {what, false, head ? u"nothing is committed yet"_s : head.error().message, false});
        co_return findings;
    }
    auto reading = (*repository)->file(head->commit, pipeline.config, 1024 * 1024);
    const Result<QByteArray> bytes = co_await std::move(reading);
    if (!bytes) {
        findings.append({what, false, bytes.error().message, true});
        co_return findings;
    }
    const Result<pipeline::Definition> read =
        pipeline::readCircleCi(*bytes, pipeline.config, head->branch);
    if (!read) {
        findings.append({what, false, read.error().message, true});
        co_return findings;
    }
    findings.append({what, true,
                     u"%1 jobs in workflow %2"_s.arg(read->jobs.size()).arg(read->workflow),
                     false});
    for (const QString& note : read->notes) {
        findings.append({what, true, note, false});
    }
    co_return findings;
}

Task<Result<QList<Finding>>> checkProvider(RunPointer run, QString name)
{
    QList<Finding> findings;
    auto probing = run->services->provider(name)->probe();
    const Result<QList<infra::Capability>> capabilities = co_await std::move(probing);
    if (!capabilities) {
        findings.append({u"provider "_s + name, false, capabilities.error().message, false});
        co_return findings;
    }
    for (const infra::Capability& one : *capabilities) {
        findings.append({u"provider %1: %2"_s.arg(name, one.name), one.ok, one.detail, false});
    }
    co_return findings;
}

Result<int> tellFindings(const Run& run, const QList<Finding>& findings)
{
    QJsonArray list;
    Table table;
    table.head = {u"CHECKED"_s, u"STATE"_s, u"DETAIL"_s};
    bool fatal = false;
    for (const Finding& one : findings) {
        fatal = fatal || one.fatal;
        list.append(Json{{u"what"_s, one.what}, {u"ok"_s, one.ok}, {u"detail"_s, one.detail}});
        table.rows.append({one.what, one.ok ? u"ok"_s : u"missing"_s, one.detail});
    }
    const Json json{{u"schema"_s, u"analemma.workspace-check.1"_s},
                    {u"file"_s, run.services->workspace.file},
                    {u"ok"_s, !fatal},
                    {u"findings"_s, list}};
    run.answer(json, table.text(run.colour));
    return exitWith(fatal ? Exit::Configuration : Exit::Ok);
}

Task<Result<int>> check(RunPointer run)
{
    QList<Finding> findings;
    findings.append({run->services->workspace.file, true, u"readable and complete"_s, false});
    const QList<workspace::Pipeline> pipelines = run->services->workspace.pipelines.values();
    for (const workspace::Pipeline& pipeline : pipelines) {
        auto checking = checkPipeline(run, pipeline);
        const Result<QList<Finding>> more = co_await std::move(checking);
        findings += more.valueOr({});
    }
    const QStringList providers = run->services->workspace.providers.keys();
    for (const QString& provider : providers) {
        auto checking = checkProvider(run, provider);
        const Result<QList<Finding>> more = co_await std::move(checking);
        findings += more.valueOr({});
    }
    co_return tellFindings(*run, findings);
}

Json environmentJson(const workspace::Environment& one)
{
    return {{u"name"_s, one.name},           {u"provider"_s, one.provider},
            {u"servers"_s, one.servers},     {u"image"_s, one.image},
            {u"port"_s, one.port},           {u"balancer"_s, one.balancer.wanted},
            {u"strategy"_s, one.strategy},   {u"warm"_s, one.warm},
            {u"approvals"_s, one.approvals}, {u"production"_s, one.production}};
}

Task<Result<int>> workspaceShow(RunPointer run)
{
    const workspace::Workspace& ws = run->services->workspace;
    QJsonArray environments;
    for (const QString& name : ws.environmentOrder) {
        environments.append(environmentJson(ws.environments.value(name)));
    }
    const auto names = [](const QStringList& list) { return QJsonArray::fromStringList(list); };
    const Json json{{u"schema"_s, u"analemma.workspace.1"_s},
                    {u"name"_s, ws.name},
                    {u"id"_s, ws.id},
                    {u"folder"_s, ws.folder},
                    {u"state"_s, ws.stateFolder()},
                    {u"repositories"_s, names(ws.repositories.keys())},
                    {u"providers"_s, names(ws.providers.keys())},
                    {u"pipelines"_s, names(ws.pipelines.keys())},
                    {u"images"_s, names(ws.images.keys())},
                    {u"servers"_s, names(ws.servers.keys())},
                    {u"environments"_s, environments}};
    const QString text =
        factLines({{u"workspace"_s, ws.name},
                   {u"folder"_s, ws.folder},
                   {u"state"_s, ws.stateFolder()},
                   {u"repositories"_s, QStringList(ws.repositories.keys()).join(u", "_s)},
                   {u"providers"_s, QStringList(ws.providers.keys()).join(u", "_s)},
                   {u"pipelines"_s, QStringList(ws.pipelines.keys()).join(u", "_s)},
                   {u"images"_s, QStringList(ws.images.keys()).join(u", "_s)},
                   {u"environments"_s, ws.environmentOrder.join(u", "_s)},
                   {u"servers"_s, QStringList(ws.servers.keys()).join(u", "_s)}},
                  run->colour);
    run->answer(json, text);
    co_return exitWith(Exit::Ok);
}

Task<Result<int>> board(RunPointer run)
{
    const Result<int> limit = run->number(u"limit"_s, 20, 1, 1000);
    if (!limit) {
        co_return limit.error();
    }
    run->services->openAlerts();  // as they are kept; nothing is evaluated here
    auto loading = run->services->alerts->load();
    const Result<void> loaded = co_await std::move(loading);
    if (!loaded) {
        run->say(displayText(loaded.error().in(u"alerts"_s).message, 1000));
    }
    auto asking = run->services->lifecycle->board(*limit);
    const Result<lifecycle::Board> read = co_await std::move(asking);
    if (!read) {
        co_return read.error();
    }
    Table stations;
    stations.head = {u"PHASE"_s, u"STATE"_s, u""_s};
    for (const lifecycle::Station& one : read->stations) {
        stations.rows.append(
            {lifecycle::toString(one.phase), lifecycle::toString(one.mark), one.line});
        for (const QString& more : one.detail.split(u'\n', Qt::SkipEmptyParts)) {
            stations.rows.append({{}, {}, more});
        }
    }
    Table changes;
    changes.head = {u"CHANGE"_s, u"SUBJECT"_s};
    for (int i = 0; i < lifecycle::phaseCount; ++i) {
        changes.head.append(lifecycle::toString(lifecycle::Phase(i)).toUpper());
    }
    for (const lifecycle::ChangeRow& row : read->changes) {
        QStringList cells{row.commit.left(7), displayText(row.subject, 40)};
        for (const lifecycle::Cell& cell : row.cells) {
            const bool silent =
                cell.mark == lifecycle::Mark::None || cell.mark == lifecycle::Mark::Ok;
            const QString word = silent ? QString() : lifecycle::toString(cell.mark) + u' ';
            cells.append(cell.text.isEmpty() && word.isEmpty() ? u"-"_s
                                                               : (word + cell.text).trimmed());
        }
        changes.rows.append(cells);
    }
    for (const QString& problem : read->problems) {
        run->say(displayText(problem, 1000));
    }
    run->answer(read->toJson(), stations.text(run->colour) + u'\n' + changes.text(run->colour));
    co_return exitWith(Exit::Ok);
}

}  // namespace

QList<Command> workspaceCommands()
{
    const Argument folder{u"DIR"_s, u"folder of the workspace; made when it is not there"_s};
    const Option sample{u"sample"_s, u"NAME"_s, u"with a sample in it: shop, a small web shop"_s};
    const Option limit{u"limit"_s, u"N"_s, u"at most so many rows"_s};
    const QString next =
        u"The sample has two commits to deliver: the first is on main, this makes the second."_s;
    return {
        {u"workspace"_s,
         u"init"_s,
         u"Make a workspace"_s,
         {folder},
         {sample},
         Effect::Acts,
         false,
         {},
         init},
        {u"workspace"_s,
         u"check"_s,
         u"Read the workspace file, and look at what this machine can do"_s,
         {},
         {},
         Effect::Reads,
         true,
         {},
         check},
        {u"workspace"_s,
         u"show"_s,
         u"What is in the workspace"_s,
         {},
         {},
         Effect::Reads,
         true,
         {},
         workspaceShow},
        {u"workspace"_s,
         u"advance"_s,
         u"Commit the sample's next change"_s,
         {},
         {},
         Effect::Acts,
         true,
         next,
         advance},
        {u"workspace"_s,
         u"sample-commit"_s,
         u"The same as advance"_s,
         {},
         {},
         Effect::Acts,
         true,
         next,
         advance},
        {u"board"_s,
         {},
         u"The eight phases and the newest changes"_s,
         {},
         {limit},
         Effect::Reads,
         true,
         {},
         board},
    };
}

}  // namespace analemma::cli
