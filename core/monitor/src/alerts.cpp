#include "core/monitor/alerts.h"

#include "core/base/text.h"
#include "core/monitor/src/alertsbody.h"

#include <QPointer>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::monitor {
namespace {

constexpr milliseconds kReloadAfter{300};

Task<Result<QList<Alert>>> readHistory(store::Store* store, int limit, qint64 before)
{
    std::function<Result<QList<Alert>>(store::Transaction&)> job =
        [limit, before](store::Transaction& t) { return kept::pastAlerts(t, limit, before); };
    return store->read<QList<Alert>>(std::move(job));
}

Task<Result<Silence>> writeSilence(std::shared_ptr<Alerts::Body> body, Silence silence)
{
    if (silence.rule.isEmpty() && silence.subject.isEmpty() && silence.labels.isEmpty()) {
        co_return Error(ErrorKind::Invalid, u"a silence must name a rule, a subject or labels"_s)
            .withHint(u"\"*\" as the subject silences everything."_s);
    }
    if (silence.to <= silence.from) {
        co_return Error(ErrorKind::Invalid, u"the silence ends before it begins"_s);
    }
    silence.id = silence.id.isEmpty() ? newId() : silence.id;
    std::function<Result<Silence>(store::Transaction&)> job =
        [silence](store::Transaction& t) -> Result<Silence> {
        const Result<void> put = kept::putSilence(t, silence);
        return put ? Result<Silence>(silence) : put.error();
    };
    auto writing = body->sources.store->write<Silence>(std::move(job));
    const Result<Silence> written = co_await std::move(writing);
    if (written) {
        body->silences.removeIf([&](const Silence& one) { return one.id == written->id; });
        body->silences.prepend(*written);
        body->hold();
        body->changed();
    }
    co_return written;
}

Task<Result<void>> endSilence(std::shared_ptr<Alerts::Body> body, QString id)
{
    std::function<Result<Silence>(store::Transaction&)> job =
        [id, time = body->now()](store::Transaction& t) -> Result<Silence> {
        const auto known = kept::silence(t, id);
        if (!known) {
            return known.error();
        }
        if (!*known || (*known)->to <= time) {
            return Error(ErrorKind::NotFound,
                         u"there is no silence %1 now"_s.arg(displayText(id, 40)))
                .withHint(u"See: analemma-cli monitor alert list."_s);
        }
        Silence silence = **known;
        silence.to = time;
        const Result<void> put = kept::putSilence(t, silence);
        return put ? Result<Silence>(silence) : put.error();
    };
    auto writing = body->sources.store->write<Silence>(std::move(job));
    const Result<Silence> ended = co_await std::move(writing);
    if (!ended) {
        co_return ended.error();
    }
    body->silences.removeIf([&id](const Silence& one) { return one.id == id; });
    body->hold();
    body->changed();
    co_return Result<void>();
}

}  // namespace

Task<Result<Alert>> readAlert(store::Store* store, qint64 id)
{
    std::function<Result<Alert>(store::Transaction&)> job =
        [id](store::Transaction& t) -> Result<Alert> {
        const auto known = kept::alert(t, id);
        if (!known) {
            return known.error();
        }
        if (!*known) {
            return Error(ErrorKind::NotFound, u"there is no alert %1"_s.arg(id))
                .withHint(u"See: analemma-cli monitor alert list."_s);
        }
        return **known;
    };
    return store->read<Alert>(std::move(job));
}

Alerts::Alerts(AlertSources sources, AlertOptions options, QObject* parent)
    : QObject(parent), m_body(std::make_shared<Body>())
{
    m_body->owner = this;
    m_body->sources = std::move(sources);
    m_body->options = options;
    Body* body = m_body.get();
    connect(&m_body->timer, &QTimer::timeout, this, [body] { body->tick(); });
    m_body->reloadSoon.setSingleShot(true);
    m_body->reloadSoon.setInterval(kReloadAfter);
    connect(&m_body->reloadSoon, &QTimer::timeout, this, [body] {
        body->reloadWanted = true;
        body->keep();
    });
    connect(m_body->sources.store, &store::Store::changed, this, [body] {
        if (body->loaded && !body->reloadSoon.isActive()) {
            body->reloadSoon.start();
        }
    });
}

Alerts::~Alerts()
{
    stop();
    m_body->reloadSoon.stop();
    m_body->owner = nullptr;
}

void Alerts::setRules(QList<AlertRule> rules)
{
    Body& body = *m_body;
    body.carry(body.rules, rules);
    body.rules = std::move(rules);
    body.rulesByName.clear();
    for (const AlertRule& rule : std::as_const(body.rules)) {
        body.rulesByName.insert(rule.name, rule);
    }
    // What was pending is found again by the rules that hold now.
    std::erase_if(body.entries, [&body](const auto& one) {
        return one.second.alert.id == 0 && one.second.alert.state == AlertState::Pending &&
               !body.carried.contains(one.first);
    });
    body.replan = true;
    Q_EMIT changed();
}

void Alerts::setMaintenance(QList<MaintenanceWindow> windows)
{
    m_body->windows = std::move(windows);
}

void Alerts::setChannels(QStringList names)
{
    m_body->channels = std::move(names);
}

Task<Result<void>> Alerts::load()
{
    return Body::readAll(m_body);
}

void Alerts::start()
{
    m_body->running = true;
    m_body->bootLast = 0;
    m_body->timer.start(m_body->options.pace);
}

void Alerts::stop()
{
    m_body->running = false;
    m_body->timer.stop();
}

bool Alerts::isRunning() const
{
    return m_body->running;
}

QList<AlertRule> Alerts::rules() const
{
    return m_body->rules;
}

QList<Alert> Alerts::list() const
{
    QList<Alert> list;
    for (const auto& [key, entry] : m_body->entries) {
        const bool isBeingKept = entry.alert.state == AlertState::Firing && entry.alert.id == 0 &&
                                 problem().isEmpty();
        if (entry.alert.isOpen()) {
            list.append(entry.alert);
            list.last().state = isBeingKept ? AlertState::Pending : entry.alert.state;
        }
    }
    std::stable_sort(list.begin(), list.end(), [](const Alert& a, const Alert& b) {
        return std::tuple(int(a.state), int(a.severity), a.since) >
               std::tuple(int(b.state), int(b.severity), b.since);
    });
    return list;
}

std::optional<Alert> Alerts::find(qint64 id) const
{
    for (const auto& [key, entry] : m_body->entries) {
        if (entry.alert.id == id && id != 0) {
            return entry.alert;
        }
    }
    return std::nullopt;
}

Task<Result<Alert>> Alerts::read(qint64 id)
{
    return readAlert(m_body->sources.store, id);
}

Task<Result<QList<Alert>>> Alerts::history(int limit, qint64 before)
{
    return readHistory(m_body->sources.store, limit, before);
}

QList<Silence> Alerts::silences() const
{
    return m_body->silences;
}

Task<Result<Alert>> Alerts::take(qint64 id, QString who, QList<EvidenceLog> logs)
{
    return Body::take(m_body, id, std::move(who), std::move(logs));
}

Task<Result<Silence>> Alerts::silence(Silence silence)
{
    return writeSilence(m_body, std::move(silence));
}

Task<Result<void>> Alerts::unsilence(QString id)
{
    return endSilence(m_body, std::move(id));
}

QString Alerts::problem() const
{
    return m_body->storeProblem.isEmpty() ? m_body->watchProblem : m_body->storeProblem;
}

}  // namespace analemma::monitor
