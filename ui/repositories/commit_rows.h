#pragma once

#include "core/git/history.h"
#include "core/git/search.h"

#include <functional>

namespace analemma::ui {

/// Where a HistoryView has its rows from: a whole history, or the commits that a search found.
class CommitRows {
public:
    virtual ~CommitRows() = default;
    [[nodiscard]] virtual int count() const = 0;
    [[nodiscard]] virtual QString idAt(int row) const = 0;
    [[nodiscard]] virtual int rowOf(const QString& id) const = 0;
    [[nodiscard]] virtual QList<git::GraphRow> rows(int first, int count) const = 0;
    /// Whether lines between the commits mean something.
    [[nodiscard]] virtual bool hasLanes() const = 0;
    /// Calls `grew` with the life of `context` whenever rows came.
    virtual void follow(QObject* context, std::function<void()> grew) = 0;
};

/// Null for a null history.
std::shared_ptr<CommitRows> rowsOf(std::shared_ptr<git::History> history);
std::shared_ptr<CommitRows> rowsOf(std::shared_ptr<git::FoundCommits> found);

}  // namespace analemma::ui
