#include "core/monitor/notify.h"

#include "core/base/text.h"
#include "core/monitor/src/alertkept.h"
#include "core/monitor/src/notifybody.h"

#include <QJsonDocument>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::monitor {
namespace {

const QString kDesktop = u"desktop"_s;
constexpr milliseconds kTakeOverEvery{30'000};
constexpr qsizetype kMostOutput = 64 * 1024;

const ProcessIdentity& notifyingProcess()
{
    static const ProcessIdentity identity = ownIdentity();
    return identity;
}

/// The last line that a program said, for people.
QString lastLine(const QByteArray& output)
{
    return displayText(QByteArrayView(output.trimmed().split('\n').constLast()), 300);
}

/// A program of the user's own, with the notice on its stdin.
Task<Result<void>> runHook(Channel channel, Notice notice, CancelToken cancel)
{
    if (channel.command.isEmpty()) {
        co_return Error(ErrorKind::Invalid, u"no command is named"_s);
    }
    ProcessSpec spec(channel.command.constFirst(), channel.command.mid(1));
    spec.environment.emplace_back(u"ANALEMMA_NOTICE"_s, notice.id);
    spec.environment.emplace_back(u"ANALEMMA_NOTICE_KIND"_s, toString(notice.kind));
    spec.input = QJsonDocument(notice.toJson()).toJson(QJsonDocument::Compact) + '\n';
    spec.timeout = channel.timeout;
    spec.limitBytes = kMostOutput;
    spec.mergeErrors = true;
    auto running = runProcess(std::move(spec), cancel);
    const Result<ProcessResult> ran = co_await std::move(running);
    if (!ran) {
        co_return ran.error();
    }
    if (!ran->ok()) {
        const QString said = lastLine(ran->output);
        co_return Error(ErrorKind::Failed,
                        said.isEmpty() ? ran->endText() : ran->endText() + u": "_s + said);
    }
    co_return Result<void>();
}

Notice madeUp(const QString& channel, qint64 now)
{
    Notice notice;
    notice.id = newId();
    notice.rule = u"test"_s;
    notice.severity = Severity::Info;
    notice.channels = QStringList{channel};
    notice.time = now;
    notice.title = u"This is a test of the channel %1"_s.arg(channel);
    notice.text = u"Nothing is wrong: somebody tried whether notices arrive."_s;
    return notice;
}

Error noChannel(const QString& name)
{
    return Error(ErrorKind::NotFound, u"there is no channel named %1"_s.arg(displayText(name, 80)));
}

/// A channel alone, sent to at once, whatever waits for it.
Task<Result<void>> tryChannel(std::shared_ptr<Notifier::Body> body, QString name)
{
    const auto found = body->lines.find(name);
    if (found == body->lines.end()) {
        co_return noChannel(name);
    }
    const Channel channel = found->second.channel;
    const Notice notice = madeUp(name, body->clock->now().toMSecsSinceEpoch());
    auto sending = Notifier::Body::send(body, channel, notice, body->scope.token());
    const Result<void> sent = co_await std::move(sending);
    const auto still = body->lines.find(name);
    if (sent && still != body->lines.end() && !still->second.problem.isEmpty()) {
        still->second.problem.clear();
        body->changed();
    }
    co_return sent;
}

}  // namespace

QString toString(ChannelKind kind)
{
    switch (kind) {
        case ChannelKind::Desktop:
            return kDesktop;
        case ChannelKind::Command:
            return u"command"_s;
        case ChannelKind::Webhook:
            return u"webhook"_s;
        case ChannelKind::Mail:
            return u"email"_s;
    }
    return {};
}

milliseconds retryAfter(const NotifierOptions& options, int failures)
{
    if (options.retries.isEmpty()) {
        return milliseconds(1000);
    }
    return options.retries[std::clamp<qsizetype>(failures - 1, 0, options.retries.size() - 1)];
}

void Notifier::Body::changed()
{
    if (owner != nullptr) {
        Q_EMIT owner->changed();
    }
}

Task<Result<void>> Notifier::Body::send(std::shared_ptr<Body> body, Channel channel, Notice notice,
                                        CancelToken cancel)
{
    switch (channel.kind) {
        case ChannelKind::Desktop:
            break;
        case ChannelKind::Command:
            return runHook(std::move(channel), std::move(notice), std::move(cancel));
        case ChannelKind::Webhook:
            return sendWebhook(body->http, body->secrets, std::move(channel), std::move(notice),
                               std::move(cancel));
        case ChannelKind::Mail:
            return sendMail(body->http, body->secrets, std::move(channel), std::move(notice),
                            std::move(cancel));
    }
    std::function<Result<void>()> nothing = [] { return Result<void>(); };
    if (body->owner != nullptr) {
        Q_EMIT body->owner->desktop(notice);
    }
    return onWorker<void>(std::move(nothing));
}

Task<Result<void>> Notifier::Body::acknowledge(std::shared_ptr<Body> body, QString notice,
                                               QString channel, QString failure)
{
    std::function<Result<void>(store::Transaction&)> job = [=](store::Transaction& t) {
        return kept::acknowledge(t, notice, channel, failure);
    };
    auto writing = body->store->write<void>(std::move(job));
    const Result<void> written = co_await std::move(writing);
    if (written && failure.isEmpty() && body->owner != nullptr) {
        Q_EMIT body->owner->delivered(notice, channel);
    }
    co_return written;
}

void Notifier::Body::giveUp(const QString& notice, const QString& channel, const QString& why)
{
    scope.run(acknowledge(shared_from_this(), notice, channel, why));
}

void Notifier::Body::enqueue(const Notice& notice, const QString& channel)
{
    const auto found = lines.find(channel);
    if (found == lines.end()) {
        giveUp(notice.id, channel, noChannel(channel).message);
        return;
    }
    ChannelLine& line = found->second;
    if (notice.severity < line.channel.least) {
        giveUp(notice.id, channel, u"not grave enough for it"_s);
        return;
    }
    const bool known = std::any_of(line.queue.begin(), line.queue.end(),
                                   [&](const Notice& one) { return one.id == notice.id; });
    if (known) {
        return;
    }
    line.queue.push_back(notice);
    // The first one may be on its way.
    while (int(line.queue.size()) > std::max(2, options.queue)) {
        giveUp(line.queue[1].id, channel, u"too many wait"_s);
        line.queue.erase(line.queue.begin() + 1);
        line.problem = u"more than %1 notices wait: the oldest were given up"_s.arg(options.queue);
    }
    pump(channel);
}

void Notifier::Body::pump(const QString& channel)
{
    const auto found = lines.find(channel);
    if (found != lines.end() && !found->second.busy && !found->second.queue.empty()) {
        found->second.busy = true;
        scope.run(work(shared_from_this(), channel));
    }
}

/// One after the other, until none waits. Looked up again after each wait: channels may change.
Task<Result<void>> Notifier::Body::work(std::shared_ptr<Body> body, QString channel)
{
    const CancelToken cancel = body->scope.token();
    while (!cancel.isCancelled()) {
        const auto found = body->lines.find(channel);
        if (found == body->lines.end() || found->second.queue.empty()) {
            break;
        }
        const Notice notice = found->second.queue.front();
        auto sending = send(body, found->second.channel, notice, cancel);
        const Result<void> sent = co_await std::move(sending);
        if (cancel.isCancelled()) {
            break;  // it is kept, and sent again at the next start
        }
        const auto still = body->lines.find(channel);
        if (still == body->lines.end()) {
            break;
        }
        ChannelLine& line = still->second;
        const qint64 now = body->clock->now().toMSecsSinceEpoch();
        const bool late = now - notice.time > body->options.patience.count();
        QString failure;
        if (sent) {
            line.attempts = 0;
            line.problem.clear();
            ++line.sent;
            line.lastSent = now;
        } else {
            ++line.attempts;
            failure = displayText(sent.error().message, 400);
            line.problem = failure;
        }
        if (sent || late) {
            if (!line.queue.empty() && line.queue.front().id == notice.id) {
                line.queue.pop_front();
            }
            line.attempts = 0;
            auto writing = acknowledge(body, notice.id, channel, failure);
            const Result<void> written = co_await std::move(writing);
            const auto after = body->lines.find(channel);
            if (!written && after != body->lines.end()) {
                after->second.problem = written.error().message;
            }
            body->changed();
            continue;
        }
        const int attempts = line.attempts;
        body->changed();
        auto waiting = sleepFor(retryAfter(body->options, attempts), cancel);
        const Result<void> waited = co_await std::move(waiting);
        static_cast<void>(waited);  // or cancelled: the loop looks
    }
    const auto found = body->lines.find(channel);
    if (found != body->lines.end()) {
        found->second.busy = false;
    }
    co_return Result<void>();
}

Task<Result<void>> Notifier::Body::resume(std::shared_ptr<Body> body)
{
    if (body->resuming) {
        co_return Result<void>();
    }
    body->resuming = true;
    std::function<Result<QList<kept::KeptNotice>>(store::Transaction&)> look =
        [](store::Transaction& t) { return kept::openNotices(t); };
    auto looking = body->store->read<QList<kept::KeptNotice>>(std::move(look));
    const Result<QList<kept::KeptNotice>> open = co_await std::move(looking);
    body->resuming = false;
    if (!open) {
        co_return open.error();
    }
    for (const kept::KeptNotice& one : *open) {
        std::function<Result<bool>(store::Transaction&)> take =
            [id = one.notice.id](store::Transaction& t) {
                return kept::claim(t, id, notifyingProcess());
            };
        auto taking = body->store->write<bool>(std::move(take));
        const Result<bool> taken = co_await std::move(taking);
        if (!taken || !*taken) {
            continue;
        }
        for (const QString& channel : one.notice.channels) {
            if (!one.done.contains(channel)) {
                body->enqueue(one.notice, channel);
            }
        }
    }
    co_return Result<void>();
}

Notifier::Notifier(store::Store* store, store::SecretSource* secrets, http::Client* http,
                   const Clock* clock, NotifierOptions options, QObject* parent)
    : QObject(parent), m_body(std::make_shared<Body>())
{
    m_body->owner = this;
    m_body->store = store;
    m_body->secrets = secrets;
    m_body->http = http;
    m_body->clock = clock;
    m_body->options = std::move(options);
    Body* body = m_body.get();
    connect(&m_body->takeOver, &QTimer::timeout, this,
            [body] { body->scope.run(Body::resume(body->shared_from_this())); });
    setChannels({});
}

Notifier::~Notifier()
{
    m_body->takeOver.stop();
    m_body->owner = nullptr;
    m_body->scope.token().cancel();
}

void Notifier::setChannels(QList<Channel> channels)
{
    Channel desktop;
    desktop.name = kDesktop;
    const bool own = std::any_of(channels.begin(), channels.end(),
                                 [](const Channel& one) { return one.name == kDesktop; });
    if (!own) {
        channels.append(desktop);
    }
    std::map<QString, ChannelLine> next;
    for (const Channel& channel : std::as_const(channels)) {
        const auto known = m_body->lines.find(channel.name);
        ChannelLine line;
        if (known != m_body->lines.end()) {
            line = std::move(known->second);
            m_body->lines.erase(known);
        }
        line.channel = channel;
        next.emplace(channel.name, std::move(line));
    }
    for (const auto& [name, gone] : m_body->lines) {
        for (const Notice& notice : gone.queue) {
            m_body->giveUp(notice.id, name, u"the channel is gone"_s);
        }
    }
    m_body->lines = std::move(next);
    Q_EMIT changed();
}

QStringList Notifier::channelNames() const
{
    QStringList names;
    for (const auto& [name, line] : m_body->lines) {
        names.append(name);
    }
    return names;
}

QList<ChannelView> Notifier::view() const
{
    QList<ChannelView> views;
    for (const auto& [name, line] : m_body->lines) {
        views.append({name, line.channel.kind, line.problem, int(line.queue.size()), line.sent,
                      line.lastSent});
    }
    return views;
}

Task<Result<void>> Notifier::resume()
{
    m_body->takeOver.start(kTakeOverEvery);
    return Body::resume(m_body);
}

void Notifier::deliver(const Notice& notice)
{
    for (const QString& channel : notice.channels) {
        m_body->enqueue(notice, channel);
    }
    Q_EMIT changed();
}

Task<Result<void>> Notifier::test(QString channel)
{
    return tryChannel(m_body, std::move(channel));
}

}  // namespace analemma::monitor
