#pragma once

#include "core/git/blame.h"

#include <QHash>

#include <vector>

namespace analemma::git {

/// Reads what `git blame --incremental` prints (git-blame(1), "INCREMENTAL OUTPUT"): groups of
/// lines
/// "<id> <line there> <line here> <count>", the commit's facts where it is named for the first
/// time, and at last "filename <path>". In pieces of any size; names in it come from the repository
/// and may be of any length. Pure.
class BlameReader {
public:
    explicit BlameReader(int lineCount) : m_lines(std::size_t(lineCount)) {}

    /// Protocol when it is something else, or tells of lines that are not there.
    Result<void> take(QByteArrayView piece);
    /// Protocol when it ends within a group or leaves lines without an origin.
    [[nodiscard]] Result<void> end() const;

    [[nodiscard]] const std::vector<BlameLine>& lines() const { return m_lines; }
    [[nodiscard]] const std::vector<BlameOrigin>& origins() const { return m_origins; }
    [[nodiscard]] int known() const { return m_known; }

private:
    struct Group {
        QByteArray id;
        int there = 0;
        int here = 0;
        int count = 0;
    };
    Result<void> takeLine(QByteArrayView line);
    Result<void> takeFact(QByteArrayView name, QByteArrayView value);
    Result<void> begin(QByteArrayView line);
    void close(const QByteArray& path);

    std::vector<BlameLine> m_lines;
    std::vector<BlameOrigin> m_origins;
    QHash<QByteArray, BlameOrigin> m_commits;  ///< what is known of each, without the path
    QHash<std::pair<QByteArray, QByteArray>, int> m_numbers;  ///< of origins, by commit and path
    QByteArray m_rest;                                        ///< a line that is not whole yet
    Group m_group;
    BlameOrigin m_origin;  ///< of the group
    bool m_inGroup = false;
    int m_known = 0;
};

/// A path as git prints it: in double quotes with C's escapes where it has unusual bytes; the same
/// path otherwise. Nothing when the quotes do not end. Pure.
std::optional<QByteArray> unquotedPath(QByteArrayView text);

}  // namespace analemma::git
