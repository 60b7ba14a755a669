#pragma once

#include "core/base/task.h"
#include "core/ssh/src/hostkey.h"
#include "core/ssh/src/login.h"
#include "core/ssh/src/operation.h"
#include "core/ssh/src/reactor.h"
#include "core/ssh/src/waitingshell.h"
#include "core/ssh/src/wire.h"
#include "core/ssh/ssh.h"

#include <libssh2.h>

#include <atomic>
#include <memory>
#include <optional>
#include <vector>

namespace analemma::ssh {

class KexProbe;
class SpareChannel;

/// A sh that waits for a command on a channel of its own; see SpareChannel.
struct WaitingShell {
    LIBSSH2_CHANNEL* channel = nullptr;  ///< of whoever takes it
    QByteArray mark;
};

/// One connection inside its reactor: stream, login, operations, liveness, end. Everything but the
/// first three functions is for the reactor's thread.
class Link final : public Reactor::Resident, public std::enable_shared_from_this<Link> {
public:
    using StreamMaker = std::function<std::unique_ptr<ByteStream>()>;
    Link(std::shared_ptr<Reactor> reactor, Target target, ConnectOptions options, LoginPlan plan,
         StreamMaker makeStream);
    ~Link() override;

    [[nodiscard]] const Target& target() const { return m_target; }
    [[nodiscard]] bool isReady() const { return m_ready; }
    [[nodiscard]] const std::shared_ptr<Reactor>& reactor() const { return m_reactor; }

    /// Connects and logs in; answers once.
    void start(Promise<bool> opened);
    void cancelLogin();
    /// Takes an operation; it is aborted at once when the connection is gone.
    void add(const std::shared_ptr<Operation>& operation);
    void pumpSoon();
    /// At once, unless that is under way.
    void pumpNow();
    /// Says good-bye and closes within a second. Operations that still run are aborted.
    void close(std::function<void()> closed);
    void shutDown() override;

    // ---- for operations
    [[nodiscard]] LIBSSH2_SESSION* session() const { return m_session; }
    [[nodiscard]] bool isOutgoingFull() const { return m_wire.isFull(); }
    /// libssh2 opens one channel of a session at a time: whoever has the turn finishes first.
    bool takeTurn(const Operation* operation);
    void endTurn(const Operation* operation);
    /// Makes a request on a channel: `call` says it to libssh2 and gives its code, until that is
    /// not EAGAIN. One at a time: libssh2 1.10 reads the next answer to any request, and fails for
    /// good when it is that of another channel.
    template <typename Call>
    int request(const Operation* operation, Call&& call)
    {
        if (m_requester != nullptr && m_requester != operation) {
            return LIBSSH2_ERROR_EAGAIN;
        }
        const int code = call();
        m_requester = code == LIBSSH2_ERROR_EAGAIN ? operation : nullptr;
        return code;
    }
    /// False while the server is known to give no more channels.
    [[nodiscard]] bool mayOpen() const;
    void channelOpened() { ++m_channels; }
    void channelClosed();
    /// The server gave no channel: true when it is worth to wait for one to become free.
    bool channelRefused();
    /// Whether its request went out and is not answered yet.
    [[nodiscard]] bool isRequesting(const Operation* operation) const
    {
        return m_requester == operation;
    }
    /// A channel that was opened ahead, or null; see SpareChannel.
    [[nodiscard]] LIBSSH2_CHANNEL* takeSpare();
    /// The like, with a shell that waits for a command.
    [[nodiscard]] std::optional<WaitingShell> takeWaitingShell();
    [[nodiscard]] bool isShellWaiting() const;
    [[nodiscard]] ShellKnowledge& shells() { return m_shells; }
    /// `isPlain`: a waiting shell could have had it.
    void commandEnded(bool isPlain);
    /// Answers to global requests that libssh2 keeps unread, all refusals: the next global request
    /// takes the first of them for its own.
    [[nodiscard]] int unreadRefusals() const { return m_unreadRefusals; }
    /// The server is short of channels: none is opened ahead any more.
    void forgoSpares() { m_noSpares = true; }
    /// libssh2 said that the transport is broken; the connection ends after this turn.
    void lose(int code);
    /// "user@host:port: text"
    [[nodiscard]] Error error(ErrorKind kind, const QString& text, int code = 0) const;
    [[nodiscard]] int descriptor() const { return m_stream ? m_stream->descriptor() : -1; }
    [[nodiscard]] char* scratch() { return m_reactor->scratch(); }
    static constexpr qsizetype kScratch = qsizetype(Reactor::kScratch);

private:
    static constexpr qsizetype kUnreadLimit = 1024 * 1024;
    enum class State { New, Connecting, Login, Probing, Ready, Closing, Dead };

