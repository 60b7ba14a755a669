#pragma once

#include "core/terminal/predictor.h"
#include "core/terminal/prompt_watch.h"
#include "core/terminal/terminal.h"
#include "ui/console/draw_pacer.h"
#include "ui/console/links.h"
#include "ui/console/screen_painter.h"

#include <QBasicTimer>
#include <QElapsedTimer>
#include <QWidget>

class QScrollBar;

namespace analemma::ui {

class AskPanel;
class FeedQueue;
class FindBar;
enum class ConsoleKey;

/// A terminal on the screen: draws a terminal::Screen of its own and turns keys, mouse, clipboard
/// and input methods into bytes. It knows no connection: bytes come by receive() and leave by
/// signals. Keys with Ctrl+Shift are the console's, all others the program's. Main thread.
class TerminalView : public QWidget {
    Q_OBJECT
public:
    explicit TerminalView(QWidget* parent = nullptr);
    ~TerminalView() override;

    [[nodiscard]] terminal::Screen* screen() { return &m_screen; }
    [[nodiscard]] const terminal::Screen* screen() const { return &m_screen; }

    /// Bytes from the program; taken() tells when they are dealt with.
    void receive(const QByteArray& bytes);
    [[nodiscard]] FeedQueue* queue() const { return m_queue; }
    /// Nobody takes input: keys go nowhere, are not kept and heldInput() says so.
    void setLive(bool live);
    [[nodiscard]] bool isLive() const { return m_live; }
    /// Words of our own among the program's output, on a line of their own: "connection lost".
    void say(const QString& text);

    /// Type size in pixels at 100 %. This and the two below are remembered; lookChanged() tells the
    /// other consoles, which take them over with adoptLook().
    void setFontPixels(int pixels);
    [[nodiscard]] int fontPixels() const { return m_fontPixels; }
    void setFamily(const QString& family);  ///< empty: the system's fixed font
    /// Whether what is typed is shown before it comes back; Auto, on slow lines, at first.
    void setPrediction(terminal::Predictor::Mode mode);
    [[nodiscard]] terminal::Predictor::Mode prediction() const { return m_predictor.mode(); }
    [[nodiscard]] const terminal::Predictor& predictor() const { return m_predictor; }
    void adoptLook();
    void setBlinking(bool blinking);  ///< of the cursor, off at first

    void copy();
    void paste(const QString& text);  ///< filtered; asks first where that is wise
    void pasteClipboard();
    /// Puts a text that a person has seen where the cursor is; with `run`, Return follows.
    void insert(const QString& text, bool run);
    void selectAll();
    void clearSelection();
    [[nodiscard]] terminal::Range selection() const { return m_selection; }
    [[nodiscard]] QString selectedText() const;
    void openFind();
    [[nodiscard]] FindBar* findBar() const { return m_find; }
    [[nodiscard]] AskPanel* askPanel() const { return m_ask; }
    /// Opens or asks, by the rules for foreign links.
    void follow(const TerminalLink& link);

    [[nodiscard]] qint64 shownTop() const { return m_top; }  ///< number of the first row in view
    [[nodiscard]] bool isFollowing() const { return m_following; }
    void showRow(qint64 row);  ///< scrolls so that it is in view
    void scrollTo(qint64 top);
    void followEnd();

    /// The picture as it is now, in device pixels, and where a cell lies in it.
    [[nodiscard]] const QImage& picture();
    [[nodiscard]] QRect cellRect(int line, int column) const;
    [[nodiscard]] const ScreenPainter& painter() const { return m_painter; }
    /// What is in view, rows apart by line feeds: for screen readers.
    [[nodiscard]] QString visibleText() const;
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QVariant inputMethodQuery(Qt::InputMethodQuery query) const override;

Q_SIGNALS:
    /// What a person typed or pasted, for the program.
    void typed(const QByteArray& bytes);
    /// Answers and reports that the screen sends by itself.
    void reported(const QByteArray& bytes);
    void taken(qsizetype bytes);
    void resizedTo(int columns, int rows, const QSize& pixels);
    void heldInput();
    void rang();
    void titleChanged(const QString& title);
    void focused();
    void lookChanged();
    void linkWanted(const QUrl& url);

protected:
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void showEvent(QShowEvent* event) override;
    void changeEvent(QEvent* event) override;
    void timerEvent(QTimerEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void inputMethodEvent(QInputMethodEvent* event) override;
    bool focusNextPrevChild(bool next) override;

private:
    struct Spot {
        terminal::Position position;  ///< clamped to the view
        int line = 0;
    };
    // Drawing
    void applyFont();
    void applyScheme();
    void applyArea();
    void afterFeed(qsizetype bytes);
    void sendReplies();
    void scheduleDraw();
    void draw();
    [[nodiscard]] ScreenShow shownNow() const;
    void updateScrollBar();
    void redraw();
    [[nodiscard]] QRect toLogical(const QRect& pixels) const;
    // Input
    void send(const QByteArray& bytes);
    void predict(const QByteArray& bytes);
    void runKey(ConsoleKey key);
    void askPaste(const QString& question, const QString& text, bool severalLines);
    void pasteNow(const QString& text);
    [[nodiscard]] Spot spotAt(const QPointF& point) const;
    bool report(terminal::MouseAction action, terminal::MouseButton button, const QPointF& point,
                Qt::KeyboardModifiers modifiers);
    void startSelection(const QMouseEvent& event);
    void extendSelection(const QPointF& point);
    void endSelection();
    void hover(const QPointF& point, Qt::KeyboardModifiers modifiers);
    void askClipboard();

    terminal::Screen m_screen;
    terminal::Predictor m_predictor;
    terminal::PromptWatch m_prompt;
    ScreenPainter m_painter;
    FeedQueue* m_queue;
    QScrollBar* m_bar;
    FindBar* m_find;
    AskPanel* m_ask;
    DrawPacer m_pacer;
    QElapsedTimer m_clock;
    QBasicTimer m_drawTimer;
    QBasicTimer m_holdTimer;  ///< synchronized output
    QBasicTimer m_wrapTimer;  ///< while old rows wait to be wrapped
    QBasicTimer m_blinkTimer;
    QBasicTimer m_replyTimer;
    QBasicTimer m_guessTimer;  ///< a guess that does not come true
    QBasicTimer m_edgeTimer;   ///< a drag beyond the edge scrolls on
    QString m_family;
    int m_fontPixels = 13;
    double m_ratio = 0;
    bool m_live = true;
    bool m_blinking = false;
    bool m_blinkOff = false;
    bool m_following = true;
    qint64 m_top = 0;
    quint64 m_epoch = 0;
    QString m_title;
    QString m_preedit;
    int m_replyAllowance = 20;
    terminal::Size m_told{0, 0};
    // The mouse
    terminal::Range m_selection;
    terminal::Position m_anchor;
    terminal::SelectBy m_selectBy = terminal::SelectBy::Character;
    bool m_selecting = false;
    bool m_reporting = false;
    Spot m_lastReport;
    QElapsedTimer m_lastDouble;
    int m_wheelRest = 0;
    std::optional<TerminalLink> m_hovered;
};

}  // namespace analemma::ui
