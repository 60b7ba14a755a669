#pragma once

#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/workspace/servicecheck.h"

#include <QList>
#include <QMap>
#include <QString>
#include <QStringList>

#include <functional>
#include <optional>

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
    bool operator==(const Provider&) const = default;
};

struct Pipeline {
    QString name;
    QString repository;
    QString config;  ///< path inside the repository
    QStringList on;  ///< branches whose new commits are run by themselves; empty: none
    QMap<QString, QString> secrets;  ///< environment variable -> name of a secret
    bool operator==(const Pipeline&) const = default;
};

struct HealthCheck {
    QString path = QStringLiteral("/healthz");
    milliseconds every{500};
    int rise = 2;
    int fall = 3;
    milliseconds within{30'000};  ///< a new server must be healthy by then
    milliseconds watch{10'000};   ///< after the switch; failing in it rolls back
    bool operator==(const HealthCheck&) const = default;
};

struct FileSpec {
    QString artifact;  ///< of the release, or empty
    QString path;      ///< in the repository at the release's commit, or empty
    QString to;        ///< absolute, on the server; a folder when it ends with '/'
    bool operator==(const FileSpec&) const = default;
};

struct ImageRecipe {
    QString name;
    QString from;  ///< "base" or another image's name
    QList<FileSpec> files;
    QStringList provision;  ///< scripts in the repository, run in order
    QString start;          ///< script in the repository: the service
    QString repository;     ///< whose releases it holds
    bool operator==(const ImageRecipe&) const = default;
};

struct BalancerSpec {
    bool wanted = false;
    QString address;  ///< empty: chosen from the workspace's range
    int port = 8000;
    bool operator==(const BalancerSpec&) const = default;
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
    bool operator==(const Environment&) const = default;
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

/// A Prometheus that knows the servers as well, and an Alertmanager beside it.
struct Prometheus {
    QString url;           ///< with the path that stands before "/api/v1"; empty: there is none
    QString alertmanager;  ///< the same of an Alertmanager; empty: none
    QString token;         ///< name of a secret, for both; empty: none
    QString authority;     ///< absolute: certificates (PEM) to trust instead of the system's; empty
    bool remoteWrite = false;  ///< our own samples are written to it
    QString targets;           ///< absolute: a file of targets (file_sd) to write; empty: none
    int exporterPort = 9100;   ///< of node exporter on each server
    /// Patterns of names, '*' and '?' stand for letters: servers whose figures come from it, and
    /// which are not watched from here.
    QStringList servers;
    bool operator==(const Prometheus&) const = default;
};

/// One entry under `alerts`: a rule of one's own, or what differs of one that is built in. What is
/// not said is empty. Words and numbers are checked; core/monitor gives them their meaning.
struct AlertSpec {
    QString name;
    bool off = false;  ///< a built-in one that is not wanted
    QString when;      ///< "threshold", "absence", "change", "forecast", "burn-rate", "share"
    QString metric;    ///< "cpu.busy"
    QString total;     ///< burn-rate and share: what `metric` is a part of
    QString bound;     ///< "over", "under", "beyond"
    std::optional<double> limit;
    std::optional<double> clear;
    std::optional<double> objective;  ///< percent
    std::optional<double> least;
    std::optional<milliseconds> lasting;
    std::optional<milliseconds> window;
    std::optional<milliseconds> horizon;
    std::optional<milliseconds> repeat;
    std::optional<milliseconds> escalate;
    QString subjects;  ///< pattern
    QStringList tags;
    QString labels;    ///< pattern
    QString severity;  ///< "info", "warning", "critical"
    QStringList tell;  ///< channels
    QStringList escalateTo;
    QString runbook;
    bool operator==(const AlertSpec&) const = default;
};

/// Where alerts are told, beside the window.
struct ChannelSpec {
    QString name;
    QString type;       ///< "command", "webhook", "email"
    QString least;      ///< severity; empty: all
    QStringList run;    ///< command: program and arguments
    QString url;        ///< webhook
    QString token;      ///< name of a secret
    QString server;     ///< email: "smtp://host:25", "smtps://host:465"
    bool tls = true;    ///< email over smtp: STARTTLS is required
    QString authority;  ///< file of certificates
    QString user;
    QString password;  ///< name of a secret
    QString from;
    QStringList to;
    milliseconds timeout{10'000};
    bool operator==(const ChannelSpec&) const = default;
};

/// When alerts are not told: once, or every week by local time.
struct MaintenanceSpec {
    QString name;
    QList<int> days;  ///< weekly: 1 Monday to 7 Sunday; empty: once
    int minute = 0;   ///< weekly: of the day
    milliseconds lasting{0};
    qint64 from = 0;  ///< once, milliseconds since 1970
    qint64 until = 0;
    QString subjects;  ///< pattern; environments count as well
    QString rules;     ///< pattern
    QString why;
    bool operator==(const MaintenanceSpec&) const = default;
};

/// Names of the alert rules that hold without being written down.
QStringList builtInAlerts();

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
    QMap<QString, ServiceCheck> checks;
    Prometheus prometheus;
    QMap<QString, AlertSpec> alerts;
    QMap<QString, ChannelSpec> channels;
    QMap<QString, MaintenanceSpec> maintenance;

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
