#pragma once

#include "ui/widgets/parts.h"

#include <functional>

class QCheckBox;
class QLineEdit;
class QPlainTextEdit;

namespace analemma::ui {

/// A question of the file pane, in its own place and not in a dialog: a sentence, perhaps what it
/// is about, a field, an own part, and buttons. Esc takes the last answer, Enter in the field the
/// first.
class AskForm : public Card {
    Q_OBJECT
public:
    struct Given {
        QString text;      ///< of the field
        bool all = false;  ///< of the check box
    };
    struct Answer {
        QString id;  ///< object name of its button: "ask-ID"
        QString text;
        std::function<void(const Given& given)> run;  ///< empty: only closes
        bool danger = false;
    };
    struct Question {
        QString sentence;
        QString detail;                ///< a list to look through
        std::optional<QString> field;  ///< its first text
        QString fieldName;             ///< for people who hear it
        /// Why the main answer is not given with this text; empty: it is.
        std::function<QString(const QString& text)> refusal;
        QString all;              ///< text of a check box
        QWidget* part = nullptr;  ///< taken over
        QList<Answer> answers;    ///< the last one changes nothing
        bool careful = false;     ///< the last answer has the focus
    };

    explicit AskForm(QWidget* parent = nullptr);
    void ask(Question question);
    void dismiss();
    void escape();  ///< takes the last answer
    /// Asks the question's refusal again: its part has changed.
    void check();
    [[nodiscard]] bool isOpen() const { return m_open; }

Q_SIGNALS:
    void closed();

protected:
    void keyPressEvent(QKeyEvent* event) override;
    bool event(QEvent* event) override;

private:
    Text* m_sentence;
    QPlainTextEdit* m_detail;
    QLineEdit* m_field;
    Text* m_why;
    QCheckBox* m_all;
    QWidget* m_part = nullptr;
    QHBoxLayout* m_buttons;
    Button* m_main = nullptr;
    Question m_question;
    bool m_open = false;
};

}  // namespace analemma::ui
