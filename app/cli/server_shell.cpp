#include "app/cli/servers.h"
#include "app/cli/shell_bridge.h"

#include "core/base/text.h"

#include <unistd.h>

using namespace Qt::StringLiterals;

namespace analemma::cli {
namespace {

ssh::ShellOptions shellOptions(const Run& run, bool terminal)
{
    ssh::ShellOptions options;
    options.terminal = terminal;
    const QByteArray term = qgetenv("TERM");
    options.term = term.isEmpty() || term.size() > 64 ? QByteArray("xterm-256color") : term;
    options.size = terminalSize();
    if (terminal) {
        options.modes = terminalModes();
    }
    for (const char* name : {"COLORTERM", "LANG", "LC_ALL", "LC_CTYPE"}) {
        const QByteArray value = qgetenv(name);
        if (!value.isEmpty() && value.size() < 256) {
            options.environment.emplace_back(name, value);
        }
    }
    const QStringList words = run.parsed.arguments.mid(1);
    options.command = words.isEmpty() ? QString() : commandLine(words);
    return options;
}

/// Bytes go to and fro until the shell ends, is hung up or lost.
Task<Result<ssh::ChannelEnd>> bridge(std::shared_ptr<ssh::Channel> channel, bool terminal,
                                     CancelToken cancel)
{
    Promise<ssh::ChannelEnd> promise;
    auto future = promise.future();
    const auto shell = std::make_shared<ShellBridge>(channel, terminal);
    QObject::connect(shell.get(), &ShellBridge::ended, shell.get(),
                     [promise](const ssh::ChannelEnd& end) { promise.finish(end); });
    promise = Promise<ssh::ChannelEnd>();
    std::function<void()> hangUp = [channel] { channel->close(); };
    const auto registration = cancel.onCancel(std::move(hangUp));
    shell->start();
    Result<ssh::ChannelEnd> end = co_await future;
    co_return end;
}

Task<Result<int>> shell(RunPointer run)
{
    if (run->json) {
        co_return usageError(u"a shell has no JSON"_s, u"Use: analemma-cli server exec"_s);
    }
    const QString server = run->argument(0);
    auto connecting = connectTo(run, server, false, run->interrupt.first);
    const Result<ssh::ChosenSession> chosen = co_await std::move(connecting);
    if (!chosen) {
        co_return chosen.error();
    }
    const bool terminal = ::isatty(STDIN_FILENO) == 1 && ::isatty(STDOUT_FILENO) == 1;
    auto opening = chosen->session->openShell(shellOptions(*run, terminal), run->interrupt.first);
    const Result<std::shared_ptr<ssh::Channel>> channel = co_await std::move(opening);
    if (!channel) {
        co_return channel.error().in(server);
    }
    auto bridging = bridge(*channel, terminal, run->interrupt.first);
    const Result<ssh::ChannelEnd> end = co_await std::move(bridging);
    if (!end) {
        co_return end.error();
    }
    if (end->error && end->error->kind == ErrorKind::Cancelled) {
        run->say(u"Hung up on %1."_s.arg(displayText(server, 80)));
        co_return exitWith(Exit::Interrupted);
    }
    if (end->error) {
        co_return end->error
            ->in(
                u"the connection to %1 is lost; what ran in it has ended, unless tmux or screen holds it"_s
                    .arg(displayText(server, 80)))
            .withHint(u"Connect again: analemma-cli server shell %1"_s.arg(shellQuote(server)));
    }
    if (!end->signal.isEmpty()) {
        run->say(u"The shell on %1 was ended by the signal %2."_s.arg(
            displayText(server, 80), displayText(end->signal, 40)));
        co_return exitWith(Exit::Failed);
    }
    co_return qBound(0, end->exitCode, 255);
}

}  // namespace

QList<Command> serverShellCommands()
{
    const QString details =
        u"In a terminal it is one on the server, too: keys, colours, the window's size. Enter, ~\n"
        u"and . hang up. Without a terminal stdin is the shell's input and its end. Exits as the\n"
        u"shell does."_s;
    return {
        {u"server"_s,
         u"shell"_s,
         u"Log in on a server"_s,
         {{u"SERVER"_s, u"its name"_s},
          {u"COMMAND"_s, u"what to run in place of the login shell"_s, false, true}},
         {},
         Effect::Reads,
         true,
         details,
         shell},
    };
}

}  // namespace analemma::cli
