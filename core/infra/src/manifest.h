#pragma once

#include "core/base/result.h"

#include <QList>
#include <QString>

namespace analemma::infra {

/// What an image holds, file by file: the ground of its digest and of the check that it is whole.
struct ManifestEntry {
    QString path;     ///< relative, with '/'
    char kind = 'f';  ///< 'f' file, 'd' folder, 'l' link
    int mode = 0;     ///< permission bits
    qint64 size = 0;
    QString content;  ///< SHA-256 of a file, target of a link
    bool operator==(const ManifestEntry&) const = default;
};
using Manifest = QList<ManifestEntry>;

/// Reads a whole tree, sorted by path; never follows links; sockets, fifos and devices do not
/// count. Blocking.
Result<Manifest> scanTree(const QString& root);
/// One JSON object with schema, files and digest; the bytes are the same for the same manifest.
QByteArray manifestText(const Manifest& manifest);
Result<Manifest> readManifest(const QByteArray& text);
/// SHA-256 over paths, kinds, modes and contents.
QString digestOf(const Manifest& manifest);
qint64 sizeOf(const Manifest& manifest);
/// The first difference as a sentence; empty: the same.
QString firstDifference(const Manifest& wanted, const Manifest& found);

}  // namespace analemma::infra
