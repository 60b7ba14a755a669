#include "app/cli/repository_network.h"

#include "app/cli/repository_open.h"
#include "core/base/text.h"

#include <QJsonArray>

using namespace Qt::StringLiterals;

namespace analemma::cli {
namespace {

using RepositoryPointer = std::shared_ptr<git::Repository>;

// ---- push ---------------------------------------------------------------------------------------

/// "main" is the branch of that name, else the tag; whole names stay.
Result<QString> wholeName(const QList<git::Ref>& refs, const QString& given)
{
    if (given.startsWith(u"refs/"_s)) {
        return given;
    }
    for (const auto& [kind, prefix] : {std::pair(git::Ref::Kind::Branch, u"refs/heads/"_s),
                                       {git::Ref::Kind::Tag, u"refs/tags/"_s}}) {
        for (const git::Ref& ref : refs) {
            if (ref.kind == kind && ref.name == given) {
                return QString(prefix + given);
            }
        }
    }
    return Error(ErrorKind::NotFound,
                 u"there is no branch or tag %1 here"_s.arg(displayText(given, 100)));
}

Task<Result<git::PushOptions>> pushOptions(RunPointer run, RepositoryPointer repository)
{
    auto heading = repository->head();
    const Result<git::Head> head = co_await std::move(heading);
    if (!head) {
        co_return head.error();
    }
    auto reading = repository->refs();
    const Result<QList<git::Ref>> refs = co_await std::move(reading);
    if (!refs) {
        co_return refs.error();
    }
    git::PushOptions options;
    options.remote = run->value(u"remote"_s);
    options.setUpstream = run->has(u"set-upstream"_s);
    options.force = run->has(u"force"_s);
    const QStringList given = run->parsed.arguments.mid(1);
    for (const QString& word : given) {
        const Result<QString> name = wholeName(*refs, word);
        if (!name) {
            co_return name.error();
        }
        options.refs.append(*name);
    }
    for (const QString& word : run->list(u"delete"_s)) {
        options.remove.append(word.startsWith(u"refs/"_s) ? word : u"refs/heads/"_s + word);
    }
    if (options.refs.isEmpty() && options.remove.isEmpty()) {
        if (head->branch.isEmpty() || head->commit.isEmpty()) {
            co_return usageError(
                u"push: which branch or tag? None with a commit is checked out."_s);
        }
        options.refs.append(u"refs/heads/"_s + head->branch);
    }
    if (run->has(u"expect"_s)) {
        for (const QString& name : options.refs + options.remove) {
            options.expected.insert(name, run->value(u"expect"_s));
        }
    }
    co_return options;
}

QString pushedWord(git::PushedRef::State state)
{
    switch (state) {
        case git::PushedRef::State::Same:
            return u"same"_s;
        case git::PushedRef::State::New:
            return u"new"_s;
        case git::PushedRef::State::Moved:
            return u"moved"_s;
        case git::PushedRef::State::Forced:
            return u"overwritten"_s;
        case git::PushedRef::State::Removed:
            return u"removed"_s;
        case git::PushedRef::State::Rejected:
            break;
    }
    return u"rejected"_s;
}

/// What is overwritten or removed elsewhere can not be taken back from here.
Task<Result<void>> mayPush(RunPointer run, git::PushOptions options)
{
    if (!options.force && options.remove.isEmpty()) {
        co_return Result<void>();
    }
    const QString names = displayText((options.refs + options.remove).join(u", "_s), 300);
    const QString what = options.remove.isEmpty()
                             ? u"Overwrite %1 there, if it is still what was last seen?"_s
                             : u"Overwrite or remove %1 there?"_s;
    auto asking =
        confirm(run, what.arg(names),
                u"%1 would be overwritten or removed there; nothing was pushed"_s.arg(names));
    Result<void> agreed = co_await std::move(asking);
    co_return agreed;
}

}  // namespace

Task<Result<int>> repositoryPush(RunPointer run)
{
    auto opening = openNamed(run, run->argument(0));
    const Result<RepositoryPointer> repository = co_await std::move(opening);
    if (!repository) {
        co_return repository.error();
    }
    auto choosing = pushOptions(run, *repository);
    const Result<git::PushOptions> options = co_await std::move(choosing);
    if (!options) {
        co_return options.error();
    }
    const Result<git::NetworkAccess> access = accessOf(run, false);
    if (!access) {
        co_return access.error();
    }
    if (run->dryRun) {
        auto telling = tellRemotes(
            run, *repository,
            u"push "_s + displayText((options->refs + options->remove).join(u", "_s), 500));
        Result<int> told = co_await std::move(telling);
        co_return told;
    }
    auto asking = mayPush(run, *options);
    const Result<void> agreed = co_await std::move(asking);
    if (!agreed) {
        co_return agreed.error();
    }
    std::function<Task<Result<git::PushResult>>()> call = [run, repository = *repository,
                                                           options = *options, access = *access] {
        return git::push(repository, options, access, run->interrupt.first);
    };
    auto pushing = called<git::PushResult>(run, std::move(call));
    const Result<git::PushResult> result = co_await std::move(pushing);
    if (!result) {
        co_return result.error();
    }
    QJsonArray json;
    QString text = saidText(result->said);
    for (const git::PushedRef& ref : result->refs) {
        json.append(Json{{u"name"_s, ref.name}, {u"state"_s, pushedWord(ref.state)}});
        text += u"%1  %2\n"_s.arg(pushedWord(ref.state), -11).arg(displayText(ref.name, 300));
    }
    run->answer({{u"schema"_s, u"analemma.push.1"_s},
                 {u"remote"_s, result->remote},
                 {u"refs"_s, json},
                 {u"said"_s, QJsonArray::fromStringList(result->said)}},
                text);
    co_return exitWith(Exit::Ok);
}

// ---- remotes ------------------------------------------------------------------------------------

namespace {

Task<Result<void>> changeRemote(RunPointer run, RepositoryPointer repository)
{
    const QString act = run->argument(1);
    const QString name = run->argument(2);
    const QString value = run->argument(3);
    const QStringList known{u"add"_s, u"rename"_s, u"remove"_s, u"set-url"_s};
    if (!known.contains(act) || name.isEmpty() || (value.isEmpty() != (act == u"remove"))) {
        co_return usageError(
            u"remote: add NAME URL, set-url NAME URL, rename NAME NEW or remove "
            "NAME"_s);
    }
    if (run->dryRun) {
        run->say(u"would %1 %2"_s.arg(act, displayText(name, 100)));
        co_return Result<void>();
    }
    if (act == u"rename") {
        auto renaming = git::renameRemote(repository, name, value);
        const Result<QStringList> left = co_await std::move(renaming);
        for (const QString& spec : left.valueOr({})) {
            run->say(u"left as it is: %1"_s.arg(displayText(spec, 300)));
        }
        co_return left ? Result<void>() : Result<void>(left.error());
    }
    auto changing = act == u"add"       ? git::addRemote(repository, name, value)
                    : act == u"set-url" ? git::setRemoteUrl(repository, name, value)
                                        : git::removeRemote(repository, name);
    Result<void> changed = co_await std::move(changing);
    co_return changed;
}

}  // namespace

Task<Result<int>> repositoryRemote(RunPointer run)
{
    auto opening = openNamed(run, run->argument(0));
    const Result<RepositoryPointer> repository = co_await std::move(opening);
    if (!repository) {
        co_return repository.error();
    }
    if (!run->argument(1).isEmpty()) {
        auto changing = changeRemote(run, *repository);
        const Result<void> changed = co_await std::move(changing);
        if (!changed) {
            co_return changed.error();
        }
    }
    auto listing = git::remotes(*repository);
    const Result<QList<git::Remote>> remotes = co_await std::move(listing);
    if (!remotes) {
        co_return remotes.error();
    }
    QJsonArray json;
    Table table;
    table.head = {u"REMOTE"_s, u"ADDRESS"_s, u"PROBLEM"_s};
    for (const git::Remote& remote : *remotes) {
        json.append(Json{{u"name"_s, remote.name},
                         {u"url"_s, remote.url},
                         {u"push_url"_s, remote.pushUrl},
                         {u"fetch"_s, QJsonArray::fromStringList(remote.fetchSpecs)},
                         {u"problem"_s, remote.problem}});
        table.rows.append({displayText(remote.name, 60), displayText(remote.url, 200),
                           displayText(remote.problem, 200)});
    }
    run->answer({{u"schema"_s, u"analemma.remotes.1"_s}, {u"remotes"_s, json}},
                table.text(run->colour));
    co_return exitWith(Exit::Ok);
}

}  // namespace analemma::cli
