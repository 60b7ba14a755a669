#pragma once

#include <QObject>

#include <functional>

class QTimer;

namespace analemma::ui {

/// Makes one reading of many wishes: a panel asks for one whenever something may have changed, and
/// reads at most once a pause and never twice at a time. A wish that comes during a reading is
/// kept, and granted after it. Main thread.
class Reader : public QObject {
    Q_OBJECT
public:
    /// `begin` starts a reading, whose end is told by done(). It may refuse by returning false.
    Reader(int pauseMilliseconds, std::function<bool()> begin, QObject* parent);
    void read();      ///< now, or right after the one under way
    void readSoon();  ///< after the pause, together with all who ask meanwhile
    void done();      ///< the reading has ended, well or not

private:
    std::function<bool()> m_begin;
    QTimer* m_soon;
    bool m_reading = false;
    bool m_again = false;
};

}  // namespace analemma::ui
