#pragma once

#include "core/terminal/src/row.h"

#include <memory>

namespace analemma::terminal {

/// The rows of one screen, and what moves within them. Rows are moved by pointer. Blank cells bear
/// the style they were erased in.
class Grid {
public:
    explicit Grid(Size size);

    [[nodiscard]] Size size() const { return m_size; }
    [[nodiscard]] Row& row(int y) { return *m_rows[std::size_t(y)]; }
    [[nodiscard]] const Row& row(int y) const { return *m_rows[std::size_t(y)]; }
    /// Cuts or pads, without wrapping.
    void resize(Size size);

    /// Moves rows `top` to `bottom` (included) by n; what comes in is blank.
    void scrollUp(int top, int bottom, int n, quint32 blank);
    void scrollDown(int top, int bottom, int n, quint32 blank);

    /// Blanks columns `from` to before `to`; a wide character that is cut goes whole. To the end of
    /// the row, it also ends the wrap.
    void erase(int y, int from, int to, quint32 blank);
    void insert(int y, int column, int n, quint32 blank);
    void remove(int y, int column, int n, quint32 blank);
    /// Before columns `from` to before `to` are written: halves of wide characters at the edges go.
    void splitWide(Row* row, int from, int to) const;
    void markAll();

private:
    Size m_size;
    std::vector<std::unique_ptr<Row>> m_rows;
};

}  // namespace analemma::terminal
