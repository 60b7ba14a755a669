#include "core/terminal/search.h"

#include "core/base/text.h"
#include "core/terminal/selection.h"

using namespace Qt::StringLiterals;

namespace analemma::terminal {
namespace {

constexpr qsizetype limitPattern = 1000;

/// A line over its soft wraps; with `places`, where each UTF-16 unit stands, and what follows the
/// last.
class Line {
public:
    explicit Line(const Screen& screen) : m_screen(screen) {}

    /// Reads from `row` on and gives the row after the line.
    qint64 read(qint64 row, bool withPlaces)
    {
        text.clear();
        m_places.clear();
        const qint64 end = m_screen.topRow() + m_screen.size().rows;
        const qint64 limit = qMin(end, row + limitWrappedRows);
        bool goesOn = true;
        for (; goesOn && row < limit; ++row) {
            const RowView view = m_screen.row(row, &m_scratch);
            append(row, view.cells, withPlaces);
            goesOn = view.wrapped;
        }
        while (!text.isEmpty() && text.back() == u' ') {
            text.chop(1);
        }
        return row;
    }
    [[nodiscard]] Range range(qsizetype begin, qsizetype length) const
    {
        const Place& last = m_places[std::size_t(begin + length - 1)];
        return {m_places[std::size_t(begin)].position,
                {last.position.row, last.position.column + last.width},
                false};
    }

    QString text;

private:
    struct Place {
        Position position;
        int width;
    };

    void append(qint64 row, std::span<const Cell> cells, bool withPlaces)
    {
        for (std::size_t column = 0; column < cells.size(); ++column) {
            const Cell cell = cells[column];
            const quint32 code = cell.payload();
            if (cell.isTail()) {
                continue;
            }
            if (!cell.isCluster() && code < 0x10000) {
                text.append(QChar(code == 0 ? u' ' : char16_t(code)));
            } else {
                text.append(m_screen.text(cell));
            }
            if (withPlaces) {
                m_places.resize(std::size_t(text.size()),
                                Place{{row, int(column)}, cell.isWide() ? 2 : 1});
            }
        }
    }

    const Screen& m_screen;
    std::vector<Cell> m_scratch;
    std::vector<Place> m_places;
};

}  // namespace

Result<Pattern> Pattern::compile(const QString& text, SearchKind kind, bool caseSensitive)
{
    if (text.isEmpty() || text.size() > limitPattern) {
        return Error(ErrorKind::Invalid,
                     u"search: expected 1 to %1 characters"_s.arg(limitPattern));
    }
    Pattern pattern;
    pattern.m_text = text;
    pattern.m_kind = kind;
    pattern.m_case = caseSensitive ? Qt::CaseSensitive : Qt::CaseInsensitive;
    if (kind == SearchKind::Regex) {
        QRegularExpression::PatternOptions options = QRegularExpression::UseUnicodePropertiesOption;
        options.setFlag(QRegularExpression::CaseInsensitiveOption, !caseSensitive);
        const QRegularExpression bare(text, options);
        if (!bare.isValid()) {
            return Error(ErrorKind::Invalid, u"search for \"%1\": %2 at character %3"_s.arg(
                                                 displayText(text, 80), bare.errorString(),
                                                 QString::number(bare.patternErrorOffset() + 1)));
        }
        // PCRE2 takes the lower one where a pattern sets limits of its own.
        pattern.m_expression = QRegularExpression(u"(*LIMIT_MATCH=20000)"_s + text, options);
        if (!pattern.m_expression.isValid()) {
            pattern.m_expression = bare;
        }
    }
    return pattern;
}

void Pattern::findInLine(const QString& line, QList<std::pair<qsizetype, qsizetype>>* found,
                         qsizetype limit) const
{
    qsizetype from = 0;
    while (from < line.size() && found->size() < limit) {
        qsizetype at = -1;
        qsizetype length = m_text.size();
        if (m_kind == SearchKind::Plain) {
            at = line.indexOf(m_text, from, m_case);
        } else {
            const QRegularExpressionMatch match = m_expression.match(line, from);
            if (match.hasMatch()) {
                at = match.capturedStart();
                length = match.capturedLength();
            }
        }
        if (at < 0) {
            return;
        }
        if (length > 0) {
            found->append({at, length});
        }
        from = at + qMax<qsizetype>(1, length);
    }
}

QList<Range> Pattern::find(const Screen& screen, qint64 first, qint64 last, int limit) const
{
    QList<Range> ranges;
    Line line(screen);
    QList<std::pair<qsizetype, qsizetype>> found;
    const qint64 end = qMin(last + 1, screen.topRow() + screen.size().rows);
    qint64 row = qMax(first, screen.wrappedFrom());
    std::vector<Cell> scratch;
    // A line that began before is not ours.
    while (row > screen.wrappedFrom() && row < end && screen.row(row - 1, &scratch).wrapped) {
        ++row;
    }
    while (row < end && ranges.size() < limit) {
        const qint64 next = line.read(row, false);
        found.clear();
        findInLine(line.text, &found, limit - ranges.size());
        if (!found.isEmpty()) {
            line.read(row, true);
            for (const auto& [at, length] : found) {
                ranges.append(line.range(at, length));
            }
        }
        row = next;
    }
    return ranges;
}

}  // namespace analemma::terminal
