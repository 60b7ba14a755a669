#include "core/terminal/src/history.h"

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
    void end()
    {
        flush(false);
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

void History::reflow(int columns, std::span<Position> tracked)
{
    std::deque<Page> old = std::exchange(m_pages, {});
    Writer writer(this, columns);
    std::vector<Cell> cells;
    std::size_t next = 0;  // of tracked
    const qint64 oldEnd = m_next;
    m_next = old.empty() ? m_next : old.front().first;
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
        writer.end();
    }
    for (; next < tracked.size(); ++next) {
        tracked[next].row += m_next - oldEnd;
    }
}

}  // namespace analemma::terminal
