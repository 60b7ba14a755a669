#pragma once

#include <QByteArray>
#include <QByteArrayView>

namespace analemma::monitor {

/// The lines of a file, each with the tag before it: as the remote program answers.
QByteArray taggedLines(const QByteArray& content, QByteArrayView tag);

}  // namespace analemma::monitor
