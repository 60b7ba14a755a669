#pragma once

#include "core/store/src/ballast.h"
#include "core/store/store.h"

#include <QSqlDatabase>
#include <QSqlQuery>

namespace analemma::store {

/// Transaction on a Qt SQL connection. Begin and end are the store thread's business.
class SqlTransaction : public Transaction {
public:
    SqlTransaction(QSqlDatabase database, Ballast ballast)
        : m_database(std::move(database)), m_ballast(std::move(ballast))
    {
    }
    void setWritable(bool writable) { m_writable = writable; }
    /// True once something was written since the last call.
    bool takeWrote() { return std::exchange(m_wrote, false); }

    Result<std::optional<Document>> document(const QString& kind, const QString& key) override;
    Result<QList<Document>> documents(const DocumentFilter& filter) override;
    Result<Document> put(const QString& kind, const QString& key, const QString& scope,
                         const Json& body, std::optional<qint64> revision) override;
    Result<void> remove(const QString& kind, const QString& key) override;

    Result<void> insertOperation(const OperationRow& row) override;
    Result<void> updateOperation(const OperationRow& row) override;
    Result<std::optional<OperationRow>> operation(const QString& id) override;
    Result<QList<OperationRow>> operations(const QString& target, bool unfinishedOnly,
                                           int limit) override;

    Result<ActionRow> insertIntent(ActionRow row) override;
    Result<void> finishAction(const ActionRow& row) override;
    Result<QList<ActionRow>> actions(const QString& operation) override;
    Result<QList<qint64>> durations(const QString& kind, const QString& verb) override;

    Result<qint64> appendEvent(const EventRow& row) override;
    Result<qint64> lastEvent() override;
    Result<QList<EventRow>> events(qint64 afterSequence, const QString& operation,
                                   int limit) override;

    Result<void> roomToBegin() override;

    Result<std::optional<LeaseRow>> lease(const QString& target) override;
    Result<QList<LeaseRow>> leases() override;
    Result<void> putLease(const LeaseRow& row) override;

private:
    /// Prepares, binds by position, runs. `what` begins the message of an error.
    Result<QSqlQuery> run(const QString& sql, const QVariantList& values, const char* what);
    Result<QSqlQuery> change(const QString& sql, const QVariantList& values, const char* what);

    QSqlDatabase m_database;
    Ballast m_ballast;
    bool m_writable = false;
    bool m_wrote = false;
};

}  // namespace analemma::store
