#pragma once

#include "core/terminal/selection.h"
#include "ui/console/cell_images.h"
#include "ui/shell/theme.h"

#include <QImage>
#include <QList>
#include <QRegion>

namespace analemma::ui {

/// Cells of a row that are marked: selected, found, pointed at.
struct CellMark {
    enum class Kind { Selection, Match, CurrentMatch, Link };
    terminal::Range range;
    Kind kind = Kind::Selection;
    bool operator==(const CellMark&) const = default;
};

/// A cell that the program has not printed yet, see terminal::Predictor. Drawn faint, underlined.
struct GhostCell {
    terminal::Position position;
    char32_t code = 0;  ///< 0: blank
    bool operator==(const GhostCell&) const = default;
};

/// What is on show besides the screen itself.
struct ScreenShow {
    qint64 topRow = 0;  ///< the number of the row in the first line
    bool focused = false;
    bool cursorOn = true;  ///< false while it blinks, or where no cursor is wanted
    QList<CellMark> marks;
    QList<GhostCell> ghosts;
    int ghostCursor = -1;  ///< the column where the cursor will be; -1: where it is
    bool operator==(const ScreenShow&) const = default;
};

/// Keeps a picture of a terminal::Screen: moves pixels where rows scrolled, draws changed rows
/// from CellImages. All measures are device pixels. Main thread.
class ScreenPainter {
public:
    void setFont(const QFont& font, double ratio);
    /// The scheme's colours anew.
    void setScheme(Scheme scheme);
    [[nodiscard]] Scheme scheme() const { return m_scheme; }
    /// The picture's size; everything is drawn again. `margin` on all sides stays ground.
    void setArea(QSize pixels, int margin);
    void forget() { m_whole = true; }  ///< the next update() draws all rows

    [[nodiscard]] QSize cell() const { return m_images.cell(); }
    [[nodiscard]] terminal::Size fitting() const;  ///< columns and rows that the area holds
    [[nodiscard]] QRect rectOf(int line, int column, int columns = 1) const;
    [[nodiscard]] const QImage& picture() const { return m_picture; }
    [[nodiscard]] const CellImages& images() const { return m_images; }

    /// Brings the picture up to date and cleans the screen's marks; what changed, in pixels.
    QRegion update(terminal::Screen* screen, const ScreenShow& show);

private:
    struct Resolved {
        CellLook look;
        bool invisible = false;
    };
    void moveLines(int by, int lines);
    void drawLine(const terminal::Screen& screen, const ScreenShow& show, int line);
    void drawGhosts(const terminal::Screen& screen, const ScreenShow& show, int line);
    void drawCursor(const terminal::Screen& screen, const ScreenShow& show, int line);
    void blit(int line, int column, const quint32* pixels);
    void fillCells(int line, int column, int columns, quint32 shade);
    [[nodiscard]] CellGlyph glyphOf(const terminal::Screen& screen, terminal::Cell cell);
    [[nodiscard]] Resolved resolve(const terminal::Style& style) const;
    [[nodiscard]] quint32 colourOf(terminal::Colour colour, quint32 fallback, bool brighten) const;
    [[nodiscard]] CellLook marked(CellLook look, CellMark::Kind kind) const;

    CellImages m_images;
    QImage m_picture;
    int m_margin = 0;
    Scheme m_scheme = Scheme::Dark;
    quint32 m_palette[256] = {};
    quint32 m_text = 0;
    quint32 m_ground = 0;
    bool m_reversed = false;
    bool m_whole = true;
    // What the picture shows.
    ScreenShow m_shown;
    quint64 m_epoch = 0;
    qint64 m_screenTop = 0;
    terminal::Size m_size{0, 0};
    terminal::Cursor m_cursor;
    std::vector<terminal::Cell> m_scratch;
    std::vector<quint8> m_markOf;  ///< by column: kind + 1
};

}  // namespace analemma::ui
