#pragma once

#include "core/git/src/commits.h"

#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace analemma::git {

/// Ids with numbers from 0 on, found by open addressing: 28 bytes each.
class IdNumbers {
public:
    [[nodiscard]] std::optional<quint32> find(const git_oid& id) const;
    /// The number of the id, which may be new.
    quint32 number(const git_oid& id);
    [[nodiscard]] quint32 count() const { return quint32(m_ids.size()); }
    [[nodiscard]] const git_oid& at(quint32 number) const { return m_ids[number]; }

private:
    [[nodiscard]] std::size_t slot(const git_oid& id) const;
    void grow();

    std::vector<git_oid> m_ids;
    std::vector<quint32> m_slots;  ///< number + 1
};

/// The same the other way round for another thread: which number an id has, in a few sorted runs
/// that never change. A copy costs nothing; nothing large is ever moved where it is looked at.
class IdRuns {
public:
    /// The ids from number `first` on. The work of a sort, now and then of a merge.
    void add(const IdNumbers& ids, quint32 first);
    /// `ids` holds at least those that were added.
    [[nodiscard]] std::optional<quint32> find(const std::vector<git_oid>& ids,
                                              const git_oid& id) const;

private:
    using Run = std::vector<quint32>;
    std::vector<std::shared_ptr<const Run>> m_runs;  ///< each at least twice as long as the next
};

/// Lists of numbers by number, all in one piece of memory.
class ParentLists {
public:
    [[nodiscard]] bool has(quint32 commit) const
    {
        return commit < m_begin.size() && m_begin[commit] != unknown;
    }
    [[nodiscard]] std::span<const quint32> of(quint32 commit) const;
    void put(quint32 commit, std::span<const quint32> parents);

private:
    static constexpr quint32 unknown = 0xffffffff;
    std::vector<quint32> m_begin;  ///< where the count stands, before the parents
    std::vector<quint32> m_all;
};

}  // namespace analemma::git
