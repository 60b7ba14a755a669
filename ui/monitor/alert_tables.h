#pragma once

#include "core/monitor/incidents.h"
#include "ui/monitor/alert_words.h"

#include <QStackedWidget>

namespace analemma::ui {

class DataTable;
class RecordModel;

/// The four lists of alerts, one at a time: "open", "past", "silences", "incidents". Views.
class AlertTables : public QStackedWidget {
    Q_OBJECT
public:
    explicit AlertTables(QWidget* parent = nullptr);

    void setOpen(const QList<monitor::Alert>& alerts, const QList<monitor::AlertRule>& rules,
                 const QDateTime& now);
    void setPast(const QList<monitor::Alert>& alerts, const QList<monitor::AlertRule>& rules,
                 const QDateTime& now);
    void setSilences(const QList<monitor::Silence>& silences, const QDateTime& now);
    void setIncidents(const QList<monitor::Incident>& incidents, const QDateTime& now);
    void refreshAges(const QDateTime& now);

    void showList(const QString& list);
    [[nodiscard]] QString list() const;
    [[nodiscard]] DataTable* table(const QString& list) const;
    [[nodiscard]] DataTable* current() const { return table(list()); }

Q_SIGNALS:
    void activated(const QString& list, const QString& id);

private:
    struct List {
        QString id;
        RecordModel* model = nullptr;
        DataTable* table = nullptr;
    };
    void add(const QString& id, RecordModel* model, const QString& name);
    [[nodiscard]] RecordModel* model(const QString& list) const;
    QList<List> m_lists;
};

}  // namespace analemma::ui
