#include "app/cli/servers.h"

#include "core/base/files.h"
#include "core/base/text.h"

#include <QStringDecoder>

#include <deque>

using namespace Qt::StringLiterals;

namespace analemma::cli {
namespace {

constexpr int defaultLimit = 20;
constexpr qint64 limitScript = 4 * 1024 * 1024;
constexpr qsizetype limitShownLine = 64 * 1024;  // a longer one is shown in parts
const QString schema = u"analemma.exec.2"_s;

/// What is run on each server.
struct Job {
    QString command;
    QByteArray input;
};

/// What a server writes, on its way to our streams: as JSON lines, as it is, or in lines with the
/// server's name before them.
class Sink {
public:
    Sink(RunPointer run, QString server, int nameWidth)
        : m_run(std::move(run)), m_server(std::move(server)), m_nameWidth(nameWidth)
    {
    }
    void take(const QByteArray& piece, bool isError)
    {
        if (m_run->json) {
            tell(Json{{u"stream"_s, isError ? u"stderr"_s : u"stdout"_s},
                      {u"data"_s, QString(m_decoders[isError ? 1 : 0](piece))}});
        } else if (m_nameWidth == 0) {
            write(piece, isError);
        } else {
            m_rest[isError ? 1 : 0] += piece;
            writeLines(isError, false);
        }
    }
    void finish()
    {
        if (!m_run->json && m_nameWidth > 0) {
            writeLines(false, true);
            writeLines(true, true);
        }
    }
    /// One JSON line about this server.
    void tell(Json fields) const
    {
        fields.insert(u"schema"_s, schema);
        fields.insert(u"server"_s, m_server);
        m_run->printJson(fields);
    }

private:
    /// Whose terminal this is decides: what is shown to a person passes the filter, a pipe gets the
    /// bytes.
    void write(const QByteArray& bytes, bool isError) const
    {
        const Streams& streams = m_run->streams;
        const bool terminal = isError ? streams.errTerminal : streams.outTerminal;
        (isError ? streams.err : streams.out)(terminal ? displayLog(bytes).toUtf8() : bytes);
    }
    void writeLines(bool isError, bool isLast)
    {
        QByteArray& rest = m_rest[isError ? 1 : 0];
        const QByteArray name = m_server.leftJustified(m_nameWidth).toUtf8() + "  ";
        for (;;) {
            qsizetype end = rest.indexOf('\n');
            if (end < 0 && !(isLast && !rest.isEmpty()) && rest.size() < limitShownLine) {
                return;
            }
            end = end < 0 ? rest.size() : end;
            write(name + rest.left(end) + '\n', isError);
            rest.remove(0, end + 1);
        }
    }
    const RunPointer m_run;
    const QString m_server;
    const int m_nameWidth;  ///< 0: without names
    QStringDecoder m_decoders[2] = {QStringDecoder(QStringDecoder::Utf8),
                                    QStringDecoder(QStringDecoder::Utf8)};
    QByteArray m_rest[2];
};

/// How one server ended.
struct End {
    QString server;
    std::optional<ssh::ExecResult> result;
    std::optional<Error> error;
    [[nodiscard]] bool ok() const { return result && result->ok(); }
    [[nodiscard]] Exit exit() const
    {
        return error ? exitOf(*error) : ok() ? Exit::Ok : Exit::Failed;
    }
    [[nodiscard]] QString text() const
    {
        return error ? displayText(error->message, 500) : result->endText();
    }
};

/// The servers that still wait for their turn, and how the others ended.
struct Fan {
    std::deque<operate::Host> waiting;
    Job job;
    int nameWidth = 0;
    bool failFast = false;
    CancelToken cancel;
    std::vector<End> ends;
};

Task<Result<ssh::ExecResult>> execute(RunPointer run, QString server, Job job,
                                      std::shared_ptr<Sink> sink, CancelToken cancel)
{
    auto connecting = connectTo(run, server, false, cancel);
    const Result<ssh::ChosenSession> chosen = co_await std::move(connecting);
    if (!chosen) {
        co_return chosen.error();
    }
    ssh::ExecOptions options;
    options.input = job.input;
    options.limitBytes = 0;  // all goes to the sink
    options.onOutput = [sink](const QByteArray& piece, bool isError) {
        sink->take(piece, isError);
    };
    auto executing = chosen->session->exec(job.command, std::move(options), cancel);
    Result<ssh::ExecResult> result = co_await std::move(executing);
    co_return result ? result
    : result.error().kind == ErrorKind::Cancelled
        ? result
        : Result<ssh::ExecResult>(result.error().in(server));
}

void tellEnd(const Run& run, const Sink& sink, const End& end)
{
    if (run.json) {
        sink.tell(end.error
                      ? Json{{u"error"_s, end.error->toJson()}, {u"code"_s, int(end.exit())}}
                      : Json{{u"exit"_s, end.result->exitCode}, {u"signal"_s, end.result->signal}});
    }
    if (!end.ok()) {
        run.say(end.error ? u"analemma-cli: %1"_s.arg(errorText(*end.error))
                          : u"%1: %2"_s.arg(end.server, end.text()));
    }
}

/// Takes one server after the other.
Task<Result<void>> work(RunPointer run, std::shared_ptr<Fan> fan)
{
    while (!fan->waiting.empty() && !fan->cancel.isCancelled()) {
        const QString server = fan->waiting.front().name;
        fan->waiting.pop_front();
        const auto sink = std::make_shared<Sink>(run, server, fan->nameWidth);
        auto executing = execute(run, server, fan->job, sink, fan->cancel);
        const Result<ssh::ExecResult> result = co_await std::move(executing);
        sink->finish();
        End end;
        end.server = server;
        if (result) {
            end.result = *result;
        } else {
            end.error = result.error();
        }
        tellEnd(*run, *sink, end);
        if (!end.ok() && fan->failFast) {
            fan->cancel.cancel();
        }
        fan->ends.push_back(std::move(end));
    }
    co_return Result<void>();
}

/// The exit code of all: 0, the one that all failures share, or 1.
Exit exitOfAll(const Fan& fan)
{
    std::optional<Exit> shared;
    for (const End& end : fan.ends) {
        const bool follows = fan.failFast && end.error && end.error->kind == ErrorKind::Cancelled;
        if (!end.ok() && !follows) {
            shared = shared && *shared != end.exit() ? Exit::Failed : end.exit();
        }
    }
    return shared.value_or(fan.waiting.empty() ? Exit::Ok : Exit::Failed);
}

void tellSummary(const Run& run, const Fan& fan)
{
    QStringList failed;
    for (const End& end : fan.ends) {
        if (!end.ok()) {
            failed += end.server;
        }
    }
    QString text = u"%1 of %2 servers: ok"_s.arg(fan.ends.size() - std::size_t(failed.size()))
                       .arg(fan.ends.size() + fan.waiting.size());
    if (!failed.isEmpty()) {
        text += u"; failed: "_s + displayText(failed.join(u", "_s), 2000);
    }
    if (!fan.waiting.empty()) {
        text += u"; not begun: %1"_s.arg(fan.waiting.size());
    }
    run.say(text);
}

Task<Result<int>> fanOut(RunPointer run, QList<operate::Host> hosts, Job job, QString shown)
{
    if (run->dryRun) {
        for (const operate::Host& host : hosts) {
            run->intend(u"would run on %1 (%2): %3"_s.arg(host.name, host.place(),
                                                          displayText(shown, 2000)));
        }
        co_return exitWith(Exit::Ok);
    }
    const Result<int> limit = run->number(u"limit"_s, defaultLimit, 1, 1000);
    if (!limit) {
        co_return limit.error();
    }
    const auto fan = std::make_shared<Fan>();
    fan->waiting.assign(hosts.begin(), hosts.end());
    fan->job = std::move(job);
    fan->failFast = run->has(u"fail-fast"_s);
    fan->cancel = run->interrupt.first.child();
    const bool isNamed = hosts.size() > 1 || run->has(u"on"_s);
    if (isNamed) {
        for (const operate::Host& host : hosts) {
            fan->nameWidth = qMax(fan->nameWidth, int(host.name.size()));
        }
    }
    std::vector<Task<Result<void>>> workers;
    for (int i = 0; i < qMin(*limit, int(hosts.size())); ++i) {
        workers.push_back(work(run, fan));
    }
    for (auto& worker : workers) {
        (void)co_await std::move(worker);  // what went wrong stands in the ends
    }
    if (run->interrupt.first.isCancelled()) {
        co_return Error(ErrorKind::Cancelled,
                        u"stopped; what the commands did until then stands"_s);
    }
    if (isNamed) {
        tellSummary(*run, *fan);
    }
    co_return exitWith(exitOfAll(*fan));
}

Task<Result<int>> exec(RunPointer run)
{
    const bool isChosen = run->has(u"on"_s);
    const QStringList words = run->parsed.arguments.mid(isChosen ? 0 : 1);
    if (words.isEmpty()) {
        co_return usageError(u"\"server exec\" needs COMMAND"_s,
                             u"See: analemma-cli server exec --help"_s);
    }
    auto choosing = chosenServers(run, isChosen ? QStringList() : QStringList{run->argument(0)});
    const Result<QList<operate::Host>> hosts = co_await std::move(choosing);
    if (!hosts) {
        co_return hosts.error();
    }
    const Job job{commandLine(words), {}};
    auto running = fanOut(run, *hosts, job, job.command);
    Result<int> code = co_await std::move(running);
    co_return code;
}

/// The script goes in as what `sh -s` reads.
Task<Result<int>> runScript(RunPointer run)
{
    const QString path = absolutePath(*run, run->argument(0));
    std::function<Result<QByteArray>()> read = [path] { return readFile(path, limitScript); };
    auto reading = onWorker<QByteArray>(std::move(read));
    const Result<QByteArray> script = co_await std::move(reading);
    if (!script) {
        co_return script.error();
    }
    const QByteArray first = script->left(script->indexOf('\n')).trimmed();
    if (first.startsWith("#!") && !first.endsWith("/sh") && !first.contains("/sh ")) {
        run->say(u"%1 asks for %2; it is run by sh all the same"_s.arg(
            run->argument(0), displayText(QByteArrayView(first).sliced(2), 100)));
    }
    auto choosing = chosenServers(run, run->parsed.arguments.mid(1));
    const Result<QList<operate::Host>> hosts = co_await std::move(choosing);
    if (!hosts) {
        co_return hosts.error();
    }
    const Job job{u"sh -s"_s, *script};
    auto running = fanOut(run, *hosts, job, u"sh -s < %1"_s.arg(run->argument(0)));
    Result<int> code = co_await std::move(running);
    co_return code;
}

}  // namespace

QList<Command> serverExecCommands()
{
    const Argument server{u"SERVER"_s, u"its name; with --on the command begins here"_s};
    const Argument command{u"COMMAND"_s, u"what to run; put -- before options of its own"_s, false,
                           true};
    const QList<Option> options = {
        onOption(),
        {u"limit"_s, u"N"_s, u"so many servers at a time; default: 20"_s},
        {u"fail-fast"_s, {}, u"after a failure stop the others"_s}};
    const QString details =
        u"Prints what the command prints, of several servers in lines with their names. Exits 0\n"
        u"when it does everywhere, 1 when it fails. With --json a line for each piece of output\n"
        u"({server, stream, data}) and one for each end ({server, exit} or {server, error})."_s;
    return {
        {u"server"_s,
         u"exec"_s,
         u"Run one command on servers"_s,
         {server, command},
         options,
         Effect::Acts,
         true,
         details,
         exec},
        {u"server"_s,
         u"run"_s,
         u"Run a script file on servers"_s,
         {{u"SCRIPT"_s, u"a file of this machine, for sh"_s},
          {u"SERVER"_s, u"where; or choose with --on"_s, false, true}},
         options,
         Effect::Acts,
         true,
         details,
         runScript},
    };
}

}  // namespace analemma::cli
