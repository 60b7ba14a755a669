#include "ui/shell/icons.h"

#include <QFile>
#include <QIconEngine>
#include <QPainter>
#include <QPixmapCache>
#include <QSvgRenderer>

#include <cmath>

using namespace Qt::StringLiterals;

namespace analemma::ui {

namespace {

QString pathOf(const QString& name)
{
    return u":/analemma/icons/"_s + name + u".svg"_s;
}

QByteArray sourceOf(const QString& name, const QColor& colour)
{
    QFile file(pathOf(name));
    if (!file.open(QIODevice::ReadOnly)) {
        return {};
    }
    return file.readAll().replace("currentColor", colour.name().toLatin1());
}

/// Draws in the token's colour of the moment, so that a QIcon outlives a change of scheme.
class TokenEngine : public QIconEngine {
public:
    TokenEngine(QString name, Token token) : m_name(std::move(name)), m_token(token) {}

    void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State) override
    {
        const Token token = mode == QIcon::Disabled ? Token::Idle : m_token;
        QColor shade = colour(token);
        if (mode == QIcon::Disabled) {
            shade = mix(shade, colour(Token::Surface), 0.6);
        }
        paintIcon(painter, rect, m_name, shade);
    }

    QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override
    {
        QPixmap picture(size);
        picture.fill(Qt::transparent);
        QPainter painter(&picture);
        paint(&painter, QRect(QPoint(0, 0), size), mode, state);
        return picture;
    }

    [[nodiscard]] QIconEngine* clone() const override { return new TokenEngine(m_name, m_token); }
    QString key() const override { return u"analemma"_s; }

private:
    QString m_name;
    Token m_token;
};

}  // namespace

QIcon lineIcon(const QString& name, Token token)
{
    return name.isEmpty() ? QIcon() : QIcon(new TokenEngine(name, token));
}

QPixmap iconPixmap(const QString& name, int size, const QColor& colour, qreal pixelRatio, int turn)
{
    const int pixels = static_cast<int>(std::ceil(size * pixelRatio));
    const QString key = u"analemma/%1/%2/%3/%4"_s.arg(name, colour.name()).arg(pixels).arg(turn);
    QPixmap picture;
    if (!QPixmapCache::find(key, &picture)) {
        picture = QPixmap(pixels, pixels);
        picture.fill(Qt::transparent);
        QSvgRenderer renderer(sourceOf(name, colour));
        if (renderer.isValid()) {
            QPainter painter(&picture);
            painter.setRenderHint(QPainter::Antialiasing);
            painter.translate(pixels / 2.0, pixels / 2.0);
            painter.rotate(turn * 30.0);
            renderer.render(&painter, QRectF(-pixels / 2.0, -pixels / 2.0, pixels, pixels));
        }
        QPixmapCache::insert(key, picture);
    }
    picture.setDevicePixelRatio(pixelRatio);
    return picture;
}

void paintIcon(QPainter* painter, const QRectF& rect, const QString& name, const QColor& colour,
               int turn)
{
    const qreal side = std::min(rect.width(), rect.height());
    if (name.isEmpty() || side <= 0) {
        return;
    }
    const qreal ratio = painter->device()->devicePixelRatioF();
    const QPixmap picture = iconPixmap(name, qRound(side), colour, ratio, turn);
    painter->drawPixmap(QPointF(rect.center().x() - side / 2, rect.center().y() - side / 2),
                        picture);
}

bool hasIcon(const QString& name)
{
    return QFile::exists(pathOf(name));
}

}  // namespace analemma::ui
