#pragma once

#include <QColor>
#include <QFont>
#include <QObject>
#include <QString>

#include <memory>
#include <optional>

class QPalette;

/// Colours, type and measures of the window. The one place with colour literals; everything else
/// asks for a token. Main thread.
namespace analemma::ui {

enum class Token {
    Window,
    Surface,
    Raised,
    Line,
    Text,
    Quiet,
    Accent,
    Ok,
    Running,
    Waiting,
    Failed,
    Unknown,
    Idle,
    Production
};
constexpr int tokenCount = 14;

enum class Scheme { Light, Dark };

/// One colour in both schemes.
struct ColourPair {
    QRgb light;
    QRgb dark;
};

/// What the person chose; System follows the desktop.
enum class SchemeChoice { System, Light, Dark };

/// The token's colour in a scheme. Pure.
QColor colourOf(Token token, Scheme scheme);
/// The token's colour in the scheme of now.
QColor colour(Token token);
/// The state's colour at 12 % over a ground, opaque. For badges and marked rows.
QColor tint(Token token, Token ground = Token::Surface);
/// `share` (0..1) of one colour over another, opaque. For hover and pressed grounds.
QColor mix(const QColor& over, const QColor& under, double share);
/// Text upon a filled accent or state colour.
QColor onFilled();
Scheme currentScheme();
/// WCAG 2.1 contrast ratio, 1..21. Pure.
double contrast(const QColor& a, const QColor& b);
QPalette paletteOf(Scheme scheme);

/// Sizes of type at 100 %: 20, 15, 13, 11 pixels.
enum class Type { Title, Section, Body, Caption };
QFont fontOf(Type type, QFont::Weight weight = QFont::Normal);
/// The system's fixed font: hashes, logs, commands.
QFont fixedFont(Type type = Type::Body);
/// Figures of one width, for columns of numbers.
QFont numberFont(Type type = Type::Body);

/// Measures in device independent pixels; a grid of 8, 4 inside controls.
namespace metric {
constexpr int grid = 8;
constexpr int half = 4;
constexpr int row = 28;
constexpr int denseRow = 24;
constexpr int control = 32;  ///< height of buttons and fields
constexpr int radius = 6;
constexpr int icon = 16;
constexpr int railIcon = 20;
constexpr int focus = 2;
constexpr int rail = 176;
constexpr int railFolded = 56;
constexpr int topBar = 48;
constexpr int tray = 36;
constexpr int page = 24;         ///< margin of a panel
constexpr int pageBelow = 1100;  ///< narrower windows show detail as a page of its own
constexpr int motion = 120;      ///< milliseconds, the longest movement
}  // namespace metric

/// No movement: ANALEMMA_MOTION=none, or the desktop says so.
bool reducedMotion();
/// The step (0..11) of a turning arc at this moment; always 0 with reduced motion. Views that show
/// a running state repaint it by a Turner.
int turnStep();

/// Applies scheme, palette, style and font to the application and follows the desktop's setting.
/// One a program, made by app/ before the first widget (tests too). ANALEMMA_THEME=dark|light
/// overrules.
class Theme : public QObject {
    Q_OBJECT
public:
    explicit Theme(QObject* parent = nullptr);
    ~Theme() override;

    [[nodiscard]] SchemeChoice choice() const;
    void setChoice(SchemeChoice choice);  ///< remembered in QSettings
    /// Asks the desktop portal, without waiting; call after the first paint.
    void followDesktop();

Q_SIGNALS:
    void changed();

private:
    class Desktop;
    void apply();
    void desktopSays(Scheme scheme);
    SchemeChoice m_choice = SchemeChoice::System;
    std::optional<Scheme> m_desktopScheme;
    std::unique_ptr<Desktop> m_desktop;
};

/// Calls back every 120 ms while its widget is visible and it is on: for turning arcs. Off with
/// reduced motion.
class Turner : public QObject {
    Q_OBJECT
public:
    explicit Turner(QObject* parent);
    void setOn(bool on);
    [[nodiscard]] bool isOn() const { return m_on; }

Q_SIGNALS:
    void turned();

protected:
    void timerEvent(QTimerEvent* event) override;

private:
    bool m_on = false;
    int m_timer = 0;
};

}  // namespace analemma::ui
