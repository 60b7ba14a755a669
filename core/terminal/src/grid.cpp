#include "core/terminal/src/grid.h"

namespace analemma::terminal {

Grid::Grid(Size size) : m_size(size)
{
    resize(size);
}

void Grid::resize(Size size)
{
    m_size = size;
    m_rows.resize(std::size_t(size.rows));
    for (std::unique_ptr<Row>& row : m_rows) {
        if (!row) {
            row = std::make_unique<Row>();
        }
        if (row->mixed && row->used > size.columns) {
            splitWide(row.get(), size.columns, size.columns);
        }
        if (row->cells.size() != std::size_t(size.columns)) {
            row->wrapped = false;
        }
        row->cells.resize(std::size_t(size.columns));
        row->cells.shrink_to_fit();
        row->used = qMin(row->used, size.columns);
        row->dirty = true;
    }
}

void Grid::scrollUp(int top, int bottom, int n, quint32 blank)
{
    n = qMin(n, bottom - top + 1);
    const auto begin = m_rows.begin() + top;
    const auto end = m_rows.begin() + bottom + 1;
    if (n == 1) {
        std::unique_ptr<Row> first = std::move(*begin);
        std::move(begin + 1, end, begin);
        *(end - 1) = std::move(first);
    } else {
        std::rotate(begin, begin + n, end);
    }
    for (int y = bottom - n + 1; y <= bottom; ++y) {
        row(y).clear(blank);
    }
}

void Grid::scrollDown(int top, int bottom, int n, quint32 blank)
{
    n = qMin(n, bottom - top + 1);
    const auto begin = m_rows.begin() + top;
    const auto end = m_rows.begin() + bottom + 1;
    std::rotate(begin, end - n, end);
    for (int y = top; y < top + n; ++y) {
        row(y).clear(blank);
    }
}

void Grid::erase(int y, int from, int to, quint32 blank)
{
    to = qMin(to, m_size.columns);
    if (from >= to) {
        return;
    }
    Row& one = row(y);
    one.dirty = true;
    splitWide(&one, from, to);
    if (to == m_size.columns) {
        one.reach(from);
        one.used = from;
        one.fill = blank;
        one.wrapped = false;
        return;
    }
    if (from >= one.used && blank == one.fill) {
        return;
    }
    one.reach(to);
    std::fill(one.cells.begin() + from, one.cells.begin() + to, Cell{0, blank});
}

void Grid::insert(int y, int column, int n, quint32 blank)
{
    Row& one = row(y);
    n = qMin(n, m_size.columns - column);
    one.reach(m_size.columns);
    splitWide(&one, column, column);
    splitWide(&one, m_size.columns - n, m_size.columns - n);
    std::move_backward(one.cells.begin() + column, one.cells.end() - n, one.cells.end());
    std::fill_n(one.cells.begin() + column, n, Cell{0, blank});
    one.wrapped = false;
    one.dirty = true;
}

void Grid::remove(int y, int column, int n, quint32 blank)
{
    Row& one = row(y);
    if (column >= one.used && blank == one.fill) {
        return;
    }
    n = qMin(n, m_size.columns - column);
    one.reach(m_size.columns);
    splitWide(&one, column, column + n);
    std::move(one.cells.begin() + column + n, one.cells.end(), one.cells.begin() + column);
    std::fill_n(one.cells.end() - n, n, Cell{0, blank});
    one.wrapped = false;
    one.dirty = true;
}

void Grid::splitWide(Row* row, int from, int to) const
{
    if (!row->mixed) {
        return;
    }
    const auto blank = [row](int column) { row->cells[std::size_t(column)].glyph = 0; };
    if (from > 0 && from < row->used && row->cells[std::size_t(from)].isTail()) {
        blank(from - 1);
        blank(from);
    }
    if (to > 0 && to < row->used && row->cells[std::size_t(to)].isTail()) {
        blank(to - 1);
        blank(to);
    }
}

void Grid::markAll()
{
    for (const std::unique_ptr<Row>& row : m_rows) {
        row->dirty = true;
    }
}

}  // namespace analemma::terminal
