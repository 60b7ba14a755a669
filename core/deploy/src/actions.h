#pragma once

#include "core/deploy/src/wanted.h"
#include "core/deploy/src/world.h"
#include "core/engine/engine.h"

/// The actions of this module as data, so that every plan describes the same act in the same words.
/// Verbs and their code: server_acts.cpp and bake_acts.cpp.
namespace analemma::deploy::actions {

using engine::Action;

Action bakeImage(const QString& image, const QString& recipe, const QString& release);
Action reserve(const QString& environment, int number, const QString& pool,
               const QStringList& servers);
Action createServer(const QString& server, const QString& image, int generation,
                    const QStringList& needs);
Action checkServer(const QString& server, const workspace::Environment& environment,
                   const QStringList& needs);
Action startServer(const QString& server);
/// `key` tells several destroys of one operation apart.
Action destroyServer(const QString& server, const QString& key, const QStringList& needs);
Action ensureBalancer(const workspace::Environment& environment);
Action setPool(const workspace::Environment& environment, const QString& pool,
               const QStringList& servers, const QString& key, const QStringList& needs);
Action awaitPool(const workspace::Environment& environment, const QString& pool,
                 const QStringList& needs);
Action switchTo(const workspace::Environment& environment, const QString& pool,
                const QString& title, const QString& key, const QStringList& needs);
/// Writes which generation is active; the one before becomes warm (or `beforeState`).
Action activate(const QString& environment, int number, int before, const QString& beforeState,
                const QString& key, const QStringList& needs);
Action watch(const workspace::Environment& environment, int number, const QString& pool,
             const QStringList& servers, const QStringList& needs);
Action drain(const workspace::Environment& environment, const QString& pool, int number,
             const QStringList& needs);
/// Writes the state of a generation: "gone", "failed".
Action close(const QString& environment, int number, const QString& state, const QString& key,
             const QStringList& needs);
/// All that takes a generation out: pool emptied, servers destroyed, record closed as `state`. The
/// actions that the world shows as done are left out.
QList<Action> dismantle(const workspace::Environment& environment, const World& world,
                        const Generation& generation, const QString& state,
                        const QStringList& needs);

}  // namespace analemma::deploy::actions
