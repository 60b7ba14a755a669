#pragma once

#include <QWidget>

namespace analemma::ui {

class Button;
class Text;

/// Says that the text of a runbook is not its user's own, or not what was approved, and takes the
/// approval. A pure view.
class ApprovalNote : public QWidget {
    Q_OBJECT
public:
    explicit ApprovalNote(QWidget* parent = nullptr);
    /// Another text was approved before: what changed can be looked at.
    void setChanged(bool changed);

Q_SIGNALS:
    void approvePressed();
    void differencePressed();

private:
    Text* m_text;
    Button* m_difference;
};

}  // namespace analemma::ui
