#include "app/cli/servers.h"

#include "app/cli/tree_copy.h"
#include "core/base/files.h"
#include "core/base/text.h"
#include "core/operate/filenames.h"

#include <QDir>
#include <QFileInfo>

using namespace Qt::StringLiterals;

namespace analemma::cli {
namespace {

using operate::Place;

/// "web-1:/srv/app": a path on a server. The name ends at the first colon.
Result<Place> remotePlace(const QString& text)
{
    const qsizetype colon = text.indexOf(u':');
    if (colon < 1 || text.left(colon).contains(u'/') || colon + 1 == text.size()) {
        return usageError(u"expected SERVER:PATH, got \"%1\""_s.arg(displayText(text, 200)));
    }
    return Place{text.left(colon), text.mid(colon + 1).toUtf8()};
}

/// The path as it must be named over SFTP: some servers have a root of their own.
Place onServer(const operate::Host& host, Place place)
{
    if (place.path.startsWith('/')) {
        place.path.prepend(host.root.toUtf8());
    }
    return place;
}

struct Reached {
    operate::Host host;
    std::shared_ptr<ssh::Session> session;
};

Task<Result<Reached>> reach(RunPointer run, QString server)
{
    Reached reached;
    auto finding = run->services->hosts->find(server);
    Result<operate::Host> host = co_await std::move(finding);
    if (!host) {
        co_return host.error();
    }
    reached.host = std::move(*host);
    auto connecting = connectTo(run, server, false, run->interrupt.first);
    Result<ssh::ChosenSession> chosen = co_await std::move(connecting);
    if (!chosen) {
        co_return chosen.error();
    }
    reached.session = chosen->session;
    co_return reached;
}

/// A folder gets the file under its own name, as cp(1) does.
Task<Result<Place>> remoteTarget(std::shared_ptr<ssh::Files> files, Place place, QString name,
                                 CancelToken cancel)
{
    bool isFolder = place.path.endsWith('/');
    if (!isFolder && files) {
        auto looking = files->info(place.path, true, cancel);
        const Result<ssh::FileInfo> info = co_await std::move(looking);
        isFolder = info && info->kind == ssh::FileInfo::Kind::Folder;
    }
    if (isFolder) {
        place.path = operate::joined(place.path, name.toUtf8());
    }
    co_return place;
}

/// A folder goes with --recursive only.
Task<Result<void>> checkSource(std::shared_ptr<ssh::Files> files, Place place, bool recursive,
                               CancelToken cancel)
{
    if (!files || recursive) {
        co_return Result<void>();
    }
    auto looking = files->info(place.path, true, cancel);
    const Result<ssh::FileInfo> info = co_await std::move(looking);
    if (!info) {
        co_return info.error().in(place.text());
    }
    if (info->kind == ssh::FileInfo::Kind::Folder) {
        co_return usageError(u"%1 is a folder"_s.arg(place.text()),
                             u"Add --recursive to fetch all that is in it."_s);
    }
    co_return Result<void>();
}

Task<Result<int>> put(RunPointer run)
{
    const Result<Place> place = remotePlace(run->argument(1));
    if (!place) {
        co_return place.error();
    }
    const QString local = absolutePath(*run, run->argument(0));
    const QFileInfo info(local);
    if (!info.exists()) {
        co_return Error(ErrorKind::NotFound, u"there is no file %1"_s.arg(displayText(local, 400)));
    }
    if (info.isDir() && !run->has(u"recursive"_s)) {
        co_return usageError(u"%1 is a folder"_s.arg(displayText(local, 400)),
                             u"Add --recursive to send all that is in it."_s);
    }
    if (run->dryRun) {
        run->intend(u"would send %1 to %2"_s.arg(local, run->argument(1)));
        co_return exitWith(Exit::Ok);
    }
    auto reaching = reach(run, place->server);
    const Result<Reached> reached = co_await std::move(reaching);
    if (!reached) {
        co_return reached.error();
    }
    auto naming = remoteTarget(reached->session->files(), onServer(reached->host, *place),
                               info.fileName(), run->interrupt.first);
    const Result<Place> target = co_await std::move(naming);
    if (!target) {
        co_return target.error();
    }
    Place source;
    source.path = local.toUtf8();
    auto copying = copyOver(run, reached->session, source, *target);
    Result<int> code = co_await std::move(copying);
    co_return code;
}

Task<Result<int>> get(RunPointer run)
{
    const Result<Place> place = remotePlace(run->argument(0));
    if (!place) {
        co_return place.error();
    }
    QString local = absolutePath(*run, run->argument(1));
    const QString name = QString::fromUtf8(operate::lastName(place->path));
    if (QFileInfo(local).isDir()) {
        if (name.isEmpty() || name == u"." || name == u"..") {
            co_return usageError(
                u"what should %1 be called here?"_s.arg(displayText(run->argument(0), 200)));
        }
        local += u'/' + name;
    }
    if (run->dryRun) {
        run->intend(u"would fetch %1 to %2"_s.arg(run->argument(0), local));
        co_return exitWith(Exit::Ok);
    }
    auto reaching = reach(run, place->server);
    const Result<Reached> reached = co_await std::move(reaching);
    if (!reached) {
        co_return reached.error();
    }
    const Place source = onServer(reached->host, *place);
    auto checking = checkSource(reached->session->files(), source, run->has(u"recursive"_s),
                                run->interrupt.first);
    const Result<void> checked = co_await std::move(checking);
    if (!checked) {
        co_return checked.error();
    }
    Place target;
    target.path = local.toUtf8();
    auto copying = copyOver(run, reached->session, source, target);
    Result<int> code = co_await std::move(copying);
    co_return code;
}

}  // namespace

QList<Command> serverFileCommands()
{
    const QList<Option> options = {
        {u"recursive"_s, {}, u"a folder with all that is in it"_s},
        {u"no-resume"_s, {}, u"begin anew where an earlier try broke off"_s},
        {u"no-verify"_s, {}, u"do not compare SHA-256 of both sides"_s}};
    const QString details =
        u"A file appears whole or not at all. What breaks off goes on at the next try. Links are\n"
        u"not followed; nothing is written outside of the target, whatever a server's names say.\n"
        u"What was left out is told, and the exit code is 1 then."_s;
    return {
        {u"server"_s,
         u"put"_s,
         u"Send a file to a server"_s,
         {{u"LOCAL"_s, u"a file or folder of this machine"_s}, {u"SERVER:PATH"_s, u"where to"_s}},
         options,
         Effect::Acts,
         true,
         details,
         put},
        {u"server"_s,
         u"get"_s,
         u"Fetch a file from a server"_s,
         {{u"SERVER:PATH"_s, u"which"_s}, {u"LOCAL"_s, u"a file or folder of this machine"_s}},
         options,
         Effect::Acts,
         true,
         details,
         get},
    };
}

}  // namespace analemma::cli
