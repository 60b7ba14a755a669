#pragma once

#include "core/ssh/src/core.h"
#include "core/ssh/src/markreader.h"
#include "core/ssh/src/shellpipe.h"
#include "core/ssh/src/shellworker.h"

#include <QElapsedTimer>
#include <QTimer>

#include <memory>
#include <optional>

namespace analemma::ssh {

struct ResidentPatience {
    milliseconds opening{10'000};
    milliseconds rest{60'000};
};

/// The `sh` of a connection behind runSmall(). Of the thread that made it; it does not keep the
/// connection.
class ResidentShell final : private ShellPipe::Owner {
public:
    struct Run {
        quint64 number = 0;
        Promise<ExecResult> promise;
    };

    /// In the calling thread; may be let go in any.
    [[nodiscard]] static std::shared_ptr<ResidentShell> make(ResidentPatience patience = {});
    ~ResidentShell() override;
    ResidentShell(const ResidentShell&) = delete;
    ResidentShell& operator=(const ResidentShell&) = delete;

    /// Begins with the command. Nothing when it needs a channel of its own: then it was not sent,
    /// and the shell may be opened for those that follow. Any thread.
    [[nodiscard]] std::optional<Run> run(SessionCore& core, const QByteArray& command,
                                         const ExecOptions& options);
    /// Nobody waits for this run any more: hangs up if it has not ended.
    void leave(quint64 number);

private:
    enum class State { Closed, Opening, Resting, Running };
    explicit ResidentShell(ResidentPatience patience);

    void open(SessionCore& core);
    void rest();
    void refuse();
    void hangUp();
    void wake() const;
    void onTime();
    void onOutput(const QByteArray& piece, bool isError) override;
    void onRoom() override {}
    void onEnd(const ChannelEnd& end) override;
    void greet(const QByteArray& piece, bool isError);
    void takeIn(const QByteArray& piece, bool isError);
    void keep(const QByteArray& bytes, bool isError);
    void answer(Result<ExecResult> result);
    [[nodiscard]] MarkReader& reader(bool isError) { return isError ? m_errors : m_output; }
    void expect(const QByteArray& mark);
    [[nodiscard]] Error error(ErrorKind kind, const QString& text) const;

    const std::shared_ptr<QObject> m_home = detail::threadAnchor();
    const ResidentPatience m_patience;
    QElapsedTimer m_asked;
    State m_state = State::Closed;
    bool m_refused = false;  ///< for the life of the connection
    QTimer m_timer;          ///< of the state

    std::weak_ptr<SessionCore> m_core;
    std::shared_ptr<Reactor> m_reactor;
    std::shared_ptr<ShellPipe> m_pipe;  ///< unless closed
    std::weak_ptr<ShellWorker> m_worker;
    MarkReader m_output;
    MarkReader m_errors;
    qsizetype m_noise = 0;  ///< bytes before the greeting

    Run m_run;
    QString m_where;
    QString m_command;  ///< in short, for errors
    milliseconds m_timeout{0};
    qsizetype m_limit = 0;
    ExecResult m_result;
};

/// For sh, as one word.
QByteArray quotedForSh(QByteArray bytes);

/// The body of the face, for a command line that need not be UTF-8.
Task<Result<ExecResult>> runSmall(std::shared_ptr<SessionCore> core, QByteArray command,
                                  ExecOptions options, CancelToken cancel);

}  // namespace analemma::ssh
