#include "core/git/src/compare.h"

#include "core/git/src/commits.h"
#include "core/git/src/historywalk.h"
#include "core/git/src/loosecommits.h"
#include "core/git/src/walk.h"

#include <algorithm>
#include <limits>
#include <span>

namespace analemma::git {

namespace {

/// So many commits that both have are still looked at, in case clocks went wrong. git: 5.
constexpr int compareSlop = 512;
constexpr quint32 looseGeneration = 0xffffffff;  ///< of what no file holds

/// Colours the histories of two commits from their newest commits down, as far as is needed.
/// Commits of the commit-graph file come in an order that no clock can upset; the others by their
/// clocks, and a commit whose colour was late passes it on.
class TwoHistories {
public:
    static Result<TwoHistories> of(const Handle& handle, const QString& a, const QString& b);

    /// Runs until what waits tells nothing new.
    Result<void> run();
    [[nodiscard]] AheadBehind counts() const;
    /// The newest of the commits where they parted; null without one.
    [[nodiscard]] const git_oid* base() const;

private:
    enum Colour : quint8 { Ours = 1, Theirs = 2, Both = 3, Below = 4 };  ///< Below: a common one
    struct Node {
        qint64 time = 0;
        quint32 generation = 0;
        quint8 colours = 0;
        bool waiting = false;
        bool taken = false;
    };
    struct Waiting {
        quint32 generation = 0;
        qint64 time = 0;
        quint32 sequence = 0;
        quint32 commit = 0;
        bool operator<(const Waiting& other) const  // the heap's top: newest, then first come
        {
            if (generation != other.generation) {
                return generation < other.generation;
            }
            return time != other.time ? time < other.time : sequence > other.sequence;
        }
    };

    explicit TwoHistories(const Handle& handle) : m_handle(&handle) {}
    Result<quint32> meet(const git_oid& id);
    Result<void> read(quint32 commit);
    void colour(quint32 commit, quint8 colours);
    Result<void> take(quint32 commit);
    [[nodiscard]] bool isDone() const;
    [[nodiscard]] static bool isOpen(const Node& node)
    {
        return node.waiting && (node.colours & Below) == 0;
    }
    [[nodiscard]] static quint8 passedOn(const Node& node)
    {
        return (node.colours & Both) == Both ? quint8(node.colours | Below) : node.colours;
    }

