#pragma once

#include "core/base/clock.h"
#include "core/base/result.h"

#include <QList>
#include <QMap>
#include <QString>
#include <QStringList>

#include <functional>

/// The workspace file analemma.yaml as plain values. Reading it is pure; every error names file,
/// line and column. Unknown keys are errors with the nearest known one.
namespace analemma::workspace {

struct Repository {
    QString name;
    QString path;                 ///< absolute
    QString remote;               ///< may be empty
    bool reviewRequired = false;  ///< releases hold only commits whose review was approved
    bool operator==(const Repository&) const = default;
};

struct Provider {
    QString name;
    QString type;  ///< "local" (others come with their providers)
};

struct Pipeline {
    QString name;
    QString repository;
    QString config;  ///< path inside the repository
    QStringList on;  ///< branches whose new commits are run by themselves; empty: none
    QMap<QString, QString> secrets;  ///< environment variable -> name of a secret
};

struct HealthCheck {
    QString path = QStringLiteral("/healthz");
    milliseconds every{500};
    int rise = 2;
    int fall = 3;
    milliseconds within{30'000};  ///< a new server must be healthy by then
    milliseconds watch{10'000};   ///< after the switch; failing in it rolls back
};

struct FileSpec {
    QString artifact;  ///< of the release, or empty
    QString path;      ///< in the repository at the release's commit, or empty
    QString to;        ///< absolute, on the server; a folder when it ends with '/'
};

struct ImageRecipe {
    QString name;
    QString from;  ///< "base" or another image's name
    QList<FileSpec> files;
    QStringList provision;  ///< scripts in the repository, run in order
    QString start;          ///< script in the repository: the service
    QString repository;     ///< whose releases it holds
};

struct BalancerSpec {
    bool wanted = false;
    QString address;  ///< empty: chosen from the workspace's range
    int port = 8000;
};

struct Environment {
    QString name;
    QString provider;
    int servers = 1;
    QString image;    ///< recipe
    int port = 8080;  ///< of the service on each server
    HealthCheck health;
    BalancerSpec balancer;
    QString strategy = QStringLiteral("blue-green");
    int warm = 1;
    int approvals = 0;
    bool production = false;  ///< framed in the window
    milliseconds drain{30'000};
};

struct StaticServer {
    QString name;
    QString address;
    int port = 22;
    QString user;  ///< empty: the one who runs this program
    QStringList tags;
    QStringList hops;  ///< jump hosts, the nearest first: names of servers, or "user@host:port"
    QString key;  ///< private key file, absolute or "~/…"; empty: those of ~/.ssh and the agent
    QString transport;  ///< "built-in" or "system"; empty: what fits
    bool operator==(const StaticServer&) const = default;
};

struct Workspace {
    QString name;
    QString folder;  ///< absolute, where analemma.yaml lies
    QString file;    ///< absolute
    QString id;  ///< name + "-" + 8 hexadecimal digits of the folder's path: unique on this machine
    QMap<QString, Repository> repositories;
    QMap<QString, Provider> providers;
    QMap<QString, Pipeline> pipelines;
    QMap<QString, Environment> environments;
    QStringList environmentOrder;  ///< as in the file; a change goes through them in this order
    QMap<QString, ImageRecipe> images;
    QMap<QString, StaticServer> servers;

    /// $ANALEMMA_HOME/workspaces/<id>: database, blobs, servers, images of this workspace.
    [[nodiscard]] QString stateFolder() const;
};

/// Reads and checks a file. Invalid (file:line:column path: expected ..., got ...), NotFound, Io.
Result<Workspace> load(const QString& file);
/// The same from bytes; `file` names it in messages and gives the folder.
Result<Workspace> parse(const QByteArray& bytes, const QString& file);
/// analemma.yaml in `start` or the nearest folder above it. NotFound with a hint.
Result<QString> find(const QString& start);

/// The text of a workspace file with one more entry under `servers`; every other byte stays. Pure.
/// `file` as for parse(). Errors: Conflict (the name is there), Invalid (not a server, or the file
/// is none now), Unsupported, with the lines to write by hand, for a form that cannot be extended.
Result<QByteArray> withServer(const QByteArray& bytes, const QString& file,
                              const StaticServer& server);
/// The same with one more repository; one without it (NotFound; the error of the file's check when
/// something else names it). Files and folders are not touched. Pure.
Result<QByteArray> withRepository(const QByteArray& bytes, const QString& file,
                                  const Repository& repository);
Result<QByteArray> withoutRepository(const QByteArray& bytes, const QString& file,
                                     const QString& name);

/// Replaces a workspace file by what `change` makes of its bytes, as a whole, unless somebody else
/// wrote it meanwhile (Conflict). Refused when nobody may write it. Blocking.
Result<Workspace> edit(const QString& file,
                       const std::function<Result<QByteArray>(const QByteArray& before)>& change);

}  // namespace analemma::workspace
