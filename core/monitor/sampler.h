#pragma once

#include "core/base/task.h"
#include "core/monitor/rates.h"
#include "core/ssh/ssh.h"

#include <QDateTime>
#include <QObject>

#include <functional>
#include <memory>
#include <optional>

namespace analemma::monitor {

enum class SamplerState {
    Stopped,
    Connecting,
    Probing,  ///< looking for something there that can answer
    Opening,  ///< there is no shell: its files over SFTP
    Sampling,
    Slow,     ///< an answer is overdue; nothing further is asked until it comes
    Lost,     ///< no connection; there will be another try
    Refused,  ///< not without a change: credentials, host key, a server without /proc
};
QString toString(SamplerState state);

/// How often a server is asked.
enum class Pace {
    Watched,     ///< somebody looks: every second
    Background,  ///< every 5 to 15 seconds
};

struct SamplerOptions {
    milliseconds watched{1'000};
    milliseconds background{5'000};
    milliseconds slowest{15'000};   ///< with a pace of Background
    milliseconds patience{30'000};  ///< for an answer; then it connects again
    milliseconds probePatience{15'000};
    milliseconds surveyEvery{60'000};
    milliseconds firstRetry{1'000};
    milliseconds longestRetry{300'000};
    bool mayStretch = true;        ///< a server that is loaded or slow is asked less often
    const Clock* clock = nullptr;  ///< the machine's
};

/// One answer of a server.
struct Reading {
    QString server;
    QDateTime time;  ///< ours, UTC, when it was read there: half a round trip before it came
    milliseconds latency{0};
    Figures figures;
};

/// Watches one server without an agent: one awk (mawk, gawk, busybox) on an SSH channel reads
/// /proc there when it is asked to, without starting a process, and ends with its channel. Where
/// there is no shell, files kept open over SFTP are read again instead. What takes a process there
/// (failed units, space on disks, the exact time) is asked for every minute, apart and bounded.
///
/// A server that is slow delays itself only: one question at a time, none is queued. After a lost
/// connection it connects again, after 1 s, 2 s, ... 5 min. What a server says is bounded and
/// never trusted.
///
/// For the thread that makes it; all signals come there. Alone it works there too; those of a
/// Monitor work on a thread apart, and what they say here is what they said last.
class Sampler : public QObject {
    Q_OBJECT
public:
    /// Gives a connection to the server, open or new. Errors as of ssh::Client::connectTo(); Auth,
    /// HostKey, Invalid, NotFound, Refused and Unsupported end the tries.
    using Connect = std::function<Task<Result<std::shared_ptr<ssh::Session>>>(CancelToken)>;

    using Options = SamplerOptions;

    Sampler(QString server, Connect connect, Options options = {}, QObject* parent = nullptr);
    ~Sampler() override;

    /// Starts, or tries again at once.
    void start();
    /// Ends the remote program and leaves the connection to its other users.
    void stop();
    void setPace(Pace pace);
    /// The busiest and largest processes, once: processesRead() follows, or nothing when the
    /// connection breaks. Twice in a row gives their use of the processors in between.
    void askProcesses();

    [[nodiscard]] const QString& server() const;
    [[nodiscard]] SamplerState state() const;
    /// Why it is in that state, for people; empty when it samples.
    [[nodiscard]] QString reason() const;
    /// "mawk", "gawk", "busybox awk", "sftp": what answers there; empty as long as nothing does.
    [[nodiscard]] QString source() const;
    /// The next question follows after so long.
    [[nodiscard]] milliseconds interval() const;
    /// The last of each group; nothing before the first answer.
    [[nodiscard]] const Sample* sample() const;

Q_SIGNALS:
    void stateChanged(analemma::monitor::SamplerState state);
    void read(const analemma::monitor::Reading& reading);
    void processesRead(const std::vector<analemma::monitor::ProcessLoad>& processes);

private:
    friend class Monitor;
    struct Body;
    explicit Sampler(std::unique_ptr<Body> body);
    std::unique_ptr<Body> m_body;
};

}  // namespace analemma::monitor
