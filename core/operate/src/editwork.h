#pragma once

#include "core/operate/remoteedit.h"
#include "core/operate/src/carry.h"

/// The work of RemoteEdits: coroutines that know nothing of who edits.
namespace analemma::operate {

/// A file of a server as it was read.
struct Seen {
    qint64 size = -1;
    QDateTime modified;
    QByteArray sha256;
    int mode = 0644;
    quint32 owner = 0;
    quint32 group = 0;
    /// The same content at the same time. Pure.
    [[nodiscard]] bool isSame(const Seen& other) const
    {
        return size == other.size && modified == other.modified && sha256 == other.sha256;
    }
};

struct Fetched {
    Place place;  ///< links resolved
    QString local;
    Seen seen;
};
/// To `folder`/NAME, mode 0600; `name` empty: editName() of its own. Invalid above 64 MiB.
Task<Result<Fetched>> fetchForEdit(Transfers::Connect connect, std::shared_ptr<Sessions> sessions,
                                   Place place, QString folder, QString name, CancelToken cancel);

struct Written {
    Seen seen;
    QString note;
};
/// Conflict when the server's file is not `base` any more; nothing was written then.
Task<Result<Written>> writeBack(Transfers::Connect connect, std::shared_ptr<Sessions> sessions,
                                Place place, QString local, Seen base, CancelToken cancel);

}  // namespace analemma::operate
