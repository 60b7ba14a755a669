#pragma once

#include "core/deploy/src/body.h"

namespace analemma::deploy {

/// What is known by the records, to hold the world against.
struct Known {
    QStringList servers;     ///< of live generations
    QStringList operations;  ///< unfinished ones
    QStringList allOperations;
    QStringList environments;
};

/// What the world holds without a record, and what the records hold without a world. Pure.
QList<Orphan> findOrphans(const QList<infra::Census>& worlds, const Known& known);

Task<Result<CensusView>> takeCensus(BodyPtr body);

/// The operation in a tag "analemma/<workspace>/<target>/<operation>/<key>"; empty when it is none
/// of ours.
QString operationOf(const QString& tag);

}  // namespace analemma::deploy
