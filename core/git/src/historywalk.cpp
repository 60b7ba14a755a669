#include "core/git/src/historywalk.h"

#include "core/git/src/reftable.h"
#include "core/git/src/walk.h"

#include <QFile>

#include <algorithm>
#include <utility>

using namespace Qt::StringLiterals;

namespace analemma::git {
namespace {

constexpr quint32 endless = 0xffffffff;  ///< the generation of what no file holds
/// With more commits than this that are newer than the file, reading them all first is slower than
/// to do without it.
constexpr std::size_t limitLoose = 5'000;
constexpr int hashBytes = GIT_OID_RAWSZ;

bool isSwitchedOff(const Handle& handle)
{
    ConfigHandle config;
    if (git_repository_config_snapshot(out(config), handle.repository.get()) < 0) {
        return false;
    }
    int value = 1;
    return git_config_get_bool(&value, config.get(), "core.commitgraph") == 0 && value == 0;
}

Error damagedGraph()
{
    return Error(ErrorKind::Invalid,
                 u"The commit-graph file of this repository is damaged; nothing was changed."_s)
        .withHint(u"git commit-graph write --reachable makes it anew."_s);
}

}  // namespace

FoundGraph findGraph(const Handle& handle)
{
    const QString folder = QFile::decodeName(git_repository_commondir(handle.repository.get()));
    if (git_repository_is_shallow(handle.repository.get()) == 1 ||
        QFile::exists(folder + u"info/grafts"_s) || hasReplacedCommits(handle) ||
        isSwitchedOff(handle)) {
        return {nullptr, GraphFile::Ignored};
    }
    const Result<std::shared_ptr<const CommitGraph>> graph =
        CommitGraph::open(folder + u"objects"_s, hashBytes);
    if (graph && (*graph)->hasGenerations()) {
        return {*graph, GraphFile::Used};
    }
    const bool isMissing = !graph && graph.error().kind == ErrorKind::NotFound;
    return {nullptr, isMissing ? GraphFile::Missing : GraphFile::Damaged};
}

std::shared_ptr<const CommitGraph> usableGraph(const Handle& handle)
{
    return findGraph(handle).graph;
}

Result<HistoryWalk::Begun> HistoryWalk::begin(const Handle& handle,
                                              const std::vector<git_oid>& tips, std::size_t limit)
{
    const auto walk = std::make_shared<HistoryWalk>();
    Result<OidSet> shallow = readShallow(handle);
    if (!shallow) {
        return shallow.error();
    }
    walk->m_shallow = std::move(*shallow);
    FoundGraph found = findGraph(handle);
    walk->m_graph = std::move(found.graph);
    walk->m_graphFile = found.state;
    Result<Slice> slice = walk->beginAt(handle, tips, limit);
    if (!slice && walk->m_graph && slice.error().kind == ErrorKind::Invalid) {
        walk->forgetGraph(GraphFile::Damaged);
        slice = walk->beginAt(handle, tips, limit);
    }
    return slice ? Result<Begun>(Begun{walk, std::move(*slice)}) : slice.error();
}

Result<HistoryWalk::Slice> HistoryWalk::beginAt(const Handle& handle,
                                                const std::vector<git_oid>& tips, std::size_t limit)
{
    const Result<void> prepared = prepare(handle, tips);
    return prepared ? next(handle, limit) : Result<Slice>(prepared.error());
}

/// To begin anew without the file.
void HistoryWalk::forgetGraph(GraphFile why)
{
    m_graph.reset();
    m_graphFile = why;
    m_loose = IdNumbers();
    m_looseParents = ParentLists();
    m_looseTimes.clear();
    m_looseGiven = 0;
    m_found = IdRuns();
    m_deep.clear();
    m_heap.clear();
    m_tips.clear();
    m_unplaced.clear();
    m_lanes = Lanes();
    m_rows = 0;
}

qint64 HistoryWalk::timeOf(quint32 commit) const
{
    return isLoose(commit) ? m_looseTimes[commit - numbered()] : m_graph->time(commit);
}

void HistoryWalk::meet(quint32 commit, quint32 children)
{
    m_nodes[commit] = {children, isLoose(commit) ? endless : m_graph->generation(commit)};
}

quint32 HistoryWalk::number(const git_oid& id)
{
    if (m_graph) {
        if (const std::optional<quint32> found = m_graph->find(id.id)) {
            return *found;
        }
    }
    const quint32 loose = m_loose.number(id);
    if (m_nodes.size() < std::size_t(numbered()) + m_loose.count()) {
        m_nodes.emplace_back();
        m_looseTimes.push_back(0);
    }
    return numbered() + loose;
}

/// Its time and its parents, which have numbers then.
Result<void> HistoryWalk::readLoose(const Handle& handle, quint32 commit)
{
    const quint32 at = commit - numbered();
    if (m_looseParents.has(at)) {
        return {};
    }
    const git_oid id = m_loose.at(at);
    const Result<OdbObjectHandle> object = readCommitObject(handle, id);
    if (!object) {
        return object.error();
    }
    const CommitHeader header = parseHeader(bytesOf(*object));
    std::vector<quint32> parents;
    if (!m_shallow.contains(id)) {
        for (const git_oid& parent : header.parents) {
            parents.push_back(number(parent));
        }
    }
    m_looseTimes[at] = header.time;
    m_looseParents.put(at, parents);
    return {};
}

Result<void> HistoryWalk::readParents(quint32 commit, std::vector<quint32>* into) const
{
    if (!isLoose(commit)) {
        return m_graph->parents(commit, into) ? Result<void>() : damagedGraph();
    }
    const std::span<const quint32> parents = m_looseParents.of(commit - numbered());
    into->assign(parents.begin(), parents.end());
    return {};
}

/// Reads what is newer than the file, down to it; false when that is too much.
Result<bool> HistoryWalk::readAllLoose(const Handle& handle)
{
    for (quint32 i = 0; i < m_loose.count(); ++i) {
        if (m_loose.count() > limitLoose) {
            return false;
        }
        const Result<void> read = readLoose(handle, numbered() + i);
        if (!read) {
            return read.error();
        }
    }
    return true;
}

Result<void> HistoryWalk::prepare(const Handle& handle, const std::vector<git_oid>& tips)
{
    m_nodes.assign(numbered(), {});
    std::vector<quint32> starts;
    for (const git_oid& tip : tips) {
        const quint32 commit = number(tip);
        if (m_nodes[commit].children == 0) {
            meet(commit, 1);
            starts.push_back(commit);
        }
    }
    if (!m_graph) {
        for (const quint32 start : starts) {
            if (const Result<void> waits = wait(handle, start); !waits) {
                return waits;
            }
        }
        return {};
    }
    const Result<bool> all = readAllLoose(handle);
    if (!all) {
        return all.error();
    }
    if (!*all) {
        forgetGraph(GraphFile::Behind);
        return prepare(handle, tips);
    }
    m_counted = endless;
    for (const quint32 start : starts) {
        m_deep.push_back({start, m_nodes[start].generation});
        m_tips.push_back({start, timeOf(start), m_sequence++});
        m_unplaced.insert(start);
    }
    std::make_heap(m_deep.begin(), m_deep.end());
    std::make_heap(m_tips.begin(), m_tips.end());
    return {};
}

/// Tips whose time has come: what is newer than all that waits can only be the next row when none
/// of its children is still to come. Old ones are left alone until then, since to know that all of
/// the history above them must be counted.
Result<void> HistoryWalk::placeTips()
{
    while (!m_tips.empty() && (m_heap.empty() || m_heap.front() < m_tips.front())) {
        const Waiting tip = m_tips.front();
        std::pop_heap(m_tips.begin(), m_tips.end());
        m_tips.pop_back();
        if (m_unplaced.erase(tip.commit) == 0) {
            continue;  // its last child was shown
        }
        const quint32 generation = m_nodes[tip.commit].generation;
        m_counted = std::min(m_counted, generation);
        if (const Result<void> counted = countDownTo(m_counted); !counted) {
            return counted;
        }
        if (m_nodes[tip.commit].children == 1) {
            m_heap.push_back(tip);
            std::push_heap(m_heap.begin(), m_heap.end());
        }
    }
    return {};
}

/// Every commit of at least this generation tells its parents that it is their child. Nothing of a
/// lower generation can be a child of one of them.
Result<void> HistoryWalk::countDownTo(quint32 generation)
{
    while (!m_deep.empty() && m_deep.front().generation >= generation) {
        std::pop_heap(m_deep.begin(), m_deep.end());
        const quint32 commit = m_deep.back().commit;
        m_deep.pop_back();
        const Result<void> read = readParents(commit, &m_counting);
        if (!read) {
            return read;
        }
        for (const quint32 parent : m_counting) {
            if (m_nodes[parent].children == 0) {
                meet(parent, 2);
                m_deep.push_back({parent, m_nodes[parent].generation});
                std::push_heap(m_deep.begin(), m_deep.end());
            } else {
                ++m_nodes[parent].children;
            }
        }
    }
    return {};
}

Result<void> HistoryWalk::wait(const Handle& handle, quint32 commit)
{
    const Result<void> read = isLoose(commit) ? readLoose(handle, commit) : Result<void>();
    if (!read) {
        return read;
    }
    m_heap.push_back({commit, timeOf(commit), m_sequence++});
    std::push_heap(m_heap.begin(), m_heap.end());
    return {};
}

Result<void> HistoryWalk::take(const Handle& handle, quint32 commit)
{
    const Result<void> read = readParents(commit, &m_parents);
    if (!read) {
        return read;
    }
    show(commit);
    quint32 lowest = m_counted;
    for (const quint32 parent : m_parents) {
        lowest = m_graph ? std::min(lowest, m_nodes[parent].generation) : lowest;
    }
    if (m_graph && lowest < m_counted) {
        m_counted = lowest;
        const Result<void> counted = countDownTo(lowest);
        if (!counted) {
            return counted;
        }
    }
    for (const quint32 parent : m_parents) {
        quint32& children = m_nodes[parent].children;
        const bool isNext = m_graph ? --children == 1 : children == 0;
        if (!isNext) {
            continue;
        }
        children = 1;
        m_unplaced.erase(parent);
        if (const Result<void> waits = wait(handle, parent); !waits) {
            return waits;
        }
    }
    return {};
}

void HistoryWalk::show(quint32 commit)
{
    if (m_rows % rowsAMark == 0) {
        m_slice.marks.push_back({m_rows, m_lanes.waiting()});
    }
    ++m_rows;
    m_lanes.advance(commit, m_parents);
    m_slice.order.push_back(commit);
    if (isLoose(commit)) {
        m_slice.counts.push_back(quint32(m_parents.size()));
        m_slice.parents.insert(m_slice.parents.end(), m_parents.begin(), m_parents.end());
    }
}

Result<HistoryWalk::Slice> HistoryWalk::next(const Handle& handle, std::size_t limit)
{
    m_slice = Slice();
    while (m_slice.order.size() < limit) {
        if (const Result<void> placed = placeTips(); !placed) {
            return placed.error();
        }
        if (m_heap.empty()) {
            break;
        }
        std::pop_heap(m_heap.begin(), m_heap.end());
        const quint32 commit = m_heap.back().commit;
        m_heap.pop_back();
        const Result<void> taken = take(handle, commit);
        if (!taken) {
            return taken.error();
        }
    }
    m_found.add(m_loose, m_looseGiven);
    m_slice.found = m_found;
    for (; m_looseGiven < m_loose.count(); ++m_looseGiven) {
        m_slice.met.push_back(m_loose.at(m_looseGiven));
    }
    m_slice.last = m_heap.empty() && m_unplaced.empty();
    return std::move(m_slice);
}

}  // namespace analemma::git
