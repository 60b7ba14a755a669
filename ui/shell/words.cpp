#include "ui/shell/words.h"

#include <QCoreApplication>
#include <QHash>
#include <QLocale>

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;

namespace analemma::ui {

namespace {

QString tr(const char* text)
{
    return QCoreApplication::translate("Words", text);
}

struct Look {
    Token token;
    const char* icon;
    const char* word;
};

// In the order of lifecycle::Mark.
constexpr std::array<Look, 7> looks{{
    {Token::Quiet, "none", ""},
    {Token::Idle, "idle", QT_TRANSLATE_NOOP("Words", "idle")},
    {Token::Waiting, "waiting", QT_TRANSLATE_NOOP("Words", "waiting")},
    {Token::Running, "running", QT_TRANSLATE_NOOP("Words", "running")},
    {Token::Ok, "ok", QT_TRANSLATE_NOOP("Words", "ok")},
    {Token::Failed, "failed", QT_TRANSLATE_NOOP("Words", "failed")},
    {Token::Unknown, "unknown", QT_TRANSLATE_NOOP("Words", "unknown")},
}};

const Look& lookOf(Mark mark)
{
    return looks.at(static_cast<std::size_t>(mark));
}

struct StateWord {
    const char* state;
    Mark mark;
    const char* word;
};

constexpr std::array<StateWord, 40> states{{
    {"waiting", Mark::Waiting, QT_TRANSLATE_NOOP("Words", "waiting")},
    {"queued", Mark::Waiting, QT_TRANSLATE_NOOP("Words", "queued")},
    {"suspended", Mark::Waiting, QT_TRANSLATE_NOOP("Words", "suspended")},
    {"running", Mark::Running, QT_TRANSLATE_NOOP("Words", "running")},
    {"starting", Mark::Running, QT_TRANSLATE_NOOP("Words", "starting")},
    {"cancelling", Mark::Running, QT_TRANSLATE_NOOP("Words", "cancelling")},
    {"draining", Mark::Running, QT_TRANSLATE_NOOP("Words", "draining")},
    {"ok", Mark::Ok, QT_TRANSLATE_NOOP("Words", "ok")},
    {"passed", Mark::Ok, QT_TRANSLATE_NOOP("Words", "passed")},
    {"healthy", Mark::Ok, QT_TRANSLATE_NOOP("Words", "healthy")},
    {"active", Mark::Ok, QT_TRANSLATE_NOOP("Words", "active")},
    {"up", Mark::Ok, QT_TRANSLATE_NOOP("Words", "up")},
    {"approved", Mark::Ok, QT_TRANSLATE_NOOP("Words", "approved")},
    {"ready", Mark::Ok, QT_TRANSLATE_NOOP("Words", "ready")},
    {"failed", Mark::Failed, QT_TRANSLATE_NOOP("Words", "failed")},
    {"error", Mark::Failed, QT_TRANSLATE_NOOP("Words", "error")},
    {"unhealthy", Mark::Failed, QT_TRANSLATE_NOOP("Words", "unhealthy")},
    {"degraded", Mark::Failed, QT_TRANSLATE_NOOP("Words", "degraded")},
    {"down", Mark::Failed, QT_TRANSLATE_NOOP("Words", "down")},
    {"broken", Mark::Failed, QT_TRANSLATE_NOOP("Words", "broken")},
    {"unknown", Mark::Unknown, QT_TRANSLATE_NOOP("Words", "unknown")},
    {"interrupted", Mark::Unknown, QT_TRANSLATE_NOOP("Words", "interrupted")},
    {"idle", Mark::Idle, QT_TRANSLATE_NOOP("Words", "idle")},
    {"warm", Mark::Idle, QT_TRANSLATE_NOOP("Words", "warm")},
    {"gone", Mark::Idle, QT_TRANSLATE_NOOP("Words", "gone")},
    {"stopped", Mark::Idle, QT_TRANSLATE_NOOP("Words", "stopped")},
    {"empty", Mark::Idle, QT_TRANSLATE_NOOP("Words", "empty")},
    {"skipped", Mark::Idle, QT_TRANSLATE_NOOP("Words", "skipped")},
    {"cancelled", Mark::Idle, QT_TRANSLATE_NOOP("Words", "cancelled")},
    {"finished", Mark::Ok, QT_TRANSLATE_NOOP("Words", "finished")},
    {"none", Mark::Idle, QT_TRANSLATE_NOOP("Words", "none")},
    {"maint", Mark::Idle, QT_TRANSLATE_NOOP("Words", "out of service")},
    {"drain", Mark::Waiting, QT_TRANSLATE_NOOP("Words", "draining")},
    {"planned", Mark::Waiting, QT_TRANSLATE_NOOP("Words", "planned")},
    {"new", Mark::Idle, QT_TRANSLATE_NOOP("Words", "new")},
    {"held", Mark::Running, QT_TRANSLATE_NOOP("Words", "held")},
    {"pending", Mark::Waiting, QT_TRANSLATE_NOOP("Words", "pending")},
    {"open", Mark::Idle, QT_TRANSLATE_NOOP("Words", "open")},
    {"done", Mark::Ok, QT_TRANSLATE_NOOP("Words", "done")},
    {"orphan", Mark::Failed, QT_TRANSLATE_NOOP("Words", "orphan")},
}};

const StateWord* find(const QString& state)
{
    static const QHash<QString, const StateWord*> table = [] {
        QHash<QString, const StateWord*> all;
        for (const StateWord& entry : states) {
            all.insert(QLatin1StringView(entry.state), &entry);
        }
        return all;
    }();
    return table.value(state.toLower());
}

struct PhaseLook {
    const char* icon;
    const char* word;
};

constexpr std::array<PhaseLook, lifecycle::phaseCount> phases{{
    {"plan", QT_TRANSLATE_NOOP("Words", "Plan")},
    {"code", QT_TRANSLATE_NOOP("Words", "Code")},
    {"build", QT_TRANSLATE_NOOP("Words", "Build")},
    {"test", QT_TRANSLATE_NOOP("Words", "Test")},
    {"release", QT_TRANSLATE_NOOP("Words", "Release")},
    {"deploy", QT_TRANSLATE_NOOP("Words", "Deploy")},
    {"operate", QT_TRANSLATE_NOOP("Words", "Operate")},
    {"monitor", QT_TRANSLATE_NOOP("Words", "Monitor")},
}};

// The words of pipeline::State, in its order.
constexpr std::array<const char*, 7> runStates{"waiting",   "running", "passed",     "failed",
                                               "cancelled", "skipped", "interrupted"};

}  // namespace

Token tokenOf(Mark mark)
{
    return lookOf(mark).token;
}

QString iconOf(Mark mark)
{
    return QLatin1StringView(lookOf(mark).icon);
}

QString wordOf(Mark mark)
{
    return mark == Mark::None ? QString() : tr(lookOf(mark).word);
}

QString wordOf(lifecycle::Phase phase)
{
    return tr(phases.at(static_cast<std::size_t>(phase)).word);
}

QString iconOf(lifecycle::Phase phase)
{
    return QLatin1StringView(phases.at(static_cast<std::size_t>(phase)).icon);
}

Mark markOf(const QString& state)
{
    if (state.isEmpty()) {
        return Mark::None;
    }
    const StateWord* entry = find(state);
    return entry ? entry->mark : Mark::Unknown;
}

Mark markOf(pipeline::State state)
{
    return markOf(QString(QLatin1StringView(runStates.at(static_cast<std::size_t>(state)))));
}

QString wordOfState(const QString& state)
{
    const StateWord* entry = find(state);
    return entry ? tr(entry->word) : state;
}

QString wordOfState(pipeline::State state)
{
    return wordOfState(QString(QLatin1StringView(runStates.at(static_cast<std::size_t>(state)))));
}

QString agoText(const QDateTime& time, const QDateTime& now)
{
    if (!time.isValid()) {
        return {};
    }
    const qint64 age = std::max<qint64>(0, time.secsTo(now));
    return age < 2 ? QCoreApplication::translate("Words", "just now")
                   : QCoreApplication::translate("Words", "%1 ago").arg(shortAge(time, now));
}

QString shortAge(const QDateTime& time, const QDateTime& now)
{
    if (!time.isValid()) {
        return {};
    }
    const qint64 age = std::max<qint64>(0, time.secsTo(now));
    if (age < 60) {
        return QCoreApplication::translate("Words", "%1 s").arg(age);
    }
    if (age < 3600) {
        return QCoreApplication::translate("Words", "%1 min").arg(age / 60);
    }
    if (age < 2 * 86'400) {
        return QCoreApplication::translate("Words", "%1 h").arg(age / 3600);
    }
    const int days = int(age / 86'400);
    if (days < 365) {
        return QCoreApplication::translate("Words", "%1 d").arg(days);
    }
    const int years = (days + 183) / 365;  // the nearest, as git tells them
    return QCoreApplication::translate("Words", "%n y", nullptr, years);
}

QString absoluteTime(const QDateTime& time)
{
    if (!time.isValid()) {
        return {};
    }
    const QDateTime local = time.toLocalTime();
    return QLocale().toString(local, u"d MMM yyyy HH:mm:ss"_s) + u' ' +
           local.timeZoneAbbreviation();
}

QString sentences(const Error& error)
{
    QString text = error.message;
    if (!text.isEmpty() && !error.hint.isEmpty()) {
        const QString ends = u".!?…:"_s;
        text += ends.contains(text.back()) ? u" "_s : u". "_s;
    }
    return text + error.hint;
}

QString shortHash(const QString& hash)
{
    return hash.left(7);
}

}  // namespace analemma::ui
