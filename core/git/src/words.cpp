#include "core/git/src/difflines.h"

#include <algorithm>
#include <vector>

namespace analemma::git {

namespace {

constexpr qsizetype longLine = 8 * 1024;   ///< words of longer lines are not looked at
constexpr std::size_t longMiddle = 500;    ///< words between the same ends; more are one
constexpr qsizetype largeBlock = 60 * 60;  ///< lines deleted times added; larger: by number
constexpr qint64 wordBudget = 10'000'000;  ///< comparisons of words a file

using Words = std::vector<QByteArrayView>;

bool isWordByte(char c)
{
    const auto byte = static_cast<unsigned char>(c);
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           (byte >= 0x80 && byte < 0xe0);  // and letters of two bytes
}

bool isBlankByte(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/// How many bytes the word at `at` has: letters and digits, blanks, or one other character.
qsizetype wordLength(QByteArrayView line, qsizetype at)
{
    qsizetype end = at + 1;
    if (isWordByte(line[at])) {
        while (end < line.size() && isWordByte(line[end])) {
            ++end;
        }
    } else if (isBlankByte(line[at])) {
        while (end < line.size() && isBlankByte(line[end])) {
            ++end;
        }
    } else if (static_cast<unsigned char>(line[at]) >= 0xe0) {
        while (end < line.size() && end < at + 4 &&
               (static_cast<unsigned char>(line[end]) & 0xc0U) == 0x80U) {
            ++end;
        }
    }
    return end - at;
}

Words wordsOf(QByteArrayView line)
{
    Words words;
    for (qsizetype at = 0; at < line.size();) {
        const qsizetype length = wordLength(line, at);
        words.push_back(line.sliced(at, length));
        at += length;
    }
    return words;
}

qsizetype weightOf(QByteArrayView word)
{
    return isBlankByte(word.front()) ? 0 : word.size();
}

qsizetype weightOf(const Words& words)
{
    qsizetype weight = 0;
    for (const QByteArrayView& word : words) {
        weight += weightOf(word);
    }
    return weight;
}

/// Which words of each side the other has too, in the same order.
struct Common {
    std::vector<bool> left;
    std::vector<bool> right;
    qsizetype weight = 0;
};

/// The longest common run of words between `first` and the ends; all of it differs when it is long.
void matchMiddle(const Words& left, const Words& right, std::size_t first, std::size_t leftEnd,
                 std::size_t rightEnd, Common& common)
{
    const std::size_t rows = leftEnd - first;
    const std::size_t columns = rightEnd - first;
    if (rows == 0 || columns == 0 || rows > longMiddle || columns > longMiddle) {
        return;
    }
    std::vector<int> table((rows + 1) * (columns + 1));
    const auto at = [&table, columns](std::size_t row, std::size_t column) -> int& {
        return table[row * (columns + 1) + column];
    };
    for (std::size_t row = rows; row-- > 0;) {
        for (std::size_t column = columns; column-- > 0;) {
            const QByteArrayView& word = left[first + row];
            at(row, column) = word == right[first + column]
                                  ? at(row + 1, column + 1) + 1 + static_cast<int>(weightOf(word))
                                  : std::max(at(row + 1, column), at(row, column + 1));
        }
    }
    for (std::size_t row = 0, column = 0; row < rows && column < columns;) {
        if (left[first + row] == right[first + column]) {
            common.weight += weightOf(left[first + row]);
            common.left[first + row++] = true;
            common.right[first + column++] = true;
        } else {
            ++(at(row + 1, column) >= at(row, column + 1) ? row : column);
        }
    }
}

Common commonWords(const Words& left, const Words& right)
{
    Common common{std::vector<bool>(left.size()), std::vector<bool>(right.size()), 0};
    const std::size_t shorter = std::min(left.size(), right.size());
    std::size_t first = 0;
    for (; first < shorter && left[first] == right[first]; ++first) {
        common.left[first] = common.right[first] = true;
        common.weight += weightOf(left[first]);
    }
    std::size_t leftEnd = left.size();
    std::size_t rightEnd = right.size();
    for (; leftEnd > first && rightEnd > first && left[leftEnd - 1] == right[rightEnd - 1];
         --leftEnd, --rightEnd) {
        common.left[leftEnd - 1] = common.right[rightEnd - 1] = true;
        common.weight += weightOf(left[leftEnd - 1]);
    }
    matchMiddle(left, right, first, leftEnd, rightEnd, common);
    return common;
}

/// Blanks between two words that differ belong to them.
QList<Span> spansOf(const Words& words, const std::vector<bool>& same)
{
    QList<Span> spans;
    int at = 0;
    bool joins = false;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const int length = static_cast<int>(words[i].size());
        if (!same[i]) {
            if (joins) {
                spans.last().length = at + length - spans.last().from;
            } else {
                spans.append(Span{at, length});
            }
        }
        joins = !same[i] || (joins && isBlankByte(words[i].front()));
        at += length;
    }
    return spans;
}

/// Nothing to say about lines with less than a third in common.
bool haveLittleInCommon(qsizetype common, qsizetype left, qsizetype right)
{
    return common * 3 < std::max(left, right);
}

/// How much two lines have in common whatever its order, of 1000.
int likeness(const Words& left, const Words& right)
{
    const auto byText = [](const QByteArrayView& a, const QByteArrayView& b) {
        return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end());
    };
    qsizetype common = 0;
    auto one = left.begin();
    auto other = right.begin();
    while (one != left.end() && other != right.end()) {  // both are sorted
        if (*one == *other) {
            common += weightOf(*one);
            ++one;
            ++other;
        } else {
            ++(byText(*one, *other) ? one : other);
        }
    }
    const qsizetype larger = std::max(weightOf(left), weightOf(right));
    const bool little = larger == 0 || haveLittleInCommon(common, weightOf(left), weightOf(right));
    return little ? 0 : static_cast<int>(common * 1000 / larger);
}

Words sortedWords(const QByteArray& line)
{
    Words words = line.size() > longLine ? Words() : wordsOf(line);
    std::sort(words.begin(), words.end(), [](const QByteArrayView& a, const QByteArrayView& b) {
        return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end());
    });
    return words;
}

