#include "ui/widgets/log_view.h"

#include "ui/shell/theme.h"
#include "ui/shell/theme_series.h"

#include "core/base/text.h"

#include <QApplication>
#include <QClipboard>
#include <QKeyEvent>
#include <QMenu>
#include <QMouseEvent>
#include <QPainter>
#include <QScrollBar>
#include <QTimerEvent>

#include <algorithm>
#include <array>
#include <cstring>

using namespace Qt::StringLiterals;

namespace analemma::ui {

namespace {

constexpr qsizetype lineLimit = 8192;  // bytes of one line that are shown

/// Index of `needle` (lower case, ASCII compared without case) in `line`; -1.
qsizetype indexOf(QByteArrayView line, QByteArrayView needle, qsizetype from = 0)
{
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    const auto same = [&lower](char a, char b) { return lower(a) == b; };
    if (from > line.size()) {
        return -1;
    }
    const auto at =
        std::search(line.begin() + from, line.end(), needle.begin(), needle.end(), same);
    return at == line.end() ? -1 : at - line.begin();
}

bool looksLikeError(QByteArrayView line)
{
    constexpr std::array<QByteArrayView, 9> signs{
        "error:",    "fatal:", "traceback (most recent", "failed", "exception", "panic:", "cannot ",
        "not found", "fail:"};
    return std::any_of(signs.begin(), signs.end(),
                       [&line](QByteArrayView sign) { return indexOf(line, sign) >= 0; });
}

}  // namespace

LogView::LogView(QWidget* parent) : QAbstractScrollArea(parent)
{
    setObjectName(u"log"_s);
    setAccessibleName(tr("Log"));
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::StrongFocus);
    viewport()->setCursor(Qt::IBeamCursor);
    m_starts.push_back(0);
    measure();
    connect(verticalScrollBar(), &QScrollBar::valueChanged, this, [this](int value) {
        if (value < verticalScrollBar()->maximum()) {
            setFollowing(false);
        }
    });
}

LogView::~LogView() = default;

void LogView::measure()
{
    const QFontMetricsF metrics(fixedFont());
    m_lineHeight = static_cast<int>(metrics.height()) + 3;
    m_charWidth = metrics.horizontalAdvance(u'0');
    updateBars();
}

// ---- bytes
// ----------------------------------------------------------------------------------------

void LogView::put(char byte)
{
    if (m_return) {
        m_return = false;
        if (byte != '\n') {
            m_arena.truncate(m_starts.back());  // the line is written anew
        }
    }
    if (byte == '\n') {
        m_longest = std::max(m_longest, m_arena.size() - m_starts.back());
        m_arena.append('\n');
        m_starts.push_back(m_arena.size());
    } else if (byte == '\r') {
        m_return = true;
    } else {
        m_arena.append(byte);
    }
}

void LogView::append(QByteArrayView bytes)
{
    if (bytes.isEmpty()) {
        return;
    }
    const char* at = bytes.data();
    const char* const end = at + bytes.size();
    while (at < end) {
        if (m_escape == Escape::None) {
            // The fast way: text up to the next byte that means something.
            const char* stop = at;
            while (stop < end && *stop != '\n' && *stop != '\r' && *stop != '\x1b') {
                ++stop;
            }
            if (stop > at) {
                put(*at);
                m_arena.append(at + 1, stop - at - 1);
                at = stop;
                continue;
            }
            if (*at == '\x1b') {
                m_escape = Escape::Started;
            } else {
                put(*at);
            }
        } else if (m_escape == Escape::Started) {
            const bool text = *at == ']' || *at == 'P' || *at == '_' || *at == '^' || *at == 'X';
            m_escape = *at == '[' ? Escape::Sequence : text ? Escape::String : Escape::None;
        } else if (m_escape == Escape::Sequence) {
            if (*at >= 0x40 && *at <= 0x7e) {
                m_escape = Escape::None;
            }
        } else if (m_escape == Escape::String) {
            m_escape = *at == '\a'     ? Escape::None
                       : *at == '\x1b' ? Escape::StringEscape
                                       : Escape::String;
        } else {
            m_escape = Escape::None;
        }
        ++at;
    }
    m_longest = std::max(m_longest, m_arena.size() - m_starts.back());
    if (m_refresh == 0) {
        m_refresh = startTimer(16);
    }
}

void LogView::timerEvent(QTimerEvent* event)
{
    if (event->timerId() != m_refresh) {
        QAbstractScrollArea::timerEvent(event);
        return;
    }
    killTimer(m_refresh);
    m_refresh = 0;
    if (!m_needle.isEmpty()) {
        collectMatches();
    }
    updateBars();
    viewport()->update();
}

