#include "ui/repositories/history_view.h"

#include "core/base/text.h"
#include "ui/shell/theme_terminal.h"
#include "ui/shell/words.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QKeyEvent>
#include <QPainter>
#include <QPainterPath>
#include <QScrollBar>
#include <QTimer>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::ui {
namespace {

constexpr int laneWidth = 14;
constexpr int mostLanes = 16;  ///< drawn; what lies right of them is cut off
constexpr int limitTexts = 20'000;
constexpr int ageWidth = 104;
constexpr int hashWidth = 76;
constexpr int authorWidth = 150;
constexpr int roomForAll = 720;  ///< narrower views leave who and the id away
constexpr int limitBadges = 4;

/// Lanes are told apart by hue alone and mean nothing by it.
QColor laneColour(int lane)
{
    constexpr int hues[] = {12, 14, 13, 10, 11, 9};
    return QColor(terminalColour(hues[lane % int(std::size(hues))], currentScheme()));
}

int laneX(const QRect& area, int lane)
{
    return area.left() + laneWidth / 2 + metric::half + std::min(lane, mostLanes) * laneWidth;
}

int lanesOf(const git::GraphRow& row)
{
    int most = row.lane;
    for (const QList<int>& lanes : {row.passing, row.leaving}) {
        for (const int lane : lanes) {
            most = std::max(most, lane);
        }
    }
    return std::min(most + 1, mostLanes);
}

}  // namespace

HistoryView::HistoryView(QWidget* parent) : QAbstractScrollArea(parent), m_ask(new QTimer(this))
{
    setObjectName(u"history"_s);
    setAccessibleName(tr("History"));
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::StrongFocus);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    viewport()->setAutoFillBackground(false);
    m_ask->setSingleShot(true);
    m_ask->setInterval(0);
    connect(m_ask, &QTimer::timeout, this, &HistoryView::askForTexts);
    connect(verticalScrollBar(), &QScrollBar::valueChanged, viewport(), [this] {
        viewport()->update();
        m_ask->start();
    });
}

void HistoryView::setRows(std::shared_ptr<CommitRows> rows)
{
    if (m_current >= 0) {
        m_wantedId = currentId();
    }
    m_rows = std::move(rows);
    m_current = -1;
    m_following = std::make_unique<QObject>();
    if (m_rows) {
        m_rows->follow(m_following.get(), [this] { onGrew(); });
    }
    onGrew();
}

void HistoryView::setSentence(const QString& sentence)
{
    m_sentence = sentence;
    viewport()->update();
}

void HistoryView::setBadges(const QHash<QString, QList<CommitBadge>>& badges)
{
    m_badges = badges;
    viewport()->update();
}

void HistoryView::setCommits(const QList<git::Commit>& commits)
{
    if (m_texts.size() + commits.size() > limitTexts) {
        m_texts.clear();
        m_asked.clear();
    }
    for (const git::Commit& commit : commits) {
        m_texts.insert(commit.id, {displayText(commit.subject, 300), displayText(commit.author, 80),
                                   commit.time});
    }
    describe();
    viewport()->update();
}

void HistoryView::setNow(const QDateTime& now)
{
    m_now = now;
    viewport()->update();
}

QString HistoryView::currentId() const
{
    return m_rows && m_current >= 0 && m_current < rows() ? m_rows->idAt(m_current) : QString();
}

int HistoryView::firstRow() const
{
    return verticalScrollBar()->value();
}

bool HistoryView::isTold() const
{
    const int last = std::min(rows(), firstRow() + visibleRows());
    for (int row = firstRow(); row < last; ++row) {
        if (!m_texts.contains(m_rows->idAt(row))) {
            return false;
        }
    }
    return last > 0;
}

bool HistoryView::selectId(const QString& id)
{
    const int row = m_rows ? m_rows->rowOf(id) : -1;
    if (row < 0) {
        m_wantedId = id;
        return false;
    }
    m_wantedId.clear();
    setCurrent(row);
    return true;
}

void HistoryView::onGrew()
{
    measure();
    if (!m_wantedId.isEmpty()) {
        selectId(m_wantedId);
    }
    m_ask->start();
    viewport()->update();
}

int HistoryView::visibleRows() const
{
    return std::max(1, viewport()->height() / metric::row);
}

void HistoryView::measure()
{
    verticalScrollBar()->setPageStep(visibleRows());
    verticalScrollBar()->setSingleStep(1);
    verticalScrollBar()->setRange(0, std::max(0, rows() - visibleRows()));
}

