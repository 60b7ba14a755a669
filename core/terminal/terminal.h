#pragma once

#include "core/terminal/cells.h"
#include "core/terminal/input.h"

#include <QByteArray>
#include <QByteArrayView>
#include <QList>
#include <QString>

#include <memory>
#include <optional>
#include <vector>

/// A VT screen as xterm's manual ("Xterm Control Sequences") and ECMA-48 describe it, without I/O,
/// font or widget. Bytes of a server go in; cells, dirty rows and a few fixed replies come out.
/// Whatever comes in, it does not crash, hang or grow past its bounds.
namespace analemma::terminal {

class Emulator;

struct Options {
    qint64 scrollbackBytes = 32 * 1024 * 1024;
    /// 0xRRGGBB told to programs that ask for the default colours (OSC 10 and 11); not told if
    /// unset.
    std::optional<quint32> foreground;
    std::optional<quint32> background;
};

enum class CursorShape { Block, Underline, Bar };

struct Cursor {
    int row = 0;  ///< of the screen, from 0
    int column = 0;
    CursorShape shape = CursorShape::Block;
    bool blinking = false;
    bool visible = true;
    bool operator==(const Cursor&) const = default;
};

/// What a program asked to put into the clipboard (OSC 52). The owner asks the person, or drops it.
struct ClipboardRequest {
    QString text;
    bool primary = false;
};

/// One screen. Lives on one thread; no call blocks. The owner feeds at most 64 KiB at a time and
/// then looks: dirty rows, replies, bells, clipboard.
class Screen {
public:
    explicit Screen(Size size, Options options = {});
    ~Screen();
    Screen(Screen&&) noexcept;
    Screen& operator=(Screen&&) noexcept;

    /// Bytes from the program. May be cut anywhere.
    void feed(QByteArrayView bytes);
    /// Rows of the primary screen and of the scrollback are wrapped anew, the cursor stays with its
    /// text; the alternate screen is cut or padded. Old rows of a long scrollback are wrapped
    /// later: by wrapMore(), or when somebody asks for the first row.
    void resize(Size size);
    /// Some more of them, in about 3 ms; false when all are wrapped. No row gets another number.
    bool wrapMore();
    /// As RIS does, but also when the program is gone. Scrollback goes too.
    void reset();
    void clearScrollback();
    void setColours(std::optional<quint32> foreground, std::optional<quint32> background);

    [[nodiscard]] Size size() const;
    /// The oldest row that is kept; equals topRow() on the alternate screen. Wraps what is not.
    [[nodiscard]] qint64 firstRow() const;
    /// The oldest row that is wrapped and can be read now.
    [[nodiscard]] qint64 wrappedFrom() const;
    /// The number of the screen's first row; the last one is topRow() + rows - 1.
    [[nodiscard]] qint64 topRow() const;
    /// Changes whenever rows get other numbers or another screen is shown: positions are void.
    [[nodiscard]] quint64 epoch() const;
    /// The row of that number; empty when it is not kept. `scratch` holds what had to be decoded.
    [[nodiscard]] RowView row(qint64 number, std::vector<Cell>* scratch) const;
    [[nodiscard]] const Style& style(quint32 id) const;
    /// Base character and marks; " " for a blank cell, nothing for the tail of a wide one.
    [[nodiscard]] QString text(Cell cell) const;
    /// The address of a link, http or https always; empty for 0.
    [[nodiscard]] QString link(quint16 id) const;
    /// Bytes held by scrollback and tables.
    [[nodiscard]] qint64 heldBytes() const;

    [[nodiscard]] bool isDirty() const;
    /// Changed since clean(); rows keep the mark while the whole screen scrolls, see scrolled().
    [[nodiscard]] bool isDirty(int screenRow) const;
    /// By how many rows the whole screen moved up since clean(). All of it changed if that is >=
    /// rows.
    [[nodiscard]] int scrolled() const;
    void clean();

    [[nodiscard]] Cursor cursor() const;
    /// Filtered, at most 80 characters. Show it after a name of your own: servers lie.
    [[nodiscard]] QString title() const;
    [[nodiscard]] Modes modes() const;
    /// Ends synchronized output (mode 2026) that a program did not end in time.
    void endSynchronized();

    /// The oldest `most` replies, for the program. The owner limits the rate; 32 are kept at most.
    QByteArray takeReplies(int most = 32);
    /// How often the bell rang since the last call.
    int takeBells();
    /// The newest clipboard request since the last call.
    std::optional<ClipboardRequest> takeClipboardRequest();

    /// The next row above or below `from` that starts a prompt.
    [[nodiscard]] std::optional<qint64> promptAbove(qint64 from) const;
    [[nodiscard]] std::optional<qint64> promptBelow(qint64 from) const;

private:
    std::unique_ptr<Emulator> m_emulator;
};

}  // namespace analemma::terminal
