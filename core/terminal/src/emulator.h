#pragma once

#include "core/terminal/src/charset.h"
#include "core/terminal/src/grid.h"
#include "core/terminal/src/history.h"
#include "core/terminal/src/parser.h"
#include "core/terminal/src/tables.h"
#include "core/terminal/src/width.h"
#include "core/terminal/terminal.h"

#include <QStringList>

#include <deque>

namespace analemma::terminal {

/// Carries out what the parser found. Names in comments are those of DEC's and xterm's manuals.
class Emulator final : public Actions {
public:
    Emulator(Size size, Options options);

    void feed(QByteArrayView bytes) { m_parser.feed(bytes, this); }
    void resize(Size size);
    void reset();
    void clearScrollback();

    [[nodiscard]] const Grid& grid() const { return *m_grid; }
    /// That can be read now.
    [[nodiscard]] qint64 firstRow() const
    {
        return modes.alternateScreen ? m_history.end() : m_history.first();
    }
    [[nodiscard]] qint64 topRow() const { return m_history.end(); }
    bool wrapMore() { return m_history.wrapMore(); }
    RowView view(qint64 number, std::vector<Cell>* scratch) const;
    [[nodiscard]] bool isPrompt(qint64 number) const;
    [[nodiscard]] Cursor cursor() const;
    [[nodiscard]] qint64 heldBytes() const;
    void clean();

    Options options;
    Modes modes;
    QString title;
    std::deque<QByteArray> replies;
    std::optional<ClipboardRequest> clipboard;
    int bells = 0;
    int scrolled = 0;
    quint64 epoch = 0;
    StyleTable styles;
    ClusterTable clusters;
    LinkTable links;

private:
    struct Saved {
        int x = 0;
        int y = 0;
        bool pendingWrap = false;
        bool origin = false;
        Style pen;
        Charsets charsets;
    };

    // Text (emulator_print.cpp)
    void ascii(const char* text, int length) override;
    void characters(std::span<const char32_t> text) override;
    void control(char code) override;
    void plain(const char* text, int length);
    void print(char32_t code);
    void printOne(char32_t code);
    std::size_t placeRun(std::span<const char32_t> text, const Widths& widths);
    void join(char32_t mark);
    void repeat(int times);
    void wrapLine();
    void index();
    void reverseIndex();
    void tab(int times);
    void backTab(int times);
    void backspace();

    // Sequences (emulator_csi.cpp)
    void escape(const Sequence& sequence) override;
    void csi(const Sequence& sequence) override;
    void deviceControl(const Sequence& sequence, QByteArrayView text) override;
    bool csiCursor(const Sequence& sequence);
    bool csiEdit(const Sequence& sequence);
    bool csiReport(const Sequence& sequence);
    void moveTo(int x, int y);
    void moveBy(int dx, int dy);
    void eraseDisplay(int how);
    void eraseLine(int how);
    void insertLines(int n);
    void deleteLines(int n);
    void scrollUp(int top, int n);
    void scrollDown(int top, int n);
    void clearTabs(int how);
    void setMargins(int top, int bottom);
    void titleStack(int how);
    void align();

    // Modes (emulator_modes.cpp)
    void setModes(const Sequence& sequence, bool on);
    void setAnsiMode(int mode, bool on);
    void setPrivateMode(int mode, bool on);
    [[nodiscard]] int privateMode(int mode) const;
    void setMouse(MouseTracking tracking, bool on);
    void showAlternate(bool on, bool clear);
    void saveCursor();
    void restoreCursor();
    void softReset();
    void resetTabs();

    // Looks (emulator_sgr.cpp)
    void selectGraphics(const Sequence& sequence);
    void changePen(const Sequence& sequence);
    int extendedColour(const Sequence& sequence, int i, Colour* colour) const;
    void selectUnderline(const Sequence& sequence, int i);
    quint32 penId() { return m_penKnown ? m_penId : internPen(); }
    quint32 blankId();
    quint32 internPen();
    quint32 internStyle(const Style& style);
    bool collect(bool forStyles);

    // Strings (emulator_osc.cpp)
    void operatingSystem(QByteArrayView text) override;
    void setTitle(QByteArrayView text);
    void hyperlink(QByteArrayView text);
    void clipboardWrite(QByteArrayView text);
    void reply(const QByteArray& bytes);

    [[nodiscard]] int columns() const { return m_size.columns; }
    [[nodiscard]] int rows() const { return m_size.rows; }
    [[nodiscard]] Row& current() { return m_grid->row(m_y); }
    [[nodiscard]] int usedRows() const;
    void resizePrimary(Size size);
    void resetState();

    Parser m_parser;
    Size m_size;
    History m_history;
    Grid m_primary;
    Grid m_alternate;
    Grid* m_grid = &m_primary;

    int m_x = 0;
    int m_y = 0;
    bool m_pendingWrap =
        false;      ///< the last column is written; the next character goes to a new row
    int m_top = 0;  ///< scroll region, both included
    int m_bottom = 0;
    Style m_pen;
    quint32 m_penId = 0;
    bool m_penKnown = true;
    int m_collectRest = 0;
    Charsets m_charsets;
    char32_t m_last = 0;  ///< for REP
    std::vector<bool> m_tabs;
    Saved m_savedPrimary;
    Saved m_savedAlternate;
    QStringList m_titles;

    bool m_autoWrap = true;
    bool m_reverseWrap = false;
    bool m_insert = false;
    bool m_origin = false;
    bool m_allowColumns = false;  ///< mode 40: mode 3 clears the screen
    bool m_cursorVisible = true;
    bool m_cursorBlinks = false;
    CursorShape m_cursorShape = CursorShape::Block;
};

}  // namespace analemma::terminal
