#include "core/terminal/src/history.h"

#include <iterator>
#include <utility>

namespace analemma::terminal {

/// Fills rows of the new width; a row is only begun when there is something to put into it, so that
/// a line that fits exactly makes no empty row.
class History::Writer {
public:
    Writer(History* history, int columns) : m_history(history), m_columns(columns) {}

    [[nodiscard]] bool isOpen() const { return m_open; }
    /// Where the next cell would go; the column may be one past the row.
    [[nodiscard]] Position position() const { return {m_history->m_next, int(m_cells.size())}; }
    void begin(const RowView& row)
    {
        m_prompt |= row.prompt && m_cells.empty();
        m_fill = row.fill;
        m_open = true;
    }
    /// Makes room for a cell; its position() holds then.
    void prepare(Cell cell)
    {
        const std::size_t width = cell.isWide() && m_columns > 1 ? 2 : 1;
        if (m_cells.size() + width > std::size_t(m_columns) && !(cell.isTail() && m_tailFits)) {
            flush(true);
        }
    }
    void append(Cell cell)
    {
        if (m_columns == 1 && cell.isTail()) {
            return;
        }
        if (m_columns == 1 && cell.isWide()) {
            cell.glyph = 0xfffd;
        }
        m_tailFits = cell.isWide();
        m_cells.push_back(cell);
    }
    /// `goesOn`: only here; its next row is there already.
    void end(bool goesOn = false)
    {
        flush(goesOn);
        m_open = false;
    }

private:
    void flush(bool wrapped)
    {
        m_history->push(m_cells, wrapped ? 0 : m_fill, wrapped, m_prompt);
        m_cells.clear();
        m_prompt = false;
        m_tailFits = false;
    }

    History* m_history;
    int m_columns;
    quint32 m_fill = 0;
    std::vector<Cell> m_cells;
    bool m_prompt = false;
    bool m_open = false;  ///< the line goes on
    bool m_tailFits = false;
};

/// Wraps pages to the end of m_pages. `goesOn`: the last line has more rows, that come after these.
void History::wrap(Pages old, std::span<Position> tracked, qint64 oldEnd, bool goesOn)
{
    const int columns = m_columns;
    Writer writer(this, columns);
    std::vector<Cell> cells;
    std::size_t next = 0;  // of tracked
    while (!old.empty()) {
        Page page = std::move(old.front());
        old.pop_front();
        if (!writer.isOpen() && !page.wrapped && page.longest <= columns) {
            for (; next < tracked.size() && tracked[next].row < page.end(); ++next) {
                tracked[next].row += m_next - page.first;
            }
            page.first = m_next;
            m_next = page.end();
            m_pages.push_back(std::move(page));
            trim();
            continue;
        }
        for (std::size_t i = 0; i < page.offsets.size(); ++i) {
            const qint64 number = page.first + qint64(i);
            const quint8* const packed = page.bytes.get() + page.offsets[i];
            const Header header = headerAt(packed);
            const bool asked = next < tracked.size() && tracked[next].row <= number;
            if (!asked && !writer.isOpen() && !header.wrapped && header.cells <= columns) {
                pushPacked(packed);
                continue;
            }
            writer.begin(unpack(packed, &cells));
            for (std::size_t column = 0; column < cells.size(); ++column) {
                writer.prepare(cells[column]);
                for (; next < tracked.size() && tracked[next].row == number &&
                       tracked[next].column <= int(column);
                     ++next) {
                    tracked[next] = writer.position();
                }
                writer.append(cells[column]);
            }
            for (; next < tracked.size() && tracked[next].row <= number; ++next) {
                const int past = qMax(0, tracked[next].column - int(cells.size()));
                tracked[next] = writer.position();
                if (past > 0) {
                    tracked[next].column = qMin(tracked[next].column + past, columns - 1);
                }
            }
            if (!header.wrapped) {
                writer.end();
            }
        }
        if (!m_spare) {
            m_spare = std::move(page.bytes);
        }
    }
    if (writer.isOpen()) {
        writer.end(goesOn);
    }
    for (; next < tracked.size(); ++next) {
        tracked[next].row += m_next - oldEnd;
    }
}

bool History::endsWrapped(const Page& page) const
{
    return !page.offsets.empty() && page.wrapped &&
           headerAt(page.bytes.get() + page.offsets.back()).wrapped;
}

/// The last pages, at least so many, from where a line begins.
History::Pages History::takeNewest(Pages* pages, std::size_t least) const
{
    Pages taken;
    while (!pages->empty() && taken.size() < least + pagesOfALine &&
           (taken.size() < least || endsWrapped(pages->back()))) {
        taken.push_front(std::move(pages->back()));
        pages->pop_back();
    }
    return taken;
}

void History::reflow(int columns, std::span<Position> tracked)
{
    const qint64 start = first();
    const qint64 oldEnd = m_next;
    Pages older = std::exchange(m_pages, {});
    std::size_t least = pagesAtOnce;
    while (!tracked.empty() && least < older.size() &&
           older[older.size() - least].first > tracked.front().row) {
        ++least;
    }
    Pages newest = takeNewest(&older, least);
    std::move(older.begin(), older.end(), std::back_inserter(m_waiting));
    m_columns = columns;
    m_waitingRows = 0;
    qint64 room = 0;  // for all rows that the waiting ones can become
    for (const Page& page : m_waiting) {
        const auto rows = qint64(page.offsets.size());
        m_waitingRows += rows;
        room += rows * (2 * page.longest / columns + 1);  // wide ones leave columns empty
    }
    m_next = start + room;
    const qint64 shift = newest.empty() ? 0 : m_next - newest.front().first;
    for (Page& page : newest) {
        page.first += shift;
    }
    for (Position& place : tracked) {
        place.row += shift;
    }
    wrap(std::move(newest), tracked, oldEnd + shift, false);
}

bool History::wrapMore()
{
    if (m_waiting.empty()) {
        return false;
    }
    Pages chunk = takeNewest(&m_waiting, pagesAtOnce);
    qint64 rows = 0;
    for (Page& page : chunk) {
        page.first = rows;
        rows += qint64(page.offsets.size());
    }
    m_waitingRows -= rows;
    const bool goesOn = endsWrapped(chunk.back());
    History part(m_limit + m_allowance);
    part.m_columns = m_columns;
    part.wrap(std::move(chunk), {}, 0, goesOn);
    const qint64 shift = first() - part.m_next;
    for (auto page = part.m_pages.rbegin(); page != part.m_pages.rend(); ++page) {
        page->first += shift;
        m_pages.push_front(std::move(*page));
    }
    trim();
    return true;
}

}  // namespace analemma::terminal
