#include "ui/repositories/commit_rows.h"

namespace analemma::ui {
namespace {

class HistoryRows final : public CommitRows {
public:
    explicit HistoryRows(std::shared_ptr<git::History> history) : m_history(std::move(history)) {}
    [[nodiscard]] int count() const override { return m_history->count(); }
    [[nodiscard]] QString idAt(int row) const override { return m_history->idAt(row); }
    [[nodiscard]] int rowOf(const QString& id) const override { return m_history->rowOf(id); }
    [[nodiscard]] QList<git::GraphRow> rows(int first, int count) const override
    {
        return m_history->rows(first, count);
    }
    [[nodiscard]] bool hasLanes() const override { return true; }
    void follow(QObject* context, std::function<void()> grew) override
    {
        QObject::connect(m_history.get(), &git::History::grew, context, std::move(grew));
    }

private:
    std::shared_ptr<git::History> m_history;
};

class FoundRows final : public CommitRows {
public:
    explicit FoundRows(std::shared_ptr<git::FoundCommits> found) : m_found(std::move(found)) {}
    [[nodiscard]] int count() const override { return m_found->count(); }
    [[nodiscard]] QString idAt(int row) const override { return m_found->at(row).id; }
    [[nodiscard]] int rowOf(const QString& id) const override
    {
        for (int row = 0; row < count(); ++row) {
            if (m_found->at(row).id == id) {
                return row;
            }
        }
        return -1;
    }
    [[nodiscard]] QList<git::GraphRow> rows(int first, int count) const override
    {
        QList<git::GraphRow> rows;
        for (int row = first; row < std::min(first + count, this->count()); ++row) {
            git::GraphRow one;
            one.id = m_found->at(row).id;
            rows.append(one);
        }
        return rows;
    }
    [[nodiscard]] bool hasLanes() const override { return false; }
    void follow(QObject* context, std::function<void()> grew) override
    {
        QObject::connect(m_found.get(), &git::FoundCommits::grew, context, std::move(grew));
    }

private:
    std::shared_ptr<git::FoundCommits> m_found;
};

}  // namespace

std::shared_ptr<CommitRows> rowsOf(std::shared_ptr<git::History> history)
{
    return history ? std::make_shared<HistoryRows>(std::move(history)) : nullptr;
}

std::shared_ptr<CommitRows> rowsOf(std::shared_ptr<git::FoundCommits> found)
{
    return found ? std::make_shared<FoundRows>(std::move(found)) : nullptr;
}

}  // namespace analemma::ui
