#include "core/monitor/src/alertkept.h"

#include "core/base/files.h"
#include "core/base/readers.h"
#include "core/base/text.h"
#include "core/monitor/src/alerttell.h"

#include <QJsonArray>
#include <QSet>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::monitor::kept {
namespace {

const QString kAlert = u"alert"_s;            // by number
const QString kOpenAlert = u"alert-open"_s;   // by rule and series: the number of the open one
const QString kCounter = u"alert-counter"_s;  // "alert", "incident": the last number
const QString kSilence = u"alert-silence"_s;  // by id
const QString kNotice = u"alert-notice"_s;    // by id
const QString kIncident = u"incident"_s;      // by number
const QString kEvidence = u"incident-evidence"_s;
const QString kOpen = u"open"_s;
const QString kPast = u"past"_s;
constexpr int kMostOpen = 2'000;
constexpr int kMostNotices = 1'000;  // kept when all is done, for looking back

QString keyOf(qint64 id)
{
    return QString::number(id);
}

QString seriesKeyOf(const Alert& alert)
{
    const QStringList parts{alert.rule, alert.subject, alert.metric, alert.labels};
    return sha256(parts.join(u'\n').toUtf8()).left(40);
}

Result<qint64> nextNumber(store::Transaction& t, const QString& of)
{
    const auto known = t.document(kCounter, of);
    if (!known) {
        return known.error();
    }
    const qint64 next = (*known ? (*known)->body[u"last"_s].toInteger() : 0) + 1;
    const auto put = t.put(kCounter, of, {}, Json{{u"last"_s, double(next)}});
    return put ? Result<qint64>(next) : put.error();
}

/// The open alert of the same rule and series, made by another program.
Result<std::optional<Alert>> openTwin(store::Transaction& t, const Alert& alert)
{
    const auto known = t.document(kOpenAlert, seriesKeyOf(alert));
    if (!known) {
        return known.error();
    }
    if (!*known) {
        return std::optional<Alert>();
    }
    const Result<std::optional<Alert>> twin = kept::alert(t, (*known)->body[u"id"_s].toInteger());
    if (!twin || !*twin || !(*twin)->isOpen()) {
        return twin ? Result<std::optional<Alert>>(std::optional<Alert>()) : twin;
    }
    return twin;
}

Result<void> putAlert(store::Transaction& t, const Alert& alert, milliseconds group)
{
    const bool settled = isSettled(alert, group);
    const auto put = t.put(kAlert, keyOf(alert.id), settled ? kPast : kOpen, alert.toJson());
    if (!put) {
        return put.error();
    }
    const QString series = seriesKeyOf(alert);
    if (alert.isOpen()) {
        const auto marked = t.put(kOpenAlert, series, {}, Json{{u"id"_s, double(alert.id)}});
        return marked ? Result<void>() : marked.error();
    }
    const auto known = t.document(kOpenAlert, series);
    if (!known) {
        return known.error();
    }
    if (*known && (*known)->body[u"id"_s].toInteger() == alert.id) {
        return t.remove(kOpenAlert, series);
    }
    return {};
}

/// One alert of a batch; `foreign` when another program told of it meanwhile.
Result<Alert> saveOne(store::Transaction& t, const SaveItem& item, milliseconds group,
                      bool& foreign)
{
    Alert alert = item.alert;
    std::optional<Alert> stored;
    if (alert.id == 0) {
        const auto twin = openTwin(t, alert);
        if (!twin) {
            return twin.error();
        }
        stored = *twin;
        if (stored) {
            alert.id = stored->id;
            alert.since = stored->since;
            alert.fired = stored->fired;
            alert.noticed = stored->noticed;
            foreign = true;
        } else {
            const Result<qint64> number = nextNumber(t, kAlert);
            if (!number) {
                return number.error();
            }
            alert.id = *number;
        }
    } else {
        const auto known = kept::alert(t, alert.id);
        if (!known) {
            return known.error();
        }
        stored = *known;
    }
    if (stored) {
        if (!stored->isOpen() && alert.isOpen()) {
            foreign = true;
            return *stored;  // another program saw its end
        }
        foreign = foreign || stored->told != item.before;
        alert.told = foreign ? stored->told : alert.told;
        alert.takenBy = stored->takenBy;
        alert.taken = stored->taken;
        alert.incident = stored->incident;
        alert.change = alert.change ? alert.change : stored->change;
    }
    const Result<void> put = putAlert(t, alert, group);
    return put ? Result<Alert>(alert) : put.error();
}

Json noticeBody(const Notice& notice, const QStringList& done, const Json& failures,
                const ProcessIdentity& owner)
{
    return {{u"notice"_s, notice.toJson()},
            {u"done"_s, QJsonArray::fromStringList(done)},
            {u"failures"_s, failures},
            {u"owner"_s, owner.toJson()}};
}

template <class T>
Result<QList<T>> bodiesOf(const Result<QList<store::Document>>& documents)
{
    if (!documents) {
        return documents.error();
    }
    QList<T> list;
    for (const store::Document& one : *documents) {
        list.append(T::fromJson(one.body));
    }
    return list;
}

}  // namespace

