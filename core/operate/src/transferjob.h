#pragma once

#include "core/operate/src/carry.h"
#include "core/operate/src/speedmeter.h"
#include "core/operate/transferstore.h"

namespace analemma::operate {

/// One entry of the queue.
struct Job {
    TransferView view;
    std::vector<Piece> pieces;
    std::size_t nextPiece = 0;  ///< none before it waits
    std::size_t asking = 0;     ///< the piece asked about
    bool surveyed = false;
    bool surveying = false;
    bool resting = false;   ///< until the next try
    bool dropping = false;  ///< cancelled: its parts go once nothing runs
    int running = 0;        ///< pieces
    int failures = 0;
    int failedInRow = 0;
    std::optional<Error> firstFailure;
    quint64 round = 0;                 ///< counts tries, so that an old timer wakes nobody
    std::optional<ConflictRule> rule;  ///< for all of this entry
    CancelToken cancel;
    SpeedMeter speed;
    bool restored = false;                   ///< begun by an earlier window
    std::vector<KeptTransfer::Begun> begun;  ///< by that one, and not gone on with yet
    milliseconds keptAt{0};
};
using JobPtr = std::shared_ptr<Job>;

/// Invalid: what no transfer may be, see Transfers::add(). Pure.
Result<void> checkRoute(const Place& from, const Place& to);

/// What a person is told of the files that failed.
inline Error summed(const Job& job)
{
    if (job.pieces.size() == 1) {
        return *job.firstFailure;
    }
    const Error error =
        job.firstFailure->in(QStringLiteral("%1 of %2 files were not carried; the first")
                                 .arg(job.failures)
                                 .arg(job.pieces.size()));
    return error.hint.isEmpty()
               ? error.withHint(QStringLiteral("Try again: only what is missing is carried."))
               : error;
}

}  // namespace analemma::operate
