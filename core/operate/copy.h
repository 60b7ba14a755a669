#pragma once

#include "core/operate/transfers.h"

/// Copies at once and one file after the other, by the rules of Transfers: for who has no queue.
namespace analemma::operate {

struct CopiedFile {
    Place from;
    Place to;
    ssh::TransferResult result;
};

struct CopyOptions {
    bool resume = true;  ///< goes on where an earlier try broke off
    bool verify = true;
    /// Of the file that is carried now. All three: on the awaiting thread.
    std::function<void(const Place& from, qint64 done, qint64 total)> progress;
    std::function<void(const CopiedFile& file)> copied;  ///< it is there, whole
    /// What does not come along, with the reason; for people.
    std::function<void(const QString& what)> leftOut;
};

struct CopyEnd {
    bool folder = false;
    int files = 0;
    qint64 bytes = 0;  ///< of those files
    int leftOut = 0;
};

/// A file, or a folder with all below it, to become `to`: the full new path. Files that are there
/// are replaced; links are not followed, neither here nor there. Of a folder's files one that fails
/// is left out and the others go on; a lost connection ends all. Errors: those of ssh::Files;
/// Conflict where a folder stands in a file's place, or the other way round.
Task<Result<CopyEnd>> copyTree(Transfers::Connect connect, Place from, Place to,
                               CopyOptions options, CancelToken cancel);

}  // namespace analemma::operate
