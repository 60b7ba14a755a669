#include "ui/repositories/commit_rows.h"

#include <QHash>

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
        for (; m_known < count(); ++m_known) {
            m_rowOf.insert(m_found->at(m_known).id, m_known);
        }
        return m_rowOf.value(id, -1);
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
    mutable QHash<QString, int> m_rowOf;  ///< of the first `m_known` rows, which never change
    mutable int m_known = 0;
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
