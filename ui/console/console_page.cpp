#include "ui/console/console_page.h"

#include "core/base/text.h"
#include "ui/console/login_form.h"
#include "ui/console/snippet_panel.h"
#include "ui/console/terminal_view.h"
#include "ui/shell/theme_terminal.h"
#include "ui/shell/words.h"
#include "ui/widgets/ask_panel.h"

#include <QDir>
#include <QHBoxLayout>
#include <QPainter>
#include <QUrl>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace analemma::ui {
namespace {

constexpr int frame = 4;  // always there, so that a frame never changes the terminal's size
constexpr int bannerHeight = 32;
constexpr int stripe = 12;
constexpr int labelLetters = 14;  // of a server's name that stay readable
constexpr int roomy = 720;        // from this width on the banner has room for all

/// Slanted stripes in two colours, in device independent pixels.
void paintStripes(QPainter* painter, const QRegion& where)
{
    painter->save();
    painter->setClipRegion(where);
    const QRect box = where.boundingRect();
    painter->fillRect(box, QColor(terminalColour(TerminalToken::Broadcast, currentScheme())));
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(
        QPen(QColor(terminalColour(TerminalToken::BroadcastDark, currentScheme())), stripe / 2.0));
    for (int x = box.left() - box.height(); x < box.right() + stripe; x += stripe) {
        painter->drawLine(x, box.bottom() + 1, x + box.height(), box.top());
    }
    painter->restore();
}

QString sentence(const Error& error)
{
    return error.hint.isEmpty() ? error.message : error.message + u' ' + error.hint;
}

}  // namespace

ConsolePage::ConsolePage(ConsoleTarget target, std::unique_ptr<Connection> connection,
                         QWidget* parent)
    : QWidget(parent),
      m_target(std::move(target)),
      m_connection(std::move(connection)),
      m_view(new TerminalView),
      m_login(new LoginForm),
      m_badge(new StateBadge),
      m_label(new Text({}, Type::Body)),
      m_environment(m_target.production ? new LoudWord : new Text({}, Type::Caption, Token::Quiet)),
      m_transport(new Text({}, Type::Caption, Token::Quiet)),
      m_program(new Text({}, Type::Body, Token::Quiet)),
      m_note(new Text({}, Type::Body, Token::Quiet)),
      m_loud(new LoudWord(LoudWord::Ground::Broadcast)),
      m_recordingWord(new LoudWord),
      m_reconnect(new Button(Button::Look::Primary, tr("Connect"), u"refresh"_s)),
      m_hostKey(new Button(Button::Look::Primary, tr("Trust this key…"), u"lock"_s)),
      m_record(new IconButton(u"record"_s, tr("Record what this console shows"))),
      m_broadcast(new IconButton(u"broadcast"_s, tr("Type here and in other chosen consoles")))
{
    build();
    connect(m_view, &TerminalView::typed, this, [this](const QByteArray& bytes) {
        if (m_recording != nullptr) {
            m_recording->typed(bytes);
        }
        if (isLive() && !m_connection->write(bytes)) {
            tell(tr("The server takes no input now; that was not sent."), Token::Waiting);
        }
        Q_EMIT typed(bytes);
    });
    connect(m_view, &TerminalView::reported, this, [this](const QByteArray& bytes) {
        if (isLive()) {
            m_connection->write(bytes);
        }
    });
    connect(m_view, &TerminalView::resizedTo, this, [this] {
        if (m_recording != nullptr) {
            m_recording->resized(m_view->screen()->size());
        }
        if (m_connection) {
            m_connection->resize(size());
        }
    });
    connect(m_view, &TerminalView::taken, this, [this](qsizetype bytes) {
        if (m_connection && bytes > 0) {
            m_connection->taken(bytes);
        }
    });
    connect(m_view, &TerminalView::heldInput, this, [this] {
        if (m_state == State::Connecting) {
            tell(tr("Not connected yet: that key went nowhere."), Token::Waiting);
        } else {
            tell(tr("Not connected: keys go nowhere and are not kept."), Token::Waiting);
        }
    });
    connect(m_view, &TerminalView::titleChanged, this, &ConsolePage::updateTitle);
    connect(m_view, &TerminalView::rang, this, [this] {
        m_rang = !m_view->hasFocus();
        Q_EMIT stateChanged();
    });
    connect(m_view, &TerminalView::focused, this, [this] {
        m_rang = false;
        Q_EMIT focused();
    });
    connect(m_view, &TerminalView::linkWanted, this, &ConsolePage::linkWanted);
    connect(m_reconnect, &QPushButton::clicked, this, &ConsolePage::connectNow);
    connect(m_hostKey, &QPushButton::clicked, this, &ConsolePage::hostKeyWanted);
    connect(m_login, &LoginForm::closed, m_view, [this] { m_view->setFocus(); });
    connect(m_login, &LoginForm::failed, this,
            [this](const Error& error) { tell(displayText(sentence(error), 400), Token::Failed); });
    connect(m_broadcast, &QToolButton::clicked, this, &ConsolePage::broadcastToggled);
    connect(m_record, &QToolButton::clicked, this, &ConsolePage::toggleRecording);
    if (m_connection) {
        connect(m_connection.get(), &Connection::asked, m_login,
                [this](const ssh::Question& question, const ssh::Answer& answer) {
                    m_login->ask(question, answer);
                });
        connect(m_connection.get(), &Connection::opened, this, [this] {
            m_view->setLive(true);
            m_everLive = true;
            setState(State::Live, tr("connected"));
            tell({}, Token::Quiet);
        });
        connect(m_connection.get(), &Connection::output, this, [this](const QByteArray& piece) {
            if (m_recording != nullptr) {
                m_recording->output(piece);
            }
            m_view->receive(piece);
        });
        connect(m_connection.get(), &Connection::ended, this, &ConsolePage::onEnded);
    }
    m_view->setLive(false);
    setState(State::Resting, tr("not connected"));
}

