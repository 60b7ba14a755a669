#include "ui/diff/diff_view.h"

#include "core/base/text.h"
#include "ui/shell/theme.h"

#include <QApplication>
#include <QClipboard>
#include <QKeyEvent>
#include <QMenu>
#include <QMouseEvent>
#include <QPainter>
#include <QScrollBar>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::ui {
namespace {

constexpr int signWidth = 14;
constexpr int actionPadding = 8;

Token tokenOf(git::DiffLine::Kind kind)
{
    return kind == git::DiffLine::Kind::Added ? Token::Ok : Token::Failed;
}

}  // namespace

DiffView::DiffView(QWidget* parent) : QAbstractScrollArea(parent)
{
    setObjectName(u"diff"_s);
    setAccessibleName(tr("Changes of the file"));
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::StrongFocus);
    viewport()->setMouseTracking(true);
    measure();
}

// ---- what is shown ------------------------------------------------------------------------------

void DiffView::setDiff(const git::FileDiff& diff)
{
    const bool same = diff.change.path == m_diff.change.path;
    const int kept = same ? verticalScrollBar()->value() : 0;
    m_diff = diff;
    int last = 1;
    m_longest = 0;
    for (const git::Hunk& hunk : m_diff.hunks) {
        last = std::max({last, hunk.oldStart + hunk.oldCount, hunk.newStart + hunk.newCount});
        for (const git::DiffLine& line : hunk.lines) {
            const auto tabs = line.text.count('\t');
            m_longest =
                std::max(m_longest, int(std::min<qsizetype>(4096, line.text.size() + 3 * tabs)));
        }
    }
    m_digits = std::max(3, int(QString::number(last).size()));
    m_rows = diffRows(m_diff, m_look);
    m_headings.clear();
    for (int row = 0; row < rows(); ++row) {
        if (m_rows[row].isHeading()) {
            m_headings.append(row);
        }
    }
    m_cursor = m_anchor = same ? std::clamp(m_cursor, 0, std::max(0, rows() - 1)) : 0;
    updateBars();
    verticalScrollBar()->setValue(kept);
    if (!same) {
        horizontalScrollBar()->setValue(0);
    }
    viewport()->update();
    Q_EMIT cursorMoved();
}

void DiffView::setLook(DiffLook look)
{
    if (look != m_look) {
        const int hunk = currentHunk();
        m_look = look;
        setDiff(git::FileDiff(m_diff));
        goToHunk(std::max(0, hunk));
    }
}

void DiffView::setHunkActions(const QList<HunkAction>& actions)
{
    m_actions = actions;
    viewport()->update();
}

// ---- the cursor ---------------------------------------------------------------------------------

int DiffView::currentHunk() const
{
    return m_rows.isEmpty() ? -1 : m_rows[m_cursor].hunk;
}

bool DiffView::isChosen(int row) const
{
    return row >= std::min(m_anchor, m_cursor) && row <= std::max(m_anchor, m_cursor);
}

QList<int> DiffView::chosenLines() const
{
    QList<int> lines;
    const int hunk = currentHunk();
    const int last = std::max(m_anchor, m_cursor);
    for (int row = std::min(m_anchor, m_cursor); row <= last && row < rows(); ++row) {
        if (m_rows[row].hunk != hunk) {
            continue;
        }
        for (const int line : {m_rows[row].left, m_rows[row].right}) {
            if (line >= 0 && !lines.contains(line) &&
                m_diff.hunks[hunk].lines[line].kind != git::DiffLine::Kind::Context) {
                lines.append(line);
            }
        }
    }
    std::sort(lines.begin(), lines.end());
    return lines;
}

const git::DiffLine* DiffView::currentLine() const
{
    if (m_rows.isEmpty() || m_rows[m_cursor].isHeading()) {
        return nullptr;
    }
    const DiffRow& row = m_rows[m_cursor];
    return &m_diff.hunks[row.hunk].lines[row.right >= 0 ? row.right : row.left];
}

