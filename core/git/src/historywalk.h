#pragma once

#include "core/base/task.h"
#include "core/git/history.h"
#include "core/git/src/commitgraph.h"
#include "core/git/src/commits.h"
#include "core/git/src/lanes.h"
#include "core/git/src/loosecommits.h"

#include <unordered_set>

namespace analemma::git {

/// The commit-graph file that git itself would read; null where it would ignore it: shallow clones,
/// grafts, replaced commits, damage.
struct FoundGraph {
    std::shared_ptr<const CommitGraph> graph;
    GraphFile state = GraphFile::Missing;
};
FoundGraph findGraph(const Handle& handle);
std::shared_ptr<const CommitGraph> usableGraph(const Handle& handle);

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
        std::vector<quint32> order;   ///< numbers of commits; those of the file come first
        std::vector<git_oid> met;     ///< no file holds them; their numbers go on from the last
        std::vector<quint32> counts;  ///< how many parents each of them has that is in `order`
        std::vector<quint32> parents;
        std::vector<Mark> marks;
        IdRuns found;  ///< the numbers of all that were met until now
        bool last = false;
    };
    static constexpr std::size_t rowsAMark = 256;

    struct Begun {
        std::shared_ptr<HistoryWalk> walk;
        Slice slice;
    };
    /// With the first rows. A file that shows its damage until there is passed over. Errors: those
    /// of reading the tips.
    static Result<Begun> begin(const Handle& handle, const std::vector<git_oid>& tips,
                               std::size_t limit);

    Result<Slice> next(const Handle& handle, std::size_t limit);
    /// Null where the file is missing or ignored: shallow clones, grafts, replaced commits, as git
    /// does, and damaged ones.
    [[nodiscard]] const std::shared_ptr<const CommitGraph>& graph() const { return m_graph; }
    [[nodiscard]] GraphFile graphFile() const { return m_graphFile; }

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
    void meet(quint32 commit, quint32 children);
    quint32 number(const git_oid& id);
    Result<void> readLoose(const Handle& handle, quint32 commit);
    Result<Slice> beginAt(const Handle& handle, const std::vector<git_oid>& tips,
                          std::size_t limit);
    void forgetGraph(GraphFile why);
    Result<void> prepare(const Handle& handle, const std::vector<git_oid>& tips);
    Result<bool> readAllLoose(const Handle& handle);
    Result<void> readParents(quint32 commit, std::vector<quint32>* into) const;
    Result<void> countDownTo(quint32 generation);
    Result<void> placeTips();
    Result<void> wait(const Handle& handle, quint32 commit);
    Result<void> take(const Handle& handle, quint32 commit);
    void show(quint32 commit);

    std::shared_ptr<const CommitGraph> m_graph;
    GraphFile m_graphFile = GraphFile::Missing;
    OidSet m_shallow;
    IdNumbers m_loose;
    ParentLists m_looseParents;
    std::vector<qint64> m_looseTimes;
    quint32 m_looseGiven = 0;
    IdRuns m_found;

    struct Node {
        quint32 children = 0;    ///< that are not shown yet, + 1; 0: not met
        quint32 generation = 0;  ///< once it is met: nearer than in the file
    };
    std::vector<Node> m_nodes;
    std::vector<Deep> m_deep;  ///< a heap: whose parents have not counted them yet
    quint32 m_counted = 0;     ///< down to this generation all children are counted
    std::vector<Waiting> m_heap;
    std::vector<Waiting> m_tips;             ///< a heap like that one: where the file is used
    std::unordered_set<quint32> m_unplaced;  ///< tips that did not wait yet, nor were shown
    quint64 m_sequence = 0;
    std::vector<quint32> m_parents;   ///< of the commit that is taken
    std::vector<quint32> m_counting;  ///< of the one that is counted

    Lanes m_lanes;
    std::size_t m_rows = 0;
    Slice m_slice;
};

}  // namespace analemma::git
