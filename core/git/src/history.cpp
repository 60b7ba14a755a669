#include "core/git/history.h"

#include "core/git/src/historybody.h"

#include <algorithm>
#include <cstring>

namespace analemma::git {
namespace {

// Some milliseconds each: whoever asks the repository for something else waits for one of them.
constexpr std::size_t sliceRows = 8'192;
constexpr std::size_t sliceRowsRead = 1'024;  ///< where each commit has to be read

}  // namespace

void History::Body::add(HistoryWalk::Slice slice)
{
    loose.insert(loose.end(), slice.met.begin(), slice.met.end());
    found = std::move(slice.found);
    rows.resize(numbered() + loose.size(), noRow);
    for (const quint32 commit : slice.order) {
        rows[commit] = quint32(order.size());
        order.push_back(commit);
    }
    std::span<const quint32> parents = slice.parents;
    std::size_t at = 0;
    for (const quint32 commit : slice.order) {
        if (commit >= numbered()) {
            const std::size_t count = slice.counts[at++];
            looseParents.put(commit - numbered(), parents.first(count));
            parents = parents.subspan(count);
        }
    }
    for (HistoryWalk::Mark& mark : slice.marks) {
        marks.push_back(std::move(mark.waiting));
    }
    complete = slice.last;
}

git_oid History::Body::idOf(quint32 commit) const
{
    git_oid id{};
    if (commit >= numbered()) {
        return loose[commit - numbered()];
    }
    std::memcpy(id.id, graph->id(commit), GIT_OID_RAWSZ);
    return id;
}

void History::Body::parentsOf(quint32 commit, std::vector<quint32>* into) const
{
    if (commit >= numbered()) {
        const std::span<const quint32> parents = looseParents.of(commit - numbered());
        into->assign(parents.begin(), parents.end());
    } else {
        graph->parents(commit, into);  // the walk has seen that it is sound
    }
}

History::History(std::shared_ptr<Body> body) : m_body(std::move(body))
{
    m_body->owner = this;
}

History::~History() = default;

/// Reads slice after slice as long as somebody has the history.
Task<Result<void>> History::readOn(std::shared_ptr<Body> body)
{
    const std::size_t rows = body->graph ? sliceRows : sliceRowsRead;
    while (body->owner && !body->complete && !body->problem) {
        auto task = body->next(rows);
        Result<HistoryWalk::Slice> slice = co_await std::move(task);
        if (slice) {
            body->add(std::move(*slice));
        } else {
            body->problem = slice.error();
        }
        if (body->owner) {
            Q_EMIT body->owner->grew();
        }
    }
    co_return Result<void>();
}

int History::count() const
{
    return int(m_body->order.size());
}

bool History::isComplete() const
{
    return m_body->complete;
}

GraphFile History::graphFile() const
{
    return m_body->graphFile;
}

int History::countNotInFile() const
{
    return int(m_body->loose.size());
}

std::optional<Error> History::problem() const
{
    return m_body->problem;
}

QString History::idAt(int row) const
{
    return idText(m_body->idOf(m_body->order[std::size_t(row)]));
}

int History::rowOf(const QString& id) const
{
    git_oid wanted{};
    if (git_oid_fromstr(&wanted, id.toLatin1().constData()) != 0) {
        return -1;
    }
    std::optional<quint32> number = m_body->graph ? m_body->graph->find(wanted.id) : std::nullopt;
    if (!number) {
        const std::optional<quint32> loose = m_body->found.find(m_body->loose, wanted);
        number = loose ? std::optional(m_body->numbered() + *loose) : std::nullopt;
    }
    const quint32 row =
        number && *number < m_body->rows.size() ? m_body->rows[*number] : Body::noRow;
    return row == Body::noRow ? -1 : int(row);
}

QList<GraphRow> History::rows(int first, int count) const
{
    QList<GraphRow> rows;
    const int last = std::min(first + count, this->count());
    if (first < 0 || first >= last) {
        return rows;
    }
    const auto mark = std::size_t(first) / HistoryWalk::rowsAMark;
    Lanes lanes = Lanes::from(m_body->marks[mark]);
    std::vector<quint32> parents;
    for (int i = int(mark * HistoryWalk::rowsAMark); i < last; ++i) {
        const quint32 commit = m_body->order[std::size_t(i)];
        m_body->parentsOf(commit, &parents);
        if (i < first) {
            lanes.advance(commit, parents);
            continue;
        }
        const Lanes::Row row = lanes.step(commit, parents);
        GraphRow shown;
        shown.id = idText(m_body->idOf(commit));
        for (const quint32 parent : parents) {
            shown.parents.append(idText(m_body->idOf(parent)));
        }
        shown.lane = row.lane;
        shown.entered = row.entered;
        shown.passing = QList<int>(row.passing.begin(), row.passing.end());
        shown.leaving = QList<int>(row.leaving.begin(), row.leaving.end());
        rows.append(shown);
    }
    return rows;
}

}  // namespace analemma::git
