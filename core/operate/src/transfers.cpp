#include "core/operate/transfers.h"

#include "core/base/text.h"
#include "core/operate/filenames.h"
#include "core/operate/src/transferbody.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::operate {
namespace {

constexpr int kShowEvery = 200;  // milliseconds, while bytes come through

}  // namespace

QString Place::text() const
{
    const QString shown = displayText(QByteArrayView(path), 400);
    return isLocal() ? shown : displayText(server, 80) + u':' + shown;
}

Result<void> checkRoute(const Place& from, const Place& to)
{
    const QString why = nameRefusal(lastName(to.path));
    if (!why.isEmpty()) {
        return Error(ErrorKind::Invalid, u"%1 is not carried: %2"_s.arg(to.text(), why))
            .withHint(u"Rename it where it is."_s);
    }
    if (!from.path.startsWith('/') || !to.path.startsWith('/')) {
        return Error(ErrorKind::Invalid, u"%1 is not a whole path"_s.arg(
                                             from.path.startsWith('/') ? to.text() : from.text()));
    }
    if (from.server == to.server && isWithin(to.path, from.path)) {
        return Error(ErrorKind::Invalid, u"%1 cannot be copied into itself"_s.arg(from.text()));
    }
    for (const Place& one : {from, to}) {
        if (one.isLocal() && QString::fromUtf8(one.path).toUtf8() != one.path) {
            return Error(ErrorKind::Invalid,
                         u"%1 is not carried: the path is not UTF-8"_s.arg(one.text()));
        }
    }
    return {};
}

Transfers::Transfers(Connect connect, QString scratch, QObject* parent)
    : QObject(parent), m_body(std::make_unique<Body>(this, std::move(connect), std::move(scratch)))
{
    m_body->ticker.setInterval(kShowEvery);
    QObject::connect(&m_body->ticker, &QTimer::timeout, this, &Transfers::changed);
}

Transfers::~Transfers()
{
    const bool goesOn = m_body->keeper != nullptr;
    for (const JobPtr& job : std::as_const(m_body->jobs)) {
        if (job->view.state == TransferState::Running) {
            m_body->keepSoon(job);  // how far it came since the last time
        }
    }
    m_body->keeper.reset();
    for (const JobPtr& job : std::as_const(m_body->jobs)) {
        job->cancel.cancel();
        if (!goesOn) {
            m_body->dropScratch(*job);
        }
    }
}

void Transfers::keepIn(TransferStore* store)
{
    if (m_body->keeper) {
        return;
    }
    m_body->keeper = std::make_unique<TransferKeeper>(
        store, [body = m_body.get()](const QString& id) { return body->kept(id); },
        [this](const Error& error) { Q_EMIT problem(error); });
    for (const JobPtr& job : std::as_const(m_body->jobs)) {
        m_body->keepSoon(job);
    }
    then(store->take(m_body->keeper->holder()), this,
         [this](const Result<QList<KeptTransfer>>& kept) {
             if (kept) {
                 m_body->restore(*kept);
             } else {
                 Q_EMIT problem(kept.error().in(u"the transfers of last time"_s));
             }
         });
}

void Transfers::setSettings(const TransferSettings& settings)
{
    m_body->settings = settings;
    m_body->rate->set(settings.bytesPerSecond);
    m_body->pumpSoon();
}

const TransferSettings& Transfers::settings() const
{
    return m_body->settings;
}

Result<QString> Transfers::add(Place from, Place to)
{
    if (const Result<void> good = checkRoute(from, to); !good) {
        return good.error();
    }
    if (m_body->jobs.size() >= TransferStore::kMost) {
        return Error(ErrorKind::Refused,
                     u"there are %1 transfers already; %2 was not added"_s.arg(TransferStore::kMost)
                         .arg(to.text()))
            .withHint(u"Clear what has ended, or add whole folders."_s);
    }
    const auto job = std::make_shared<Job>();
    job->view.id = newId();
    job->view.from = std::move(from);
    job->view.to = std::move(to);
    m_body->jobs.append(job);
    m_body->byId.insert(job->view.id, job);
    m_body->keepSoon(job);
    m_body->changedSoon();
    m_body->pumpSoon();
    return job->view.id;
}

QList<TransferView> Transfers::list() const
{
    QList<TransferView> views;
    for (const JobPtr& job : std::as_const(m_body->jobs)) {
        views.append(m_body->shown(*job));
    }
    return views;
}

std::optional<TransferView> Transfers::find(const QString& id) const
{
    const JobPtr job = m_body->find(id);
    return job ? std::optional(m_body->shown(*job)) : std::nullopt;
}

void Transfers::pause(const QString& id)
{
    if (const JobPtr job = m_body->find(id)) {
        m_body->stop(job, TransferEvent::Pause);
    }
}

void Transfers::resume(const QString& id)
{
    if (const JobPtr job = m_body->find(id)) {
        m_body->move(job, TransferEvent::Resume);
    }
}

void Transfers::cancel(const QString& id)
{
    if (const JobPtr job = m_body->find(id)) {
        m_body->stop(job, TransferEvent::Cancel);
    }
}

void Transfers::retry(const QString& id)
{
    if (const JobPtr job = m_body->find(id)) {
        m_body->again(job);
    }
}

void Transfers::answer(const QString& id, ConflictRule rule, bool forAll)
{
    const JobPtr job = m_body->find(id);
    if (!job || job->view.state != TransferState::Asking || rule == ConflictRule::Ask) {
        return;
    }
    if (forAll) {
        job->rule = rule;
    }
    job->pieces[job->asking].rule = rule;
    job->view.conflict.reset();
    m_body->move(job, TransferEvent::Answer);
}

void Transfers::pauseAll()
{
    for (const JobPtr& job : std::as_const(m_body->jobs)) {
        m_body->stop(job, TransferEvent::Pause);
    }
}

void Transfers::resumeAll()
{
    for (const JobPtr& job : std::as_const(m_body->jobs)) {
        m_body->move(job, TransferEvent::Resume);
    }
}

void Transfers::cancelAll()
{
    for (const JobPtr& job : std::as_const(m_body->jobs)) {
        if (!isOver(job->view.state)) {
            m_body->stop(job, TransferEvent::Cancel);
        }
    }
}

void Transfers::clearOver()
{
    m_body->jobs.removeIf([this](const JobPtr& job) {
        const bool goes = isOver(job->view.state) && !job->dropping && job->running == 0;
        if (goes) {
            m_body->dropScratch(*job);
            m_body->byId.remove(job->view.id);
            m_body->keepSoon(job);
        }
        return goes;
    });
    m_body->changedSoon();
}

}  // namespace analemma::operate
