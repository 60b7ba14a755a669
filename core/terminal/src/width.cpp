#include "core/terminal/src/width.h"

#include "core/terminal/src/width_table.h"

#include <QtGlobal>

#include <algorithm>
#include <array>
#include <iterator>

namespace analemma::terminal {
namespace {

constexpr char32_t tableEnd = 0x20000;

/// Two bits for each code point below 0x20000: its width + 1.
class Widths {
public:
    Widths()
    {
        m_bits.fill(0b10101010);
        set(wideRanges, 3);
        set(swallowedRanges, 0);
        set(joiningRanges, 1);
        for (char32_t code = 0; code < 0xa0; ++code) {
            if (code < 0x20 || code >= 0x7f) {
                put(code, 0);
            }
        }
    }
    [[nodiscard]] int at(char32_t code) const
    {
        return int(m_bits[code / 4] >> code % 4 * 2 & 3) - 1;
    }

private:
    void put(char32_t code, unsigned bits)
    {
        quint8& four = m_bits[code / 4];
        four = quint8((four & ~(3u << code % 4 * 2)) | bits << code % 4 * 2);
    }
    template <std::size_t n>
    void set(const CodeRange (&ranges)[n], unsigned bits)
    {
        for (const CodeRange& range : ranges) {
            for (char32_t code = range.first; code <= range.last && code < tableEnd; ++code) {
                put(code, bits);
            }
        }
    }

    std::array<quint8, tableEnd / 4> m_bits;
};

template <std::size_t n>
bool within(const CodeRange (&ranges)[n], char32_t code)
{
    const auto* const after =
        std::upper_bound(std::begin(ranges), std::end(ranges), code,
                         [](char32_t c, const CodeRange& range) { return c < range.first; });
    return after != std::begin(ranges) && code <= std::prev(after)->last;
}

}  // namespace

int widthOf(char32_t code)
{
    static const Widths widths;
    if (code < tableEnd) {
        return widths.at(code);
    }
    return within(joiningRanges, code)     ? 0
           : within(swallowedRanges, code) ? -1
           : within(wideRanges, code)      ? 2
                                           : 1;
}

}  // namespace analemma::terminal
