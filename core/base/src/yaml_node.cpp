#include "core/base/src/yaml_node.h"

#include "core/base/text.h"

#include <QJsonArray>
#include <QRegularExpression>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma {
namespace yaml {

void setPaths(YamlNode& root)
{
    for (qsizetype i = 0; i < root.items.size(); ++i) {
        root.items[i].path = root.path + u'[' + QString::number(i) + u']';
        setPaths(root.items[i]);
    }
    for (YamlNode::Entry& entry : root.entries) {
        const QString key = displayText(entry.key, 60);
        entry.value.path = root.path.isEmpty() ? key : root.path + u'.' + key;
        setPaths(entry.value);
    }
}

bool isQuoteClosed(const QByteArray& bytes, qsizetype position)
{
    const auto isSpace = [](char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; };
    qsizetype at = position;
    while (at < bytes.size() && (bytes[at] == '&' || bytes[at] == '!')) {
        while (at < bytes.size() && !isSpace(bytes[at])) {
            ++at;
        }
        while (at < bytes.size() && isSpace(bytes[at])) {
            ++at;
        }
    }
    if (at >= bytes.size() || (bytes[at] != '"' && bytes[at] != '\'')) {
        return true;
    }
    const char quote = bytes[at];
    for (++at; at < bytes.size(); ++at) {
        if (quote == '"' && bytes[at] == '\\') {
            ++at;
        } else if (bytes[at] == quote) {
            if (quote == '"' || at + 1 >= bytes.size() || bytes[at + 1] != quote) {
                return true;
            }
            ++at;  // '' is one quote
        }
    }
    return false;
}

qsizetype firstBadUtf8(const QByteArray& bytes)
{
    const auto at = [&bytes](qsizetype i) -> unsigned {
        return i < bytes.size() ? static_cast<unsigned char>(bytes[i]) : 0U;
    };
    qsizetype i = 0;
    while (i < bytes.size()) {
        const unsigned first = at(i);
        if (first < 0x80) {
            ++i;
            continue;
        }
        const int length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
        unsigned value = first & (0x7fU >> length);
        if (first < 0xc2 || first > 0xf4) {
            return i;
        }
        for (int k = 1; k < length; ++k) {
            if ((at(i + k) & 0xc0) != 0x80) {
                return i;
            }
            value = value << 6 | (at(i + k) & 0x3f);
        }
        const bool overlong = (length == 3 && value < 0x800) || (length == 4 && value < 0x10000);
        if (overlong || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff)) {
            return i;
        }
        i += length;
    }
    return -1;
}

}  // namespace yaml

namespace {

const YamlNode& nothing()
{
    static const YamlNode node;
    return node;
}

bool matches(const QString& text, const QString& pattern)
{
    return QRegularExpression(QRegularExpression::anchoredPattern(pattern)).match(text).hasMatch();
}

}  // namespace

const YamlNode& YamlNode::at(const QString& key) const
{
    const auto found = std::find_if(entries.cbegin(), entries.cend(),
                                    [&key](const Entry& entry) { return entry.key == key; });
    return found == entries.cend() ? nothing() : found->value;
}

bool YamlNode::has(const QString& key) const
{
    return std::any_of(entries.cbegin(), entries.cend(),
                       [&key](const Entry& entry) { return entry.key == key; });
}

// YAML 1.2.2, section 10.3.2, the core schema.
std::optional<qint64> YamlNode::asInteger() const
{
    if (!isScalar() || quoted || text.isEmpty()) {
        return std::nullopt;
    }
    bool ok = false;
    if (text.startsWith(u"0x"_s) || text.startsWith(u"0o"_s)) {
        if (text.size() < 3 || text[2] == u'+' || text[2] == u'-') {
            return std::nullopt;
        }
        const qint64 value = text.mid(2).toLongLong(&ok, text[1] == u'x' ? 16 : 8);
        return ok ? std::optional(value) : std::nullopt;
    }
    const QStringView digits = QStringView(text).mid(text[0] == u'-' || text[0] == u'+' ? 1 : 0);
    const bool plain = !digits.isEmpty() && std::all_of(digits.begin(), digits.end(), [](QChar c) {
        return c >= u'0' && c <= u'9';
    });
    const qint64 value = plain ? text.toLongLong(&ok, 10) : 0;
    return ok ? std::optional(value) : std::nullopt;
}

std::optional<bool> YamlNode::asBool() const
{
    if (!isScalar() || quoted) {
        return std::nullopt;
    }
    if (text == u"true" || text == u"True" || text == u"TRUE") {
        return true;
    }
    if (text == u"false" || text == u"False" || text == u"FALSE") {
        return false;
    }
    return std::nullopt;
}

QString YamlNode::describe() const
{
    switch (kind) {
        case Kind::Null:
            return u"nothing"_s;
        case Kind::Scalar:
            return u'"' + displayText(text, 60) + u'"';
        case Kind::List:
            return u"a list"_s;
        case Kind::Map:
            return u"a map"_s;
    }
    return {};
}

QJsonValue YamlNode::toJson() const
{
    if (isList()) {
        QJsonArray array;
        for (const YamlNode& item : items) {
            array.append(item.toJson());
        }
        return array;
    }
    if (isMap()) {
        QJsonObject object;
        for (const Entry& entry : entries) {
            object.insert(entry.key, entry.value.toJson());
        }
        return object;
    }
    if (isNull()) {
        return QJsonValue::Null;
    }
    if (const auto truth = asBool()) {
        return *truth;
    }
    if (const auto number = asInteger()) {
        return *number;
    }
    if (!quoted && matches(text, u"[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?"_s)) {
        return text.toDouble();
    }
    return text;
}

Error YamlNode::error(const QString& file, const QString& expected) const
{
    const QString place = line > 0 ? u":%1:%2"_s.arg(line).arg(column) : QString();
    const QString where = path.isEmpty() ? QString() : u' ' + path;
    return {ErrorKind::Invalid,
            u"%1%2%3: expected %4, got %5"_s.arg(file, place, where, expected, describe())};
}

}  // namespace analemma
