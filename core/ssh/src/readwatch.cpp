#include "core/ssh/src/readwatch.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::ssh {

ReadWatch::ReadWatch(QString path, qint64 total, Progress progress)
    : m_path(std::move(path)), m_total(total), m_progress(std::move(progress))
{
    m_timer.callOnTimeout([this] { look(); });
}

void ReadWatch::begin(qint64 pid)
{
    m_pid = pid;
    if (m_progress) {
        m_timer.start(250);
    }
}

void ReadWatch::look()
{
    const QString process = u"/proc/%1"_s.arg(m_pid);
    const QDir open(process + u"/fd"_s);
    for (const QString& name : open.entryList(QDir::Files | QDir::System)) {
        if (QFile::symLinkTarget(open.filePath(name)) != m_path) {
            continue;
        }
        QFile file(process + u"/fdinfo/"_s + name);
        if (file.open(QIODevice::ReadOnly)) {
            const QByteArray line = file.readLine().simplified();  // "pos: 32768"
            const qint64 done = std::clamp<qint64>(line.mid(5).toLongLong(), m_last, m_total);
            if (done > m_last) {
                m_last = done;
                m_progress(done, m_total);
            }
        }
        return;
    }
}

}  // namespace analemma::ssh
