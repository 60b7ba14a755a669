#pragma once

#include "core/terminal/cells.h"

#include <algorithm>
#include <vector>

namespace analemma::terminal {

/// A row of the screen. Columns from `used` on are blank in style `fill`, whatever their cells
/// hold: to erase a row costs nothing.
struct Row {
    std::vector<Cell> cells;
    int used = 0;
    quint32 fill = 0;
    bool wrapped = false;
    bool prompt = false;
    bool dirty = true;
    bool mixed = false;  ///< may hold wide characters

    void clear(quint32 blank = 0)
    {
        used = 0;
        fill = blank;
        wrapped = prompt = mixed = false;
        dirty = true;
    }
    /// Makes cells before `column` readable.
    void reach(int column)
    {
        if (used < column) {
            std::fill(cells.begin() + used, cells.begin() + column, Cell{0, fill});
            used = column;
        }
    }
    [[nodiscard]] std::span<const Cell> span() const
    {
        return std::span(cells).first(std::size_t(used));
    }
    [[nodiscard]] Cell at(int column) const
    {
        return column < used ? cells[std::size_t(column)] : Cell{0, fill};
    }
};

}  // namespace analemma::terminal
