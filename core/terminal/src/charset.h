#pragma once

#include <QtGlobal>

#include <array>

namespace analemma::terminal {

enum class Charset : quint8 { Ascii, British, Graphics };

/// The set that a designator's final byte names; ASCII for those that are not kept.
Charset charsetOf(char final);

/// What 0x20..0x7e shows in a set (DEC Special Graphics: VT100 User Guide, table 3-9).
char32_t mapped(Charset set, char character);

/// G0 to G3 and which of them is in use.
struct Charsets {
    std::array<Charset, 4> sets{};
    quint8 left = 0;    ///< shifted into GL
    quint8 single = 0;  ///< SS2 or SS3: for the next character only; 0: none

    [[nodiscard]] bool isPlain() const { return single == 0 && sets[left] == Charset::Ascii; }
    bool operator==(const Charsets&) const = default;
};

}  // namespace analemma::terminal
