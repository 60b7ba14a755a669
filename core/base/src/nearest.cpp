#include "core/base/nearest.h"

#include <QList>

#include <numeric>

namespace analemma {
namespace {

/// Levenshtein: letters changed, added, left out.
int distance(const QString& a, const QString& b)
{
    QList<int> row(b.size() + 1);
    std::iota(row.begin(), row.end(), 0);
    for (qsizetype i = 1; i <= a.size(); ++i) {
        int diagonal = row[0];
        row[0] = int(i);
        for (qsizetype j = 1; j <= b.size(); ++j) {
            const int above = row[j];
            const int change = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            row[j] = qMin(change, qMin(above, row[j - 1]) + 1);
            diagonal = above;
        }
    }
    return row[b.size()];
}

}  // namespace

QString nearestWord(const QString& word, const QStringList& known)
{
    QString best;
    int bestDistance = qMax(2, int(word.size()) / 3) + 1;
    for (const QString& one : known) {
        const int d =
            !word.isEmpty() && one.startsWith(word) ? 1 : distance(word.left(64), one.left(256));
        if (d < bestDistance) {
            bestDistance = d;
            best = one;
        }
    }
    return best;
}

}  // namespace analemma
