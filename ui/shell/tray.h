#pragma once

#include "core/engine/engine.h"
#include "ui/shell/words.h"

#include <QHash>
#include <QWidget>

class QSplitter;

namespace analemma::ui {

class Button;
class DataTable;
class IconButton;
class LogPane;
class PlanView;
class RecordModel;
class StateBadge;
class Text;
class Turner;

/// What an operation is doing: "step 4 of 7: health of production 4". Pure.
QString stepText(const engine::Operation& operation);
/// The state of an operation as a mark: running, ok, failed, unknown, idle when cancelled. Pure.
Mark markOf(const engine::Operation& operation);

/// The operations tray at the bottom: one line for what runs now; opened, the operations of late
/// with plan, log and cancel. A view: it is fed and says what it wants.
class Tray : public QWidget {
    Q_OBJECT
public:
    explicit Tray(QWidget* parent = nullptr);

    /// Newest first, as Engine::operations() gives them; plans may be missing.
    void setOperations(const QList<engine::Operation>& operations, const QDateTime& now);
    /// One operation with its plan.
    void setOperation(const engine::Operation& operation, const QDateTime& now);
    void appendLog(const QString& operation, const QString& line);
    void clearLog(const QString& operation);

    void setOpen(bool open);
    [[nodiscard]] bool isOpen() const { return m_open; }
    /// Operations are shown but not acted on, and why; empty: they are.
    void setRefusal(const QString& why);
    /// Opens it with this operation chosen.
    void openOperation(const QString& id);
    [[nodiscard]] QString shownOperation() const { return m_shown; }
    [[nodiscard]] int runningCount() const;

Q_SIGNALS:
    void cancelAsked(const QString& operation);
    void resumeAsked(const QString& operation);
    /// An operation is shown: its plan and log are wanted.
    void operationShown(const QString& operation);
    void openChanged(bool open);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    void buildBar();
    void buildBody();
    void refreshBar(const QDateTime& now);
    void refreshList(const QDateTime& now);
    void showOperation(const QString& id);
    [[nodiscard]] const engine::Operation* find(const QString& id) const;
    [[nodiscard]] const engine::Operation* barOperation() const;

    QList<engine::Operation> m_operations;
    QDateTime m_now;
    QString m_shown;
    QHash<QString, QByteArray> m_logs;
    QString m_refusal;
    bool m_open = false;

    QWidget* m_bar = nullptr;
    QWidget* m_body = nullptr;
    class StateIcon* m_icon = nullptr;
    Text* m_title = nullptr;
    Text* m_step = nullptr;
    Text* m_usual = nullptr;
    Text* m_more = nullptr;
    Button* m_details = nullptr;
    IconButton* m_cancel = nullptr;
    RecordModel* m_model = nullptr;
    DataTable* m_list = nullptr;
    Text* m_shownTitle = nullptr;
    StateBadge* m_shownState = nullptr;
    Text* m_reason = nullptr;
    Button* m_cancelShown = nullptr;
    Button* m_resume = nullptr;
    PlanView* m_plan = nullptr;
    LogPane* m_log = nullptr;
};

/// A state's icon alone, 16 px; turns while running.
class StateIcon : public QWidget {
    Q_OBJECT
public:
    explicit StateIcon(QWidget* parent = nullptr);
    void setMark(Mark mark);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    Mark m_mark = Mark::Idle;
    Turner* m_turner;
};

}  // namespace analemma::ui