    void connectStream();
    void onConnected(const Result<void>& result);
    void onStream();
    void advanceLogin();
    void armDeadline();
    void becomeReady();
    void explainMismatch(const Error& fallback);
    void pump();
    bool pumpOnce();
    void settle();
    void tick();
    void rest();
    void checkPeer();
    void probePeer();
    void askForSign();
    [[nodiscard]] Error lossError() const;
    void die(const Error& error);
    void answerLogin(Result<bool> result);

    const std::shared_ptr<Reactor> m_reactor;
    const Target m_target;
    const ConnectOptions m_options;
    const QStringList m_hostKeyTypes;
    LoginPlan m_plan;
    const StreamMaker m_makeStream;

    State m_state = State::New;
    std::atomic<bool> m_ready = false;
    std::unique_ptr<ByteStream> m_stream;
    Wire m_wire;
    LIBSSH2_SESSION* m_session = nullptr;
    std::shared_ptr<Login> m_login;
    std::shared_ptr<KexProbe> m_kexProbe;
    std::optional<Promise<bool>> m_opened;
    bool m_countsAsLogin = false;
    std::vector<std::function<void()>> m_onClosed;

    std::vector<std::shared_ptr<Operation>> m_operations;
    std::vector<std::shared_ptr<Operation>> m_inTurn;  ///< of a pass
    const Operation* m_turn = nullptr;
    const Operation* m_requester = nullptr;
    int m_channels = 0;
    int m_channelLimit = 0;
    Reactor::Time m_limitUntil;
    Reactor::Time m_closedAt;
    std::weak_ptr<SpareChannel> m_spare;
    Reactor::Time m_commandAt;
    bool m_noSpares = false;
    ShellKnowledge m_shells;
    bool m_pumping = false;
    bool m_pumpPosted = false;
    int m_lost = 0;
    int m_unreadRefusals = 0;

    quint64 m_deadline = 0;
    quint64 m_tick = 0;
    Reactor::Time m_lastSign;  ///< of life: bytes came, or sent bytes were taken
    Reactor::Time m_probedAt;
    std::weak_ptr<Operation> m_probe;
    qint64 m_taken = 0;
};

/// The turn to open a channel, the wait for a free one, and the opening: the first phase of every
/// operation that needs a channel.
class ChannelDoor {
public:
    enum class State { Waiting, Open, Refused };
    ChannelDoor() = default;  ///< to a session channel
    /// To another kind, with what its opening says (RFC 4254, 7.2).
    ChannelDoor(QByteArray type, QByteArray message)
        : m_type(std::move(type)), m_message(std::move(message))
    {
    }
    /// To a session channel that nobody needs yet: the first refusal is the answer, and nobody is
    /// asked to give way.
    static ChannelDoor toSpare()
    {
        ChannelDoor door;
        door.m_modest = true;
        return door;
    }
    State advance(Link& link, const Operation* owner);
    /// True from the request until the answer: then it must be advanced to its end.
    [[nodiscard]] bool isOpening() const { return m_opening; }
    [[nodiscard]] LIBSSH2_CHANNEL* channel() const { return m_channel; }
    [[nodiscard]] const Error& error() const { return m_error; }

private:
    [[nodiscard]] bool isSession() const { return m_message.isEmpty(); }

    QByteArray m_type = "session";
    QByteArray m_message;
    bool m_modest = false;
    bool m_opening = false;
    LIBSSH2_CHANNEL* m_channel = nullptr;
    Error m_error;
};

}  // namespace analemma::ssh
