#include "ui/diff/diff_rows.h"

#include "core/base/text.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::ui {
namespace {

constexpr int shownBytes = 4096;  // of one line

using Kind = git::DiffLine::Kind;

void addInline(QList<DiffRow>& rows, const git::Hunk& hunk, int number)
{
    for (int i = 0; i < int(hunk.lines.size()); ++i) {
        const Kind kind = hunk.lines[i].kind;
        rows.append({number, kind == Kind::Added ? -1 : i, kind == Kind::Deleted ? -1 : i});
    }
}

void addBeside(QList<DiffRow>& rows, const git::Hunk& hunk, int number)
{
    const int count = int(hunk.lines.size());
    const auto runOf = [&](int from, Kind kind) {
        int to = from;
        while (to < count && hunk.lines[to].kind == kind) {
            ++to;
        }
        return to;
    };
    for (int i = 0; i < count;) {
        if (hunk.lines[i].kind == Kind::Context) {
            rows.append({number, i, i});
            ++i;
            continue;
        }
        const int added = runOf(i, Kind::Deleted);
        const int end = runOf(added, Kind::Added);
        for (int k = 0; k < std::max(added - i, end - added); ++k) {
            rows.append({number, i + k < added ? i + k : -1, added + k < end ? added + k : -1});
        }
        i = end;
    }
}

QString expanded(const QString& text, int column, int tabWidth)
{
    QString out;
    for (const QChar c : text) {
        if (c == u'\t') {
            out.append(QString(tabWidth - (column + int(out.size())) % tabWidth, u' '));
        } else {
            out.append(c == u'\n' ? QChar(u'\u2424') : c);
        }
    }
    return out;
}

}  // namespace

QList<DiffRow> diffRows(const git::FileDiff& diff, DiffLook look)
{
    QList<DiffRow> rows;
    for (int i = 0; i < int(diff.hunks.size()); ++i) {
        rows.append({i, -1, -1});
        (look == DiffLook::Inline ? addInline : addBeside)(rows, diff.hunks[i], i);
    }
    return rows;
}

QList<TextPiece> shownPieces(const git::DiffLine& line, int tabWidth)
{
    const QByteArrayView bytes =
        QByteArrayView(line.text).first(std::min<qsizetype>(shownBytes, line.text.size()));
    QList<TextPiece> pieces;
    int column = 0;
    const auto add = [&](qsizetype from, qsizetype to, bool changed) {
        if (from < to) {
            const QString text =
                expanded(displayLog(bytes.sliced(from, to - from)), column, tabWidth);
            column += int(text.size());
            pieces.append({text, changed});
        }
    };
    qsizetype at = 0;
    for (const git::Span& span : line.changed) {
        const qsizetype from = std::clamp<qsizetype>(span.from, at, bytes.size());
        const qsizetype to = std::clamp<qsizetype>(span.from + span.length, from, bytes.size());
        add(at, from, false);
        add(from, to, true);
        at = to;
    }
    add(at, bytes.size(), false);
    if (bytes.size() < line.text.size()) {
        pieces.append({u"\u2026"_s, false});
    }
    return pieces;
}

}  // namespace analemma::ui
