#include "core/terminal/src/width.h"

#include "core/terminal/src/width_table.h"

#include <algorithm>
#include <iterator>

namespace analemma::terminal {
namespace {

template <std::size_t n>
bool within(const CodeRange (&ranges)[n], char32_t code)
{
    const auto* const after =
        std::upper_bound(std::begin(ranges), std::end(ranges), code,
                         [](char32_t c, const CodeRange& range) { return c < range.first; });
    return after != std::begin(ranges) && code <= std::prev(after)->last;
}

}  // namespace

Widths::Widths()
{
    m_bits.fill(0b10101010);
    const auto set = [this](const auto& ranges, unsigned bits) {
        for (const CodeRange& range : ranges) {
            for (char32_t code = range.first; code <= range.last && code < end; ++code) {
                put(code, bits);
            }
        }
    };
    set(wideRanges, 3);
    set(swallowedRanges, 0);
    set(joiningRanges, 1);
    for (char32_t code = 0; code < 0xa0; ++code) {
        if (code < 0x20 || code >= 0x7f) {
            put(code, 0);
        }
    }
}

void Widths::put(char32_t code, unsigned bits)
{
    quint8& four = m_bits[code / 4];
    four = quint8((four & ~(3u << code % 4 * 2)) | bits << code % 4 * 2);
}

const Widths& Widths::table()
{
    static const Widths widths;
    return widths;
}

int widthOf(char32_t code)
{
    if (code < Widths::end) {
        return Widths::table().of(code);
    }
    return within(joiningRanges, code)     ? 0
           : within(swallowedRanges, code) ? -1
           : within(wideRanges, code)      ? 2
                                           : 1;
}

}  // namespace analemma::terminal
