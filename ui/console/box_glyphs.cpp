#include "ui/console/box_glyphs.h"

#include <QtMath>

#include <algorithm>
#include <string_view>

namespace analemma::ui {
namespace {

// Four digits a character: the arms left, up, right, down; 0 none, 1 light, 2 heavy, 3 double.
// Dashed lines (2504 to 250B, 254C to 254F) stand as whole ones, arcs as corners.
constexpr std::string_view arms =
    "1010"
    "2020"
    "0101"
    "0202"
    "1010"
    "2020"
    "0101"
    "0202"
    "1010"
    "2020"
    "0101"
    "0202"
    "0011"
    "0021"
    "0012"
    "0022"
    "1001"
    "2001"
    "1002"
    "2002"
    "0110"
    "0120"
    "0210"
    "0220"
    "1100"
    "2100"
    "1200"
    "2200"
    "0111"
    "0121"
    "0211"
    "0112"
    "0212"
    "0221"
    "0122"
    "0222"
    "1101"
    "2101"
    "1201"
    "1102"
    "1202"
    "2201"
    "2102"
    "2202"
    "1011"
    "2011"
    "1021"
    "2021"
    "1012"
    "2012"
    "1022"
    "2022"
    "1110"
    "2110"
    "1120"
    "2120"
    "1210"
    "2210"
    "1220"
    "2220"
    "1111"
    "2111"
    "1121"
    "2121"
    "1211"
    "1112"
    "1212"
    "2211"
    "1221"
    "2112"
    "1122"
    "2221"
    "2122"
    "2212"
    "1222"
    "2222"
    "1010"
    "2020"
    "0101"
    "0202"
    "3030"
    "0303"
    "0031"
    "0013"
    "0033"
    "3001"
    "1003"
    "3003"
    "0130"
    "0310"
    "0330"
    "3100"
    "1300"
    "3300"
    "0131"
    "0313"
    "0333"
    "3101"
    "1303"
    "3303"
    "3031"
    "1013"
    "3033"
    "3130"
    "1310"
    "3330"
    "3131"
    "1313"
    "3333"
    "0011"
    "1001"
    "1100"
    "0110"
    "0000"
    "0000"
    "0000"
    "1000"
    "0100"
    "0010"
    "0001"
    "2000"
    "0200"
    "0020"
    "0002"
    "1020"
    "0102"
    "2010"
    "0201";
static_assert(arms.size() == 128 * 4);

struct Canvas {
    int width;
    int height;
    quint8* cover;
    void fill(int left, int top, int right, int bottom, quint8 value = 255) const
    {
        for (int y = qMax(0, top); y < qMin(height, bottom); ++y) {
            for (int x = qMax(0, left); x < qMin(width, right); ++x) {
                quint8& pixel = cover[y * width + x];
                pixel = qMax(pixel, value);
            }
        }
    }
};

/// Where a line of an arm begins at the middle, counted along the arm; `side` is the weight of the
/// arm across on this line's side, `other` across on the other side, `back` opposite.
int inset(int weight, int side, int other, int back, int gap)
{
    if (weight == 3) {
        return side == 3 ? gap : other == 3 ? -gap : 0;
    }
    if (back != 0 || (side != 3 && other != 3)) {
        return 0;
    }
    return side == 3 && other == 3 ? gap : -gap;
}

class Lines {
public:
    Lines(const Canvas& canvas, std::string_view code, int thick)
        : m_canvas(canvas), m_thick(thick), m_gap(qMax(thick, 1) + (thick > 1 ? 0 : 1))
    {
        for (std::size_t i = 0; i < 4; ++i) {
            m_arm[i] = code[i] - '0';
        }
    }
    void draw() const
    {
        for (int i = 0; i < 4; ++i) {
            const int weight = m_arm[i];
            if (weight == 0) {
                continue;
            }
            const int low = m_arm[i % 2 == 0 ? 1 : 0];   // across: up, or left
            const int high = m_arm[i % 2 == 0 ? 3 : 2];  // across: down, or right
            const int back = m_arm[(i + 2) % 4];
            if (weight == 3) {
                line(i, -m_gap, m_thick, inset(3, low, high, back, m_gap));
                line(i, m_gap, m_thick, inset(3, high, low, back, m_gap));
            } else {
                line(i, 0, weight == 2 ? 2 * m_thick + (m_thick == 1 ? 1 : 0) : m_thick,
                     inset(weight, low, high, back, m_gap));
            }
        }
    }

private:
    void line(int arm, int offset, int thick, int from) const
    {
        const bool flat = arm % 2 == 0;
        const int along = flat ? m_canvas.width : m_canvas.height;
        const int across = (flat ? m_canvas.height : m_canvas.width) / 2 + offset - thick / 2;
        // The middle itself belongs to every arm, so that arms of any weight meet.
        const bool forward = arm >= 2;
        const int reach = thick / 2;
        const int begin = forward ? along / 2 + from - (from == 0 ? reach : m_thick / 2) : 0;
        const int end = forward ? along
                                : along / 2 - from +
                                      (from == 0 ? qMax(1, thick - reach) : m_thick - m_thick / 2);
        if (flat) {
            m_canvas.fill(begin, across, end, across + thick);
        } else {
            m_canvas.fill(across, begin, across + thick, end);
        }
    }
    Canvas m_canvas;
    int m_thick;
    int m_gap;
    int m_arm[4] = {};
};

/// Cuts a straight line into `count` dashes.
void dash(const Canvas& canvas, int count, bool flat)
{
    const int along = flat ? canvas.width : canvas.height;
    for (int i = 0; i < count; ++i) {
        const int end = along * (i + 1) / count;
        const int hole = qMax(1, along / count / 3);
        for (int at = end - hole; at < end; ++at) {
            for (int k = 0; k < (flat ? canvas.height : canvas.width); ++k) {
                canvas.cover[flat ? k * canvas.width + at : at * canvas.width + k] = 0;
            }
        }
    }
}

/// The rounded corners, 256D to 2570.
void arc(const Canvas& canvas, int which, int thick)
{
    const bool right = which == 0 || which == 3;  // the arm that goes across
    const bool down = which < 2;
    const double radius = qMin(canvas.width, canvas.height) / 2.0;
    const double middleX = canvas.width / 2 - thick / 2 + thick / 2.0;
    const double middleY = canvas.height / 2 - thick / 2 + thick / 2.0;
    const double centreX = middleX + (right ? radius : -radius);
    const double centreY = middleY + (down ? radius : -radius);
    for (int y = 0; y < canvas.height; ++y) {
        for (int x = 0; x < canvas.width; ++x) {
            const double dx = x + 0.5 - centreX;
            const double dy = y + 0.5 - centreY;
            double distance = canvas.width;
            if ((right ? dx <= 0 : dx >= 0) && (down ? dy <= 0 : dy >= 0)) {
                distance = qAbs(qSqrt(dx * dx + dy * dy) - radius);
            } else if (down ? dy > 0 : dy < 0) {
                distance = qAbs(x + 0.5 - middleX);
            } else if (right ? dx > 0 : dx < 0) {
                distance = qAbs(y + 0.5 - middleY);
            }
            const double share = qBound(0.0, thick / 2.0 + 0.5 - distance, 1.0);
            canvas.cover[y * canvas.width + x] = quint8(share * 255);
        }
    }
}

void block(const Canvas& canvas, quint32 code)
{
    const int w = canvas.width;
    const int h = canvas.height;
    const int which = int(code) - 0x2580;
    if (which == 0) {
        canvas.fill(0, 0, w, h / 2);
    } else if (which <= 8) {
        canvas.fill(0, h - qRound(h * which / 8.0), w, h);
    } else if (which <= 15) {
        canvas.fill(0, 0, qRound(w * (16 - which) / 8.0), h);
    } else if (which == 16) {
        canvas.fill(w / 2, 0, w, h);
    } else if (which <= 19) {
        canvas.fill(0, 0, w, h, quint8(64 * (which - 16)));
    } else if (which == 20) {
        canvas.fill(0, 0, w, qMax(1, h / 8));
    } else if (which == 21) {
        canvas.fill(w - qMax(1, w / 8), 0, w, h);
    } else {
        // Bits: upper left, upper right, lower left, lower right.
        constexpr quint8 quarters[] = {4, 8, 1, 13, 9, 7, 11, 2, 6, 14};
        const int bits = quarters[which - 22];
        for (int i = 0; i < 4; ++i) {
            if (bits >> i & 1) {
                canvas.fill(i % 2 ? w / 2 : 0, i / 2 ? h / 2 : 0, i % 2 ? w : w / 2,
                            i / 2 ? h : h / 2);
            }
        }
    }
}

}  // namespace

bool drawBoxGlyph(quint32 code, QSize cell, int thick, quint8* cover)
{
    if (code < 0x2500 || code > 0x259f || (code >= 0x2571 && code <= 0x2573)) {
        return false;
    }
    const Canvas canvas{cell.width(), cell.height(), cover};
    if (code >= 0x2580) {
        block(canvas, code);
        return true;
    }
    if (code >= 0x256d && code <= 0x2570) {
        arc(canvas, int(code) - 0x256d, thick);
        return true;
    }
    Lines(canvas, arms.substr((code - 0x2500) * 4, 4), thick).draw();
    if (code >= 0x2504 && code <= 0x250b) {
        dash(canvas, code < 0x2508 ? 3 : 4, (code & 2) == 0);
    } else if (code >= 0x254c && code <= 0x254f) {
        dash(canvas, 2, code < 0x254e);
    }
    return true;
}

}  // namespace analemma::ui
