#pragma once

#include "core/engine/engine.h"
#include "core/engine/src/journal.h"

/// From rows to what people and programs are shown. Pure.
namespace analemma::engine {

using Durations = QHash<QString, milliseconds>;  ///< median by verb

std::optional<milliseconds> median(QList<qint64> values);

/// The newest try of each action.
QHash<QString, ActionState> readJournal(const QList<store::ActionRow>& rows);

/// The stored plan: what was begun before stays in its place, then what is left.
Json mergePlan(const Json& before, const QList<Action>& left,
               const QHash<QString, ActionState>& journal, const Durations& usual);

/// The longest chain through actions of which each has `needs`.
std::optional<milliseconds> chainLength(const QList<PlannedAction>& actions);

Operation makeOperation(const store::OperationRow& row, const QList<store::ActionRow>& actions,
                        const std::optional<store::LeaseRow>& lease, const Holder& here,
                        const QDateTime& now);

}  // namespace analemma::engine
