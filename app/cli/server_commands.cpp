#include "app/cli/servers.h"

#include "core/base/text.h"

using namespace Qt::StringLiterals;

namespace analemma::cli {
namespace {

QStringList promptsOf(const ssh::Question& question)
{
    QStringList prompts;
    for (const auto& prompt : question.prompts) {
        QString text = prompt.text.trimmed();
        text += text.endsWith(u':') || text.endsWith(u'?') ? u" "_s : u": "_s;
        prompts += question.kind == ssh::Question::Kind::Passphrase
                       ? text
                       : u"(%1) %2"_s.arg(question.target, text);
    }
    return prompts;
}

Task<Result<std::vector<Secret>>> askOne(RunPointer run, ssh::Question question)
{
    if (question.attempt > 1) {
        run->say(u"That was not it, once more."_s);
    }
    if (!question.instruction.isEmpty()) {
        run->say(displayText(question.instruction, 2000));
    }
    const QStringList prompts = promptsOf(question);
    const CancelToken cancel = run->interrupt.first.child();
    std::function<void()> stop = [cancel] { cancel.cancel(); };  // when the command ends before
    const auto registration = run->background.token().onCancel(std::move(stop));
    std::vector<Secret> answers;
    for (qsizetype i = 0; i < prompts.size(); ++i) {
        const bool echo = question.prompts[std::size_t(i)].echo;
        auto asking = run->streams.askSecret(prompts[i], echo, cancel);
        Result<Secret> answer = co_await std::move(asking);
        if (!answer) {
            co_return answer.error();
        }
        answers.push_back(std::move(*answer));
    }
    co_return answers;
}

Task<Result<void>> askInTurn(RunPointer run, ssh::Question question, ssh::Answer answer)
{
    auto waiting = run->turns.take();
    const Result<std::shared_ptr<void>> turn = co_await std::move(waiting);
    if (!turn || run->background.token().isCancelled()) {
        answer(cancelledError());
        co_return Result<void>();
    }
    auto asking = askOne(run, std::move(question));
    Result<std::vector<Secret>> given = co_await std::move(asking);
    answer(std::move(given));
    co_return Result<void>();
}

}  // namespace

operate::HostPlaces placesOf(const Run& run)
{
    return run.services ? run.services->hosts->places() : operate::HostPlaces::here();
}

ssh::Asker terminalAsker(RunPointer run)
{
    if (!run->streams.askSecret) {
        return {};
    }
    return [run](const ssh::Question& question, const ssh::Answer& answer) {
        run->background.run(askInTurn(run, question, answer));
    };
}

namespace {

Task<Result<ssh::ChosenSession>> connectOnce(RunPointer run, QString server, bool apart,
                                             CancelToken cancel)
{
    operate::Hosts* hosts = run->services->hosts.get();
    return apart ? hosts->connectApart(server, cancel, run->asker)
                 : hosts->connect(server, cancel, run->asker);
}

}  // namespace

Task<Result<ssh::ChosenSession>> connectTo(RunPointer run, QString server, bool apart,
                                           CancelToken cancel)
{
    Error error;
    for (int i = 0; i < mostHostKeys; ++i) {
        auto connecting = connectOnce(run, server, apart, cancel);
        Result<ssh::ChosenSession> chosen = co_await std::move(connecting);
        if (chosen) {
            co_return chosen;
        }
        error = chosen.error();
        if (error.kind != ErrorKind::HostKey || !run->streams.ask) {
            break;
        }
        auto asking = askAboutHostKey(run, server, cancel);
        const Result<bool> recorded = co_await std::move(asking);
        if (!recorded) {
            error = recorded.error();
        }
        if (!recorded || !*recorded) {
            break;
        }
    }
    if (error.kind == ErrorKind::HostKey) {
        error.hint += u" See: analemma-cli server trust %1"_s.arg(shellQuote(server));
        error.hint = error.hint.trimmed();
    }
    co_return error.kind == ErrorKind::Cancelled ? error : error.in(displayText(server, 80));
}

QString commandLine(const QStringList& words)
{
    return words.size() == 1 ? words.constFirst() : shellQuote(words);
}

Option onOption()
{
    return {
        u"on"_s, u"TERM"_s,
        u"servers: a name (* and ? allowed), tag=, env=, generation=, source=; all have to hold"_s,
        true};
}

Task<Result<QList<operate::Host>>> chosenServers(RunPointer run, QStringList names)
{
    const QStringList terms = run->list(u"on"_s);
    if (terms.isEmpty() == names.isEmpty()) {
        co_return terms.isEmpty()
            ? usageError(u"no server is named"_s, u"Name it, or choose with --on tag=web."_s)
            : usageError(u"servers are named twice: as words and with --on"_s);
    }
    const Result<operate::HostQuery> query = operate::HostQuery::parse(terms);
    if (!query) {
        co_return usageError(query.error().message, query.error().hint);
    }
    QList<operate::Host> chosen;
    for (const QString& name : names) {
        auto finding = run->services->hosts->find(name);
        const Result<operate::Host> host = co_await std::move(finding);
        if (!host) {
            co_return host.error();
        }
        chosen.append(*host);
    }
    if (!terms.isEmpty()) {
        auto choosing = run->services->hosts->choose(*query);
        const Result<QList<operate::Host>> fitting = co_await std::move(choosing);
        if (!fitting) {
            co_return fitting.error();
        }
        chosen = *fitting;
    }
    if (chosen.isEmpty()) {
        co_return Error(ErrorKind::NotFound, u"no server fits %1"_s.arg(terms.join(u' ')))
            .withHint(u"See: analemma-cli server list"_s);
    }
    co_return chosen;
}

QList<Command> serverCommands()
{
    return serverListCommands() + serverEditCommands() + serverExecCommands() +
           serverShellCommands() + serverFileCommands() + serverForwardCommands() +
           serverTrustCommands();
}

}  // namespace analemma::cli
