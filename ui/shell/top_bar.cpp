#include "ui/shell/top_bar.h"

#include "ui/shell/icons.h"
#include "ui/shell/style.h"
#include "ui/widgets/parts.h"

#include <QHBoxLayout>
#include <QPainter>

using namespace Qt::StringLiterals;

namespace analemma::ui {

Pill::Pill(QWidget* parent) : QAbstractButton(parent), m_turner(new Turner(this))
{
    setAttribute(Qt::WA_Hover);
    setFocusPolicy(Qt::TabFocus);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    connect(m_turner, &Turner::turned, this, [this] {
        if (isVisible()) {
            update();
        }
    });
}

void Pill::setState(Mark mark, const QString& icon, const QString& text)
{
    m_mark = mark;
    m_iconName = icon;
    setText(text);
    setAccessibleName(text);
    m_turner->setOn(mark == Mark::Running);
    updateGeometry();
    update();
}

QSize Pill::sizeHint() const
{
    return {QFontMetrics(fontOf(Type::Body)).horizontalAdvance(text()) + metric::icon + 26,
            metric::row};
}

void Pill::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const Token token = tokenOf(m_mark);
    const bool lit = m_mark != Mark::Idle;
    painter.setPen(Qt::NoPen);
    if (lit || underMouse()) {
        painter.setBrush(lit ? mix(colour(token), colour(Token::Window), underMouse() ? 0.2 : 0.12)
                             : mix(colour(Token::Text), colour(Token::Window), 0.05));
        painter.drawRoundedRect(rect(), metric::radius, metric::radius);
    }
    const QColor shade = colour(lit ? token : Token::Quiet);
    paintIcon(&painter, QRect(8, (height() - metric::icon) / 2, metric::icon, metric::icon),
              m_iconName, shade, m_mark == Mark::Running ? turnStep() : 0);
    painter.setFont(fontOf(Type::Body));
    painter.setPen(shade);
    painter.drawText(rect().adjusted(30, 0, -6, 0), Qt::AlignVCenter, text());
    if (hasFocus()) {
        paintFocusRing(&painter, rect(), metric::radius);
    }
}

SearchButton::SearchButton(QWidget* parent) : QAbstractButton(parent)
{
    setObjectName(u"top.search"_s);
    setText(tr("Search or run a command"));
    setAccessibleName(text());
    setAttribute(Qt::WA_Hover);
    setFocusPolicy(Qt::TabFocus);
    setCursor(Qt::IBeamCursor);
    setMaximumWidth(520);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void SearchButton::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setBrush(colour(Token::Surface));
    const double share = underMouse() ? 0.4 : 0.0;
    painter.setPen(QPen(mix(colour(Token::Quiet), colour(Token::Line), share), 1));
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), metric::radius,
                            metric::radius);
    paintIcon(&painter, QRect(10, (height() - 16) / 2, 16, 16), u"search"_s, colour(Token::Quiet));
    painter.setFont(fontOf(Type::Body));
    painter.setPen(colour(Token::Quiet));
    painter.drawText(rect().adjusted(34, 0, -70, 0), Qt::AlignVCenter, text());
    painter.setFont(fontOf(Type::Caption));
    painter.drawText(rect().adjusted(0, 0, -12, 0), Qt::AlignVCenter | Qt::AlignRight, u"Ctrl+K"_s);
    if (hasFocus()) {
        paintFocusRing(&painter, rect(), metric::radius);
    }
}

TopBar::TopBar(QWidget* parent) : QWidget(parent)
{
    setObjectName(u"top"_s);
    setFixedHeight(metric::topBar);
    m_workspace = new Text({}, Type::Body);
    m_workspace->setBold(true);
    m_workspace->setObjectName(u"top.workspace"_s);
    auto* search = new SearchButton(this);
    m_running = new Pill(this);
    m_running->setObjectName(u"top.running"_s);
    m_alerts = new Pill(this);
    m_alerts->setObjectName(u"top.alerts"_s);
    m_age = new Text({}, Type::Caption, Token::Quiet);
    m_age->setObjectName(u"top.age"_s);
    m_age->setMinimumWidth(QFontMetrics(fontOf(Type::Caption)).horizontalAdvance(u"as of 59 s"_s));
    m_age->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(metric::page, 0, metric::page, 0);
    row->setSpacing(metric::grid);
    row->addWidget(m_workspace);
    row->addSpacing(metric::page);
    row->addWidget(search, 10);
    row->addStretch(1);
    row->addWidget(m_running);
    row->addWidget(m_alerts);
    row->addSpacing(metric::half);
    row->addWidget(m_age);
    connect(search, &QAbstractButton::clicked, this, &TopBar::searchPressed);
    connect(m_running, &QAbstractButton::clicked, this, &TopBar::runningPressed);
    connect(m_alerts, &QAbstractButton::clicked, this, &TopBar::alertsPressed);
    setRunning(0);
    setAlerts(0);
}

void TopBar::setWorkspace(const QString& name, const QString& folder)
{
    m_workspace->setText(name);
    m_workspace->setToolTip(folder);
    m_workspace->setAccessibleName(tr("Workspace %1").arg(name));
}

void TopBar::setRunning(int count)
{
    m_running->setState(count > 0 ? Mark::Running : Mark::Idle,
                        count > 0 ? u"running"_s : u"idle"_s,
                        count > 0 ? tr("%n running", nullptr, count) : tr("idle"));
    m_running->setToolTip(tr("Running operations   Ctrl+J"));
}

void TopBar::setAlerts(int count, Mark gravest)
{
    m_open = count;
    m_gravest = gravest;
    showAlerts();
}

void TopBar::setFailed(int operations)
{
    m_failed = operations;
    showAlerts();
}

void TopBar::showAlerts()
{
    const int count = m_open + m_failed;
    const Mark mark = m_failed > 0 ? Mark::Failed : m_gravest;
    m_alerts->setState(count > 0 ? mark : Mark::Idle, count > 0 ? u"alert"_s : u"bell"_s,
                       count > 0 ? tr("%n alerts", nullptr, count) : tr("no alerts"));
    QStringList lines;
    if (m_open > 0) {
        lines.append(tr("%n open alerts", nullptr, m_open));
    }
    if (m_failed > 0) {
        lines.append(tr("%n operations that failed or whose outcome is unknown   Ctrl+J", nullptr,
                        m_failed));
    }
    m_alerts->setToolTip(lines.isEmpty()
                             ? tr("Alerts, and operations that failed or whose outcome is unknown")
                             : lines.join(u'\n'));
}

void TopBar::setAsOf(const QDateTime& asOf, const QDateTime& now)
{
    if (!asOf.isValid()) {
        m_age->clear();
        return;
    }
    const qint64 age = std::max<qint64>(0, asOf.secsTo(now));
    m_age->setText(age < 60 ? tr("as of %1 s").arg(age) : tr("as of %1").arg(agoText(asOf, now)));
    m_age->setToolTip(absoluteTime(asOf));
    m_age->setToken(age > 60 ? Token::Waiting : Token::Quiet);
}

void TopBar::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.fillRect(rect(), colour(Token::Window));
    painter.setPen(colour(Token::Line));
    painter.drawLine(rect().bottomLeft(), rect().bottomRight());
}

}  // namespace analemma::ui
