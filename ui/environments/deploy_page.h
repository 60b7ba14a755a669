#pragma once

#include "core/deploy/deploy.h"
#include "core/engine/engine.h"
#include "ui/widgets/parts.h"

class QComboBox;

namespace analemma::ui {

class PlanView;

/// Beside the cards: the plan of a deploy with Go and Cancel, then the same list as it runs. A pure
/// view.
class DeployPage : public QWidget {
    Q_OBJECT
public:
    explicit DeployPage(QWidget* parent = nullptr);
    /// Begins a new one. `releases` newest first; `chosen` is selected.
    void begin(const QString& environment, bool production, const QStringList& releases,
               const QString& chosen);
    void setPreview(const engine::Preview& preview);
    void setError(const Error& error);
    /// From here on it follows this operation.
    void setOperation(const engine::Operation& operation);
    [[nodiscard]] QString environment() const { return m_environment; }
    [[nodiscard]] QString release() const;
    [[nodiscard]] QString operation() const { return m_operation; }
    [[nodiscard]] bool isRunning() const { return m_running; }

Q_SIGNALS:
    void releaseChosen(const QString& environment, const QString& release);
    void goPressed(const QString& environment, const QString& release);
    void cancelPressed(const QString& operation);  ///< empty: before it began
    void closePressed();

private:
    void setButtons();
    QString m_environment;
    QString m_operation;
    bool m_running = false;
    bool m_ended = false;
    bool m_possible = false;
    SectionTitle* m_title;
    QComboBox* m_releases;
    StateBadge* m_state;
    Text* m_note;
    PlanView* m_plan;
    Button* m_go;
    Button* m_cancel;
};

}  // namespace analemma::ui
