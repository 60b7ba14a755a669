#pragma once

#include "core/lifecycle/lifecycle.h"

#include <QHash>

/// Where commits are: what was made of them, and what serves them. All of it comes from the
/// services; here it takes one shape.
namespace analemma::lifecycle {

/// Something that was made of a commit, and so holds that one and all before it.
struct Place {
    /// In the order in which badges stand.
    enum class Kind {
        Environment,  ///< the generation that serves
        RolledBack,   ///< kept warm above the one that serves: it gave way to an older one
        Warm,         ///< kept for a roll back
        Release,
        Image,
        Run,
    };
    Kind kind = Kind::Run;
    QString name;    ///< "production", "1.4.2", "web-1.4.2-0f3a", "shop#12"
    QString item;    ///< id of its row in its panel: name of an environment, id of a run, …
    QString commit;  ///< it was made of
    QString state;   ///< "active", "warm", "rolled back", "approved", "used", "passed", …
    Mark mark = Mark::None;
    QDateTime since;          ///< in that state; of what has none (release, image, run): made then
    bool production = false;  ///< of an environment that is framed in the window
    int generation = 0;       ///< of an environment
    QString release;          ///< version of the generation, or that the image was baked of
    int servingGeneration = 0;  ///< RolledBack: what serves in its place since then
    QString servingRelease;
};

/// "environment" (whether it serves, is warm or was rolled back), "release", "image", "run".
QString toString(Place::Kind kind);

/// Facts from which places are made; plain values, so that makePlaces() is pure.
struct PlaceFacts {
    QString repository;
    QStringList recipes;  ///< of images that are made of that repository
    QList<pipeline::Run> runs;
    QList<release::Release> releases;
    QList<deploy::ImageView> images;
    QList<deploy::EnvironmentView> environments;
};

/// The places of a repository, newest first; what others own and what names no commit is left out.
/// At most 500 runs, 1,000 releases and 1,000 images. Pure; any thread.
QList<Place> makePlaces(const PlaceFacts& facts);

/// By kind; of environments production first; then the newest first. Pure; any thread.
QList<Place> inBadgeOrder(QList<Place> places);
/// By the commit that each was made of, in the order for badges. Pure; any thread.
QHash<QString, QList<Place>> placesByCommit(const QList<Place>& places);

/// What is kept from one question to the next, for who asks often: runs that have ended are read
/// once. Of one workspace.
struct PlaceMemory {
    QList<pipeline::Run> ended;  ///< newest first, without their jobs
    qint64 settled = 0;          ///< the highest Run::order up to which all have ended
};

/// The services asked; they outlive the task.
struct PlaceSources {
    const workspace::Workspace* workspace = nullptr;
    pipeline::Pipelines* pipelines = nullptr;
    release::Releases* releases = nullptr;
    deploy::Deployments* deployments = nullptr;
    /// Told what could not be asked (a provider that is offline): the rest stands. Where it is
    /// empty, the first such error is the answer.
    std::function<void(const Error&)> problem;
    std::shared_ptr<PlaceMemory> memory;  ///< may be null
};

/// makePlaces() of what the services tell now. Runs are looked for among the workspace's newest
/// 2,000. Main thread only; not cancellable. It is worth asking again after
/// Pipelines::runChanged(), Releases::changed() and Deployments::changed(); Lifecycle::changed()
/// tells of all three, and of branches that moved, at most ten times a second.
Task<Result<QList<Place>>> places(PlaceSources sources, QString repository);

}  // namespace analemma::lifecycle
