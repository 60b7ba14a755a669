#pragma once

#include <QFrame>
#include <QList>

#include <functional>

class QHBoxLayout;
class QPlainTextEdit;

namespace analemma::ui {

class Text;

/// A question in the lower part of the view that it concerns: what, perhaps a text to read, and
/// buttons. Not a dialog: everything else goes on. Esc takes the last answer.
class AskPanel : public QFrame {
    Q_OBJECT
public:
    struct Answer {
        QString id;  ///< object name of its button: "paste"
        QString text;
        std::function<void()> run;
    };
    explicit AskPanel(QWidget* parent);
    /// Replaces what it asked before. The first answer is the main one, the last one does nothing.
    void ask(const QString& question, const QString& detail, const QList<Answer>& answers);
    void dismiss();
    /// Along the lower edge of the parent.
    void place();

Q_SIGNALS:
    void dismissed();

protected:
    void keyPressEvent(QKeyEvent* event) override;
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    Text* m_question;
    QPlainTextEdit* m_detail;
    QHBoxLayout* m_buttons;
};

}  // namespace analemma::ui
