#pragma once

#include "core/git/network.h"
#include "core/git/src/handles.h"

#include <optional>

/// What a repository's own configuration says of others: hostile until it has been looked at. Only
/// its own file is read; nothing is rewritten by `url.*.insteadOf`.
namespace analemma::git {

struct RemoteConfig {
    QString name;
    QStringList urls;
    QStringList pushUrls;
    QStringList fetchSpecs;
};

/// By name.
Result<QList<RemoteConfig>> readRemotes(const Handle& handle);
/// NotFound, with the nearest name. An empty name: that of the upstream of the branch that is
/// checked out, else "origin", else the only one.
Result<RemoteConfig> findRemote(const Handle& handle, const QString& name);

struct Upstream {
    QString remote;
    QString ref;       ///< at the other side: "refs/heads/main"
    QString tracking;  ///< here: "refs/remotes/origin/main"
};
/// Of a branch ("main"); nothing when it has none at another repository.
Result<std::optional<Upstream>> upstreamOf(const Handle& handle, const QString& branch);

/// A refspec that moves nothing of ours: its target is below refs/remotes, refs/tags or refs/notes;
/// of a bare repository anywhere below refs. Refused, with which one. Pure.
Result<void> checkFetchSpec(const QString& spec, bool bare);
/// What follows a ref of the other side here; empty when nothing does.
QString trackingRef(const QStringList& fetchSpecs, const QString& ref);

}  // namespace analemma::git
