#include "ui/console/feed_queue.h"

#include "core/terminal/terminal.h"

#include <QElapsedTimer>
#include <QTimer>

namespace analemma::ui {

namespace {

constexpr qsizetype sliceBytes = 16 * 1024;  // between two looks at the clock

}  // namespace

FeedQueue::FeedQueue(terminal::Screen* screen, QObject* parent)
    : QObject(parent), m_screen(screen), m_next(new QTimer(this))
{
    m_next->setSingleShot(true);
    m_next->setInterval(0);
    connect(m_next, &QTimer::timeout, this, &FeedQueue::turn);
}

void FeedQueue::add(const QByteArray& bytes)
{
    if (bytes.isEmpty()) {
        return;
    }
    m_pieces.push_back(bytes);
    m_queued += bytes.size();
    if (!m_next->isActive()) {
        m_next->start();
    }
}

qsizetype FeedQueue::feedSlice()
{
    const QByteArray& piece = m_pieces.front();
    const qsizetype size = qMin(sliceBytes, piece.size() - m_offset);
    m_screen->feed(QByteArrayView(piece).sliced(m_offset, size));
    m_offset += size;
    if (m_offset == piece.size()) {
        m_pieces.pop_front();
        m_offset = 0;
    }
    m_queued -= size;
    return size;
}

void FeedQueue::turn()
{
    QElapsedTimer spent;
    spent.start();
    qsizetype bytes = 0;
    while (!m_pieces.empty() && bytes + sliceBytes <= turnBytes &&
           spent.elapsed() < turnMilliseconds) {
        bytes += feedSlice();
    }
    if (!m_pieces.empty()) {
        m_next->start();
    }
    Q_EMIT fed(bytes);
}

void FeedQueue::finish()
{
    qsizetype bytes = 0;
    while (!m_pieces.empty()) {
        bytes += feedSlice();
    }
    if (bytes > 0) {
        Q_EMIT fed(bytes);
    }
}

}  // namespace analemma::ui
