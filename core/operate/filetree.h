#pragma once

#include "core/ssh/sftp.h"

#include <QStringList>

#include <memory>
#include <vector>

/// Folders with all that is below them, of a server or of this machine. Links are never followed.
namespace analemma::operate {

/// This machine behind the face that servers have: paths are local, download() and upload() copy.
/// Any thread with an event loop; work is done on workers.
std::shared_ptr<ssh::Files> localFiles();

struct TreeEntry {
    QByteArray path;  ///< below the root: "a/b"
    ssh::FileInfo info;
};

struct TreeLimits {
    int entries = 100'000;
    int depth = 64;
    /// Leaves out names that nameRefusal() refuses, with all below them. For removing it is off.
    bool checkNames = true;
    bool skipUnreadable =
        false;  ///< leaves out what folders below the root hold that cannot be read
};

struct Tree {
    std::vector<TreeEntry> folders;  ///< parents first
    std::vector<TreeEntry> files;
    std::vector<TreeEntry> others;  ///< links, sockets, devices
    qint64 bytes = 0;               ///< of the files
    QStringList refused;            ///< what was left out and why, for people; the first 100
    int refusedCount = 0;
    /// Leaves out what lies at or below a path after all.
    void leaveOut(const QByteArray& path, const QString& why);
};

/// Reads a folder and all below it. Invalid when it is larger or deeper than the limits; else as
/// Files::list().
Task<Result<Tree>> readTree(std::shared_ptr<ssh::Files> files, QByteArray root, TreeLimits limits,
                            CancelToken cancel);
/// Removes a file, a link, or a folder with all below it; gives how many entries went. After an
/// error what was removed so far is gone.
Task<Result<int>> removeTree(std::shared_ptr<ssh::Files> files, QByteArray path,
                             CancelToken cancel);

struct FileMove {
    QByteArray from;
    QByteArray to;
};
/// Renames one after the other, never over what is there; gives how many. Conflict: the name is
/// taken.
Task<Result<int>> moveFiles(std::shared_ptr<ssh::Files> files, QList<FileMove> moves,
                            CancelToken cancel);
/// removeTree() of several; gives how many entries went.
Task<Result<int>> removeFiles(std::shared_ptr<ssh::Files> files, QList<QByteArray> paths,
                              CancelToken cancel);
/// Owner first: a server clears set-user-id bits when it changes.
Task<Result<int>> setModes(std::shared_ptr<ssh::Files> files, QList<QByteArray> paths, int mode,
                           std::optional<std::pair<quint32, quint32>> owners, CancelToken cancel);

}  // namespace analemma::operate
