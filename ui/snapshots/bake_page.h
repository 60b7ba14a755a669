#pragma once

#include "core/deploy/deploy.h"
#include "core/engine/engine.h"
#include "ui/widgets/parts.h"

class QComboBox;

namespace analemma::ui {

class PlanView;

/// Recipe and release of a new image, the plan of its bake with Go and Cancel, then the same list
/// as it runs. A pure view.
class BakePage : public QWidget {
    Q_OBJECT
public:
    explicit BakePage(QWidget* parent = nullptr);
    /// Begins a new one. `releases` newest first.
    void begin(const QStringList& recipes, const QStringList& releases);
    void setPreview(const engine::Preview& preview);
    void setError(const Error& error);
    /// From here on it follows this operation.
    void setOperation(const engine::Operation& operation);
    [[nodiscard]] deploy::BakeRequest request() const;
    [[nodiscard]] QString operation() const { return m_operation; }
    [[nodiscard]] bool isRunning() const { return m_running; }

Q_SIGNALS:
    void chosen();  ///< another recipe or release: plan anew
    void goPressed();
    void cancelPressed(const QString& operation);
    void closePressed();

private:
    void setButtons();
    void choose();
    QString m_operation;
    bool m_running = false;
    bool m_ended = false;
    bool m_possible = false;
    QComboBox* m_recipe;
    QComboBox* m_release;
    StateBadge* m_state;
    Text* m_note;
    PlanView* m_plan;
    Button* m_go;
    Button* m_cancel;
};

}  // namespace analemma::ui
