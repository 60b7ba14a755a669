#include "app/cli/commands.h"

#include "app/cli/repository_network.h"
#include "app/cli/repository_open.h"
#include "core/base/text.h"

#include <QDir>
#include <QFileInfo>
#include <QJsonArray>

using namespace Qt::StringLiterals;

namespace analemma::cli {
namespace {

using RepositoryPointer = std::shared_ptr<git::Repository>;

constexpr qsizetype shownMoves = 1000;

QList<Option> callOptions()
{
    return {{u"local-paths"_s,
             {},
             u"also a remote that is a path on this machine; its hooks do not run"_s},
            {u"stall"_s, u"DURATION"_s, u"give up when nothing comes for so long; else 30s"_s},
            {u"fingerprint"_s, u"SHA256:…"_s,
             u"of an ssh server that is not known yet, as its owner says it"_s, true},
            {u"certificates"_s, u"FILE"_s,
             u"trust these (PEM) in place of the machine's authorities"_s}};
}

// ---- clone --------------------------------------------------------------------------------------

struct ClonePlace {
    QString url;
    QString folder;
    bool local = false;  ///< a path that was typed here
};

/// A name of the workspace whose folder is missing, or an address.
Result<ClonePlace> clonePlace(const Run& run)
{
    ClonePlace place;
    place.url = run.argument(0);
    place.folder = run.argument(1);
    const Result<QString> file = workspace::find(run.directory);
    if (file && isPlainName(place.url)) {
        const Result<workspace::Workspace> loaded = workspace::load(*file);
        if (!loaded) {
            return loaded.error();
        }
        const workspace::Repository repository = loaded->repositories.value(place.url);
        if (!repository.remote.isEmpty()) {
            place.url = repository.remote;
            place.folder = place.folder.isEmpty() ? repository.path : place.folder;
        }
    }
    const bool isPath = place.url.startsWith(u'/') || place.url.startsWith(u'.') ||
                        QFileInfo(absolutePath(run, place.url)).isDir();
    if (isPath) {
        place.url = absolutePath(run, place.url);
        place.local = true;
    }
    place.local = place.local || place.url.startsWith(u"file:"_s);
    if (place.folder.isEmpty()) {
        QString name =
            QString(place.url).replace(u':', u'/').section(u'/', -1, -1, QString::SectionSkipEmpty);
        place.folder = name.endsWith(u".git"_s) ? name.chopped(4) : name;
    }
    if (place.folder.isEmpty() || place.folder == u"." || place.folder == u"..") {
        return usageError(u"clone: into which folder?"_s);
    }
    place.folder = absolutePath(run, place.folder);
    return place;
}

Task<Result<int>> repositoryClone(RunPointer run)
{
    const Result<ClonePlace> place = clonePlace(*run);
    if (!place) {
        co_return place.error();
    }
    const Result<int> depth = run->number(u"depth"_s, 0, 1, 1'000'000'000);
    if (!depth) {
        co_return depth.error();
    }
    const Result<git::NetworkAccess> access = accessOf(run, place->local);
    if (!access) {
        co_return access.error();
    }
    if (run->dryRun) {
        run->answer({{u"schema"_s, u"analemma.clone.1"_s},
                     {u"dry_run"_s, true},
                     {u"folder"_s, place->folder}},
                    u"would clone into %1\n"_s.arg(displayText(place->folder, 500)));
        co_return exitWith(Exit::Ok);
    }
    git::CloneOptions options;
    options.branch = run->value(u"branch"_s);
    options.depth = *depth;
    options.singleBranch = run->has(u"single-branch"_s);
    options.bare = run->has(u"bare"_s);
    std::function<Task<Result<RepositoryPointer>>()> call = [run, place = *place, options,
                                                             access = *access] {
        return git::cloneRepository(place.url, place.folder, options, access, run->interrupt.first);
    };
    auto cloning = called<RepositoryPointer>(run, std::move(call));
    const Result<RepositoryPointer> clone = co_await std::move(cloning);
    if (!clone) {
        co_return clone.error();
    }
    auto heading = (*clone)->head();
    const Result<git::Head> head = co_await std::move(heading);
    if (!head) {
        co_return head.error();
    }
    run->answer({{u"schema"_s, u"analemma.clone.1"_s},
                 {u"folder"_s, (*clone)->path()},
                 {u"branch"_s, head->branch},
                 {u"commit"_s, head->commit}},
                u"cloned into %1, %2 at %3\n"_s.arg(
                    displayText((*clone)->path(), 500),
                    head->branch.isEmpty() ? u"no branch"_s : displayText(head->branch, 100),
                    head->commit.isEmpty() ? u"no commit yet"_s : head->commit.left(10)));
    co_return exitWith(Exit::Ok);
}

// ---- fetch and pull -----------------------------------------------------------------------------

Json fetchJson(const git::FetchResult& result)
{
    QJsonArray moved;
    for (const git::RefMove& move : result.moved.first(std::min(result.moved.size(), shownMoves))) {
        moved.append(Json{{u"name"_s, move.name},
                          {u"before"_s, move.before},
                          {u"after"_s, move.after},
                          {u"forced"_s, move.forced}});
    }
    return {{u"schema"_s, u"analemma.fetch.1"_s},
            {u"remote"_s, result.remote},
            {u"moved"_s, moved},
            {u"moved_count"_s, result.moved.size()},
            {u"refused"_s, QJsonArray::fromStringList(result.refused)},
            {u"said"_s, QJsonArray::fromStringList(result.said)}};
}

QString fetchText(const Run& run, const git::FetchResult& result)
{
    QString text = saidText(result.said);
    for (const QString& tag : result.refused) {
        text +=
            u"  left      %1: another tag of that name stands here\n"_s.arg(displayText(tag, 200));
    }
    if (result.moved.isEmpty()) {
        return text + u"nothing new at %1\n"_s.arg(displayText(result.remote, 100));
    }
    Table table;
    table.head = {u"REF"_s, u"FROM"_s, u"TO"_s, u""_s};
    for (const git::RefMove& move : result.moved.first(std::min(result.moved.size(), shownMoves))) {
        table.rows.append({displayText(move.name, 200),
                           move.before.isEmpty() ? u"-"_s : move.before.left(10),
                           move.after.isEmpty() ? u"-"_s : move.after.left(10),
                           move.before.isEmpty()  ? u"new"_s
                           : move.after.isEmpty() ? u"gone"_s
                           : move.forced          ? u"overwritten"_s
                                                  : QString()});
    }
    return text + table.text(run.colour);
}

Result<git::FetchOptions> fetchOptions(const Run& run)
{
    git::FetchOptions options;
    const Result<int> depth = run.number(u"depth"_s, 0, 1, 1'000'000'000);
    if (!depth) {
        return depth.error();
    }
    if (run.has(u"tags"_s) && run.has(u"no-tags"_s)) {
        return usageError(u"--tags and --no-tags exclude each other"_s);
    }
    options.remote = run.value(u"remote"_s);
    options.prune = run.has(u"prune"_s);
    options.depth = *depth;
    options.unshallow = run.has(u"unshallow"_s);
    options.tags = run.has(u"tags"_s)      ? git::FetchOptions::Tags::All
                   : run.has(u"no-tags"_s) ? git::FetchOptions::Tags::None
                                           : git::FetchOptions::Tags::Follow;
    return options;
}

Task<Result<int>> repositoryFetch(RunPointer run)
{
    auto opening = openNamed(run, run->argument(0));
    const Result<RepositoryPointer> repository = co_await std::move(opening);
    if (!repository) {
        co_return repository.error();
    }
    const Result<git::FetchOptions> options = fetchOptions(*run);
    const Result<git::NetworkAccess> access =
        options ? accessOf(run, false) : Result<git::NetworkAccess>(options.error());
    if (!access) {
        co_return access.error();
    }
    if (run->dryRun) {
        auto telling = tellRemotes(run, *repository, u"fetch"_s);
        Result<int> told = co_await std::move(telling);
        co_return told;
    }
    std::function<Task<Result<git::FetchResult>>()> call = [run, repository = *repository,
                                                            options = *options, access = *access] {
        return git::fetch(repository, options, access, run->interrupt.first);
    };
    auto fetching = called<git::FetchResult>(run, std::move(call));
    const Result<git::FetchResult> result = co_await std::move(fetching);
    if (!result) {
        co_return result.error();
    }
    run->answer(fetchJson(*result), fetchText(*run, *result));
    co_return exitWith(Exit::Ok);
}

Task<Result<int>> repositoryPull(RunPointer run)
{
    auto opening = openNamed(run, run->argument(0));
    const Result<RepositoryPointer> repository = co_await std::move(opening);
    if (!repository) {
        co_return repository.error();
    }
    git::FetchOptions options;
    options.prune = run->has(u"prune"_s);
    const Result<git::NetworkAccess> access = accessOf(run, false);
    if (!access) {
        co_return access.error();
    }
    if (run->dryRun) {
        auto telling = tellRemotes(run, *repository, u"fetch and move the branch forward"_s);
        Result<int> told = co_await std::move(telling);
        co_return told;
    }
    std::function<Task<Result<git::PullResult>>()> call = [run, repository = *repository, options,
                                                           access = *access] {
        return git::pullFastForward(repository, options, access, run->interrupt.first);
    };
    auto pulling = called<git::PullResult>(run, std::move(call));
    const Result<git::PullResult> result = co_await std::move(pulling);
    if (!result) {
        co_return result.error();
    }
    const bool apart = result->ahead > 0 && result->behind > 0;
    const QString branch = displayText(result->branch, 100);
    const QString text =
        result->before != result->after ? u"%1 is now at %2\n"_s.arg(branch, result->after.left(10))
        : apart ? u"%1 has %2 commits of its own and lacks %3: merge or rebase\n"_s.arg(branch)
                      .arg(result->ahead)
                      .arg(result->behind)
                : u"%1 has all that is there\n"_s.arg(branch);
    run->answer({{u"schema"_s, u"analemma.pull.1"_s},
                 {u"branch"_s, result->branch},
                 {u"upstream"_s, result->upstream},
                 {u"before"_s, result->before},
                 {u"after"_s, result->after},
                 {u"ahead"_s, result->ahead},
                 {u"behind"_s, result->behind},
                 {u"fetched"_s, fetchJson(result->fetched)}},
                fetchText(*run, result->fetched) + text);
    co_return exitWith(apart ? Exit::Refused : Exit::Ok);
}

}  // namespace

QList<Command> repositoryNetworkCommands()
{
    const QString noun = u"repository"_s;
    const Argument repository{
        u"REPOSITORY"_s,
        u"its name in the workspace, or a path; may be left out when there is one"_s, false};
    Argument named = repository;
    named.help = u"its name in the workspace, or a path"_s;
    named.required = true;
    const Argument rest{u"REF"_s, u"branches and tags; else the branch that is checked out"_s,
                        false, true};
    const Option remote{u"remote"_s, u"NAME"_s, u"else that of the branch's upstream, or origin"_s};
    const Option prune{u"prune"_s, {}, u"drop remote branches that are gone there"_s};
    return {
        {noun,
         u"clone"_s,
         u"Copy another repository here"_s,
         {{u"URL"_s, u"https, ssh or a path; or a name of the workspace that has a remote"_s},
          {u"FOLDER"_s, u"missing or empty; else named as the repository"_s, false}},
         QList<Option>{{u"branch"_s, u"NAME"_s, u"or tag to check out"_s},
                       {u"depth"_s, u"N"_s, u"only so many commits of each branch"_s},
                       {u"single-branch"_s, {}, u"only that branch"_s},
                       {u"bare"_s, {}, u"without files"_s}} +
             callOptions(),
         Effect::Acts,
         false,
         {},
         repositoryClone},
        {noun,
         u"fetch"_s,
         u"Get what is new at a remote; branches of yours stay"_s,
         {repository},
         QList<Option>{remote,
                       prune,
                       {u"tags"_s, {}, u"all tags; else those of what comes"_s},
                       {u"no-tags"_s, {}, u"no tags"_s},
                       {u"depth"_s, u"N"_s, u"of a shallow repository: so many commits"_s},
                       {u"unshallow"_s, {}, u"of a shallow repository: all that is missing"_s}} +
             callOptions(),
         Effect::Acts,
         true,
         {},
         repositoryFetch,
         true},
        {noun,
         u"pull"_s,
         u"Fetch, and move the branch and its files forward"_s,
         {repository},
         QList<Option>{prune} + callOptions(),
         Effect::Acts,
         true,
         u"Only forward: when both sides have commits of their own, nothing is moved and the exit "
         "code is 12."_s,
         repositoryPull,
         true},
        {noun,
         u"push"_s,
         u"Bring branches and tags to a remote"_s,
         {named, rest},
         QList<Option>{remote,
                       {u"set-upstream"_s, {}, u"the branch follows it from then on"_s},
                       {u"force"_s,
                        {},
                        u"overwrite what is there, but only while it is what was last seen here"_s},
                       {u"expect"_s, u"COMMIT"_s, u"push only while this is what is there"_s},
                       {u"delete"_s, u"BRANCH"_s, u"remove it there"_s, true}} +
             callOptions(),
         Effect::Acts,
         true,
         {},
         repositoryPush,
         true},
        {noun,
         u"remote"_s,
         u"Remotes: their addresses, and changes to them"_s,
         {named,
          {u"ACT"_s, u"add, set-url, rename or remove; else they are listed"_s, false},
          {u"NAME"_s, u"of the remote"_s, false},
          {u"VALUE"_s, u"the address, or the new name"_s, false}},
         {},
         Effect::Acts,
         true,
         {},
         repositoryRemote,
         true},
    };
}

}  // namespace analemma::cli
