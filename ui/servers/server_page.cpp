#include "ui/servers/server_page.h"

#include "core/base/text.h"
#include "ui/servers/command_pane.h"

#include <QHBoxLayout>
#include <QStackedLayout>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace analemma::ui {

ServerPage::ServerPage(QWidget* parent)
    : Card(parent),
      m_title(new SectionTitle(QString())),
      m_state(new StateBadge),
      m_health(new StateBadge),
      m_detail(new Text({}, Type::Body, Token::Quiet)),
      m_grid(new FactGrid),
      m_console(new Button(Button::Look::Primary, tr("Open console"), u"terminal"_s)),
      m_files(new Button(Button::Look::Plain, tr("Files"), u"files"_s)),
      m_copy(new Button(Button::Look::Plain, tr("Copy SSH command"), u"copy"_s)),
      m_stack(new QStackedLayout)
{
    setObjectName(u"server-page"_s);
    m_state->setObjectName(u"server-state"_s);
    m_health->setObjectName(u"server-health"_s);
    m_detail->setObjectName(u"server-detail"_s);
    m_detail->setWordWrap(true);
    m_console->setObjectName(u"open-console"_s);
    m_files->setObjectName(u"open-files"_s);
    m_copy->setObjectName(u"copy-ssh"_s);
    m_title->addWidget(m_health);
    m_title->addWidget(m_state);
    auto* buttons = new QHBoxLayout;
    buttons->addWidget(m_console);
    buttons->addWidget(m_files);
    buttons->addWidget(m_copy);
    buttons->addStretch();
    column()->addWidget(m_title);
    column()->addWidget(m_detail);
    column()->addWidget(m_grid);
    column()->addLayout(buttons);
    column()->addLayout(m_stack, 1);
    connect(m_console, &QPushButton::clicked, this, [this] { Q_EMIT consolePressed(server()); });
    connect(m_files, &QPushButton::clicked, this, [this] { Q_EMIT filesPressed(server()); });
    connect(m_copy, &QPushButton::clicked, this, [this] { Q_EMIT copyPressed(server()); });
}

void ServerPage::setServer(const ServerFacts& facts, const QDateTime& now)
{
    m_facts = facts;
    const infra::Server& server = facts.server;
    setAccessibleName(tr("Server %1").arg(displayText(server.name, 80)));
    setFramed(facts.production, facts.production ? tr("production") : QString());
    m_title->setTitle(displayText(server.name, 80));
    m_state->setState(facts.isMade() ? serverMark(server.state) : lifecycle::Mark::Idle,
                      facts.isMade() ? wordOfState(server.state)
                      : facts.listed ? tr("listed")
                                     : tr("imported"));
    m_health->setVisible(!facts.health.isEmpty());
    m_health->setState(markOf(facts.health), wordOfState(facts.health));
    m_health->setToolTip(displayText(facts.healthText, 200));
    const QString source = facts.listed
                               ? tr("Listed in the workspace file.")
                               : tr("Imported from ~/.ssh/config, which is read anew each time.");
    m_detail->setText(facts.isMade() ? displayText(server.detail, 400) : source);
    m_detail->setVisible(!m_detail->text().isEmpty());
    showFacts(now);
    CommandPane* pane = paneOf(server.name);
    pane->setRefusal(commandRefusal(facts));
    m_console->setRefusal(commandRefusal(facts));
    m_files->setRefusal(commandRefusal(facts));
    m_stack->setCurrentWidget(pane);
}

void ServerPage::showFacts(const QDateTime& now)
{
    const infra::Server& server = m_facts.server;
    m_grid->clear();
    const QString user = displayText(server.ssh.user, 60);
    m_grid->addFact(tr("Address"), displayText(m_facts.place(), 120), true);
    m_grid->addFact(tr("User"), user.isEmpty() ? tr("the one that SSH chooses") : user,
                    !user.isEmpty());
    if (!m_facts.isMade()) {
        if (!m_facts.hops.isEmpty()) {
            m_grid->addFact(tr("Jump hosts"), displayText(m_facts.hops.join(u", "_s), 200), true);
        }
        if (!m_facts.notes.isEmpty()) {
            m_grid->addFact(tr("Left out"), displayText(m_facts.notes.join(u"; "_s), 300));
        }
        m_grid->addFact(tr("Labels"), m_facts.labels.isEmpty()
                                          ? tr("none")
                                          : displayText(m_facts.labels.join(u", "_s), 200));
        return;
    }
    const QString release = m_facts.release.isEmpty()
                                ? QString()
                                : tr(", release %1").arg(displayText(m_facts.release, 60));
    const QString generation = tr("generation %1 (%2)%3")
                                   .arg(server.generation)
                                   .arg(wordOfState(m_facts.generationState), release);
    m_grid->addFact(tr("Environment"),
                    server.environment.isEmpty()
                        ? tr("none: it builds an image")
                        : displayText(server.environment, 60) + u", "_s + generation);
    if (!m_facts.healthText.isEmpty()) {
        m_grid->addFact(tr("Health check"), displayText(m_facts.healthText, 200));
    }
    m_grid->addFact(tr("Image"),
                    server.image.isEmpty() ? tr("the base") : displayText(server.image, 100), true);
    m_grid->addFact(tr("Service port"), QString::number(server.servicePort));
    m_grid->addFact(
        tr("Mode"),
        server.root.isEmpty()
            ? displayText(server.mode, 60)
            : tr("%1; its own paths begin at $SERVER_ROOT").arg(displayText(server.mode, 60)));
    m_grid->addFact(tr("Host key"), displayText(server.ssh.hostKey.section(u' ', 0, 1), 120), true);
    if (!server.tag.isEmpty()) {
        m_grid->addFact(tr("Tag"), displayText(server.tag, 160), true);
    }
    m_grid->addFact(tr("Made"), agoText(server.created, now), false, absoluteTime(server.created));
}

CommandPane* ServerPage::command() const
{
    return qobject_cast<CommandPane*>(m_stack->currentWidget());
}

CommandPane* ServerPage::paneOf(const QString& server)
{
    CommandPane*& pane = m_panes[server];
    if (pane == nullptr) {
        pane = new CommandPane(server);
        m_stack->addWidget(pane);
        connect(pane, &CommandPane::runPressed, this,
                [this, server](const QString& command) { Q_EMIT runPressed(server, command); });
        connect(pane, &CommandPane::stopPressed, this,
                [this, server] { Q_EMIT stopPressed(server); });
    }
    return pane;
}

void ServerPage::keepOnly(const QStringList& servers)
{
    for (const QString& name : m_panes.keys()) {
        CommandPane* pane = m_panes.value(name);
        if (!servers.contains(name) && !pane->isRunning() && pane != command()) {
            m_panes.remove(name);
            pane->deleteLater();
        }
    }
}

}  // namespace analemma::ui
