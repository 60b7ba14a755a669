#include "core/workspace/src/section.h"

#include "core/base/nearest.h"
#include "core/base/text.h"

#include <QJsonArray>

#include <algorithm>
#include <cmath>

using namespace Qt::StringLiterals;

namespace analemma::workspace {
namespace {

constexpr qsizetype mostProblems = 100;

QString durationWord(qint64 ms)
{
    if (ms % 3'600'000 == 0 && ms > 0) {
        return QString::number(ms / 3'600'000) + u'h';
    }
    if (ms % 60'000 == 0 && ms > 0) {
        return QString::number(ms / 60'000) + u'm';
    }
    return ms % 1000 == 0 ? QString::number(ms / 1000) + u's' : QString::number(ms) + u"ms"_s;
}

QString joined(const QString& path, const QString& key)
{
    const QString shown = displayText(key, 60);
    return path.isEmpty() ? shown : path + u'.' + shown;
}

}  // namespace

// ---- problems -----------------------------------------------------------------------------------

void Problems::add(const Place& place, const QString& sentence, ErrorKind kind)
{
    if (m_list.size() >= mostProblems) {
        return;
    }
    const QString path = place.path.isEmpty() ? QString() : place.path + u": "_s;
    const QString text = m_file + u':' + QString::number(place.line) + u':' +
                         QString::number(place.column) + u' ' + path + sentence;
    m_list.append(Problem{place, text, kind});
}

Error Problems::error() const
{
    QList<Problem> sorted = m_list;
    std::stable_sort(sorted.begin(), sorted.end(), [](const Problem& a, const Problem& b) {
        return std::pair(a.place.line, a.place.column) < std::pair(b.place.line, b.place.column);
    });
    const Problem& first = sorted.constFirst();
    Error error(first.kind, first.text);
    if (sorted.size() > 1) {
        error.hint = sorted.size() == 2
                         ? u"There is one more error in this file."_s
                         : u"There are %1 more errors in this file."_s.arg(sorted.size() - 1);
    }
    QJsonArray all;
    for (const Problem& problem : std::as_const(sorted)) {
        all.append(Json{{u"line"_s, problem.place.line},
                        {u"column"_s, problem.place.column},
                        {u"path"_s, problem.place.path},
                        {u"message"_s, problem.text}});
    }
    error.details = Json{{u"errors"_s, all}};
    return error;
}

void expected(Problems* problems, const Place& place, const YamlNode& value, const QString& what)
{
    problems->add(place, u"expected "_s + what + u", got "_s + value.describe());
}

QString listed(const QStringList& words)
{
    if (words.size() < 2) {
        return words.join(QString());
    }
    return words.mid(0, words.size() - 1).join(u", "_s) + u" and "_s + words.constLast();
}

QString suggestion(const QString& word, const QStringList& known)
{
    if (known.isEmpty()) {
        return u"; none is known here"_s;
    }
    const QString near = nearestWord(word, known);
    return near.isEmpty() ? u"; known here: "_s + listed(known)
                          : u"; did you mean \""_s + near + u"\"?"_s;
}

// ---- section ------------------------------------------------------------------------------------

Section::Section(Problems* problems, const YamlNode& node, Place at, const QStringList& known)
    : m_problems(problems), m_at(std::move(at))
{
    if (node.isMap()) {
        m_node = node;
    } else {
        workspace::expected(problems, m_at, node, u"a map"_s);
    }
    rejectUnknown(known);
}

void Section::rejectUnknown(const QStringList& known) const
{
    for (const YamlNode::Entry& entry : m_node.entries) {
        if (!known.contains(entry.key)) {
            m_problems->add(Place{entry.keyLine, entry.keyColumn, m_at.path},
                            u"unknown key \""_s + displayText(entry.key, 60) + u'"' +
                                suggestion(entry.key, known));
        }
    }
}

Place Section::placeOf(const QString& key) const
{
    const YamlNode& value = m_node.at(key);
    const QString path = joined(m_at.path, key);
    return value.line > 0 ? Place{value.line, value.column, path}
                          : Place{m_at.line, m_at.column, path};
}

void Section::expected(const QString& key, const QString& what) const
{
    workspace::expected(m_problems, placeOf(key), node(key), what);
}

QString Section::word(const QString& key, const QString& what, const Test& test) const
{
    const YamlNode& value = node(key);
    if (!value.isScalar() || !test(value.text)) {
        expected(key, what);
        return {};
    }
    return value.text;
}

QString Section::word(const QString& key, const QString& what, const Test& test,
                      const QString& fallback) const
{
    return has(key) ? word(key, what, test) : fallback;
}

int Section::number(const QString& key, const QString& what, Range range, int fallback) const
{
    if (!has(key)) {
        return fallback;
    }
    const auto value = node(key).asInteger();
    if (!value) {
        expected(key, what);
        return fallback;
    }
    if (*value < range.from || *value > range.to) {
        expected(key, u"%1 from %2 to %3"_s.arg(what).arg(range.from).arg(range.to));
        return fallback;
    }
    return static_cast<int>(*value);
}

bool Section::truth(const QString& key, bool fallback) const
{
    const auto value = node(key).asBool();
    if (has(key) && !value) {
        expected(key, u"true or false"_s);
    }
    return value.value_or(fallback);
}

milliseconds Section::duration(const QString& key, Range range, milliseconds fallback) const
{
    if (!has(key)) {
        return fallback;
    }
    const YamlNode& value = node(key);
    const auto read = value.isScalar() ? parseDuration(value.text) : std::nullopt;
    if (!read) {
        expected(key, u"a duration such as 500ms, 2s or 1m"_s);
        return fallback;
    }
    if (read->count() < range.from || read->count() > range.to) {
        expected(key, u"a duration from %1 to %2"_s.arg(durationWord(range.from),
                                                        durationWord(range.to)));
        return fallback;
    }
    return *read;
}

std::optional<double> Section::real(const QString& key, const QString& what, double least,
                                    double most) const
{
    if (!has(key)) {
        return std::nullopt;
    }
    bool read = false;
    const double value = node(key).isScalar() ? node(key).text.toDouble(&read) : 0;
    if (!read || !std::isfinite(value)) {
        expected(key, what);
        return std::nullopt;
    }
    if (value < least || value > most) {
        expected(key, u"%1 from %2 to %3"_s.arg(what).arg(least).arg(most));
        return std::nullopt;
    }
    return value;
}

std::optional<milliseconds> Section::durationIfAny(const QString& key, Range range) const
{
    return has(key) ? std::optional(duration(key, range, milliseconds(0))) : std::nullopt;
}

QStringList Section::words(const QString& key, const QString& what, const QString& item,
                           const Test& test) const
{
    QStringList words;
    if (!has(key)) {
        return words;
    }
    const YamlNode& list = node(key);
    if (!list.isList()) {
        expected(key, what);
        return words;
    }
    for (const YamlNode& value : list.items) {
        if (value.isScalar() && test(value.text)) {
            words += value.text;
        } else {
            workspace::expected(m_problems, Place{value.line, value.column, value.path}, value,
                                item);
        }
    }
    return words;
}

void Section::maps(const QString& key, const QStringList& known,
                   const std::function<void(const QString&, const Section&)>& each) const
{
    const YamlNode& all = node(key);
    if (all.isNull()) {
        return;  // an empty section is no section
    }
    if (!all.isMap()) {
        expected(key, u"a map of names"_s);
        return;
    }
    for (const YamlNode::Entry& entry : all.entries) {
        const Place at{entry.keyLine, entry.keyColumn, joined(placeOf(key).path, entry.key)};
        if (!isPlainName(entry.key)) {
            m_problems->add(
                Place{at.line, at.column, placeOf(key).path},
                u"expected a name of at most 63 of a-z, 0-9, \".\", \"_\" and \"-\", got \""_s +
                    displayText(entry.key, 60) + u'"');
            continue;
        }
        each(entry.key, Section(m_problems, entry.value, at, known));
    }
}

}  // namespace analemma::workspace