void LogView::clear()
{
    m_arena.clear();
    m_starts.assign(1, 0);
    m_escape = Escape::None;
    m_return = false;
    m_longest = 0;
    m_matches.clear();
    m_match = -1;
    m_anchor = m_cursor = {};
    m_following = true;
    updateBars();
    viewport()->update();
    Q_EMIT followingChanged(true);
}

void LogView::setPlaceholder(const QString& text)
{
    m_placeholder = text;
    viewport()->update();
}

void LogView::setNames(const QStringList& names)
{
    m_names = names;
    viewport()->update();
}

qsizetype LogView::nameOf(QStringView text) const
{
    for (qsizetype i = 0; i < m_names.size(); ++i) {
        const QString& name = m_names[i];
        if (text.startsWith(name) && text.size() > name.size() && text[name.size()] == u' ') {
            return i;
        }
    }
    return -1;
}

qsizetype LogView::lineCount() const
{
    const auto lines = static_cast<qsizetype>(m_starts.size());
    return m_starts.back() == m_arena.size() ? lines - 1 : lines;
}

QByteArrayView LogView::rawLine(qsizetype number) const
{
    if (number < 0 || number >= static_cast<qsizetype>(m_starts.size())) {
        return {};
    }
    const auto at = static_cast<std::size_t>(number);
    const qsizetype from = m_starts[at];
    const qsizetype to = at + 1 < m_starts.size() ? m_starts[at + 1] - 1 : m_arena.size();
    return QByteArrayView(m_arena).sliced(from, to - from);
}

QString LogView::line(qsizetype number) const
{
    QString text = displayLog(rawLine(number).first(std::min(lineLimit, rawLine(number).size())));
    qsizetype tab = text.indexOf(u'\t');
    while (tab >= 0) {
        text.replace(tab, 1, QString(8 - tab % 8, u' '));
        tab = text.indexOf(u'\t');
    }
    return text;
}

// ---- scrolling
// ------------------------------------------------------------------------------------

int LogView::gutter() const
{
    const auto digits = QString::number(std::max<qsizetype>(999, lineCount())).size();
    return static_cast<int>(static_cast<double>(digits) * m_charWidth) + 24;
}

void LogView::updateBars()
{
    const int page = std::max(1, viewport()->height() / m_lineHeight);
    const int last = static_cast<int>(std::max<qsizetype>(0, lineCount() - page));
    const bool follow = m_following;
    verticalScrollBar()->setPageStep(page);
    verticalScrollBar()->setRange(0, last);
    const auto shown = static_cast<double>(std::min(lineLimit, m_longest));
    const int width = static_cast<int>(shown * m_charWidth) + gutter() + 16;
    horizontalScrollBar()->setPageStep(viewport()->width());
    horizontalScrollBar()->setSingleStep(static_cast<int>(m_charWidth) * 4);
    horizontalScrollBar()->setRange(0, std::max(0, width - viewport()->width()));
    if (follow) {
        verticalScrollBar()->setValue(last);
        m_following = true;
    }
}

void LogView::setFollowing(bool following)
{
    if (m_following == following) {
        return;
    }
    m_following = following;
    if (following) {
        verticalScrollBar()->setValue(verticalScrollBar()->maximum());
        m_following = true;
    }
    Q_EMIT followingChanged(following);
}

void LogView::scrollToLine(qsizetype line)
{
    setFollowing(false);
    updateBars();
    const int page = viewport()->height() / m_lineHeight;
    verticalScrollBar()->setValue(static_cast<int>(std::max<qsizetype>(0, line - page / 3)));
    m_following = false;
}

void LogView::moveBy(int lines)
{
    QScrollBar* bar = verticalScrollBar();
    bar->setValue(bar->value() + lines);
    if (bar->value() == bar->maximum()) {
        setFollowing(true);
    }
}

// ---- search
// ---------------------------------------------------------------------------------------

void LogView::collectMatches()
{
    m_matches.clear();
    const QByteArray needle = m_needle.toLower().toUtf8();
    if (needle.isEmpty()) {
        return;
    }
    qsizetype line = 0;
    for (qsizetype at = indexOf(m_arena, needle); at >= 0; at = indexOf(m_arena, needle, at)) {
        const auto next = std::upper_bound(m_starts.begin() + line, m_starts.end(), at);
        line = next - m_starts.begin() - 1;
        m_matches.push_back(line);
        if (next == m_starts.end()) {
            break;
        }
        at = *next;
    }
}

void LogView::search(const QString& text)
{
    m_needle = text;
    m_match = -1;
    collectMatches();
    viewport()->update();
    if (m_matches.empty()) {
        Q_EMIT found(0, 0);
    } else {
        findNext();
    }
}

