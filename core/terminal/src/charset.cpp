#include "core/terminal/src/charset.h"

namespace analemma::terminal {
namespace {

constexpr char32_t graphics[] = {
    0x0020, 0x25c6, 0x2592, 0x2409, 0x240c, 0x240d, 0x240a, 0x00b0, 0x00b1, 0x2424, 0x240b,
    0x2518, 0x2510, 0x250c, 0x2514, 0x253c, 0x23ba, 0x23bb, 0x2500, 0x23bc, 0x23bd, 0x251c,
    0x2524, 0x2534, 0x252c, 0x2502, 0x2264, 0x2265, 0x03c0, 0x2260, 0x00a3, 0x00b7,
};
static_assert(std::size(graphics) == 0x7f - 0x5f);

}  // namespace

Charset charsetOf(char final)
{
    return final == '0' ? Charset::Graphics : final == 'A' ? Charset::British : Charset::Ascii;
}

char32_t mapped(Charset set, char character)
{
    if (set == Charset::Graphics && character >= 0x5f && character <= 0x7e) {
        return graphics[character - 0x5f];
    }
    return set == Charset::British && character == '#' ? U'\u00a3' : char32_t(character);
}

}  // namespace analemma::terminal
