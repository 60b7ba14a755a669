#pragma once

#include "core/base/clock.h"
#include "core/base/readers.h"

#include <QList>
#include <QString>
#include <QStringList>

#include <functional>
#include <optional>

namespace analemma::workspace {

/// A place in the file and the path of keys that leads there.
struct Place {
    int line = 1;
    int column = 1;
    QString path;
};

/// What is wrong with a file: collected, so that one check tells everything.
class Problems {
public:
    explicit Problems(QString file) : m_file(std::move(file)) {}

    void add(const Place& place, const QString& sentence, ErrorKind kind = ErrorKind::Invalid);
    [[nodiscard]] bool isEmpty() const { return m_list.isEmpty(); }
    /// The first of them in the file's order; all of them in Error::details ("errors").
    [[nodiscard]] Error error() const;

private:
    struct Problem {
        Place place;
        QString text;
        ErrorKind kind = ErrorKind::Invalid;
    };
    QString m_file;
    QList<Problem> m_list;
};

struct Range {
    qint64 from = 0;
    qint64 to = 0;
};

/// One map of the file, being read. Every getter reports a wrong value and gives a fallback then,
/// so that reading goes on to the next problem.
class Section {
public:
    /// `at` is the place of the key that holds the map; `known` are the keys that it may have.
    Section(Problems* problems, const YamlNode& node, Place at, const QStringList& known);

    [[nodiscard]] bool has(const QString& key) const { return m_node.has(key); }
    [[nodiscard]] const YamlNode& node(const QString& key) const { return m_node.at(key); }
    /// Where a value stands; for what is absent, where it should: at the key of this map.
    [[nodiscard]] Place placeOf(const QString& key) const;
    [[nodiscard]] Place place() const { return m_at; }
    [[nodiscard]] Problems* problems() const { return m_problems; }

    using Test = std::function<bool(const QString&)>;
    /// A word that passes `test`; `expected` says what it should have been.
    QString word(const QString& key, const QString& expected, const Test& test) const;
    /// The same, with a value for when the key is absent.
    QString word(const QString& key, const QString& expected, const Test& test,
                 const QString& fallback) const;
    /// `expected` as in "a number of servers".
    int number(const QString& key, const QString& expected, Range range, int fallback) const;
    /// Any finite number; nothing when the key is absent.
    std::optional<double> real(const QString& key, const QString& expected, double least,
                               double most) const;
    bool truth(const QString& key, bool fallback) const;
    milliseconds duration(const QString& key, Range range, milliseconds fallback) const;
    /// The same; nothing when the key is absent.
    std::optional<milliseconds> durationIfAny(const QString& key, Range range) const;
    QStringList words(const QString& key, const QString& expected, const QString& item,
                      const Test& test) const;
    /// Calls `each` for every named map below `key`; names are checked.
    void maps(const QString& key, const QStringList& known,
              const std::function<void(const QString& name, const Section& section)>& each) const;

    /// Reports "PATH: expected EXPECTED, got ...".
    void expected(const QString& key, const QString& what) const;

private:
    void rejectUnknown(const QStringList& known) const;

    Problems* m_problems;
    YamlNode m_node;  ///< a map, empty when the file holds something else
    Place m_at;
};

/// Reports that a value should have been something else.
void expected(Problems* problems, const Place& place, const YamlNode& value, const QString& what);

/// `; did you mean "servers"?`, or the list of what is known when nothing is near.
QString suggestion(const QString& word, const QStringList& known);

/// "a, b and c".
QString listed(const QStringList& words);

}  // namespace analemma::workspace
