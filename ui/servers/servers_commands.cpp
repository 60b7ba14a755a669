#include "core/base/text.h"
#include "core/operate/transfers.h"
#include "ui/console/login_form.h"
#include "ui/servers/command_pane.h"
#include "ui/servers/server_page.h"
#include "ui/servers/servers_panel.h"

#include <QPointer>

using namespace Qt::StringLiterals;

namespace analemma::ui {

/// A session to a server, which asks in `login` what it needs.
Task<Result<std::shared_ptr<ssh::Session>>> ServersPanel::sessionTo(const QString& server,
                                                                    const CancelToken& cancel,
                                                                    LoginForm* login) const
{
    const ServerFacts* one = find(server);
    if (one == nullptr) {
        return operate::noSession(
            Error(ErrorKind::Refused, tr("The server is gone; nothing was done.")));
    }
    operate::Hosts* hosts = context().hosts;
    const bool canConnect = hosts != nullptr || (context().ssh != nullptr && one->isMade());
    if (!canConnect || !commandRefusal(*one).isEmpty()) {
        return operate::noSession(
            Error(ErrorKind::Refused, tr("There is no connection to it; nothing was done.")));
    }
    if (hosts == nullptr) {
        return context().ssh->shared(one->server.ssh, cancel);
    }
    const CancelToken asking = cancel.child();
    return operate::sessionOf(hosts->connect(server, cancel, login->asker(asking)), asking);
}

void ServersPanel::run(const QString& server, const QString& command)
{
    const QPointer<CommandPane> pane = m_page->commandOf(server);
    if (pane == nullptr) {
        return;
    }
    const CancelToken cancel;
    m_running[server] = cancel;
    pane->login()->setHosts(context().hosts);
    then(sessionTo(server, cancel, pane->login()), this,
         [this, pane, server, command,
          cancel](const Result<std::shared_ptr<ssh::Session>>& session) {
             if (session) {
                 runOver(*session, server, command, cancel);
                 return;
             }
             m_running.remove(server);
             if (pane == nullptr) {
                 return;
             }
             pane->setNotRun(session.error());
             tellEnd(server, false);
             if (session.error().kind == ErrorKind::HostKey) {
                 pane->login()->showHostKey(server, [pane, command] {
                     if (pane != nullptr) {
                         pane->run(command);
                     }
                 });
             }
         });
}

void ServersPanel::runOver(const std::shared_ptr<ssh::Session>& session, const QString& server,
                           const QString& command, const CancelToken& cancel)
{
    const QPointer<CommandPane> pane = m_page->commandOf(server);
    std::function<void(const QByteArray&, bool)> onOutput = [pane, cancel](const QByteArray& piece,
                                                                           bool) {
        if (pane != nullptr && !cancel.isCancelled()) {
            pane->append(piece);
        }
    };
    ssh::ExecOptions options;
    options.limitBytes = 64 * 1024;  // the pane has it already
    options.onOutput = std::move(onOutput);
    then(operate::runOver(session, command, std::move(options), cancel), this,
         [this, pane, server](const Result<ssh::ExecResult>& end) {
             m_running.remove(server);
             if (pane != nullptr) {
                 pane->setEnd(end);
                 tellEnd(server, end && end->ok());
             }
         });
}

/// To who looks at something else.
void ServersPanel::tellEnd(const QString& server, bool ok)
{
    if (m_page->commandOf(server) == m_page->command() && isVisible()) {
        return;
    }
    Q_EMIT notice({ok ? Mark::Ok : Mark::Failed,
                   tr("The command on %1 has ended.").arg(displayText(server, 80)), tr("Show"),
                   [this, server] { Q_EMIT openPanel(u"servers"_s, server); }, 10});
}

void ServersPanel::stop(const QString& server)
{
    if (m_running.contains(server)) {
        m_running.value(server).cancel();
    }
}

}  // namespace analemma::ui
