#pragma once

#include <QStringList>

namespace analemma::git {

/// The plan items that a message or a branch name speaks of: "#12", "ANA-12"; each once, in order,
/// at most 20. Words that only look like one are not: a colour "#12ab", "UTF-8", a part of a longer
/// word. Pure.
QStringList planItems(const QString& text);

}  // namespace analemma::git
