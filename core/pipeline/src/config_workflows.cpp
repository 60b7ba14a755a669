#include "core/pipeline/src/config.h"

#include "core/base/nearest.h"
#include "core/base/text.h"

#include <QSet>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::pipeline::config {

namespace {

constexpr int mostJobs = 500;

/// A job as a workflow names it.
struct WorkflowJob {
    QString workflow;
    QString given;   ///< the name within its workflow
    QString unique;  ///< the name within the definition
    QString job;     ///< in the section jobs
    YamlNode body;   ///< what the workflow says about it
    QStringList requires_;
    QList<YamlNode> requireNodes;
    bool approval = false;
    bool onThisBranch = true;
    int line = 0;
    int column = 0;
    QString path;
};

Keys entryKeys()
{
    const QMap<QString, QString> noted{
        {u"context"_s, u"context is not read; secrets of a pipeline are named in analemma.yaml"_s},
        {u"serial-group"_s, u"serial-group does nothing here"_s}};
    const QMap<QString, QString> later{{u"matrix"_s, u"Write one entry for each combination."_s},
                                       {u"override-with"_s, u"Write the job itself."_s}};
    return {{u"requires"_s, u"filters"_s, u"name"_s, u"type"_s, u"pre-steps"_s, u"post-steps"_s},
            noted,
            later};
}

Result<void> checkEntry(Source& source, const WorkflowJob& entry)
{
    Keys keys = entryKeys();
    for (const YamlNode::Entry& key : entry.body.entries) {
        const bool isKnown =
            keys.read.contains(key.key) || keys.noted.contains(key.key) ||
            keys.later.contains(key.key) ||
            !nearestWord(key.key, keys.read + keys.noted.keys() + keys.later.keys()).isEmpty();
        if (!isKnown) {
            return unsupported(source, key.keyLine, key.keyColumn, entry.body.path,
                               u"the parameter \"%1\" of a job"_s.arg(displayText(key.key, 80)),
                               u"Write a job without parameters."_s);
        }
    }
    return checkKeys(source, entry.body, keys);
}

Result<void> readRequires(const Source& source, WorkflowJob& entry)
{
    const YamlNode& node = entry.body.at(u"requires"_s);
    if (node.isNull()) {
        return {};
    }
    if (!node.isList()) {
        return node.error(source.file, u"a list of jobs"_s);
    }
    for (const YamlNode& item : node.items) {
        if (item.isMap()) {
            return unsupported(source, item.line, item.column, item.path, u"a need with a status"_s,
                               u"Name the job alone: it is waited for and must pass."_s);
        }
        const Result<QString> name = readText(source, item, u"the name of a job"_s);
        if (!name) {
            return name.error();
        }
        if (!entry.requires_.contains(*name)) {
            entry.requires_.append(*name);
            entry.requireNodes.append(item);
        }
    }
    return {};
}

Result<void> readFilters(Source& source, WorkflowJob& entry)
{
    const YamlNode& filters = entry.body.at(u"filters"_s);
    if (filters.isNull()) {
        return {};
    }
    if (filters.isScalar()) {
        return unsupported(source, filters.line, filters.column, filters.path,
                           u"a filter expression"_s, u"Use branches with only or ignore."_s);
    }
    if (!filters.isMap()) {
        return filters.error(source.file, u"a map with the key branches"_s);
    }
    const QMap<QString, QString> noted{
        {u"tags"_s, u"tag filters are not read: runs here are of branches"_s}};
    const Result<void> known = checkKeys(source, filters, {{u"branches"_s}, noted, {}});
    if (!known) {
        return known;
    }
    const YamlNode& branches = filters.at(u"branches"_s);
    if (branches.isNull()) {
        return {};
    }
    if (!branches.isMap()) {
        return branches.error(source.file, u"a map with the key only or ignore"_s);
    }
    const Result<void> words = checkKeys(source, branches, {{u"only"_s, u"ignore"_s}, {}, {}});
    if (!words) {
        return words;
    }
    const Result<bool> matches = branchMatches(source, branches);
    if (!matches) {
        return matches.error();
    }
    entry.onThisBranch = *matches;
    return {};
}

Result<WorkflowJob> readEntry(Source& source, const QString& workflow, const YamlNode& item)
{
    WorkflowJob entry;
    entry.workflow = workflow;
    entry.line = item.line;
    entry.column = item.column;
    entry.path = item.path;
    if (item.isScalar()) {
        const Result<QString> job = readText(source, item, u"the name of a job"_s);
        if (!job) {
            return job.error();
        }
        entry.job = *job;
    } else if (item.isMap() && item.entries.size() == 1) {
        entry.job = item.entries.first().key;
        entry.line = item.entries.first().keyLine;
        entry.column = item.entries.first().keyColumn;
        entry.body = item.entries.first().value;
        if (!entry.body.isMap() && !entry.body.isNull()) {
            return entry.body.error(source.file, u"a map with keys such as requires"_s);
        }
    } else {
        return item.error(source.file, u"the name of a job, or a map with one job"_s);
    }
    entry.given = entry.job;
    Result<void> done = checkEntry(source, entry);
    if (done) {
        done = readRequires(source, entry);
    }
    if (done) {
        done = readFilters(source, entry);
    }
    if (!done) {
        return done.error();
    }
    if (entry.body.has(u"name"_s)) {
        const Result<QString> name = readText(source, entry.body.at(u"name"_s), u"a name"_s);
        if (!name) {
            return name.error();
        }
        entry.given = *name;
    }
    const YamlNode& type = entry.body.at(u"type"_s);
    entry.approval = type.isScalar() && type.text == u"approval"_s;
    if (entry.body.has(u"type"_s) && !entry.approval && type.text != u"build"_s) {
        return unsupported(source, type.line, type.column, type.path,
                           u"the job type \"%1\""_s.arg(displayText(type.text, 40)),
                           u"Use jobs with steps."_s);
    }
    if (entry.given.trimmed().isEmpty() || entry.given.size() > 200) {
        return invalid(source, entry.line, entry.column, entry.path,
                       u"a job's name has 1 to 200 characters"_s);
    }
    return entry;
}

/// The entries of one workflow; none when it does not run for a commit.
Result<QList<WorkflowJob>> readWorkflow(Source& source, const QString& name, const YamlNode& node)
{
    if (!node.isMap()) {
        return node.error(source.file, u"a workflow with the key jobs"_s);
    }
    const QMap<QString, QString> condition{
        {u"when"_s, u"Use branch filters of the jobs."_s},
        {u"unless"_s, u"Use branch filters of the jobs."_s},
        {u"max_auto_reruns"_s, u"Start the run again by hand."_s}};
    const Result<void> known = checkKeys(source, node, {{u"jobs"_s, u"triggers"_s}, {}, condition});
    if (!known) {
        return known.error();
    }
    if (node.has(u"triggers"_s)) {
        source.note(
            node.at(u"triggers"_s).line,
            u"the workflow %1 runs on a schedule and is left out; runs here are of commits"_s.arg(
                displayText(name, 80)));
        return QList<WorkflowJob>();
    }
    if (!node.at(u"jobs"_s).isList() || node.at(u"jobs"_s).items.isEmpty()) {
        return node.has(u"jobs"_s)
                   ? Result<QList<WorkflowJob>>(
                         node.at(u"jobs"_s).error(source.file, u"a list of jobs"_s))
                   : Result<QList<WorkflowJob>>(invalid(source, node.line, node.column, node.path,
                                                        u"expected the key \"jobs\""_s));
    }
    QList<WorkflowJob> entries;
    for (const YamlNode& item : node.at(u"jobs"_s).items) {
        const Result<WorkflowJob> entry = readEntry(source, name, item);
        if (!entry) {
            return entry.error();
        }
        entries.append(*entry);
    }
    return entries;
}

void makeUnique(QList<WorkflowJob>& entries)
{
    QSet<QString> taken;
    for (WorkflowJob& entry : entries) {
        QString name = entry.given;
        const bool other = taken.contains(name);
        if (other && !taken.contains(entry.workflow + u'-' + name)) {
            name = entry.workflow + u'-' + name;
        }
        for (int number = 2; taken.contains(name); ++number) {
            name = u"%1-%2"_s.arg(entry.given).arg(number);
        }
        entry.unique = name;
        taken.insert(name);
    }
}

/// Turns the names in `requires` into unique ones, within one workflow.
Result<void> resolveNeeds(const Source& source, QList<WorkflowJob>& entries)
{
    for (WorkflowJob& entry : entries) {
        for (qsizetype i = 0; i < entry.requires_.size(); ++i) {
            const auto isMeant = [&entry, i](const WorkflowJob& other) {
                return other.workflow == entry.workflow && other.given == entry.requires_.at(i);
            };
            const auto found = std::find_if(entries.cbegin(), entries.cend(), isMeant);
            if (found == entries.cend()) {
                const YamlNode& node = entry.requireNodes.at(i);
                return invalid(source, node.line, node.column, node.path,
                               u"%1 needs \"%2\", which is no job of the workflow %3"_s.arg(
                                   displayText(entry.given, 80), displayText(node.text, 80),
                                   displayText(entry.workflow, 80)));
            }
        }
    }
    const QList<WorkflowJob> all = entries;
    for (WorkflowJob& entry : entries) {
        for (QString& name : entry.requires_) {
            for (const WorkflowJob& other : all) {
                if (other.workflow == entry.workflow && other.given == name) {
                    name = other.unique;
                    break;
                }
            }
        }
    }
    return {};
}

/// Leaves out what needs something that is left out.
void spreadFilters(QList<WorkflowJob>& entries)
{
    bool changed = true;
    while (changed) {
        changed = false;
        QSet<QString> out;
        for (const WorkflowJob& entry : entries) {
            if (!entry.onThisBranch) {
                out.insert(entry.unique);
            }
        }
        for (WorkflowJob& entry : entries) {
            const bool lacks =
                std::any_of(entry.requires_.cbegin(), entry.requires_.cend(),
                            [&out](const QString& name) { return out.contains(name); });
            if (entry.onThisBranch && lacks) {
                entry.onThisBranch = false;
                changed = true;
            }
        }
    }
}

/// The entries so that needs come first, else in the file's order.
Result<QList<WorkflowJob>> inOrder(const Source& source, QList<WorkflowJob> left)
{
    QList<WorkflowJob> ordered;
    QSet<QString> placed;
    while (!left.isEmpty()) {
        const auto ready =
            std::find_if(left.begin(), left.end(), [&placed](const WorkflowJob& entry) {
                return std::all_of(
                    entry.requires_.cbegin(), entry.requires_.cend(),
                    [&placed](const QString& name) { return placed.contains(name); });
            });
        if (ready == left.end()) {
            QStringList circle{left.first().unique};
            const auto needOf = [&left, &placed](const QString& name) {
                for (const WorkflowJob& entry : left) {
                    for (const QString& need : entry.requires_) {
                        if (entry.unique == name && !placed.contains(need)) {
                            return need;
                        }
                    }
                }
                return name;
            };
            while (circle.count(circle.last()) < 2) {
                circle.append(needOf(circle.last()));
            }
            circle = circle.mid(circle.indexOf(circle.last()));
            const auto first = std::find_if(
                left.cbegin(), left.cend(),
                [&circle](const WorkflowJob& entry) { return entry.unique == circle.first(); });
            return invalid(
                source, first->line, first->column, first->path,
                u"these jobs wait for each other: "_s + displayText(circle.join(u" -> "_s), 400));
        }
        placed.insert(ready->unique);
        ordered.append(*ready);
        left.erase(ready);
    }
    return ordered;
}

Result<void> addAround(Source& source, const WorkflowJob& entry, Job& job)
{
    const StepDefaults defaults{u"/bin/bash -eo pipefail"_s};
    for (const QString& key : {u"pre-steps"_s, u"post-steps"_s}) {
        if (!entry.body.has(key)) {
            continue;
        }
        const Result<QList<Step>> steps = readSteps(source, entry.body.at(key), defaults);
        if (!steps) {
            return steps.error();
        }
        job.steps = key == u"pre-steps"_s ? *steps + job.steps : job.steps + *steps;
    }
    return {};
}

Result<Job> jobOf(Source& source, const WorkflowJob& entry)
{
    if (entry.approval) {
        return unsupported(
            source, entry.line, entry.column, entry.path,
            u"the approval \"%1\""_s.arg(displayText(entry.given, 80)),
            u"Approvals are given to releases: write `approvals: 1` in the environment of "
            "analemma.yaml."_s);
    }
    const YamlNode& jobs = source.root.at(u"jobs"_s);
    if (!jobs.has(entry.job)) {
        if (entry.job.contains(u'/')) {
            return unsupported(source, entry.line, entry.column, entry.path,
                               u"the orb job \"%1\""_s.arg(displayText(entry.job, 80)),
                               u"Write the job in the section jobs."_s);
        }
        QStringList names;
        for (const YamlNode::Entry& known : jobs.entries) {
            names.append(known.key);
        }
        const QString near = nearestWord(entry.job, names);
        return invalid(source, entry.line, entry.column, entry.path,
                       u"there is no job \"%1\" in this file%2"_s.arg(
                           displayText(entry.job, 80),
                           near.isEmpty() ? QString() : u"; did you mean \"%1\"?"_s.arg(near)));
    }
    Result<Job> job = readJob(source, entry.job, jobs.at(entry.job));
    if (!job) {
        return job;
    }
    const Result<void> around = addAround(source, entry, *job);
    if (!around) {
        return around.error();
    }
    job->name = entry.unique;
    job->needs = entry.requires_;
    job->onThisBranch = entry.onThisBranch;
    return job;
}

Result<QList<WorkflowJob>> readAll(Source& source, QStringList& names)
{
    const YamlNode& workflows = source.root.at(u"workflows"_s);
    QList<WorkflowJob> entries;
    if (!workflows.isMap()) {
        return workflows.error(source.file, u"a map of workflows"_s);
    }
    for (const YamlNode::Entry& workflow : workflows.entries) {
        if (workflow.key == u"version"_s) {
            continue;
        }
        const Result<QList<WorkflowJob>> some = readWorkflow(source, workflow.key, workflow.value);
        if (!some) {
            return some;
        }
        entries += *some;
        if (entries.size() > mostJobs) {
            return invalid(source, workflow.keyLine, workflow.keyColumn, workflow.value.path,
                           u"more than %1 jobs in all workflows"_s.arg(mostJobs));
        }
        if (!some->isEmpty()) {
            names.append(workflow.key);
        }
    }
    return entries;
}

/// Without workflows, the job `build` runs.
Result<QList<WorkflowJob>> buildAlone(const Source& source, QStringList& names)
{
    const YamlNode& jobs = source.root.at(u"jobs"_s);
    if (!jobs.has(u"build"_s)) {
        return invalid(source, source.root.line, source.root.column, {},
                       u"expected workflows, or a job named build"_s);
    }
    WorkflowJob entry;
    entry.workflow = u"build"_s;
    entry.given = u"build"_s;
    entry.job = u"build"_s;
    entry.line = jobs.at(u"build"_s).line;
    entry.column = jobs.at(u"build"_s).column;
    entry.path = u"jobs"_s;
    names.append(entry.workflow);
    return QList<WorkflowJob>{entry};
}

}  // namespace

Result<Definition> readWorkflows(Source& source)
{
    Definition definition;
    QStringList names;
    Result<QList<WorkflowJob>> entries =
        source.root.has(u"workflows"_s) ? readAll(source, names) : buildAlone(source, names);
    if (!entries) {
        return entries.error();
    }
    makeUnique(*entries);
    const Result<void> resolved = resolveNeeds(source, *entries);
    if (!resolved) {
        return resolved.error();
    }
    const Result<QList<WorkflowJob>> ordered = inOrder(source, *entries);
    if (!ordered) {
        return ordered.error();
    }
    QList<WorkflowJob> all = *ordered;
    spreadFilters(all);
    for (const WorkflowJob& entry : all) {
        const Result<Job> job = jobOf(source, entry);
        if (job) {
            definition.jobs.append(*job);
        } else if (entry.onThisBranch || job.error().kind != ErrorKind::Unsupported) {
            return job.error();
        } else {
            source.note(entry.line, u"the job %1 is left out on this branch"_s.arg(
                                        displayText(entry.unique, 80)));
        }
    }
    definition.workflow = names.join(u", "_s);
    definition.notes = source.notes;
    return definition;
}

}  // namespace analemma::pipeline::config
