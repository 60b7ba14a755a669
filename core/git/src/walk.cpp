#include "core/git/src/walk.h"

#include "core/base/files.h"
#include "core/base/text.h"
#include "core/git/src/errors.h"

#include <algorithm>
#include <limits>
#include <unordered_map>

using namespace Qt::StringLiterals;

namespace analemma::git {

namespace {

constexpr int pageLimit = 1'000'000;
/// So many hidden commits older than the page are still looked at, in case clocks went wrong.
/// git: 5.
constexpr int slopLimit = 256;
constexpr qint64 shallowFileLimit = 4 * 1024 * 1024;

class Walk {
public:
    Walk(const Handle& handle, OidSet shallow) : m_handle(handle), m_shallow(std::move(shallow)) {}

    Result<void> push(const git_oid& id, bool hidden);
    Result<QList<Commit>> run(int limit, const CancelToken& cancel);

private:
    struct Known {
        std::vector<git_oid> parents;
        bool hidden = false;
        bool waiting = true;  ///< in the heap
    };
    struct Waiting {
        git_oid id;
        qint64 time = 0;
        qint64 sequence = 0;
        OdbObjectHandle object;
        bool operator<(const Waiting& other) const  // the heap's top: newest, then first come
        {
            return time != other.time ? time < other.time : sequence > other.sequence;
        }
    };

    void hide(const git_oid& start);
    [[nodiscard]] bool isDone(int limit);
    Result<void> step();

    const Handle& m_handle;
    OidSet m_shallow;
    std::unordered_map<git_oid, Known, OidHash, OidEqual> m_known;
    std::vector<Waiting> m_heap;
    std::vector<Waiting> m_taken;
    qint64 m_sequence = 0;
    qint64 m_oldestTaken = std::numeric_limits<qint64>::max();
    int m_waitingShown = 0;
    int m_waitingHidden = 0;
    int m_takenShown = 0;
    int m_slop = slopLimit;
};

Result<void> Walk::push(const git_oid& id, bool hidden)
{
    if (m_known.contains(id)) {
        if (hidden) {
            hide(id);
        }
        return {};
    }
    Result<OdbObjectHandle> object = readCommitObject(m_handle, id);
    if (!object) {
        return object.error();
    }
    CommitHeader header = parseHeader(bytesOf(*object));
    if (m_shallow.contains(id)) {
        header.parents.clear();
    }
    m_known.emplace(id, Known{std::move(header.parents), hidden, true});
    ++(hidden ? m_waitingHidden : m_waitingShown);
    m_heap.push_back(Waiting{id, header.time, m_sequence++, std::move(*object)});
    std::push_heap(m_heap.begin(), m_heap.end());
    return {};
}

/// Marks a commit and all that is known below it. What was already taken is left out at the end.
void Walk::hide(const git_oid& start)
{
    std::vector<git_oid> todo{start};
    while (!todo.empty()) {
        const auto found = m_known.find(todo.back());
        todo.pop_back();
        if (found == m_known.end() || found->second.hidden) {
            continue;
        }
        Known& known = found->second;
        known.hidden = true;
        if (known.waiting) {  // its parents are hidden when its turn comes
            --m_waitingShown;
            ++m_waitingHidden;
        } else {
            --m_takenShown;
            todo.insert(todo.end(), known.parents.begin(), known.parents.end());
        }
    }
}

bool Walk::isDone(int limit)
{
    if (m_heap.empty()) {
        return true;
    }
    if (m_waitingShown > 0 && m_takenShown < limit) {
        return false;
    }
    if (m_waitingHidden == 0) {
        return true;  // nothing can still hide what was taken
    }
    return m_heap.front().time < m_oldestTaken && m_slop-- <= 0;
}

Result<void> Walk::step()
{
    std::pop_heap(m_heap.begin(), m_heap.end());
    Waiting next = std::move(m_heap.back());
    m_heap.pop_back();
    Known& known = m_known.at(next.id);
    known.waiting = false;
    const bool hidden = known.hidden;
    const std::vector<git_oid> parents = known.parents;
    if (hidden) {
        --m_waitingHidden;
    } else {
        --m_waitingShown;
        ++m_takenShown;
        m_oldestTaken = std::min(m_oldestTaken, next.time);
        m_taken.push_back(std::move(next));
    }
    for (const git_oid& parent : parents) {
        if (const Result<void> pushed = push(parent, hidden); !pushed) {
            return pushed.error();
        }
    }
    return {};
}

Result<QList<Commit>> Walk::run(int limit, const CancelToken& cancel)
{
    while (!isDone(limit)) {
        if (cancel.isCancelled()) {
            return cancelledError();
        }
        if (const Result<void> stepped = step(); !stepped) {
            return stepped.error();
        }
    }
    QList<Commit> commits;
    for (const Waiting& taken : m_taken) {
        if (commits.size() == limit) {
            break;
        }
        if (!m_known.at(taken.id).hidden) {
            commits.append(parseCommit(idText(taken.id), bytesOf(taken.object)));
        }
    }
    return commits;
}

}  // namespace

/// gitformat-shallow: ids, one a line.
Result<OidSet> readShallow(const Handle& handle)
{
    OidSet ends;
    if (git_repository_is_shallow(handle.repository.get()) != 1) {
        return ends;
    }
    const QString folder = QString::fromUtf8(git_repository_commondir(handle.repository.get()));
    const Result<QByteArray> bytes = readFile(folder + u"shallow"_s, shallowFileLimit);
    if (!bytes) {
        return bytes.error();
    }
    for (const QByteArray& line : bytes->split('\n')) {
        git_oid id{};
        if (line.size() == GIT_OID_HEXSZ &&
            git_oid_fromstrn(&id, line.constData(), GIT_OID_HEXSZ) == 0) {
            ends.insert(id);
        }
    }
    return ends;
}

Result<QList<Commit>> readLog(const Handle& handle, const LogQuery& query,
                              const CancelToken& cancel)
{
    if (query.limit < 1 || query.limit > pageLimit) {
        return Error(ErrorKind::Invalid,
                     u"A log has 1 to %1 commits, not %2."_s.arg(pageLimit).arg(query.limit));
    }
    Result<OidSet> shallow = readShallow(handle);
    if (!shallow) {
        return shallow.error();
    }
    if (query.from.isEmpty() && git_repository_head_unborn(handle.repository.get()) == 1) {
        return QList<Commit>();
    }
    Walk walk(handle, std::move(*shallow));
    if (!query.notReachableFrom.isEmpty()) {
        const Result<git_oid> id = resolve(handle, query.notReachableFrom);
        if (!id) {
            return id.error();
        }
        if (const Result<void> pushed = walk.push(*id, true); !pushed) {
            return pushed.error();
        }
    }
    const QStringList starts = query.from.isEmpty() ? QStringList(u"HEAD"_s) : query.from;
    for (const QString& start : starts) {
        const Result<git_oid> id = resolve(handle, start);
        if (!id) {
            return id.error();
        }
        if (const Result<void> pushed = walk.push(*id, false); !pushed) {
            return pushed.error();
        }
    }
    return walk.run(query.limit, cancel);
}

}  // namespace analemma::git
