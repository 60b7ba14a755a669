#include "ui/widgets/button.h"

#include "ui/shell/icons.h"
#include "ui/shell/style.h"

#include <QLineEdit>
#include <QPainter>
#include <QStyleOptionButton>

using namespace Qt::StringLiterals;

namespace analemma::ui {

namespace {

constexpr const char* wordsProperty = "wordsOfTip";
constexpr const char* buttonless = "buttonless";

struct Paint {
    QColor fill;
    QColor line;
    QColor text;
};

Paint paintOf(Button::Look look, bool enabled, bool hover, bool down)
{
    const double shade = down ? 0.16 : hover ? 0.08 : 0.0;
    if (!enabled) {
        const bool bare = look == Button::Look::Quiet;
        return {bare ? QColor() : colour(Token::Raised), bare ? QColor() : colour(Token::Line),
                colour(Token::Idle)};
    }
    switch (look) {
        case Button::Look::Primary:
            return {mix(colour(Token::Text), colour(Token::Accent), shade), {}, onFilled()};
        case Button::Look::Quiet:
            return {shade > 0 ? mix(colour(Token::Text), colour(Token::Surface), shade * 0.8)
                              : QColor(),
                    {},
                    colour(Token::Accent)};
        case Button::Look::Danger:
            return {mix(colour(Token::Failed), colour(Token::Surface), shade),
                    mix(colour(Token::Failed), colour(Token::Line), 0.6), colour(Token::Failed)};
        case Button::Look::Plain:
            break;
    }
    return {mix(colour(Token::Text), colour(Token::Surface), shade * 0.8), colour(Token::Line),
            colour(Token::Text)};
}

QString withoutMnemonic(const QString& text)
{
    QString shown = text;
    shown.remove(u'&');
    return shown;
}

}  // namespace

Button::Button(Look look, const QString& text, const QString& iconName, QWidget* parent)
    : QPushButton(text, parent), m_look(look), m_iconName(iconName)
{
    setAttribute(Qt::WA_Hover);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    setAccessibleName(withoutMnemonic(text));
}

Button::Button(Look look, QAction* action, QWidget* parent)
    : Button(look, action->text(), action->data().toString(), parent)
{
    setObjectName(u"button."_s + action->objectName());
    connect(action, &QAction::changed, this, [this, action] { follow(action); });
    connect(this, &QPushButton::clicked, action, &QAction::trigger);
    follow(action);
}

void Button::follow(const QAction* action)
{
    setText(action->text());
    setEnabled(action->isEnabled());
    const bool shown = action->isVisible() && !action->property(buttonless).toBool();
    setVisible(shown || !action->parent());
    const QString tip = action->toolTip();
    setToolTip(tip == withoutMnemonic(action->text()) ? QString() : tip);
    setAccessibleName(withoutMnemonic(action->text()));
    setAccessibleDescription(toolTip());
    updateGeometry();
}

void Button::setLook(Look look)
{
    m_look = look;
    update();
}

void Button::setIconName(const QString& iconName)
{
    m_iconName = iconName;
    updateGeometry();
    update();
}

void Button::setHint(const QString& hint)
{
    if (hint != m_hint) {
        m_hint = hint;
        setAccessibleDescription(hint);
        updateGeometry();
        update();
    }
}

void Button::setRefusal(const QString& why)
{
    setEnabled(why.isEmpty());
    setToolTip(why.isEmpty() ? m_tip : why);
    setAccessibleDescription(why);
}

QSize Button::sizeHint() const
{
    const QFontMetrics metrics(fontOf(Type::Body, QFont::Medium));
    int width =
        metrics.horizontalAdvance(withoutMnemonic(text())) + 2 * (m_look == Look::Quiet ? 10 : 14);
    if (!m_iconName.isEmpty()) {
        width += metric::icon + 6;
    }
    if (!m_hint.isEmpty()) {
        width += QFontMetrics(fontOf(Type::Caption)).horizontalAdvance(m_hint) + 12;
    }
    return {width, std::max(metric::control, metrics.height() + 12)};
}

QSize Button::minimumSizeHint() const
{
    return sizeHint();
}

void Button::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const Paint look = paintOf(m_look, isEnabled(), underMouse(), isDown());
    painter.setBrush(look.fill.isValid() ? QBrush(look.fill) : QBrush(Qt::NoBrush));
    painter.setPen(look.line.isValid() ? QPen(look.line, 1) : QPen(Qt::NoPen));
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), metric::radius,
                            metric::radius);

    const QFont font = fontOf(Type::Body, QFont::Medium);
    const QFont small = fontOf(Type::Caption);
    const QString shown = withoutMnemonic(text());
    const int hint = m_hint.isEmpty() ? 0 : QFontMetrics(small).horizontalAdvance(m_hint) + 12;
    const int picture = m_iconName.isEmpty() ? 0 : metric::icon + 6;
    const int words = QFontMetrics(font).horizontalAdvance(shown);
    int left = (width() - words - hint - picture) / 2;
    if (picture > 0) {
        paintIcon(&painter, QRect(left, (height() - metric::icon) / 2, metric::icon, metric::icon),
                  m_iconName, look.text);
        left += picture;
    }
    painter.setFont(font);
    painter.setPen(look.text);
    painter.drawText(QRect(left, 0, words + 2, height()), Qt::AlignVCenter, shown);
    if (hint > 0) {
        painter.setFont(small);
        const QColor quiet = m_look == Look::Primary ? look.text : colour(Token::Quiet);
        painter.setPen(isEnabled() ? quiet : look.text);
        painter.drawText(QRect(left + words + 12, 0, hint, height()), Qt::AlignVCenter, m_hint);
    }
    if (hasFocus()) {
        const bool filled = m_look == Look::Primary;
        paintFocusRing(&painter, rect(), metric::radius);
        if (filled) {
            painter.setBrush(Qt::NoBrush);
            painter.setPen(QPen(onFilled(), 1));
            painter.drawRoundedRect(QRectF(rect()).adjusted(2.5, 2.5, -2.5, -2.5), 4, 4);
        }
    }
}

IconButton::IconButton(const QString& iconName, const QString& name, QWidget* parent)
    : QToolButton(parent)
{
    setIcon(lineIcon(iconName, Token::Quiet));
    setToolTip(name);
    setAccessibleName(name);
    setAutoRaise(true);
    setFocusPolicy(Qt::TabFocus);
    setFixedSize(metric::row, metric::row);
}

void addFieldIcon(QLineEdit* field, const QString& iconName)
{
    QAction* action =
        field->addAction(lineIcon(iconName, Token::Quiet), QLineEdit::LeadingPosition);
    action->setText(field->accessibleName());
}

void setButtonless(QAction* action, bool without)
{
    action->setProperty(buttonless, without);
    Q_EMIT action->changed();
}

void setRefusal(QAction* action, const QString& why)
{
    if (!action->property(wordsProperty).isValid()) {
        action->setProperty(wordsProperty, action->toolTip());
    }
    action->setEnabled(why.isEmpty());
    action->setToolTip(why.isEmpty() ? action->property(wordsProperty).toString() : why);
}

}  // namespace analemma::ui
