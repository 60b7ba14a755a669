#include "core/lifecycle/lastchange.h"

#include "core/base/readers.h"
#include "core/base/text.h"
#include "core/monitor/alertsentence.h"

#include <QCoreApplication>
#include <QJsonArray>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::lifecycle {
namespace {

using monitor::ChangeKind;
using monitor::LastChange;

constexpr int kChangeText = 120;
constexpr qsizetype kMostKept = 200;
const QString kConfigChange = u"config-change"_s;

QDateTime endedWell(const engine::Operation& operation, QLatin1StringView key)
{
    QDateTime time;
    for (const engine::ActionView& action : operation.actions) {
        if (action.key == key && action.state == "ok"_L1) {
            time = action.finished;
        }
    }
    return time;
}

/// When users got it: the balancer moved, also while the operation still watches.
QDateTime liveSince(const engine::Operation& operation)
{
    const QDateTime moved = endedWell(operation, "switch"_L1);
    const bool well = operation.isFinished() && operation.outcome == engine::Outcome::Ok;
    return moved.isValid() || !well ? moved : operation.finished;
}

/// Candidates come in; the newest that is not later than `before` stays.
class Newest {
public:
    Newest(const LastChangeFacts& facts, qint64 before) : m_facts(facts), m_before(before) {}

