#pragma once

#include "core/deploy/deploy.h"

#include <QHash>
#include <QMap>

/// What the plans of this module look at: values, made from the world by observe.cpp and in tests
/// by hand.
namespace analemma::deploy {

struct SeenServer {
    QString state;  ///< as infra::Server::state
    QString tag;
    int generation = 0;
};

struct SeenMember {
    QString server;
    bool healthy = false;
    int sessions = 0;
};

struct SeenBalancer {
    QString state = QStringLiteral("none");
    QString active;  ///< pool, as the balancer itself tells
    QMap<QString, QList<SeenMember>> pools;
};

/// One environment, seen by one operation.
struct World {
    QList<Generation> generations;      ///< newest first
    QMap<QString, SeenServer> servers;  ///< of the environment, by name
    SeenBalancer balancer;
    QStringList images;
    int own = 0;         ///< the generation that this operation makes; 0: none yet
    int next = 1;        ///< the number that the next one gets
    QString freePool;    ///< the pool that the next one gets
    QStringList others;  ///< unfinished operations besides this one (for "down")

    [[nodiscard]] const Generation* generation(int number) const;
    [[nodiscard]] const Generation* active() const;
    [[nodiscard]] QList<Generation> inState(const QString& state) const;  ///< newest first
    [[nodiscard]] bool poolHolds(const QString& pool, const QStringList& servers) const;
    [[nodiscard]] bool poolHealthy(const QString& pool) const;  ///< has members, all healthy

    [[nodiscard]] Json toJson() const;
    static World fromJson(const Json& json);
};

Json toJson(const Generation& generation);
Generation generationFromJson(const Json& json);

}  // namespace analemma::deploy
