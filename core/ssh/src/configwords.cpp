#include "core/ssh/src/configwords.h"

#include <limits>

namespace analemma::ssh {
namespace {

bool isSpace(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

qsizetype skipSpaces(const QByteArray& text, qsizetype at)
{
    while (at < text.size() && isSpace(text[at])) {
        ++at;
    }
    return at;
}

bool isEscape(const QByteArray& text, qsizetype at, char quote)
{
    const char next = at + 1 < text.size() ? text[at + 1] : '\0';
    return next == '\'' || next == '"' || next == '\\' || (quote == '\0' && next == ' ');
}

/// Words with quotes of both kinds and backslashes; a '#' where a word would begin ends the line.
bool splitArguments(const QByteArray& text, QByteArrayList& words)
{
    qsizetype at = 0;
    while (true) {
        while (at < text.size() && (text[at] == ' ' || text[at] == '\t')) {
            ++at;
        }
        if (at >= text.size() || text[at] == '#') {
            return true;
        }
        QByteArray word;
        char quote = '\0';
        for (; at < text.size(); ++at) {
            const char c = text[at];
            if (c == '\\') {
                at += isEscape(text, at, quote) ? 1 : 0;
                word += text[at];
            } else if (quote == '\0' && (c == ' ' || c == '\t')) {
                break;
            } else if (quote == '\0' && (c == '"' || c == '\'')) {
                quote = c;
            } else if (quote != '\0' && c == quote) {
                quote = '\0';
            } else {
                word += c;
            }
        }
        if (quote != '\0') {
            return false;
        }
        words += word;
    }
}

}  // namespace

std::optional<QByteArray> takeWord(QByteArray& rest)
{
    qsizetype at = 0;
    while (at < rest.size() && !isSpace(rest[at]) && rest[at] != '"' && rest[at] != '=') {
        ++at;
    }
    QByteArray word = rest.first(at);
    if (at >= rest.size()) {
        rest.clear();
        return word;
    }
    if (rest[at] == '"') {
        const qsizetype end = rest.indexOf('"', at + 1);
        if (end < 0) {
            return std::nullopt;
        }
        word += rest.sliced(at + 1, end - at - 1);
        rest = rest.sliced(skipSpaces(rest, end + 1));
        return word;
    }
    const bool wasEqual = rest[at] == '=';
    at = skipSpaces(rest, at + 1);
    if (!wasEqual && at < rest.size() && rest[at] == '=') {
        at = skipSpaces(rest, at + 1);
    }
    rest = rest.sliced(at);
    return word;
}

ConfigWords splitConfigLine(QByteArrayView line)
{
    ConfigWords words;
    const qsizetype nul = line.indexOf('\0');
    words.rest = (nul < 0 ? line : line.first(nul)).toByteArray();
    while (!words.rest.isEmpty() && (isSpace(words.rest.back()) || words.rest.back() == '\f')) {
        words.rest.chop(1);
    }
    words.rest = words.rest.sliced(skipSpaces(words.rest, 0));
    if (words.rest.isEmpty() || words.rest.front() == '#') {
        words.rest.clear();
        return words;
    }
    const QByteArray whole = words.rest;
    const std::optional<QByteArray> keyword = takeWord(words.rest);
    words.keyword = keyword.value_or(whole);
    words.isBroken = !keyword || !splitArguments(words.rest, words.arguments);
    if (words.isBroken) {
        words.arguments.clear();
    }
    return words;
}

std::optional<int> parseSshTime(const QByteArray& text)
{
    qint64 total = 0;
    qint64 number = -1;
    const auto add = [&](qint64 unit) {
        total += number * unit;
        number = -1;
    };
    for (const char c : text) {
        if (c >= '0' && c <= '9') {
            number = (number < 0 ? 0 : number) * 10 + (c - '0');
        } else if (number < 0) {
            return std::nullopt;
        } else if (c == 's' || c == 'S') {
            add(1);
        } else if (c == 'm' || c == 'M') {
            add(60);
        } else if (c == 'h' || c == 'H') {
            add(3'600);
        } else if (c == 'd' || c == 'D') {
            add(86'400);
        } else if (c == 'w' || c == 'W') {
            add(604'800);
        } else {
            return std::nullopt;
        }
        if (number > std::numeric_limits<int>::max() || total > std::numeric_limits<int>::max()) {
            return std::nullopt;
        }
    }
    if (number >= 0) {
        add(1);
    }
    if (text.isEmpty() || total > std::numeric_limits<int>::max()) {
        return std::nullopt;
    }
    return int(total);
}

}  // namespace analemma::ssh
