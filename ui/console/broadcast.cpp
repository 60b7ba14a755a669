#include "ui/console/broadcast.h"

#include "ui/console/console_page.h"

#include <QSet>
#include <QTimer>

namespace analemma::ui {

Broadcast::Broadcast(QObject* parent) : QObject(parent), m_second(new QTimer(this))
{
    connect(m_second, &QTimer::timeout, this, &Broadcast::tell);
}

bool Broadcast::has(const ConsolePage* page) const
{
    return m_pages.contains(page);
}

bool Broadcast::start(const QList<ConsolePage*>& pages)
{
    const QList<ConsolePage*> wanted = pages;
    stop();
    for (ConsolePage* page : wanted) {
        if (page->isLive()) {
            m_pages.append(page);
        }
    }
    m_on = m_pages.size() > 1;
    if (!m_on) {
        m_pages.clear();
        return false;
    }
    m_since.start();
    m_second->start(int(qMin<qint64>(1000, m_duration.count())));
    tell();
    Q_EMIT changed();
    return true;
}

void Broadcast::toggle(ConsolePage* page)
{
    if (m_pages.removeAll(page) > 0) {
        page->setBroadcast(0, 0, {});
        check();
    } else if (page->isLive()) {
        m_pages.append(page);
        if (m_on) {
            tell();
            Q_EMIT changed();
        } else if (m_pages.size() > 1) {
            start(m_pages);
        }
    }
}

void Broadcast::stop()
{
    m_second->stop();
    m_on = false;
    for (ConsolePage* page : std::exchange(m_pages, {})) {
        page->setBroadcast(0, 0, {});
    }
    Q_EMIT changed();
}

void Broadcast::typed(ConsolePage* from, const QByteArray& bytes)
{
    if (!m_on || !has(from)) {
        return;
    }
    for (ConsolePage* page : std::as_const(m_pages)) {
        if (page != from) {
            page->sendBroadcast(bytes);
        }
    }
}

void Broadcast::check(ConsolePage* gone)
{
    const qsizetype before = m_pages.size();
    m_pages.removeAll(gone);
    for (ConsolePage* page : QList<ConsolePage*>(m_pages)) {
        if (!page->isLive()) {
            m_pages.removeAll(page);
            page->setBroadcast(0, 0, {});
        }
    }
    if (m_on && m_pages.size() < 2) {
        stop();
    } else if (m_on && m_pages.size() != before) {
        tell();
        Q_EMIT changed();
    }
}

void Broadcast::tell()
{
    const milliseconds left = m_duration - milliseconds(m_since.elapsed());
    if (left.count() <= 0) {
        stop();
        return;
    }
    QSet<QString> hosts;
    for (const ConsolePage* page : std::as_const(m_pages)) {
        hosts.insert(page->target().server);
    }
    for (ConsolePage* page : std::as_const(m_pages)) {
        page->setBroadcast(int(hosts.size()), int(m_pages.size()),
                           std::chrono::ceil<std::chrono::seconds>(left));
    }
}

}  // namespace analemma::ui
