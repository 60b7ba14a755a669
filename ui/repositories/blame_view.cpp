#include "ui/repositories/blame_view.h"

#include "core/base/text.h"
#include "ui/diff/diff_rows.h"
#include "ui/shell/words.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QScrollBar>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::ui {
namespace {

constexpr int originWidth = 250;
constexpr int longestLine = 400;  // characters to scroll to

}  // namespace

BlameView::BlameView(QWidget* parent) : QAbstractScrollArea(parent)
{
    setObjectName(u"blame"_s);
    setAccessibleName(tr("Who wrote each line"));
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::StrongFocus);
    measure();
}

void BlameView::setBlame(std::shared_ptr<git::Blame> blame)
{
    if (m_blame) {
        m_blame->disconnect(this);
    }
    m_blame = std::move(blame);
    m_current = 0;
    if (m_blame) {
        connect(m_blame.get(), &git::Blame::grew, this, [this] {
            updateBars();
            viewport()->update();
            Q_EMIT currentChanged();
        });
    }
    updateBars();
    viewport()->update();
}

void BlameView::setSentence(const QString& sentence)
{
    m_sentence = sentence;
    viewport()->update();
}

void BlameView::setNow(const QDateTime& now)
{
    m_now = now;
    viewport()->update();
}

const git::BlameOrigin* BlameView::currentOrigin() const
{
    if (m_current >= rows()) {
        return nullptr;
    }
    const git::BlameLine line = m_blame->line(m_current);
    return line.origin < 0 ? nullptr : &m_blame->origin(line.origin);
}

void BlameView::setCurrentRow(int row)
{
    m_current = std::clamp(row, 0, std::max(0, rows() - 1));
    QScrollBar* bar = verticalScrollBar();
    if (m_current < bar->value()) {
        bar->setValue(m_current);
    } else if (m_current >= bar->value() + pageRows()) {
        bar->setValue(m_current - pageRows() + 1);
    }
    const git::BlameOrigin* origin = currentOrigin();
    setAccessibleDescription(origin == nullptr ? QString()
                                               : displayText(origin->author, 80) + u": "_s +
                                                     displayText(origin->subject, 120));
    viewport()->update();
    Q_EMIT currentChanged();
}

void BlameView::measure()
{
    const QFontMetricsF metrics(fixedFont());
    m_rowHeight = int(metrics.height()) + 4;
    m_charWidth = metrics.horizontalAdvance(u'0');
    updateBars();
}

int BlameView::pageRows() const
{
    return std::max(1, viewport()->height() / m_rowHeight);
}

int BlameView::gutter() const
{
    const auto digits = std::max(3, int(QString::number(rows()).size()));
    return originWidth + int((digits + 2) * m_charWidth);
}

void BlameView::updateBars()
{
    verticalScrollBar()->setPageStep(pageRows());
    verticalScrollBar()->setRange(0, std::max(0, rows() - pageRows()));
    horizontalScrollBar()->setSingleStep(int(m_charWidth) * 4);
    horizontalScrollBar()->setPageStep(viewport()->width());
    const int wanted = rows() == 0 ? 0 : gutter() + int(longestLine * m_charWidth);
    horizontalScrollBar()->setRange(0, std::max(0, wanted - viewport()->width()));
}

bool BlameView::beginsRun(int row) const
{
    return row == 0 || row == verticalScrollBar()->value() ||
           m_blame->line(row).origin != m_blame->line(row - 1).origin;
}

void BlameView::paintEvent(QPaintEvent*)
{
    QPainter painter(viewport());
    painter.fillRect(viewport()->rect(), colour(Token::Surface));
    if (rows() == 0) {
        painter.setFont(fontOf(Type::Body));
        painter.setPen(colour(Token::Quiet));
        painter.drawText(viewport()->rect(), Qt::AlignCenter | Qt::TextWordWrap, m_sentence);
        return;
    }
    const int first = verticalScrollBar()->value();
    const int last = std::min(rows(), first + pageRows() + 2);
    for (int row = first; row < last; ++row) {
        paintRow(painter, row,
                 QRect(0, (row - first) * m_rowHeight, viewport()->width(), m_rowHeight));
    }
    if (hasFocus()) {
        painter.setPen(QPen(colour(Token::Accent), metric::focus));
        painter.drawRect(viewport()->rect().adjusted(1, 1, -1, -1));
    }
}

