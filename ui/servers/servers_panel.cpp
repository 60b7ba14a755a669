#include "ui/servers/servers_panel.h"

#include "core/base/text.h"
#include "ui/console/console_area.h"
#include "ui/files/files_page.h"
#include "ui/fleet/fleet_page.h"
#include "ui/keys/keys_page.h"
#include "ui/servers/command_pane.h"
#include "ui/servers/server_page.h"
#include "ui/shell/reader.h"
#include "ui/widgets/chip_bar.h"
#include "ui/widgets/data_table.h"
#include "ui/widgets/split_page.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QStackedWidget>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::ui {
namespace {

// Chips share one space of ids with environments, whose names never begin with a dot.
const QString anyServer = u".all"_s;
const QString listedOnes = u".listed"_s;
const QString importedOnes = u".imported"_s;

/// The chip that a server belongs to.
QString chipOf(const ServerFacts& facts)
{
    return facts.listed ? listedOnes : facts.imported ? importedOnes : facts.server.environment;
}

QList<Column> serverColumns()
{
    return {
        {u"name"_s, ServersPanel::tr("Name"), ColumnKind::Text, 168},
        {u"environment"_s, ServersPanel::tr("Environment"), ColumnKind::Text, 100, false, false, 2},
        {u"generation"_s, ServersPanel::tr("Generation"), ColumnKind::Number, 84, false, false, 3},
        {u"state"_s, ServersPanel::tr("State"), ColumnKind::State, 100},
        {u"health"_s, ServersPanel::tr("Health"), ColumnKind::State, 110},
        {u"address"_s, ServersPanel::tr("Address"), ColumnKind::Fixed, 176, false, false, 1},
        {u"image"_s, ServersPanel::tr("Image"), ColumnKind::Fixed, 170, false, false, 5},
        {u"mode"_s, ServersPanel::tr("Mode"), ColumnKind::Text, 96, false, false, 6},
        {u"age"_s, ServersPanel::tr("Age"), ColumnKind::Age, 104, true, false, 4}};
}

Record serverRecord(const ServerFacts& facts, const QDateTime& now)
{
    const infra::Server& server = facts.server;
    Record record;
    record.id = server.name;
    record.marked = facts.production;
    Field health = facts.health.isEmpty()
                       ? Field::state(Mark::None)
                       : Field::state(markOf(facts.health), wordOfState(facts.health));
    health.tip = displayText(facts.healthText, 200);
    Field state = facts.isMade() ? Field::state(serverMark(server.state), wordOfState(server.state))
                  : !facts.problem.isEmpty()
                      ? Field::state(Mark::Failed, ServersPanel::tr("no way to it"))
                      : Field::state(Mark::Idle, facts.listed ? ServersPanel::tr("listed")
                                                              : ServersPanel::tr("imported"));
    state.tip = displayText(facts.isMade() ? server.detail : facts.problem, 300);
    record.fields = {
        Field::text_(displayText(server.name, 80)),
        Field::text_(displayText(server.environment, 60)),
        server.generation > 0 ? Field::number(qint64(server.generation)) : Field::text_({}),
        state,
        health,
        Field::text_(displayText(facts.place(), 120)),
        Field::text_(displayText(server.image, 100), displayText(server.image, 200)),
        Field::text_(displayText(server.mode, 60)),
        server.created.isValid() ? Field::age(server.created, now) : Field::text_({})};
    return record;
}

}  // namespace

ServersPanel::ServersPanel(const Context& context, QWidget* parent)
    : Panel(context, u"servers"_s, tr("Servers"), u"servers"_s, parent),
      m_model(new RecordModel(serverColumns(), this)),
      m_table(new DataTable(u"servers-table"_s, m_model)),
      m_page(new ServerPage),
      m_reader(new Reader(
          150, [this] { return read(); }, this))
{
    build();
    if (context.deployments) {
        connect(context.deployments, &deploy::Deployments::changed, m_reader, &Reader::readSoon);
    }
    if (context.hosts) {
        connect(context.hosts, &operate::Hosts::changed, m_reader, &Reader::readSoon);
    }
}

ServersPanel::~ServersPanel()
{
    for (const CancelToken& token : m_running) {
        token.cancel();
    }
}

