#pragma once

#include "core/deploy/deploy.h"
#include "ui/widgets/plan_page.h"

class QComboBox;

namespace analemma::ui {

/// Recipe and release of a new image, and the plan of its bake.
class BakePage : public PlanPage {
    Q_OBJECT
public:
    explicit BakePage(QWidget* parent = nullptr);
    /// Begins a new one. `releases` newest first.
    void begin(const QStringList& recipes, const QStringList& releases);
    [[nodiscard]] deploy::BakeRequest request() const;

Q_SIGNALS:
    void chosen();  ///< another recipe or release: plan anew

private:
    void choose();
    QComboBox* m_recipe;
    QComboBox* m_release;
};

}  // namespace analemma::ui
