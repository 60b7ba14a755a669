#include "core/git/src/blamereader.h"

#include "core/base/text.h"
#include "core/git/src/commits.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::git {
namespace {

constexpr qsizetype longestLine = 64 * 1024;  ///< what is longer is cut
constexpr qsizetype longestName = 1'000;

Error oddBlame(QByteArrayView line)
{
    return Error(
        ErrorKind::Protocol,
        u"git blame printed what can not be understood: \"%1\"."_s.arg(displayText(line, 100)));
}

bool isId(QByteArrayView text)
{
    return (text.size() == 40 || text.size() == 64) &&
           std::all_of(text.begin(), text.end(),
                       [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

/// The line up to the next blank, which is taken away.
QByteArrayView word(QByteArrayView& line)
{
    const qsizetype blank = line.indexOf(' ');
    const QByteArrayView first = blank < 0 ? line : line.first(blank);
    line = blank < 0 ? QByteArrayView() : line.sliced(blank + 1);
    return first;
}

QString nameText(QByteArrayView text)
{
    return QString::fromUtf8(text.first(std::min(text.size(), longestName)));
}

/// An id that stands for no commit yet is all zeros.
QString commitText(QByteArrayView id)
{
    return std::all_of(id.begin(), id.end(), [](char c) { return c == '0'; })
               ? QString()
               : QString::fromLatin1(id);
}

}  // namespace

std::optional<QByteArray> unquotedPath(QByteArrayView text)
{
    if (!text.startsWith('"')) {
        return text.toByteArray();
    }
    static const QHash<char, char> named{{'a', '\a'}, {'b', '\b'}, {'f', '\f'},
                                         {'n', '\n'}, {'r', '\r'}, {'t', '\t'},
                                         {'v', '\v'}, {'"', '"'},  {'\\', '\\'}};
    QByteArray path;
    for (qsizetype at = 1; at < text.size(); ++at) {
        const char c = text[at];
        if (c == '"') {
            return at + 1 == text.size() ? std::optional(path) : std::nullopt;
        }
        if (c != '\\') {
            path += c;
            continue;
        }
        if (++at == text.size()) {
            return std::nullopt;
        }
        if (const auto found = named.constFind(text[at]); found != named.constEnd()) {
            path += *found;
            continue;
        }
        int byte = 0;
        for (int i = 0; i < 3; ++i, ++at) {
            if (at == text.size() || text[at] < '0' || text[at] > '7') {
                return std::nullopt;
            }
            byte = byte * 8 + (text[at] - '0');
        }
        if (byte > 0xff) {
            return std::nullopt;
        }
        path += char(byte);
        --at;
    }
    return std::nullopt;
}

Result<void> BlameReader::take(QByteArrayView piece)
{
    while (!piece.isEmpty()) {
        const qsizetype feed = piece.indexOf('\n');
        const QByteArrayView part = feed < 0 ? piece : piece.first(feed);
        m_rest.append(part.first(std::min(part.size(), longestLine - m_rest.size())));
        if (feed < 0) {
            break;
        }
        const Result<void> taken = takeLine(m_rest);
        if (!taken) {
            return taken;
        }
        m_rest.clear();
        piece = piece.sliced(feed + 1);
    }
    return {};
}

Result<void> BlameReader::end() const
{
    if (m_inGroup || !m_rest.isEmpty() || m_known != int(m_lines.size())) {
        return Error(
            ErrorKind::Protocol,
            u"git blame told of %1 of %2 lines, then ended."_s.arg(m_known).arg(m_lines.size()));
    }
    return {};
}

Result<void> BlameReader::takeLine(QByteArrayView line)
{
    if (!m_inGroup) {
        return begin(line);
    }
    QByteArrayView value = line;
    const QByteArrayView name = word(value);
    if (name != "filename") {
        return takeFact(name, value);
    }
    const std::optional<QByteArray> path = unquotedPath(value);
    if (!path || path->isEmpty()) {
        return oddBlame(line);
    }
    close(*path);
    return {};
}

Result<void> BlameReader::begin(QByteArrayView line)
{
    QByteArrayView rest = line;
    Group group;
    group.id = word(rest).toByteArray();
    bool isNumber[3] = {};
    int* const numbers[] = {&group.there, &group.here, &group.count};
    for (int i = 0; i < 3; ++i) {
        *numbers[i] = word(rest).toByteArray().toInt(&isNumber[i]);
    }
    const int size = int(m_lines.size());
    if (!isId(group.id) || !isNumber[0] || !isNumber[1] || !isNumber[2] || group.there < 1 ||
        group.here < 1 || group.count < 1 || group.here > size ||
        group.count > size - group.here + 1 || group.there > INT_MAX - group.count) {
        return oddBlame(line);
    }
    m_group = group;
    m_origin = m_commits.value(group.id);
    m_origin.commit = commitText(group.id);
    m_inGroup = true;
    return {};
}

Result<void> BlameReader::takeFact(QByteArrayView name, QByteArrayView value)
{
    if (name == "author") {
        m_origin.author = nameText(value);
    } else if (name == "author-mail") {
        const bool inBrackets = value.size() > 1 && value.startsWith('<') && value.endsWith('>');
        m_origin.email = nameText(inBrackets ? value.sliced(1, value.size() - 2) : value);
    } else if (name == "author-time") {
        m_origin.time = utcTime(value.toByteArray().toLongLong());
    } else if (name == "summary") {
        m_origin.subject = nameText(value);
    } else if (name == "boundary") {
        m_origin.boundary = true;
    } else if (name == "previous") {
        const QByteArrayView id = word(value);
        const std::optional<QByteArray> path = unquotedPath(value);
        if (!isId(id) || !path) {
            return oddBlame(value);
        }
        m_origin.previousCommit = commitText(id);
        m_origin.previousPath = *path;
    }
    return {};  // the committer, the time zone and what later versions add
}

void BlameReader::close(const QByteArray& path)
{
    m_inGroup = false;
    if (m_origin.commit.isEmpty()) {  // what stands there are git's own words
        m_origin.author.clear();
        m_origin.email.clear();
        m_origin.subject.clear();
    }
    if (!m_commits.contains(m_group.id)) {
        BlameOrigin facts = m_origin;
        facts.previousCommit.clear();
        facts.previousPath.clear();
        m_commits.insert(m_group.id, facts);
    }
    const std::pair<QByteArray, QByteArray> key(m_group.id, path);
    int number = m_numbers.value(key, -1);
    if (number < 0) {
        number = int(m_origins.size());
        m_numbers.insert(key, number);
        m_origin.path = path;
        m_origins.push_back(m_origin);
    }
    for (int i = 0; i < m_group.count; ++i) {
        BlameLine& line = m_lines[std::size_t(m_group.here - 1 + i)];
        m_known += line.origin < 0 ? 1 : 0;
        line.origin = number;
        line.line = m_group.there + i;
    }
}

}  // namespace analemma::git
