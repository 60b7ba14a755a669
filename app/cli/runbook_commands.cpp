#include "app/cli/commands.h"

#include "app/cli/fleet_run.h"
#include "core/base/files.h"
#include "core/base/text.h"

#include <QJsonArray>

using namespace Qt::StringLiterals;

namespace analemma::cli {
namespace {

constexpr qint64 fileLimit = 4 * 1024 * 1024;

QString runbookText(const Run& run, const operate::Runbook& one)
{
    QStringList inputs;
    for (const operate::RunbookInput& input : one.inputs) {
        QString text = input.name;
        if (input.preset) {
            text += u'=' + *input.preset;
        }
        if (input.secret) {
            text += u" (secret)"_s;
        }
        inputs.append(text);
    }
    return factLines({{u"runbook"_s, one.name},
                      {u"description"_s, displayText(one.description, 400)},
                      {u"inputs"_s, displayText(inputs.join(u", "_s), 1000)},
                      {u"servers"_s, displayText(one.query.join(u' '), 400)},
                      {u"limit"_s, QString::number(one.limit)},
                      {u"fail fast"_s, one.failFast ? u"yes"_s : QString()},
                      {u"step timeout"_s,
                       one.timeout.count() > 0 ? durationText(one.timeout) : QString()}},
                     run.colour) +
           displayLog(one.command.toUtf8()).trimmed() + u'\n';
}

Task<Result<int>> runbookList(RunPointer run)
{
    operate::Runbooks* runbooks = run->services->runbooks.get();
    auto listing = runbooks->list();
    const Result<QList<operate::Runbook>> all = co_await std::move(listing);
    if (!all) {
        co_return all.error();
    }
    QJsonArray json;
    Table table;
    table.head = {u"RUNBOOK"_s, u"DESCRIPTION"_s, u"INPUTS"_s, u"SERVERS"_s};
    for (const operate::Runbook& one : *all) {
        json.append(one.toJson());
        QStringList names;
        for (const operate::RunbookInput& input : one.inputs) {
            names.append(input.name);
        }
        table.rows.append({one.name, displayText(one.description, 60), names.join(u", "_s),
                           displayText(one.query.join(u' '), 60)});
    }
    run->answer({{u"schema"_s, u"analemma.runbooks.1"_s}, {u"runbooks"_s, json}},
                table.text(run->colour));
    co_return exitWith(Exit::Ok);
}

Task<Result<int>> runbookShow(RunPointer run)
{
    operate::Runbooks* runbooks = run->services->runbooks.get();
    auto finding = runbooks->find(run->argument(0));
    const Result<operate::Runbook> one = co_await std::move(finding);
    if (!one) {
        co_return one.error();
    }
    auto asking = runbooks->approvalOf(*one);
    const Result<operate::RunbookApproval> approval = co_await std::move(asking);
    if (!approval) {
        co_return approval.error();
    }
    Json json = one->toJson();
    json[u"sha256"_s] = one->sha256();
    json[u"approved"_s] = approval->approved;
    const QString more = factLines(
        {{u"approved"_s, approval->approved ? u"yes"_s : u"no"_s}, {u"sha256"_s, one->sha256()}},
        run->colour);
    run->answer(json, more + runbookText(*run, *one));
    co_return exitWith(Exit::Ok);
}

/// "service,port=80,token=secret:api": names, with a value where they have one.
QList<operate::RunbookInput> inputsOf(const QString& text)
{
    QList<operate::RunbookInput> inputs;
    for (const QString& part : text.split(u',', Qt::SkipEmptyParts)) {
        operate::RunbookInput input;
        const qsizetype equals = part.indexOf(u'=');
        input.name = part.left(equals).trimmed();
        if (equals >= 0) {
            input.preset = part.mid(equals + 1);
            input.secret = input.preset->startsWith("secret:"_L1);
        }
        inputs.append(input);
    }
    return inputs;
}

Result<QList<operate::Runbook>> runbooksToSave(const Run& run)
{
    if (run.has(u"file"_s)) {
        const Result<QByteArray> bytes =
            readFile(absolutePath(run, run.value(u"file"_s)), fileLimit);
        return bytes ? operate::runbooksFromFile(*bytes)
                     : Result<QList<operate::Runbook>>(bytes.error());
    }
    operate::Runbook runbook;
    runbook.name = run.argument(0);
    const Result<QString> command = commandOf(run, 1);
    const Result<void> ways = readWays(run, &runbook.limit, &runbook.failFast, &runbook.timeout);
    if (!command || !ways) {
        return command ? ways.error() : command.error();
    }
    runbook.command = *command;
    runbook.description = run.value(u"description"_s);
    runbook.query = termsOf(run);
    runbook.inputs = inputsOf(run.value(u"inputs"_s));
    if (const Result<void> fine = operate::check(runbook); !fine) {
        return usageError(fine.error().message, fine.error().hint);
    }
    return QList<operate::Runbook>{runbook};
}

Task<Result<int>> runbookSave(RunPointer run)
{
    const Result<QList<operate::Runbook>> list = runbooksToSave(*run);
    if (!list) {
        co_return list.error();
    }
    QStringList names;
    const bool isTaken = run->has(u"file"_s) || run->has(u"script"_s);
    operate::Runbooks* runbooks = run->services->runbooks.get();
    for (const operate::Runbook& one : *list) {
        names.append(one.name);
        if (run->dryRun) {
            run->intend(u"would save:\n%1"_s.arg(runbookText(*run, one)));
            continue;
        }
        auto saving =
            runbooks->save(one, isTaken ? operate::TextSource::File : operate::TextSource::Person);
        const Result<void> saved = co_await std::move(saving);
        if (!saved) {
            co_return saved.error();
        }
    }
    if (!run->dryRun) {
        run->answer({{u"schema"_s, u"analemma.runbook-save.1"_s},
                     {u"saved"_s, QJsonArray::fromStringList(names)}},
                    u"saved %1\n"_s.arg(names.join(u", "_s)));
        if (isTaken) {
            run->say(u"What came from a file is shown, and asked for, before it first runs."_s);
        }
    }
    co_return exitWith(Exit::Ok);
}

/// What was approved before, line by line against what would run now: the part between the lines
/// that both begin and end with.
QString differenceText(const QString& before, const QString& now)
{
    QStringList gone = before.split(u'\n');
    QStringList come = now.split(u'\n');
    while (!gone.isEmpty() && !come.isEmpty() && gone.constFirst() == come.constFirst()) {
        gone.removeFirst();
        come.removeFirst();
    }
    while (!gone.isEmpty() && !come.isEmpty() && gone.constLast() == come.constLast()) {
        gone.removeLast();
        come.removeLast();
    }
    QString text;
    for (const QString& line : std::as_const(gone)) {
        text += u"- "_s + line + u'\n';
    }
    for (const QString& line : std::as_const(come)) {
        text += u"+ "_s + line + u'\n';
    }
    return text;
}

void showForApproval(const Run& run, const operate::Runbook& one,
                     const std::optional<operate::Runbook>& earlier)
{
    run.say(runbookText(run, one).trimmed());
    if (earlier) {
        run.say(u"It has changed since it was approved:"_s);
        run.say(differenceText(runbookText(run, *earlier), runbookText(run, one)).trimmed());
    } else {
        run.say(u"Nobody has approved this text here."_s);
    }
    run.say(u"SHA-256 "_s + one.sha256());
}

/// What a person approved runs; anything else is shown, and asked about. --yes says nothing about a
/// text that nobody has read.
Task<Result<void>> agreeToText(RunPointer run, operate::Runbook one)
{
    operate::Runbooks* runbooks = run->services->runbooks.get();
    const QString hash = one.sha256();
    const QString given = run->value(u"approve"_s).trimmed().toLower();
    if (run->has(u"approve"_s) && given != hash) {
        co_return Error(
            ErrorKind::Refused,
            u"the runbook %1 has another text than the approved one: its SHA-256 is %2; nothing was run"_s
                .arg(one.name, hash))
            .withHint(u"Read it: analemma-cli runbook show %1"_s.arg(one.name));
    }
    auto reading = runbooks->approvalOf(one);
    const Result<operate::RunbookApproval> approval = co_await std::move(reading);
    if (!approval) {
        co_return approval.error();
    }
    if (approval->approved) {
        co_return Result<void>();
    }
    if (!run->has(u"approve"_s)) {
        showForApproval(*run, one, approval->earlier);
        if (run->dryRun) {
            co_return Result<void>();
        }
        if (run->yes || !run->streams.ask) {
            co_return Error(
                ErrorKind::Refused,
                u"the text of the runbook %1 has not been approved; nothing was run"_s.arg(
                    one.name))
                .withHint(u"Read it, then add: --approve %1"_s.arg(hash));
        }
        auto asking = confirm(run, u"Approve this text, and run it?"_s, QString());
        const Result<void> yes = co_await std::move(asking);
        if (!yes) {
            co_return yes.error();
        }
    }
    if (run->dryRun) {
        co_return Result<void>();
    }
    auto approving = runbooks->approve(one);
    Result<void> approved = co_await std::move(approving);
    co_return approved;
}

Task<Result<int>> runbookRun(RunPointer run)
{
    operate::Runbooks* runbooks = run->services->runbooks.get();
    auto finding = runbooks->find(run->argument(0));
    const Result<operate::Runbook> one = co_await std::move(finding);
    if (!one) {
        co_return one.error();
    }
    QMap<QString, QString> values;
    for (const QString& word : run->parsed.arguments.mid(1)) {
        const qsizetype equals = word.indexOf(u'=');
        if (equals <= 0) {
            co_return usageError(u"expected INPUT=VALUE, got \"%1\""_s.arg(displayText(word, 80)));
        }
        values[word.left(equals)] = word.mid(equals + 1);
    }
    Result<operate::FleetRequest> request = operate::expand(*one, values, {});
    if (!request) {
        co_return usageError(request.error().message, request.error().hint);
    }
    const Result<void> ways =
        readWays(*run, &request->limit, &request->failFast, &request->timeout);
    if (!ways) {
        co_return ways.error();
    }
    auto agreeing = agreeToText(run, *one);
    const Result<void> agreed = co_await std::move(agreeing);
    if (!agreed) {
        co_return agreed.error();
    }
    const QStringList terms = run->has(u"on"_s) ? termsOf(*run) : one->query;
    auto running = runOn(run, *request, terms);
    Result<int> code = co_await std::move(running);
    co_return code;
}

Task<Result<int>> runbookDelete(RunPointer run)
{
    const QString name = run->argument(0);
    operate::Runbooks* runbooks = run->services->runbooks.get();
    if (run->dryRun) {
        run->intend(u"would delete the runbook %1"_s.arg(displayText(name, 80)));
        co_return exitWith(Exit::Ok);
    }
    auto removing = runbooks->remove(name);
    const Result<void> removed = co_await std::move(removing);
    if (!removed) {
        co_return removed.error();
    }
    run->answer({{u"schema"_s, u"analemma.runbook-delete.1"_s}, {u"deleted"_s, name}},
                u"deleted %1\n"_s.arg(displayText(name, 80)));
    co_return exitWith(Exit::Ok);
}

}  // namespace

QList<Command> runbookCommands()
{
    const Argument name{u"RUNBOOK"_s, u"its name"_s};
    const Argument maybe{u"RUNBOOK"_s, u"its name; none with --file"_s, false};
    const Argument command{u"COMMAND"_s, u"what to run, after --"_s, false, true};
    const Argument inputs{u"INPUT=VALUE"_s, u"values of its inputs"_s, false, true};
    const Option description{u"description"_s, u"TEXT"_s, u"what it is for"_s};
    const Option list{u"inputs"_s, u"LIST"_s, u"service,port=80,token=secret:api"_s};
    const Option file{u"file"_s, u"FILE"_s, u"what show --json or list --json printed"_s};
    const Option approve{u"approve"_s, u"SHA256"_s,
                         u"run it if this is its text, and approve that"_s};
    const QString details =
        u"{{name}} in the command stands for an input, as one quoted word; of a secret one, for "
        "the path of a file that holds it."_s;
    return {
        {u"runbook"_s,
         u"list"_s,
         u"Saved commands; with --json a file that save reads"_s,
         {},
         {},
         Effect::Reads,
         true,
         {},
         runbookList},
        {u"runbook"_s,
         u"show"_s,
         u"One of them"_s,
         {name},
         {},
         Effect::Reads,
         true,
         {},
         runbookShow},
        {u"runbook"_s,
         u"save"_s,
         u"Save a command under a name, or a file of runbooks"_s,
         {maybe, command},
         fleetOptions() + QList<Option>{scriptOption(), description, list, file},
         Effect::Acts,
         true,
         details,
         runbookSave},
        {u"runbook"_s,
         u"run"_s,
         u"Run one"_s,
         {name, inputs},
         fleetOptions() + QList<Option>{approve},
         Effect::Operates,
         true,
         detachedDetails() +
             u" A text that came from a file, or is not the one that you approved any more, is "
             "shown and asked about; without a terminal --approve names it."_s,
         runbookRun},
        {u"runbook"_s,
         u"delete"_s,
         u"Delete one"_s,
         {name},
         {},
         Effect::Acts,
         true,
         {},
         runbookDelete},
    };
}

}  // namespace analemma::cli
