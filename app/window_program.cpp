#include "app/window_program.h"

#include "app/balancers.h"

#include "app/network_access.h"
#include "app/prometheus.h"
#include "app/sample.h"
#include "app/welcome.h"
#include "core/base/files.h"
#include "core/base/log.h"
#include "core/base/text.h"
#include "core/lifecycle/lastchange.h"
#include "ui/shell/main_window.h"
#include "ui/shell/settings.h"
#include "ui/shell/theme.h"

#include <QApplication>
#include <QDir>
#include <QFileInfo>
#include <QMessageBox>

#include <cstdio>

using namespace Qt::StringLiterals;

namespace analemma::app {
namespace {

constexpr int abandonedMilliseconds = 5000;
const QString lastKey = u"workspace/last"_s;

QString fileIn(const QString& path)
{
    return QFileInfo(path).isDir() ? QDir(path).filePath(u"analemma.yaml"_s) : path;
}

QString sampleFolder()
{
    return homeFolder() + u"/sample"_s;
}

}  // namespace

Result<QString> chooseWorkspace(const QString& named, const QString& last, const QString& directory)
{
    if (!named.isEmpty()) {
        const QString file = fileIn(QDir(directory).absoluteFilePath(named));
        if (!QFileInfo::exists(file)) {
            return Error(ErrorKind::NotFound,
                         u"there is no workspace at %1"_s.arg(displayText(named, 400)))
                .withHint(u"A workspace is a folder with an analemma.yaml."_s);
        }
        return file;
    }
    if (!last.isEmpty() && QFileInfo::exists(last)) {
        return last;
    }
    return workspace::find(directory).valueOr(QString());
}

WindowProgram::WindowProgram() : m_theme(std::make_unique<ui::Theme>())
{
    QApplication::setQuitOnLastWindowClosed(false);
    // Queued: the signal comes from within the window's own closing.
    connect(
        qApp, &QApplication::lastWindowClosed, this,
        [this] {
            if (m_window) {
                leave();  // without it, only dialogs were there, and they decide themselves
            }
        },
        Qt::QueuedConnection);
    m_abandoned.setInterval(abandonedMilliseconds);
    connect(&m_abandoned, &QTimer::timeout, this, [this] {
        then(m_services->engine->resumeAbandoned(), this, [](const Result<QStringList>& resumed) {
            if (!resumed) {
                logLine(LogLevel::Warning, "app", resumed.error().message);
            }
        });
    });
}

WindowProgram::~WindowProgram() = default;

void WindowProgram::start(const QString& named)
{
    const QString last = ui::windowSettings()->value(lastKey).toString();
    const Result<QString> file = chooseWorkspace(named, last, QDir::currentPath());
    if (!file) {
        complain(file.error());
    } else if (file->isEmpty()) {
        welcome();
    } else {
        openFile(*file);
    }
}

void WindowProgram::welcome()
{
    auto* dialog = new Welcome(sampleFolder());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &Welcome::sampleWanted, this, [this] { makeSampleIn(sampleFolder()); });
    connect(dialog, &Welcome::folderChosen, this,
            [this](const QString& folder) { openFile(fileIn(folder)); });
    connect(dialog, &QDialog::rejected, this, &WindowProgram::leave);
    dialog->open();
}

void WindowProgram::makeSampleIn(const QString& folder)
{
    const QString file = fileIn(folder);
    if (QFileInfo::exists(file)) {
        openFile(file);
        return;
    }
    then(makeSample(u"shop"_s, folder), this, [this, folder](const Result<QString>& made) {
        if (made) {
            openFile(fileIn(folder));
        } else {
            complain(made.error());
        }
    });
}

void WindowProgram::openFile(const QString& file)
{
    // The frame first; while a person looks for the row that matters, the workspace is opened.
    const QString name = QFileInfo(file).absoluteDir().dirName();
    m_window = std::make_unique<ui::MainWindow>(name, m_theme.get());
    connect(
        m_window.get(), &ui::MainWindow::painted, this, [this, file] { openServices(file); },
        Qt::QueuedConnection);  // it may end the window that told
    connect(
        m_window.get(), &ui::MainWindow::leftTray, this, [this] { leave(); }, Qt::QueuedConnection);
    m_window->show();
}

void WindowProgram::openServices(const QString& file)
{
    if (m_leaving) {
        return;
    }
    if (!m_libraries) {
        m_libraries = std::make_unique<Libraries>();
    }
    Result<std::unique_ptr<Services>> opened = Services::open(file, u"analemma"_s);
    if (!opened) {
        m_window.reset();
        complain(opened.error());
        return;
    }
    m_services = std::move(*opened);
    const Result<void> monitoring = m_services->openMonitor();
    if (!monitoring) {
        logLine(LogLevel::Warning, "app", monitoring.error().in(u"figures"_s).message);
    } else {
        m_services->checks->watch(m_services->workspace.checks.values(),
                                  balancedEnvironments(m_services->workspace));
    }
    m_services->openAlerts();
    serve();
    QTimer::singleShot(0, this, &WindowProgram::work);
}

