#include "core/terminal/src/emulator.h"

namespace analemma::terminal {

void Emulator::setModes(const Sequence& sequence, bool on)
{
    for (int i = 0; i < sequence.count; ++i) {
        if (sequence.prefix == '?') {
            setPrivateMode(sequence.value(i), on);
        } else {
            setAnsiMode(sequence.value(i), on);
        }
    }
}

void Emulator::setAnsiMode(int mode, bool on)
{
    if (mode == 4) {
        m_insert = on;
    } else if (mode == 20) {
        modes.newLine = on;
    }
}

/// DEC private modes (xterm: "CSI ? Pm h").
void Emulator::setPrivateMode(int mode, bool on)
{
    switch (mode) {
        case 1:
            modes.applicationCursor = on;
            break;
        case 3:  // DECCOLM: the width is the owner's, the clearing is kept
            if (m_allowColumns) {
                setMargins(1, rows());
                m_origin = false;
                eraseDisplay(2);
                moveTo(0, 0);
            }
            break;
        case 5:
            if (modes.reverseScreen != on) {
                modes.reverseScreen = on;
                m_grid->markAll();
            }
            break;
        case 6:
            m_origin = on;
            moveTo(0, 0);
            break;
        case 7:
            m_autoWrap = on;
            break;
        case 9:
            setMouse(MouseTracking::X10, on);
            break;
        case 12:
            m_cursorBlinks = on;
            break;
        case 25:
            m_cursorVisible = on;
            break;
        case 40:
            m_allowColumns = on;
            break;
        case 45:
            m_reverseWrap = on;
            break;
        case 47:
            showAlternate(on, false);
            break;
        case 66:
            modes.applicationKeypad = on;
            break;
        case 1000:
            setMouse(MouseTracking::Buttons, on);
            break;
        case 1002:
            setMouse(MouseTracking::Drag, on);
            break;
        case 1003:
            setMouse(MouseTracking::Motion, on);
            break;
        case 1004:
            modes.focusEvents = on;
            break;
        case 1006:
            modes.mouseSgr = on;
            break;
        case 1007:
            modes.alternateScroll = on;
            break;
        case 1047:
            showAlternate(on, !on);
            break;
        case 1048:
            if (on) {
                saveCursor();
            } else {
                restoreCursor();
            }
            break;
        case 1049:
            if (on && !modes.alternateScreen) {
                saveCursor();
                showAlternate(true, true);
            } else if (!on) {
                showAlternate(false, false);
                restoreCursor();
            }
            break;
        case 2004:
            modes.bracketedPaste = on;
            break;
        case 2026:
            modes.synchronized = on;
            break;
        default:
            break;
    }
}

/// For DECRQM: 1 set, 2 reset, 0 not known.
int Emulator::privateMode(int mode) const
{
    const auto state = [](bool on) { return on ? 1 : 2; };
    switch (mode) {
        case 1:
            return state(modes.applicationCursor);
        case 5:
            return state(modes.reverseScreen);
        case 6:
            return state(m_origin);
        case 7:
            return state(m_autoWrap);
        case 9:
            return state(modes.mouse == MouseTracking::X10);
        case 12:
            return state(m_cursorBlinks);
        case 25:
            return state(m_cursorVisible);
        case 40:
            return state(m_allowColumns);
        case 45:
            return state(m_reverseWrap);
        case 47:
        case 1047:
        case 1049:
            return state(modes.alternateScreen);
        case 66:
            return state(modes.applicationKeypad);
        case 1000:
            return state(modes.mouse == MouseTracking::Buttons);
        case 1002:
            return state(modes.mouse == MouseTracking::Drag);
        case 1003:
            return state(modes.mouse == MouseTracking::Motion);
        case 1004:
            return state(modes.focusEvents);
        case 1006:
            return state(modes.mouseSgr);
        case 1007:
            return state(modes.alternateScroll);
        case 2004:
            return state(modes.bracketedPaste);
        case 2026:
            return state(modes.synchronized);
        default:
            return 0;
    }
}

void Emulator::setMouse(MouseTracking tracking, bool on)
{
    if (on) {
        modes.mouse = tracking;
    } else if (modes.mouse == tracking) {
        modes.mouse = MouseTracking::Off;
    }
}

/// `clear` empties the alternate screen: coming (1049) or going (1047).
void Emulator::showAlternate(bool on, bool clear)
{
    if (modes.alternateScreen == on) {
        return;
    }
    modes.alternateScreen = on;
    if (on) {
        m_alternate.resize(m_size);
    }
    if (clear) {
        for (int y = 0; y < rows(); ++y) {
            m_alternate.row(y).clear(on ? blankId() : 0);
        }
    }
    m_grid = on ? &m_alternate : &m_primary;
    m_pendingWrap = false;
    m_grid->markAll();
    scrolled = 0;
    ++epoch;
}

void Emulator::saveCursor()
{
    Saved& saved = modes.alternateScreen ? m_savedAlternate : m_savedPrimary;
    saved = {m_x, m_y, m_pendingWrap, m_origin, m_pen, m_charsets};
}

void Emulator::restoreCursor()
{
    const Saved& saved = modes.alternateScreen ? m_savedAlternate : m_savedPrimary;
    m_x = qMin(saved.x, columns() - 1);
    m_y = qMin(saved.y, rows() - 1);
    m_pendingWrap = saved.pendingWrap && m_x == columns() - 1;
    m_origin = saved.origin;
    if (m_origin) {
        m_y = qBound(m_top, m_y, m_bottom);
    }
    m_pen = saved.pen;
    m_penKnown = false;
    m_charsets = saved.charsets;
}

/// DECSTR: modes, looks and margins as at the start; what is on the screen stays.
void Emulator::softReset()
{
    m_cursorVisible = true;
    m_insert = m_origin = m_reverseWrap = false;
    m_autoWrap = true;
    modes.applicationCursor = modes.applicationKeypad = false;
    m_top = 0;
    m_bottom = rows() - 1;
    m_pendingWrap = false;
    m_pen = Style();
    m_penKnown = false;
    m_charsets = Charsets();
    (modes.alternateScreen ? m_savedAlternate : m_savedPrimary) = Saved();
}

void Emulator::resetTabs()
{
    m_tabs.assign(std::size_t(columns()), false);
    for (int x = 8; x < columns(); x += 8) {
        m_tabs[std::size_t(x)] = true;
    }
}

}  // namespace analemma::terminal
