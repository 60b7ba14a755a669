#include "core/store/store.h"

#include "core/base/files.h"
#include "core/base/text.h"
#include "core/store/src/schema.h"
#include "core/store/src/transaction.h"

#include <QDir>
#include <QFile>
#include <QSqlDatabase>
#include <QSqlError>
#include <QSqlQuery>
#include <QVariant>

#include <atomic>
#include <condition_variable>
#include <algorithm>
#include <deque>
#include <thread>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace analemma::store {
namespace {

constexpr std::chrono::milliseconds pollInterval(100);  // for commits of other programs
constexpr std::size_t batchLimit = 128;
constexpr int sqliteFull = 13;

struct Job {
    bool writes = false;
    std::function<Result<void>(Transaction&)> work;
    std::function<void(Result<void>)> done;
};

/// Locks of SQLite's WAL need shared memory, which network file systems do not give.
bool isNetworkFileSystem(const QString& folder)
{
    struct statfs info {};
    if (::statfs(QFile::encodeName(folder).constData(), &info) != 0) {
        return false;
    }
    constexpr unsigned long nfs = 0x6969;
    constexpr unsigned long smb2 = 0xFE534D42;
    constexpr unsigned long cifs = 0xFF534D42;
    const auto type = static_cast<unsigned long>(info.f_type) & 0xFFFFFFFFUL;
    return type == nfs || type == smb2 || type == cifs;
}

}  // namespace

class Store::Body {
public:
    explicit Body(QString folder) : m_folder(std::move(folder)), m_ballast(m_folder + u"/ballast"_s)
    {
    }

    ~Body()
    {
        {
            const std::scoped_lock lock(m_mutex);
            m_stopping = true;
        }
        m_wake.notify_all();
        if (m_thread.joinable()) {
            m_thread.join();
        }
    }

    Result<void> start()
    {
        Result<void> opened;
        std::mutex mutex;
        std::condition_variable ready;
        bool told = false;
        m_thread = std::thread([&, this] {
            const QString name = newId();
            {
                Result<void> result = open(name);
                const bool ok = result.ok();
                {
                    const std::scoped_lock lock(mutex);
                    opened = std::move(result);
                    told = true;
                    ready.notify_all();
                }
                if (ok) {
                    serve();
                }
                m_database = QSqlDatabase();
            }
            QSqlDatabase::removeDatabase(name);
        });
        std::unique_lock lock(mutex);
        ready.wait(lock, [&] { return told; });
        return opened;
    }

    void enqueue(Job job)
    {
        {
            const std::scoped_lock lock(m_mutex);
            m_jobs.push_back(std::move(job));
        }
        m_wake.notify_all();
    }

    [[nodiscard]] const QString& folder() const { return m_folder; }
    void setOwner(Store* owner) { m_owner = owner; }

private:
    Result<void> open(const QString& name)
    {
        const QString file = m_folder + u"/state.db"_s;
        m_database = QSqlDatabase::addDatabase(u"QSQLITE"_s, name);
        m_database.setDatabaseName(file);
        if (!m_database.open()) {
            return Error(ErrorKind::Io, u"open %1: %2"_s.arg(file, m_database.lastError().text()));
        }
        QFile::setPermissions(file, QFileDevice::ReadOwner | QFileDevice::WriteOwner);
        Result<void> prepared = prepareSchema(m_database, file);
        static_cast<void>(m_ballast.lay());
        return prepared.in(file);
    }

    void serve()
    {
        qint64 version = dataVersion();
        while (true) {
            std::deque<Job> batch;
            {
                std::unique_lock lock(m_mutex);
                m_wake.wait_for(lock, pollInterval,
                                [this] { return m_stopping || !m_jobs.empty(); });
                if (m_stopping && m_jobs.empty()) {
                    return;
                }
                while (!m_jobs.empty() && batch.size() < batchLimit) {
                    batch.push_back(std::move(m_jobs.front()));
                    m_jobs.pop_front();
                }
            }
            bool wrote = batch.empty() ? false : perform(batch);
            const qint64 now = dataVersion();
            wrote = wrote || now != version;
            version = now;
            if (wrote && m_owner != nullptr) {
                detail::post(m_owner, [owner = m_owner] { Q_EMIT owner->changed(); });
            }
        }
    }

    /// Rises when another connection has committed (sqlite.org/pragma.html#pragma_data_version).
    qint64 dataVersion()
    {
        QSqlQuery query(m_database);
        return query.exec(u"PRAGMA data_version"_s) && query.next() ? query.value(0).toLongLong()
                                                                    : 0;
    }

    /// Runs a batch in one transaction. True when something was committed.
    bool perform(std::deque<Job>& batch)
    {
        const bool writes =
            std::any_of(batch.begin(), batch.end(), [](const Job& job) { return job.writes; });
        std::vector<Result<void>> results(batch.size());
        bool wrote = false;
        Result<void> committed = attempt(batch, results, writes, wrote);
        if (!committed && committed.error().nativeCode == sqliteFull && m_ballast.give()) {
            wrote = false;
            committed = attempt(batch, results, writes, wrote);
        }
        for (std::size_t i = 0; i < batch.size(); ++i) {
            batch[i].done(committed ? results[i] : committed);
        }
        return committed.ok() && wrote;
    }

