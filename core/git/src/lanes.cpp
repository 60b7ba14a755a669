#include "core/git/src/lanes.h"

namespace analemma::git {

Lanes Lanes::from(std::vector<quint32> waiting)
{
    Lanes lanes;
    lanes.m_waiting = std::move(waiting);
    for (std::size_t lane = 0; lane < lanes.m_waiting.size(); ++lane) {
        if (lanes.m_waiting[lane] == none) {
            lanes.m_free.insert(int(lane));
        } else {
            lanes.m_laneOf.emplace(lanes.m_waiting[lane], int(lane));
        }
    }
    return lanes;
}

/// The leftmost free lane.
int Lanes::take(quint32 commit)
{
    int lane = int(m_waiting.size());
    if (m_free.empty()) {
        m_waiting.push_back(commit);
    } else {
        lane = *m_free.begin();
        m_free.erase(m_free.begin());
        m_waiting[std::size_t(lane)] = commit;
    }
    m_laneOf.emplace(commit, lane);
    return lane;
}

void Lanes::free(int lane)
{
    m_waiting[std::size_t(lane)] = none;
    m_free.insert(lane);
    while (!m_waiting.empty() && m_waiting.back() == none) {
        m_waiting.pop_back();
        m_free.erase(int(m_waiting.size()));
    }
}

Lanes::Row Lanes::step(quint32 commit, std::span<const quint32> parents)
{
    Row row;
    place(commit, parents, &row, true);
    return row;
}

void Lanes::advance(quint32 commit, std::span<const quint32> parents)
{
    Row row;
    place(commit, parents, &row, false);
}

void Lanes::place(quint32 commit, std::span<const quint32> parents, Row* row, bool passing)
{
    const auto waited = m_laneOf.find(commit);
    row->entered = waited != m_laneOf.end();
    row->lane = row->entered ? waited->second : take(commit);
    m_laneOf.erase(commit);
    for (std::size_t lane = 0; passing && lane < m_waiting.size(); ++lane) {
        if (m_waiting[lane] != none && int(lane) != row->lane) {
            row->passing.push_back(int(lane));
        }
    }
    bool kept = false;
    for (const quint32 parent : parents) {
        const auto there = m_laneOf.find(parent);
        if (there != m_laneOf.end()) {
            row->leaving.push_back(there->second);
        } else if (!kept) {
            kept = true;
            m_waiting[std::size_t(row->lane)] = parent;
            m_laneOf.emplace(parent, row->lane);
            row->leaving.push_back(row->lane);
        } else {
            row->leaving.push_back(take(parent));
        }
    }
    if (!kept) {
        free(row->lane);
    }
}

}  // namespace analemma::git
