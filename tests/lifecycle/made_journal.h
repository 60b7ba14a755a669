#pragma once

#include "core/engine/engine.h"
#include "core/store/store.h"
#include "tests/support.h"

#include <QJsonArray>

/// A journal of operations that ended, written as the engine writes it: for what reads it.
namespace analemma::made {

/// An operation that ended, at the times that it is given.
struct Ended {
    QString id;
    QString kind = QStringLiteral("deploy");
    QString environment = QStringLiteral("production");
    QString release;
    QString commit;
    QDateTime began;
    int liveAfter = 60;  ///< seconds; negative: it never went live
    int endedAfter = 90;
    bool ok = true;
    int from = 0;
    int to = 0;
    bool switchedBack = false;
};

inline store::OperationRow rowOf(const Ended& one)
{
    using namespace Qt::StringLiterals;
    const bool bakes = one.kind == "bake"_L1;
    store::OperationRow row;
    row.id = one.id;
    row.kind = one.kind;
    row.target = bakes ? u"image/web"_s : u"environment/"_s + one.environment;
    row.title = one.kind == "deploy"_L1 ? u"Deploy %1 to %2"_s.arg(one.release, one.environment)
                : one.kind == "rollback"_L1
                    ? u"Roll %1 back to %2"_s.arg(one.environment, one.release)
                    : u"Bake web of %1"_s.arg(one.release);
    row.wanted = {{u"environment"_s, one.environment},
                  {u"release"_s, one.release},
                  {u"commit"_s, one.commit},
                  {u"from"_s, one.from},
                  {u"to"_s, one.to}};
    row.result = {{u"from"_s, one.from}};
    QJsonArray actions{Json{{u"key"_s, u"switch"_s},
                            {u"verb"_s, u"balancer.switch"_s},
                            {u"title"_s, u"Send all requests to the new servers"_s}}};
    if (one.switchedBack) {
        actions.append(Json{{u"key"_s, u"switch-back"_s},
                            {u"verb"_s, u"balancer.switch"_s},
                            {u"title"_s, u"Send all requests back"_s}});
    }
    row.plan = {{u"actions"_s, actions}};
    row.state = u"finished"_s;
    row.outcome = one.ok ? u"ok"_s : u"failed"_s;
    row.reason = one.ok ? u"it serves"_s : u"its health check failed"_s;
    row.actor = u"ana@studio"_s;
    row.created = one.began;
    row.finished = one.began.addSecs(one.endedAfter);
    return row;
}

inline Result<void> write(store::Store* store, const QList<Ended>& all)
{
    std::function<Result<void>(store::Transaction&)> work =
        [all](store::Transaction& t) -> Result<void> {
        for (const Ended& one : all) {
            if (const Result<void> written = t.insertOperation(rowOf(one)); !written) {
                return written;
            }
            QStringList keys;
            if (one.liveAfter >= 0 && one.kind != QLatin1StringView("bake")) {
                keys.append(QStringLiteral("switch"));
            }
            if (one.switchedBack) {
                keys.append(QStringLiteral("switch-back"));
            }
            for (const QString& key : keys) {
                store::ActionRow action;
                action.operation = one.id;
                action.key = key;
                action.verb = QStringLiteral("balancer.switch");
                action.intended = one.began.addSecs(one.liveAfter - 1);
                Result<store::ActionRow> intended = t.insertIntent(action);
                if (!intended) {
                    return intended.error();
                }
                intended->outcome = QStringLiteral("ok");
                intended->finished = key == QLatin1StringView("switch")
                                         ? one.began.addSecs(one.liveAfter)
                                         : one.began.addSecs(one.endedAfter - 1);
                if (const Result<void> done = t.finishAction(*intended); !done) {
                    return done;
                }
            }
        }
        return {};
    };
    return test::await(store->write<void>(std::move(work)));
}

}  // namespace analemma::made
