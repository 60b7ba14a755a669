#include "app/load.h"

#include "core/base/readers.h"

#include <QHostAddress>
#include <QNetworkProxy>
#include <QTcpSocket>
#include <QThread>
#include <QTimer>

#include <algorithm>
#include <chrono>
#include <mutex>

using namespace Qt::StringLiterals;

namespace analemma::app {
namespace {

constexpr qsizetype answerLimitBytes = 1024 * 1024;
constexpr qsizetype keptLatencies = 2'000'000;
constexpr qsizetype keptFailures = 10;

struct Waiter {
    QString version;  ///< empty: any
    qint64 after = 0;
    Promise<qint64> promise;
};

}  // namespace

/// What the clients' thread writes and the main thread reads.
struct LoadState {
    LoadPlan plan;
    std::unique_ptr<QThread> thread;  ///< of the clients

    std::mutex mutex;
    bool stopping = false;
    int busy = 0;  ///< requests under way
    LoadReport report;
    std::vector<float> latencies;
    std::vector<Waiter> waiters;

    bool begin()
    {
        const std::scoped_lock lock(mutex);
        if (stopping) {
            return false;
        }
        ++busy;
        ++report.requests;
        return true;
    }

    void answered(const QString& version, qint64 began, qint64 ended)
    {
        std::vector<Waiter> ready;
        {
            const std::scoped_lock lock(mutex);
            --busy;
            ++report.versions[version];
            if (qsizetype(latencies.size()) < keptLatencies) {
                latencies.push_back(float(double(ended - began) / 1e6));
            }
            const auto fits = [&](const Waiter& waiter) {
                return waiter.version == version && ended >= waiter.after;
            };
            std::copy_if(waiters.begin(), waiters.end(), std::back_inserter(ready), fits);
            waiters.erase(std::remove_if(waiters.begin(), waiters.end(), fits), waiters.end());
        }
        for (const Waiter& waiter : ready) {
            waiter.promise.finish(ended);
        }
    }

    void failed(const QString& why)
    {
        const std::scoped_lock lock(mutex);
        --busy;
        ++report.failed;
        if (report.failures.size() < keptFailures) {
            report.failures.append(why);
        }
    }

    qint64 answers()
    {
        const std::scoped_lock lock(mutex);
        return report.requests - report.failed - busy;
    }
};

namespace {

/// One user. Lives in the clients' thread.
class Client : public QObject {
public:
    Client(LoadState* body, bool keepAlive) : m_body(body), m_keepAlive(keepAlive)
    {
        const QUrl& url = body->plan.url;
        m_request = u"GET %1 HTTP/1.1\r\nHost: %2:%3\r\nUser-Agent: analemma-load\r\n%4\r\n"_s
                        .arg(url.path(QUrl::FullyEncoded), url.host())
                        .arg(url.port(80))
                        .arg(keepAlive ? QString() : u"Connection: close\r\n"_s)
                        .toLatin1();
        m_socket.setProxy(QNetworkProxy::NoProxy);
        m_patience.setSingleShot(true);
        m_pause.setSingleShot(true);
        m_pause.setTimerType(Qt::PreciseTimer);
        connect(&m_socket, &QTcpSocket::connected, this, [this] { send(); });
        connect(&m_socket, &QTcpSocket::readyRead, this, [this] { receive(); });
        connect(&m_socket, &QTcpSocket::errorOccurred, this, [this] { lose(); });
        connect(&m_socket, &QTcpSocket::disconnected, this, [this] { lose(); });
        connect(&m_patience, &QTimer::timeout, this,
                [this] { fail(u"no answer within %1 ms"_s.arg(m_body->plan.patience.count())); });
        connect(&m_pause, &QTimer::timeout, this, [this] { begin(); });
    }

