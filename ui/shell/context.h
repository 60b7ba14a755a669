#pragma once

#include "core/base/clock.h"
#include "core/base/secret.h"
#include "core/base/task.h"
#include "core/workspace/workspace.h"

#include <QString>

#include <functional>
#include <memory>

namespace analemma {
namespace engine {
class Engine;
}
namespace pipeline {
class Pipelines;
}
namespace release {
class Releases;
}
namespace deploy {
class Deployments;
}
namespace lifecycle {
class Lifecycle;
}
namespace operate {
class Snippets;
class TransferStore;
class Hosts;
}  // namespace operate
namespace monitor {
class Alerts;
class Incidents;
class Monitor;
class Notifier;
class PromClient;
struct PrometheusState;
class SeriesStore;
}  // namespace monitor
namespace ssh {
class Client;
}
namespace git {
class Repository;
struct NetworkAccess;
}  // namespace git
namespace operate {
class Fleet;
class Runbooks;
}  // namespace operate
}  // namespace analemma

namespace analemma::ui {

class TimeMachine;

/// Whether the login for a place may be kept in the keyring, and what became of it, for people.
struct LoginKeeping {
    std::function<Task<Result<bool>>(QString place, CancelToken cancel)> offer;
    std::function<void(QString)> tell;
};

/// What the window works with. Made in app/, owned there, outlives every widget. In a test of views
/// alone the pointers may be null: a panel then shows nothing and asks nobody.
struct Context {
    workspace::Workspace workspace;
    engine::Engine* engine = nullptr;
    pipeline::Pipelines* pipelines = nullptr;
    release::Releases* releases = nullptr;
    deploy::Deployments* deployments = nullptr;
    lifecycle::Lifecycle* lifecycle = nullptr;
    ssh::Client* ssh = nullptr;
    operate::Snippets* snippets = nullptr;
    operate::Hosts* hosts = nullptr;
    operate::Fleet* fleet = nullptr;
    operate::Runbooks* runbooks = nullptr;
    operate::TransferStore* transfers = nullptr;
    monitor::Monitor* monitor = nullptr;  ///< null, as the next: figures cannot be kept
    monitor::SeriesStore* series = nullptr;
    /// Opens the Prometheus of the workspace: NotFound where it names none. Empty: there can be
    /// none.
    std::function<Task<Result<std::shared_ptr<monitor::PromClient>>>()> prometheus;
    /// How writing to it fares; empty as before.
    std::function<monitor::PrometheusState()> prometheusState;
    monitor::Alerts* alerts = nullptr;  ///< null, as the next two: there is nothing to watch with
    monitor::Incidents* incidents = nullptr;
    monitor::Notifier* notifier = nullptr;
    /// The secrets of this machine, to be masked where something is recorded. Blocks: for workers.
    std::function<Result<QList<Secret>>()> knownSecrets;
    /// Opens a repository of the workspace, once for all who ask.
    std::function<Task<Result<std::shared_ptr<git::Repository>>>(QString name)> repository;
    /// Changes the workspace file, see workspace::edit(); `repository` opens what it says then.
    std::function<Task<Result<workspace::Workspace>>(
        std::function<Result<QByteArray>(const QByteArray& before)> change)>
        editWorkspace;
    /// How this account proves who it is to other repositories; without anybody to ask but, of a
    /// login that was taken, whether it may be kept.
    std::function<git::NetworkAccess(LoginKeeping)> networkAccess;
    /// Which moment is shown; the window makes it. Null in tests of views alone: it is now.
    TimeMachine* time = nullptr;
    const Clock* clock = nullptr;
    QString actor;  ///< who presses the buttons, "ana@host"
};

}  // namespace analemma::ui
