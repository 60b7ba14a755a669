#include "core/operate/src/state.h"

#include "core/base/text.h"

using namespace Qt::StringLiterals;

namespace analemma::operate {
namespace {

/// Writes to the store; then what was read is old.
Task<Result<void>> change(StatePtr state, std::function<Result<void>(store::Transaction&)> work)
{
    auto writing = state->store->write<void>(std::move(work));
    Result<void> written = co_await std::move(writing);
    state->forgetCatalogue();
    co_return written;
}

Error taken(const Host& host)
{
    const QString by = host.source == Host::Source::Made ? u"a provider of the workspace made it"_s
                                                         : u"it stands in the workspace file"_s;
    return Error(ErrorKind::Conflict,
                 u"there is a server named %1 already: %2"_s.arg(displayText(host.name, 80), by));
}

Result<void> checkTags(const QStringList& tags)
{
    for (const QString& tag : tags) {
        if (!isPlainName(tag)) {
            return Error(ErrorKind::Invalid,
                         u"\"%1\" is no tag: use a-z, 0-9, \".\", \"_\" and \"-\""_s.arg(
                             displayText(tag, 80)));
        }
    }
    return {};
}

/// What speaks against taking a name in.
Result<void> checkImport(const Catalogue& catalogue, const QString& alias)
{
    const Host* host = catalogue.find(alias);
    if (host != nullptr && host->source != Host::Source::Imported) {
        return taken(*host);
    }
    const QStringList names = catalogue.config.hosts();
    if (!names.contains(alias)) {
        const QString some = names.isEmpty() ? u"none"_s : names.mid(0, 20).join(u", "_s);
        return Error(ErrorKind::NotFound,
                     u"~/.ssh/config names no host \"%1\""_s.arg(displayText(alias, 80)))
            .withHint(u"It names: %1."_s.arg(displayText(some, 600)));
    }
    const QString problem = catalogue.config.resolve(alias).problem;
    return problem.isEmpty() ? Result<void>()
                             : Error(ErrorKind::Invalid, u"%1 in ~/.ssh/config: %2"_s.arg(
                                                             displayText(alias, 80), problem));
}

}  // namespace

Task<Result<Host>> importHost(StatePtr state, QString alias, QStringList tags)
{
    const Result<void> good = checkTags(tags);
    if (!good) {
        co_return good.error();
    }
    auto reading = catalogueOf(state);
    const Result<CataloguePtr> catalogue = co_await std::move(reading);
    if (!catalogue) {
        co_return catalogue.error();
    }
    const Result<void> fits = checkImport(**catalogue, alias);
    if (!fits) {
        co_return fits.error();
    }
    HostSettings::Import import;
    const auto known = (*catalogue)->settings.imports.find(alias);
    if (known != (*catalogue)->settings.imports.end()) {
        import = known->second;
    }
    import.tags = tags;
    std::function<Result<void>(store::Transaction&)> work =
        [alias, import](store::Transaction& transaction) {
            return writeImport(transaction, alias, import);
        };
    auto writing = change(state, std::move(work));
    const Result<void> written = co_await std::move(writing);
    if (!written) {
        co_return written.error();
    }
    auto finding = findHost(state, alias);
    Result<Host> host = co_await std::move(finding);
    co_return host;
}

Task<Result<void>> approveProxy(StatePtr state, QString name, QString command)
{
    auto reading = catalogueOf(state);
    const Result<CataloguePtr> catalogue = co_await std::move(reading);
    if (!catalogue) {
        co_return catalogue.error();
    }
    const Host* host = (*catalogue)->find(name);
    const auto known = (*catalogue)->settings.imports.find(name);
    if (host == nullptr || known == (*catalogue)->settings.imports.end()) {
        co_return noSuchHost(**catalogue, name);
    }
    if (command.isEmpty() || host->proxyCommand != command) {
        co_return Error(ErrorKind::Conflict, u"the proxy command of %1 is another one: %2"_s.arg(
                                                 name, displayText(host->proxyCommand, 300)))
            .withHint(u"Read it again before you approve it."_s);
    }
    HostSettings::Import import = known->second;
    import.approvedProxy = command;
    std::function<Result<void>(store::Transaction&)> work =
        [name, import](store::Transaction& transaction) {
            return writeImport(transaction, name, import);
        };
    auto writing = change(state, std::move(work));
    Result<void> written = co_await std::move(writing);
    co_return written;
}

namespace {

Result<workspace::Workspace> writeServer(const QString& file, const workspace::StaticServer& server)
{
    return workspace::edit(file, [&](const QByteArray& before) {
        return workspace::withServer(before, file, server);
    });
}

}  // namespace

Task<Result<Host>> addHost(StatePtr state, workspace::StaticServer server)
{
    auto reading = catalogueOf(state);
    const Result<CataloguePtr> catalogue = co_await std::move(reading);
    if (!catalogue) {
        co_return catalogue.error();
    }
    if (const Host* host = (*catalogue)->find(server.name)) {
        co_return host->source == Host::Source::Imported
            ? Error(ErrorKind::Conflict,
                    u"%1 is imported from ~/.ssh/config already"_s.arg(server.name))
            : taken(*host);
    }
    std::function<Result<workspace::Workspace>()> work = [file = state->workspace.file, server] {
        return writeServer(file, server);
    };
    auto writing = onWorker<workspace::Workspace>(std::move(work));
    Result<workspace::Workspace> written = co_await std::move(writing);
    if (!written) {
        co_return written.error();
    }
    state->workspace.servers = written->servers;  // the rest is loaded at the next start
    state->forgetCatalogue();
    auto finding = findHost(state, server.name);
    Result<Host> host = co_await std::move(finding);
    co_return host;
}

Task<Result<void>> forgetHost(StatePtr state, QString name)
{
    auto finding = findHost(state, name);
    const Result<Host> host = co_await std::move(finding);
    if (!host) {
        co_return host.error();
    }
    if (host->source != Host::Source::Imported) {
        co_return Error(ErrorKind::Refused,
                        u"%1 is not imported; it was left"_s.arg(displayText(name, 80)))
            .withHint(host->source == Host::Source::Listed ? u"Take it out of the workspace file."_s
                                                           : u"It goes with its generation."_s);
    }
    std::function<Result<void>(store::Transaction&)> work =
        [name](store::Transaction& transaction) { return removeImport(transaction, name); };
    auto writing = change(state, std::move(work));
    Result<void> written = co_await std::move(writing);
    co_return written;
}

Task<Result<void>> setHostTransport(StatePtr state, QString name, ssh::Transport transport)
{
    auto finding = findHost(state, name);
    const Result<Host> host = co_await std::move(finding);
    if (!host) {
        co_return host.error();
    }
    std::function<Result<void>(store::Transaction&)> work =
        [name, transport](store::Transaction& transaction) {
            return writeTransport(transaction, name, transport);
        };
    auto writing = change(state, std::move(work));
    Result<void> written = co_await std::move(writing);
    co_return written;
}

namespace {

/// Blocking. What stands on record is read again: the view may be old.
Result<void> record(const HostKeyView& view, bool replacing)
{
    const Result<ssh::KnownHosts> known = ssh::readKnownHosts(view.readFrom);
    if (!known) {
        return known.error();
    }
    const ssh::TrustVerdict verdict = known->verdict(view.recordName, view.recordPort, view.key);
    const ssh::KnownHostsFile file(view.recordFile);
    switch (verdict.trust) {
        case ssh::Trust::Known:
            return {};
        case ssh::Trust::Unknown:
            return replacing ? file.replace(view.recordName, view.recordPort, view.key)
                             : file.add(view.recordName, view.recordPort, view.key);
        case ssh::Trust::Changed: {
            if (replacing) {
                return file.replace(view.recordName, view.recordPort, view.key);
            }
            Error error = verdict.asResult(view.address, view.port, view.key).error();
            error.kind = ErrorKind::Conflict;
            return error;
        }
        case ssh::Trust::Revoked:
            return verdict.asResult(view.address, view.port, view.key);
        case ssh::Trust::NeedsAuthority:
            break;
    }
    Error error = verdict.asResult(view.address, view.port, view.key).error();
    error.kind = ErrorKind::Refused;
    return error;
}

}  // namespace

Task<Result<void>> recordKey(StatePtr state, HostKeyView view, bool replacing)
{
    if (view.pinned) {
        co_return Error(
            ErrorKind::Refused,
            u"the key of %1 is known since it was made; no other one is taken"_s.arg(view.host))
            .withHint(u"If it shows another key, destroy it and make a new one."_s);
    }
    if (view.key.isEmpty() || view.recordFile.isEmpty()) {
        co_return Error(ErrorKind::Invalid, u"there is no key to record"_s);
    }
    std::function<Result<void>()> work = [view, replacing] { return record(view, replacing); };
    auto writing = onWorker<void>(std::move(work));
    Result<void> written = co_await std::move(writing);
    if (written && state && state->changed) {
        state->changed();
    }
    co_return written;
}

}  // namespace analemma::operate
