#include "core/monitor/sampler.h"

#include "core/monitor/src/samplerbody.h"

namespace analemma::monitor {
namespace {

/// The engine on the Sampler's own thread.
class OwnSeat final : public EngineSeat {
public:
    OwnSeat(const QString& server, const SamplerOptions& options, SamplerEngine::Tell tell)
        : m_engine(server, options, &m_alarms, std::move(tell))
    {
    }
    void give(Order order) override { order(m_engine); }

private:
    Alarms m_alarms{milliseconds(1)};
    SamplerEngine m_engine;
};

}  // namespace

Sampler::Body::Body(QString name, Connect connect, SamplerOptions given)
    : server(std::move(name)), connecting(std::move(connect)), options(given)
{
    news.interval = given.background;
}

void Sampler::Body::take(const EngineEvent& event)
{
    const bool isOther = news.state != event.news.state;
    news = event.news;
    switch (event.kind) {
        case EngineEvent::Kind::State:
            if (isOther) {
                Q_EMIT q->stateChanged(news.state);
            }
            break;
        case EngineEvent::Kind::Read: {
            sample = event.sample;
            const std::shared_ptr<const Reading> reading = event.reading;
            Q_EMIT q->read(*reading);
            break;
        }
        case EngineEvent::Kind::Processes: {
            const std::shared_ptr<const ProcessLoads> processes = event.processes;
            Q_EMIT q->processesRead(*processes);
            break;
        }
        case EngineEvent::Kind::Connect:
            connectNow(*event.cancel);
            break;
    }
}

void Sampler::Body::connectNow(const CancelToken& token)
{
    if (token.isCancelled()) {
        return;
    }
    then(connecting(token), q, [this, token](const Result<SamplerEngine::Session>& connected) {
        if (seat) {
            seat->give(
                [connected, token](SamplerEngine& engine) { engine.connected(connected, token); });
        }
    });
}

// ---- face ---------------------------------------------------------------------------------------

Sampler::Sampler(QString server, Connect connect, Options options, QObject* parent)
    : QObject(parent),
      m_body(std::make_unique<Body>(std::move(server), std::move(connect), options))
{
    m_body->q = this;
    m_body->seat = std::make_unique<OwnSeat>(
        m_body->server, options,
        [body = m_body.get()](const EngineEvent& event) { body->take(event); });
}

Sampler::Sampler(std::unique_ptr<Body> body) : m_body(std::move(body))
{
    m_body->q = this;
}

Sampler::~Sampler()
{
    m_body->seat.reset();
}

void Sampler::start()
{
    m_body->seat->give([](SamplerEngine& engine) { engine.start(); });
}

void Sampler::stop()
{
    m_body->seat->give([](SamplerEngine& engine) { engine.stop(); });
}

void Sampler::setPace(Pace pace)
{
    m_body->seat->give([pace](SamplerEngine& engine) { engine.setPace(pace); });
}

void Sampler::askProcesses()
{
    m_body->seat->give([](SamplerEngine& engine) { engine.askProcesses(); });
}

const QString& Sampler::server() const
{
    return m_body->server;
}

SamplerState Sampler::state() const
{
    return m_body->news.state;
}

QString Sampler::reason() const
{
    return m_body->news.reason;
}

QString Sampler::source() const
{
    return m_body->news.source;
}

milliseconds Sampler::interval() const
{
    return m_body->news.interval;
}

const Sample* Sampler::sample() const
{
    return m_body->sample.get();
}

}  // namespace analemma::monitor
