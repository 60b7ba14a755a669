#include "core/monitor/src/alertsbody.h"

#include "core/base/process.h"
#include "core/base/text.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::monitor {
namespace {

constexpr qint64 kPruneEveryMs = 3'600'000;
constexpr qint64 kAnswerMs = 10'000;  // for the change before an alert

struct ReadBack {
    QList<Alert> open;
    QList<Silence> silences;
};

/// What a write began with, to find it again after it.
struct Written {
    Alerts::Body::Key key;
    qint64 since = 0;
};

const ProcessIdentity& thisProcess()
{
    static const ProcessIdentity identity = ownIdentity();
    return identity;
}

}  // namespace

void Alerts::Body::changed()
{
    if (owner != nullptr) {
        Q_EMIT owner->changed();
    }
}

void Alerts::Body::setProblem(QString& which, const QString& text)
{
    if (std::exchange(which, text) != text && owner != nullptr) {
        Q_EMIT owner->problemChanged();
    }
}

void Alerts::Body::resolve(AlertEntry& entry, qint64 time)
{
    entry.alert.state = AlertState::Resolved;
    entry.alert.resolved = time;
    entry.dirty = true;
}

/// Which alerts are silenced, by what holds now.
void Alerts::Body::hold()
{
    const qint64 time = now();
    const qsizetype before = silences.size();
    silences.removeIf([time](const Silence& one) { return one.to <= time; });
    told = told || silences.size() != before;
    for (auto& [key, entry] : entries) {
        Alert& alert = entry.alert;
        QString by = silencedBy(alert, silences, windows, time);
        if (by != alert.silencedBy) {
            alert.silencedBy = std::move(by);
            entry.dirty =
                entry.dirty || (running && alert.id != 0);  // who only looks writes nothing
            told = true;
        }
    }
}

/// What is to be told now, marked as told in the entries.
QList<Notice> Alerts::Body::due()
{
    TellContext context;
    context.rules = rulesByName;
    context.channels = channels;
    context.group = options.group;
    context.now = now();
    QList<Alert> ready;
    for (const auto& [key, entry] : entries) {
        const bool waits = entry.asking && context.now - entry.alert.noticed < kAnswerMs &&
                           context.now >= entry.alert.noticed;
        if (!waits && (entry.alert.state == AlertState::Firing ||
                       entry.alert.state == AlertState::Resolved)) {
            ready.append(entry.alert);
        }
    }
    for (const AlertEntry& entry : finished) {
        ready.append(entry.alert);
    }
    QList<Notice> notices = dueNotices(ready, context);
    for (Notice& notice : notices) {
        notice.id = newId();
        for (const Alert& alert : notice.alerts) {
            const auto mark = [&](AlertEntry& entry) {
                markTold(entry.alert, notice.kind, context.now);
                entry.dirty = true;
            };
            const auto found = entries.find(keyOf(alert));
            if (found != entries.end() && found->second.alert.id == alert.id) {
                mark(found->second);
                continue;
            }
            for (AlertEntry& entry : finished) {
                if (entry.alert.id == alert.id) {
                    mark(entry);
                }
            }
        }
    }
    return notices;
}

bool Alerts::Body::isDirty() const
{
    const auto dirty = [](const AlertEntry& entry) { return entry.dirty; };
    return std::any_of(entries.begin(), entries.end(),
                       [&](const auto& one) { return dirty(one.second); }) ||
           std::any_of(finished.begin(), finished.end(), dirty);
}

/// One writer and reader at a time, so that what is read is never older than what was written.
void Alerts::Body::keep()
{
    if (!working && loaded && owner != nullptr) {
        working = true;
        scope.run(work(shared_from_this()));
    }
}

Task<Result<void>> Alerts::Body::work(std::shared_ptr<Body> body)
{
    if (body->reloadWanted) {
        body->reloadWanted = false;
        auto reading = readAll(body);
        const Result<void> read = co_await std::move(reading);
        static_cast<void>(read);  // said as a problem
    }
    if (body->running) {
        auto writing = write(body);
        const Result<void> written = co_await std::move(writing);
        static_cast<void>(written);  // said as a problem
    }
    body->working = false;
    co_return Result<void>();
}

