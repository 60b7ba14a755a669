#pragma once

#include "core/engine/engine.h"
#include "core/operate/hosts.h"

#include <QMap>
#include <QObject>

/// One command on many servers, as an operation: see Fleet.
namespace analemma::operate {

constexpr qsizetype commandLimit = 256 * 1024;  ///< of a command or script

/// What is run where. Values, resolved before: the command is exactly what the servers' shells get.
struct FleetRequest {
    QStringList hosts;  ///< names, in the order in which they are begun
    /// Shell text for /bin/sh; a first line "#!interpreter" chooses another one.
    QString command;
    int limit = 10;         ///< so many servers at a time, 1 to 500
    bool failFast = false;  ///< after a failure no further server is begun
    milliseconds timeout{
        0};  ///< for each server, whole seconds; its process group is ended. 0: none
    /// A server whose connection broke is waited for so long before its step is told as unknown.
    milliseconds patience{600'000};
    /// File name -> name of a secret. The command finds them as files (0600, with a line feed at
    /// their end) in the folder $ANALEMMA_INPUTS; they are gone when it ends.
    QMap<QString, QString> secrets;
    QString runbook;  ///< its name, when it came from one
};

/// How one server fares.
enum class StepState {
    Waiting,
    Running,
    Ok,           ///< exit code 0
    Failed,       ///< another one, or cut off: see HostStep::reason
    TimedOut,     ///< ended by us
    Unreachable,  ///< no connection; nothing was begun there
    Unknown,      ///< nobody knows whether and how it ended: look with Fleet::check()
    Cancelled,    ///< ended by us, or never begun
};
QString toString(StepState state);
std::optional<StepState> stepStateFromString(const QString& text);
/// True for those that will not change by themselves.
bool isFinal(StepState state);

struct HostStep {
    QString host;
    QString place;  ///< "user@address:port"
    QString environment;
    bool production = false;
    StepState state = StepState::Waiting;
    int exitCode = -1;  ///< of one that ended by itself; above 128: by a signal, as shells count
    QString reason;     ///< a sentence, where the state does not say all
    std::optional<milliseconds> duration;
    QString sha256;         ///< of the output (both streams, in order); empty: there is none
    qint64 keptBytes = 0;   ///< Fleet::output() gives so many
    qint64 totalBytes = 0;  ///< the command wrote so many; more than the kept ones: it is cut off
    [[nodiscard]] bool isCut() const { return totalBytes > keptBytes; }
    [[nodiscard]] Json toJson() const;
};

/// Servers that said the same.
struct FleetGroup {
    StepState state = StepState::Ok;
    int exitCode = -1;
    QString sha256;
    QString reason;
    QStringList hosts;  ///< in the operation's order
};

/// Those that have ended, by equal state, exit code and output (where there is none: by reason);
/// the largest group first, then in the operation's order. Pure.
QList<FleetGroup> grouped(const QList<HostStep>& steps);

/// One fleet operation with its servers.
struct FleetView {
    engine::Operation operation;
    FleetRequest request;
    QString checks;  ///< the operation that this one only looks after; empty: it runs something
    QList<HostStep> steps;
    [[nodiscard]] QMap<StepState, int> counts() const;
    [[nodiscard]] QString summary() const;  ///< "17 ok, 2 failed, 1 unknown"
    [[nodiscard]] Json toJson() const;      ///< schema analemma.fleet.1
};

/// The same command for the servers that did not come to a good end. Pure.
FleetRequest againOnFailed(const FleetView& view);

/// Runs commands on chosen servers as operations of kind "fleet". Main thread.
///
/// On each server the step runs detached in a folder ~/.analemma/steps/<operation>-<host>: a
/// process of its own session that takes the step by mkdir before it begins, and writes process id,
/// start time, boot id, output and exit code. A connection that breaks, or the end of this program,
/// changes nothing there; the operation looks for it again, and no step is started twice. Its
/// output is kept as a blob, the folder is removed at the end.
class Fleet : public QObject {
    Q_OBJECT
public:
    class Body;  // core/operate/src/fleet_body.h

    using ListHosts = std::function<Task<Result<QList<Host>>>()>;
    using Connect =
        std::function<Task<Result<ssh::ChosenSession>>(QString name, CancelToken cancel)>;

    /// So much output of a server is kept.
    static constexpr qint64 kOutputLimit = 1024 * 1024;

    /// Registers its kind with the engine. All must outlive it.
    Fleet(store::Store* store, engine::Engine* engine, store::SecretSource* secrets,
          ListHosts hosts, Connect connect, const Clock* clock);
    ~Fleet() override;

    /// The servers that there are.
    [[nodiscard]] Task<Result<QList<Host>>> hosts() const;
    /// Each server with the exact command. Errors: Invalid, NotFound.
    Task<Result<engine::Preview>> preview(FleetRequest request);
    /// Starts the operation; its id.
    Task<Result<QString>> run(FleetRequest request, CancelToken cancel);
    /// Looks after the servers of an ended operation whose outcome is unknown, and starts nothing
    /// there. An operation of its own; what it finds is told by show() of the first one too.
    Task<Result<QString>> check(QString operation, CancelToken cancel);

    /// NotFound when there is no such fleet operation.
    Task<Result<FleetView>> show(QString operation);
    /// Newest first, without those that only check.
    Task<Result<QList<FleetView>>> list(int limit);
    /// What a server wrote, by its SHA-256. Foreign bytes.
    Task<Result<QByteArray>> output(QString sha256);
    /// What a server has written so far, while this program watches it. Foreign bytes.
    [[nodiscard]] QByteArray tail(const QString& operation, const QString& host) const;

Q_SIGNALS:
    /// tail() of a server has grown.
    void outputAdded(const QString& operation, const QString& host);

private:
    std::shared_ptr<Body> m_body;
};

}  // namespace analemma::operate