    void begin()
    {
        if (!m_body->begin()) {
            return;
        }
        m_busy = true;
        m_began = loadNow();
        m_buffer.clear();
        m_patience.start(m_body->plan.patience);
        if (m_socket.state() == QAbstractSocket::ConnectedState) {
            send();
        } else {
            m_socket.abort();
            m_socket.connectToHost(QHostAddress(m_body->plan.url.host()),
                                   quint16(m_body->plan.url.port(80)));
        }
    }

private:
    void send() { m_socket.write(m_request); }

    void receive()
    {
        m_buffer += m_socket.readAll();
        if (!m_busy) {
            return;
        }
        const Answer answer = readAnswer(m_buffer);
        if (answer.broken || m_buffer.size() > answerLimitBytes) {
            fail(u"the answer is not HTTP"_s);
        } else if (answer.complete && answer.status != 200) {
            fail(u"HTTP %1"_s.arg(answer.status));
        } else if (answer.complete) {
            m_busy = false;
            m_patience.stop();
            m_body->answered(versionIn(answer.body), m_began, loadNow());
            if (!m_keepAlive || !answer.keepAlive) {
                m_socket.abort();
            }
            m_pause.start(m_body->plan.pause);
        }
    }

    void lose()
    {
        if (m_busy) {
            fail(u"connection lost: %1"_s.arg(m_socket.errorString()));
        }
    }

    void fail(const QString& why)
    {
        if (!m_busy) {
            return;
        }
        m_busy = false;
        m_patience.stop();
        m_body->failed(why);
        m_socket.abort();
        m_pause.start(m_body->plan.pause);
    }

