#include "app/cli/progress.h"

#include "app/cli/operate.h"
#include "core/base/text.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::cli {
namespace {

constexpr int paintMilliseconds = 100;
constexpr qsizetype paintedActions = 24;
constexpr int progressBatch = 500;

bool hasEnded(const engine::ActionView& action)
{
    return action.state == u"ok" || action.state == u"failed" || action.state == u"unknown";
}

/// Of a long list, those that tell most: what runs, what failed, then the newest ends.
QList<engine::ActionView> shown(const engine::Operation& operation)
{
    QList<engine::ActionView> list = operation.actions;
    while (list.size() > paintedActions) {
        const auto old =
            std::find_if(list.begin(), list.end(),
                         [](const engine::ActionView& action) { return action.state == u"ok"; });
        if (old == list.end()) {
            list.resize(paintedActions);
            break;
        }
        list.erase(old);
    }
    return list;
}

}  // namespace

QString actionLine(const engine::ActionView& action, const QDateTime& now, bool colour)
{
    const QString word = action.state;
    QString time;
    if (action.started.isValid()) {
        const QDateTime end = action.finished.isValid() ? action.finished : now;
        time = durationText(milliseconds(qMax<qint64>(0, action.started.msecsTo(end))));
    }
    if (word == u"running" && action.fraction >= 0) {
        time += u"  %1 %"_s.arg(qRound(action.fraction * 100));
    } else if (word == u"running" && action.usual) {
        time += u"  usually %1"_s.arg(durationText(*action.usual));
    }
    QString line = u"  "_s + paintState(word, colour) +
                   QString(qMax<qsizetype>(1, 9 - word.size()), u' ') +
                   displayText(action.title, 90).leftJustified(44, u' ') + u"  "_s + time;
    if (!action.error.isEmpty() && word != u"ok") {
        line += u"  "_s + displayText(action.error, 300);
    }
    while (line.endsWith(u' ')) {
        line.chop(1);
    }
    return line;
}

Progress::Progress(const Run* run, QString id) : m_run(run), m_id(std::move(id))
{
    m_timer.setInterval(paintMilliseconds);
    connect(&m_timer, &QTimer::timeout, this, &Progress::look);
    const engine::Engine* engine = run->services->engine.get();
    const auto poke = [this] {
        if (!m_timer.isActive()) {
            m_timer.start();
        }
    };
    connect(engine, &engine::Engine::changed, this, [this, poke](const QString& operation) {
        if (operation == m_id) {
            poke();
        }
    });
    connect(engine, &engine::Engine::eventsAdded, this, poke);
    m_timer.start();
}

Progress::~Progress() = default;

void Progress::look()
{
    if (!m_run->liveProgress) {
        m_timer.stop();  // until something changes; a live picture also counts the time
    }
    if (m_run->json && !m_run->follow) {
        return;
    }
    if (m_reading) {
        m_again = true;
        return;
    }
    readOperation();
    if (m_run->follow) {
        readEvents();
    }
}

void Progress::settleOne()
{
    --m_open;
    if (m_open == 0 && std::exchange(m_again, false)) {
        look();
    }
    if (m_open == 0 && m_done) {
        std::exchange(m_done, nullptr)();
    }
}

void Progress::readOperation()
{
    m_reading = true;
    ++m_open;
    then(m_run->services->engine->operation(m_id), this,
         [this](Result<engine::Operation> operation) {
             m_reading = false;
             if (operation && !m_run->json) {
                 show(*operation);
             }
             settleOne();
         });
}

void Progress::readEvents()
{
    if (m_readingEvents) {
        return;
    }
    m_readingEvents = true;
    ++m_open;
    then(m_run->services->engine->events(m_sequence, m_id, progressBatch), this,
         [this](Result<QList<store::EventRow>> events) {
             m_readingEvents = false;
             for (const store::EventRow& event : events.valueOr({})) {
                 m_sequence = event.sequence;
                 if (m_run->json) {
                     m_run->printJson(eventJson(event));
                 } else if (const QString text = eventText(event, false); !text.isEmpty()) {
                     m_run->say(text);
                 }
             }
             if (events && events->size() == progressBatch) {
                 readEvents();
             }
             settleOne();
         });
}

void Progress::show(const engine::Operation& operation)
{
    if (m_run->follow) {
        return;  // the events tell the same, in more words
    }
    if (m_run->liveProgress) {
        paint(operation);
        return;
    }
    for (const engine::ActionView& action : operation.actions) {
        if (hasEnded(action) && !m_told.contains(action.key)) {
            m_told.insert(action.key);
            m_run->say(actionLine(action, m_run->services->clock.now(), false));
        }
    }
}

void Progress::paint(const engine::Operation& operation)
{
    const QDateTime now = m_run->services->clock.now();
    QString text;
    for (int i = 0; i < m_painted; ++i) {
        text += u"\x1b[1A\x1b[2K"_s;
    }
    const bool colour = m_run->liveProgress;
    QString head = displayText(operation.title, 100);
    if (operation.estimate && !operation.isFinished()) {
        head += u"  about %1 left"_s.arg(durationText(*operation.estimate));
    }
    text += u"\r"_s + head + u'\n';
    m_painted = 1;
    for (const engine::ActionView& action : shown(operation)) {
        text += actionLine(action, now, colour) + u'\n';
        ++m_painted;
    }
    m_run->streams.err(text.toUtf8());
}

void Progress::finish(std::function<void()> done)
{
    m_timer.stop();
    m_done = std::move(done);
    ++m_open;
    look();
    m_timer.stop();
    settleOne();
}

}  // namespace analemma::cli
