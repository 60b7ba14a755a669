#pragma once

#include "core/engine/engine.h"
#include "ui/shell/theme.h"

#include <QListView>

namespace analemma::ui {

/// The actions of a plan in order, each with call, cost, usual time and way back; the same list
/// turns in place from waiting to ok while the operation runs. Enter or click tells which action is
/// meant.
class PlanView : public QListView {
    Q_OBJECT
public:
    explicit PlanView(QWidget* parent = nullptr);
    ~PlanView() override;

    /// Before: what would be done.
    void setPreview(const engine::Preview& preview);
    /// While and after: rows are matched by the action's key and change in place.
    void setOperation(const engine::Operation& operation);
    void clear();
    /// One line an action: state, title, time. For the tray.
    void setDense(bool dense);
    [[nodiscard]] QString currentKey() const;
    QSize sizeHint() const override;

protected:
    void showEvent(QShowEvent* event) override;

Q_SIGNALS:
    void actionChosen(const QString& key);

private:
    class Model;
    class Delegate;
    Model* m_planModel;
    Delegate* m_planDelegate;
    class Turner* m_turner;
};

}  // namespace analemma::ui
