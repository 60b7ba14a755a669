#include "core/base/nearest.h"

#include <algorithm>
#include <vector>

namespace analemma {
namespace {

constexpr qsizetype mostLetters = 64;  // of a word that is compared
constexpr qsizetype leastStart = 3;    // letters that may stand for a whole word

/// Damerau and Levenshtein: letters changed, added, left out, or two neighbours swapped.
qsizetype distance(const QString& a, const QString& b)
{
    const qsizetype width = b.size() + 1;
    std::vector<qsizetype> rows(static_cast<size_t>((a.size() + 1) * width));
    const auto cell = [&rows, width](qsizetype i, qsizetype k) -> qsizetype& {
        return rows[static_cast<size_t>(i * width + k)];
    };
    for (qsizetype i = 0; i <= a.size(); ++i) {
        for (qsizetype k = 0; k <= b.size(); ++k) {
            if (i == 0 || k == 0) {
                cell(i, k) = i + k;
                continue;
            }
            const qsizetype change = a[i - 1] == b[k - 1] ? 0 : 1;
            cell(i, k) =
                std::min({cell(i - 1, k) + 1, cell(i, k - 1) + 1, cell(i - 1, k - 1) + change});
            if (i > 1 && k > 1 && a[i - 1] == b[k - 2] && a[i - 2] == b[k - 1]) {
                cell(i, k) = std::min(cell(i, k), cell(i - 2, k - 2) + 1);
            }
        }
    }
    return cell(a.size(), b.size());
}

/// How many letters may differ. Of short words every letter counts.
qsizetype allowed(const QString& known)
{
    return known.size() < leastStart ? 0 : std::max<qsizetype>(1, known.size() / 3);
}

}  // namespace

QString nearestWord(const QString& word, const QStringList& known)
{
    const QString typed = word.left(mostLetters).toLower();
    QString best;
    qsizetype least = mostLetters;
    for (const QString& one : known) {
        const QString other = one.left(mostLetters).toLower();
        const bool isStart = typed.size() >= leastStart && other.startsWith(typed);
        const qsizetype differing =
            isStart ? std::min<qsizetype>(1, other.size() - typed.size()) : distance(typed, other);
        if (differing < least && (isStart || differing <= allowed(other))) {
            least = differing;
            best = one;
        }
    }
    return best;
}

}  // namespace analemma
