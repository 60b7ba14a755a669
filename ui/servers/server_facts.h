#pragma once

#include "core/deploy/deploy.h"
#include "core/operate/hosts.h"
#include "core/workspace/workspace.h"
#include "ui/shell/words.h"

#include <QHash>
#include <QList>
#include <QString>

/// What the panel tells of one server, and the decisions about it. Pure.
namespace analemma::ui {

struct ServerFacts {
    infra::Server server;     ///< of a listed one: name and target alone
    QString release;          ///< that its generation serves
    QString generationState;  ///< "active", "warm", …; empty: of none
    QString health;           ///< as MemberView; empty: nobody checks it
    QString healthText;
    bool production = false;
    bool listed = false;    ///< stands under servers: in the workspace file, made by nobody here
    bool imported = false;  ///< a name of ~/.ssh/config; neither listed nor made
    QStringList labels;     ///< of a listed or imported one
    QStringList hops;       ///< the same: jump hosts
    QString problem;        ///< the same: why it cannot be reached
    QStringList notes;      ///< of an imported one: what was left out for safety
    [[nodiscard]] bool isMade() const { return !listed && !imported; }
    [[nodiscard]] QString name() const { return server.name; }
    [[nodiscard]] QString place() const;  ///< "127.64.3.2:2222"
};

/// All of the workspace: those that providers run, then those that its file lists.
QList<ServerFacts> serverFacts(const QList<infra::Server>& servers,
                               const QList<deploy::EnvironmentView>& views,
                               const workspace::Workspace& workspace);
/// The same, and the imported ones; those that are not made as `hosts` tells of them.
QList<ServerFacts> serverFacts(const QList<infra::Server>& servers,
                               const QList<deploy::EnvironmentView>& views,
                               const workspace::Workspace& workspace,
                               const QList<operate::Host>& hosts);

/// A running server is well: it does not turn.
Mark serverMark(const QString& state);
/// Needs a person: broken, or unhealthy while its generation is live.
bool needsAttention(const ServerFacts& facts);

/// The command line of OpenSSH that reaches it and accepts the pinned host key alone.
QString sshCommandLine(const ssh::Target& target);
/// The same with jump hosts; an imported one by its name in ~/.ssh/config.
QString sshCommandLine(const ServerFacts& facts);

/// Why no command can be run on it now; empty: it can.
QString commandRefusal(const ServerFacts& facts);

}  // namespace analemma::ui
