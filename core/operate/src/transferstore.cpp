#include "core/operate/transferstore.h"

#include "core/base/process.h"
#include "core/base/text.h"
#include "core/operate/filenames.h"
#include "core/operate/src/transferjob.h"

#include <QJsonArray>
#include <QRegularExpression>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::operate {
namespace {

const QString transferKind = u"transfer"_s;
constexpr qsizetype kLongestPath = 4'096;  // PATH_MAX
constexpr qsizetype kLongestServer = 255;
constexpr qint64 kMostBytes = qint64(1) << 53;  // what JSON holds exactly
constexpr int kMostFiles = 100'000;             // as TreeLimits

QString textOf(const QByteArray& path)
{
    return QString::fromLatin1(path.toBase64());
}

std::optional<QByteArray> pathFrom(const QJsonValue& value)
{
    const QString text = value.toString();
    if (text.isEmpty() || text.size() > 2 * kLongestPath) {
        return std::nullopt;
    }
    const auto result =
        QByteArray::fromBase64Encoding(text.toLatin1(), QByteArray::AbortOnBase64DecodingErrors);
    const QByteArray& path = result.decoded;
    const bool good =
        result && path.startsWith('/') && !path.contains('\0') && path.size() <= kLongestPath;
    return good ? std::optional(path) : std::nullopt;
}

Json jsonOf(const Place& place)
{
    return {{u"server"_s, place.server}, {u"path"_s, textOf(place.path)}};
}

std::optional<Place> placeFrom(const QJsonValue& value)
{
    const Json json = value.toObject();
    const QString server = json[u"server"_s].toString();
    const auto path = pathFrom(json[u"path"_s]);
    const bool good = path && json[u"server"_s].isString() && server.size() <= kLongestServer &&
                      displayText(server, 2 * kLongestServer) == server;
    return good ? std::optional(Place{server, *path}) : std::nullopt;
}

QString wordOf(ConflictRule rule)
{
    switch (rule) {
        case ConflictRule::Overwrite:
            return u"overwrite"_s;
        case ConflictRule::Skip:
            return u"skip"_s;
        case ConflictRule::KeepBoth:
            return u"keep-both"_s;
        case ConflictRule::Ask:
            break;
    }
    return u"ask"_s;
}

std::optional<ConflictRule> ruleFrom(const QString& word)
{
    for (const ConflictRule rule :
         {ConflictRule::Overwrite, ConflictRule::Skip, ConflictRule::KeepBoth}) {
        if (word == wordOf(rule)) {
            return rule;
        }
    }
    return std::nullopt;
}

/// A part is removed when its transfer is cancelled: it lies where the transfer goes, or nowhere.
std::optional<KeptTransfer::Begun> begunFrom(const QJsonValue& value, const KeptTransfer& whole)
{
    const Json json = value.toObject();
    const auto source = pathFrom(json[u"source"_s]);
    const auto target = pathFrom(json[u"target"_s]);
    const bool good =
        source && target && isWithin(*source, whole.from.path) &&
        (isWithin(*target, whole.to.path) || parentOf(*target) == parentOf(whole.to.path)) &&
        !(*target + '/').contains("/../");
    return good ? std::optional(KeptTransfer::Begun{*source, *target}) : std::nullopt;
}

Error unreadable()
{
    return Error(ErrorKind::Invalid, u"a kept transfer cannot be read"_s);
}

bool isHeld(const store::Document& row)
{
    const Json process = row.body[u"process"_s].toObject();
    return !row.scope.isEmpty() && isAlive(ProcessIdentity::fromJson(process));
}

Result<QList<store::Document>> keptRows(store::Transaction& transaction,
                                        const std::optional<QString>& holder)
{
    store::DocumentFilter filter;
    filter.kind = transferKind;
    filter.scope = holder;
    filter.limit = 2 * TransferStore::kMost;
    return transaction.documents(filter);
}

Json rowOf(const KeptTransfer& transfer, const Json& process)
{
    Json row = transfer.toJson();
    row[u"process"_s] = process;
    return row;
}

Result<QList<KeptTransfer>> takeNow(store::Transaction& transaction, const QString& holder,
                                    const Json& process)
{
    const Result<QList<store::Document>> found = keptRows(transaction, std::nullopt);
    if (!found) {
        return found.error();
    }
    QList<KeptTransfer> taken;
    for (auto row = found->crbegin(); row != found->crend(); ++row) {
        if (isHeld(*row)) {
            continue;
        }
        const Result<KeptTransfer> one = KeptTransfer::fromJson(row->key, row->body);
        const bool good = one && taken.size() < TransferStore::kMost;
        const Result<store::Document> ours =
            good ? transaction.put(transferKind, row->key, holder, rowOf(*one, process))
                 : store::Document();
        const Result<void> gone =
            good ? Result<void>() : transaction.remove(transferKind, row->key);
        if (!ours || !gone) {
            return ours ? gone.error() : ours.error();
        }
        if (good) {
            taken.append(*one);
        }
    }
    return taken;
}

Result<void> keepNow(store::Transaction& transaction, const QString& holder, const Json& process,
                     const QList<KeptTransfer>& transfers, const QStringList& gone)
{
    for (const KeptTransfer& one : transfers) {
        const auto kept = transaction.put(transferKind, one.id, holder, rowOf(one, process));
        if (!kept) {
            return kept.error();
        }
    }
    for (const QString& id : gone) {
        if (const Result<void> removed = transaction.remove(transferKind, id); !removed) {
            return removed;
        }
    }
    return {};
}

}  // namespace

