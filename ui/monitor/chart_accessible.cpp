#include "ui/monitor/chart_accessible.h"

#include "ui/monitor/chart_view.h"

#include <QAccessibleWidget>

namespace analemma::ui {

namespace {

class ChartAccessible : public QAccessibleWidget {
public:
    explicit ChartAccessible(ChartView* view)
        : QAccessibleWidget(view, QAccessible::Chart), m_view(view)
    {
    }

    [[nodiscard]] QString text(QAccessible::Text kind) const override
    {
        if (kind == QAccessible::Value) {
            return m_view->spokenValue();
        }
        const QString own = QAccessibleWidget::text(kind);
        return kind == QAccessible::Description && own.isEmpty() ? m_view->ageText() : own;
    }

private:
    ChartView* m_view;
};

QAccessibleInterface* chartAccessible(const QString&, QObject* object)
{
    auto* view = qobject_cast<ChartView*>(object);
    return view ? new ChartAccessible(view) : nullptr;
}

}  // namespace

void installChartAccessible()
{
    QAccessible::installFactory(chartAccessible);  // the same one twice is one
}

}  // namespace analemma::ui