ConsolePage::~ConsolePage()
{
    if (m_connection) {
        disconnect(m_connection.get(), nullptr, this, nullptr);
        m_connection->close();
    }
}

void ConsolePage::build()
{
    setObjectName(u"console-page"_s);
    const QString label = displayText(m_target.label, 80);
    setAccessibleName(tr("Console of %1").arg(label));
    m_view->setAccessibleName(tr("Terminal of %1").arg(label));
    m_badge->setObjectName(u"console-state"_s);
    m_label->setObjectName(u"console-label"_s);
    m_label->setBold(true);
    m_label->setElided(true);
    m_label->setText(label);
    const int wanted = m_label->fontMetrics().horizontalAdvance(label.left(labelLetters)) + 2;
    m_label->setMinimumWidth(wanted);
    m_label->setMaximumWidth(m_label->fontMetrics().horizontalAdvance(label) + 2);
    m_label->setToolTip(displayText(m_target.place, 120));
    m_environment->setObjectName(u"console-environment"_s);
    const QString word = displayText(m_target.environment, 40);
    m_environment->setText(m_target.production ? word.toUpper() : word);
    m_environment->setVisible(!word.isEmpty());
    m_program->setObjectName(u"console-program"_s);
    m_program->setElided(true);
    m_note->setObjectName(u"console-note"_s);
    m_note->setElided(true);
    m_loud->setObjectName(u"console-broadcast"_s);
    m_loud->hide();
    m_recordingWord->setObjectName(u"console-recording"_s);
    m_recordingWord->setText(tr("REC"));
    m_recordingWord->hide();
    m_transport->setObjectName(u"console-transport"_s);
    m_transport->hide();
    m_record->setObjectName(u"console-record"_s);
    m_record->setCheckable(true);
    m_record->setFocusPolicy(Qt::TabFocus);
    m_reconnect->setObjectName(u"console-reconnect"_s);
    m_hostKey->setObjectName(u"console-host-key"_s);
    m_hostKey->hide();
    m_broadcast->setObjectName(u"console-broadcast-toggle"_s);
    m_broadcast->setCheckable(true);
    m_broadcast->setFocusPolicy(Qt::TabFocus);
    auto* right = new IconButton(u"split-right"_s, tr("Split to the right (Ctrl+Shift+E)"));
    right->setObjectName(u"console-split"_s);
    auto* close = new IconButton(u"close"_s, tr("Close this console (Ctrl+Shift+W)"));
    close->setObjectName(u"console-close"_s);
    connect(right, &QToolButton::clicked, this, [this] { Q_EMIT splitWanted(Qt::Horizontal); });
    connect(close, &QToolButton::clicked, this, &ConsolePage::askClose);

    auto* banner = new QHBoxLayout;
    banner->setContentsMargins(metric::grid, 0, metric::half, 0);
    banner->setSpacing(metric::grid);
    banner->addWidget(m_environment);
    banner->addWidget(m_label, 40);
    banner->addWidget(m_badge);
    banner->addWidget(m_transport);
    banner->addWidget(m_recordingWord);
    banner->addWidget(m_loud);
    banner->addWidget(m_program, 2);
    banner->addWidget(m_note, 4);
    banner->addWidget(m_hostKey);
    banner->addWidget(m_reconnect);
    banner->addWidget(m_record);
    banner->addWidget(m_broadcast);
    banner->addWidget(right);
    banner->addWidget(close);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(frame, frame, frame, frame);
    column->setSpacing(0);
    column->addLayout(banner);
    column->setStretch(0, 0);
    banner->addStrut(bannerHeight);
    column->addWidget(m_login);
    column->addWidget(m_view, 1);
    setFocusProxy(m_view);
}

