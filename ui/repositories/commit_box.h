#pragma once

#include <QWidget>

class QCheckBox;
class QLineEdit;
class QPlainTextEdit;

namespace analemma::ui {

class Button;
class Text;

/// The message of the next commit: subject, body, what is odd about them, and the button.
class CommitBox : public QWidget {
    Q_OBJECT
public:
    explicit CommitBox(QWidget* parent = nullptr);

    [[nodiscard]] QString message() const;  ///< subject, empty line, body
    [[nodiscard]] bool isAmending() const;
    void setMessage(const QString& message);
    void clear();
    /// Why nothing can be committed now; empty: it can.
    void setRefusal(const QString& why);
    /// Of the commit that would be amended; empty: there is none.
    void setLastMessage(const QString& message);
    /// What a merge or revert under way begins with; it does not replace what was typed.
    void setPrepared(const QString& message);
    void setBranch(const QString& branch);

Q_SIGNALS:
    void commit(const QString& message, bool amend);

private:
    void check();

    QLineEdit* m_subject;
    QPlainTextEdit* m_body;
    Text* m_hint;
    QCheckBox* m_amend;
    Button* m_button;
    QString m_refusal;
    QString m_last;
    QString m_branch;
};

}  // namespace analemma::ui
