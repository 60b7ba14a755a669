#pragma once

#include "core/terminal/src/row.h"

#include <QtGlobal>

#include <deque>
#include <memory>
#include <optional>

namespace analemma::terminal {

/// Rows that scrolled off, packed: one byte a column for plain text, styles as runs. Pages of 64
/// KiB; the oldest page goes when the limit is reached.
///
/// After a change of width only the newest rows are wrapped anew at once. What is older waits, has
/// no numbers and cannot be read until wrapMore() has come to it; numbers leave room for it.
class History {
public:
    explicit History(qint64 limitBytes);

    [[nodiscard]] qint64 first() const { return m_pages.empty() ? m_next : m_pages.front().first; }
    [[nodiscard]] qint64 end() const { return m_next; }
    [[nodiscard]] qint64 bytes() const
    {
        return qint64(m_pages.size() + m_waiting.size()) * pageBytes +
               (m_next - first() + m_waitingRows) * qint64(sizeof(quint32));
    }

    void push(std::span<const Cell> cells, quint32 fill, bool wrapped, bool prompt);
    void push(const Row& row) { push(row.span(), row.fill, row.wrapped, row.prompt); }
    /// Decodes a row that is kept.
    RowView read(qint64 number, std::vector<Cell>* scratch) const;
    [[nodiscard]] bool isPrompt(qint64 number) const;
    [[nodiscard]] bool isWrapped(qint64 number) const;

    /// Takes the newest rows away; numbers from `end` on are free again.
    void truncate(qint64 end);
    void clear();
    /// Drops the older half: for tables that are full.
    void halve();

    /// Wraps the newest rows anew, from the first `tracked` place on and some before it, and tells
    /// where these places, in order, went; a column past the end of its row stays as far past it.
    /// Rows get other numbers.
    void reflow(int columns, std::span<Position> tracked);
    /// Wraps the next older rows, some pages of them; false when nothing waits. Numbers stay.
    bool wrapMore();
    [[nodiscard]] bool isWaiting() const { return !m_waiting.empty(); }
    /// Lets it outgrow its limit by so much: while the screen itself passes through.
    void setAllowance(qint64 bytes);

    /// Calls with each style number and with each glyph that may be a cluster.
    template <class OnStyle, class OnGlyph>
    void visit(OnStyle onStyle, OnGlyph onGlyph) const;

private:
    static constexpr qint64 pageBytes = 64 * 1024;
    static constexpr std::size_t pagesAtOnce = 8;    ///< that are wrapped together
    static constexpr std::size_t pagesOfALine = 16;  ///< a longer line may break between two rows

    struct Header {
        quint16 cells;
        quint16 runs;
        quint8 width;  ///< bytes of a glyph: 1, 2 or 4
        bool wrapped;
        bool prompt;
        quint8 padding;
    };
    struct Run {
        quint32 style;
        quint32 length;  ///< 0: the style of what follows the cells
    };
    struct Page {
        qint64 first = 0;
        std::unique_ptr<quint8[]> bytes;
        std::size_t used = 0;
        std::vector<quint32> offsets;
        int longest = 0;
        bool wrapped = false;  ///< some row is
        [[nodiscard]] qint64 end() const { return first + qint64(offsets.size()); }
    };
    using Pages = std::deque<Page>;
    class Writer;

    Page& pageFor(std::size_t bytes);
    void keep(Page* page, const Header& header, std::size_t bytes);
    void pushPacked(const quint8* packed);
    [[nodiscard]] std::size_t pageOf(qint64 number) const;
    void dropFront();
    void trim();
    void wrap(Pages old, std::span<Position> tracked, qint64 oldEnd, bool goesOn);
    Pages takeNewest(Pages* pages, std::size_t least) const;
    [[nodiscard]] bool endsWrapped(const Page& page) const;
    [[nodiscard]] const quint8* find(qint64 number) const;
    static Header headerAt(const quint8* at);
    static std::size_t sizeOf(const Header& header);
    /// Decodes a packed row.
    static RowView unpack(const quint8* packed, std::vector<Cell>* cells);
    template <class Glyph>
    static void decode(const quint8* glyphs, std::vector<Cell>* cells);

    Pages m_pages;
    Pages m_waiting;           ///< older ones, wrapped for another width; without numbers
    qint64 m_waitingRows = 0;  ///< of that width
    int m_columns = 0;         ///< that the waiting ones are to be wrapped for
    std::unique_ptr<quint8[]> m_spare;
    std::vector<Run> m_runs;  ///< scratch of push()
    qint64 m_limit;
    qint64 m_allowance = 0;
    qint64 m_next = 0;
};

template <class OnStyle, class OnGlyph>
void History::visit(OnStyle onStyle, OnGlyph onGlyph) const
{
    for (const Pages* pages : {&m_waiting, &m_pages}) {
        for (const Page& page : *pages) {
            for (const quint32 offset : page.offsets) {
                const quint8* at = page.bytes.get() + offset;
                const Header header = headerAt(at);
                at += sizeof(Header);
                for (int i = 0; i < header.runs; ++i, at += sizeof(Run)) {
                    Run run;
                    memcpy(&run, at, sizeof(run));
                    onStyle(run.style);
                }
                for (int i = 0; header.width == 4 && i < header.cells; ++i, at += 4) {
                    quint32 glyph = 0;
                    memcpy(&glyph, at, 4);
                    onGlyph(glyph);
                }
            }
        }
    }
}

}  // namespace analemma::terminal