void HistoryView::setCurrent(int row)
{
    if (rows() == 0) {
        return;
    }
    row = std::clamp(row, 0, rows() - 1);
    if (row < firstRow()) {
        verticalScrollBar()->setValue(row);
    } else if (row >= firstRow() + visibleRows()) {
        verticalScrollBar()->setValue(row - visibleRows() + 1);
    }
    viewport()->update();
    if (row != m_current) {
        m_current = row;
        describe();
        Q_EMIT currentChanged(currentId());
    }
}

/// What a screen reader says of the chosen row.
void HistoryView::describe()
{
    const QString id = currentId();
    const Shown shown = m_texts.value(id);
    QStringList words{shown.subject, shown.author, agoText(shown.time, m_now), shortHash(id)};
    for (const CommitBadge& badge : m_badges.value(id)) {
        words.prepend(badge.text);
    }
    words.removeAll(QString());
    setAccessibleDescription(words.join(u", "_s));
}

void HistoryView::askForTexts()
{
    if (!m_rows) {
        return;
    }
    QStringList missing;
    const int last = std::min(rows(), firstRow() + visibleRows() + 1);
    for (int row = firstRow(); row < last; ++row) {
        const QString id = m_rows->idAt(row);
        if (!m_texts.contains(id) && !m_asked.contains(id)) {
            m_asked.insert(id);
            missing.append(id);
        }
    }
    if (!missing.isEmpty()) {
        Q_EMIT wanted(missing);
    }
}

// ---- painting -----------------------------------------------------------------------------------

void HistoryView::paintEvent(QPaintEvent*)
{
    QPainter painter(viewport());
    painter.fillRect(viewport()->rect(), colour(Token::Surface));
    if (rows() == 0) {
        painter.setFont(fontOf(Type::Body));
        painter.setPen(colour(Token::Quiet));
        painter.drawText(viewport()->rect(), Qt::AlignCenter | Qt::TextWordWrap, m_sentence);
        return;
    }
    painter.setRenderHint(QPainter::Antialiasing);
    const QList<git::GraphRow> shown = m_rows->rows(firstRow(), visibleRows() + 1);
    for (int i = 0; i < int(shown.size()); ++i) {
        const QRect area(0, i * metric::row, viewport()->width(), metric::row);
        paintRow(painter, shown[i], area, firstRow() + i == m_current);
    }
}

void HistoryView::paintRow(QPainter& painter, const git::GraphRow& row, const QRect& area,
                           bool current)
{
    if (current) {
        painter.fillRect(area, tint(Token::Accent));
        if (hasFocus()) {
            painter.fillRect(QRect(area.topLeft(), QSize(metric::focus, area.height())),
                             colour(Token::Accent));
        }
    }
    paintGraph(painter, row, area);
    const Shown text = m_texts.value(row.id);
    const bool all = area.width() >= roomForAll;
    int right = area.right() - metric::grid;
    const auto column = [&](const QString& words, int width, const QFont& font,
                            Qt::Alignment side) {
        const QRect cell(right - width, area.top(), width, area.height());
        painter.setFont(font);
        painter.setPen(colour(Token::Quiet));
        const QFontMetrics metrics(font);
        painter.drawText(cell, int(side | Qt::AlignVCenter),
                         metrics.elidedText(words, Qt::ElideRight, width));
        right -= width + metric::grid;
    };
    column(agoText(text.time, m_now), ageWidth, numberFont(), Qt::AlignRight);
    if (all) {
        column(shortHash(row.id), hashWidth, fixedFont(), Qt::AlignRight);
        column(text.author, authorWidth, fontOf(Type::Body), Qt::AlignLeft);
    }
    int left = area.left() + metric::half + lanesOf(row) * laneWidth + metric::grid;
    left =
        paintBadges(painter, row.id, QRect(QPoint(left, area.top()), QPoint(right, area.bottom())));
    const QRect rest(QPoint(left, area.top()), QPoint(right, area.bottom()));
    painter.setFont(fontOf(Type::Body));
    painter.setPen(colour(Token::Text));
    painter.drawText(rest, Qt::AlignLeft | Qt::AlignVCenter,
                     painter.fontMetrics().elidedText(text.subject, Qt::ElideRight, rest.width()));
}

