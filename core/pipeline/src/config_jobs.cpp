#include "core/pipeline/src/config.h"

#include "core/base/text.h"

using namespace Qt::StringLiterals;

namespace analemma::pipeline::config {

namespace {

/// Where a job runs and what that place gives it.
struct Executor {
    QString text;  ///< "docker: cimg/python:3.11"
    QString note;
    QString shell;
    QString workingDirectory;
    QMap<QString, QString> environment;
    bool found = false;
};

const QStringList& executorKeys()
{
    static const QStringList keys{u"docker"_s,           u"machine"_s,     u"macos"_s,
                                  u"resource_class"_s,   u"environment"_s, u"shell"_s,
                                  u"working_directory"_s};
    return keys;
}

Result<void> readDocker(Source& source, const YamlNode& node, Executor& executor)
{
    if (!node.isList() || node.items.isEmpty()) {
        return node.error(source.file, u"a list of images"_s);
    }
    const QMap<QString, QString> noted{
        {u"auth"_s, u"docker auth is not used: no image is pulled"_s},
        {u"aws_auth"_s, u"docker aws_auth is not used: no image is pulled"_s},
        {u"user"_s, u"docker user is not used: steps run as the user of this program"_s},
        {u"entrypoint"_s, u"docker entrypoint is not used: no image is started"_s},
        {u"command"_s, u"docker command is not used: no image is started"_s},
        {u"name"_s, u"docker name is not used: no image is started"_s}};
    bool primary = true;
    for (const YamlNode& item : node.items) {
        if (!item.isMap() || !item.has(u"image"_s)) {
            return item.error(source.file, u"a map with the key image"_s);
        }
        const Result<void> known =
            checkKeys(source, item, {{u"image"_s, u"environment"_s}, noted, {}});
        if (!known) {
            return known;
        }
        const Result<QString> image =
            readText(source, item.at(u"image"_s), u"the name of an image"_s);
        if (!image) {
            return image.error();
        }
        if (!primary) {
            source.note(item.line,
                        u"the service container %1 is not started; start what the steps need in a "
                        "background step"_s.arg(displayText(*image, 200)));
            continue;
        }
        primary = false;
        const Result<QMap<QString, QString>> environment =
            readEnvironment(source, item.at(u"environment"_s));
        if (!environment) {
            return environment.error();
        }
        executor.environment.insert(*environment);
        executor.text = u"docker: "_s + *image;
        executor.note =
            u"runs on this machine; the image %1 is not used"_s.arg(displayText(*image, 200));
    }
    return {};
}

Result<void> readMachine(Source& source, const YamlNode& node, Executor& executor)
{
    QString image;
    if (node.isMap()) {
        const QMap<QString, QString> noted{
            {u"docker_layer_caching"_s, u"docker_layer_caching does nothing here"_s},
            {u"resource_class"_s, u"resource_class is not used: jobs get this machine"_s}};
        Keys keys{{u"image"_s, u"shell"_s, u"enabled"_s}, noted, {}};
        const Result<void> known = checkKeys(source, node, keys);
        if (!known) {
            return known;
        }
        if (node.has(u"image"_s)) {
            const Result<QString> text =
                readText(source, node.at(u"image"_s), u"the name of an image"_s);
            if (!text) {
                return text.error();
            }
            image = *text;
        }
        if (node.has(u"shell"_s)) {
            const Result<QString> shell = readShell(source, node.at(u"shell"_s));
            if (!shell) {
                return shell.error();
            }
            executor.shell = *shell;
        }
    } else if (node.asBool() == std::optional<bool>(false) || node.isList() || node.isNull()) {
        return node.error(source.file, u"true or a map with the key image"_s);
    } else if (!node.asBool()) {
        image = node.text;
    }
    executor.text = image.isEmpty() ? u"machine"_s : u"machine: "_s + image;
    executor.note =
        image.isEmpty()
            ? u"runs on this machine"_s
            : u"runs on this machine; the image %1 is not used"_s.arg(displayText(image, 200));
    return {};
}

/// Reads what an executor and a job have in common. What stands here wins over what is there
/// already.
Result<void> readPlace(Source& source, const YamlNode& node, Executor& executor)
{
    if (node.has(u"macos"_s)) {
        const YamlNode& macos = node.at(u"macos"_s);
        return unsupported(source, macos.line > 0 ? macos.line : node.line,
                           macos.line > 0 ? macos.column : node.column, node.path,
                           u"the executor \"macos\""_s,
                           u"Jobs run on this Linux machine: use docker or machine."_s);
    }
    Result<void> done;
    if (node.has(u"docker"_s)) {
        done = readDocker(source, node.at(u"docker"_s), executor);
        executor.found = true;
    }
    if (done && node.has(u"machine"_s)) {
        done = readMachine(source, node.at(u"machine"_s), executor);
        executor.found = true;
    }
    if (!done) {
        return done;
    }
    if (node.has(u"resource_class"_s)) {
        const YamlNode& size = node.at(u"resource_class"_s);
        source.note(size.line, u"resource_class %1 is not used: jobs get this machine"_s.arg(
                                   displayText(size.text, 80)));
    }
    const Result<QMap<QString, QString>> environment =
        readEnvironment(source, node.at(u"environment"_s));
    if (!environment) {
        return environment.error();
    }
    executor.environment.insert(*environment);
    if (node.has(u"shell"_s)) {
        const Result<QString> shell = readShell(source, node.at(u"shell"_s));
        if (!shell) {
            return shell.error();
        }
        executor.shell = *shell;
    }
    if (node.has(u"working_directory"_s)) {
        const Result<QString> folder =
            readText(source, node.at(u"working_directory"_s), u"a folder"_s);
        if (!folder) {
            return folder.error();
        }
        executor.workingDirectory = *folder;
    }
    return {};
}

Result<void> readNamedExecutor(Source& source, const YamlNode& node, Executor& executor)
{
    if (node.isMap() && node.entries.size() > 1) {
        return unsupported(source, node.line, node.column, node.path,
                           u"an executor with parameters"_s,
                           u"Write the executor without parameters."_s);
    }
    const YamlNode& nameNode = node.isMap() ? node.at(u"name"_s) : node;
    const Result<QString> name = readText(source, nameNode, u"the name of an executor"_s);
    if (!name) {
        return name.error();
    }
    const YamlNode& executors = source.root.at(u"executors"_s);
    if (!executors.has(*name)) {
        if (name->contains(u'/')) {
            return unsupported(source, nameNode.line, nameNode.column, nameNode.path,
                               u"the orb executor \"%1\""_s.arg(displayText(*name, 80)),
                               u"Write docker or machine in the job."_s);
        }
        return invalid(source, nameNode.line, nameNode.column, nameNode.path,
                       u"there is no executor \"%1\" in this file"_s.arg(displayText(*name, 80)));
    }
    const YamlNode& body = executors.at(*name);
    if (!body.isMap()) {
        return body.error(source.file, u"an executor with docker or machine"_s);
    }
    const QMap<QString, QString> later{
        {u"parameters"_s, u"Write the executor without parameters."_s}};
    const Result<void> known =
        checkKeys(source, body, {executorKeys() + QStringList{u"description"_s}, {}, later});
    return known ? readPlace(source, body, executor) : known;
}

Keys jobKeys()
{
    const QMap<QString, QString> noted{
        {u"circleci_ip_ranges"_s, u"circleci_ip_ranges does nothing here"_s},
        {u"retention"_s, u"retention does nothing here: results are kept"_s}};
    const QMap<QString, QString> later{{u"parameters"_s, u"Write a job without parameters."_s},
                                       {u"branches"_s, u"Use filters in the workflow."_s}};
    return {executorKeys() + QStringList{u"executor"_s, u"steps"_s, u"description"_s,
                                         u"parallelism"_s, u"type"_s},
            noted, later};
}

Result<void> checkKindOfJob(const Source& source, const YamlNode& node)
{
    const YamlNode& type = node.at(u"type"_s);
    if (node.has(u"type"_s) && type.text != u"build"_s) {
        return unsupported(source, type.line, type.column, type.path,
                           u"the job type \"%1\""_s.arg(displayText(type.text, 40)),
                           u"Use jobs with steps."_s);
    }
    const YamlNode& parallel = node.at(u"parallelism"_s);
    if (node.has(u"parallelism"_s) && parallel.asInteger() != std::optional<qint64>(1)) {
        return unsupported(source, parallel.line, parallel.column, parallel.path,
                           u"the key \"parallelism\""_s, u"Write 1, or several jobs."_s);
    }
    return {};
}

/// What is said about a working folder that is no folder below the home.
QString notedFolder(const QString& folder)
{
    return folder.startsWith(u'/')
               ? u"working_directory %1 is a folder of the run here, not of this machine"_s.arg(
                     displayText(folder, 200))
               : QString();
}

}  // namespace

Result<Job> readJob(Source& source, const QString& name, const YamlNode& node)
{
    if (!node.isMap()) {
        return node.error(source.file, u"a job with the key steps"_s);
    }
    Result<void> done = checkKeys(source, node, jobKeys());
    if (done) {
        done = checkKindOfJob(source, node);
    }
    Executor place;
    if (done && node.has(u"executor"_s)) {
        done = readNamedExecutor(source, node.at(u"executor"_s), place);
    }
    if (done) {
        done = readPlace(source, node, place);
    }
    if (done && !place.found) {
        done = invalid(source, node.line, node.column, node.path,
                       u"expected docker, machine or executor"_s);
    }
    if (done && !node.has(u"steps"_s)) {
        done = invalid(source, node.line, node.column, node.path, u"expected the key \"steps\""_s);
    }
    if (!done) {
        return done.error();
    }
    Job job;
    job.job = name;
    job.executor = place.text;
    job.note = place.note;
    job.environment = place.environment;
    job.workingDirectory =
        place.workingDirectory.isEmpty() ? u"~/project"_s : place.workingDirectory;
    const QString folderNote = notedFolder(job.workingDirectory);
    if (!folderNote.isEmpty()) {
        source.note(node.line, folderNote);
    }
    const StepDefaults defaults{place.shell.isEmpty() ? u"/bin/bash -eo pipefail"_s : place.shell};
    const Result<QList<Step>> steps = readSteps(source, node.at(u"steps"_s), defaults);
    if (!steps) {
        return steps.error();
    }
    job.steps = *steps;
    return job;
}

}  // namespace analemma::pipeline::config