QString DiffView::chosenText() const
{
    QStringList lines;
    const int last = std::min(std::max(m_anchor, m_cursor), rows() - 1);
    for (int row = std::min(m_anchor, m_cursor); row <= last; ++row) {
        const DiffRow& at = m_rows[row];
        if (!at.isHeading()) {
            const int line = at.right >= 0 ? at.right : at.left;
            lines.append(displayLog(m_diff.hunks[at.hunk].lines[line].text));
        }
    }
    return lines.join(u'\n');
}

void DiffView::choose(int first, int last)
{
    m_anchor = std::clamp(first, 0, std::max(0, rows() - 1));
    moveTo(last, true);
}

void DiffView::goToHunk(int hunk)
{
    if (hunk >= 0 && hunk < m_headings.size()) {
        moveTo(m_headings[hunk], false);
        verticalScrollBar()->setValue(m_headings[hunk]);
    }
}

void DiffView::goToLine(int number, bool old)
{
    for (int row = 0; row < rows(); ++row) {
        const DiffRow& at = m_rows[row];
        const int index = old ? at.left : at.right;
        if (index < 0) {
            continue;
        }
        const git::DiffLine& line = m_diff.hunks[at.hunk].lines[index];
        if ((old ? line.oldNumber : line.newNumber) == number) {
            moveTo(row, false);
            verticalScrollBar()->setValue(std::max(0, row - pageRows() / 3));
            return;
        }
    }
}

void DiffView::moveTo(int row, bool extend)
{
    m_cursor = std::clamp(row, 0, std::max(0, rows() - 1));
    if (!extend) {
        m_anchor = m_cursor;
    }
    QScrollBar* bar = verticalScrollBar();
    if (m_cursor < bar->value()) {
        bar->setValue(m_cursor);
    } else if (m_cursor >= bar->value() + pageRows()) {
        bar->setValue(m_cursor - pageRows() + 1);
    }
    const git::DiffLine* line = currentLine();
    setAccessibleDescription(line != nullptr ? displayLog(line->text) : QString());
    viewport()->update();
    Q_EMIT cursorMoved();
}

void DiffView::act(const QString& action)
{
    const int hunk = currentHunk();
    const auto found = std::find_if(m_actions.cbegin(), m_actions.cend(),
                                    [&](const HunkAction& one) { return one.id == action; });
    if (hunk >= 0 && found != m_actions.cend()) {
        Q_EMIT hunkActed(action, hunk, found->part.isEmpty() ? QList<int>() : chosenLines());
    }
}

// ---- measures -----------------------------------------------------------------------------------

void DiffView::measure()
{
    const QFontMetricsF metrics(fixedFont());
    m_rowHeight = int(metrics.height()) + 4;
    m_charWidth = metrics.horizontalAdvance(u'0');
    updateBars();
}

int DiffView::pageRows() const
{
    return std::max(1, viewport()->height() / m_rowHeight);
}

int DiffView::gutter() const
{
    const int numbers = m_look == DiffLook::Inline ? 2 : 1;
    return int((m_digits + 1) * m_charWidth) * numbers + signWidth + metric::half;
}

void DiffView::updateBars()
{
    verticalScrollBar()->setPageStep(pageRows());
    verticalScrollBar()->setRange(0, std::max(0, rows() - pageRows()));
    const int width = m_look == DiffLook::Inline ? viewport()->width() : viewport()->width() / 2;
    const int wanted = gutter() + int((m_longest + 2) * m_charWidth);
    horizontalScrollBar()->setSingleStep(int(m_charWidth) * 4);
    horizontalScrollBar()->setPageStep(width);
    horizontalScrollBar()->setRange(0, std::max(0, wanted - width));
}

int DiffView::rowAt(int y) const
{
    return std::clamp(verticalScrollBar()->value() + y / m_rowHeight, 0, std::max(0, rows() - 1));
}