Json KeptTransfer::toJson() const
{
    QJsonArray parts;
    for (const Begun& one : begun) {
        parts.append(Json{{u"source"_s, textOf(one.source)}, {u"target"_s, textOf(one.target)}});
    }
    return {{u"from"_s, jsonOf(from)}, {u"to"_s, jsonOf(to)},
            {u"folder"_s, folder},     {u"rule"_s, rule ? wordOf(*rule) : QString()},
            {u"done"_s, done},         {u"total"_s, total},
            {u"files"_s, files},       {u"files_done"_s, filesDone},
            {u"begun"_s, parts}};
}

Result<KeptTransfer> KeptTransfer::fromJson(const QString& id, const Json& json)
{
    static const QRegularExpression ids(u"\\A[0-9a-z]{26}\\z"_s);
    KeptTransfer kept;
    const auto from = placeFrom(json[u"from"_s]);
    const auto to = placeFrom(json[u"to"_s]);
    const QJsonArray parts = json[u"begun"_s].toArray();
    if (!ids.match(id).hasMatch() || !from || !to || !checkRoute(*from, *to) ||
        parts.size() > qsizetype(kMostBegun)) {
        return unreadable();
    }
    kept.id = id;
    kept.from = *from;
    kept.to = *to;
    kept.rule = ruleFrom(json[u"rule"_s].toString());
    kept.folder = json[u"folder"_s].toBool();
    kept.total = std::clamp<qint64>(json[u"total"_s].toInteger(-1), -1, kMostBytes);
    kept.done = std::clamp<qint64>(json[u"done"_s].toInteger(), 0, std::max<qint64>(0, kept.total));
    kept.files = std::clamp(json[u"files"_s].toInt(), 0, kMostFiles);
    kept.filesDone = std::clamp(json[u"files_done"_s].toInt(), 0, kept.files);
    for (const QJsonValue& part : parts) {
        const auto begun = begunFrom(part, kept);
        if (!begun) {
            return unreadable();
        }
        kept.begun.push_back(*begun);
    }
    return kept;
}

Task<Result<QList<KeptTransfer>>> TransferStore::take(QString holder)
{
    std::function<Result<QList<KeptTransfer>>(store::Transaction&)> work =
        [holder, process = ownIdentity().toJson()](store::Transaction& transaction) {
            return takeNow(transaction, holder, process);
        };
    return m_store->write<QList<KeptTransfer>>(std::move(work));
}

Task<Result<void>> TransferStore::keep(QString holder, QList<KeptTransfer> transfers,
                                       QStringList gone)
{
    std::function<Result<void>(store::Transaction&)> work =
        [holder, process = ownIdentity().toJson(), transfers,
         gone](store::Transaction& transaction) {
            return keepNow(transaction, holder, process, transfers, gone);
        };
    return m_store->write<void>(std::move(work));
}

Task<Result<void>> TransferStore::release(QString holder)
{
    std::function<Result<void>(store::Transaction&)> work =
        [holder](store::Transaction& transaction) -> Result<void> {
        const Result<QList<store::Document>> held = keptRows(transaction, holder);
        if (!held) {
            return held.error();
        }
        for (const store::Document& row : *held) {
            if (const auto freed = transaction.put(transferKind, row.key, {}, row.body); !freed) {
                return freed.error();
            }
        }
        return {};
    };
    return m_store->write<void>(std::move(work));
}

Task<Result<int>> TransferStore::waiting()
{
    std::function<Result<int>(store::Transaction&)> work =
        [](store::Transaction& transaction) -> Result<int> {
        const Result<QList<store::Document>> all = keptRows(transaction, std::nullopt);
        if (!all) {
            return all.error();
        }
        return int(std::count_if(all->cbegin(), all->cend(),
                                 [](const store::Document& row) { return !isHeld(row); }));
    };
    return m_store->read<int>(std::move(work));
}

}  // namespace analemma::operate