ssh::TerminalSize ConsolePage::size() const
{
    const terminal::Size cells = m_view->screen()->size();
    const QSize cell = m_view->painter().cell();
    return {cells.columns, cells.rows, cells.columns * cell.width(), cells.rows * cell.height()};
}

void ConsolePage::connectNow()
{
    if (m_state == State::Connecting || m_state == State::Live) {
        return;
    }
    if (!m_connection) {
        tell(tr("There is no connection to be had for this server; nothing was run."),
             Token::Failed);
        return;
    }
    m_login->dismiss();
    setState(State::Connecting, tr("connecting"));
    tell({}, Token::Quiet);
    m_view->setFocus();
    m_connection->open(size());
}

void ConsolePage::onEnded(const ssh::ChannelEnd& end)
{
    m_view->setLive(false);
    m_login->dismiss();
    m_view->askPanel()->dismiss();
    const bool wasLive = m_state == State::Live;
    m_hostKey->setVisible(end.error && end.error->kind == ErrorKind::HostKey);
    if (!end.error) {
        const QString how = end.signal.isEmpty() ? tr("exit code %1").arg(end.exitCode)
                                                 : tr("signal %1").arg(displayText(end.signal, 20));
        m_view->say(tr("[The shell has ended: %1]").arg(how));
        setState(State::Ended, tr("ended"));
        tell(how, Token::Quiet);
        return;
    }
    if (wasLive) {
        m_view->say(
            tr("[Connection lost. What ran in it has ended, unless tmux or screen holds it]"));
        setState(State::Lost, tr("connection lost"));
    } else {
        m_view->say(u'[' + sentence(*end.error) + u']');
        setState(State::Lost, tr("not connected"));
    }
    tell(displayText(sentence(*end.error), 400), Token::Failed);
}

void ConsolePage::setState(State state, const QString& word)
{
    m_state = state;
    const Mark mark = state == State::Live         ? Mark::Ok
                      : state == State::Connecting ? Mark::Running
                      : state == State::Lost       ? Mark::Failed
                                                   : Mark::Idle;
    m_badge->setState(mark, word);
    const auto transport = m_connection ? m_connection->transport() : std::nullopt;
    m_transport->setText(!transport                                       ? QString()
                         : transport->transport == ssh::Transport::System ? tr("system OpenSSH")
                                                                          : tr("built-in SSH"));
    m_transport->setToolTip(transport ? displayText(transport->reason, 300) : QString());
    updateRoom();
    const bool rests = state != State::Live && state != State::Connecting;
    m_reconnect->setText(m_everLive || state == State::Resting ? tr("Reconnect") : tr("Try again"));
    m_reconnect->setVisible(rests);
    if (!rests) {
        m_hostKey->hide();
    }
    m_broadcast->setEnabled(state == State::Live);
    if (rests && m_view->hasFocus() && state != State::Resting) {
        m_view->setFocus();  // stays: the screen can be read and copied
    }
    Q_EMIT stateChanged();
}

/// In a narrow pane the state matters more than by which SSH it came about.
void ConsolePage::updateRoom()
{
    const bool room = width() >= roomy;
    m_transport->setVisible(room && m_state == State::Live && !m_transport->text().isEmpty());
    m_record->setVisible(room);
    // Which server it is matters more than what runs there, where a loud word takes the room.
    const bool loud = m_hosts > 0 || m_target.production;
    m_program->setVisible(m_note->text().isEmpty() && !m_program->text().isEmpty() &&
                          (room || !loud));
}

void ConsolePage::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    updateRoom();
}

// ---- snippets and recording ---------------------------------------------------------------------

void ConsolePage::openSnippets()
{
    if (m_snippetPanel == nullptr) {
        m_snippetPanel = new SnippetPanel(m_snippets, m_view);
        connect(m_snippetPanel, &SnippetPanel::dismissed, this, [this] { m_view->setFocus(); });
    }
    m_snippetPanel->open();
}

