#include "core/base/files.h"
#include "core/operate/transferstore.h"
#include "ui/console/login_form.h"
#include "ui/files/files_page.h"
#include "ui/servers/servers_panel.h"
#include "ui/widgets/chip_bar.h"
#include "ui/widgets/data_table.h"

#include <QDesktopServices>
#include <QPointer>
#include <QStackedWidget>
#include <QUrl>

using namespace Qt::StringLiterals;

namespace analemma::ui {
namespace {

/// What a pane needs to know of a server.
FileServer fileServer(const ServerFacts& facts)
{
    FileServer server;
    server.name = facts.name();
    server.label = facts.server.ssh.user.isEmpty() ? facts.name()
                                                   : facts.server.ssh.user + u'@' + facts.name();
    server.environment = facts.server.environment;
    server.production = facts.production;
    server.start = facts.server.root.toUtf8();
    server.refusal = commandRefusal(facts);
    return server;
}

}  // namespace

void ServersPanel::buildFiles()
{
    m_filesAction = addCommand(
        u"servers.files"_s, tr("Files"), u"files"_s, [this] { openFiles(m_table->currentId()); },
        QKeySequence(u"Ctrl+Shift+D"_s));
    const auto add = [this](const QString& id, const QString& text, const QString& icon,
                            void (FilesPage::*act)()) {
        m_fileActions.append(addCommand(u"files."_s + id, text, icon, [this, act] {
            if (m_files != nullptr) {
                (m_files->*act)();
            }
        }));
    };
    add(u"edit"_s, tr("Files: edit in place (F4)"), u"edit"_s, &FilesPage::editFile);
    add(u"copy"_s, tr("Files: copy to the other side (F5)"), u"copy"_s, &FilesPage::copy);
    add(u"rename"_s, tr("Files: rename or move (F6)"), u"edit"_s, &FilesPage::rename);
    add(u"folder"_s, tr("Files: new folder (F7)"), u"folder"_s, &FilesPage::makeFolder);
    add(u"delete"_s, tr("Files: delete… (F8)"), u"trash"_s, &FilesPage::remove);
    add(u"permissions"_s, tr("Files: permissions and owner (F9)"), u"lock"_s,
        &FilesPage::permissions);
    addCommand(u"files.transfers"_s, tr("Files: transfers"), u"download"_s,
               [this] { showTransfers(); });
    m_fileActions.append(addCommand(u"files.list"_s, tr("Files: back to the servers"), u"servers"_s,
                                    [this] { showFiles(false); }));
    updateFileActions();
}

FilesPage* ServersPanel::files() const
{
    return m_files;
}

/// Made when first wanted: it looks at this machine's disk.
FilesPage* ServersPanel::makeFiles()
{
    if (m_files != nullptr) {
        return m_files;
    }
    // What is under way may still come here while the window closes.
    const auto connect = [self = QPointer<ServersPanel>(this)](const QString& server,
                                                               const CancelToken& cancel) {
        return self != nullptr && self->m_files != nullptr
                   ? self->sessionTo(server, cancel, self->m_files->login())
                   : operate::noSession(cancelledError());
    };
    const auto open = [](const QString& path) {
        QDesktopServices::openUrl(QUrl::fromLocalFile(path));
    };
    m_files = new FilesPage(connect, homeFolder(), open);
    m_files->login()->setHosts(context().hosts);
    m_files->keepIn(context().transfers);
    m_pages->addWidget(m_files);
    QObject::connect(m_files, &FilesPage::listWanted, this, [this] { showFiles(false); });
    QObject::connect(m_files, &FilesPage::notice, this, &Panel::notice);
    tellFiles();
    return m_files;
}

void ServersPanel::tellFiles()
{
    if (m_files == nullptr) {
        return;
    }
    QList<FileServer> servers;
    for (const ServerFacts& one : std::as_const(m_servers)) {
        servers.append(fileServer(one));
    }
    m_files->setServers(servers);
}

void ServersPanel::openFiles(const QString& server)
{
    const ServerFacts* one = find(server);
    if (one == nullptr) {
        return;
    }
    if (const QString why = commandRefusal(*one); !why.isEmpty()) {
        showError(Error(ErrorKind::Refused, why));
        return;
    }
    makeFiles();
    showFiles(true);
    m_files->openServer(server);
}

void ServersPanel::showFiles(bool shown)
{
    if (shown && m_files != nullptr) {
        m_pages->setCurrentWidget(m_files);
    } else if (m_pages->currentWidget() == m_files) {
        m_pages->setCurrentIndex(0);
        m_table->view()->setFocus();
    }
    if (!context().workspace.environmentOrder.isEmpty()) {
        chips()->setVisible(m_pages->currentIndex() == 0);
    }
    updateFileActions();
}

void ServersPanel::showTransfers()
{
    makeFiles();
    showFiles(true);
    m_files->openServer({});
}

/// Once: what did not come to its end when the window was closed waits for a person.
void ServersPanel::tellKept()
{
    if (context().transfers == nullptr || std::exchange(m_toldKept, true)) {
        return;
    }
    then(context().transfers->waiting(), this, [this](const Result<int>& waiting) {
        if (waiting && *waiting > 0 && m_files == nullptr) {
            Q_EMIT notice({Mark::Waiting,
                           tr("%n transfers of last time are paused.", nullptr, *waiting),
                           tr("Show"), [this] { showTransfers(); }, 20});
        }
    });
}

void ServersPanel::updateFileActions()
{
    const bool shown = m_files != nullptr && m_pages->currentWidget() == m_files;
    for (QAction* action : std::as_const(m_fileActions)) {
        setRefusal(action, shown ? QString() : tr("The files of no server are shown."));
    }
}

}  // namespace analemma::ui