Task<Result<void>> Alerts::Body::write(std::shared_ptr<Body> body)
{
    kept::SaveBatch batch;
    batch.notices = body->due();
    if (!body->isDirty() && batch.notices.isEmpty() &&
        body->bootNow - body->pruned < kPruneEveryMs) {
        co_return Result<void>();
    }
    batch.group = body->options.group;
    batch.owner = thisProcess();
    std::vector<Written> written;
    const auto add = [&](const Key& key, AlertEntry& entry) {
        if (entry.dirty) {
            batch.items.push_back({entry.alert, entry.known});
            written.push_back({key, entry.alert.since});
            entry.dirty = false;
        }
    };
    for (auto& [key, entry] : body->entries) {
        add(key, entry);
    }
    const std::size_t ofEntries = written.size();
    const std::vector<AlertEntry> over = std::exchange(body->finished, {});
    for (AlertEntry entry : over) {
        entry.dirty = true;
        add({}, entry);
    }
    const bool pruning = body->bootNow - body->pruned >= kPruneEveryMs || body->pruned == 0;
    body->pruned = pruning ? body->bootNow : body->pruned;
    std::function<Result<kept::Saved>(store::Transaction&)> job =
        [batch, pruning, most = body->options.historyKept,
         oldest = body->now() -
                  body->options.historyFor.count()](store::Transaction& t) -> Result<kept::Saved> {
        if (pruning) {
            const Result<void> done = kept::prune(t, most, oldest);
            if (!done) {
                return done.error();
            }
        }
        return kept::save(t, batch);
    };
    auto writing = body->sources.store->write<kept::Saved>(std::move(job));
    const Result<kept::Saved> saved = co_await std::move(writing);
    body->setProblem(body->storeProblem,
                     saved ? QString() : u"alerts cannot be kept: "_s + saved.error().message);
    if (!saved) {
        // Not told: the notices are made again with the next try.
        for (std::size_t i = 0; i < written.size(); ++i) {
            if (i >= ofEntries) {
                AlertEntry entry = over[i - ofEntries];
                entry.alert.told = entry.known;
                body->finished.push_back(entry);
                continue;
            }
            const auto found = body->entries.find(written[i].key);
            if (found != body->entries.end()) {
                found->second.dirty = true;
                found->second.alert.told = found->second.known;
            }
        }
        co_return saved.error();
    }
    for (std::size_t i = 0; i < written.size(); ++i) {
        const Alert& now = saved->alerts[i];
        if (i >= ofEntries) {
            // Over, and not told yet: it stays until it is.
            if (!isSettled(now, body->options.group)) {
                body->finished.push_back({now, now.told, false, false});
            }
            continue;
        }
        const auto found = body->entries.find(written[i].key);
        if (found == body->entries.end() || found->second.alert.since != written[i].since) {
            continue;
        }
        AlertEntry& entry = found->second;
        entry.alert.id = now.id;
        entry.alert.since = now.since;
        entry.alert.fired = now.fired;
        entry.alert.noticed = now.noticed;
        entry.alert.takenBy = now.takenBy;
        entry.alert.taken = now.taken;
        entry.alert.incident = now.incident;
        entry.alert.told = now.told;
        entry.known = now.told;
        if (now.state == AlertState::Resolved && entry.alert.state != AlertState::Resolved) {
            entry.alert.state = now.state;
            entry.alert.resolved = now.resolved;
        }
        if (isSettled(entry.alert, body->options.group) && !entry.dirty) {
            body->entries.erase(found);
        }
    }
    body->changed();
    for (const Notice& notice : saved->notices) {
        if (body->owner != nullptr) {
            Q_EMIT body->owner->noticed(notice);
        }
    }
    co_return Result<void>();
}

Task<Result<void>> Alerts::Body::readAll(std::shared_ptr<Body> body)
{
    std::function<Result<ReadBack>(store::Transaction&)> job =
        [time = body->now()](store::Transaction& t) -> Result<ReadBack> {
        const auto open = kept::openAlerts(t);
        if (!open) {
            return open.error();
        }
        const auto current = kept::silences(t, time);
        if (!current) {
            return current.error();
        }
        return ReadBack{*open, *current};
    };
    auto reading = body->sources.store->read<ReadBack>(std::move(job));
    const Result<ReadBack> read = co_await std::move(reading);
    body->setProblem(body->storeProblem,
                     read ? QString() : u"alerts cannot be read: "_s + read.error().message);
    if (!read) {
        co_return read.error();
    }
    body->loaded = true;
    body->adopt(read->open, read->silences);
    co_return Result<void>();
}

/// What stands in the store, over what is known here; what is not written yet stays.
void Alerts::Body::adopt(const QList<Alert>& open, const QList<Silence>& current)
{
    bool different = silences != current;
    silences = current;
    QSet<qint64> standing;
    for (const Alert& alert : open) {
        standing.insert(alert.id);
        const Key key = keyOf(alert);
        const auto found = entries.find(key);
        if (found == entries.end()) {
            const bool over = std::any_of(finished.begin(), finished.end(), [&](const auto& one) {
                return one.alert.id == alert.id;
            });
            if (!over) {
                entries.emplace(key, AlertEntry{alert, alert.told, false, false});
                different = true;
            }
            continue;
        }
        Alert& known = found->second.alert;
        if (known.id != alert.id) {
            continue;  // an older one of the same series, about to be told
        }
        if (known.takenBy != alert.takenBy || known.incident != alert.incident) {
            known.takenBy = alert.takenBy;
            known.taken = alert.taken;
            known.incident = alert.incident;
            different = true;
        }
        if (!found->second.dirty) {
            different = different || known.told != alert.told || known.state != alert.state;
            known.told = alert.told;
            found->second.known = alert.told;
            if (alert.state == AlertState::Resolved || !running) {
                known = alert;
            }
        }
    }
    const std::size_t before = entries.size();
    std::erase_if(entries, [&standing](const auto& one) {
        const AlertEntry& entry = one.second;
        return entry.alert.id != 0 && !entry.dirty && !standing.contains(entry.alert.id);
    });
    if (different || entries.size() != before) {
        changed();
    }
}

}  // namespace analemma::monitor
