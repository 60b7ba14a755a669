#include "core/base/text.h"
#include "ui/console/find_bar.h"
#include "ui/console/key_map.h"
#include "ui/console/terminal_view.h"
#include "ui/widgets/ask_panel.h"

#include <QApplication>
#include <QClipboard>
#include <QInputMethodEvent>
#include <QMouseEvent>
#include <QScrollBar>
#include <QStyleHints>
#include <QToolTip>
#include <QUrl>
#include <QWheelEvent>

using namespace Qt::StringLiterals;

namespace analemma::ui {

using terminal::MouseAction;
using terminal::Position;
using terminal::SelectBy;

namespace {

constexpr int wheelStep = 120;  // QWheelEvent::angleDelta
constexpr int wheelLines = 3;
constexpr qsizetype limitClipboard = 64 * 1024;

}  // namespace

// ---- keys ---------------------------------------------------------------------------------------

bool TerminalView::event(QEvent* event)
{
    if (event->type() == QEvent::ShortcutOverride) {
        // Ctrl+K, F5, Esc and their like belong to the program in here, not to the window.
        const auto* key = static_cast<QKeyEvent*>(event);
        if (!isOurs(*key) || consoleKey(*key) != ConsoleKey::None) {
            event->accept();
            return true;
        }
    }
    return QWidget::event(event);
}

bool TerminalView::focusNextPrevChild(bool)
{
    return false;  // Tab is the program's
}

void TerminalView::send(const QByteArray& bytes)
{
    if (bytes.isEmpty()) {
        return;
    }
    if (!m_live) {
        Q_EMIT heldInput();
        return;
    }
    clearSelection();
    followEnd();
    m_blinkOff = false;
    predict(bytes);
    Q_EMIT typed(bytes);
}

void TerminalView::predict(const QByteArray& bytes)
{
    const bool shown = m_predictor.isShown();
    m_predictor.typed(bytes, m_screen, m_prompt.asksForSecret(), milliseconds(m_clock.elapsed()));
    if (m_predictor.isWaiting()) {
        m_guessTimer.start(int(terminal::Predictor::patience.count()) + 50, this);
    }
    if (shown || m_predictor.isShown()) {
        redraw();
    }
}

void TerminalView::keyPressEvent(QKeyEvent* event)
{
    if (const ConsoleKey ours = consoleKey(*event); ours != ConsoleKey::None) {
        runKey(ours);
        return;
    }
    if (isOurs(*event)) {
        QWidget::keyPressEvent(event);
        return;
    }
    if (const auto key = terminalKey(*event)) {
        send(terminal::encodeKey(*key, m_screen.modes()));
    } else {
        QWidget::keyPressEvent(event);
    }
}

void TerminalView::runKey(ConsoleKey key)
{
    const int page = qMax(1, m_screen.size().rows - 1);
    switch (key) {
        case ConsoleKey::None:
            break;
        case ConsoleKey::Copy:
            copy();
            break;
        case ConsoleKey::Paste:
            pasteClipboard();
            break;
        case ConsoleKey::Find:
            openFind();
            break;
        case ConsoleKey::SelectAll:
            selectAll();
            break;
        case ConsoleKey::ZoomIn:
            setFontPixels(m_fontPixels + 1);
            break;
        case ConsoleKey::ZoomOut:
            setFontPixels(m_fontPixels - 1);
            break;
        case ConsoleKey::ZoomReset:
            setFontPixels(fixedFont().pixelSize());
            break;
        case ConsoleKey::LineUp:
            scrollTo(m_top - 1);
            break;
        case ConsoleKey::LineDown:
            scrollTo(m_top + 1);
            break;
        case ConsoleKey::PageUp:
            scrollTo(m_top - page);
            break;
        case ConsoleKey::PageDown:
            scrollTo(m_top + page);
            break;
        case ConsoleKey::Top:
            scrollTo(m_screen.firstRow());
            break;
        case ConsoleKey::Bottom:
            followEnd();
            break;
        case ConsoleKey::PromptAbove:
            if (const auto row = m_screen.promptAbove(m_top)) {
                scrollTo(*row);
            }
            break;
        case ConsoleKey::PromptBelow:
            if (const auto row = m_screen.promptBelow(m_top)) {
                scrollTo(*row);
            }
            break;
    }
}

void TerminalView::focusInEvent(QFocusEvent* event)
{
    QWidget::focusInEvent(event);
    if (const QByteArray told = terminal::encodeFocus(true, m_screen.modes());
        m_live && !told.isEmpty()) {
        Q_EMIT reported(told);
    }
    Q_EMIT focused();
    redraw();
}

void TerminalView::focusOutEvent(QFocusEvent* event)
{
    QWidget::focusOutEvent(event);
    if (const QByteArray told = terminal::encodeFocus(false, m_screen.modes());
        m_live && !told.isEmpty()) {
        Q_EMIT reported(told);
    }
    m_blinkOff = false;
    redraw();
}

void TerminalView::inputMethodEvent(QInputMethodEvent* event)
{
    m_preedit = event->preeditString();
    if (!event->commitString().isEmpty()) {
        send(event->commitString().toUtf8());
    }
    redraw();
    update();
    event->accept();
}

QVariant TerminalView::inputMethodQuery(Qt::InputMethodQuery query) const
{
    switch (query) {
        case Qt::ImEnabled:
            return m_live;
        case Qt::ImHints:
            return int(Qt::ImhNoPredictiveText | Qt::ImhNoAutoUppercase);
        case Qt::ImCursorRectangle: {
            const terminal::Cursor cursor = m_screen.cursor();
            return toLogical(m_painter.rectOf(cursor.row, cursor.column));
        }
        case Qt::ImFont: {
            QFont font = fixedFont();
            font.setPixelSize(m_fontPixels);
            return font;
        }
        default:
            return QWidget::inputMethodQuery(query);
    }
}

// ---- clipboard ----------------------------------------------------------------------------------

QString TerminalView::selectedText() const
{
    return m_selection.isEmpty() ? QString() : terminal::textOf(m_screen, m_selection);
}

void TerminalView::copy()
{
    if (const QString text = selectedText(); !text.isEmpty()) {
        QGuiApplication::clipboard()->setText(text);
    }
}

void TerminalView::pasteClipboard()
{
    paste(QGuiApplication::clipboard()->text());
}

void TerminalView::paste(const QString& text)
{
    if (text.isEmpty()) {
        return;
    }
    if (!m_live) {
        Q_EMIT heldInput();
        return;
    }
    const terminal::Paste filtered = terminal::filterPaste(text);
    if (!filtered.preview) {
        pasteNow(filtered.text);
        return;
    }
    QString question = filtered.lines > 1 ? tr("Paste %1 lines?").arg(filtered.lines)
                                          : tr("Paste %1?").arg(sizeText(filtered.text.size()));
    if (filtered.replaced > 0) {
        question += u' ' + tr("%1 control characters became spaces.").arg(filtered.replaced);
    }
    if (filtered.lines > 1 && !m_screen.modes().bracketedPaste) {
        question += u' ' + tr("The program runs each line as it comes.");
    }
    askPaste(question, filtered.text, filtered.lines > 1);
}

void TerminalView::insert(const QString& text, bool run)
{
    pasteNow(text);
    if (run && m_live) {
        send("\r");
    }
    setFocus();
}

void TerminalView::askPaste(const QString& question, const QString& text, bool severalLines)
{
    const auto pasting = [this](const QString& filtered) {
        return [this, filtered](const AskPanel::Given&) { pasteNow(filtered); };
    };
    AskPanel::Question asked;
    asked.sentence = question;
    asked.detail = displayLog(text.left(limitClipboard).toUtf8());
    asked.verbatim = true;
    asked.answers = {{u"paste"_s, tr("Paste"), pasting(text)}};
    if (severalLines) {
        asked.answers.append({u"paste-line"_s, tr("Paste as one line"),
                              pasting(terminal::filterPaste(text).asOneLine())});
    }
    asked.answers.append({u"cancel"_s, tr("Cancel"), {}});
    m_ask->ask(std::move(asked));
}

void TerminalView::pasteNow(const QString& text)
{
    send(terminal::encodePaste(text, m_screen.modes()));
}

/// OSC 52: nothing reaches the clipboard without a person.
void TerminalView::askClipboard()
{
    const auto wanted = m_screen.takeClipboardRequest();
    if (!wanted || wanted->text.isEmpty() || m_ask->isOpen()) {
        return;
    }
    const QString text = wanted->text;
    const auto mode = wanted->primary ? QClipboard::Selection : QClipboard::Clipboard;
    const bool typing = hasFocus();
    AskPanel::Question question;
    question.sentence = tr("A program on the server wants this in your clipboard:");
    question.detail = displayLog(text.left(limitClipboard).toUtf8());
    question.verbatim = true;
    question.answers = {{u"refuse"_s, tr("Leave the clipboard alone"), {}},
                        {u"copy"_s, tr("Copy it"), [text, mode](const AskPanel::Given&) {
                             QGuiApplication::clipboard()->setText(text, mode);
                         }}};
    m_ask->ask(std::move(question));
    if (typing) {
        setFocus();  // what is being typed must not answer
    }
}

void TerminalView::selectAll()
{
    m_selection = terminal::select(
        m_screen, {m_screen.firstRow(), 0},
        {m_screen.topRow() + m_screen.size().rows - 1, m_screen.size().columns - 1},
        SelectBy::Line);
    redraw();
}

void TerminalView::clearSelection()
{
    if (!m_selection.isEmpty()) {
        m_selection = {};
        redraw();
    }
}

void TerminalView::openFind()
{
    const QString chosen = selectedText();
    m_find->open(chosen.contains(u'\n') ? QString() : chosen.left(200));
}

// ---- the mouse ----------------------------------------------------------------------------------

TerminalView::Spot TerminalView::spotAt(const QPointF& point) const
{
    const QRect first = m_painter.rectOf(0, 0);
    const QSize cell = m_painter.cell();
    const terminal::Size size = m_screen.size();
    const int x = int((point.x() * m_ratio - first.x()) / cell.width());
    const int y = int((point.y() * m_ratio - first.y()) / cell.height());
    Spot spot;
    spot.line = qBound(0, y, size.rows - 1);
    spot.position = {m_top + spot.line, qBound(0, x, size.columns - 1)};
    return spot;
}

bool TerminalView::report(MouseAction action, terminal::MouseButton button, const QPointF& point,
                          Qt::KeyboardModifiers modifiers)
{
    if (!m_live || !m_following) {
        return false;
    }
    const Spot spot = spotAt(point);
    if (action == MouseAction::Move && spot.position == m_lastReport.position) {
        return true;
    }
    m_lastReport = spot;
    const QByteArray bytes = terminal::encodeMouse(
        {action, button, terminalModifiers(modifiers), spot.line, spot.position.column},
        m_screen.modes());
    if (!bytes.isEmpty()) {
        Q_EMIT reported(bytes);
    }
    return !bytes.isEmpty();
}

void TerminalView::mousePressEvent(QMouseEvent* event)
{
    const Qt::KeyboardModifiers modifiers = event->modifiers();
    if (event->button() == Qt::LeftButton && modifiers == Qt::ControlModifier) {
        if (const auto link = linkAt(m_screen, spotAt(event->position()).position)) {
            this->follow(*link);
            return;
        }
    }
    const bool wanted = m_screen.modes().mouse != terminal::MouseTracking::Off &&
                        !modifiers.testFlag(Qt::ShiftModifier);
    if (wanted &&
        report(MouseAction::Press, terminalButton(event->button()), event->position(), modifiers)) {
        m_reporting = true;
        clearSelection();
        return;
    }
    if (event->button() == Qt::LeftButton) {
        startSelection(*event);
    } else if (event->button() == Qt::MiddleButton) {
        const QClipboard* clipboard = QGuiApplication::clipboard();
        paste(clipboard->text(clipboard->supportsSelection() ? QClipboard::Selection
                                                             : QClipboard::Clipboard));
    }
}

void TerminalView::startSelection(const QMouseEvent& event)
{
    const Position at = spotAt(event.position()).position;
    const bool third =
        m_lastDouble.isValid() &&
        m_lastDouble.elapsed() < QGuiApplication::styleHints()->mouseDoubleClickInterval();
    m_selecting = true;
    if (event.modifiers().testFlag(Qt::ShiftModifier) && !m_selection.isEmpty()) {
        m_selection = terminal::select(m_screen, m_anchor, at, m_selectBy);
        redraw();
        return;
    }
    clearSelection();
    m_anchor = at;
    m_selectBy = event.modifiers().testFlag(Qt::AltModifier) ? SelectBy::Block
                 : third                                     ? SelectBy::Line
                                                             : SelectBy::Character;
    m_lastDouble.invalidate();
    if (third) {
        m_selection = terminal::select(m_screen, at, at, SelectBy::Line);
        redraw();
    }
}

void TerminalView::mouseDoubleClickEvent(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton ||
        (m_screen.modes().mouse != terminal::MouseTracking::Off &&
         !event->modifiers().testFlag(Qt::ShiftModifier))) {
        mousePressEvent(event);
        return;
    }
    m_anchor = spotAt(event->position()).position;
    m_selectBy = SelectBy::Word;
    m_selecting = true;
    m_selection = terminal::select(m_screen, m_anchor, m_anchor, SelectBy::Word);
    m_lastDouble.start();
    redraw();
}

