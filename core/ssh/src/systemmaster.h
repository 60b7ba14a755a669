#pragma once

#include "core/base/process.h"
#include "core/base/task.h"
#include "core/ssh/ssh.h"

#include <QByteArray>
#include <QObject>
#include <QProcess>
#include <QString>

#include <atomic>
#include <memory>

namespace analemma::ssh {

/// The ssh process that holds the connection of a session: `ssh -M -N` in the foreground, in a
/// private folder with its configuration and socket. It lives on the thread that made it; the last
/// copy of the pointer ends the process, from any thread, without waiting.
class SystemMaster : public QObject {
public:
    static std::shared_ptr<SystemMaster> make(Target target, QString folder);
    ~SystemMaster() override;

    [[nodiscard]] const Target& target() const { return m_target; }
    [[nodiscard]] QString path(const QString& name) const { return m_folder + u'/' + name; }
    [[nodiscard]] const QString& folder() const { return m_folder; }
    /// Valid once it is ready. Owning thread.
    [[nodiscard]] const ProcessIdentity& process() const { return m_identity; }
    [[nodiscard]] bool isReady() const { return m_ready.load(); }

    /// Answers when the socket is there or the process has ended. Owning thread, once.
    void start(milliseconds timeout, const CancelToken& cancel, const Promise<bool>& opened);
    /// Ends the process; answers when it is gone. Owning thread.
    void end(const Promise<bool>& ended);

private:
    /// A process that can be ended without waiting for it, as the program ends.
    class Process : public QProcess {
    public:
        void abandon()
        {
            kill();
            setProcessState(NotRunning);  // else its destructor waits, and says so
        }
    };
    SystemMaster(Target target, QString folder);
    void look();
    void finish(Result<bool> result);
    void onEnded();
    void retire();
    void terminate();

    const Target m_target;
    const QString m_folder;
    Process m_process;
    ProcessIdentity m_identity;
    QByteArray m_errors;
    std::atomic<bool> m_ready = false;
    std::optional<Promise<bool>> m_opened;
    std::optional<Promise<bool>> m_ended;
    CancelToken::Registration m_registration;
};

}  // namespace analemma::ssh
