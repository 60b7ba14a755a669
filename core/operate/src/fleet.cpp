#include "core/operate/fleet.h"

#include "core/base/files.h"
#include "core/base/text.h"
#include "core/operate/src/fleet_body.h"

#include <QRegularExpression>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::operate {
namespace {

constexpr int hostLimit = 2000;
constexpr int parallelLimit = 500;
constexpr milliseconds timeoutLimit(7 * 24 * 3600 * 1000LL);
constexpr int searched = 1000;
const QString kindName = u"fleet"_s;

Result<void> checkRequest(const FleetRequest& request)
{
    const auto invalid = [](const QString& text) { return Error(ErrorKind::Invalid, text); };
    static const QRegularExpression fileName(u"\\A[a-z][a-z0-9_]{0,31}\\z"_s);
    if (request.hosts.isEmpty()) {
        return invalid(u"no server was chosen; nothing was run"_s);
    }
    if (request.hosts.size() > hostLimit) {
        return invalid(u"%1 servers were chosen; at most %2 can be in one operation"_s.arg(
            QString::number(request.hosts.size()), QString::number(hostLimit)));
    }
    if (request.command.trimmed().isEmpty()) {
        return invalid(u"there is no command; nothing was run"_s);
    }
    if (request.command.size() > commandLimit || request.command.contains(QChar(0))) {
        return invalid(u"the script is larger than %1, or has a zero byte in it"_s.arg(
            sizeText(commandLimit)));
    }
    if (request.limit < 1 || request.limit > parallelLimit) {
        return invalid(u"the limit is a number of servers from 1 to %1"_s.arg(parallelLimit));
    }
    if (request.timeout.count() < 0 || request.timeout > timeoutLimit) {
        return invalid(u"the time limit of a server is at most a week"_s);
    }
    for (auto one = request.secrets.begin(); one != request.secrets.end(); ++one) {
        if (!fileName.match(one.key()).hasMatch()) {
            return invalid(u"\"%1\" is no name of an input"_s.arg(displayText(one.key(), 40)));
        }
    }
    return {};
}

/// The chosen ones of all servers, in the order asked for; each once.
Result<QList<HostStep>> chosen(const QList<Host>& all, const QStringList& names)
{
    QHash<QString, const Host*> known;
    for (const Host& host : all) {
        known.insert(host.name, &host);
    }
    QList<HostStep> steps;
    QSet<QString> taken;
    for (const QString& name : names) {
        const Host* host = known.value(name);
        if (host == nullptr) {
            return Error(ErrorKind::NotFound, u"there is no server named %1; nothing was run"_s.arg(
                                                  displayText(name, 80)));
        }
        if (taken.contains(name)) {
            continue;
        }
        taken.insert(name);
        HostStep step;
        step.host = host->name;
        step.place = host->place();
        step.environment = host->environment;
        step.production = host->production;
        steps.append(step);
    }
    return steps;
}

engine::Request engineRequest(const WantedFleet& wanted)
{
    engine::Request request;
    request.kind = kindName;
    // Fleet operations do not exclude each other.
    request.target = u"fleet/"_s + newId();
    request.title = titleOf(wanted);
    request.wanted = wanted.toJson();
    return request;
}

Task<Result<engine::Request>> prepare(FleetPtr body, FleetRequest request)
{
    const Result<void> fine = checkRequest(request);
    if (!fine) {
        co_return fine.error();
    }
    Result<QList<Host>> all = co_await body->hosts();
    if (!all) {
        co_return all.error();
    }
    Result<QList<HostStep>> steps = chosen(*all, request.hosts);
    if (!steps) {
        co_return steps.error();
    }
    WantedFleet wanted;
    wanted.request = std::move(request);
    wanted.hosts = std::move(*steps);
    co_return engineRequest(wanted);
}

Task<Result<engine::Preview>> previewFleet(FleetPtr body, FleetRequest request)
{
    Result<engine::Request> prepared = co_await prepare(body, std::move(request));
    if (!prepared) {
        co_return prepared.error();
    }
    if (body->isGone()) {
        co_return cancelledError();
    }
    Result<engine::Preview> preview = co_await body->engine->preview(*prepared);
    co_return preview;
}

Task<Result<QString>> runFleet(FleetPtr body, FleetRequest request, CancelToken cancel)
{
    Result<engine::Request> prepared = co_await prepare(body, std::move(request));
    if (!prepared) {
        co_return prepared.error();
    }
    if (body->isGone()) {
        co_return cancelledError();
    }
    Result<QString> id = co_await body->engine->start(*prepared, cancel);
    co_return id;
}

Journal journalOf(const QList<store::ActionRow>& rows)
{
    Journal journal;
    for (const store::ActionRow& row : rows) {
        engine::ActionState& state = journal[row.key];
        state.verb = row.verb;
        state.outcome = engine::outcomeFromString(row.outcome);
        state.attempts = row.attempt;
        state.result = row.result;
        state.error.reset();
        if (!row.error.isEmpty()) {
            state.error = Error::fromJson(row.error);
        }
        state.finished = row.finished;
    }
    return journal;
}

FleetView makeView(const engine::Operation& operation, const Journal& journal)
{
    const WantedFleet wanted = WantedFleet::fromJson(operation.wanted);
    FleetView view;
    view.operation = operation;
    view.request = wanted.request;
    view.checks = wanted.checks;
    view.steps = stepsOf(wanted, journal, !operation.isFinished());
    return view;
}

/// What later looks found out about servers whose outcome was unknown.
void overlay(FleetView& view, const FleetView& check)
{
    for (const HostStep& seen : check.steps) {
        for (HostStep& step : view.steps) {
            if (step.host == seen.host && step.state == StepState::Unknown && isFinal(seen.state)) {
                step = seen;
            }
        }
    }
}

/// One operation of our kind, with its servers.
Task<Result<FleetView>> readView(FleetPtr body, QString id)
{
    if (body->isGone()) {
        co_return cancelledError();
    }
    Result<engine::Operation> operation = co_await body->engine->operation(id);
    if (!operation) {
        co_return operation.error();
    }
    if (body->isGone()) {
        co_return cancelledError();
    }
    Result<FleetRows> rows = co_await readFleetRows(body, id);
    if (!rows) {
        co_return rows.error();
    }
    co_return makeView(*operation, rows->journal);
}

/// Ids of operations of our kind, newest first, and what each of them checks.
Task<Result<QList<std::pair<QString, QString>>>> readIds(FleetPtr body)
{
    using Ids = QList<std::pair<QString, QString>>;
    std::function<Result<Ids>(store::Transaction&)> work =
        [](store::Transaction& t) -> Result<Ids> {
        const auto rows = t.operations({}, false, searched);
        if (!rows) {
            return rows.error();
        }
        Ids ids;
        for (const store::OperationRow& row : *rows) {
            if (row.kind == kindName) {
                ids.append({row.id, row.wanted[u"checks"_s].toString()});
            }
        }
        return ids;
    };
    return body->store->read<Ids>(std::move(work));
}

/// The operation, with what later looks at its unknown servers found out.
Task<Result<FleetView>> showFleet(FleetPtr body, QString id)
{
    Result<FleetView> view = co_await readView(body, id);
    if (!view || view->counts().value(StepState::Unknown) == 0) {
        co_return view;
    }
    if (body->isGone()) {
        co_return cancelledError();
    }
    auto ids = co_await readIds(body);
    if (!ids) {
        co_return ids.error();
    }
    for (auto one = ids->crbegin(); one != ids->crend(); ++one) {
        if (one->second == id) {
            Result<FleetView> look = co_await readView(body, one->first);
            if (!look) {
                co_return look.error();
            }
            overlay(*view, *look);
        }
    }
    co_return view;
}

Task<Result<QList<FleetView>>> listFleets(FleetPtr body, int limit)
{
    auto ids = co_await readIds(body);
    if (!ids) {
        co_return ids.error();
    }
    QList<FleetView> views;
    for (const auto& [id, checks] : *ids) {
        if (!checks.isEmpty()) {
            continue;
        }
        if (views.size() == limit) {
            break;
        }
        Result<FleetView> view = co_await showFleet(body, id);
        if (!view) {
            co_return view.error();
        }
        views.append(*view);
    }
    co_return views;
}

Task<Result<QString>> checkFleet(FleetPtr body, QString operation, CancelToken cancel)
{
    Result<FleetView> view = co_await showFleet(body, operation);
    if (!view) {
        co_return view.error();
    }
    if (!view->operation.isFinished()) {
        co_return Error(ErrorKind::Conflict, u"operation %1 is still under way"_s.arg(operation))
            .withHint(u"Go on with it: analemma-cli operation resume %1"_s.arg(operation));
    }
    WantedFleet wanted;
    wanted.request = view->request;
    wanted.request.failFast = false;
    wanted.checks = operation;
    for (const HostStep& step : view->steps) {
        if (step.state == StepState::Unknown) {
            HostStep host;
            host.host = step.host;
            host.place = step.place;
            host.environment = step.environment;
            host.production = step.production;
            wanted.hosts.append(host);
        }
    }
    if (wanted.hosts.isEmpty()) {
        co_return Error(ErrorKind::Conflict,
                        u"all servers of operation %1 are known"_s.arg(operation));
    }
    const engine::Request request = engineRequest(wanted);
    if (body->isGone()) {
        co_return cancelledError();
    }
    Result<QString> id = co_await body->engine->start(request, cancel);
    co_return id;
}

Task<Result<QByteArray>> readOutput(FleetPtr body, QString sha256)
{
    static const QRegularExpression digest(u"\\A[0-9a-f]{64}\\z"_s);
    if (!digest.match(sha256).hasMatch()) {
        co_return Error(ErrorKind::Invalid, u"that is no SHA-256"_s);
    }
    const QString path = body->store->blobPath(sha256);
    std::function<Result<QByteArray>()> work = [path] {
        return readFile(path, Fleet::kOutputLimit + 1024);
    };
    Result<QByteArray> bytes = co_await onWorker<QByteArray>(std::move(work));
    co_return bytes;
}

/// What is on the servers is asked by the steps themselves, each of its own server.
Task<Result<Json>> observeNothing()
{
    const Json nothing;
    co_return nothing;
}

}  // namespace

