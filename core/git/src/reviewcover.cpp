#include "core/git/review.h"

#include <algorithm>
#include <vector>

namespace analemma::git {

namespace {

/// The commits of a log and the lines between them, by number.
class ReviewedRange {
public:
    explicit ReviewedRange(const QList<Commit>& commits)
        : m_parents(std::size_t(commits.size())), m_states(m_parents.size())
    {
        for (qsizetype i = 0; i < commits.size(); ++i) {
            m_numbers.insert(commits[i].id, std::size_t(i));
        }
        for (qsizetype i = 0; i < commits.size(); ++i) {
            for (const QString& parent : commits[i].parents) {
                const auto number = m_numbers.constFind(parent);
                m_parents[std::size_t(i)].push_back(number == m_numbers.constEnd() ? nowhere
                                                                                   : *number);
            }
        }
    }

    /// What `tip` holds and `base` does not; nothing where there is no base to tell.
    void mark(const QString& tip, const QString& base, ReviewState state)
    {
        const auto from = m_numbers.constFind(tip);
        if (from == m_numbers.constEnd()) {
            return;
        }
        if (base.isEmpty()) {
            raise(*from, state);
            return;
        }
        std::vector<bool> seen(m_parents.size());
        const auto until = m_numbers.constFind(base);
        if (until != m_numbers.constEnd()) {
            walk(*until, seen);
        }
        for (const std::size_t number : walk(*from, seen)) {
            raise(number, state);
        }
    }

    /// A merge is approved when all that it brings in is. A log may put a parent before its child
    /// where clocks are wrong, so until nothing is added.
    void addMerges()
    {
        bool again = true;
        while (again) {
            again = false;
            for (std::size_t i = m_parents.size(); i-- > 0;) {
                const std::vector<std::size_t>& parents = m_parents[i];
                const bool isMerge = parents.size() > 1 && m_states[i] != ReviewState::Approved;
                if (isMerge && std::all_of(parents.begin() + 1, parents.end(), [this](auto at) {
                        return at != nowhere && m_states[at] == ReviewState::Approved;
                    })) {
                    m_states[i] = ReviewState::Approved;
                    again = true;
                }
            }
        }
    }

    [[nodiscard]] QHash<QString, ReviewState> states() const
    {
        QHash<QString, ReviewState> states;
        for (auto it = m_numbers.constBegin(); it != m_numbers.constEnd(); ++it) {
            if (m_states[*it] != ReviewState::None) {
                states.insert(it.key(), m_states[*it]);
            }
        }
        return states;
    }

private:
    static constexpr std::size_t nowhere = std::size_t(-1);

    /// Open gives way to changes asked, and that to approved.
    void raise(std::size_t number, ReviewState state)
    {
        m_states[number] = std::max(m_states[number], state);
    }

    /// What can be reached and was not seen before.
    std::vector<std::size_t> walk(std::size_t from, std::vector<bool>& seen) const
    {
        std::vector<std::size_t> found;
        if (!seen[from]) {
            seen[from] = true;
            found.push_back(from);
        }
        for (std::size_t next = 0; next < found.size(); ++next) {
            for (const std::size_t parent : m_parents[found[next]]) {
                if (parent != nowhere && !seen[parent]) {
                    seen[parent] = true;
                    found.push_back(parent);
                }
            }
        }
        return found;
    }

    QHash<QString, std::size_t> m_numbers;
    std::vector<std::vector<std::size_t>> m_parents;
    std::vector<ReviewState> m_states;
};

}  // namespace

QHash<QString, ReviewState> reviewStates(const QList<Commit>& commits, const QList<Review>& reviews)
{
    using Kind = ReviewEvent::Kind;
    ReviewedRange range(commits);
    for (const Review& review : reviews) {
        const bool asksChanges =
            std::any_of(review.verdicts.begin(), review.verdicts.end(),
                        [](const ReviewEvent& one) { return one.kind == Kind::AskChanges; });
        if (review.state != ReviewState::Closed) {
            range.mark(review.tip, review.base,
                       asksChanges ? ReviewState::ChangesAsked : ReviewState::Open);
        }
        for (const ReviewEvent& verdict : review.verdicts) {
            if (!asksChanges && verdict.kind == Kind::Approve) {
                range.mark(verdict.commit, verdict.base, ReviewState::Approved);
            }
        }
    }
    range.addMerges();
    return range.states();
}

}  // namespace analemma::git
