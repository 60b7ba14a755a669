#include "core/terminal/src/emulator.h"

namespace analemma::terminal {
namespace {

constexpr int csiCode(char final)
{
    return Sequence::code(0, 0, final);
}

// All that is ever answered, besides cursor position, modes, margins and the owner's colours.
constexpr char primaryAttributes[] = "\033[?62;22c";  // VT220 with colour
constexpr char secondaryAttributes[] = "\033[>1;10;0c";
constexpr char tertiaryAttributes[] = "\033P!|00000000\033\\";
constexpr char programVersion[] = "\033P>|analemma\033\\";

}  // namespace

void Emulator::escape(const Sequence& sequence)
{
    const char final = sequence.final;
    switch (sequence.intermediate) {
        case 0:
            break;
        case '(':
        case ')':
        case '*':
        case '+':
            m_charsets.sets[std::size_t(sequence.intermediate - '(')] = charsetOf(final);
            return;
        case '-':
        case '.':
        case '/':  // sets of 96 characters: in UTF-8 none is kept
            m_charsets.sets[std::size_t(sequence.intermediate - '-' + 1)] = Charset::Ascii;
            return;
        case '#':
            if (final == '8') {
                align();
            }
            return;
        default:
            return;
    }
    switch (final) {
        case '7':
            saveCursor();
            break;
        case '8':
            restoreCursor();
            break;
        case '=':
            modes.applicationKeypad = true;
            break;
        case '>':
            modes.applicationKeypad = false;
            break;
        case 'D':
            index();
            break;
        case 'E':
            index();
            m_x = 0;
            break;
        case 'H':
            m_tabs[std::size_t(m_x)] = true;
            break;
        case 'M':
            reverseIndex();
            break;
        case 'N':
        case 'O':
            m_charsets.single = quint8(final == 'N' ? 2 : 3);
            break;
        case 'n':
        case 'o':
            m_charsets.left = quint8(final == 'n' ? 2 : 3);
            break;
        case 'Z':
            reply(primaryAttributes);
            break;
        case 'c':
            reset();
            break;
        default:
            break;
    }
}

void Emulator::csi(const Sequence& sequence)
{
    if (sequence.code() == csiCode('m')) {
        selectGraphics(sequence);
        return;
    }
    static_cast<void>(csiCursor(sequence) || csiEdit(sequence) || csiReport(sequence));
}

bool Emulator::csiCursor(const Sequence& sequence)
{
    const int n = sequence.times();
    switch (sequence.code()) {
        case csiCode('A'):  // CUU
            moveBy(0, -n);
            return true;
        case csiCode('B'):  // CUD
        case csiCode('e'):  // VPR
            moveBy(0, n);
            return true;
        case csiCode('C'):  // CUF
        case csiCode('a'):  // HPR
            moveBy(n, 0);
            return true;
        case csiCode('D'):  // CUB
            moveBy(-n, 0);
            return true;
        case csiCode('E'):  // CNL
            moveBy(0, n);
            m_x = 0;
            return true;
        case csiCode('F'):  // CPL
            moveBy(0, -n);
            m_x = 0;
            return true;
        case csiCode('G'):  // CHA
        case csiCode('`'):  // HPA
            m_pendingWrap = false;
            m_x = qMin(n, columns()) - 1;
            return true;
        case csiCode('d'):  // VPA
            moveTo(m_x, n - 1);
            return true;
        case csiCode('H'):  // CUP
        case csiCode('f'):  // HVP
            moveTo(sequence.times(1) - 1, n - 1);
            return true;
        case csiCode('I'):  // CHT
            tab(n);
            return true;
        case csiCode('Z'):  // CBT
            backTab(n);
            return true;
        case csiCode('g'):  // TBC
            clearTabs(sequence.value(0));
            return true;
        case Sequence::code('?', 0, 'W'):  // DECST8C
            if (sequence.value(0) == 5) {
                resetTabs();
            }
            return true;
        case csiCode('s'):
            saveCursor();
            return true;
        case csiCode('u'):
            restoreCursor();
            return true;
        case csiCode('r'):  // DECSTBM
            setMargins(sequence.times(0), sequence.value(1) == 0 ? rows() : sequence.value(1));
            return true;
        default:
            return false;
    }
}

bool Emulator::csiEdit(const Sequence& sequence)
{
    const int n = sequence.times();
    switch (sequence.code()) {
        case csiCode('@'):  // ICH
            m_pendingWrap = false;
            m_grid->insert(m_y, m_x, n, blankId());
            return true;
        case csiCode('P'):  // DCH
            m_pendingWrap = false;
            m_grid->remove(m_y, m_x, n, blankId());
            return true;
        case csiCode('X'):  // ECH
            m_pendingWrap = false;
            m_grid->erase(m_y, m_x, m_x + n, blankId());
            return true;
        case csiCode('J'):  // ED
        case Sequence::code('?', 0, 'J'):
            eraseDisplay(sequence.value(0));
            return true;
        case csiCode('K'):  // EL
        case Sequence::code('?', 0, 'K'):
            eraseLine(sequence.value(0));
            return true;
        case csiCode('L'):
            insertLines(n);
            return true;
        case csiCode('M'):
            deleteLines(n);
            return true;
        case csiCode('S'):  // SU
            scrollUp(m_top, n);
            return true;
        case csiCode('T'):  // SD; with more parameters it is mouse highlighting
            if (sequence.count <= 1) {
                scrollDown(m_top, n);
            }
            return true;
        case csiCode('^'):
            scrollDown(m_top, n);
            return true;
        case csiCode('b'):
            repeat(n);
            return true;
        default:
            return false;
    }
}

bool Emulator::csiReport(const Sequence& sequence)
{
    switch (sequence.code()) {
        case csiCode('h'):
        case csiCode('l'):
        case Sequence::code('?', 0, 'h'):
        case Sequence::code('?', 0, 'l'):
            setModes(sequence, sequence.final == 'h');
            return true;
        case csiCode('c'):  // DA1
            if (sequence.value(0) == 0) {
                reply(primaryAttributes);
            }
            return true;
        case Sequence::code('>', 0, 'c'):  // DA2
            if (sequence.value(0) == 0) {
                reply(secondaryAttributes);
            }
            return true;
        case Sequence::code('=', 0, 'c'):  // DA3
            if (sequence.value(0) == 0) {
                reply(tertiaryAttributes);
            }
            return true;
        case Sequence::code('>', 0, 'q'):  // XTVERSION
            if (sequence.value(0) == 0) {
                reply(programVersion);
            }
            return true;
        case csiCode('n'):  // DSR, CPR
        case Sequence::code('?', 0, 'n'): {
            const int line = m_y - (m_origin ? m_top : 0) + 1;
            const QByteArray place = QByteArray::number(line) + ';' + QByteArray::number(m_x + 1);
            if (sequence.value(0) == 5 && sequence.prefix == 0) {
                reply("\033[0n");
            } else if (sequence.value(0) == 6) {
                reply(sequence.prefix == 0 ? "\033[" + place + 'R' : "\033[?" + place + ";1R");
            }
            return true;
        }
        case Sequence::code('?', '$', 'p'):  // DECRQM: 1 set, 2 reset, 0 not known
            reply("\033[?" + QByteArray::number(sequence.value(0)) + ';' +
                  QByteArray::number(privateMode(sequence.value(0))) + "$y");
            return true;
        case Sequence::code(0, '$', 'p'): {
            const int mode = sequence.value(0);
            const int state = mode == 4    ? (m_insert ? 1 : 2)
                              : mode == 20 ? (modes.newLine ? 1 : 2)
                                           : 0;
            reply("\033[" + QByteArray::number(mode) + ';' + QByteArray::number(state) + "$y");
            return true;
        }
        case Sequence::code(0, '!', 'p'):
            softReset();
            return true;
        case Sequence::code(0, ' ', 'q'): {  // DECSCUSR
            const int how = sequence.value(0);
            if (how <= 6) {
                m_cursorShape = CursorShape(qMax(0, how - 1) / 2);
                m_cursorBlinks = how % 2 == 1;
            }
            return true;
        }
        case csiCode('t'):
            titleStack(sequence.value(0));
            return true;
        default:
            return false;
    }
}

/// DECRQSS for margins and cursor style; anything else gets "not valid".
void Emulator::deviceControl(const Sequence& sequence, QByteArrayView text)
{
    if (sequence.code() != Sequence::code(0, '$', 'q')) {
        return;
    }
    if (text == "r") {
        reply("\033P1$r" + QByteArray::number(m_top + 1) + ';' + QByteArray::number(m_bottom + 1) +
              "r\033\\");
    } else if (text == " q") {
        const int style = int(m_cursorShape) * 2 + (m_cursorBlinks ? 1 : 2);
        reply("\033P1$r" + QByteArray::number(style) + " q\033\\");
    } else {
        reply("\033P0$r\033\\");
    }
}

/// To a column and a line; the line counts from the top margin in origin mode (DECOM).
void Emulator::moveTo(int x, int y)
{
    m_pendingWrap = false;
    m_x = qBound(0, x, columns() - 1);
    m_y = m_origin ? qBound(m_top, m_top + y, m_bottom) : qBound(0, y, rows() - 1);
}

/// A margin stops the cursor when it comes from within the region.
void Emulator::moveBy(int dx, int dy)
{
    m_pendingWrap = false;
    m_x = qBound(0, m_x + dx, columns() - 1);
    const int first = m_y >= m_top ? m_top : 0;
    const int last = m_y <= m_bottom ? m_bottom : rows() - 1;
    m_y = qBound(first, m_y + dy, last);
}

void Emulator::eraseDisplay(int how)
{
    m_pendingWrap = false;
    const quint32 blank = blankId();
    if (how == 3) {
        clearScrollback();
        return;
    }
    if (how > 3) {
        return;
    }
    if (how == 0) {
        m_grid->erase(m_y, m_x, columns(), blank);
    } else if (how == 1) {
        m_grid->erase(m_y, 0, m_x + 1, blank);
    }
    const int first = how == 0 ? m_y + 1 : 0;
    const int end = how == 1 ? m_y : rows();
    for (int y = first; y < end; ++y) {
        m_grid->row(y).clear(blank);
    }
}

void Emulator::eraseLine(int how)
{
    m_pendingWrap = false;
    if (how <= 2) {
        m_grid->erase(m_y, how == 0 ? 0 + m_x : 0, how == 1 ? m_x + 1 : columns(), blankId());
    }
}

void Emulator::insertLines(int n)
{
    if (m_y >= m_top && m_y <= m_bottom) {
        m_pendingWrap = false;
        m_x = 0;
        scrollDown(m_y, n);
    }
}

void Emulator::deleteLines(int n)
{
    if (m_y >= m_top && m_y <= m_bottom) {
        m_pendingWrap = false;
        m_x = 0;
        const quint32 blank = blankId();
        m_grid->scrollUp(m_y, m_bottom, n, blank);
        for (int y = m_y; y <= m_bottom; ++y) {
            m_grid->row(y).dirty = true;
        }
    }
}

/// Rows that leave the top of the primary screen go to the scrollback.
void Emulator::scrollUp(int top, int n)
{
    n = qMin(n, m_bottom - top + 1);
    const quint32 blank = blankId();
    if (top == 0 && m_grid == &m_primary) {
        for (int y = 0; y < n; ++y) {
            m_history.push(m_primary.row(y));
        }
    }
    m_grid->scrollUp(top, m_bottom, n, blank);
    if (top == 0 && m_bottom == rows() - 1) {
        scrolled = qMin(scrolled + n, limitSide);
        return;
    }
    for (int y = top; y <= m_bottom; ++y) {
        m_grid->row(y).dirty = true;
    }
}

void Emulator::scrollDown(int top, int n)
{
    m_grid->scrollDown(top, m_bottom, n, blankId());
    for (int y = top; y <= m_bottom; ++y) {
        m_grid->row(y).dirty = true;
    }
}

void Emulator::clearTabs(int how)
{
    if (how == 0) {
        m_tabs[std::size_t(m_x)] = false;
    } else if (how == 3) {
        m_tabs.assign(m_tabs.size(), false);
    }
}

/// From 1. A region has two lines at least (on a screen of one there is just that one).
void Emulator::setMargins(int top, int bottom)
{
    bottom = qMin(bottom, rows());
    if (top < bottom) {
        m_top = top - 1;
        m_bottom = bottom - 1;
        moveTo(0, 0);
    }
}

/// XTWINOPS 22 and 23: programs keep the title and give it back. Nothing else of it is done or
/// answered.
void Emulator::titleStack(int how)
{
    constexpr qsizetype limitTitles = 8;
    if (how == 22 && m_titles.size() < limitTitles) {
        m_titles.append(title);
    } else if (how == 23 && !m_titles.isEmpty()) {
        title = m_titles.takeLast();
    }
}

/// DECALN: the screen full of E.
void Emulator::align()
{
    m_top = 0;
    m_bottom = rows() - 1;
    m_origin = false;
    moveTo(0, 0);
    for (int y = 0; y < rows(); ++y) {
        Row& row = m_grid->row(y);
        row.clear();
        std::fill(row.cells.begin(), row.cells.end(), Cell{U'E', 0});
        row.used = columns();
    }
}

}  // namespace analemma::terminal
