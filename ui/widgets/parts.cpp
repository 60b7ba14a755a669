#include "ui/widgets/parts.h"

#include "ui/shell/icons.h"
#include "ui/shell/theme_terminal.h"
#include "ui/shell/words.h"

#include <QEvent>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QPainter>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace analemma::ui {

// ---- text
// -----------------------------------------------------------------------------------------

Text::Text(const QString& text, Type type, Token token, QWidget* parent)
    : QLabel(text, parent), m_type(type), m_token(token)
{
    setTextFormat(Qt::PlainText);
    applyFont();
}

void Text::applyFont()
{
    QFont font = m_fixed ? fixedFont(m_type) : fontOf(m_type);
    font.setWeight(m_bold ? QFont::DemiBold : QFont::Normal);
    setFont(font);
}

void Text::setToken(Token token)
{
    m_token = token;
    update();
}

void Text::setFixed(bool fixed)
{
    m_fixed = fixed;
    applyFont();
}

void Text::setBold(bool bold)
{
    m_bold = bold;
    applyFont();
}

void Text::setElided(bool elided)
{
    m_elided = elided;
    updateGeometry();
}

QSize Text::minimumSizeHint() const
{
    const QSize size = QLabel::minimumSizeHint();
    return m_elided ? QSize(0, size.height()) : size;
}

void Text::paintEvent(QPaintEvent* event)
{
    const QColor shade = colour(isEnabled() ? m_token : Token::Idle);
    if (!m_elided) {
        // QLabel paints with the palette; keep it in step with the token and the scheme.
        if (palette().color(QPalette::WindowText) != shade) {
            QPalette own = palette();
            own.setColor(QPalette::WindowText, shade);
            setPalette(own);
        }
        QLabel::paintEvent(event);
        return;
    }
    QPainter painter(this);
    painter.setFont(font());
    painter.setPen(shade);
    const QString shown = fontMetrics().elidedText(text(), Qt::ElideRight, width());
    if (const QString tip = shown == text() ? QString() : text(); toolTip() != tip) {
        setToolTip(tip);
    }
    painter.drawText(rect(), static_cast<int>(alignment()) | Qt::TextSingleLine, shown);
}

// ---- loud word
// ------------------------------------------------------------------------------------

LoudWord::LoudWord(Ground ground, QWidget* parent)
    : Text({}, Type::Caption, Token::Text, parent), m_ground(ground)
{
    setBold(true);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
}

QSize LoudWord::sizeHint() const
{
    return {fontMetrics().horizontalAdvance(text()) + 16, 20};
}

void LoudWord::paintEvent(QPaintEvent*)
{
    const bool broadcast = m_ground == Ground::Broadcast;
    const auto loud = [](TerminalToken token) {
        return QColor(terminalColour(token, currentScheme()));
    };
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(broadcast ? loud(TerminalToken::Broadcast) : colour(Token::Production));
    painter.drawRoundedRect(rect(), 4, 4);
    painter.setPen(broadcast ? loud(TerminalToken::BroadcastDark) : onFilled());
    painter.drawText(rect(), Qt::AlignCenter, text());
}

// ---- section title
// --------------------------------------------------------------------------------

SectionTitle::SectionTitle(const QString& title, QWidget* parent)
    : QWidget(parent),
      m_title(new Text(title, Type::Section)),
      m_note(new Text({}, Type::Body, Token::Quiet))
{
    m_title->setBold(true);
    m_title->setElided(true);
    m_row = new QHBoxLayout(this);
    m_row->setContentsMargins(0, metric::half, 0, metric::half);
    m_row->setSpacing(metric::grid);
    m_row->addWidget(m_title);
    m_row->addWidget(m_note);
    m_row->addStretch(1);
    m_note->hide();
}

void SectionTitle::setTitle(const QString& title)
{
    m_title->setText(title);
}

void SectionTitle::setNote(const QString& note)
{
    m_note->setText(note);
    m_note->setVisible(!note.isEmpty());
}

void SectionTitle::addWidget(QWidget* widget)
{
    m_row->addWidget(widget);
}

// ---- state badge
// ----------------------------------------------------------------------------------

StateBadge::StateBadge(QWidget* parent) : StateBadge(Mark::None, {}, parent) {}

StateBadge::StateBadge(Mark mark, const QString& word, QWidget* parent)
    : QWidget(parent), m_turner(new Turner(this))
{
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    connect(m_turner, &Turner::turned, this, [this] {
        if (isVisible()) {
            update();
        }
    });
    setState(mark, word);
}

void StateBadge::setState(Mark mark, const QString& word)
{
    m_mark = mark;
    m_word = word;
    m_turner->setOn(mark == Mark::Running);
    setAccessibleName(this->word());
    updateGeometry();
    update();
}

QString StateBadge::word() const
{
    return m_word.isEmpty() ? wordOf(m_mark) : m_word;
}

void StateBadge::setTinted(bool tinted)
{
    m_tinted = tinted;
    updateGeometry();
    update();
}

QSize StateBadge::sizeHint() const
{
    const int margin = m_tinted ? metric::grid : 0;
    const QFontMetrics metrics(fontOf(Type::Body));
    const int words = word().isEmpty() ? 0 : metrics.horizontalAdvance(word()) + 6;
    return {2 * margin + metric::icon + words, std::max(metric::denseRow, metrics.height() + 6)};
}

