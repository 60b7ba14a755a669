#include "app/balancers.h"
#include "app/cli/alert_report.h"
#include "app/cli/commands.h"
#include "app/cli/operate.h"

#include "core/base/text.h"
#include "core/monitor/alerts.h"

#include <QTimer>

using namespace Qt::StringLiterals;

/// Alerts without the window: evaluated here, and taken back from here.
namespace analemma::cli {
namespace {

/// Everything that the window watches: servers, checks, balancers.
Task<Result<void>> watchAll(app::Services* services)
{
    const Result<void> opened = services->openMonitor();
    if (!opened) {
        co_return opened.error();
    }
    auto listing = services->hosts->list();
    const Result<operate::HostList> list = co_await std::move(listing);
    if (!list) {
        co_return list.error();
    }
    QStringList names;
    for (const operate::Host& host : list->hosts) {
        const bool rests = host.source == operate::Host::Source::Made && host.state != "running"_L1;
        if (!rests && host.problem.isEmpty()) {
            names.append(host.name);
        }
    }
    services->monitor->watch(names);
    services->checks->watch(services->workspace.checks.values(),
                            app::balancedEnvironments(services->workspace));
    services->openAlerts();
    co_return Result<void>();
}

void printNotice(const RunPointer& run, const monitor::Notice& notice)
{
    if (run->json) {
        run->printJson(notice.toJson());
        return;
    }
    const QString time = momentText(notice.time, run->services->clock.now().toMSecsSinceEpoch());
    run->print(u"%1  %2  %3\n"_s.arg(time, monitor::toString(notice.kind).leftJustified(9),
                                     displayText(notice.title, 400)));
}

Task<Result<int>> alertWatch(RunPointer run)
{
    const Result<int> lasting = run->number(u"seconds"_s, 0, 1, 1'000'000);
    if (!lasting) {
        co_return lasting.error();
    }
    app::Services* services = run->services.get();
    auto watching = watchAll(services);
    const Result<void> watched = co_await std::move(watching);
    if (!watched) {
        co_return watched.error();
    }
    QObject::connect(services->notifier.get(), &monitor::Notifier::desktop,
                     services->notifier.get(),
                     [run](const monitor::Notice& notice) { printNotice(run, notice); });
    const Promise<bool> over;
    if (*lasting > 0) {
        QTimer::singleShot(seconds(*lasting), services->alerts.get(),
                           [over] { over.finish(true); });
    }
    const CancelToken::Registration cancelled =
        run->interrupt.first.onCancel([over] { over.finish(cancelledError()); });
    auto starting = app::Services::startAlerts(services);
    const Result<void> started = co_await std::move(starting);
    if (!started) {
        co_return started.error();
    }
    run->say(u"Watching %1 rules; Ctrl-C ends it."_s.arg(services->alerts->rules().size()));
    auto future = over.future();
    const Result<bool> done = co_await std::move(future);
    services->alerts->stop();
    // The notifier's slot holds the run, which holds the services.
    QObject::disconnect(services->notifier.get(), &monitor::Notifier::desktop, nullptr, nullptr);
    if (!done) {
        co_return done.error();
    }
    co_return exitWith(Exit::Ok);
}

/// Takes back the change before an alert, when it is what serves still.
Task<Result<int>> alertRollback(RunPointer run)
{
    const Result<qint64> id = alertNumber(run->argument(0));
    if (!id) {
        co_return id.error();
    }
    app::Services* services = run->services.get();
    services->openAlerts();
    auto reading = services->alerts->read(*id);
    const Result<monitor::Alert> alert = co_await std::move(reading);
    if (!alert) {
        co_return alert.error();
    }
    if (!alert->change) {
        co_return Error(ErrorKind::Refused, u"no change came before alert %1"_s.arg(*id));
    }
    const QString environment = alert->change->environment;
    deploy::Deployments* deployments = services->deployments.get();
    auto looking = deployments->environment(environment);
    const Result<deploy::EnvironmentView> view = co_await std::move(looking);
    if (!view) {
        co_return view.error();
    }
    const QString live = view->active ? view->active->release : QString();
    const QString changed = alert->change->release;
    if (!changed.isEmpty() && live.section(u'/', -1) != changed.section(u'/', -1)) {
        co_return Error(ErrorKind::Conflict,
                        u"%1 serves %2 by now, not %3"_s.arg(environment, displayText(live, 60),
                                                             displayText(changed, 60)))
            .withHint(u"See: analemma-cli environment show %1."_s.arg(environment));
    }
    deploy::RollbackRequest request;
    request.environment = environment;
    request.expected = view->expected;
    Start start;
    start.start = [deployments, request](CancelToken cancel) {
        return deployments->rollback(request, std::move(cancel));
    };
    start.preview = [deployments, request] { return deployments->previewRollback(request); };
    auto operating = operate(run, start);
    const Result<Ended> ended = co_await std::move(operating);
    if (!ended) {
        co_return ended.error();
    }
    if (!*ended) {
        co_return exitWith(Exit::Ok);
    }
    const QString release = (**ended).result[u"release"_s].toString();
    const QString sentence =
        u"%1: release %2 is active again, because of alert %3"_s.arg(environment, release).arg(*id);
    if (!alert->incident.isEmpty()) {
        auto noting = services->incidents->note(alert->incident, app::actorName(), sentence);
        const Result<monitor::Incident> noted = co_await std::move(noting);
        if (!noted) {
            run->say(noted.error().message);
        }
    }
    const Json fields{{u"environment"_s, environment}, {u"alert"_s, double(*id)}};
    co_return tellEnd(*run, **ended, u"analemma.rollback.1"_s, fields, sentence);
}

}  // namespace

QList<Command> alertWatchCommands()
{
    return {
        {.noun = u"monitor"_s,
         .verb = u"alert watch"_s,
         .summary = u"Evaluate the rules here, without the window, until Ctrl-C"_s,
         .arguments = {},
         .options = {{u"seconds"_s, u"N"_s, u"end after so many seconds"_s}},
         .details = u"Watches servers, checks and balancers, and tells alerts to their channels; "
                    "a line for each notice."_s,
         .body = alertWatch},
        {.noun = u"monitor"_s,
         .verb = u"alert rollback"_s,
         .summary = u"Take back the change before an alert"_s,
         .arguments = {{u"ID"_s, u"the number of an alert"_s}},
         .options = {},
         .effect = Effect::Operates,
         .details = u"Refused when that change is not what serves any more."_s,
         .body = alertRollback},
    };
}

}  // namespace analemma::cli
