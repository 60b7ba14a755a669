#include "core/terminal/src/emulator.h"

namespace analemma::terminal {
namespace {

Size bounded(Size size)
{
    return {qBound(1, size.columns, limitSide), qBound(1, size.rows, limitSide)};
}

}  // namespace

Emulator::Emulator(Size size, Options wanted)
    : options(wanted),
      m_size(bounded(size)),
      m_history(wanted.scrollbackBytes),
      m_primary(m_size),
      m_alternate({m_size.columns, 1})
{
    resetState();
}

void Emulator::resetState()
{
    modes = Modes();
    m_grid = &m_primary;
    m_alternate.resize({columns(), 1});
    m_x = m_y = 0;
    m_pendingWrap = false;
    m_top = 0;
    m_bottom = rows() - 1;
    m_pen = Style();
    m_penKnown = false;
    m_charsets = Charsets();
    m_last = 0;
    m_savedPrimary = m_savedAlternate = Saved();
    m_titles.clear();
    title.clear();
    m_autoWrap = m_cursorVisible = true;
    m_reverseWrap = m_insert = m_origin = m_allowColumns = m_cursorBlinks = false;
    m_cursorShape = CursorShape::Block;
    resetTabs();
}

void Emulator::reset()
{
    resetState();
    for (int y = 0; y < rows(); ++y) {
        m_primary.row(y).clear();
    }
    m_history.clear();
    ++epoch;
}

void Emulator::clearScrollback()
{
    m_history.clear();
    ++epoch;
}

RowView Emulator::view(qint64 number, std::vector<Cell>* scratch) const
{
    if (number < firstRow() || number >= topRow() + rows()) {
        return {};
    }
    if (number < topRow()) {
        return m_history.read(number, scratch);
    }
    const Row& row = m_grid->row(int(number - topRow()));
    return {row.span(), row.fill, row.wrapped, row.prompt};
}

bool Emulator::isPrompt(qint64 number) const
{
    if (number < firstRow() || number >= topRow() + rows()) {
        return false;
    }
    return number < topRow() ? m_history.isPrompt(number)
                             : m_grid->row(int(number - topRow())).prompt;
}

Cursor Emulator::cursor() const
{
    return {m_y, m_x, m_cursorShape, m_cursorBlinks, m_cursorVisible};
}

qint64 Emulator::heldBytes() const
{
    return m_history.bytes() + styles.bytes() + clusters.bytes() + links.bytes();
}

void Emulator::clean()
{
    for (int y = 0; y < rows(); ++y) {
        m_grid->row(y).dirty = false;
    }
    scrolled = 0;
}

void Emulator::resize(Size wanted)
{
    const Size size = bounded(wanted);
    if (size == m_size) {
        return;
    }
    const Size before = m_size;
    resizePrimary(size);
    if (modes.alternateScreen) {
        m_alternate.resize(size);
        m_x = qMin(m_x, size.columns - 1);
        m_y = qMin(m_y, size.rows - 1);
        m_pendingWrap = false;
    } else {
        m_alternate.resize({size.columns, 1});
    }
    m_size = size;
    for (Saved* saved : {&m_savedPrimary, &m_savedAlternate}) {
        saved->x = qMin(saved->x, size.columns - 1);
        saved->y = qMin(saved->y, size.rows - 1);
    }
    m_top = 0;
    m_bottom = rows() - 1;
    m_tabs.resize(std::size_t(columns()));
    for (int x = before.columns; x < columns(); ++x) {
        m_tabs[std::size_t(x)] = x % 8 == 0;
    }
    m_grid->markAll();
    ++epoch;
}

/// Rows of the primary screen that hold something.
int Emulator::usedRows() const
{
    for (int y = rows() - 1; y >= 0; --y) {
        const Row& row = m_primary.row(y);
        if (row.used > 0 || row.fill != 0 || row.wrapped || row.prompt) {
            return y + 1;
        }
    }
    return 0;
}

/// The screen goes through the scrollback: all its rows are put there, wrapped anew, and the newest
/// ones taken back.
void Emulator::resizePrimary(Size size)
{
    const bool away = modes.alternateScreen;
    const int x = away ? m_savedPrimary.x : m_x;
    const int y = away ? m_savedPrimary.y : m_y;
    const bool pending = away ? m_savedPrimary.pendingWrap : m_pendingWrap;
    const int used = qMax(usedRows(), y + 1);
    const bool full = used == rows();
    constexpr qint64 bytesOfCell = 32;
    m_history.setAllowance(256 * 1024 + qint64(used) * (columns() + 2) * bytesOfCell);
    const qint64 top = m_history.end();
    for (int i = 0; i < used; ++i) {
        m_history.push(m_primary.row(i));
    }
    std::array<Position, 2> places = {Position{top, 0}, {top + y, pending ? columns() : x}};
    if (size.columns != columns()) {
        m_history.reflow(size.columns, places);
    }
    while (m_history.end() - m_history.first() < size.rows && m_history.wrapMore()) {
    }
    const Position& cursor = places[1];
    const qint64 held = m_history.end() - m_history.first();
    qint64 newTop = places[0].row;
    const qint64 lowest = m_history.end() - qMin<qint64>(held, size.rows);
    newTop = full ? lowest : qMax(newTop, m_history.end() - size.rows);
    newTop = qMax(m_history.first(), qMin(newTop, cursor.row));

    for (int i = 0; i < rows(); ++i) {
        m_primary.row(i).clear();
    }
    m_primary.resize(size);
    std::vector<Cell> scratch;
    for (int i = 0; i < size.rows && newTop + i < m_history.end(); ++i) {
        const RowView from = m_history.read(newTop + i, &scratch);
        Row& row = m_primary.row(i);
        row.used = qMin(int(from.cells.size()), size.columns);
        std::copy_n(from.cells.begin(), row.used, row.cells.begin());
        row.fill = from.fill;
        row.wrapped = from.wrapped;
        row.prompt = from.prompt;
        row.mixed = true;
    }
    m_history.truncate(newTop);
    m_history.setAllowance(0);

    const int newY = int(qBound(qint64(0), cursor.row - newTop, qint64(size.rows - 1)));
    const bool newPending = cursor.column == size.columns;  // right after a full row
    const int newX = qMin(cursor.column, size.columns - 1);
    if (away) {
        m_savedPrimary.x = newX;
        m_savedPrimary.y = newY;
        m_savedPrimary.pendingWrap = newPending;
    } else {
        m_x = newX;
        m_y = newY;
        m_pendingWrap = newPending;
    }
}

}  // namespace analemma::terminal
