#include "ui/console/terminal_view.h"

#include "core/base/text.h"
#include "ui/console/feed_queue.h"
#include "ui/console/find_bar.h"
#include "ui/console/terminal_accessible.h"
#include "ui/shell/settings.h"
#include "ui/shell/theme_terminal.h"
#include "ui/widgets/ask_panel.h"

#include <QAccessible>
#include <QPainter>
#include <QResizeEvent>
#include <QScrollBar>
#include <QTimerEvent>

#include <cmath>

using namespace Qt::StringLiterals;

namespace analemma::ui {
namespace {

constexpr int textMargin = 4;
constexpr int barWidth = 10;
constexpr int holdMilliseconds = 150;  // of synchronized output
constexpr int blinkMilliseconds = 600;
constexpr int replyMilliseconds = 50;  // 20 replies a second, 20 at once
constexpr int mostReplies = 20;
constexpr int smallestType = 7;
constexpr int largestType = 40;
const QString sizeKey = u"console/size"_s;
const QString familyKey = u"console/family"_s;
const QString predictionKey = u"console/prediction"_s;

using Prediction = terminal::Predictor::Mode;

int rememberedSize()
{
    return qBound(smallestType, windowSettings()->value(sizeKey, fixedFont().pixelSize()).toInt(),
                  largestType);
}

Prediction rememberedPrediction()
{
    const QString word = windowSettings()->value(predictionKey).toString();
    return word == "off"_L1 ? Prediction::Off : word == "on"_L1 ? Prediction::On : Prediction::Auto;
}

terminal::Options optionsOf(Scheme scheme)
{
    terminal::Options options;
    options.foreground = terminalColour(TerminalToken::Text, scheme) & 0xffffff;
    options.background = terminalColour(TerminalToken::Ground, scheme) & 0xffffff;
    return options;
}

}  // namespace

TerminalView::TerminalView(QWidget* parent)
    : QWidget(parent),
      m_screen({80, 24}, optionsOf(currentScheme())),
      m_queue(new FeedQueue(&m_screen, this)),
      m_bar(new QScrollBar(Qt::Vertical, this)),
      m_find(new FindBar(&m_screen, this)),
      m_ask(new AskPanel(AskPanel::Place::Over, this))
{
    setObjectName(u"terminal"_s);
    setAccessibleName(tr("Terminal"));
    setFocusPolicy(Qt::StrongFocus);
    setAttribute(Qt::WA_OpaquePaintEvent);
    setAttribute(Qt::WA_InputMethodEnabled);
    setAttribute(Qt::WA_KeyCompression, false);
    setMouseTracking(true);
    setCursor(Qt::IBeamCursor);
    setMinimumSize(160, 80);
    installTerminalAccessible();
    m_clock.start();
    m_bar->setObjectName(u"terminal-bar"_s);
    m_bar->setAccessibleName(tr("Scrollback"));
    m_bar->setFocusPolicy(Qt::NoFocus);
    m_bar->setCursor(Qt::ArrowCursor);
    m_find->setCursor(Qt::ArrowCursor);
    m_ask->setCursor(Qt::ArrowCursor);
    m_family = windowSettings()->value(familyKey).toString();
    m_fontPixels = rememberedSize();
    m_predictor.setMode(rememberedPrediction());
    m_painter.setScheme(currentScheme());
    applyFont();
    connect(m_queue, &FeedQueue::fed, this, &TerminalView::afterFeed);
    connect(m_bar, &QScrollBar::valueChanged, this,
            [this](int value) { scrollTo(m_screen.wrappedFrom() + value); });
    connect(m_find, &FindBar::changed, this, [this](bool jump) {
        if (const auto found = m_find->current(); jump && found) {
            showRow(found->begin.row);
        }
        redraw();
    });
    const auto back = [this] { setFocus(); };
    connect(m_find, &FindBar::dismissed, this, back);
    connect(m_ask, &AskPanel::closed, this, back);
}

TerminalView::~TerminalView() = default;

// ---- bytes --------------------------------------------------------------------------------------

void TerminalView::receive(const QByteArray& bytes)
{
    m_prompt.feed(bytes);
    m_queue->add(bytes);
}

void TerminalView::afterFeed(qsizetype bytes)
{
    Q_EMIT taken(bytes);
    m_predictor.look(m_screen, milliseconds(m_clock.elapsed()));
    sendReplies();
    if (m_screen.takeBells() > 0) {
        Q_EMIT rang();
    }
    if (const QString title = m_screen.title(); title != m_title) {
        m_title = title;
        Q_EMIT titleChanged(title);
    }
    askClipboard();
    m_find->screenChanged();
    m_pacer.changed(milliseconds(m_clock.elapsed()));
    scheduleDraw();
}

/// A server that asks without end is answered 20 times a second.
void TerminalView::sendReplies()
{
    const QByteArray replies = m_replyAllowance > 0 ? m_screen.takeReplies(1) : QByteArray();
    if (replies.isEmpty()) {
        return;
    }
    QByteArray all = replies;
    --m_replyAllowance;
    while (m_replyAllowance > 0) {
        const QByteArray next = m_screen.takeReplies(1);
        if (next.isEmpty()) {
            break;
        }
        all += next;
        --m_replyAllowance;
    }
    if (!m_replyTimer.isActive()) {
        m_replyTimer.start(replyMilliseconds, this);
    }
    if (m_live) {
        Q_EMIT reported(all);
    }
}

void TerminalView::say(const QString& text)
{
    // Whatever the program left on is off: alternate screen, regions, styles, modes of keys and
    // mouse. The next shell starts as on a new terminal, below what stands there.
    static const QByteArray calm(
        "\033[0m\033[?25h\033[4l\033[?7h\033[?1l\033>\033[?1000l\033[?1002l\033[?1003l\033[?1004l"
        "\033[?1006l\033[?2004l\033[?5l\033(B\017\033[?6l\033[r");
    m_queue->finish();
    m_screen.feed(m_screen.modes().alternateScreen ? "\033[?2026l\033[?1049l" : "\033[?2026l");
    const terminal::Cursor at = m_screen.cursor();  // the end of `calm` moves it to the top
    m_screen.feed(calm + "\033[" + QByteArray::number(at.row + 1) + ';' +
                  QByteArray::number(at.column + 1) + 'H');
    m_screen.feed((at.column == 0 ? "" : "\r\n") + QByteArray("\033[2m") +
                  displayText(text, 400).toUtf8() + "\033[0m\r\n");
    afterFeed(0);
}

void TerminalView::setLive(bool live)
{
    if (live == m_live) {
        return;
    }
    m_live = live;
    m_predictor.reset();
    redraw();
}

// ---- drawing ------------------------------------------------------------------------------------

void TerminalView::applyFont()
{
    m_ratio = devicePixelRatioF();
    QFont font = fixedFont();
    if (!m_family.isEmpty()) {
        font.setFamilies({m_family, font.family()});
    }
    font.setPixelSize(m_fontPixels);
    m_painter.setFont(font, m_ratio);
    applyArea();
}

void TerminalView::applyArea()
{
    const int wide = qMax(1, width() - barWidth);
    const QSize pixels(int(std::floor(wide * m_ratio)), int(std::floor(height() * m_ratio)));
    m_painter.setArea(pixels, int(std::lround(textMargin * m_ratio)));
    m_bar->setGeometry(width() - barWidth, 0, barWidth, height());
    m_find->place();
    m_ask->place();
    const terminal::Size size = m_painter.fitting();
    if (!(size == m_screen.size())) {
        m_screen.resize(size);
        m_predictor.reset();  // lines wrap anew
        m_wrapTimer.start(0, this);
    }
    if (isVisible() && !(size == m_told)) {
        m_told = size;
        const QSize cell = m_painter.cell();
        Q_EMIT resizedTo(size.columns, size.rows,
                         {cell.width() * size.columns, cell.height() * size.rows});
    }
    redraw();
}

void TerminalView::setFontPixels(int pixels)
{
    m_fontPixels = qBound(smallestType, pixels, largestType);
    windowSettings()->setValue(sizeKey, m_fontPixels);
    applyFont();
    Q_EMIT lookChanged();
}

void TerminalView::setFamily(const QString& family)
{
    m_family = family;
    windowSettings()->setValue(familyKey, family);
    applyFont();
    Q_EMIT lookChanged();
}

void TerminalView::setPrediction(Prediction mode)
{
    m_predictor.setMode(mode);
    windowSettings()->setValue(predictionKey, mode == Prediction::Off  ? u"off"_s
                                              : mode == Prediction::On ? u"on"_s
                                                                       : u"auto"_s);
    redraw();
    Q_EMIT lookChanged();
}

void TerminalView::adoptLook()
{
    m_predictor.setMode(rememberedPrediction());
    const QString family = windowSettings()->value(familyKey).toString();
    const int pixels = rememberedSize();
    if (family != m_family || pixels != m_fontPixels) {
        m_family = family;
        m_fontPixels = pixels;
        applyFont();
    }
}

void TerminalView::setBlinking(bool blinking)
{
    m_blinking = blinking;
    m_blinkOff = false;
    if (blinking) {
        m_blinkTimer.start(blinkMilliseconds, this);
    } else {
        m_blinkTimer.stop();
    }
    redraw();
}

ScreenShow TerminalView::shownNow() const
{
    ScreenShow show;
    show.topRow = m_top;
    show.focused = hasFocus() && m_live;
    show.cursorOn = !m_blinkOff && m_preedit.isEmpty();
    const qint64 end = m_top + m_screen.size().rows;
    const auto& found = m_find->matches();
    const auto first = std::lower_bound(
        found.cbegin(), found.cend(), m_top,
        [](const terminal::Range& range, qint64 row) { return range.end.row < row; });
    const auto current = m_find->current();
    for (auto match = first; match != found.cend() && match->begin.row < end; ++match) {
        show.marks.append(
            {*match, current == *match ? CellMark::Kind::CurrentMatch : CellMark::Kind::Match});
    }
    if (m_hovered) {
        show.marks.append({m_hovered->range, CellMark::Kind::Link});
    }
    if (!m_selection.isEmpty()) {
        show.marks.append({m_selection, CellMark::Kind::Selection});
    }
    for (const terminal::Predictor::Ghost& ghost : m_predictor.ghosts()) {
        show.ghosts.append({ghost.position, ghost.code});
    }
    if (const auto cursor = m_predictor.cursor()) {
        show.ghostCursor = cursor->column;
    }
    return show;
}

void TerminalView::redraw()
{
    m_pacer.changed(milliseconds(m_clock.elapsed()));
    scheduleDraw();
}

void TerminalView::scheduleDraw()
{
    if (m_screen.modes().synchronized) {
        if (!m_holdTimer.isActive()) {
            m_holdTimer.start(holdMilliseconds, this);
        }
        return;
    }
    m_holdTimer.stop();
    if (const auto due = m_pacer.due()) {
        const milliseconds wait = *due - milliseconds(m_clock.elapsed());
        if (wait.count() <= 0) {
            draw();
        } else {
            m_drawTimer.start(int(wait.count()), Qt::PreciseTimer, this);
        }
    }
}

void TerminalView::draw()
{
    m_drawTimer.stop();
    m_pacer.drawn(milliseconds(m_clock.elapsed()));
    if (!isVisible()) {
        return;
    }
    if (m_epoch != m_screen.epoch()) {
        m_epoch = m_screen.epoch();
        m_following = true;
        m_selection = {};
        m_selecting = false;
        m_hovered.reset();
    }
    const qint64 bottom = m_screen.topRow();
    m_top = m_following ? bottom : qBound(m_screen.wrappedFrom(), m_top, bottom);
    m_following = m_top == bottom;
    updateScrollBar();
    const QRegion changed = m_painter.update(&m_screen, shownNow());
    for (const QRect& part : changed) {
        update(toLogical(part));
    }
    if (!changed.isEmpty()) {
        updateMicroFocus();
        if (QAccessible::isActive()) {
            QAccessibleEvent event(this, QAccessible::TextUpdated);
            QAccessible::updateAccessibility(&event);
        }
    }
}

void TerminalView::updateScrollBar()
{
    const QSignalBlocker quiet(m_bar);
    const int most = int(qMin<qint64>(m_screen.topRow() - m_screen.wrappedFrom(), INT_MAX));
    m_bar->setPageStep(m_screen.size().rows);
    m_bar->setRange(0, most);
    m_bar->setValue(int(m_top - m_screen.wrappedFrom()));
    m_bar->setVisible(most > 0);
}

QRect TerminalView::toLogical(const QRect& pixels) const
{
    const QRectF exact(pixels.x() / m_ratio, pixels.y() / m_ratio, pixels.width() / m_ratio,
                       pixels.height() / m_ratio);
    return exact.toAlignedRect();
}

const QImage& TerminalView::picture()
{
    m_queue->finish();
    applyScheme();
    m_epoch = m_screen.epoch();
    m_top = m_following ? m_screen.topRow() : m_top;
    const QRegion changed = m_painter.update(&m_screen, shownNow());
    for (const QRect& part : changed) {
        update(toLogical(part));
    }
    return m_painter.picture();
}

QRect TerminalView::cellRect(int line, int column) const
{
    return m_painter.rectOf(line, column);
}

void TerminalView::paintEvent(QPaintEvent* event)
{
    QPainter painter(this);
    const QImage& picture = m_painter.picture();
    const QRectF whole(0, 0, picture.width() / m_ratio, picture.height() / m_ratio);
    const QRect part = event->rect();
    const QRectF source(part.x() * m_ratio, part.y() * m_ratio, part.width() * m_ratio,
                        part.height() * m_ratio);
    if (std::abs(m_ratio - std::round(m_ratio)) < 0.001) {
        painter.drawImage(QRectF(part), picture, source);
    } else {
        painter.drawImage(whole, picture);
    }
    const QColor ground(terminalColour(TerminalToken::Ground, currentScheme()));
    const int right = int(std::floor(whole.width()));
    const int bottom = int(std::floor(whole.height()));
    painter.fillRect(QRect(right, 0, width() - right, height()) & part, ground);
    painter.fillRect(QRect(0, bottom, width(), height() - bottom) & part, ground);
    if (!m_preedit.isEmpty()) {
        const QRectF box = inputMethodQuery(Qt::ImCursorRectangle).toRectF();
        QFont font = fixedFont();
        font.setPixelSize(m_fontPixels);
        font.setUnderline(true);
        painter.setFont(font);
        const qreal wide = painter.fontMetrics().horizontalAdvance(m_preedit);
        painter.fillRect(QRectF(box.topLeft(), QSizeF(wide, box.height())), colour(Token::Raised));
        painter.setPen(colour(Token::Text));
        painter.drawText(QRectF(box.topLeft(), QSizeF(wide + 4, box.height())), Qt::AlignVCenter,
                         m_preedit);
    }
}

void TerminalView::resizeEvent(QResizeEvent*)
{
    applyArea();
}

void TerminalView::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    if (!qFuzzyCompare(m_ratio, devicePixelRatioF())) {
        applyFont();
    } else {
        applyArea();
    }
    draw();
}

