#include "core/monitor/src/seriesdb.h"

#include <QFile>

#include <sqlite3.h>

#include <fcntl.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace analemma::monitor {
namespace {

constexpr qint64 kApplication = 0x416e5365;  // "AnSe": pragma application_id
constexpr qint64 kVersion = 1;

/// Keys of rows are made in seriesrows.cpp. Of chunks: points that are younger than their hour's
/// end; sealed: raw points of closed hours; minutes and hours: rollups by hour and by day; log:
/// what was acknowledged but may stand in memory only (serieslog.h).
const char* const kTables[] = {
    ("CREATE TABLE series (id INTEGER PRIMARY KEY, subject TEXT NOT NULL, metric TEXT NOT NULL,"
     " labels TEXT NOT NULL, UNIQUE (subject, metric, labels))"),
    "CREATE TABLE chunk (key INTEGER PRIMARY KEY, body BLOB NOT NULL)",
    "CREATE TABLE sealed (key INTEGER PRIMARY KEY, body BLOB NOT NULL)",
    "CREATE TABLE minutes (key INTEGER PRIMARY KEY, body BLOB NOT NULL)",
    "CREATE TABLE hours (key INTEGER PRIMARY KEY, body BLOB NOT NULL)",
    "CREATE TABLE log (seq INTEGER PRIMARY KEY, body BLOB NOT NULL)",
    "PRAGMA application_id = 1097749349",
    "PRAGMA user_version = 1",
};

}  // namespace

SeriesDb::Cursor::~Cursor()
{
    if (m_statement != nullptr) {
        sqlite3_reset(m_statement);
        sqlite3_clear_bindings(m_statement);
    }
}

SeriesDb::Cursor& SeriesDb::Cursor::bind(qint64 value)
{
    if (m_statement != nullptr) {
        sqlite3_bind_int64(m_statement, ++m_bound, value);
    }
    return *this;
}

SeriesDb::Cursor& SeriesDb::Cursor::bind(const Bytes& value)
{
    if (m_statement != nullptr) {
        sqlite3_bind_blob64(m_statement, ++m_bound, value.data(), value.size(), SQLITE_STATIC);
    }
    return *this;
}

SeriesDb::Cursor& SeriesDb::Cursor::bind(const QString& value)
{
    if (m_statement != nullptr) {
        const QByteArray utf8 = value.toUtf8();
        sqlite3_bind_text64(m_statement, ++m_bound, utf8.constData(),
                            static_cast<sqlite3_uint64>(utf8.size()), SQLITE_TRANSIENT,
                            SQLITE_UTF8);
    }
    return *this;
}

bool SeriesDb::Cursor::next()
{
    if (m_statement == nullptr || m_db->failed()) {
        return false;
    }
    const int code = sqlite3_step(m_statement);
    if (code != SQLITE_ROW && code != SQLITE_DONE) {
        m_db->fail();
    }
    return code == SQLITE_ROW;
}

qint64 SeriesDb::Cursor::integer(int column) const
{
    return sqlite3_column_int64(m_statement, column);
}

QString SeriesDb::Cursor::text(int column) const
{
    const auto* text = sqlite3_column_text(m_statement, column);
    return QString::fromUtf8(reinterpret_cast<const char*>(text),
                             sqlite3_column_bytes(m_statement, column));
}

std::span<const std::uint8_t> SeriesDb::Cursor::bytes(int column) const
{
    const void* blob = sqlite3_column_blob(m_statement, column);
    const int size = sqlite3_column_bytes(m_statement, column);
    return {static_cast<const std::uint8_t*>(blob), static_cast<std::size_t>(size)};
}

SeriesDb::~SeriesDb()
{
    for (const auto& [sql, statement] : m_statements) {
        sqlite3_finalize(statement);
    }
    sqlite3_close(m_db);
}

void SeriesDb::fail()
{
    if (m_code == 0) {
        m_code = m_db != nullptr ? sqlite3_extended_errcode(m_db) : SQLITE_NOMEM;
        m_text = m_db != nullptr ? QString::fromUtf8(sqlite3_errmsg(m_db)) : u"no memory"_s;
    }
}

Error SeriesDb::failure() const
{
    const int code = m_code & 0xff;
    const int system = m_db != nullptr ? sqlite3_system_errno(m_db) : 0;
    if (code == SQLITE_FULL || (code == SQLITE_IOERR && system == ENOSPC)) {
        return Error(ErrorKind::Io, u"the disk of %1 is full"_s.arg(m_path), SQLITE_FULL)
            .withHint(u"Free some space on that disk; what is measured from then on is kept."_s);
    }
    if (code == SQLITE_CORRUPT || code == SQLITE_NOTADB) {
        return {ErrorKind::Invalid,
                u"%1 is damaged, or no file of this program: %2"_s.arg(m_path, m_text), m_code};
    }
    return {ErrorKind::Io, u"%1: %2"_s.arg(m_path, m_text), m_code};
}

