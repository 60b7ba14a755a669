#include "core/monitor/sampler.h"

#include "core/base/text.h"
#include "core/monitor/src/pace.h"
#include "core/monitor/src/samplerstates.h"
#include "core/monitor/src/samplesource.h"
#include "core/monitor/src/samplesurvey.h"

#include <QElapsedTimer>
#include <QPointer>
#include <QRandomGenerator>
#include <QTimer>

using namespace Qt::StringLiterals;

namespace analemma::monitor {
namespace {

using Session = std::shared_ptr<ssh::Session>;

constexpr milliseconds slowGroupsEvery{5'000};
constexpr int mostPids = 4096;

/// No other try helps as long as nothing changes.
bool isDenied(ErrorKind kind)
{
    switch (kind) {
        case ErrorKind::Auth:
        case ErrorKind::HostKey:
        case ErrorKind::Invalid:
        case ErrorKind::NotFound:
        case ErrorKind::Refused:
        case ErrorKind::Unsupported:
            return true;
        default:
            return false;
    }
}

/// Those that are ids, and not too many.
QByteArrayList onlyPids(const QByteArrayList& words)
{
    QByteArrayList pids;
    for (const QByteArray& word : words) {
        const bool isPid =
            !word.isEmpty() && word.size() <= 10 &&
            std::all_of(word.begin(), word.end(), [](char c) { return c >= '0' && c <= '9'; });
        if (isPid && pids.size() < mostPids) {
            pids += word;
        }
    }
    return pids;
}

}  // namespace

struct Sampler::Body {
    Body(Sampler* sampler, QString name, Connect connecting, Options given);
    void handle(SamplerEvent event);
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

    Sampler* const q;
    const QString server;
    const Connect connecting;
    const Options options;
    const SystemClock systemClock;
    const Clock* const clock;

