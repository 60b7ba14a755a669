#pragma once

#include "core/lifecycle/figures.h"

/// What was, at a moment that is over: out of the journal and of what is known now.
namespace analemma::lifecycle {

/// What served in an environment.
struct Served {
    QString environment;
    QString release;
    QString commit;
    int generation = 0;  ///< 0: the journal does not say
    QString operation;   ///< that brought it
    QDateTime since;
};

/// Which generation was active: the last that went live before and had not been taken back.
/// Nothing when none had, or all was taken down. `operations` in any order. Pure.
std::optional<Served> servedAt(const QList<engine::Operation>& operations,
                               const workspace::Workspace& workspace, const QString& environment,
                               const QDateTime& moment);

/// A board without what came later: rows of later commits and later cells are left out, stations
/// tell of the newest cell. What ran at the moment shows how it ended. Pure.
Board boardAt(const Board& board, const QDateTime& moment);

}  // namespace analemma::lifecycle