SeriesDb::Cursor SeriesDb::query(const char* sql)
{
    if (failed()) {
        return {this, nullptr};
    }
    const auto found = m_statements.find(sql);
    if (found != m_statements.end()) {
        return {this, found->second};
    }
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v3(m_db, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr) !=
        SQLITE_OK) {
        fail();
        return {this, nullptr};
    }
    m_statements.emplace(sql, statement);
    return {this, statement};
}

void SeriesDb::run(const char* sql)
{
    if (!failed() && sqlite3_exec(m_db, sql, nullptr, nullptr, nullptr) != SQLITE_OK) {
        fail();
    }
}

void SeriesDb::begin()
{
    m_code = 0;
    run("BEGIN IMMEDIATE");
}

void SeriesDb::beginReading()
{
    m_code = 0;
    run("BEGIN");
}

Result<void> SeriesDb::commit()
{
    run("COMMIT");
    if (!failed()) {
        return {};
    }
    const Error error = failure();
    rollBack();
    return error;
}

void SeriesDb::rollBack()
{
    m_code = 0;
    if (sqlite3_get_autocommit(m_db) == 0) {
        sqlite3_exec(m_db, "ROLLBACK", nullptr, nullptr, nullptr);
    }
}

void SeriesDb::checkpoint()
{
    sqlite3_wal_checkpoint_v2(m_db, nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
}

qint64 SeriesDb::bytesInUse()
{
    const auto value = [&](const char* sql) {
        Cursor cursor = query(sql);
        return cursor.next() ? cursor.integer(0) : 0;
    };
    return (value("PRAGMA page_count") - value("PRAGMA freelist_count")) *
           value("PRAGMA page_size");
}

Result<std::unique_ptr<SeriesDb>> SeriesDb::open(const QString& path, Access access)
{
    std::unique_ptr<SeriesDb> db(new SeriesDb(path));
    const QByteArray name = QFile::encodeName(path);
    if (access == Access::Write) {
        // So that it is nobody else's from the start; SQLite gives the files beside it the same
        // mode.
        const int fd = ::open(name.constData(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
        if (fd < 0) {
            return systemError(u"open "_s + path, errno);
        }
        ::close(fd);
    } else if (::access(name.constData(), F_OK) != 0) {
        return Error(ErrorKind::NotFound, u"%1 is not there yet"_s.arg(path));
    }
    if (sqlite3_open_v2(name.constData(), &db->m_db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX,
                        nullptr) != SQLITE_OK) {
        db->fail();
        return db->failure();
    }
    sqlite3_busy_timeout(db->m_db, 5000);
    if (const Result<void> ready = db->prepare(access); !ready) {
        return ready.error();
    }
    return db;
}

Result<void> SeriesDb::prepare(Access access)
{
    const auto value = [this](const char* sql) {
        Cursor cursor = query(sql);
        return cursor.next() ? cursor.integer(0) : 0;
    };
    const qint64 application = value("PRAGMA application_id");
    const qint64 version = value("PRAGMA user_version");
    const qint64 tables = value("SELECT count(*) FROM sqlite_schema");
    if (failed()) {
        return failure();
    }
    const bool empty = tables == 0 && application == 0;
    if (!empty && application != kApplication) {
        return Error(ErrorKind::Invalid, u"%1 is a database of another program"_s.arg(m_path));
    }
    if (!empty && version > kVersion) {
        return Error(ErrorKind::Unsupported,
                     u"%1 was written by a newer version of this program"_s.arg(m_path))
            .withHint(u"Update this program; the file was left as it is."_s);
    }
    if (access == Access::Read) {
        if (empty) {
            return Error(ErrorKind::NotFound, u"%1 is not there yet"_s.arg(m_path));
        }
        run("PRAGMA query_only = ON");
        return failed() ? Result<void>(failure()) : Result<void>();
    }
    run("PRAGMA journal_mode = WAL");
    run("PRAGMA synchronous = NORMAL");
    run("PRAGMA wal_autocheckpoint = 4000");
    run("PRAGMA journal_size_limit = 33554432");
    run("PRAGMA cache_size = -8192");
    if (empty) {
        begin();
        for (const char* sql : kTables) {
            run(sql);
        }
        return commit();
    }
    // Each table's first page is read now: a file that is cut short says so at once.
    for (const char* sql : {"SELECT max(id) FROM series", "SELECT max(key) FROM chunk",
                            "SELECT max(key) FROM sealed", "SELECT max(key) FROM minutes",
                            "SELECT max(key) FROM hours", "SELECT max(seq) FROM log"}) {
        value(sql);
    }
    if (failed()) {
        Error error = failure();
        if ((m_code & 0xff) == SQLITE_ERROR) {
            error.kind = ErrorKind::Invalid;  // no such table
        }
        return error;
    }
    return {};
}

}  // namespace analemma::monitor
