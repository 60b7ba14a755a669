#pragma once

#include "core/terminal/selection.h"
#include "core/terminal/terminal.h"

#include <QMetaType>
#include <QStringList>
#include <QTest>

/// What a screen shows, as lines without trailing blanks.
Q_DECLARE_METATYPE(analemma::terminal::Colour)

namespace analemma::terminal::test {

inline QString rowText(const Screen& screen, qint64 row)
{
    const int columns = screen.size().columns;
    return textOf(screen, {{row, 0}, {row, columns}, true});
}

inline QStringList rowsOf(const Screen& screen)
{
    QStringList rows;
    for (int y = 0; y < screen.size().rows; ++y) {
        rows.append(rowText(screen, screen.topRow() + y));
    }
    return rows;
}

/// The same with '|' between rows and empty rows at the end left out.
inline QString shown(const Screen& screen)
{
    QStringList rows = rowsOf(screen);
    while (!rows.isEmpty() && rows.last().isEmpty()) {
        rows.removeLast();
    }
    return rows.join(u'|');
}

inline Cell cellAt(const Screen& screen, int y, int x)
{
    std::vector<Cell> scratch;
    const RowView row = screen.row(screen.topRow() + y, &scratch);
    return std::size_t(x) < row.cells.size() ? row.cells[std::size_t(x)] : Cell{0, row.fill};
}

inline Style styleAt(const Screen& screen, int y, int x)
{
    return screen.style(cellAt(screen, y, x).style);
}

/// All that a program's output makes of a screen; equal for equal screens.
inline QString everything(const Screen& screen)
{
    QString all;
    for (int y = 0; y < screen.size().rows; ++y) {
        for (int x = 0; x < screen.size().columns; ++x) {
            const Cell cell = cellAt(screen, y, x);
            const Style style = screen.style(cell.style);
            all += screen.text(cell) +
                   QStringLiteral("%1.%2.%3.%4.%5 ")
                       .arg(style.flags)
                       .arg(int(style.underline))
                       .arg(quint32(style.foreground.kind()) << 24 | style.foreground.value())
                       .arg(quint32(style.background.kind()) << 24 | style.background.value())
                       .arg(screen.link(style.link));
        }
        all += u'\n';
    }
    const Cursor cursor = screen.cursor();
    return all + QStringLiteral("%1 %2 %3 %4 %5 %6")
                     .arg(cursor.row)
                     .arg(cursor.column)
                     .arg(cursor.visible)
                     .arg(int(cursor.shape))
                     .arg(screen.title())
                     .arg(screen.topRow() - screen.firstRow());
}

/// The same for two screens that were fed the same bytes: their styles have the same numbers then.
inline bool isSame(const Screen& a, const Screen& b)
{
    std::vector<Cell> one;
    std::vector<Cell> other;
    for (qint64 row = a.firstRow(); row < a.topRow() + a.size().rows; ++row) {
        const RowView left = a.row(row, &one);
        const RowView right = b.row(row, &other);
        if (!std::equal(left.cells.begin(), left.cells.end(), right.cells.begin(),
                        right.cells.end()) ||
            left.fill != right.fill || left.wrapped != right.wrapped) {
            return false;
        }
    }
    return a.size() == b.size() && a.cursor() == b.cursor() && a.modes() == b.modes() &&
           a.title() == b.title() && a.topRow() == b.topRow();
}

}  // namespace analemma::terminal::test
