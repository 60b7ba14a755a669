#include "core/ssh/src/systemmaster.h"

#include "core/base/files.h"
#include "core/base/process.h"
#include "core/ssh/src/systemconfig.h"

#include <QCoreApplication>
#include <QFile>
#include <QThread>
#include <QTimer>

#include <signal.h>
#include <sys/prctl.h>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::ssh {
namespace {

constexpr qsizetype limitErrors = 64 * 1024;
constexpr int lookMs = 20;
constexpr int graceMs = 2'000;

}  // namespace

std::shared_ptr<SystemMaster> SystemMaster::make(Target target, QString folder)
{
    auto* master = new SystemMaster(std::move(target), std::move(folder));
    return {master, [](SystemMaster* last) {
                if (QThread::currentThread() == last->thread()) {
                    last->retire();
                } else {
                    QMetaObject::invokeMethod(
                        last, [last] { last->retire(); }, Qt::QueuedConnection);
                }
            }};
}

SystemMaster::SystemMaster(Target target, QString folder)
    : m_target(std::move(target)), m_folder(std::move(folder))
{
}

SystemMaster::~SystemMaster()
{
    if (m_process.state() !=
        QProcess::NotRunning) {  // the program ends, and was asked to go before
        m_process.disconnect(this);
        m_process.abandon();
    }
    (void)removeTree(m_folder);  // at the latest the next start sweeps it up
}

void SystemMaster::start(milliseconds timeout, const CancelToken& cancel,
                         const Promise<bool>& opened)
{
    m_opened = opened;
    QProcessEnvironment environment;
    for (const auto& [name, value] : basicEnvironment()) {
        environment.insert(name, value);
    }
    environment.insert(u"LC_ALL"_s, u"C"_s);  // its messages are read
    m_process.setProcessEnvironment(environment);
    m_process.setProgram(findProgram(u"ssh"_s));
    m_process.setArguments({u"-F"_s, path(u"master"_s), u"-M"_s, u"-N"_s, u"--"_s, u"target"_s});
    m_process.setStandardInputFile(QProcess::nullDevice());
    m_process.setStandardOutputFile(QProcess::nullDevice());
    // It ends with us whatever happens; in a session of its own no terminal is asked.
    m_process.setChildProcessModifier([] {
        ::prctl(PR_SET_PDEATHSIG, SIGTERM);
        ::setsid();
    });
    connect(&m_process, &QProcess::readyReadStandardError, this, [this] {
        const QByteArray piece = m_process.readAllStandardError();
        m_errors += piece.left(std::max<qsizetype>(0, limitErrors - m_errors.size()));
    });
    connect(&m_process, &QProcess::finished, this, [this] { onEnded(); });
    connect(&m_process, &QProcess::errorOccurred, this, [this](QProcess::ProcessError error) {
        if (error == QProcess::FailedToStart) {
            finish(Error(ErrorKind::NotFound, u"the program ssh cannot be started"_s));
        }
    });
    m_registration = cancel.onCancel([this] {
        QMetaObject::invokeMethod(
            this, [this] { finish(cancelledError()); }, Qt::QueuedConnection);
    });
    QTimer::singleShot(timeout, this, [this, timeout] {
        finish(Error(ErrorKind::Timeout,
                     u"%1: no login within %2"_s.arg(m_target.text(), durationText(timeout))));
    });
    QTimer::singleShot(lookMs, this, [this] { look(); });
    m_process.start();
}

/// ssh gives its socket the final name once it is logged in.
void SystemMaster::look()
{
    if (!m_opened) {
        return;
    }
    if (QFile::exists(path(u"c"_s))) {
        m_identity = identityOf(m_process.processId()).valueOr({});
        m_ready = true;
        finish(true);
        return;
    }
    QTimer::singleShot(lookMs, this, [this] { look(); });
}

void SystemMaster::finish(Result<bool> result)
{
    if (!m_opened) {
        return;
    }
    const Promise<bool> opened = *m_opened;
    m_opened.reset();
    m_registration = {};
    if (!result) {
        terminate();
    }
    opened.finish(std::move(result));
}

void SystemMaster::onEnded()
{
    m_ready = false;
    m_errors += m_process.readAllStandardError().left(limitErrors);
    const QString how = m_process.exitStatus() == QProcess::NormalExit
                            ? u"exit code %1"_s.arg(m_process.exitCode())
                            : u"a signal"_s;
    finish(connectionError(m_target, m_errors, how));
    if (m_ended) {
        m_ended->finish(true);
        m_ended.reset();
    }
}

void SystemMaster::terminate()
{
    if (m_process.state() != QProcess::NotRunning) {
        m_process.terminate();
        QTimer::singleShot(graceMs, &m_process, &QProcess::kill);
    }
}

void SystemMaster::end(const Promise<bool>& ended)
{
    m_ready = false;
    if (m_process.state() == QProcess::NotRunning) {
        ended.finish(true);
        return;
    }
    m_ended = ended;
    terminate();
}

/// Nobody needs it any more: it goes when its process has, at the latest with the program.
void SystemMaster::retire()
{
    m_ready = false;
    if (auto* app = QCoreApplication::instance(); app != nullptr && app->thread() == thread()) {
        setParent(app);
    }
    if (m_process.state() == QProcess::NotRunning) {
        deleteLater();
        return;
    }
    connect(&m_process, &QProcess::finished, this, &QObject::deleteLater);
    terminate();
}

}  // namespace analemma::ssh
