#pragma once

#include "core/base/clock.h"
#include "core/operate/filetree.h"
#include "core/ssh/ssh.h"
#include "core/ssh/system.h"

#include <QHash>
#include <QList>
#include <QObject>

#include <functional>
#include <memory>
#include <optional>

class QTimer;

/// Files between servers and this machine.
namespace analemma::operate {

/// A file or folder somewhere. Names are bytes, as that side has them.
struct Place {
    QString server;   ///< empty: this machine
    QByteArray path;  ///< absolute
    [[nodiscard]] bool isLocal() const { return server.isEmpty(); }
    [[nodiscard]] QString text() const;  ///< "web-1:/srv/app", for people
    bool operator==(const Place&) const = default;
};

enum class TransferState {
    Waiting,  ///< for its turn, or for the connection to come back
    Running,
    Asking,  ///< a file is there already, and nobody has said what to do
    Paused,
    Done,
    Failed,
    Cancelled
};
QString toString(TransferState state);
/// Done, failed or cancelled: nothing goes on by itself.
bool isOver(TransferState state);

/// What to do with a file that is there already.
enum class ConflictRule { Ask, Overwrite, Skip, KeepBoth };

/// A file that is there already, with what would replace it.
struct TransferConflict {
    Place target;
    ssh::FileInfo there;
    ssh::FileInfo coming;
};

/// One entry of the queue, as of now.
struct TransferView {
    QString id;
    Place from;
    Place to;
    bool folder = false;
    TransferState state = TransferState::Waiting;
    qint64 done = 0;    ///< bytes
    qint64 total = -1;  ///< -1: not known yet
    int files = 0;
    int filesDone = 0;
    int skipped = 0;                                  ///< were there already and stayed
    qint64 bytesPerSecond = 0;                        ///< smoothed; while it runs
    std::optional<milliseconds> left = std::nullopt;  ///< how long it will probably take
    /// Every file was compared by SHA-256 at the end.
    bool verified = false;
    int tries = 0;  ///< lost connections in a row since bytes last came through
    std::optional<Error> error = std::nullopt;  ///< why it failed, or what it waits for
    QStringList refused;  ///< names that were left out, with the reason; the first 100
    int refusedCount = 0;
    std::optional<TransferConflict> conflict = std::nullopt;  ///< while it asks
};

struct TransferSettings {
    int parallel = 3;           ///< files at once, 1 to 16
    bool verify = true;         ///< what was resumed is verified anyway
    qint64 bytesPerSecond = 0;  ///< of all together; 0: as fast as it goes
    ConflictRule conflicts = ConflictRule::Ask;
    int tries = 6;                  ///< after a lost connection, without progress
    milliseconds firstWait{1'000};  ///< before the first of them; then twice as long, up to 30 s
};

class TransferStore;

/// A queue of downloads, uploads and copies from server to server, which pass through this machine.
/// Folders are walked; a file appears whole or not at all; what breaks off goes on where it broke.
/// Main thread. It lives as long as the window; keepIn() lets the next one go on with it.
class Transfers : public QObject {
    Q_OBJECT
public:
    using Connect = std::function<Task<Result<std::shared_ptr<ssh::Session>>>(QString server,
                                                                              CancelToken cancel)>;

    /// `scratch`: a folder of this program for what passes through; made when needed, mode 0700.
    Transfers(Connect connect, QString scratch, QObject* parent = nullptr);
    ~Transfers() override;

    /// From now on what has not come to its end is kept. What an earlier window left, of a program
    /// that is gone, comes into the queue, paused: resume() goes on where it broke off, and
    /// compares by SHA-256. `store` outlives this.
    void keepIn(TransferStore* store);

    void setSettings(const TransferSettings& settings);
    [[nodiscard]] const TransferSettings& settings() const;

    /// Queues `from`, to become `to`: the full new path, not the folder it goes into. Gives its id.
    /// Invalid: a name that is not carried (see filenames.h), or a folder into itself. Refused: the
    /// queue is full.
    Result<QString> add(Place from, Place to);
    /// In the order of the queue.
    [[nodiscard]] QList<TransferView> list() const;
    [[nodiscard]] std::optional<TransferView> find(const QString& id) const;

    // What does not fit the state changes nothing.
    void pause(const QString& id);
    void resume(const QString& id);
    void cancel(const QString& id);  ///< and drops what there is of unfinished files
    void retry(const QString& id);   ///< what failed or was cancelled, from where it broke off
    /// For the file asked about, or for all of this entry that follow.
    void answer(const QString& id, ConflictRule rule, bool forAll);
    void pauseAll();
    void resumeAll();
    void cancelAll();
    void clearOver();  ///< takes those that are over off the list

Q_SIGNALS:
    /// The list changed; at most a few times a second.
    void changed();
    /// An entry is done, has failed, was cancelled or asks.
    void stopped(const analemma::operate::TransferView& view);
    /// The queue could not be kept, or not be read back.
    void problem(const analemma::Error& error);

private:
    struct Body;
    std::unique_ptr<Body> m_body;
};

/// What Hosts::connect() gives, for who needs no word about the transport. `asking` is cancelled
/// when the login has ended: nothing it asked is to be answered any more.
Task<Result<std::shared_ptr<ssh::Session>>> sessionOf(Task<Result<ssh::ChosenSession>> connecting,
                                                      CancelToken asking = {});
/// Session::exec(), for who does not co_await; keeps the session.
Task<Result<ssh::ExecResult>> runOver(std::shared_ptr<ssh::Session> session, QString command,
                                      ssh::ExecOptions options, CancelToken cancel);
/// An answer of Transfers::Connect where there is no way.
Task<Result<std::shared_ptr<ssh::Session>>> noSession(Error why);

}  // namespace analemma::operate
