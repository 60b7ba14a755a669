#include "core/git/src/stagedlines.h"

#include "core/base/text.h"

#include <QSet>

#include <sys/stat.h>

using namespace Qt::StringLiterals;

namespace analemma::git {

namespace {

using LineKind = DiffLine::Kind;

/// Copies lines; one without a break at its end gets one when another follows.
class LineCopy {
public:
    explicit LineCopy(const QByteArray& from) : m_from(from) {}

    void copyUpTo(int line)
    {
        while (m_line < line && m_at < m_from.size()) {
            put(next(), true);
        }
    }
    void copyRest() { copyUpTo(std::numeric_limits<int>::max()); }
    /// Passes one line, copied or not; false when it is another one.
    bool pass(const DiffLine& expected, bool copy)
    {
        if (m_at >= m_from.size()) {
            return false;
        }
        const QByteArrayView line = next();
        const bool same = expected.endsWithoutBreak
                              ? line == expected.text
                              : line.endsWith('\n') && line.chopped(1) == expected.text;
        put(line, copy);
        return same;
    }
    void add(const DiffLine& line)
    {
        put(line.endsWithoutBreak ? line.text : line.text + '\n', true);
    }
    [[nodiscard]] int line() const { return m_line; }
    [[nodiscard]] QByteArray result() const { return m_to; }

private:
    QByteArrayView next()
    {
        const qsizetype end = m_from.indexOf('\n', m_at);
        const qsizetype after = end < 0 ? m_from.size() : end + 1;
        const QByteArrayView line = QByteArrayView(m_from).sliced(m_at, after - m_at);
        m_at = after;
        ++m_line;
        return line;
    }
    void put(QByteArrayView line, bool copy)
    {
        if (copy) {
            m_to += !m_to.isEmpty() && !m_to.endsWith('\n') ? "\n" : "";
            m_to.append(line);
        }
    }

    QByteArray m_from;
    QByteArray m_to;
    qsizetype m_at = 0;
    int m_line = 0;
};

quint64 keyOf(int hunk, int line)
{
    return quint64(quint32(hunk)) << 32 | quint32(line);
}

}  // namespace

Error notAsShown(const QByteArray& path)
{
    return Error(ErrorKind::Conflict, u"%1 is no longer what was shown. Nothing was changed."_s.arg(
                                          displayText(QByteArrayView(path), 300)))
        .withHint(u"Look at its changes again, then choose the lines anew."_s);
}

QList<LinePick> linesOf(const FileDiff& shown, int hunk)
{
    QList<LinePick> lines;
    for (int h = 0; h < shown.hunks.size(); ++h) {
        const Hunk& one = shown.hunks[h];
        for (int i = 0; i < one.lines.size() && (hunk < 0 || h == hunk); ++i) {
            if (one.lines[i].kind != LineKind::Context) {
                lines.append({h, i});
            }
        }
    }
    return lines;
}

Result<void> checkLines(const FileDiff& shown, const QList<LinePick>& lines)
{
    const FileChange& change = shown.change;
    const QString path = displayText(QByteArrayView(change.path), 300);
    const bool typeChanged = change.oldMode != 0 && change.newMode != 0 &&
                             ((change.oldMode ^ change.newMode) & S_IFMT) != 0;
    if (change.binary || shown.tooLarge || typeChanged ||
        change.kind == FileChange::Kind::Conflicted) {
        return Error(ErrorKind::Invalid,
                     u"%1 can only be taken whole: it is binary, very large, in conflict or of "
                     u"another type now."_s.arg(path));
    }
    if (lines.isEmpty()) {
        return Error(ErrorKind::Invalid, u"No line of %1 was chosen."_s.arg(path));
    }
    for (const LinePick& pick : lines) {
        const bool there = pick.hunk >= 0 && pick.hunk < shown.hunks.size() && pick.line >= 0 &&
                           pick.line < shown.hunks[pick.hunk].lines.size() &&
                           shown.hunks[pick.hunk].lines[pick.line].kind != LineKind::Context;
        if (!there) {
            return Error(ErrorKind::Invalid,
                         u"A chosen line of %1 is not changed, or not there."_s.arg(path));
        }
    }
    return {};
}

Result<QByteArray> withLines(const QByteArray& bytes, AtHand side, const FileDiff& shown,
                             const QList<LinePick>& lines)
{
    QSet<quint64> picked;
    for (const LinePick& pick : lines) {
        picked.insert(keyOf(pick.hunk, pick.line));
    }
    const LineKind own = side == AtHand::Old ? LineKind::Deleted : LineKind::Added;
    LineCopy copy(bytes);
    for (int h = 0; h < shown.hunks.size(); ++h) {
        const Hunk& hunk = shown.hunks[h];
        const int start = side == AtHand::Old ? hunk.oldStart : hunk.newStart;
        const int count = side == AtHand::Old ? hunk.oldCount : hunk.newCount;
        const int first = count == 0 ? start : start - 1;
        copy.copyUpTo(first);
        if (copy.line() != first) {
            return notAsShown(shown.change.path);
        }
        for (int i = 0; i < hunk.lines.size(); ++i) {
            const DiffLine& line = hunk.lines[i];
            const bool chosen = picked.contains(keyOf(h, i));
            if (line.kind != LineKind::Context && line.kind != own) {
                if (chosen) {
                    copy.add(line);
                }
            } else if (!copy.pass(line, line.kind == LineKind::Context || !chosen)) {
                return notAsShown(shown.change.path);
            }
        }
    }
    copy.copyRest();
    return copy.result();
}

}  // namespace analemma::git
