#pragma once

#include "core/operate/fleet.h"

#include <QHash>
#include <QWidget>

class QCheckBox;

namespace analemma::ui {

class DataTable;
class LogPane;
class LogView;
class RecordModel;
class Text;

/// What the servers said, equal answers as one: the groups at the left, the output of the chosen
/// one at the right, or what of it differs from the largest group's. A pure view: who shows it
/// brings the outputs.
class GroupView : public QWidget {
    Q_OBJECT
public:
    explicit GroupView(QWidget* parent = nullptr);

    void setSteps(const QList<operate::HostStep>& steps);
    /// Another operation: nothing is chosen any more.
    void forget();
    /// What was written, by its SHA-256.
    void setOutput(const QString& sha256, const QByteArray& output);
    /// What a server has written so far; shown while its tile is chosen and it has not ended.
    void setTail(const QString& host, const QByteArray& tail);
    /// Shows what this server said.
    void showHost(const QString& host);
    [[nodiscard]] LogView* log() const;
    [[nodiscard]] DataTable* table() const { return m_table; }

Q_SIGNALS:
    /// The output is not known here yet.
    void outputWanted(const QString& sha256);

private:
    void refresh();
    [[nodiscard]] const operate::FleetGroup* group(const QString& id) const;
    [[nodiscard]] const operate::HostStep* step(const QString& host) const;

    QList<operate::HostStep> m_steps;
    QList<operate::FleetGroup> m_groups;
    QHash<QString, QByteArray> m_outputs;
    QString m_host;  ///< chosen, and under way
    QString m_tailOf;
    QByteArray m_tail;
    QString m_shown;
    RecordModel* m_model;
    DataTable* m_table;
    QCheckBox* m_difference;
    Text* m_who;
    LogPane* m_pane;
};

}  // namespace analemma::ui