void WindowProgram::serve()
{
    ui::Context context;
    context.workspace = m_services->workspace;
    context.repository = m_services->repositories->opener();
    context.editWorkspace = m_services->repositories->editor();
    context.engine = m_services->engine.get();
    context.pipelines = m_services->pipelines.get();
    context.releases = m_services->releases.get();
    context.deployments = m_services->deployments.get();
    context.lifecycle = m_services->lifecycle.get();
    context.ssh = m_services->ssh.get();
    context.snippets = m_services->snippets.get();
    context.hosts = m_services->hosts.get();
    context.fleet = m_services->fleet.get();
    context.runbooks = m_services->runbooks.get();
    context.transfers = m_services->transfers.get();
    context.monitor = m_services->monitor.get();
    context.series = m_services->series.get();
    context.prometheus = [services = m_services.get()] { return openPrometheus(services); };
    context.prometheusState = [services = m_services.get()] {
        return services->prometheus ? services->prometheus->state() : monitor::PrometheusState();
    };
    context.alerts = m_services->alerts.get();
    context.incidents = m_services->incidents.get();
    context.notifier = m_services->notifier.get();
    // A copy: a recording may still write its last lines when the services are gone.
    context.knownSecrets = [secrets = *m_services->secrets] { return secrets.all(); };
    context.networkAccess = [](ui::LoginKeeping keeping) {
        return networkAccess(operate::HostPlaces::here(), {},
                             {std::move(keeping.offer), std::move(keeping.tell)});
    };
    context.clock = &m_services->clock;
    context.actor = actorName();
    m_window->serve(context);
}

void WindowProgram::work()
{
    if (m_leaving) {
        return;
    }
    ui::windowSettings()->setValue(lastKey, m_services->workspace.file);
    connect(m_services->lifecycle.get(), &lifecycle::Lifecycle::problem, this,
            [this](const QString& text) {
                if (m_window) {
                    ui::Notice notice;
                    notice.mark = lifecycle::Mark::Failed;
                    notice.text = displayText(text, 1000);
                    m_window->tell(notice);
                }
            });
    then(Services::startAlerts(m_services.get()), this, [](const Result<void>& started) {
        if (!started) {
            logLine(LogLevel::Warning, "app", started.error().in(u"alerts"_s).message);
        }
    });
    then(m_services->engine->resumeAbandoned(), this, [this](const Result<QStringList>& resumed) {
        if (!resumed) {
            logLine(LogLevel::Warning, "app", resumed.error().message);
        }
        if (m_leaving) {
            return;
        }
        m_abandoned.start();
        then(m_services->deployments->adopt(), this, [this](const Result<void>& adopted) {
            if (!adopted && m_window) {
                ui::Notice notice;
                notice.mark = lifecycle::Mark::Failed;
                notice.text = displayText(adopted.error().message, 1000);
                m_window->tell(notice);
            }
        });
        m_services->lifecycle->watchForCommits();
    });
    watchFile();
}

void WindowProgram::watchFile()
{
    m_watch = std::make_unique<WorkspaceWatch>(m_services->workspace);
    connect(m_watch.get(), &WorkspaceWatch::changed, this, &WindowProgram::renewed);
    connect(m_watch.get(), &WorkspaceWatch::problemChanged, this, [this] {
        if (m_window && !m_watch->problem().isEmpty()) {
            ui::Notice notice;
            notice.mark = lifecycle::Mark::Failed;
            notice.text =
                tr("The workspace file is not used as it is now: %1").arg(m_watch->problem());
            notice.seconds = 20;
            m_window->tell(notice);
        }
    });
}

void WindowProgram::renewed(const workspace::Workspace& before, const workspace::Workspace& after)
{
    if (m_leaving) {
        return;
    }
    const Renewal renewal = renew(m_services.get(), after);
    lifecycle::ConfigChange change;
    change.time = m_services->clock.now();
    change.environments = lifecycle::changedEnvironments(before, after);
    if (!change.environments->isEmpty()) {
        then(lifecycle::keepConfigChange(m_services->store.get(), std::move(change)), this,
             [](const Result<void>& kept) {
                 if (!kept) {
                     logLine(LogLevel::Warning, "app", kept.error().message);
                 }
             });
    }
    if (m_window) {
        m_window->setWorkspace(m_services->workspace);
        if (!renewal.isEmpty()) {
            ui::Notice notice;
            notice.mark = lifecycle::Mark::Ok;
            notice.text = tr("The workspace file changed. %1.").arg(renewal.text());
            m_window->tell(notice);
        }
    }
}

void WindowProgram::complain(const Error& error)
{
    const QString text = displayText(error.message, 4000);
    std::fprintf(stderr, "analemma: %s\n", qPrintable(text));
    auto* box = new QMessageBox(QMessageBox::Warning, tr("Analemma"), text);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setInformativeText(displayText(error.hint, 2000));
    box->setTextFormat(Qt::PlainText);
    connect(box, &QMessageBox::finished, this, &WindowProgram::welcome);
    box->open();
}

void WindowProgram::leave()
{
    if (m_leaving) {
        return;
    }
    if (m_window && (m_window->isVisible() || m_window->isInTray())) {
        return;  // another window was closed, not this one
    }
    m_leaving = true;
    if (!m_services) {
        QApplication::quit();
        return;
    }
    m_abandoned.stop();
    m_watch.reset();
    m_window.reset();
    then(Services::close(std::move(m_services)), this, [this](const Result<void>& closed) {
        if (!closed) {
            logLine(LogLevel::Warning, "app", closed.error().message);
        }
        QApplication::quit();
    });
}

}  // namespace analemma::app
