#pragma once

#include "core/terminal/terminal.h"

/// Reading text out of a screen: what a selection covers, and the words and lines it grows to.
namespace analemma::terminal {

/// A line that wraps over more rows than this is taken as several.
constexpr qint64 limitWrappedRows = 1000;

enum class SelectBy { Character, Word, Line, Block };

/// From the first column that is in it to the first that is not. For Block, columns bound each row.
struct Range {
    Position begin;
    Position end;
    bool block = false;
    [[nodiscard]] bool isEmpty() const { return begin == end; }
    [[nodiscard]] bool contains(Position position) const;
    bool operator==(const Range&) const = default;
};

/// Punctuation that belongs to a word besides letters, digits and marks: paths, addresses, options.
inline constexpr char16_t wordPunctuation[] = u"-_./~:@%+=?&#,";

/// What a drag from `anchor` to `head` covers, both included. Words and lines run on over soft
/// wraps; neither half of a wide character is left out.
Range select(const Screen& screen, Position anchor, Position head, SelectBy by,
             const QString& punctuation = QString::fromUtf16(wordPunctuation));

/// The text of a range. Soft-wrapped rows join, trailing blanks go, other rows end with '\n'. At
/// most `limitCharacters`.
QString textOf(const Screen& screen, const Range& range,
               qsizetype limitCharacters = 16 * 1024 * 1024);

}  // namespace analemma::terminal