/// Lines that pass are straight; those that leave for another lane bend in the lower half.
void HistoryView::paintGraph(QPainter& painter, const git::GraphRow& row, const QRect& area) const
{
    painter.save();
    painter.setClipRect(
        QRect(area.left(), area.top(), metric::half + (mostLanes + 1) * laneWidth, area.height()));
    painter.setBrush(Qt::NoBrush);
    const qreal top = area.top();
    const qreal bottom = area.bottom() + 1;
    const qreal middle = (top + bottom) / 2;
    const auto line = [&](int lane, const QPainterPath& path) {
        painter.setPen(QPen(laneColour(lane), 1.6));
        painter.drawPath(path);
    };
    for (const int lane : row.passing) {
        QPainterPath path(QPointF(laneX(area, lane), top));
        path.lineTo(laneX(area, lane), bottom);
        line(lane, path);
    }
    const QPointF at(laneX(area, row.lane), middle);
    if (row.entered) {
        QPainterPath path(QPointF(at.x(), top));
        path.lineTo(at);
        line(row.lane, path);
    }
    for (const int lane : row.leaving) {
        QPainterPath path(at);
        const qreal to = laneX(area, lane);
        path.cubicTo(QPointF(to, middle), QPointF(to, middle), QPointF(to, bottom));
        line(lane, path);
    }
    painter.setPen(QPen(colour(Token::Surface), 1.5));
    painter.setBrush(laneColour(row.lane));
    const qreal radius = row.parents.size() > 1 ? 3.5 : 4.5;
    painter.drawEllipse(at, radius, radius);
    painter.restore();
}

int HistoryView::paintBadges(QPainter& painter, const QString& id, const QRect& area) const
{
    const QList<CommitBadge> badges = m_badges.value(id);
    int left = area.left();
    const QFont font = fontOf(Type::Caption, QFont::DemiBold);
    const QFontMetrics metrics(font);
    for (int i = 0; i < int(badges.size()); ++i) {
        const bool isRest = i == limitBadges && badges.size() > limitBadges + 1;
        const QString text = isRest ? tr("%n more", nullptr, int(badges.size()) - i)
                                    : metrics.elidedText(badges[i].text, Qt::ElideMiddle, 180);
        const int width = metrics.horizontalAdvance(text) + 2 * 6;
        if (left + width > area.right() - 80) {
            break;
        }
        const QRect box(left, area.center().y() - 9, width, 19);
        const Token token = isRest ? Token::Quiet : badges[i].token;
        const bool filled = !isRest && badges[i].filled;
        painter.setPen(filled ? Qt::NoPen : QPen(colour(Token::Line)));
        painter.setBrush(filled ? colour(token) : tint(token));
        painter.drawRoundedRect(QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4);
        painter.setPen(filled ? onFilled() : colour(token));
        painter.setFont(font);
        painter.drawText(box, Qt::AlignCenter, text);
        left += width + metric::half;
        if (isRest) {
            break;
        }
    }
    return left == area.left() ? left : left + metric::half;
}

// ---- hands --------------------------------------------------------------------------------------

void HistoryView::keyPressEvent(QKeyEvent* event)
{
    const int page = visibleRows() - 1;
    switch (event->key()) {
        case Qt::Key_Up:
            setCurrent(m_current - 1);
            return;
        case Qt::Key_Down:
            setCurrent(m_current + 1);
            return;
        case Qt::Key_PageUp:
            setCurrent(m_current - page);
            return;
        case Qt::Key_PageDown:
            setCurrent(std::max(0, m_current) + page);
            return;
        case Qt::Key_Home:
            setCurrent(0);
            return;
        case Qt::Key_End:
            setCurrent(rows() - 1);
            return;
        case Qt::Key_Return:
        case Qt::Key_Enter:
            if (!currentId().isEmpty()) {
                Q_EMIT activated(currentId());
            }
            return;
        default:
            break;
    }
    if (event->matches(QKeySequence::Copy) && !currentId().isEmpty()) {
        QGuiApplication::clipboard()->setText(currentId());
        return;
    }
    QAbstractScrollArea::keyPressEvent(event);
}

void HistoryView::mousePressEvent(QMouseEvent* event)
{
    const int row = firstRow() + int(event->position().y()) / metric::row;
    if (event->button() == Qt::LeftButton && row < rows()) {
        setCurrent(row);
    }
}

void HistoryView::mouseDoubleClickEvent(QMouseEvent*)
{
    if (!currentId().isEmpty()) {
        Q_EMIT activated(currentId());
    }
}

void HistoryView::resizeEvent(QResizeEvent* event)
{
    QAbstractScrollArea::resizeEvent(event);
    measure();
    m_ask->start();
}

void HistoryView::focusInEvent(QFocusEvent* event)
{
    QAbstractScrollArea::focusInEvent(event);
    if (m_current < 0) {
        setCurrent(firstRow());
    }
    viewport()->update();
}

void HistoryView::focusOutEvent(QFocusEvent* event)
{
    QAbstractScrollArea::focusOutEvent(event);
    viewport()->update();
}

void HistoryView::changeEvent(QEvent* event)
{
    QAbstractScrollArea::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::StyleChange) {
        viewport()->update();
    }
}

}  // namespace analemma::ui