Task<Result<FleetRows>> readFleetRows(FleetPtr body, QString operation)
{
    std::function<Result<FleetRows>(store::Transaction&)> work =
        [operation](store::Transaction& t) -> Result<FleetRows> {
        const auto row = t.operation(operation);
        if (!row) {
            return row.error();
        }
        if (!*row || (*row)->kind != kindName) {
            return Error(ErrorKind::NotFound,
                         u"there is no fleet operation %1"_s.arg(displayText(operation, 40)));
        }
        const auto actions = t.actions(operation);
        if (!actions) {
            return actions.error();
        }
        FleetRows rows;
        rows.operation = **row;
        rows.journal = journalOf(*actions);
        return rows;
    };
    return body->store->read<FleetRows>(std::move(work));
}

Fleet::Fleet(store::Store* store, engine::Engine* engine, store::SecretSource* secrets,
             ListHosts hosts, Connect connect, const Clock* clock)
    : m_body(std::make_shared<Body>())
{
    m_body->store = store;
    m_body->engine = engine;
    m_body->secrets = secrets;
    m_body->hosts = std::move(hosts);
    m_body->connect = std::move(connect);
    m_body->clock = clock;
    m_body->face = this;
    engine::Kind kind;
    kind.name = kindName;
    kind.observe = [](const Json&, const QString&) { return observeNothing(); };
    kind.plan = planFleet;
    kind.act = [body = m_body](engine::Call call) { return actOnFleet(body, std::move(call)); };
    engine->add(std::move(kind));
}

Fleet::~Fleet() = default;

Task<Result<QList<Host>>> Fleet::hosts() const
{
    return m_body->hosts();
}

Task<Result<engine::Preview>> Fleet::preview(FleetRequest request)
{
    return previewFleet(m_body, std::move(request));
}

Task<Result<QString>> Fleet::run(FleetRequest request, CancelToken cancel)
{
    return runFleet(m_body, std::move(request), std::move(cancel));
}

Task<Result<QString>> Fleet::check(QString operation, CancelToken cancel)
{
    return checkFleet(m_body, std::move(operation), std::move(cancel));
}

Task<Result<FleetView>> Fleet::show(QString operation)
{
    return showFleet(m_body, std::move(operation));
}

Task<Result<QList<FleetView>>> Fleet::list(int limit)
{
    return listFleets(m_body, limit);
}

Task<Result<QByteArray>> Fleet::output(QString sha256)
{
    return readOutput(m_body, std::move(sha256));
}

QByteArray Fleet::tail(const QString& operation, const QString& host) const
{
    const auto found = m_body->tails.find({operation, host});
    return found == m_body->tails.end() ? QByteArray() : found->second;
}

}  // namespace analemma::operate
