#pragma once

#include "core/git/search.h"

#include <QSet>

#include <vector>

namespace analemma::git {

/// Reads what `git log -z --format=%H`, with or without --name-status, prints: texts that end in
/// NUL, of which one of 40 or 64 letters begins a commit and one of up to four (after a line feed)
/// names a change, with its paths after it. In pieces of any size. Pure.
class FoundReader {
public:
    /// Of `limit` commits at most; each is told of once.
    explicit FoundReader(int limit) : m_limit(std::size_t(limit)) {}

    /// Protocol when it is something else.
    Result<void> take(QByteArrayView piece);
    /// Protocol when it ends within a change.
    [[nodiscard]] Result<void> end() const;

    [[nodiscard]] const std::vector<FoundCommit>& rows() const { return m_rows; }
    [[nodiscard]] bool hasMore() const { return m_hasMore; }

private:
    Result<void> takeText(QByteArrayView text);

    std::size_t m_limit;
    std::vector<FoundCommit> m_rows;
    QSet<QString> m_seen;
    QByteArray m_rest;
    FoundCommit m_change;  ///< under way
    int m_pathsToCome = 0;
    bool m_isKept = false;  ///< the commit under way is a row
    bool m_hasMore = false;
};

}  // namespace analemma::git
