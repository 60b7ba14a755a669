#include "core/git/src/packedrefs.h"

#include "core/base/text.h"

#include <algorithm>
#include <optional>

using namespace Qt::StringLiterals;

namespace analemma::git {
namespace {

constexpr std::size_t packedRefLimit = 500'000;
constexpr qsizetype refNameLimit = 4'096;

/// Whose tags the writer has followed: a ref without a line of its own for that is then no tag.
enum class Peeled { None, Tags, All };

Peeled peeledBy(QByteArrayView header)
{
    return header.contains(" fully-peeled ") ? Peeled::All
           : header.contains(" peeled ")     ? Peeled::Tags
                                             : Peeled::None;
}

std::optional<git_oid> idIn(QByteArrayView text)
{
    git_oid id{};
    const bool isId =
        text.size() == GIT_OID_HEXSZ && git_oid_fromstrn(&id, text.data(), GIT_OID_HEXSZ) == 0;
    return isId ? std::optional(id) : std::nullopt;
}

bool canBeName(QByteArrayView name)
{
    return name.size() <= refNameLimit && name.startsWith("refs/") && !name.contains("..") &&
           std::none_of(name.begin(), name.end(),
                        [](char c) { return uchar(c) <= ' ' || c == '\x7f'; });
}

Error damagedRefs(QByteArrayView line)
{
    return Error(
               ErrorKind::Invalid,
               u"The file packed-refs of this repository is damaged, so its branches and tags can "
               "not be told; it has the line \"%1\"."_s.arg(displayText(line, 100)))
        .withHint(u"git fsck names what is wrong; another clone has a good one."_s);
}

}  // namespace

Result<std::vector<PackedRef>> parsePackedRefs(QByteArrayView text)
{
    std::vector<PackedRef> refs;
    Peeled peeled = Peeled::None;
    bool isTold = false;  ///< the last line was of a ref that is in `refs`
    while (!text.isEmpty()) {
        const qsizetype end = text.indexOf('\n');
        const QByteArrayView line = end < 0 ? text : text.first(end);
        text = end < 0 ? QByteArrayView() : text.sliced(end + 1);
        if (line.startsWith('#')) {
            peeled = line.startsWith("# pack-refs with:") ? peeledBy(line) : peeled;
            continue;
        }
        if (line.startsWith('^')) {
            const std::optional<git_oid> id = idIn(line.sliced(1));
            if (!id) {
                return damagedRefs(line);
            }
            if (isTold) {
                refs.back().peeled = *id;
                refs.back().isPeelKnown = true;
            }
            continue;
        }
        const bool isRef = line.size() > GIT_OID_HEXSZ + 1 && line[GIT_OID_HEXSZ] == ' ';
        const std::optional<git_oid> id = isRef ? idIn(line.first(GIT_OID_HEXSZ)) : std::nullopt;
        if (!id) {
            return damagedRefs(line);
        }
        PackedRef ref;
        ref.name = line.sliced(GIT_OID_HEXSZ + 1);
        ref.id = *id;
        ref.peeled = *id;
        ref.isPeelKnown =
            peeled == Peeled::All || (peeled == Peeled::Tags && ref.name.startsWith("refs/tags/"));
        isTold = canBeName(ref.name);
        if (!isTold) {
            continue;
        }
        if (refs.size() == packedRefLimit) {
            return Error(
                ErrorKind::Invalid,
                u"The repository has more than %1 branches and tags."_s.arg(packedRefLimit));
        }
        refs.push_back(ref);
    }
    return refs;
}

}  // namespace analemma::git
