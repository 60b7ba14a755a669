#pragma once

#include "core/deploy/deploy.h"
#include "core/deploy/src/wanted.h"
#include "core/deploy/src/world.h"

#include <QNetworkAccessManager>

namespace analemma::deploy {

/// The state behind Deployments; shared with its coroutines. Main thread.
class Deployments::Body {
public:
    workspace::Workspace workspace;
    store::Store* store = nullptr;
    engine::Engine* engine = nullptr;
    release::Releases* releases = nullptr;
    ssh::Client* ssh = nullptr;
    FindProvider provider;
    OpenRepository open;
    const Clock* clock = nullptr;
    QNetworkAccessManager network;

    /// NotFound when the workspace has no such environment.
    [[nodiscard]] Result<workspace::Environment> environment(const QString& name) const;
    [[nodiscard]] Result<infra::Provider*> providerOf(const QString& name) const;
    [[nodiscard]] QList<infra::Provider*> providers() const;
};

using BodyPtr = std::shared_ptr<Deployments::Body>;

}  // namespace analemma::deploy
