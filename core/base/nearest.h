#pragma once

#include <QString>
#include <QStringList>

namespace analemma {

/// The one of `known` that `word` was probably meant to be; empty when none is near: at most a
/// third of its letters changed, added, left out or swapped with their neighbours, or the word is
/// its start. Cases do not count. Pure.
QString nearestWord(const QString& word, const QStringList& known);

}  // namespace analemma
