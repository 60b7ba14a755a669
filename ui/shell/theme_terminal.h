#pragma once

#include "ui/shell/theme.h"

#include <QtGlobal>

/// Colours of terminals, as packed 0xFFRRGGBB for pixel work. The 16 named ones are tokens of the
/// scheme; the other 240 are xterm's fixed ones. Pure.
namespace analemma::ui {

enum class TerminalToken {
    Ground,
    Text,
    Cursor,
    CursorText,
    Selection,     ///< ground of selected cells
    Match,         ///< ground of what a search found
    CurrentMatch,  ///< and of the match that is looked at
    MatchText,
    Broadcast,      ///< the loud frame
    BroadcastDark,  ///< its other stripe, and the text on it
};
constexpr int terminalTokenCount = 10;

quint32 terminalColour(TerminalToken token, Scheme scheme);
/// Of the palette, 0..255.
quint32 terminalColour(int index, Scheme scheme);
/// `colour` as it is, or white or black where it could not be read on `ground`: what programs
/// choose for a dark screen must stay legible on a light one.
quint32 legibleOn(quint32 colour, quint32 ground);
/// Half way from `colour` to `ground`: faint text.
quint32 faintOn(quint32 colour, quint32 ground);

}  // namespace analemma::ui
