#include "core/git/src/linemap.h"

namespace analemma::git {

std::optional<int> mapLine(const QList<LineHunk>& hunks, int line)
{
    int shift = 0;
    for (const LineHunk& hunk : hunks) {
        const int first = hunk.oldCount > 0 ? hunk.oldStart : hunk.oldStart + 1;
        if (line < first) {
            break;
        }
        if (line < first + hunk.oldCount) {
            return std::nullopt;
        }
        shift += hunk.newCount - hunk.oldCount;
    }
    return line + shift;
}

}  // namespace analemma::git
