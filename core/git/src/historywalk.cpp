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

/// What git itself would read; null where it would ignore the file.
std::shared_ptr<const CommitGraph> openGraph(const Handle& handle)
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

Error damagedGraph()
{
    return Error(ErrorKind::Invalid,
                 u"The commit-graph file of this repository is damaged; nothing was changed. "
                 "\"git commit-graph write --reachable\" makes it anew."_s);
}

}  // namespace

Result<std::shared_ptr<HistoryWalk>> HistoryWalk::begin(const Handle& handle,
                                                        const std::vector<git_oid>& tips)
{
    const auto walk = std::make_shared<HistoryWalk>();
    Result<OidSet> shallow = readShallow(handle);
    if (!shallow) {
        return shallow.error();
    }
    walk->m_shallow = std::move(*shallow);
    walk->m_graph = openGraph(handle);
    const Result<void> prepared = walk->prepare(handle, tips);
    return prepared ? Result<std::shared_ptr<HistoryWalk>>(walk) : prepared.error();
}

qint64 HistoryWalk::timeOf(quint32 commit) const
{
    return isLoose(commit) ? m_loose[commit - numbered()].time : m_graph->time(commit);
}

quint32 HistoryWalk::generationOf(quint32 commit) const
{
    return isLoose(commit) ? endless : m_graph->generation(commit);
}

/// Reads the commit when nobody has met it.
Result<quint32> HistoryWalk::number(const Handle& handle, const git_oid& id)
{
    if (m_graph) {
        if (const std::optional<quint32> found = m_graph->find(id.id)) {
            return *found;
        }
    }
    const auto known = m_looseNumbers.find(id);
    if (known != m_looseNumbers.end()) {
        return known->second;
    }
    const Result<OdbObjectHandle> object = readCommitObject(handle, id);
    if (!object) {
        return object.error();
    }
    CommitHeader header = parseHeader(bytesOf(*object));
    if (m_shallow.contains(id)) {
        header.parents.clear();
    }
    const auto number = quint32(numbered() + m_loose.size());
    m_loose.push_back(LooseCommit{id, std::move(header.parents), {}, header.time});
    m_looseNumbers.emplace(id, number);
    m_children.push_back(0);
    return number;
}

Result<void> HistoryWalk::readParents(const Handle& handle, quint32 commit,
                                      std::vector<quint32>* into)
{
    if (!isLoose(commit)) {
        return m_graph->parents(commit, into) ? Result<void>() : damagedGraph();
    }
    into->clear();
    const std::size_t at = commit - numbered();
    const std::vector<git_oid> ids = m_loose[at].parentIds;
    for (const git_oid& id : ids) {
        const Result<quint32> parent = number(handle, id);
        if (!parent) {
            return parent.error();
        }
        into->push_back(*parent);
    }
    m_loose[at].parents = *into;
    return {};
}

/// Reads what is newer than the file, down to it; false when that is too much.
Result<bool> HistoryWalk::readAllLoose(const Handle& handle)
{
    for (std::size_t i = 0; i < m_loose.size(); ++i) {
        if (m_loose.size() > limitLoose) {
            return false;
        }
        const Result<void> read = readParents(handle, quint32(numbered() + i), &m_parents);
        if (!read) {
            return read.error();
        }
    }
    return true;
}

Result<void> HistoryWalk::prepare(const Handle& handle, const std::vector<git_oid>& tips)
{
    m_children.assign(numbered(), 0);
    std::vector<quint32> starts;
    for (const git_oid& tip : tips) {
        const Result<quint32> commit = number(handle, tip);
        if (!commit) {
            return commit.error();
        }
        if (std::exchange(m_children[*commit], 1) == 0) {
            starts.push_back(*commit);
        }
    }
    if (!m_graph) {
        for (const quint32 start : starts) {
            wait(start);
        }
        return {};
    }
    const Result<bool> all = readAllLoose(handle);
    if (!all) {
        return all.error();
    }
    if (!*all) {
        m_graph.reset();
        m_loose.clear();
        m_looseNumbers.clear();
        return prepare(handle, tips);
    }
    m_counted = endless;
    for (const quint32 start : starts) {
        m_deep.push_back({start, generationOf(start)});
        m_counted = std::min(m_counted, generationOf(start));
    }
    std::make_heap(m_deep.begin(), m_deep.end());
    const Result<void> counted = countDownTo(handle, m_counted);
    if (!counted) {
        return counted;
    }
    for (const quint32 start : starts) {
        if (m_children[start] == 1) {
            wait(start);
        }
    }
    return {};
}

/// Every commit of at least this generation tells its parents that it is their child. Nothing of a
/// lower generation can be a child of one of them.
Result<void> HistoryWalk::countDownTo(const Handle& handle, quint32 generation)
{
    while (!m_deep.empty() && m_deep.front().generation >= generation) {
        std::pop_heap(m_deep.begin(), m_deep.end());
        const quint32 commit = m_deep.back().commit;
        m_deep.pop_back();
        const Result<void> read = readParents(handle, commit, &m_counting);
        if (!read) {
            return read;
        }
        for (const quint32 parent : m_counting) {
            if (m_children[parent] == 0) {
                m_children[parent] = 2;
                m_deep.push_back({parent, generationOf(parent)});
                std::push_heap(m_deep.begin(), m_deep.end());
            } else {
                ++m_children[parent];
            }
        }
    }
    return {};
}

void HistoryWalk::wait(quint32 commit)
{
    m_heap.push_back({commit, timeOf(commit), m_sequence++});
    std::push_heap(m_heap.begin(), m_heap.end());
}

Result<void> HistoryWalk::take(const Handle& handle, quint32 commit)
{
    const Result<void> read = readParents(handle, commit, &m_parents);
    if (!read) {
        return read;
    }
    show(commit);
    quint32 lowest = m_counted;
    for (const quint32 parent : m_parents) {
        lowest = std::min(lowest, generationOf(parent));
    }
    if (m_graph && lowest < m_counted) {
        m_counted = lowest;
        const Result<void> counted = countDownTo(handle, lowest);
        if (!counted) {
            return counted;
        }
    }
    for (const quint32 parent : m_parents) {
        const bool isNext = m_graph ? --m_children[parent] == 1 : m_children[parent] == 0;
        if (isNext) {
            m_children[parent] = 1;
            wait(parent);
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
        m_slice.loose.emplace_back(commit, m_loose[commit - numbered()]);
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
    m_slice.last = m_heap.empty();
    return std::move(m_slice);
}

}  // namespace analemma::git