void TerminalView::mouseMoveEvent(QMouseEvent* event)
{
    if (m_selecting) {
        extendSelection(event->position());
        return;
    }
    hover(event->position(), event->modifiers());
    if (m_reporting || (m_screen.modes().mouse == terminal::MouseTracking::Motion &&
                        !event->modifiers().testFlag(Qt::ShiftModifier))) {
        report(MouseAction::Move, terminalButton(event->buttons()), event->position(),
               event->modifiers());
    }
}

void TerminalView::extendSelection(const QPointF& point)
{
    const bool beyond = point.y() < 0 || point.y() >= height();
    if (beyond) {
        scrollTo(m_top + (point.y() < 0 ? -1 : 1));
        if (!m_edgeTimer.isActive()) {
            m_edgeTimer.start(40, this);
        }
    } else {
        m_edgeTimer.stop();
    }
    const Position at = spotAt(point).position;
    if (at == m_anchor && m_selection.isEmpty() && m_selectBy != SelectBy::Word) {
        return;  // a click, so far
    }
    m_selection = terminal::select(m_screen, m_anchor, at, m_selectBy);
    redraw();
}

void TerminalView::endSelection()
{
    m_selecting = false;
    m_edgeTimer.stop();
    QClipboard* clipboard = QGuiApplication::clipboard();
    if (!m_selection.isEmpty() && clipboard->supportsSelection()) {
        clipboard->setText(selectedText(), QClipboard::Selection);
    }
}

