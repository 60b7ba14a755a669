#include "core/base/text.h"
#include "ui/console/console_area.h"
#include "ui/console/login_form.h"
#include "ui/console/ssh_connection.h"
#include "ui/console/terminal_view.h"
#include "ui/servers/servers_panel.h"
#include "ui/widgets/chip_bar.h"
#include "ui/widgets/data_table.h"
#include "ui/widgets/split_page.h"

#include <QDesktopServices>
#include <QPointer>
#include <QStackedWidget>
#include <QUrl>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace analemma::ui {

void ServersPanel::buildConsoles()
{
    auto* list = new QWidget;
    auto* margin = new QVBoxLayout(list);
    margin->setContentsMargins(metric::page, 0, metric::page, metric::page);
    margin->addWidget(m_split);
    m_consoles = new ConsoleArea(context().workspace.name, [this](const ConsoleTarget& target) {
        return connectionTo(target.server);
    });
    ConsoleArea::Extras extras;
    if (!context().workspace.id.isEmpty()) {
        extras.recordings = context().workspace.stateFolder() + u"/recordings"_s;
    }
    extras.snippets = context().snippets;
    extras.secrets = context().knownSecrets;
    m_consoles->setExtras(extras);
    m_pages = new QStackedWidget;
    m_pages->addWidget(list);
    m_pages->addWidget(m_consoles);
    setContent(m_pages, false);

    m_consoleAction = addCommand(
        u"servers.console"_s, tr("Open console"), u"terminal"_s,
        [this] { openConsole(m_table->currentId()); }, QKeySequence(u"Ctrl+T"_s));
    m_consolesAction = addCommand(u"servers.consoles"_s, tr("Show consoles"), u"terminal"_s,
                                  [this] { showConsoles(true); });
    // In a console only Ctrl+Shift is ours; all else goes to the program.
    const auto add = [this](const QString& id, const QString& text, const QString& icon,
                            const QString& keys, std::function<void()> run) {
        m_paneActions.append(addCommand(u"console."_s + id, text, icon, std::move(run),
                                        keys.isEmpty() ? QKeySequence() : QKeySequence(keys)));
    };
    add(u"new"_s, tr("Console: another one to this server"), u"plus"_s, u"Ctrl+Shift+T"_s, [this] {
        if (const ConsolePage* page = m_consoles->current()) {
            openConsole(page->target().server);
        }
    });
    add(u"split-right"_s, tr("Console: split to the right"), u"split-right"_s, u"Ctrl+Shift+E"_s,
        [this] { m_consoles->split(Qt::Horizontal); });
    add(u"split-down"_s, tr("Console: split below"), u"split-down"_s, u"Ctrl+Shift+O"_s,
        [this] { m_consoles->split(Qt::Vertical); });
    add(u"close"_s, tr("Console: close"), u"close"_s, u"Ctrl+Shift+W"_s, [this] {
        if (ConsolePage* page = m_consoles->current()) {
            page->askClose();
        }
    });
    add(u"reconnect"_s, tr("Console: reconnect"), u"refresh"_s, u"Ctrl+Shift+R"_s, [this] {
        if (ConsolePage* page = m_consoles->current()) {
            page->connectNow();
        }
    });
    add(u"broadcast"_s, tr("Console: type in all panes of the tab, or stop it"), u"broadcast"_s,
        u"Ctrl+Shift+B"_s, [this] { m_consoles->toggleBroadcast(); });
    add(u"next"_s, tr("Console: next tab"), u"chevron-right"_s, u"Ctrl+Shift+Right"_s,
        [this] { m_consoles->step(1); });
    add(u"previous"_s, tr("Console: previous tab"), u"chevron-left"_s, u"Ctrl+Shift+Left"_s,
        [this] { m_consoles->step(-1); });
    add(u"pane"_s, tr("Console: next pane"), u"chevron-right"_s, u"Ctrl+Shift+N"_s,
        [this] { m_consoles->stepPane(1); });
    add(u"find"_s, tr("Console: find"), u"search"_s, {}, [this] {
        if (const ConsolePage* page = m_consoles->current()) {
            page->view()->openFind();
        }
    });
    add(u"snippets"_s, tr("Console: insert a snippet"), u"snippet"_s, u"Ctrl+Shift+I"_s, [this] {
        if (ConsolePage* page = m_consoles->current()) {
            page->openSnippets();
        }
    });
    add(u"record"_s, tr("Console: record what it shows, or stop it"), u"record"_s,
        u"Ctrl+Shift+M"_s, [this] {
            if (ConsolePage* page = m_consoles->current()) {
                page->toggleRecording();
            }
        });
    add(u"predict"_s, tr("Console: show keys before they come back: off, on slow lines, always"),
        u"flame"_s, {}, [this] { stepPrediction(); });
    add(u"list"_s, tr("Console: back to the servers"), u"servers"_s, u"Ctrl+Shift+S"_s,
        [this] { showConsoles(false); });
    connect(m_consoles, &ConsoleArea::listWanted, this, [this] { showConsoles(false); });
    connect(m_consoles, &ConsoleArea::changed, this, &ServersPanel::updateConsoleActions);
    connect(m_consoles, &ConsoleArea::hostKeyWanted, this, &ServersPanel::showHostKey);
    connect(m_consoles, &ConsoleArea::linkWanted, this, [](const QUrl& url) {
        if (url.scheme() == "https"_L1 || url.scheme() == "http"_L1) {
            QDesktopServices::openUrl(url);
        }
    });
    updateConsoleActions();
}

