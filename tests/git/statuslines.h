#pragma once

#include "core/git/worktree.h"
#include "tests/git/gitfixture.h"

/// A status as lines that can be compared with those of the git program.
namespace gitfixture {

inline char letterOf(git::StatusEntry::State state)
{
    return ".AMDRTU"[static_cast<int>(state)];
}

/// "XY path", "RX path < old path", "?? path", with "S" after the letters of a submodule and "u"
/// after those of a conflict; sorted. The first lines are of the branch.
inline QByteArrayList linesOf(const git::Status& status)
{
    QByteArrayList lines;
    for (const git::StatusEntry& entry : status.entries) {
        QByteArray line;
        if (entry.untracked) {
            line = "?? ";
        } else {
            line += letterOf(entry.staged);
            line += letterOf(entry.unstaged);
            line += entry.submodule ? "S " : entry.conflicted ? "u " : " ";
        }
        line += entry.path;
        line += entry.oldPath.isEmpty() ? "" : " < " + entry.oldPath;
        lines.append(line);
    }
    std::sort(lines.begin(), lines.end());
    QByteArray ab;
    if (!status.upstream.isEmpty()) {
        lines.prepend("upstream " + status.upstream.toUtf8());
        if (!status.upstreamGone && !status.commit.isEmpty()) {
            lines.prepend("ab +" + QByteArray::number(status.ahead) + " -" +
                          QByteArray::number(status.behind));
        }
    }
    lines.prepend("head " + (status.branch.isEmpty() ? "(detached)" : status.branch.toUtf8()));
    lines.prepend("oid " + (status.commit.isEmpty() ? "(initial)" : status.commit.toUtf8()));
    return lines;
}

/// The bytes that a command of the git program prints.
inline QByteArray gitBytes(const QString& path, const QString& command)
{
    const QString text =
        Ground::run(path, u"sh"_s, {u"-c"_s, u"{ git "_s + command + u"; } | base64 -w0"_s});
    return QByteArray::fromBase64(text.toLatin1());
}

/// The same lines from `git status --porcelain=v2 --branch -z`.
inline QByteArrayList gitLinesOf(const QString& path)
{
    QByteArrayList lines;
    QByteArrayList heads;
    QByteArrayList parts =
        gitBytes(
            path,
            u"--no-optional-locks status --porcelain=v2 --branch -z --ignore-submodules=dirty"_s)
            .split('\0');
    while (!parts.isEmpty()) {
        const QByteArray part = parts.takeFirst();
        const QByteArrayList words = part.split(' ');
        const auto rest = [&words](int from) { return words.mid(from).join(' '); };
        const bool module = words.value(2).startsWith('S');
        if (part.startsWith("# branch.")) {
            heads.append(part.mid(9));
        } else if (part.startsWith("1 ")) {
            lines.append(words[1] + (module ? "S " : " ") + rest(8));
        } else if (part.startsWith("2 ")) {
            lines.append(words[1] + (module ? "S " : " ") + rest(9) + " < " + parts.takeFirst());
        } else if (part.startsWith("u ")) {
            lines.append(words[1] + "u " + rest(10));
        } else if (part.startsWith("? ")) {
            lines.append("?? " + rest(1));
        }
    }
    std::sort(lines.begin(), lines.end());
    for (const char* name : {"upstream ", "ab ", "head ", "oid "}) {
        for (const QByteArray& head : std::as_const(heads)) {
            if (head.startsWith(name)) {
                lines.prepend(head);
            }
        }
    }
    return lines;
}

/// Whether status() and git say the same of a repository; else what differs, as a failure.
inline bool tellsTheSame(const std::shared_ptr<git::Repository>& repository, const QString& path)
{
    const Result<git::Status> status = finished(git::status(repository, CancelToken()));
    if (!status) {
        QTest::qFail(qPrintable(status.error().message), __FILE__, __LINE__);
        return false;
    }
    const QByteArrayList ours = linesOf(*status);
    const QByteArrayList theirs = gitLinesOf(path);
    if (ours != theirs) {
        QTest::qFail(("ours:\n" + ours.join('\n') + "\ngit's:\n" + theirs.join('\n')).constData(),
                     __FILE__, __LINE__);
    }
    return ours == theirs;
}

}  // namespace gitfixture
