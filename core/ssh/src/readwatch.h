#pragma once

#include <QObject>
#include <QString>
#include <QTimer>

#include <functional>

namespace analemma::ssh {

/// How far a child process has read a file: sftp tells nobody who is no terminal, but the kernel
/// does (proc(5), /proc/PID/fdinfo). Four looks a second, on the owner's thread.
class ReadWatch {
public:
    using Progress = std::function<void(qint64 done, qint64 total)>;
    ReadWatch(QString path, qint64 total, Progress progress);
    void begin(qint64 pid);

private:
    void look();

    const QString m_path;
    const qint64 m_total;
    const Progress m_progress;
    qint64 m_pid = 0;
    qint64 m_last = 0;
    QTimer m_timer;
};

}  // namespace analemma::ssh
