#pragma once

#include "ui/fleet/fleet_page.h"
#include "ui/shell/context.h"
#include "ui/shell/panel.h"

#include <QSet>

namespace analemma::ui {

class Reader;

/// Stands between the fleet page and the core: reads when shown and on changes, does what is
/// pressed.
class FleetDesk : public QObject {
    Q_OBJECT
public:
    FleetDesk(Context context, FleetPage* page, QObject* parent);

    /// The page is shown: servers, runbooks and earlier runs are read.
    void activate();
    /// Shows one operation.
    void open(const QString& operation);

Q_SIGNALS:
    void notice(const analemma::ui::Notice& notice);

private:
    void connectPage();
    void preview();
    void run(const operate::FleetRequest& request);
    void runAgain();
    void check(const QString& operation);
    void start(const operate::FleetRequest& request);
    void save(const operate::Runbook& runbook);
    void lookUpApproval(const operate::Runbook& runbook);
    void approve(const operate::Runbook& runbook);
    void showDifference(const operate::Runbook& earlier, const operate::Runbook& runbook);
    bool read();
    void readRunbooks();
    void fetch(const QString& sha256);
    void tell(const Error& error);
    Context m_context;
    FleetPage* m_page;
    Reader* m_reader;
    QString m_operation;
    QSet<QString> m_fetching;
    quint64 m_asked = 0;
};

}  // namespace analemma::ui