Result<std::optional<Alert>> alert(store::Transaction& t, qint64 id)
{
    const auto known = t.document(kAlert, keyOf(id));
    if (!known) {
        return known.error();
    }
    return *known ? std::optional(Alert::fromJson((*known)->body)) : std::nullopt;
}

Result<Saved> save(store::Transaction& t, const SaveBatch& batch)
{
    Saved saved;
    QSet<qint64> foreigners;
    for (const SaveItem& item : batch.items) {
        bool foreign = false;
        const Result<Alert> one = saveOne(t, item, batch.group, foreign);
        if (!one) {
            return one.error();
        }
        if (foreign) {
            foreigners.insert(one->id);
        }
        saved.alerts.push_back(*one);
    }
    for (Notice notice : batch.notices) {
        notice.alerts.removeIf(
            [&foreigners](const Alert& one) { return foreigners.contains(one.id); });
        if (notice.alerts.isEmpty() || notice.channels.isEmpty()) {
            continue;
        }
        const auto put =
            t.put(kNotice, notice.id, kOpen, noticeBody(notice, {}, {}, batch.owner), 0);
        if (!put) {
            return put.error();
        }
        saved.notices.append(notice);
    }
    return saved;
}

Result<QList<Alert>> openAlerts(store::Transaction& t)
{
    return bodiesOf<Alert>(t.documents({kAlert, kOpen, kMostOpen, 0}));
}

Result<QList<Alert>> pastAlerts(store::Transaction& t, int limit, qint64 before)
{
    qint64 order = 0;
    if (before > 0) {
        const auto known = t.document(kAlert, keyOf(before));
        if (!known) {
            return known.error();
        }
        if (!*known) {
            return Error(ErrorKind::NotFound, u"there is no alert %1"_s.arg(before));
        }
        order = (*known)->order;
    }
    Result<QList<Alert>> past = bodiesOf<Alert>(t.documents({kAlert, kPast, limit, order}));
    if (!past || before > 0) {
        return past;
    }
    // Those that are over and about to be told belong to it as well.
    const Result<QList<Alert>> open = openAlerts(t);
    if (!open) {
        return open;
    }
    for (const Alert& one : *open) {
        if (!one.isOpen()) {
            past->append(one);
        }
    }
    std::stable_sort(past->begin(), past->end(),
                     [](const Alert& a, const Alert& b) { return a.id > b.id; });
    return past->mid(0, limit);
}

