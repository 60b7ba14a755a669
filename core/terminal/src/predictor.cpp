#include "core/terminal/predictor.h"

#include "core/terminal/src/width.h"

#include <QString>

namespace analemma::terminal {
namespace {

constexpr qsizetype limitGuesses = 100;
constexpr int blanksAhead = 8;  // right of the cursor; a prompt at the right edge may lie beyond

/// A code point, 0 for what is blank, nothing for what is never guessed.
char32_t codeAt(const Screen& screen, qint64 row, int column)
{
    std::vector<Cell> scratch;
    const RowView view = screen.row(row, &scratch);
    const Cell cell =
        std::size_t(column) < view.cells.size() ? view.cells[std::size_t(column)] : Cell{};
    if (cell.isCluster() || cell.isTail() || cell.isWide()) {
        return ~char32_t(0);
    }
    return cell.payload() == ' ' ? 0 : cell.payload();
}

char32_t shown(char32_t code)
{
    return code == ' ' ? 0 : code;
}

qint64 cursorRow(const Screen& screen)
{
    return screen.topRow() + screen.cursor().row;
}

}  // namespace

void Predictor::setMode(Mode mode)
{
    m_mode = mode;
    if (mode == Mode::Off) {
        reset();
        m_roundTrip.reset();
        m_isSlow = false;
    }
}

void Predictor::reset()
{
    drop();
    m_lineKnown = false;
}

/// All guesses were wrong, or cannot be judged.
void Predictor::drop()
{
    m_guesses.clear();
    m_base.clear();
    m_tentative = true;
    m_closed = false;
}

void Predictor::typed(QByteArrayView bytes, const Screen& screen, bool hidden, milliseconds now)
{
    if (m_mode == Mode::Off) {
        return;
    }
    look(screen, now);
    if (hidden || screen.modes().alternateScreen) {
        reset();
        return;
    }
    const QList<uint> codes = QString::fromUtf8(bytes).toUcs4();
    for (const char32_t code : codes) {
        if (code == 0x7f || code == '\b') {
            erase(screen, now);
        } else if (code >= 0x20 && code != 0x7f && widthOf(code) == 1) {
            type(code, screen, now);
        } else {
            m_closed = !m_guesses.isEmpty();
            m_tentative = m_tentative || !m_closed;
            m_lineKnown = false;
        }
    }
}

/// Takes the cursor's place as the start of a new row of guesses.
bool Predictor::begin(const Screen& screen)
{
    const Cursor cursor = screen.cursor();
    const int columns = screen.size().columns;
    if (!cursor.visible || cursor.column + 1 >= columns) {
        return false;
    }
    const qint64 row = cursorRow(screen);
    for (int i = 0; i < blanksAhead && cursor.column + i < columns; ++i) {
        if (codeAt(screen, row, cursor.column + i) != 0) {
            return false;  // not at the end of the line
        }
    }
    if (m_epoch != screen.epoch() || row != m_row || !m_lineKnown) {
        m_leftmost = cursor.column;
        m_tentative = m_tentative || m_lineKnown;
    }
    m_lineKnown = true;
    m_epoch = screen.epoch();
    m_row = row;
    m_start = cursor.column;
    m_leftmost = qMin(m_leftmost, m_start);
    return true;
}

void Predictor::append(const Guess& guess, const Screen& screen)
{
    if (m_base.find(guess.column) == m_base.end()) {
        m_base[guess.column] = codeAt(screen, m_row, guess.column);
    }
    m_guesses.append(guess);
}

void Predictor::type(char32_t code, const Screen& screen, milliseconds now)
{
    if (m_closed || m_guesses.size() >= limitGuesses || (m_guesses.isEmpty() && !begin(screen))) {
        return;
    }
    const int column = m_guesses.isEmpty() ? m_start : m_guesses.last().cursor;
    if (column + 1 >= screen.size().columns) {
        m_closed = true;  // how a line wraps is the program's affair
        return;
    }
    append({column, code, column + 1, now}, screen);
}

void Predictor::erase(const Screen& screen, milliseconds now)
{
    if (m_closed || m_guesses.size() >= limitGuesses || (m_guesses.isEmpty() && !begin(screen))) {
        return;
    }
    const int column = m_guesses.isEmpty() ? m_start : m_guesses.last().cursor;
    if (column <= m_leftmost) {
        return;  // the program's own text: most likely nothing happens
    }
    append({column - 1, 0, column - 1, now}, screen);
}

/// The line as it is when so many guesses have come true.
std::map<int, char32_t> Predictor::line(qsizetype count) const
{
    std::map<int, char32_t> cells = m_base;
    for (qsizetype i = 0; i < count; ++i) {
        cells[m_guesses[i].column] = shown(m_guesses[i].code);
    }
    return cells;
}

bool Predictor::holds(qsizetype count, const Screen& screen) const
{
    const int column = count == 0 ? m_start : m_guesses[count - 1].cursor;
    if (screen.cursor().column != column || cursorRow(screen) != m_row) {
        return false;
    }
    for (const auto& [at, code] : line(count)) {
        if (codeAt(screen, m_row, at) != code) {
            return false;
        }
    }
    return true;
}

void Predictor::confirm(qsizetype count, const Screen& screen, milliseconds now)
{
    const milliseconds took = now - m_guesses[count - 1].at;
    m_roundTrip = m_roundTrip ? (*m_roundTrip * 7 + took) / 8 : took;
    m_isSlow = *m_roundTrip > (m_isSlow ? quick : slow);
    m_start = m_guesses[count - 1].cursor;
    m_guesses.remove(0, count);
    m_base.clear();
    for (const Guess& guess : std::as_const(m_guesses)) {
        m_base[guess.column] = codeAt(screen, m_row, guess.column);
    }
    m_tentative = false;
    if (m_guesses.isEmpty() && m_closed) {
        m_closed = false;
        m_tentative = true;
    }
}

void Predictor::look(const Screen& screen, milliseconds now)
{
    if (m_guesses.isEmpty()) {
        return;
    }
    if (screen.epoch() != m_epoch || screen.modes().alternateScreen ||
        now - m_guesses.first().at > patience) {
        drop();
        return;
    }
    // The newest that holds: a backspace may make two of them look the same.
    for (qsizetype count = m_guesses.size(); count >= 0; --count) {
        if (holds(count, screen)) {
            if (count > 0) {
                confirm(count, screen, now);
            }
            return;
        }
    }
    drop();
}

bool Predictor::isShown() const
{
    return !m_guesses.isEmpty() && !m_tentative &&
           (m_mode == Mode::On || (m_mode == Mode::Auto && m_isSlow));
}

QList<Predictor::Ghost> Predictor::ghosts() const
{
    QList<Ghost> found;
    if (isShown()) {
        for (const auto& [column, code] : line(m_guesses.size())) {
            if (code != m_base.at(column)) {
                found.append({{m_row, column}, code});
            }
        }
    }
    return found;
}

std::optional<Position> Predictor::cursor() const
{
    return isShown() ? std::optional(Position{m_row, m_guesses.last().cursor}) : std::nullopt;
}

}  // namespace analemma::terminal
