#include "core/pipeline/src/config.h"

#include "core/base/nearest.h"
#include "core/base/text.h"

using namespace Qt::StringLiterals;

namespace analemma::pipeline::config {

namespace {

constexpr int mostSteps = 1000;
constexpr int mostNested = 16;
constexpr int mostExpanded = 10'000;  // calls of commands in all jobs

const QStringList& stepKinds()
{
    static const QStringList kinds{u"checkout"_s,
                                   u"run"_s,
                                   u"store_artifacts"_s,
                                   u"store_test_results"_s,
                                   u"persist_to_workspace"_s,
                                   u"attach_workspace"_s,
                                   u"save_cache"_s,
                                   u"restore_cache"_s,
                                   u"setup_remote_docker"_s,
                                   u"add_ssh_keys"_s,
                                   u"when"_s,
                                   u"unless"_s};
    return kinds;
}

/// One step as it stands in the list: its kind and what is said about it.
struct ListedStep {
    QString kind;
    YamlNode body;
    int line = 0;
    int column = 0;
    QString path;
};

Result<ListedStep> readEntry(const Source& source, const YamlNode& item)
{
    ListedStep entry;
    if (item.isScalar()) {
        const Result<QString> kind = readText(source, item, u"a step"_s);
        if (!kind) {
            return kind.error();
        }
        entry.kind = *kind;
        entry.line = item.line;
        entry.column = item.column;
        entry.path = item.path;
        return entry;
    }
    if (!item.isMap() || item.entries.size() != 1) {
        return item.error(source.file, u"a step: a name, or a map with one key such as run"_s);
    }
    const YamlNode::Entry& only = item.entries.first();
    entry.kind = only.key;
    entry.body = only.value;
    entry.line = only.keyLine;
    entry.column = only.keyColumn;
    entry.path = item.path;
    return entry;
}

/// Reads a text into a place when the key is there.
Result<void> take(const Source& source, const YamlNode& map, const QString& key, QString& into)
{
    if (!map.has(key)) {
        return {};
    }
    const Result<QString> text = readText(source, map.at(key), u"a text"_s);
    if (!text) {
        return text.error();
    }
    into = *text;
    return {};
}

Result<void> takeShell(const Source& source, const YamlNode& map, QString& into)
{
    if (!map.has(u"shell"_s)) {
        return {};
    }
    const Result<QString> shell = readShell(source, map.at(u"shell"_s));
    if (!shell) {
        return shell.error();
    }
    into = *shell;
    return {};
}

Result<void> takeWhen(const Source& source, const YamlNode& map, QString& into)
{
    if (!map.has(u"when"_s)) {
        return {};
    }
    const YamlNode& node = map.at(u"when"_s);
    static const QStringList words{u"on_success"_s, u"on_fail"_s, u"always"_s};
    if (!node.isScalar() || !words.contains(node.text)) {
        return node.error(source.file, u"on_success, on_fail or always"_s);
    }
    into = node.text;
    return {};
}

Result<void> needMap(const Source& source, const ListedStep& entry, const QString& key)
{
    if (entry.body.isMap() && entry.body.has(key)) {
        return {};
    }
    return invalid(source, entry.line, entry.column, entry.path,
                   u"%1 needs the key \"%2\""_s.arg(entry.kind, key));
}

QString firstLine(const QString& command)
{
    for (const QString& line : command.split(u'\n')) {
        const QString trimmed = line.trimmed();
        if (!trimmed.isEmpty()) {
            return trimmed.size() > 80 ? trimmed.left(79) + u"…"_s : trimmed;
        }
    }
    return u"run"_s;
}

Result<void> readRunMap(Source& source, const YamlNode& body, Step& step)
{
    const QMap<QString, QString> later{
        {u"max_auto_reruns"_s, u"Repeat the command inside the step."_s},
        {u"auto_rerun_delay"_s, u"Repeat the command inside the step."_s}};
    Keys keys{{u"name"_s, u"command"_s, u"shell"_s, u"environment"_s, u"working_directory"_s,
               u"when"_s, u"background"_s, u"no_output_timeout"_s},
              {},
              later};
    for (const Result<void>& done :
         {checkKeys(source, body, keys), take(source, body, u"command"_s, step.command),
          take(source, body, u"name"_s, step.name), takeShell(source, body, step.shell),
          take(source, body, u"working_directory"_s, step.workingDirectory),
          takeWhen(source, body, step.when)}) {
        if (!done) {
            return done;
        }
    }
    const Result<QMap<QString, QString>> environment =
        readEnvironment(source, body.at(u"environment"_s));
    if (!environment) {
        return environment.error();
    }
    step.environment = *environment;
    if (body.has(u"background"_s)) {
        const Result<bool> background = readBool(source, body.at(u"background"_s));
        if (!background) {
            return background.error();
        }
        step.background = *background;
    }
    if (body.has(u"no_output_timeout"_s)) {
        const Result<milliseconds> limit = readDuration(source, body.at(u"no_output_timeout"_s));
        if (!limit) {
            return limit.error();
        }
        step.noOutputTimeout = *limit;
    }
    return {};
}

Result<void> readRun(Source& source, const ListedStep& entry, const StepDefaults& defaults,
                     Step& step)
{
    step.kind = Step::Kind::Run;
    step.shell = defaults.shell;
    if (entry.body.isScalar()) {
        const Result<QString> command = readText(source, entry.body, u"a command"_s);
        if (!command) {
            return command.error();
        }
        step.command = *command;
    } else {
        Result<void> done = needMap(source, entry, u"command"_s);
        if (done) {
            done = readRunMap(source, entry.body, step);
        }
        if (!done) {
            return done;
        }
    }
    if (step.command.trimmed().isEmpty()) {
        return invalid(source, entry.line, entry.column, entry.path, u"the command is empty"_s);
    }
    if (step.name.isEmpty()) {
        step.name = firstLine(step.command);
    }
    return {};
}

Result<void> readCheckout(Source& source, const ListedStep& entry, Step& step)
{
    step.kind = Step::Kind::Checkout;
    step.name = u"Checkout code"_s;
    if (entry.body.isNull() || (entry.body.isScalar() && entry.body.text == u"checkout"_s)) {
        return {};
    }
    if (!entry.body.isMap()) {
        return entry.body.error(source.file, u"a map with the key path"_s);
    }
    const QString whole = u"checkout takes the files of the commit; its history is not copied"_s;
    const Result<void> known =
        checkKeys(source, entry.body,
                  {{u"path"_s, u"name"_s}, {{u"method"_s, whole}, {u"depth"_s, whole}}, {}});
    if (!known) {
        return known;
    }
    const Result<void> named = take(source, entry.body, u"name"_s, step.name);
    return named ? take(source, entry.body, u"path"_s, step.path) : named;
}

Result<void> readStore(Source& source, const ListedStep& entry, Step& step)
{
    const bool artifacts = entry.kind == u"store_artifacts"_s;
    step.kind = artifacts ? Step::Kind::StoreArtifacts : Step::Kind::StoreTestResults;
    step.when = u"always"_s;  // a failed test's results and files are what a person wants to see
    Result<void> done = needMap(source, entry, u"path"_s);
    if (done) {
        const QStringList read =
            artifacts ? QStringList{u"path"_s, u"name"_s, u"when"_s, u"destination"_s}
                      : QStringList{u"path"_s, u"name"_s, u"when"_s};
        done = checkKeys(source, entry.body, {read, {}, {}});
    }
    if (done) {
        done = take(source, entry.body, u"path"_s, step.path);
    }
    step.name = (artifacts ? u"Store artifacts: "_s : u"Store test results: "_s) + step.path;
    if (done) {
        done = take(source, entry.body, u"name"_s, step.name);
    }
    if (done) {
        done = takeWhen(source, entry.body, step.when);
    }
    return done ? take(source, entry.body, u"destination"_s, step.destination) : done;
}

bool leavesRoot(const QString& path)
{
    return path.startsWith(u'/') || path.startsWith(u'~') || path.split(u'/').contains(u".."_s);
}

Result<void> readPersist(Source& source, const ListedStep& entry, Step& step)
{
    step.kind = Step::Kind::PersistToWorkspace;
    step.name = u"Persist to workspace"_s;
    Result<void> done = needMap(source, entry, u"root"_s);
    if (done) {
        done = needMap(source, entry, u"paths"_s);
    }
    if (done) {
        done = checkKeys(source, entry.body, {{u"root"_s, u"paths"_s, u"name"_s}, {}, {}});
    }
    if (done) {
        done = take(source, entry.body, u"root"_s, step.path);
    }
    if (done) {
        done = take(source, entry.body, u"name"_s, step.name);
    }
    if (!done) {
        return done;
    }
    const YamlNode& node = entry.body.at(u"paths"_s);
    const Result<QStringList> paths = readTexts(source, node, u"a list of paths below root"_s);
    if (!paths) {
        return paths.error();
    }
    for (const QString& path : *paths) {
        if (leavesRoot(path)) {
            return invalid(source, node.line, node.column, node.path,
                           u"\"%1\" leads out of root; paths are relative to it"_s.arg(
                               displayText(path, 200)));
        }
    }
    step.paths = *paths;
    return {};
}

Result<void> readAttach(Source& source, const ListedStep& entry, Step& step)
{
    step.kind = Step::Kind::AttachWorkspace;
    step.name = u"Attach workspace"_s;
    Result<void> done = needMap(source, entry, u"at"_s);
    if (done) {
        done = checkKeys(source, entry.body, {{u"at"_s, u"name"_s}, {}, {}});
    }
    if (done) {
        done = take(source, entry.body, u"at"_s, step.path);
    }
    return done ? take(source, entry.body, u"name"_s, step.name) : done;
}

/// Steps that CircleCI's machines need and this machine does not: kept as a line of the run.
QString noteOf(const QString& kind)
{
    static const QMap<QString, QString> notes{
        {u"save_cache"_s, u"save_cache does nothing here; each job starts from a clean folder"_s},
        {u"restore_cache"_s,
         u"restore_cache does nothing here; each job starts from a clean folder"_s},
        {u"setup_remote_docker"_s,
         u"setup_remote_docker does nothing here; steps use this machine's docker, if any"_s},
        {u"add_ssh_keys"_s,
         u"add_ssh_keys does nothing here; steps see the keys of this machine's agent, if any"_s}};
    return notes.value(kind);
}

Result<Step> readStep(Source& source, const ListedStep& entry, const StepDefaults& defaults)
{
    Step step;
    step.line = entry.line;
    Result<void> done;
    if (entry.kind == u"run"_s) {
        done = readRun(source, entry, defaults, step);
    } else if (entry.kind == u"checkout"_s) {
        done = readCheckout(source, entry, step);
    } else if (entry.kind == u"store_artifacts"_s || entry.kind == u"store_test_results"_s) {
        done = readStore(source, entry, step);
    } else if (entry.kind == u"persist_to_workspace"_s) {
        done = readPersist(source, entry, step);
    } else if (entry.kind == u"attach_workspace"_s) {
        done = readAttach(source, entry, step);
    } else {
        step.kind = Step::Kind::Note;
        step.name = entry.kind;
        step.command = noteOf(entry.kind);
        source.note(entry.line, step.command);
    }
    return done ? Result<Step>(step) : Result<Step>(done.error());
}

Result<void> appendSteps(Source& source, const YamlNode& list, const StepDefaults& defaults,
                         const QStringList& inside, QList<Step>& steps);

Result<void> appendCommand(Source& source, const ListedStep& entry, const StepDefaults& defaults,
                           const QStringList& inside, QList<Step>& steps)
{
    const YamlNode& commands = source.root.at(u"commands"_s);
    if (!commands.has(entry.kind)) {
        if (entry.kind.contains(u'/')) {
            return unsupported(source, entry.line, entry.column, entry.path,
                               u"the orb step \"%1\""_s.arg(displayText(entry.kind, 80)),
                               u"Write what it does as run steps."_s);
        }
        QStringList known = stepKinds();
        for (const YamlNode::Entry& command : commands.entries) {
            known.append(command.key);
        }
        const QString near = nearestWord(entry.kind, known);
        const QString hint = near.isEmpty() ? QString() : u"; did you mean \"%1\"?"_s.arg(near);
        return invalid(source, entry.line, entry.column, entry.path,
                       u"\"%1\" is neither a step nor a command of this file%2"_s.arg(
                           displayText(entry.kind, 80), hint));
    }
    const YamlNode& command = commands.at(entry.kind);
    if (inside.contains(entry.kind) || inside.size() >= mostNested) {
        return invalid(source, entry.line, entry.column, entry.path,
                       u"the command \"%1\" calls itself"_s.arg(displayText(entry.kind, 80)));
    }
    if (++source.expanded > mostExpanded) {
        return invalid(source, entry.line, entry.column, entry.path,
                       u"commands are called more than %1 times"_s.arg(mostExpanded));
    }
    if (!command.isMap()) {
        return command.error(source.file, u"a command with the key steps"_s);
    }
    if (command.has(u"parameters"_s) || (entry.body.isMap() && !entry.body.entries.isEmpty())) {
        return unsupported(source, entry.line, entry.column, entry.path,
                           u"the command \"%1\" with parameters"_s.arg(displayText(entry.kind, 80)),
                           u"Write its steps out, or a command without parameters."_s);
    }
    const Result<void> known = checkKeys(source, command, {{u"steps"_s, u"description"_s}, {}, {}});
    if (!known) {
        return known;
    }
    return appendSteps(source, command.at(u"steps"_s), defaults, inside + QStringList{entry.kind},
                       steps);
}

Result<void> appendSteps(Source& source, const YamlNode& list, const StepDefaults& defaults,
                         const QStringList& inside, QList<Step>& steps)
{
    if (!list.isList()) {
        return list.error(source.file, u"a list of steps"_s);
    }
    for (const YamlNode& item : list.items) {
        const Result<ListedStep> entry = readEntry(source, item);
        if (!entry) {
            return entry.error();
        }
        if (entry->kind == u"when"_s || entry->kind == u"unless"_s) {
            return unsupported(source, entry->line, entry->column, entry->path,
                               u"the conditional step \"%1\""_s.arg(entry->kind),
                               u"Put the condition into the shell command of a run step."_s);
        }
        if (!stepKinds().contains(entry->kind)) {
            const Result<void> expanded = appendCommand(source, *entry, defaults, inside, steps);
            if (!expanded) {
                return expanded;
            }
            continue;
        }
        const Result<Step> step = readStep(source, *entry, defaults);
        if (!step) {
            return step.error();
        }
        steps.append(*step);
        if (steps.size() > mostSteps) {
            return invalid(source, entry->line, entry->column, entry->path,
                           u"more than %1 steps in one job"_s.arg(mostSteps));
        }
    }
    return {};
}

}  // namespace

Result<QList<Step>> readSteps(Source& source, const YamlNode& list, const StepDefaults& defaults)
{
    QList<Step> steps;
    const Result<void> done = appendSteps(source, list, defaults, {}, steps);
    return done ? Result<QList<Step>>(steps) : Result<QList<Step>>(done.error());
}

}  // namespace analemma::pipeline::config