void TerminalView::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) {
        applyScheme();
        redraw();
    }
}

void TerminalView::applyScheme()
{
    if (m_painter.scheme() != currentScheme()) {
        m_painter.setScheme(currentScheme());
        const terminal::Options options = optionsOf(currentScheme());
        m_screen.setColours(options.foreground, options.background);
    }
}

void TerminalView::timerEvent(QTimerEvent* event)
{
    if (event->timerId() == m_drawTimer.timerId()) {
        m_drawTimer.stop();
        scheduleDraw();
    } else if (event->timerId() == m_holdTimer.timerId()) {
        m_holdTimer.stop();
        m_screen.endSynchronized();
        redraw();
    } else if (event->timerId() == m_wrapTimer.timerId()) {
        if (!m_screen.wrapMore()) {
            m_wrapTimer.stop();
        }
        updateScrollBar();
    } else if (event->timerId() == m_blinkTimer.timerId()) {
        m_blinkOff = !m_blinkOff && hasFocus();
        redraw();
    } else if (event->timerId() == m_replyTimer.timerId()) {
        m_replyAllowance = qMin(mostReplies, m_replyAllowance + 1);
        if (m_replyAllowance == mostReplies) {
            m_replyTimer.stop();
        }
        sendReplies();
    } else if (event->timerId() == m_guessTimer.timerId()) {
        m_guessTimer.stop();
        m_predictor.look(m_screen, milliseconds(m_clock.elapsed()));
        redraw();
    } else if (event->timerId() == m_edgeTimer.timerId()) {
        extendSelection(mapFromGlobal(QCursor::pos()));
    }
}

