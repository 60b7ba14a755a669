#include "core/git/src/historywalk.h"

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

bool hasReplacedCommits(const Handle& handle)
{
    ReferenceIteratorHandle found;
    if (git_reference_iterator_glob_new(out(found), handle.repository.get(), "refs/replace/*") <
        0) {
        return false;
    }
    const char* name = nullptr;
    return git_reference_next_name(&name, found.get()) == 0;
}

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
                 u"The commit-graph file of this repository is damaged; nothing was changed. "
                 "\"git commit-graph write --reachable\" makes it anew."_s);
}

}  // namespace

std::shared_ptr<const CommitGraph> usableGraph(const Handle& handle)
{
    const QString folder = QFile::decodeName(git_repository_commondir(handle.repository.get()));
    if (git_repository_is_shallow(handle.repository.get()) == 1 ||
        QFile::exists(folder + u"info/grafts"_s) || hasReplacedCommits(handle) ||
        isSwitchedOff(handle)) {
        return nullptr;
    }
    const Result<std::shared_ptr<const CommitGraph>> graph =
        CommitGraph::open(folder + u"objects"_s, hashBytes);
    const bool usable = graph && ((*graph)->count() == 0 || (*graph)->generation(0) != 0);
    return usable ? *graph : nullptr;
}

Result<std::shared_ptr<HistoryWalk>> HistoryWalk::begin(const Handle& handle,
                                                        const std::vector<git_oid>& tips)
{
    const auto walk = std::make_shared<HistoryWalk>();
    Result<OidSet> shallow = readShallow(handle);
    if (!shallow) {
        return shallow.error();
    }
    walk->m_shallow = std::move(*shallow);
    walk->m_graph = usableGraph(handle);
    const Result<void> prepared = walk->prepare(handle, tips);
    return prepared ? Result<std::shared_ptr<HistoryWalk>>(walk) : prepared.error();
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
        m_graph.reset();
        m_loose = IdNumbers();
        m_looseParents = ParentLists();
        m_looseTimes.clear();
        return prepare(handle, tips);
    }
    m_counted = endless;
    for (const quint32 start : starts) {
        m_deep.push_back({start, m_nodes[start].generation});
        m_counted = std::min(m_counted, m_nodes[start].generation);
    }
    std::make_heap(m_deep.begin(), m_deep.end());
    const Result<void> counted = countDownTo(m_counted);
    if (!counted) {
        return counted;
    }
    for (const quint32 start : starts) {
        const Result<void> waits =
            m_nodes[start].children == 1 ? wait(handle, start) : Result<void>();
        if (!waits) {
            return waits;
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
    while (!m_heap.empty() && m_slice.order.size() < limit) {
        std::pop_heap(m_heap.begin(), m_heap.end());
        const quint32 commit = m_heap.back().commit;
        m_heap.pop_back();
        const Result<void> taken = take(handle, commit);
        if (!taken) {
            return taken.error();
        }
    }
    for (; m_looseGiven < m_loose.count(); ++m_looseGiven) {
        m_slice.met.push_back(m_loose.at(m_looseGiven));
    }
    m_slice.last = m_heap.empty();
    return std::move(m_slice);
}

}  // namespace analemma::git
