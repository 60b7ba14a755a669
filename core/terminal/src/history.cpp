#include "core/terminal/src/history.h"

#include <cstring>

namespace analemma::terminal {
namespace {

template <class Glyph>
void encode(std::span<const Cell> cells, quint8* out)
{
    for (const Cell& cell : cells) {
        const auto glyph = Glyph(cell.glyph);
        std::memcpy(out, &glyph, sizeof(glyph));
        out += sizeof(glyph);
    }
}

}  // namespace

History::History(qint64 limitBytes) : m_limit(limitBytes) {}

void History::push(std::span<const Cell> cells, quint32 fill, bool wrapped, bool prompt)
{
    if (m_limit + m_allowance <= 0) {
        ++m_next;
        return;
    }
    while (!wrapped && !cells.empty() && cells.back() == Cell{0, fill}) {
        cells = cells.first(cells.size() - 1);
    }
    quint32 glyphs = 0;
    quint32 differ = 0;
    const quint32 firstStyle = cells.empty() ? 0 : cells.front().style;
    for (const Cell& cell : cells) {
        glyphs |= cell.glyph;
        differ |= cell.style ^ firstStyle;
    }
    m_runs.clear();
    if (differ == 0 && !cells.empty()) {
        m_runs.push_back({firstStyle, quint32(cells.size())});
    } else {
        for (const Cell& cell : cells) {
            if (m_runs.empty() || m_runs.back().style != cell.style) {
                m_runs.push_back({cell.style, 0});
            }
            ++m_runs.back().length;
        }
    }
    if (fill != 0) {
        m_runs.push_back({fill, 0});
    }
    const Header header = {quint16(cells.size()),
                           quint16(m_runs.size()),
                           quint8(glyphs < 0x100     ? 1
                                  : glyphs < 0x10000 ? 2
                                                     : 4),
                           wrapped,
                           prompt,
                           0};
    const std::size_t size = sizeOf(header);
    Page& page = pageFor(size);
    quint8* at = page.bytes.get() + page.used;
    std::memcpy(at, &header, sizeof(header));
    at += sizeof(header);
    if (!m_runs.empty()) {
        std::memcpy(at, m_runs.data(), m_runs.size() * sizeof(Run));
        at += m_runs.size() * sizeof(Run);
    }
    switch (header.width) {
        case 1:
            encode<quint8>(cells, at);
            break;
        case 2:
            encode<quint16>(cells, at);
            break;
        default:
            encode<quint32>(cells, at);
            break;
    }
    keep(&page, header, size);
}

/// A row that is packed already and needs no change.
void History::pushPacked(const quint8* packed)
{
    const Header header = headerAt(packed);
    const std::size_t size = sizeOf(header);
    Page& page = pageFor(size);
    std::memcpy(page.bytes.get() + page.used, packed, size);
    keep(&page, header, size);
}

/// The newest page, or a new one when the newest has no room for so many bytes.
History::Page& History::pageFor(std::size_t bytes)
{
    if (m_pages.empty() || m_pages.back().used + bytes > pageBytes) {
        trim();
        Page page;
        page.first = m_next;
        page.bytes = m_spare ? std::move(m_spare)
                             : std::make_unique_for_overwrite<quint8[]>(std::size_t(pageBytes));
        m_pages.push_back(std::move(page));
    }
    return m_pages.back();
}

void History::keep(Page* page, const Header& header, std::size_t bytes)
{
    page->offsets.push_back(quint32(page->used));
    page->used += bytes;
    page->longest = qMax(page->longest, int(header.cells));
    page->wrapped |= header.wrapped;
    ++m_next;
}

void History::dropFront()
{
    Pages& pages = m_waiting.empty() ? m_pages : m_waiting;
    if (!m_waiting.empty()) {
        m_waitingRows -= qint64(pages.front().offsets.size());
    }
    m_spare = std::move(pages.front().bytes);
    pages.pop_front();
}

void History::trim()
{
    while (m_pages.size() + m_waiting.size() > 1 && bytes() > m_limit + m_allowance) {
        dropFront();
    }
}

void History::setAllowance(qint64 bytes)
{
    m_allowance = bytes;
    trim();
    if (m_limit + m_allowance <= 0) {
        clear();
    }
}

std::size_t History::pageOf(qint64 number) const
{
    const auto after =
        std::upper_bound(m_pages.begin(), m_pages.end(), number,
                         [](qint64 wanted, const Page& page) { return wanted < page.first; });
    return std::size_t(after - m_pages.begin()) - 1;
}

const quint8* History::find(qint64 number) const
{
    const Page& page = m_pages[pageOf(number)];
    return page.bytes.get() + page.offsets[std::size_t(number - page.first)];
}

History::Header History::headerAt(const quint8* at)
{
    Header header;
    std::memcpy(&header, at, sizeof(header));
    return header;
}

std::size_t History::sizeOf(const Header& header)
{
    const std::size_t size =
        sizeof(Header) + header.runs * sizeof(Run) + std::size_t(header.cells) * header.width;
    return (size + 3) & ~std::size_t(3);
}

template <class Glyph>
void History::decode(const quint8* glyphs, std::vector<Cell>* cells)
{
    for (Cell& cell : *cells) {
        Glyph glyph;
        std::memcpy(&glyph, glyphs, sizeof(glyph));
        glyphs += sizeof(glyph);
        cell.glyph = glyph;
    }
}

RowView History::read(qint64 number, std::vector<Cell>* scratch) const
{
    if (number < first() || number >= m_next) {
        return {};
    }
    return unpack(find(number), scratch);
}

RowView History::unpack(const quint8* at, std::vector<Cell>* scratch)
{
    const Header header = headerAt(at);
    at += sizeof(Header);
    scratch->resize(header.cells);
    std::size_t column = 0;
    quint32 fill = 0;
    for (int i = 0; i < header.runs; ++i, at += sizeof(Run)) {
        Run run;
        std::memcpy(&run, at, sizeof(run));
        if (run.length == 0) {
            fill = run.style;
        }
        for (quint32 n = 0; n < run.length; ++n) {
            (*scratch)[column++].style = run.style;
        }
    }
    switch (header.width) {
        case 1:
            decode<quint8>(at, scratch);
            break;
        case 2:
            decode<quint16>(at, scratch);
            break;
        default:
            decode<quint32>(at, scratch);
            break;
    }
    return {*scratch, fill, header.wrapped, header.prompt};
}

bool History::isPrompt(qint64 number) const
{
    return number >= first() && number < m_next && headerAt(find(number)).prompt;
}

bool History::isWrapped(qint64 number) const
{
    return number >= first() && number < m_next && headerAt(find(number)).wrapped;
}

void History::truncate(qint64 end)
{
    while (!m_pages.empty() && m_pages.back().first >= end) {
        m_pages.pop_back();
    }
    if (!m_pages.empty() && m_pages.back().end() > end) {
        Page& page = m_pages.back();
        const auto kept = std::size_t(end - page.first);
        page.used = page.offsets[kept];
        page.offsets.resize(kept);
    }
    m_next = qMin(m_next, end);
}

void History::clear()
{
    m_pages.clear();
    m_waiting.clear();
    m_waitingRows = 0;
    m_spare.reset();
}

void History::halve()
{
    for (std::size_t drop = (m_pages.size() + m_waiting.size() + 1) / 2; drop > 0; --drop) {
        dropFront();
    }
}

}  // namespace analemma::terminal
