#include "core/git/src/treeid.h"

#include <QCryptographicHash>

#include <algorithm>

namespace analemma::git {

namespace {

bool isStaged(const git_index_entry& entry)
{
    return (entry.flags_extended & GIT_INDEX_ENTRY_INTENT_TO_ADD) == 0;
}

/// Nothing for a folder in which nothing is staged: it has no tree.
std::optional<git_oid> treeIdBelow(const IndexEntries& entries, std::size_t first, std::size_t last,
                                   std::size_t pathLength)
{
    QByteArray body;
    for (std::size_t at = first; at < last;) {
        const IndexChild child = nextChild(entries, at, last, pathLength);
        at = child.last;
        const git_index_entry& entry = *entries[child.first];
        std::optional<git_oid> id;
        if (child.isFolder) {
            id = treeIdBelow(entries, child.first, child.last, pathLength + child.name.size() + 1);
        } else if (isStaged(entry)) {
            id = entry.id;
        }
        if (id) {
            body += QByteArray::number(child.isFolder ? uint(GIT_FILEMODE_TREE) : entry.mode, 8);
            body += ' ';
            body.append(child.name.data(), static_cast<qsizetype>(child.name.size()));
            body += '\0';
            body.append(reinterpret_cast<const char*>(id->id), GIT_OID_RAWSZ);
        }
    }
    if (body.isEmpty() && pathLength > 0) {
        return std::nullopt;
    }
    QCryptographicHash hash(QCryptographicHash::Sha1);
    hash.addData("tree " + QByteArray::number(body.size()) + '\0');
    hash.addData(body);
    git_oid id{};
    const QByteArray bytes = hash.result();
    git_oid_fromraw(&id, reinterpret_cast<const unsigned char*>(bytes.constData()));
    return id;
}

}  // namespace

std::optional<git_oid> treeIdOf(const IndexEntries& entries)
{
    const auto isConflict = [](const git_index_entry* entry) {
        return GIT_INDEX_ENTRY_STAGE(entry) != 0;
    };
    if (std::any_of(entries.begin(), entries.end(), isConflict)) {
        return std::nullopt;
    }
    return treeIdBelow(entries, 0, entries.size(), 0);
}

}  // namespace analemma::git
