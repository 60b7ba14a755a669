#include "core/monitor/src/samplerengine.h"

#include "core/base/text.h"
#include "core/monitor/src/pace.h"
#include "core/monitor/src/recycler.h"
#include "core/monitor/src/samplerstates.h"
#include "core/monitor/src/samplesource.h"
#include "core/monitor/src/samplesurvey.h"

#include <QRandomGenerator>

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

SamplerEngine::SamplerEngine(QString name, SamplerOptions given, Alarms* alarms, Tell tell)
    : server(std::move(name)),
      options(given),
      told(std::move(tell)),
      clock(given.clock != nullptr ? given.clock : &systemClock),
      interval(given.background),
      next(alarms,
           [this] {
               if (state == SamplerState::Lost) {
                   handle(SamplerEvent::RetryDue);
               } else {
                   dueAt = next.dueAt();
                   askNow();
               }
           }),
      watch(alarms, [this] { onWatch(); })
{
}

SamplerEngine::~SamplerEngine()
{
    drop();
}

// ---- states -------------------------------------------------------------------------------------

void SamplerEngine::handle(SamplerEvent event)
{
    const SamplerStep step = samplerStep(state, event);
    const bool isOther = step.to != state;
    state = step.to;
    if (state == SamplerState::Sampling || state == SamplerState::Stopped) {
        reason.clear();
    }
    act(step.act);
    const std::weak_ptr<bool> here = alive;
    if (isOther) {
        tell({});
    }
    if (step.act == SamplerAct::Connect && !here.expired() && !cancel.isCancelled()) {
        EngineEvent wish;
        wish.kind = EngineEvent::Kind::Connect;
        wish.cancel = cancel;
        tell(std::move(wish));
    }
}

/// The last thing to do: the engine may be gone after it.
void SamplerEngine::tell(EngineEvent event)
{
    event.news = {state, reason, source ? source->name() : QString(), interval};
    const Tell call = told;
    call(std::move(event));
}

void SamplerEngine::act(SamplerAct what)
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

void SamplerEngine::drop()
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

void SamplerEngine::retry()
{
    drop();
    backoff = std::clamp(backoff * 2, options.firstRetry, options.longestRetry);
    // So that servers that were lost together do not come back together.
    const double jitter = 0.8 + 0.4 * QRandomGenerator::global()->generateDouble();
    next.start(milliseconds(qint64(double(backoff.count()) * jitter)));
}

void SamplerEngine::breakUp(const Error& error)
{
    reason = error.message;
    handle(SamplerEvent::Broken);
}

// ---- to something that answers ------------------------------------------------------------------

void SamplerEngine::connectNow()
{
    drop();
    cancel = CancelToken();
}

void SamplerEngine::connected(const Result<Session>& connected, const CancelToken& token)
{
    if (token.isCancelled()) {
        return;
    }
    if (connected && *connected) {
        session = *connected;
        handle(SamplerEvent::Connected);
        return;
    }
    const Error error =
        connected ? Error(ErrorKind::Bug, u"no connection was given"_s) : connected.error();
    reason = error.hint.isEmpty() ? error.message : error.message + u". "_s + error.hint;
    handle(isDenied(error.kind) ? SamplerEvent::Denied : SamplerEvent::Failed);
}

