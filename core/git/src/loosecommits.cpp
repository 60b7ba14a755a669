#include "core/git/src/loosecommits.h"

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
