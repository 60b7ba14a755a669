#include "core/store/src/schema.h"

#include <QElapsedTimer>
#include <QFile>
#include <QSqlDatabase>
#include <QSqlError>
#include <QSqlQuery>
#include <QStringList>
#include <QThread>
#include <QVariant>

using namespace Qt::StringLiterals;

namespace analemma::store {
namespace {

/// Version 1. Times are milliseconds since 1970 UTC. Pairs that must not be are refused here, not
/// in code.
const char* const version1[] = {
    R"(CREATE TABLE documents (
        doc_order INTEGER PRIMARY KEY AUTOINCREMENT,
        kind TEXT NOT NULL, key TEXT NOT NULL, scope TEXT NOT NULL, body TEXT NOT NULL,
        revision INTEGER NOT NULL CHECK (revision > 0), changed INTEGER NOT NULL,
        UNIQUE (kind, key)))",
    "CREATE INDEX documents_scope ON documents (kind, scope, doc_order)",

    R"(CREATE TABLE operations (
        id TEXT PRIMARY KEY, kind TEXT NOT NULL, target TEXT NOT NULL, title TEXT NOT NULL,
        wanted TEXT NOT NULL, before TEXT NOT NULL, plan TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('running', 'cancelling', 'suspended', 'finished')),
        outcome TEXT CHECK (outcome IN ('ok', 'failed', 'cancelled', 'unknown')),
        reason TEXT NOT NULL, result TEXT NOT NULL, actor TEXT NOT NULL,
        created INTEGER NOT NULL, finished INTEGER, revision INTEGER NOT NULL,
        CHECK ((outcome IS NULL) = (finished IS NULL)),
        CHECK ((state = 'finished') = (finished IS NOT NULL))))",
    "CREATE UNIQUE INDEX operations_one_a_target ON operations (target) WHERE finished IS NULL",
    "CREATE INDEX operations_created ON operations (created)",

    R"(CREATE TABLE actions (
        operation TEXT NOT NULL REFERENCES operations (id), key TEXT NOT NULL,
        attempt INTEGER NOT NULL CHECK (attempt > 0), verb TEXT NOT NULL, args TEXT NOT NULL,
        fence INTEGER NOT NULL, intended INTEGER NOT NULL,
        outcome TEXT CHECK (outcome IN ('ok', 'failed', 'unknown')), finished INTEGER,
        result TEXT NOT NULL, error TEXT NOT NULL,
        PRIMARY KEY (operation, key, attempt),
        CHECK ((outcome IS NULL) = (finished IS NULL))))",
    "CREATE UNIQUE INDEX actions_one_open ON actions (operation, key) WHERE outcome IS NULL",
    "CREATE INDEX actions_verb ON actions (verb, finished)",

    R"(CREATE TABLE events (
        sequence INTEGER PRIMARY KEY AUTOINCREMENT, operation TEXT NOT NULL, at INTEGER NOT NULL,
        kind TEXT NOT NULL, key TEXT NOT NULL, body TEXT NOT NULL))",
    "CREATE INDEX events_operation ON events (operation, sequence)",

    R"(CREATE TABLE leases (
        target TEXT PRIMARY KEY, id TEXT NOT NULL, operation TEXT NOT NULL, owner TEXT NOT NULL,
        host TEXT NOT NULL, program TEXT NOT NULL, process TEXT NOT NULL,
        fence INTEGER NOT NULL, doing TEXT NOT NULL, acquired INTEGER NOT NULL,
        heartbeat INTEGER NOT NULL, held INTEGER NOT NULL CHECK (held IN (0, 1))))",
    R"(CREATE TRIGGER leases_fence_rises BEFORE UPDATE ON leases
        WHEN NEW.fence < OLD.fence OR (NEW.id <> OLD.id AND NEW.fence <= OLD.fence)
        BEGIN SELECT RAISE(ABORT, 'the fence of a lease must rise'); END)",
    R"(CREATE TRIGGER leases_stay BEFORE DELETE ON leases
        BEGIN SELECT RAISE(ABORT, 'a lease is released, never deleted: its fence must be kept'); END)",
};

Error sqlError(const QSqlQuery& query, const QString& what)
{
    return {ErrorKind::Io, what + u": "_s + query.lastError().databaseText(),
            query.lastError().nativeErrorCode().toInt()};
}

Result<QVariant> pragma(QSqlDatabase& database, const QString& text)
{
    QSqlQuery query(database);
    if (!query.exec(u"PRAGMA "_s + text)) {
        return sqlError(query, u"set up the database"_s);
    }
    return query.next() ? query.value(0) : QVariant();
}

/// Changing to WAL needs the file alone for a moment and does not wait by itself.
Result<void> enterWal(QSqlDatabase& database)
{
    QElapsedTimer timer;
    timer.start();
    while (true) {
        const Result<QVariant> mode = pragma(database, u"journal_mode = WAL"_s);
        if (mode && mode->toString() == "wal"_L1) {
            return {};
        }
        if (timer.hasExpired(5000)) {
            return Error(ErrorKind::Io,
                         u"the database does not enter WAL mode; is its disk a network share?"_s);
        }
        QThread::msleep(20);
    }
}

Result<void> createVersion1(QSqlDatabase& database)
{
    QSqlQuery query(database);
    for (const char* statement : version1) {
        if (!query.exec(QLatin1StringView(statement))) {
            return sqlError(query, u"make the database's tables"_s);
        }
    }
    if (!query.exec(u"PRAGMA user_version = %1"_s.arg(schemaVersion))) {
        return sqlError(query, u"make the database's tables"_s);
    }
    return {};
}

Result<void> migrate(QSqlDatabase& database)
{
    const Result<QVariant> version = pragma(database, u"user_version"_s);
    if (!version) {
        return version.error();
    }
    if (version->toInt() > schemaVersion) {
        return Error(ErrorKind::Unsupported,
                     u"the workspace's database was written by a newer Analemma"_s)
            .withHint(u"Update this program; nothing was changed."_s);
    }
    return version->toInt() == 0 ? createVersion1(database) : Result<void>();
}

}  // namespace

Result<void> prepareSchema(QSqlDatabase& database, const QString& file)
{
    for (const QString& setting : {u"busy_timeout = 20000"_s, u"foreign_keys = ON"_s}) {
        if (const Result<QVariant> set = pragma(database, setting); !set) {
            return set.error();
        }
    }
    if (const Result<void> wal = enterWal(database); !wal) {
        return wal;
    }
    // FULL: a commit is on the disk before its result is told
    // (sqlite.org/pragma.html#pragma_synchronous).
    if (const Result<QVariant> set = pragma(database, u"synchronous = FULL"_s); !set) {
        return set.error();
    }
    const Result<QVariant> version = pragma(database, u"user_version"_s);
    if (!version) {
        return version.error();
    }
    if (version->toInt() == schemaVersion) {
        return {};
    }
    if (version->toInt() > 0 && version->toInt() < schemaVersion) {
        QFile::copy(file, file + u".v%1"_s.arg(version->toInt()));
    }
    QSqlQuery query(database);
    if (!query.exec(u"BEGIN IMMEDIATE"_s)) {
        return sqlError(query, u"open the database"_s);
    }
    const Result<void> migrated = migrate(database);
    if (!query.exec(migrated ? u"COMMIT"_s : u"ROLLBACK"_s) && migrated) {
        return sqlError(query, u"make the database's tables"_s);
    }
    return migrated;
}

}  // namespace analemma::store
