#pragma once

#include "core/engine/engine.h"
#include "ui/widgets/parts.h"

#include <QWidget>

namespace analemma::ui {

class PlanView;

/// A plan with Go and Cancel, then the same list as it runs. What is planned is chosen in the head
/// that a page adds above it. A pure view: the panel asks the core and hands in what it said.
class PlanPage : public QWidget {
    Q_OBJECT
public:
    void setPreview(const engine::Preview& preview);
    /// What was asked for is refused, or could not be asked.
    void setError(const Error& error);
    /// From here on it follows this operation.
    void setOperation(const engine::Operation& operation);
    [[nodiscard]] QString operation() const { return m_operation; }
    [[nodiscard]] bool isRunning() const { return m_running; }

Q_SIGNALS:
    void goPressed();
    void cancelPressed(const QString& operation);
    void closePressed();

protected:
    explicit PlanPage(const QString& title, QWidget* parent);
    void setTitle(const QString& title);
    /// A choice of what is planned, with its name before it; it can't be changed while it runs.
    void addChoice(const QString& name, QWidget* choice);
    /// Nothing is planned yet, or something else: forgets the operation before.
    void begin();
    /// Another choice was made: its plan is not there yet.
    void planAnew();

private:
    void setButtons();
    void say(const QString& text, Token token = Token::Quiet);
    QString m_operation;
    bool m_running = false;
    bool m_ended = false;
    bool m_possible = false;
    SectionTitle* m_title;
    QWidget* m_choices;
    StateBadge* m_state;
    Text* m_note;
    PlanView* m_plan;
    Button* m_go;
    Button* m_cancel;
};

}  // namespace analemma::ui
