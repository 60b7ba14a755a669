#include "core/pipeline/src/runs.h"

using namespace Qt::StringLiterals;

namespace analemma::pipeline::runs {

namespace {

const QString kind = u"run"_s;
const QString numberKind = u"run.number"_s;    // "pipeline#3" -> id
const QString counterKind = u"run.counter"_s;  // pipeline -> the last number given
const QString commitKind = u"run.commit"_s;    // commit -> id of its newest run

Run runOf(const store::Document& document)
{
    Run run = Run::fromJson(document.body);
    run.order = document.order;
    return run;
}

QString numberKey(const QString& pipeline, int number)
{
    return u"%1#%2"_s.arg(pipeline).arg(number);
}

Json pointer(const QString& id)
{
    Json json;
    json.insert(u"run"_s, id);
    return json;
}

Result<int> nextNumber(store::Transaction& transaction, const QString& pipeline)
{
    const Result<std::optional<store::Document>> counter =
        transaction.document(counterKind, pipeline);
    if (!counter) {
        return counter.error();
    }
    const int number = *counter ? (*counter)->body.value(u"last"_s).toInt() + 1 : 1;
    Json body;
    body.insert(u"last"_s, number);
    const Result<store::Document> written = transaction.put(counterKind, pipeline, pipeline, body);
    return written ? Result<int>(number) : Result<int>(written.error());
}

}  // namespace

Result<Run> ensure(store::Transaction& transaction, const QString& id, const Wanted& wanted,
                   const QDateTime& now)
{
    const Result<std::optional<Run>> known = find(transaction, id);
    if (!known || *known) {
        return known ? Result<Run>(**known) : Result<Run>(known.error());
    }
    const Result<int> number = nextNumber(transaction, wanted.pipeline);
    const Result<std::optional<store::OperationRow>> operation = transaction.operation(id);
    if (!number || !operation) {
        return number ? operation.error() : number.error();
    }
    Run run = newRun(id, wanted, *operation ? (*operation)->created : now);
    run.number = *number;
    run.actor = *operation ? (*operation)->actor : QString();
    for (const Result<store::Document>& written :
         {transaction.put(numberKind, numberKey(run.pipeline, run.number), run.pipeline,
                          pointer(id)),
          transaction.put(commitKind, run.commit, run.repository, pointer(id))}) {
        if (!written) {
            return written.error();
        }
    }
    return put(transaction, run);
}

Result<std::optional<Run>> find(store::Transaction& transaction, const QString& id)
{
    const Result<std::optional<store::Document>> document = transaction.document(kind, id);
    if (!document) {
        return document.error();
    }
    return *document ? std::optional<Run>(runOf(**document)) : std::optional<Run>();
}

Result<Run> get(store::Transaction& transaction, const QString& id)
{
    const Result<std::optional<Run>> run = find(transaction, id);
    if (!run) {
        return run.error();
    }
    return *run ? Result<Run>(**run)
                : Result<Run>(Error(ErrorKind::NotFound, u"there is no run %1"_s.arg(id)));
}

Result<Run> put(store::Transaction& transaction, const Run& run)
{
    const Result<store::Document> written =
        transaction.put(kind, run.id, run.pipeline, run.toJson());
    return written ? Result<Run>(runOf(*written)) : Result<Run>(written.error());
}

Result<QString> idOfNumber(store::Transaction& transaction, const QString& pipeline, int number)
{
    const Result<std::optional<store::Document>> document =
        transaction.document(numberKind, numberKey(pipeline, number));
    if (!document) {
        return document.error();
    }
    if (!*document) {
        return Error(ErrorKind::NotFound, u"there is no run %1"_s.arg(numberKey(pipeline, number)));
    }
    return (*document)->body.value(u"run"_s).toString();
}

Result<std::optional<Run>> newestOf(store::Transaction& transaction, const QString& commit)
{
    const Result<std::optional<store::Document>> document =
        transaction.document(commitKind, commit);
    if (!document || !*document) {
        return document ? Result<std::optional<Run>>(std::optional<Run>())
                        : Result<std::optional<Run>>(document.error());
    }
    return find(transaction, (*document)->body.value(u"run"_s).toString());
}

Result<QList<Run>> list(store::Transaction& transaction, const QString& pipeline, int limit,
                        qint64 before)
{
    store::DocumentFilter filter;
    filter.kind = kind;
    if (!pipeline.isEmpty()) {
        filter.scope = pipeline;
    }
    filter.limit = limit;
    filter.before = before;
    const Result<QList<store::Document>> documents = transaction.documents(filter);
    if (!documents) {
        return documents.error();
    }
    QList<Run> found;
    for (const store::Document& document : *documents) {
        found.append(runOf(document));
    }
    return found;
}

Result<QList<std::pair<QString, qint64>>> revisions(store::Transaction& transaction, int limit)
{
    store::DocumentFilter filter;
    filter.kind = kind;
    filter.limit = limit;
    const Result<QList<store::Document>> documents = transaction.documents(filter);
    if (!documents) {
        return documents.error();
    }
    QList<std::pair<QString, qint64>> found;
    for (const store::Document& document : *documents) {
        found.append({document.key, document.revision});
    }
    return found;
}

}  // namespace analemma::pipeline::runs
