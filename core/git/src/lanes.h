#pragma once

#include <QtGlobal>

#include <set>
#include <span>
#include <unordered_map>
#include <vector>

namespace analemma::git {

/// Puts the commits of a history, children before parents, into columns. A commit that is waited
/// for has exactly one lane: whoever else has it as a parent joins its line there. So lines never
/// change their lane, and the state is small. Commits are told by any number. Pure.
class Lanes {
public:
    /// One row: which lane the commit has, and what happens around it.
    struct Row {
        int lane = 0;
        bool entered = false;      ///< a line comes from above
        std::vector<int> passing;  ///< lanes of lines that go by, above and below
        std::vector<int> leaving;  ///< lanes, below, of the lines to the parents; some may pass
    };

    Row step(quint32 commit, std::span<const quint32> parents);
    /// The same for who wants the state only.
    void advance(quint32 commit, std::span<const quint32> parents);

    /// What each lane waits for, or `none`; a state that rows can be computed from again.
    static constexpr quint32 none = 0xffffffff;
    [[nodiscard]] const std::vector<quint32>& waiting() const { return m_waiting; }
    static Lanes from(std::vector<quint32> waiting);

private:
    void place(quint32 commit, std::span<const quint32> parents, Row* row, bool passing);
    int take(quint32 commit);
    void free(int lane);

    std::vector<quint32> m_waiting;
    std::unordered_map<quint32, int> m_laneOf;
    std::set<int> m_free;
};

}  // namespace analemma::git