void ServersPanel::showHostKey(ConsolePage* page)
{
    page->login()->setHosts(context().hosts);
    page->login()->showHostKey(page->target().server, [shown = QPointer<ConsolePage>(page)] {
        if (shown != nullptr) {
            shown->connectNow();
        }
    });
}

void ServersPanel::stepPrediction()
{
    ConsolePage* page = m_consoles->current();
    if (page == nullptr) {
        return;
    }
    using Mode = terminal::Predictor::Mode;
    const Mode now = page->view()->prediction();
    const Mode next = now == Mode::Off ? Mode::Auto : now == Mode::Auto ? Mode::On : Mode::Off;
    page->view()->setPrediction(next);
    const QString said = next == Mode::Off ? tr("Keys are shown when they come back.")
                         : next == Mode::Auto
                             ? tr("On slow lines keys are shown, dimmed, before they come back.")
                             : tr("Keys are shown, dimmed, before they come back.");
    Q_EMIT notice({Mark::Ok, said, {}, {}, 4});
}

/// By whatever way leads there; only of one that we made are address and key known without asking.
std::unique_ptr<Connection> ServersPanel::connectionTo(const QString& server) const
{
    const ServerFacts* one = find(server);
    if (one == nullptr || !commandRefusal(*one).isEmpty()) {
        return nullptr;
    }
    if (operate::Hosts* hosts = context().hosts) {
        return std::make_unique<SshConnection>(
            [hosts, server](const CancelToken& cancel, const ssh::Asker& asker) {
                return hosts->connect(server, cancel, asker);
            });
    }
    if (context().ssh == nullptr || !one->isMade()) {
        return nullptr;
    }
    return std::make_unique<SshConnection>([client = context().ssh, target = one->server.ssh](
                                               const CancelToken& cancel, const ssh::Asker&) {
        return ssh::sharedBuiltIn(client, target, cancel);
    });
}

std::optional<ConsoleTarget> ServersPanel::consoleTarget(const QString& server) const
{
    const ServerFacts* one = find(server);
    if (one == nullptr) {
        return std::nullopt;
    }
    ConsoleTarget target;
    target.server = one->name();
    target.label =
        one->server.ssh.user.isEmpty() ? one->name() : one->server.ssh.user + u'@' + one->name();
    target.place = one->place();
    target.environment = one->server.environment;
    target.production = one->production;
    return target;
}

void ServersPanel::openConsole(const QString& server)
{
    const auto target = consoleTarget(server);
    const ServerFacts* one = find(server);
    if (!target) {
        return;
    }
    if (const QString why = commandRefusal(*one); !why.isEmpty()) {
        showError(Error(ErrorKind::Refused, why));
        return;
    }
    showConsoles(true);
    m_consoles->open(*target);
}

void ServersPanel::showConsoles(bool shown)
{
    const bool wanted = shown && m_consoles != nullptr;
    if ((m_pages->currentWidget() == m_consoles) == wanted && m_pages->currentIndex() < 2) {
        return;
    }
    m_pages->setCurrentIndex(wanted ? 1 : 0);
    if (!context().workspace.environmentOrder.isEmpty()) {
        chips()->setVisible(!wanted);
    }
    updateConsoleActions();
    if (!wanted) {
        m_table->view()->setFocus();
    } else if (const ConsolePage* page = m_consoles->current()) {
        page->view()->setFocus();
    }
}

void ServersPanel::updateConsoleActions()
{
    const bool any = m_consoles->tabCount() > 0;
    const QString none = tr("No console is open.");
    setRefusal(m_consolesAction, any ? QString() : none);
    m_consolesAction->setVisible(any);  // in the head; the palette tells why it is off
    m_consolesAction->setText(any ? tr("Consoles (%1)").arg(m_consoles->tabCount())
                                  : tr("Consoles"));
    for (QAction* action : std::as_const(m_paneActions)) {
        setRefusal(action, any ? QString() : none);
    }
}

/// Those of last time, once their servers are known; none connects by itself.
void ServersPanel::restoreConsoles()
{
    if (!std::exchange(m_restored, true)) {
        m_consoles->restore([this](const QString& server) { return consoleTarget(server); });
    }
}

}  // namespace analemma::ui