    SamplerState state = SamplerState::Stopped;
    QString reason;
    Pace pace = Pace::Background;
    milliseconds interval;
    CancelToken cancel;  ///< of the connection and all on it
    Session session;
    Source source;
    QTimer next;   ///< of the next question, or the next try
    QTimer watch;  ///< over the one that is asked
    QElapsedTimer asked;
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
    std::optional<Sample> sample;
    std::optional<Sample> processes;
};

Sampler::Body::Body(Sampler* sampler, QString name, Connect connectingTo, Options given)
    : q(sampler),
      server(std::move(name)),
      connecting(std::move(connectingTo)),
      options(given),
      clock(given.clock != nullptr ? given.clock : &systemClock),
      interval(given.background)
{
    next.setSingleShot(true);
    watch.setSingleShot(true);
    QObject::connect(&next, &QTimer::timeout, q, [this] {
        if (state == SamplerState::Lost) {
            handle(SamplerEvent::RetryDue);
        } else {
            askNow();
        }
    });
    QObject::connect(&watch, &QTimer::timeout, q, [this] { onWatch(); });
}

// ---- states -------------------------------------------------------------------------------------

void Sampler::Body::handle(SamplerEvent event)
{
    const SamplerStep step = samplerStep(state, event);
    const bool isOther = step.to != state;
    state = step.to;
    if (state == SamplerState::Sampling || state == SamplerState::Stopped) {
        reason.clear();
    }
    act(step.act);
    if (isOther) {
        Q_EMIT q->stateChanged(step.to);
    }
}

void Sampler::Body::act(SamplerAct what)
{
    switch (what) {
        case SamplerAct::Nothing:
            break;
        case SamplerAct::Connect:
            connectNow();
            break;
        case SamplerAct::Probe:
            probe();
            break;
        case SamplerAct::OpenFiles:
            openFiles();
            break;
        case SamplerAct::Schedule:
            schedule();
            break;
        case SamplerAct::Wait:
            reason = u"the server has not answered for %1"_s.arg(
                durationText(milliseconds(asked.elapsed())));
            watch.start(
                std::max(milliseconds(0), options.patience - milliseconds(asked.elapsed())));
            break;
        case SamplerAct::Retry:
            retry();
            break;
        case SamplerAct::Close:
            drop();
            break;
    }
}

void Sampler::Body::drop()
{
    cancel.cancel();
    next.stop();
    watch.stop();
    source.reset();
    session.reset();
    isAsking = isSurveying = wantsProcesses = false;
    surveyed.clear();
    pids.clear();
    processes.reset();
}

void Sampler::Body::retry()
{
    drop();
    backoff = std::clamp(backoff * 2, options.firstRetry, options.longestRetry);
    // So that servers that were lost together do not come back together.
    const double jitter = 0.8 + 0.4 * QRandomGenerator::global()->generateDouble();
    next.start(milliseconds(qint64(double(backoff.count()) * jitter)));
}

void Sampler::Body::breakUp(const Error& error)
{
    reason = error.message;
    handle(SamplerEvent::Broken);
}

// ---- to something that answers ------------------------------------------------------------------

void Sampler::Body::connectNow()
{
    drop();
    cancel = CancelToken();
    then(connecting(cancel), q, [this, token = cancel](Result<Session> connected) {
        if (token.isCancelled()) {
            return;
        }
        if (connected && *connected) {
            session = std::move(*connected);
            handle(SamplerEvent::Connected);
            return;
        }
        const Error error =
            connected ? Error(ErrorKind::Bug, u"no connection was given"_s) : connected.error();
        reason = error.hint.isEmpty() ? error.message : error.message + u". "_s + error.hint;
        handle(isDenied(error.kind) ? SamplerEvent::Denied : SamplerEvent::Failed);
    });
}

void Sampler::Body::probe()
{
    then(openAwk(session, options.probePatience, cancel), q,
         [this, token = cancel](const Result<Source>& opened) {
             if (token.isCancelled()) {
                 return;
             }
             const bool isSilent = !opened && opened.error().kind == ErrorKind::Timeout;
             silentProbes = isSilent ? silentProbes + 1 : 0;
             const bool noShell = !opened && opened.error().kind == ErrorKind::Unsupported;
             if (noShell || silentProbes > 1) {
                 silentProbes = 0;
                 reason = opened.error().message;
                 handle(SamplerEvent::NoShell);
             } else {
                 onSource(opened);
             }
         });
}

void Sampler::Body::openFiles()
{
    then(openFileSource(session, cancel), q, [this, token = cancel](const Result<Source>& opened) {
        if (token.isCancelled()) {
            return;
        }
        if (!opened && isDenied(opened.error().kind)) {
            reason += u"; "_s + opened.error().message;
            handle(SamplerEvent::NoSource);
        } else {
            onSource(opened);
        }
    });
}

void Sampler::Body::onSource(const Result<Source>& opened)
{
    if (!opened) {
        breakUp(opened.error());
        return;
    }
    source = *opened;
    source->onBroken = [this](const Error& error) { breakUp(error); };
    asked.invalidate();
    slowGroups.invalidate();
    surveys.invalidate();
    interval = milliseconds(0);
    handle(SamplerEvent::Ready);
}

// ---- questions and answers ----------------------------------------------------------------------

/// The next question is due an interval after the last one; those that would have been due before
/// now are left out.
void Sampler::Body::schedule()
{
    const milliseconds since(asked.isValid() ? asked.elapsed() : interval.count());
    next.start(std::max(milliseconds(0), interval - since));
}

QByteArray Sampler::Body::dueLetters()
{
    QByteArray letters = "usmlpdn";
    if (!slowGroups.isValid() || slowGroups.elapsed() + 100 >= slowGroupsEvery.count()) {
        slowGroups.start();
        letters += "vfkC";
    }
    if (!surveys.isValid() || surveys.elapsed() >= options.surveyEvery.count()) {
        surveys.start();
        letters += "brM";
    }
    return letters;
}

void Sampler::Body::askNow()
{
    if (!source || isAsking) {
        return;
    }
    isAsking = true;
    isForProcesses = !pids.isEmpty();
    if (!isForProcesses) {
        asked.start();
    }
    askedAt = clock->now();
    const QByteArray letters = isForProcesses ? QByteArray("uP") : dueLetters();
    QByteArrayList names;
    if (isForProcesses) {
        names = std::exchange(pids, {});
    } else if (letters.contains('C') && sample) {
        names = QByteArrayList(sample->controlNames.begin(), sample->controlNames.end());
    }
    watch.start(std::max({options.watched, interval, milliseconds(1'000)}));
    source->ask(letters, names, [this](const Result<QByteArray>& answer) { onAnswer(answer); });
}

void Sampler::Body::onWatch()
{
    if (state == SamplerState::Sampling) {
        handle(SamplerEvent::Late);
    } else if (state == SamplerState::Slow) {
        reason = u"the server has not answered for %1"_s.arg(durationText(options.patience));
        handle(SamplerEvent::Silent);
    }
}

void Sampler::Body::onAnswer(const Result<QByteArray>& answer)
{
    isAsking = false;
    watch.stop();
    if (!answer) {
        breakUp(answer.error());
        return;
    }
    if (isForProcesses) {
        takeProcesses(*answer);
    } else {
        take(*answer);
    }
}

void Sampler::Body::take(const QByteArray& block)
{
    latency = milliseconds(asked.elapsed());
    Sample now = sample.value_or(Sample());
    now.readAt[std::size_t(Group::Uptime)].reset();
    readBlock(block, now);
    if (!now.at(Group::Uptime)) {
        breakUp(Error(ErrorKind::Protocol, u"the server does not say how long it is up"_s));
        return;
    }
    readBlock(std::exchange(surveyed, {}), now);
    Reading reading;
    reading.server = server;
    reading.time = askedAt.addMSecs(latency.count() / 2);
    lastRead = reading.time;
    reading.latency = latency;
    reading.figures = figures(sample ? &*sample : nullptr, now);
    reading.figures.points.push_back({Metric::SampleLatency, {}, double(latency.count())});
    if (const auto offset = std::exchange(clockOffset, std::nullopt)) {
        reading.figures.points.push_back({Metric::ClockOffset, {}, *offset});
    }
    const bool hasMounts = now.at(Group::Mounts) == now.uptime;
    sample = std::move(now);
    const double cores = std::max<double>(1, double(sample->cores.size()));
    interval = nextInterval(options, pace, latency, sample->load[0] / cores);
    backoff = milliseconds(0);
    if (hasMounts) {
        survey();
    }
    const QPointer<Sampler> alive(q);
    handle(SamplerEvent::Answered);
    if (alive) {
        Q_EMIT q->read(reading);
    }
}

// ---- what takes processes there -----------------------------------------------------------------

void Sampler::Body::survey()
{
    if (isSurveying) {
        return;
    }
    isSurveying = true;
    then(source->survey(sample->mounts, cancel), q,
         [this, token = cancel](const Result<QByteArray>& block) {
             if (!token.isCancelled()) {
                 isSurveying = false;
                 if (block) {  // else the next one may do better
                     onSurvey(*block);
                 }
             }
         });
}

void Sampler::Body::onSurvey(const QByteArray& block)
{
    surveyed = block;
    Sample read;
    readBlock(surveyed, read);
    const auto seconds = [](const QDateTime& time) {
        return double(time.toMSecsSinceEpoch()) / 1000;
    };
    if (read.timeOfDay) {
        clockOffset = *read.timeOfDay + double(latency.count()) / 2000 - seconds(clock->now());
    } else if (const auto there = sample->clockSeconds()) {
        clockOffset = double(*there) + 0.5 - seconds(lastRead);  // true to half a second
    }
}

void Sampler::Body::listPids()
{
    then(source->processIds(cancel), q, [this, token = cancel](const Result<QByteArrayList>& ids) {
        if (!token.isCancelled()) {
            wantsProcesses = false;
            pids = ids ? onlyPids(*ids) : QByteArrayList();
            if (!isAsking && !pids.isEmpty()) {
                askNow();  // else after the answer that is due
            }
        }
    });
}

void Sampler::Body::takeProcesses(const QByteArray& block)
{
    Sample now;
    readBlock(block, now);
    const std::vector<ProcessLoad> loads =
        processLoads(processes ? &*processes : nullptr, now, source->pageBytes());
    processes = std::move(now);
    const QPointer<Sampler> alive(q);
    handle(SamplerEvent::Answered);
    if (alive) {
        Q_EMIT q->processesRead(loads);
    }
}

// ---- face ---------------------------------------------------------------------------------------

Sampler::Sampler(QString server, Connect connect, Options options, QObject* parent)
    : QObject(parent),
      m_body(std::make_unique<Body>(this, std::move(server), std::move(connect), options))
{
}

Sampler::~Sampler()
{
    m_body->drop();
}

void Sampler::start()
{
    m_body->backoff = milliseconds(0);
    m_body->handle(SamplerEvent::Start);
}

void Sampler::stop()
{
    m_body->handle(SamplerEvent::Stop);
}

void Sampler::setPace(Pace pace)
{
    if (pace == m_body->pace) {
        return;
    }
    m_body->pace = pace;
    m_body->interval = pace == Pace::Watched ? m_body->options.watched : m_body->options.background;
    if (m_body->state == SamplerState::Sampling && !m_body->isAsking) {
        m_body->schedule();
    }
}

void Sampler::askProcesses()
{
    if (!m_body->wantsProcesses && m_body->source) {
        m_body->wantsProcesses = true;
        m_body->listPids();
    }
}

const QString& Sampler::server() const
{
    return m_body->server;
}

SamplerState Sampler::state() const
{
    return m_body->state;
}

QString Sampler::reason() const
{
    return m_body->reason;
}

QString Sampler::source() const
{
    return m_body->source ? m_body->source->name() : QString();
}

milliseconds Sampler::interval() const
{
    return m_body->interval;
}

const Sample* Sampler::sample() const
{
    return m_body->sample ? &*m_body->sample : nullptr;
}

}  // namespace analemma::monitor