Result<void> prune(store::Transaction& t, int most, qint64 time)
{
    const auto past = t.documents({kAlert, kPast, 100'000, 0});
    if (!past) {
        return past.error();
    }
    for (qsizetype i = 0; i < past->size(); ++i) {
        const store::Document& one = past->at(i);
        if (i < most && one.body[u"resolved"_s].toInteger() >= time) {
            continue;
        }
        const Result<void> gone = t.remove(kAlert, one.key);
        if (!gone) {
            return gone;
        }
    }
    const auto done = t.documents({kNotice, kPast, 100'000, 0});
    if (!done) {
        return done.error();
    }
    for (qsizetype i = kMostNotices; i < done->size(); ++i) {
        const Result<void> gone = t.remove(kNotice, done->at(i).key);
        if (!gone) {
            return gone;
        }
    }
    return {};
}

Result<Alert> changeAlert(store::Transaction& t, qint64 id,
                          const std::function<Result<void>(Alert&)>& change)
{
    const auto known = t.document(kAlert, keyOf(id));
    if (!known) {
        return known.error();
    }
    if (!*known) {
        return Error(ErrorKind::NotFound, u"there is no alert %1"_s.arg(id))
            .withHint(u"See: analemma-cli monitor alert list."_s);
    }
    Alert alert = Alert::fromJson((*known)->body);
    const Result<void> changed = change(alert);
    if (!changed) {
        return changed.error();
    }
    const auto put = t.put(kAlert, keyOf(id), (*known)->scope, alert.toJson());
    return put ? Result<Alert>(alert) : put.error();
}

// ---- silences -----------------------------------------------------------------------------------

Result<QList<Silence>> silences(store::Transaction& t, qint64 now)
{
    Result<QList<Silence>> all = bodiesOf<Silence>(t.documents({kSilence, kOpen, 1'000, 0}));
    if (all) {
        all->removeIf([now](const Silence& one) { return one.to <= now; });
    }
    return all;
}

Result<void> putSilence(store::Transaction& t, const Silence& silence)
{
    const auto put = t.put(kSilence, silence.id, kOpen, silence.toJson());
    return put ? Result<void>() : put.error();
}

Result<std::optional<Silence>> silence(store::Transaction& t, const QString& id)
{
    const auto known = t.document(kSilence, id);
    if (!known) {
        return known.error();
    }
    return *known ? std::optional(Silence::fromJson((*known)->body)) : std::nullopt;
}

// ---- notices ------------------------------------------------------------------------------------

Result<QList<KeptNotice>> openNotices(store::Transaction& t)
{
    const auto documents = t.documents({kNotice, kOpen, 10'000, 0});
    if (!documents) {
        return documents.error();
    }
    QList<KeptNotice> list;
    for (const store::Document& one : *documents) {
        list.prepend({Notice::fromJson(one.body[u"notice"_s].toObject()),
                      textsFromJson(one.body[u"done"_s]),
                      ProcessIdentity::fromJson(one.body[u"owner"_s].toObject())});
    }
    return list;
}

Result<void> acknowledge(store::Transaction& t, const QString& notice, const QString& channel,
                         const QString& failure)
{
    const auto known = t.document(kNotice, notice);
    if (!known) {
        return known.error();
    }
    if (!*known) {
        return {};
    }
    Json body = (*known)->body;
    QStringList done = textsFromJson(body[u"done"_s]);
    if (!done.contains(channel)) {
        done.append(channel);
    }
    if (!failure.isEmpty()) {
        Json failures = body[u"failures"_s].toObject();
        failures.insert(channel, failure);
        body.insert(u"failures"_s, failures);
    }
    body.insert(u"done"_s, QJsonArray::fromStringList(done));
    const QStringList wanted = textsFromJson(body[u"notice"_s].toObject()[u"channels"_s]);
    const bool all = std::all_of(wanted.begin(), wanted.end(),
                                 [&done](const QString& one) { return done.contains(one); });
    const auto put = t.put(kNotice, notice, all ? kPast : kOpen, body);
    return put ? Result<void>() : put.error();
}

Result<bool> claim(store::Transaction& t, const QString& notice, const ProcessIdentity& owner)
{
    const auto known = t.document(kNotice, notice);
    if (!known) {
        return known.error();
    }
    if (!*known || (*known)->scope != kOpen) {
        return false;
    }
    Json body = (*known)->body;
    const ProcessIdentity before = ProcessIdentity::fromJson(body[u"owner"_s].toObject());
    if (before == owner) {
        return true;
    }
    if (isAlive(before)) {
        return false;
    }
    body.insert(u"owner"_s, owner.toJson());
    const auto put = t.put(kNotice, notice, kOpen, body);
    return put ? Result<bool>(true) : put.error();
}

// ---- incidents ----------------------------------------------------------------------------------

Result<Incident> incident(store::Transaction& t, const QString& id, bool whole)
{
    const auto known = t.document(kIncident, id);
    if (!known) {
        return known.error();
    }
    if (!*known) {
        return Error(ErrorKind::NotFound, u"there is no incident %1"_s.arg(displayText(id, 40)))
            .withHint(u"See: analemma-cli incident list."_s);
    }
    Json json = (*known)->body;
    if (whole) {
        const auto evidence = t.document(kEvidence, id);
        if (!evidence) {
            return evidence.error();
        }
        if (*evidence) {
            json.insert(u"charts"_s, (*evidence)->body[u"charts"_s]);
            json.insert(u"logs"_s, (*evidence)->body[u"logs"_s]);
        }
    }
    return Incident::fromJson(json);
}

Result<QList<Incident>> incidents(store::Transaction& t, int limit)
{
    return bodiesOf<Incident>(t.documents({kIncident, {}, limit, 0}));
}

Result<void> putIncident(store::Transaction& t, const Incident& incident, bool whole)
{
    const QString scope = incident.isOpen() ? kOpen : kPast;
    const auto put = t.put(kIncident, incident.id, scope, incident.toJson(false));
    if (!put || !whole) {
        return put ? Result<void>() : put.error();
    }
    const Json json = incident.toJson(true);
    const auto evidence =
        t.put(kEvidence, incident.id, {},
              Json{{u"charts"_s, json[u"charts"_s]}, {u"logs"_s, json[u"logs"_s]}});
    return evidence ? Result<void>() : evidence.error();
}

Result<Incident> addIncident(store::Transaction& t, Incident incident)
{
    const Result<qint64> number = nextNumber(t, kIncident);
    if (!number) {
        return number.error();
    }
    incident.id = QString::number(*number);
    const Result<void> put = putIncident(t, incident, true);
    return put ? Result<Incident>(incident) : put.error();
}

}  // namespace analemma::monitor::kept