void LogView::findNext(bool backwards)
{
    if (m_matches.empty()) {
        return;
    }
    const auto count = static_cast<qsizetype>(m_matches.size());
    if (m_match < 0) {
        const qsizetype top = verticalScrollBar()->value();
        const auto near =
            std::lower_bound(m_matches.begin(), m_matches.end(), m_following ? 0 : top);
        m_match = near == m_matches.end() ? 0 : near - m_matches.begin();
    } else {
        m_match = (m_match + (backwards ? count - 1 : 1)) % count;
    }
    scrollToLine(m_matches[static_cast<std::size_t>(m_match)]);
    viewport()->update();
    Q_EMIT found(m_match + 1, count);
}

qsizetype LogView::firstError() const
{
    const qsizetype lines = lineCount();
    for (qsizetype number = 0; number < lines; ++number) {
        if (looksLikeError(rawLine(number))) {
            return number;
        }
    }
    return -1;
}

bool LogView::goToFirstError()
{
    const qsizetype number = firstError();
    if (number >= 0) {
        scrollToLine(number);
    }
    return number >= 0;
}

// ---- selection
// ------------------------------------------------------------------------------------

LogView::Place LogView::placeAt(const QPoint& point) const
{
    const qsizetype number =
        std::clamp<qsizetype>(verticalScrollBar()->value() + point.y() / m_lineHeight, 0,
                              std::max<qsizetype>(0, lineCount() - 1));
    const double x = point.x() - gutter() + horizontalScrollBar()->value();
    const auto column = static_cast<qsizetype>(x / m_charWidth + 0.5);
    return {number, std::clamp<qsizetype>(column, 0, line(number).size())};
}

bool LogView::hasSelection() const
{
    return m_anchor != m_cursor;
}

QString LogView::selectedText() const
{
    const auto [from, to] = std::minmax(m_anchor, m_cursor);
    QStringList lines;
    for (qsizetype number = from.line; number <= to.line && hasSelection(); ++number) {
        QString text = line(number);
        if (number == to.line) {
            text.truncate(to.column);
        }
        lines.append(number == from.line ? text.mid(from.column) : text);
    }
    return lines.join(u'\n');
}

void LogView::copy() const
{
    if (hasSelection()) {
        QApplication::clipboard()->setText(selectedText());
    }
}

void LogView::selectAll()
{
    m_anchor = {};
    const qsizetype last = std::max<qsizetype>(0, lineCount() - 1);
    m_cursor = {last, line(last).size()};
    viewport()->update();
}

// ---- painting
// -------------------------------------------------------------------------------------

void LogView::paintEvent(QPaintEvent*)
{
    QPainter painter(viewport());
    painter.fillRect(viewport()->rect(), colour(Token::Surface));
    if (lineCount() == 0) {
        painter.setFont(fontOf(Type::Body));
        painter.setPen(colour(Token::Quiet));
        painter.drawText(viewport()->rect(), Qt::AlignCenter, m_placeholder);
        return;
    }
    painter.setFont(fixedFont());
    const qsizetype first = verticalScrollBar()->value();
    const qsizetype last = std::min(lineCount(), first + viewport()->height() / m_lineHeight + 2);
    painter.setClipRect(QRect(gutter() - 6, 0, viewport()->width(), viewport()->height()));
    for (qsizetype number = first; number < last; ++number) {
        paintLine(painter, number, static_cast<int>(number - first) * m_lineHeight);
    }
    painter.setClipping(false);
    painter.setPen(mix(colour(Token::Quiet), colour(Token::Surface), 0.7));
    for (qsizetype number = first; number < last; ++number) {
        const int top = static_cast<int>(number - first) * m_lineHeight;
        painter.drawText(QRect(0, top, gutter() - 14, m_lineHeight),
                         Qt::AlignRight | Qt::AlignVCenter, QString::number(number + 1));
    }
    if (hasFocus()) {
        painter.setPen(QPen(colour(Token::Accent), metric::focus));
        painter.drawRect(viewport()->rect().adjusted(1, 1, -1, -1));
    }
}

