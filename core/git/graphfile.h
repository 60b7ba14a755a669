#pragma once

#include "core/git/history.h"

/// The commit-graph file of a repository, from which a long history is shown at once.
namespace analemma::git {

struct GraphFileState {
    GraphFile state = GraphFile::Missing;
    qint64 commitsInFile = 0;
};

/// Looks at the file, not at the history: never Behind.
Task<Result<GraphFileState>> graphFileState(std::shared_ptr<Repository> repository);

/// Lets git write it anew, for all that branches and tags lead to, in a private folder; checks it
/// there (git commit-graph verify) and only then puts it in its place, in one step: whoever reads
/// sees the old file or the new one, and after an error or a cancel the old one stands. Takes about
/// 20 s for a million commits and leaves the repository's queue free. Changed-path filters of an
/// old file are kept.
/// Refused where git would ignore it (GraphFile::Ignored); Conflict when another program wrote one
/// meanwhile; Unsupported without git; Failed, Io, Cancelled. Main thread.
Task<Result<GraphFileState>> writeGraphFile(std::shared_ptr<Repository> repository,
                                            CancelToken cancel);

}  // namespace analemma::git