void SamplerEngine::probe()
{
    then(openAwk(session, options.probePatience, cancel), this,
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

void SamplerEngine::openFiles()
{
    then(openFileSource(session, cancel), this,
         [this, token = cancel](const Result<Source>& opened) {
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

void SamplerEngine::onSource(const Result<Source>& opened)
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
void SamplerEngine::schedule()
{
    const qint64 now = Alarms::now();
    next.startAt(
        std::max(now, (asked.isValid() ? dueAt : now - interval.count()) + interval.count()));
}

QByteArray SamplerEngine::dueLetters()
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

void SamplerEngine::askNow()
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

void SamplerEngine::onWatch()
{
    if (state == SamplerState::Sampling) {
        handle(SamplerEvent::Late);
    } else if (state == SamplerState::Slow) {
        reason = u"the server has not answered for %1"_s.arg(durationText(options.patience));
        handle(SamplerEvent::Silent);
    }
}

void SamplerEngine::onAnswer(const Result<QByteArray>& answer)
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

void SamplerEngine::take(const QByteArray& block)
{
    latency = milliseconds(asked.elapsed());
    thread_local Recycler<Sample> samples;
    thread_local Recycler<Reading> readings;
    const std::shared_ptr<Sample> now = samples.take();
    if (sample) {
        *now = *sample;
    } else {
        *now = Sample();
    }
    now->readAt[std::size_t(Group::Uptime)].reset();
    readBlock(block, *now);
    if (!now->at(Group::Uptime)) {
        breakUp(Error(ErrorKind::Protocol, u"the server does not say how long it is up"_s));
        return;
    }
    if (!surveyed.isEmpty()) {
        readBlock(std::exchange(surveyed, {}), *now);
    }
    const std::shared_ptr<Reading> reading = readings.take();
    reading->server = server;
    reading->time = askedAt.addMSecs(latency.count() / 2);
    lastRead = reading->time;
    reading->latency = latency;
    reading->figures =
        figures(sample.get(), *now, kLongestInterval, std::move(reading->figures.points));
    reading->figures.points.push_back({Metric::SampleLatency, {}, double(latency.count())});
    if (const auto offset = std::exchange(clockOffset, std::nullopt)) {
        reading->figures.points.push_back({Metric::ClockOffset, {}, *offset});
    }
    const bool hasMounts = now->at(Group::Mounts) == now->uptime;
    sample = now;
    const double cores = std::max<double>(1, double(sample->cores.size()));
    interval = nextInterval(options, pace, latency, sample->load[0] / cores);
    backoff = milliseconds(0);
    if (hasMounts) {
        survey();
    }
    EngineEvent event;
    event.kind = EngineEvent::Kind::Read;
    event.reading = reading;
    event.sample = sample;
    const std::weak_ptr<bool> here = alive;
    handle(SamplerEvent::Answered);
    if (!here.expired()) {
        tell(std::move(event));
    }
}

// ---- what takes processes there -----------------------------------------------------------------

void SamplerEngine::survey()
{
    if (isSurveying) {
        return;
    }
    isSurveying = true;
    then(source->survey(sample->mounts, cancel), this,
         [this, token = cancel](const Result<QByteArray>& block) {
             if (!token.isCancelled()) {
                 isSurveying = false;
                 if (block) {  // else the next one may do better
                     onSurvey(*block);
                 }
             }
         });
}

void SamplerEngine::onSurvey(const QByteArray& block)
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

void SamplerEngine::listPids()
{
    then(source->processIds(cancel), this,
         [this, token = cancel](const Result<QByteArrayList>& ids) {
             if (!token.isCancelled()) {
                 wantsProcesses = false;
                 pids = ids ? onlyPids(*ids) : QByteArrayList();
                 if (!isAsking && !pids.isEmpty()) {
                     askNow();  // else after the answer that is due
                 }
             }
         });
}

void SamplerEngine::takeProcesses(const QByteArray& block)
{
    Sample now;
    readBlock(block, now);
    ProcessLoads loads = processLoads(processes ? &*processes : nullptr, now, source->pageBytes());
    processes = std::move(now);
    EngineEvent event;
    event.kind = EngineEvent::Kind::Processes;
    event.processes = std::make_shared<const ProcessLoads>(std::move(loads));
    const std::weak_ptr<bool> here = alive;
    handle(SamplerEvent::Answered);
    if (!here.expired()) {
        tell(std::move(event));
    }
}

// ---- orders -------------------------------------------------------------------------------------

void SamplerEngine::start()
{
    backoff = milliseconds(0);
    handle(SamplerEvent::Start);
}

void SamplerEngine::stop()
{
    handle(SamplerEvent::Stop);
}

void SamplerEngine::setPace(Pace wanted)
{
    if (wanted == pace) {
        return;
    }
    pace = wanted;
    interval = pace == Pace::Watched ? options.watched : options.background;
    if (state == SamplerState::Sampling && !isAsking) {
        schedule();
    }
    tell({});
}

void SamplerEngine::askProcesses()
{
    if (!wantsProcesses && source) {
        wantsProcesses = true;
        listPids();
    }
}

}  // namespace analemma::monitor
