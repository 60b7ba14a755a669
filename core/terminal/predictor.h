#pragma once

#include "core/base/clock.h"
#include "core/terminal/terminal.h"

#include <QList>

#include <map>
#include <optional>

namespace analemma::terminal {

/// Guesses what a slow line will show of what is typed, until it does. The idea and its limits are
/// those of mosh (Winstein and Balakrishnan, USENIX ATC 2012, section 3.2): characters and
/// backspaces at the end of the cursor's line alone; after Return, or any key whose effect nobody
/// knows, nothing is shown before one guess has come true; all guesses go when one is wrong. Never
/// on the alternate screen, nor where a program asks for a secret. Pure, no clock of its own.
class Predictor {
public:
    enum class Mode { Off, Auto, On };
    /// A guessed cell.
    struct Ghost {
        Position position;
        char32_t code = 0;  ///< 0: blank
        bool operator==(const Ghost&) const = default;
    };
    static constexpr milliseconds slow{60};         ///< Auto shows guesses from this round trip on,
    static constexpr milliseconds quick{40};        ///< until it is this again
    static constexpr milliseconds patience{5'000};  ///< with a guess that does not come true

    void setMode(Mode mode);
    [[nodiscard]] Mode mode() const { return m_mode; }
    /// A person typed this, it is on its way. `screen`: as it is now. `hidden`: the program asks
    /// for a secret.
    void typed(QByteArrayView bytes, const Screen& screen, bool hidden, milliseconds now);
    /// The screen has taken output in, or time has passed.
    void look(const Screen& screen, milliseconds now);
    /// Forgets all guesses and what is known of the line: it is another one now.
    void reset();

    /// Whether guesses are shown.
    [[nodiscard]] bool isShown() const;
    /// What differs from the screen; empty when nothing is shown.
    [[nodiscard]] QList<Ghost> ghosts() const;
    /// Where the cursor will be; nothing when nothing is shown.
    [[nodiscard]] std::optional<Position> cursor() const;
    [[nodiscard]] bool isWaiting() const { return !m_guesses.isEmpty(); }
    /// Smoothed, from a key to its character; nothing before the first.
    [[nodiscard]] std::optional<milliseconds> roundTrip() const { return m_roundTrip; }

private:
    struct Guess {
        int column = 0;     ///< the cell that it changes
        char32_t code = 0;  ///< to this; 0: blank
        int cursor = 0;     ///< where the cursor then is
        milliseconds at{0};
    };
    void type(char32_t code, const Screen& screen, milliseconds now);
    void erase(const Screen& screen, milliseconds now);
    void append(const Guess& guess, const Screen& screen);
    bool begin(const Screen& screen);
    void drop();
    void confirm(qsizetype count, const Screen& screen, milliseconds now);
    [[nodiscard]] bool holds(qsizetype count, const Screen& screen) const;
    [[nodiscard]] std::map<int, char32_t> line(qsizetype count) const;

    Mode m_mode = Mode::Off;
    QList<Guess> m_guesses;          ///< in the order they were typed
    std::map<int, char32_t> m_base;  ///< by column: what stood there before the first guess
    qint64 m_row = 0;
    quint64 m_epoch = 0;
    int m_start = 0;          ///< the cursor's column before the first guess
    int m_leftmost = 0;       ///< what is left of it was not typed by us: never erased
    bool m_tentative = true;  ///< none of this line has come true yet
    bool m_closed = false;    ///< a key of unknown effect followed: no more until these are decided
    bool m_lineKnown = false;  ///< m_leftmost holds
    bool m_isSlow = false;
    std::optional<milliseconds> m_roundTrip;
};

}  // namespace analemma::terminal