void TerminalView::mouseReleaseEvent(QMouseEvent* event)
{
    if (m_reporting) {
        report(MouseAction::Release, terminalButton(event->button()), event->position(),
               event->modifiers());
        m_reporting = event->buttons() != Qt::NoButton;
    } else if (m_selecting && event->button() == Qt::LeftButton) {
        endSelection();
    }
}

void TerminalView::wheelEvent(QWheelEvent* event)
{
    event->accept();
    m_wheelRest += event->angleDelta().y();
    const int steps = m_wheelRest / wheelStep;
    m_wheelRest -= steps * wheelStep;
    if (steps == 0) {
        return;
    }
    if (event->modifiers() == (Qt::ControlModifier | Qt::ShiftModifier)) {
        setFontPixels(m_fontPixels + steps);
        return;
    }
    const terminal::Modes modes = m_screen.modes();
    if ((modes.mouse != terminal::MouseTracking::Off || modes.alternateScreen) &&
        !event->modifiers().testFlag(Qt::ShiftModifier)) {
        const auto button =
            steps > 0 ? terminal::MouseButton::WheelUp : terminal::MouseButton::WheelDown;
        for (int i = 0; i < qAbs(steps); ++i) {
            report(MouseAction::Press, button, event->position(), event->modifiers());
        }
        return;
    }
    scrollTo(m_top - qint64(steps) * wheelLines);
}

