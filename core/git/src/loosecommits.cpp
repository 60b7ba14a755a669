#include "core/git/src/loosecommits.h"

#include <algorithm>
#include <iterator>
#include <numeric>

namespace analemma::git {

std::size_t IdNumbers::slot(const git_oid& id) const
{
    const std::size_t mask = m_slots.size() - 1;
    std::size_t at = OidHash()(id) & mask;
    while (m_slots[at] != 0 && git_oid_equal(&m_ids[m_slots[at] - 1], &id) == 0) {
        at = (at + 1) & mask;
    }
    return at;
}

std::optional<quint32> IdNumbers::find(const git_oid& id) const
{
    const quint32 found = m_slots.empty() ? 0 : m_slots[slot(id)];
    return found == 0 ? std::nullopt : std::optional(found - 1);
}

quint32 IdNumbers::number(const git_oid& id)
{
    if (m_ids.size() * 2 >= m_slots.size()) {
        grow();
    }
    const std::size_t at = slot(id);
    if (m_slots[at] == 0) {
        m_ids.push_back(id);
        m_slots[at] = quint32(m_ids.size());
    }
    return m_slots[at] - 1;
}

void IdNumbers::grow()
{
    m_slots.assign(std::max<std::size_t>(256, m_slots.size() * 2), 0);
    for (std::size_t i = 0; i < m_ids.size(); ++i) {
        m_slots[slot(m_ids[i])] = quint32(i + 1);
    }
}

void IdRuns::add(const IdNumbers& ids, quint32 first)
{
    if (first == ids.count()) {
        return;
    }
    const auto isBefore = [&ids](quint32 a, quint32 b) {
        return git_oid_cmp(&ids.at(a), &ids.at(b)) < 0;
    };
    Run run(ids.count() - first);
    std::iota(run.begin(), run.end(), first);
    std::sort(run.begin(), run.end(), isBefore);
    while (!m_runs.empty() && m_runs.back()->size() < 2 * run.size()) {
        Run merged;
        merged.reserve(m_runs.back()->size() + run.size());
        std::merge(m_runs.back()->begin(), m_runs.back()->end(), run.begin(), run.end(),
                   std::back_inserter(merged), isBefore);
        run = std::move(merged);
        m_runs.pop_back();
    }
    m_runs.push_back(std::make_shared<const Run>(std::move(run)));
}

std::optional<quint32> IdRuns::find(const std::vector<git_oid>& ids, const git_oid& id) const
{
    for (const std::shared_ptr<const Run>& run : m_runs) {
        const auto at = std::lower_bound(
            run->begin(), run->end(), id,
            [&ids](quint32 a, const git_oid& b) { return git_oid_cmp(&ids[a], &b) < 0; });
        if (at != run->end() && git_oid_equal(&ids[*at], &id) != 0) {
            return *at;
        }
    }
    return std::nullopt;
}

std::span<const quint32> ParentLists::of(quint32 commit) const
{
    if (!has(commit)) {
        return {};
    }
    const std::size_t begin = m_begin[commit];
    return std::span(m_all).subspan(begin + 1, m_all[begin]);
}

void ParentLists::put(quint32 commit, std::span<const quint32> parents)
{
    if (m_begin.size() <= commit) {
        m_begin.resize(std::size_t(commit) + 1, unknown);
    }
    m_begin[commit] = quint32(m_all.size());
    m_all.push_back(quint32(parents.size()));
    m_all.insert(m_all.end(), parents.begin(), parents.end());
}

}  // namespace analemma::git
