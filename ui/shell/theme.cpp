#include "ui/shell/theme.h"

#include "ui/shell/settings.h"
#include "ui/shell/style.h"

#include <QApplication>
#include <QFontDatabase>
#include <QFontInfo>
#include <QFontMetricsF>
#include <QHash>
#include <QPalette>
#include <QPixmapCache>
#include <QTimerEvent>

#ifdef ANALEMMA_DBUS
#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QDBusVariant>
#endif

#include <array>
#include <chrono>
#include <cmath>

using namespace Qt::StringLiterals;

namespace analemma::ui {

namespace {

// In the order of Token.
constexpr std::array<ColourPair, tokenCount> tokens{{
    {0xFFF5F6F8, 0xFF11151B},  // Window
    {0xFFFFFFFF, 0xFF181E26},  // Surface
    {0xFFECEFF3, 0xFF212934},  // Raised
    {0xFFD5DAE1, 0xFF2E3743},  // Line
    {0xFF18202B, 0xFFE7EBF1},  // Text
    {0xFF55606E, 0xFFA4AFBD},  // Quiet
    {0xFF2459D3, 0xFF7BA7FF},  // Accent
    {0xFF14703F, 0xFF4CC38A},  // Ok
    {0xFF2459D3, 0xFF7BA7FF},  // Running
    {0xFF805500, 0xFFE2B340},  // Waiting
    {0xFFB8243F, 0xFFFF7A8C},  // Failed
    {0xFF6D3FC0, 0xFFBE9BFF},  // Unknown
    {0xFF5D6876, 0xFF93A0B0},  // Idle
    {0xFFB8243F, 0xFFFF7A8C},  // Production
}};

constexpr std::array<int, 4> pixels{20, 15, 13, 11};

// What the application wears now; Theme writes it, like the palette that it goes with.
Scheme g_scheme = Scheme::Light;
double g_typeScale = 1.0;

double channel(double value)
{
    return value <= 0.04045 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
}

double luminance(const QColor& c)
{
    return 0.2126 * channel(c.redF()) + 0.7152 * channel(c.greenF()) + 0.0722 * channel(c.blueF());
}

int pixelSize(Type type)
{
    return static_cast<int>(std::lround(pixels[static_cast<std::size_t>(type)] * g_typeScale));
}

// People with a large system font get larger type here; the usual sizes stay as designed.
double typeScaleFor(const QFont& system)
{
    const int size = QFontInfo(system).pixelSize();
    return size > 15 ? std::min(2.0, size / 13.0) : 1.0;
}

/// Copies of one font share its engine; each one that is made anew has to look for it.
class Faces {
public:
    QFont of(const QFont& base, int pixels, int weight)
    {
        if (!base.isCopyOf(m_base)) {
            m_base = base;
            m_made.clear();
        }
        auto face = m_made.find({pixels, weight});
        if (face == m_made.end()) {
            face = m_made.insert({pixels, weight}, base);
            face->setPixelSize(pixels);
            face->setWeight(QFont::Weight(weight));
        }
        return *face;
    }

private:
    QFont m_base;
    QHash<std::pair<int, int>, QFont> m_made;
};

bool hasTabularFigures(const QFont& font)
{
    const QFontMetricsF metrics(font);
    const qreal zero = metrics.horizontalAdvance(u'0');
    for (char16_t digit = u'1'; digit <= u'9'; ++digit) {
        if (std::abs(metrics.horizontalAdvance(QChar(digit)) - zero) > 0.05) {
            return false;
        }
    }
    return true;
}

std::optional<Scheme> schemeFromEnvironment()
{
    const QByteArray wanted = qgetenv("ANALEMMA_THEME");
    if (wanted == "dark") {
        return Scheme::Dark;
    }
    if (wanted == "light") {
        return Scheme::Light;
    }
    return std::nullopt;
}

}  // namespace

QColor colourOf(Token token, Scheme scheme)
{
    const ColourPair pair = tokens.at(static_cast<std::size_t>(token));
    return QColor::fromRgb(scheme == Scheme::Light ? pair.light : pair.dark);
}

QColor colour(Token token)
{
    return colourOf(token, g_scheme);
}

QColor mix(const QColor& over, const QColor& under, double share)
{
    const auto part = [share](double a, double b) {
        return static_cast<float>(a * share + b * (1 - share));
    };
    return QColor::fromRgbF(part(over.redF(), under.redF()), part(over.greenF(), under.greenF()),
                            part(over.blueF(), under.blueF()));
}

QColor tint(Token token, Token ground)
{
    return mix(colour(token), colour(ground), 0.12);
}

QColor onFilled()
{
    return colour(g_scheme == Scheme::Light ? Token::Surface : Token::Window);
}

Scheme currentScheme()
{
    return g_scheme;
}

double contrast(const QColor& a, const QColor& b)
{
    const double first = luminance(a);
    const double second = luminance(b);
    return (std::max(first, second) + 0.05) / (std::min(first, second) + 0.05);
}

QPalette paletteOf(Scheme scheme)
{
    const auto of = [scheme](Token token) { return colourOf(token, scheme); };
    const QColor filled = of(scheme == Scheme::Light ? Token::Surface : Token::Window);
    QPalette palette;
    palette.setColor(QPalette::Window, of(Token::Window));
    palette.setColor(QPalette::WindowText, of(Token::Text));
    palette.setColor(QPalette::Base, of(Token::Surface));
    palette.setColor(QPalette::AlternateBase, of(Token::Raised));
    palette.setColor(QPalette::Text, of(Token::Text));
    palette.setColor(QPalette::PlaceholderText, of(Token::Quiet));
    palette.setColor(QPalette::Button, of(Token::Surface));
    palette.setColor(QPalette::ButtonText, of(Token::Text));
    palette.setColor(QPalette::BrightText, of(Token::Failed));
    palette.setColor(QPalette::ToolTipBase, of(Token::Raised));
    palette.setColor(QPalette::ToolTipText, of(Token::Text));
    palette.setColor(QPalette::Highlight, of(Token::Accent));
    palette.setColor(QPalette::HighlightedText, filled);
    palette.setColor(QPalette::Link, of(Token::Accent));
    palette.setColor(QPalette::LinkVisited, of(Token::Unknown));
    palette.setColor(QPalette::Light, of(Token::Raised));
    palette.setColor(QPalette::Midlight, of(Token::Raised));
    palette.setColor(QPalette::Mid, of(Token::Line));
    palette.setColor(QPalette::Dark, of(Token::Line));
    palette.setColor(QPalette::Shadow, of(Token::Line));
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText}) {
        palette.setColor(QPalette::Disabled, role, of(Token::Idle));
    }
    return palette;
}

