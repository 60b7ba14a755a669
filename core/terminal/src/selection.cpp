#include "core/terminal/selection.h"

namespace analemma::terminal {
namespace {

/// Cells by place, one decoded row at a time.
class Reader {
public:
    explicit Reader(const Screen& screen) : m_screen(screen) {}

    const RowView& row(qint64 number)
    {
        if (number != m_number) {
            m_view = m_screen.row(number, &m_scratch);
            m_number = number;
        }
        return m_view;
    }
    Cell at(Position position)
    {
        const RowView& view = row(position.row);
        const auto column = std::size_t(position.column);
        return column < view.cells.size() ? view.cells[column] : Cell();
    }
    [[nodiscard]] bool isKept(qint64 number) const
    {
        return number >= m_screen.wrappedFrom() &&
               number < m_screen.topRow() + m_screen.size().rows;
    }
    /// The place before or after, over soft wraps only.
    std::optional<Position> before(Position position)
    {
        if (position.column > 0) {
            return Position{position.row, position.column - 1};
        }
        if (!isKept(position.row - 1) || !row(position.row - 1).wrapped) {
            return std::nullopt;
        }
        return Position{position.row - 1, lastColumn(position.row - 1)};
    }
    std::optional<Position> after(Position position)
    {
        if (position.column < lastColumn(position.row)) {
            return Position{position.row, position.column + 1};
        }
        if (!row(position.row).wrapped || !isKept(position.row + 1)) {
            return std::nullopt;
        }
        return Position{position.row + 1, 0};
    }

private:
    /// A wrapped row may end before the edge, where a wide character had no room.
    int lastColumn(qint64 number)
    {
        const RowView& view = row(number);
        return view.wrapped && !view.cells.empty() ? int(view.cells.size()) - 1
                                                   : m_screen.size().columns - 1;
    }

    const Screen& m_screen;
    qint64 m_number = -1;
    RowView m_view;
    std::vector<Cell> m_scratch;
};

enum class Kind { Blank, Word, Other };

Kind kindOf(const Screen& screen, Cell cell, const QString& punctuation)
{
    const QString text = screen.text(cell);
    if (text.isEmpty() || text[0].isSpace()) {
        return Kind::Blank;
    }
    const char32_t code = text[0].isHighSurrogate() && text.size() > 1
                              ? QChar::surrogateToUcs4(text[0], text[1])
                              : text[0].unicode();
    const bool word =
        QChar::isLetterOrNumber(code) || QChar::isMark(code) || punctuation.contains(text[0]);
    return word ? Kind::Word : Kind::Other;
}

/// Grows from `at` while the kind stays; a mark that is no word stands alone.
Position grow(const Screen& screen, Reader* reader, Position at, const QString& punctuation,
              bool forward)
{
    if (reader->at(at).isTail() && at.column > 0) {
        --at.column;
    }
    const Kind kind = kindOf(screen, reader->at(at), punctuation);
    const qint64 start = at.row;
    while (kind != Kind::Other) {
        const std::optional<Position> next = forward ? reader->after(at) : reader->before(at);
        if (!next || qAbs(next->row - start) > limitWrappedRows) {
            break;
        }
        const Cell cell = reader->at(*next);
        if (!cell.isTail() && kindOf(screen, cell, punctuation) != kind) {
            break;
        }
        at = *next;
    }
    return at;
}

Position bounded(const Screen& screen, Position position)
{
    const Size size = screen.size();
    return {qBound(screen.wrappedFrom(), position.row, screen.topRow() + size.rows - 1),
            qBound(0, position.column, size.columns - 1)};
}

void appendCells(const Screen& screen, std::span<const Cell> cells, QString* text)
{
    for (const Cell& cell : cells) {
        const quint32 code = cell.payload();
        if (cell.isTail()) {
            continue;
        }
        if (!cell.isCluster() && code < 0x10000) {
            text->append(QChar(code == 0 ? u' ' : char16_t(code)));
        } else {
            text->append(screen.text(cell));
        }
    }
}

void trimEnd(QString* text, qsizetype from)
{
    while (text->size() > from && text->back() == u' ') {
        text->chop(1);
    }
}

}  // namespace

bool Range::contains(Position position) const
{
    if (block) {
        return position.row >= begin.row && position.row <= end.row &&
               position.column >= begin.column && position.column < end.column;
    }
    return begin <= position && position < end;
}

Range select(const Screen& screen, Position anchor, Position head, SelectBy by,
             const QString& punctuation)
{
    anchor = bounded(screen, anchor);
    head = bounded(screen, head);
    Position first = qMin(anchor, head);
    Position last = qMax(anchor, head);
    Reader reader(screen);
    if (by == SelectBy::Block) {
        return {{first.row, qMin(anchor.column, head.column)},
                {last.row, qMax(anchor.column, head.column) + 1},
                true};
    }
    if (by == SelectBy::Line) {
        for (int n = 0; n < limitWrappedRows && reader.isKept(first.row - 1) &&
                        reader.row(first.row - 1).wrapped;
             ++n) {
            --first.row;
        }
        for (int n = 0;
             n < limitWrappedRows && reader.row(last.row).wrapped && reader.isKept(last.row + 1);
             ++n) {
            ++last.row;
        }
        return {{first.row, 0}, {last.row, screen.size().columns}, false};
    }
    if (by == SelectBy::Word) {
        first = grow(screen, &reader, first, punctuation, false);
        last = grow(screen, &reader, last, punctuation, true);
    }
    if (reader.at(first).isTail() && first.column > 0) {
        --first.column;
    }
    ++last.column;
    if (last.column < screen.size().columns && reader.at(last).isTail()) {
        ++last.column;
    }
    return {first, last, false};
}

QString textOf(const Screen& screen, const Range& range, qsizetype limitCharacters)
{
    QString text;
    std::vector<Cell> scratch;
    const int columns = screen.size().columns;
    const qint64 firstRow = qMax(range.begin.row, screen.wrappedFrom());
    const qint64 lastRow = qMin(range.end.row, screen.topRow() + screen.size().rows - 1);
    for (qint64 row = firstRow; row <= lastRow && text.size() < limitCharacters; ++row) {
        const int from = range.block || row == range.begin.row ? range.begin.column : 0;
        const int to = range.block || row == range.end.row ? range.end.column : columns;
        const RowView view = screen.row(row, &scratch);
        const int held = int(view.cells.size());
        const int end = qBound(0, to, held);
        const int begin = qBound(0, from, end);
        const qsizetype before = text.size();
        appendCells(screen, view.cells.subspan(std::size_t(begin), std::size_t(end - begin)),
                    &text);
        const bool joins = !range.block && view.wrapped && to >= held;
        if (!joins && to >= held) {
            trimEnd(&text, before);
        }
        if (row < lastRow && !joins) {
            text.append(u'\n');
        }
    }
    text.truncate(limitCharacters);
    return text;
}

}  // namespace analemma::terminal
