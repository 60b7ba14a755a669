#include "core/operate/src/state.h"

#include <QJsonArray>

using namespace Qt::StringLiterals;

namespace analemma::operate {
namespace {

const QString importKind = u"host-import"_s;
const QString transportKind = u"host-transport"_s;
const QString memoryKind = u"host-memory"_s;
constexpr int mostRows = 10'000;

Result<QList<store::Document>> rows(store::Transaction& transaction, const QString& kind)
{
    store::DocumentFilter filter;
    filter.kind = kind;
    filter.limit = mostRows;
    return transaction.documents(filter);
}

Result<void> written(const Result<store::Document>& document)
{
    return document ? Result<void>() : Result<void>(document.error());
}

Result<std::map<QString, ssh::Transport>> transports(store::Transaction& transaction,
                                                     const QString& kind)
{
    const auto documents = rows(transaction, kind);
    if (!documents) {
        return documents.error();
    }
    std::map<QString, ssh::Transport> found;
    for (const store::Document& one : *documents) {
        const auto transport = ssh::transportFromString(one.body.value(u"transport"_s).toString());
        if (transport) {
            found[one.key] = *transport;
        }
    }
    return found;
}

}  // namespace

Result<HostSettings> readSettings(store::Transaction& transaction)
{
    HostSettings settings;
    const auto imports = rows(transaction, importKind);
    auto byName = transports(transaction, transportKind);
    auto memory = transports(transaction, memoryKind);
    if (!imports || !byName || !memory) {
        return !imports ? imports.error() : !byName ? byName.error() : memory.error();
    }
    for (const store::Document& one : *imports) {
        HostSettings::Import& import = settings.imports[one.key];
        for (const QJsonValue& tag : one.body.value(u"tags"_s).toArray()) {
            import.tags += tag.toString();
        }
        import.approvedProxy = one.body.value(u"approvedProxy"_s).toString();
    }
    settings.transports = std::move(*byName);
    settings.remembered = std::move(*memory);
    return settings;
}

Result<void> writeImport(store::Transaction& transaction, const QString& alias,
                         const HostSettings::Import& import)
{
    const Json body = {{u"tags"_s, QJsonArray::fromStringList(import.tags)},
                       {u"approvedProxy"_s, import.approvedProxy}};
    return written(transaction.put(importKind, alias, {}, body));
}

Result<void> removeImport(store::Transaction& transaction, const QString& alias)
{
    const Result<void> removed = transaction.remove(importKind, alias);
    return removed ? transaction.remove(transportKind, alias) : removed;
}

Result<void> writeTransport(store::Transaction& transaction, const QString& name,
                            ssh::Transport transport)
{
    return written(
        transaction.put(transportKind, name, {}, {{u"transport"_s, ssh::toString(transport)}}));
}

Result<void> writeRemembered(store::Transaction& transaction, const QString& target,
                             ssh::Transport transport)
{
    return written(
        transaction.put(memoryKind, target, {}, {{u"transport"_s, ssh::toString(transport)}}));
}

}  // namespace analemma::operate