    /// `pattern` and `names` as LastChange has them, fit to be shown.
    void add(ChangeKind kind, const QDateTime& at, const char* pattern, const QStringList& names,
             const engine::Operation* operation = nullptr)
    {
        const qint64 time = at.isValid() ? at.toMSecsSinceEpoch() : m_before + 1;
        if (time > m_before || (m_newest && m_newest->time >= time)) {
            return;
        }
        LastChange change;
        change.kind = kind;
        change.environment = m_facts.environment;
        change.time = time;
        change.pattern = QString::fromUtf8(pattern);
        change.names = names;
        change.what = monitor::filledPattern(change.pattern, names);
        if (operation != nullptr) {
            change.operation = operation->id;
        }
        m_newest = change;
        m_added = true;
    }
    /// Of what was added last, when it stayed.
    void withRelease(const QString& release)
    {
        if (std::exchange(m_added, false)) {
            m_newest->release = release;
        }
    }
    void withCommit(const QString& commit)
    {
        if (std::exchange(m_added, false)) {
            m_newest->commit = commit;
        }
    }
    [[nodiscard]] std::optional<LastChange> change() const { return m_newest; }
    [[nodiscard]] QDateTime before() const
    {
        return QDateTime::fromMSecsSinceEpoch(m_before, Qt::UTC);
    }
    void next() { m_added = false; }

private:
    const LastChangeFacts& m_facts;
    qint64 m_before;
    std::optional<LastChange> m_newest;
    bool m_added = false;
};

void addDelivery(Newest& newest, const LastChangeFacts& facts, const engine::Operation& one)
{
    const bool back = one.kind == "rollback"_L1 || one.wanted[u"rollback"_s].toBool();
    const QString wanted = one.wanted[u"release"_s].toString();
    const QString release = releaseText(wanted, facts.repository);
    newest.add(back ? ChangeKind::Rollback : ChangeKind::Deploy, liveSince(one),
               back ? QT_TRANSLATE_NOOP("AlertSentence", "%1 was rolled back to %2")
                    : QT_TRANSLATE_NOOP("AlertSentence", "%1 went live"),
               back ? QStringList{facts.environment, release} : QStringList{release}, &one);
    newest.withRelease(wanted);
    newest.add(ChangeKind::TakenBack, endedWell(one, "switch-back"_L1),
               QT_TRANSLATE_NOOP("AlertSentence", "%1 was taken back from %2"),
               {release, facts.environment}, &one);
}

/// Whether servers of the environment run from an image at a time, or will by an operation that has
/// begun to start them.
bool isInUse(const LastChangeFacts& facts, const QString& image, const QDateTime& at)
{
    const QString target = u"environment/"_s + facts.environment;
    return std::ranges::any_of(facts.operations, [&](const engine::Operation& one) {
        if (one.target != target || one.wanted[u"image"_s].toString() != image) {
            return false;
        }
        const bool gone = one.isFinished() && one.outcome != engine::Outcome::Ok &&
                          one.finished <= at;  // it took its servers with it
        return !gone && std::ranges::any_of(one.actions, [&at](const engine::ActionView& action) {
            return action.verb == "server.create"_L1 && action.state == "ok"_L1 &&
                   action.finished <= at;
        });
    });
}

void addBake(Newest& newest, const LastChangeFacts& facts, const engine::Operation& one)
{
    const QString image = one.wanted[u"image"_s].toString();
    if (one.outcome == engine::Outcome::Ok && isInUse(facts, image, newest.before())) {
        newest.add(ChangeKind::Bake, one.finished,
                   QT_TRANSLATE_NOOP("AlertSentence", "image %1 was baked"),
                   {displayText(image, kChangeText)}, &one);
    }
}

/// By whether it is a runbook, whether it has ended, whether there are several servers.
constexpr const char* runPatterns[2][2][2] = {
    {{QT_TRANSLATE_NOOP("AlertSentence", "a command was started on a server of %1"),
      QT_TRANSLATE_NOOP("AlertSentence", "a command was started on %2 servers of %1")},
     {QT_TRANSLATE_NOOP("AlertSentence", "a command ran on a server of %1"),
      QT_TRANSLATE_NOOP("AlertSentence", "a command ran on %2 servers of %1")}},
    {{QT_TRANSLATE_NOOP("AlertSentence", "runbook %3 was started on a server of %1"),
      QT_TRANSLATE_NOOP("AlertSentence", "runbook %3 was started on %2 servers of %1")},
     {QT_TRANSLATE_NOOP("AlertSentence", "runbook %3 ran on a server of %1"),
      QT_TRANSLATE_NOOP("AlertSentence", "runbook %3 ran on %2 servers of %1")}}};

void addFleet(Newest& newest, const LastChangeFacts& facts, const engine::Operation& one)
{
    if (!one.wanted[u"checks"_s].toString().isEmpty()) {
        return;  // it only looks how an earlier one ended
    }
    int servers = 0;
    for (const QJsonValue& host : one.wanted[u"hosts"_s].toArray()) {
        servers += host[u"environment"_s].toString() == facts.environment ? 1 : 0;
    }
    const bool began = std::ranges::any_of(one.actions, [](const engine::ActionView& action) {
        return action.state != "waiting"_L1 && action.started.isValid();
    });
    if (servers == 0 || (!began && one.outcome != engine::Outcome::Ok)) {
        return;
    }
    const QString runbook = displayText(one.wanted[u"runbook"_s].toString(), 80);
    newest.add(
        ChangeKind::Run, one.isFinished() ? one.finished : one.created,
        runPatterns[runbook.isEmpty() ? 0 : 1][one.isFinished() ? 1 : 0][servers == 1 ? 0 : 1],
        {facts.environment, QString::number(servers), runbook}, &one);
}

void addConfig(Newest& newest, const LastChangeFacts& facts, const ConfigChange& one)
{
    if (one.environments && !one.environments->contains(facts.environment)) {
        return;
    }
    const QString subject = displayText(one.subject, kChangeText);
    const bool named = !subject.isEmpty();
    const char* mine =
        named ? QT_TRANSLATE_NOOP("AlertSentence", "the configuration of %1 changed (%2)")
              : QT_TRANSLATE_NOOP("AlertSentence", "the configuration of %1 changed");
    const char* file = named ? QT_TRANSLATE_NOOP("AlertSentence", "the workspace file changed (%2)")
                             : QT_TRANSLATE_NOOP("AlertSentence", "the workspace file changed");
    newest.add(ChangeKind::Config, one.time, one.environments ? mine : file,
               {facts.environment, subject});
    newest.withCommit(one.commit);
}

bool sameRecipes(const workspace::Workspace& before, const workspace::Workspace& after,
                 const QString& image)
{
    QString name = image;
    for (int depth = 0; depth < 20 && !name.isEmpty(); ++depth) {  // images stand upon images
        if (before.images.value(name) != after.images.value(name)) {
            return false;
        }
        const QString next = after.images.value(name).from;
        name = next == name ? QString() : next;
    }
    return true;
}

QList<workspace::ServiceCheck> checksOf(const workspace::Workspace& workspace,
                                        const QString& environment)
{
    QList<workspace::ServiceCheck> mine;
    for (const workspace::ServiceCheck& one : workspace.checks) {
        if (one.environment == environment) {
            mine.append(one);
        }
    }
    return mine;
}

}  // namespace

