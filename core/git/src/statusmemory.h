#pragma once

#include "core/git/src/handles.h"

#include <QByteArray>
#include <QHash>

#include <sys/stat.h>

#include <optional>

namespace analemma::git {

/// Files that were read because the index does not vouch for them, and what that showed; so that
/// they are read once, and not at every look. Used on the repository's queue only.
class StatusMemory {
public:
    /// Whether the file has the bytes that the index has, when it was read as it is now.
    [[nodiscard]] std::optional<bool> recall(const git_index_entry& entry, const struct stat& seen);
    void remember(const git_index_entry& entry, const struct stat& seen, bool same);
    /// Around a look at the whole tree: what was not asked for in between is forgotten.
    void begin();
    void end();

private:
    struct Facts {
        git_oid id{};  ///< in the index
        struct stat seen {};
        bool same = false;
    };
    QHash<QByteArray, Facts> m_known;
    QHash<QByteArray, Facts> m_next;
    timespec m_begun{};
};

/// The one of a repository, made when first asked for.
StatusMemory& memoryOf(const Handle& handle);

}  // namespace analemma::git
