#pragma once

#include "core/infra/infra.h"

#include <QEventLoop>
#include <QTemporaryDir>
#include <QTest>
#include <QTimer>

#include <atomic>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

/// What the tests of core/infra share.
namespace analemma::infra::test {

/// Runs the event loop until a task has ended. Only tests may wait so.
template <class T>
Result<T> await(Task<Result<T>> task, milliseconds timeout = milliseconds(60'000))
{
    auto answer = std::make_shared<std::optional<Result<T>>>();
    QEventLoop loop;
    QObject context;
    then(std::move(task), &context, [answer, &loop](Result<T> result) {
        answer->emplace(std::move(result));
        loop.quit();
    });
    if (!answer->has_value()) {
        QTimer::singleShot(timeout, &loop, &QEventLoop::quit);
        loop.exec();
    }
    return answer->has_value()
               ? std::move(**answer)
               : Result<T>(Error(ErrorKind::Timeout, QStringLiteral("the test waited in vain")));
}

/// Lets several tasks run at the same time, and waits for all.
template <class T>
std::vector<Result<T>> awaitAll(std::vector<Task<Result<T>>> tasks)
{
    std::vector<Result<T>> results;
    for (Task<Result<T>>& task : tasks) {
        results.push_back(await(std::move(task)));
    }
    return results;
}

#define EXPECT_OK(call)                                                                         \
    do {                                                                                        \
        const auto& outcome = (call);                                                           \
        QVERIFY2(outcome.ok(), qPrintable(outcome.ok() ? QString() : outcome.error().message)); \
    } while (false)
#define EXPECT_ERROR(call, wanted)                                                  \
    do {                                                                            \
        const auto& outcome = (call);                                               \
        QVERIFY2(!outcome.ok(), "an error was expected");                           \
        QVERIFY2(outcome.error().kind == (wanted),                                  \
                 qPrintable(toString(outcome.error().kind) + QStringLiteral(": ") + \
                            outcome.error().message));                              \
    } while (false)

/// A workspace with its store in a folder of its own.
class World {
public:
    /// `below`: a longer path inside the temporary folder.
    explicit World(const QString& below = {});
    ~World();

    [[nodiscard]] Provider& provider() { return *m_provider; }
    [[nodiscard]] ssh::Client& ssh() { return *m_ssh; }
    [[nodiscard]] const Clock& clock() const { return m_clock; }
    [[nodiscard]] const workspace::Workspace& workspace() const { return m_workspace; }
    [[nodiscard]] store::Store& store() { return *m_store; }
    [[nodiscard]] QString local() const
    {
        return m_workspace.stateFolder() + QStringLiteral("/local");
    }
    /// The same state seen by a program that was started anew.
    void restart();
    /// "analemma/<workspace>/<target>/<operation>/<key>"
    [[nodiscard]] QString tag(const QString& key, const QString& operation = {}) const;
    [[nodiscard]] QString operation() const { return m_operation; }

private:
    QTemporaryDir m_folder;
    SystemClock m_clock;
    workspace::Workspace m_workspace;
    std::unique_ptr<ssh::Client> m_ssh;
    std::unique_ptr<store::Store> m_store;
    std::unique_ptr<Provider> m_provider;
    QString m_operation;
};

/// Names that no other run uses at the same time.
QString uniqueName(const QString& text);

/// A web service as a start script puts it into /srv/services: says its server's name and
/// `version`.
QByteArray webService(const QString& version);
/// One HTTP GET; the body, empty when nobody answered. `status` gets the number.
QByteArray get(const QString& address, int port, const QString& path, int* status = nullptr);

/// A port that somebody else listens on, in this process.
class Stranger {
public:
    Stranger(const QString& address, int port);
    ~Stranger();
    Stranger(const Stranger&) = delete;
    Stranger& operator=(const Stranger&) = delete;
    [[nodiscard]] bool listens() const { return m_fd >= 0; }

private:
    int m_fd = -1;
};

/// Clients that ask without a pause until they are told to stop. Keep-alive, or a connection a
/// request.
class Load {
public:
    Load(QString address, int port, int clients, bool keepAlive);
    ~Load();
    void stop();
    [[nodiscard]] qint64 requests() const { return m_requests; }
    [[nodiscard]] qint64 failed() const { return m_failed; }
    [[nodiscard]] QString firstFailure() const;

private:
    void run();
    bool once(int& fd);
    void fail(const QString& why);
    QByteArray m_host;
    int m_port;
    bool m_keepAlive;
    std::atomic<bool> m_stop{false};
    std::atomic<qint64> m_requests{0};
    std::atomic<qint64> m_failed{0};
    mutable std::mutex m_mutex;
    QString m_firstFailure;
    std::vector<std::thread> m_threads;
};

}  // namespace analemma::infra::test
