#pragma once

#include "ui/widgets/plan_page.h"

class QComboBox;

namespace analemma::ui {

/// Beside the cards: a release to choose, and the plan of its deploy.
class DeployPage : public PlanPage {
    Q_OBJECT
public:
    explicit DeployPage(QWidget* parent = nullptr);
    /// Begins a new one. `releases` newest first; `chosen` is selected.
    void begin(const QString& environment, bool production, const QStringList& releases,
               const QString& chosen);
    [[nodiscard]] QString environment() const { return m_environment; }
    [[nodiscard]] QString release() const;

Q_SIGNALS:
    void releaseChosen();

private:
    QString m_environment;
    QComboBox* m_releases;
};

}  // namespace analemma::ui
