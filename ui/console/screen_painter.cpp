#include "ui/console/screen_painter.h"

#include "ui/shell/theme_terminal.h"

#include <cstring>

namespace analemma::ui {

using terminal::Cell;
using terminal::Colour;
using terminal::Screen;

namespace {

template <int width>
void copyLines(uchar* out, qsizetype stride, const quint32* pixels, int height)
{
    for (int y = 0; y < height; ++y, out += stride, pixels += width) {
        std::memcpy(out, pixels, std::size_t(width) * 4);
    }
}

/// The usual widths with a size that the compiler knows: a few moves instead of a call a line.
void copyCell(uchar* out, qsizetype stride, const quint32* pixels, QSize cell)
{
    switch (cell.width()) {
        case 7:
            return copyLines<7>(out, stride, pixels, cell.height());
        case 8:
            return copyLines<8>(out, stride, pixels, cell.height());
        case 9:
            return copyLines<9>(out, stride, pixels, cell.height());
        case 10:
            return copyLines<10>(out, stride, pixels, cell.height());
        default:
            break;
    }
    for (int y = 0; y < cell.height(); ++y, out += stride, pixels += cell.width()) {
        std::memcpy(out, pixels, std::size_t(cell.width()) * 4);
    }
}

bool isBare(const CellLook& look)
{
    return look.underline == 0 && (look.flags & (CellLook::Strike | CellLook::Overline)) == 0;
}

/// Where the cursor is drawn.
terminal::Cursor shownCursor(const Screen& screen, const ScreenShow& show)
{
    terminal::Cursor cursor = screen.cursor();
    cursor.column = show.ghostCursor >= 0 ? show.ghostCursor : cursor.column;
    return cursor;
}

bool isEmpty(Cell cell)
{
    return cell.isBlank() || cell.glyph == ' ';
}

}  // namespace

void ScreenPainter::setFont(const QFont& font, double ratio)
{
    m_images.setFont(font, ratio);
    m_whole = true;
}

void ScreenPainter::setScheme(Scheme scheme)
{
    m_scheme = scheme;
    for (int i = 0; i < 256; ++i) {
        m_palette[i] = terminalColour(i, scheme);
    }
    m_text = terminalColour(TerminalToken::Text, scheme);
    m_ground = terminalColour(TerminalToken::Ground, scheme);
    m_reversed = false;
    m_whole = true;
}

void ScreenPainter::setArea(QSize pixels, int margin)
{
    m_margin = margin;
    m_picture = QImage(pixels.expandedTo({1, 1}), QImage::Format_RGB32);
    m_picture.fill(m_ground);
    m_whole = true;
}

terminal::Size ScreenPainter::fitting() const
{
    const int columns = (m_picture.width() - 2 * m_margin) / cell().width();
    const int rows = (m_picture.height() - 2 * m_margin) / cell().height();
    return {qBound(1, columns, terminal::limitSide), qBound(1, rows, terminal::limitSide)};
}

QRect ScreenPainter::rectOf(int line, int column, int columns) const
{
    return {m_margin + column * cell().width(), m_margin + line * cell().height(),
            columns * cell().width(), cell().height()};
}

QRegion ScreenPainter::update(Screen* screen, const ScreenShow& show)
{
    const terminal::Size size = screen->size();
    const terminal::Cursor cursor = shownCursor(*screen, show);
    const qint64 screenTop = screen->topRow();
    const bool reversed = screen->modes().reverseScreen;
    const bool follows = show.topRow == screenTop;
    const bool followed = m_shown.topRow == m_screenTop;
    const bool whole = m_whole || reversed != m_reversed || screen->epoch() != m_epoch ||
                       !(size == m_size) || follows != followed;
    std::vector<bool> stale(std::size_t(size.rows), whole);
    QRegion changed;
    const auto touch = [&](qint64 line) {
        if (line >= 0 && line < size.rows) {
            stale[std::size_t(line)] = true;
        }
    };
    if (whole) {
        m_reversed = reversed;
        m_text = terminalColour(reversed ? TerminalToken::Ground : TerminalToken::Text, m_scheme);
        m_ground = terminalColour(reversed ? TerminalToken::Text : TerminalToken::Ground, m_scheme);
        m_picture.fill(m_ground);
        changed = m_picture.rect();
    } else {
        const qint64 by =
            follows ? qMin<qint64>(screen->scrolled(), size.rows) : show.topRow - m_shown.topRow;
        if (qAbs(by) >= size.rows) {
            stale.assign(stale.size(), true);
        } else if (by != 0) {
            moveLines(int(by), size.rows);
            changed = QRect(rectOf(0, 0, size.columns).topLeft(),
                            QSize(size.columns * cell().width(), size.rows * cell().height()));
            for (int i = 0; i < qAbs(by); ++i) {
                touch(by > 0 ? size.rows - 1 - i : i);
            }
        }
        // The cursor's old place moved along; its new one is drawn below.
        if (!(cursor == m_cursor) || by != 0 || show.focused != m_shown.focused ||
            show.cursorOn != m_shown.cursorOn) {
            touch(m_screenTop - m_shown.topRow + m_cursor.row - by);
        }
        for (int row = 0; row < size.rows; ++row) {
            if (screen->isDirty(row) || (!follows && screen->isDirty())) {
                touch(screenTop - show.topRow + row);
            }
        }
        if (!(cursor == m_cursor) || show.cursorOn != m_shown.cursorOn ||
            show.focused != m_shown.focused || by != 0) {
            touch(screenTop - show.topRow + cursor.row);
        }
        if (!(show.ghosts == m_shown.ghosts)) {
            for (const QList<GhostCell>& ghosts : {m_shown.ghosts, show.ghosts}) {
                for (const GhostCell& ghost : ghosts) {
                    touch(ghost.position.row - show.topRow);
                }
            }
        }
        if (!(show.marks == m_shown.marks)) {
            for (const QList<CellMark>& marks : {m_shown.marks, show.marks}) {
                for (const CellMark& mark : marks) {
                    const qint64 last = qMin(mark.range.end.row, show.topRow + size.rows);
                    for (qint64 row = qMax(mark.range.begin.row, show.topRow); row <= last; ++row) {
                        touch(row - show.topRow);
                    }
                }
            }
        }
    }
    for (int line = 0; line < size.rows; ++line) {
        if (stale[std::size_t(line)]) {
            drawLine(*screen, show, line);
            drawGhosts(*screen, show, line);
            drawCursor(*screen, show, line);
            changed += rectOf(line, 0, size.columns);
        }
    }
    screen->clean();
    m_shown = show;
    m_epoch = screen->epoch();
    m_screenTop = screenTop;
    m_size = size;
    m_cursor = cursor;
    m_whole = false;
    return changed;
}

void ScreenPainter::moveLines(int by, int lines)
{
    const int height = cell().height();
    const int rows = (lines - qAbs(by)) * height;
    const auto stride = m_picture.bytesPerLine();
    uchar* top = m_picture.bits() + qsizetype(m_margin) * stride;
    const qsizetype shift = qsizetype(qAbs(by)) * height * stride;
    const std::size_t bytes = std::size_t(rows) * std::size_t(stride);
    if (by > 0) {
        std::memmove(top, top + shift, bytes);
    } else {
        std::memmove(top + shift, top, bytes);
    }
}

quint32 ScreenPainter::colourOf(Colour colour, quint32 fallback, bool brighten) const
{
    switch (colour.kind()) {
        case Colour::Kind::Default:
            return fallback;
        case Colour::Kind::Indexed:
            return m_palette[brighten && colour.index() < 8 ? colour.index() + 8 : colour.index()];
        case Colour::Kind::Rgb:
            return 0xFF000000u | colour.value();
    }
    return fallback;
}

ScreenPainter::Resolved ScreenPainter::resolve(const terminal::Style& style) const
{
    Resolved resolved;
    CellLook& look = resolved.look;
    const bool bold = style.flags & terminal::Style::Bold;
    look.ink = colourOf(style.foreground, m_text, bold);
    look.ground = colourOf(style.background, m_ground, false);
    const bool named =
        style.foreground.kind() == Colour::Kind::Default ||
        (style.foreground.kind() == Colour::Kind::Indexed && style.foreground.index() < 16);
    if (style.flags & terminal::Style::Inverse) {
        std::swap(look.ink, look.ground);
    }
    if (named && look.ink != look.ground) {
        look.ink = legibleOn(look.ink, look.ground);
    }
    if (style.flags & terminal::Style::Faint) {
        look.ink = faintOn(look.ink, look.ground);
    }
    look.flags = quint8((bold ? CellLook::Bold : 0) |
                        (style.flags & terminal::Style::Italic ? CellLook::Italic : 0) |
                        (style.flags & terminal::Style::Strike ? CellLook::Strike : 0) |
                        (style.flags & terminal::Style::Overline ? CellLook::Overline : 0));
    look.underline = quint8(style.underline);
    if (style.link != 0 && look.underline == 0) {
        look.underline = quint8(terminal::Underline::Dotted);
    }
    look.line = look.underline == 0 ? 0 : colourOf(style.underlineColour, look.ink, false);
    resolved.invisible = style.flags & terminal::Style::Invisible;
    return resolved;
}

CellLook ScreenPainter::marked(CellLook look, CellMark::Kind kind) const
{
    switch (kind) {
        case CellMark::Kind::Selection:
            look.ground = terminalColour(TerminalToken::Selection, m_scheme);
            look.ink = legibleOn(look.ink, look.ground);
            break;
        case CellMark::Kind::Match:
            look.ground = terminalColour(TerminalToken::Match, m_scheme);
            look.ink = terminalColour(TerminalToken::Text, m_scheme);
            break;
        case CellMark::Kind::CurrentMatch:
            look.ground = terminalColour(TerminalToken::CurrentMatch, m_scheme);
            look.ink = terminalColour(TerminalToken::MatchText, m_scheme);
            break;
        case CellMark::Kind::Link:
            look.underline = quint8(terminal::Underline::Single);
            look.line = look.ink;
            break;
    }
    return look;
}

CellGlyph ScreenPainter::glyphOf(const Screen& screen, Cell cell)
{
    CellGlyph glyph;
    glyph.code = cell.isCluster() ? m_images.intern(screen.text(cell)) : cell.payload();
    glyph.part = cell.isWide() ? CellGlyph::Part::Left : CellGlyph::Part::Whole;
    return glyph;
}

void ScreenPainter::fillCells(int line, int column, int columns, quint32 shade)
{
    const QRect area = rectOf(line, column, columns) & m_picture.rect();
    for (int y = area.top(); y <= area.bottom(); ++y) {
        auto* out = reinterpret_cast<quint32*>(m_picture.scanLine(y)) + area.left();
        std::fill(out, out + area.width(), shade);
    }
}

void ScreenPainter::blit(int line, int column, const quint32* pixels)
{
    const QRect area = rectOf(line, column);
    if (!m_picture.rect().contains(area)) {
        return;  // the widget shrank, the screen follows soon
    }
    const auto stride = m_picture.bytesPerLine();
    copyCell(m_picture.bits() + area.top() * stride + area.left() * 4, stride, pixels, area.size());
}

void ScreenPainter::drawLine(const Screen& screen, const ScreenShow& show, int line)
{
    const int columns = screen.size().columns;
    const qint64 number = show.topRow + line;
    const terminal::RowView row = screen.row(number, &m_scratch);
    m_markOf.assign(std::size_t(columns), 0);
    bool anyMark = false;
    for (const CellMark& mark : show.marks) {
        if (number < mark.range.begin.row || number > mark.range.end.row) {
            continue;
        }
        for (int column = 0; column < columns; ++column) {
            if (mark.range.contains({number, column})) {
                m_markOf[std::size_t(column)] = quint8(int(mark.kind) + 1);
                anyMark = true;
            }
        }
    }
    const int used = qMin(columns, int(row.cells.size()));
    quint32 styleId = 0;
    Resolved resolved = resolve(screen.style(0));
    CellGlyph wide;
    int column = 0;
    while (column < used) {
        const Cell cell = row.cells[std::size_t(column)];
        if (cell.style != styleId) {
            styleId = cell.style;
            resolved = resolve(screen.style(styleId));
        }
        CellLook look = resolved.look;
        if (anyMark && m_markOf[std::size_t(column)] != 0) {
            look = marked(look, CellMark::Kind(m_markOf[std::size_t(column)] - 1));
        }
        CellGlyph glyph;
        if (!resolved.invisible && !cell.isBlank()) {
            if (cell.isTail()) {
                glyph = wide;
                glyph.part = glyph.code == 0 ? CellGlyph::Part::Whole : CellGlyph::Part::Right;
            } else {
                glyph = glyphOf(screen, cell);
                wide = cell.isWide() ? glyph : CellGlyph{};
            }
        }
        if (isBare(look) && (glyph.code == 0 || glyph.code == ' ')) {
            const int begin = column;
            while (!anyMark && column + 1 < used &&
                   row.cells[std::size_t(column + 1)].style == styleId &&
                   isEmpty(row.cells[std::size_t(column + 1)])) {
                ++column;
            }
            fillCells(line, begin, column + 1 - begin, look.ground);
        } else {
            blit(line, column, m_images.pixels(glyph, look));
        }
        ++column;
    }
    const CellLook rest = resolve(screen.style(row.fill)).look;
    if (!anyMark) {
        fillCells(line, used, columns - used, rest.ground);
        return;
    }
    for (; column < columns; ++column) {
        const quint8 mark = m_markOf[std::size_t(column)];
        fillCells(line, column, 1,
                  mark == 0 ? rest.ground : marked(rest, CellMark::Kind(mark - 1)).ground);
    }
}

void ScreenPainter::drawGhosts(const Screen& screen, const ScreenShow& show, int line)
{
    for (const GhostCell& ghost : show.ghosts) {
        if (ghost.position.row != show.topRow + line ||
            ghost.position.column >= screen.size().columns) {
            continue;
        }
        CellLook look = resolve(screen.style(0)).look;
        look.ink = faintOn(look.ink, look.ground);
        look.underline = quint8(terminal::Underline::Single);
        look.line = look.ink;
        CellGlyph glyph;
        glyph.code = ghost.code;
        blit(line, ghost.position.column, m_images.pixels(glyph, look));
    }
}

void ScreenPainter::drawCursor(const Screen& screen, const ScreenShow& show, int line)
{
    const terminal::Cursor cursor = shownCursor(screen, show);
    if (!cursor.visible || !show.cursorOn || screen.topRow() + cursor.row != show.topRow + line) {
        return;
    }
    const terminal::RowView row = screen.row(show.topRow + line, &m_scratch);
    const int column = qMin(cursor.column, screen.size().columns - 1);
    const Cell cell = column < int(row.cells.size()) ? row.cells[std::size_t(column)] : Cell{};
    const quint32 shade = terminalColour(TerminalToken::Cursor, m_scheme);
    const int wide = cell.isWide() && column + 1 < screen.size().columns ? 2 : 1;
    const QRect box = rectOf(line, column, wide) & m_picture.rect();
    const int thick = qMax(1, m_images.cell().height() / 16);
    const auto paint = [&](QRect part) {
        part &= m_picture.rect();
        for (int y = part.top(); y <= part.bottom(); ++y) {
            auto* out = reinterpret_cast<quint32*>(m_picture.scanLine(y)) + part.left();
            std::fill(out, out + part.width(), shade);
        }
    };
    if (!show.focused) {
        paint({box.left(), box.top(), box.width(), thick});
        paint({box.left(), box.bottom() + 1 - thick, box.width(), thick});
        paint({box.left(), box.top(), thick, box.height()});
        paint({box.right() + 1 - thick, box.top(), thick, box.height()});
    } else if (cursor.shape == terminal::CursorShape::Bar) {
        paint({box.left(), box.top(), 2 * thick, box.height()});
    } else if (cursor.shape == terminal::CursorShape::Underline) {
        paint({box.left(), box.bottom() + 1 - 2 * thick, box.width(), 2 * thick});
    } else {
        CellLook look = resolve(screen.style(cell.style)).look;
        look.ground = shade;
        look.ink = look.line = terminalColour(TerminalToken::CursorText, m_scheme);
        CellGlyph glyph = cell.isBlank() || cell.isTail() ? CellGlyph{} : glyphOf(screen, cell);
        blit(line, column, m_images.pixels(glyph, look));
        if (wide == 2) {
            glyph.part = CellGlyph::Part::Right;
            blit(line, column + 1, m_images.pixels(glyph, look));
        }
    }
}

}  // namespace analemma::ui