QString DiffView::actionText(const HunkAction& action, int hunk) const
{
    const bool part = !action.part.isEmpty() && hunk == currentHunk() && !chosenLines().isEmpty();
    return part ? action.part : action.whole;
}

QRect DiffView::actionRect(int hunk, const QString& action) const
{
    if (hunk < 0 || hunk >= m_headings.size()) {
        return {};
    }
    const QFontMetrics metrics(fontOf(Type::Caption));
    const int top = (m_headings[hunk] - verticalScrollBar()->value()) * m_rowHeight;
    int right = viewport()->width() - metric::grid;
    for (auto it = m_actions.crbegin(); it != m_actions.crend(); ++it) {
        const int width = metrics.horizontalAdvance(actionText(*it, hunk)) + 2 * actionPadding;
        const QRect rect(right - width, top + 1, width, m_rowHeight - 2);
        if (it->id == action) {
            return rect;
        }
        right -= width + metric::half;
    }
    return {};
}

QString DiffView::actionAt(const QPoint& point) const
{
    if (m_rows.isEmpty() || !m_rows[rowAt(point.y())].isHeading()) {
        return {};
    }
    const int hunk = m_rows[rowAt(point.y())].hunk;
    for (const HunkAction& action : m_actions) {
        if (actionRect(hunk, action.id).contains(point)) {
            return action.id;
        }
    }
    return {};
}

// ---- painting -----------------------------------------------------------------------------------

void DiffView::paintEvent(QPaintEvent*)
{
    QPainter painter(viewport());
    const QRect whole = viewport()->rect();
    painter.fillRect(whole, colour(Token::Surface));
    const int first = verticalScrollBar()->value();
    const int last = std::min(rows(), first + pageRows() + 2);
    const int middle = whole.width() / 2;
    for (int row = first; row < last; ++row) {
        const QRect area(0, (row - first) * m_rowHeight, whole.width(), m_rowHeight);
        if (m_rows[row].isHeading()) {
            paintHeading(painter, row, area);
        } else if (m_look == DiffLook::Inline) {
            paintHalf(painter, row, area, Half::Whole);
        } else {
            paintHalf(painter, row, QRect(0, area.y(), middle, area.height()), Half::Left);
            paintHalf(painter, row, QRect(middle, area.y(), whole.width() - middle, area.height()),
                      Half::Right);
            painter.fillRect(QRect(middle, area.y(), 1, area.height()), colour(Token::Line));
        }
    }
    if (hasFocus()) {
        painter.setPen(QPen(colour(Token::Accent), metric::focus));
        painter.drawRect(whole.adjusted(1, 1, -1, -1));
    }
}

void DiffView::paintHeading(QPainter& painter, int row, const QRect& area) const
{
    const int hunkNumber = m_rows[row].hunk;
    const git::Hunk& hunk = m_diff.hunks[hunkNumber];
    painter.fillRect(area, colour(isChosen(row) ? Token::Line : Token::Raised));
    const int last = hunk.newStart + std::max(0, hunk.newCount - 1);
    const QString lines = hunk.newCount > 1 ? tr("Lines %1 to %2").arg(hunk.newStart).arg(last)
                                            : tr("Line %1").arg(hunk.newStart);
    QRect text = area.adjusted(metric::grid, 0, -metric::grid, 0);
    if (!m_actions.isEmpty()) {
        text.setRight(actionRect(hunkNumber, m_actions.constFirst().id).left() - metric::grid);
    }
    painter.setFont(fontOf(Type::Caption));
    painter.setPen(colour(Token::Quiet));
    const QString heading = displayText(QByteArrayView(hunk.heading), 200);
    const QString shown = heading.isEmpty() ? lines : lines + u"   "_s + heading;
    painter.drawText(text, Qt::AlignVCenter,
                     painter.fontMetrics().elidedText(shown, Qt::ElideRight, text.width()));
    for (const HunkAction& action : m_actions) {
        const QRect rect = actionRect(hunkNumber, action.id);
        const bool hovered = m_hoveredHunk == hunkNumber && m_hovered == action.id;
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(Qt::NoPen);
        painter.setBrush(hovered ? tint(Token::Accent, Token::Raised) : colour(Token::Surface));
        painter.drawRoundedRect(rect, 4, 4);
        painter.setRenderHint(QPainter::Antialiasing, false);
        painter.setPen(colour(Token::Accent));
        painter.drawText(rect, Qt::AlignCenter, actionText(action, hunkNumber));
    }
}

