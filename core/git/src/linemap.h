#pragma once

#include <QList>

#include <optional>

namespace analemma::git {

/// A change between two versions of a file, without lines around it. With no lines on one side its
/// start there is the line before the place (0: before the first), as git counts.
struct LineHunk {
    int oldStart = 0;
    int oldCount = 0;
    int newStart = 0;
    int newCount = 0;
};

/// The number of an old line in the new version; nothing when it was changed or removed. Hunks are
/// in order. Pure.
std::optional<int> mapLine(const QList<LineHunk>& hunks, int line);

}  // namespace analemma::git
