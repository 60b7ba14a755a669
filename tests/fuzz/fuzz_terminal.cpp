#include "core/terminal/search.h"
#include "core/terminal/terminal.h"
#include "tests/fuzz/fuzz.h"

using namespace analemma;
using namespace analemma::terminal;

namespace {

constexpr qint64 scrollbackBytes = 256 * 1024;

/// What the bytes of a screen's rows must be like, whatever came in.
void checkRow(const Screen& screen, const RowView& row)
{
    const auto columns = std::size_t(screen.size().columns);
    fuzz::promise(row.cells.size() <= columns, "a row is not longer than the screen");
    for (std::size_t i = 0; i < row.cells.size(); ++i) {
        const Cell cell = row.cells[i];
        const bool lead = cell.isWide();
        fuzz::promise(!lead || (i + 1 < row.cells.size() && row.cells[i + 1].isTail()),
                      "a wide character has its second column");
        fuzz::promise(!cell.isTail() || (i > 0 && row.cells[i - 1].isWide()),
                      "a second column has its character");
        fuzz::promise(!cell.isCluster() || screen.text(cell).size() <= 20, "a cell is bounded");
    }
}

void checkScreen(const Screen& screen)
{
    const Size size = screen.size();
    const Cursor cursor = screen.cursor();
    fuzz::promise(cursor.row >= 0 && cursor.row < size.rows && cursor.column >= 0 &&
                      cursor.column < size.columns,
                  "the cursor is on the screen");
    std::vector<Cell> scratch;
    const qint64 end = screen.topRow() + size.rows;
    for (qint64 row = qMax(screen.firstRow(), end - 60); row < end; ++row) {
        checkRow(screen, screen.row(row, &scratch));
    }
    fuzz::promise(screen.title().size() <= 80, "the title is bounded");
    fuzz::promise(screen.heldBytes() < scrollbackBytes + 4 * 1024 * 1024,
                  "what is held is bounded");
}

/// Replies are of a few fixed forms: printable ASCII between ESC and a final, bounded.
void checkReplies(const QByteArray& replies)
{
    fuzz::promise(replies.size() <= 32 * 40, "replies are bounded");
    for (const char c : replies) {
        fuzz::promise(c == '\033' || (c >= 0x20 && c < 0x7f), "a reply holds no control but ESC");
    }
    fuzz::promise(!replies.contains('\r') && !replies.contains('\n'), "a reply types no Return");
}

void checkReading(const Screen& screen)
{
    const qint64 end = screen.topRow() + screen.size().rows;
    const Position middle = {(screen.firstRow() + end) / 2, screen.size().columns / 2};
    for (const SelectBy by :
         {SelectBy::Character, SelectBy::Word, SelectBy::Line, SelectBy::Block}) {
        const Range range = select(screen, middle, {end - 1, 3}, by);
        fuzz::promise(textOf(screen, range, 5000).size() <= 5000, "a selection is bounded");
    }
    const Result<Pattern> pattern =
        Pattern::compile(QStringLiteral("[a-e]+1?"), SearchKind::Regex, false);
    fuzz::promise(pattern.ok(), "the pattern is one");
    for (const Range& range : pattern->find(screen, screen.firstRow(), end, 50)) {
        fuzz::promise(range.begin < range.end, "a match is not empty");
    }
}

}  // namespace

/// The first byte chooses the size. 0xff followed by two bytes resizes; all else is fed, in pieces
/// that end there.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size < 1) {
        return 0;
    }
    Options options;
    options.scrollbackBytes = data[0] % 7 == 0 ? 0 : scrollbackBytes;
    options.foreground = 0xffffff;
    options.background = 0;
    Screen screen({1 + data[0] % 90, 1 + data[0] / 8}, options);
    Screen whole({1 + data[0] % 90, 1 + data[0] / 8}, options);
    const QByteArray bytes = fuzz::bytesOf(data + 1, size - 1);
    qsizetype at = 0;
    while (at < bytes.size()) {
        const qsizetype mark = bytes.indexOf('\xff', at);
        const QByteArray piece = bytes.sliced(at, (mark < 0 ? bytes.size() : mark) - at);
        whole.feed(piece);
        for (qsizetype i = 0; i < piece.size(); i += 3) {
            screen.feed(QByteArrayView(piece).sliced(i, qMin<qsizetype>(3, piece.size() - i)));
        }
        checkReplies(screen.takeReplies());
        static_cast<void>(whole.takeReplies());
        at = mark < 0 ? bytes.size() : mark + 1;
        if (mark >= 0 && at + 1 < bytes.size()) {
            const auto columns = static_cast<unsigned char>(bytes[at]);
            const auto rows = static_cast<unsigned char>(bytes[at + 1]);
            const Size next = {columns == 255 ? 1000 : columns, rows == 255 ? 1000 : rows};
            screen.resize(next);
            whole.resize(next);
            at += 2;
        }
        checkScreen(screen);
    }
    fuzz::promise(screen.cursor() == whole.cursor(), "pieces do not matter to the cursor");
    fuzz::promise(screen.modes() == whole.modes() && screen.title() == whole.title() &&
                      screen.topRow() == whole.topRow(),
                  "pieces do not matter to the modes");
    std::vector<Cell> one;
    std::vector<Cell> other;
    for (int y = 0; y < screen.size().rows; ++y) {
        const RowView left = screen.row(screen.topRow() + y, &one);
        const RowView right = whole.row(whole.topRow() + y, &other);
        fuzz::promise(std::equal(left.cells.begin(), left.cells.end(), right.cells.begin(),
                                 right.cells.end()),
                      "pieces do not matter to the cells");
    }
    checkReading(screen);
    return 0;
}