void DiffView::paintHalf(QPainter& painter, int row, const QRect& area, Half half) const
{
    const DiffRow& at = m_rows[row];
    const int index = half == Half::Left    ? at.left
                      : half == Half::Right ? at.right
                      : at.right >= 0       ? at.right
                                            : at.left;
    if (index < 0) {
        painter.fillRect(area, mix(colour(Token::Raised), colour(Token::Surface), 0.55));
        return;
    }
    const git::DiffLine& line = m_diff.hunks[at.hunk].lines[index];
    const bool changed = line.kind != git::DiffLine::Kind::Context;
    if (changed) {
        painter.fillRect(area, tint(tokenOf(line.kind)));
    }
    if (isChosen(row) && (m_anchor != m_cursor || hasFocus())) {
        painter.fillRect(area,
                         mix(colour(Token::Accent),
                             changed ? tint(tokenOf(line.kind)) : colour(Token::Surface), 0.2));
    }
    painter.save();
    painter.setClipRect(area.adjusted(gutter(), 0, 0, 0));
    painter.setFont(fixedFont());
    paintText(painter, line, area.adjusted(gutter(), 0, 0, 0));
    painter.restore();

    painter.setFont(fixedFont(Type::Caption));
    painter.setPen(mix(colour(Token::Quiet), colour(Token::Surface), 0.8));
    const int width = int((m_digits + 1) * m_charWidth);
    const auto number = [&](int column, int value) {
        if (value > 0) {
            painter.drawText(
                QRect(area.x() + column * width, area.y(), width - metric::half, area.height()),
                Qt::AlignRight | Qt::AlignVCenter, QString::number(value));
        }
    };
    if (half == Half::Whole) {
        number(0, line.oldNumber);
        number(1, line.newNumber);
    } else {
        number(0, half == Half::Left ? line.oldNumber : line.newNumber);
    }
    if (changed) {
        painter.setFont(fixedFont());
        painter.setPen(colour(tokenOf(line.kind)));
        painter.drawText(QRect(area.x() + gutter() - signWidth - metric::half, area.y(), signWidth,
                               area.height()),
                         Qt::AlignCenter,
                         line.kind == git::DiffLine::Kind::Added ? u"+"_s : u"\u2212"_s);
    }
}

void DiffView::paintText(QPainter& painter, const git::DiffLine& line, const QRect& area) const
{
    const QFontMetricsF metrics(painter.font());
    qreal x = area.x() - horizontalScrollBar()->value();
    const qreal base = area.y() + (area.height() + metrics.ascent() - metrics.descent()) / 2;
    const bool changedLine = line.kind != git::DiffLine::Kind::Context;
    const QColor strong = changedLine ? mix(colour(tokenOf(line.kind)), colour(Token::Surface),
                                            currentScheme() == Scheme::Dark ? 0.38 : 0.3)
                                      : QColor();
    painter.setPen(colour(Token::Text));
    const QList<TextPiece> pieces = shownPieces(line);
    for (const TextPiece& piece : pieces) {
        const qreal width = metrics.horizontalAdvance(piece.text);
        if (x + width >= area.x() && x <= area.right()) {
            if (piece.changed && changedLine) {
                painter.fillRect(QRectF(x, area.y() + 1, width, area.height() - 2), strong);
            }
            painter.drawText(QPointF(x, base), piece.text);
        }
        x += width;
    }
    if (line.endsWithoutBreak) {
        painter.setPen(colour(Token::Quiet));
        painter.setFont(fontOf(Type::Caption));
        painter.drawText(QPointF(x + metric::grid, base), tr("no line break at the end"));
    }
}

