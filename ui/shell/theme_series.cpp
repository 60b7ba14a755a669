#include "ui/shell/theme_series.h"

#include <algorithm>
#include <array>

namespace analemma::ui {

namespace {

// Neighbours differ in hue and in lightness, so that they differ for colour-blind eyes too.
constexpr std::array<ColourPair, seriesColours> lineColours{{
    {0xFF2459D3, 0xFF7BA7FF},  // blue
    {0xFF0B7A75, 0xFF5ED3C6},  // teal
    {0xFF9A5B00, 0xFFE9B765},  // ochre
    {0xFF7B3FBF, 0xFFC7A6FF},  // violet
    {0xFFA92E72, 0xFFF28DBE},  // magenta
    {0xFF4A6B12, 0xFFA9CF63},  // olive
    {0xFF51606F, 0xFFA9B5C2},  // slate
    {0xFF04639B, 0xFF62C4EE},  // sky
}};

}  // namespace

QColor seriesColour(int place, Scheme scheme)
{
    const ColourPair pair = lineColours.at(std::size_t(std::max(0, place)) % lineColours.size());
    return QColor::fromRgb(scheme == Scheme::Light ? pair.light : pair.dark);
}

}  // namespace analemma::ui
