#pragma once

#include "core/lifecycle/marks.h"
#include "core/monitor/alerts.h"

/// What changed before something went wrong.
namespace analemma::lifecycle {

struct LastChangeFacts {
    QString environment;
    QString repository;                   ///< whose releases it serves; may be empty
    QList<engine::Operation> operations;  ///< in any order, also of other targets
    QList<ConfigChange> configs;          ///< in any order
};

/// The newest change that reached an environment at `before` (milliseconds since 1970) or earlier:
/// - a deployment or a roll back counts from its switch on, and its own way back from then on;
/// - a bake from its end on, while servers were started from its image for this environment;
/// - a change of the configuration that is of this environment, or of nobody knows which;
/// - what was started again, taken down, or run on servers of it, when that ended.
/// What failed before it touched a server changed nothing. Pure.
std::optional<monitor::LastChange> lastChangeIn(const LastChangeFacts& facts, qint64 before);

/// "shop 1.4.2" of "1.4.2" or "shop/1.4.2", as such a change names a release. Pure.
QString releaseText(const QString& release, const QString& repository);

/// Environments that another text of the workspace file makes different: themselves, their images,
/// their checks; all, when rules of alerts changed. In the order of the file. Pure.
QStringList changedEnvironments(const workspace::Workspace& before,
                                const workspace::Workspace& after);

/// A change of the workspace file that was read while the program ran, whoever made it, kept for
/// lastChangeIn(). Main thread.
Task<Result<void>> keepConfigChange(store::Store* store, ConfigChange change);
/// Those that are kept, newest first, at most `limit`.
Task<Result<QList<ConfigChange>>> keptConfigChanges(store::Store* store, int limit);

}  // namespace analemma::lifecycle
