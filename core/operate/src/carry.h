#pragma once

#include "core/operate/transfers.h"

#include <map>

/// The work of transfers: coroutines that know nothing of the queue.
namespace analemma::operate {

/// Of the connection, not of the file.
inline bool isLoss(const Error& error)
{
    return error.kind == ErrorKind::Network || error.kind == ErrorKind::Timeout;
}

/// Sessions that the queue keeps open while it has work, by server.
using Sessions = std::map<QString, std::shared_ptr<ssh::Session>>;

/// A side to read from or write to; it keeps its session.
struct Side {
    std::shared_ptr<ssh::Session> session;  ///< null: this machine
    std::shared_ptr<ssh::Files> files;
};
/// Errors as connecting says.
Task<Result<Side>> openSide(Transfers::Connect connect, std::shared_ptr<Sessions> sessions,
                            QString server, CancelToken cancel);

/// What both kinds of work need.
struct Route {
    Transfers::Connect connect;
    std::shared_ptr<Sessions> sessions;
    Place from;
    Place to;
    /// What lies in or below folders that cannot be read or made is left out; else that is an
    /// error.
    bool goesOn = false;
};

/// One file to carry.
struct Piece {
    enum class Phase { Waiting, Running, Done, Skipped, Failed };
    QByteArray source;  ///< absolute
    QByteArray target;
    ssh::FileInfo info;  ///< of the source, when it was read
    Phase phase = Phase::Waiting;
    qint64 done = 0;
    int starts = 0;
    std::optional<ConflictRule> rule;  ///< of this one, once somebody has said
    bool verified = false;
};

/// What a transfer consists of.
struct Survey {
    bool folder = false;
    std::vector<Piece> pieces;
    qint64 bytes = 0;
    QStringList refused;
    int refusedCount = 0;
};
/// Looks at the source, makes the folders of the target, and refuses what does not fit on this
/// machine's disk before anything is carried.
Task<Result<Survey>> survey(Route route, CancelToken cancel);

struct CarryOptions {
    ConflictRule rule = ConflictRule::Ask;
    bool resume = true;
    bool verify = false;
    bool restored = false;  ///< begun by an earlier window: what is whole there already is done
    QString scratch;  ///< file on this machine that a copy from server to server passes through
    std::shared_ptr<ssh::Rate> rate;
    std::function<void(qint64 done)> progress;  ///< of the size of the file
};

struct Carried {
    enum class End { Done, Skipped, Asks };
    End end = End::Done;
    ssh::TransferResult result;
    bool whole = false;   ///< it was there already, and has the same checksum
    QByteArray target;    ///< another one where both were kept
    ssh::FileInfo there;  ///< what is there already, when it asks
};
Task<Result<Carried>> carry(Route route, Piece piece, CarryOptions options, CancelToken cancel);

/// Removes what broken transfers left of these targets, and what passed through this machine; best
/// effort.
Task<Result<void>> dropParts(Route route, std::vector<QByteArray> targets, QStringList passing,
                             CancelToken cancel);

}  // namespace analemma::operate
