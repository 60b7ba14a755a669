#pragma once

#include "core/http/http.h"
#include "core/monitor/prometheus.h"
#include "tests/support.h"

#include <QElapsedTimer>
#include <QFile>
#include <QProcess>
#include <QTcpServer>
#include <QTemporaryDir>

#include <signal.h>
#include <unistd.h>

/// A real Prometheus, node exporter and Alertmanager of a test's own: on a loopback address that
/// other tests do not use, ended by their process ids.
namespace analemma::monitor::ground {

inline QString ownAddress()
{
    const int id = int(::getpid());
    return QStringLiteral("127.%1.%2.7").arg(128 + id % 64).arg((id / 64) % 250 + 1);
}

inline int freePort()
{
    QTcpServer server;
    server.listen(QHostAddress(ownAddress()), 0);
    return server.serverPort();
}

inline void writeText(const QString& path, const QByteArray& text)
{
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size()) {
        qFatal("cannot write %s", qPrintable(path));
    }
}

/// One program, until it answers with status 200 on a path.
class Served {
public:
    Served(QString program, QString folder)
        : m_program(std::move(program)), m_folder(std::move(folder))
    {
    }
    ~Served() { end(SIGKILL); }

    /// Empty when it is ready, else what went wrong.
    QString begin(const QStringList& arguments, const QString& ready, http::Client* client)
    {
        m_process = std::make_unique<QProcess>();
        m_process->setProcessChannelMode(QProcess::MergedChannels);
        m_process->setStandardOutputFile(m_folder + u'/' + m_program + QStringLiteral(".log"),
                                         QIODevice::Append);
        m_process->setWorkingDirectory(m_folder);
        m_process->start(m_program, arguments);
        if (!m_process->waitForStarted()) {
            return m_program + QStringLiteral(" cannot be started");
        }
        QElapsedTimer timer;
        timer.start();
        while (timer.elapsed() < 30'000 && m_process->state() == QProcess::Running) {
            http::Request request;
            request.url = ready;
            request.timeout = milliseconds(2'000);
            const auto answer = test::await(client->send(std::move(request)));
            if (answer && answer->status == 200) {
                return {};
            }
            QTest::qWait(50);
        }
        QFile log(m_folder + u'/' + m_program + QStringLiteral(".log"));
        return m_program + QStringLiteral(" does not answer: ") +
               (log.open(QIODevice::ReadOnly) ? QString::fromUtf8(log.readAll().right(1500))
                                              : QString());
    }
    void end(int signal)
    {
        if (m_process && m_process->state() == QProcess::Running) {
            ::kill(pid_t(m_process->processId()), signal);
            m_process->waitForFinished(15'000);
        }
        m_process.reset();
    }

private:
    QString m_program;
    QString m_folder;
    std::unique_ptr<QProcess> m_process;
};

/// All three. `sd` is the folder that Prometheus watches for targets.
class Ground {
public:
    Ground()
    {
        m_prometheusPort = freePort();
        m_nodePort = freePort();
        m_managerPort = freePort();
        QDir(m_folder.path()).mkdir(QStringLiteral("sd"));
        QDir(m_folder.path()).mkdir(QStringLiteral("am"));
        writeText(path(QStringLiteral("am.yml")),
                  "route:\n  receiver: none\n  group_wait: 0s\nreceivers:\n  - name: none\n");
        writeText(path(QStringLiteral("rules.yml")),
                  "groups:\n  - name: test\n    interval: 1s\n    rules:\n"
                  "      - alert: AlwaysThere\n        expr: vector(7)\n"
                  "        labels: { severity: warning, analemma_server: web-1 }\n"
                  "        annotations: { summary: \"seven <b>is</b> there\" }\n");
        writeText(path(QStringLiteral("prometheus.yml")),
                  "global: { scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s }\n"
                  "rule_files: [ " +
                      path(QStringLiteral("rules.yml")).toUtf8() +
                      " ]\n"
                      "alerting:\n  alertmanagers:\n    - static_configs:\n        - targets: [ '" +
                      managerPlace().toUtf8() +
                      "' ]\n"
                      "scrape_configs:\n  - job_name: node\n    file_sd_configs:\n"
                      "      - files: [ '" +
                      path(QStringLiteral("sd/*.json")).toUtf8() +
                      "' ]\n        refresh_interval: 1s\n");
    }

    QString startPrometheus()
    {
        return m_prometheus.begin(
            {QStringLiteral("--config.file=") + path(QStringLiteral("prometheus.yml")),
             QStringLiteral("--storage.tsdb.path=") + path(QStringLiteral("data")),
             QStringLiteral("--web.listen-address=") + place(m_prometheusPort),
             QStringLiteral("--web.enable-lifecycle"),
             QStringLiteral("--rules.alert.resend-delay=1s"),
             QStringLiteral("--web.enable-remote-write-receiver")},
            url() + QStringLiteral("/-/ready"), &m_client);
    }
    QString startNode()
    {
        return m_node.begin({QStringLiteral("--web.listen-address=") + place(m_nodePort)},
                            QStringLiteral("http://") + place(m_nodePort) + QStringLiteral("/"),
                            &m_client);
    }
    QString startManager()
    {
        return m_manager.begin({QStringLiteral("--config.file=") + path(QStringLiteral("am.yml")),
                                QStringLiteral("--storage.path=") + path(QStringLiteral("am")),
                                QStringLiteral("--web.listen-address=") + place(m_managerPort),
                                QStringLiteral("--cluster.listen-address=")},
                               managerUrl() + QStringLiteral("/-/ready"), &m_client);
    }
    void endPrometheus(int signal) { m_prometheus.end(signal); }
    void endNode() { m_node.end(SIGTERM); }

    [[nodiscard]] QString path(const QString& name) const { return m_folder.path() + u'/' + name; }
    [[nodiscard]] QString url() const
    {
        return QStringLiteral("http://") + place(m_prometheusPort);
    }
    [[nodiscard]] QString managerUrl() const { return QStringLiteral("http://") + managerPlace(); }
    [[nodiscard]] int nodePort() const { return m_nodePort; }
    HttpSend send()
    {
        return [client = &m_client](http::Request request, CancelToken cancel) {
            return client->send(std::move(request), std::move(cancel));
        };
    }
    PromClient client()
    {
        PromOptions options;
        options.url = url();
        options.alertmanager = managerUrl();
        return {send(), options};
    }

private:
    static QString place(int port) { return ownAddress() + u':' + QString::number(port); }
    [[nodiscard]] QString managerPlace() const { return place(m_managerPort); }

    QTemporaryDir m_folder;
    http::Client m_client;
    Served m_prometheus{QStringLiteral("prometheus"), m_folder.path()};
    Served m_node{QStringLiteral("prometheus-node-exporter"), m_folder.path()};
    Served m_manager{QStringLiteral("prometheus-alertmanager"), m_folder.path()};
    int m_prometheusPort = 0;
    int m_nodePort = 0;
    int m_managerPort = 0;
};

}  // namespace analemma::monitor::ground
