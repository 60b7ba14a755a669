#include "core/deploy/src/records.h"

using namespace Qt::StringLiterals;

namespace analemma::deploy {
namespace {

const QString documentKind = u"generation"_s;

QString keyOf(const QString& environment, int number)
{
    return u"%1/%2"_s.arg(environment).arg(number, 6, 10, QLatin1Char('0'));
}

Result<QList<Generation>> readAll(store::Transaction& t, const QString& environment)
{
    store::DocumentFilter filter;
    filter.kind = documentKind;
    filter.scope = environment;
    const auto documents = t.documents(filter);
    if (!documents) {
        return documents.error();
    }
    QList<Generation> generations;
    for (const store::Document& document : *documents) {
        generations.append(generationFromJson(document.body));
    }
    return generations;
}

Result<void> change(store::Transaction& t, const QString& environment, int number,
                    const QString& state, const QDateTime& now)
{
    const QString key = keyOf(environment, number);
    const auto document = t.document(documentKind, key);
    if (!document) {
        return document.error();
    }
    if (!*document) {
        return Error(ErrorKind::NotFound,
                     u"there is no generation %1 of %2"_s.arg(number).arg(environment));
    }
    Generation generation = generationFromJson((*document)->body);
    if (generation.state != state) {
        generation.state = state;
        generation.since = now;
    }
    const auto written = t.put(documentKind, key, environment, toJson(generation));
    return written ? Result<void>() : written.error();
}

}  // namespace

Task<Result<QList<Generation>>> readGenerations(BodyPtr body, QString environment)
{
    std::function<Result<QList<Generation>>(store::Transaction&)> work =
        [=](store::Transaction& t) { return readAll(t, environment); };
    return body->store->read<QList<Generation>>(std::move(work));
}

Task<Result<Generation>> reserveGeneration(BodyPtr body, Generation wanted)
{
    wanted.created = body->clock->now();
    wanted.since = wanted.created;
    std::function<Result<Generation>(store::Transaction&)> work =
        [wanted](store::Transaction& t) -> Result<Generation> {
        const Result<QList<Generation>> all = readAll(t, wanted.environment);
        if (!all) {
            return all.error();
        }
        for (const Generation& one : *all) {
            if (one.operation == wanted.operation) {
                return one;
            }
        }
        const auto written = t.put(documentKind, keyOf(wanted.environment, wanted.number),
                                   wanted.environment, toJson(wanted), 0);
        if (!written) {
            return written.error();
        }
        return wanted;
    };
    return body->store->write<Generation>(std::move(work));
}

Task<Result<void>> activateGeneration(BodyPtr body, QString environment, int number, int before,
                                      QString beforeState)
{
    const QDateTime now = body->clock->now();
    std::function<Result<void>(store::Transaction&)> work =
        [=](store::Transaction& t) -> Result<void> {
        if (before > 0) {
            const Result<void> changed = change(t, environment, before, beforeState, now);
            if (!changed) {
                return changed;
            }
        }
        return number > 0 ? change(t, environment, number, u"active"_s, now) : Result<void>();
    };
    return body->store->write<void>(std::move(work));
}

Task<Result<void>> closeGeneration(BodyPtr body, QString environment, int number, QString state)
{
    const QDateTime now = body->clock->now();
    std::function<Result<void>(store::Transaction&)> work = [=](store::Transaction& t) {
        return change(t, environment, number, state, now);
    };
    return body->store->write<void>(std::move(work));
}

QString freePool(const workspace::Environment& environment, const QList<Generation>& generations)
{
    QStringList taken;
    for (const Generation& one : generations) {
        if (one.state != "gone"_L1 && one.state != "failed"_L1) {
            taken.append(one.pool);
        }
    }
    for (int i = 0; i < environment.warm + 2; ++i) {
        const QString pool = u"p%1"_s.arg(i);
        if (!taken.contains(pool)) {
            return pool;
        }
    }
    return {};
}

}  // namespace analemma::deploy