// ---- events -------------------------------------------------------------------------------------

void DiffView::resizeEvent(QResizeEvent* event)
{
    QAbstractScrollArea::resizeEvent(event);
    updateBars();
}

void DiffView::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::FontChange || event->type() == QEvent::StyleChange) {
        measure();
    }
    QAbstractScrollArea::changeEvent(event);
}

void DiffView::focusInEvent(QFocusEvent* event)
{
    QAbstractScrollArea::focusInEvent(event);
    viewport()->update();
}

void DiffView::focusOutEvent(QFocusEvent* event)
{
    QAbstractScrollArea::focusOutEvent(event);
    viewport()->update();
}

void DiffView::keyPressEvent(QKeyEvent* event)
{
    const bool extend = event->modifiers().testFlag(Qt::ShiftModifier);
    const bool leap = event->modifiers().testFlag(Qt::ControlModifier);
    if (event->matches(QKeySequence::Copy)) {
        QApplication::clipboard()->setText(chosenText());
    } else if (event->matches(QKeySequence::SelectAll)) {
        choose(0, rows() - 1);
    } else if (leap && (event->key() == Qt::Key_Down || event->key() == Qt::Key_Up)) {
        goToHunk(currentHunk() + (event->key() == Qt::Key_Down ? 1 : -1));
    } else if (event->key() == Qt::Key_Down || event->key() == Qt::Key_Up) {
        moveTo(m_cursor + (event->key() == Qt::Key_Down ? 1 : -1), extend);
    } else if (event->key() == Qt::Key_PageDown || event->key() == Qt::Key_PageUp) {
        moveTo(m_cursor + (event->key() == Qt::Key_PageDown ? pageRows() : -pageRows()), extend);
    } else if (event->key() == Qt::Key_Home || event->key() == Qt::Key_End) {
        moveTo(event->key() == Qt::Key_Home ? 0 : rows() - 1, extend);
    } else if ((event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) &&
               !m_actions.isEmpty()) {
        act(m_actions.constFirst().id);
    } else {
        QAbstractScrollArea::keyPressEvent(event);
    }
}

void DiffView::mousePressEvent(QMouseEvent* event)
{
    if (m_rows.isEmpty() || event->button() != Qt::LeftButton) {
        return;
    }
    const QPoint point = event->position().toPoint();
    const QString action = actionAt(point);
    const int row = rowAt(point.y());
    if (action.isEmpty()) {
        moveTo(row, event->modifiers().testFlag(Qt::ShiftModifier));
        return;
    }
    if (m_rows[row].hunk != currentHunk()) {
        moveTo(row, false);
    }
    act(action);
}

void DiffView::mouseMoveEvent(QMouseEvent* event)
{
    const QPoint point = event->position().toPoint();
    if (event->buttons().testFlag(Qt::LeftButton) && !m_rows.isEmpty() && m_hovered.isEmpty()) {
        moveTo(rowAt(point.y()), true);
        return;
    }
    const QString action = actionAt(point);
    const int hunk = action.isEmpty() ? -1 : m_rows[rowAt(point.y())].hunk;
    if (action != m_hovered || hunk != m_hoveredHunk) {
        m_hovered = action;
        m_hoveredHunk = hunk;
        viewport()->setCursor(action.isEmpty() ? Qt::ArrowCursor : Qt::PointingHandCursor);
        viewport()->update();
    }
}

void DiffView::contextMenuEvent(QContextMenuEvent* event)
{
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    for (const HunkAction& action : m_actions) {
        menu->addAction(actionText(action, currentHunk()), this,
                        [this, id = action.id] { act(id); });
    }
    if (!m_actions.isEmpty()) {
        menu->addSeparator();
    }
    menu->addAction(tr("Copy lines"), this,
                    [this] { QApplication::clipboard()->setText(chosenText()); });
    menu->popup(event->globalPos());
}

}  // namespace analemma::ui
