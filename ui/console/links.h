#pragma once

#include "core/terminal/selection.h"

#include <optional>

/// Links in a terminal: those that programs mark (OSC 8) and http and https addresses that stand
/// there as text. Nothing else is ever opened. Pure.
namespace analemma::ui {

struct TerminalLink {
    QString target;
    QString text;  ///< what stands on the screen
    terminal::Range range;
    [[nodiscard]] QString host() const;
    /// The screen says something else than where it leads: ask first.
    [[nodiscard]] bool differs() const;
};

/// The link at a place; nothing when there is none or its target is not http or https.
std::optional<TerminalLink> linkAt(const terminal::Screen& screen, terminal::Position position);

}  // namespace analemma::ui
