#include "ui/widgets/toast.h"

#include "ui/shell/icons.h"
#include "ui/widgets/parts.h"

#include <QAccessible>
#include <QHBoxLayout>
#include <QPainter>
#include <QTimerEvent>

using namespace Qt::StringLiterals;

namespace analemma::ui {

Toast::Toast(QWidget* parent)
    : QFrame(parent),
      m_icon(new QLabel(this)),
      m_text(new Text({}, Type::Body, Token::Text, this)),
      m_button(new Button(Button::Look::Quiet, QString(), {}, this))
{
    setObjectName(u"toast"_s);
    m_text->setObjectName(u"toast.text"_s);
    m_text->setWordWrap(true);
    m_button->setObjectName(u"toast.action"_s);
    auto* close = new IconButton(u"close"_s, tr("Close"), this);
    close->setObjectName(u"toast.close"_s);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(16, 8, 8, 8);
    row->setSpacing(12);
    row->addWidget(m_icon);
    row->addWidget(m_text, 1);
    row->addWidget(m_button);
    row->addWidget(close);
    hide();
    parent->installEventFilter(this);
    connect(close, &QToolButton::clicked, this, &Toast::dismiss);
    connect(m_button, &QPushButton::clicked, this, [this] {
        const auto run = m_notice.run;
        dismiss();
        if (run) {
            run();
        }
    });
}

void Toast::tell(const Notice& notice)
{
    m_notice = notice;
    m_text->setText(notice.text);
    m_button->setText(notice.action);
    m_button->setAccessibleName(notice.action);
    m_button->setVisible(!notice.action.isEmpty());
    m_icon->setPixmap(
        iconPixmap(iconOf(notice.mark), 20, colour(tokenOf(notice.mark)), devicePixelRatioF()));
    setAccessibleName(notice.text);
    if (m_timer != 0) {
        killTimer(m_timer);
    }
    m_timer = startTimer(std::chrono::seconds(std::max(1, notice.seconds)));
    place();
    show();
    raise();
    QAccessibleEvent alert(this, QAccessible::Alert);
    QAccessible::updateAccessibility(&alert);
}

void Toast::dismiss()
{
    if (m_timer != 0) {
        killTimer(m_timer);
        m_timer = 0;
    }
    hide();
}

QString Toast::text() const
{
    return isVisible() ? m_notice.text : QString();
}

void Toast::setLift(int pixels)
{
    m_lift = pixels;
    place();
}

void Toast::timerEvent(QTimerEvent* event)
{
    if (event->timerId() == m_timer && !underMouse() && !m_button->hasFocus()) {
        dismiss();
    }
}

void Toast::place()
{
    const int room = parentWidget()->width() - 2 * metric::page;
    const int words = m_text->fontMetrics().horizontalAdvance(m_text->text());
    const int rest = 16 + 20 + 12 + 28 + 8 + 24 +
                     (m_notice.action.isEmpty() ? 0 : m_button->sizeHint().width() + 12);
    const int width = std::min({room, 760, words + rest + 16});
    resize(width, std::max(48, layout()->heightForWidth(width)));
    move((parentWidget()->width() - this->width()) / 2,
         parentWidget()->height() - height() - m_lift);
}

bool Toast::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == parent() && event->type() == QEvent::Resize && isVisible()) {
        place();
    }
    return QFrame::eventFilter(watched, event);
}

void Toast::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setBrush(colour(Token::Raised));
    painter.setPen(QPen(mix(colour(tokenOf(m_notice.mark)), colour(Token::Line), 0.5), 1));
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), metric::radius,
                            metric::radius);
}

}  // namespace analemma::ui
