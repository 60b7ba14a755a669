#include "ui/console/find_bar.h"

#include "ui/widgets/button.h"
#include "ui/widgets/parts.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLineEdit>
#include <QPainter>
#include <QTimer>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::ui {
namespace {

constexpr qint64 rowsATurn = 2000;
constexpr qsizetype limitMatches = 20'000;
constexpr int limitASlice = 4000;

QToolButton* toggle(const QString& text, const QString& name, const QString& id)
{
    auto* button = new QToolButton;
    button->setText(text);
    button->setToolTip(name);
    button->setAccessibleName(name);
    button->setObjectName(id);
    button->setCheckable(true);
    button->setAutoRaise(true);
    button->setFixedHeight(metric::denseRow);
    return button;
}

}  // namespace

FindBar::FindBar(terminal::Screen* screen, QWidget* parent)
    : QFrame(parent),
      m_screen(screen),
      m_field(new QLineEdit),
      m_count(new Text({}, Type::Caption, Token::Quiet)),
      m_older(new IconButton(u"chevron-up"_s, tr("Older match (Enter)"))),
      m_newer(new IconButton(u"chevron-down"_s, tr("Newer match (Shift+Enter)"))),
      m_regex(toggle(u".*"_s, tr("Regular expression"), u"find-regex"_s)),
      m_case(toggle(u"Aa"_s, tr("Match case"), u"find-case"_s)),
      m_turn(new QTimer(this)),
      m_again(new QTimer(this))
{
    setObjectName(u"find"_s);
    setAccessibleName(tr("Find in the console"));
    m_field->setObjectName(u"find-text"_s);
    m_field->setAccessibleName(tr("Find"));
    m_field->setPlaceholderText(tr("Find"));
    m_field->setMinimumWidth(180);
    m_field->installEventFilter(this);
    m_count->setObjectName(u"find-count"_s);
    m_count->setMinimumWidth(72);
    m_older->setObjectName(u"find-older"_s);
    m_newer->setObjectName(u"find-newer"_s);
    auto* close = new IconButton(u"close"_s, tr("Close (Esc)"));
    close->setObjectName(u"find-close"_s);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(metric::grid, 6, metric::grid, 6);
    row->setSpacing(metric::half);
    row->addWidget(m_field, 1);
    row->addWidget(m_case);
    row->addWidget(m_regex);
    row->addWidget(m_count);
    row->addWidget(m_older);
    row->addWidget(m_newer);
    row->addWidget(close);
    m_turn->setSingleShot(true);
    m_turn->setInterval(0);
    m_again->setSingleShot(true);
    m_again->setInterval(250);
    connect(m_turn, &QTimer::timeout, this, &FindBar::searchOn);
    connect(m_again, &QTimer::timeout, this, [this] { begin(false); });
    connect(m_field, &QLineEdit::textChanged, this, [this] { begin(true); });
    connect(m_regex, &QToolButton::toggled, this, [this] { begin(true); });
    connect(m_case, &QToolButton::toggled, this, [this] { begin(true); });
    connect(m_older, &QToolButton::clicked, this, [this] { step(-1); });
    connect(m_newer, &QToolButton::clicked, this, [this] { step(1); });
    connect(close, &QToolButton::clicked, this, &FindBar::dismiss);
    hide();
}

void FindBar::open(const QString& text)
{
    show();
    raise();
    place();
    if (!text.isEmpty()) {
        m_field->setText(text);
    }
    m_field->setFocus();
    m_field->selectAll();
    begin(true);
}

void FindBar::dismiss()
{
    m_turn->stop();
    m_again->stop();
    m_matches.clear();
    m_current = -1;
    hide();
    Q_EMIT changed(false);
    Q_EMIT dismissed();
}

void FindBar::place()
{
    const int width = qMin(parentWidget()->width() - 2 * metric::grid, 460);
    setGeometry(parentWidget()->width() - width - 20, metric::grid, width, sizeHint().height());
}

void FindBar::screenChanged()
{
    if (isVisible() && !m_field->text().isEmpty() && !m_again->isActive()) {
        m_again->start();
    }
}

