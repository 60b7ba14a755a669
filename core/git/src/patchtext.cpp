#include "core/git/diff.h"

#include <QByteArrayView>

#include <algorithm>

/// The text of `git diff --full-index`, byte for byte.
namespace analemma::git {

namespace {

/// A name as git writes it: in quotes with escapes when it has other bytes than plain ones.
QByteArray quotedName(const QByteArray& name)
{
    QByteArray text;
    bool odd = false;
    for (const char c : name) {
        const auto byte = static_cast<unsigned char>(c);
        static const QByteArray letters("\a\b\t\n\v\f\r\"\\");
        if (const qsizetype at = letters.indexOf(c); at >= 0) {
            text += '\\';
            text += "abtnvfr\"\\"[at];
            odd = true;
        } else if (byte < 0x20 || byte >= 0x7f) {
            text += '\\' + QByteArray::number(byte, 8).rightJustified(3, '0');
            odd = true;
        } else {
            text += c;
        }
    }
    return odd ? '"' + text + '"' : text;
}

QByteArray modeText(quint32 mode)
{
    return QByteArray::number(mode, 8).rightJustified(6, '0');
}

QByteArray patchIdText(const QString& id)
{
    return id.isEmpty() ? QByteArray(40, '0') : id.toLatin1();
}

QByteArray rangeText(int start, int count)
{
    return QByteArray::number(start) +
           (count == 1 ? QByteArray() : ',' + QByteArray::number(count));
}

void addHunk(QByteArray& text, const Hunk& hunk)
{
    text += "@@ -" + rangeText(hunk.oldStart, hunk.oldCount) + " +" +
            rangeText(hunk.newStart, hunk.newCount) + " @@";
    text += (hunk.heading.isEmpty() ? QByteArray() : ' ' + hunk.heading) + '\n';
    for (const DiffLine& line : hunk.lines) {
        text += line.kind == DiffLine::Kind::Added     ? '+'
                : line.kind == DiffLine::Kind::Deleted ? '-'
                                                       : ' ';
        text += line.text + '\n';
        if (line.endsWithoutBreak) {
            text += "\\ No newline at end of file\n";
        }
    }
}

/// What stands before "---": names, modes and ids.
QByteArray headText(const FileChange& change)
{
    const bool made = change.oldMode == 0;
    const bool gone = change.newMode == 0;
    QByteArray text = "diff --git " + quotedName("a/" + change.oldPath) + ' ' +
                      quotedName("b/" + change.path) + '\n';
    if (made || gone) {
        text += (made ? "new file mode " + modeText(change.newMode)
                      : "deleted file mode " + modeText(change.oldMode)) +
                '\n';
    } else if (change.oldMode != change.newMode) {
        text += "old mode " + modeText(change.oldMode) + "\nnew mode " + modeText(change.newMode) +
                '\n';
    }
    if (change.path != change.oldPath) {
        text += "similarity index " + QByteArray::number(change.similarity) + "%\nrename from " +
                quotedName(change.oldPath) + "\nrename to " + quotedName(change.path) + '\n';
    }
    if (change.oldId != change.newId) {
        text += "index " + patchIdText(change.oldId) + ".." + patchIdText(change.newId) +
                (change.oldMode == change.newMode ? ' ' + modeText(change.oldMode) : QByteArray()) +
                '\n';
    }
    return text;
}

void addFile(QByteArray& text, const FileChange& change, const QList<Hunk>& hunks, bool opaque)
{
    const QByteArray from =
        change.oldMode == 0 ? QByteArray("/dev/null") : quotedName("a/" + change.oldPath);
    const QByteArray to =
        change.newMode == 0 ? QByteArray("/dev/null") : quotedName("b/" + change.path);
    const QByteArray head = headText(change);
    if (opaque && change.oldId != change.newId) {
        text += head + "Binary files " + from + " and " + to + " differ\n";
        return;
    }
    // Without lines (`-w`) a file only counts when something else of it changed.
    const bool plain = change.oldMode == change.newMode && change.path == change.oldPath;
    if (hunks.isEmpty() && plain) {
        return;
    }
    text += head;
    if (!hunks.isEmpty()) {
        // A tab ends a name with a blank in it, so that nothing is taken for a time.
        const auto named = [](const QByteArray& name) {
            return name + (name.contains(' ') ? "\t\n" : "\n");
        };
        text += "--- " + named(from) + "+++ " + named(to);
    }
    for (const Hunk& hunk : hunks) {
        addHunk(text, hunk);
    }
}

}  // namespace

QByteArray patchText(const FileDiff& diff)
{
    QByteArray text;
    const bool opaque = diff.change.binary || diff.tooLarge;
    if (diff.change.kind != FileChange::Kind::TypeChanged) {
        addFile(text, diff.change, diff.hunks, opaque);
        return text;
    }
    // One file goes, another one of its name comes.
    QList<Hunk> going;
    QList<Hunk> coming;
    for (const Hunk& hunk : diff.hunks) {
        (hunk.newCount == 0 ? going : coming).append(hunk);
    }
    FileChange gone = diff.change;
    gone.newMode = 0;
    gone.newId.clear();
    addFile(text, gone, going, opaque && going.isEmpty());
    FileChange made = diff.change;
    made.oldMode = 0;
    made.oldId.clear();
    addFile(text, made, coming, opaque && coming.isEmpty());
    return text;
}

}  // namespace analemma::git
