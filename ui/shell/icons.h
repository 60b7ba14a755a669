#pragma once

#include "ui/shell/theme.h"

#include <QIcon>
#include <QPixmap>
#include <QString>

class QPainter;
class QRectF;

namespace analemma::ui {

/// A line icon of resources/icons by name ("pipelines", "ok", "more"), drawn in a token's colour of
/// the scheme of now: it follows a change of scheme and the screen's pixel ratio by itself.
QIcon lineIcon(const QString& name, Token token = Token::Text);
/// Paints an icon; `turn` in steps of 30 degrees, for the running arc.
void paintIcon(QPainter* painter, const QRectF& rect, const QString& name, const QColor& colour,
               int turn = 0);
/// The same as a pixmap of `size` device independent pixels; cached.
QPixmap iconPixmap(const QString& name, int size, const QColor& colour, qreal pixelRatio,
                   int turn = 0);
/// True when resources/icons has it.
bool hasIcon(const QString& name);

}  // namespace analemma::ui
