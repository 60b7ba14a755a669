#pragma once

#include "core/base/result.h"
#include "core/monitor/src/chunkbytes.h"

#include <memory>
#include <span>
#include <unordered_map>
#include <vector>

struct sqlite3;
struct sqlite3_stmt;

namespace analemma::monitor {

/// The file of the series: SQLite by its C API. After a first failure all that is asked of it does
/// nothing until the transaction is rolled back; who writes looks at failed() before commit().
/// The thread that opened it.
class SeriesDb {
public:
    /// What a statement gives, row by row. Resets it when it dies.
    class Cursor {
    public:
        Cursor(SeriesDb* db, sqlite3_stmt* statement) : m_db(db), m_statement(statement) {}
        Cursor(const Cursor&) = delete;
        Cursor& operator=(const Cursor&) = delete;
        ~Cursor();

        Cursor& bind(qint64 value);
        Cursor& bind(const Bytes& value);
        Cursor& bind(const QString& value);
        /// True while there is a row.
        bool next();
        [[nodiscard]] qint64 integer(int column) const;
        [[nodiscard]] QString text(int column) const;
        /// Valid until the next row.
        [[nodiscard]] std::span<const std::uint8_t> bytes(int column) const;

    private:
        SeriesDb* m_db;
        sqlite3_stmt* m_statement;  // null after a failure
        int m_bound = 0;
    };

    enum class Access { Write, Read };

    /// Opens and, for writing, makes the file and its tables. A file that is no such database, or
    /// is damaged: ErrorKind::Invalid; one of a newer program: Unsupported; else Io, NotFound.
    /// Leaves it as it is then.
    static Result<std::unique_ptr<SeriesDb>> open(const QString& path, Access access);
    ~SeriesDb();

    /// `sql` is a literal: its address is the key under which the statement is kept.
    Cursor query(const char* sql);
    void run(const char* sql);

    void begin();
    /// So that all that is read is of one moment.
    void beginReading();
    /// The transaction's outcome; it is rolled back on any failure.
    Result<void> commit();
    void rollBack();
    [[nodiscard]] bool failed() const { return m_code != 0; }
    [[nodiscard]] Error failure() const;
    /// True when an error says that the file is damaged.
    static bool isDamage(const Error& error) { return error.kind == ErrorKind::Invalid; }

    /// Brings what was committed from the write-ahead log into the file, and both to the disk.
    void checkpoint();
    /// Of the pages in use.
    qint64 bytesInUse();

private:
    explicit SeriesDb(QString path) : m_path(std::move(path)) {}
    Result<void> prepare(Access access);
    void fail();

    QString m_path;
    sqlite3* m_db = nullptr;
    std::unordered_map<const char*, sqlite3_stmt*> m_statements;
    int m_code = 0;
    QString m_text;
};

}  // namespace analemma::monitor
