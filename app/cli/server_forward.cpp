#include "app/cli/servers.h"

#include "app/cli/forward_spec.h"
#include "core/base/text.h"

using namespace Qt::StringLiterals;

namespace analemma::cli {
namespace {

using Kind = ssh::ForwardSpec::Kind;
constexpr milliseconds lookEvery(500);

QString wordOf(Kind kind)
{
    return kind == Kind::Local ? u"local"_s : kind == Kind::Remote ? u"remote"_s : u"dynamic"_s;
}

Result<QList<ssh::ForwardSpec>> specsOf(const Run& run)
{
    QList<ssh::ForwardSpec> specs;
    for (const Kind kind : {Kind::Local, Kind::Remote, Kind::Dynamic}) {
        for (const QString& text : run.list(wordOf(kind))) {
            const Result<ssh::ForwardSpec> spec = parseForward(kind, text);
            if (!spec) {
                return usageError(u"--%1: %2"_s.arg(wordOf(kind), spec.error().message));
            }
            specs.append(*spec);
        }
    }
    if (specs.isEmpty()) {
        return usageError(u"nothing to forward"_s, u"Add -L, -R or -D."_s);
    }
    return specs;
}

Json forwardJson(const QString& server, const ssh::ForwardSpec& spec, int port)
{
    return {{u"schema"_s, u"analemma.forward.1"_s},
            {u"server"_s, server},
            {u"kind"_s, wordOf(spec.kind)},
            {u"listenHost"_s, spec.listenHost},
            {u"listenPort"_s, port},
            {u"host"_s, spec.host},
            {u"port"_s, spec.port}};
}

/// Until it is interrupted, or one of them ends by itself.
Task<Result<void>> watch(RunPointer run, std::shared_ptr<ssh::Session> session,
                         QList<std::shared_ptr<ssh::Forward>> forwards)
{
    QString problem;
    for (;;) {
        auto sleeping = sleepFor(lookEvery, run->interrupt.first);
        const Result<void> slept = co_await std::move(sleeping);
        if (!slept) {
            co_return run->timedOut ? Result<void>() : slept;
        }
        if (!session->isConnected()) {
            co_return Error(ErrorKind::Network, u"the connection is lost; nothing is forwarded"_s);
        }
        for (const std::shared_ptr<ssh::Forward>& forward : forwards) {
            const ssh::ForwardState state = forward->state();
            if (!state.listening) {
                co_return Error(ErrorKind::Network,
                                u"a forward has ended: %1"_s.arg(displayText(state.problem, 300)));
            }
            if (!state.problem.isEmpty() && state.problem != problem) {
                problem = state.problem;
                run->say(u"a connection failed: %1"_s.arg(displayText(state.problem, 300)));
            }
        }
    }
}

Task<Result<int>> forward(RunPointer run)
{
    const Result<QList<ssh::ForwardSpec>> specs = specsOf(*run);
    if (!specs) {
        co_return specs.error();
    }
    const QString server = run->argument(0);
    if (run->dryRun) {
        for (const ssh::ForwardSpec& spec : *specs) {
            run->intend(u"would forward %1"_s.arg(forwardText(spec, spec.listenPort, server)));
        }
        co_return exitWith(Exit::Ok);
    }
    auto connecting = connectTo(run, server, true, run->interrupt.first);
    const Result<ssh::ChosenSession> chosen = co_await std::move(connecting);
    if (!chosen) {
        co_return chosen.error();
    }
    QList<std::shared_ptr<ssh::Forward>> forwards;
    for (const ssh::ForwardSpec& spec : *specs) {
        auto starting = chosen->session->forward(spec, run->interrupt.first);
        const Result<std::shared_ptr<ssh::Forward>> started = co_await std::move(starting);
        if (!started) {
            co_return started.error().in(forwardText(spec, spec.listenPort, server));
        }
        const int port = (*started)->state().port;
        forwards.append(*started);
        run->answer(forwardJson(server, spec, port), forwardText(spec, port, server) + u'\n');
    }
    run->say(u"Ctrl-C ends it."_s);
    auto watching = watch(run, chosen->session, forwards);
    const Result<void> ended = co_await std::move(watching);
    for (const std::shared_ptr<ssh::Forward>& one : forwards) {
        auto closing = one->close();
        (void)co_await std::move(closing);  // it goes with its connection at the latest
    }
    if (!ended && ended.error().kind != ErrorKind::Cancelled) {
        co_return ended.error().in(server);
    }
    co_return exitWith(Exit::Ok);  // to be ended is what it waited for
}

}  // namespace

QList<Command> serverForwardCommands()
{
    const QString details =
        u"Runs until it is interrupted, and exits 0 then. It listens on 127.0.0.1 unless another\n"
        u"loopback address is named. Port 0 takes any free one and tells which."_s;
    return {
        {u"server"_s,
         u"forward"_s,
         u"Forward ports over a server"_s,
         {{u"SERVER"_s, u"its name"_s}},
         {{u"local"_s, u"SPEC"_s, u"[ADDRESS:]PORT:HOST:HOSTPORT; listens here"_s, true, u'L'},
          {u"remote"_s, u"SPEC"_s, u"the same; listens on the server"_s, true, u'R'},
          {u"dynamic"_s, u"SPEC"_s, u"[ADDRESS:]PORT; a SOCKS proxy here"_s, true, u'D'}},
         Effect::Acts,
         true,
         details,
         forward},
    };
}

}  // namespace analemma::cli
