#pragma once

#include "core/base/result.h"

#include <QByteArray>
#include <QList>
#include <QString>
#include <QStringList>

#include <memory>
#include <optional>

namespace analemma {

/// Limits of the readers of foreign data. What goes over is an Invalid error, never an exception.
struct ReadLimits {
    qint64 bytes = 2 * 1024 * 1024;
    int depth = 64;
    int nodes = 50'000;
    int aliases = 100;
};

/// Bounded JSON: depth, size and duplicate keys are checked while reading. Invalid with line and
/// column.
Result<QJsonValue> readJson(const QByteArray& bytes, const ReadLimits& limits = {});
Result<Json> readJsonObject(const QByteArray& bytes, const ReadLimits& limits = {});
/// The texts of a list; empty ones for what is no text.
QStringList textsFromJson(const QJsonValue& list);

/// One node of a YAML document, a value: kind, text and where it stands. Aliases are expanded
/// within the limits; cycles, duplicate keys and several documents are errors.
class YamlNode {
public:
    enum class Kind { Null, Scalar, List, Map };
    struct Entry;

    Kind kind = Kind::Null;
    QString text;           ///< of a scalar
    bool quoted = false;    ///< "3" and 3 differ
    int line = 0;           ///< from 1; 0 for what is not in the file
    int column = 0;         ///< from 1
    QString path;           ///< "environments.production.servers"
    QList<YamlNode> items;  ///< of a list
    QList<Entry> entries;   ///< of a map, in the file's order

    [[nodiscard]] bool isNull() const { return kind == Kind::Null; }
    [[nodiscard]] bool isScalar() const { return kind == Kind::Scalar; }
    [[nodiscard]] bool isList() const { return kind == Kind::List; }
    [[nodiscard]] bool isMap() const { return kind == Kind::Map; }
    /// The value of a key of a map; null (kind Null, line 0) when absent.
    [[nodiscard]] const YamlNode& at(const QString& key) const;
    [[nodiscard]] bool has(const QString& key) const;
    [[nodiscard]] std::optional<qint64> asInteger() const;
    [[nodiscard]] std::optional<bool> asBool() const;
    /// What it is, for messages: `"three"`, `a list`, `nothing`.
    [[nodiscard]] QString describe() const;
    /// The tree as JSON: scalars become null, bool, number or string by YAML 1.2 core schema.
    [[nodiscard]] QJsonValue toJson() const;
    /// "FILE:12:7 environments.production.servers: expected a number of servers, got "three""
    [[nodiscard]] Error error(const QString& file, const QString& expected) const;
};

struct YamlNode::Entry {
    QString key;
    int keyLine = 0;
    int keyColumn = 0;
    YamlNode value;
};

/// Reads one YAML document. Invalid as "FILE:LINE:COLUMN sentence". Blocking, pure.
Result<YamlNode> readYaml(const QByteArray& bytes, const QString& fileName,
                          const ReadLimits& limits = {});

}  // namespace analemma