    Result<void> attempt(std::deque<Job>& batch, std::vector<Result<void>>& results, bool writes,
                         bool& wrote)
    {
        QSqlQuery query(m_database);
        if (!query.exec(writes ? u"BEGIN IMMEDIATE"_s : u"BEGIN"_s)) {
            return failure(query);
        }
        SqlTransaction transaction(m_database, m_ballast);
        for (std::size_t i = 0; i < batch.size(); ++i) {
            transaction.setWritable(batch[i].writes);
            const bool guarded = batch[i].writes;
            if (guarded && !query.exec(u"SAVEPOINT job"_s)) {
                return rolledBack(query);
            }
            results[i] = batch[i].work(transaction);
            const bool keep = results[i].ok();
            wrote = (transaction.takeWrote() && keep) || wrote;
            if (!keep && results[i].error().nativeCode == sqliteFull) {
                query.exec(u"ROLLBACK"_s);
                return diskFull();
            }
            if (guarded && !keep && !query.exec(u"ROLLBACK TO job"_s)) {
                return rolledBack(query);
            }
            if (guarded && !query.exec(u"RELEASE job"_s)) {
                return rolledBack(query);
            }
        }
        if (!query.exec(u"COMMIT"_s)) {
            return rolledBack(query);
        }
        return {};
    }

    static Error diskFull()
    {
        return Error(ErrorKind::Io,
                     u"the workspace's state could not be written: the disk is full"_s, sqliteFull)
            .withHint(u"Free some space on that disk and try again."_s);
    }

    static Error failure(const QSqlQuery& query)
    {
        const int code = query.lastError().nativeErrorCode().toInt();
        if (code == sqliteFull) {
            return diskFull();
        }
        return {
            ErrorKind::Io,
            u"the workspace's state could not be written: "_s + query.lastError().databaseText(),
            code};
    }

    Error rolledBack(QSqlQuery& query)
    {
        Error error = failure(query);
        query.exec(u"ROLLBACK"_s);
        return error;
    }

    QString m_folder;
    Ballast m_ballast;
    Store* m_owner = nullptr;  // set before the first job, read by the store thread
    QSqlDatabase m_database;   // store thread only
    std::thread m_thread;
    std::mutex m_mutex;
    std::condition_variable m_wake;
    std::deque<Job> m_jobs;
    bool m_stopping = false;
};

// ---- face ---------------------------------------------------------------------------------------

Result<std::unique_ptr<Store>> Store::open(const QString& folder)
{
    if (const Result<void> made = makeFolder(folder); !made) {
        return made.error();
    }
    if (isNetworkFileSystem(folder)) {
        return Error(ErrorKind::Unsupported,
                     u"%1 lies on a network share, where the database cannot be kept safe"_s.arg(
                         folder))
            .withHint(u"Set ANALEMMA_HOME to a folder on a local disk."_s);
    }
    auto body = std::make_unique<Body>(folder);
    std::unique_ptr<Store> store(new Store(std::move(body)));
    store->m_body->setOwner(store.get());
    if (const Result<void> started = store->m_body->start(); !started) {
        return started.error();
    }
    return store;
}

Store::Store(std::unique_ptr<Body> body) : m_body(std::move(body)) {}

Store::~Store() = default;

QString Store::folder() const
{
    return m_body->folder();
}

void Store::enqueue(bool writes, std::function<Result<void>(Transaction&)> job,
                    std::function<void(Result<void>)> done)
{
    Job entry;
    entry.writes = writes;
    entry.work = std::move(job);
    entry.done = std::move(done);
    m_body->enqueue(std::move(entry));
}

QString Store::blobPath(const QString& sha256) const
{
    return folder() + u"/blobs/"_s + sha256.left(2) + u'/' + sha256.mid(2);
}

namespace {

Result<QString> keepBlob(const QString& source, const QString& blobs)
{
    const Result<void> made = makeFolder(blobs);
    if (!made) {
        return made.error();
    }
    // The copy is hashed, not the source: the source may change while it is read.
    const QString temporary = blobs + u"/.tmp-"_s + newId();
    if (const Result<void> copied = copyTree(source, temporary); !copied) {
        return copied.error().in(u"keep %1"_s.arg(source));
    }
    const Result<QString> digest = sha256(temporary);
    if (!digest) {
        QFile::remove(temporary);
        return digest.error();
    }
    const QString folder = blobs + u'/' + digest->left(2);
    const QString target = folder + u'/' + digest->mid(2);
    if (QFile::exists(target)) {
        QFile::remove(temporary);
        return *digest;
    }
    const int fd = ::open(QFile::encodeName(temporary).constData(), O_RDONLY | O_CLOEXEC);
    ::fchmod(fd, 0600);
    ::fsync(fd);
    ::close(fd);
    if (const Result<void> folderMade = makeFolder(folder); !folderMade) {
        return folderMade.error();
    }
    if (::rename(QFile::encodeName(temporary).constData(), QFile::encodeName(target).constData()) !=
        0) {
        const int code = errno;
        QFile::remove(temporary);
        return systemError(u"keep %1"_s.arg(source), code);
    }
    return *digest;
}

}  // namespace

Task<Result<QString>> Store::addBlob(QString sourcePath)
{
    const QString blobs = folder() + u"/blobs"_s;
    std::function<Result<QString>()> work = [sourcePath, blobs] {
        return keepBlob(sourcePath, blobs);
    };
    return onWorker<QString>(std::move(work));
}

}  // namespace analemma::store