void StateBadge::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const Token token = tokenOf(m_mark);
    int left = 0;
    if (m_tinted) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(tint(token));
        painter.drawRoundedRect(rect(), metric::radius, metric::radius);
        left = metric::grid;
    }
    const int turn = m_mark == Mark::Running ? turnStep() : 0;
    paintIcon(&painter, QRect(left, (height() - metric::icon) / 2, metric::icon, metric::icon),
              iconOf(m_mark), colour(token), turn);
    painter.setFont(fontOf(Type::Body));
    painter.setPen(colour(token));
    painter.drawText(rect().adjusted(left + metric::icon + 6, 0, 0, 0), Qt::AlignVCenter, word());
}

// ---- card
// -----------------------------------------------------------------------------------------

Card::Card(QWidget* parent) : QFrame(parent)
{
    setFrameShape(QFrame::NoFrame);
    m_column = new QVBoxLayout(this);
    m_column->setContentsMargins(16, 16, 16, 16);
    m_column->setSpacing(metric::grid);
}

void Card::setFramed(bool framed, const QString& word)
{
    m_framed = framed;
    m_word = word;
    m_column->setContentsMargins(16, framed ? 20 : 16, 16, 16);
    update();
}

void Card::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setBrush(colour(Token::Surface));
    const QColor line = colour(m_framed ? Token::Production : Token::Line);
    painter.setPen(QPen(line, m_framed ? 1.5 : 1.0));
    const qreal top = m_framed && !m_word.isEmpty() ? 7.0 : 0.75;
    const QRectF box = QRectF(rect()).adjusted(0.75, top, -0.75, -0.75);
    painter.drawRoundedRect(box, metric::radius, metric::radius);
    if (m_framed && !m_word.isEmpty()) {
        const QFont font = fontOf(Type::Caption, QFont::DemiBold);
        const int width = QFontMetrics(font).horizontalAdvance(m_word) + 12;
        const QRectF tab(16, 0, width, 15);
        painter.setPen(Qt::NoPen);
        painter.setBrush(line);
        painter.drawRoundedRect(tab, 4, 4);
        painter.setFont(font);
        painter.setPen(onFilled());
        painter.drawText(tab, Qt::AlignCenter, m_word);
    }
}

// ---- empty state
// ----------------------------------------------------------------------------------

EmptyState::EmptyState(QWidget* parent)
    : QWidget(parent),
      m_icon(new QLabel),
      m_sentence(new Text({}, Type::Section)),
      m_more(new Text({}, Type::Body, Token::Quiet))
{
    m_column = new QVBoxLayout(this);
    m_column->setContentsMargins(metric::page, metric::page, metric::page, metric::page);
    m_column->setSpacing(metric::grid);
    m_column->addStretch(2);
    for (QLabel* label : {m_icon, m_sentence, m_more}) {
        label->setAlignment(Qt::AlignCenter);
        label->setWordWrap(label != m_icon);
        m_column->addWidget(label);
    }
    m_column->addStretch(3);
    m_more->hide();
}

void EmptyState::setText(const QString& iconName, const QString& sentence, const QString& more)
{
    m_iconName = iconName;
    m_sentence->setText(sentence);
    m_more->setText(more);
    m_more->setVisible(!more.isEmpty());
    updateIcon();
}

void EmptyState::updateIcon()
{
    m_icon->setPixmap(iconPixmap(m_iconName, 32, colour(Token::Idle), devicePixelRatioF()));
    m_icon->setVisible(!m_iconName.isEmpty());
}

void EmptyState::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::PaletteChange) {
        updateIcon();
    }
    QWidget::changeEvent(event);
}

void EmptyState::setAction(QAction* action)
{
    delete m_button;
    m_button = nullptr;
    if (action) {
        m_button = new Button(Button::Look::Primary, action, this);
        m_column->insertWidget(m_column->count() - 1, m_button, 0, Qt::AlignHCenter);
        setFocusProxy(m_button);
    }
}

// ---- facts
// ----------------------------------------------------------------------------------------

FactGrid::FactGrid(QWidget* parent) : QWidget(parent), m_grid(new QGridLayout(this))
{
    m_grid->setContentsMargins(0, 0, 0, 0);
    m_grid->setHorizontalSpacing(16);
    m_grid->setVerticalSpacing(6);
    m_grid->setColumnStretch(1, 1);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Maximum);
}

void FactGrid::clear()
{
    while (QLayoutItem* item = m_grid->takeAt(0)) {
        delete item->widget();
        delete item;
    }
}

void FactGrid::addFact(const QString& name, const QString& value, bool fixed, const QString& tip)
{
    auto* text = new Text(value, Type::Body);
    text->setFixed(fixed);
    text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    text->setWordWrap(true);
    text->setToolTip(tip);
    text->setAccessibleName(name + u": "_s + value);
    addFact(name, text);
}

void FactGrid::addFact(const QString& name, QWidget* value)
{
    const int row = m_grid->rowCount();
    m_grid->addWidget(new Text(name, Type::Body, Token::Quiet), row, 0,
                      Qt::AlignTop | Qt::AlignLeft);
    m_grid->addWidget(value, row, 1, Qt::AlignTop);
}

// ---- rule
// -----------------------------------------------------------------------------------------

Rule::Rule(QWidget* parent) : QWidget(parent)
{
    setFixedHeight(1);
}

void Rule::paintEvent(QPaintEvent*)
{
    QPainter(this).fillRect(rect(), colour(Token::Line));
}

}  // namespace analemma::ui
