#pragma once

#include "core/git/staging.h"

namespace analemma::git {

/// Which side of a comparison is at hand.
enum class AtHand {
    Old,  ///< lines are applied to it
    New   ///< lines are taken back from it
};

/// What `bytes` become when the chosen lines of a comparison are applied to its old side, or taken
/// back from its new one. Conflict when they are not that side. Pure.
Result<QByteArray> withLines(const QByteArray& bytes, AtHand side, const FileDiff& shown,
                             const QList<LinePick>& lines);

/// Invalid where lines make no sense, or none is chosen. Pure.
Result<void> checkLines(const FileDiff& shown, const QList<LinePick>& lines);

Error notAsShown(const QByteArray& path);

}  // namespace analemma::git
