#pragma once

#include "core/monitor/sampler.h"
#include "core/monitor/src/alarms.h"
#include "core/monitor/src/samplerstates.h"
#include "core/monitor/src/samplesource.h"

#include <QElapsedTimer>

/// What works for a Sampler, on whatever thread: asks, parses, and makes figures. The Sampler is
/// told what became of it.
namespace analemma::monitor {

/// What a Sampler shows.
struct SamplerNews {
    SamplerState state = SamplerState::Stopped;
    QString reason;
    QString source;
    milliseconds interval{0};
};

using ProcessLoads = std::vector<ProcessLoad>;

/// Something that happened; with how things are since.
struct EngineEvent {
    enum class Kind {
        State,
        Read,
        Processes,
        Connect,  ///< it needs a connection; SamplerEngine::connected() with this token
    };
    Kind kind = Kind::State;
    SamplerNews news;
    std::shared_ptr<const Reading> reading;
    std::shared_ptr<const Sample> sample;
    std::shared_ptr<const ProcessLoads> processes;
    std::optional<CancelToken> cancel;  ///< with Connect
};

/// For the thread that makes it.
class SamplerEngine : public QObject {
public:
    using Session = std::shared_ptr<ssh::Session>;
    /// May end the engine.
    using Tell = std::function<void(EngineEvent)>;

    /// `alarms` outlive it.
    SamplerEngine(QString server, SamplerOptions options, Alarms* alarms, Tell tell);
    ~SamplerEngine() override;

    void start();
    void stop();
    void setPace(Pace pace);
    void askProcesses();
    /// The answer to EngineEvent::Connect.
    void connected(const Result<Session>& session, const CancelToken& token);

private:
    void handle(SamplerEvent event);
    void tell(EngineEvent event);
    void act(SamplerAct what);
    void connectNow();
    void probe();
    void onSource(const Result<Source>& opened);
    void openFiles();
    void schedule();
    void askNow();
    [[nodiscard]] QByteArray dueLetters();
    void onAnswer(const Result<QByteArray>& answer);
    void take(const QByteArray& block);
    void survey();
    void onSurvey(const QByteArray& block);
    void listPids();
    void takeProcesses(const QByteArray& block);
    void onWatch();
    void retry();
    void drop();
    void breakUp(const Error& error);

    const QString server;
    const SamplerOptions options;
    const Tell told;
    const SystemClock systemClock;
    const Clock* const clock;

    SamplerState state = SamplerState::Stopped;
    QString reason;
    Pace pace = Pace::Background;
    milliseconds interval;
    CancelToken cancel;  ///< of the connection and all on it
    Session session;
    Source source;
    Alarm next;   ///< of the next question, or the next try
    Alarm watch;  ///< over the one that is asked
    QElapsedTimer asked;
    qint64 dueAt = 0;         ///< when that question was due, by Alarms::now()
    milliseconds latency{0};  ///< of the last answer
    bool isAsking = false;
    bool isForProcesses = false;
    QDateTime askedAt;
    QDateTime lastRead;  ///< when the last sample was read there, by our clock
    QElapsedTimer slowGroups;
    QElapsedTimer surveys;
    bool isSurveying = false;
    QByteArray surveyed;  ///< lines for the next answer
    std::optional<double> clockOffset;
    bool wantsProcesses = false;
    QByteArrayList pids;
    milliseconds backoff{0};
    int silentProbes = 0;
    std::shared_ptr<const Sample> sample;
    std::optional<Sample> processes;
    const std::shared_ptr<bool> alive = std::make_shared<bool>(true);
};

}  // namespace analemma::monitor
