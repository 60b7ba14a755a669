#include "core/infra/src/haproxy_socket.h"

#include "core/infra/src/haproxy_text.h"

#include <QFile>
#include <QLocalSocket>
#include <QPointer>
#include <QTimer>

#include <fcntl.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace analemma::infra::haproxy {
namespace {

constexpr qsizetype answerLimitBytes = 16 * 1024 * 1024;

/// One question and its answer; deletes itself when it has told the promise.
class Exchange : public QObject {
public:
    Exchange(QByteArray line, Promise<QByteArray> promise)
        : m_line(std::move(line)), m_promise(std::move(promise))
    {
    }
    ~Exchange() override
    {
        if (m_folder >= 0) {
            ::close(m_folder);
        }
    }

    void start(const QString& folder, milliseconds timeout)
    {
        m_folder = ::open(QFile::encodeName(folder).constData(), O_PATH | O_DIRECTORY | O_CLOEXEC);
        if (m_folder < 0) {
            finish(Error(ErrorKind::NotFound, u"there is no balancer in %1"_s.arg(folder), errno));
            return;
        }
        connect(&m_socket, &QLocalSocket::connected, this, [this] {
            m_sent = true;
            m_socket.write(m_line + '\n');
        });
        connect(&m_socket, &QLocalSocket::readyRead, this, [this] { read(); });
        connect(&m_socket, &QLocalSocket::disconnected, this, [this] {
            read();
            ended();
        });
        connect(&m_socket, &QLocalSocket::errorOccurred, this,
                [this](QLocalSocket::LocalSocketError error) { failed(error); });
        QTimer::singleShot(timeout, this, [this] {
            finish(Error(ErrorKind::Timeout, u"the balancer did not answer in time"_s));
        });
        m_socket.connectToServer(
            u"/proc/self/fd/%1/%2"_s.arg(m_folder).arg(QLatin1StringView(socketName)));
    }

    /// Nobody waits for the answer any more.
    void abandon()
    {
        if (!std::exchange(m_done, true)) {
            m_socket.disconnect(this);
            delete this;
        }
    }

private:
    void read()
    {
        m_answer += m_socket.readAll();
        if (m_answer.size() > answerLimitBytes) {
            finish(Error(ErrorKind::Protocol, u"the balancer's answer is too long"_s));
        }
    }

    /// Every answer has at least a line feed.
    void ended()
    {
        if (m_answer.isEmpty()) {
            finish(Error(ErrorKind::Network,
                         u"the balancer ended the connection without an answer"_s));
        } else {
            finish(m_answer);
        }
    }

    void failed(QLocalSocket::LocalSocketError error)
    {
        if (error == QLocalSocket::PeerClosedError) {
            return;  // the end of the answer; disconnected() follows
        }
        const QString text = u"the balancer does not answer: %1"_s.arg(m_socket.errorString());
        finish(Error(m_sent ? ErrorKind::Network : ErrorKind::NotFound, text));
    }

    void finish(Result<QByteArray> result)
    {
        if (!std::exchange(m_done, true)) {
            m_promise.finish(std::move(result));
            deleteLater();
        }
    }

    QByteArray m_line;
    QByteArray m_answer;
    Promise<QByteArray> m_promise;
    QLocalSocket m_socket;
    int m_folder = -1;
    bool m_sent = false;
    bool m_done = false;
};

}  // namespace

Task<Result<QByteArray>> say(QString folder, QByteArray line, milliseconds timeout)
{
    const Promise<QByteArray> promise;
    auto future = promise.future();
    const QPointer<Exchange> exchange(new Exchange(std::move(line), promise));  // deletes itself
    exchange->start(folder, timeout);
    Result<QByteArray> answer = co_await future;
    if (exchange) {
        exchange->abandon();  // it has not ended: the wait was given up
    }
    co_return answer;
}

}  // namespace analemma::infra::haproxy