void ServersPanel::build()
{
    m_split = new SplitPage(u"servers-split"_s, m_table, m_page, tr("Servers"), this);
    m_split->setShare(0.52);
    buildConsoles();
    buildFleet();
    buildFiles();
    m_table->view()->setAccessibleName(tr("Servers"));

    m_commandAction = addCommand(
        u"servers.command"_s, tr("Run a command…"), u"command"_s, [this] { openCommand(); },
        QKeySequence(u"Ctrl+E"_s));
    m_copyAction = addCommand(
        u"servers.copy-ssh"_s, tr("Copy SSH command"), u"copy"_s,
        [this] { copyCommand(m_table->currentId()); }, QKeySequence(u"Ctrl+Shift+C"_s));
    addMainAction(m_consoleAction);
    addMainAction(m_fleetAction);
    addMainAction(m_consolesAction);  // while there are any
    addMoreActions({m_filesAction, m_commandAction, m_copyAction});
    buildKeys();
    auto* openAction = addCommand(u"servers.open"_s, tr("Open server"), u"servers"_s,
                                  [this] { open(m_table->currentId()); });
    auto* environment =
        addCommand(u"servers.environment"_s, tr("Show its environment"), u"environments"_s, [this] {
            const ServerFacts* one = find(m_table->currentId());
            if (one != nullptr && !one->server.environment.isEmpty()) {
                Q_EMIT openPanel(u"environments"_s, one->server.environment);
            }
        });
    auto* image = addCommand(u"servers.image"_s, tr("Show its image"), u"snapshots"_s, [this] {
        const ServerFacts* one = find(m_table->currentId());
        if (one != nullptr && !one->server.image.isEmpty()) {
            Q_EMIT openPanel(u"snapshots"_s, one->server.image);
        }
    });
    auto* toDeploy = addCommand(u"servers.deploy"_s, tr("Deploy a release…"), u"deploy"_s,
                                [this] { Q_EMIT openPanel(u"environments"_s, {}); });
    m_table->setMainAction(openAction);
    for (QAction* action :
         {m_consoleAction, m_filesAction, m_commandAction, m_copyAction, environment, image}) {
        m_table->addRowAction(action);
    }
    m_table->emptyState()->setText(
        u"servers"_s, tr("Servers come with a deploy: each release starts new ones."),
        tr("Those you run yourself can be listed under servers: in analemma.yaml."));
    m_table->emptyState()->setAction(toDeploy);

    const workspace::Workspace& workspace = context().workspace;
    if (!workspace.environmentOrder.isEmpty()) {
        chips()->addChip(anyServer, tr("All"));
        for (const QString& name : workspace.environmentOrder) {
            chips()->addChip(name, displayText(name, 40));
        }
        if (!workspace.servers.isEmpty()) {
            chips()->addChip(listedOnes, tr("Listed"));
        }
        if (context().hosts != nullptr) {
            chips()->addChip(importedOnes, tr("Imported"));
        }
        connect(chips(), &ChipBar::changed, this, &ServersPanel::filterBy);
    }
    connect(m_table, &DataTable::currentChanged, this, [this](const QString& id) {
        updateActions();
        if (m_split->isDetailOpen() && !id.isEmpty()) {
            open(id);
        }
    });
    connect(m_page, &ServerPage::copyPressed, this, &ServersPanel::copyCommand);
    connect(m_page, &ServerPage::consolePressed, this, &ServersPanel::openConsole);
    connect(m_page, &ServerPage::filesPressed, this, &ServersPanel::openFiles);
    connect(m_page, &ServerPage::runPressed, this, &ServersPanel::run);
    connect(m_page, &ServerPage::stopPressed, this, &ServersPanel::stop);
    updateActions();
}

const ServerFacts* ServersPanel::find(const QString& server) const
{
    const auto found =
        std::find_if(m_servers.cbegin(), m_servers.cend(),
                     [&server](const ServerFacts& one) { return one.name() == server; });
    return found == m_servers.cend() ? nullptr : &*found;
}

void ServersPanel::activate()
{
    m_table->setLoading(m_servers.isEmpty() && context().deployments != nullptr);
    m_reader->read();
}

bool ServersPanel::read()
{
    if (context().deployments == nullptr) {
        if (context().hosts != nullptr) {
            showRead({}, {});
        }
        return context().hosts != nullptr;
    }
    then(context().deployments->environments(), this,
         [this](const Result<QList<deploy::EnvironmentView>>& views) {
             // Health is told where it is known; the servers stand there without it.
             readServers(views.valueOr({}));
         });
    return true;
}

void ServersPanel::readServers(const QList<deploy::EnvironmentView>& views)
{
    then(context().deployments->servers(), this,
         [this, views](const Result<infra::ServerList>& list) {
             if (list) {
                 showRead(list->servers, views);
                 return;
             }
             m_reader->done();
             m_table->setLoading(false);
             showError(list.error());
         });
}

void ServersPanel::showRead(const QList<infra::Server>& servers,
                            const QList<deploy::EnvironmentView>& views)
{
    const auto show = [this](const QList<ServerFacts>& facts) {
        m_reader->done();
        setServers(facts, now());
        Q_EMIT refreshed(now());
    };
    if (context().hosts == nullptr) {
        show(serverFacts(servers, views, context().workspace));
        return;
    }
    then(context().hosts->list(), this,
         [this, servers, views, show](const Result<operate::HostList>& hosts) {
             const workspace::Workspace& workspace = context().workspace;
             show(hosts ? serverFacts(servers, views, workspace, hosts->hosts)
                        : serverFacts(servers, views, workspace));
             if (!hosts) {
                 showError(hosts.error());
             } else if (!hosts->problems.isEmpty()) {
                 showError(hosts->problems.constFirst().told());
             }
         });
}

