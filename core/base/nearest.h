#pragma once

#include <QString>
#include <QStringList>

namespace analemma {

/// The one of `known` that `word` was probably meant to be; empty when none is near. Pure.
QString nearestWord(const QString& word, const QStringList& known);

}  // namespace analemma