std::optional<terminal::Range> FindBar::current() const
{
    return m_current >= 0 && m_current < m_matches.size() ? std::optional(m_matches[m_current])
                                                          : std::nullopt;
}

void FindBar::begin(bool jump)
{
    if (!isVisible()) {
        return;
    }
    const bool sameRows = m_epoch == m_screen->epoch();
    m_keep = jump || !sameRows ? std::nullopt : current();
    m_jump = jump;
    m_full = false;
    m_matches.clear();
    m_current = -1;
    m_problem.clear();
    m_pattern.reset();
    m_epoch = m_screen->epoch();
    m_next = m_screen->topRow() + m_screen->size().rows - 1;
    const QString text = m_field->text();
    if (!text.isEmpty()) {
        Result<terminal::Pattern> pattern = terminal::Pattern::compile(
            text, m_regex->isChecked() ? terminal::SearchKind::Regex : terminal::SearchKind::Plain,
            m_case->isChecked());
        if (pattern) {
            m_pattern = std::move(*pattern);
            m_turn->start();
        } else {
            m_problem = pattern.error().message;
        }
    }
    tell();
    Q_EMIT changed(false);
}

void FindBar::searchOn()
{
    if (!m_pattern) {
        return;
    }
    if (m_epoch != m_screen->epoch()) {
        begin(m_jump);
        return;
    }
    const qint64 last = m_next;
    const qint64 first = qMax(m_screen->wrappedFrom(), last - rowsATurn + 1);
    QList<terminal::Range> found = m_pattern->find(*m_screen, first, last, limitASlice);
    const bool had = m_current >= 0;
    m_current += had ? found.size() : 0;
    m_matches = std::move(found) + m_matches;
    m_next = first - 1;
    m_full = m_matches.size() >= limitMatches;
    if (!had && !m_matches.isEmpty()) {
        m_current = m_matches.size() - 1;
    }
    if (m_keep) {
        const qsizetype at = m_matches.indexOf(*m_keep);
        if (at >= 0) {
            m_current = at;
            m_keep.reset();
        }
    }
    tell();
    Q_EMIT changed(std::exchange(m_jump, m_jump && m_matches.isEmpty()));
    if (!m_full && (m_next >= m_screen->wrappedFrom() || m_screen->wrapMore())) {
        m_turn->start();
    }
}

void FindBar::step(int by)
{
    if (m_matches.isEmpty()) {
        return;
    }
    m_keep.reset();
    m_current = (m_current + by + m_matches.size()) % m_matches.size();
    tell();
    Q_EMIT changed(true);
}

void FindBar::tell()
{
    const bool none = m_matches.isEmpty();
    QString text;
    if (!m_problem.isEmpty()) {
        text = tr("no expression");
    } else if (!none) {
        // Counted from the newest, as one steps.
        text = tr("%1 of %2%3")
                   .arg(m_matches.size() - m_current)
                   .arg(m_matches.size())
                   .arg(m_full ? u"+"_s : QString());
    } else if (!m_field->text().isEmpty()) {
        text = m_turn->isActive() ? tr("searching") : tr("none");
    }
    m_count->setToken(m_problem.isEmpty() && (m_field->text().isEmpty() || !none) ? Token::Quiet
                                                                                  : Token::Failed);
    m_count->setText(text);
    m_count->setToolTip(m_problem);
    m_older->setEnabled(!none);
    m_newer->setEnabled(!none);
}

bool FindBar::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_field &&
        (event->type() == QEvent::KeyPress || event->type() == QEvent::ShortcutOverride)) {
        auto* key = static_cast<QKeyEvent*>(event);
        const bool enter = key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter;
        const bool ours = enter || key->key() == Qt::Key_Escape;
        if (ours && event->type() == QEvent::KeyPress) {
            if (enter) {
                step(key->modifiers().testFlag(Qt::ShiftModifier) ? 1 : -1);
            } else {
                dismiss();
            }
        }
        if (ours) {
            event->accept();
            return true;
        }
    }
    return QFrame::eventFilter(watched, event);
}

void FindBar::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(colour(Token::Line), 1));
    painter.setBrush(colour(Token::Raised));
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), metric::radius,
                            metric::radius);
}

}  // namespace analemma::ui
