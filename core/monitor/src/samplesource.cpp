#include "core/monitor/src/samplesource.h"

#include "core/base/text.h"
#include "core/monitor/src/probe.h"
#include "core/monitor/src/samplesurvey.h"
#include "core/ssh/resident.h"

#include <QPointer>
#include <QRandomGenerator>
#include <QTimer>

using namespace Qt::StringLiterals;

namespace analemma::monitor {
namespace {

constexpr qsizetype limitNoise = 64 * 1024;  ///< of what start files of a login shell print
constexpr qsizetype limitAnswer = 512 * 1024;
constexpr qsizetype limitProcesses = 4 * 1024 * 1024;
constexpr qsizetype limitErrors = 64 * 1024;
constexpr milliseconds surveyPatience{20'000};

QByteArray freshMark()
{
    std::array<quint32, 4> random{};
    QRandomGenerator::system()->fillRange(random.data(), random.size());
    return QByteArray(reinterpret_cast<const char*>(random.data()), sizeof random).toHex();
}

using Session = std::shared_ptr<ssh::Session>;

ssh::ExecOptions surveyOptions()
{
    ssh::ExecOptions options;
    options.timeout = surveyPatience;
    options.limitBytes = limitAnswer;
    return options;
}

Task<Result<QByteArray>> surveyByShell(Session session, QString command, CancelToken cancel)
{
    auto running = ssh::runSmall(session, std::move(command), surveyOptions(), cancel);
    const Result<ssh::ExecResult> ran = co_await std::move(running);
    if (!ran) {
        co_return ran.error();
    }
    co_return surveyBlock(ran->output);
}

/// echo and the pattern are the shell's own: no process is started for the list.
Task<Result<QByteArrayList>> processIdsByShell(Session session, CancelToken cancel)
{
    auto running = ssh::runSmall(session, u"echo /proc/[0-9]*"_s, surveyOptions(), cancel);
    const Result<ssh::ExecResult> ran = co_await std::move(running);
    if (!ran) {
        co_return ran.error();
    }
    QByteArrayList ids;
    const QByteArrayList paths = ran->output.simplified().split(' ');
    for (const QByteArray& path : paths) {
        if (path.startsWith("/proc/")) {
            ids += path.sliced(6);
        }
    }
    co_return ids;
}

/// The remote awk on its channel.
class AwkSource final : public QObject, public SampleSource {
public:
    AwkSource(Session session, std::shared_ptr<ssh::Channel> channel);
    void close();
    /// Starts the program; the answer is that of the probe.
    [[nodiscard]] Promise<bool> greet();

    [[nodiscard]] QString name() const override { return m_name; }
    [[nodiscard]] quint64 pageBytes() const override { return m_probe.pageBytes; }
    void ask(const QByteArray& letters, const QByteArrayList& names, Answer answer) override;
    Task<Result<QByteArray>> survey(std::vector<Mount> mounts, CancelToken cancel) override;
    Task<Result<QByteArrayList>> processIds(CancelToken cancel) override;

private:
    void onOutput(const QByteArray& piece, bool isError);
    void onEnd(const ssh::ChannelEnd& end);
    void readGreeting();
    void readAnswerNow();
    void fail(const Error& error);

    const Session m_session;
    const std::shared_ptr<ssh::Channel> m_channel;
    const QByteArray m_mark = freshMark();
    std::optional<Promise<bool>> m_greeting;
    ProbeAnswer m_probe;
    QString m_name;  ///< of the awk there
    QByteArray m_in;
    qsizetype m_errors = 0;
    qsizetype m_limit = 0;
    quint64 m_number = 0;
    Answer m_answer;
};

AwkSource::AwkSource(Session session, std::shared_ptr<ssh::Channel> channel)
    : m_session(std::move(session)), m_channel(std::move(channel))
{
    connect(m_channel.get(), &ssh::Channel::output, this, &AwkSource::onOutput);
    connect(m_channel.get(), &ssh::Channel::ended, this, &AwkSource::onEnd);
}

void AwkSource::close()
{
    disconnect(m_channel.get(), nullptr, this, nullptr);
    m_answer = nullptr;
    m_greeting.reset();
    onBroken = nullptr;
    m_channel->close();
}

Promise<bool> AwkSource::greet()
{
    Promise<bool> greeting;
    m_greeting = greeting;
    m_channel->start();
    // What does not take it has ended, and says so now: a server may be done before it was asked.
    (void)m_channel->write(probeInput(m_mark));
    return greeting;
}

void AwkSource::ask(const QByteArray& letters, const QByteArrayList& names, Answer answer)
{
    m_answer = std::move(answer);
    m_in.clear();
    m_limit = letters.contains('P') ? limitProcesses : limitAnswer;
    if (!m_channel->write(request(++m_number, letters, names))) {
        // It does not read what was asked before, or it has ended and says so soon.
        fail(Error(ErrorKind::Network, u"the sampler there takes no questions"_s));
    }
}

void AwkSource::onOutput(const QByteArray& piece, bool isError)
{
    m_channel->taken(piece.size());
    if (isError) {
        m_errors += piece.size();
        if (m_errors > limitErrors) {
            fail(Error(ErrorKind::Protocol, u"the server floods the sampler with errors"_s));
        }
        return;
    }
    m_in += piece;
    if (m_greeting) {
        readGreeting();
    } else {
        readAnswerNow();
    }
}

void AwkSource::readGreeting()
{
    const auto probe = readProbe(m_in, m_mark);
    if (!probe) {
        if (m_in.size() > limitNoise) {
            fail(Error(ErrorKind::Unsupported, u"the login shell there talks without end"_s));
        }
        return;
    }
    m_probe = *probe;
    m_name = QString::fromLatin1(m_probe.awk);
    m_in.clear();
    if (m_probe.awk.isEmpty()) {
        fail(Error(ErrorKind::Unsupported, u"the server has no %1"_s.arg(
                                               displayText(QByteArrayView(m_probe.problem), 60))));
        return;
    }
    const Promise<bool> greeting = *m_greeting;
    m_greeting.reset();
    greeting.finish(true);
}

void AwkSource::readAnswerNow()
{
    if (!m_answer) {
        fail(Error(ErrorKind::Protocol, u"the server answers what nobody asked"_s));
        return;
    }
    if (auto lines = readAnswer(m_in, m_number)) {
        const QByteArray held = std::exchange(m_in, {});
        if (!*lines) {
            fail(lines->error());
        } else if (const Answer answer = std::exchange(m_answer, nullptr)) {
            answer(std::move(*lines));
        }
    } else if (m_in.size() > m_limit) {
        fail(Error(ErrorKind::Protocol, u"the server answers without end"_s));
    }
}

void AwkSource::onEnd(const ssh::ChannelEnd& end)
{
    if (end.error) {
        fail(*end.error);
    } else {
        fail(Error(m_greeting ? ErrorKind::Unsupported : ErrorKind::Network,
                   m_greeting ? u"the server has no shell that runs commands"_s
                              : u"the sampler there was ended"_s));
    }
}

void AwkSource::fail(const Error& error)
{
    const auto broken = onBroken;
    const Answer answer = std::exchange(m_answer, nullptr);
    const auto greeting = std::exchange(m_greeting, std::nullopt);
    m_in = {};
    close();
    if (greeting) {
        greeting->finish(error);
    } else if (answer) {
        answer(error);
    } else if (broken) {
        broken(error);
    }
}

Task<Result<QByteArray>> AwkSource::survey(std::vector<Mount> mounts, CancelToken cancel)
{
    return surveyByShell(m_session, surveyCommand(mounts), std::move(cancel));
}

Task<Result<QByteArrayList>> AwkSource::processIds(CancelToken cancel)
{
    return processIdsByShell(m_session, std::move(cancel));
}

std::shared_ptr<AwkSource> makeAwk(Session session, std::shared_ptr<ssh::Channel> channel)
{
    // It may be dropped by what it calls.
    return {new AwkSource(std::move(session), std::move(channel)), [](AwkSource* source) {
                source->close();
                source->deleteLater();
            }};
}

}  // namespace

Task<Result<Source>> openAwk(std::shared_ptr<ssh::Session> session, milliseconds patience,
                             CancelToken cancel)
{
    ssh::ShellOptions options;
    options.terminal = false;
    options.command = probeCommand();
    options.patient = true;
    auto opening = session->openShell(std::move(options), cancel);
    const Result<std::shared_ptr<ssh::Channel>> channel = co_await std::move(opening);
    if (!channel) {
        co_return channel.error();
    }
    const std::shared_ptr<AwkSource> source = makeAwk(session, *channel);
    const Promise<bool> greeting = source->greet();
    std::function<void()> stop = [greeting] { greeting.finish(cancelledError()); };
    const CancelToken::Registration registration = cancel.onCancel(std::move(stop));
    QTimer timer;
    timer.setSingleShot(true);
    QObject::connect(&timer, &QTimer::timeout, &timer, [greeting] {
        greeting.finish(Error(ErrorKind::Timeout, u"the server did not say in time what it has"_s));
    });
    timer.start(patience);
    auto future = greeting.future();
    const Result<bool> greeted = co_await future;
    if (!greeted) {
        co_return greeted.error();
    }
    co_return Source(source);
}

}  // namespace analemma::monitor
