#include "ui/shell/status_icon.h"

#include "ui/shell/icons.h"

#include <QIcon>
#include <QMenu>
#include <QPainter>
#include <QSystemTrayIcon>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::ui {
namespace {

constexpr int kMostShown = 99;

}  // namespace

QPixmap statusPicture(Mark gravest, int alerts, int size)
{
    QPixmap picture(size, size);
    picture.fill(Qt::transparent);
    QPainter painter(&picture);
    painter.setRenderHint(QPainter::Antialiasing);
    const QColor ink = colour(alerts > 0 ? tokenOf(gravest) : Token::Accent);
    paintIcon(&painter, QRectF(0, 0, size, size), u"analemma"_s, ink);
    if (alerts <= 0) {
        return picture;
    }
    const QString number = alerts > kMostShown ? u"99+"_s : QString::number(alerts);
    QFont font = fontOf(Type::Caption);
    font.setBold(true);
    font.setPixelSize(std::max(8, size / (number.size() > 2 ? 3 : 2)));
    const qreal wide =
        std::min<qreal>(size, QFontMetricsF(font).horizontalAdvance(number) + size / 6.0);
    const qreal tall = font.pixelSize() + 2.0;
    const QRectF badge(size - std::max(wide, tall), size - tall, std::max(wide, tall), tall);
    painter.setPen(Qt::NoPen);
    painter.setBrush(ink);
    painter.drawRoundedRect(badge, tall / 2, tall / 2);
    painter.setFont(font);
    painter.setPen(onFilled());
    painter.drawText(badge, Qt::AlignCenter, number);
    return picture;
}

StatusIcon::StatusIcon(QObject* parent) : QObject(parent), m_menu(std::make_unique<QMenu>())
{
    m_menu->setObjectName(u"status.menu"_s);
    QAction* open = m_menu->addAction(tr("Open Analemma"));
    open->setObjectName(u"status.open"_s);
    QAction* quit = m_menu->addAction(tr("Quit"));
    quit->setObjectName(u"status.quit"_s);
    connect(open, &QAction::triggered, this, &StatusIcon::openAsked);
    connect(quit, &QAction::triggered, this, &StatusIcon::quitAsked);
    if (QSystemTrayIcon::isSystemTrayAvailable()) {
        m_icon = std::make_unique<QSystemTrayIcon>();
        m_icon->setContextMenu(m_menu.get());
        connect(m_icon.get(), &QSystemTrayIcon::activated, this,
                [this](QSystemTrayIcon::ActivationReason reason) {
                    if (reason != QSystemTrayIcon::Context) {
                        Q_EMIT openAsked();
                    }
                });
    }
    setState(Mark::Ok, 0);
    if (m_icon) {
        m_icon->show();
    }
}

StatusIcon::~StatusIcon() = default;

void StatusIcon::setState(Mark gravest, int alerts)
{
    m_text = alerts > 0 ? tr("Analemma: %n alerts", nullptr, alerts) : tr("Analemma: no alerts");
    if (!m_icon) {
        return;
    }
    QIcon icon;
    for (const int size : {16, 22, 32, 64}) {
        icon.addPixmap(statusPicture(gravest, alerts, size));
    }
    m_icon->setIcon(icon);
    m_icon->setToolTip(m_text);
}

}  // namespace analemma::ui