/// Lines that were deleted and then lines that were added in their place.
struct Block {
    qsizetype first = 0;
    qsizetype deleted = 0;
    qsizetype added = 0;
};

using LinePairs = std::vector<std::pair<qsizetype, qsizetype>>;

/// Which deleted line became which added one, in order, so that they have most in common.
LinePairs pairByLikeness(const QList<DiffLine>& lines, const Block& block)
{
    std::vector<Words> left;
    std::vector<Words> right;
    for (qsizetype i = 0; i < block.deleted + block.added; ++i) {
        (i < block.deleted ? left : right).push_back(sortedWords(lines[block.first + i].text));
    }
    const std::size_t columns = right.size() + 1;
    std::vector<int> like(left.size() * right.size());
    std::vector<int> best((left.size() + 1) * columns);
    for (std::size_t row = left.size(); row-- > 0;) {
        for (std::size_t column = right.size(); column-- > 0;) {
            const int here = likeness(left[row], right[column]);
            like[row * right.size() + column] = here;
            best[row * columns + column] =
                std::max({best[(row + 1) * columns + column], best[row * columns + column + 1],
                          here + best[(row + 1) * columns + column + 1]});
        }
    }
    LinePairs pairs;
    for (std::size_t row = 0, column = 0; row < left.size() && column < right.size();) {
        const int here = like[row * right.size() + column];
        const int now = best[row * columns + column];
        if (here > 0 && now == here + best[(row + 1) * columns + column + 1]) {
            pairs.emplace_back(row++, column++);
        } else {
            ++(now == best[(row + 1) * columns + column] ? row : column);
        }
    }
    return pairs;
}

LinePairs pairByNumber(const Block& block)
{
    LinePairs pairs;
    for (qsizetype i = 0; i < std::min(block.deleted, block.added); ++i) {
        pairs.emplace_back(i, i);
    }
    return pairs;
}

/// The next lines from `at` on that were deleted and replaced.
Block nextBlock(const QList<DiffLine>& lines, qsizetype at)
{
    const auto isKind = [&lines](qsizetype i, DiffLine::Kind kind) {
        return i < lines.size() && lines[i].kind == kind;
    };
    while (at < lines.size() && lines[at].kind != DiffLine::Kind::Deleted) {
        ++at;
    }
    Block block{at, 0, 0};
    while (isKind(at, DiffLine::Kind::Deleted)) {
        ++at;
        ++block.deleted;
    }
    while (isKind(at, DiffLine::Kind::Added)) {
        ++at;
        ++block.added;
    }
    return block;
}

/// About how many comparisons of words a pair takes.
qint64 costOf(const DiffLine& deleted, const DiffLine& added)
{
    const qint64 a = deleted.text.size() / 3 + 1;
    const qint64 b = added.text.size() / 3 + 1;
    constexpr auto most = static_cast<qint64>(longMiddle);
    return a + b + std::min(a, most) * std::min(b, most);
}

}  // namespace

void markWords(DiffLine& deleted, DiffLine& added)
{
    deleted.changed.clear();
    added.changed.clear();
    if (std::max(deleted.text.size(), added.text.size()) > longLine) {
        return;
    }
    const Words left = wordsOf(deleted.text);
    const Words right = wordsOf(added.text);
    const Common common = commonWords(left, right);
    if (haveLittleInCommon(common.weight, weightOf(left), weightOf(right))) {
        return;
    }
    deleted.changed = spansOf(left, common.left);
    added.changed = spansOf(right, common.right);
}

void markWordsIn(QList<Hunk>& hunks)
{
    qint64 budget = wordBudget;
    for (Hunk& hunk : hunks) {
        QList<DiffLine>& lines = hunk.lines;
        for (qsizetype at = 0; at < lines.size();) {
            const Block block = nextBlock(lines, at);
            at = block.first + block.deleted + block.added;
            if (block.added == 0) {
                continue;
            }
            const bool small = block.deleted * block.added <= largeBlock;
            if (small) {
                for (qsizetype i = 0; i < block.deleted + block.added; ++i) {
                    const qsizetype others = i < block.deleted ? block.added : block.deleted;
                    budget -= std::min(lines[block.first + i].text.size(), longLine) / 3 * others;
                }
            }
            if (budget < 0) {
                return;
            }
            const LinePairs pairs = small ? pairByLikeness(lines, block) : pairByNumber(block);
            for (const auto& [left, right] : pairs) {
                DiffLine& deleted = lines[block.first + left];
                DiffLine& added = lines[block.first + block.deleted + right];
                budget -= costOf(deleted, added);
                if (budget < 0) {
                    return;
                }
                markWords(deleted, added);
            }
        }
    }
}

}  // namespace analemma::git
