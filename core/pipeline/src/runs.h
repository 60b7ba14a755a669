#pragma once

#include "core/pipeline/src/model.h"

/// Runs as documents of the store. Each function is for use inside one transaction.
namespace analemma::pipeline::runs {

/// The run of an operation; made with the next number of its pipeline when it is not there yet.
Result<Run> ensure(store::Transaction& transaction, const QString& id, const Wanted& wanted,
                   const QDateTime& now);
Result<std::optional<Run>> find(store::Transaction& transaction, const QString& id);
/// NotFound.
Result<Run> get(store::Transaction& transaction, const QString& id);
/// Writes a run that is there.
Result<Run> put(store::Transaction& transaction, const Run& run);
Result<QString> idOfNumber(store::Transaction& transaction, const QString& pipeline, int number);
Result<std::optional<Run>> newestOf(store::Transaction& transaction, const QString& commit);
Result<QList<Run>> list(store::Transaction& transaction, const QString& pipeline, int limit,
                        qint64 before);
/// Ids with their revisions, newest first.
Result<QList<std::pair<QString, qint64>>> revisions(store::Transaction& transaction, int limit);

}  // namespace analemma::pipeline::runs
