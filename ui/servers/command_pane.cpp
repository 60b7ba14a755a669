#include "ui/servers/command_pane.h"

#include "core/base/text.h"
#include "ui/console/login_form.h"
#include "ui/shell/words.h"
#include "ui/widgets/log_view.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLineEdit>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace analemma::ui {
namespace {

constexpr qsizetype mostShown = 16 * 1024 * 1024;

}  // namespace

CommandPane::CommandPane(const QString& server, QWidget* parent)
    : QWidget(parent),
      m_server(server),
      m_command(new QLineEdit),
      m_run(new Button(Button::Look::Primary, tr("Run"), u"play"_s)),
      m_stop(new Button(Button::Look::Plain, tr("Stop"), u"stop"_s)),
      m_end(new StateBadge(lifecycle::Mark::Idle, tr("nothing run"))),
      m_note(new Text({}, Type::Body, Token::Quiet)),
      m_login(new LoginForm),
      m_pane(new LogPane)
{
    setObjectName(u"command-pane"_s);
    m_command->setObjectName(u"command"_s);
    m_command->setAccessibleName(tr("Command on %1").arg(displayText(server, 80)));
    m_command->setPlaceholderText(tr("A command, for the server's shell"));
    m_command->setFont(fixedFont());
    addFieldIcon(m_command, u"command"_s);
    m_command->installEventFilter(this);
    m_run->setObjectName(u"run"_s);
    m_stop->setObjectName(u"stop"_s);
    m_end->setObjectName(u"end"_s);
    m_note->setObjectName(u"command-note"_s);
    m_note->setWordWrap(true);
    m_note->hide();
    m_pane->setTitle(tr("Output"));
    m_pane->log()->setObjectName(u"output"_s);
    m_pane->log()->setAccessibleName(
        tr("Output of the command on %1").arg(displayText(server, 80)));
    m_pane->log()->setPlaceholder(tr("What the command writes appears here."));

    auto* row = new QHBoxLayout;
    row->setSpacing(metric::grid);
    row->addWidget(m_command, 1);
    row->addWidget(m_run);
    row->addWidget(m_stop);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(metric::grid);
    auto* title = new SectionTitle(tr("One-off command"));
    title->addWidget(m_end);
    layout->addWidget(title);
    layout->addLayout(row);
    layout->addWidget(m_note);
    layout->addWidget(m_login);
    layout->addWidget(m_pane, 1);

    connect(m_run, &QPushButton::clicked, this, &CommandPane::runTyped);
    connect(m_stop, &QPushButton::clicked, this, &CommandPane::stopPressed);
    connect(m_command, &QLineEdit::returnPressed, this, &CommandPane::runTyped);
    connect(m_login, &LoginForm::closed, this, &CommandPane::focusCommand);
    connect(m_login, &LoginForm::failed, this,
            [this](const Error& error) { tell(sentences(error), Token::Failed); });
    connect(m_command, &QLineEdit::textChanged, this, &CommandPane::setButtons);
    setButtons();
}

LogView* CommandPane::log() const
{
    return m_pane->log();
}

void CommandPane::setRefusal(const QString& why)
{
    const bool other = std::exchange(m_refusal, why) != why;
    if (other && !m_running) {
        m_note->setToken(Token::Quiet);
        m_note->setText(why);
        m_note->setVisible(!why.isEmpty());
    }
    setButtons();
}

void CommandPane::runTyped()
{
    run(m_command->text().trimmed());
}

void CommandPane::run(const QString& command)
{
    if (m_running || !m_refusal.isEmpty() || command.isEmpty()) {
        return;
    }
    m_past.removeAll(command);
    m_past.append(command);
    m_pastAt = m_past.size();
    m_running = true;
    m_shown = 0;
    m_pane->log()->clear();
    m_pane->setTitle(displayText(command, 120));
    m_note->hide();
    m_login->dismiss();
    m_end->setState(lifecycle::Mark::Running, tr("running"));
    setButtons();
    Q_EMIT runPressed(command);
}

void CommandPane::append(const QByteArray& piece)
{
    if (m_shown >= mostShown) {
        return;
    }
    m_shown += piece.size();
    m_pane->log()->append(piece);
    if (m_shown >= mostShown) {
        tell(tr("The output is longer than 16 MiB; the rest is not shown. The command runs on."),
             Token::Waiting);
    }
}

void CommandPane::setEnd(const Result<ssh::ExecResult>& end)
{
    using lifecycle::Mark;
    m_running = false;
    const ErrorKind kind = end ? ErrorKind::Bug : end.error().kind;
    if (end) {
        m_end->setState(end->ok() ? Mark::Ok : Mark::Failed,
                        end->signal.isEmpty() ? tr("exit code %1").arg(end->exitCode)
                                              : displayText(end->endText(), 60));
    } else if (kind == ErrorKind::Cancelled) {
        m_end->setState(Mark::Idle, tr("stopped"));
        tell(tr("You stopped waiting for it; what it did until then stands."), Token::Quiet);
    } else if (kind == ErrorKind::Network || kind == ErrorKind::Timeout) {
        m_end->setState(Mark::Unknown, tr("outcome unknown"));
        tell(sentences(end.error()), Token::Failed);
    } else {
        setNotRun(end.error());
    }
    setButtons();
}

void CommandPane::setNotRun(const Error& why)
{
    m_running = false;
    const bool stopped = why.kind == ErrorKind::Cancelled;
    m_end->setState(stopped ? lifecycle::Mark::Idle : lifecycle::Mark::Failed, tr("not run"));
    tell(stopped ? tr("You stopped it before it was run.") : sentences(why),
         stopped ? Token::Quiet : Token::Failed);
    setButtons();
}

void CommandPane::tell(const QString& text, Token token)
{
    m_note->setToken(token);
    m_note->setText(displayText(text, 600));
    m_note->show();
}

void CommandPane::focusCommand()
{
    m_command->setFocus();
    m_command->selectAll();
}

void CommandPane::setButtons()
{
    m_command->setEnabled(m_refusal.isEmpty());
    m_run->setVisible(!m_running);
    m_stop->setVisible(m_running);
    const bool empty = m_command->text().trimmed().isEmpty();
    m_run->setRefusal(!m_refusal.isEmpty() ? m_refusal
                      : empty              ? tr("Write a command first.")
                                           : QString());
}

void CommandPane::recall(int step)
{
    const qsizetype to = m_pastAt + step;
    if (to < 0 || to > m_past.size()) {
        return;
    }
    m_pastAt = to;
    m_command->setText(to < m_past.size() ? m_past[to] : QString());
}

bool CommandPane::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_command && event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent*>(event)->key();
        if (key == Qt::Key_Up || key == Qt::Key_Down) {
            recall(key == Qt::Key_Up ? -1 : 1);
            return true;
        }
    }
    return QWidget::eventFilter(watched, event);
}

}  // namespace analemma::ui
