#include "ui/shell/theme_terminal.h"

#include <array>

namespace analemma::ui {
namespace {

// In the order of TerminalToken.
constexpr std::array<ColourPair, terminalTokenCount> terminalTokens{{
    {0xFFFFFFFF, 0xFF11151B},  // Ground
    {0xFF18202B, 0xFFE7EBF1},  // Text
    {0xFF2459D3, 0xFF7BA7FF},  // Cursor
    {0xFFFFFFFF, 0xFF11151B},  // CursorText
    {0xFFC9D8F8, 0xFF2C4370},  // Selection
    {0xFFF6E3A8, 0xFF5C4A14},  // Match
    {0xFFF2B705, 0xFFF2C94C},  // CurrentMatch
    {0xFF18202B, 0xFF11151B},  // MatchText
    {0xFFF2B705, 0xFFF2C94C},  // Broadcast
    {0xFF18202B, 0xFF11151B},  // BroadcastDark
}};

// Black, red, green, yellow, blue, magenta, cyan, white; then the bright ones.
constexpr std::array<ColourPair, 16> namedColours{{
    {0xFF18202B, 0xFF2E3743},
    {0xFFB8243F, 0xFFFF7A8C},
    {0xFF14703F, 0xFF4CC38A},
    {0xFF805500, 0xFFE2B340},
    {0xFF2459D3, 0xFF7BA7FF},
    {0xFF8E2A8B, 0xFFD99BF0},
    {0xFF0B6878, 0xFF4FC3D9},
    {0xFF55606E, 0xFFC9D1DB},
    {0xFF5D6876, 0xFF8593A3},
    {0xFFC9304D, 0xFFFF9DAA},
    {0xFF177B46, 0xFF7FDBAE},
    {0xFF8F6000, 0xFFF3CD6E},
    {0xFF2F66E0, 0xFFA3C2FF},
    {0xFFA0379C, 0xFFE6BDF7},
    {0xFF0D7385, 0xFF86DBEA},
    {0xFF68737F, 0xFFFFFFFF},
}};

constexpr quint32 packed(int red, int green, int blue)
{
    return 0xFF000000u | quint32(red) << 16 | quint32(green) << 8 | quint32(blue);
}

/// Weighted brightness, 0..255: enough to tell what can be read.
int brightness(quint32 colour)
{
    const int red = int(colour >> 16 & 0xff);
    const int green = int(colour >> 8 & 0xff);
    const int blue = int(colour & 0xff);
    return (red * 54 + green * 183 + blue * 19) >> 8;
}

}  // namespace

quint32 terminalColour(TerminalToken token, Scheme scheme)
{
    const ColourPair pair = terminalTokens.at(std::size_t(token));
    return scheme == Scheme::Light ? pair.light : pair.dark;
}

quint32 terminalColour(int index, Scheme scheme)
{
    if (index < 16) {
        const ColourPair pair = namedColours.at(std::size_t(qMax(0, index)));
        return scheme == Scheme::Light ? pair.light : pair.dark;
    }
    if (index >= 232) {  // 24 greys
        const int level = 8 + 10 * (qMin(index, 255) - 232);
        return packed(level, level, level);
    }
    const int cube = index - 16;  // 6 x 6 x 6
    const auto level = [](int step) { return step == 0 ? 0 : 55 + 40 * step; };
    return packed(level(cube / 36), level(cube / 6 % 6), level(cube % 6));
}

quint32 legibleOn(quint32 colour, quint32 ground)
{
    const int under = brightness(ground);
    if (qAbs(brightness(colour) - under) >= 76) {
        return colour;
    }
    return under < 140 ? packed(255, 255, 255) : packed(17, 21, 27);
}

quint32 faintOn(quint32 colour, quint32 ground)
{
    return 0xFF000000u | ((((colour ^ ground) & 0xFEFEFEu) >> 1) + (colour & ground & 0xFFFFFFu));
}

}  // namespace analemma::ui
