#include "core/monitor/src/samplerengine.h"
#include "tests/fuzz/fuzz.h"
#include "tests/ssh/played_session.h"

#include <QDeadlineTimer>

#include <cmath>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::monitor;

namespace {

/// "m=0123...; ${m}4567..." of what the sampler sends first.
QByteArray markOf(const QByteArray& sent)
{
    const qsizetype second = sent.indexOf("${m}");
    return second < 0 ? QByteArray() : sent.mid(2, 16) + sent.mid(second + 4, 16);
}

/// Whole pieces of what a server says; '#' in them is the number of the question.
class Server {
public:
    explicit Server(QByteArrayView script) : m_rest(script) {}
    [[nodiscard]] bool isDone() const { return m_rest.isEmpty(); }
    QByteArray next(int number)
    {
        const qsizetype end = m_rest.indexOf('\xff');
        QByteArray piece = (end < 0 ? m_rest : m_rest.first(end)).toByteArray();
        m_rest = end < 0 ? QByteArrayView() : m_rest.sliced(end + 1);
        piece.replace('#', QByteArray::number(number));
        return piece;
    }

private:
    QByteArrayView m_rest;
};

struct Heard {
    int readings = 0;
    std::optional<milliseconds> uptime;
};

void lookAt(const EngineEvent& event, Heard& heard)
{
    fuzz::promise(event.news.reason.size() <= 1'000 && event.news.source.size() <= 200,
                  "what is told is short");
    if (event.kind != EngineEvent::Kind::Read) {
        return;
    }
    ++heard.readings;
    fuzz::promise(event.sample != nullptr && event.reading != nullptr, "a reading has both");
    fuzz::promise(event.reading->figures.points.size() <= 20'000, "figures are bounded");
    for (const Point& point : event.reading->figures.points) {
        fuzz::promise(std::isfinite(point.value), "a figure is a number");
    }
    fuzz::promise(event.news.interval.count() >= 0 && event.news.interval.count() <= 60'000,
                  "nobody makes us wait for ever");
}

}  // namespace

/// A whole conversation of a sampler with a server: the first byte says whether it greets as it
/// should; pieces end with 0xff, and each comes by itself.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size < 1) {
        return 0;
    }
    test::runPosted();
    const QByteArray bytes = fuzz::bytesOf(data + 1, size - 1);
    Alarms alarms(milliseconds(1));
    const auto session = std::make_shared<test::PlayedSession>();
    SamplerOptions options;
    options.watched = milliseconds(1);
    options.firstRetry = milliseconds(60'000);
    Heard heard;
    CancelToken token;
    bool wantsConnection = false;
    SamplerEngine engine(u"one"_s, options, &alarms, [&](const EngineEvent& event) {
        lookAt(event, heard);
        if (event.kind == EngineEvent::Kind::Connect) {
            token = *event.cancel;
            wantsConnection = true;
        }
    });
    engine.setPace(Pace::Watched);
    engine.start();
    fuzz::promise(wantsConnection, "it connects at once");
    engine.connected(std::shared_ptr<ssh::Session>(session), token);
    test::runPosted();
    fuzz::promise(session->channels.size() == 1, "and opens a channel");
    const std::shared_ptr<test::PlayedChannel> channel = session->channels.front();
    Server server(bytes);
    session->execOutput = bytes.left(200);
    const QByteArray mark = markOf(channel->written);
    fuzz::promise(mark.size() == 32, "it says a mark");
    if (data[0] % 2 == 0) {
        channel->say(mark + " ok 4096 mawk\n");
    }
    channel->written.clear();
    int number = 0;
    int answered = -1;
    for (int turn = 0; turn < 64 && !server.isDone() && !channel->isClosed; ++turn) {
        // The next question is due a millisecond after an answer.
        const QDeadlineTimer deadline(answered < heard.readings ? 20 : 0);
        answered = heard.readings;
        do {
            test::runPosted();
        } while (!deadline.hasExpired() && !channel->written.contains('\n'));
        if (channel->written.contains('\n')) {
            number = channel->written.split(' ').first().toInt();
            channel->written.clear();
        }
        channel->say(server.next(number));
        if (turn == 10) {
            engine.askProcesses();
        }
    }
    fuzz::promise(heard.readings <= 64, "no answer counts twice");
    return 0;
}
