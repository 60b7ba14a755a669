#pragma once

#include "core/base/process.h"
#include "core/ssh/src/muxline.h"
#include "core/ssh/src/reactor.h"
#include "core/ssh/ssh.h"

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <vector>

namespace analemma::ssh {

class ForwardOperation;
class SftpChannel;
class ShellWorker;

/// The connection of a master inside its reactor: hears its end, tells forwards of it, and lets no
/// more channels be opened than the server gives. Reactor thread, but for the constructor and what
/// is const.
class SystemLink final : public Reactor::Resident, public std::enable_shared_from_this<SystemLink> {
public:
    SystemLink(std::shared_ptr<Reactor> reactor, Target target, QString folder,
               ProcessIdentity master);

    [[nodiscard]] const Target& target() const { return m_target; }
    [[nodiscard]] const std::shared_ptr<Reactor>& reactor() const { return m_reactor; }
    [[nodiscard]] bool isLost() const { return m_lost; }
    /// Of the master's socket.
    [[nodiscard]] QByteArray socketPath() const { return path(QByteArrayLiteral("/c")); }
    /// Of something in its private folder.
    [[nodiscard]] QByteArray path(const QByteArray& name) const { return m_folder + name; }
    /// "user@host:port: text"
    [[nodiscard]] Error error(ErrorKind kind, const QString& text) const;
    [[nodiscard]] Error lossError() const;

    void start();
    void close();
    void shutDown() override;

    /// Told when the connection ends. At once when it is gone.
    void add(const std::shared_ptr<ForwardOperation>& forward);
    /// Gives its channel up when the server has no other and nobody uses it.
    void add(const std::shared_ptr<SftpChannel>& channel);
    void add(const std::shared_ptr<ShellWorker>& shell);
    /// Lets something live until drop() or the end.
    void keep(const std::shared_ptr<void>& one) { m_kept.insert(one); }
    void drop(const std::shared_ptr<void>& one) { m_kept.erase(one); }
    /// Whether the connection is still there: asked of the master.
    void checkAlive(std::function<void(bool)> answer) const;
    /// A terminal of ours has another size (ssh's SIGWINCH).
    void tellResized() const;

    // ---- channels of sessions, as many as the server gives (sshd_config(5), MaxSessions)
    /// Runs `go` when there may be another one.
    void enter(std::function<void()> go);
    void leave();
    /// The server gave none. When it is worth to enter again: in so long, to wait there for the end
    /// of another one.
    std::optional<milliseconds> refused();

private:
    void onEnd();
    void goOn();

    const std::shared_ptr<Reactor> m_reactor;
    const Target m_target;
    const QByteArray m_folder;
    const ProcessIdentity m_master;
    std::unique_ptr<MuxLine> m_watch;
    std::atomic<bool> m_lost = false;
    std::vector<std::weak_ptr<ForwardOperation>> m_forwards;
    std::vector<std::weak_ptr<SftpChannel>> m_sftp;
    std::vector<std::weak_ptr<ShellWorker>> m_shells;
    std::set<std::shared_ptr<void>> m_kept;
    int m_open = 0;
    Reactor::Time m_leftAt;
    int m_limit = 0;  ///< 0: not known
    std::deque<std::function<void()>> m_entering;
};

}  // namespace analemma::ssh
