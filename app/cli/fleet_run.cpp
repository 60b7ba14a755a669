#include "app/cli/fleet_run.h"

#include "core/base/files.h"
#include "core/base/text.h"

#include <QRegularExpression>

using namespace Qt::StringLiterals;

namespace analemma::cli {
namespace {

constexpr qint64 scriptLimit = 256 * 1024;

/// The servers that a query means, in their order.
Task<Result<QList<operate::Host>>> chosen(RunPointer run, QStringList terms)
{
    if (terms.isEmpty()) {
        co_return usageError(u"on which servers?"_s,
                             u"Give --on 'tag=web', --on 'env=production' or --on 'web-*'."_s);
    }
    const Result<operate::HostQuery> query = operate::HostQuery::parse(terms);
    if (!query) {
        co_return usageError(query.error().message, query.error().hint);
    }
    auto choosing = run->services->hosts->choose(*query);
    const Result<QList<operate::Host>> found = co_await std::move(choosing);
    if (!found) {
        co_return found.error();
    }
    if (found->isEmpty()) {
        co_return Error(ErrorKind::NotFound, u"no server fits \"%1\"; nothing was run"_s.arg(
                                                 displayText(terms.join(u' '), 200)))
            .withHint(u"See: analemma-cli server list"_s);
    }
    co_return *found;
}

/// Servers of a production environment are asked about first.
Task<Result<void>> agree(RunPointer run, QList<operate::Host> hosts)
{
    QStringList production;
    for (const operate::Host& host : hosts) {
        if (host.production) {
            production.append(host.name);
        }
    }
    if (production.isEmpty() || run->dryRun) {
        co_return Result<void>();
    }
    auto asking =
        confirm(run,
                u"Run it on %1 servers, %2 of them of production (%3)?"_s.arg(hosts.size())
                    .arg(production.size())
                    .arg(displayText(production.join(u", "_s), 200)),
                u"%1 of the servers are of production and nobody was asked; nothing was run"_s.arg(
                    production.size()));
    const Result<void> agreed = co_await std::move(asking);
    co_return agreed;
}

Task<Result<int>> tellFleet(RunPointer run, engine::Operation operation)
{
    auto reading = run->services->fleet->show(operation.id);
    const Result<operate::FleetView> view = co_await std::move(reading);
    if (!view) {
        co_return view.error();
    }
    auto fetching = readOutputs(run, *view);
    const Result<Outputs> outputs = co_await std::move(fetching);
    if (!outputs) {
        co_return outputs.error();
    }
    if (!run->json) {
        run->streams.out(groupsText(*run, *view, *outputs));
    }
    co_return tellEnd(*run, operation, u"analemma.fleet.1"_s, fleetJson(*view, *outputs),
                      operation.reason);
}

}  // namespace

QList<Option> fleetOptions()
{
    return {{u"on"_s, u"QUERY"_s, u"which servers: 'tag=web env=production', 'web-*'"_s, true},
            {u"limit"_s, u"N"_s, u"at most so many servers at a time"_s},
            {u"fail-fast"_s, {}, u"after a failure begin on no further server"_s},
            {u"step-timeout"_s, u"DURATION"_s, u"end it on a server after 30s, 5m, ..."_s}};
}

Option scriptOption()
{
    return {u"script"_s, u"FILE"_s, u"run this script instead of a command"_s};
}

QString detachedDetails()
{
    return u"It runs detached on each server, at most once: a connection that breaks, or the end "
           "of this program, does not end it. Exits 0 when it did so everywhere, 1 when not, 7 "
           "when nobody knows of a server; look again with fleet check."_s;
}

QStringList termsOf(const Run& run)
{
    static const QRegularExpression space(u"\\s+"_s);
    return run.list(u"on"_s).join(u' ').split(space, Qt::SkipEmptyParts);
}

/// The words after "--", or a file: one word is shell text, several are the words of one command.
Result<QString> commandOf(const Run& run, qsizetype first)
{
    const QStringList words = run.parsed.arguments.mid(first);
    if (run.has(u"script"_s) != words.isEmpty()) {
        return usageError(u"what is to be run?"_s, u"Give -- COMMAND, or --script FILE."_s);
    }
    if (!run.has(u"script"_s)) {
        return words.size() == 1 ? words.constFirst() : shellQuote(words);
    }
    const Result<QByteArray> bytes =
        readFile(absolutePath(run, run.value(u"script"_s)), scriptLimit);
    if (!bytes) {
        return bytes.error().in(u"--script"_s);
    }
    return QString::fromUtf8(*bytes);
}

/// --limit, --fail-fast and --step-timeout, where they are given.
Result<void> readWays(const Run& run, int* limit, bool* failFast, milliseconds* timeout)
{
    const Result<int> most = run.number(u"limit"_s, *limit, 1, 500);
    if (!most) {
        return most.error();
    }
    *limit = *most;
    *failFast = *failFast || run.has(u"fail-fast"_s);
    if (run.has(u"step-timeout"_s)) {
        const auto given = parseDuration(run.value(u"step-timeout"_s));
        if (!given || given->count() <= 0) {
            return usageError(u"--step-timeout: expected a duration like 30s or 5m"_s);
        }
        *timeout = *given;
    }
    return {};
}

Task<Result<int>> runRequest(RunPointer run, operate::FleetRequest request,
                             QList<operate::Host> hosts)
{
    auto agreeing = agree(run, hosts);
    const Result<void> agreed = co_await std::move(agreeing);
    if (!agreed) {
        co_return agreed.error();
    }
    operate::Fleet* fleet = run->services->fleet.get();
    if (run->dryRun) {
        auto asking = fleet->preview(request);
        const Result<engine::Preview> preview = co_await std::move(asking);
        if (!preview) {
            co_return preview.error();
        }
        run->answer(planJson(*preview), dryRunText(*preview));
        co_return exitWith(Exit::Ok);
    }
    Start start;
    start.start = [fleet, request](CancelToken cancel) {
        return fleet->run(request, std::move(cancel));
    };
    auto operating = operate(run, start);
    const Result<Ended> ended = co_await std::move(operating);
    if (!ended) {
        co_return ended.error();
    }
    if (!*ended) {
        co_return exitWith(Exit::Ok);
    }
    auto telling = tellFleet(run, **ended);
    Result<int> code = co_await std::move(telling);
    co_return code;
}

Task<Result<int>> runOn(RunPointer run, operate::FleetRequest request, QStringList terms)
{
    auto choosing = chosen(run, terms);
    const Result<QList<operate::Host>> hosts = co_await std::move(choosing);
    if (!hosts) {
        co_return hosts.error();
    }
    for (const operate::Host& host : *hosts) {
        request.hosts.append(host.name);
    }
    auto running = runRequest(run, request, *hosts);
    Result<int> code = co_await std::move(running);
    co_return code;
}

}  // namespace analemma::cli
