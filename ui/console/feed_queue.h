#pragma once

#include <QByteArray>
#include <QObject>

#include <deque>

class QTimer;

namespace analemma::terminal {
class Screen;
}

namespace analemma::ui {

/// Bytes on their way to a screen. At most 64 KiB and 8 ms a turn of the event loop, so that keys
/// and painting come in between. Whoever sends is told what was dealt with and stops above 1 MiB.
class FeedQueue : public QObject {
    Q_OBJECT
public:
    static constexpr qsizetype turnBytes = 64 * 1024;
    static constexpr qint64 turnMilliseconds = 8;
    static constexpr qsizetype limitBytes = 1024 * 1024;

    FeedQueue(terminal::Screen* screen, QObject* parent);
    void add(const QByteArray& bytes);
    [[nodiscard]] qsizetype queued() const { return m_queued; }
    [[nodiscard]] bool isFull() const { return m_queued >= limitBytes; }
    /// All at once, however long it takes: for tests and before a screen is left.
    void finish();

Q_SIGNALS:
    /// The screen has changed.
    void fed(qsizetype bytes);

private:
    void turn();
    qsizetype feedSlice();
    terminal::Screen* m_screen;
    QTimer* m_next;
    std::deque<QByteArray> m_pieces;
    qsizetype m_offset = 0;  ///< into the first piece
    qsizetype m_queued = 0;
};

}  // namespace analemma::ui
