#include "core/terminal/src/emulator.h"

namespace analemma::terminal {

void Emulator::selectGraphics(const Sequence& sequence)
{
    m_penKnown = false;
    changePen(sequence);
    styles.expect(m_pen);
}

/// SGR (ECMA-48 8.3.117; colours by ISO 8613-6 with colons or xterm's semicolons; 4:0..4:5, 58,
/// 59).
void Emulator::changePen(const Sequence& sequence)
{
    if (sequence.count == 0) {
        const quint16 link = m_pen.link;
        m_pen = Style();
        m_pen.link = link;
        return;
    }
    const auto set = [this](quint8 flag) { m_pen.flags |= flag; };
    const auto clear = [this](int flags) { m_pen.flags &= quint8(~flags); };
    for (int i = 0; i < sequence.count; ++i) {
        if (sequence.isJoined(i)) {
            continue;
        }
        const int code = sequence.value(i);
        if (code == 38 || code == 48) {  // what floods are made of
            i = extendedColour(sequence, i, code == 38 ? &m_pen.foreground : &m_pen.background);
            continue;
        }
        if (code >= 30 && code <= 37) {
            m_pen.foreground = Colour::indexed(code - 30);
        } else if (code >= 40 && code <= 47) {
            m_pen.background = Colour::indexed(code - 40);
        } else if (code >= 90 && code <= 97) {
            m_pen.foreground = Colour::indexed(code - 90 + 8);
        } else if (code >= 100 && code <= 107) {
            m_pen.background = Colour::indexed(code - 100 + 8);
        }
        switch (code) {
            case 0: {
                const quint16 link = m_pen.link;
                m_pen = Style();
                m_pen.link = link;
                break;
            }
            case 1:
                set(Style::Bold);
                break;
            case 2:
                set(Style::Faint);
                break;
            case 3:
                set(Style::Italic);
                break;
            case 4:
                selectUnderline(sequence, i);
                break;
            case 5:
            case 6:
                set(Style::Blink);
                break;
            case 7:
                set(Style::Inverse);
                break;
            case 8:
                set(Style::Invisible);
                break;
            case 9:
                set(Style::Strike);
                break;
            case 21:
                m_pen.underline = Underline::Double;
                break;
            case 22:
                clear(Style::Bold | Style::Faint);
                break;
            case 23:
                clear(Style::Italic);
                break;
            case 24:
                m_pen.underline = Underline::None;
                break;
            case 25:
                clear(Style::Blink);
                break;
            case 27:
                clear(Style::Inverse);
                break;
            case 28:
                clear(Style::Invisible);
                break;
            case 29:
                clear(Style::Strike);
                break;
            case 39:
                m_pen.foreground = Colour();
                break;
            case 49:
                m_pen.background = Colour();
                break;
            case 53:
                set(Style::Overline);
                break;
            case 55:
                clear(Style::Overline);
                break;
            case 58:
                i = extendedColour(sequence, i, &m_pen.underlineColour);
                break;
            case 59:
                m_pen.underlineColour = Colour();
                break;
            default:
                break;
        }
    }
}

void Emulator::selectUnderline(const Sequence& sequence, int i)
{
    const bool told = sequence.isJoined(i + 1) && i + 1 < sequence.count;
    const int kind = told ? sequence.value(i + 1) : 1;
    m_pen.underline = kind <= int(Underline::Dashed) ? Underline(kind) : Underline::Single;
}

/// Reads 38, 48 or 58 with what follows; gives the last parameter that belongs to it. A colour that
/// is not whole changes nothing.
int Emulator::extendedColour(const Sequence& sequence, int i, Colour* colour) const
{
    const bool colons = i + 1 < sequence.count && sequence.isJoined(i + 1);
    int last = i;
    if (colons) {
        while (last + 1 < sequence.count && sequence.isJoined(last + 1)) {
            ++last;
        }
    }
    const int kind = sequence.value(i + 1);
    if (kind == 5) {
        const int at = i + 2;
        if (!colons) {
            last = qMin(at, sequence.count - 1);
        }
        if (at <= last && sequence.value(at) < 256) {
            *colour = Colour::indexed(sequence.value(at));
        }
        return last;
    }
    if (kind != 2) {
        return colons ? last : qMin(i + 1, sequence.count - 1);
    }
    // With colons there may be a colour space between the kind and red.
    const int red = colons && last - i >= 5 ? i + 3 : i + 2;
    if (!colons) {
        last = qMin(red + 2, sequence.count - 1);
    }
    if (red + 2 <= last) {
        const int r = sequence.value(red);
        const int g = sequence.value(red + 1);
        const int b = sequence.value(red + 2);
        if (qMax(r, qMax(g, b)) < 256) {
            *colour = Colour::rgb(r, g, b);
        }
    }
    return last;
}

quint32 Emulator::internPen()
{
    m_penId = internStyle(m_pen);
    m_penKnown = true;
    return m_penId;
}

/// Erased cells bear the background alone.
quint32 Emulator::blankId()
{
    if (m_pen.background == Colour()) {
        return 0;
    }
    Style style;
    style.background = m_pen.background;
    return internStyle(style);
}

/// When the table is full and nothing can be freed, the default style stands in.
quint32 Emulator::internStyle(const Style& style)
{
    std::optional<quint32> id = styles.intern(style);
    if (!id && collect(true)) {
        id = styles.intern(style);
    }
    return id.value_or(0);
}

/// Frees styles, clusters and links that no cell names. Scrollback that keeps most styles of a full
/// table alive is halved. The room for styles follows the number of cells, so that a sweep costs a
/// new style only a few of them. False when there is no room even so; it is then not tried again
/// for a while.
bool Emulator::collect(bool forStyles)
{
    constexpr int rest = 1 << 16;
    if (m_collectRest > 0) {
        --m_collectRest;
        return false;
    }
    for (int round = 0; round < 2; ++round) {
        std::vector<bool> usedStyles(styles.capacity());
        std::vector<bool> usedClusters(clusters.capacity());
        std::vector<bool> usedLinks(links.capacity());
        usedStyles[0] = true;
        if (m_penKnown) {
            usedStyles[m_penId] = true;
        }
        usedLinks[m_pen.link] = true;
        usedLinks[m_savedPrimary.pen.link] = true;
        usedLinks[m_savedAlternate.pen.link] = true;
        qint64 seen = 0;
        const auto onStyle = [&](quint32 id) {
            usedStyles[id] = true;
            ++seen;
        };
        const auto onGlyph = [&](quint32 glyph) {
            if ((glyph & Cell::clusterBit) != 0) {
                usedClusters[glyph & 0x1fffff] = true;
            }
        };
        m_history.visit(onStyle, onGlyph);
        for (const Grid* grid : {&m_primary, &m_alternate}) {
            for (int y = 0; y < grid->size().rows; ++y) {
                onStyle(grid->row(y).fill);
                for (const Cell& cell : grid->row(y).span()) {
                    onStyle(cell.style);
                    onGlyph(cell.glyph);
                }
            }
        }
        for (std::size_t id = 0; id < usedStyles.size(); ++id) {
            if (usedStyles[id]) {
                usedLinks[styles.at(quint32(id)).link] = true;
            }
        }
        styles.sweep(usedStyles);
        clusters.sweep(usedClusters);
        links.sweep(usedLinks);
        styles.setRoom(qMax(qMax(std::size_t(4096), styles.alive() * 2), std::size_t(seen / 16)));
        const bool stillFull = forStyles ? styles.alive() * 4 > StyleTable::limit * 3
                                         : clusters.isCrowded() || links.isCrowded();
        if (!stillFull) {
            return true;
        }
        m_history.halve();
        ++epoch;
    }
    m_collectRest = rest;
    return false;
}

}  // namespace analemma::terminal
