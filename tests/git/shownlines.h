#pragma once

#include "core/git/staging.h"
#include "tests/git/statuslines.h"

/// Comparisons as the git program shows them, and patches of some of their lines.
namespace gitfixture {

using Kind = git::DiffLine::Kind;

/// The first file of a patch in git's form.
inline git::FileDiff parsedDiff(const QByteArray& path, const QByteArray& patch)
{
    git::FileDiff diff;
    diff.change.path = path;
    diff.change.oldPath = path;
    diff.change.oldMode = 0100644;
    diff.change.newMode = 0100644;
    int oldNumber = 0;
    int newNumber = 0;
    for (const QByteArray& line : patch.split('\n')) {
        const auto mode = [&line] { return line.split(' ').last().toUInt(nullptr, 8); };
        if (diff.hunks.isEmpty() && line.startsWith("new file mode ")) {
            diff.change.oldMode = 0;
            diff.change.newMode = mode();
            diff.change.kind = git::FileChange::Kind::Added;
        } else if (diff.hunks.isEmpty() && line.startsWith("deleted file mode ")) {
            diff.change.newMode = 0;
            diff.change.oldMode = mode();
            diff.change.kind = git::FileChange::Kind::Deleted;
        } else if (diff.hunks.isEmpty() && line.startsWith("old mode ")) {
            diff.change.oldMode = mode();
        } else if (diff.hunks.isEmpty() && line.startsWith("new mode ")) {
            diff.change.newMode = mode();
        } else if (line.startsWith("@@ ")) {
            git::Hunk hunk;
            const auto range = [](const QByteArray& text, int& start, int& count) {
                const QByteArrayList parts = text.mid(1).split(',');
                start = parts[0].toInt();
                count = parts.size() > 1 ? parts[1].toInt() : 1;
            };
            range(line.split(' ')[1], hunk.oldStart, hunk.oldCount);
            range(line.split(' ')[2], hunk.newStart, hunk.newCount);
            oldNumber = hunk.oldStart;
            newNumber = hunk.newStart;
            diff.hunks.append(hunk);
        } else if (!diff.hunks.isEmpty() && line.startsWith('\\')) {
            diff.hunks.last().lines.last().endsWithoutBreak = true;
        } else if (!diff.hunks.isEmpty() && !line.isEmpty()) {
            git::DiffLine one;
            one.kind = line[0] == '+'   ? Kind::Added
                       : line[0] == '-' ? Kind::Deleted
                                        : Kind::Context;
            one.text = line.mid(1);
            one.oldNumber = one.kind == Kind::Added ? 0 : oldNumber++;
            one.newNumber = one.kind == Kind::Deleted ? 0 : newNumber++;
            diff.hunks.last().lines.append(one);
        }
    }
    return diff;
}

/// Of the work tree against the index, or of the index against HEAD.
inline git::FileDiff shownBy(const QString& path, const QByteArray& file, bool staged = false)
{
    const QString options = staged ? u" --cached"_s : QString();
    return parsedDiff(file, gitBytes(path, u"diff --no-renames --no-ext-diff"_s + options +
                                               u" -- '"_s + QString::fromUtf8(file) + u"'"_s));
}

inline git::FileDiff shownUntracked(const QByteArray& file, const QByteArray& bytes)
{
    git::FileDiff diff = parsedDiff(file, "new file mode 100644");
    diff.change.kind = git::FileChange::Kind::Untracked;
    git::Hunk hunk;
    QByteArrayList lines = bytes.split('\n');
    const bool open = !lines.last().isEmpty();
    if (!open) {
        lines.removeLast();
    }
    hunk.newStart = 1;
    hunk.newCount = static_cast<int>(lines.size());
    for (const QByteArray& text : lines) {
        git::DiffLine line;
        line.kind = Kind::Added;
        line.text = text;
        line.newNumber = static_cast<int>(hunk.lines.size()) + 1;
        hunk.lines.append(line);
    }
    hunk.lines.last().endsWithoutBreak = open;
    diff.hunks.append(hunk);
    return diff;
}

/// The patch that leads from one side of a comparison to where some of its lines are applied, or
/// taken back (`back`).
inline QByteArray patchOf(const git::FileDiff& diff, const QList<git::LinePick>& picks, bool back)
{
    struct Item {
        QByteArray text;
        bool before = false;
        bool after = false;
        bool open = false;  ///< no break at its end
    };
    const QByteArray& path = diff.change.path;
    QByteArray body;
    int shift = 0;
    bool anyAfter = false;
    for (int h = 0; h < diff.hunks.size(); ++h) {
        const git::Hunk& hunk = diff.hunks[h];
        QList<Item> items;
        bool any = false;
        qsizetype last = -1;
        for (int i = 0; i < hunk.lines.size(); ++i) {
            const git::DiffLine& line = hunk.lines[i];
            const bool picked = picks.contains(git::LinePick{h, i});
            const bool own = line.kind == (back ? Kind::Added : Kind::Deleted);
            Item item{line.text, own || line.kind == Kind::Context, false, line.endsWithoutBreak};
            item.after = line.kind == Kind::Context || own != picked;
            any = any || picked;
            if (item.before || item.after) {
                items.append(item);
                last = item.after ? items.size() - 1 : last;
            }
        }
        int before = 0;
        int after = 0;
        QByteArray lines;
        const auto put = [&lines](char sign, const Item& item, bool open) {
            lines += sign + item.text + '\n' + (open ? "\\ No newline at end of file\n" : "");
        };
        for (qsizetype i = 0; i < items.size(); ++i) {
            const Item& item = items[i];
            const bool openAfter = item.open && i == last;
            before += item.before ? 1 : 0;
            after += item.after ? 1 : 0;
            if (item.before && item.after && item.open == openAfter) {
                put(' ', item, item.open);
                continue;
            }
            if (item.before) {
                put('-', item, item.open);
            }
            if (item.after) {
                put('+', item, openAfter);
            }
        }
        anyAfter = anyAfter || after > 0;
        if (any) {
            const int start = back ? hunk.newStart : hunk.oldStart;
            const int first = before == 0 ? start + 1 : start;
            const auto range = [](int at, int count) {
                return QByteArray::number(count == 0 ? at - 1 : at) + ',' +
                       QByteArray::number(count);
            };
            body += "@@ -" + range(first, before) + " +" + range(first + shift, after) + " @@\n" +
                    lines;
            shift += after - before;
        }
    }
    const quint32 modeBefore = back ? diff.change.newMode : diff.change.oldMode;
    const quint32 modeAfter = back ? diff.change.oldMode : diff.change.newMode;
    QByteArray head = "diff --git a/" + path + " b/" + path + '\n';
    QByteArray from = "a/" + path;
    QByteArray to = "b/" + path;
    if (modeBefore == 0) {
        head += "new file mode " + QByteArray::number(modeAfter, 8) + '\n';
        from = "/dev/null";
    } else if (modeAfter == 0 && !anyAfter) {
        head += "deleted file mode " + QByteArray::number(modeBefore, 8) + '\n';
        to = "/dev/null";
    }
    return head + "--- " + from + "\n+++ " + to + '\n' + body;
}

}  // namespace gitfixture
