#include "ui/shell/operations_feed.h"

#include "ui/shell/tray.h"

#include "core/base/text.h"

#include <QTimer>

using namespace Qt::StringLiterals;

namespace analemma::ui {

namespace {

constexpr int kept = 50;
constexpr int eventsAtOnce = 500;
constexpr qint64 alertSeconds = 3600;  // older ends are history, not alerts

bool needsPerson(const engine::Operation& operation, const QDateTime& now)
{
    if (!operation.isFinished()) {
        return operation.state == u"interrupted";
    }
    const bool bad = operation.outcome == engine::Outcome::Failed ||
                     operation.outcome == engine::Outcome::Unknown;
    return bad && operation.finished.secsTo(now) < alertSeconds;
}

QString eventLine(const store::EventRow& event)
{
    const QString text = event.body.value(u"text"_s).toString();
    const QString time = event.at.toLocalTime().toString(u"HH:mm:ss"_s);
    return time + u"  "_s + displayText(text);
}

}  // namespace

OperationsFeed::OperationsFeed(Context context, Tray* tray, QObject* parent)
    : QObject(parent),
      m_context(std::move(context)),
      m_tray(tray),
      m_timer(new QTimer(this)),
      m_eventsTimer(new QTimer(this))
{
    for (QTimer* timer : {m_timer, m_eventsTimer}) {
        timer->setSingleShot(true);
        timer->setInterval(100);
    }
    connect(m_timer, &QTimer::timeout, this, &OperationsFeed::readList);
    connect(m_eventsTimer, &QTimer::timeout, this, &OperationsFeed::readEvents);
    connect(tray, &Tray::operationShown, this, [this](const QString& id) {
        m_shown = id;
        m_lastEvent = 0;
        m_tray->clearLog(id);
        readOperation(id);
        readEvents();
    });
    if (!m_context.engine) {
        return;
    }
    connect(m_context.engine, &engine::Engine::changed, this, [this](const QString& id) {
        readOperation(id);
        if (!m_timer->isActive()) {
            m_timer->start();
        }
    });
    connect(m_context.engine, &engine::Engine::eventsAdded, this, [this] {
        if (!m_eventsTimer->isActive()) {
            m_eventsTimer->start();
        }
    });
    const auto told = [this](const Result<void>& result) {
        if (!result) {
            Q_EMIT failed(result.error());
        }
    };
    connect(tray, &Tray::cancelAsked, this,
            [this, told](const QString& id) { then(m_context.engine->cancel(id), this, told); });
    connect(tray, &Tray::resumeAsked, this,
            [this, told](const QString& id) { then(m_context.engine->resume(id), this, told); });
}

void OperationsFeed::refresh()
{
    readList();
}

void OperationsFeed::readList()
{
    if (!m_context.engine || m_reading) {
        return;
    }
    m_reading = true;
    then(m_context.engine->operations(QString(), kept), this,
         [this](const Result<QList<engine::Operation>>& read) {
             m_reading = false;
             if (!read) {
                 Q_EMIT failed(read.error());
                 return;
             }
             const QDateTime now = m_context.clock->now();
             m_tray->setOperations(*read, now);
             int alerts = 0;
             for (const engine::Operation& operation : *read) {
                 alerts += needsPerson(operation, now) ? 1 : 0;
             }
             Q_EMIT counted(m_tray->runningCount(), alerts);
         });
}

void OperationsFeed::readOperation(const QString& id)
{
    if (!m_context.engine || id.isEmpty()) {
        return;
    }
    then(m_context.engine->operation(id), this, [this](const Result<engine::Operation>& read) {
        if (read) {
            m_tray->setOperation(*read, m_context.clock->now());
        }
    });
}

void OperationsFeed::readEvents()
{
    if (!m_context.engine || m_shown.isEmpty() || m_readingEvents || !m_tray->isOpen()) {
        return;
    }
    m_readingEvents = true;
    const QString id = m_shown;
    then(m_context.engine->events(m_lastEvent, id, eventsAtOnce), this,
         [this, id](const Result<QList<store::EventRow>>& read) {
             m_readingEvents = false;
             if (!read || id != m_shown) {
                 m_eventsTimer->start();
                 return;
             }
             for (const store::EventRow& event : *read) {
                 m_lastEvent = std::max(m_lastEvent, event.sequence);
                 if (event.kind == u"log") {
                     m_tray->appendLog(id, eventLine(event));
                 }
             }
             if (read->size() == eventsAtOnce) {
                 m_eventsTimer->start();
             }
         });
}

}  // namespace analemma::ui
