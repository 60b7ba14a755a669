#pragma once

#include "app/cli/run.h"

#include <QSet>
#include <QTimer>

namespace analemma::cli {

/// Shows an operation while it goes on: its actions, painted over on a terminal, else a line for
/// each that ended; with --follow its events. Talk goes to stderr, events as data (--json) to
/// stdout.
class Progress : public QObject {
    Q_OBJECT
public:
    Progress(const Run* run, QString id);
    ~Progress() override;
    /// Reads what is new once more and paints the last picture; `done` is called then.
    void finish(std::function<void()> done);

private:
    void look();
    void readOperation();
    void readEvents();
    void show(const engine::Operation& operation);
    void paint(const engine::Operation& operation);
    void settleOne();

    const Run* m_run;
    QString m_id;
    QTimer m_timer;
    int m_painted = 0;     ///< lines on the terminal that are painted over next
    QSet<QString> m_told;  ///< action keys whose end has been said
    qint64 m_sequence = 0;
    bool m_reading = false;
    bool m_again = false;
    bool m_readingEvents = false;
    int m_open = 0;  ///< reads under way
    std::function<void()> m_done;
};

/// "  ok       Start server web-2   38 ms": one action as a line.
QString actionLine(const engine::ActionView& action, const QDateTime& now, bool colour);

}  // namespace analemma::cli
