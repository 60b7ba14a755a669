#include "app/cli/repository_network.h"

#include "app/network_access.h"
#include "core/base/text.h"

#include <QJsonArray>

using namespace Qt::StringLiterals;

namespace analemma::cli {
namespace {

void paintNetworkProgress(const Run& run, const git::NetworkProgress& progress)
{
    const QString share =
        progress.total > 0
            ? u"%1 %"_s.arg(100.0 * double(progress.done) / double(progress.total), 3, 'f', 0)
            : QString::number(progress.done);
    run.streams.err(
        u"\r\x1b[K%1: %2  %3"_s
            .arg(displayText(progress.phase, 60), share, displayText(progress.volume, 40))
            .toUtf8());
}

Task<Result<bool>> askToKeep(RunPointer run, QString place, CancelToken cancel)
{
    auto waiting = run->turns.take();
    const Result<std::shared_ptr<void>> turn = co_await std::move(waiting);
    if (!turn) {
        co_return turn.error();
    }
    endProgress(*run);
    auto asking = run->streams.ask(
        u"Keep the login for %1 in the keyring? [y/N] "_s.arg(displayText(place, 200)), cancel);
    const Result<QString> line = co_await std::move(asking);
    if (!line) {
        co_return line.error();
    }
    co_return line->toLower() == u"y" || line->toLower() == u"yes";
}

/// Never without a person: not by --yes either.
app::Keeping keepingOf(const RunPointer& run)
{
    app::Keeping keeping;
    if (run->streams.ask) {
        keeping.offer = [run](const QString& place, const CancelToken& cancel) {
            return askToKeep(run, place, cancel);
        };
    }
    keeping.tell = [run](const QString& sentence) { run->say(sentence); };
    return keeping;
}

}  // namespace

Result<git::NetworkAccess> accessOf(const RunPointer& run, bool local)
{
    git::NetworkAccess access =
        app::networkAccess(placesOf(*run), terminalAsker(run), keepingOf(run));
    access.localPaths = local || run->has(u"local-paths"_s);
    if (run->has(u"certificates"_s)) {
        access.certificatesFile = absolutePath(*run, run->value(u"certificates"_s));
    }
    if (run->has(u"stall"_s)) {
        const auto stall = parseDuration(run->value(u"stall"_s));
        if (!stall || stall->count() <= 0) {
            return usageError(u"--stall: expected a duration like 30s or 5m, got \"%1\""_s.arg(
                displayText(run->value(u"stall"_s), 40)));
        }
        access.silence = *stall;
    }
    if (run->liveProgress) {
        access.progress = [run](const git::NetworkProgress& progress) {
            paintNetworkProgress(*run, progress);
        };
    }
    return access;
}

void endProgress(const Run& run)
{
    if (run.liveProgress) {
        run.streams.err("\r\x1b[K");
    }
}

Error withRecordHint(const Run& run, Error error)
{
    if (error.kind == ErrorKind::HostKey && error.message.contains(u"host key"_s)) {
        const operate::HostPlaces places = placesOf(run);
        error.hint += u" What is trusted stands in %1 and %2."_s.arg(
            displayText(places.userKnownHosts.value(0), 300),
            displayText(places.ownKnownHosts, 300));
        error.hint = error.hint.trimmed();
    }
    return error;
}

Task<Result<bool>> settleCall(RunPointer run, Error error)
{
    const Error told = withRecordHint(*run, std::move(error));
    return askAboutRemoteKey(run, told, run->interrupt.first);
}

QString saidText(const QStringList& said)
{
    QString text;
    for (const QString& line : said) {
        text += u"  said there: "_s + displayText(line, 500) + u'\n';
    }
    return text;
}

Task<Result<int>> tellRemotes(RunPointer run, std::shared_ptr<git::Repository> repository,
                              QString what)
{
    auto listing = git::remotes(repository);
    const Result<QList<git::Remote>> remotes = co_await std::move(listing);
    if (!remotes) {
        co_return remotes.error();
    }
    QJsonArray names;
    QStringList texts;
    for (const git::Remote& remote : *remotes) {
        names.append(remote.name);
        texts.append(displayText(remote.name, 100));
    }
    run->answer({{u"schema"_s, u"analemma.remote_call.1"_s},
                 {u"dry_run"_s, true},
                 {u"what"_s, what},
                 {u"remotes"_s, names}},
                u"would %1; remotes here: %2\n"_s.arg(what, texts.join(u", "_s)));
    co_return exitWith(Exit::Ok);
}

}  // namespace analemma::cli
