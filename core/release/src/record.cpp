#include "core/release/src/record.h"

#include <QJsonArray>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::release {

namespace {

const QString documentKind = u"release"_s;
constexpr int pageSize = 500;

Json toJson(const Artifact& artifact)
{
    return {{u"name"_s, artifact.name}, {u"sha256"_s, artifact.sha256}, {u"size"_s, artifact.size}};
}

Artifact artifactFrom(const Json& json)
{
    return {json.value(u"name"_s).toString(), json.value(u"sha256"_s).toString(),
            json.value(u"size"_s).toInteger()};
}

Json toJson(const Approval& approval)
{
    return {
        {u"who"_s, approval.who}, {u"at"_s, toIso(approval.at)}, {u"comment"_s, approval.comment}};
}

Approval approvalFrom(const Json& json)
{
    return {json.value(u"who"_s).toString(), fromIso(json.value(u"at"_s).toString()),
            json.value(u"comment"_s).toString()};
}

template <class T>
QJsonArray toArray(const QList<T>& values)
{
    QJsonArray array;
    for (const T& value : values) {
        array.append(toJson(value));
    }
    return array;
}

template <class T>
QList<T> fromArray(const QJsonValue& array, T (*read)(const Json&))
{
    QList<T> values;
    for (const QJsonValue& value : array.toArray()) {
        values.append(read(value.toObject()));
    }
    return values;
}

}  // namespace

QString Release::id() const
{
    return repository + u'/' + version;
}

Json Release::toJson() const
{
    return {{u"schema"_s, u"analemma.release.1"_s},
            {u"version"_s, version},
            {u"repository"_s, repository},
            {u"commit"_s, commit},
            {u"subject"_s, subject},
            {u"run"_s, run},
            {u"changeLog"_s, changeLog},
            {u"artifacts"_s, toArray(artifacts)},
            {u"approvals"_s, toArray(approvals)},
            {u"actor"_s, actor},
            {u"created"_s, toIso(created)},
            {u"tag"_s, tag}};
}

Release Release::fromJson(const Json& json)
{
    Release release;
    release.version = json.value(u"version"_s).toString();
    release.repository = json.value(u"repository"_s).toString();
    release.commit = json.value(u"commit"_s).toString();
    release.subject = json.value(u"subject"_s).toString();
    release.run = json.value(u"run"_s).toString();
    release.changeLog = json.value(u"changeLog"_s).toString();
    release.artifacts = fromArray(json.value(u"artifacts"_s), &artifactFrom);
    release.approvals = fromArray(json.value(u"approvals"_s), &approvalFrom);
    release.actor = json.value(u"actor"_s).toString();
    release.created = fromIso(json.value(u"created"_s).toString());
    release.tag = json.value(u"tag"_s).toString();
    return release;
}

Json toBody(const Record& record)
{
    Json body = record.release.toJson();
    body.insert(u"state"_s, record.complete ? u"complete"_s : u"intent"_s);
    return body;
}

Record toRecord(const store::Document& document)
{
    Record record;
    record.release = Release::fromJson(document.body);
    record.complete = document.body.value(u"state"_s).toString() == u"complete";
    record.revision = document.revision;
    return record;
}

Result<QList<Record>> readRecords(store::Transaction& transaction)
{
    QList<Record> records;
    store::DocumentFilter filter;
    filter.kind = documentKind;
    filter.limit = pageSize;
    for (;;) {
        const Result<QList<store::Document>> page = transaction.documents(filter);
        if (!page) {
            return page.error();
        }
        for (const store::Document& document : *page) {
            records.append(toRecord(document));
        }
        if (page->size() < pageSize) {
            return records;
        }
        filter.before = page->last().order;
    }
}

Result<std::optional<Record>> readRecord(store::Transaction& transaction, const QString& id)
{
    const Result<std::optional<store::Document>> document = transaction.document(documentKind, id);
    if (!document) {
        return document.error();
    }
    return *document ? std::optional(toRecord(**document)) : std::nullopt;
}

Result<Record> writeRecord(store::Transaction& transaction, const Record& record)
{
    const Result<store::Document> written =
        transaction.put(documentKind, record.release.id(), record.release.repository,
                        toBody(record), record.revision);
    if (!written) {
        return written.error();
    }
    return toRecord(*written);
}

Result<void> removeRecord(store::Transaction& transaction, const QString& id)
{
    return transaction.remove(documentKind, id);
}

std::optional<Record> recordOf(const QList<Record>& records, const QString& repository,
                               const QString& commit)
{
    const auto found = std::find_if(records.begin(), records.end(), [&](const Record& record) {
        return record.release.repository == repository && record.release.commit == commit;
    });
    return found != records.end() ? std::optional(*found) : std::nullopt;
}

}  // namespace analemma::release
