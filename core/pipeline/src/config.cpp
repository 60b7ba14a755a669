#include "core/pipeline/src/config.h"

#include "core/base/nearest.h"
#include "core/base/text.h"

#include <QRegularExpression>

using namespace Qt::StringLiterals;

namespace analemma::pipeline::config {

void Source::note(int line, const QString& sentence)
{
    const QString text = u"%1:%2 %3"_s.arg(file).arg(line).arg(sentence);
    if (!notes.contains(text)) {
        notes.append(text);
    }
}

Error invalid(const Source& source, int line, int column, const QString& path,
              const QString& sentence)
{
    const QString where = path.isEmpty() ? QString() : displayText(path, 200) + u": "_s;
    return {ErrorKind::Invalid,
            u"%1:%2:%3 "_s.arg(source.file).arg(line).arg(column) + where + sentence};
}

Error unsupported(const Source& source, int line, int column, const QString& path,
                  const QString& what, const QString& instead)
{
    Error error = invalid(source, line, column, path,
                          what + u" is not read yet; a later version reads it. "_s + instead);
    error.kind = ErrorKind::Unsupported;
    return error;
}

Result<void> checkKeys(Source& source, const YamlNode& map, const Keys& keys)
{
    for (const YamlNode::Entry& entry : map.entries) {
        if (keys.read.contains(entry.key)) {
            continue;
        }
        if (keys.noted.contains(entry.key)) {
            source.note(entry.keyLine, keys.noted.value(entry.key));
            continue;
        }
        const QString shown = displayText(entry.key, 80);
        if (keys.later.contains(entry.key)) {
            return unsupported(source, entry.keyLine, entry.keyColumn, map.path,
                               u"the key \"%1\""_s.arg(shown), keys.later.value(entry.key));
        }
        const QString near =
            nearestWord(entry.key, keys.read + keys.noted.keys() + keys.later.keys());
        const QString hint = near.isEmpty() ? QString() : u"; did you mean \"%1\"?"_s.arg(near);
        return invalid(source, entry.keyLine, entry.keyColumn, map.path,
                       u"unknown key \"%1\"%2"_s.arg(shown, hint));
    }
    return {};
}

Result<QString> readText(const Source& source, const YamlNode& node, const QString& expected)
{
    if (!node.isScalar()) {
        return node.error(source.file, expected);
    }
    static const QRegularExpression expression(
        u"<<\\s*[#^/&]?\\s*((?:parameters|pipeline|matrix)\\.[\\w.-]+)"_s);
    if (source.expressions) {
        const QRegularExpressionMatch match = expression.match(node.text);
        if (match.hasMatch()) {
            return unsupported(source, node.line, node.column, node.path,
                               u"the expression << %1 >>"_s.arg(match.captured(1)),
                               u"Write the value itself."_s);
        }
    }
    return node.text;
}

Result<QStringList> readTexts(const Source& source, const YamlNode& node, const QString& expected)
{
    if (node.isScalar()) {
        Result<QString> text = readText(source, node, expected);
        return text ? Result<QStringList>(QStringList{*text}) : Result<QStringList>(text.error());
    }
    if (!node.isList()) {
        return node.error(source.file, expected);
    }
    QStringList texts;
    for (const YamlNode& item : node.items) {
        const Result<QString> text = readText(source, item, expected);
        if (!text) {
            return text.error();
        }
        texts.append(*text);
    }
    return texts;
}

Result<bool> readBool(const Source& source, const YamlNode& node)
{
    const std::optional<bool> value = node.asBool();
    return value ? Result<bool>(*value) : Result<bool>(node.error(source.file, u"true or false"_s));
}

Result<QMap<QString, QString>> readEnvironment(const Source& source, const YamlNode& node)
{
    static const QRegularExpression plain(u"\\A[A-Za-z_][A-Za-z0-9_]*\\z"_s);
    QMap<QString, QString> variables;
    if (node.isNull()) {
        return variables;
    }
    if (node.isList()) {
        for (const YamlNode& item : node.items) {
            Result<QMap<QString, QString>> some = readEnvironment(source, item);
            if (!some) {
                return some;
            }
            variables.insert(*some);
        }
        return variables;
    }
    if (!node.isMap()) {
        return node.error(source.file, u"a map of environment variables"_s);
    }
    for (const YamlNode::Entry& entry : node.entries) {
        if (!plain.match(entry.key).hasMatch()) {
            return invalid(
                source, entry.keyLine, entry.keyColumn, node.path,
                u"\"%1\" is no name of an environment variable (letters, digits and _ only)"_s.arg(
                    displayText(entry.key, 80)));
        }
        if (entry.value.isNull()) {
            variables.insert(entry.key, QString());
            continue;
        }
        const Result<QString> text =
            readText(source, entry.value, u"a text, a number, true or false"_s);
        if (!text) {
            return text.error();
        }
        if (text->contains(QChar(0))) {
            return invalid(source, entry.value.line, entry.value.column, entry.value.path,
                           u"a zero byte cannot stand in an environment variable"_s);
        }
        variables.insert(entry.key, *text);
    }
    return variables;
}

Result<QString> readShell(const Source& source, const YamlNode& node)
{
    const Result<QStringList> words =
        readTexts(source, node, u"a shell such as /bin/bash -eo pipefail"_s);
    return words ? Result<QString>(words->join(u' ')) : Result<QString>(words.error());
}

Result<milliseconds> readDuration(const Source& source, const YamlNode& node)
{
    static const QRegularExpression form(u"\\A([0-9]{1,6}(?:\\.[0-9]{1,6})?)(s|m|h)?\\z"_s);
    const QString expected = u"a duration such as 30s, 10m or 1.5h, of at most 24h"_s;
    const Result<QString> text = readText(source, node, expected);
    if (!text) {
        return text.error();
    }
    const QRegularExpressionMatch match = form.match(*text);
    const double unit = match.captured(2) == u"h"_s   ? 3'600'000
                        : match.captured(2) == u"m"_s ? 60'000
                                                      : 1000;
    const double value = match.captured(1).toDouble() * unit;
    if (!match.hasMatch() || value < 1 || value > 86'400'000) {
        return node.error(source.file, expected);
    }
    return milliseconds(static_cast<qint64>(value));
}

Result<bool> branchMatches(const Source& source, const YamlNode& branches)
{
    const auto anyMatches = [&source](const YamlNode& node) -> Result<bool> {
        const Result<QStringList> patterns =
            readTexts(source, node, u"a branch, a /pattern/ or a list of them"_s);
        if (!patterns) {
            return patterns.error();
        }
        bool found = false;
        for (const QString& pattern : *patterns) {
            if (pattern.size() < 2 || !pattern.startsWith(u'/') || !pattern.endsWith(u'/')) {
                found = found || pattern == source.branch;
                continue;
            }
            const QRegularExpression form(
                QRegularExpression::anchoredPattern(pattern.mid(1, pattern.size() - 2)));
            if (!form.isValid()) {
                return invalid(source, node.line, node.column, node.path,
                               u"%1 is no regular expression: %2"_s.arg(displayText(pattern, 200),
                                                                        form.errorString()));
            }
            found = found || (!source.branch.isEmpty() && form.match(source.branch).hasMatch());
        }
        return found;
    };
    if (branches.has(u"only"_s)) {
        const Result<bool> only = anyMatches(branches.at(u"only"_s));
        if (!only || !*only) {
            return only;
        }
    }
    if (branches.has(u"ignore"_s)) {
        const Result<bool> ignore = anyMatches(branches.at(u"ignore"_s));
        return ignore ? Result<bool>(!*ignore) : ignore;
    }
    return true;
}

}  // namespace analemma::pipeline::config
