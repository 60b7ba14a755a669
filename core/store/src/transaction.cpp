#include "core/store/src/transaction.h"

#include <QJsonDocument>
#include <QSqlError>
#include <QVariant>

using namespace Qt::StringLiterals;

namespace analemma::store {
namespace {

QString text(const Json& json)
{
    return QString::fromUtf8(QJsonDocument(json).toJson(QJsonDocument::Compact));
}

Json json(const QVariant& value)
{
    return QJsonDocument::fromJson(value.toString().toUtf8()).object();
}

QVariant milli(const QDateTime& time)
{
    return time.isValid() ? QVariant(time.toMSecsSinceEpoch())
                          : QVariant(QMetaType::fromType<qint64>());
}

QDateTime time(const QVariant& value)
{
    return value.isNull() ? QDateTime()
                          : QDateTime::fromMSecsSinceEpoch(value.toLongLong(), Qt::UTC);
}

/// Qt binds a null QString as NULL; columns that must hold a text get an empty one.
QString solid(const QString& value)
{
    return value.isNull() ? u""_s : value;
}

QVariant orNull(const QString& value)
{
    return value.isEmpty() ? QVariant(QMetaType::fromType<QString>()) : QVariant(value);
}

Document readDocument(const QSqlQuery& query)
{
    Document document;
    document.kind = query.value(0).toString();
    document.key = query.value(1).toString();
    document.scope = query.value(2).toString();
    document.body = json(query.value(3));
    document.revision = query.value(4).toLongLong();
    document.order = query.value(5).toLongLong();
    document.changed = time(query.value(6));
    return document;
}

OperationRow readOperation(const QSqlQuery& query)
{
    OperationRow row;
    row.id = query.value(0).toString();
    row.kind = query.value(1).toString();
    row.target = query.value(2).toString();
    row.title = query.value(3).toString();
    row.wanted = json(query.value(4));
    row.before = json(query.value(5));
    row.state = query.value(6).toString();
    row.outcome = query.value(7).toString();
    row.reason = query.value(8).toString();
    row.result = json(query.value(9));
    row.actor = query.value(10).toString();
    row.created = time(query.value(11));
    row.finished = time(query.value(12));
    row.revision = query.value(13).toLongLong();
    row.plan = json(query.value(14));
    return row;
}

ActionRow readAction(const QSqlQuery& query)
{
    ActionRow row;
    row.operation = query.value(0).toString();
    row.key = query.value(1).toString();
    row.attempt = query.value(2).toInt();
    row.verb = query.value(3).toString();
    row.args = json(query.value(4));
    row.fence = query.value(5).toLongLong();
    row.intended = time(query.value(6));
    row.outcome = query.value(7).toString();
    row.finished = time(query.value(8));
    row.result = json(query.value(9));
    row.error = json(query.value(10));
    return row;
}

EventRow readEvent(const QSqlQuery& query)
{
    EventRow row;
    row.sequence = query.value(0).toLongLong();
    row.operation = query.value(1).toString();
    row.at = time(query.value(2));
    row.kind = query.value(3).toString();
    row.key = query.value(4).toString();
    row.body = json(query.value(5));
    return row;
}

LeaseRow readLease(const QSqlQuery& query)
{
    LeaseRow row;
    row.target = query.value(0).toString();
    row.id = query.value(1).toString();
    row.operation = query.value(2).toString();
    row.owner = query.value(3).toString();
    row.host = query.value(4).toString();
    row.program = query.value(5).toString();
    row.process = ProcessIdentity::fromJson(json(query.value(6)));
    row.fence = query.value(7).toLongLong();
    row.doing = query.value(8).toString();
    row.acquired = time(query.value(9));
    row.heartbeat = time(query.value(10));
    row.held = query.value(11).toBool();
    return row;
}

template <class Row>
Result<QList<Row>> all(Result<QSqlQuery> query, Row (*read)(const QSqlQuery&))
{
    if (!query) {
        return query.error();
    }
    QList<Row> rows;
    while (query->next()) {
        rows.append(read(*query));
    }
    return rows;
}

template <class Row>
Result<std::optional<Row>> first(Result<QSqlQuery> query, Row (*read)(const QSqlQuery&))
{
    if (!query) {
        return query.error();
    }
    return query->next() ? std::optional<Row>(read(*query)) : std::optional<Row>();
}

const QString documentColumns =
    u"SELECT kind, key, scope, body, revision, doc_order, changed FROM documents "_s;
const QString operationColumns =
    u"SELECT id, kind, target, title, wanted, before, state, outcome, reason, result, actor, "
    u"created, finished, "
    "revision, plan FROM operations "_s;
const QString actionColumns =
    u"SELECT operation, key, attempt, verb, args, fence, intended, outcome, finished, result, error FROM actions "_s;
const QString eventColumns = u"SELECT sequence, operation, at, kind, key, body FROM events "_s;
const QString leaseColumns =
    u"SELECT target, id, operation, owner, host, program, process, fence, doing, acquired, "
    u"heartbeat, held "
    "FROM leases "_s;

constexpr int sqliteConstraint = 19;

}  // namespace

Result<QSqlQuery> SqlTransaction::run(const QString& sql, const QVariantList& values,
                                      const char* what)
{
    QSqlQuery query(m_database);
    query.setForwardOnly(true);
    bool ok = query.prepare(sql);
    for (const QVariant& value : values) {
        query.addBindValue(value);
    }
    ok = ok && query.exec();
    if (!ok) {
        const int code = query.lastError().nativeErrorCode().toInt();
        const ErrorKind kind =
            (code & 0xff) == sqliteConstraint ? ErrorKind::Conflict : ErrorKind::Io;
        return Error(kind, QLatin1StringView(what) + u": "_s + query.lastError().databaseText(),
                     code);
    }
    return query;
}

Result<QSqlQuery> SqlTransaction::change(const QString& sql, const QVariantList& values,
                                         const char* what)
{
    if (!m_writable) {
        return Error(ErrorKind::Bug,
                     QLatin1StringView(what) + u": a read transaction was asked to write"_s);
    }
    m_wrote = true;
    return run(sql, values, what);
}

// ---- documents ----------------------------------------------------------------------------------

Result<std::optional<Document>> SqlTransaction::document(const QString& kind, const QString& key)
{
    return first(
        run(documentColumns + u"WHERE kind = ? AND key = ?"_s, {kind, key}, "read a record"),
        readDocument);
}

Result<QList<Document>> SqlTransaction::documents(const DocumentFilter& filter)
{
    QString sql = documentColumns + u"WHERE kind = ?"_s;
    QVariantList values{filter.kind};
    if (filter.scope) {
        sql += u" AND scope = ?"_s;
        values << solid(*filter.scope);
    }
    if (filter.before > 0) {
        sql += u" AND doc_order < ?"_s;
        values << filter.before;
    }
    sql += u" ORDER BY doc_order DESC LIMIT ?"_s;
    values << filter.limit;
    return all(run(sql, values, "read records"), readDocument);
}

Result<Document> SqlTransaction::put(const QString& kind, const QString& key, const QString& scope,
                                     const Json& body, std::optional<qint64> revision)
{
    const Result<std::optional<Document>> known = document(kind, key);
    if (!known) {
        return known.error();
    }
    const qint64 stands = *known ? (*known)->revision : 0;
    if (revision && *revision != stands) {
        return Error(ErrorKind::Conflict,
                     u"%1 %2 was changed by somebody else meanwhile"_s.arg(kind, key));
    }
    const qint64 now = QDateTime::currentMSecsSinceEpoch();
    const Result<QSqlQuery> written =
        *known ? change(
                     u"UPDATE documents SET scope = ?, body = ?, revision = ?, changed = ? "
                     "WHERE kind = ? AND key = ?"_s,
                     {solid(scope), text(body), stands + 1, now, kind, key}, "write a record")
               : change(
                     u"INSERT INTO documents (kind, key, scope, body, revision, changed) "
                     "VALUES (?, ?, ?, ?, 1, ?)"_s,
                     {kind, key, solid(scope), text(body), now}, "write a record");
    if (!written) {
        return written.error();
    }
    const Result<std::optional<Document>> result = document(kind, key);
    if (!result) {
        return result.error();
    }
    return **result;
}

Result<void> SqlTransaction::remove(const QString& kind, const QString& key)
{
    const auto done = change(u"DELETE FROM documents WHERE kind = ? AND key = ?"_s, {kind, key},
                             "remove a record");
    return done ? Result<void>() : done.error();
}

// ---- operations ---------------------------------------------------------------------------------

Result<void> SqlTransaction::insertOperation(const OperationRow& row)
{
    const auto done = change(
        u"INSERT INTO operations (id, kind, target, title, wanted, before, state, outcome, reason, "
        u"result, "
        "actor, created, finished, revision, plan) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?)"_s,
        {row.id, row.kind, row.target, solid(row.title), text(row.wanted), text(row.before),
         row.state, orNull(row.outcome), solid(row.reason), text(row.result), solid(row.actor),
         milli(row.created), milli(row.finished), text(row.plan)},
        "write an operation");
    return done ? Result<void>() : done.error();
}

Result<void> SqlTransaction::updateOperation(const OperationRow& row)
{
    const auto done = change(
        u"UPDATE operations SET wanted = ?, before = ?, plan = ?, state = ?, outcome = ?, reason = "
        u"?, "
        "result = ?, finished = ?, revision = revision + 1 "
        "WHERE id = ? AND finished IS NULL"_s,
        {text(row.wanted), text(row.before), text(row.plan), row.state, orNull(row.outcome),
         solid(row.reason), text(row.result), milli(row.finished), row.id},
        "write an operation");
    if (!done) {
        return done.error();
    }
    if (done->numRowsAffected() != 1) {
        return Error(ErrorKind::Conflict, u"operation %1 has ended already"_s.arg(row.id));
    }
    return {};
}

Result<std::optional<OperationRow>> SqlTransaction::operation(const QString& id)
{
    return first(run(operationColumns + u"WHERE id = ?"_s, {id}, "read an operation"),
                 readOperation);
}

Result<QList<OperationRow>> SqlTransaction::operations(const QString& target, bool unfinishedOnly,
                                                       int limit)
{
    QString sql = operationColumns + u"WHERE 1 = 1"_s;
    QVariantList values;
    if (!target.isEmpty()) {
        sql += u" AND target = ?"_s;
        values << target;
    }
    if (unfinishedOnly) {
        sql += u" AND finished IS NULL"_s;
    }
    sql += u" ORDER BY created DESC, id DESC LIMIT ?"_s;
    values << limit;
    return all(run(sql, values, "read operations"), readOperation);
}

// ---- actions ------------------------------------------------------------------------------------

Result<ActionRow> SqlTransaction::insertIntent(ActionRow row)
{
    auto last = run(u"SELECT MAX(attempt) FROM actions WHERE operation = ? AND key = ?"_s,
                    {row.operation, row.key}, "read the journal");
    if (!last) {
        return last.error();
    }
    QSqlQuery& query = *last;
    row.attempt = query.next() ? query.value(0).toInt() + 1 : 1;
    const auto done = change(
        u"INSERT INTO actions (operation, key, attempt, verb, args, fence, intended, outcome, "
        "finished, result, error) VALUES (?, ?, ?, ?, ?, ?, ?, NULL, NULL, '{}', '{}')"_s,
        {row.operation, row.key, row.attempt, row.verb, text(row.args), row.fence,
         milli(row.intended)},
        "write an intent");
    if (!done) {
        return done.error();
    }
    return row;
}

Result<void> SqlTransaction::finishAction(const ActionRow& row)
{
    const auto done = change(
        u"UPDATE actions SET outcome = ?, finished = ?, result = ?, error = ? "
        "WHERE operation = ? AND key = ? AND attempt = ? AND outcome IS NULL"_s,
        {orNull(row.outcome), milli(row.finished), text(row.result), text(row.error), row.operation,
         row.key, row.attempt},
        "write an outcome");
    if (!done) {
        return done.error();
    }
    if (done->numRowsAffected() != 1) {
        return Error(ErrorKind::Conflict, u"action %1 of operation %2 has an outcome already"_s.arg(
                                              row.key, row.operation));
    }
    return {};
}

Result<QList<ActionRow>> SqlTransaction::actions(const QString& operation)
{
    return all(run(actionColumns + u"WHERE operation = ? ORDER BY intended, rowid"_s, {operation},
                   "read the journal"),
               readAction);
}

Result<QList<qint64>> SqlTransaction::durations(const QString& kind, const QString& verb)
{
    auto rows = run(
        u"SELECT a.finished - a.intended FROM actions a JOIN operations o ON o.id = a.operation "
        "WHERE a.verb = ? AND o.kind = ? AND a.outcome = 'ok' ORDER BY a.finished DESC LIMIT 20"_s,
        {verb, kind}, "read past durations");
    if (!rows) {
        return rows.error();
    }
    QSqlQuery& query = *rows;
    QList<qint64> found;
    while (query.next()) {
        found.append(query.value(0).toLongLong());
    }
    return found;
}

// ---- events -------------------------------------------------------------------------------------

Result<qint64> SqlTransaction::appendEvent(const EventRow& row)
{
    const auto done = change(
        u"INSERT INTO events (operation, at, kind, key, body) VALUES (?, ?, ?, ?, ?)"_s,
        {row.operation, milli(row.at), row.kind, solid(row.key), text(row.body)}, "write an event");
    if (!done) {
        return done.error();
    }
    return done->lastInsertId().toLongLong();
}

Result<qint64> SqlTransaction::lastEvent()
{
    auto newest = run(u"SELECT COALESCE(MAX(sequence), 0) FROM events"_s, {}, "read events");
    if (!newest) {
        return newest.error();
    }
    return newest->next() ? newest->value(0).toLongLong() : 0;
}

Result<QList<EventRow>> SqlTransaction::events(qint64 afterSequence, const QString& operation,
                                               int limit)
{
    QString sql = eventColumns + u"WHERE sequence > ?"_s;
    QVariantList values{afterSequence};
    if (!operation.isEmpty()) {
        sql += u" AND operation = ?"_s;
        values << operation;
    }
    sql += u" ORDER BY sequence LIMIT ?"_s;
    values << limit;
    return all(run(sql, values, "read events"), readEvent);
}

// ---- leases -------------------------------------------------------------------------------------

Result<void> SqlTransaction::roomToBegin()
{
    if (m_ballast.lay()) {
        return {};
    }
    // Without SQLite's code: this is one job's refusal, what else is in its batch can be written.
    return Error(ErrorKind::Io, u"nothing new is begun: the disk is full"_s)
        .withHint(u"Free some space on that disk and try again."_s);
}

Result<std::optional<LeaseRow>> SqlTransaction::lease(const QString& target)
{
    return first(run(leaseColumns + u"WHERE target = ?"_s, {target}, "read a lease"), readLease);
}

Result<QList<LeaseRow>> SqlTransaction::leases()
{
    return all(run(leaseColumns + u"ORDER BY target"_s, {}, "read leases"), readLease);
}

Result<void> SqlTransaction::putLease(const LeaseRow& row)
{
    const auto done = change(
        u"INSERT INTO leases (target, id, operation, owner, host, program, process, fence, doing, "
        u"acquired, "
        "heartbeat, held) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (target) DO UPDATE SET id = excluded.id, operation = excluded.operation, "
        "owner = excluded.owner, host = excluded.host, program = excluded.program, process = "
        "excluded.process, "
        "fence = excluded.fence, doing = excluded.doing, acquired = excluded.acquired, "
        "heartbeat = excluded.heartbeat, held = excluded.held"_s,
        {row.target, row.id, solid(row.operation), solid(row.owner), solid(row.host),
         solid(row.program), text(row.process.toJson()), row.fence, solid(row.doing),
         milli(row.acquired), milli(row.heartbeat), row.held ? 1 : 0},
        "write a lease");
    return done ? Result<void>() : done.error();
}

}  // namespace analemma::store
