#pragma once

#include "core/lifecycle/lifecycle.h"

namespace analemma::lifecycle {

/// What a claim on a commit says about whether its run has to be started here.
enum class ClaimState {
    Free,      ///< nobody has it: claim and start
    Done,      ///< started, or refused for good: leave it
    Busy,      ///< another living program is starting it
    Deserted,  ///< the program that claimed it died before it started the run: take it over
};
/// Pure but for the look at the process that claimed: `alive` answers that.
ClaimState readClaim(const std::optional<store::Document>& claim,
                     const std::function<bool(const ProcessIdentity&)>& alive);

/// The key of the claim of a commit's run.
QString claimKey(const QString& pipeline, const QString& commit);

/// Errors after which the same commit is tried again; all others are final for this commit.
bool isPassing(ErrorKind kind);

/// What the automatic start of runs works with; shared by its coroutines.
struct Autorun {
    workspace::Workspace workspace;
    store::Store* store = nullptr;
    pipeline::Pipelines* pipelines = nullptr;
    const Clock* clock = nullptr;
    std::function<void(QString)> problem;  ///< a sentence for the person
};

/// Looks at the branches of one pipeline and starts what is new. Started runs' ids.
Task<Result<QStringList>> runNewCommits(std::shared_ptr<Autorun> autorun, QString pipeline,
                                        std::shared_ptr<git::Repository> repository,
                                        CancelToken cancel);

}  // namespace analemma::lifecycle