void LogView::paintLine(QPainter& painter, qsizetype number, int top) const
{
    const QString text = line(number);
    const int left = gutter() - horizontalScrollBar()->value();
    const auto span = [&](qsizetype from, qsizetype to, const QColor& shade) {
        const auto x = left + static_cast<double>(from) * m_charWidth;
        painter.fillRect(QRectF(x, top, static_cast<double>(to - from) * m_charWidth, m_lineHeight),
                         shade);
    };
    const bool error = looksLikeError(rawLine(number));
    if (error) {
        painter.fillRect(QRect(gutter() - 6, top, viewport()->width(), m_lineHeight),
                         tint(Token::Failed));
    }
    const auto [from, to] = std::minmax(m_anchor, m_cursor);
    if (hasSelection() && number >= from.line && number <= to.line) {
        span(number == from.line ? from.column : 0, number == to.line ? to.column : text.size() + 1,
             mix(colour(Token::Text), colour(Token::Surface), 0.18));
    }
    if (!m_needle.isEmpty()) {
        const bool current = m_match >= 0 && m_matches[static_cast<std::size_t>(m_match)] == number;
        const QColor shade =
            mix(colour(Token::Accent), colour(Token::Surface), current ? 0.45 : 0.22);
        for (qsizetype at = text.indexOf(m_needle, 0, Qt::CaseInsensitive); at >= 0;
             at = text.indexOf(m_needle, at + m_needle.size(), Qt::CaseInsensitive)) {
            span(at, at + m_needle.size(), shade);
        }
    }
    QPointF at(left, top + m_lineHeight - painter.fontMetrics().descent() - 1.5);
    qsizetype shown = 0;
    if (const qsizetype place = nameOf(text); place >= 0) {
        const QString& name = m_names[place];
        painter.setPen(seriesColour(int(place), currentScheme()));
        painter.drawText(at, name);
        shown = name.size();
        at.rx() += double(shown) * m_charWidth;
    }
    painter.setPen(colour(error ? Token::Failed : Token::Text));
    painter.drawText(at, text.mid(shown));
}

// ---- events
// ---------------------------------------------------------------------------------------

void LogView::resizeEvent(QResizeEvent* event)
{
    QAbstractScrollArea::resizeEvent(event);
    updateBars();
}

void LogView::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::FontChange || event->type() == QEvent::StyleChange) {
        measure();
    }
    QAbstractScrollArea::changeEvent(event);
}

void LogView::mousePressEvent(QMouseEvent* event)
{
    if (event->button() == Qt::LeftButton) {
        m_cursor = placeAt(event->position().toPoint());
        if (!event->modifiers().testFlag(Qt::ShiftModifier)) {
            m_anchor = m_cursor;
        }
        m_selecting = true;
        viewport()->update();
    }
}

void LogView::mouseMoveEvent(QMouseEvent* event)
{
    if (m_selecting && event->buttons().testFlag(Qt::LeftButton)) {
        const int y = event->position().toPoint().y();
        if (y < 0 || y > viewport()->height()) {
            moveBy(y < 0 ? -1 : 1);
        }
        m_cursor = placeAt(event->position().toPoint());
        viewport()->update();
    }
}

void LogView::mouseDoubleClickEvent(QMouseEvent* event)
{
    const Place at = placeAt(event->position().toPoint());
    const QString text = line(at.line);
    qsizetype from = std::min(at.column, text.size());
    qsizetype to = from;
    while (from > 0 && !text[from - 1].isSpace()) {
        --from;
    }
    while (to < text.size() && !text[to].isSpace()) {
        ++to;
    }
    m_anchor = {at.line, from};
    m_cursor = {at.line, to};
    m_selecting = false;
    viewport()->update();
}

void LogView::keyPressEvent(QKeyEvent* event)
{
    const int page = std::max(1, viewport()->height() / m_lineHeight - 1);
    QScrollBar* const bar = verticalScrollBar();
    if (event->matches(QKeySequence::Copy)) {
        copy();
    } else if (event->matches(QKeySequence::SelectAll)) {
        selectAll();
    } else if (event->key() == Qt::Key_PageDown || event->key() == Qt::Key_PageUp) {
        moveBy(event->key() == Qt::Key_PageDown ? page : -page);
    } else if (event->key() == Qt::Key_Down || event->key() == Qt::Key_Up) {
        moveBy(event->key() == Qt::Key_Down ? 1 : -1);
    } else if (event->key() == Qt::Key_Home || event->key() == Qt::Key_End) {
        moveBy(event->key() == Qt::Key_End ? bar->maximum() : -bar->maximum());
    } else if (event->key() == Qt::Key_F3) {
        findNext(event->modifiers().testFlag(Qt::ShiftModifier));
    } else {
        QAbstractScrollArea::keyPressEvent(event);
    }
}

void LogView::contextMenuEvent(QContextMenuEvent* event)
{
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    QAction* copyAction = menu->addAction(tr("Copy"), this, [this] { copy(); });
    copyAction->setEnabled(hasSelection());
    menu->addAction(tr("Select all"), this, [this] { selectAll(); });
    menu->addAction(tr("Go to the first error"), this, [this] { goToFirstError(); });
    menu->popup(event->globalPos());
}

void LogView::wheelEvent(QWheelEvent* event)
{
    QAbstractScrollArea::wheelEvent(event);
    QScrollBar* const bar = verticalScrollBar();
    if (bar->value() == bar->maximum() && event->angleDelta().y() < 0) {
        setFollowing(true);
    }
}

}  // namespace analemma::ui
