#include "core/pipeline/src/config.h"

#include "core/base/nearest.h"

using namespace Qt::StringLiterals;

namespace analemma::pipeline {

namespace {

using config::Source;

Result<void> readVersion(Source& source)
{
    const YamlNode& version = source.root.at(u"version"_s);
    if (!source.root.has(u"version"_s)) {
        return config::invalid(source, source.root.line, source.root.column, {},
                               u"expected the key \"version\" with the value 2.1"_s);
    }
    static const QStringList known{u"2.1"_s, u"2"_s, u"2.0"_s};
    if (!version.isScalar() || !known.contains(version.text)) {
        return version.error(source.file, u"2.1 or 2"_s);
    }
    source.expressions = version.text == u"2.1"_s;
    return {};
}

/// The keys at the top. Unknown ones are allowed by CircleCI (people keep anchors there), but said.
Result<void> checkTop(Source& source)
{
    static const QStringList read{u"version"_s, u"jobs"_s, u"workflows"_s, u"executors"_s,
                                  u"commands"_s};
    static const QMap<QString, QString> later{
        {u"orbs"_s, u"Write what the orb does as steps of your own."_s},
        {u"parameters"_s, u"Write the values themselves."_s},
        {u"setup"_s, u"Write the configuration itself."_s},
        {u"job-groups"_s, u"Write the jobs in the workflow."_s}};
    for (const YamlNode::Entry& entry : source.root.entries) {
        const bool isEmpty =
            entry.value.isNull() || (entry.value.isMap() && entry.value.entries.isEmpty());
        if (later.contains(entry.key) && !isEmpty &&
            entry.value.asBool() != std::optional<bool>(false)) {
            return config::unsupported(source, entry.keyLine, entry.keyColumn, {},
                                       u"the key \"%1\""_s.arg(entry.key), later.value(entry.key));
        }
        if (!read.contains(entry.key) && !later.contains(entry.key)) {
            const QString near = nearestWord(entry.key, read);
            if (!near.isEmpty() && !source.root.has(near)) {
                return config::invalid(
                    source, entry.keyLine, entry.keyColumn, {},
                    u"unknown key \"%1\"; did you mean \"%2\"?"_s.arg(entry.key, near));
            }
        }
    }
    for (const QString& section : {u"jobs"_s, u"executors"_s, u"commands"_s}) {
        const YamlNode& node = source.root.at(section);
        if (!node.isNull() && !node.isMap()) {
            return node.error(source.file, u"a map of %1"_s.arg(section));
        }
    }
    return {};
}

}  // namespace

Result<Definition> readCircleCi(const QByteArray& bytes, const QString& fileName,
                                const QString& branch)
{
    Result<YamlNode> root = readYaml(bytes, fileName);
    if (!root) {
        return root.error();
    }
    Source source;
    source.file = fileName;
    source.branch = branch;
    source.root = *root;
    if (!source.root.isMap()) {
        return source.root.error(fileName, u"a configuration: version, jobs and workflows"_s);
    }
    Result<void> done = readVersion(source);
    if (done) {
        done = checkTop(source);
    }
    if (!done) {
        return done.error();
    }
    return config::readWorkflows(source);
}

}  // namespace analemma::pipeline