QString releaseText(const QString& release, const QString& repository)
{
    const QString version = release.section(u'/', -1);
    const QString name = release.contains(u'/') ? release.section(u'/', 0, 0) : repository;
    return displayText(name.isEmpty() ? version : name + u' ' + version, kChangeText);
}

std::optional<monitor::LastChange> lastChangeIn(const LastChangeFacts& facts, qint64 before)
{
    Newest newest(facts, before);
    const QString target = u"environment/"_s + facts.environment;
    for (const engine::Operation& one : facts.operations) {
        const bool mine = one.target == target;
        const bool well = one.isFinished() && one.outcome == engine::Outcome::Ok;
        if (mine && (one.kind == "deploy"_L1 || one.kind == "rollback"_L1)) {
            addDelivery(newest, facts, one);
        } else if (mine && one.kind == "restore"_L1 && well) {
            newest.add(ChangeKind::Restart, one.finished,
                       QT_TRANSLATE_NOOP("AlertSentence", "servers of %1 were started again"),
                       {facts.environment}, &one);
        } else if (one.kind == "down"_L1 && well) {
            newest.add(ChangeKind::Down, one.finished,
                       QT_TRANSLATE_NOOP("AlertSentence", "everything was taken down"), {}, &one);
        } else if (one.kind == "bake"_L1) {
            addBake(newest, facts, one);
        } else if (one.kind == "fleet"_L1) {
            addFleet(newest, facts, one);
        }
        newest.next();
    }
    for (const ConfigChange& one : facts.configs) {
        addConfig(newest, facts, one);
        newest.next();
    }
    return newest.change();
}

QStringList changedEnvironments(const workspace::Workspace& before,
                                const workspace::Workspace& after)
{
    QStringList changed;
    const bool rules = before.alerts != after.alerts;
    for (const QString& name : after.environmentOrder) {
        const workspace::Environment old = before.environments.value(name);
        const workspace::Environment made = after.environments.value(name);
        if (rules || old != made || !sameRecipes(before, after, made.image) ||
            before.providers.value(made.provider) != after.providers.value(made.provider) ||
            checksOf(before, name) != checksOf(after, name)) {
            changed.append(name);
        }
    }
    for (const QString& name : before.environmentOrder) {
        if (!after.environments.contains(name)) {
            changed.append(name);
        }
    }
    return changed;
}

Task<Result<void>> keepConfigChange(store::Store* store, ConfigChange change)
{
    std::function<Result<void>(store::Transaction&)> job =
        [change](store::Transaction& t) -> Result<void> {
        Json body{{u"time"_s, toIso(change.time)}, {u"subject"_s, change.subject}};
        if (change.environments) {
            body.insert(u"environments"_s, QJsonArray::fromStringList(*change.environments));
        }
        const QString key = QString::number(change.time.toMSecsSinceEpoch());
        if (const auto put = t.put(kConfigChange, key, {}, body); !put) {
            return put.error();
        }
        const auto all = t.documents({kConfigChange, {}, int(kMostKept) + 50, 0});
        if (!all) {
            return all.error();
        }
        for (const store::Document& old : all->mid(kMostKept)) {
            if (const Result<void> removed = t.remove(kConfigChange, old.key); !removed) {
                return removed;
            }
        }
        return {};
    };
    return store->write<void>(std::move(job));
}

Task<Result<QList<ConfigChange>>> keptConfigChanges(store::Store* store, int limit)
{
    std::function<Result<QList<ConfigChange>>(store::Transaction&)> job =
        [limit](store::Transaction& t) -> Result<QList<ConfigChange>> {
        const auto all = t.documents({kConfigChange, {}, limit, 0});
        if (!all) {
            return all.error();
        }
        QList<ConfigChange> kept;
        for (const store::Document& one : *all) {
            ConfigChange change;
            change.subject = one.body[u"subject"_s].toString();
            change.time = fromIso(one.body[u"time"_s].toString());
            if (one.body.contains(u"environments"_s)) {
                change.environments = textsFromJson(one.body[u"environments"_s]);
            }
            kept.append(change);
        }
        return kept;
    };
    return store->read<QList<ConfigChange>>(std::move(job));
}

}  // namespace analemma::lifecycle
