#pragma once

#include "core/base/result.h"

#include <QByteArray>
#include <QString>

namespace analemma {

/// Files, in the few ways that lose nothing. All calls block: small files on any thread, the rest
/// on workers.

/// Where this program keeps its state: $ANALEMMA_HOME, else the XDG data directory + "/analemma".
QString homeFolder();

/// Reads at most `limitBytes`; Invalid when the file is larger, NotFound, Io.
Result<QByteArray> readFile(const QString& path, qint64 limitBytes);
/// The first `limitBytes` of it at most; NotFound, Io.
Result<QByteArray> readStart(const QString& path, qint64 limitBytes);
/// Temporary file beside it, fsync, rename, fsync of the folder. A reader sees the old or the new
/// file.
Result<void> writeFile(const QString& path, const QByteArray& bytes, int mode = 0600);
/// mkdir -p with a mode for what is made.
Result<void> makeFolder(const QString& path, int mode = 0700);
/// Removes a file or a tree; gone is done. Never follows links.
Result<void> removeTree(const QString& path);
/// Copies a tree: links as links, modes and times kept, data by reflink where the file system can
/// (ioctl_ficlone(2)), never by hard link. Sockets, fifos and devices are left out.
Result<void> copyTree(const QString& from, const QString& to);
/// Bytes of all regular files below.
qint64 treeSize(const QString& path);
/// Free bytes for this user on the file system of `path`; -1 when unknown.
qint64 freeSpace(const QString& path);
/// Lower-case hexadecimal SHA-256.
Result<QString> sha256(const QString& path);
QString sha256(const QByteArray& bytes);

}  // namespace analemma
