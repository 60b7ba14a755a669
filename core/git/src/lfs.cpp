#include "core/git/lfs.h"

#include <algorithm>
#include <tuple>

using namespace Qt::StringLiterals;

namespace analemma::git {

namespace {

constexpr qsizetype lfsPointerLimit = 1024;

bool isLfsDigest(QByteArrayView text)
{
    return text.size() == 64 && std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
           });
}

/// The lines of one side, where the diff holds all of it.
std::optional<QByteArray> wholeSide(const FileDiff& diff, DiffLine::Kind other)
{
    QByteArray bytes;
    int next = 1;
    for (const Hunk& hunk : diff.hunks) {
        for (const DiffLine& line : hunk.lines) {
            if (line.kind == other) {
                continue;
            }
            const int number = other == DiffLine::Kind::Added ? line.oldNumber : line.newNumber;
            if (number != next++ || bytes.size() > lfsPointerLimit) {
                return std::nullopt;
            }
            bytes += line.text + (line.endsWithoutBreak ? "" : "\n");
        }
    }
    return bytes;
}

}  // namespace

std::optional<LfsPointer> lfsPointer(const QByteArray& bytes)
{
    if (bytes.size() > lfsPointerLimit ||
        !bytes.startsWith("version https://git-lfs.github.com/")) {
        return std::nullopt;
    }
    LfsPointer pointer;
    bool hasSize = false;
    for (const QByteArray& line : bytes.split('\n')) {
        if (line.startsWith("oid sha256:") && isLfsDigest(line.sliced(11))) {
            pointer.sha256 = QString::fromLatin1(line.sliced(11));
        } else if (line.startsWith("size ")) {
            pointer.bytes = line.sliced(5).toLongLong(&hasSize);
        }
    }
    if (pointer.sha256.isEmpty() || !hasSize || pointer.bytes < 0) {
        return std::nullopt;
    }
    return pointer;
}

std::optional<LfsChange> lfsChange(const FileDiff& diff)
{
    if (diff.change.binary || diff.tooLarge || diff.hunks.isEmpty()) {
        return std::nullopt;
    }
    LfsChange change;
    for (const auto& [mode, other, into] :
         {std::tuple{diff.change.oldMode, DiffLine::Kind::Added, &change.before},
          std::tuple{diff.change.newMode, DiffLine::Kind::Deleted, &change.after}}) {
        const std::optional<QByteArray> bytes = wholeSide(diff, other);
        *into = bytes ? lfsPointer(*bytes) : std::nullopt;
        if (mode != 0 && !*into) {
            return std::nullopt;
        }
    }
    return change.before || change.after ? std::optional(change) : std::nullopt;
}

}  // namespace analemma::git
