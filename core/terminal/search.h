#pragma once

#include "core/base/result.h"
#include "core/terminal/selection.h"

#include <QRegularExpression>

/// Find in scrollback and screen, over soft wraps.
namespace analemma::terminal {

enum class SearchKind { Plain, Regex };

/// A pattern ready to search with.
class Pattern {
public:
    /// Invalid, with what is wrong, for a regular expression that is none. Backtracking is bounded:
    /// an expression that needs too many steps on a line does not match there.
    static Result<Pattern> compile(const QString& text, SearchKind kind, bool caseSensitive);

    /// Matches in the lines that begin in rows `first` to `last`, in order, at most `limit`. For
    /// long scrollbacks call it with a few thousand rows at a time.
    [[nodiscard]] QList<Range> find(const Screen& screen, qint64 first, qint64 last,
                                    int limit = 1000) const;

private:
    Pattern() = default;
    void findInLine(const QString& line, QList<std::pair<qsizetype, qsizetype>>* found,
                    qsizetype limit) const;

    QString m_text;
    QRegularExpression m_expression;
    SearchKind m_kind = SearchKind::Plain;
    Qt::CaseSensitivity m_case = Qt::CaseInsensitive;
};

}  // namespace analemma::terminal