// ---- links --------------------------------------------------------------------------------------

void TerminalView::hover(const QPointF& point, Qt::KeyboardModifiers modifiers)
{
    const auto link = linkAt(m_screen, spotAt(point).position);
    const bool same =
        link.has_value() == m_hovered.has_value() && (!link || link->range == m_hovered->range);
    setCursor(link && modifiers.testFlag(Qt::ControlModifier)          ? Qt::PointingHandCursor
              : m_screen.modes().mouse != terminal::MouseTracking::Off ? Qt::ArrowCursor
                                                                       : Qt::IBeamCursor);
    if (same) {
        return;
    }
    m_hovered = link;
    setToolTip(link ? tr("Ctrl+click opens %1\n%2")
                          .arg(displayText(link->host(), 120), displayText(link->target, 300))
                    : QString());
    redraw();
}

void TerminalView::leaveEvent(QEvent* event)
{
    QWidget::leaveEvent(event);
    if (m_hovered) {
        m_hovered.reset();
        redraw();
    }
}

void TerminalView::follow(const TerminalLink& link)
{
    const QUrl url(link.target, QUrl::StrictMode);
    if (!link.differs()) {
        Q_EMIT linkWanted(url);
        return;
    }
    AskPanel::Question question;
    question.sentence =
        tr("The link \"%1\" leads to %2:")
            .arg(displayText(link.text.trimmed(), 60), displayText(link.host(), 120));
    question.detail = displayText(link.target, 2000);
    question.verbatim = true;
    question.answers = {{u"open"_s, tr("Open %1").arg(displayText(link.host(), 60)),
                         [this, url](const AskPanel::Given&) { Q_EMIT linkWanted(url); }},
                        {u"cancel"_s, tr("Cancel"), {}}};
    m_ask->ask(std::move(question));
}

}  // namespace analemma::ui
