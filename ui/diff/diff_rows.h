#pragma once

#include "core/git/diff.h"

#include <QList>
#include <QString>

/// How the lines of a diff stand on the screen. Pure.
namespace analemma::ui {

enum class DiffLook { Inline, Beside };

/// One row. A heading has no line on either side; an unchanged line stands on both.
struct DiffRow {
    int hunk = 0;
    int left = -1;  ///< index of the line in the hunk; -1: nothing on this side
    int right = -1;
    [[nodiscard]] bool isHeading() const { return left < 0 && right < 0; }
    bool operator==(const DiffRow&) const = default;
};

/// Headings and lines in order. Side by side, the k-th deleted line of a block stands beside its
/// k-th added one.
QList<DiffRow> diffRows(const git::FileDiff& diff, DiffLook look);

/// A part of a line as it is shown.
struct TextPiece {
    QString text;
    bool changed = false;
    bool operator==(const TextPiece&) const = default;
};

/// Through the display filter, tabs as spaces up to the next stop, changed words apart. Long lines
/// are cut.
QList<TextPiece> shownPieces(const git::DiffLine& line, int tabWidth = 4);

}  // namespace analemma::ui