    LoadState* m_body;
    bool m_keepAlive;
    bool m_busy = false;
    qint64 m_began = 0;
    QByteArray m_request;
    QByteArray m_buffer;
    QTcpSocket m_socket{this};
    QTimer m_patience{this};
    QTimer m_pause{this};
};

/// Runs the clients until it is asked to stop and the last answer is there.
class ClientsThread : public QThread {
public:
    explicit ClientsThread(LoadState* state) : m_state(state) {}

protected:
    void run() override
    {
        std::vector<std::unique_ptr<Client>> clients;
        const int all = m_state->plan.keepAlive + m_state->plan.fresh;
        for (int i = 0; i < all; ++i) {
            clients.push_back(std::make_unique<Client>(m_state, i < m_state->plan.keepAlive));
            Client* client = clients.back().get();
            // Not all at the same moment: users do not keep step.
            const milliseconds wait(m_state->plan.pause.count() * i / std::max(1, all));
            QTimer::singleShot(wait, client, [client] { client->begin(); });
        }
        QTimer watch;
        QObject::connect(&watch, &QTimer::timeout, &watch, [this] {
            const std::scoped_lock lock(m_state->mutex);
            if (m_state->stopping && m_state->busy == 0) {
                quit();
            }
        });
        watch.start(5);
        exec();
    }

private:
    LoadState* m_state;
};

double percentile(std::vector<float>* sorted, double part)
{
    if (sorted->empty()) {
        return 0;
    }
    const auto at = size_t(double(sorted->size() - 1) * part);
    std::nth_element(sorted->begin(), sorted->begin() + std::ptrdiff_t(at), sorted->end());
    return double((*sorted)[at]);
}

}  // namespace

qint64 loadNow()
{
    return std::chrono::duration_cast<std::chrono::nanoseconds>(
               std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

QString versionIn(const QByteArray& body)
{
    const Result<Json> json = readJsonObject(body);
    return json ? json->value(u"version"_s).toString() : QString();
}

Answer readAnswer(const QByteArray& bytes)
{
    Answer answer;
    const qsizetype end = bytes.indexOf("\r\n\r\n");
    if (end < 0) {
        answer.broken =
            !bytes.isEmpty() && !bytes.startsWith(QByteArray("HTTP/1.").left(bytes.size()));
        return answer;
    }
    const QList<QByteArray> lines = bytes.left(end).split('\n');
    const QList<QByteArray> first = lines.constFirst().trimmed().split(' ');
    answer.status = first.value(1).toInt();
    qint64 length = -1;
    for (const QByteArray& line : lines.mid(1)) {
        const qsizetype colon = line.indexOf(':');
        const QByteArray name = line.left(colon).trimmed().toLower();
        const QByteArray value = line.mid(colon + 1).trimmed();
        if (name == "content-length") {
            bool ok = false;
            length = value.toLongLong(&ok);
            answer.broken = answer.broken || !ok || length < 0;
        } else if (name == "connection") {
            answer.keepAlive = value.toLower() != "close";
        }
    }
    answer.broken = answer.broken || !first.constFirst().startsWith("HTTP/1.") ||
                    answer.status < 100 || length < 0;
    answer.body = bytes.mid(end + 4, length < 0 ? 0 : length);
    answer.complete = !answer.broken && answer.body.size() == length;
    return answer;
}

Load::Load(LoadPlan plan) : m_state(std::make_shared<LoadState>())
{
    m_state->plan = std::move(plan);
    m_state->thread = std::make_unique<ClientsThread>(m_state.get());
    m_state->thread->start();
}

Load::~Load()
{
    {
        const std::scoped_lock lock(m_state->mutex);
        m_state->stopping = true;
    }
    m_state->thread->wait();
}

namespace {

Task<Result<qint64>> firstAnswerImpl(std::shared_ptr<LoadState> body, QString version, qint64 after,
                                     milliseconds patience)
{
    Promise<qint64> promise;
    {
        const std::scoped_lock lock(body->mutex);
        body->waiters.push_back(Waiter{version, after, promise});
    }
    QTimer timer;
    timer.setSingleShot(true);
    std::function<void()> late = [promise, version] {
        promise.finish(Error(ErrorKind::Timeout, u"no answer came from release %1"_s.arg(version)));
    };
    QObject::connect(&timer, &QTimer::timeout, &timer, std::move(late));
    timer.start(patience);
    auto future = promise.future();
    Result<qint64> time = co_await future;
    co_return time;
}

Task<Result<void>> answeredImpl(std::shared_ptr<LoadState> body, qint64 count,
                                milliseconds patience)
{
    const qint64 deadline = loadNow() + patience.count() * 1'000'000;
    while (body->answers() < count) {
        if (loadNow() > deadline) {
            co_return Error(ErrorKind::Timeout, u"the load got no answers"_s);
        }
        auto waiting = sleepFor(milliseconds(10), CancelToken());
        const Result<void> waited = co_await std::move(waiting);
        if (!waited) {
            co_return waited.error();
        }
    }
    co_return Result<void>();
}

Task<Result<LoadReport>> stopImpl(std::shared_ptr<LoadState> body)
{
    {
        const std::scoped_lock lock(body->mutex);
        body->stopping = true;
    }
    std::function<Result<LoadReport>()> work = [body]() -> Result<LoadReport> {
        body->thread->wait();
        const std::scoped_lock lock(body->mutex);
        LoadReport report = body->report;
        report.medianMs = percentile(&body->latencies, 0.5);
        report.p99Ms = percentile(&body->latencies, 0.99);
        report.worstMs = percentile(&body->latencies, 1.0);
        return report;
    };
    auto waiting = onWorker<LoadReport>(std::move(work));
    Result<LoadReport> report = co_await std::move(waiting);
    co_return report;
}

}  // namespace

Task<Result<qint64>> Load::firstAnswer(QString version, qint64 after, milliseconds patience)
{
    return firstAnswerImpl(m_state, std::move(version), after, patience);
}

Task<Result<void>> Load::answered(qint64 count, milliseconds patience)
{
    return answeredImpl(m_state, count, patience);
}

Task<Result<LoadReport>> Load::stop()
{
    return stopImpl(m_state);
}

}  // namespace analemma::app
