#pragma once

#include <QtGlobal>

#include <compare>
#include <span>

/// What a screen is made of, as values.
namespace analemma::terminal {

/// Columns and rows; each is clamped to 1..limitSide.
struct Size {
    int columns = 80;
    int rows = 24;
    bool operator==(const Size&) const = default;
};
inline constexpr int limitSide = 1000;

/// A place in scrollback and screen. Rows are numbered from the first one ever printed and keep
/// their number while they scroll; a reflow (Screen::epoch) numbers them anew.
struct Position {
    qint64 row = 0;
    int column = 0;
    auto operator<=>(const Position&) const = default;
};

/// The default colour, one of the 256 of the palette, or 24 bits.
class Colour {
public:
    enum class Kind : quint8 { Default, Indexed, Rgb };

    constexpr Colour() = default;
    static constexpr Colour indexed(int index)
    {
        return Colour(1u << 24 | (quint32(index) & 0xff));
    }
    static constexpr Colour rgb(int red, int green, int blue)
    {
        return Colour(2u << 24 | (quint32(red) & 0xff) << 16 | (quint32(green) & 0xff) << 8 |
                      (quint32(blue) & 0xff));
    }
    [[nodiscard]] constexpr Kind kind() const { return Kind(m_packed >> 24); }
    [[nodiscard]] constexpr int index() const { return int(m_packed & 0xff); }
    /// 0xRRGGBB of an Rgb colour.
    [[nodiscard]] constexpr quint32 value() const { return m_packed & 0xffffff; }
    bool operator==(const Colour&) const = default;

private:
    explicit constexpr Colour(quint32 packed) : m_packed(packed) {}
    quint32 m_packed = 0;
};

enum class Underline : quint8 { None, Single, Double, Curly, Dotted, Dashed };

/// How a cell looks. The default one is style id 0.
struct Style {
    enum Flag : quint8 {
        Bold = 1,
        Faint = 2,
        Italic = 4,
        Blink = 8,
        Inverse = 16,
        Invisible = 32,
        Strike = 64,
        Overline = 128,
    };
    Colour foreground;
    Colour background;
    Colour underlineColour;
    quint8 flags = 0;
    Underline underline = Underline::None;
    quint16 link = 0;  ///< for Screen::link(); 0: none
    bool operator==(const Style&) const = default;
};

/// One column of a row, eight bytes. Its text is told by Screen::text().
struct Cell {
    static constexpr quint32 clusterBit = 1u << 31;  ///< the rest is an index: base and marks
    static constexpr quint32 wideBit = 1u << 30;     ///< takes this column and the next
    static constexpr quint32 tail = 1u << 29;        ///< the second column of a wide character

    quint32 glyph = 0;  ///< a code point, 0 for a column never written or erased
    quint32 style = 0;  ///< for Screen::style()

    [[nodiscard]] bool isBlank() const { return glyph == 0; }
    [[nodiscard]] bool isTail() const { return glyph == tail; }
    [[nodiscard]] bool isWide() const { return (glyph & wideBit) != 0; }
    [[nodiscard]] bool isCluster() const { return (glyph & clusterBit) != 0; }
    [[nodiscard]] quint32 payload() const { return glyph & 0x1fffff; }
    bool operator==(const Cell&) const = default;
};
static_assert(sizeof(Cell) == 8);

/// A row for reading. Valid, with its style ids, until the screen changes or the scratch space it
/// was decoded into does.
struct RowView {
    std::span<const Cell> cells;
    quint32 fill = 0;      ///< the style of the blank columns past `cells`
    bool wrapped = false;  ///< its text goes on in the next row
    bool prompt = false;   ///< a shell marked it as the start of a prompt (OSC 133)
};

}  // namespace analemma::terminal