QFont fontOf(Type type, QFont::Weight weight)
{
    thread_local Faces faces;
    return faces.of(QApplication::font(), pixelSize(type), weight);
}

QFont fixedFont(Type type)
{
    static const QFont system = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    thread_local Faces faces;
    return faces.of(system, pixelSize(type) - (type == Type::Body ? 1 : 0), system.weight());
}

QFont numberFont(Type type)
{
    static const bool tabular = hasTabularFigures(fontOf(Type::Body));
    return tabular ? fontOf(type) : fixedFont(type);
}

bool reducedMotion()
{
    static const bool reduced = qgetenv("ANALEMMA_MOTION") == "none";
    return reduced || !QApplication::isEffectEnabled(Qt::UI_General);
}

int turnStep()
{
    if (reducedMotion()) {
        return 0;
    }
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    const auto count = std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
    return static_cast<int>(count / metric::motion % 12);
}

// ---- the desktop's wish
// ---------------------------------------------------------------------------

class Theme::Desktop : public QObject {
    Q_OBJECT
public:
    explicit Desktop(Theme* theme) : QObject(theme), m_theme(theme) {}
    void ask();

#ifdef ANALEMMA_DBUS
private Q_SLOTS:
    void settingChanged(const QString& area, const QString& key, const QDBusVariant& value)
    {
        if (area == u"org.freedesktop.appearance" && key == u"color-scheme") {
            take(value.variant());
        }
    }
#endif

private:
    void take(const QVariant& value)
    {
        // XDG portal Settings: 1 prefers dark, 2 prefers light, 0 has no preference.
        const uint wish = value.toUInt();
        if (wish == 1 || wish == 2) {
            m_theme->desktopSays(wish == 1 ? Scheme::Dark : Scheme::Light);
        }
    }
    Theme* m_theme;
};

