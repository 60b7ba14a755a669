#pragma once

#include <QtGlobal>

#include <array>

namespace analemma::terminal {

/// Columns a character takes: 1 or 2; 0 for a mark that joins the one before; -1 for one that is
/// not shown at all (C1 controls, direction marks and other invisible formats).
int widthOf(char32_t code);

/// The same for the code points below `end`, for loops: two bits each, the width + 1.
class Widths {
public:
    static constexpr char32_t end = 0x20000;

    static const Widths& table();
    [[nodiscard]] int of(char32_t code) const
    {
        return code < end ? int(m_bits[code / 4] >> code % 4 * 2 & 3) - 1 : widthOf(code);
    }

private:
    Widths();
    void put(char32_t code, unsigned bits);

    std::array<quint8, end / 4> m_bits;
};

}  // namespace analemma::terminal