void ServersPanel::setServers(const QList<ServerFacts>& servers, const QDateTime& at)
{
    m_servers = servers;
    QList<Record> records;
    QStringList names;
    int needing = 0;
    for (const ServerFacts& one : servers) {
        records.append(serverRecord(one, at));
        names.append(one.name());
        needing += needsAttention(one) ? 1 : 0;
    }
    m_model->setRecords(records);
    m_table->setLoading(false);
    m_page->keepOnly(names);
    setSummary(tr("%n servers", nullptr, static_cast<int>(servers.size())));
    countChips();
    updateActions();
    tellKeysServers();
    restoreConsoles();
    tellFiles();
    tellKept();
    Q_EMIT attention(needing);
    if (!m_wanted.isEmpty()) {
        open(std::exchange(m_wanted, QString()));
    } else if (m_split->isDetailOpen()) {
        open(m_page->server());
    }
}

void ServersPanel::countChips()
{
    if (context().workspace.environmentOrder.isEmpty()) {
        return;
    }
    chips()->setCount(anyServer, static_cast<int>(m_servers.size()));
    QHash<QString, int> counts;
    for (const ServerFacts& one : m_servers) {
        ++counts[chipOf(one)];
    }
    for (const QString& name : context().workspace.environmentOrder) {
        chips()->setCount(name, counts.value(name));
    }
    if (!context().workspace.servers.isEmpty()) {
        chips()->setCount(listedOnes, counts.value(listedOnes));
    }
    if (context().hosts != nullptr) {
        chips()->setCount(importedOnes, counts.value(importedOnes));
    }
}

void ServersPanel::filterBy(const QStringList& chosen)
{
    const QString wanted = chosen.value(0, anyServer);
    m_table->filter()->setAccept([this, wanted](const Record& record) {
        const ServerFacts* one = find(record.id);
        return wanted == anyServer || (one != nullptr && chipOf(*one) == wanted);
    });
}

void ServersPanel::updateActions()
{
    const ServerFacts* one = find(m_table->currentId());
    const QString none = tr("Choose a server first.");
    setRefusal(m_copyAction, one == nullptr ? none : QString());
    setRefusal(m_commandAction, one == nullptr ? none : commandRefusal(*one));
    setRefusal(m_consoleAction, one == nullptr ? none : commandRefusal(*one));
    setRefusal(m_filesAction, one == nullptr ? none : commandRefusal(*one));
}

void ServersPanel::open(const QString& server)
{
    if (const ServerFacts* one = find(server)) {
        m_page->setServer(*one, now());
        m_split->openDetail();
    } else if (server == m_page->server()) {
        m_split->closeDetail();  // it is gone
    }
}

void ServersPanel::openCommand()
{
    open(m_table->currentId());
    if (m_page->command() != nullptr) {
        m_page->command()->focusCommand();
    }
}

void ServersPanel::select(const QString& item)
{
    if (item.isEmpty()) {
        return;
    }
    showConsoles(false);
    showFiles(false);
    m_pages->setCurrentIndex(0);
    m_table->selectId(item);
    if (find(item) == nullptr) {
        m_wanted = item;
    }
    open(item);
}

bool ServersPanel::stepBack()
{
    if (m_files != nullptr && m_pages->currentWidget() == m_files) {
        if (!m_files->stepBack()) {
            showFiles(false);
        }
        return true;
    }
    if (m_pages->currentWidget() == m_consoles) {
        showConsoles(false);
        return true;
    }
    if (m_pages->currentWidget() == m_fleet) {
        showFleet(false);
        return true;
    }
    if (m_keys != nullptr && m_pages->currentWidget() == m_keys) {
        if (!m_keys->stepBack()) {
            leaveKeys();
        }
        return true;
    }
    if (m_split->isDetailOpen()) {
        m_split->closeDetail();
        m_table->view()->setFocus();
        return true;
    }
    return false;
}

QList<Finding> ServersPanel::findings() const
{
    QList<Finding> found;
    for (const ServerFacts& one : m_servers) {
        found.append(
            {displayText(one.name(), 80), displayText(one.place(), 80), u"servers"_s, one.name()});
    }
    return found;
}

void ServersPanel::copyCommand(const QString& server)
{
    const ServerFacts* one = find(server);
    if (one == nullptr) {
        return;
    }
    QGuiApplication::clipboard()->setText(sshCommandLine(*one));
    const QString unpinned =
        tr("Copied. Its host key is not pinned here: compare it when SSH asks.");
    Q_EMIT notice({one->server.ssh.hostKey.isEmpty() ? Mark::Waiting : Mark::Ok,
                   one->server.ssh.hostKey.isEmpty()
                       ? unpinned
                       : tr("Copied the SSH command of %1").arg(displayText(server, 80)),
                   {},
                   {},
                   4});
}

}  // namespace analemma::ui