    const Handle* m_handle;
    std::shared_ptr<const CommitGraph> m_graph;
    OidSet m_shallow;
    IdNumbers m_ids;
    ParentLists m_parents;
    std::vector<Node> m_nodes;
    std::vector<Waiting> m_heap;
    quint32 m_sequence = 0;
    int m_slop = compareSlop;
    std::size_t m_open = 0;  ///< that wait and are not below a common commit
    qint64 m_oldest = std::numeric_limits<qint64>::max();  ///< of what was taken and is not below
};

Result<TwoHistories> TwoHistories::of(const Handle& handle, const QString& a, const QString& b)
{
    TwoHistories two(handle);
    Result<OidSet> shallow = readShallow(handle);
    if (!shallow) {
        return shallow.error();
    }
    two.m_shallow = std::move(*shallow);
    two.m_graph = usableGraph(handle);
    for (const auto& [revision, colours] : {std::pair(a, Ours), std::pair(b, Theirs)}) {
        const Result<git_oid> id = resolve(handle, revision);
        const Result<quint32> commit = id ? two.meet(*id) : id.error();
        if (!commit) {
            return commit.error();
        }
        two.colour(*commit, colours);
    }
    return two;
}

Result<quint32> TwoHistories::meet(const git_oid& id)
{
    const quint32 commit = m_ids.number(id);
    if (commit < m_nodes.size()) {
        return commit;
    }
    m_nodes.emplace_back();
    Node& node = m_nodes.back();
    node.generation = looseGeneration;
    if (const auto at = m_graph ? m_graph->find(id.id) : std::nullopt) {
        node.time = m_graph->time(*at);
        node.generation = m_graph->generation(*at);
        return commit;
    }
    const Result<OdbObjectHandle> object = readCommitObject(*m_handle, id);
    if (!object) {
        return object.error();
    }
    m_nodes[commit].time = parseHeader(bytesOf(*object)).time;
    return commit;
}

/// The parents of a commit, which have their times then.
Result<void> TwoHistories::read(quint32 commit)
{
    if (m_parents.has(commit)) {
        return {};
    }
    const git_oid id = m_ids.at(commit);
    std::vector<git_oid> ids;
    std::vector<quint32> places;
    const auto at = m_graph ? m_graph->find(id.id) : std::nullopt;
    if (at && m_graph->parents(*at, &places)) {
        for (const quint32 place : places) {
            git_oid parent{};
            git_oid_fromraw(&parent, m_graph->id(place));
            ids.push_back(parent);
        }
    } else if (!m_shallow.contains(id)) {
        const Result<OdbObjectHandle> object = readCommitObject(*m_handle, id);
        if (!object) {
            return object.error();
        }
        ids = parseHeader(bytesOf(*object)).parents;
    }
    std::vector<quint32> parents;
    for (const git_oid& parent : ids) {
        const Result<quint32> number = meet(parent);
        if (!number) {
            return number.error();
        }
        parents.push_back(*number);
    }
    m_parents.put(commit, parents);
    return {};
}

/// Gives it colours, and what it passed on before as well.
void TwoHistories::colour(quint32 commit, quint8 colours)
{
    std::vector<std::pair<quint32, quint8>> todo{{commit, colours}};
    while (!todo.empty()) {
        const auto [at, more] = todo.back();
        todo.pop_back();
        Node& node = m_nodes[at];
        if ((node.colours | more) == node.colours) {
            continue;
        }
        const bool wasOpen = isOpen(node);
        node.colours |= more;
        if (!node.taken && !node.waiting) {
            node.waiting = true;
            m_heap.push_back(Waiting{node.generation, node.time, m_sequence++, at});
            std::push_heap(m_heap.begin(), m_heap.end());
        }
        m_open += (isOpen(node) ? 1 : 0);
        m_open -= (wasOpen ? 1 : 0);
        if (node.taken) {  // too early: clocks are wrong here
            m_slop = compareSlop;
            for (const quint32 parent : m_parents.of(at)) {
                todo.emplace_back(parent, passedOn(node));
            }
        }
    }
}

Result<void> TwoHistories::take(quint32 commit)
{
    if (const Result<void> done = read(commit); !done) {
        return done.error();
    }
    Node& node = m_nodes[commit];
    m_open -= (isOpen(node) ? 1 : 0);
    node.waiting = false;
    node.taken = true;
    if ((node.colours & Below) == 0 && node.generation == looseGeneration) {
        m_oldest = std::min(m_oldest, node.time);
    }
    for (const quint32 parent : m_parents.of(commit)) {
        colour(parent, passedOn(node));
    }
    return {};
}

/// Nothing but what both have waits. Without generations it is also older than what was taken, and
/// for a while nothing new was learned.
bool TwoHistories::isDone() const
{
    return m_heap.empty() || (m_open == 0 && (m_heap.front().generation != looseGeneration ||
                                              (m_heap.front().time < m_oldest && m_slop == 0)));
}

Result<void> TwoHistories::run()
{
    while (!isDone()) {
        m_slop = m_open > 0 ? compareSlop : std::max(m_slop - 1, 0);
        std::pop_heap(m_heap.begin(), m_heap.end());
        const quint32 commit = m_heap.back().commit;
        m_heap.pop_back();
        if (const Result<void> taken = take(commit); !taken) {
            return taken.error();
        }
    }
    return {};
}

AheadBehind TwoHistories::counts() const
{
    AheadBehind counts;
    for (const Node& node : m_nodes) {
        counts.ahead += (node.colours & Both) == Ours ? 1 : 0;
        counts.behind += (node.colours & Both) == Theirs ? 1 : 0;
    }
    return counts;
}

const git_oid* TwoHistories::base() const
{
    const Node* best = nullptr;
    for (const Node& node : m_nodes) {
        const bool parted = node.taken && node.colours == Both;
        if (parted && (best == nullptr || node.time > best->time)) {
            best = &node;
        }
    }
    return best == nullptr ? nullptr : &m_ids.at(static_cast<quint32>(best - m_nodes.data()));
}

}  // namespace

Result<QString> findMergeBase(const Handle& handle, const QString& a, const QString& b)
{
    Result<TwoHistories> two = TwoHistories::of(handle, a, b);
    const Result<void> run = two ? two->run() : two.error();
    if (!run) {
        return run.error();
    }
    const git_oid* base = two->base();
    return base == nullptr ? QString() : idText(*base);
}

Result<AheadBehind> countAheadBehind(const Handle& handle, const QString& revision,
                                     const QString& of)
{
    Result<TwoHistories> two = TwoHistories::of(handle, revision, of);
    const Result<void> run = two ? two->run() : two.error();
    return run ? Result<AheadBehind>(two->counts()) : run.error();
}

}  // namespace analemma::git
