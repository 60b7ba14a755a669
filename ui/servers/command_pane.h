#pragma once

#include "core/ssh/ssh.h"
#include "ui/widgets/parts.h"

#include <QStringList>

class QLineEdit;

namespace analemma::ui {

class LoginForm;
class LogPane;
class LogView;

/// One command at a time on one server: the line, its output as it comes, how it ended. A pure
/// view.
class CommandPane : public QWidget {
    Q_OBJECT
public:
    explicit CommandPane(const QString& server, QWidget* parent = nullptr);
    [[nodiscard]] QString server() const { return m_server; }
    [[nodiscard]] bool isRunning() const { return m_running; }
    [[nodiscard]] LogView* log() const;
    /// Where a person is asked what its login needs.
    [[nodiscard]] LoginForm* login() const { return m_login; }

    /// Why nothing can be run here; empty: it can.
    void setRefusal(const QString& why);
    /// As if it was written and Run pressed. Nothing while another one runs.
    void run(const QString& command);
    void append(const QByteArray& piece);
    void setEnd(const Result<ssh::ExecResult>& end);
    void setNotRun(const Error& why);
    void focusCommand();

Q_SIGNALS:
    void runPressed(const QString& command);
    void stopPressed();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void runTyped();
    void tell(const QString& text, Token token);
    void setButtons();
    void recall(int step);
    QString m_server;
    QString m_refusal;
    QStringList m_past;
    qsizetype m_pastAt = 0;
    qsizetype m_shown = 0;  ///< bytes
    bool m_running = false;
    QLineEdit* m_command;
    Button* m_run;
    Button* m_stop;
    StateBadge* m_end;
    Text* m_note;
    LoginForm* m_login;
    LogPane* m_pane;
};

}  // namespace analemma::ui
