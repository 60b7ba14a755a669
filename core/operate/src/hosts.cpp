#include "core/operate/hosts.h"

#include "core/operate/src/state.h"

using namespace Qt::StringLiterals;

namespace analemma::operate {
namespace {

constexpr qint64 freshMilliseconds = 1'000;

Task<Result<ssh::SshConfig>> readConfiguration(StatePtr state)
{
    std::function<Result<ssh::SshConfig>()> work =
        [places = state->places.config]() -> Result<ssh::SshConfig> {
        return ssh::SshConfig::read(places);
    };
    return onWorker<ssh::SshConfig>(std::move(work));
}

Task<Result<CataloguePtr>> readCatalogue(StatePtr state)
{
    Catalogue catalogue;
    catalogue.workspace = state->workspace;
    catalogue.localUser = state->places.config.localUser;
    if (state->made) {
        auto asking = state->made();
        const Result<infra::ServerList> list = co_await std::move(asking);
        if (!list) {
            co_return list.error();
        }
        for (const infra::Server& server : list->servers) {
            catalogue.made[server.name] = server;
        }
        catalogue.problems = list->problems;
    }
    std::function<Result<HostSettings>(store::Transaction&)> settings = readSettings;
    auto loading = state->store->read<HostSettings>(std::move(settings));
    Result<HostSettings> loaded = co_await std::move(loading);
    if (!loaded) {
        co_return loaded.error();
    }
    catalogue.settings = std::move(*loaded);
    // Hundreds of hosts by a configuration of many patterns are more than a frame's time.
    std::function<Result<CataloguePtr>()> making =
        [known = std::move(catalogue), places = state->places.config]() -> Result<CataloguePtr> {
        Catalogue whole = known;
        whole.config = ssh::SshConfig::read(places);
        return CataloguePtr(std::make_shared<const Catalogue>(withHosts(std::move(whole))));
    };
    auto made = onWorker<CataloguePtr>(std::move(making));
    Result<CataloguePtr> result = co_await std::move(made);
    co_return result;
}

Task<Result<HostList>> listHosts(StatePtr state)
{
    auto reading = catalogueOf(state);
    const Result<CataloguePtr> catalogue = co_await std::move(reading);
    if (!catalogue) {
        co_return catalogue.error();
    }
    HostList list;
    list.hosts = (*catalogue)->hosts;
    list.problems = (*catalogue)->problems;
    co_return list;
}

Task<Result<QList<Host>>> chooseHosts(StatePtr state, HostQuery query)
{
    auto listing = listHosts(state);
    const Result<HostList> list = co_await std::move(listing);
    if (!list) {
        co_return list.error();
    }
    if (!list->problems.isEmpty() && query.mayMiss(list->hosts)) {
        co_return list->problems.constFirst()
            .told()
            .in(u"which servers are meant is not known; nothing was done"_s)
            .withHint(u"Name servers that are listed, or choose with source=listed,imported."_s);
    }
    QList<Host> chosen;
    for (const Host& host : list->hosts) {
        if (query.matches(host)) {
            chosen.append(host);
        }
    }
    co_return chosen;
}

}  // namespace

// ---- the state ----------------------------------------------------------------------------------

void HostsState::forgetCatalogue()
{
    ++edition;
    catalogue.reset();
    if (changed) {
        changed();
    }
}

Task<Result<CataloguePtr>> catalogueOf(StatePtr state)
{
    if (state->catalogue && state->age.elapsed() < freshMilliseconds) {
        co_return CataloguePtr(state->catalogue);  // a copy: co_return empties what it is given
    }
    if (state->isReading) {
        Promise<CataloguePtr> promise;
        auto future = promise.future();
        state->waiting.push_back(promise);
        promise = Promise<CataloguePtr>();
        Result<CataloguePtr> catalogue = co_await future;
        co_return catalogue;
    }
    Result<CataloguePtr> catalogue{CataloguePtr()};
    quint64 edition = 0;
    state->isReading = true;
    do {  // again when something was changed while it was read
        edition = state->edition;
        auto reading = readCatalogue(state);
        catalogue = co_await std::move(reading);
    } while (catalogue && edition != state->edition);
    state->isReading = false;
    if (catalogue) {
        state->catalogue = *catalogue;
        state->age.start();
    }
    const auto waiting = std::exchange(state->waiting, {});
    for (const Promise<CataloguePtr>& promise : waiting) {
        promise.finish(catalogue);
    }
    co_return catalogue;
}

Task<Result<Approach>> approachTo(StatePtr state, QString name)
{
    auto reading = catalogueOf(state);
    const Result<CataloguePtr> catalogue = co_await std::move(reading);
    if (!catalogue) {
        co_return catalogue.error();
    }
    const Result<Way> way = wayTo(**catalogue, name);
    if (!way) {
        co_return way.error();
    }
    std::function<Result<Approach>()> work = [way = *way, places = state->places] {
        return approach(way, places);
    };
    auto preparing = onWorker<Approach>(std::move(work));
    Result<Approach> ready = co_await std::move(preparing);
    co_return ready;
}

// ---- the face -----------------------------------------------------------------------------------

Task<Result<Host>> findHost(StatePtr state, QString name)
{
    auto reading = catalogueOf(state);
    const Result<CataloguePtr> catalogue = co_await std::move(reading);
    if (!catalogue) {
        co_return catalogue.error();
    }
    const Host* host = (*catalogue)->find(name);
    if (host == nullptr) {
        co_return noSuchHost(**catalogue, name);
    }
    co_return *host;
}

namespace {

Task<Result<ssh::ExecResult>> runOn(StatePtr state, QString name, QString command,
                                    ssh::ExecOptions options, CancelToken cancel)
{
    auto connecting = openShared(state, name, cancel, {});
    const Result<ssh::ChosenSession> chosen = co_await std::move(connecting);
    if (!chosen) {
        co_return chosen.error();
    }
    auto executing = chosen->session->exec(command, std::move(options), cancel);
    Result<ssh::ExecResult> ended = co_await std::move(executing);
    co_return ended;
}

}  // namespace

struct Hosts::Body : HostsState {};

Hosts::Hosts(workspace::Workspace workspace, store::Store* store, ssh::Client* client, Made made,
             HostPlaces places)
    : m_body(std::make_shared<Body>())
{
    m_body->workspace = std::move(workspace);
    m_body->store = store;
    m_body->client = client;
    m_body->made = std::move(made);
    m_body->places = std::move(places);
    m_body->system = std::make_unique<ssh::SystemClient>(m_body->places.runFolder);
    m_body->changed = [this] { Q_EMIT changed(); };
}

Hosts::~Hosts()
{
    m_body->changed = nullptr;
    m_body->scope.token().cancel();
    for (const auto& [key, opening] : m_body->opening) {
        opening->token.cancel();
    }
}

Task<Result<HostList>> Hosts::list()
{
    return listHosts(m_body);
}

Task<Result<QList<Host>>> Hosts::choose(HostQuery query)
{
    return chooseHosts(m_body, std::move(query));
}

Task<Result<Host>> Hosts::find(QString name)
{
    return findHost(m_body, std::move(name));
}

Task<Result<ssh::SshConfig>> Hosts::configuration()
{
    return readConfiguration(m_body);
}

Task<Result<Host>> Hosts::import(QString alias, QStringList tags)
{
    return importHost(m_body, std::move(alias), std::move(tags));
}

Task<Result<void>> Hosts::approveProxyCommand(QString name, QString command)
{
    return approveProxy(m_body, std::move(name), std::move(command));
}

Task<Result<Host>> Hosts::add(workspace::StaticServer server)
{
    return addHost(m_body, std::move(server));
}

void Hosts::setServers(const QMap<QString, workspace::StaticServer>& servers)
{
    if (m_body->workspace.servers == servers) {
        return;  // it wrote them itself
    }
    m_body->workspace.servers = servers;
    m_body->forgetCatalogue();
    Q_EMIT changed();
}

Task<Result<void>> Hosts::forget(QString name)
{
    return forgetHost(m_body, std::move(name));
}

Task<Result<void>> Hosts::setTransport(QString name, ssh::Transport transport)
{
    return setHostTransport(m_body, std::move(name), transport);
}

Task<Result<ssh::ChosenSession>> Hosts::connect(QString name, CancelToken cancel, ssh::Asker asker)
{
    return openShared(m_body, std::move(name), std::move(cancel), std::move(asker));
}

Task<Result<ssh::ChosenSession>> Hosts::connectApart(QString name, CancelToken cancel,
                                                     ssh::Asker asker)
{
    return openApart(m_body, std::move(name), std::move(cancel), std::move(asker));
}

Task<Result<ssh::ExecResult>> Hosts::run(QString name, QString command, ssh::ExecOptions options,
                                         CancelToken cancel)
{
    return runOn(m_body, std::move(name), std::move(command), std::move(options),
                 std::move(cancel));
}

Task<Result<ssh::ChosenSession>> Hosts::connectWithKey(QString name, QString keyFile,
                                                       CancelToken cancel)
{
    return openWithKey(m_body, std::move(name), std::move(keyFile), std::move(cancel));
}

void Hosts::setAsker(ssh::Asker asker)
{
    m_body->asker = std::move(asker);
}

Task<Result<HostKeyView>> Hosts::offeredKey(QString name, CancelToken cancel, ssh::Asker asker)
{
    return lookAtKey(m_body, std::move(name), std::move(cancel), std::move(asker));
}

Task<Result<void>> Hosts::trust(HostKeyView view, bool replacing)
{
    return recordKey(m_body, std::move(view), replacing);
}

const HostPlaces& Hosts::places() const
{
    return m_body->places;
}

}  // namespace analemma::operate
