#pragma once

#include "ui/shell/context.h"

#include <QObject>
#include <QString>

class QTimer;

namespace analemma {
struct Error;
}

namespace analemma::ui {

class Tray;

/// Keeps the tray in step with the engine: reads what changed, at most ten times a second, and
/// carries its wishes (cancel, check now) to the engine.
class OperationsFeed : public QObject {
    Q_OBJECT
public:
    OperationsFeed(Context context, Tray* tray, QObject* parent);
    /// Reads all anew.
    void refresh();

Q_SIGNALS:
    void counted(int running, int alerts);
    void failed(const analemma::Error& error);
    /// An operation of late ended in a way that needs a person; for the alerts.
    void alert(const QString& operation);

private:
    void readList();
    void readOperation(const QString& id);
    void readEvents();
    Context m_context;
    Tray* m_tray;
    QTimer* m_timer;
    QTimer* m_eventsTimer;
    QString m_shown;
    qint64 m_lastEvent = 0;
    bool m_reading = false;
    bool m_readingEvents = false;
};

}  // namespace analemma::ui
