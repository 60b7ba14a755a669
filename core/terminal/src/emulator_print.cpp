#include "core/terminal/src/emulator.h"

namespace analemma::terminal {

void Emulator::ascii(const char* text, int length)
{
    if (m_charsets.isPlain() && !m_insert) {
        plain(text, length);
        return;
    }
    for (int i = 0; i < length; ++i) {
        const quint8 set = m_charsets.single != 0 ? m_charsets.single : m_charsets.left;
        m_charsets.single = 0;
        print(mapped(m_charsets.sets[set], text[i]));
    }
}

/// The way of most bytes: a run of ASCII goes into the row at once.
void Emulator::plain(const char* text, int length)
{
    const quint32 style = penId();
    m_last = char32_t(text[length - 1]);
    while (length > 0) {
        if (m_pendingWrap) {
            if (m_autoWrap) {
                wrapLine();
            } else {
                text += length - 1;  // each overwrites the last column; one is left
                length = 1;
            }
        }
        Row& row = current();
        const int n = qMin(length, columns() - m_x);
        if (row.used < m_x) {
            row.reach(m_x);
        }
        if (row.mixed) {
            m_grid->splitWide(&row, m_x, m_x + n);
        }
        Cell* const cells = row.cells.data() + m_x;
        for (int i = 0; i < n; ++i) {
            cells[i] = Cell{quint32(quint8(text[i])), style};
        }
        row.dirty = true;
        m_x += n;
        row.used = qMax(row.used, m_x);
        if (m_x == columns()) {
            m_x = columns() - 1;
            m_pendingWrap = true;
            row.wrapped = false;
        }
        text += n;
        length -= n;
    }
}

void Emulator::characters(std::span<const char32_t> text)
{
    const Widths& widths = Widths::table();
    const bool plain = m_charsets.isPlain() && !m_insert;
    while (!text.empty()) {
        const std::size_t done = plain ? placeRun(text, widths) : 0;
        text = text.subspan(done);
        if (!text.empty()) {
            printOne(text.front());
            text = text.subspan(1);
        }
    }
}

/// One character, by way of the character set when it is ASCII.
void Emulator::printOne(char32_t code)
{
    if (code >= 0x80) {
        print(code);
    } else {
        const char one = char(code);
        ascii(&one, 1);
    }
}

/// Puts as many characters as take one or two columns and fit the row into it at once; gives their
/// number. The one after them is for print().
std::size_t Emulator::placeRun(std::span<const char32_t> text, const Widths& widths)
{
    if (m_pendingWrap) {
        return 0;
    }
    // One column is left for print(), which knows what happens at the edge.
    const int limit = columns() - 1;
    int x = m_x;
    std::size_t count = 0;
    bool wide = false;
    for (; count < text.size(); ++count) {
        const int width = widths.of(text[count]);
        if (width <= 0 || x + width > limit) {
            break;
        }
        wide |= width == 2;
        x += width;
    }
    if (count == 0) {
        return 0;
    }
    const quint32 style = penId();
    Row& row = current();
    row.reach(m_x);
    if (row.mixed) {
        m_grid->splitWide(&row, m_x, x);
    }
    Cell* cell = row.cells.data() + m_x;
    for (const char32_t code : text.first(count)) {
        *cell = Cell{code, style};
        if (wide && widths.of(code) == 2) {
            cell->glyph |= Cell::wideBit;
            *++cell = Cell{Cell::tail, style};
        }
        ++cell;
    }
    row.mixed |= wide;
    row.dirty = true;
    m_x = x;
    row.used = qMax(row.used, x);
    m_last = text[count - 1];
    return count;
}

void Emulator::print(char32_t code)
{
    int width = widthOf(code);
    if (width < 0) {
        return;
    }
    if (width == 0) {
        join(code);
        return;
    }
    m_charsets.single = 0;
    if (width > columns()) {
        code = 0xfffd;
        width = 1;
    }
    m_last = code;
    if (m_pendingWrap && m_autoWrap) {
        wrapLine();
    }
    if (m_x + width > columns()) {
        if (m_autoWrap) {
            m_grid->erase(m_y, m_x, columns(), 0);
            wrapLine();
        } else {
            m_x = columns() - width;
        }
    }
    if (m_insert && !m_pendingWrap) {
        m_grid->insert(m_y, m_x, width, blankId());
    }
    const quint32 style = penId();
    Row& row = current();
    row.reach(m_x);
    if (row.mixed) {
        m_grid->splitWide(&row, m_x, m_x + width);
    }
    Cell* const cells = row.cells.data() + m_x;
    cells[0] = Cell{code, style};
    if (width == 2) {
        cells[0].glyph |= Cell::wideBit;
        cells[1] = Cell{Cell::tail, style};
        row.mixed = true;
    }
    row.dirty = true;
    m_x += width;
    row.used = qMax(row.used, m_x);
    m_pendingWrap = m_x == columns();
    if (m_pendingWrap) {
        m_x = columns() - 1;
        row.wrapped = false;
    }
}

/// A mark joins the character before the cursor; without one it is dropped.
void Emulator::join(char32_t mark)
{
    Row& row = current();
    int x = m_pendingWrap ? m_x : m_x - 1;
    if (x > 0 && row.at(x).isTail()) {
        --x;
    }
    if (x < 0 || row.at(x).isBlank()) {
        return;
    }
    Cell& cell = row.cells[std::size_t(x)];
    std::u32string text =
        cell.isCluster() ? clusters.at(cell.payload()) : std::u32string(1, cell.payload());
    if (text.size() > ClusterTable::limitMarks) {
        return;
    }
    text.push_back(mark);
    std::optional<quint32> index = clusters.intern(text);
    if (!index && collect(false)) {
        index = clusters.intern(text);
    }
    if (index) {
        cell.glyph = (cell.glyph & Cell::wideBit) | Cell::clusterBit | *index;
        row.dirty = true;
    }
}

void Emulator::repeat(int times)
{
    if (m_last == 0) {
        return;
    }
    times = qMin(times, columns());
    const char32_t code = m_last;
    if (code < 0x7f && !m_insert) {
        const QByteArray run(times, char(code));
        plain(run.constData(), times);
        return;
    }
    for (int i = 0; i < times; ++i) {
        print(code);
    }
}

void Emulator::control(char code)
{
    switch (code) {
        case '\a':
            bells = qMin(bells + 1, 1000);
            break;
        case '\b':
            backspace();
            break;
        case '\t':
            tab(1);
            break;
        case '\n':
        case '\v':
        case '\f':
            index();
            if (modes.newLine) {
                m_x = 0;
            }
            break;
        case '\r':
            m_x = 0;
            m_pendingWrap = false;
            break;
        case '\x0e':
            m_charsets.left = 1;
            break;
        case '\x0f':
            m_charsets.left = 0;
            break;
        default:
            break;
    }
}

void Emulator::wrapLine()
{
    current().wrapped = true;
    index();
    m_x = 0;
}

void Emulator::index()
{
    m_pendingWrap = false;
    if (m_y == m_bottom) {
        scrollUp(m_top, 1);
    } else if (m_y < rows() - 1) {
        ++m_y;
    }
}

void Emulator::reverseIndex()
{
    m_pendingWrap = false;
    if (m_y == m_top) {
        scrollDown(m_top, 1);
    } else if (m_y > 0) {
        --m_y;
    }
}

void Emulator::tab(int times)
{
    for (; times > 0 && m_x < columns() - 1; --times) {
        do {
            ++m_x;
        } while (m_x < columns() - 1 && !m_tabs[std::size_t(m_x)]);
    }
}

void Emulator::backTab(int times)
{
    m_pendingWrap = false;
    for (; times > 0 && m_x > 0; --times) {
        do {
            --m_x;
        } while (m_x > 0 && !m_tabs[std::size_t(m_x)]);
    }
}

/// With reverse wrap (mode 45) it goes on at the end of the row above.
void Emulator::backspace()
{
    if (m_pendingWrap && m_reverseWrap) {
        m_pendingWrap = false;
        return;
    }
    m_pendingWrap = false;
    if (m_x > 0) {
        --m_x;
    } else if (m_reverseWrap && m_autoWrap && m_y > m_top) {
        --m_y;
        m_x = columns() - 1;
    }
}

}  // namespace analemma::terminal
