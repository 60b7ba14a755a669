#include "ui/widgets/laid_text.h"

#include <QFontMetrics>

#include <memory>
#include <utility>

namespace analemma::ui {

const LaidText& LaidTexts::of(const QString& text, const QFont& font, int room)
{
    Key key{text, font, room};
    if (const LaidText* known = m_lines.object(key)) {
        return *known;
    }
    QString line = text;
    for (QChar& c : line) {
        if (c < u' ' || c == QChar::LineSeparator || c == QChar::ParagraphSeparator) {
            c = u' ';
        }
    }
    const QFontMetrics metrics(font);
    auto laid = std::make_unique<LaidText>();
    laid->width = metrics.horizontalAdvance(line);
    if (laid->width > room) {
        line = metrics.elidedText(line, Qt::ElideRight, room);
        laid->width = metrics.horizontalAdvance(line);
    }
    laid->shown = line;
    laid->glyphs.setTextFormat(Qt::PlainText);
    laid->glyphs.setText(line);
    laid->glyphs.prepare({}, font);
    const LaidText& made = *laid;
    m_lines.insert(std::move(key), laid.release());
    return made;
}

}  // namespace analemma::ui
