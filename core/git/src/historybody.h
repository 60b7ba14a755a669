#pragma once

#include "core/git/history.h"
#include "core/git/src/historywalk.h"

#include <QPointer>

namespace analemma::git {

/// What a History holds: the slices that came, and the way to the next one. Main thread.
struct History::Body {
    /// Runs on the repository's queue.
    using Next = std::function<Task<Result<HistoryWalk::Slice>>(std::size_t limit)>;

    Next next;
    std::shared_ptr<const CommitGraph> graph;
    GraphFile graphFile = GraphFile::Missing;
    std::vector<quint32> order;
    std::vector<quint32> rows;   ///< by number; noRow where there is none yet
    std::vector<git_oid> loose;  ///< by number, from those of the file on
    IdRuns found;                ///< their numbers, from 0 on
    ParentLists looseParents;
    std::vector<std::vector<quint32>> marks;
    bool complete = false;
    std::optional<Error> problem;
    QPointer<History> owner;

    static constexpr quint32 noRow = 0xffffffff;
    void add(HistoryWalk::Slice slice);
    [[nodiscard]] quint32 numbered() const { return graph ? graph->count() : 0; }
    [[nodiscard]] git_oid idOf(quint32 commit) const;
    void parentsOf(quint32 commit, std::vector<quint32>* into) const;
};

}  // namespace analemma::git