void BlameView::paintRow(QPainter& painter, int row, const QRect& area) const
{
    const git::BlameLine line = m_blame->line(row);
    const git::BlameOrigin* chosen = currentOrigin();
    const bool same = line.origin >= 0 && chosen == &m_blame->origin(line.origin);
    if (row == m_current || same) {
        painter.fillRect(area, row == m_current
                                   ? mix(colour(Token::Accent), colour(Token::Surface), 0.22)
                                   : tint(Token::Accent));
    }
    if (line.origin >= 0 && beginsRun(row)) {
        painter.fillRect(QRect(area.x(), area.y(), area.width(), 1), colour(Token::Line));
        paintOrigin(painter, m_blame->origin(line.origin),
                    QRect(metric::grid, area.y(), originWidth - metric::grid, area.height()));
    }
    painter.setFont(fixedFont(Type::Caption));
    painter.setPen(mix(colour(Token::Quiet), colour(Token::Surface), 0.8));
    painter.drawText(
        QRect(originWidth, area.y(), gutter() - originWidth - metric::grid, area.height()),
        Qt::AlignRight | Qt::AlignVCenter, QString::number(row + 1));
    git::DiffLine text;
    text.text = m_blame->text(row);
    painter.save();
    painter.setClipRect(area.adjusted(gutter(), 0, 0, 0));
    painter.setFont(fixedFont());
    painter.setPen(colour(Token::Text));
    QString shown;
    for (const TextPiece& piece : shownPieces(text)) {
        shown += piece.text;
    }
    painter.drawText(
        QRect(gutter() - horizontalScrollBar()->value(), area.y(), 1 << 16, area.height()),
        Qt::AlignLeft | Qt::AlignVCenter, shown);
    painter.restore();
}

void BlameView::paintOrigin(QPainter& painter, const git::BlameOrigin& origin,
                            const QRect& area) const
{
    painter.setPen(colour(Token::Quiet));
    if (origin.commit.isEmpty()) {
        painter.setFont(fontOf(Type::Caption));
        painter.drawText(area, Qt::AlignLeft | Qt::AlignVCenter, tr("not committed yet"));
        return;
    }
    const int hash = int(m_charWidth * 8);
    painter.setFont(fixedFont(Type::Caption));
    painter.setPen(colour(Token::Accent));
    painter.drawText(area, Qt::AlignLeft | Qt::AlignVCenter, shortHash(origin.commit));
    const QString age = shortAge(origin.time, m_now);
    painter.setFont(numberFont(Type::Caption));
    painter.setPen(colour(Token::Quiet));
    const int ageRoom = painter.fontMetrics().horizontalAdvance(age) + metric::grid;
    painter.drawText(area, Qt::AlignRight | Qt::AlignVCenter, age);
    const QRect name = area.adjusted(hash, 0, -ageRoom, 0);
    painter.setFont(fontOf(Type::Caption));
    painter.setPen(colour(Token::Text));
    painter.drawText(name, Qt::AlignLeft | Qt::AlignVCenter,
                     painter.fontMetrics().elidedText(displayText(origin.author, 60),
                                                      Qt::ElideRight, name.width()));
}

// ---- events -------------------------------------------------------------------------------------

void BlameView::resizeEvent(QResizeEvent* event)
{
    QAbstractScrollArea::resizeEvent(event);
    updateBars();
}

void BlameView::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::FontChange || event->type() == QEvent::StyleChange) {
        measure();
    }
    QAbstractScrollArea::changeEvent(event);
}

void BlameView::focusInEvent(QFocusEvent* event)
{
    QAbstractScrollArea::focusInEvent(event);
    viewport()->update();
}

void BlameView::focusOutEvent(QFocusEvent* event)
{
    QAbstractScrollArea::focusOutEvent(event);
    viewport()->update();
}

void BlameView::keyPressEvent(QKeyEvent* event)
{
    switch (event->key()) {
        case Qt::Key_Down:
        case Qt::Key_Up:
            setCurrentRow(m_current + (event->key() == Qt::Key_Down ? 1 : -1));
            return;
        case Qt::Key_PageDown:
        case Qt::Key_PageUp:
            setCurrentRow(m_current +
                          (event->key() == Qt::Key_PageDown ? pageRows() : -pageRows()));
            return;
        case Qt::Key_Home:
        case Qt::Key_End:
            setCurrentRow(event->key() == Qt::Key_Home ? 0 : rows() - 1);
            return;
        case Qt::Key_Return:
        case Qt::Key_Enter:
            if (const git::BlameOrigin* origin = currentOrigin();
                origin != nullptr && !origin->commit.isEmpty()) {
                Q_EMIT activated(origin->commit);
            }
            return;
        default:
            QAbstractScrollArea::keyPressEvent(event);
    }
}

void BlameView::mousePressEvent(QMouseEvent* event)
{
    if (event->button() == Qt::LeftButton && rows() > 0) {
        setCurrentRow(verticalScrollBar()->value() + int(event->position().y()) / m_rowHeight);
    }
}

void BlameView::mouseDoubleClickEvent(QMouseEvent* event)
{
    mousePressEvent(event);
    if (const git::BlameOrigin* origin = currentOrigin();
        origin != nullptr && !origin->commit.isEmpty()) {
        Q_EMIT activated(origin->commit);
    }
}

}  // namespace analemma::ui
