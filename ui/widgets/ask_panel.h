#pragma once

#include <QFrame>
#include <QList>
#include <QPointer>
#include <QStringList>

#include <functional>

class QCheckBox;
class QHBoxLayout;
class QLineEdit;
class QPlainTextEdit;
class QVBoxLayout;

namespace analemma::ui {

class Button;
class Text;

/// A question in the place that it concerns, not in a dialog: a sentence, perhaps what it is about,
/// fields, a part of the asker's own, and buttons. Everything else goes on. Esc takes the last
/// answer, Enter in the last field the first one.
class AskPanel : public QFrame {
    Q_OBJECT
public:
    enum class Place {
        Row,  ///< in its parent's layout
        Over  ///< along the lower edge of its parent, over what is there
    };
    struct Given {
        QStringList texts;  ///< of the fields; overwritten once the answer has run
        bool all = false;   ///< of the check box
        [[nodiscard]] QString text() const { return texts.value(0); }
    };
    struct Answer {
        QString id;  ///< object name of its button: "ask-ID"
        QString text;
        std::function<void(const Given& given)> run;  ///< empty: only closes
        bool danger = false;
    };
    struct Field {
        QString label;        ///< what goes in, for people who see it and people who hear it
        QString text = {};    ///< that it begins with
        bool hidden = false;  ///< what is typed is not shown
    };
    struct Question {
        QString sentence;
        QString detail;         ///< to be looked through
        bool verbatim = false;  ///< the detail is a program's: fixed font, lines as they are
        QList<Field> fields;    ///< "ask-field-0", …
        /// Why the first answer is not given with this text in the first field; empty: it is.
        std::function<QString(const QString& text)> refusal;
        QString all;              ///< text of a check box
        QWidget* part = nullptr;  ///< taken over
        QList<Answer> answers;    ///< the first one is the main one, the last one changes nothing
        bool careful = false;     ///< the last answer has the focus
    };

    explicit AskPanel(Place place, QWidget* parent = nullptr);
    /// Replaces what it asked before.
    void ask(Question question);
    void dismiss();  ///< takes no answer
    void escape();   ///< takes the last answer
    void accept();   ///< takes the first one, unless it is refused
    /// Asks the question's refusal again: its part has changed.
    void check();
    [[nodiscard]] bool isOpen() const { return m_open; }
    /// Of one that lies over its parent, which has another size now.
    void place();

Q_SIGNALS:
    void closed();

protected:
    void keyPressEvent(QKeyEvent* event) override;
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    void makeFields();
    void makeButtons();
    void clearFields();
    void clearButtons();
    void focusFirst();
    [[nodiscard]] Given given() const;

    const Place m_place;
    Text* m_sentence;
    QPlainTextEdit* m_detail;
    QWidget* m_part = nullptr;
    QVBoxLayout* m_fieldColumn;
    QList<QLineEdit*> m_fields;
    Text* m_why;
    QCheckBox* m_all;
    QHBoxLayout* m_buttonRow;
    QList<Button*> m_buttons;
    Question m_question;
    QPointer<QWidget> m_before;  ///< had the focus when it asked, and gets it back
    bool m_open = false;
};

}  // namespace analemma::ui
