#pragma once

#include "core/base/result.h"

class QSqlDatabase;

namespace analemma::store {

/// The version of the schema that this program writes (PRAGMA user_version).
constexpr int schemaVersion = 1;

/// Sets the connection up (WAL, FULL, foreign keys, busy timeout) and brings the schema to
/// schemaVersion inside one transaction. `file` is copied to file.v<old> before a change of an
/// existing schema. Errors: Io, Unsupported (written by a newer program). Store thread.
Result<void> prepareSchema(QSqlDatabase& database, const QString& file);

}  // namespace analemma::store
