#pragma once

#include "core/operate/logtail.h"
#include "tests/ssh/private_sshd.h"
#include "tests/support.h"

/// Two real servers with a log each, and a tail upon them.
namespace analemma::test {

using namespace Qt::StringLiterals;
using namespace analemma::operate;

inline void append(const QString& path, const QByteArray& bytes)
{
    QFile file(path);
    QVERIFY2(file.open(QIODevice::Append), qPrintable(path));
    QCOMPARE(file.write(bytes), bytes.size());
}

/// A tail with what it has said.
struct Followed {
    explicit Followed(LogTail::Connect connect, const LogTailOptions& options = {})
        : tail(std::move(connect), options)
    {
        QObject::connect(&tail, &LogTail::lines, &tail,
                         [this](const QList<LogLine>& more) { lines += more; });
        QObject::connect(&tail, &LogTail::finished, &tail, [this] { isOver = true; });
    }
    [[nodiscard]] QByteArrayList texts(const QString& server = {}) const
    {
        QByteArrayList all;
        for (const LogLine& line : lines) {
            if (line.kind == LogLine::Kind::Text && (server.isEmpty() || line.server == server)) {
                all.append(line.text);
            }
        }
        return all;
    }
    [[nodiscard]] qint64 sum(LogLine::Kind kind) const
    {
        qint64 all = 0;
        for (const LogLine& line : lines) {
            all += line.kind == kind ? line.count : 0;
        }
        return all;
    }
    [[nodiscard]] bool has(LogLine::Kind kind) const
    {
        return std::any_of(lines.begin(), lines.end(),
                           [kind](const LogLine& line) { return line.kind == kind; });
    }
    QList<LogLine> lines;
    bool isOver = false;
    LogTail tail;
};

class LogFixture : public QObject {
    Q_OBJECT
protected:
    void begin()
    {
        for (PrivateSshd* sshd : {&m_one, &m_two}) {
            QVERIFY(QDir().mkpath(sshd->path(u"view"_s)));
            const QString problem = sshd->start();
            QVERIFY2(problem.isEmpty(), qPrintable(problem));
        }
    }

    static LogTailOptions quick()
    {
        LogTailOptions options;
        options.firstRetry = milliseconds(200);
        options.longestRetry = milliseconds(500);
        return options;
    }
    /// The server "two" is killed with all that it runs.
    void cutOff(const Followed& one)
    {
        m_two.stop();
        QTRY_COMPARE_WITH_TIMEOUT(one.tail.state(u"two"_s), LogState::Lost, 20'000);
    }
    /// And started again.
    Result<void> back(const Followed& one)
    {
        const QString problem = m_two.start(m_two.port());
        if (!problem.isEmpty()) {
            return Error(ErrorKind::Failed, problem);
        }
        const bool follows = QTest::qWaitFor(
            [&one] { return one.tail.state(u"two"_s) == LogState::Following; }, 20'000);
        return follows ? Result<void>() : Error(ErrorKind::Timeout, u"it is not followed"_s);
    }
    LogTail::Connect connecting()
    {
        return [this](const QString& server, CancelToken cancel) {
            const PrivateSshd& sshd = server == "one"_L1 ? m_one : m_two;
            return ssh::sharedBuiltIn(&m_client, sshd.target(), std::move(cancel));
        };
    }
    /// Both servers are this machine: each has a folder of its own below /mnt.
    static QByteArray view()
    {
        return "ForceCommand exec bwrap --dev-bind / / --bind \"$HOME/view\" /mnt "
               "sh -c \"$SSH_ORIGINAL_COMMAND\"";
    }
    /// Where the file of a server is seen from here.
    [[nodiscard]] std::function<QString(int)> prepare(const QString& name) const
    {
        return [this, name](int server) {
            return (server == 0 ? m_one : m_two).path(u"view/"_s + name);
        };
    }
    static QString link(const QString& name) { return u"/mnt/"_s + name; }

    ssh::Library m_library;
    PrivateSshd m_one{{u"ed25519"_s}, view(), 21};
    PrivateSshd m_two{{u"ed25519"_s}, view(), 22};
    ssh::Client m_client{1};
};

}  // namespace analemma::test