void Theme::Desktop::ask()
{
#ifdef ANALEMMA_DBUS
    QDBusConnection bus = QDBusConnection::sessionBus();
    if (!bus.isConnected()) {
        return;
    }
    const QString service = u"org.freedesktop.portal.Desktop"_s;
    const QString path = u"/org/freedesktop/portal/desktop"_s;
    const QString face = u"org.freedesktop.portal.Settings"_s;
    bus.connect(service, path, face, u"SettingChanged"_s, this,
                SLOT(settingChanged(QString, QString, QDBusVariant)));
    QDBusMessage call = QDBusMessage::createMethodCall(service, path, face, u"Read"_s);
    call << u"org.freedesktop.appearance"_s << u"color-scheme"_s;
    auto* watcher = new QDBusPendingCallWatcher(bus.asyncCall(call), this);
    connect(watcher, &QDBusPendingCallWatcher::finished, this,
            [this](QDBusPendingCallWatcher* done) {
                const QDBusPendingReply<QDBusVariant> reply = *done;
                if (reply.isValid()) {
                    QVariant value = reply.value().variant();
                    if (value.canConvert<QDBusVariant>()) {
                        value = value.value<QDBusVariant>().variant();
                    }
                    take(value);
                }
                done->deleteLater();
            });
#endif
}

// ---- theme
// ----------------------------------------------------------------------------------------

Theme::Theme(QObject* parent) : QObject(parent)
{
    g_typeScale = typeScaleFor(QApplication::font());
    const auto settings = windowSettings();
    const QString chosen = settings->value(u"theme/choice"_s).toString();
    m_choice = chosen == u"dark"    ? SchemeChoice::Dark
               : chosen == u"light" ? SchemeChoice::Light
                                    : SchemeChoice::System;
    // What the desktop said last time, so that the first picture is right before it is asked.
    const QString last = settings->value(u"theme/desktop"_s).toString();
    if (!last.isEmpty()) {
        m_desktopScheme = last == u"dark" ? Scheme::Dark : Scheme::Light;
    } else {
        const bool dark = QApplication::palette().color(QPalette::Window).lightness() < 128;
        m_desktopScheme = dark ? Scheme::Dark : Scheme::Light;
    }
    QFont body = QApplication::font();
    body.setPixelSize(pixelSize(Type::Body));
    QApplication::setFont(body);
    QApplication::setStyle(new Style);
    apply();
}

Theme::~Theme() = default;

SchemeChoice Theme::choice() const
{
    return m_choice;
}

void Theme::setChoice(SchemeChoice choice)
{
    m_choice = choice;
    const QString text = choice == SchemeChoice::Dark    ? u"dark"_s
                         : choice == SchemeChoice::Light ? u"light"_s
                                                         : u"system"_s;
    windowSettings()->setValue(u"theme/choice"_s, text);
    apply();
}

void Theme::followDesktop()
{
    if (!m_desktop) {
        m_desktop = std::make_unique<Desktop>(this);
        m_desktop->ask();
    }
}

void Theme::desktopSays(Scheme scheme)
{
    m_desktopScheme = scheme;
    windowSettings()->setValue(u"theme/desktop"_s, scheme == Scheme::Dark ? u"dark"_s : u"light"_s);
    apply();
}

void Theme::apply()
{
    Scheme scheme = m_desktopScheme.value_or(Scheme::Light);
    if (m_choice != SchemeChoice::System) {
        scheme = m_choice == SchemeChoice::Dark ? Scheme::Dark : Scheme::Light;
    } else if (const auto forced = schemeFromEnvironment()) {
        scheme = *forced;
    }
    const QPalette palette = paletteOf(scheme);
    if (g_scheme == scheme && QApplication::palette() == palette) {
        return;
    }
    g_scheme = scheme;
    QApplication::setPalette(palette);
    Q_EMIT changed();
}

Turner::Turner(QObject* parent) : QObject(parent) {}

void Turner::setOn(bool on)
{
    m_on = on;
    const bool wanted = on && !reducedMotion();
    if (wanted && m_timer == 0) {
        m_timer = startTimer(metric::motion);
    } else if (!wanted && m_timer != 0) {
        killTimer(m_timer);
        m_timer = 0;
    }
}

void Turner::timerEvent(QTimerEvent* event)
{
    if (event->timerId() == m_timer) {
        Q_EMIT turned();
    }
}

}  // namespace analemma::ui

#include "theme.moc"
