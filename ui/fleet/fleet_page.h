#pragma once

#include "core/operate/runbooks.h"

#include <QWidget>

class QMenu;
class QStackedWidget;

namespace analemma::ui {

class Button;
class ChipBar;
class FleetSetup;
class GroupView;
class LogPane;
class PlanView;
class SectionTitle;
class StateBadge;
class StepGrid;
class Text;

/// Running on many servers: at the left what and where, at the right first the exact command for
/// each, then the servers by state and what they said. A pure view.
class FleetPage : public QWidget {
    Q_OBJECT
public:
    explicit FleetPage(QWidget* parent = nullptr);
    [[nodiscard]] FleetSetup* setup() const { return m_setup; }
    [[nodiscard]] GroupView* groups() const { return m_groups; }
    [[nodiscard]] StepGrid* grid() const { return m_grid; }

    void setPreview(const engine::Preview& preview);
    void setError(const Error& error);
    /// A text to be read where the preview stands.
    void setReading(const QString& note, const QString& title, const QByteArray& text);
    void setView(const operate::FleetView& view);
    /// What ran before, newest first, for the menu.
    void setEarlier(const QList<operate::FleetView>& views, const QDateTime& now);
    [[nodiscard]] QString operation() const { return m_view.operation.id; }
    [[nodiscard]] const operate::FleetView& view() const { return m_view; }

Q_SIGNALS:
    void backPressed();
    void earlierChosen(const QString& operation);
    void cancelPressed(const QString& operation);
    void checkPressed(const QString& operation);
    void againPressed();

private:
    QWidget* buildPreview();
    QWidget* buildResults();
    void showCall();
    void showStates();
    void showFirst();
    void setButtons();

    operate::FleetView m_view;
    engine::Preview m_plan;
    FleetSetup* m_setup;
    QStackedWidget* m_side;
    QWidget* m_nothing;
    QWidget* m_previewPage;
    QWidget* m_resultPage;
    Button* m_earlier;
    QMenu* m_menu;
    PlanView* m_planView;
    LogPane* m_call;
    Text* m_previewNote;
    SectionTitle* m_title;
    StateBadge* m_state;
    Text* m_summary;
    ChipBar* m_chips;
    StepGrid* m_grid;
    GroupView* m_groups;
    Button* m_cancel;
    Button* m_check;
    Button* m_again;
};

}  // namespace analemma::ui