QSize TerminalView::sizeHint() const
{
    return {int(80 * m_painter.cell().width() / m_ratio) + 2 * textMargin + barWidth,
            int(24 * m_painter.cell().height() / m_ratio) + 2 * textMargin};
}

// ---- scrolling ----------------------------------------------------------------------------------

void TerminalView::scrollTo(qint64 top)
{
    const qint64 bottom = m_screen.topRow();
    m_top = qBound(m_screen.wrappedFrom(), top, bottom);
    m_following = m_top == bottom;
    redraw();
}

void TerminalView::followEnd()
{
    if (!m_following) {
        scrollTo(m_screen.topRow());
    }
}

void TerminalView::showRow(qint64 row)
{
    const int rows = m_screen.size().rows;
    if (row < m_top || row >= m_top + rows) {
        scrollTo(row - rows / 2);
    }
}

QString TerminalView::visibleText() const
{
    QString text;
    std::vector<terminal::Cell> scratch;
    for (int line = 0; line < m_screen.size().rows; ++line) {
        QString row;
        const terminal::RowView view = m_screen.row(m_top + line, &scratch);
        for (const terminal::Cell cell : view.cells) {
            row += m_screen.text(cell);
        }
        while (row.endsWith(u' ')) {
            row.chop(1);
        }
        text += row + (line + 1 < m_screen.size().rows ? u"\n"_s : QString());
    }
    return text;
}

}  // namespace analemma::ui
