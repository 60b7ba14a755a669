#pragma once

#include "core/base/task.h"
#include "core/git/src/commitgraph.h"
#include "core/git/src/commits.h"
#include "core/git/src/lanes.h"

#include <unordered_map>

namespace analemma::git {

/// A commit that no commit-graph file holds. Numbers of commits count from those of the file on.
struct LooseCommit {
    git_oid id{};
    std::vector<git_oid> parentIds;
    std::vector<quint32> parents;  ///< known once it is shown
    qint64 time = 0;
};

/// All commits from some tips on, newest first and children before parents, a slice at a time.
/// Where a commit-graph file can be trusted no commit is unpacked, and the order is that of
/// `git log --date-order`; without one commits are read as they are met, in the order of
/// `git log`, which a wrong clock can upset. Used on the queue of its repository.
class HistoryWalk {
public:
    /// Lanes as they were before this row, for computing rows again.
    struct Mark {
        std::size_t row = 0;
        std::vector<quint32> waiting;
    };
    struct Slice {
        std::vector<quint32> order;                          ///< numbers of commits
        std::vector<std::pair<quint32, LooseCommit>> loose;  ///< those of them, with their numbers
        std::vector<Mark> marks;
        bool last = false;
    };
    static constexpr std::size_t rowsAMark = 256;

    /// Errors: those of reading the tips.
    static Result<std::shared_ptr<HistoryWalk>> begin(const Handle& handle,
                                                      const std::vector<git_oid>& tips);

    Result<Slice> next(const Handle& handle, std::size_t limit);
    /// Null where the file is missing or ignored: shallow clones, grafts, replaced commits, as git
    /// does, and damaged ones.
    [[nodiscard]] const std::shared_ptr<const CommitGraph>& graph() const { return m_graph; }

private:
    struct Waiting {
        quint32 commit = 0;
        qint64 time = 0;
        quint64 sequence = 0;
        bool operator<(const Waiting& other) const  // the heap's top: newest, then first come
        {
            return time != other.time ? time < other.time : sequence > other.sequence;
        }
    };
    struct Deep {
        quint32 commit = 0;
        quint32 generation = 0;
        bool operator<(const Deep& other) const { return generation < other.generation; }
    };

    [[nodiscard]] quint32 numbered() const { return m_graph ? m_graph->count() : 0; }
    [[nodiscard]] bool isLoose(quint32 commit) const { return commit >= numbered(); }
    [[nodiscard]] qint64 timeOf(quint32 commit) const;
    [[nodiscard]] quint32 generationOf(quint32 commit) const;
    Result<quint32> number(const Handle& handle, const git_oid& id);
    Result<void> prepare(const Handle& handle, const std::vector<git_oid>& tips);
    Result<bool> readAllLoose(const Handle& handle);
    Result<void> readParents(const Handle& handle, quint32 commit, std::vector<quint32>* into);
    Result<void> countDownTo(const Handle& handle, quint32 generation);
    void wait(quint32 commit);
    Result<void> take(const Handle& handle, quint32 commit);
    void show(quint32 commit);

    std::shared_ptr<const CommitGraph> m_graph;
    OidSet m_shallow;
    std::vector<LooseCommit> m_loose;
    std::unordered_map<git_oid, quint32, OidHash, OidEqual> m_looseNumbers;

    std::vector<quint32> m_children;  ///< of each commit that are not shown yet, + 1; 0: not met
    std::vector<Deep> m_deep;         ///< a heap: whose parents have not counted them yet
    quint32 m_counted = 0;            ///< down to this generation all children are counted
    std::vector<Waiting> m_heap;
    quint64 m_sequence = 0;
    std::vector<quint32> m_parents;   ///< of the commit that is taken
    std::vector<quint32> m_counting;  ///< of the one that is counted

    Lanes m_lanes;
    std::size_t m_rows = 0;
    Slice m_slice;
};

}  // namespace analemma::git
