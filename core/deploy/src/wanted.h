#pragma once

#include "core/deploy/deploy.h"

/// What an operation wants, complete: a program with another workspace file, or a later one,
/// carries it on as it was begun. Read from and written to the operation's row.
namespace analemma::deploy {

struct WantedBake {
    QString image;  ///< id
    QString recipe;
    QString provider;
    QString release;
    QString commit;
    QString repository;
    QString parent;  ///< image id; empty: the base
    QString parentRecipe;
    QList<workspace::FileSpec> files;
    QList<release::Artifact> artifacts;  ///< those that the files name
    QStringList provision;
    QString start;
    [[nodiscard]] Json toJson() const;
    static WantedBake fromJson(const Json& json);
    [[nodiscard]] QString builder() const;  ///< name of the server it is made on
};

struct WantedDeploy {
    workspace::Environment environment;
    QString release;
    QString commit;
    QString image;
    bool rollback = false;  ///< of a release that is not warm any more
    [[nodiscard]] Json toJson() const;
    static WantedDeploy fromJson(const Json& json);
    [[nodiscard]] QString serverName(int generation, int index) const;  ///< index from 1
};

struct WantedRollback {
    workspace::Environment environment;
    int from = 0;
    int to = 0;
    QString release;  ///< of `to`
    [[nodiscard]] Json toJson() const;
    static WantedRollback fromJson(const Json& json);
};

Json toJson(const workspace::Environment& environment);
workspace::Environment environmentFromJson(const Json& json);

/// "web-1.4.2-1a2b3c4d": recipe, release, and a digest of all that the image is made from.
QString imageId(const workspace::Workspace& workspace, const QString& recipe,
                const QString& version, const QString& commit);

}  // namespace analemma::deploy
