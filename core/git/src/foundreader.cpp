#include "core/git/src/foundreader.h"

#include "core/base/text.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::git {
namespace {

constexpr qsizetype longestText = 64 * 1024;  ///< of a path; what is longer is cut

Error oddLog(QByteArrayView text)
{
    return Error(ErrorKind::Protocol, u"git log printed what can not be understood: \"%1\"."_s.arg(
                                          displayText(text, 100)));
}

bool isCommitId(QByteArrayView text)
{
    return (text.size() == 40 || text.size() == 64) &&
           std::all_of(text.begin(), text.end(),
                       [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

/// "M", "R087"; None when it is no such word.
FoundCommit::Change changeOf(QByteArrayView text)
{
    using Change = FoundCommit::Change;
    const bool isWord =
        !text.isEmpty() && text.size() <= 4 &&
        std::all_of(text.begin() + 1, text.end(), [](char c) { return c >= '0' && c <= '9'; });
    switch (isWord ? text[0] : '\0') {
        case 'A':
            return Change::Added;
        case 'M':
        case 'U':
        case 'X':
        case 'B':
            return Change::Modified;
        case 'D':
            return Change::Deleted;
        case 'R':
            return Change::Renamed;
        case 'C':
            return Change::Copied;
        case 'T':
            return Change::TypeChanged;
        default:
            return Change::None;
    }
}

}  // namespace

Result<void> FoundReader::take(QByteArrayView piece)
{
    while (!piece.isEmpty()) {
        const qsizetype nul = piece.indexOf('\0');
        const QByteArrayView part = nul < 0 ? piece : piece.first(nul);
        m_rest.append(part.first(std::min(part.size(), longestText - m_rest.size())));
        if (nul < 0) {
            break;
        }
        const Result<void> taken = takeText(m_rest);
        if (!taken) {
            return taken;
        }
        m_rest.clear();
        piece = piece.sliced(nul + 1);
    }
    return {};
}

Result<void> FoundReader::end() const
{
    if (m_pathsToCome > 0 || !m_rest.isEmpty()) {
        return Error(ErrorKind::Protocol, u"git log ended in the middle of a commit."_s);
    }
    return {};
}

Result<void> FoundReader::takeText(QByteArrayView text)
{
    using Change = FoundCommit::Change;
    if (m_pathsToCome > 0) {
        m_change.oldPath = m_change.path;
        m_change.path = text.toByteArray();
        --m_pathsToCome;
        // Of several changes the first is told: with --follow there is one.
        if (m_pathsToCome == 0 && m_isKept && m_rows.back().change == Change::None) {
            m_change.id = m_rows.back().id;
            m_rows.back() = m_change;
        }
        return text.isEmpty() ? Result<void>(oddLog(text)) : Result<void>();
    }
    if (isCommitId(text)) {
        const QString id = QString::fromLatin1(text);
        const bool isNew = !m_seen.contains(id);
        m_isKept = isNew && m_rows.size() < m_limit;
        m_hasMore = m_hasMore || (isNew && !m_isKept);
        if (m_isKept) {
            m_seen.insert(id);
            m_rows.emplace_back().id = id;
        }
        return {};
    }
    const QByteArrayView word = text.startsWith('\n') ? text.sliced(1) : text;
    const Change change = changeOf(word);
    if (change == Change::None || (m_rows.empty() && !m_hasMore)) {
        return oddLog(text);
    }
    m_change = FoundCommit();
    m_change.change = change;
    m_pathsToCome = change == Change::Renamed || change == Change::Copied ? 2 : 1;
    return {};
}

}  // namespace analemma::git
