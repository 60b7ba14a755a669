#include "core/terminal/terminal.h"

#include "core/terminal/src/emulator.h"

#include <utility>

namespace analemma::terminal {

Screen::Screen(Size size, Options options)
    : m_emulator(std::make_unique<Emulator>(size, std::move(options)))
{
}

Screen::~Screen() = default;
Screen::Screen(Screen&&) noexcept = default;
Screen& Screen::operator=(Screen&&) noexcept = default;

void Screen::feed(QByteArrayView bytes)
{
    m_emulator->feed(bytes);
}

void Screen::resize(Size size)
{
    m_emulator->resize(size);
}

void Screen::reset()
{
    m_emulator->reset();
}

void Screen::clearScrollback()
{
    m_emulator->clearScrollback();
}

void Screen::setColours(std::optional<quint32> foreground, std::optional<quint32> background)
{
    m_emulator->options.foreground = foreground;
    m_emulator->options.background = background;
}

Size Screen::size() const
{
    return m_emulator->grid().size();
}

bool Screen::wrapMore()
{
    return m_emulator->wrapMore();
}

qint64 Screen::firstRow() const
{
    while (m_emulator->wrapMore()) {
    }
    return m_emulator->firstRow();
}

qint64 Screen::wrappedFrom() const
{
    return m_emulator->firstRow();
}

qint64 Screen::topRow() const
{
    return m_emulator->topRow();
}

quint64 Screen::epoch() const
{
    return m_emulator->epoch;
}

RowView Screen::row(qint64 number, std::vector<Cell>* scratch) const
{
    return m_emulator->view(number, scratch);
}

const Style& Screen::style(quint32 id) const
{
    return m_emulator->styles.at(id);
}

QString Screen::text(Cell cell) const
{
    if (cell.isTail()) {
        return {};
    }
    if (cell.isBlank()) {
        return QStringLiteral(" ");
    }
    if (cell.isCluster()) {
        const std::u32string& text = m_emulator->clusters.at(cell.payload());
        return QString::fromUcs4(text.data(), qsizetype(text.size()));
    }
    const char32_t code = cell.payload();
    return QString::fromUcs4(&code, 1);
}

QString Screen::link(quint16 id) const
{
    return m_emulator->links.at(id);
}

qint64 Screen::heldBytes() const
{
    return m_emulator->heldBytes();
}

bool Screen::isDirty() const
{
    if (m_emulator->scrolled > 0) {
        return true;
    }
    for (int y = 0; y < size().rows; ++y) {
        if (isDirty(y)) {
            return true;
        }
    }
    return false;
}

bool Screen::isDirty(int screenRow) const
{
    return m_emulator->grid().row(screenRow).dirty;
}

int Screen::scrolled() const
{
    return m_emulator->scrolled;
}

void Screen::clean()
{
    m_emulator->clean();
}

Cursor Screen::cursor() const
{
    return m_emulator->cursor();
}

QString Screen::title() const
{
    return m_emulator->title;
}

Modes Screen::modes() const
{
    return m_emulator->modes;
}

void Screen::endSynchronized()
{
    m_emulator->modes.synchronized = false;
}

QByteArray Screen::takeReplies(int most)
{
    QByteArray bytes;
    for (std::deque<QByteArray>& replies = m_emulator->replies; most > 0 && !replies.empty();
         --most) {
        bytes += replies.front();
        replies.pop_front();
    }
    return bytes;
}

int Screen::takeBells()
{
    return std::exchange(m_emulator->bells, 0);
}

std::optional<ClipboardRequest> Screen::takeClipboardRequest()
{
    return std::exchange(m_emulator->clipboard, std::nullopt);
}

std::optional<qint64> Screen::promptAbove(qint64 from) const
{
    qint64 row = qMin(from, topRow() + size().rows) - 1;
    do {
        for (; row >= wrappedFrom(); --row) {
            if (m_emulator->isPrompt(row)) {
                return row;
            }
        }
    } while (!modes().alternateScreen && m_emulator->wrapMore());
    return std::nullopt;
}

std::optional<qint64> Screen::promptBelow(qint64 from) const
{
    for (qint64 row = qMax(from + 1, wrappedFrom()); row < topRow() + size().rows; ++row) {
        if (m_emulator->isPrompt(row)) {
            return row;
        }
    }
    return std::nullopt;
}

}  // namespace analemma::terminal