void ConsolePage::toggleRecording()
{
    m_record->setChecked(m_recording != nullptr);  // it follows what is, not what is asked for
    if (m_recording != nullptr) {
        m_recording->stop();
        return;
    }
    if (m_recordings.isEmpty()) {
        tell(tr("There is no folder for recordings; nothing is recorded."), Token::Waiting);
        return;
    }
    m_recording = new Recording(m_recordings, m_target.server, m_view->screen()->size(),
                                QDateTime::currentDateTimeUtc(), m_secrets, this);
    const QString path = m_recording->path();
    connect(m_recording, &Recording::ended, this,
            [this, path](const Result<void>& result) { onRecorded(path, result); });
    m_recordingWord->setToolTip(tr("What this console shows is recorded to %1. Keys are not, and "
                                   "what looks like a secret is masked.")
                                    .arg(displayText(path, 400)));
    m_recordingWord->show();
    m_record->setChecked(true);
    tell(tr("Recording; keys are not recorded, secrets are masked."), Token::Quiet);
    Q_EMIT stateChanged();
}

void ConsolePage::onRecorded(const QString& path, const Result<void>& result)
{
    m_recording->deleteLater();
    m_recording = nullptr;
    m_recordingWord->hide();
    m_record->setChecked(false);
    const QString shown = displayText(QDir::toNativeSeparators(path), 400);
    tell(result ? tr("Recorded to %1").arg(shown)
                : tr("The recording ended: %1").arg(displayText(sentence(result.error()), 300)),
         result ? Token::Quiet : Token::Failed);
    m_note->setToolTip(shown);
    Q_EMIT stateChanged();
}

void ConsolePage::tell(const QString& note, Token token)
{
    m_note->setToken(token);
    m_note->setText(note);
    updateRoom();
}

QString ConsolePage::title() const
{
    const QString program = displayText(m_view->screen()->title(), 80);
    return program.isEmpty() ? m_target.label : m_target.label + u": "_s + program;
}

void ConsolePage::updateTitle()
{
    m_program->setText(displayText(m_view->screen()->title(), 80));
    updateRoom();
    Q_EMIT stateChanged();
}

void ConsolePage::sendBroadcast(const QByteArray& bytes)
{
    if (isLive()) {
        m_view->followEnd();
        if (m_recording != nullptr) {
            m_recording->typed(bytes);
        }
        m_connection->write(bytes);
    }
}

void ConsolePage::setBroadcast(int hosts, int panes, std::chrono::seconds left)
{
    m_hosts = hosts;
    const QString clock =
        u"%1:%2"_s.arg(left.count() / 60).arg(left.count() % 60, 2, 10, QLatin1Char('0'));
    QString word = hosts == 1 ? tr("BROADCAST 1 host") : tr("BROADCAST %1 hosts").arg(hosts);
    if (panes > hosts) {
        word += tr(" (%1 consoles)").arg(panes);
    }
    m_loud->setText(word + u"   "_s + clock);
    m_loud->setVisible(hosts > 0);
    m_loud->updateGeometry();
    m_badge->setVisible(hosts == 0);  // only what is connected takes part
    m_broadcast->setChecked(hosts > 0);
    updateRoom();
    update();
}

void ConsolePage::setActive(bool active)
{
    if (active != m_active) {
        m_active = active;
        update();
    }
}

void ConsolePage::askClose()
{
    if (!isLive()) {
        Q_EMIT closeWanted();
        return;
    }
    AskPanel::Question question;
    question.sentence =
        tr("Close the console of %1? What runs in it ends, unless tmux or screen holds it.")
            .arg(displayText(m_target.label, 80));
    question.answers = {
        {u"close"_s, tr("Close"), [this](const AskPanel::Given&) { Q_EMIT closeWanted(); }},
        {u"cancel"_s, tr("Keep it"), {}}};
    m_view->askPanel()->ask(std::move(question));
}

void ConsolePage::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    const QRect banner(0, 0, width(), bannerHeight + frame);
    const QColor ground(terminalColour(TerminalToken::Ground, currentScheme()));
    painter.fillRect(rect(), ground);
    painter.fillRect(banner, m_target.production ? tint(Token::Production, Token::Raised)
                                                 : colour(Token::Raised));
    if (m_hosts > 0) {
        paintStripes(&painter, QRegion(rect()) - rect().adjusted(frame, frame, -frame, -frame));
    } else if (m_target.production) {
        painter.setPen(QPen(colour(Token::Production), 3));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(QRectF(rect()).adjusted(1.5, 1.5, -1.5, -1.5));
    } else {
        painter.setPen(QPen(colour(m_active ? Token::Accent : Token::Line), m_active ? 2 : 1));
        painter.setBrush(Qt::NoBrush);
        const qreal inset = m_active ? 1 : 0.5;
        painter.drawRect(QRectF(rect()).adjusted(inset, inset, -inset, -inset));
    }
}

}  // namespace analemma::ui
