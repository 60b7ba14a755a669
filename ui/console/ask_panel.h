#pragma once

#include <QFrame>
#include <QList>

#include <functional>

class QHBoxLayout;
class QLineEdit;
class QPlainTextEdit;
class QVBoxLayout;

namespace analemma::ui {

class Text;

/// A question in the lower part of the view that it concerns: what, perhaps a text to read or
/// fields to fill in, and buttons. Not a dialog: everything else goes on. Esc takes the last
/// answer.
class AskPanel : public QFrame {
    Q_OBJECT
public:
    struct Answer {
        QString id;  ///< object name of its button: "paste"
        QString text;
        std::function<void()> run;
    };
    struct Field {
        QString label;
        bool hidden = true;  ///< what is typed is not shown
    };
    explicit AskPanel(QWidget* parent);
    /// Replaces what it asked before. The first answer is the main one, the last one is for no.
    void ask(const QString& question, const QString& detail, const QList<Answer>& answers,
             const QList<Field>& fields = {});
    /// What was typed in the fields; they are empty after that.
    [[nodiscard]] QStringList takeFields();
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
    QVBoxLayout* m_fieldColumn;
    QList<QLineEdit*> m_fields;
    QHBoxLayout* m_buttons;
    std::function<void()> m_no;  ///< of the last answer
};

}  // namespace analemma::ui
